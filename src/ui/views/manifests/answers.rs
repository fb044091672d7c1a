//! What the server last said of each object of the texts, for the list of files. It outlives a run: trying the refused ones
//! again says nothing new of those that went well.

use super::ManifestsView;
use super::runs::{Run, is_about};
use crate::live::command::JobId;
use crate::live::state::{ObjectOutcome, Verdict};
use crate::model::manifest::ManifestObject;
use crate::ui::cx::Cx;
use std::collections::HashMap;

/// A document: its file, the version of the file's text, and its place in it.
pub(super) type DocumentKey = (u64, u64, usize);

/// Answers of the server.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The run that is followed, and how many of its outcomes were taken in.
    taken: (JobId, usize),
    of: HashMap<DocumentKey, Vec<ObjectOutcome>>,
}

impl Answers {
    /// A run starts: what was said of its documents, and of their files as they were before, holds no longer; nothing does
    /// where it goes `elsewhere`.
    pub(super) fn begin(&mut self, run: &Run, elsewhere: bool) {
        if elsewhere {
            self.of.clear();
        }
        let versions: HashMap<u64, u64> = run.documents().map(|(file, version, _)| (file, version)).collect();
        self.of.retain(|(file, version, _), _| versions.get(file).is_none_or(|now| now == version));
        for document in run.documents() {
            self.of.remove(&document);
        }
        self.taken = (run.job, 0);
    }

    /// Takes in what has come; call it once a frame.
    fn follow(&mut self, cx: &Cx<'_>, run: &Run) {
        let Some(report) = run.report(cx).filter(|_| self.taken.0 == run.job) else { return };
        for outcome in report.objects.iter().skip(self.taken.1) {
            if let Some(document) = run.document(outcome) {
                self.of.entry(document).or_default().push(outcome.clone());
            }
        }
        self.taken.1 = report.objects.len();
    }

    /// What the server said of an object of this document; `None` = nothing yet, or the text has changed since.
    pub(super) fn verdict(&self, document: DocumentKey, object: &ManifestObject) -> Option<Verdict> {
        self.of.get(&document)?.iter().find(|outcome| is_about(outcome, object)).map(|outcome| outcome.verdict)
    }
}

impl ManifestsView {
    /// Follows the last run.
    pub(super) fn follow_answers(&mut self, cx: &Cx<'_>) {
        if let Some(run) = &self.run {
            self.answers.follow(cx, run);
        }
    }
}
