//! Which rows of a table are selected, and what clicks and keys make of it.

use egui::Modifiers;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Which rows are selected, by key, and where the keyboard is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Selected rows; shared, so that a thread can look for those that are gone.
    pub keys: Arc<BTreeSet<String>>,
    /// The row that the keyboard is on.
    pub focus: Option<String>,
    /// Where a range with Shift starts.
    pub anchor: Option<String>,
    /// Where `focus` was last seen.
    pub(super) at: usize,
}

impl Selection {
    /// Exactly one row, and the keyboard on it.
    pub fn only(&mut self, key: &str) {
        self.keys = Arc::new(BTreeSet::from([key.to_owned()]));
        self.focus = Some(key.to_owned());
        self.anchor = Some(key.to_owned());
    }

    /// The selected row, where exactly one is.
    pub fn single(&self) -> Option<&str> {
        match (self.keys.len(), self.keys.first()) {
            (1, Some(key)) => Some(key),
            _ => None,
        }
    }

    /// Nothing is selected any more.
    pub fn clear(&mut self) {
        self.keys = Arc::default();
        self.anchor = None;
    }

    /// Keeps those that a condition holds for.
    pub fn retain(&mut self, keep: impl FnMut(&String) -> bool) {
        if !self.keys.is_empty() {
            Arc::make_mut(&mut self.keys).retain(keep);
        }
    }
}

/// What a table needs to know of a row before drawing it.
#[derive(Debug, Clone, Default)]
pub struct RowInfo {
    /// Stays the same when rows move; of a heading it is its [`heading_key`].
    pub key: String,
    /// Accessible name.
    pub label: String,
    /// More of it for those who do not see the row.
    pub description: String,
    /// The line is the heading of a group, and no row of the data.
    pub group: Option<Group>,
}

/// What the heading of a group tells besides its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Rows in it.
    pub rows: u32,
    /// They are listed.
    pub open: bool,
}

/// The key of a group's heading; no row of the data has such a key.
pub fn heading_key(group: &str) -> String {
    format!("\u{1}{group}")
}

fn is_heading(key: &str) -> bool {
    key.starts_with('\u{1}')
}

/// The keys of a range of lines, headings left out.
pub(super) fn keys(lines: Range<usize>, key: &mut impl FnMut(usize) -> String) -> BTreeSet<String> {
    lines.map(key).filter(|key| !is_heading(key)).collect()
}

/// The index of the row that the keyboard is on; looked for only where it moved.
pub(super) fn current(selection: &mut Selection, n: usize, key_of: &mut impl FnMut(usize) -> String) -> Option<usize> {
    let key = selection.focus.clone().or_else(|| selection.single().map(str::to_owned))?;
    if selection.at < n && key_of(selection.at) == key {
        return Some(selection.at);
    }
    let found = (0..n).find(|i| key_of(*i) == key)?;
    selection.at = found;
    Some(found)
}

/// What a click (or a step of the keyboard) does to the selection.
pub(super) fn click(
    selection: &mut Selection,
    i: usize,
    key: &str,
    modifiers: Modifiers,
    key_of: &mut impl FnMut(usize) -> String,
    n: usize,
) {
    if modifiers.shift {
        let anchor = selection.anchor.clone().unwrap_or_else(|| key.to_owned());
        let from = (0..n).find(|j| key_of(*j) == anchor).unwrap_or(i);
        let (a, b) = if from <= i { (from, i) } else { (i, from) };
        selection.keys = Arc::new(keys(a..b + 1, key_of));
        selection.anchor = Some(anchor);
        selection.focus = Some(key.to_owned());
    } else if modifiers.command || modifiers.ctrl {
        let keys = Arc::make_mut(&mut selection.keys);
        if !keys.remove(key) {
            keys.insert(key.to_owned());
        }
        selection.focus = Some(key.to_owned());
        selection.anchor = Some(key.to_owned());
    } else {
        selection.only(key);
    }
    selection.at = i;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(i: usize) -> String {
        format!("k{i}")
    }

    #[test]
    fn shift_takes_the_range_and_ctrl_single_rows() {
        let mut s = Selection::default();
        click(&mut s, 1, "k1", Modifiers::NONE, &mut row, 9);
        click(&mut s, 3, "k3", Modifiers::SHIFT, &mut row, 9);
        assert_eq!(s.keys.iter().map(String::as_str).collect::<Vec<_>>(), ["k1", "k2", "k3"]);
        click(&mut s, 2, "k2", Modifiers::COMMAND, &mut row, 9);
        assert_eq!(s.keys.len(), 2);
        click(&mut s, 0, "k0", Modifiers::NONE, &mut row, 9);
        assert_eq!(s.single(), Some("k0"));
    }

    #[test]
    fn headings_are_never_selected() {
        let mut row = |i: usize| if i.is_multiple_of(3) { heading_key("zone") } else { row(i) };
        assert_eq!(keys(0..7, &mut row).len(), 4);
        let mut s = Selection::default();
        click(&mut s, 1, "k1", Modifiers::NONE, &mut row, 7);
        click(&mut s, 4, "k4", Modifiers::SHIFT, &mut row, 7);
        assert_eq!(s.keys.iter().map(String::as_str).collect::<Vec<_>>(), ["k1", "k2", "k4"]);
    }
}
