//! Which rows of a table are selected, and what clicks and keys make of it.

use egui::Modifiers;
use std::collections::BTreeSet;

/// Which rows are selected, by key, and where the keyboard is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Selected rows.
    pub keys: BTreeSet<String>,
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
        self.keys.clear();
        self.keys.insert(key.to_owned());
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
        self.keys.clear();
        self.anchor = None;
    }
}

/// What a table needs to know of a row before drawing it.
#[derive(Debug, Clone, Default)]
pub struct RowInfo {
    /// Stays the same when rows move.
    pub key: String,
    /// Accessible name.
    pub label: String,
    /// More of it for those who do not see the row.
    pub description: String,
}

/// The index of the row that the keyboard is on; looked for only where it moved.
pub(super) fn current(selection: &mut Selection, n: usize, row: &mut impl FnMut(usize) -> RowInfo) -> Option<usize> {
    let key = selection.focus.clone().or_else(|| selection.single().map(str::to_owned))?;
    if selection.at < n && row(selection.at).key == key {
        return Some(selection.at);
    }
    let found = (0..n).find(|i| row(*i).key == key)?;
    selection.at = found;
    Some(found)
}

/// What a click (or a step of the keyboard) does to the selection.
pub(super) fn click(
    selection: &mut Selection,
    i: usize,
    key: &str,
    modifiers: Modifiers,
    row: &mut impl FnMut(usize) -> RowInfo,
    n: usize,
) {
    if modifiers.shift {
        let anchor = selection.anchor.clone().unwrap_or_else(|| key.to_owned());
        let from = (0..n).find(|j| row(*j).key == anchor).unwrap_or(i);
        let (a, b) = if from <= i { (from, i) } else { (i, from) };
        selection.keys = (a..=b).map(|j| row(j).key).collect();
        selection.anchor = Some(anchor);
        selection.focus = Some(key.to_owned());
    } else if modifiers.command || modifiers.ctrl {
        if !selection.keys.remove(key) {
            selection.keys.insert(key.to_owned());
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

    fn row(i: usize) -> RowInfo {
        RowInfo { key: format!("k{i}"), ..RowInfo::default() }
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
}
