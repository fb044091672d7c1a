//! What is marked besides the data: pointer, keyboard, selection, the box being drawn, and what has just changed.

use super::color::Stress;
use super::layout::PxRect;
use super::metrics::Level;
use super::order::is_trouble;
use super::paint::{Projection, dashes};
use super::prepared::Prepared;
use super::raster::Scene;
use super::select::{Spot, rect_of};
use crate::ui::cx::Cx;
use egui::{Color32, CornerRadius, Mesh, Painter, Rect, Shape, Stroke, StrokeKind};

/// Above this many marks in view they are drawn as frames of one mesh, without dashes.
const MANY: usize = 200;
/// Most pods in trouble that are drawn larger than they are.
const MOST_TROUBLE: usize = 5_000;

/// Which spots are marked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// Under the pointer.
    pub hover: Option<Spot>,
    /// Where the keyboard is.
    pub cursor: Option<Spot>,
    /// Selected.
    pub selected: Option<Spot>,
}

/// Marks pointer, keyboard and selection.
pub fn spots(cx: &Cx<'_>, painter: &Painter, scene: &Scene<'_>, at: &Projection, marks: &Marks) {
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
    let (radius, out) = match spot {
        Some(Spot::Group(_)) => (3, out + 4.0),
        Some(Spot::Tile(_)) if scene.layout.level() != Level::Far => (3, out),
        _ => (0, out),
    };
    painter.rect_stroke(at.rect(&rect).expand(out), CornerRadius::same(radius), stroke, StrokeKind::Outside);
}

/// The box that is being drawn.
pub fn band(cx: &Cx<'_>, painter: &Painter, rect: Rect) {
    let accent = cx.tokens.accent;
    painter.rect(rect, 0.0, accent.gamma_multiply(0.12), Stroke::new(1.0, accent), StrokeKind::Inside);
}

/// Pods in trouble, so that they are seen from far away too: a single pixel among 150,000 is not. Found once per version of what
/// is drawn.
#[derive(Debug, Default)]
pub struct Trouble {
    found_for: Option<u64>,
    pods: Vec<u32>,
}

impl Trouble {
    /// Draws each as a square of at least three pixels over its texel; nothing at the nearer levels, and nothing where so much
    /// is in trouble that squares would hide the map.
    pub fn paint(&mut self, painter: &Painter, scene: &Scene<'_>, at: &Projection, ready: &Prepared) {
        if scene.layout.level() != Level::Far {
            return;
        }
        if self.found_for != Some(ready.version) {
            self.found_for = Some(ready.version);
            self.pods.clear();
            let told = |pod: &usize| {
                is_trouble(ready.picture.pods.sign[*pod])
                    && ready.paints.get(*pod).is_some_and(|paint| paint.stress != Stress::Faint)
            };
            self.pods.extend((0..ready.picture.pods.len()).filter(told).map(|pod| pod as u32).take(MOST_TROUBLE + 1));
        }
        if self.pods.len() > MOST_TROUBLE {
            return;
        }
        let mut mesh = Mesh::default();
        for pod in &self.pods {
            let Some(rect) = scene.layout.pod_rect(scene.order, *pod) else { continue };
            let side = (rect.w + 2).max(3);
            let around = PxRect { x: rect.x - (side - rect.w) / 2, y: rect.y - (side - rect.h) / 2, w: side, h: side };
            if around.intersect(&at.view).is_some() {
                mesh.add_colored_rect(at.rect(&around), scene.tokens.fill(ready.picture.pods.sign[*pod as usize]));
            }
        }
        painter.add(Shape::mesh(mesh));
    }
}

/// Pods that have just come, moved or changed are framed; a pod that is gone leaves a dashed frame on the first free slots
/// of its tile.
pub fn changes(cx: &Cx<'_>, painter: &Painter, scene: &Scene<'_>, at: &Projection, ready: &Prepared) {
    let changed = ready.changed.iter().filter_map(|(pod, _)| scene.layout.pod_rect(scene.order, *pod));
    let changed: Vec<PxRect> = changed.filter(|r| r.intersect(&at.view).is_some()).collect();
    let ghosts: Vec<PxRect> = ghosts(scene, ready).into_iter().filter(|r| r.intersect(&at.view).is_some()).collect();
    // From far away the frames are larger than the pods: they must not outshine those in trouble.
    let ink = if scene.layout.level() == Level::Far { cx.tokens.text3 } else { cx.tokens.text };
    if changed.len() + ghosts.len() > MANY {
        let mut mesh = Mesh::default();
        for (rects, ink) in [(&changed, ink), (&ghosts, cx.tokens.text3)] {
            for rect in rects {
                frame(&mut mesh, at.rect(rect), ink);
            }
        }
        painter.add(Shape::mesh(mesh));
        return;
    }
    for rect in &changed {
        painter.rect_stroke(at.rect(rect).expand(1.0), 0.0, Stroke::new(1.0, ink), StrokeKind::Outside);
    }
    for rect in &ghosts {
        dashes(painter, at.rect(rect).shrink(0.5), Stroke::new(1.0, cx.tokens.text2));
    }
}

/// Where pods that are gone left room: the first free slots of their tiles.
fn ghosts(scene: &Scene<'_>, ready: &Prepared) -> Vec<PxRect> {
    let m = &scene.layout.metrics;
    let mut left: Vec<u32> = ready.left.iter().map(|(tile, _)| *tile).collect();
    left.sort_unstable();
    let mut rects = Vec::new();
    for same in left.chunk_by(|a, b| a == b) {
        let Some(tile) = scene.layout.tile_rect(scene.order, same[0]) else { continue };
        let first = scene.order.pods(same[0]).len() as u32;
        let slots = first..(first + same.len() as u32).min((m.columns * m.rows) as u32);
        rects.extend(slots.map(|slot| scene.layout.slot_rect(&tile, slot)));
    }
    rects
}

/// A frame of one point round a rectangle.
fn frame(mesh: &mut Mesh, rect: Rect, color: Color32) {
    let outer = rect.expand(1.0);
    for side in [
        Rect::from_min_max(outer.min, egui::pos2(outer.right(), rect.top())),
        Rect::from_min_max(egui::pos2(outer.left(), rect.bottom()), outer.max),
        Rect::from_min_max(egui::pos2(outer.left(), rect.top()), rect.left_bottom()),
        Rect::from_min_max(rect.right_top(), egui::pos2(outer.right(), rect.bottom())),
    ] {
        mesh.add_colored_rect(side, color);
    }
}
