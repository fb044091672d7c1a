//! Sign-in, bays, settings, palette and dialogs, driven by accessible label in both languages.

use crate::samples::fleet;
use crate::window::{Window, harness, settle};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::{Change, Command, Topic};
use bayview::live::event::Event;
use bayview::live::state::{SignInQuestion, State};
use bayview::model::bay::{Bay, BayStatus, Coe};
use bayview::model::cloud::{AuthMethod, Project};
use bayview::model::kubeconfig::{KubeContext, KubeconfigFile, bay_id};
use bayview::model::status::Sign;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::{BayTab, Route};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use secrecy::ExposeSecret as _;
use std::sync::Arc;

const SIZE: [f32; 2] = [1440.0, 900.0];

fn open(state: State, lang: Lang) -> Harness<'static, Window> {
    harness(Window::new(state, Theme::Dark, lang), SIZE)
}

fn words(lang: Lang, id: &str) -> String {
    Texts::new(lang, Vocabulary::Bay).f(id, &[])
}

fn both(test: impl Fn(Lang)) {
    for lang in [Lang::En, Lang::Ja] {
        test(lang);
    }
}

fn act(h: &mut Harness<'static, Window>, action: UiAction) {
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(action, &ctx);
    settle(h);
}

#[test]
fn a_chosen_profile_signs_in_with_what_was_typed() {
    both(|lang| {
        let mut h = open(fleet::signed_out(), lang);
        h.get_by_label("osaka-2").click();
        settle(&mut h);
        let sign_in = words(lang, "sign-in-do");
        assert!(
            h.get_by_role_and_label(egui::accesskit::Role::Button, &sign_in).accesskit_node().is_disabled(),
            "a password is still missing"
        );
        h.get_by_role_and_label(egui::accesskit::Role::PasswordInput, &words(lang, "sign-in-password")).click();
        settle(&mut h);
        h.event(egui::Event::Text("s3cret".into()));
        settle(&mut h);
        h.state_mut().sent();
        h.get_by_role_and_label(egui::accesskit::Role::Button, &sign_in).click();
        settle(&mut h);
        let sent = h.state_mut().sent();
        let found = sent.iter().find_map(|c| match c {
            Command::SignIn { profile, secrets, .. } => Some((profile, secrets)),
            _ => None,
        });
        let (profile, secrets) = found.expect("a sign-in was asked for");
        assert_eq!(profile.name, "osaka-2");
        assert_eq!(profile.method, AuthMethod::Password);
        assert_eq!(secrets.password.as_ref().map(|s| s.expose_secret()), Some("s3cret"));
        assert!(!format!("{sent:?}").contains("s3cret"), "a secret shows in Debug output");
    });
}

#[test]
fn the_method_changes_the_form() {
    both(|lang| {
        let mut h = open(fleet::signed_out(), lang);
        h.get_by_label(&words(lang, "sign-in-method-credential")).click();
        settle(&mut h);
        assert!(h.query_by_label(&words(lang, "sign-in-credential-id")).is_some());
        assert!(h.query_by_label(&words(lang, "sign-in-project")).is_none(), "a credential knows its project");
    });
}

#[test]
fn a_second_factor_is_asked_for_and_given() {
    both(|lang| {
        let mut h = open(fleet::asking(SignInQuestion::Passcode { refused: false }), lang);
        h.get_by_label(&words(lang, "sign-in-code")).click();
        settle(&mut h);
        h.event(egui::Event::Text("417 203".into()));
        settle(&mut h);
        h.state_mut().sent();
        h.get_by_label(&words(lang, "sign-in-continue")).click();
        settle(&mut h);
        let code = h.state_mut().sent().into_iter().find_map(|c| match c {
            Command::GivePasscode(secrets) => secrets.passcode,
            _ => None,
        });
        assert_eq!(code.expect("a code was given").expose_secret(), "417203");
        assert!(h.query_by_label(&words(lang, "sign-in-code-refused")).is_none());
        let mut h = open(fleet::asking(SignInQuestion::Passcode { refused: true }), lang);
        h.run_steps(2);
        assert!(h.query_by_label(&words(lang, "sign-in-code-refused")).is_some(), "a wrong code is said to be wrong");
    });
}

#[test]
fn a_project_is_chosen_from_those_one_has() {
    let projects = vec![
        Project { id: "p1".into(), name: "lab".into(), domain_id: "default".into() },
        Project { id: "p2".into(), name: "sandbox".into(), domain_id: "default".into() },
    ];
    let mut h = open(fleet::asking(SignInQuestion::Project(projects)), Lang::En);
    h.get_all_by_label("Project")
        .find(|n| n.accesskit_node().role() == egui::accesskit::Role::ComboBox)
        .expect("a choice")
        .click();
    settle(&mut h);
    h.get_by_label("sandbox").click();
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::ChooseProject(id) if id == "p2")));
}

#[test]
fn a_failed_sign_in_names_step_cause_and_remedy() {
    both(|lang| {
        let h = open(fleet::failed_sign_in(), lang);
        assert!(h.query_all_by_label(&words(lang, "problem-tls")).count() > 0);
        assert!(h.query_all_by_label(&words(lang, "problem-tls-advice")).count() > 0);
        assert!(h.query_all_by_label_contains("Keystone").count() > 0);
    });
}

#[test]
fn a_sign_in_under_way_can_be_stopped() {
    let mut h = open(fleet::signing_in(), Lang::En);
    h.state_mut().sent();
    h.key_press(Key::Escape);
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::StopSignIn)));
    h.get_by_label("Stop").click();
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::StopSignIn)));
}

#[test]
fn the_demo_cloud_is_one_click_away() {
    both(|lang| {
        let mut h = open(fleet::signed_out(), lang);
        h.get_by_label(&words(lang, "demo-open")).click();
        settle(&mut h);
        assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::OpenDemo)));
    });
}

#[test]
fn filter_and_chips_narrow_the_bays() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        assert!(h.query_by_label("swarm-ci").is_some());
        h.event(egui::Event::Text("/".into()));
        settle(&mut h);
        h.event(egui::Event::Text("gpu".into()));
        settle(&mut h);
        assert!(h.query_by_label("k8s-gpu").is_some());
        assert!(h.query_by_label("swarm-ci").is_none());
        h.key_press(Key::Escape);
        settle(&mut h);
        assert!(h.query_by_label("swarm-ci").is_some(), "Esc clears the filter");
        h.get_by_label_contains(&words(lang, "bays-chip-failed")).click();
        settle(&mut h);
        assert!(h.query_by_label("build-farm").is_some());
        assert!(h.query_by_label("k8s-prod").is_none());
    });
}

#[test]
fn rows_are_walked_and_opened_from_the_keyboard() {
    let mut h = open(fleet::state(), Lang::En);
    h.key_press(Key::ArrowDown);
    settle(&mut h);
    h.key_press(Key::ArrowDown);
    settle(&mut h);
    let looked: Vec<Topic> = h
        .state_mut()
        .sent()
        .into_iter()
        .filter_map(|c| if let Command::Look(topics) = c { Some(topics) } else { None })
        .next_back()
        .expect("what is looked at was told");
    assert!(looked.contains(&Topic::Bay(fleet::id("k8s-staging"))), "the selected bay is read in full");
    h.key_press(Key::Enter);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bay(fleet::id("k8s-staging"), BayTab::Overview));
    h.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bays);
}

#[test]
fn several_bays_are_selected_with_shift_and_deleted_together() {
    let mut h = open(fleet::state(), Lang::En);
    h.get_by_label("k8s-prod").click();
    settle(&mut h);
    h.get_by_label("k8s-staging").click_modifiers(Modifiers::COMMAND);
    settle(&mut h);
    h.get_by_label("Delete…").click();
    settle(&mut h);
    let delete = h.get_by_label("Delete bays");
    assert!(delete.accesskit_node().is_disabled());
    h.event(egui::Event::Text("2".into()));
    settle(&mut h);
    h.state_mut().sent();
    h.get_by_label("Delete bays").click();
    settle(&mut h);
    let deleted = changes(&mut h).into_iter().filter(|c| matches!(c, Change::DeleteBay { .. })).count();
    assert_eq!(deleted, 2);
}

fn changes(h: &mut Harness<'static, Window>) -> Vec<Change> {
    let sent = h.state_mut().sent();
    sent.into_iter().filter_map(|c| if let Command::Change { change, .. } = c { Some(*change) } else { None }).collect()
}

#[test]
fn a_bay_is_deleted_only_after_its_name_was_typed() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        act(&mut h, UiAction::AskDeleteBay(fleet::id("k8s-prod")));
        let button = words(lang, "delete-do");
        h.event(egui::Event::Text("k8s-pro".into()));
        settle(&mut h);
        h.key_press(Key::Enter);
        settle(&mut h);
        assert!(changes(&mut h).is_empty(), "Enter confirmed before the name matched");
        assert!(h.get_by_label(&button).accesskit_node().is_disabled());
        let inputs = h.get_all_by_role(egui::accesskit::Role::TextInput);
        inputs.last().expect("the dialog's field").click();
        settle(&mut h);
        h.key_press(Key::End);
        h.event(egui::Event::Text("d".into()));
        settle(&mut h);
        h.get_by_label(&button).click();
        settle(&mut h);
        let found = changes(&mut h);
        assert!(matches!(found.as_slice(), [Change::DeleteBay { name, .. }] if name == "k8s-prod"), "{found:?}");
    });
}

#[test]
fn a_bay_is_resized_from_its_dialog() {
    both(|lang| {
        let to = |n: u32| Texts::new(lang, Vocabulary::Bay).f("scale-do", &[("count", n.into())]);
        let mut h = open(fleet::state(), lang);
        act(&mut h, UiAction::AskScaleBay(fleet::id("k8s-staging")));
        assert!(h.get_by_label(&to(6)).accesskit_node().is_disabled(), "nothing would change");
        h.get_by_label(&format!("{} +1", words(lang, "scale-workers"))).click();
        settle(&mut h);
        h.get_by_label(&to(7)).click();
        settle(&mut h);
        let found = changes(&mut h);
        assert!(matches!(found.as_slice(), [Change::ScaleBay { node_count: 7, .. }]), "{found:?}");
    });
}

#[test]
fn a_cluster_from_a_kubeconfig_stands_among_the_bays_and_is_entered() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        let id = "kubeconfig:minikube";
        let bay = Bay {
            name: "minikube".into(),
            coe: Some(Coe::Kubernetes),
            status: BayStatus::Other("kubeconfig".into()),
            ..Bay::unknown(id)
        };
        let now = h.state().now;
        h.state_mut().state.apply(Event::KubeconfigOpened { bay: Box::new(bay), alone: true }, now);
        settle(&mut h);
        let map = Route::Bay(id.into(), BayTab::Placement);
        assert_eq!(*h.state().ui.route(), map, "what was opened is shown");
        h.get_all_by_label(&words(lang, "bay-from-kubeconfig")).next().expect("its mark");
        act(&mut h, UiAction::Go(Route::Bays));
        h.get_by_label("minikube").click();
        settle(&mut h);
        h.get_all_by_label(&words(lang, "bay-from-kubeconfig")).next().expect("its mark");
        h.get_by_label("k8s-staging").click_modifiers(Modifiers::COMMAND);
        settle(&mut h);
        let words_of_delete = words(lang, "bays-delete-selected");
        let delete = h.get_by_label(&words_of_delete);
        assert!(delete.accesskit_node().is_disabled(), "Magnum does not manage it");
        h.get_by_label("minikube").click();
        settle(&mut h);
        h.key_press(Key::Enter);
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Bay(id.into(), BayTab::Overview));
        h.get_by_role_and_label(egui::accesskit::Role::Tab, &words(lang, "bay-tab-pods"));
        assert!(h.query_by_role_and_label(egui::accesskit::Role::Tab, &words(lang, "bay-tab-overview")).is_none());
    });
}

#[test]
fn a_kubeconfig_with_several_contexts_asks_which_and_opens_them_side_by_side() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        let context = |name: &str, current: bool| KubeContext {
            name: name.into(),
            cluster: name.into(),
            server: format!("https://{name}.example:6443"),
            user: "admin".into(),
            current,
        };
        let contexts: Vec<_> = ["lab", "live", "edge"].map(|name| context(name, name == "live")).into();
        let file = Arc::new(KubeconfigFile { path: "/home/mika/.kube/config".into(), contexts });
        let now = h.state().now;
        h.state_mut().state.apply(Event::KubeconfigAsks(file), now);
        settle(&mut h);
        let open_so_many =
            |n: i32| Texts::new(lang, Vocabulary::Bay).f("kubeconfig-contexts-do", &[("count", n.into())]);
        let current = Texts::new(lang, Vocabulary::Bay).f("kubeconfig-context-current", &[("name", "live".into())]);
        h.get_by_label(&open_so_many(1));
        h.get_by_label(&current).click();
        settle(&mut h);
        assert!(h.get_by_label(&open_so_many(0)).accesskit_node().is_disabled(), "nothing is chosen");
        h.get_by_label("lab").click();
        h.get_by_label("edge").click();
        settle(&mut h);
        h.state_mut().sent();
        h.get_by_label(&open_so_many(2)).click();
        settle(&mut h);
        let sent = h.state_mut().sent();
        let found = sent.iter().find_map(|c| match c {
            Command::OpenKubeconfig { path, contexts } => Some((path.display().to_string(), contexts.clone())),
            _ => None,
        });
        assert_eq!(found, Some(("/home/mika/.kube/config".into(), vec!["lab".into(), "edge".into()])));
        assert!(h.query_by_label(&current).is_none(), "the dialog is over");
        let bays = ["lab", "edge"].map(|name| Bay { name: name.into(), ..Bay::unknown(&bay_id("/c".as_ref(), name)) });
        act(&mut h, UiAction::Go(Route::Activity));
        for bay in bays {
            h.state_mut().state.apply(Event::KubeconfigOpened { bay: Box::new(bay), alone: false }, now);
        }
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Bays, "several stand in the list");
        h.get_by_label("lab");
        h.get_by_label("edge");
    });
}

#[test]
fn contexts_are_searched_and_what_is_chosen_stays_in_sight() {
    let mut h = open(fleet::state(), Lang::En);
    let context = |n: usize| KubeContext {
        name: format!("cluster-{n}"),
        cluster: String::new(),
        server: "https://10.0.0.1".into(),
        user: String::new(),
        current: n == 0,
    };
    let contexts = (0..12).map(context).collect();
    let now = h.state().now;
    let file = Arc::new(KubeconfigFile { path: "/config".into(), contexts });
    h.state_mut().state.apply(Event::KubeconfigAsks(file), now);
    settle(&mut h);
    h.get_by_role_and_label(egui::accesskit::Role::TextInput, "Filter contexts").click();
    settle(&mut h);
    h.event(egui::Event::Text("ter-7".into()));
    settle(&mut h);
    h.get_by_label("cluster-7");
    h.get_by_label("cluster-0 (current)");
    assert!(h.query_by_label("cluster-3").is_none());
    h.get_by_label("cluster-7").click();
    settle(&mut h);
    h.key_press(Key::Escape);
    settle(&mut h);
    h.get_by_label("cluster-3");
    h.get_by_label("Open 2 clusters");
    h.key_press(Key::Escape);
    settle(&mut h);
    assert!(h.query_by_label("Open 2 clusters").is_none(), "the second Esc closes the dialog");
}

#[test]
fn every_table_says_what_it_lists() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        for (route, id) in [(Route::Bays, "word-bays"), (Route::Activity, "activity-title")] {
            act(&mut h, UiAction::Go(route));
            h.get_by_role_and_label(egui::accesskit::Role::Grid, &words(lang, id));
        }
    });
}

#[test]
fn a_used_bay_model_is_not_deleted() {
    let mut h = open(fleet::state(), Lang::En);
    act(&mut h, UiAction::AskDeleteBayModel("swarm-atomic".into()));
    assert!(h.query_all_by_label_contains("swarm-ci, swarm-legacy").count() > 0, "those who use it are named");
    h.event(egui::Event::Text("swarm-atomic".into()));
    settle(&mut h);
    assert!(h.get_by_label("Delete bay model").accesskit_node().is_disabled());
}

#[test]
fn the_palette_finds_bays_and_runs_commands() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        h.key_press_modifiers(Modifiers::COMMAND, Key::K);
        settle(&mut h);
        h.event(egui::Event::Text("grid".into()));
        settle(&mut h);
        h.key_press(Key::Enter);
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Bay(fleet::id("grid-5k"), BayTab::Overview));
        h.key_press_modifiers(Modifiers::COMMAND, Key::K);
        settle(&mut h);
        h.event(egui::Event::Text(words(lang, "command-activity")));
        settle(&mut h);
        h.key_press(Key::Enter);
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Activity);
    });
}

#[test]
fn a_reader_cannot_begin_a_change() {
    let mut state = fleet::state();
    state.session = fleet::session(&["reader"]);
    let mut h = open(state, Lang::En);
    assert!(h.get_by_label("New bay").accesskit_node().is_disabled());
    h.key_press(Key::N);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::Bays);
}

#[test]
fn language_and_words_switch_live() {
    let mut h = open(fleet::state(), Lang::En);
    act(&mut h, UiAction::Go(Route::Settings));
    h.get_by_label("日本語").click();
    settle(&mut h);
    assert!(h.query_all_by_label(&words(Lang::Ja, "settings-title")).count() > 0);
    h.get_by_label(&words(Lang::Ja, "settings-vocabulary-cluster")).click();
    settle(&mut h);
    assert!(h.query_by_label("クラスター").is_some(), "the rail speaks of clusters now");
    assert_eq!(h.state().prefs.lang, Lang::Ja);
}

#[test]
fn the_theme_switches_live() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        act(&mut h, UiAction::Go(Route::Settings));
        h.get_by_label(&words(lang, "settings-theme-light")).click();
        settle(&mut h);
        assert_eq!(h.state().prefs.theme, Theme::Light);
        assert!(!h.ctx.global_style().visuals.dark_mode);
    });
}

#[test]
fn activity_tells_the_result_and_gives_the_command() {
    both(|lang| {
        let mut h = open(fleet::state(), lang);
        act(&mut h, UiAction::Go(Route::Activity));
        h.get_by_label_contains("build-farm").click();
        settle(&mut h);
        assert!(h.query_all_by_label(&words(lang, "problem-conflict")).count() > 0);
        h.get_by_label(&words(lang, "activity-copy-command")).click();
        settle(&mut h);
        assert_eq!(h.state().copied, ["openstack coe cluster show build-farm"]);
    });
}

#[test]
fn a_lost_connection_keeps_the_rows_and_says_how_old_they_are() {
    let mut state = fleet::state();
    let problem =
        bayview::model::problem::Problem::new(bayview::model::problem::ProblemKind::Network, "magnum", "refused");
    state.bays.problem = Some(problem.clone());
    state.connection.problem = Some(problem);
    state.connection.since = Some(crate::samples::picture::NOW as f64 - 40.0);
    let mut h = open(state, Lang::En);
    assert!(h.query_by_label("k8s-prod").is_some());
    assert!(h.query_all_by_label_contains("40 s").count() > 0);
    h.state_mut().sent();
    h.get_all_by_label("Retry").next().expect("a way to try again").click();
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::Refresh(Topic::Bays))));
}

#[test]
fn failures_stay_as_toasts_until_closed_and_good_news_does_not() {
    let mut h = open(fleet::state(), Lang::En);
    let now = h.state().now;
    for notice in &mut h.state_mut().state.notices {
        notice.at = now;
    }
    settle(&mut h);
    assert!(h.query_by_label_contains("k8s-edge: accepted").is_some());
    h.state_mut().now += 20.0;
    settle(&mut h);
    assert!(h.query_by_label_contains("k8s-edge: accepted").is_none());
    assert!(h.query_by_label_contains("build-farm: failed").is_some());
    h.get_by_label("Close this message").click();
    settle(&mut h);
    assert!(h.query_by_label_contains("build-farm: failed").is_none());
    act(&mut h, UiAction::Toast { sign: Sign::Ok, text: "hello".into() });
    assert!(h.query_by_label("hello").is_some());
}

#[test]
fn switching_the_project_is_asked_of_the_worker() {
    let mut h = open(fleet::state(), Lang::En);
    h.get_by_label("Project").click();
    settle(&mut h);
    h.get_by_label("sandbox").click();
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::SwitchProject(id) if id == "p2")));
}

#[test]
fn unverified_tls_is_told_on_every_screen() {
    let mut state = fleet::state();
    if let bayview::live::state::Session::In(session) = &mut state.session {
        session.identity.unverified = true;
    }
    let mut h = open(state, Lang::En);
    for route in [Route::Bays, Route::Activity, Route::Settings] {
        act(&mut h, UiAction::Go(route));
        assert!(h.query_by_label("TLS not verified").is_some());
    }
}

#[test]
fn text_and_inks_reach_their_contrast_on_every_surface() {
    for tokens in [bayview::ui::theme::Tokens::dark(), bayview::ui::theme::Tokens::light()] {
        let surfaces =
            [tokens.canvas, tokens.base, tokens.panel, tokens.raised, tokens.popup, tokens.hover, tokens.selected];
        let mut inks = vec![tokens.text, tokens.text2, tokens.text3, tokens.accent];
        inks.extend(Sign::ALL.map(|s| tokens.ink(s)));
        for ink in inks {
            for surface in surfaces {
                let ratio = contrast(ink, surface);
                assert!(ratio >= 4.5, "{ink:?} on {surface:?}: {ratio:.2} (dark: {})", tokens.dark);
            }
        }
        assert!(contrast(tokens.on_accent, tokens.accent_fill) >= 4.5);
        assert!(contrast(tokens.on_danger, tokens.ink(Sign::Failed)) >= 4.5);
        assert!(contrast(tokens.control, tokens.raised) >= 3.0);
    }
}

/// WCAG 2: <https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio>.
fn contrast(a: egui::Color32, b: egui::Color32) -> f32 {
    let luminance = |c: egui::Color32| {
        let part = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(c.r()) + 0.7152 * part(c.g()) + 0.0722 * part(c.b())
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn alt_and_a_number_leave_a_bay_whose_tabs_have_numbers_too() {
    let mut h = open(fleet::state(), Lang::En);
    act(&mut h, UiAction::Go(Route::Bay(fleet::id("k8s-prod"), BayTab::Nodes)));
    h.key_press_modifiers(Modifiers::ALT, Key::Num2);
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::BayModels);
    // So quickly that Alt is up again when the frame is drawn: the event knows.
    act(&mut h, UiAction::Go(Route::Bay(fleet::id("k8s-prod"), BayTab::Nodes)));
    h.event(egui::Event::Key {
        key: Key::Num2,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::ALT,
    });
    settle(&mut h);
    assert_eq!(*h.state().ui.route(), Route::BayModels);
}
