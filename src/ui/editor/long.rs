//! A text that is too long to edit: only the lines that show are laid out.

use super::buffer::Buffer;
use super::code::{LINE, Mark, color_line, gutter, paint_mark, paint_number};
use crate::model::manifest::Position;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::{focus_ring, keys_are_free};
use egui::epaint::text::CharIndex;
use egui::text::LayoutJob;
use egui::{EventFilter, Id, Key, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

/// Most bytes of one line that are laid out.
const MOST_OF_LINE: usize = 2000;

/// Draws the text; `go_to` brings a place into view. True while it has the keyboard (arrows, pages, Home and End scroll).
pub fn long_text_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    buffer: &Buffer,
    marks: &[Mark],
    name: &str,
    go_to: Option<Position>,
    take_focus: bool,
) -> bool {
    let id = Id::unique(("long", buffer.id));
    let room = ui.available_rect_before_wrap();
    let Some(lines) = buffer.lines() else {
        egui::Frame::new().inner_margin(12).show(ui, |ui| {
            ui.label(text::body(cx.t("manifests-stands-reading")).color(cx.tokens.text2));
        });
        return false;
    };
    let mut area = ScrollArea::both().id_salt(("long-scroll", buffer.id)).auto_shrink(false);
    let offset_id = id.with("offset");
    let offset: f32 = ui.data(|d| d.get_temp(offset_id)).unwrap_or_default();
    let end = lines.len() as f32 * LINE;
    if let Some(at) = go_to {
        let top = (at.line.max(1) - 1) as f32 * LINE;
        area = area.vertical_scroll_offset((top - room.height() / 3.0).max(0.0));
    } else if let Some(by) = wanted(ui, id, room.height(), end) {
        area = area.vertical_scroll_offset((offset + by).clamp(0.0, (end - room.height()).max(0.0)));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let gutter = gutter(lines.len());
    let shown = area.show_rows(ui, LINE, lines.len(), |ui, rows| {
        for row in rows {
            let start = lines[row].start;
            let stop = lines.get(row + 1).map_or(buffer.text.len(), |next| next.start - 1);
            let whole = buffer.text.get(start..stop).unwrap_or_default();
            let line = &whole[..whole.floor_char_boundary(MOST_OF_LINE)];
            let mut job = LayoutJob::default();
            color_line(cx.tokens, &mut job, line, lines[row].state);
            if line.len() < whole.len() {
                job.append("…", 0.0, egui::TextFormat::simple(text::mono_font(), cx.tokens.text3));
            }
            let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
            let width = (gutter + galley.size().x + 12.0).max(ui.available_width());
            let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, line));
            let number = row as u32 + 1;
            for (index, mark) in marks.iter().enumerate().filter(|(_, m)| m.at.line == number) {
                let glyphs = galley.rows.first();
                let x = |column: usize| glyphs.map_or(0.0, |r| r.x_offset(CharIndex(column)));
                let column = mark.at.column.max(1) as usize - 1;
                let rest = line.chars().skip(column);
                let word = rest.take_while(|c| !c.is_whitespace() && *c != ':').count().max(1);
                let corner = pos2(rect.left() + gutter + x(column), rect.top());
                let size = vec2((x(column + word) - x(column)).max(8.0), LINE);
                paint_mark(cx, ui, mark, index, Rect::from_min_size(corner, size));
            }
            ui.painter().galley(pos2(rect.left() + gutter, rect.top()), galley, cx.tokens.text);
            let mark = marks.iter().find(|m| m.at.line == number);
            let left = ui.clip_rect().left();
            let ground = Rect::from_min_max(pos2(left, rect.top()), pos2(left + gutter - 8.0, rect.bottom()));
            ui.painter().rect_filled(ground, 0.0, cx.tokens.canvas);
            paint_number(cx, ui.painter(), ground.left_center(), gutter, number, mark, cx.tokens.text3);
        }
    });
    ui.data_mut(|d| d.insert_temp(offset_id, shown.state.clamped_offset().y));
    let response = ui.interact(room, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, false, name));
    if take_focus {
        response.request_focus();
    }
    if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
        focus_ring(ui, cx.tokens, &response, room.shrink(3.0), 2);
    }
    response.has_focus()
}

/// How far the keys want to scroll, points.
fn wanted(ui: &Ui, id: Id, page: f32, end: f32) -> Option<f32> {
    if !ui.memory(|m| m.has_focus(id)) || !keys_are_free(ui.ctx()) {
        return None;
    }
    let steps = [
        (Key::ArrowDown, LINE),
        (Key::ArrowUp, -LINE),
        (Key::PageDown, page - LINE),
        (Key::PageUp, LINE - page),
        (Key::Home, -end),
        (Key::End, end),
    ];
    ui.input(|i| steps.iter().find(|(key, _)| i.key_pressed(*key)).map(|(_, by)| *by))
}
