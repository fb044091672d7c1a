//! The main job through the window: from the profile in the list to the end of the bay, against real services.

use crate::bed;
use crate::desk::worker_options;
use crate::kubernetes::Turn;
use bayview::app::{App, AppOptions, Start};
use bayview::i18n::Lang;
use bayview::live::state::{State, Verdict};
use bayview::live::worker::WorkerHandle;
use bayview::model::cluster::Link;
use bayview::ui::cx::UiAction;
use bayview::ui::prefs::Theme;
use bayview::ui::route::{BayTab, Route};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(300);

/// The whole program, drawn without a screen.
struct Program {
    harness: Harness<'static, App>,
    pictures: u32,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start() -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        let (worker, data_folder) = (worker_options(&folder), Some(folder.path().to_owned()));
        let app = AppOptions {
            start: Start::SignIn,
            lang: Some(Lang::En),
            theme: Some(Theme::Dark),
            data_folder,
            ..AppOptions::default()
        };
        let harness =
            Harness::builder().with_size([1440.0, 1200.0]).with_max_steps(64).wgpu().build_eframe(move |cc| {
                let worker = WorkerHandle::start(worker, Arc::new(|| {})).expect("the worker starts");
                App::new(cc, worker, app)
            });
        Program { harness, pictures: 0, _folder: folder }
    }

    fn state(&self) -> &State {
        self.harness.state().state()
    }

    /// Steps until a condition on the state holds.
    fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        while !condition(self.state()) {
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}; {:?}", self.state().session);
            std::thread::sleep(Duration::from_millis(30));
            self.harness.step();
        }
        self.settle();
    }

    /// A few frames, so that what is drawn fits the state.
    fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    fn go(&mut self, route: Route) {
        self.harness.state_mut().act(UiAction::Go(route));
        self.settle();
    }

    fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    fn type_into(&mut self, label: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, label).focus();
        self.harness.run_steps(2);
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.get_by_role_and_label(Role::TextInput, label).type_text(text);
        self.settle();
    }

    /// Chooses from the list of a field; the words above a field are a label of their own.
    fn choose(&mut self, field: &str, value: &str) {
        let found = self.harness.get_all_by_label(field).find(|n| n.accesskit_node().role() != Role::Label);
        found.expect("a field").click();
        self.settle();
        // A long list shows its beginning, and searches.
        if self.harness.query_by_role_and_label(Role::ListBoxOption, value).is_none() {
            self.harness.event(egui::Event::Text(value.to_owned()));
            self.settle();
        }
        self.click(Role::ListBoxOption, value);
    }

    /// Keeps a picture in target/real, for eyes.
    fn picture(&mut self, name: &str) {
        self.pictures += 1;
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/real");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let image = self.harness.render().expect("a picture");
        image.save(folder.join(format!("{}-{name}.png", self.pictures))).expect("a written picture");
    }
}

#[test]
fn from_the_profile_in_the_list_to_the_end_of_the_bay() {
    let _bed = bed::openstack();
    let mut turn = Turn::wait();
    let mut program = Program::start();
    program.until("the profiles", |s| s.profiles.value.is_some());
    program.click(Role::ListBoxOption, "demo");
    program.picture("sign-in");
    program.click(Role::Button, "Sign in");
    program.until("the bays", |s| s.signed_in().is_some() && s.bays.loaded_at.is_some());
    program.picture("bays");

    let model_name = bed::unique("window-model");
    program.go(Route::NewBayModel { from: None });
    program.until("what can be chosen", |s| {
        let c = &s.choices;
        c.images.value.is_some()
            && c.flavors.value.is_some()
            && c.networks.value.is_some()
            && c.keypairs.value.is_some()
    });
    program.type_into("Name", &model_name);
    program.choose("Image", "fedora-coreos");
    program.choose("External network", "public");
    program.choose("Worker flavor", "m1.small");
    program.choose("Master flavor", "m1.small");
    program.choose("Keypair", "demokey");
    program.picture("new-bay-model");
    program.click(Role::Button, "Create bay model");
    let named = model_name.clone();
    program.until("the bay model", move |s| s.bay_models.value.iter().flat_map(|m| m.iter()).any(|m| m.name == named));
    let models = program.state().bay_models.value.clone().expect("bay models");
    let model = models.iter().find(|m| m.name == model_name).expect("the bay model").id.clone();

    let name = bed::unique("window");
    program.go(Route::NewBay { model: Some(model.clone()), from: None });
    program.type_into("Name", &name);
    program.picture("new-bay");
    program.click(Role::Button, "Create bay");
    program.until("the answer", |s| s.journal.last().is_some_and(|j| j.what == "job-create-bay" && j.made.is_some()));
    let bay = program.state().journal.last().and_then(|j| j.made.clone()).expect("a uuid");
    let id = bay.clone();
    program.until("progress", |s| s.details.get(&id).is_some_and(|d| d.stack_progress.is_some()));
    program.picture("in-progress");
    program.until("the complete bay", |s| {
        let bay = s.bay(&id).expect("the bay");
        assert!(!bay.status.failed(), "{:?}", bay.status_reason);
        bay.status.word() == "CREATE_COMPLETE"
    });
    program.picture("complete");

    turn.join(&bay);
    program.go(Route::Bay(bay.clone(), BayTab::Placement));
    let nodes = program.state().bay(&bay).map(|b| b.master_count + b.node_count).expect("the bay") as usize;
    program.until("its nodes", |s| {
        s.insides
            .get(&id)
            .is_some_and(|p| p.link == Link::Live && p.nodes.iter().filter(|n| n.ready == Some(true)).count() == nodes)
    });
    program.picture("placement");

    program.go(Route::Manifests);
    program.harness.get_by_label("nginx.yaml").click();
    program.settle();
    program.choose("Apply to bay", &name);
    program.harness.get_by_label("Apply 2 objects").click();
    program.until("the outcome", |s| s.runs.values().any(|r| r.finished));
    let outcome: Vec<_> = program.state().runs.values().flat_map(|r| r.objects.clone()).collect();
    program.picture("applied");
    assert!(outcome.len() == 2 && outcome.iter().all(|o| o.verdict == Verdict::Created), "{outcome:?}");

    let ready = |s: &State, wanted: u32| {
        s.insides.get(&id).is_some_and(|p| p.workloads.iter().any(|w| w.name == "nginx" && w.replicas.ready == wanted))
    };
    program.go(Route::Bay(bay.clone(), BayTab::Workloads));
    program.until("three replicas", |s| ready(s, 3));
    program.click(Role::Button, "One replica more for nginx");
    program.click(Role::Button, "Scale to 4");
    program.until("four replicas", |s| ready(s, 4));
    program.picture("scaled");

    program.go(Route::Bay(bay.clone(), BayTab::Overview));
    program.click(Role::Button, "More actions");
    program.click(Role::MenuItem, "Delete…");
    program.harness.event(egui::Event::Text(name.clone()));
    program.settle();
    program.picture("delete");
    program.click(Role::Button, "Delete bay");
    program.until("the end of the bay", |s| s.bays.value.as_ref().is_some_and(|b| b.iter().all(|b| b.id != id)));
    program.picture("gone");
}
