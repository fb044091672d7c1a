//! The keyboard on the map: travel from pod to pod and from node to node, a level up, to the next trouble; zoom, fit, choose.

use super::layout::Layout;
use super::metrics::Level;
use super::order::Order;
use super::pick::Drag;
use super::select::{self, Spot, Way};
use super::view::{Happened, MapView};
use crate::ui::cx::Cx;
use crate::ui::widgets::keys_are_free;
use egui::{EventFilter, Key, Modifiers, Response, Ui};

/// A key of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Travel {
    /// To the next pod or tile.
    Step(Way),
    /// To the next tile.
    Tile(Way),
    /// To the first one.
    First,
    /// To the last one.
    Last,
    /// From a pod to its tile, from a tile to its group.
    Up,
}

impl MapView {
    /// Takes the keys of the map.
    pub(super) fn keys(
        &mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        response: &Response,
        selected: Option<Spot>,
        happened: &mut Happened,
    ) {
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
        if pressed(Key::Z) {
            self.zoom_to_selection(cx, ui, selected);
        }
        if pressed(Key::B) {
            self.boxing = !self.boxing;
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
            match self.drag {
                Drag::Box(..) => self.drag = Drag::Over,
                _ => {
                    happened.cleared = true;
                    self.cursor = None;
                }
            }
        }
        let ways = [
            (Key::ArrowLeft, Way::Left),
            (Key::ArrowRight, Way::Right),
            (Key::ArrowUp, Way::Up),
            (Key::ArrowDown, Way::Down),
        ];
        for (key, way) in ways {
            if ui.input_mut(|i| i.consume_key(Modifiers::SHIFT, key)) {
                self.travel(selected, Travel::Tile(way));
                response.request_focus();
            } else if pressed(key) {
                self.travel(selected, Travel::Step(way));
                response.request_focus();
            }
        }
        let ends = [(Key::Home, Travel::First), (Key::End, Travel::Last), (Key::Backspace, Travel::Up)];
        for (key, travel) in ends {
            if pressed(key) {
                self.travel(selected, travel);
                response.request_focus();
            }
        }
        if pressed(Key::X)
            && let Some(spot) = self.cursor.or(selected)
        {
            happened.toggled = Some(spot);
        }
        // With the focus on the map, egui makes clicks of these.
        if nobody && self.cursor.is_some() && (pressed(Key::Enter) || pressed(Key::Space)) {
            happened.chosen = Some(self.cursor);
            happened.by_key = true;
            response.request_focus();
        }
    }

    fn travel(&mut self, selected: Option<Spot>, travel: Travel) {
        let layout = self.layout();
        let Some(ready) = self.preparation.ready() else { return };
        let order = &ready.order;
        let from = self.cursor.or(selected);
        let to = match (from, travel) {
            (None, Travel::Up) => None,
            (None, Travel::First | Travel::Last) => select::end(order, None, travel == Travel::Last),
            (None, _) => self.first_in_view(order, &layout),
            (Some(from), Travel::Step(way)) => Some(select::step(order, &layout, from, way)),
            (Some(from), Travel::Tile(way)) => Some(select::step_tile(order, &layout, from, way)),
            (Some(from), Travel::Up) => select::up(order, from),
            (Some(from), _) => select::end(order, Some(from), travel == Travel::Last),
        };
        self.keyboard = true;
        if let Some(to) = to {
            self.show(to);
        }
    }

    /// Goes from what is selected to the first thing inside it: from a group to its first tile, from a tile to its first pod.
    pub fn go_inside(&mut self, spot: Spot) -> Option<Spot> {
        let inside = select::inside(&self.preparation.ready()?.order, spot)?;
        self.show(inside);
        Some(inside)
    }

    /// Where travel begins: the first tile in view, at its first pod unless pods are mere dots.
    fn first_in_view(&self, order: &Order, layout: &Layout) -> Option<Spot> {
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
}
