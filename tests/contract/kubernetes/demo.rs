//! The client in a bay of the demo cloud, over TLS with a certificate that the bay's authority signs.

use super::Eyes;
use super::live::whole_way;
use crate::mock_cloud::Cloud;
use crate::worker::Desk;
use bayview::api::kubernetes::certificate::Signed;
use bayview::api::kubernetes::{BayCertificate, Connection, Error, WatchOptions, version};
use bayview::demo::kubernetes::{Cluster, ClusterSpec, NodeRole, NodeSpec, Scenario};
use bayview::demo::pki::Authority;
use bayview::live::command::{Command, Topic};
use bayview::live::state::State;
use bayview::model::cluster::Link;
use bayview::model::kubeconfig::bay_id;
use bayview::model::problem::{Problem, ProblemKind};
use bayview::model::status::Sign;
use secrecy::ExposeSecret as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A bay and its authority.
struct Bay {
    cluster: Cluster,
    authority: Arc<Authority>,
}

fn nodes(workers: u32) -> Vec<NodeSpec> {
    let master = NodeSpec {
        name: "bay-master-0".into(),
        role: NodeRole::Master,
        group: "default-master".into(),
        zone: "a".into(),
        flavor: "m1.medium".into(),
        cpu_milli: 4_000,
        memory_bytes: 8 << 30,
        max_pods: 110,
        provider_id: "openstack:///0".into(),
        internal_ip: "10.0.0.2".into(),
        created: jiff::Timestamp::now(),
        ..NodeSpec::default()
    };
    let worker = |n: u32| NodeSpec {
        name: format!("bay-node-{n}"),
        role: NodeRole::Worker,
        group: "default-worker".into(),
        zone: ["a", "b", "c"][n as usize % 3].into(),
        cpu_milli: 16_000,
        memory_bytes: 64 << 30,
        provider_id: format!("openstack:///{}", n + 1),
        internal_ip: format!("10.0.1.{n}"),
        ..master.clone()
    };
    std::iter::once(master.clone()).chain((0..workers).map(worker)).collect()
}

async fn start(
    scenario: Scenario,
    workers: u32,
    speed: f64,
    listen: Option<SocketAddr>,
    authority: Arc<Authority>,
) -> Bay {
    let spec = ClusterSpec {
        name: "bay".into(),
        seed: 7,
        version: "v1.30.4".into(),
        nodes: nodes(workers),
        scenario,
        speed,
        churn: 0.0,
        asleep: false,
        authority: authority.clone(),
        listen,
    };
    Bay { cluster: Cluster::start(spec).await.expect("the bay starts"), authority }
}

async fn enter(bay: &Bay) -> Connection {
    let certificate = signed(&bay.authority).await;
    let address = format!("https://{}", bay.cluster.address());
    Connection::with_certificate("bay", &address, certificate).await.expect("a connection")
}

async fn signed(authority: &Arc<Authority>) -> BayCertificate {
    BayCertificate::request(async |csr| {
        let cert_pem =
            authority.sign_csr_pem(&csr).map_err(|e| Problem::new(ProblemKind::Invalid, "magnum", e.to_string()))?;
        Ok(Signed { ca_pem: authority.ca_pem().to_owned(), cert_pem })
    })
    .await
    .expect("a certificate")
}

fn authority() -> Arc<Authority> {
    Arc::new(Authority::new("bay").expect("an authority"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_in_a_demo_bay() {
    let bay = start(Scenario::Empty, 6, 50.0, None, authority()).await;
    whole_way(&enter(&bay).await, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_over_a_thousand_pods_is_read_in_pages() {
    let bay = start(Scenario::Shop, 24, 1.0, None, authority()).await;
    let connection = enter(&bay).await;
    let mut eyes = Eyes::open(&connection, WatchOptions { page: 200, ..WatchOptions::default() });
    let picture = eyes
        .until("the first lists", |p| p.link == Link::Live && !p.workloads.is_empty() && !p.services.is_empty())
        .await;
    assert!(picture.pods.len() > 1_000, "{} pods", picture.pods.len());
    assert_eq!(picture.progress.pods_read as usize, picture.pods.len());
    assert_eq!(picture.nodes.len(), 25);
    assert!(picture.nodes.iter().any(|n| n.role == "master") && picture.nodes.iter().all(|n| n.pods_limit == 110));
    let on_nodes: u32 = picture.nodes.iter().map(|n| n.pods).sum();
    let placed = picture.pods.node.iter().filter(|n| **n != u32::MAX).count();
    assert_eq!(on_nodes as usize, placed);
    // Whoever is short says why.
    for workload in picture.workloads.iter().filter(|w| w.replicas.ready < w.replicas.desired) {
        assert!(
            !workload.shortages.is_empty(),
            "{} {}/{} without a reason",
            workload.name,
            workload.replicas.ready,
            workload.replicas.desired
        );
    }
    assert!(picture.pods.sign.contains(&Sign::Failed) && picture.pods.sign.contains(&Sign::Pending));
    // A compaction is survived with everything in place.
    bay.cluster.compact();
    bay.cluster.set_reporting("bay-node-3", false);
    let silent =
        eyes.until("the silent node", |p| p.nodes.iter().any(|n| n.name == "bay-node-3" && n.ready.is_none())).await;
    // Nothing but the daemons of the shop's own life comes and goes meanwhile: at most one rollout of 48 pods.
    let difference = silent.pods.len().abs_diff(picture.pods.len());
    assert!(difference <= 48, "{difference} pods more or fewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_that_dies_and_comes_back() {
    let authority = authority();
    let bay = start(Scenario::Empty, 3, 20.0, None, authority.clone()).await;
    let connection = enter(&bay).await;
    let mut eyes = Eyes::open(&connection, super::impatient());
    eyes.until("life", |p| p.link == Link::Live && p.nodes.len() == 4).await;
    let address = bay.cluster.address();
    drop(bay);
    eyes.until("death", |p| matches!(p.link, Link::Stale(_))).await;
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while tokio::net::TcpListener::bind(address).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the port stays taken");
        tokio::task::yield_now().await;
    }
    let _again = start(Scenario::Empty, 3, 20.0, Some(address), authority).await;
    eyes.until("life again", |p| p.link == Link::Live && p.nodes.len() == 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_another_authority_does_not_get_in() {
    let bay = start(Scenario::Empty, 1, 1.0, None, authority()).await;
    let address = format!("https://{}", bay.cluster.address());
    // A certificate of another bay: its authority did not sign the server's.
    let foreign =
        Connection::with_certificate("bay", &address, signed(&authority()).await).await.expect("a connection");
    let error = version::version(&foreign).await.expect_err("another authority");
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    // The right authority, a client certificate of another one.
    let mut mixed = signed(&authority()).await;
    mixed.ca_pem = bay.authority.ca_pem().to_owned();
    let stranger = Connection::with_certificate("bay", &address, mixed).await.expect("a connection");
    let error = version::version(&stranger).await.expect_err("a stranger");
    // The server breaks the handshake off; depending on how far it got, the client calls that TLS or network.
    assert!(matches!(error.kind(), ProblemKind::Tls | ProblemKind::Network), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_authority_shuts_out_the_old_certificates() {
    let bay = start(Scenario::Empty, 1, 1.0, None, authority()).await;
    let old = enter(&bay).await;
    version::version(&old).await.expect("an answer");
    let renewed = authority();
    bay.cluster.set_authority(&renewed).expect("a new certificate");
    assert!(version::version(&old).await.is_err(), "the server has another authority");
    let address = format!("https://{}", bay.cluster.address());
    let new = Connection::with_certificate("bay", &address, signed(&renewed).await).await.expect("a connection");
    version::version(&new).await.expect("an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_may_ask_for_any_timeout() {
    let bay = start(Scenario::Empty, 1, 1.0, None, authority()).await;
    let path = format!("/api/v1/pods?watch=true&timeoutSeconds={}", i64::MAX);
    assert!(bay.cluster.ask(&axum::http::Method::GET, &path, None).is_none(), "a stream has no end to wait for");
    let (status, list) = bay.cluster.ask(&axum::http::Method::GET, "/api/v1/nodes", None).expect("an answer");
    assert_eq!((status, list["items"].as_array().map(Vec::len)), (200, Some(2)));
}

/// A bay filled as one at Kubernetes' limit is, with few nodes, and with so many changes a second.
async fn churning(workers: u32, churn: f64) -> Bay {
    let authority = authority();
    let mut nodes = nodes(workers);
    let created = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 40);
    nodes.iter_mut().for_each(|node| node.created = created);
    let spec = ClusterSpec {
        name: "bay".into(),
        seed: 7,
        version: "v1.30.4".into(),
        nodes,
        scenario: Scenario::Limit,
        speed: 1.0,
        churn,
        asleep: false,
        authority: authority.clone(),
        listen: None,
    };
    Bay { cluster: Cluster::start(spec).await.expect("the bay starts"), authority }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_bay_wakes_the_window_seldom_and_fills_no_memory() {
    let bay = churning(50, 400.0).await;
    let connection = enter(&bay).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, connection.kubeconfig_yaml().expect("a kubeconfig").expose_secret()).expect("a file");
    let id = bay_id(&file, "default");
    let cloud = Cloud::without_bays().await;
    tokio::task::spawn_blocking(move || {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = wakes.clone();
        let mut desk = Desk::waking(Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        desk.signed_in(&cloud);
        desk.send(Command::OpenKubeconfig { path: file, contexts: Vec::new() });
        let pods = |s: &State| s.insides.get(&id).map_or(0, |inside| inside.pods.len());
        desk.until("the cluster", |s| s.kubeconfigs.iter().any(|bay| bay.id == id));
        desk.send(Command::Look(vec![Topic::Inside(id.clone())]));
        let live = |s: &State| s.insides.get(&id).is_some_and(|i| i.link == Link::Live && i.complete);
        desk.until("the picture", live);
        assert!(pods(&desk.state) > 1_400, "{}", pods(&desk.state));
        let generation = |s: &State| s.insides[&id].generation;
        let (from, names) = (generation(&desk.state), desk.state.insides[&id].pods.names.len());
        wakes.store(0, Ordering::SeqCst);
        let begun = std::time::Instant::now();
        desk.until("changes", |s| generation(s) > from + 25);
        let (seconds, woken) = (begun.elapsed().as_secs_f64(), wakes.load(Ordering::SeqCst));
        assert!(woken as f64 <= 15.0 * (seconds + 1.0), "{woken} wake-ups in {seconds:.1} s of 400 changes each");
        // Each of the changes of two seconds, which are under way, may be a successor beside its predecessor.
        assert!((1_400..1_530 + 2 * 400).contains(&pods(&desk.state)), "{}", pods(&desk.state));
        let now = desk.state.insides[&id].pods.names.len();
        assert!(now < names * 2 + 5_000, "{names} names became {now}");
    })
    .await
    .expect("the desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_that_sleeps_wakes_up_when_it_is_asked() {
    let authority = authority();
    let spec = ClusterSpec {
        name: "bay".into(),
        seed: 7,
        version: "v1.30.4".into(),
        nodes: nodes(2),
        scenario: Scenario::Empty,
        speed: 1.0,
        churn: 0.0,
        asleep: true,
        authority: authority.clone(),
        listen: None,
    };
    let bay = Bay { cluster: Cluster::start(spec).await.expect("the bay starts"), authority };
    assert_eq!(bay.cluster.health().len(), 3, "asleep, it is as well as its machines");
    bay.cluster.set_nodes(nodes(3));
    bay.cluster.set_version("v1.31.1");
    let connection = enter(&bay).await;
    let server = version::version(&connection).await.expect("an answer");
    assert!(server.at_least(1, 31), "{server:?}");
    let mut eyes = Eyes::open(&connection, WatchOptions::default());
    let picture = eyes.until("its pods", |p| p.link == Link::Live && !p.pods.is_empty()).await;
    assert_eq!(picture.nodes.len(), 4);
}
