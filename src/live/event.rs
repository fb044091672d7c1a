//! What the worker tells the interface. Events are applied between frames by `State::apply`.

use super::command::{JobId, ManifestMode, ObjectRef};
use super::state::{Job, Notice, ObjectOutcome, Outcome, PodLog, SignInQuestion, SignInStepKind, SignedIn};
use crate::model::bay::{Bay, BayId, NodeGroup, Server, StackEvent};
use crate::model::bay_model::BayModel;
use crate::model::choices::{Flavor, Image, Keypair, Network, Quota, Subnet};
use crate::model::cloud::{Identity, MagnumInfo, Profile, Project};
use crate::model::cluster::Picture;
use crate::model::container::Container;
use crate::model::kubeconfig::KubeconfigFile;
use crate::model::problem::Problem;
use std::sync::Arc;

/// An answer: the value or what went wrong.
pub type Answer<T> = Result<T, Problem>;

/// One change of the state.
#[derive(Debug)]
pub enum Event {
    /// Profiles were looked for.
    Profiles {
        /// What was found.
        profiles: Vec<Profile>,
        /// Files that could not be read.
        problems: Vec<Problem>,
    },
    /// A sign-in begins.
    SignInStarted(Box<Profile>),
    /// A step of it begins.
    SignInStep(SignInStepKind),
    /// The current step ended well.
    SignInStepDone {
        /// Milliseconds.
        took_ms: u64,
        /// What it found: Fluent id and arguments.
        found: Option<(&'static str, Vec<(&'static str, String)>)>,
    },
    /// It waits for the user.
    SignInAsks(SignInQuestion),
    /// It failed in the current step.
    SignInFailed(Problem),
    /// It was stopped; a session that stood before stands again.
    SignInStopped,
    /// The user signed out.
    SignedOut,
    /// The session stands, or changed its project or region (then everything loaded is forgotten).
    SignedIn(Box<SignedIn>),
    /// The identity changed without a change of place (token renewed).
    Identity(Box<Identity>),
    /// What Magnum can do here.
    Magnum(Answer<MagnumInfo>),
    /// Projects to switch to.
    Projects(Answer<Vec<Project>>),
    /// A request for this list is under way.
    Loading(Part),
    /// Bays.
    Bays(Answer<Vec<Bay>>),
    /// Some bays; more are coming.
    BaysPage(Vec<Bay>),
    /// Bay models.
    BayModels(Answer<Vec<BayModel>>),
    /// One bay in full; not found means that it is gone.
    Bay(BayId, Answer<Box<Bay>>),
    /// Its servers.
    Servers(BayId, Answer<Vec<Server>>),
    /// Its stack's events and progress (complete, all).
    Stack(BayId, Answer<(Vec<StackEvent>, Option<(u32, u32)>)>),
    /// Its node groups.
    NodeGroups(BayId, Answer<Vec<NodeGroup>>),
    /// The inside of a bay.
    Inside(BayId, Arc<Picture>),
    /// A cluster was opened from a kubeconfig, `alone` or as one of several that were asked for at once.
    KubeconfigOpened {
        /// The cluster.
        bay: Box<Bay>,
        /// No other one was asked for.
        alone: bool,
    },
    /// A kubeconfig has several contexts: which of them are meant?
    KubeconfigAsks(Arc<KubeconfigFile>),
    /// The connection to a bay's inside was given up.
    InsideClosed(BayId),
    /// A list for the forms.
    Choice(Choice),
    /// 2015's containers.
    Containers(Answer<Vec<Container>>),
    /// A job begins.
    JobStarted(Box<Job>),
    /// A job got on.
    JobChanged {
        /// Which.
        job: JobId,
        /// How it stands.
        outcome: Outcome,
        /// uuid of what was made.
        made: Option<String>,
        /// Request id.
        request_id: Option<String>,
    },
    /// A manifest run begins.
    RunStarted(JobId, ManifestMode),
    /// A manifest run got an outcome for one object.
    RunObject(JobId, Box<ObjectOutcome>),
    /// A manifest run has tried all objects.
    RunFinished(JobId),
    /// An object in full.
    Object(ObjectRef, Answer<String>),
    /// A pod's log.
    Log(ObjectRef, Answer<PodLog>),
    /// A 2015 container's log.
    ContainerLog(String, Answer<String>),
    /// A request took this long, milliseconds.
    Latency(u32),
    /// The cloud does not answer (`Some`) or answers again (`None`).
    Connection(Option<Problem>),
    /// A short message.
    Notice(Box<Notice>),
    /// The keyring could not be used.
    Keyring(String),
}

/// A list whose loading is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Bays.
    Bays,
    /// Bay models.
    BayModels,
    /// A bay and all that belongs to it.
    Bay(BayId),
    /// All choices.
    Choices,
    /// Quotas.
    Quotas,
    /// Containers.
    Containers,
    /// An object.
    Object(ObjectRef),
    /// A pod's log.
    Log(ObjectRef),
    /// A container's log.
    ContainerLog(String),
}

/// One of the lists for forms.
#[derive(Debug)]
pub enum Choice {
    /// Flavors.
    Flavors(Answer<Vec<Flavor>>),
    /// Keypairs.
    Keypairs(Answer<Vec<Keypair>>),
    /// Images.
    Images(Answer<Vec<Image>>),
    /// Networks.
    Networks(Answer<Vec<Network>>),
    /// Subnets.
    Subnets(Answer<Vec<Subnet>>),
    /// Availability zones.
    Zones(Answer<Vec<String>>),
    /// Limits and use.
    Quotas(Answer<Vec<Quota>>),
}
