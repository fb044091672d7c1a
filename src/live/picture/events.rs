//! Events, newest first, and the last warning about an object.

use crate::model::cluster::ClusterEvent;
use std::collections::HashMap;
use std::sync::Arc;

/// Most events kept: an hour of a busy cluster; the newest win.
const MOST: usize = 5_000;

#[derive(Debug, Default)]
pub(super) struct Events {
    rows: HashMap<String, (Arc<ClusterEvent>, u32)>,
}

impl Events {
    pub(super) fn put(&mut self, event: Arc<ClusterEvent>, epoch: u32) -> bool {
        if let Some(known) = self.rows.get_mut(&event.uid)
            && known.0 == event
        {
            known.1 = epoch;
            return false;
        }
        self.rows.insert(event.uid.clone(), (event, epoch));
        if self.rows.len() > MOST + MOST / 5 {
            self.shorten();
        }
        true
    }

    pub(super) fn remove(&mut self, uid: &str) -> bool {
        self.rows.remove(uid).is_some()
    }

    pub(super) fn commit(&mut self, epoch: u32) -> bool {
        let before = self.rows.len();
        self.rows.retain(|_, row| row.1 == epoch);
        before != self.rows.len()
    }

    fn shorten(&mut self) {
        let mut times: Vec<i64> = self.rows.values().map(|(e, _)| e.last_seen).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let Some(oldest) = times.get(MOST).copied() else { return };
        self.rows.retain(|_, (e, _)| e.last_seen > oldest);
    }

    /// The newest first.
    pub(super) fn list(&self) -> Vec<Arc<ClusterEvent>> {
        let mut list: Vec<&Arc<ClusterEvent>> = self.rows.values().map(|(e, _)| e).collect();
        list.sort_unstable_by(|a, b| b.last_seen.cmp(&a.last_seen).then_with(|| a.uid.cmp(&b.uid)));
        list.truncate(MOST);
        list.into_iter().cloned().collect()
    }

    /// The last warning about each object, by (kind, namespace, name).
    pub(super) fn warnings(&self) -> HashMap<(&str, &str, &str), &ClusterEvent> {
        let mut found: HashMap<(&str, &str, &str), &ClusterEvent> = HashMap::new();
        for (event, _) in self.rows.values().filter(|(e, _)| e.warning) {
            let slot = found.entry((&event.kind, &event.namespace, &event.name)).or_insert(event);
            if event.last_seen > slot.last_seen {
                *slot = event;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first() {
        let mut events = Events::default();
        for n in 0..7_000i64 {
            events.put(
                Arc::new(ClusterEvent {
                    uid: n.to_string(),
                    last_seen: n,
                    warning: true,
                    reason: "BackOff".into(),
                    kind: "Pod".into(),
                    namespace: "a".into(),
                    name: (n % 10).to_string(),
                    message: String::new(),
                    count: 1,
                    source: String::new(),
                }),
                1,
            );
        }
        let list = events.list();
        assert!(list.len() <= MOST);
        assert_eq!(list[0].last_seen, 6_999);
        assert!(list.is_sorted_by(|a, b| a.last_seen >= b.last_seen));
        assert_eq!(events.warnings()[&("Pod", "a", "3")].last_seen, 6_993);
    }
}
