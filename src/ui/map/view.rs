//! The one region that takes pointer and keys (with [`super::pick`], `travel` and `zoom`); draws the map into it.

use super::camera::{Camera, Follow, Glide};
use super::chunks::{Chunks, Work};
use super::layout::{Hit, Layout};
use super::marks::{self, Marks, Trouble};
use super::metrics::{Level, Metrics};
use super::minimap::{self, Minimap};
use super::order::Order;
use super::paint::{self, Projection};
use super::pick::Drag;
use super::prepared::{Choice, Preparation, Prepared, Wish};
use super::raster::Scene;
use super::select::{self, Spot};
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::wake::GATHER;
use egui::{Color32, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use std::sync::Arc;
use std::time::Duration;

/// What happened on the map in this frame.
#[derive(Debug, Default)]
pub struct Happened {
    /// This was clicked or confirmed by Enter or Space; `Some(None)`: the bare ground.
    pub chosen: Option<Option<Spot>>,
    /// This lies under the pointer or the keyboard's cursor, with its place in the window.
    pub pointed: Option<(Spot, Rect)>,
    /// That was done with a key, or by assistive technology.
    pub by_key: bool,
    /// These pods were chosen with a box.
    pub boxed: Option<Vec<u32>>,
    /// This shall be added to what is chosen, or taken out of it: clicked with Ctrl, or `X` was pressed.
    pub toggled: Option<Spot>,
    /// This was clicked twice.
    pub zoomed: Option<Spot>,
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
    pub(super) camera: Camera,
    pub(super) glide: Option<Glide>,
    pub(super) cursor: Option<Spot>,
    pub(super) preparation: Preparation,
    chunks: Chunks,
    minimap: Minimap,
    trouble: Trouble,
    pub(super) fitted_for: Option<(Follow, u64, i64, i64, u32)>,
    layout: Option<(u64, Arc<Layout>)>,
    pub(super) area: (i64, i64),
    /// The area of the frame before.
    pub(super) seen_area: (i64, i64),
    /// The area that tiles are arranged for.
    pub(super) fit_area: (i64, i64),
    pub(super) scale: f32,
    pub(super) keyboard: bool,
    reveal: Option<Spot>,
    /// The next change of the view's width comes from a panel.
    pub(super) hold: bool,
    /// A drag draws a box without Shift.
    pub boxing: bool,
    pub(super) drag: Drag,
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

    /// Chooses these pods of what is drawn; none of them ends the choice.
    pub fn choose(&mut self, pods: &[u32]) {
        self.preparation.choose(pods);
    }

    /// What has been drawn as pixels so far.
    pub fn work(&self) -> Work {
        self.chunks.work()
    }

    /// The part of the map on screen, at its level.
    pub fn on_screen(&mut self) -> (Arc<Layout>, super::layout::PxRect) {
        (self.layout(), self.camera.view(self.area.0, self.area.1))
    }

    /// Tiles side by side in the widest shelf.
    pub fn columns(&self) -> u32 {
        self.camera.columns
    }

    /// What is on screen was just pointed at: a panel that opens beside it does not arrange the tiles anew.
    pub fn hold_still(&mut self) {
        self.hold = true;
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
        self.pointer(ui, &response, origin, &mut happened);
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
        let command = ui.input(|i| i.modifiers.command);
        if response.clicked() && command && hover.is_some() {
            happened.toggled = hover;
            response.request_focus();
        } else if response.clicked() {
            // A click made by Enter or Space, or by assistive technology, has no place: it means the cursor.
            let spot = match response.interact_pointer_pos() {
                Some(_) => hover,
                None => self.cursor,
            };
            happened.chosen = Some(spot);
            happened.by_key = response.interact_pointer_pos().is_none();
            self.cursor = spot.or(self.cursor);
            response.request_focus();
            if response.double_clicked() {
                happened.zoomed = spot;
            }
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
            for shown in self.chunks.cover(ui.ctx(), &scene, &layout, ready.version, &view) {
                painter.image(shown.texture, at.rect(&shown.rect), uv, Color32::WHITE);
            }
        }
        paint::overlay(cx, &inner, &scene, &at, &ready.capacity);
        let cursor = self.cursor.filter(|_| response.has_focus());
        let pointing = |spot: &Spot| self.drag.boxed().is_none() && !matches!(spot, Spot::Group(_));
        let spots = Marks { hover: hover.filter(pointing), cursor, selected };
        marks::spots(cx, painter, &scene, &at, &spots);
        marks::changes(cx, painter, &scene, &at, ready);
        self.trouble.paint(painter, &scene, &at, ready);
        if let Some(rect) = self.drag.boxed() {
            marks::band(cx, painter, at.rect(&rect));
        }
        // One frame when the next mark ends; none as long as there is none.
        if let Some(until) = ready.marked_until() {
            let rest = Duration::from_secs_f64((until - cx.now).clamp(0.0, 5.0));
            ui.ctx().request_repaint_after(rest.max(GATHER));
        }
        if response.has_focus() && self.keyboard {
            let ring = rect.shrink(1.0);
            painter.rect_stroke(ring, 0.0, Stroke::new(2.0, cx.tokens.accent), StrokeKind::Inside);
        }
        let pointer = match self.drag {
            Drag::Pan if response.dragged() => CursorIcon::Grabbing,
            Drag::Box(..) => CursorIcon::Crosshair,
            _ if self.boxing || ui.input(|i| i.modifiers.shift) => CursorIcon::Crosshair,
            _ => CursorIcon::Default,
        };
        let response = response.on_hover_cursor(pointer);
        let told = if self.keyboard { self.cursor.or(selected) } else { selected.or(self.cursor) };
        super::access::describe(cx, ui, &response, &scene, &at, told, ready.chosen.as_ref());
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

    pub(super) fn layout_for(&self, order: &Order, cell: i64, columns: u32) -> Layout {
        Layout::new(order, Metrics::new(cell, self.scale, order.slots, order.fullest), columns)
    }

    /// The layout for the camera, kept until something changes.
    pub(super) fn layout(&mut self) -> Arc<Layout> {
        let Some(ready) = self.preparation.ready() else {
            return Arc::new(Layout::new(&Order::default(), Metrics::new(1, 1.0, 1, 1), 1));
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
}

/// What lies under the pointer.
fn hovered(response: &Response, scene: &Scene<'_>, at: &Projection) -> Option<Spot> {
    let pos = response.hover_pos().or_else(|| response.interact_pointer_pos().filter(|_| response.clicked()))?;
    let (x, y) = at.to_map(pos);
    match scene.layout.hit(scene.order, x.floor() as i64, y.floor() as i64) {
        Hit::Pod { pod, .. } if scene.layout.level() != Level::Far => Some(Spot::Pod(pod)),
        // Far away a pod is two pixels: one points at its node.
        Hit::Pod { tile, .. } | Hit::Tile(tile) => Some(Spot::Tile(tile)),
        Hit::Heading(group) => Some(Spot::Group(group as u32)),
        Hit::Ground => None,
    }
}
