//! Node to row.

use crate::api::kubernetes::slim;
use crate::model::cluster::NodeFacts;
use crate::model::quantity;

/// Conditions that are about the node's health when they are `True` (`Ready` is the other way round).
const PRESSURES: [&str; 5] = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "OutOfDisk"];

/// The row of a node.
pub fn node(node: slim::Node) -> NodeFacts {
    let labels = &node.metadata.labels;
    let label = |keys: &[&str]| keys.iter().find_map(|k| labels.get(*k)).cloned().unwrap_or_default();
    let ready = node.status.conditions.iter().find(|c| c.r#type == "Ready");
    let is_ready = match ready.map(|c| c.status.as_str()) {
        Some("True") => Some(true),
        Some("False") => Some(false),
        _ => None,
    };
    let troubled = ready.filter(|_| is_ready != Some(true));
    let amounts = if node.status.allocatable.pods.is_some() { &node.status.allocatable } else { &node.status.capacity };
    let address = |kind: &str| node.status.addresses.iter().find(|a| a.r#type == kind).map(|a| a.address.clone());
    NodeFacts {
        role: role(labels),
        group: label(&["magnum.openstack.org/nodegroup"]),
        zone: label(&["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"]),
        flavor: label(&["node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type"]),
        address: address("InternalIP")
            .or_else(|| address("LegacyHostIP"))
            .or_else(|| address("ExternalIP"))
            .unwrap_or_default(),
        ready: is_ready,
        cordoned: node.spec.unschedulable,
        pressures: node
            .status
            .conditions
            .iter()
            .filter(|c| c.status == "True" && (PRESSURES.contains(&c.r#type.as_str()) || is_foreign_trouble(&c.r#type)))
            .map(|c| c.r#type.clone())
            .collect(),
        message: troubled
            .map(|c| if c.message.is_empty() { c.reason.clone() } else { c.message.clone() })
            .unwrap_or_default(),
        since: troubled.and_then(|c| c.last_transition_time),
        taints: node.spec.taints.iter().map(taint).collect(),
        pods_limit: amounts.pods.as_deref().and_then(quantity::bytes).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        cpu_milli: amounts.cpu.as_deref().and_then(quantity::cpu_milli).unwrap_or(0),
        memory_bytes: amounts.memory.as_deref().and_then(quantity::bytes).unwrap_or(0),
        created_at: node.metadata.creation_timestamp.unwrap_or(0),
        uid: node.metadata.uid,
        name: node.metadata.name,
        provider_id: node.spec.provider_id,
        version: node.status.node_info.kubelet_version,
        runtime: node.status.node_info.container_runtime_version,
        kernel: node.status.node_info.kernel_version,
        os_image: node.status.node_info.os_image,
    }
}

/// Conditions that node-problem-detector adds (`KernelDeadlock`, `ReadonlyFilesystem`, `FrequentKubeletRestart`).
fn is_foreign_trouble(kind: &str) -> bool {
    kind.ends_with("Deadlock")
        || kind == "ReadonlyFilesystem"
        || kind.starts_with("Frequent")
        || kind.ends_with("Problem")
}

/// `master` or `worker`: Magnum's own label first, then the roles that kubeadm and others set.
fn role(labels: &std::collections::BTreeMap<String, String>) -> String {
    let masters = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
    match labels.get("magnum.openstack.org/role").or_else(|| labels.get("kubernetes.io/role")).map(String::as_str) {
        Some("master") => "master".into(),
        Some("worker" | "node") => "worker".into(),
        Some(other) if !other.is_empty() => other.into(),
        _ if masters.iter().any(|key| labels.contains_key(*key)) => "master".into(),
        _ => "worker".into(),
    }
}

fn taint(taint: &slim::Taint) -> String {
    if taint.value.is_empty() {
        format!("{}:{}", taint.key, taint.effect)
    } else {
        format!("{}={}:{}", taint.key, taint.value, taint.effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn row(labels: Value, spec: Value, conditions: Value) -> NodeFacts {
        node(
            serde_json::from_value(
                json!({"metadata": {"name": "n", "uid": "u", "labels": labels}, "spec": spec, "status": {
            "conditions": conditions, "allocatable": {"cpu": "3920m", "memory": "7890Mi", "pods": "110"},
            "addresses": [{"type": "Hostname", "address": "n"}, {"type": "InternalIP", "address": "10.0.0.4"}],
            "nodeInfo": {"kubeletVersion": "v1.30.4", "osImage": "Fedora CoreOS"}}}),
            )
            .unwrap(),
        )
    }

    #[test]
    fn a_magnum_worker() {
        let row = row(
            json!({"magnum.openstack.org/nodegroup": "gpu", "magnum.openstack.org/role": "worker",
                "topology.kubernetes.io/zone": "b", "node.kubernetes.io/instance-type": "m1.large"}),
            json!({"providerID": "openstack:///abc"}),
            json!([{"type": "Ready", "status": "True", "message": "kubelet is posting ready status"}]),
        );
        assert_eq!(
            (row.role.as_str(), row.group.as_str(), row.zone.as_str(), row.flavor.as_str()),
            ("worker", "gpu", "b", "m1.large")
        );
        assert_eq!((row.ready, row.message.as_str(), row.pods_limit, row.cpu_milli), (Some(true), "", 110, 3920));
        assert_eq!((row.address.as_str(), row.provider_id.as_str()), ("10.0.0.4", "openstack:///abc"));
    }

    #[test]
    fn a_silent_master_with_old_labels() {
        let row = row(
            json!({"node-role.kubernetes.io/master": "", "failure-domain.beta.kubernetes.io/zone": "nova"}),
            json!({"unschedulable": true, "taints": [{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"},
                {"key": "dedicated", "value": "db", "effect": "NoExecute"}]}),
            json!([{"type": "DiskPressure", "status": "True"}, {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown",
                "message": "Kubelet stopped posting node status.", "lastTransitionTime": "2026-01-02T03:04:05Z"}]),
        );
        assert_eq!((row.role.as_str(), row.zone.as_str(), row.cordoned, row.ready), ("master", "nova", true, None));
        assert_eq!(row.taints, ["node-role.kubernetes.io/master:NoSchedule", "dedicated=db:NoExecute"]);
        assert_eq!(
            (row.pressures.as_slice(), row.since),
            (["DiskPressure".to_owned()].as_slice(), Some(1_767_323_045))
        );
        assert_eq!(row.message, "Kubelet stopped posting node status.");
    }
}
