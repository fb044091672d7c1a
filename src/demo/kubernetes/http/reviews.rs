//! Reviews: may I, and who am I. Everybody who gets this far is an administrator.

use super::super::failure::Failure;
use super::request::Call;
use super::{Answer, Identity, admission, json_answer, text_of};
use http::{Method, StatusCode};
use serde_json::json;

/// Answers a review.
pub fn create(identity: &Identity, name: &str, call: &Call, body: &[u8]) -> Answer {
    if call.method != Method::POST {
        return Err(Failure::method_not_allowed());
    }
    let asked = admission::parse(body, &call.content_type)?;
    let meta = json!({"creationTimestamp": null});
    let value = match name {
        "selfsubjectaccessreviews" => json!({
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": meta,
            "spec": asked.get("spec"), "status": {"allowed": true},
        }),
        "selfsubjectrulesreviews" => json!({
            "kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": meta, "spec": {},
            "status": {
                "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
                "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}], "incomplete": false,
            },
        }),
        "selfsubjectreviews" => {
            let mut groups = identity.groups.clone();
            groups.push("system:authenticated".into());
            json!({
                "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": meta,
                "status": {"userInfo": {"username": identity.user, "groups": groups}},
            })
        }
        _ => return Err(Failure::no_such_path()),
    };
    Ok(json_answer(StatusCode::CREATED, text_of(&value)))
}
