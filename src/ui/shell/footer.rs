//! The footer: at left what is shown and how old it is, at right the keys that work here.

use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::{glyph, line, paint_left};
use egui::{CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Height of the footer, points.
pub const HEIGHT: f32 = 26.0;

/// What a view puts into the footer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footer {
    /// What is shown, and how old it is.
    pub left: Vec<String>,
    /// Keys that work here, and what they do. Key names are not translated.
    pub keys: Vec<(&'static str, String)>,
    /// Takes the place of the age when the data is old: in warning ink, with glyph.
    pub stale: Option<String>,
}

/// Draws the footer over the whole of `ui`.
pub fn footer_ui(cx: &Cx<'_>, ui: &mut Ui, footer: &Footer) {
    let t = cx.tokens;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, t.base);
    ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, t.line));
    let y = rect.center().y + 0.5;
    let mut x = rect.left() + 16.0;
    for words in &footer.left {
        let galley = line(ui, words, text::small_font(), t.text2, rect.width() * 0.6);
        let drawn = paint_left(ui.painter(), pos2(x, y), galley);
        name(ui, drawn, words);
        x = drawn.right() + 20.0;
    }
    if let Some(stale) = &footer.stale {
        glyph::paint(ui.painter(), pos2(x + 5.0, y), Sign::Warning, 11.0, t.ink(Sign::Warning));
        let galley = line(ui, stale, text::small_font(), t.ink(Sign::Warning), rect.width() * 0.6);
        let drawn = paint_left(ui.painter(), pos2(x + 15.0, y), galley);
        name(ui, drawn, stale);
        x = drawn.right() + 20.0;
    }
    // The keys from the right; those that find no room are left out, the first ones stay.
    let room = rect.right() - 16.0 - x;
    let widths: Vec<f32> = footer.keys.iter().map(|(key, words)| hint_width(ui, key, words)).collect();
    let mut used = 0.0;
    let fit = widths.iter().take_while(|w| {
        used += **w + 20.0;
        used <= room
    });
    let count = fit.count();
    let total: f32 = widths.iter().take(count).sum::<f32>() + 20.0 * count.saturating_sub(1) as f32;
    let mut x = rect.right() - 16.0 - total;
    for ((key, words), width) in footer.keys.iter().zip(widths).take(count) {
        hint(cx, ui, pos2(x, y), key, words);
        x += width + 20.0;
    }
}

fn hint_width(ui: &Ui, key: &str, words: &str) -> f32 {
    let cap = line(ui, key, text::mono_small_font(), egui::Color32::PLACEHOLDER, f32::INFINITY).size().x + 10.0;
    cap + 6.0 + line(ui, words, text::small_font(), egui::Color32::PLACEHOLDER, f32::INFINITY).size().x
}

fn hint(cx: &Cx<'_>, ui: &Ui, left_center: egui::Pos2, key: &str, words: &str) {
    let cap = key_cap(cx, ui.painter(), ui, left_center, key);
    let galley = line(ui, words, text::small_font(), cx.tokens.text2, f32::INFINITY);
    paint_left(ui.painter(), pos2(cap.right() + 6.0, left_center.y), galley);
}

/// A key as a small cap; gives its rectangle.
pub fn key_cap(cx: &Cx<'_>, painter: &egui::Painter, ui: &Ui, left_center: egui::Pos2, key: &str) -> Rect {
    let t = cx.tokens;
    let galley = line(ui, key, text::mono_small_font(), t.text2, f32::INFINITY);
    let size = vec2(galley.size().x + 10.0, 16.0);
    let rect = Rect::from_min_size(pos2(left_center.x, left_center.y - 8.0), size);
    painter.rect(rect, CornerRadius::same(3), t.raised, Stroke::new(1.0, t.line2), StrokeKind::Inside);
    paint_left(painter, pos2(rect.left() + 5.0, rect.center().y), galley);
    rect
}

/// Text that is painted is still read out.
fn name(ui: &Ui, rect: Rect, words: &str) {
    let response = ui.interact(rect, ui.scope_id().with(("footer", words)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
}
