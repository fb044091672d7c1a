//! The selected node: state and why, the server behind it, capacity, taints, its pods.

use super::super::overview::server_sign;
use super::{cpu_words, memory_words, show_on_map, status_words};
use crate::model::bay::Server;
use crate::model::cluster::{Node, Picture};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::text;
use crate::ui::widgets::button::{copy_button, link, tooltip};
use crate::ui::widgets::{age, bars, glyph, line, paint_left, panel};
use egui::{Label, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

/// Pods listed; the rest is one click away.
const PODS: usize = 14;

/// Draws the panel's content.
pub fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, node: &Node, server: Option<&Server>, picture: &Picture) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &node.name);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let sign = node.sign();
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.label(text::body(status_words(cx, node)).color(ink));
        if let Some(since) = node.since.filter(|_| sign != Sign::Ok) {
            ui.label(text::body(format!("· {}", age::ago(cx, since as f64))).color(t.text3));
        }
    });
    if !node.message.is_empty() && node.sign() != Sign::Ok {
        ui.add(Label::new(text::body(&node.message).color(t.text)).wrap());
    }
    panel::rule(cx, ui);
    capacity(
        cx,
        ui,
        "nodes-col-pods",
        u64::from(node.pods),
        None,
        u64::from(node.pods_limit),
        &format!("{} / {}", node.pods, node.pods_limit),
    );
    capacity(cx, ui, "nodes-cpu", node.cpu_requested, node.cpu_used, node.cpu_milli, &cpu_words(cx, node));
    capacity(
        cx,
        ui,
        "nodes-memory",
        node.memory_requested,
        node.memory_used,
        node.memory_bytes,
        &memory_words(cx, node),
    );
    if !picture.has_metrics {
        ui.label(text::small(cx.t("nodes-no-metrics")).color(t.text3));
    }
    panel::rule(cx, ui);
    server_ui(cx, ui, server);
    panel::rule(cx, ui);
    for (id, value) in [
        ("nodes-col-role", &node.role),
        ("nodes-col-group", &node.group),
        ("nodes-col-zone", &node.zone),
        ("nodes-col-flavor", &node.flavor),
        ("nodes-address", &node.address),
        ("nodes-col-version", &node.version),
        ("nodes-runtime", &node.runtime),
        ("nodes-os", &node.os_image),
        ("nodes-kernel", &node.kernel),
    ] {
        if !value.is_empty() {
            panel::key_value(cx, ui, &cx.t(id), value);
        }
    }
    panel::key_value(cx, ui, &cx.t("nodes-col-age"), &age::age(cx, node.created_at));
    let taints = if node.taints.is_empty() { cx.t("nodes-none-word").into_owned() } else { node.taints.join("\n") };
    panel::key_value_mono(cx, ui, &cx.t("nodes-taints"), &taints);
    panel::rule(cx, ui);
    pods_ui(cx, ui, bay, node, picture);
}

fn capacity<'a>(cx: &Cx<'a>, ui: &mut Ui, id: &'a str, part: u64, used: Option<u64>, all: u64, words: &str) {
    ui.horizontal(|ui| {
        ui.label(text::small(cx.t(id)).color(cx.tokens.text2));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(Label::new(text::mono_small(words).color(cx.tokens.text)).truncate());
        });
    });
    bars::capacity_strip(ui, cx, part, used, all, vec2(ui.available_width(), 6.0));
    ui.add_space(2.0);
}

/// The Nova server behind the node.
fn server_ui(cx: &Cx<'_>, ui: &mut Ui, server: Option<&Server>) {
    let t = cx.tokens;
    panel::caption(cx, ui, &cx.t("nodes-server"));
    let Some(server) = server else {
        ui.add(Label::new(text::body(cx.t("nodes-server-unknown")).color(t.text2)).wrap());
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let sign = server_sign(&server.status);
        glyph::show(ui, cx, sign, 12.0);
        ui.label(text::mono(&server.status).color(if sign == Sign::Ok { t.text2 } else { t.ink(sign) }));
        ui.add(Label::new(text::body(&server.name).color(t.text)).truncate());
    });
    if let Some(fault) = &server.fault {
        ui.add(Label::new(text::body(fault).color(t.ink(Sign::Failed))).wrap());
    }
    ui.horizontal(|ui| {
        let galley = line(ui, &server.id, text::mono_small_font(), t.text2, ui.available_width() - 28.0);
        ui.label(galley);
        copy_button(cx, ui, &server.id, &cx.t("nodes-copy-server"));
    });
}

/// The node's pods, those in trouble first.
fn pods_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, node: &Node, picture: &Picture) {
    let t = cx.tokens;
    let pods = &*picture.pods;
    let here = picture.nodes.iter().position(|n| n.name == node.name);
    let mut list: Vec<usize> = (0..pods.len()).filter(|p| Some(pods.node[*p] as usize) == here).collect();
    list.sort_by_key(|p| std::cmp::Reverse(pods.sign[*p].severity()));
    let filter = format!("node:{}", node.name);
    panel::caption(cx, ui, &cx.f("nodes-its-pods", &[("n", FluentValue::from(list.len()))]));
    for pod in list.iter().take(PODS) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        let sign = pods.sign[*pod];
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &pods.name[*pod]));
        let y = rect.center().y;
        glyph::paint(ui.painter(), pos2(rect.left() + 6.0, y), sign, 10.0, t.ink(sign));
        let reason = if sign == Sign::Ok { "" } else { pods.reason_of(*pod) };
        let word = line(ui, reason, text::small_font(), t.ink(sign), 120.0);
        let right = crate::ui::widgets::paint_right(ui.painter(), pos2(rect.right(), y), word).left();
        let name = line(ui, &pods.name[*pod], text::body_font(), t.text, right - rect.left() - 28.0);
        paint_left(ui.painter(), pos2(rect.left() + 20.0, y), name);
        tooltip(
            cx,
            response,
            &format!("{} / {}\n{}", pods.namespace_of(*pod), pods.name_of(*pod), pods.message_of(*pod)),
        );
    }
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        if link(cx, ui, &cx.t("nodes-show-pods")).clicked() {
            cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
        }
        if link(cx, ui, &cx.t("nodes-show-on-map")).clicked() {
            show_on_map(cx, bay, &node.name);
        }
    });
}
