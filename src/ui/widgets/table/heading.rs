//! The heading of a group in a table: opens and closes it.

use super::super::chip::group as grouped;
use super::super::{line, paint_left};
use super::Group;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{CornerRadius, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Draws a heading over the whole width; true when it was clicked.
pub(super) fn show(cx: &Cx<'_>, ui: &Ui, rect: Rect, id: Id, name: &str, group: &Group, focused: bool) -> bool {
    let t = cx.tokens;
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_expanded(group.open);
        node.set_description(grouped(group.rows as usize));
    });
    ui.painter().rect_filled(rect, 0.0, if response.hovered() { t.hover } else { t.raised });
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    let y = rect.center().y;
    let icon = if group.open { Icon::ChevronDown } else { Icon::ChevronRight };
    icons::paint(ui.painter(), pos2(rect.left() + 22.0, y), icon, 12.0, t.text2);
    let words = line(ui, name, text::strong_font(), t.text, rect.width() - 120.0);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 36.0, y), words);
    let count = line(ui, &grouped(group.rows as usize), text::mono_small_font(), t.text2, 80.0);
    paint_left(ui.painter(), pos2(drawn.right() + 10.0, y), count);
    if focused {
        let ring = rect.shrink2(vec2(1.0, 1.0));
        ui.painter().rect_stroke(ring, CornerRadius::same(2), Stroke::new(1.0, t.accent), StrokeKind::Inside);
    }
    response.clicked()
}
