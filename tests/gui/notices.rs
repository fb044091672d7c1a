//! What came of what was asked: toasts, the bell, Activity; and that waiting costs no frames.

use crate::samples::fleet;
use crate::window::{Window, harness, settle};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::{Command, Topic};
use bayview::live::event::Event;
use bayview::live::state::{Job, Notice, Outcome, State};
use bayview::model::bay::{Bay, BayStatus};
use bayview::model::problem::{Problem, ProblemKind};
use bayview::model::status::Sign;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::{BayTab, Route};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::time::Duration;

fn open(state: State, lang: Lang) -> Harness<'static, Window> {
    harness(Window::new(state, Theme::Dark, lang), [1440.0, 900.0])
}

fn words(lang: Lang, id: &str, target: &str) -> String {
    Texts::new(lang, Vocabulary::Bay).f(id, &[("target", target.into())])
}

fn quiet() -> State {
    State { notices: Vec::new(), journal: Vec::new(), ..fleet::state() }
}

fn apply(h: &mut Harness<'static, Window>, event: Event) {
    let now = h.state().now;
    h.state_mut().state.apply(event, now);
    settle(h);
}

fn job(id: u64, what: &'static str, bay: Option<&str>) -> Job {
    Job {
        id,
        started_at: 1.0,
        finished_at: None,
        what,
        target: "k8s-fresh".into(),
        place: "lab".into(),
        command_line: String::new(),
        bay: bay.map(str::to_owned),
        made: None,
        outcome: Outcome::Running,
        request_id: None,
    }
}

fn failure(kind: ProblemKind, said: &str) -> Notice {
    Notice {
        id: 0,
        at: crate::samples::picture::NOW as f64,
        sign: Sign::Failed,
        message: "notice-switch-failed",
        args: Vec::new(),
        problem: Some(Problem::new(kind, "keystone", said)),
        job: None,
    }
}

#[test]
fn a_bay_that_came_up_is_told_on_every_screen_and_is_one_click_away() {
    for lang in [Lang::En, Lang::Ja] {
        let mut h = open(quiet(), lang);
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::Go(Route::Settings), &ctx);
        apply(&mut h, Event::JobStarted(Box::new(job(9, "job-create-bay", None))));
        h.state_mut().sent();
        let accepted =
            Event::JobChanged { job: 9, outcome: Outcome::Accepted, made: Some("fresh-uuid".into()), request_id: None };
        apply(&mut h, accepted);
        let looked = h.state_mut().sent().into_iter().rev().find_map(|c| match c {
            Command::Look(topics) => Some(topics),
            _ => None,
        });
        assert_eq!(looked, Some(vec![Topic::Bay("fresh-uuid".into())]), "it is followed from here too");
        let up = Bay { status: BayStatus::parse(Some("CREATE_COMPLETE")), ..Bay::unknown("fresh-uuid") };
        apply(&mut h, Event::Bay("fresh-uuid".into(), Ok(Box::new(up))));
        h.get_by_label(&words(lang, "notice-bay-up", "k8s-fresh"));
        h.get_by_label(&words(lang, "toast-open", "")).click();
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Bay("fresh-uuid".into(), BayTab::Overview));
    }
}

#[test]
fn a_deletion_is_over_when_the_bay_is_gone() {
    let mut h = open(quiet(), Lang::En);
    let staging = fleet::id("k8s-staging");
    apply(&mut h, Event::JobStarted(Box::new(job(9, "job-delete-bay", Some(&staging)))));
    apply(&mut h, Event::JobChanged { job: 9, outcome: Outcome::Accepted, made: None, request_id: None });
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(UiAction::Go(Route::Activity), &ctx);
    settle(&mut h);
    h.get_by_label(&format!("{} 1", words(Lang::En, "activity-chip-running", "")));
    let rest: Vec<Bay> = fleet::bays().into_iter().filter(|b| b.id != staging).collect();
    apply(&mut h, Event::Bays(Ok(rest)));
    h.get_by_label(&format!("{} 0", words(Lang::En, "activity-chip-running", "")));
    h.get_by_label("k8s-fresh is deleted");
}

#[test]
fn a_form_left_while_it_is_sent_does_not_lead_anywhere_later() {
    let mut h = open(crate::samples::forms::state(), Lang::En);
    let ctx = h.ctx.clone();
    let form = Route::NewBay { model: Some("k8s-1.30-gpu".into()), from: None };
    h.state_mut().ui.handle(UiAction::Go(form), &ctx);
    settle(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::TextInput, "Name").focus();
    settle(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::TextInput, "Name").type_text("fresh");
    settle(&mut h);
    h.get_by_label("Create bay").click();
    settle(&mut h);
    let id = h.state_mut().sent().into_iter().find_map(|c| match c {
        Command::Change { job, .. } => Some(job),
        _ => None,
    });
    let id = id.expect("a bay was asked for");
    h.state_mut().ui.handle(UiAction::Go(Route::Activity), &ctx);
    settle(&mut h);
    apply(&mut h, Event::JobStarted(Box::new(job(id, "job-create-bay", None))));
    let made = Some("fresh-uuid".to_owned());
    apply(&mut h, Event::JobChanged { job: id, outcome: Outcome::Accepted, made, request_id: None });
    assert_eq!(*h.state().ui.route(), Route::Activity, "one was elsewhere when it was accepted");
    h.state_mut().ui.handle(UiAction::Go(Route::NewBay { model: None, from: None }), &ctx);
    settle(&mut h);
    assert!(matches!(h.state().ui.route(), Route::NewBay { .. }), "the form is there for the next bay");
    assert_eq!(h.get_by_role_and_label(egui::accesskit::Role::TextInput, "Name").value().as_deref(), Some(""));
}

#[test]
fn a_failure_without_a_job_tells_why_from_toast_and_bell() {
    let mut h = open(quiet(), Lang::En);
    apply(&mut h, Event::Notice(Box::new(failure(ProblemKind::Forbidden, "you shall not switch"))));
    h.get_by_label("Details").click();
    settle(&mut h);
    assert!(h.query_all_by_label_contains("Keystone").count() > 0);
    let advice = Texts::new(Lang::En, Vocabulary::Bay).f("problem-forbidden-advice", &[]);
    h.get_by_label(&advice);
    h.get_by_label("Close").click();
    settle(&mut h);
    assert!(h.query_by_label(&advice).is_none());
    h.get_by_label_contains("Notifications,").click();
    settle(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::MenuItem, "The switch did not work").click();
    settle(&mut h);
    h.get_by_label(&advice);
}

#[test]
fn a_failed_change_is_shown_in_activity() {
    let mut state = fleet::state();
    let now = crate::samples::picture::NOW as f64;
    state.notices.iter_mut().for_each(|n| n.at = now);
    let mut h = open(state, Lang::En);
    h.get_all_by_label("Details").next().expect("a way to it").click();
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Activity);
    assert!(h.query_by_label("Copy command").is_some(), "its panel is open");
}

/// When the window wants its next frame.
fn next_frame(h: &Harness<'static, Window>) -> Duration {
    h.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
}

#[test]
fn a_failure_that_stays_costs_no_frames() {
    let mut h = open(quiet(), Lang::En);
    h.step();
    assert!(next_frame(&h) > Duration::from_secs(5), "an idle window: {:?}", next_frame(&h));
    apply(&mut h, Event::Notice(Box::new(failure(ProblemKind::Network, "refused"))));
    h.get_by_label("The switch did not work");
    h.step();
    assert!(next_frame(&h) > Duration::from_secs(5), "a failed toast: {:?}", next_frame(&h));
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(UiAction::Toast { sign: Sign::Ok, text: "hello".into() }, &ctx);
    settle(&mut h);
    let next = next_frame(&h);
    assert!(next > Duration::from_secs(4) && next < Duration::from_secs(7), "until the good one goes: {next:?}");
}
