//! What the interface asks for. A [`Change`] asks the cloud to change something; it becomes a job that stands in the
//! journal from the moment it is asked for.

use crate::model::bay::{BayId, NewBay};
use crate::model::bay_model::BayModelSpec;
use crate::model::cloud::{Profile, Secrets};
use crate::model::container::{ContainerAction, NewContainer};
use crate::model::workload::WorkloadKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number of a job in this run of the program.
pub type JobId = u64;

/// A request from the interface.
#[derive(Debug)]
pub enum Command {
    /// Look for profiles again (clouds.yaml, environment, saved).
    LoadProfiles,
    /// Sign in; `remember` keeps the secret in the keyring and the profile among the saved ones.
    SignIn {
        /// Where and as whom.
        profile: Box<Profile>,
        /// What was typed; secrets of a file or of the keyring are added by the worker where nothing was typed.
        secrets: Secrets,
        /// Keep it.
        remember: bool,
    },
    /// Start the built-in demo cloud and sign in to it.
    OpenDemo,
    /// The one-time code that a sign-in asked for.
    GivePasscode(Secrets),
    /// The project that an unscoped sign-in asked for.
    ChooseProject(String),
    /// Stop the sign-in under way.
    StopSignIn,
    /// Revoke the token and go back to the sign-in screen.
    SignOut,
    /// Work in another project.
    SwitchProject(String),
    /// Work in another region.
    SwitchRegion(String),
    /// Remove a saved profile and its secret.
    ForgetProfile(String),
    /// Load something again now.
    Refresh(Topic),
    /// What is on screen, so that only that is kept fresh. Sent when it changes.
    Look(Vec<Topic>),
    /// Ask the cloud to change something.
    Change {
        /// Job it becomes.
        job: JobId,
        /// What.
        change: Box<Change>,
    },
    /// Open clusters of a kubeconfig file; they appear among the bays (see [`crate::model::kubeconfig`]).
    OpenKubeconfig {
        /// File.
        path: PathBuf,
        /// Contexts; none = the only one there is, or where there are several a question in `State::kubeconfig_asks`.
        contexts: Vec<String>,
    },
    /// Read one object in full for the selection; answers in `State::objects`.
    ReadObject(ObjectRef),
    /// Read the end of a pod's log; answers in `State::logs`.
    ReadLog {
        /// Pod.
        pod: ObjectRef,
        /// Container; `None` = the only or default one.
        container: Option<String>,
        /// Of the run before the last restart.
        previous: bool,
    },
    /// Read the log of a 2015 container; answers in `State::container_logs`.
    ReadContainerLog(String),
    /// Refresh interval of the bay list while nothing is in progress, seconds.
    SetRefresh(u32),
    /// The window is hidden or shown: nothing is refreshed while hidden.
    SetVisible(bool),
}

/// Something that can be loaded and kept fresh.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Bay list.
    Bays,
    /// Bay models.
    BayModels,
    /// One bay in full: detail, servers, stack events, node groups.
    Bay(BayId),
    /// The inside of a bay: certificate, connection, watches.
    Inside(BayId),
    /// What the pods of a bay use, beside [`Topic::Inside`]: where they are many, it is read only while looked at.
    PodUsage(BayId),
    /// Flavors, keypairs, images, networks, subnets, zones.
    Choices,
    /// Limits and use for the preflight.
    Quotas,
    /// 2015's containers, pods, services and replication controllers through Magnum.
    Containers,
}

/// One Kubernetes object in one bay.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct ObjectRef {
    /// Bay.
    pub bay: BayId,
    /// Kind (`Pod`).
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// A change of the cloud.
#[derive(Debug, Clone)]
pub enum Change {
    /// Create a bay model.
    CreateBayModel(Box<BayModelSpec>),
    /// Delete a bay model.
    DeleteBayModel {
        /// uuid.
        id: String,
        /// Name for the journal.
        name: String,
    },
    /// Create a bay.
    CreateBay(Box<NewBay>),
    /// Set the number of workers.
    ScaleBay {
        /// Bay.
        id: BayId,
        /// Name for the journal.
        name: String,
        /// New number of workers.
        node_count: u32,
    },
    /// Delete a bay.
    DeleteBay {
        /// Bay.
        id: BayId,
        /// Name for the journal.
        name: String,
    },
    /// Write a kubeconfig with the bay's own certificate to a file.
    SaveKubeconfig {
        /// Bay.
        id: BayId,
        /// Name for the journal.
        name: String,
        /// File to write, readable by its owner only.
        path: PathBuf,
    },
    /// Set a workload's replicas.
    ScaleWorkload {
        /// Bay.
        bay: BayId,
        /// Kind.
        kind: WorkloadKind,
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
        /// Replicas wanted.
        replicas: u32,
    },
    /// Delete an object inside a bay.
    DeleteObject(ObjectRef),
    /// Run the documents of manifests against a bay; answers stand in `State::runs`.
    Manifests(ManifestRun),
    /// Create a container through 2015's Magnum.
    CreateContainer {
        /// Swarm bay.
        bay: BayId,
        /// What.
        container: Box<NewContainer>,
    },
    /// Start, stop, … a container.
    ActOnContainer {
        /// Container.
        id: String,
        /// Name for the journal.
        name: String,
        /// What.
        action: ContainerAction,
    },
    /// Delete a container.
    DeleteContainer {
        /// Container.
        id: String,
        /// Name for the journal.
        name: String,
    },
}

/// What to do with manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManifestMode {
    /// Server dry run with strict field validation.
    Validate,
    /// Server-side apply (or create through Magnum in the 2015 dialect).
    Apply,
    /// Delete what the documents name.
    Delete,
}

/// Documents to run against a bay, in order.
#[derive(Debug, Clone)]
pub struct ManifestRun {
    /// Bay.
    pub bay: BayId,
    /// Namespace for documents that name none.
    pub namespace: String,
    /// What to do.
    pub mode: ManifestMode,
    /// Take over fields that other managers own.
    pub force: bool,
    /// Documents.
    pub documents: Arc<Vec<ManifestDocument>>,
}

/// One document of a run.
#[derive(Debug, Clone)]
pub struct ManifestDocument {
    /// File's title, for the outcome.
    pub file: String,
    /// 1-based line of the document's start in its file.
    pub line: u32,
    /// Its text.
    pub text: String,
}

/// Where commands go; cheap to clone. Sending never blocks.
#[derive(Clone)]
pub struct CommandSender {
    sender: tokio::sync::mpsc::Sender<Command>,
    next_job: Arc<AtomicU64>,
}

impl CommandSender {
    /// A sender and the end that the worker reads.
    pub fn channel() -> (CommandSender, tokio::sync::mpsc::Receiver<Command>) {
        let (sender, receiver) = tokio::sync::mpsc::channel(1024);
        (CommandSender { sender, next_job: Arc::new(AtomicU64::new(1)) }, receiver)
    }

    /// Sends a command.
    pub fn send(&self, command: Command) {
        if let Err(error) = self.sender.try_send(command) {
            tracing::error!(%error, "a command was lost");
        }
    }

    /// Asks for a change and tells the number of its job, under which its course can be followed.
    pub fn change(&self, change: Change) -> JobId {
        let job = self.next_job.fetch_add(1, Ordering::Relaxed);
        self.send(Command::Change { job, change: Box::new(change) });
        job
    }
}
