//! Finding profiles and signing in: step by step, with questions to the user in between.

use super::context::Context;
use super::place::{Place, Switch};
use super::{Arrival, Attempt, Here, Internal, Task, Worker, WorkerOptions};
use crate::api::{self, Client, SignInOptions, SignedIn as ApiSignedIn, client::SignInState, client::SignInStep};
use crate::live::event::Event;
use crate::live::saved::SavedProfiles;
use crate::live::secrets;
use crate::live::state::{Notice, SignInQuestion, SignInStepKind};
use crate::model::cloud::{AuthMethod, Profile, ProfileSource, Secrets};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// An answer of the user to a question of the sign-in.
pub(super) enum Reply {
    /// A one-time code.
    Passcode(Secrets),
    /// A project's id.
    Project(String),
}

/// A question was left without an answer: the sign-in was stopped.
struct Stopped;

impl Worker {
    pub(super) fn sign_in(&mut self, profile: Profile, typed: Secrets, remember: bool) {
        self.begin_attempt();
        let flow = self.flow(false);
        let (sender, replies) = mpsc::channel(4);
        let context = flow.context.clone();
        let work = async move {
            flow.context.send(Event::SignInStarted(Box::new(profile.clone()))).await;
            flow.run(profile, typed, remember, replies).await;
        };
        self.attempt("sign in", context, sender, work);
    }

    /// What a sign-in needs to go on by itself.
    fn flow(&self, demo: bool) -> Flow {
        Flow {
            context: self.context.scoped(),
            internal: self.internal.clone(),
            attempt: self.attempt,
            options: self.options.clone(),
            saved: self.saved.clone(),
            demo,
        }
    }

    fn attempt(
        &mut self,
        name: &'static str,
        context: Context,
        replies: mpsc::Sender<Reply>,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let task = Task(context.spawn(name, work, |problem| vec![Event::SignInFailed(problem)]));
        self.signing_in = Some(Attempt { context, replies, _task: task });
    }

    pub(super) fn open_demo(&mut self) {
        self.begin_attempt();
        let flow = self.flow(true);
        let (sender, replies) = mpsc::channel(4);
        let context = flow.context.clone();
        let running = self.demo.clone();
        let work = async move {
            let profile = demo_profile(String::new());
            flow.context.send(Event::SignInStarted(Box::new(profile))).await;
            flow.context.send(Event::SignInStep(SignInStepKind::Demo)).await;
            let started = Instant::now();
            let demo = match running {
                Some(demo) => demo,
                None => {
                    let options = crate::demo::DemoOptions {
                        seed: flow.options.demo_seed,
                        size: flow.options.demo_size,
                        speed: flow.options.demo_speed,
                        port: None,
                        churn: flow.options.demo_churn,
                    };
                    match crate::demo::DemoCloud::start(options).await {
                        Ok(demo) => Arc::new(demo),
                        Err(error) => {
                            let problem = Problem::new(ProblemKind::Internal, "demo cloud", error.to_string());
                            flow.context.send(Event::SignInFailed(problem)).await;
                            return;
                        }
                    }
                }
            };
            if flow.internal.send(Internal::Demo { attempt: flow.attempt, demo: demo.clone() }).await.is_err() {
                return;
            }
            let found = Some(("sign-in-found-demo", vec![("url", demo.auth_url().to_owned())]));
            flow.context.send(Event::SignInStepDone { took_ms: millis(started), found }).await;
            let mut profile = demo_profile(demo.auth_url().to_owned());
            let mut secrets = Secrets::default();
            if let Some(login) = demo.logins().first() {
                profile.username = login.user.to_string();
                profile.project_name = login.project.as_deref().unwrap_or_default().to_owned();
                secrets.password = Some(login.password.to_string().into());
            }
            flow.run(profile, secrets, false, replies).await;
        };
        self.attempt("open the demo", context, sender, work);
    }

    pub(super) fn reply(&self, reply: Reply) {
        // Never waits: a sign-in that is busy with one answer needs no further ones.
        if let Some(attempt) = &self.signing_in
            && attempt.replies.try_send(reply).is_err()
        {
            tracing::debug!("the sign-in waits for no answer");
        }
    }

    pub(super) fn switch(&mut self, switch: Switch) {
        let Some(Here { place, .. }) = &self.here else { return };
        let place = place.clone();
        self.attempt += 1;
        let flow = self.flow(place.demo);
        let context = flow.context.clone();
        let work = async move {
            match place.switch(switch).await {
                Ok(place) => flow.arrive(Arc::new(place)).await,
                Err(problem) => notice(&flow.context, "notice-switch-failed", problem).await,
            }
        };
        let (sender, _) = mpsc::channel(1);
        self.attempt("switch", context, sender, work);
    }
}

/// One sign-in on its way.
struct Flow {
    context: Context,
    internal: mpsc::Sender<Internal>,
    /// Its number.
    attempt: u64,
    options: WorkerOptions,
    saved: SavedProfiles,
    demo: bool,
}

impl Flow {
    async fn run(self, profile: Profile, typed: Secrets, remember: bool, mut replies: mpsc::Receiver<Reply>) {
        if let Some(fault) = self.lasting_fault(&profile).await {
            self.context.send(Event::SignInStep(SignInStepKind::Keystone)).await;
            let problem = Problem::new(ProblemKind::Config, "profile", fault);
            self.context.send(Event::SignInFailed(problem)).await;
            return;
        }
        let secrets = self.complete(&profile, typed).await;
        match self.walk(&profile, secrets, remember, &mut replies).await {
            Ok(Ok(place)) => self.arrive(Arc::new(place)).await,
            Ok(Err(problem)) => self.context.send(Event::SignInFailed(problem)).await,
            Err(Stopped) => {}
        }
    }

    /// What is wrong with a profile, unless the user has changed it since it was found: then it may be mended.
    async fn lasting_fault(&self, profile: &Profile) -> Option<String> {
        let fault = profile.fault.clone()?;
        if !matches!(profile.source, Some(ProfileSource::CloudsYaml { .. } | ProfileSource::Environment)) {
            return None;
        }
        let (given, options) = (profile.clone(), self.options.clone());
        let look = move || profile_store(&options).find(&given.name).is_none_or(|found| *found == given);
        let unchanged = tokio::task::spawn_blocking(look).await.unwrap_or(true);
        unchanged.then_some(fault)
    }

    async fn walk(
        &self,
        profile: &Profile,
        mut secrets: Secrets,
        remember: bool,
        replies: &mut mpsc::Receiver<Reply>,
    ) -> Result<Result<Place, Problem>, Stopped> {
        let mut receipt: Option<api::Receipt> = None;
        if profile.only_passcode && secrets.passcode.is_none() {
            secrets.passcode = self.passcode(false, replies).await?;
        }
        // A code was tried: a question after it means that it was not taken.
        let mut tried = secrets.passcode.is_some();
        let client = loop {
            // A receipt that has ended is worth nothing: both factors go together then.
            let began_with_receipt = receipt.is_some();
            receipt = receipt.filter(|r| !r.is_over());
            let anew = began_with_receipt && receipt.is_none();
            let (options, steps) = self.options_with_steps(receipt.take());
            let answer = Client::sign_in(profile, &secrets, options).await;
            steps.flush().await;
            match answer {
                Ok(ApiSignedIn::Ready(client)) => break client,
                Ok(ApiSignedIn::NeedsProject { unscoped, projects }) => {
                    self.context.send(Event::SignInAsks(SignInQuestion::Project(projects))).await;
                    let id = loop {
                        match replies.recv().await.ok_or(Stopped)? {
                            Reply::Project(id) => break id,
                            Reply::Passcode(_) => {}
                        }
                    };
                    match unscoped.choose(&id).await {
                        Ok(client) => {
                            steps.flush().await;
                            break client;
                        }
                        Err(error) => return Ok(Err(error.into())),
                    }
                }
                // The code may have been wrong, or used up: the first factor alone earns another receipt, and a question.
                Err(error) if error.kind() == ProblemKind::Auth && anew && secrets.passcode.is_some() => {
                    secrets.passcode = None;
                }
                Err(error) if error.receipt().is_some_and(api::Receipt::wants_passcode) => {
                    receipt = error.receipt().cloned();
                    secrets.passcode = self.passcode(tried, replies).await?;
                    tried = true;
                }
                Err(error) => return Ok(Err(error.into())),
            }
        };
        if remember {
            self.remember(profile, &secrets).await;
        }
        let steps = self.options_with_steps(None).1;
        let magnum = client.magnum().await;
        steps.flush().await;
        let magnum = match magnum {
            Ok(magnum) => magnum,
            Err(error) => return Ok(Err(error.into())),
        };
        Ok(Ok(Place::new(client, magnum, self.demo)))
    }

    /// Asks the user for a one-time code, perhaps because an earlier one was `refused`.
    async fn passcode(
        &self,
        refused: bool,
        replies: &mut mpsc::Receiver<Reply>,
    ) -> Result<Option<SecretString>, Stopped> {
        self.context.send(Event::SignInAsks(SignInQuestion::Passcode { refused })).await;
        loop {
            match replies.recv().await.ok_or(Stopped)? {
                Reply::Passcode(given) => return Ok(given.passcode),
                Reply::Project(_) => {}
            }
        }
    }

    /// Options that tell the window about each step. The callback cannot wait, so steps go through a small queue that
    /// a task empties in order.
    fn options_with_steps(&self, receipt: Option<api::Receipt>) -> (SignInOptions, Steps) {
        let steps = Steps::new(self.context.clone());
        let tell = steps.clone();
        let options = SignInOptions {
            receipt,
            progress: Some(Arc::new(move |step, state| tell.tell(step, &state))),
            ..SignInOptions::default()
        };
        (options, steps)
    }

    /// What was typed, completed by the file, the environment or the keyring.
    async fn complete(&self, profile: &Profile, typed: Secrets) -> Secrets {
        let has_main = match profile.method {
            AuthMethod::Password => typed.password.is_some() || (profile.only_passcode && typed.passcode.is_some()),
            AuthMethod::ApplicationCredential => typed.application_credential_secret.is_some(),
            AuthMethod::Token => typed.token.is_some(),
        };
        if has_main {
            return typed;
        }
        let found = match &profile.source {
            Some(ProfileSource::CloudsYaml { .. } | ProfileSource::Environment) => {
                let (profile, options) = (profile.clone(), self.options.clone());
                let look = move || profile_store(&options).secrets(&profile);
                tokio::task::spawn_blocking(look).await.unwrap_or_default()
            }
            Some(ProfileSource::Saved) if self.options.use_keyring => match secrets::find(profile).await {
                Ok(found) => found.unwrap_or_default(),
                Err(said) => {
                    self.context.send(Event::Keyring(said)).await;
                    Secrets::default()
                }
            },
            _ => Secrets::default(),
        };
        Secrets {
            password: typed.password.or(found.password),
            application_credential_secret: typed.application_credential_secret.or(found.application_credential_secret),
            token: typed.token.or(found.token),
            passcode: typed.passcode.or(found.passcode),
        }
    }

    /// First list of bays as the last step; then the worker takes over.
    async fn arrive(self, place: Arc<Place>) {
        self.context.send(Event::SignInStep(SignInStepKind::Bays)).await;
        let started = Instant::now();
        let models = place.bay_models().await;
        let first = place.first_bays(models.as_deref().unwrap_or_default()).await;
        let (bays, more) = match first {
            Ok((bays, more)) => (Ok(bays), more),
            Err(problem) => (Err(problem), None),
        };
        if let Ok(bays) = &bays {
            let found = Some((
                "sign-in-found-bays",
                vec![("count", format!("{}{}", bays.len(), if more.is_some() { "+" } else { "" }))],
            ));
            self.context.send(Event::SignInStepDone { took_ms: millis(started), found }).await;
        }
        let arrival = Box::new(Arrival { place, models, bays, more });
        if self.internal.send(Internal::Arrived { attempt: self.attempt, arrival }).await.is_err() {
            tracing::debug!("the worker ended before a sign-in");
        }
    }

    async fn remember(&self, profile: &Profile, secrets: &Secrets) {
        let mut profile = profile.clone();
        if profile.name.is_empty() {
            profile.name = format!("{}@{}", profile.username, host_of(&profile.auth_url));
        }
        if self.options.use_keyring {
            match secrets::keep(&profile, secrets).await {
                Ok(()) => profile.has_secret = true,
                Err(said) => self.context.send(Event::Keyring(said)).await,
            }
        }
        let saved = self.saved.clone();
        let kept = tokio::task::spawn_blocking(move || saved.keep(&profile)).await;
        if let Ok(Err(problem)) = kept {
            notice(&self.context, "notice-profile-not-kept", problem).await;
        }
        let (profiles, problems) = find_profiles(&self.saved, &self.options).await;
        self.context.send(Event::Profiles { profiles, problems }).await;
    }
}

/// Steps on their way to the window.
#[derive(Clone)]
struct Steps {
    context: Context,
    queue: Arc<std::sync::Mutex<Vec<Event>>>,
}

impl Steps {
    fn new(context: Context) -> Steps {
        Steps { context, queue: Arc::default() }
    }

    fn tell(&self, step: SignInStep, state: &SignInState) {
        let kind = match step {
            SignInStep::Keystone => SignInStepKind::Keystone,
            SignInStep::Catalogue => SignInStepKind::Catalogue,
            SignInStep::Magnum => SignInStepKind::Magnum,
        };
        let event = match state {
            SignInState::Started => Event::SignInStep(kind),
            SignInState::Done { took, found } => {
                let id = match step {
                    SignInStep::Keystone => "sign-in-found-keystone",
                    SignInStep::Catalogue => "sign-in-found-catalogue",
                    SignInStep::Magnum => "sign-in-found-magnum",
                };
                Event::SignInStepDone { took_ms: took.as_millis() as u64, found: Some((id, found.clone())) }
            }
            SignInState::Failed { .. } => return,
        };
        if let Ok(mut queue) = self.queue.lock() {
            queue.push(event);
        }
        let steps = self.clone();
        tokio::spawn(async move { steps.flush().await });
    }

    /// Sends what is queued, in order.
    async fn flush(&self) {
        let events = self.queue.lock().map(|mut q| std::mem::take(&mut *q)).unwrap_or_default();
        for event in events {
            self.context.send(event).await;
        }
    }
}

pub(super) async fn notice(context: &Context, message: &'static str, problem: Problem) {
    let notice = Notice {
        id: 0,
        at: super::context::now(),
        sign: Sign::Failed,
        message,
        args: Vec::new(),
        problem: Some(problem),
        job: None,
    };
    context.send(Event::Notice(Box::new(notice))).await;
}

/// Every profile that can be found, saved ones after those of files; and the files that could not be read.
pub(super) async fn find_profiles(saved: &SavedProfiles, options: &WorkerOptions) -> (Vec<Profile>, Vec<Problem>) {
    let (saved, options) = (saved.clone(), options.clone());
    let look = move || {
        let store = profile_store(&options);
        let mut profiles = store.profiles().to_vec();
        let mut problems = store.problems().to_vec();
        match saved.load() {
            Ok(saved) => profiles.extend(saved),
            Err(problem) => problems.push(problem),
        }
        (profiles, problems)
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

/// Forgets a saved profile and its secret.
pub(super) async fn forget(saved: &SavedProfiles, name: &str, options: &WorkerOptions, context: &Context) {
    let (saved, name) = (saved.clone(), name.to_owned());
    let removed = tokio::task::spawn_blocking(move || {
        let profile = saved.load()?.into_iter().find(|p| p.name == name);
        saved.forget(&name)?;
        Ok::<_, Problem>(profile)
    })
    .await;
    match removed {
        Ok(Ok(Some(profile))) if options.use_keyring => {
            if let Err(said) = secrets::forget(&profile).await {
                context.send(Event::Keyring(said)).await;
            }
        }
        Ok(Err(problem)) => notice(context, "notice-profile-not-kept", problem).await,
        _ => {}
    }
}

fn profile_store(options: &WorkerOptions) -> api::ProfileStore {
    match &options.profile_places {
        None => api::clouds_yaml::load(),
        Some(places) => api::clouds_yaml::load_file(places.clouds_yaml.as_deref()),
    }
}

fn demo_profile(auth_url: String) -> Profile {
    Profile {
        name: "demo".to_owned(),
        source: Some(ProfileSource::Demo),
        auth_url,
        user_domain_name: "Default".to_owned(),
        project_domain_name: "Default".to_owned(),
        has_secret: true,
        ..Profile::default()
    }
}

fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
}

fn millis(since: Instant) -> u64 {
    since.elapsed().as_millis() as u64
}
