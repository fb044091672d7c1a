//! What a request asks for: its target from the path, its options from the query, its form from the headers.

use super::super::failure::Failure;
use super::super::kinds::{GROUPS, Kind};
use super::super::selector::{FieldSelector, LabelSelector};
use super::super::store::{Key, Object};
use super::super::table::{Include, Shape};
use http::request::Parts;
use http::{Method, header};
use std::collections::HashMap;

/// Objects a request is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    /// Kind.
    pub kind: Kind,
    /// Namespace in the path; `None` for cluster-wide kinds and lists over all namespaces.
    pub namespace: Option<String>,
    /// Name in the path.
    pub name: Option<String>,
    /// Subresource (`status`, `scale`, `log`…).
    pub sub: Option<String>,
    /// Named in an older version of its group ([`super::super::versions`]).
    pub older: bool,
}

impl Objects {
    /// Key of the named object.
    pub fn key(&self) -> Key {
        Key::new(self.namespace.as_deref().unwrap_or(""), self.name.as_deref().unwrap_or(""))
    }

    /// Name in the path; empty where there is none.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }

    /// Namespace in the path; empty where there is none.
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("")
    }
}

/// What a path names.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Discovery, health, version, schemas.
    Plain(String),
    /// A review kind (`selfsubjectaccessreviews`).
    Review(String),
    /// Objects.
    Objects(Objects),
}

/// Form of the answer that the client prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Whole objects.
    Full,
    /// Whole objects in the older version of their group that the path names.
    Older,
    /// A `meta.k8s.io/v1` Table (or `v1beta1`).
    Table(Shape),
    /// Metadata only.
    Metadata,
}

/// Options that are numbers.
const NUMBERS: &[&str] = &["limit", "timeoutSeconds", "gracePeriodSeconds", "tailLines", "sinceSeconds", "limitBytes"];

/// A request taken apart.
#[derive(Debug, Clone)]
pub struct Call {
    /// Verb of HTTP.
    pub method: Method,
    /// Path as sent.
    pub path: String,
    /// What it is about.
    pub target: Target,
    /// Query options.
    pub query: HashMap<String, String>,
    /// Preferred form.
    pub form: Form,
    /// Type of the body without parameters.
    pub content_type: String,
    /// `Accept` as sent.
    pub accept: String,
    /// First word of the user agent, the field manager where none is named.
    pub agent: String,
}

impl Call {
    /// Takes a request apart.
    ///
    /// # Errors
    /// 404 for a path that names nothing, 406 for a form that is not served.
    pub fn of(parts: &Parts) -> Result<Call, Failure> {
        let text =
            |name: header::HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let query: HashMap<String, String> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()).into_owned().collect();
        for name in NUMBERS {
            if let Some(text) = query.get(*name).filter(|text| !text.is_empty() && text.parse::<i64>().is_err()) {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let why = if digits { "value out of range" } else { "invalid syntax" };
                let message = format!("strconv.ParseInt: parsing {text:?}: {why}");
                return Err(Failure::bad_request(message));
            }
        }
        let accept = text(header::ACCEPT);
        let path = parts.uri.path().to_owned();
        let agent = text(header::USER_AGENT);
        let mut form = form(&accept)?;
        if let Form::Table(shape) = &mut form {
            shape.include = match query.get("includeObject").map(String::as_str) {
                Some("Object") => Include::Object,
                Some("None") => Include::None,
                _ => Include::Metadata,
            };
        }
        let target = target(&path)?;
        if form == Form::Full && matches!(&target, Target::Objects(objects) if objects.older) {
            form = Form::Older;
        }
        Ok(Call {
            method: parts.method.clone(),
            target,
            query,
            form,
            content_type: text(header::CONTENT_TYPE).split(';').next().unwrap_or("").trim().to_owned(),
            accept,
            agent: agent.split(['/', ' ']).next().filter(|a| !a.is_empty()).unwrap_or("unknown").to_owned(),
            path,
        })
    }

    /// A query option; empty where it is not given.
    pub fn option(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// A yes-or-no option.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.option(name), "true" | "1" | "t" | "True")
    }

    /// A number option.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.option(name).parse().ok()
    }

    /// Asks for a watch.
    pub fn watches(&self) -> bool {
        self.flag("watch")
    }

    /// Asks to only try.
    pub fn dry_run(&self) -> bool {
        !self.option("dryRun").is_empty()
    }

    /// Name under which changed fields are owned.
    pub fn manager(&self) -> String {
        match self.option("fieldManager") {
            "" => self.agent.clone(),
            named => named.to_owned(),
        }
    }

    /// Discovery, health and the version are everybody's who signed in.
    pub fn is_everybodys(&self) -> bool {
        let open = ["api", "apis", "healthz", "livez", "readyz", "version", "openapi"];
        match &self.target {
            Target::Plain(path) => open.contains(&path.split('/').nth(1).unwrap_or("")),
            Target::Review(_) => true,
            Target::Objects(_) => false,
        }
    }

    /// 403 for a user without rights, in the authorizer's words.
    pub fn forbidden(&self, user: &str) -> Failure {
        let named = matches!(&self.target, Target::Objects(o) if o.name.is_some());
        let verb = match (self.method.as_str(), named) {
            ("GET", _) if self.watches() => "watch",
            ("GET" | "HEAD", true) => "get",
            ("GET" | "HEAD", false) => "list",
            ("POST", _) => "create",
            ("PUT", _) => "update",
            ("PATCH", _) => "patch",
            ("DELETE", true) => "delete",
            ("DELETE", false) => "deletecollection",
            _ => "use",
        };
        match &self.target {
            Target::Objects(o) => Failure::forbidden(user, verb, Some(o.kind), o.name(), o.namespace(), &self.path),
            _ => Failure::forbidden(user, &self.method.as_str().to_lowercase(), None, "", "", &self.path),
        }
    }

    /// The filter of a list or watch.
    ///
    /// # Errors
    /// 400 for a selector that cannot be read.
    pub fn filter(&self, target: &Objects) -> Result<Filter, Failure> {
        let labels = LabelSelector::parse(self.option("labelSelector")).map_err(Failure::bad_request)?;
        let fields = FieldSelector::parse(target.kind, self.option("fieldSelector")).map_err(Failure::bad_request)?;
        Ok(Filter { namespace: target.namespace.clone(), name: target.name.clone(), labels, fields })
    }
}

/// Which objects of a kind are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this namespace.
    pub namespace: Option<String>,
    /// Of this name.
    pub name: Option<String>,
    /// With these labels.
    pub labels: LabelSelector,
    /// With these fields.
    pub fields: FieldSelector,
}

impl Filter {
    /// Is the object meant?
    pub fn matches(&self, object: &Object) -> bool {
        self.namespace.as_deref().is_none_or(|n| n == &*object.key.namespace)
            && self.name.as_deref().is_none_or(|n| n == &*object.key.name)
            && self.labels.matches(&object.facts)
            && (self.fields.is_empty() || self.fields.matches(object))
    }

    /// Selects by labels or fields.
    pub fn selects(&self) -> bool {
        !self.labels.is_empty() || !self.fields.is_empty()
    }
}

fn target(path: &str) -> Result<Target, Failure> {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
        ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
        _ => return Ok(Target::Plain(format!("/{}", parts.join("/")))),
    };
    if matches!(group, "authorization.k8s.io" | "authentication.k8s.io") {
        let name = rest.last().copied().unwrap_or("");
        return Ok(Target::Review(name.to_owned()));
    }
    if (group, rest) == ("apiextensions.k8s.io", &["customresourcedefinitions"]) {
        return Ok(Target::Plain(path.to_owned()));
    }
    let known = version == "v1" && group.is_empty() || GROUPS.contains(&(group, version));
    if !known {
        return Err(Failure::no_such_path());
    }
    let find = |plural: &str| Kind::find(group, version, plural).ok_or_else(Failure::no_such_path);
    let decode = |text: &str| {
        url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
            .next()
            .map(|(_, v)| v.into_owned())
            .unwrap_or_default()
    };
    let (namespace, rest) = match rest {
        // `/namespaces/x` and its own subresources are about the namespace itself.
        ["namespaces", name, plural, more @ ..] if !matches!(*plural, "status" | "finalize") || !more.is_empty() => {
            let mut tail = vec![*plural];
            tail.extend_from_slice(more);
            (Some(decode(name)), tail)
        }
        other => (None, other.to_vec()),
    };
    let (plural, name, sub) = match rest.as_slice() {
        [plural] => (*plural, None, None),
        [plural, name] => (*plural, Some(decode(name)), None),
        [plural, name, sub] => (*plural, Some(decode(name)), Some((*sub).to_owned())),
        _ => return Err(Failure::no_such_path()),
    };
    let kind = find(plural)?;
    if kind.info().namespaced != namespace.is_some() && (name.is_some() || !kind.info().namespaced) {
        return Err(Failure::no_such_path());
    }
    Ok(Target::Objects(Objects { kind, namespace, name, sub, older: kind.info().version != version }))
}

fn form(accept: &str) -> Result<Form, Failure> {
    if accept.is_empty() {
        return Ok(Form::Full);
    }
    for choice in accept.split(',') {
        let mut parts = choice.split(';').map(str::trim);
        let media = parts.next().unwrap_or("");
        let parameter =
            |name: &str| choice.split(';').map(str::trim).find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
        if !matches!(media, "application/json" | "*/*" | "application/*" | "application/yaml" | "text/plain") {
            continue;
        }
        match (parameter("as"), parameter("v")) {
            (Some("Table"), Some("v1")) => return Ok(Form::Table(Shape { beta: false, include: Include::Metadata })),
            (Some("Table"), Some("v1beta1")) => {
                return Ok(Form::Table(Shape { beta: true, include: Include::Metadata }));
            }
            (Some("PartialObjectMetadata" | "PartialObjectMetadataList"), Some("v1" | "v1beta1")) => {
                return Ok(Form::Metadata);
            }
            (None, _) => return Ok(Form::Full),
            // Aggregated discovery and the like: the next choice will do.
            _ => {}
        }
    }
    // Discovery and schemas choose by themselves; everything else is served as JSON only.
    if accept.contains("protobuf") || accept.contains("apidiscovery") || accept.contains("html") {
        return Ok(Form::Full);
    }
    Err(Failure {
        code: 406,
        reason: "NotAcceptable",
        // The router's words, before a handler could say what it has.
        message: "406: Not Acceptable".into(),
        details: serde_json::json!({}),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(path: &str) -> Objects {
        match target(path).unwrap() {
            Target::Objects(objects) => objects,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn paths_name_objects() {
        let pods = objects("/api/v1/namespaces/shop/pods/web-1/log");
        assert_eq!(
            (pods.kind, pods.namespace(), pods.name(), pods.sub.as_deref()),
            (Kind::Pod, "shop", "web-1", Some("log"))
        );
        assert_eq!(objects("/apis/apps/v1/deployments").namespace, None);
        assert_eq!(
            (objects("/api/v1/namespaces/shop").kind, objects("/api/v1/namespaces/shop").name()),
            (Kind::Namespace, "shop")
        );
        assert_eq!(objects("/api/v1/namespaces/shop/status").sub.as_deref(), Some("status"));
        assert_eq!(objects("/api/v1/nodes/worker-0").kind, Kind::Node);
        assert_eq!(target("/apis/apps/v1").unwrap(), Target::Plain("/apis/apps/v1".into()));
        for bad in
            ["/api/v1/unicorns", "/apis/apps/v1beta1/deployments", "/api/v1/pods/web-1", "/api/v1/namespaces/a/nodes"]
        {
            assert_eq!(target(bad).unwrap_err().code, 404, "{bad}");
        }
    }

    #[test]
    fn the_first_servable_form_is_taken() {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
        assert!(matches!(form(table).unwrap(), Form::Table(Shape { beta: false, .. })));
        assert_eq!(form("application/json, */*").unwrap(), Form::Full);
        assert_eq!(form("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io").unwrap(), Form::Metadata);
        assert_eq!(form("image/png").unwrap_err().code, 406);
    }
}
