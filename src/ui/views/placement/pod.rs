//! The panel of a pod: state and why, where it runs, who keeps it, what it asks for; log, YAML, deletion.

use super::super::pods::drawer::{Drawer, Shows};
use super::{Asked, figures};
use crate::model::cluster::Picture;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{Button, copy_button, link};
use crate::ui::widgets::{age, glyph, panel};
use egui::{Label, Ui, vec2};
use fluent_bundle::FluentValue;

/// Draws the panel's content.
pub(super) fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, pod: usize, picture: &Picture, drawer: &mut Drawer) -> Asked {
    let t = cx.tokens;
    let pods = &*picture.pods;
    let name = pods.name_of(pod);
    let namespace = pods.namespace_of(pod);
    let sign = pods.sign[pod];
    let mut asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, name);
    ui.horizontal(|ui| {
        let words = cx.f("placement-pod-in", &[("namespace", FluentValue::from(namespace))]);
        ui.label(text::body(words).color(t.text2));
        copy_button(cx, ui, name, &cx.t("placement-copy-name"));
    });
    panel::rule(cx, ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text } else { t.ink(sign) };
        ui.label(text::strong(pods.reason_of(pod)).color(ink));
        if pods.restarts[pod] > 0 {
            let words = cx.f("placement-restarts", &[("n", pods.restarts[pod].into())]);
            ui.label(text::body(words).color(t.text2));
        }
    });
    if !pods.message_of(pod).is_empty() {
        ui.add(Label::new(text::body(pods.message_of(pod)).color(t.text)).wrap());
    }
    panel::rule(cx, ui);
    let owner = pods.owner_of(pod);
    panel::key_value_ui(cx, ui, &cx.t("placement-owner"), |ui| match owner.split_once('/') {
        Some((kind, workload)) => {
            if link(cx, ui, workload).clicked() {
                asked = Asked::Workload(owner.to_owned(), namespace.to_owned());
            }
            ui.label(text::small(kind).color(t.text3));
        }
        None => {
            ui.label(text::body(cx.t("placement-nobody")).color(t.text2));
        }
    });
    panel::key_value_ui(cx, ui, &cx.t("placement-node"), |ui| {
        match pods.node.get(pod).and_then(|n| picture.nodes.get(*n as usize)) {
            Some(node) => {
                if link(cx, ui, &node.name).clicked() {
                    asked = Asked::Node(node.name.clone());
                }
                if !node.zone.is_empty() {
                    let words = cx.f("map-zone", &[("zone", FluentValue::from(node.zone.as_str()))]);
                    ui.label(text::small(words).color(t.text3));
                }
            }
            None => {
                ui.label(text::body(cx.t("placement-on-no-node")).color(t.text2));
            }
        }
    });
    if let Some(ip) = pods.ip[pod] {
        panel::key_value_mono(cx, ui, &cx.t("placement-address"), &ip.to_string());
    }
    let ready = format!("{} / {}", pods.ready[pod], pods.containers[pod]);
    panel::key_value_mono(cx, ui, &cx.t("placement-containers-ready"), &ready);
    panel::key_value(cx, ui, &cx.t("placement-age"), &age::age(cx, pods.created_at[pod]));
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-requested"));
    let used = picture.usage.of(pod);
    let figures = |requested: String, used: Option<String>| match used {
        Some(used) => format!("{requested}, {}", cx.f("placement-used-short", &[("amount", FluentValue::from(used))])),
        None => requested,
    };
    let cpu = quantity::cores_text(u64::from(pods.cpu_milli[pod]));
    let cpu = figures(cpu, used.map(|u| quantity::cores_text(u.0)));
    panel::key_value_mono(cx, ui, &cx.t("map-cpu"), &cpu);
    let memory = figures(quantity::bytes_text(pods.memory_bytes[pod]), used.map(|u| quantity::bytes_text(u.1)));
    panel::key_value_mono(cx, ui, &cx.t("map-memory"), &memory);
    figures::use_ui(cx, ui, &picture.usage, &mut asked);
    panel::rule(cx, ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
        let log = Button::new(cx.t("placement-log")).icon(Icon::Terminal).selected(drawer.open == Some(Shows::Log));
        if log.shortcut("L").show(cx, ui).clicked() {
            drawer.toggle(Shows::Log);
        }
        let yaml = Button::new(cx.t("placement-yaml")).icon(Icon::FileCode).selected(drawer.open == Some(Shows::Yaml));
        if yaml.shortcut("Y").show(cx, ui).clicked() {
            drawer.toggle(Shows::Yaml);
        }
        let may = super::super::bay::actions::writer(cx);
        let reason = may.as_ref().err().cloned().unwrap_or_default();
        let delete = Button::new(cx.t("action-delete")).danger().enabled(may.is_ok(), &reason);
        if delete.show(cx, ui).clicked() {
            asked = Asked::Delete;
        }
    });
    if !pods.labels_of(pod).is_empty() {
        panel::rule(cx, ui);
        panel::caption(cx, ui, &cx.t("placement-labels"));
        for label in pods.labels_of(pod).split(',') {
            ui.add(Label::new(text::mono_small(label).color(t.text2)).wrap());
        }
    }
    events(cx, ui, picture, "Pod", namespace, name);
    asked
}

/// The newest events about an object; nothing where there are none.
pub(super) fn events(cx: &Cx<'_>, ui: &mut Ui, picture: &Picture, kind: &str, namespace: &str, name: &str) {
    let about = picture.events.iter().filter(|e| {
        let same = e.kind == kind && e.name == name && (e.namespace == namespace || kind == "Node");
        let of_workload = kind != "Pod" && kind != "Node" && e.namespace == namespace && is_part_of(&e.name, name);
        same || of_workload
    });
    let list: Vec<_> = about.take(6).collect();
    if list.is_empty() {
        return;
    }
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-events"));
    for event in list {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 7.0;
            ui.label(text::mono_small(age::clock(cx, event.last_seen)).color(cx.tokens.text3));
            let sign = if event.warning { Sign::Warning } else { Sign::Ok };
            glyph::show(ui, cx, sign, 10.0);
            // The scheduler's words can fill a panel: two lines are told, the tooltip has the rest.
            let mut words =
                egui::text::LayoutJob::simple(event.message.clone(), text::body_font(), cx.tokens.text, f32::INFINITY);
            words.wrap.max_rows = 2;
            ui.add(Label::new(words).wrap());
        });
    }
}

/// `checkout-api-6d9f7c8b54-x2kqj` is part of `checkout-api`: what follows are the suffixes of a replica set and a pod.
fn is_part_of(name: &str, workload: &str) -> bool {
    match name.strip_prefix(workload) {
        Some("") => true,
        Some(rest) => {
            let Some(rest) = rest.strip_prefix('-') else { return false };
            rest.split('-').count() <= 2
                && rest.split('-').all(|p| p.chars().all(|c| c.is_ascii_alphanumeric()) && p.len() <= 10)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_part_of;

    #[test]
    fn events_of_a_workload_are_its_own_and_its_pods() {
        assert!(is_part_of("checkout-api", "checkout-api"));
        assert!(is_part_of("checkout-api-6d9f7c8b54-x2kqj", "checkout-api"));
        assert!(is_part_of("redis-0", "redis"));
        assert!(!is_part_of("checkout-apis", "checkout-api"));
        assert!(!is_part_of("checkout-api-for-partners-6d9f7c8b54-x2kqj", "checkout-api"));
    }
}
