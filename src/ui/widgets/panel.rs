//! Side panel, headings, key and value rows, foldable sections.

use super::button::icon_button;
use super::{focus_ring, keys_are_free, line, line_of_name, paint_left};
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    Area, Context, Frame, Id, Key, Label, Margin, Order, Panel, Response, Role, ScrollArea, Sense, Stroke, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use std::collections::BTreeMap;

/// Below this width of the window the panel lies over the content.
const OVERLAY_BELOW: f32 = 1200.0;

/// Widths of side panels by their names, as the user left them.
pub type Widths = BTreeMap<String, f32>;

fn widths_id() -> Id {
    Id::unique("side-panel-widths")
}

/// The widths that panels have been given.
pub fn widths(ctx: &Context) -> Widths {
    ctx.data(|d| d.get_temp(widths_id())).unwrap_or_default()
}

/// Gives panels the widths of an earlier run; before the first is drawn.
pub fn set_widths(ctx: &Context, widths: Widths) {
    ctx.data_mut(|d| d.insert_temp(widths_id(), widths));
}

/// A panel at the right: resizable, its width remembered. Call it before drawing the content beside it. True when it
/// was closed (its button, or Esc).
pub fn side_panel(cx: &Cx<'_>, ui: &mut Ui, id: &str, default_width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let t = cx.tokens;
    let mut closed = keys_are_free(ui.ctx()) && ui.input(|i| i.key_pressed(Key::Escape));
    let frame = Frame::new().fill(t.panel).inner_margin(Margin::ZERO);
    if ui.ctx().content_rect().width() >= OVERLAY_BELOW {
        let mut known = widths(ui.ctx());
        let width = known.get(id).copied().unwrap_or(default_width);
        let shown = Panel::right(("side", id))
            .resizable(true)
            .default_size(width)
            .size_range(260.0..=480.0)
            .show_separator_line(false)
            .frame(frame)
            .show(ui, |ui| body(cx, ui, id, content));
        closed |= shown.inner;
        let rect = shown.response.rect;
        if (rect.width() - width).abs() > 0.5 {
            known.insert(id.to_owned(), rect.width());
            set_widths(ui.ctx(), known);
        }
        ui.painter().vline(rect.left(), rect.y_range(), Stroke::new(1.0, t.line));
    } else {
        let room = ui.max_rect();
        let rect = egui::Rect::from_min_max(pos2(room.right() - default_width, room.top()), room.max);
        let area = Area::new(Id::unique(("side", id))).order(Order::Middle).fixed_pos(rect.min).constrain(false);
        area.show(ui.ctx(), |ui| {
            ui.painter().rect_filled(rect, 0.0, t.panel);
            ui.painter().vline(rect.left(), rect.y_range(), Stroke::new(1.0, t.line2));
            ui.scope_builder(UiBuilder::new().max_rect(rect).sense(Sense::click()), |ui| {
                closed |= body(cx, ui, id, content);
            });
        });
    }
    closed
}

fn body(cx: &Cx<'_>, ui: &mut Ui, id: &str, content: impl FnOnce(&mut Ui)) -> bool {
    let room = ui.max_rect();
    // A child of fixed size: long words in the content must not push the panel wider.
    let mut inner = ui.new_child(UiBuilder::new().id_salt(("side-content", id)).max_rect(room));
    inner.shrink_clip_rect(room);
    ScrollArea::vertical().id_salt(("side-scroll", id)).auto_shrink(false).show(&mut inner, |ui| {
        Frame::new().inner_margin(Margin { left: 16, right: 16, top: 14, bottom: 16 }).show(ui, |ui| {
            ui.set_width(room.width() - 32.0);
            content(ui);
        });
    });
    let spot = egui::Rect::from_min_size(pos2(room.right() - 34.0, room.top() + 12.0), vec2(24.0, 24.0));
    let mut corner = ui.new_child(UiBuilder::new().id_salt(("side-close", id)).max_rect(spot));
    let closed = icon_button(cx, &mut corner, Icon::Close, &cx.t("panel-close")).clicked();
    ui.advance_cursor_after_rect(room);
    closed
}

/// The title at a panel's head; room for the panel's buttons is left at its right.
pub fn heading(cx: &Cx<'_>, ui: &mut Ui, title: &str) -> Response {
    let galley = line_of_name(ui, title, text::section_font(), cx.tokens.text, ui.available_width() - 56.0);
    let elided = galley.elided;
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    paint_left(ui.painter(), rect.left_center(), galley);
    if elided { response.on_hover_text(title) } else { response }
}

/// A caption over a part of a panel: 11 pt, text 2.
pub fn caption(cx: &Cx<'_>, ui: &mut Ui, words: &str) {
    ui.label(text::small(words).color(cx.tokens.text2));
}

/// A line that separates parts of a panel, over its whole width.
pub fn rule(cx: &Cx<'_>, ui: &mut Ui) {
    ui.add_space(12.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    let range = (rect.left() - 16.0)..=(rect.right() + 16.0);
    ui.painter().hline(range, rect.center().y, Stroke::new(1.0, cx.tokens.line));
    ui.add_space(12.0);
}

/// A label and its value in one row; the value wraps under itself.
pub fn key_value(cx: &Cx<'_>, ui: &mut Ui, key: &str, value: &str) {
    key_value_ui(cx, ui, key, |ui| {
        ui.add(Label::new(text::body(value).color(cx.tokens.text)).wrap());
    });
}

/// A label and a value in mono (ids, addresses, numbers).
pub fn key_value_mono(cx: &Cx<'_>, ui: &mut Ui, key: &str, value: &str) {
    key_value_ui(cx, ui, key, |ui| {
        ui.add(Label::new(text::mono(value).color(cx.tokens.text)).wrap());
    });
}

/// A label and whatever stands for its value.
pub fn key_value_ui<R>(cx: &Cx<'_>, ui: &mut Ui, key: &str, value: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() * 0.36).clamp(76.0, 150.0);
        let galley = line(ui, key, text::small_font(), cx.tokens.text2, width - 8.0);
        let (rect, response) = ui.allocate_exact_size(vec2(width - 8.0, 18.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
        paint_left(ui.painter(), rect.left_center(), galley);
        ui.vertical(value).inner
    })
    .inner
}

/// A section that folds: its title in 14 strong, and when folded what it contains. `open` is kept by the caller.
pub fn section(
    cx: &Cx<'_>,
    ui: &mut Ui,
    title: &str,
    folded_summary: &str,
    open: &mut bool,
    content: impl FnOnce(&mut Ui),
) -> Response {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::click());
    if response.clicked() {
        *open = !*open;
    }
    let is_open = *open;
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, ui.is_enabled(), is_open, title));
    if ui.is_rect_visible(rect) {
        let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
        icons::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), icon, 12.0, t.text2);
        let name = line(ui, title, text::section_font(), t.text, rect.width() - 24.0);
        let drawn = paint_left(ui.painter(), pos2(rect.left() + 19.0, rect.center().y), name);
        if !is_open && !folded_summary.is_empty() {
            let summary = line(ui, folded_summary, text::body_font(), t.text2, rect.right() - drawn.right() - 10.0);
            paint_left(ui.painter(), pos2(drawn.right() + 9.0, rect.center().y), summary);
        }
        focus_ring(ui, t, &response, rect, 3);
    }
    if is_open {
        content(ui);
        ui.add_space(8.0);
    }
    response
}
