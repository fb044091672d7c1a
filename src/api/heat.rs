//! Heat: the stack under a bay, its resources and what happened to it.
//!
//! A stack asked for by id answers with a redirect to its full path, `/stacks/<name>/<id>`, built from the host that Heat
//! thinks it has; only the part from `/stacks/` on is used (`heat/api/openstack/v1/util.py`). It is remembered: names of
//! stacks never change, and every redirect costs Heat as much as an answer.

use super::error::Error;
use super::session::{Query, ServiceClient};
use super::wire;
use crate::model::bay::StackEvent;
use crate::model::problem::ProblemKind;
use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

const SERVICE: &str = "heat";
/// Stacks whose path is remembered.
const MOST_PLACES: usize = 2_000;

/// Where the stacks of a cloud are: the path from `/stacks/` on, by id. Shared by all its clones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<String, String>>>);

impl Places {
    fn of(&self, stack: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(stack).cloned()
    }

    /// Only of a stack that was asked for by id: the next one of a name is another stack.
    fn remember(&self, stack: &str, place: &str) {
        if place.rsplit('/').next() != Some(stack) {
            return;
        }
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MOST_PLACES {
            places.clear();
        }
        places.insert(stack.to_owned(), place.to_owned());
    }
}

/// The way to one Heat. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Heat {
    service: ServiceClient,
    places: Places,
}

/// A stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// uuid.
    pub id: String,
    /// Name.
    pub name: String,
    /// `CREATE_COMPLETE` and so on.
    pub status: String,
    /// Why.
    pub reason: String,
}

/// A resource of a stack or of a stack inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Name in its template (`kube_masters`, `0`, `kube-minion`).
    pub name: String,
    /// Id of what it made: a server's id for `OS::Nova::Server`.
    pub physical_id: String,
    /// Type.
    pub kind: String,
    /// `CREATE_COMPLETE` and so on.
    pub status: String,
    /// Why.
    pub reason: String,
    /// Resource that contains it, for one inside a nested stack.
    pub parent: Option<String>,
}

impl Heat {
    pub(crate) fn new(service: ServiceClient, places: Places) -> Heat {
        Heat { service, places }
    }

    /// A stack, by id or name.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn stack(&self, stack: &str) -> Result<Stack, Error> {
        #[derive(Deserialize)]
        struct Body {
            stack: Row,
        }
        #[derive(Deserialize)]
        struct Row {
            #[serde(default, deserialize_with = "wire::text")]
            id: String,
            #[serde(default, deserialize_with = "wire::text")]
            stack_name: String,
            #[serde(default, deserialize_with = "wire::text")]
            stack_status: String,
            #[serde(default, deserialize_with = "wire::text")]
            stack_status_reason: String,
        }
        let row = self.get::<Body>(stack, "", &[]).await?.stack;
        Ok(Stack { id: row.id, name: row.stack_name, status: row.stack_status, reason: row.stack_status_reason })
    }

    /// Resources of a stack, down to `depth` nested stacks; a server of a bay is two below.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn resources(&self, stack: &str, depth: u32) -> Result<Vec<StackResource>, Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "wire::or_default")]
            resources: wire::Members,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            #[serde(deserialize_with = "wire::text")]
            resource_name: String,
            #[serde(deserialize_with = "wire::text")]
            physical_resource_id: String,
            #[serde(deserialize_with = "wire::text")]
            resource_type: String,
            #[serde(deserialize_with = "wire::text")]
            resource_status: String,
            #[serde(deserialize_with = "wire::text")]
            resource_status_reason: String,
            #[serde(deserialize_with = "wire::opt_text")]
            parent_resource: Option<String>,
        }
        let depth = depth.to_string();
        let query = [("nested_depth", depth.as_str())];
        let body: Body = self.get(stack, "resources", if depth == "0" { &[] } else { &query }).await?;
        let rows = wire::members::<Row>(body.resources, "resources").into_iter();
        Ok(rows
            .map(|r| StackResource {
                name: r.resource_name,
                physical_id: r.physical_resource_id,
                kind: r.resource_type,
                status: r.resource_status,
                reason: r.resource_status_reason,
                parent: r.parent_resource,
            })
            .collect())
    }

    /// Ids of the servers of a stack and of those nested in it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn servers(&self, stack: &str) -> Result<HashSet<String>, Error> {
        let all = self.resources(stack, 3).await?;
        let servers = all.into_iter().filter(|r| r.kind == "OS::Nova::Server" && !r.physical_id.is_empty());
        Ok(servers.map(|r| r.physical_id).collect())
    }

    /// What happened to a stack, the oldest first, at most `limit` of the newest; and how much of it is done: resources
    /// complete, and all of them, where they can be read. They are read once for both: Heat's engine puts the list together
    /// from every nested stack.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn history(&self, stack: &str, limit: u32) -> Result<(Vec<StackEvent>, Option<(u32, u32)>), Error> {
        let (events, resources) = tokio::join!(self.events(stack, limit), self.resources(stack, 3));
        let (events, resources) = (events?, resources.ok());
        // An event does not tell the type of its resource; the list of resources does.
        let known = resources.iter().flatten().filter(|r| !r.physical_id.is_empty());
        let kinds: HashMap<&str, &str> = known.map(|r| (r.physical_id.as_str(), r.kind.as_str())).collect();
        let named = |(id, mut event): (String, StackEvent)| {
            event.resource_type = kinds.get(id.as_str()).copied().unwrap_or_default().to_owned();
            event
        };
        Ok((events.into_iter().map(named).collect(), resources.as_deref().map(progress)))
    }

    /// Events with the ids of their resources.
    async fn events(&self, stack: &str, limit: u32) -> Result<Vec<(String, StackEvent)>, Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "wire::or_default")]
            events: wire::Members,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Row {
            #[serde(deserialize_with = "wire::opt_time")]
            event_time: Option<i64>,
            #[serde(deserialize_with = "wire::text")]
            resource_name: String,
            #[serde(deserialize_with = "wire::text")]
            resource_status: String,
            #[serde(deserialize_with = "wire::text")]
            resource_status_reason: String,
            #[serde(deserialize_with = "wire::text")]
            physical_resource_id: String,
        }
        let limit = limit.to_string();
        let nested = [("limit", limit.as_str()), ("sort_dir", "desc"), ("nested_depth", "2")];
        let body: Body = match self.get(stack, "events", &nested).await {
            // Before Newton events know no depth.
            Err(e) if e.kind() == ProblemKind::Invalid => self.get(stack, "events", &nested[..2]).await?,
            other => other?,
        };
        let rows = wire::members::<Row>(body.events, "events").into_iter();
        let mut events: Vec<(String, StackEvent)> = rows
            .map(|e| {
                let event = StackEvent {
                    time: e.event_time.unwrap_or(0),
                    resource: e.resource_name,
                    resource_type: String::new(),
                    status: e.resource_status,
                    reason: e.resource_status_reason,
                };
                (e.physical_resource_id, event)
            })
            .collect();
        // Newest first came; a stable sort keeps the order of one second.
        events.reverse();
        events.sort_by_key(|(_, e)| e.time);
        Ok(events)
    }

    /// What is asked of a stack: itself, or with a word what it has.
    async fn get<T: DeserializeOwned>(&self, stack: &str, of: &str, query: Query<'_>) -> Result<T, Error> {
        let segments = ["stacks", stack, of];
        let mut call = self.service.call(Method::GET, &segments[..if of.is_empty() { 2 } else { 3 }], query);
        let place = match self.places.of(stack) {
            Some(place) => place,
            None => {
                call.follow = false;
                let answer = self.service.session.send(call.clone()).await?;
                if answer.status.as_u16() != 302 {
                    return answer.success()?.json();
                }
                call.follow = true;
                let location = answer.header("location").unwrap_or_default();
                let Some(place) = place(location, of) else {
                    let said = "the service redirects to something that is no stack";
                    return Err(Error::new(ProblemKind::Decode, SERVICE, answer.action.clone(), said));
                };
                self.places.remember(stack, place);
                place.to_owned()
            }
        };
        call.url = self.service.base.clone();
        let slash = if of.is_empty() { "" } else { "/" };
        call.url.set_path(&format!("{}{place}{slash}{of}", self.service.base.path()));
        if !query.is_empty() {
            call.url.query_pairs_mut().extend_pairs(query);
        }
        self.service.send(call).await?.json()
    }
}

/// `/stacks/<name>/<id>` of an address that asks for a stack, or for what it has.
fn place<'a>(location: &'a str, of: &str) -> Option<&'a str> {
    let path = location[location.find("/stacks/")?..].split(['?', '#']).next()?;
    if of.is_empty() { Some(path) } else { path.strip_suffix(of)?.strip_suffix('/') }
}

/// Resources that are complete, and all of them.
fn progress(all: &[StackResource]) -> (u32, u32) {
    let done = all.iter().filter(|r| r.status.ends_with("_COMPLETE") && r.status != "INIT_COMPLETE").count();
    (u32::try_from(done).unwrap_or(u32::MAX), u32::try_from(all.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_remembered_by_its_id_and_not_by_its_name() {
        let places = Places::default();
        let at = place("http://inside:8004/v1/p/stacks/prod-x/7c1?a=b", "").unwrap();
        assert_eq!(at, "/stacks/prod-x/7c1");
        assert_eq!(place("http://inside:8004/v1/p/stacks/prod-x/7c1/events?limit=5", "events"), Some(at));
        places.remember("prod-x", at);
        places.remember("7c1", at);
        assert_eq!((places.of("prod-x"), places.of("7c1").as_deref()), (None, Some(at)));
    }
}
