//! The one place where the state changes: `State::apply` takes one event.

use super::command::ManifestMode;
use super::event::{Choice, Event, Part};
use super::loadable::Loadable;
use super::state::{BayDetail, Choices, Job, ManifestReport, Notice, Outcome, Session, SignInStep, SigningIn, State};
use crate::model::bay::{Bay, Health};
use crate::model::kubeconfig;
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
                let before = match std::mem::take(&mut self.session) {
                    Session::In(session) => Some(session),
                    Session::SigningIn(signing) => signing.before,
                    Session::Out => None,
                };
                self.session = Session::SigningIn(SigningIn {
                    profile: *profile,
                    steps: Vec::new(),
                    started_at: now,
                    asks: None,
                    problem: None,
                    before,
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
            Event::SignInStopped => {
                self.session = match std::mem::take(&mut self.session) {
                    Session::SigningIn(SigningIn { before: Some(session), .. }) | Session::In(session) => {
                        Session::In(session)
                    }
                    Session::SigningIn(_) | Session::Out => Session::Out,
                };
            }
            Event::SignedOut => {
                self.session = Session::Out;
                self.forget_place();
            }
            Event::SignedIn(session) => {
                self.session = Session::In(session);
                self.arrivals += 1;
                self.forget_place();
            }
            Event::Identity(identity) => {
                if let Some(session) = self.signed_in_mut() {
                    session.identity = *identity;
                }
            }
            Event::Magnum(answer) => {
                if let Some(session) = self.signed_in_mut() {
                    session.magnum.finish(answer, now);
                }
            }
            Event::Projects(answer) => self.projects.finish(answer.map(Arc::new), now),
            Event::Loading(part) => self.loading(part, now),
            Event::Bays(answer) => {
                if let Ok(bays) = &answer {
                    self.details_follow(bays);
                    self.settle_by_list(bays, now);
                }
                self.bays.finish(answer.map(Arc::new), now);
            }
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
            Event::KubeconfigOpened { mut bay, alone } => {
                self.kubeconfigs_opened = (self.kubeconfigs_opened.0 + 1, alone);
                self.kubeconfigs.retain(|known| known.id != bay.id);
                // What is sent to one `default` must not be meant for another.
                let mut names = kubeconfig::names_of(&bay.id).into_iter();
                if let Some(name) = names.find(|name| self.kubeconfigs.iter().all(|known| known.name != *name)) {
                    bay.name = name;
                }
                self.kubeconfigs.push(*bay);
            }
            Event::KubeconfigAsks(file) => self.kubeconfig_asks = Some(file),
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
                // The first end of a job is its end; what was only accepted may still be settled.
                let open = |j: &&mut Job| j.id == job && j.finished_at.is_none();
                if let Some(entry) = self.journal.iter_mut().rev().find(open) {
                    if !matches!(outcome, Outcome::Running | Outcome::Accepted) {
                        entry.finished_at = Some(now);
                    }
                    entry.outcome = outcome;
                    entry.made = made.or(entry.made.take());
                    entry.request_id = request_id.or(entry.request_id.take());
                    let entry = entry.clone();
                    self.notice_of_job(&entry, now);
                    if entry.outcome == Outcome::Accepted {
                        self.settle_later(&entry, now);
                    }
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
        self.kubeconfig_asks = None;
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

    /// A bay's own page must not lag behind a newer list: what moves is taken over from it. The rest a list may not carry.
    fn details_follow(&mut self, bays: &[Bay]) {
        for row in bays {
            let Some(bay) = self.details.get_mut(&row.id).and_then(|d| d.bay.value.as_mut()) else { continue };
            if row.status_reason.is_some() || bay.status != row.status {
                bay.status_reason.clone_from(&row.status_reason);
            }
            bay.status = row.status.clone();
            bay.node_count = row.node_count;
            // Complete without a way in would be half the news.
            if row.api_address.is_some() {
                bay.api_address.clone_from(&row.api_address);
            }
            if row.health != Health::NotReported {
                bay.health = row.health.clone();
            }
        }
    }

    fn bay_answered(&mut self, id: String, answer: Result<Box<Bay>, Problem>, now: f64) {
        let gone = matches!(&answer, Err(p) if p.kind == ProblemKind::NotFound);
        if gone || answer.is_ok() {
            self.settle_by_bay(&id, answer.as_deref().ok(), now);
        }
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
                if gone {
                    // What is gone is not merely old: its page says so instead of showing what it was.
                    detail.bay.value = None;
                    detail.bay.loaded_at = None;
                    self.insides.remove(&id);
                    if let Some(bays) = &mut self.bays.value {
                        Arc::make_mut(bays).retain(|b| b.id != id);
                    }
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

    pub(super) fn notice(&mut self, mut notice: Notice) {
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
    use crate::live::state::{SignInStepKind, SignedIn};
    use crate::model::bay::BayStatus;
    use crate::model::cloud::Identity;

    fn job(id: u64) -> Job {
        Job {
            id,
            started_at: 1.0,
            finished_at: None,
            what: "job-create-bay",
            target: "k8s".into(),
            place: "lab".into(),
            command_line: String::new(),
            bay: None,
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

    fn signed_in(cloud: &str) -> Box<SignedIn> {
        let identity = Identity { cloud: cloud.into(), ..Identity::default() };
        Box::new(SignedIn { identity, magnum: Loadable::default(), demo: false })
    }

    #[test]
    fn a_sign_in_that_comes_to_nothing_leaves_the_session_that_stood() {
        let mut state = State::default();
        state.apply(Event::SignedIn(signed_in("lab")), 1.0);
        state.apply(Event::Bays(Ok(Vec::new())), 1.0);
        for end in [Event::SignInFailed(Problem::new(ProblemKind::Auth, "keystone", "no")), Event::SignInStopped] {
            state.apply(Event::SignInStarted(Box::default()), 2.0);
            assert_eq!(state.signed_in().map(|s| s.identity.cloud.as_str()), Some("lab"));
            state.apply(end, 3.0);
            assert_eq!(state.signed_in().map(|s| s.identity.cloud.as_str()), Some("lab"));
            assert!(state.bays.value.is_some(), "what was loaded stays");
        }
        assert!(matches!(state.session, Session::In(_)));
        state.apply(Event::SignInStarted(Box::default()), 4.0);
        state.apply(Event::SignedOut, 5.0);
        assert!(state.signed_in().is_none(), "signing out ends both");
    }

    #[test]
    fn a_bay_that_is_gone_is_not_shown_any_more() {
        let mut state = State::default();
        let bay = Bay::unknown("uuid");
        state.apply(Event::Bays(Ok(vec![bay.clone()])), 1.0);
        state.apply(Event::Bay("uuid".into(), Ok(Box::new(bay))), 1.0);
        state.apply(Event::Inside("uuid".into(), Arc::default()), 1.0);
        let gone = Problem::new(ProblemKind::NotFound, "magnum", "no such cluster");
        state.apply(Event::Bay("uuid".into(), Err(gone)), 2.0);
        assert!(state.bay("uuid").is_none());
        assert!(state.insides.is_empty());
        let lost = Problem::new(ProblemKind::Network, "magnum", "refused");
        state.apply(Event::Bays(Ok(vec![Bay::unknown("other")])), 3.0);
        state.apply(Event::Bay("other".into(), Ok(Box::new(Bay::unknown("other")))), 3.0);
        state.apply(Event::Bay("other".into(), Err(lost)), 4.0);
        assert!(state.bay("other").is_some(), "a failure that may pass keeps the old value");
    }

    #[test]
    fn a_newer_list_moves_the_page_of_a_bay() {
        let mut state = State::default();
        let seen = |status: &str| Bay { status: BayStatus::parse(Some(status)), ..Bay::unknown("uuid") };
        let detail = Bay { keypair: Some("mika".into()), ..seen("CREATE_IN_PROGRESS") };
        state.apply(Event::Bay("uuid".into(), Ok(Box::new(detail))), 1.0);
        state.apply(Event::Bays(Ok(vec![seen("CREATE_COMPLETE")])), 2.0);
        let bay = state.bay("uuid").unwrap();
        assert_eq!((bay.status.word().as_str(), bay.keypair.as_deref()), ("CREATE_COMPLETE", Some("mika")));
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
