//! Who owns what after which write, and when managers collide.

use super::*;

const T: &str = "2026-01-01T00:00:00Z";

fn config(replicas: i64, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image, "env": [{"name": "A", "value": "1"}]}]}}},
    })
}

fn applied(live: Option<&Value>, config: &Value, manager: &str, force: bool) -> Result<Value, Failure> {
    apply(Kind::Deployment, live, config, manager, force, T)
}

fn updated(old: &Value, manager: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut new = old.clone();
    change(&mut new);
    let manager = Manager { name: manager.into(), applies: false, subresource: String::new() };
    note_update(Kind::Deployment, Some(old), &mut new, &manager, T);
    new
}

fn owner_of(body: &Value, path: &str) -> Vec<String> {
    entries(body)
        .into_iter()
        .filter(|e| e.fields.paths().iter().any(|p| show(p) == path))
        .map(|e| e.manager.name)
        .collect()
}

#[test]
fn applying_twice_changes_nothing() {
    let first = applied(None, &config(3, "web:1"), "kubectl", false).unwrap();
    let second = applied(Some(&first), &config(3, "web:1"), "kubectl", false).unwrap();
    assert_eq!(first, second);
    assert_eq!(list(&first, "/metadata/managedFields").len(), 1);
    assert_eq!(first["metadata"]["managedFields"][0]["operation"], "Apply");
}

#[test]
fn what_is_left_out_the_next_time_goes_unless_another_owns_it() {
    let first = applied(None, &config(3, "web:1"), "kubectl", false).unwrap();
    let scaled = updated(&first, "autoscaler", |b| json::set(b, "/metadata/annotations/note", "x"));
    let mut less = config(3, "web:2");
    json::remove(&mut less, "/spec/replicas");
    json::remove(&mut less["spec"]["template"]["spec"]["containers"][0], "/env");
    let second = applied(Some(&scaled), &less, "kubectl", false).unwrap();
    assert_eq!(second["spec"]["replicas"], Value::Null);
    assert_eq!(second["spec"]["template"]["spec"]["containers"][0], json!({"name": "web", "image": "web:2"}));
    assert_eq!(second["metadata"]["annotations"]["note"], "x");
}

#[test]
fn two_managers_collide_on_a_value_and_share_an_equal_one() {
    let first = applied(None, &config(3, "web:1"), "kubectl", false).unwrap();
    let scaled = updated(&first, "autoscaler", |b| json::set(b, "/spec/replicas", 5));
    assert_eq!(owner_of(&scaled, ".spec.replicas"), ["autoscaler"]);
    let failure = applied(Some(&scaled), &config(3, "web:1"), "kubectl", false).unwrap_err();
    assert_eq!(
        failure.message,
        "Apply failed with 1 conflict: conflict with \"autoscaler\" using apps/v1: .spec.replicas"
    );
    assert_eq!((failure.code, failure.reason), (409, "Conflict"));
    assert_eq!(failure.details["causes"][0]["field"], ".spec.replicas");
    let agreed = applied(Some(&scaled), &config(5, "web:1"), "kubectl", false).unwrap();
    assert_eq!(owner_of(&agreed, ".spec.replicas"), ["kubectl", "autoscaler"]);
    let forced = applied(Some(&scaled), &config(3, "web:1"), "kubectl", true).unwrap();
    assert_eq!(forced["spec"]["replicas"], 3);
    assert_eq!(owner_of(&forced, ".spec.replicas"), ["kubectl"]);
}

#[test]
fn several_conflicts_are_listed_by_manager() {
    let first = applied(None, &config(3, "web:1"), "one", false).unwrap();
    let failure = applied(Some(&first), &config(4, "web:2"), "two", false).unwrap_err();
    assert_eq!(
        failure.message,
        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.replicas\n- .spec.template.spec.containers[name=\"web\"].image"
    );
}

#[test]
fn an_untracked_object_was_there_before() {
    let mut live = config(3, "web:1");
    json::set(&mut live, "/metadata/creationTimestamp", T);
    let failure = applied(Some(&live), &config(4, "web:1"), "kubectl", false).unwrap_err();
    assert!(failure.message.contains("\"before-first-apply\" using apps/v1: .spec.replicas"), "{}", failure.message);
}

#[test]
fn an_update_owns_only_what_it_changed() {
    let first = applied(None, &config(3, "web:1"), "kubectl", false).unwrap();
    let edited =
        updated(&first, "edit", |b| json::set(&mut b["spec"]["template"]["spec"]["containers"][0], "/image", "web:9"));
    assert_eq!(owner_of(&edited, ".spec.template.spec.containers[name=\"web\"].image"), ["edit"]);
    assert_eq!(owner_of(&edited, ".spec.template.spec.containers[name=\"web\"]"), ["kubectl"]);
    assert_eq!(owner_of(&edited, ".spec.replicas"), ["kubectl"]);
}
