//! What a document names, and what is wrong with it beyond syntax.

use super::issue::{Issue, ProblemCode};
use super::tree::{Node, NodeKind};
use super::value;
use super::{Document, Flavor, Lines, ManifestObject, Position};
use std::collections::HashMap;

/// Issues of one kind that are told per document: a wrong file must not fill the list.
const MOST: usize = 20;

/// Finds the flavor, the objects and the issues of a document.
pub(super) fn document(text: &str, document: &mut Document) {
    let Some(root) = document.root.take() else { return };
    let mut issues = Vec::new();
    let at = Places { text, lines: document.lines.clone() };
    walk(&root, &at, &mut issues);
    let broken = !document.issues.is_empty();
    if HEAT.iter().any(|key| root.get(key).is_some()) {
        document.flavor = Flavor::Heat;
    } else if root.map().is_some() {
        let list = items(&root);
        match list {
            Some(items) => {
                for (number, item) in items.iter().enumerate() {
                    document.objects.push(object(item, format!("items[{number}]"), &at, broken, &mut issues));
                }
            }
            None => document.objects.push(object(&root, String::new(), &at, broken, &mut issues)),
        }
    } else if !broken {
        issues.push(Issue::new(ProblemCode::NotAMapping, at.of(root.range.start)));
    }
    document.issues.extend(issues);
    document.root = Some(root);
}

const HEAT: [&str; 3] = ["heat_template_version", "HeatTemplateFormatVersion", "AWSTemplateFormatVersion"];

/// The items of a `List` (`v1 List`, `PodList`, …).
fn items(root: &Node) -> Option<&[Node]> {
    let kind = root.get("kind")?.text()?;
    match (&root.get("items")?.kind, kind.ends_with("List")) {
        (NodeKind::List(items), true) => Some(items),
        _ => None,
    }
}

struct Places<'a> {
    text: &'a str,
    lines: Lines,
}

impl Places<'_> {
    fn of(&self, byte: usize) -> Position {
        self.lines.position(self.text, byte)
    }
}

/// Repeated keys and bare booleans, everywhere in the document.
fn walk(node: &Node, at: &Places<'_>, issues: &mut Vec<Issue>) {
    let mut stack = vec![node];
    let mut told: HashMap<ProblemCode, usize> = HashMap::new();
    let mut tell = |issues: &mut Vec<Issue>, issue: Issue| {
        let count = told.entry(issue.code).or_default();
        *count += 1;
        if *count <= MOST {
            issues.push(issue);
        }
    };
    while let Some(node) = stack.pop() {
        match &node.kind {
            NodeKind::Scalar { text, plain: true } if !matches!(text.as_str(), "true" | "false") => {
                if value::boolean(text).is_some() {
                    let issue = Issue::new(ProblemCode::BareBoolean, at.of(node.range.start));
                    tell(issues, issue.with("word", text.clone()));
                }
            }
            NodeKind::Scalar { .. } => {}
            NodeKind::List(items) => stack.extend(items),
            NodeKind::Map(pairs) => {
                let mut seen: HashMap<&str, usize> = HashMap::new();
                for (key, value) in pairs {
                    stack.push(key);
                    if let Some(name) = key.text().filter(|name| *name != "<<")
                        && let Some(first) = seen.insert(name, key.range.start)
                    {
                        let issue = Issue::new(ProblemCode::DuplicateKey, at.of(key.range.start));
                        let line = at.of(first).line.to_string();
                        tell(issues, issue.with("key", name).with("line", line));
                    }
                    stack.push(value);
                }
            }
        }
    }
}

fn object(node: &Node, prefix: String, at: &Places<'_>, broken: bool, issues: &mut Vec<Issue>) -> ManifestObject {
    let start = at.of(node.range.start);
    let mut object = ManifestObject {
        api_version: String::new(),
        kind: String::new(),
        namespace: String::new(),
        name: String::new(),
        at: start,
        kind_at: None,
        name_at: None,
        namespace_at: None,
        value: (!broken).then(|| value::to_json(node)),
        prefix,
    };
    if node.map().is_none() {
        issues.push(Issue::new(ProblemCode::NotAMapping, start));
        return object;
    }
    let mut text = |parent: Option<&Node>, key: &str, field: &str| -> Option<(String, Position)> {
        let (_, value) = parent?.entry(key)?;
        let place = at.of(value.range.start);
        match value::to_json(value) {
            serde_json::Value::String(text) if !text.is_empty() => Some((text, place)),
            serde_json::Value::Null | serde_json::Value::String(_) => None,
            _ => {
                issues.push(Issue::new(ProblemCode::NotText, place).with("field", field));
                Some((value.text().unwrap_or_default().to_owned(), place))
            }
        }
    };
    let metadata = node.get("metadata");
    let api_version = text(Some(node), "apiVersion", "apiVersion");
    let kind = text(Some(node), "kind", "kind");
    let namespace = text(metadata, "namespace", "metadata.namespace");
    let name = text(metadata, "name", "metadata.name");
    let generated = text(metadata, "generateName", "metadata.generateName");

    // While the syntax is wrong, what is missing may stand behind the error.
    if !broken {
        if api_version.is_none() {
            issues.push(Issue::new(ProblemCode::NoApiVersion, start));
        }
        if kind.is_none() {
            issues.push(Issue::new(ProblemCode::NoKind, start));
        }
        if name.is_none() && generated.is_none() {
            let place = node.entry("metadata").map_or(start, |(key, _)| at.of(key.range.start));
            issues.push(Issue::new(ProblemCode::NoName, place));
        }
    }
    let word = kind.as_ref().map(|(k, _)| k.as_str()).unwrap_or_default();
    if let Some((name, place)) = name.as_ref().filter(|(name, _)| !name_is_allowed(word, name)) {
        issues.push(Issue::new(ProblemCode::BadName, *place).with("name", name.clone()));
    }
    if let Some((name, place)) = namespace.as_ref().filter(|(name, _)| !is_label(name, false)) {
        issues.push(Issue::new(ProblemCode::BadNamespace, *place).with("name", name.clone()));
    }
    object.api_version = api_version.map(|(text, _)| text).unwrap_or_default();
    object.kind_at = kind.as_ref().map(|(_, place)| *place);
    object.kind = kind.map(|(text, _)| text).unwrap_or_default();
    object.namespace_at = namespace.as_ref().map(|(_, place)| *place);
    object.namespace = namespace.map(|(text, _)| text).unwrap_or_default();
    object.name_at = name.as_ref().or(generated.as_ref()).map(|(_, place)| *place);
    object.name = name.map(|(text, _)| text).or(generated.map(|(text, _)| format!("{text}*"))).unwrap_or_default();
    object
}

/// Names: services are DNS labels that begin with a letter (RFC 1035), namespaces DNS labels, RBAC objects may hold more,
/// everything else is a DNS subdomain (RFC 1123). <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>
fn name_is_allowed(kind: &str, name: &str) -> bool {
    match kind {
        "Service" => is_label(name, true),
        "Namespace" => is_label(name, false),
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" => {
            !name.contains(['/', '%']) && name != "." && name != ".."
        }
        _ => name.len() <= 253 && name.split('.').all(is_label_shape),
    }
}

fn is_label(name: &str, letter_first: bool) -> bool {
    name.len() <= 63 && is_label_shape(name) && !(letter_first && name.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_label_shape(part: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
}

/// The same object in two documents: the later one would undo the earlier one.
pub(super) fn across(documents: &mut [Document]) {
    let mut seen: HashMap<(String, String, String, String), u32> = HashMap::new();
    for document in documents {
        let mut repeated = Vec::new();
        for object in &document.objects {
            if object.name.is_empty() || object.kind.is_empty() || object.name.ends_with('*') {
                continue;
            }
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group).to_owned();
            let key = (group, object.kind.clone(), object.namespace.clone(), object.name.clone());
            match seen.get(&key) {
                Some(line) => {
                    let issue = Issue::new(ProblemCode::Repeated, object.name_at.unwrap_or(object.at));
                    let name = format!("{}/{}", object.kind, object.name);
                    repeated.push(issue.with("object", name).with("line", line.to_string()));
                }
                None => {
                    seen.insert(key, object.at.line);
                }
            }
        }
        if !repeated.is_empty() {
            document.issues.append(&mut repeated);
            document.issues.sort_by_key(|issue| (issue.at, issue.severity));
        }
    }
}
