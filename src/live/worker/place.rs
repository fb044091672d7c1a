//! The place one works in: a client signed in to one project and region, with its Magnum and the bays' own APIs.
//!
//! Thin calls that turn the client's errors into problems; what needs more than one call to the cloud is done here.

use crate::api::kubernetes::{BayCertificate, Connection, delete, get, logs, scale};
use crate::api::{self, Client, Magnum};
use crate::live::command::{Change, ManifestMode, ObjectRef};
use crate::live::event::Answer;
use crate::live::loadable::Loadable;
use crate::live::state::{PodLog, SignedIn};
use crate::model::bay::{Bay, Coe, NewBay, NodeGroup, Server, StackEvent};
use crate::model::bay_model::{BayModel, BayModelSpec};
use crate::model::choices::{Flavor, Image, Keypair, Network, Quota, Subnet};
use crate::model::cloud::{Dialect, MagnumInfo, Project};
use crate::model::container::{Container, ContainerAction, NewContainer};
use crate::model::preview;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::workload::WorkloadKind;
use std::collections::HashMap;
use std::path::Path;
use tokio::sync::Mutex;

/// A change of place.
pub(super) enum Switch {
    /// To another project, by id.
    Project(String),
    /// To another region.
    Region(String),
}

/// One project in one region of one cloud.
pub(super) struct Place {
    client: Client,
    magnum: Magnum,
    /// The cloud is the built-in demo.
    pub(super) demo: bool,
    /// Connections into bays, by bay; certificates are signed once.
    connections: Mutex<HashMap<String, Connection>>,
}

impl Place {
    pub(super) fn new(client: Client, magnum: Magnum, demo: bool) -> Place {
        Place { client, magnum, demo, connections: Mutex::default() }
    }

    pub(super) fn signed_in(&self) -> SignedIn {
        SignedIn { identity: self.client.identity(), magnum: Loadable::default(), demo: self.demo }
    }

    pub(super) fn magnum_info(&self) -> MagnumInfo {
        self.magnum.info().clone()
    }

    pub(super) async fn switch(&self, switch: Switch) -> Answer<Place> {
        let client = match switch {
            Switch::Project(id) => self.client.switch_project(&id).await?,
            Switch::Region(name) => self.client.switch_region(&name)?,
        };
        let magnum = client.magnum().await?;
        Ok(Place::new(client, magnum, self.demo))
    }

    pub(super) async fn sign_out(&self) {
        if let Err(error) = self.client.sign_out().await {
            tracing::warn!(%error, "the token could not be revoked");
        }
    }

    pub(super) async fn projects(&self) -> Answer<Vec<Project>> {
        Ok(self.client.projects().await?)
    }

    pub(super) async fn bay_models(&self) -> Answer<Vec<BayModel>> {
        Ok(self.magnum.bay_models().await?)
    }

    /// Bays with the engine of their bay models, which lists of bays do not carry.
    pub(super) async fn bays(&self, models: &[BayModel]) -> Answer<Vec<Bay>> {
        let mut bays = self.magnum.bays().await?;
        for bay in &mut bays {
            if bay.coe.is_none() {
                bay.coe = models.iter().find(|m| m.id == bay.model_id).and_then(|m| m.spec.coe.clone());
            }
        }
        Ok(bays)
    }

    pub(super) async fn bay(&self, id: &str) -> Answer<Bay> {
        let mut bay = self.magnum.bay(id).await?;
        if bay.coe.is_none() {
            // A bay of another project may have a model that one may not see: then its engine stays unknown.
            bay.coe = self.magnum.bay_model(&bay.model_id).await.ok().and_then(|m| m.spec.coe);
        }
        Ok(bay)
    }
}
