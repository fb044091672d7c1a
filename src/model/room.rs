//! What more replicas would need, and how many more the nodes of a bay could take.

use super::cluster::Node;

/// How many more pods of one size fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Room {
    /// Over all nodes that take pods now.
    pub pods: u32,
    /// Per node group with room, the roomiest first.
    pub groups: Vec<GroupRoom>,
    /// What ends first on the nodes that have no room for one more.
    pub limit: Option<Limit>,
}

/// Room in one node group.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GroupRoom {
    /// Name of the group; empty where unknown.
    pub group: String,
    /// Pods that fit.
    pub pods: u32,
    /// Zones of the nodes with room, sorted; without the empty one.
    pub zones: Vec<String>,
}

/// What a node runs out of first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// CPU requests.
    Cpu,
    /// Memory requests.
    Memory,
    /// Number of pods.
    Pods,
}

impl Room {
    /// Room for pods that each ask for so much. A node counts when it is ready, not cordoned and has no taint that keeps
    /// pods away (tolerations are not known here, so a tainted node counts as closed). What decides is what the
    /// scheduler looks at: allocatable minus requested, and the number of pods
    /// (<https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/>).
    pub fn for_pods(nodes: &[Node], cpu_milli_each: u64, memory_bytes_each: u64) -> Room {
        let mut room = Room::default();
        let mut full = [0u32; 3];
        for node in nodes.iter().filter(|n| takes_pods(n)) {
            let (fits, limit) = fits(node, cpu_milli_each, memory_bytes_each);
            if fits == 0 {
                full[limit as usize] += 1;
                continue;
            }
            room.pods = room.pods.saturating_add(fits);
            let at = room.groups.iter().position(|g| g.group == node.group).unwrap_or_else(|| {
                room.groups.push(GroupRoom { group: node.group.clone(), pods: 0, zones: Vec::new() });
                room.groups.len() - 1
            });
            let group = &mut room.groups[at];
            group.pods = group.pods.saturating_add(fits);
            if !node.zone.is_empty() && !group.zones.contains(&node.zone) {
                group.zones.push(node.zone.clone());
            }
        }
        for group in &mut room.groups {
            group.zones.sort();
        }
        room.groups.sort_by(|a, b| b.pods.cmp(&a.pods).then_with(|| a.group.cmp(&b.group)));
        room.limit = [Limit::Cpu, Limit::Memory, Limit::Pods]
            .into_iter()
            .filter(|l| full[*l as usize] > 0)
            .max_by_key(|l| full[*l as usize]);
        room
    }
}

/// The scheduler would place an ordinary pod there.
pub fn takes_pods(node: &Node) -> bool {
    node.ready == Some(true)
        && !node.cordoned
        && !node.taints.iter().any(|t| t.ends_with(":NoSchedule") || t.ends_with(":NoExecute"))
}

fn fits(node: &Node, cpu_each: u64, memory_each: u64) -> (u32, Limit) {
    let of = |free: u64, each: u64| free.checked_div(each).unwrap_or(u64::MAX);
    let cpu = of(node.cpu_milli.saturating_sub(node.cpu_requested), cpu_each);
    let memory = of(node.memory_bytes.saturating_sub(node.memory_requested), memory_each);
    let pods = u64::from(node.pods_limit.saturating_sub(node.pods));
    let (most, limit) = [(cpu, Limit::Cpu), (memory, Limit::Memory), (pods, Limit::Pods)]
        .into_iter()
        .min_by_key(|(n, _)| *n)
        .unwrap_or((0, Limit::Pods));
    (u32::try_from(most).unwrap_or(u32::MAX), limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cluster::NodeFacts;
    use std::sync::Arc;

    fn node(group: &str, zone: &str) -> Node {
        let facts = NodeFacts {
            role: "worker".into(),
            group: group.into(),
            zone: zone.into(),
            ready: Some(true),
            pods_limit: 110,
            cpu_milli: 4000,
            memory_bytes: 8 << 30,
            ..NodeFacts::default()
        };
        Node { pods: 10, cpu_requested: 3000, memory_requested: 4 << 30, ..Arc::new(facts).into() }
    }

    #[test]
    fn the_scarcest_resource_decides() {
        let nodes = [node("worker", "a"), node("worker", "b"), node("himem", "a")];
        let room = Room::for_pods(&nodes, 250, 256 << 20);
        assert_eq!(room.pods, 12);
        assert_eq!(room.groups[0], GroupRoom { group: "worker".into(), pods: 8, zones: vec!["a".into(), "b".into()] });
        assert_eq!(room.limit, None);
        assert_eq!(Room::for_pods(&nodes, 100, 3 << 30).pods, 3);
    }

    #[test]
    fn closed_nodes_have_no_room() {
        let mut silent = node("worker", "a");
        Arc::make_mut(&mut silent.facts).ready = None;
        let mut cordoned = node("worker", "a");
        Arc::make_mut(&mut cordoned.facts).cordoned = true;
        let mut master = node("master", "a");
        Arc::make_mut(&mut master.facts).taints.push("node-role.kubernetes.io/control-plane=:NoSchedule".into());
        assert_eq!(Room::for_pods(&[silent, cordoned, master], 1, 1), Room::default());
    }

    #[test]
    fn a_full_bay_says_what_ended_first() {
        let mut full = node("worker", "a");
        full.memory_requested = full.memory_bytes;
        let room = Room::for_pods(&[full.clone(), full], 100, 1 << 20);
        assert_eq!((room.pods, room.limit), (0, Some(Limit::Memory)));
    }

    #[test]
    fn pods_that_ask_for_nothing_are_limited_by_their_number() {
        assert_eq!(Room::for_pods(&[node("w", "a")], 0, 0).pods, 100);
    }
}
