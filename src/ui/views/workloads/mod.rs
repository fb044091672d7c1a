//! Workloads of a bay: desired, ready and why replicas are missing, the last hour, and scaling in place.

mod chart;
mod detail;
mod rows;
pub(in crate::ui::views) mod scale;
pub(in crate::ui::views) mod why;

use super::bay::inside;
use super::export::{self, Csv, Export};
use super::grouping::{self, Grouping};
use crate::model::bay::Bay;
use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::model::workload::{Workload, WorkloadKind};
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::widgets::chip::{filter_chip, group, menu_chip, menu_item};
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::table::computed::Same;
use crate::ui::widgets::table::listing::Listing;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{age, bars, button, glyph, keys_are_free, states};
use egui::{Align, Frame, Key, Layout, Margin, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;
use rows::{Query, Rows};
use scale::{Asked, Scaling};
use std::sync::Arc;

/// Restarts from which the number stands out.
const MANY_RESTARTS: u32 = 5;

/// What workloads can be grouped by.
const GROUPS: &[(&str, &str)] = &[("namespace", "workloads-col-namespace"), ("kind", "workloads-col-kind")];

/// The workloads tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct WorkloadsView {
    /// Filter text.
    pub filter: String,
    namespace: String,
    kind: Option<WorkloadKind>,
    only_short: bool,
    sort: Sort,
    grouping: Grouping,
    #[serde(skip)]
    export: Export,
    #[serde(skip)]
    selection: Selection,
    /// uid of the opened row.
    #[serde(skip)]
    opened: Option<String>,
    #[serde(skip)]
    scaling: Scaling,
    #[serde(skip)]
    rows: Rows,
}

impl WorkloadsView {
    /// Draws the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str) {
        inside::inside_ui(cx, ui, bay, |ui, picture| self.content(cx, ui, bay, picture));
    }

    /// Opens a workload's row and takes away what might hide it. A ReplicaSet's name begins with its Deployment's.
    pub fn show(&mut self, cx: &Cx<'_>, bay: &str, kind: &str, namespace: &str, name: &str) {
        self.clear_filters();
        let Some(picture) = cx.state.insides.get(bay) else { return };
        let here = || picture.workloads.iter().filter(|w| w.namespace == namespace);
        let exact = here().find(|w| w.kind.word() == kind && w.name == name);
        let owner =
            || here().find(|w| kind == "ReplicaSet" && name.rsplit_once('-').is_some_and(|(owner, _)| owner == w.name));
        match exact.or_else(owner) {
            Some(workload) => {
                self.opened = Some(workload.uid.clone());
                self.selection.only(&workload.uid);
            }
            // It is gone: what is left of its name may still find something.
            None => name.clone_into(&mut self.filter),
        }
    }

    /// Another bay is shown: nothing of this one stays chosen.
    pub fn leave(&mut self) {
        self.selection = Selection::default();
        self.opened = None;
        self.scaling = Scaling::default();
    }

    /// Left texts of the footer and the keys.
    pub fn footer(&self, cx: &Cx<'_>, bay: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut left = Vec::new();
        if let Some(picture) = cx.state.insides.get(bay).filter(|p| inside::has_data(p)) {
            let short = picture.workloads.iter().filter(|w| rows::missing(w) > 0).count();
            let args = [("all", FluentValue::from(picture.workloads.len())), ("short", FluentValue::from(short))];
            left.push(cx.f("workloads-footer", &args));
        }
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        let keys = vec![
            key("/", "key-filter"),
            key("+ −", "workloads-key-scale"),
            key("Enter", "key-apply"),
            key("Esc", "key-cancel"),
            key("P", "workloads-show-on-map"),
        ];
        (left, keys)
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Picture) {
        self.scaling.logic(cx, picture);
        let query = Query {
            filter: self.filter.clone(),
            namespace: self.namespace.clone(),
            kind: self.kind,
            only_short: self.only_short,
            sort: self.sort.clone(),
            grouping: self.grouping.clone(),
        };
        let key = (Same(picture.workloads.clone()), query);
        self.rows
            .update(ui.ctx(), key, picture.workloads.len(), |(workloads, query)| rows::listing(&workloads.0, query));
        let rows = std::mem::take(&mut self.rows);
        match rows.get() {
            Some(((workloads, _), listing)) => {
                self.toolbar(cx, ui, bay, picture, &workloads.0, listing);
                if listing.is_empty() {
                    self.empty(cx, ui, picture);
                } else {
                    self.keys(cx, ui, bay, picture);
                    self.table(cx, ui, bay, picture, &workloads.0, listing);
                }
            }
            None => states::loading(cx, ui, None, &cx.t("bay-inside-reading")),
        }
        self.rows = rows;
    }

    fn toolbar(
        &mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        bay: &str,
        picture: &Picture,
        workloads: &Arc<Vec<Workload>>,
        listing: &Listing,
    ) {
        let height = 44.0;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let inner = rect.shrink2(vec2(16.0, 0.0));
        let builder = egui::UiBuilder::new().id_salt("workloads-tools").max_rect(inner);
        ui.scope_builder(builder.layout(Layout::left_to_right(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let width = if inner.width() > 1000.0 { 248.0 } else { 180.0 };
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("workloads-filter"), "workloads", width);
            ui.add_space(8.0);
            let all = self.namespace.is_empty() && self.kind.is_none() && !self.only_short && self.filter.is_empty();
            let shown = filter_chip(cx, ui, None, &cx.t("workloads-all"), Some(picture.workloads.len()), false);
            if shown.clicked() && !all {
                self.clear_filters();
            }
            self.order_chip(cx, ui);
            self.namespace_chip(cx, ui, picture);
            self.kind_chip(cx, ui);
            self.grouping.chip(cx, ui, GROUPS, &listing.headings);
            let room = ui.available_width();
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.export.button(cx, ui, || csv(cx.state.bay(bay).map_or(bay, Bay::title), workloads, listing));
                legend(cx, ui, room - 40.0);
            });
        });
    }

    fn clear_filters(&mut self) {
        self.filter.clear();
        self.namespace.clear();
        self.kind = None;
        self.only_short = false;
    }

    fn order_chip(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let words = match (self.only_short, self.sort.column.as_str()) {
            (true, _) => cx.t("workloads-only-short"),
            (false, "") => cx.t("workloads-short-first"),
            (false, "changed") => cx.t("workloads-changed-first"),
            (false, "name") => cx.t("workloads-by-name"),
            (false, _) => cx.t("workloads-by-column"),
        };
        let marked = self.only_short || self.sort.column.is_empty();
        menu_chip(cx, ui, &words, marked, |ui| {
            let orders =
                [("", "workloads-short-first"), ("name", "workloads-by-name"), ("changed", "workloads-changed-first")];
            for (column, id) in orders {
                if menu_item(cx, ui, None, &cx.t(id), "", self.sort.column == column) {
                    self.sort = Sort::by(column);
                }
            }
            crate::ui::widgets::separator(ui, cx.tokens);
            if menu_item(cx, ui, None, &cx.t("workloads-only-short"), "", self.only_short) {
                self.only_short = !self.only_short;
            }
        });
    }

    fn namespace_chip(&mut self, cx: &Cx<'_>, ui: &mut Ui, picture: &Picture) {
        let all = cx.t("workloads-any");
        let value = if self.namespace.is_empty() { all.as_ref() } else { &self.namespace };
        let words = cx.f("workloads-namespace-chip", &[("value", FluentValue::from(value))]);
        let marked = !self.namespace.is_empty();
        menu_chip(cx, ui, &words, marked, |ui| {
            egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                if menu_item(cx, ui, None, &all, "", self.namespace.is_empty()) {
                    self.namespace.clear();
                }
                for name in picture.namespaces.iter() {
                    if menu_item(cx, ui, None, name, "", self.namespace == *name) {
                        self.namespace.clone_from(name);
                    }
                }
            });
        });
    }

    fn kind_chip(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        use strum::IntoEnumIterator as _;
        let all = cx.t("workloads-any");
        let value = self.kind.map_or_else(|| all.to_string(), |kind| kind.word().to_owned());
        let words = cx.f("workloads-kind-chip", &[("value", FluentValue::from(value))]);
        menu_chip(cx, ui, &words, self.kind.is_some(), |ui| {
            if menu_item(cx, ui, None, &all, "", self.kind.is_none()) {
                self.kind = None;
            }
            for kind in WorkloadKind::iter() {
                if menu_item(cx, ui, None, kind.word(), "", self.kind == Some(kind)) {
                    self.kind = Some(kind);
                }
            }
        });
    }

    fn empty(&mut self, cx: &Cx<'_>, ui: &mut Ui, picture: &Picture) {
        Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
            if picture.workloads.is_empty() {
                if states::empty(cx, ui, &cx.t("workloads-none"), Some(&cx.t("workloads-none-go"))) {
                    cx.go(crate::ui::route::Route::Manifests);
                }
            } else if states::empty(cx, ui, &cx.t("workloads-none-match"), Some(&cx.t("filter-show-all"))) {
                self.clear_filters();
            }
        });
    }

    /// Plain keys for the row that the keyboard is on, or the opened one.
    fn keys(&mut self, cx: &Cx<'_>, ui: &Ui, bay: &str, picture: &Picture) {
        if !keys_are_free(ui.ctx()) {
            return;
        }
        let uid = self.selection.focus.clone().or_else(|| self.opened.clone());
        let workload = uid.and_then(|uid| picture.workloads.iter().find(|w| w.uid == uid));
        let pressed = |key: Key| ui.input(|i| i.key_pressed(key) && !i.modifiers.any());
        if ui.input(|i| i.key_pressed(Key::Escape)) && self.scaling.edit.take().is_none() {
            self.opened = None;
        }
        let Some(workload) = workload else { return };
        // Plus is Shift with something on many keyboards: the text that arrives tells.
        let typed =
            |wanted: &str| ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::Text(t) if t == wanted)));
        if workload.kind.can_scale() {
            for (text, by) in [("+", 1), ("-", -1)] {
                if typed(text) {
                    self.scaling.step(workload, by);
                    self.opened = Some(workload.uid.clone());
                }
            }
        }
        if pressed(Key::P) {
            detail::show_on_map(cx, bay, workload);
        }
    }

    fn table(
        &mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        bay: &str,
        picture: &Picture,
        workloads: &[Workload],
        listing: &Listing,
    ) {
        let at = |line: usize| listing.row(line).map(|row| &workloads[row]);
        let is_open = |line: &usize| self.opened.is_some() && at(*line).map(|w| &w.uid) == self.opened.as_ref();
        let opened = (0..listing.len()).find(is_open);
        let height = opened.and_then(at).map_or(0.0, detail::height);
        let keys = |line: usize| grouping::key(listing, line, |row| workloads[row].uid.clone());
        // Both the row's control and the opened row change the number: one after the other, never at once.
        let scaling = std::cell::RefCell::new(std::mem::take(&mut self.scaling));
        let mut asked: Option<(usize, Asked)> = None;
        let mut asked_below = None;
        let mut toggled = None;
        let response = Table::new("workloads")
            .named(cx.t("bay-tab-workloads"))
            .columns(columns(cx, ui, workloads))
            .sort(&mut self.sort)
            .selection(&mut self.selection)
            .keys(&keys)
            .expanded(opened, height)
            .rows_with_detail(
                cx,
                ui,
                listing.len(),
                |line| {
                    let row = |row: usize| RowInfo {
                        key: workloads[row].uid.clone(),
                        label: workloads[row].name.clone(),
                        description: why::line(cx, &workloads[row], picture),
                        ..RowInfo::default()
                    };
                    grouping::line(listing, line, |group| self.grouping.words(cx, group, ""), row)
                },
                |cell| {
                    let Some(w) = at(cell.row) else { return };
                    if cell.id == "desired" {
                        if let Some(a) = scale::row_control(cx, cell.ui, w, &mut scaling.borrow_mut()) {
                            asked = Some((cell.row, a));
                        }
                    } else if cell_ui(cx, cell, w, picture, opened == Some(cell.row)) {
                        toggled = Some(cell.row);
                    }
                },
                |ui| {
                    if let Some((line, w)) = opened.and_then(|line| Some((line, at(line)?))) {
                        let asked = detail::detail_ui(cx, ui, bay, w, picture, &mut scaling.borrow_mut());
                        asked_below = asked.map(|a| (line, a));
                    }
                },
            );
        self.scaling = scaling.into_inner();
        self.grouping.toggle_line(listing, response.toggled);
        if let Some((w, asked)) = asked.or(asked_below).and_then(|(line, asked)| Some((at(line)?, asked))) {
            self.opened = Some(w.uid.clone());
            self.selection.only(&w.uid);
            match asked {
                Asked::Changed => {}
                Asked::Apply => self.scaling.apply(cx, bay, w),
                Asked::Cancel => self.scaling.edit = None,
            }
        }
        // Enter applies a number being changed; else, like a click, it opens and closes the row.
        if let Some(line) = response.activated.filter(|_| response.clicked.is_none()) {
            match at(line).filter(|w| self.scaling.edit_of(&w.uid).is_some()) {
                Some(w) => self.scaling.apply(cx, bay, w),
                None => toggled = Some(line),
            }
        }
        if let Some(line) = response.clicked.filter(|_| self.selection.keys.len() < 2) {
            toggled = Some(line);
        }
        if let Some(w) = toggled.and_then(at) {
            self.opened = if self.opened.as_ref() == Some(&w.uid) { None } else { Some(w.uid.clone()) };
            self.selection.only(&w.uid);
        }
    }
}

/// All columns of the workloads that were found.
fn csv(bay: &str, workloads: &Arc<Vec<Workload>>, listing: &Listing) -> Csv {
    let (workloads, found) = (workloads.clone(), listing.found.clone());
    Csv {
        name: format!("{bay}-workloads"),
        head: vec![
            "namespace",
            "name",
            "kind",
            "desired",
            "current",
            "updated",
            "ready",
            "available",
            "restarts",
            "why",
            "images",
            "labels",
            "changed_at",
        ],
        rows: found.len(),
        fields: Box::new(move |row| {
            let w = &workloads[found[row] as usize];
            let why: Vec<String> = w.shortages.iter().map(|s| format!("{}: {}", s.reason, s.message)).collect();
            vec![
                w.namespace.clone(),
                w.name.clone(),
                w.kind.word().to_owned(),
                w.replicas.desired.to_string(),
                w.replicas.current.to_string(),
                w.replicas.updated.to_string(),
                w.replicas.ready.to_string(),
                w.replicas.available.to_string(),
                w.restarts.to_string(),
                why.join("; "),
                w.images.join(" "),
                w.labels.clone(),
                export::time(w.changed_at),
            ]
        }),
    }
}

/// Points of history from which a line over time says something.
const FEWEST_POINTS: usize = 3;

/// There is history to be seen.
fn watched(workloads: &[Workload]) -> bool {
    workloads.iter().any(|w| w.history.len() >= FEWEST_POINTS)
}

fn columns<'a>(cx: &Cx<'a>, ui: &Ui, workloads: &[Workload]) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    // As long as nobody has watched, the reasons have the room of the lines over time.
    let watched = watched(workloads);
    let why = if watched { 1.8 } else { 4.0 };
    let desired = scale::control_width(cx, ui, workloads);
    let mut columns = vec![
        Column::flex("name", t("workloads-col-name"), 156.0, 1.0).sortable(),
        Column::flex("namespace", t("workloads-col-namespace"), 76.0, 0.3).sortable().rank(2),
        Column::fixed("kind", t("workloads-col-kind"), 78.0).sortable().rank(3),
        Column::fixed("bar", t("workloads-col-replicas"), 160.0).rank(1),
        Column::fixed("ready", t("workloads-col-ready"), 76.0).right().sortable(),
        Column::flex("why", t("workloads-col-why"), 130.0, why),
        Column::fixed("hour", t("workloads-col-hour"), 112.0).rank(6),
        Column::fixed("restarts", t("workloads-col-restarts"), 54.0).right().sortable().rank(4),
        Column::fixed("changed", t("workloads-col-changed"), 62.0).right().sortable().rank(5),
        Column::fixed("desired", t("workloads-col-desired"), desired).sortable(),
    ];
    columns.retain(|c| watched || c.id != "hour");
    columns
}

/// Draws a cell; true when the row's chevron was pressed.
fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, w: &Workload, picture: &Picture, open: bool) -> bool {
    let t = cx.tokens;
    match cell.id {
        "name" => {
            let pressed = chevron(cx, cell.ui, w, open);
            glyph::show(cell.ui, cx, w.sign, 12.0);
            cell.strong(&w.name);
            return pressed;
        }
        "namespace" => {
            cell.text2(&w.namespace);
        }
        "kind" => {
            cell.text2(w.kind.word());
        }
        "bar" => {
            let bar = bars::replica_bar(cell.ui, cx, &w.by_sign, w.not_created, w.replicas.desired, vec2(160.0, 8.0));
            let counts = detail::counts(cx, w);
            bar.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &counts));
            button::tooltip(cx, bar, &counts);
        }
        "ready" => {
            // From the right: desired, slash, ready.
            cell.ui.spacing_mut().item_spacing.x = 5.0;
            cell.piece(&group(w.replicas.desired as usize), text::mono_font(), t.text2);
            cell.piece("/", text::mono_font(), t.text3);
            cell.mono(&group(w.replicas.ready as usize));
        }
        "why" => {
            let ink = if w.sign == Sign::Failed { t.ink(Sign::Failed) } else { t.text2 };
            let words = why::line(cx, w, picture);
            cell.piece(&words, text::body_font(), ink);
        }
        "hour" => {
            chart::sparkline(cx, cell.ui, w, vec2(112.0, 18.0));
        }
        "restarts" => {
            let ink = if w.restarts >= MANY_RESTARTS { t.ink(Sign::Warning) } else { t.text3 };
            cell.piece(&group(w.restarts as usize), text::mono_font(), ink);
        }
        "changed" => {
            let response = cell.text2(&age::age(cx, w.changed_at));
            button::tooltip(cx, response, &age::exact(cx, w.changed_at));
        }
        _ => {}
    }
    false
}

fn chevron(cx: &Cx<'_>, ui: &mut Ui, w: &Workload, open: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 22.0), Sense::click());
    let label = cx.f("workloads-open-row", &[("name", FluentValue::from(w.name.as_str()))]);
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, &label));
    let icon = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    icons::paint(ui.painter(), pos2(rect.left() + 5.0, rect.center().y), icon, 12.0, cx.tokens.text3);
    response.clicked()
}

/// What the segments of the bars mean; only where there is room for all of it.
fn legend(cx: &Cx<'_>, ui: &mut Ui, room: f32) {
    let words = [
        (Sign::Pending, "workloads-legend-not-placed"),
        (Sign::Failed, "workloads-legend-failed"),
        (Sign::Unknown, "workloads-legend-unknown"),
        (Sign::Warning, "workloads-legend-not-ready"),
        (Sign::Progress, "workloads-legend-starting"),
        (Sign::Ok, "workloads-legend-available"),
    ];
    let width = |id: &'static str| {
        crate::ui::widgets::line(ui, &cx.t(id), text::small_font(), cx.tokens.text2, f32::INFINITY).size().x
    };
    let needed: f32 = words.iter().map(|(_, id)| width(id) + 34.0).sum();
    if needed > room {
        return;
    }
    ui.spacing_mut().item_spacing.x = 6.0;
    for (sign, id) in words {
        ui.label(text::small(cx.t(id)).color(cx.tokens.text2));
        let (rect, _) = ui.allocate_exact_size(vec2(11.0, 10.0), Sense::hover());
        let square = egui::Rect::from_center_size(rect.center(), vec2(11.0, 8.0));
        let mut by_sign = [0; 7];
        by_sign[sign as usize] = 1;
        bars::paint_replica_bar(ui.painter(), cx, square, &by_sign, 0, 1);
        ui.add_space(6.0);
    }
}

#[cfg(test)]
mod tests {
    use super::rows::tests::workload;
    use super::*;
    use crate::model::workload::ReplicaPoint;

    #[test]
    fn two_points_are_no_history() {
        let mut list = [workload("a", Sign::Ok, 3, 3), workload("b", Sign::Ok, 3, 3)];
        let mut points = |n: i64| {
            list[1].history = Arc::new((0..n).map(|time| ReplicaPoint { time, desired: 3, ready: 3 }).collect());
            watched(&list)
        };
        assert_eq!([0, 1, 2, 3].map(&mut points), [false, false, false, true]);
    }
}
