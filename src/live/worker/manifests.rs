//! Runs manifests against a bay: through Kubernetes, or, on a cloud of 2015, through Magnum's pods, replication
//! controllers and services.

use super::context::Context;
use super::inside::KUBECONFIG;
use super::jobs::Done;
use super::place::Place;
use crate::api::kubernetes::apply;
use crate::live::command::{JobId, ManifestDocument, ManifestMode, ManifestRun};
use crate::live::event::Event;
use crate::live::state::{ObjectOutcome, Outcome, Verdict};
use crate::model::magnum_object::MagnumObjectKind;
use crate::model::manifest::{Manifest, ManifestObject};
use crate::model::problem::{Problem, ProblemKind};
use std::sync::Arc;
use std::time::Instant;

/// Runs all documents; each object's outcome is told as it comes.
pub(super) async fn carry_out(
    place: &Arc<Place>,
    context: &Context,
    job: JobId,
    run: ManifestRun,
) -> Result<Done, Problem> {
    context.send(Event::RunStarted(job, run.mode)).await;
    // A cluster that was opened from a kubeconfig is none of Magnum's.
    let result = if place.magnum_info().has("pods") && !run.bay.starts_with(KUBECONFIG) {
        through_magnum(place, context, job, &run).await
    } else {
        through_kubernetes(place, context, job, &run).await
    };
    context.send(Event::RunFinished(job)).await;
    let verdicts = result?;
    let good =
        verdicts.iter().filter(|v| !matches!(v, Verdict::Conflict | Verdict::Refused | Verdict::Skipped)).count();
    let outcome = if good == verdicts.len() {
        Outcome::Done
    } else {
        Outcome::Partly { done: good as u32, all: verdicts.len() as u32 }
    };
    Ok(Done { outcome, made: None, request_id: None, touched: Vec::new() })
}

async fn through_kubernetes(
    place: &Arc<Place>,
    context: &Context,
    job: JobId,
    run: &ManifestRun,
) -> Result<Vec<Verdict>, Problem> {
    let connection = place.connection(&run.bay).await?;
    let namespace = if run.namespace.is_empty() { connection.default_namespace() } else { &run.namespace };
    let options = apply::Options { namespace: namespace.to_owned(), force: run.force };
    let mode = match run.mode {
        ManifestMode::Validate => apply::Mode::Validate,
        ManifestMode::Apply => apply::Mode::Apply,
        ManifestMode::Delete => apply::Mode::Delete,
    };
    let mut objects = Vec::new();
    for (document, text) in run.documents.iter().enumerate().map(|(at, d)| (at, &d.text)) {
        let named = Manifest::parse(text).documents.into_iter().flat_map(|d| d.objects);
        objects.extend(named.filter_map(|o| o.value).map(|value| apply::Object { document, value }));
    }
    let mut verdicts = Vec::new();
    let mut run = apply::Run::new(connection, mode, options, objects);
    while let Some(outcome) = run.next().await {
        let outcome = told(outcome);
        verdicts.push(outcome.verdict);
        context.send(Event::RunObject(job, Box::new(outcome))).await;
    }
    Ok(verdicts)
}

/// The client's outcome in the state's words.
fn told(outcome: apply::Outcome) -> ObjectOutcome {
    let verdict = match outcome.verdict {
        apply::Verdict::Created => Verdict::Created,
        apply::Verdict::Configured => Verdict::Configured,
        apply::Verdict::Unchanged => Verdict::Unchanged,
        apply::Verdict::Valid => Verdict::Valid,
        apply::Verdict::Deleted => Verdict::Deleted,
        apply::Verdict::Absent => Verdict::Absent,
        apply::Verdict::Conflict => Verdict::Conflict,
        apply::Verdict::Refused | apply::Verdict::NamespaceMissing => Verdict::Refused,
        apply::Verdict::Skipped => Verdict::Skipped,
    };
    let field = outcome.field.or_else(|| outcome.owners.first().map(|o| o.field.clone()));
    let mut owners: Vec<String> = outcome.owners.into_iter().map(|o| o.manager).collect();
    owners.dedup();
    ObjectOutcome {
        document: outcome.document,
        kind: outcome.kind,
        namespace: outcome.namespace,
        name: outcome.name,
        verdict,
        why: outcome.why,
        field,
        owner: (!owners.is_empty()).then(|| owners.join(", ")),
        took_ms: outcome.took.as_millis() as u64,
    }
}

async fn through_magnum(
    place: &Arc<Place>,
    context: &Context,
    job: JobId,
    run: &ManifestRun,
) -> Result<Vec<Verdict>, Problem> {
    let mut verdicts = Vec::new();
    for (index, document) in run.documents.iter().enumerate() {
        let started = Instant::now();
        for object in Manifest::parse(&document.text).documents.into_iter().flat_map(|d| d.objects) {
            let (verdict, why) = match one_through_magnum(place, run, document, &object).await {
                Ok(found) => found,
                Err(problem) => (Verdict::Refused, problem.said),
            };
            verdicts.push(verdict);
            let outcome = ObjectOutcome {
                document: index,
                kind: object.kind,
                namespace: "default".to_owned(),
                name: object.name,
                verdict,
                why,
                field: None,
                owner: None,
                took_ms: started.elapsed().as_millis() as u64,
            };
            context.send(Event::RunObject(job, Box::new(outcome))).await;
        }
    }
    Ok(verdicts)
}

/// Creates, changes or deletes one object. 2015's Magnum knows three kinds, one namespace and no dry run.
async fn one_through_magnum(
    place: &Place,
    run: &ManifestRun,
    document: &ManifestDocument,
    object: &ManifestObject,
) -> Result<(Verdict, String), Problem> {
    let Some(kind) = MagnumObjectKind::of_manifest_kind(&object.kind) else {
        let said = "this cloud's Magnum takes pods, replication controllers and services only";
        return Err(Problem::new(ProblemKind::Unsupported, "magnum", said));
    };
    let magnum = place.magnum();
    let known = magnum.objects(kind, &run.bay).await?.into_iter().find(|o| o.name == object.name);
    Ok(match (run.mode, known) {
        (ManifestMode::Validate, _) => {
            (Verdict::Skipped, "this cloud's Magnum has no dry run; only the text was checked".to_owned())
        }
        (ManifestMode::Apply, None) => {
            magnum.create_object(kind, &run.bay, &document.text).await?;
            (Verdict::Created, String::new())
        }
        (ManifestMode::Apply, Some(known)) => {
            magnum.update_object(kind, &run.bay, &known.id, &document.text).await?;
            (Verdict::Configured, String::new())
        }
        (ManifestMode::Delete, None) => (Verdict::Absent, String::new()),
        (ManifestMode::Delete, Some(known)) => {
            magnum.delete_object(kind, &run.bay, &known.id).await?;
            (Verdict::Deleted, String::new())
        }
    })
}
