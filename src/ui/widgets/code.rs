//! Read-only text with a little highlighting: keys in accent, values in text, comments in text 3.

use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::theme::Tokens;
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Layout, ScrollArea, Ui};

/// Which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// None: a log, a command.
    Plain,
}

/// Shows a text; only the visible lines are laid out.
pub fn code_view(cx: &Cx<'_>, ui: &mut Ui, code: &str, lang: Lang, line_numbers: bool) {
    let lines: Vec<&str> = code.lines().collect();
    let digits = lines.len().max(1).to_string().len();
    let height = 18.0;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let salt = ("code", code.len(), lines.first().copied().unwrap_or_default());
        ScrollArea::both().id_salt(salt).auto_shrink(false).show_rows(ui, height, lines.len(), |ui, rows| {
            for row in rows {
                ui.allocate_ui_with_layout(
                    egui::vec2(ui.available_width(), height),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_height(height);
                        ui.spacing_mut().item_spacing.x = 12.0;
                        if line_numbers {
                            let number = format!("{:>digits$}", row + 1);
                            ui.add(egui::Label::new(text::mono(number).color(cx.tokens.text3)).selectable(false));
                        }
                        let line = lines.get(row).copied().unwrap_or_default();
                        ui.add(egui::Label::new(highlight(cx.tokens, line, lang)).extend());
                    },
                );
            }
        });
    });
}

/// One line as a layout job.
pub fn highlight(tokens: &Tokens, line: &str, lang: Lang) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut push = |part: &str, color| {
        if !part.is_empty() {
            job.append(part, 0.0, TextFormat::simple(text::mono_font(), color));
        }
    };
    match lang {
        Lang::Plain => push(line, tokens.text),
        Lang::Json => match json_key(line) {
            Some(end) => {
                push(&line[..end], tokens.accent);
                push(&line[end..], tokens.text);
            }
            None => push(line, tokens.text),
        },
        Lang::Yaml => {
            let comment = yaml_comment(line).unwrap_or(line.len());
            let (content, rest) = line.split_at(comment);
            match yaml_key(content) {
                Some((start, end)) => {
                    push(&content[..start], tokens.text);
                    push(&content[start..end], tokens.accent);
                    push(&content[end..], tokens.text);
                }
                None => push(content, tokens.text),
            }
            push(rest, tokens.text3);
        }
    }
    if job.text.is_empty() {
        job.append(" ", 0.0, TextFormat::simple(text::mono_font(), tokens.text));
    }
    job
}

/// End of a JSON key with its indent (`  "name"`), if the line starts with one.
fn json_key(line: &str) -> Option<usize> {
    let start = line.len() - line.trim_start().len();
    let rest = line[start..].strip_prefix('"')?;
    let end = start + 1 + rest.find('"')? + 1;
    line[end..].trim_start().starts_with(':').then_some(end)
}

/// Start of a YAML comment: a `#` at the start or after a blank, outside quotes.
fn yaml_comment(line: &str) -> Option<usize> {
    let (mut single, mut double, mut before) = (false, false, ' ');
    for (i, c) in line.char_indices() {
        match c {
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            '#' if !single && !double && before.is_whitespace() => return Some(i),
            _ => {}
        }
        before = c;
    }
    None
}

/// Start and end of a YAML key in a line without its comment.
fn yaml_key(line: &str) -> Option<(usize, usize)> {
    let mut start = line.len() - line.trim_start().len();
    while let Some(rest) = line[start..].strip_prefix("- ") {
        start = line.len() - rest.trim_start().len();
    }
    let key = &line[start..];
    let end = key.find(": ").or_else(|| key.strip_suffix(':').map(str::len))?;
    let plain = !key[..end].is_empty() && !key.starts_with(['"', '\'', '{', '[', '|', '>', '&', '*']);
    plain.then_some((start, start + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_comments_are_found() {
        assert_eq!(json_key("  \"name\": \"x\","), Some(8));
        assert_eq!(json_key("  \"x\","), None);
        assert_eq!(yaml_key("  - name: api"), Some((4, 8)));
        assert_eq!(yaml_key("spec:"), Some((0, 4)));
        assert_eq!(yaml_key("- value"), None);
        assert_eq!(yaml_comment("a: b # c"), Some(5));
        assert_eq!(yaml_comment("a: \"# b\""), None);
        assert_eq!(yaml_comment("http://x#y"), None);
    }

    #[test]
    fn highlighting_keeps_every_character() {
        let tokens = Tokens::dark();
        for line in ["  - name: ポッド # 注", "{\"a\": 1}", "", "   \"k\": [", "key: 'it''s'"] {
            for lang in [Lang::Json, Lang::Yaml, Lang::Plain] {
                let job = highlight(&tokens, line, lang);
                assert_eq!(job.text.trim_end(), line.trim_end());
            }
        }
    }
}
