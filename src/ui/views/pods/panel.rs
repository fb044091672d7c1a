//! The selected pod: state and why, where it runs, what it asks for, and what can be done to it.

use super::drawer::{Drawer, Shows};
use super::rows;
use crate::model::cluster::Picture;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{Button, copy_button, link};
use crate::ui::widgets::{age, glyph, panel};
use egui::{Label, Ui};
use fluent_bundle::FluentValue;

/// Draws the panel's content; true when the pod shall be deleted.
pub fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, pod: usize, picture: &Picture, drawer: &mut Drawer) -> bool {
    let t = cx.tokens;
    let pods = &*picture.pods;
    let name = pods.name_of(pod);
    let namespace = pods.namespace_of(pod);
    let sign = rows::sign(pods, pod);
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, name);
    ui.horizontal(|ui| {
        ui.label(text::body(cx.f("pods-in", &[("namespace", FluentValue::from(namespace))])).color(t.text2));
        copy_button(cx, ui, name, &cx.t("pods-copy-name"));
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, sign, 12.0);
        ui.label(text::body(pods.reason_of(pod)).color(if sign == Sign::Ok { t.text2 } else { t.ink(sign) }));
        let restarts = pods.restarts[pod];
        if restarts > 0 {
            ui.label(text::body(cx.f("pods-restarts-n", &[("n", FluentValue::from(restarts))])).color(t.text2));
        }
    });
    if !pods.message_of(pod).is_empty() {
        ui.add(Label::new(text::body(pods.message_of(pod)).color(t.text)).wrap());
    }
    ui.add_space(6.0);
    let mut delete = false;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(8.0, 8.0);
        let log =
            Button::new(cx.t("pods-log")).icon(Icon::Terminal).selected(drawer.open == Some(Shows::Log)).shortcut("L");
        if log.show(cx, ui).clicked() {
            drawer.toggle(Shows::Log);
        }
        let yaml = Button::new(cx.t("pods-yaml"))
            .icon(Icon::FileCode)
            .selected(drawer.open == Some(Shows::Yaml))
            .shortcut("Y");
        if yaml.show(cx, ui).clicked() {
            drawer.toggle(Shows::Yaml);
        }
        delete = Button::new(cx.t("action-delete")).danger().show(cx, ui).clicked();
    });
    panel::rule(cx, ui);
    panel::key_value_ui(cx, ui, &cx.t("pods-col-node"), |ui| match rows::node(picture, pod) {
        Some(node) => {
            if link(cx, ui, &node.name).clicked() {
                let filter = format!("node:{}", node.name);
                cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
            }
        }
        None => {
            ui.label(text::body(cx.t("pods-no-node")).color(t.text2));
        }
    });
    let owner = pods.owner_of(pod);
    if let Some((_, workload)) = owner.split_once('/') {
        panel::key_value_ui(cx, ui, &cx.t("pods-col-owner"), |ui| {
            if link(cx, ui, owner).clicked() {
                let filter = format!("workload:{workload} ns:{namespace}");
                cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
            }
        });
    }
    panel::key_value_mono(cx, ui, &cx.t("pods-col-ready"), &format!("{} / {}", pods.ready[pod], pods.containers[pod]));
    if let Some(ip) = pods.ip[pod] {
        let ip = ip.to_string();
        panel::key_value_ui(cx, ui, &cx.t("pods-col-ip"), |ui| {
            ui.horizontal(|ui| {
                ui.label(text::mono(&ip).color(t.text));
                copy_button(cx, ui, &ip, &cx.t("pods-copy-ip"));
            });
        });
    }
    panel::key_value(
        cx,
        ui,
        &cx.t("pods-col-age"),
        &format!("{}  {}", age::age(cx, pods.created_at[pod]), age::date_time(cx, pods.created_at[pod])),
    );
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("pods-requests"));
    panel::key_value_mono(cx, ui, &cx.t("pods-cpu"), &quantity::cores_text(u64::from(pods.cpu_milli[pod])));
    panel::key_value_mono(cx, ui, &cx.t("pods-memory"), &quantity::bytes_text(pods.memory_bytes[pod]));
    panel::rule(cx, ui);
    let images = pods.images.get(pod).map_or("", |i| pods.names.get(*i));
    panel::caption(cx, ui, &cx.t("pods-images"));
    for image in images.split(',').filter(|i| !i.is_empty()) {
        ui.add(Label::new(text::mono_small(image).color(t.text)).wrap());
    }
    if !pods.labels_of(pod).is_empty() {
        ui.add_space(6.0);
        panel::caption(cx, ui, &cx.t("pods-labels"));
        for label in pods.labels_of(pod).split(',') {
            ui.add(Label::new(text::mono_small(label).color(t.text2)).wrap());
        }
    }
    ui.add_space(8.0);
    if link(cx, ui, &cx.t("pods-show-on-map")).clicked() {
        show_on_map(cx, bay, pod, picture);
    }
    delete
}

/// Shows a pod on the map among its workload's.
pub fn show_on_map(cx: &Cx<'_>, bay: &str, pod: usize, picture: &Picture) {
    let pods = &*picture.pods;
    let (namespace, name) = (pods.namespace_of(pod), pods.name_of(pod));
    let filter = match pods.owner_of(pod).split_once('/') {
        Some((_, workload)) => format!("workload:{workload} ns:{namespace}"),
        None => format!("pod:{name}"),
    };
    let pod = Some((namespace.to_owned(), name.to_owned()));
    cx.act(UiAction::ShowOnMap { bay: bay.to_owned(), filter, pod });
}
