//! What is chosen in one bay never acts on another, and what lies over a screen keeps its keys from it.

use crate::samples::{fleet, picture};
use crate::window::{Window, harness, settle};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::live::state::State;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::{BayTab, Route};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;

const SIZE: [f32; 2] = [1440.0, 900.0];

fn two_bays() -> State {
    let mut state = fleet::state();
    let inside = Arc::new(picture::prod());
    for name in ["k8s-prod", "k8s-staging"] {
        state.insides.insert(fleet::id(name), inside.clone());
    }
    state
}

fn open(state: State) -> Harness<'static, Window> {
    harness(Window::new(state, Theme::Dark, Lang::En), SIZE)
}

fn act(h: &mut Harness<'static, Window>, action: UiAction) {
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(action, &ctx);
    settle(h);
}

fn go(h: &mut Harness<'static, Window>, bay: &str, tab: BayTab) {
    act(h, UiAction::Go(Route::Bay(fleet::id(bay), tab)));
}

fn changes(h: &mut Harness<'static, Window>) -> Vec<Change> {
    let sent = h.state_mut().sent();
    sent.into_iter().filter_map(|c| if let Command::Change { change, .. } = c { Some(*change) } else { None }).collect()
}

#[test]
fn a_workload_of_another_bay_lights_up_on_that_bays_map() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-prod", BayTab::Placement);
    h.get_by_label("1,210 pods");
    go(&mut h, "k8s-staging", BayTab::Workloads);
    h.get_by_role_and_label(Role::Row, "checkout-api").click();
    settle(&mut h);
    h.key_press(Key::P);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bay(fleet::id("k8s-staging"), BayTab::Placement));
    h.get_by_label("24 of 1,210 pods match");
    h.get_by_label("Deployment in shop");
}

#[test]
fn the_palette_leads_to_a_workload_on_its_bays_map() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-prod", BayTab::Placement);
    h.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut h);
    h.event(egui::Event::Text("checkout-api".into()));
    settle(&mut h);
    let here = |n: &egui_kittest::Node<'_>| {
        n.accesskit_node().description().is_some_and(|d| d.contains("Deployment") && d.ends_with("k8s-staging"))
    };
    let staging = h.get_all_by_role(Role::ListBoxOption).find(here).expect("the workload of the other bay");
    staging.click();
    settle(&mut h);
    h.get_by_label("24 of 1,210 pods match");
}

#[test]
fn pods_chosen_in_one_bay_are_not_chosen_in_another() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-prod", BayTab::Pods);
    h.key_press(Key::ArrowDown);
    settle(&mut h);
    h.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    settle(&mut h);
    h.get_by_label("2 selected");
    go(&mut h, "k8s-staging", BayTab::Pods);
    assert!(h.query_by_label("2 selected").is_none());
    h.key_press(Key::Delete);
    settle(&mut h);
    assert!(h.query_by_label("Delete 2 pods").is_none(), "nothing is chosen here, so nothing is asked");
    go(&mut h, "k8s-prod", BayTab::Pods);
    assert!(h.query_by_label("2 selected").is_none(), "and nothing comes back unseen");
}

#[test]
fn a_pod_that_vanished_is_not_chosen_any_more() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-prod", BayTab::Pods);
    h.key_press(Key::ArrowDown);
    settle(&mut h);
    h.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    settle(&mut h);
    h.get_by_label("2 selected");
    let old = h.state().state.insides[&fleet::id("k8s-prod")].clone();
    let rows: Vec<_> = (1..old.pods.len()).map(|n| picture::row_of(&old, n)).collect();
    let mut nodes = old.nodes.as_ref().clone();
    let mut fewer = picture::finish(&mut nodes, rows);
    fewer.generation = old.generation + 1;
    h.state_mut().state.insides.insert(fleet::id("k8s-prod"), Arc::new(fewer));
    settle(&mut h);
    assert!(h.query_by_label("2 selected").is_none());
}

#[test]
fn many_pods_are_deleted_where_they_were_asked_for() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-staging", BayTab::Pods);
    h.key_press(Key::ArrowDown);
    for _ in 0..11 {
        h.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
        settle(&mut h);
    }
    h.key_press(Key::Delete);
    settle(&mut h);
    assert!(h.query_all_by_role(Role::Label).filter(|n| n.value().is_some_and(|v| v.contains('/'))).count() >= 8);
    h.get_by_role_and_label(Role::Button, "Delete 12 pods").click();
    settle(&mut h);
    let bays: Vec<String> = changes(&mut h)
        .into_iter()
        .filter_map(|c| if let Change::DeleteObject(pod) = c { Some(pod.bay) } else { None })
        .collect();
    assert_eq!(bays, vec![fleet::id("k8s-staging"); 12]);
}

#[test]
fn keys_stop_at_what_lies_over_the_screen() {
    let mut h = open(two_bays());
    act(&mut h, UiAction::AskDeleteBay(fleet::id("k8s-prod")));
    h.key_press_modifiers(Modifiers::ALT, Key::Num5);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bays, "a dialog is open");
    h.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut h);
    assert!(h.query_by_label("Search or command").is_none(), "no palette over a dialog");
    h.key_press(Key::Escape);
    settle(&mut h);
    h.key_press_modifiers(Modifiers::ALT, Key::Num5);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Activity);
}

#[test]
fn the_palette_keeps_ctrl_enter_from_a_form() {
    let mut h = open(crate::samples::forms::state());
    act(&mut h, UiAction::Go(Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None }));
    h.get_by_role_and_label(Role::TextInput, "Name").focus();
    settle(&mut h);
    h.get_by_role_and_label(Role::TextInput, "Name").type_text("fresh");
    settle(&mut h);
    h.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut h);
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut h);
    assert!(changes(&mut h).is_empty(), "the form lies under the palette");
    h.key_press_modifiers(Modifiers::COMMAND, Key::K);
    settle(&mut h);
    assert!(h.query_by_label("Search or command").is_none(), "the same keys close the palette");
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut h);
    assert_eq!(changes(&mut h).len(), 1);
}

#[test]
fn the_filter_of_the_map_is_remembered() {
    let mut h = open(two_bays());
    act(&mut h, UiAction::ShowOnMap { bay: fleet::id("k8s-prod"), filter: "ns:shop".into(), pod: None });
    let kept = ron::to_string(&h.state().ui).expect("the interface as text");
    let mut window = Window::new(two_bays(), Theme::Dark, Lang::En);
    window.ui = ron::from_str(&kept).expect("the interface again");
    let h = harness(window, SIZE);
    assert!(h.query_all_by_label_contains("of 1,210 pods match").count() > 0);
}

#[test]
fn a_bay_that_is_gone_says_so() {
    let mut h = open(two_bays());
    go(&mut h, "k8s-staging", BayTab::Overview);
    let gone = bayview::model::problem::Problem::new(
        bayview::model::problem::ProblemKind::NotFound,
        "magnum",
        "Cluster could not be found",
    );
    let now = h.state().now;
    h.state_mut().state.apply(bayview::live::event::Event::Bay(fleet::id("k8s-staging"), Err(gone)), now);
    settle(&mut h);
    h.get_by_label("This bay does not exist any more.");
    let button = h.get_by_label("Show bays");
    assert!(!button.accesskit_node().is_disabled());
    button.click();
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bays);
    assert!(h.query_by_label("k8s-staging").is_none());
}
