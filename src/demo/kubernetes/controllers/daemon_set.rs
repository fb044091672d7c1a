//! DaemonSets: one pod on every node that takes it.

use super::super::events::Said;
use super::super::json::{self, list, pairs, text};
use super::super::kinds::Kind;
use super::super::scheduler::tolerates;
use super::super::store::Object;
use super::super::world::{World, template_hash};
use super::{available, pod_from_template, scaled};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const SOURCE: &str = "daemonset-controller";

/// Taints every daemon pod tolerates (`pkg/controller/daemon/util`).
const TOLERATED: &[(&str, &str)] = &[
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

impl World {
    /// Makes missing pods, deletes misplaced ones, replaces outdated ones within maxUnavailable.
    pub fn sync_daemon_set(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let template = daemon_template(&body);
        let hash = template_hash(body.pointer("/spec/template").unwrap_or(&Value::Null));
        self.keep_revision(object, &body, &hash);
        let mut by_node: BTreeMap<String, Vec<Arc<Object>>> = BTreeMap::new();
        for pod in self.store.owned(Kind::Pod, &object.facts.uid) {
            by_node.entry(target_of(&pod)).or_default().push(pod);
        }
        let nodes: Vec<Arc<Object>> = self.store.list(Kind::Node, None).cloned().collect();
        let mut wanted = 0;
        for node in nodes.iter().filter(|n| fits(&template, &n.value())) {
            wanted += 1;
            let pods = by_node.remove(&*node.key.name).unwrap_or_default();
            for failed in pods.iter().filter(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| !f.active()))
            {
                self.delete_pod(&failed.key, Some(0));
            }
            if pods.is_empty() {
                let pod = self.daemon_pod(object, &template, &hash, &node.key.name);
                let made = self.create(Kind::Pod, pod);
                self.say(object, Said::normal(SOURCE, "SuccessfulCreate", &format!("Created pod: {}", made.key.name)));
            }
        }
        for pod in by_node.into_values().flatten().filter(|p| !p.facts.deleting) {
            self.delete_pod(&pod.key, None);
            self.say(object, Said::normal(SOURCE, "SuccessfulDelete", &format!("Deleted pod: {}", pod.key.name)));
        }
        self.roll_daemons(object, &body, &hash, wanted);
        self.write_daemon_status(object, &body, &hash, wanted);
    }

    /// A pod body bound to one node by affinity, as the controller makes it.
    pub fn daemon_pod(&self, object: &Object, template: &Value, hash: &str, node: &str) -> Value {
        let mut pod = pod_from_template(self, object, template);
        json::set(&mut pod, "/metadata/labels/controller-revision-hash", hash);
        json::set(&mut pod, "/metadata/labels/pod-template-generation", "1");
        json::set(
            &mut pod,
            "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            json!({"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]}),
        );
        pod
    }

    fn roll_daemons(&mut self, object: &Arc<Object>, body: &Value, hash: &str, wanted: i64) {
        if text(body, "/spec/updateStrategy/type") != "RollingUpdate" {
            return;
        }
        let pods = self.store.owned(Kind::Pod, &object.facts.uid);
        let most = scaled(body.pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable"), wanted, true).max(1);
        let ready = |p: &Object| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.ready);
        let mut missing = wanted - pods.iter().filter(|p| ready(p)).count() as i64;
        let outdated = |p: &&Arc<Object>| !p.facts.deleting && p.facts.label("controller-revision-hash") != Some(hash);
        for pod in pods.iter().filter(outdated) {
            if !ready(pod) {
                self.delete_pod(&pod.key, None);
            } else if missing < most {
                self.delete_pod(&pod.key, None);
                missing += 1;
            }
        }
    }

    fn write_daemon_status(&mut self, object: &Arc<Object>, body: &Value, hash: &str, wanted: i64) {
        let pods: Vec<Arc<Object>> =
            self.store.owned(Kind::Pod, &object.facts.uid).into_iter().filter(|p| !p.facts.deleting).collect();
        let min_ready = json::number(body, "/spec/minReadySeconds").unwrap_or(0);
        let placed = pods.iter().filter(|p| p.facts.pod.as_ref().is_some_and(|f| f.node.is_some())).count() as i64;
        let ready = pods.iter().filter(|p| p.facts.pod.as_ref().is_some_and(|f| f.ready)).count() as i64;
        let serving = pods.iter().filter(|p| available(self, p, min_ready)).count() as i64;
        let updated = pods.iter().filter(|p| p.facts.label("controller-revision-hash") == Some(hash)).count();
        let mut status = Map::new();
        for (name, value) in [
            ("currentNumberScheduled", placed),
            ("desiredNumberScheduled", wanted),
            ("numberMisscheduled", 0),
            ("numberReady", ready),
            ("observedGeneration", object.facts.generation),
        ] {
            status.insert(name.into(), value.into());
        }
        for (name, value) in [
            ("numberAvailable", serving),
            ("numberUnavailable", wanted - serving),
            ("updatedNumberScheduled", updated as i64),
        ] {
            if value > 0 {
                status.insert(name.into(), value.into());
            }
        }
        self.set_status(Kind::DaemonSet, &object.key, status);
    }
}

/// The template with the tolerations every daemon pod has.
pub fn daemon_template(body: &Value) -> Value {
    let mut template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
    let host_network = json::flag(&template, "/spec/hostNetwork");
    let tolerations = json::list_at(&mut template, "/spec/tolerations");
    let more = host_network.then_some(("node.kubernetes.io/network-unavailable", "NoSchedule"));
    for (key, effect) in TOLERATED.iter().copied().chain(more) {
        tolerations.push(json!({"key": key, "operator": "Exists", "effect": effect}));
    }
    template
}

/// The node a daemon pod is meant for.
fn target_of(pod: &Object) -> String {
    if let Some(node) = pod.facts.pod.as_ref().and_then(|p| p.node.as_deref()) {
        return node.to_owned();
    }
    let path = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0/values/0";
    text(&pod.value(), path).to_owned()
}

/// Should the daemon run on the node? A taint that came later does not drive it away.
fn fits(template: &Value, node: &Value) -> bool {
    let spec = template.get("spec").unwrap_or(&Value::Null);
    let labels = node.pointer("/metadata/labels").unwrap_or(&Value::Null);
    let selected = pairs(spec, "/nodeSelector").all(|(k, v)| labels.get(k).and_then(Value::as_str) == Some(v));
    let tolerated =
        list(node, "/spec/taints").iter().filter(|t| text(t, "/effect") != "PreferNoSchedule").all(|taint| {
            let (key, value, effect) = (text(taint, "/key"), text(taint, "/value"), text(taint, "/effect"));
            key == "node.kubernetes.io/unreachable"
                || list(spec, "/tolerations").iter().any(|t| tolerates(t, key, value, effect))
        });
    selected && tolerated
}

#[cfg(test)]
mod tests {
    use super::super::super::store::Key;
    use super::super::super::testing::{advance, pods, world_with_nodes};
    use super::*;

    #[test]
    fn every_node_gets_one_also_a_new_one_and_a_cordoned_one() {
        let mut world = world_with_nodes(3);
        world.update(Kind::Node, &Key::new("", "worker-1"), |b| json::set(b, "/spec/unschedulable", true));
        let mut body = json!({
            "metadata": {"namespace": "d", "name": "agent"},
            "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "a", "image": "agent:1"}]}}},
        });
        super::super::super::defaults::fill(Kind::DaemonSet, &mut body);
        let key = world.create(Kind::DaemonSet, body).key.clone();
        advance(&mut world, 30.0);
        assert_eq!(pods(&world, "d").len(), 3);
        let spec = world.nodes["worker-0"].spec.clone();
        world.add_machine(super::super::super::nodes::NodeSpec { name: "worker-9".into(), ..spec });
        world.register_node("worker-9");
        advance(&mut world, 30.0);
        assert_eq!(pods(&world, "d").len(), 4);
        let status = world.store.get(Kind::DaemonSet, &key).unwrap().value()["status"].clone();
        assert_eq!((status["desiredNumberScheduled"].as_i64(), status["numberReady"].as_i64()), (Some(4), Some(4)));
        world.restart_rollout(Kind::DaemonSet, &key);
        advance(&mut world, 120.0);
        let status = world.store.get(Kind::DaemonSet, &key).unwrap().value()["status"].clone();
        assert_eq!(status["updatedNumberScheduled"], 4);
    }
}
