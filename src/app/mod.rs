//! Wires everything: the worker's events into the state, the state into the interface, its actions back. The only place
//! that knows eframe.

mod measure;
pub mod open;
mod pictures;
mod renderer;

use crate::i18n::{Lang, Texts};
use crate::live::command::{Command, CommandSender};
use crate::live::event::Event;
use crate::live::state::{Notice, State};
use crate::live::worker::WorkerHandle;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use crate::ui::Ui;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::editor::drafts::Drafts;
use crate::ui::prefs::{Prefs, Theme};
use crate::ui::theme::Tokens;
use crate::ui::walkthrough::Walkthrough;
use pictures::Pictures;
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Keys in eframe's storage; the number rises when the form changes.
const PREFS_KEY: &str = "prefs-1";
const UI_KEY: &str = "ui-1";

/// What to do at the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// Show the sign-in screen.
    #[default]
    SignIn,
    /// Open the demo cloud.
    Demo,
    /// Sign in to this cloud of clouds.yaml.
    Cloud(String),
}

/// How to start the interface.
#[derive(Debug, Clone, Default)]
pub struct AppOptions {
    /// What to do first.
    pub start: Start,
    /// Language instead of the remembered one.
    pub lang: Option<Lang>,
    /// Theme instead of the remembered one.
    pub theme: Option<Theme>,
    /// Play the walkthrough, keep a picture of each step here, then end.
    pub pictures: Option<std::path::PathBuf>,
    /// Fixed clock for tests, seconds since 1970.
    pub fixed_now: Option<f64>,
    /// Folder for drafts of manifests and for the renderer of the next start; `None` = keep none.
    pub data_folder: Option<std::path::PathBuf>,
}

/// The program behind the window.
pub struct App {
    ui: Ui,
    prefs: Prefs,
    texts: Texts,
    tokens: Tokens,
    state: State,
    worker: WorkerHandle,
    actions: RefCell<Vec<UiAction>>,
    time_zone: jiff::tz::TimeZone,
    fixed_now: Option<f64>,
    start: Start,
    walkthrough: Option<Walkthrough>,
    pictures: Option<Pictures>,
    visible: bool,
    /// The remembered language and theme, where the command line asked for others for this run.
    remembered_lang: Option<Lang>,
    remembered_theme: Option<Theme>,
    data_folder: Option<PathBuf>,
}

impl App {
    /// Restores what was remembered and begins. The worker must already run.
    pub fn new(cc: &eframe::CreationContext<'_>, worker: WorkerHandle, options: AppOptions) -> App {
        let mut prefs: Prefs = cc.storage.and_then(|s| eframe::get_value(s, PREFS_KEY)).unwrap_or_default();
        let mut ui: Ui = cc.storage.and_then(|s| eframe::get_value(s, UI_KEY)).unwrap_or_default();
        // What the command line asks for is for this run; the remembered one stays remembered.
        let remembered_lang = options.lang.map(|lang| std::mem::replace(&mut prefs.lang, lang));
        let remembered_theme = options.theme.map(|theme| std::mem::replace(&mut prefs.theme, theme));
        if options.pictures.is_some() {
            ui = Ui::default();
        }
        if let Some(folder) = &options.data_folder {
            ui.manifests.use_drafts(Drafts::in_folder(folder, waker(&cc.egui_ctx)));
            renderer::remember(folder, prefs.renderer);
        }
        crate::ui::fonts::install(&cc.egui_ctx, prefs.lang);
        let tokens = tokens_of(prefs.theme, &cc.egui_ctx);
        crate::ui::theme::apply(&cc.egui_ctx, &tokens);
        cc.egui_ctx.set_zoom_factor(prefs.zoom);
        worker.commands().send(Command::SetRefresh(prefs.refresh_secs));
        worker.commands().send(Command::LoadProfiles);
        if options.start == Start::Demo {
            worker.commands().send(Command::OpenDemo);
        }
        App {
            ui,
            texts: Texts::new(prefs.lang, prefs.vocabulary),
            prefs,
            tokens,
            state: State::default(),
            worker,
            actions: RefCell::default(),
            time_zone: if options.fixed_now.is_some() { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() },
            fixed_now: options.fixed_now,
            start: options.start,
            walkthrough: options.pictures.as_ref().map(|_| Walkthrough::default()),
            pictures: options.pictures.map(Pictures::into_folder),
            visible: true,
            remembered_lang,
            remembered_theme,
            data_folder: options.data_folder,
        }
    }

    /// What is known, for tests.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// To the worker, for tests.
    pub fn commands(&self) -> &CommandSender {
        self.worker.commands()
    }

    /// Asks the window for something, as a click would; for tests.
    pub fn act(&mut self, action: UiAction) {
        self.actions.borrow_mut().push(action);
    }

    /// The interface, for tests.
    pub fn ui_mut(&mut self) -> &mut Ui {
        &mut self.ui
    }

    fn now(&self) -> f64 {
        self.fixed_now.unwrap_or_else(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_secs_f64()).unwrap_or_default()
        })
    }

    /// Signs in to the cloud named on the command line, once the profiles are there.
    fn start_named_cloud(&mut self) {
        let Start::Cloud(name) = &self.start else { return };
        let Some(profiles) = &self.state.profiles.value else { return };
        if let Some(profile) = profiles.iter().find(|p| &p.name == name) {
            self.worker.commands().send(Command::SignIn {
                profile: Box::new(profile.clone()),
                secrets: Default::default(),
                remember: false,
            });
        } else {
            let found: Vec<&str> = profiles.iter().map(|p| p.name.as_str()).collect();
            let said = format!("\"{name}\" is not among: {}", found.join(", "));
            let notice = Notice {
                id: 0,
                at: self.now(),
                sign: Sign::Failed,
                message: "notice-no-such-cloud",
                args: vec![("name", name.clone())],
                problem: Some(Problem::new(ProblemKind::Config, "clouds.yaml", said)),
                job: None,
            };
            let now = notice.at;
            self.state.apply(Event::Notice(Box::new(notice)), now);
        }
        self.start = Start::SignIn;
    }

    fn set_prefs(&mut self, prefs: Prefs, ctx: &egui::Context) {
        if (prefs.lang, prefs.vocabulary) != (self.prefs.lang, self.prefs.vocabulary) {
            self.texts = Texts::new(prefs.lang, prefs.vocabulary);
            crate::ui::fonts::install(ctx, prefs.lang);
        }
        if prefs.refresh_secs != self.prefs.refresh_secs {
            self.worker.commands().send(Command::SetRefresh(prefs.refresh_secs));
        }
        if prefs.zoom != self.prefs.zoom {
            ctx.set_zoom_factor(prefs.zoom);
        }
        if prefs.lang != self.prefs.lang {
            self.remembered_lang = None;
        }
        if prefs.theme != self.prefs.theme {
            self.remembered_theme = None;
        }
        if prefs.renderer != self.prefs.renderer
            && let Some(folder) = &self.data_folder
        {
            renderer::remember(folder, prefs.renderer);
        }
        self.prefs = prefs;
    }

    /// Preferences to remember: what only the command line asked for is not among them.
    fn lasting_prefs(&self) -> Prefs {
        let mut prefs = self.prefs.clone();
        if let Some(remembered) = self.remembered_lang {
            prefs.lang = remembered;
        }
        if let Some(remembered) = self.remembered_theme {
            prefs.theme = remembered;
        }
        prefs
    }

    fn follow_theme(&mut self, ctx: &egui::Context) {
        let tokens = tokens_of(self.prefs.theme, ctx);
        if tokens.dark != self.tokens.dark {
            crate::ui::theme::apply(ctx, &tokens);
            self.tokens = tokens;
        }
    }

    fn carry_out(&mut self, ctx: &egui::Context) {
        for action in self.actions.take() {
            match action {
                UiAction::SetPrefs(prefs) => self.set_prefs(*prefs, ctx),
                UiAction::StartWalkthrough => {
                    let walkthrough = Walkthrough::begin(&self.cx());
                    self.walkthrough = Some(walkthrough);
                }
                action => self.ui.handle(action, ctx),
            }
            ctx.request_repaint();
        }
    }

    fn cx(&self) -> Cx<'_> {
        Cx {
            state: &self.state,
            texts: &self.texts,
            tokens: &self.tokens,
            prefs: &self.prefs,
            now: self.now(),
            time_zone: &self.time_zone,
            commands: self.worker.commands(),
            actions: &self.actions,
        }
    }
}

impl eframe::App for App {
    /// Takes in events; runs also while the window is hidden, so that the queue never grows.
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let now = self.now();
        while let Some(event) = self.worker.next_event() {
            measure::event(&event);
            self.state.apply(event, now);
        }
        self.start_named_cloud();
        let visible = ctx.input(|i| i.viewport().visible().unwrap_or(true));
        if visible != self.visible {
            self.visible = visible;
            self.worker.commands().send(Command::SetVisible(visible));
        }
        // Taken out while it draws, because it reads the rest of `self` through the context.
        let mut ui = std::mem::take(&mut self.ui);
        let mut walkthrough = self.walkthrough.take();
        ui.logic(&self.cx(), ctx);
        if let Some(walkthrough) = &mut walkthrough {
            walkthrough.logic(&self.cx());
        }
        self.ui = ui;
        self.walkthrough = walkthrough;
        self.carry_out(ctx);
    }

    /// While pictures are taken nobody points at anything: a resting pointer would open hover cards over the screens.
    fn raw_input_hook(&mut self, _ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        if self.pictures.is_some() {
            raw_input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_)));
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        measure::frame(ui.ctx(), frame);
        let ctx = ui.ctx().clone();
        self.follow_theme(&ctx);
        let mut content = std::mem::take(&mut self.ui);
        let mut walkthrough = self.walkthrough.take();
        let mut pictures = self.pictures.take();
        content.ui(&self.cx(), ui);
        if let Some(playing) = &mut walkthrough {
            if let Some(pictures) = &mut pictures {
                pictures.logic(&self.cx(), playing, &ctx);
            } else if !playing.card_ui(&self.cx(), &ctx) {
                walkthrough = None;
            }
        }
        self.ui = content;
        self.walkthrough = walkthrough;
        self.pictures = pictures;
        self.carry_out(&ctx);
        if self.state.signed_in().is_some() {
            // Ages on screen grow: one frame now and then, none while hidden.
            ctx.request_repaint_after(std::time::Duration::from_secs(10));
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, PREFS_KEY, &self.lasting_prefs());
        eframe::set_value(storage, UI_KEY, &self.ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.ui.manifests.close_drafts();
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.tokens.base.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn tokens_of(theme: Theme, ctx: &egui::Context) -> Tokens {
    let dark = match theme {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => ctx.system_theme().is_none_or(|t| t == egui::Theme::Dark),
    };
    if dark { Tokens::dark() } else { Tokens::light() }
}

/// For the worker: takes an event, wakes the window once for many.
pub(crate) fn waker(ctx: &egui::Context) -> impl Fn() + Send + Sync + 'static + use<> {
    let ctx = ctx.clone();
    move || ctx.request_repaint_after(crate::ui::wake::GATHER)
}
