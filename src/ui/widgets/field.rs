//! Inputs: text field, stepper, check box, segmented control; label above, rule or error below.

use super::button::icon_button_sized;
use super::{focus_ring, glyph, line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    Align, Color32, CornerRadius, Key, Layout, Margin, Rect, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

pub use super::select::Select;

/// Height of an input.
pub const HEIGHT: f32 = 28.0;

/// The label above an input: 11 pt, text 2. It has no node of its own: the input carries the name.
pub fn label_above(cx: &Cx<'_>, ui: &mut Ui, label: &str) {
    if label.is_empty() {
        return;
    }
    let galley = line(ui, label, text::small_font(), cx.tokens.text2, ui.available_width());
    let (rect, _) = ui.allocate_exact_size(vec2(galley.size().x, 17.0), Sense::hover());
    super::paint_left(ui.painter(), rect.left_center(), galley);
}

/// What stands under an input: an error, else a warning, else the rule.
pub fn note_below(cx: &Cx<'_>, ui: &mut Ui, error: Option<&str>, warning: Option<&str>, rule: &str) {
    let signed = error.map(|e| (Sign::Failed, e)).or(warning.map(|w| (Sign::Warning, w)));
    if let Some((sign, note)) = signed {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let (rect, _) = ui.allocate_exact_size(vec2(11.0, 16.0), Sense::hover());
            glyph::paint(ui.painter(), rect.center(), sign, 10.0, cx.tokens.ink(sign));
            ui.add(egui::Label::new(text::small(note).color(cx.tokens.ink(sign))).wrap());
        });
    } else if !rule.is_empty() {
        ui.add(egui::Label::new(text::small(rule).color(cx.tokens.text3)).wrap());
    }
}

/// A line of text to type.
pub struct TextField<'a> {
    label: String,
    hint: String,
    rule: String,
    error: Option<&'a str>,
    warning: Option<&'a str>,
    ok: bool,
    mono: bool,
    password: bool,
    suffix: String,
    width: Option<f32>,
    height: f32,
    rows: usize,
    salt: egui::IdSalt,
    enabled: bool,
    show_label: bool,
    error_outline: bool,
}

impl<'a> TextField<'a> {
    /// A field with this label, which is also its accessible name.
    pub fn new(label: impl Into<String>) -> Self {
        let label = label.into();
        let salt = egui::IdSalt::new(("field", &label));
        TextField {
            label,
            hint: String::new(),
            rule: String::new(),
            error: None,
            warning: None,
            ok: false,
            mono: false,
            password: false,
            suffix: String::new(),
            width: None,
            height: HEIGHT,
            rows: 1,
            salt,
            enabled: true,
            show_label: true,
            error_outline: false,
        }
    }

    /// Shown while empty.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Rule or meaning below.
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    /// What is wrong; takes the rule's place.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// What is doubtful; takes the rule's place.
    pub fn warning(mut self, warning: Option<&'a str>) -> Self {
        self.warning = warning;
        self
    }

    /// A check that cost a request passed: shows the dot.
    pub fn ok(mut self, ok: bool) -> Self {
        self.ok = ok;
        self
    }

    /// Mono type.
    pub fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Dots instead of letters, with an eye that shows them.
    pub fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// A unit at the right end.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    /// Width in points; the room there is, if not given.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Height in points (22 in rows, 30 on the sign-in screen).
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Several lines.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Tells two fields with the same label apart.
    pub fn id_salt(mut self, salt: impl egui::AsIdSalt) -> Self {
        self.salt = egui::IdSalt::new(("field", &self.label, salt));
        self
    }

    /// Can be typed into.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// The label names the field but is not drawn (in tables).
    pub fn hide_label(mut self) -> Self {
        self.show_label = false;
        self
    }

    /// The outline of an error whose words stand elsewhere (in rows).
    pub fn error_outline(mut self, wrong: bool) -> Self {
        self.error_outline = wrong;
        self
    }

    /// Draws it; the response is the text input's.
    pub fn show(self, cx: &Cx<'_>, ui: &mut Ui, value: &mut String) -> Response {
        let t = cx.tokens;
        let width = self.width.unwrap_or_else(|| ui.available_width());
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 4.0;
            if self.show_label {
                label_above(cx, ui, &self.label);
            }
            let id = ui.make_persistent_id(self.salt);
            let height = if self.rows > 1 { 12.0 + 18.0 * self.rows as f32 } else { self.height };
            let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
            let focused = ui.memory(|m| m.has_focus(id));
            let stroke = if self.error.is_some() || self.error_outline {
                t.ink(Sign::Failed)
            } else if self.warning.is_some() {
                t.ink(Sign::Warning)
            } else if focused {
                t.accent
            } else if self.enabled {
                t.control
            } else {
                t.line2
            };
            ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::new(1.0, stroke), StrokeKind::Inside);
            let mut right = rect.right() - 8.0;
            let middle = rect.center().y;
            let reveal_id = id.with("reveal");
            let mut reveal = self.password && ui.data(|d| d.get_temp::<bool>(reveal_id).unwrap_or(false));
            if self.ok && self.error.is_none() {
                glyph::paint(ui.painter(), pos2(right - 6.0, middle), Sign::Ok, 12.0, t.ink(Sign::Ok));
                right -= 18.0;
            }
            if !self.suffix.is_empty() {
                let unit = line(ui, &self.suffix, text::small_font(), t.text3, 80.0);
                right = super::paint_right(ui.painter(), pos2(right, middle), unit).left() - 6.0;
            }
            if self.password {
                right -= 22.0;
            }
            let font = if self.mono { text::mono_font() } else { text::body_font() };
            let inner = Rect::from_min_max(pos2(rect.left() + 8.0, rect.top()), pos2(right, rect.bottom()));
            let layout =
                if self.rows > 1 { Layout::top_down(Align::Min) } else { Layout::left_to_right(Align::Center) };
            let response = ui
                .scope_builder(
                    UiBuilder::new()
                        .max_rect(inner.shrink2(vec2(0.0, if self.rows > 1 { 6.0 } else { 0.0 })))
                        .layout(layout),
                    |ui| {
                        let edit = if self.rows > 1 {
                            TextEdit::multiline(value).desired_rows(self.rows)
                        } else {
                            TextEdit::singleline(value)
                                .password(self.password && !reveal)
                                .align(egui::Align2::LEFT_CENTER)
                        };
                        ui.add_enabled_ui(self.enabled, |ui| {
                            ui.add(
                                edit.id(id)
                                    .frame(egui::Frame::NONE)
                                    .margin(Margin::ZERO)
                                    .font(font)
                                    .text_color(if self.enabled { t.text } else { t.text3 })
                                    .hint_text(text::body(self.hint.as_str()).color(t.text3))
                                    .desired_width(inner.width()),
                            )
                        })
                        .inner
                    },
                )
                .inner
                .accessible_name(self.label.as_str());
            if self.password {
                let spot = Rect::from_center_size(pos2(right + 11.0, middle), vec2(20.0, 20.0));
                ui.scope_builder(UiBuilder::new().max_rect(spot), |ui| {
                    let (icon, label) = if reveal {
                        (Icon::EyeOff, cx.t("field-hide-secret"))
                    } else {
                        (Icon::Eye, cx.t("field-show-secret"))
                    };
                    if icon_button_sized(cx, ui, icon, &label, 20.0, 14.0).clicked() {
                        reveal = !reveal;
                        ui.data_mut(|d| d.insert_temp(reveal_id, reveal));
                    }
                });
            }
            if focused {
                ui.painter().rect_stroke(
                    rect.expand(1.0),
                    CornerRadius::same(5),
                    Stroke::new(1.0, t.accent),
                    StrokeKind::Outside,
                );
            }
            note_below(cx, ui, self.error, self.warning, &self.rule);
            response
        })
        .inner
    }
}

/// A number with minus and plus; typing works too.
pub struct Stepper<'a> {
    label: String,
    range: std::ops::RangeInclusive<u32>,
    rule: String,
    error: Option<&'a str>,
    height: f32,
    show_label: bool,
    enabled: bool,
    take_focus: bool,
    salt: egui::IdSalt,
}

impl<'a> Stepper<'a> {
    /// A stepper with this label, which is also its accessible name.
    pub fn new(label: impl Into<String>) -> Self {
        let label = label.into();
        let salt = egui::IdSalt::new(("stepper", &label));
        Stepper {
            label,
            range: 0..=u32::MAX,
            rule: String::new(),
            error: None,
            height: HEIGHT,
            show_label: true,
            enabled: true,
            take_focus: false,
            salt,
        }
    }

    /// Least and most.
    pub fn range(mut self, range: std::ops::RangeInclusive<u32>) -> Self {
        self.range = range;
        self
    }

    /// Rule or meaning below.
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    /// What is wrong.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// 22 high and without a drawn label, for rows.
    pub fn inline(mut self) -> Self {
        self.height = 22.0;
        self.show_label = false;
        self
    }

    /// Can be changed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Tells two steppers with the same label apart.
    pub fn id_salt(mut self, salt: impl egui::AsIdSalt) -> Self {
        self.salt = egui::IdSalt::new(("stepper", &self.label, salt));
        self
    }

    /// Takes the focus now and scrolls into view (a link led here).
    pub fn take_focus(mut self, take: bool) -> Self {
        self.take_focus = take;
        self
    }

    /// Draws it; true when the number changed. A number beyond the range is kept as typed so that it can be told apart,
    /// but the buttons stop at the range.
    pub fn show(self, cx: &Cx<'_>, ui: &mut Ui, value: &mut u32) -> bool {
        let before = *value;
        let side = self.height;
        let number_width = if side < 26.0 { 34.0 } else { 48.0 };
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            if self.show_label {
                label_above(cx, ui, &self.label);
            }
            let id = ui.make_persistent_id(self.salt);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let (least, most) = (*self.range.start(), *self.range.end());
                let less = format!("{} −1", self.label);
                if step_button(cx, ui, Icon::Minus, &less, side, self.enabled && *value > least) {
                    *value -= 1;
                }
                self.number(cx, ui, id, number_width, value);
                let more = format!("{} +1", self.label);
                if step_button(cx, ui, Icon::Plus, &more, side, self.enabled && *value < most) {
                    *value += 1;
                }
            });
            note_below(cx, ui, self.error, None, &self.rule);
        });
        *value != before
    }

    fn number(&self, cx: &Cx<'_>, ui: &mut Ui, id: egui::Id, width: f32, value: &mut u32) {
        let t = cx.tokens;
        let (rect, _) = ui.allocate_exact_size(vec2(width, self.height), Sense::hover());
        let focused = ui.memory(|m| m.has_focus(id));
        let stroke = if self.error.is_some() {
            t.ink(Sign::Failed)
        } else if focused {
            t.accent
        } else {
            t.control
        };
        ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::new(1.0, stroke), StrokeKind::Inside);
        // While typing, the text may be empty for a moment: it is kept apart from the number until the focus leaves.
        let mut typed = if focused {
            ui.data(|d| d.get_temp::<String>(id)).unwrap_or_else(|| value.to_string())
        } else {
            value.to_string()
        };
        let response = ui
            .scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)), |ui| {
                ui.add_enabled(
                    self.enabled,
                    TextEdit::singleline(&mut typed)
                        .id(id)
                        .frame(egui::Frame::NONE)
                        .margin(Margin::ZERO)
                        .font(text::mono_font())
                        .text_color(t.text)
                        .align(egui::Align2::CENTER_CENTER)
                        .char_limit(9)
                        .desired_width(rect.width()),
                )
            })
            .inner
            .accessible_name(self.label.as_str());
        if self.take_focus {
            response.request_focus();
            response.scroll_to_me(Some(Align::Center));
        }
        if response.changed() {
            typed.retain(|c| c.is_ascii_digit());
            if let Ok(number) = typed.parse::<u32>() {
                *value = number;
            }
        }
        if response.has_focus() {
            let (up, down) = ui.input(|i| (i.key_pressed(Key::ArrowUp), i.key_pressed(Key::ArrowDown)));
            if up && *value < *self.range.end() {
                *value += 1;
                typed = value.to_string();
            }
            if down && *value > *self.range.start() {
                *value -= 1;
                typed = value.to_string();
            }
            ui.data_mut(|d| d.insert_temp(id, typed));
        } else {
            ui.data_mut(|d| d.remove::<String>(id));
        }
        if focused {
            let ring = rect.expand(1.0);
            ui.painter().rect_stroke(ring, CornerRadius::same(5), Stroke::new(1.0, t.accent), StrokeKind::Outside);
        }
    }
}

fn step_button(cx: &Cx<'_>, ui: &mut Ui, icon: Icon, label: &str, side: f32, enabled: bool) -> bool {
    let t = cx.tokens;
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, label));
    let fill = if enabled && response.hovered() { t.hover } else { t.raised };
    ui.painter().rect(rect, CornerRadius::same(4), fill, Stroke::new(1.0, t.line2), StrokeKind::Inside);
    icons::paint(ui.painter(), rect.center(), icon, 13.0, if enabled { t.text } else { t.text3 });
    focus_ring(ui, t, &response, rect, 4);
    response.clicked()
}

/// A check box with its words.
pub fn check(cx: &Cx<'_>, ui: &mut Ui, value: &mut bool, label: &str) -> Response {
    check_enabled(cx, ui, value, label, true)
}

/// A check box that may be grey.
pub fn check_enabled(cx: &Cx<'_>, ui: &mut Ui, value: &mut bool, label: &str, enabled: bool) -> Response {
    let t = cx.tokens;
    let ink = if enabled { t.text } else { t.text3 };
    let word = line(ui, label, text::body_font(), ink, (ui.available_width() - 22.0).max(40.0));
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, mut response) = ui.allocate_exact_size(vec2(22.0 + word.size().x, 22.0), sense);
    if response.clicked() {
        *value = !*value;
        response.mark_changed();
    }
    let on = *value;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, on, label));
    if ui.is_rect_visible(rect) {
        let square = Rect::from_center_size(pos2(rect.left() + 7.0, rect.center().y), vec2(14.0, 14.0));
        let (fill, stroke) = match (on, enabled) {
            (true, true) => (t.accent_fill, Color32::TRANSPARENT),
            (true, false) => (t.line2, t.line2),
            (false, true) => (t.raised, t.control),
            (false, false) => (t.raised, t.line2),
        };
        ui.painter().rect(square, CornerRadius::same(3), fill, Stroke::new(1.0, stroke), StrokeKind::Inside);
        if on {
            icons::paint(ui.painter(), square.center(), Icon::Check, 11.0, if enabled { t.on_accent } else { t.text3 });
        }
        super::paint_left(ui.painter(), pos2(rect.left() + 22.0, rect.center().y), word);
        focus_ring(ui, t, &response, square, 3);
    }
    response
}

/// One of a few, side by side; fills the width given. `label` names the group, `options` are (value, words).
pub fn segmented(cx: &Cx<'_>, ui: &mut Ui, label: &str, options: &[(&str, &str)], chosen: &mut usize) -> bool {
    segmented_height(cx, ui, label, options, chosen, HEIGHT)
}

/// A segmented control of another height.
pub fn segmented_height(
    cx: &Cx<'_>,
    ui: &mut Ui,
    label: &str,
    options: &[(&str, &str)],
    chosen: &mut usize,
    height: f32,
) -> bool {
    let t = cx.tokens;
    let before = *chosen;
    if options.is_empty() {
        return false;
    }
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let base = ui.make_persistent_id(("segmented", label));
    ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::NONE, StrokeKind::Inside);
    let each = rect.width() / options.len() as f32;
    for (i, (value, words)) in options.iter().enumerate() {
        let left = (rect.left() + each * i as f32).round();
        let right = (rect.left() + each * (i + 1) as f32).round();
        let part = Rect::from_x_y_ranges(left..=right, rect.y_range());
        let response = ui.interact(part, base.with(value), Sense::click());
        let on = *chosen == i;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, words));
        if response.clicked() {
            *chosen = i;
        }
        let on = *chosen == i;
        let radius = CornerRadius {
            nw: if i == 0 { 4 } else { 0 },
            sw: if i == 0 { 4 } else { 0 },
            ne: if i + 1 == options.len() { 4 } else { 0 },
            se: if i + 1 == options.len() { 4 } else { 0 },
        };
        if on || response.hovered() {
            ui.painter().rect_filled(part, radius, if on { t.selected } else { t.hover });
        }
        if i > 0 {
            ui.painter().vline(part.left(), rect.y_range(), Stroke::new(1.0, t.line2));
        }
        let (font, ink) = if on { (text::strong_font(), t.text) } else { (text::body_font(), t.text2) };
        let word = line(ui, words, font, ink, part.width() - 12.0);
        super::paint_center(ui.painter(), part.center(), word);
        focus_ring(ui, t, &response, part, 4);
    }
    ui.painter().rect_stroke(rect, CornerRadius::same(4), Stroke::new(1.0, t.line2), StrokeKind::Inside);
    *chosen != before
}
