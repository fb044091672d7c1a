//! A run of the documents against the bay: what was sent, what came of it, and where in the text it belongs.

use super::{Lower, ManifestsView};
use crate::live::command::{Change, JobId, ManifestDocument, ManifestMode, ManifestRun};
use crate::live::state::{ManifestReport, ObjectOutcome, Outcome, Verdict};
use crate::model::manifest::{Flavor, Position, Severity};
use crate::ui::cx::Cx;
use crate::ui::editor::buffer::Buffer;
use crate::ui::editor::code::Mark;
use std::sync::Arc;

/// A run that was started.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) job: JobId,
    pub(super) mode: ManifestMode,
    /// For each document of the run: the file's number, the version of its text, and the document's place in it.
    places: Vec<(u64, u64, usize)>,
}

impl Run {
    pub(super) fn report<'c>(&self, cx: &Cx<'c>) -> Option<&'c ManifestReport> {
        cx.state.runs.get(&self.job)
    }

    pub(super) fn is_going_on(&self, cx: &Cx<'_>) -> bool {
        cx.state.job(self.job).is_none_or(|job| job.outcome == Outcome::Running)
    }

    /// Where an outcome belongs: file and place. The text may have changed since; then only the file is known.
    pub(super) fn place(&self, buffers: &mut [Buffer], outcome: &ObjectOutcome) -> Option<(u64, Option<Position>)> {
        let (id, version, at) = *self.places.get(outcome.document)?;
        let buffer = buffers.iter_mut().find(|b| b.id == id)?;
        if buffer.version != version {
            return Some((id, None));
        }
        let manifest = buffer.manifest();
        let document = manifest.documents.get(at)?;
        let named = |o: &&crate::model::manifest::ManifestObject| o.kind == outcome.kind && o.name == outcome.name;
        let index = document.objects.iter().position(|o| named(&o)).unwrap_or(0);
        let field = outcome.field.as_deref().and_then(|f| document.locate(&buffer.text, index, f)).map(|p| p.at);
        Some((id, field.or_else(|| document.objects.get(index).map(|o| o.at))))
    }

    /// Refusals of the server as marks in the text they are about.
    pub(super) fn marks(&self, cx: &Cx<'_>, buffer: &mut Buffer) -> Vec<Mark> {
        let Some(report) = self.report(cx) else { return Vec::new() };
        let bad = report.objects.iter().filter(|o| matches!(o.verdict, Verdict::Refused | Verdict::Conflict));
        let mut marks = Vec::new();
        for outcome in bad {
            let severity = if outcome.verdict == Verdict::Conflict { Severity::Warning } else { Severity::Error };
            if let Some((id, Some(at))) = self.place(std::slice::from_mut(buffer), outcome)
                && id == buffer.id
            {
                marks.push(Mark { at, text: outcome.why.clone(), severity });
            }
        }
        marks
    }
}

impl ManifestsView {
    /// Starts a run of all files; `only` limits it to these documents (file, document).
    pub(super) fn start(&mut self, cx: &Cx<'_>, mode: ManifestMode, force: bool, only: Option<&[(u64, usize)]>) {
        let objects: usize = self.buffers.iter_mut().map(|b| b.object_count()).sum();
        if self.stands_in_the_way(cx, objects).is_some() {
            return;
        }
        if mode == ManifestMode::Validate && Self::through_magnum(cx) {
            return;
        }
        let Some(bay) = self.bay.clone() else { return };
        let (mut documents, mut places) = (Vec::new(), Vec::new());
        for buffer in &mut self.buffers {
            let manifest = buffer.manifest();
            let kubernetes = manifest.documents.iter().enumerate().filter(|(_, d)| d.flavor == Flavor::Kubernetes);
            for (at, document) in kubernetes {
                if only.is_some_and(|only| !only.contains(&(buffer.id, at))) {
                    continue;
                }
                places.push((buffer.id, buffer.version, at));
                documents.push(ManifestDocument {
                    file: buffer.title.clone(),
                    line: document.first_line,
                    text: buffer.text[document.range.clone()].to_owned(),
                });
            }
        }
        let run = ManifestRun { bay, namespace: self.namespace.clone(), mode, force, documents: Arc::new(documents) };
        let job = cx.change(Change::Manifests(run));
        self.run = Some(Run { job, mode, places });
        self.lower = Lower::Outcome;
    }

    /// Again, with what did not go well; `force` takes over the fields of other managers.
    pub(super) fn start_again(&mut self, cx: &Cx<'_>, force: bool) {
        let Some(run) = &self.run else { return };
        let Some(report) = run.report(cx) else { return };
        let bad = |o: &&ObjectOutcome| match force {
            true => o.verdict == Verdict::Conflict,
            false => matches!(o.verdict, Verdict::Refused | Verdict::Conflict | Verdict::Skipped),
        };
        let wanted: Vec<(u64, usize)> = report
            .objects
            .iter()
            .filter(bad)
            .filter_map(|o| run.places.get(o.document).map(|(id, _, at)| (*id, *at)))
            .collect();
        let mode = run.mode;
        self.start(cx, mode, force, Some(&wanted));
    }
}
