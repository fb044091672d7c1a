//! The row of open files above the text.

use super::ManifestsView;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{Button, icon_button};
use crate::ui::widgets::focus_ring;
use egui::{Align, Layout, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

impl ManifestsView {
    pub(super) fn tabs_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let bottom = ui.max_rect().bottom() - 0.5;
        ui.painter().hline(ui.max_rect().x_range(), bottom, Stroke::new(1.0, t.line));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            if !self.buffers.is_empty() {
                if icon_button(cx, ui, Icon::Close, &cx.t("manifests-close")).clicked() {
                    self.ask_or_close(self.front);
                }
                if Button::new(cx.t("manifests-save-as")).quiet().inline().show(cx, ui).clicked() {
                    self.save_as(cx, ui.ctx());
                    self.editor.focus();
                }
                if icon_button(cx, ui, Icon::Save, &cx.t("manifests-save")).clicked() {
                    self.save(cx, ui.ctx());
                    self.editor.focus();
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                egui::ScrollArea::horizontal().id_salt("manifest-tabs").show(ui, |ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    let (mut chosen, mut closed) = (None, None);
                    for buffer in &self.buffers {
                        let active = buffer.id == self.front;
                        let color = if active { t.text } else { t.text2 };
                        let galley = ui.painter().layout_no_wrap(buffer.title.clone(), text::body_font(), color);
                        let dot = if buffer.unsaved { 14.0 } else { 0.0 };
                        let size = vec2(galley.size().x + 28.0 + dot, 34.0);
                        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, active, &buffer.title));
                        if buffer.unsaved {
                            let words = cx.t("manifests-unsaved").into_owned();
                            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(words));
                        }
                        if active {
                            ui.painter().rect_filled(rect.with_max_y(rect.bottom() + 1.0), 0.0, t.canvas);
                            ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, t.line));
                        } else if response.hovered() {
                            ui.painter().rect_filled(rect, 0.0, t.hover);
                        }
                        let at = pos2(rect.left() + 14.0, rect.center().y - galley.size().y / 2.0);
                        let width = galley.size().x;
                        ui.painter().galley(at, galley, color);
                        if buffer.unsaved {
                            ui.painter().circle_filled(pos2(at.x + width + 10.0, rect.center().y), 3.5, t.text2);
                        }
                        focus_ring(ui, t, &response, rect.shrink(4.0), 3);
                        if response.clicked() {
                            chosen = Some(buffer.id);
                        }
                        if response.middle_clicked() {
                            closed = Some(buffer.id);
                        }
                    }
                    if let Some(id) = chosen {
                        self.bring_to_front(id);
                        self.editor.focus();
                    }
                    if let Some(id) = closed {
                        self.ask_or_close(id);
                    }
                });
            });
        });
    }
}
