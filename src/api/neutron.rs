//! Neutron: networks and subnets to choose from, and use and limits of what a bay takes.

use super::error::Error;
use super::session::ServiceClient;
use super::wire;
use crate::model::choices::{Network, Quota, QuotaResource, Subnet};
use crate::model::problem::ProblemKind;
use serde::Deserialize;
use serde_json::Value;

/// The way to one Neutron. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Neutron {
    service: ServiceClient,
    project_id: String,
}

/// What is counted: quota's name, collection, and what it is to us.
const COUNTED: [(&str, &str, QuotaResource); 3] = [
    ("floatingip", "floatingips", QuotaResource::FloatingIps),
    ("port", "ports", QuotaResource::Ports),
    ("security_group", "security-groups", QuotaResource::SecurityGroups),
];

impl Neutron {
    pub(crate) fn new(service: ServiceClient, project_id: String) -> Neutron {
        Neutron { service: service.with_version("v2.0"), project_id }
    }

    /// Networks that the project sees, the external ones first.
    ///
    /// # Errors
    /// As any call.
    pub async fn networks(&self) -> Result<Vec<Network>, Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            #[serde(deserialize_with = "wire::text")]
            id: String,
            #[serde(deserialize_with = "wire::text")]
            name: String,
            #[serde(rename = "router:external", deserialize_with = "wire::opt_bool")]
            external: Option<bool>,
            #[serde(deserialize_with = "wire::text_list")]
            subnets: Vec<String>,
        }
        let list = self.service.pages(&["networks"], &[], "networks").await?;
        let rows = wire::members::<Row>(list, "networks").into_iter();
        let mut networks: Vec<Network> = rows
            .map(|n| Network { id: n.id, name: n.name, external: n.external.unwrap_or(false), subnets: n.subnets })
            .collect();
        networks.sort_by(|a, b| (!a.external, &a.name, &a.id).cmp(&(!b.external, &b.name, &b.id)));
        Ok(networks)
    }

    /// Subnets that the project sees.
    ///
    /// # Errors
    /// As any call.
    pub async fn subnets(&self) -> Result<Vec<Subnet>, Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            #[serde(deserialize_with = "wire::text")]
            id: String,
            #[serde(deserialize_with = "wire::text")]
            name: String,
            #[serde(deserialize_with = "wire::text")]
            network_id: String,
            #[serde(deserialize_with = "wire::text")]
            cidr: String,
        }
        let list = self.service.pages(&["subnets"], &[], "subnets").await?;
        let rows = wire::members::<Row>(list, "subnets").into_iter();
        Ok(rows.map(|s| Subnet { id: s.id, name: s.name, network_id: s.network_id, cidr: s.cidr }).collect())
    }

    /// Use and limits of floating addresses, ports and security groups. Neutron writes -1 for "no limit".
    ///
    /// # Errors
    /// As any call.
    pub async fn quotas(&self) -> Result<Vec<Quota>, Error> {
        let detailed = self.service.get::<Value>(&["quotas", &self.project_id, "details.json"], &[]).await;
        match detailed {
            Ok(body) => Ok(COUNTED.iter().filter_map(|(name, _, resource)| detail(&body, name, *resource)).collect()),
            // An extension that not every Neutron has: then limits and lists are two questions.
            Err(e) if matches!(e.kind(), ProblemKind::NotFound | ProblemKind::Forbidden | ProblemKind::Invalid) => {
                self.counted().await
            }
            Err(e) => Err(e),
        }
    }

    async fn counted(&self) -> Result<Vec<Quota>, Error> {
        let body: Value = self.service.get(&["quotas", &self.project_id], &[]).await?;
        let mut quotas = Vec::new();
        for (name, collection, resource) in COUNTED {
            let Some(limit) = body.pointer(&format!("/quota/{name}")).and_then(Value::as_i64) else { continue };
            let query = [("fields", "id"), ("project_id", self.project_id.as_str())];
            let key = collection.replace('-', "_");
            let used = self.service.pages(&[collection], &query, &key).await?.len() as u64;
            quotas.push(Quota { resource, used, limit: u64::try_from(limit).ok() });
        }
        Ok(quotas)
    }
}

fn detail(body: &Value, name: &str, resource: QuotaResource) -> Option<Quota> {
    let number = |key: &str| body.pointer(&format!("/quota/{name}/{key}")).and_then(Value::as_i64);
    let used = number("used")? + number("reserved").unwrap_or(0);
    Some(Quota {
        resource,
        used: u64::try_from(used).unwrap_or(0),
        limit: number("limit").and_then(|n| u64::try_from(n).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_is_minus_one() {
        let body = serde_json::json!({"quota": {"port": {"used": 3, "reserved": 1, "limit": -1}}});
        let quota = detail(&body, "port", QuotaResource::Ports).unwrap();
        assert_eq!((quota.used, quota.limit), (4, None));
    }
}
