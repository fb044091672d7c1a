//! Services of a bay: how sets of pods are reached, and how many of them are ready.

use super::bay::{inside, parts};
use super::export::{self, Csv, Export};
use super::grouping::{self, Grouping};
use crate::model::bay::Bay;
use crate::model::cluster::{Picture, Service};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::text;
use crate::ui::widgets::button::{copy_button, link};
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

/// The services tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ServicesView {
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
    rows: Computed<(Same<Vec<Service>>, Query), Listing>,
}

/// What decides which rows there are: filter, only those in trouble, order, groups.
type Query = (String, bool, Sort, Grouping);

/// What services can be grouped by.
const GROUPS: &[(&str, &str)] = &[("namespace", "services-col-namespace"), ("kind", "services-col-kind")];

/// The sign of a service, and what it means.
fn sign(service: &Service) -> (Sign, &'static str) {
    if service.pending_address {
        (Sign::Progress, "services-pending-address")
    } else if service.selector.is_empty() {
        (Sign::Ok, "services-no-selector")
    } else if service.pods == 0 {
        (Sign::Pending, "services-no-pods")
    } else if service.ready == 0 {
        (Sign::Failed, "services-none-ready")
    } else if service.ready < service.pods {
        (Sign::Warning, "services-some-ready")
    } else {
        (Sign::Ok, "services-all-ready")
    }
}

impl ServicesView {
    /// Draws the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str) {
        inside::inside_ui(cx, ui, bay, |ui, picture| self.content(cx, ui, bay, picture));
    }

    /// Selects a service and takes away what might hide it.
    pub fn show(&mut self, namespace: &str, name: &str) {
        self.filter.clear();
        self.only_trouble = false;
        self.selection.only(&format!("{namespace}/{name}"));
    }

    /// Another bay is shown: nothing of this one stays chosen.
    pub fn leave(&mut self) {
        self.selection = Selection::default();
    }

    /// Left texts of the footer and the keys.
    pub fn footer(&self, cx: &Cx<'_>, bay: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
        let all = cx.state.insides.get(bay).filter(|p| inside::has_data(p)).map(|p| p.services.len());
        let left = all.map(|n| cx.f("services-footer", &[("n", FluentValue::from(n))])).into_iter().collect();
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        (left, vec![key("/", "key-filter"), key("Space", "key-select")])
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, picture: &Picture) {
        let chosen = self.selection.single().and_then(|key| picture.services.iter().find(|s| self::key(s) == key));
        if let Some(service) = chosen
            && side_panel(cx, ui, "service", 320.0, |ui| panel_ui(cx, ui, bay, service))
        {
            self.selection.clear();
        }
        let query = (self.filter.clone(), self.only_trouble, self.sort.clone(), self.grouping.clone());
        let key = (Same(picture.services.clone()), query);
        self.rows.update(ui.ctx(), key, picture.services.len(), |(services, query)| listing(&services.0, query));
        let rows = std::mem::take(&mut self.rows);
        match rows.get() {
            Some(((services, _), listing)) => self.shown(cx, ui, bay, &services.0, listing),
            None => states::loading(cx, ui, None, &cx.t("bay-inside-reading")),
        }
        self.rows = rows;
    }

    fn shown(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &str, services: &Arc<Vec<Service>>, listing: &Listing) {
        parts::toolbar(ui, "services", |ui| {
            let width = parts::filter_width(ui);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("services-filter"), "services", width);
            ui.add_space(8.0);
            if filter_chip(cx, ui, None, &cx.t("services-all"), Some(services.len()), !self.only_trouble).clicked() {
                self.only_trouble = false;
            }
            let trouble = services.iter().filter(|s| sign(s).0 != Sign::Ok).count();
            let chip =
                filter_chip(cx, ui, Some(Sign::Warning), &cx.t("services-trouble"), Some(trouble), self.only_trouble);
            if chip.clicked() {
                self.only_trouble = !self.only_trouble;
            }
            self.grouping.chip(cx, ui, GROUPS, &listing.headings);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.export.button(cx, ui, || csv(cx.state.bay(bay).map_or(bay, Bay::title), services, listing));
            });
        });
        if listing.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if services.is_empty() {
                    states::empty(cx, ui, &cx.t("services-none"), None);
                } else if states::empty(cx, ui, &cx.t("services-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                    self.only_trouble = false;
                }
            });
            return;
        }
        let keys = |line: usize| grouping::key(listing, line, |at| key(&services[at]));
        let response = Table::new("services")
            .named(cx.t("bay-tab-services"))
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
                            key: key(&services[at]),
                            label: services[at].name.clone(),
                            description: cx.f(sign(&services[at]).1, &[]),
                            ..RowInfo::default()
                        },
                    )
                },
                |cell| {
                    if let Some(at) = listing.row(cell.row) {
                        cell_ui(cx, cell, &services[at]);
                    }
                },
            );
        self.grouping.toggle_line(listing, response.toggled);
    }
}

fn key(service: &Service) -> String {
    format!("{}/{}", service.namespace, service.name)
}

fn columns<'a>(cx: &Cx<'a>) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    vec![
        Column::flex("name", t("services-col-name"), 150.0, 1.0).sortable(),
        Column::flex("namespace", t("services-col-namespace"), 84.0, 0.3).sortable().rank(2),
        Column::fixed("kind", t("services-col-kind"), 84.0).sortable(),
        Column::fixed("cluster", t("services-col-cluster"), 100.0).rank(3),
        Column::flex("external", t("services-col-external"), 100.0, 0.5),
        Column::flex("ports", t("services-col-ports"), 100.0, 0.8),
        Column::fixed("ready", t("services-col-ready"), 70.0).right().sortable(),
        Column::flex("selector", t("services-col-selector"), 110.0, 0.9).rank(4),
        Column::fixed("age", t("services-col-age"), 60.0).right().sortable().rank(5),
    ]
}

fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, service: &Service) {
    let t = cx.tokens;
    match cell.id {
        "name" => {
            let (sign, words) = sign(service);
            let response = glyph::show(cell.ui, cx, sign, 12.0);
            crate::ui::widgets::button::tooltip(cx, response, &cx.f(words, &[]));
            cell.strong(&service.name);
        }
        "namespace" => {
            cell.text2(&service.namespace);
        }
        "kind" => {
            cell.text2(&service.kind);
        }
        "cluster" => {
            match &service.cluster_ip {
                Some(address) => cell.mono2(address),
                None => cell.dim(&cx.t("services-headless")),
            };
        }
        "external" => {
            if service.pending_address {
                cell.piece(&cx.t("services-pending-address"), text::body_font(), t.ink(Sign::Progress));
            } else {
                cell.mono2(&service.external.join(" "));
            }
        }
        "ports" => {
            cell.mono2(&service.ports.join(" "));
        }
        "ready" => {
            if service.selector.is_empty() {
                return;
            }
            cell.ui.spacing_mut().item_spacing.x = 5.0;
            cell.piece(&group(service.pods as usize), text::mono_font(), t.text2);
            cell.piece("/", text::mono_font(), t.text3);
            let ink = match service.ready {
                0 if service.pods > 0 => t.ink(Sign::Failed),
                ready if ready < service.pods => t.ink(Sign::Warning),
                _ => t.text,
            };
            cell.piece(&group(service.ready as usize), text::mono_font(), ink);
        }
        "selector" => {
            cell.piece(&service.selector, text::mono_small_font(), t.text3);
        }
        _ => parts::age_cell(cx, cell, service.created_at),
    }
}

fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, service: &Service) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &service.name);
    let args = [
        ("kind", FluentValue::from(service.kind.as_str())),
        ("namespace", FluentValue::from(service.namespace.as_str())),
    ];
    ui.label(text::body(cx.f("services-kind-in", &args)).color(t.text2));
    ui.horizontal(|ui| {
        let (sign, words) = sign(service);
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        let args = [("ready", FluentValue::from(service.ready)), ("pods", FluentValue::from(service.pods))];
        ui.label(text::body(cx.f(words, &args)).color(ink));
    });
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("services-addresses"));
    let own = service.cluster_ip.iter().chain(&service.external);
    for address in own {
        ui.horizontal(|ui| {
            ui.add(Label::new(text::mono(address).color(t.text)).truncate());
            copy_button(
                cx,
                ui,
                address,
                &cx.f("overview-copy-value", &[("what", FluentValue::from(address.as_str()))]),
            );
        });
    }
    if service.cluster_ip.is_none() {
        ui.label(text::body(cx.t("services-headless-why")).color(t.text2));
    }
    let inside = format!("{}.{}.svc", service.name, service.namespace);
    ui.horizontal(|ui| {
        ui.add(Label::new(text::mono(&inside).color(t.text)).truncate());
        copy_button(cx, ui, &inside, &cx.f("overview-copy-value", &[("what", FluentValue::from(inside.as_str()))]));
    });
    panel::rule(cx, ui);
    panel::key_value_mono(cx, ui, &cx.t("services-col-ports"), &service.ports.join("\n"));
    let selector = if service.selector.is_empty() {
        cx.t("services-no-selector").into_owned()
    } else {
        service.selector.replace(',', "\n")
    };
    panel::key_value_mono(cx, ui, &cx.t("services-col-selector"), &selector);
    panel::key_value(cx, ui, &cx.t("services-col-age"), &age::age(cx, service.created_at));
    if !service.selector.is_empty() {
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            // Plain words must all be found: labels of one pod.
            let filter = format!("ns:{} {}", service.namespace, service.selector.replace(',', " "));
            if link(cx, ui, &cx.t("services-show-pods")).clicked() {
                cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter: filter.clone() });
            }
            if link(cx, ui, &cx.t("services-show-on-map")).clicked() {
                cx.act(UiAction::ShowOnMap { bay: bay.to_owned(), filter, pod: None });
            }
        });
    }
}

fn listing(services: &[Service], query: &Query) -> Listing {
    let rows = index(services, query);
    let of: fn(&Service) -> &str = match query.3.by.as_str() {
        "namespace" => |s| &s.namespace,
        "kind" => |s| &s.kind,
        _ => return Listing::flat(rows),
    };
    Listing::grouped(&rows, |row| of(&services[row as usize]), str::to_owned, &query.3.closed)
}

/// All columns of the services that were found.
fn csv(bay: &str, services: &Arc<Vec<Service>>, listing: &Listing) -> Csv {
    let (services, found) = (services.clone(), listing.found.clone());
    Csv {
        name: format!("{bay}-services"),
        head: vec![
            "namespace",
            "name",
            "type",
            "cluster_ip",
            "external",
            "ports",
            "pods_ready",
            "pods",
            "selector",
            "created_at",
        ],
        rows: found.len(),
        fields: Box::new(move |row| {
            let s = &services[found[row] as usize];
            vec![
                s.namespace.clone(),
                s.name.clone(),
                s.kind.clone(),
                s.cluster_ip.clone().unwrap_or_default(),
                s.external.join(" "),
                s.ports.join(" "),
                s.ready.to_string(),
                s.pods.to_string(),
                s.selector.clone(),
                export::time(s.created_at),
            ]
        }),
    }
}

fn index(services: &[Service], (filter, only_trouble, sort, _): &Query) -> Vec<u32> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let inside = |text: &str, word: &str| text.to_lowercase().contains(word);
    let matches = |s: &Service, word: &String| {
        let (key, value) = word.split_once(':').unwrap_or(("", word));
        match key {
            "ns" | "namespace" => inside(&s.namespace, value),
            "name" | "service" => inside(&s.name, value),
            "type" | "kind" => inside(&s.kind, value),
            _ => {
                [&s.name, &s.namespace, &s.kind, &s.selector].into_iter().any(|t| inside(t, word))
                    || s.ports.iter().chain(&s.external).chain(&s.cluster_ip).any(|t| inside(t, word))
            }
        }
    };
    let mut rows: Vec<u32> = (0..services.len() as u32)
        .filter(|i| {
            let s = &services[*i as usize];
            (!only_trouble || sign(s).0 != Sign::Ok) && words.iter().all(|w| matches(s, w))
        })
        .collect();
    let at = |i: &u32| &services[*i as usize];
    match sort.column.as_str() {
        "" => return rows,
        "name" => rows.sort_by(|a, b| at(a).name.cmp(&at(b).name)),
        "namespace" => rows.sort_by(|a, b| at(a).namespace.cmp(&at(b).namespace)),
        "kind" => rows.sort_by(|a, b| at(a).kind.cmp(&at(b).kind)),
        "ready" => rows.sort_by_key(|a| (std::cmp::Reverse(sign(at(a)).0.severity()), at(a).ready)),
        _ => rows.sort_by_key(|a| std::cmp::Reverse(at(a).created_at)),
    }
    if sort.descending {
        rows.reverse();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cluster::ServiceFacts;

    fn service(selector: &str, ready: u32, pods: u32) -> Service {
        let facts = ServiceFacts {
            namespace: "shop".into(),
            name: "web".into(),
            kind: "ClusterIP".into(),
            ports: vec!["80/TCP".into()],
            selector: selector.into(),
            ..ServiceFacts::default()
        };
        Service { facts: Arc::new(facts), ready, pods }
    }

    #[test]
    fn a_service_without_ready_pods_has_failed_and_one_without_selector_has_not() {
        assert_eq!(sign(&service("app=x", 0, 2)).0, Sign::Failed);
        assert_eq!(sign(&service("app=x", 1, 2)).0, Sign::Warning);
        assert_eq!(sign(&service("app=x", 2, 2)).0, Sign::Ok);
        assert_eq!(sign(&service("app=x", 0, 0)).0, Sign::Pending);
        assert_eq!(sign(&service("", 0, 0)).0, Sign::Ok);
    }

    #[test]
    fn ports_are_found() {
        let list = [service("app=x", 1, 1)];
        let found = |text: &str| index(&list, &(text.into(), false, Sort::default(), Grouping::default())).len();
        assert_eq!((found("80/tcp"), found("ns:shop"), found("8080")), (1, 1, 0));
    }
}
