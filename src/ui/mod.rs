//! The window's content: reads a [`crate::live::state::State`], sends commands, never does I/O.

pub mod cx;
pub mod editor;
pub mod fonts;
pub mod forms;
pub mod icons;
pub mod map;
pub mod pick;
pub mod prefs;
pub mod route;
pub mod shell;
pub mod text;
pub mod theme;
pub mod views;
pub mod wake;
pub mod walkthrough;
pub mod widgets;

use crate::live::command::{Command, Topic};
use crate::live::state::SignedIn;
use crate::model::bay::BayId;
use crate::model::kubeconfig::KubeconfigFile;
use cx::{Cx, UiAction};
use egui::{Frame, Margin, Panel};
use forms::bay::BayForm;
use forms::bay_model::BayModelForm;
use forms::container::ContainerForm;
use pick::FilePick;
use route::{BayTab, Route};
use shell::delete::DeleteBays;
use shell::dialogs::Dialogs;
use shell::footer::{self, Footer};
use shell::kubeconfig::{OpenContexts, usual_folder};
use shell::{Shell, commands, rail, top_bar};
use std::sync::Arc;
use views::activity::ActivityView;
use views::bay::BayView;
use views::bay_models::BayModelsView;
use views::bays::BaysView;
use views::containers::ContainersView;
use views::manifests::ManifestsView;
use views::settings::SettingsView;
use views::sign_in::SignInView;

/// Most screens that "back" remembers.
const BACK: usize = 50;
/// Most bays that are followed because something was asked of them.
const MOST_SETTLING: usize = 8;

/// Everything the window shows. What is worth remembering between runs is serialised; the rest begins anew.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Ui {
    route: Route,
    back: Vec<Route>,
    sign_in: SignInView,
    bays: BaysView,
    bay: BayView,
    bay_models: BayModelsView,
    new_bay: BayForm,
    new_bay_model: BayModelForm,
    containers: ContainersView,
    new_container: ContainerForm,
    /// Manifests; the program gives them their drafts.
    pub manifests: ManifestsView,
    activity: ActivityView,
    settings: SettingsView,
    panel_widths: widgets::panel::Widths,
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    looked: Option<Vec<Topic>>,
    #[serde(skip)]
    place: Option<(u64, (String, String, String))>,
    #[serde(skip)]
    kubeconfig: FilePick,
    #[serde(skip)]
    kubeconfigs_opened: u64,
    /// Whose contexts were asked about.
    #[serde(skip)]
    kubeconfig_asked: Option<Arc<KubeconfigFile>>,
    #[serde(skip)]
    widths_given: bool,
}

impl Ui {
    /// At its beginning.
    pub fn new() -> Ui {
        Ui::default()
    }

    /// The screen that is shown.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Follows what happened: tells the worker what is looked at, leaves screens that no longer exist.
    pub fn logic(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        self.manifests.logic(cx, ctx);
        self.forms_follow(cx);
        self.open_kubeconfigs(cx);
        let place = cx.state.place().map(|place| (cx.state.arrivals, place));
        if place != self.place {
            // Another cloud, project or region: bays of the old one mean nothing here. Right after a sign-in the
            // remembered screen is taken up again, unless it shows one bay.
            let arrived = place.is_some() && (self.route == Route::SignIn || self.place.is_some());
            let known = match &self.route {
                Route::Bay(id, _) | Route::NewBay { from: Some(id), .. } => cx.state.bay(id).is_some(),
                _ => true,
            };
            if arrived || !known {
                self.route = Route::Bays;
            }
            if self.place.is_some() {
                self.back.clear();
            }
            self.place = place;
            self.looked = None;
        }
        let wanted = if cx.state.signed_in().is_some() { self.topics(cx) } else { Vec::new() };
        if self.looked.as_ref() != Some(&wanted) {
            cx.send(Command::Look(wanted.clone()));
            self.looked = Some(wanted);
        }
    }

    /// A form whose job was accepted is over, whichever screen is shown; only from its own screen it leads on.
    fn forms_follow(&mut self, cx: &Cx<'_>) {
        self.new_bay.follow(cx, matches!(self.route, Route::NewBay { .. }));
        self.new_bay_model.follow(cx, matches!(self.route, Route::NewBayModel { .. }));
        self.new_container.follow(cx, self.route == Route::NewContainer);
    }

    /// A kubeconfig that was chosen is opened; one that is open is shown.
    fn open_kubeconfigs(&mut self, cx: &Cx<'_>) {
        if let Some(path) = self.kubeconfig.take() {
            cx.send(Command::OpenKubeconfig { path, contexts: Vec::new() });
        }
        if let Some(file) = &cx.state.kubeconfig_asks
            && self.kubeconfig_asked.as_ref().is_none_or(|asked| !Arc::ptr_eq(asked, file))
        {
            self.kubeconfig_asked = Some(file.clone());
            self.shell.dialogs = Dialogs::OpenContexts(OpenContexts::new(file.clone()));
        }
        if cx.state.kubeconfig_asks.is_none() && matches!(self.shell.dialogs, Dialogs::OpenContexts(_)) {
            self.shell.dialogs = Dialogs::None;
        }
        let (opened, alone) = cx.state.kubeconfigs_opened;
        if std::mem::replace(&mut self.kubeconfigs_opened, opened) != opened
            && let Some(bay) = cx.state.kubeconfigs.last()
        {
            // Several stand side by side in the list.
            if alone { cx.go_bay(&bay.id, BayTab::Placement) } else { cx.go(Route::Bays) }
        }
    }

    fn topics(&self, cx: &Cx<'_>) -> Vec<Topic> {
        let mut topics = commands::topics(&self.route);
        // What was asked for is followed from every screen, so that its end is told.
        for id in cx.state.settling_bays().into_iter().take(MOST_SETTLING) {
            let topic = Topic::Bay(id);
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        if self.route == Route::Bays {
            for topic in self.bays.topics(cx) {
                if !topics.contains(&topic) {
                    topics.push(topic);
                }
            }
        }
        if let Route::Bay(id, tab) = &self.route
            && self.bay.looks_at_use(*tab)
        {
            topics.push(Topic::PodUsage(id.clone()));
        }
        if self.route == Route::Manifests {
            topics.extend(self.manifests.topics());
        }
        topics
    }

    /// Draws everything over the whole of `ui`.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        if !std::mem::replace(&mut self.widths_given, true) {
            widgets::panel::set_widths(&ctx, self.panel_widths.clone());
        }
        match cx.state.signed_in() {
            Some(session) if self.route != Route::SignIn => self.signed_in_ui(cx, ui, session),
            _ => self.sign_in_ui(cx, ui),
        }
        self.shell.palette.ui(cx, &ctx, &self.route);
        if self.shell.dialogs.is_open() {
            let keys = self.footer(cx).keys;
            self.shell.dialogs.ui(cx, &ctx, &keys);
        }
        self.shell.toasts.ui(cx, &ctx);
        commands::keys(cx, &ctx, &self.route, self.shell.palette.is_open());
        self.panel_widths = widgets::panel::widths(&ctx);
    }

    fn signed_in_ui(&mut self, cx: &Cx<'_>, ui: &mut egui::Ui, session: &SignedIn) {
        bar(Panel::top("top-bar"), top_bar::HEIGHT).show(ui, |ui| {
            top_bar::top_bar_ui(cx, ui, session, &self.route, &mut self.shell.toasts);
        });
        bar(Panel::left("rail"), rail::WIDTH).show(ui, |ui| rail::rail_ui(cx, ui, &self.route));
        let words = self.footer(cx);
        bar(Panel::bottom("footer"), footer::HEIGHT).show(ui, |ui| footer::footer_ui(cx, ui, &words));
        let ground = Frame::new().fill(cx.tokens.panel).inner_margin(Margin::ZERO);
        egui::CentralPanel::default().frame(ground).show(ui, |ui| self.view_ui(cx, ui));
    }

    fn sign_in_ui(&mut self, cx: &Cx<'_>, ui: &mut egui::Ui) {
        bar(Panel::top("slim-bar"), top_bar::HEIGHT).show(ui, |ui| top_bar::slim_bar_ui(cx, ui));
        let words = self.sign_in.footer(cx);
        bar(Panel::bottom("footer"), footer::HEIGHT).show(ui, |ui| footer::footer_ui(cx, ui, &words));
        let ground = Frame::new().fill(cx.tokens.panel).inner_margin(Margin::ZERO);
        egui::CentralPanel::default().frame(ground).show(ui, |ui| self.sign_in.ui(cx, ui));
    }

    fn view_ui(&mut self, cx: &Cx<'_>, ui: &mut egui::Ui) {
        match self.route.clone() {
            Route::SignIn => {}
            Route::Bays => self.bays.ui(cx, ui),
            Route::Bay(id, tab) => self.bay.ui(cx, ui, &id, tab),
            Route::BayModels => self.bay_models.ui(cx, ui),
            Route::NewBay { .. } => self.new_bay.ui(cx, ui),
            Route::NewBayModel { .. } => self.new_bay_model.ui(cx, ui),
            Route::Containers => self.containers.ui(cx, ui),
            Route::NewContainer => self.new_container.ui(cx, ui),
            Route::Manifests => self.manifests.ui(cx, ui),
            Route::Activity => self.activity.ui(cx, ui),
            Route::Settings => self.settings.ui(cx, ui),
        }
    }

    fn footer(&self, cx: &Cx<'_>) -> Footer {
        match &self.route {
            Route::SignIn => self.sign_in.footer(cx),
            Route::Bays => self.bays.footer(cx),
            Route::Bay(id, tab) => self.bay.footer(cx, id, *tab),
            Route::BayModels => self.bay_models.footer(cx),
            Route::NewBay { .. } => self.new_bay.footer(cx),
            Route::NewBayModel { .. } => self.new_bay_model.footer(cx),
            Route::Containers => self.containers.footer(cx),
            Route::NewContainer => self.new_container.footer(cx),
            Route::Manifests => self.manifests.footer(cx),
            Route::Activity => self.activity.footer(cx),
            Route::Settings => self.settings.footer(cx),
        }
    }

    /// Carries out what was asked of the window; preferences and the walkthrough are the caller's.
    pub fn handle(&mut self, action: UiAction, ctx: &egui::Context) {
        match action {
            UiAction::Go(route) => self.go(route),
            UiAction::Back => {
                if let Some(route) = self.back.pop() {
                    self.route = route;
                }
            }
            UiAction::ShowOnMap { bay, filter, pod } => {
                self.bay.placement.show(&bay, filter, pod);
                self.go_bay(bay, BayTab::Placement);
            }
            UiAction::ShowPods { bay, filter } => {
                self.bay.show_pods(&bay, filter);
                self.go_bay(bay, BayTab::Pods);
            }
            UiAction::EditManifest { title, text, bay } => {
                self.manifests.open_text(&title, &text, bay);
                self.go(Route::Manifests);
            }
            UiAction::ShowSample { bay } => {
                self.manifests.show_sample(bay);
                self.go(Route::Manifests);
            }
            UiAction::Copy(text) => {
                ctx.copy_text(text);
                self.shell.toasts.copied();
            }
            UiAction::Toast { sign, text } => self.shell.toasts.push(sign, text),
            UiAction::TogglePalette => self.shell.palette.toggle(),
            UiAction::ShowShortcuts => self.shell.dialogs = Dialogs::Shortcuts,
            UiAction::AskDeleteBay(id) => self.shell.dialogs = Dialogs::DeleteBays(DeleteBays::new(vec![id])),
            UiAction::AskScaleBay(id) => self.shell.dialogs = Dialogs::ScaleBay { id, count: None },
            UiAction::AskDeleteBayModel(id) => {
                self.shell.dialogs = Dialogs::DeleteBayModel { id, typed: String::new() };
            }
            UiAction::ShowJob(job) => {
                self.activity.show(job);
                self.go(Route::Activity);
            }
            UiAction::ShowNotice(id) => self.shell.dialogs = Dialogs::Notice(id),
            UiAction::OpenKubeconfig { title } => self.kubeconfig.open(ctx, title, None, usual_folder()),
            UiAction::SetPrefs(_) | UiAction::StartWalkthrough => {}
        }
    }

    fn go(&mut self, route: Route) {
        if route == self.route {
            return;
        }
        match &route {
            Route::NewBay { model, from } => self.new_bay.begin(model.clone(), from.clone()),
            Route::NewBayModel { from } => self.new_bay_model.begin(from.clone()),
            _ => {}
        }
        let old = std::mem::replace(&mut self.route, route);
        self.back.push(old);
        if self.back.len() > BACK {
            self.back.remove(0);
        }
        self.shell.palette.close();
    }

    fn go_bay(&mut self, bay: BayId, tab: BayTab) {
        self.go(Route::Bay(bay, tab));
    }
}

/// A bar of the shell: fixed size, no margin, no line of its own.
fn bar(panel: Panel, size: f32) -> Panel {
    panel.exact_size(size).resizable(false).show_separator_line(false).frame(Frame::NONE)
}
