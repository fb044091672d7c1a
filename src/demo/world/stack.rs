//! Heat stacks: resources, nesting, events.

use jiff::Timestamp;

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

/// An entry of a stack's history.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Event {
    pub id: String,
    pub time: Timestamp,
    pub resource: String,
    pub kind: String,
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
    pub fn mark(&mut self, event_id: String, time: Timestamp, name: &str, status: &str, reason: &str) {
        let Some(resource) = self.resources.iter_mut().find(|resource| resource.name == name) else { return };
        if resource.status == "INIT_COMPLETE" {
            resource.created = time;
        }
        resource.status = status.to_owned();
        resource.reason = reason.to_owned();
        resource.updated = time;
        let (kind, physical_id) = (resource.kind.clone(), resource.physical_id.clone());
        self.events.push(Event {
            id: event_id,
            time,
            resource: name.to_owned(),
            kind,
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
    pub fn mark_stack(&mut self, event_id: String, time: Timestamp, status: &str, reason: &str) {
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
            kind: "OS::Heat::Stack".into(),
            physical_id: Some(self.id.clone()),
            status: status.to_owned(),
            reason: reason.to_owned(),
        });
    }
}
