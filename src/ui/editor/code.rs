//! The code editor: line numbers, YAML colours, marked problems, and keys beyond typing.

use super::buffer::Buffer;
use super::edit::{self, Edited};
use crate::model::manifest::{Issue, LineState, Position, Severity, TokenClass, highlight_line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::theme::Tokens;
use crate::ui::widgets::glyph;
use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::text_edit::TextEditState;
use egui::{Color32, Galley, Id, Key, Modifiers, Pos2, Rect, ScrollArea, Shape, Stroke, TextEdit, Ui, pos2, vec2};
use std::sync::Arc;

/// Height of a line, points.
const LINE: f32 = 18.0;
/// Space for line numbers, points.
const GUTTER: f32 = 48.0;

/// The editor of one file, between frames.
#[derive(Debug, Default, Clone)]
pub struct CodeEditor {
    /// Go to this place in the next frame.
    go_to: Option<Position>,
    /// Put the keyboard into the text in the next frame.
    focus: bool,
    /// Where the cursor is.
    pub cursor: Position,
    /// The text is known to have the keyboard.
    pub focused: bool,
    galley: Option<Memo>,
}

/// The last layout: colouring is repeated only for another text, theme or zoom.
#[derive(Clone)]
struct Memo {
    buffer: u64,
    version: u64,
    dark: bool,
    pixels_per_point: f32,
    galley: Arc<Galley>,
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memo").field("buffer", &self.buffer).field("version", &self.version).finish_non_exhaustive()
    }
}

/// A problem as it is marked in the text.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where it begins.
    pub at: Position,
    /// Sentence.
    pub text: String,
    /// Error or warning.
    pub severity: Severity,
}

impl CodeEditor {
    /// Goes to a place and puts the keyboard there.
    pub fn go_to(&mut self, at: Position) {
        self.go_to = Some(at);
        self.focus = true;
    }

    /// Puts the keyboard into the text.
    pub fn focus(&mut self) {
        self.focus = true;
    }

    /// Draws the text; true if it was changed.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, buffer: &mut Buffer, marks: &[Mark], name: &str) -> bool {
        let id = Id::unique(("code", buffer.id));
        let mut changed = if buffer.is_read_only() { false } else { self.keys(ui, id, buffer) };
        ui.painter().rect_filled(ui.max_rect(), 0.0, cx.tokens.canvas);
        let go_to = self.go_to.take();
        if let Some(at) = go_to {
            place_cursor(ui, id, char_of(&buffer.text, at));
        }
        ScrollArea::both().id_salt(("code-scroll", buffer.id)).auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add_space(GUTTER);
                let height = ui.available_height();
                let read_only = buffer.is_read_only();
                let (buffer_id, version) = (buffer.id, buffer.version);
                let memo = &mut self.galley;
                let tokens = cx.tokens;
                let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, _wrap: f32| {
                    laid_out(ui, memo, tokens, buffer_id, version, text.as_str())
                };
                let output = TextEdit::multiline(&mut buffer.text)
                    .id(id)
                    .frame(egui::Frame::NONE)
                    .margin(egui::Margin { left: 0, right: 12, top: 6, bottom: 6 })
                    .desired_width(f32::INFINITY)
                    .min_size(vec2(ui.available_width(), height - 2.0))
                    .lock_focus(true)
                    .interactive(!read_only)
                    .layouter(&mut layouter)
                    .show(ui);
                let response = output.response.response.clone();
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, name));
                if output.response.response.changed() {
                    buffer.touch();
                    changed = true;
                }
                if std::mem::take(&mut self.focus) {
                    response.request_focus();
                }
                self.focused = response.has_focus();
                if let Some(range) = output.cursor_range {
                    self.cursor = position_of(&buffer.text, range.primary.index.0);
                }
                if let Some(at) = go_to {
                    let cursor = CCursor::new(char_of(&buffer.text, at));
                    let rect = output.galley.pos_from_cursor(cursor).translate(output.galley_pos.to_vec2());
                    ui.scroll_to_rect(rect.expand2(vec2(60.0, 5.0 * LINE)), None);
                }
                self.paint_gutter(cx, ui, &output.galley, output.galley_pos, marks);
                mark_problems(cx, ui, &buffer.text, &output.galley, output.galley_pos, marks);
            });
        });
        changed
    }

    /// Tab, Shift+Tab, Enter, Ctrl+/ while the text has the keyboard.
    fn keys(&self, ui: &Ui, id: Id, buffer: &mut Buffer) -> bool {
        if !ui.memory(|m| m.has_focus(id)) {
            return false;
        }
        let Some(mut state) = TextEditState::load(ui.ctx(), id) else { return false };
        let len = buffer.text.chars().count();
        let selection = state.cursor.char_range().map_or(len..len, |r| {
            let range = r.as_sorted_char_range();
            range.start.0.min(len)..range.end.0.min(len)
        });
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let edited: Edited = if pressed(Modifiers::COMMAND, Key::Slash) {
            edit::toggle_comment(&buffer.text, selection)
        } else if pressed(Modifiers::SHIFT, Key::Tab) {
            edit::outdent(&buffer.text, selection)
        } else if pressed(Modifiers::NONE, Key::Tab) {
            edit::indent(&buffer.text, selection)
        } else if pressed(Modifiers::NONE, Key::Enter) {
            edit::new_line(&buffer.text, selection)
        } else {
            return false;
        };
        // One step back for Ctrl+Z: the text before this key.
        let mut undoer = state.undoer();
        let cursor = state.cursor.char_range().unwrap_or_default();
        undoer.add_undo(&(cursor, buffer.text.clone()));
        state.set_undoer(undoer);
        let (start, end) = (CCursor::new(edited.selection.start), CCursor::new(edited.selection.end));
        state.cursor.set_char_range(Some(CCursorRange::two(start, end)));
        state.store(ui.ctx(), id);
        buffer.text = edited.text;
        buffer.touch();
        true
    }

    fn paint_gutter(&self, cx: &Cx<'_>, ui: &Ui, galley: &Galley, origin: Pos2, marks: &[Mark]) {
        let clip = ui.clip_rect();
        let left = clip.left();
        let painter = ui.painter().with_clip_rect(clip);
        painter.rect_filled(
            Rect::from_min_max(clip.min, pos2(left + GUTTER - 8.0, clip.bottom())),
            0.0,
            cx.tokens.canvas,
        );
        let first = ((clip.top() - origin.y) / LINE).floor().max(0.0) as usize;
        let last = ((clip.bottom() - origin.y) / LINE).ceil().max(0.0) as usize;
        for row in first..last.min(galley.rows.len()) {
            let y = origin.y + row as f32 * LINE + LINE / 2.0;
            let number = row as u32 + 1;
            let mark = marks.iter().find(|m| m.at.line == number);
            let color = match mark {
                Some(_) => cx.tokens.ink(mark_sign(mark.map(|m| m.severity))),
                None if self.cursor.line == number && self.focused => cx.tokens.text,
                None => cx.tokens.text3,
            };
            let at = pos2(left + GUTTER - 16.0, y);
            painter.text(at, egui::Align2::RIGHT_CENTER, number, text::mono_font(), color);
            if let Some(mark) = mark {
                glyph::paint(&painter, pos2(left + 11.0, y), mark_sign(Some(mark.severity)), 11.0, color);
            }
        }
    }
}

fn mark_sign(severity: Option<Severity>) -> Sign {
    match severity {
        Some(Severity::Warning) => Sign::Warning,
        _ => Sign::Failed,
    }
}

/// A wave under each problem's word, the line tinted, and the sentence as a tooltip.
fn mark_problems(cx: &Cx<'_>, ui: &Ui, all: &str, galley: &Galley, origin: Pos2, marks: &[Mark]) {
    for mark in marks {
        let start = char_of(all, mark.at);
        let word = all.chars().skip(start).take_while(|c| !c.is_whitespace() && *c != ':').count().max(1);
        let from = galley.pos_from_cursor(CCursor::new(start)).left_bottom() + origin.to_vec2();
        let to = galley.pos_from_cursor(CCursor::new(start + word)).left_bottom() + origin.to_vec2();
        let width = if to.y > from.y { 8.0 } else { (to.x - from.x).max(8.0) };
        let color = cx.tokens.ink(mark_sign(Some(mark.severity)));
        let rect = Rect::from_min_size(pos2(from.x, from.y - LINE), vec2(width, LINE));
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let line = Rect::from_min_max(pos2(origin.x, rect.top()), pos2(ui.clip_rect().right(), rect.bottom()));
        ui.painter().rect_filled(line, 0.0, color.gamma_multiply(0.10));
        let points =
            (0..=(width / 2.0) as usize).map(|i| pos2(from.x + i as f32 * 2.0, from.y - 2.0 + (i % 2) as f32 * 2.0));
        ui.painter().add(Shape::line(points.collect(), Stroke::new(1.25, color)));
        let response =
            ui.interact(rect, ui.scope_id().with(("mark", mark.at.line, mark.at.column)), egui::Sense::hover());
        response.on_hover_text(text::small(&mark.text));
    }
}

fn laid_out(ui: &Ui, memo: &mut Option<Memo>, tokens: &Tokens, buffer: u64, version: u64, all: &str) -> Arc<Galley> {
    let pixels_per_point = ui.pixels_per_point();
    if let Some(known) = memo
        && known.buffer == buffer
        && known.version == version
        && known.dark == tokens.dark
        && known.pixels_per_point == pixels_per_point
        && known.galley.text() == all
    {
        return known.galley.clone();
    }
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(colored(tokens, all)));
    *memo = Some(Memo { buffer, version, dark: tokens.dark, pixels_per_point, galley: galley.clone() });
    galley
}

/// The text with its colours; never wrapped.
fn colored(tokens: &Tokens, all: &str) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let mut add = |piece: &str, color: Color32| {
        let format = TextFormat { line_height: Some(LINE), ..TextFormat::simple(text::mono_font(), color) };
        job.append(piece, 0.0, format);
    };
    let mut state = LineState::default();
    for line in all.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let (found, next) = highlight_line(bare, state);
        for token in found {
            add(&bare[token.range.clone()], color_of(tokens, token.class));
        }
        if bare.len() < line.len() {
            add("\n", tokens.text);
        }
        state = next;
    }
    if job.text.is_empty() {
        job.append(
            "",
            0.0,
            TextFormat { line_height: Some(LINE), ..TextFormat::simple(text::mono_font(), tokens.text) },
        );
    }
    job
}

/// Keys in accent, values in text, comments in text 3: nothing else is coloured.
fn color_of(tokens: &Tokens, class: TokenClass) -> Color32 {
    match class {
        TokenClass::Key => tokens.accent,
        TokenClass::Comment | TokenClass::Marker => tokens.text3,
        TokenClass::Punctuation | TokenClass::Reference => tokens.text2,
        _ => tokens.text,
    }
}

fn place_cursor(ui: &Ui, id: Id, at: usize) {
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(at))));
    state.store(ui.ctx(), id);
}

/// Character offset of a place.
pub fn char_of(all: &str, at: Position) -> usize {
    let mut chars = 0;
    for (number, line) in all.split('\n').enumerate() {
        let len = line.chars().count();
        if number as u32 + 1 >= at.line {
            return chars + (at.column.saturating_sub(1) as usize).min(len);
        }
        chars += len + 1;
    }
    all.chars().count()
}

/// Place of a character offset.
pub fn position_of(all: &str, at: usize) -> Position {
    let mut position = Position { line: 1, column: 1 };
    for c in all.chars().take(at) {
        if c == '\n' {
            position = Position { line: position.line + 1, column: 1 };
        } else {
            position.column += 1;
        }
    }
    position
}

/// A problem of the text as a mark, its sentence translated.
pub fn mark_of(cx: &Cx<'_>, issue: &Issue) -> Mark {
    let args: Vec<_> = issue.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    Mark { at: issue.at, text: cx.f(issue.code.message_id(), &args), severity: issue.severity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_characters_are_each_others_inverse() {
        let all = "a: 猫\n\nb: 2";
        for at in 0..=all.chars().count() {
            assert_eq!(char_of(all, position_of(all, at)), at);
        }
        assert_eq!(char_of(all, Position { line: 99, column: 1 }), all.chars().count());
    }

    #[test]
    fn colours_cover_the_whole_text() {
        for all in ["", "a: 1 # x\n- b\n", "kind: |\n  x\n  y\nz: \"1\""] {
            assert_eq!(colored(&Tokens::dark(), all).text, all);
        }
    }
}
