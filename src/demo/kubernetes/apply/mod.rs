//! Server-side apply: merging what a manager says, knowing what each manager owns, telling conflicts.
//!
//! After `sigs.k8s.io/structured-merge-diff` and `k8s.io/apimachinery/pkg/util/managedfields`.

pub mod field_set;

use super::failure::Failure;
use super::json::{self, list, text};
use super::kinds::Kind;
use super::schema::{self, ListKind, Shape, TypeDef};
use field_set::{FieldSet, Step, key_step, paths_of, remove_at, show, value_at};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Who changes an object, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// Name (`kubectl`).
    pub name: String,
    /// Server-side apply instead of any other write.
    pub applies: bool,
    /// Subresource it went through; empty for the object itself.
    pub subresource: String,
}

/// One entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    manager: Manager,
    version: String,
    time: String,
    fields: FieldSet,
}

impl Entry {
    fn read(value: &Value) -> Entry {
        Entry {
            manager: Manager {
                name: text(value, "/manager").into(),
                applies: text(value, "/operation") == "Apply",
                subresource: text(value, "/subresource").into(),
            },
            version: text(value, "/apiVersion").into(),
            time: text(value, "/time").into(),
            fields: FieldSet::parse(value.get("fieldsV1").unwrap_or(&Value::Null)),
        }
    }

    fn write(&self) -> Value {
        let mut value = json!({
            "manager": self.manager.name, "operation": if self.manager.applies { "Apply" } else { "Update" },
            "apiVersion": self.version, "time": self.time, "fieldsType": "FieldsV1", "fieldsV1": self.fields.write(),
        });
        if !self.manager.subresource.is_empty() {
            value["subresource"] = self.manager.subresource.clone().into();
        }
        value
    }

    /// How conflict messages name it.
    fn shown(&self) -> String {
        let name = format!("{:?}", self.manager.name);
        match (self.manager.applies, self.manager.subresource.as_str()) {
            (true, "") => name,
            (false, "") => format!("{name} using {}", self.version),
            (true, sub) => format!("{name} with subresource {sub:?}"),
            (false, sub) => format!("{name} with subresource {sub:?} using {}", self.version),
        }
    }
}

fn entries(body: &Value) -> Vec<Entry> {
    list(body, "/metadata/managedFields").iter().map(Entry::read).collect()
}

fn write_entries(body: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|e| !e.fields.is_empty());
    entries.sort_by(|a, b| {
        (!a.manager.applies, &a.time, &a.manager.name).cmp(&(!b.manager.applies, &b.time, &b.manager.name))
    });
    if entries.is_empty() {
        json::remove(body, "/metadata/managedFields");
    } else {
        let list: Vec<Value> = entries.iter().map(Entry::write).collect();
        json::set(body, "/metadata/managedFields", list);
    }
}

/// The part of an object whose fields are owned: without identity and what the server itself keeps.
fn ownable(body: &Value) -> Value {
    let mut part = body.clone();
    let map = json::object(&mut part);
    map.remove("apiVersion");
    map.remove("kind");
    if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
        for name in [
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            metadata.remove(name);
        }
        if metadata.is_empty() {
            map.remove("metadata");
        }
    }
    part
}

/// Makes one manager the owner of all an object says, as a plain create does.
pub fn own_all(kind: Kind, body: &mut Value, manager: &str, time: &str) {
    let Some(definition) = schema::of_kind(kind) else { return };
    let mut part = ownable(body);
    json::object(&mut part).remove("status");
    let entry = Entry {
        manager: Manager { name: manager.into(), applies: false, subresource: String::new() },
        version: kind.info().api_version(),
        time: time.into(),
        fields: paths_of(definition, &part),
    };
    write_entries(body, vec![entry]);
}

/// Notes after a write that is not an apply: what changed belongs to `manager` now, and no longer to others.
pub fn note_update(kind: Kind, old: Option<&Value>, new: &mut Value, manager: &Manager, time: &str) {
    let Some(definition) = schema::of_kind(kind) else { return };
    let Some(old) = old else {
        own_all(kind, new, &manager.name, time);
        return;
    };
    let (before, after) = (ownable(old), ownable(new));
    let now = paths_of(definition, &after);
    let mut changed = FieldSet::default();
    for path in now.paths() {
        if value_at(&before, &path) != value_at(&after, &path) {
            // An item is owned when its own members changed; its path only when it is new.
            let leaf = value_at(&after, &path).is_none_or(|v| !v.is_object())
                || value_at(&before, &path).is_none()
                || is_atom(&now, &path);
            if leaf {
                insert(&mut changed, &path);
            }
        }
    }
    let mut all = if list(old, "/metadata/managedFields").is_empty() { Vec::new() } else { entries(old) };
    for entry in &mut all {
        if entry.manager != *manager {
            entry.fields = entry.fields.minus(&changed);
        }
        // What is gone belongs to nobody.
        entry.fields = entry.fields.intersect(&now);
    }
    if !changed.is_empty() {
        match all.iter_mut().find(|e| e.manager == *manager) {
            Some(entry) => {
                entry.fields.union(&changed);
                entry.time = time.into();
            }
            None => all.push(Entry {
                manager: manager.clone(),
                version: kind.info().api_version(),
                time: time.into(),
                fields: changed,
            }),
        }
    }
    write_entries(new, all);
}

fn is_atom(set: &FieldSet, path: &[Step]) -> bool {
    path.iter().try_fold(set, |s, step| s.children.get(step)).is_some_and(|s| s.here && s.children.is_empty())
}

fn insert(set: &mut FieldSet, path: &[Step]) {
    match path.split_first() {
        None => set.here = true,
        Some((step, rest)) => insert(set.children.entry(step.clone()).or_default(), rest),
    }
}

/// Applies a configuration to a live object (or to nothing). Returns the new object.
///
/// # Errors
/// A conflict when others own fields with other values and `force` is not given.
pub fn apply(
    kind: Kind,
    live: Option<&Value>,
    config: &Value,
    manager: &str,
    force: bool,
    time: &str,
) -> Result<Value, Failure> {
    let Some(definition) = schema::of_kind(kind) else { return Err(Failure::no_such_path()) };
    let me = Manager { name: manager.into(), applies: true, subresource: String::new() };
    let wanted = ownable(config);
    let mine = paths_of(definition, &wanted);
    let Some(live) = live else {
        let mut body = config.clone();
        json::remove(&mut body, "/metadata/managedFields");
        let entry = Entry { manager: me, version: kind.info().api_version(), time: time.into(), fields: mine };
        write_entries(&mut body, vec![entry]);
        return Ok(body);
    };
    let mut all = entries(live);
    if all.is_empty() {
        // An object nobody tracked so far: all of it was there before.
        let mut tracked = live.clone();
        own_all(kind, &mut tracked, "before-first-apply", text(live, "/metadata/creationTimestamp"));
        all = entries(&tracked);
    }
    let current = ownable(live);
    let conflicts = conflicts(&all, &me, &mine, &current, &wanted);
    if !conflicts.is_empty() {
        if !force {
            return Err(conflict(&conflicts));
        }
        let mut taken = FieldSet::default();
        conflicts.values().flatten().for_each(|path| insert(&mut taken, path));
        for entry in all.iter_mut().filter(|e| e.manager != me) {
            entry.fields = entry.fields.minus(&taken);
        }
    }
    let mut body = live.clone();
    merge_object(definition, &mut body, &wanted);
    let before = all.iter().find(|e| e.manager == me).map(|e| e.fields.clone()).unwrap_or_default();
    let mut others = FieldSet::default();
    all.iter().filter(|e| e.manager != me).for_each(|e| others.union(&e.fields));
    let mut dropped = before.minus(&mine).minus(&others).paths();
    // An item goes before its members: without its key it would no longer be found.
    dropped.sort_by_key(Vec::len);
    for path in dropped {
        let shared =
            others.children.get(path.first().map_or("", String::as_str)).is_some_and(|_| holds_below(&others, &path));
        if !shared {
            remove_at(&mut body, &path);
        }
    }
    let unchanged = body == *live && before == mine;
    match all.iter_mut().find(|e| e.manager == me) {
        Some(entry) => {
            entry.fields = mine;
            if !unchanged {
                entry.time = time.into();
            }
        }
        None => all.push(Entry { manager: me, version: kind.info().api_version(), time: time.into(), fields: mine }),
    }
    write_entries(&mut body, all);
    Ok(body)
}

/// Does a set hold anything at or below a path?
fn holds_below(set: &FieldSet, path: &[Step]) -> bool {
    path.iter().try_fold(set, |s, step| s.children.get(step)).is_some_and(|s| !s.is_empty())
}

type Conflicts = BTreeMap<String, Vec<Vec<Step>>>;

fn conflicts(all: &[Entry], me: &Manager, mine: &FieldSet, current: &Value, wanted: &Value) -> Conflicts {
    let mut found: Conflicts = BTreeMap::new();
    for entry in all.iter().filter(|e| e.manager != *me) {
        for path in entry.fields.intersect(mine).paths() {
            let (now, new) = (value_at(current, &path), value_at(wanted, &path));
            // Only leaves hold values; an item's own path is there on both sides.
            let item = path.last().is_some_and(|s| s.starts_with("k:"));
            if !item && now != new {
                found.entry(entry.shown()).or_default().push(path);
            }
        }
    }
    found
}

fn conflict(conflicts: &Conflicts) -> Failure {
    let count: usize = conflicts.values().map(Vec::len).sum();
    let mut causes = Vec::new();
    for (who, paths) in conflicts {
        for path in paths {
            causes.push(json!({"reason": "FieldManagerConflict", "message": format!("conflict with {who}"), "field": show(path)}));
        }
    }
    let message = match (conflicts.iter().next(), count) {
        (Some((who, paths)), 1) => {
            format!(
                "Apply failed with 1 conflict: conflict with {who}: {}",
                paths.first().map(|p| show(p)).unwrap_or_default()
            )
        }
        _ => {
            let mut lines = Vec::new();
            for (who, paths) in conflicts {
                lines.push(format!("conflicts with {who}:"));
                lines.extend(paths.iter().map(|p| format!("- {}", show(p))));
            }
            format!("Apply failed with {count} conflicts: {}", lines.join("\n"))
        }
    };
    Failure { code: 409, reason: "Conflict", message, details: json!({"causes": causes}) }
}

fn merge_object(definition: &'static TypeDef, target: &mut Value, wanted: &Value) {
    let Value::Object(changes) = wanted else { return };
    let map = json::object(target);
    for (name, change) in changes {
        let slot = map.entry(name.clone()).or_insert(Value::Null);
        match definition.fields.get(name.as_str()) {
            Some(field) => merge_field(&field.shape, &field.list, slot, change),
            None => *slot = change.clone(),
        }
    }
}

fn merge_field(shape: &'static Shape, kind: &'static ListKind, slot: &mut Value, change: &Value) {
    match (shape, change) {
        (Shape::Object(name), Value::Object(_)) => match schema::get(name).filter(|d| !d.atomic) {
            Some(definition) => merge_object(definition, slot, change),
            None => *slot = change.clone(),
        },
        (Shape::Map(inner), Value::Object(entries)) => {
            let map: &mut Map<String, Value> = json::object(slot);
            for (key, value) in entries {
                let entry = map.entry(key.clone()).or_insert(Value::Null);
                merge_field(inner, &ListKind::Atomic, entry, value);
            }
        }
        (Shape::List(inner), Value::Array(items)) => match kind {
            ListKind::Atomic => *slot = change.clone(),
            ListKind::Set => {
                let mut merged = slot.as_array().cloned().unwrap_or_default();
                merged.extend(items.iter().filter(|i| !slot.as_array().is_some_and(|s| s.contains(i))).cloned());
                *slot = merged.into();
            }
            ListKind::Keyed(keys) => {
                let mut merged = slot.as_array().cloned().unwrap_or_default();
                for item in items {
                    let step = key_step(keys, item);
                    match merged.iter_mut().find(|m| key_step(keys, m) == step) {
                        Some(found) => merge_field(inner, &ListKind::Atomic, found, item),
                        None => merged.push(item.clone()),
                    }
                }
                *slot = merged.into();
            }
        },
        _ => *slot = change.clone(),
    }
}

#[cfg(test)]
mod tests;
