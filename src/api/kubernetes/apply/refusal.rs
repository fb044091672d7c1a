//! What a refusal says about fields: their paths, and who owns them.
//!
//! Servers say it in several ways: `details.causes[].field` (422, 409), `strict decoding error: unknown field "spec.x"` (400, since
//! 1.25), `.spec.x: field not declared in schema` (typed apply, all versions), `json: cannot unmarshal … into Go struct
//! field DeploymentSpec.spec.replicas of type int32` (400).

use super::Owned;
use crate::api::kubernetes::error::Error;

/// Fields named by a refusal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Paths at fault.
    pub(super) fields: Vec<String>,
    /// Fields that others own.
    pub(super) owners: Vec<Owned>,
    /// The namespace does not exist.
    pub(super) namespace_missing: bool,
}

impl Refusal {
    pub(super) fn of(error: &Error) -> Refusal {
        let mut refusal = Refusal::default();
        let Error::Api(refused) = error else { return refusal };
        let status = &refused.status;
        let details = status.details.as_ref();
        refusal.namespace_missing = status.code == 404
            && (details.is_some_and(|d| d.kind == "namespaces") || status.message.starts_with("namespaces "));
        for cause in details.map(|d| d.causes.as_slice()).unwrap_or_default() {
            let field = cause.field.trim_start_matches('.').to_owned();
            if cause.reason == "FieldManagerConflict" {
                refusal.owners.push(Owned { manager: manager(&cause.message), field: field.clone() });
            }
            if !field.is_empty() && field != "<nil>" {
                refusal.add(field);
            }
        }
        if refusal.fields.is_empty() {
            for field in in_text(&status.message) {
                refusal.add(field);
            }
        }
        refusal
    }

    fn add(&mut self, field: String) {
        if !self.fields.contains(&field) {
            self.fields.push(field);
        }
    }
}

/// `conflict with "kubectl-client-side-apply" using apps/v1` → the quoted manager.
fn manager(message: &str) -> String {
    message.split('"').nth(1).unwrap_or(message).to_owned()
}

/// Paths in a message without causes.
fn in_text(message: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for marker in ["unknown field \"", "duplicate field \""] {
        let found = message.split(marker).skip(1).filter_map(|rest| rest.split('"').next());
        fields.extend(found.map(str::to_owned));
    }
    if let Some(rest) = message.split("Go struct field ").nth(1) {
        let path = rest.split(" of type").next().unwrap_or_default();
        // The first part is the Go type that holds the field.
        fields.extend(path.split_once('.').map(|(_, path)| path.to_owned()));
    }
    if fields.is_empty() {
        for part in message.split(['\n', ' ']) {
            let path = part.trim_end_matches(':');
            if path.len() < part.len() && path.starts_with('.') && path.len() > 1 {
                fields.push(path.trim_start_matches('.').to_owned());
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use serde_json::{Value, json};

    fn refusal(status: Value) -> Refusal {
        let status: Status = serde_json::from_value(status).unwrap();
        Refusal::of(&Error::from(status))
    }

    #[test]
    fn conflicts_name_manager_and_field() {
        let found = refusal(json!({"kind": "Status", "status": "Failure", "code": 409, "reason": "Conflict",
            "message": "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas",
            "details": {"causes": [{"reason": "FieldManagerConflict", "message": "conflict with \"kubectl-client-side-apply\" using apps/v1", "field": ".spec.replicas"}]}}));
        assert_eq!(
            found.owners,
            [Owned { manager: "kubectl-client-side-apply".into(), field: "spec.replicas".into() }]
        );
        assert_eq!(found.fields, ["spec.replicas"]);
    }

    #[test]
    fn invalid_values_name_their_field() {
        let found = refusal(
            json!({"status": "Failure", "code": 422, "reason": "Invalid", "message": "Pod \"x\" is invalid",
            "details": {"name": "x", "kind": "Pod", "causes": [
                {"reason": "FieldValueInvalid", "message": "Invalid value", "field": "spec.containers[0].resources.limits[memroy]"},
                {"reason": "FieldValueRequired", "message": "Required", "field": "spec.containers[0].image"}]}}),
        );
        assert_eq!(found.fields, ["spec.containers[0].resources.limits[memroy]", "spec.containers[0].image"]);
        assert!(found.owners.is_empty());
    }

    #[test]
    fn unknown_fields_of_new_and_old_servers() {
        let new = refusal(json!({"status": "Failure", "code": 400, "reason": "BadRequest",
            "message": "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.template.spec.containers[0].imge\", unknown field \"spec.replcas\""}));
        assert_eq!(new.fields, ["spec.template.spec.containers[0].imge", "spec.replcas"]);
        let old = refusal(json!({"status": "Failure", "code": 500,
            "message": "failed to create typed patch object: errors:\n  .spec.template.spec.containers[name=\"web\"].imge: field not declared in schema\n  .spec.replcas: field not declared in schema"}));
        assert_eq!(old.fields, ["spec.template.spec.containers[name=\"web\"].imge", "spec.replcas"]);
        let typed = refusal(json!({"status": "Failure", "code": 400,
            "message": "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"}));
        assert_eq!(typed.fields, ["spec.replicas"]);
    }

    #[test]
    fn a_missing_namespace() {
        let found = refusal(
            json!({"status": "Failure", "code": 404, "reason": "NotFound", "message": "namespaces \"nope\" not found",
            "details": {"name": "nope", "kind": "namespaces"}}),
        );
        assert!(found.namespace_missing);
    }
}
