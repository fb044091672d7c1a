//! What nodes have, what is asked of them, and what is used: of one node, a group, or any pods.

use crate::model::cluster::{Node, Picture};

/// One resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// What pods can have of it.
    pub allocatable: u64,
    /// What pods have asked for.
    pub requested: u64,
    /// What is used, as far as it is known.
    pub used: Option<u64>,
}

impl Amount {
    fn add(&mut self, allocatable: u64, requested: u64, used: Option<u64>) {
        self.allocatable += allocatable;
        self.requested += requested;
        if let Some(used) = used {
            self.used = Some(self.used.unwrap_or(0) + used);
        }
    }

    /// Requested over allocatable; 0 where there is nothing to allocate.
    pub fn part(&self) -> f64 {
        if self.allocatable == 0 { 0.0 } else { self.requested as f64 / self.allocatable as f64 }
    }
}

/// Sums over nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Nodes.
    pub nodes: u32,
    /// Nodes that are ready.
    pub ready: u32,
    /// Nodes whose usage is known.
    pub measured: u32,
    /// Pods: limit and number.
    pub pods: Amount,
    /// CPU, thousandths of a core.
    pub cpu: Amount,
    /// Memory, bytes.
    pub memory: Amount,
}

impl Capacity {
    /// Adds a node that carries `pods` pods.
    pub fn add(&mut self, node: &Node, pods: usize) {
        self.nodes += 1;
        self.ready += u32::from(node.ready == Some(true));
        self.measured += u32::from(node.cpu_used.is_some());
        self.pods.add(u64::from(node.pods_limit), pods as u64, None);
        self.cpu.add(node.cpu_milli, node.cpu_requested, node.cpu_used);
        self.memory.add(node.memory_bytes, node.memory_requested, node.memory_used);
    }
}

/// Sums over pods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
    /// Pods.
    pub pods: u32,
    /// Pods whose usage is known.
    pub measured: u32,
    /// Requested CPU, thousandths of a core.
    pub cpu: u64,
    /// Requested memory, bytes.
    pub memory: u64,
    /// CPU used by the pods whose usage is known.
    pub cpu_used: u64,
    /// Memory used by the pods whose usage is known.
    pub memory_used: u64,
}

impl Requests {
    /// Of these pods of a picture.
    pub fn of(picture: &Picture, pods: impl Iterator<Item = u32>) -> Requests {
        let mut sums = Requests::default();
        for pod in pods.map(|p| p as usize) {
            sums.pods += 1;
            sums.cpu += picture.pods.cpu_milli.get(pod).map_or(0, |n| u64::from(*n));
            sums.memory += picture.pods.memory_bytes.get(pod).copied().unwrap_or(0);
            if let Some((cpu, memory)) = picture.usage.of(pod) {
                sums.measured += 1;
                sums.cpu_used += cpu;
                sums.memory_used += memory;
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::picture;
    use super::*;
    use crate::model::cluster::{Measuring, PodUsage};
    use crate::model::status::Sign;
    use std::sync::Arc;

    #[test]
    fn a_group_has_what_its_nodes_have() {
        let picture = picture(&[("web", 10), ("web", 30)], &[]);
        let mut nodes = picture.nodes.as_ref().clone();
        nodes[1].cpu_used = Some(400);
        Arc::make_mut(&mut nodes[1].facts).ready = None;
        let mut sum = Capacity::default();
        for node in &nodes {
            sum.add(node, 7);
        }
        assert_eq!((sum.nodes, sum.ready, sum.measured), (2, 1, 1));
        assert_eq!(sum.pods, Amount { allocatable: 40, requested: 14, used: None });
        assert_eq!(sum.cpu, Amount { allocatable: 2_000, requested: 1_900, used: Some(400) });
        assert!((sum.cpu.part() - 0.95).abs() < 1e-9);
    }

    #[test]
    fn only_what_was_measured_counts_as_used() {
        let mut picture = picture(&[("web", 10)], &[(Some(0), "a", Sign::Ok); 3]);
        let unknown = PodUsage::UNKNOWN;
        picture.usage = Arc::new(PodUsage {
            measuring: Measuring::Known,
            cpu_milli: vec![5, unknown, 7],
            memory_bytes: vec![50, unknown, 70],
        });
        let sums = Requests::of(&picture, [0, 1].into_iter());
        assert_eq!((sums.pods, sums.measured, sums.cpu, sums.cpu_used, sums.memory_used), (2, 1, 2, 5, 50));
    }
}
