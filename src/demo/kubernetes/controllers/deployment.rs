//! Deployments: one ReplicaSet per template, rolled over within maxSurge and maxUnavailable.
//!
//! Rules of `pkg/controller/deployment`: rolling.go, recreate.go, progress.go, util/deployment_util.go.

use super::super::events::Said;
use super::super::json::{self, pairs, stamp, text};
use super::super::kinds::Kind;
use super::super::store::Object;
use super::super::world::{World, template_hash};
use super::{Work, active_pods, owner_reference, scaled};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const SOURCE: &str = "deployment-controller";
const REVISION: &str = "deployment.kubernetes.io/revision";
/// Annotations of a Deployment that its ReplicaSets do not get (`annotationsToSkip`).
const KEPT: &[&str] = &["kubectl.kubernetes.io/last-applied-configuration", REVISION];

/// Counts of one ReplicaSet.
struct Set {
    object: Arc<Object>,
    /// spec.replicas.
    wanted: i64,
    /// status.replicas.
    current: i64,
    /// status.readyReplicas.
    ready: i64,
    /// status.availableReplicas.
    available: i64,
    revision: i64,
}

impl Set {
    fn of(object: &Arc<Object>) -> Set {
        let body = object.value();
        let number = |p: &str| json::number(&body, p).unwrap_or(0);
        Set {
            wanted: number("/spec/replicas"),
            current: number("/status/replicas"),
            ready: number("/status/readyReplicas"),
            available: number("/status/availableReplicas"),
            revision: text(&body, "/metadata/annotations/deployment.kubernetes.io~1revision").parse().unwrap_or(0),
            object: Arc::clone(object),
        }
    }
}

impl World {
    /// Brings a Deployment's ReplicaSets nearer to its template and number, and writes its status.
    pub fn sync_deployment(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let replicas = json::number(&body, "/spec/replicas").unwrap_or(1).max(0);
        let paused = json::flag(&body, "/spec/paused");
        let hash = template_hash(body.pointer("/spec/template").unwrap_or(&Value::Null));
        let mut sets: Vec<Set> = self.store.owned(Kind::ReplicaSet, &object.facts.uid).iter().map(Set::of).collect();
        sets.retain(|s| !s.object.facts.deleting);
        sets.sort_by_key(|s| s.revision);
        let newest = sets.iter().position(|s| s.object.facts.label("pod-template-hash") == Some(hash.as_str()));
        let new = match newest {
            Some(i) => Some(sets.remove(i)),
            None if paused => None,
            None => Some(self.make_set(object, &body, &hash, &sets)),
        };
        let Some(new) = new else {
            self.scale_paused(object, &sets, replicas);
            self.write_deployment_status(object, &body, None, &sets);
            return;
        };
        let last = sets.iter().map(|s| s.revision).max().unwrap_or(0);
        let revision = if new.revision > last { new.revision } else { last + 1 };
        self.mark_revision(object, &new, revision);
        let old_pods: i64 = sets.iter().map(|s| s.wanted.max(s.current)).sum();
        if text(&body, "/spec/strategy/type") == "Recreate" {
            for set in sets.iter().filter(|s| s.wanted > 0) {
                self.scale_set(object, set, 0);
            }
            if old_pods == 0 {
                self.scale_set(object, &new, replicas);
            }
        } else if paused || sets.iter().all(|s| s.wanted == 0) {
            self.scale_set(object, &new, replicas);
        } else {
            self.roll(object, &body, &new, &sets, replicas);
        }
        self.clean_up(&body, &sets);
        let refresh = |s: &Set| self.store.get(Kind::ReplicaSet, &s.object.key).map(Set::of);
        let fresh_new = refresh(&new);
        let fresh_old: Vec<Set> = sets.iter().filter_map(refresh).collect();
        self.write_deployment_status(object, &body, fresh_new.as_ref(), &fresh_old);
    }

    fn make_set(&mut self, object: &Arc<Object>, body: &Value, hash: &str, old: &[Set]) -> Set {
        let mut template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
        json::set(&mut template, "/metadata/labels/pod-template-hash", hash);
        let mut selector = body.pointer("/spec/selector").cloned().unwrap_or(Value::Null);
        json::set(&mut selector, "/matchLabels/pod-template-hash", hash);
        let mut annotations =
            body.pointer("/metadata/annotations").and_then(Value::as_object).cloned().unwrap_or_default();
        annotations.retain(|k, _| !KEPT.contains(&k.as_str()));
        let revision = old.iter().map(|s| s.revision).max().unwrap_or(0) + 1;
        annotations.insert(REVISION.into(), revision.to_string().into());
        let labels = template.pointer("/metadata/labels").cloned();
        let mut spec = json!({"replicas": 0, "selector": selector, "template": template});
        if let Some(seconds) = json::number(body, "/spec/minReadySeconds").filter(|seconds| *seconds > 0) {
            spec["minReadySeconds"] = seconds.into();
        }
        let set = self.create(
            Kind::ReplicaSet,
            json!({
                "metadata": {
                    "namespace": &*object.key.namespace, "name": format!("{}-{hash}", object.key.name),
                    "labels": labels, "annotations": annotations, "ownerReferences": [owner_reference(object)],
                },
                "spec": spec,
                "status": {"replicas": 0},
            }),
        );
        Set::of(&set)
    }

    fn mark_revision(&mut self, object: &Arc<Object>, new: &Set, revision: i64) {
        let set_annotation = |b: &mut Value| {
            json::object_at(b, "/metadata/annotations").insert(REVISION.into(), revision.to_string().into());
        };
        // The newest ReplicaSet carries what the Deployment is annotated with, the cause of a change above all.
        let own = object.value();
        let copied: Vec<(String, Value)> = pairs(&own, "/metadata/annotations")
            .filter(|(k, _)| !KEPT.contains(k))
            .map(|(k, v)| (k.into(), v.into()))
            .collect();
        self.update(Kind::ReplicaSet, &new.object.key, |b| {
            set_annotation(b);
            json::object_at(b, "/metadata/annotations").extend(copied);
        });
        self.update(Kind::Deployment, &object.key, set_annotation);
    }

    fn scale_set(&mut self, deployment: &Arc<Object>, set: &Set, replicas: i64) {
        if set.wanted == replicas {
            return;
        }
        self.set_replicas(Kind::ReplicaSet, &set.object.key, replicas);
        let way = if replicas > set.wanted { "up" } else { "down" };
        let message = if set.wanted == 0 && way == "up" {
            format!("Scaled {way} replica set {} to {replicas}", set.object.key.name)
        } else {
            format!("Scaled {way} replica set {} to {replicas} from {}", set.object.key.name, set.wanted)
        };
        self.say(deployment, Said::normal(SOURCE, "ScalingReplicaSet", &message));
    }

    /// A paused Deployment still follows its number, with the ReplicaSet that has the most pods.
    fn scale_paused(&mut self, object: &Arc<Object>, sets: &[Set], replicas: i64) {
        if let Some(biggest) = sets.iter().max_by_key(|s| s.wanted) {
            let others: i64 = sets.iter().map(|s| s.wanted).sum::<i64>() - biggest.wanted;
            self.scale_set(object, biggest, (replicas - others).max(0));
        }
    }

    fn roll(&mut self, object: &Arc<Object>, body: &Value, new: &Set, old: &[Set], replicas: i64) {
        let surge = scaled(body.pointer("/spec/strategy/rollingUpdate/maxSurge"), replicas, true);
        let mut unavailable = scaled(body.pointer("/spec/strategy/rollingUpdate/maxUnavailable"), replicas, false);
        if surge == 0 && unavailable == 0 {
            unavailable = 1;
        }
        let total = new.wanted + old.iter().map(|s| s.wanted).sum::<i64>();
        if new.wanted > replicas {
            self.scale_set(object, new, replicas);
            return;
        }
        let room = replicas.saturating_add(surge).saturating_sub(total);
        if new.wanted < replicas && room > 0 {
            self.scale_set(object, new, (new.wanted + room).min(replicas));
            return;
        }
        // Scale down what is old, first what serves nobody, then what the promise of availability leaves.
        let least = replicas - unavailable;
        let new_short = new.wanted - new.available;
        let mut can_go = total - least - new_short;
        let mut left: Vec<i64> = old.iter().map(|s| s.wanted).collect();
        for (set, wanted) in old.iter().zip(left.iter_mut()) {
            let sick = (set.wanted - set.available).max(0).min(can_go.max(0));
            *wanted -= sick;
            can_go -= sick;
        }
        let serving: i64 = new.available + old.iter().map(|s| s.available).sum::<i64>();
        let mut spare = (serving - least).max(0);
        for wanted in &mut left {
            let cut = (*wanted).min(spare).min(can_go.max(0));
            *wanted -= cut;
            spare -= cut;
            can_go -= cut;
        }
        for (set, wanted) in old.iter().zip(left) {
            self.scale_set(object, set, wanted);
        }
    }

    fn clean_up(&mut self, body: &Value, old: &[Set]) {
        let limit = json::number(body, "/spec/revisionHistoryLimit").unwrap_or(10).max(0) as usize;
        let idle: Vec<&Set> = old.iter().filter(|s| s.wanted == 0 && s.current == 0).collect();
        for set in idle.iter().take(idle.len().saturating_sub(limit)) {
            self.store.remove(Kind::ReplicaSet, &set.object.key);
        }
    }

    fn write_deployment_status(&mut self, object: &Arc<Object>, body: &Value, new: Option<&Set>, old: &[Set]) {
        let replicas = json::number(body, "/spec/replicas").unwrap_or(1).max(0);
        let sum = |f: fn(&Set) -> i64| new.map_or(0, f) + old.iter().map(f).sum::<i64>();
        // Pods made a moment ago do not stand in the ReplicaSet's status yet; count them as the API would soon.
        let pods = |s: &Set| active_pods(self, &s.object).len() as i64;
        let total = new.map_or(0, pods) + old.iter().map(pods).sum::<i64>();
        let updated = new.map_or(0, pods);
        let (ready, available) = (sum(|s| s.ready).min(total), sum(|s| s.available).min(total));
        let mut status = Map::new();
        status.insert("observedGeneration".into(), object.facts.generation.into());
        let short = (replicas.max(sum(|s| s.wanted)) - available).max(0);
        for (name, count) in [
            ("replicas", total),
            ("updatedReplicas", updated),
            ("readyReplicas", ready),
            ("availableReplicas", available),
            ("unavailableReplicas", short),
        ] {
            if count > 0 {
                status.insert(name.into(), count.into());
            }
        }
        let surge_free = scaled(body.pointer("/spec/strategy/rollingUpdate/maxUnavailable"), replicas, false);
        let enough = available >= replicas - surge_free;
        let complete = updated == replicas && total == replicas && available == replicas;
        let set_name = new.map(|s| s.object.key.name.to_string()).unwrap_or_default();
        let conditions =
            self.deployment_conditions(object, body, enough, complete, &set_name, (updated, total, available));
        status.insert("conditions".into(), conditions);
        self.set_status(Kind::Deployment, &object.key, status);
    }

    fn deployment_conditions(
        &mut self,
        object: &Arc<Object>,
        body: &Value,
        enough: bool,
        complete: bool,
        set: &str,
        counts: (i64, i64, i64),
    ) -> Value {
        let old =
            |kind: &str| json::list(body, "/status/conditions").iter().find(|c| text(c, "/type") == kind).cloned();
        let now = stamp(self.now);
        let condition = |kind: &str, status: &str, reason: &str, message: &str, touched: bool| {
            let before = old(kind);
            let same = before.as_ref().filter(|b| text(b, "/status") == status);
            let since = same.map_or(now.as_str(), |b| text(b, "/lastTransitionTime"));
            let kept =
                before.as_ref().filter(|b| text(b, "/reason") == reason && text(b, "/message") == message && !touched);
            let updated = kept.map_or(now.as_str(), |b| text(b, "/lastUpdateTime"));
            json!({"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": since, "lastUpdateTime": updated})
        };
        let available = if enough {
            condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", false)
        } else {
            let message = "Deployment does not have minimum availability.";
            condition("Available", "False", "MinimumReplicasUnavailable", message, false)
        };
        let before = old("Progressing").unwrap_or(Value::Null);
        let was_complete =
            text(&before, "/reason") == "NewReplicaSetAvailable" && text(&before, "/message").contains(set);
        let status = body.get("status").unwrap_or(&Value::Null);
        let number = |p: &str| json::number(status, p).unwrap_or(0);
        let moved = counts != (number("/updatedReplicas"), number("/replicas"), number("/availableReplicas"));
        let progressing = if complete || (was_complete && !set.is_empty()) {
            // A rollout that once was complete stays so, also while single pods fail later.
            let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
            condition("Progressing", "True", "NewReplicaSetAvailable", &message, false)
        } else if json::flag(body, "/spec/paused") {
            condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", false)
        } else {
            self.progress(object, body, &before, set, moved, &condition)
        };
        json!([available, progressing])
    }

    fn progress(
        &mut self,
        object: &Arc<Object>,
        body: &Value,
        before: &Value,
        set: &str,
        moved: bool,
        condition: &dyn Fn(&str, &str, &str, &str, bool) -> Value,
    ) -> Value {
        let deadline = json::number(body, "/spec/progressDeadlineSeconds").unwrap_or(600);
        let last = json::seconds(text(before, "/lastUpdateTime"));
        let waited = last.map_or(0.0, |l| (self.now.as_second() - l) as f64 * self.speed);
        let late = text(before, "/message").contains(set) && !moved && waited >= deadline as f64;
        if late || (text(before, "/reason") == "ProgressDeadlineExceeded" && !moved) {
            let message = format!("ReplicaSet \"{set}\" has timed out progressing.");
            return condition("Progressing", "False", "ProgressDeadlineExceeded", &message, false);
        }
        // A rollout that moves begins its time anew.
        let left = deadline as f64 - if moved { 0.0 } else { waited };
        self.look_again(left.max(0.0) + 1.0, Work::Sync(Kind::Deployment, object.key.clone()));
        let message = format!("ReplicaSet \"{set}\" is progressing.");
        condition("Progressing", "True", "ReplicaSetUpdated", &message, moved)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::store::Key;
    use super::super::super::testing::{advance, deployment, pods, world_with_nodes};
    use super::*;

    fn status(world: &World, key: &Key) -> Value {
        world.store.get(Kind::Deployment, key).unwrap().value()["status"].clone()
    }

    #[test]
    fn a_new_deployment_becomes_available() {
        let mut world = world_with_nodes(3);
        let key = deployment(&mut world, "web", 4, "web:1");
        advance(&mut world, 40.0);
        let status = status(&world, &key);
        assert_eq!(status["availableReplicas"], 4, "{status}");
        assert_eq!(status["conditions"][1]["reason"], "NewReplicaSetAvailable");
        assert_eq!(status["observedGeneration"], 1);
        let name = &pods(&world, "d")[0];
        assert!(name.starts_with("web-") && name.split('-').count() == 3, "{name}");
    }

    #[test]
    fn a_rollout_never_leaves_its_bounds_and_ends_on_the_new_template() {
        let mut world = world_with_nodes(3);
        let key = deployment(&mut world, "web", 8, "web:1");
        advance(&mut world, 40.0);
        world.update(Kind::Deployment, &key, |b| {
            json::set(&mut b["spec"]["template"]["spec"]["containers"][0], "/image", "web:2");
        });
        for _ in 0..600 {
            advance(&mut world, 0.1);
            let live: Vec<_> = world.store.list(Kind::Pod, Some("d")).filter(|p| !p.facts.deleting).collect();
            assert!(live.len() <= 10, "maxSurge 25% of 8");
            let ready = live.iter().filter(|p| p.facts.pod.as_ref().unwrap().ready).count();
            assert!(ready >= 6, "maxUnavailable 25% of 8: {ready}");
        }
        let status = status(&world, &key);
        assert_eq!((status["updatedReplicas"].as_i64(), status["availableReplicas"].as_i64()), (Some(8), Some(8)));
        let images: std::collections::BTreeSet<String> = world
            .store
            .list(Kind::Pod, Some("d"))
            .map(|p| text(&p.value(), "/spec/containers/0/image").to_owned())
            .collect();
        assert_eq!(images.into_iter().collect::<Vec<_>>(), ["web:2"]);
        assert_eq!(world.store.count(Kind::ReplicaSet), 2, "the old one is kept for a way back");
        let body = world.store.get(Kind::Deployment, &key).unwrap().value();
        assert_eq!(body["metadata"]["annotations"][REVISION], "2");
    }

    #[test]
    fn a_broken_template_stalls_the_rollout_and_the_old_pods_serve_on() {
        let mut world = world_with_nodes(3);
        let key = deployment(&mut world, "web", 4, "web:1");
        advance(&mut world, 40.0);
        world.update(Kind::Deployment, &key, |b| {
            json::set(&mut b["spec"]["template"]["spec"]["containers"][0], "/image", "web:missing");
        });
        advance(&mut world, 700.0);
        let status = status(&world, &key);
        assert_eq!(status["availableReplicas"], 3, "{status}");
        assert_eq!(status["conditions"][1]["reason"], "ProgressDeadlineExceeded");
    }

    #[test]
    fn scaling_keeps_the_replica_set() {
        let mut world = world_with_nodes(3);
        let key = deployment(&mut world, "web", 2, "web:1");
        advance(&mut world, 40.0);
        world.set_replicas(Kind::Deployment, &key, 6);
        advance(&mut world, 40.0);
        assert_eq!(status(&world, &key)["readyReplicas"], 6);
        assert_eq!(world.store.count(Kind::ReplicaSet), 1);
    }
}
