//! Pods, nodes, services, events: filters, selection, log, deletion, ways to the object.

use crate::bay_stage::{Stage, harness};
use crate::samples::bay;
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::live::loadable::Loadable;
use bayview::ui::cx::UiAction;
use bayview::ui::route::{BayTab, Route};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;

const SIZE: [f32; 2] = [1440.0, 900.0];

fn stage(tab: BayTab, lang: Lang) -> Harness<'static, Stage> {
    harness(Stage::tab(tab).lang(lang), SIZE)
}

fn rows(h: &Harness<'static, Stage>) -> Vec<String> {
    h.get_all_by_role(Role::Row).filter_map(|n| n.accesskit_node().label()).collect()
}

#[test]
fn a_state_is_filtered_for_with_a_chip_in_both_languages() {
    for (lang, chip, match_words) in
        [(Lang::En, "Failed 3", "3 of 1,210 pods match"), (Lang::Ja, "失敗 3", "Pod 1,210 件中 3 件が一致")]
    {
        let mut h = stage(BayTab::Pods, lang);
        h.get_by_label(chip).click();
        h.run_ok();
        assert_eq!(rows(&h).len(), 3);
        assert!(h.query_all_by_label_contains(match_words).count() > 0, "{match_words}");
        assert_eq!(h.state().bay.pods.filter, "state:failed");
        h.get_by_label(chip).click();
        h.run_ok();
        assert_eq!(h.state().bay.pods.filter, "");
    }
}

#[test]
fn the_log_of_a_pod_is_read_and_shown() {
    let mut h = stage(BayTab::Pods, Lang::En);
    h.key_press(Key::ArrowDown);
    h.run_ok();
    h.key_press(Key::L);
    h.run_ok();
    let asked = h.state_mut().sent().into_iter().find_map(|c| match c {
        Command::ReadLog { pod, container, previous } => Some((pod, container, previous)),
        _ => None,
    });
    let (pod, container, previous) = asked.expect("a log was asked for");
    assert_eq!((pod.kind.as_str(), container, previous), ("Pod", None, false));
    let log = Loadable { value: Some(Arc::new(bay::log())), loaded_at: Some(h.state().now), ..Loadable::default() };
    h.state_mut().state.logs.insert(pod, log);
    h.run_ok();
    assert!(h.query_by_label_contains("request 399 served").is_some(), "the newest line is in view");
    h.get_by_label("Before the last restart").click();
    h.run_ok();
    let again = h.state_mut().sent();
    assert!(again.iter().any(|c| matches!(c, Command::ReadLog { previous: true, .. })), "{again:?}");
}

#[test]
fn several_pods_are_deleted_after_a_question() {
    let mut h = stage(BayTab::Pods, Lang::En);
    h.key_press(Key::ArrowDown);
    h.run_ok();
    h.key_press_modifiers(egui::Modifiers::SHIFT, Key::ArrowDown);
    h.run_ok();
    assert!(h.query_by_label("2 selected").is_some());
    h.get_by_label("Delete…").click();
    h.run_ok();
    assert!(h.query_all_by_label("Delete 2 pods?").count() > 0);
    h.get_by_label("Cancel").click();
    h.run_ok();
    let deleted = |h: &mut Harness<'static, Stage>| {
        let is =
            |c: &Command| matches!(c, Command::Change { change, .. } if matches!(**change, Change::DeleteObject(_)));
        h.state_mut().sent().iter().filter(|c| is(c)).count()
    };
    assert_eq!(deleted(&mut h), 0, "a question is not a deletion");
    h.get_by_label("Delete…").click();
    h.run_ok();
    h.get_by_role_and_label(Role::Button, "Delete 2 pods").click();
    h.run_ok();
    assert_eq!(deleted(&mut h), 2);
}

#[test]
fn a_head_sorts_the_pods() {
    let mut h = stage(BayTab::Pods, Lang::En);
    h.get_by_role_and_label(Role::ColumnHeader, "Restarts").click();
    h.run_ok();
    h.get_by_role_and_label(Role::ColumnHeader, "Restarts").click();
    h.run_ok();
    let first = rows(&h).into_iter().next().expect("a row");
    assert!(first.starts_with("checkout-api"), "the most restarts are checkout-api's, not {first}'s");
}

#[test]
fn a_node_shows_its_server_and_leads_to_its_pods() {
    for (lang, show) in [(Lang::En, "Show its pods"), (Lang::Ja, "Pod を表示")] {
        let mut h = stage(BayTab::Nodes, lang);
        h.get_by_role_and_label(Role::Row, "k8s-prod-worker-3").click();
        h.run_ok();
        assert!(h.query_by_label("ACTIVE").is_some(), "Nova's word for the server");
        h.get_by_label(show).scroll_to_me();
        h.run_ok();
        h.get_by_label(show).click();
        h.run_ok();
        let wanted = UiAction::ShowPods { bay: bay::PROD.into(), filter: "node:k8s-prod-worker-3".into() };
        assert_eq!(h.state().acted(), [wanted]);
    }
}

#[test]
fn nodes_in_trouble_are_one_click_away() {
    let mut h = stage(BayTab::Nodes, Lang::En);
    h.get_by_label("Not ready 1").click();
    h.run_ok();
    assert_eq!(rows(&h), ["k8s-prod-worker-11"]);
}

#[test]
fn a_service_leads_to_its_pods() {
    for (lang, show) in [(Lang::En, "Show its pods"), (Lang::Ja, "Pod を表示")] {
        let mut h = stage(BayTab::Services, lang);
        h.get_by_role_and_label(Role::Row, "oauth2-proxy").click();
        h.run_ok();
        h.get_by_label(show).click();
        h.run_ok();
        let wanted = UiAction::ShowPods { bay: bay::PROD.into(), filter: "ns:auth app=oauth2-proxy".into() };
        assert_eq!(h.state().acted(), [wanted]);
    }
}

#[test]
fn an_event_leads_to_its_object() {
    let mut h = stage(BayTab::Events, Lang::En);
    h.get_by_label("Warnings 3").click();
    h.run_ok();
    assert_eq!(rows(&h).len(), 3);
    h.get_by_role_and_label(Role::Link, "Node/k8s-prod-worker-11").click();
    h.run_ok();
    assert_eq!(h.state().acted(), [UiAction::Go(Route::Bay(bay::PROD.into(), BayTab::Nodes))]);
    let mut h = stage(BayTab::Events, Lang::Ja);
    h.get_by_label("警告 3").click();
    h.run_ok();
    assert_eq!(rows(&h).len(), 3);
}

#[test]
fn no_state_that_there_is_vanishes_where_the_room_is_short() {
    use bayview::model::status::Sign;
    for (lang, export, size, panel) in [
        (Lang::En, "Export", [1024.0, 640.0], false),
        (Lang::Ja, "書き出し", [1024.0, 640.0], false),
        (Lang::En, "Export", [1440.0, 900.0], true),
        (Lang::Ja, "書き出し", [1440.0, 900.0], true),
        (Lang::En, "Export", [1440.0, 900.0], false),
    ] {
        let mut h = harness(Stage::tab(BayTab::Pods).lang(lang), size);
        if panel {
            h.key_press(Key::ArrowDown);
            h.run_ok();
        }
        let texts = bayview::i18n::Texts::new(lang, bayview::i18n::Vocabulary::Bay);
        let pods = h.state().state.insides[bay::PROD].pods.clone();
        let export = h.get_by_label(export).rect();
        let mut told = 0;
        for sign in [Sign::Failed, Sign::Warning, Sign::Unknown, Sign::Pending, Sign::Progress, Sign::Deleting] {
            let count = pods.sign.iter().filter(|s| **s == sign).count();
            let label = format!("{} {count}", texts.f(sign.message_id(), &[]));
            let chips: Vec<_> = h.query_all_by_role_and_label(Role::Button, &label).map(|n| n.rect()).collect();
            assert_eq!(chips.len(), usize::from(count > 0), "{label} at {size:?}");
            assert!(chips.iter().all(|chip| chip.right() < export.left()), "{label} at {size:?}: {chips:?}");
            told += chips.len();
        }
        assert!(told > 3, "the sample has pods in trouble");
        crate::bay_stage::shoot(&mut h, &format!("pods-states-{lang:?}-{}-{panel}", size[0]));
        let field = h.get_by_role(Role::TextInput).rect();
        assert!(field.width() > 100.0, "{field} at {size:?}");
    }
}
