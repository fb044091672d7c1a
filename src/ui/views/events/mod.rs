//! Events of a bay, the newest first: what Kubernetes itself reports, with a way to the object.

use super::bay::{inside, parts};
use super::export::{self, Csv, Export};
use super::grouping::{self, Grouping};
use crate::model::bay::Bay;
use crate::model::cluster::{ClusterEvent, Picture};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::text;
use crate::ui::widgets::button::link;
use crate::ui::widgets::chip::{filter_chip, group};
use crate::ui::widgets::panel::{self, side_panel};
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::table::computed::{Computed, Same};
use crate::ui::widgets::table::listing::Listing;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{age, glyph, states};
use egui::{Align, Frame, Label, Layout, Margin, Ui};
use fluent_bundle::FluentValue;
use std::sync::Arc;

/// An object that was asked for: another tab of the bay shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A node.
    Node(String),
    /// A workload: kind, namespace, name.
    Workload(String, String, String),
    /// A service: namespace, name.
    Service(String, String),
}

/// The events tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EventsView {
    /// Filter text.
    pub filter: String,
    only_warnings: bool,
    sort: Sort,
    grouping: Grouping,
    #[serde(skip)]
    export: Export,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    rows: Computed<(Same<Vec<Arc<ClusterEvent>>>, Query), Listing>,
}

/// What decides which rows there are: filter, only warnings, order, groups.
type Query = (String, bool, Sort, Grouping);

/// What events can be grouped by.
const GROUPS: &[(&str, &str)] =
    &[("reason", "events-col-reason"), ("object", "events-col-object"), ("namespace", "events-col-namespace")];

impl EventsView {
    /// Draws the tab; the object that was asked for, if any.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str) -> Option<Target> {
        let mut target = None;
        inside::inside_ui(cx, ui, bay, |ui, picture| target = self.content(cx, ui, bay, picture));
        target
    }

    /// Another bay is shown: nothing of this one stays chosen.
    pub fn leave(&mut self) {
        self.selection = Selection::default();
    }

    /// Left texts of the footer and the keys.
    pub fn footer(&self, cx: &Cx<'_>, bay: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut left = Vec::new();
        if let Some(picture) = cx.state.insides.get(bay).filter(|p| inside::has_data(p)) {
            let warnings = picture.events.iter().filter(|e| e.warning).count();
            let args = [("n", FluentValue::from(picture.events.len())), ("warnings", FluentValue::from(warnings))];
            left.push(cx.f("events-footer", &args));
        }
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        (left, vec![key("/", "key-filter"), key("Enter", "events-open-object")])
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Picture) -> Option<Target> {
        let mut target = None;
        let chosen = self.selection.single().and_then(|uid| picture.events.iter().find(|e| e.uid == uid));
        if let Some(event) = chosen
            && side_panel(cx, ui, "event", 320.0, |ui| target = panel_ui(cx, ui, bay, event))
        {
            self.selection.clear();
        }
        let query = (self.filter.clone(), self.only_warnings, self.sort.clone(), self.grouping.clone());
        let key = (Same(picture.events.clone()), query);
        self.rows.update(ui.ctx(), key, picture.events.len(), |(events, query)| listing(&events.0, query));
        let rows = std::mem::take(&mut self.rows);
        match rows.get() {
            Some(((events, _), listing)) => target = self.shown(cx, ui, bay, &events.0, listing).or(target),
            None => states::loading(cx, ui, None, &cx.t("bay-inside-reading")),
        }
        self.rows = rows;
        target
    }

    fn shown(
        &mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        bay: &str,
        events: &Arc<Vec<Arc<ClusterEvent>>>,
        listing: &Listing,
    ) -> Option<Target> {
        parts::toolbar(ui, "events", |ui| {
            let width = parts::filter_width(ui);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("events-filter"), "events", width);
            ui.add_space(8.0);
            if filter_chip(cx, ui, None, &cx.t("events-all"), Some(events.len()), !self.only_warnings).clicked() {
                self.only_warnings = false;
            }
            let warnings = events.iter().filter(|e| e.warning).count();
            if filter_chip(cx, ui, Some(Sign::Warning), &cx.t("events-warnings"), Some(warnings), self.only_warnings)
                .clicked()
            {
                self.only_warnings = !self.only_warnings;
            }
            self.grouping.chip(cx, ui, GROUPS, &listing.headings);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.export.button(cx, ui, || csv(cx.state.bay(bay).map_or(bay, Bay::title), events, listing));
            });
        });
        if listing.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if events.is_empty() {
                    states::empty(cx, ui, &cx.t("events-none"), None);
                } else if states::empty(cx, ui, &cx.t("events-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                    self.only_warnings = false;
                }
            });
            return None;
        }
        let keys = |line: usize| grouping::key(listing, line, |at| events[at].uid.clone());
        let mut linked = None;
        let response = Table::new("events")
            .named(cx.t("bay-tab-events"))
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
                        |at| RowInfo {
                            key: events[at].uid.clone(),
                            label: object(&events[at]),
                            description: events[at].message.clone(),
                            ..RowInfo::default()
                        },
                    )
                },
                |cell| {
                    if let Some(at) = listing.row(cell.row)
                        && cell_ui(cx, cell, &events[at])
                    {
                        linked = Some(cell.row);
                    }
                },
            );
        self.grouping.toggle_line(listing, response.toggled);
        let opened = linked.or(response.activated).and_then(|line| listing.row(line));
        opened.and_then(|at| open(cx, bay, &events[at]))
    }
}

fn object(event: &ClusterEvent) -> String {
    format!("{}/{}", event.kind, event.name)
}

/// Goes to the event's object: pods at once, other kinds through the bay's tabs.
fn open(cx: &Cx<'_>, bay: &str, event: &ClusterEvent) -> Option<Target> {
    let name = event.name.clone();
    match event.kind.as_str() {
        "Pod" => {
            let filter = format!("pod:{name} ns:{}", event.namespace);
            cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
            None
        }
        "Node" => Some(Target::Node(name)),
        "Service" => Some(Target::Service(event.namespace.clone(), name)),
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicaSet" | "ReplicationController" => {
            Some(Target::Workload(event.kind.clone(), event.namespace.clone(), name))
        }
        _ => None,
    }
}

fn can_open(event: &ClusterEvent) -> bool {
    matches!(
        event.kind.as_str(),
        "Pod"
            | "Node"
            | "Service"
            | "Deployment"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "ReplicaSet"
            | "ReplicationController"
    )
}

fn columns<'a>(cx: &Cx<'a>) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    vec![
        Column::fixed("seen", t("events-col-seen"), 62.0).right().sortable(),
        Column::flex("reason", t("events-col-reason"), 130.0, 0.3).sortable(),
        Column::flex("object", t("events-col-object"), 170.0, 0.8).sortable(),
        Column::flex("namespace", t("events-col-namespace"), 80.0, 0.2).sortable().rank(1),
        Column::flex("message", t("events-col-message"), 200.0, 2.4).sortable(),
        Column::fixed("count", t("events-col-count"), 46.0).right().sortable(),
        Column::flex("source", t("events-col-source"), 90.0, 0.2).sortable().rank(2),
    ]
}

/// Draws a cell; true when the link to the object was pressed.
fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, event: &ClusterEvent) -> bool {
    let t = cx.tokens;
    match cell.id {
        "seen" => parts::age_cell(cx, cell, event.last_seen),
        "reason" => {
            let sign = if event.warning { Sign::Warning } else { Sign::Ok };
            cell.status(sign, &event.reason);
        }
        "object" => {
            if can_open(event) {
                return link(cx, cell.ui, &object(event)).clicked();
            }
            cell.text(&object(event));
        }
        "namespace" => {
            cell.text2(&event.namespace);
        }
        "message" => {
            cell.text2(&event.message);
        }
        "count" => {
            cell.piece(&group(event.count as usize), text::mono_font(), if event.count > 1 { t.text } else { t.text3 });
        }
        _ => {
            cell.dim(&event.source);
        }
    }
    false
}

fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, event: &ClusterEvent) -> Option<Target> {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &event.reason);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let sign = if event.warning { Sign::Warning } else { Sign::Ok };
        glyph::show(ui, cx, sign, 12.0);
        let id = if event.warning { "events-warning" } else { "events-normal" };
        ui.label(text::body(cx.t(id)).color(if event.warning { t.ink(sign) } else { t.text2 }));
        ui.label(text::body(format!("· {}", age::ago(cx, event.last_seen as f64))).color(t.text3));
    });
    panel::rule(cx, ui);
    ui.add(Label::new(text::body(&event.message).color(t.text)).wrap());
    panel::rule(cx, ui);
    let mut target = None;
    panel::key_value_ui(cx, ui, &cx.t("events-col-object"), |ui| {
        if can_open(event) {
            if link(cx, ui, &object(event)).clicked() {
                target = open(cx, bay, event);
            }
        } else {
            ui.add(Label::new(text::body(object(event)).color(t.text)).wrap());
        }
    });
    if !event.namespace.is_empty() {
        panel::key_value(cx, ui, &cx.t("events-col-namespace"), &event.namespace);
    }
    panel::key_value_mono(cx, ui, &cx.t("events-col-count"), &event.count.to_string());
    panel::key_value(cx, ui, &cx.t("events-col-source"), &event.source);
    panel::key_value_mono(cx, ui, &cx.t("events-last-seen"), &age::exact(cx, event.last_seen));
    target
}

fn listing(events: &[Arc<ClusterEvent>], query: &Query) -> Listing {
    let rows = index(events, query);
    let of = |event: &ClusterEvent| match query.3.by.as_str() {
        "reason" => event.reason.clone(),
        "object" => object(event),
        _ => event.namespace.clone(),
    };
    match query.3.by.as_str() {
        "" => Listing::flat(rows),
        _ => Listing::grouped(&rows, |row| row, |row| of(&events[row as usize]), &query.3.closed),
    }
}

/// All columns of the events that were found.
fn csv(bay: &str, events: &Arc<Vec<Arc<ClusterEvent>>>, listing: &Listing) -> Csv {
    let (events, found) = (events.clone(), listing.found.clone());
    Csv {
        name: format!("{bay}-events"),
        head: vec!["last_seen", "type", "reason", "kind", "namespace", "name", "message", "count", "source"],
        rows: found.len(),
        fields: Box::new(move |row| {
            let e = &events[found[row] as usize];
            vec![
                export::time(e.last_seen),
                if e.warning { "Warning" } else { "Normal" }.to_owned(),
                e.reason.clone(),
                e.kind.clone(),
                e.namespace.clone(),
                e.name.clone(),
                e.message.clone(),
                e.count.to_string(),
                e.source.clone(),
            ]
        }),
    }
}

fn index(events: &[Arc<ClusterEvent>], (filter, only_warnings, sort, _): &Query) -> Vec<u32> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let inside = |text: &str, word: &str| text.to_lowercase().contains(word);
    let matches = |e: &ClusterEvent, word: &String| {
        let (key, value) = word.split_once(':').unwrap_or(("", word));
        match key {
            "ns" | "namespace" => inside(&e.namespace, value),
            "kind" => inside(&e.kind, value),
            "name" | "pod" | "node" => inside(&e.name, value),
            "reason" => inside(&e.reason, value),
            _ => {
                [&e.name, &e.namespace, &e.kind, &e.reason, &e.message, &e.source].into_iter().any(|t| inside(t, word))
            }
        }
    };
    let mut rows: Vec<u32> = (0..events.len() as u32)
        .filter(|i| {
            let e = &events[*i as usize];
            (!only_warnings || e.warning) && words.iter().all(|w| matches(e, w))
        })
        .collect();
    // Events come the newest first, and stay so where a column does not tell them apart.
    let at = |i: &u32| &events[*i as usize];
    match sort.column.as_str() {
        "reason" => rows.sort_by(|a, b| at(a).reason.cmp(&at(b).reason)),
        "object" => rows.sort_by(|a, b| (&at(a).kind, &at(a).name).cmp(&(&at(b).kind, &at(b).name))),
        "namespace" => rows.sort_by(|a, b| at(a).namespace.cmp(&at(b).namespace)),
        "message" => rows.sort_by(|a, b| at(a).message.cmp(&at(b).message)),
        "count" => rows.sort_by_key(|a| at(a).count),
        "source" => rows.sort_by(|a, b| at(a).source.cmp(&at(b).source)),
        _ => {}
    }
    if sort.descending {
        rows.reverse();
    }
    rows
}
