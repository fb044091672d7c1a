//! The rail at the left: the screens.

use super::commands::{UiCommand, key_names};
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::widgets::button::tooltip;
use crate::ui::widgets::{focus_ring, line, paint_center};
use egui::{Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Width of the rail, points.
pub const WIDTH: f32 = 76.0;
const ITEM: f32 = 54.0;

/// The entry that stands for a route.
fn entry_of(route: &Route) -> Option<UiCommand> {
    match route {
        Route::SignIn => None,
        Route::Bays | Route::Bay(..) | Route::NewBay { .. } => Some(UiCommand::GoBays),
        Route::BayModels | Route::NewBayModel { .. } => Some(UiCommand::GoBayModels),
        Route::Containers | Route::NewContainer => Some(UiCommand::GoContainers),
        Route::Manifests => Some(UiCommand::GoManifests),
        Route::Activity => Some(UiCommand::GoActivity),
        Route::Settings => Some(UiCommand::GoSettings),
    }
}

/// Draws the rail over the whole of `ui`.
pub fn rail_ui(cx: &Cx<'_>, ui: &mut Ui, route: &Route) {
    let t = cx.tokens;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, t.base);
    ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, t.line));
    let active = entry_of(route);
    let top = [
        (UiCommand::GoBays, Icon::Bays),
        (UiCommand::GoBayModels, Icon::BayModels),
        (UiCommand::GoContainers, Icon::Containers),
        (UiCommand::GoManifests, Icon::Manifests),
        (UiCommand::GoActivity, Icon::Activity),
    ];
    let mut y = rect.top() + 7.0;
    for (command, icon) in top {
        let at = Rect::from_min_size(pos2(rect.left(), y), vec2(WIDTH, ITEM));
        item(cx, ui, at, command, icon, active == Some(command));
        y += ITEM;
    }
    let at = Rect::from_min_size(pos2(rect.left(), rect.bottom() - ITEM - 4.0), vec2(WIDTH, ITEM));
    item(cx, ui, at, UiCommand::GoSettings, Icon::Settings, active == Some(UiCommand::GoSettings));
}

fn item(cx: &Cx<'_>, ui: &mut Ui, rect: Rect, command: UiCommand, icon: Icon, active: bool) {
    let t = cx.tokens;
    let label = command.short(cx);
    let response = ui.interact(rect, ui.scope_id().with(("rail", command)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, active, &label));
    let ink = match (active, response.hovered()) {
        (true, _) => t.accent,
        (false, true) => t.text,
        (false, false) => t.text2,
    };
    if active {
        let bar =
            Rect::from_min_max(pos2(rect.left(), rect.top() + 8.0), pos2(rect.left() + 3.0, rect.bottom() - 10.0));
        ui.painter().rect_filled(bar, 0.0, t.accent);
    }
    icons::paint(ui.painter(), pos2(rect.center().x, rect.top() + 17.0), icon, 20.0, ink);
    let (font, ink) = if active {
        (text::small_strong_font(), t.text)
    } else {
        (text::small_font(), if response.hovered() { t.text } else { t.text2 })
    };
    let word = line(ui, &label, font, ink, WIDTH - 4.0);
    paint_center(ui.painter(), pos2(rect.center().x, rect.top() + 38.0), word);
    focus_ring(ui, t, &response, rect.shrink(4.0), 4);
    if response.clicked() {
        command.run(cx, &Route::Bays);
    }
    let tip = match command.shortcut() {
        Some(keys) => format!("{label}  {}", key_names(ui.ctx(), &keys)),
        None => label,
    };
    tooltip(cx, response, &tip);
}
