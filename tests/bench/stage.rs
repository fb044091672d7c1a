//! A window without a screen: frames are drawn and tessellated, and nobody sees them.

use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::CommandSender;
use bayview::live::state::State;
use bayview::ui::cx::Cx;
use bayview::ui::prefs::Prefs;
use bayview::ui::theme::{self, Tokens};
use egui::{Context, Event, Modifiers, RawInput, Rect, TouchPhase, Ui, Vec2, pos2, vec2};
use std::cell::RefCell;

/// The view of a window of 1440x900, points.
pub const VIEW: Vec2 = vec2(1_340.0, 700.0);

/// What drawing needs.
pub struct Stage {
    pub state: State,
    /// Seconds since 1970.
    pub now: f64,
    ctx: Context,
    texts: Texts,
    tokens: Tokens,
    prefs: Prefs,
    commands: CommandSender,
    time: f64,
}

impl Stage {
    pub fn new(now: f64) -> Stage {
        let ctx = Context::default();
        let tokens = Tokens::dark();
        bayview::ui::fonts::install(&ctx, Lang::En);
        theme::apply(&ctx, &tokens);
        Stage {
            state: State::default(),
            now,
            ctx,
            texts: Texts::new(Lang::En, Vocabulary::Bay),
            tokens,
            prefs: Prefs { reduced_motion: true, ..Prefs::default() },
            commands: CommandSender::channel().0,
            time: 0.0,
        }
    }

    /// One frame with these events, tessellated; tells how many meshes that makes.
    pub fn frame(&mut self, events: Vec<Event>, mut draw: impl FnMut(&Cx<'_>, &mut Ui, Rect)) -> usize {
        self.time += 0.016;
        let rect = Rect::from_min_size(pos2(0.0, 0.0), VIEW);
        let input = RawInput { screen_rect: Some(rect), time: Some(self.time), events, ..RawInput::default() };
        let actions = RefCell::default();
        let cx = Cx {
            state: &self.state,
            texts: &self.texts,
            tokens: &self.tokens,
            prefs: &self.prefs,
            now: self.now,
            time_zone: &jiff::tz::TimeZone::UTC,
            commands: &self.commands,
            actions: &actions,
        };
        let mut output = self.ctx.run_ui(input, |ui| draw(&cx, ui, rect));
        output.textures_delta.clear();
        self.ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }
}

/// Two fingers move what is in the middle.
pub fn two_fingers(delta: Vec2) -> Vec<Event> {
    let at = Event::PointerMoved(pos2(700.0, 400.0));
    let (unit, phase, modifiers) = (egui::MouseWheelUnit::Point, TouchPhase::Move, Modifiers::NONE);
    let source = egui::MouseWheelSource::Trackpad;
    vec![at, Event::MouseWheel { unit, delta, phase, modifiers, source }]
}
