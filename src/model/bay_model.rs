//! Bay models (Magnum cluster templates).

use super::bay::Coe;
use std::collections::BTreeMap;

/// A bay model as the cloud has it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BayModel {
    /// uuid.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Everything that was chosen for it.
    pub spec: BayModelSpec,
    /// Distribution, read by the server from the image's `os_distro`.
    pub cluster_distro: Option<String>,
    /// Project that owns it.
    pub project_id: Option<String>,
    /// Created, seconds since 1970.
    pub created_at: Option<i64>,
    /// Last change, seconds since 1970.
    pub updated_at: Option<i64>,
}

impl BayModel {
    /// Name, or the uuid where there is none.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// The fields of a bay model, the same for showing and for creating; `None` = not given.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BayModelSpec {
    /// Name; empty = the server invents one.
    pub name: String,
    /// Engine (required).
    pub coe: Option<Coe>,
    /// Image, name or id (required); needs `os_distro`.
    pub image: String,
    /// Keypair (required in 2015).
    pub keypair: Option<String>,
    /// External network.
    pub external_network: Option<String>,
    /// Fixed network (a CIDR in Liberty, a name or id later).
    pub fixed_network: Option<String>,
    /// Fixed subnet.
    pub fixed_subnet: Option<String>,
    /// Flavor of workers.
    pub flavor: Option<String>,
    /// Flavor of masters.
    pub master_flavor: Option<String>,
    /// DNS servers, comma separated (one in 2015).
    pub dns_nameserver: Option<String>,
    /// `flannel`, `calico`, `cilium`, `docker`.
    pub network_driver: Option<String>,
    /// `cinder`, `rexray`.
    pub volume_driver: Option<String>,
    /// Docker volume size, GB.
    pub docker_volume_size_gb: Option<u32>,
    /// `overlay2`, `devicemapper`, `overlay`.
    pub docker_storage_driver: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// HTTP proxy for the nodes.
    pub http_proxy: Option<String>,
    /// HTTPS proxy for the nodes.
    pub https_proxy: Option<String>,
    /// Hosts without proxy.
    pub no_proxy: Option<String>,
    /// `host:port` of a registry without TLS.
    pub insecure_registry: Option<String>,
    /// Run a registry in the bay.
    pub registry_enabled: bool,
    /// No TLS inside the bay.
    pub tls_disabled: bool,
    /// Visible to all projects (admin).
    pub public: bool,
    /// Hidden from lists (admin).
    pub hidden: bool,
    /// Load balancer for the masters.
    pub master_lb_enabled: bool,
    /// Floating addresses for nodes (default true).
    pub floating_ip_enabled: Option<bool>,
    /// `vm` or `bm`.
    pub server_type: Option<String>,
    /// Port of the API server, 1024..65535.
    pub apiserver_port: Option<u16>,
    /// Tags, comma separated (server 12 on).
    pub tags: Option<String>,
    /// Driver's name (server 18 on).
    pub driver: Option<String>,
}
