//! The opened row: what is missing and why, ready per zone, the last hour, scaling.

use super::chart;
use super::scale::{self, Asked, Scaling};
use super::why;
use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::model::workload::{Spread, Workload};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::text;
use crate::ui::widgets::button::{link, tooltip};
use crate::ui::widgets::chip::group;
use crate::ui::widgets::{bars, glyph, line, paint_left, paint_right};
use egui::{Align, Layout, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

const LINE: f32 = 22.0;
/// Width that the reasons keep where the chart can be smaller.
const LEAST_MISSING: f32 = 290.0;
/// Lines of reasons and of zones that are shown; there is room for no more.
const LINES: usize = 6;

/// How high the opened row is.
pub fn height(workload: &Workload) -> f32 {
    // Under the reasons stand the counts and the links, under the zones the nodes.
    let lines = (workload.shortages.len().min(LINES) + 1).max(workload.zones.len().min(LINES)).max(3);
    16.0 + 22.0 + (lines + 1) as f32 * LINE + 10.0
}

/// Draws it.
pub fn detail_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    bay: &str,
    workload: &Workload,
    picture: &Picture,
    scaling: &mut Scaling,
) -> Option<Asked> {
    let rect = ui.max_rect();
    let left = rect.left() + 22.0;
    let width = rect.right() - left;
    // Scaling stays; the chart goes first, then the zones.
    let with_chart = width > 1060.0;
    let with_zones =
        width > 720.0 && workload.zones.len() > usize::from(workload.zones.iter().all(|z| z.zone.is_empty()));
    let zones = if with_zones { 226.0 } else { 0.0 };
    let scale_width = if with_chart { 330.0 } else { 300.0_f32.min(width * 0.42) };
    let gap = |w: f32| if w > 0.0 { 24.0 } else { 0.0 };
    let rest = width - zones - gap(zones) - scale_width - 24.0;
    // The links under the reasons stay whole.
    let chart_width =
        if with_chart { (rest * 0.46).min(rest - gap(rest) - LEAST_MISSING).clamp(220.0, 340.0) } else { 0.0 };
    let missing = width - zones - gap(zones) - chart_width - gap(chart_width) - scale_width - 24.0;
    let mut x = left;
    let mut part = |w: f32| {
        let at = Rect::from_min_max(pos2(x, rect.top()), pos2(x + w, rect.bottom()));
        x += w + gap(w);
        at
    };
    let (missing_at, zones_at, chart_at, scale_at) = (part(missing), part(zones), part(chart_width), part(scale_width));
    column(ui, "missing", missing_at, |ui| {
        missing_ui(cx, ui, bay, workload, picture, scaling, with_zones);
    });
    if with_zones {
        column(ui, "zones", zones_at, |ui| zones_ui(cx, ui, workload));
    }
    if with_chart {
        column(ui, "chart", chart_at, |ui| {
            ui.horizontal(|ui| {
                caption(cx, ui, "workloads-last-hour");
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    chart::legend(cx, ui);
                });
            });
            let size = vec2(ui.available_width(), (ui.max_rect().bottom() - ui.cursor().top()).max(40.0));
            chart::chart(cx, ui, workload, size);
        });
    }
    let mut asked = None;
    column(ui, "scale", scale_at, |ui| {
        caption(cx, ui, "workloads-scale");
        asked = scale::box_ui(cx, ui, workload, picture, scaling);
    });
    asked
}

fn column(ui: &mut Ui, salt: &str, rect: Rect, content: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().id_salt(salt).max_rect(rect).layout(Layout::top_down(Align::Min)));
    child.spacing_mut().item_spacing = vec2(8.0, 4.0);
    content(&mut child);
}

fn caption<'a>(cx: &Cx<'a>, ui: &mut Ui, id: &'a str) {
    ui.label(text::small(cx.t(id)).color(cx.tokens.text2));
}

fn missing_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    bay: &str,
    workload: &Workload,
    picture: &Picture,
    scaling: &Scaling,
    with_zones: bool,
) {
    let t = cx.tokens;
    caption(cx, ui, "workloads-missing");
    ui.spacing_mut().item_spacing.y = 0.0;
    if workload.shortages.is_empty() {
        let id = if workload.rolling_out { "workloads-nothing-missing-rolling" } else { "workloads-nothing-missing" };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let words = cx.t(id);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        let sign = if workload.rolling_out { Sign::Progress } else { Sign::Ok };
        glyph::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), sign, 11.0, t.ink(sign));
        let galley = line(ui, &words, text::body_font(), t.text2, rect.width() - 20.0);
        paint_left(ui.painter(), pos2(rect.left() + 20.0, rect.center().y), galley);
    }
    for shortage in workload.shortages.iter().take(LINES) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let title = why::title(cx, shortage);
        let detail = why::detail(cx, shortage, picture);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{title}: {detail}")));
        let sign = why::sign(shortage);
        let y = rect.center().y;
        glyph::paint(ui.painter(), pos2(rect.left() + 6.0, y), sign, 11.0, t.ink(sign));
        let first = line(ui, &title, text::body_font(), t.ink(sign), 150.0);
        let drawn = paint_left(ui.painter(), pos2(rect.left() + 20.0, y), first);
        let at = (rect.left() + 140.0).max(drawn.right() + 12.0);
        let second = line(ui, &detail, text::body_font(), t.text2, rect.right() - at);
        let elided = second.elided;
        paint_left(ui.painter(), pos2(at, y), second);
        let all =
            if shortage.message.is_empty() || shortage.message == detail { detail } else { shortage.message.clone() };
        if elided || all != why::detail(cx, shortage, picture) {
            tooltip(cx, response, &all);
        }
    }
    let mut told = counts(cx, workload);
    if !with_zones && workload.nodes > 0 {
        told = [told, nodes_words(cx, workload)].join(&cx.f("workloads-sentence-join", &[]));
    }
    plain_line(cx, ui, &told);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        links_ui(cx, ui, bay, workload, scaling);
    });
}

/// `24 desired, 24 current, 20 ready, 19 available`; while a rollout goes on also how many are new.
pub fn counts(cx: &Cx<'_>, workload: &Workload) -> String {
    let r = &workload.replicas;
    let n = |name: &'static str, n: u32| (name, FluentValue::from(group(n as usize)));
    let args = [
        n("desired", r.desired),
        n("current", r.current),
        n("updated", r.updated),
        n("ready", r.ready),
        n("available", r.available),
    ];
    cx.f(if workload.rolling_out { "workloads-counts-rolling" } else { "workloads-counts" }, &args)
}

/// A line of text 2, cut where it is too long.
fn plain_line(cx: &Cx<'_>, ui: &mut Ui, words: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let galley = line(ui, words, text::body_font(), cx.tokens.text2, rect.width());
    let elided = galley.elided;
    paint_left(ui.painter(), rect.left_center(), galley);
    if elided {
        tooltip(cx, response, words);
    }
}

fn links_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &str, workload: &Workload, scaling: &Scaling) {
    if tooltip(cx, link(cx, ui, &cx.t("workloads-show-on-map")), "P").clicked() {
        show_on_map(cx, bay, workload);
    }
    if link(cx, ui, &cx.t("workloads-open-logs")).clicked() {
        let mut filter = filter_of(workload);
        if workload.by_sign[Sign::Failed as usize] > 0 {
            filter.push_str(" state:failed");
        }
        cx.act(UiAction::ShowPods { bay: bay.to_owned(), filter });
    }
    if link(cx, ui, &cx.t("workloads-copy-kubectl")).clicked() {
        let wanted =
            scaling.edit_of(&workload.uid).and_then(scale::Edit::replicas).unwrap_or(workload.replicas.desired);
        cx.act(UiAction::Copy(kubectl(workload, wanted)));
    }
}

/// The filter that finds exactly the pods of a workload.
pub fn filter_of(workload: &Workload) -> String {
    format!("workload:{} ns:{}", workload.name, workload.namespace)
}

/// Goes to the map with the workload's pods lit up.
pub fn show_on_map(cx: &Cx<'_>, bay: &str, workload: &Workload) {
    cx.act(UiAction::ShowOnMap { bay: bay.to_owned(), filter: filter_of(workload), pod: None });
}

/// The same as a command.
pub fn kubectl(workload: &Workload, replicas: u32) -> String {
    let object = format!("{}/{}", workload.kind.word().to_lowercase(), workload.name);
    if workload.kind.can_scale() {
        format!("kubectl --namespace {} scale {object} --replicas={replicas}", workload.namespace)
    } else {
        format!("kubectl --namespace {} get {object}", workload.namespace)
    }
}

fn zones_ui(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload) {
    let t = cx.tokens;
    caption(cx, ui, "workloads-per-zone");
    ui.spacing_mut().item_spacing.y = 0.0;
    let most = workload.zones.iter().map(|z| z.pods).max().unwrap_or(0).max(1);
    // Pods that stand nowhere come last.
    let mut zones: Vec<_> = workload.zones.iter().collect();
    zones.sort_by_key(|z| z.zone.is_empty());
    let left = workload
        .zones
        .iter()
        .map(|z| line(ui, &zone_name(cx, z), text::body_font(), t.text, 90.0).size().x)
        .fold(36.0, f32::max);
    for zone in zones.into_iter().take(LINES) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let name = zone_name(cx, zone);
        response
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {} / {}", zone.ready, zone.pods)));
        let y = rect.center().y;
        let ink = if zone.zone.is_empty() { t.text3 } else { t.text };
        let word = line(ui, &name, text::body_font(), ink, 90.0);
        paint_left(ui.painter(), pos2(rect.left(), y), word);
        let count = line(ui, &format!("{} / {}", zone.ready, zone.pods), text::mono_font(), t.text, 80.0);
        paint_right(ui.painter(), pos2(rect.right(), y), count);
        let from = rect.left() + left + 10.0;
        let room = (rect.right() - 62.0 - from).max(10.0);
        let bar = Rect::from_min_size(pos2(from, y - 4.0), vec2(room * zone.pods as f32 / most as f32, 8.0));
        bars::paint_replica_bar(ui.painter(), cx, bar, &zone.by_sign, 0, zone.pods);
    }
    plain_line(cx, ui, &nodes_words(cx, workload));
}

/// `on 12 nodes, at most 3 on one`.
fn nodes_words(cx: &Cx<'_>, workload: &Workload) -> String {
    let args = [("nodes", FluentValue::from(workload.nodes)), ("most", FluentValue::from(workload.most_on_one_node))];
    cx.f("placement-spread", &args)
}

fn zone_name(cx: &Cx<'_>, spread: &Spread) -> String {
    if !spread.zone.is_empty() {
        return cx.f("workloads-zone", &[("zone", FluentValue::from(&*spread.zone))]);
    }
    let placed = spread.pods > spread.by_sign[Sign::Pending as usize];
    cx.t(if placed { "workloads-no-zone" } else { "workloads-legend-not-placed" }).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::workload;
    use super::*;
    use crate::model::workload::WorkloadKind;

    #[test]
    fn commands_name_the_object() {
        let mut w = workload("web", Sign::Ok, 1, 1);
        assert_eq!(kubectl(&w, 3), "kubectl --namespace shop scale deployment/web --replicas=3");
        std::sync::Arc::make_mut(&mut w.facts).kind = WorkloadKind::DaemonSet;
        assert_eq!(kubectl(&w, 3), "kubectl --namespace shop get daemonset/web");
    }
}
