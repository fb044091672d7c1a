//! Failures as `Status` objects, in the API server's own words.
//!
//! Wording and reasons: `k8s.io/apimachinery/pkg/api/errors/errors.go`, `pkg/util/validation/field/errors.go`.

use super::kinds::Kind;
use serde_json::{Value, json};

/// A failed request.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// HTTP status.
    pub code: u16,
    /// `metav1.StatusReason`; empty where the server gives none.
    pub reason: &'static str,
    /// Message.
    pub message: String,
    /// `details`; null where there are none.
    pub details: Value,
}

/// One broken rule of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Path of the field (`spec.replicas`).
    pub field: String,
    /// `FieldValueRequired`, `FieldValueInvalid`, …
    pub reason: &'static str,
    /// What is wrong, without the path.
    pub message: String,
}

impl Cause {
    /// A value is missing.
    pub fn required(field: impl Into<String>, detail: &str) -> Self {
        let message = if detail.is_empty() { "Required value".to_owned() } else { format!("Required value: {detail}") };
        Self { field: field.into(), reason: "FieldValueRequired", message }
    }

    /// A value breaks a rule; text is quoted as Go does.
    pub fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        Self { field: field.into(), reason: "FieldValueInvalid", message: format!("Invalid value: {value}: {detail}") }
    }

    /// A value is not one of the known ones.
    pub fn not_supported(field: impl Into<String>, value: &Value, known: &[&str]) -> Self {
        let known: Vec<String> = known.iter().map(|k| format!("{k:?}")).collect();
        let message = format!("Unsupported value: {value}: supported values: {}", known.join(", "));
        Self { field: field.into(), reason: "FieldValueNotSupported", message }
    }

    /// The same value stands twice.
    pub fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        Self { field: field.into(), reason: "FieldValueDuplicate", message: format!("Duplicate value: {value}") }
    }

    /// Not allowed here.
    pub fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self { field: field.into(), reason: "FieldValueForbidden", message: format!("Forbidden: {detail}") }
    }
}

impl Failure {
    fn plain(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: Value::Null }
    }

    fn named(code: u16, reason: &'static str, kind: Kind, name: &str, what: &str) -> Self {
        let info = kind.info();
        let mut details = json!({"name": name, "kind": info.plural});
        if !info.group.is_empty() {
            details["group"] = info.group.into();
        }
        Self { code, reason, message: format!("{} \"{name}\" {what}", info.resource()), details }
    }

    /// 401 without a usable client certificate.
    pub fn unauthorized() -> Self {
        Self::plain(401, "Unauthorized", "Unauthorized")
    }

    /// 403 for a user without rights.
    pub fn forbidden(user: &str, verb: &str, kind: Option<Kind>, name: &str, namespace: &str, path: &str) -> Self {
        let Some(kind) = kind else {
            let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
            return Self { details: json!({}), ..Self::plain(403, "Forbidden", message) };
        };
        let info = kind.info();
        let place = if namespace.is_empty() {
            "at the cluster scope".to_owned()
        } else {
            format!("in the namespace \"{namespace}\"")
        };
        let subject = if name.is_empty() { info.resource() } else { format!("{} \"{name}\"", info.resource()) };
        let message = format!(
            "{subject} is forbidden: User \"{user}\" cannot {verb} resource \"{}\" in API group \"{}\" {place}",
            info.plural, info.group
        );
        let details = json!({"name": name, "group": info.group, "kind": info.plural});
        Self { code: 403, reason: "Forbidden", message, details }
    }

    /// 404 of an object.
    pub fn not_found(kind: Kind, name: &str) -> Self {
        Self::named(404, "NotFound", kind, name, "not found")
    }

    /// 404 of a path.
    pub fn no_such_path() -> Self {
        let message = "the server could not find the requested resource";
        Self { details: json!({}), ..Self::plain(404, "NotFound", message) }
    }

    /// 405.
    pub fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self { details: json!({}), ..Self::plain(405, "MethodNotAllowed", message) }
    }

    /// 409: the name is taken.
    pub fn already_exists(kind: Kind, name: &str) -> Self {
        Self::named(409, "AlreadyExists", kind, name, "already exists")
    }

    /// 409: somebody else changed the object.
    pub fn conflict(kind: Kind, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict_because(kind, name, why)
    }

    /// 409 with another reason.
    pub fn conflict_because(kind: Kind, name: &str, why: &str) -> Self {
        let base = Self::named(409, "Conflict", kind, name, "");
        let message = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", kind.info().resource());
        Self { message, ..base }
    }

    /// 409 of a precondition of a deletion, which names the kind where others name the resource.
    pub fn precondition(kind: Kind, name: &str, why: &str) -> Self {
        let base = Self::named(409, "Conflict", kind, name, "");
        let info = kind.info();
        let mut details = base.details.clone();
        details["kind"] = info.name.into();
        let message = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", info.qualified_kind());
        Self { message, details, ..base }
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::plain(400, "BadRequest", message)
    }

    /// 415 for a body type that the verb does not take.
    pub fn unsupported_media_type(accepted: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            accepted.join(", ")
        );
        Self::plain(415, "UnsupportedMediaType", message)
    }

    /// 422 of an option of the request; `what` is the cause without the option's name.
    pub fn bad_option(options: &str, name: &str, reason: &'static str, what: &str) -> Self {
        let cause = json!({"reason": reason, "message": what, "field": name});
        let details = json!({"group": "meta.k8s.io", "kind": options, "causes": [cause]});
        let message = format!("{options}.meta.k8s.io \"\" is invalid: {name}: {what}");
        Self { code: 422, reason: "Invalid", message, details }
    }

    /// 410: the revision is too old.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::plain(410, "Expired", message)
    }

    /// 500 without a reason, as errors of the patch machinery come out.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::plain(500, "", message)
    }

    /// 403 of an object in a namespace that is going away.
    pub fn namespace_terminating(kind: Kind, name: &str, namespace: &str) -> Self {
        let info = kind.info();
        let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
        let message = format!("{} \"{name}\" is forbidden: {why}", info.resource());
        let cause = json!({"reason": "NamespaceTerminating", "message": format!("namespace {namespace} is being terminated"), "field": "metadata.namespace"});
        let details = json!({"name": name, "group": info.group, "kind": info.plural, "causes": [cause]});
        Self { code: 403, reason: "Forbidden", message, details }
    }

    /// 422 with its causes.
    pub fn invalid(kind: Kind, name: &str, causes: &[Cause]) -> Self {
        let info = kind.info();
        let lines: Vec<String> = causes.iter().map(|c| format!("{}: {}", c.field, c.message)).collect();
        let all = if lines.len() == 1 { lines.concat() } else { format!("[{}]", lines.join(", ")) };
        let list: Vec<Value> =
            causes.iter().map(|c| json!({"reason": c.reason, "message": c.message, "field": c.field})).collect();
        Self {
            code: 422,
            reason: "Invalid",
            message: format!("{} \"{name}\" is invalid: {all}", info.qualified_kind()),
            details: json!({"name": name, "group": info.group, "kind": info.name, "causes": list}),
        }
    }

    /// The `Status` object.
    pub fn status(&self) -> Value {
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            status["reason"] = self.reason.into();
        }
        if !self.details.is_null() {
            let mut details = self.details.clone();
            if let Some(map) = details.as_object_mut() {
                // An expired list names the token to go on with in the list metadata.
                if let Some(token) = map.remove("continue") {
                    status["metadata"]["continue"] = token;
                }
                map.retain(|_, v| v.as_str() != Some(""));
            }
            status["details"] = details;
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_as_the_real_ones() {
        assert_eq!(Failure::not_found(Kind::Deployment, "web").message, "deployments.apps \"web\" not found");
        assert_eq!(Failure::already_exists(Kind::Pod, "a").message, "pods \"a\" already exists");
        let causes = [
            Cause::invalid("spec.replicas", &json!(-1), "must be greater than or equal to 0"),
            Cause::required("spec.selector", ""),
        ];
        let failure = Failure::invalid(Kind::Deployment, "web", &causes);
        assert_eq!(
            failure.message,
            "Deployment.apps \"web\" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, \
             spec.selector: Required value]"
        );
        let status = failure.status();
        assert_eq!(status["details"]["causes"][1]["reason"], "FieldValueRequired");
        assert_eq!(status["code"], 422);
        assert_eq!(Failure::unauthorized().status()["details"], Value::Null);
    }
}
