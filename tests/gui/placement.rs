//! The placement map as a user meets it: filter, select, travel, zoom, scale, delete; in both languages.

use crate::bay_stage::{Stage, harness, shoot};
use crate::samples::{bay, picture};
use bayview::live::command::{Change, Command};
use bayview::live::loadable::Loadable;
use bayview::live::state::PodLog;
use bayview::model::cluster::{Link, Picture};
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::cx::UiAction;
use bayview::ui::map::color::ColorBy;
use bayview::ui::map::order::GroupBy;
use bayview::ui::route::BayTab;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;

pub const WIDE: [f32; 2] = [1440.0, 900.0];

pub type Window = Harness<'static, Stage>;

pub fn stage() -> Stage {
    let mut stage = Stage::tab(BayTab::Placement);
    stage.prefs.reduced_motion = true;
    stage
}

pub fn show(stage: &mut Stage, filter: &str, pod: Option<(&str, &str)>) {
    let pod = pod.map(|(ns, name)| (ns.to_owned(), name.to_owned()));
    stage.bay.placement.show(bay::PROD, filter.to_owned(), pod);
}

pub fn map_value(h: &Window) -> String {
    let map = h.get_by_label("Placement map");
    map.accesskit_node().value().unwrap_or_default()
}

pub fn press(h: &mut Window, key: Key) {
    h.key_press(key);
    h.run_ok();
}

#[test]
fn trouble_is_one_key_away_and_its_pod_is_told() {
    let mut h = harness(stage(), WIDE);
    press(&mut h, Key::N);
    let first = map_value(&h);
    assert!(first.starts_with("master-0: 12 pods, 1 Not ready; coredns-"), "{first}");
    assert!(h.query_all_by_label_contains("Readiness probe failed: HTTP 503").count() > 0);
    press(&mut h, Key::N);
    assert_ne!(map_value(&h), first);
    press(&mut h, Key::Escape);
    assert_eq!(map_value(&h), "");
}

#[test]
fn a_workload_lights_up_and_its_panel_opens() {
    let mut stage = stage();
    show(&mut stage, "workload:checkout-api", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    h.get_by_label("24 of 1,210 pods match");
    h.get_by_label_contains("Exit code 1: connect redis: timeout");
    h.get_by_label("checkout-api").click();
    h.run_ok();
    h.get_by_label("Deployment in shop");
    h.get_by_label("One replica more").click();
    h.run_ok();
    h.get_by_label("Scale to 25").click();
    h.run_ok();
    let sent = h.state_mut().sent();
    let scaled = sent.iter().any(|c| {
        let Command::Change { change, .. } = c else { return false };
        matches!(&**change, Change::ScaleWorkload { name, replicas: 25, .. } if name == "checkout-api")
    });
    assert!(scaled, "{sent:?}");
}

#[test]
fn a_click_on_a_node_tells_of_it_and_a_click_on_the_legend_filters() {
    let mut h = harness(stage(), WIDE);
    h.get_by_label_contains("worker-11: 57 pods, not ready").click_accesskit();
    h.run_ok();
    assert!(h.query_all_by_label_contains("Kubelet stopped posting node status").count() > 0);
    h.get_by_label("Failed 3").click();
    h.run_ok();
    h.get_by_label("3 of 1,210 pods match");
    h.get_by_label("Failed 3").click();
    h.run_ok();
    h.get_by_label("1,210 pods");
}

#[test]
fn arrows_travel_and_enter_selects() {
    let mut h = harness(stage(), WIDE);
    press(&mut h, Key::ArrowRight);
    let at = map_value(&h);
    assert!(at.starts_with("master-0: 12 pods"), "{at}");
    press(&mut h, Key::ArrowRight);
    assert_ne!(map_value(&h), at);
    press(&mut h, Key::Enter);
    h.get_by_label_contains("Pod in ");
    press(&mut h, Key::End);
    press(&mut h, Key::Escape);
    assert!(h.query_by_label_contains("Pod in ").is_none());
}

#[test]
fn esc_closes_one_layer_at_a_time() {
    let mut stage = stage();
    show(&mut stage, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    press(&mut h, Key::L);
    h.get_by_label("Close the drawer");
    press(&mut h, Key::Escape);
    assert!(h.query_by_label("Close the drawer").is_none());
    h.get_by_label_contains("Pod in ");
    press(&mut h, Key::Escape);
    assert!(h.query_by_label_contains("Pod in ").is_none());
}

#[test]
fn t_shows_the_same_as_a_table() {
    let mut stage = stage();
    show(&mut stage, "ns:shop", None);
    let mut h = harness(stage, WIDE);
    press(&mut h, Key::T);
    let acted = h.state_mut().acted();
    assert_eq!(acted, [UiAction::ShowPods { bay: bay::PROD.into(), filter: "ns:shop".into() }]);
}

#[test]
fn a_pod_is_deleted_only_after_a_question() {
    let mut stage = stage();
    show(&mut stage, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    h.get_by_label("Delete…").click();
    h.run_ok();
    assert!(h.state_mut().sent().iter().all(|c| !matches!(c, Command::Change { .. })));
    h.get_by_label("Delete the pod").click();
    h.run_ok();
    let sent = h.state_mut().sent();
    let deleted = sent.iter().any(|c| {
        let Command::Change { change, .. } = c else { return false };
        matches!(&**change, Change::DeleteObject(o) if o.kind == "Pod" && o.name == "checkout-api-6d9f7c8b54-x2kqj")
    });
    assert!(deleted, "{sent:?}");
}

#[test]
fn the_log_is_read_when_asked_for() {
    let mut stage = stage();
    show(&mut stage, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    h.get_by_label("Log").click();
    h.run_ok();
    let pod = h.state_mut().sent().into_iter().find_map(|c| match c {
        Command::ReadLog { pod, .. } => Some(pod),
        _ => None,
    });
    let log = PodLog {
        containers: vec!["app".into()],
        container: "app".into(),
        lines: vec!["connect redis: timeout".into()],
    };
    let log = Loadable { value: Some(Arc::new(log)), loaded_at: Some(picture::NOW as f64), ..Loadable::default() };
    h.state_mut().state.logs.insert(pod.expect("a request for the log"), log);
    h.run_ok();
    h.get_by_label("connect redis: timeout");
}

#[test]
fn zoom_and_fit_by_keyboard() {
    let mut h = harness(stage(), WIDE);
    press(&mut h, Key::F);
    assert!(h.query_by_label("Overview of the map").is_none());
    for _ in 0..4 {
        press(&mut h, Key::Plus);
    }
    h.get_by_label("Overview of the map");
    press(&mut h, Key::F);
    assert!(h.query_by_label("Overview of the map").is_none());
}

#[test]
fn everything_has_words_in_japanese() {
    let mut stage = stage().ja();
    show(&mut stage, "workload:checkout-api", None);
    let mut h = harness(stage, WIDE);
    h.get_by_label("1,210 Pod 中 24 件が一致");
    h.get_by_label("名前空間 shop の Deployment");
    h.get_by_label("失敗 3").click();
    h.run_ok();
    h.get_by_label("1,210 Pod 中 2 件が一致");
}

#[test]
fn nothing_moves_while_nothing_changes() {
    let mut h = harness(stage(), WIDE);
    h.run_ok();
    let before = h.ctx.cumulative_frame_nr();
    // `run` goes on as long as the window asks for frames.
    let steps = h.try_run().expect("the window comes to rest");
    assert!(steps <= 2, "{steps} frames from {before} on");
    // `run` does not wait for frames that are asked for later: those must not come either.
    let later = h.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(later > std::time::Duration::from_secs(1), "a frame is wanted in {later:?}");
}

#[test]
fn pods_that_come_are_drawn_and_the_selection_stays() {
    let mut stage = stage();
    show(&mut stage, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    let before = map_value(&h);
    let old = h.state().state.insides[bay::PROD].clone();
    let mut rows: Vec<_> = (0..old.pods.len()).map(|n| picture::row_of(&old, n)).collect();
    rows.push(picture::pod("auth", "aaa-first-0", "k8s-prod-worker-5", "StatefulSet/aaa-first"));
    let mut nodes = old.nodes.as_ref().clone();
    for node in &mut nodes {
        (node.pods, node.troubled, node.cpu_requested, node.memory_requested) = (0, 0, 0, 0);
    }
    let mut new = picture::finish(&mut nodes, rows);
    new.generation = old.generation + 1;
    h.state_mut().state.insides.insert(bay::PROD.into(), Arc::new(new));
    h.run_ok();
    assert_eq!(map_value(&h), before);
    h.get_by_label("1,211 pods");
}

#[test]
fn while_pods_are_read_they_are_counted() {
    let mut stage = stage();
    stage.state.insides.insert(bay::PROD.into(), Arc::new(picture::loading()));
    let h = harness(stage, WIDE);
    h.get_by_label_contains("83 of 1,210 pods read");
    h.get_by_label("83 pods");
}

#[test]
fn a_bay_without_nodes_says_so() {
    let mut stage = stage();
    let empty = Picture { link: Link::Live, ..Picture::default() };
    stage.state.insides.insert(bay::PROD.into(), Arc::new(empty));
    let h = harness(stage, WIDE);
    h.get_by_label("This bay has no nodes yet.");
}

#[test]
fn an_old_picture_stays_with_its_age() {
    let mut stage = stage();
    let mut old = picture::prod();
    old.link = Link::Stale(Problem::new(ProblemKind::Network, "kubernetes", "connection refused"));
    old.last_event_at = Some(picture::NOW - 40);
    stage.state.insides.insert(bay::PROD.into(), Arc::new(old));
    let h = harness(stage, WIDE);
    assert!(h.query_all_by_label_contains("40 s").count() > 0);
    h.get_by_label("1,210 pods");
}

#[test]
fn a_large_fleet_is_drawn_whole() {
    let mut stage = stage();
    let fleet = picture::fleet(1_500, 20);
    let pods = fleet.pods.len();
    stage.state.insides.insert(bay::PROD.into(), Arc::new(fleet));
    let tokens = stage.tokens.clone();
    let mut h = harness(stage, WIDE);
    until_drawn(&mut h);
    let words = bayview::ui::widgets::chip::group(pods);
    h.get_by_label(&format!("1,500 nodes, {words} pods, all drawn, one block each"));
    // Every pod is at least one texel in the fill of its state.
    let fills = bayview::model::status::Sign::ALL.map(|sign| tokens.fill(sign).to_array());
    let image = h.render().expect("a picture");
    let drawn = image.pixels().filter(|p| fills.contains(&p.0)).count();
    assert!(drawn >= pods, "{drawn} texels for {pods} pods");
    press(&mut h, Key::N);
    assert!(map_value(&h).contains("pods"), "{}", map_value(&h));
}

#[test]
fn while_a_large_picture_is_made_ready_the_panel_tells_of_the_pod_that_is_drawn() {
    let mut stage = stage();
    let first = picture::fleet(1_500, 20);
    let (namespace, name) = (first.pods.namespace_of(7).to_owned(), first.pods.name[7].to_string());
    show(&mut stage, "", Some((&namespace, &name)));
    stage.state.insides.insert(bay::PROD.into(), Arc::new(first));
    let mut h = harness(stage, WIDE);
    until_drawn(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, &name);
    // All pods move up by one: number 7 is another pod now.
    let old = h.state().state.insides[bay::PROD].clone();
    let rows: Vec<_> = (1..old.pods.len()).map(|n| picture::row_of(&old, n)).collect();
    let mut nodes = old.nodes.as_ref().clone();
    h.state_mut().state.insides.insert(bay::PROD.into(), Arc::new(picture::finish(&mut nodes, rows)));
    h.step();
    h.get_by_role_and_label(egui::accesskit::Role::Heading, &name);
    h.get_by_label("Delete…").click();
    h.step();
    h.step();
    h.get_by_label("Delete the pod").click();
    h.step();
    h.step();
    let sent = h.state_mut().sent();
    let deleted = sent.iter().find_map(|c| match c {
        Command::Change { change, .. } => match &**change {
            Change::DeleteObject(pod) => Some(pod.name.clone()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(deleted, Some(name));
}

/// More than twenty thousand pods are ordered on another thread.
pub fn until_drawn(h: &mut Window) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while h.query_by_label_contains("pods, all drawn, one block each").is_none() {
        assert!(std::time::Instant::now() < end, "the map was never drawn");
        h.run_ok();
        std::thread::yield_now();
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_the_map() {
    let mut stage = stage();
    show(&mut stage, "workload:checkout-api", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    shoot(&mut h, "map-pod");
    h.get_by_label("checkout-api").click();
    h.run_ok();
    shoot(&mut h, "map-workload");
    h.hover_at(egui::pos2(400.0, 400.0));
    h.run_ok();
    shoot(&mut h, "map-workload-hover");
    h.set_size(vec2(1024.0, 640.0));
    h.run_ok();
    shoot(&mut h, "map-workload-1024");
    press(&mut h, Key::Escape);
    shoot(&mut h, "map-1024");
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_levels() {
    for (name, light, ja) in [("dark", false, false), ("light", true, false), ("ja", true, true)] {
        let mut one = stage();
        one = if light { one.light() } else { one };
        one = if ja { one.ja() } else { one };
        show(&mut one, "", None);
        let mut h = harness(one, WIDE);
        shoot(&mut h, &format!("map-fit-{name}"));
        for _ in 0..3 {
            press(&mut h, Key::Plus);
        }
        shoot(&mut h, &format!("map-zoomed-{name}"));
        press(&mut h, Key::N);
        press(&mut h, Key::N);
        for _ in 0..3 {
            press(&mut h, Key::Plus);
        }
        shoot(&mut h, &format!("map-near-{name}"));
        for _ in 0..5 {
            press(&mut h, Key::Plus);
        }
        shoot(&mut h, &format!("map-nearest-{name}"));
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_far() {
    let mut stage = stage();
    stage.bay.placement.group = GroupBy::ZoneAndGroup;
    stage.state.insides.insert(bay::PROD.into(), Arc::new(picture::fleet(5_000, 30)));
    let mut h = harness(stage, WIDE);
    until_drawn(&mut h);
    shoot(&mut h, "map-far");
    h.hover_at(egui::pos2(700.0, 480.0));
    h.run_ok();
    shoot(&mut h, "map-far-hover");
    h.key_press_modifiers(Modifiers::NONE, Key::N);
    h.run_ok();
    shoot(&mut h, "map-far-trouble");
    let colors = [(ColorBy::Namespace, "namespace"), (ColorBy::Restarts, "restarts"), (ColorBy::Owner, "owner")];
    for (color, name) in colors {
        let mut stage = self::stage();
        stage.bay.placement.color = color;
        let mut h = harness(stage, WIDE);
        shoot(&mut h, &format!("map-by-{name}"));
    }
}
