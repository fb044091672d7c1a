//! Controllers: each brings what is nearer to what is wanted, woken by changes of the objects it cares about.

pub mod budget;
pub mod cron;
pub mod daemon_set;
pub mod deployment;
pub mod endpoint_slices;
pub mod endpoints;
pub mod garbage;
pub mod job;
pub mod namespace;
pub mod quota;
pub mod replica_set;
pub mod revisions;
pub mod stateful_set;

use super::facts::{Phase, PodFacts};
use super::json::{self, text};
use super::kinds::Kind;
use super::selector::LabelSelector;
use super::store::{Change, Key, Object, Verb};
use super::world::{Task, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// The most pods that a controller makes in one go (`BurstReplicas`, `maxPodCreateDeletePerSync`); it goes on a second later.
pub const BURST: usize = 500;
/// Seconds until it does.
pub const BURST_PAUSE: f64 = 1.0;

/// What a controller has to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// A namespace came, or is going away.
    Namespace(Key),
    /// A workload or one of its parts changed.
    Sync(Kind, Key),
    /// An owner is gone: what it owned may go too.
    Collect(String),
    /// An object waits for its dependents before it may go.
    Foreground(Kind, Key),
    /// A service or the pods behind it changed.
    Endpoints(Key),
    /// A new pod wants a node.
    Schedule(Key),
    /// Room may have come up: waiting pods are tried again.
    ScheduleAll,
}

impl World {
    /// Finds out whom a change concerns.
    pub fn react(&mut self, change: &Change) {
        let object = &change.object;
        let gone = change.verb == Verb::Deleted;
        match object.kind {
            Kind::Pod => self.react_to_pod(change),
            Kind::Node => self.react_to_node(change),
            Kind::Service => {
                let spec = object.value().pointer("/spec/selector").cloned().unwrap_or(Value::Null);
                let selector = LabelSelector::of_map(&spec);
                if gone || selector.is_empty() {
                    self.services.remove(&object.key);
                } else {
                    self.services.insert(object.key.clone(), selector);
                }
                self.enqueue(Work::Endpoints(object.key.clone()));
            }
            Kind::Namespace => self.enqueue(Work::Namespace(object.key.clone())),
            Kind::PersistentVolumeClaim if gone => self.release_claim(object),
            Kind::PersistentVolumeClaim if change.verb == Verb::Added => {
                self.react_to_claim(object);
                self.enqueue(Work::ScheduleAll);
            }
            Kind::StorageClass if change.verb == Verb::Added => {
                self.react_to_class();
                self.enqueue(Work::ScheduleAll);
            }
            Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::CronJob
            | Kind::PodDisruptionBudget
            | Kind::ResourceQuota
                if !gone =>
            {
                self.enqueue(Work::Sync(object.kind, object.key.clone()));
            }
            Kind::ReplicaSet | Kind::ReplicationController | Kind::Job => {
                if !gone {
                    self.enqueue(Work::Sync(object.kind, object.key.clone()));
                }
                self.wake_owner(object);
            }
            _ => {}
        }
        let counted = change.verb != Verb::Modified || matches!(object.kind, Kind::Pod | Kind::PersistentVolumeClaim);
        if counted && object.kind.info().namespaced && object.kind != Kind::Event && object.kind != Kind::Lease {
            self.wake_quotas(object);
        }
        if gone && !matches!(object.kind, Kind::Event | Kind::Lease | Kind::Pod) {
            self.enqueue(Work::Collect(object.facts.uid.to_string()));
        }
        if gone {
            self.wake_waiting_owners(object);
        }
        if !gone && object.facts.deleting && object.kind != Kind::Pod && object.kind != Kind::Namespace {
            self.enqueue(Work::Foreground(object.kind, object.key.clone()));
        }
    }

    fn react_to_pod(&mut self, change: &Change) {
        let pod = &change.object;
        let old = change.previous.as_ref().and_then(|p| p.facts.pod.as_ref());
        let Some(facts) = pod.facts.pod.clone() else { return };
        self.wake_owner(pod);
        match change.verb {
            Verb::Deleted => {
                self.lives.remove(&pod.facts.uid);
                self.unscheduled.remove(&pod.key);
                self.enqueue(Work::ScheduleAll);
            }
            _ if facts.node.is_none() => {
                if change.verb == Verb::Added {
                    self.enqueue(Work::Schedule(pod.key.clone()));
                }
            }
            _ => {
                let known = self.lives.contains_key(&pod.facts.uid);
                if let Some(node) = facts.node.as_deref().filter(|_| !known && facts.active()) {
                    if facts.phase == Phase::Running {
                        self.recall_pod(pod, node);
                    } else {
                        self.adopt_pod(pod, node);
                    }
                }
                let was_deleting = change.previous.as_ref().is_some_and(|p| p.facts.deleting);
                if pod.facts.deleting && !was_deleting {
                    self.stop_pod(pod);
                }
                if !facts.active() && old.is_some_and(PodFacts::active) {
                    self.enqueue(Work::ScheduleAll);
                }
            }
        }
        self.wake_budgets(pod);
        let serves = |f: &PodFacts| (f.ready, f.ip.clone(), f.node.clone());
        let deleting_changed = change.previous.as_ref().is_none_or(|p| p.facts.deleting != pod.facts.deleting);
        if change.verb == Verb::Deleted || deleting_changed || old.map(serves) != Some(serves(&facts)) {
            let behind: Vec<Key> = self
                .services
                .iter()
                .filter(|(key, selector)| key.namespace == pod.key.namespace && selector.matches(&pod.facts))
                .map(|(key, _)| key.clone())
                .collect();
            behind.into_iter().for_each(|key| self.enqueue(Work::Endpoints(key)));
        }
    }

    fn react_to_node(&mut self, change: &Change) {
        let name = change.object.key.name.clone();
        let essence = |o: &Object| {
            let body = o.value();
            let parts = ["/spec", "/metadata/labels", "/status/allocatable"];
            parts.map(|p| body.pointer(p).cloned().unwrap_or(Value::Null))
        };
        if change.verb == Verb::Modified
            && change.previous.as_ref().is_some_and(|p| essence(p) == essence(&change.object))
        {
            return;
        }
        if change.verb != Verb::Modified {
            self.enqueue(Work::Endpoints(Key::new("default", "kubernetes")));
        }
        if change.verb == Verb::Deleted {
            // The pod garbage collector removes the pods of a node that no longer exists.
            let pods: Vec<Key> = self.store.pods_on(&name).map(|p| p.key.clone()).collect();
            for pod in pods {
                self.store.remove(Kind::Pod, &pod);
            }
            if let Some(node) = self.nodes.get_mut(&*name) {
                node.registered = false;
                // Its kubelet still runs and registers again, as one whose node object was deleted by hand does
                // when it is restarted.
                self.later(120.0, Task::Register(name.to_string()));
            }
        }
        let sets: Vec<Key> = self.store.list(Kind::DaemonSet, None).map(|d| d.key.clone()).collect();
        sets.into_iter().for_each(|key| self.enqueue(Work::Sync(Kind::DaemonSet, key)));
        self.enqueue(Work::ScheduleAll);
    }

    fn wake_owner(&mut self, object: &Object) {
        if let Some(owner) = object.facts.controller()
            && let Some(kind) = Kind::ALL.iter().copied().find(|k| k.info().name == &*owner.kind && k.info().namespaced)
        {
            let key = Key::new(&object.key.namespace, &owner.name);
            if self.store.get(kind, &key).is_some_and(|o| o.facts.uid == owner.uid) {
                self.enqueue(Work::Sync(kind, key));
            }
        }
    }

    /// An owner that is being deleted in the foreground may be waiting for this object.
    fn wake_waiting_owners(&mut self, object: &Object) {
        if object.facts.owners.is_empty()
            && self.store.find(Kind::Namespace, "", &object.key.namespace).is_some_and(|n| n.facts.deleting)
        {
            self.enqueue(Work::Namespace(Key::new("", &object.key.namespace)));
        }
        for owner in object.facts.owners.iter() {
            let kind = Kind::ALL.iter().copied().find(|k| k.info().name == &*owner.kind);
            if let Some(kind) = kind {
                let namespace: &str = if kind.info().namespaced { &object.key.namespace } else { "" };
                let key = Key::new(namespace, &owner.name);
                if self.store.get(kind, &key).is_some_and(|o| o.facts.deleting) {
                    self.enqueue(Work::Foreground(kind, key));
                }
            }
        }
        if self.store.find(Kind::Namespace, "", &object.key.namespace).is_some_and(|n| n.facts.deleting) {
            self.enqueue(Work::Namespace(Key::new("", &object.key.namespace)));
        }
    }

    /// Does one piece of work.
    pub fn work_on(&mut self, work: Work) {
        match work {
            Work::Namespace(key) => self.sync_namespace(&key),
            Work::Collect(uid) => self.collect_orphans(&uid),
            Work::Foreground(kind, key) => self.finish_foreground(kind, &key),
            Work::Endpoints(key) => self.sync_endpoints(&key),
            Work::Schedule(key) => self.schedule_new(key),
            Work::ScheduleAll => self.schedule_all(),
            Work::Sync(kind, key) => {
                let Some(object) = self.store.get(kind, &key).cloned().filter(|o| !o.facts.deleting) else { return };
                match kind {
                    Kind::Deployment => self.sync_deployment(&object),
                    Kind::ReplicaSet | Kind::ReplicationController => self.sync_replicas(&object),
                    Kind::StatefulSet => self.sync_stateful_set(&object),
                    Kind::DaemonSet => self.sync_daemon_set(&object),
                    Kind::Job => self.sync_job(&object),
                    Kind::CronJob => self.sync_cron_job(&object),
                    Kind::PodDisruptionBudget => self.sync_budget(&object),
                    Kind::ResourceQuota => self.sync_quota(&object),
                    _ => {}
                }
            }
        }
    }
}

/// An owner reference to a controller.
pub fn owner_reference(owner: &Object) -> Value {
    let info = owner.kind.info();
    json!({
        "apiVersion": info.api_version(), "kind": info.name, "name": &*owner.key.name, "uid": &*owner.facts.uid,
        "controller": true, "blockOwnerDeletion": true,
    })
}

/// A pod body from a template, owned by a controller.
pub fn pod_from_template(world: &World, owner: &Object, template: &Value) -> Value {
    let mut body = json!({
        "metadata": {
            "namespace": &*owner.key.namespace, "generateName": format!("{}-", owner.key.name),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": template.get("spec").cloned().unwrap_or_else(|| json!({})),
        "status": {"phase": "Pending"},
    });
    for part in ["labels", "annotations"] {
        if let Some(map) = template.pointer(&format!("/metadata/{part}")).filter(|m| m.is_object()) {
            json::set(&mut body, &format!("/metadata/{part}"), map.clone());
        }
    }
    admit_pod(world, &mut body);
    body
}

/// What admission adds to every pod: service account, tolerations of node failures, priority.
pub fn admit_pod(world: &World, body: &mut Value) {
    json::default(body, "/spec/serviceAccountName", "default");
    let account = text(body, "/spec/serviceAccountName").to_owned();
    json::default(body, "/spec/serviceAccount", account);
    json::default(body, "/spec/enableServiceLinks", true);
    json::default(body, "/spec/preemptionPolicy", "PreemptLowerPriority");
    let class = text(body, "/spec/priorityClassName").to_owned();
    let priority =
        world.store.find(Kind::PriorityClass, "", &class).and_then(|c| json::number(&c.value(), "/value")).unwrap_or(0);
    json::set(body, "/spec/priority", priority);
    let seconds = world.toleration_seconds;
    let tolerations = json::list_at(body, "/spec/tolerations");
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let named = |t: &Value| {
            let all = text(t, "/key").is_empty() && text(t, "/operator") == "Exists";
            (all || text(t, "/key") == key) && matches!(text(t, "/effect"), "" | "NoExecute")
        };
        if !tolerations.iter().any(named) {
            tolerations
                .push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}));
        }
    }
    json::set(body, "/status/phase", "Pending");
}

/// Pods of a controller that count: owned, not ended, not being deleted.
pub fn active_pods(world: &World, owner: &Object) -> Vec<Arc<Object>> {
    let mut pods = world.store.owned(Kind::Pod, &owner.facts.uid);
    pods.retain(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(PodFacts::active));
    pods
}

/// Is a pod ready for at least so many seconds (divided by the speed)?
pub fn available(world: &World, pod: &Object, min_ready_seconds: i64) -> bool {
    pod.facts.pod.as_ref().is_some_and(|p| {
        let ready_for = (world.now.as_second() - p.ready_since) as f64 * world.speed;
        p.ready && ready_for >= min_ready_seconds as f64
    })
}

/// A number or a percentage of `total`; percentages are rounded up or down.
pub fn scaled(value: Option<&Value>, total: i64, up: bool) -> i64 {
    match value {
        Some(Value::Number(n)) => n.as_i64().unwrap_or(0),
        Some(Value::String(s)) => {
            let percent: i64 = s.trim_end_matches('%').parse().unwrap_or(0);
            let part = i128::from(total) * i128::from(percent);
            let whole = if up { (part + 99) / 100 } else { part / 100 };
            i64::try_from(whole).unwrap_or(i64::MAX)
        }
        _ => 0,
    }
}

/// Order in which pods are given up: those that serve least first (`pkg/controller/controller_utils.go`).
pub fn rank_for_deletion(pod: &Object) -> (bool, u8, bool, std::cmp::Reverse<i64>, std::cmp::Reverse<i64>) {
    let empty = PodFacts::default();
    let facts = pod.facts.pod.as_ref().unwrap_or(&empty);
    let phase = match facts.phase {
        super::facts::Phase::Pending => 0,
        super::facts::Phase::Unknown => 1,
        _ => 2,
    };
    (facts.node.is_some(), phase, facts.ready, std::cmp::Reverse(facts.restarts), std::cmp::Reverse(pod.facts.created))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_as_kubernetes_does() {
        assert_eq!(scaled(Some(&json!("25%")), 10, true), 3);
        assert_eq!(scaled(Some(&json!("25%")), 10, false), 2);
        assert_eq!(scaled(Some(&json!(4)), 10, false), 4);
        assert_eq!(scaled(None, 10, true), 0);
    }
}
