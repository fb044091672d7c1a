//! The main job through the window, by the names of things, against real services: sign-in, bay model, bay, nodes, manifest,
//! scale, deletion. Pictures of each step are left in target/real.

use crate::kubernetes::Turn;
use crate::whole::{self, Stage, Whole};
use crate::{bed, desk};
use bayview::app::Start;
use bayview::i18n::Lang;
use bayview::live::state::{State, Verdict};
use bayview::model::cluster::Link;
use egui::Key;
use egui::accesskit::Role;

/// The program with the beds behind it.
pub const BEDS: Stage = Stage { worker: desk::worker_options, patience: desk::PATIENCE, pictures: "real" };

#[test]
fn from_sign_in_to_the_end_of_a_bay() {
    let _bed = bed::openstack();
    let mut whole = whole::start(BEDS, Start::SignIn, Lang::En);
    whole.until("the profiles", |s| s.profiles.value.is_some());
    whole.click(Role::ListBoxOption, "demo");
    whole.picture("window-1-sign-in");
    whole.click_words(Role::Button, "sign-in-do");
    whole.until("the bays", |s| s.signed_in().is_some() && s.bays.loaded_at.is_some());
    whole.picture("window-2-bays");

    let model = bed::unique("window-model");
    whole.click_words(Role::Tab, "rail-bay-models");
    whole.click_words(Role::Button, "bay-models-new");
    whole.type_into("field-name", &model);
    whole.find_and_choose("field-image", "fedora-coreos");
    whole.find_and_choose("field-external-network", "public");
    whole.find_and_choose("field-flavor", "m1.small");
    whole.find_and_choose("field-master-flavor", "m1.small");
    whole.find_and_choose("field-keypair", "demokey");
    whole.picture("window-3-new-bay-model");
    whole.click_words(Role::Button, "form-model-create");
    whole.until("the bay model", |s| s.bay_models.value.iter().flat_map(|m| m.iter()).any(|m| m.name == model));

    let name = bed::unique("window");
    whole.click_words(Role::Tab, "rail-bays");
    whole.click_words(Role::Button, "bays-new");
    whole.type_into("field-name", &name);
    whole.find_and_choose("field-bay-model", &model);
    whole.picture("window-4-new-bay");
    whole.click_words(Role::Button, "form-bay-create");
    whole.until("the answer", |s| s.journal.last().is_some_and(|j| j.what == "job-create-bay" && j.made.is_some()));
    let bay = whole.state().journal.last().and_then(|j| j.made.clone()).expect("a uuid");
    open(&mut whole, &name);
    whole.until("its progress", |s| s.details.get(&bay).is_some_and(|d| d.stack_progress.is_some()));
    whole.picture("window-5-in-progress");
    whole.until("the complete bay", |s| {
        let bay = s.bay(&bay).expect("the bay");
        assert!(!bay.status.failed(), "{:?}", bay.status_reason);
        bay.status.word() == "CREATE_COMPLETE"
    });
    whole.picture("window-6-complete");

    // The inside: nodes, and what is placed on them.
    let mut turn = Turn::wait();
    turn.join(&bay);
    let nodes = whole.state().bay(&bay).map(|b| b.master_count + b.node_count).expect("the bay") as usize;
    whole.bay_tab("bay-tab-placement");
    whole.until("its ready nodes", |s| {
        s.insides
            .get(&bay)
            .is_some_and(|p| p.link == Link::Live && p.nodes.iter().filter(|n| n.ready == Some(true)).count() == nodes)
    });
    whole.click_words(Role::Tab, "rail-manifests");
    whole.click(Role::Link, "nginx.yaml");
    whole.find_and_choose("manifests-target", &name);
    let apply = whole.counted("manifests-apply", 2);
    whole.click(Role::Button, &apply);
    let verdicts = whole.verdicts();
    whole.picture("window-7-applied");
    assert!(verdicts.len() == 2 && verdicts.iter().all(|(_, v)| *v == Verdict::Created), "{verdicts:?}");
    open(&mut whole, &name);
    whole.bay_tab("bay-tab-placement");
    until_ready(&mut whole, &bay, 3);
    whole.picture("window-8-placement");

    whole.bay_tab("bay-tab-workloads");
    let more = whole.words("workloads-more", &[("name", "nginx")]);
    whole.click(Role::Button, &more);
    let scale = whole.words("workloads-scale-to", &[("to", "4")]);
    whole.click(Role::Button, &scale);
    until_ready(&mut whole, &bay, 4);
    whole.picture("window-9-scaled");

    whole.bay_tab("bay-tab-overview");
    whole.click_words(Role::Button, "bay-more");
    whole.click_words(Role::MenuItem, "bay-delete");
    whole.harness.event(egui::Event::Text(name.clone()));
    whole.settle();
    whole.picture("window-10-delete");
    whole.click_words(Role::Button, "delete-do");
    whole.click_words(Role::Tab, "rail-bays");
    whole.until("the end of the bay", |s| s.bays.value.as_ref().is_some_and(|b| b.iter().all(|b| b.id != bay)));
    whole.picture("window-11-gone");
}

/// Goes to a bay's page through the list.
fn open(whole: &mut Whole, name: &str) {
    whole.click_words(Role::Tab, "rail-bays");
    whole.click(Role::Row, name);
    whole.harness.key_press(Key::Enter);
    whole.settle();
}

fn until_ready(whole: &mut Whole, bay: &str, replicas: u32) {
    let ready = |s: &State| {
        s.insides
            .get(bay)
            .is_some_and(|p| p.workloads.iter().any(|w| w.name == "nginx" && w.replicas.ready == replicas))
    };
    whole.until("ready replicas", ready);
}
