//! The map's toolbar: filter, what it is grouped, ordered and coloured by, how many pods match, the picture as a file.

use super::super::bay::parts;
use super::PlacementView;
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::map::color::ColorBy;
use crate::ui::map::order::{GroupBy, OrderBy};
use crate::ui::text;
use crate::ui::widgets::button::{Button, icon_button};
use crate::ui::widgets::chip::{group as grouped, menu_item};
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::{line, paint_left};
use egui::{Align, Layout, Popup, Role, Sense, Stroke, Ui, WidgetInfo};
use fluent_bundle::FluentValue;
use std::sync::Arc;
use strum::IntoEnumIterator as _;

impl GroupBy {
    fn message_id(self) -> &'static str {
        match self {
            GroupBy::NodeGroup => "placement-group-node-group",
            GroupBy::Zone => "placement-group-zone",
            GroupBy::ZoneAndGroup => "placement-group-zone-and-group",
            GroupBy::Role => "placement-group-role",
            GroupBy::Namespace => "placement-group-namespace",
            GroupBy::None => "placement-group-none",
        }
    }
}

impl OrderBy {
    fn message_id(self) -> &'static str {
        match self {
            OrderBy::Name => "placement-order-name",
            OrderBy::Fullness => "placement-order-fullness",
            OrderBy::Problems => "placement-order-problems",
        }
    }
}

impl ColorBy {
    fn message_id(self) -> &'static str {
        match self {
            ColorBy::State => "placement-color-state",
            ColorBy::Namespace => "placement-color-namespace",
            ColorBy::Owner => "placement-color-owner",
            ColorBy::Restarts => "placement-color-restarts",
            ColorBy::Age => "placement-color-age",
            ColorBy::Use => "placement-color-use",
        }
    }
}

impl PlacementView {
    /// Draws the toolbar over the whole width.
    pub(super) fn toolbar(&mut self, cx: &Cx<'_>, ui: &mut Ui, picture: &Arc<Picture>) {
        let wide = ui.available_width() > 900.0;
        parts::toolbar(ui, "placement", |ui| {
            let width = if ui.available_width() > 760.0 { 230.0 } else { 170.0 };
            let before = self.filter.clone();
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("placement-filter"), "placement", width);
            if self.filter != before && self.filter.is_empty() {
                self.legend.forget();
            }
            let group = self.group.message_id();
            menu(cx, ui, wide, "placement-group", group, |ui| {
                for one in GroupBy::iter() {
                    if menu_item(cx, ui, None, &cx.t(one.message_id()), "", one == self.group) {
                        self.group = one;
                    }
                }
            });
            let color = self.color.message_id();
            menu(cx, ui, wide, "placement-color", color, |ui| {
                for one in ColorBy::iter() {
                    if menu_item(cx, ui, None, &cx.t(one.message_id()), "", one == self.color) {
                        self.color = one;
                    }
                }
            });
            let order = self.order.message_id();
            menu(cx, ui, wide, "placement-order", order, |ui| {
                for one in OrderBy::iter() {
                    if menu_item(cx, ui, None, &cx.t(one.message_id()), "", one == self.order) {
                        self.order = one;
                    }
                }
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let label = cx.t("placement-save");
                let pressed = if ui.available_width() > 260.0 {
                    let busy = cx.t("placement-saving");
                    let button = Button::new(label.as_ref()).icon(Icon::Export).quiet();
                    button.enabled(!self.saving.is_busy(), &busy).show(cx, ui).clicked()
                } else {
                    icon_button(cx, ui, Icon::Export, &label).clicked() && !self.saving.is_busy()
                };
                if pressed && self.map.prepared().is_some() {
                    self.open_export();
                }
                ui.add_space(8.0);
                count(
                    cx,
                    ui,
                    self.map.prepared().and_then(|r| r.matches.as_ref()).map(|m| m.count()),
                    picture.pods.len(),
                );
            });
        });
        let y = ui.min_rect().bottom();
        ui.painter().hline(ui.max_rect().x_range(), y - 0.5, Stroke::new(1.0, cx.tokens.line));
    }
}

/// A button that says what is chosen and opens the choices, with its label before it where there is room.
fn menu<'a>(cx: &Cx<'a>, ui: &mut Ui, wide: bool, label: &'a str, value: &'a str, content: impl FnOnce(&mut Ui)) {
    if wide {
        ui.add_space(4.0);
        ui.add(egui::Label::new(text::small(cx.t(label)).color(cx.tokens.text2)).selectable(false));
    }
    let tip = cx.t(label).into_owned();
    let response = Button::new(cx.t(value)).menu().tooltip(tip).show(cx, ui);
    Popup::menu(&response).id(ui.scope_id().with(label)).show(content);
}

/// `24 of 1,210 pods match`.
fn count(cx: &Cx<'_>, ui: &mut Ui, matching: Option<u32>, all: usize) {
    let pods = ("pods", FluentValue::from(grouped(all)));
    let words = match matching {
        Some(n) => {
            cx.f("placement-match", &[("n", n.into()), ("matching", FluentValue::from(grouped(n as usize))), pods])
        }
        None => cx.f("placement-pods", &[("n", FluentValue::from(all)), pods]),
    };
    let mut galley = line(ui, &words, text::body_font(), cx.tokens.text2, ui.available_width());
    if galley.elided {
        // Half a number would be a wrong one.
        let short = matching.map_or_else(|| grouped(all), |n| format!("{} / {}", grouped(n as usize), grouped(all)));
        galley = line(ui, &short, text::body_font(), cx.tokens.text2, ui.available_width());
    }
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    paint_left(ui.painter(), rect.left_center(), galley);
}
