//! Controller revisions: the templates that a DaemonSet or StatefulSet has had, for `kubectl rollout history` and `undo`.
//!
//! Rules of `pkg/controller/daemon/update.go` and `pkg/controller/history/controller_history.go`.

use super::super::derived;
use super::super::json;
use super::super::kinds::Kind;
use super::super::store::{Key, Object};
use super::super::world::World;
use super::owner_reference;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

impl World {
    /// Keeps the template in use as the newest revision, and of older ones as many as the limit says.
    pub fn keep_revision(&mut self, owner: &Arc<Object>, body: &Value, hash: &str) {
        let name = format!("{}-{hash}", owner.key.name);
        let key = Key::new(&owner.key.namespace, &name);
        let number = |revision: &Arc<Object>| json::number(&revision.value(), "/revision").unwrap_or(0);
        let mut known = self.store.owned(Kind::ControllerRevision, &owner.facts.uid);
        known.sort_by_key(&number);
        let newest = known.last().map(|last| (last.key.clone(), number(last)));
        match newest {
            Some((last, _)) if last == key => {}
            Some((_, last)) if self.store.get(Kind::ControllerRevision, &key).is_some() => {
                // An old template came back: its revision becomes the newest.
                self.update(Kind::ControllerRevision, &key, |b| json::set(b, "/revision", last + 1));
            }
            newest => {
                let revision = newest.map_or(0, |(_, last)| last) + 1;
                let made = self.revision_of(owner, body, hash, &key, revision);
                self.create(Kind::ControllerRevision, made);
            }
        }
        let limit = json::number(body, "/spec/revisionHistoryLimit").unwrap_or(10).max(0) as usize;
        if known.len() <= limit {
            return;
        }
        let pods = self.store.owned(Kind::Pod, &owner.facts.uid);
        let live: BTreeSet<&str> = pods.iter().filter_map(|p| p.facts.label("controller-revision-hash")).collect();
        let in_use = |name: &str| live.iter().any(|hash| name == *hash || name.ends_with(&format!("-{hash}")));
        known.retain(|r| r.key != key && !in_use(&r.key.name));
        for old in known.iter().take(known.len().saturating_sub(limit)) {
            self.store.remove(Kind::ControllerRevision, &old.key);
        }
    }

    fn revision_of(&self, owner: &Object, body: &Value, hash: &str, key: &Key, revision: i64) -> Value {
        let mut template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
        let mut labels = template.pointer("/metadata/labels").cloned().unwrap_or_else(|| json!({}));
        let label =
            if owner.kind == Kind::DaemonSet { "controller-revision-hash" } else { "controller.kubernetes.io/hash" };
        json::object(&mut labels).insert(label.into(), hash.into());
        json::set(&mut template, "/$patch", "replace");
        let mut metadata = json!({
            "name": &*key.name, "namespace": &*key.namespace, "labels": labels,
            "uid": derived::uid(&(&owner.facts.uid, hash)), "ownerReferences": [owner_reference(owner)],
        });
        if let Some(annotations) = body.pointer("/metadata/annotations") {
            metadata["annotations"] = annotations.clone();
        }
        if revision == 1 {
            metadata["creationTimestamp"] = body.pointer("/metadata/creationTimestamp").cloned().unwrap_or_default();
        }
        json!({"metadata": metadata, "data": {"spec": {"template": template}}, "revision": revision})
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, world_with_nodes};
    use super::*;

    fn revisions(world: &World) -> Vec<(i64, String)> {
        let image = |body: &Value| json::text(body, "/data/spec/template/spec/containers/0/image").to_owned();
        let mut all: Vec<(i64, String)> = world
            .store
            .list(Kind::ControllerRevision, Some("d"))
            .map(|r| r.value())
            .map(|body| (body["revision"].as_i64().unwrap(), image(&body)))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn every_template_is_a_revision_and_one_that_comes_back_is_the_newest() {
        let mut world = world_with_nodes(1);
        let mut body = json!({
            "metadata": {"namespace": "d", "name": "agent"},
            "spec": {"revisionHistoryLimit": 1, "selector": {"matchLabels": {"app": "agent"}}, "template": {
                "metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "a", "image": "agent:1"}]}}},
        });
        super::super::super::defaults::fill(Kind::DaemonSet, &mut body);
        let key = world.create(Kind::DaemonSet, body).key.clone();
        let mut roll = |image: &str| {
            world.update(Kind::DaemonSet, &key, |b| {
                json::set(&mut b["spec"]["template"]["spec"]["containers"][0], "/image", image)
            });
            advance(&mut world, 60.0);
            revisions(&world)
        };
        let at = |revision: i64, image: &str| (revision, image.to_owned());
        assert_eq!(roll("agent:1"), [at(1, "agent:1")]);
        assert_eq!(roll("agent:2"), [at(1, "agent:1"), at(2, "agent:2")]);
        assert_eq!(roll("agent:1"), [at(2, "agent:2"), at(3, "agent:1")]);
        assert_eq!(roll("agent:3"), [at(3, "agent:1"), at(4, "agent:3")]);
    }
}
