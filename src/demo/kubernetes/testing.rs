//! Small worlds for unit tests, with time moved by hand.

use super::defaults;
use super::kinds::Kind;
use super::nodes::{NodeRole, NodeSpec};
use super::store::Key;
use super::world::{Task, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// A world with so many workers of 8 cores and 16 GiB, in the zones a, b, c by turns; speed 1.
pub fn world_with_nodes(count: usize) -> World {
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let mut world = World::new(42, "v1.30.4", 1.0, now);
    for i in 0..count {
        let name = format!("worker-{i}");
        world.add_machine(NodeSpec {
            name: name.clone(),
            role: NodeRole::Worker,
            group: "default-worker".into(),
            zone: ["a", "b", "c"][i % 3].into(),
            flavor: "m1.large".into(),
            cpu_milli: 8000,
            memory_bytes: 16 << 30,
            max_pods: 110,
            provider_id: format!("openstack:///00000000-0000-0000-0000-{i:012}"),
            internal_ip: format!("10.0.0.{}", 10 + i),
            created: now,
            ..NodeSpec::default()
        });
        world.register_node(&name);
    }
    world.later(1.0, Task::Heartbeat);
    world.settle();
    world
}

/// Lets so many seconds pass, step by step as tasks come due.
pub fn advance(world: &mut World, seconds: f64) {
    let end = world.now.checked_add(SignedDuration::from_millis((seconds * 1000.0) as i64)).unwrap();
    world.settle();
    while let Some(due) = world.next_due().filter(|due| *due <= end) {
        world.step(due);
    }
    world.step(end);
}

/// Names of the pods in a namespace.
pub fn pods(world: &World, namespace: &str) -> Vec<String> {
    world.store.list(Kind::Pod, Some(namespace)).map(|p| p.key.name.to_string()).collect()
}

/// A Deployment in namespace `d` with label `app`.
pub fn deployment(world: &mut World, name: &str, replicas: i64, image: &str) -> Key {
    let mut body = json!({
        "metadata": {"namespace": "d", "name": name, "labels": {"app": name}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": image}]}}},
    });
    defaults::fill(Kind::Deployment, &mut body);
    world.create(Kind::Deployment, body).key.clone()
}
