//! StatefulSets: pods with numbers, made and replaced in order.

use super::super::claims;
use super::super::events::Said;
use super::super::json::{self, stamp, text};
use super::super::kinds::Kind;
use super::super::store::{Key, Object};
use super::super::world::{World, template_hash};
use super::{Work, pod_from_template};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const SOURCE: &str = "statefulset-controller";

impl World {
    /// Makes the lowest missing pod, gives up the highest superfluous one, replaces outdated ones from the top.
    pub fn sync_stateful_set(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let wanted = json::number(&body, "/spec/replicas").unwrap_or(1).max(0);
        let hash = template_hash(body.pointer("/spec/template").unwrap_or(&Value::Null));
        let revision = format!("{}-{hash}", object.key.name);
        self.keep_revision(object, &body, &hash);
        let parallel = text(&body, "/spec/podManagementPolicy") == "Parallel";
        let pod = |world: &World, ordinal: i64| {
            let key = Key::new(&object.key.namespace, &format!("{}-{ordinal}", object.key.name));
            world
                .store
                .get(Kind::Pod, &key)
                .filter(|p| p.facts.controller().is_some_and(|o| o.uid == object.facts.uid))
                .cloned()
        };
        let ready = |p: &Object| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.ready);
        let mut waiting = false;
        let work = Work::Sync(Kind::StatefulSet, object.key.clone());
        let (mut made, most) = (0, self.may_make(&work));
        for ordinal in 0..wanted {
            match pod(self, ordinal) {
                None => {
                    waiting = true;
                    if made == most || self.make_ordinal(object, &body, ordinal, &revision).is_none() {
                        self.go_on(work.clone());
                        break;
                    }
                    made += 1;
                }
                Some(p) if p.facts.pod.as_ref().is_some_and(|f| !f.active()) => {
                    self.delete_pod(&p.key, Some(0));
                    waiting = true;
                }
                Some(p) => waiting |= !ready(&p),
            }
            if waiting && !parallel {
                break;
            }
        }
        let mut extra: Vec<Arc<Object>> = self.store.owned(Kind::Pod, &object.facts.uid);
        extra.retain(|p| ordinal_of(p).is_some_and(|o| o >= wanted));
        extra.sort_by_key(|p| std::cmp::Reverse(ordinal_of(p)));
        if !waiting || parallel {
            let first = extra.first().filter(|p| !p.facts.deleting).cloned();
            let all: Vec<Arc<Object>> = if parallel {
                extra.iter().filter(|p| !p.facts.deleting).cloned().collect()
            } else {
                first.into_iter().collect()
            };
            for pod in all {
                self.delete_pod(&pod.key, None);
                let message = format!("delete Pod {} in StatefulSet {} successful", pod.key.name, object.key.name);
                self.say(object, Said::normal(SOURCE, "SuccessfulDelete", &message));
            }
        }
        if !waiting && extra.is_empty() && text(&body, "/spec/updateStrategy/type") == "RollingUpdate" {
            let partition = json::number(&body, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
            let outdated = (partition..wanted)
                .rev()
                .filter_map(|o| pod(self, o))
                .find(|p| p.facts.label("controller-revision-hash") != Some(revision.as_str()));
            if let Some(old) = outdated {
                self.delete_pod(&old.key, None);
            }
        }
        self.write_stateful_status(object, &body, &revision);
    }

    /// `None` when there is no room for the pod.
    fn make_ordinal(
        &mut self,
        object: &Arc<Object>,
        body: &Value,
        ordinal: i64,
        revision: &str,
    ) -> Option<Arc<Object>> {
        let name = format!("{}-{ordinal}", object.key.name);
        let mut template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
        for (key, value) in [
            ("controller-revision-hash", revision.to_owned()),
            ("statefulset.kubernetes.io/pod-name", name.clone()),
            ("apps.kubernetes.io/pod-index", ordinal.to_string()),
        ] {
            json::object_at(&mut template, "/metadata/labels").insert(key.into(), value.into());
        }
        for claim in json::list(body, "/spec/volumeClaimTemplates") {
            let claim_name = format!("{}-{name}", text(claim, "/metadata/name"));
            json::list_at(&mut template, "/spec/volumes").push(
                json!({"name": text(claim, "/metadata/name"), "persistentVolumeClaim": {"claimName": claim_name}}),
            );
            self.make_claim(object, claim, &claim_name);
        }
        let mut pod = pod_from_template(self, object, &template);
        json::set(&mut pod, "/metadata/name", name.clone());
        json::remove(&mut pod, "/metadata/generateName");
        json::set(&mut pod, "/spec/hostname", name.clone());
        json::set(&mut pod, "/spec/subdomain", text(body, "/spec/serviceName"));
        let made = self.create_for(object, Kind::Pod, pod)?;
        let message = format!("create Pod {name} in StatefulSet {} successful", object.key.name);
        self.say(object, Said::normal(SOURCE, "SuccessfulCreate", &message));
        Some(made)
    }

    fn make_claim(&mut self, object: &Arc<Object>, claim: &Value, name: &str) {
        if self.store.find(Kind::PersistentVolumeClaim, &object.key.namespace, name).is_some() {
            return;
        }
        let mut body = json!({
            "metadata": {
                "namespace": &*object.key.namespace, "name": name,
                "labels": object.value().pointer("/spec/selector/matchLabels").cloned().unwrap_or_else(|| json!({})),
            },
            "spec": claim.get("spec").cloned().unwrap_or_else(|| json!({})),
        });
        claims::admit(self, &mut body);
        self.create(Kind::PersistentVolumeClaim, body);
    }

    fn write_stateful_status(&mut self, object: &Arc<Object>, body: &Value, revision: &str) {
        let pods = self.store.owned(Kind::Pod, &object.facts.uid);
        let count = |f: &dyn Fn(&Object) -> bool| pods.iter().filter(|p| f(p)).count() as i64;
        let updated = count(&|p| p.facts.label("controller-revision-hash") == Some(revision) && !p.facts.deleting);
        let ready = count(&|p| p.facts.pod.as_ref().is_some_and(|f| f.ready));
        let wanted = json::number(body, "/spec/replicas").unwrap_or(1);
        let before = text(body, "/status/currentRevision");
        let current = if before.is_empty() || updated == wanted { revision } else { before };
        let mut status = Map::new();
        for (name, value) in [
            ("replicas", json!(pods.len())),
            ("readyReplicas", json!(ready)),
            ("availableReplicas", json!(ready)),
            ("updatedReplicas", json!(updated)),
            ("currentReplicas", json!(count(&|p| p.facts.label("controller-revision-hash") == Some(current)))),
            ("currentRevision", json!(current)),
            ("updateRevision", json!(revision)),
            ("collisionCount", json!(0)),
            ("observedGeneration", json!(object.facts.generation)),
        ] {
            // Counts that are none are left out, but for these two.
            if value != 0 || matches!(name, "replicas" | "availableReplicas" | "collisionCount") {
                status.insert(name.into(), value);
            }
        }
        self.set_status(Kind::StatefulSet, &object.key, status);
    }

    /// Sets an annotation on a workload's template, as `kubectl rollout restart` does.
    pub fn restart_rollout(&mut self, kind: Kind, key: &Key) {
        let now = stamp(self.now);
        self.update(kind, key, |b| {
            json::object_at(b, "/spec/template/metadata/annotations")
                .insert("kubectl.kubernetes.io/restartedAt".into(), now.into());
        });
    }
}

/// The number at the end of a pod's name.
fn ordinal_of(pod: &Object) -> Option<i64> {
    pod.key.name.rsplit('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, pods, world_with_nodes};
    use super::super::BURST;
    use super::*;

    fn make(world: &mut World) -> Key {
        let mut body = json!({
            "metadata": {"namespace": "d", "name": "db"},
            "spec": {"replicas": 3, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}},
                "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "2Gi"}}}}],
                "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "a", "image": "db:1"}]}}},
        });
        super::super::super::defaults::fill(Kind::StatefulSet, &mut body);
        world.create(Kind::StatefulSet, body).key.clone()
    }

    #[test]
    fn pods_come_one_after_the_other_and_go_from_the_top() {
        let mut world = world_with_nodes(3);
        world.create(Kind::StorageClass, json!({"metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}));
        let key = make(&mut world);
        advance(&mut world, 0.05);
        assert_eq!(pods(&world, "d"), ["db-0"]);
        advance(&mut world, 60.0);
        assert_eq!(pods(&world, "d"), ["db-0", "db-1", "db-2"]);
        assert_eq!(world.store.get(Kind::StatefulSet, &key).unwrap().value()["status"]["readyReplicas"], 3);
        assert_eq!(world.store.count(Kind::PersistentVolumeClaim), 3);
        world.set_replicas(Kind::StatefulSet, &key, 1);
        advance(&mut world, 30.0);
        assert_eq!(pods(&world, "d"), ["db-0"]);
    }

    #[test]
    fn very_many_parallel_pods_are_made_bit_by_bit() {
        let mut world = world_with_nodes(1);
        let mut body = json!({
            "metadata": {"namespace": "d", "name": "wide"},
            "spec": {"replicas": 2_000_000_000, "podManagementPolicy": "Parallel", "selector": {"matchLabels": {"app": "w"}},
                "template": {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "a", "image": "w:1"}]}}},
        });
        super::super::super::defaults::fill(Kind::StatefulSet, &mut body);
        world.create(Kind::StatefulSet, body);
        world.settle();
        assert_eq!(pods(&world, "d").len(), BURST);
        advance(&mut world, 1.5);
        assert_eq!(pods(&world, "d").len(), 2 * BURST);
    }

    #[test]
    fn a_new_template_replaces_every_pod() {
        let mut world = world_with_nodes(3);
        world.create(Kind::StorageClass, json!({"metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}));
        let key = make(&mut world);
        advance(&mut world, 60.0);
        world.restart_rollout(Kind::StatefulSet, &key);
        advance(&mut world, 120.0);
        let status = world.store.get(Kind::StatefulSet, &key).unwrap().value()["status"].clone();
        assert_eq!(status["updatedReplicas"], 3);
        assert_eq!(status["currentRevision"], status["updateRevision"]);
    }
}
