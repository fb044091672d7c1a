//! Persistent volume claims: bound at once, or with the first pod that uses them, as their storage class says.

use super::json::{self, list, text};
use super::kinds::Kind;
use super::store::{Key, Object, Store};
use super::world::World;
use serde_json::{Value, json};
use std::sync::Arc;

/// The annotation of the class that claims get which name none.
const DEFAULT_CLASS: &str = "/metadata/annotations/storageclass.kubernetes.io~1is-default-class";

/// Fills in what the server decides for a new claim: its class, and that it waits.
pub fn admit(world: &World, body: &mut Value) {
    let classes = world.store.list(Kind::StorageClass, None);
    let default = classes.map(|class| (class.key.name.to_string(), class.value()));
    let default = default.into_iter().find(|(_, class)| text(class, DEFAULT_CLASS) == "true");
    if let Some((name, _)) = default {
        json::default(body, "/spec/storageClassName", name);
    }
    json::set(body, "/status", json!({"phase": "Pending"}));
}

/// Claims that the volumes of a pod name.
fn claims_of(pod: &Value) -> impl Iterator<Item = Key> {
    let namespace = text(pod, "/metadata/namespace");
    let names = list(pod, "/spec/volumes").iter().map(|volume| text(volume, "/persistentVolumeClaim/claimName"));
    names.filter(|name| !name.is_empty()).map(move |name| Key::new(namespace, name))
}

/// Why a pod cannot be placed anywhere because of its claims, in the words of the scheduler's plugin `VolumeBinding`.
pub fn unusable(store: &Store, pod: &Value) -> Option<String> {
    let mut unbound = false;
    for key in claims_of(pod) {
        let Some(claim) = store.get(Kind::PersistentVolumeClaim, &key).map(|claim| claim.value()) else {
            return Some(format!("persistentvolumeclaim \"{}\" not found", key.name));
        };
        let waits_for_a_pod = binding_mode(store, &claim) == Some("WaitForFirstConsumer".to_owned());
        unbound |= text(&claim, "/status/phase") != "Bound" && !waits_for_a_pod;
    }
    unbound.then(|| "pod has unbound immediate PersistentVolumeClaims".to_owned())
}

/// When the class of a claim binds it; `None` when there is no such class.
fn binding_mode(store: &Store, claim: &Value) -> Option<String> {
    let class = store.find(Kind::StorageClass, "", text(claim, "/spec/storageClassName"))?.value();
    let mode = text(&class, "/volumeBindingMode");
    Some(if mode.is_empty() { "Immediate" } else { mode }.to_owned())
}

impl World {
    /// A claim came, or its class: it is bound where nothing has to be waited for.
    pub fn react_to_claim(&mut self, claim: &Arc<Object>) {
        if binding_mode(&self.store, &claim.value()).as_deref() == Some("Immediate") {
            self.bind_claim(&claim.key);
        }
    }

    /// A class came: claims may have waited for it.
    pub fn react_to_class(&mut self) {
        let all: Vec<Arc<Object>> = self.store.list(Kind::PersistentVolumeClaim, None).cloned().collect();
        all.iter().for_each(|claim| self.react_to_claim(claim));
    }

    /// A pod is placed: claims that waited for it are bound.
    pub fn bind_claims_of(&mut self, pod: &Value) {
        let keys: Vec<Key> = claims_of(pod).collect();
        keys.iter().for_each(|key| self.bind_claim(key));
    }

    /// Makes the volume of a claim and binds them.
    fn bind_claim(&mut self, key: &Key) {
        let Some(claim) = self.store.get(Kind::PersistentVolumeClaim, key).cloned() else { return };
        let body = claim.value();
        if text(&body, "/status/phase") == "Bound" {
            return;
        }
        let volume = format!("pvc-{}", claim.facts.uid);
        let capacity = body.pointer("/spec/resources/requests").cloned().unwrap_or_else(|| json!({}));
        let modes = body.pointer("/spec/accessModes").cloned().unwrap_or_else(|| json!(["ReadWriteOnce"]));
        let reference = json!({"kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": &*key.namespace,
            "name": &*key.name, "uid": &*claim.facts.uid});
        self.create(
            Kind::PersistentVolume,
            json!({
                "metadata": {"name": volume, "annotations": {"pv.kubernetes.io/provisioned-by": "cinder.csi.openstack.org"}},
                "spec": {
                    "capacity": capacity, "accessModes": modes, "persistentVolumeReclaimPolicy": "Delete",
                    "storageClassName": text(&body, "/spec/storageClassName"), "volumeMode": "Filesystem",
                    "claimRef": reference, "csi": {"driver": "cinder.csi.openstack.org", "volumeHandle": &*claim.facts.uid},
                },
                "status": {"phase": "Bound"},
            }),
        );
        self.update(Kind::PersistentVolumeClaim, key, |b| {
            json::set(b, "/spec/volumeName", volume);
            json::set(b, "/status", json!({"phase": "Bound", "accessModes": modes, "capacity": capacity}));
        });
    }

    /// A claim is gone: the volume that was made for it goes too.
    pub fn release_claim(&mut self, claim: &Object) {
        self.store.remove(Kind::PersistentVolume, &Key::new("", &format!("pvc-{}", claim.facts.uid)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{advance, world_with_nodes};
    use super::*;

    fn class(world: &mut World, name: &str, mode: &str) {
        let body = json!({"metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "x", "volumeBindingMode": mode});
        world.create(Kind::StorageClass, body);
    }

    fn claim(world: &mut World, name: &str, class: Option<&str>) -> Key {
        let mut body = json!({"metadata": {"namespace": "d", "name": name}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}});
        if let Some(class) = class {
            body["spec"]["storageClassName"] = class.into();
        }
        admit(world, &mut body);
        world.create(Kind::PersistentVolumeClaim, body).key.clone()
    }

    fn pod(world: &mut World, claim: &str) -> Key {
        let volumes = json!([{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]);
        let mut body = json!({"metadata": {"namespace": "d", "name": "p"},
            "spec": {"containers": [{"name": "a", "image": "x:1"}], "volumes": volumes}});
        super::super::defaults::fill(Kind::Pod, &mut body);
        world.create(Kind::Pod, body).key.clone()
    }

    fn phase(world: &World, key: &Key) -> String {
        text(&world.store.get(Kind::PersistentVolumeClaim, key).unwrap().value(), "/status/phase").to_owned()
    }

    fn why_not(world: &World, key: &Key) -> String {
        let body = world.store.get(Kind::Pod, key).unwrap().value();
        let scheduled = list(&body, "/status/conditions").iter().find(|c| c["type"] == "PodScheduled").cloned();
        scheduled.map(|c| text(&c, "/message").to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_claim_waits_for_the_pod_that_uses_it() {
        let mut world = world_with_nodes(2);
        class(&mut world, "cinder", "WaitForFirstConsumer");
        let pod = pod(&mut world, "data");
        advance(&mut world, 5.0);
        assert!(
            why_not(&world, &pod).starts_with("0/2 nodes are available: persistentvolumeclaim \"data\" not found."),
            "{}",
            why_not(&world, &pod)
        );
        let key = claim(&mut world, "data", None);
        assert_eq!(phase(&world, &key), "Pending");
        advance(&mut world, 30.0);
        assert_eq!((phase(&world, &key).as_str(), why_not(&world, &pod).as_str()), ("Bound", ""));
        assert_eq!(world.store.count(Kind::PersistentVolume), 1);
        world.store.remove(Kind::PersistentVolumeClaim, &key);
        world.settle();
        assert_eq!(world.store.count(Kind::PersistentVolume), 0);
    }

    #[test]
    fn a_claim_of_a_class_that_is_not_there_is_never_bound() {
        let mut world = world_with_nodes(1);
        let key = claim(&mut world, "data", Some("gold"));
        let pod = pod(&mut world, "data");
        advance(&mut world, 30.0);
        assert_eq!(phase(&world, &key), "Pending");
        assert!(why_not(&world, &pod).contains("pod has unbound immediate PersistentVolumeClaims"));
        class(&mut world, "gold", "Immediate");
        advance(&mut world, 30.0);
        assert_eq!((phase(&world, &key).as_str(), why_not(&world, &pod).as_str()), ("Bound", ""));
    }
}
