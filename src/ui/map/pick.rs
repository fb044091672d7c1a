//! The pointer on the map: drag to pan, wheel and pinch to zoom, a box to choose pods with.

use super::camera::Follow;
use super::layout::{Layout, PxRect};
use super::order::Order;
use super::view::{Happened, MapView};
use egui::{MouseWheelSource, PointerButton, Pos2, Response, Ui};

/// How much larger a step of the wheel makes cells.
const WHEEL: f64 = 1.15;

/// Points that a platform without notches scrolls for one of them.
const POINTS_A_NOTCH: f32 = 40.0;

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Drag {
    /// Moves the view.
    #[default]
    Pan,
    /// Draws a box from one point of the map to another, pixels.
    Box((f64, f64), (f64, f64)),
    /// Nothing any more: its box was given up with Esc.
    Over,
}

impl Drag {
    /// The box that is being drawn, in pixels of the map.
    pub(super) fn boxed(&self) -> Option<PxRect> {
        let Drag::Box(from, to) = self else { return None };
        let (left, right) = (from.0.min(to.0).floor() as i64, from.0.max(to.0).ceil() as i64);
        let (top, bottom) = (from.1.min(to.1).floor() as i64, from.1.max(to.1).ceil() as i64);
        Some(PxRect::new(left, top, (right - left).max(1), (bottom - top).max(1)))
    }
}

/// The pods whose cells a rectangle of the map touches, in the order of tiles.
pub fn pods_in(order: &Order, layout: &Layout, rect: &PxRect) -> Vec<u32> {
    let mut found = Vec::new();
    layout.visible(order, rect, |tile, tile_rect| {
        let pods = order.pods(tile);
        let (rows, columns) = layout.visible_slots(&tile_rect, rect);
        for row in rows {
            for column in columns.clone().take_while(|c| *c < layout.metrics.columns) {
                found.extend(pods.get((row * layout.metrics.columns + column) as usize));
            }
        }
    });
    found
}

impl MapView {
    /// A place of the window in the view, pixels.
    fn in_view(&self, pos: Pos2, origin: Pos2) -> (f64, f64) {
        let local = (pos - origin) * self.scale;
        (f64::from(local.x), f64::from(local.y))
    }

    fn on_map(&self, pos: Pos2, origin: Pos2) -> (f64, f64) {
        let (x, y) = self.in_view(pos, origin);
        (self.camera.x + x, self.camera.y + y)
    }

    /// Takes what the pointer does.
    pub(super) fn pointer(&mut self, ui: &Ui, response: &Response, origin: Pos2, happened: &mut Happened) {
        let shift = ui.input(|i| i.modifiers.shift);
        if response.drag_started() {
            let box_wanted = (shift || self.boxing) && response.drag_started_by(PointerButton::Primary);
            let from = ui.input(|i| i.pointer.press_origin()).filter(|_| box_wanted);
            self.drag = from.map(|pos| self.on_map(pos, origin)).map_or(Drag::Pan, |at| Drag::Box(at, at));
        }
        match self.drag {
            Drag::Pan if response.dragged() && response.drag_delta() != egui::Vec2::ZERO => {
                let delta = response.drag_delta() * self.scale;
                self.pan(f64::from(delta.x), f64::from(delta.y));
            }
            Drag::Box(from, _) => {
                if let Some(pos) = response.interact_pointer_pos() {
                    self.drag = Drag::Box(from, self.on_map(pos, origin));
                }
                if response.drag_stopped() {
                    let layout = self.layout();
                    let rect = self.drag.boxed();
                    if let (Some(ready), Some(rect)) = (self.preparation.ready(), rect) {
                        happened.boxed = Some(pods_in(&ready.order, &layout, &rect));
                    }
                    self.drag = Drag::Pan;
                }
            }
            Drag::Over if response.drag_stopped() || !response.dragged() => self.drag = Drag::Pan,
            _ => {}
        }
        if !response.contains_pointer() {
            return;
        }
        let Some(pos) = ui.input(|i| i.pointer.hover_pos()) else { return };
        let at = self.in_view(pos, origin);
        // A wheel zooms; fingers on a touchpad pan, and zoom by pinching.
        let (mut notches, mut pan) = (0.0, egui::Vec2::ZERO);
        ui.input(|i| {
            for event in &i.events {
                if let egui::Event::MouseWheel { unit, delta, modifiers, source, .. } = event
                    && !modifiers.any()
                {
                    let wheel = *source == MouseWheelSource::Wheel;
                    match unit {
                        egui::MouseWheelUnit::Point if wheel => notches += f64::from(delta.y / POINTS_A_NOTCH),
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
            self.pan(f64::from(pan.x * self.scale), f64::from(pan.y * self.scale));
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

    /// Moves what is seen by so many pixels.
    fn pan(&mut self, x: f64, y: f64) {
        self.camera.x -= x;
        self.camera.y -= y;
        self.camera.follow = Follow::Free;
        self.glide = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Metrics;
    use super::super::order::tests::pictures;
    use super::super::order::{GroupBy, OrderBy};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_box_can_be_drawn_from_any_corner() {
        let down = Drag::Box((10.2, 20.0), (30.0, 40.5)).boxed();
        assert_eq!(down, Some(PxRect::new(10, 20, 20, 21)));
        assert_eq!(Drag::Box((30.0, 40.5), (10.2, 20.0)).boxed(), down);
        assert_eq!(Drag::Pan.boxed(), None);
    }

    proptest! {
        #[test]
        fn a_box_chooses_what_it_touches(
            picture in pictures(), cell in 1i64..30, x in 0i64..600, y in 0i64..600, w in 1i64..500, h in 1i64..500,
        ) {
            let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
            let layout = Layout::new(&order, Metrics::new(cell, 1.0, order.slots, order.fullest), 6);
            let rect = PxRect::new(x, y, w, h);
            let mut found = pods_in(&order, &layout, &rect);
            found.sort_unstable();
            // The gap after a cell belongs to it.
            let gap = layout.metrics.gap;
            let touched = |pod: &u32| {
                let cell = layout.pod_rect(&order, *pod).unwrap();
                PxRect::new(cell.x, cell.y, cell.w + gap, cell.h + gap).intersect(&rect).is_some()
            };
            let within = |pod: &u32| layout.pod_rect(&order, *pod).unwrap().intersect(&rect).is_some();
            let all = 0..picture.pods.len() as u32;
            prop_assert!(all.clone().filter(within).all(|pod| found.binary_search(&pod).is_ok()));
            prop_assert!(found.iter().all(touched));
        }
    }
}
