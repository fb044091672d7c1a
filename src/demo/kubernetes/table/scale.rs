//! The row of a workload's `scale`.

use super::super::json::number;
use super::{AGE, Column, NAME, Shape, age, name};
use serde_json::{Value, json};

const COLUMNS: &[Column] =
    &[NAME, ("Desired", "integer", 0, "Pods wanted."), ("Available", "integer", 0, "Pods there."), AGE];

/// Renders a `Scale` as a Table.
pub fn render(scale: &Value, shape: Shape) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let count = |p: &str| Value::from(number(scale, p).unwrap_or(0));
    let cells = vec![name(scale), count("/spec/replicas"), count("/status/replicas"), age(scale, now)];
    let metadata = json!({"resourceVersion": scale.pointer("/metadata/resourceVersion")});
    super::table(COLUMNS, vec![(cells, scale)], shape, &metadata, true)
}
