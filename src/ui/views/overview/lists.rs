//! Lists of the overview: node groups, servers with their faults, labels.

use crate::live::command::{Command, Topic};
use crate::live::state::BayDetail;
use crate::model::bay::{Bay, BayAction, BayPhase, BayStatus, NodeGroup, Server};
use crate::model::cloud::Dialect;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::views::bay::words;
use crate::ui::widgets::button::copy_button;
use crate::ui::widgets::table::{Cell, Column, HEAD, ROW, RowInfo, Table};
use crate::ui::widgets::{age, states};
use egui::{Label, Ui, vec2};
use fluent_bundle::FluentValue;

/// Rows shown before a list scrolls in itself.
const ROWS: usize = 10;

/// Node groups (Magnum API 1.9 on).
pub fn groups_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay, detail: Option<&BayDetail>) {
    super::section_title(cx, ui, "overview-groups");
    let magnum = cx.state.signed_in().and_then(|s| s.magnum.value.as_ref());
    if let Some(magnum) = magnum.filter(|m| m.dialect == Dialect::Legacy || !m.supports(9)) {
        let words = match magnum.max_version {
            _ if magnum.supports(9) => cx.t("overview-groups-of-clusters").into_owned(),
            Some(version) => {
                cx.f("overview-groups-unsupported", &[("version", FluentValue::from(version.to_string()))])
            }
            None => cx.t("overview-groups-unsupported-none").into_owned(),
        };
        ui.add(Label::new(text::body(words).color(cx.tokens.text3)).wrap());
        return;
    }
    let Some(detail) = detail else { return };
    let retry = states::loadable_ui(cx, ui, &detail.node_groups, &cx.t("overview-groups-reading"), |ui, groups| {
        if groups.is_empty() {
            ui.label(text::body(cx.t("overview-groups-none")).color(cx.tokens.text2));
        } else {
            ui.scope(|ui| groups_table(cx, ui, &bay.id, groups));
        }
    });
    if retry {
        cx.send(Command::Refresh(Topic::Bay(bay.id.clone())));
    }
}

fn groups_table(cx: &Cx<'_>, ui: &mut Ui, bay: &str, groups: &[NodeGroup]) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mono = |cell: &mut Cell<'_, '_, '_>, words: &str| {
        cell.mono(words);
    };
    Table::new(("groups", bay))
        .named(cx.t("overview-groups"))
        .secondary()
        .max_height(HEAD + ROW * groups.len().min(ROWS) as f32 + 1.0)
        .columns([
            Column::flex("name", cx.t("overview-group-name"), 120.0, 1.0),
            Column::fixed("role", cx.t("overview-group-role"), 60.0).rank(2),
            Column::fixed("nodes", cx.t("overview-group-nodes"), 50.0).right(),
            Column::fixed("bounds", cx.t("overview-group-bounds"), 76.0).rank(3),
            Column::flex("flavor", cx.t("overview-group-flavor"), 70.0, 0.5).rank(1),
            Column::flex("status", cx.t("overview-group-status"), 130.0, 0.8),
        ])
        .rows(
            cx,
            ui,
            groups.len(),
            |i| RowInfo { key: groups[i].id.clone(), label: groups[i].name.clone(), ..RowInfo::default() },
            |cell| {
                let group = &groups[cell.row];
                match cell.id {
                    "name" => {
                        cell.strong(&group.name);
                        if group.is_default {
                            cell.dim(&cx.t("overview-group-default"));
                        }
                    }
                    "role" => {
                        cell.text2(&group.role);
                    }
                    "nodes" => mono(cell, &crate::i18n::grouped(u64::from(group.node_count))),
                    "bounds" => {
                        cell.dim(&bounds(cx, group));
                    }
                    "flavor" => {
                        cell.text2(group.flavor.as_deref().unwrap_or_default());
                    }
                    _ => {
                        let response = cell.status(group.status.sign(), &words::status(cx, &group.status));
                        if let Some(reason) = group.status_reason.as_deref().filter(|r| !r.is_empty()) {
                            crate::ui::widgets::button::tooltip(cx, response, reason);
                        }
                    }
                }
            },
        );
}

fn bounds(cx: &Cx<'_>, group: &NodeGroup) -> String {
    let min = FluentValue::from(group.min_node_count);
    match group.max_node_count {
        Some(max) => cx.f("overview-bounds-range", &[("min", min), ("max", FluentValue::from(max))]),
        None => cx.f("overview-bounds-from", &[("min", min)]),
    }
}

/// Nova's servers of the bay, those in trouble first.
pub fn servers_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay, detail: Option<&BayDetail>) {
    super::section_title(cx, ui, "overview-servers");
    let Some(detail) = detail else { return };
    let retry = states::loadable_ui(cx, ui, &detail.servers, &cx.t("overview-servers-reading"), |ui, servers| {
        if servers.is_empty() {
            // Right after a creation was asked for there is nothing to be seen, and nothing wrong with what one may see.
            let creating = matches!(bay.status, BayStatus::Known(BayAction::Create, BayPhase::InProgress));
            let id = if creating { "overview-servers-none-yet" } else { "overview-servers-none" };
            ui.label(text::body(cx.t(id)).color(cx.tokens.text2));
            return;
        }
        ui.scope(|ui| servers_table(cx, ui, &bay.id, servers));
    });
    if retry {
        cx.send(Command::Refresh(Topic::Bay(bay.id.clone())));
    }
}

/// The sign of a server's status (<https://docs.openstack.org/api-guide/compute/server_concepts.html>).
pub fn server_sign(status: &str) -> Sign {
    match status {
        "ACTIVE" => Sign::Ok,
        "BUILD" | "REBUILD" | "REBOOT" | "HARD_REBOOT" | "RESIZE" | "MIGRATING" | "VERIFY_RESIZE" => Sign::Progress,
        "ERROR" => Sign::Failed,
        "DELETED" | "SOFT_DELETED" => Sign::Deleting,
        "SHUTOFF" | "PAUSED" | "SUSPENDED" | "SHELVED" | "SHELVED_OFFLOADED" | "RESCUE" => Sign::Warning,
        _ => Sign::Unknown,
    }
}

fn servers_table(cx: &Cx<'_>, ui: &mut Ui, bay: &str, servers: &[Server]) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut order: Vec<usize> = (0..servers.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(server_sign(&servers[*i].status).severity()));
    Table::new(("servers", bay))
        .named(cx.t("overview-servers"))
        .secondary()
        .max_height(HEAD + ROW * servers.len().min(ROWS) as f32 + 1.0)
        .columns([
            Column::flex("name", cx.t("overview-server-name"), 150.0, 1.2),
            Column::flex("status", cx.t("overview-server-status"), 110.0, 1.0),
            Column::flex("flavor", cx.t("overview-server-flavor"), 70.0, 0.4).rank(2),
            Column::fixed("zone", cx.t("overview-server-zone"), 56.0).rank(3),
            Column::fixed("address", cx.t("overview-server-address"), 104.0).rank(1),
            Column::fixed("age", cx.t("overview-server-age"), 60.0).right().rank(4),
        ])
        .rows(
            cx,
            ui,
            order.len(),
            |i| {
                let server = &servers[order[i]];
                let fault = server.fault.clone().unwrap_or_default();
                RowInfo { key: server.id.clone(), label: server.name.clone(), description: fault, ..RowInfo::default() }
            },
            |cell| {
                let server = &servers[order[cell.row]];
                match cell.id {
                    "name" => {
                        cell.strong(&server.name);
                    }
                    "status" => {
                        cell.status(server_sign(&server.status), &server.status);
                        if let Some(fault) = &server.fault {
                            cell.text2(fault);
                        }
                    }
                    "flavor" => {
                        cell.text2(&server.flavor);
                    }
                    "zone" => {
                        cell.text2(&server.zone);
                    }
                    "address" => {
                        cell.mono2(&server.addresses.join(" "));
                    }
                    _ => {
                        if let Some(at) = server.created_at {
                            cell.text2(&age::age(cx, at));
                        }
                    }
                }
            },
        );
}

/// Labels in force.
pub fn labels_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    ui.horizontal(|ui| {
        super::section_title(cx, ui, "overview-labels");
        if !bay.labels.is_empty() {
            let all: Vec<String> = bay.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let what = cx.t("overview-labels");
            copy_button(cx, ui, &all.join(","), &cx.f("overview-copy-value", &[("what", FluentValue::from(what))]));
        }
    });
    labels_list(cx, ui, &bay.labels);
}

/// Labels as name and value in mono.
pub fn labels_list(cx: &Cx<'_>, ui: &mut Ui, labels: &std::collections::BTreeMap<String, String>) {
    if labels.is_empty() {
        ui.label(text::body(cx.t("overview-labels-none")).color(cx.tokens.text2));
    }
    ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
    for (name, value) in labels {
        ui.horizontal(|ui| {
            ui.add(Label::new(text::mono(name).color(cx.tokens.text2)).truncate());
            ui.add(Label::new(text::mono(value).color(cx.tokens.text)).truncate());
        });
    }
}
