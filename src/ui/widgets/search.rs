//! The filter field of lists: a funnel, words as one types; `/` goes to it, Esc clears it.

use super::keys_are_free;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    CornerRadius, Id, Key, Margin, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

/// Default width of a filter field, points.
pub const WIDTH: f32 = 248.0;

/// A filter field; `id` makes it the same one from frame to frame.
pub fn filter_field(cx: &Cx<'_>, ui: &mut Ui, value: &mut String, hint: &str, id: &str) -> Response {
    filter_field_wide(cx, ui, value, hint, id, WIDTH)
}

/// A filter field of another width, points.
pub fn filter_field_wide(cx: &Cx<'_>, ui: &mut Ui, value: &mut String, hint: &str, id: &str, width: f32) -> Response {
    let t = cx.tokens;
    let id = Id::unique(("filter", id));
    let (rect, _) = ui.allocate_exact_size(vec2(width.min(ui.available_width().max(80.0)), 28.0), Sense::hover());
    let focused = ui.memory(|m| m.has_focus(id));
    // egui takes the keyboard away from a field on Esc before the field sees the key.
    let had_id = id.with("had-keyboard");
    let had = ui.data_mut(|d| std::mem::replace(d.get_temp_mut_or_default::<bool>(had_id), focused));
    if (focused || had) && ui.input(|i| i.key_pressed(Key::Escape)) {
        value.clear();
        ui.memory_mut(|m| m.surrender_focus(id));
    } else if !focused && keys_are_free(ui.ctx()) && slash(ui) {
        ui.memory_mut(|m| m.request_focus(id));
    }
    let stroke = if focused { Stroke::new(1.0, t.accent) } else { Stroke::new(1.0, t.control) };
    ui.painter().rect(rect, CornerRadius::same(4), t.raised, stroke, StrokeKind::Inside);
    icons::paint(ui.painter(), pos2(rect.left() + 15.0, rect.center().y), Icon::Filter, 13.0, t.text2);
    let clear_space = if value.is_empty() { 8.0 } else { 28.0 };
    let inner =
        egui::Rect::from_min_max(pos2(rect.left() + 28.0, rect.top()), pos2(rect.right() - clear_space, rect.bottom()));
    // A child of its own: the field's room is taken already, whatever stands in it.
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt(id).max_rect(inner).layout(layout));
    let edit = TextEdit::singleline(value)
        .id(id)
        .align(egui::Align2::LEFT_CENTER)
        .frame(egui::Frame::NONE)
        .margin(Margin::ZERO)
        .font(text::body_font())
        .text_color(t.text)
        .hint_text(text::body(hint).color(t.text3))
        .desired_width(inner.width());
    let response = child.add(edit).accessible_name(hint);
    if !value.is_empty() {
        let spot = egui::Rect::from_center_size(pos2(rect.right() - 15.0, rect.center().y), vec2(18.0, 18.0));
        let clear = ui.interact(spot, id.with("clear"), Sense::click());
        let label = cx.t("filter-clear");
        clear.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
        let ink = if clear.hovered() { t.text } else { t.text3 };
        icons::paint(ui.painter(), spot.center(), Icon::Close, 12.0, ink);
        super::focus_ring(ui, t, &clear, spot, 3);
        if clear.clicked() {
            value.clear();
        }
    }
    if focused {
        let ring = rect.expand(1.0);
        ui.painter().rect_stroke(ring, CornerRadius::same(5), Stroke::new(1.0, t.accent), StrokeKind::Outside);
    }
    response
}

/// `/` was typed; it is taken away so that it does not land in the field it opens.
fn slash(ui: &Ui) -> bool {
    ui.input_mut(|i| {
        let before = i.events.len();
        i.events.retain(|e| !matches!(e, egui::Event::Text(t) if t == "/"));
        before != i.events.len()
    })
}
