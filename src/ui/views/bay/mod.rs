//! One bay: header, tabs, and the tab that is shown.

pub mod actions;
mod header;
pub mod inside;
pub mod parts;
mod tabs;
pub mod words;

use super::events::{EventsView, Target};
use super::nodes::NodesView;
use super::overview::OverviewView;
use super::placement::PlacementView;
use super::pods::PodsView;
use super::services::ServicesView;
use super::workloads::WorkloadsView;
use crate::model::bay::BayId;
use crate::model::kubeconfig::{context_of, is_kubeconfig};
use crate::ui::cx::Cx;
use crate::ui::route::BayTab;
use crate::ui::shell::footer::Footer;
use crate::ui::widgets::age;
use actions::KubeconfigSave;
use egui::Ui;
use fluent_bundle::FluentValue;

/// The screen of one bay.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BayView {
    /// Overview.
    pub overview: OverviewView,
    /// The map.
    pub placement: PlacementView,
    /// Nodes.
    pub nodes: NodesView,
    /// Workloads.
    pub workloads: WorkloadsView,
    /// Pods.
    pub pods: PodsView,
    /// Services.
    pub services: ServicesView,
    /// Events.
    pub events: EventsView,
    #[serde(skip)]
    save: KubeconfigSave,
    /// Bay that was shown last.
    #[serde(skip)]
    shown: BayId,
}

impl BayView {
    /// What is shown in this tab asks what pods use.
    pub fn looks_at_use(&self, tab: BayTab) -> bool {
        match tab {
            BayTab::Placement => self.placement.looks_at_use(),
            BayTab::Pods => self.pods.looks_at_use(),
            _ => false,
        }
    }

    /// Draws header, tabs and the tab.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, id: &str, tab: BayTab) {
        self.save.logic(cx);
        self.turn_to(id);
        let bay = cx.state.bay(id);
        let inside = cx.state.insides.get(id).map(|p| &**p);
        let title = bay.map_or_else(|| context_of(id).unwrap_or(id), |b| b.title());
        ui.spacing_mut().item_spacing.y = 0.0;
        header::header_ui(cx, ui, title, bay, inside, &mut self.save);
        let shown = tabs::of(bay, is_kubeconfig(id));
        let tab = if shown.contains(&tab) { tab } else { shown.first().copied().unwrap_or_default() };
        if let Some(to) = tabs::tabs_ui(cx, ui, &shown, tab, inside) {
            cx.go_bay(id, to);
        }
        let mut target = None;
        ui.push_id(("tab", tab), |ui| match tab {
            BayTab::Overview => self.overview.ui(cx, ui, id),
            BayTab::Placement => self.placement.ui(cx, ui, &id.to_owned()),
            BayTab::Nodes => self.nodes.ui(cx, ui, id),
            BayTab::Workloads => self.workloads.ui(cx, ui, id),
            BayTab::Pods => self.pods.ui(cx, ui, id),
            BayTab::Services => self.services.ui(cx, ui, id),
            BayTab::Events => target = self.events.ui(cx, ui, id),
        });
        if let Some(target) = target {
            self.show(cx, id, target);
        }
    }

    /// Another bay: what was selected, opened or about to be deleted in the one before means nothing here, even where
    /// names are the same.
    fn turn_to(&mut self, id: &str) {
        if self.shown == id {
            return;
        }
        id.clone_into(&mut self.shown);
        self.nodes.leave();
        self.workloads.leave();
        self.pods.leave();
        self.services.leave();
        self.events.leave();
    }

    /// Shows an object on its own tab.
    fn show(&mut self, cx: &Cx<'_>, id: &str, target: Target) {
        let tab = match target {
            Target::Node(name) => {
                self.nodes.show(&name);
                BayTab::Nodes
            }
            Target::Service(namespace, name) => {
                self.services.show(&namespace, &name);
                BayTab::Services
            }
            Target::Workload(kind, namespace, name) => {
                self.workloads.show(cx, id, &kind, &namespace, &name);
                BayTab::Workloads
            }
        };
        cx.go_bay(id, tab);
    }

    /// The footer of the tab that is shown.
    pub fn footer(&self, cx: &Cx<'_>, id: &str, tab: BayTab) -> Footer {
        let bay = cx.state.bay(id);
        let shown = tabs::of(bay, is_kubeconfig(id));
        let tab = if shown.contains(&tab) { tab } else { shown.first().copied().unwrap_or_default() };
        if tab == BayTab::Placement {
            return self.placement.footer(cx, &id.to_owned());
        }
        let (mut left, mut keys) = match tab {
            BayTab::Nodes => self.nodes.footer(cx, id),
            BayTab::Workloads => self.workloads.footer(cx, id),
            BayTab::Pods => self.pods.footer(cx, id),
            BayTab::Services => self.services.footer(cx, id),
            BayTab::Events => self.events.footer(cx, id),
            BayTab::Overview | BayTab::Placement => (Vec::new(), Vec::new()),
        };
        if keys.len() < 4 && shown.len() > 1 {
            keys.push(("1-7", cx.t("key-tabs").into_owned()));
        }
        let mut stale = None;
        if tab == BayTab::Overview {
            let detail = cx.state.details.get(id).map(|d| &d.bay);
            if let Some(age) = detail.and_then(|d| d.age_secs(cx.now)) {
                left.push(cx.f("bay-footer-refreshed", &[("age", FluentValue::from(age::span(cx, age)))]));
            }
        } else {
            let inside = cx.state.insides.get(id).map(|p| &**p);
            let (words, warning) = inside::footer_words(cx, inside);
            left.extend(words);
            stale = warning;
        }
        Footer { left, keys, stale }
    }

    /// Opens the pods with a filter, for [`crate::ui::cx::UiAction::ShowPods`].
    pub fn show_pods(&mut self, bay: &str, filter: String) {
        self.turn_to(bay);
        self.pods.show(filter);
    }
}
