//! The whole program in a harness: real worker, real services on loopback (the demo cloud's, or those of `tests/real/`), driven
//! by accessible label.

use bayview::app::{App, AppOptions, Start};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::state::{Outcome, State, Verdict};
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::ui::prefs::Theme;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use fluent_bundle::FluentValue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where the program is played.
pub struct Stage {
    /// What the worker is set up with, given the folder the program keeps its things in.
    pub worker: fn(&tempfile::TempDir) -> WorkerOptions,
    /// Longest wait for anything.
    pub patience: Duration,
    /// Where pictures are kept, below `target`.
    pub pictures: &'static str,
}

/// The embedded demo cloud; its time runs ten times as fast, so that a condition usually holds within a second.
pub const DEMO: Stage = Stage {
    worker: |folder| WorkerOptions {
        config_folder: folder.path().to_owned(),
        use_keyring: false,
        demo_speed: 10.0,
        profile_places: Some(ProfilePlaces::default()),
        ..WorkerOptions::default()
    },
    patience: Duration::from_secs(60),
    pictures: "shots",
};

/// The program and the folder it keeps its things in.
pub struct Whole {
    pub harness: Harness<'static, App>,
    lang: Lang,
    stage: Stage,
    runs_seen: usize,
    _folder: tempfile::TempDir,
}

/// Starts the program at its beginning, in a language.
pub fn start(stage: Stage, start: Start, lang: Lang) -> Whole {
    let folder = tempfile::tempdir().expect("a folder");
    let worker = (stage.worker)(&folder);
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
    Whole { harness, lang, stage, runs_seen: 0, _folder: folder }
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
            if begun.elapsed() > self.stage.patience {
                self.give_up(what);
            }
            std::thread::sleep(Duration::from_millis(15));
        }
        self.settle();
    }

    /// Fails, and leaves a picture of what was there instead.
    fn give_up(&mut self, what: &str) -> ! {
        let test = std::thread::current().name().unwrap_or_default().replace(':', "-");
        self.picture(&format!("gave-up-{test}"));
        panic!("waited in vain for {what}; last job: {:?}", self.state().journal.last());
    }

    /// A few frames, so that what is drawn fits the state.
    pub fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// What is known.
    pub fn state(&self) -> &State {
        self.harness.state().state()
    }

    /// Keeps a picture below target, for eyes.
    pub fn picture(&mut self, name: &str) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(self.stage.pictures);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let image = self.harness.render().expect("a picture");
        image.save(folder.join(format!("{name}.png"))).expect("a written picture");
    }
}

impl Whole {
    /// A message in the window's language.
    pub fn words(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        Texts::new(self.lang, Vocabulary::Bay).f(id, &args)
    }

    /// A message that counts.
    pub fn counted(&self, id: &str, count: usize) -> String {
        Texts::new(self.lang, Vocabulary::Bay).f(id, &[("count", count.into())])
    }

    /// Steps until something of this name is on screen and can be used.
    pub fn await_label(&mut self, role: Role, label: &str) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            let usable =
                self.harness.query_all_by_role_and_label(role, label).any(|n| !n.accesskit_node().is_disabled());
            if usable {
                break;
            }
            if begun.elapsed() > self.stage.patience {
                self.give_up(&format!("the {role:?} {label:?}"));
            }
            std::thread::sleep(Duration::from_millis(15));
        }
        self.settle();
    }

    /// Clicks what has this name, as soon as it is there and can be clicked.
    pub fn click(&mut self, role: Role, label: &str) {
        self.await_label(role, label);
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    /// As [`Whole::click`], named by a message.
    pub fn click_words(&mut self, role: Role, id: &str) {
        let label = self.words(id, &[]);
        self.click(role, &label);
    }

    /// Chooses an option of a choice.
    pub fn choose(&mut self, id: &str, option: &str) {
        self.click_words(Role::ComboBox, id);
        self.click(Role::ListBoxOption, option);
    }

    /// As [`Whole::choose`], from a choice that has a search: of a long list only the found part is there.
    pub fn find_and_choose(&mut self, id: &str, option: &str) {
        self.click_words(Role::ComboBox, id);
        self.harness.event(egui::Event::Text(option.to_owned()));
        self.click(Role::ListBoxOption, option);
    }

    /// Goes to a tab of a bay; its name ends in a count.
    pub fn bay_tab(&mut self, id: &str) {
        let tab = self.words(id, &[]);
        self.harness.get_by(|n| n.role() == Role::Tab && n.label().is_some_and(|l| l.starts_with(&tab))).click();
        self.settle();
    }

    /// Types into a field, over what is there.
    pub fn type_into(&mut self, id: &str, text: &str) {
        let label = self.words(id, &[]);
        self.await_label(Role::TextInput, &label);
        self.harness.get_by_role_and_label(Role::TextInput, &label).focus();
        self.settle();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    /// Signs in to the demo cloud from the sign-in screen.
    pub fn open_demo(&mut self) {
        self.until("profiles", |s| s.profiles.value.is_some());
        self.click_words(Role::Button, "demo-open");
        self.until("bays", |s| s.signed_in().is_some() && s.bays.value.is_some());
    }

    /// The id of a bay by its name.
    pub fn bay_named(&self, name: &str) -> String {
        let bays = self.state().bays.value.as_ref().expect("bays");
        bays.iter().find(|b| b.name == name).unwrap_or_else(|| panic!("no bay {name}")).id.clone()
    }

    /// Waits for the end of the run that was asked for last, and gives what became of its objects.
    pub fn verdicts(&mut self) -> Vec<(String, Verdict)> {
        let runs = |s: &State| s.runs.len();
        let before = self.runs_seen;
        self.until("the end of a run", move |s| {
            let newest = s.runs.keys().max().and_then(|job| s.job(*job));
            runs(s) > before && newest.is_some_and(|job| job.outcome != Outcome::Running)
        });
        self.runs_seen = runs(self.state());
        let newest = self.state().runs.iter().max_by_key(|(job, _)| **job).map(|(_, run)| run.objects.clone());
        newest.into_iter().flatten().map(|o| (format!("{} {}", o.kind, o.name), o.verdict)).collect()
    }
}
