//! The main job from start to end, through the window and by the names of things: demo cloud, bay, pods, manifest, scale,
//! new bay. `manifests` goes on with what the demo cloud's servers say to manifests.

mod manifests;
mod whole;

use bayview::app::Start;
use bayview::i18n::Lang;
use bayview::live::state::{Outcome, Verdict};
use bayview::model::cluster::Link;
use egui::Key;
use egui::accesskit::Role;

const BAY: &str = "sandbox-mika";

/// From the sign-in screen into the demo cloud, into a bay and to its pods; a manifest is applied and one of its workloads
/// scaled; a new bay is asked for and followed until it is up.
fn journey(lang: Lang) {
    let mut whole = whole::start(whole::DEMO, Start::SignIn, lang);
    whole.open_demo();

    // Into the bay, to its pods.
    whole.click(Role::Row, BAY);
    whole.harness.key_press(Key::Enter);
    whole.settle();
    let bay = whole.bay_named(BAY);
    whole.until("the inside", |s| s.insides.get(&bay).is_some_and(|p| p.link == Link::Live && !p.pods.is_empty()));
    whole.bay_tab("bay-tab-pods");
    let pod = whole.state().insides[&bay].pods.name[0].to_string();
    whole.await_label(Role::Row, &pod);

    // A manifest, to the bay that is chosen.
    whole.click_words(Role::Tab, "rail-manifests");
    whole.click(Role::Link, "nginx.yaml");
    whole.find_and_choose("manifests-target", BAY);
    let apply = whole.counted("manifests-apply", 2);
    whole.click(Role::Button, &apply);
    let verdicts: Vec<_> = whole.verdicts().into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts, [Verdict::Created, Verdict::Created]);
    assert_eq!(whole.state().journal.last().map(|j| j.outcome.clone()), Some(Outcome::Done));
    whole.picture(&format!("journey-manifest-{lang:?}"));
    ready(&mut whole, &bay, 3);

    // Its workload, scaled in place.
    whole.click_words(Role::Tab, "rail-bays");
    whole.click(Role::Row, BAY);
    whole.harness.key_press(Key::Enter);
    whole.settle();
    whole.bay_tab("bay-tab-workloads");
    let more = whole.words("workloads-more", &[("name", "nginx")]);
    whole.click(Role::Button, &more);
    let scale = whole.words("workloads-scale-to", &[("to", "4")]);
    whole.click(Role::Button, &scale);
    ready(&mut whole, &bay, 4);

    // A new bay, followed until it is up.
    whole.click_words(Role::Tab, "rail-bays");
    whole.click_words(Role::Button, "bays-new");
    whole.type_into("field-name", "journey");
    whole.choose("field-bay-model", "k8s-1.31-ubuntu");
    whole.click_words(Role::Button, "form-bay-create");
    whole.until("the request to be accepted", |s| s.journal.last().is_some_and(|job| job.made.is_some()));
    whole.click_words(Role::Tab, "rail-bays");
    whole.click(Role::Row, "journey");
    whole.harness.key_press(Key::Enter);
    let id = whole.bay_named("journey");
    whole.until("the new bay to be up", |s| s.bay(&id).is_some_and(|b| b.status.word() == "CREATE_COMPLETE"));
    let up = whole.words("bay-status-create-complete", &[]);
    whole.await_label(Role::Label, &up);
    whole.picture(&format!("journey-new-bay-{lang:?}"));
}

fn ready(whole: &mut whole::Whole, bay: &str, replicas: u32) {
    whole.until("ready replicas", |s| {
        s.insides
            .get(bay)
            .is_some_and(|p| p.workloads.iter().any(|w| w.name == "nginx" && w.replicas.ready == replicas))
    });
}

#[test]
fn from_sign_in_to_a_new_bay() {
    journey(Lang::En);
}

#[test]
fn from_sign_in_to_a_new_bay_in_japanese() {
    journey(Lang::Ja);
}
