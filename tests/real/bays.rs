//! The life of bays on a real Magnum: made, followed, scaled, failed with a cause, deleted to the end.

use crate::bed;
use crate::desk::{self, Desk};
use crate::people::Person;
use bayview::live::command::{Change, Topic};
use bayview::model::bay::{BayStatus, NewBay};
use bayview::model::cloud::{Dialect, DialectChoice, Profile, Secrets};
use bayview::model::cluster::Link;
use bayview::model::faults::{Cause, Fault, Part};
use bayview::model::problem::ProblemKind;

/// From the bay model to the end of the bay, in one region and one vocabulary.
fn lives(mut desk: Desk, what: &str) {
    let spec = desk::model(&bed::unique(&format!("{what}-model")));
    let model = desk.done(Change::CreateBayModel(Box::new(spec.clone()))).made.expect("a uuid");
    desk.until("the model in the list", |s| s.bay_model(&model).is_some());
    let kept = &desk.state.bay_model(&model).expect("a model").spec;
    assert_eq!((&kept.name, &kept.flavor, &kept.coe), (&spec.name, &spec.flavor, &spec.coe));

    let name = bed::unique(what);
    let bay = NewBay { master_count: Some(1), node_count: Some(1), ..desk.new_bay(&name, &model) };
    let made = desk.done(Change::CreateBay(Box::new(bay)));
    assert!(made.request_id.is_some(), "{made:?}");
    let id = made.made.expect("a uuid");
    desk.look(vec![Topic::Bays, Topic::Bay(id.clone())]);
    desk.until_status(&id, "CREATE_COMPLETE");
    let listed = |s: &bayview::live::state::State| {
        s.bays
            .value
            .as_ref()
            .is_some_and(|b| b.iter().any(|b| b.id == id && b.status == BayStatus::parse(Some("CREATE_COMPLETE"))))
    };
    desk.until("the same in the list", listed);
    desk.until("its servers", |s| s.details[&id].servers.value.as_ref().is_some_and(|s| s.len() == 2));
    desk.until("its stack's events", |s| s.details[&id].stack_events.value.as_ref().is_some_and(|e| !e.is_empty()));
    // Node groups belong to clusters.
    let magnum = desk.state.signed_in().and_then(|s| s.magnum.value.as_ref()).expect("Magnum");
    let groups = if magnum.dialect == Dialect::Legacy { 0 } else { 2 };
    desk.until("its node groups", |s| s.details[&id].node_groups.value.as_ref().is_some_and(|g| g.len() == groups));
    // The list may tell of the completion before the bay itself is read again.
    desk.until("its API address", |s| s.bay(&id).is_some_and(|b| b.api_address.is_some()));
    assert_eq!(desk.bay(&id).api_address.as_deref(), Some("https://127.0.0.1:6443"));
    let in_use = desk.refused(Change::DeleteBayModel { id: model.clone(), name: spec.name.clone() });
    assert_eq!(in_use.kind, ProblemKind::Conflict, "{in_use}");

    for (workers, servers) in [(3, 4), (1, 2)] {
        desk.done(Change::ScaleBay { id: id.clone(), name: name.clone(), node_count: workers });
        desk.until("the new size", |s| {
            let detail = &s.details[&id];
            assert!(!s.bay(&id).is_some_and(|b| b.status.failed()), "{:?}", s.bay(&id));
            s.bay(&id).is_some_and(|b| b.status.word() == "UPDATE_COMPLETE" && b.node_count == workers)
                && detail.servers.value.as_ref().is_some_and(|s| s.len() == servers)
        });
    }

    desk.delete(&id);
    desk.until_gone(&id);
    desk.done(Change::DeleteBayModel { id: model.clone(), name: spec.name });
    desk.until("the end of the model", |s| s.bay_model(&model).is_none());
}

#[test]
fn a_bay_lives_on_magnum_15() {
    let _bed = bed::openstack();
    lives(Desk::at("demo"), "life");
}

#[test]
fn a_bay_lives_on_magnum_21() {
    let _bed = bed::openstack();
    lives(Desk::at("demo-two"), "life-two");
}

#[test]
fn a_bay_lives_in_the_words_of_2015() {
    let _bed = bed::openstack();
    let mut desk = Desk::new();
    let profile = Profile { dialect: DialectChoice::Bays, ..desk.profile("demo") };
    desk.sign_in_as((profile, Secrets::default()));
    desk.arrive();
    let magnum = desk.state.signed_in().and_then(|s| s.magnum.value.clone()).expect("what Magnum can do");
    assert_eq!(magnum.dialect, Dialect::Legacy);
    lives(desk, "words");
}

/// A bay that fails tells its cause, on its page and as the fault that the window draws.
fn fails(cloud: &str, what: &str, words: &str, part: Part, cause: &Cause) {
    fails_with(cloud, NewBay { name: bed::unique(what), ..NewBay::default() }, words, part, cause);
}

fn fails_with(cloud: &str, bay: NewBay, words: &str, part: Part, cause: &Cause) {
    let _bed = bed::openstack();
    let mut desk = Desk::at(cloud);
    let id = desk.create_as(bay);
    desk.until_status(&id, "CREATE_FAILED");
    desk.until("the faults of its groups", |s| s.bay(&id).is_some_and(|b| !b.faults.is_empty()));
    let faults = Fault::of_bay(desk.bay(&id));
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(fault.said.contains(words), "{fault:?}");
    assert_eq!((fault.part, &fault.cause), (part, cause), "{fault:?}");
    desk.delete(&id);
    desk.until_gone(&id);
}

#[test]
fn a_bay_without_a_host_fails_with_its_cause_on_magnum_15() {
    fails("demo", "fail", "No valid host was found", Part::Masters, &Cause::NoHost);
}

/// With floating addresses Magnum 21 cannot take in the failure (`tests/real/README.md`).
#[test]
fn a_bay_without_a_host_fails_with_its_cause_on_magnum_21() {
    let bay = NewBay { name: bed::unique("fail-two"), floating_ip_enabled: Some(false), ..NewBay::default() };
    fails_with("demo-two", bay, "No valid host was found", Part::Masters, &Cause::NoHost);
}

#[test]
fn a_bay_whose_set_up_fails_says_so_on_magnum_15() {
    fails("demo", "mute", "Deployment exited with non-zero status code", Part::Setup, &Cause::Other);
}

#[test]
fn a_bay_whose_set_up_fails_says_so_on_magnum_21() {
    fails("demo-two", "mute-two", "Deployment exited with non-zero status code", Part::Setup, &Cause::Other);
}

/// A bay whose deletion fails says why, and is deleted when asked again.
fn sticks(cloud: &str, what: &str) {
    let _bed = bed::openstack();
    let mut desk = Desk::at(cloud);
    let id = desk.create(&bed::unique(what));
    desk.until_status(&id, "CREATE_COMPLETE");
    desk.delete(&id);
    desk.until_status(&id, "DELETE_FAILED");
    desk.until("the faults of its groups", |s| s.bay(&id).is_some_and(|b| !b.faults.is_empty()));
    let faults = Fault::of_bay(desk.bay(&id));
    assert!(faults.iter().any(|f| f.part == Part::Masters && f.said.contains("it is stuck")), "{faults:?}");
    desk.delete(&id);
    desk.until_gone(&id);
}

#[test]
fn a_bay_that_is_stuck_is_deleted_when_asked_again_on_magnum_15() {
    sticks("demo", "stuck");
}

#[test]
fn a_bay_that_is_stuck_is_deleted_when_asked_again_on_magnum_21() {
    sticks("demo-two", "stuck-two");
}

#[test]
fn a_bay_of_another_project_is_not_there() {
    let _bed = bed::openstack();
    let mut owner = Desk::at("demo");
    let id = owner.create(&bed::unique("foreign"));
    let mut stranger = Desk::at("demo2");
    stranger.look(vec![Topic::Bay(id.clone())]);
    stranger.until("the answer", |s| s.details.get(&id).is_some_and(|d| d.bay.problem.is_some()));
    let problem = stranger.state.details[&id].bay.problem.clone().expect("a problem");
    assert_eq!((problem.kind, problem.status), (ProblemKind::NotFound, Some(404)), "{problem}");
    assert!(stranger.state.bays.value.as_ref().is_some_and(|b| b.iter().all(|b| b.id != id)));
    let problem = stranger.refused(Change::DeleteBay { id: id.clone(), name: String::new() });
    assert_eq!(problem.kind, ProblemKind::NotFound, "{problem}");
    owner.delete(&id);
    owner.until_gone(&id);
}

#[test]
fn a_bay_that_somebody_else_made_is_seen_and_not_entered() {
    let _bed = bed::openstack();
    let mut owner = Desk::at("demo");
    let id = owner.create(&bed::unique("theirs"));
    owner.until_status(&id, "CREATE_COMPLETE");
    let colleague = Person::member_of("colleague", &["demo"]);
    let mut desk = Desk::signed_in_as(colleague.profile("demo"));
    desk.look(vec![Topic::Bay(id.clone()), Topic::Inside(id.clone())]);
    desk.until("the refusal", |s| matches!(s.insides.get(&id).map(|p| &p.link), Some(Link::Failed(_))));
    let Link::Failed(problem) = &desk.state.insides[&id].link else { panic!("failed") };
    assert_eq!((problem.kind, problem.status), (ProblemKind::Forbidden, Some(403)), "{problem}");
    assert!(problem.said.contains("certificate"), "{problem}");
    owner.delete(&id);
    owner.until_gone(&id);
}
