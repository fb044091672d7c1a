//! Objects only the 2015 dialect has: pods, replication controllers, services, containers, nodes.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Which of the three kinds that are made from a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum ManifestKind {
    Pod,
    ReplicationController,
    Service,
}

impl ManifestKind {
    /// Kubernetes' word.
    pub fn thing(self) -> &'static str {
        match self {
            ManifestKind::Pod => "Pod",
            ManifestKind::ReplicationController => "ReplicationController",
            ManifestKind::Service => "Service",
        }
    }
}

/// A pod or service of a bay, as Magnum's own tables keep it. Controllers have no row: they are asked of Kubernetes.
#[derive(Debug, Clone)]
pub(in crate::demo) struct ManifestObject {
    pub kind: ManifestKind,
    pub uuid: String,
    pub name: String,
    pub bay_uuid: String,
    pub project_id: String,
    pub manifest: Option<String>,
    pub manifest_url: Option<String>,
    /// The manifest, parsed.
    pub parsed: Value,
    pub labels: Map<String, Value>,
    /// The phase that Kubernetes told when the pod was made or changed, or `failed`; nothing refreshes it.
    pub status: String,
    /// The node, as it was told at the same time.
    pub host: Option<String>,
    /// The address a service got.
    pub ip: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// State of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum ContainerState {
    Running,
    Stopped,
    Paused,
}

impl ContainerState {
    pub fn word(self) -> &'static str {
        match self {
            ContainerState::Running => "Running",
            ContainerState::Stopped => "Stopped",
            ContainerState::Paused => "Paused",
        }
    }
}

/// A container on a Swarm bay.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Container {
    pub uuid: String,
    pub name: Option<String>,
    pub bay_uuid: String,
    pub project_id: String,
    pub image: String,
    pub command: Option<String>,
    pub memory: Option<String>,
    pub state: ContainerState,
    /// When it was last started, for its log.
    pub started_at: Option<Timestamp>,
    /// What it logged before the last start.
    pub old_log: String,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
}

/// A row of the table that Magnum of 2015 never filled by itself.
#[derive(Debug, Clone)]
pub(in crate::demo) struct NodeRow {
    pub uuid: String,
    pub kind: Option<String>,
    pub image_id: Option<String>,
    pub ironic_node_id: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
}

/// The tables of a region.
#[derive(Debug, Default)]
pub(in crate::demo) struct LegacyObjects {
    pub manifests: Vec<ManifestObject>,
    /// What stands there at the start, before the bays' Kubernetes are told of it.
    pub first: Vec<ManifestObject>,
    pub containers: Vec<Container>,
    pub nodes: Vec<NodeRow>,
}
