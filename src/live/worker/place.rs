//! The place one works in: a client signed in to one project and region, with its Magnum.
//!
//! Thin calls that turn the client's errors into problems; what needs more than one call to the cloud is done here. The
//! way into a bay is in `entrance`.

use super::command_line;
use super::context::Context;
use super::entrance::Entrance;
use crate::api::magnum::PageMark;
use crate::api::{Client, Heat, Magnum};
use crate::live::command::Change;
use crate::live::event::{Answer, Event};
use crate::live::loadable::Loadable;
use crate::live::state::SignedIn;
use crate::model::bay::{Bay, NewBay, NodeGroup, Server, StackEvent};
use crate::model::bay_model::{BayModel, BayModelSpec};
use crate::model::choices::{Flavor, Image, Keypair, Network, Quota, Subnet};
use crate::model::cloud::{Dialect, MagnumInfo, Project};
use crate::model::container::{Container, ContainerAction, NewContainer};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a bay that was accepted may be missing.
const AFTER_CREATE: Duration = Duration::from_secs(10);
/// Bays a page while the list is read for the first time: the first ones are on screen soon. Later it is read in as few
/// requests as the server allows.
const BAYS_PAGE: u32 = 200;
/// A list that goes on longer does not end.
const MOST_PAGES: u32 = 500;
/// The newest stack events that are read.
const STACK_EVENTS: u32 = 500;

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
    /// Connections into bays.
    pub(super) entrance: Entrance,
    /// Names of bays by uuid, as last seen, for the journal.
    names: Mutex<HashMap<String, String>>,
    fresh: AtomicBool,
}

impl Place {
    pub(super) fn new(client: Client, magnum: Magnum, demo: bool) -> Place {
        Place {
            client,
            magnum,
            demo,
            entrance: Entrance::default(),
            names: Mutex::default(),
            fresh: AtomicBool::new(false),
        }
    }

    pub(super) fn signed_in(&self) -> SignedIn {
        SignedIn { identity: self.client.identity(), magnum: Loadable::default(), demo: self.demo }
    }

    pub(super) fn magnum(&self) -> &Magnum {
        &self.magnum
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

    /// Whether a service may still need the token for a change that it has accepted.
    pub(super) fn is_settling(&self) -> bool {
        self.client.is_settling()
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
        self.complete(&mut bays, models);
        Ok(bays)
    }

    /// The first bays, and where the list goes on if it is longer.
    pub(super) async fn first_bays(&self, models: &[BayModel]) -> Answer<(Vec<Bay>, Option<PageMark>)> {
        let (mut bays, next) = self.magnum.bays_page(None, BAYS_PAGE).await?;
        self.complete(&mut bays, models);
        self.fresh.store(!bays.iter().any(|bay| bay.status.in_progress()), Ordering::Relaxed);
        Ok((bays, next))
    }

    /// All bays after the first ones, telling with each page what has come so far.
    pub(super) async fn other_bays(
        &self,
        mut all: Vec<Bay>,
        from: PageMark,
        models: &[BayModel],
        context: &Context,
    ) -> Answer<Vec<Bay>> {
        let mut from = Some(from);
        for _page in 0..MOST_PAGES {
            let Some(mark) = from.take() else { break };
            let (mut bays, next) = self.magnum.bays_page(Some(&mark), BAYS_PAGE).await?;
            self.complete(&mut bays, models);
            all.extend(bays);
            from = next.filter(|next| *next != mark);
            if from.is_some() {
                context.send(Event::BaysPage(all.clone())).await;
            }
        }
        Ok(all)
    }

    /// True once, when the sign-in has just read the bays and none of them is in progress: no need to read them again.
    pub(super) fn take_fresh(&self) -> bool {
        self.fresh.swap(false, Ordering::Relaxed)
    }

    fn complete(&self, bays: &mut [Bay], models: &[BayModel]) {
        for bay in bays.iter_mut().filter(|bay| bay.coe.is_none()) {
            bay.coe = models.iter().find(|m| m.id == bay.model_id).and_then(|m| m.spec.coe.clone());
        }
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.extend(bays.iter().map(|b| (b.id.clone(), b.name.clone())));
    }

    pub(super) async fn bay(&self, id: &str) -> Answer<Bay> {
        let mut bay = self.magnum.bay(id).await?;
        if bay.coe.is_none() {
            // A bay of another project may have a model that one may not see: then its engine stays unknown.
            bay.coe = self.magnum.bay_model(&bay.model_id).await.ok().and_then(|m| m.spec.coe);
        }
        Ok(bay)
    }

    /// Servers of a bay; a cloud without Heat finds them by name.
    pub(super) async fn servers(&self, bay: &Bay, groups: &[NodeGroup]) -> Answer<Vec<Server>> {
        let heat = self.client.heat().ok();
        Ok(self.client.nova()?.servers_of_bay(bay, groups, heat.as_ref()).await?)
    }

    /// Events of a bay's stack, and how many of its resources are complete. Nothing where there is no stack (2015's
    /// Magnum does not name it, Cluster API drivers have none).
    pub(super) async fn stack(&self, bay: &Bay) -> Answer<(Vec<StackEvent>, Option<(u32, u32)>)> {
        let Some((heat, stack)) = self.stack_of(bay) else { return Ok((Vec::new(), None)) };
        Ok(heat.history(&stack, STACK_EVENTS).await?)
    }

    fn stack_of(&self, bay: &Bay) -> Option<(Heat, String)> {
        let stack = bay.stack_id.as_deref().filter(|id| uuid::Uuid::parse_str(id).is_ok())?;
        Some((self.client.heat().ok()?, stack.to_owned()))
    }

    /// Node groups; none before microversion 1.9, nor where bays are spoken of.
    pub(super) async fn node_groups(&self, bay: &Bay) -> Answer<Vec<NodeGroup>> {
        let info = self.magnum.info();
        if info.dialect == Dialect::Legacy || !info.supports(9) {
            return Ok(Vec::new());
        }
        Ok(self.magnum.node_groups(&bay.id).await?)
    }

    pub(super) async fn flavors(&self) -> Answer<Vec<Flavor>> {
        Ok(self.client.nova()?.flavors().await?)
    }

    pub(super) async fn keypairs(&self) -> Answer<Vec<Keypair>> {
        Ok(self.client.nova()?.keypairs().await?)
    }

    pub(super) async fn zones(&self) -> Answer<Vec<String>> {
        Ok(self.client.nova()?.zones().await?)
    }

    pub(super) async fn images(&self) -> Answer<Vec<Image>> {
        Ok(self.client.glance()?.images().await?)
    }

    pub(super) async fn networks(&self) -> Answer<Vec<Network>> {
        Ok(self.client.neutron()?.networks().await?)
    }

    pub(super) async fn subnets(&self) -> Answer<Vec<Subnet>> {
        Ok(self.client.neutron()?.subnets().await?)
    }

    /// Limits and use of every service that answers; a failure only where none does.
    pub(super) async fn quotas(&self) -> Answer<Vec<Quota>> {
        let nova = async { self.client.nova()?.quotas().await };
        let neutron = async { self.client.neutron()?.quotas().await };
        let (magnum, nova, neutron) = tokio::join!(self.magnum.quota(), nova, neutron);
        let mut quotas: Vec<Quota> = magnum.into_iter().collect();
        let mut failure = None;
        for answer in [nova, neutron] {
            match answer {
                Ok(more) => quotas.extend(more),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if quotas.is_empty() => Err(error.into()),
            _ => Ok(quotas),
        }
    }

    /// Containers of 2015's Magnum; none on today's.
    pub(super) async fn containers(&self) -> Answer<Vec<Container>> {
        if !self.magnum.info().has("containers") {
            return Ok(Vec::new());
        }
        Ok(self.magnum.containers(None).await?)
    }

    pub(super) async fn create_bay_model(&self, spec: &BayModelSpec) -> Answer<String> {
        Ok(self.magnum.create_bay_model(spec).await?.id)
    }

    pub(super) async fn delete_bay_model(&self, id: &str) -> Answer<()> {
        Ok(self.magnum.delete_bay_model(id).await?)
    }

    pub(super) async fn create_bay(&self, bay: &NewBay) -> Answer<String> {
        let id = self.magnum.create_bay(bay).await?;
        // The bay was accepted whatever this finds; it only keeps the first look at it from finding nothing.
        if let Err(error) = self.magnum.bay_after_create(&id, AFTER_CREATE).await {
            tracing::info!(%error, bay = id, "a bay that was accepted cannot be read yet");
        }
        Ok(id)
    }

    pub(super) async fn scale_bay(&self, id: &str, node_count: u32) -> Answer<()> {
        Ok(self.magnum.scale_bay(id, node_count).await?)
    }

    pub(super) async fn delete_bay(&self, id: &str) -> Answer<()> {
        Ok(self.magnum.delete_bay(id).await?)
    }

    pub(super) async fn create_container(&self, bay: &str, container: &NewContainer) -> Answer<String> {
        Ok(self.magnum.create_container(bay, container).await?.id)
    }

    pub(super) async fn act_on_container(&self, id: &str, action: ContainerAction) -> Answer<()> {
        Ok(self.magnum.act_on_container(id, action).await?)
    }

    pub(super) async fn delete_container(&self, id: &str) -> Answer<()> {
        Ok(self.magnum.delete_container(id).await?)
    }

    pub(super) async fn read_container_log(&self, id: &str) -> Answer<String> {
        Ok(self.magnum.container_logs(id).await?)
    }

    /// The same change as a command.
    pub(super) fn command_line(&self, change: &Change) -> String {
        command_line::of(change, self.magnum.info(), |id| self.name_of(id))
    }

    /// Where a change happens: the bay, or project and region.
    pub(super) fn where_of(&self, change: &Change) -> String {
        match change {
            Change::ScaleWorkload { bay, .. } | Change::CreateContainer { bay, .. } => self.name_of(bay),
            Change::DeleteObject(object) => self.name_of(&object.bay),
            Change::Manifests(run) => self.name_of(&run.bay),
            _ => {
                let identity = self.client.identity();
                format!("{} / {}", identity.project.name, identity.region)
            }
        }
    }

    fn name_of(&self, bay: &str) -> String {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(bay).filter(|n| !n.is_empty()).cloned().unwrap_or_else(|| bay.to_owned())
    }
}
