//! The form for a new container, by accessible label.

use crate::samples::{fleet, forms};
use crate::window::{Window, harness, settle};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command, ManifestMode};
use bayview::live::state::State;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

fn open(state: State, lang: Lang) -> Harness<'static, Window> {
    let window = Window::new(state, Theme::Dark, lang);
    let mut h = harness(window, [1440.0, 1100.0]);
    h.state_mut().ui.handle(UiAction::Go(Route::NewContainer), &egui::Context::default());
    settle(&mut h);
    h.state_mut().sent();
    h
}

fn asked(h: &mut Harness<'static, Window>) -> Option<Change> {
    h.state_mut().sent().into_iter().find_map(|command| match command {
        Command::Change { change, .. } => Some(*change),
        _ => None,
    })
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
fn a_deployment_is_applied_as_a_manifest() {
    let mut h = open(forms::state(), Lang::En);
    type_into(&mut h, "Name", "web");
    type_into(&mut h, "Image", "nginx:1.27");
    h.get_by_label("Add port").click();
    settle(&mut h);
    type_into(&mut h, "Port 1", "80");
    type_into(&mut h, "Memory requested", "256Mi");
    type_into(&mut h, "Memory limit", "128Mi");
    h.get_by_label("Create Deployment").click();
    settle(&mut h);
    assert!(asked(&mut h).is_none(), "a limit below its request stands in the way");
    type_into(&mut h, "Memory limit", "9128Mi");
    h.get_by_label("Create Deployment").click();
    settle(&mut h);
    let Some(Change::Manifests(run)) = asked(&mut h) else { panic!("a manifest was applied") };
    assert_eq!((run.mode, run.namespace.as_str()), (ManifestMode::Apply, "default"));
    assert_eq!(run.bay, fleet::id("k8s-prod"));
    let text = &run.documents[0].text;
    assert!(text.contains("kind: Deployment") && text.contains("image: nginx:1.27"), "{text}");
    assert!(text.contains("containerPort: 80"), "{text}");
}

#[test]
fn the_manifest_goes_on_in_the_editor() {
    let mut h = open(forms::state(), Lang::En);
    type_into(&mut h, "Name", "web");
    h.get_by_label("Edit as manifest").click();
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Manifests);
}

#[test]
fn a_swarm_bay_of_2015_takes_a_container() {
    let mut h = open(forms::state_2015(), Lang::Ja);
    type_into(&mut h, "名前", "worker");
    type_into(&mut h, "イメージ", "busybox");
    type_into(&mut h, "メモリ上限", "512m");
    h.get_by_label("変数を追加").click();
    settle(&mut h);
    type_into(&mut h, "変数 1 の名前", "MODE");
    type_into(&mut h, "変数 1 の値", "fast");
    h.get_by_label("コンテナを作成").click();
    settle(&mut h);
    let Some(Change::CreateContainer { bay, container }) = asked(&mut h) else { panic!("a container was asked for") };
    assert_eq!(bay, fleet::id("swarm-ci"));
    assert_eq!((container.name.as_str(), container.memory.as_str()), ("worker", "512m"));
    assert_eq!(container.environment["MODE"], "fast");
}

#[test]
fn a_pod_is_shown_as_yaml_json_and_command_and_applied() {
    let mut h = open(forms::state(), Lang::Ja);
    h.get_by_role_and_label(egui::accesskit::Role::RadioButton, "Pod").click();
    settle(&mut h);
    type_into(&mut h, "名前", "web");
    type_into(&mut h, "イメージ", "nginx:1.27");
    h.get_by_role_and_label(egui::accesskit::Role::Tab, "JSON").click();
    settle(&mut h);
    assert!(h.query_all_by_label_contains("\"kind\": \"Pod\"").count() > 0);
    h.get_by_label("Pod を作成").click();
    settle(&mut h);
    let Some(Change::Manifests(run)) = asked(&mut h) else { panic!("a manifest was applied") };
    assert!(run.documents[0].text.contains("kind: Pod"));
}

#[test]
fn a_kubernetes_bay_of_2015_takes_a_pod_through_magnum() {
    for (lang, name, image, create) in
        [(Lang::En, "Name", "Image", "Create Pod"), (Lang::Ja, "名前", "イメージ", "Pod を作成")]
    {
        let mut state = forms::state_2015();
        state.bays.value = Some(std::sync::Arc::new(fleet::bays()));
        let mut h = open(state, lang);
        assert!(h.query_by_label("Deployment").is_none(), "Magnum of 2015 would refuse it");
        type_into(&mut h, name, "web");
        type_into(&mut h, image, "nginx:1.27");
        h.get_by_role_and_label(egui::accesskit::Role::Tab, "JSON").click();
        settle(&mut h);
        assert!(h.query_all_by_label_contains("bay_uuid").count() > 0, "what Magnum is sent");
        h.get_by_label(create).click();
        settle(&mut h);
        let Some(Change::Manifests(run)) = asked(&mut h) else { panic!("a manifest was applied") };
        assert_eq!((run.bay, run.namespace.as_str()), (fleet::id("k8s-prod"), "default"));
        assert!(run.documents[0].text.contains("kind: Pod"), "{}", run.documents[0].text);
    }
}

#[test]
fn every_kubernetes_bay_is_listed_under_containers() {
    let mut state = forms::state();
    let mut bays = fleet::bays();
    for n in 0..14 {
        let mut more = bays[1].clone();
        more.id = format!("more-{n}");
        more.name = format!("more-{n}");
        bays.push(more);
    }
    state.bays.value = Some(std::sync::Arc::new(bays));
    let mut h = open(state, Lang::En);
    h.state_mut().ui.handle(UiAction::Go(Route::Containers), &egui::Context::default());
    settle(&mut h);
    assert!(h.query_by_label("more-13").is_some());
}
