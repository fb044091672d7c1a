//! One kind's requests: pages of its list, and the lines of its watch.

use super::line::{self, Line};
use super::{Broken, Change, Kind, Next, WatchOptions, page};
use crate::api::kubernetes::error::{Error, read_error};
use crate::api::kubernetes::request;
use crate::api::kubernetes::slim::{Meta, Named};
use futures_util::{AsyncBufRead, AsyncBufReadExt, FutureExt};
use http::Method;
use kube::Client;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Time limit of one page of a list.
const PAGE_LIMIT: Duration = Duration::from_secs(60);

/// Most changes in one batch.
const BATCH: usize = 512;

/// Longest line of a watch: one object. etcd takes no object above 1.5 MiB.
const LONGEST_LINE: usize = 32 << 20;

/// Lists that may be begun anew because their continue token expired (a server that compacts faster than we read).
const NEW_BEGINNINGS: u32 = 3;

pub(super) struct Source {
    client: Client,
    pub(super) kind: Kind,
    pub(super) options: WatchOptions,
    sender: mpsc::Sender<Vec<Change>>,
}

impl Source {
    pub(super) fn new(client: Client, kind: Kind, options: WatchOptions, sender: mpsc::Sender<Vec<Change>>) -> Self {
        Source { client, kind, options, sender }
    }

    /// Hands a batch over; waits while the receiver is behind. False when nobody receives any more.
    pub(super) async fn tell(&self, batch: Vec<Change>) -> bool {
        batch.is_empty() || self.sender.send(batch).await.is_ok()
    }

    /// Lists everything and returns the resource version to watch from.
    pub(super) async fn list(&mut self) -> Result<String, Broken> {
        let fail = |error| Broken { error, resume: None };
        let mut beginnings = 0;
        'list: loop {
            let mut page = self.page("").await.map_err(fail)?;
            self.tell(vec![Change::Begin(self.kind)]).await;
            let mut read = 0u64;
            loop {
                let (told, meta) = oneshot::channel();
                let kind = self.kind;
                // A page is megabytes of JSON: not on a thread that serves other requests.
                let parse = tokio::task::spawn_blocking(move || page::read(kind, &page, |meta| drop(told.send(meta))));
                let meta = meta.await.unwrap_or_default();
                // The next page is fetched while this one is parsed.
                let (rows, next) = if meta.next.is_empty() {
                    (parse.await, None)
                } else {
                    let (rows, next) = tokio::join!(parse, self.page(&meta.next));
                    (rows, Some(next))
                };
                let rows = rows.unwrap_or_else(|error| Err(Error::Internal(format!("parsing a list: {error}"))));
                let rows = rows.map_err(fail)?;
                read += rows.len() as u64;
                let total = match meta.remaining_item_count {
                    Some(rest) => Some(read + rest),
                    None if meta.next.is_empty() => Some(read),
                    None => None,
                };
                let mut batch: Vec<Change> = rows.into_iter().map(Change::Upsert).collect();
                batch.push(Change::Read { kind: self.kind, read, total });
                self.tell(batch).await;
                match next {
                    None => {
                        self.tell(vec![Change::Commit(self.kind)]).await;
                        return Ok(meta.resource_version);
                    }
                    Some(Ok(next)) => page = next,
                    Some(Err(error)) if error.is_gone() && beginnings < NEW_BEGINNINGS => {
                        beginnings += 1;
                        continue 'list;
                    }
                    Some(Err(error)) => return Err(fail(error)),
                }
            }
        }
    }

    async fn page(&self, next: &str) -> Result<Vec<u8>, Error> {
        let mut path = format!("{}?limit={}", self.kind.path(), self.options.page);
        if !next.is_empty() {
            path.push_str("&continue=");
            path.push_str(&request::escape(next));
        }
        request::get_bytes(&self.client, &path, PAGE_LIMIT).await
    }

    /// Watches from a resource version until the server ends the request, the link breaks, or the version is too old.
    pub(super) async fn watch(&mut self, from: String, breaks: &mut u32) -> Result<Next, Broken> {
        let seconds = self.options.watch_for.as_secs().max(1);
        let path = format!(
            "{}?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={}",
            self.kind.path(),
            request::escape(&from)
        );
        let fail = |error, from: &str| Broken { error, resume: Some(from.to_owned()) };
        let request = request::build(Method::GET, &path, None).map_err(|error| fail(error, &from))?;
        let begun = tokio::time::timeout(request::LIMIT, request::open(&self.client, request)).await;
        let lines = match begun {
            Err(_) => return Err(fail(Error::Timeout(request::LIMIT.as_secs()), &from)),
            Ok(Err(error)) => {
                return if error.is_gone() { Ok(Next::List) } else { Err(fail(error, &from)) };
            }
            Ok(Ok(lines)) => lines,
        };
        if !self.tell(vec![Change::Live(self.kind)]).await {
            return Ok(Next::Stop);
        }
        self.read(lines, from, breaks).await
    }

    async fn read(&mut self, lines: impl AsyncBufRead, mut version: String, breaks: &mut u32) -> Result<Next, Broken> {
        let mut lines = std::pin::pin!(lines);
        let silence = self.options.watch_for + Duration::from_secs(10);
        let mut line = Vec::new();
        loop {
            let mut batch = Vec::new();
            // The first line is waited for; those that are there already come along.
            let mut first = true;
            let ended = loop {
                let reading = lines.read_until(b'\n', &mut line);
                let outcome = if first {
                    match tokio::time::timeout(silence, reading).await {
                        Ok(outcome) => outcome,
                        Err(_) => {
                            return Err(Broken { error: Error::Timeout(silence.as_secs()), resume: Some(version) });
                        }
                    }
                } else {
                    match reading.now_or_never() {
                        Some(outcome) => outcome,
                        None => break None,
                    }
                };
                first = false;
                match outcome {
                    Err(error) => break Some(Err(read_error(&error))),
                    Ok(_) if !line.ends_with(b"\n") => break Some(Ok(())),
                    Ok(_) => {}
                }
                match self.event(&line, &mut version) {
                    Ok(Some(change)) => batch.push(change),
                    Ok(None) => {}
                    Err(error) => break Some(Err(error)),
                }
                *breaks = 0;
                line.clear();
                if batch.len() >= BATCH {
                    break None;
                }
            };
            if line.len() > LONGEST_LINE {
                return Err(Broken { error: Error::Decode("a watch line without end".into()), resume: None });
            }
            if !self.tell(batch).await {
                return Ok(Next::Stop);
            }
            match ended {
                None => {}
                Some(Ok(())) => return Ok(Next::Watch(version)),
                Some(Err(error)) if error.is_gone() => return Ok(Next::List),
                Some(Err(error @ Error::Decode(_))) => return Err(Broken { error, resume: None }),
                Some(Err(error)) => return Err(Broken { error, resume: Some(version) }),
            }
        }
    }

    /// One line of the watch; bookmarks only move the resource version.
    fn event(&self, line: &[u8], version: &mut String) -> Result<Option<Change>, Error> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let (change, new) = match line::read(self.kind, line)? {
            Line::Row(row, version) => (Some(Change::Upsert(row)), version),
            Line::Mark(named) => (None, named.metadata.resource_version),
            Line::Failed(status) => return Err(Error::from(*status)),
            Line::Gone(Named { metadata }) => {
                let Meta { uid, namespace, name, resource_version, .. } = metadata;
                (Some(Change::Delete { kind: self.kind, uid, namespace, name }), resource_version)
            }
        };
        if !new.is_empty() {
            *version = new;
        }
        Ok(change)
    }
}
