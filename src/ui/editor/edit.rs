//! What keys do to a text beyond typing: indent, new line, comment. Pure; positions are characters, not bytes.

use std::ops::Range;

/// Blanks of one level.
pub const INDENT: &str = "  ";

/// A text after a change, and where the selection is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// New text.
    pub text: String,
    /// New selection, in characters; empty = the cursor.
    pub selection: Range<usize>,
}

/// Enter: keeps the indentation, one level deeper after a line that opens a block (`key:`, `- key:`).
pub fn new_line(text: &str, selection: Range<usize>) -> Edited {
    let chars: Vec<char> = text.chars().collect();
    let start = line_start(&chars, selection.start);
    let before: String = chars[start..selection.start].iter().collect();
    let mut indent: String = before.chars().take_while(|c| *c == ' ').collect();
    let content = before.trim();
    let opens = content.ends_with(':') || content.ends_with('|') || content.ends_with('>');
    if opens && !content.starts_with('#') {
        // The content of a list item stands under its first key, not under its dash.
        if content.starts_with("- ") {
            indent.push_str(INDENT);
        }
        indent.push_str(INDENT);
    } else if content.starts_with("- ") && content.contains(": ") {
        indent.push_str(INDENT);
    }
    replace(&chars, selection, &format!("\n{indent}"))
}

/// Tab: blanks up to the next level, or one level for all selected lines.
pub fn indent(text: &str, selection: Range<usize>) -> Edited {
    let chars: Vec<char> = text.chars().collect();
    if chars[selection.clone()].contains(&'\n') {
        return on_lines(&chars, selection, |line| format!("{INDENT}{line}"));
    }
    let column = selection.start - line_start(&chars, selection.start);
    let blanks = INDENT.len() - column % INDENT.len();
    replace(&chars, selection, &" ".repeat(blanks))
}

/// Shift+Tab: one level less for all selected lines.
pub fn outdent(text: &str, selection: Range<usize>) -> Edited {
    let chars: Vec<char> = text.chars().collect();
    on_lines(&chars, selection, |line| {
        let blanks = line.chars().take_while(|c| *c == ' ').take(INDENT.len()).count();
        line[blanks..].to_owned()
    })
}

/// Ctrl+/: comments the selected lines out, or in again where all are comments.
pub fn toggle_comment(text: &str, selection: Range<usize>) -> Edited {
    let chars: Vec<char> = text.chars().collect();
    let all: String = chars[lines_of(&chars, &selection)].iter().collect();
    let lines = || all.lines().filter(|l| !l.trim().is_empty());
    let comments = lines().next().is_some() && lines().all(|l| l.trim_start().starts_with('#'));
    let column = lines().map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    on_lines(&chars, selection, |line| {
        if line.trim().is_empty() {
            line.to_owned()
        } else if comments {
            let at = line.find('#').unwrap_or(0);
            let rest = &line[at + 1..];
            format!("{}{}", &line[..at], rest.strip_prefix(' ').unwrap_or(rest))
        } else {
            format!("{}# {}", &line[..column], &line[column..])
        }
    })
}

fn line_start(chars: &[char], at: usize) -> usize {
    chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |p| p + 1)
}

/// All of the lines that a selection touches, without the last line break.
fn lines_of(chars: &[char], selection: &Range<usize>) -> Range<usize> {
    let start = line_start(chars, selection.start);
    let end = chars[selection.end..].iter().position(|c| *c == '\n').map_or(chars.len(), |p| selection.end + p);
    start..end
}

fn replace(chars: &[char], range: Range<usize>, with: &str) -> Edited {
    let mut text: String = chars[..range.start].iter().collect();
    text.push_str(with);
    text.extend(&chars[range.end..]);
    let cursor = range.start + with.chars().count();
    Edited { text, selection: cursor..cursor }
}

fn on_lines(chars: &[char], selection: Range<usize>, change: impl Fn(&str) -> String) -> Edited {
    let range = lines_of(chars, &selection);
    let old: String = chars[range.clone()].iter().collect();
    let new = old.split('\n').map(&change).collect::<Vec<_>>().join("\n");
    let (old_len, new_len) = (range.len(), new.chars().count());
    let mut edited = replace(chars, range.clone(), &new);
    edited.selection = if selection.is_empty() {
        let first = chars[range.start..].iter().take_while(|c| **c != '\n').collect::<String>();
        let moved = change(&first).chars().count() as isize - first.chars().count() as isize;
        let cursor = (selection.start as isize + moved).max(range.start as isize) as usize;
        cursor..cursor
    } else {
        range.start..(range.end + new_len - old_len)
    };
    edited
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn enter_keeps_and_deepens_the_indentation() {
        assert_eq!(new_line("spec:", 5..5).text, "spec:\n  ");
        assert_eq!(new_line("  a: 1", 6..6).text, "  a: 1\n  ");
        assert_eq!(new_line("  - name: x", 11..11).text, "  - name: x\n    ");
        assert_eq!(new_line("- metadata:", 11..11).text, "- metadata:\n    ");
        assert_eq!(new_line("# note:", 7..7).text, "# note:\n");
    }

    #[test]
    fn tab_fills_up_to_the_next_level() {
        assert_eq!(indent("a", 1..1).text, "a ");
        assert_eq!(indent("", 0..0).text, "  ");
        assert_eq!(indent("a\nb", 0..3), Edited { text: "  a\n  b".into(), selection: 0..7 });
        assert_eq!(outdent("  a\n b", 0..6).text, "a\nb");
    }

    #[test]
    fn a_comment_goes_in_and_out() {
        let out = toggle_comment("  a: 1\n    b: 2", 0..15);
        assert_eq!(out.text, "  # a: 1\n  #   b: 2");
        assert_eq!(toggle_comment(&out.text, out.selection).text, "  a: 1\n    b: 2");
    }

    proptest! {
        #[test]
        fn selections_stay_inside_the_text(text in "[ a:#\\-\n猫]{0,40}", a in 0usize..40, b in 0usize..40) {
            let len = text.chars().count();
            let (a, b) = (a.min(len), b.min(len));
            let selection = a.min(b)..a.max(b);
            for edited in [
                new_line(&text, selection.clone()),
                indent(&text, selection.clone()),
                outdent(&text, selection.clone()),
                toggle_comment(&text, selection.clone()),
            ] {
                let len = edited.text.chars().count();
                prop_assert!(edited.selection.start <= edited.selection.end && edited.selection.end <= len);
            }
        }
    }
}
