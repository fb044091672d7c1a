//! Containers of a Swarm bay as 2015's Magnum shows them, and what a new one asks for.

use super::status::Sign;
use std::collections::BTreeMap;

/// A container (`/v1/containers`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Container {
    /// uuid.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Image.
    pub image: String,
    /// Command, as one line.
    pub command: String,
    /// uuid of its bay.
    pub bay_id: String,
    /// `Running`, `Stopped`, `Paused`, `Error`, `Unknown`, as it came; empty in Kilo.
    pub status: String,
    /// Memory limit such as `512m`.
    pub memory: Option<String>,
    /// Environment (Mitaka on).
    pub environment: BTreeMap<String, String>,
    /// Created, seconds since 1970.
    pub created_at: Option<i64>,
}

impl Container {
    /// The sign it is drawn with.
    pub fn sign(&self) -> Sign {
        match self.status.as_str() {
            "Running" => Sign::Ok,
            "Stopped" | "" => Sign::Pending,
            "Paused" => Sign::Warning,
            "Error" => Sign::Failed,
            _ => Sign::Unknown,
        }
    }
}

/// What can be done to a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, strum::EnumIter)]
#[serde(rename_all = "lowercase")]
pub enum ContainerAction {
    /// Start.
    Start,
    /// Stop.
    Stop,
    /// Restart.
    Reboot,
    /// Pause.
    Pause,
    /// Unpause.
    Unpause,
}

impl ContainerAction {
    /// The word in the URL.
    pub fn word(self) -> &'static str {
        match self {
            ContainerAction::Start => "start",
            ContainerAction::Stop => "stop",
            ContainerAction::Reboot => "reboot",
            ContainerAction::Pause => "pause",
            ContainerAction::Unpause => "unpause",
        }
    }

    /// Whether it makes sense for a container in this status.
    pub fn applies_to(self, status: &str) -> bool {
        match self {
            ContainerAction::Start => status == "Stopped" || status.is_empty(),
            ContainerAction::Stop | ContainerAction::Pause => status == "Running" || status.is_empty(),
            ContainerAction::Reboot => matches!(status, "Running" | "Stopped" | ""),
            ContainerAction::Unpause => status == "Paused" || status.is_empty(),
        }
    }
}

/// What a new container is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NewContainer {
    /// Name.
    pub name: String,
    /// Image.
    pub image: String,
    /// Command line.
    pub command: String,
    /// Memory limit such as `512m`.
    pub memory: String,
    /// Environment.
    pub environment: BTreeMap<String, String>,
}
