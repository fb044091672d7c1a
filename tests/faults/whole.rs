//! A worker without a window, and a demo cloud whose services can be made to fail.

use bayview::demo::{DemoCloud, DemoOptions, DemoSize};
use bayview::live::command::{Command, Topic};
use bayview::live::state::{Session, State};
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::model::cloud::{Profile, Secrets};
use bayview::model::problem::Problem;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(40);

/// A worker, the state that its events make, and the cloud.
pub struct Whole {
    pub cloud: DemoCloud,
    pub state: State,
    worker: WorkerHandle,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Whole {
    /// A small demo cloud, and nobody signed in.
    pub fn new() -> Whole {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let options = DemoOptions { seed: 1, size: DemoSize::Small, speed: 10.0, ..DemoOptions::default() };
        let cloud = runtime.block_on(DemoCloud::start(options)).expect("a demo cloud");
        let folder = tempfile::tempdir().expect("a folder");
        let options = WorkerOptions {
            config_folder: folder.path().to_owned(),
            use_keyring: false,
            profile_places: Some(ProfilePlaces::default()),
            ..WorkerOptions::default()
        };
        let worker = WorkerHandle::start(options, Arc::new(|| {})).expect("a worker");
        Whole { cloud, state: State::default(), worker, _runtime: runtime, _folder: folder }
    }

    /// Signed in as the first account, looking at the list of bays.
    pub fn signed_in() -> Whole {
        let mut whole = Whole::new();
        whole.sign_in("");
        whole.until("the session", |s| s.signed_in().is_some() && s.bays.value.is_some());
        whole.send(Command::SetRefresh(2));
        whole.send(Command::Look(vec![Topic::Bays]));
        whole
    }

    /// Signs in as the first account; another password where one is given.
    pub fn sign_in(&mut self, password: &str) {
        let login = self.cloud.logins().first().expect("an account").clone();
        let given = if password.is_empty() { login.password.clone() } else { password.to_owned() };
        let profile = Profile {
            name: "demo".to_owned(),
            auth_url: self.cloud.auth_url().to_owned(),
            username: login.user.clone(),
            user_domain_name: "Default".to_owned(),
            project_name: login.project.clone().unwrap_or_default(),
            project_domain_name: "Default".to_owned(),
            ..Profile::default()
        };
        self.sign_in_as(profile, Secrets { password: Some(given.into()), ..Secrets::default() });
    }

    /// Signs in with a profile.
    pub fn sign_in_as(&mut self, profile: Profile, secrets: Secrets) {
        self.send(Command::SignIn { profile: Box::new(profile), secrets, remember: false });
    }

    pub fn send(&self, command: Command) {
        self.worker.commands().send(command);
    }

    /// Takes in events until a condition holds.
    pub fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        while !condition(&self.state) {
            let left = PATIENCE.checked_sub(begun.elapsed());
            let left = left.unwrap_or_else(|| panic!("waited in vain for {what}; session {:?}", self.state.session));
            if let Some(event) = self.worker.wait_event(left) {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64();
                self.state.apply(event, now);
            }
        }
    }

    /// Signs in as an account that may enter more than one project.
    pub fn sign_in_with_several_projects(&mut self) {
        let login = self.cloud.logins().iter().find(|l| l.note == "admin").expect("an administrator").clone();
        let profile = Profile {
            name: "demo".to_owned(),
            auth_url: self.cloud.auth_url().to_owned(),
            username: login.user.clone(),
            user_domain_name: "Default".to_owned(),
            project_name: login.project.clone().unwrap_or_default(),
            project_domain_name: "Default".to_owned(),
            ..Profile::default()
        };
        self.sign_in_as(profile, Secrets { password: Some(login.password.into()), ..Secrets::default() });
    }

    /// Waits until so many tokens of the cloud are good.
    pub fn until_tokens(&mut self, what: &str, wanted: usize) {
        let begun = Instant::now();
        while self.cloud.tokens_in_use() != wanted {
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
            std::thread::yield_now();
        }
    }

    /// Waits until the sign-in has failed, and tells why.
    pub fn sign_in_problem(&mut self) -> Problem {
        self.until("a failed sign-in", |s| matches!(&s.session, Session::SigningIn(s) if s.problem.is_some()));
        match &self.state.session {
            Session::SigningIn(signing) => signing.problem.clone().expect("a problem"),
            other => panic!("expected a failed sign-in, found {other:?}"),
        }
    }
}
