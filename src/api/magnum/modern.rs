//! Clusters and cluster templates as they go over the wire (`magnum/api/controllers/v1/cluster.py`,
//! `cluster_template.py`). Baymodels of older servers have the same keys, or fewer.

use crate::api::wire::{self, Members};
use crate::model::bay::{Bay, BayStatus, Coe, Health};
use crate::model::bay_model::{BayModel, BayModelSpec};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A cluster; a list carries fewer keys.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cluster {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    cluster_template_id: String,
    #[serde(deserialize_with = "wire::opt_text")]
    keypair: Option<String>,
    #[serde(deserialize_with = "wire::opt_number")]
    node_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    master_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    docker_volume_size: Option<i64>,
    #[serde(deserialize_with = "wire::text_map")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    master_flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_number")]
    create_timeout: Option<i64>,
    /// Below 1.13 …
    #[serde(deserialize_with = "wire::opt_text")]
    stack_id: Option<String>,
    /// … and from 1.13 on.
    #[serde(deserialize_with = "wire::opt_text")]
    cluster_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status_reason: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    health_status: Option<String>,
    #[serde(deserialize_with = "wire::text_map")]
    health_status_reason: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    discovery_url: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    api_address: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    coe_version: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    container_version: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    project_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    user_id: Option<String>,
    #[serde(deserialize_with = "wire::text_list")]
    node_addresses: Vec<String>,
    #[serde(deserialize_with = "wire::text_list")]
    master_addresses: Vec<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_network: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_subnet: Option<String>,
    #[serde(deserialize_with = "wire::opt_bool")]
    floating_ip_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    master_lb_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::text_map")]
    faults: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_time")]
    created_at: Option<i64>,
    #[serde(deserialize_with = "wire::opt_time")]
    updated_at: Option<i64>,
}

impl From<Cluster> for Bay {
    fn from(c: Cluster) -> Bay {
        Bay {
            id: c.uuid,
            name: c.name,
            status: BayStatus::parse(c.status.as_deref()),
            status_reason: c.status_reason,
            health: Health::parse(c.health_status.as_deref()),
            health_reason: c.health_status_reason,
            coe: None,
            coe_version: c.coe_version,
            container_version: c.container_version,
            master_count: wire::count(c.master_count),
            node_count: wire::count(c.node_count),
            model_id: c.cluster_template_id,
            keypair: c.keypair,
            api_address: c.api_address,
            master_addresses: c.master_addresses,
            node_addresses: c.node_addresses,
            stack_id: c.stack_id.or(c.cluster_id),
            discovery_url: c.discovery_url,
            flavor: c.flavor_id,
            master_flavor: c.master_flavor_id,
            docker_volume_size_gb: c.docker_volume_size.and_then(|n| u32::try_from(n).ok()),
            labels: c.labels,
            create_timeout_minutes: c.create_timeout.and_then(|n| u32::try_from(n).ok()),
            faults: c.faults,
            project_id: c.project_id,
            user_id: c.user_id,
            fixed_network: c.fixed_network,
            fixed_subnet: c.fixed_subnet,
            floating_ip_enabled: c.floating_ip_enabled,
            master_lb_enabled: c.master_lb_enabled,
            created_at: c.created_at,
            updated_at: c.updated_at,
        }
    }
}

/// A cluster template or a baymodel.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Template {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::opt_text")]
    coe: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    image_id: String,
    #[serde(deserialize_with = "wire::opt_text")]
    keypair_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    external_network_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_network: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    fixed_subnet: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    master_flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    dns_nameserver: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    network_driver: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    volume_driver: Option<String>,
    #[serde(deserialize_with = "wire::opt_number")]
    docker_volume_size: Option<i64>,
    #[serde(deserialize_with = "wire::opt_text")]
    docker_storage_driver: Option<String>,
    #[serde(deserialize_with = "wire::text_map")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "wire::opt_text")]
    http_proxy: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    https_proxy: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    no_proxy: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    insecure_registry: Option<String>,
    #[serde(deserialize_with = "wire::opt_bool")]
    registry_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    tls_disabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    public: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    hidden: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    master_lb_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_bool")]
    floating_ip_enabled: Option<bool>,
    #[serde(deserialize_with = "wire::opt_text")]
    server_type: Option<String>,
    #[serde(deserialize_with = "wire::opt_number")]
    apiserver_port: Option<i64>,
    #[serde(deserialize_with = "wire::opt_text")]
    tags: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    driver: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    cluster_distro: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    project_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_time")]
    created_at: Option<i64>,
    #[serde(deserialize_with = "wire::opt_time")]
    updated_at: Option<i64>,
}

impl From<Template> for BayModel {
    fn from(t: Template) -> BayModel {
        let spec = BayModelSpec {
            name: t.name.clone(),
            coe: t.coe.as_deref().map(Coe::parse),
            image: t.image_id,
            keypair: t.keypair_id,
            external_network: t.external_network_id,
            fixed_network: t.fixed_network,
            fixed_subnet: t.fixed_subnet,
            flavor: t.flavor_id,
            master_flavor: t.master_flavor_id,
            dns_nameserver: t.dns_nameserver,
            network_driver: t.network_driver,
            volume_driver: t.volume_driver,
            docker_volume_size_gb: t.docker_volume_size.and_then(|n| u32::try_from(n).ok()),
            docker_storage_driver: t.docker_storage_driver,
            labels: t.labels,
            http_proxy: t.http_proxy,
            https_proxy: t.https_proxy,
            no_proxy: t.no_proxy,
            insecure_registry: t.insecure_registry,
            registry_enabled: t.registry_enabled.unwrap_or(false),
            tls_disabled: t.tls_disabled.unwrap_or(false),
            public: t.public.unwrap_or(false),
            hidden: t.hidden.unwrap_or(false),
            master_lb_enabled: t.master_lb_enabled.unwrap_or(false),
            floating_ip_enabled: t.floating_ip_enabled,
            server_type: t.server_type,
            apiserver_port: t.apiserver_port.and_then(|n| u16::try_from(n).ok()),
            tags: t.tags,
            driver: t.driver,
        };
        BayModel {
            id: t.uuid,
            name: t.name,
            spec,
            cluster_distro: t.cluster_distro,
            project_id: t.project_id,
            created_at: t.created_at,
            updated_at: t.updated_at,
        }
    }
}

pub(super) fn bays(list: Members) -> Vec<Bay> {
    wire::members::<Cluster>(list, "clusters").into_iter().map(Bay::from).collect()
}

pub(super) fn bay_models(list: Members) -> Vec<BayModel> {
    wire::members::<Template>(list, "clustertemplates").into_iter().map(BayModel::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cluster_with_nulls_everywhere_is_still_a_bay() {
        let row = json!({"uuid": "u", "name": null, "cluster_template_id": "t", "node_count": null, "labels": null,
            "status": null, "health_status": null, "health_status_reason": null, "node_addresses": null,
            "api_address": null, "created_at": null});
        let bay = bays(wire::as_members([row])).remove(0);
        assert_eq!((bay.title(), &bay.status, &bay.health), ("u", &BayStatus::Unreported, &Health::NotReported));
    }

    #[test]
    fn the_stack_is_found_under_both_its_names() {
        let rows = vec![json!({"uuid": "a", "stack_id": "s1"}), json!({"uuid": "b", "cluster_id": "prod-1-k3v9"})];
        let stacks: Vec<_> = bays(wire::as_members(rows)).into_iter().map(|b| b.stack_id).collect();
        assert_eq!(stacks, [Some("s1".to_owned()), Some("prod-1-k3v9".to_owned())]);
    }

    #[test]
    fn one_member_that_is_no_object_does_not_hide_the_others() {
        assert_eq!(bays(wire::as_members([json!("odd"), json!({"uuid": "a"})])).len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_json_in_any_field_is_survived(key in 0usize..8, value in "\\PC{0,12}", number in proptest::num::i64::ANY) {
            let keys = ["uuid", "node_count", "labels", "status", "health_status_reason", "node_addresses", "created_at", "docker_volume_size"];
            for odd in [json!(value), json!(number), json!([value]), json!({ "k": value }), json!(true), json!(null)] {
                proptest::prop_assert_eq!(bays(wire::as_members([json!({ keys[key]: odd })])).len(), 1);
            }
        }
    }
}
