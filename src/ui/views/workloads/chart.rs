//! Ready replicas over the last hour: a sparkline in the row, a chart with the desired number in the opened row.

use crate::model::workload::{ReplicaPoint, Workload};
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::{line, paint_right};
use egui::{Color32, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

/// Seconds shown.
const WINDOW: f64 = 3600.0;

/// A line for the ready replicas. Time that nobody watched stays empty.
pub fn sparkline(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let top = highest(workload);
    let points = steps(cx.now, &workload.history, rect, top, |p| p.ready, false);
    if points.len() > 1 {
        ui.painter().add(Shape::line(points, Stroke::new(1.25, cx.tokens.text2)));
    }
    response
}

/// The chart: desired dashed, ready as a line, zero and one round number at the left.
pub fn chart(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, size: Vec2) {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let args = [
        ("ready", FluentValue::from(workload.replicas.ready)),
        ("desired", FluentValue::from(workload.replicas.desired)),
    ];
    let words = cx.f("workloads-chart-name", &args);
    response.widget_info(|| WidgetInfo::labeled(Role::GraphicsObject, true, &words));
    let highest = highest(workload);
    let round = round_below(highest);
    let plot =
        Rect::from_min_max(pos2(rect.left() + 26.0, rect.top() + 4.0), pos2(rect.right() - 2.0, rect.bottom() - 6.0));
    let top = (f64::from(highest) * 1.25).max(1.0);
    for value in [0, round] {
        let y = plot.bottom() - plot.height() * (f64::from(value) / top) as f32;
        ui.painter().hline(plot.x_range(), y, Stroke::new(1.0, t.line));
        let label = line(ui, &value.to_string(), text::mono_small_font(), t.text3, 40.0);
        paint_right(ui.painter(), pos2(plot.left() - 6.0, y), label);
    }
    let scaled = (f64::from(highest) * 1.25).max(1.0);
    let desired = steps_scaled(cx.now, &workload.history, plot, scaled, |p| p.desired, true);
    dashed(ui, &desired, t.text3);
    let ready = steps_scaled(cx.now, &workload.history, plot, scaled, |p| p.ready, true);
    if ready.len() > 1 {
        ui.painter().add(Shape::line(ready, Stroke::new(1.5, t.text)));
    }
}

/// `desired` dashed, `ready` as a line, with their words, from right to left.
pub fn legend(cx: &Cx<'_>, ui: &mut Ui) {
    let t = cx.tokens;
    for (id, ink, is_dashed) in [("workloads-ready-word", t.text, false), ("workloads-desired-word", t.text3, true)] {
        ui.label(text::small(cx.t(id)).color(t.text2));
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), Sense::hover());
        let ends = [rect.left_center(), rect.right_center()];
        if is_dashed {
            dashed(ui, &ends, ink);
        } else {
            ui.painter().line_segment(ends, Stroke::new(1.5, ink));
        }
        ui.add_space(4.0);
    }
}

fn dashed(ui: &Ui, points: &[Pos2], ink: Color32) {
    if points.len() > 1 {
        ui.painter().extend(Shape::dashed_line(points, Stroke::new(1.25, ink), 3.0, 2.5));
    }
}

fn highest(workload: &Workload) -> u32 {
    let history = workload.history.iter().map(|p| p.ready.max(p.desired)).max().unwrap_or(0);
    history.max(workload.replicas.desired).max(1)
}

/// The largest of 1, 2, 5 times a power of ten that is not above a number.
fn round_below(n: u32) -> u32 {
    let mut best = 1;
    let mut power: u32 = 1;
    while power <= n {
        for factor in [1, 2, 5] {
            if let Some(value) = power.checked_mul(factor).filter(|v| *v <= n) {
                best = value;
            }
        }
        match power.checked_mul(10) {
            Some(next) => power = next,
            None => break,
        }
    }
    best
}

fn steps(
    now: f64,
    history: &[ReplicaPoint],
    rect: Rect,
    top: u32,
    value: fn(&ReplicaPoint) -> u32,
    stairs: bool,
) -> Vec<Pos2> {
    let inner = rect.shrink2(vec2(0.0, 2.0));
    steps_scaled(now, history, inner, f64::from(top), value, stairs)
}

/// Points of the last hour on screen; the newest value holds until now. `stairs`: a number holds until the next one.
fn steps_scaled(
    now: f64,
    history: &[ReplicaPoint],
    rect: Rect,
    top: f64,
    value: fn(&ReplicaPoint) -> u32,
    stairs: bool,
) -> Vec<Pos2> {
    let start = now - WINDOW;
    // One point before the window, so that the line begins at its edge.
    let first = history.iter().rposition(|p| (p.time as f64) < start).unwrap_or(0);
    let mut points: Vec<Pos2> = Vec::new();
    let at = |time: f64, value: u32| {
        let x = ((time - start) / WINDOW).clamp(0.0, 1.0) as f32;
        pos2(rect.left() + rect.width() * x, rect.bottom() - rect.height() * (f64::from(value) / top) as f32)
    };
    for point in &history[first.min(history.len())..] {
        let next = at(point.time as f64, value(point));
        if let Some(last) = points.last().copied().filter(|last| stairs && last.y != next.y) {
            points.push(pos2(next.x, last.y));
        }
        points.push(next);
    }
    if let (Some(point), Some(last)) = (history.last(), points.last().copied()) {
        let end = at(now, value(point));
        if end.x > last.x {
            points.push(end);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_a_round_number() {
        assert_eq!([1, 4, 9, 24, 120, 999].map(round_below), [1, 2, 5, 20, 100, 500]);
    }

    #[test]
    fn the_line_begins_where_watching_began_and_holds_until_now() {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 10.0));
        let history =
            [ReplicaPoint { time: 8200, desired: 4, ready: 2 }, ReplicaPoint { time: 9100, desired: 4, ready: 4 }];
        let points = steps_scaled(10_000.0, &history, rect, 4.0, |p| p.ready, false);
        assert_eq!(points.first().map(|p| (p.x, p.y)), Some((50.0, 5.0)));
        assert_eq!(points.last().map(|p| (p.x, p.y)), Some((100.0, 0.0)));
    }
}
