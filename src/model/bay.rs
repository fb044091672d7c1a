//! Bays (Magnum clusters): status, health, engine, and what a form asks for.

use super::status::Sign;
use std::collections::BTreeMap;

/// A bay's uuid, the one thing about it that is unique.
pub type BayId = String;

/// Container orchestration engine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coe {
    /// Kubernetes.
    Kubernetes,
    /// Docker Swarm (classic).
    Swarm,
    /// Docker swarm mode.
    SwarmMode,
    /// Mesos.
    Mesos,
    /// DC/OS.
    Dcos,
    /// One nobody told us about, as it came.
    Other(String),
}

impl Coe {
    /// From Magnum's word.
    pub fn parse(word: &str) -> Coe {
        match word {
            "kubernetes" => Coe::Kubernetes,
            "swarm" => Coe::Swarm,
            "swarm-mode" => Coe::SwarmMode,
            "mesos" => Coe::Mesos,
            "dcos" => Coe::Dcos,
            other => Coe::Other(other.to_owned()),
        }
    }

    /// Magnum's word.
    pub fn word(&self) -> &str {
        match self {
            Coe::Kubernetes => "kubernetes",
            Coe::Swarm => "swarm",
            Coe::SwarmMode => "swarm-mode",
            Coe::Mesos => "mesos",
            Coe::Dcos => "dcos",
            Coe::Other(word) => word,
        }
    }

    /// Product name, the same in every language.
    pub fn title(&self) -> &str {
        match self {
            Coe::Kubernetes => "Kubernetes",
            Coe::Swarm => "Docker Swarm",
            Coe::SwarmMode => "Swarm mode",
            Coe::Mesos => "Mesos",
            Coe::Dcos => "DC/OS",
            Coe::Other(word) => word,
        }
    }
}

/// What Magnum is doing, or last did, with a bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BayAction {
    /// Create.
    Create,
    /// Update (resize, upgrade, rotate).
    Update,
    /// Delete.
    Delete,
    /// Roll back.
    Rollback,
    /// Resume.
    Resume,
    /// Restore.
    Restore,
    /// Snapshot.
    Snapshot,
    /// Check.
    Check,
    /// Adopt.
    Adopt,
}

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BayPhase {
    /// Going on.
    InProgress,
    /// Done.
    Complete,
    /// Failed.
    Failed,
}

/// `status` of a bay: known words split in two, unknown words kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BayStatus {
    /// A known `ACTION_PHASE` word.
    Known(BayAction, BayPhase),
    /// Not reported (null right after a create in 2015's API).
    Unreported,
    /// A word we do not know.
    Other(String),
}

impl BayStatus {
    /// From Magnum's word (`magnum/objects/fields.py`).
    pub fn parse(word: Option<&str>) -> BayStatus {
        let Some(word) = word.filter(|w| !w.is_empty()) else { return BayStatus::Unreported };
        let (action, phase) = if let Some(a) = word.strip_suffix("_IN_PROGRESS") {
            (a, BayPhase::InProgress)
        } else if let Some(a) = word.strip_suffix("_COMPLETE") {
            (a, BayPhase::Complete)
        } else if let Some(a) = word.strip_suffix("_FAILED") {
            (a, BayPhase::Failed)
        } else {
            return BayStatus::Other(word.to_owned());
        };
        let action = match action {
            "CREATE" => BayAction::Create,
            "UPDATE" => BayAction::Update,
            "DELETE" => BayAction::Delete,
            "ROLLBACK" => BayAction::Rollback,
            "RESUME" => BayAction::Resume,
            "RESTORE" => BayAction::Restore,
            "SNAPSHOT" => BayAction::Snapshot,
            "CHECK" => BayAction::Check,
            "ADOPT" => BayAction::Adopt,
            _ => return BayStatus::Other(word.to_owned()),
        };
        BayStatus::Known(action, phase)
    }

    /// Magnum's word again.
    pub fn word(&self) -> String {
        match self {
            BayStatus::Known(action, phase) => {
                let action = match action {
                    BayAction::Create => "CREATE",
                    BayAction::Update => "UPDATE",
                    BayAction::Delete => "DELETE",
                    BayAction::Rollback => "ROLLBACK",
                    BayAction::Resume => "RESUME",
                    BayAction::Restore => "RESTORE",
                    BayAction::Snapshot => "SNAPSHOT",
                    BayAction::Check => "CHECK",
                    BayAction::Adopt => "ADOPT",
                };
                let phase = match phase {
                    BayPhase::InProgress => "IN_PROGRESS",
                    BayPhase::Complete => "COMPLETE",
                    BayPhase::Failed => "FAILED",
                };
                format!("{action}_{phase}")
            }
            BayStatus::Unreported => String::new(),
            BayStatus::Other(word) => word.clone(),
        }
    }

    /// The sign it is drawn with.
    pub fn sign(&self) -> Sign {
        match self {
            BayStatus::Known(BayAction::Delete, BayPhase::InProgress) => Sign::Deleting,
            BayStatus::Known(_, BayPhase::InProgress) => Sign::Progress,
            BayStatus::Known(_, BayPhase::Complete) => Sign::Ok,
            BayStatus::Known(_, BayPhase::Failed) => Sign::Failed,
            BayStatus::Unreported => Sign::Pending,
            BayStatus::Other(_) => Sign::Unknown,
        }
    }

    /// Something is going on; refresh quickly.
    pub fn in_progress(&self) -> bool {
        matches!(self, BayStatus::Known(_, BayPhase::InProgress) | BayStatus::Unreported)
    }

    /// Ended badly.
    pub fn failed(&self) -> bool {
        matches!(self, BayStatus::Known(_, BayPhase::Failed))
    }

    /// The conductor accepts a change of size now (`cluster_conductor.py`: any `*_COMPLETE` but deleted; a resize also
    /// after a failed update).
    pub fn can_resize(&self) -> bool {
        match self {
            BayStatus::Known(BayAction::Delete, _) => false,
            BayStatus::Known(_, BayPhase::Complete) => true,
            BayStatus::Known(BayAction::Update, BayPhase::Failed) => true,
            _ => false,
        }
    }

    /// The bay's own API can be expected to answer.
    pub fn can_enter(&self) -> bool {
        !matches!(
            self,
            BayStatus::Known(BayAction::Create, BayPhase::InProgress | BayPhase::Failed)
                | BayStatus::Known(BayAction::Delete, _)
                | BayStatus::Unreported
        )
    }
}

impl serde::Serialize for BayStatus {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.word())
    }
}

/// `health_status`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Health {
    /// Every node and the API are fine.
    Healthy,
    /// Something is not.
    Unhealthy,
    /// Magnum asked and could not tell.
    Unknown,
    /// Never asked (null), or a dialect without health.
    NotReported,
    /// A word we do not know.
    Other(String),
}

impl Health {
    /// From Magnum's word.
    pub fn parse(word: Option<&str>) -> Health {
        match word {
            None | Some("") => Health::NotReported,
            Some("HEALTHY") => Health::Healthy,
            Some("UNHEALTHY") => Health::Unhealthy,
            Some("UNKNOWN") => Health::Unknown,
            Some(other) => Health::Other(other.to_owned()),
        }
    }
}

/// A bay as lists and details show it. Fields a list does not carry are empty until the detail is there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Bay {
    /// uuid.
    pub id: BayId,
    /// Name; may be empty in 2015's API (show the uuid then).
    pub name: String,
    /// Status.
    pub status: BayStatus,
    /// Why, in the service's own words.
    pub status_reason: Option<String>,
    /// Health.
    pub health: Health,
    /// `api` and `<node>.Ready` with their values.
    pub health_reason: BTreeMap<String, String>,
    /// Engine, from the bay model (lists do not carry it).
    pub coe: Option<Coe>,
    /// Version of the engine (`v1.30.4`).
    pub coe_version: Option<String>,
    /// Version of Docker or containerd.
    pub container_version: Option<String>,
    /// Number of masters.
    pub master_count: u32,
    /// Number of workers (all groups).
    pub node_count: u32,
    /// uuid of the bay model.
    pub model_id: String,
    /// Keypair.
    pub keypair: Option<String>,
    /// The bay's own API.
    pub api_address: Option<String>,
    /// Masters' addresses.
    pub master_addresses: Vec<String>,
    /// Workers' addresses.
    pub node_addresses: Vec<String>,
    /// Heat stack, or a Cluster API name.
    pub stack_id: Option<String>,
    /// Discovery URL of etcd.
    pub discovery_url: Option<String>,
    /// Flavor of workers.
    pub flavor: Option<String>,
    /// Flavor of masters.
    pub master_flavor: Option<String>,
    /// Docker volume size, GB.
    pub docker_volume_size_gb: Option<u32>,
    /// Labels in force.
    pub labels: BTreeMap<String, String>,
    /// Time limit of the creation in minutes; 0 = none.
    pub create_timeout_minutes: Option<u32>,
    /// Per node group, why it failed (only when failed).
    pub faults: BTreeMap<String, String>,
    /// Project of the bay (lists for an admin hold others' bays).
    pub project_id: Option<String>,
    /// User who created it: the only one who may sign certificates, besides an admin.
    pub user_id: Option<String>,
    /// Fixed network.
    pub fixed_network: Option<String>,
    /// Fixed subnet.
    pub fixed_subnet: Option<String>,
    /// Each node has a floating address.
    pub floating_ip_enabled: Option<bool>,
    /// A load balancer stands before the masters.
    pub master_lb_enabled: Option<bool>,
    /// Created, seconds since 1970.
    pub created_at: Option<i64>,
    /// Last change, seconds since 1970.
    pub updated_at: Option<i64>,
}

impl Bay {
    /// A bay of which only the id is known.
    pub fn unknown(id: &str) -> Bay {
        Bay {
            id: id.to_owned(),
            name: String::new(),
            status: BayStatus::Unreported,
            status_reason: None,
            health: Health::NotReported,
            health_reason: BTreeMap::new(),
            coe: None,
            coe_version: None,
            container_version: None,
            master_count: 0,
            node_count: 0,
            model_id: String::new(),
            keypair: None,
            api_address: None,
            master_addresses: Vec::new(),
            node_addresses: Vec::new(),
            stack_id: None,
            discovery_url: None,
            flavor: None,
            master_flavor: None,
            docker_volume_size_gb: None,
            labels: BTreeMap::new(),
            create_timeout_minutes: None,
            faults: BTreeMap::new(),
            project_id: None,
            user_id: None,
            fixed_network: None,
            fixed_subnet: None,
            floating_ip_enabled: None,
            master_lb_enabled: None,
            created_at: None,
            updated_at: None,
        }
    }

    /// Name, or the uuid where there is none.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// Nodes that Magnum's health check calls not ready.
    pub fn nodes_not_ready(&self) -> usize {
        self.health_reason.iter().filter(|(k, v)| k.ends_with(".Ready") && v.as_str() != "True").count()
    }

    /// The sign of its health; `None` where nothing is reported.
    pub fn health_sign(&self) -> Option<Sign> {
        match &self.health {
            Health::Healthy => Some(Sign::Ok),
            Health::Unhealthy => Some(Sign::Warning),
            Health::Unknown | Health::Other(_) => Some(Sign::Unknown),
            Health::NotReported => None,
        }
    }
}

/// A node group of a bay (microversion 1.9 on).
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NodeGroup {
    /// uuid.
    pub id: String,
    /// Name, unique in the bay.
    pub name: String,
    /// `master`, `worker` or a free word.
    pub role: String,
    /// Nodes wanted.
    pub node_count: u32,
    /// Lower bound for autoscaling.
    pub min_node_count: u32,
    /// Upper bound, if any.
    pub max_node_count: Option<u32>,
    /// Flavor.
    pub flavor: Option<String>,
    /// Image.
    pub image: Option<String>,
    /// One of the two that every bay has.
    pub is_default: bool,
    /// Its Heat stack: the bay's own for the two that every bay has, one of its own for every other.
    pub stack_id: Option<String>,
    /// Status.
    pub status: BayStatus,
    /// Why.
    pub status_reason: Option<String>,
}

/// A step of a bay's life as Heat tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StackEvent {
    /// Seconds since 1970.
    pub time: i64,
    /// Resource's name in the stack.
    pub resource: String,
    /// `OS::Nova::Server`…; empty where the event does not carry it.
    pub resource_type: String,
    /// `CREATE_IN_PROGRESS` and so on, as it came.
    pub status: String,
    /// Why, as it came.
    pub reason: String,
}

/// A Nova server of a bay.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Server {
    /// uuid.
    pub id: String,
    /// Name (the Kubernetes node's too, on today's clouds).
    pub name: String,
    /// `ACTIVE`, `BUILD`, `ERROR`…
    pub status: String,
    /// Why it failed, if it did.
    pub fault: Option<String>,
    /// Flavor's name.
    pub flavor: String,
    /// Availability zone.
    pub zone: String,
    /// Addresses.
    pub addresses: Vec<String>,
    /// Seconds since 1970.
    pub created_at: Option<i64>,
}

/// What a new bay is made of; fields are sent only where set.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NewBay {
    /// Name; empty = Magnum invents one.
    pub name: String,
    /// uuid of the bay model.
    pub model_id: String,
    /// Masters.
    pub master_count: Option<u32>,
    /// Workers.
    pub node_count: Option<u32>,
    /// Keypair.
    pub keypair: Option<String>,
    /// Flavor of workers.
    pub flavor: Option<String>,
    /// Flavor of masters.
    pub master_flavor: Option<String>,
    /// Docker volume size, GB.
    pub docker_volume_size_gb: Option<u32>,
    /// Labels that differ from the bay model's.
    pub labels: BTreeMap<String, String>,
    /// Add to the bay model's labels instead of replacing them.
    pub merge_labels: bool,
    /// Minutes; 0 = no limit.
    pub create_timeout_minutes: Option<u32>,
    /// Discovery URL.
    pub discovery_url: Option<String>,
    /// Fixed network.
    pub fixed_network: Option<String>,
    /// Fixed subnet.
    pub fixed_subnet: Option<String>,
    /// Floating addresses.
    pub floating_ip_enabled: Option<bool>,
    /// Load balancer for the masters.
    pub master_lb_enabled: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_survive_the_round_trip() {
        for word in ["CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "DELETE_FAILED", "ADOPT_COMPLETE", "ROLLBACK_FAILED"] {
            assert_eq!(BayStatus::parse(Some(word)).word(), word);
            assert!(matches!(BayStatus::parse(Some(word)), BayStatus::Known(..)));
        }
    }

    #[test]
    fn an_unknown_word_is_kept_as_it_came() {
        let status = BayStatus::parse(Some("ADOPT_PARTIAL"));
        assert_eq!(status, BayStatus::Other("ADOPT_PARTIAL".into()));
        assert_eq!(status.sign(), Sign::Unknown);
        assert_eq!(BayStatus::parse(None).sign(), Sign::Pending);
    }
}
