//! The Kubernetes side of the demo: one API server per bay, over TLS on 127.0.0.1, with a scheduler, controllers and
//! kubelets behind it that behave as the real ones do.
//!
//! | module | what it is |
//! |---|---|
//! | [`kinds`], [`store`], [`written`], [`facts`] | which objects there are, their written form, the log of changes |
//! | [`http`], [`table`], [`failure`] | requests, answers, watches, tables, `Status` objects |
//! | [`schema`], [`versions`], [`protobuf`] | known fields, older versions of kinds, objects in protobuf |
//! | [`apply`], [`patch`] | server-side apply, the other patches |
//! | [`world`], [`scheduler`], [`kubelet`], [`nodes`], [`controllers`] | what moves |
//! | [`needs`], [`claims`] | what a pod needs to be placed and started |
//! | [`scenario`] | what is there at the beginning and what goes on happening |
//!
//! Delays of the simulation (pulling, back-off, eviction…) are divided by [`ClusterSpec::speed`]; times in objects are
//! real. What happens by chance comes from [`ClusterSpec::seed`].

pub mod apply;
pub mod claims;
pub mod controllers;
pub mod defaults;
pub mod derived;
pub mod events;
pub mod facts;
pub mod failure;
pub mod http;
pub mod json;
pub mod kinds;
pub mod kubelet;
pub mod metrics;
pub mod needs;
pub mod nodes;
pub mod patch;
pub mod pod_status;
pub mod protobuf;
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
pub mod versions;
pub mod world;
pub mod written;

pub use nodes::{NodeRole, NodeSpec, Taint};
pub use scenario::Scenario;

use self::http::{Api, Identity, server};
use super::pki::{Authority, PkiError};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use futures_util::FutureExt;
use jiff::Timestamp;
use kinds::Kind;
use rustls::ServerConfig;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

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
    /// Changes of pods a second besides what the scenario does.
    pub churn: f64,
    /// Fill it only when it is asked for the first time: for one of hundreds of bays.
    pub asleep: bool,
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
    tls: watch::Sender<Arc<ServerConfig>>,
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
        let tls = spec.authority.server_config(address.ip()).map_err(std::io::Error::other)?;
        let asleep = spec.asleep;
        let api = Arc::new(Api::new(spec, CancellationToken::new()));
        if !asleep {
            api.wake_up().await;
        }
        let (tls, served) = watch::channel(tls);
        tokio::spawn(server::serve(listener, served, Arc::clone(&api)));
        Ok(Cluster { api, address, tls })
    }

    /// Address of the API server (`https://<address>`).
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The bay was resized: new machines register after a moment, missing ones are drained and go.
    pub fn set_nodes(&self, nodes: Vec<NodeSpec>) {
        let Err(nodes) = self.api.in_sleep(nodes, |spec, nodes| spec.nodes = nodes) else { return };
        let mut world = self.api.world();
        world.now = world.now.max(Timestamp::now());
        world.set_machines(nodes);
        drop(world);
        self.api.wake.notify_one();
    }

    /// The masters run another version of Kubernetes now.
    pub fn set_version(&self, version: &str) {
        let Err(version) = self.api.in_sleep(version, |spec, version| spec.version = version.to_owned()) else {
            return;
        };
        let mut world = self.api.world();
        if world.version == version {
            return;
        }
        world.now = world.now.max(Timestamp::now());
        world.set_version(version);
        drop(world);
        self.api.wake.notify_one();
    }

    /// The API server serves with a certificate of another authority from now on, on the same port, and knows only that
    /// authority's clients. Connections end, as when an API server is started again.
    ///
    /// # Errors
    /// When the new certificate cannot be made.
    pub fn set_authority(&self, authority: &Arc<Authority>) -> Result<(), PkiError> {
        self.tls.send_replace(authority.server_config(self.address.ip())?);
        let Err(authority) = self.api.in_sleep(authority, |spec, authority| spec.authority = Arc::clone(authority))
        else {
            return Ok(());
        };
        let mut world = self.api.world();
        world.now = world.now.max(Timestamp::now());
        world.set_authority(authority.ca_pem());
        drop(world);
        self.api.wake.notify_one();
        Ok(())
    }

    /// Asks the API from inside this process, as an administrator: status and body. `None` for what is not answered at
    /// once, as a watch.
    pub fn ask(&self, method: &Method, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        const MOST_BYTES: usize = 64 << 20;
        let content = body.map(ToString::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "magnum/1.1")
            .body(Body::from(content))
            .ok()?;
        let identity = Identity { user: "magnum".into(), groups: vec!["system:masters".into()] };
        let answer = self.api.answer(Some(&identity), request).now_or_never()?;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), MOST_BYTES).now_or_never()?.ok()?;
        Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// Each node's name and whether it is ready.
    pub fn health(&self) -> Vec<(String, bool)> {
        let names = |spec: &mut ClusterSpec, ()| spec.nodes.iter().map(|node| (node.name.clone(), true)).collect();
        if let Ok(nodes) = self.api.in_sleep((), names) {
            return nodes;
        }
        let world = self.api.world();
        let nodes = world.store.list(Kind::Node, None);
        nodes.map(|node| (node.key.name.to_string(), node.facts.ready)).collect()
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
        // A fault of the simulation must not stop the bay for good: what was being done is lost, the rest goes on.
        let stepped = catch_unwind(AssertUnwindSafe(|| {
            let mut world = api.world();
            world.step(Timestamp::now());
            world.next_due()
        }));
        let due = stepped.unwrap_or_else(|_| {
            tracing::error!(target: "demo", "a step of a demo bay's Kubernetes failed");
            api.world().next_due()
        });
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
