//! Bays and baymodels as they go over the wire (`magnum@1.1.0 magnum/api/controllers/v1/bay.py`, `baymodel.py`), up
//! to the servers before 17.0.0 that have them beside clusters.

use super::modern::Template;
use crate::api::wire::{self, Members};
use crate::model::bay::{Bay, BayStatus, Health};
use crate::model::bay_model::BayModel;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A bay. Kilo has neither masters nor a reason; from 3.0.0 on there is more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireBay {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    baymodel_id: String,
    #[serde(deserialize_with = "wire::opt_number")]
    node_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    master_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    bay_create_timeout: Option<i64>,
    #[serde(deserialize_with = "wire::opt_text")]
    discovery_url: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status_reason: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    api_address: Option<String>,
    #[serde(deserialize_with = "wire::text_list")]
    node_addresses: Vec<String>,
    #[serde(deserialize_with = "wire::text_list")]
    master_addresses: Vec<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    stack_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    coe_version: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    container_version: Option<String>,
    #[serde(deserialize_with = "wire::text_map")]
    bay_faults: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_number")]
    docker_volume_size: Option<i64>,
    #[serde(deserialize_with = "wire::text_map")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    master_flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_network: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_subnet: Option<String>,
    #[serde(deserialize_with = "wire::opt_bool")]
    floating_ip_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    master_lb_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_time")]
    created_at: Option<i64>,
    #[serde(deserialize_with = "wire::opt_time")]
    updated_at: Option<i64>,
}

impl From<WireBay> for Bay {
    fn from(b: WireBay) -> Bay {
        Bay {
            id: b.uuid,
            name: b.name,
            status: BayStatus::parse(b.status.as_deref()),
            status_reason: b.status_reason,
            health: Health::NotReported,
            health_reason: BTreeMap::new(),
            coe: None,
            coe_version: b.coe_version,
            container_version: b.container_version,
            // Kilo has exactly one master and does not say so.
            master_count: b.master_count.map_or(1, |n| wire::count(Some(n))),
            node_count: wire::count(b.node_count),
            model_id: b.baymodel_id,
            keypair: None,
            api_address: b.api_address,
            master_addresses: b.master_addresses,
            node_addresses: b.node_addresses,
            stack_id: b.stack_id,
            discovery_url: b.discovery_url,
            flavor: b.flavor_id,
            master_flavor: b.master_flavor_id,
            docker_volume_size_gb: b.docker_volume_size.and_then(|n| u32::try_from(n).ok()),
            labels: b.labels,
            create_timeout_minutes: b.bay_create_timeout.and_then(|n| u32::try_from(n).ok()),
            faults: b.bay_faults,
            project_id: None,
            user_id: None,
            fixed_network: b.fixed_network,
            fixed_subnet: b.fixed_subnet,
            floating_ip_enabled: b.floating_ip_enabled,
            master_lb_enabled: b.master_lb_enabled,
            created_at: b.created_at,
            updated_at: b.updated_at,
        }
    }
}

pub(super) fn bays(list: Members) -> Vec<Bay> {
    wire::members::<WireBay>(list, "bays").into_iter().map(Bay::from).collect()
}

pub(super) fn bay_models(list: Members) -> Vec<BayModel> {
    wire::members::<Template>(list, "baymodels").into_iter().map(BayModel::from).collect()
}

/// Where a bay's own API is, as Kilo gives only an address: the conductor then builds the rest the same way
/// (`magnum@2015.1.0 conductor/handlers/kube.py:51`).
pub fn full_api_address(api_address: &str, kubernetes: bool, apiserver_port: Option<u16>) -> String {
    if api_address.contains("://") {
        return api_address.to_owned();
    }
    if kubernetes {
        format!("http://{api_address}:{}", apiserver_port.unwrap_or(8080))
    } else {
        format!("tcp://{api_address}:2376")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bay_of_kilo_has_one_master() {
        let bay = bays(wire::as_members([json!({"uuid": "u", "baymodel_id": "m", "node_count": 2, "status": null})]))
            .remove(0);
        assert_eq!((bay.master_count, bay.node_count, bay.model_id.as_str()), (1, 2, "m"));
    }

    #[test]
    fn a_bare_address_becomes_a_url_as_the_conductor_builds_it() {
        assert_eq!(full_api_address("10.0.0.5", true, None), "http://10.0.0.5:8080");
        assert_eq!(full_api_address("10.0.0.5", false, None), "tcp://10.0.0.5:2376");
        assert_eq!(full_api_address("https://10.0.0.5:6443", true, Some(1)), "https://10.0.0.5:6443");
    }
}
