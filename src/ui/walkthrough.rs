//! The guided walkthrough: a card that points at each screen in turn. The window can also play it by itself and keep a
//! picture of every step (`bayview --walkthrough FOLDER`).

use super::cx::{Cx, UiAction};
use super::route::{BayTab, Route};
use crate::live::command::Command;
use crate::live::state::State;
use crate::model::bay::{Bay, Coe};
use crate::model::cluster::Link;

/// One step: where it goes, when its screen is complete, and its texts (`walkthrough-<id>`, `walkthrough-<id>-text`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Step {
    /// The list of bays.
    Bays,
    /// What a bay is.
    Overview,
    /// All its pods on all its nodes.
    Placement,
    /// One workload among them.
    Highlight,
    /// Replica counts and what is missing.
    Workloads,
    /// Pods as a table.
    Pods,
    /// Nodes.
    Nodes,
    /// Services.
    Services,
    /// Events.
    Events,
    /// Bay models.
    BayModels,
    /// A new bay.
    NewBay,
    /// A new bay model.
    NewBayModel,
    /// Manifests.
    Manifests,
    /// Containers.
    Containers,
    /// A new container.
    NewContainer,
    /// What was asked of the cloud.
    Activity,
    /// Theme, language, words.
    Settings,
}

impl Step {
    /// All steps in their order.
    pub fn all() -> Vec<Step> {
        use strum::IntoEnumIterator as _;
        Step::iter().collect()
    }

    /// Short name, also the picture's file name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Goes to the step's screen.
    pub fn enter(self, cx: &Cx<'_>) {
        let bay = show_bay(cx.state).map(|b| b.id.clone());
        let tab = |tab: BayTab| {
            if let Some(bay) = &bay {
                cx.go_bay(bay, tab);
            }
        };
        match self {
            Step::Bays => cx.go(Route::Bays),
            Step::Overview => tab(BayTab::Overview),
            Step::Placement => tab(BayTab::Placement),
            Step::Highlight => {
                if let Some(bay) = bay {
                    let filter = "workload:checkout-api".to_owned();
                    cx.act(UiAction::ShowOnMap { bay, filter, pod: None });
                }
            }
            Step::Workloads => tab(BayTab::Workloads),
            Step::Pods => tab(BayTab::Pods),
            Step::Nodes => tab(BayTab::Nodes),
            Step::Services => tab(BayTab::Services),
            Step::Events => tab(BayTab::Events),
            Step::BayModels => cx.go(Route::BayModels),
            Step::NewBay => cx.go(Route::NewBay { model: None, from: None }),
            Step::NewBayModel => cx.go(Route::NewBayModel { from: None }),
            Step::Manifests => cx.act(UiAction::ShowSample { bay }),
            Step::Containers => cx.go(Route::Containers),
            Step::NewContainer => cx.go(Route::NewContainer),
            Step::Activity => cx.go(Route::Activity),
            Step::Settings => cx.go(Route::Settings),
        }
    }

    /// Its screen has everything it shows.
    pub fn is_ready(self, state: &State) -> bool {
        let inside_live = || {
            show_bay(state)
                .and_then(|bay| state.insides.get(&bay.id))
                .is_some_and(|picture| picture.link == Link::Live && !picture.pods.is_empty())
        };
        match self {
            Step::Bays => state.bays.value.is_some() && state.bay_models.value.is_some(),
            Step::Overview => {
                show_bay(state).and_then(|b| state.details.get(&b.id)).is_some_and(|d| d.servers.value.is_some())
            }
            Step::Placement
            | Step::Highlight
            | Step::Workloads
            | Step::Pods
            | Step::Nodes
            | Step::Services
            | Step::Events => inside_live(),
            Step::BayModels => state.bay_models.value.is_some(),
            Step::NewBay | Step::NewBayModel => {
                state.choices.images.value.is_some() && state.choices.flavors.value.is_some()
            }
            _ => true,
        }
    }
}

/// The bay that the walkthrough enters: the largest Kubernetes bay that can be entered.
pub fn show_bay(state: &State) -> Option<&Bay> {
    let bays = state.bays.value.as_ref()?;
    let is_kubernetes = |b: &&Bay| b.coe.as_ref().is_none_or(|c| *c == Coe::Kubernetes);
    bays.iter().filter(is_kubernetes).filter(|b| b.status.can_enter()).max_by_key(|b| b.node_count)
}

/// The walkthrough under way.
#[derive(Debug, Clone, Default)]
pub struct Walkthrough {
    step: usize,
    entered: bool,
}

impl Walkthrough {
    /// The step shown, `None` at the end.
    pub fn step(&self) -> Option<Step> {
        Step::all().get(self.step).copied()
    }

    /// Number of the step, from 1, and of all steps.
    pub fn position(&self) -> (usize, usize) {
        (self.step + 1, Step::all().len())
    }

    /// Goes to the step's screen once it can: the session must stand. Needs to be called every frame.
    pub fn logic(&mut self, cx: &Cx<'_>) {
        if self.entered {
            return;
        }
        match &cx.state.session {
            crate::live::state::Session::Out => {}
            crate::live::state::Session::SigningIn(_) => {}
            crate::live::state::Session::In(_) => {
                let needs_bay = matches!(self.step(), Some(step) if !matches!(step, Step::Bays));
                if needs_bay && show_bay(cx.state).is_none() {
                    return;
                }
                if let Some(step) = self.step() {
                    step.enter(cx);
                    self.entered = true;
                }
            }
        }
    }

    /// The screen of the step was gone to, and shows everything.
    pub fn is_ready(&self, state: &State) -> bool {
        self.entered && self.step().is_some_and(|s| s.is_ready(state))
    }

    /// To the next step.
    pub fn next(&mut self) {
        self.step += 1;
        self.entered = false;
    }

    /// To the step before.
    pub fn back(&mut self) {
        self.step = self.step.saturating_sub(1);
        self.entered = false;
    }

    /// Begins: in the demo cloud where nobody is signed in.
    pub fn begin(cx: &Cx<'_>) -> Walkthrough {
        if cx.state.signed_in().is_none() {
            cx.send(Command::OpenDemo);
        }
        Walkthrough::default()
    }

    /// The card with the step's text; `false` when it was closed.
    pub fn card_ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) -> bool {
        let Some(step) = self.step() else { return false };
        let mut open = true;
        let (at, all) = self.position();
        egui::Area::new(egui::Id::unique("walkthrough"))
            .anchor(egui::Align2::CENTER_BOTTOM, [0.0, -44.0])
            .order(egui::Order::Foreground)
            .show(ctx, |ui| {
                egui::Frame::NONE
                    .fill(cx.tokens.popup)
                    .stroke(egui::Stroke::new(1.0, cx.tokens.accent))
                    .corner_radius(6)
                    .inner_margin(16)
                    .show(ui, |ui| {
                        ui.set_width(520.0);
                        let title = cx.f(&format!("walkthrough-{}", step.name()), &[]);
                        ui.horizontal(|ui| {
                            ui.label(super::text::section(title).color(cx.tokens.text));
                            let count = format!("{at} / {all}");
                            ui.label(super::text::mono_small(count).color(cx.tokens.text3));
                        });
                        let text = cx.f(&format!("walkthrough-{}-text", step.name()), &[]);
                        ui.label(super::text::body(text).color(cx.tokens.text2));
                        ui.add_space(8.0);
                        ui.horizontal(|ui| {
                            use super::widgets::button::Button;
                            let last = at == all;
                            let next = if last { "walkthrough-finish" } else { "walkthrough-next" };
                            if Button::new(cx.t(next)).primary().show(cx, ui).clicked() {
                                if last { open = false } else { self.next() }
                            }
                            if at > 1 && Button::new(cx.t("walkthrough-back")).show(cx, ui).clicked() {
                                self.back();
                            }
                            if !last && Button::new(cx.t("walkthrough-end")).quiet().show(cx, ui).clicked() {
                                open = false;
                            }
                        });
                    });
            });
        open
    }
}
