//! What the scenarios hold when they are first looked at.

use super::super::facts::PodFacts;
use super::super::json::{list, number, text};
use super::super::nodes::NodeRole;
use super::*;
use jiff::{SignedDuration, Timestamp};

/// The nodes that the demo's production bay has.
fn production() -> Vec<NodeSpec> {
    let created = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 212)).unwrap();
    let groups: [(&str, NodeRole, &str, u64, u64, usize); 5] = [
        ("default-master", NodeRole::Master, "m2.large", 4, 8, 3),
        ("default-worker", NodeRole::Worker, "m2.xlarge", 8, 16, 16),
        ("himem", NodeRole::Worker, "r2.2xlarge", 8, 64, 2),
        ("gpu", NodeRole::Worker, "g1.4xlarge", 16, 128, 4),
        ("spot", NodeRole::Worker, "m2.large", 4, 8, 2),
    ];
    let mut nodes = Vec::new();
    for (group, role, flavor, cores, gib, count) in groups {
        for i in 0..count {
            nodes.push(NodeSpec {
                name: format!("k8s-prod-{group}-{i}"),
                role,
                group: group.into(),
                zone: ["az-a", "az-b", "az-c"][i % 3].into(),
                flavor: flavor.into(),
                cpu_milli: cores * 1000,
                memory_bytes: gib << 30,
                max_pods: 110,
                provider_id: format!("openstack:///00000000-0000-0000-0000-{:012}", nodes.len()),
                internal_ip: format!("10.0.0.{}", nodes.len() + 10),
                created,
                ..NodeSpec::default()
            });
        }
    }
    nodes
}

fn shop() -> World {
    let mut world = World::new(1, "v1.30.4", 1.0, Timestamp::now());
    populate(&mut world, Scenario::Shop, production(), "");
    world
}

fn pods(world: &World) -> Vec<PodFacts> {
    world.store.list(Kind::Pod, None).filter_map(|p| p.facts.pod.clone()).collect()
}

#[test]
fn the_shop_is_as_big_as_it_should_be() {
    let world = shop();
    let pods = pods(&world);
    let pending = pods.iter().filter(|p| p.node.is_none()).count();
    let kinds = [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job];
    let workloads: usize = kinds.iter().map(|k| world.store.count(*k)).sum();
    assert_eq!(world.store.count(Kind::Node), 27);
    assert!((1150..=1260).contains(&pods.len()), "{} pods", pods.len());
    assert!((38..=46).contains(&workloads), "{workloads} workloads");
    assert!((5..=30).contains(&pending), "{pending} pods without a node");
    assert!((50..=70).contains(&world.store.count(Kind::Service)), "{} services", world.store.count(Kind::Service));
}

#[test]
fn checkout_lacks_a_few_replicas_for_the_known_reasons() {
    let world = shop();
    let deployment = world.store.find(Kind::Deployment, "shop", "checkout-api").unwrap().value();
    assert_eq!(
        (number(&deployment, "/spec/replicas"), number(&deployment, "/status/readyReplicas")),
        (Some(24), Some(19))
    );
    let mine: Vec<_> = world
        .store
        .list(Kind::Pod, Some("shop"))
        .filter(|p| p.facts.label("app") == Some("checkout-api"))
        .map(|p| p.value())
        .collect();
    let waiting =
        |p: &serde_json::Value| text(p, "/status/containerStatuses/0/state/waiting/reason") == "CrashLoopBackOff";
    assert_eq!(mine.iter().filter(|p| waiting(p)).count(), 2);
    let homeless: Vec<_> = mine.iter().filter(|p| text(p, "/spec/nodeName").is_empty()).collect();
    assert_eq!(homeless.len(), 1);
    let message = list(homeless[0], "/status/conditions").iter().map(|c| text(c, "/message")).collect::<String>();
    assert!(message.contains("node(s) didn't match pod topology spread constraints"), "{message}");
}

#[test]
fn a_silent_node_comes_back_before_its_pods_are_evicted() {
    let mut world = shop();
    let not_ready = |w: &World| {
        w.store
            .list(Kind::Node, None)
            .filter(|n| {
                list(&n.value(), "/spec/taints").iter().any(|t| text(t, "/key") == "node.kubernetes.io/unreachable")
            })
            .count()
    };
    assert_eq!(not_ready(&world), 1);
    let before = world.store.find(Kind::Deployment, "shop", "catalog-api").map(|d| d.value()).unwrap();
    assert!(number(&before, "/status/readyReplicas") < Some(72));
    super::super::testing::advance(&mut world, 620.0);
    assert_eq!(not_ready(&world), 0);
    let after = world.store.find(Kind::Deployment, "shop", "catalog-api").map(|d| d.value()).unwrap();
    assert_eq!(number(&after, "/status/readyReplicas"), Some(72));
}

#[test]
fn a_big_bay_is_filled_and_an_empty_one_is_not() {
    let mut world = World::new(2, "v1.30.4", 1.0, Timestamp::now());
    populate(&mut world, Scenario::Medium, production(), "");
    assert!(pods(&world).len() > 2000, "{}", pods(&world).len());
    let mut world = World::new(2, "v1.30.4", 1.0, Timestamp::now());
    populate(&mut world, Scenario::Empty, production(), "");
    assert!(world.store.list(Kind::Pod, None).all(|p| &*p.key.namespace == "kube-system"));
}

#[test]
fn a_new_bay_has_its_helpers_wait_for_workers() {
    let mut world = World::new(2, "v1.30.4", 1.0, Timestamp::now());
    let (masters, workers): (Vec<NodeSpec>, Vec<NodeSpec>) =
        production().into_iter().partition(|n| n.role == NodeRole::Master);
    populate(&mut world, Scenario::Empty, masters, "");
    let helper = |world: &World| {
        let helpers = world.store.list(Kind::Pod, Some("kube-system"));
        let helpers = helpers.filter(|p| p.facts.label("app") == Some("coredns"));
        helpers.map(|p| p.facts.pod.as_ref().is_some_and(|f| f.ready)).collect::<Vec<bool>>()
    };
    super::super::testing::advance(&mut world, 5.0);
    assert_eq!(helper(&world), [false, false]);
    for worker in workers.into_iter().take(2) {
        let name = worker.name.clone();
        world.add_machine(worker);
        world.register_node(&name);
    }
    super::super::testing::advance(&mut world, 60.0);
    assert_eq!(helper(&world), [true, true]);
    assert!(world.store.find(Kind::Service, "kube-system", "kube-dns").is_some());
}
