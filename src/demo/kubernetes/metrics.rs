//! `metrics.k8s.io`: what pods and nodes use, made up from what they ask for and steady over a minute.

use super::failure::Failure;
use super::http::request::Filter;
use super::json::{list, stamp, text};
use super::kinds::Kind;
use super::quantity;
use super::store::{Key, Object};
use super::world::World;
use serde_json::{Value, json};
use std::sync::Arc;

/// Metrics of one pod or node.
///
/// # Errors
/// 404 where there are none (it is gone, or not running).
pub fn one(world: &mut World, kind: Kind, key: &Key) -> Result<Value, Failure> {
    let found = match kind {
        Kind::NodeMetrics => world.store.get(Kind::Node, key).cloned().and_then(|n| of_node(world, &n)),
        _ => world.store.get(Kind::Pod, key).cloned().and_then(|p| of_pod(world, &p)),
    };
    found.ok_or_else(|| {
        let name =
            if key.namespace.is_empty() { key.name.to_string() } else { format!("{}/{}", key.namespace, key.name) };
        Failure::not_found(kind, &name)
    })
}

/// Metrics of all that a filter finds.
pub fn all(world: &mut World, kind: Kind, filter: &Filter) -> Vec<Value> {
    let source = if kind == Kind::NodeMetrics { Kind::Node } else { Kind::Pod };
    let objects: Vec<Arc<Object>> =
        world.store.list(source, filter.namespace.as_deref()).filter(|o| filter.matches(o)).cloned().collect();
    objects
        .iter()
        .filter_map(|o| if kind == Kind::NodeMetrics { of_node(world, o) } else { of_pod(world, o) })
        .collect()
}

/// A share between `low` and `high` that belongs to a name and changes a little every half minute.
fn share(name: &str, second: i64, low: f64, high: f64) -> f64 {
    let hash = |seed: u64| name.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let base = (hash(0xcbf2_9ce4_8422_2325) >> 11) as f64 / (1u64 << 53) as f64;
    let wobble = (hash((second / 30) as u64 ^ 0x9e37_79b9_7f4a_7c15) >> 11) as f64 / (1u64 << 53) as f64;
    low + (high - low) * (0.85 * base + 0.15 * wobble)
}

fn usage_of(world: &World, pod: &Object, container: &Value) -> (u64, u64) {
    let cpu = quantity::milli(text(container, "/resources/requests/cpu")).unwrap_or(20).max(5);
    let memory = quantity::units(text(container, "/resources/requests/memory")).unwrap_or(48 << 20).max(8 << 20);
    let name = format!("{}/{}/{}", pod.key.namespace, pod.key.name, text(container, "/name"));
    let second = world.now.as_second();
    let used_cpu = cpu as f64 * share(&name, second, 0.08, 0.85);
    let used_memory = memory as f64 * share(&format!("{name}#"), second, 0.35, 0.95);
    (used_cpu as u64, used_memory as u64)
}

fn of_pod(world: &World, pod: &Object) -> Option<Value> {
    let facts = pod.facts.pod.as_ref()?;
    if !facts.active() || facts.ip.is_empty() || !world.node_alive(facts.node.as_deref().unwrap_or("")) {
        return None;
    }
    let body = pod.value();
    let statuses = list(&body, "/status/containerStatuses");
    let containers: Vec<Value> = list(&body, "/spec/containers")
        .iter()
        .zip(statuses)
        .filter(|(_, status)| status.pointer("/state/running").is_some())
        .map(|(container, _)| {
            let (cpu, memory) = usage_of(world, pod, container);
            json!({"name": text(container, "/name"), "usage": {"cpu": format!("{}n", cpu.saturating_mul(1_000_000)), "memory": format!("{}Ki", memory / 1024)}})
        })
        .collect();
    (!containers.is_empty()).then(|| {
        json!({
            "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
            "metadata": {"name": &*pod.key.name, "namespace": &*pod.key.namespace, "creationTimestamp": stamp(world.now), "labels": body.pointer("/metadata/labels")},
            "timestamp": stamp(world.now), "window": "30s", "containers": containers,
        })
    })
}

fn of_node(world: &World, node: &Object) -> Option<Value> {
    if !world.node_alive(&node.key.name) {
        return None;
    }
    // The system itself takes a little besides the pods.
    let (mut cpu, mut memory) = (120, 900 << 20);
    for pod in world
        .store
        .pods_on(&node.key.name)
        .filter(|p| p.facts.pod.as_ref().is_some_and(|f| f.active() && !f.ip.is_empty()))
    {
        let facts = pod.facts.pod.as_ref()?;
        let name = format!("{}/{}/", pod.key.namespace, pod.key.name);
        let second = world.now.as_second();
        let used_cpu = facts.request.cpu_milli.max(5) as f64 * share(&name, second, 0.08, 0.85);
        let used_memory = facts.request.memory.max(8 << 20) as f64 * share(&format!("{name}#"), second, 0.35, 0.95);
        cpu = u64::saturating_add(cpu, used_cpu as u64);
        memory = u64::saturating_add(memory, used_memory as u64);
    }
    Some(json!({
        "kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": {"name": &*node.key.name, "creationTimestamp": stamp(world.now)},
        "timestamp": stamp(world.now), "window": "30s",
        "usage": {"cpu": format!("{}n", cpu.saturating_mul(1_000_000)), "memory": format!("{}Ki", memory / 1024)},
    }))
}
