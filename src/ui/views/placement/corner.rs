//! The map's bottom right: minimap, box tool, zoom.

use super::PlacementView;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::map::minimap;
use crate::ui::map::paint::dashes;
use crate::ui::map::view::Happened;
use crate::ui::text;
use crate::ui::widgets::button::{icon_button_sized, tooltip};
use crate::ui::widgets::{focus_ring, line, paint_center};
use egui::{CornerRadius, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

impl PlacementView {
    /// Minimap and zoom at the bottom right.
    pub(super) fn corner_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, room: Rect, happened: &Happened) {
        let t = cx.tokens;
        let width = minimap::SIZE.x.min(room.width() - 32.0);
        let bar = Rect::from_min_max(
            pos2(room.right() - 12.0 - width, room.bottom() - 40.0),
            pos2(room.right() - 12.0, room.bottom() - 12.0),
        );
        if room.width() < 240.0 || room.height() < 120.0 {
            return;
        }
        if happened.partly && room.height() > 300.0 && room.width() > 420.0 {
            let map = Rect::from_min_max(
                pos2(bar.left(), bar.top() - 8.0 - minimap::SIZE.y),
                pos2(bar.right(), bar.top() - 8.0),
            );
            self.map.minimap_ui(cx, ui, map);
        }
        ui.interact(bar, ui.scope_id().with("zoom-bar"), Sense::click());
        ui.painter().rect(bar, CornerRadius::same(4), t.raised, Stroke::new(1.0, t.line2), StrokeKind::Inside);
        let side = 28.0;
        let button = |ui: &mut Ui, x: f32, icon: Icon, label: &str| {
            let at = Rect::from_min_size(pos2(x, bar.top()), vec2(side, bar.height()));
            ui.scope_builder(UiBuilder::new().id_salt(("zoom", label)).max_rect(at), |ui| {
                icon_button_sized(cx, ui, icon, label, side, 14.0).clicked()
            })
            .inner
        };
        let tool = Rect::from_min_size(bar.min, vec2(side, bar.height()));
        if self.box_button(cx, ui, tool) {
            self.map.boxing = !self.map.boxing;
        }
        let smaller = button(ui, bar.left() + side, Icon::Minus, &cx.t("placement-zoom-out"));
        let larger = button(ui, bar.right() - 2.0 * side, Icon::Plus, &cx.t("placement-zoom-in"));
        let fit = button(ui, bar.right() - side, Icon::Fit, &cx.t("placement-fit"));
        for x in [bar.left() + side, bar.left() + 2.0 * side, bar.right() - 2.0 * side, bar.right() - side] {
            ui.painter().vline(x, bar.y_range(), Stroke::new(1.0, t.line2));
        }
        let words = format!("{:.0} px", happened.cell_points);
        let middle = pos2(bar.center().x, bar.center().y);
        paint_center(ui.painter(), middle, line(ui, &words, text::mono_small_font(), t.text, 60.0));
        if smaller || larger {
            self.map.zoom_step(cx, ui, larger);
        }
        if fit {
            self.map.fit_gliding(cx, ui);
        }
    }

    /// The tool that draws boxes: a dashed square, pressed while it is on.
    fn box_button(&self, cx: &Cx<'_>, ui: &mut Ui, rect: Rect) -> bool {
        let t = cx.tokens;
        let response = ui.interact(rect, Id::unique("placement-box"), Sense::click());
        let label = cx.t("placement-box");
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.map.boxing, &label));
        if self.map.boxing || response.hovered() {
            let fill = if self.map.boxing { t.selected } else { t.hover };
            ui.painter().rect_filled(rect.shrink(1.0), CornerRadius::same(3), fill);
        }
        let ink = if self.map.boxing { t.accent } else { t.text2 };
        dashes(ui.painter(), Rect::from_center_size(rect.center().round(), vec2(13.0, 11.0)), Stroke::new(1.35, ink));
        focus_ring(ui, t, &response, rect, 3);
        let clicked = response.clicked();
        tooltip(cx, response, &format!("{}  B", cx.t("placement-box-tip")));
        clicked
    }
}
