//! Custom resource definitions of a run: which kinds they make, and why one of those is not there.
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>

use super::{Object, text};
use crate::api::kubernetes::connect::Connection;
use crate::api::kubernetes::request::{self, escape};
use serde_json::Value;

/// Word for definitions in manifests.
pub(super) const KIND: &str = "CustomResourceDefinition";

/// Definitions of a run.
#[derive(Debug)]
pub(super) struct Definitions(Vec<Definition>);

/// A definition of a run.
#[derive(Debug)]
pub(super) struct Definition {
    /// `gadgets.example.com`.
    name: String,
    /// `Gadget`.
    kind: String,
    /// `example.com/v1`, … as far as it wants them served.
    api_versions: Vec<String>,
    /// Why its kind is not to be waited for (any more).
    pub(super) why_not: Option<String>,
}

impl Definitions {
    /// Those among the objects of a run.
    pub(super) fn among(objects: &[Object]) -> Definitions {
        let definitions = objects.iter().map(|o| &o.value).filter(|value| text(value, "/kind") == KIND);
        Definitions(definitions.map(Definition::new).collect())
    }

    /// The one that makes a kind.
    pub(super) fn of(&mut self, api_version: &str, kind: &str) -> Option<&mut Definition> {
        self.0.iter_mut().find(|d| d.kind == kind && d.api_versions.iter().any(|v| v == api_version))
    }

    /// Takes in that a definition was refused.
    pub(super) fn refused(&mut self, name: &str, why: &str) {
        for definition in self.0.iter_mut().filter(|d| d.name == name) {
            definition.why_not = Some(format!("the definition of {} was refused: {why}", definition.kind));
        }
    }
}

impl Definition {
    fn new(value: &Value) -> Definition {
        let group = text(value, "/spec/group");
        let versions = value.pointer("/spec/versions").and_then(Value::as_array);
        let served = versions.into_iter().flatten().filter(|v| v.get("served") != Some(&Value::Bool(false)));
        // `v1beta1` of the definitions themselves had one version beside the list, or instead of it.
        let names = served.map(|v| text(v, "/name")).chain([text(value, "/spec/version")]).filter(|v| !v.is_empty());
        Definition {
            name: text(value, "/metadata/name").to_owned(),
            kind: text(value, "/spec/names/kind").to_owned(),
            api_versions: names.map(|version| format!("{group}/{version}")).collect(),
            why_not: None,
        }
    }

    /// Why a server that has the definition does not serve its kind, in the server's words where it has any.
    pub(super) async fn ask_why_not(&mut self, connection: &Connection) -> String {
        let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}", escape(&self.name));
        let said = match request::get::<Value>(connection.client(), &path).await {
            Ok(definition) => objections(&definition),
            Err(error) => error.to_string(),
        };
        let colon = if said.is_empty() { "" } else { ": " };
        let why = format!("{} is defined by these manifests, but not served yet{colon}{said}", self.kind);
        self.why_not = Some(why.clone());
        why
    }
}

/// Conditions that do not hold: `NamesAccepted: "gadgets" is already in use`.
fn objections(definition: &Value) -> String {
    let conditions = definition.pointer("/status/conditions").and_then(Value::as_array);
    let failed = conditions.into_iter().flatten().filter(|c| text(c, "/status") == "False");
    failed.map(|c| format!("{}: {}", text(c, "/type"), text(c, "/message"))).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_versions_that_are_served_are_waited_for() {
        let value = json!({"kind": KIND, "metadata": {"name": "gadgets.example.com"}, "spec": {
            "group": "example.com", "names": {"kind": "Gadget"},
            "versions": [{"name": "v1", "served": true}, {"name": "v1alpha1", "served": false}]}});
        let mut definitions = Definitions::among(&[Object { document: 0, value }]);
        assert!(definitions.of("example.com/v1", "Gadget").is_some());
        assert!(definitions.of("example.com/v1alpha1", "Gadget").is_none());
        assert!(definitions.of("example.com/v1", "Widget").is_none());
        assert!(definitions.of("example.org/v1", "Gadget").is_none());
        let old = json!({"kind": KIND, "spec": {"group": "example.com", "version": "v1", "names": {"kind": "Gadget"}}});
        let mut definitions = Definitions::among(&[Object { document: 0, value: old }]);
        assert!(definitions.of("example.com/v1", "Gadget").is_some());
    }

    #[test]
    fn a_condition_that_does_not_hold_is_told_in_its_own_words() {
        let conditions = json!([
            {"type": "NamesAccepted", "status": "False", "message": "\"gadgets\" is already in use"},
            {"type": "Established", "status": "False", "message": "not all names are accepted"},
            {"type": "NonStructuralSchema", "status": "True", "message": "is fine"}]);
        let said = objections(&json!({"status": {"conditions": conditions}}));
        let expected = "NamesAccepted: \"gadgets\" is already in use; Established: not all names are accepted";
        assert_eq!(said, expected);
    }
}
