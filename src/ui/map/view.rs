//! The one region that takes pointer and keys: pan, zoom at the pointer, fit, travel; draws the map into it.

use super::camera::{Anchor, Camera, Follow, Glide, step};
use super::chunks::Chunks;
use super::layout::{Hit, Layout, PxRect, fit, readable};
use super::metrics::{LARGEST_POINTS, Level, Metrics};
use super::minimap::{self, Minimap};
use super::paint::{self, Marks, Projection};
use super::prepared::{Choice, Preparation, Prepared, Wish};
use super::raster::Scene;
use super::select::{self, Spot, Way};
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::widgets::keys_are_free;
use egui::{
    Color32, CursorIcon, EventFilter, Id, Key, Modifiers, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2,
};
use std::sync::Arc;

/// The largest cell that "fit" chooses, points.
const FIT_POINTS: f32 = 22.0;
/// Room that "fit" leaves at the bottom for the legend, points.
const FIT_BOTTOM: f32 = 46.0;
/// How much larger a step of the wheel makes cells.
const WHEEL: f64 = 1.15;

/// What happened on the map in this frame.
#[derive(Debug, Default)]
pub struct Happened {
    /// This was clicked or confirmed by Enter or Space; `Some(None)`: the bare ground.
    pub chosen: Option<Option<Spot>>,
    /// This lies under the pointer or the keyboard's cursor, with its place in the window.
    pub pointed: Option<(Spot, Rect)>,
    /// Esc was pressed.
    pub cleared: bool,
    /// `T` was pressed.
    pub table: bool,
    /// Not everything is in view.
    pub partly: bool,
    /// Cell size, points.
    pub cell_points: f32,
    /// Level of detail.
    pub far: bool,
}

/// The map: camera, cursor, textures. Nothing of it is remembered between runs.
#[derive(Default)]
pub struct MapView {
    camera: Camera,
    glide: Option<Glide>,
    cursor: Option<Spot>,
    preparation: Preparation,
    chunks: Chunks,
    minimap: Minimap,
    fitted_for: Option<(Follow, u64, i64, i64, u32)>,
    layout: Option<(u64, Arc<Layout>)>,
    area: (i64, i64),
    scale: f32,
    keyboard: bool,
    reveal: Option<Spot>,
}

impl std::fmt::Debug for MapView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MapView").field("camera", &self.camera).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl MapView {
    /// Follows picture, filter and choice; `selected` is brought along to its new place.
    pub fn update(
        &mut self,
        cx: &Cx<'_>,
        ui: &Ui,
        picture: &Arc<Picture>,
        filter: &str,
        choice: Choice,
        selected: &mut Option<Spot>,
    ) {
        let cursor = &mut self.cursor;
        let wish = Wish { filter, choice, tokens: cx.tokens, now: cx.now };
        self.preparation.update(ui.ctx(), picture, wish, &mut [cursor, selected]);
    }

    /// What is drawn, once it is ready.
    pub fn prepared(&self) -> Option<&Prepared> {
        self.preparation.ready()
    }

    /// Brings a spot into view with the next frame.
    pub fn show(&mut self, spot: Spot) {
        self.cursor = Some(spot);
        self.reveal = Some(spot);
    }

    /// Draws the map and takes pointer and keys.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, rect: Rect, selected: Option<Spot>) -> Happened {
        let mut happened = Happened::default();
        let id = Id::unique("placement-map");
        let response = ui.interact(rect, id, Sense::click_and_drag());
        if self.preparation.ready().is_none() {
            return happened;
        }
        self.scale = ui.pixels_per_point();
        let origin =
            pos2((rect.min.x * self.scale).round() / self.scale, (rect.min.y * self.scale).round() / self.scale);
        self.area = ((rect.width() * self.scale) as i64, (rect.height() * self.scale) as i64);

        self.follow_fit();
        self.advance_glide(ui);
        self.pointer(ui, &response, origin);
        self.keys(cx, ui, &response, selected, &mut happened);
        if let Some(spot) = self.reveal.take() {
            self.bring_into_view(cx, ui, spot);
        }
        let layout = self.layout();
        if self.glide.is_none() {
            self.camera.keep_in_reach(&layout, self.area.0, self.area.1);
        }

        let Some(ready) = self.preparation.ready() else { return happened };
        let view = self.camera.view(self.area.0, self.area.1);
        let at = Projection { origin, view, scale: self.scale };
        let scene = Scene {
            picture: &ready.picture,
            order: &ready.order,
            layout: &layout,
            paints: &ready.paints,
            tokens: cx.tokens,
        };
        let hover = hovered(&response, &scene, &at);
        if response.hovered() && ui.input(|i| i.pointer.is_moving()) {
            self.keyboard = false;
        }
        if response.clicked() {
            // A click made by Enter or Space, or by assistive technology, has no place: it means the cursor.
            let spot = match response.interact_pointer_pos() {
                Some(_) => hover,
                None => self.cursor,
            };
            happened.chosen = Some(spot);
            self.cursor = spot.or(self.cursor);
            response.request_focus();
        }
        let pointed = if self.keyboard && response.has_focus() { self.cursor } else { hover };
        happened.pointed = pointed.and_then(|spot| {
            let px = select::rect_of(scene.order, scene.layout, spot)?;
            Some((spot, at.rect(&px))).filter(|(_, r)| r.intersects(rect))
        });

        let mut inner = ui.new_child(egui::UiBuilder::new().id_salt("map").max_rect(rect));
        inner.set_clip_rect(rect.intersect(ui.clip_rect()));
        let painter = inner.painter();
        painter.rect_filled(rect, 0.0, cx.tokens.canvas);
        if layout.level() != Level::Near {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            for shown in self.chunks.cover(ui.ctx(), &scene, ready.version, &view) {
                painter.image(shown.texture, at.rect(&shown.rect), uv, Color32::WHITE);
            }
        }
        let marks = Marks { hover, cursor: self.cursor.filter(|_| response.has_focus()), selected };
        paint::overlay(cx, &inner, &scene, &at, &marks);
        mark_changes(cx, &inner, &scene, &at, &ready.changed);
        if response.has_focus() && self.keyboard {
            let ring = rect.shrink(1.0);
            painter.rect_stroke(ring, 0.0, Stroke::new(2.0, cx.tokens.accent), StrokeKind::Inside);
        }
        let pointer = if response.dragged() { CursorIcon::Grabbing } else { CursorIcon::Default };
        let response = response.on_hover_cursor(pointer);
        super::access::describe(cx, ui, &response, &scene, &at, selected.or(self.cursor));
        if let Some(tile) = super::access::clicked(ui, &scene, &view) {
            happened.chosen = Some(Some(Spot::Tile(tile)));
        }
        happened.partly = layout.width > self.area.0 || layout.height > self.area.1;
        happened.cell_points = layout.metrics.cell_points();
        happened.far = layout.level() == Level::Far;
        happened
    }

    /// Draws the minimap into a rectangle; a press or drag moves the view there.
    pub fn minimap_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, rect: Rect) {
        let layout = self.layout();
        let response = ui.interact(rect, Id::unique("placement-minimap"), Sense::click_and_drag());
        let label = cx.t("map-minimap");
        response.widget_info(|| WidgetInfo::labeled(Role::ScrollView, true, &label));
        let Some(ready) = self.preparation.ready() else { return };
        let scene = Scene {
            picture: &ready.picture,
            order: &ready.order,
            layout: &layout,
            paints: &ready.paints,
            tokens: cx.tokens,
        };
        if (response.dragged() || response.clicked())
            && let Some(pos) = response.interact_pointer_pos()
        {
            let (x, y) = minimap::to_map(&scene, rect, pos);
            self.camera.x = x - self.area.0 as f64 / 2.0;
            self.camera.y = y - self.area.1 as f64 / 2.0;
            self.camera.follow = Follow::Free;
            self.glide = None;
            self.camera.keep_in_reach(&layout, self.area.0, self.area.1);
        }
        let view = self.camera.view(self.area.0, self.area.1);
        self.minimap.paint(ui.ctx(), ui.painter(), &scene, ready.version, &view, rect);
    }

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
        let (cell, columns) = self.best_fit(&ready.order, Follow::Whole);
        let to = Camera { x: 0.0, y: 0.0, cell: cell as f64, columns, follow: Follow::Whole };
        let order = ready.order.clone();
        let before = self.layout();
        let after = self.layout_for(&order, cell, columns);
        let middle = (self.area.0 as f64 / 2.0, self.area.1 as f64 / 2.0);
        let anchor = Anchor::at(&order, &before, self.camera.x + middle.0, self.camera.y + middle.1);
        let there = anchor.position(&order, &after);
        self.start(cx, ui, anchor, middle, (there.0 - to.x, there.1 - to.y), to);
    }

    /// Glides so that a tile fills a good part of the view.
    pub fn zoom_to_tile(&mut self, cx: &Cx<'_>, ui: &Ui, tile: u32) {
        let about = self.spot_in_view(Some(Spot::Tile(tile))).unwrap_or((0.0, 0.0));
        let middle = (self.area.0 as f64 / 2.0, self.area.1 as f64 / 2.0);
        self.cursor = Some(Spot::Tile(tile));
        self.glide_to_cell(cx, ui, f64::from((19.0 * self.scale).round()), about, middle);
    }

    fn layout_for(&self, order: &super::order::Order, cell: i64, columns: u32) -> Layout {
        Layout::new(order, Metrics::new(cell, self.scale, order.slots, order.fullest), columns)
    }

    /// The layout for the camera, kept until something changes.
    fn layout(&mut self) -> Arc<Layout> {
        let Some(ready) = self.preparation.ready() else {
            return Arc::new(Layout::new(&super::order::Order::default(), Metrics::new(1, 1.0, 1, 1), 1));
        };
        let cell = self.camera.cell_px();
        if let Some((version, layout)) = &self.layout {
            let metrics = &layout.metrics;
            if *version == ready.order_version.wrapping_mul(31).wrapping_add(u64::from(self.camera.columns))
                && metrics.cell == cell
                && metrics.scale == self.scale
            {
                return layout.clone();
            }
        }
        let layout = Arc::new(self.layout_for(&ready.order, cell, self.camera.columns));
        let version = ready.order_version.wrapping_mul(31).wrapping_add(u64::from(self.camera.columns));
        self.layout = Some((version, layout.clone()));
        layout
    }

    fn best_fit(&self, order: &super::order::Order, follow: Follow) -> (i64, u32) {
        let bottom = (FIT_BOTTOM * self.scale) as i64;
        let largest = (FIT_POINTS * self.scale).round() as i64;
        let best = if follow == Follow::Readable { readable } else { fit };
        best(order, self.area.0, self.area.1 - bottom, self.scale, largest)
    }

    /// Keeps everything in view while nobody has zoomed or panned.
    fn follow_fit(&mut self) {
        let follow = self.camera.follow;
        if follow == Follow::Free || self.glide.is_some() {
            return;
        }
        let Some(ready) = self.preparation.ready() else { return };
        let key = (follow, ready.order_version, self.area.0, self.area.1, self.scale.to_bits());
        if self.fitted_for != Some(key) {
            let (cell, columns) = self.best_fit(&ready.order, follow);
            self.camera = Camera { cell: cell as f64, columns, ..self.camera };
            self.fitted_for = Some(key);
        }
    }

    fn advance_glide(&mut self, ui: &Ui) {
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
    fn glide_to_cell(&mut self, cx: &Cx<'_>, ui: &Ui, cell: f64, about: (f64, f64), to: (f64, f64)) {
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

    fn start(&mut self, cx: &Cx<'_>, ui: &Ui, anchor: Anchor, from_at: (f64, f64), to_at: (f64, f64), to: Camera) {
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
    fn zoom_at(&mut self, cell: f64, at: (f64, f64)) {
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

    fn pointer(&mut self, ui: &Ui, response: &Response, origin: Pos2) {
        if response.dragged() && response.drag_delta() != egui::Vec2::ZERO {
            let delta = response.drag_delta() * self.scale;
            self.camera.x -= f64::from(delta.x);
            self.camera.y -= f64::from(delta.y);
            self.camera.follow = Follow::Free;
            self.glide = None;
        }
        if !response.contains_pointer() {
            return;
        }
        let Some(pos) = ui.input(|i| i.pointer.hover_pos()) else { return };
        let local = (pos - origin) * self.scale;
        let at = (f64::from(local.x), f64::from(local.y));
        // A wheel zooms; fingers on a touchpad pan, and zoom by pinching.
        let (mut notches, mut pan) = (0.0, egui::Vec2::ZERO);
        ui.input(|i| {
            for event in &i.events {
                if let egui::Event::MouseWheel { unit, delta, modifiers, .. } = event
                    && !modifiers.any()
                {
                    match unit {
                        egui::MouseWheelUnit::Point => pan += *delta,
                        egui::MouseWheelUnit::Line => notches += f64::from(delta.y),
                        egui::MouseWheelUnit::Page => notches += f64::from(delta.y) * 4.0,
                    }
                } else if let egui::Event::MouseWheel { delta, modifiers, .. } = event
                    && modifiers.shift_only()
                {
                    let along = if delta.x == 0.0 { delta.y } else { delta.x };
                    pan.x += along * if along.abs() < 10.0 { 40.0 } else { 1.0 };
                }
            }
        });
        let pinch = f64::from(ui.input(|i| i.zoom_delta()));
        if pan != egui::Vec2::ZERO {
            self.camera.x -= f64::from(pan.x * self.scale);
            self.camera.y -= f64::from(pan.y * self.scale);
            self.camera.follow = Follow::Free;
            self.glide = None;
        }
        let factor = WHEEL.powf(notches) * pinch;
        if (factor - 1.0).abs() > 1e-4 {
            let mut cell = self.camera.cell * factor;
            // Small cells would stay at the same whole pixel for several notches.
            if notches.abs() >= 1.0 && cell.round() == self.camera.cell.round() {
                cell = self.camera.cell.round() + notches.signum();
            }
            self.zoom_at(cell, at);
        }
    }

    fn keys(&mut self, cx: &Cx<'_>, ui: &mut Ui, response: &Response, selected: Option<Spot>, happened: &mut Happened) {
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, tab: false };
            ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        }
        let nobody = ui.memory(|m| m.focused().is_none());
        if !keys_are_free(ui.ctx()) || ui.input(|i| i.modifiers.command || i.modifiers.alt) {
            return;
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        let larger = pressed(Key::Plus)
            || pressed(Key::Equals)
            || ui.input_mut(|i| {
                i.consume_key(Modifiers::SHIFT, Key::Plus) || i.consume_key(Modifiers::SHIFT, Key::Equals)
            });
        let smaller = pressed(Key::Minus);
        if larger || smaller {
            self.zoom_step(cx, ui, larger);
        }
        if pressed(Key::F) {
            self.fit_gliding(cx, ui);
        }
        happened.table = pressed(Key::T);
        if pressed(Key::N) {
            self.next_trouble(selected, happened);
            response.request_focus();
        }
        if !(nobody || response.has_focus()) {
            return;
        }
        if pressed(Key::Escape) {
            happened.cleared = true;
            self.cursor = None;
        }
        let ways = [
            (Key::ArrowLeft, Way::Left),
            (Key::ArrowRight, Way::Right),
            (Key::ArrowUp, Way::Up),
            (Key::ArrowDown, Way::Down),
        ];
        for (key, way) in ways {
            if pressed(key) {
                self.travel(selected, Some(way), false);
                response.request_focus();
            }
        }
        for (key, last) in [(Key::Home, false), (Key::End, true)] {
            if pressed(key) {
                self.travel(selected, None, last);
                response.request_focus();
            }
        }
        // With the focus on the map, egui makes clicks of these.
        if nobody && self.cursor.is_some() && (pressed(Key::Enter) || pressed(Key::Space)) {
            happened.chosen = Some(self.cursor);
            response.request_focus();
        }
    }

    fn travel(&mut self, selected: Option<Spot>, way: Option<Way>, last: bool) {
        let layout = self.layout();
        let Some(ready) = self.preparation.ready() else { return };
        let from = self.cursor.or(selected);
        let to = match (from, way) {
            (Some(from), Some(way)) => Some(select::step(&ready.order, &layout, from, way)),
            (None, Some(_)) => self.first_in_view(&ready.order, &layout),
            (from, None) => select::end(&ready.order, from, last),
        };
        self.keyboard = true;
        if let Some(to) = to {
            self.show(to);
        }
    }

    /// Where travel begins: the first tile in view, at its first pod unless pods are mere dots.
    fn first_in_view(&self, order: &super::order::Order, layout: &Layout) -> Option<Spot> {
        let mut first = None;
        layout.visible(order, &self.camera.view(self.area.0, self.area.1), |tile, _| {
            first.get_or_insert(tile);
        });
        let tile: u32 = first?;
        match order.pod(tile, 0) {
            Some(pod) if layout.level() != Level::Far => Some(Spot::Pod(pod)),
            _ => Some(Spot::Tile(tile)),
        }
    }

    fn next_trouble(&mut self, selected: Option<Spot>, happened: &mut Happened) {
        let Some(ready) = self.preparation.ready() else { return };
        let next = select::next_trouble(&ready.order, &ready.picture, selected.or(self.cursor));
        self.keyboard = true;
        if let Some(next) = next {
            self.show(next);
            happened.chosen = Some(Some(next));
        }
    }

    fn bring_into_view(&mut self, cx: &Cx<'_>, ui: &Ui, spot: Spot) {
        let layout = self.layout();
        let Some(ready) = self.preparation.ready() else { return };
        let Some(rect) = select::rect_of(&ready.order, &layout, spot) else { return };
        let border = (24.0 * self.scale) as i64;
        // The legend and the minimap lie over the bottom.
        let bottom = (FIT_BOTTOM * self.scale) as i64;
        let mut to = self.camera;
        to.reveal(&rect, self.area.0, self.area.1 - bottom, border);
        to.keep_in_reach(&layout, self.area.0, self.area.1);
        if (to.x, to.y) == (self.camera.x, self.camera.y) {
            return;
        }
        to.follow = Follow::Free;
        let (x, y) = rect.center();
        let anchor = Anchor::at(&ready.order, &layout, x, y);
        let from_at = (x - self.camera.x, y - self.camera.y);
        self.start(cx, ui, anchor, from_at, (x - to.x, y - to.y), to);
    }

    /// Where in the view the middle of a spot stands, if it is in view.
    fn spot_in_view(&mut self, spot: Option<Spot>) -> Option<(f64, f64)> {
        let layout = self.layout();
        let rect = select::rect_of(&self.preparation.ready()?.order, &layout, spot?)?;
        let view: PxRect = self.camera.view(self.area.0, self.area.1);
        rect.intersect(&view)?;
        let (x, y) = rect.center();
        Some((x - self.camera.x, y - self.camera.y))
    }
}

/// What lies under the pointer.
fn hovered(response: &Response, scene: &Scene<'_>, at: &Projection) -> Option<Spot> {
    let pos = response.hover_pos().or_else(|| response.interact_pointer_pos().filter(|_| response.clicked()))?;
    let (x, y) = at.to_map(pos);
    match scene.layout.hit(scene.order, x.floor() as i64, y.floor() as i64) {
        Hit::Pod { pod, .. } if scene.layout.level() != Level::Far => Some(Spot::Pod(pod)),
        // Far away a pod is two pixels: one points at its node.
        Hit::Pod { tile, .. } | Hit::Tile(tile) => Some(Spot::Tile(tile)),
        Hit::Heading(_) | Hit::Ground => None,
    }
}

/// Pods that have just changed, for as long as frames are drawn anyway.
fn mark_changes(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection, changed: &[(u32, f64)]) {
    for (pod, until) in changed.iter().filter(|(_, until)| cx.now < *until) {
        let Some(rect) = scene.layout.pod_rect(scene.order, *pod) else { continue };
        if rect.intersect(&at.view).is_some() {
            let part = ((until - cx.now) / 2.5).clamp(0.2, 1.0) as f32;
            let stroke = Stroke::new(1.0, cx.tokens.text2.gamma_multiply(part));
            ui.painter().rect_stroke(at.rect(&rect).expand(1.0), 0.0, stroke, StrokeKind::Outside);
        }
    }
}
