//! What is wrong with the texts: found here as one types, advised for the target, refused by the server. One order over all
//! files, so that a key leads from one to the next.

use super::{Lower, ManifestsView};
use crate::model::magnum_object::MagnumObjectKind;
use crate::model::manifest::{Flavor, Issue, Position, Severity};
use crate::ui::cx::Cx;
use crate::ui::editor::code::{Mark, MarkWords, sentence_of};

/// One problem of a text.
pub(super) struct TextProblem {
    /// File.
    pub(super) file: u64,
    /// Where.
    pub(super) at: Position,
    /// Error or warning.
    pub(super) severity: Severity,
    words: Words,
}

enum Words {
    Issue(Issue),
    /// Advised here, or said by the server.
    Said(String),
}

impl TextProblem {
    /// Its sentence.
    pub(super) fn sentence(&self, cx: &Cx<'_>) -> String {
        match &self.words {
            Words::Issue(issue) => sentence_of(cx, issue),
            Words::Said(words) => words.clone(),
        }
    }
}

impl ManifestsView {
    /// Problems of the texts, file by file, in the order of the lines.
    pub(super) fn text_problems(&mut self, cx: &Cx<'_>) -> Vec<TextProblem> {
        let mut found = Vec::new();
        let ids: Vec<u64> = self.buffers.iter().map(|b| b.id).collect();
        for (number, file) in ids.into_iter().enumerate() {
            let first = found.len();
            let manifest = self.buffers[number].manifest();
            found.extend(manifest.issues().map(|issue| TextProblem {
                file,
                at: issue.at,
                severity: issue.severity,
                words: Words::Issue(issue.clone()),
            }));
            let said = |mark: &Mark| TextProblem {
                file,
                at: mark.at,
                severity: mark.severity,
                words: Words::Said(mark.sentence(cx)),
            };
            let advice = self.advice_for(cx, file);
            found.extend(advice.iter().map(said));
            if let Some(run) = &self.run {
                let refused = run.marks(cx, &mut self.buffers[number]);
                // What was advised against and then refused is one problem.
                let is_new = |mark: &&Mark| advice.iter().all(|known| known.sentence(cx) != mark.sentence(cx));
                found.extend(refused.iter().filter(is_new).map(said));
            }
            found[first..].sort_by_key(|p| p.at);
        }
        found
    }

    /// What the way to the target will not take: Magnum of 2015 knows three kinds and one namespace.
    pub(super) fn advice_for(&mut self, cx: &Cx<'_>, file: u64) -> Vec<Mark> {
        if !self.through_magnum(cx) {
            return Vec::new();
        }
        let Some(buffer) = self.buffers.iter_mut().find(|b| b.id == file) else { return Vec::new() };
        let manifest = buffer.manifest();
        let mut marks = Vec::new();
        let warn = |at, id| Mark { at, severity: Severity::Warning, words: MarkWords::Said(cx.f(id, &[])) };
        let objects = manifest.documents.iter().filter(|d| d.flavor == Flavor::Kubernetes).flat_map(|d| &d.objects);
        for object in objects {
            if MagnumObjectKind::of_manifest_kind(&object.kind).is_none() && !object.kind.is_empty() {
                marks.push(warn(object.kind_at.unwrap_or(object.at), "manifests-not-through-magnum"));
            } else if !matches!(object.namespace.as_str(), "" | "default") {
                marks.push(warn(object.namespace_at.unwrap_or(object.at), "manifests-one-namespace"));
            }
        }
        marks
    }

    /// Goes to the next problem behind the cursor, or the one before it; from the last file on to the first.
    pub(super) fn next_problem(&mut self, cx: &Cx<'_>, forward: bool) {
        let order: Vec<u64> = self.buffers.iter().map(|b| b.id).collect();
        let rank = |id: u64| order.iter().position(|known| *known == id).unwrap_or(0);
        let mut places: Vec<(usize, Position)> = self.text_problems(cx).iter().map(|p| (rank(p.file), p.at)).collect();
        places.sort_unstable();
        let here = (rank(self.front), self.editor.cursor);
        let next = match forward {
            true => places.iter().find(|p| **p > here).or(places.first()),
            false => places.iter().rev().find(|p| **p < here).or(places.last()),
        };
        if let Some((file, at)) = next.copied() {
            self.bring_to_front(order[file]);
            self.editor.go_to(at);
            if self.run.is_none() {
                self.lower = Lower::Problems;
            }
        }
    }
}
