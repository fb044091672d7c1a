//! Event to row: written by the old API (`count`, `lastTimestamp`) or by events.k8s.io (`series`, `eventTime`).

use crate::api::kubernetes::slim;
use crate::model::cluster::ClusterEvent;

/// The row of an event.
pub fn event(event: slim::Event) -> ClusterEvent {
    let last_seen = [
        event.series.last_observed_time,
        event.last_timestamp,
        event.event_time,
        event.first_timestamp,
        event.metadata.creation_timestamp,
    ];
    let source = if event.source.component.is_empty() { event.reporting_component } else { event.source.component };
    ClusterEvent {
        last_seen: last_seen.into_iter().flatten().next().unwrap_or(0),
        warning: event.r#type == "Warning",
        reason: event.reason,
        kind: event.involved_object.kind,
        namespace: if event.involved_object.namespace.is_empty() && event.metadata.namespace != "default" {
            event.metadata.namespace
        } else {
            event.involved_object.namespace
        },
        name: event.involved_object.name,
        message: event.message.trim().to_owned(),
        count: event.count.max(event.series.count).max(1),
        source: if event.source.host.is_empty() { source } else { format!("{source}, {}", event.source.host) },
        uid: event.metadata.uid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn old_and_new_events_read_alike() {
        let old = event(
            serde_json::from_value(json!({"metadata": {"uid": "1", "namespace": "shop"}, "type": "Warning", "reason": "BackOff",
            "message": "Back-off restarting failed container", "count": 7, "firstTimestamp": "2026-01-02T03:04:05Z",
            "lastTimestamp": "2026-01-02T03:05:05Z", "eventTime": null, "source": {"component": "kubelet", "host": "worker-3"},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1"}}))
            .unwrap(),
        );
        assert_eq!(
            (old.count, old.last_seen, old.warning, old.source.as_str()),
            (7, 1_767_323_105, true, "kubelet, worker-3")
        );
        let new = event(
            serde_json::from_value(json!({"metadata": {"uid": "2", "namespace": "default"}, "type": "Normal", "reason": "Scheduled",
            "eventTime": "2026-01-02T03:04:05.123456Z", "lastTimestamp": null, "reportingComponent": "default-scheduler",
            "series": {"count": 3, "lastObservedTime": "2026-01-02T03:06:05.000001Z"}, "involvedObject": {"kind": "Node", "name": "n"}}))
            .unwrap(),
        );
        assert_eq!((new.count, new.last_seen, new.source.as_str()), (3, 1_767_323_165, "default-scheduler"));
        assert_eq!(new.namespace, "");
    }
}
