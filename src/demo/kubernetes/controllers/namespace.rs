//! Namespaces: what every new one gets, and how one goes away with all it holds.

use super::super::json::{self, stamp};
use super::super::kinds::Kind;
use super::super::store::Key;
use super::super::world::World;
use serde_json::json;

/// Stands for the cluster's CA in every namespace; the real one is the bay's.
const ROOT_CA: &str = "kube-root-ca.crt";

impl World {
    /// Furnishes a new namespace; empties and removes one that is being deleted.
    pub fn sync_namespace(&mut self, key: &Key) {
        let Some(namespace) = self.store.get(Kind::Namespace, key).cloned() else { return };
        if !namespace.facts.deleting {
            self.furnish(&key.name);
            return;
        }
        let mut left = 0;
        for kind in Kind::ALL.iter().copied().filter(|k| k.info().namespaced && !k.is_virtual()) {
            let keys: Vec<Key> = self.store.list(kind, Some(&key.name)).map(|o| o.key.clone()).collect();
            for object in keys {
                if kind == Kind::Pod {
                    self.delete_pod(&object, None);
                    left += usize::from(self.store.get(kind, &object).is_some());
                } else {
                    self.store.remove(kind, &object);
                }
            }
        }
        if left == 0 {
            self.store.remove(Kind::Namespace, key);
        }
    }

    fn furnish(&mut self, name: &str) {
        if self.store.find(Kind::ServiceAccount, name, "default").is_none() {
            self.create(Kind::ServiceAccount, json!({"metadata": {"namespace": name, "name": "default"}}));
        }
        if self.store.find(Kind::ConfigMap, name, ROOT_CA).is_none() {
            let pem = self
                .store
                .find(Kind::ConfigMap, "kube-system", ROOT_CA)
                .and_then(|c| c.value().pointer("/data/ca.crt").cloned())
                .unwrap_or_default();
            let about = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
            self.create(
                Kind::ConfigMap,
                json!({"metadata": {"namespace": name, "name": ROOT_CA, "annotations": {"kubernetes.io/description": about}}, "data": {"ca.crt": pem}}),
            );
        }
    }

    /// Marks a namespace as going away.
    pub fn terminate_namespace(&mut self, key: &Key) {
        let now = stamp(self.now);
        self.update(Kind::Namespace, key, |b| {
            json::default(b, "/metadata/deletionTimestamp", now);
            json::set(b, "/status/phase", "Terminating");
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, world_with_nodes};
    use super::*;

    #[test]
    fn a_namespace_goes_with_all_it_holds() {
        let mut world = world_with_nodes(2);
        let key = world.create(Kind::Namespace, json!({"metadata": {"name": "d"}})).key.clone();
        deployment(&mut world, "web", 3, "web:1");
        advance(&mut world, 30.0);
        assert!(world.store.find(Kind::ServiceAccount, "d", "default").is_some());
        world.terminate_namespace(&key);
        advance(&mut world, 30.0);
        assert!(world.store.get(Kind::Namespace, &key).is_none());
        assert_eq!(world.store.list(Kind::Pod, Some("d")).count(), 0);
        assert_eq!(world.store.list(Kind::ReplicaSet, Some("d")).count(), 0);
    }
}
