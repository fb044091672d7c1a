//! Manifests through the worker to a real API server: taken, refused at a field, in conflict, done in part.

use crate::kubernetes::{Inside, deployment, kubectl_with, verdicts};
use bayview::live::command::ManifestMode::{Apply, Delete, Validate};
use bayview::live::state::{Outcome, Verdict};

fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{value: '{value}'}}\n")
}

#[test]
fn an_object_is_made_changed_left_alone_deleted_and_absent() {
    let mut inside = Inside::enter("j-apply");
    assert_eq!(inside.one(Validate, &config_map("one", "a")).verdict, Verdict::Valid);
    assert_eq!(inside.one(Apply, &config_map("one", "a")).verdict, Verdict::Created, "the dry run made nothing");
    assert_eq!(inside.one(Apply, &config_map("one", "a")).verdict, Verdict::Unchanged);
    let changed = inside.one(Apply, &config_map("one", "b"));
    assert_eq!(changed.verdict, Verdict::Configured);
    assert!(changed.why.contains("data.value"), "{}", changed.why);
    assert_eq!(inside.one(Delete, &config_map("one", "b")).verdict, Verdict::Deleted);
    assert_eq!(inside.one(Delete, &config_map("one", "b")).verdict, Verdict::Absent);
}

#[test]
fn an_unknown_field_is_named_by_the_dry_run() {
    let mut inside = Inside::enter("j-unknown");
    let wrong = deployment("web", 1, "web:1").replace("replicas:", "replcas:");
    let outcome = inside.one(Validate, &wrong);
    assert_eq!(outcome.verdict, Verdict::Refused, "{outcome:?}");
    assert_eq!(outcome.field.as_deref(), Some("spec.replcas"), "{outcome:?}");
    let wrong = deployment("web", 1, "web:1").replace("replicas: 1", "replicas: -1");
    let outcome = inside.one(Validate, &wrong);
    assert_eq!((outcome.verdict, outcome.field.as_deref()), (Verdict::Refused, Some("spec.replicas")), "{outcome:?}");
}

#[test]
fn a_field_of_another_manager_is_a_conflict_until_it_is_taken_over() {
    let mut inside = Inside::enter("j-conflict");
    let theirs = deployment("web", 1, "web:1");
    kubectl_with(&["-n", "j-conflict", "apply", "--server-side", "--field-manager=somebody", "-f", "-"], &theirs);
    let ours = deployment("web", 2, "web:1");
    let outcome = inside.one(Apply, &ours);
    assert_eq!(outcome.verdict, Verdict::Conflict, "{outcome:?}");
    assert_eq!((outcome.owner.as_deref(), outcome.field.as_deref()), (Some("somebody"), Some("spec.replicas")));
    let (outcome, objects) = inside.run(Apply, true, &ours);
    assert_eq!((outcome, verdicts(&objects)), (Outcome::Done, vec![("web", Verdict::Configured)]));
    inside.until_workload("two ready", "web", |w| w.replicas.ready == 2);
}

#[test]
fn a_missing_namespace_is_told() {
    let mut inside = Inside::enter("j-nowhere");
    let lost = config_map("one", "a").replace("{name: one}", "{name: one, namespace: j-there-is-none}");
    let outcome = inside.one(Apply, &lost);
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.why.contains("j-there-is-none") && outcome.why.contains("not found"), "{}", outcome.why);

    // Made in the same run, whatever the order, it is there in time.
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: j-there-is-none}\n";
    let both = format!("{lost}---\n{namespace}");
    let (outcome, objects) = inside.run(Apply, false, &both);
    assert_eq!(outcome, Outcome::Done, "{objects:?}");
    let (outcome, objects) = inside.run(Delete, false, &both);
    assert_eq!(outcome, Outcome::Done, "{objects:?}");
}

#[test]
fn a_large_object_is_taken_and_one_too_large_is_refused_with_the_reason() {
    let mut inside = Inside::enter("j-large");
    let large = config_map("large", &"x".repeat(1_000_000));
    assert_eq!(inside.one(Apply, &large).verdict, Verdict::Created);
    assert_eq!(inside.one(Apply, &large).verdict, Verdict::Unchanged);
    let outcome = inside.one(Apply, &config_map("larger", &"x".repeat(1_100_000)));
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.why.contains("Too long"), "{}", outcome.why);
    // More than the server reads at all.
    let outcome = inside.one(Apply, &config_map("largest", &"x".repeat(4_000_000)));
    assert_eq!(outcome.verdict, Verdict::Refused);
    assert!(outcome.why.contains("limit"), "{}", outcome.why);
    // None of it stands in the way of the next one.
    assert_eq!(inside.one(Apply, &config_map("small", "x")).verdict, Verdict::Created);
}

#[test]
fn what_can_be_done_is_done_beside_what_cannot() {
    let mut inside = Inside::enter("j-partly");
    let odd = "apiVersion: nobody.test/v1\nkind: Nothing\nmetadata: {name: odd}\n";
    let wrong = deployment("wrong", 1, "web:1").replace("app: wrong}}\n    spec", "app: other}}\n    spec");
    let all = [config_map("first", "a"), odd.to_owned(), wrong, config_map("last", "a")].join("---\n");
    let (outcome, objects) = inside.run(Apply, false, &all);
    assert_eq!(outcome, Outcome::Partly { done: 2, all: 4 }, "{objects:?}");
    let mut found = verdicts(&objects);
    found.sort_unstable_by_key(|(name, _)| *name);
    let expected = [
        ("first", Verdict::Created),
        ("last", Verdict::Created),
        ("odd", Verdict::Refused),
        ("wrong", Verdict::Refused),
    ];
    assert_eq!(found, expected, "{objects:?}");
    let why = |name: &str| objects.iter().find(|o| o.name == name).expect("an outcome");
    assert!(why("odd").why.contains("no matches for kind"), "{:?}", why("odd"));
    assert!(why("wrong").why.contains("selector"), "{:?}", why("wrong"));
}
