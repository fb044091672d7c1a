//! Chips: filters with a count, and chips that open a menu.

use super::button::tooltip;
use super::{focus_ring, glyph, line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    Color32, CornerRadius, InnerResponse, Popup, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

const HEIGHT: f32 = 24.0;
/// Room of a sign.
const SIGN: f32 = 18.0;

/// A filter with its sign, its word and how many it finds.
pub fn filter_chip(
    cx: &Cx<'_>,
    ui: &mut Ui,
    sign: Option<Sign>,
    label: &str,
    count: Option<usize>,
    selected: bool,
) -> Response {
    chip(cx, ui, sign, label, label, count, selected)
}

/// As [`filter_chip`] without its word, where there is no room for it: the word is told by the tooltip and to screen readers.
pub fn filter_chip_short(cx: &Cx<'_>, ui: &mut Ui, sign: Sign, label: &str, count: usize, selected: bool) -> Response {
    let response = chip(cx, ui, Some(sign), label, "", Some(count), selected);
    tooltip(cx, response, label)
}

/// Width of a [`filter_chip`]; of a short one with an empty `word`.
pub fn filter_chip_width(ui: &Ui, sign: Option<Sign>, word: &str, count: Option<usize>) -> f32 {
    let width = |text: &str, font| line(ui, text, font, Color32::PLACEHOLDER, f32::INFINITY).size().x;
    let sign = if sign.is_some() { SIGN } else { 0.0 };
    let number = count.map_or(0.0, |n| width(&group(n), text::mono_small_font()) + gap(word));
    (11.0 + sign + width(word, text::body_font()) + number + 11.0).ceil()
}

/// Between word and number.
fn gap(word: &str) -> f32 {
    if word.is_empty() { 0.0 } else { 7.0 }
}

fn chip(
    cx: &Cx<'_>,
    ui: &mut Ui,
    sign: Option<Sign>,
    label: &str,
    shown: &str,
    count: Option<usize>,
    selected: bool,
) -> Response {
    let t = cx.tokens;
    let word = line(ui, shown, text::body_font(), if selected { t.text } else { t.text2 }, f32::INFINITY);
    let number = count
        .map(|n| line(ui, &group(n), text::mono_small_font(), if selected { t.text } else { t.text2 }, f32::INFINITY));
    let width = filter_chip_width(ui, sign, shown, count);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    let name = count.map_or_else(|| label.to_owned(), |n| format!("{label} {n}"));
    response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, &name));
    if ui.is_rect_visible(rect) {
        frame(cx, ui, rect, &response, selected);
        let mut x = rect.left() + 11.0;
        if let Some(sign) = sign {
            glyph::paint(ui.painter(), pos2(x + 5.0, rect.center().y), sign, 11.0, t.ink(sign));
            x += SIGN;
        }
        let drawn = super::paint_left(ui.painter(), pos2(x, rect.center().y), word);
        if let Some(number) = number {
            super::paint_left(ui.painter(), pos2(drawn.right() + gap(shown), rect.center().y), number);
        }
        focus_ring(ui, t, &response, rect, 12);
    }
    response
}

/// A chip that opens a menu under it. `selected` marks that it filters something out.
pub fn menu_chip<R>(
    cx: &Cx<'_>,
    ui: &mut Ui,
    label: &str,
    selected: bool,
    content: impl FnOnce(&mut Ui) -> R,
) -> Option<InnerResponse<R>> {
    let t = cx.tokens;
    let word = line(ui, label, text::body_font(), if selected { t.text } else { t.text2 }, 220.0);
    let width = (11.0 + word.size().x + 20.0 + 8.0).ceil();
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    if ui.is_rect_visible(rect) {
        frame(cx, ui, rect, &response, selected);
        super::paint_left(ui.painter(), pos2(rect.left() + 11.0, rect.center().y), word);
        icons::paint(ui.painter(), pos2(rect.right() - 15.0, rect.center().y), Icon::ChevronDown, 12.0, t.text3);
        focus_ring(ui, t, &response, rect, 12);
    }
    Popup::menu(&response).show(content)
}

fn frame(cx: &Cx<'_>, ui: &Ui, rect: egui::Rect, response: &Response, selected: bool) {
    let t = cx.tokens;
    let (fill, stroke) = if selected {
        (t.selected, t.accent)
    } else if response.hovered() {
        (t.hover, t.control)
    } else {
        (Color32::TRANSPARENT, t.line2)
    };
    ui.painter().rect(rect, CornerRadius::same(12), fill, Stroke::new(1.0, stroke), StrokeKind::Inside);
}

/// An entry of a menu: glyph or check mark, words, an optional hint at the right. True when chosen.
pub fn menu_item(cx: &Cx<'_>, ui: &mut Ui, icon: Option<Icon>, label: &str, hint: &str, checked: bool) -> bool {
    menu_item_enabled(cx, ui, icon, label, hint, checked, true)
}

/// As [`menu_item`], but grey where it cannot be chosen now.
pub fn menu_item_enabled(
    cx: &Cx<'_>,
    ui: &mut Ui,
    icon: Option<Icon>,
    label: &str,
    hint: &str,
    checked: bool,
    enabled: bool,
) -> bool {
    let t = cx.tokens;
    let ink = if enabled { t.text } else { t.text3 };
    let word = line(ui, label, text::body_font(), ink, 320.0);
    let hint = line(ui, hint, text::mono_small_font(), t.text3, 160.0);
    let hint_space = if hint.size().x > 0.0 { hint.size().x + 20.0 } else { 0.0 };
    let width = (30.0 + word.size().x + hint_space + 12.0).ceil().max(160.0);
    let width = if ui.is_sizing_pass() { width } else { width.max(ui.available_width()) };
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, 26.0), sense);
    response.widget_info(|| {
        if checked {
            WidgetInfo::selected(Role::MenuItemRadio, enabled, true, label)
        } else {
            WidgetInfo::labeled(Role::MenuItem, enabled, label)
        }
    });
    if ui.is_rect_visible(rect) {
        if enabled && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, CornerRadius::same(4), t.selected);
        }
        let icon_at = pos2(rect.left() + 16.0, rect.center().y);
        if checked {
            icons::paint(ui.painter(), icon_at, Icon::Check, 13.0, t.accent);
        } else if let Some(icon) = icon {
            icons::paint(ui.painter(), icon_at, icon, 13.0, if enabled { t.text2 } else { t.text3 });
        }
        super::paint_left(ui.painter(), pos2(rect.left() + 30.0, rect.center().y), word);
        super::paint_right(ui.painter(), pos2(rect.right() - 10.0, rect.center().y), hint);
    }
    let chosen = response.clicked();
    if chosen {
        ui.close();
    }
    chosen
}

/// Digits in groups of three: `4,995`.
pub fn group(n: usize) -> String {
    crate::i18n::grouped(n as u64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_come_in_threes() {
        assert_eq!(super::group(0), "0");
        assert_eq!(super::group(999), "999");
        assert_eq!(super::group(1000), "1,000");
        assert_eq!(super::group(1_234_567), "1,234,567");
    }
}
