//! Signing in to a real Keystone: every way in, every way to be turned away, and tokens that end in the middle of work.

use crate::bed;
use crate::desk::Desk;
use crate::people::{self, Person};
use bayview::api::{Client, SignInOptions, SignedIn, clouds_yaml};
use bayview::live::command::{Change, Command, Topic};
use bayview::live::state::{Session, SignInQuestion, SignInStepKind};
use bayview::model::cloud::{AuthMethod, Identity, Profile, Secrets};
use bayview::model::problem::{Problem, ProblemKind};

fn who(desk: &Desk) -> &Identity {
    &desk.state.signed_in().expect("a session").identity
}

#[test]
fn names_ids_and_application_credentials_lead_to_the_same_place() {
    let _bed = bed::openstack();
    let by_name = Desk::at("demo");
    let here = who(&by_name);
    assert_eq!((here.user.as_str(), here.project.name.as_str(), here.region.as_str()), ("demo", "demo", "RegionOne"));
    assert!(here.roles.iter().any(|r| r == "member"), "{:?}", here.roles);
    assert_eq!(here.regions, ["RegionOne", "RegionTwo"]);
    for cloud in ["demo-ids", "demo-ac", "demo-ac-name"] {
        let other = Desk::at(cloud);
        assert_eq!((&who(&other).user_id, &who(&other).project), (&here.user_id, &here.project), "{cloud}");
        assert!(other.state.bays.problem.is_none(), "{cloud}");
    }
}

#[test]
fn a_token_that_was_given_signs_in_and_stays_good_afterwards() {
    let _bed = bed::openstack();
    let token = people::token("demo", "demo-secret", "demo");
    let mut desk = Desk::signed_in_as(with_token(&token));
    assert_eq!(who(&desk).project.name, "demo");
    desk.send(Command::SignOut);
    desk.until("nobody signed in", |s| matches!(s.session, Session::Out));
    drop(desk);
    assert!(people::is_good(&token));
}

#[test]
fn one_project_is_taken_and_of_two_one_is_chosen() {
    let _bed = bed::openstack();
    assert_eq!(who(&Desk::at("demo-unscoped")).project.name, "demo");

    let person = Person::member_of("two-projects", &["demo", "demo2"]);
    let mut desk = Desk::new();
    desk.sign_in_as(person.profile(""));
    desk.until("the question", |s| matches!(&s.session, Session::SigningIn(s) if s.asks.is_some()));
    let Session::SigningIn(signing) = &desk.state.session else { panic!("still signing in") };
    let Some(SignInQuestion::Project(projects)) = &signing.asks else { panic!("asks for a project") };
    let mut names: Vec<&str> = projects.iter().map(|p| p.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["demo", "demo2"]);
    let chosen = projects.iter().find(|p| p.name == "demo2").expect("the second").id.clone();
    desk.send(Command::ChooseProject(chosen.clone()));
    desk.arrive();
    assert_eq!(who(&desk).project.id, chosen);

    let other = desk.state.projects.value.as_ref().expect("projects").iter().find(|p| p.name == "demo");
    let other = other.expect("the first").id.clone();
    desk.send(Command::SwitchProject(other.clone()));
    desk.until("the other project", |s| s.signed_in().is_some_and(|s| s.identity.project.id == other));
    desk.until("its bays", |s| s.bays.loaded_at.is_some());
    assert_eq!(desk.state.bays.problem, None);

    // What is made here is not there.
    let name = bed::unique("of-one-project");
    let model = desk.done(Change::CreateBayModel(Box::new(crate::desk::model(&name)))).made.expect("a uuid");
    desk.until("the model", |s| s.bay_model(&model).is_some());
    desk.send(Command::SwitchProject(chosen.clone()));
    desk.until("the first project again", |s| s.signed_in().is_some_and(|s| s.identity.project.id == chosen));
    desk.until("its bay models", |s| s.bay_models.loaded_at.is_some());
    assert!(desk.state.bay_model(&model).is_none());
    desk.send(Command::SwitchProject(other));
    desk.until("the model again", |s| s.bay_model(&model).is_some());
    desk.done(Change::DeleteBayModel { id: model, name });
}

#[test]
fn a_region_is_switched_to_and_speaks_its_own_version() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    desk.send(Command::SwitchRegion("RegionTwo".into()));
    desk.until("the other region", |s| s.signed_in().is_some_and(|s| s.identity.region == "RegionTwo"));
    desk.until("its Magnum", |s| {
        s.signed_in().is_some_and(|s| s.magnum.value.as_ref().is_some_and(|m| m.supports(12)))
    });
}

#[test]
fn a_wrong_password_is_told_without_the_password() {
    let _bed = bed::openstack();
    let mut desk = Desk::new();
    let profile = desk.profile("wrong-password");
    let password = "open-sesame-never-told";
    desk.sign_in_as((profile, Secrets { password: Some(password.to_owned().into()), ..Secrets::default() }));
    let problem = desk.sign_in_problem();
    assert_eq!((problem.kind, problem.status), (ProblemKind::Auth, Some(401)));
    assert!(problem.request_id.is_some(), "{problem}");
    assert!(!format!("{problem} {:?}", desk.state.session).contains(password));
}

#[test]
fn a_wrong_secret_of_an_application_credential_is_told_without_the_secret() {
    let _bed = bed::openstack();
    for cloud in ["demo-ac", "demo-ac-name"] {
        let mut desk = Desk::new();
        let profile = desk.profile(cloud);
        let secret = "open-sesame-never-told";
        let wrong = Secrets { application_credential_secret: Some(secret.to_owned().into()), ..Secrets::default() };
        desk.sign_in_as((profile, wrong));
        let problem = desk.sign_in_problem();
        assert_eq!((problem.kind, problem.status), (ProblemKind::Auth, Some(401)), "{cloud}: {problem}");
        assert!(!format!("{problem} {:?}", desk.state.session).contains(secret), "{cloud}");
    }
}

/// Signs in with a token that somebody gave.
fn with_token(token: &str) -> (Profile, Secrets) {
    let profile = Profile {
        auth_url: people::KEYSTONE.into(),
        method: AuthMethod::Token,
        region: "RegionOne".into(),
        ..Profile::default()
    };
    (profile, Secrets { token: Some(token.to_owned().into()), ..Secrets::default() })
}

#[test]
fn a_token_that_is_none_and_one_that_was_revoked_are_turned_away() {
    let _bed = bed::openstack();
    let revoked = people::token("demo", "demo-secret", "demo");
    people::revoke(&revoked);
    for token in ["no-token-at-all", &revoked] {
        let mut desk = Desk::new();
        desk.sign_in_as(with_token(token));
        let problem = desk.sign_in_problem();
        assert_eq!(problem.kind, ProblemKind::Auth, "{problem}");
        assert!(!format!("{problem} {:?}", desk.state.session).contains(token));
    }
}

#[test]
fn a_token_that_was_given_and_is_revoked_ends_the_work_with_its_reason() {
    let _bed = bed::openstack();
    let token = people::token("demo", "demo-secret", "demo");
    let mut desk = Desk::signed_in_as(with_token(&token));
    desk.look(vec![Topic::Choices]);
    desk.until("flavors", |s| s.choices.flavors.value.is_some());
    people::revoke(&token);
    let problem = refusal(&mut desk);
    assert_eq!((problem.kind, problem.service.as_str()), (ProblemKind::Auth, "keystone"), "{problem}");
    assert!(problem.said.contains("sign in with a new one"), "{problem}");
}

#[test]
fn a_user_without_a_role_is_turned_away_by_keystone() {
    let _bed = bed::openstack();
    let mut desk = Desk::new();
    let profile = desk.profile("norole");
    desk.sign_in_as((profile, Secrets::default()));
    assert_eq!(desk.sign_in_problem().kind, ProblemKind::Auth);
    let Session::SigningIn(signing) = &desk.state.session else { panic!("still signing in") };
    let step = signing.steps.last().expect("a step");
    assert!(step.failed && step.kind == SignInStepKind::Keystone, "{step:?}");
}

#[test]
fn a_reader_is_known_as_one_and_refused_by_magnum_21() {
    let _bed = bed::openstack();
    let mut desk = Desk::new();
    let profile = Profile { region: "RegionTwo".into(), ..desk.profile("readonly") };
    desk.sign_in_as((profile, Secrets::default()));
    desk.arrive();
    assert!(who(&desk).is_reader(), "{:?}", who(&desk).roles);
    let model = Desk::at("demo-two").model();
    let problem = desk.refused(Change::CreateBay(Box::new(desk.new_bay(&bed::unique("reader"), &model))));
    assert_eq!((problem.kind, problem.status), (ProblemKind::Forbidden, Some(403)), "{problem}");
    assert_eq!(problem.service, "magnum");
    assert!(problem.said.contains("cluster:create"), "{problem}");
    assert!(problem.request_id.is_some(), "{problem}");
}

/// The client below the worker, which counts its renewals.
async fn client(profile: &Profile, secrets: &Secrets) -> Client {
    match Client::sign_in(profile, secrets, SignInOptions::default()).await.expect("a session") {
        SignedIn::Ready(client) => client,
        SignedIn::NeedsProject { projects, .. } => panic!("asks for one of {projects:?}"),
    }
}

/// Tokens live twelve seconds as long as this does.
struct ShortTokens;

impl ShortTokens {
    fn begin() -> ShortTokens {
        bed::script("bed", &["up", "openstack"], &[("TOKEN_SECONDS", "12")]);
        ShortTokens
    }
}

impl Drop for ShortTokens {
    fn drop(&mut self) {
        bed::script("bed", &["up", "openstack"], &[("TOKEN_SECONDS", "14400")]);
    }
}

#[test]
fn a_token_that_comes_to_its_end_is_renewed_in_the_middle_of_work() {
    let _bed = bed::openstack_alone();
    let short = ShortTokens::begin();
    // One that was given cannot be renewed.
    let token = people::token("demo", "demo-secret", "demo");
    let mut given = Desk::signed_in_as(with_token(&token));
    given.look(vec![Topic::Choices]);
    given.until("flavors", |s| s.choices.flavors.value.is_some());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = clouds_yaml::load_file(Some(&bed::clouds_yaml()));
        let profile = store.find("demo").expect("a cloud");
        let client = client(profile, &store.secrets(profile)).await;
        let (magnum, nova) = (client.magnum().await.expect("Magnum"), client.nova().expect("Nova"));
        // Two renewals: the second shows that the first one's token has a life of its own.
        while client.generation() < 3 {
            magnum.bays().await.expect("bays");
            nova.flavors().await.expect("flavors: here every token is asked about");
        }
        client.sign_out().await.expect("the end");
    });
    while people::is_good(&token) {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let problem = refusal(&mut given);
    assert_eq!(problem.kind, ProblemKind::Auth, "{problem}");
    assert!(problem.said.contains("cannot be renewed"), "{problem}");
    // Nor does one that has ended lead in.
    let mut late = Desk::new();
    late.sign_in_as(with_token(&token));
    assert_eq!(late.sign_in_problem().kind, ProblemKind::Auth);
    drop(short);
}

#[test]
fn a_token_that_was_revoked_is_replaced_without_a_word() {
    let _bed = bed::openstack();
    let person = Person::member_of("revoked", &["demo"]);
    let (profile, secrets) = person.profile("demo");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let client = runtime.block_on(client(&profile, &secrets));
    let nova = client.nova().expect("Nova");
    runtime.block_on(nova.flavors()).expect("flavors");
    person.change_password("at-first");
    // Keystone counts in whole seconds: a token of the same second is revoked together with those before it.
    while !people::is_good(&people::token(&person.name, "at-first", "demo")) {}
    while client.generation() == 1 {
        runtime.block_on(nova.flavors()).expect("flavors, whatever becomes of the token");
    }
    let bays = async { client.magnum().await?.bays().await };
    runtime.block_on(bays).expect("bays with the new token");
}

/// Looks at flavors again until the cloud has refused; tells how. Magnum's own check of tokens believes what it has seen
/// once for five minutes (`token_cache_time`), so that Nova is the one to ask.
fn refusal(desk: &mut Desk) -> Problem {
    desk.look(vec![Topic::Choices]);
    desk.until("an answer", |s| s.choices.flavors.loaded_at.is_some() || s.choices.flavors.problem.is_some());
    desk.send(Command::Refresh(Topic::Choices));
    desk.until("the refusal", |s| s.choices.flavors.problem.is_some());
    assert!(desk.state.choices.flavors.value.is_some(), "what was seen stays");
    desk.state.choices.flavors.problem.clone().expect("a problem")
}

#[test]
fn a_password_that_was_changed_ends_the_work_with_its_reason() {
    let _bed = bed::openstack();
    let person = Person::member_of("changed", &["demo"]);
    let mut desk = Desk::signed_in_as(person.profile("demo"));
    desk.look(vec![Topic::Choices]);
    desk.until("flavors", |s| s.choices.flavors.value.is_some());
    person.change_password("another");
    let problem = refusal(&mut desk);
    assert_eq!((problem.kind, problem.status), (ProblemKind::Auth, Some(401)), "{problem}");
    assert_eq!(problem.service, "keystone", "the renewal was refused, not the list: {problem}");
}

#[test]
fn an_application_credential_deleted_while_signed_in_ends_the_work_with_its_reason() {
    let _bed = bed::openstack();
    let person = Person::member_of("credential", &["demo"]);
    let id = person.application_credential("demo", "reader");
    let mut desk = Desk::signed_in_as(Person::profile_of_credential(&id));
    assert_eq!(who(&desk).user, person.name);
    desk.look(vec![Topic::Choices]);
    desk.until("flavors", |s| s.choices.flavors.value.is_some());
    person.delete_application_credential(&id);
    let problem = refusal(&mut desk);
    // Keystone answers 404 for the id of a credential that is gone.
    assert_eq!((problem.kind, problem.status), (ProblemKind::Auth, Some(404)), "{problem}");
    desk.send(Command::SignOut);
    desk.until("nobody signed in", |s| matches!(s.session, Session::Out));
}

#[test]
fn a_credential_is_bound_to_its_project() {
    let _bed = bed::openstack();
    let person = Person::member_of("bound", &["demo", "demo2"]);
    let id = person.application_credential("demo", "member");
    let mut desk = Desk::signed_in_as(Person::profile_of_credential(&id));
    let other = {
        let admin = people::token("admin", "admin-secret", "admin");
        let found = people::keystone(&admin, "GET", "projects?name=demo2", None).body;
        found["projects"][0]["id"].as_str().expect("an id").to_owned()
    };
    desk.send(Command::SwitchProject(other));
    desk.until("the notice", |s| s.notices.iter().any(|n| n.message == "notice-switch-failed"));
    let notice = desk.state.notices.iter().find(|n| n.message == "notice-switch-failed").expect("a notice");
    assert_eq!(notice.problem.as_ref().map(|p| p.kind), Some(ProblemKind::Unsupported));
    assert_eq!(who(&desk).project.name, "demo");
}
