//! Pictures of Manifests and the container form, kept under `target/shots` for eyes:
//! `cargo test --test gui manifests_shots -- --ignored`.

use crate::samples::{fleet, forms};
use crate::window::{Window, harness, settle, shoot};
use bayview::i18n::Lang;
use bayview::live::command::{Command, ManifestMode};
use bayview::live::state::{Job, ManifestReport, ObjectOutcome, Outcome, State, Verdict};
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use std::sync::Arc;

const SIZES: [[f32; 2]; 3] = [[1440.0, 900.0], [1280.0, 800.0], [1024.0, 640.0]];
const SHOP: &str = include_str!("../../assets/manifests/guestbook.yaml");
const WRONG: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: Checkout API\nspec:\n  ports:\n    - port: 80\n";

fn every(
    name: &str,
    state: fn() -> State,
    route: Route,
    prepare: impl Fn(&mut Window),
    then: impl Fn(&mut Harness<'static, Window>),
) {
    for (theme, lang, look) in [(Theme::Dark, Lang::En, "dark-en"), (Theme::Light, Lang::Ja, "light-ja")] {
        for size in SIZES {
            let mut window = Window::new(state(), theme, lang);
            prepare(&mut window);
            window.ui.handle(UiAction::Go(route.clone()), &egui::Context::default());
            let mut h = harness(window, size);
            then(&mut h);
            settle(&mut h);
            shoot(&mut h, &format!("{name}-{look}-{}", size[0]));
        }
    }
}

fn two_files(window: &mut Window) {
    let bay = Some(fleet::id("k8s-staging"));
    window.ui.manifests.open_text("checkout.yaml", WRONG, bay.clone());
    window.ui.manifests.open_text("guestbook.yaml", SHOP, bay);
}

fn one_file(window: &mut Window) {
    window.ui.manifests.open_text("guestbook.yaml", SHOP, Some(fleet::id("k8s-staging")));
}

fn object(document: usize, kind: &str, name: &str, verdict: Verdict, why: &str) -> ObjectOutcome {
    ObjectOutcome {
        document,
        kind: kind.into(),
        namespace: "guestbook".into(),
        name: name.into(),
        verdict,
        why: why.into(),
        field: None,
        owner: None,
        took_ms: 40 + document as u64 * 7,
    }
}

fn applied(h: &mut Harness<'static, Window>, outcome: Outcome, objects: Vec<ObjectOutcome>) {
    h.state_mut().sent();
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(h);
    let job = h
        .state_mut()
        .sent()
        .into_iter()
        .find_map(|c| if let Command::Change { job, .. } = c { Some(job) } else { None });
    let job = job.expect("a run");
    let at = h.state().now;
    let state = &mut h.state_mut().state;
    state.journal.push(Job {
        bay: None,
        id: job,
        started_at: at,
        finished_at: Some(at),
        what: "job-apply-manifests",
        target: "guestbook.yaml".into(),
        place: "k8s-staging".into(),
        command_line: String::new(),
        made: None,
        outcome,
        request_id: None,
    });
    state.runs.insert(job, ManifestReport { mode: ManifestMode::Apply, objects, finished: true, started_at: at });
}

#[test]
#[ignore = "makes pictures for eyes"]
fn manifests() {
    every("manifests-empty", forms::state, Route::Manifests, |_| {}, |_| {});
    every("manifests-problem", forms::state, Route::Manifests, two_files, |h| h.key_press(Key::F8));
    every("manifests-outcome", forms::state, Route::Manifests, one_file, |h| {
        let conflict = ObjectOutcome {
            owner: Some("argocd-controller".into()),
            field: Some("spec.replicas".into()),
            ..object(3, "Deployment", "frontend", Verdict::Conflict, ".spec.replicas")
        };
        let refused = ObjectOutcome {
            field: Some("spec.ports".into()),
            ..object(
                2,
                "Service",
                "redis-leader",
                Verdict::Refused,
                "Service \"redis-leader\" is invalid: spec.ports: Required value",
            )
        };
        let objects = vec![
            object(0, "Namespace", "guestbook", Verdict::Unchanged, ""),
            object(1, "Deployment", "redis-leader", Verdict::Configured, "spec.replicas: 1 → 2"),
            refused,
            conflict,
        ];
        applied(h, Outcome::Partly { done: 2, all: 4 }, objects);
    });
    every("manifests-failed", forms::state, Route::Manifests, one_file, |h| {
        let problem = Problem::new(ProblemKind::Tls, "kubernetes", "invalid peer certificate: UnknownIssuer");
        applied(h, Outcome::Failed(problem), Vec::new());
    });
    every("manifests-gone", forms::state, Route::Manifests, one_file, |h| {
        settle(h);
        if let Some(bays) = &mut h.state_mut().state.bays.value {
            Arc::make_mut(bays).retain(|b| b.name != "k8s-staging");
        }
    });
    every("manifests-2015", kubernetes_2015, Route::Manifests, one_file, |_| {});
    let long = |window: &mut Window| {
        let text = SHOP.repeat(200) + "---\n" + WRONG;
        window.ui.manifests.open_text("long.yaml", &text, Some(fleet::id("k8s-staging")));
    };
    every("manifests-long", forms::state, Route::Manifests, long, |h| {
        for _ in 0..200 {
            h.run_steps(1);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        h.key_press_modifiers(Modifiers::SHIFT, Key::F8);
        settle(h);
    });
}

#[test]
#[ignore = "makes pictures for eyes"]
fn containers() {
    every("container-2015", kubernetes_2015, Route::NewContainer, |_| {}, |_| {});
    every("container", forms::state, Route::NewContainer, |_| {}, |_| {});
    every("containers-today", forms::state, Route::Containers, |_| {}, |_| {});
}

fn kubernetes_2015() -> State {
    let mut state = forms::state_2015();
    state.bays.value = Some(Arc::new(fleet::bays()));
    state
}
