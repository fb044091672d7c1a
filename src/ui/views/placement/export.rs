//! The dialog that asks how the map is to be saved: the whole of it as PNG at any size, or what is on screen as SVG.

use super::PlacementView;
use super::save::{Kind, Wanted};
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::map::camera::step;
use crate::ui::map::export_png;
use crate::ui::map::layout::Layout;
use crate::ui::map::sheet::Sheet;
use crate::ui::text;
use crate::ui::widgets::button::{Button, icon_button_sized};
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::{line, paint_left};
use egui::{Label, Role, Sense, Ui, WidgetInfo, vec2};
use fluent_bundle::FluentValue;

/// Pixels a point that can be chosen.
const DENSITIES: [u32; 4] = [1, 2, 3, 4];

/// How the picture is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Export {
    /// Size of a pod's cell, points.
    cell: i64,
    /// Pixels a point.
    density: u32,
    /// Tiles side by side.
    columns: u32,
}

/// What was pressed.
enum Pressed {
    Png(Layout),
    Svg,
    Cancel,
}

impl PlacementView {
    /// Opens the dialog, with the sizes that are on screen.
    pub(super) fn open_export(&mut self) {
        let layout = self.map.on_screen().0;
        let cell = layout.metrics.cell_points().round() as i64;
        self.export = Some(Export { cell, density: 1, columns: self.map.columns() });
    }

    /// Draws the dialog while it is open.
    pub(super) fn export_ui(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let Some(mut export) = self.export else { return };
        let Some(ready) = self.map.prepared() else { return };
        let sheet = Sheet::of(ready, cx);
        let shown = Dialog::new(cx.t("placement-export")).show(cx, ui.ctx(), |ui| {
            let layout = sheet.layout(export.cell as f32, export.density as f32, export.columns);
            size_row(cx, ui, &mut export);
            density_row(cx, ui, &mut export);
            let possible = export_png::is_possible(&layout);
            let (w, h) = export_png::size(&layout);
            let size = [("w", FluentValue::from(grouped(w as usize))), ("h", FluentValue::from(grouped(h as usize)))];
            let words = cx.f(if possible { "placement-export-size" } else { "placement-export-too-large" }, &size);
            let ink = if possible { cx.tokens.text2 } else { cx.tokens.ink(crate::model::status::Sign::Failed) };
            ui.add(Label::new(text::small(words.as_str()).color(ink)).wrap());
            buttons(ui, |ui| {
                let png = Button::new(cx.t("placement-export-png")).primary().enabled(possible, &words);
                let png = png.show(cx, ui).clicked().then_some(Pressed::Png(layout));
                let svg = Button::new(cx.t("placement-export-svg")).tooltip(cx.t("placement-export-svg-tip"));
                let svg = svg.show(cx, ui).clicked().then_some(Pressed::Svg);
                let cancel = Button::new(cx.t("action-cancel")).show(cx, ui).clicked().then_some(Pressed::Cancel);
                png.or(svg).or(cancel)
            })
        });
        self.export = Some(export);
        let kind = match shown.inner {
            Some(Pressed::Png(layout)) => Kind::Png(layout),
            Some(Pressed::Svg) => {
                let (layout, view) = self.map.on_screen();
                Kind::Svg(layout, view)
            }
            Some(Pressed::Cancel) => {
                self.export = None;
                return;
            }
            None => {
                if shown.close {
                    self.export = None;
                }
                return;
            }
        };
        self.export = None;
        let bay = cx.state.bay(&self.bay).map_or(self.bay.as_str(), |b| b.title()).to_owned();
        self.saving.ask(cx, ui.ctx(), Wanted { sheet, kind, bay });
    }
}

/// How large a pod is.
fn size_row(cx: &Cx<'_>, ui: &mut Ui, export: &mut Export) {
    ui.horizontal(|ui| {
        label(cx, ui, "placement-export-cell");
        if icon_button_sized(cx, ui, Icon::Minus, &cx.t("placement-export-smaller"), 24.0, 13.0).clicked() {
            export.cell = step(export.cell, 1.0, false);
        }
        let words = format!("{} px", export.cell);
        ui.add_sized(vec2(48.0, 20.0), Label::new(text::mono(words).color(cx.tokens.text)));
        if icon_button_sized(cx, ui, Icon::Plus, &cx.t("placement-export-larger"), 24.0, 13.0).clicked() {
            export.cell = step(export.cell, 1.0, true);
        }
        let level = match export.cell {
            ..3 => "placement-export-far",
            3..14 => "placement-export-middle",
            _ => "placement-export-near",
        };
        ui.add_space(8.0);
        ui.label(text::small(cx.t(level)).color(cx.tokens.text2));
    });
}

/// How many pixels a point has.
fn density_row(cx: &Cx<'_>, ui: &mut Ui, export: &mut Export) {
    ui.horizontal(|ui| {
        label(cx, ui, "placement-export-density");
        for density in DENSITIES {
            let button = Button::new(format!("{density}×")).selected(export.density == density);
            if button.height(24.0).show(cx, ui).clicked() {
                export.density = density;
            }
        }
    });
}

fn label<'a>(cx: &Cx<'a>, ui: &mut Ui, id: &'a str) {
    let words = cx.t(id);
    let (rect, response) = ui.allocate_exact_size(vec2(112.0, 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    paint_left(ui.painter(), rect.left_center(), line(ui, &words, text::small_font(), cx.tokens.text2, 108.0));
}
