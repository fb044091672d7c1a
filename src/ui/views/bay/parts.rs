//! Small parts that the tables of a bay share: toolbar, selection of one row, links of a panel.

use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::tooltip;
use crate::ui::widgets::table::Cell;
use crate::ui::widgets::{age, bars, line, paint_left};
use egui::{Align, Layout, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

/// Height of a toolbar, points.
pub const TOOLBAR: f32 = 44.0;

/// A toolbar over the whole width, filled from the left.
pub fn toolbar(ui: &mut Ui, salt: &str, content: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TOOLBAR), Sense::hover());
    let builder = UiBuilder::new().id_salt(("tools", salt)).max_rect(rect.shrink2(vec2(16.0, 0.0)));
    ui.scope_builder(builder.layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        content(ui);
    });
}

/// Words at the right end of a toolbar, where there is room for them.
pub fn toolbar_note(cx: &Cx<'_>, ui: &mut Ui, words: &str) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let galley = line(ui, words, text::body_font(), cx.tokens.text2, ui.available_width());
        let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
        paint_left(ui.painter(), rect.left_center(), galley);
    });
}

/// Width of the filter field that leaves room for the rest of a toolbar.
pub fn filter_width(ui: &Ui) -> f32 {
    if ui.available_width() > 1000.0 { 248.0 } else { 190.0 }
}

/// An age with the exact time in its tooltip.
pub fn age_cell(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, at: i64) {
    let response = cell.text2(&age::age(cx, at));
    tooltip(cx, response, &age::exact(cx, at));
}

/// A bar of what is requested with a tick for what is used, and the share in words.
pub fn capacity_cell(
    cx: &Cx<'_>,
    cell: &mut Cell<'_, '_, '_>,
    requested: u64,
    used: Option<u64>,
    capacity: u64,
    tip: &str,
) {
    let share = requested.saturating_mul(100).checked_div(capacity).unwrap_or(0).min(999);
    cell.ui.spacing_mut().item_spacing.x = 6.0;
    let response = bars::capacity_strip(cell.ui, cx, requested, used, capacity, vec2(56.0, 6.0));
    tooltip(cx, response, tip);
    cell.piece(&format!("{share}%"), text::mono_small_font(), cx.tokens.text2);
}
