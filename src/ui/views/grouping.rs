//! What the rows of a table are grouped by, which groups are closed, and the lines that come of it.

use crate::ui::cx::Cx;
use crate::ui::widgets::chip::{menu_chip, menu_item};
use crate::ui::widgets::separator;
use crate::ui::widgets::table::listing::{Heading, Listing};
use crate::ui::widgets::table::{Group, RowInfo, heading_key};
use egui::Ui;
use fluent_bundle::FluentValue;
use std::collections::BTreeSet;

/// A choice of groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Grouping {
    /// The column that rows of a group have in common; empty = no groups.
    pub by: String,
    /// Names of the groups whose rows are not listed.
    #[serde(skip)]
    pub closed: BTreeSet<String>,
}

impl Grouping {
    /// Draws the choice: columns and their titles.
    /// `headings` are those that there are now.
    pub fn chip(&mut self, cx: &Cx<'_>, ui: &mut Ui, columns: &[(&'static str, &'static str)], headings: &[Heading]) {
        let none = cx.t("table-group-none");
        let chosen = columns.iter().find(|c| c.0 == self.by);
        let value = chosen.map_or_else(|| none.to_string(), |c| cx.f(c.1, &[]));
        let words = cx.f("table-group", &[("by", FluentValue::from(value))]);
        menu_chip(cx, ui, &words, chosen.is_some(), |ui| {
            if menu_item(cx, ui, None, &none, "", chosen.is_none()) {
                *self = Grouping::default();
            }
            for (column, title) in columns {
                if menu_item(cx, ui, None, &cx.f(title, &[]), "", self.by == *column) && self.by != *column {
                    *self = Grouping { by: (*column).to_owned(), ..Grouping::default() };
                }
            }
            if !headings.is_empty() {
                separator(ui, cx.tokens);
                if menu_item(cx, ui, None, &cx.t("table-group-open-all"), "", false) {
                    self.closed.clear();
                }
                if menu_item(cx, ui, None, &cx.t("table-group-close-all"), "", false) {
                    self.closed = headings.iter().map(|h| h.key.clone()).collect();
                }
            }
        });
    }

    /// Opens or closes a group.
    pub fn toggle(&mut self, group: &str) {
        if !self.closed.remove(group) {
            self.closed.insert(group.to_owned());
        }
    }

    /// Opens or closes the group of a heading's line.
    pub fn toggle_line(&mut self, listing: &Listing, line: Option<usize>) {
        if let Some(heading) = line.and_then(|line| listing.heading(line)) {
            self.toggle(&heading.key);
        }
    }

    /// What a group is called; `no_node` is the message for those on no node.
    pub fn words<'c>(&self, cx: &Cx<'c>, group: &str, no_node: &'c str) -> String {
        match (group, self.by.as_str()) {
            ("", "node") => cx.t(no_node).into_owned(),
            ("", _) => cx.t("table-group-empty").into_owned(),
            _ => group.to_owned(),
        }
    }
}

/// The key of a line.
pub fn key(listing: &Listing, line: usize, row: impl FnOnce(usize) -> String) -> String {
    match (listing.row(line), listing.heading(line)) {
        (Some(at), _) => row(at),
        (_, Some(heading)) => heading_key(&heading.key),
        _ => String::new(),
    }
}

/// What the table needs to know of a line: `words` names a group, `row` a row of the data.
pub fn line(
    listing: &Listing,
    line: usize,
    words: impl FnOnce(&str) -> String,
    row: impl FnOnce(usize) -> RowInfo,
) -> RowInfo {
    match (listing.row(line), listing.heading(line)) {
        (Some(at), _) => row(at),
        (_, Some(heading)) => RowInfo {
            key: heading_key(&heading.key),
            label: words(&heading.key),
            group: Some(Group { rows: heading.rows, open: heading.open }),
            ..RowInfo::default()
        },
        _ => RowInfo::default(),
    }
}
