//! The panel at the right: which of its contents is shown, and what follows from what is done in it.

use super::{PlacementView, Shown, chosen, group, node, pod, tile_of_node, workload};
use crate::model::bay::BayId;
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::map::color::ColorBy;
use crate::ui::map::filter::quoted;
use crate::ui::map::order::{GroupBy, Tile};
use crate::ui::map::select::Spot;
use crate::ui::widgets::panel::side_panel;
use egui::{Key, Ui};
use std::sync::Arc;

/// Width of the panel at first, points.
pub(super) const PANEL: f32 = 300.0;

/// What a panel was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing.
    Nothing,
    /// Show a workload (`Deployment/checkout-api`, namespace).
    Workload(String, String),
    /// Show a node.
    Node(String),
    /// Show a pod.
    Pod(u32),
    /// Go to what the panel tells of.
    Zoom,
    /// Set the filter.
    Filter(String),
    /// Colour the map by what pods use.
    ColorByUse,
    /// Delete the selected pod.
    Delete,
}

impl PlacementView {
    /// The panel of what is selected; draws nothing where nothing is.
    pub(super) fn panel(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &BayId, picture: &Arc<Picture>) {
        let shown = self.shown.clone();
        let mut asked = Asked::Nothing;
        let closed = match (&shown, self.selected) {
            (Shown::Workload(kind, namespace, name), _) => {
                let found =
                    picture.workloads.iter().find(|w| w.kind == *kind && w.namespace == *namespace && w.name == *name);
                let Some(workload) = found else { return };
                side_panel(cx, ui, "placement", PANEL, |ui| {
                    asked = workload::panel_ui(cx, ui, bay, workload, picture, &mut self.scaling);
                })
            }
            (Shown::Spot, Some(Spot::Pod(pod))) if (pod as usize) < picture.pods.len() => {
                side_panel(cx, ui, "placement", PANEL, |ui| {
                    asked = pod::panel_ui(cx, ui, pod as usize, picture, &mut self.drawer);
                })
            }
            (Shown::Spot, Some(Spot::Tile(tile))) => {
                let Some(ready) = self.map.prepared() else { return };
                let pods = ready.order.pods(tile);
                match ready.order.tile(tile) {
                    Some(Tile::Node(node)) => side_panel(cx, ui, "placement", PANEL, |ui| {
                        if let Some(node) = ready.picture.nodes.get(node as usize) {
                            asked = node::panel_ui(cx, ui, bay, node, &ready.picture, pods);
                        }
                    }),
                    Some(Tile::Workload { namespace, owner, .. }) => {
                        let names = &picture.pods.names;
                        let (namespace, owner) = (names.get(namespace), names.get(owner));
                        let mut found = picture.workloads.iter();
                        let found = found.find(|w| w.owner_key() == owner && w.namespace == namespace);
                        side_panel(cx, ui, "placement", PANEL, |ui| match found {
                            Some(workload) => {
                                asked = workload::panel_ui(cx, ui, bay, workload, picture, &mut self.scaling);
                            }
                            None => asked = group::pods_ui(cx, ui, picture, namespace, owner, pods),
                        })
                    }
                    _ => side_panel(cx, ui, "placement", PANEL, |ui| {
                        asked = node::unscheduled_ui(cx, ui, &ready.picture);
                    }),
                }
            }
            (Shown::Spot, Some(Spot::Group(group))) => {
                let Some(ready) = self.map.prepared() else { return };
                let by = self.group;
                side_panel(cx, ui, "placement", PANEL, |ui| {
                    asked = group::panel_ui(cx, ui, ready, group as usize, by);
                })
            }
            (Shown::Chosen, _) => {
                let Some(ready) = self.map.prepared() else { return };
                let Some(chosen) = &ready.chosen else { return };
                self.summary.update(&ready.picture, chosen, ready.version);
                let summary = &self.summary;
                side_panel(cx, ui, "placement", PANEL, |ui| {
                    asked = chosen::panel_ui(cx, ui, &ready.picture, summary, chosen);
                })
            }
            _ => return,
        };
        if closed && self.drawer_lies_open() && ui.input(|i| i.key_pressed(Key::Escape)) {
            self.drawer.open = None;
        } else if closed {
            self.close_panel();
        }
        self.answer(cx, ui, bay, picture, asked);
    }

    fn answer(&mut self, cx: &Cx<'_>, ui: &Ui, bay: &BayId, picture: &Arc<Picture>, asked: Asked) {
        match asked {
            Asked::Nothing => {}
            Asked::Workload(owner, namespace) => {
                let found = picture.workloads.iter().find(|w| w.owner_key() == owner && w.namespace == namespace);
                if let Some(workload) = found {
                    self.filter = format!("workload:{} ns:{}", quoted(&workload.name), quoted(&namespace));
                    self.legend.seen(&self.filter);
                    self.shown = Shown::Workload(workload.kind, namespace, workload.name.clone());
                }
            }
            Asked::Node(name) => {
                match self.map.prepared().and_then(|ready| tile_of_node(ready, &name)) {
                    Some(tile) => self.select(Spot::Tile(tile)),
                    // Nodes have no tiles while workloads have them.
                    None => {
                        self.group = GroupBy::NodeGroup;
                        self.wanted_node = Some(name);
                    }
                }
            }
            Asked::Pod(pod) => self.select(Spot::Pod(pod)),
            Asked::Zoom => self.map.zoom_to_selection(cx, ui, self.selected),
            Asked::Filter(filter) => self.filter = filter,
            Asked::ColorByUse => self.color = ColorBy::Use,
            Asked::Delete => self.deleting = self.selected_pod(picture, bay),
        }
    }
}
