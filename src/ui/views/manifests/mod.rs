//! Manifests: several files and documents, their problems, and what became of them in a bay.

mod bottom;
mod files_panel;
mod head;
mod runs;
mod samples;
mod tabs;

use crate::live::command::{ManifestMode, Topic};
use crate::model::bay::{Bay, BayId, Coe};
use crate::model::cloud::Dialect;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::cx::UiAction;
use crate::ui::editor::buffer::Buffer;
use crate::ui::editor::code::{CodeEditor, mark_of};
use crate::ui::editor::drafts::{Draft, Drafts};
use crate::ui::editor::files::{Files, Outcome};
use crate::ui::shell::footer::Footer;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::{self, Dialog};
use crate::ui::{icons::Icon, text};
use egui::{Frame, Key, Modifiers, Panel, Ui};
use runs::Run;

/// Seconds after the last change until a draft is kept.
const DRAFT_AFTER_SECS: f64 = 1.0;

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
    /// Target bay.
    bay: Option<BayId>,
    /// Namespace for documents that name none.
    namespace: String,
    lower: Lower,
    #[serde(skip)]
    buffers: Vec<Buffer>,
    #[serde(skip)]
    front: u64,
    #[serde(skip)]
    editor: CodeEditor,
    #[serde(skip)]
    files: Files,
    #[serde(skip)]
    drafts: Drafts,
    /// When the text was last changed, for the draft.
    #[serde(skip)]
    changed_at: Option<f64>,
    #[serde(skip)]
    kept_at: Option<f64>,
    #[serde(skip)]
    run: Option<Run>,
    #[serde(skip)]
    ask_delete: bool,
    #[serde(skip)]
    ask_close: Option<u64>,
    #[serde(skip)]
    read_problems: Vec<(String, String)>,
}

impl ManifestsView {
    /// Keeps unsaved text in this store, and takes over what is there.
    pub fn use_drafts(&mut self, drafts: Drafts) {
        self.drafts = drafts;
    }

    /// What to keep fresh while the screen is shown: the target's namespaces.
    pub fn topics(&self) -> Vec<Topic> {
        self.bay.iter().map(|id| Topic::Inside(id.clone())).collect()
    }

    /// Sends manifests to this bay from now on.
    pub fn set_target(&mut self, bay: &str) {
        self.bay = Some(bay.to_owned());
    }

    /// Opens a text as a new file in front.
    pub fn open_text(&mut self, title: &str, text: &str, bay: Option<BayId>, now: f64) {
        let id = self.next_id();
        self.buffers.push(Buffer::new(id, title, text));
        self.front = id;
        self.changed_at = Some(now);
        if bay.is_some() {
            self.bay = bay;
        }
    }

    /// Drafts and files that have come; needs to be called every frame, whatever is on screen.
    pub fn logic(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        if let Some(draft) = self.drafts.restored() {
            self.restore(draft);
        }
        for outcome in self.files.ended() {
            self.file_job_ended(cx, outcome);
        }
        if let Some(at) = self.changed_at {
            let due = at + DRAFT_AFTER_SECS - cx.now;
            if due > 0.0 {
                ctx.request_repaint_after(std::time::Duration::from_secs_f64(due.min(1.0)));
            } else if self.drafts.keep(Draft { buffers: self.buffers.clone(), front: self.front }) {
                self.changed_at = None;
                self.kept_at = Some(cx.now);
            } else {
                ctx.request_repaint_after(std::time::Duration::from_millis(200));
            }
        }
    }

    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        self.take_drops(cx, ui);
        self.choose_target(cx);
        self.keys(cx, ui);
        let t = cx.tokens;
        let bare = Frame::new().fill(t.panel);
        Panel::top("manifests-head").exact_size(52.0).resizable(false).show_separator_line(false).frame(bare).show(
            ui,
            |ui| {
                self.head_ui(cx, ui);
            },
        );
        let inset = bare.inner_margin(egui::Margin::symmetric(0, 0));
        let lower = Panel::bottom("manifests-lower").default_size(230.0).size_range(90.0..=420.0).resizable(true);
        lower.show_separator_line(false).frame(inset).show(ui, |ui| self.bottom_ui(cx, ui));
        let left = Panel::left("manifests-files").default_size(232.0).size_range(160.0..=360.0).resizable(true);
        left.show_separator_line(false).frame(bare).show(ui, |ui| self.files_ui(cx, ui));
        let tabs = Panel::top("manifests-tabs").exact_size(34.0).resizable(false).show_separator_line(false);
        tabs.frame(bare).show(ui, |ui| self.tabs_ui(cx, ui));
        egui::CentralPanel::default().frame(Frame::new().fill(t.canvas)).show(ui, |ui| self.editor_ui(cx, ui));
        self.dialogs_ui(cx, ui.ctx());
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
                left.push(cx.t("manifests-footer-unsaved").into_owned());
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

    fn restore(&mut self, draft: Draft) {
        let mut buffers = draft.buffers;
        // What was opened meanwhile comes behind, under new numbers.
        let first = buffers.iter().map(|b| b.id).max().unwrap_or(0) + 1;
        for (id, mut buffer) in (first..).zip(std::mem::take(&mut self.buffers)) {
            if self.front == buffer.id {
                self.front = id;
            }
            buffer.id = id;
            buffers.push(buffer);
        }
        if !buffers.iter().any(|b| b.id == self.front) {
            self.front = draft.front;
        }
        self.buffers = buffers;
    }

    fn next_id(&self) -> u64 {
        self.buffers.iter().map(|b| b.id).max().unwrap_or(0) + 1
    }

    fn front_mut(&mut self) -> Option<&mut Buffer> {
        let front = self.front;
        self.buffers.iter_mut().find(|b| b.id == front)
    }

    /// Bays that manifests can go to: Kubernetes bays that can be entered, and clusters of kubeconfig files.
    fn targets<'c>(cx: &Cx<'c>) -> Vec<&'c Bay> {
        let kubernetes = |b: &&Bay| b.coe.as_ref().is_none_or(|c| *c == Coe::Kubernetes) && b.status.can_enter();
        let own = cx.state.bays.value.as_deref().map(Vec::as_slice).unwrap_or_default().iter().filter(kubernetes);
        own.chain(&cx.state.kubeconfigs).collect()
    }

    fn choose_target(&mut self, cx: &Cx<'_>) {
        let targets = Self::targets(cx);
        let known = self.bay.as_ref().is_some_and(|id| targets.iter().any(|b| &b.id == id));
        if !known && !targets.is_empty() {
            self.bay = targets.first().map(|b| b.id.clone());
        }
        if self.namespace.is_empty() {
            self.namespace = "default".to_owned();
        }
    }

    /// Manifests go through Magnum itself (2015): three kinds, one namespace, no dry run.
    fn through_magnum(cx: &Cx<'_>) -> bool {
        let magnum = cx.state.signed_in().and_then(|s| s.magnum.value.as_ref());
        magnum.is_some_and(|m| m.dialect == Dialect::Legacy && m.has("pods"))
    }

    fn keys(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|i| i.consume_key(modifiers, key));
        if pressed(Modifiers::NONE, Key::F8) {
            self.next_problem();
        }
        if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::V) {
            self.start(cx, ManifestMode::Validate, false, None);
        }
        if pressed(Modifiers::COMMAND, Key::Enter) {
            self.start(cx, ManifestMode::Apply, false, None);
        }
        if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::S) {
            self.save_as(cx, ui.ctx());
        } else if pressed(Modifiers::COMMAND, Key::S) {
            self.save(cx, ui.ctx());
        }
        if pressed(Modifiers::COMMAND, Key::O) {
            self.files.open_dialog(ui.ctx(), cx.t("manifests-open-title").into_owned());
        }
    }

    fn next_problem(&mut self) {
        let at = self.editor.cursor;
        let Some(buffer) = self.front_mut() else { return };
        let issues: Vec<_> = buffer.manifest().issues().map(|i| i.at).collect();
        let next = issues.iter().find(|p| **p > at).or(issues.first()).copied();
        if let Some(place) = next {
            self.editor.go_to(place);
            self.lower = Lower::Problems;
        }
    }

    fn editor_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let front = self.front;
        let Some(buffer) = self.buffers.iter_mut().find(|b| b.id == front) else {
            self.nothing_open_ui(cx, ui);
            return;
        };
        let mut marks: Vec<_> = buffer.manifest().issues().map(|i| mark_of(cx, i)).collect();
        if let Some(run) = &self.run {
            marks.extend(run.marks(cx, buffer));
        }
        let name = cx.f("manifests-editor-name", &[("file", buffer.title.as_str().into())]);
        if self.editor.ui(cx, ui, buffer, &marks, &name) {
            self.changed_at = Some(cx.now);
        }
    }

    fn nothing_open_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        Frame::new().inner_margin(20).show(ui, |ui| {
            ui.label(text::body(cx.t("manifests-nothing-open")).color(cx.tokens.text2));
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                if Button::new(cx.t("manifests-new")).icon(Icon::Plus).primary().show(cx, ui).clicked() {
                    self.new_file(cx);
                }
                if Button::new(cx.t("manifests-open")).icon(Icon::FolderOpen).show(cx, ui).clicked() {
                    self.files.open_dialog(ui.ctx(), cx.t("manifests-open-title").into_owned());
                }
            });
            ui.add_space(12.0);
            self.samples_ui(cx, ui);
        });
    }

    fn new_file(&mut self, cx: &Cx<'_>) {
        let title = cx.f("manifests-untitled", &[("n", self.next_id().into())]);
        self.open_text(&title, "", None, cx.now);
        self.editor.focus();
    }

    fn save(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(buffer) = self.front_mut() else { return };
        let (id, text) = ((buffer.id, buffer.version), buffer.text.clone());
        match buffer.path.clone() {
            Some(path) => self.files.save(ctx, path, id, text),
            None => self.save_as(cx, ctx),
        }
    }

    fn save_as(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(buffer) = self.front_mut() else { return };
        let (id, text) = ((buffer.id, buffer.version), buffer.text.clone());
        let name = if buffer.title.contains('.') { buffer.title.clone() } else { format!("{}.yaml", buffer.title) };
        self.files.save_dialog(ctx, cx.t("manifests-save-title").into_owned(), name, id, text);
    }

    fn file_job_ended(&mut self, cx: &Cx<'_>, outcome: Outcome) {
        match outcome {
            Outcome::Opened(files) => {
                for (path, read) in files {
                    match read {
                        Ok(text) => self.opened(path, text, cx.now),
                        Err(why) => {
                            let args = [("file", path.display().to_string().into()), ("why", why.into())];
                            cx.act(UiAction::Toast { sign: Sign::Failed, text: cx.f("manifests-not-read", &args) });
                        }
                    }
                }
            }
            Outcome::Saved { buffer, version, path, problem: None } => {
                let text = cx.f("manifests-saved", &[("file", path.display().to_string().into())]);
                cx.act(UiAction::Toast { sign: Sign::Ok, text });
                if let Some(buffer) = self.buffers.iter_mut().find(|b| b.id == buffer) {
                    let newer = buffer.version != version;
                    buffer.saved(path);
                    buffer.unsaved = newer;
                }
                self.changed_at = Some(cx.now);
            }
            Outcome::Saved { path, problem: Some(why), .. } => {
                let args = [("file", path.display().to_string().into()), ("why", why.into())];
                cx.act(UiAction::Toast { sign: Sign::Failed, text: cx.f("manifests-not-saved", &args) });
            }
            Outcome::Cancelled => {}
        }
    }

    /// A file that is open already comes to the front; what was typed into it stays.
    fn opened(&mut self, path: std::path::PathBuf, text: String, now: f64) {
        if let Some(open) = self.buffers.iter_mut().find(|b| b.path.as_ref() == Some(&path)) {
            self.front = open.id;
            if !open.unsaved && open.text != text {
                open.text = text;
                open.touch();
                open.unsaved = false;
            }
        } else {
            let id = self.next_id();
            self.buffers.push(Buffer::opened(id, path, text));
            self.front = id;
        }
        self.changed_at = Some(now);
    }

    fn take_drops(&mut self, cx: &Cx<'_>, ui: &Ui) {
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

    fn close(&mut self, id: u64, now: f64) {
        let at = self.buffers.iter().position(|b| b.id == id);
        self.buffers.retain(|b| b.id != id);
        if let Some(at) = at
            && self.front == id
        {
            let neighbour = self.buffers.get(at).or(self.buffers.last());
            self.front = neighbour.map_or(0, |b| b.id);
        }
        self.changed_at = Some(now);
    }

    fn dialogs_ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        if let Some(id) = self.ask_close {
            let title = self.buffers.iter().find(|b| b.id == id).map(|b| b.title.clone()).unwrap_or_default();
            let words = cx.f("manifests-close-title", &[("file", title.as_str().into())]);
            let output = Dialog::new(words).show(cx, ctx, |ui| {
                ui.label(text::body(cx.t("manifests-close-text")).color(cx.tokens.text2));
                dialog::buttons(ui, |ui| {
                    if Button::new(cx.t("manifests-close-drop")).danger_filled().show(cx, ui).clicked() {
                        return Some(true);
                    }
                    Button::new(cx.t("action-cancel")).show(cx, ui).clicked().then_some(false)
                })
            });
            match output.inner {
                Some(true) => {
                    self.close(id, cx.now);
                    self.ask_close = None;
                }
                Some(false) => self.ask_close = None,
                None if output.close => self.ask_close = None,
                None => {}
            }
        }
        if self.ask_delete {
            self.delete_dialog_ui(cx, ctx);
        }
    }
}
