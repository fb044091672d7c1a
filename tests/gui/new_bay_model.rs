//! The form for a new bay model, by accessible label.

use crate::samples::forms;
use crate::window::{Window, harness, settle};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::live::state::State;
use bayview::model::bay_model::BayModelSpec;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn open(state: State, lang: Lang, from: Option<&str>) -> Harness<'static, Window> {
    let mut window = Window::new(state, Theme::Dark, lang);
    let route = Route::NewBayModel { from: from.map(str::to_owned) };
    window.ui.handle(UiAction::Go(route), &egui::Context::default());
    let mut h = harness(window, [1440.0, 1100.0]);
    h.state_mut().sent();
    h
}

fn asked(h: &mut Harness<'static, Window>) -> Option<BayModelSpec> {
    h.state_mut().sent().into_iter().find_map(|command| match command {
        Command::Change { change, .. } => match *change {
            Change::CreateBayModel(spec) => Some(*spec),
            other => panic!("{other:?}"),
        },
        _ => None,
    })
}

fn choose(h: &mut Harness<'static, Window>, field: &str, value: &str) {
    h.get_by_label(field).click();
    settle(h);
    let role = egui::accesskit::Role::ListBoxOption;
    h.get_all_by_label(value).find(|n| n.accesskit_node().role() == role).expect("an option").click();
    settle(h);
}

#[test]
fn what_is_missing_stands_in_the_way_until_it_is_chosen() {
    let mut h = open(forms::state(), Lang::En, None);
    assert!(h.query_by_label("2 things stand in the way:").is_some());
    choose(&mut h, "Image", "cirros-0.6");
    assert!(h.query_by_label_contains("cirros-0.6 has no os_distro").is_some());
    choose(&mut h, "Image", "ubuntu-22.04-kube-v1.30.4");
    choose(&mut h, "External network", "public-tokyo");
    choose(&mut h, "Worker flavor", "m1.tiny");
    assert!(h.query_by_label_contains("needs a disk of 20 GB, this flavor has 5").is_some());
    choose(&mut h, "Worker flavor", "m2.medium");
    h.get_by_label("Name").focus();
    h.get_by_label("Name").type_text("k8s-small");
    settle(&mut h);
    h.get_by_label("Create bay model").click();
    settle(&mut h);
    let spec = asked(&mut h).expect("a bay model was asked for");
    assert_eq!(spec.name, "k8s-small");
    assert_eq!(spec.flavor.as_deref(), Some("m2.medium"));
    assert_eq!(spec.external_network.as_deref(), Some("public-tokyo"));
}

#[test]
fn only_administrators_share() {
    let mut h = open(forms::state(), Lang::En, Some("5b0e1f4a-6c1d-4c8e-9a53-d0a7f1c2e944"));
    assert!(h.query_by_label("Copy of k8s-1.30-gpu").is_some());
    assert!(h.query_by_label_contains("in the way").is_none());
    h.get_by_label("Visible to all projects").click();
    settle(&mut h);
    assert!(h.query_by_label_contains("Only administrators").is_some());
    h.get_by_label("Create bay model").click();
    settle(&mut h);
    assert!(asked(&mut h).is_none());
}

#[test]
fn a_region_of_2015_in_japanese() {
    let mut h = open(forms::state_2015(), Lang::Ja, None);
    assert!(h.query_by_label("サブネット").is_none(), "fields of later releases are not there");
    choose(&mut h, "イメージ", "fedora-atomic-27");
    choose(&mut h, "外部ネットワーク", "public-tokyo");
    choose(&mut h, "キーペア", "mika-ed25519");
    h.get_by_label("ネットワーク").focus();
    h.get_by_label("ベイモデルを作成").click();
    settle(&mut h);
    let spec = asked(&mut h).expect("a bay model was asked for");
    assert_eq!((spec.keypair.as_deref(), spec.master_lb_enabled), (Some("mika-ed25519"), false));
    assert_eq!(spec.floating_ip_enabled, None);
}
