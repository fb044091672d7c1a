//! What is drawn over the pixels of the map: headings, names, bars with figures, dashes, outlines.

use super::capacity::{Amount, Capacity};
use super::cells;
use super::layout::{Block, PxRect};
use super::metrics::Level;
use super::order::{Group, Tile};
use super::raster::Scene;
use crate::model::cluster::Node;
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::{bars, glyph, line, paint_left, paint_right, tail};
pub use cells::{cell_shape, dashes, legend_cell};
use egui::{CornerRadius, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};
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

    /// The view's right edge in the window.
    pub fn right(&self) -> f32 {
        self.origin.x + self.view.w as f32 / self.scale
    }

    /// A rectangle of the window as far as it is in view sideways; the whole of it where that is too narrow for words.
    fn seen(&self, rect: Rect) -> Rect {
        let (left, right) = (rect.left().max(self.origin.x - 2.0), rect.right().min(self.right() - 2.0));
        if right - left < 150.0 { rect } else { Rect::from_x_y_ranges(left..=right, rect.y_range()) }
    }

    /// A point of the window on the map.
    pub fn to_map(&self, at: Pos2) -> (f64, f64) {
        let delta = (at - self.origin) * self.scale;
        (self.view.x as f64 + f64::from(delta.x), self.view.y as f64 + f64::from(delta.y))
    }
}

/// Draws everything over the pixels.
pub fn overlay(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, capacity: &[Capacity]) {
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
            heading(cx, ui, scene, at, block, capacity.get(block.group));
        }
    }
    if scene.layout.level() != Level::Far {
        scene.layout.visible(scene.order, &at.view, |tile, rect| {
            tile_over(cx, ui, scene, at, tile, &rect);
        });
    }
}

/// The words of a group's heading: name and counts, and with `room` how many pods more its nodes take.
pub fn group_words(cx: &Cx<'_>, group: &Group, room: bool) -> (String, String) {
    let pods = FluentValue::from(grouped(group.pods as usize));
    if group.unscheduled {
        return (cx.t("map-unscheduled").into_owned(), cx.f("map-pods", &[("n", group.pods.into()), ("pods", pods)]));
    }
    if group.workloads > 0 {
        let counts = [
            ("n", FluentValue::from(group.workloads)),
            ("workloads", FluentValue::from(grouped(group.workloads as usize))),
            ("pods", pods),
        ];
        return (group.title.clone(), cx.f("map-counts-workloads", &counts));
    }
    let name = if group.title.is_empty() { cx.t("map-all-nodes").into_owned() } else { group.title.clone() };
    let nodes = [
        ("n", FluentValue::from(group.nodes)),
        ("nodes", FluentValue::from(grouped(group.nodes as usize))),
        ("pods", pods),
        ("room", FluentValue::from(grouped(group.room as usize))),
    ];
    let with_room = room && group.room > 0 && !group.masters;
    (name, cx.f(if with_room { "map-counts-room" } else { "map-counts" }, &nodes))
}

fn heading(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, block: &Block, capacity: Option<&Capacity>) {
    let mut rect = at.rect(&block.heading);
    // A heading stays in view as long as any of its tiles is, sideways.
    let body = at.rect(&block.body);
    let edge = at.origin.x + scene.layout.metrics.margin as f32 / at.scale;
    if rect.left() < edge {
        rect.min.x = edge.min(body.right() - 120.0).max(rect.left());
    }
    let Some(group) = scene.order.groups.get(block.group) else { return };
    let (name, counts) = group_words(cx, group, scene.layout.level() != Level::Far);
    let mut right = rect.right();
    if scene.layout.level() == Level::Far {
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
    let end = heading_text(cx, ui, Rect::from_min_max(rect.min, pos2(right, rect.bottom())), &name, &counts);
    if scene.layout.level() != Level::Far
        && let Some(capacity) = capacity.filter(|c| c.nodes > 0)
    {
        let room = Rect::from_min_max(pos2(end + 16.0, rect.top()), pos2(right.min(at.right()), rect.bottom() - 4.0));
        heading_bars(cx, ui, room, capacity);
    }
}

/// CPU and memory of all nodes of a group: requested as bar and in percent, used as tick; as many as there is room for.
fn heading_bars(cx: &Cx<'_>, ui: &Ui, room: Rect, capacity: &Capacity) {
    let t = cx.tokens;
    let mut x = room.left();
    for (label, amount) in [("map-cpu", &capacity.cpu), ("map-memory-short", &capacity.memory)] {
        let word = line(ui, &cx.t(label), text::small_font(), t.text2, 80.0);
        let tight = amount.part() > 0.9;
        let ink = if tight { t.ink(Sign::Warning) } else { t.text2 };
        let percent = line(ui, &percent(amount), text::mono_small_font(), ink, 80.0);
        let width = word.size().x + 6.0 + BAR + 6.0 + percent.size().x;
        if amount.allocatable == 0 || x + width > room.right() {
            return;
        }
        let y = room.center().y;
        let bar = paint_left(ui.painter(), pos2(x, y), word).right() + 6.0;
        let bar = Rect::from_min_size(pos2(bar, y - 2.5), vec2(BAR, 5.0));
        bars::paint_capacity(ui.painter(), cx, bar, amount.requested, amount.used, amount.allocatable);
        x = paint_left(ui.painter(), pos2(bar.right() + 6.0, y), percent).right() + 14.0;
    }
}

/// Length of a bar in a heading, points.
const BAR: f32 = 64.0;

/// What is requested in percent of what can be: `81 %`.
pub fn percent(amount: &Amount) -> String {
    format!("{:.0} %", amount.part() * 100.0)
}

/// Draws a name and counts; tells where they end.
fn heading_text(cx: &Cx<'_>, ui: &Ui, rect: Rect, name: &str, counts: &str) -> f32 {
    if rect.width() < 24.0 {
        return rect.right();
    }
    let y = rect.center().y - 2.0;
    let name = line(ui, name, text::strong_font(), cx.tokens.text, rect.width());
    let drawn = paint_left(ui.painter(), pos2(rect.left(), y), name);
    let room = rect.right() - drawn.right() - 8.0;
    let counts = line(ui, counts, text::small_font(), cx.tokens.text2, room);
    // Half a number would be a wrong one.
    if !counts.elided && room > 0.0 {
        return paint_left(ui.painter(), pos2(drawn.right() + 8.0, y), counts).right();
    }
    rect.right()
}

/// What belongs to one tile beside its pixels.
fn tile_over(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, tile: u32, px: &PxRect) {
    let m = &scene.layout.metrics;
    let t = cx.tokens;
    let painter = ui.painter();
    let rect = at.rect(px);
    let what = scene.order.tile(tile);
    let node = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize));
    let radius = CornerRadius::same(3);
    let homeless = what == Some(Tile::Unscheduled);
    if m.level == Level::Near {
        if !homeless {
            painter.rect(rect, radius, t.panel, Stroke::new(1.0, t.line), StrokeKind::Inside);
        }
        cells::near(cx, ui, scene, at, tile, px);
    }
    if let Some(node) = node.filter(|n| n.ready != Some(true)) {
        painter.rect_stroke(rect, radius, Stroke::new(1.0, t.ink(node.sign())), StrokeKind::Inside);
    }
    if homeless {
        dashes(painter, rect.shrink(0.5), Stroke::new(1.0, t.line2));
    }
    if !m.labelled {
        return;
    }
    // What is written stays in view while any of a wide tile is.
    let rect = if m.level == Level::Near { at.seen(rect) } else { rect };
    let name_at = pos2(rect.left() + 8.0, rect.top() + if m.level == Level::Near { 14.0 } else { 12.0 });
    match (node, what) {
        (Some(node), _) => node_head(cx, ui, scene, rect, name_at, node, tile),
        (None, Some(Tile::Workload { owner, part, .. })) => {
            let owner = scene.picture.pods.names.get(owner);
            let short = owner.split_once('/').map_or(owner, |(_, name)| name);
            let name = match (short, part) {
                ("", _) => cx.t("map-no-owner").into_owned(),
                (name, 0) => name.to_owned(),
                (name, part) => format!("{name} ({})", part + 1),
            };
            let font = if m.level == Level::Near { text::strong_font() } else { text::small_font() };
            plain_head(cx, ui, rect, name_at, &name, font, scene.order.pods(tile).len());
        }
        (None, _) => {
            let words = cx.t("map-no-node-fits");
            plain_head(cx, ui, rect, name_at, &words, text::small_font(), scene.order.pods(tile).len());
        }
    }
}

/// A name and a number at a tile's head.
fn plain_head(cx: &Cx<'_>, ui: &Ui, rect: Rect, at: Pos2, name: &str, font: egui::FontId, pods: usize) {
    let t = cx.tokens;
    let number = line(ui, &grouped(pods), text::mono_small_font(), t.text2, rect.width() - 16.0);
    let drawn = paint_right(ui.painter(), pos2(rect.right() - 8.0, at.y), number);
    let name = line(ui, name, font, t.text, drawn.left() - at.x - 4.0);
    paint_left(ui.painter(), at, name);
}

/// Name and count at the head of a node's tile, with glyph and words where it is not well; its bars when near.
fn node_head(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, rect: Rect, at: Pos2, node: &Node, tile: u32) {
    let t = cx.tokens;
    let painter = ui.painter();
    let near = scene.layout.level() == Level::Near;
    let sign = node.sign();
    let broken = node.ready != Some(true);
    let width = rect.width() - 16.0;
    let font = if near { text::strong_font() } else { text::small_font() };
    let short = &*node.short;
    let glyph_room = if broken || node.cordoned { 14.0 } else { 0.0 };
    let name_width = line(ui, short, font.clone(), t.text, f32::INFINITY).size().x + glyph_room + 6.0;
    let right = node_right(cx, ui, scene, node, tile, width, width - name_width);
    let drawn = paint_right(painter, pos2(rect.right() - 8.0, at.y), right);
    let mut left = at.x;
    if broken || node.cordoned {
        glyph::paint(painter, pos2(left + 5.0, at.y), sign, 10.0, t.ink(sign));
        left += 14.0;
    }
    let ink = if broken { t.ink(sign) } else { t.text };
    let room = drawn.left() - left - 4.0;
    let name = line(ui, tail(ui, short, &font, room), font, ink, room);
    paint_left(painter, pos2(left, at.y), name);
    if near {
        near_bars(cx, ui, scene, rect, node, tile);
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
        ("map-cpu", node.cpu_requested, node.cpu_used, node.cpu_milli, cores_pair(node.cpu_requested, node.cpu_milli)),
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
    // Figures are told whole: the bars give way, all of them the same.
    let most = right - left - label_width;
    let width = |figures: &str| line(ui, figures, text::mono_small_font(), t.text2, most).size().x.ceil();
    let figure_width = rows.iter().map(|row| width(&row.4)).fold(66.0, f32::max).min(most);
    for (n, (label, requested, used, capacity, figures)) in rows.into_iter().enumerate() {
        let y = rect.bottom() - 49.0 + n as f32 * 17.0;
        let word = line(ui, &cx.t(label), text::small_font(), t.text2, label_width - 4.0);
        paint_left(ui.painter(), pos2(left, y), word);
        let tight = label != "map-pods-label" && requested as f64 > capacity as f64 * 0.9 && capacity > 0;
        let ink = if tight { t.ink(Sign::Warning) } else { t.text2 };
        paint_right(ui.painter(), pos2(right, y), line(ui, &figures, text::mono_small_font(), ink, figure_width));
        let bar = Rect::from_min_max(pos2(left + label_width, y - 2.5), pos2(right - figure_width - 8.0, y + 2.5));
        if bar.width() > 12.0 {
            bars::paint_capacity(ui.painter(), cx, bar, requested, used, capacity);
        }
    }
}

/// Cores with one decimal from one core on: `13.2`; without from a hundred on: `4,896`.
pub fn cores(milli: u64) -> String {
    if milli >= 100_000 {
        return grouped((milli as f64 / 1000.0).round() as usize);
    }
    if milli >= 1000 { format!("{:.1}", milli as f64 / 1000.0) } else { quantity::cores_text(milli) }
}

/// `13.2 / 24`, `1,068 / 1,520`: cores of cores.
pub fn cores_pair(part: u64, whole: u64) -> String {
    let even = whole < 100_000 && whole.is_multiple_of(1000);
    format!("{} / {}", cores(part), if even { quantity::cores_text(whole) } else { cores(whole) })
}

/// `58 / 64 Gi`: both in the unit of the second.
pub fn memory_pair(part: u64, whole: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    let (word, unit) = UNITS.into_iter().find(|(_, unit)| whole >= *unit * 2).unwrap_or(("Ki", 1 << 10));
    let number = |bytes: u64| {
        let value = bytes as f64 / unit as f64;
        if value >= 1000.0 {
            grouped(value.round() as usize)
        } else if value >= 10.0 || value == 0.0 {
            format!("{value:.0}")
        } else {
            format!("{value:.1}")
        }
    };
    format!("{} / {} {word}", number(part), number(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_figures_share_a_unit() {
        assert_eq!(memory_pair(58 << 30, 64 << 30), "58 / 64 Gi");
        assert_eq!(memory_pair(3 << 29, 4 << 30), "1.5 / 4.0 Gi");
        assert_eq!(memory_pair(0, 0), "0 / 0 Ki");
        assert_eq!(memory_pair(647 << 30, 1024 << 30), "647 / 1,024 Gi");
        assert_eq!(cores(13_200), "13.2");
        assert_eq!(cores(250), "250 m");
        assert_eq!(cores(4_896_200), "4,896");
        assert_eq!(cores_pair(13_200, 24_000), "13.2 / 24");
        assert_eq!(cores_pair(1_068_000, 1_520_400), "1,068 / 1,520");
    }

    #[test]
    fn there_and_back() {
        let at = Projection { origin: pos2(90.0, 60.0), view: PxRect::new(500, 300, 800, 600), scale: 2.0 };
        let point = at.point(700.0, 360.0);
        assert_eq!(point, pos2(190.0, 90.0));
        assert_eq!(at.to_map(point), (700.0, 360.0));
    }
}
