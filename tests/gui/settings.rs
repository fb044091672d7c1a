//! Settings: what is chosen here is asked of the window.

use crate::samples::fleet;
use crate::window::{Window, harness, settle};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::{Renderer, Theme};
use bayview::ui::route::Route;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

fn open(lang: Lang) -> Harness<'static, Window> {
    let mut h = harness(Window::new(fleet::state(), Theme::Dark, lang), [1440.0, 1000.0]);
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(UiAction::Go(Route::Settings), &ctx);
    settle(&mut h);
    h
}

fn words(lang: Lang, id: &str) -> String {
    Texts::new(lang, Vocabulary::Bay).f(id, &[])
}

#[test]
fn renderer_refresh_and_zoom_are_chosen() {
    for lang in [Lang::En, Lang::Ja] {
        let mut h = open(lang);
        h.get_by_label("OpenGL").click();
        settle(&mut h);
        assert_eq!(h.state().prefs.renderer, Renderer::Glow);
        let before = h.state().prefs.refresh_secs;
        h.get_by_label(&format!("{} +1", words(lang, "settings-refresh-secs"))).click();
        settle(&mut h);
        assert_eq!(h.state().prefs.refresh_secs, before + 1);
        h.get_by_role_and_label(Role::ComboBox, &words(lang, "settings-zoom")).click();
        settle(&mut h);
        h.get_by_label("125 %").click();
        settle(&mut h);
        assert_eq!(h.state().prefs.zoom, 1.25);
    }
}

#[test]
fn a_choice_by_keyboard_begins_where_it_stands() {
    let mut h = open(Lang::En);
    let zoom = |h: &Harness<'static, Window>| h.state().prefs.zoom;
    assert_eq!(zoom(&h), 1.0);
    h.get_by_role_and_label(Role::ComboBox, &words(Lang::En, "settings-zoom")).focus();
    settle(&mut h);
    h.key_press(egui::Key::Enter);
    settle(&mut h);
    h.key_press(egui::Key::ArrowDown);
    settle(&mut h);
    h.key_press(egui::Key::Enter);
    settle(&mut h);
    assert_eq!(zoom(&h), 1.1, "the next one after 100 %");
}

#[test]
fn the_list_of_keys_tells_those_of_the_screen() {
    for lang in [Lang::En, Lang::Ja] {
        let mut h = open(lang);
        let ctx = h.ctx.clone();
        let map = Route::Bay(fleet::id("k8s-prod"), bayview::ui::route::BayTab::Placement);
        let inside = std::sync::Arc::new(crate::samples::picture::prod());
        h.state_mut().state.insides.insert(fleet::id("k8s-prod"), inside);
        h.state_mut().ui.handle(UiAction::Go(map), &ctx);
        settle(&mut h);
        h.event(egui::Event::Text("?".into()));
        settle(&mut h);
        for (key, id) in [("T", "placement-key-table"), ("N", "placement-key-trouble"), ("F", "placement-key-fit")] {
            h.get_by_label(&format!("{key}: {}", words(lang, id)));
        }
        h.get_by_label(&format!("Ctrl K: {}", words(lang, "command-palette")));
    }
}
