//! Workloads with what their pods say: counts by sign, what is missing and why, spread, history.

use super::events::Events;
use super::pods::Pods;
use super::spread::{Owned, PerNode, Zones};
use crate::api::kubernetes::Kind;
use crate::api::kubernetes::rows::WorkloadRow;
use crate::model::cluster::{ClusterEvent, Node};
use crate::model::columns::{NONE, PodTable};
use crate::model::status::Sign;
use crate::model::workload::{ReplicaPoint, Shortage, Spread, Workload, WorkloadKind};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Points of history kept, and seconds between two of them: an hour.
const POINTS: usize = 120;
const POINT_SECS: i64 = 30;

type Warnings<'a> = HashMap<(&'a str, &'a str, &'a str), &'a ClusterEvent>;

#[derive(Debug, Default)]
pub(super) struct Workloads {
    rows: BTreeMap<(String, WorkloadKind, String), Entry>,
    /// ReplicaSets of Deployments: namespace → name → (owner, uid, epoch).
    folded: HashMap<String, HashMap<String, (String, String, u32)>>,
}

#[derive(Debug)]
struct Entry {
    row: WorkloadRow,
    history: Arc<Vec<ReplicaPoint>>,
    epoch: u32,
}

impl Workloads {
    /// True if anything changed.
    pub(super) fn put(&mut self, row: WorkloadRow, epoch: u32) -> bool {
        let facts = &row.facts;
        if facts.kind == WorkloadKind::ReplicaSet && row.owner.starts_with("Deployment/") {
            let sets = self.folded.entry(facts.namespace.clone()).or_default();
            let before = sets.insert(facts.name.clone(), (row.owner.clone(), facts.uid.clone(), epoch));
            return before.is_none_or(|before| before.0 != row.owner);
        }
        let key = (facts.namespace.clone(), facts.kind, facts.name.clone());
        match self.rows.get_mut(&key) {
            Some(known) => {
                known.epoch = epoch;
                if known.row.facts.uid != row.facts.uid {
                    known.history = Arc::default();
                }
                let changed = known.row != row;
                if changed {
                    known.row = row;
                }
                changed
            }
            None => {
                self.rows.insert(key, Entry { row, history: Arc::default(), epoch });
                true
            }
        }
    }

    pub(super) fn remove(&mut self, kind: Kind, namespace: &str, name: &str, uid: &str) -> bool {
        let Some(kind) = workload_kind(kind) else { return false };
        if kind == WorkloadKind::ReplicaSet
            && let Some(sets) = self.folded.get_mut(namespace)
            && sets.get(name).is_some_and(|set| uid.is_empty() || set.1 == uid)
        {
            return sets.remove(name).is_some();
        }
        let key = (namespace.to_owned(), kind, name.to_owned());
        let same = self.rows.get(&key).is_some_and(|e| uid.is_empty() || e.row.facts.uid == uid);
        same && self.rows.remove(&key).is_some()
    }

    /// Drops what the list did not hold.
    pub(super) fn commit(&mut self, kind: Kind, epoch: u32) -> bool {
        let Some(kind) = workload_kind(kind) else { return false };
        let before = self.len();
        self.rows.retain(|key, entry| key.1 != kind || entry.epoch == epoch);
        if kind == WorkloadKind::ReplicaSet {
            for sets in self.folded.values_mut() {
                sets.retain(|_, set| set.2 == epoch);
            }
        }
        before != self.len()
    }

    fn len(&self) -> usize {
        self.rows.len() + self.folded.values().map(HashMap::len).sum::<usize>()
    }

    /// `Deployment/checkout-api` for the name of one of its ReplicaSets.
    pub(super) fn owner_of_replica_set(&self, namespace: &str, name: &str) -> Option<String> {
        Some(self.folded.get(namespace)?.get(name)?.0.clone())
    }

    /// All workloads sorted by (namespace, kind, name); writes history on.
    pub(super) fn list(
        &mut self,
        table: &PodTable,
        pods: &Pods,
        nodes: &[Node],
        events: &Events,
        now: i64,
    ) -> Vec<Workload> {
        let warnings = events.warnings();
        let owned = Owned::of(table);
        let zones = Zones::of(nodes);
        let mut per_node = PerNode::new(nodes.len());
        let mut key = String::new();
        self.rows
            .values_mut()
            .map(|entry| {
                key.clear();
                let facts = &entry.row.facts;
                key.push_str(facts.kind.word());
                key.push('/');
                key.push_str(&facts.name);
                let mine = owned.rows(table, &facts.namespace, &key);
                let view = View { table, pods, zones: &zones, warnings: &warnings };
                let mut workload = view.workload(&entry.row, mine, &mut per_node);
                remember(&mut entry.history, now, workload.replicas.desired, workload.replicas.ready);
                workload.history = entry.history.clone();
                workload
            })
            .collect()
    }
}

fn workload_kind(kind: Kind) -> Option<WorkloadKind> {
    match kind {
        Kind::Deployments => Some(WorkloadKind::Deployment),
        Kind::ReplicaSets => Some(WorkloadKind::ReplicaSet),
        Kind::StatefulSets => Some(WorkloadKind::StatefulSet),
        Kind::DaemonSets => Some(WorkloadKind::DaemonSet),
        Kind::ReplicationControllers => Some(WorkloadKind::ReplicationController),
        Kind::Jobs => Some(WorkloadKind::Job),
        _ => None,
    }
}

/// Writes a point: one per half minute, the last of each half minute wins; before a change after a long calm the calm's
/// end is written, so that a line between the points is flat where nothing changed.
fn remember(history: &mut Arc<Vec<ReplicaPoint>>, now: i64, desired: u32, ready: u32) {
    let point = ReplicaPoint { time: now, desired, ready };
    let same_half_minute = |last: ReplicaPoint| {
        now - last.time < POINT_SECS && now.div_euclid(POINT_SECS) == last.time.div_euclid(POINT_SECS)
    };
    if history.last().is_some_and(|last| same_half_minute(*last) && (last.desired, last.ready) == (desired, ready)) {
        // Nothing to write: the picture before keeps sharing it.
        return;
    }
    let history = Arc::make_mut(history);
    match history.last().copied() {
        Some(last) if same_half_minute(last) => {
            if let Some(last) = history.last_mut() {
                (last.desired, last.ready) = (desired, ready);
            }
        }
        Some(last) => {
            if (last.desired, last.ready) != (desired, ready) && now - last.time > POINT_SECS {
                history.push(ReplicaPoint { time: now - 1, ..last });
            }
            history.push(point);
        }
        None => history.push(point),
    }
    let oldest = now - POINT_SECS * POINTS as i64;
    let stale = history.iter().take_while(|p| p.time < oldest).count();
    let extra = history.len().saturating_sub(POINTS);
    history.drain(..stale.max(extra).min(history.len().saturating_sub(1)));
}

/// What is needed to judge a workload.
struct View<'a> {
    table: &'a PodTable,
    pods: &'a Pods,
    zones: &'a Zones,
    warnings: &'a Warnings<'a>,
}

impl View<'_> {
    fn workload(&self, row: &WorkloadRow, pods: &[u32], per_node: &mut PerNode) -> Workload {
        let mut replicas = row.replicas;
        if row.facts.kind == WorkloadKind::Job {
            // Servers before 1.24 do not count a job's ready pods.
            let running = pods.iter().filter(|p| self.is_ready(**p)).count() as u32;
            replicas.ready = replicas.ready.max(replicas.available + running).min(replicas.desired.max(replicas.ready));
        }
        // What a controller leaves behind (evicted pods, failed tries) is no shortage once all replicas are there.
        let satisfied = replicas.ready >= replicas.desired;
        let counted = |pod: &u32| !(satisfied && self.pods.is_over(*pod as usize) && self.sign(*pod) == Sign::Failed);
        let pods: Vec<u32> = pods.iter().copied().filter(counted).collect();

        let mut by_sign = [0; 7];
        let mut zones: Vec<Option<Spread>> = vec![None; self.zones.names.len()];
        let mut restarts = 0;
        for pod in &pods {
            let at = *pod as usize;
            let sign = self.sign(*pod);
            by_sign[sign as usize] += 1;
            restarts += self.table.restarts[at];
            let node = self.table.node[at];
            per_node.count(node);
            let zone = self.zones.of_node(node);
            let Some(slot) = zones.get_mut(zone) else { continue };
            let spread = slot.get_or_insert_with(|| Spread {
                zone: self.zones.names[zone].clone(),
                ready: 0,
                pods: 0,
                by_sign: [0; 7],
            });
            spread.pods += 1;
            spread.ready += u32::from(sign == Sign::Ok);
            spread.by_sign[sign as usize] += 1;
        }
        let alive =
            pods.iter().filter(|p| !self.pods.is_over(**p as usize) && self.sign(**p) != Sign::Deleting).count();
        let not_created = match row.facts.kind {
            WorkloadKind::Job => row.wants_pods,
            _ => replicas
                .desired
                .saturating_sub(alive as u32)
                .min(row.wants_pods.max(replicas.desired.saturating_sub(replicas.ready))),
        };
        let shortages = self.shortages(row, &pods, satisfied, not_created);
        let (nodes, most_on_one_node) = per_node.take();
        Workload {
            facts: row.facts.clone(),
            sign: sign(row, &shortages),
            replicas,
            shortages,
            by_sign,
            not_created,
            zones: zones.into_iter().flatten().collect(),
            nodes,
            most_on_one_node,
            restarts,
            trouble: row.trouble.as_ref().map(|t| t.reason.clone()),
            history: Arc::default(),
        }
    }

    fn sign(&self, pod: u32) -> Sign {
        self.table.sign.get(pod as usize).copied().unwrap_or(Sign::Unknown)
    }

    fn is_ready(&self, pod: u32) -> bool {
        self.sign(pod) == Sign::Ok && !self.table.succeeded.get(pod as usize).copied().unwrap_or(false)
    }

    /// What is missing: pods that are not well, by reason (those on silent nodes by node), then those that do not exist.
    fn shortages(&self, row: &WorkloadRow, pods: &[u32], satisfied: bool, not_created: u32) -> Vec<Shortage> {
        let mut groups: BTreeMap<(Sign, u32, u32), Vec<u32>> = BTreeMap::new();
        for pod in pods {
            let sign = self.sign(*pod);
            if sign == Sign::Ok || (sign == Sign::Deleting && satisfied) {
                continue;
            }
            let node = if sign == Sign::Unknown { self.table.node[*pod as usize] } else { NONE };
            groups.entry((sign, self.table.reason[*pod as usize], node)).or_default().push(*pod);
        }
        let mut list: Vec<Shortage> = groups
            .into_iter()
            .map(|((sign, reason, _), pods)| Shortage {
                count: pods.len() as u32,
                sign,
                reason: self.table.names.get(reason).to_owned(),
                message: self.message(sign, &pods),
            })
            .collect();
        if not_created > 0 {
            let (facts, trouble) = (&row.facts, row.trouble.as_ref().filter(|t| t.cannot_create));
            let warning = self.warnings.get(&(facts.kind.word(), facts.namespace.as_str(), facts.name.as_str()));
            let warning = warning.filter(|e| e.reason == "FailedCreate");
            let message = trouble.map(|t| t.message.clone()).or_else(|| warning.map(|e| e.message.clone()));
            list.push(Shortage {
                count: not_created,
                sign: if message.is_some() { Sign::Failed } else { Sign::Pending },
                reason: "Missing".into(),
                message: message.unwrap_or_default(),
            });
        }
        list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| b.sign.severity().cmp(&a.sign.severity())));
        list
    }

    /// The most common message of the pods of a group; where the pods' own words say little, the last warning about one
    /// of them (a readiness probe's answer, a volume that does not mount).
    fn message(&self, sign: Sign, pods: &[u32]) -> String {
        if matches!(sign, Sign::Warning | Sign::Progress) {
            let warned = pods.iter().filter_map(|pod| {
                let at = *pod as usize;
                self.warnings.get(&("Pod", self.table.namespace_of(at), &self.table.name[at]))
            });
            if let Some(event) = warned.max_by_key(|e| e.last_seen) {
                return event.message.clone();
            }
        }
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for pod in pods {
            *counts.entry(self.table.message[*pod as usize]).or_default() += 1;
        }
        counts.remove(&0);
        let most = counts.into_iter().max_by_key(|(message, count)| (*count, u32::MAX - message));
        most.map(|(message, _)| self.table.names.get(message).to_owned()).unwrap_or_default()
    }
}

/// The worst sign of what is missing and of the workload's own conditions.
fn sign(row: &WorkloadRow, shortages: &[Shortage]) -> Sign {
    if row.deleting {
        return Sign::Deleting;
    }
    let own = row.trouble.as_ref().map(|t| t.sign);
    let rolling = row.facts.rolling_out.then_some(Sign::Progress);
    let all = shortages.iter().map(|s| s.sign).chain(own).chain(rolling);
    all.max_by_key(|s| s.severity()).unwrap_or(Sign::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_holds_an_hour() {
        let mut history = Arc::default();
        for second in 0..20_000i64 {
            remember(&mut history, second, 3, (second / 100 % 4) as u32);
        }
        assert!(history.len() <= POINTS, "{}", history.len());
        assert!(history.is_sorted_by_key(|p| p.time));
        let last = history[history.len() - 1];
        assert!(last.time >= 19_970 && last.ready == (19_999 / 100 % 4) as u32);
        assert!(history[0].time >= 20_000 - 3_600 - 30);
    }

    #[test]
    fn a_change_after_a_calm_is_a_step() {
        let mut history = Arc::default();
        remember(&mut history, 0, 3, 3);
        remember(&mut history, 600, 5, 3);
        assert_eq!(history.len(), 3);
        assert_eq!((history[1].time, history[1].desired), (599, 3));
        assert_eq!((history[2].time, history[2].desired), (600, 5));
    }
}
