//! Label and field selectors: parsing as the API does, matching against stored objects.
//!
//! Grammar: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api>.

use super::facts::Facts;
use super::json::{list, pairs, text};
use super::kinds::Kind;
use super::store::Object;
use serde_json::Value;

/// One requirement on labels.
#[derive(Debug, Clone, PartialEq)]
pub enum Requirement {
    /// The label has one of the values.
    In(String, Vec<String>),
    /// The label has none of the values, or is missing.
    NotIn(String, Vec<String>),
    /// The label is there.
    Exists(String),
    /// The label is not there.
    Missing(String),
    /// The label is a number greater than this.
    Greater(String, i64),
    /// The label is a number less than this.
    Less(String, i64),
}

impl Requirement {
    /// Does `get` (label key to value) satisfy it?
    pub fn matches<'a>(&self, get: impl Fn(&str) -> Option<&'a str>) -> bool {
        let number = |key: &str| get(key).and_then(|v| v.parse::<i64>().ok());
        match self {
            Requirement::In(key, values) => get(key).is_some_and(|v| values.iter().any(|x| x == v)),
            Requirement::NotIn(key, values) => get(key).is_none_or(|v| values.iter().all(|x| x != v)),
            Requirement::Exists(key) => get(key).is_some(),
            Requirement::Missing(key) => get(key).is_none(),
            Requirement::Greater(key, than) => number(key).is_some_and(|n| n > *than),
            Requirement::Less(key, than) => number(key).is_some_and(|n| n < *than),
        }
    }
}

/// A label selector: all requirements must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelSelector(pub Vec<Requirement>);

impl LabelSelector {
    /// Parses the query form: `app=web,tier in (a,b),!old`.
    ///
    /// # Errors
    /// A sentence about the first part that is no requirement.
    pub fn parse(query: &str) -> Result<LabelSelector, String> {
        let mut requirements = Vec::new();
        for part in split_outside_parentheses(query) {
            let part = part.trim();
            if !part.is_empty() {
                requirements.push(parse_requirement(part).ok_or_else(|| misread(part))?);
            }
        }
        Ok(LabelSelector(requirements))
    }

    /// Reads the object form (`matchLabels`, `matchExpressions`).
    pub fn of(selector: &Value) -> LabelSelector {
        let mut requirements: Vec<Requirement> =
            pairs(selector, "/matchLabels").map(|(k, v)| Requirement::In(k.into(), vec![v.into()])).collect();
        requirements.extend(list(selector, "/matchExpressions").iter().filter_map(expression));
        LabelSelector(requirements)
    }

    /// Reads the map form of services and replication controllers.
    pub fn of_map(selector: &Value) -> LabelSelector {
        LabelSelector(pairs(selector, "").map(|(k, v)| Requirement::In(k.into(), vec![v.into()])).collect())
    }

    /// No requirement at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Do an object's labels satisfy it?
    pub fn matches(&self, facts: &Facts) -> bool {
        self.0.iter().all(|r| r.matches(|key| facts.label(key)))
    }

    /// Do the labels at a pointer of a tree satisfy it?
    pub fn matches_labels(&self, labels: &Value) -> bool {
        self.0.iter().all(|r| r.matches(|key| labels.get(key).and_then(Value::as_str)))
    }
}

impl std::fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, requirement) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match requirement {
                Requirement::In(k, v) if v.len() == 1 => write!(f, "{k}={}", v.concat())?,
                Requirement::In(k, v) => write!(f, "{k} in ({})", v.join(","))?,
                Requirement::NotIn(k, v) => write!(f, "{k} notin ({})", v.join(","))?,
                Requirement::Exists(k) => f.write_str(k)?,
                Requirement::Missing(k) => write!(f, "!{k}")?,
                Requirement::Greater(k, n) => write!(f, "{k}>{n}")?,
                Requirement::Less(k, n) => write!(f, "{k}<{n}")?,
            }
        }
        Ok(())
    }
}

/// What the API says of a part that is no requirement.
fn misread(part: &str) -> String {
    match part.find(['=', '!']) {
        Some(0) => {
            let sign: String = part.chars().take_while(|c| matches!(c, '=' | '!')).collect();
            format!("found '{sign}', expected: !, identifier, or 'end of string'")
        }
        _ => {
            let found = part.split_whitespace().nth(1).unwrap_or("");
            format!("unable to parse requirement: found '{found}', expected: in, notin, =, ==, !=, gt, lt")
        }
    }
}

/// One `matchExpressions` entry (also of node affinity).
pub fn expression(value: &Value) -> Option<Requirement> {
    let key = text(value, "/key").to_owned();
    let values: Vec<String> = list(value, "/values").iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    let number = || values.first().and_then(|v| v.parse().ok());
    Some(match text(value, "/operator") {
        "In" => Requirement::In(key, values),
        "NotIn" => Requirement::NotIn(key, values),
        "Exists" => Requirement::Exists(key),
        "DoesNotExist" => Requirement::Missing(key),
        "Gt" => Requirement::Greater(key, number()?),
        "Lt" => Requirement::Less(key, number()?),
        _ => return None,
    })
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(start..i).unwrap_or(""));
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn parse_requirement(part: &str) -> Option<Requirement> {
    let key = |k: &str| {
        let k = k.trim();
        let good = !k.is_empty() && k.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        good.then(|| k.to_owned())
    };
    if let Some(rest) = part.strip_prefix('!') {
        return Some(Requirement::Missing(key(rest)?));
    }
    if let Some((head, set)) = part.split_once('(') {
        let values = set.trim_end().strip_suffix(')')?.split(',').map(|v| v.trim().to_owned()).collect();
        let (name, operator) = head.trim_end().rsplit_once(char::is_whitespace)?;
        return match operator {
            "in" => Some(Requirement::In(key(name)?, values)),
            "notin" => Some(Requirement::NotIn(key(name)?, values)),
            _ => None,
        };
    }
    for (sign, negative) in [("!=", true), ("==", false), ("=", false)] {
        if let Some((name, value)) = part.split_once(sign) {
            let (name, values) = (key(name)?, vec![value.trim().to_owned()]);
            return Some(if negative { Requirement::NotIn(name, values) } else { Requirement::In(name, values) });
        }
    }
    if let Some((name, value)) = part.split_once('>') {
        return Some(Requirement::Greater(key(name)?, value.trim().parse().ok()?));
    }
    if let Some((name, value)) = part.split_once('<') {
        return Some(Requirement::Less(key(name)?, value.trim().parse().ok()?));
    }
    Some(Requirement::Exists(key(part)?))
}

/// A field selector: `metadata.name=a,status.phase!=Running`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldSelector(Vec<(String, bool, String)>);

impl FieldSelector {
    /// Parses it and checks that the kind knows the fields.
    ///
    /// # Errors
    /// The API's sentence about an unknown field or a malformed part.
    pub fn parse(kind: Kind, query: &str) -> Result<FieldSelector, String> {
        let mut parts = Vec::new();
        for part in query.split(',').filter(|p| !p.is_empty()) {
            let found = ["!=", "==", "="].iter().find_map(|sign| Some((part.split_once(sign)?, *sign == "!=")));
            let Some(((field, value), negative)) = found else {
                return Err(format!("invalid selector: '{query}'; can't understand '{part}'"));
            };
            if !known_field(kind, field) {
                return Err(if more_fields(kind).is_empty() {
                    format!("{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
                } else {
                    format!("field label not supported: {field}")
                });
            }
            parts.push((field.to_owned(), !negative, value.to_owned()));
        }
        Ok(FieldSelector(parts))
    }

    /// No requirement at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The exact name asked for, if the selector is about one name.
    pub fn name(&self) -> Option<&str> {
        self.0.iter().find(|(f, positive, _)| *positive && f == "metadata.name").map(|(_, _, v)| v.as_str())
    }

    /// Does the object satisfy it?
    pub fn matches(&self, object: &Object) -> bool {
        let mut body = None;
        self.0.iter().all(|(field, positive, value)| {
            let equal = match (field.as_str(), &object.facts.pod) {
                ("metadata.name", _) => *object.key.name == **value,
                ("metadata.namespace", _) => *object.key.namespace == **value,
                ("spec.nodeName", Some(pod)) => pod.node.as_deref().unwrap_or("") == value,
                ("status.phase", Some(pod)) => pod.phase.word() == value,
                ("status.podIP", Some(pod)) => *pod.ip == **value,
                _ => {
                    let body = body.get_or_insert_with(|| object.value());
                    field_text(body, field) == *value
                }
            };
            equal == *positive
        })
    }
}

fn field_text(body: &Value, field: &str) -> String {
    let pointer = match field {
        "source" => "/source/component".to_owned(),
        _ => format!("/{}", field.replace('.', "/")),
    };
    match body.pointer(&pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(b)) => b.to_string(),
        Some(Value::Number(n)) => n.to_string(),
        _ if field == "spec.unschedulable" || field == "spec.hostNetwork" => "false".into(),
        _ => String::new(),
    }
}

fn known_field(kind: Kind, field: &str) -> bool {
    matches!(field, "metadata.name" | "metadata.namespace") || more_fields(kind).contains(&field)
}

/// Fields that a kind can be selected by besides name and namespace.
fn more_fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pod => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        Kind::Node => &["spec.unschedulable"],
        Kind::Namespace => &["status.phase"],
        Kind::Secret => &["type"],
        Kind::Service => &["spec.clusterIP", "spec.type"],
        Kind::ReplicationController | Kind::ReplicaSet => &["status.replicas"],
        Kind::Job => &["status.successful"],
        Kind::Event => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::Store;
    use super::*;
    use serde_json::json;

    fn facts(labels: Value) -> Facts {
        Facts::of(Kind::Pod, &json!({"metadata": {"labels": labels}}))
    }

    #[test]
    fn label_selectors_match_as_documented() {
        let web = facts(json!({"app": "web", "tier": "front"}));
        for (query, expected) in [
            ("", true),
            ("app=web", true),
            ("app==web,tier!=back", true),
            ("app in (web, api),tier notin (back)", true),
            ("app notin (web)", false),
            ("missing!=x", true),
            ("!missing", true),
            ("!app", false),
            ("tier", true),
        ] {
            assert_eq!(LabelSelector::parse(query).unwrap().matches(&web), expected, "{query}");
        }
        assert!(LabelSelector::parse("a b").is_err());
        assert!(LabelSelector::parse("app in web").is_err());
    }

    #[test]
    fn the_object_form_and_the_text_agree() {
        let selector = LabelSelector::of(
            &json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]}),
        );
        assert_eq!(selector.to_string(), "app=web,tier in (a,b)");
        assert_eq!(LabelSelector::parse(&selector.to_string()).unwrap(), selector);
    }

    #[test]
    fn field_selectors_read_facts_and_bodies() {
        let mut store = Store::new(1);
        let pod = store.put(Kind::Pod, json!({"metadata": {"name": "a", "namespace": "n"}, "spec": {"nodeName": "w"}, "status": {"phase": "Running"}}));
        let ok = |q: &str| FieldSelector::parse(Kind::Pod, q).unwrap().matches(&pod);
        assert!(ok("spec.nodeName=w,status.phase!=Pending") && !ok("metadata.name=b") && ok("spec.hostNetwork=false"));
        assert_eq!(
            FieldSelector::parse(Kind::Pod, "spec.image=x").unwrap_err(),
            "field label not supported: spec.image"
        );
        let event = store.put(Kind::Event, json!({"metadata": {"name": "e", "namespace": "n"}, "involvedObject": {"name": "a"}, "source": {"component": "kubelet"}}));
        let found = FieldSelector::parse(Kind::Event, "involvedObject.name=a,source=kubelet").unwrap().matches(&event);
        assert!(found);
    }
}
