//! The living inside of a bay: objects, time, and who has to look at what after a change.
//!
//! Everything that moves is a [`Task`] on the agenda (due at a time) or a piece of [`Work`] (due now, because something
//! changed). [`World::step`] runs what is due; nothing here reads a clock or waits, so tests move time by hand.

use super::controllers::{BURST, BURST_PAUSE, Work, quota};
use super::events::Said;
use super::facts::Request;
use super::json::{self, stamp};
use super::kinds::Kind;
use super::kubelet::PodLife;
use super::nodes::NodeLife;
use super::scenario::{Churn, Life};
use super::selector::LabelSelector;
use super::store::{Key, Object, Store};
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;

/// Something due at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// The kubelet takes the next step with a pod; stale when the pod's epoch moved on.
    Pod {
        /// uid of the pod.
        uid: Arc<str>,
        /// Epoch of the plan.
        epoch: u64,
    },
    /// A controller looks again.
    Work(Work),
    /// Kubelets renew their leases, the node controller judges the silent ones.
    Heartbeat,
    /// A node registers.
    Register(String),
    /// A drained node leaves.
    Deregister(String),
    /// A node falls silent.
    Silence(String),
    /// A silent node reports again.
    Return(String),
    /// Pods that do not tolerate the taints of their node for so long are evicted.
    Evict(String),
    /// Old events go away.
    ExpireEvents,
    /// Something small happens, as in any bay in use.
    Life(Life),
    /// The stream of changes goes on.
    Churn,
    /// A load balancer gets its address.
    LoadBalancer(Key),
}

#[derive(Debug, PartialEq, Eq)]
struct Due {
    at: Timestamp,
    order: u64,
    task: Task,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The heap gives the greatest first: reversed, so that the earliest comes out.
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A bay's inside.
#[derive(Debug)]
pub struct World {
    /// Objects.
    pub store: Store,
    /// Chance, from the seed.
    pub rng: ChaCha8Rng,
    /// Time of the current step.
    pub now: Timestamp,
    /// How much faster than real the delays pass.
    pub speed: f64,
    /// Kubernetes version (`v1.30.4`).
    pub version: String,
    /// What kubelets do with their pods, by pod uid.
    pub lives: HashMap<Arc<str>, PodLife>,
    /// Machines by node name.
    pub nodes: BTreeMap<String, NodeLife>,
    /// Pods waiting for a node.
    pub unscheduled: BTreeSet<Key>,
    /// The last of them that was tried again, while a round through very many is under way.
    pub retried: Option<Key>,
    /// Selectors of services.
    pub services: BTreeMap<Key, LabelSelector>,
    /// Known events by what they say, to count repetitions.
    pub event_index: HashMap<u64, Key>,
    /// How many events have been said.
    pub events_said: u64,
    /// Toleration seconds given to pods that name none.
    pub toleration_seconds: i64,
    /// Images that nodes hold already, by node and image.
    pub images: HashMap<String, BTreeSet<String>>,
    /// How many load balancers have got an address.
    pub addresses: u32,
    /// Services whose load balancer is being made.
    pub balancing: BTreeSet<Key>,
    /// A stream of changes at a given rate, where one was asked for.
    pub stirring: Churn,
    agenda: BinaryHeap<Due>,
    order: u64,
    work: BTreeSet<Work>,
    /// When each piece of work that waits on the agenda comes up: one time for each, however often it is asked for.
    waiting: BTreeMap<Work, Timestamp>,
    /// Controllers that made as many pods as they may in one go: their next time on the agenda lets them make more.
    exhausted: BTreeSet<Work>,
    /// When a quota last refused a controller something.
    refused_at: Option<Timestamp>,
}

impl World {
    /// An empty world at `now`.
    pub fn new(seed: u64, version: &str, speed: f64, now: Timestamp) -> World {
        World {
            store: Store::new(41_000 + seed % 1000),
            rng: ChaCha8Rng::seed_from_u64(seed),
            now,
            speed: if speed.is_finite() && speed > 0.0 { speed } else { 1.0 },
            version: version.to_owned(),
            lives: HashMap::new(),
            nodes: BTreeMap::new(),
            unscheduled: BTreeSet::new(),
            retried: None,
            services: BTreeMap::new(),
            event_index: HashMap::new(),
            events_said: 0,
            toleration_seconds: 300,
            images: HashMap::new(),
            addresses: 0,
            balancing: BTreeSet::new(),
            stirring: Churn::default(),
            agenda: BinaryHeap::new(),
            order: 0,
            work: BTreeSet::new(),
            waiting: BTreeMap::new(),
            exhausted: BTreeSet::new(),
            refused_at: None,
        }
    }

    /// The time `seconds` from now, divided by the speed.
    pub fn after(&self, seconds: f64) -> Timestamp {
        let nanos = (seconds.max(0.0) / self.speed * 1e9) as i64;
        self.now.checked_add(SignedDuration::from_nanos(nanos)).unwrap_or(self.now)
    }

    /// Puts a task on the agenda, due in `seconds` (divided by the speed).
    pub fn later(&mut self, seconds: f64, task: Task) {
        let at = self.after(seconds);
        self.at(at, task);
    }

    /// A controller looks again in `seconds` (divided by the speed), or earlier where it was going to anyway: it then sees
    /// for itself whether to look once more.
    pub fn look_again(&mut self, seconds: f64, work: Work) {
        self.look_again_at(self.after(seconds), work);
    }

    /// The same, at a time.
    pub fn look_again_at(&mut self, at: Timestamp, work: Work) {
        if self.waiting.get(&work).is_some_and(|known| *known <= at) {
            return;
        }
        self.waiting.insert(work.clone(), at);
        self.at(at, Task::Work(work));
    }

    /// Puts a task on the agenda at a time. Work of controllers goes through [`World::look_again`].
    pub fn at(&mut self, at: Timestamp, task: Task) {
        self.order += 1;
        self.agenda.push(Due { at, order: self.order, task });
    }

    /// When the next task is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.peek().map(|d| d.at)
    }

    /// A controller has to look at something.
    pub fn enqueue(&mut self, work: Work) {
        self.work.insert(work);
    }

    /// Runs everything that is due at `now`, each thing at its own time: what follows from it does not depend on how
    /// promptly this is called.
    ///
    /// Of a longer time in which nobody called it (the machine slept) only the last minutes are made up for.
    pub fn step(&mut self, now: Timestamp) {
        self.settle();
        if let Ok(earliest) = now.checked_sub(CATCH_UP) {
            self.now = self.now.max(earliest);
        }
        while let Some(due) = self.agenda.peek() {
            if due.at > now {
                break;
            }
            if let Some(due) = self.agenda.pop() {
                self.now = self.now.max(due.at);
                self.run(due.at, due.task);
                self.settle();
            }
        }
        self.now = self.now.max(now);
    }

    /// How many tasks wait for their time.
    pub fn agenda_len(&self) -> usize {
        self.agenda.len()
    }

    /// Lets controllers react until nothing is left to do.
    pub fn settle(&mut self) {
        // A bound, so that a controller that disagrees with itself cannot hang the server.
        for _ in 0..200_000 {
            for change in self.store.take_fresh() {
                self.react(&change);
            }
            match self.work.pop_first() {
                Some(work) => self.work_on(work),
                None => return,
            }
        }
        tracing::warn!(target: "demo", left = self.work.len(), "controllers do not come to rest");
    }

    fn run(&mut self, at: Timestamp, task: Task) {
        match task {
            Task::Pod { uid, epoch } => self.pod_step(&uid, epoch),
            Task::Work(work) => {
                // An entry that an earlier time has replaced is stale.
                if self.waiting.get(&work) == Some(&at) {
                    self.waiting.remove(&work);
                    self.exhausted.remove(&work);
                    self.enqueue(work);
                }
            }
            Task::Heartbeat => self.heartbeat(),
            Task::Register(name) => self.register_node(&name),
            Task::Deregister(name) => self.deregister_node(&name),
            Task::Silence(name) => self.silence_node(&name),
            Task::Return(name) => self.return_node(&name),
            Task::Evict(name) => self.evict_from(&name),
            Task::ExpireEvents => self.expire_events(),
            Task::Life(life) => self.live(life),
            Task::Churn => self.stir(),
            Task::LoadBalancer(key) => self.give_address(&key),
        }
    }

    /// A number in a range.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        if high > low { self.rng.random_range(low..high) } else { low }
    }

    /// How many pods a controller may make now.
    pub fn may_make(&self, work: &Work) -> usize {
        if self.exhausted.contains(work) { 0 } else { BURST }
    }

    /// A controller that could not make all at once goes on in a moment; where the database is full, or a quota
    /// forbids more, it tries seldom.
    pub fn go_on(&mut self, work: Work) {
        if self.exhausted.insert(work.clone()) {
            let refused = self.store.is_full() || self.refused_at == Some(self.now);
            self.look_again(if refused { 30.0 } else { BURST_PAUSE }, work);
        }
    }

    /// Writes a new object of a controller's; `None` when the bay's database is full or a quota forbids it, which its owner
    /// is told.
    pub fn create_for(&mut self, owner: &Object, kind: Kind, body: Value) -> Option<Arc<Object>> {
        if self.store.is_full() {
            let source = format!("{}-controller", owner.kind.info().name.to_lowercase());
            let message = format!("Error creating: {NO_SPACE}");
            self.say(owner, Said::warning(&source, "FailedCreate", &message));
            return None;
        }
        if let Some(why) = self.over_quota(kind, &body) {
            self.refused_at = Some(self.now);
            let source = format!("{}-controller", owner.kind.info().name.to_lowercase());
            let refused = quota::refusal(kind, json::text(&body, "/metadata/name"), &why);
            self.say(owner, Said::warning(&source, "FailedCreate", &format!("Error creating: {}", refused.message)));
            return None;
        }
        Some(self.create(kind, body))
    }

    /// The next piece of work when it is to place a pod, taken off the list: many of them are done in one go.
    pub fn take_schedule(&mut self) -> Option<Key> {
        if !matches!(self.work.first(), Some(Work::Schedule(_))) {
            return None;
        }
        match self.work.pop_first() {
            Some(Work::Schedule(key)) => Some(key),
            _ => None,
        }
    }

    /// True with a probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability.clamp(0.0, 1.0))
    }

    /// A new uid.
    pub fn uid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.rng.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// A random ending of a generated name, in the alphabet of `k8s.io/apimachinery/pkg/util/rand`.
    pub fn suffix(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(ALPHABET[self.rng.random_range(0..ALPHABET.len())])).collect()
    }

    /// Completes a body's metadata (name, uid, creation time, generation) and writes it. Returns the written object.
    pub fn create(&mut self, kind: Kind, mut body: Value) -> Arc<Object> {
        self.fill_metadata(kind, &mut body);
        self.store.put(kind, body)
    }

    /// Gives a new object its name (from generateName), uid, creation time and first generation.
    pub fn fill_metadata(&mut self, kind: Kind, body: &mut Value) {
        let prefix = json::text(body, "/metadata/generateName").to_owned();
        if json::text(body, "/metadata/name").is_empty() && !prefix.is_empty() {
            let cut: String = prefix.chars().take(58).collect();
            let name = format!("{cut}{}", self.suffix(5));
            json::set(body, "/metadata/name", name);
        }
        if json::text(body, "/metadata/uid").is_empty() {
            let uid = self.uid();
            json::set(body, "/metadata/uid", uid);
        }
        json::default(body, "/metadata/creationTimestamp", stamp(self.now));
        if has_generation(kind) {
            json::default(body, "/metadata/generation", 1);
        }
    }

    /// Changes an object in place and writes it when the change made a difference; `None` when it is not there.
    pub fn update(&mut self, kind: Kind, key: &Key, change: impl FnOnce(&mut Value)) -> Option<Arc<Object>> {
        let old = Arc::clone(self.store.get(kind, key)?);
        let before = old.value();
        let mut body = before.clone();
        change(&mut body);
        if body == before {
            return Some(old);
        }
        if has_generation(kind) && body.get("spec") != before.get("spec") {
            json::set(&mut body, "/metadata/generation", old.facts.generation + 1);
        }
        Some(self.store.put(kind, body))
    }

    /// Sets an object's status when it differs.
    pub fn set_status(&mut self, kind: Kind, key: &Key, status: Map<String, Value>) {
        self.update(kind, key, |body| json::set(body, "/status", Value::Object(status)));
    }

    /// What the pods on a node ask for together; ended pods do not count.
    pub fn requested_on(&self, node: &str) -> (Request, u32) {
        let mut sum = Request::default();
        let mut count = 0;
        for pod in self.store.pods_on(node).filter_map(|o| o.facts.pod.as_ref()).filter(|p| p.active()) {
            sum.add(&pod.request);
            count += 1;
        }
        (sum, count)
    }
}

/// How much of a time in which the simulation stood still is made up for.
const CATCH_UP: SignedDuration = SignedDuration::from_mins(10);

/// etcd's words when its quota is used up.
pub const NO_SPACE: &str = "etcdserver: mvcc: database space exceeded";

/// Letters of generated names.
pub const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// Hash of a pod template as it stands in names and labels (`6d9f7c8b54`): FNV-1a, written in the safe alphabet.
pub fn template_hash(template: &Value) -> String {
    let text = template.to_string();
    let hash = text.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    let safe = |b: u8| char::from(ALPHABET[usize::from(b) % ALPHABET.len()]);
    hash.to_string().bytes().map(safe).collect()
}

/// Kinds whose `metadata.generation` counts changes of the spec.
pub fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::CronJob
            | Kind::ReplicationController
            | Kind::Ingress
            | Kind::NetworkPolicy
            | Kind::PodDisruptionBudget
            | Kind::IngressClass
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{deployment, world_with_nodes};
    use super::*;
    use serde_json::json;

    fn world() -> World {
        World::new(7, "v1.30.4", 10.0, Timestamp::from_second(1_700_000_000).unwrap())
    }

    #[test]
    fn delays_are_divided_by_the_speed() {
        let world = world();
        assert_eq!((world.after(10.0).as_second()) - world.now.as_second(), 1);
    }

    #[test]
    fn the_same_seed_gives_the_same_names() {
        let (mut a, mut b) = (world(), world());
        assert_eq!(a.suffix(5), b.suffix(5));
        assert_eq!(a.uid(), b.uid());
        let hash = template_hash(&json!({"spec": {"x": 1}}));
        assert_eq!(hash, template_hash(&json!({"spec": {"x": 1}})));
        assert_ne!(hash, template_hash(&json!({"spec": {"x": 2}})));
    }

    /// Everything that a world holds, as text.
    fn dump(world: &World) -> Vec<String> {
        let objects = Kind::ALL.iter().flat_map(|kind| world.store.list(*kind, None));
        objects.map(|object| format!("{:?} {}", object.kind, String::from_utf8_lossy(&object.body.text()))).collect()
    }

    #[test]
    fn what_happens_does_not_depend_on_how_often_the_world_is_looked_at() {
        let run = |step_millis: i64| {
            let mut world = world_with_nodes(3);
            deployment(&mut world, "web", 6, "web:1");
            deployment(&mut world, "bad", 2, "bad:missing");
            let end = world.now.checked_add(SignedDuration::from_secs(300)).unwrap();
            let mut at = world.now;
            while at < end {
                at = at.checked_add(SignedDuration::from_millis(step_millis)).unwrap().min(end);
                world.step(at);
            }
            dump(&world)
        };
        let (seldom, often) = (run(300_000), run(70));
        let differing = seldom.iter().zip(&often).find(|(a, b)| a != b);
        assert!(differing.is_none() && seldom.len() == often.len(), "{differing:?}");
    }

    #[test]
    fn a_night_of_sleep_is_not_lived_through_afterwards() {
        let mut world = world_with_nodes(2);
        let revision = world.store.revision();
        let morning = world.now.checked_add(SignedDuration::from_hours(12)).unwrap();
        world.step(morning);
        assert_eq!(world.now, morning);
        // Two leases, renewed every ten seconds of ten minutes.
        assert!(world.store.revision() - revision < 200, "{} changes", world.store.revision() - revision);
    }

    #[test]
    fn work_waits_on_the_agenda_once() {
        let mut world = world();
        let work = Work::Sync(Kind::Deployment, Key::new("d", "web"));
        let before = world.agenda_len();
        for _ in 0..100 {
            world.look_again(600.0, work.clone());
            world.now = world.after(1.0);
        }
        assert_eq!(world.agenda_len(), before + 1);
        world.look_again(5.0, work.clone());
        assert_eq!(world.agenda_len(), before + 2, "an earlier time comes on top; the later one is stale");
        let soon = world.after(6.0);
        world.step(soon);
        assert!(!world.waiting.contains_key(&work));
        let late = world.after(600.0);
        world.step(late);
        assert_eq!(world.agenda_len(), 0);
    }

    #[test]
    fn generation_counts_changes_of_the_spec_only() {
        let mut world = world();
        let made = world.create(Kind::Ingress, json!({"metadata": {"namespace": "n", "name": "i"}, "spec": {"a": 1}}));
        world.update(Kind::Ingress, &made.key, |b| json::set(b, "/metadata/labels", json!({"x": "y"})));
        assert_eq!(world.store.get(Kind::Ingress, &made.key).unwrap().facts.generation, 1);
        let revision = world.store.revision();
        world.update(Kind::Ingress, &made.key, |_| {});
        assert_eq!(world.store.revision(), revision, "nothing changed, nothing is written");
        world.update(Kind::Ingress, &made.key, |b| json::set(b, "/spec/a", 2));
        assert_eq!(world.store.get(Kind::Ingress, &made.key).unwrap().facts.generation, 2);
    }
}
