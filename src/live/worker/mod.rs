//! The worker: a thread with a tokio runtime that owns the session, keeps fresh what is looked at, and carries out
//! changes. Commands come in through a bounded queue, events go out through another; the window is woken once for many.

mod command_line;
mod context;
mod entrance;
mod inside;
mod jobs;
mod kubeconfig;
mod manifests;
mod place;
mod poll;
mod sign_in;
mod usage;

use super::command::{Command, CommandSender, JobId, Topic};
use super::event::{Answer, Event, Part};
use super::saved::SavedProfiles;
use crate::api::magnum::PageMark;
use crate::demo::DemoSize;
use crate::model::bay::{Bay, BayId};
use crate::model::bay_model::BayModel;
use crate::model::problem::{Problem, ProblemKind};
use context::{Context, nobody_waits};
use futures_util::FutureExt as _;
use place::Place;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::AbortHandle;

/// Insides that stay connected after one has looked away, so that coming back shows the live picture at once.
const WARM_INSIDES: usize = 3;
/// How long the end of the program may wait for the end of the token.
const FAREWELL: Duration = Duration::from_secs(2);

/// How the worker is set up.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Folder for saved profiles.
    pub config_folder: PathBuf,
    /// Whether secrets may be kept in the system's keyring.
    pub use_keyring: bool,
    /// Seed of the demo cloud.
    pub demo_seed: u64,
    /// How much there is in the demo cloud.
    pub demo_size: DemoSize,
    /// Changes of pods a second in the demo's biggest bay, where it is as big as can be.
    pub demo_churn: f64,
    /// How much faster than usual the demo cloud's time moves.
    pub demo_speed: f64,
    /// Look for clouds.yaml and `OS_*` here instead of in the usual places (tests).
    pub profile_places: Option<ProfilePlaces>,
}

/// Where to look for profiles instead of the usual places.
#[derive(Debug, Clone, Default)]
pub struct ProfilePlaces {
    /// The only clouds.yaml, if any.
    pub clouds_yaml: Option<PathBuf>,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        let config_folder = directories::ProjectDirs::from("org", "bayview", "bayview")
            .map_or_else(|| PathBuf::from(".bayview"), |dirs| dirs.config_dir().to_owned());
        WorkerOptions {
            config_folder,
            use_keyring: true,
            demo_seed: 1,
            demo_size: DemoSize::default(),
            demo_churn: crate::demo::CHURN,
            demo_speed: 1.0,
            profile_places: None,
        }
    }
}

/// The worker as the window holds it; dropping it ends the worker's thread.
pub struct WorkerHandle {
    commands: CommandSender,
    events: mpsc::Receiver<Event>,
    stop: Arc<Notify>,
    runtime: tokio::runtime::Handle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl WorkerHandle {
    /// Starts the worker. `wake` is called after events were queued; it must be cheap.
    pub fn start(options: WorkerOptions, wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<WorkerHandle> {
        let (commands, received) = CommandSender::channel();
        let (sender, events) = mpsc::channel(4096);
        let stop = Arc::new(Notify::new());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("bayview-io")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        let thread = std::thread::Builder::new().name("bayview-worker".to_owned()).spawn({
            let stop = stop.clone();
            move || {
                runtime.block_on(async {
                    let mut worker = Worker::new(options, Context::new(sender, wake));
                    tokio::select! {
                        () = worker.run_on(received) => {}
                        () = stop.notified() => {}
                    }
                    worker.farewell().await;
                });
                // A hanging DNS look-up or file dialog must not hold up the end of the program.
                runtime.shutdown_timeout(Duration::from_millis(300));
            }
        })?;
        Ok(WorkerHandle { commands, events, stop, runtime: handle, thread: Some(thread) })
    }

    /// Where commands go.
    pub fn commands(&self) -> &CommandSender {
        &self.commands
    }

    /// The next event, if one is waiting.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event (for programs without a window); `None` when none came in time.
    pub fn wait_event(&mut self, limit: Duration) -> Option<Event> {
        let events = &mut self.events;
        self.runtime.block_on(async { tokio::time::timeout(limit, events.recv()).await.ok().flatten() })
    }

    /// The worker has ended: no event will come any more.
    pub fn is_over(&self) -> bool {
        self.events.is_closed() && self.events.is_empty()
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stop.notify_one();
        // Events that nobody reads any more must not keep a task waiting for room in the queue.
        self.events.close();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the worker ended in a panic");
        }
    }
}

/// What tasks tell the worker.
enum Internal {
    /// A sign-in or a switch ended well.
    Arrived {
        /// Number of the attempt: one that was stopped or replaced meanwhile counts no more.
        attempt: u64,
        arrival: Box<Arrival>,
    },
    /// A demo cloud was started and must live as long as its session.
    Demo { attempt: u64, demo: Arc<crate::demo::DemoCloud> },
    /// Something changed: load these again now.
    Bump(Vec<Topic>),
}

/// A place with what is seen there first.
struct Arrival {
    place: Arc<Place>,
    models: Answer<Vec<BayModel>>,
    bays: Answer<Vec<Bay>>,
    /// Where the list of bays goes on, if there are more than these.
    more: Option<PageMark>,
}

/// A task that ends when this is dropped.
struct Task(AbortHandle);

impl Task {
    fn is_over(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A sign-in or switch under way; dropping it stops it.
struct Attempt {
    context: Context,
    replies: mpsc::Sender<sign_in::Reply>,
    _task: Task,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.context.close();
    }
}

/// The place in use. What was begun there tells nothing any more once this is dropped.
struct Here {
    place: Arc<Place>,
    context: Context,
}

impl Drop for Here {
    fn drop(&mut self) {
        self.context.close();
    }
}

struct Look {
    bump: Arc<Notify>,
    task: Task,
    /// Rises with every look, to know which insides were left last.
    turn: u64,
}

struct Worker {
    options: WorkerOptions,
    saved: SavedProfiles,
    context: Context,
    internal: mpsc::Sender<Internal>,
    internal_end: mpsc::Receiver<Internal>,
    visible: watch::Sender<bool>,
    refresh_secs: watch::Sender<u32>,
    signing_in: Option<Attempt>,
    /// Counts sign-ins and switches.
    attempt: u64,
    here: Option<Here>,
    demo: Option<Arc<crate::demo::DemoCloud>>,
    looks: HashMap<Topic, Look>,
    /// Single questions under way.
    requests: Vec<Task>,
    /// Changes under way; they outlive a switch, as the journal does.
    jobs: HashMap<JobId, jobs::Running>,
    wanted: Vec<Topic>,
    /// Bays at the use of whose pods one looks.
    use_looked_at: watch::Sender<BTreeSet<BayId>>,
    turn: u64,
}

impl Worker {
    fn new(options: WorkerOptions, context: Context) -> Worker {
        let (internal, internal_end) = mpsc::channel(256);
        Worker {
            saved: SavedProfiles::in_folder(&options.config_folder),
            options,
            context,
            internal,
            internal_end,
            visible: watch::Sender::new(true),
            refresh_secs: watch::Sender::new(30),
            signing_in: None,
            attempt: 0,
            here: None,
            demo: None,
            looks: HashMap::new(),
            requests: Vec::new(),
            jobs: HashMap::new(),
            wanted: Vec::new(),
            use_looked_at: watch::Sender::default(),
            turn: 0,
        }
    }

    /// Runs until nobody can send commands any more. A command that breaks off takes nothing with it.
    async fn run_on(&mut self, mut commands: mpsc::Receiver<Command>) {
        crate::api::install_crypto();
        while AssertUnwindSafe(self.run(&mut commands)).catch_unwind().await.is_err() {
            tracing::error!("a command ended in a panic");
            let problem = Problem::new(ProblemKind::Internal, "bayview", "a command broke off");
            if self.signing_in.is_some() {
                self.context.send(Event::SignInFailed(problem.clone())).await;
            }
            self.context.broke_off(problem).await;
        }
    }

    async fn run(&mut self, commands: &mut mpsc::Receiver<Command>) {
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command).await,
                    None => break,
                },
                Some(internal) = self.internal_end.recv() => self.internal(internal).await,
            }
        }
    }

    /// The program ends: so does the token, if that can be done quickly.
    async fn farewell(&mut self) {
        self.jobs.clear();
        let Some(place) = self.leave() else { return };
        if !place.is_settling() && tokio::time::timeout(FAREWELL, place.sign_out()).await.is_err() {
            tracing::warn!("the token could not be revoked in time");
        }
    }

    /// Whatever was on its way counts no more; the place in use stays until another one is reached.
    fn begin_attempt(&mut self) {
        self.attempt += 1;
        self.signing_in = None;
    }

    /// Forgets the place in use, and whatever was on its way to another one. What is left of a session ends with its last
    /// holder.
    fn leave(&mut self) -> Option<Arc<Place>> {
        self.begin_attempt();
        self.looks.clear();
        self.requests.clear();
        self.here.take().map(|here| here.place.clone())
    }

    async fn internal(&mut self, internal: Internal) {
        match internal {
            // The session of an attempt that counts no more ends with it.
            Internal::Arrived { attempt, arrival } if attempt == self.attempt => self.arrived(*arrival).await,
            Internal::Demo { attempt, demo } if attempt == self.attempt => self.demo = Some(demo),
            Internal::Arrived { .. } | Internal::Demo { .. } => tracing::debug!("a sign-in came too late"),
            Internal::Bump(topics) => {
                for topic in topics {
                    self.bump(&topic);
                }
            }
        }
    }

    /// The session stands. Told from here, so that no answer from the place before can come after it.
    async fn arrived(&mut self, arrival: Arrival) {
        let Arrival { place, models, bays, more } = arrival;
        drop(self.leave());
        if !place.demo {
            self.demo = None;
        }
        let context = self.context.scoped();
        context.send(Event::SignedIn(Box::new(place.signed_in()))).await;
        context.send(Event::Magnum(Ok(place.magnum_info()))).await;
        let known = models.as_ref().cloned().unwrap_or_default();
        context.send(Event::BayModels(models)).await;
        self.here = Some(Here { place, context: context.clone() });
        match (bays, more) {
            (Ok(first), Some(from)) => {
                context.send(Event::Loading(Part::Bays)).await;
                context.send(Event::BaysPage(first.clone())).await;
                // Not a look at the list: what else is looked at needs all bays too.
                let broken = |problem| vec![Event::Bays(Err(problem))];
                self.request(broken, |place, context| async move {
                    let answer = place.other_bays(first, from, &known, &context).await;
                    context.send(Event::Bays(answer)).await;
                });
            }
            (bays, _) => context.send(Event::Bays(bays)).await,
        }
        self.request(
            |problem| vec![Event::Projects(Err(problem))],
            |place, context| async move {
                let projects = place.projects().await;
                context.send(Event::Projects(projects)).await;
            },
        );
        self.look();
    }

    fn bump(&self, topic: &Topic) {
        if let Some(look) = self.looks.get(topic) {
            look.bump.notify_one();
        }
    }

    async fn command(&mut self, command: Command) {
        match command {
            Command::LoadProfiles => self.load_profiles(),
            Command::SignIn { profile, secrets, remember } => self.sign_in(*profile, secrets, remember),
            Command::OpenDemo => self.open_demo(),
            Command::GivePasscode(secrets) => self.reply(sign_in::Reply::Passcode(secrets)),
            Command::ChooseProject(id) => self.reply(sign_in::Reply::Project(id)),
            Command::StopSignIn => {
                self.begin_attempt();
                self.context.send(Event::SignInStopped).await;
            }
            Command::SignOut => self.sign_out().await,
            Command::SwitchProject(id) => self.switch(place::Switch::Project(id)),
            Command::SwitchRegion(name) => self.switch(place::Switch::Region(name)),
            Command::ForgetProfile(name) => self.forget_profile(name),
            Command::Refresh(topic) => {
                if self.looks.get(&topic).is_some_and(|look| !look.task.is_over()) {
                    self.bump(&topic);
                } else {
                    self.look_at(topic);
                }
            }
            Command::Look(topics) => {
                self.wanted = topics;
                self.look();
            }
            Command::Change { job, change } => self.change(job, *change).await,
            Command::OpenKubeconfig { path, contexts } => self.open_kubeconfig(path, contexts),
            Command::ReadObject(object) => {
                self.context.send(Event::Loading(Part::Object(object.clone()))).await;
                let asked = object.clone();
                let broken = move |problem| vec![Event::Object(asked, Err(problem))];
                self.request(broken, move |place, context| async move {
                    let answer = place.read_object(&object).await;
                    context.send(Event::Object(object, answer)).await;
                });
            }
            Command::ReadLog { pod, container, previous } => {
                self.context.send(Event::Loading(Part::Log(pod.clone()))).await;
                let asked = pod.clone();
                let broken = move |problem| vec![Event::Log(asked, Err(problem))];
                self.request(broken, move |place, context| async move {
                    let answer = place.read_log(&pod, container.as_deref(), previous).await;
                    context.send(Event::Log(pod, answer)).await;
                });
            }
            Command::ReadContainerLog(id) => {
                self.context.send(Event::Loading(Part::ContainerLog(id.clone()))).await;
                let asked = id.clone();
                let broken = move |problem| vec![Event::ContainerLog(asked, Err(problem))];
                self.request(broken, move |place, context| async move {
                    let answer = place.read_container_log(&id).await;
                    context.send(Event::ContainerLog(id, answer)).await;
                });
            }
            Command::SetRefresh(secs) => {
                self.refresh_secs.send_replace(secs.max(2));
            }
            Command::SetVisible(visible) => {
                self.visible.send_replace(visible);
            }
        }
    }

    /// Asks something at the place in use, if there is one; leaving the place ends it.
    fn request<F, T>(&mut self, broken: impl FnOnce(Problem) -> Vec<Event> + Send + 'static, work: F)
    where
        F: FnOnce(Arc<Place>, Context) -> T,
        T: Future<Output = ()> + Send + 'static,
    {
        let Some(Here { place, context }) = &self.here else { return };
        self.requests.retain(|task| !task.is_over());
        self.requests.push(Task(context.spawn("request", work(place.clone(), context.clone()), broken)));
    }

    fn load_profiles(&self) {
        let (saved, context, options) = (self.saved.clone(), self.context.clone(), self.options.clone());
        let work = async move {
            let (profiles, problems) = sign_in::find_profiles(&saved, &options).await;
            context.send(Event::Profiles { profiles, problems }).await;
        };
        self.context
            .spawn("profiles", work, |problem| vec![Event::Profiles { profiles: Vec::new(), problems: vec![problem] }]);
    }

    fn forget_profile(&self, name: String) {
        let (saved, context, options) = (self.saved.clone(), self.context.clone(), self.options.clone());
        let work = async move {
            sign_in::forget(&saved, &name, &options, &context).await;
            let (profiles, problems) = sign_in::find_profiles(&saved, &options).await;
            context.send(Event::Profiles { profiles, problems }).await;
        };
        self.context.spawn("forget profile", work, nobody_waits);
    }

    /// What is wanted and not yet kept fresh begins; what is no longer wanted ends, but the insides left last stay warm.
    fn look(&mut self) {
        self.turn += 1;
        let use_of = |topic: &Topic| if let Topic::PodUsage(id) = topic { Some(id.clone()) } else { None };
        let bays: BTreeSet<BayId> = self.wanted.iter().filter_map(use_of).collect();
        self.use_looked_at.send_if_modified(|known| std::mem::replace(known, bays.clone()) != bays);
        for topic in self.wanted.clone() {
            match self.looks.get_mut(&topic) {
                Some(look) if !look.task.is_over() => look.turn = self.turn,
                _ => self.look_at(topic),
            }
        }
        let mut warm: Vec<(u64, Topic)> = Vec::new();
        for (topic, look) in &self.looks {
            if matches!(topic, Topic::Inside(_)) && !self.wanted.contains(topic) {
                warm.push((look.turn, topic.clone()));
            }
        }
        warm.sort_by_key(|(turn, _)| std::cmp::Reverse(*turn));
        let kept: Vec<Topic> = warm.into_iter().take(WARM_INSIDES).map(|(_, topic)| topic).collect();
        self.looks.retain(|topic, _| {
            let stays = self.wanted.contains(topic) || kept.contains(topic);
            if !stays && let (Topic::Inside(id), Some(here)) = (topic, &self.here) {
                here.context.send_later(Event::InsideClosed(id.clone()));
            }
            stays
        });
    }

    fn look_at(&mut self, topic: Topic) {
        let Some(Here { place, context }) = &self.here else { return };
        let (place, context) = (place.clone(), context.clone());
        let bump = Arc::new(Notify::new());
        let pace = poll::Pace {
            bump: bump.clone(),
            visible: self.visible.subscribe(),
            refresh_secs: self.refresh_secs.subscribe(),
        };
        let asked = topic.clone();
        let broken = move |problem| poll::broken(&asked, &problem);
        let task = match topic.clone() {
            Topic::Inside(id) => {
                let looked_at = self.use_looked_at.subscribe();
                context.spawn("inside", inside::run(place, context.clone(), id, pace, looked_at), broken)
            }
            // Told to the task of the inside.
            Topic::PodUsage(_) => return,
            other => context.spawn("poll", poll::run(place, context.clone(), other, pace), broken),
        };
        self.looks.insert(topic, Look { bump, task: Task(task), turn: self.turn });
    }

    fn open_kubeconfig(&mut self, path: PathBuf, contexts: Vec<String>) {
        self.request(nobody_waits, move |place, context| async move {
            kubeconfig::open(&place, &context, &path, contexts).await;
        });
    }

    async fn sign_out(&mut self) {
        let place = self.leave();
        self.cancel_jobs().await;
        self.context.send(Event::SignedOut).await;
        let demo = self.demo.take();
        // A token that Magnum may still need for what it has just accepted ends a little later, with its last holder.
        if let Some(place) = place.filter(|place| !place.is_settling()) {
            let work = async move {
                place.sign_out().await;
                drop(demo);
            };
            self.context.spawn("sign out", work, nobody_waits);
        }
    }
}
