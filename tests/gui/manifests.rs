//! Manifests, driven by accessible label in both languages: files, problems, runs and their outcomes. What the server
//! answers is put into the state here; the demo cloud's own answers are in `journey`.

use crate::samples::{fleet, forms};
use crate::window::{Window, harness, settle};
use bayview::i18n::{Lang, Texts, Vocabulary};
use bayview::live::command::{Change, Command, ManifestMode, ManifestRun, Topic};
use bayview::live::state::{Job, ManifestReport, ObjectOutcome, Outcome, State, Verdict};
use bayview::model::bay::BayStatus;
use bayview::model::problem::{Problem, ProblemKind};
use bayview::ui::editor::drafts::Drafts;
use bayview::ui::editor::files::Dialogs;
use bayview::ui::prefs::Theme;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SIZE: [f32; 2] = [1440.0, 900.0];
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
/// Longest wait for a thread of the window.
const PATIENCE: Duration = Duration::from_secs(20);

/// One object, right.
const GOOD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";
/// A name that is not allowed, in line 4.
const WRONG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Settings\n";

type Screen = Harness<'static, Window>;

fn both(test: impl Fn(Lang)) {
    for lang in [Lang::En, Lang::Ja] {
        test(lang);
    }
}

fn f(lang: Lang, id: &str, args: &[(&str, &str)]) -> String {
    let args: Vec<_> = args.iter().map(|(name, value)| (*name, fluent_bundle::FluentValue::from(*value))).collect();
    Texts::new(lang, Vocabulary::Bay).f(id, &args)
}

fn t(lang: Lang, id: &str) -> String {
    f(lang, id, &[])
}

fn counted(lang: Lang, id: &str, count: usize) -> String {
    Texts::new(lang, Vocabulary::Bay).f(id, &[("count", count.into())])
}

/// A window on Manifests, with nothing open.
fn on_screen(window: Window) -> Screen {
    let lang = window.prefs.lang;
    let mut h = harness(window, SIZE);
    h.get_by_role_and_label(Role::Tab, &t(lang, "rail-manifests")).click();
    settle(&mut h);
    h.state_mut().sent();
    h
}

fn open(lang: Lang) -> Screen {
    on_screen(Window::new(forms::state(), Theme::Dark, lang))
}

/// A window on Manifests with these files and a target.
fn with_files(lang: Lang, files: &[(&str, &str)]) -> Screen {
    let mut window = Window::new(forms::state(), Theme::Dark, lang);
    for (title, text) in files {
        window.ui.manifests.open_text(title, text, Some(fleet::id("sandbox-mika")));
    }
    on_screen(window)
}

fn click(h: &mut Screen, role: Role, label: &str) {
    h.get_by_role_and_label(role, label).click();
    settle(h);
}

fn choose_target(h: &mut Screen, lang: Lang, bay: &str) {
    click(h, Role::ComboBox, &t(lang, "manifests-target"));
    click(h, Role::ListBoxOption, bay);
}

fn is_disabled(h: &Screen, label: &str) -> bool {
    h.get_by_role_and_label(Role::Button, label).accesskit_node().is_disabled()
}

fn text_of(h: &Screen, lang: Lang, file: &str) -> String {
    let name = f(lang, "manifests-editor-name", &[("file", file)]);
    h.get_by_role_and_label(Role::MultilineTextInput, &name).accesskit_node().value().unwrap_or_default()
}

/// The runs asked for, each with its job's number.
fn runs(h: &mut Screen) -> Vec<(u64, ManifestRun)> {
    let run = |command| match command {
        Command::Change { job, change } => match *change {
            Change::Manifests(run) => Some((job, run)),
            _ => None,
        },
        _ => None,
    };
    h.state_mut().sent().into_iter().filter_map(run).collect()
}

fn one_run(h: &mut Screen) -> (u64, ManifestRun) {
    let mut found = runs(h);
    assert_eq!(found.len(), 1, "one run");
    found.remove(0)
}

fn outcome(document: usize, kind: &str, name: &str, verdict: Verdict, why: &str) -> ObjectOutcome {
    ObjectOutcome {
        document,
        kind: kind.into(),
        namespace: "default".into(),
        name: name.into(),
        verdict,
        why: why.into(),
        field: None,
        owner: None,
        took_ms: 12,
    }
}

/// The server answers a run.
fn answer(h: &mut Screen, job: u64, outcome: Outcome, objects: Vec<ObjectOutcome>) {
    let state = &mut h.state_mut().state;
    state.journal.push(Job {
        bay: None,
        id: job,
        started_at: 1.0,
        finished_at: Some(2.0),
        what: "job-apply-manifests",
        target: "a.yaml".into(),
        place: "lab".into(),
        command_line: String::new(),
        made: None,
        outcome,
        request_id: None,
    });
    let report = ManifestReport { mode: ManifestMode::Apply, objects, finished: true, started_at: 1.0 };
    state.runs.insert(job, report);
    settle(h);
}

/// Draws until something holds; a failure tells what was waited for.
fn until(h: &mut Screen, what: &str, holds: impl Fn(&mut Screen) -> bool) {
    let begun = Instant::now();
    while !holds(h) {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        h.run_steps(2);
        std::thread::yield_now();
    }
}

/// Answers file dialogs, and remembers what they were asked.
#[derive(Default)]
struct Answers {
    open: Vec<PathBuf>,
    save: Option<PathBuf>,
    asked: Mutex<Vec<String>>,
}

impl Dialogs for Answers {
    fn open(&self, title: &str) -> Option<Vec<PathBuf>> {
        self.asked.lock().expect("not poisoned").push(title.to_owned());
        Some(self.open.clone())
    }

    fn save(&self, title: &str, name: &str) -> Option<PathBuf> {
        self.asked.lock().expect("not poisoned").push(format!("{title}: {name}"));
        self.save.clone()
    }
}

#[test]
fn a_sample_is_applied_to_the_bay_that_was_chosen() {
    both(|lang| {
        let mut h = open(lang);
        click(&mut h, Role::Link, "nginx.yaml");
        let apply = counted(lang, "manifests-apply", 2);
        assert!(is_disabled(&h, &apply), "no bay was chosen yet");
        assert!(h.query_by_label(&t(lang, "manifests-stands-not-chosen")).is_some(), "and that is said");
        choose_target(&mut h, lang, "sandbox-mika");
        let looked = h.state_mut().sent();
        let inside = Topic::Inside(fleet::id("sandbox-mika"));
        assert!(looked.iter().any(|c| matches!(c, Command::Look(topics) if topics.contains(&inside))));
        click(&mut h, Role::Button, &apply);
        let (_, run) = one_run(&mut h);
        assert_eq!((run.mode, run.force, run.namespace.as_str()), (ManifestMode::Apply, false, "default"));
        assert_eq!(run.bay, fleet::id("sandbox-mika"));
        assert_eq!(run.documents.len(), 2);
        assert!(is_disabled(&h, &apply), "a run is under way");
    });
}

#[test]
fn keys_validate_and_apply() {
    let mut h = with_files(Lang::En, &[("a.yaml", GOOD)]);
    h.key_press_modifiers(CTRL_SHIFT, Key::V);
    settle(&mut h);
    let (job, run) = one_run(&mut h);
    assert_eq!(run.mode, ManifestMode::Validate);
    answer(&mut h, job, Outcome::Done, vec![outcome(0, "ConfigMap", "settings", Verdict::Valid, "")]);
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut h);
    assert_eq!(one_run(&mut h).1.mode, ManifestMode::Apply);
}

#[test]
fn what_cannot_be_read_says_so_in_the_list_of_files() {
    both(|lang| {
        let h = with_files(lang, &[("broken.yaml", "apiVersion: v1\\nkind: ConfigMap")]);
        h.get_by_role_and_label(Role::Button, &t(lang, "manifests-unreadable"));
    });
}

#[test]
fn a_problem_is_marked_told_and_led_to() {
    both(|lang| {
        let mut h = with_files(lang, &[("good.yaml", GOOD), ("wrong.yaml", WRONG)]);
        click(&mut h, Role::Tab, "good.yaml");
        assert!(is_disabled(&h, &counted(lang, "manifests-apply", 2)), "what is wrong is not sent");
        let place = |line: &str, column: &str| {
            f(lang, "manifests-footer-place", &[("file", "wrong.yaml"), ("line", line), ("column", column)])
        };
        h.key_press(Key::F8);
        settle(&mut h);
        assert!(h.query_by_label(&place("4", "9")).is_some(), "F8 leads into the other file");
        h.key_press_modifiers(Modifiers::COMMAND | Modifiers::CTRL, Key::Home);
        settle(&mut h);
        assert!(h.query_by_label(&place("1", "1")).is_some());
        let sentence = f(lang, "manifest-problem-bad-name", &[("name", "Settings")]);
        click(&mut h, Role::Row, &format!("{sentence} wrong.yaml:4"));
        assert!(h.query_by_label(&place("4", "9")).is_some(), "so does a click on its row");
        let editor = f(lang, "manifests-editor-name", &[("file", "wrong.yaml")]);
        assert!(h.get_by_role_and_label(Role::MultilineTextInput, &editor).is_focused());
    });
}

#[test]
fn rows_of_problems_are_walked_from_the_keyboard() {
    let mut h =
        with_files(Lang::En, &[("wrong.yaml", &format!("{WRONG}---\n{}", WRONG.replace("Settings", "Others")))]);
    let rows = h.get_all_by_role(Role::Grid).last().expect("the table of problems");
    rows.focus();
    settle(&mut h);
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter] {
        h.key_press(key);
        settle(&mut h);
    }
    assert!(h.query_by_label("wrong.yaml, line 9, column 9").is_some());
}

#[test]
fn deleting_lists_what_goes_and_asks() {
    both(|lang| {
        let files = [("a.yaml", GOOD), ("b.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n")];
        let mut h = with_files(lang, &files);
        let delete = t(lang, "action-delete");
        click(&mut h, Role::Button, &delete);
        assert!(h.query_by_role_and_label(Role::Label, "ConfigMap settings").is_some());
        assert!(h.query_by_label(&t(lang, "manifests-delete-whole-namespaces")).is_some());
        h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        settle(&mut h);
        assert!(runs(&mut h).is_empty(), "a key for what lies behind the question does nothing");
        click(&mut h, Role::Button, &t(lang, "action-cancel"));
        assert!(runs(&mut h).is_empty());
        click(&mut h, Role::Button, &delete);
        click(&mut h, Role::Button, &t(lang, "manifests-delete-confirm"));
        let (_, run) = one_run(&mut h);
        assert_eq!((run.mode, run.documents.len()), (ManifestMode::Delete, 2));
    });
}

#[test]
fn a_conflict_is_taken_over_on_its_own() {
    both(|lang| {
        let mut h = with_files(lang, &[("a.yaml", &format!("{GOOD}---\n{}", GOOD.replace("settings", "limits")))]);
        h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        settle(&mut h);
        let (job, _) = one_run(&mut h);
        let conflict = ObjectOutcome {
            owner: Some("argocd".into()),
            field: Some("metadata.name".into()),
            ..outcome(1, "ConfigMap", "limits", Verdict::Conflict, "metadata.name")
        };
        let objects = vec![outcome(0, "ConfigMap", "settings", Verdict::Created, ""), conflict];
        answer(&mut h, job, Outcome::Partly { done: 1, all: 2 }, objects);
        assert!(h.query_by_label(&counted(lang, "manifests-sum-conflict", 1)).is_some());
        assert!(h.query_by_label(&format!("ConfigMap limits {}", t(lang, "verdict-conflict"))).is_some());
        click(&mut h, Role::Link, &f(lang, "manifests-take-over-of", &[("object", "ConfigMap limits")]));
        let (_, run) = one_run(&mut h);
        assert!(run.force);
        assert_eq!(run.documents.len(), 1, "only what is in conflict");
        assert!(run.documents[0].text.contains("limits"));
    });
}

#[test]
fn another_target_is_not_given_what_was_meant_for_the_last_one() {
    let mut h = with_files(Lang::En, &[("a.yaml", GOOD)]);
    h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut h);
    let (job, _) = one_run(&mut h);
    let conflict = outcome(0, "ConfigMap", "settings", Verdict::Conflict, "metadata.name");
    answer(&mut h, job, Outcome::Failed(Problem::new(ProblemKind::Conflict, "kubernetes", "no")), vec![conflict]);
    assert!(h.query_by_label("Take over the fields").is_some());
    choose_target(&mut h, Lang::En, "k8s-prod");
    assert!(h.query_by_label("Take over the fields").is_none());
    assert!(h.query_by_label("Take over the fields of ConfigMap settings").is_none());
    assert!(h.query_by_label_contains("0 of 1 applied to sandbox-mika").is_some(), "where it went stays said");
}

/// What the list of files says of an object, beside its name.
fn said_of(h: &Screen, object: &str) -> String {
    h.get_by_role_and_label(Role::Button, object).accesskit_node().description().unwrap_or_default()
}

#[test]
fn only_the_server_says_that_an_object_is_well() {
    both(|lang| {
        let limits = GOOD.replace("settings", "limits");
        let mut h = with_files(lang, &[("a.yaml", &format!("{GOOD}---\n{limits}"))]);
        let (settings, unsent) = ("ConfigMap settings", t(lang, "manifests-no-answer"));
        assert_eq!(said_of(&h, settings), unsent, "nobody was asked yet");
        h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        settle(&mut h);
        assert_eq!(said_of(&h, settings), unsent, "asked, not answered");
        let (job, _) = one_run(&mut h);
        let objects = vec![
            outcome(0, "ConfigMap", "settings", Verdict::Created, ""),
            outcome(1, "ConfigMap", "limits", Verdict::Refused, "quota"),
        ];
        answer(&mut h, job, Outcome::Partly { done: 1, all: 2 }, objects);
        assert_eq!(said_of(&h, settings), t(lang, "verdict-created"));
        assert_eq!(said_of(&h, "ConfigMap limits"), t(lang, "verdict-refused"));
        click(&mut h, Role::Link, &counted(lang, "manifests-again", 1));
        assert_eq!(said_of(&h, "ConfigMap limits"), unsent, "asked again");
        assert_eq!(said_of(&h, settings), t(lang, "verdict-created"), "of this nothing new is said");
        choose_target(&mut h, lang, "k8s-prod");
        assert_eq!(said_of(&h, settings), unsent, "another bay has not been asked");
    });
}

#[test]
fn what_the_server_refused_is_counted_and_told() {
    for (lang, headline) in
        [(Lang::En, "0 of 3 applied to sandbox-mika"), (Lang::Ja, "3 個中 0 個を sandbox-mika に適用")]
    {
        let more = |name: &str| format!("---\n{}", GOOD.replace("settings", name));
        let mut h = with_files(lang, &[("a.yaml", &format!("{GOOD}{}{}", more("b"), more("c")))]);
        let tab = |count: usize| format!("{} {count}", t(lang, "manifests-problems"));
        assert!(h.query_by_role_and_label(Role::Tab, &tab(0)).is_some());
        h.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        settle(&mut h);
        let (job, _) = one_run(&mut h);
        let objects = vec![
            outcome(0, "ConfigMap", "settings", Verdict::Refused, "no such namespace"),
            outcome(1, "ConfigMap", "b", Verdict::Refused, "no such namespace"),
            outcome(2, "ConfigMap", "c", Verdict::Skipped, ""),
        ];
        let refused = Problem::new(ProblemKind::Invalid, "kubernetes", "no");
        answer(&mut h, job, Outcome::Failed(refused), objects);
        assert!(h.query_by_label_contains(headline).is_some(), "nothing was applied");
        assert!(h.query_by_label(&counted(lang, "manifests-sum-refused", 2)).is_some());
        assert!(h.query_by_label(&counted(lang, "manifests-sum-skipped", 1)).is_some());
        click(&mut h, Role::Tab, &tab(2));
        assert!(h.query_by_label("no such namespace a.yaml:1").is_some(), "where it is");
        click(&mut h, Role::Row, "no such namespace a.yaml:6");
        let place = [("file", "a.yaml"), ("line", "6"), ("column", "1")];
        assert!(h.query_by_label(&f(lang, "manifests-footer-place", &place)).is_some());
    }
}

#[test]
fn the_target_is_chosen_from_the_search_by_keys() {
    let mut h = with_files(Lang::En, &[("a.yaml", GOOD)]);
    click(&mut h, Role::ComboBox, "Apply to bay");
    let options: Vec<String> =
        h.get_all_by_role(Role::ListBoxOption).filter_map(|n| n.accesskit_node().label()).collect();
    let here = options.iter().position(|o| o == "sandbox-mika").expect("the choice");
    assert!(here > 0, "{options:?}");
    let chosen = |h: &Screen| h.get_by_role_and_label(Role::ComboBox, "Apply to bay").accesskit_node().value();
    let press = |h: &mut Screen, keys: &[Key]| {
        for key in keys {
            h.key_press(*key);
            settle(h);
        }
    };
    press(&mut h, &[Key::ArrowUp, Key::Enter]);
    assert_eq!(chosen(&h).as_deref(), Some(options[here - 1].as_str()));
    assert!(h.query_by_role(Role::ListBoxOption).is_none(), "the list is closed");
    assert!(h.get_by_role_and_label(Role::ComboBox, "Apply to bay").is_focused());

    click(&mut h, Role::ComboBox, "Apply to bay");
    h.get_by_role_and_label(Role::TextInput, "Search").type_text("sandbox");
    settle(&mut h);
    press(&mut h, &[Key::ArrowDown, Key::Enter]);
    assert_eq!(chosen(&h).as_deref(), Some("sandbox-tomo"), "the second of those that were found");
    assert!(runs(&mut h).is_empty(), "keys of the list are no keys of the screen");
}

#[test]
fn a_run_that_failed_says_why_and_is_tried_again() {
    both(|lang| {
        let mut h = with_files(lang, &[("a.yaml", GOOD)]);
        h.key_press_modifiers(CTRL_SHIFT, Key::V);
        settle(&mut h);
        let (job, _) = one_run(&mut h);
        let problem = Problem::new(ProblemKind::Tls, "kubernetes", "unknown issuer");
        answer(&mut h, job, Outcome::Failed(problem), Vec::new());
        assert!(h.query_by_label(&t(lang, "problem-tls-advice")).is_some());
        click(&mut h, Role::Button, &t(lang, "action-retry"));
        assert_eq!(one_run(&mut h).1.mode, ManifestMode::Validate, "the same is asked for again");
    });
}

#[test]
fn a_bay_that_is_gone_is_not_exchanged_for_another() {
    both(|lang| {
        let mut h = with_files(lang, &[("a.yaml", GOOD)]);
        let apply = counted(lang, "manifests-apply", 1);
        assert!(!is_disabled(&h, &apply));
        if let Some(bays) = &mut h.state_mut().state.bays.value {
            Arc::make_mut(bays).retain(|b| b.name != "sandbox-mika");
        }
        settle(&mut h);
        assert!(h.query_by_label(&f(lang, "manifests-stands-gone", &[("bay", "sandbox-mika")])).is_some());
        assert!(is_disabled(&h, &apply) && is_disabled(&h, &t(lang, "action-delete")));
        for (modifiers, key) in [(Modifiers::COMMAND, Key::Enter), (CTRL_SHIFT, Key::V)] {
            h.key_press_modifiers(modifiers, key);
            settle(&mut h);
        }
        assert!(runs(&mut h).is_empty(), "nothing is sent anywhere");
        let target = t(lang, "manifests-target");
        let select = h.get_by_role_and_label(Role::ComboBox, &target);
        assert_eq!(select.accesskit_node().value().as_deref(), Some("sandbox-mika"), "one sees what was chosen");
        choose_target(&mut h, lang, "k8s-staging");
        assert!(!is_disabled(&h, &apply));
    });
}

#[test]
fn a_bay_that_cannot_be_entered_now_says_so() {
    let mut h = with_files(Lang::En, &[("a.yaml", GOOD)]);
    if let Some(bays) = &mut h.state_mut().state.bays.value {
        let status = BayStatus::parse(Some("DELETE_IN_PROGRESS"));
        Arc::make_mut(bays).iter_mut().filter(|b| b.name == "sandbox-mika").for_each(|b| b.status = status.clone());
    }
    settle(&mut h);
    assert!(h.query_by_label_contains("sandbox-mika cannot be entered now").is_some());
    assert!(is_disabled(&h, "Apply 1 object"));
}

#[test]
fn files_are_opened_edited_and_saved() {
    both(|lang| {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("one.yaml"), folder.path().join("two.yaml"));
        std::fs::write(&one, GOOD).expect("written");
        let answers = Arc::new(Answers { open: vec![one.clone()], save: Some(two.clone()), ..Answers::default() });
        let mut window = Window::new(forms::state(), Theme::Dark, lang);
        window.ui.manifests.use_dialogs(answers.clone());
        let mut h = on_screen(window);

        h.key_press_modifiers(Modifiers::COMMAND, Key::O);
        until(&mut h, "the file", |h| h.query_by_role_and_label(Role::Tab, "one.yaml").is_some());
        settle(&mut h);
        assert_eq!(text_of(&h, lang, "one.yaml"), GOOD);
        let name = f(lang, "manifests-editor-name", &[("file", "one.yaml")]);
        h.get_by_role_and_label(Role::MultilineTextInput, &name).focus();
        settle(&mut h);
        h.key_press_modifiers(Modifiers::COMMAND | Modifiers::CTRL, Key::End);
        settle(&mut h);
        h.event(egui::Event::Text("# mine\n".into()));
        settle(&mut h);
        let edited = format!("{GOOD}# mine\n");
        assert_eq!(text_of(&h, lang, "one.yaml"), edited);

        click(&mut h, Role::Button, &t(lang, "manifests-save-as"));
        until(&mut h, "the other file", |h| h.query_by_role_and_label(Role::Tab, "two.yaml").is_some());
        assert_eq!(std::fs::read_to_string(&two).expect("saved"), edited);
        assert_eq!(std::fs::read_to_string(&one).expect("still there"), GOOD);

        h.event(egui::Event::Text("# more\n".into()));
        settle(&mut h);
        click(&mut h, Role::Button, &t(lang, "manifests-save"));
        let edited = format!("{edited}# more\n");
        until(&mut h, "saving", |_| std::fs::read_to_string(&two).is_ok_and(|text| text == edited));
        let asked = answers.asked.lock().expect("not poisoned").clone();
        let (open, save) = (t(lang, "manifests-open-title"), t(lang, "manifests-save-title"));
        assert_eq!(asked, [open, format!("{save}: one.yaml")], "a file that has a place is saved without a question");
    });
}

/// A file as a drop brings it.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

#[test]
fn dropped_files_are_opened_and_what_cannot_be_is_told() {
    both(|lang| {
        let folder = tempfile::tempdir().expect("a folder");
        let (good, bad) = (folder.path().join("good.yaml"), folder.path().join("bad.yaml"));
        std::fs::write(&good, GOOD).expect("written");
        std::fs::write(&bad, [b'a', 0xFF]).expect("written");
        let mut h = open(lang);
        for path in [&good, &bad] {
            h.input_mut().dropped_files.push(Arc::new(Dropped(path.clone())));
        }
        let why = f(lang, "manifests-not-text", &[("byte", "1")]);
        until(&mut h, "both files", |h| {
            h.query_by_role_and_label(Role::Tab, "good.yaml").is_some() && h.query_by_label_contains(&why).is_some()
        });
    });
}

#[test]
fn several_files_are_walked_and_closed() {
    let mut h = with_files(Lang::En, &[("a.yaml", GOOD), ("b.yaml", WRONG)]);
    assert!(h.query_by_label("2 files, 2 objects").is_some());
    assert_eq!(text_of(&h, Lang::En, "b.yaml"), WRONG);
    h.key_press_modifiers(Modifiers::COMMAND, Key::PageDown);
    settle(&mut h);
    assert_eq!(text_of(&h, Lang::En, "a.yaml"), GOOD);
    click(&mut h, Role::Button, "ConfigMap Settings");
    assert!(h.query_by_label("b.yaml, line 1, column 1").is_some(), "an object leads into its file");
    h.key_press_modifiers(Modifiers::COMMAND, Key::N);
    settle(&mut h);
    assert!(h.query_by_role_and_label(Role::Tab, "untitled-1.yaml").is_some());
    h.key_press_modifiers(Modifiers::COMMAND, Key::W);
    settle(&mut h);
    assert!(
        h.query_by_role_and_label(Role::Tab, "untitled-1.yaml").is_none(),
        "an empty file closes without a question"
    );
}

#[test]
fn closing_what_is_not_saved_asks() {
    both(|lang| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kept.yaml");
        let mut window = Window::new(forms::state(), Theme::Dark, lang);
        window.ui.manifests.use_dialogs(Arc::new(Answers { save: Some(path.clone()), ..Answers::default() }));
        window.ui.manifests.open_text("a.yaml", GOOD, None);
        let mut h = on_screen(window);
        let close = t(lang, "manifests-close");
        let is_open = |h: &Screen| h.query_by_role_and_label(Role::Tab, "a.yaml").is_some();

        click(&mut h, Role::Button, &close);
        assert!(h.query_by_label(&t(lang, "manifests-close-text")).is_some());
        h.key_press(Key::Escape);
        settle(&mut h);
        assert!(is_open(&h), "Esc keeps it");
        click(&mut h, Role::Button, &close);
        click(&mut h, Role::Button, &t(lang, "manifests-close-save"));
        until(&mut h, "the file to be saved and closed", |h| !is_open(h));
        assert_eq!(std::fs::read_to_string(&path).expect("saved"), GOOD);

        click(&mut h, Role::Link, "nginx.yaml");
        click(&mut h, Role::Button, &close);
        click(&mut h, Role::Button, &t(lang, "manifests-close-drop"));
        assert!(h.query_by_role_and_label(Role::Tab, "nginx.yaml").is_none());
    });
}

#[test]
fn what_was_typed_is_there_after_a_crash() {
    both(|lang| {
        let folder = tempfile::tempdir().expect("a folder");
        let window = || {
            let mut window = Window::new(forms::state(), Theme::Dark, lang);
            window.ui.manifests.use_drafts(Drafts::in_folder(folder.path(), || {}));
            window
        };
        let mut h = on_screen(window());
        click(&mut h, Role::Link, "nginx.yaml");
        h.event(egui::Event::Text("# typed\n".into()));
        settle(&mut h);
        assert!(h.query_by_label(&t(lang, "manifests-footer-unsaved")).is_some(), "not kept yet, and not said to be");
        // Steady typing, faster than any pause: after three seconds it is kept all the same.
        for _ in 0..6 {
            h.state_mut().now += 0.6;
            h.event(egui::Event::Text("#\n".into()));
            h.run_steps(2);
        }
        let draft = folder.path().join("drafts.json");
        until(&mut h, "a draft", |_| std::fs::read_to_string(&draft).is_ok_and(|d| d.contains("# typed")));
        // No word of farewell: the window is forgotten as a crash would.
        std::mem::forget(h);

        let mut h = on_screen(window());
        until(&mut h, "the draft", |h| h.query_by_role_and_label(Role::Tab, "nginx.yaml").is_some());
        settle(&mut h);
        assert!(text_of(&h, lang, "nginx.yaml").contains("# typed"));
    });
}

#[test]
fn what_was_pasted_just_before_the_end_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let drafts = || Drafts::in_folder(folder.path(), || {});
    let mut window = Window::new(forms::state(), Theme::Dark, Lang::En);
    window.ui.manifests.use_drafts(drafts());
    window.ui.manifests.open_text("a.yaml", GOOD, None);
    window.ui.manifests.close_drafts();
    let mut window = Window::new(forms::state(), Theme::Dark, Lang::En);
    window.ui.manifests.use_drafts(drafts());
    let mut h = on_screen(window);
    until(&mut h, "the draft", |h| h.query_by_role_and_label(Role::Tab, "a.yaml").is_some());
}

#[test]
fn a_file_too_long_to_edit_is_shown_read_and_sent() {
    let text: String = (0..6000).map(|n| format!("---\n{}", GOOD.replace("settings", &format!("c{n}")))).collect();
    let text = format!("{text}---\n{WRONG}");
    let mut h = with_files(Lang::En, &[("long.yaml", &text)]);
    assert!(h.query_by_label_contains("Too long to edit here").is_some());
    until(&mut h, "the text to be read", |h| h.query_by_label("1 problem").is_some());
    assert!(h.query_by_label("  name: c0").is_some() && h.query_by_label("  name: Settings").is_none());
    h.key_press(Key::F8);
    settle(&mut h);
    settle(&mut h);
    assert!(h.query_by_label("  name: Settings").is_some(), "F8 brings the problem into view");
    assert!(h.query_by_label("  name: c0").is_none(), "only what shows is laid out");
}

/// The state of 2015 with a Kubernetes bay.
fn kubernetes_2015() -> State {
    let mut state = forms::state_2015();
    state.bays.value = Some(Arc::new(fleet::bays()));
    state
}

#[test]
fn through_magnum_of_2015_only_what_it_takes_is_offered() {
    both(|lang| {
        let mut window = Window::new(kubernetes_2015(), Theme::Dark, lang);
        let text = format!("{GOOD}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: shop\n");
        window.ui.manifests.open_text("a.yaml", &text, Some(fleet::id("sandbox-mika")));
        let mut h = on_screen(window);
        assert!(h.query_by_label(&t(lang, "manifests-through-magnum")).is_some());
        assert!(h.query_by_role_and_label(Role::ComboBox, &t(lang, "manifests-namespace")).is_none());
        assert!(is_disabled(&h, &t(lang, "manifests-validate")), "2015 has no dry run");
        let kinds = t(lang, "manifests-not-through-magnum");
        assert!(h.query_by_label(&format!("{kinds} a.yaml:2")).is_some(), "told before it is sent");
        assert!(h.query_by_label(&format!("{} a.yaml:10", t(lang, "manifests-one-namespace"))).is_some());
        click(&mut h, Role::Button, &counted(lang, "manifests-apply", 2));
        let (job, _) = one_run(&mut h);
        let objects = vec![
            outcome(0, "ConfigMap", "settings", Verdict::Refused, "takes pods only"),
            outcome(1, "Pod", "p", Verdict::Created, ""),
        ];
        answer(&mut h, job, Outcome::Partly { done: 1, all: 2 }, objects);
        let label = format!("ConfigMap settings {}", t(lang, "verdict-refused"));
        let row = h.get_by_label(&label);
        assert_eq!(row.accesskit_node().description().as_deref(), Some(kinds.as_str()), "in the window's language");
        let problems = format!("{} 2", t(lang, "manifests-problems"));
        assert!(h.query_by_role_and_label(Role::Tab, &problems).is_some(), "what was advised against is told once");
    });
}
