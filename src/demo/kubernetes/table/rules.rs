//! Rows of rules: who may do what, how much, and over which ways.

use super::super::json::{list, pairs, text};
use super::super::kinds::Kind;
use super::super::selector::LabelSelector;
use super::{AGE, Column, NAME, age, name};
use serde_json::Value;

/// The columns of a rule; `None` for other kinds.
pub(super) fn columns(kind: Kind) -> Option<Vec<Column>> {
    Some(match kind {
        Kind::ResourceQuota => vec![
            NAME,
            AGE,
            ("Request", "string", 0, "Used of what may be asked for."),
            ("Limit", "string", 0, "Used of what may be the limit."),
        ],
        Kind::ClusterRoleBinding | Kind::RoleBinding => vec![
            NAME,
            ("Role", "string", 0, "The role given."),
            AGE,
            ("Users", "string", 1, "Users it is given to."),
            ("Groups", "string", 1, "Groups it is given to."),
            ("ServiceAccounts", "string", 1, "Service accounts it is given to."),
        ],
        Kind::NetworkPolicy => vec![NAME, ("Pod-Selector", "string", 0, "Pods it is about."), AGE],
        Kind::IngressClass => vec![
            NAME,
            ("Controller", "string", 0, "Who serves it."),
            ("Parameters", "string", 0, "More settings."),
            AGE,
        ],
        _ => return None,
    })
}

/// The cells of a rule; `None` for other kinds.
pub(super) fn cells(kind: Kind, object: &Value, now: i64) -> Option<Vec<Value>> {
    let (name, age) = (name(object), age(object, now));
    let at = |p: &str| Value::from(text(object, p));
    Some(match kind {
        Kind::ResourceQuota => {
            let (limits, requests): (Vec<_>, Vec<_>) =
                pairs(object, "/status/hard").partition(|(resource, _)| resource.starts_with("limits"));
            let used = |side: Vec<(&str, &str)>| -> Value {
                let one = |(resource, hard): &(&str, &str)| {
                    let used = pairs(object, "/status/used").find(|(r, _)| r == resource).map_or("0", |(_, used)| used);
                    format!("{resource}: {used}/{hard}")
                };
                side.iter().map(one).collect::<Vec<_>>().join(", ").into()
            };
            vec![name, age, used(requests), used(limits)]
        }
        Kind::ClusterRoleBinding | Kind::RoleBinding => {
            let role = format!("{}/{}", text(object, "/roleRef/kind"), text(object, "/roleRef/name"));
            let subjects = |kind: &str| -> Value {
                let some = list(object, "/subjects").iter().filter(|s| text(s, "/kind") == kind);
                let named = some.map(|s| match text(s, "/namespace") {
                    "" => text(s, "/name").to_owned(),
                    namespace => format!("{namespace}/{}", text(s, "/name")),
                });
                named.collect::<Vec<_>>().join(", ").into()
            };
            vec![name, role.into(), age, subjects("User"), subjects("Group"), subjects("ServiceAccount")]
        }
        Kind::NetworkPolicy => {
            let selector = LabelSelector::of(object.pointer("/spec/podSelector").unwrap_or(&Value::Null)).to_string();
            vec![name, super::or_none(selector).into(), age]
        }
        Kind::IngressClass => {
            let parameters = match (text(object, "/spec/parameters/kind"), text(object, "/spec/parameters/apiGroup")) {
                ("", _) => "<none>".to_owned(),
                (kind, "") => format!("{kind}/{}", text(object, "/spec/parameters/name")),
                (kind, group) => format!("{kind}.{group}/{}", text(object, "/spec/parameters/name")),
            };
            vec![name, at("/spec/controller"), parameters.into(), age]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quota_tells_used_and_hard() {
        let hard = json!({"pods": "20", "limits.cpu": "2"});
        let quota =
            json!({"metadata": {"name": "q"}, "status": {"hard": hard, "used": {"pods": "3", "limits.cpu": "0"}}});
        let row = cells(Kind::ResourceQuota, &quota, 0).unwrap();
        assert_eq!(row[2..], [json!("pods: 3/20"), json!("limits.cpu: 0/2")]);
    }

    #[test]
    fn a_binding_tells_role_and_subjects() {
        let subjects =
            json!([{"kind": "User", "name": "a"}, {"kind": "ServiceAccount", "name": "b", "namespace": "n"}]);
        let binding = json!({"roleRef": {"kind": "Role", "name": "r"}, "subjects": subjects});
        let row = cells(Kind::RoleBinding, &binding, 0).unwrap();
        assert_eq!((&row[1], &row[3], &row[4], &row[5]), (&json!("Role/r"), &json!("a"), &json!(""), &json!("n/b")));
    }
}
