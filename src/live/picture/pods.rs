//! Pods, kept compact (interned strings, sorted by namespace and name), and the table made of them.

use super::workloads::Workloads;
use crate::model::cluster::Node;
use crate::model::columns::{NONE, Names, PodRow, PodTable, TextColumn, Uid};
use crate::model::status::Sign;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Names that may be unused before the unused ones are dropped.
const SPARE_NAMES: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Pods {
    names: Arc<Names>,
    namespaces: BTreeMap<Box<str>, BTreeMap<Box<str>, Pod>>,
    count: usize,
    /// Per namespace: label set → (pods, ready pods), of the last table; finished pods do not count.
    sets: BTreeMap<Box<str>, FxHashMap<u32, (u32, u32)>>,
    /// Has ended, per row of the last table.
    over: Vec<bool>,
    /// Columns of the last table that change only when pods come and go.
    identity: Option<Identity>,
}

/// Who the pods of a table are.
#[derive(Debug, Clone, Default)]
struct Identity {
    uid: Arc<Vec<Uid>>,
    name: Arc<TextColumn>,
    ip: Arc<Vec<Option<IpAddr>>>,
}

/// A pod; strings that repeat are indices into `names`.
#[derive(Debug, Clone, PartialEq)]
struct Pod {
    uid: Uid,
    ip: Option<IpAddr>,
    node: u32,
    owner: u32,
    reason: u32,
    message: u32,
    labels: u32,
    images: u32,
    restarts: u32,
    cpu_milli: u32,
    memory_bytes: u64,
    created_at: i64,
    ready: u16,
    containers: u16,
    sign: Sign,
    succeeded: bool,
    over: bool,
    epoch: u32,
}

impl Pods {
    /// True if anything changed.
    pub(super) fn put(&mut self, row: &PodRow, over: bool, epoch: u32) -> bool {
        if !self.namespaces.contains_key(row.namespace.as_str()) {
            self.namespaces.insert(row.namespace.as_str().into(), BTreeMap::new());
        }
        let Some(pods) = self.namespaces.get_mut(row.namespace.as_str()) else { return false };
        let known = pods.get_mut(row.name.as_str());
        let mut intern = |text: &str| Names::intern_in(&mut self.names, text);
        let pod = Pod {
            uid: Uid::of(&row.uid),
            ip: row.ip.parse().ok(),
            node: intern(&row.node),
            owner: intern(&row.owner),
            reason: intern(&row.reason),
            message: intern(&row.message),
            labels: intern(&row.labels),
            images: intern(&row.images),
            restarts: row.restarts,
            cpu_milli: row.cpu_milli,
            memory_bytes: row.memory_bytes,
            created_at: row.created_at,
            ready: row.ready,
            containers: row.containers,
            sign: row.sign,
            succeeded: row.succeeded,
            over,
            epoch,
        };
        match known {
            Some(known) => {
                known.epoch = epoch;
                let changed = *known != pod;
                if known.uid != pod.uid || known.ip != pod.ip {
                    self.identity = None;
                }
                *known = pod;
                changed
            }
            None => {
                pods.insert(row.name.as_str().into(), pod);
                self.count += 1;
                self.identity = None;
                true
            }
        }
    }

    pub(super) fn remove(&mut self, namespace: &str, name: &str, uid: &str) -> bool {
        let Some(pods) = self.namespaces.get_mut(namespace) else { return false };
        let same = pods.get(name).is_some_and(|pod| uid.is_empty() || pod.uid == Uid::of(uid));
        if !same || pods.remove(name).is_none() {
            return false;
        }
        self.count -= 1;
        self.identity = None;
        if pods.is_empty() {
            self.namespaces.remove(namespace);
        }
        true
    }

    /// Drops what the list did not hold.
    pub(super) fn commit(&mut self, epoch: u32) -> bool {
        let before = self.count;
        for pods in self.namespaces.values_mut() {
            pods.retain(|_, pod| pod.epoch == epoch);
        }
        self.namespaces.retain(|_, pods| !pods.is_empty());
        self.count = self.namespaces.values().map(BTreeMap::len).sum();
        if before != self.count {
            self.identity = None;
        }
        before != self.count
    }

    /// The table, sorted by (namespace, name). Owners are resolved to Deployments; pods on a silent node are of unknown
    /// state, whatever their last report said.
    pub(super) fn table(&mut self, nodes: &[Node], workloads: &Workloads) -> PodTable {
        self.forget_unused();
        let lost = Names::intern_in(&mut self.names, "NodeLost");
        let mut places: Vec<u32> = vec![NONE; self.names.len()];
        let mut lost_messages: FxHashMap<u32, u32> = FxHashMap::default();
        for (at, node) in nodes.iter().enumerate() {
            let Some(name) = self.names.find(&node.name) else { continue };
            if let Some(place) = places.get_mut(name as usize) {
                *place = at as u32;
            }
            if node.ready.is_none() {
                let message = if node.message.is_empty() {
                    node.name.clone()
                } else {
                    format!("{}: {}", node.name, node.message)
                };
                lost_messages.insert(name, Names::intern_in(&mut self.names, &message));
            }
        }
        // Owners first: resolving interns, and the names go into the table as they then are.
        let owners: Vec<FxHashMap<u32, u32>> = self
            .namespaces
            .iter()
            .map(|(namespace, pods)| resolve(namespace, pods, workloads, &mut self.names))
            .collect();
        let namespaces: Vec<u32> = self.namespaces.keys().map(|n| Names::intern_in(&mut self.names, n)).collect();

        let identity = self.identity.get_or_insert_with(|| identity(&self.namespaces, self.count));
        let mut table = empty_table(Arc::clone(&self.names), identity, self.count);
        self.over.clear();
        self.over.reserve(self.count);
        self.sets.clear();
        for (((namespace, pods), owners), namespace_id) in self.namespaces.iter().zip(&owners).zip(namespaces) {
            let mut sets: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
            for pod in pods.values() {
                let place = places.get(pod.node as usize).copied().unwrap_or(NONE);
                let silent = match lost_messages.is_empty() {
                    true => None,
                    false => lost_messages.get(&pod.node).filter(|_| {
                        !pod.over && matches!(pod.sign, Sign::Ok | Sign::Progress | Sign::Warning) && pod.node != 0
                    }),
                };
                let (sign, reason, message) = match silent {
                    Some(message) => (Sign::Unknown, lost, *message),
                    None => (pod.sign, pod.reason, pod.message),
                };
                table.namespace.push(namespace_id);
                table.node.push(place);
                table.owner.push(owners.get(&pod.owner).copied().unwrap_or(pod.owner));
                table.sign.push(sign);
                table.succeeded.push(pod.succeeded);
                table.reason.push(reason);
                table.message.push(message);
                table.ready.push(pod.ready);
                table.containers.push(pod.containers);
                table.restarts.push(pod.restarts);
                table.created_at.push(pod.created_at);
                table.cpu_milli.push(pod.cpu_milli);
                table.memory_bytes.push(pod.memory_bytes);
                table.labels.push(pod.labels);
                table.images.push(pod.images);
                self.over.push(pod.over);
                if !pod.over {
                    let set = sets.entry(pod.labels).or_default();
                    set.0 += 1;
                    set.1 += u32::from(sign == Sign::Ok);
                }
            }
            self.sets.insert(namespace.clone(), sets);
        }
        table
    }

    /// Label sets in a namespace with (labels, pods, ready pods), as of the last table.
    pub(super) fn label_sets(&self, namespace: &str) -> impl Iterator<Item = (&str, u32, u32)> {
        let sets = self.sets.get(namespace).into_iter().flatten();
        sets.map(|(labels, (pods, ready))| (self.names.get(*labels), *pods, *ready))
    }

    /// The pod in a row of the last table has ended.
    pub(super) fn is_over(&self, row: usize) -> bool {
        self.over.get(row).copied().unwrap_or(false)
    }

    /// Messages come and go; when more than half of the names are unused, they are interned anew.
    fn forget_unused(&mut self) {
        if self.names.len() < SPARE_NAMES {
            return;
        }
        let mut used = vec![false; self.names.len()];
        let all = self.namespaces.values().flat_map(BTreeMap::values);
        for id in all.flat_map(|p| [p.node, p.owner, p.reason, p.message, p.labels, p.images]) {
            if let Some(slot) = used.get_mut(id as usize) {
                *slot = true;
            }
        }
        if used.iter().filter(|u| **u).count() * 2 > self.names.len() {
            return;
        }
        let old = std::mem::take(&mut self.names);
        let names = Arc::make_mut(&mut self.names);
        for pod in self.namespaces.values_mut().flat_map(BTreeMap::values_mut) {
            for id in
                [&mut pod.node, &mut pod.owner, &mut pod.reason, &mut pod.message, &mut pod.labels, &mut pod.images]
            {
                *id = names.intern(old.get(*id));
            }
        }
    }
}

/// Owners of a namespace's pods: the ReplicaSet's name → its Deployment's.
fn resolve(
    namespace: &str,
    pods: &BTreeMap<Box<str>, Pod>,
    workloads: &Workloads,
    names: &mut Arc<Names>,
) -> FxHashMap<u32, u32> {
    let mut owners: FxHashMap<u32, u32> = FxHashMap::default();
    for pod in pods.values() {
        if owners.contains_key(&pod.owner) {
            continue;
        }
        let resolved = names.get(pod.owner).strip_prefix("ReplicaSet/").and_then(|set| {
            workloads.owner_of_replica_set(namespace, set).or_else(|| guess_owner(set, names.get(pod.labels)))
        });
        let id = match resolved {
            Some(owner) => Names::intern_in(names, &owner),
            None => pod.owner,
        };
        owners.insert(pod.owner, id);
    }
    owners
}

/// While the ReplicaSet itself is not known: a Deployment names it `<deployment>-<pod-template-hash>` and labels its pods
/// with that hash (kubernetes `pkg/controller/deployment/sync.go`).
fn guess_owner(set: &str, labels: &str) -> Option<String> {
    let hash = labels.split(',').find_map(|l| l.strip_prefix("pod-template-hash="))?;
    let deployment = set.strip_suffix(hash)?.strip_suffix('-')?;
    Some(format!("Deployment/{deployment}"))
}

fn identity(namespaces: &BTreeMap<Box<str>, BTreeMap<Box<str>, Pod>>, count: usize) -> Identity {
    let bytes = namespaces.values().flat_map(BTreeMap::keys).map(|name| name.len()).sum();
    let mut name = TextColumn::with_capacity(count, bytes);
    let (mut uid, mut ip) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (own, pod) in namespaces.values().flatten() {
        uid.push(pod.uid);
        name.push(own);
        ip.push(pod.ip);
    }
    Identity { uid: Arc::new(uid), name: Arc::new(name), ip: Arc::new(ip) }
}

fn empty_table(names: Arc<Names>, identity: &Identity, count: usize) -> PodTable {
    let Identity { uid, name, ip } = identity.clone();
    PodTable {
        names,
        uid,
        name,
        namespace: Vec::with_capacity(count),
        node: Vec::with_capacity(count),
        owner: Vec::with_capacity(count),
        sign: Vec::with_capacity(count),
        succeeded: Vec::with_capacity(count),
        reason: Vec::with_capacity(count),
        message: Vec::with_capacity(count),
        ready: Vec::with_capacity(count),
        containers: Vec::with_capacity(count),
        restarts: Vec::with_capacity(count),
        created_at: Vec::with_capacity(count),
        ip,
        cpu_milli: Vec::with_capacity(count),
        memory_bytes: Vec::with_capacity(count),
        labels: Vec::with_capacity(count),
        images: Vec::with_capacity(count),
    }
}

/// Adds up what each node carries. Finished pods are on it but ask for nothing.
pub(super) fn sum_nodes(nodes: &mut [Node], table: &PodTable, pods: &Pods) {
    for row in 0..table.len() {
        let Some(node) = nodes.get_mut(table.node[row] as usize) else { continue };
        node.pods += 1;
        node.troubled += u32::from(matches!(table.sign[row], Sign::Failed | Sign::Warning | Sign::Unknown));
        if !pods.is_over(row) {
            node.cpu_requested += u64::from(table.cpu_milli[row]);
            node.memory_requested += table.memory_bytes[row];
        }
    }
}
