//! Get and list: whole, as a table or metadata only; in pages over a consistent snapshot.

use super::super::failure::Failure;
use super::super::kinds::Kind;
use super::super::metrics;
use super::super::store::{Key, Object};
use super::super::table;
use super::super::versions;
use super::super::world::World;
use super::request::{Call, Filter, Form, Objects};
use super::{Answer, Api, json_answer, value_answer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Pages are remembered for five minutes, as etcd keeps revisions.
const PAGE_LIFE: Duration = Duration::from_secs(300);
/// Lists in the middle of being read.
const PAGE_COUNT: usize = 64;

/// The rest of lists that are being read page by page.
#[derive(Debug, Default)]
pub struct Pages {
    next: u64,
    open: VecDeque<Page>,
}

#[derive(Debug)]
struct Page {
    id: u64,
    since: Instant,
    revision: u64,
    items: Arc<Vec<Arc<Object>>>,
}

/// Where in a list a client is.
struct Place {
    id: u64,
    offset: usize,
    last: String,
}

impl Place {
    fn token(&self, inconsistent: bool) -> String {
        let id = if inconsistent { 0 } else { self.id };
        let text = json!({"v": "meta.k8s.io/v1", "rv": id, "start": self.last, "at": self.offset});
        URL_SAFE_NO_PAD.encode(text.to_string())
    }

    fn parse(token: &str) -> Option<Place> {
        let text = URL_SAFE_NO_PAD.decode(token.trim_end_matches('=')).ok()?;
        let value: Value = serde_json::from_slice(&text).ok()?;
        Some(Place {
            id: value.get("rv")?.as_u64()?,
            offset: usize::try_from(value.get("at")?.as_u64()?).ok()?,
            last: value.get("start")?.as_str()?.to_owned(),
        })
    }
}

/// One object.
pub fn get(api: &Arc<Api>, call: &Call, target: &Objects) -> Answer {
    revision(call)?;
    let mut world = api.world();
    if target.kind.is_virtual() {
        let value = metrics::one(&mut world, target.kind, &target.key())?;
        return Ok(value_answer(&value));
    }
    let object = world.store.get(target.kind, &target.key()).cloned();
    drop(world);
    let object = object.ok_or_else(|| Failure::not_found(target.kind, target.name()))?;
    Ok(object_answer(StatusCode::OK, &object, call.form))
}

/// The revision asked for; none for "any".
pub fn revision(call: &Call) -> Result<Option<u64>, Failure> {
    match call.option("resourceVersion") {
        "" | "0" => Ok(None),
        text => text.parse::<u64>().map(Some).map_err(|_| {
            let why = format!("Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: invalid syntax");
            Failure::bad_request(format!("invalid resource version: resourceVersion: {why}"))
        }),
    }
}

/// An object in the form asked for.
pub fn object_answer(status: StatusCode, object: &Object, form: Form) -> http::Response<axum::body::Body> {
    match form {
        Form::Full => {
            let mut text = Vec::with_capacity(object.body.len() + 64);
            object.write_full(&mut text);
            json_answer(status, text)
        }
        Form::Older => {
            let mut body = object.value();
            versions::to_older(object.kind, &mut body);
            json_answer(status, super::text_of(&body))
        }
        Form::Table(shape) => {
            let revision = object.revision.to_string();
            let table =
                table::render(object.kind, &[object.full_value()], shape, &json!({"resourceVersion": revision}), true);
            json_answer(status, super::text_of(&table))
        }
        Form::Metadata => json_answer(status, super::text_of(&partial(&object.value()))),
    }
}

/// A `PartialObjectMetadata`.
pub fn partial(body: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": body.get("metadata")})
}

/// A list.
pub fn list(api: &Arc<Api>, call: &Call, target: &Objects) -> Answer {
    let filter = call.filter(target)?;
    if target.kind.is_virtual() {
        return virtual_list(api, call, target, &filter);
    }
    let limit = call.number("limit").filter(|l| *l > 0).map(|l| usize::try_from(l).unwrap_or(usize::MAX));
    let (revision, items, offset) = match call.option("continue") {
        "" => {
            let world = api.world();
            let (revision, items) = select(&world, call, target, &filter)?;
            (revision, Arc::new(items), 0)
        }
        token => resume(api, token, target, &filter)?,
    };
    let end = limit.map_or(items.len(), |l| items.len().min(offset.saturating_add(l)));
    let page = items.get(offset..end).unwrap_or_default();
    let mut metadata = json!({"resourceVersion": revision.to_string()});
    if end < items.len() {
        let place = remember(api, revision, &items, end);
        metadata["continue"] = place.token(false).into();
        // The server counts the rest only where no selector makes that a guess.
        if !filter.selects() {
            metadata["remainingItemCount"] = (items.len() - end).into();
        }
    }
    Ok(list_answer(target.kind, page, &metadata, call.form))
}

fn select(world: &World, call: &Call, target: &Objects, filter: &Filter) -> Result<(u64, Vec<Arc<Object>>), Failure> {
    let current = world.store.revision();
    let asked = revision(call)?;
    if call.option("resourceVersion").is_empty() && !call.option("resourceVersionMatch").is_empty() {
        let what = "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided";
        return Err(Failure::bad_option("ListOptions", "resourceVersionMatch", "FieldValueForbidden", what));
    }
    if let Some(asked) = asked.filter(|a| *a > current) {
        return Err(too_large(asked, current));
    }
    if let Some(asked) = asked.filter(|a| *a < current && call.option("resourceVersionMatch") == "Exact") {
        let old = world
            .store
            .list_at(target.kind, asked)
            .ok_or_else(|| Failure::expired("The resourceVersion for the provided list is too old."))?;
        return Ok((asked, old.into_iter().filter(|o| filter.matches(o)).collect()));
    }
    let items = match filter.fields.name().filter(|_| filter.namespace.is_some() || !target.kind.info().namespaced) {
        Some(name) => {
            let key = Key::new(filter.namespace.as_deref().unwrap_or(""), name);
            world.store.get(target.kind, &key).filter(|o| filter.matches(o)).cloned().into_iter().collect()
        }
        None => {
            world.store.list(target.kind, filter.namespace.as_deref()).filter(|o| filter.matches(o)).cloned().collect()
        }
    };
    Ok((current, items))
}

/// 504: the server has not seen that revision yet.
pub fn too_large(asked: u64, current: u64) -> Failure {
    let message = format!("Timeout: Too large resource version: {asked}, current: {current}");
    let cause = json!({"reason": "ResourceVersionTooLarge", "message": "Too large resource version"});
    Failure { code: 504, reason: "Timeout", message, details: json!({"causes": [cause], "retryAfterSeconds": 1}) }
}

type Resumed = (u64, Arc<Vec<Arc<Object>>>, usize);

fn resume(api: &Arc<Api>, token: &str, target: &Objects, filter: &Filter) -> Result<Resumed, Failure> {
    let place =
        Place::parse(token).ok_or_else(|| Failure::bad_request("invalid continue token: continue key is not valid"))?;
    if place.id == 0 {
        // Told that its list is outdated, the client goes on with what there is now.
        let world = api.world();
        let items: Vec<Arc<Object>> = world
            .store
            .list(target.kind, filter.namespace.as_deref())
            .filter(|o| filter.matches(o) && format!("{}/{}", o.key.namespace, o.key.name) > place.last)
            .cloned()
            .collect();
        return Ok((world.store.revision(), Arc::new(items), 0));
    }
    let pages = api.pages.lock().unwrap_or_else(PoisonError::into_inner);
    let page = pages.open.iter().find(|p| p.id == place.id && p.since.elapsed() < PAGE_LIFE);
    match page {
        Some(page) => Ok((page.revision, Arc::clone(&page.items), place.offset)),
        None => {
            let message = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
            let mut failure = Failure::expired(message);
            failure.details = json!({"continue": place.token(true)});
            Err(failure)
        }
    }
}

fn remember(api: &Arc<Api>, revision: u64, items: &Arc<Vec<Arc<Object>>>, offset: usize) -> Place {
    let mut pages = api.pages.lock().unwrap_or_else(PoisonError::into_inner);
    let known = pages.open.iter().find(|p| Arc::ptr_eq(&p.items, items)).map(|p| p.id);
    let id = known.unwrap_or_else(|| {
        pages.next += 1;
        let id = pages.next;
        pages.open.retain(|p| p.since.elapsed() < PAGE_LIFE);
        if pages.open.len() >= PAGE_COUNT {
            pages.open.pop_front();
        }
        pages.open.push_back(Page { id, since: Instant::now(), revision, items: Arc::clone(items) });
        id
    });
    let last = items.get(offset - 1).map(|o| format!("{}/{}", o.key.namespace, o.key.name)).unwrap_or_default();
    Place { id, offset, last }
}

impl Pages {
    /// Forgets every list being read, so that its next page is told 410.
    pub fn forget(&mut self) {
        self.open.clear();
    }
}

fn list_answer(kind: Kind, items: &[Arc<Object>], metadata: &Value, form: Form) -> http::Response<axum::body::Body> {
    let info = kind.info();
    match form {
        Form::Full => {
            let size: usize = items.iter().map(|o| o.body.len() + 1).sum();
            let mut text = Vec::with_capacity(size + 256);
            let head = format!(
                r#"{{"kind":"{}List","apiVersion":"{}","metadata":{metadata},"items":["#,
                info.name,
                info.api_version()
            );
            text.extend_from_slice(head.as_bytes());
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(b',');
                }
                text.extend_from_slice(&item.body.text());
            }
            text.extend_from_slice(b"]}\n");
            json_answer(StatusCode::OK, text)
        }
        Form::Older => {
            let converted = |object: &Arc<Object>| {
                let mut body = object.value();
                versions::to_older(kind, &mut body);
                // Items of a list name neither.
                body.as_object_mut().map(|map| (map.remove("apiVersion"), map.remove("kind")));
                body
            };
            let items: Vec<Value> = items.iter().map(converted).collect();
            value_answer(&json!({
                "kind": format!("{}List", info.name), "apiVersion": versions::older(kind), "metadata": metadata, "items": items,
            }))
        }
        Form::Table(shape) => {
            let bodies: Vec<Value> = items.iter().map(|o| o.full_value()).collect();
            value_answer(&table::render(kind, &bodies, shape, metadata, true))
        }
        Form::Metadata => {
            let parts: Vec<Value> = items.iter().map(|o| partial(&o.value())).collect();
            value_answer(&json!({
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "items": parts,
            }))
        }
    }
}

fn virtual_list(api: &Arc<Api>, call: &Call, target: &Objects, filter: &Filter) -> Answer {
    let mut world = api.world();
    let items = metrics::all(&mut world, target.kind, filter);
    drop(world);
    let info = target.kind.info();
    if let Form::Table(shape) = call.form {
        return Ok(value_answer(&table::render(target.kind, &items, shape, &json!({}), true)));
    }
    Ok(value_answer(&json!({
        "kind": format!("{}List", info.name), "apiVersion": info.api_version(), "metadata": {}, "items": items,
    })))
}
