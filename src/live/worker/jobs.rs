//! Carries out changes: each becomes a job in the journal, from the moment it is asked for to its last answer.

use super::context::{Context, now};
use super::place::Place;
use super::{Here, Internal, Task, Worker, manifests};
use crate::live::command::{Change, JobId, ManifestMode, Topic};
use crate::live::event::Event;
use crate::live::state::{Job, Outcome};
use crate::model::problem::{Problem, ProblemKind};
use std::sync::Arc;

/// How a change ended.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// uuid of what was made.
    pub(super) made: Option<String>,
    pub(super) request_id: Option<String>,
    /// What to load again.
    pub(super) touched: Vec<Topic>,
}

impl Done {
    /// Done at once.
    fn now(touched: Vec<Topic>) -> Done {
        Done { outcome: Outcome::Done, made: None, request_id: None, touched }
    }

    /// Accepted; the service works on it.
    fn accepted(touched: Vec<Topic>) -> Done {
        Done { outcome: Outcome::Accepted, made: None, request_id: None, touched }
    }
}

impl Worker {
    pub(super) async fn change(&mut self, id: JobId, change: Change) {
        let Some(Here { place, .. }) = &self.here else {
            let problem = Problem::new(ProblemKind::Auth, "bayview", "nobody is signed in");
            self.context.send(Event::JobStarted(Box::new(job_of(id, &change, String::new(), String::new())))).await;
            self.context
                .send(Event::JobChanged { job: id, outcome: Outcome::Failed(problem), made: None, request_id: None })
                .await;
            return;
        };
        let place = place.clone();
        let job = job_of(id, &change, place.command_line(&change), place.where_of(&change));
        // Not the place's context: the journal outlives it.
        let (context, internal) = (self.context.scoped(), self.internal.clone());
        context.send(Event::JobStarted(Box::new(job))).await;
        let own = context.clone();
        let work = async move {
            let (result, traced) = crate::api::trace(carry_out(&place, &context, id, change)).await;
            let mut done = result.unwrap_or_else(|problem| Done {
                request_id: problem.request_id.clone(),
                outcome: Outcome::Failed(problem),
                made: None,
                touched: Vec::new(),
            });
            done.request_id = done.request_id.or(traced);
            context
                .send(Event::JobChanged {
                    job: id,
                    outcome: done.outcome,
                    made: done.made,
                    request_id: done.request_id,
                })
                .await;
            if internal.send(Internal::Bump(done.touched)).await.is_err() {
                tracing::debug!("the worker ended before a job");
            }
        };
        let task = Task(own.spawn("job", work, move |problem| ended(id, problem)));
        self.jobs.retain(|_, job| !job.task.is_over());
        self.jobs.insert(id, Running { task, context: own });
    }

    /// Nobody waits any more for the answers to the changes under way; the journal says so.
    pub(super) async fn cancel_jobs(&mut self) {
        for (id, job) in std::mem::take(&mut self.jobs) {
            if job.task.is_over() {
                continue;
            }
            job.context.close();
            let said = "signed out before the answer came; the cloud may have done it all the same";
            for event in ended(id, Problem::new(ProblemKind::Cancelled, "bayview", said)) {
                self.context.send(event).await;
            }
        }
    }
}

/// A change under way; dropping it stops it.
pub(super) struct Running {
    task: Task,
    context: Context,
}

/// A job that ends without an answer.
fn ended(id: JobId, problem: Problem) -> Vec<Event> {
    let changed = Event::JobChanged { job: id, outcome: Outcome::Failed(problem), made: None, request_id: None };
    vec![Event::RunFinished(id), changed]
}

fn job_of(id: JobId, change: &Change, command_line: String, place: String) -> Job {
    let (what, target) = title(change);
    Job {
        id,
        started_at: now(),
        finished_at: None,
        what,
        target,
        place,
        command_line,
        bay: match change {
            Change::ScaleBay { id, .. } | Change::DeleteBay { id, .. } => Some(id.clone()),
            _ => None,
        },
        made: None,
        outcome: Outcome::Running,
        request_id: None,
    }
}

/// Fluent id of what is done, and the name of what it is done to.
fn title(change: &Change) -> (&'static str, String) {
    match change {
        Change::CreateBayModel(spec) => ("job-create-bay-model", spec.name.clone()),
        Change::DeleteBayModel { name, .. } => ("job-delete-bay-model", name.clone()),
        Change::CreateBay(bay) => ("job-create-bay", bay.name.clone()),
        Change::ScaleBay { name, .. } => ("job-scale-bay", name.clone()),
        Change::DeleteBay { name, .. } => ("job-delete-bay", name.clone()),
        Change::SaveKubeconfig { name, .. } => ("job-save-kubeconfig", name.clone()),
        Change::ScaleWorkload { namespace, name, .. } => ("job-scale-workload", format!("{namespace}/{name}")),
        Change::DeleteObject(object) => {
            ("job-delete-object", format!("{} {}/{}", object.kind, object.namespace, object.name))
        }
        Change::Manifests(run) => {
            let what = match run.mode {
                ManifestMode::Validate => "job-validate-manifests",
                ManifestMode::Apply => "job-apply-manifests",
                ManifestMode::Delete => "job-delete-manifests",
            };
            let mut files: Vec<&str> = run.documents.iter().map(|d| d.file.as_str()).collect();
            files.dedup();
            (what, files.join(", "))
        }
        Change::CreateContainer { container, .. } => ("job-create-container", container.name.clone()),
        Change::ActOnContainer { name, .. } => ("job-act-on-container", name.clone()),
        Change::DeleteContainer { name, .. } => ("job-delete-container", name.clone()),
    }
}

async fn carry_out(place: &Arc<Place>, context: &Context, id: JobId, change: Change) -> Result<Done, Problem> {
    match change {
        Change::CreateBayModel(spec) => {
            let made = place.create_bay_model(&spec).await?;
            Ok(Done { made: Some(made), ..Done::now(vec![Topic::BayModels, Topic::Bays]) })
        }
        Change::DeleteBayModel { id, .. } => {
            place.delete_bay_model(&id).await?;
            Ok(Done::now(vec![Topic::BayModels]))
        }
        Change::CreateBay(bay) => {
            let made = place.create_bay(&bay).await?;
            Ok(Done { made: Some(made), ..Done::accepted(vec![Topic::Bays, Topic::Quotas]) })
        }
        Change::ScaleBay { id, node_count, .. } => {
            place.scale_bay(&id, node_count).await?;
            Ok(Done::accepted(vec![Topic::Bays, Topic::Bay(id)]))
        }
        Change::DeleteBay { id, .. } => {
            place.delete_bay(&id).await?;
            Ok(Done::accepted(vec![Topic::Bays, Topic::Bay(id), Topic::Quotas]))
        }
        Change::SaveKubeconfig { id, path, .. } => {
            place.save_kubeconfig(&id, &path).await?;
            Ok(Done::now(Vec::new()))
        }
        Change::ScaleWorkload { bay, kind, namespace, name, replicas } => {
            place.scale_workload(&bay, kind, &namespace, &name, replicas).await?;
            Ok(Done::now(Vec::new()))
        }
        Change::DeleteObject(object) => {
            place.delete_object(&object).await?;
            Ok(Done::now(Vec::new()))
        }
        Change::Manifests(run) => manifests::carry_out(place, context, id, run).await,
        Change::CreateContainer { bay, container } => {
            let made = place.create_container(&bay, &container).await?;
            Ok(Done { made: Some(made), ..Done::now(vec![Topic::Containers]) })
        }
        Change::ActOnContainer { id, action, .. } => {
            place.act_on_container(&id, action).await?;
            Ok(Done::now(vec![Topic::Containers]))
        }
        Change::DeleteContainer { id, .. } => {
            place.delete_container(&id).await?;
            Ok(Done::now(vec![Topic::Containers]))
        }
    }
}
