//! Resource quotas: what a namespace uses of them, and what is refused because of them.
//!
//! Rules of `pkg/quota/v1/evaluator/core` and `plugin/pkg/admission/resourcequota/controller.go`.

use super::super::json::{list, text};
use super::super::kinds::Kind;
use super::super::quantity;
use super::super::store::{Key, Object};
use super::super::world::World;
use super::Work;
use serde_json::{Map, Value, json};
use std::sync::Arc;

impl World {
    /// An object came, went or changed: the quotas of its namespace are counted anew.
    pub fn wake_quotas(&mut self, object: &Object) {
        let quotas = self.store.list(Kind::ResourceQuota, Some(&object.key.namespace));
        let keys: Vec<Key> = quotas.map(|q| q.key.clone()).collect();
        for key in keys {
            self.enqueue(Work::Sync(Kind::ResourceQuota, key));
        }
    }

    /// Counts what is used of a quota.
    pub fn sync_quota(&mut self, quota: &Arc<Object>) {
        let body = quota.value();
        let hard = body.pointer("/spec/hard").and_then(Value::as_object).cloned().unwrap_or_default();
        let used: Map<String, Value> = hard
            .keys()
            .map(|name| (name.clone(), written(name, self.used(&quota.key.namespace, name)).into()))
            .collect();
        let mut status = Map::new();
        status.insert("hard".into(), hard.into());
        status.insert("used".into(), used.into());
        self.set_status(Kind::ResourceQuota, &quota.key, status);
    }

    fn used(&self, namespace: &str, resource: &str) -> u64 {
        let Some(kind) = charged_kind(resource) else { return 0 };
        let active = |o: &&Arc<Object>| o.facts.pod.as_ref().is_none_or(|p| p.active());
        self.store.list(kind, Some(namespace)).filter(active).map(|o| charge(resource, || o.value())).sum()
    }

    /// Why a new object may not be made, in the words of the admission plugin; `None` when there is room for it.
    pub fn over_quota(&self, kind: Kind, body: &Value) -> Option<String> {
        let namespace = text(body, "/metadata/namespace");
        for quota in self.store.list(Kind::ResourceQuota, Some(namespace)) {
            let value = quota.value();
            let Some(hard) = value.pointer("/spec/hard").and_then(Value::as_object) else { continue };
            let mut parts = [Vec::new(), Vec::new(), Vec::new()];
            for (resource, limit) in hard.iter().filter(|(r, _)| charged_kind(r) == Some(kind)) {
                let wanted = charge(resource, || body.clone());
                let used = self.used(namespace, resource);
                let most = amount(resource, limit.as_str().unwrap_or(""));
                if wanted > 0 && used + wanted > most {
                    for (part, amount) in parts.iter_mut().zip([wanted, used, most]) {
                        part.push(format!("{resource}={}", written(resource, amount)));
                    }
                }
            }
            let [requested, used, limited] = parts.map(|part| part.join(","));
            if !requested.is_empty() {
                let name = &quota.key.name;
                return Some(format!(
                    "exceeded quota: {name}, requested: {requested}, used: {used}, limited: {limited}"
                ));
            }
        }
        None
    }
}

/// The kind whose objects use up a resource.
fn charged_kind(resource: &str) -> Option<Kind> {
    match resource {
        "pods" | "cpu" | "memory" | "requests.cpu" | "requests.memory" | "limits.cpu" | "limits.memory" => {
            Some(Kind::Pod)
        }
        "requests.storage" => Some(Kind::PersistentVolumeClaim),
        _ => {
            let name = resource.strip_prefix("count/").unwrap_or(resource);
            let known = |k: &Kind| k.info().namespaced && !k.is_virtual() && k.info().resource() == name;
            Kind::ALL.iter().copied().find(known)
        }
    }
}

/// What one object uses: thousandths of a core, bytes, or one.
fn charge(resource: &str, body: impl FnOnce() -> Value) -> u64 {
    let (part, what) = match resource {
        "cpu" | "memory" => ("requests", resource),
        _ => resource.split_once('.').unwrap_or(("", "")),
    };
    match (part, what) {
        ("requests" | "limits", "cpu" | "memory") => {
            let body = body();
            let containers = list(&body, "/spec/containers").iter();
            containers.map(|c| amount(resource, text(c, &format!("/resources/{part}/{what}")))).sum()
        }
        ("requests", "storage") => amount(resource, text(&body(), "/spec/resources/requests/storage")),
        _ => 1,
    }
}

fn amount(resource: &str, text: &str) -> u64 {
    let read = if resource.ends_with("cpu") { quantity::milli(text) } else { quantity::units(text) };
    read.unwrap_or(0)
}

fn written(resource: &str, amount: u64) -> String {
    match resource.rsplit('.').next() {
        Some("cpu") => quantity::cpu_text(amount),
        Some("memory" | "storage") => quantity::bytes_text(amount),
        _ => amount.to_string(),
    }
}

/// The `details` that a refusal by quota has.
pub fn refusal(kind: Kind, name: &str, why: &str) -> super::super::failure::Failure {
    let info = kind.info();
    super::super::failure::Failure {
        code: 403,
        reason: "Forbidden",
        message: format!("{} \"{name}\" is forbidden: {why}", info.resource()),
        details: json!({"name": name, "group": info.group, "kind": info.plural}),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, deployment, pods, world_with_nodes};
    use super::*;

    #[test]
    fn a_quota_counts_and_refuses() {
        let mut world = world_with_nodes(2);
        let hard = json!({"pods": "2", "requests.cpu": "1", "requests.memory": "1Gi", "count/deployments.apps": "5"});
        let body = json!({"metadata": {"namespace": "d", "name": "q"}, "spec": {"hard": hard}});
        let key = world.create(Kind::ResourceQuota, body).key.clone();
        deployment(&mut world, "web", 3, "web:1");
        advance(&mut world, 30.0);
        let status = world.store.get(Kind::ResourceQuota, &key).unwrap().value()["status"].clone();
        assert_eq!(status["used"]["pods"], "2");
        assert_eq!(status["used"]["count/deployments.apps"], "1");
        assert_eq!(status["used"]["requests.memory"], "0");
        assert_eq!(pods(&world, "d").len(), 2);
        let said = world.store.list(Kind::Event, Some("d")).map(|e| e.value()).find(|e| e["reason"] == "FailedCreate");
        assert!(
            text(&said.unwrap(), "/message")
                .contains("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2")
        );
        let big = json!({"metadata": {"namespace": "d"}, "spec": {"containers": [{"resources": {"requests": {"cpu": "1500m"}}}]}});
        assert!(world.over_quota(Kind::Pod, &big).unwrap().contains("requested: pods=1,requests.cpu=1500m"));
        assert_eq!(world.over_quota(Kind::ConfigMap, &big), None);
    }

    #[test]
    fn amounts_are_written_as_quantities() {
        assert_eq!(written("limits.memory", 128 << 20), "128Mi");
        assert_eq!(written("cpu", 1500), "1500m");
        assert_eq!(written("pods", 3), "3");
        assert_eq!(charged_kind("count/jobs.batch"), Some(Kind::Job));
        assert_eq!(charged_kind("services"), Some(Kind::Service));
        assert_eq!(charged_kind("services.nodeports"), None);
    }
}
