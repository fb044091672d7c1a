//! Jobs: pods that run to an end, so many at a time, until enough have succeeded.

use super::super::events::Said;
use super::super::facts::Phase;
use super::super::json::{self, stamp, text};
use super::super::kinds::Kind;
use super::super::store::Object;
use super::super::world::World;
use super::{Work, owner_reference, pod_from_template, rank_for_deletion};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const SOURCE: &str = "job-controller";

impl World {
    /// Starts missing pods, counts ended ones, completes or fails the Job.
    pub fn sync_job(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let number = |p: &str| json::number(&body, p);
        let pods = self.store.owned(Kind::Pod, &object.facts.uid);
        let phase = |p: &Object| p.facts.pod.as_ref().map(|f| f.phase);
        let succeeded = pods.iter().filter(|p| phase(p) == Some(Phase::Succeeded)).count() as i64;
        let failed = pods.iter().filter(|p| phase(p) == Some(Phase::Failed)).count() as i64;
        let mut active: Vec<Arc<Object>> = pods
            .iter()
            .filter(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.active()))
            .cloned()
            .collect();
        // Counts only grow: ended pods may be deleted by hand.
        let succeeded = succeeded.max(number("/status/succeeded").unwrap_or(0));
        let failed = failed.max(number("/status/failed").unwrap_or(0));
        let finished = json::list(&body, "/status/conditions")
            .iter()
            .any(|c| matches!(text(c, "/type"), "Complete" | "Failed") && text(c, "/status") == "True");
        let completions = number("/spec/completions");
        let parallelism = number("/spec/parallelism").unwrap_or(1).max(0);
        let limit = number("/spec/backoffLimit").unwrap_or(6);
        let retries: i64 = active.iter().filter_map(|p| p.facts.pod.as_ref()).map(|p| p.restarts).sum();
        let mut end = None;
        if !finished {
            let complete = match completions {
                Some(wanted) => succeeded >= wanted,
                None => succeeded > 0 && active.is_empty(),
            };
            if complete {
                end = Some(("Complete", "", "Job completed"));
                self.say(object, Said::normal(SOURCE, "Completed", "Job completed"));
            } else if failed > limit || (retries > limit && limit > 0) {
                end = Some(("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
                let message = "Job has reached the specified backoff limit";
                self.say(object, Said::warning(SOURCE, "BackoffLimitExceeded", message));
                for pod in active.drain(..) {
                    self.delete_pod(&pod.key, None);
                }
            }
        }
        let suspended = json::flag(&body, "/spec/suspend");
        if !finished && end.is_none() {
            let left = completions.map_or(parallelism, |wanted| wanted - succeeded);
            let wanted = if suspended { 0 } else { parallelism.min(left).max(0) };
            self.match_active(object, &body, &mut active, wanted);
        }
        self.write_job_status(object, &body, (active.len() as i64, succeeded, failed), end);
    }

    fn match_active(&mut self, object: &Arc<Object>, body: &Value, active: &mut Vec<Arc<Object>>, wanted: i64) {
        let wanted = wanted as usize;
        let template = job_template(object, body);
        let work = Work::Sync(Kind::Job, object.key.clone());
        for _ in active.len()..wanted.min(active.len() + self.may_make(&work)) {
            let pod = pod_from_template(self, object, &template);
            let Some(made) = self.create_for(object, Kind::Pod, pod) else { break };
            self.say(object, Said::normal(SOURCE, "SuccessfulCreate", &format!("Created pod: {}", made.key.name)));
            active.push(made);
        }
        if active.len() < wanted {
            self.go_on(work);
        }
        if active.len() > wanted {
            active.sort_by_key(|p| rank_for_deletion(p));
            for pod in active.drain(..active.len() - wanted).collect::<Vec<_>>() {
                self.delete_pod(&pod.key, None);
                self.say(object, Said::normal(SOURCE, "SuccessfulDelete", &format!("Deleted pod: {}", pod.key.name)));
            }
        }
    }

    fn write_job_status(
        &mut self,
        object: &Arc<Object>,
        body: &Value,
        counts: (i64, i64, i64),
        end: Option<(&str, &str, &str)>,
    ) {
        let (active, succeeded, failed) = counts;
        let ready = self
            .store
            .owned(Kind::Pod, &object.facts.uid)
            .iter()
            .filter(|p| !p.facts.deleting && p.facts.pod.as_ref().is_some_and(|f| f.ready))
            .count();
        let mut status: Map<String, Value> = body.get("status").and_then(Value::as_object).cloned().unwrap_or_default();
        let now = stamp(self.now);
        status.entry("startTime".to_owned()).or_insert_with(|| now.clone().into());
        for (name, count) in [("active", active), ("succeeded", succeeded), ("failed", failed)] {
            if count > 0 {
                status.insert(name.into(), count.into());
            } else {
                status.remove(name);
            }
        }
        status.insert("ready".into(), ready.into());
        status.insert("uncountedTerminatedPods".into(), json!({}));
        if let Some((kind, reason, message)) = end {
            let mut condition =
                json!({"type": kind, "status": "True", "lastProbeTime": now, "lastTransitionTime": now});
            if !reason.is_empty() {
                condition["reason"] = reason.into();
                condition["message"] = message.into();
            }
            status.insert("conditions".into(), json!([condition]));
            if kind == "Complete" {
                status.insert("completionTime".into(), now.into());
            }
        }
        self.set_status(Kind::Job, &object.key, status);
        if let Some(now) = self.store.get(Kind::Job, &object.key).map(|job| job.value()) {
            self.expire_job(object, &now);
        }
    }

    /// Removes a finished Job whose `ttlSecondsAfterFinished` has passed.
    fn expire_job(&mut self, object: &Arc<Object>, body: &Value) {
        let Some(ttl) = json::number(body, "/spec/ttlSecondsAfterFinished") else { return };
        let ended = json::list(body, "/status/conditions").iter().find(|c| text(c, "/status") == "True");
        let Some(since) = ended.and_then(|c| json::seconds(text(c, "/lastTransitionTime"))) else { return };
        let left = ttl as f64 - (self.now.as_second() - since) as f64 * self.speed;
        if left <= 0.0 {
            self.store.remove(Kind::Job, &object.key);
        } else {
            self.look_again(left, Work::Sync(Kind::Job, object.key.clone()));
        }
    }
}

/// A Job's pod template with the labels the controller adds.
pub fn job_template(object: &Object, body: &Value) -> Value {
    let mut template = body.pointer("/spec/template").cloned().unwrap_or(Value::Null);
    for prefix in ["", "batch.kubernetes.io/"] {
        let labels = json::object_at(&mut template, "/metadata/labels");
        labels.insert(format!("{prefix}job-name"), (*object.key.name).into());
        labels.insert(format!("{prefix}controller-uid"), (*object.facts.uid).into());
    }
    template
}

/// Selector that admission gives a Job without one.
pub fn job_selector(uid: &str) -> Value {
    json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})
}

/// A Job body made from a CronJob's template.
pub fn job_from_cron(cron: &Object, body: &Value, name: &str, scheduled: &str, manual: bool) -> Value {
    let mut annotations =
        body.pointer("/spec/jobTemplate/metadata/annotations").and_then(Value::as_object).cloned().unwrap_or_default();
    if manual {
        annotations.insert("cronjob.kubernetes.io/instantiate".into(), "manual".into());
    } else {
        annotations.insert("batch.kubernetes.io/cronjob-scheduled-timestamp".into(), scheduled.into());
    }
    json!({
        "metadata": {
            "namespace": &*cron.key.namespace, "name": name, "annotations": annotations,
            "labels": body.pointer("/spec/jobTemplate/metadata/labels").cloned().unwrap_or_else(|| json!({})),
            "ownerReferences": [owner_reference(cron)],
        },
        "spec": body.pointer("/spec/jobTemplate/spec").cloned().unwrap_or_else(|| json!({})),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::store::Key;
    use super::super::super::testing::{advance, world_with_nodes};
    use super::super::BURST;
    use super::*;

    fn job(world: &mut World, spec: Value, command: &str) -> Key {
        let mut body = json!({"metadata": {"namespace": "d", "name": "work"}, "spec": spec});
        body["spec"]["template"] = json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "busybox", "command": ["sh", "-c", command]}]}});
        super::super::super::defaults::fill(Kind::Job, &mut body);
        world.create(Kind::Job, body).key.clone()
    }

    #[test]
    fn a_job_runs_to_its_completions() {
        let mut world = world_with_nodes(3);
        let key = job(&mut world, json!({"completions": 5, "parallelism": 2}), "sleep 4");
        advance(&mut world, 8.0);
        let body = world.store.get(Kind::Job, &key).unwrap().value();
        assert_eq!(body["status"]["active"], 2);
        advance(&mut world, 120.0);
        let body = world.store.get(Kind::Job, &key).unwrap().value();
        assert_eq!(body["status"]["succeeded"], 5);
        assert_eq!(body["status"]["conditions"][0]["type"], "Complete");
        assert_eq!(body["status"]["active"], Value::Null);
    }

    #[test]
    fn a_very_parallel_job_starts_bit_by_bit() {
        let mut world = world_with_nodes(1);
        let spec = json!({"completions": 2_000_000_000, "parallelism": 2_000_000_000});
        job(&mut world, spec, "sleep 600");
        world.settle();
        assert_eq!(world.store.count(Kind::Pod), BURST);
        advance(&mut world, 1.5);
        assert_eq!(world.store.count(Kind::Pod), 2 * BURST);
    }

    #[test]
    fn a_finished_job_goes_when_its_time_has_come() {
        let mut world = world_with_nodes(1);
        let key = job(&mut world, json!({"ttlSecondsAfterFinished": 60}), "sleep 2");
        advance(&mut world, 40.0);
        let body = world.store.get(Kind::Job, &key).unwrap().value();
        assert_eq!(body["status"]["conditions"][0]["type"], "Complete", "{body}");
        advance(&mut world, 65.0);
        assert!(world.store.get(Kind::Job, &key).is_none());
    }

    #[test]
    fn a_job_that_keeps_failing_is_given_up() {
        let mut world = world_with_nodes(3);
        let key = job(&mut world, json!({"backoffLimit": 2}), "exit 3");
        advance(&mut world, 200.0);
        let body = world.store.get(Kind::Job, &key).unwrap().value();
        assert_eq!(body["status"]["conditions"][0]["reason"], "BackoffLimitExceeded", "{body}");
        assert_eq!(body["status"]["failed"], 3);
    }
}
