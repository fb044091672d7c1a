//! Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController and Job to one kind of row.

use super::{controller, requests};
use crate::api::kubernetes::slim::{self, Condition};
use crate::model::status::Sign;
use crate::model::workload::{Replicas, WorkloadFacts, WorkloadKind};
use std::sync::Arc;

/// What a workload itself says; what its pods say is added when the picture is built.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadRow {
    /// What goes into the picture as it is.
    pub facts: Arc<WorkloadFacts>,
    /// `Deployment/checkout-api` for a ReplicaSet that a Deployment controls; empty = nobody.
    pub owner: String,
    /// Counts of its status. For a Job: wanted completions, existing, and those that are ready or have succeeded.
    pub replicas: Replicas,
    /// Pods that are still to be made, as far as the workload itself can tell (a Job makes them in turns).
    pub wants_pods: u32,
    /// A condition that tells of trouble (quota, deadline, failed job).
    pub trouble: Option<Trouble>,
    /// It is being deleted.
    pub deleting: bool,
}

/// Trouble that a workload reports of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// How serious.
    pub sign: Sign,
    /// Kubernetes' word (`FailedCreate`, `ProgressDeadlineExceeded`, `BackoffLimitExceeded`).
    pub reason: String,
    /// Its message.
    pub message: String,
    /// It is about pods that could not be made.
    pub cannot_create: bool,
}

/// The row of a workload.
pub fn workload(kind: WorkloadKind, object: slim::Workload) -> WorkloadRow {
    let slim::Workload { metadata, spec, status } = object;
    let replicas = replicas(kind, &spec, &status);
    let each = requests(&spec.template.spec);
    let created_at = metadata.creation_timestamp.unwrap_or(0);
    let changed = status.conditions.iter().filter_map(|c| c.last_transition_time.max(c.last_update_time));
    let written = metadata.managed_fields.iter().filter_map(|f| f.time);
    let facts = WorkloadFacts {
        kind,
        cpu_milli_each: u32::try_from(each.cpu_milli).unwrap_or(u32::MAX),
        memory_bytes_each: each.memory_bytes,
        images: spec.template.spec.containers.iter().map(|c| c.image.clone()).collect(),
        selector: spec.selector.0,
        labels: metadata.labels,
        rolling_out: rolling_out(kind, metadata.generation, &replicas, &status),
        created_at,
        changed_at: changed.chain(written).max().unwrap_or(created_at).max(created_at),
        uid: metadata.uid,
        namespace: metadata.namespace,
        name: metadata.name,
    };
    WorkloadRow {
        facts: Arc::new(facts),
        owner: controller(&metadata.owner_references),
        wants_pods: match kind {
            WorkloadKind::Job if spec.suspend => 0,
            WorkloadKind::Job => {
                let left = spec.completions.map_or(u32::MAX, |c| c.saturating_sub(status.succeeded));
                let turn = spec.parallelism.unwrap_or(1).min(left);
                if job_is_over(&status.conditions) { 0 } else { turn.saturating_sub(status.active) }
            }
            _ => replicas.desired.saturating_sub(replicas.current),
        },
        replicas,
        trouble: trouble(kind, &status.conditions),
        deleting: metadata.deletion_timestamp.is_some(),
    }
}

fn replicas(kind: WorkloadKind, spec: &slim::WorkloadSpec, status: &slim::WorkloadStatus) -> Replicas {
    match kind {
        WorkloadKind::DaemonSet => Replicas {
            desired: status.desired_number_scheduled,
            current: status.current_number_scheduled,
            updated: status.updated_number_scheduled,
            ready: status.number_ready,
            available: status.number_available,
        },
        WorkloadKind::Job => {
            // Without `completions` a job is a work queue: any success ends it.
            let desired = spec.completions.or(spec.parallelism).unwrap_or(1);
            let desired = if spec.suspend { 0 } else { desired };
            let current = status.active + status.succeeded;
            // `status.ready` exists since 1.24; before, the picture counts ready pods itself.
            let ready = status.succeeded + status.ready.unwrap_or(0).min(status.active);
            Replicas { desired, current, updated: current, ready, available: status.succeeded }
        }
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => Replicas {
            desired: spec.replicas.unwrap_or(1),
            current: status.replicas,
            updated: status.replicas,
            ready: status.ready_replicas,
            available: status.available_replicas,
        },
        WorkloadKind::Deployment => Replicas {
            desired: spec.replicas.unwrap_or(1),
            current: status.replicas,
            updated: status.updated_replicas,
            ready: status.ready_replicas,
            available: status.available_replicas,
        },
        WorkloadKind::StatefulSet => Replicas {
            desired: spec.replicas.unwrap_or(1),
            current: status.replicas,
            updated: status.updated_replicas,
            ready: status.ready_replicas,
            // `availableReplicas` of StatefulSets exists since 1.22.
            available: if status.available_replicas == 0 { status.ready_replicas } else { status.available_replicas },
        },
    }
}

/// As `kubectl rollout status` decides it, without waiting for availability (a crash loop is not a rollout for ever).
fn rolling_out(kind: WorkloadKind, generation: i64, replicas: &Replicas, status: &slim::WorkloadStatus) -> bool {
    let unseen = status.observed_generation < generation && generation > 0;
    match kind {
        WorkloadKind::Deployment => {
            unseen || replicas.updated < replicas.desired || replicas.current > replicas.updated
        }
        WorkloadKind::StatefulSet => {
            unseen
                || (!status.update_revision.is_empty()
                    && status.current_revision != status.update_revision
                    && replicas.updated < replicas.desired)
        }
        WorkloadKind::DaemonSet => unseen || replicas.updated < replicas.desired,
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => unseen,
        WorkloadKind::Job => false,
    }
}

fn job_is_over(conditions: &[Condition]) -> bool {
    conditions.iter().any(|c| matches!(c.r#type.as_str(), "Complete" | "Failed") && c.status == "True")
}

fn trouble(kind: WorkloadKind, conditions: &[Condition]) -> Option<Trouble> {
    let found = conditions.iter().find_map(|c| {
        let sign = match (c.r#type.as_str(), c.status.as_str()) {
            ("ReplicaFailure", "True") => Sign::Failed,
            ("Failed", "True") if kind == WorkloadKind::Job => Sign::Failed,
            ("Progressing", "False") if kind == WorkloadKind::Deployment => Sign::Warning,
            _ => return None,
        };
        Some((c, sign))
    });
    found.map(|(condition, sign)| Trouble {
        sign,
        reason: if condition.reason.is_empty() { condition.r#type.clone() } else { condition.reason.clone() },
        message: condition.message.clone(),
        cannot_create: condition.r#type == "ReplicaFailure",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn row(kind: WorkloadKind, spec: Value, status: Value) -> WorkloadRow {
        workload(
            kind,
            serde_json::from_value(json!({"metadata": {"uid": "w", "name": "web", "namespace": "shop", "generation": 3,
            "creationTimestamp": "2026-01-02T03:04:05Z", "managedFields": [{"manager": "kubectl", "time": "2026-01-02T03:06:05Z"}]},
            "spec": spec, "status": status}))
            .unwrap(),
        )
    }

    #[test]
    fn a_deployment_with_an_exceeded_quota() {
        let row = row(
            WorkloadKind::Deployment,
            json!({"replicas": 5, "selector": {"matchLabels": {"app": "web"}}, "template": {"spec": {"containers": [
                {"name": "web", "image": "nginx:1", "resources": {"requests": {"cpu": "100m", "memory": "1Gi"}}}]}}}),
            json!({"observedGeneration": 3, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3, "conditions": [
                {"type": "Available", "status": "False"},
                {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "pods \"web-1\" is forbidden: exceeded quota",
                    "lastTransitionTime": "2026-01-02T03:05:05Z"}]}),
        );
        assert_eq!(row.replicas, Replicas { desired: 5, current: 3, updated: 3, ready: 3, available: 3 });
        let trouble = row.trouble.unwrap();
        assert!(trouble.cannot_create && trouble.sign == Sign::Failed && trouble.message.contains("quota"));
        assert_eq!(
            (
                row.facts.cpu_milli_each,
                row.facts.memory_bytes_each,
                row.facts.images.len(),
                row.facts.selector.as_str()
            ),
            (100, 1 << 30, 1, "app=web")
        );
        assert_eq!(row.facts.changed_at, 1_767_323_165);
        assert_eq!(row.wants_pods, 2);
        assert!(row.facts.rolling_out);
    }

    #[test]
    fn rollouts() {
        let deployment =
            |status: Value| row(WorkloadKind::Deployment, json!({"replicas": 3}), status).facts.rolling_out;
        assert!(!deployment(json!({"observedGeneration": 3, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 1})));
        assert!(deployment(json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3})));
        assert!(deployment(json!({"observedGeneration": 3, "replicas": 4, "updatedReplicas": 3})));
        let set = |updated: u32| {
            row(
                WorkloadKind::StatefulSet,
                json!({"replicas": 3}),
                json!({"observedGeneration": 3, "replicas": 3,
                "updatedReplicas": updated, "currentRevision": "a", "updateRevision": "b"}),
            )
            .facts
            .rolling_out
        };
        assert!(set(1));
        assert!(!set(3));
    }

    #[test]
    fn a_daemon_set_counts_nodes() {
        let row = row(
            WorkloadKind::DaemonSet,
            json!({}),
            json!({"observedGeneration": 3, "desiredNumberScheduled": 27,
            "currentNumberScheduled": 27, "updatedNumberScheduled": 27, "numberReady": 25, "numberAvailable": 25}),
        );
        assert_eq!(row.replicas, Replicas { desired: 27, current: 27, updated: 27, ready: 25, available: 25 });
        assert!(!row.facts.rolling_out);
    }

    #[test]
    fn a_job_counts_completions() {
        let row = row(
            WorkloadKind::Job,
            json!({"completions": 20, "parallelism": 4}),
            json!({"active": 3, "succeeded": 14, "failed": 1, "ready": 3,
            "conditions": [{"type": "Failed", "status": "False"}]}),
        );
        assert_eq!(row.replicas, Replicas { desired: 20, current: 17, updated: 17, ready: 17, available: 14 });
        assert_eq!((row.wants_pods, row.trouble), (1, None));
        let over = self::row(
            WorkloadKind::Job,
            json!({"completions": 1}),
            json!({"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}),
        );
        assert_eq!(over.trouble.map(|t| t.reason), Some("BackoffLimitExceeded".into()));
        assert_eq!(over.wants_pods, 0);
    }
}
