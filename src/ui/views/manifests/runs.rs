//! A run of the documents against the bay: what was sent, what came of it, and where in the text it belongs.

use super::answers::DocumentKey;
use super::{Lower, ManifestsView};
use crate::live::command::{Change, JobId, ManifestDocument, ManifestMode, ManifestRun};
use crate::live::state::{ManifestReport, ObjectOutcome, Outcome, Verdict};
use crate::model::bay::BayId;
use crate::model::magnum_object::MagnumObjectKind;
use crate::model::manifest::{Document, Flavor, ManifestObject, Position, Severity};
use crate::ui::cx::Cx;
use crate::ui::editor::buffer::Buffer;
use crate::ui::editor::code::{Mark, MarkWords};
use crate::ui::widgets::table::Selection;
use std::sync::Arc;

/// Which documents a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Only {
    /// All of them.
    All,
    /// These: file and place of the document in it.
    These(Vec<(u64, usize)>),
}

impl Only {
    pub(super) fn has(&self, file: u64, document: usize) -> bool {
        match self {
            Only::All => true,
            Only::These(these) => these.contains(&(file, document)),
        }
    }
}

/// A document of a run: its file, the version of the file's text, and its place in it.
#[derive(Debug, Clone, Copy)]
struct Source {
    file: u64,
    version: u64,
    document: usize,
}

/// A run that was started.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) job: JobId,
    pub(super) mode: ManifestMode,
    pub(super) bay: BayId,
    /// What the bay was called then.
    pub(super) bay_title: String,
    namespace: String,
    force: bool,
    through_magnum: bool,
    only: Only,
    sources: Vec<Source>,
    /// The journal had it: where it has it no more, it is long over.
    seen: bool,
}

impl Run {
    pub(super) fn report<'c>(&self, cx: &Cx<'c>) -> Option<&'c ManifestReport> {
        cx.state.runs.get(&self.job)
    }

    pub(super) fn follow(&mut self, cx: &Cx<'_>) {
        self.seen |= cx.state.job(self.job).is_some();
    }

    pub(super) fn is_going_on(&self, cx: &Cx<'_>) -> bool {
        cx.state.job(self.job).map_or(!self.seen, |job| job.outcome == Outcome::Running)
    }

    /// The documents that were sent, as they stood in the text then.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentKey> {
        self.sources.iter().map(|source| (source.file, source.version, source.document))
    }

    /// The document that an outcome is about, as it stood in the text then.
    pub(super) fn document(&self, outcome: &ObjectOutcome) -> Option<DocumentKey> {
        self.sources.get(outcome.document).map(|source| (source.file, source.version, source.document))
    }

    /// Where an outcome belongs: file and place. The text may have changed since; then only the file is known.
    pub(super) fn place(&self, buffers: &mut [Buffer], outcome: &ObjectOutcome) -> Option<(u64, Option<Position>)> {
        let source = *self.sources.get(outcome.document)?;
        let buffer = buffers.iter_mut().find(|b| b.id == source.file)?;
        if buffer.version != source.version || !buffer.is_read() {
            return Some((source.file, None));
        }
        let manifest = buffer.manifest();
        let document = manifest.documents.get(source.document)?;
        let index = document.objects.iter().position(|o| is_about(outcome, o)).unwrap_or(0);
        let field = outcome.field.as_deref().and_then(|f| document.locate(&buffer.text, index, f)).map(|p| p.at);
        Some((source.file, field.or_else(|| document.objects.get(index).map(|o| o.at))))
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
                marks.push(Mark { at, words: MarkWords::Said(self.why(cx, outcome)), severity });
            }
        }
        marks
    }

    /// Why an object went as it did: the service's own words, except where the reason is ours.
    pub(super) fn why(&self, cx: &Cx<'_>, outcome: &ObjectOutcome) -> String {
        let unknown = MagnumObjectKind::of_manifest_kind(&outcome.kind).is_none();
        if self.through_magnum && unknown && outcome.verdict == Verdict::Refused {
            return cx.t("manifests-not-through-magnum").into_owned();
        }
        match &outcome.owner {
            Some(owner) => {
                cx.f("manifests-owned", &[("owner", owner.as_str().into()), ("why", outcome.why.as_str().into())])
            }
            None => outcome.why.clone(),
        }
    }

    /// The document that an outcome is about, as it stands in the text now.
    fn document_of(&self, buffers: &mut [Buffer], outcome: &ObjectOutcome) -> Option<(u64, usize)> {
        let source = *self.sources.get(outcome.document)?;
        let buffer = buffers.iter_mut().find(|b| b.id == source.file)?;
        if buffer.version == source.version {
            return Some((source.file, source.document));
        }
        // The text was changed: it may be another one in the row now.
        let about = |d: &Document| d.objects.iter().any(|o| is_about(outcome, o));
        buffer.manifest().documents.iter().position(about).map(|at| (source.file, at))
    }
}

/// Whether an outcome is about this object of a text, which may leave its namespace to the run.
pub(super) fn is_about(outcome: &ObjectOutcome, object: &ManifestObject) -> bool {
    object.kind == outcome.kind
        && object.name == outcome.name
        && (object.namespace.is_empty() || object.namespace == outcome.namespace)
}

impl ManifestsView {
    /// Starts a run.
    pub(super) fn start(&mut self, cx: &Cx<'_>, mode: ManifestMode, force: bool, only: Only) {
        if self.stands_in_the_way(cx).is_some() {
            return;
        }
        let through_magnum = self.through_magnum(cx);
        if mode == ManifestMode::Validate && through_magnum {
            return;
        }
        let Some(bay) = self.bay.clone() else { return };
        let (mut documents, mut sources) = (Vec::new(), Vec::new());
        for buffer in &mut self.buffers {
            let manifest = buffer.manifest();
            let kubernetes = manifest.documents.iter().enumerate().filter(|(_, d)| d.flavor == Flavor::Kubernetes);
            for (at, document) in kubernetes.filter(|(at, _)| only.has(buffer.id, *at)) {
                sources.push(Source { file: buffer.id, version: buffer.version, document: at });
                documents.push(ManifestDocument {
                    file: buffer.title.clone(),
                    line: document.first_line,
                    text: buffer.text[document.range.clone()].to_owned(),
                });
            }
        }
        if documents.is_empty() {
            return;
        }
        let namespace = self.namespace.clone();
        let documents = Arc::new(documents);
        let run = ManifestRun { bay: bay.clone(), namespace: namespace.clone(), mode, force, documents };
        let job = cx.change(Change::Manifests(run));
        let bay_title = self.bay_title.clone();
        let run = Run { job, mode, bay, bay_title, namespace, force, through_magnum, only, sources, seen: false };
        let elsewhere = !self.aims_at_last_run();
        self.answers.begin(&run, elsewhere);
        self.run = Some(run);
        self.lower = Lower::Outcome;
        self.outcome_selection = Selection::default();
    }

    /// The last run went to where the next one would go: only then can it be taken up again.
    pub(super) fn aims_at_last_run(&self) -> bool {
        let same = |run: &Run| Some(&run.bay) == self.bay.as_ref() && run.namespace == self.namespace;
        self.run.as_ref().is_some_and(same)
    }

    /// The same once more, after a failure that left nothing behind. What deletes asks again.
    pub(super) fn retry(&mut self, cx: &Cx<'_>) {
        let Some(run) = &self.run else { return };
        let (mode, force, only) = (run.mode, run.force, run.only.clone());
        match mode {
            ManifestMode::Delete => self.ask_delete = Some(only),
            _ => self.start(cx, mode, force, only),
        }
    }

    /// Again, with what did not go well.
    pub(super) fn start_again(&mut self, cx: &Cx<'_>) {
        let bad = |o: &ObjectOutcome| matches!(o.verdict, Verdict::Refused | Verdict::Conflict | Verdict::Skipped);
        let Some((mode, only)) = self.of_last_run(cx, bad) else { return };
        match mode {
            ManifestMode::Delete => self.ask_delete = Some(only),
            _ => self.start(cx, mode, false, only),
        }
    }

    /// Takes over the fields that others own: of one object, or of all that are in conflict.
    pub(super) fn take_over(&mut self, cx: &Cx<'_>, one: Option<usize>) {
        let Some(report) = self.run.as_ref().and_then(|r| r.report(cx)) else { return };
        let document = one.and_then(|at| report.objects.get(at)).map(|o| o.document);
        let wanted = |o: &ObjectOutcome| o.verdict == Verdict::Conflict && document.is_none_or(|d| d == o.document);
        if let Some((mode, only)) = self.of_last_run(cx, wanted) {
            self.start(cx, mode, true, only);
        }
    }

    fn of_last_run(&mut self, cx: &Cx<'_>, wanted: impl Fn(&ObjectOutcome) -> bool) -> Option<(ManifestMode, Only)> {
        if !self.aims_at_last_run() {
            return None;
        }
        let run = self.run.as_ref()?;
        let outcomes = run.report(cx)?.objects.iter().filter(|o| wanted(o));
        let mut these: Vec<_> = outcomes.filter_map(|o| run.document_of(&mut self.buffers, o)).collect();
        these.dedup();
        Some((run.mode, Only::These(these)))
    }
}
