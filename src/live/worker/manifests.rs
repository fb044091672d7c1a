//! Runs manifests against a bay: through Kubernetes, or, on a cloud of 2015, through Magnum's pods, replication
//! controllers and services.

use super::context::Context;
use super::jobs::Done;
use super::place::Place;
use crate::api::kubernetes::apply;
use crate::live::command::{JobId, ManifestMode, ManifestRun};
use crate::live::event::Event;
use crate::live::state::{ObjectOutcome, Outcome, Verdict};
use crate::model::kubeconfig::is_kubeconfig;
use crate::model::magnum_object::{MagnumObject, MagnumObjectKind};
use crate::model::manifest::{Manifest, ManifestObject};
use crate::model::problem::{Problem, ProblemKind};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
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
    let own = !is_kubeconfig(&run.bay);
    let result = if own && place.magnum_info().has("pods") {
        through_magnum(place, context, job, &run).await
    } else {
        through_kubernetes(place, context, job, &run).await
    };
    context.send(Event::RunFinished(job)).await;
    let outcome = sum(result?);
    Ok(Done { outcome, made: None, request_id: None, touched: Vec::new() })
}

/// One verdict, and for a bad one why.
struct Judged {
    verdict: Verdict,
    problem: Option<Problem>,
}

/// What a run comes to. Where nothing went well it failed, for the reason of its first object.
fn sum(judged: Vec<Judged>) -> Outcome {
    let is_bad = |v: &Judged| matches!(v.verdict, Verdict::Conflict | Verdict::Refused | Verdict::Skipped);
    let all = judged.len();
    let good = judged.iter().filter(|v| !is_bad(v)).count();
    match judged.into_iter().find_map(|v| v.problem) {
        _ if good == all => Outcome::Done,
        Some(problem) if good == 0 => Outcome::Failed(problem),
        _ => Outcome::Partly { done: good as u32, all: all as u32 },
    }
}

async fn through_kubernetes(
    place: &Arc<Place>,
    context: &Context,
    job: JobId,
    run: &ManifestRun,
) -> Result<Vec<Judged>, Problem> {
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
    let mut judged = Vec::new();
    let mut run = apply::Run::new(connection, mode, options, objects);
    while let Some(outcome) = run.next().await {
        let problem = (!outcome.verdict.is_good()).then(|| {
            let kind = outcome.problem.unwrap_or(ProblemKind::Invalid);
            Problem::new(kind, "kubernetes", outcome.why.clone())
        });
        let outcome = told(outcome);
        judged.push(Judged { verdict: outcome.verdict, problem });
        context.send(Event::RunObject(job, Box::new(outcome))).await;
    }
    Ok(judged)
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
) -> Result<Vec<Judged>, Problem> {
    let mut known = Known::default();
    let mut judged = Vec::new();
    for (index, document) in run.documents.iter().enumerate() {
        for (object, text) in objects_of(&document.text) {
            let started = Instant::now();
            let (verdict, problem) = match one_through_magnum(place, run, &mut known, &object, &text).await {
                Ok(verdict) => (verdict, None),
                Err(problem) => (Verdict::Refused, Some(problem)),
            };
            let outcome = ObjectOutcome {
                document: index,
                kind: object.kind,
                namespace: "default".to_owned(),
                name: object.name,
                verdict,
                why: problem.as_ref().map(|p| p.said.clone()).unwrap_or_default(),
                field: None,
                owner: None,
                took_ms: started.elapsed().as_millis() as u64,
            };
            judged.push(Judged { verdict, problem });
            context.send(Event::RunObject(job, Box::new(outcome))).await;
        }
    }
    Ok(judged)
}

/// The objects of a document, each with the text that says it alone: Magnum takes one object at a time, so an item of a
/// `List` goes as JSON of its own.
fn objects_of(text: &str) -> Vec<(ManifestObject, String)> {
    let mut found = Vec::new();
    for document in Manifest::parse(text).documents {
        let whole = document.value;
        for object in document.objects {
            let alone = match &object.value {
                Some(value) if Some(value) != whole.as_ref() => value.to_string(),
                _ => text.to_owned(),
            };
            found.push((object, alone));
        }
    }
    found
}

/// What the bay holds already, each kind asked for once.
#[derive(Default)]
struct Known(HashMap<MagnumObjectKind, Vec<MagnumObject>>);

impl Known {
    async fn find(
        &mut self,
        place: &Place,
        bay: &str,
        kind: MagnumObjectKind,
        name: &str,
    ) -> Result<Option<String>, Problem> {
        if let Entry::Vacant(unknown) = self.0.entry(kind) {
            unknown.insert(place.magnum().objects(kind, bay).await?);
        }
        let all = self.0.get(&kind).into_iter().flatten();
        Ok(all.into_iter().find(|o| o.name == name).map(|o| o.id.clone()))
    }

    /// The bay holds something else now: it is asked again when needed.
    fn forget(&mut self, kind: MagnumObjectKind) {
        self.0.remove(&kind);
    }
}

/// Creates, changes or deletes one object. 2015's Magnum knows three kinds, one namespace and no dry run.
async fn one_through_magnum(
    place: &Place,
    run: &ManifestRun,
    known: &mut Known,
    object: &ManifestObject,
    text: &str,
) -> Result<Verdict, Problem> {
    let Some(kind) = MagnumObjectKind::of_manifest_kind(&object.kind) else {
        let said = "this cloud's Magnum takes pods, replication controllers and services only";
        return Err(Problem::new(ProblemKind::Unsupported, "magnum", said));
    };
    let id = known.find(place, &run.bay, kind, &object.name).await?;
    let magnum = place.magnum();
    let verdict = match (run.mode, id) {
        (ManifestMode::Validate, _) => {
            return Err(Problem::new(ProblemKind::Unsupported, "magnum", "this cloud's Magnum has no dry run"));
        }
        (ManifestMode::Apply, None) => {
            magnum.create_object(kind, &run.bay, text).await?;
            Verdict::Created
        }
        (ManifestMode::Apply, Some(id)) => {
            magnum.update_object(kind, &run.bay, &id, text).await?;
            Verdict::Configured
        }
        (ManifestMode::Delete, None) => return Ok(Verdict::Absent),
        (ManifestMode::Delete, Some(id)) => {
            magnum.delete_object(kind, &run.bay, &id).await?;
            Verdict::Deleted
        }
    };
    known.forget(kind);
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(verdict: Verdict, problem: Option<ProblemKind>) -> Judged {
        Judged { verdict, problem: problem.map(|kind| Problem::new(kind, "kubernetes", "no")) }
    }

    #[test]
    fn a_run_that_did_nothing_failed() {
        let refused = || judged(Verdict::Refused, Some(ProblemKind::Quota));
        let failed = Outcome::Failed(Problem::new(ProblemKind::Quota, "kubernetes", "no"));
        assert_eq!(sum(vec![refused(), judged(Verdict::Skipped, Some(ProblemKind::Network))]), failed);
        assert_eq!(sum(vec![refused(), judged(Verdict::Created, None)]), Outcome::Partly { done: 1, all: 2 });
        assert_eq!(sum(vec![judged(Verdict::Absent, None)]), Outcome::Done);
        assert_eq!(sum(Vec::new()), Outcome::Done);
    }

    #[test]
    fn items_of_a_list_go_one_by_one() {
        let list = "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: {name: a}\n- kind: Service\n  metadata: {name: b}\n";
        let found = objects_of(list);
        let names: Vec<&str> = found.iter().map(|(o, _)| o.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(found[1].1, r#"{"kind":"Service","metadata":{"name":"b"}}"#);
        let alone = "kind: Pod\nmetadata:\n  name: a # mine\n";
        assert_eq!(objects_of(alone)[0].1, alone, "what is written by hand goes as it is written");
    }
}
