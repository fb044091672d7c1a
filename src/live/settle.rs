//! Follows what a service accepted to its end: a bay that was asked for comes up, is resized or goes away, or fails.
//! Magnum answers such a request at once and works on for minutes; only the bay's status tells how it ended.

use super::command::JobId;
use super::state::{Job, Notice, Outcome, State};
use crate::model::bay::{Bay, BayAction, BayId, BayPhase, BayStatus};
use crate::model::faults::{Cause, Fault};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;

/// How long a bay may show its old status after a request was accepted, seconds: Magnum's conductor takes the work from
/// a queue, and an answer may have been on its way already.
const QUEUE_SECS: f64 = 30.0;

/// An accepted job whose end is not known yet.
#[derive(Debug, Clone)]
pub struct Settling {
    job: JobId,
    work: Work,
    /// The bay it is about.
    bay: BayId,
    /// Where: bays of another project say nothing about it.
    place: (String, String, String),
    accepted_at: f64,
    /// The bay was seen at work since.
    moved: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Create,
    Resize,
    Delete,
}

/// What was seen of a bay.
#[derive(Clone, Copy)]
enum Seen<'b> {
    Is(&'b Bay),
    Gone,
}

impl Settling {
    /// How it ended, if it has.
    fn verdict(&mut self, seen: Seen<'_>, now: f64) -> Option<Result<(), Problem>> {
        let bay = match (seen, self.work) {
            (Seen::Gone, Work::Delete) => return Some(Ok(())),
            (Seen::Gone, _) => {
                let said = format!("the bay {} does not exist any more", self.bay);
                return Some(Err(Problem::new(ProblemKind::NotFound, "magnum", said)));
            }
            (Seen::Is(bay), _) => bay,
        };
        if bay.status.in_progress() {
            self.moved = true;
            return None;
        }
        // What a bay was before it was asked to change says nothing about the change.
        let told = self.moved || now - self.accepted_at > QUEUE_SECS;
        match (self.work, &bay.status) {
            (Work::Create, status) if status.failed() => Some(Err(failure(bay))),
            (Work::Create, BayStatus::Known(_, BayPhase::Complete)) => Some(Ok(())),
            (Work::Resize, status) if told && status.failed() => Some(Err(failure(bay))),
            (Work::Resize, BayStatus::Known(_, BayPhase::Complete)) if told => Some(Ok(())),
            (Work::Delete, BayStatus::Known(BayAction::Delete, BayPhase::Complete)) => Some(Ok(())),
            (Work::Delete, status) if self.moved && status.failed() => Some(Err(failure(bay))),
            _ => None,
        }
    }
}

/// Why a bay failed.
fn failure(bay: &Bay) -> Problem {
    let short = Fault::of_bay(bay).iter().any(|f| matches!(f.cause, Cause::Quota { .. }));
    let kind = if short { ProblemKind::Quota } else { ProblemKind::Server };
    let said = bay.status_reason.clone().filter(|r| !r.is_empty()).unwrap_or_else(|| bay.status.word());
    Problem::new(kind, "magnum", said)
}

impl State {
    /// Bays of this place that somebody works on at our request: they are looked at until that ends.
    pub fn settling_bays(&self) -> Vec<BayId> {
        let Some(place) = self.place() else { return Vec::new() };
        let mut ids: Vec<BayId> = Vec::new();
        for one in self.settling.iter().filter(|s| s.place == place) {
            if !ids.contains(&one.bay) {
                ids.push(one.bay.clone());
            }
        }
        ids
    }

    /// A job was accepted: its bay is followed from now on.
    pub(super) fn settle_later(&mut self, job: &Job, now: f64) {
        let (work, bay) = match job.what {
            "job-create-bay" => (Work::Create, job.made.clone()),
            "job-scale-bay" => (Work::Resize, job.bay.clone()),
            "job-delete-bay" => (Work::Delete, job.bay.clone()),
            _ => return,
        };
        if let (Some(bay), Some(place)) = (bay, self.place()) {
            self.settling.push(Settling { job: job.id, work, bay, place, accepted_at: now, moved: false });
        }
    }

    /// One bay was read; `None`: it is gone.
    pub(super) fn settle_by_bay(&mut self, id: &str, bay: Option<&Bay>, now: f64) {
        self.settle(|s| (s.bay == id).then_some(bay.map_or(Seen::Gone, Seen::Is)), now);
    }

    /// The list was read. A bay that is not in it is gone if it was to be deleted; a new one may only be too new.
    pub(super) fn settle_by_list(&mut self, bays: &[Bay], now: f64) {
        self.settle(
            |s| match bays.iter().find(|b| b.id == s.bay) {
                Some(bay) => Some(Seen::Is(bay)),
                None => (s.work == Work::Delete).then_some(Seen::Gone),
            },
            now,
        );
    }

    fn settle<'b>(&mut self, seen: impl Fn(&Settling) -> Option<Seen<'b>>, now: f64) {
        let Some(place) = self.place() else { return };
        let mut ended = Vec::new();
        self.settling.retain_mut(|one| {
            let verdict = if one.place == place { seen(one).and_then(|s| one.verdict(s, now)) } else { None };
            let Some(verdict) = verdict else { return true };
            ended.push((one.job, one.work, verdict));
            false
        });
        for (job, work, verdict) in ended {
            self.end(job, work, verdict, now);
        }
    }

    fn end(&mut self, job: JobId, work: Work, verdict: Result<(), Problem>, now: f64) {
        let Some(entry) = self.journal.iter_mut().rev().find(|j| j.id == job) else { return };
        entry.finished_at = Some(now);
        let args = vec![("job", entry.what.to_owned()), ("target", entry.target.clone())];
        let (sign, message, problem) = match verdict {
            Ok(()) => {
                entry.outcome = Outcome::Done;
                let message = match work {
                    Work::Create => "notice-bay-up",
                    Work::Resize => "notice-bay-resized",
                    Work::Delete => "notice-bay-deleted",
                };
                (Sign::Ok, message, None)
            }
            Err(problem) => {
                entry.outcome = Outcome::Failed(problem.clone());
                (Sign::Failed, "notice-job-failed", Some(problem))
            }
        };
        self.notice(Notice { id: 0, at: now, sign, message, args, problem, job: Some(job) });
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::loadable::Loadable;
    use super::super::state::{Session, SignedIn};
    use super::*;
    use crate::model::cloud::Identity;

    fn state(what: &'static str, outcome: Outcome) -> State {
        let identity = Identity { cloud: "lab".into(), region: "RegionOne".into(), ..Identity::default() };
        let session = SignedIn { identity, magnum: Loadable::default(), demo: false };
        let mut state = State { session: Session::In(Box::new(session)), ..State::default() };
        let job = Job {
            id: 1,
            started_at: 0.0,
            finished_at: None,
            what,
            target: "k8s".into(),
            place: "lab".into(),
            command_line: String::new(),
            bay: (what != "job-create-bay").then(|| "uuid".to_owned()),
            made: None,
            outcome: Outcome::Running,
            request_id: None,
        };
        state.apply(Event::JobStarted(Box::new(job)), 0.0);
        let made = (what == "job-create-bay").then(|| "uuid".to_owned());
        state.apply(Event::JobChanged { job: 1, outcome, made, request_id: None }, 1.0);
        state
    }

    fn bay(status: &str) -> Box<Bay> {
        Box::new(Bay { status: BayStatus::parse(Some(status)), ..Bay::unknown("uuid") })
    }

    fn see(state: &mut State, status: &str, now: f64) {
        state.apply(Event::Bay("uuid".into(), Ok(bay(status))), now);
    }

    fn last(state: &State) -> &'static str {
        state.notices.last().map_or("", |n| n.message)
    }

    #[test]
    fn a_bay_that_came_up_ends_its_job_and_is_told() {
        let mut state = state("job-create-bay", Outcome::Accepted);
        assert_eq!(state.settling_bays(), ["uuid"]);
        assert_eq!(state.journal[0].finished_at, None, "the cloud still works on it");
        see(&mut state, "CREATE_IN_PROGRESS", 5.0);
        assert_eq!(state.journal[0].outcome, Outcome::Accepted);
        see(&mut state, "CREATE_COMPLETE", 200.0);
        assert_eq!((&state.journal[0].outcome, state.journal[0].finished_at), (&Outcome::Done, Some(200.0)));
        assert_eq!(last(&state), "notice-bay-up");
        assert!(state.settling_bays().is_empty());
    }

    #[test]
    fn a_bay_that_failed_ends_its_job_with_its_reason() {
        let mut state = state("job-create-bay", Outcome::Accepted);
        let mut failed = bay("CREATE_FAILED");
        failed.status_reason = Some("no valid host".into());
        state.apply(Event::Bays(Ok(vec![*failed])), 9.0);
        let Outcome::Failed(problem) = &state.journal[0].outcome else { panic!("it failed") };
        assert_eq!(problem.said, "no valid host");
        assert_eq!(state.notices.last().map(|n| n.sign), Some(Sign::Failed));
    }

    #[test]
    fn an_old_status_does_not_end_a_resize() {
        let mut state = state("job-scale-bay", Outcome::Accepted);
        see(&mut state, "CREATE_COMPLETE", 2.0);
        assert_eq!(state.journal[0].outcome, Outcome::Accepted, "that was before the resize");
        see(&mut state, "UPDATE_IN_PROGRESS", 4.0);
        see(&mut state, "UPDATE_COMPLETE", 60.0);
        assert_eq!((&state.journal[0].outcome, last(&state)), (&Outcome::Done, "notice-bay-resized"));
    }

    #[test]
    fn a_deleted_bay_is_one_that_is_no_longer_there() {
        let mut state = state("job-delete-bay", Outcome::Accepted);
        state.apply(Event::Bays(Ok(vec![*bay("DELETE_IN_PROGRESS")])), 3.0);
        assert_eq!(state.journal[0].outcome, Outcome::Accepted);
        state.apply(Event::Bays(Ok(Vec::new())), 9.0);
        assert_eq!((&state.journal[0].outcome, last(&state)), (&Outcome::Done, "notice-bay-deleted"));
    }

    #[test]
    fn bays_of_another_project_say_nothing() {
        let mut state = state("job-delete-bay", Outcome::Accepted);
        let Session::In(session) = &mut state.session else { panic!("signed in") };
        session.identity.region = "RegionTwo".into();
        state.apply(Event::Bays(Ok(Vec::new())), 9.0);
        assert_eq!(state.journal[0].outcome, Outcome::Accepted);
        assert!(state.settling_bays().is_empty(), "nor are they looked at from there");
    }
}
