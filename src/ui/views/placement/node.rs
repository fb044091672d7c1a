//! The panel of a node: its pods by state, capacity, the server behind it, kubelet; and of the pods that have no node.

use super::pod::events;
use super::{Asked, figures};
use crate::model::cluster::{Node, Picture};
use crate::model::columns::NONE;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::capacity::Capacity;
use crate::ui::map::filter::quoted;
use crate::ui::map::order::is_trouble;
use crate::ui::text;
use crate::ui::widgets::button::{copy_button, link, link_small};
use crate::ui::widgets::{age, glyph, panel};
use egui::{Label, Ui};
use fluent_bundle::FluentValue;
use std::collections::BTreeMap;

/// Pods in trouble that are listed.
const LISTED: usize = 8;

/// Draws the panel's content. `pods` stand on the node.
pub(super) fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, node: &Node, picture: &Picture, pods: &[u32]) -> Asked {
    let t = cx.tokens;
    let mut asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &node.name);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let sign = node.sign();
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.label(text::body(state(cx, node)).color(ink));
    });
    zoom_link(cx, ui, &mut asked);
    for words in [&node.message, &node.pressures.join(", ")] {
        if !words.is_empty() {
            ui.add(Label::new(text::body(words).color(t.text)).wrap());
        }
    }
    panel::rule(cx, ui);
    let within = format!("node:{}", quoted(&node.name));
    figures::by_state(cx, ui, &figures::count(picture, pods.iter().copied()), &within, &mut asked);
    trouble(cx, ui, picture, pods, &mut asked);
    panel::rule(cx, ui);
    let mut capacity = Capacity::default();
    capacity.add(node, pods.len());
    figures::capacity_ui(cx, ui, &capacity);
    panel::rule(cx, ui);
    server(cx, ui, bay, node);
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-kubelet"));
    for (id, value) in
        [("placement-version", &node.version), ("placement-runtime", &node.runtime), ("placement-os", &node.os_image)]
    {
        if !value.is_empty() {
            panel::key_value_mono(cx, ui, &cx.t(id), value);
        }
    }
    let taints = if node.taints.is_empty() { cx.t("placement-none").into_owned() } else { node.taints.join("\n") };
    panel::key_value_mono(cx, ui, &cx.t("placement-taints"), &taints);
    panel::key_value(cx, ui, &cx.t("placement-age"), &age::age(cx, node.created_at));
    events(cx, ui, picture, "Node", "", &node.name);
    asked
}

/// The way to what the panel tells of.
pub(super) fn zoom_link(cx: &Cx<'_>, ui: &mut Ui, asked: &mut Asked) {
    if link_small(cx, ui, &cx.t("placement-zoom-to")).clicked() {
        *asked = Asked::Zoom;
    }
}

/// `Ready for 41 d, schedulable`.
fn state(cx: &Cx<'_>, node: &Node) -> String {
    match node.ready {
        Some(true) => {
            let id = if node.cordoned { "placement-ready-cordoned" } else { "placement-ready-schedulable" };
            cx.f(id, &[("age", FluentValue::from(age::age(cx, node.created_at)))])
        }
        _ => match node.since {
            Some(since) => cx.f("placement-not-ready-for", &[("age", FluentValue::from(age::age(cx, since)))]),
            None => cx.t("map-not-ready").into_owned(),
        },
    }
}

/// The pods in trouble, each a way to it.
fn trouble(cx: &Cx<'_>, ui: &mut Ui, picture: &Picture, pods: &[u32], asked: &mut Asked) {
    let table = &picture.pods;
    let troubled: Vec<u32> =
        pods.iter().copied().filter(|p| table.sign.get(*p as usize).is_some_and(|s| is_trouble(*s))).collect();
    if troubled.is_empty() {
        return;
    }
    ui.add_space(6.0);
    for pod in troubled.iter().take(LISTED) {
        let at = *pod as usize;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 7.0;
            glyph::show(ui, cx, table.sign[at], 10.0);
            if link_small(cx, ui, &table.name[at]).clicked() {
                *asked = Asked::Pod(*pod);
            }
        });
    }
    if troubled.len() > LISTED {
        let words = cx.f("placement-more", &[("n", FluentValue::from(troubled.len() - LISTED))]);
        ui.label(text::small(words).color(cx.tokens.text3));
    }
}

/// The Nova server behind the node, joined by its uuid.
fn server(cx: &Cx<'_>, ui: &mut Ui, bay: &str, node: &Node) {
    let uuid = node.provider_id.rsplit('/').next().unwrap_or_default();
    let servers = cx.state.details.get(bay).and_then(|d| d.servers.value.as_ref());
    let server = servers.and_then(|s| s.iter().find(|s| s.id == uuid || s.name == node.name));
    panel::caption(cx, ui, &cx.t("placement-server"));
    if let Some(server) = server {
        panel::key_value_mono(cx, ui, &cx.t("placement-name"), &server.name);
    }
    let flavor = server.map_or(node.flavor.as_str(), |s| s.flavor.as_str());
    let zone = server.map_or("", |s| s.zone.as_str());
    let zones = [zone, node.zone.as_str()].into_iter().filter(|z| !z.is_empty()).collect::<Vec<_>>().join(", ");
    for (id, value) in [("placement-flavor", flavor), ("placement-zone", &zones), ("placement-node-group", &node.group)]
    {
        if !value.is_empty() {
            panel::key_value(cx, ui, &cx.t(id), value);
        }
    }
    if !node.address.is_empty() {
        panel::key_value_ui(cx, ui, &cx.t("placement-address"), |ui| {
            ui.horizontal(|ui| {
                ui.label(text::mono(&node.address).color(cx.tokens.text));
                copy_button(cx, ui, &node.address, &cx.t("placement-copy-address"));
            });
        });
    }
}

/// The panel of the pods without a node: why, by reason, and whose they are.
pub(super) fn unscheduled_ui(cx: &Cx<'_>, ui: &mut Ui, picture: &Picture) -> Asked {
    let t = cx.tokens;
    let pods = &picture.pods;
    let mut asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &cx.t("map-unscheduled"));
    let waiting: Vec<usize> = (0..pods.len()).filter(|p| pods.node[*p] == NONE).collect();
    let n = [("n", FluentValue::from(waiting.len())), ("pods", FluentValue::from(waiting.len().to_string()))];
    ui.label(text::body(cx.f("map-pods", &n)).color(t.text2));
    let mut whys: BTreeMap<&str, u32> = BTreeMap::new();
    let mut owners: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for pod in waiting {
        *whys.entry(pods.message_of(pod)).or_default() += 1;
        *owners.entry((pods.namespace_of(pod), pods.owner_of(pod))).or_default() += 1;
    }
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-why"));
    for (why, count) in whys.iter().take(6) {
        let words = if why.is_empty() { cx.t("placement-why-unsaid").into_owned() } else { (*why).to_owned() };
        ui.horizontal_top(|ui| {
            ui.label(text::mono(count.to_string()).color(t.text));
            ui.add(Label::new(text::body(words).color(t.text2)).wrap());
        });
    }
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-owners"));
    for ((namespace, owner), count) in owners.iter().take(12) {
        ui.horizontal(|ui| {
            ui.label(text::mono(count.to_string()).color(t.text));
            match owner.split_once('/') {
                Some((_, name)) => {
                    if link(cx, ui, name).clicked() {
                        asked = Asked::Workload((*owner).to_owned(), (*namespace).to_owned());
                    }
                }
                None => {
                    ui.label(text::body(cx.t("placement-nobody")).color(t.text2));
                }
            }
            ui.label(text::small(*namespace).color(t.text3));
        });
    }
    asked
}
