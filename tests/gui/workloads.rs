//! Workloads: why replicas are missing, scaling in place by pointer and by keyboard, the ways out of the row.

use crate::bay_stage::{Stage, harness};
use crate::samples::bay::{self, job};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::live::state::Outcome;
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::cx::UiAction;
use bayview::ui::route::BayTab;
use egui::{Event, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

const SIZE: [f32; 2] = [1440.0, 900.0];

fn stage(lang: Lang) -> Harness<'static, Stage> {
    harness(Stage::tab(BayTab::Workloads).lang(lang), SIZE)
}

/// The scalings asked for: name and number.
fn scalings(h: &mut Harness<'static, Stage>) -> Vec<(String, u32)> {
    let asked = |command: Command| match command {
        Command::Change { change, .. } => match *change {
            Change::ScaleWorkload { name, replicas, .. } => Some((name, replicas)),
            _ => None,
        },
        _ => None,
    };
    h.state_mut().sent().into_iter().filter_map(asked).collect()
}

#[test]
fn a_workload_is_scaled_in_place_in_both_languages() {
    for (lang, more, apply) in [
        (Lang::En, "One replica more for checkout-api", "Scale to 26"),
        (Lang::Ja, "checkout-api のレプリカを 1 増やす", "26 にスケール"),
    ] {
        let mut h = stage(lang);
        for _ in 0..2 {
            h.get_by_label(more).click();
            h.run_ok();
        }
        assert_eq!(scalings(&mut h), [], "nothing is asked for before it is applied");
        h.get_by_label(apply).click();
        h.run_ok();
        assert_eq!(scalings(&mut h), [("checkout-api".to_owned(), 26)]);
    }
}

#[test]
fn the_box_says_what_more_replicas_mean() {
    let mut h = stage(Lang::En);
    for _ in 0..6 {
        h.get_by_label("One replica more for checkout-api").click();
        h.run_ok();
    }
    assert!(h.query_by_label("24 to 30 replicas, 6 more").is_some());
    assert!(h.query_by_label_contains("Adds 1.5 cores, 1.5 GiB. Room for").is_some());
}

#[test]
fn keys_scale_apply_and_cancel() {
    let mut h = stage(Lang::En);
    h.key_press(Key::ArrowDown);
    h.run_ok();
    for _ in 0..3 {
        h.event(Event::Text("+".into()));
        h.run_ok();
    }
    h.event(Event::Text("-".into()));
    h.run_ok();
    h.key_press(Key::Enter);
    h.run_ok();
    assert_eq!(scalings(&mut h), [("checkout-api".to_owned(), 26)]);
    h.key_press(Key::ArrowDown);
    h.run_ok();
    h.event(Event::Text("+".into()));
    h.run_ok();
    h.key_press(Key::Escape);
    h.run_ok();
    assert!(h.query_by_label_contains("Scale to").is_none(), "Esc leaves the number as it was");
    assert_eq!(scalings(&mut h), []);
}

#[test]
fn a_number_is_typed_and_enter_applies_it() {
    let mut h = stage(Lang::En);
    h.get_by_label("Desired replicas of checkout-api").click();
    h.run_ok();
    let field = h.get_by_role_and_label(egui::accesskit::Role::TextInput, "Desired replicas of checkout-api");
    assert!(field.is_focused(), "a click makes it a field and goes into it");
    h.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    h.event(Event::Text("7".into()));
    h.run_ok();
    assert!(h.query_by_label("24 to 7 replicas, 17 fewer").is_some());
    h.key_press(Key::Enter);
    h.run_ok();
    assert_eq!(scalings(&mut h), [("checkout-api".to_owned(), 7)]);
}

#[test]
fn a_refused_scaling_is_told_in_the_row() {
    let mut h = stage(Lang::En);
    h.get_by_label("One replica more for checkout-api").click();
    h.run_ok();
    h.get_by_label("Scale to 25").click();
    h.run_ok();
    let number = h
        .state_mut()
        .sent()
        .into_iter()
        .find_map(|c| if let Command::Change { job, .. } = c { Some(job) } else { None });
    let number = number.expect("a job");
    assert!(h.query_by_label("Scaling to 25").is_some());
    let problem = Problem::new(ProblemKind::Forbidden, "kubernetes", "deployments.apps is forbidden");
    h.state_mut().state.journal.push(job(number, "job-scale-workload", "checkout-api", Outcome::Failed(problem)));
    h.run_ok();
    assert!(h.query_by_label("Scaling to 25").is_none());
    assert!(h.query_by_label_contains("Kubernetes: ").is_some(), "what failed stands in the opened row");
    h.get_by_label("Retry").click();
    h.run_ok();
    assert_eq!(scalings(&mut h), [("checkout-api".to_owned(), 25)], "the same is asked for again");
}

#[test]
fn the_row_leads_to_the_map_the_pods_and_a_command() {
    let mut h = stage(Lang::En);
    h.get_by_label("Details of checkout-api").click();
    h.run_ok();
    let bay = bay::PROD.to_owned();
    let wanted = [
        (
            "Show on the map",
            UiAction::ShowOnMap { bay: bay.clone(), filter: "workload:checkout-api ns:shop".into(), pod: None },
        ),
        ("Open logs", UiAction::ShowPods { bay, filter: "workload:checkout-api ns:shop state:failed".into() }),
        (
            "Copy as kubectl",
            UiAction::Copy("kubectl --namespace shop scale deployment/checkout-api --replicas=24".into()),
        ),
    ];
    for (label, action) in wanted {
        h.get_by_role_and_label(egui::accesskit::Role::Link, label).click();
        h.run_ok();
        assert_eq!(h.state().acted(), [action]);
    }
}

#[test]
fn the_reason_is_told_in_words() {
    let mut h = stage(Lang::En);
    h.get_by_label("Details of checkout-api").click();
    h.run_ok();
    assert!(h.query_by_label_contains("1 unschedulable: No node meets the zone spread").is_some());
    assert!(h.query_by_label_contains("2 unknown: worker-11 silent for 3 min").is_some());
    let mut h = stage(Lang::Ja);
    h.get_by_label("checkout-api の詳細").click();
    h.run_ok();
    assert!(h.query_by_label_contains("配置不可 1: ゾーン分散の条件に合うノードがない").is_some());
}

#[test]
fn a_filter_narrows_the_rows_and_can_be_taken_away() {
    let mut h = stage(Lang::En);
    let hint = "Filter by name, label, image";
    h.get_by_label(hint).focus();
    h.run_ok();
    h.get_by_label(hint).type_text("nothing-like-it");
    h.run_ok();
    assert!(h.query_by_label("No workload matches.").is_some());
    h.get_by_label("Show all").click();
    h.run_ok();
    assert!(h.query_by_label("checkout-api").is_some());
}

#[test]
fn an_opened_row_tells_every_count_and_the_spread_in_both_languages() {
    for (lang, open) in [(Lang::En, "Details of checkout-api"), (Lang::Ja, "checkout-api の詳細")] {
        let mut h = stage(lang);
        h.get_by_label(open).click();
        h.run_ok();
        let workloads = h.state().state.insides[bay::PROD].workloads.clone();
        let w = workloads.iter().find(|w| w.name == "checkout-api").expect("the workload");
        let texts = bayview::i18n::Texts::new(lang, bayview::i18n::Vocabulary::Bay);
        let n = |name: &'static str, n: u32| (name, fluent_bundle::FluentValue::from(n.to_string()));
        let r = &w.replicas;
        let args = [
            n("desired", r.desired),
            n("current", r.current),
            n("updated", r.updated),
            n("ready", r.ready),
            n("available", r.available),
        ];
        let id = if w.rolling_out { "workloads-counts-rolling" } else { "workloads-counts" };
        assert!(h.query_all_by_label(&texts.f(id, &args)).count() > 0);
        let args = [("nodes", w.nodes.into()), ("most", w.most_on_one_node.into())];
        h.get_by_label(&texts.f("placement-spread", &args));
    }
}

#[test]
fn a_number_that_an_autoscaler_overrides_does_not_stay_under_way() {
    let mut h = stage(Lang::En);
    h.get_by_label("One replica more for checkout-api").click();
    h.run_ok();
    h.get_by_label("Scale to 25").click();
    h.run_ok();
    let id = h.state_mut().sent().into_iter().find_map(|c| match c {
        Command::Change { job, .. } => Some(job),
        _ => None,
    });
    let mut done = job(id.expect("a scaling"), "job-scale-workload", "shop/checkout-api", Outcome::Done);
    done.finished_at = Some(h.state().now);
    h.state_mut().state.journal.push(done);
    h.run_ok();
    assert!(h.query_by_label_contains("Scaling to 25").is_some(), "the picture does not show it yet");
    h.state_mut().now += 31.0;
    h.run_ok();
    assert!(h.query_by_label_contains("Scaling to 25").is_none());
    assert!(h.query_by_label("One replica more for checkout-api").is_some());
}

/// A stage whose workloads were seen for so many points of history.
fn watched(lang: Lang, points: usize, size: [f32; 2]) -> Harness<'static, Stage> {
    let mut stage = Stage::tab(BayTab::Workloads).lang(lang);
    let picture = std::sync::Arc::make_mut(stage.state.insides.get_mut(bay::PROD).expect("a picture"));
    for workload in std::sync::Arc::make_mut(&mut picture.workloads) {
        std::sync::Arc::make_mut(&mut workload.history).truncate(points);
    }
    harness(stage, size)
}

#[test]
fn names_keep_their_width_when_the_last_hour_comes() {
    use egui::accesskit::Role;
    for (lang, name) in [(Lang::En, "Workload"), (Lang::Ja, "ワークロード")] {
        let [new, old] = [2, 3].map(|points| {
            let mut h = watched(lang, points, SIZE);
            crate::bay_stage::shoot(&mut h, &format!("workloads-{points}-points-{lang:?}"));
            h.get_by_role_and_label(Role::ColumnHeader, name).rect().width()
        });
        // What the lines over time leave goes to the reasons.
        assert!((new - old).abs() < 12.0, "{new} and {old}");
    }
}

#[test]
fn a_job_says_how_many_have_completed() {
    use bayview::model::workload::WorkloadKind;
    for (lang, words, size) in [
        (Lang::En, "19 of 400 completed", SIZE),
        (Lang::Ja, "19 / 400 完了", SIZE),
        (Lang::En, "19 completed", [1024.0, 640.0]),
    ] {
        let mut stage = Stage::tab(BayTab::Workloads).lang(lang);
        let picture = std::sync::Arc::make_mut(stage.state.insides.get_mut(bay::PROD).expect("a picture"));
        let workloads = std::sync::Arc::make_mut(&mut picture.workloads);
        let job = workloads.iter_mut().find(|w| w.name == "checkout-api").expect("a workload");
        std::sync::Arc::make_mut(&mut job.facts).kind = WorkloadKind::Job;
        (job.replicas.desired, job.replicas.ready, job.replicas.available) = (400, 24, 19);
        let mut h = harness(stage, size);
        assert!(h.query_by_label(words).is_some(), "{words}");
        crate::bay_stage::shoot(&mut h, &format!("workloads-job-{lang:?}-{}", size[0]));
    }
}

#[test]
fn the_links_of_a_row_are_whole_in_a_window_of_1280() {
    use egui::accesskit::Role;
    for (lang, open, link) in [
        (Lang::En, "Details of checkout-api", "Copy as kubectl"),
        (Lang::Ja, "checkout-api の詳細", "kubectl をコピー"),
    ] {
        let widths = [1280.0, 1920.0].map(|width| {
            let mut h = watched(lang, 60, [width, 900.0]);
            h.get_by_label(open).click();
            h.run_ok();
            h.get_by_role_and_label(Role::Link, link).rect().width()
        });
        assert_eq!(widths[0], widths[1], "{link}");
    }
}
