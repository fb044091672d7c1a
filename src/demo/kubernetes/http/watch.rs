//! Watches: the log of changes as a stream of JSON lines, with bookmarks, until the client or its timeout ends it.

use super::super::failure::Failure;
use super::super::json;
use super::super::kinds::Kind;
use super::super::store::{Change, Object, Verb};
use super::super::table;
use super::super::versions;
use super::request::{Call, Filter, Form, Objects};
use super::{Answer, Api, json_answer};
use axum::body::{Body, Bytes};
use futures_util::stream;
use http::StatusCode;
use rand::Rng;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Watches without a timeout of their own end after half an hour to an hour, as `--min-request-timeout` has it.
const MIN_TIMEOUT_SECONDS: u64 = 1800;
/// A longer timeout than a day is a day.
const MAX_TIMEOUT_SECONDS: u64 = 24 * 3600;
/// Time between bookmarks.
const BOOKMARK_SECONDS: u64 = 60;

struct Watch {
    api: Arc<Api>,
    kind: Kind,
    filter: Filter,
    form: Form,
    revision: u64,
    bell: watch::Receiver<u64>,
    end: Instant,
    bookmark: Option<Instant>,
    first: Option<Bytes>,
    /// Column definitions were sent; they stand in the first table only.
    headed: bool,
    over: bool,
}

/// Opens a watch.
pub fn open(api: &Arc<Api>, call: &Call, target: &Objects) -> Answer {
    if target.kind.is_virtual() {
        return Err(Failure::method_not_allowed());
    }
    let filter = call.filter(target)?;
    if !call.option("sendInitialEvents").is_empty() {
        let what = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
        return Err(Failure {
            code: 422,
            reason: "Invalid",
            message: format!("ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: {what}"),
            details: json!({"group": "meta.k8s.io", "kind": "ListOptions", "causes": [{"reason": "FieldValueForbidden", "message": format!("Forbidden: {what}"), "field": "sendInitialEvents"}]}),
        });
    }
    let world = api.world();
    let current = world.store.revision();
    let mut watch = Watch {
        api: Arc::clone(api),
        kind: target.kind,
        filter,
        form: call.form,
        revision: current,
        bell: world.store.bell(target.kind).ok_or_else(Failure::no_such_path)?,
        end: Instant::now() + timeout(call),
        bookmark: call.flag("allowWatchBookmarks").then(|| Instant::now() + Duration::from_secs(BOOKMARK_SECONDS)),
        first: None,
        headed: false,
        over: false,
    };
    match super::read::revision(call)? {
        None => {
            // From "any" or "now": what there is comes first, as made just now.
            let present: Vec<Arc<Object>> = world
                .store
                .list(target.kind, watch.filter.namespace.as_deref())
                .filter(|o| watch.filter.matches(o))
                .cloned()
                .collect();
            let mut text = Vec::new();
            present.iter().for_each(|object| watch.event(&mut text, "ADDED", object));
            watch.first = (!text.is_empty()).then(|| text.into());
        }
        Some(asked) => {
            if asked > current {
                return Err(super::read::too_large(asked, current));
            }
            watch.revision = asked;
        }
    }
    drop(world);
    let lines = stream::unfold(watch, |mut watch| async move {
        let bytes = watch.next().await?;
        Some((Ok::<Bytes, Infallible>(bytes), watch))
    });
    Ok(json_answer(StatusCode::OK, Body::from_stream(lines)))
}

fn timeout(call: &Call) -> Duration {
    let seconds = call.number("timeoutSeconds").filter(|s| *s > 0);
    let seconds = seconds.unwrap_or_else(|| MIN_TIMEOUT_SECONDS + rand::rng().random_range(0..MIN_TIMEOUT_SECONDS));
    Duration::from_secs(seconds.min(MAX_TIMEOUT_SECONDS))
}

impl Watch {
    /// The next lines; `None` when the watch is over.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            if self.over {
                return None;
            }
            self.bell.mark_unchanged();
            if let Some(lines) = self.collect() {
                return Some(lines);
            }
            let far = self.end + Duration::from_secs(1);
            tokio::select! {
                changed = self.bell.changed() => if changed.is_err() { return None },
                () = sleep_until(self.end) => return None,
                () = self.api.stop.cancelled() => return None,
                () = sleep_until(self.bookmark.unwrap_or(far)), if self.bookmark.is_some() => {
                    self.bookmark = Some(Instant::now() + Duration::from_secs(BOOKMARK_SECONDS));
                    return Some(self.bookmark_line());
                }
            }
        }
    }

    /// Lines for what changed since the last look.
    fn collect(&mut self) -> Option<Bytes> {
        let (changes, current) = {
            let world = self.api.world();
            (world.store.changes_after(self.kind, self.revision), world.store.revision())
        };
        let Some(changes) = changes else {
            self.over = true;
            let message = format!("too old resource version: {} ({current})", self.revision);
            let line = json!({"type": "ERROR", "object": Failure::expired(message).status()});
            return Some(super::text_of(&line).into());
        };
        self.revision = current;
        let mut text = Vec::new();
        for change in &changes {
            self.change(&mut text, change);
        }
        (!text.is_empty()).then(|| text.into())
    }

    /// A change as the filter sees it: an object that begins to match is added, one that ceases is deleted.
    fn change(&mut self, text: &mut Vec<u8>, change: &Change) {
        let before = change.previous.as_ref().is_some_and(|p| self.filter.matches(p));
        let after = change.verb != Verb::Deleted && self.filter.matches(&change.object);
        match (before, after) {
            (false, true) => self.event(text, "ADDED", &change.object),
            (true, true) => self.event(text, "MODIFIED", &change.object),
            (true, false) if change.verb == Verb::Deleted => self.event(text, "DELETED", &change.object),
            (true, false) => {
                if let Some(old) = &change.previous {
                    let mut body = old.full_value();
                    json::set(&mut body, "/metadata/resourceVersion", change.revision.to_string());
                    self.line(text, "DELETED", &body);
                }
            }
            (false, false) => {}
        }
    }

    fn event(&mut self, text: &mut Vec<u8>, verb: &str, object: &Object) {
        if self.form == Form::Full {
            text.extend_from_slice(format!(r#"{{"type":"{verb}","object":"#).as_bytes());
            object.write_full(text);
            text.extend_from_slice(b"}\n");
        } else {
            self.line(text, verb, &object.full_value());
        }
    }

    fn line(&mut self, text: &mut Vec<u8>, verb: &str, body: &Value) {
        let shown = match self.form {
            Form::Full => body.clone(),
            Form::Older => {
                let mut body = body.clone();
                versions::to_older(self.kind, &mut body);
                body
            }
            Form::Metadata => super::read::partial(body),
            Form::Table(shape) => {
                let revision = json::text(body, "/metadata/resourceVersion");
                let metadata = json!({"resourceVersion": revision});
                let head = !std::mem::replace(&mut self.headed, true);
                table::render(self.kind, std::slice::from_ref(body), shape, &metadata, head)
            }
        };
        text.extend(super::text_of(&json!({"type": verb, "object": shown})));
    }

    fn bookmark_line(&self) -> Bytes {
        let info = self.kind.info();
        let metadata = json!({"resourceVersion": self.revision.to_string(), "creationTimestamp": null});
        let object = match self.form {
            Form::Table(shape) => {
                let version = if shape.beta { "meta.k8s.io/v1beta1" } else { "meta.k8s.io/v1" };
                json!({"kind": "Table", "apiVersion": version, "metadata": metadata, "columnDefinitions": null, "rows": []})
            }
            Form::Metadata => {
                json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata})
            }
            Form::Full => json!({"kind": info.name, "apiVersion": info.api_version(), "metadata": metadata}),
            Form::Older => json!({"kind": info.name, "apiVersion": versions::older(self.kind), "metadata": metadata}),
        };
        super::text_of(&json!({"type": "BOOKMARK", "object": object})).into()
    }
}
