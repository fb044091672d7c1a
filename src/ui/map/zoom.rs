//! How the view of the map moves: fit, zoom by steps and at the pointer, zoom to what is selected, bring into view; glides.

use super::camera::{Anchor, Camera, Follow, Glide, step, steps};
use super::layout::{Layout, PxRect, fit, readable};
use super::metrics::LARGEST_POINTS;
use super::order::Order;
use super::prepared::Prepared;
use super::select::{self, Spot};
use super::view::MapView;
use crate::ui::cx::Cx;
use egui::Ui;

/// The largest cell that "fit" chooses, points.
const FIT_POINTS: f32 = 22.0;
/// Room that "fit" leaves at the bottom for the legend, points.
const FIT_BOTTOM: f32 = 46.0;
/// The largest cell when one zooms to a pod, points: its name fits inside.
const POD_POINTS: f32 = 80.0;
/// The largest cell when one zooms to a node, a group or several pods, points.
const TILE_POINTS: f32 = 42.0;
/// Part of the view that what one zooms to takes at most.
const FILLED: f64 = 0.92;

impl MapView {
    /// One step larger or smaller, about the cursor where it is in view, else about the middle.
    pub fn zoom_step(&mut self, cx: &Cx<'_>, ui: &Ui, larger: bool) {
        let from = self.glide.map_or(self.camera.cell_px(), |g| g.to.cell_px());
        let cell = step(from, self.scale, larger);
        let about = self.spot_in_view(self.cursor).unwrap_or((self.area.0 as f64 / 2.0, self.area.1 as f64 / 2.0));
        self.glide_to_cell(cx, ui, cell as f64, about, about);
    }

    /// Glides to where everything is in view.
    pub fn fit_gliding(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let Some(ready) = self.preparation.ready() else { return };
        let order = ready.order.clone();
        self.fit_area = self.area;
        let (cell, columns) = self.best_fit(&order, Follow::Whole);
        let to = Camera { x: 0.0, y: 0.0, cell: cell as f64, columns, follow: Follow::Whole };
        let before = self.layout();
        let after = self.layout_for(&order, cell, columns);
        let middle = (self.area.0 as f64 / 2.0, self.area.1 as f64 / 2.0);
        let anchor = Anchor::at(&order, &before, self.camera.x + middle.0, self.camera.y + middle.1);
        let there = anchor.position(&order, &after);
        self.start(cx, ui, anchor, middle, (there.0 - to.x, there.1 - to.y), to);
    }

    /// Glides so that what is chosen with a box, or else what is selected, fills a good part of the view.
    pub fn zoom_to_selection(&mut self, cx: &Cx<'_>, ui: &Ui, selected: Option<Spot>) {
        let Some(ready) = self.preparation.ready() else { return };
        let spot = selected.or(self.cursor);
        let chosen = chosen_tiles(ready);
        let (order, largest) = match (&chosen, spot) {
            (Some(_), _) => (ready.order.clone(), TILE_POINTS),
            (None, Some(Spot::Pod(_))) => (ready.order.clone(), POD_POINTS),
            (None, Some(_)) => (ready.order.clone(), TILE_POINTS),
            (None, None) => return,
        };
        let place = |layout: &Layout| match (&chosen, spot) {
            (Some(tiles), _) => union(tiles.iter().filter_map(|t| layout.tile_rect(&order, *t))),
            (None, spot) => select::rect_of(&order, layout, spot?),
        };
        self.zoom_to(cx, ui, &order, largest, place);
    }

    /// Glides to the largest cells with which a place is in view.
    fn zoom_to(
        &mut self,
        cx: &Cx<'_>,
        ui: &Ui,
        order: &Order,
        largest: f32,
        place: impl Fn(&Layout) -> Option<PxRect>,
    ) {
        let (width, height) = (self.area.0, self.area.1 - (FIT_BOTTOM * self.scale) as i64);
        let fits = |rect: &PxRect| rect.w as f64 <= width as f64 * FILLED && rect.h as f64 <= height as f64 * FILLED;
        let before = self.layout();
        let Some(from) = place(&before) else { return };
        let cells = steps(self.scale).filter(|c| *c as f32 <= largest * self.scale);
        let mut to = None;
        for cell in cells {
            let layout = self.layout_for(order, cell, self.camera.columns);
            let Some(rect) = place(&layout) else { return };
            if to.is_none() || fits(&rect) {
                to = Some((cell, layout, rect));
            }
        }
        let Some((cell, after, rect)) = to else { return };
        let mut end = Camera { cell: cell as f64, follow: Follow::Free, ..self.camera };
        end.center_on(&rect, width, height);
        end.keep_in_reach(&after, self.area.0, self.area.1);
        let (x, y) = from.center();
        let anchor = Anchor::at(order, &before, x, y);
        let there = anchor.position(order, &after);
        self.start(cx, ui, anchor, (x - self.camera.x, y - self.camera.y), (there.0 - end.x, there.1 - end.y), end);
    }

    pub(super) fn best_fit(&self, order: &super::order::Order, follow: Follow) -> (i64, u32) {
        let bottom = (FIT_BOTTOM * self.scale) as i64;
        let largest = (FIT_POINTS * self.scale).round() as i64;
        let best = if follow == Follow::Readable { readable } else { fit };
        best(order, self.fit_area.0, self.fit_area.1 - bottom, self.scale, largest)
    }

    /// Which room tiles are arranged for: all there is, but a panel that opens over what was just pointed at takes nothing
    /// away from it. Tiles that move under the pointer are other tiles.
    fn follow_room(&mut self) {
        if self.seen_area == self.area {
            return;
        }
        let by_panel = self.hold && self.seen_area.1 == self.area.1;
        if !by_panel || self.area.0 > self.fit_area.0 {
            self.fit_area = self.area;
        }
        self.seen_area = self.area;
        self.hold = false;
    }

    /// Keeps everything in view while nobody has zoomed or panned.
    pub(super) fn follow_fit(&mut self) {
        self.follow_room();
        let follow = self.camera.follow;
        if follow == Follow::Free || self.glide.is_some() {
            return;
        }
        let Some(ready) = self.preparation.ready() else { return };
        let key = (follow, ready.order_version, self.fit_area.0, self.fit_area.1, self.scale.to_bits());
        if self.fitted_for != Some(key) {
            let (cell, columns) = self.best_fit(&ready.order, follow);
            self.camera = Camera { cell: cell as f64, columns, ..self.camera };
            self.fitted_for = Some(key);
        }
    }

    pub(super) fn advance_glide(&mut self, ui: &Ui) {
        let Some(glide) = self.glide else { return };
        let now = ui.input(|i| i.time);
        match glide.at(now) {
            None => {
                self.camera = glide.to;
                self.glide = None;
            }
            Some((cell, (x, y))) => {
                let Some(ready) = self.preparation.ready() else { return };
                let order = ready.order.clone();
                let layout = self.layout_for(&order, cell.round().max(1.0) as i64, glide.to.columns);
                let (ax, ay) = glide.anchor.position(&order, &layout);
                self.camera = Camera { x: ax - x, y: ay - y, cell, ..glide.to };
                ui.ctx().request_repaint();
            }
        }
    }

    /// Makes cells `cell` pixels large; what stands at `about` in the view shall stand at `to`.
    pub(super) fn glide_to_cell(&mut self, cx: &Cx<'_>, ui: &Ui, cell: f64, about: (f64, f64), to: (f64, f64)) {
        let Some(ready) = self.preparation.ready() else { return };
        let order = ready.order.clone();
        let cell = cell.clamp(1.0, f64::from(LARGEST_POINTS * self.scale));
        let before = self.layout();
        let anchor = Anchor::at(&order, &before, self.camera.x + about.0, self.camera.y + about.1);
        let after = self.layout_for(&order, cell.round() as i64, self.camera.columns);
        let there = anchor.position(&order, &after);
        let mut end = Camera { x: there.0 - to.0, y: there.1 - to.1, cell, follow: Follow::Free, ..self.camera };
        end.keep_in_reach(&after, self.area.0, self.area.1);
        self.start(cx, ui, anchor, about, (there.0 - end.x, there.1 - end.y), end);
    }

    pub(super) fn start(
        &mut self,
        cx: &Cx<'_>,
        ui: &Ui,
        anchor: Anchor,
        from_at: (f64, f64),
        to_at: (f64, f64),
        to: Camera,
    ) {
        if cx.prefs.reduced_motion {
            self.camera = to;
            self.glide = None;
            return;
        }
        let started = ui.input(|i| i.time);
        self.glide = Some(Glide { anchor, from_cell: self.camera.cell, from_at, to_at, to, started });
        ui.ctx().request_repaint();
    }

    /// Zooms at once, with the spot under the pointer staying there.
    pub(super) fn zoom_at(&mut self, cell: f64, at: (f64, f64)) {
        let Some(ready) = self.preparation.ready() else { return };
        let order = ready.order.clone();
        let before = self.layout();
        let anchor = Anchor::at(&order, &before, self.camera.x + at.0, self.camera.y + at.1);
        self.camera.cell = cell.clamp(1.0, f64::from(LARGEST_POINTS * self.scale));
        self.camera.follow = Follow::Free;
        self.glide = None;
        let after = self.layout();
        let (x, y) = anchor.position(&order, &after);
        self.camera.x = x - at.0;
        self.camera.y = y - at.1;
    }

    pub(super) fn bring_into_view(&mut self, cx: &Cx<'_>, ui: &Ui, spot: Spot) {
        let layout = self.layout();
        let Some(ready) = self.preparation.ready() else { return };
        let Some(mut rect) = select::rect_of(&ready.order, &layout, spot) else { return };
        if matches!(spot, Spot::Group(_)) {
            // Of a group its heading is enough.
            (rect.w, rect.h) = (rect.w.min(layout.metrics.px(170.0)), layout.metrics.heading);
        }
        let border = (24.0 * self.scale) as i64;
        // The legend and the minimap lie over the bottom.
        let bottom = (FIT_BOTTOM * self.scale) as i64;
        let mut to = self.camera;
        to.reveal(&rect, self.area.0, self.area.1 - bottom, border);
        to.keep_in_reach(&layout, self.area.0, self.area.1);
        if (to.x, to.y) == (self.camera.x, self.camera.y) {
            return;
        }
        let (x, y) = rect.center();
        let anchor = Anchor::at(&ready.order, &layout, x, y);
        let from_at = (x - self.camera.x, y - self.camera.y);
        self.start(cx, ui, anchor, from_at, (x - to.x, y - to.y), to);
    }

    /// Where in the view the middle of a spot stands, if it is in view.
    pub(super) fn spot_in_view(&mut self, spot: Option<Spot>) -> Option<(f64, f64)> {
        let layout = self.layout();
        let rect = select::rect_of(&self.preparation.ready()?.order, &layout, spot?)?;
        let view: PxRect = self.camera.view(self.area.0, self.area.1);
        rect.intersect(&view)?;
        let (x, y) = rect.center();
        Some((x - self.camera.x, y - self.camera.y))
    }
}

/// The tiles that hold what is chosen.
fn chosen_tiles(ready: &Prepared) -> Option<Vec<u32>> {
    let chosen = ready.chosen.as_ref()?;
    let tiles = 0..ready.order.tiles();
    let holds = |tile: &u32| ready.order.pods(*tile).iter().any(|pod| chosen.contains(*pod as usize));
    Some(tiles.filter(holds).collect())
}

/// The smallest rectangle round all of them.
fn union(rects: impl Iterator<Item = PxRect>) -> Option<PxRect> {
    rects.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        PxRect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
    })
}
