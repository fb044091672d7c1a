//! Container logs: made up from the pod's identity, the same at every reading, growing while the container runs.

use super::super::failure::Failure;
use super::super::json::{flag, list, seconds, text};
use super::super::kinds::Kind;
use super::request::{Call, Objects};
use super::write::existing;
use super::{Answer, Api};
use axum::body::{Body, Bytes};
use futures_util::stream;
use http::{HeaderValue, Response, header};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// At most so many lines are kept per container, as kubelets rotate files.
const MOST_LINES: i64 = 5000;

/// What a container's log is made from.
#[derive(Debug, Clone)]
struct Source {
    name: String,
    seed: u64,
    started: i64,
    /// End of the run; `None` while it runs.
    ended: Option<i64>,
    last_words: String,
    /// Seconds between lines.
    pace: i64,
}

/// Answers `GET …/pods/<name>/log`.
pub fn serve(api: &Arc<Api>, call: &Call, target: &Objects) -> Answer {
    let pod = existing(&api.world(), target)?;
    let body = pod.value();
    let source = source(&body, call, target)?;
    let now = Timestamp::now().as_second();
    let mut lines = source.lines(source.started, now);
    if let Some(since) = call.number("sinceSeconds").and_then(|s| i64::try_from(s).ok()) {
        lines.retain(|(time, _)| *time >= now - since);
    }
    if let Some(since) = seconds(call.option("sinceTime")) {
        lines.retain(|(time, _)| *time >= since);
    }
    if let Some(tail) = call.number("tailLines").and_then(|t| usize::try_from(t).ok()) {
        lines.drain(..lines.len().saturating_sub(tail));
    }
    let stamps = call.flag("timestamps");
    let mut text = write_lines(&lines, stamps);
    if let Some(limit) = call.number("limitBytes").and_then(|l| usize::try_from(l).ok()) {
        text.truncate(limit);
    }
    let follows = call.flag("follow") && source.ended.is_none() && !call.flag("previous");
    let body =
        if follows { follow(Arc::clone(api), target.clone(), source, now, text, stamps) } else { Body::from(text) };
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Ok(response)
}

fn source(body: &Value, call: &Call, target: &Objects) -> Result<Source, Failure> {
    let names: Vec<&str> = list(body, "/spec/containers").iter().map(|c| text(c, "/name")).collect();
    let pod = target.name();
    let name = match call.option("container") {
        "" if names.len() > 1 => {
            return Err(Failure::bad_request(format!(
                "a container name must be specified for pod {pod}, choose one of: [{}]",
                names.join(" ")
            )));
        }
        "" => names.first().copied().unwrap_or(""),
        given if names.contains(&given) => given,
        given => return Err(Failure::bad_request(format!("container {given} is not valid for pod {pod}"))),
    };
    let status = list(body, "/status/containerStatuses").iter().find(|s| text(s, "/name") == name);
    let state = |which: &str, what: &str| status.and_then(|s| s.pointer(&format!("/{which}/{what}")));
    let ended = |value: &Value| {
        (
            seconds(text(value, "/startedAt")).unwrap_or(0),
            seconds(text(value, "/finishedAt")),
            text(value, "/message").to_owned(),
        )
    };
    let (started, end, words) = if call.flag("previous") {
        let last = state("lastState", "terminated");
        last.map(ended).ok_or_else(|| {
            Failure::bad_request(format!("previous terminated container {name:?} in pod {pod:?} not found"))
        })?
    } else if let Some(running) = state("state", "running") {
        (seconds(text(running, "/startedAt")).unwrap_or(0), None, String::new())
    } else if let Some(done) = state("state", "terminated").or(state("lastState", "terminated")) {
        ended(done)
    } else {
        let reason = status.map_or("ContainerCreating", |s| text(s, "/state/waiting/reason"));
        let waits = if matches!(reason, "ErrImagePull" | "ImagePullBackOff") {
            format!(
                "container {name:?} in pod {pod:?} is waiting to start: {}",
                if reason == "ErrImagePull" { "image can't be pulled" } else { "trying and failing to pull image" }
            )
        } else {
            format!("container {name:?} in pod {pod:?} is waiting to start: {reason}")
        };
        return Err(Failure::bad_request(if text(body, "/spec/nodeName").is_empty() {
            format!("pod {pod} does not have a host assigned")
        } else {
            waits
        }));
    };
    let seed = text(body, "/metadata/uid")
        .bytes()
        .chain(name.bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let busy = !flag(body, "/spec/hostNetwork");
    Ok(Source {
        name: name.to_owned(),
        seed,
        started,
        ended: end,
        last_words: words,
        pace: if busy { 2 + (seed % 4) as i64 } else { 20 },
    })
}

impl Source {
    /// Lines said in a span of time, with the second each was said.
    fn lines(&self, from: i64, to: i64) -> Vec<(i64, String)> {
        let end = self.ended.unwrap_or(to).min(to);
        let mut lines = Vec::new();
        if from <= self.started && self.started <= end {
            lines.push((self.started, format!("level=info msg=\"starting {}\" pid=1", self.name)));
            lines.push((self.started, "level=info msg=\"configuration loaded\" source=/etc/config".to_owned()));
        }
        // The first line at or after `from`, so that readings that follow each other neither repeat nor miss one.
        let since = from.max(self.started) - self.started;
        let first = ((since + self.pace - 1) / self.pace).max(1).max((end - self.started) / self.pace - MOST_LINES);
        let mut n = first;
        while self.started + n * self.pace <= end {
            lines.push((self.started + n * self.pace, self.line(n)));
            n += 1;
        }
        if self.ended == Some(end) && !self.last_words.is_empty() {
            lines.push((end, format!("level=error msg=\"{}\"", self.last_words)));
        }
        lines
    }

    fn line(&self, n: i64) -> String {
        let dice = (self.seed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let pick = |from: &[&str], bits: u32| from[(dice >> bits) as usize % from.len()].to_owned();
        let millis = 1 + (dice >> 24) % 140;
        match dice % 23 {
            0 => format!(
                "level=warn msg=\"slow request\" path={} ms={}",
                pick(&["/items", "/search", "/orders", "/health"], 8),
                millis * 19
            ),
            1 => format!("level=info msg=\"cache refreshed\" entries={} ms={millis}", (dice >> 16) % 9000),
            2 => "level=debug msg=\"connection pool\" idle=4 open=11".to_owned(),
            _ => format!(
                "level=info msg=request method={} path={}/{} status={} ms={millis}",
                pick(&["GET", "GET", "GET", "POST"], 4),
                pick(&["/items", "/search", "/orders", "/carts"], 8),
                (dice >> 32) % 10_000,
                pick(&["200", "200", "200", "200", "201", "304", "404"], 12)
            ),
        }
    }
}

fn write_lines(lines: &[(i64, String)], stamps: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for (time, line) in lines {
        let stamp = Timestamp::from_second(*time).unwrap_or_default();
        if stamps {
            text.extend_from_slice(format!("{stamp:.9} ").as_bytes());
        }
        text.extend_from_slice(format!("time={stamp} {line}\n").as_bytes());
    }
    text
}

/// The rest of a log as it is said, until the container ends.
fn follow(api: Arc<Api>, target: Objects, source: Source, now: i64, first: Vec<u8>, stamps: bool) -> Body {
    let mut waiting = VecDeque::new();
    if !first.is_empty() {
        waiting.push_back(Bytes::from(first));
    }
    let state = (api, target, source, now, waiting);
    Body::from_stream(stream::unfold(state, move |(api, target, source, mut said, mut waiting)| async move {
        loop {
            if let Some(bytes) = waiting.pop_front() {
                return Some((Ok::<Bytes, Infallible>(bytes), (api, target, source, said, waiting)));
            }
            tokio::select! {
                () = api.stop.cancelled() => return None,
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
            }
            let running = {
                let world = api.world();
                world.store.get(Kind::Pod, &target.key()).map(|p| p.value()).is_some_and(|body| {
                    let mine =
                        list(&body, "/status/containerStatuses").iter().find(|s| text(s, "/name") == source.name);
                    mine.is_some_and(|s| seconds(text(s, "/state/running/startedAt")) == Some(source.started))
                })
            };
            if !running {
                return None;
            }
            let now = Timestamp::now().as_second();
            let lines = source.lines(said + 1, now);
            said = now;
            if !lines.is_empty() {
                waiting.push_back(write_lines(&lines, stamps).into());
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(ended: Option<i64>) -> Source {
        Source {
            name: "web".into(),
            seed: 7,
            started: 1000,
            ended,
            last_words: "connect redis: timeout".into(),
            pace: 3,
        }
    }

    #[test]
    fn a_log_is_the_same_at_every_reading_and_grows() {
        let all = source(None).lines(1000, 1100);
        assert_eq!(all, source(None).lines(1000, 1100));
        let mut parts = source(None).lines(1000, 1050);
        parts.extend(source(None).lines(1051, 1100));
        assert_eq!(all, parts);
        assert!(all[0].1.contains("starting web"));
    }

    #[test]
    fn the_last_words_come_at_the_end() {
        let all = source(Some(1010)).lines(1000, 5000);
        assert_eq!(all.last().unwrap(), &(1010, "level=error msg=\"connect redis: timeout\"".to_owned()));
    }
}
