//! Sign-ins that cannot succeed name the step, the kind of problem, and never the secret.

use crate::whole::Whole;
use bayview::demo::{Fault, Service};
use bayview::live::command::Command;
use bayview::live::state::{Session, SignInQuestion, SignInStepKind};
use bayview::model::cloud::{Profile, Secrets};
use bayview::model::problem::ProblemKind;

#[test]
fn a_wrong_password_is_told_without_the_password() {
    let mut whole = Whole::new();
    whole.sign_in("a-wrong-secret");
    let problem = whole.sign_in_problem();
    assert_eq!(problem.kind, ProblemKind::Auth);
    assert_eq!(problem.status, Some(401));
    assert!(!format!("{problem} {:?}", whole.state.session).contains("a-wrong-secret"));
}

#[test]
fn an_address_where_nobody_listens_is_a_network_problem_of_the_first_step() {
    let mut whole = Whole::new();
    let profile =
        Profile { auth_url: "http://127.0.0.1:9/v3".to_owned(), username: "mika".to_owned(), ..Profile::default() };
    whole.sign_in_as(profile, Secrets { password: Some("x".into()), ..Secrets::default() });
    let problem = whole.sign_in_problem();
    assert_eq!(problem.kind, ProblemKind::Network);
    let Session::SigningIn(signing) = &whole.state.session else { panic!("still signing in") };
    let last = signing.steps.last().expect("a step");
    assert_eq!(last.kind, SignInStepKind::Keystone);
    assert!(last.failed);
}

#[test]
fn garbage_from_keystone_is_a_decode_problem() {
    let mut whole = Whole::new();
    whole.cloud.faults().next(Service::Identity, 20, &Fault::Garbage);
    whole.sign_in("");
    assert_eq!(whole.sign_in_problem().kind, ProblemKind::Decode);
}

#[test]
fn a_magnum_that_fails_is_named_as_the_step() {
    let mut whole = Whole::new();
    whole.cloud.faults().next(Service::ContainerInfra, 50, &Fault::status(500));
    whole.sign_in("");
    let problem = whole.sign_in_problem();
    assert_eq!(problem.kind, ProblemKind::Server);
    let Session::SigningIn(signing) = &whole.state.session else { panic!("still signing in") };
    assert_eq!(signing.steps.last().map(|s| s.kind), Some(SignInStepKind::Magnum));
}

#[test]
fn a_second_factor_is_asked_for_and_completes_the_sign_in() {
    let mut whole = Whole::new();
    let login = whole.cloud.logins().iter().find(|l| l.passcode().is_some()).expect("an account with a code").clone();
    let profile = Profile {
        auth_url: whole.cloud.auth_url().to_owned(),
        username: login.user.clone(),
        user_domain_name: "Default".to_owned(),
        project_name: login.project.clone().unwrap_or_default(),
        project_domain_name: "Default".to_owned(),
        ..Profile::default()
    };
    let password = Some(login.password.clone().into());
    whole.sign_in_as(profile, Secrets { password, ..Secrets::default() });
    whole.until(
        "the question",
        |s| matches!(&s.session, Session::SigningIn(s) if matches!(s.asks, Some(SignInQuestion::Passcode { refused: false }))),
    );
    whole.send(Command::GivePasscode(Secrets { passcode: Some("000000".to_owned().into()), ..Secrets::default() }));
    whole.until(
        "the question again",
        |s| matches!(&s.session, Session::SigningIn(s) if matches!(s.asks, Some(SignInQuestion::Passcode { refused: true }))),
    );
    let passcode = login.passcode().map(Into::into);
    whole.send(Command::GivePasscode(Secrets { passcode, ..Secrets::default() }));
    whole.until("the session", |s| s.signed_in().is_some());
}

#[test]
fn a_sign_in_without_a_project_asks_for_one() {
    let mut whole = Whole::new();
    let login = whole.cloud.logins().first().expect("an account").clone();
    let profile = Profile {
        auth_url: whole.cloud.auth_url().to_owned(),
        username: login.user.clone(),
        user_domain_name: "Default".to_owned(),
        ..Profile::default()
    };
    let password = Some(login.password.clone().into());
    whole.sign_in_as(profile, Secrets { password, ..Secrets::default() });
    whole.until(
        "the question",
        |s| matches!(&s.session, Session::SigningIn(s) if matches!(s.asks, Some(SignInQuestion::Project(_)))),
    );
    let Session::SigningIn(signing) = &whole.state.session else { panic!("still signing in") };
    let Some(SignInQuestion::Project(projects)) = &signing.asks else { panic!("asks for a project") };
    let wanted = projects.iter().find(|p| Some(&p.name) == login.project.as_ref()).expect("the project").id.clone();
    whole.send(Command::ChooseProject(wanted.clone()));
    whole.until("the session", |s| s.signed_in().is_some_and(|s| s.identity.project.id == wanted));
}
