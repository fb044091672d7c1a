//! What lives in a bay when it is first looked at, and the little things that go on happening there.

mod churn;
mod life;
mod limit;
mod many;
mod mould;
mod plan;
mod seed;
mod shop;
mod staging;
mod system;

pub use churn::Churn;
pub use life::Life;

use super::controllers::Work;
use super::kinds::Kind;
use super::nodes::NodeSpec;
use super::store::Key;
use super::world::{Task, World};

/// What lives in a bay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// A shop in production: about 41 workloads and 1,200 pods, with crash loops, slow pulls, pods without a node, and a
    /// node that has fallen silent and comes back.
    Shop,
    /// A small copy of it, all well but for one pod.
    Staging,
    /// Only what every bay has.
    Empty,
    /// As many pods as the nodes take, some thousand on a big bay.
    Medium,
    /// Kubernetes' own limit: 150,000 pods on as many nodes as there are, some of them in every kind of trouble.
    Limit,
}

/// Fills a fresh world: nodes, system, the scenario's workloads as if they had been running for long.
pub fn populate(world: &mut World, scenario: Scenario, nodes: Vec<NodeSpec>, ca_pem: &str) {
    world.store.record(false);
    system::base(world, ca_pem);
    let mut nodes = nodes;
    // Machines are numbered; `node-10` comes after `node-9`.
    nodes.sort_by_key(|n| (n.group.clone(), n.name.len(), n.name.clone()));
    for node in nodes {
        let name = node.name.clone();
        world.add_machine(node);
        world.register_node(&name);
    }
    let mut seed = seed::Seed::new(world);
    if scenario == Scenario::Limit {
        seed = seed.many();
    }
    system::workloads(&mut seed);
    match scenario {
        Scenario::Shop => shop::fill(&mut seed),
        Scenario::Staging => staging::small(&mut seed),
        Scenario::Medium => staging::full(&mut seed),
        Scenario::Limit => limit::fill(&mut seed),
        Scenario::Empty => {}
    }
    world.store.record(true);
    wake_all(world);
    world.settle();
    if scenario == Scenario::Shop {
        shop::trouble(world);
        world.settle();
    }
    life::begin(world, scenario);
    world.later(5.0, Task::Heartbeat);
    let at = world.now.checked_add(jiff::SignedDuration::from_secs(60)).unwrap_or(world.now);
    world.at(at, Task::ExpireEvents);
}

/// Lets every controller look at everything once.
fn wake_all(world: &mut World) {
    let keys =
        |world: &World, kind: Kind| -> Vec<Key> { world.store.list(kind, None).map(|o| o.key.clone()).collect() };
    for kind in [
        Kind::ReplicaSet,
        Kind::ReplicationController,
        Kind::Deployment,
        Kind::StatefulSet,
        Kind::DaemonSet,
        Kind::Job,
        Kind::CronJob,
        Kind::PodDisruptionBudget,
        Kind::ResourceQuota,
    ] {
        for key in keys(world, kind) {
            world.enqueue(Work::Sync(kind, key));
        }
    }
    for key in keys(world, Kind::Namespace) {
        world.enqueue(Work::Namespace(key));
    }
    for key in keys(world, Kind::Service) {
        if let Some(service) = world.store.get(Kind::Service, &key) {
            let spec = service.value().pointer("/spec/selector").cloned().unwrap_or_default();
            let selector = super::selector::LabelSelector::of_map(&spec);
            if !selector.is_empty() {
                world.services.insert(key.clone(), selector);
            }
        }
        world.enqueue(Work::Endpoints(key));
    }
}

#[cfg(test)]
mod tests;
