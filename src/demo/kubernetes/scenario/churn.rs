//! A stream of changes at a given rate, as a busy bay of many teams makes it: pods are replaced one by one and containers
//! start again.
//!
//! Each change is what the API server would send at that step of a pod's life. Controllers and kubelets are not asked:
//! they come to rest where they were, as every pod that goes has a successor of the same owner on the same node.

use super::super::facts::{Phase, PodFacts};
use super::super::json::{self, stamp, text};
use super::super::kinds::Kind;
use super::super::pod_status::{self, ContainerState, Doing, Ended, Place};
use super::super::scheduler::set_condition;
use super::super::store::{Key, Object};
use super::super::world::{Task, World};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;

/// Seconds between two looks at what is due.
const TICK: f64 = 0.1;

/// What happens next to a pod.
#[derive(Debug, Clone)]
enum Step {
    /// It is to go.
    Delete(Key),
    /// A successor of the pod is made.
    Succeed(Key),
    /// The successor gets its predecessor's node.
    Bind(Key, Arc<str>),
    /// Its kubelet begins.
    Begin(Key),
    /// The predecessor is gone.
    Gone(Key),
    /// The successor runs.
    Run(Key),
    /// A container ended.
    End(Key),
    /// It runs again.
    Again(Key),
}

/// The stream of a bay.
#[derive(Debug, Default)]
pub struct Churn {
    /// Changes a second.
    rate: f64,
    due: f64,
    /// Pods that may be touched.
    pods: Vec<Key>,
    under_way: VecDeque<Step>,
}

impl World {
    /// From now on so many pods change every second.
    pub fn churn(&mut self, changes_per_second: f64) {
        let steady = |o: &&Arc<Object>| {
            let owned = o.facts.controller().is_some_and(|owner| &*owner.kind == "ReplicaSet");
            owned && o.facts.pod.as_ref().is_some_and(|p| p.ready && p.phase == Phase::Running) && !o.facts.deleting
        };
        let pods = self.store.list(Kind::Pod, None).filter(steady).map(|o| o.key.clone()).collect();
        self.stirring = Churn { rate: changes_per_second, due: 0.0, pods, under_way: VecDeque::new() };
        self.later(TICK * self.speed, Task::Churn);
    }

    /// Makes the changes that are due and comes back.
    pub fn stir(&mut self) {
        let mut churn = std::mem::take(&mut self.stirring);
        // After a time in which nobody could look only a second's worth is made up for.
        churn.due = (churn.due + churn.rate * TICK).min(churn.rate.max(1.0));
        self.store.record(false);
        while churn.due >= 1.0 && !churn.pods.is_empty() {
            churn.due -= 1.0;
            self.change_one(&mut churn);
        }
        self.store.record(true);
        self.stirring = churn;
        self.later(TICK * self.speed, Task::Churn);
    }

    fn change_one(&mut self, churn: &mut Churn) {
        // So much under way that each step comes two seconds after the one before.
        if (churn.under_way.len() as f64) < churn.rate * 2.0 {
            let key = churn.pods.swap_remove(self.rng.random_range(0..churn.pods.len()));
            let step = if self.chance(0.2) { Step::End(key) } else { Step::Delete(key) };
            churn.under_way.push_front(step);
        }
        let Some(step) = churn.under_way.pop_front() else { return };
        for next in self.take_step(step, &mut churn.pods) {
            churn.under_way.push_back(next);
        }
    }

    /// Takes a step and tells those that follow. A pod that somebody else changed meanwhile is left alone.
    fn take_step(&mut self, step: Step, pods: &mut Vec<Key>) -> Vec<Step> {
        let now = self.now;
        match step {
            Step::Delete(key) => {
                let Some(pod) = self.untouched(&key) else { return Vec::new() };
                self.rewrite(&pod, |body| {
                    json::set(body, "/metadata/deletionTimestamp", stamp(later(now, 30)));
                    json::set(body, "/metadata/deletionGracePeriodSeconds", 30);
                });
                vec![Step::Succeed(key)]
            }
            Step::Succeed(key) => {
                let Some(pod) = self.store.get(Kind::Pod, &key).cloned() else { return Vec::new() };
                let successor = self.successor(&pod);
                let made = self.store.put(Kind::Pod, successor).key.clone();
                let node = pod.facts.pod.as_ref().and_then(|p| p.node.clone()).unwrap_or_default();
                vec![Step::Bind(made.clone(), node), Step::Begin(made.clone()), Step::Gone(key), Step::Run(made)]
            }
            Step::Bind(key, node) => {
                self.change(&key, |body| {
                    json::set(body, "/spec/nodeName", &*node);
                    set_condition(body, "PodScheduled", "True", "", "", &stamp(now));
                });
                Vec::new()
            }
            Step::Begin(key) => {
                let place = self.place_of(&key, false);
                self.change(&key, |body| {
                    let states = states(body, |_| ContainerState::waiting("ContainerCreating", ""));
                    pod_status::write(body, &states, None, &place, now, now);
                });
                Vec::new()
            }
            Step::Gone(key) => {
                if let Some(gone) = self.store.remove(Kind::Pod, &key) {
                    self.lives.remove(&gone.facts.uid);
                }
                Vec::new()
            }
            Step::Run(key) => {
                let place = self.place_of(&key, true);
                self.change(&key, |body| {
                    let states = states(body, |_| ContainerState::running(now, true));
                    pod_status::write(body, &states, None, &place, now, now);
                });
                pods.push(key);
                Vec::new()
            }
            Step::End(key) => {
                let Some(pod) = self.untouched(&key) else { return Vec::new() };
                let (place, restarts) = (self.place_of(&key, true), restarts(&pod));
                self.rewrite(&pod, |body| {
                    let states = states(body, |first| again(now, restarts, first, false));
                    pod_status::write(body, &states, None, &place, now, now);
                });
                vec![Step::Again(key)]
            }
            Step::Again(key) => {
                let place = self.place_of(&key, true);
                let restarts = self.store.get(Kind::Pod, &key).map_or(0, |pod| restarts(pod));
                self.change(&key, |body| {
                    let states = states(body, |first| again(now, restarts, first, true));
                    pod_status::write(body, &states, None, &place, now, now);
                });
                pods.push(key);
                Vec::new()
            }
        }
    }

    /// A pod that runs and that nobody deletes.
    fn untouched(&self, key: &Key) -> Option<Arc<Object>> {
        let runs = |pod: &&Arc<Object>| !pod.facts.deleting && pod.facts.pod.as_ref().is_some_and(PodFacts::active);
        self.store.get(Kind::Pod, key).filter(runs).cloned()
    }

    fn change(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        if let Some(pod) = self.store.get(Kind::Pod, key).cloned() {
            self.rewrite(&pod, change);
        }
    }

    fn rewrite(&mut self, pod: &Object, change: impl FnOnce(&mut Value)) {
        let mut body = pod.value();
        change(&mut body);
        self.store.put(Kind::Pod, body);
    }

    /// A new pod of the same owner, not placed yet.
    fn successor(&mut self, pod: &Object) -> Value {
        let mut body = pod.value();
        let prefix = pod.key.name.rsplit_once('-').map_or(&*pod.key.name, |(prefix, _)| prefix);
        json::set(&mut body, "/metadata/name", format!("{prefix}-{}", self.suffix(5)));
        json::set(&mut body, "/metadata/uid", self.uid());
        json::set(&mut body, "/metadata/creationTimestamp", stamp(self.now));
        for gone in ["/metadata/deletionTimestamp", "/metadata/deletionGracePeriodSeconds", "/spec/nodeName"] {
            json::remove(&mut body, gone);
        }
        let class = text(&body, "/status/qosClass").to_owned();
        json::set(&mut body, "/status", json!({"phase": "Pending", "qosClass": class}));
        body
    }

    /// Addresses of a pod and its node; the pod's own once it has started.
    fn place_of(&mut self, key: &Key, started: bool) -> Place {
        let facts = self.store.get(Kind::Pod, key).and_then(|p| p.facts.pod.clone()).unwrap_or_default();
        let node = facts.node.as_deref().unwrap_or_default().to_owned();
        let host_ip = self.nodes.get(&node).map(|n| n.spec.internal_ip.clone()).unwrap_or_default();
        let pod_ip = match (started, facts.ip.is_empty()) {
            (false, _) => String::new(),
            (true, true) => self.pod_address(&node),
            (true, false) => facts.ip.into(),
        };
        Place { host_ip, pod_ip }
    }
}

fn restarts(pod: &Object) -> i64 {
    pod.facts.pod.as_ref().map_or(0, |p| p.restarts)
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// A state for each container; `of` is asked whether it is the first.
fn states(body: &Value, of: impl Fn(bool) -> ContainerState) -> Vec<ContainerState> {
    (0..json::list(body, "/spec/containers").len()).map(|i| of(i == 0)).collect()
}

/// The first container ended and waits, or was started again.
fn again(now: Timestamp, restarts: i64, first: bool, started: bool) -> ContainerState {
    let ended = Ended {
        exit: 1,
        reason: "Error".into(),
        message: "lost connection to upstream".into(),
        started: later(now, -900),
        finished: now,
    };
    match (first, started) {
        (false, _) => ContainerState::running(later(now, -900), true),
        (true, false) => ContainerState { doing: Doing::Done(ended), restarts, last: None },
        (true, true) => ContainerState { doing: Doing::Running(now, true), restarts: restarts + 1, last: Some(ended) },
    }
}
