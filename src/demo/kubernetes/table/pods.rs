//! Rows of pods.

use super::super::json::{flag, list, number, seconds, text};
use super::{AGE, Column, NAME, age, human, name};
use serde_json::Value;

pub(super) const COLUMNS: &[Column] = &[
    NAME,
    ("Ready", "string", 0, "Containers that are ready, of all."),
    ("Status", "string", 0, "What the pod is doing, in one word."),
    ("Restarts", "string", 0, "Restarts of its containers, and when the last one was."),
    AGE,
    ("IP", "string", 1, "Address of the pod."),
    ("Node", "string", 1, "Node it is bound to."),
    ("Nominated Node", "string", 1, "Node that is being cleared for it."),
    ("Readiness Gates", "string", 1, "Readiness gates that are passed, of all."),
];

pub(super) fn cells(pod: &Value, now: i64) -> Vec<Value> {
    let statuses = list(pod, "/status/containerStatuses");
    let ready = statuses.iter().filter(|s| flag(s, "/ready") && s.pointer("/state/running").is_some()).count();
    let total = list(pod, "/spec/containers").len();
    let restarts: i64 = statuses.iter().filter_map(|s| number(s, "/restartCount")).sum();
    let last = statuses.iter().filter_map(|s| seconds(text(s, "/lastState/terminated/finishedAt"))).max();
    let restarts = match last.filter(|_| restarts > 0) {
        Some(then) => format!("{restarts} ({} ago)", human(now - then)),
        None => restarts.to_string(),
    };
    let or_none = |p: &str| super::or_none(text(pod, p).to_owned()).into();
    vec![
        name(pod),
        format!("{ready}/{total}").into(),
        word(pod).into(),
        restarts.into(),
        age(pod, now),
        or_none("/status/podIP"),
        or_none("/spec/nodeName"),
        or_none("/status/nominatedNodeName"),
        "<none>".into(),
    ]
}

/// The word in the Status column.
pub(super) fn word(pod: &Value) -> String {
    let mut word = match (text(pod, "/status/reason"), text(pod, "/status/phase")) {
        ("", phase) => phase.to_owned(),
        (reason, _) => reason.to_owned(),
    };
    let gated = list(pod, "/status/conditions")
        .iter()
        .any(|c| text(c, "/type") == "PodScheduled" && text(c, "/reason") == "SchedulingGated");
    if gated {
        word = "SchedulingGated".into();
    }
    let mut running = false;
    for status in list(pod, "/status/containerStatuses").iter().rev() {
        let waiting = text(status, "/state/waiting/reason");
        let ended = text(status, "/state/terminated/reason");
        if !waiting.is_empty() {
            word = waiting.to_owned();
        } else if !ended.is_empty() {
            word = ended.to_owned();
        } else if let Some(code) = number(status, "/state/terminated/exitCode") {
            word = format!("ExitCode:{code}");
        } else if flag(status, "/ready") && status.pointer("/state/running").is_some() {
            running = true;
        }
    }
    if word == "Completed" && running {
        let ready =
            list(pod, "/status/conditions").iter().any(|c| text(c, "/type") == "Ready" && text(c, "/status") == "True");
        word = if ready { "Running" } else { "NotReady" }.into();
    }
    if !text(pod, "/metadata/deletionTimestamp").is_empty() {
        word = if text(pod, "/status/reason") == "NodeLost" { "Unknown" } else { "Terminating" }.into();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_word_tells_what_is_wrong() {
        let waiting = json!({"status": {"phase": "Running", "containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}});
        assert_eq!(word(&waiting), "CrashLoopBackOff");
        let done = json!({"status": {"phase": "Succeeded", "containerStatuses": [{"state": {"terminated": {"reason": "Completed", "exitCode": 0}}}]}});
        assert_eq!(word(&done), "Completed");
        let leaving =
            json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Running"}});
        assert_eq!(word(&leaving), "Terminating");
        assert_eq!(word(&json!({"status": {"phase": "Pending"}})), "Pending");
    }

    #[test]
    fn restarts_tell_when_the_last_one_was() {
        let pod = json!({
            "metadata": {"name": "a", "creationTimestamp": "1970-01-01T00:00:00Z"}, "spec": {"containers": [{}, {}]},
            "status": {"phase": "Running", "containerStatuses": [
                {"ready": true, "restartCount": 14, "state": {"running": {}}, "lastState": {"terminated": {"finishedAt": "1970-01-01T00:01:00Z"}}}]},
        });
        let cells = cells(&pod, 240);
        assert_eq!(
            (cells[1].as_str(), cells[3].as_str(), cells[4].as_str()),
            (Some("1/2"), Some("14 (3m ago)"), Some("4m"))
        );
    }
}
