//! A bay's overview: what failed and what to do, what it is, its timeline, health, node groups, servers, labels.

mod about;
pub mod faults;
mod lists;
pub mod steps;

pub use lists::{labels_list, server_sign};

use super::bay::words;
use crate::live::command::{Command, Topic};
use crate::model::bay::{Bay, Coe};
use crate::ui::cx::Cx;
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::widgets::button::link;
use crate::ui::widgets::{panel, separator, states};
use egui::{Frame, Label, Margin, ScrollArea, Ui, UiBuilder, pos2, vec2};
use fluent_bundle::FluentValue;

/// Below this width timeline and health stand under the rest instead of beside it.
const TWO_COLUMNS: f32 = 860.0;
const SIDE: f32 = 340.0;

/// The overview tab.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct OverviewView {}

impl OverviewView {
    /// Draws the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, id: &str) {
        let Some(bay) = cx.state.bay(id) else { return missing_ui(cx, ui, id) };
        ScrollArea::vertical().id_salt(("overview", id)).auto_shrink(false).show(ui, |ui| {
            let width = ui.available_width();
            if width < TWO_COLUMNS {
                column(ui, width, |ui| {
                    faults::faults_ui(cx, ui, bay);
                    side(cx, ui, bay);
                    separator(ui, cx.tokens);
                    main(cx, ui, bay);
                });
                return;
            }
            // Two columns of their own heights; the line between them runs to the longer one's end.
            let top = ui.cursor().min;
            let left = egui::Rect::from_min_size(top, vec2(width - SIDE, f32::INFINITY));
            let right = egui::Rect::from_min_size(pos2(left.right(), top.y), vec2(SIDE, f32::INFINITY));
            let a = ui.scope_builder(UiBuilder::new().id_salt("main").max_rect(left), |ui| {
                column(ui, width - SIDE, |ui| {
                    faults::faults_ui(cx, ui, bay);
                    main(cx, ui, bay);
                });
            });
            let b = ui.scope_builder(UiBuilder::new().id_salt("side").max_rect(right), |ui| {
                column(ui, SIDE, |ui| side(cx, ui, bay));
            });
            let bottom = a.response.rect.bottom().max(b.response.rect.bottom()).max(ui.clip_rect().bottom());
            ui.painter().vline(left.right(), top.y..=bottom, egui::Stroke::new(1.0, cx.tokens.line));
        });
    }
}

fn column(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
        ui.set_width(width - 32.0);
        ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
        content(ui);
    });
}

/// The bay is still being read, or is gone.
fn missing_ui(cx: &Cx<'_>, ui: &mut Ui, id: &str) {
    Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
        let detail = cx.state.details.get(id).map(|d| &d.bay);
        match detail.and_then(|d| d.problem.as_ref()) {
            Some(problem) if problem.kind == crate::model::problem::ProblemKind::NotFound => {
                if states::empty(cx, ui, &cx.t("bay-gone"), Some(&cx.t("bay-gone-go"))) {
                    cx.go(Route::Bays);
                }
            }
            Some(problem) => {
                crate::ui::widgets::problem::problem_ui(cx, ui, problem);
                if crate::ui::widgets::button::Button::new(cx.t("action-retry")).show(cx, ui).clicked() {
                    cx.send(Command::Refresh(Topic::Bay(id.to_owned())));
                }
            }
            None => {
                let since = detail.and_then(|d| d.loading_since).or(cx.state.bays.loading_since);
                states::loading(cx, ui, since, &cx.t("bay-reading"));
            }
        }
    });
}

/// The wide part: fields, groups, servers, labels.
fn main(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let detail = cx.state.details.get(&bay.id);
    if let Some((problem, at)) = detail.and_then(|d| Some((d.bay.problem.as_ref()?, d.bay.loaded_at?)))
        && states::stale_line(cx, ui, at, problem)
    {
        cx.send(Command::Refresh(Topic::Bay(bay.id.clone())));
    }
    about::about_ui(cx, ui, bay);
    rule(cx, ui);
    lists::groups_ui(cx, ui, bay, detail);
    rule(cx, ui);
    lists::servers_ui(cx, ui, bay, detail);
    if !matches!(bay.coe, None | Some(Coe::Kubernetes)) {
        rule(cx, ui);
        containers_hint_ui(cx, ui, bay);
    }
    rule(cx, ui);
    lists::labels_ui(cx, ui, bay);
}

/// The narrow part: timeline, health, addresses.
fn side(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let detail = cx.state.details.get(&bay.id);
    panel::caption(cx, ui, &cx.t("overview-timeline"));
    ui.add_space(2.0);
    steps::timeline_ui(cx, ui, bay, &words::timeline(bay, detail));
    panel::rule(cx, ui);
    about::health_ui(cx, ui, bay);
    if !bay.master_addresses.is_empty() || !bay.node_addresses.is_empty() {
        panel::rule(cx, ui);
        about::addresses_ui(cx, ui, bay);
    }
    panel::rule(cx, ui);
    about::ids_ui(cx, ui, bay);
}

/// Where the containers of a Swarm or Mesos bay are found.
fn containers_hint_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    section_title(cx, ui, "overview-containers");
    let magnum = cx.state.signed_in().and_then(|s| s.magnum.value.as_ref());
    if magnum.is_some_and(|m| m.has("containers")) {
        let count = cx.state.containers.value.as_ref().map(|c| c.iter().filter(|c| c.bay_id == bay.id).count());
        ui.horizontal(|ui| {
            if let Some(count) = count {
                ui.label(text::mono(count.to_string()).color(cx.tokens.text));
            }
            if link(cx, ui, &cx.t("overview-containers-go")).clicked() {
                cx.go(Route::Containers);
            }
        });
    } else {
        let engine = bay.coe.as_ref().map_or("", |c| c.title());
        let words = cx.f("overview-containers-modern", &[("engine", FluentValue::from(engine))]);
        ui.add(Label::new(text::body(words).color(cx.tokens.text2)).wrap());
    }
}

fn section_title<'a>(cx: &Cx<'a>, ui: &mut Ui, id: &'a str) {
    let words = cx.t(id);
    ui.label(text::section(words).color(cx.tokens.text));
    ui.add_space(2.0);
}

fn rule(cx: &Cx<'_>, ui: &mut Ui) {
    ui.add_space(10.0);
    separator(ui, cx.tokens);
    ui.add_space(10.0);
}
