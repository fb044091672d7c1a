//! Cells as real shapes: what the near level is made of, and the stamps of the legend.

use super::color::{CellPaint, Shape as Cell, Stress};
use super::layout::PxRect;
use super::paint::Projection;
use super::raster::{Scene, chosen_edges};
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::{line, paint_left};
use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

/// From this size on a cell carries the name of its pod, points.
const NAMED: f32 = 64.0;
/// From this size on a cell tells of its containers, points.
const CONTAINERS: f32 = 22.0;
/// Most containers that are told of one by one.
const MOST_CONTAINERS: u16 = 6;

/// The cells of a tile as real shapes; only those in view.
pub(super) fn near(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, tile: u32, px: &PxRect) {
    let painter = ui.painter();
    let m = &scene.layout.metrics;
    let t = cx.tokens;
    let pods = scene.order.pods(tile);
    let limit = scene
        .order
        .node(tile)
        .and_then(|n| scene.picture.nodes.get(n as usize))
        .map_or(pods.len() as i64, |n| i64::from(n.pods_limit));
    let (rows, columns) = scene.layout.visible_slots(px, &at.view.grow(4));
    let size = m.cell_points();
    // All plain squares are one mesh, what tells of containers is another over it.
    let (mut squares, mut over) = (Mesh::default(), Mesh::default());
    let mut shaped: Vec<(Rect, CellPaint, u32)> = Vec::new();
    for row in rows {
        for column in columns.clone().take_while(|c| *c < m.columns) {
            let slot = row * m.columns + column;
            let rect = at.rect(&scene.layout.slot_rect(px, slot as u32));
            let Some(pod) = pods.get(slot as usize) else {
                if slot < limit {
                    squares.add_colored_rect(Rect::from_center_size(rect.center(), vec2(1.0, 1.0)), t.line2);
                }
                continue;
            };
            let Some(paint) = scene.paints.get(*pod as usize) else { continue };
            if paint.shape == Cell::Solid {
                squares.add_colored_rect(rect, paint.color);
            }
            if size >= CONTAINERS {
                containers(cx, scene, &mut over, rect, paint, *pod as usize);
            }
            if paint.shape != Cell::Solid || paint.stress == Stress::Lit || size >= NAMED {
                shaped.push((rect, *paint, *pod));
            }
        }
    }
    painter.add(Shape::mesh(squares));
    for (rect, paint, pod) in &shaped {
        if size >= NAMED {
            named(cx, ui, scene, *rect, paint, *pod as usize);
        } else {
            cell_shape(painter, *rect, paint, t.panel);
        }
    }
    painter.add(Shape::mesh(over));
    // Outlines last, so that they lie over their neighbours.
    for (rect, _, _) in shaped.iter().filter(|(_, paint, _)| paint.stress == Stress::Lit) {
        painter.rect_stroke(*rect, 0.0, Stroke::new(1.5, t.text), StrokeKind::Outside);
    }
    let mut edges = Mesh::default();
    chosen_edges(scene.layout, scene.paints, pods, |slot, [left, right, above, below]| {
        let cell = at.rect(&scene.layout.slot_rect(px, slot));
        let outer = cell.expand((m.gap as f32 / at.scale).min(2.0));
        for (there, side) in [
            (left, Rect::from_min_max(outer.min, pos2(cell.left(), outer.bottom()))),
            (right, Rect::from_min_max(pos2(cell.right(), outer.top()), outer.max)),
            (above, Rect::from_min_max(outer.min, pos2(outer.right(), cell.top()))),
            (below, Rect::from_min_max(pos2(outer.left(), cell.bottom()), outer.max)),
        ] {
            if there {
                edges.add_colored_rect(side, t.accent);
            }
        }
    });
    painter.add(Shape::mesh(edges));
}

/// One small square for each container at the cell's bottom: full where it is ready, hollow where it is not. A pod of one
/// container that is ready needs none.
fn containers(cx: &Cx<'_>, scene: &Scene<'_>, mesh: &mut Mesh, rect: Rect, paint: &CellPaint, pod: usize) {
    let pods = &scene.picture.pods;
    let (Some(ready), Some(all)) = (pods.ready.get(pod), pods.containers.get(pod)) else { return };
    if *all < 2 || *all > MOST_CONTAINERS {
        return;
    }
    let side = if rect.width() >= 40.0 { 5.0 } else { 3.0 };
    let ink = if paint.shape == Cell::Solid { readable_on(paint.color, cx) } else { cx.tokens.text };
    let ink = if paint.stress == Stress::Faint { ink.gamma_multiply(0.4) } else { ink };
    for n in 0..*all {
        let left = rect.left() + 3.0 + f32::from(n) * (side + 2.0);
        let dot = Rect::from_min_size(pos2(left, rect.bottom() - 3.0 - side), vec2(side, side));
        if dot.right() > rect.right() - 1.0 {
            return;
        }
        if n < *ready {
            mesh.add_colored_rect(dot, ink);
        } else {
            for side in [
                Rect::from_min_max(dot.min, pos2(dot.right(), dot.top() + 1.0)),
                Rect::from_min_max(pos2(dot.left(), dot.bottom() - 1.0), dot.max),
                Rect::from_min_max(dot.min, pos2(dot.left() + 1.0, dot.bottom())),
                Rect::from_min_max(pos2(dot.right() - 1.0, dot.top()), dot.max),
            ] {
                mesh.add_colored_rect(side, ink);
            }
        }
    }
}

/// A large cell: name, what tells replicas apart, and in its own ink why it is not well, beside its shape.
fn named(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, rect: Rect, paint: &CellPaint, pod: usize) {
    let t = cx.tokens;
    let pods = &*scene.picture.pods;
    let name = pods.name_of(pod);
    // The end of a name tells replicas apart: it is what must not be cut.
    let app = pods.owner_of(pod).split_once('/').map_or("", |(_, n)| n);
    let tail = name.strip_prefix(app).map_or("", |s| s.trim_start_matches('-'));
    let tail = tail.rsplit('-').next().unwrap_or("");
    let first = if app.is_empty() { name } else { app };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let (mut y, x, width) = (rect.top() + 11.0, rect.left() + 5.0, rect.width() - 10.0);
    let plain = matches!(paint.shape, Cell::Solid);
    let ink = if plain { readable_on(paint.color, cx) } else { t.text };
    let ink = if paint.stress == Stress::Faint { ink.gamma_multiply(0.55) } else { ink };
    if !plain {
        painter.rect(rect, 0.0, t.raised, Stroke::new(1.0, paint.color), StrokeKind::Inside);
        let side = (rect.width() * 0.2).clamp(13.0, 20.0).round();
        let corner = Rect::from_min_size(rect.min + vec2(6.0, 6.0), vec2(side, side));
        cell_shape(&painter, corner, paint, t.raised);
        let reason = line(ui, pods.reason_of(pod), text::small_font(), t.text2, rect.right() - corner.right() - 11.0);
        paint_left(&painter, pos2(corner.right() + 6.0, corner.center().y), reason);
        y = corner.bottom() + 11.0;
    }
    paint_left(&painter, pos2(x, y), line(ui, first, text::small_font(), ink, width));
    paint_left(&painter, pos2(x, y + 14.0), line(ui, tail, text::mono_small_font(), ink, width));
    let restarts = pods.restarts.get(pod).copied().unwrap_or(0);
    if restarts > 0 && rect.bottom() - y > 40.0 {
        let words = cx.f("placement-restarts", &[("n", restarts.into())]);
        paint_left(&painter, pos2(x, y + 28.0), line(ui, &words, text::small_font(), ink, width));
    }
}

/// Text or canvas, whichever reads better on a ground.
fn readable_on(ground: Color32, cx: &Cx<'_>) -> Color32 {
    let light = |c: Color32| 0.299 * f32::from(c.r()) + 0.587 * f32::from(c.g()) + 0.114 * f32::from(c.b());
    let (a, b) = (cx.tokens.text, cx.tokens.canvas);
    if (light(a) - light(ground)).abs() >= (light(b) - light(ground)).abs() { a } else { b }
}

/// One cell of a shape of its own. Squares are drawn by the caller.
pub fn cell_shape(painter: &Painter, rect: Rect, paint: &CellPaint, ground: Color32) {
    let color = paint.color;
    let stroke = (rect.width() / 14.0).round().max(1.0);
    let outline = Stroke::new(stroke, color);
    let center = rect.center();
    match paint.shape {
        Cell::Solid => {}
        Cell::Half => {
            painter.rect_filled(Rect::from_center_size(center, rect.size() / 2.0), 0.0, color);
        }
        Cell::Progress => {
            painter.rect_stroke(rect, 0.0, outline, StrokeKind::Inside);
            let lower = Rect::from_min_max(pos2(rect.left(), center.y.round()), rect.max);
            painter.rect_filled(lower, 0.0, color);
        }
        Cell::Outline => {
            painter.rect_stroke(rect, 0.0, outline, StrokeKind::Inside);
        }
        Cell::Triangle => {
            let big = rect.expand(stroke);
            let points =
                vec![pos2(center.x, big.top()), pos2(big.right(), big.bottom()), pos2(big.left(), big.bottom())];
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
            if rect.width() >= 14.0 {
                let bar =
                    Rect::from_center_size(center + vec2(0.0, rect.height() * 0.08), rect.size() * vec2(0.1, 0.3));
                painter.rect_filled(bar, 0.0, ground);
                painter.circle_filled(center + vec2(0.0, rect.height() * 0.36), rect.width() * 0.06, ground);
            }
        }
        Cell::Diamond => {
            let r = rect.width() * 0.5 + stroke * 1.5;
            let points =
                vec![center - vec2(0.0, r), center + vec2(r, 0.0), center + vec2(0.0, r), center - vec2(r, 0.0)];
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
            let x = rect.width() * 0.16;
            let mark = Stroke::new((rect.width() / 11.0).max(1.5), ground);
            painter.line_segment([center - vec2(x, x), center + vec2(x, x)], mark);
            painter.line_segment([center - vec2(x, -x), center + vec2(x, -x)], mark);
        }
        Cell::Hatched => {
            painter.rect_filled(rect, 0.0, color.gamma_multiply(0.28));
            hatch(painter, rect, Stroke::new(1.0, color.gamma_multiply(0.8)));
            painter.rect_stroke(rect, 0.0, outline, StrokeKind::Inside);
        }
        Cell::Dashed => {
            dashes(painter, rect.shrink(stroke / 2.0), outline);
            let half = rect.width() * 0.25;
            painter.line_segment([center - vec2(half, 0.0), center + vec2(half, 0.0)], outline);
        }
    }
}

/// Slanted lines inside a rectangle.
fn hatch(painter: &Painter, rect: Rect, stroke: Stroke) {
    let step = (rect.width() / 4.0).clamp(4.0, 12.0);
    let (w, h) = (rect.width(), rect.height());
    let mut d = step;
    while d < w + h {
        let a = pos2(rect.left() + d.min(w), rect.top() + (d - w).max(0.0));
        let b = pos2(rect.left() + (d - h).max(0.0), rect.top() + d.min(h));
        painter.line_segment([a, b], stroke);
        d += step;
    }
}

/// A dashed frame.
pub fn dashes(painter: &Painter, rect: Rect, stroke: Stroke) {
    let dash = if rect.width() > 60.0 { 4.0 } else { (rect.width() / 7.0).max(2.0) };
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    painter.extend(Shape::dashed_line(&corners, stroke, dash, dash * 0.75));
}

/// A cell of a legend.
pub fn legend_cell(painter: &Painter, center: Pos2, side: f32, shape: Cell, color: Color32, ground: Color32) {
    let rect = Rect::from_center_size(center.round(), vec2(side, side));
    if shape == Cell::Solid {
        painter.rect_filled(rect, 0.0, color);
    }
    cell_shape(painter, rect, &CellPaint { color, shape, stress: Stress::Plain, chosen: false }, ground);
}
