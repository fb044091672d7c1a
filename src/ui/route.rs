//! Where in the window one is.

use crate::model::bay::BayId;

/// A screen, with what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Route {
    /// Sign in (also shown whenever nobody is signed in).
    SignIn,
    /// Bays.
    #[default]
    Bays,
    /// One bay.
    Bay(BayId, BayTab),
    /// New bay; from a bay model, or started from a failed bay.
    NewBay {
        /// Bay model to start with.
        model: Option<String>,
        /// Bay whose choices are taken over.
        from: Option<BayId>,
    },
    /// Bay models.
    BayModels,
    /// New bay model; from another one as a copy.
    NewBayModel {
        /// Bay model to copy.
        from: Option<String>,
    },
    /// Containers.
    Containers,
    /// New container.
    NewContainer,
    /// Manifests.
    Manifests,
    /// Activity.
    Activity,
    /// Settings.
    Settings,
}

/// Tabs of a bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
pub enum BayTab {
    /// What it is, its timeline, its faults.
    #[default]
    Overview,
    /// The map.
    Placement,
    /// Nodes.
    Nodes,
    /// Workloads.
    Workloads,
    /// Pods.
    Pods,
    /// Services.
    Services,
    /// Events.
    Events,
}
