//! Writing a changed object: what every update, patch and apply has in common.

use super::super::apply::{self, Manager};
use super::super::controllers::garbage::Propagation;
use super::super::defaults;
use super::super::failure::Failure;
use super::super::json::{self, list, stamp, text};
use super::super::kinds::Kind;
use super::super::store::Object;
use super::super::validate;
use super::super::world::{World, has_generation};
use super::admission;
use serde_json::Value;
use std::sync::Arc;

/// A change to an object that is there.
#[derive(Debug)]
pub struct Change<'a> {
    /// The object as it is.
    pub old: &'a Arc<Object>,
    /// As it should be.
    pub body: Value,
    /// Subresource; empty for the object itself.
    pub sub: &'a str,
    /// Who changes it; `None` when ownership was noted already (apply).
    pub manager: Option<&'a str>,
    /// Only try.
    pub dry_run: bool,
}

/// Writes a change. Returns the object as it is (or would be) afterwards, without apiVersion and kind.
///
/// # Errors
/// 409 when the object was changed meanwhile, 422 when the result breaks a rule.
pub fn write(world: &mut World, change: Change<'_>) -> Result<Value, Failure> {
    let Change { old, mut body, sub, manager, dry_run } = change;
    let kind = old.kind;
    let name = old.key.name.to_string();
    let before = old.value();
    let given = text(&body, "/metadata/resourceVersion").to_owned();
    if !given.is_empty() && given != old.revision.to_string() {
        return Err(Failure::conflict(kind, &name));
    }
    let uid = text(&body, "/metadata/uid").to_owned();
    if !uid.is_empty() && uid != *old.facts.uid {
        let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {}", old.facts.uid);
        return Err(Failure::conflict_because(kind, &name, &why));
    }
    keep_what_is_the_servers(kind, &before, &mut body, sub);
    if sub.is_empty() {
        defaults::fill(kind, &mut body);
        match kind {
            Kind::Secret => admission::merge_string_data(&mut body),
            Kind::Service => {
                json::default(&mut body, "/spec/clusterIP", text(&before, "/spec/clusterIP"));
                admission::admit_service(world, &mut body);
            }
            _ => {}
        }
        let mut causes = validate::object(kind, &body);
        causes.extend(validate::change(kind, &before, &body));
        if !causes.is_empty() {
            return Err(Failure::invalid(kind, &name, &causes));
        }
    }
    if has_generation(kind) && body.get("spec") != before.get("spec") {
        json::set(&mut body, "/metadata/generation", old.facts.generation + 1);
    }
    if let Some(manager) = manager {
        json::set(
            &mut body,
            "/metadata/managedFields",
            before.pointer("/metadata/managedFields").cloned().unwrap_or_default(),
        );
        if list(&before, "/metadata/managedFields").is_empty() {
            json::remove(&mut body, "/metadata/managedFields");
        }
        let manager = Manager { name: manager.into(), applies: false, subresource: sub.into() };
        if changed(&before, &body) && tracked(kind) {
            apply::note_update(kind, Some(&before), &mut body, &manager, &stamp(world.now));
        }
    }
    let same = body == before;
    if dry_run || same {
        return Ok(body);
    }
    let written = world.store.put(kind, body);
    let freed = written.facts.deleting && list(&written.value(), "/metadata/finalizers").is_empty();
    if freed && kind != Kind::Pod && kind != Kind::Namespace {
        world.delete_object(&written, Propagation::Background);
    }
    Ok(written.value())
}

/// Events and leases change too often to note who owns what.
fn tracked(kind: Kind) -> bool {
    !matches!(kind, Kind::Event | Kind::Lease | Kind::Endpoints)
}

fn changed(before: &Value, after: &Value) -> bool {
    let plain = |body: &Value| {
        let mut body = body.clone();
        json::remove(&mut body, "/metadata/managedFields");
        json::remove(&mut body, "/metadata/generation");
        body
    };
    plain(before) != plain(after)
}

/// Identity stays; status changes only through `status`, everything else only without it.
fn keep_what_is_the_servers(kind: Kind, before: &Value, body: &mut Value, sub: &str) {
    if sub == "status" {
        let status = body.get("status").cloned();
        let (labels, annotations) =
            (body.pointer("/metadata/labels").cloned(), body.pointer("/metadata/annotations").cloned());
        *body = before.clone();
        if let Some(status) = status {
            json::set(body, "/status", status);
        }
        for (name, value) in [("labels", labels), ("annotations", annotations)] {
            if let Some(value) = value {
                json::set(body, &format!("/metadata/{name}"), value);
            }
        }
    }
    for name in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "generation",
        "resourceVersion",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
    ] {
        match before.pointer(&format!("/metadata/{name}")).cloned() {
            Some(value) => json::set(body, &format!("/metadata/{name}"), value),
            None => drop(json::remove(body, &format!("/metadata/{name}"))),
        }
    }
    let map = json::object(body);
    map.remove("apiVersion");
    map.remove("kind");
    if sub.is_empty() && kind.info().status {
        match before.get("status").cloned() {
            Some(status) => drop(map.insert("status".into(), status)),
            None => drop(map.remove("status")),
        }
    }
}
