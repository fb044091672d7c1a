//! The Kubernetes side of the demo: one API server per bay, over TLS on 127.0.0.1, with a scheduler, controllers and
//! kubelets behind it that behave as the real ones do.
//!
//! | module | what it is |
//! |---|---|
//! | [`kinds`], [`store`], [`facts`] | which objects there are, their written form, the log of changes |
//! | [`http`], [`table`], [`failure`] | requests, answers, watches, tables, `Status` objects |
//! | [`schema`], [`apply`], [`patch`] | known fields, server-side apply, the other patches |
//! | [`world`], [`scheduler`], [`kubelet`], [`nodes`], [`controllers`] | what moves |
//! | [`scenario`] | what is there at the beginning and what goes on happening |
//!
//! Delays of the simulation (pulling, back-off, eviction…) are divided by [`ClusterSpec::speed`]; times in objects are
//! real. What happens by chance comes from [`ClusterSpec::seed`].

pub mod apply;
pub mod controllers;
pub mod defaults;
pub mod events;
pub mod facts;
pub mod failure;
pub mod http;
pub mod json;
pub mod kinds;
pub mod kubelet;
pub mod metrics;
pub mod nodes;
pub mod patch;
pub mod pod_status;
pub mod quantity;
pub mod scenario;
pub mod scheduler;
pub mod schema;
pub mod selector;
pub mod store;
pub mod table;
#[cfg(test)]
mod testing;
pub mod validate;
pub mod world;

pub use nodes::{NodeRole, NodeSpec};
pub use scenario::Scenario;

use self::http::{Api, server};
use super::pki::Authority;
use jiff::Timestamp;
use kinds::Kind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use world::World;

/// How a bay's inside is made.
#[derive(Debug, Clone)]
pub struct ClusterSpec {
    /// Name of the bay.
    pub name: String,
    /// Everything that happens by chance comes from it.
    pub seed: u64,
    /// Kubernetes version (`v1.30.4`).
    pub version: String,
    /// Machines.
    pub nodes: Vec<NodeSpec>,
    /// What lives in it.
    pub scenario: Scenario,
    /// How many times faster than real the simulation's delays pass.
    pub speed: f64,
    /// Signs the server's certificate and knows the clients'.
    pub authority: Arc<Authority>,
    /// Where to listen; `None` = any free port of 127.0.0.1.
    pub listen: Option<SocketAddr>,
}

/// A running bay's inside. Dropping it stops its server and ends its watches.
#[derive(Debug)]
pub struct Cluster {
    api: Arc<Api>,
    address: SocketAddr,
}

impl Cluster {
    /// Fills the bay and starts its API server.
    ///
    /// # Errors
    /// When the address cannot be bound or no certificate can be made.
    pub async fn start(spec: ClusterSpec) -> std::io::Result<Cluster> {
        let wanted = spec.listen.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0));
        let listener = TcpListener::bind(wanted).await?;
        let address = listener.local_addr()?;
        let authority = Arc::clone(&spec.authority);
        // Some thousand pods are a moment of work: not on a thread that serves requests.
        let (world, tls) = tokio::task::spawn_blocking(move || {
            let mut world = World::new(spec.seed, &spec.version, spec.speed, Timestamp::now());
            scenario::populate(&mut world, spec.scenario, spec.nodes, spec.authority.ca_pem());
            (world, authority.server_config(address.ip()))
        })
        .await
        .map_err(std::io::Error::other)?;
        let tls = tls.map_err(std::io::Error::other)?;
        let api = Arc::new(Api::new(world, CancellationToken::new()));
        tokio::spawn(server::serve(listener, tls, Arc::clone(&api)));
        tokio::spawn(drive(Arc::clone(&api)));
        Ok(Cluster { api, address })
    }

    /// Address of the API server (`https://<address>`).
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The bay was resized: new machines register after a moment, missing ones are drained and go.
    pub fn set_nodes(&self, nodes: Vec<NodeSpec>) {
        let mut world = self.api.world();
        world.now = world.now.max(Timestamp::now());
        world.set_machines(nodes);
        drop(world);
        self.api.wake.notify_one();
    }

    /// Each node's name and whether it is ready.
    pub fn health(&self) -> Vec<(String, bool)> {
        let world = self.api.world();
        world
            .store
            .list(Kind::Node, None)
            .map(|node| {
                let body = node.value();
                let ready = json::list(&body, "/status/conditions")
                    .iter()
                    .any(|c| json::text(c, "/type") == "Ready" && json::text(c, "/status") == "True");
                (node.key.name.to_string(), ready)
            })
            .collect()
    }

    /// Lets a worker fall silent, or come back: for tests and demonstrations.
    pub fn set_reporting(&self, node: &str, reporting: bool) {
        let mut world = self.api.world();
        world.now = world.now.max(Timestamp::now());
        if reporting {
            world.return_node(node);
        } else {
            world.silence_node(node);
        }
        drop(world);
        self.api.wake.notify_one();
    }

    /// Forgets the past: watches from older revisions and lists in the middle of being read are told 410, as after a
    /// compaction of etcd.
    pub fn compact(&self) {
        self.api.world().store.compact();
        self.api.pages.lock().unwrap_or_else(std::sync::PoisonError::into_inner).forget();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.api.stop.cancel();
    }
}

/// Moves the simulation: whenever something is due, or the API changed something.
async fn drive(api: Arc<Api>) {
    loop {
        let due = {
            let mut world = api.world();
            world.step(Timestamp::now());
            world.next_due()
        };
        // A glance now and then also without anything due: the clock may have been set.
        let wait = due.map_or(Duration::from_secs(5), |due| {
            let millis = due.duration_since(Timestamp::now()).as_millis();
            Duration::from_millis(u64::try_from(millis).unwrap_or(0).clamp(1, 5000))
        });
        tokio::select! {
            () = api.stop.cancelled() => return,
            () = api.wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
