//! Builds the picture of a bay's inside from the changes that its watches tell. Pure: no I/O, no clock of its own.
//!
//! [`Builder::apply`] takes changes as they come; [`Builder::build`] makes a new [`Picture`] when it is time to draw, and
//! rebuilds only the parts whose sources changed. Rows are kept interned and compact, not as objects.

mod events;
mod pods;
mod services;
mod spread;
mod usage;
mod workloads;

use crate::api::kubernetes::rows::Row;
use crate::api::kubernetes::{Change, Kind};
use crate::model::cluster::{Link, Node, NodeFacts, Picture, Progress, ServiceFacts};
use crate::model::node_names;
use crate::model::problem::Problem;
use events::Events;
use pods::Pods;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
pub use usage::Measured;
use workloads::Workloads;

/// Used CPU (thousandths of a core) and memory (bytes) by node name.
pub type NodeUsage = HashMap<String, (u64, u64)>;

/// Keeps the rows of one bay and makes pictures of them.
#[derive(Debug, Default)]
pub struct Builder {
    picture: Picture,
    nodes: Stored<String, Arc<NodeFacts>>,
    /// The nodes of the last picture with nothing on them: they change more rarely than what they carry.
    bare: Vec<Node>,
    pods: Pods,
    workloads: Workloads,
    services: Stored<(String, String), Arc<ServiceFacts>>,
    events: Events,
    namespaces: Stored<String, ()>,
    usage: Option<NodeUsage>,
    pod_usage: Measured,
    kinds: BTreeMap<Kind, KindState>,
    dirty: Dirty,
}

/// How reading one kind stands.
#[derive(Debug, Clone, Default)]
struct KindState {
    /// Number of the list that is or was read; rows carry the number under which they were last seen.
    epoch: u32,
    /// A list was read to its end at least once.
    complete: bool,
    /// Its watch runs.
    live: bool,
    broken: Option<Problem>,
    gap: Option<Problem>,
    progress: Progress,
}

/// Sources that changed since the last picture.
#[derive(Debug, Default, Clone, Copy)]
struct Dirty {
    nodes: bool,
    pods: bool,
    workloads: bool,
    services: bool,
    events: bool,
    namespaces: bool,
    pod_usage: bool,
    /// Link, progress, gaps, version: not data, but a new picture all the same.
    about: bool,
}

/// Rows by key, each with its uid and the number of the list it was last seen in.
#[derive(Debug)]
struct Stored<K, V> {
    rows: BTreeMap<K, (V, String, u32)>,
}

impl<K, V> Default for Stored<K, V> {
    fn default() -> Self {
        Stored { rows: BTreeMap::new() }
    }
}

impl<K: Ord, V: PartialEq> Stored<K, V> {
    /// True if anything changed.
    fn put(&mut self, key: K, value: V, uid: &str, epoch: u32) -> bool {
        match self.rows.get_mut(&key) {
            Some(known) if known.0 == value && known.1 == uid => {
                known.2 = epoch;
                false
            }
            _ => {
                self.rows.insert(key, (value, uid.to_owned(), epoch));
                true
            }
        }
    }

    /// Removes a row, unless a successor of the same name has come already.
    fn remove(&mut self, key: &K, uid: &str) -> bool {
        let same = self.rows.get(key).is_some_and(|known| uid.is_empty() || known.1 == uid);
        same && self.rows.remove(key).is_some()
    }

    /// Drops what the list did not hold.
    fn commit(&mut self, epoch: u32) -> bool {
        let before = self.rows.len();
        self.rows.retain(|_, row| row.2 == epoch);
        before != self.rows.len()
    }
}

impl Builder {
    /// A builder with an empty picture.
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder whose pictures follow on an older one: their generations go on rising.
    pub fn after(known: Option<&Picture>) -> Self {
        let picture =
            Picture { generation: known.map_or(0, |k| k.generation), link: Link::Loading, ..Picture::default() };
        Builder { picture, ..Self::default() }
    }

    /// Every kind was read to its end once, or cannot be read.
    pub fn has_caught_up(&self) -> bool {
        Kind::ALL.iter().all(|kind| self.kinds.get(kind).is_some_and(|s| s.complete || s.gap.is_some()))
    }

    /// The picture as it was last built.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// What the connection is doing before the watches tell themselves (certificate, connecting, failed).
    pub fn set_link(&mut self, link: Link) {
        self.dirty.about |= self.picture.link != link;
        self.picture.link = link;
    }

    /// The server's version.
    pub fn set_version(&mut self, version: &str) {
        self.dirty.about |= self.picture.version != version;
        self.picture.version = version.to_owned();
    }

    /// Usage of the nodes; `None` where the metrics API does not answer.
    pub fn set_usage(&mut self, usage: Option<NodeUsage>) {
        self.dirty.nodes |= self.usage != usage;
        if self.picture.has_metrics != usage.is_some() {
            self.dirty.about = true;
            self.dirty.pod_usage |= !self.pod_usage.is_known();
        }
        self.picture.has_metrics = usage.is_some();
        self.usage = usage;
    }

    /// Usage of the pods. What was read stays while it is asked for again.
    pub fn set_pod_usage(&mut self, said: Measured) {
        self.dirty.pod_usage |= self.pod_usage.follow(said);
    }

    /// Takes changes in; `now` in seconds since 1970.
    pub fn apply(&mut self, changes: Vec<Change>, now: i64) {
        for change in changes {
            self.take(change, now);
        }
    }

    fn take(&mut self, change: Change, now: i64) {
        match change {
            Change::Begin(kind) => {
                let state = self.kinds.entry(kind).or_default();
                state.epoch = state.epoch.wrapping_add(1);
                state.live = false;
                state.progress = Progress::default();
                self.about();
            }
            Change::Read { kind, read, total } => {
                let state = self.kinds.entry(kind).or_default();
                state.progress = Progress { pods_read: read, pods_total: total };
                self.picture.last_event_at = Some(now);
                if kind == Kind::Pods {
                    self.picture.progress = state.progress;
                    self.dirty.about = true;
                }
            }
            Change::Upsert(row) => {
                self.picture.last_event_at = Some(now);
                self.upsert(row);
            }
            Change::Delete { kind, uid, namespace, name } => {
                self.picture.last_event_at = Some(now);
                self.delete(kind, &uid, namespace, name);
            }
            Change::Commit(kind) => {
                let state = self.kinds.entry(kind).or_default();
                (state.complete, state.broken, state.gap) = (true, None, None);
                let epoch = state.epoch;
                self.commit(kind, epoch);
                self.about();
            }
            Change::Live(kind) => {
                let state = self.kinds.entry(kind).or_default();
                (state.live, state.broken, state.gap) = (true, None, None);
                self.about();
            }
            Change::Broken(kind, problem) => {
                let state = self.kinds.entry(kind).or_default();
                (state.live, state.broken) = (false, Some(problem));
                self.about();
            }
            Change::Gap(kind, problem) => {
                let state = self.kinds.entry(kind).or_default();
                (state.live, state.broken, state.gap) = (false, None, Some(problem));
                self.about();
            }
        }
    }

    fn epoch(&self, kind: Kind) -> u32 {
        self.kinds.get(&kind).map_or(0, |s| s.epoch)
    }

    fn upsert(&mut self, row: Row) {
        match row {
            Row::Node(node) => {
                let (epoch, uid) = (self.epoch(Kind::Nodes), node.uid.clone());
                self.dirty.nodes |= self.nodes.put(node.name.clone(), node, &uid, epoch);
            }
            Row::Pod(pod, over) => {
                let epoch = self.epoch(Kind::Pods);
                self.dirty.pods |= self.pods.put(&pod, over, epoch);
            }
            Row::Workload(workload) => {
                let epoch = self.epoch(workload.facts.kind.into());
                self.dirty.workloads |= self.workloads.put(*workload, epoch);
            }
            Row::Service(service) => {
                let (epoch, uid) = (self.epoch(Kind::Services), service.uid.clone());
                let key = (service.namespace.clone(), service.name.clone());
                self.dirty.services |= self.services.put(key, service, &uid, epoch);
            }
            Row::Event(event) => {
                let epoch = self.epoch(Kind::Events);
                self.dirty.events |= self.events.put(event, epoch);
            }
            Row::Namespace(uid, name) => {
                let epoch = self.epoch(Kind::Namespaces);
                self.dirty.namespaces |= self.namespaces.put(name, (), &uid, epoch);
            }
        }
    }

    fn delete(&mut self, kind: Kind, uid: &str, namespace: String, name: String) {
        match kind {
            Kind::Nodes => self.dirty.nodes |= self.nodes.remove(&name, uid),
            Kind::Pods => self.dirty.pods |= self.pods.remove(&namespace, &name, uid),
            Kind::Services => self.dirty.services |= self.services.remove(&(namespace, name), uid),
            Kind::Events => self.dirty.events |= self.events.remove(uid),
            Kind::Namespaces => self.dirty.namespaces |= self.namespaces.remove(&name, uid),
            _ => self.dirty.workloads |= self.workloads.remove(kind, &namespace, &name, uid),
        }
    }

    fn commit(&mut self, kind: Kind, epoch: u32) {
        match kind {
            Kind::Nodes => self.dirty.nodes |= self.nodes.commit(epoch),
            Kind::Pods => self.dirty.pods |= self.pods.commit(epoch),
            Kind::Services => self.dirty.services |= self.services.commit(epoch),
            Kind::Events => self.dirty.events |= self.events.commit(epoch),
            Kind::Namespaces => self.dirty.namespaces |= self.namespaces.commit(epoch),
            _ => self.dirty.workloads |= self.workloads.commit(kind, epoch),
        }
    }

    /// Link and gaps from how the kinds stand.
    fn about(&mut self) {
        let waiting = |kind: Kind| self.kinds.get(&kind).is_none_or(|s| !s.complete && s.gap.is_none());
        let broken = self.kinds.values().find_map(|s| s.broken.clone());
        let seen_any = self.kinds.values().any(|s| s.complete);
        let link = match broken {
            Some(problem) if seen_any => Link::Stale(problem),
            Some(problem) => Link::Failed(problem),
            None if waiting(Kind::Nodes) || waiting(Kind::Pods) => Link::Loading,
            None => Link::Live,
        };
        let gaps: Vec<(String, Problem)> =
            self.kinds.iter().filter_map(|(k, s)| Some((k.word().to_owned(), s.gap.clone()?))).collect();
        let complete = !Kind::ALL.into_iter().any(waiting);
        if link != self.picture.link || gaps != self.picture.gaps || complete != self.picture.complete {
            self.dirty.about = true;
            self.picture.link = link;
            self.picture.gaps = gaps;
            self.picture.complete = complete;
        }
    }

    /// Something changed since the last picture.
    pub fn is_dirty(&self) -> bool {
        let Dirty { nodes, pods, workloads, services, events, namespaces, pod_usage, about } = self.dirty;
        nodes || pods || workloads || services || events || namespaces || pod_usage || about
    }

    /// A new picture, or `None` if nothing changed since the last one. `now` in seconds since 1970.
    pub fn build(&mut self, now: i64) -> Option<Picture> {
        let dirty = std::mem::take(&mut self.dirty);
        let placed = dirty.nodes || dirty.pods || dirty.workloads;
        let data = placed || dirty.services || dirty.events || dirty.namespaces || dirty.pod_usage;
        if !data && !dirty.about {
            return None;
        }
        if data {
            self.picture.generation += 1;
        }
        if dirty.namespaces {
            self.picture.namespaces = Arc::new(self.namespaces.rows.keys().cloned().collect());
        }
        if dirty.events {
            self.picture.events = Arc::new(self.events.list());
        }
        if dirty.nodes {
            self.bare = self.nodes.rows.values().map(|(facts, ..)| Node::from(facts.clone())).collect();
            node_names::shorten(&mut self.bare);
        }
        if placed {
            self.placed(now);
        }
        if dirty.pod_usage || (placed && self.pod_usage.is_known()) {
            self.picture.usage = Arc::new(self.pod_usage.columns(&self.picture.pods, self.picture.has_metrics));
        }
        if dirty.services || dirty.pods || dirty.nodes {
            let rows = self.services.rows.values().map(|(service, ..)| service);
            self.picture.services = Arc::new(services::counted(rows, &self.pods));
        }
        Some(self.picture.clone())
    }

    /// Everything in which pods, nodes and workloads meet.
    fn placed(&mut self, now: i64) {
        let mut nodes = self.bare.clone();
        let table = self.pods.table(&nodes, &self.workloads);
        pods::sum_nodes(&mut nodes, &table, &self.pods);
        if let Some(usage) = &self.usage {
            for node in &mut nodes {
                let used = usage.get(&node.name);
                (node.cpu_used, node.memory_used) = (used.map(|u| u.0), used.map(|u| u.1));
            }
        }
        self.picture.workloads = Arc::new(self.workloads.list(&table, &self.pods, &nodes, &self.events, now));
        self.picture.nodes = Arc::new(nodes);
        self.picture.pods = Arc::new(table);
    }
}

#[cfg(test)]
pub(crate) use tests::sample_node;

#[cfg(test)]
mod tests;
