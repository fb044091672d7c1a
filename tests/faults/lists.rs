//! Lists while services fail: old data stays, the reason is told, and everything is well again afterwards.

use crate::whole::Whole;
use bayview::demo::{Fault, Service};
use bayview::live::command::{Command, Topic};
use bayview::model::problem::ProblemKind;
use std::time::Duration;

/// Every fault of a service that a list must survive, with the kind that the user is told.
fn survives(fault: Fault, kind: ProblemKind) {
    let mut whole = Whole::signed_in();
    let before = whole.state.bays.value.clone().expect("bays");
    assert!(!before.is_empty());
    whole.cloud.faults().next(Service::ContainerInfra, 60, &fault);
    whole.send(Command::Refresh(Topic::Bays));
    whole.until("the problem", |s| s.bays.problem.is_some());
    assert_eq!(whole.state.bays.problem.as_ref().map(|p| p.kind), Some(kind));
    assert_eq!(whole.state.bays.value.as_ref().map(|b| b.len()), Some(before.len()), "old data stays");
    whole.cloud.faults().clear();
    whole.send(Command::Refresh(Topic::Bays));
    whole.until("the list again", |s| s.bays.problem.is_none());
}

#[test]
fn a_list_survives_server_errors() {
    survives(Fault::status(503), ProblemKind::Server);
}

#[test]
fn a_list_survives_being_forbidden() {
    survives(Fault::status(403), ProblemKind::Forbidden);
}

#[test]
fn a_list_survives_being_asked_to_slow_down() {
    survives(Fault::Status { status: 429, body: None, retry_after_secs: None }, ProblemKind::TooMany);
}

#[test]
fn a_list_survives_garbage() {
    survives(Fault::Garbage, ProblemKind::Decode);
}

#[test]
fn expired_tokens_are_renewed_without_a_word() {
    let mut whole = Whole::signed_in();
    whole.cloud.faults().expire_tokens();
    whole.send(Command::Refresh(Topic::Bays));
    whole.until("the next list", |s| s.bays.loading_since.is_some());
    whole.until("its answer", |s| s.bays.loading_since.is_none());
    assert_eq!(whole.state.bays.problem, None);
    assert!(whole.state.signed_in().is_some());
}

#[test]
fn a_slow_service_does_not_hold_up_the_others() {
    let mut whole = Whole::signed_in();
    whole.cloud.faults().set_delay(Service::Image, Duration::from_secs(3600));
    whole.send(Command::Look(vec![Topic::Bays, Topic::Choices]));
    whole.until("the lists of the others", |s| {
        let c = &s.choices;
        c.flavors.value.is_some() && c.networks.value.is_some() && c.zones.value.is_some()
    });
    assert!(whole.state.choices.images.loading_since.is_some() && whole.state.choices.images.value.is_none());
}

#[test]
fn signing_out_forgets_the_place() {
    let mut whole = Whole::signed_in();
    whole.send(Command::SignOut);
    whole.until("nobody signed in", |s| s.signed_in().is_none());
    assert!(whole.state.bays.value.is_none());
    whole.until_tokens("the end of the token", 0);
}

#[test]
fn projects_are_told_and_one_can_be_switched_to() {
    let mut whole = Whole::new();
    // An account with roles in several projects.
    whole.sign_in_with_several_projects();
    whole.until("the session", |s| s.signed_in().is_some() && s.projects.value.is_some());
    let here = whole.state.signed_in().expect("a session").identity.project.id.clone();
    let projects = whole.state.projects.value.clone().expect("projects");
    let other = projects.iter().find(|p| p.id != here).expect("another project").id.clone();
    whole.send(Command::SwitchProject(other.clone()));
    whole.until("the other project", |s| s.signed_in().is_some_and(|s| s.identity.project.id == other));
    whole.until("its projects", |s| s.projects.value.is_some());
    assert!(whole.state.projects.value.as_ref().is_some_and(|p| p.iter().any(|p| p.id == here)));
    whole.until_tokens("the end of the token for the first project", 1);
}
