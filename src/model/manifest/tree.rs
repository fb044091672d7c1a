//! A document as a tree of nodes with their places, from the YAML parser's events. On an error what was read so far is kept.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle};
use std::collections::HashMap;
use std::ops::Range;

/// Most nodes that aliases may add to a document (a few lines can otherwise name billions of them).
const MOST_COPIED: usize = 100_000;

/// A node and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// Bytes in the whole text; of a block collection the first byte only.
    pub(super) range: Range<usize>,
    pub(super) kind: NodeKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeKind {
    /// Text; `plain` if it has no quotes and may mean a number, a boolean or nothing.
    Scalar { text: String, plain: bool },
    /// Keys with their values, in the order of the text, repeated keys included.
    Map(Vec<(Node, Node)>),
    /// Items.
    List(Vec<Node>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(super) fn map(&self) -> Option<&[(Node, Node)]> {
        match &self.kind {
            NodeKind::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value of a key; of a repeated key the last one, as kubectl takes it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value.
    pub(super) fn entry(&self, key: &str) -> Option<&(Node, Node)> {
        self.map()?.iter().rev().find(|(k, _)| k.text() == Some(key))
    }

    fn size(&self) -> usize {
        match &self.kind {
            NodeKind::Scalar { .. } => 1,
            NodeKind::Map(pairs) => 1 + pairs.iter().map(|(k, v)| k.size() + v.size()).sum::<usize>(),
            NodeKind::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
        }
    }
}

pub(super) struct Parsed {
    /// The root; `None` for an empty document.
    pub(super) root: Option<Node>,
    /// The first error and the byte in the whole text where it is.
    pub(super) error: Option<(ErrorKind, usize)>,
}

/// A collection under construction.
struct Open {
    range: Range<usize>,
    anchor: usize,
    is_map: bool,
    /// In brackets.
    is_flow: bool,
    /// Items; of a map keys and values in turns.
    nodes: Vec<Node>,
}

impl Open {
    fn close(self) -> Node {
        let kind = if self.is_map {
            let mut pairs = Vec::with_capacity(self.nodes.len() / 2);
            let mut nodes = self.nodes.into_iter();
            while let Some(key) = nodes.next() {
                let at = key.range.end..key.range.end;
                let value = nodes.next();
                pairs.push((key, value.unwrap_or(Node { range: at, kind: nothing() })));
            }
            NodeKind::Map(pairs)
        } else {
            NodeKind::List(self.nodes)
        };
        Node { range: self.range, kind }
    }
}

fn nothing() -> NodeKind {
    NodeKind::Scalar { text: String::new(), plain: true }
}

/// Reads one document; `offset` is where it begins in the whole text.
pub(super) fn parse(chunk: &str, offset: usize) -> Parsed {
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Node> = HashMap::new();
    let mut copied = 0;
    let mut root = None;
    let mut error = None;
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    for event in Parser::new_from_str_with_options(chunk, options) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(wrong) => {
                let at = byte(wrong.marker(), chunk);
                let bracket = open.iter().find(|o| o.is_flow).map(|o| o.range.start);
                error = Some(match (wrong.kind(), bracket) {
                    // A colon on a later line, where a bracket was left open.
                    (ErrorKind::InvalidColonPlacement, Some(bracket)) => (ErrorKind::UnexpectedEofFlowMapping, bracket),
                    (kind, _) => (kind.clone(), offset + at.min(chunk.trim_end().len())),
                });
                break;
            }
        };
        let (start, end) = (byte(&span.start, chunk), byte(&span.end, chunk));
        let range = offset + start..offset + end.max(start);
        let done = match event {
            Event::MappingStart(style, anchor, _) => {
                let is_flow = style == StructureStyle::Flow;
                open.push(Open { range, anchor, is_map: true, is_flow, nodes: Vec::new() });
                continue;
            }
            Event::SequenceStart(style, anchor, _) => {
                let is_flow = style == StructureStyle::Flow;
                open.push(Open { range, anchor, is_map: false, is_flow, nodes: Vec::new() });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let Some(collection) = open.pop() else { continue };
                let anchor = collection.anchor;
                let node = collection.close();
                if anchor != 0 {
                    anchors.insert(anchor, node.clone());
                }
                node
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tagged_text = tag.as_ref().is_some_and(|t| t.is_yaml_core_schema_tag("str"));
                let plain = matches!(style, ScalarStyle::Plain) && !tagged_text;
                let node = Node { range, kind: NodeKind::Scalar { text: text.into_owned(), plain } };
                if anchor != 0 {
                    anchors.insert(anchor, node.clone());
                }
                node
            }
            Event::Alias(id) => {
                let Some(node) = anchors.get(&id) else {
                    // An alias inside its own anchor.
                    error = Some((ErrorKind::UnknownAnchor, range.start));
                    break;
                };
                copied += node.size();
                if copied > MOST_COPIED {
                    error = Some((ErrorKind::RecursionLimitExceeded, range.start));
                    break;
                }
                Node { range, kind: node.kind.clone() }
            }
            Event::DocumentEnd if root.is_some() => break,
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.nodes.push(done),
            None => root = Some(done),
        }
    }
    while let Some(collection) = open.pop() {
        let node = collection.close();
        match open.last_mut() {
            Some(parent) => parent.nodes.push(node),
            None => root = Some(node),
        }
    }
    // A document of nothing but comments has an empty root.
    let root = root.filter(|node| !(node.range.is_empty() && matches!(node.text(), Some("" | "~"))));
    Parsed { root, error }
}

/// A marker's byte, on a character boundary of the chunk.
fn byte(marker: &granit_parser::Marker, chunk: &str) -> usize {
    let at = match marker.byte_offset() {
        Some(at) => at,
        None => chunk.char_indices().nth(marker.index()).map_or(chunk.len(), |(at, _)| at),
    };
    chunk.floor_char_boundary(at)
}
