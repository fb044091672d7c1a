//! The top bar: logo, cloud > project > region, search, connection, bell, user.

use super::commands::{UiCommand, key_names, leave_sign_in, topics};
use super::toasts::{Toasts, details_of, notice_text};
use crate::i18n::Lang;
use crate::live::command::{Command, Topic};
use crate::live::state::SignedIn;
use crate::model::cloud::Profile;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::{self, Icon};
use crate::ui::prefs::Prefs;
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link_small, tooltip};
use crate::ui::widgets::chip::{menu_item, menu_item_enabled};
use crate::ui::widgets::{age, focus_ring, glyph, line, paint_left};
use egui::{
    Align, CornerRadius, Layout, Popup, PopupCloseBehavior, Rect, Response, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use fluent_bundle::FluentValue;

/// Height of the top bar, points.
pub const HEIGHT: f32 = 44.0;
/// Age in seconds from which on the connection is called stale even before a request fails.
const STALE_AFTER: f64 = 90.0;

/// Draws the top bar over the whole of `ui`.
pub fn top_bar_ui(cx: &Cx<'_>, ui: &mut Ui, session: &SignedIn, route: &Route, toasts: &mut Toasts) {
    let t = cx.tokens;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, t.base);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    icons::logo(ui.painter(), pos2(rect.left() + 38.0, rect.center().y), 20.0, t.accent);

    let left = Rect::from_min_max(pos2(rect.left() + 84.0, rect.top()), pos2(rect.right() - 260.0, rect.bottom()));
    let mut bar =
        ui.new_child(UiBuilder::new().id_salt("left").max_rect(left).layout(Layout::left_to_right(Align::Center)));
    bar.spacing_mut().item_spacing.x = 4.0;
    clouds(cx, &mut bar, session);
    chevron(cx, &mut bar);
    projects(cx, &mut bar, session);
    chevron(cx, &mut bar);
    regions(cx, &mut bar, session);
    let left_end = bar.min_rect().right();

    let right = Rect::from_min_max(pos2(left_end + 16.0, rect.top()), pos2(rect.right() - 16.0, rect.bottom()));
    let layout = Layout::right_to_left(Align::Center);
    let mut bar = ui.new_child(UiBuilder::new().id_salt("right").max_rect(right).layout(layout));
    bar.spacing_mut().item_spacing.x = 8.0;
    user(cx, &mut bar, session);
    bell(cx, &mut bar, toasts);
    let (gap, _) = bar.allocate_exact_size(vec2(9.0, 18.0), Sense::hover());
    bar.painter().vline(gap.center().x, gap.y_range(), Stroke::new(1.0, t.line2));
    connection(cx, &mut bar, route);
    if session.identity.unverified {
        unverified(cx, &mut bar);
    }
    let right_start = bar.min_rect().left();
    search(cx, ui, rect, left_end, right_start);
}

/// The bar of the sign-in screen: logo, name, language.
pub fn slim_bar_ui(cx: &Cx<'_>, ui: &mut Ui) {
    let t = cx.tokens;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, t.base);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
    icons::logo(ui.painter(), pos2(rect.left() + 38.0, rect.center().y), 20.0, t.accent);
    let name = line(ui, "Bayview", text::section_font(), t.text, 200.0);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 76.0, rect.center().y), name);
    let right = Rect::from_min_max(pos2(drawn.right(), rect.top()), pos2(rect.right() - 12.0, rect.bottom()));
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(right).layout(layout), |ui| {
        let language = switcher(cx, ui, Icon::Globe, cx.prefs.lang.title(), &cx.t("settings-language"), false);
        Popup::menu(&language).show(|ui| {
            for lang in [Lang::En, Lang::Ja] {
                if menu_item(cx, ui, None, lang.title(), "", cx.prefs.lang == lang) {
                    cx.act(UiAction::SetPrefs(Box::new(Prefs { lang, ..cx.prefs.clone() })));
                }
            }
        });
        if cx.state.signed_in().is_some() {
            let back = Button::new(cx.t("command-back")).icon(Icon::ArrowLeft).quiet();
            if back.shortcut("Alt ←").show(cx, ui).clicked() {
                leave_sign_in(cx, &Route::SignIn);
                cx.go(Route::Bays);
            }
        }
    });
}

fn search(cx: &Cx<'_>, ui: &mut Ui, bar: Rect, left: f32, right: f32) {
    let t = cx.tokens;
    let room = right - left - 48.0;
    if room < 40.0 {
        return;
    }
    let size = vec2(room.min(352.0), 28.0);
    let rect = Rect::from_center_size(pos2((left + right) / 2.0, bar.center().y), size);
    let response = ui.interact(rect, ui.scope_id().with("search"), Sense::click());
    let label = cx.t("search-hint");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let stroke = if response.hovered() { t.control } else { t.line2 };
    ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::new(1.0, stroke), StrokeKind::Inside);
    icons::paint(ui.painter(), pos2(rect.left() + 16.0, rect.center().y), Icon::Search, 14.0, t.text2);
    let keys = UiCommand::Palette.shortcut().map(|s| key_names(ui.ctx(), &s)).unwrap_or_default();
    let mut end = rect.right() - 8.0;
    if rect.width() > 200.0 {
        let cap = line(ui, &keys, text::mono_small_font(), t.text2, 100.0).size().x + 10.0;
        end =
            super::footer::key_cap(cx, ui.painter(), ui, pos2(rect.right() - 8.0 - cap, rect.center().y), &keys).left();
    }
    let words = line(ui, &label, text::body_font(), t.text2, end - rect.left() - 40.0);
    paint_left(ui.painter(), pos2(rect.left() + 31.0, rect.center().y), words);
    focus_ring(ui, t, &response, rect, 4);
    if response.clicked() {
        cx.act(UiAction::TogglePalette);
    }
}

fn chevron(cx: &Cx<'_>, ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 20.0), Sense::hover());
    icons::paint(ui.painter(), rect.center(), Icon::ChevronRight, 12.0, cx.tokens.text3);
}

/// A quiet button with icon, words and chevron; the words are its value, `name` says what it switches.
fn switcher(cx: &Cx<'_>, ui: &mut Ui, icon: Icon, words: &str, name: &str, strong: bool) -> Response {
    let t = cx.tokens;
    let font = if strong { text::strong_font() } else { text::body_font() };
    let most = (ui.ctx().content_rect().width() * 0.11).max(80.0);
    let galley = line(ui, words, font, t.text, most);
    let width = 8.0 + 14.0 + 6.0 + galley.size().x + 5.0 + 12.0 + 6.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(words.to_owned());
        info
    });
    if response.hovered() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), t.hover);
    }
    icons::paint(ui.painter(), pos2(rect.left() + 15.0, rect.center().y), icon, 14.0, t.text2);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 28.0, rect.center().y), galley);
    icons::paint(ui.painter(), pos2(drawn.right() + 10.0, rect.center().y), Icon::ChevronDown, 11.0, t.text3);
    focus_ring(ui, t, &response, rect, 4);
    response
}

fn clouds(cx: &Cx<'_>, ui: &mut Ui, session: &SignedIn) {
    let identity = &session.identity;
    let button = switcher(cx, ui, Icon::Cloud, &identity.cloud, &cx.t("switch-cloud"), false);
    Popup::menu(&button).show(|ui| {
        scrolled(ui, |ui| {
            let profiles = cx.state.profiles.value.as_deref().map_or(&[][..], Vec::as_slice);
            for profile in profiles {
                let here = profile.name == identity.cloud;
                let hint = if here { String::new() } else { project_of(profile) };
                if menu_item_enabled(cx, ui, Some(Icon::Cloud), &profile.name, &hint, here, profile.fault.is_none())
                    && !here
                {
                    enter(cx, profile);
                }
            }
            if menu_item(cx, ui, Some(Icon::Plus), &cx.t("switch-other-cloud"), "", false) {
                cx.go(Route::SignIn);
            }
        });
    });
}

/// Signs in to another profile: directly where its secret is at hand, else by its form.
fn enter(cx: &Cx<'_>, profile: &Profile) {
    if profile.has_secret {
        let profile = Box::new(profile.clone());
        cx.send(Command::SignIn { profile, secrets: Default::default(), remember: false });
    }
    cx.go(Route::SignIn);
}

fn project_of(profile: &Profile) -> String {
    if profile.project_name.is_empty() { profile.project_id.clone() } else { profile.project_name.clone() }
}

fn projects(cx: &Cx<'_>, ui: &mut Ui, session: &SignedIn) {
    let current = &session.identity.project;
    let button = switcher(cx, ui, Icon::Folder, &current.name, &cx.t("switch-project"), true);
    Popup::menu(&button).show(|ui| {
        scrolled(ui, |ui| match &cx.state.projects.value {
            Some(projects) if !projects.is_empty() => {
                for project in projects.iter() {
                    let here = project.id == current.id;
                    if menu_item(cx, ui, Some(Icon::Folder), &project.name, "", here) && !here {
                        cx.send(Command::SwitchProject(project.id.clone()));
                    }
                }
            }
            _ => {
                menu_item(cx, ui, Some(Icon::Folder), &current.name, "", true);
            }
        });
    });
}

fn regions(cx: &Cx<'_>, ui: &mut Ui, session: &SignedIn) {
    let identity = &session.identity;
    let button = switcher(cx, ui, Icon::Globe, &identity.region, &cx.t("switch-region"), false);
    Popup::menu(&button).show(|ui| {
        scrolled(ui, |ui| {
            for region in &identity.regions {
                let here = *region == identity.region;
                if menu_item(cx, ui, Some(Icon::Globe), region, "", here) && !here {
                    cx.send(Command::SwitchRegion(region.clone()));
                }
            }
        });
    });
}

fn scrolled(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().max_height(420.0).show(ui, content);
}

fn connection(cx: &Cx<'_>, ui: &mut Ui, route: &Route) {
    let connection = &cx.state.connection;
    if let Some(problem) = &connection.problem {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(1));
        let age = age::span(cx, cx.now - connection.since.unwrap_or(cx.now));
        if link_small(cx, ui, &cx.t("action-retry")).clicked() {
            let mut wanted = topics(route);
            if wanted.is_empty() {
                wanted.push(Topic::Bays);
            }
            wanted.into_iter().for_each(|topic| cx.send(Command::Refresh(topic)));
        }
        let words = cx.f("connection-stale", &[("age", FluentValue::from(age))]);
        state_word(cx, ui, Sign::Warning, &words, "", &problem.to_string());
        return;
    }
    let quiet =
        cx.state.bays.age_secs(cx.now).is_some_and(|a| a > STALE_AFTER && a > 3.0 * f64::from(cx.prefs.refresh_secs));
    if quiet && matches!(route, Route::Bays) {
        let age = age::span(cx, cx.state.bays.age_secs(cx.now).unwrap_or_default());
        let words = cx.f("connection-stale", &[("age", FluentValue::from(age))]);
        state_word(cx, ui, Sign::Warning, &words, "", "");
        return;
    }
    let latency = connection.latency_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
    state_word(cx, ui, Sign::Ok, &cx.t("connection-ok"), &latency, &cx.t("connection-latency-tip"));
}

/// Glyph, word and a small number, in a right-to-left layout.
fn state_word(cx: &Cx<'_>, ui: &mut Ui, sign: Sign, words: &str, number: &str, tip: &str) {
    let t = cx.tokens;
    let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
    let word = line(ui, words, text::body_font(), ink, 320.0);
    let number = line(ui, number, text::mono_small_font(), t.text3, 100.0);
    let gap = if number.size().x > 0.0 { 6.0 } else { 0.0 };
    let (rect, response) =
        ui.allocate_exact_size(vec2(18.0 + word.size().x + gap + number.size().x, 24.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, words));
    glyph::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), sign, 11.0, t.ink(sign));
    let drawn = paint_left(ui.painter(), pos2(rect.left() + 18.0, rect.center().y), word);
    paint_left(ui.painter(), pos2(drawn.right() + gap, rect.center().y), number);
    tooltip(cx, response, tip);
}

/// Lasting: certificates are not verified.
fn unverified(cx: &Cx<'_>, ui: &mut Ui) {
    let t = cx.tokens;
    let ink = t.ink(Sign::Warning);
    let words = cx.t("connection-unverified");
    let galley = line(ui, &words, text::body_font(), ink, 200.0);
    let (rect, response) = ui.allocate_exact_size(vec2(20.0 + galley.size().x, 24.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &words));
    icons::paint(ui.painter(), pos2(rect.left() + 7.0, rect.center().y), Icon::ShieldOff, 14.0, ink);
    paint_left(ui.painter(), pos2(rect.left() + 20.0, rect.center().y), galley);
    tooltip(cx, response, &cx.t("connection-unverified-tip"));
}

fn bell(cx: &Cx<'_>, ui: &mut Ui, toasts: &mut Toasts) {
    let t = cx.tokens;
    let unseen = toasts.unseen(cx);
    let count =
        line(ui, &if unseen > 0 { unseen.to_string() } else { String::new() }, text::mono_small_font(), t.text2, 40.0);
    let gap = if unseen > 0 { 5.0 } else { 0.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(24.0 + gap + count.size().x, 28.0), Sense::click());
    let label = cx.f("bell-label", &[("count", FluentValue::from(unseen))]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), t.hover);
    }
    icons::paint(ui.painter(), pos2(rect.left() + 12.0, rect.center().y), Icon::Bell, 15.0, t.text2);
    paint_left(ui.painter(), pos2(rect.left() + 24.0, rect.center().y), count);
    focus_ring(ui, t, &response, rect, 4);
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).width(360.0).show(|ui| {
        ui.set_width(360.0);
        toasts.mark_seen(cx);
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.label(text::strong(cx.t("bell-title")));
        });
        ui.add_space(4.0);
        if cx.state.notices.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(8.0);
                ui.label(text::body(cx.t("bell-empty")).color(t.text2));
            });
            ui.add_space(4.0);
        }
        ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
            for notice in cx.state.notices.iter().rev().take(100) {
                let words = notice_text(cx, notice);
                let when = age::ago(cx, notice.at);
                if notice_row(cx, ui, notice.sign, &words, &when) {
                    cx.act(details_of(notice).unwrap_or(UiAction::Go(Route::Activity)));
                    ui.close();
                }
            }
        });
    });
    tooltip(cx, response, &cx.t("bell-title"));
}

fn notice_row(cx: &Cx<'_>, ui: &mut Ui, sign: Sign, words: &str, when: &str) -> bool {
    let t = cx.tokens;
    let when = line(ui, when, text::small_font(), t.text3, 100.0);
    let job =
        egui::text::LayoutJob::simple(words.to_owned(), text::body_font(), t.text, 352.0 - 36.0 - when.size().x - 16.0);
    let galley = ui.painter().layout_job(job);
    let height = (galley.size().y + 12.0).max(28.0);
    let (rect, response) = ui.allocate_exact_size(vec2(352.0, height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, words));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), t.selected);
    }
    glyph::paint(ui.painter(), pos2(rect.left() + 14.0, rect.top() + 14.0), sign, 11.0, t.ink(sign));
    ui.painter().galley(pos2(rect.left() + 28.0, rect.top() + 6.0), galley, t.text);
    let at = pos2(rect.right() - 8.0 - when.size().x, rect.top() + 7.0);
    ui.painter().galley(at, when, t.text3);
    response.clicked()
}

fn user(cx: &Cx<'_>, ui: &mut Ui, session: &SignedIn) {
    let t = cx.tokens;
    let identity = &session.identity;
    let galley = line(ui, &identity.user, text::body_font(), t.text2, 140.0);
    let (rect, response) = ui.allocate_exact_size(vec2(8.0 + 15.0 + 7.0 + galley.size().x + 2.0, 28.0), Sense::click());
    let label = cx.f("user-menu", &[("user", FluentValue::from(identity.user.as_str()))]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(3.0, 0.0)), CornerRadius::same(4), t.hover);
    }
    icons::paint(ui.painter(), pos2(rect.left() + 13.0, rect.center().y), Icon::User, 15.0, t.text2);
    paint_left(ui.painter(), pos2(rect.left() + 28.0, rect.center().y), galley);
    focus_ring(ui, t, &response, rect, 4);
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(220.0);
        let roles = identity.roles.join(", ");
        let about = cx.f(
            "user-about",
            &[("project", FluentValue::from(identity.project.name.as_str())), ("roles", FluentValue::from(roles))],
        );
        ui.horizontal(|ui| {
            ui.add_space(10.0);
            ui.label(text::small(about).color(t.text2));
        });
        if let Some(end) = identity.expires_at {
            let until = cx.f("user-token-until", &[("time", FluentValue::from(age::date_time(cx, end)))]);
            ui.horizontal(|ui| {
                ui.add_space(10.0);
                ui.label(text::small(until).color(t.text3));
            });
        }
        ui.add_space(4.0);
        crate::ui::widgets::separator(ui, t);
        ui.add_space(4.0);
        for command in [
            UiCommand::GoSettings,
            UiCommand::SwitchTheme,
            UiCommand::SwitchLanguage,
            UiCommand::Shortcuts,
            UiCommand::Walkthrough,
            UiCommand::SignOut,
        ] {
            let keys = command.shortcut().map(|s| key_names(ui.ctx(), &s)).unwrap_or_default();
            if menu_item(cx, ui, Some(command.icon()), &command.text(cx), &keys, false) {
                command.run(cx, &Route::Bays);
            }
        }
    });
}
