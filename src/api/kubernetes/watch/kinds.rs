//! The kinds that are watched: their paths, their words, and how their objects become rows.

use crate::api::kubernetes::rows::{self, Row};
use crate::api::kubernetes::slim::{self, Named};
use crate::model::workload::WorkloadKind;
use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess};
use std::mem::take;
use std::sync::Arc;

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
    pub(super) fn rows<'de, A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<Row>, A::Error> {
        let mut rows = Vec::new();
        while let Some((row, _)) = items.next_element_seed(Object(self))? {
            rows.push(row);
        }
        Ok(rows)
    }
}

/// An object of a kind: its row, and its resource version.
pub(super) struct Object(pub(super) Kind);

impl<'de> DeserializeSeed<'de> for Object {
    type Value = (Row, String);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(Row, String), D::Error> {
        Ok(match self.0 {
            Kind::Nodes => {
                let mut node = slim::Node::deserialize(reader)?;
                let version = take(&mut node.metadata.resource_version);
                (Row::Node(Arc::new(rows::node(node))), version)
            }
            Kind::Namespaces => {
                let Named { metadata } = Named::deserialize(reader)?;
                (Row::Namespace(metadata.uid, metadata.name), metadata.resource_version)
            }
            Kind::Pods => {
                let mut pod = slim::Pod::deserialize(reader)?;
                let version = take(&mut pod.metadata.resource_version);
                let over = matches!(pod.status.phase.as_str(), "Succeeded" | "Failed");
                (Row::Pod(Box::new(rows::pod(pod)), over), version)
            }
            Kind::Services => {
                let mut service = slim::Service::deserialize(reader)?;
                let version = take(&mut service.metadata.resource_version);
                (Row::Service(Arc::new(rows::service(service))), version)
            }
            Kind::Events => {
                let mut event = slim::Event::deserialize(reader)?;
                let version = take(&mut event.metadata.resource_version);
                (Row::Event(Arc::new(rows::event(event))), version)
            }
            _ => {
                let kind = self.0.workload().unwrap_or(WorkloadKind::ReplicaSet);
                let mut workload = slim::Workload::deserialize(reader)?;
                let version = take(&mut workload.metadata.resource_version);
                (Row::Workload(Box::new(rows::workload(kind, workload))), version)
            }
        })
    }
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
