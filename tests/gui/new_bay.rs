//! The form for a new bay, by accessible label.

use crate::samples::{fleet, forms};
use crate::window::{Window, harness, settle};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::live::state::{Job, Outcome, State};
use bayview::model::bay::NewBay;
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::{BayTab, Route};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const SIZE: [f32; 2] = [1440.0, 1100.0];

fn open(state: State, lang: Lang, route: Route) -> Harness<'static, Window> {
    let window = Window::new(state, Theme::Dark, lang);
    let mut h = harness(window, SIZE);
    h.state_mut().ui.handle(UiAction::Go(route), &egui::Context::default());
    settle(&mut h);
    h.state_mut().sent();
    h
}

fn from_failed(lang: Lang) -> Harness<'static, Window> {
    open(forms::state(), lang, Route::NewBay { model: None, from: Some(fleet::id("k8s-gpu")) })
}

/// The bay that was asked for, and its job's number.
fn asked(h: &mut Harness<'static, Window>) -> Option<(u64, NewBay)> {
    h.state_mut().sent().into_iter().find_map(|command| match command {
        Command::Change { job, change } => match *change {
            Change::CreateBay(bay) => Some((job, *bay)),
            other => panic!("{other:?}"),
        },
        _ => None,
    })
}

fn job(id: u64, outcome: Outcome, made: Option<&str>) -> Job {
    Job {
        id,
        started_at: 1.0,
        finished_at: Some(2.0),
        what: "job-create-bay",
        target: "k8s-gpu-2".into(),
        place: "lab".into(),
        command_line: String::new(),
        bay: None,
        made: made.map(str::to_owned),
        outcome,
        request_id: None,
    }
}

fn type_into(h: &mut Harness<'static, Window>, label: &str, text: &str) {
    let role = egui::accesskit::Role::TextInput;
    h.get_by_role_and_label(role, label).focus();
    h.run_steps(2);
    h.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    h.get_by_role_and_label(role, label).type_text(text);
    settle(h);
}

#[test]
fn a_failed_bay_is_tried_again_until_nothing_stands_in_the_way() {
    let mut h = from_failed(Lang::En);
    assert!(h.query_by_label("Started from k8s-gpu").is_some());
    // 8 floating IPs for 7 nodes and the API, 1 left; min_node_count 6 above 4 workers.
    assert!(h.query_by_label("2 things stand in the way:").is_some());
    assert!(h.query_by_label("must be at most the 4 workers above").is_some());
    h.get_by_label("Create bay").click();
    settle(&mut h);
    assert!(asked(&mut h).is_none(), "a grey button sends nothing");

    h.get_by_label("Floating IP on every node").click();
    settle(&mut h);
    type_into(&mut h, "min_node_count", "2");
    assert!(h.query_by_label_contains("in the way").is_none());
    h.get_by_label("Create bay").click();
    settle(&mut h);
    let (_, bay) = asked(&mut h).expect("a bay was asked for");
    assert_eq!(bay.name, "k8s-gpu-2");
    assert_eq!((bay.master_count, bay.node_count), (Some(3), Some(4)));
    assert!(bay.merge_labels);
    assert_eq!(bay.labels.get("min_node_count").map(String::as_str), Some("2"));
    assert!(!bay.labels.contains_key("kube_tag"), "what the model has is not sent again");
}

#[test]
fn a_link_at_the_bottom_leads_to_the_field() {
    let mut h = from_failed(Lang::En);
    h.get_by_label("Go to min_node_count").click();
    settle(&mut h);
    assert!(h.get_by_label("min_node_count").accesskit_node().is_focused());
}

#[test]
fn ctrl_enter_leads_to_what_stands_in_the_way() {
    let mut h = from_failed(Lang::En);
    h.get_by_label("Floating IP on every node").click();
    settle(&mut h);
    assert!(h.query_by_label("1 thing stands in the way:").is_some());
    h.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    settle(&mut h);
    assert!(asked(&mut h).is_none());
    assert!(h.get_by_label("min_node_count").accesskit_node().is_focused());
}

#[test]
fn floating_addresses_are_counted_one_way() {
    let mut h = from_failed(Lang::En);
    let told = "Needs 8 floating IPs, 1 is left. Without one on every node it needs none.";
    assert!(h.query_by_label_contains(told).is_some());
    h.get_by_label("Floating IP on every node").click();
    settle(&mut h);
    assert!(h.query_by_label("Floating IPs: 9 + 0 of 10").is_some());
}

#[test]
fn names_of_bay_models_are_whole_in_their_list() {
    let mut h = open(forms::state(), Lang::En, Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None });
    let field = h.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Bay model").rect();
    h.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Bay model").click();
    settle(&mut h);
    let option = h.get_by_role_and_label(egui::accesskit::Role::ListBoxOption, "k8s-1.30-gpu").rect();
    assert!(option.width() > field.width() && option.width() <= 480.0, "{option} in {field}");
}

#[test]
fn ctrl_enter_creates_and_the_page_of_the_bay_follows() {
    let mut h = open(forms::state(), Lang::En, Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None });
    type_into(&mut h, "Name", "fresh");
    h.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    settle(&mut h);
    let (id, bay) = asked(&mut h).expect("a bay was asked for");
    assert_eq!((bay.name.as_str(), bay.labels.len(), bay.merge_labels), ("fresh", 0, false));
    h.state_mut().state.journal.push(job(id, Outcome::Accepted, Some("new-uuid")));
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bay("new-uuid".into(), BayTab::Overview));
}

#[test]
fn a_refusal_keeps_everything_and_says_why() {
    let mut h = open(forms::state(), Lang::En, Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None });
    type_into(&mut h, "Name", "fresh");
    h.get_by_label("Create bay").click();
    settle(&mut h);
    let (id, _) = asked(&mut h).expect("a bay was asked for");
    let problem =
        Problem::new(ProblemKind::Invalid, "magnum", "Unable to find keypair mika.").during("POST /v1/clusters");
    h.state_mut().state.journal.push(job(id, Outcome::Failed(problem), None));
    settle(&mut h);
    assert!(h.query_all_by_label_contains("Unable to find keypair mika").count() > 0);
    assert_eq!(h.get_by_label("Name").value().as_deref(), Some("fresh"));
    h.get_by_label("Create bay").click();
    settle(&mut h);
    assert!(asked(&mut h).is_some(), "it can be tried again");
}

#[test]
fn a_wrong_name_is_told_after_leaving_the_field() {
    let mut h = open(forms::state(), Lang::En, Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None });
    type_into(&mut h, "Name", "2 bays");
    h.get_by_label("Cancel").focus();
    settle(&mut h);
    assert!(h.query_by_label_contains("Must start with a letter").is_some());
}

#[test]
fn labels_are_added_overridden_and_taken_back() {
    let mut h = open(forms::state(), Lang::En, Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None });
    h.get_by_label("Override auto_healing_enabled").click();
    settle(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::CheckBox, "auto_healing_enabled").click();
    settle(&mut h);
    assert!(h.query_by_label("overridden, was false").is_some());
    h.get_by_label("Undo the change of auto_healing_enabled").click();
    h.get_by_label("Add label").click();
    settle(&mut h);
    type_into(&mut h, "Name of the new label", "npd");
    h.get_all_by_label("npd_enabled").last().expect("a choice").click();
    settle(&mut h);
    assert!(h.query_by_label("added here").is_some());
    h.get_by_label("Create bay").click();
    settle(&mut h);
    let (_, bay) = asked(&mut h).expect("a bay was asked for");
    assert_eq!(bay.labels.len(), 1, "{:?}", bay.labels);
    assert_eq!(bay.labels.get("npd_enabled").map(String::as_str), Some("false"));
}

#[test]
fn in_japanese() {
    let mut h = from_failed(Lang::Ja);
    assert!(h.query_by_label_contains("作成できない理由が 2 件").is_some());
    h.get_by_label("全ノードに Floating IP").click();
    settle(&mut h);
    type_into(&mut h, "min_node_count", "1");
    h.get_by_label("ベイを作成").click();
    settle(&mut h);
    assert!(asked(&mut h).is_some());
}

#[test]
fn a_region_of_2015_is_asked_for_what_it_knows() {
    let mut h = open(forms::state_2015(), Lang::En, Route::NewBay { model: None, from: None });
    assert!(h.query_by_label("Keypair").is_none());
    assert!(h.query_by_label("Worker flavor").is_none());
    type_into(&mut h, "Name", "2 bays of old");
    h.get_by_label("Create bay").click();
    settle(&mut h);
    let (_, bay) = asked(&mut h).expect("a bay was asked for");
    assert_eq!((bay.model_id.as_str(), bay.keypair, bay.labels.len()), ("swarm-atomic", None, 0));
}
