//! Manifests as text: documents with their places in the text, what each of them names, what is wrong with them line by
//! line, and their values.
//!
//! [`Manifest::parse`] never fails: a document with an error keeps what could be read before it, and the next document is
//! read as if nothing had happened. Values are read as kubectl reads them (YAML 1.1 words and octal numbers, merge keys).

mod check;
mod highlight;
mod issue;
mod locate;
mod tree;
mod value;

pub use highlight::{LineState, Token, TokenClass, highlight, highlight_line};
pub use issue::{Issue, ProblemCode, Severity};
pub use locate::Place;

use super::problem::{Problem, ProblemKind};
use serde_json::Value;
use std::ops::Range;
use tree::Node;

/// A place in a text; line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// A text read as manifests.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// Documents that are not empty, in order.
    pub documents: Vec<Document>,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// Kubernetes objects, or on the way to become one.
    Kubernetes,
    /// A Heat template (`heat_template_version`).
    Heat,
}

/// One document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its bytes, from its `---` (or its first line) to the next document.
    pub range: Range<usize>,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line.
    pub last_line: u32,
    /// What it is for.
    pub flavor: Flavor,
    /// What it names; the items of a `List` one by one. Empty for Heat and for what is not a mapping.
    pub objects: Vec<ManifestObject>,
    /// What is wrong, in the order of the lines.
    pub issues: Vec<Issue>,
    /// The whole document as JSON; `None` while its syntax is wrong.
    pub value: Option<Value>,
    lines: Lines,
    root: Option<Node>,
}

/// One object that a document names.
#[derive(Debug, Clone, PartialEq)]
pub struct ManifestObject {
    /// `apiVersion`; empty if missing.
    pub api_version: String,
    /// `kind`; empty if missing.
    pub kind: String,
    /// `metadata.namespace`; empty if missing.
    pub namespace: String,
    /// `metadata.name`, else `metadata.generateName` with `*`; empty if both are missing.
    pub name: String,
    /// Where it begins.
    pub at: Position,
    /// Where its `kind` stands.
    pub kind_at: Option<Position>,
    /// Where its name stands.
    pub name_at: Option<Position>,
    /// Where its namespace stands.
    pub namespace_at: Option<Position>,
    /// The object; `None` while the document's syntax is wrong.
    pub value: Option<Value>,
    /// Path from the document's root (`items[2]`); empty for the root itself.
    prefix: String,
}

/// What an object is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Identity {
    /// `apiVersion`; empty if missing.
    pub api_version: String,
    /// `kind`; empty if missing.
    pub kind: String,
    /// `metadata.namespace`; empty if missing.
    pub namespace: String,
    /// `metadata.name`; empty if missing.
    pub name: String,
}

/// What the objects of a text are called, in order.
pub fn identities(text: &str) -> Vec<Identity> {
    let objects = Manifest::parse(text).documents.into_iter().flat_map(|d| d.objects);
    objects
        .map(|o| Identity { api_version: o.api_version, kind: o.kind, namespace: o.namespace, name: o.name })
        .collect()
}

/// The objects of a text, in order; the first error of syntax if there is one. What else is wrong is left to the server.
pub fn values(text: &str) -> Result<Vec<Value>, Problem> {
    let mut values = Vec::new();
    for document in Manifest::parse(text).documents {
        let is_template = document.flavor == Flavor::Heat;
        if document.value.is_none() || document.objects.is_empty() {
            let said = match document.issues.first() {
                Some(issue) => issue.in_english(),
                None if is_template => "a Heat template is not a Kubernetes object".to_owned(),
                None => "not an object".to_owned(),
            };
            return Err(Problem::new(ProblemKind::Invalid, "manifest", said));
        }
        values.extend(document.objects.into_iter().filter_map(|o| o.value));
    }
    Ok(values)
}

impl Manifest {
    /// Reads a text.
    pub fn parse(text: &str) -> Manifest {
        let lines = Lines::of(text);
        let mut documents: Vec<Document> =
            split(text).into_iter().filter_map(|range| Document::read(text, range, &lines)).collect();
        check::across(&mut documents);
        Manifest { documents }
    }

    /// All issues in the order of the lines.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.documents.iter().flat_map(|d| &d.issues)
    }

    /// Some document cannot be sent as it is.
    pub fn has_errors(&self) -> bool {
        self.issues().any(|issue| issue.severity == Severity::Error)
    }

    /// The document at a line, for "what is under the cursor".
    pub fn document_at(&self, line: u32) -> Option<usize> {
        self.documents.iter().position(|d| (d.first_line..=d.last_line).contains(&line))
    }
}

impl Document {
    fn read(text: &str, range: Range<usize>, lines: &Lines) -> Option<Document> {
        let chunk = &text[range.clone()];
        let tree::Parsed { root, error } = tree::parse(chunk, range.start);
        if root.is_none() && error.is_none() {
            return None;
        }
        let mut issues = Vec::new();
        if let Some((kind, at)) = error {
            let mut issue = issue::of_syntax(&kind, lines.position(text, at));
            if issue.code == ProblemCode::Tab {
                // The parser points behind the tab.
                let before = &text[range.start..text.floor_char_boundary(at)];
                let tab = before.rfind('\t').map_or(at, |tab| range.start + tab);
                issue.at = lines.position(text, tab);
            }
            issues.push(issue);
        }
        let value = match &root {
            Some(root) if issues.is_empty() => Some(value::to_json(root)),
            _ => None,
        };
        // A leading marker line and blank lines behind the last content belong to the range, not to the lines shown.
        let end = range.start + chunk.trim_end().len();
        let mut document = Document {
            first_line: lines.position(text, range.start).line,
            last_line: lines.position(text, end).line,
            flavor: Flavor::Kubernetes,
            objects: Vec::new(),
            issues,
            value,
            lines: lines.clone(),
            root,
            range,
        };
        check::document(text, &mut document);
        document.issues.sort_by_key(|issue| (issue.at, issue.severity));
        Some(document)
    }

    /// Where a field of an object stands; `path` as servers write it (`spec.containers[0].image`,
    /// `.spec.containers[name="web"].image`, `metadata.labels[app]`). If the field itself is not there, the nearest field
    /// around it, with `exact` false.
    pub fn locate(&self, text: &str, object: usize, path: &str) -> Option<Place> {
        let prefix = self.objects.get(object).map_or("", |o| o.prefix.as_str());
        locate::find(self.root.as_ref()?, prefix, path).map(|(range, exact)| {
            let at = self.lines.position(text, range.start);
            Place { range, at, exact }
        })
    }

    /// The object of a kind and name, for an outcome that names one.
    pub fn object_named(&self, kind: &str, name: &str) -> Option<usize> {
        self.objects.iter().position(|o| o.kind == kind && o.name == name)
    }

    /// No error: it can be sent.
    pub fn is_sound(&self) -> bool {
        self.issues.iter().all(|issue| issue.severity != Severity::Error)
    }
}

/// Byte ranges of the documents: a `---` at the start of a line begins one (YAML 1.2.2, 9.1.2), wherever it stands.
/// Directives and comments before the first marker belong to the document after it.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut ends = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is_marker = bare == "---" || line.starts_with("--- ") || line.starts_with("---\t");
        if is_marker && at > 0 {
            ends.push(at);
            starts.push(at);
        }
        at += line.len();
    }
    ends.push(text.len());
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut carried = None;
    for (start, end) in starts.into_iter().zip(ends) {
        let start = carried.take().unwrap_or(start);
        let chunk = &text[start..end];
        let only_preface = chunk.lines().all(|l| {
            let l = l.trim();
            l.is_empty() || l.starts_with('#') || l.starts_with('%')
        });
        if only_preface && end < text.len() {
            carried = Some(start);
        } else {
            ranges.push(start..end);
        }
    }
    ranges
}

/// Starts of lines, for positions.
#[derive(Debug, Clone, Default)]
struct Lines {
    starts: std::sync::Arc<[usize]>,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1));
        Lines { starts: starts.into() }
    }

    /// Line and column of a byte; a byte inside a character counts as that character.
    fn position(&self, text: &str, at: usize) -> Position {
        let at = text.floor_char_boundary(at);
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = text.get(start..at).map_or(0, |before| before.chars().count());
        Position { line: line as u32, column: column as u32 + 1 }
    }
}

#[cfg(test)]
mod tests;
