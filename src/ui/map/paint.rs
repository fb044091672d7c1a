//! What is drawn over the pixels of the map: headings, names, bars with figures, dashes, outlines; and the near level, where
//! every cell is a real shape.

use super::color::{CellPaint, Shape as Cell, Stress};
use super::layout::{Block, PxRect};
use super::metrics::Level;
use super::raster::Scene;
use super::select::{Spot, rect_of};
use crate::model::cluster::Node;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::{bars, glyph, line, paint_left, paint_right, tail};
use egui::{
    Align2, Color32, CornerRadius, FontId, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2,
};
use fluent_bundle::FluentValue;

/// From the map's pixels to the window's points.
#[derive(Debug, Clone, Copy)]
pub struct Projection {
    /// Top left of the map's area in the window, points.
    pub origin: Pos2,
    /// The map's pixel that stands there.
    pub view: PxRect,
    /// Physical pixels per point.
    pub scale: f32,
}

impl Projection {
    /// A rectangle of the map in the window.
    pub fn rect(&self, rect: &PxRect) -> Rect {
        Rect::from_min_size(
            self.point(rect.x as f64, rect.y as f64),
            vec2(rect.w as f32 / self.scale, rect.h as f32 / self.scale),
        )
    }

    /// A point of the map in the window.
    pub fn point(&self, x: f64, y: f64) -> Pos2 {
        let dx = ((x - self.view.x as f64) / f64::from(self.scale)) as f32;
        let dy = ((y - self.view.y as f64) / f64::from(self.scale)) as f32;
        self.origin + vec2(dx, dy)
    }

    /// A point of the window on the map.
    pub fn to_map(&self, at: Pos2) -> (f64, f64) {
        let delta = (at - self.origin) * self.scale;
        (self.view.x as f64 + f64::from(delta.x), self.view.y as f64 + f64::from(delta.y))
    }
}

/// What is marked besides the data.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// Under the pointer.
    pub hover: Option<Spot>,
    /// Where the keyboard is.
    pub cursor: Option<Spot>,
    /// Selected.
    pub selected: Option<Spot>,
}

/// Draws everything over the pixels.
pub fn overlay(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, marks: &Marks) {
    let painter = ui.painter();
    for lane in &scene.layout.lanes {
        if lane.rect.intersect(&at.view).is_some() {
            let rect = at.rect(&lane.rect);
            let name = if lane.title.is_empty() {
                cx.t("map-no-zone").into_owned()
            } else {
                cx.f("map-zone", &[("zone", FluentValue::from(lane.title.as_str()))])
            };
            let nodes = FluentValue::from(grouped(lane.nodes as usize));
            let count = cx.f("map-nodes", &[("n", FluentValue::from(lane.nodes)), ("nodes", nodes)]);
            heading_text(cx, ui, rect, &name, &count);
        }
    }
    for block in &scene.layout.blocks {
        let mut wide = block.heading;
        wide.w = wide.w.max(block.body.w);
        if wide.intersect(&at.view).is_some() {
            heading(cx, ui, scene, at, block);
        }
    }
    if scene.layout.level() != Level::Far {
        scene.layout.visible(scene.order, &at.view, |tile, rect| {
            tile_over(cx, ui, scene, at, tile, &rect);
        });
    }
    ring(painter, scene, at, marks.hover, Stroke::new(1.0, cx.tokens.text), 0.0);
    if marks.cursor != marks.selected {
        ring(painter, scene, at, marks.cursor, Stroke::new(1.0, cx.tokens.accent), 1.0);
    }
    ring(painter, scene, at, marks.selected, Stroke::new(2.0, cx.tokens.accent), 1.0);
}

fn ring(painter: &Painter, scene: &Scene<'_>, at: &Projection, spot: Option<Spot>, stroke: Stroke, out: f32) {
    let Some(rect) = spot.and_then(|s| rect_of(scene.order, scene.layout, s)) else { return };
    if rect.grow(8).intersect(&at.view).is_none() {
        return;
    }
    let radius = if matches!(spot, Some(Spot::Tile(_))) && scene.layout.level() != Level::Far { 3 } else { 0 };
    painter.rect_stroke(at.rect(&rect).expand(out), CornerRadius::same(radius), stroke, StrokeKind::Outside);
}

/// The words of a group's heading: name and counts.
pub fn heading_words(cx: &Cx<'_>, scene: &Scene<'_>, group: usize) -> (String, String) {
    let Some(group) = scene.order.groups.get(group) else { return Default::default() };
    let pods = FluentValue::from(grouped(group.pods as usize));
    if group.unscheduled {
        return (cx.t("map-unscheduled").into_owned(), cx.f("map-pods", &[("n", group.pods.into()), ("pods", pods)]));
    }
    let name = if group.title.is_empty() { cx.t("map-all-nodes").into_owned() } else { group.title.clone() };
    let nodes = [
        ("n", FluentValue::from(group.nodes)),
        ("nodes", FluentValue::from(grouped(group.nodes as usize))),
        ("pods", pods),
        ("room", FluentValue::from(grouped(group.room as usize))),
    ];
    let counts = if group.room > 0 && !group.masters && scene.layout.level() != Level::Far {
        cx.f("map-counts-room", &nodes)
    } else {
        cx.f("map-counts", &nodes)
    };
    (name, counts)
}

fn heading(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, block: &Block) {
    let mut rect = at.rect(&block.heading);
    // A heading stays in view as long as any of its tiles is, sideways.
    let body = at.rect(&block.body);
    let edge = at.origin.x + scene.layout.metrics.margin as f32 / at.scale;
    if rect.left() < edge {
        rect.min.x = edge.min(body.right() - 120.0).max(rect.left());
    }
    let (name, counts) = heading_words(cx, scene, block.group);
    let mut right = rect.right();
    if scene.layout.level() == Level::Far
        && let Some(group) = scene.order.groups.get(block.group)
    {
        // What is not ok, with its shape, so that trouble never hangs on colour alone.
        right = right.min(body.right().max(rect.left() + 170.0));
        for sign in [Sign::Progress, Sign::Deleting, Sign::Pending, Sign::Warning, Sign::Unknown, Sign::Failed] {
            let count = group.by_sign[sign as usize];
            if count == 0 || right - rect.left() < 120.0 {
                continue;
            }
            let ink = cx.tokens.ink(sign);
            let words = line(ui, &grouped(count as usize), text::mono_small_font(), ink, f32::INFINITY);
            let y = rect.center().y - 2.0;
            let drawn = paint_right(ui.painter(), pos2(right, y), words);
            glyph::paint(ui.painter(), pos2(drawn.left() - 8.0, y), sign, 10.0, ink);
            right = drawn.left() - 22.0;
        }
    }
    heading_text(cx, ui, Rect::from_min_max(rect.min, pos2(right, rect.bottom())), &name, &counts);
}

fn heading_text(cx: &Cx<'_>, ui: &Ui, rect: Rect, name: &str, counts: &str) {
    if rect.width() < 24.0 {
        return;
    }
    let y = rect.center().y - 2.0;
    let name = line(ui, name, text::strong_font(), cx.tokens.text, rect.width());
    let drawn = paint_left(ui.painter(), pos2(rect.left(), y), name);
    let room = rect.right() - drawn.right() - 8.0;
    let counts = line(ui, counts, text::small_font(), cx.tokens.text2, room);
    // Half a number would be a wrong one.
    if !counts.elided && room > 0.0 {
        paint_left(ui.painter(), pos2(drawn.right() + 8.0, y), counts);
    }
}

/// What belongs to one tile beside its pixels.
fn tile_over(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, tile: u32, px: &PxRect) {
    let m = &scene.layout.metrics;
    let t = cx.tokens;
    let painter = ui.painter();
    let rect = at.rect(px);
    let node = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize));
    let radius = CornerRadius::same(3);
    let sign = node.map_or(Sign::Ok, Node::sign);
    let broken = node.is_some_and(|n| n.ready != Some(true));
    if m.level == Level::Near {
        if node.is_some() {
            painter.rect(rect, radius, t.panel, Stroke::new(1.0, t.line), StrokeKind::Inside);
        }
        near_cells(cx, ui, scene, at, tile, px);
    }
    if broken {
        painter.rect_stroke(rect, radius, Stroke::new(1.0, t.ink(sign)), StrokeKind::Inside);
    }
    if node.is_none() {
        dashes(painter, rect.shrink(0.5), Stroke::new(1.0, t.line2));
    }
    if !m.labelled {
        return;
    }
    let name_at = pos2(rect.left() + 8.0, rect.top() + if m.level == Level::Near { 14.0 } else { 12.0 });
    let width = rect.width() - 16.0;
    match node {
        None => {
            let number = grouped(scene.order.pods(tile).len());
            let number = line(ui, &number, text::mono_small_font(), t.text2, width);
            let drawn = paint_right(painter, pos2(rect.right() - 8.0, name_at.y), number);
            let words =
                line(ui, &cx.t("map-no-node-fits"), text::small_font(), t.text2, drawn.left() - name_at.x - 4.0);
            paint_left(painter, name_at, words);
        }
        Some(node) => {
            let font = if m.level == Level::Near { text::strong_font() } else { text::small_font() };
            let short = node.short.as_str();
            let glyph_room = if broken || node.cordoned { 14.0 } else { 0.0 };
            let name_width = line(ui, short, font.clone(), t.text, f32::INFINITY).size().x + glyph_room + 6.0;
            let right = node_right(cx, ui, scene, node, tile, width, width - name_width);
            let drawn = paint_right(painter, pos2(rect.right() - 8.0, name_at.y), right);
            let mut left = name_at.x;
            if broken || node.cordoned {
                glyph::paint(painter, pos2(left + 5.0, name_at.y), sign, 10.0, t.ink(sign));
                left += 14.0;
            }
            let ink = if broken { t.ink(sign) } else { t.text };
            let room = drawn.left() - left - 4.0;
            let name = line(ui, tail(ui, short, &font, room), font, ink, room);
            paint_left(painter, pos2(left, name_at.y), name);
            if m.level == Level::Near {
                near_bars(cx, ui, scene, rect, node, tile);
            }
        }
    }
}

/// What stands at the right of a node's name, where `room` is left by it: its counts, or in words why it is not ready; its zone when near.
fn node_right(
    cx: &Cx<'_>,
    ui: &Ui,
    scene: &Scene<'_>,
    node: &Node,
    tile: u32,
    width: f32,
    room: f32,
) -> std::sync::Arc<egui::Galley> {
    let t = cx.tokens;
    let sign = node.sign();
    if node.ready != Some(true) {
        let words = cx.t("map-not-ready").into_owned();
        let words = line(ui, &words, text::small_font(), t.ink(sign), width);
        // The glyph and the ink say it too: the name goes first.
        return if words.size().x <= room { words } else { line(ui, "", text::small_font(), t.text, 1.0) };
    }
    if scene.layout.level() == Level::Near {
        let words = if node.cordoned {
            cx.t("map-cordoned").into_owned()
        } else if node.zone.is_empty() {
            String::new()
        } else {
            cx.f("map-zone", &[("zone", FluentValue::from(node.zone.as_str()))])
        };
        return line(ui, &words, text::small_font(), t.text3, width * 0.5);
    }
    let pods = scene.order.pods(tile).len();
    let words = line(ui, &format!("{pods}/{}", node.pods_limit), text::mono_small_font(), t.text2, width);
    if words.size().x <= room {
        return words;
    }
    let words = line(ui, &pods.to_string(), text::mono_small_font(), t.text2, width);
    if words.size().x <= room { words } else { line(ui, "", text::small_font(), t.text, 1.0) }
}

/// Three labelled bars with figures at a tile's foot.
fn near_bars(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, rect: Rect, node: &Node, tile: u32) {
    let t = cx.tokens;
    let pods = scene.order.pods(tile).len() as u64;
    let rows = [
        ("map-pods-label", pods, None, u64::from(node.pods_limit), format!("{pods} / {}", node.pods_limit)),
        (
            "map-cpu",
            node.cpu_requested,
            node.cpu_used,
            node.cpu_milli,
            format!("{} / {}", cores(node.cpu_requested), quantity::cores_text(node.cpu_milli)),
        ),
        (
            "map-memory",
            node.memory_requested,
            node.memory_used,
            node.memory_bytes,
            memory_pair(node.memory_requested, node.memory_bytes),
        ),
    ];
    let left = rect.left() + 8.0;
    let right = rect.right() - 8.0;
    let label_width = (rect.width() * 0.22).clamp(44.0, 64.0);
    let figure_width = (rect.width() * 0.36).clamp(66.0, 100.0);
    for (n, (label, requested, used, capacity, figures)) in rows.into_iter().enumerate() {
        let y = rect.bottom() - 49.0 + n as f32 * 17.0;
        let word = line(ui, &cx.t(label), text::small_font(), t.text2, label_width - 4.0);
        paint_left(ui.painter(), pos2(left, y), word);
        let tight = label != "map-pods-label" && requested as f64 > capacity as f64 * 0.9 && capacity > 0;
        let ink = if tight { t.ink(Sign::Warning) } else { t.text2 };
        paint_right(ui.painter(), pos2(right, y), line(ui, &figures, text::mono_small_font(), ink, figure_width));
        let bar = Rect::from_min_max(pos2(left + label_width, y - 2.5), pos2(right - figure_width - 2.0, y + 2.5));
        if bar.width() > 12.0 {
            bars::paint_capacity(ui.painter(), cx, bar, requested, used, capacity);
        }
    }
}

/// Cores with one decimal from one core on: `13.2`.
pub fn cores(milli: u64) -> String {
    if milli >= 1000 { format!("{:.1}", milli as f64 / 1000.0) } else { quantity::cores_text(milli) }
}

/// `58 / 64 Gi`: both in the unit of the second.
pub fn memory_pair(part: u64, whole: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    let (word, unit) = UNITS.into_iter().find(|(_, unit)| whole >= *unit * 2).unwrap_or(("Ki", 1 << 10));
    let number = |bytes: u64| {
        let value = bytes as f64 / unit as f64;
        if value >= 10.0 || value == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
    };
    format!("{} / {} {word}", number(part), number(whole))
}

/// The cells of a tile as real shapes; only those in view.
fn near_cells(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, tile: u32, px: &PxRect) {
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
    // All plain squares are one mesh.
    let mut squares = Mesh::default();
    let mut shaped: Vec<(Rect, CellPaint, u32)> = Vec::new();
    for row in rows {
        for column in columns.clone() {
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
            if paint.shape != Cell::Solid || paint.stress == Stress::Lit || m.cell_points() >= 64.0 {
                shaped.push((rect, *paint, *pod));
            }
        }
    }
    painter.add(Shape::mesh(squares));
    for (rect, paint, pod) in shaped {
        cell_shape(painter, rect, &paint, t.panel);
        if paint.stress == Stress::Lit {
            painter.rect_stroke(rect, 0.0, Stroke::new(1.5, t.text), StrokeKind::Outside);
        }
        if m.cell_points() >= 64.0 {
            cell_name(cx, ui, scene, rect, &paint, pod as usize);
        }
    }
}

/// Name and reason inside a large cell.
fn cell_name(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, rect: Rect, paint: &CellPaint, pod: usize) {
    let pods = &*scene.picture.pods;
    let name = pods.name.get(pod).map_or("", |n| n);
    let ground = match paint.shape {
        Cell::Solid | Cell::Half => paint.color,
        _ => cx.tokens.panel,
    };
    let ink = readable_on(ground, cx);
    // The end of a name tells replicas apart: it is what must not be cut.
    let app = pods.owner_of(pod).split_once('/').map_or("", |(_, n)| n);
    let tail = name.strip_prefix(app).map_or("", |s| s.trim_start_matches('-'));
    let first = if app.is_empty() { name } else { app };
    let clip = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let x = rect.left() + 4.0;
    let top = if matches!(paint.shape, Cell::Solid | Cell::Half) { rect.top() + 11.0 } else { rect.bottom() - 22.0 };
    let width = rect.width() - 8.0;
    paint_left(&clip, pos2(x, top), line(ui, first, text::small_font(), ink, width));
    let tail = tail.rsplit('-').next().unwrap_or("");
    paint_left(&clip, pos2(x, top + 14.0), line(ui, tail, text::mono_small_font(), ink, width));
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
    cell_shape(painter, rect, &CellPaint { color, shape, stress: Stress::Plain }, ground);
}

/// A text centred on a point, cut to a width.
pub fn centered(ui: &Ui, center: Pos2, words: &str, font: FontId, ink: Color32, width: f32) {
    let galley = line(ui, words, font, ink, width);
    let rect = Align2::CENTER_CENTER.anchor_size(center, galley.size());
    ui.painter().galley(rect.min, galley, ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_figures_share_a_unit() {
        assert_eq!(memory_pair(58 << 30, 64 << 30), "58 / 64 Gi");
        assert_eq!(memory_pair(3 << 29, 4 << 30), "1.5 / 4.0 Gi");
        assert_eq!(memory_pair(0, 0), "0 / 0 Ki");
        assert_eq!(cores(13_200), "13.2");
        assert_eq!(cores(250), "250 m");
    }

    #[test]
    fn there_and_back() {
        let at = Projection { origin: pos2(90.0, 60.0), view: PxRect::new(500, 300, 800, 600), scale: 2.0 };
        let point = at.point(700.0, 360.0);
        assert_eq!(point, pos2(190.0, 90.0));
        assert_eq!(at.to_map(point), (700.0, 360.0));
    }
}
