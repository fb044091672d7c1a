//! A bay model (Magnum: cluster template).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::bay::Coe;

/// A bay model: everything is kept as the wire has it, since Magnum gives it back that way.
#[derive(Debug, Clone)]
pub(in crate::demo) struct BayModel {
    pub row: u64,
    pub uuid: String,
    pub project_id: String,
    pub user_id: String,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
    /// Attributes a caller may set, by their modern names, all present.
    pub fields: Map<String, Value>,
}

impl BayModel {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    pub fn flag(&self, field: &str) -> bool {
        self.fields.get(field).and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    pub fn labels(&self) -> Map<String, Value> {
        self.fields.get("labels").and_then(Value::as_object).cloned().unwrap_or_default()
    }

    pub fn coe(&self) -> Coe {
        self.text("coe").and_then(Coe::parse).unwrap_or(Coe::Kubernetes)
    }

    /// The version of the engine that bays of this model run.
    pub fn coe_version(&self) -> String {
        let labels = self.labels();
        let tag = |key: &str| labels.get(key).and_then(Value::as_str).map(str::to_owned);
        match self.coe() {
            Coe::Kubernetes => tag("kube_tag").unwrap_or_else(|| "v1.30.4".into()),
            Coe::Swarm => tag("swarm_version").unwrap_or_else(|| "1.2.5".into()),
            Coe::Mesos => tag("mesos_version").unwrap_or_else(|| "1.11.0".into()),
        }
    }
}

/// All settable attributes with the value an absent one gets (magnum/api/controllers/v1/cluster_template.py).
pub(in crate::demo) fn defaults() -> Map<String, Value> {
    let mut fields = Map::new();
    for key in [
        "name",
        "coe",
        "image_id",
        "flavor_id",
        "master_flavor_id",
        "dns_nameserver",
        "keypair_id",
        "external_network_id",
        "fixed_network",
        "fixed_subnet",
        "network_driver",
        "apiserver_port",
        "docker_volume_size",
        "cluster_distro",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "volume_driver",
        "insecure_registry",
        "docker_storage_driver",
        "tags",
        "driver",
        "ssh_authorized_key",
    ] {
        fields.insert(key.to_owned(), Value::Null);
    }
    for key in ["registry_enabled", "tls_disabled", "public", "master_lb_enabled", "hidden"] {
        fields.insert(key.to_owned(), Value::Bool(false));
    }
    fields.insert("floating_ip_enabled".into(), Value::Bool(true));
    fields.insert("server_type".into(), Value::String("vm".into()));
    fields.insert("labels".into(), Value::Object(Map::new()));
    fields
}
