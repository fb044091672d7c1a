//! From a field's path, as servers write it, to its place in the text.

use super::Position;
use super::tree::{Node, NodeKind};
use std::ops::Range;

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Bytes: the key, or the list item.
    pub range: Range<usize>,
    /// Line and column.
    pub at: Position,
    /// It is the field itself; else the nearest one around it.
    pub exact: bool,
}

/// Follows `prefix`, then `path` from the root.
pub(super) fn find(root: &Node, prefix: &str, path: &str) -> Option<(Range<usize>, bool)> {
    let mut found = root.range.clone();
    let mut node = root;
    for part in [prefix, path] {
        let mut rest = part.trim();
        loop {
            rest = rest.trim_start_matches('.');
            if rest.is_empty() {
                break;
            }
            let Some((range, next, left)) = step(node, rest) else { return Some((found, false)) };
            (found, node, rest) = (range, next, left);
        }
    }
    Some((found, true))
}

/// One step: the place, the node there, and the rest of the path.
fn step<'n, 'p>(node: &'n Node, path: &'p str) -> Option<(Range<usize>, &'n Node, &'p str)> {
    if let Some(rest) = path.strip_prefix('[') {
        let end = closing(rest)?;
        let (inside, left) = (&rest[..end], &rest[end + 1..]);
        return match &node.kind {
            NodeKind::List(items) => {
                // A wrong key can make servers name an item by values it does not have (`containerPort=0`): then the item
                // is meant that has the rest of the path.
                let rest = left.trim_start_matches('.');
                let has_rest = |item: &&Node| !rest.is_empty() && step(item, rest).is_some();
                let item = item(items, inside).or_else(|| items.iter().find(has_rest))?;
                Some((item.range.clone(), item, left))
            }
            NodeKind::Map(pairs) => {
                let wanted = inside.trim_matches('"');
                let (key, value) = pairs.iter().rev().find(|(key, _)| key.text() == Some(wanted))?;
                Some((key.range.clone(), value, left))
            }
            NodeKind::Scalar { .. } => None,
        };
    }
    // Keys may hold dots themselves: the longest key that fits is meant.
    let fits = |key: &str| path.strip_prefix(key).filter(|left| left.is_empty() || left.starts_with(['.', '[']));
    let candidates = node.map()?.iter().filter_map(|(key, value)| {
        let name = key.text().filter(|name| !name.is_empty())?;
        Some((key, value, fits(name)?))
    });
    let (key, value, left) = candidates.max_by_key(|(key, ..)| key.text().map_or(0, str::len))?;
    Some((key.range.clone(), value, left))
}

/// The bracket that closes, outside of quotes.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// `2`, `name="web"`, `containerPort=80,protocol="TCP"`, `="value"`.
fn item<'n>(items: &'n [Node], inside: &str) -> Option<&'n Node> {
    if let Ok(number) = inside.parse::<usize>() {
        return items.get(number);
    }
    let wanted: Vec<(&str, &str)> = inside
        .split(',')
        .map(|pair| pair.split_once('=').map(|(key, value)| (key.trim(), value.trim().trim_matches('"'))))
        .collect::<Option<_>>()?;
    // Servers add keys that have a default (`protocol`): an item without such a key still fits.
    let fits = |item: &&Node| {
        wanted.iter().all(|(key, value)| match key.is_empty() {
            true => item.text() == Some(value),
            false => item.get(key).is_none_or(|v| v.text() == Some(value)),
        }) && (item.text().is_some() || wanted.iter().any(|(key, _)| item.get(key).is_some()))
    };
    items.iter().find(fits)
}
