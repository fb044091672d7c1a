//! What the window offers, greys out and tells with real services behind it: by accessible label, drawn without a screen.

use crate::bed;
use crate::desk::{self, Desk};
use crate::whole::{self, Whole};
use crate::window::BEDS;
use bayview::app::Start;
use bayview::i18n::Lang;
use bayview::live::command::{Change, Topic};
use bayview::live::state::Session;
use bayview::model::bay::Coe;
use bayview::model::bay_model::BayModelSpec;
use bayview::model::cluster::Link;
use bayview::ui::cx::UiAction;
use bayview::ui::route::{BayTab, Route};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

/// The program as `bayview --cloud CLOUD` starts it.
fn start(cloud: &str) -> Whole {
    let mut whole = whole::start(BEDS, Start::Cloud(cloud.into()), Lang::En);
    whole.harness.set_size(egui::vec2(1440.0, 1400.0));
    whole
}

/// The same, once it is signed in.
fn at(cloud: &str) -> Whole {
    let mut whole = start(cloud);
    whole.until("the session", |s| s.signed_in().is_some_and(|s| s.magnum.value.is_some()) && s.bays.value.is_some());
    whole
}

fn go(whole: &mut Whole, route: Route) {
    whole.harness.state_mut().act(UiAction::Go(route));
    whole.settle();
}

/// Whether what a message names cannot be used; the words above a field are a label of their own.
fn is_grey(whole: &Whole, id: &str) -> bool {
    let label = whole.words(id, &[]);
    let mut found = whole.harness.query_all_by_label(&label).filter(|n| n.accesskit_node().role() != Role::Label);
    found.next().unwrap_or_else(|| panic!("no {label}")).accesskit_node().is_disabled()
}

fn tells(whole: &Whole, words: &str) -> bool {
    whole.harness.query_all_by_label_contains(words).count() > 0
}

#[test]
fn a_reader_sees_a_bay_and_every_change_is_grey_with_the_reason() {
    let _bed = bed::openstack();
    let mut owner = Desk::at("demo");
    let name = bed::unique("read");
    let bay = owner.create(&name);
    owner.until_status(&bay, "CREATE_COMPLETE");
    let mut whole = at("readonly");
    whole.await_label(Role::Row, &name);
    assert!(is_grey(&whole, "bays-new"));
    go(&mut whole, Route::Bay(bay.clone(), BayTab::Overview));
    whole.until("the bay", |s| s.bay(&bay).is_some_and(|b| b.status.word() == "CREATE_COMPLETE"));
    assert!(is_grey(&whole, "bay-resize") && is_grey(&whole, "bay-kubeconfig"));
    whole.click_words(Role::Button, "bay-more");
    assert!(is_grey(&whole, "bay-delete"));
    assert!(tells(&whole, &whole.words("bay-why-not-reader", &[])));
    // A form that one came to otherwise sends nothing.
    go(&mut whole, Route::NewBay { model: owner.state.bay(&bay).map(|b| b.model_id.clone()), from: None });
    assert!(tells(&whole, &whole.words("check-reader", &[])));
    assert!(is_grey(&whole, "form-bay-create"));
    owner.delete(&bay);
    owner.until_gone(&bay);
}

#[test]
fn a_field_that_only_magnum_21_takes_is_grey_on_magnum_15_with_the_version_it_needs() {
    let _bed = bed::openstack();
    for (cloud, grey) in [("demo", true), ("demo-two", false)] {
        let mut whole = at(cloud);
        go(&mut whole, Route::NewBayModel { from: None });
        whole.click_words(Role::DisclosureTriangle, "form-advanced");
        assert_eq!(is_grey(&whole, "field-driver"), grey, "{cloud}");
        assert_eq!(tells(&whole, "Needs Magnum API 1.12"), grey, "{cloud}");
        assert!(!is_grey(&whole, "field-tags"), "{cloud} has 1.10");
    }
}

#[test]
fn a_wrong_password_stands_at_its_step_in_keystones_words() {
    let _bed = bed::openstack();
    let mut whole = start("wrong-password");
    whole.until("the failure", |s| matches!(&s.session, Session::SigningIn(s) if s.problem.is_some()));
    assert!(tells(&whole, "Step 1, Keystone") && tells(&whole, &whole.words("problem-auth", &[])));
    whole.click_words(Role::Link, "problem-show-words");
    assert!(tells(&whole, "401") && tells(&whole, "The request you have made requires authentication."));
}

/// What Bayview says today about the nodes of a Swarm bay: it cannot look into it, and says so.
#[test]
fn a_swarm_bay_has_an_overview_and_says_why_there_is_no_more() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let name = bed::unique("swarm-model");
    let spec = BayModelSpec { coe: Some(Coe::Swarm), image: "fedora-atomic".into(), ..desk::model(&name) };
    let model = desk.done(Change::CreateBayModel(Box::new(spec))).made.expect("a uuid");
    let new = desk.new_bay(&bed::unique("swarm"), &model);
    let bay = desk.done(Change::CreateBay(Box::new(new))).made.expect("a uuid");
    desk.look(vec![Topic::Bays, Topic::Bay(bay.clone())]);
    desk.until_status(&bay, "CREATE_COMPLETE");

    let mut whole = at("demo");
    go(&mut whole, Route::Bay(bay.clone(), BayTab::Nodes));
    whole.until("its servers", |s| s.details.get(&bay).is_some_and(|d| d.servers.value.is_some()));
    let tabs: Vec<_> = whole.harness.query_all_by_role(Role::Tab).filter_map(|n| n.accesskit_node().label()).collect();
    let (overview, nodes) = (whole.words("bay-tab-overview", &[]), whole.words("bay-tab-nodes", &[]));
    assert!(tabs.contains(&overview) && !tabs.iter().any(|t| t.starts_with(&nodes)), "{tabs:?}");
    assert!(tells(&whole, &whole.words("overview-containers-modern", &[("engine", "Docker Swarm")])));
    assert!(is_grey(&whole, "bay-kubeconfig"));
    drop(whole);

    // Asked all the same, the worker says it in words.
    desk.look(vec![Topic::Inside(bay.clone())]);
    desk.until("the refusal", |s| matches!(s.insides.get(&bay).map(|p| &p.link), Some(Link::Failed(_))));
    let Link::Failed(problem) = &desk.state.insides[&bay].link else { panic!("failed") };
    assert!(problem.said.contains("only Kubernetes bays can be entered"), "{problem}");
    desk.delete(&bay);
    desk.until_gone(&bay);
    desk.done(Change::DeleteBayModel { id: model, name });
}
