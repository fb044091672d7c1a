//! Heat stacks: resources, nesting, events.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Ids;

/// A resource of a stack.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Resource {
    pub name: String,
    pub kind: String,
    pub physical_id: Option<String>,
    /// `INIT_COMPLETE` until its turn comes.
    pub status: String,
    pub reason: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// The stack a group or a provider template unfolds into.
    pub nested: Option<String>,
}

impl Resource {
    /// What it stands for is there: made, or half made.
    pub fn exists(&self) -> bool {
        self.status != "INIT_COMPLETE" && self.status != "DELETE_COMPLETE"
    }
}

/// An entry of a stack's history.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Event {
    pub id: String,
    pub time: Timestamp,
    pub resource: String,
    pub physical_id: Option<String>,
    pub status: String,
    pub reason: String,
}

/// A stack, root or nested.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Stack {
    pub id: String,
    pub name: String,
    pub project_id: String,
    /// The stack that holds this one, and the resource in it.
    pub parent: Option<(String, String)>,
    /// Empty until Heat knows it.
    pub status: String,
    pub reason: String,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
    pub resources: Vec<Resource>,
    pub events: Vec<Event>,
    /// The bay it belongs to.
    pub bay: String,
}

impl Stack {
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// Made from the stack and the number of the event, so that it does not matter what happens elsewhere meanwhile.
    fn next_event_id(&self, ids: &Ids) -> String {
        ids.named(&format!("{}/event/{}", self.id, self.events.len()))
    }

    /// Adds a resource that has not started.
    pub fn add(&mut self, name: &str, kind: &str, nested: Option<String>) {
        self.resources.push(Resource {
            name: name.to_owned(),
            kind: kind.to_owned(),
            physical_id: nested.clone(),
            status: "INIT_COMPLETE".into(),
            reason: String::new(),
            created: self.created,
            updated: self.created,
            nested,
        });
    }

    /// Sets the status of a resource and writes the event.
    pub fn mark(&mut self, ids: &Ids, time: Timestamp, name: &str, status: &str, reason: &str) {
        let event_id = self.next_event_id(ids);
        let Some(resource) = self.resources.iter_mut().find(|resource| resource.name == name) else { return };
        if resource.status == "INIT_COMPLETE" {
            resource.created = time;
        }
        resource.status = status.to_owned();
        resource.reason = reason.to_owned();
        resource.updated = time;
        let physical_id = resource.physical_id.clone();
        self.events.push(Event {
            id: event_id,
            time,
            resource: name.to_owned(),
            physical_id,
            status: status.to_owned(),
            reason: reason.to_owned(),
        });
        // A stack that goes away as a whole keeps its rows until the end; a member that is scaled away is dropped.
        if status == "DELETE_COMPLETE" && !self.status.starts_with("DELETE") {
            self.resources.retain(|resource| resource.name != name);
        }
    }

    /// Sets the status of the whole stack and writes the event Heat writes in the stack's own name.
    pub fn mark_stack(&mut self, ids: &Ids, time: Timestamp, status: &str, reason: &str) {
        let event_id = self.next_event_id(ids);
        if self.status.is_empty() {
            self.created = time;
        } else {
            self.updated = Some(time);
        }
        self.status = status.to_owned();
        self.reason = reason.to_owned();
        self.events.push(Event {
            id: event_id,
            time,
            resource: self.name.clone(),
            physical_id: Some(self.id.clone()),
            status: status.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

/// The stacks of a region in the order they were made. Looked up by id far more often than walked through.
#[derive(Debug, Default)]
pub(in crate::demo) struct Stacks {
    rows: BTreeMap<u64, Stack>,
    numbers: BTreeMap<String, u64>,
    next: u64,
}

impl Stacks {
    pub fn push(&mut self, stack: Stack) {
        self.next += 1;
        self.numbers.insert(stack.id.clone(), self.next);
        self.rows.insert(self.next, stack);
    }

    pub fn get(&self, id: &str) -> Option<&Stack> {
        self.rows.get(self.numbers.get(id)?)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut Stack> {
        self.rows.get_mut(self.numbers.get(id)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Stack> {
        self.rows.values()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Stack> {
        self.rows.values_mut()
    }

    /// Forgets a stack and everything nested in it.
    pub fn forget(&mut self, id: &str) {
        let Some(stack) = self.numbers.remove(id).and_then(|number| self.rows.remove(&number)) else { return };
        for nested in stack.resources.iter().filter_map(|resource| resource.nested.as_deref()) {
            self.forget(nested);
        }
    }

    /// Forgets every stack of a bay.
    pub fn forget_bay(&mut self, bay: &str) {
        self.rows.retain(|_, stack| stack.bay != bay);
        let rows = &self.rows;
        self.numbers.retain(|_, number| rows.contains_key(number));
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}
