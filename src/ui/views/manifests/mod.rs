//! Manifests: several files and documents, their problems, and what became of them in a bay.
//!
//! | module | what it is |
//! |---|---|
//! | `target` | which bay, whether it can be sent to, and through what |
//! | `open_files` | opening, saving, dropping, closing, drafts |
//! | `problems` | what is wrong with the text, over all files |
//! | `runs`, `answers` | a run against the bay and where its outcomes belong; what was last said of each object |
//! | `head`, `tabs`, `files_panel`, `bottom`, `outcome`, `delete`, `samples` | the parts of the screen |

mod answers;
mod bottom;
mod delete;
mod files_panel;
mod head;
mod open_files;
mod outcome;
mod problems;
mod runs;
mod samples;
mod tabs;
mod target;

use crate::live::command::{ManifestMode, Topic};
use crate::model::bay::BayId;
use crate::ui::cx::Cx;
use crate::ui::editor::buffer::Buffer;
use crate::ui::editor::code::{CodeEditor, mark_of};
use crate::ui::editor::drafts::Drafts;
use crate::ui::editor::files::{Dialogs, Files};
use crate::ui::shell::footer::Footer;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::table::Selection;
use crate::ui::{icons::Icon, text};
use answers::Answers;
use egui::{Frame, Key, Modifiers, Panel, Ui};
use open_files::Changed;
use runs::{Only, Run};
use std::sync::Arc;

/// What the lower panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
enum Lower {
    #[default]
    Problems,
    Outcome,
}

/// The screen.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ManifestsView {
    /// Target bay. Never exchanged for another one: what is sent must not land where nobody chose to send it.
    bay: Option<BayId>,
    /// What the target was called when it was last seen.
    bay_title: String,
    /// Namespace for documents that name none.
    namespace: String,
    lower: Lower,
    #[serde(skip)]
    buffers: Vec<Buffer>,
    #[serde(skip)]
    front: u64,
    /// The highest number that a file has had in this run: none is given twice.
    #[serde(skip)]
    last_id: u64,
    #[serde(skip)]
    editor: CodeEditor,
    #[serde(skip)]
    files: Files,
    #[serde(skip)]
    drafts: Drafts,
    #[serde(skip)]
    changed: Changed,
    #[serde(skip)]
    run: Option<Run>,
    #[serde(skip)]
    answers: Answers,
    /// The namespaces of the target can be looked at.
    #[serde(skip)]
    look_inside: bool,
    #[serde(skip)]
    problem_selection: Selection,
    #[serde(skip)]
    outcome_selection: Selection,
    #[serde(skip)]
    ask_delete: Option<Only>,
    #[serde(skip)]
    ask_close: Option<u64>,
    /// File that closes when it has been saved.
    #[serde(skip)]
    close_when_saved: Option<u64>,
}

impl ManifestsView {
    /// Keeps unsaved text in this store, and takes over what is there.
    pub fn use_drafts(&mut self, drafts: Drafts) {
        self.drafts = drafts;
    }

    /// Asks for files with other dialogs than the system's.
    pub fn use_dialogs(&mut self, dialogs: Arc<dyn Dialogs>) {
        self.files.use_dialogs(dialogs);
    }

    /// What to keep fresh while the screen is shown: the target's namespaces.
    pub fn topics(&self) -> Vec<Topic> {
        self.bay.iter().filter(|_| self.look_inside).map(|id| Topic::Inside(id.clone())).collect()
    }

    /// Drafts and files that have come; needs to be called every frame, whatever is on screen.
    pub fn logic(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        self.take_in_files(cx);
        for buffer in &mut self.buffers {
            buffer.follow(ctx);
        }
        self.keep_draft(cx, ctx);
        self.follow_target(cx);
        if let Some(run) = &mut self.run {
            run.follow(cx);
        }
        self.follow_answers(cx);
    }

    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        self.take_drops(cx, ui);
        self.keys(cx, ui);
        let t = cx.tokens;
        let bare = Frame::new().fill(t.panel);
        let bar = |panel: Panel, height: f32| {
            panel.exact_size(height).resizable(false).show_separator_line(false).frame(bare)
        };
        bar(Panel::top("manifests-head"), 52.0).show(ui, |ui| self.head_ui(cx, ui));
        let lower = Panel::bottom("manifests-lower").default_size(230.0).size_range(90.0..=420.0).resizable(true);
        lower.show_separator_line(false).frame(bare).show(ui, |ui| self.bottom_ui(cx, ui));
        let left = Panel::left("manifests-files").default_size(232.0).size_range(160.0..=360.0).resizable(true);
        left.show_separator_line(false).frame(bare).show(ui, |ui| self.files_ui(cx, ui));
        bar(Panel::top("manifests-tabs"), 34.0).show(ui, |ui| self.tabs_ui(cx, ui));
        egui::CentralPanel::default().frame(Frame::new().fill(t.canvas)).show(ui, |ui| self.editor_ui(cx, ui));
        self.close_dialog_ui(cx, ui.ctx());
        self.delete_dialog_ui(cx, ui.ctx());
    }

    /// What the footer says.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut left = Vec::new();
        if let Some(buffer) = self.buffers.iter().find(|b| b.id == self.front) {
            let at = self.editor.cursor;
            let args = [
                ("file", buffer.title.as_str().into()),
                ("line", at.line.max(1).into()),
                ("column", at.column.max(1).into()),
            ];
            left.push(cx.f("manifests-footer-place", &args));
            if buffer.unsaved {
                left.push(match self.is_draft_kept() {
                    true => cx.t("manifests-footer-draft-kept").into_owned(),
                    false => cx.t("manifests-footer-unsaved").into_owned(),
                });
            }
        }
        if let Some(problem) = self.drafts.problem() {
            left.push(cx.f("manifests-footer-no-draft", &[("why", problem.into())]));
        }
        let keys = vec![
            ("F8", cx.t("manifests-key-next-problem").into_owned()),
            ("Ctrl Shift V", cx.t("manifests-validate").into_owned()),
            ("Ctrl Enter", cx.t("manifests-key-apply").into_owned()),
        ];
        Footer { left, keys, stale: None }
    }

    fn front_mut(&mut self) -> Option<&mut Buffer> {
        let front = self.front;
        self.buffers.iter_mut().find(|b| b.id == front)
    }

    /// Brings a file to the front.
    fn bring_to_front(&mut self, id: u64) {
        if self.front != id {
            self.front = id;
            self.editor.file_changed();
        }
    }

    fn keys(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let ctx = ui.ctx();
        // A key meant for a question or a list must not reach the bay behind it.
        if ctx.memory(|m| m.top_modal_layer().is_some()) || egui::Popup::is_any_open(ctx) {
            return;
        }
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let ctrl_shift = Modifiers::COMMAND | Modifiers::SHIFT;
        if pressed(Modifiers::SHIFT, Key::F8) {
            self.next_problem(cx, false);
        } else if pressed(Modifiers::NONE, Key::F8) {
            self.next_problem(cx, true);
        }
        if pressed(ctrl_shift, Key::V) {
            self.start(cx, ManifestMode::Validate, false, Only::All);
        }
        if pressed(Modifiers::COMMAND, Key::Enter) {
            self.start(cx, ManifestMode::Apply, false, Only::All);
        }
        if pressed(ctrl_shift, Key::S) {
            self.save_as(cx, ctx);
        } else if pressed(Modifiers::COMMAND, Key::S) {
            self.save(cx, ctx);
        }
        if pressed(Modifiers::COMMAND, Key::O) {
            self.ask_for_files(cx, ctx);
        }
        if pressed(Modifiers::COMMAND, Key::N) {
            self.new_file(cx);
        }
        if pressed(Modifiers::COMMAND, Key::W) {
            self.ask_or_close(self.front);
        }
        for (key, step) in [(Key::PageDown, 1), (Key::PageUp, self.buffers.len().saturating_sub(1))] {
            if pressed(Modifiers::COMMAND, key)
                && let Some(at) = self.buffers.iter().position(|b| b.id == self.front)
            {
                let next = self.buffers[(at + step) % self.buffers.len()].id;
                self.bring_to_front(next);
                self.editor.focus();
            }
        }
    }

    fn editor_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let front = self.front;
        let advice = self.advice_for(cx, front);
        let Some(buffer) = self.buffers.iter_mut().find(|b| b.id == front) else {
            self.nothing_open_ui(cx, ui);
            return;
        };
        let mut marks: Vec<_> = buffer.manifest().issues().map(mark_of).collect();
        marks.extend(advice);
        if let Some(run) = &self.run {
            marks.extend(run.marks(cx, buffer));
        }
        let name = cx.f("manifests-editor-name", &[("file", buffer.title.as_str().into())]);
        if self.editor.ui(cx, ui, buffer, &marks, &name) {
            self.changed.now();
            ui.ctx().request_repaint();
        }
    }

    fn nothing_open_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        Frame::new().inner_margin(20).show(ui, |ui| {
            ui.label(text::body(cx.t("manifests-nothing-open")).color(cx.tokens.text2));
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let new = Button::new(cx.t("manifests-new")).icon(Icon::Plus).shortcut("Ctrl N");
                if new.show(cx, ui).clicked() {
                    self.new_file(cx);
                }
                let open = Button::new(cx.t("manifests-open")).icon(Icon::FolderOpen).shortcut("Ctrl O");
                if open.show(cx, ui).clicked() {
                    self.ask_for_files(cx, ui.ctx());
                }
            });
            ui.add_space(12.0);
            self.samples_ui(cx, ui);
        });
    }
}
