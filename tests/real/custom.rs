//! Custom resources through the worker to a real API server: a definition, its objects, and definitions that come to nothing.

use crate::kubernetes::{Inside, kubeconfig, kubectl, verdicts};
use bayview::live::command::ManifestMode::{Apply, Delete, Validate};
use bayview::live::state::{Outcome, Verdict};
use std::process::Command;

/// A group of one's own; its definitions are of the whole cluster, and go with the journey.
struct Group(&'static str);

impl Group {
    /// Defines a kind with `spec.size`, a number up to ten, and what else its spec has.
    fn definition(&self, kind: &str, short: &str, more: &str) -> String {
        let plural = format!("{}s", kind.to_lowercase());
        format!(
            "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.{group}}}
spec:
  group: {group}
  scope: Namespaced
  names: {{kind: {kind}, plural: {plural}, singular: {singular}, shortNames: [{short}]}}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {{type: integer, maximum: 10}}
{more}",
            group = self.0,
            singular = kind.to_lowercase(),
        )
    }

    fn object(&self, kind: &str, name: &str, spec: &str) -> String {
        format!("apiVersion: {}/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n", self.0)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let kubeconfig = kubeconfig();
        let ask = |args: &[&str]| Command::new("kubectl").args(["--kubeconfig", &kubeconfig]).args(args).output();
        let Ok(all) = ask(&["get", "customresourcedefinitions", "-o", "name"]) else { return };
        let all = String::from_utf8_lossy(&all.stdout).into_owned();
        for own in all.lines().filter(|name| name.ends_with(&format!(".{}", self.0))) {
            drop(ask(&["delete", own]));
        }
    }
}

fn file(documents: &[&str]) -> String {
    documents.join("---\n")
}

#[test]
fn a_definition_and_its_objects_are_applied_in_one_file_changed_and_deleted() {
    let mut inside = Inside::enter("j-custom");
    let group = Group("custom.test");
    let definition = group.definition("Gadget", "gad", "");
    let (one, two) = (group.object("Gadget", "one", "size: 1"), group.object("Gadget", "two", "size: 2"));
    let all = file(&[&definition, &one, &two]);
    let name = "gadgets.custom.test";

    // A dry run makes no kind, so that nothing of it can be tried; that is said and is no refusal.
    let (outcome, objects) = inside.run(Validate, false, &all);
    assert_eq!(outcome, Outcome::Partly { done: 1, all: 3 });
    let expected = [(name, Verdict::Valid), ("one", Verdict::Skipped), ("two", Verdict::Skipped)];
    assert_eq!(verdicts(&objects), expected, "{objects:?}");
    assert!(objects[1].why.contains("not known to the server yet"), "{:?}", objects[1]);

    let (outcome, objects) = inside.run(Apply, false, &all);
    let expected = [(name, Verdict::Created), ("one", Verdict::Created), ("two", Verdict::Created)];
    assert_eq!((outcome, verdicts(&objects)), (Outcome::Done, expected.to_vec()), "{objects:?}");
    let sizes = kubectl(&["-n", "j-custom", "get", "gadgets.custom.test", "-o", "jsonpath={.items[*].spec.size}"]);
    assert_eq!(sizes, "1 2");
    let (outcome, objects) = inside.run(Apply, false, &all);
    assert!(outcome == Outcome::Done && objects.iter().all(|o| o.verdict == Verdict::Unchanged), "{objects:?}");

    let changed = inside.one(Apply, &group.object("Gadget", "two", "size: 7"));
    assert_eq!(changed.verdict, Verdict::Configured, "{changed:?}");
    assert!(changed.why.contains("spec.size") && changed.why.contains('7'), "{changed:?}");

    // Now that the kind is there, a dry run holds objects against its schema.
    assert_eq!(inside.one(Validate, &two).verdict, Verdict::Valid);
    for (spec, field) in
        [("size: 1, colour: red", "spec.colour"), ("size: 11", "spec.size"), ("size: big", "spec.size")]
    {
        let outcome = inside.one(Validate, &group.object("Gadget", "three", spec));
        assert_eq!((outcome.verdict, outcome.field.as_deref()), (Verdict::Refused, Some(field)), "{outcome:?}");
    }

    let (outcome, objects) = inside.run(Delete, false, &all);
    let expected = [("two", Verdict::Deleted), ("one", Verdict::Deleted), (name, Verdict::Deleted)];
    assert_eq!((outcome, verdicts(&objects)), (Outcome::Done, expected.to_vec()), "{objects:?}");
    kubectl(&["wait", "--for=delete", "--timeout=60s", &format!("customresourcedefinition/{name}")]);
    let (outcome, objects) = inside.run(Delete, false, &all);
    assert!(outcome == Outcome::Done && objects.iter().all(|o| o.verdict == Verdict::Absent), "{objects:?}");
}

#[test]
fn objects_before_their_definition_in_the_file_come_after_it() {
    let mut inside = Inside::enter("j-order");
    let group = Group("order.test");
    let all = file(&[&group.object("Gadget", "early", "size: 1"), &group.definition("Gadget", "gad", "")]);
    let name = "gadgets.order.test";
    for verdict in [Verdict::Created, Verdict::Unchanged] {
        let (outcome, objects) = inside.run(Apply, false, &all);
        let expected = vec![(name, verdict), ("early", verdict)];
        assert_eq!((outcome, verdicts(&objects)), (Outcome::Done, expected), "{objects:?}");
        assert_eq!((objects[0].document, objects[1].document), (1, 0), "each is told at its own place in the file");
    }
    // A definition that grows, and an object that needs it, in one go.
    let larger = "              colour: {type: string}\n";
    let red = group.object("Gadget", "early", "size: 1, colour: red");
    let (outcome, objects) = inside.run(Apply, false, &file(&[&red, &group.definition("Gadget", "gad", larger)]));
    let expected = vec![(name, Verdict::Configured), ("early", Verdict::Configured)];
    assert_eq!((outcome, verdicts(&objects)), (Outcome::Done, expected), "{objects:?}");
    assert_eq!(
        kubectl(&["-n", "j-order", "get", "gadgets.order.test", "early", "-o", "jsonpath={.spec.colour}"]),
        "red"
    );
}

#[test]
fn a_kind_that_never_comes_is_told_with_the_reason() {
    let mut inside = Inside::enter("j-never");
    let group = Group("never.test");
    inside.apply(&group.definition("Gadget", "gad", ""));
    // Short names are the cluster's: the server takes the definition and does not serve its kind.
    let rival = group.definition("Widget", "gad", "");
    let all = file(&[&rival, &group.object("Widget", "one", "size: 1"), &group.object("Widget", "two", "size: 2")]);
    let (outcome, objects) = inside.run(Apply, false, &all);
    assert_eq!(outcome, Outcome::Partly { done: 1, all: 3 });
    let expected = [("widgets.never.test", Verdict::Created), ("one", Verdict::Skipped), ("two", Verdict::Skipped)];
    assert_eq!(verdicts(&objects), expected, "{objects:?}");
    for object in &objects[1..] {
        assert!(object.why.contains("\"gad\" is already in use"), "{object:?}");
    }

    // A definition that the server refuses, with the field at fault.
    let wrong = group.definition("Gizmo", "giz", "").replace("type: integer", "type: number-like");
    let (outcome, objects) = inside.run(Apply, false, &file(&[&wrong, &group.object("Gizmo", "one", "size: 1")]));
    assert_eq!(verdicts(&objects), [("gizmos.never.test", Verdict::Refused), ("one", Verdict::Skipped)], "{objects:?}");
    assert!(matches!(&outcome, Outcome::Failed(problem) if problem.said.contains("number-like")), "{outcome:?}");
    let field = "spec.validation.openAPIV3Schema.properties[spec].properties[size].type";
    assert_eq!(objects[0].field.as_deref(), Some(field), "{objects:?}");
    assert!(objects[1].why.starts_with("the definition of Gizmo was refused"), "{objects:?}");
}
