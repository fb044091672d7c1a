//! All pods of a bay as a table, with the map's filter language; log, YAML and deletion of what is selected.

mod chips;
pub(in crate::ui::views) mod drawer;
mod panel;
pub mod rows;

use super::bay::{inside, parts};
use super::export::{self, Csv, Export};
use super::grouping::{self, Grouping};
use crate::live::command::{Change, ObjectRef};
use crate::model::bay::Bay;
use crate::model::cluster::Picture;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::filter::Filter;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::chip::group;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::panel::side_panel;
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::table::listing::Listing;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{glyph, keys_are_free, line, states};
use chips::Chips;
use drawer::{Drawer, Shows};
use egui::{Align, Frame, Key, Label, Layout, Margin, ScrollArea, Ui};
use fluent_bundle::FluentValue;
use rows::{Query, Rows, Shown};
use std::sync::Arc;

/// Restarts from which the number stands out.
const MANY_RESTARTS: u32 = 5;

/// What pods can be grouped by.
const GROUPS: &[(&str, &str)] = &[
    ("namespace", "pods-col-namespace"),
    ("owner", "pods-col-owner"),
    ("node", "pods-col-node"),
    ("status", "pods-col-status"),
];

/// The pods tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PodsView {
    /// Filter text, the map's language.
    pub filter: String,
    sort: Sort,
    grouping: Grouping,
    #[serde(skip)]
    export: Export,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    rows: Rows,
    #[serde(skip)]
    drawer: Drawer,
    /// Pods whose deletion is to be confirmed.
    #[serde(skip)]
    deleting: Vec<ObjectRef>,
}

impl PodsView {
    /// Draws the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str) {
        inside::inside_ui(cx, ui, bay, |ui, picture| self.content(cx, ui, bay, picture));
        self.delete_dialog(cx, ui);
    }

    /// Shows what a filter finds, nothing selected.
    pub fn show(&mut self, filter: String) {
        self.filter = filter;
        self.selection.clear();
    }

    /// Another bay is shown: nothing of this one stays chosen.
    pub fn leave(&mut self) {
        self.selection = Selection::default();
        self.drawer = Drawer::default();
        self.deleting.clear();
    }

    /// The filter asks what pods use.
    pub fn looks_at_use(&self) -> bool {
        Filter::parse(&self.filter).asks_for_use()
    }

    /// How many pods the filter finds, as far as it has been looked.
    pub fn found(&self) -> usize {
        self.rows.get().map_or(0, |(_, shown)| shown.listing.found.len())
    }

    /// Left texts of the footer and the keys.
    pub fn footer(&self, cx: &Cx<'_>, bay: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut left = Vec::new();
        if let Some(picture) = cx.state.insides.get(bay).filter(|p| inside::has_data(p)) {
            let all = FluentValue::from(group(picture.pods.len()));
            left.push(match self.filter.is_empty() {
                true => cx.f("pods-footer", &[("all", all)]),
                false => cx.f("pods-match", &[("all", all), ("n", FluentValue::from(group(self.found())))]),
            });
        }
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        let keys = vec![
            key("/", "key-filter"),
            key("Space", "key-select"),
            key("L", "pods-log"),
            key("Y", "pods-yaml"),
            key("P", "pods-show-on-map"),
        ];
        (left, keys)
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, newest: &Arc<Picture>) {
        let query = Query {
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            group: self.grouping.by.clone(),
            closed: self.grouping.closed.clone(),
        };
        // A pod that is no longer there is no longer selected: another one of its name would be another pod.
        let vanished = self.rows.update(ui.ctx(), newest, query, &self.selection.keys, cx.now);
        if !vanished.is_empty() {
            self.selection.retain(|key| !vanished.contains(key));
        }
        // Rows, and what they are of, come together: the newest picture may still be being sorted.
        let rows = std::mem::take(&mut self.rows);
        match rows.get() {
            Some((picture, shown)) => self.shown(cx, ui, bay, picture, shown),
            None => states::loading(cx, ui, None, &cx.t("bay-inside-reading")),
        }
        self.rows = rows;
    }

    fn shown(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Arc<Picture>, shown: &Shown) {
        let chosen = self.selection.single().and_then(|key| rows::find(&picture.pods, key));
        if let Some(pod) = chosen {
            let drawer = &mut self.drawer;
            let mut delete = false;
            // Where the panel lies over the content it would hide the drawer that was asked for.
            let narrow = ui.ctx().content_rect().width() < 1200.0;
            if !(narrow && drawer.open.is_some())
                && side_panel(cx, ui, "pod", 320.0, |ui| delete = panel::panel_ui(cx, ui, bay, pod, picture, drawer))
            {
                self.selection.clear();
            }
            if delete {
                self.deleting = vec![object(bay, &rows::key(&picture.pods, pod))];
            }
            self.drawer.ui(cx, ui, &object(bay, &rows::key(&picture.pods, pod)));
        }
        self.toolbar(cx, ui, bay, picture, shown);
        if shown.listing.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if picture.pods.is_empty() {
                    if states::empty(cx, ui, &cx.t("pods-none"), Some(&cx.t("workloads-none-go"))) {
                        cx.go(crate::ui::route::Route::Manifests);
                    }
                } else if states::empty(cx, ui, &cx.t("pods-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                }
            });
            return;
        }
        self.table(cx, ui, picture, &shown.listing);
        self.keys(cx, ui, bay, chosen, picture);
    }

    /// Asks whether to delete all that is selected.
    fn ask_delete(&mut self, bay: &str) {
        self.deleting = self.selection.keys.iter().map(|key| object(bay, key)).collect();
    }

    fn toolbar(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Arc<Picture>, shown: &Shown) {
        parts::toolbar(ui, "pods", |ui| {
            // What stands at the right end: how many are found, and the export.
            let found = (!self.filter.is_empty()).then(|| {
                let n = FluentValue::from(group(shown.listing.found.len()));
                cx.f("pods-match", &[("n", n), ("all", FluentValue::from(group(picture.pods.len())))])
            });
            let wide = |words: &str| line(ui, words, text::body_font(), cx.tokens.text, f32::INFINITY).size().x;
            // As wide as it can become: the field keeps its width while one types.
            let all = FluentValue::from(group(picture.pods.len()));
            let note = wide(&cx.f("pods-match", &[("n", all.clone()), ("all", all)])) + 8.0;
            let by = GROUPS.iter().find(|c| c.0 == self.grouping.by).map_or("table-group-none", |c| c.1);
            let by = cx.f("table-group", &[("by", FluentValue::from(cx.f(by, &[])))]);
            // The chip of groups and the export, each with the gap beside it.
            let others = wide(&by).min(220.0) + 47.0 + 8.0 + 32.0;
            let chips = Chips::new(cx, ui, &self.filter, shown, [others, note]);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("pods-filter"), "pods", chips.field);
            let many = self.selection.keys.len();
            if many > 1 {
                ui.add_space(8.0);
                ui.label(
                    text::body(cx.f("pods-selected", &[("n", FluentValue::from(group(many)))])).color(cx.tokens.text),
                );
                if Button::new(cx.t("action-delete")).danger().inline().show(cx, ui).clicked() {
                    self.ask_delete(bay);
                }
                if Button::new(cx.t("pods-select-none")).quiet().inline().show(cx, ui).clicked() {
                    self.selection.clear();
                }
                return;
            }
            self.grouping.chip(cx, ui, GROUPS, &shown.listing.headings);
            chips.ui(cx, ui, &mut self.filter);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.export.button(cx, ui, || csv(cx.state.bay(bay).map_or(bay, Bay::title), picture, &shown.listing));
                // The footer tells it as well.
                if let Some(found) = found.filter(|_| ui.available_width() > 60.0) {
                    parts::toolbar_note(cx, ui, &found);
                }
            });
        });
    }

    fn table(&mut self, cx: &Cx<'_>, ui: &mut Ui, picture: &Picture, listing: &Listing) {
        let pods = &*picture.pods;
        let keys = |line: usize| grouping::key(listing, line, |pod| rows::key(pods, pod));
        let response = Table::new("pods")
            .named(cx.t("bay-tab-pods"))
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
                        |group| self.grouping.words(cx, group, "pods-no-node"),
                        |pod| RowInfo {
                            key: rows::key(pods, pod),
                            label: pods.name[pod].to_string(),
                            description: pods.reason_of(pod).to_owned(),
                            ..RowInfo::default()
                        },
                    )
                },
                |cell| {
                    if let Some(pod) = listing.row(cell.row) {
                        cell_ui(cx, cell, picture, pod);
                    }
                },
            );
        self.grouping.toggle_line(listing, response.toggled);
    }

    fn keys(&mut self, cx: &Cx<'_>, ui: &Ui, bay: &str, chosen: Option<usize>, picture: &Picture) {
        if !keys_are_free(ui.ctx()) {
            return;
        }
        let pressed = |key: Key| ui.input(|i| i.key_pressed(key) && !i.modifiers.any());
        if pressed(Key::Delete) && !self.selection.keys.is_empty() {
            self.ask_delete(bay);
        }
        let Some(pod) = chosen else { return };
        if pressed(Key::L) {
            self.drawer.toggle(Shows::Log);
        } else if pressed(Key::Y) {
            self.drawer.toggle(Shows::Yaml);
        } else if pressed(Key::P) {
            panel::show_on_map(cx, bay, pod, picture);
        }
    }

    /// Asks before pods are deleted: their workload makes new ones, others are gone for good.
    fn delete_dialog(&mut self, cx: &Cx<'_>, ui: &Ui) {
        if self.deleting.is_empty() {
            return;
        }
        let n = self.deleting.len();
        let alone = |pod: &&ObjectRef| {
            let pods = cx.state.insides.get(&pod.bay).map(|p| &*p.pods);
            pods.is_some_and(|p| rows::find(p, &key_of(pod)).is_some_and(|pod| p.owner_of(pod).is_empty()))
        };
        let orphans = self.deleting.iter().filter(alone).count();
        let title = cx.f("pods-delete-title", &[("n", FluentValue::from(n))]);
        let answer = Dialog::new(title).show(cx, ui.ctx(), |ui| {
            // Every one is named, however many: what is not seen here is deleted unseen.
            ScrollArea::vertical().max_height(240.0).show_rows(ui, 20.0, n, |ui, shown| {
                for pod in self.deleting.get(shown).unwrap_or_default() {
                    ui.add(Label::new(text::mono(key_of(pod)).color(cx.tokens.text)).truncate());
                }
            });
            ui.add(Label::new(text::body(cx.t("pods-delete-replaced")).color(cx.tokens.text2)).wrap());
            if orphans > 0 {
                let words = cx.f("pods-delete-orphans", &[("n", FluentValue::from(orphans))]);
                states::partial_line(cx, ui, &words);
            }
            buttons(ui, |ui| {
                let words = cx.f("pods-delete-confirm", &[("n", FluentValue::from(n))]);
                let confirm = Button::new(words).danger_filled().show(cx, ui).clicked();
                let cancel = Button::new(cx.t("action-cancel")).show(cx, ui).clicked();
                (confirm, cancel)
            })
        });
        let (confirm, cancel) = answer.inner;
        if confirm {
            for pod in self.deleting.drain(..) {
                cx.change(Change::DeleteObject(pod));
            }
            self.selection.clear();
        }
        if confirm || cancel || answer.close {
            self.deleting.clear();
        }
    }
}

/// A pod's key in the table.
fn key_of(pod: &ObjectRef) -> String {
    format!("{}/{}", pod.namespace, pod.name)
}

/// A pod of a bay by its key in the table.
fn object(bay: &str, key: &str) -> ObjectRef {
    let (namespace, name) = key.split_once('/').unwrap_or(("", key));
    ObjectRef { bay: bay.to_owned(), kind: "Pod".to_owned(), namespace: namespace.to_owned(), name: name.to_owned() }
}

/// All columns of the pods that were found.
fn csv(bay: &str, picture: &Arc<Picture>, listing: &Listing) -> Csv {
    let (picture, found) = (picture.clone(), listing.found.clone());
    Csv {
        name: format!("{bay}-pods"),
        head: vec![
            "namespace",
            "name",
            "status",
            "message",
            "node",
            "owner",
            "ready",
            "containers",
            "restarts",
            "cpu_requested_milli",
            "memory_requested_bytes",
            "ip",
            "created_at",
            "images",
            "labels",
        ],
        rows: found.len(),
        fields: Box::new(move |row| {
            let (pods, pod) = (&*picture.pods, found[row] as usize);
            vec![
                pods.namespace_of(pod).to_owned(),
                pods.name[pod].to_string(),
                pods.reason_of(pod).to_owned(),
                pods.message_of(pod).to_owned(),
                rows::node(&picture, pod).map(|n| n.name.clone()).unwrap_or_default(),
                pods.owner_of(pod).to_owned(),
                pods.ready[pod].to_string(),
                pods.containers[pod].to_string(),
                pods.restarts[pod].to_string(),
                pods.cpu_milli[pod].to_string(),
                pods.memory_bytes[pod].to_string(),
                pods.ip_of(pod),
                export::time(pods.created_at[pod]),
                pods.names.get(pods.images[pod]).to_owned(),
                pods.labels_of(pod).to_owned(),
            ]
        }),
    }
}

fn columns<'a>(cx: &Cx<'a>) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    vec![
        Column::flex("name", t("pods-col-name"), 200.0, 1.4).sortable(),
        Column::flex("namespace", t("pods-col-namespace"), 80.0, 0.3).sortable().rank(2),
        Column::flex("status", t("pods-col-status"), 130.0, 0.7).sortable(),
        Column::flex("node", t("pods-col-node"), 84.0, 0.4).sortable().rank(1),
        Column::flex("owner", t("pods-col-owner"), 120.0, 0.6).sortable().rank(5),
        Column::fixed("ready", t("pods-col-ready"), 46.0).right().sortable(),
        Column::fixed("restarts", t("pods-col-restarts"), 54.0).right().sortable(),
        Column::fixed("cpu", t("pods-cpu"), 54.0).right().sortable().rank(7),
        Column::fixed("memory", t("pods-memory"), 58.0).right().sortable().rank(8),
        Column::fixed("ip", t("pods-col-ip"), 100.0).sortable().rank(6),
        Column::fixed("age", t("pods-col-age"), 56.0).right().sortable().rank(3),
    ]
}

fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, picture: &Picture, pod: usize) {
    let t = cx.tokens;
    let pods = &*picture.pods;
    match cell.id {
        "name" => {
            glyph::show(cell.ui, cx, rows::sign(pods, pod), 10.0);
            cell.strong(&pods.name[pod]);
        }
        "namespace" => {
            cell.text2(pods.namespace_of(pod));
        }
        "status" => {
            let sign = rows::sign(pods, pod);
            let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
            let response = cell.piece(pods.reason_of(pod), text::body_font(), ink);
            crate::ui::widgets::button::tooltip(cx, response, pods.message_of(pod));
        }
        "node" => {
            match rows::node(picture, pod) {
                Some(node) => {
                    let response = cell.text2(&node.short);
                    crate::ui::widgets::button::tooltip(cx, response, &node.name)
                }
                None => cell.dim(&cx.t("pods-no-node")),
            };
        }
        "owner" => {
            let owner = pods.owner_of(pod);
            let response = cell.text2(owner.split_once('/').map_or(owner, |(_, name)| name));
            crate::ui::widgets::button::tooltip(cx, response, owner);
        }
        "ready" => {
            let all = pods.ready[pod] == pods.containers[pod];
            let words = format!("{}/{}", pods.ready[pod], pods.containers[pod]);
            cell.piece(&words, text::mono_font(), if all { t.text2 } else { t.text });
        }
        "restarts" => {
            let ink = if pods.restarts[pod] >= MANY_RESTARTS { t.ink(Sign::Warning) } else { t.text3 };
            cell.piece(&group(pods.restarts[pod] as usize), text::mono_font(), ink);
        }
        "cpu" => {
            cell.mono2(&amount(u64::from(pods.cpu_milli[pod]), quantity::cores_text));
        }
        "memory" => {
            cell.mono2(&amount(pods.memory_bytes[pod], quantity::bytes_text));
        }
        "ip" => {
            cell.mono2(&pods.ip_of(pod));
        }
        _ => parts::age_cell(cx, cell, pods.created_at[pod]),
    }
}

/// Nothing asked for shows as a dash.
fn amount(n: u64, words: fn(u64) -> String) -> String {
    if n == 0 { "–".to_owned() } else { words(n) }
}
