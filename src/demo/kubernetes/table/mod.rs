//! The Table form: the columns `kubectl get` prints, per kind (`pkg/printers/internalversion/printers.go`).

mod cluster;
mod pods;
mod rules;
pub mod scale;
mod workloads;

use super::json::{list, pairs, seconds, text};
use super::kinds::Kind;
use serde_json::{Value, json};

/// What a row carries of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// Nothing.
    None,
    /// Its metadata.
    Metadata,
    /// All of it.
    Object,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// As `meta.k8s.io/v1beta1`.
    pub beta: bool,
    /// What rows carry.
    pub include: Include,
}

/// A column: name, type, priority (1 = only `-o wide`), what it says.
type Column = (&'static str, &'static str, u8, &'static str);

const AGE: Column = ("Age", "string", 0, "Time since the object was created.");
const NAME: Column = ("Name", "string", 0, "Name, unique within a namespace.");

/// Renders objects (with or without apiVersion and kind) as a Table; `head`: with the column definitions.
pub fn render(kind: Kind, objects: &[Value], shape: Shape, metadata: &Value, head: bool) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let rows = objects.iter().map(|object| (cells(kind, object, now), object)).collect();
    table(&columns(kind), rows, shape, metadata, head)
}

/// A Table of ready cells, each row with its object.
fn table(columns: &[Column], rows: Vec<(Vec<Value>, &Value)>, shape: Shape, metadata: &Value, head: bool) -> Value {
    let definitions: Vec<Value> = columns
        .iter()
        .map(|(name, form, priority, about)| {
            let format = if *name == "Name" { "name" } else { "" };
            json!({"name": name, "type": form, "format": format, "description": about, "priority": priority})
        })
        .collect();
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(cells, object)| {
            let mut row = json!({"cells": cells});
            match shape.include {
                Include::None => row["object"] = Value::Null,
                Include::Object => row["object"] = object.clone(),
                Include::Metadata => {
                    row["object"] = json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.get("metadata")});
                }
            }
            row
        })
        .collect();
    json!({
        "kind": "Table", "apiVersion": if shape.beta { "meta.k8s.io/v1beta1" } else { "meta.k8s.io/v1" },
        "metadata": metadata, "columnDefinitions": if head { json!(definitions) } else { Value::Null }, "rows": rows,
    })
}

fn columns(kind: Kind) -> Vec<Column> {
    match kind {
        Kind::Pod => pods::COLUMNS.to_vec(),
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::CronJob
        | Kind::HorizontalPodAutoscaler
        | Kind::PodDisruptionBudget => workloads::columns(kind),
        _ => rules::columns(kind).unwrap_or_else(|| cluster::columns(kind)),
    }
}

fn cells(kind: Kind, object: &Value, now: i64) -> Vec<Value> {
    match kind {
        Kind::Pod => pods::cells(object, now),
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::CronJob
        | Kind::HorizontalPodAutoscaler
        | Kind::PodDisruptionBudget => workloads::cells(kind, object, now),
        _ => rules::cells(kind, object, now).unwrap_or_else(|| cluster::cells(kind, object, now)),
    }
}

fn name(object: &Value) -> Value {
    text(object, "/metadata/name").into()
}

fn age(object: &Value, now: i64) -> Value {
    since(text(object, "/metadata/creationTimestamp"), now).into()
}

/// Time since a stamp, as `kubectl` prints it; `<unknown>` without one.
fn since(stamp: &str, now: i64) -> String {
    seconds(stamp).map_or_else(|| "<unknown>".into(), |then| human(now - then))
}

/// A duration as `k8s.io/apimachinery/pkg/util/duration.HumanDuration` writes it.
pub fn human(seconds: i64) -> String {
    let two = |a: i64, x: &str, b: i64, y: &str| if b == 0 { format!("{a}{x}") } else { format!("{a}{x}{b}{y}") };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        i64::MIN..=-2 => "<invalid>".into(),
        -1..0 => "0s".into(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, "y", days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

/// `k=v,k=v`, or `<none>`.
fn labels(value: &Value, pointer: &str) -> String {
    let all: Vec<String> = pairs(value, pointer).map(|(k, v)| format!("{k}={v}")).collect();
    or_none(all.join(","))
}

fn or_none(text: String) -> String {
    if text.is_empty() { "<none>".into() } else { text }
}

/// Names and images of a template's containers, for the wide columns.
fn containers(object: &Value, pointer: &str) -> (Value, Value) {
    let containers = list(object, pointer);
    let join = |field: &str| containers.iter().map(|c| text(c, field)).collect::<Vec<_>>().join(",");
    (join("/name").into(), join("/image").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_kubectl_prints_them() {
        for (seconds, expected) in [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (135, "2m15s"),
            (3600, "60m"),
            (4 * 3600 + 300, "4h5m"),
            (20 * 3600, "20h"),
            (3 * 86_400 + 7200, "3d2h"),
            (90 * 86_400, "90d"),
            (800 * 86_400, "2y70d"),
            (-5, "<invalid>"),
        ] {
            assert_eq!(human(seconds), expected);
        }
    }

    #[test]
    fn every_kind_has_as_many_cells_as_columns() {
        for kind in Kind::ALL {
            let object = json!({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}});
            assert_eq!(columns(*kind).len(), cells(*kind, &object, 0).len(), "{kind:?}");
        }
    }
}
