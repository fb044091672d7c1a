//! Pure rules from a Kubernetes object to a row of the picture.

mod event;
mod node;
mod pod;
mod service;
mod workload;

pub use event::event;
pub use node::node;
pub use pod::{Requests, pod, requests};
pub use service::service;
pub use workload::{Trouble, WorkloadRow, workload};

use super::slim::OwnerReference;
use crate::model::cluster::{ClusterEvent, NodeFacts, ServiceFacts};
use crate::model::columns::PodRow;
use std::sync::Arc;

/// A row of the picture, before rows of different kinds are brought together.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Node.
    Node(Arc<NodeFacts>),
    /// Pod; `owner` names the direct owner (`ReplicaSet/web-5d8f`). The flag: it has ended and holds no resources any more.
    Pod(Box<PodRow>, bool),
    /// Workload or the ReplicaSet of a Deployment.
    Workload(Box<WorkloadRow>),
    /// Service.
    Service(Arc<ServiceFacts>),
    /// Event.
    Event(Arc<ClusterEvent>),
    /// Namespace: (uid, name).
    Namespace(String, String),
}

/// The controlling owner as `Kind/name`; empty if nobody controls it.
fn controller(owners: &[OwnerReference]) -> String {
    owners.iter().find(|o| o.controller).map(|o| format!("{}/{}", o.kind, o.name)).unwrap_or_default()
}
