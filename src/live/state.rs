//! The state the interface draws from. Only `State::apply` (in `store`) changes it, between frames.

use super::command::{JobId, ManifestMode, ObjectRef};
use super::loadable::Loadable;
use super::settle::Settling;
use crate::model::bay::{Bay, BayId, NodeGroup, Server, StackEvent};
use crate::model::bay_model::BayModel;
use crate::model::choices::{Flavor, Image, Keypair, Network, Quota, Subnet};
use crate::model::cloud::{Identity, MagnumInfo, Profile, Project};
use crate::model::cluster::Picture;
use crate::model::container::Container;
use crate::model::kubeconfig::KubeconfigFile;
use crate::model::problem::Problem;
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that is known.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Profiles found, in the order of the list.
    pub profiles: Loadable<Arc<Vec<Profile>>>,
    /// Files that could not be read while looking for profiles.
    pub profile_problems: Vec<Problem>,
    /// Signed out, on the way in, or in.
    pub session: Session,
    /// Projects that one may switch to.
    pub projects: Loadable<Arc<Vec<Project>>>,
    /// Bays of the project (of all projects for an admin).
    pub bays: Loadable<Arc<Vec<Bay>>>,
    /// Bay models.
    pub bay_models: Loadable<Arc<Vec<BayModel>>>,
    /// Details of the bays looked at.
    pub details: HashMap<BayId, BayDetail>,
    /// Clusters opened from kubeconfig files, in the order of opening.
    pub kubeconfigs: Vec<Bay>,
    /// How many clusters were opened from kubeconfigs, and whether the last one was asked for alone; tells that one was, even
    /// if it was open already.
    pub kubeconfigs_opened: (u64, bool),
    /// The kubeconfig that was chosen last and has several contexts to choose from.
    pub kubeconfig_asks: Option<Arc<KubeconfigFile>>,
    /// How many times one arrived in a place: by a sign-in, or by a change of project or region.
    pub arrivals: u64,
    /// Insides of the bays looked at.
    pub insides: HashMap<BayId, Arc<Picture>>,
    /// Choices for forms.
    pub choices: Choices,
    /// 2015's containers.
    pub containers: Loadable<Arc<Vec<Container>>>,
    /// Every change asked for, the oldest first.
    pub journal: Vec<Job>,
    /// Accepted jobs whose end is not known yet.
    pub settling: Vec<Settling>,
    /// Outcomes of manifest runs.
    pub runs: HashMap<JobId, ManifestReport>,
    /// Objects read in full, as YAML.
    pub objects: HashMap<ObjectRef, Loadable<Arc<str>>>,
    /// Ends of pod logs, by pod.
    pub logs: HashMap<ObjectRef, Loadable<Arc<PodLog>>>,
    /// Logs of 2015 containers, by uuid.
    pub container_logs: HashMap<String, Loadable<Arc<str>>>,
    /// How the cloud answers.
    pub connection: Connection,
    /// Short messages for toasts and the bell, the oldest first.
    pub notices: Vec<Notice>,
    /// What the keyring said when it could not be used.
    pub keyring_problem: Option<String>,
}

impl State {
    /// The signed-in session, if any. One that stands while a sign-in to another cloud is tried counts too.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match &self.session {
            Session::In(session) => Some(session),
            Session::SigningIn(signing) => signing.before.as_deref(),
            Session::Out => None,
        }
    }

    pub(super) fn signed_in_mut(&mut self) -> Option<&mut SignedIn> {
        match &mut self.session {
            Session::In(session) => Some(session),
            Session::SigningIn(signing) => signing.before.as_deref_mut(),
            Session::Out => None,
        }
    }

    /// Cloud, project and region one works in.
    pub fn place(&self) -> Option<(String, String, String)> {
        let identity = &self.signed_in()?.identity;
        Some((identity.cloud.clone(), identity.project.id.clone(), identity.region.clone()))
    }

    /// A bay by id: its detail where loaded, else its row in the list.
    pub fn bay(&self, id: &str) -> Option<&Bay> {
        let detail = self.details.get(id).and_then(|d| d.bay.value.as_ref());
        detail
            .or_else(|| self.bays.value.as_ref()?.iter().find(|b| b.id == id))
            .or_else(|| self.kubeconfigs.iter().find(|b| b.id == id))
    }

    /// A bay model by id.
    pub fn bay_model(&self, id: &str) -> Option<&BayModel> {
        self.bay_models.value.as_ref()?.iter().find(|m| m.id == id)
    }

    /// A job of the journal.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.journal.iter().rev().find(|j| j.id == id)
    }
}

/// Signed out, on the way in, or in.
#[derive(Debug, Clone, Default)]
pub enum Session {
    /// Nobody is signed in.
    #[default]
    Out,
    /// A sign-in is under way or has failed; its steps tell.
    SigningIn(SigningIn),
    /// Signed in.
    In(Box<SignedIn>),
}

/// A sign-in step by step.
#[derive(Debug, Clone)]
pub struct SigningIn {
    /// Profile in use.
    pub profile: Profile,
    /// Steps so far, the current one last.
    pub steps: Vec<SignInStep>,
    /// When it began, seconds since 1970 with fraction.
    pub started_at: f64,
    /// What it waits for from the user, if anything.
    pub asks: Option<SignInQuestion>,
    /// Why it failed, if it did.
    pub problem: Option<Problem>,
    /// The session that stood before. It stands until the new one does, and again where this one comes to nothing.
    pub before: Option<Box<SignedIn>>,
}

/// What a sign-in needs from the user to go on.
#[derive(Debug, Clone)]
pub enum SignInQuestion {
    /// A one-time code; `refused` where one was given already and Keystone did not take it.
    Passcode {
        /// An earlier code was wrong, or used up.
        refused: bool,
    },
    /// One of these projects (may be empty: the user has none).
    Project(Vec<Project>),
}

/// One step of a sign-in.
#[derive(Debug, Clone)]
pub struct SignInStep {
    /// Which.
    pub kind: SignInStepKind,
    /// What it found, in plain data: (Fluent id, arguments).
    pub found: Option<(&'static str, Vec<(&'static str, String)>)>,
    /// Milliseconds it took; `None` while it runs.
    pub took_ms: Option<u64>,
    /// It failed.
    pub failed: bool,
}

/// Steps of a sign-in, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum SignInStepKind {
    /// Start the demo cloud (only for it).
    Demo,
    /// Keystone: discovery and token.
    Keystone,
    /// Catalogue: services and regions.
    Catalogue,
    /// Magnum: dialect and versions.
    Magnum,
    /// Bays: first list.
    Bays,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who and where.
    pub identity: Identity,
    /// What this region's Magnum can do.
    pub magnum: Loadable<MagnumInfo>,
    /// The cloud is the built-in demo.
    pub demo: bool,
}

/// A bay in full.
#[derive(Debug, Clone, Default)]
pub struct BayDetail {
    /// The bay itself.
    pub bay: Loadable<Bay>,
    /// Its servers.
    pub servers: Loadable<Arc<Vec<Server>>>,
    /// Its Heat events, the oldest first; empty where the cloud has no Heat.
    pub stack_events: Loadable<Arc<Vec<StackEvent>>>,
    /// Resources of its stack: (complete, all), for progress.
    pub stack_progress: Option<(u32, u32)>,
    /// Its node groups (1.9 on).
    pub node_groups: Loadable<Arc<Vec<NodeGroup>>>,
}

/// Choices for forms.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Flavors.
    pub flavors: Loadable<Arc<Vec<Flavor>>>,
    /// Keypairs.
    pub keypairs: Loadable<Arc<Vec<Keypair>>>,
    /// Images.
    pub images: Loadable<Arc<Vec<Image>>>,
    /// Networks.
    pub networks: Loadable<Arc<Vec<Network>>>,
    /// Subnets.
    pub subnets: Loadable<Arc<Vec<Subnet>>>,
    /// Availability zones.
    pub zones: Loadable<Arc<Vec<String>>>,
    /// Limits and use.
    pub quotas: Loadable<Arc<Vec<Quota>>>,
}

/// A change asked for, and what became of it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Number.
    pub id: JobId,
    /// When it was asked for, seconds since 1970 with fraction.
    pub started_at: f64,
    /// When it ended: for what a service only accepted, when its work was seen to be over.
    pub finished_at: Option<f64>,
    /// Fluent id of what (`job-create-bay`, …).
    pub what: &'static str,
    /// Name of the target.
    pub target: String,
    /// Where: project and region, or bay.
    pub place: String,
    /// The same as an `openstack` or `kubectl` command, without secrets; empty where there is none.
    pub command_line: String,
    /// Bay that is resized or deleted.
    pub bay: Option<BayId>,
    /// uuid of what was made, once known.
    pub made: Option<String>,
    /// How it stands.
    pub outcome: Outcome,
    /// Request id of the deciding answer.
    pub request_id: Option<String>,
}

/// How a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Under way.
    Running,
    /// Accepted by the service, which now works on it (bay creation and the like).
    Accepted,
    /// Done.
    Done,
    /// Done in part.
    Partly {
        /// Objects that went well.
        done: u32,
        /// Objects in all.
        all: u32,
    },
    /// Refused or failed.
    Failed(Problem),
}

/// Outcomes of a manifest run so far.
#[derive(Debug, Clone)]
pub struct ManifestReport {
    /// What was done.
    pub mode: ManifestMode,
    /// Per object, in order.
    pub objects: Vec<ObjectOutcome>,
    /// All objects have been tried.
    pub finished: bool,
    /// When it started, seconds since 1970 with fraction.
    pub started_at: f64,
}

/// What became of one object of a run.
#[derive(Debug, Clone)]
pub struct ObjectOutcome {
    /// Index of its document in the run.
    pub document: usize,
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Reason in the service's own words, or what changed.
    pub why: String,
    /// Path of the field at fault (`spec.template.spec.containers[0].resources.limits.memroy`), if one is named.
    pub field: Option<String>,
    /// Manager that owns the fields in conflict.
    pub owner: Option<String>,
    /// Milliseconds it took.
    pub took_ms: u64,
}

/// Verdict on one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Made.
    Created,
    /// Changed.
    Configured,
    /// Was already so.
    Unchanged,
    /// Would be accepted (dry run).
    Valid,
    /// Deleted.
    Deleted,
    /// Was not there (delete).
    Absent,
    /// Another manager owns the fields.
    Conflict,
    /// Refused.
    Refused,
    /// Not tried, because something before it failed.
    Skipped,
}

/// End of a pod's log.
#[derive(Debug, Clone, Default)]
pub struct PodLog {
    /// Containers of the pod.
    pub containers: Vec<String>,
    /// Container shown.
    pub container: String,
    /// Lines.
    pub lines: Vec<String>,
}

/// How the cloud answers.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// Round trip of the last request, milliseconds.
    pub latency_ms: Option<u32>,
    /// Why the cloud cannot be reached, if it cannot.
    pub problem: Option<Problem>,
    /// Since when, seconds since 1970 with fraction.
    pub since: Option<f64>,
}

/// A short message that appears as a toast and stays under the bell.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Number, rising.
    pub id: u64,
    /// When, seconds since 1970 with fraction.
    pub at: f64,
    /// Good or bad.
    pub sign: crate::model::status::Sign,
    /// Fluent id of the sentence.
    pub message: &'static str,
    /// Its arguments.
    pub args: Vec<(&'static str, String)>,
    /// Problem behind it.
    pub problem: Option<Problem>,
    /// Job behind it.
    pub job: Option<JobId>,
}
