//! Disruption budgets: how many of their pods may be evicted at this moment.
//!
//! Rules of `pkg/controller/disruption/disruption.go`.

use super::super::json::{self, list, stamp, text};
use super::super::kinds::Kind;
use super::super::selector::LabelSelector;
use super::super::store::{Key, Object};
use super::super::world::World;
use super::{Work, scaled};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

impl World {
    /// A pod came, went or changed: the budgets that it counts for are looked at.
    pub fn wake_budgets(&mut self, pod: &Object) {
        let concerned: Vec<Key> = self
            .store
            .list(Kind::PodDisruptionBudget, Some(&pod.key.namespace))
            .filter(|budget| selector_of(&budget.value()).matches(&pod.facts))
            .map(|budget| budget.key.clone())
            .collect();
        for key in concerned {
            self.enqueue(Work::Sync(Kind::PodDisruptionBudget, key));
        }
    }

    /// Counts the pods of a budget.
    pub fn sync_budget(&mut self, budget: &Arc<Object>) {
        let body = budget.value();
        let selector = selector_of(&body);
        let pods: Vec<Arc<Object>> = self
            .store
            .list(Kind::Pod, Some(&budget.key.namespace))
            .filter(|p| selector.matches(&p.facts) && p.facts.pod.as_ref().is_some_and(|f| f.active()))
            .cloned()
            .collect();
        let (expected, desired) = self.wanted_by(&body, &pods);
        let healthy = pods.iter().filter(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.ready));
        let healthy = healthy.count() as i64;
        let allowed = if expected > 0 { (healthy - desired).max(0) } else { 0 };
        let (word, reason) = if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
        let before = list(&body, "/status/conditions").iter().find(|c| text(c, "/status") == word);
        let since = before.map_or_else(|| stamp(self.now), |c| text(c, "/lastTransitionTime").to_owned());
        let condition = json!({
            "type": "DisruptionAllowed", "status": word, "reason": reason, "message": "", "lastTransitionTime": since,
            "observedGeneration": budget.facts.generation,
        });
        let mut status = Map::new();
        for (name, value) in [
            ("conditions", json!([condition])),
            ("currentHealthy", healthy.into()),
            ("desiredHealthy", desired.into()),
            ("disruptionsAllowed", allowed.into()),
            ("expectedPods", expected.into()),
            ("observedGeneration", budget.facts.generation.into()),
        ] {
            status.insert(name.into(), value);
        }
        self.set_status(Kind::PodDisruptionBudget, &budget.key, status);
    }

    /// Pods expected, and how many of them have to be healthy.
    fn wanted_by(&self, budget: &Value, pods: &[Arc<Object>]) -> (i64, i64) {
        let at = |name: &str| budget.pointer(&format!("/spec/{name}"));
        match (at("minAvailable"), at("maxUnavailable")) {
            (Some(least @ Value::Number(_)), _) => (pods.len() as i64, scaled(Some(least), 0, true)),
            (Some(least), _) => {
                let expected = self.expected(pods);
                (expected, scaled(Some(least), expected, true))
            }
            (None, most) => {
                let expected = self.expected(pods);
                (expected, (expected - scaled(most, expected, true)).max(0))
            }
        }
    }

    /// The number that the controllers of the pods were told to keep.
    fn expected(&self, pods: &[Arc<Object>]) -> i64 {
        let mut scales: BTreeMap<Arc<str>, i64> = BTreeMap::new();
        for pod in pods {
            let Some((uid, scale)) = self.scale_behind(pod) else { continue };
            scales.insert(uid, scale);
        }
        scales.values().sum()
    }

    fn scale_behind(&self, object: &Object) -> Option<(Arc<str>, i64)> {
        let owner = object.facts.controller()?;
        let kind = Kind::ALL.iter().copied().find(|k| k.info().name == &*owner.kind && k.info().scale)?;
        let set = self.store.find(kind, &object.key.namespace, &owner.name)?;
        // A ReplicaSet counts for its Deployment.
        self.scale_behind(set)
            .or_else(|| Some((Arc::clone(&set.facts.uid), json::number(&set.value(), "/spec/replicas").unwrap_or(1))))
    }
}

fn selector_of(budget: &Value) -> LabelSelector {
    LabelSelector::of(budget.pointer("/spec/selector").unwrap_or(&Value::Null))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, world_with_nodes};
    use super::*;

    #[test]
    fn a_budget_follows_its_pods() {
        let mut world = world_with_nodes(3);
        let deployment = deployment(&mut world, "web", 4, "web:1");
        let spec = json!({"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}});
        let key = world
            .create(Kind::PodDisruptionBudget, json!({"metadata": {"namespace": "d", "name": "web"}, "spec": spec}))
            .key
            .clone();
        advance(&mut world, 60.0);
        let status =
            |world: &World| world.store.get(Kind::PodDisruptionBudget, &key).unwrap().value()["status"].clone();
        let now = status(&world);
        assert_eq!((now["expectedPods"].as_i64(), now["desiredHealthy"].as_i64()), (Some(4), Some(2)));
        assert_eq!((now["currentHealthy"].as_i64(), now["disruptionsAllowed"].as_i64()), (Some(4), Some(2)));
        assert_eq!(now["conditions"][0]["reason"], "SufficientPods");
        world.set_replicas(Kind::Deployment, &deployment, 0);
        advance(&mut world, 60.0);
        assert_eq!(status(&world)["disruptionsAllowed"], 0);
        assert_eq!(status(&world)["conditions"][0]["reason"], "InsufficientPods");
    }
}
