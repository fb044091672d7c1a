//! The objects of a bay: written bodies by kind and name, and the log of changes that watches read.
//!
//! Bodies are kept as JSON text, so that lists and watches of thousands of pods copy bytes instead of walking trees, and
//! those of one owner's pods as what differs from the first of them ([`Written`]). Every change raises one revision counter, as etcd does; a watch that fell behind the log is told so (410).

use super::facts::{Facts, Owner};
use super::json;
use super::kinds::Kind;
use super::written::Written;
use bytes::Bytes;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;

/// Changes remembered per kind unless [`Store::log_length`] says otherwise; older ones are gone for watches.
const LOG_LENGTH: usize = 2000;

/// The most bytes that the bodies of a bay take together: some ten thousand pods. etcd's own quota is greater, but a demo
/// has to fit beside its client.
const QUOTA_BYTES: usize = 48 << 20;

/// Namespace (empty for cluster-wide kinds) and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Namespace; empty for kinds without one.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
}

impl Key {
    /// A key from its parts.
    pub fn new(namespace: &str, name: &str) -> Key {
        Key { namespace: namespace.into(), name: name.into() }
    }
}

/// A written object.
#[derive(Debug)]
pub struct Object {
    /// Kind.
    pub kind: Kind,
    /// Namespace and name.
    pub key: Key,
    /// metadata.resourceVersion.
    pub revision: u64,
    /// JSON object with metadata, spec, status … but without apiVersion and kind, as it stands in lists.
    pub body: Written,
    /// What the simulation needs of it.
    pub facts: Facts,
}

impl Object {
    /// The body as a tree, without apiVersion and kind.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body.text()).unwrap_or(Value::Null)
    }

    /// The body as a tree with apiVersion and kind.
    pub fn full_value(&self) -> Value {
        let mut value = self.value();
        let info = self.kind.info();
        json::set(&mut value, "/apiVersion", info.api_version());
        json::set(&mut value, "/kind", info.name);
        value
    }

    /// Appends the JSON text with apiVersion and kind.
    pub fn write_full(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        out.extend_from_slice(self.kind.prefix().as_bytes());
        out.extend_from_slice(self.body.text().get(1..).unwrap_or_default());
    }
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It is new.
    Added,
    /// It changed.
    Modified,
    /// It is gone.
    Deleted,
}

/// One change in the log.
#[derive(Debug, Clone)]
pub struct Change {
    /// Revision of the change.
    pub revision: u64,
    /// What happened.
    pub verb: Verb,
    /// The object after the change (its last state when deleted).
    pub object: Arc<Object>,
    /// The object before the change.
    pub previous: Option<Arc<Object>>,
}

#[derive(Debug)]
struct Collection {
    objects: BTreeMap<Key, Arc<Object>>,
    log: VecDeque<Change>,
    /// Revision of the newest change that the log no longer holds.
    forgotten: u64,
    bell: watch::Sender<u64>,
}

/// What the objects of one owner have in common, kept once.
#[derive(Debug)]
struct Family {
    /// Text that those of its members are written against.
    model: Bytes,
    namespace: Arc<str>,
    owners: Arc<[Owner]>,
    labels: Arc<[(Box<str>, Box<str>)]>,
}

/// All objects of a bay.
#[derive(Debug)]
pub struct Store {
    revision: u64,
    collections: Vec<Collection>,
    /// By the owner's uid for pods, by the kind's name for other kinds of which there are many.
    families: HashMap<Arc<str>, Family>,
    by_owner: HashMap<Arc<str>, BTreeMap<(Kind, Key), Arc<Object>>>,
    /// How many pods of an owner each node holds, by the owner's uid.
    spread: HashMap<Arc<str>, BTreeMap<Arc<str>, i64>>,
    by_node: HashMap<Arc<str>, BTreeSet<Key>>,
    fresh: Vec<Change>,
    recording: bool,
    bytes: usize,
    /// No more objects are made beyond so many bytes.
    pub quota_bytes: usize,
    /// Changes remembered per kind.
    pub log_length: usize,
}

impl Store {
    /// An empty store whose revisions start at `revision`.
    pub fn new(revision: u64) -> Store {
        let collection = || Collection {
            objects: BTreeMap::new(),
            log: VecDeque::new(),
            forgotten: revision,
            bell: watch::channel(revision).0,
        };
        Store {
            revision,
            collections: Kind::ALL.iter().map(|_| collection()).collect(),
            families: HashMap::new(),
            by_owner: HashMap::new(),
            spread: HashMap::new(),
            by_node: HashMap::new(),
            fresh: Vec::new(),
            recording: true,
            bytes: 0,
            quota_bytes: QUOTA_BYTES,
            log_length: LOG_LENGTH,
        }
    }

    /// Revision of the last change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether changes are kept for the simulation ([`Store::take_fresh`]); off while a scenario is set up.
    pub fn record(&mut self, on: bool) {
        self.recording = on;
    }

    /// No room for new objects is left, as when etcd's quota is used up.
    pub fn is_full(&self) -> bool {
        self.bytes > self.quota_bytes
    }

    /// Changes since the last call, for the simulation.
    pub fn take_fresh(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.fresh)
    }

    /// One object.
    pub fn get(&self, kind: Kind, key: &Key) -> Option<&Arc<Object>> {
        self.collections.get(kind as usize)?.objects.get(key)
    }

    /// One object by namespace and name.
    pub fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Arc<Object>> {
        self.get(kind, &Key::new(namespace, name))
    }

    /// Objects of a kind in key order: of one namespace, or all where `namespace` is `None`.
    pub fn list<'a>(&'a self, kind: Kind, namespace: Option<&str>) -> Box<dyn Iterator<Item = &'a Arc<Object>> + 'a> {
        let Some(collection) = self.collections.get(kind as usize) else { return Box::new(std::iter::empty()) };
        match namespace {
            None => Box::new(collection.objects.values()),
            Some(namespace) => {
                let first = Key::new(namespace, "");
                let namespace: Arc<str> = Arc::clone(&first.namespace);
                let range = collection.objects.range(first..);
                Box::new(range.take_while(move |(k, _)| k.namespace == namespace).map(|(_, o)| o))
            }
        }
    }

    /// Number of objects of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.collections.get(kind as usize).map_or(0, |c| c.objects.len())
    }

    /// Objects of a kind that a uid owns.
    pub fn owned(&self, kind: Kind, uid: &str) -> Vec<Arc<Object>> {
        let all = self.by_owner.get(uid).into_iter().flatten();
        all.filter(|((k, _), _)| *k == kind).map(|(_, object)| Arc::clone(object)).collect()
    }

    /// Everything that a uid owns.
    pub fn dependents(&self, uid: &str) -> Vec<Arc<Object>> {
        self.by_owner.get(uid).into_iter().flatten().map(|(_, object)| Arc::clone(object)).collect()
    }

    /// How many pods of an owner each node holds.
    pub fn spread_of(&self, uid: &str) -> BTreeMap<Arc<str>, i64> {
        self.spread.get(uid).cloned().unwrap_or_default()
    }

    /// Pods bound to a node.
    pub fn pods_on(&self, node: &str) -> impl Iterator<Item = &Arc<Object>> {
        self.by_node.get(node).into_iter().flatten().filter_map(|key| self.get(Kind::Pod, key))
    }

    /// Writes an object, new or changed; `body` must carry its name and namespace. Returns the written object.
    pub fn put(&mut self, kind: Kind, mut body: Value) -> Arc<Object> {
        self.revision += 1;
        json::set(&mut body, "/metadata/resourceVersion", self.revision.to_string());
        let map = json::object(&mut body);
        map.remove("apiVersion");
        map.remove("kind");
        let key = Key::new(json::text(&body, "/metadata/namespace"), json::text(&body, "/metadata/name"));
        let facts = Facts::of(kind, &body);
        self.put_written(kind, key, serde_json::to_vec(&body).unwrap_or_default(), facts)
    }

    /// Writes an object whose text is there already, with [`Store::revision`] as it is now in its metadata.
    fn put_written(&mut self, kind: Kind, mut key: Key, text: Vec<u8>, mut facts: Facts) -> Arc<Object> {
        let revision = self.revision;
        let body = self.pack(kind, &mut key, text, &mut facts);
        let object = Arc::new(Object { kind, key: key.clone(), revision, body, facts });
        let Some(collection) = self.collections.get_mut(kind as usize) else { return object };
        let previous = collection.objects.insert(key, Arc::clone(&object));
        self.bytes += object.body.len();
        self.bytes -= previous.as_ref().map_or(0, |old| old.body.len());
        let verb = if previous.is_some() { Verb::Modified } else { Verb::Added };
        if let Some(old) = &previous {
            self.unindex(old);
        }
        self.index(&object);
        self.note(Change { revision, verb, object: Arc::clone(&object), previous });
        object
    }

    /// Writes one of very many objects that are alike: `text` gets the revision and gives the body.
    pub fn put_alike(&mut self, kind: Kind, key: Key, facts: Facts, text: impl FnOnce(u64) -> Vec<u8>) -> Arc<Object> {
        self.revision += 1;
        let text = text(self.revision);
        self.put_written(kind, key, text, facts)
    }

    /// The body as it is kept; what the object shares with its family is taken from there.
    fn pack(&mut self, kind: Kind, key: &mut Key, text: Vec<u8>, facts: &mut Facts) -> Written {
        let name: Arc<str> = match kind {
            Kind::Pod => match facts.controller() {
                Some(owner) => Arc::clone(&owner.uid),
                None => return Written::plain(text),
            },
            Kind::Node | Kind::Lease | Kind::Event => kind.info().name.into(),
            _ => return Written::plain(text),
        };
        let family = self.families.entry(name).or_insert_with(|| Family {
            model: Bytes::new(),
            namespace: Arc::clone(&key.namespace),
            owners: Arc::clone(&facts.owners),
            labels: Arc::clone(&facts.labels),
        });
        if family.namespace == key.namespace {
            key.namespace = Arc::clone(&family.namespace);
        }
        if family.owners == facts.owners {
            facts.owners = Arc::clone(&family.owners);
        }
        if family.labels == facts.labels {
            facts.labels = Arc::clone(&family.labels);
        }
        Written::like(text, &mut family.model)
    }

    /// Bytes that are kept for bodies; what they are written against is not counted.
    pub fn kept_bytes(&self) -> usize {
        self.collections.iter().flat_map(|c| c.objects.values()).map(|o| o.body.kept()).sum()
    }

    /// Takes an object away; `None` when there was none.
    pub fn remove(&mut self, kind: Kind, key: &Key) -> Option<Arc<Object>> {
        let previous = self.collections.get_mut(kind as usize)?.objects.remove(key)?;
        self.unindex(&previous);
        self.bytes -= previous.body.len();
        self.revision += 1;
        let mut body = previous.value();
        json::set(&mut body, "/metadata/resourceVersion", self.revision.to_string());
        let (mut kept, mut facts) = (previous.key.clone(), previous.facts.clone());
        let body = self.pack(kind, &mut kept, serde_json::to_vec(&body).unwrap_or_default(), &mut facts);
        let last = Arc::new(Object { kind, key: kept, revision: self.revision, body, facts });
        let change = Change {
            revision: self.revision,
            verb: Verb::Deleted,
            object: Arc::clone(&last),
            previous: Some(previous),
        };
        self.note(change);
        Some(last)
    }

    /// Changes of a kind after `revision`, oldest first; `None` when the log does not reach back so far.
    pub fn changes_after(&self, kind: Kind, revision: u64) -> Option<Vec<Change>> {
        let collection = self.collections.get(kind as usize)?;
        if revision < collection.forgotten {
            return None;
        }
        let start = collection.log.partition_point(|c| c.revision <= revision);
        Some(collection.log.range(start..).cloned().collect())
    }

    /// Objects of a kind as they were at `revision`, in key order; `None` when the log does not reach back so far.
    pub fn list_at(&self, kind: Kind, revision: u64) -> Option<Vec<Arc<Object>>> {
        let changes = self.changes_after(kind, revision)?;
        let mut objects = self.collections.get(kind as usize)?.objects.clone();
        for change in changes.into_iter().rev() {
            match change.previous {
                Some(previous) => drop(objects.insert(change.object.key.clone(), previous)),
                None => drop(objects.remove(&change.object.key)),
            }
        }
        Some(objects.into_values().collect())
    }

    /// Rings with every change of a kind.
    pub fn bell(&self, kind: Kind) -> Option<watch::Receiver<u64>> {
        self.collections.get(kind as usize).map(|c| c.bell.subscribe())
    }

    /// Forgets the log of every kind: all older revisions are gone, as after a compaction.
    pub fn compact(&mut self) {
        let revision = self.revision;
        for collection in &mut self.collections {
            collection.log.clear();
            collection.forgotten = revision;
        }
    }

    fn note(&mut self, change: Change) {
        if self.recording {
            self.fresh.push(change.clone());
        }
        let Some(collection) = self.collections.get_mut(change.object.kind as usize) else { return };
        let revision = change.revision;
        collection.log.push_back(change);
        if collection.log.len() > self.log_length
            && let Some(old) = collection.log.pop_front()
        {
            collection.forgotten = old.revision;
        }
        collection.bell.send_replace(revision);
    }

    fn index(&mut self, object: &Arc<Object>) {
        for owner in object.facts.owners.iter() {
            let owned = self.by_owner.entry(Arc::clone(&owner.uid)).or_default();
            owned.insert((object.kind, object.key.clone()), Arc::clone(object));
        }
        if let Some(node) = object.facts.pod.as_ref().and_then(|p| p.node.as_ref()) {
            if let Some(owner) = object.facts.controller() {
                let nodes = self.spread.entry(Arc::clone(&owner.uid)).or_default();
                *nodes.entry(Arc::clone(node)).or_default() += 1;
            }
            self.by_node.entry(Arc::clone(node)).or_default().insert(object.key.clone());
        }
    }

    fn unindex(&mut self, object: &Arc<Object>) {
        for owner in object.facts.owners.iter() {
            if let Some(owned) = self.by_owner.get_mut(&owner.uid) {
                owned.remove(&(object.kind, object.key.clone()));
                if owned.is_empty() {
                    self.by_owner.remove(&owner.uid);
                    self.families.remove(&owner.uid);
                }
            }
        }
        let Some(node) = object.facts.pod.as_ref().and_then(|p| p.node.as_ref()) else { return };
        if let Some(owner) = object.facts.controller()
            && let Some(nodes) = self.spread.get_mut(&owner.uid)
        {
            if let Some(count) = nodes.get_mut(node) {
                *count -= 1;
            }
            nodes.retain(|_, count| *count > 0);
            if nodes.is_empty() {
                self.spread.remove(&owner.uid);
            }
        }
        if let Some(set) = self.by_node.get_mut(node) {
            set.remove(&object.key);
            if set.is_empty() {
                self.by_node.remove(node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(name: &str, node: &str) -> Value {
        json!({"metadata": {"namespace": "shop", "name": name, "uid": name, "ownerReferences": [{"uid": "rs", "controller": true}]}, "spec": {"nodeName": node}})
    }

    #[test]
    fn writes_raise_the_revision_and_stand_in_the_log() {
        let mut store = Store::new(100);
        let first = store.put(Kind::Pod, pod("a", "n1"));
        let second = store.put(Kind::Pod, pod("a", "n2"));
        assert_eq!((first.revision, second.revision), (101, 102));
        store.remove(Kind::Pod, &second.key);
        let verbs: Vec<Verb> = store.changes_after(Kind::Pod, 100).unwrap().iter().map(|c| c.verb).collect();
        assert_eq!(verbs, [Verb::Added, Verb::Modified, Verb::Deleted]);
        assert_eq!(store.changes_after(Kind::Pod, 102).unwrap().len(), 1);
        assert_eq!(
            json::text(&store.changes_after(Kind::Pod, 102).unwrap()[0].object.value(), "/metadata/resourceVersion"),
            "103"
        );
        assert_eq!(store.list_at(Kind::Pod, 101).unwrap().len(), 1);
        assert_eq!(store.list_at(Kind::Pod, 103).unwrap().len(), 0);
        store.compact();
        assert!(store.changes_after(Kind::Pod, 102).is_none());
        assert!(store.changes_after(Kind::Pod, 103).unwrap().is_empty());
    }

    #[test]
    fn indexes_follow_the_objects() {
        let mut store = Store::new(1);
        store.put(Kind::Pod, pod("a", "n1"));
        store.put(Kind::Pod, pod("b", "n1"));
        store.put(Kind::Pod, pod("a", "n2"));
        assert_eq!(store.pods_on("n1").count(), 1);
        assert_eq!(store.owned(Kind::Pod, "rs").len(), 2);
        assert_eq!(store.spread_of("rs"), BTreeMap::from([("n1".into(), 1), ("n2".into(), 1)]));
        store.remove(Kind::Pod, &Key::new("shop", "a"));
        assert_eq!(store.pods_on("n2").count(), 0);
        assert_eq!(store.dependents("rs").len(), 1);
        assert_eq!(store.spread_of("rs"), BTreeMap::from([("n1".into(), 1)]));
        assert_eq!(store.list(Kind::Pod, Some("shop")).count(), 1);
        assert_eq!(store.list(Kind::Pod, Some("other")).count(), 0);
    }

    #[test]
    fn bodies_are_kept_without_kind_and_written_with_it() {
        let mut store = Store::new(1);
        let object = store.put(
            Kind::ConfigMap,
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "d"}}),
        );
        assert!(object.body.text().starts_with(b"{\"metadata\""));
        let mut out = Vec::new();
        object.write_full(&mut out);
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value, object.full_value());
        assert_eq!(value["kind"], "ConfigMap");
    }
}
