//! The panel of a workload: replicas, what is missing and why, its spread, what it asks for, what happened; scaling.

use super::super::workloads::scale::{Asked as Scaled, Scaling, box_ui};
use super::super::workloads::why;
use super::Asked;
use super::pod::events;
use crate::model::cluster::Picture;
use crate::model::columns::PodTable;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::model::workload::{Shortage, Workload};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{icon_button_sized, link};
use crate::ui::widgets::{bars, glyph, line, paint_left, paint_right, panel};
use egui::{Align, Label, Layout, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;
use std::collections::BTreeSet;

/// Draws the panel's content.
pub(super) fn panel_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    bay: &str,
    workload: &Workload,
    picture: &Picture,
    scaling: &mut Scaling,
) -> Asked {
    let t = cx.tokens;
    let asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &workload.name);
    let args = [
        ("kind", FluentValue::from(workload.kind.word())),
        ("namespace", FluentValue::from(workload.namespace.as_str())),
    ];
    ui.label(text::body(cx.f("placement-workload-in", &args)).color(t.text2));
    panel::rule(cx, ui);
    replicas(cx, ui, bay, workload, picture, scaling);
    panel::rule(cx, ui);
    spread(cx, ui, workload);
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-requested-all"));
    let pods = u64::from(workload.replicas.desired);
    panel::key_value_mono(
        cx,
        ui,
        &cx.t("map-cpu"),
        &crate::ui::map::paint::cores(u64::from(workload.cpu_milli_each) * pods),
    );
    panel::key_value_mono(cx, ui, &cx.t("map-memory"), &quantity::bytes_text(workload.memory_bytes_each * pods));
    if workload.restarts > 0 {
        panel::key_value_mono(cx, ui, &cx.t("placement-restarts-label"), &workload.restarts.to_string());
    }
    events(cx, ui, picture, workload.kind.word(), &workload.namespace, &workload.name);
    panel::rule(cx, ui);
    if link(cx, ui, &cx.t("placement-list-pods")).clicked() {
        let filter = format!("workload:{} ns:{}", workload.name, workload.namespace);
        cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
    }
    asked
}

fn replicas(cx: &Cx<'_>, ui: &mut Ui, bay: &str, workload: &Workload, picture: &Picture, scaling: &mut Scaling) {
    let t = cx.tokens;
    ui.horizontal(|ui| {
        ui.set_height(24.0);
        panel::caption(cx, ui, &cx.t("placement-replicas"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let may = super::super::bay::actions::writer(cx).is_ok();
            let number = scaling
                .edit_of(&workload.uid)
                .and_then(super::super::workloads::scale::Edit::replicas)
                .unwrap_or_else(|| scaling.wanted(workload));
            let can = workload.kind.can_scale() && may;
            ui.spacing_mut().item_spacing.x = 6.0;
            if can && icon_button_sized(cx, ui, Icon::Plus, &cx.t("placement-scale-more"), 22.0, 13.0).clicked() {
                scaling.step(workload, 1);
            }
            ui.label(text::mono(number.to_string()).color(t.text));
            if can && icon_button_sized(cx, ui, Icon::Minus, &cx.t("placement-scale-fewer"), 22.0, 13.0).clicked() {
                scaling.step(workload, -1);
            }
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(text::title(workload.replicas.ready.to_string()).color(t.text));
        let words = cx.f("placement-of-ready", &[("desired", FluentValue::from(workload.replicas.desired))]);
        ui.label(text::body(words).color(t.text2));
    });
    let width = ui.available_width();
    bars::replica_bar(ui, cx, &workload.by_sign, workload.not_created, workload.replicas.desired, vec2(width, 9.0));
    ui.add_space(4.0);
    for shortage in workload.shortages.iter().take(6) {
        shortage_row(cx, ui, workload, shortage, picture);
    }
    let pending = scaling.edit_of(&workload.uid).is_some() || scaling.wanted(workload) != workload.replicas.desired;
    if pending || !workload.kind.can_scale() {
        ui.add_space(6.0);
        match box_ui(cx, ui, workload, picture, scaling) {
            Some(Scaled::Apply) => scaling.apply(cx, bay, workload),
            Some(Scaled::Cancel) => scaling.edit = None,
            Some(Scaled::Changed) | None => {}
        }
    }
}

/// `2 crash loops`, and at the right where or why.
fn shortage_row(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, shortage: &Shortage, picture: &Picture) {
    let t = cx.tokens;
    let sign = why::sign(shortage);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let title = why::title(cx, shortage);
    let nodes = nodes_of(picture, workload, shortage);
    let right = if nodes.is_empty() { why::detail(cx, shortage, picture) } else { nodes.join(", ") };
    let name = format!("{title}, {right}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    glyph::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), sign, 12.0, t.ink(sign));
    let title = line(ui, &title, text::body_font(), t.ink(sign), rect.width() * 0.6);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 20.0, rect.center().y), title);
    let right_line = line(ui, &right, text::body_font(), t.text2, rect.right() - drawn.right() - 10.0);
    let cut = right_line.elided;
    paint_right(ui.painter(), rect.right_center(), right_line);
    let tip = why::detail(cx, shortage, picture);
    if cut || !tip.is_empty() {
        crate::ui::widgets::button::tooltip(cx, response, if tip.is_empty() { &right } else { &tip });
    }
}

/// Short names of the nodes whose pods share a shortage; none where they have no node.
fn nodes_of(picture: &Picture, workload: &Workload, shortage: &Shortage) -> Vec<String> {
    let pods: &PodTable = &picture.pods;
    let Some(owner) = pods.names.find(&workload.owner_key()) else { return Vec::new() };
    let mut nodes = BTreeSet::new();
    for pod in 0..pods.len() {
        let same = pods.owner[pod] == owner
            && pods.sign[pod] == shortage.sign
            && pods.reason_of(pod) == shortage.reason
            && pods.namespace_of(pod) == workload.namespace;
        if same && let Some(node) = picture.nodes.get(pods.node[pod] as usize) {
            nodes.insert(node.short.to_string());
        }
    }
    nodes.into_iter().collect()
}

fn spread(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload) {
    let t = cx.tokens;
    panel::caption(cx, ui, &cx.t("placement-spread-zones"));
    let most = workload.zones.iter().map(|z| z.pods).max().unwrap_or(1).max(1);
    // Pods without a zone come last: they are the ones without a place.
    let (without, with): (Vec<_>, Vec<_>) = workload.zones.iter().partition(|z| z.zone.is_empty());
    for zone in with.into_iter().chain(without) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        let name = if zone.zone.is_empty() {
            cx.t("placement-zone-none").into_owned()
        } else {
            cx.f("map-zone", &[("zone", FluentValue::from(&*zone.zone))])
        };
        let figures = format!("{} / {}", zone.ready, zone.pods);
        let spoken = format!("{name} {figures}");
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let y = rect.center().y;
        paint_left(ui.painter(), rect.left_center(), line(ui, &name, text::body_font(), t.text, 72.0));
        paint_right(ui.painter(), rect.right_center(), line(ui, &figures, text::mono_small_font(), t.text, 70.0));
        let room = rect.width() - 80.0 - 70.0;
        let bar =
            Rect::from_min_size(pos2(rect.left() + 80.0, y - 4.0), vec2(room * zone.pods as f32 / most as f32, 8.0));
        if bar.width() > 4.0 {
            bars::paint_replica_bar(ui.painter(), cx, bar, &zone.by_sign, 0, zone.pods);
        }
    }
    ui.add_space(6.0);
    panel::caption(cx, ui, &cx.t("placement-spread-nodes"));
    let args = [("nodes", FluentValue::from(workload.nodes)), ("most", FluentValue::from(workload.most_on_one_node))];
    ui.add(Label::new(text::body(cx.f("placement-spread", &args)).color(t.text)).wrap());
    if workload.sign != Sign::Ok && workload.shortages.is_empty() && workload.not_created > 0 {
        let words = cx.f("placement-not-created", &[("n", workload.not_created.into())]);
        ui.add(Label::new(text::body(words).color(t.ink(Sign::Pending))).wrap());
    }
}
