//! Events: who says what about which object; repetitions are counted, old ones go away after an hour.

use super::json::{self, stamp};
use super::kinds::Kind;
use super::store::{Key, Object};
use super::world::{Task, World};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Events older than this are removed (`--event-ttl` of the API server: one hour).
const TTL_SECONDS: i64 = 3600;

/// One thing said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// `Warning` instead of `Normal`.
    pub warning: bool,
    /// Reason (`BackOff`).
    pub reason: &'a str,
    /// Message.
    pub message: &'a str,
    /// Component that says it (`kubelet`).
    pub source: &'a str,
    /// Node of the component; empty for controllers.
    pub host: &'a str,
    /// `spec.containers{name}`; empty where it is about the whole object.
    pub field: &'a str,
}

impl<'a> Said<'a> {
    /// A normal event of a controller.
    pub fn normal(source: &'a str, reason: &'a str, message: &'a str) -> Said<'a> {
        Said { warning: false, reason, message, source, host: "", field: "" }
    }

    /// A warning of a controller.
    pub fn warning(source: &'a str, reason: &'a str, message: &'a str) -> Said<'a> {
        Said { warning: true, ..Said::normal(source, reason, message) }
    }

    /// The same, said on a node.
    pub fn on(self, host: &'a str) -> Said<'a> {
        Said { host, ..self }
    }

    /// The same, about a part of the object.
    pub fn about(self, field: &'a str) -> Said<'a> {
        Said { field, ..self }
    }
}

impl World {
    /// Records an event, or counts it when it was said before within the hour.
    pub fn say(&mut self, object: &Object, said: Said<'_>) {
        self.say_before(object, said, 0, 1);
    }

    /// Records an event that was last said `seconds` ago and `count` times in all (for history at start-up).
    pub fn say_before(&mut self, object: &Object, said: Said<'_>, seconds: i64, count: i64) {
        let mut hasher = DefaultHasher::new();
        (&*object.facts.uid, said.reason, said.message, said.source, said.host, said.field).hash(&mut hasher);
        let hash = hasher.finish();
        let when = jiff::Timestamp::from_second(self.now.as_second() - seconds).unwrap_or(self.now);
        let time = stamp(when);
        if let Some(key) = self.event_index.get(&hash).cloned()
            && self.store.get(Kind::Event, &key).is_some()
        {
            self.update(Kind::Event, &key, |event| {
                let seen = json::number(event, "/count").unwrap_or(1);
                json::set(event, "/count", seen + count);
                json::set(event, "/lastTimestamp", time);
            });
            return;
        }
        let info = object.kind.info();
        // Events about cluster-wide objects live in `default`, as client-go's recorder puts them.
        let namespace = if object.key.namespace.is_empty() { "default" } else { &object.key.namespace };
        let uid: Value = if object.kind == Kind::Node { (*object.key.name).into() } else { (*object.facts.uid).into() };
        let mut involved = json!({
            "kind": info.name, "apiVersion": info.api_version(), "name": &*object.key.name, "uid": uid,
        });
        if !object.key.namespace.is_empty() {
            involved["namespace"] = (*object.key.namespace).into();
        }
        if object.kind != Kind::Node {
            involved["resourceVersion"] = object.revision.to_string().into();
        }
        if !said.field.is_empty() {
            involved["fieldPath"] = said.field.into();
        }
        let mut source = json!({"component": said.source});
        if !said.host.is_empty() {
            source["host"] = said.host.into();
        }
        // Spread over the count, so that first and last differ as they would.
        let first = jiff::Timestamp::from_second(when.as_second() - (count - 1) * 45).unwrap_or(when);
        // Named by the time as client-go's recorder does it, so that a list is in the order of what happened.
        self.events_said += 1;
        let moment = i128::from(first.as_second()) * 1_000_000_000 + i128::from(self.events_said % 1_000_000_000);
        let event = json!({
            "metadata": {"name": format!("{}.{moment:016x}", object.key.name), "namespace": namespace, "creationTimestamp": stamp(first)},
            "involvedObject": involved,
            "reason": said.reason, "message": said.message, "source": source,
            "type": if said.warning { "Warning" } else { "Normal" },
            "firstTimestamp": stamp(first), "lastTimestamp": time, "count": count,
            "eventTime": null, "reportingComponent": said.source, "reportingInstance": said.host,
        });
        let made = self.create(Kind::Event, event);
        self.event_index.insert(hash, made.key.clone());
    }

    /// Removes old events and comes back in a minute.
    pub fn expire_events(&mut self) {
        let oldest = self.now.as_second() - TTL_SECONDS;
        let old: Vec<Key> = self
            .store
            .list(Kind::Event, None)
            .filter(|o| o.facts.created < oldest)
            .filter(|o| json::seconds(json::text(&o.value(), "/lastTimestamp")).is_none_or(|t| t < oldest))
            .map(|o| o.key.clone())
            .collect();
        for key in &old {
            self.store.remove(Kind::Event, key);
        }
        let store = &self.store;
        self.event_index.retain(|_, key| store.get(Kind::Event, key).is_some());
        let at = self.now.checked_add(jiff::SignedDuration::from_secs(60)).unwrap_or(self.now);
        self.at(at, Task::ExpireEvents);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn repetitions_are_counted_and_old_events_expire() {
        let mut world = World::new(1, "v1.30.4", 1.0, Timestamp::from_second(1_700_000_000).unwrap());
        let pod = world.create(Kind::Pod, json!({"metadata": {"namespace": "n", "name": "p"}}));
        let said = Said::warning("kubelet", "BackOff", "Back-off restarting failed container").on("worker-0");
        world.say(&pod, said);
        world.say(&pod, said);
        let events: Vec<Value> = world.store.list(Kind::Event, Some("n")).map(|o| o.value()).collect();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["count"], 2);
        assert_eq!(events[0]["involvedObject"]["name"], "p");
        world.say(&pod, Said::normal("kubelet", "Created", "Created container p").on("worker-0"));
        world.say(&pod, Said::normal("kubelet", "Alive", "Started container p").on("worker-0"));
        let order: Vec<Value> = world.store.list(Kind::Event, Some("n")).map(|o| o.value()["reason"].clone()).collect();
        assert_eq!(order, ["BackOff", "Created", "Alive"]);
        world.now = world.now.checked_add(SignedDuration::from_secs(TTL_SECONDS + 1)).unwrap();
        world.expire_events();
        assert_eq!(world.store.count(Kind::Event), 0);
    }
}
