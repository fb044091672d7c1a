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

/// A bay filled as one at the limit is, but with few nodes.
fn small_limit() -> World {
    let created = Timestamp::now().checked_sub(SignedDuration::from_hours(24 * 100)).unwrap();
    let node = |i: usize| NodeSpec {
        name: format!("big-{i}"),
        role: if i == 0 { NodeRole::Master } else { NodeRole::Worker },
        group: ["default-worker", "himem", "batch", "edge"][i % 4].into(),
        cpu_milli: 8000,
        memory_bytes: 16 << 30,
        max_pods: 110,
        internal_ip: format!("10.1.0.{i}"),
        created,
        ..NodeSpec::default()
    };
    let mut world = World::new(5, "v1.30.4", 1.0, Timestamp::now());
    populate(&mut world, Scenario::Limit, (0..100).map(node).collect(), "");
    world
}

#[test]
fn thirty_pods_a_node_are_cast_and_kept_small() {
    let world = small_limit();
    let pods: Vec<_> = world.store.list(Kind::Pod, None).collect();
    assert_eq!(pods.len(), 3_000);
    let unique = |of: fn(&super::super::store::Object) -> String| {
        pods.iter().map(|p| of(p)).collect::<std::collections::BTreeSet<String>>().len()
    };
    assert_eq!(unique(|p| p.facts.uid.to_string()), pods.len());
    let written: usize = pods.iter().map(|p| p.body.len()).sum();
    let kept: usize = pods.iter().map(|p| p.body.kept()).sum();
    assert!(kept * 3 < written, "{kept} of {written} bytes");
    for pod in &pods {
        let (body, facts) = (pod.value(), pod.facts.pod.clone().unwrap());
        assert_eq!(text(&body, "/metadata/name"), &*pod.key.name);
        assert_eq!(text(&body, "/metadata/uid"), &*pod.facts.uid);
        assert_eq!(text(&body, "/metadata/resourceVersion"), pod.revision.to_string());
        assert_eq!(text(&body, "/spec/nodeName"), facts.node.as_deref().unwrap_or(""));
        assert_eq!(text(&body, "/status/podIP"), &*facts.ip);
        assert_eq!(super::super::facts::Facts::of(Kind::Pod, &body).labels, pod.facts.labels);
        assert!(pod.facts.created <= world.now.as_second() && facts.ready_since <= world.now.as_second());
    }
    for (name, node) in &world.nodes {
        let (request, count) = world.requested_on(name);
        assert!(
            count <= node.spec.max_pods && request.cpu_milli <= node.spec.cpu_milli,
            "{name}: {count}, {request:?}"
        );
    }
    assert!(pods.iter().any(|p| p.facts.pod.as_ref().is_some_and(|f| f.node.is_none())), "some find no node");
}

#[test]
fn a_cast_pod_can_be_deleted_and_is_replaced() {
    let mut world = small_limit();
    let cast = |p: &&std::sync::Arc<super::super::store::Object>| {
        p.facts.controller().is_some_and(|o| &*o.kind == "ReplicaSet") && !world.lives.contains_key(&p.facts.uid)
    };
    let pod = world.store.list(Kind::Pod, Some("accounts")).find(cast).unwrap().clone();
    let before: Vec<Key> = world.store.list(Kind::Pod, None).map(|p| p.key.clone()).collect();
    world.delete_pod(&pod.key, None);
    super::super::testing::advance(&mut world, 60.0);
    let lost: Vec<_> = before.iter().filter(|key| world.store.get(Kind::Pod, key).is_none()).collect();
    assert_eq!(lost, [&pod.key]);
    assert_eq!(world.store.count(Kind::Pod), before.len());
    let others: Vec<_> = world.store.owned(Kind::Pod, &pod.facts.owners[0].uid);
    assert!(others.iter().all(|p| p.facts.pod.as_ref().is_some_and(|f| f.ready)), "nobody else was touched");
}

#[test]
fn changes_come_at_the_rate_that_was_asked_for_and_leave_as_many_pods() {
    let mut world = small_limit();
    let before: std::collections::BTreeSet<Key> = world.store.list(Kind::Pod, None).map(|p| p.key.clone()).collect();
    world.churn(50.0);
    let from = world.store.revision();
    super::super::testing::advance(&mut world, 20.05);
    let changed = world.store.changes_after(Kind::Pod, from).unwrap().len();
    assert!((995..=1060).contains(&changed), "{changed} changes");
    let after: std::collections::BTreeSet<Key> = world.store.list(Kind::Pod, None).map(|p| p.key.clone()).collect();
    let new = after.difference(&before).count();
    assert!(new > 100, "{new} successors");
    assert!(after.len().abs_diff(before.len()) < 60, "{} pods", after.len());
    let bare = world.store.list(Kind::Pod, None).filter(|p| p.facts.owners.is_empty()).count();
    assert_eq!(bare, 0, "every successor has its owner");
}
