//! What a pod needs besides a node: the config maps and secrets that its volumes and variables name.

use super::json::{flag, list, text};
use super::kinds::Kind;
use super::store::Store;
use serde_json::Value;

/// A volume of the pod that cannot be mounted: its name, and the kubelet's words about it.
pub fn unmountable(store: &Store, pod: &Value) -> Option<(String, String)> {
    let namespace = text(pod, "/metadata/namespace");
    list(pod, "/spec/volumes").iter().find_map(|volume| {
        let projected = list(volume, "/projected/sources");
        let sources = std::iter::once(volume).chain(projected);
        let why = sources.into_iter().find_map(|source| {
            let map = source.get("configMap").map(|map| (Kind::ConfigMap, text(map, "/name"), map));
            let secret = source.get("secret").map(|secret| {
                // A volume says secretName, a projection says name.
                let name = text(secret, "/secretName");
                (Kind::Secret, if name.is_empty() { text(secret, "/name") } else { name }, secret)
            });
            [map, secret].into_iter().flatten().find_map(|(kind, name, given)| {
                missing(store, kind, namespace, name).filter(|_| !flag(given, "/optional"))
            })
        })?;
        Some((text(volume, "/name").to_owned(), why))
    })
}

/// Why a container of the pod cannot be configured: a variable comes from something that is not there.
pub fn unset(store: &Store, namespace: &str, container: &Value) -> Option<String> {
    let whole = list(container, "/envFrom").iter().find_map(|source| {
        let map = source.get("configMapRef").map(|given| (Kind::ConfigMap, given));
        let secret = source.get("secretRef").map(|given| (Kind::Secret, given));
        [map, secret].into_iter().flatten().find_map(|(kind, given)| {
            missing(store, kind, namespace, text(given, "/name")).filter(|_| !flag(given, "/optional"))
        })
    });
    whole.or_else(|| {
        list(container, "/env").iter().find_map(|variable| {
            let from = variable.get("valueFrom")?;
            let map = from.get("configMapKeyRef").map(|given| (Kind::ConfigMap, given));
            let (kind, given) = map.or_else(|| from.get("secretKeyRef").map(|given| (Kind::Secret, given)))?;
            missing_key(store, kind, namespace, given).filter(|_| !flag(given, "/optional"))
        })
    })
}

fn missing(store: &Store, kind: Kind, namespace: &str, name: &str) -> Option<String> {
    let there = name.is_empty() || store.find(kind, namespace, name).is_some();
    (!there).then(|| format!("{} \"{name}\" not found", kind.info().name.to_lowercase()))
}

fn missing_key(store: &Store, kind: Kind, namespace: &str, given: &Value) -> Option<String> {
    let (name, key) = (text(given, "/name"), text(given, "/key"));
    let Some(object) = store.find(kind, namespace, name) else { return missing(store, kind, namespace, name) };
    let body = object.value();
    let has = ["data", "binaryData"].iter().any(|part| body.get(part).is_some_and(|data| data.get(key).is_some()));
    (!has).then(|| format!("couldn't find key {key} in {} {namespace}/{name}", kind.info().name))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{advance, world_with_nodes};
    use super::super::world::World;
    use super::*;
    use serde_json::json;

    fn pod(world: &mut World, spec: Value) {
        let mut body = json!({"metadata": {"namespace": "d", "name": "p"}, "spec": spec});
        super::super::defaults::fill(Kind::Pod, &mut body);
        world.create(Kind::Pod, body);
    }

    fn status(world: &World) -> Value {
        world.store.find(Kind::Pod, "d", "p").unwrap().value()["status"].clone()
    }

    fn said(world: &World, reason: &str, message: &str) -> bool {
        let events = world.store.list(Kind::Event, Some("d"));
        events.map(|e| e.value()).any(|e| e["reason"] == reason && text(&e, "/message").contains(message))
    }

    #[test]
    fn a_container_waits_for_the_config_map_of_its_variables() {
        let mut world = world_with_nodes(1);
        let env = json!([{"name": "HOST", "valueFrom": {"configMapKeyRef": {"name": "conf", "key": "host"}}},
            {"name": "X", "valueFrom": {"secretKeyRef": {"name": "none", "key": "x", "optional": true}}}]);
        pod(&mut world, json!({"containers": [{"name": "a", "image": "x:1", "env": env}]}));
        advance(&mut world, 60.0);
        let waiting = status(&world)["containerStatuses"][0]["state"]["waiting"].clone();
        assert_eq!(waiting, json!({"reason": "CreateContainerConfigError", "message": "configmap \"conf\" not found"}));
        assert!(said(&world, "Failed", "Error: configmap \"conf\" not found"));
        let conf = |data: Value| json!({"metadata": {"namespace": "d", "name": "conf"}, "data": data});
        world.create(Kind::ConfigMap, conf(json!({})));
        advance(&mut world, 30.0);
        let message = status(&world)["containerStatuses"][0]["state"]["waiting"]["message"].clone();
        assert_eq!(message, "couldn't find key host in ConfigMap d/conf");
        world.update(Kind::ConfigMap, &super::super::store::Key::new("d", "conf"), |b| {
            *b = conf(json!({"host": "db"}));
        });
        advance(&mut world, 30.0);
        assert_eq!(status(&world)["phase"], "Running");
    }

    #[test]
    fn a_pod_waits_for_the_secret_of_its_volume() {
        let mut world = world_with_nodes(1);
        let volumes = json!([{"name": "tls", "secret": {"secretName": "cert"}}]);
        pod(&mut world, json!({"containers": [{"name": "a", "image": "x:1"}], "volumes": volumes}));
        advance(&mut world, 60.0);
        assert_eq!(status(&world)["containerStatuses"][0]["state"]["waiting"]["reason"], "ContainerCreating");
        assert!(said(&world, "FailedMount", "MountVolume.SetUp failed for volume \"tls\" : secret \"cert\" not found"));
        world.create(Kind::Secret, json!({"metadata": {"namespace": "d", "name": "cert"}}));
        advance(&mut world, 60.0);
        assert_eq!(status(&world)["phase"], "Running");
    }
}
