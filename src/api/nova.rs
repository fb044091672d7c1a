//! Nova: servers of a bay, and what a form can choose from (flavors, keypairs, zones, limits).
//!
//! Called without a microversion, which is 2.1 everywhere; a flavor is then a bare id that is looked up.

use super::error::Error;
use super::heat::Heat;
use super::session::ServiceClient;
use super::wire;
use crate::model::bay::{Bay, NodeGroup, Server};
use crate::model::choices::{Flavor, Keypair, Quota, QuotaResource};
use crate::model::problem::ProblemKind;
use futures_util::future::try_join;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The way to one Nova. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Nova {
    service: ServiceClient,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireServer {
    #[serde(deserialize_with = "wire::text")]
    id: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    status: String,
    fault: Option<WireFault>,
    flavor: Value,
    #[serde(rename = "OS-EXT-AZ:availability_zone", deserialize_with = "wire::text")]
    zone: String,
    #[serde(deserialize_with = "wire::or_default")]
    addresses: BTreeMap<String, Vec<WireAddress>>,
    #[serde(deserialize_with = "wire::opt_time")]
    created: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireFault {
    #[serde(deserialize_with = "wire::opt_text")]
    message: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAddress {
    #[serde(deserialize_with = "wire::text")]
    addr: String,
}

impl Nova {
    pub(crate) fn new(service: ServiceClient) -> Nova {
        Nova { service: service.with_version("v2.1") }
    }

    /// Flavors, the smallest first.
    ///
    /// # Errors
    /// As any call.
    pub async fn flavors(&self) -> Result<Vec<Flavor>, Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            #[serde(deserialize_with = "wire::text")]
            id: String,
            #[serde(deserialize_with = "wire::text")]
            name: String,
            #[serde(deserialize_with = "wire::opt_number")]
            vcpus: Option<i64>,
            #[serde(deserialize_with = "wire::opt_number")]
            ram: Option<i64>,
            #[serde(deserialize_with = "wire::opt_number")]
            disk: Option<i64>,
        }
        let list = self.service.pages(&["flavors", "detail"], &[], "flavors").await?;
        let rows = wire::members::<Row>(list, "flavors").into_iter().map(|f| Flavor {
            id: f.id,
            name: f.name,
            vcpus: wire::count(f.vcpus),
            ram_mib: wire::count(f.ram).into(),
            disk_gb: wire::count(f.disk).into(),
        });
        let mut flavors: Vec<Flavor> = rows.collect();
        flavors.sort_by(|a, b| (a.vcpus, a.ram_mib, a.disk_gb, &a.name).cmp(&(b.vcpus, b.ram_mib, b.disk_gb, &b.name)));
        Ok(flavors)
    }

    /// Keypairs of the user.
    ///
    /// # Errors
    /// As any call.
    pub async fn keypairs(&self) -> Result<Vec<Keypair>, Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            keypair: Inner,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Inner {
            #[serde(deserialize_with = "wire::text")]
            name: String,
            #[serde(deserialize_with = "wire::text")]
            fingerprint: String,
        }
        let list = self.service.pages(&["os-keypairs"], &[], "keypairs").await?;
        let rows = wire::members::<Row>(list, "keypairs").into_iter();
        Ok(rows.map(|r| Keypair { name: r.keypair.name, fingerprint: r.keypair.fingerprint }).collect())
    }

    /// Names of the zones that servers can be placed in.
    ///
    /// # Errors
    /// As any call.
    pub async fn zones(&self) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(rename = "zoneName", default, deserialize_with = "wire::text")]
            name: String,
            #[serde(rename = "zoneState", default)]
            state: Option<State>,
        }
        #[derive(Deserialize)]
        struct State {
            #[serde(default, deserialize_with = "wire::opt_bool")]
            available: Option<bool>,
        }
        let list = self.service.pages(&["os-availability-zone"], &[], "availabilityZoneInfo").await?;
        let rows = wire::members::<Row>(list, "availability zones").into_iter();
        Ok(rows.filter(|z| z.state.as_ref().and_then(|s| s.available) != Some(false)).map(|z| z.name).collect())
    }

    /// Use and limits of instances, cores and memory. Nova writes -1 for "no limit".
    ///
    /// # Errors
    /// As any call.
    pub async fn quotas(&self) -> Result<Vec<Quota>, Error> {
        let body: Value = self.service.get(&["limits"], &[]).await?;
        let number = |key: &str| body.pointer(&format!("/limits/absolute/{key}")).and_then(Value::as_i64);
        let quota = |resource, used: &str, limit: &str| {
            let used = u64::try_from(number(used)?).unwrap_or(0);
            Some(Quota { resource, used, limit: number(limit).and_then(|n| u64::try_from(n).ok()) })
        };
        let all = [
            quota(QuotaResource::Instances, "totalInstancesUsed", "maxTotalInstances"),
            quota(QuotaResource::Vcpus, "totalCoresUsed", "maxTotalCores"),
            quota(QuotaResource::RamMib, "totalRAMUsed", "maxTotalRAMSize"),
        ];
        Ok(all.into_iter().flatten().collect())
    }

    /// Servers of the project; `name` narrows by a part of the name.
    ///
    /// # Errors
    /// As any call.
    pub async fn servers(&self, name: Option<&str>) -> Result<Vec<Server>, Error> {
        let query: Vec<(&str, &str)> = name.map(|n| ("name", n)).into_iter().collect();
        let (list, flavors) =
            try_join(self.service.pages(&["servers", "detail"], &query, "servers"), self.flavors()).await?;
        let rows = wire::members::<WireServer>(list, "servers").into_iter();
        Ok(rows.map(|s| server(s, &flavors)).collect())
    }

    /// Servers of a bay, masters first: by the resources of its stack and of its node groups' own stacks
    /// (`create_nodegroup` in `magnum/drivers/heat/driver.py`), else by name and address.
    ///
    /// # Errors
    /// As any call. That the bay's own stack cannot be read is none: names and addresses are used then. That the stack of a
    /// node group cannot be read is one, unless it is gone: the servers would look complete without those.
    pub async fn servers_of_bay(
        &self,
        bay: &Bay,
        groups: &[NodeGroup],
        heat: Option<&Heat>,
    ) -> Result<Vec<Server>, Error> {
        let own_stack = bay.stack_id.as_ref().filter(|stack| is_heats(stack));
        let mut ids: HashSet<String> = HashSet::new();
        if let (Some(heat), Some(stack)) = (heat, own_stack) {
            match heat.servers(stack).await {
                Ok(found) => ids = found,
                Err(error) => tracing::warn!(%error, "servers of a stack could not be read"),
            }
        }
        let mut own = self.servers(None).await?;
        if let Some(heat) = heat.filter(|_| !ids.is_empty()) {
            let others = groups.iter().filter_map(|group| group.stack_id.as_ref()).filter(|stack| is_heats(stack));
            let others: BTreeSet<&String> = others.filter(|stack| Some(*stack) != own_stack).collect();
            // One after the other: Heat's engine puts each list together from everything nested in the stack.
            for stack in others {
                match heat.servers(stack).await {
                    Ok(found) => ids.extend(found),
                    Err(error) if error.kind() == ProblemKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            own.retain(|server| ids.contains(&server.id));
        } else {
            own.retain(|server| looks_like(server, bay));
        }
        own.sort_by(|a, b| (!a.name.contains("master"), &a.name).cmp(&(!b.name.contains("master"), &b.name)));
        Ok(own)
    }
}

/// Cluster API drivers write a name where Heat's write a uuid.
fn is_heats(stack: &str) -> bool {
    uuid::Uuid::parse_str(stack).is_ok()
}

/// Whether a server is one of a bay's, where no stack tells: it has one of the bay's addresses, or its name begins
/// with what Magnum's drivers derive from the bay's name (`<name>-<12 characters>-…`).
fn looks_like(server: &Server, bay: &Bay) -> bool {
    let mut known = bay.node_addresses.iter().chain(&bay.master_addresses);
    if known.any(|a| server.addresses.contains(a)) {
        return true;
    }
    let stem = match bay.stack_id.as_deref().filter(|stack| !is_heats(stack)) {
        Some(stack) => stack.to_lowercase(),
        None if bay.name.is_empty() => return false,
        None => bay.name.to_lowercase().replace(['_', '.'], "-").chars().take(30).collect(),
    };
    let Some(rest) = server.name.to_lowercase().strip_prefix(&format!("{stem}-")).map(str::to_owned) else {
        return false;
    };
    bay.stack_id.as_deref().is_some_and(|stack| !is_heats(stack))
        || rest.split('-').next().is_some_and(|random| random.len() == 12 && random.chars().all(char::is_alphanumeric))
}

fn server(s: WireServer, flavors: &[Flavor]) -> Server {
    let id = s.flavor.get("id").and_then(wire::scalar).unwrap_or_default();
    let named = s.flavor.get("original_name").and_then(wire::scalar);
    let flavor = named.or_else(|| flavors.iter().find(|f| f.id == id).map(|f| f.name.clone())).unwrap_or(id);
    Server {
        id: s.id,
        name: s.name,
        status: s.status,
        fault: s.fault.and_then(|f| f.message),
        flavor,
        zone: s.zone,
        addresses: s.addresses.into_values().flatten().map(|a| a.addr).filter(|a| !a.is_empty()).collect(),
        created_at: s.created,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str, address: &str) -> Server {
        Server {
            id: name.into(),
            name: name.into(),
            status: "ACTIVE".into(),
            fault: None,
            flavor: String::new(),
            zone: String::new(),
            addresses: vec![address.into()],
            created_at: None,
        }
    }

    fn bay(name: &str, stack: Option<&str>) -> Bay {
        let json = serde_json::json!({"uuid": "u", "name": name, "stack_id": stack, "node_addresses": ["10.0.0.7"]});
        crate::api::magnum::bay_from_json(json)
    }

    #[test]
    fn a_bays_servers_are_told_from_those_of_a_bay_with_a_longer_name() {
        let prod = bay("prod", None);
        assert!(looks_like(&server("prod-abcdef123456-master-0", ""), &prod));
        assert!(looks_like(&server("anything", "10.0.0.7"), &prod));
        assert!(!looks_like(&server("prod-eu-abcdef123456-master-0", ""), &prod));
        assert!(!looks_like(&server("product", ""), &prod));
    }

    #[test]
    fn a_cluster_api_name_is_the_stem_of_its_servers() {
        let capi = bay("prod", Some("prod-k3v9x2abq1zz"));
        assert!(looks_like(&server("prod-k3v9x2abq1zz-control-plane-x7", ""), &capi));
        assert!(!looks_like(&server("prod-other-control-plane", ""), &capi));
    }
}
