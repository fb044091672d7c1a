//! A bay (Magnum: cluster), its node groups, and the operation under way on it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::script::Step;

/// The engine that runs containers in a bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Coe {
    Kubernetes,
    Swarm,
    Mesos,
}

impl Coe {
    /// Magnum's word.
    pub fn word(self) -> &'static str {
        match self {
            Coe::Kubernetes => "kubernetes",
            Coe::Swarm => "swarm",
            Coe::Mesos => "mesos",
        }
    }

    /// The engine of that word.
    pub fn parse(word: &str) -> Option<Coe> {
        match word {
            "kubernetes" => Some(Coe::Kubernetes),
            "swarm" => Some(Coe::Swarm),
            "mesos" => Some(Coe::Mesos),
            _ => None,
        }
    }
}

/// What runs inside a Kubernetes bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Population {
    /// The rich one, with crash loops and a node that comes and goes.
    Shop,
    /// A few applications in two namespaces.
    Staging,
    /// Some thousand pods.
    Medium,
    /// As many as Kubernetes takes.
    Limit,
    /// One of hundreds, made when it is first asked: only what the cluster itself needs.
    Fleet,
    /// Only what the cluster itself needs.
    Empty,
}

/// A group of equal nodes.
#[derive(Debug, Clone)]
pub(in crate::demo) struct NodeGroup {
    pub row: u64,
    pub uuid: String,
    pub name: String,
    /// `master`, `worker`, or a role of the user's.
    pub role: String,
    pub flavor: String,
    pub image: String,
    pub node_count: u32,
    pub min_node_count: u32,
    pub max_node_count: Option<u32>,
    pub is_default: bool,
    pub stack_id: Option<String>,
    pub status: String,
    pub status_reason: Option<String>,
    pub docker_volume_size: Option<i64>,
    pub labels: Map<String, Value>,
    pub merge_labels: bool,
    pub node_labels: Map<String, Value>,
    pub node_taints: Value,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
    /// The index the next server of this group gets.
    pub next_index: u32,
}

impl NodeGroup {
    pub fn is_master(&self) -> bool {
        self.role == "master"
    }
}

/// What an operation does to the bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Action {
    Create,
    Update,
    Delete,
}

impl Action {
    /// Heat's word, first half of every status.
    pub fn word(self) -> &'static str {
        match self {
            Action::Create => "CREATE",
            Action::Update => "UPDATE",
            Action::Delete => "DELETE",
        }
    }
}

/// A running operation: steps with their time in demo seconds since `started`.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Operation {
    pub action: Action,
    pub started: Timestamp,
    /// Demo seconds are stretched by this much (1 = as usual).
    pub pace: f64,
    pub steps: Vec<Step>,
    pub next: usize,
}

/// A bay.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Bay {
    pub row: u64,
    pub uuid: String,
    pub name: Option<String>,
    pub project_id: String,
    pub user_id: String,
    pub model_uuid: String,
    pub coe: Coe,
    pub keypair: Option<String>,
    pub labels: Map<String, Value>,
    pub merge_labels: bool,
    pub docker_volume_size: Option<i64>,
    pub master_flavor: String,
    pub flavor: String,
    pub fixed_network: Option<String>,
    pub fixed_subnet: Option<String>,
    pub floating_ip_enabled: bool,
    pub master_lb_enabled: bool,
    pub create_timeout: i64,
    pub discovery_url: Option<String>,
    pub groups: Vec<NodeGroup>,
    pub status: Option<String>,
    pub status_reason: Option<String>,
    pub faults: BTreeMap<String, String>,
    pub health_status: Option<String>,
    pub health_reason: BTreeMap<String, String>,
    pub api_address: Option<String>,
    pub coe_version: Option<String>,
    pub container_version: Option<String>,
    pub stack_id: Option<String>,
    /// The stack Heat has, known to the world before `stack_id` is told to callers.
    pub root_stack: String,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
    /// A moment after the 202 during which the database does not have the row yet.
    pub visible_from: Timestamp,
    pub population: Population,
    pub operation: Option<Operation>,
    /// The first three numbers of the addresses of its private network.
    pub subnet: [u8; 3],
    pub next_host: u8,
    /// True while the Kubernetes API of the bay should be up.
    pub wants_kubernetes: bool,
}

impl Bay {
    /// What to call it in texts: name, else UUID.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }

    pub fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }

    pub fn group(&self, ident: &str) -> Option<&NodeGroup> {
        self.groups.iter().find(|group| group.uuid == ident || group.name == ident)
    }

    pub fn group_mut(&mut self, ident: &str) -> Option<&mut NodeGroup> {
        self.groups.iter_mut().find(|group| group.uuid == ident || group.name == ident)
    }

    /// Masters, over all groups.
    pub fn master_count(&self) -> u32 {
        self.count(true)
    }

    /// Workers, over all groups.
    pub fn node_count(&self) -> u32 {
        self.count(false)
    }

    /// Anyone may ask for any number of nodes; the sum of absurd ones stays a number.
    fn count(&self, masters: bool) -> u32 {
        let groups = self.groups.iter().filter(|group| group.is_master() == masters);
        groups.fold(0, |sum, group| sum.saturating_add(group.node_count))
    }

    /// True when the address of the bay's API is a floating one: there is a load balancer to hold it, and the label
    /// `master_lb_floating_ip_enabled`, or else the attribute `floating_ip_enabled`, says so.
    pub fn floats_api(&self) -> bool {
        let label = self.labels.get("master_lb_floating_ip_enabled").map(|value| match value {
            Value::Bool(flag) => *flag,
            Value::String(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        });
        self.master_lb_enabled && label.unwrap_or(self.floating_ip_enabled)
    }

    /// Floating addresses that the bay takes with so many masters.
    pub fn floating_wanted(&self, masters: u32) -> u64 {
        u64::from(self.floats_api()) + if self.floating_ip_enabled { u64::from(masters) } else { 0 }
    }

    /// The label that names the version of Kubernetes.
    pub fn kube_tag(&self) -> Option<&str> {
        self.labels.get("kube_tag").and_then(Value::as_str)
    }

    /// The next private address; after 254 hosts the third number moves on.
    pub fn next_address(&mut self) -> String {
        if self.next_host == 254 {
            self.next_host = 9;
            self.subnet[2] = self.subnet[2].wrapping_add(1);
        }
        self.next_host += 1;
        let [a, b, c] = self.subnet;
        format!("{a}.{b}.{c}.{}", self.next_host)
    }
}
