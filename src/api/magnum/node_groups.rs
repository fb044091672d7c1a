//! Node groups of a bay (microversion 1.9 on; `magnum/api/controllers/v1/nodegroup.py`).

use super::Magnum;
use crate::api::error::Error;
use crate::api::wire;
use crate::model::bay::{BayStatus, NodeGroup};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireGroup {
    #[serde(deserialize_with = "wire::text")]
    uuid: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::text")]
    role: String,
    #[serde(deserialize_with = "wire::opt_number")]
    node_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    min_node_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    max_node_count: Option<i64>,
    #[serde(deserialize_with = "wire::opt_text")]
    flavor_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    image_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_bool")]
    is_default: Option<bool>,
    #[serde(deserialize_with = "wire::opt_text")]
    stack_id: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    status_reason: Option<String>,
}

impl From<WireGroup> for NodeGroup {
    fn from(g: WireGroup) -> NodeGroup {
        NodeGroup {
            id: g.uuid,
            name: g.name,
            role: g.role,
            node_count: wire::count(g.node_count),
            min_node_count: wire::count(g.min_node_count),
            max_node_count: g.max_node_count.and_then(|n| u32::try_from(n).ok()),
            flavor: g.flavor_id,
            image: g.image_id,
            is_default: g.is_default.unwrap_or(false),
            stack_id: g.stack_id,
            status: BayStatus::parse(g.status.as_deref()),
            status_reason: g.status_reason,
        }
    }
}

impl Magnum {
    /// Node groups of a bay; lists carry no reason of a status.
    ///
    /// # Errors
    /// `Unsupported` below 1.9; `NotFound` for an unknown bay.
    pub async fn node_groups(&self, bay: &str) -> Result<Vec<NodeGroup>, Error> {
        self.modern_only("list node groups")?;
        self.needs(9, "list node groups")?;
        let list = self.service.pages(&["clusters", bay, "nodegroups"], &[], "nodegroups").await?;
        Ok(wire::members::<WireGroup>(list, "nodegroups").into_iter().map(NodeGroup::from).collect())
    }

    /// One node group, by uuid or name.
    ///
    /// # Errors
    /// `Unsupported` below 1.9; `NotFound`.
    pub async fn node_group(&self, bay: &str, group: &str) -> Result<NodeGroup, Error> {
        self.modern_only("show node group")?;
        self.needs(9, "show node group")?;
        let group: WireGroup = self.service.get(&["clusters", bay, "nodegroups", group], &[]).await?;
        Ok(group.into())
    }
}
