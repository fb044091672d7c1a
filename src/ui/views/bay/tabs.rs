//! The tabs of a bay with their counts; keys 1 to 7 and Ctrl+Tab.

use super::inside;
use crate::model::bay::{Bay, Coe};
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::route::BayTab;
use crate::ui::text;
use crate::ui::widgets::button::tooltip;
use crate::ui::widgets::chip::group;
use crate::ui::widgets::{focus_ring, keys_are_free, line, paint_left, take_plain_key, uncovered};
use egui::{Key, Modifiers, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

const HEIGHT: f32 = 34.0;
const ALL: [BayTab; 7] = [
    BayTab::Overview,
    BayTab::Placement,
    BayTab::Nodes,
    BayTab::Workloads,
    BayTab::Pods,
    BayTab::Services,
    BayTab::Events,
];

/// The tabs that a bay has: only Kubernetes bays have an inside that is shown; a cluster from a kubeconfig has no
/// overview, since Magnum knows nothing of it.
pub fn of(bay: Option<&Bay>, kubeconfig: bool) -> Vec<BayTab> {
    match bay.and_then(|b| b.coe.as_ref()) {
        Some(coe) if *coe != Coe::Kubernetes => vec![BayTab::Overview],
        _ if kubeconfig => ALL[1..].to_vec(),
        _ => ALL.to_vec(),
    }
}

fn message_id(tab: BayTab) -> &'static str {
    match tab {
        BayTab::Overview => "bay-tab-overview",
        BayTab::Placement => "bay-tab-placement",
        BayTab::Nodes => "bay-tab-nodes",
        BayTab::Workloads => "bay-tab-workloads",
        BayTab::Pods => "bay-tab-pods",
        BayTab::Services => "bay-tab-services",
        BayTab::Events => "bay-tab-events",
    }
}

/// How many things a tab shows, where that is known.
fn count(tab: BayTab, picture: &Picture) -> Option<usize> {
    match tab {
        BayTab::Nodes => Some(picture.nodes.len()),
        BayTab::Workloads => Some(picture.workloads.len()),
        BayTab::Pods => Some(picture.pods.len()),
        BayTab::Services => Some(picture.services.len()),
        _ => None,
    }
}

/// Draws the tabs; the one to go to, if any.
pub fn tabs_ui(cx: &Cx<'_>, ui: &mut Ui, shown: &[BayTab], active: BayTab, inside: Option<&Picture>) -> Option<BayTab> {
    let t = cx.tokens;
    let mut to = keys(ui, shown, active);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    let known = inside.filter(|p| inside::has_data(p));
    let mut x = rect.left() + 16.0;
    for (at, tab) in shown.iter().enumerate() {
        let chosen = *tab == active;
        let words = cx.t(message_id(*tab));
        let font = if chosen { text::strong_font() } else { text::body_font() };
        let ink = if chosen { t.text } else { t.text2 };
        let word = line(ui, &words, font, egui::Color32::PLACEHOLDER, f32::INFINITY);
        let number = known
            .and_then(|p| count(*tab, p))
            .map(|n| line(ui, &group(n), text::mono_small_font(), t.text3, f32::INFINITY));
        let number_width = number.as_ref().map_or(0.0, |g| g.size().x + 6.0);
        let width = word.size().x + number_width + 16.0;
        let place = egui::Rect::from_min_size(pos2(x, rect.top()), vec2(width, HEIGHT));
        let response = ui.interact(place, ui.scope_id().with(("tab", at)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, &words));
        let ink = if response.hovered() { t.text } else { ink };
        let origin = pos2(place.left() + 8.0, place.center().y - word.size().y / 2.0);
        let word_width = word.size().x;
        ui.painter().galley(origin, word, ink);
        if let Some(number) = number {
            paint_left(ui.painter(), pos2(origin.x + word_width + 6.0, place.center().y + 0.5), number);
        }
        if chosen {
            let under = egui::Rect::from_min_max(
                pos2(place.left() + 8.0, rect.bottom() - 2.0),
                pos2(place.right() - 8.0, rect.bottom()),
            );
            ui.painter().rect_filled(under, 0.0, t.accent);
        }
        focus_ring(ui, t, &response, place.shrink2(vec2(2.0, 5.0)), 4);
        if tooltip(cx, response, &(at + 1).to_string()).clicked() {
            to = Some(*tab);
        }
        x += width + 6.0;
    }
    to.filter(|tab| *tab != active)
}

fn keys(ui: &Ui, shown: &[BayTab], active: BayTab) -> Option<BayTab> {
    let here = shown.iter().position(|t| *t == active)?;
    let n = shown.len();
    if !uncovered(ui.ctx()) {
        return None;
    }
    let back = Modifiers::CTRL | Modifiers::SHIFT;
    if ui.input_mut(|i| i.consume_key(back, Key::Tab)) {
        return Some(shown[(here + n - 1) % n]);
    }
    if ui.input_mut(|i| i.consume_key(Modifiers::CTRL, Key::Tab)) {
        return Some(shown[(here + 1) % n]);
    }
    if !keys_are_free(ui.ctx()) {
        return None;
    }
    const NUMBERS: [Key; 7] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7];
    NUMBERS.into_iter().zip(shown).find_map(|(key, tab)| take_plain_key(ui.ctx(), key).then_some(*tab))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_from_a_kubeconfig_has_no_overview() {
        assert_eq!(of(None, true).first(), Some(&BayTab::Placement));
        assert_eq!(of(None, false).len(), 7);
    }
}
