//! The main job from start to end, through the window: demo cloud, bays, inside, manifest, scale, new bay.

mod whole;

use bayview::app::Start;
use bayview::i18n::Lang;
use bayview::live::state::{Outcome, Verdict};
use bayview::model::cluster::Link;
use egui_kittest::kittest::Queryable as _;

/// From the sign-in screen into the demo cloud, into a bay, to its pods, and back to a manifest that is applied.
#[test]
fn from_sign_in_to_pod_to_manifest() {
    let mut whole = whole::start(Start::SignIn, Lang::En);
    whole.until("profiles", |s| s.profiles.value.is_some());
    whole.harness.get_by_label("Open the demo").click();
    whole.until("bays", |s| s.signed_in().is_some() && s.bays.value.is_some());
    let bay = whole.bay_named("sandbox-mika");

    whole.go(bayview::ui::route::Route::Bay(bay.clone(), bayview::ui::route::BayTab::Workloads));
    let id = bay.clone();
    whole.until("the inside", move |s| s.insides.get(&id).is_some_and(|p| p.link == Link::Live && !p.pods.is_empty()));

    whole.go(bayview::ui::route::Route::Manifests);
    whole.harness.get_by_label("nginx.yaml").click();
    whole.settle();
    whole.choose_target(&bay);
    whole.harness.get_by_label("Apply 2 objects").click();
    whole.until("the outcome", |s| s.runs.values().any(|r| r.finished));
    let verdicts: Vec<_> = whole.state().runs.values().flat_map(|r| &r.objects).map(|o| o.verdict).collect();
    assert_eq!(verdicts, [Verdict::Created, Verdict::Created]);
    assert_eq!(whole.state().journal.last().map(|j| j.outcome.clone()), Some(Outcome::Done));
    let id = bay.clone();
    whole.until("ready replicas", move |s| {
        let workloads = &s.insides[&id].workloads;
        workloads.iter().any(|w| w.name == "nginx" && w.replicas.ready == 3)
    });
    whole.picture("journey-manifest");
}
