//! ReplicaSets and ReplicationControllers: so many pods, no more and no fewer.

use super::super::events::Said;
use super::super::json;
use super::super::kinds::Kind;
use super::super::selector::LabelSelector;
use super::super::store::{Key, Object};
use super::super::world::World;
use super::{Work, active_pods, available, owner_reference, pod_from_template, rank_for_deletion};
use serde_json::{Map, Value};
use std::sync::Arc;

impl World {
    /// Makes or deletes pods of a ReplicaSet or ReplicationController and writes its status.
    pub fn sync_replicas(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let wanted = json::number(&body, "/spec/replicas").unwrap_or(1).max(0) as usize;
        self.adopt(object, &body);
        let mut pods = active_pods(self, object);
        let source = if object.kind == Kind::ReplicaSet { "replicaset-controller" } else { "replication-controller" };
        if pods.len() < wanted {
            let template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
            let work = Work::Sync(object.kind, object.key.clone());
            for _ in pods.len()..wanted.min(pods.len() + self.may_make(&work)) {
                let pod = pod_from_template(self, object, &template);
                let Some(made) = self.create_for(object, Kind::Pod, pod) else { break };
                self.say(object, Said::normal(source, "SuccessfulCreate", &format!("Created pod: {}", made.key.name)));
                pods.push(made);
            }
            if pods.len() < wanted {
                self.go_on(work);
            }
        } else if pods.len() > wanted {
            pods.sort_by_key(|p| rank_for_deletion(p));
            for pod in pods.drain(..pods.len() - wanted).collect::<Vec<_>>() {
                self.delete_pod(&pod.key, None);
                self.say(object, Said::normal(source, "SuccessfulDelete", &format!("Deleted pod: {}", pod.key.name)));
            }
        }
        self.write_replica_status(object, &body, &pods);
    }

    /// Takes over pods without a controller that the selector finds.
    fn adopt(&mut self, object: &Arc<Object>, body: &Value) {
        let spec = body.pointer("/spec/selector").unwrap_or(&Value::Null);
        let selector =
            if object.kind == Kind::ReplicaSet { LabelSelector::of(spec) } else { LabelSelector::of_map(spec) };
        if selector.is_empty() {
            return;
        }
        let orphans: Vec<Key> = self
            .store
            .list(Kind::Pod, Some(&object.key.namespace))
            .filter(|p| p.facts.owners.is_empty() && !p.facts.deleting && selector.matches(&p.facts))
            .map(|p| p.key.clone())
            .collect();
        for key in orphans {
            let reference = owner_reference(object);
            self.update(Kind::Pod, &key, |b| json::list_at(b, "/metadata/ownerReferences").push(reference));
        }
    }

    fn write_replica_status(&mut self, object: &Arc<Object>, body: &Value, pods: &[Arc<Object>]) {
        let min_ready = json::number(body, "/spec/minReadySeconds").unwrap_or(0);
        let ready = pods.iter().filter(|p| p.facts.pod.as_ref().is_some_and(|f| f.ready)).count();
        let serving = pods.iter().filter(|p| available(self, p, min_ready)).count();
        let mut status = Map::new();
        status.insert("replicas".into(), pods.len().into());
        status.insert("observedGeneration".into(), object.facts.generation.into());
        for (name, count) in
            [("fullyLabeledReplicas", pods.len()), ("readyReplicas", ready), ("availableReplicas", serving)]
        {
            if count > 0 {
                status.insert(name.into(), count.into());
            }
        }
        if let Some(conditions) = body.pointer("/status/conditions") {
            status.insert("conditions".into(), conditions.clone());
        }
        self.set_status(object.kind, &object.key, status);
        // The next pod to become available is looked at when its time has come.
        let left = pods
            .iter()
            .filter(|p| !available(self, p, min_ready))
            .filter_map(|p| p.facts.pod.as_ref().filter(|f| f.ready))
            .map(|f| min_ready as f64 - (self.now.as_second() - f.ready_since) as f64 * self.speed)
            .min_by(f64::total_cmp);
        if let Some(left) = left {
            self.look_again(left, Work::Sync(object.kind, object.key.clone()));
        }
    }

    /// Sets `spec.replicas` of an object.
    pub fn set_replicas(&mut self, kind: Kind, key: &Key, replicas: i64) {
        self.update(kind, key, |b| json::set(b, "/spec/replicas", replicas));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, pods, world_with_nodes};
    use super::super::BURST;
    use super::*;
    use serde_json::json;

    fn replica_set(world: &mut World, replicas: i64) -> Key {
        let body = json!({
            "metadata": {"namespace": "d", "name": "web"},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "a", "image": "web:1"}], "schedulerName": "default-scheduler", "restartPolicy": "Always"}}},
        });
        world.create(Kind::ReplicaSet, body).key.clone()
    }

    #[test]
    fn pods_are_made_and_given_up_to_the_wanted_number() {
        let mut world = world_with_nodes(3);
        let key = replica_set(&mut world, 4);
        advance(&mut world, 30.0);
        assert_eq!(pods(&world, "d").len(), 4);
        let status = world.store.get(Kind::ReplicaSet, &key).unwrap().value()["status"].clone();
        assert_eq!((status["replicas"].as_i64(), status["readyReplicas"].as_i64()), (Some(4), Some(4)));
        world.set_replicas(Kind::ReplicaSet, &key, 1);
        advance(&mut world, 30.0);
        assert_eq!(pods(&world, "d").len(), 1);
    }

    #[test]
    fn very_many_pods_are_made_bit_by_bit_until_there_is_no_room() {
        let mut world = world_with_nodes(1);
        let key = replica_set(&mut world, 2_000_000_000);
        world.settle();
        assert_eq!(pods(&world, "d").len(), BURST);
        advance(&mut world, 1.5);
        assert_eq!(pods(&world, "d").len(), 2 * BURST);
        let bound = world.store.list(Kind::Pod, None).filter(|p| p.facts.pod.as_ref().unwrap().node.is_some()).count();
        assert_eq!(bound, 110, "the node is full");
        let quota = std::mem::replace(&mut world.store.quota_bytes, 0);
        advance(&mut world, 100.0);
        assert_eq!(pods(&world, "d").len(), 2 * BURST);
        let told = world.store.list(Kind::Event, None).any(|e| {
            let event = e.value();
            event["reason"] == "FailedCreate" && event["involvedObject"]["name"] == *key.name
        });
        assert!(told, "the owner is told");
        world.store.quota_bytes = quota;
        world.set_replicas(Kind::ReplicaSet, &key, 3);
        advance(&mut world, 60.0);
        assert_eq!(pods(&world, "d").len(), 3);
    }

    #[test]
    fn a_deleted_pod_is_replaced_and_an_orphan_is_taken_over() {
        let mut world = world_with_nodes(3);
        let orphan = json!({"metadata": {"namespace": "d", "name": "lone", "labels": {"app": "web"}}, "spec": {"containers": [{"name": "a", "image": "web:1"}], "schedulerName": "default-scheduler"}});
        world.create(Kind::Pod, orphan);
        replica_set(&mut world, 2);
        advance(&mut world, 30.0);
        let names = pods(&world, "d");
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"lone".to_owned()));
        world.delete_pod(&Key::new("d", "lone"), None);
        advance(&mut world, 30.0);
        let names = pods(&world, "d");
        assert!(names.len() == 2 && !names.contains(&"lone".to_owned()));
    }
}
