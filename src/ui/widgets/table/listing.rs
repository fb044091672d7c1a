//! What a table lists: rows in their order, under headings where they are grouped, with closed groups left out.

use crate::model::natural::natural;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// One line of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The heading of a group: its index in [`Listing::headings`].
    Heading(u32),
    /// A row of the data.
    Row(u32),
}

/// The heading of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// What the rows of the group have in common; may be empty.
    pub key: String,
    /// Its rows.
    pub rows: u32,
    /// Its rows are listed.
    pub open: bool,
}

/// Lines of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// All rows that were found, in the order of the listing, those of closed groups too.
    pub found: Vec<u32>,
    /// Headings in their order; none where nothing is grouped.
    pub headings: Vec<Heading>,
    /// With headings only: without them the lines are the rows.
    lines: Vec<Line>,
}

impl Listing {
    /// Rows without groups.
    pub fn flat(rows: Vec<u32>) -> Listing {
        Listing { found: rows, ..Listing::default() }
    }

    /// Rows under headings: groups by their names, rows within a group in the order given. `group` tells the group of a row,
    /// `key` its name; `closed` are the names of closed groups.
    pub fn grouped<G: Copy + Eq + Hash>(
        rows: &[u32],
        group: impl Fn(u32) -> G,
        key: impl Fn(G) -> String,
        closed: &BTreeSet<String>,
    ) -> Listing {
        let mut seen: HashMap<G, u32> = HashMap::new();
        let mut names: Vec<String> = Vec::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        // Different groups may have one name: they are one to whoever reads it.
        let mut by_name: HashMap<String, u32> = HashMap::new();
        for row in rows {
            let g = group(*row);
            let at = *seen.entry(g).or_insert_with(|| {
                let name = key(g);
                *by_name.entry(name.clone()).or_insert_with(|| {
                    names.push(name);
                    members.push(Vec::new());
                    names.len() as u32 - 1
                })
            });
            if let Some(members) = members.get_mut(at as usize) {
                members.push(*row);
            }
        }
        let mut groups: Vec<(String, Vec<u32>)> = names.into_iter().zip(members).collect();
        groups.sort_by(|a, b| natural(&a.0, &b.0));
        let mut out = Listing { found: Vec::with_capacity(rows.len()), ..Listing::default() };
        for (key, members) in groups {
            let open = !closed.contains(&key);
            out.lines.push(Line::Heading(out.headings.len() as u32));
            if open {
                out.lines.extend(members.iter().map(|row| Line::Row(*row)));
            }
            out.headings.push(Heading { key, rows: members.len() as u32, open });
            out.found.extend(members);
        }
        out
    }

    /// Lines in all.
    pub fn len(&self) -> usize {
        if self.headings.is_empty() { self.found.len() } else { self.lines.len() }
    }

    /// Nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A line by its index.
    pub fn line(&self, at: usize) -> Option<Line> {
        if self.headings.is_empty() {
            self.found.get(at).map(|row| Line::Row(*row))
        } else {
            self.lines.get(at).copied()
        }
    }

    /// The row on a line; `None` on a heading.
    pub fn row(&self, at: usize) -> Option<usize> {
        match self.line(at) {
            Some(Line::Row(row)) => Some(row as usize),
            _ => None,
        }
    }

    /// The heading on a line.
    pub fn heading(&self, at: usize) -> Option<&Heading> {
        match self.line(at) {
            Some(Line::Heading(heading)) => self.headings.get(heading as usize),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_stand_under_their_heading_and_closed_groups_keep_theirs_to_themselves() {
        let zones = ["b-10", "b-2", "b-10", "a"];
        let closed = BTreeSet::from(["b-10".to_owned()]);
        let listing = Listing::grouped(&[3, 2, 1, 0], |row| zones[row as usize], str::to_owned, &closed);
        let lines: Vec<_> = (0..listing.len()).filter_map(|at| listing.line(at)).collect();
        use Line::{Heading as H, Row as R};
        assert_eq!(lines, [H(0), R(3), H(1), R(1), H(2)]);
        assert_eq!(listing.headings[2], Heading { key: "b-10".into(), rows: 2, open: false });
        assert_eq!(listing.found, [3, 1, 2, 0], "all that was found, in the order of the groups");
        assert_eq!((listing.row(0), listing.row(1)), (None, Some(3)));
    }

    proptest! {
        /// Whatever is grouped: nothing is lost or listed twice, and each heading counts its own.
        #[test]
        fn grouping_keeps_every_row(groups in proptest::collection::vec(0u8..6, 0..60), closed in proptest::collection::btree_set(0u8..6, 0..4)) {
            let rows: Vec<u32> = (0..groups.len() as u32).rev().collect();
            let closed: BTreeSet<String> = closed.iter().map(u8::to_string).collect();
            let listing = Listing::grouped(&rows, |row| groups[row as usize], |g| g.to_string(), &closed);
            let mut found = listing.found.clone();
            found.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(found, rows);
            let shown = (0..listing.len()).filter_map(|at| listing.row(at)).count() as u32;
            let open: u32 = listing.headings.iter().filter(|h| h.open).map(|h| h.rows).sum();
            prop_assert_eq!(shown, open);
            prop_assert_eq!(listing.headings.iter().map(|h| h.rows).sum::<u32>() as usize, groups.len());
            prop_assert!(listing.headings.iter().all(|h| h.open != closed.contains(&h.key)));
        }
    }
}
