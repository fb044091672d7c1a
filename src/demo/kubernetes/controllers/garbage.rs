//! Deletion: graceful for pods, and what becomes of the dependents of what is deleted.
//!
//! <https://kubernetes.io/docs/concepts/architecture/garbage-collection/>

use super::super::json::{self, list, stamp, text};
use super::super::kinds::Kind;
use super::super::store::{Key, Object};
use super::super::world::World;
use serde_json::Value;
use std::sync::Arc;

const FOREGROUND: &str = "foregroundDeletion";

/// The finalizer of every claim.
pub const PVC_PROTECTION: &str = "kubernetes.io/pvc-protection";

/// What becomes of dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after their owner is gone.
    Background,
    /// They are deleted first; the owner waits.
    Foreground,
    /// They stay, without an owner.
    Orphan,
}

impl World {
    /// Deletes a pod with a grace period (its own where `None`). A pod that no kubelet runs is gone at once.
    pub fn delete_pod(&mut self, key: &Key, grace: Option<i64>) {
        let Some(pod) = self.store.get(Kind::Pod, key).cloned() else { return };
        let body = pod.value();
        let own = json::number(&body, "/spec/terminationGracePeriodSeconds").unwrap_or(30);
        let grace = grace.unwrap_or(own).max(0);
        let held = !list(&body, "/metadata/finalizers").is_empty();
        let idle = pod.facts.pod.as_ref().is_none_or(|f| f.node.is_none() || !f.active());
        if (grace == 0 || idle) && !held {
            self.store.remove(Kind::Pod, key);
            return;
        }
        if pod.facts.deleting && json::number(&body, "/metadata/deletionGracePeriodSeconds").is_some_and(|g| g <= grace)
        {
            return;
        }
        let at = self.now.checked_add(jiff::SignedDuration::from_secs(grace)).unwrap_or(self.now);
        self.update(Kind::Pod, key, |b| {
            json::set(b, "/metadata/deletionTimestamp", stamp(at));
            json::set(b, "/metadata/deletionGracePeriodSeconds", grace);
        });
    }

    /// Deletes any other object. Returns whether it is gone (it may have to wait for finalizers or dependents).
    pub fn delete_object(&mut self, object: &Arc<Object>, propagation: Propagation) -> bool {
        let (kind, key) = (object.kind, &object.key);
        match propagation {
            Propagation::Foreground if !self.store.dependents(&object.facts.uid).is_empty() => {
                let now = stamp(self.now);
                self.update(kind, key, |b| {
                    json::default(b, "/metadata/deletionTimestamp", now);
                    json::default(b, "/metadata/deletionGracePeriodSeconds", 0);
                    let finalizers = json::list_at(b, "/metadata/finalizers");
                    if !finalizers.iter().any(|f| f == FOREGROUND) {
                        finalizers.push(FOREGROUND.into());
                    }
                });
                return false;
            }
            Propagation::Orphan => self.release_dependents(&object.facts.uid),
            _ => {}
        }
        // Claims are protected from being deleted while pods use them; here nobody waits for that.
        if list(&object.value(), "/metadata/finalizers").iter().any(|f| f != FOREGROUND && f != PVC_PROTECTION) {
            let now = stamp(self.now);
            self.update(kind, key, |b| json::default(b, "/metadata/deletionTimestamp", now));
            return false;
        }
        self.store.remove(kind, key);
        true
    }

    fn release_dependents(&mut self, uid: &str) {
        for dependent in self.store.dependents(uid) {
            self.update(dependent.kind, &dependent.key, |b| {
                json::list_at(b, "/metadata/ownerReferences").retain(|o| text(o, "/uid") != uid);
                if list(b, "/metadata/ownerReferences").is_empty() {
                    json::remove(b, "/metadata/ownerReferences");
                }
            });
        }
    }

    /// Deletes what a gone owner owned, unless another owner is left.
    pub fn collect_orphans(&mut self, uid: &str) {
        for dependent in self.store.dependents(uid) {
            let kept = dependent.facts.owners.iter().any(|o| &*o.uid != uid && self.owner_exists(&dependent, &o.uid));
            if !kept {
                self.delete_dependent(&dependent);
            }
        }
    }

    fn owner_exists(&self, dependent: &Object, uid: &str) -> bool {
        dependent.facts.owners.iter().filter(|o| &*o.uid == uid).any(|o| {
            Kind::ALL.iter().filter(|k| k.info().name == &*o.kind).any(|k| {
                let namespace: &str = if k.info().namespaced { &dependent.key.namespace } else { "" };
                self.store.find(*k, namespace, &o.name).is_some_and(|found| &*found.facts.uid == uid)
            })
        })
    }

    fn delete_dependent(&mut self, dependent: &Arc<Object>) {
        if dependent.kind == Kind::Pod {
            self.delete_pod(&dependent.key, None);
        } else {
            self.delete_object(dependent, Propagation::Background);
        }
    }

    /// An object with a deletion timestamp: deletes its dependents, and removes it when nothing holds it any more.
    pub fn finish_foreground(&mut self, kind: Kind, key: &Key) {
        let Some(object) = self.store.get(kind, key).cloned().filter(|o| o.facts.deleting) else { return };
        let body = object.value();
        let finalizers: Vec<Value> = list(&body, "/metadata/finalizers").to_vec();
        let mut waiting = finalizers.iter().any(|f| f != FOREGROUND);
        if finalizers.iter().any(|f| f == FOREGROUND) {
            for dependent in self.store.dependents(&object.facts.uid) {
                waiting = true;
                if !dependent.facts.deleting {
                    if dependent.kind == Kind::Pod {
                        self.delete_pod(&dependent.key, None);
                    } else {
                        self.delete_object(&dependent, Propagation::Foreground);
                    }
                }
            }
            waiting = finalizers.iter().any(|f| f != FOREGROUND)
                || (waiting && !self.store.dependents(&object.facts.uid).is_empty());
        }
        if !waiting {
            self.store.remove(kind, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, pods, world_with_nodes};
    use super::*;

    fn deleted(propagation: Propagation) -> (World, Arc<Object>) {
        let mut world = world_with_nodes(2);
        let key = deployment(&mut world, "web", 3, "web:1");
        advance(&mut world, 30.0);
        let object = world.store.get(Kind::Deployment, &key).cloned().unwrap();
        world.delete_object(&object, propagation);
        world.settle();
        (world, object)
    }

    #[test]
    fn in_the_background_the_owner_goes_first() {
        let (mut world, object) = deleted(Propagation::Background);
        assert!(world.store.get(Kind::Deployment, &object.key).is_none());
        assert_eq!(pods(&world, "d").len(), 3, "stopping takes a moment");
        advance(&mut world, 30.0);
        assert_eq!((world.store.count(Kind::ReplicaSet), pods(&world, "d").len()), (0, 0));
    }

    #[test]
    fn in_the_foreground_the_owner_waits() {
        let (mut world, object) = deleted(Propagation::Foreground);
        assert!(world.store.get(Kind::Deployment, &object.key).is_some_and(|o| o.facts.deleting));
        advance(&mut world, 30.0);
        assert!(world.store.get(Kind::Deployment, &object.key).is_none());
        assert_eq!((world.store.count(Kind::ReplicaSet), pods(&world, "d").len()), (0, 0));
    }

    #[test]
    fn orphans_stay() {
        let (mut world, object) = deleted(Propagation::Orphan);
        advance(&mut world, 30.0);
        assert!(world.store.get(Kind::Deployment, &object.key).is_none());
        assert_eq!((world.store.count(Kind::ReplicaSet), pods(&world, "d").len()), (1, 3));
    }
}
