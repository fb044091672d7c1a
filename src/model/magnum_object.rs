//! Pods, replication controllers and services as 2015's Magnum showed them (`/v1/pods`, `/v1/rcs`, `/v1/services`).

use std::collections::BTreeMap;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum MagnumObjectKind {
    /// Pod.
    Pod,
    /// Replication controller.
    ReplicationController,
    /// Service.
    Service,
}

impl MagnumObjectKind {
    /// Name of its collection.
    pub fn collection(self) -> &'static str {
        match self {
            MagnumObjectKind::Pod => "pods",
            MagnumObjectKind::ReplicationController => "rcs",
            MagnumObjectKind::Service => "services",
        }
    }

    /// From a manifest's `kind`.
    pub fn of_manifest_kind(kind: &str) -> Option<MagnumObjectKind> {
        match kind {
            "Pod" => Some(MagnumObjectKind::Pod),
            "ReplicationController" => Some(MagnumObjectKind::ReplicationController),
            "Service" => Some(MagnumObjectKind::Service),
            _ => None,
        }
    }
}

/// One of them. Magnum's own record: Kilo and Liberty do not refresh a pod's status after its creation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MagnumObject {
    /// Which kind.
    pub kind: MagnumObjectKind,
    /// uuid.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// uuid of its bay.
    pub bay_id: String,
    /// Images of its containers (pods, controllers).
    pub images: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Status of a pod, as it came.
    pub status: Option<String>,
    /// Node of a pod: address or name.
    pub host: Option<String>,
    /// Replicas of a controller.
    pub replicas: Option<u32>,
    /// Selector of a service.
    pub selector: BTreeMap<String, String>,
    /// Address of a service.
    pub ip: Option<String>,
    /// Ports of a service, as `port` or `port→target/protocol`.
    pub ports: Vec<String>,
    /// Manifest, in the detail only.
    pub manifest: Option<String>,
    /// Created, seconds since 1970.
    pub created_at: Option<i64>,
}
