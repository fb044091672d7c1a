//! The typed editor for Magnum's labels: name, value by its type, where it comes from.

use super::kit::{INSET, Kit};
use crate::model::checks::Field;
use crate::model::labels::{self, LabelInForce, LabelKind, Labels, Origin};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{icon_button, link_small, tooltip};
use crate::ui::widgets::field::{Select, TextField, check};
use crate::ui::widgets::{glyph, line, paint_left};
use egui::{Align, Key, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

const ROW: f32 = 32.0;
/// Rows from the bay model that are shown before "show more".
const FROM_MODEL: usize = 3;
/// Suggestions under the name of a label being added.
const SUGGESTED: usize = 6;

/// What the editor keeps between frames.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct LabelEditor {
    /// All rows of the bay model are shown.
    pub all: bool,
    /// A label is being added.
    #[serde(skip)]
    pub adding: bool,
    /// Its name so far.
    #[serde(skip)]
    pub name: String,
    #[serde(skip)]
    fresh: bool,
}

impl LabelEditor {
    /// Begins to add a label.
    pub fn begin(&mut self) {
        self.adding = !self.adding;
        self.fresh = self.adding;
        self.name.clear();
    }

    /// Draws the table. `model` are the bay model's labels, `given` those of this form.
    pub fn ui(&mut self, kit: &mut Kit<'_, '_>, ui: &mut Ui, engine: Option<&str>, model: &Labels, given: &mut Labels) {
        let cx = kit.cx;
        if self.adding {
            self.add_row(cx, ui, engine, model, given);
        }
        let rows = labels::in_force(model, given);
        if rows.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(INSET);
                ui.label(text::body(cx.t("labels-none")).color(cx.tokens.text3));
            });
            ui.add_space(10.0);
            return;
        }
        head(cx, ui, model.is_empty());
        let led_to = |name: &str| kit.watch.leads_to(|f| *f == Field::Label(name.to_owned()));
        let all = self.all || rows.iter().any(|r| r.origin == Origin::Model && led_to(&r.name));
        let mut of_model = 0;
        let mut hidden = 0;
        for row in &rows {
            if row.origin == Origin::Model {
                of_model += 1;
                if of_model > FROM_MODEL && !all {
                    hidden += 1;
                    continue;
                }
            }
            ui.push_id(("label", &row.name), |ui| label_row(kit, ui, row, model.is_empty(), given));
        }
        if hidden > 0 || (self.all && of_model > FROM_MODEL) {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
            let place = Rect::from_min_max(pos2(rect.left() + INSET, rect.top()), rect.max);
            let words = if hidden > 0 {
                cx.f("labels-show-more", &[("n", FluentValue::from(hidden as f64))])
            } else {
                cx.f("labels-show-less", &[])
            };
            let builder = UiBuilder::new().id_salt("more").max_rect(place).layout(Layout::left_to_right(Align::Center));
            if link_small(cx, &mut ui.new_child(builder), &words).clicked() {
                self.all = !self.all;
            }
        } else {
            ui.add_space(6.0);
        }
    }

    fn add_row(&mut self, cx: &Cx<'_>, ui: &mut Ui, engine: Option<&str>, model: &Labels, given: &mut Labels) {
        let mut chosen = None;
        super::kit::inset(ui, |ui| {
            let field = TextField::new(cx.f("labels-add-name", &[]))
                .hint("auto_healing_enabled")
                .rule(cx.f("labels-add-rule", &[]))
                .mono()
                .width(ui.available_width().min(420.0))
                .show(cx, ui, &mut self.name);
            if self.fresh {
                field.request_focus();
                self.fresh = false;
            }
            let wanted = self.name.trim().to_ascii_lowercase();
            let found: Vec<_> = labels::LABELS
                .iter()
                .filter(|l| engine.is_none_or(|e| l.is_for(e)))
                .filter(|l| !given.contains_key(l.name) && l.name.contains(&wanted))
                .take(SUGGESTED)
                .collect();
            if field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) && !wanted.is_empty() {
                let known = found.first().filter(|l| l.name.starts_with(&wanted));
                chosen = Some(known.map_or_else(|| self.name.trim().to_owned(), |l| l.name.to_owned()));
            }
            if ui.input(|i| i.key_pressed(Key::Escape)) {
                self.adding = false;
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            for label in found {
                if suggestion(cx, ui, label.name, &cx.f(&label.message_id(), &[])) {
                    chosen = Some(label.name.to_owned());
                }
            }
        });
        if let Some(name) = chosen {
            let value = model.get(&name).cloned().unwrap_or_else(|| first_value(&name));
            given.insert(name, value);
            self.adding = false;
            self.name.clear();
        }
    }
}

/// A value to begin with: switches are turned on, the rest starts at its default.
fn first_value(name: &str) -> String {
    match labels::info(name) {
        Some(info) if info.kind == LabelKind::Bool => if info.default == "true" { "false" } else { "true" }.to_owned(),
        Some(info) => info.default.to_owned(),
        None => String::new(),
    }
}

fn suggestion(cx: &Cx<'_>, ui: &mut Ui, name: &str, meaning: &str) -> bool {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, t.hover);
    }
    let word = line(ui, name, text::mono_font(), t.text, rect.width() * 0.5);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 8.0, rect.center().y), word);
    let room = rect.right() - 8.0 - (drawn.right() + 14.0).max(rect.left() + 230.0);
    let words = line(ui, meaning, text::small_font(), t.text3, room.max(0.0));
    paint_left(ui.painter(), pos2((drawn.right() + 14.0).max(rect.left() + 230.0), rect.center().y), words);
    response.clicked()
}

/// Left edges of value and origin, and of the button, for a row.
fn columns(rect: Rect, plain: bool) -> (f32, f32, f32) {
    let width = rect.width();
    let value = rect.left() + (width * 0.292).max(190.0);
    let button = rect.right() - INSET - 22.0;
    let origin = if plain { button } else { rect.left() + (width * 0.74).min(width - 190.0) };
    (value, origin, button)
}

fn head(cx: &Cx<'_>, ui: &mut Ui, plain: bool) {
    let t = cx.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, t.raised);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    let (value, origin, _) = columns(rect, plain);
    let mut titles = vec![(rect.left() + INSET, "labels-head-name"), (value, "labels-head-value")];
    if !plain {
        titles.push((origin, "labels-head-origin"));
    }
    for (x, id) in titles {
        let words = line(ui, &cx.f(id, &[]), text::small_font(), t.text2, 200.0);
        paint_left(ui.painter(), pos2(x, rect.center().y), words);
    }
}

fn label_row(kit: &mut Kit<'_, '_>, ui: &mut Ui, row: &LabelInForce, plain: bool, given: &mut Labels) {
    let cx = kit.cx;
    let t = cx.tokens;
    let field = Field::Label(row.name.clone());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    let (value_x, origin_x, button_x) = columns(rect, plain);
    let middle = rect.center().y;
    let name = line(ui, &row.name, text::mono_font(), t.text, value_x - rect.left() - INSET - 8.0);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + INSET, middle), name);
    let named = ui.interact(drawn, response.id.with("name"), Sense::hover());
    if row.origin == Origin::Model {
        // Elsewhere the input carries the name.
        named.widget_info(|| WidgetInfo::labeled(Role::Label, true, &row.name));
    }
    let info = labels::info(&row.name);
    let meaning = info.map_or_else(|| cx.f("labels-unknown", &[]), |i| cx.f(&i.message_id(), &[]));
    tooltip(cx, named, &format!("{}: {meaning}", row.name));

    if kit.watch.leads_to(|f| *f == field) {
        response.scroll_to_me(Some(Align::Center));
    }
    let value_rect = Rect::from_min_max(pos2(value_x, rect.top()), pos2(origin_x - 8.0, rect.bottom()));
    let here = row.origin != Origin::Model;
    let mut value = row.value.clone();
    {
        // Inputs are laid out from their top: the room is as high as they are, in the middle of the row.
        let room = Rect::from_min_max(pos2(value_rect.left(), middle - 12.0), pos2(value_rect.right(), middle + 12.0));
        let builder = UiBuilder::new().id_salt("value").max_rect(room).layout(Layout::left_to_right(Align::Min));
        let ui = &mut ui.new_child(builder);
        ui.set_clip_rect(value_rect.expand(2.0).intersect(ui.clip_rect()));
        if here {
            value_ui(kit, ui, &field, row, &mut value);
        } else {
            let unit = info.map_or("", |i| i.unit);
            let words = if unit.is_empty() { row.value.clone() } else { format!("{} {unit}", row.value) };
            let word = line(ui, &words, text::mono_font(), t.text2, ui.available_width());
            let (place, shown) = ui.allocate_exact_size(vec2(word.size().x, 24.0), Sense::hover());
            shown.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
            paint_left(ui.painter(), place.left_center(), word);
        }
    }
    if here && value != row.value {
        given.insert(row.name.clone(), value);
    }
    if !plain {
        origin_ui(cx, ui, row, info.map_or("", |i| i.unit), pos2(origin_x, middle), button_x - origin_x - 8.0);
    }
    let spot = Rect::from_center_size(pos2(button_x + 11.0, middle), vec2(24.0, 24.0));
    let args = [("label", FluentValue::from(row.name.as_str()))];
    let ui = &mut ui.new_child(UiBuilder::new().id_salt("button").max_rect(spot));
    match &row.origin {
        Origin::Overridden { .. } => {
            if icon_button(cx, ui, Icon::Undo, &cx.f("labels-undo", &args)).clicked() {
                given.remove(&row.name);
            }
        }
        Origin::Added => {
            if icon_button(cx, ui, Icon::Close, &cx.f("labels-remove", &args)).clicked() {
                given.remove(&row.name);
            }
        }
        Origin::Model => {
            if icon_button(cx, ui, Icon::Edit, &cx.f("labels-override", &args)).clicked() {
                given.insert(row.name.clone(), row.value.clone());
            }
        }
    }
}

fn value_ui(kit: &mut Kit<'_, '_>, ui: &mut Ui, field: &Field, row: &LabelInForce, value: &mut String) {
    let cx = kit.cx;
    let (error, warning) = kit.told(field);
    let arrive = kit.watch.arrive(field);
    let info = labels::info(&row.name);
    let unit = info.map_or("", |i| i.unit);
    let width = match info.map(|i| i.kind) {
        Some(LabelKind::Int(..)) if unit.is_empty() => 66.0,
        Some(LabelKind::Int(..)) => 120.0,
        _ => {
            (ui.available_width() - if error.is_some() || warning.is_some() { 150.0 } else { 4.0 }).clamp(110.0, 230.0)
        }
    };
    match info.map(|i| i.kind) {
        Some(LabelKind::Bool) if matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => {
            let mut on = value.eq_ignore_ascii_case("true");
            let response = check_named(cx, ui, &mut on, &row.name);
            if arrive {
                response.request_focus();
            }
            if response.changed() {
                *value = if on { "true" } else { "false" }.to_owned();
            }
        }
        Some(LabelKind::Choice(known)) => {
            let mut options = super::choices::words(known);
            if !value.is_empty() && !known.contains(&value.as_str()) {
                options.push((value.clone(), value.clone(), String::new()));
            }
            let none = cx.f("labels-value-none", &[]);
            Select::new(row.name.as_str())
                .hide_label()
                .height(24.0)
                .width(width)
                .take_focus(arrive)
                .allow_empty(none)
                .options(options)
                .show(cx, ui, value);
        }
        _ => {
            let response = TextField::new(row.name.as_str())
                .hide_label()
                .height(24.0)
                .mono()
                .suffix(unit)
                .width(width)
                .error_outline(error.is_some())
                .show(cx, ui, value);
            if arrive {
                response.request_focus();
            }
            kit.watch.note(ui, field, &response);
        }
    }
    let told = error.map(|e| (Sign::Failed, e)).or(warning.map(|w| (Sign::Warning, w)));
    if let Some((sign, words)) = told {
        ui.spacing_mut().item_spacing.x = 6.0;
        let ink = cx.tokens.ink(sign);
        let (mark, _) = ui.allocate_exact_size(vec2(11.0, 24.0), Sense::hover());
        glyph::paint(ui.painter(), mark.center(), sign, 11.0, ink);
        let galley = line(ui, &words, text::small_font(), ink, ui.available_width());
        let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, 24.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        paint_left(ui.painter(), rect.left_center(), galley);
        tooltip(cx, response, &words);
    }
}

/// A check box whose word is its value and whose accessible name is the label's.
fn check_named(cx: &Cx<'_>, ui: &mut Ui, on: &mut bool, name: &str) -> egui::Response {
    let response = check(cx, ui, on, if *on { "true" } else { "false" });
    let now = *on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, now, name));
    response
}

fn origin_ui(cx: &Cx<'_>, ui: &mut Ui, row: &LabelInForce, unit: &str, at: egui::Pos2, room: f32) {
    let t = cx.tokens;
    let square = Rect::from_center_size(pos2(at.x + 3.0, at.y), vec2(6.0, 6.0));
    let (words, ink, x) = match &row.origin {
        Origin::Overridden { was } => {
            ui.painter().rect_filled(square, 0.0, t.accent);
            let was = if unit.is_empty() { was.clone() } else { format!("{was} {unit}") };
            (cx.f("labels-overridden", &[("was", FluentValue::from(was))]), t.accent, at.x + 13.0)
        }
        Origin::Added => {
            ui.painter().rect_stroke(square, 0.0, Stroke::new(1.0, t.text2), StrokeKind::Inside);
            (cx.f("labels-added", &[]), t.text, at.x + 13.0)
        }
        Origin::Model => (cx.f("labels-from-model", &[]), t.text3, at.x),
    };
    let galley = line(ui, &words, text::small_font(), ink, room);
    let drawn = paint_left(ui.painter(), pos2(x, at.y), galley);
    let shown = ui.interact(drawn, ui.scope_id().with("origin"), Sense::hover());
    shown.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    tooltip(cx, shown, &words);
}

/// `14 in force: 9 from the model, 2 overridden, 3 added.` with how they are sent.
pub fn summary(cx: &Cx<'_>, model: &Labels, given: &Labels, can_merge: bool) -> String {
    let rows = labels::in_force(model, given);
    let count = |of: fn(&Origin) -> bool| FluentValue::from(rows.iter().filter(|r| of(&r.origin)).count() as f64);
    let (_, merge) = labels::to_send(model, given, can_merge);
    let words = cx.f(
        "labels-summary",
        &[
            ("all", FluentValue::from(rows.len() as f64)),
            ("model", count(|o| *o == Origin::Model)),
            ("overridden", count(|o| matches!(o, Origin::Overridden { .. }))),
            ("added", count(|o| *o == Origin::Added)),
        ],
    );
    if merge { format!("{words} {}", cx.f("labels-summary-merge", &[])) } else { words }
}
