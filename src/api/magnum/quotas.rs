//! How many bays there are and may be (`magnum/api/controllers/v1/quota.py`, `stats.py`).

use super::Magnum;
use crate::api::error::Error;
use crate::api::wire;
use crate::model::choices::{Quota, QuotaResource};
use crate::model::problem::ProblemKind;
use serde::Deserialize;

/// What a project has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Bays.
    pub bays: u64,
    /// Nodes, masters included.
    pub nodes: u64,
}

impl Magnum {
    /// Bays and nodes of the project.
    ///
    /// # Errors
    /// `Unsupported` below 1.4.
    pub async fn stats(&self) -> Result<Stats, Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "wire::opt_number")]
            clusters: Option<i64>,
            #[serde(default, deserialize_with = "wire::opt_number")]
            nodes: Option<i64>,
        }
        self.needs(4, "read statistics")?;
        let query = [("project_id", &*self.project_id), ("type", "cluster")];
        let body: Body = self.service.get(&["stats"], &query).await?;
        Ok(Stats { bays: wire::count(body.clusters).into(), nodes: wire::count(body.nodes).into() })
    }

    /// Limit and number of bays of the project. A Magnum without quotas has no limit.
    ///
    /// # Errors
    /// As any call.
    pub async fn quota(&self) -> Result<Quota, Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "wire::opt_number")]
            hard_limit: Option<i64>,
        }
        let used = match self.stats().await {
            Ok(stats) => stats.bays,
            Err(e) if matches!(e.kind(), ProblemKind::Unsupported | ProblemKind::NotFound) => {
                let bays = self.bays().await?;
                let own = |p: &Option<String>| p.as_deref().is_none_or(|p| p == &*self.project_id);
                bays.iter().filter(|b| own(&b.project_id)).count() as u64
            }
            Err(e) => return Err(e),
        };
        let mut limit = None;
        if self.info.supports(6) && self.info.has("quotas") {
            let body: Body = self.service.get(&["quotas", &self.project_id, "Cluster"], &[]).await?;
            limit = body.hard_limit.and_then(|n| u64::try_from(n).ok());
        }
        Ok(Quota { resource: QuotaResource::Bays, used, limit })
    }
}
