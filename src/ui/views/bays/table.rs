//! The table of bays and its cells.

use crate::i18n::Lang;
use crate::model::bay::{Bay, BayPhase, BayStatus};
use crate::model::faults::{Cause, Fault, Part};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::views::bay::words;
use crate::ui::views::export::{self, Csv};
use crate::ui::views::grouping::{self, Grouping};
use crate::ui::widgets::button::tooltip;
use crate::ui::widgets::chip::group;
use crate::ui::widgets::table::listing::Listing;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table, TableResponse};
use crate::ui::widgets::{age, bars};
use egui::{Sense, Ui, vec2};
use fluent_bundle::FluentValue;
use std::collections::BTreeSet;

/// All columns.
pub fn columns(cx: &Cx<'_>) -> Vec<Column> {
    let t = |id: &'static str| cx.t(id).into_owned();
    // Long words need room: reasons give it, names do not.
    let health = match cx.texts.lang() {
        Lang::En => 138.0,
        Lang::Ja => 168.0,
    };
    vec![
        Column::flex("name", t("bays-column-name"), 116.0, 0.5).sortable(),
        Column::flex("status", t("bays-column-status"), 190.0, 3.6).sortable(),
        Column::fixed("health", t("bays-column-health"), health).sortable(),
        Column::fixed("engine", t("bays-column-engine"), 138.0).sortable().rank(2),
        Column::fixed("nodes", t("bays-column-nodes"), 72.0).right().sortable(),
        Column::flex("model", t("bays-column-model"), 104.0, 0.3).sortable().rank(3),
        Column::fixed("age", t("bays-column-age"), 64.0).right().sortable().rank(1),
    ]
}

/// How the table is to be drawn, and what the user changes in it.
pub struct Choice<'a> {
    /// Columns that are not shown.
    pub hidden: &'a BTreeSet<String>,
    /// What the rows are grouped by.
    pub grouping: &'a Grouping,
    /// Order.
    pub sort: &'a mut Sort,
    /// Selection.
    pub selection: &'a mut Selection,
}

/// Draws the table; the listing's rows are indices into `bays`.
pub fn table_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    bays: &[&Bay],
    listing: &Listing,
    Choice { hidden, grouping, sort, selection }: Choice<'_>,
) -> TableResponse {
    let keys = |line: usize| grouping::key(listing, line, |at| bays[at].id.clone());
    Table::new("bays")
        .named(cx.t("word-bays"))
        .columns(columns(cx).into_iter().filter(|c| !hidden.contains(c.id)))
        .sort(sort)
        .selection(selection)
        .keys(&keys)
        .rows(
            cx,
            ui,
            listing.len(),
            |line| {
                let row = |at: usize| {
                    let bay = bays[at];
                    let mut description = words::status_of(cx, bay);
                    if let Some((_, health)) = health(cx, bay) {
                        description = format!("{description}, {health}");
                    }
                    RowInfo { key: bay.id.clone(), label: bay.title().to_owned(), description, ..RowInfo::default() }
                };
                grouping::line(listing, line, |group| grouping.words(cx, group, ""), row)
            },
            |cell| {
                let Some(bay) = listing.row(cell.row).map(|at| bays[at]) else { return };
                match cell.id {
                    "name" => name(cell, bay),
                    "status" => status(cell, bay),
                    "health" => match health(cell.cx, bay) {
                        Some((sign, words)) => {
                            cell.status(sign, &words);
                        }
                        None => {
                            cell.ui.add_space(20.0 - cell.ui.spacing().item_spacing.x);
                            let id = if known_later(bay) { "bays-health-not-yet" } else { "bay-health-not-reported" };
                            cell.dim(&cell.cx.t(id));
                        }
                    },
                    "engine" => engine(cell, bay),
                    "nodes" => nodes(cell, bay),
                    "model" => {
                        cell.text2(&model(cell.cx, bay));
                    }
                    _ => created(cell, bay),
                }
            },
        )
}

/// Health, as far as anybody knows it.
pub fn health(cx: &Cx<'_>, bay: &Bay) -> Option<(Sign, String)> {
    words::health(cx, bay, cx.state.insides.get(&bay.id).map(|p| &**p))
}

/// Health is not there because the bay is not.
fn known_later(bay: &Bay) -> bool {
    use crate::model::bay::BayAction;
    matches!(
        bay.status,
        BayStatus::Known(BayAction::Create, BayPhase::InProgress | BayPhase::Failed) | BayStatus::Unreported
    )
}

fn name(cell: &mut Cell<'_, '_, '_>, bay: &Bay) {
    if bay.status.sign() == Sign::Deleting {
        cell.text2(bay.title());
    } else {
        cell.strong(bay.title());
    }
}

fn status(cell: &mut Cell<'_, '_, '_>, bay: &Bay) {
    let cx = cell.cx;
    if words::is_kubeconfig(bay) {
        let ink = cx.tokens.text2;
        let (rect, _) = cell.ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
        icons::paint(cell.ui.painter(), rect.center(), Icon::File, 12.0, ink);
        cell.text2(&words::status_of(cx, bay));
        return;
    }
    let sign = bay.status.sign();
    if let BayStatus::Other(word) = &bay.status {
        cell.sign(sign);
        cell.piece(word, text::mono_font(), cx.tokens.ink(sign));
        cell.text2(&cx.t("bay-status-as-it-came"));
        return;
    }
    cell.status(sign, &words::status(cx, &bay.status));
    if let Some((fraction, how_far)) = words::progress(cx, bay, cx.state.details.get(&bay.id)) {
        bars::progress_signed(cell.ui, cx, fraction, vec2(64.0, 6.0), sign);
        cell.text2(&how_far);
    } else if let Some(why) = short_reason(cx, bay) {
        let response = cell.text2(&why);
        tooltip(cx, response, bay.status_reason.as_deref().unwrap_or_default());
    }
}

/// Why a bay failed, in a few words: `Floating IPs: 4 needed, 1 left`.
pub fn short_reason(cx: &Cx<'_>, bay: &Bay) -> Option<String> {
    if !bay.status.failed() {
        return None;
    }
    // A list may only name the groups that failed; the bay's own page, once read, tells the cause.
    let read = cx.state.details.get(&bay.id).and_then(|d| d.bay.value.as_ref()).filter(|d| d.status == bay.status);
    let faults: Vec<Fault> = [Some(bay), read].into_iter().flatten().flat_map(Fault::of_bay).collect();
    let fault = faults.iter().find(|f| f.cause != Cause::Other).or(faults.first())?;
    let part = cx.f(fault.part.message_id(), &[]);
    let why = match &fault.cause {
        Cause::Quota { exceeded } => {
            exceeded.iter().find_map(|e| Some((e.requested?, e.limit?.saturating_sub(e.used?)))).map_or_else(
                || cx.t("bays-reason-quota").into_owned(),
                |(needed, left)| {
                    let args = [("needed", FluentValue::from(needed)), ("left", FluentValue::from(left))];
                    cx.f("bays-reason-short", &args)
                },
            )
        }
        // Shown as it came.
        Cause::Other => return Some(fault.said.lines().next().unwrap_or_default().to_owned()),
        cause => cx.f(cause.message_id(), &[]),
    };
    if fault.part == Part::Bay {
        return Some(why);
    }
    Some(cx.f("bays-reason", &[("part", FluentValue::from(part)), ("why", FluentValue::from(why))]))
}

fn engine(cell: &mut Cell<'_, '_, '_>, bay: &Bay) {
    cell.ui.spacing_mut().item_spacing.x = 5.0;
    match &bay.coe {
        Some(coe) => cell.text(coe.title()),
        None => cell.dim("–"),
    };
    if let Some(version) = &bay.coe_version {
        cell.mono2(version);
    }
}

/// `3 + 24`: masters and workers, from the right.
fn nodes(cell: &mut Cell<'_, '_, '_>, bay: &Bay) {
    if words::is_kubeconfig(bay) {
        // Nobody tells how many are masters: only what was seen inside counts.
        let seen = cell.cx.state.insides.get(&bay.id).map(|p| p.nodes.len()).filter(|n| *n > 0);
        cell.mono2(&seen.map_or_else(|| "–".to_owned(), group));
        return;
    }
    cell.ui.spacing_mut().item_spacing.x = 0.0;
    let t = cell.cx.tokens;
    let workers = cell.piece(&group(bay.node_count as usize), text::mono_font(), t.text);
    let masters = cell.piece(&format!("{} + ", group(bay.master_count as usize)), text::mono_font(), t.text2);
    let args = [("masters", FluentValue::from(bay.master_count)), ("workers", FluentValue::from(bay.node_count))];
    tooltip(cell.cx, workers.union(masters), &cell.cx.f("bay-nodes-count-tip", &args));
}

/// The bay model's name, or the start of its uuid where it is not known.
pub fn model(cx: &Cx<'_>, bay: &Bay) -> String {
    match cx.state.bay_model(&bay.model_id) {
        Some(model) => model.title().to_owned(),
        None => bay.model_id.chars().take(8).collect(),
    }
}

fn created(cell: &mut Cell<'_, '_, '_>, bay: &Bay) {
    if let Some(created) = bay.created_at {
        let response = cell.text2(&age::age(cell.cx, created));
        tooltip(cell.cx, response, &age::exact(cell.cx, created));
    }
}

/// All columns of the bays that were found.
pub fn csv(cx: &Cx<'_>, bays: &[&Bay], found: &[u32]) -> Csv {
    let rows: Vec<Vec<String>> = found
        .iter()
        .filter_map(|i| bays.get(*i as usize))
        .map(|bay| {
            vec![
                bay.id.clone(),
                bay.name.clone(),
                bay.status.word(),
                health(cx, bay).map(|h| h.1).unwrap_or_default(),
                bay.coe.as_ref().map(|c| c.word().to_owned()).unwrap_or_default(),
                bay.coe_version.clone().unwrap_or_default(),
                bay.master_count.to_string(),
                bay.node_count.to_string(),
                model(cx, bay),
                export::time(bay.created_at.unwrap_or_default()),
            ]
        })
        .collect();
    Csv {
        name: "bays".to_owned(),
        head: vec![
            "uuid",
            "name",
            "status",
            "health",
            "coe",
            "coe_version",
            "master_count",
            "node_count",
            "model",
            "created_at",
        ],
        rows: rows.len(),
        fields: Box::new(move |row| rows[row].clone()),
    }
}
