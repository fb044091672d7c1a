//! Every command of the window in one list: text, icon, shortcut, when it can run. Menus, palette and keys come from it.

use crate::i18n::Lang;
use crate::live::command::{Command, Topic};
use crate::live::state::Session;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::prefs::Theme;
use crate::ui::route::{BayTab, Route};
use egui::{Key, KeyboardShortcut, Modifiers};

/// Something one can ask of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum UiCommand {
    /// To Bays.
    GoBays,
    /// To Bay models.
    GoBayModels,
    /// To Containers.
    GoContainers,
    /// To Manifests.
    GoManifests,
    /// To Activity.
    GoActivity,
    /// To Settings.
    GoSettings,
    /// Form for a new bay.
    NewBay,
    /// Form for a new bay model.
    NewBayModel,
    /// Form for a new container.
    NewContainer,
    /// Back to the screen before.
    Back,
    /// Load what is on screen again.
    Refresh,
    /// Command palette.
    Palette,
    /// List of keys.
    Shortcuts,
    /// Dark or light.
    SwitchTheme,
    /// The other language.
    SwitchLanguage,
    /// Bigger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// Natural size.
    ZoomReset,
    /// Look into a cluster by its kubeconfig.
    OpenKubeconfig,
    /// Guided walkthrough.
    Walkthrough,
    /// Sign in to another cloud.
    OtherCloud,
    /// Revoke the token and leave.
    SignOut,
}

impl UiCommand {
    /// Fluent id of its text.
    pub fn text_id(self) -> &'static str {
        match self {
            UiCommand::GoBays => "command-bays",
            UiCommand::GoBayModels => "command-bay-models",
            UiCommand::GoContainers => "command-containers",
            UiCommand::GoManifests => "command-manifests",
            UiCommand::GoActivity => "command-activity",
            UiCommand::GoSettings => "command-settings",
            UiCommand::NewBay => "command-new-bay",
            UiCommand::NewBayModel => "command-new-bay-model",
            UiCommand::NewContainer => "command-new-container",
            UiCommand::Back => "command-back",
            UiCommand::Refresh => "command-refresh",
            UiCommand::Palette => "command-palette",
            UiCommand::Shortcuts => "command-shortcuts",
            UiCommand::SwitchTheme => "command-theme",
            UiCommand::SwitchLanguage => "command-language",
            UiCommand::ZoomIn => "command-zoom-in",
            UiCommand::ZoomOut => "command-zoom-out",
            UiCommand::ZoomReset => "command-zoom-reset",
            UiCommand::OpenKubeconfig => "command-open-kubeconfig",
            UiCommand::Walkthrough => "command-walkthrough",
            UiCommand::OtherCloud => "command-other-cloud",
            UiCommand::SignOut => "command-sign-out",
        }
    }

    /// Its text in menus and the palette.
    pub fn text(self, cx: &Cx<'_>) -> String {
        cx.t(self.text_id()).into_owned()
    }

    /// Its one word on the rail.
    pub fn short(self, cx: &Cx<'_>) -> String {
        let id = match self {
            UiCommand::GoBays => "rail-bays",
            UiCommand::GoBayModels => "rail-bay-models",
            UiCommand::GoContainers => "rail-containers",
            UiCommand::GoManifests => "rail-manifests",
            UiCommand::GoActivity => "rail-activity",
            UiCommand::GoSettings => "rail-settings",
            other => other.text_id(),
        };
        cx.t(id).into_owned()
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            UiCommand::GoBays => Icon::Bays,
            UiCommand::GoBayModels => Icon::BayModels,
            UiCommand::GoContainers => Icon::Containers,
            UiCommand::GoManifests => Icon::Manifests,
            UiCommand::GoActivity => Icon::Activity,
            UiCommand::GoSettings => Icon::Settings,
            UiCommand::NewBay | UiCommand::NewBayModel | UiCommand::NewContainer => Icon::Plus,
            UiCommand::Back => Icon::ArrowLeft,
            UiCommand::Refresh => Icon::Refresh,
            UiCommand::Palette => Icon::Search,
            UiCommand::Shortcuts => Icon::Keyboard,
            UiCommand::SwitchTheme => Icon::Image,
            UiCommand::SwitchLanguage => Icon::Languages,
            UiCommand::ZoomIn => Icon::ZoomIn,
            UiCommand::ZoomOut => Icon::ZoomOut,
            UiCommand::ZoomReset => Icon::Fit,
            UiCommand::OpenKubeconfig => Icon::File,
            UiCommand::Walkthrough => Icon::Map,
            UiCommand::OtherCloud => Icon::Cloud,
            UiCommand::SignOut => Icon::SignOut,
        }
    }

    /// The keys that run it from anywhere.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let alt = |key| Some(KeyboardShortcut::new(Modifiers::ALT, key));
        let ctrl = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        match self {
            UiCommand::GoBays => alt(Key::Num1),
            UiCommand::GoBayModels => alt(Key::Num2),
            UiCommand::GoContainers => alt(Key::Num3),
            UiCommand::GoManifests => alt(Key::Num4),
            UiCommand::GoActivity => alt(Key::Num5),
            UiCommand::GoSettings => ctrl(Key::Comma),
            UiCommand::Back => alt(Key::ArrowLeft),
            UiCommand::Refresh => Some(KeyboardShortcut::new(Modifiers::NONE, Key::F5)),
            UiCommand::Palette => ctrl(Key::K),
            UiCommand::ZoomIn => ctrl(Key::Plus),
            UiCommand::ZoomOut => ctrl(Key::Minus),
            UiCommand::ZoomReset => ctrl(Key::Num0),
            _ => None,
        }
    }

    /// Whether it can run now; else the Fluent id of why not.
    pub fn can_run(self, cx: &Cx<'_>, route: &Route) -> Result<(), &'static str> {
        let signed_in = cx.state.signed_in();
        match self {
            UiCommand::SwitchTheme
            | UiCommand::SwitchLanguage
            | UiCommand::ZoomIn
            | UiCommand::ZoomOut
            | UiCommand::ZoomReset
            | UiCommand::Shortcuts
            | UiCommand::Walkthrough => Ok(()),
            _ if signed_in.is_none() => Err("command-needs-session"),
            UiCommand::NewBay | UiCommand::NewBayModel | UiCommand::NewContainer
                if signed_in.is_some_and(|s| s.identity.is_reader()) =>
            {
                Err("command-reader")
            }
            UiCommand::Refresh if topics(route).is_empty() => Err("command-nothing-to-refresh"),
            _ => Ok(()),
        }
    }

    /// Runs it; `route` is the screen it was asked from.
    pub fn run(self, cx: &Cx<'_>, route: &Route) {
        match self {
            UiCommand::GoBays => cx.go(Route::Bays),
            UiCommand::GoBayModels => cx.go(Route::BayModels),
            UiCommand::GoContainers => cx.go(Route::Containers),
            UiCommand::GoManifests => cx.go(Route::Manifests),
            UiCommand::GoActivity => cx.go(Route::Activity),
            UiCommand::GoSettings => cx.go(Route::Settings),
            UiCommand::NewBay => cx.go(Route::NewBay { model: None, from: None }),
            UiCommand::NewBayModel => cx.go(Route::NewBayModel { from: None }),
            UiCommand::NewContainer => cx.go(Route::NewContainer),
            UiCommand::Back => {
                leave_sign_in(cx, route);
                cx.act(UiAction::Back);
            }
            UiCommand::Refresh => topics(route).into_iter().for_each(|t| cx.send(Command::Refresh(t))),
            UiCommand::Palette => cx.act(UiAction::TogglePalette),
            UiCommand::Shortcuts => cx.act(UiAction::ShowShortcuts),
            UiCommand::SwitchTheme => {
                let mut prefs = cx.prefs.clone();
                prefs.theme = if cx.tokens.dark { Theme::Light } else { Theme::Dark };
                cx.act(UiAction::SetPrefs(Box::new(prefs)));
            }
            UiCommand::SwitchLanguage => {
                let mut prefs = cx.prefs.clone();
                prefs.lang = match prefs.lang {
                    Lang::En => Lang::Ja,
                    Lang::Ja => Lang::En,
                };
                cx.act(UiAction::SetPrefs(Box::new(prefs)));
            }
            UiCommand::ZoomIn => zoom(cx, cx.prefs.zoom + 0.1),
            UiCommand::ZoomOut => zoom(cx, cx.prefs.zoom - 0.1),
            UiCommand::ZoomReset => zoom(cx, 1.0),
            UiCommand::OpenKubeconfig => {
                cx.act(UiAction::OpenKubeconfig { title: cx.t("kubeconfig-open-title").into_owned() });
            }
            UiCommand::Walkthrough => cx.act(UiAction::StartWalkthrough),
            UiCommand::OtherCloud => cx.go(Route::SignIn),
            UiCommand::SignOut => cx.send(Command::SignOut),
        }
    }
}

/// A shortcut as key caps say it: `Ctrl K`, `Alt ←`.
pub fn key_names(ctx: &egui::Context, shortcut: &KeyboardShortcut) -> String {
    let words = ctx.format_shortcut(shortcut).replace('+', " ");
    [("Comma", ","), ("Plus", "+"), ("Minus", "−"), ("Left", "←")]
        .iter()
        .fold(words, |w, (from, to)| w.replace(from, to))
}

/// Least and most zoom.
pub const ZOOM: std::ops::RangeInclusive<f32> = 0.7..=2.0;

fn zoom(cx: &Cx<'_>, zoom: f32) {
    let mut prefs = cx.prefs.clone();
    prefs.zoom = (zoom * 10.0).round() / 10.0;
    prefs.zoom = prefs.zoom.clamp(*ZOOM.start(), *ZOOM.end());
    cx.act(UiAction::SetPrefs(Box::new(prefs)));
}

/// What a screen shows, so that the worker keeps only that fresh.
pub fn topics(route: &Route) -> Vec<Topic> {
    match route {
        Route::SignIn | Route::Activity | Route::Settings => Vec::new(),
        Route::Bays => vec![Topic::Bays, Topic::BayModels],
        Route::Bay(id, tab) => {
            let mut topics = vec![Topic::Bay(id.clone()), Topic::Inside(id.clone())];
            if *tab == BayTab::Overview {
                topics.push(Topic::BayModels);
            }
            topics
        }
        Route::BayModels => vec![Topic::BayModels, Topic::Bays],
        Route::NewBay { from, .. } => {
            let mut topics = vec![Topic::BayModels, Topic::Bays, Topic::Choices, Topic::Quotas];
            topics.extend(from.clone().map(Topic::Bay));
            topics
        }
        Route::NewBayModel { .. } => vec![Topic::BayModels, Topic::Choices],
        Route::Containers => vec![Topic::Containers, Topic::Bays, Topic::BayModels],
        Route::NewContainer => vec![Topic::Bays, Topic::BayModels, Topic::Containers],
        Route::Manifests => vec![Topic::Bays, Topic::BayModels],
    }
}

/// Who turns away from the sign-in screen gives up the sign-in that is tried there: it would else take one to another
/// cloud later, in the middle of something.
pub fn leave_sign_in(cx: &Cx<'_>, route: &Route) {
    if *route == Route::SignIn && matches!(cx.state.session, Session::SigningIn(_)) {
        cx.send(Command::StopSignIn);
    }
}

/// Runs the commands whose keys were pressed in this frame; call it after the views, which may take keys first. What
/// lies under a dialog gets no keys.
pub fn keys(cx: &Cx<'_>, ctx: &egui::Context, route: &Route, palette_open: bool) {
    use strum::IntoEnumIterator as _;
    let covered = ctx.memory(|m| m.top_modal_layer().is_some());
    for command in UiCommand::iter() {
        let looks = matches!(command, UiCommand::ZoomIn | UiCommand::ZoomOut | UiCommand::ZoomReset);
        if covered && !looks && !(command == UiCommand::Palette && palette_open) {
            continue;
        }
        let Some(shortcut) = command.shortcut() else { continue };
        if ctx.input_mut(|i| i.consume_shortcut(&shortcut)) && command.can_run(cx, route).is_ok() {
            command.run(cx, route);
        }
    }
    if !covered
        && ctx.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::R))
        && UiCommand::Refresh.can_run(cx, route).is_ok()
    {
        UiCommand::Refresh.run(cx, route);
    }
    if !crate::ui::widgets::keys_are_free(ctx) {
        return;
    }
    if typed(ctx, "?") {
        UiCommand::Shortcuts.run(cx, route);
    }
    let new = match route {
        Route::Bays => Some(UiCommand::NewBay),
        Route::BayModels => Some(UiCommand::NewBayModel),
        Route::Containers => Some(UiCommand::NewContainer),
        _ => None,
    };
    if let Some(new) = new
        && new.can_run(cx, route).is_ok()
        && crate::ui::widgets::take_plain_key(ctx, Key::N)
    {
        new.run(cx, route);
    }
}

/// This character was typed; it is taken away.
fn typed(ctx: &egui::Context, character: &str) -> bool {
    ctx.input_mut(|i| {
        let before = i.events.len();
        i.events.retain(|e| !matches!(e, egui::Event::Text(t) if t == character));
        before != i.events.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use strum::IntoEnumIterator as _;

    #[test]
    fn no_two_commands_share_a_shortcut() {
        let mut seen = HashSet::new();
        for shortcut in UiCommand::iter().filter_map(UiCommand::shortcut) {
            assert!(seen.insert((shortcut.modifiers.alt, shortcut.modifiers.command, shortcut.logical_key)));
        }
    }

    #[test]
    fn the_inside_of_a_bay_is_watched_only_while_it_is_looked_at() {
        assert!(!topics(&Route::Bays).iter().any(|t| matches!(t, Topic::Inside(_))));
        assert!(topics(&Route::Bay("x".into(), BayTab::Pods)).contains(&Topic::Inside("x".into())));
    }
}
