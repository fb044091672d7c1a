//! The program around the window: what the command line asks for, and what is remembered of it.

use bayview::app::{App, AppOptions, Start};
use bayview::i18n::Lang;
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::{Prefs, Renderer, Theme};
use eframe::App as _;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Memory(HashMap<String, String>);

impl eframe::Storage for Memory {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }

    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }

    fn flush(&mut self) {}
}

fn program(folder: &Path, options: AppOptions) -> Harness<'static, App> {
    program_of(folder, ProfilePlaces::default(), options)
}

fn program_of(folder: &Path, places: ProfilePlaces, options: AppOptions) -> Harness<'static, App> {
    let worker = WorkerOptions {
        config_folder: folder.to_owned(),
        use_keyring: false,
        demo_speed: 1.0,
        profile_places: Some(places),
        ..WorkerOptions::default()
    };
    Harness::builder().with_size([1440.0, 900.0]).with_max_steps(64).wgpu().build_eframe(move |cc| {
        let worker = WorkerHandle::start(worker, Arc::new(|| {})).expect("the worker starts");
        App::new(cc, worker, options)
    })
}

fn until(h: &mut Harness<'static, App>, what: &str, condition: impl Fn(&Harness<'static, App>) -> bool) {
    let begun = Instant::now();
    while !condition(h) {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        h.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn remembered(h: &mut Harness<'static, App>) -> Prefs {
    let mut storage = Memory::default();
    h.state_mut().save(&mut storage);
    eframe::get_value(&storage, "prefs-1").expect("preferences")
}

#[test]
fn what_only_the_command_line_asks_for_is_not_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = Prefs::default();
    let other = if own.lang == Lang::En { Lang::Ja } else { Lang::En };
    let options = AppOptions { lang: Some(other), theme: Some(Theme::Light), ..AppOptions::default() };
    let mut h = program(folder.path(), options);
    h.step();
    let kept = remembered(&mut h);
    assert_eq!((kept.lang, kept.theme), (own.lang, own.theme));
    // What one then chooses oneself is.
    let chosen = Prefs { lang: other, theme: Theme::Dark, ..own.clone() };
    h.state_mut().act(UiAction::SetPrefs(Box::new(Prefs { lang: own.lang, ..chosen.clone() })));
    h.step();
    h.state_mut().act(UiAction::SetPrefs(Box::new(chosen)));
    h.step();
    let kept = remembered(&mut h);
    assert_eq!((kept.lang, kept.theme), (other, Theme::Dark));
}

#[test]
fn the_renderer_stands_where_the_next_start_finds_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = AppOptions { data_folder: Some(folder.path().to_owned()), ..AppOptions::default() };
    let mut h = program(folder.path(), options);
    let chosen = Prefs { renderer: Renderer::Glow, ..Prefs::default() };
    h.state_mut().act(UiAction::SetPrefs(Box::new(chosen)));
    let file = folder.path().join("renderer");
    until(&mut h, "the renderer's file", |_| std::fs::read_to_string(&file).is_ok_and(|text| text == "glow"));
}

#[test]
fn the_form_shows_the_cloud_that_the_command_line_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("clouds.yaml");
    let cloud = |user: &str| format!("{{auth: {{auth_url: 'http://127.0.0.1:9/v3', username: {user}, password: x}}}}");
    std::fs::write(&file, format!("clouds: {{first: {}, second: {}}}", cloud("mika"), cloud("yuki"))).expect("a file");
    let places = ProfilePlaces { clouds_yaml: Some(file) };
    let options = AppOptions { start: Start::Cloud("second".into()), lang: Some(Lang::En), ..AppOptions::default() };
    let mut h = program_of(folder.path(), places, options);
    // Nobody listens there.
    until(&mut h, "the failure", |h| h.query_by_label("Step 1, Keystone").is_some());
    assert_eq!(h.get_by_label("User").value().as_deref(), Some("yuki"), "trying again means the same cloud");
    h.get_by_role_and_label(egui::accesskit::Role::ListBoxOption, "first").click();
    h.run_steps(4);
    assert_eq!(h.get_by_label("User").value().as_deref(), Some("mika"), "another one can be chosen");
}

#[test]
fn a_cloud_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = AppOptions { start: Start::Cloud("tokio-1".into()), lang: Some(Lang::En), ..AppOptions::default() };
    let mut h = program(folder.path(), options);
    until(&mut h, "the message", |h| h.query_by_label("No cloud named tokio-1 was found").is_some());
    h.get_by_label("Details").click();
    h.run_steps(4);
    assert!(h.query_all_by_label_contains("clouds.yaml").count() > 0);
}
