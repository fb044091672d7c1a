//! What can be wrong with a manifest before any server sees it. Words are Fluent messages with arguments.

use super::Position;
use granit_parser::ErrorKind;

/// How serious an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be sent.
    Error,
    /// It can be sent, and is probably not meant so.
    Warning,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum ProblemCode {
    /// The text is not YAML; argument `detail`: the parser's words.
    Syntax,
    /// A tab indents a line.
    Tab,
    /// The line does not stand under the one it belongs to.
    Indent,
    /// A quote is not closed.
    OpenQuote,
    /// A bracket is not closed, or closed by the wrong one.
    OpenBracket,
    /// A value needs quotes (it begins with a character that YAML reserves); argument `character`.
    NeedsQuotes,
    /// A list item stands where none may stand.
    ListItem,
    /// A key has no colon behind it.
    MissingColon,
    /// An alias refers to nothing.
    UnknownAlias,
    /// Too many levels.
    TooDeep,
    /// A key stands twice in one mapping; arguments `key`, `line` of the first.
    DuplicateKey,
    /// The document is not a mapping.
    NotAMapping,
    /// `apiVersion` is missing.
    NoApiVersion,
    /// `kind` is missing.
    NoKind,
    /// `metadata.name` is missing.
    NoName,
    /// A field must be a text; argument `field`.
    NotText,
    /// The name is not allowed (RFC 1123); argument `name`.
    BadName,
    /// The namespace is not a name; argument `name`.
    BadNamespace,
    /// A bare word that YAML reads as true or false; argument `word`.
    BareBoolean,
    /// The same object stands in an earlier document; arguments `object`, `line`.
    Repeated,
}

impl ProblemCode {
    /// Fluent id of its sentence.
    pub fn message_id(self) -> &'static str {
        match self {
            ProblemCode::Syntax => "manifest-problem-syntax",
            ProblemCode::Tab => "manifest-problem-tab",
            ProblemCode::Indent => "manifest-problem-indent",
            ProblemCode::OpenQuote => "manifest-problem-open-quote",
            ProblemCode::OpenBracket => "manifest-problem-open-bracket",
            ProblemCode::NeedsQuotes => "manifest-problem-needs-quotes",
            ProblemCode::ListItem => "manifest-problem-list-item",
            ProblemCode::MissingColon => "manifest-problem-missing-colon",
            ProblemCode::UnknownAlias => "manifest-problem-unknown-alias",
            ProblemCode::TooDeep => "manifest-problem-too-deep",
            ProblemCode::DuplicateKey => "manifest-problem-duplicate-key",
            ProblemCode::NotAMapping => "manifest-problem-not-a-mapping",
            ProblemCode::NoApiVersion => "manifest-problem-no-api-version",
            ProblemCode::NoKind => "manifest-problem-no-kind",
            ProblemCode::NoName => "manifest-problem-no-name",
            ProblemCode::NotText => "manifest-problem-not-text",
            ProblemCode::BadName => "manifest-problem-bad-name",
            ProblemCode::BadNamespace => "manifest-problem-bad-namespace",
            ProblemCode::BareBoolean => "manifest-problem-bare-boolean",
            ProblemCode::Repeated => "manifest-problem-repeated",
        }
    }

    fn severity(self) -> Severity {
        match self {
            ProblemCode::BareBoolean | ProblemCode::Repeated => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What.
    pub code: ProblemCode,
    /// Arguments of its sentence.
    pub args: Vec<(&'static str, String)>,
    /// Where.
    pub at: Position,
    /// How serious.
    pub severity: Severity,
}

impl Issue {
    pub(super) fn new(code: ProblemCode, at: Position) -> Issue {
        Issue { code, args: Vec::new(), at, severity: code.severity() }
    }

    /// For logs and answers that are not translated: `line 3, column 1: tab`.
    pub fn in_english(&self) -> String {
        let words = self.code.message_id().trim_start_matches("manifest-problem-").replace('-', " ");
        let args: Vec<&str> = self.args.iter().map(|(_, value)| value.as_str()).collect();
        let args = if args.is_empty() { String::new() } else { format!(" ({})", args.join(", ")) };
        format!("line {}, column {}: {words}{args}", self.at.line, self.at.column)
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Issue {
        self.args.push((name, value.into()));
        self
    }
}

/// The issue for a syntax error.
pub(super) fn of_syntax(kind: &ErrorKind, at: Position) -> Issue {
    use ErrorKind as E;
    let code = match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabAtBlockScalarStart | E::TabInIndentation => {
            ProblemCode::Tab
        }
        E::InvalidIndentation
        | E::InvalidBlockScalarIndent
        | E::InvalidQuotedScalarIndent
        | E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry => ProblemCode::Indent,
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => ProblemCode::OpenQuote,
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::MisplacedFlowCollectionEnd
        | E::MismatchedFlowCollectionEnd { .. }
        | E::UnclosedFlowCollection { .. } => ProblemCode::OpenBracket,
        E::UnexpectedCharacter { character } => {
            return Issue::new(ProblemCode::NeedsQuotes, at).with("character", character.to_string());
        }
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => ProblemCode::ListItem,
        E::SimpleKeyExpected => ProblemCode::MissingColon,
        E::UnknownAnchor => ProblemCode::UnknownAlias,
        E::RecursionLimitExceeded => ProblemCode::TooDeep,
        _ => return Issue::new(ProblemCode::Syntax, at).with("detail", kind.to_string()),
    };
    Issue::new(code, at)
}
