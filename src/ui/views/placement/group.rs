//! The panel of a group: its nodes or workloads, its pods by state, what its nodes have and what is asked of them.

use super::{Asked, figures, node};
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::map::filter::quoted;
use crate::ui::map::order::{Group, GroupBy};
use crate::ui::map::paint::group_words;
use crate::ui::map::prepared::Prepared;
use crate::ui::text;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::panel;
use egui::Ui;
use fluent_bundle::FluentValue;

/// Draws the panel's content.
pub(super) fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, ready: &Prepared, group: usize, by: GroupBy) -> Asked {
    let mut asked = Asked::Nothing;
    let Some(told) = ready.order.groups.get(group) else { return asked };
    if told.unscheduled {
        return node::unscheduled_ui(cx, ui, &ready.picture);
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    let (name, counts) = group_words(cx, told, true);
    panel::heading(cx, ui, &name);
    ui.label(text::body(counts).color(cx.tokens.text2));
    node::zoom_link(cx, ui, &mut asked);
    panel::rule(cx, ui);
    figures::by_state(cx, ui, &told.by_sign, &within(told, by), &mut asked);
    let Some(capacity) = ready.capacity.get(group).filter(|c| c.nodes > 0) else { return asked };
    panel::rule(cx, ui);
    figures::capacity_ui(cx, ui, capacity);
    panel::rule(cx, ui);
    let ready = format!("{} / {}", grouped(capacity.ready as usize), grouped(capacity.nodes as usize));
    panel::key_value_mono(cx, ui, &cx.t("placement-nodes-ready"), &ready);
    asked
}

/// The panel of a tile of pods whose workload is not there: nobody made them, or it cannot be read.
pub(super) fn pods_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    picture: &Picture,
    namespace: &str,
    owner: &str,
    pods: &[u32],
) -> Asked {
    let mut asked = Asked::Nothing;
    ui.spacing_mut().item_spacing.y = 4.0;
    let (kind, name) = owner.split_once('/').unwrap_or(("", owner));
    let title = if name.is_empty() { cx.t("map-no-owner").into_owned() } else { name.to_owned() };
    panel::heading(cx, ui, &title);
    let args = [("kind", FluentValue::from(kind)), ("namespace", FluentValue::from(namespace))];
    let id = if kind.is_empty() { "placement-pods-in" } else { "placement-workload-in" };
    ui.label(text::body(cx.f(id, &args)).color(cx.tokens.text2));
    node::zoom_link(cx, ui, &mut asked);
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("placement-by-state"));
    figures::states_ui(cx, ui, &figures::count(picture, pods.iter().copied()));
    asked
}

/// The filter that finds the pods of a group.
fn within(group: &Group, by: GroupBy) -> String {
    let title = quoted(&group.title);
    let lane = group.lane.as_deref().unwrap_or_default();
    match by {
        _ if group.title.is_empty() => String::new(),
        GroupBy::NodeGroup => format!("group:{title}"),
        GroupBy::ZoneAndGroup if lane.is_empty() => format!("group:{title}"),
        GroupBy::ZoneAndGroup => format!("zone:{} group:{title}", quoted(lane)),
        GroupBy::Zone => format!("zone:{title}"),
        GroupBy::Role => format!("role:{title}"),
        GroupBy::Namespace => format!("ns:{title}"),
        GroupBy::None => String::new(),
    }
}
