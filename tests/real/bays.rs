//! The life of bays on a real Magnum: made, followed, scaled, failed with a cause, deleted to the end.

use crate::bed;
use crate::desk::{self, Desk};
use crate::people::Person;
use bayview::api::{Client, DialectChoice, SignInOptions, SignedIn, clouds_yaml};
use bayview::live::command::{Change, Topic};
use bayview::model::bay::{BayStatus, NewBay};
use bayview::model::cluster::Link;
use bayview::model::faults::{Cause, Fault};
use bayview::model::problem::ProblemKind;
use std::time::Duration;

/// From the bay model to the end of the bay, in one region.
fn lives(cloud: &str, what: &str) {
    let _bed = bed::openstack();
    let mut desk = Desk::at(cloud);
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
    desk.until("its node groups", |s| s.details[&id].node_groups.value.as_ref().is_some_and(|g| g.len() == 2));
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
    lives("demo", "life");
}

#[test]
fn a_bay_lives_on_magnum_21() {
    lives("demo-two", "life-two");
}

#[test]
fn a_bay_lives_in_the_words_of_2015() {
    let _bed = bed::openstack();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = clouds_yaml::load_file(Some(&bed::clouds_yaml()));
        let profile = store.find("demo").expect("a cloud");
        let options = SignInOptions { dialect: DialectChoice::Bays, ..SignInOptions::default() };
        let signed_in = Client::sign_in(profile, &store.secrets(profile), options).await.expect("a session");
        let SignedIn::Ready(client) = signed_in else { panic!("asks for a project") };
        let magnum = client.magnum().await.expect("Magnum");
        let model = magnum.create_bay_model(&desk::model(&bed::unique("words-model"))).await.expect("a model");
        let name = bed::unique("words");
        let bay = NewBay {
            name: name.clone(),
            model_id: model.id.clone(),
            node_count: Some(1),
            master_count: Some(1),
            ..NewBay::default()
        };
        let id = magnum.create_bay(&bay).await.expect("a bay");
        let status = |wanted: &'static str| {
            let (magnum, id) = (magnum.clone(), id.clone());
            let work = async move {
                loop {
                    let bay = magnum.bay_after_create(&id, Duration::from_secs(10)).await.expect("the bay");
                    assert!(!bay.status.failed(), "{:?}", bay.status_reason);
                    if bay.status.word() == wanted {
                        return bay;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(300), work)
        };
        status("CREATE_COMPLETE").await.expect("a complete bay");
        assert!(magnum.bays().await.expect("bays").iter().any(|b| b.id == id && b.name == name));
        magnum.scale_bay(&id, 2).await.expect("a new size");
        let scaled = status("UPDATE_COMPLETE").await.expect("a scaled bay");
        assert_eq!(scaled.node_count, 2);
        magnum.delete_bay(&id).await.expect("a deletion");
        let gone = async {
            loop {
                match magnum.bay(&id).await {
                    Err(error) => return error,
                    Ok(_) => tokio::time::sleep(Duration::from_secs(1)).await,
                }
            }
        };
        let error = tokio::time::timeout(Duration::from_secs(300), gone).await.expect("an end");
        assert_eq!(error.kind(), ProblemKind::NotFound, "{error}");
        magnum.delete_bay_model(&model.id).await.expect("the end of the model");
    });
}

/// A bay that fails tells its cause, on its page and as the fault that the window draws.
fn fails(cloud: &str, what: &str, words: &str, cause: &Cause) {
    let _bed = bed::openstack();
    let mut desk = Desk::at(cloud);
    let id = desk.create(&bed::unique(what));
    desk.until_status(&id, "CREATE_FAILED");
    desk.until("its reason", |s| s.bay(&id).is_some_and(|b| b.status_reason.is_some()));
    let bay = desk.bay(&id);
    assert!(bay.status_reason.as_ref().is_some_and(|r| r.contains(words)), "{:?}", bay.status_reason);
    let faults = Fault::of_bay(bay);
    assert!(faults.iter().any(|f| f.cause == *cause), "{faults:?} of {:?}", bay.status_reason);
    desk.delete(&id);
    desk.until_gone(&id);
}

#[test]
fn a_bay_without_a_host_fails_with_its_cause_on_magnum_15() {
    fails("demo", "fail", "No valid host was found", &Cause::NoHost);
}

#[test]
fn a_bay_whose_set_up_fails_says_so_on_magnum_15() {
    fails("demo", "mute", "Deployment exited with non-zero status code", &Cause::Other);
}

#[test]
fn a_bay_whose_set_up_fails_says_so_on_magnum_21() {
    fails("demo-two", "mute-two", "Deployment exited with non-zero status code", &Cause::Other);
}

#[test]
fn a_bay_that_is_stuck_fails_to_be_deleted_and_is_deleted_when_asked_again() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let id = desk.create(&bed::unique("stuck"));
    desk.until_status(&id, "CREATE_COMPLETE");
    desk.delete(&id);
    desk.until_status(&id, "DELETE_FAILED");
    desk.until("its reason", |s| s.bay(&id).is_some_and(|b| b.status_reason.is_some()));
    let reason = desk.bay(&id).status_reason.clone().unwrap_or_default();
    assert!(reason.contains("stuck"), "{reason}");
    desk.delete(&id);
    desk.until_gone(&id);
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
