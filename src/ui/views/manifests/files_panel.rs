//! The list of open files with the objects that their documents name.

use super::ManifestsView;
use super::answers::Answers;
use crate::model::manifest::{Document, Flavor, Position, Severity};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::editor::buffer::Buffer;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{icon_button, tooltip};
use crate::ui::widgets::{focus_ring, glyph, line, paint_left, paint_right};
use egui::{Align, Id, Layout, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Height of a row, points.
const ROW: f32 = 26.0;

/// A row of the list: a file, or something in one of its documents.
struct Row {
    file: u64,
    /// Place that it leads to; `None` for the file itself.
    at: Option<Position>,
    sign: Option<Sign>,
    /// The sign in words.
    said: String,
    label: String,
    note: String,
}

impl ManifestsView {
    pub(super) fn files_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let rect = ui.max_rect();
        ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, t.line));
        let objects: usize = self.buffers.iter_mut().map(|b| b.object_count()).sum();
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 34.0), Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            ui.spacing_mut().item_spacing.x = 2.0;
            if icon_button(cx, ui, Icon::FolderOpen, &cx.t("manifests-open")).clicked() {
                self.ask_for_files(cx, ui.ctx());
            }
            if icon_button(cx, ui, Icon::Plus, &cx.t("manifests-new")).clicked() {
                self.new_file(cx);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add_space(16.0);
                let args = [("files", self.buffers.len().into()), ("objects", objects.into())];
                let words = cx.f("manifests-count", &args);
                let galley = line(ui, &words, text::small_font(), t.text2, ui.available_width() - 4.0);
                let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
                let elided = galley.elided;
                ui.painter().galley(rect.min, galley, t.text2);
                if elided {
                    tooltip(cx, response, &words);
                }
            });
        });
        ui.painter().hline(rect.x_range(), rect.top() + 33.5, Stroke::new(1.0, t.line));
        ScrollArea::vertical().id_salt("manifest-files").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.list_ui(cx, ui);
            ui.add_space(16.0);
            egui::Frame::new().inner_margin(egui::Margin::symmetric(16, 0)).show(ui, |ui| {
                ui.label(text::small(cx.t("manifests-drop-hint")).color(t.text3));
                ui.add_space(8.0);
                if !self.buffers.is_empty() {
                    self.samples_ui(cx, ui);
                }
            });
        });
    }

    /// Only the rows that show are drawn: a file may name thousands of objects.
    fn list_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let counts: Vec<usize> = self.buffers.iter_mut().map(|b| 1 + rows_of(b)).collect();
        let total: usize = counts.iter().sum();
        let (all, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW * total as f32), Sense::hover());
        let clip = ui.clip_rect();
        let from = ((clip.top() - all.top()) / ROW).floor().max(0.0) as usize;
        let to = ((clip.bottom() - all.top()) / ROW).ceil().max(0.0) as usize;
        let mut go = None;
        // What another bay said says nothing of this one.
        let nothing = Answers::default();
        let answers = if self.aims_at_last_run() { &self.answers } else { &nothing };
        let mut first = 0;
        for (buffer, count) in self.buffers.iter_mut().zip(counts) {
            let shown = from.max(first)..to.min(first + count);
            for number in shown {
                let row = if number == first {
                    Some(file_row(cx, buffer))
                } else {
                    object_row(cx, buffer, number - first - 1, answers)
                };
                let Some(row) = row else { continue };
                let at = Rect::from_min_size(pos2(all.left(), all.top() + ROW * number as f32), vec2(all.width(), ROW));
                let active = row.at.is_none() && buffer.id == self.front;
                let id = Id::unique(("manifest-row", buffer.id, number - first));
                if row_ui(cx, ui, at, id, &row, active) {
                    go = Some((row.file, row.at));
                }
            }
            first += count;
        }
        if let Some((id, place)) = go {
            self.bring_to_front(id);
            match place {
                Some(place) => self.editor.go_to(place),
                None => self.editor.focus(),
            }
        }
    }
}

/// Rows that a document takes: its objects, or one for what holds none.
fn rows_of_document(document: &Document) -> usize {
    match document.flavor {
        Flavor::Heat => 1,
        Flavor::Kubernetes if document.objects.is_empty() => usize::from(!document.is_sound()),
        Flavor::Kubernetes => document.objects.len(),
    }
}

fn rows_of(buffer: &mut Buffer) -> usize {
    buffer.manifest().documents.iter().map(rows_of_document).sum()
}

fn file_row(cx: &Cx<'_>, buffer: &Buffer) -> Row {
    let note = if buffer.unsaved { cx.t("manifests-unsaved").into_owned() } else { String::new() };
    Row { file: buffer.id, at: None, sign: None, said: String::new(), label: buffer.title.clone(), note }
}

fn object_row(cx: &Cx<'_>, buffer: &mut Buffer, number: usize, answers: &Answers) -> Option<Row> {
    let manifest = buffer.manifest();
    let mut left = number;
    let (place, document) = manifest.documents.iter().enumerate().find(|(_, document)| {
        let rows = rows_of_document(document);
        let here = left < rows;
        if !here {
            left -= rows;
        }
        here
    })?;
    let warned = document.issues.iter().any(|i| i.severity == Severity::Warning);
    let object = document.objects.get(left);
    let verdict = object.and_then(|o| answers.verdict((buffer.id, buffer.version, place), o));
    // Only the server can say that an object is well: until then the ring is empty.
    let (sign, said) = match (document.is_sound(), verdict, warned) {
        (false, ..) => (Sign::Failed, "manifests-has-problems"),
        (true, Some(verdict), warned) => match verdict.sign() {
            Sign::Ok if warned => (Sign::Warning, verdict.message_id()),
            sign => (sign, verdict.message_id()),
        },
        (true, None, true) => (Sign::Warning, "manifests-has-warnings"),
        (true, None, false) => (Sign::Pending, "manifests-no-answer"),
    };
    let start = Position { line: document.first_line, column: 1 };
    let (at, sign, label) = match (document.flavor, object) {
        (Flavor::Heat, _) => (start, Sign::Unknown, cx.t("manifests-heat").into_owned()),
        (_, Some(object)) if !(object.kind.is_empty() && object.name.is_empty()) => {
            (object.at, sign, format!("{} {}", object.kind, object.name))
        }
        _ => (document.issues.first().map_or(start, |i| i.at), sign, cx.t("manifests-unreadable").into_owned()),
    };
    // The words of what goes to no bay, or cannot be read, say it already.
    let said =
        if document.flavor == Flavor::Heat || object.is_none() { String::new() } else { cx.t(said).into_owned() };
    Some(Row { file: buffer.id, at: Some(at), sign: Some(sign), said, label, note: String::new() })
}

fn row_ui(cx: &Cx<'_>, ui: &Ui, rect: Rect, id: Id, row: &Row, active: bool) -> bool {
    let t = cx.tokens;
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, active, &row.label));
    if !row.said.is_empty() {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(row.said.clone()));
    }
    if active {
        ui.painter().rect_filled(rect, 0.0, t.selected);
        ui.painter().rect_filled(rect.with_max_x(rect.left() + 3.0), 0.0, t.accent);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, t.hover);
    }
    let middle = rect.center().y;
    let mut x = rect.left() + 16.0;
    if let Some(sign) = row.sign {
        x += 18.0;
        glyph::paint(ui.painter(), pos2(x + 5.0, middle), sign, 10.0, t.ink(sign));
        x += 18.0;
    }
    let note = line(ui, &row.note, text::small_font(), t.text3, rect.width() / 2.0);
    let note = paint_right(ui.painter(), pos2(rect.right() - 12.0, middle), note);
    let (font, color) = if row.sign.is_some() { (text::small_font(), t.text2) } else { (text::body_font(), t.text) };
    let words = line(ui, &row.label, font, color, note.left() - 8.0 - x);
    let elided = words.elided;
    paint_left(ui.painter(), pos2(x, middle), words);
    focus_ring(ui, t, &response, rect.shrink(3.0), 3);
    let clicked = response.clicked();
    // The glyph's word, and the whole name where it is cut.
    let tip = match (elided, row.said.is_empty()) {
        (true, true) => row.label.clone(),
        (true, false) => format!("{}\n{}", row.label, row.said),
        (false, _) => row.said.clone(),
    };
    tooltip(cx, response, &tip);
    clicked
}
