//! CronJobs: Jobs made by the clock. Schedules are read in UTC.

use super::super::events::Said;
use super::super::json::{self, stamp, text};
use super::super::kinds::Kind;
use super::super::store::Object;
use super::super::world::World;
use super::{Work, job};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::sync::Arc;

/// A cron expression: minute, hour, day of month, month, day of week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    fields: [u64; 5],
    any_day: bool,
    any_weekday: bool,
}

impl Schedule {
    /// Parses five fields (`*/15 2-4 * * 1,3`) or `@hourly` and its kin.
    pub fn parse(text: &str) -> Option<Schedule> {
        let text = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other => other,
        };
        let parts: Vec<&str> = text.split_whitespace().collect();
        let ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        if parts.len() != 5 {
            return None;
        }
        let mut fields = [0; 5];
        for ((field, part), range) in fields.iter_mut().zip(&parts).zip(ranges) {
            *field = parse_field(part, range)?;
        }
        // Sunday is 0 and 7.
        if fields[4] & (1 << 7) != 0 {
            fields[4] |= 1;
        }
        Some(Schedule { fields, any_day: parts[2].starts_with('*'), any_weekday: parts[4].starts_with('*') })
    }

    fn day_matches(&self, at: DateTime) -> bool {
        let day = self.fields[2] & (1 << at.day()) != 0;
        let weekday = self.fields[4] & (1 << at.weekday().to_sunday_zero_offset()) != 0;
        // As in cron: when both are restricted, either will do.
        if self.any_day || self.any_weekday { day && weekday } else { day || weekday }
    }

    /// The first time after `after` that fits, within five years.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let start = after.to_zoned(TimeZone::UTC).datetime();
        let mut at = start.with().second(0).subsec_nanosecond(0).build().ok()?.checked_add(1.minute()).ok()?;
        let limit = start.checked_add(5.years()).ok()?;
        while at < limit {
            let whole_day = |at: DateTime| at.with().hour(0).minute(0).build().ok()?.checked_add(1.day()).ok();
            if self.fields[3] & (1 << at.month()) == 0 || !self.day_matches(at) {
                at = whole_day(at)?;
            } else if self.fields[1] & (1 << at.hour()) == 0 {
                at = at.with().minute(0).build().ok()?.checked_add(1.hour()).ok()?;
            } else if self.fields[0] & (1 << at.minute()) == 0 {
                at = at.checked_add(1.minute()).ok()?;
            } else {
                return at.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
            }
        }
        None
    }
}

fn parse_field(text: &str, (low, high): (u32, u32)) -> Option<u64> {
    let mut bits = 0u64;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|s| *s > 0)?),
            None => (part, 1),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (low, high),
            (_, Some((from, to))) => (from.parse().ok()?, to.parse().ok()?),
            (one, None) => {
                let one: u32 = one.parse().ok()?;
                (one, if part.contains('/') { high } else { one })
            }
        };
        if from < low || to > high || from > to {
            return None;
        }
        (from..=to).step_by(step).for_each(|n| bits |= 1 << n);
    }
    Some(bits)
}

impl World {
    /// Makes the Job that is due, forgets old ones, and comes back at the next time.
    pub fn sync_cron_job(&mut self, object: &Arc<Object>) {
        let body = object.value();
        let Some(schedule) = Schedule::parse(text(&body, "/spec/schedule")) else { return };
        let mut jobs = self.store.owned(Kind::Job, &object.facts.uid);
        jobs.sort_by_key(|j| j.facts.created);
        let ended = |j: &Object, kind: &str| {
            json::list(&j.value(), "/status/conditions").iter().any(|c| text(c, "/type") == kind)
        };
        let active: Vec<Arc<Object>> =
            jobs.iter().filter(|j| !ended(j, "Complete") && !ended(j, "Failed")).cloned().collect();
        for (kind, path) in
            [("Complete", "/spec/successfulJobsHistoryLimit"), ("Failed", "/spec/failedJobsHistoryLimit")]
        {
            let limit = json::number(&body, path).unwrap_or(1).max(0) as usize;
            let old: Vec<&Arc<Object>> = jobs.iter().filter(|j| ended(j, kind)).collect();
            for job in old.iter().take(old.len().saturating_sub(limit)) {
                self.store.remove(Kind::Job, &job.key);
            }
        }
        let created = Timestamp::from_second(object.facts.created).unwrap_or(self.now);
        let last = text(&body, "/status/lastScheduleTime").parse().unwrap_or(created);
        let mut due = schedule.next(last).filter(|t| *t <= self.now);
        // Missed times are not made up for one by one: only the latest counts.
        while let Some(later) = due.and_then(|d| schedule.next(d)).filter(|t| *t <= self.now) {
            due = Some(later);
        }
        let mut names: Vec<(String, String)> =
            active.iter().map(|j| (j.key.name.to_string(), j.facts.uid.to_string())).collect();
        let mut scheduled = text(&body, "/status/lastScheduleTime").to_owned();
        if let Some(time) = due.filter(|_| !json::flag(&body, "/spec/suspend")) {
            let policy = text(&body, "/spec/concurrencyPolicy");
            if policy == "Replace" {
                active.iter().for_each(|j| drop(self.store.remove(Kind::Job, &j.key)));
                names.clear();
            }
            scheduled = stamp(time);
            if policy != "Forbid" || names.is_empty() {
                let name = format!("{}-{}", object.key.name, time.as_second() / 60);
                let made = self.start_job(job::job_from_cron(object, &body, &name, &scheduled, false));
                self.say(
                    object,
                    Said::normal("cronjob-controller", "SuccessfulCreate", &format!("Created job {name}")),
                );
                names.push((name, made.facts.uid.to_string()));
            }
        }
        self.write_cron_status(object, &names, &scheduled);
        if let Some(next) = schedule.next(self.now) {
            self.look_again_at(next, Work::Sync(Kind::CronJob, object.key.clone()));
        }
    }

    /// Completes and writes a new Job.
    pub fn start_job(&mut self, mut body: Value) -> Arc<Object> {
        let uid = self.uid();
        json::set(&mut body, "/metadata/uid", uid.clone());
        super::super::defaults::fill(Kind::Job, &mut body);
        json::default(&mut body, "/spec/selector", job::job_selector(&uid));
        self.create(Kind::Job, body)
    }

    fn write_cron_status(&mut self, object: &Arc<Object>, active: &[(String, String)], scheduled: &str) {
        let namespace = object.key.namespace.to_string();
        self.update(Kind::CronJob, &object.key, |b| {
            let refs: Vec<Value> = active
                .iter()
                .map(|(name, uid)| json!({"kind": "Job", "apiVersion": "batch/v1", "namespace": namespace, "name": name, "uid": uid}))
                .collect();
            if refs.is_empty() {
                json::object_at(b, "/status").remove("active");
            } else {
                json::set(b, "/status/active", refs);
            }
            if !scheduled.is_empty() {
                json::set(b, "/status/lastScheduleTime", scheduled);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{advance, world_with_nodes};
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        Schedule::parse(schedule).unwrap().next(after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn schedules_give_their_next_time() {
        let at = "2026-01-30T10:07:30Z";
        assert_eq!(next("*/15 * * * *", at), "2026-01-30T10:15:00Z");
        assert_eq!(next("0 2 * * *", at), "2026-01-31T02:00:00Z");
        assert_eq!(next("30 4 1 * *", at), "2026-02-01T04:30:00Z");
        assert_eq!(next("0 0 * * 0", at), "2026-02-01T00:00:00Z");
        assert_eq!(next("@hourly", at), "2026-01-30T11:00:00Z");
        assert_eq!(next("0 0 29 2 *", at), "2028-02-29T00:00:00Z");
        for bad in ["", "* * * *", "61 * * * *", "*/0 * * * *", "a * * * *", "5-1 * * * *"] {
            assert_eq!(Schedule::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cron_job_makes_jobs_and_forgets_old_ones() {
        let mut world = world_with_nodes(1);
        let mut body = json!({
            "metadata": {"namespace": "d", "name": "tick"},
            "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b", "command": ["true"]}]}}}}},
        });
        super::super::super::defaults::fill(Kind::CronJob, &mut body);
        let key = world.create(Kind::CronJob, body).key.clone();
        advance(&mut world, 360.0);
        let jobs = world.store.count(Kind::Job);
        assert!((3..=4).contains(&jobs), "{jobs}: three finished ones are kept");
        let status = world.store.get(Kind::CronJob, &key).unwrap().value()["status"].clone();
        assert!(status["lastScheduleTime"].is_string());
        let waiting = world.agenda_len();
        advance(&mut world, 600.0);
        assert!(world.agenda_len() <= waiting + 1, "{} tasks wait, {waiting} before", world.agenda_len());
    }
}
