//! The kinds that are watched: their paths, their words, and how their objects become rows.

use crate::api::kubernetes::rows::{self, Row};
use crate::api::kubernetes::slim;
use crate::model::workload::WorkloadKind;
use serde::de::{DeserializeOwned, SeqAccess};

/// A kind that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Kind {
    /// v1 Node.
    Nodes,
    /// v1 Namespace.
    Namespaces,
    /// apps/v1 ReplicaSet: first, so that pods find their Deployment at once.
    ReplicaSets,
    /// apps/v1 Deployment.
    Deployments,
    /// v1 Pod.
    Pods,
    /// apps/v1 StatefulSet.
    StatefulSets,
    /// apps/v1 DaemonSet.
    DaemonSets,
    /// v1 ReplicationController.
    ReplicationControllers,
    /// batch/v1 Job.
    Jobs,
    /// v1 Service.
    Services,
    /// v1 Event.
    Events,
}

impl Kind {
    /// All kinds, in the order in which they are started.
    pub const ALL: [Kind; 11] = [
        Kind::Nodes,
        Kind::Pods,
        Kind::ReplicaSets,
        Kind::Deployments,
        Kind::StatefulSets,
        Kind::DaemonSets,
        Kind::ReplicationControllers,
        Kind::Jobs,
        Kind::Services,
        Kind::Namespaces,
        Kind::Events,
    ];

    /// The API's plural word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Nodes => "nodes",
            Kind::Namespaces => "namespaces",
            Kind::Pods => "pods",
            Kind::Deployments => "deployments",
            Kind::ReplicaSets => "replicasets",
            Kind::StatefulSets => "statefulsets",
            Kind::DaemonSets => "daemonsets",
            Kind::ReplicationControllers => "replicationcontrollers",
            Kind::Jobs => "jobs",
            Kind::Services => "services",
            Kind::Events => "events",
        }
    }

    /// Path of the collection over all namespaces.
    pub fn path(self) -> &'static str {
        match self {
            Kind::Nodes => "/api/v1/nodes",
            Kind::Namespaces => "/api/v1/namespaces",
            Kind::Pods => "/api/v1/pods",
            Kind::Deployments => "/apis/apps/v1/deployments",
            Kind::ReplicaSets => "/apis/apps/v1/replicasets",
            Kind::StatefulSets => "/apis/apps/v1/statefulsets",
            Kind::DaemonSets => "/apis/apps/v1/daemonsets",
            Kind::ReplicationControllers => "/api/v1/replicationcontrollers",
            Kind::Jobs => "/apis/batch/v1/jobs",
            Kind::Services => "/api/v1/services",
            Kind::Events => "/api/v1/events",
        }
    }

    fn workload(self) -> Option<WorkloadKind> {
        match self {
            Kind::Deployments => Some(WorkloadKind::Deployment),
            Kind::ReplicaSets => Some(WorkloadKind::ReplicaSet),
            Kind::StatefulSets => Some(WorkloadKind::StatefulSet),
            Kind::DaemonSets => Some(WorkloadKind::DaemonSet),
            Kind::ReplicationControllers => Some(WorkloadKind::ReplicationController),
            Kind::Jobs => Some(WorkloadKind::Job),
            _ => None,
        }
    }

    /// Rows of a list's items, one after the other: none of them is ever kept as a whole object.
    pub(super) fn rows<'de, A: SeqAccess<'de>>(self, items: A) -> Result<Vec<Row>, A::Error> {
        fn each<'de, A: SeqAccess<'de>, T: DeserializeOwned>(
            mut items: A,
            row: impl Fn(T) -> Row,
        ) -> Result<Vec<Row>, A::Error> {
            let mut rows = Vec::new();
            while let Some(item) = items.next_element()? {
                rows.push(row(item));
            }
            Ok(rows)
        }
        match self {
            Kind::Nodes => each(items, |o| Row::Node(Box::new(rows::node(o)))),
            Kind::Namespaces => each(items, namespace),
            Kind::Pods => each(items, pod),
            Kind::Services => each(items, |o| Row::Service(Box::new(rows::service(o)))),
            Kind::Events => each(items, |o| Row::Event(Box::new(rows::event(o)))),
            _ => {
                let kind = self.workload().unwrap_or(WorkloadKind::ReplicaSet);
                each(items, move |o| Row::Workload(Box::new(rows::workload(kind, o))))
            }
        }
    }

    /// Row of one object.
    pub(super) fn row(self, object: &str) -> serde_json::Result<Row> {
        Ok(match self {
            Kind::Nodes => Row::Node(Box::new(rows::node(serde_json::from_str(object)?))),
            Kind::Pods => pod(serde_json::from_str(object)?),
            Kind::Services => Row::Service(Box::new(rows::service(serde_json::from_str(object)?))),
            Kind::Events => Row::Event(Box::new(rows::event(serde_json::from_str(object)?))),
            Kind::Namespaces => namespace(serde_json::from_str(object)?),
            _ => {
                let kind = self.workload().unwrap_or(WorkloadKind::ReplicaSet);
                Row::Workload(Box::new(rows::workload(kind, serde_json::from_str(object)?)))
            }
        })
    }
}

fn pod(object: slim::Pod) -> Row {
    let over = matches!(object.status.phase.as_str(), "Succeeded" | "Failed");
    Row::Pod(Box::new(rows::pod(object)), over)
}

fn namespace(object: slim::Named) -> Row {
    Row::Namespace(object.metadata.uid, object.metadata.name)
}

impl From<WorkloadKind> for Kind {
    fn from(kind: WorkloadKind) -> Self {
        match kind {
            WorkloadKind::Deployment => Kind::Deployments,
            WorkloadKind::ReplicaSet => Kind::ReplicaSets,
            WorkloadKind::StatefulSet => Kind::StatefulSets,
            WorkloadKind::DaemonSet => Kind::DaemonSets,
            WorkloadKind::ReplicationController => Kind::ReplicationControllers,
            WorkloadKind::Job => Kind::Jobs,
        }
    }
}
