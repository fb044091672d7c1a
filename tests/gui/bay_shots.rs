//! Pictures of the screens of a bay, to be looked at: `cargo test --test gui -- --ignored shots`.

use crate::bay_stage::{Screen, Stage, harness, shoot};
use crate::samples::bay;
use bayview::model::cluster::Link;
use bayview::ui::route::BayTab;
use egui_kittest::kittest::Queryable as _;

const WIDE: [f32; 2] = [1440.0, 900.0];

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_workloads() {
    let mut h = harness(Stage::tab(BayTab::Workloads), WIDE);
    shoot(&mut h, "workloads-closed");
    h.get_by_label("Details of checkout-api").click();
    h.run_ok();
    for _ in 0..6 {
        h.get_by_label("One replica more for checkout-api").click();
        h.run_ok();
    }
    shoot(&mut h, "workloads-open");
    h.set_size(egui::vec2(1280.0, 800.0));
    h.run_ok();
    shoot(&mut h, "workloads-open-1280");
    h.set_size(egui::vec2(1024.0, 640.0));
    h.run_ok();
    shoot(&mut h, "workloads-open-1024");
    let mut h = harness(Stage::tab(BayTab::Workloads).ja().light(), WIDE);
    h.get_by_label("checkout-api の詳細").click();
    h.run_ok();
    h.get_by_label("checkout-api のレプリカを 1 増やす").click();
    h.run_ok();
    shoot(&mut h, "workloads-ja-light");
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_overviews() {
    for (id, name) in [(bay::PROD, "prod"), (bay::FAILED, "failed"), (bay::CREATING, "creating"), (bay::SWARM, "swarm")]
    {
        let stage = Stage::new(bay::state(), Screen::Bay(id.into(), BayTab::Overview));
        let mut h = harness(stage, WIDE);
        shoot(&mut h, &format!("overview-{name}"));
    }
    let stage = Stage::new(bay::state(), Screen::Bay(bay::FAILED.into(), BayTab::Overview)).ja().light();
    let mut h = harness(stage, WIDE);
    shoot(&mut h, "overview-failed-ja-light");
    h.set_size(egui::vec2(1024.0, 640.0));
    h.run_ok();
    shoot(&mut h, "overview-failed-ja-light-1024");
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_tables() {
    for (tab, name, row) in [
        (BayTab::Nodes, "nodes", "k8s-prod-worker-3"),
        (BayTab::Pods, "pods", ""),
        (BayTab::Services, "services", ""),
        (BayTab::Events, "events", ""),
    ] {
        let mut h = harness(Stage::tab(tab), WIDE);
        shoot(&mut h, name);
        if row.is_empty() {
            h.key_press(egui::Key::ArrowDown);
            h.key_press(egui::Key::ArrowDown);
        } else {
            h.get_all_by_label(row).next().expect("the row").click();
        }
        h.run_ok();
        if tab == BayTab::Pods {
            h.key_press(egui::Key::L);
            h.run_ok();
            let asked = h.state_mut().sent();
            let pod = asked.into_iter().find_map(|c| match c {
                bayview::live::command::Command::ReadLog { pod, .. } => Some(pod),
                _ => None,
            });
            let log = bayview::live::loadable::Loadable {
                value: Some(std::sync::Arc::new(bay::log())),
                loaded_at: Some(h.state().now - 4.0),
                ..Default::default()
            };
            h.state_mut().state.logs.insert(pod.expect("a log was asked for"), log);
            h.run_ok();
        }
        shoot(&mut h, &format!("{name}-selected"));
        h.set_size(egui::vec2(1024.0, 640.0));
        h.run_ok();
        shoot(&mut h, &format!("{name}-selected-1024"));
        let mut h = harness(Stage::tab(tab).ja().light(), [1280.0, 800.0]);
        shoot(&mut h, &format!("{name}-ja-light"));
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_states() {
    let links = [
        ("connecting", Link::Connecting("link-certificate")),
        ("loading", Link::Loading),
        ("stale", Link::Stale(bay::lost())),
        ("refused", Link::Failed(bay::refused())),
    ];
    for (name, link) in links {
        let stage = Stage::new(bay::with_link(link), Screen::Bay(bay::PROD.into(), BayTab::Workloads));
        let mut h = harness(stage, WIDE);
        shoot(&mut h, &format!("state-{name}"));
    }
    let mut h = harness(Stage::new(bay::state(), Screen::Bay(bay::CREATING.into(), BayTab::Pods)), WIDE);
    shoot(&mut h, "state-not-yet");
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_models_and_containers() {
    let mut h = harness(Stage::new(bay::state(), Screen::Models), WIDE);
    h.get_by_label("k8s-1.30-ubuntu").click();
    h.run_ok();
    shoot(&mut h, "models");
    let mut h = harness(Stage::new(bay::state(), Screen::Models).ja().light(), [1280.0, 800.0]);
    shoot(&mut h, "models-ja-light");
    let mut h = harness(Stage::new(bay::state_2015(), Screen::Containers), WIDE);
    h.get_by_label("web-cache").click();
    h.run_ok();
    shoot(&mut h, "containers-2015");
    let mut h = harness(Stage::new(bay::state_2015(), Screen::Containers).ja().light(), [1024.0, 640.0]);
    shoot(&mut h, "containers-2015-ja-light-1024");
    let mut h = harness(Stage::new(bay::state(), Screen::Containers), WIDE);
    shoot(&mut h, "containers-today");
}
