//! Casts very many pods from one that was made the long way: its text with name, uid, place and times exchanged.
//!
//! Making a pod from its template as a tree takes some fifty microseconds, casting one takes two.

use super::super::facts::Facts;
use super::super::json::{list, stamp, text};
use super::super::store::{Key, Object};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// What distinguishes one cast pod from the others.
#[derive(Debug)]
pub(super) struct Cast {
    /// Name.
    pub name: String,
    /// uid.
    pub uid: String,
    /// Node.
    pub node: Arc<str>,
    /// Address of the node.
    pub host_ip: String,
    /// Address of the pod; empty where it is the node's.
    pub pod_ip: String,
    /// How much younger than the first it is.
    pub younger: SignedDuration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Name,
    Uid,
    Node,
    HostIp,
    PodIp,
    Revision,
    /// A time of the first pod's beginning: number into `times`.
    Time(usize),
    /// Half of a container's id.
    Hex,
}

/// A pod with places to fill in.
#[derive(Debug)]
pub(super) struct Mould {
    /// What stands before each slot.
    pieces: Vec<(Box<str>, Slot)>,
    rest: Box<str>,
    times: Vec<Timestamp>,
    facts: Facts,
    namespace: Arc<str>,
    name: Box<str>,
}

impl Mould {
    /// The mould of a pod that runs; `None` for one that does not.
    pub fn of(pod: &Object) -> Option<Mould> {
        let body = pod.value();
        let facts = pod.facts.pod.as_ref()?;
        let node = facts.node.as_deref()?;
        let written = pod.body.text();
        let written = std::str::from_utf8(&written).ok()?;
        let quoted = |word: &str| format!("\"{word}\"");
        let host_ip = text(&body, "/status/hostIP");
        let mut marks: Vec<(String, Slot)> = vec![
            (quoted(&pod.key.name), Slot::Name),
            (pod.facts.uid.to_string(), Slot::Uid),
            (quoted(node), Slot::Node),
            (quoted(host_ip), Slot::HostIp),
            (format!("\"resourceVersion\":\"{}\"", pod.revision), Slot::Revision),
        ];
        if *facts.ip != *host_ip {
            marks.push((quoted(&facts.ip), Slot::PodIp));
        }
        let mut times: Vec<Timestamp> = Vec::new();
        for second in [pod.facts.created, facts.ready_since] {
            let time = Timestamp::from_second(second).ok()?;
            if !times.contains(&time) {
                marks.push((quoted(&stamp(time)), Slot::Time(times.len())));
                times.push(time);
            }
        }
        for status in list(&body, "/status/containerStatuses") {
            let id = text(status, "/containerID").strip_prefix("containerd://").and_then(|id| id.get(..HEX))?;
            marks.push((id.to_owned(), Slot::Hex));
        }
        let (pieces, rest) = cut(written, &marks);
        Some(Mould {
            pieces,
            rest,
            times,
            facts: pod.facts.clone(),
            namespace: Arc::clone(&pod.key.namespace),
            name: (*pod.key.name).into(),
        })
    }

    /// How much younger a cast pod can be, in seconds: all that happened to it is past.
    pub fn room(&self, now: Timestamp) -> i64 {
        let last = self.times.iter().map(|time| time.as_second()).max().unwrap_or_default();
        (now.as_second() - last - 60).max(0)
    }

    /// Key and facts of a cast pod.
    pub fn about(&self, cast: &Cast) -> (Key, Facts) {
        let mut facts = self.facts.clone();
        facts.uid = cast.uid.as_str().into();
        if facts.labels.iter().any(|(_, value)| *value == self.name) {
            let named = |value: &str| if *value == *self.name { cast.name.as_str().into() } else { value.into() };
            facts.labels = facts.labels.iter().map(|(key, value)| (key.clone(), named(value))).collect();
        }
        let seconds = cast.younger.as_secs();
        facts.created += seconds;
        if let Some(pod) = &mut facts.pod {
            pod.node = Some(Arc::clone(&cast.node));
            pod.ip = if cast.pod_ip.is_empty() { cast.host_ip.as_str().into() } else { cast.pod_ip.as_str().into() };
            pod.ready_since += seconds;
        }
        (Key { namespace: Arc::clone(&self.namespace), name: cast.name.as_str().into() }, facts)
    }

    /// The text of a cast pod.
    pub fn text(&self, cast: &Cast, revision: u64) -> Vec<u8> {
        let size: usize = self.pieces.iter().map(|(piece, _)| piece.len() + 48).sum();
        let mut out = String::with_capacity(size + self.rest.len());
        let quote = |out: &mut String, word: &str| {
            out.push('"');
            out.push_str(word);
            out.push('"');
        };
        let times: Vec<String> = self.times.iter().map(|t| stamp(t.checked_add(cast.younger).unwrap_or(*t))).collect();
        for (piece, slot) in &self.pieces {
            out.push_str(piece);
            match slot {
                Slot::Name => quote(&mut out, &cast.name),
                Slot::Uid => out.push_str(&cast.uid),
                Slot::Node => quote(&mut out, &cast.node),
                Slot::HostIp => quote(&mut out, &cast.host_ip),
                Slot::PodIp => quote(&mut out, &cast.pod_ip),
                Slot::Revision => {
                    out.push_str("\"resourceVersion\":");
                    quote(&mut out, &revision.to_string());
                }
                Slot::Time(number) => quote(&mut out, times.get(*number).map_or("", String::as_str)),
                Slot::Hex => out.extend(cast.uid.chars().filter(|c| *c != '-')),
            }
        }
        out.push_str(&self.rest);
        out.into_bytes()
    }
}

/// Hexadecimal digits of a uid, which take the place of as many of a container's id.
const HEX: usize = 32;

/// Cuts a text at every mark.
fn cut(text: &str, marks: &[(String, Slot)]) -> (Vec<(Box<str>, Slot)>, Box<str>) {
    let mut found: Vec<(usize, usize, Slot)> = Vec::new();
    for (mark, slot) in marks.iter().filter(|(mark, _)| !mark.is_empty()) {
        found.extend(text.match_indices(mark.as_str()).map(|(at, _)| (at, at + mark.len(), *slot)));
    }
    found.sort_by_key(|(at, ..)| *at);
    let mut pieces = Vec::with_capacity(found.len());
    let mut from = 0;
    for (at, end, slot) in found.into_iter() {
        if at >= from {
            pieces.push((text[from..at].into(), slot));
            from = end;
        }
    }
    (pieces, text[from..].into())
}
