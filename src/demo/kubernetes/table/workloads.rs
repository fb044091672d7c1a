//! Rows of workloads.

use super::super::json::{flag, list, number, seconds, text};
use super::super::kinds::Kind;
use super::super::selector::LabelSelector;
use super::{AGE, Column, NAME, age, containers, human, labels, name, since};
use serde_json::Value;

const CONTAINERS: Column = ("Containers", "string", 1, "Names of the containers of its template.");
const IMAGES: Column = ("Images", "string", 1, "Images of the containers of its template.");
const SELECTOR: Column = ("Selector", "string", 1, "Selector that finds its pods.");
const DESIRED: Column = ("Desired", "integer", 0, "Pods wanted.");
const CURRENT: Column = ("Current", "integer", 0, "Pods there.");
const READY: Column = ("Ready", "integer", 0, "Pods ready.");
const READY_OF: Column = ("Ready", "string", 0, "Pods ready, of those wanted.");
const UPDATED: Column = ("Up-to-date", "integer", 0, "Pods of the newest template.");
const AVAILABLE: Column = ("Available", "integer", 0, "Pods that serve.");

pub(super) fn columns(kind: Kind) -> Vec<Column> {
    match kind {
        Kind::Deployment => vec![NAME, READY_OF, UPDATED, AVAILABLE, AGE, CONTAINERS, IMAGES, SELECTOR],
        Kind::StatefulSet => vec![NAME, READY_OF, AGE, CONTAINERS, IMAGES],
        Kind::DaemonSet => vec![
            NAME,
            DESIRED,
            CURRENT,
            READY,
            UPDATED,
            AVAILABLE,
            ("Node Selector", "string", 0, "Labels a node must have."),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ],
        Kind::Job => vec![
            NAME,
            ("Completions", "string", 0, "Pods that succeeded, of those wanted."),
            ("Duration", "string", 0, "Time from start to end."),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ],
        Kind::CronJob => vec![
            NAME,
            ("Schedule", "string", 0, "When it runs, in cron's form."),
            ("Suspend", "boolean", 0, "Whether it rests."),
            ("Active", "integer", 0, "Jobs running."),
            ("Last Schedule", "string", 0, "Time since the last run was due."),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ],
        Kind::HorizontalPodAutoscaler => vec![
            NAME,
            ("Reference", "string", 0, "What it scales."),
            ("Targets", "string", 0, "Measured and wanted values."),
            ("MinPods", "string", 0, "Fewest pods."),
            ("MaxPods", "string", 0, "Most pods."),
            ("Replicas", "string", 0, "Pods there."),
            AGE,
        ],
        Kind::PodDisruptionBudget => vec![
            NAME,
            ("Min Available", "string", 0, "Pods that must stay available."),
            ("Max Unavailable", "string", 0, "Pods that may be unavailable."),
            ("Allowed Disruptions", "integer", 0, "Pods that may be evicted now."),
            AGE,
        ],
        _ => vec![NAME, DESIRED, CURRENT, READY, AGE, CONTAINERS, IMAGES, SELECTOR],
    }
}

pub(super) fn cells(kind: Kind, object: &Value, now: i64) -> Vec<Value> {
    let count = |p: &str| Value::from(number(object, p).unwrap_or(0));
    let of = |a: &str, b: &str| Value::from(format!("{}/{}", count(a), count(b)));
    let template = if kind == Kind::CronJob {
        "/spec/jobTemplate/spec/template/spec/containers"
    } else {
        "/spec/template/spec/containers"
    };
    let (names, images) = containers(object, template);
    let selector = || {
        let selector = LabelSelector::of(object.pointer("/spec/selector").unwrap_or(&Value::Null)).to_string();
        Value::from(super::or_none(selector))
    };
    let (name, age) = (name(object), age(object, now));
    match kind {
        Kind::Deployment => vec![
            name,
            of("/status/readyReplicas", "/spec/replicas"),
            count("/status/updatedReplicas"),
            count("/status/availableReplicas"),
            age,
            names,
            images,
            selector(),
        ],
        Kind::StatefulSet => vec![name, of("/status/readyReplicas", "/spec/replicas"), age, names, images],
        Kind::DaemonSet => vec![
            name,
            count("/status/desiredNumberScheduled"),
            count("/status/currentNumberScheduled"),
            count("/status/numberReady"),
            count("/status/updatedNumberScheduled"),
            count("/status/numberAvailable"),
            labels(object, "/spec/template/spec/nodeSelector").into(),
            age,
            names,
            images,
            selector(),
        ],
        Kind::Job => vec![name, completions(object), duration(object, now), age, names, images, selector()],
        Kind::CronJob => {
            let last = text(object, "/status/lastScheduleTime");
            vec![
                name,
                text(object, "/spec/schedule").into(),
                if flag(object, "/spec/suspend") { "True" } else { "False" }.into(),
                list(object, "/status/active").len().into(),
                if last.is_empty() { "<none>".into() } else { since(last, now).into() },
                age,
                names,
                images,
                "<none>".into(),
            ]
        }
        Kind::HorizontalPodAutoscaler => vec![
            name,
            format!("{}/{}", text(object, "/spec/scaleTargetRef/kind"), text(object, "/spec/scaleTargetRef/name"))
                .into(),
            targets(object).into(),
            count("/spec/minReplicas").to_string().into(),
            count("/spec/maxReplicas").to_string().into(),
            count("/status/currentReplicas").to_string().into(),
            age,
        ],
        Kind::PodDisruptionBudget => {
            let amount = |p: &str| match object.pointer(p) {
                Some(Value::String(s)) => s.clone().into(),
                Some(Value::Number(n)) => n.to_string().into(),
                _ => Value::from("N/A"),
            };
            vec![
                name,
                amount("/spec/minAvailable"),
                amount("/spec/maxUnavailable"),
                count("/status/disruptionsAllowed"),
                age,
            ]
        }
        _ => {
            let selector =
                if kind == Kind::ReplicationController { labels(object, "/spec/selector").into() } else { selector() };
            vec![
                name,
                count("/spec/replicas"),
                count("/status/replicas"),
                count("/status/readyReplicas"),
                age,
                names,
                images,
                selector,
            ]
        }
    }
}

fn completions(job: &Value) -> Value {
    let done = number(job, "/status/succeeded").unwrap_or(0);
    match (number(job, "/spec/completions"), number(job, "/spec/parallelism").unwrap_or(0)) {
        (Some(wanted), _) => format!("{done}/{wanted}").into(),
        (None, parallel) if parallel > 1 => format!("{done}/1 of {parallel}").into(),
        _ => format!("{done}/1").into(),
    }
}

fn duration(job: &Value, now: i64) -> Value {
    match (seconds(text(job, "/status/startTime")), seconds(text(job, "/status/completionTime"))) {
        (None, _) => "".into(),
        (Some(start), None) => human(now - start).into(),
        (Some(start), Some(end)) => human(end - start).into(),
    }
}

fn targets(autoscaler: &Value) -> String {
    let measured = list(autoscaler, "/status/currentMetrics");
    let all: Vec<String> = list(autoscaler, "/spec/metrics")
        .iter()
        .enumerate()
        .map(|(i, metric)| {
            let wanted = number(metric, "/resource/target/averageUtilization")
                .map_or_else(|| "<auto>".into(), |n| format!("{n}%"));
            let now = measured.get(i).and_then(|m| number(m, "/resource/current/averageUtilization"));
            let now = now.map_or_else(|| "<unknown>".into(), |n| format!("{n}%"));
            format!("{}: {now}/{wanted}", text(metric, "/resource/name"))
        })
        .collect();
    super::or_none(all.join(", "))
}
