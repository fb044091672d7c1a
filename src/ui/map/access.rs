//! The map for those who do not see it: one node that names what is selected, and one node for each tile in view.

use super::layout::PxRect;
use super::matches::Matches;
use super::order::Tile;
use super::paint::{Projection, group_words};
use super::raster::Scene;
use super::select::{Spot, tile_of};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::widgets::chip::group as grouped;
use egui::{Id, Response, Role, Ui, WidgetInfo, accesskit};
use fluent_bundle::FluentValue;

/// Most tiles that get a node of their own: what one can still travel through.
const MOST: usize = 300;

fn tile_id(tile: u32) -> Id {
    Id::unique(("placement-tile", tile))
}

/// Describes the map and the tiles in view. Its value tells of the spot, and of what is chosen with a box.
pub fn describe(
    cx: &Cx<'_>,
    ui: &Ui,
    response: &Response,
    scene: &Scene<'_>,
    at: &Projection,
    spot: Option<Spot>,
    chosen: Option<&Matches>,
) {
    let label = cx.t("map-name");
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, ui.is_enabled(), &label));
    if ui.ctx().accesskit_node_builder(response.id, |_| ()).is_none() {
        return;
    }
    let mut value = spot.map(|spot| spot_words(cx, scene, spot)).unwrap_or_default();
    if let Some(chosen) = chosen {
        let args =
            [("n", FluentValue::from(chosen.count())), ("pods", FluentValue::from(grouped(chosen.count() as usize)))];
        let words = cx.f("map-chosen", &args);
        value = if value.is_empty() { words } else { format!("{words}; {value}") };
    }
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(value);
        node.add_action(accesskit::Action::Click);
    });
    let mut tiles = Vec::new();
    scene.layout.visible(scene.order, &at.view, |tile, rect| {
        if tiles.len() < MOST {
            tiles.push((tile, rect));
        }
    });
    for (tile, rect) in tiles {
        let Some(seen) = rect.intersect(&at.view) else { continue };
        let bounds = at.rect(&seen);
        let words = tile_words(cx, scene, tile);
        ui.ctx().accesskit_node_builder(tile_id(tile), |node| {
            node.set_role(Role::ListItem);
            node.set_label(words);
            node.add_action(accesskit::Action::Click);
            node.set_bounds(accesskit::Rect {
                x0: f64::from(bounds.min.x),
                y0: f64::from(bounds.min.y),
                x1: f64::from(bounds.max.x),
                y1: f64::from(bounds.max.y),
            });
        });
    }
}

/// The tile that assistive technology pressed.
pub fn clicked(ui: &Ui, scene: &Scene<'_>, view: &PxRect) -> Option<u32> {
    let any = ui.input(|i| {
        i.events
            .iter()
            .any(|e| matches!(e, egui::Event::AccessKitActionRequest(r) if r.action == accesskit::Action::Click))
    });
    if !any {
        return None;
    }
    let mut found = None;
    scene.layout.visible(scene.order, view, |tile, _| {
        if found.is_none() && ui.input(|i| i.has_accesskit_action_request(tile_id(tile), accesskit::Action::Click)) {
            found = Some(tile);
        }
    });
    found
}

/// `worker-3: 57 pods, 2 failing; checkout-api-6d9f7c8b54-x2kqj CrashLoopBackOff, pod 14`.
fn spot_words(cx: &Cx<'_>, scene: &Scene<'_>, spot: Spot) -> String {
    let words = tile_of(scene.order, spot).map(|tile| tile_words(cx, scene, tile)).unwrap_or_default();
    match spot {
        Spot::Tile(_) => words,
        Spot::Group(group) => {
            let Some(group) = scene.order.groups.get(group as usize) else { return words };
            let (name, counts) = group_words(cx, group, true);
            cx.f("map-group", &[("name", FluentValue::from(name)), ("counts", FluentValue::from(counts))])
        }
        Spot::Pod(pod) => {
            let pods = &scene.picture.pods;
            let name = pods.name_of(pod as usize);
            let mut words = format!("{words}; {name} {}", pods.reason_of(pod as usize));
            let restarts = pods.restarts.get(pod as usize).copied().unwrap_or(0);
            if restarts > 0 {
                words = format!("{words}, {}", cx.f("placement-restarts", &[("n", restarts.into())]));
            }
            words
        }
    }
}

/// `worker-3: 57 pods, 2 failing`.
pub fn tile_words(cx: &Cx<'_>, scene: &Scene<'_>, tile: u32) -> String {
    let pods = scene.order.pods(tile);
    let mut counts = [0usize; 7];
    for pod in pods {
        if let Some(sign) = scene.picture.pods.sign.get(*pod as usize) {
            counts[*sign as usize] += 1;
        }
    }
    let node = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize));
    let name = match (node, scene.order.tile(tile)) {
        (Some(node), _) => node.short.to_string(),
        (None, Some(Tile::Workload { owner: 0, .. })) => cx.t("map-no-owner").into_owned(),
        (None, Some(Tile::Workload { owner, .. })) => {
            let owner = scene.picture.pods.names.get(owner);
            owner.split_once('/').map_or(owner, |(_, name)| name).to_owned()
        }
        (None, _) => cx.t("map-unscheduled").into_owned(),
    };
    let mut words = cx.f("map-tile", &[("node", FluentValue::from(name)), ("n", FluentValue::from(pods.len()))]);
    if node.is_some_and(|n| n.ready != Some(true)) {
        words.push_str(&cx.t("map-tile-not-ready"));
    }
    for sign in [Sign::Failed, Sign::Unknown, Sign::Warning] {
        if counts[sign as usize] > 0 {
            let args = [
                ("n", FluentValue::from(counts[sign as usize])),
                ("state", FluentValue::from(cx.t(sign.message_id()).into_owned())),
            ];
            words.push_str(&cx.f("map-tile-state", &args));
        }
    }
    words
}
