//! The worker: a thread with a tokio runtime that owns the session, keeps fresh what is looked at, and carries out
//! changes. Commands come in through a bounded queue, events go out through another; the window is woken once for many.

mod command_line;
mod context;
mod entrance;
mod inside;
mod jobs;
mod manifests;
mod place;
mod poll;
mod sign_in;

use super::command::{Command, CommandSender, Topic};
use super::event::{Event, Part};
use super::saved::SavedProfiles;
use context::Context;
use place::Place;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::AbortHandle;

/// Insides that stay connected after one has looked away, so that coming back shows the live picture at once.
const WARM_INSIDES: usize = 3;

/// How the worker is set up.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Folder for saved profiles.
    pub config_folder: PathBuf,
    /// Whether secrets may be kept in the system's keyring.
    pub use_keyring: bool,
    /// Seed of the demo cloud.
    pub demo_seed: u64,
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
        WorkerOptions { config_folder, use_keyring: true, demo_seed: 1, demo_speed: 1.0, profile_places: None }
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
                    let worker = Worker::new(options, Context::new(sender, wake));
                    tokio::select! {
                        () = worker.run(received) => {}
                        () = stop.notified() => {}
                    }
                });
                // A hanging DNS look-up or file dialog must not hold up the end of the program.
                runtime.shutdown_timeout(std::time::Duration::from_millis(300));
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
    pub fn wait_event(&mut self, limit: std::time::Duration) -> Option<Event> {
        let events = &mut self.events;
        self.runtime.block_on(async { tokio::time::timeout(limit, events.recv()).await.ok().flatten() })
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
    Arrived(Arc<Place>),
    /// A demo cloud was started and must live as long as its session.
    Demo(Arc<crate::demo::DemoCloud>),
    /// Something changed: load these again now.
    Bump(Vec<Topic>),
}

/// A task that ends when this is dropped.
struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Look {
    bump: Arc<Notify>,
    _task: Task,
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
    signing_in: Option<(Task, mpsc::Sender<sign_in::Reply>)>,
    place: Option<Arc<Place>>,
    demo: Option<Arc<crate::demo::DemoCloud>>,
    looks: HashMap<Topic, Look>,
    wanted: Vec<Topic>,
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
            place: None,
            demo: None,
            looks: HashMap::new(),
            wanted: Vec::new(),
            turn: 0,
        }
    }

    async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        crate::api::install_crypto();
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command).await,
                    None => break,
                },
                Some(internal) = self.internal_end.recv() => self.internal(internal),
            }
        }
    }

    fn internal(&mut self, internal: Internal) {
        match internal {
            Internal::Arrived(place) => {
                if !place.demo {
                    self.demo = None;
                }
                self.signing_in = None;
                self.place = Some(place);
                self.looks.clear();
                self.look();
            }
            Internal::Demo(demo) => self.demo = Some(demo),
            Internal::Bump(topics) => {
                for topic in topics {
                    self.bump(&topic);
                }
            }
        }
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
            Command::GivePasscode(secrets) => self.reply(sign_in::Reply::Passcode(secrets)).await,
            Command::ChooseProject(id) => self.reply(sign_in::Reply::Project(id)).await,
            Command::StopSignIn => {
                self.signing_in = None;
                self.context.send(Event::SignInStopped).await;
            }
            Command::SignOut => self.sign_out().await,
            Command::SwitchProject(id) => self.switch(place::Switch::Project(id)),
            Command::SwitchRegion(name) => self.switch(place::Switch::Region(name)),
            Command::ForgetProfile(name) => self.forget_profile(name),
            Command::Refresh(topic) => {
                if self.looks.contains_key(&topic) {
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
            Command::OpenKubeconfig { path, context } => self.open_kubeconfig(path, context),
            Command::ReadObject(object) => {
                self.context.send(Event::Loading(Part::Object(object.clone()))).await;
                self.with_place(move |place, context| async move {
                    let answer = place.read_object(&object).await;
                    context.send(Event::Object(object, answer)).await;
                });
            }
            Command::ReadLog { pod, container, previous } => {
                self.context.send(Event::Loading(Part::Log(pod.clone()))).await;
                self.with_place(move |place, context| async move {
                    let answer = place.read_log(&pod, container.as_deref(), previous).await;
                    context.send(Event::Log(pod, answer)).await;
                });
            }
            Command::ReadContainerLog(id) => {
                self.context.send(Event::Loading(Part::ContainerLog(id.clone()))).await;
                self.with_place(move |place, context| async move {
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

    /// Runs something with the session, if there is one; it ends with the session's last holder.
    fn with_place<F, T>(&self, work: F)
    where
        F: FnOnce(Arc<Place>, Context) -> T,
        T: Future<Output = ()> + Send + 'static,
    {
        if let Some(place) = &self.place {
            self.context.spawn("request", work(place.clone(), self.context.clone()));
        }
    }

    fn load_profiles(&self) {
        let (saved, context, options) = (self.saved.clone(), self.context.clone(), self.options.clone());
        self.context.spawn("profiles", async move {
            let (profiles, problems) = sign_in::find_profiles(&saved, &options).await;
            context.send(Event::Profiles { profiles, problems }).await;
        });
    }

    fn forget_profile(&self, name: String) {
        let (saved, context, options) = (self.saved.clone(), self.context.clone(), self.options.clone());
        self.context.spawn("forget profile", async move {
            sign_in::forget(&saved, &name, &options, &context).await;
            let (profiles, problems) = sign_in::find_profiles(&saved, &options).await;
            context.send(Event::Profiles { profiles, problems }).await;
        });
    }

    /// What is wanted and not yet kept fresh begins; what is no longer wanted ends, but the insides left last stay warm.
    fn look(&mut self) {
        self.turn += 1;
        for topic in self.wanted.clone() {
            match self.looks.get_mut(&topic) {
                Some(look) => look.turn = self.turn,
                None => self.look_at(topic),
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
            if !stays && let Topic::Inside(id) = topic {
                self.context.send_later(Event::InsideClosed(id.clone()));
            }
            stays
        });
    }

    fn look_at(&mut self, topic: Topic) {
        let Some(place) = self.place.clone() else { return };
        let bump = Arc::new(Notify::new());
        let pace = poll::Pace {
            bump: bump.clone(),
            visible: self.visible.subscribe(),
            refresh_secs: self.refresh_secs.subscribe(),
        };
        let context = self.context.clone();
        let task = match topic.clone() {
            Topic::Inside(id) => self.context.spawn("inside", inside::run(place, context, id, pace)),
            other => self.context.spawn("poll", poll::run(place, context, other, pace)),
        };
        self.looks.insert(topic, Look { bump, _task: Task(task), turn: self.turn });
    }

    fn open_kubeconfig(&self, path: PathBuf, context_name: Option<String>) {
        self.with_place(move |place, context| async move {
            inside::open_kubeconfig(&place, &context, &path, context_name.as_deref()).await;
        });
    }

    async fn sign_out(&mut self) {
        self.signing_in = None;
        self.looks.clear();
        if let Some(place) = self.place.take() {
            self.context.spawn("sign out", async move { place.sign_out().await });
        }
        self.demo = None;
        self.context.send(Event::SignedOut).await;
    }
}
