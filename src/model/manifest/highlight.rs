//! Colours for YAML, line by line: what a line looks like depends on its text and on the [`LineState`] the line before it
//! left, so an editor can keep the tokens of every line that did not change.

use super::value;
use std::ops::Range;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum TokenClass {
    /// Key of a mapping.
    Key,
    /// Text, quoted or bare.
    Text,
    /// Number.
    Number,
    /// `true`, `false`, `null`, and the other words for them.
    Word,
    /// Comment.
    Comment,
    /// `:`, `-`, brackets, commas, block scalar headers.
    Punctuation,
    /// `---`, `...`, directives.
    Marker,
    /// Anchors, aliases, tags.
    Reference,
    /// Line of a block scalar.
    Block,
    /// Blanks.
    Blank,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Bytes.
    pub range: Range<usize>,
    /// What it is.
    pub class: TokenClass,
}

/// What a line leaves for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LineState {
    /// Open brackets.
    depth: u16,
    /// Inside a quoted text of several lines: its quote.
    quote: Option<Quote>,
    /// Inside a block scalar: content is indented by more than this.
    block: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Quote {
    Single,
    Double,
}

/// Tokens of a whole text, covering it exactly, line breaks included as blanks.
pub fn highlight(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut state = LineState::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let (found, next) = highlight_line(bare, state);
        tokens.extend(found.into_iter().map(|t| Token { range: t.range.start + at..t.range.end + at, class: t.class }));
        if bare.len() < line.len() {
            tokens.push(Token { range: at + bare.len()..at + line.len(), class: TokenClass::Blank });
        }
        state = next;
        at += line.len();
    }
    tokens
}

/// Tokens of one line (without its line break), covering it exactly, and the state for the next line.
pub fn highlight_line(line: &str, state: LineState) -> (Vec<Token>, LineState) {
    let mut lexer = Lexer { line, at: 0, tokens: Vec::new(), state, key_column: -1, value_follows: true };
    lexer.run();
    (lexer.tokens, lexer.state)
}

struct Lexer<'a> {
    line: &'a str,
    at: usize,
    tokens: Vec<Token>,
    state: LineState,
    /// Column of the innermost key or dash of this line: the indentation a block scalar is measured by.
    key_column: i32,
    /// A node may begin here.
    value_follows: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.line[self.at..]
    }

    fn push(&mut self, length: usize, class: TokenClass) {
        let end = self.line.floor_char_boundary(self.at + length);
        if end > self.at {
            self.tokens.push(Token { range: self.at..end, class });
            self.at = end;
        }
    }

    fn run(&mut self) {
        if let Some(indent) = self.state.block {
            let blank = self.line.trim().is_empty();
            let own = self.line.len() - self.line.trim_start_matches(' ').len();
            if blank || own as i32 > indent {
                self.push(self.line.len(), TokenClass::Block);
                return;
            }
            self.state.block = None;
        }
        if self.state.quote.is_some() {
            self.quoted(0);
        } else if self.state.depth == 0 && self.marker() {
            return;
        }
        while self.at < self.line.len() {
            self.token();
        }
    }

    /// `---`, `...`, `%YAML` at the start of a line. True if the line is done.
    fn marker(&mut self) -> bool {
        let is = |mark: &str| {
            self.line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
        };
        if is("---") || is("...") {
            self.push(3, TokenClass::Marker);
            return false;
        }
        if self.line.starts_with('%') {
            self.push(self.line.len(), TokenClass::Marker);
            return true;
        }
        false
    }

    fn token(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        let flow = self.state.depth > 0;
        let next = rest[c.len_utf8()..].chars().next();
        let ends =
            |next: Option<char>| next.is_none_or(|n| n.is_whitespace() || (flow && matches!(n, ',' | ']' | '}')));
        let after_blank = self.at == 0 || self.line[..self.at].ends_with(char::is_whitespace);
        match c {
            c if c.is_whitespace() => {
                let length = rest.len() - rest.trim_start().len();
                self.push(length, TokenClass::Blank);
            }
            '#' if after_blank => self.push(rest.len(), TokenClass::Comment),
            '-' | '?' if !flow && self.value_follows && ends(next) => {
                self.key_column = self.at as i32;
                self.push(1, TokenClass::Punctuation);
            }
            '{' | '[' if self.value_follows || flow => {
                self.state.depth = self.state.depth.saturating_add(1);
                self.push(1, TokenClass::Punctuation);
                self.value_follows = true;
            }
            '}' | ']' if flow => {
                self.state.depth -= 1;
                self.push(1, TokenClass::Punctuation);
                self.value_follows = false;
            }
            ',' if flow => {
                self.push(1, TokenClass::Punctuation);
                self.value_follows = true;
            }
            ':' if ends(next) || (flow && !self.value_follows) => {
                self.push(1, TokenClass::Punctuation);
                self.value_follows = true;
            }
            '"' | '\'' if self.value_follows => {
                self.state.quote = Some(if c == '"' { Quote::Double } else { Quote::Single });
                self.quoted(1);
            }
            '&' | '*' | '!' if self.value_follows => {
                let end = rest.find(|c: char| c.is_whitespace() || (flow && matches!(c, ',' | ']' | '}')));
                self.push(end.unwrap_or(rest.len()), TokenClass::Reference);
            }
            '|' | '>' if !flow && self.value_follows => self.block_header(),
            _ => self.plain(),
        }
    }

    /// A quoted text from here on; `from` skips the opening quote.
    fn quoted(&mut self, from: usize) {
        let rest = self.rest();
        let quote = self.state.quote;
        let mut chars = rest.char_indices().skip(from).peekable();
        let mut end = None;
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (Some(Quote::Double), '\\') => {
                    chars.next();
                }
                (Some(Quote::Double), '"') => end = Some(at + 1),
                (Some(Quote::Single), '\'') => {
                    if chars.peek().is_some_and(|(_, c)| *c == '\'') {
                        chars.next();
                    } else {
                        end = Some(at + 1);
                    }
                }
                _ => {}
            }
            if end.is_some() {
                break;
            }
        }
        let Some(end) = end else {
            let length = rest.len();
            self.push(length, TokenClass::Text);
            return;
        };
        self.state.quote = None;
        let is_key = self.is_key_end(end);
        if is_key {
            self.key_column = self.at as i32;
        }
        self.push(end, if is_key { TokenClass::Key } else { TokenClass::Text });
        self.value_follows = false;
    }

    /// What ends `length` bytes from here is followed by a colon that makes it a key.
    fn is_key_end(&self, length: usize) -> bool {
        let after = self.rest()[length..].trim_start_matches(' ');
        let Some(after) = after.strip_prefix(':') else { return false };
        let flow = self.state.depth > 0;
        after.is_empty() || after.starts_with(char::is_whitespace) || flow
    }

    /// `|`, `>-`, `|2+`, with a comment perhaps.
    fn block_header(&mut self) {
        let rest = self.rest();
        let header = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        let after = rest[header..].trim_start();
        let fits = rest[1..header].chars().all(|c| matches!(c, '+' | '-' | '0'..='9'));
        if fits && (after.is_empty() || after.starts_with('#')) {
            self.state.block = Some(self.key_column);
            self.push(header, TokenClass::Punctuation);
            self.value_follows = false;
        } else {
            self.plain();
        }
    }

    fn plain(&mut self) {
        let rest = self.rest();
        let flow = self.state.depth > 0;
        let mut end = rest.len();
        let mut previous = ' ';
        for (at, c) in rest.char_indices() {
            let next = rest[at + c.len_utf8()..].chars().next();
            let colon = c == ':'
                && next.is_none_or(|n| n.is_whitespace() || (flow && matches!(n, ',' | ']' | '}' | '[' | '{')));
            let comment = c == '#' && at > 0 && previous.is_whitespace();
            let bracket = flow && at > 0 && matches!(c, ',' | ']' | '}' | '[' | '{');
            if (colon && at > 0) || comment || bracket {
                end = at;
                break;
            }
            previous = c;
        }
        let word = rest[..end].trim_end();
        let length = if word.is_empty() { rest.chars().next().map_or(1, char::len_utf8) } else { word.len() };
        let word = &rest[..length];
        let class = if self.is_key_end(length) && self.value_follows {
            TokenClass::Key
        } else if matches!(word, "null" | "Null" | "NULL" | "~") || value::boolean(word).is_some() {
            TokenClass::Word
        } else if value::number(word).is_some() {
            TokenClass::Number
        } else {
            TokenClass::Text
        };
        if class == TokenClass::Key {
            self.key_column = self.at as i32;
        }
        self.push(length, class);
        self.value_follows = false;
    }
}
