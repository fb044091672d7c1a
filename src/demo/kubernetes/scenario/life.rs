//! Small things that happen in a bay in use: a container restarts, a rollout goes through, a node is lost for a while.

use super::super::json::{self, text};
use super::super::kinds::Kind;
use super::super::kubelet::{Behaviour, Stage};
use super::super::nodes::NodeRole;
use super::super::store::Key;
use super::super::world::{Task, World};
use super::Scenario;
use rand::Rng;
use std::sync::Arc;

/// A thing that happens now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// A container of some pod ends and is started again.
    Restart,
    /// Somebody rolls out a Deployment.
    Rollout,
    /// A worker falls silent for some minutes.
    Outage,
}

/// Sets the scenario's life in motion.
pub(super) fn begin(world: &mut World, scenario: Scenario) {
    match scenario {
        Scenario::Shop => {
            world.later(70.0, Task::Life(Life::Restart));
            world.later(150.0, Task::Life(Life::Rollout));
            world.later(1500.0, Task::Life(Life::Outage));
        }
        Scenario::Medium => {
            world.later(40.0, Task::Life(Life::Restart));
            world.later(120.0, Task::Life(Life::Rollout));
        }
        Scenario::Staging => world.later(200.0, Task::Life(Life::Rollout)),
        Scenario::Limit => world.later(1500.0, Task::Life(Life::Outage)),
        Scenario::Empty => {}
    }
}

impl World {
    /// Lets something happen, and plans the next of its kind.
    pub fn live(&mut self, life: Life) {
        let wait = match life {
            Life::Restart => {
                self.restart_somebody();
                self.between(60.0, 180.0)
            }
            Life::Rollout => {
                self.roll_somebody_out();
                self.between(240.0, 420.0)
            }
            Life::Outage => {
                self.lose_somebody();
                self.between(1200.0, 2400.0)
            }
        };
        self.later(wait, Task::Life(life));
    }

    fn restart_somebody(&mut self) {
        let steady: Vec<Arc<str>> = {
            let mut uids: Vec<_> = self
                .lives
                .iter()
                .filter(|(_, l)| {
                    l.stage == Stage::Steady && l.behaviour == Behaviour::Healthy && *l.key.namespace != *"kube-system"
                })
                .map(|(uid, life)| (life.key.clone(), Arc::clone(uid)))
                .collect();
            // In a fixed order, so that the seed decides.
            uids.sort();
            uids.into_iter().map(|(_, uid)| uid).collect()
        };
        if steady.is_empty() {
            return;
        }
        let uid = &steady[self.rng.random_range(0..steady.len())];
        let Some(life) = self.lives.get(uid).cloned() else { return };
        if !self.node_alive(&life.node) {
            return;
        }
        if let Some(pod) = self.store.get(Kind::Pod, &life.key).cloned().filter(|p| !p.facts.deleting) {
            self.end_container(&pod, &life, 2, "Error", "unexpected end of stream");
        }
    }

    fn roll_somebody_out(&mut self) {
        let quiet: Vec<Key> = self
            .store
            .list(Kind::Deployment, None)
            .filter(|d| *d.key.namespace != *"kube-system" && d.facts.label("app").is_some())
            .filter(|d| {
                let body = d.value();
                let wanted = json::number(&body, "/spec/replicas").unwrap_or(0);
                (2..=48).contains(&wanted) && json::number(&body, "/status/availableReplicas") == Some(wanted)
            })
            .filter(|d| text(&d.value(), "/spec/template/spec/containers/0/image").contains(".example/"))
            .map(|d| d.key.clone())
            .collect();
        if quiet.is_empty() {
            return;
        }
        let key = quiet[self.rng.random_range(0..quiet.len())].clone();
        self.restart_rollout(Kind::Deployment, &key);
    }

    fn lose_somebody(&mut self) {
        let workers: Vec<String> = self
            .nodes
            .values()
            .filter(|n| n.alive && n.registered && n.spec.role == NodeRole::Worker && n.spec.group == "default-worker")
            .map(|n| n.spec.name.clone())
            .collect();
        if workers.len() < 4 {
            return;
        }
        let name = workers[self.rng.random_range(0..workers.len())].clone();
        self.silence_node(&name);
        let minutes = self.between(3.0, 7.0);
        self.later(minutes * 60.0, Task::Return(name));
    }
}
