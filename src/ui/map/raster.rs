//! Far and middle levels as pixels: any rectangle of the map, composed from stamps.

use super::color::{CellPaint, Shape, Stress};
use super::layout::{Layout, PxRect};
use super::metrics::Level;
use super::order::{Order, Tile};
use super::stamp::{LEAST_POINTS, Stamp};
use crate::model::cluster::{Node, Picture};
use crate::model::status::Sign;
use crate::ui::theme::Tokens;
use egui::{Color32, ColorImage};
use std::collections::HashMap;

/// Largest edge of an image, pixels: what the oldest graphics drivers take.
pub const LARGEST: i64 = 2048;

/// Everything a picture of the map is made of.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Data.
    pub picture: &'a Picture,
    /// Who stands where.
    pub order: &'a Order,
    /// Where that is.
    pub layout: &'a Layout,
    /// What each pod is drawn with.
    pub paints: &'a [CellPaint],
    /// Colours.
    pub tokens: &'a Tokens,
}

/// Draws rectangles of one scene; keeps the stamps of one cell size.
pub struct Raster<'a> {
    scene: Scene<'a>,
    stamps: HashMap<Shape, Stamp>,
    stroke: i64,
}

impl<'a> Raster<'a> {
    /// For a scene.
    pub fn new(scene: Scene<'a>) -> Raster<'a> {
        let m = &scene.layout.metrics;
        let stroke = (m.scale.round() as i64).max(1);
        let mut stamps = HashMap::new();
        if m.cell_points() >= LEAST_POINTS {
            for shape in [
                Shape::Half,
                Shape::Progress,
                Shape::Outline,
                Shape::Triangle,
                Shape::Diamond,
                Shape::Hatched,
                Shape::Dashed,
            ] {
                stamps.insert(shape, Stamp::new(shape, m.cell, stroke));
            }
        }
        Raster { scene, stamps, stroke }
    }

    /// The pixels of a rectangle of the map, at most [`LARGEST`] a side; beyond the map they are ground.
    pub fn region(&self, region: PxRect) -> ColorImage {
        let (w, h) = (region.w.clamp(1, LARGEST), region.h.clamp(1, LARGEST));
        let image = ColorImage::filled([w as usize, h as usize], self.scene.tokens.canvas);
        let mut canvas = Canvas { image, at: PxRect::new(region.x, region.y, w, h) };
        // Overhang and outlines of tiles just outside reach in.
        let reach = canvas.at.grow(2 * self.stroke);
        self.scene.layout.visible(self.scene.order, &reach, |tile, rect| self.tile(&mut canvas, tile, &rect));
        canvas.image
    }

    fn tile(&self, canvas: &mut Canvas, tile: u32, rect: &PxRect) {
        let node = self.scene.order.node(tile).and_then(|n| self.scene.picture.nodes.get(n as usize));
        if self.scene.layout.level() == Level::Far {
            self.far_tile(canvas, tile, rect);
        } else {
            self.middle_tile(canvas, tile, rect, node);
        }
    }

    fn far_tile(&self, canvas: &mut Canvas, tile: u32, rect: &PxRect) {
        let t = self.scene.tokens;
        canvas.fill(rect, t.raised);
        let m = &self.scene.layout.metrics;
        let pods = self.scene.order.pods(tile);
        let mut chosen = false;
        // All 150,000 cells go through here when the view changes: whole tiles are written without looking at edges.
        let inside = rect.intersect(&canvas.at) == Some(*rect);
        for (slot, pod) in pods.iter().enumerate() {
            let Some(paint) = self.scene.paints.get(*pod as usize) else { continue };
            chosen |= paint.chosen;
            let color = if paint.chosen { paint.color.lerp_to_gamma(t.text, 0.3) } else { paint.color };
            if inside {
                let (column, row) = (slot as i64 % m.columns, slot as i64 / m.columns);
                canvas.block(rect.x + column * m.cell, rect.y + row * m.cell, m.cell, color);
            } else {
                canvas.fill(&self.scene.layout.slot_rect(rect, slot as u32), color);
            }
        }
        if chosen {
            let gap = self.scene.layout.metrics.tile_gap;
            canvas.outline(&rect.grow(gap), gap, t.accent);
        }
    }

    fn middle_tile(&self, canvas: &mut Canvas, tile: u32, rect: &PxRect, node: Option<&Node>) {
        let t = self.scene.tokens;
        let m = &self.scene.layout.metrics;
        // Pods without a node stand on the bare ground; the dashes round them are drawn over it.
        if !matches!(self.scene.order.tile(tile), Some(Tile::Unscheduled)) {
            canvas.fill(rect, t.panel);
            canvas.outline(rect, self.stroke, t.line);
        }
        let pods = self.scene.order.pods(tile);
        if node.is_some() {
            self.free_slots(canvas, rect, pods.len() as u32, node);
        }
        // Outlined cells last, so that their outlines lie over their neighbours.
        for lit in [false, true] {
            for (slot, pod) in pods.iter().enumerate() {
                let Some(paint) = self.scene.paints.get(*pod as usize) else { continue };
                if (paint.stress == Stress::Lit) == lit {
                    let cell = self.scene.layout.slot_rect(rect, slot as u32);
                    self.cell(canvas, &cell, paint);
                }
            }
        }
        self.chosen(canvas, rect, pods);
        if let Some(node) = node.filter(|_| m.labelled) {
            self.strips(canvas, rect, node);
        }
    }

    fn free_slots(&self, canvas: &mut Canvas, rect: &PxRect, used: u32, node: Option<&Node>) {
        let m = &self.scene.layout.metrics;
        let slots = node.map_or(0, |n| n.pods_limit).min((m.columns * m.rows) as u32);
        if m.cell_points() < 5.0 {
            return;
        }
        for slot in used..slots {
            let cell = self.scene.layout.slot_rect(rect, slot);
            let dot = PxRect::new(cell.x + m.cell / 2, cell.y + m.cell / 2, self.stroke, self.stroke);
            canvas.fill(&dot, self.scene.tokens.line2);
        }
    }

    fn cell(&self, canvas: &mut Canvas, cell: &PxRect, paint: &CellPaint) {
        let ground = self.scene.tokens.panel;
        match self.stamps.get(&paint.shape) {
            Some(stamp) => canvas.stamp(cell, stamp, paint.color, ground),
            None if self.stamps.is_empty() && paint.shape == Shape::Diamond => {
                canvas.fill(&cell.grow(self.stroke.min(self.scene.layout.metrics.gap)), paint.color);
            }
            None => canvas.fill(cell, paint.color),
        }
        let t = self.scene.tokens;
        if paint.stress == Stress::Lit && self.scene.layout.metrics.gap > self.stroke {
            // One and a half strokes: one outside the cell, half a one on its edge.
            canvas.outline(&cell.grow(self.stroke), self.stroke, t.text);
            canvas.outline(cell, (self.stroke / 2).max(1), paint.color.lerp_to_gamma(t.text, 0.5));
        }
    }

    /// A line round the cells that are chosen, in the gaps beside them.
    fn chosen(&self, canvas: &mut Canvas, rect: &PxRect, pods: &[u32]) {
        let gap = self.scene.layout.metrics.gap;
        chosen_edges(self.scene.layout, self.scene.paints, pods, |slot, sides| {
            let cell = self.scene.layout.slot_rect(rect, slot).grow(gap);
            let accent = self.scene.tokens.accent;
            for (there, side) in [
                (sides[0], PxRect::new(cell.x, cell.y, gap, cell.h)),
                (sides[1], PxRect::new(cell.right() - gap, cell.y, gap, cell.h)),
                (sides[2], PxRect::new(cell.x, cell.y, cell.w, gap)),
                (sides[3], PxRect::new(cell.x, cell.bottom() - gap, cell.w, gap)),
            ] {
                if there {
                    canvas.fill(&side, accent);
                }
            }
        });
    }

    /// CPU and memory: requested as bar, used as tick.
    fn strips(&self, canvas: &mut Canvas, rect: &PxRect, node: &Node) {
        let m = &self.scene.layout.metrics;
        let t = self.scene.tokens;
        let high = m.px(3.0).max(1);
        let strips = [
            (node.cpu_requested, node.cpu_used, node.cpu_milli),
            (node.memory_requested, node.memory_used, node.memory_bytes),
        ];
        for (n, (requested, used, capacity)) in strips.into_iter().enumerate() {
            let y = rect.bottom() - m.px(13.0) + n as i64 * (high + m.px(2.0));
            let trough = PxRect::new(rect.x + m.pad, y, rect.w - 2 * m.pad, high);
            canvas.fill(&trough, t.line2);
            if capacity == 0 {
                continue;
            }
            let part = |value: u64| (value as f64 / capacity as f64).clamp(0.0, 1.0);
            let color = if part(requested) > 0.9 { t.fill(Sign::Warning) } else { t.text3 };
            let bar = (trough.w as f64 * part(requested)).round() as i64;
            canvas.fill(&PxRect::new(trough.x, y, bar, high), color);
            if let Some(used) = used {
                let x = trough.x + (trough.w as f64 * part(used)).round() as i64 - m.px(1.0);
                canvas.fill(&PxRect::new(x, y - m.px(1.0), m.px(2.0), high + 2 * m.px(1.0)), t.text);
            }
        }
    }
}

/// Calls `each` for every chosen cell of a tile that has another kind of neighbour: left, right, above, below.
pub(super) fn chosen_edges(layout: &Layout, paints: &[CellPaint], pods: &[u32], mut each: impl FnMut(u32, [bool; 4])) {
    let columns = layout.metrics.columns.max(1) as usize;
    let chosen = |slot: usize| pods.get(slot).and_then(|p| paints.get(*p as usize)).is_some_and(|p| p.chosen);
    for slot in (0..pods.len()).filter(|slot| chosen(*slot)) {
        let column = slot % columns;
        let sides = [
            column == 0 || !chosen(slot - 1),
            column + 1 == columns || !chosen(slot + 1),
            slot < columns || !chosen(slot - columns),
            !chosen(slot + columns),
        ];
        if sides.contains(&true) {
            each(slot as u32, sides);
        }
    }
}

/// A number that changes whenever a tile has to be drawn anew.
pub fn digest(scene: &Scene<'_>, tile: u32) -> u64 {
    // Every cell of the view goes through here with each change: one multiplication each, instead of a general hash.
    let mut sum = 0x9E37_79B9_7F4A_7C15_u64;
    let mut add = |n: u64| sum = (sum.rotate_left(5) ^ n).wrapping_mul(0x517C_C1B7_2722_0A95);
    for pod in scene.order.pods(tile) {
        add(scene.paints.get(*pod as usize).map_or(0, CellPaint::bits));
    }
    if let Some(node) = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize)) {
        add(u64::from(node.pods_limit));
        if scene.layout.metrics.labelled {
            let known = |used: Option<u64>| used.unwrap_or(u64::MAX);
            for n in [
                node.cpu_requested,
                known(node.cpu_used),
                node.cpu_milli,
                node.memory_requested,
                known(node.memory_used),
                node.memory_bytes,
            ] {
                add(n);
            }
        }
    }
    sum
}

/// Pixels with their place on the map.
struct Canvas {
    image: ColorImage,
    at: PxRect,
}

impl Canvas {
    fn fill(&mut self, rect: &PxRect, color: Color32) {
        let Some(seen) = rect.intersect(&self.at) else { return };
        let width = self.at.w as usize;
        for y in seen.y - self.at.y..seen.bottom() - self.at.y {
            let start = y as usize * width + (seen.x - self.at.x) as usize;
            self.image.pixels[start..start + seen.w as usize].fill(color);
        }
    }

    /// A square that lies inside as a whole.
    fn block(&mut self, x: i64, y: i64, side: i64, color: Color32) {
        let (width, side) = (self.at.w as usize, side as usize);
        let start = (y - self.at.y) as usize * width + (x - self.at.x) as usize;
        for row in 0..side {
            if let Some(pixels) = self.image.pixels.get_mut(start + row * width..start + row * width + side) {
                pixels.fill(color);
            }
        }
    }

    /// A frame inside a rectangle.
    fn outline(&mut self, rect: &PxRect, stroke: i64, color: Color32) {
        self.fill(&PxRect::new(rect.x, rect.y, rect.w, stroke), color);
        self.fill(&PxRect::new(rect.x, rect.bottom() - stroke, rect.w, stroke), color);
        self.fill(&PxRect::new(rect.x, rect.y, stroke, rect.h), color);
        self.fill(&PxRect::new(rect.right() - stroke, rect.y, stroke, rect.h), color);
    }

    fn stamp(&mut self, cell: &PxRect, stamp: &Stamp, color: Color32, mark: Color32) {
        let place = PxRect::new(cell.x - stamp.over, cell.y - stamp.over, stamp.side, stamp.side);
        let Some(seen) = place.intersect(&self.at) else { return };
        for y in seen.y..seen.bottom() {
            for x in seen.x..seen.right() {
                let from = ((y - place.y) * stamp.side + x - place.x) as usize;
                if stamp.color[from] == 0 {
                    continue;
                }
                let to = ((y - self.at.y) * self.at.w + x - self.at.x) as usize;
                let mut pixel = mix(self.image.pixels[to], color, stamp.color[from]);
                if stamp.mark[from] > 0 {
                    pixel = mix(pixel, mark, stamp.mark[from]);
                }
                self.image.pixels[to] = pixel;
            }
        }
    }
}

fn mix(under: Color32, over: Color32, part: u8) -> Color32 {
    if part == 255 { over } else { under.lerp_to_gamma(over, f32::from(part) / 255.0) }
}

#[cfg(test)]
mod tests {
    use super::super::color::{ColorBy, Look, paints};
    use super::super::metrics::Metrics;
    use super::super::order::tests::{picture, pictures};
    use super::super::order::{GroupBy, OrderBy};
    use super::*;
    use proptest::prelude::*;

    fn with_scene<R>(picture: &Picture, cell: i64, run: impl FnOnce(Scene<'_>) -> R) -> R {
        let order = Order::new(picture, GroupBy::NodeGroup, OrderBy::Name);
        let layout = Layout::new(&order, Metrics::new(cell, 1.0, order.slots, order.fullest), 4);
        let tokens = Tokens::dark();
        let look = Look { by: ColorBy::State, matches: None, chosen: None, tokens: &tokens, now: 0.0 };
        let paints = paints(picture, &look);
        run(Scene { picture, order: &order, layout: &layout, paints: &paints, tokens: &tokens })
    }

    #[test]
    fn far_away_a_pod_is_a_block_of_its_colour() {
        let picture = picture(&[("web", 9)], &[(Some(0), "a", Sign::Failed), (Some(0), "b", Sign::Ok)]);
        with_scene(&picture, 2, |scene| {
            let image = Raster::new(scene).region(PxRect::new(0, 0, scene.layout.width, scene.layout.height));
            let count = |color| image.pixels.iter().filter(|p| **p == color).count();
            assert_eq!(count(scene.tokens.fill(Sign::Failed)), 4);
            assert_eq!(count(scene.tokens.fill(Sign::Ok)), 4);
        });
    }

    #[test]
    fn a_changed_pod_changes_the_digest_of_its_tile_only() {
        let nodes = [("web", 9), ("web", 9)];
        let digests = |sign| {
            let picture = picture(&nodes, &[(Some(0), "a", Sign::Ok), (Some(1), "b", sign)]);
            with_scene(&picture, 9, |scene| [digest(&scene, 0), digest(&scene, 1)])
        };
        let (before, after) = (digests(Sign::Ok), digests(Sign::Failed));
        assert_eq!(before[0], after[0]);
        assert_ne!(before[1], after[1]);
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_whole(picture in pictures(), cell in 1i64..14, cut in 1i64..200) {
            with_scene(&picture, cell, |scene| {
                let (w, h) = (scene.layout.width.min(600), scene.layout.height.min(400));
                let raster = Raster::new(scene);
                let whole = raster.region(PxRect::new(0, 0, w, h));
                let left = raster.region(PxRect::new(0, 0, cut.min(w), h));
                for y in 0..h as usize {
                    let width = left.size[0];
                    let a = &whole.pixels[y * w as usize..][..width];
                    assert_eq!(a, &left.pixels[y * width..][..width]);
                }
            });
        }

        #[test]
        fn no_image_is_larger_than_drivers_take(picture in pictures(), cell in 1i64..14, w in 1i64..9000, h in 1i64..9000) {
            with_scene(&picture, cell, |scene| {
                let image = Raster::new(scene).region(PxRect::new(-10, -10, w, h));
                assert!(image.size.iter().all(|s| *s as i64 <= LARGEST));
                assert_eq!(image.pixels.len(), image.size[0] * image.size[1]);
            });
        }
    }
}
