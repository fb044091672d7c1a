//! What pods use, put beside the pod table.

use crate::model::cluster::PodUsage;
use crate::model::columns::PodTable;
use std::collections::HashMap;

/// Used CPU (thousandths of a core) and memory (bytes) by namespace and name of the pod.
pub type UsageByPod = HashMap<String, HashMap<String, (u64, u64)>>;

/// Usage in the order of the table; empty where nothing is known.
pub(super) fn columns(pods: &PodTable, usage: Option<&UsageByPod>) -> PodUsage {
    let Some(usage) = usage.filter(|u| !u.is_empty()) else { return PodUsage::default() };
    let unknown = (PodUsage::UNKNOWN, PodUsage::UNKNOWN);
    let of = |pod: usize| usage.get(pods.namespace_of(pod)).and_then(|n| n.get(&pods.name[pod])).copied();
    let (cpu_milli, memory_bytes) = (0..pods.len()).map(|pod| of(pod).unwrap_or(unknown)).unzip();
    PodUsage { cpu_milli, memory_bytes }
}
