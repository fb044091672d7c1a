//! Pictures of the shell's screens, kept under `target/shots` for eyes: `cargo test --test gui shell_shots -- --ignored`.

use crate::samples::fleet;
use crate::window::{Window, harness, settle, shoot};
use bayview::i18n::Lang;
use bayview::live::state::State;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;
use egui_kittest::kittest::Queryable as _;

const SIZES: [[f32; 2]; 3] = [[1440.0, 900.0], [1280.0, 800.0], [1024.0, 640.0]];

fn at(state: State, route: Route, theme: Theme, lang: Lang) -> Window {
    let mut window = Window::new(state, theme, lang);
    window.ui.handle(UiAction::Go(route), &egui::Context::default());
    window
}

fn every(
    name: &str,
    state: &dyn Fn() -> State,
    route: &Route,
    prepare: &dyn Fn(&mut egui_kittest::Harness<'static, Window>),
) {
    for (theme, lang) in [(Theme::Dark, Lang::En), (Theme::Light, Lang::Ja)] {
        for size in SIZES {
            let mut h = harness(at(state(), route.clone(), theme, lang), size);
            prepare(&mut h);
            settle(&mut h);
            let look = if theme == Theme::Dark { "dark-en" } else { "light-ja" };
            shoot(&mut h, &format!("{name}-{look}-{}", size[0]));
        }
    }
}

#[test]
#[ignore = "makes pictures for eyes"]
fn bays() {
    every("bays", &fleet::state, &Route::Bays, &|h| h.get_by_label("k8s-gpu").click());
}

#[test]
#[ignore = "makes pictures for eyes"]
fn sign_in() {
    every("sign-in", &fleet::signing_in, &Route::Bays, &|_| {});
    every("sign-in-failed", &fleet::failed_sign_in, &Route::Bays, &|_| {});
}

#[test]
#[ignore = "makes pictures for eyes"]
fn activity() {
    every("activity", &fleet::state, &Route::Activity, &|h| h.get_by_label_contains("build-farm").click());
}

#[test]
#[ignore = "makes pictures for eyes"]
fn settings() {
    every("settings", &fleet::state, &Route::Settings, &|_| {});
}

#[test]
#[ignore = "makes pictures for eyes"]
fn palette() {
    every("palette", &fleet::state, &Route::Bays, &|h| h.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K));
}

#[test]
#[ignore = "makes pictures for eyes"]
fn dialogs() {
    every("delete", &fleet::state, &Route::Bays, &|h| {
        let id = fleet::id("k8s-prod");
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::AskDeleteBay(id), &ctx);
    });
    every("scale", &fleet::state, &Route::Bays, &|h| {
        let id = fleet::id("k8s-prod");
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::AskScaleBay(id), &ctx);
    });
    every("keys", &fleet::state, &Route::Bays, &|h| {
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::ShowShortcuts, &ctx);
    });
}

#[test]
#[ignore = "makes pictures for eyes"]
fn kubeconfigs_keys_and_notices() {
    use bayview::live::event::Event;
    use bayview::model::bay::{Bay, BayStatus, Coe};
    let state = || {
        let mut state = fleet::state();
        let bay = Bay {
            name: "minikube".into(),
            coe: Some(Coe::Kubernetes),
            status: BayStatus::Other("kubeconfig".into()),
            ..Bay::unknown("kubeconfig:minikube")
        };
        state.kubeconfigs.push(bay);
        state.insides.insert(fleet::id("k8s-prod"), std::sync::Arc::new(crate::samples::picture::prod()));
        state
    };
    every("bays-kubeconfig", &state, &Route::Bays, &|h| {
        h.key_press(egui::Key::End);
    });
    every("contexts", &state, &Route::Bays, &|h| {
        use bayview::model::kubeconfig::{KubeContext, KubeconfigFile};
        let context = |n: usize| KubeContext {
            name: format!("cluster-{n}"),
            cluster: format!("cluster-{n}"),
            server: if n == 2 { String::new() } else { format!("https://cluster-{n}.example:6443") },
            user: "admin".into(),
            current: n == 0,
        };
        let file = KubeconfigFile { path: "/home/mika/.kube/config".into(), contexts: (0..12).map(context).collect() };
        let now = h.state().now;
        h.state_mut().state.apply(Event::KubeconfigAsks(std::sync::Arc::new(file)), now);
    });
    let map = Route::Bay(fleet::id("k8s-prod"), bayview::ui::route::BayTab::Placement);
    every("keys-map", &state, &map, &|h| h.event(egui::Event::Text("?".into())));
    every("notice", &state, &Route::Bays, &|h| {
        let problem = bayview::model::problem::Problem::new(
            bayview::model::problem::ProblemKind::Forbidden,
            "keystone",
            "You are not authorized to perform the requested action.",
        );
        let notice = bayview::live::state::Notice {
            id: 0,
            at: h.state().now,
            sign: bayview::model::status::Sign::Failed,
            message: "notice-switch-failed",
            args: Vec::new(),
            problem: Some(problem),
            job: None,
        };
        let now = h.state().now;
        h.state_mut().state.apply(Event::Notice(Box::new(notice)), now);
        settle(h);
        let id = h.state().state.notices.last().map_or(0, |n| n.id);
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::ShowNotice(id), &ctx);
    });
}
