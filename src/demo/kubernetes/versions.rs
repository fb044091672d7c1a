//! Kinds that are served in an older version of their group beside the one they are stored in.
//!
//! `autoscaling/v1` is what `kubectl autoscale` writes; its HorizontalPodAutoscaler knows one measure, the CPU in use.
//! Conversion as in `pkg/apis/autoscaling/v1/conversion.go`, but for the annotations that keep what v1 cannot say.

use super::json::{self, list, number, text};
use super::kinds::Kind;
use serde_json::{Map, Value, json};

/// Kinds with the older version that they are also served in.
pub const OLDER: &[(Kind, &str)] = &[(Kind::HorizontalPodAutoscaler, "v1")];

/// The older version of a kind, written as in objects (`autoscaling/v1`).
pub fn older(kind: Kind) -> Option<String> {
    let (_, version) = OLDER.iter().find(|(k, _)| *k == kind)?;
    Some(format!("{}/{version}", kind.info().group))
}

/// An object of the older version becomes one of the stored version.
pub fn to_stored(kind: Kind, body: &mut Value) {
    let percent = json::remove(body, "/spec/targetCPUUtilizationPercentage");
    if let Some(percent) = percent.filter(Value::is_number) {
        let target = json!({"type": "Utilization", "averageUtilization": percent});
        json::set(body, "/spec/metrics", json!([{"type": "Resource", "resource": {"name": "cpu", "target": target}}]));
    }
    json::remove(body, "/status/currentCPUUtilizationPercentage");
    json::set(body, "/apiVersion", kind.info().api_version());
}

/// An object of the stored version becomes one of the older version.
pub fn to_older(kind: Kind, body: &mut Value) {
    let cpu = |metrics: &[Value], what: &str| {
        let cpu = metrics.iter().find(|m| text(m, "/resource/name") == "cpu")?;
        number(cpu, &format!("/resource/{what}/averageUtilization"))
    };
    let wanted = cpu(list(body, "/spec/metrics"), "target");
    let current = cpu(list(body, "/status/currentMetrics"), "current");
    for gone in ["/spec/metrics", "/spec/behavior", "/status/currentMetrics", "/status/conditions"] {
        json::remove(body, gone);
    }
    if let Some(wanted) = wanted {
        json::set(body, "/spec/targetCPUUtilizationPercentage", wanted);
    }
    if body.get("status").is_some_and(Value::is_object) {
        let status = json::object_at(body, "/status");
        // Numbers that are never left out.
        for name in ["currentReplicas", "desiredReplicas"] {
            status.entry(name).or_insert_with(|| 0.into());
        }
        if let Some(current) = current {
            status.insert("currentCPUUtilizationPercentage".into(), current.into());
        }
    }
    if let Some(version) = older(kind) {
        // In front, as everywhere.
        let mut map = Map::new();
        map.insert("apiVersion".into(), version.into());
        map.insert("kind".into(), kind.info().name.into());
        map.extend(
            json::object(body)
                .iter()
                .filter(|(k, _)| *k != "apiVersion" && *k != "kind")
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        *body = Value::Object(map);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_target_goes_both_ways() {
        let old = json!({
            "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
            "spec": {"minReplicas": 2, "maxReplicas": 5, "targetCPUUtilizationPercentage": 80},
        });
        let mut body = old.clone();
        to_stored(Kind::HorizontalPodAutoscaler, &mut body);
        assert_eq!(body["apiVersion"], "autoscaling/v2");
        assert_eq!(body["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 80);
        to_older(Kind::HorizontalPodAutoscaler, &mut body);
        assert_eq!(body, old);
    }

    #[test]
    fn what_is_measured_stands_in_the_older_status() {
        let current = json!({"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 37}}});
        let mut body =
            json!({"spec": {"maxReplicas": 3}, "status": {"desiredReplicas": 2, "currentMetrics": [current]}});
        to_older(Kind::HorizontalPodAutoscaler, &mut body);
        assert_eq!(
            body["status"],
            json!({"currentReplicas": 0, "desiredReplicas": 2, "currentCPUUtilizationPercentage": 37})
        );
    }
}
