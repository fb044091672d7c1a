//! Nodes of a bay: state, what they carry, what is left; joined with the Nova server behind each.

mod panel;

use super::bay::{inside, parts};
use super::export::{self, Csv, Export};
use super::grouping::{self, Grouping};
use crate::model::bay::{Bay, Server};
use crate::model::cluster::{Node, Picture};
use crate::model::natural::natural;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::text;
use crate::ui::widgets::chip::{filter_chip, group};
use crate::ui::widgets::panel::side_panel;
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::states;
use crate::ui::widgets::table::computed::{Computed, Same};
use crate::ui::widgets::table::listing::Listing;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use egui::{Align, Frame, Key, Layout, Margin, Ui};
use fluent_bundle::FluentValue;
use std::sync::Arc;

/// The nodes tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NodesView {
    /// Filter text.
    pub filter: String,
    only_trouble: bool,
    sort: Sort,
    grouping: Grouping,
    #[serde(skip)]
    export: Export,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    rows: Computed<(Same<Vec<Node>>, Query), Listing>,
}

/// What decides which rows there are: filter, only those in trouble, order, groups.
type Query = (String, bool, Sort, Grouping);

/// What nodes can be grouped by.
const GROUPS: &[(&str, &str)] = &[
    ("group", "nodes-col-group"),
    ("zone", "nodes-col-zone"),
    ("role", "nodes-col-role"),
    ("flavor", "nodes-col-flavor"),
    ("version", "nodes-col-version"),
];

impl NodesView {
    /// Draws the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str) {
        inside::inside_ui(cx, ui, bay, |ui, picture| self.content(cx, ui, bay, picture));
    }

    /// Selects a node by name and takes away what might hide it.
    pub fn show(&mut self, name: &str) {
        self.filter.clear();
        self.only_trouble = false;
        self.selection.only(name);
    }

    /// Another bay is shown: nothing of this one stays chosen.
    pub fn leave(&mut self) {
        self.selection = Selection::default();
    }

    /// Left texts of the footer and the keys.
    pub fn footer(&self, cx: &Cx<'_>, bay: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut left = Vec::new();
        if let Some(picture) = cx.state.insides.get(bay).filter(|p| inside::has_data(p)) {
            let down = picture.nodes.iter().filter(|n| n.sign() != Sign::Ok).count();
            let args = [("all", FluentValue::from(picture.nodes.len())), ("trouble", FluentValue::from(down))];
            left.push(cx.f("nodes-footer", &args));
        }
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        (left, vec![key("/", "key-filter"), key("Space", "key-select"), key("P", "nodes-show-on-map")])
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Picture) {
        if let Some(node) = self.selection.single().and_then(|name| picture.nodes.iter().find(|n| n.name == name)) {
            let server = server_of(cx, bay, node);
            if side_panel(cx, ui, "node", 320.0, |ui| panel::panel_ui(cx, ui, bay, node, server, picture)) {
                self.selection.clear();
            }
        }
        let query = (self.filter.clone(), self.only_trouble, self.sort.clone(), self.grouping.clone());
        let key = (Same(picture.nodes.clone()), query);
        self.rows.update(ui.ctx(), key, picture.nodes.len(), |(nodes, query)| listing(&nodes.0, query));
        let rows = std::mem::take(&mut self.rows);
        match rows.get() {
            Some(((nodes, _), listing)) => self.shown(cx, ui, bay, picture, &nodes.0, listing),
            None => states::loading(cx, ui, None, &cx.t("bay-inside-reading")),
        }
        self.rows = rows;
    }

    fn shown(
        &mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        bay: &str,
        picture: &Picture,
        nodes: &Arc<Vec<Node>>,
        listing: &Listing,
    ) {
        parts::toolbar(ui, "nodes", |ui| {
            let width = parts::filter_width(ui);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("nodes-filter"), "nodes", width);
            ui.add_space(8.0);
            let down = picture.nodes.iter().filter(|n| n.sign() != Sign::Ok).count();
            if filter_chip(cx, ui, None, &cx.t("nodes-all"), Some(picture.nodes.len()), !self.only_trouble).clicked() {
                self.only_trouble = false;
            }
            if filter_chip(cx, ui, Some(Sign::Warning), &cx.t("nodes-trouble"), Some(down), self.only_trouble).clicked()
            {
                self.only_trouble = !self.only_trouble;
            }
            self.grouping.chip(cx, ui, GROUPS, &listing.headings);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.export.button(cx, ui, || csv(cx.state.bay(bay).map_or(bay, Bay::title), nodes, listing));
            });
        });
        if listing.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if picture.nodes.is_empty() {
                    states::empty(cx, ui, &cx.t("nodes-none"), None);
                } else if states::empty(cx, ui, &cx.t("nodes-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                    self.only_trouble = false;
                }
            });
            return;
        }
        self.table(cx, ui, bay, nodes, listing);
    }

    fn table(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, nodes: &[Node], listing: &Listing) {
        let keys = |line: usize| grouping::key(listing, line, |node| nodes[node].name.clone());
        let response = Table::new("nodes")
            .named(cx.t("bay-tab-nodes"))
            .columns(columns(cx))
            .sort(&mut self.sort)
            .selection(&mut self.selection)
            .keys(&keys)
            .rows(
                cx,
                ui,
                listing.len(),
                |line| {
                    grouping::line(
                        listing,
                        line,
                        |group| self.grouping.words(cx, group, ""),
                        |node| RowInfo {
                            key: nodes[node].name.clone(),
                            label: nodes[node].name.clone(),
                            description: status_words(cx, &nodes[node]),
                            ..RowInfo::default()
                        },
                    )
                },
                |cell| {
                    if let Some(node) = listing.row(cell.row) {
                        cell_ui(cx, cell, &nodes[node]);
                    }
                },
            );
        self.grouping.toggle_line(listing, response.toggled);
        let free = crate::ui::widgets::keys_are_free(ui.ctx());
        if let Some(name) = self.selection.single().filter(|_| free && ui.input(|i| i.key_pressed(Key::P))) {
            show_on_map(cx, bay, name);
        }
    }
}

/// Lights up a node's pods on the map.
fn show_on_map(cx: &Cx<'_>, bay: &str, node: &str) {
    cx.act(UiAction::ShowOnMap { bay: bay.to_owned(), filter: format!("node:{node}"), pod: None });
}

/// The server behind a node: by `openstack:///<uuid>` (cloud-provider-openstack, `pkg/openstack/instances.go`), else by
/// name.
fn server_of<'a>(cx: &Cx<'a>, bay: &str, node: &Node) -> Option<&'a Server> {
    let servers = cx.state.details.get(bay)?.servers.value.as_ref()?;
    let id = node.provider_id.rsplit('/').next().filter(|id| !id.is_empty());
    servers.iter().find(|s| Some(s.id.as_str()) == id).or_else(|| servers.iter().find(|s| s.name == node.name))
}

/// What a node's state is called.
fn status_words(cx: &Cx<'_>, node: &Node) -> String {
    let mut words = match node.ready {
        Some(true) => cx.t("nodes-ready"),
        Some(false) => cx.t("nodes-not-ready"),
        None => cx.t("nodes-silent"),
    }
    .into_owned();
    if node.cordoned {
        words = format!("{words}, {}", cx.t("nodes-cordoned"));
    }
    for pressure in &node.pressures {
        words = format!("{words}, {pressure}");
    }
    words
}

fn columns<'a>(cx: &Cx<'a>) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    vec![
        Column::flex("name", t("nodes-col-name"), 150.0, 1.0).sortable(),
        Column::flex("status", t("nodes-col-status"), 130.0, 0.7).sortable(),
        Column::fixed("role", t("nodes-col-role"), 52.0).sortable().rank(6),
        Column::flex("group", t("nodes-col-group"), 84.0, 0.3).sortable().rank(4),
        Column::flex("zone", t("nodes-col-zone"), 52.0, 0.2).sortable().rank(5),
        Column::flex("flavor", t("nodes-col-flavor"), 70.0, 0.2).sortable().rank(7),
        Column::fixed("pods", t("nodes-col-pods"), 58.0).right().sortable(),
        Column::fixed("cpu", t("nodes-col-cpu"), 92.0).sortable().rank(1),
        Column::fixed("memory", t("nodes-col-memory"), 92.0).sortable().rank(1),
        Column::fixed("version", t("nodes-col-version"), 62.0).rank(8),
        Column::fixed("age", t("nodes-col-age"), 60.0).right().sortable().rank(3),
    ]
}

fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, node: &Node) {
    match cell.id {
        "name" => {
            cell.strong(&node.name);
        }
        "status" => {
            let response = cell.status(node.sign(), &status_words(cx, node));
            crate::ui::widgets::button::tooltip(cx, response, &node.message);
        }
        "role" => {
            cell.text2(&node.role);
        }
        "group" => {
            cell.text2(&node.group);
        }
        "zone" => {
            cell.text2(&node.zone);
        }
        "flavor" => {
            cell.text2(&node.flavor);
        }
        "pods" => {
            cell.ui.spacing_mut().item_spacing.x = 0.0;
            cell.piece(&format!("/{}", node.pods_limit), text::mono_font(), cx.tokens.text3);
            cell.mono(&group(node.pods as usize));
        }
        "cpu" => {
            parts::capacity_cell(cx, cell, node.cpu_requested, node.cpu_used, node.cpu_milli, &cpu_words(cx, node))
        }
        "memory" => {
            let tip = memory_words(cx, node);
            parts::capacity_cell(cx, cell, node.memory_requested, node.memory_used, node.memory_bytes, &tip);
        }
        "version" => {
            cell.mono2(&node.version);
        }
        _ => parts::age_cell(cx, cell, node.created_at),
    }
}

/// Requested, used and allocatable CPU in words.
fn cpu_words(cx: &Cx<'_>, node: &Node) -> String {
    amounts(
        cx,
        quantity::cores_text(node.cpu_requested),
        node.cpu_used.map(quantity::cores_text),
        quantity::cores_text(node.cpu_milli),
    )
}

/// Requested, used and allocatable memory in words.
fn memory_words(cx: &Cx<'_>, node: &Node) -> String {
    let text = quantity::bytes_text;
    amounts(cx, text(node.memory_requested), node.memory_used.map(text), text(node.memory_bytes))
}

fn amounts(cx: &Cx<'_>, requested: String, used: Option<String>, all: String) -> String {
    let mut args = vec![("requested", FluentValue::from(requested)), ("all", FluentValue::from(all))];
    match used {
        Some(used) => {
            args.push(("used", FluentValue::from(used)));
            cx.f("nodes-amounts-used", &args)
        }
        None => cx.f("nodes-amounts", &args),
    }
}

fn listing(nodes: &[Node], query: &Query) -> Listing {
    let rows = index(nodes, query);
    let of: fn(&Node) -> &str = match query.3.by.as_str() {
        "group" => |n| &n.group,
        "zone" => |n| &n.zone,
        "role" => |n| &n.role,
        "flavor" => |n| &n.flavor,
        "version" => |n| &n.version,
        _ => return Listing::flat(rows),
    };
    Listing::grouped(&rows, |row| of(&nodes[row as usize]), str::to_owned, &query.3.closed)
}

/// All columns of the nodes that were found.
fn csv(bay: &str, nodes: &Arc<Vec<Node>>, listing: &Listing) -> Csv {
    let (nodes, found) = (nodes.clone(), listing.found.clone());
    Csv {
        name: format!("{bay}-nodes"),
        head: vec![
            "name",
            "ready",
            "cordoned",
            "message",
            "role",
            "node_group",
            "zone",
            "flavor",
            "address",
            "version",
            "runtime",
            "pods",
            "pods_allocatable",
            "cpu_requested_milli",
            "cpu_used_milli",
            "cpu_allocatable_milli",
            "memory_requested_bytes",
            "memory_used_bytes",
            "memory_allocatable_bytes",
            "taints",
            "created_at",
        ],
        rows: found.len(),
        fields: Box::new(move |row| {
            let node = &nodes[found[row] as usize];
            let known = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            vec![
                node.name.clone(),
                node.ready.map_or("Unknown", |ready| if ready { "True" } else { "False" }).to_owned(),
                node.cordoned.to_string(),
                node.message.clone(),
                node.role.clone(),
                node.group.clone(),
                node.zone.clone(),
                node.flavor.clone(),
                node.address.clone(),
                node.version.clone(),
                node.runtime.clone(),
                node.pods.to_string(),
                node.pods_limit.to_string(),
                node.cpu_requested.to_string(),
                known(node.cpu_used),
                node.cpu_milli.to_string(),
                node.memory_requested.to_string(),
                known(node.memory_used),
                node.memory_bytes.to_string(),
                node.taints.join(" "),
                export::time(node.created_at),
            ]
        }),
    }
}

fn index(nodes: &[Node], (filter, only_trouble, sort, _): &Query) -> Vec<u32> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let inside = |text: &str, word: &str| text.to_lowercase().contains(word);
    let matches = |n: &Node, word: &String| {
        let (key, value) = word.split_once(':').unwrap_or(("", word));
        match key {
            "node" | "name" => inside(&n.name, value),
            "group" => inside(&n.group, value),
            "zone" => inside(&n.zone, value),
            "role" => inside(&n.role, value),
            "flavor" => inside(&n.flavor, value),
            _ => [&n.name, &n.group, &n.zone, &n.role, &n.flavor, &n.address, &n.version]
                .into_iter()
                .any(|t| inside(t, word)),
        }
    };
    let mut rows: Vec<u32> = (0..nodes.len() as u32)
        .filter(|i| {
            let n = &nodes[*i as usize];
            (!only_trouble || n.sign() != Sign::Ok) && words.iter().all(|w| matches(n, w))
        })
        .collect();
    let at = |i: &u32| &nodes[*i as usize];
    let share = |part: u64, all: u64| part as f64 / all.max(1) as f64;
    match sort.column.as_str() {
        "" => {
            rows.sort_by(|a, b| natural(&at(a).name, &at(b).name));
            return rows;
        }
        "name" => rows.sort_by(|a, b| natural(&at(a).name, &at(b).name)),
        "status" => rows.sort_by_key(|a| std::cmp::Reverse(at(a).sign().severity())),
        "role" => rows.sort_by(|a, b| at(a).role.cmp(&at(b).role)),
        "group" => rows.sort_by(|a, b| at(a).group.cmp(&at(b).group)),
        "zone" => rows.sort_by(|a, b| at(a).zone.cmp(&at(b).zone)),
        "flavor" => rows.sort_by(|a, b| at(a).flavor.cmp(&at(b).flavor)),
        "pods" => rows.sort_by_key(|a| at(a).pods),
        "cpu" => rows.sort_by(|a, b| {
            share(at(a).cpu_requested, at(a).cpu_milli).total_cmp(&share(at(b).cpu_requested, at(b).cpu_milli))
        }),
        "memory" => rows.sort_by(|a, b| {
            share(at(a).memory_requested, at(a).memory_bytes)
                .total_cmp(&share(at(b).memory_requested, at(b).memory_bytes))
        }),
        // The youngest has the smallest age.
        _ => rows.sort_by_key(|a| std::cmp::Reverse(at(a).created_at)),
    }
    if sort.descending {
        rows.reverse();
    }
    rows
}
