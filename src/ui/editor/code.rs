//! The code editor: line numbers, YAML colours, marked problems, and keys beyond typing.

use super::buffer::Buffer;
use super::edit::{self, Edited};
use super::long;
use crate::model::manifest::{Issue, LineState, Position, Severity, TokenClass, highlight_line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{button, glyph, states};
use egui::epaint::text::CharIndex;
use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::text_edit::TextEditState;
use egui::{Color32, Galley, Id, Key, Modifiers, Pos2, Rect, ScrollArea, Shape, Stroke, TextEdit, Ui, pos2, vec2};
use std::ops::Range;
use std::sync::Arc;

/// Height of a line, points.
pub(super) const LINE: f32 = 18.0;
/// Space for numbers of so many lines, points: at least three digits, with the sign of a problem before them.
pub(super) fn gutter(lines: usize) -> f32 {
    let digits = (lines.max(1).ilog10() + 1).max(3);
    31.0 + digits as f32 * 7.5
}

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
    colored: Option<Memo>,
}

/// The last colouring; repeated only for another text or theme. The layout is egui's to keep: it ends with the font
/// texture, and only egui knows when.
#[derive(Debug, Clone)]
struct Memo {
    dark: bool,
    job: Arc<LayoutJob>,
}

/// A problem as it is marked in the text.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where it begins.
    pub at: Position,
    /// What it says.
    pub words: MarkWords,
    /// Error or warning.
    pub severity: Severity,
}

/// What a mark says.
#[derive(Debug, Clone)]
pub enum MarkWords {
    /// A problem of the text; translated where it is shown.
    Issue(Issue),
    /// A sentence as it is.
    Said(String),
}

impl Mark {
    /// Its sentence.
    pub fn sentence(&self, cx: &Cx<'_>) -> String {
        match &self.words {
            MarkWords::Issue(issue) => sentence_of(cx, issue),
            MarkWords::Said(said) => said.clone(),
        }
    }

    pub(super) fn sign(&self) -> Sign {
        match self.severity {
            Severity::Warning => Sign::Warning,
            Severity::Error => Sign::Failed,
        }
    }
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

    /// Another file is in front: the cursor's place is that file's, known when it is drawn.
    pub fn file_changed(&mut self) {
        self.cursor = Position::default();
        self.go_to = None;
    }

    /// Draws the text; true if it was changed.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, buffer: &mut Buffer, marks: &[Mark], name: &str) -> bool {
        ui.painter().rect_filled(ui.max_rect(), 0.0, cx.tokens.canvas);
        if !buffer.is_read_only() {
            return self.edit_ui(cx, ui, buffer, marks, name);
        }
        egui::Frame::new().fill(cx.tokens.panel).inner_margin(8).show(ui, |ui| {
            ui.set_width(ui.available_width());
            states::partial_line(cx, ui, &cx.t("manifests-too-long"));
        });
        let go_to = self.go_to.take();
        if let Some(at) = go_to {
            self.cursor = at;
        }
        let take_focus = std::mem::take(&mut self.focus);
        self.focused = long::long_text_ui(cx, ui, buffer, marks, name, go_to, take_focus);
        false
    }

    fn edit_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, buffer: &mut Buffer, marks: &[Mark], name: &str) -> bool {
        let id = Id::unique(("code", buffer.id));
        let mut changed = self.keys(ui, id, buffer);
        let go_to = self.go_to.take();
        if let Some(at) = go_to {
            place_cursor(ui, id, char_of(&buffer.text, at));
        }
        ScrollArea::both().id_salt(("code-scroll", buffer.id)).auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let gutter = gutter(buffer.text.bytes().filter(|b| *b == b'\n').count() + 1);
                ui.add_space(gutter);
                let height = ui.available_height();
                let memo = &mut self.colored;
                let tokens = cx.tokens;
                let mut layouter =
                    |ui: &Ui, text: &dyn egui::TextBuffer, _wrap: f32| laid_out(ui, memo, tokens, text.as_str());
                let output = TextEdit::multiline(&mut buffer.text)
                    .id(id)
                    .frame(egui::Frame::NONE)
                    .margin(egui::Margin { left: 0, right: 12, top: 6, bottom: 6 })
                    .desired_width(f32::INFINITY)
                    .min_size(vec2(ui.available_width(), height - 2.0))
                    .lock_focus(true)
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
                } else if let Some(at) = go_to {
                    self.cursor = at;
                }
                let (galley, origin) = (&output.galley, output.galley_pos);
                if let Some(at) = go_to {
                    let row = (at.line.max(1) - 1) as usize;
                    let x = galley.rows.get(row).map_or(0.0, |r| r.x_offset(CharIndex(at.column.max(1) as usize - 1)));
                    let corner = pos2(origin.x + x, origin.y + row as f32 * LINE);
                    let around = Rect::from_min_size(corner, vec2(0.0, LINE));
                    ui.scroll_to_rect(around.expand2(vec2(60.0, 5.0 * LINE)), None);
                }
                let rows = visible_rows(ui, origin, galley.rows.len());
                self.paint_gutter(cx, ui, gutter, rows.clone(), origin, marks);
                mark_problems(cx, ui, galley, rows, origin, marks);
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

    fn paint_gutter(&self, cx: &Cx<'_>, ui: &Ui, width: f32, rows: Range<usize>, origin: Pos2, marks: &[Mark]) {
        let clip = ui.clip_rect();
        let painter = ui.painter().with_clip_rect(clip);
        let ground = Rect::from_min_max(clip.min, pos2(clip.left() + width - 8.0, clip.bottom()));
        painter.rect_filled(ground, 0.0, cx.tokens.canvas);
        for row in rows {
            let line = row as u32 + 1;
            let mark = marks.iter().find(|m| m.at.line == line);
            let plain = if self.cursor.line == line && self.focused { cx.tokens.text } else { cx.tokens.text3 };
            let middle = origin.y + row as f32 * LINE + LINE / 2.0;
            paint_number(cx, &painter, pos2(clip.left(), middle), width, line, mark, plain);
        }
    }
}

/// A line's number in a gutter of this width, and the sign of what is marked in it.
pub(super) fn paint_number(
    cx: &Cx<'_>,
    painter: &egui::Painter,
    left_center: Pos2,
    width: f32,
    line: u32,
    mark: Option<&Mark>,
    plain: Color32,
) {
    let color = mark.map_or(plain, |m| cx.tokens.ink(m.sign()));
    let at = pos2(left_center.x + width - 16.0, left_center.y);
    painter.text(at, egui::Align2::RIGHT_CENTER, line, text::mono_font(), color);
    if let Some(mark) = mark {
        glyph::paint(painter, pos2(left_center.x + 8.0, left_center.y), mark.sign(), 10.0, color);
    }
}

/// Rows of a galley that show.
fn visible_rows(ui: &Ui, origin: Pos2, rows: usize) -> Range<usize> {
    let clip = ui.clip_rect();
    let first = ((clip.top() - origin.y) / LINE).floor().max(0.0) as usize;
    let last = ((clip.bottom() - origin.y) / LINE).ceil().max(0.0) as usize;
    first.min(rows)..last.min(rows)
}

/// A wave under each problem's word, the line tinted, and the sentence as a tooltip; only where it shows.
fn mark_problems(cx: &Cx<'_>, ui: &Ui, galley: &Galley, rows: Range<usize>, origin: Pos2, marks: &[Mark]) {
    for (number, mark) in marks.iter().enumerate() {
        let row = (mark.at.line.max(1) - 1) as usize;
        let Some(placed) = galley.rows.get(row).filter(|_| rows.contains(&row)) else { continue };
        let column = (mark.at.column.max(1) as usize - 1).min(placed.glyphs.len());
        let rest = placed.glyphs[column..].iter();
        let word = rest.take_while(|g| !g.chr.is_whitespace() && g.chr != ':').count().max(1);
        let (from, to) = (placed.x_offset(CharIndex(column)), placed.x_offset(CharIndex(column + word)));
        let corner = pos2(origin.x + from, origin.y + row as f32 * LINE);
        paint_mark(cx, ui, mark, number, Rect::from_min_size(corner, vec2((to - from).max(8.0), LINE)));
    }
}

/// Marks a word of a line.
pub(super) fn paint_mark(cx: &Cx<'_>, ui: &Ui, mark: &Mark, number: usize, word: Rect) {
    let color = cx.tokens.ink(mark.sign());
    let line = Rect::from_min_max(pos2(ui.clip_rect().left(), word.top()), pos2(ui.clip_rect().right(), word.bottom()));
    ui.painter().rect_filled(line, 0.0, color.gamma_multiply(0.10));
    let wave = (0..=(word.width() / 2.0) as usize)
        .map(|i| pos2(word.left() + i as f32 * 2.0, word.bottom() - 2.0 + (i % 2) as f32 * 2.0));
    ui.painter().add(Shape::line(wave.collect(), Stroke::new(1.25, color)));
    let response = ui.interact(word, ui.scope_id().with(("mark", number)), egui::Sense::hover());
    if response.hovered() {
        button::tooltip(cx, response, &mark.sentence(cx));
    }
}

fn laid_out(ui: &Ui, memo: &mut Option<Memo>, tokens: &Tokens, all: &str) -> Arc<Galley> {
    let known = memo.as_ref().filter(|known| known.dark == tokens.dark && known.job.text == all);
    let job = known.map(|known| known.job.clone()).unwrap_or_else(|| Arc::new(colored(tokens, all)));
    *memo = Some(Memo { dark: tokens.dark, job: job.clone() });
    ui.fonts_mut(|fonts| fonts.layout_job((*job).clone()))
}

/// The text with its colours; never wrapped.
fn colored(tokens: &Tokens, all: &str) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let mut state = LineState::default();
    for line in all.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        state = color_line(tokens, &mut job, bare, state);
        if bare.len() < line.len() {
            job.append("\n", 0.0, format(tokens.text));
        }
    }
    if job.text.is_empty() {
        job.append("", 0.0, format(tokens.text));
    }
    job
}

/// Adds a line (without its break) with its colours; gives what it leaves for the next line.
pub(super) fn color_line(tokens: &Tokens, job: &mut LayoutJob, line: &str, state: LineState) -> LineState {
    let (found, next) = highlight_line(line, state);
    for token in found {
        job.append(&line[token.range.clone()], 0.0, format(color_of(tokens, token.class)));
    }
    next
}

fn format(color: Color32) -> TextFormat {
    TextFormat { line_height: Some(LINE), ..TextFormat::simple(text::mono_font(), color) }
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

/// A problem of the text as a mark.
pub fn mark_of(issue: &Issue) -> Mark {
    Mark { at: issue.at, severity: issue.severity, words: MarkWords::Issue(issue.clone()) }
}

/// A problem of the text as a sentence.
pub fn sentence_of(cx: &Cx<'_>, issue: &Issue) -> String {
    let args: Vec<_> = issue.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    cx.f(issue.code.message_id(), &args)
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
