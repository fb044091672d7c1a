//! A bay's header, tabs, overview and the states of its inside, driven by accessible label in both languages.

use crate::bay_stage::{Screen, Stage, harness};
use crate::samples::bay;
use bayview::i18n::Lang;
use bayview::live::command::{Command, Topic};
use bayview::model::cloud::Dialect;
use bayview::model::cluster::Link;
use bayview::ui::cx::UiAction;
use bayview::ui::route::{BayTab, Route};
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const SIZE: [f32; 2] = [1280.0, 800.0];

fn on(id: &str, tab: BayTab) -> Stage {
    Stage::new(bay::state(), Screen::Bay(id.into(), tab))
}

fn gone_to(actions: &[UiAction]) -> Vec<Route> {
    let route = |a: &UiAction| if let UiAction::Go(route) = a { Some(route.clone()) } else { None };
    actions.iter().filter_map(route).collect()
}

#[test]
fn tabs_are_reached_by_click_and_by_number_in_both_languages() {
    for (lang, nodes) in [(Lang::En, "Nodes"), (Lang::Ja, "ノード")] {
        let mut h = harness(on(bay::PROD, BayTab::Overview).lang(lang), SIZE);
        h.get_by_role_and_label(egui::accesskit::Role::Tab, nodes).click();
        h.run_ok();
        assert_eq!(gone_to(&h.state().acted()), [Route::Bay(bay::PROD.into(), BayTab::Nodes)]);
        h.key_press(Key::Num5);
        h.run_ok();
        assert_eq!(gone_to(&h.state().acted()), [Route::Bay(bay::PROD.into(), BayTab::Pods)]);
        h.key_press_modifiers(egui::Modifiers::CTRL, Key::Tab);
        h.run_ok();
        assert_eq!(gone_to(&h.state().acted()), [Route::Bay(bay::PROD.into(), BayTab::Placement)]);
    }
}

#[test]
fn a_swarm_bay_has_an_overview_and_nothing_else() {
    let h = harness(on(bay::SWARM, BayTab::Pods), SIZE);
    assert!(h.query_by_role_and_label(egui::accesskit::Role::Tab, "Overview").is_some());
    assert!(h.query_by_role_and_label(egui::accesskit::Role::Tab, "Pods").is_none());
    assert!(h.query_by_label_contains("does not list the containers of Docker Swarm").is_some());
}

#[test]
fn a_reader_cannot_change_anything_and_is_told_why() {
    let mut state = bay::state();
    state.session = bay::session(&["reader"], Dialect::Modern);
    let mut h = harness(Stage::new(state, Screen::Bay(bay::PROD.into(), BayTab::Overview)), SIZE);
    for label in ["Kubeconfig", "Resize…"] {
        assert!(h.get_by_label(label).accesskit_node().is_disabled(), "{label} is grey");
    }
    h.get_by_label("More actions").click();
    h.run_ok();
    assert!(h.get_by_label("Delete…").accesskit_node().is_disabled());
    assert!(h.query_by_label_contains("Your only role here is reader").is_some());
}

#[test]
fn the_menu_copies_the_uuid_and_the_command_and_asks_before_it_deletes() {
    let mut h = harness(on(bay::PROD, BayTab::Overview), SIZE);
    for (label, wanted) in [
        ("Copy UUID", UiAction::Copy(bay::PROD.into())),
        (
            "Copy as openstack command",
            UiAction::Copy(format!(
                "openstack --os-cloud tokyo-1 --os-region-name RegionOne coe cluster show {}",
                bay::PROD
            )),
        ),
        ("Delete…", UiAction::AskDeleteBay(bay::PROD.into())),
    ] {
        h.get_by_label("More actions").click();
        h.run_ok();
        h.get_by_role_and_label(egui::accesskit::Role::MenuItem, label).click();
        h.run_ok();
        assert_eq!(h.state().acted(), [wanted]);
    }
    h.get_by_label("Resize…").click();
    h.run_ok();
    assert_eq!(h.state().acted(), [UiAction::AskScaleBay(bay::PROD.into())]);
}

#[test]
fn a_failed_creation_says_what_failed_why_and_what_to_do() {
    for (lang, part, why, retry) in [
        (Lang::En, "Floating IPs", "quota is 10 floating IPs, 9 are in use, this bay needs 4", "Edit and retry…"),
        (Lang::Ja, "Floating IP", "は 10、使用中は 9 で、このベイには 4 必要です", "編集して再試行…"),
    ] {
        let mut h = harness(on(bay::FAILED, BayTab::Overview).lang(lang), SIZE);
        assert!(h.query_by_label(part).is_some(), "{part}");
        assert!(h.query_by_label_contains(why).is_some(), "{why}");
        assert!(h.query_by_label("req-7c1e44b0-5d1f-4a6c-9a90-5f77ee21c001").is_some());
        h.get_by_label(retry).click();
        h.run_ok();
        let wanted = Route::NewBay { model: None, from: Some(bay::FAILED.into()) };
        assert_eq!(gone_to(&h.state().acted()), [wanted]);
    }
}

#[test]
fn a_creation_under_way_shows_how_far_it_is() {
    let h = harness(on(bay::CREATING, BayTab::Overview), SIZE);
    assert!(h.query_by_label("workers 5 of 8").is_some(), "in the header");
    assert!(h.query_by_label("Workers 5 of 8").is_some(), "in the timeline");
    assert!(h.query_by_label("Masters 3 of 3").is_some());
    // The number comes first: where there is little room, what it counts is cut before it.
    let h = harness(on(bay::CREATING, BayTab::Overview).lang(Lang::Ja), SIZE);
    assert!(h.query_by_label("5 / 8 台").is_some(), "in the header");
    let mut h = harness(on(bay::CREATING, BayTab::Pods), SIZE);
    assert!(h.query_by_label("Its API answers when the creation is complete.").is_some());
    h.get_by_label("Show the overview").click();
    h.run_ok();
    assert_eq!(gone_to(&h.state().acted()), [Route::Bay(bay::CREATING.into(), BayTab::Overview)]);
}

#[test]
fn a_refused_certificate_is_explained_and_can_be_tried_again() {
    for (lang, why, retry) in [
        (Lang::En, "Only the user who created the bay", "Retry"),
        (Lang::Ja, "署名を受けられるのは、ベイを作成したユーザーと管理者だけです。", "再試行"),
    ] {
        let state = bay::with_link(Link::Failed(bay::refused()));
        let stage = Stage::new(state, Screen::Bay(bay::PROD.into(), BayTab::Workloads)).lang(lang);
        let mut h = harness(stage, SIZE);
        assert!(h.query_by_label_contains(why).is_some(), "{why}");
        assert!(h.query_by_label("req-7c1e44b0-5d1f-4a6c-9a90-5f77ee21c009").is_some());
        h.state_mut().sent();
        h.get_by_label(retry).click();
        h.run_ok();
        let sent = h.state_mut().sent();
        assert!(
            sent.iter().any(|c| matches!(c, Command::Refresh(Topic::Inside(id)) if id == bay::PROD)),
            "asked for {sent:?}"
        );
    }
}

#[test]
fn old_data_stays_with_its_age() {
    let state = bay::with_link(Link::Stale(bay::lost()));
    let h = harness(Stage::new(state, Screen::Bay(bay::PROD.into(), BayTab::Workloads)), SIZE);
    assert!(h.query_all_by_label_contains("Not refreshed for 40 s").count() >= 2, "above the table and in the footer");
    assert!(h.query_by_label("checkout-api").is_some(), "the table stays");
}

#[test]
fn getting_in_is_told_step_by_step() {
    let state = bay::with_link(Link::Connecting("link-certificate"));
    let h = harness(Stage::new(state, Screen::Bay(bay::PROD.into(), BayTab::Nodes)), SIZE);
    assert!(h.query_by_label("Connecting to the API of k8s-prod").is_some());
    assert!(h.query_by_label("Have a certificate signed by Magnum").is_some());
    assert!(h.query_by_label_contains("0 nodes").is_none(), "the footer counts nothing that is not known");
}

#[test]
fn a_narrow_head_keeps_its_one_line() {
    for width in [1440.0, 1280.0, 1024.0] {
        let h = harness(on(bay::PROD, BayTab::Overview), [width, 700.0]);
        let name = h.get_by_role_and_label(egui::accesskit::Role::Heading, "k8s-prod").rect();
        let buttons = h.get_by_label("More actions").rect();
        let tabs = h.get_by_role_and_label(egui::accesskit::Role::Tab, "Overview").rect();
        assert!(name.right() < buttons.left() && name.bottom() < tabs.top(), "at {width}");
        let addresses = h.query_all_by_label("https://203.0.113.21:6443").count();
        assert!(addresses >= 1, "the overview has the address where the head has none, at {width}");
    }
}

#[test]
fn a_node_that_is_not_ready_is_called_as_among_the_nodes_in_both_languages() {
    for (lang, wanted, api) in [
        (Lang::En, "worker-11 not ready, silent", "API answers"),
        (Lang::Ja, "worker-11 準備未完了、応答なし", "API 応答あり"),
    ] {
        let mut stage = on(bay::PROD, BayTab::Overview).lang(lang);
        for seen_inside in [true, false] {
            if !seen_inside {
                stage.state.insides.clear();
            }
            let mut h = harness(stage, [1440.0, 900.0]);
            crate::bay_stage::shoot(&mut h, &format!("overview-health-{lang:?}-{seen_inside}"));
            assert!(h.query_by_label(wanted).is_some(), "{wanted}, seen inside: {seen_inside}");
            assert!(h.query_by_label(api).is_some());
            assert!(h.query_by_label("Unknown").is_none() && h.query_by_label("ok").is_none(), "raw words");
            stage = on(bay::PROD, BayTab::Overview).lang(lang);
        }
        // Magnum's `False` says no more than that it is not ready.
        stage.state.insides.clear();
        let detail = stage.state.details.get_mut(bay::PROD).and_then(|d| d.bay.value.as_mut()).expect("the bay");
        detail.health_reason.insert("k8s-prod-vvuto7qiegam-worker-11.Ready".into(), "False".into());
        let h = harness(stage, SIZE);
        let wanted = wanted.split([',', '、']).next().expect("words");
        assert_eq!(h.query_all_by_label_contains(wanted).count(), 2, "{wanted}, beside the one that is silent");
        assert!(h.query_by_label("False").is_none());
    }
}

#[test]
fn workers_of_several_groups_are_not_all_of_one_flavor() {
    for (lang, several, one) in
        [(Lang::En, "24 in 3 groups", "4 × m2.4xlarge"), (Lang::Ja, "24 台（3 グループ）", "4 × m2.4xlarge")]
    {
        let h = harness(on(bay::PROD, BayTab::Overview).lang(lang), SIZE);
        assert!(h.query_by_label(several).is_some(), "{several}");
        let h = harness(on(bay::FAILED, BayTab::Overview).lang(lang), SIZE);
        assert!(h.query_by_label(one).is_some(), "{one}");
    }
}

#[test]
fn a_bay_that_is_just_being_created_has_no_servers_yet() {
    for (lang, yet, hidden) in [
        (Lang::En, "There are no servers yet.", "Nova shows no servers of this bay to you."),
        (Lang::Ja, "サーバーはまだありません。", "このベイのサーバーは Nova から見えません。"),
    ] {
        let mut stage = on(bay::CREATING, BayTab::Overview).lang(lang);
        stage.state.details.get_mut(bay::CREATING).expect("the bay").servers.value = Some(Default::default());
        let h = harness(stage, SIZE);
        assert!(h.query_by_label(yet).is_some(), "{yet}");
        assert!(h.query_by_label(hidden).is_none());
        let h = harness(on(bay::FAILED, BayTab::Overview).lang(lang), SIZE);
        assert!(h.query_by_label(hidden).is_some(), "{hidden}");
    }
}

#[test]
fn one_master_is_one_master() {
    use bayview::i18n::{Texts, Vocabulary};
    let tip = |lang, masters: u32, workers: u32| {
        let args = [("masters", masters.into()), ("workers", workers.into())];
        Texts::new(lang, Vocabulary::Bay).f("bay-nodes-count-tip", &args)
    };
    assert_eq!(tip(Lang::En, 1, 1), "1 master, 1 worker");
    assert_eq!(tip(Lang::En, 3, 24), "3 masters, 24 workers");
    assert_eq!(tip(Lang::Ja, 1, 6), "マスター 1 台、ワーカー 6 台");
}

#[test]
fn the_field_of_the_load_balancer_is_told_whole_in_japanese() {
    let h = harness(on(bay::PROD, BayTab::Overview).lang(Lang::Ja), [1440.0, 900.0]);
    let name = h.get_by_label("マスターの LB").rect();
    assert!(name.width() > 90.0, "{name}");
}
