//! Signing in: every method, own certificates, and what becomes of the session that stood before.

use crate::samples::fleet;
use crate::window::{Window, harness, settle};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::Command;
use bayview::live::event::Event;
use bayview::live::state::{SignInQuestion, State};
use bayview::model::cloud::{AuthMethod, Profile, Project, Secrets};
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::Route;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use secrecy::ExposeSecret as _;

fn open(state: State, lang: Lang) -> Harness<'static, Window> {
    harness(Window::new(state, Theme::Dark, lang), [1440.0, 1000.0])
}

fn words(lang: Lang, id: &str) -> String {
    Texts::new(lang, Vocabulary::Bay).f(id, &[])
}

fn type_into(h: &mut Harness<'static, Window>, role: Role, label: &str, text: &str) {
    h.get_by_role_and_label(role, label).focus();
    settle(h);
    h.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    h.get_by_role_and_label(role, label).type_text(text);
    settle(h);
}

fn apply(h: &mut Harness<'static, Window>, event: Event) {
    let now = h.state().now;
    h.state_mut().state.apply(event, now);
    settle(h);
}

/// The sign-in that was asked for.
fn asked(h: &mut Harness<'static, Window>) -> Option<(Profile, Secrets)> {
    h.state_mut().sent().into_iter().find_map(|c| match c {
        Command::SignIn { profile, secrets, .. } => Some((*profile, secrets)),
        _ => None,
    })
}

#[test]
fn a_token_signs_in_and_certificates_go_along() {
    for lang in [Lang::En, Lang::Ja] {
        let mut h = open(fleet::signed_out(), lang);
        h.get_by_label("osaka-2").click();
        settle(&mut h);
        h.get_by_label(&words(lang, "sign-in-method-token")).click();
        settle(&mut h);
        type_into(&mut h, Role::PasswordInput, &words(lang, "sign-in-token"), " gAAAA-token ");
        h.get_by_role_and_label(Role::DisclosureTriangle, &words(lang, "certificates-title")).click();
        settle(&mut h);
        let pasted = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
        type_into(&mut h, Role::MultilineTextInput, &words(lang, "certificates-paste"), pasted);
        for (label, path) in [("certificates-client-cert", "/etc/me.pem"), ("certificates-client-key", "/etc/me.key")] {
            type_into(&mut h, Role::TextInput, &words(lang, label), path);
        }
        h.state_mut().sent();
        h.get_by_role_and_label(Role::Button, &words(lang, "sign-in-do")).click();
        settle(&mut h);
        let (profile, secrets) = asked(&mut h).expect("a sign-in was asked for");
        assert_eq!(profile.method, AuthMethod::Token);
        assert_eq!(secrets.token.as_ref().map(|t| t.expose_secret()), Some("gAAAA-token"));
        assert_eq!(profile.trust.ca_pem.as_deref(), Some(pasted));
        assert_eq!(profile.trust.cert_file.as_deref(), Some("/etc/me.pem"));
        assert_eq!(profile.trust.key_file.as_deref(), Some("/etc/me.key"));
    }
}

#[test]
fn a_project_is_asked_for_in_japanese_too() {
    let projects = vec![
        Project { id: "p1".into(), name: "lab".into(), domain_id: "default".into() },
        Project { id: "p2".into(), name: "sandbox".into(), domain_id: "default".into() },
    ];
    let mut h = open(fleet::asking(SignInQuestion::Project(projects)), Lang::Ja);
    h.get_by_role_and_label(Role::ComboBox, &words(Lang::Ja, "steps-choose-project")).click();
    settle(&mut h);
    h.get_by_label("sandbox").click();
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::ChooseProject(id) if id == "p2")));
}

#[test]
fn a_failed_sign_in_to_another_cloud_leaves_the_session() {
    for lang in [Lang::En, Lang::Ja] {
        let mut h = open(fleet::state(), lang);
        let ctx = h.ctx.clone();
        h.state_mut().ui.handle(UiAction::Go(Route::SignIn), &ctx);
        apply(&mut h, Event::SignInStarted(Box::new(fleet::profiles().swap_remove(0))));
        apply(&mut h, Event::SignInFailed(Problem::new(ProblemKind::Auth, "keystone", "wrong password")));
        h.get_all_by_label(&words(lang, "problem-auth")).next().expect("why it failed");
        h.state_mut().sent();
        h.get_by_label(&words(lang, "command-back")).click();
        settle(&mut h);
        assert_eq!(*h.state().ui.route(), Route::Bays);
        assert!(h.query_by_label("k8s-prod").is_some(), "the bays of the session that stands");
        assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::StopSignIn)), "the attempt is given up");
    }
}

#[test]
fn a_stopped_sign_in_leaves_the_session() {
    let mut h = open(fleet::state(), Lang::En);
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(UiAction::Go(Route::SignIn), &ctx);
    apply(&mut h, Event::SignInStarted(Box::new(fleet::profiles().swap_remove(0))));
    h.state_mut().sent();
    h.key_press(Key::Escape);
    settle(&mut h);
    assert!(h.state_mut().sent().iter().any(|c| matches!(c, Command::StopSignIn)));
    apply(&mut h, Event::SignInStopped);
    assert!(h.state().state.signed_in().is_some());
    h.get_by_label("Back").click();
    settle(&mut h);
    assert!(h.query_by_label("k8s-prod").is_some());
}

#[test]
fn a_new_session_in_the_same_place_leads_on() {
    let mut h = open(fleet::state(), Lang::En);
    let ctx = h.ctx.clone();
    h.state_mut().ui.handle(UiAction::Go(Route::SignIn), &ctx);
    apply(&mut h, Event::SignInStarted(Box::new(fleet::profiles().swap_remove(0))));
    let session = h.state().state.signed_in().cloned().expect("a session");
    apply(&mut h, Event::SignedIn(Box::new(session)));
    assert_eq!(*h.state().ui.route(), Route::Bays);
}
