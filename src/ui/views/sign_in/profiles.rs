//! The list of profiles, by where they were found, and the demo cloud below it.

use super::{SignInView, key_of, listed, new_profile};
use crate::live::command::Command;
use crate::live::state::Session;
use crate::model::cloud::{AuthMethod, Profile, ProfileSource};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::widgets::button::{Button, icon_button};
use crate::ui::widgets::{glyph, keys_are_free, line, paint_left, paint_right, states};
use egui::{Frame, Key, Margin, Panel, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

const INSET: f32 = 20.0;
const ROW: f32 = 48.0;

impl SignInView {
    pub(super) fn profiles_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let margin = Margin { left: INSET as i8, right: INSET as i8, top: 14, bottom: 16 };
        let panel = Panel::bottom("sign-in-demo").resizable(false).show_separator_line(false);
        panel.frame(Frame::new().fill(t.base).inner_margin(margin)).show(ui, |ui| {
            let top = ui.max_rect().top() - f32::from(margin.top);
            let range = (ui.max_rect().left() - INSET)..=(ui.max_rect().right() + INSET);
            ui.painter().hline(range, top + 0.5, Stroke::new(1.0, t.line));
            demo_ui(cx, ui);
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.set_height(68.0);
            ui.add_space(INSET);
            ui.label(text::title(cx.t("sign-in-title")));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(18.0);
                if icon_button(cx, ui, Icon::Plus, &cx.t("sign-in-new-profile")).clicked() {
                    self.form = None;
                    self.choose(&new_profile());
                }
            });
        });
        ScrollArea::vertical().id_salt("profiles").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let profiles = listed(cx);
            let retry = profiles_state(cx, ui);
            if retry {
                cx.send(Command::LoadProfiles);
            }
            let mut heading = String::new();
            for profile in &profiles {
                let (name, place) = source_words(cx, profile);
                let this = format!("{name}{place}");
                if this != heading {
                    if !heading.is_empty() {
                        ui.add_space(8.0);
                    }
                    heading = this;
                    heading_ui(cx, ui, &name, &place);
                }
                if self.row(cx, ui, profile) {
                    self.choose(profile);
                }
            }
            for problem in &cx.state.profile_problems {
                ui.add_space(8.0);
                Frame::new().inner_margin(Margin::symmetric(INSET as i8, 4)).show(ui, |ui| {
                    crate::ui::widgets::problem::problem_ui(cx, ui, problem);
                });
            }
            self.keys(ui, &profiles);
        });
    }

    /// Up and Down walk through the list.
    fn keys(&mut self, ui: &Ui, profiles: &[&Profile]) {
        if !keys_are_free(ui.ctx()) || profiles.is_empty() || ui.memory(|m| m.focused().is_some()) {
            return;
        }
        let (up, down) = ui.input(|i| (i.key_pressed(Key::ArrowUp), i.key_pressed(Key::ArrowDown)));
        if !up && !down {
            return;
        }
        let at = profiles.iter().position(|p| Some(key_of(p)) == self.chosen);
        let to = match at {
            None => 0,
            Some(at) if down => (at + 1).min(profiles.len() - 1),
            Some(at) => at.saturating_sub(1),
        };
        self.choose(profiles[to]);
    }

    fn row(&self, cx: &Cx<'_>, ui: &mut Ui, profile: &Profile) -> bool {
        let t = cx.tokens;
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let selected = self.chosen.as_deref() == Some(key_of(profile).as_str());
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &profile.name));
        if selected {
            ui.painter().rect_filled(rect, 0.0, t.selected);
            ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(3.0, ROW)), 0.0, t.accent);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 0.0, t.hover);
        }
        let icon = match (&profile.source, profile.method) {
            (Some(ProfileSource::Environment), _) => Icon::Terminal,
            (Some(ProfileSource::Saved), _) | (_, AuthMethod::Token) => Icon::Key,
            _ => Icon::Cloud,
        };
        let ink = if selected { t.accent } else { t.text2 };
        icons::paint(ui.painter(), pos2(rect.left() + 28.0, rect.center().y), icon, 16.0, ink);
        let mut right = rect.right() - 16.0;
        if profile.has_secret {
            let key = pos2(right - 6.0, rect.center().y);
            icons::paint(ui.painter(), key, Icon::Key, 12.0, t.text3);
            right -= 20.0;
        }
        let x = rect.left() + 48.0;
        let name = line(ui, &profile.name, text::strong_font(), t.text, right - x);
        paint_left(ui.painter(), pos2(x, rect.top() + 15.0), name);
        let second = pos2(x, rect.top() + 33.0);
        if let Some(fault) = self.fault(cx, profile) {
            glyph::paint(ui.painter(), pos2(x + 5.0, second.y), Sign::Failed, 10.0, t.ink(Sign::Failed));
            let words = line(ui, &fault, text::small_font(), t.ink(Sign::Failed), right - x - 14.0);
            paint_left(ui.painter(), pos2(x + 14.0, second.y), words);
        } else {
            let words = line(ui, &about(cx, profile), text::small_font(), t.text2, right - x);
            paint_left(ui.painter(), second, words);
        }
        crate::ui::widgets::focus_ring(ui, t, &response, rect.shrink(3.0), 3);
        response.clicked()
    }

    /// What is wrong with a profile: its own fault, or how its last sign-in ended.
    fn fault(&self, cx: &Cx<'_>, profile: &Profile) -> Option<String> {
        if let Some(fault) = &profile.fault {
            return Some(fault.clone());
        }
        match &cx.state.session {
            Session::SigningIn(signing) if key_of(&signing.profile) == key_of(profile) => {
                signing.problem.as_ref().map(|p| cx.f(p.kind.message_id(), &[]))
            }
            _ => None,
        }
    }
}

fn profiles_state(cx: &Cx<'_>, ui: &mut Ui) -> bool {
    let profiles = &cx.state.profiles;
    let mut retry = false;
    Frame::new().inner_margin(Margin::symmetric(INSET as i8, 0)).show(ui, |ui| {
        match (&profiles.value, &profiles.problem) {
            (None, Some(problem)) => {
                crate::ui::widgets::problem::problem_ui(cx, ui, problem);
                retry = crate::ui::widgets::button::link(cx, ui, &cx.t("action-retry")).clicked();
            }
            (None, None) => states::loading(cx, ui, profiles.loading_since, &cx.t("sign-in-reading-profiles")),
            (Some(found), _) if found.iter().all(|p| p.source == Some(ProfileSource::Demo)) => {
                ui.add(egui::Label::new(text::body(cx.t("sign-in-no-profiles")).color(cx.tokens.text2)).wrap());
            }
            _ => {}
        }
    });
    retry
}

fn heading_ui(cx: &Cx<'_>, ui: &mut Ui, name: &str, place: &str) {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {place}")));
    let drawn = paint_left(
        ui.painter(),
        pos2(rect.left() + INSET, rect.center().y),
        line(ui, name, text::small_font(), t.text2, 160.0),
    );
    let room = rect.right() - 16.0 - drawn.right() - 12.0;
    paint_right(
        ui.painter(),
        pos2(rect.right() - 16.0, rect.center().y),
        line(ui, place, text::mono_small_font(), t.text3, room),
    );
}

/// Where a profile was found: a short name and the place.
pub(super) fn source_words(cx: &Cx<'_>, profile: &Profile) -> (String, String) {
    match &profile.source {
        Some(ProfileSource::CloudsYaml { path, .. }) => {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            (name.to_owned(), path.clone())
        }
        Some(ProfileSource::Environment) => (cx.t("sign-in-source-environment").into_owned(), "OS_*".to_owned()),
        Some(ProfileSource::Saved) => {
            (cx.t("sign-in-source-saved").into_owned(), cx.t("sign-in-place-keyring").into_owned())
        }
        Some(ProfileSource::Demo) => (cx.t("demo-title").into_owned(), String::new()),
        None => (cx.t("sign-in-source-new").into_owned(), String::new()),
    }
}

/// Second line of a profile: who, where, how.
fn about(cx: &Cx<'_>, profile: &Profile) -> String {
    let first = |a: &str, b: &str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
    let mut parts = Vec::new();
    match profile.method {
        AuthMethod::Password => parts.push(first(&profile.username, &profile.user_id)),
        AuthMethod::ApplicationCredential => parts.push(cx.t("sign-in-method-credential").to_lowercase()),
        AuthMethod::Token => parts.push(cx.t("sign-in-method-token").to_lowercase()),
    }
    let project = first(&profile.project_name, &profile.project_id);
    if !project.is_empty() {
        parts.push(cx.f("sign-in-about-project", &[("project", project.into())]));
    }
    if !profile.region.is_empty() {
        parts.push(cx.f("sign-in-about-region", &[("region", profile.region.clone().into())]));
    }
    parts.retain(|p| !p.is_empty());
    parts.join(&cx.t("list-comma"))
}

fn demo_ui(cx: &Cx<'_>, ui: &mut Ui) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 10.0;
    let busy = matches!(&cx.state.session, Session::SigningIn(s) if s.problem.is_none());
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(20.0, 34.0), Sense::hover());
        icons::paint(ui.painter(), pos2(rect.left() + 8.0, rect.center().y), Icon::Play, 15.0, t.accent);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(text::strong(cx.t("demo-title")));
            ui.add(egui::Label::new(text::small(cx.t("demo-about")).color(t.text2)).wrap());
        });
    });
    ui.horizontal(|ui| {
        let reason = cx.t("sign-in-busy");
        if Button::new(cx.t("demo-open")).enabled(!busy, &reason).show(cx, ui).clicked() {
            cx.send(Command::OpenDemo);
        }
        if Button::new(cx.t("demo-walkthrough")).quiet().enabled(!busy, &reason).show(cx, ui).clicked() {
            cx.act(UiAction::StartWalkthrough);
        }
    });
}
