//! What pods use, put beside the pod table.

use crate::api::kubernetes::metrics::UsageByPod;
use crate::model::cluster::{Measuring, PodUsage};
use crate::model::columns::PodTable;

/// What the metrics API said of the pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Measured {
    /// It does not answer.
    #[default]
    Nothing,
    /// It was not asked: too many pods, and nobody looks at what they use.
    NotAsked,
    /// It was asked.
    Asked,
    /// What they use.
    Pods(UsageByPod),
}

impl Measured {
    /// Usage in the order of the table; `answers` if the metrics API tells of nodes.
    pub(super) fn columns(&self, pods: &PodTable, answers: bool) -> PodUsage {
        let nothing = |measuring| PodUsage { measuring, ..PodUsage::default() };
        let usage = match self {
            Measured::Pods(usage) if usage.is_empty() => return nothing(Measuring::Nothing),
            Measured::Pods(usage) => usage,
            Measured::Nothing => return nothing(Measuring::Nothing),
            Measured::NotAsked if !answers => return nothing(Measuring::Nothing),
            Measured::NotAsked => return nothing(Measuring::Resting),
            Measured::Asked => return nothing(Measuring::Reading),
        };
        let unknown = (PodUsage::UNKNOWN, PodUsage::UNKNOWN);
        let of = |pod: usize| usage.get(pods.namespace_of(pod)).and_then(|n| n.get(&pods.name[pod])).copied();
        let (cpu_milli, memory_bytes) = (0..pods.len()).map(|pod| of(pod).unwrap_or(unknown)).unzip();
        PodUsage { measuring: Measuring::Known, cpu_milli, memory_bytes }
    }

    /// There is something to put beside the pods.
    pub(super) fn is_known(&self) -> bool {
        matches!(self, Measured::Pods(_))
    }

    /// What is known once this has been said: what was read stays while it is read again.
    pub(super) fn follow(&mut self, said: Measured) -> bool {
        let stays = said == Measured::Asked && self.is_known();
        let changed = !stays && *self != said;
        if changed {
            *self = said;
        }
        changed
    }
}
