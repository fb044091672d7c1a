//! The list of open files with the objects that their documents name.

use super::ManifestsView;
use crate::model::manifest::{Flavor, Severity};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::icon_button;
use crate::ui::widgets::glyph;
use egui::{Align, Layout, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

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
                self.files.open_dialog(ui.ctx(), cx.t("manifests-open-title").into_owned());
            }
            if icon_button(cx, ui, Icon::Plus, &cx.t("manifests-new")).clicked() {
                self.new_file(cx);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add_space(16.0);
                let args = [("files", self.buffers.len().into()), ("objects", objects.into())];
                ui.label(text::small(cx.f("manifests-count", &args)).color(t.text2));
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

    fn list_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let mut go = None;
        for buffer in &mut self.buffers {
            let active = buffer.id == self.front;
            let note = if buffer.unsaved { cx.t("manifests-unsaved").into_owned() } else { String::new() };
            if row(cx, ui, 0.0, None, &buffer.title, &note, active) {
                go = Some((buffer.id, None));
            }
            let manifest = buffer.manifest();
            for document in &manifest.documents {
                let broken = document.issues.iter().any(|i| i.severity == Severity::Error);
                let warned = document.issues.iter().any(|i| i.severity == Severity::Warning);
                let sign = match (broken, warned) {
                    (true, _) => Sign::Failed,
                    (false, true) => Sign::Warning,
                    _ => Sign::Ok,
                };
                if document.flavor == Flavor::Heat {
                    row(cx, ui, 18.0, Some(Sign::Unknown), &cx.t("manifests-heat"), "", false);
                    continue;
                }
                if document.objects.is_empty() && broken {
                    let place = document.issues.first().map(|i| i.at);
                    if row(cx, ui, 18.0, Some(sign), &cx.t("manifests-unreadable"), "", false) {
                        go = Some((buffer.id, place));
                    }
                }
                for object in &document.objects {
                    let label = format!("{} {}", object.kind, object.name);
                    if row(cx, ui, 18.0, Some(sign), &label, "", false) {
                        go = Some((buffer.id, Some(object.at)));
                    }
                }
            }
        }
        if let Some((id, place)) = go {
            self.front = id;
            match place {
                Some(place) => self.editor.go_to(place),
                None => self.editor.focus(),
            }
        }
    }
}

fn row(cx: &Cx<'_>, ui: &mut Ui, indent: f32, sign: Option<Sign>, label: &str, note: &str, active: bool) -> bool {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, active, label));
    if active {
        ui.painter().rect_filled(rect, 0.0, t.selected);
        ui.painter().rect_filled(rect.with_max_x(rect.left() + 3.0), 0.0, t.accent);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, t.hover);
    }
    let mut x = rect.left() + 16.0 + indent;
    if let Some(sign) = sign {
        glyph::paint(ui.painter(), pos2(x + 5.0, rect.center().y), sign, 10.0, t.ink(sign));
        x += 18.0;
    }
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let left = egui::Align2::LEFT_CENTER;
    let (font, color) = if sign.is_some() { (text::small_font(), t.text2) } else { (text::body_font(), t.text) };
    painter.text(pos2(x, rect.center().y), left, label, font, color);
    if !note.is_empty() {
        let right = pos2(rect.right() - 12.0, rect.center().y);
        painter.text(right, egui::Align2::RIGHT_CENTER, note, text::small_font(), t.text3);
    }
    response.clicked()
}
