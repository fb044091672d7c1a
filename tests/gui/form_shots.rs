//! Pictures of the forms, kept under `target/shots` for eyes: `cargo test --test gui form_shots -- --ignored`.

use crate::samples::{fleet, forms};
use crate::window::{Window, harness, settle, shoot};
use bayview::i18n::Lang;
use bayview::live::state::State;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;

fn shots(name: &str, state: fn() -> State, route: &Route) {
    let looks = [
        (Theme::Dark, Lang::En, [1440.0, 900.0]),
        (Theme::Light, Lang::Ja, [1440.0, 900.0]),
        (Theme::Light, Lang::En, [1280.0, 800.0]),
        (Theme::Dark, Lang::Ja, [1024.0, 640.0]),
    ];
    for (theme, lang, size) in looks {
        let window = Window::new(state(), theme, lang);
        let mut h = harness(window, size);
        h.state_mut().ui.handle(UiAction::Go(route.clone()), &egui::Context::default());
        settle(&mut h);
        shoot(&mut h, &format!("{name}-{theme:?}-{lang:?}-{}", size[0]));
    }
}

#[test]
#[ignore = "makes pictures for eyes"]
fn new_bay() {
    shots("new-bay", forms::state, &Route::NewBay { model: None, from: Some(fleet::id("k8s-gpu")) });
    shots("new-bay-2015", forms::state_2015, &Route::NewBay { model: None, from: None });
}

#[test]
#[ignore = "makes pictures for eyes"]
fn new_bay_model() {
    shots("new-bay-model", forms::state, &Route::NewBayModel { from: None });
    let from = Some("5b0e1f4a-6c1d-4c8e-9a53-d0a7f1c2e944".to_owned());
    shots("new-bay-model-copy", forms::state, &Route::NewBayModel { from });
}

#[test]
#[ignore = "makes pictures for eyes"]
fn new_container() {
    shots("new-container", forms::state, &Route::NewContainer);
    shots("new-container-2015", forms::state_2015, &Route::NewContainer);
}
