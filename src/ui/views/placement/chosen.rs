//! The panel of pods chosen with a box: how many in which state, whose they are, where they run, what they ask for and use.

use super::{Asked, figures, node};
use crate::model::cluster::{Measuring, Picture};
use crate::model::columns::NONE;
use crate::model::quantity;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::map::capacity::Requests;
use crate::ui::map::matches::Matches;
use crate::ui::map::paint::cores;
use crate::ui::text;
use crate::ui::widgets::button::link_small;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::panel;
use egui::Ui;
use fluent_bundle::FluentValue;
use std::collections::HashMap;

/// Namespaces and workloads that are named.
const NAMED: usize = 6;

/// What is told of the chosen pods; counted once per choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    counted_for: Option<u64>,
    by_sign: [u32; 7],
    namespaces: Vec<(u32, u32)>,
    owners: Vec<(u32, u32)>,
    nodes: u32,
    homeless: u32,
    restarts: u64,
    requests: Requests,
}

impl Summary {
    /// Counts anew where the version of what is drawn has changed.
    pub(super) fn update(&mut self, picture: &Picture, chosen: &Matches, version: u64) {
        if self.counted_for == Some(version) {
            return;
        }
        let pods = &*picture.pods;
        let list = || chosen.iter().map(|pod| pod as u32);
        let mut nodes = vec![false; picture.nodes.len()];
        let mut homeless = 0;
        for pod in chosen.iter() {
            match nodes.get_mut(pods.node[pod] as usize).filter(|_| pods.node[pod] != NONE) {
                Some(node) => *node = true,
                None => homeless += 1,
            }
        }
        *self = Summary {
            counted_for: Some(version),
            by_sign: figures::count(picture, list()),
            namespaces: largest(picture, chosen, &pods.namespace),
            owners: largest(picture, chosen, &pods.owner),
            nodes: nodes.iter().filter(|n| **n).count() as u32,
            homeless,
            restarts: chosen.iter().map(|pod| u64::from(pods.restarts[pod])).sum(),
            requests: Requests::of(picture, list()),
        };
    }
}

/// The names of a column that most of the chosen pods carry, with how many do; the empty one left out.
fn largest(picture: &Picture, chosen: &Matches, column: &[u32]) -> Vec<(u32, u32)> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for pod in chosen.iter() {
        *counts.entry(column[pod]).or_default() += 1;
    }
    let mut list: Vec<(u32, u32)> = counts.into_iter().filter(|(name, _)| *name != 0).collect();
    let name = |n: u32| picture.pods.names.get(n);
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| name(a.0).cmp(name(b.0))));
    list
}

/// Draws the panel's content.
pub(super) fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, picture: &Picture, summary: &Summary, chosen: &Matches) -> Asked {
    let t = cx.tokens;
    let mut asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    let n = summary.requests.pods;
    let pods = [("n", FluentValue::from(n)), ("pods", FluentValue::from(grouped(n as usize)))];
    panel::heading(cx, ui, &cx.f("map-chosen", &pods));
    let nodes =
        [("n", FluentValue::from(summary.nodes)), ("nodes", FluentValue::from(grouped(summary.nodes as usize)))];
    ui.label(text::body(cx.f("placement-chosen-on", &nodes)).color(t.text2));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        node::zoom_link(cx, ui, &mut asked);
        if link_small(cx, ui, &cx.t("placement-copy-names")).clicked() {
            cx.act(UiAction::Copy(names(picture, chosen)));
        }
    });
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-by-state"));
    figures::states_ui(cx, ui, &summary.by_sign);
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-requested"));
    let requests = &summary.requests;
    let figures = |requested: String, used: String| {
        if requests.measured == 0 {
            return requested;
        }
        format!("{requested}, {}", cx.f("placement-used-short", &[("amount", FluentValue::from(used))]))
    };
    let cpu = figures(cores(requests.cpu), cores(requests.cpu_used));
    panel::key_value_mono(cx, ui, &cx.t("map-cpu"), &cpu);
    let memory = figures(quantity::bytes_text(requests.memory), quantity::bytes_text(requests.memory_used));
    panel::key_value_mono(cx, ui, &cx.t("map-memory"), &memory);
    figures::use_ui(cx, ui, &picture.usage, &mut asked);
    if picture.usage.measuring == Measuring::Known && requests.measured < requests.pods {
        let id = if requests.measured == 0 { "placement-use-of-none" } else { "placement-use-of-some" };
        let measured = [
            ("n", FluentValue::from(grouped(requests.measured as usize))),
            ("pods", FluentValue::from(grouped(requests.pods as usize))),
        ];
        let note = cx.f(id, &measured);
        ui.add(egui::Label::new(text::small(note).color(t.text3)).wrap());
    }
    if summary.restarts > 0 {
        let restarts = grouped(summary.restarts as usize);
        panel::key_value_mono(cx, ui, &cx.t("placement-restarts-label"), &restarts);
    }
    if summary.homeless > 0 {
        let words = grouped(summary.homeless as usize);
        panel::key_value_mono(cx, ui, &cx.t("map-unscheduled"), &words);
    }
    for (caption, list) in [("placement-namespaces", &summary.namespaces), ("placement-workloads", &summary.owners)] {
        if list.is_empty() {
            continue;
        }
        panel::rule(cx, ui);
        panel::caption(cx, ui, &cx.f(caption, &[("n", FluentValue::from(list.len()))]));
        for (name, count) in list.iter().take(NAMED) {
            let name = picture.pods.names.get(*name);
            let short = name.split_once('/').map_or(name, |(_, name)| name);
            figures::count_row(cx, ui, short, *count);
        }
        if list.len() > NAMED {
            let more = cx.f("placement-more", &[("n", FluentValue::from(list.len() - NAMED))]);
            ui.label(text::small(more).color(t.text3));
        }
    }
    asked
}

/// `namespace/name`, one a line.
fn names(picture: &Picture, chosen: &Matches) -> String {
    let pods = &picture.pods;
    let name = |pod: usize| format!("{}/{}", pods.namespace_of(pod), pods.name_of(pod));
    chosen.iter().map(name).collect::<Vec<_>>().join("\n")
}
