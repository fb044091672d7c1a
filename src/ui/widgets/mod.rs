//! Widgets of the look: buttons, fields, tables, bars, panels, problems, states. They know nothing of screens.

pub mod age;
pub mod bars;
pub mod button;
pub mod chip;
pub mod code;
pub mod dialog;
pub mod field;
pub mod glyph;
pub mod panel;
pub mod problem;
pub mod search;
pub mod select;
pub mod states;
pub mod table;

use super::theme::Tokens;
use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui};
use std::sync::Arc;

/// One line of text, cut with an ellipsis where it is wider than `max_width` points.
pub fn line(ui: &Ui, text: &str, font: FontId, color: Color32, max_width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = egui::text::TextWrapping {
        max_width: max_width.max(0.0),
        max_rows: 1,
        break_anywhere: true,
        overflow_character: Some('…'),
    };
    ui.painter().layout_job(job)
}

/// One line of a name, cut before its last part where it is too wide: replicas are told apart by how their names end
/// (`checkout-api-6d9f…-x2kqj`).
pub fn line_of_name(ui: &Ui, name: &str, font: FontId, color: Color32, max_width: f32) -> Arc<Galley> {
    let whole = line(ui, name, font.clone(), color, max_width);
    let end = last_part(name);
    if !whole.elided || end == 0 {
        return whole;
    }
    let cut = format!("…{}", &name[end..]);
    let room = max_width - line(ui, &cut, font.clone(), color, f32::INFINITY).size().x;
    let all = line(ui, name, font.clone(), color, f32::INFINITY);
    let fits = all.rows.first().map_or(0, |row| row.glyphs.iter().take_while(|glyph| glyph.max_x() <= room).count());
    let start = name.char_indices().nth(fits).map_or(name.len(), |(at, _)| at).min(end);
    // A name of which only the end is left says less than its beginning.
    if start < end / 3 {
        return whole;
    }
    let mut galley = Galley::clone(&line(ui, &format!("{}{cut}", &name[..start]), font, color, f32::INFINITY));
    galley.elided = true;
    Arc::new(galley)
}

/// Where the last part of a name begins: at its last dash, if what follows is short, or one dash before where a number follows
/// (`-worker-11`); the beginning where there is none.
fn last_part(name: &str) -> usize {
    const MOST: usize = 14;
    let short = |at: &usize| name.len() - at <= MOST;
    let Some(last) = name.rfind('-').filter(short) else { return 0 };
    let numbered = name[last + 1..].bytes().all(|b| b.is_ascii_digit());
    name[..last].rfind('-').filter(short).filter(|_| numbered).unwrap_or(last)
}

/// As much of a name's end as fits a width, cut at a dash: what tells nodes of one bay apart stands at the end.
pub fn tail<'n>(ui: &Ui, name: &'n str, font: &FontId, max_width: f32) -> &'n str {
    let mut rest = name;
    while line(ui, rest, font.clone(), Color32::PLACEHOLDER, f32::INFINITY).size().x > max_width {
        match rest.split_once('-') {
            Some((_, shorter)) if !shorter.is_empty() => rest = shorter,
            _ => break,
        }
    }
    rest
}

/// Paints a line with its left edge and its vertical centre at a point; gives the rectangle it covers.
pub fn paint_left(painter: &Painter, left_center: Pos2, galley: Arc<Galley>) -> Rect {
    let rect = Align2::LEFT_CENTER.anchor_size(left_center, galley.size());
    painter.galley(rect.min, galley, Color32::PLACEHOLDER);
    rect
}

/// Paints a line with its right edge and its vertical centre at a point; gives the rectangle it covers.
pub fn paint_right(painter: &Painter, right_center: Pos2, galley: Arc<Galley>) -> Rect {
    let rect = Align2::RIGHT_CENTER.anchor_size(right_center, galley.size());
    painter.galley(rect.min, galley, Color32::PLACEHOLDER);
    rect
}

/// Paints a line centred on a point; gives the rectangle it covers.
pub fn paint_center(painter: &Painter, center: Pos2, galley: Arc<Galley>) -> Rect {
    let rect = Align2::CENTER_CENTER.anchor_size(center, galley.size());
    painter.galley(rect.min, galley, Color32::PLACEHOLDER);
    rect
}

/// The focus ring: 2 px accent, 1 px outside. Only the keyboard (and assistive technology) focuses what is not a text
/// field, so whatever has the focus shows it.
pub fn focus_ring(ui: &Ui, tokens: &Tokens, response: &Response, rect: Rect, radius: u8) {
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.expand(1.0),
            CornerRadius::same(radius + 1),
            Stroke::new(2.0, tokens.accent),
            StrokeKind::Outside,
        );
    }
}

/// A 1 px horizontal separator over the whole width, without space of its own around it.
pub fn separator(ui: &mut Ui, tokens: &Tokens) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, tokens.line));
}

/// Takes a key that was pressed without Alt, Ctrl or Cmd. egui's `consume_key(Modifiers::NONE, …)` would take Alt+1 for 1.
pub fn take_plain_key(ctx: &egui::Context, key: egui::Key) -> bool {
    ctx.input_mut(|i| {
        let before = i.events.len();
        i.events.retain(|event| match event {
            egui::Event::Key { key: pressed, pressed: true, modifiers, .. } => {
                *pressed != key || modifiers.alt || modifiers.ctrl || modifiers.command
            }
            _ => true,
        });
        i.events.len() < before
    })
}

/// No text field, popup or dialog has the keyboard: plain keys belong to the screen. With Alt, Ctrl or Cmd held a key is not
/// plain.
pub fn keys_are_free(ctx: &egui::Context) -> bool {
    let plain = ctx.input(|i| !i.modifiers.alt && !i.modifiers.ctrl && !i.modifiers.command);
    plain && combinations_are_free(ctx)
}

/// As [`keys_are_free`], for combinations with Ctrl: nobody types, and neither menu nor dialog is open.
pub fn combinations_are_free(ctx: &egui::Context) -> bool {
    !ctx.text_edit_focused() && !egui::Popup::is_any_open(ctx) && uncovered(ctx)
}

/// No dialog lies over the screen: its shortcuts are its own, even while something is typed.
pub fn uncovered(ctx: &egui::Context) -> bool {
    ctx.memory(|m| m.top_modal_layer().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_before_what_tells_it_apart() {
        let ctx = egui::Context::default();
        crate::ui::fonts::install(&ctx, crate::i18n::Lang::En);
        ctx.run_ui(egui::RawInput::default(), |ui| {
            let cut = |name: &str, width: f32| {
                let galley = line_of_name(ui, name, super::super::text::strong_font(), Color32::WHITE, width);
                assert!(galley.size().x <= width, "{name}: {} of {width}", galley.size().x);
                (galley.rows[0].text(), galley.elided)
            };
            let name = "archive-auditor-7984cfcff6-2dhsk";
            assert_eq!(cut(name, 400.0), (name.to_owned(), false));
            let (middle, elided) = cut(name, 180.0);
            assert!(middle.starts_with("archive-auditor-7") && middle.ends_with("…-2dhsk") && elided, "{middle}");
            let (node, _) = cut("k8s-prod-vvuto7qiegam-worker-11", 150.0);
            assert!(node.starts_with("k8s-prod") && node.ends_with("…-worker-11"), "{node}");
            let (narrow, _) = cut(name, 60.0);
            assert!(narrow.starts_with("arch") && narrow.ends_with('…'), "{narrow}");
            let (plain, _) = cut("averylongnamewithoutanydash", 100.0);
            assert!(plain.starts_with("avery") && plain.ends_with('…'), "{plain}");
        })
        .textures_delta
        .clear();
    }
}
