//! Open files: drafts, opening, saving, dropping, closing.

use super::ManifestsView;
use crate::model::bay::BayId;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::editor::buffer::Buffer;
use crate::ui::editor::drafts::Draft;
use crate::ui::editor::files::{Outcome, ReadProblem};
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::{self, Dialog};
use egui::Ui;
use std::path::PathBuf;
use std::time::Duration;

/// Seconds after the last change until a draft is kept.
const PAUSE_SECS: f64 = 1.0;
/// Seconds after the first change until a draft is kept, however steadily one types.
const MOST_SECS: f64 = 3.0;

/// What has changed since the last draft.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Changed {
    /// Something has changed in this frame.
    fresh: bool,
    /// First and last change, seconds since 1970.
    since: Option<(f64, f64)>,
}

impl Changed {
    /// Something changes.
    pub(super) fn now(&mut self) {
        self.fresh = true;
    }

    fn is_pending(self) -> bool {
        self.fresh || self.since.is_some()
    }

    /// Seconds until a draft is due; 0 = now, `None` = nothing has changed.
    fn due(&mut self, now: f64) -> Option<f64> {
        if std::mem::take(&mut self.fresh) {
            self.since = Some((self.since.map_or(now, |(first, _)| first), now));
        }
        let (first, last) = self.since?;
        Some((last + PAUSE_SECS).min(first + MOST_SECS) - now).map(|due| due.clamp(0.0, PAUSE_SECS))
    }
}

impl ManifestsView {
    /// Opens a text as a new file in front, for a bay if one is named.
    pub fn open_text(&mut self, title: &str, text: &str, bay: Option<BayId>) {
        let id = self.new_id();
        self.buffers.push(Buffer::new(id, title, text));
        self.bring_to_front(id);
        self.changed.now();
        if let Some(bay) = bay {
            self.set_target(bay);
        }
    }

    /// The program ends: keeps what has changed since the last draft.
    pub fn close_drafts(&mut self) {
        if !self.changed.is_pending() {
            return self.drafts.close(None);
        }
        if let Some(draft) = self.drafts.last_restored() {
            self.restore(draft);
        }
        let last = self.draft();
        self.drafts.close(Some(last));
    }

    /// Everything typed so far is in a draft.
    pub(super) fn is_draft_kept(&self) -> bool {
        !self.changed.is_pending() && self.drafts.problem().is_none()
    }

    /// What was kept, and what files have come.
    pub(super) fn take_in_files(&mut self, cx: &Cx<'_>) {
        if let Some(draft) = self.drafts.restored() {
            self.restore(draft);
        }
        for outcome in self.files.ended() {
            self.file_job_ended(cx, outcome);
        }
    }

    /// Keeps a draft when one is due.
    pub(super) fn keep_draft(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(due) = self.changed.due(cx.now) else { return };
        if due > 0.0 {
            ctx.request_repaint_after(Duration::from_secs_f64(due));
        } else if self.drafts.keep(self.draft()) {
            self.changed = Changed::default();
        } else {
            ctx.request_repaint_after(Duration::from_millis(200));
        }
    }

    fn draft(&self) -> Draft {
        Draft { buffers: self.buffers.iter().map(Buffer::kept).collect(), front: self.front }
    }

    /// What was kept comes first; what was opened meanwhile comes behind it and stays in front.
    fn restore(&mut self, draft: Draft) {
        let opened = std::mem::take(&mut self.buffers);
        let mut front = opened.iter().any(|b| b.id == self.front).then_some(self.front);
        for kept in draft.buffers {
            let (old, id) = (kept.id, self.new_id());
            self.buffers.push(Buffer::restored(id, kept));
            if front.is_none() && old == draft.front {
                front = Some(id);
            }
        }
        self.buffers.extend(opened);
        self.front = front.or(self.buffers.first().map(|b| b.id)).unwrap_or_default();
    }

    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn new_file(&mut self, cx: &Cx<'_>) {
        let title = |n: u64| cx.f("manifests-untitled", &[("n", n.into())]);
        let taken = |title: &str| self.buffers.iter().any(|b| b.title == title);
        let title = (1..).map(title).find(|t| !taken(t)).unwrap_or_default();
        self.open_text(&title, "", None);
        self.editor.focus();
    }

    pub(super) fn ask_for_files(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        self.files.open_dialog(ctx, cx.t("manifests-open-title").into_owned());
    }

    pub(super) fn save(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(buffer) = self.front_mut() else { return };
        let (id, text) = ((buffer.id, buffer.version), buffer.text.clone());
        match buffer.path.clone() {
            Some(path) => self.files.save(ctx, path, id, text),
            None => self.save_as(cx, ctx),
        }
    }

    pub(super) fn save_as(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(buffer) = self.front_mut() else { return };
        let (id, text) = ((buffer.id, buffer.version), buffer.text.clone());
        let name = if buffer.title.contains('.') { buffer.title.clone() } else { format!("{}.yaml", buffer.title) };
        self.files.save_dialog(ctx, cx.t("manifests-save-title").into_owned(), name, id, text);
    }

    fn file_job_ended(&mut self, cx: &Cx<'_>, outcome: Outcome) {
        let toast = |sign, text| cx.act(UiAction::Toast { sign, text });
        match outcome {
            Outcome::Opened(files) => {
                for (path, read) in files {
                    match read {
                        Ok(text) => self.opened(path, text),
                        Err(problem) => {
                            let why = read_problem(cx, &problem);
                            let args = [("file", path.display().to_string().into()), ("why", why.into())];
                            toast(Sign::Failed, cx.f("manifests-not-read", &args));
                        }
                    }
                }
            }
            Outcome::Saved { buffer: id, version, path, problem: None } => {
                toast(Sign::Ok, cx.f("manifests-saved", &[("file", path.display().to_string().into())]));
                if let Some(buffer) = self.buffers.iter_mut().find(|b| b.id == id) {
                    buffer.saved(path, version);
                    if self.close_when_saved.take_if(|wanted| *wanted == id).is_some() && !buffer.unsaved {
                        self.close(id);
                    }
                }
                self.changed.now();
            }
            Outcome::Saved { path, problem: Some(why), .. } => {
                self.close_when_saved = None;
                let args = [("file", path.display().to_string().into()), ("why", why.into())];
                toast(Sign::Failed, cx.f("manifests-not-saved", &args));
            }
            Outcome::Cancelled => self.close_when_saved = None,
        }
    }

    /// A file that is open already comes to the front; what was typed into it stays.
    fn opened(&mut self, path: PathBuf, text: String) {
        let id = if let Some(open) = self.buffers.iter_mut().find(|b| b.path.as_ref() == Some(&path)) {
            if !open.unsaved && open.text != text {
                open.text = text;
                open.touch();
                open.unsaved = false;
            }
            open.id
        } else {
            let id = self.new_id();
            self.buffers.push(Buffer::opened(id, path, text));
            id
        };
        self.bring_to_front(id);
        self.changed.now();
    }

    pub(super) fn take_drops(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let paths: Vec<_> = ui.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_path_buf()).collect());
        if !paths.is_empty() {
            self.files.read_paths(ui.ctx(), paths);
        }
        if ui.input(|i| !i.raw.hovered_files.is_empty()) {
            let rect = ui.max_rect();
            let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, ui.scope_id()));
            painter.rect_filled(rect, 0.0, cx.tokens.dim);
            let words = cx.t("manifests-drop-here").into_owned();
            painter.text(rect.center(), egui::Align2::CENTER_CENTER, words, text::section_font(), cx.tokens.text);
        }
    }

    /// Closes a file, after a question where text would be lost.
    pub(super) fn ask_or_close(&mut self, id: u64) {
        match self.buffers.iter().find(|b| b.id == id) {
            Some(b) if b.unsaved && !b.text.trim().is_empty() => self.ask_close = Some(id),
            Some(_) => self.close(id),
            None => {}
        }
    }

    fn close(&mut self, id: u64) {
        let at = self.buffers.iter().position(|b| b.id == id);
        self.buffers.retain(|b| b.id != id);
        if let Some(at) = at
            && self.front == id
        {
            let neighbour = self.buffers.get(at).or(self.buffers.last()).map_or(0, |b| b.id);
            self.bring_to_front(neighbour);
        }
        self.changed.now();
    }

    /// Asks whether to close a file whose text is in no file.
    pub(super) fn close_dialog_ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(id) = self.ask_close else { return };
        let title = self.buffers.iter().find(|b| b.id == id).map(|b| b.title.clone()).unwrap_or_default();
        let words = cx.f("manifests-close-title", &[("file", title.as_str().into())]);
        let output = Dialog::new(words).show(cx, ctx, |ui| {
            ui.label(text::body(cx.t("manifests-close-text")).color(cx.tokens.text2));
            dialog::buttons(ui, |ui| {
                let mut answer = None;
                if Button::new(cx.t("manifests-close-save")).primary().show(cx, ui).clicked() {
                    answer = Some(Answer::Save);
                }
                if Button::new(cx.t("manifests-close-drop")).danger().show(cx, ui).clicked() {
                    answer = Some(Answer::Drop);
                }
                if Button::new(cx.t("action-cancel")).show(cx, ui).clicked() {
                    answer = Some(Answer::Stay);
                }
                answer
            })
        });
        match output.inner {
            None if !output.close => return,
            Some(Answer::Save) => {
                self.bring_to_front(id);
                self.close_when_saved = Some(id);
                self.save(cx, ctx);
            }
            Some(Answer::Drop) => self.close(id),
            Some(Answer::Stay) | None => {}
        }
        self.ask_close = None;
    }
}

/// What to do with a file that is not saved.
enum Answer {
    Save,
    Drop,
    Stay,
}

fn read_problem(cx: &Cx<'_>, problem: &ReadProblem) -> String {
    match problem {
        ReadProblem::NotText(byte) => cx.f("manifests-not-text", &[("byte", (*byte).into())]),
        ReadProblem::TooLong(mib) => cx.f("manifests-file-too-long", &[("mib", (*mib).into())]),
        ReadProblem::System(said) => said.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_due_after_a_pause_and_at_the_latest_after_three_seconds() {
        let mut changed = Changed::default();
        assert_eq!(changed.due(10.0), None);
        changed.now();
        assert_eq!(changed.due(10.0), Some(1.0));
        assert_eq!(changed.due(10.75), Some(0.25));
        // Typing without a pause: the time of the first change counts.
        for step in 0..4 {
            changed.now();
            changed.due(10.75 + f64::from(step) * 0.5);
        }
        changed.now();
        assert_eq!(changed.due(12.75), Some(0.25));
        assert_eq!(changed.due(13.0), Some(0.0));
    }

    #[test]
    fn a_number_is_never_given_twice() {
        let mut view = ManifestsView::default();
        view.open_text("a.yaml", "kind: Pod", None);
        let first = view.front;
        view.close(first);
        view.open_text("b.yaml", "kind: Pod", None);
        assert_ne!(view.front, first);
    }
}
