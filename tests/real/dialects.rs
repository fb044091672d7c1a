//! What each Magnum can be asked for, from the versions that it tells itself, and that it really takes no more.

use crate::bed;
use crate::desk::{self, Desk};
use bayview::live::command::Change;
use bayview::model::bay::Coe;
use bayview::model::bay_model::BayModelSpec;
use bayview::model::checks::Field;
use bayview::model::checks::dialect::{Era, Offer, bay_field, bay_model_field, engines, network_drivers};
use bayview::model::cloud::{Dialect, MagnumInfo, Microversion};
use bayview::model::problem::ProblemKind;

fn magnum(desk: &mut Desk) -> MagnumInfo {
    desk.until("what Magnum can do", |s| s.signed_in().is_some_and(|s| s.magnum.value.is_some()));
    desk.state.signed_in().and_then(|s| s.magnum.value.clone()).expect("what Magnum can do")
}

#[test]
fn magnum_15_is_offered_what_needs_1_12_as_needing_it() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let info = magnum(&mut desk);
    assert_eq!((info.dialect, info.max_version), (Dialect::Modern, Some(Microversion(1, 10))));
    assert!(info.has("bays") && info.has("clusters"), "{:?}", info.resources);
    assert_eq!(Era::of(&info), Era::Modern);
    assert_eq!(bay_field(&info, &Field::MasterLb), Offer::Shown);
    assert_eq!(bay_model_field(&info, &Field::Tags), Offer::Shown);
    assert_eq!(bay_model_field(&info, &Field::Driver), Offer::Needs(Microversion(1, 12)));
    assert!(engines(&info).contains(&"swarm") && engines(&info).contains(&"mesos"));
    assert!(!network_drivers(&info, "kubernetes").contains(&"cilium"));

    let spec = BayModelSpec { driver: Some("k8s_fedora_coreos_v1".into()), ..desk::model(&bed::unique("driver")) };
    let problem = desk.refused(Change::CreateBayModel(Box::new(spec)));
    assert_eq!(problem.kind, ProblemKind::Unsupported, "{problem}");
    assert!(problem.said.contains("driver"), "{problem}");
}

#[test]
fn magnum_21_knows_drivers_and_no_engine_but_kubernetes() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo-two");
    let info = magnum(&mut desk);
    assert_eq!((info.dialect, info.max_version), (Dialect::Modern, Some(Microversion(1, 12))));
    assert!(!info.has("bays"), "{:?}", info.resources);
    assert_eq!(bay_model_field(&info, &Field::Driver), Offer::Shown);
    assert_eq!(engines(&info), ["kubernetes"]);

    // The server agrees: what is not offered is refused.
    let swarm =
        BayModelSpec { coe: Some(Coe::Swarm), image: "fedora-atomic".into(), ..desk::model(&bed::unique("swarm")) };
    let problem = desk.refused(Change::CreateBayModel(Box::new(swarm)));
    assert_eq!((problem.kind, problem.status), (ProblemKind::Invalid, Some(400)), "{problem}");
}

#[test]
fn an_engine_that_magnum_15_offers_is_taken() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let swarm =
        BayModelSpec { coe: Some(Coe::Swarm), image: "fedora-atomic".into(), ..desk::model(&bed::unique("swarm")) };
    let id = desk.done(Change::CreateBayModel(Box::new(swarm.clone()))).made.expect("a uuid");
    desk.until("the model in the list", |s| s.bay_model(&id).is_some_and(|m| m.spec.coe == Some(Coe::Swarm)));
    desk.done(Change::DeleteBayModel { id, name: swarm.name });
}

#[test]
fn an_image_without_a_distribution_is_refused_by_both_with_a_reason() {
    let _bed = bed::openstack();
    for cloud in ["demo", "demo-two"] {
        let mut desk = Desk::at(cloud);
        let spec = BayModelSpec { image: "no-distro".into(), ..desk::model(&bed::unique("no-distro")) };
        let problem = desk.refused(Change::CreateBayModel(Box::new(spec)));
        assert_eq!((problem.kind, problem.status), (ProblemKind::Invalid, Some(400)), "{cloud}: {problem}");
        // Neither says os_distro; Bayview's own check before sending does.
        assert!(problem.said.contains("not supported"), "{cloud}: {problem}");
    }
}
