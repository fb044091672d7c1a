//! All of the map, small, while not all of it is in view: one block per node, matches as points, the view as a frame.

use super::color::Stress;
use super::layout::PxRect;
use super::order::{Tile, is_trouble};
use super::raster::Scene;
use crate::model::cluster::Node;
use crate::model::status::Sign;
use egui::{
    Color32, ColorImage, Context, Painter, Pos2, Rect, Stroke, StrokeKind, TextureHandle, TextureOptions, pos2, vec2,
};

/// Size of the minimap, points.
pub const SIZE: egui::Vec2 = vec2(176.0, 118.0);

/// The minimap's picture, drawn anew when something changed.
#[derive(Default)]
pub struct Minimap {
    texture: Option<TextureHandle>,
    drawn_for: Option<(u64, i64, i64, [usize; 2], bool)>,
}

impl Minimap {
    /// Draws it into a rectangle; `view` is the part of the map on screen.
    pub fn paint(
        &mut self,
        ctx: &Context,
        painter: &Painter,
        scene: &Scene<'_>,
        version: u64,
        view: &PxRect,
        rect: Rect,
    ) {
        let scale = scene.layout.metrics.scale;
        let size = [(rect.width() * scale) as usize, (rect.height() * scale) as usize];
        let key = (version, scene.layout.width, scene.layout.height, size, scene.tokens.dark);
        if self.drawn_for != Some(key) {
            self.texture = Some(ctx.load_texture("minimap", image(scene, size), TextureOptions::NEAREST));
            self.drawn_for = Some(key);
        }
        painter.rect(rect, 0.0, scene.tokens.canvas, Stroke::new(1.0, scene.tokens.line2), StrokeKind::Outside);
        if let Some(texture) = &self.texture {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture.id(), rect, uv, Color32::WHITE);
        }
        let (k, left, top) = fit(scene, rect.size());
        let frame = Rect::from_min_size(
            rect.min + vec2(left + view.x as f32 * k, top + view.y as f32 * k),
            vec2(view.w as f32 * k, view.h as f32 * k),
        )
        .intersect(rect.shrink(1.0));
        painter.rect_stroke(frame, 0.0, Stroke::new(1.5, scene.tokens.text), StrokeKind::Inside);
    }
}

/// The point of the map under a point of the minimap.
pub fn to_map(scene: &Scene<'_>, rect: Rect, at: Pos2) -> (f64, f64) {
    let (k, left, top) = fit(scene, rect.size());
    let delta = at - rect.min - vec2(left, top);
    (f64::from(delta.x / k), f64::from(delta.y / k))
}

/// Points per pixel of the map, and where it begins.
fn fit(scene: &Scene<'_>, size: egui::Vec2) -> (f32, f32, f32) {
    let (w, h) = (scene.layout.width.max(1) as f32, scene.layout.height.max(1) as f32);
    let k = ((size.x - 8.0) / w).min((size.y - 8.0) / h);
    (k, (size.x - w * k) / 2.0, (size.y - h * k) / 2.0)
}

/// Blocks too small for a point inside.
fn small(block: &PxRect) -> bool {
    block.w.min(block.h) < 7
}

/// Trouble that a fifth of a tile's pods share; else ok.
fn mostly(scene: &Scene<'_>, tile: u32) -> Sign {
    let pods = scene.order.pods(tile);
    let mut counts = [0usize; 7];
    for sign in pods.iter().filter_map(|p| scene.picture.pods.sign.get(*p as usize)) {
        counts[*sign as usize] += 1;
    }
    let shared = |s: &Sign| is_trouble(*s) && counts[*s as usize] * 5 >= pods.len().max(1);
    Sign::ALL.into_iter().filter(shared).max_by_key(|s| s.severity()).unwrap_or(Sign::Ok)
}

fn image(scene: &Scene<'_>, size: [usize; 2]) -> ColorImage {
    let t = scene.tokens;
    let scale = scene.layout.metrics.scale;
    let mut image = ColorImage::filled(size, t.canvas);
    let (k, left, top) = fit(scene, vec2(size[0] as f32 / scale, size[1] as f32 / scale));
    let place = |x: f64, y: f64| {
        (((left + x as f32 * k) * scale).round() as i64, ((top + y as f32 * k) * scale).round() as i64)
    };
    let bounds = PxRect::new(0, 0, size[0] as i64, size[1] as i64);
    let mut fill = |rect: PxRect, color: Color32| {
        if let Some(rect) = rect.intersect(&bounds) {
            for y in rect.y..rect.bottom() {
                let start = (y * bounds.w + rect.x) as usize;
                image.pixels[start..start + rect.w as usize].fill(color);
            }
        }
    };
    let lit = scene.paints.iter().any(|p| p.stress == Stress::Lit);
    let everything = PxRect::new(0, 0, scene.layout.width, scene.layout.height);
    let mut points = Vec::new();
    scene.layout.visible(scene.order, &everything, |tile, rect| {
        let (x0, y0) = place(rect.x as f64, rect.y as f64);
        let (x1, y1) = place(rect.right() as f64, rect.bottom() as f64);
        let block =
            PxRect::new(x0, y0, (x1 - x0 - i64::from(x1 - x0 > 3)).max(1), (y1 - y0 - i64::from(y1 - y0 > 3)).max(1));
        let node = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize));
        match (node, scene.order.tile(tile)) {
            (None, Some(Tile::Unscheduled) | None) => {
                fill(block, t.fill(Sign::Deleting));
                fill(block.grow(-1), t.canvas);
            }
            (node, _) => {
                let broken = node.filter(|n| n.ready != Some(true));
                let sign = broken.map_or(Sign::Ok, Node::sign);
                let sign = if sign == Sign::Ok && !lit && small(&block) { mostly(scene, tile) } else { sign };
                fill(block, t.fill(sign).lerp_to_gamma(t.canvas, if sign == Sign::Ok { 0.25 } else { 0.0 }));
            }
        }
        // Points as large as blocks would hide everything: blocks are coloured by what most of their pods are.
        if small(&block) && !lit {
            return;
        }
        // A point for the worst of what matches; without a filter, for trouble.
        let pods = scene.order.pods(tile).iter();
        let shown = pods.filter(|p| match scene.paints.get(**p as usize) {
            Some(paint) if lit => paint.stress == Stress::Lit,
            _ => scene.picture.pods.sign.get(**p as usize).is_some_and(|s| is_trouble(*s)),
        });
        let worst = shown.filter_map(|p| scene.picture.pods.sign.get(*p as usize)).max_by_key(|s| s.severity());
        if let Some(sign) = worst.filter(|s| node.is_none_or(|n| n.ready == Some(true)) || lit || **s == Sign::Failed) {
            let color = if is_trouble(*sign) { t.fill(*sign) } else { t.text };
            points.push(((x0 + x1) / 2, (y0 + y1) / 2, color));
        }
    });
    let side = ((if points.len() > 400 { 2.0 } else { 4.0 }) * scale).round() as i64;
    for (x, y, color) in points {
        fill(PxRect::new(x - side / 2, y - side / 2, side, side), color);
    }
    image
}
