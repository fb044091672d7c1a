//! The scheduler: which node a pod goes to, or the real scheduler's sentence about why there is none.
//!
//! Filters run in kube-scheduler's order; a node is counted under the first plugin that refuses it
//! (`pkg/scheduler/framework/plugins`). Scoring is least-allocated plus spreading of one owner's pods.

use super::claims;
use super::controllers::Work;
use super::events::Said;
use super::facts::Request;
use super::json::{self, flag, list, pairs, stamp, text};
use super::kinds::Kind;
use super::quantity;
use super::selector::{LabelSelector, Requirement, expression};
use super::store::{Key, Object, Store};
use super::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The most waiting pods that are tried again in one go.
const RETRIES: usize = 200;

/// A node as the scheduler sees it.
#[derive(Debug, Clone)]
pub struct NodeView {
    /// Name.
    pub name: Arc<str>,
    labels: BTreeMap<String, String>,
    taints: Vec<Taint>,
    unschedulable: bool,
    cpu_milli: u64,
    memory: u64,
    pods: u64,
    extended: BTreeMap<String, u64>,
    used: Request,
    count: u64,
}

#[derive(Debug, Clone)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

impl NodeView {
    /// Reads a node object; nothing runs on it yet.
    pub fn of(node: &Object) -> NodeView {
        let body = node.value();
        let amount = |name: &str| text(&body, &format!("/status/allocatable/{name}")).to_owned();
        let plain = ["cpu", "memory", "pods", "ephemeral-storage", "hugepages-1Gi", "hugepages-2Mi"];
        NodeView {
            name: Arc::clone(&node.key.name),
            labels: pairs(&body, "/metadata/labels").map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            taints: list(&body, "/spec/taints")
                .iter()
                .map(|t| Taint {
                    key: text(t, "/key").into(),
                    value: text(t, "/value").into(),
                    effect: text(t, "/effect").into(),
                })
                .collect(),
            unschedulable: flag(&body, "/spec/unschedulable"),
            cpu_milli: quantity::milli(&amount("cpu")).unwrap_or(0),
            memory: quantity::units(&amount("memory")).unwrap_or(0),
            pods: quantity::units(&amount("pods")).unwrap_or(0),
            extended: pairs(&body, "/status/allocatable")
                .filter(|(k, _)| !plain.contains(k))
                .map(|(k, v)| (k.to_owned(), quantity::units(v).unwrap_or(0)))
                .collect(),
            used: Request::default(),
            count: 0,
        }
    }

    /// A pod with this request runs here.
    pub fn take(&mut self, request: &Request) {
        self.used.add(request);
        self.count += 1;
    }

    fn topology(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }
}

/// Nodes with what runs on them.
pub fn views(world: &World) -> Vec<NodeView> {
    world
        .store
        .list(Kind::Node, None)
        .map(|node| {
            let mut view = NodeView::of(node);
            let (used, count) = world.requested_on(&node.key.name);
            view.used = used;
            view.count = u64::from(count);
            view
        })
        .collect()
}

/// Picks a node for a pod (its key and body).
///
/// # Errors
/// The scheduler's message when no node fits.
pub fn pick(store: &Store, nodes: &[NodeView], key: &Key, body: &Value) -> Result<Arc<str>, String> {
    if nodes.is_empty() {
        return Err("no nodes available to schedule pods".into());
    }
    let wish = Wish::of(store, nodes, key, body);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut best: Option<(i64, &NodeView)> = None;
    for node in nodes {
        match wish.check(node) {
            Ok(()) => {
                let score = wish.score(node);
                // Equal nodes: the emptier one, then the first by name, so that the same seed places the same.
                if best.is_none_or(|(s, n)| score > s || (score == s && node.count < n.count)) {
                    best = Some((score, node));
                }
            }
            Err(why) => why.into_iter().for_each(|r| *reasons.entry(r).or_default() += 1),
        }
    }
    if let Some((_, node)) = best {
        return Ok(Arc::clone(&node.name));
    }
    let total = nodes.len();
    let fixed = reasons
        .iter()
        .filter(|(r, _)| !r.starts_with("Insufficient") && !r.starts_with("Too many"))
        .map(|(_, n)| n)
        .sum::<usize>()
        .min(total);
    let mut parts: Vec<String> = reasons.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
    parts.sort();
    let mut preemption = Vec::new();
    if fixed > 0 {
        preemption.push(format!("{fixed} Preemption is not helpful for scheduling"));
    }
    if fixed < total {
        preemption.push(format!("{} No preemption victims found for incoming pod", total - fixed));
    }
    preemption.sort();
    Err(format!(
        "0/{total} nodes are available: {}. preemption: 0/{total} nodes are available: {}.",
        parts.join(", "),
        preemption.join(", ")
    ))
}

/// The scheduler's sentence when something refuses the pod on every node.
fn nowhere(total: usize, why: &str) -> String {
    let help = format!("{total} Preemption is not helpful for scheduling");
    format!("0/{total} nodes are available: {why}. preemption: 0/{total} nodes are available: {help}.")
}

struct Spread {
    topology: String,
    max_skew: i64,
    selects_itself: bool,
    counts: BTreeMap<String, i64>,
    least: i64,
}

struct Rule {
    topology: String,
    /// Domains that hold a matching pod.
    domains: Vec<String>,
    /// Affinity to a pod like itself is met anywhere while no such pod runs.
    free: bool,
}

/// What a pod wants of a node, worked out once per attempt.
struct Wish {
    node_name: String,
    request: Request,
    tolerations: Vec<Value>,
    selector: Vec<Requirement>,
    affinity: Option<Vec<(Vec<Requirement>, Vec<Requirement>)>>,
    preferred: Vec<(i64, Vec<Requirement>)>,
    spreads: Vec<Spread>,
    attract: Vec<Rule>,
    repel: Vec<Rule>,
    siblings: BTreeMap<Arc<str>, i64>,
    most_siblings: i64,
}

impl Wish {
    fn of(store: &Store, nodes: &[NodeView], key: &Key, body: &Value) -> Wish {
        let spec = body.get("spec").unwrap_or(&Value::Null);
        let terms = |pointer: &str| -> Vec<(Vec<Requirement>, Vec<Requirement>)> {
            let read = |t: &Value, p: &str| list(t, p).iter().filter_map(expression).collect();
            list(spec, pointer).iter().map(|t| (read(t, "/matchExpressions"), read(t, "/matchFields"))).collect()
        };
        let required = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
        let owner =
            list(body, "/metadata/ownerReferences").iter().find(|o| flag(o, "/controller")).map(|o| text(o, "/uid"));
        let siblings = owner.map(|uid| store.spread_of(uid)).unwrap_or_default();
        let mut wish = Wish {
            node_name: text(spec, "/nodeName").into(),
            request: Request::of(spec),
            tolerations: list(spec, "/tolerations").to_vec(),
            selector: pairs(spec, "/nodeSelector").map(|(k, v)| Requirement::In(k.into(), vec![v.into()])).collect(),
            affinity: spec.pointer(required).map(|_| terms(&format!("{required}/nodeSelectorTerms"))),
            preferred: list(spec, "/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution")
                .iter()
                .map(|p| {
                    let wanted = list(p, "/preference/matchExpressions").iter().filter_map(expression).collect();
                    (json::number(p, "/weight").unwrap_or(1), wanted)
                })
                .collect(),
            spreads: Vec::new(),
            attract: Vec::new(),
            repel: Vec::new(),
            most_siblings: siblings.values().copied().max().unwrap_or(0),
            siblings,
        };
        let by_name: BTreeMap<&str, &NodeView> = nodes.iter().map(|n| (&*n.name, n)).collect();
        let labels = body.pointer("/metadata/labels").unwrap_or(&Value::Null);
        for constraint in list(spec, "/topologySpreadConstraints") {
            if text(constraint, "/whenUnsatisfiable") == "DoNotSchedule" {
                let spread = wish.spread(store, nodes, &by_name, key, labels, constraint);
                wish.spreads.push(spread);
            }
        }
        let rules = |what: &str, alone: bool| -> Vec<Rule> {
            list(spec, &format!("/affinity/{what}/requiredDuringSchedulingIgnoredDuringExecution"))
                .iter()
                .map(|term| rule(store, &by_name, key, labels, term, alone))
                .collect()
        };
        wish.attract = rules("podAffinity", true);
        wish.repel = rules("podAntiAffinity", false);
        wish
    }

    fn spread(
        &self,
        store: &Store,
        nodes: &[NodeView],
        by_name: &BTreeMap<&str, &NodeView>,
        key: &Key,
        labels: &Value,
        constraint: &Value,
    ) -> Spread {
        let topology = text(constraint, "/topologyKey").to_owned();
        let selector = LabelSelector::of(constraint.get("labelSelector").unwrap_or(&Value::Null));
        // Domains are those of nodes that the pod's own selector and affinity allow (nodeAffinityPolicy: Honor).
        let mut counts: BTreeMap<String, i64> = nodes
            .iter()
            .filter(|n| self.selected(n))
            .filter_map(|n| n.topology(&topology))
            .map(|domain| (domain.to_owned(), 0))
            .collect();
        for pod in
            store.list(Kind::Pod, Some(&key.namespace)).filter(|p| !p.facts.deleting && selector.matches(&p.facts))
        {
            let node = pod.facts.pod.as_ref().and_then(|p| p.node.as_deref()).and_then(|n| by_name.get(n));
            if let Some(count) =
                node.filter(|n| self.selected(n)).and_then(|n| n.topology(&topology)).and_then(|d| counts.get_mut(d))
            {
                *count += 1;
            }
        }
        Spread {
            least: counts.values().copied().min().unwrap_or(0),
            selects_itself: selector.matches_labels(labels),
            max_skew: json::number(constraint, "/maxSkew").unwrap_or(1),
            topology,
            counts,
        }
    }

    /// nodeSelector and required node affinity.
    fn selected(&self, node: &NodeView) -> bool {
        let label = |key: &str| node.labels.get(key).map(String::as_str);
        let name = |key: &str| (key == "metadata.name").then_some(&*node.name);
        self.selector.iter().all(|r| r.matches(label))
            && self.affinity.as_ref().is_none_or(|terms| {
                terms.iter().any(|(labels, fields)| {
                    (!labels.is_empty() || !fields.is_empty())
                        && labels.iter().all(|r| r.matches(label))
                        && fields.iter().all(|r| r.matches(name))
                })
            })
    }

    fn check(&self, node: &NodeView) -> Result<(), Vec<String>> {
        let one = |reason: &str| Err(vec![reason.to_owned()]);
        let unschedulable =
            Taint { key: "node.kubernetes.io/unschedulable".into(), value: String::new(), effect: "NoSchedule".into() };
        if node.unschedulable && !self.tolerates(&unschedulable) {
            return one("node(s) were unschedulable");
        }
        if !self.node_name.is_empty() && self.node_name != *node.name {
            return one("node(s) didn't match the requested node name");
        }
        for taint in node.taints.iter().filter(|t| t.effect != "PreferNoSchedule") {
            // The unschedulable taint is the first filter's affair.
            if !self.tolerates(taint) && taint.key != unschedulable.key {
                return Err(vec![format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value)]);
            }
        }
        if !self.selected(node) {
            return one("node(s) didn't match Pod's node affinity/selector");
        }
        let short = self.short_of(node);
        if !short.is_empty() {
            return Err(short);
        }
        for spread in &self.spreads {
            let Some(domain) = node.topology(&spread.topology) else {
                return one("node(s) didn't match pod topology spread constraints (missing required label)");
            };
            let here = spread.counts.get(domain).copied().unwrap_or(0);
            if here + i64::from(spread.selects_itself) - spread.least > spread.max_skew {
                return one("node(s) didn't match pod topology spread constraints");
            }
        }
        let inside = |rule: &Rule| node.topology(&rule.topology).is_some_and(|d| rule.domains.iter().any(|x| x == d));
        if self.attract.iter().any(|rule| !rule.free && !inside(rule)) {
            return one("node(s) didn't match pod affinity rules");
        }
        if self.repel.iter().any(inside) {
            return one("node(s) didn't match pod anti-affinity rules");
        }
        Ok(())
    }

    fn short_of(&self, node: &NodeView) -> Vec<String> {
        let mut short = Vec::new();
        if node.count + 1 > node.pods {
            short.push("Too many pods".to_owned());
        }
        if self.request.cpu_milli > 0 && node.used.cpu_milli.saturating_add(self.request.cpu_milli) > node.cpu_milli {
            short.push("Insufficient cpu".to_owned());
        }
        if self.request.memory > 0 && node.used.memory.saturating_add(self.request.memory) > node.memory {
            short.push("Insufficient memory".to_owned());
        }
        for (name, amount) in &self.request.extended {
            let used = node.used.extended.iter().find(|(n, _)| n == name).map_or(0, |(_, used)| *used);
            if used.saturating_add(*amount) > node.extended.get(&**name).copied().unwrap_or(0) {
                short.push(format!("Insufficient {name}"));
            }
        }
        short
    }

    fn tolerates(&self, taint: &Taint) -> bool {
        self.tolerations.iter().any(|t| tolerates(t, &taint.key, &taint.value, &taint.effect))
    }

    /// Higher is better: free share of CPU and memory (0..100 each), fewer siblings, preferences, no soft taints.
    fn score(&self, node: &NodeView) -> i64 {
        let free = |used: u64, ask: u64, all: u64| -> i64 {
            (all.saturating_sub(used.saturating_add(ask)).saturating_mul(100)).checked_div(all).unwrap_or(0) as i64
        };
        let least = (free(node.used.cpu_milli, self.request.cpu_milli, node.cpu_milli)
            + free(node.used.memory, self.request.memory, node.memory))
            / 2;
        let here = self.siblings.get(&node.name).copied().unwrap_or(0);
        let spread = 100 - here * 100 / self.most_siblings.max(1);
        let label = |key: &str| node.labels.get(key).map(String::as_str);
        let wanted: i64 =
            self.preferred.iter().filter(|(_, r)| r.iter().all(|r| r.matches(label))).map(|(w, _)| w).sum();
        let soft = node.taints.iter().filter(|t| t.effect == "PreferNoSchedule" && !self.tolerates(t)).count() as i64;
        least + 2 * spread + 2 * wanted - 300 * soft
    }
}

fn rule(
    store: &Store,
    by_name: &BTreeMap<&str, &NodeView>,
    key: &Key,
    labels: &Value,
    term: &Value,
    alone: bool,
) -> Rule {
    let topology = text(term, "/topologyKey").to_owned();
    let selector = LabelSelector::of(term.get("labelSelector").unwrap_or(&Value::Null));
    let own = [Value::from(&*key.namespace)];
    let named = list(term, "/namespaces");
    let namespaces = if named.is_empty() { &own[..] } else { named };
    let mut domains = Vec::new();
    for namespace in namespaces.iter().filter_map(Value::as_str) {
        for pod in store.list(Kind::Pod, Some(namespace)).filter(|p| !p.facts.deleting && selector.matches(&p.facts)) {
            let node = pod.facts.pod.as_ref().filter(|p| p.active()).and_then(|p| p.node.as_deref());
            if let Some(domain) = node.and_then(|n| by_name.get(n)).and_then(|n| n.topology(&topology)) {
                domains.push(domain.to_owned());
            }
        }
    }
    let free = alone && domains.is_empty() && selector.matches_labels(labels);
    Rule { topology, domains, free }
}

/// Does a toleration cover a taint? (`k8s.io/api/core/v1/toleration.go`)
pub fn tolerates(toleration: &Value, key: &str, value: &str, effect: &str) -> bool {
    let wanted = text(toleration, "/effect");
    if !wanted.is_empty() && wanted != effect {
        return false;
    }
    let named = text(toleration, "/key");
    match text(toleration, "/operator") {
        "Exists" => named.is_empty() || named == key,
        "" | "Equal" => named == key && text(toleration, "/value") == value,
        _ => false,
    }
}

impl World {
    /// Tries to place a new pod and those that came with it; a pod that is gone or bound is left alone.
    pub fn schedule_new(&mut self, first: Key) {
        let mut nodes = views(self);
        let mut next = Some(first);
        while let Some(key) = next {
            self.schedule_in(&mut nodes, &key);
            next = self.take_schedule();
        }
    }

    /// Tries to place the waiting pods: all of them, or where they are very many the next of them now and the others later.
    pub fn schedule_all(&mut self) {
        let from = self.retried.take().map_or(Bound::Unbounded, Bound::Excluded);
        let begins = from == Bound::Unbounded;
        let waiting: Vec<Key> = self.unscheduled.range((from, Bound::Unbounded)).take(RETRIES).cloned().collect();
        if waiting.len() == RETRIES {
            self.retried = waiting.last().cloned();
            self.look_again(1.0, Work::ScheduleAll);
        } else if !begins {
            // Room may have come up for those at the front since the round began.
            self.look_again(60.0, Work::ScheduleAll);
        }
        if waiting.is_empty() {
            return;
        }
        let mut nodes = views(self);
        for key in &waiting {
            self.schedule_in(&mut nodes, key);
        }
    }

    /// Tries to place a pod, and counts it on the node it gets.
    fn schedule_in(&mut self, nodes: &mut [NodeView], key: &Key) {
        if let Some((name, request)) = self.schedule_on(nodes, key)
            && let Some(node) = nodes.iter_mut().find(|n| n.name == name)
        {
            node.take(&request);
        }
    }

    fn schedule_on(&mut self, nodes: &[NodeView], key: &Key) -> Option<(Arc<str>, Request)> {
        let pod = self.store.get(Kind::Pod, key).cloned();
        let waiting =
            pod.filter(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.node.is_none() && f.active()));
        let Some(pod) = waiting else {
            self.unscheduled.remove(key);
            return None;
        };
        let body = pod.value();
        if !list(&body, "/spec/schedulingGates").is_empty() || text(&body, "/spec/schedulerName") != "default-scheduler"
        {
            return None;
        }
        let picked = match claims::unusable(&self.store, &body) {
            Some(why) => Err(nowhere(nodes.len(), &why)),
            None => pick(&self.store, nodes, key, &body),
        };
        match picked {
            Ok(node) => {
                self.unscheduled.remove(key);
                self.bind_claims_of(&body);
                self.bind(&pod, &node);
                Some((node, pod.facts.pod.as_ref().map(|p| p.request.clone()).unwrap_or_default()))
            }
            Err(message) => {
                self.unscheduled.insert(key.clone());
                self.cannot_schedule(&pod, &body, &message);
                None
            }
        }
    }

    fn bind(&mut self, pod: &Object, node: &str) {
        let now = stamp(self.now);
        let bound = self.update(Kind::Pod, &pod.key, |body| {
            json::set(body, "/spec/nodeName", node);
            set_condition(body, "PodScheduled", "True", "", "", &now);
        });
        let message = format!("Successfully assigned {}/{} to {node}", pod.key.namespace, pod.key.name);
        if let Some(bound) = bound {
            self.say(&bound, Said::normal("default-scheduler", "Scheduled", &message));
        }
    }

    fn cannot_schedule(&mut self, pod: &Object, body: &Value, message: &str) {
        let known = list(body, "/status/conditions").iter().find(|c| text(c, "/type") == "PodScheduled");
        if known.is_some_and(|c| text(c, "/message") == message) {
            return;
        }
        let now = stamp(self.now);
        self.update(Kind::Pod, &pod.key, |body| {
            set_condition(body, "PodScheduled", "False", "Unschedulable", message, &now);
        });
        self.say(pod, Said::warning("default-scheduler", "FailedScheduling", message));
    }
}

/// Sets a condition in `/status/conditions`; its transition time moves only when the status does.
pub fn set_condition(body: &mut Value, kind: &str, status: &str, reason: &str, message: &str, now: &str) {
    let conditions = json::list_at(body, "/status/conditions");
    let position = conditions.iter().position(|c| text(c, "/type") == kind);
    let since = position
        .and_then(|i| conditions.get(i))
        .filter(|c| text(c, "/status") == status)
        .map_or(now, |c| text(c, "/lastTransitionTime"))
        .to_owned();
    let mut condition = json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": since});
    if !reason.is_empty() {
        condition["reason"] = reason.into();
    }
    if !message.is_empty() {
        condition["message"] = message.into();
    }
    match position.and_then(|i| conditions.get_mut(i)) {
        Some(slot) => *slot = condition,
        None => conditions.push(condition),
    }
}

#[cfg(test)]
mod tests;
