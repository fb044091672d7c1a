//! The whole window without worker and eframe: a state that the test sets, commands that it records.

use crate::samples::picture::NOW;
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::{Command, CommandSender};
use bayview::live::state::State;
use bayview::ui::Ui;
use bayview::ui::cx::{Cx, UiAction};
use bayview::ui::prefs::{Prefs, Theme};
use bayview::ui::theme::Tokens;
use egui_kittest::Harness;
use std::cell::RefCell;
use std::path::Path;

/// The window and what it asked for.
pub struct Window {
    pub ui: Ui,
    pub state: State,
    pub prefs: Prefs,
    pub now: f64,
    texts: Texts,
    tokens: Tokens,
    commands: CommandSender,
    receiver: tokio::sync::mpsc::Receiver<Command>,
    installed: bool,
    actions: RefCell<Vec<UiAction>>,
    /// Texts that were put on the clipboard.
    pub copied: Vec<String>,
}

impl Window {
    /// A window over a state.
    pub fn new(state: State, theme: Theme, lang: Lang) -> Window {
        let (commands, receiver) = CommandSender::channel();
        Window {
            ui: Ui::new(),
            state,
            prefs: Prefs { theme, lang, ..Prefs::default() },
            now: NOW as f64,
            texts: Texts::new(lang, Vocabulary::Bay),
            tokens: if theme == Theme::Light { Tokens::light() } else { Tokens::dark() },
            commands,
            receiver,
            installed: false,
            actions: RefCell::default(),
            copied: Vec::new(),
        }
    }

    /// What was asked of the worker since the last call.
    pub fn sent(&mut self) -> Vec<Command> {
        std::iter::from_fn(|| self.receiver.try_recv().ok()).collect()
    }

    fn frame(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        if !self.installed {
            self.installed = true;
            bayview::ui::fonts::install(&ctx, self.prefs.lang);
            bayview::ui::theme::apply(&ctx, &self.tokens);
            ctx.request_discard("fonts and style are known from the next pass on");
            return;
        }
        let mut content = std::mem::take(&mut self.ui);
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
        content.logic(&cx, &ctx);
        // The harness leaves a margin that a window does not have.
        let all = ctx.content_rect();
        let mut whole = ui.new_child(egui::UiBuilder::new().id_salt("whole").max_rect(all));
        whole.set_clip_rect(all);
        content.ui(&cx, &mut whole);
        self.ui = content;
        for action in self.actions.take() {
            match action {
                UiAction::SetPrefs(prefs) => {
                    self.texts = Texts::new(prefs.lang, prefs.vocabulary);
                    bayview::ui::fonts::install(&ctx, prefs.lang);
                    self.tokens = bayview::ui::theme::tokens(&ctx, prefs.theme);
                    bayview::ui::theme::apply(&ctx, &self.tokens);
                    self.prefs = *prefs;
                }
                UiAction::Copy(text) => {
                    self.copied.push(text.clone());
                    self.ui.handle(UiAction::Copy(text), &ctx);
                }
                action => self.ui.handle(action, &ctx),
            }
            ctx.request_repaint();
        }
    }
}

/// A harness around a window.
pub fn harness(window: Window, size: [f32; 2]) -> Harness<'static, Window> {
    let mut harness = Harness::builder()
        .with_size(egui::vec2(size[0], size[1]))
        .with_max_steps(24)
        .wgpu()
        .build_ui_state(|ui, window: &mut Window| window.frame(ui), window);
    settle(&mut harness);
    harness
}

/// A few frames: ages and steps of a sign-in ask for frames for ever, so there is no "until nothing moves".
pub fn settle(harness: &mut Harness<'static, Window>) {
    harness.run_steps(4);
}

/// Keeps a picture under `target/shots`, for eyes.
pub fn shoot(harness: &mut Harness<'static, Window>, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/shots");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let image = harness.render().expect("a picture");
    image.save(folder.join(format!("{name}.png"))).expect("a written picture");
}
