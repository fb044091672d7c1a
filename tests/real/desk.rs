//! A worker without a window, signed in to the OpenStack bed, and the state that its events make.

use crate::bed;
use bayview::live::command::{Change, Command, Topic};
use bayview::live::state::{Job, Outcome, Session, State};
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::model::bay::{Bay, NewBay};
use bayview::model::bay_model::BayModelSpec;
use bayview::model::cloud::{Profile, Secrets};
use bayview::model::problem::{Problem, ProblemKind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longest wait for anything: a bay takes half a minute, many minutes where a dozen are made at once on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(600);
/// After this a deletion that shows nothing of itself was forgotten.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// The bay model that journeys share.
const MODEL: &str = "j-model";

pub struct Desk {
    pub state: State,
    worker: WorkerHandle,
    _folder: tempfile::TempDir,
}

/// How the worker is set up for the beds: their clouds.yaml, and nothing kept.
pub fn worker_options(folder: &tempfile::TempDir) -> WorkerOptions {
    WorkerOptions {
        config_folder: folder.path().join("config"),
        use_keyring: false,
        profile_places: Some(ProfilePlaces { clouds_yaml: Some(bed::clouds_yaml()) }),
        ..WorkerOptions::default()
    }
}

impl Desk {
    /// Nobody signed in.
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let worker = WorkerHandle::start(worker_options(&folder), Arc::new(|| {})).expect("a worker");
        Desk { state: State::default(), worker, _folder: folder }
    }

    /// Signed in to a cloud of the bed's clouds.yaml.
    pub fn at(cloud: &str) -> Desk {
        let mut desk = Desk::new();
        let profile = desk.profile(cloud);
        desk.sign_in_as((profile, Secrets::default()));
        desk.arrive();
        desk
    }

    /// Signed in with a profile that is in no file.
    pub fn signed_in_as(who: (Profile, Secrets)) -> Desk {
        let mut desk = Desk::new();
        desk.sign_in_as(who);
        desk.arrive();
        desk
    }

    /// A cloud of the bed's clouds.yaml, as the worker finds it.
    pub fn profile(&mut self, cloud: &str) -> Profile {
        self.send(Command::LoadProfiles);
        self.until("the profiles", |s| s.profiles.value.is_some());
        let profiles = self.state.profiles.value.as_ref().expect("profiles");
        profiles.iter().find(|p| p.name == cloud).unwrap_or_else(|| panic!("no cloud {cloud}")).clone()
    }

    pub fn sign_in_as(&mut self, (profile, secrets): (Profile, Secrets)) {
        self.send(Command::SignIn { profile: Box::new(profile), secrets, remember: false });
    }

    /// Waits for the session and its first lists; lists are then kept fresh.
    pub fn arrive(&mut self) {
        self.until("the session", |s| {
            if let Session::SigningIn(signing) = &s.session
                && let Some(problem) = &signing.problem
            {
                panic!("the sign-in failed: {problem}");
            }
            s.signed_in().is_some() && s.bays.loaded_at.is_some() && s.projects.value.is_some()
        });
        // A dozen desks look at one Heat, which has one core.
        self.send(Command::SetRefresh(5));
        self.look(vec![Topic::Bays]);
    }

    /// Waits until the sign-in has failed, and tells why.
    pub fn sign_in_problem(&mut self) -> Problem {
        self.until("a failed sign-in", |s| {
            assert!(s.signed_in().is_none(), "signed in after all");
            matches!(&s.session, Session::SigningIn(s) if s.problem.is_some())
        });
        let Session::SigningIn(signing) = &self.state.session else { panic!("{:?}", self.state.session) };
        signing.problem.clone().expect("a problem")
    }

    pub fn send(&self, command: Command) {
        self.worker.commands().send(command);
    }

    pub fn look(&self, topics: Vec<Topic>) {
        self.send(Command::Look(topics));
    }

    /// Takes in events until a condition holds.
    pub fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        assert!(self.within(PATIENCE, what, condition), "waited in vain for {what}; {}", self.about());
    }

    /// Takes in events until a condition holds, but no longer than this; tells whether it does.
    fn within(&mut self, patience: Duration, what: &str, condition: impl Fn(&State) -> bool) -> bool {
        let begun = Instant::now();
        while !condition(&self.state) {
            let Some(left) = patience.checked_sub(begun.elapsed()) else { return false };
            if let Some(event) = self.worker.wait_event(left) {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64();
                self.state.apply(event, now);
            }
            assert!(!self.worker.is_over(), "the worker ended while {what} was waited for");
        }
        true
    }

    /// What helps to understand a wait in vain.
    fn about(&self) -> String {
        let bays = self.state.bays.value.iter().flat_map(|b| b.iter());
        let bays: Vec<_> = bays.map(|b| format!("{} {} {:?}", b.name, b.status.word(), b.status_reason)).collect();
        let links: Vec<_> = self.state.insides.values().map(|p| &p.link).collect();
        format!("session {:?}; bays {bays:?}, {:?}; insides {links:?}", self.state.session, self.state.bays.problem)
    }

    /// Asks for a change and waits for its answer.
    pub fn change(&mut self, change: Change) -> Job {
        let id = self.worker.commands().change(change);
        self.until("the answer to a change", |s| s.job(id).is_some_and(|j| j.outcome != Outcome::Running));
        self.state.job(id).expect("a job").clone()
    }

    /// Asks for a change that must be accepted.
    pub fn done(&mut self, change: Change) -> Job {
        let job = self.change(change);
        assert!(matches!(job.outcome, Outcome::Done | Outcome::Accepted), "{}: {:?}", job.command_line, job.outcome);
        job
    }

    /// Asks for a change that must be refused; tells why.
    pub fn refused(&mut self, change: Change) -> Problem {
        let job = self.change(change);
        match job.outcome {
            Outcome::Failed(problem) => problem,
            other => panic!("{} was not refused: {other:?}", job.command_line),
        }
    }

    /// The uuid of the bay model that journeys share; it is made where it is missing.
    pub fn model(&mut self) -> String {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        // The first answer may belong to a question that was on its way already.
        for _ in 0..2 {
            let seen = self.state.bay_models.loaded_at;
            self.send(Command::Refresh(Topic::BayModels));
            self.until("bay models", |s| s.bay_models.loaded_at > seen);
            let known = self.state.bay_models.value.iter().flat_map(|m| m.iter()).find(|m| m.name == MODEL);
            if let Some(model) = known {
                return model.id.clone();
            }
        }
        self.done(Change::CreateBayModel(Box::new(model(MODEL)))).made.expect("a uuid")
    }

    /// Asks for a bay of the shared model; tells its uuid. Its page is looked at.
    pub fn create(&mut self, name: &str) -> String {
        self.create_as(NewBay { name: name.into(), ..NewBay::default() })
    }

    /// The same, where more than the name is its own.
    pub fn create_as(&mut self, bay: NewBay) -> String {
        let bay = NewBay { model_id: self.model(), node_count: Some(1), master_count: Some(1), ..bay };
        let id = self.done(Change::CreateBay(Box::new(bay))).made.expect("a uuid");
        self.look(vec![Topic::Bays, Topic::Bay(id.clone())]);
        id
    }

    pub fn new_bay(&self, name: &str, model_id: &str) -> NewBay {
        NewBay { name: name.into(), model_id: model_id.into(), ..NewBay::default() }
    }

    pub fn bay(&self, id: &str) -> &Bay {
        self.state.bay(id).unwrap_or_else(|| panic!("no bay {id}"))
    }

    /// Waits for a status of a bay; another end of what goes on is a failure.
    pub fn until_status(&mut self, id: &str, word: &str) {
        let action = word.split('_').next().expect("an action").to_owned();
        self.until(&format!("{word} of {id}"), |s| {
            let Some(bay) = s.bay(id) else { return false };
            let now = bay.status.word();
            let ended = now.starts_with(&action) && !bay.status.in_progress();
            assert!(!ended || now == word, "{} is {now}: {:?}", bay.name, bay.status_reason);
            now == word
        });
    }

    /// Asks for the deletion of a bay.
    pub fn delete(&mut self, id: &str) {
        let name = self.state.bay(id).map(|b| b.name.clone()).unwrap_or_default();
        self.done(Change::DeleteBay { id: id.into(), name });
    }

    /// Waits until a bay is no more, on its page and in the list.
    pub fn until_gone(&mut self, id: &str) {
        self.look(vec![Topic::Bays, Topic::Bay(id.into())]);
        let missing = |p: &Problem| p.kind == ProblemKind::NotFound;
        let gone = |s: &State| {
            s.details.get(id).is_some_and(|d| d.bay.problem.as_ref().is_some_and(missing))
                && s.bays.value.as_ref().is_some_and(|bays| bays.iter().all(|b| b.id != id))
        };
        // A busy Magnum may write down what it saw of the stack before the deletion, and forget the deletion over it: whoever
        // looks at the bay then asks again.
        let forgotten = |s: &State| s.bay(id).is_some_and(|bay| !bay.status.word().starts_with("DELETE"));
        if !self.within(FORGOTTEN, "the end of a bay", gone) && forgotten(&self.state) {
            self.delete(id);
        }
        self.until("the end of a bay", gone);
    }
}

/// A bay model for Kubernetes that both Magnums take.
pub fn model(name: &str) -> BayModelSpec {
    BayModelSpec {
        name: name.into(),
        coe: Some(bayview::model::bay::Coe::Kubernetes),
        image: "fedora-coreos".into(),
        keypair: Some("demokey".into()),
        external_network: Some("public".into()),
        flavor: Some("m1.small".into()),
        master_flavor: Some("m1.small".into()),
        ..BayModelSpec::default()
    }
}
