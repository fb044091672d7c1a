//! The one place where the state changes: `State::apply` takes one event.

use super::command::ManifestMode;
use super::event::{Choice, Event, Part};
use super::loadable::Loadable;
use super::state::{BayDetail, Choices, Job, ManifestReport, Notice, Outcome, Session, SignInStep, SigningIn, State};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use std::sync::Arc;

/// Entries kept in the journal and under the bell.
const KEPT: usize = 2000;

impl State {
    /// Applies one event; `now` in seconds since 1970.
    pub fn apply(&mut self, event: Event, now: f64) {
        match event {
            Event::Profiles { profiles, problems } => {
                self.profiles.finish(Ok(Arc::new(profiles)), now);
                self.profile_problems = problems;
            }
            Event::SignInStarted(profile) => {
                self.session = Session::SigningIn(SigningIn {
                    profile: *profile,
                    steps: Vec::new(),
                    started_at: now,
                    asks: None,
                    problem: None,
                });
            }
            Event::SignInStep(kind) => {
                if let Session::SigningIn(signing) = &mut self.session {
                    signing.asks = None;
                    signing.problem = None;
                    // A step that is tried again (with a passcode, say) takes the place of its first try.
                    signing.steps.retain(|s| s.kind != kind);
                    signing.steps.push(SignInStep { kind, found: None, took_ms: None, failed: false });
                }
            }
            Event::SignInStepDone { took_ms, found } => {
                if let Session::SigningIn(signing) = &mut self.session
                    && let Some(step) = signing.steps.last_mut()
                {
                    step.took_ms = Some(took_ms);
                    step.found = found;
                }
            }
            Event::SignInAsks(question) => {
                if let Session::SigningIn(signing) = &mut self.session {
                    signing.asks = Some(question);
                }
            }
            Event::SignInFailed(problem) => {
                if let Session::SigningIn(signing) = &mut self.session {
                    if let Some(step) = signing.steps.last_mut() {
                        step.failed = true;
                    }
                    signing.problem = Some(problem);
                }
            }
            Event::SignedOut => {
                self.session = Session::Out;
                self.forget_place();
            }
            Event::SignedIn(session) => {
                self.session = Session::In(session);
                self.forget_place();
            }
            Event::Identity(identity) => {
                if let Session::In(session) = &mut self.session {
                    session.identity = *identity;
                }
            }
            Event::Magnum(answer) => {
                if let Session::In(session) = &mut self.session {
                    session.magnum.finish(answer, now);
                }
            }
            Event::Projects(answer) => self.projects.finish(answer.map(Arc::new), now),
            Event::Loading(part) => self.loading(part, now),
            Event::Bays(answer) => self.bays.finish(answer.map(Arc::new), now),
            Event::BaysPage(bays) => self.bays.partial(Arc::new(bays), now),
            Event::BayModels(answer) => self.bay_models.finish(answer.map(Arc::new), now),
            Event::Bay(id, answer) => self.bay_answered(id, answer, now),
            Event::Servers(id, answer) => {
                if let Some(detail) = self.details.get_mut(&id) {
                    detail.servers.finish(answer.map(Arc::new), now);
                }
            }
            Event::Stack(id, answer) => {
                if let Some(detail) = self.details.get_mut(&id) {
                    match answer {
                        Ok((events, progress)) => {
                            detail.stack_events.finish(Ok(Arc::new(events)), now);
                            detail.stack_progress = progress;
                        }
                        Err(problem) => detail.stack_events.finish(Err(problem), now),
                    }
                }
            }
            Event::NodeGroups(id, answer) => {
                if let Some(detail) = self.details.get_mut(&id) {
                    detail.node_groups.finish(answer.map(Arc::new), now);
                }
            }
            Event::Inside(id, picture) => {
                self.insides.insert(id, picture);
            }
            Event::KubeconfigOpened(bay) => {
                self.kubeconfigs.retain(|b| b.id != bay.id);
                self.kubeconfigs.push(*bay);
            }
            Event::InsideClosed(id) => {
                self.insides.remove(&id);
            }
            Event::Choice(choice) => self.choices.apply(choice, now),
            Event::Containers(answer) => self.containers.finish(answer.map(Arc::new), now),
            Event::JobStarted(job) => {
                self.journal.push(*job);
                trim(&mut self.journal);
            }
            Event::JobChanged { job, outcome, made, request_id } => {
                // The first end of a job is its end.
                let running = |j: &&mut Job| j.id == job && j.finished_at.is_none();
                if let Some(entry) = self.journal.iter_mut().rev().find(running) {
                    if outcome != Outcome::Running {
                        entry.finished_at = Some(now);
                    }
                    entry.outcome = outcome;
                    entry.made = made.or(entry.made.take());
                    entry.request_id = request_id.or(entry.request_id.take());
                    let entry = entry.clone();
                    self.notice_of_job(&entry, now);
                }
            }
            Event::RunObject(job, object) => {
                let started_at = self.job(job).map_or(now, |j| j.started_at);
                self.runs
                    .entry(job)
                    .or_insert_with(|| ManifestReport {
                        mode: ManifestMode::Apply,
                        objects: Vec::new(),
                        finished: false,
                        started_at,
                    })
                    .objects
                    .push(*object);
            }
            Event::RunStarted(job, mode) => {
                self.runs.insert(job, ManifestReport { mode, objects: Vec::new(), finished: false, started_at: now });
            }
            Event::RunFinished(job) => {
                if let Some(run) = self.runs.get_mut(&job) {
                    run.finished = true;
                }
            }
            Event::Object(object, answer) => {
                self.objects.entry(object).or_default().finish(answer.map(Arc::from), now);
            }
            Event::Log(pod, answer) => self.logs.entry(pod).or_default().finish(answer.map(Arc::new), now),
            Event::ContainerLog(id, answer) => {
                self.container_logs.entry(id).or_default().finish(answer.map(Arc::from), now);
            }
            Event::Latency(ms) => self.connection.latency_ms = Some(ms),
            Event::Connection(problem) => {
                self.connection.since = match (&self.connection.problem, &problem) {
                    (None, Some(_)) => Some(now),
                    (Some(_), Some(_)) => self.connection.since,
                    (_, None) => None,
                };
                self.connection.problem = problem;
            }
            Event::Notice(notice) => self.notice(*notice),
            Event::Keyring(text) => self.keyring_problem = Some(text),
        }
    }

    /// What belongs to one project and region is forgotten when one leaves it; the journal stays.
    fn forget_place(&mut self) {
        self.projects = Loadable::default();
        self.bays = Loadable::default();
        self.bay_models = Loadable::default();
        self.details.clear();
        self.kubeconfigs.clear();
        self.insides.clear();
        self.choices = Choices::default();
        self.containers = Loadable::default();
        self.objects.clear();
        self.logs.clear();
        self.container_logs.clear();
        self.connection.problem = None;
        self.connection.since = None;
    }

    fn loading(&mut self, part: Part, now: f64) {
        match part {
            Part::Bays => self.bays.start(now),
            Part::BayModels => self.bay_models.start(now),
            Part::Bay(id) => self.details.entry(id).or_default().bay.start(now),
            Part::Choices => self.choices.start(now),
            Part::Quotas => self.choices.quotas.start(now),
            Part::Containers => self.containers.start(now),
            Part::Object(object) => self.objects.entry(object).or_default().start(now),
            Part::Log(pod) => self.logs.entry(pod).or_default().start(now),
            Part::ContainerLog(id) => self.container_logs.entry(id).or_default().start(now),
        }
    }

    fn bay_answered(&mut self, id: String, answer: Result<Box<crate::model::bay::Bay>, Problem>, now: f64) {
        let gone = matches!(&answer, Err(p) if p.kind == ProblemKind::NotFound);
        let detail: &mut BayDetail = self.details.entry(id.clone()).or_default();
        match answer {
            Ok(bay) => {
                // The list shows at once what the detail knows: a status there must not lag behind the bay's own page.
                if let Some(bays) = &mut self.bays.value
                    && let Some(at) = bays.iter().position(|b| b.id == id)
                    && (bays[at].status != bay.status || bays[at].node_count != bay.node_count)
                {
                    let row = &mut Arc::make_mut(bays)[at];
                    row.status = bay.status.clone();
                    row.status_reason.clone_from(&bay.status_reason);
                    row.node_count = bay.node_count;
                }
                detail.bay.finish(Ok(*bay), now);
            }
            Err(problem) => {
                detail.bay.finish(Err(problem), now);
                if gone && let Some(bays) = &mut self.bays.value {
                    Arc::make_mut(bays).retain(|b| b.id != id);
                }
            }
        }
    }

    fn notice_of_job(&mut self, job: &Job, now: f64) {
        let (sign, problem) = match &job.outcome {
            Outcome::Running => return,
            Outcome::Accepted | Outcome::Done => (Sign::Ok, None),
            Outcome::Partly { .. } => (Sign::Warning, None),
            Outcome::Failed(problem) => (Sign::Failed, Some(problem.clone())),
        };
        let message = match job.outcome {
            Outcome::Accepted => "notice-job-accepted",
            Outcome::Failed(_) => "notice-job-failed",
            Outcome::Partly { .. } => "notice-job-partly",
            _ => "notice-job-done",
        };
        let id = self.notices.last().map_or(1, |n| n.id + 1);
        let args = vec![("job", job.what.to_owned()), ("target", job.target.clone())];
        self.notice(Notice { id, at: now, sign, message, args, problem, job: Some(job.id) });
    }

    fn notice(&mut self, mut notice: Notice) {
        notice.id = self.notices.last().map_or(1, |n| n.id + 1);
        self.notices.push(notice);
        trim(&mut self.notices);
    }
}

impl Choices {
    fn start(&mut self, now: f64) {
        self.flavors.start(now);
        self.keypairs.start(now);
        self.images.start(now);
        self.networks.start(now);
        self.subnets.start(now);
        self.zones.start(now);
    }

    fn apply(&mut self, choice: Choice, now: f64) {
        match choice {
            Choice::Flavors(a) => self.flavors.finish(a.map(Arc::new), now),
            Choice::Keypairs(a) => self.keypairs.finish(a.map(Arc::new), now),
            Choice::Images(a) => self.images.finish(a.map(Arc::new), now),
            Choice::Networks(a) => self.networks.finish(a.map(Arc::new), now),
            Choice::Subnets(a) => self.subnets.finish(a.map(Arc::new), now),
            Choice::Zones(a) => self.zones.finish(a.map(Arc::new), now),
            Choice::Quotas(a) => self.quotas.finish(a.map(Arc::new), now),
        }
    }
}

fn trim<T>(list: &mut Vec<T>) {
    if list.len() > KEPT {
        list.drain(..list.len() - KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::state::SignInStepKind;

    fn job(id: u64) -> Job {
        Job {
            id,
            started_at: 1.0,
            finished_at: None,
            what: "job-create-bay",
            target: "k8s".into(),
            place: "lab".into(),
            command_line: String::new(),
            made: None,
            outcome: Outcome::Running,
            request_id: None,
        }
    }

    #[test]
    fn a_finished_job_leaves_a_notice() {
        let mut state = State::default();
        state.apply(Event::JobStarted(Box::new(job(7))), 1.0);
        let problem = Problem::new(ProblemKind::Quota, "magnum", "over quota");
        state.apply(
            Event::JobChanged {
                job: 7,
                outcome: Outcome::Failed(problem),
                made: None,
                request_id: Some("req-1".into()),
            },
            3.0,
        );
        assert_eq!(state.job(7).and_then(|j| j.finished_at), Some(3.0));
        assert_eq!(state.notices.len(), 1);
        assert_eq!(state.notices[0].sign, Sign::Failed);
    }

    #[test]
    fn a_step_tried_again_takes_the_place_of_its_first_try() {
        let mut state = State::default();
        state.apply(Event::SignInStarted(Box::default()), 1.0);
        state.apply(Event::SignInStep(SignInStepKind::Keystone), 1.0);
        state.apply(Event::SignInFailed(Problem::new(ProblemKind::Auth, "keystone", "no")), 2.0);
        state.apply(Event::SignInStep(SignInStepKind::Keystone), 3.0);
        let Session::SigningIn(signing) = &state.session else { panic!("still signing in") };
        assert_eq!(signing.steps.len(), 1);
        assert!(!signing.steps[0].failed && signing.problem.is_none());
    }

    #[test]
    fn leaving_a_project_forgets_its_bays_and_keeps_the_journal() {
        let mut state = State::default();
        state.apply(Event::Bays(Ok(Vec::new())), 1.0);
        state.apply(Event::JobStarted(Box::new(job(1))), 1.0);
        state.apply(Event::SignedOut, 2.0);
        assert!(state.bays.value.is_none());
        assert_eq!(state.journal.len(), 1);
    }
}
