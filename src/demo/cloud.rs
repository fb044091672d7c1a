//! What the services share: the world behind a lock, the switches, the Kubernetes APIs of the bays, and the clock.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::faults::Faults;
use super::kubernetes::{Cluster, ClusterSpec, NodeRole, NodeSpec, Scenario, Taint};
use super::lock;
use super::pki::{Authority, PkiError};
use super::world::World;
use super::world::bay::{Coe, NodeGroup, Population};
use super::world::model::BayModel;
use super::world::tick::Effect;

/// Time between two looks at the health of the bays. Magnum's is a minute; nobody wants to wait so long in a demo.
const HEALTH_PERIOD: Duration = Duration::from_secs(2);

/// Addresses of the services, told in the catalogue.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    /// `http://127.0.0.1:PORT/v3`
    pub keystone: String,
    /// Per region.
    pub regions: Vec<RegionAddresses>,
}

/// Addresses of one region's services, without a path.
#[derive(Debug, Clone)]
pub(super) struct RegionAddresses {
    pub magnum: String,
    pub heat: String,
    pub nova: String,
    pub glance: String,
    pub neutron: String,
}

/// What the inside of a bay is to be.
struct ClusterPlan {
    name: String,
    nodes: Vec<NodeSpec>,
    scenario: Scenario,
    version: String,
    asleep: bool,
}

/// See the module.
pub(super) struct Cloud {
    world: Mutex<World>,
    faults: Faults,
    addresses: OnceLock<Addresses>,
    authorities: Mutex<HashMap<String, Arc<Authority>>>,
    clusters: Mutex<HashMap<String, Arc<Cluster>>>,
    requests: AtomicU64,
    seed: u64,
    speed: f64,
    churn: f64,
}

impl Cloud {
    /// `churn`: changes a second in a bay at Kubernetes' limit.
    pub fn new(world: World, seed: u64, churn: f64) -> Cloud {
        let speed = world.speed;
        Cloud {
            world: Mutex::new(world),
            faults: Faults::default(),
            addresses: OnceLock::new(),
            authorities: Mutex::new(HashMap::new()),
            clusters: Mutex::new(HashMap::new()),
            requests: AtomicU64::new(0),
            seed,
            speed,
            churn,
        }
    }

    /// The world, locked. Tokens are ended here when a test asked for it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        if self.faults.take_expire_request() {
            world.identity.expire_all();
        }
        world
    }

    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The wall clock.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Keystone's clock.
    pub fn keystone_now(&self) -> Timestamp {
        self.now() + SignedDuration::from_secs(self.faults.clock_skew_secs())
    }

    /// `req-<uuid>`.
    pub fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let space = Uuid::from_u64_pair(self.seed, 0x7265_7175);
        format!("req-{}", Uuid::new_v5(&space, &number.to_be_bytes()))
    }

    pub fn set_addresses(&self, addresses: Addresses) {
        let _ = self.addresses.set(addresses);
    }

    /// Where everything is. Empty before the servers stand, when nobody can ask.
    pub fn addresses(&self) -> &Addresses {
        static NONE: Addresses = Addresses { keystone: String::new(), regions: Vec::new() };
        self.addresses.get().unwrap_or(&NONE)
    }

    /// The certificate authority of a bay, made on first use. `kind` is one of Magnum's CA types.
    pub fn authority(&self, bay_uuid: &str, bay_name: &str, kind: &str) -> Result<Arc<Authority>, PkiError> {
        let key = authority_key(bay_uuid, kind);
        if let Some(found) = lock(&self.authorities).get(&key) {
            return Ok(found.clone());
        }
        let made = Arc::new(Authority::new(bay_name)?);
        Ok(lock(&self.authorities).entry(key).or_insert(made).clone())
    }

    /// Gives a bay new certificate authorities. Its API goes on with the old one until the nodes have been updated.
    pub fn renew_authority(&self, bay_uuid: &str, bay_name: &str) -> Result<(), PkiError> {
        let made = Arc::new(Authority::new(bay_name)?);
        let mut authorities = lock(&self.authorities);
        authorities.retain(|key, _| !belongs_to(key, bay_uuid));
        authorities.insert(authority_key(bay_uuid, "kubernetes"), made);
        Ok(())
    }

    /// The Kubernetes of a bay, while it is up. May be asked while the world is locked.
    pub fn kubernetes(&self, bay: &str) -> Option<Arc<Cluster>> {
        lock(&self.clusters).get(bay).cloned()
    }

    /// Starts the Kubernetes APIs of all bays that are up at the beginning.
    pub async fn start_clusters(&self) -> io::Result<()> {
        let bays: Vec<(usize, String)> = {
            let world = self.world();
            let wanting = |(index, region): (usize, &super::world::Region)| {
                let bays = region.bays.iter().filter(|bay| bay.wants_kubernetes);
                bays.map(|bay| (index, bay.uuid.clone())).collect::<Vec<_>>()
            };
            world.regions.iter().enumerate().flat_map(wanting).collect()
        };
        let started = join_all(bays.iter().map(|(region, uuid)| self.sync_cluster(*region, uuid))).await;
        started.into_iter().collect::<io::Result<()>>()?;
        // Magnum has looked at these bays for months.
        self.take_health();
        Ok(())
    }

    /// Stops the Kubernetes APIs of all bays.
    pub fn stop_clusters(&self) {
        lock(&self.clusters).clear();
    }

    /// Plays time until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let tick = Duration::from_secs_f64((0.1 / self.speed.max(0.001)).clamp(0.005, 0.1));
        let mut next_health = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(tick) => {}
            }
            let mut effects = {
                let now = self.now();
                self.world().advance(now)
            };
            effects.dedup();
            for effect in effects {
                self.bring_about(effect).await;
            }
            if next_health <= Instant::now() {
                self.take_health();
                next_health = Instant::now() + HEALTH_PERIOD;
            }
        }
    }

    async fn bring_about(&self, effect: Effect) {
        let failed = |bay: &str, error: &dyn std::fmt::Display| {
            tracing::warn!(%bay, %error, "the Kubernetes API of a demo bay did not do as it was told");
        };
        match effect {
            Effect::Stop { bay } => drop(lock(&self.clusters).remove(&bay)),
            Effect::Forget { bay } => lock(&self.authorities).retain(|key, _| !belongs_to(key, &bay)),
            Effect::Rotate { bay } => {
                let authority = lock(&self.authorities).get(&authority_key(&bay, "kubernetes")).cloned();
                if let (Some(cluster), Some(authority)) = (self.kubernetes(&bay), authority)
                    && let Err(error) = cluster.set_authority(&authority)
                {
                    failed(&bay, &error);
                }
            }
            Effect::Sync { region, bay } => {
                if let Err(error) = self.sync_cluster(region, &bay).await {
                    failed(&bay, &error);
                }
            }
        }
    }

    /// Starts the Kubernetes API of a bay, or tells a running one its nodes.
    async fn sync_cluster(&self, region: usize, uuid: &str) -> io::Result<()> {
        let Some(ClusterPlan { name, nodes, scenario, version, asleep }) = self.cluster_plan(region, uuid) else {
            return Ok(());
        };
        let running = lock(&self.clusters).get(uuid).cloned();
        if let Some(cluster) = running {
            cluster.set_version(&version);
            cluster.set_nodes(nodes);
            return Ok(());
        }
        let authority = self.authority(uuid, &name, "kubernetes").map_err(io::Error::other)?;
        let spec = ClusterSpec {
            seed: self.seed ^ Uuid::parse_str(uuid).map_or(0, |id| id.as_u64_pair().0),
            name,
            version,
            nodes,
            scenario,
            speed: self.speed,
            churn: if scenario == Scenario::Limit { self.churn } else { 0.0 },
            asleep,
            authority,
            listen: None,
        };
        let cluster = Cluster::start(spec).await?;
        let address = cluster.address();
        lock(&self.clusters).insert(uuid.to_owned(), Arc::new(cluster));
        if let Some(bay) = self.world().regions[region].bay_mut(uuid) {
            bay.api_address = Some(format!("https://{address}"));
        }
        Ok(())
    }

    fn cluster_plan(&self, region: usize, uuid: &str) -> Option<ClusterPlan> {
        let world = self.world();
        let region = &world.regions[region];
        let bay = region.bay(uuid).filter(|bay| bay.wants_kubernetes && bay.coe == Coe::Kubernetes)?;
        let nodes = region
            .compute
            .servers_of(uuid)
            .filter(|server| server.is_node())
            .map(|server| {
                let name = server.bay.as_ref().map(|(_, group)| group.clone()).unwrap_or_default();
                let group = bay.group(&name);
                let master = group.is_some_and(NodeGroup::is_master);
                let flavor = region.compute.flavor(&server.flavor);
                NodeSpec {
                    name: server.name.clone(),
                    role: if master { NodeRole::Master } else { NodeRole::Worker },
                    group: name,
                    labels: group.map(node_labels).unwrap_or_default(),
                    taints: group.map(node_taints).unwrap_or_default(),
                    version: server.kube_version.clone().unwrap_or_default(),
                    rebuilding: server.status == "REBUILD",
                    zone: server.zone.clone(),
                    flavor: server.flavor.clone(),
                    cpu_milli: flavor.map_or(2000, |flavor| u64::from(flavor.vcpus) * 1000),
                    memory_bytes: flavor.map_or(4096, |flavor| u64::from(flavor.ram_mib)) * 1024 * 1024,
                    max_pods: 110,
                    provider_id: format!("openstack:///{}", server.id),
                    internal_ip: server.address.clone(),
                    created: server.created,
                }
            })
            .collect::<Vec<NodeSpec>>();
        let scenario = match bay.population {
            Population::Shop => Scenario::Shop,
            Population::Staging => Scenario::Staging,
            Population::Medium => Scenario::Medium,
            Population::Limit => Scenario::Limit,
            Population::Empty | Population::Fleet => Scenario::Empty,
        };
        // The API server runs on the masters: it has their version, whatever the bay is being upgraded to.
        let master = nodes.iter().find(|node| node.role == NodeRole::Master && !node.version.is_empty());
        let version = master.map(|node| node.version.clone()).or_else(|| bay.kube_tag().map(str::to_owned));
        let version = version.or_else(|| region.model(&bay.model_uuid).map(BayModel::coe_version));
        Some(ClusterPlan {
            name: bay.label().to_owned(),
            nodes,
            scenario,
            version: version.unwrap_or_else(|| "v1.30.4".into()),
            asleep: bay.population == Population::Fleet,
        })
    }

    /// Copies the health of every Kubernetes API into its bay, as Magnum's periodic task does.
    fn take_health(&self) {
        let clusters: Vec<(String, Arc<Cluster>)> =
            lock(&self.clusters).iter().map(|(uuid, cluster)| (uuid.clone(), cluster.clone())).collect();
        for (uuid, cluster) in clusters {
            let nodes = cluster.health();
            let mut world = self.world();
            for region in &mut world.regions {
                let modern = region.dialect == super::world::Dialect::Modern;
                let Some(bay) = region.bay_mut(&uuid) else { continue };
                if !modern || bay.status().starts_with("CREATE_IN") || bay.status().starts_with("DELETE") {
                    continue;
                }
                let well = !nodes.is_empty() && nodes.iter().all(|(_, ready)| *ready);
                bay.health_status = Some(if well { "HEALTHY" } else { "UNHEALTHY" }.to_owned());
                bay.health_reason.clear();
                bay.health_reason.insert("api".into(), "ok".into());
                for (name, ready) in &nodes {
                    let word = if *ready { "True" } else { "False" };
                    bay.health_reason.insert(format!("{name}.Ready"), word.to_owned());
                }
            }
        }
    }
}

fn authority_key(bay_uuid: &str, kind: &str) -> String {
    // Magnum's `kubelet` authority is the `kubernetes` one.
    let kind = if kind == "kubelet" { "kubernetes" } else { kind };
    format!("{bay_uuid}/{kind}")
}

fn belongs_to(authority_key: &str, bay_uuid: &str) -> bool {
    authority_key.strip_prefix(bay_uuid).is_some_and(|rest| rest.starts_with('/'))
}

/// Labels that a node group gives its nodes.
fn node_labels(group: &NodeGroup) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    group.node_labels.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

/// Taints that a node group gives its nodes.
fn node_taints(group: &NodeGroup) -> Vec<Taint> {
    let text = |taint: &Value, key: &str| taint[key].as_str().unwrap_or_default().to_owned();
    let taints = group.node_taints.as_array().into_iter().flatten();
    taints.map(|t| Taint { key: text(t, "key"), value: text(t, "value"), effect: text(t, "effect") }).collect()
}
