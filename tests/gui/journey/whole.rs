//! The whole program in a harness: real worker, real demo cloud on loopback, driven by accessible label.

use bayview::app::{App, AppOptions, Start};
use bayview::i18n::Lang;
use bayview::live::state::State;
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::ui::prefs::Theme;
use egui_kittest::Harness;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for anything; a condition usually holds within a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program and the folder it keeps its things in.
pub struct Whole {
    pub harness: Harness<'static, App>,
    _folder: tempfile::TempDir,
}

/// Starts the program at its beginning, in a language; the demo cloud's time runs ten times as fast.
pub fn start(start: Start, lang: Lang) -> Whole {
    let folder = tempfile::tempdir().expect("a folder");
    let worker = WorkerOptions {
        config_folder: folder.path().to_owned(),
        use_keyring: false,
        demo_seed: 1,
        demo_speed: 10.0,
        profile_places: Some(ProfilePlaces::default()),
    };
    let app = AppOptions {
        start,
        lang: Some(lang),
        theme: Some(Theme::Dark),
        pictures: None,
        fixed_now: None,
        data_folder: Some(folder.path().to_owned()),
    };
    let harness = Harness::builder().with_size([1440.0, 900.0]).with_max_steps(64).wgpu().build_eframe(move |cc| {
        let worker = WorkerHandle::start(worker, Arc::new(|| {})).expect("the worker starts");
        App::new(cc, worker, app)
    });
    Whole { harness, _folder: folder }
}

impl Whole {
    /// Steps until a condition on the state holds; a failure tells what was waited for.
    pub fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if condition(self.harness.state().state()) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(15));
        }
        self.settle();
    }

    /// A few frames, so that what is drawn fits the state.
    pub fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// What is known.
    pub fn state(&self) -> &State {
        self.harness.state().state()
    }

    /// Keeps a picture in target/shots, for eyes.
    pub fn picture(&mut self, name: &str) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/shots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let image = self.harness.render().expect("a picture");
        image.save(folder.join(format!("{name}.png"))).expect("a written picture");
    }
}

impl Whole {
    /// The id of a bay by its name.
    pub fn bay_named(&self, name: &str) -> String {
        let bays = self.state().bays.value.as_ref().expect("bays");
        bays.iter().find(|b| b.name == name).unwrap_or_else(|| panic!("no bay {name}")).id.clone()
    }

    /// Goes to a screen, as a link would.
    pub fn go(&mut self, route: bayview::ui::route::Route) {
        self.harness.state_mut().act(bayview::ui::cx::UiAction::Go(route));
        self.settle();
    }

    /// Chooses the bay that manifests go to.
    pub fn choose_target(&mut self, bay: &str) {
        self.harness.state_mut().ui_mut().manifests.set_target(bay);
        self.settle();
    }
}
