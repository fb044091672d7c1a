//! A stage for the screens of a bay: draws one of them where the window would, records what it asks for, and keeps
//! pictures of it.

use crate::samples::bay;
use crate::samples::picture::NOW;
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::{Command, CommandSender};
use bayview::live::state::State;
use bayview::ui::cx::{Cx, UiAction};
use bayview::ui::prefs::Prefs;
use bayview::ui::route::BayTab;
use bayview::ui::shell::footer::footer_ui;
use bayview::ui::theme::Tokens;
use bayview::ui::views::bay::BayView;
use bayview::ui::views::bay_models::BayModelsView;
use bayview::ui::views::containers::ContainersView;
use egui_kittest::Harness;
use std::cell::RefCell;
use std::path::Path;

/// What is drawn.
pub enum Screen {
    /// A bay's tab.
    Bay(String, BayTab),
    /// Bay models.
    Models,
    /// Containers.
    Containers,
}

/// Everything a screen needs, and what it asked for.
pub struct Stage {
    pub state: State,
    pub texts: Texts,
    pub tokens: Tokens,
    pub prefs: Prefs,
    pub now: f64,
    pub screen: Screen,
    pub bay: BayView,
    pub models: BayModelsView,
    pub containers: ContainersView,
    pub actions: RefCell<Vec<UiAction>>,
    commands: CommandSender,
    receiver: tokio::sync::mpsc::Receiver<Command>,
    installed: bool,
}

impl Stage {
    /// A stage with a state, dark, in English.
    pub fn new(state: State, screen: Screen) -> Stage {
        let (commands, receiver) = CommandSender::channel();
        Stage {
            state,
            texts: Texts::new(Lang::En, Vocabulary::Bay),
            tokens: Tokens::dark(),
            prefs: Prefs::default(),
            now: NOW as f64 + 0.4,
            screen,
            bay: BayView::default(),
            models: BayModelsView::default(),
            containers: ContainersView::default(),
            actions: RefCell::default(),
            commands,
            receiver,
            installed: false,
        }
    }

    /// A tab of the bay of the pictures.
    pub fn tab(tab: BayTab) -> Stage {
        Stage::new(bay::state(), Screen::Bay(bay::PROD.into(), tab))
    }

    /// In Japanese.
    pub fn ja(mut self) -> Stage {
        self.texts = Texts::new(Lang::Ja, Vocabulary::Bay);
        self
    }

    /// In a language.
    pub fn lang(mut self, lang: Lang) -> Stage {
        self.texts = Texts::new(lang, Vocabulary::Bay);
        self
    }

    /// In the light theme.
    pub fn light(mut self) -> Stage {
        self.tokens = Tokens::light();
        self
    }

    /// What the screen asked of the worker since the last call.
    pub fn sent(&mut self) -> Vec<Command> {
        std::iter::from_fn(|| self.receiver.try_recv().ok()).collect()
    }

    /// What the screen asked of the window since the last call.
    pub fn acted(&self) -> Vec<UiAction> {
        self.actions.take()
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        if !self.installed {
            self.installed = true;
            bayview::ui::fonts::install(ui.ctx(), self.texts.lang());
            bayview::ui::theme::apply(ui.ctx(), &self.tokens);
            ui.ctx().request_discard("fonts and style are known from the next pass on");
            return;
        }
        let cx = Cx {
            state: &self.state,
            texts: &self.texts,
            tokens: &self.tokens,
            prefs: &self.prefs,
            now: self.now,
            time_zone: &jiff::tz::TimeZone::UTC,
            commands: &self.commands,
            actions: &self.actions,
        };
        let all = ui.ctx().content_rect();
        ui.painter().rect_filled(all, 0.0, self.tokens.base);
        let foot = egui::Rect::from_min_max(egui::pos2(76.0, all.bottom() - 26.0), all.max);
        let room = egui::Rect::from_min_max(egui::pos2(76.0, 44.0), egui::pos2(all.right(), foot.top()));
        ui.painter().rect_filled(room, 0.0, self.tokens.panel);
        let mut inner = ui.new_child(egui::UiBuilder::new().id_salt("content").max_rect(room));
        inner.set_clip_rect(room);
        let footer = match &self.screen {
            Screen::Bay(id, tab) => {
                self.bay.ui(&cx, &mut inner, id, *tab);
                self.bay.footer(&cx, id, *tab)
            }
            Screen::Models => {
                self.models.ui(&cx, &mut inner);
                self.models.footer(&cx)
            }
            Screen::Containers => {
                self.containers.ui(&cx, &mut inner);
                self.containers.footer(&cx)
            }
        };
        let mut foot = ui.new_child(egui::UiBuilder::new().id_salt("footer").max_rect(foot));
        footer_ui(&cx, &mut foot, &footer);
    }
}

/// A harness around a stage.
pub fn harness(stage: Stage, size: [f32; 2]) -> Harness<'static, Stage> {
    let mut harness = Harness::builder()
        .with_size(egui::vec2(size[0], size[1]))
        .with_max_steps(24)
        .wgpu()
        .build_ui_state(|ui, stage: &mut Stage| stage.ui(ui), stage);
    harness.run_ok();
    harness
}

/// Keeps a picture under `target/shots`.
pub fn shoot(harness: &mut Harness<'static, Stage>, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/shots");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let image = harness.render().expect("a picture");
    image.save(folder.join(format!("{name}.png"))).expect("a written picture");
}
