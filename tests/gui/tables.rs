//! What all tables of a bay share: groups, everything selected, export, and 150,000 rows.

use crate::bay_stage::{Stage, harness, shoot};
use crate::samples::bay;
use bayview::i18n::Lang;
use bayview::model::cluster::Picture;
use bayview::model::columns::{PodRow, PodTable};
use bayview::model::status::Sign;
use bayview::ui::cx::UiAction;
use bayview::ui::route::BayTab;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIZE: [f32; 2] = [1440.0, 900.0];

fn stage(tab: BayTab, lang: Lang) -> Harness<'static, Stage> {
    harness(Stage::tab(tab).lang(lang), SIZE)
}

fn rows(h: &Harness<'static, Stage>) -> Vec<String> {
    h.get_all_by_role(Role::Row).filter_map(|n| n.accesskit_node().label()).collect()
}

/// Chooses from the menu of a chip.
fn choose(h: &mut Harness<'static, Stage>, chip: &str, item: &str) {
    h.get_by_role_and_label(Role::Button, chip).click();
    h.run_ok();
    h.get_by_role_and_label(Role::MenuItem, item).click();
    h.run_ok();
}

/// Steps until a condition holds: some things are done on other threads.
fn until(h: &mut Harness<'static, Stage>, what: &str, condition: impl Fn(&Harness<'static, Stage>) -> bool) {
    let begun = Instant::now();
    while !condition(h) {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
        h.step();
    }
}

#[test]
fn pods_stand_under_the_name_of_their_group_in_both_languages() {
    for (lang, chip, item, close, shown) in [
        (Lang::En, "Group: none", "Namespace", "Close all groups", "Group: Namespace"),
        (Lang::Ja, "グループ：なし", "名前空間", "すべてのグループを閉じる", "グループ：名前空間"),
    ] {
        let mut h = stage(BayTab::Pods, lang);
        choose(&mut h, chip, item);
        shoot(&mut h, &format!("tables-pods-grouped-{lang:?}"));
        let first = rows(&h)[0].clone();
        let heading = h.get_by_role_and_label(Role::Row, &first);
        assert_eq!(heading.accesskit_node().data().is_expanded(), Some(true), "{first} is a heading");
        let below = rows(&h)[1].clone();
        heading.click();
        h.run_ok();
        assert_ne!(rows(&h)[1], below, "the rows of a closed group are not listed");
        choose(&mut h, shown, close);
        let picture = &h.state().state.insides[bay::PROD];
        let namespaces: std::collections::BTreeSet<&str> =
            (0..picture.pods.len()).map(|pod| picture.pods.namespace_of(pod)).collect();
        assert_eq!(rows(&h), namespaces.into_iter().collect::<Vec<_>>());
        shoot(&mut h, &format!("tables-pods-closed-{lang:?}"));
    }
}

#[test]
fn headings_are_opened_and_closed_by_keyboard_and_never_selected() {
    let mut h = stage(BayTab::Nodes, Lang::En);
    choose(&mut h, "Group: none", "Zone");
    let all = rows(&h).len();
    h.key_press(Key::Home);
    h.run_ok();
    h.key_press(Key::ArrowLeft);
    h.run_ok();
    let closed = rows(&h).len();
    assert!(closed < all, "{closed} of {all} lines are left");
    h.key_press(Key::Enter);
    h.run_ok();
    assert_eq!(rows(&h).len(), all);
    h.key_press(Key::ArrowDown);
    h.run_ok();
    assert!(h.query_by_label("Show its pods").is_some(), "the keyboard goes on to the first node, which is selected");
}

#[test]
fn everything_found_goes_to_the_clipboard_as_csv() {
    let cases: [(BayTab, &str, fn(&Picture) -> usize); 5] = [
        (BayTab::Pods, "namespace,name,status,", |p| p.pods.len()),
        (BayTab::Nodes, "name,ready,cordoned,", |p| p.nodes.len()),
        (BayTab::Workloads, "namespace,name,kind,desired,", |p| p.workloads.len()),
        (BayTab::Services, "namespace,name,type,", |p| p.services.len()),
        (BayTab::Events, "last_seen,type,reason,", |p| p.events.len()),
    ];
    for (tab, head, rows) in cases {
        let mut h = stage(tab, Lang::En);
        choose(&mut h, "Export", "Copy as CSV");
        until(&mut h, "the table on the clipboard", |h| {
            h.state().actions.borrow().iter().any(|a| matches!(a, UiAction::Copy(_)))
        });
        let text =
            h.state().acted().into_iter().find_map(|a| if let UiAction::Copy(text) = a { Some(text) } else { None });
        let text = text.expect("a text");
        assert!(text.starts_with(head), "{text:.80}");
        let records = csv::Reader::from_reader(text.as_bytes()).into_records().filter(Result::is_ok).count();
        assert_eq!(records, rows(&h.state().state.insides[bay::PROD]), "{tab:?}");
    }
}

/// A bay at Kubernetes' own limit.
fn at_the_limit() -> Stage {
    let mut stage = Stage::tab(BayTab::Pods);
    let mut pods = PodTable::default();
    for n in 0..150_000u32 {
        let row = PodRow {
            uid: n.to_string(),
            namespace: format!("team-{:03}", n / 1_000),
            name: format!("pod-{n:06}"),
            owner: format!("Deployment/app-{:04}", n / 50),
            sign: Sign::ALL[n as usize % 7],
            reason: "Running".into(),
            ready: 1,
            containers: 1,
            restarts: n % 13,
            created_at: 1_700_000_000 + i64::from(n),
            cpu_milli: n % 2_000,
            memory_bytes: u64::from(n),
            ..PodRow::default()
        };
        pods.push(&row, n % 5_000);
    }
    let picture = stage.state.insides.get_mut(bay::PROD).expect("a picture");
    Arc::make_mut(picture).pods = Arc::new(pods);
    stage
}

#[test]
fn a_hundred_and_fifty_thousand_pods_are_sorted_elsewhere_and_only_what_shows_is_drawn() {
    let mut h = harness(at_the_limit(), SIZE);
    until(&mut h, "the pods", |h| h.query_by_role_and_label(Role::Row, "pod-000000").is_some());
    assert!(rows(&h).len() < 40, "{} rows are drawn", rows(&h).len());
    // While another order is found out, the old one is still there.
    h.get_by_role_and_label(Role::ColumnHeader, "Age").click();
    h.step();
    assert!(h.query_by_role_and_label(Role::Row, "pod-000000").is_some());
    until(&mut h, "the youngest pod", |h| h.query_by_role_and_label(Role::Row, "pod-149999").is_some());
    h.key_press(Key::End);
    until(&mut h, "the end of the table", |h| h.query_by_role_and_label(Role::Row, "pod-000000").is_some());
    h.key_press_modifiers(Modifiers::COMMAND, Key::A);
    h.run_ok();
    shoot(&mut h, "tables-limit");
    assert!(h.query_all_by_label_contains("150,000 selected").count() > 0);
}
