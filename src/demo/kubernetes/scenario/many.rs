//! Fills a bay with more pods than could be placed one by one: places by counting, pods cast from a first one.

use super::super::facts::Request;
use super::super::json::{flag, text};
use super::super::kinds::Kind;
use super::super::nodes::NodeRole;
use super::super::store::{Key, Object};
use super::super::world::World;
use super::mould::{Cast, Mould};
use super::plan::Plan;
use jiff::SignedDuration;
use rand::Rng;
use std::collections::HashMap;
use std::sync::Arc;

/// Label by which a plan asks for nodes of one group.
const GROUP: &str = "/nodeSelector/magnum.openstack.org~1nodegroup";

/// What is left on a node.
#[derive(Debug)]
struct Room {
    name: Arc<str>,
    cpu_milli: u64,
    memory: u64,
    pods: u32,
}

/// What is left on the workers, and the mould of the owner whose pods are being made.
#[derive(Debug, Default)]
pub(super) struct Many {
    /// Rooms by node group; all workers that keep nobody away under the empty name.
    groups: HashMap<String, Vec<usize>>,
    rooms: Vec<Room>,
    by_name: HashMap<Arc<str>, usize>,
    mould: Option<(Arc<str>, Mould)>,
}

impl Many {
    /// The workers of a world whose nodes are still empty.
    pub fn new(world: &World) -> Many {
        let mut many = Many::default();
        let workers = world.nodes.values().filter(|n| n.spec.role == NodeRole::Worker);
        for (number, node) in workers.enumerate() {
            let spec = &node.spec;
            let name: Arc<str> = spec.name.as_str().into();
            // As much as a kubelet leaves to pods, see `nodes::node_body`.
            many.rooms.push(Room {
                name: Arc::clone(&name),
                cpu_milli: spec.cpu_milli - (spec.cpu_milli / 20).min(400),
                memory: spec.memory_bytes - (spec.memory_bytes / 16).min(1 << 30),
                pods: spec.max_pods,
            });
            many.by_name.insert(name, number);
            many.groups.entry(spec.group.clone()).or_default().push(number);
            if !spec.has_gpu() && spec.taints.is_empty() {
                many.groups.entry(String::new()).or_default().push(number);
            }
        }
        many
    }

    /// Counts a pod on its node.
    pub fn take(&mut self, node: &str, request: &Request) {
        if let Some(room) = self.by_name.get(node).and_then(|at| self.rooms.get_mut(*at)) {
            room.cpu_milli = room.cpu_milli.saturating_sub(request.cpu_milli);
            room.memory = room.memory.saturating_sub(request.memory);
            room.pods = room.pods.saturating_sub(1);
        }
    }

    /// A worker with room for a request, the first from one picked at random; `None` where all are full, or where the
    /// plan wants something that only the scheduler understands.
    pub fn place(&self, plan: &Plan, request: &Request, from: usize) -> Option<Arc<str>> {
        let group = text(&plan.spec, GROUP);
        if plan.spec.get("nodeSelector").is_some() && group.is_empty() {
            return None;
        }
        let numbers = self.groups.get(group)?;
        let rooms = numbers.iter().cycle().skip(from % numbers.len().max(1)).take(numbers.len());
        rooms
            .filter_map(|number| self.rooms.get(*number))
            .find(|r| r.pods > 0 && r.cpu_milli >= request.cpu_milli && r.memory >= request.memory)
            .map(|room| Arc::clone(&room.name))
    }

    /// Whether pods of an owner can be cast.
    pub fn has_mould(&self, owner: &Object) -> bool {
        self.mould.as_ref().is_some_and(|(uid, _)| *uid == owner.facts.uid)
    }

    /// Remembers a pod as the one that its siblings are cast from.
    pub fn keep(&mut self, owner: &Object, pod: &Object) {
        self.mould = Mould::of(pod).map(|mould| (Arc::clone(&owner.facts.uid), mould));
    }

    /// Casts a pod onto a node; without a `name` it gets one as its owner's controller would give it.
    pub fn cast(&mut self, world: &mut World, owner: &Object, plan: &Plan, name: Option<String>, node: Arc<str>) {
        let Some((_, mould)) = &self.mould else { return };
        let name = name.unwrap_or_else(|| free_name(world, owner));
        let host_ip = world.nodes.get(&*node).map(|n| n.spec.internal_ip.clone()).unwrap_or_default();
        let in_host = flag(&plan.spec, "/hostNetwork");
        let pod_ip = if in_host { String::new() } else { world.pod_address(&node) };
        // Pods of one owner are as old as its last change, but for those that were replaced since.
        let replaced = world.rng.random_range(0..4) == 0;
        let minutes = if replaced { world.rng.random_range(0..plan.changed.max(2)) } else { 0 };
        let seconds = (minutes * 60 + world.rng.random_range(0..40)).min(mould.room(world.now));
        let cast = Cast { name, uid: world.uid(), node, host_ip, pod_ip, younger: SignedDuration::from_secs(seconds) };
        let (key, facts) = mould.about(&cast);
        let request = facts.pod.as_ref().map(|p| p.request.clone()).unwrap_or_default();
        world.store.put_alike(Kind::Pod, key, facts, |revision| mould.text(&cast, revision));
        self.take(&cast.node, &request);
    }
}

/// `<owner>-<five letters>` that no pod has yet.
fn free_name(world: &mut World, owner: &Object) -> String {
    loop {
        let name = format!("{}-{}", owner.key.name, world.suffix(5));
        if world.store.get(Kind::Pod, &Key::new(&owner.key.namespace, &name)).is_none() {
            return name;
        }
    }
}
