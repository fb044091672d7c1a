//! Bars and lines: progress, replicas, quota, capacity, sparkline. They jump to the new value; nothing slides.

use crate::model::status::Sign;
use crate::ui::cx::Cx;
use egui::{Color32, CornerRadius, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

/// The bar of something in progress; `fraction` of 0 to 1.
pub fn progress(ui: &mut Ui, cx: &Cx<'_>, fraction: f32, size: Vec2) -> Response {
    progress_signed(ui, cx, fraction, size, Sign::Progress)
}

/// The bar of something in progress in the fill of a sign (deletions are grey).
pub fn progress_signed(ui: &mut Ui, cx: &Cx<'_>, fraction: f32, size: Vec2, sign: Sign) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    paint_progress(ui.painter(), cx, rect, fraction, sign);
    response
}

/// Paints a progress bar into a rectangle.
pub fn paint_progress(painter: &egui::Painter, cx: &Cx<'_>, rect: Rect, fraction: f32, sign: Sign) {
    painter.rect_filled(rect, 0.0, cx.tokens.line2);
    let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
    if fraction > 0.0 {
        let filled = Rect::from_min_size(rect.min, vec2((rect.width() * fraction).max(1.0), rect.height()));
        painter.rect_filled(filled, 0.0, cx.tokens.fill(sign));
    }
}

/// The order of a replica bar's segments: available, starting, deleting, not ready, unknown, failed, not placed.
const REPLICA_ORDER: [Sign; 7] =
    [Sign::Ok, Sign::Progress, Sign::Deleting, Sign::Warning, Sign::Unknown, Sign::Failed, Sign::Pending];

/// Pods of a workload by sign, then those that do not even exist, over the desired number; 160x8 in tables.
pub fn replica_bar(
    ui: &mut Ui,
    cx: &Cx<'_>,
    by_sign: &[u32; 7],
    not_created: u32,
    desired: u32,
    size: Vec2,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    paint_replica_bar(ui.painter(), cx, rect, by_sign, not_created, desired);
    response
}

/// Paints a replica bar into a rectangle.
pub fn paint_replica_bar(
    painter: &egui::Painter,
    cx: &Cx<'_>,
    rect: Rect,
    by_sign: &[u32; 7],
    not_created: u32,
    desired: u32,
) {
    let t = cx.tokens;
    let mut parts: Vec<(Sign, u32)> = REPLICA_ORDER.iter().map(|s| (*s, by_sign[*s as usize])).collect();
    if let Some(last) = parts.last_mut() {
        last.1 += not_created;
    }
    parts.retain(|p| p.1 > 0);
    let total: u32 = parts.iter().map(|p| p.1).sum();
    let whole = total.max(desired);
    if whole == 0 {
        painter.rect_stroke(rect, 0.0, Stroke::new(1.0, t.line2), StrokeKind::Inside);
        return;
    }
    let widths = segment_widths(&parts.iter().map(|p| p.1).collect::<Vec<_>>(), whole, rect.width());
    let mut x = rect.left();
    for ((sign, _), width) in parts.iter().zip(widths) {
        let gap = if width > 4.0 { 1.0 } else { 0.0 };
        let part = Rect::from_min_size(pos2(x, rect.top()), vec2((width - gap).max(2.0), rect.height()));
        x += width;
        let fill = t.fill(*sign);
        match sign {
            Sign::Unknown => {
                painter.rect(part, 0.0, fill.gamma_multiply(0.4), Stroke::new(1.0, fill), StrokeKind::Inside);
            }
            Sign::Pending => {
                painter.rect_stroke(part, 0.0, Stroke::new(1.0, fill), StrokeKind::Inside);
            }
            _ => {
                painter.rect_filled(part, 0.0, fill);
            }
        }
    }
    if let Some(trough) = trough(rect, x) {
        painter.rect_filled(trough, 0.0, t.line2);
    }
}

/// The part of a bar right of its segments. Of a job most pods are still to come, and a bar without its trough does not
/// say of how much it is a part.
fn trough(rect: Rect, from: f32) -> Option<Rect> {
    (from + 0.5 < rect.right()).then(|| Rect::from_min_max(pos2(from, rect.top()), rect.max))
}

/// Widths of segments out of a whole, each at least 3 points; the widest ones give what the small ones take.
fn segment_widths(parts: &[u32], whole: u32, width: f32) -> Vec<f32> {
    const LEAST: f32 = 3.0;
    let mut widths: Vec<f32> = parts.iter().map(|p| width * *p as f32 / whole as f32).collect();
    let mut missing = 0.0;
    for w in &mut widths {
        if *w < LEAST {
            missing += LEAST - *w;
            *w = LEAST;
        }
    }
    let roomy: f32 = widths.iter().filter(|w| **w > LEAST).map(|w| w - LEAST).sum();
    if missing > 0.0 && roomy > 0.0 {
        let share = (missing / roomy).min(1.0);
        for w in widths.iter_mut().filter(|w| **w > LEAST) {
            *w -= (*w - LEAST) * share;
        }
    }
    widths
}

/// A quota: used, what would be added, beyond the limit, and the limit as a tick. Fills the width given.
pub fn quota_bar(ui: &mut Ui, cx: &Cx<'_>, used: u64, add: u64, limit: Option<u64>) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 8.0), Sense::hover());
    paint_quota(ui.painter(), cx, rect, used, add, limit);
    response
}

/// Paints a quota bar into a rectangle.
pub fn paint_quota(painter: &egui::Painter, cx: &Cx<'_>, rect: Rect, used: u64, add: u64, limit: Option<u64>) {
    let t = cx.tokens;
    painter.rect_filled(rect, 0.0, t.line2);
    let Some(limit) = limit else {
        // No limit: nothing to compare with, so only what is asked for is told by the text beside.
        return;
    };
    let whole = limit.max(used + add).max(1) as f32;
    let x = |n: u64| rect.left() + rect.width() * n as f32 / whole;
    let part = |from: u64, to: u64, color: Color32| {
        if to > from {
            let (a, mut b) = (x(from), x(to));
            if b - a < 2.0 {
                b = a + 2.0;
            }
            painter.rect_filled(Rect::from_x_y_ranges(a..=b, rect.y_range()), 0.0, color);
        }
    };
    part(0, used.min(limit), t.text3);
    part(limit.min(used), used, t.fill(Sign::Failed));
    part(used, (used + add).min(limit.max(used)), t.fill(Sign::Progress));
    part(limit.max(used), used + add, t.fill(Sign::Failed));
    if used + add > limit {
        painter.vline(x(limit), rect.expand2(vec2(0.0, 2.0)).y_range(), Stroke::new(2.0, t.text));
    }
}

/// A node's capacity: requested as bar (warning fill from 90 % on), used as a 2 px tick.
pub fn capacity_strip(
    ui: &mut Ui,
    cx: &Cx<'_>,
    requested: u64,
    used: Option<u64>,
    capacity: u64,
    size: Vec2,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    paint_capacity(ui.painter(), cx, rect, requested, used, capacity);
    response
}

/// Paints a capacity strip into a rectangle.
pub fn paint_capacity(
    painter: &egui::Painter,
    cx: &Cx<'_>,
    rect: Rect,
    requested: u64,
    used: Option<u64>,
    capacity: u64,
) {
    let t = cx.tokens;
    painter.rect_filled(rect, 0.0, t.line2);
    if capacity == 0 {
        return;
    }
    let fraction = (requested as f32 / capacity as f32).min(1.0);
    let color = if fraction > 0.9 { t.fill(Sign::Warning) } else { t.text3 };
    painter.rect_filled(Rect::from_min_size(rect.min, vec2(rect.width() * fraction, rect.height())), 0.0, color);
    if let Some(used) = used {
        let x = rect.left() + rect.width() * (used as f32 / capacity as f32).min(1.0);
        painter.vline(x, rect.expand2(vec2(0.0, 1.0)).y_range(), Stroke::new(2.0, t.text));
    }
}

/// A line over time, 112x18 in tables: points of (seconds, value), the value axis from zero.
pub fn sparkline(ui: &mut Ui, cx: &Cx<'_>, points: &[(f64, f64)], size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        let top = points.iter().map(|p| p.1).fold(0.0_f64, f64::max).max(1.0);
        let span = (last.0 - first.0).max(1.0);
        let line: Vec<_> = points
            .iter()
            .map(|p| {
                let x = rect.left() + rect.width() * ((p.0 - first.0) / span) as f32;
                let y = rect.bottom() - 1.0 - (rect.height() - 2.0) * (p.1 / top) as f32;
                pos2(x, y)
            })
            .collect();
        if line.len() == 1 {
            ui.painter().hline(rect.x_range(), line[0].y, Stroke::new(1.25, cx.tokens.text2));
        } else {
            ui.painter().add(Shape::line(line, Stroke::new(1.25, cx.tokens.text2)));
        }
    }
    response
}

/// A legend's square with a word: filled, or outlined for what has no fill.
pub fn legend(ui: &mut Ui, cx: &Cx<'_>, sign: Sign, word: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    let square = Rect::from_center_size(rect.center(), vec2(11.0, 8.0));
    let fill = cx.tokens.fill(sign);
    match sign {
        Sign::Pending => {
            ui.painter().rect_stroke(square, CornerRadius::ZERO, Stroke::new(1.0, fill), StrokeKind::Inside)
        }
        Sign::Unknown => ui.painter().rect(
            square,
            CornerRadius::ZERO,
            fill.gamma_multiply(0.4),
            Stroke::new(1.0, fill),
            StrokeKind::Inside,
        ),
        _ => ui.painter().rect_filled(square, CornerRadius::ZERO, fill),
    };
    ui.label(crate::ui::text::small(word).color(cx.tokens.text2));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_segment_is_three_points_and_the_whole_stays_the_whole() {
        let widths = segment_widths(&[1000, 1, 1], 1002, 160.0);
        assert!(widths.iter().all(|w| *w >= 3.0 - 1e-4), "{widths:?}");
        assert!((widths.iter().sum::<f32>() - 160.0).abs() < 0.01, "{widths:?}");
    }

    #[test]
    fn what_is_not_there_yet_is_a_trough() {
        let rect = Rect::from_min_size(pos2(10.0, 0.0), vec2(160.0, 8.0));
        let of = |parts: &[u32], whole| {
            let filled: f32 = segment_widths(parts, whole, rect.width()).iter().sum();
            trough(rect, rect.left() + filled).map(|t| (t.left(), t.right()))
        };
        assert_eq!(of(&[100], 400), Some((50.0, 170.0)));
        assert_eq!(of(&[], 400), Some((10.0, 170.0)));
        assert_eq!(of(&[20, 4], 24), None);
    }

    #[test]
    fn what_is_missing_stays_empty() {
        let widths = segment_widths(&[5], 10, 160.0);
        assert!((widths[0] - 80.0).abs() < 0.01);
    }
}
