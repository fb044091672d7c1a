//! Why replicas are missing, in a few words and in a sentence.

use crate::model::cluster::Picture;
use crate::model::shortage::{Lack, Missing};
use crate::model::status::Sign;
use crate::model::workload::{Shortage, Workload};
use crate::ui::cx::Cx;
use crate::ui::widgets::age;
use fluent_bundle::FluentValue;

/// Shortages told in a row; the rest stands in the opened row.
const TOLD: usize = 3;

/// All of a workload's shortages in a line: `2 crash loops, 1 unschedulable, 2 on worker-11`.
pub fn line(cx: &Cx<'_>, workload: &Workload, picture: &Picture) -> String {
    let alone = workload.shortages.len() == 1;
    let mut parts: Vec<String> =
        workload.shortages.iter().take(TOLD).map(|s| part(cx, s, alone, workload.shortages.len(), picture)).collect();
    if parts.is_empty() && workload.rolling_out {
        let args = [
            ("updated", FluentValue::from(workload.replicas.updated)),
            ("desired", FluentValue::from(workload.replicas.desired)),
        ];
        parts.push(cx.f("workloads-why-rolling", &args));
    }
    parts.join(&cx.f("workloads-why-join", &[]))
}

/// One shortage as part of a line. `alone`: nothing else is missing; `all`: how many there are, since details need room.
fn part(cx: &Cx<'_>, shortage: &Shortage, alone: bool, all: usize, picture: &Picture) -> String {
    let n = ("n", FluentValue::from(shortage.count));
    match Missing::of(shortage) {
        Missing::Unschedulable { lacks } if all < 3 && !lacks.is_empty() => {
            cx.f("workloads-why-unschedulable-lack", &[n, ("lack", FluentValue::from(lack(cx, &lacks[0])))])
        }
        Missing::Starting { pulling: true } => cx.f("workloads-why-pulling", &[n]),
        Missing::OutOfMemory => cx.f("workloads-why-out-of-memory", &[n]),
        Missing::Exited { exit: Some(code) } => {
            cx.f("workloads-why-exit-code", &[n, ("code", FluentValue::from(code))])
        }
        Missing::NotReady { status: Some(status) } => {
            cx.f("workloads-why-not-ready-status", &[n, ("status", FluentValue::from(status))])
        }
        Missing::NodeLost { node: Some(node) } => {
            let id = if alone { "workloads-why-node-lost-alone" } else { "workloads-why-node-lost" };
            cx.f(id, &[n, ("node", FluentValue::from(picture.short_name(&node).to_owned()))])
        }
        Missing::NotCreated { quota: true } => cx.f("workloads-why-not-created-quota", &[n]),
        _ => title(cx, shortage),
    }
}

/// How many of which kind: `2 crash loops`.
pub fn title(cx: &Cx<'_>, shortage: &Shortage) -> String {
    let n = ("n", FluentValue::from(shortage.count));
    let id = match Missing::of(shortage) {
        Missing::CrashLoop { .. } => "workloads-why-crash-loop",
        Missing::Unschedulable { .. } => "workloads-why-unschedulable",
        Missing::ImagePull => "workloads-why-image",
        Missing::Starting { .. } => "workloads-why-starting",
        Missing::OutOfMemory | Missing::Exited { .. } | Missing::Config => "workloads-why-failed",
        Missing::NotReady { .. } => "workloads-why-not-ready",
        Missing::NodeLost { .. } => "workloads-why-unknown",
        Missing::Deleting => "workloads-why-deleting",
        Missing::NotCreated { .. } => "workloads-why-not-created",
        Missing::Evicted => "workloads-why-evicted",
        Missing::Other(reason) => {
            return cx.f("workloads-why-other", &[n, ("reason", FluentValue::from(reason))]);
        }
    };
    cx.f(id, &[n])
}

/// The reason of one shortage in a sentence; Kubernetes' own words where they say more.
pub fn detail(cx: &Cx<'_>, shortage: &Shortage, picture: &Picture) -> String {
    let said = sentence(&shortage.message);
    match Missing::of(shortage) {
        Missing::Unschedulable { lacks } => match lacks.first() {
            Some(Lack::Resource(resource)) => {
                cx.f("workloads-lack-resource-sentence", &[("resource", FluentValue::from(resource.as_str()))])
            }
            Some(lack) => cx.f(&format!("{}-sentence", lack_id(lack)), &[]),
            None => said,
        },
        Missing::NodeLost { node: Some(name) } => {
            let short = picture.short_name(&name).to_owned();
            let since = picture.node(&name).and_then(|n| n.since);
            match since {
                Some(since) => cx.f(
                    "workloads-silent-for",
                    &[("node", FluentValue::from(short)), ("age", FluentValue::from(age::age(cx, since)))],
                ),
                None => cx.f("workloads-silent", &[("node", FluentValue::from(short))]),
            }
        }
        Missing::OutOfMemory => cx.f("workloads-out-of-memory-sentence", &[]),
        Missing::NotCreated { quota: true } => cx.f("workloads-quota-sentence", &[]),
        Missing::CrashLoop { exit: Some(code) } | Missing::Exited { exit: Some(code) } if said.is_empty() => {
            cx.f("workloads-exit-sentence", &[("code", FluentValue::from(code))])
        }
        _ => said,
    }
}

/// The first letter of Kubernetes' words large, as the start of a sentence.
fn sentence(said: &str) -> String {
    let mut chars = said.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn lack_id(lack: &Lack) -> &'static str {
    match lack {
        Lack::Cpu => "workloads-lack-cpu",
        Lack::Memory => "workloads-lack-memory",
        Lack::Pods => "workloads-lack-pods",
        Lack::Resource(_) => "workloads-lack-resource",
        Lack::Spread => "workloads-lack-spread",
        Lack::Taint => "workloads-lack-taint",
        Lack::Selector => "workloads-lack-selector",
        Lack::AntiAffinity => "workloads-lack-anti-affinity",
        Lack::Volume => "workloads-lack-volume",
        Lack::Port => "workloads-lack-port",
        Lack::Cordoned => "workloads-lack-cordoned",
    }
}

fn lack(cx: &Cx<'_>, lack: &Lack) -> String {
    match lack {
        Lack::Resource(resource) => resource.clone(),
        lack => cx.f(lack_id(lack), &[]),
    }
}

/// The sign that a shortage's words take.
pub fn sign(shortage: &Shortage) -> Sign {
    if shortage.sign == Sign::Ok { Sign::Pending } else { shortage.sign }
}
