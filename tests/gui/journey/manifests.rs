//! Manifests against the demo cloud's own servers: dry run, conflict and taking over, delete, and Magnum of 2015.

use super::whole::{self, Whole};
use bayview::app::Start;
use bayview::i18n::Lang;
use bayview::live::state::{Outcome, Verdict};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

fn at_manifests(lang: Lang, sample: &str) -> Whole {
    let mut whole = whole::start(whole::DEMO, Start::SignIn, lang);
    whole.open_demo();
    whole.click_words(Role::Tab, "rail-manifests");
    whole.click(Role::Link, sample);
    whole
}

/// Puts a text in the place of the open file's, by the keyboard.
fn retype(whole: &mut Whole, file: &str, text: &str) {
    let name = whole.words("manifests-editor-name", &[("file", file)]);
    whole.harness.get_by_role_and_label(Role::MultilineTextInput, &name).focus();
    whole.settle();
    whole.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    whole.settle();
    whole.harness.event(Event::Paste(text.to_owned()));
    whole.settle();
}

fn only(verdicts: Vec<(String, Verdict)>) -> Vec<Verdict> {
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

#[test]
fn the_server_s_refusal_is_marked_where_it_belongs() {
    for lang in [Lang::En, Lang::Ja] {
        let mut whole = at_manifests(lang, "nginx.yaml");
        whole.choose("manifests-target", super::BAY);
        let sample = include_str!("../../../assets/manifests/nginx.yaml");
        let wrong = sample.replacen("replicas:", "replicsa:", 1);
        let line = wrong.lines().position(|l| l.contains("replicsa")).expect("the word") + 1;
        retype(&mut whole, "nginx.yaml", &wrong);
        whole.click_words(Role::Button, "manifests-validate");
        let verdicts = whole.verdicts();
        assert!(verdicts.contains(&("Deployment nginx".into(), Verdict::Refused)), "{verdicts:?}");
        whole.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::CTRL, Key::Home);
        whole.settle();
        whole.harness.key_press(Key::F8);
        whole.settle();
        let line = line.to_string();
        let place = [("file", "nginx.yaml"), ("line", line.as_str()), ("column", "3")];
        let place = whole.words("manifests-footer-place", &place);
        assert!(whole.harness.query_by_label(&place).is_some(), "F8 leads to what the server refused: {place}");
        whole.picture(&format!("journey-refused-{lang:?}"));
    }
}

#[test]
fn what_another_manager_owns_is_a_conflict_until_it_is_taken_over_and_then_deleted() {
    for lang in [Lang::En, Lang::Ja] {
        let mut whole = at_manifests(lang, "nginx.yaml");
        whole.choose("manifests-target", super::BAY);
        let apply = whole.counted("manifests-apply", 2);
        whole.click(Role::Button, &apply);
        assert_eq!(only(whole.verdicts()), [Verdict::Created, Verdict::Created]);
        let bay = whole.bay_named(super::BAY);
        super::ready(&mut whole, &bay, 3);

        // Scaling makes the number of replicas somebody else's.
        whole.click_words(Role::Tab, "rail-bays");
        whole.click(Role::Row, super::BAY);
        whole.harness.key_press(Key::Enter);
        whole.settle();
        let tab = whole.words("bay-tab-workloads", &[]);
        whole.harness.get_by(|n| n.role() == Role::Tab && n.label().is_some_and(|l| l.starts_with(&tab))).click();
        whole.settle();
        let more = whole.words("workloads-more", &[("name", "nginx")]);
        whole.click(Role::Button, &more);
        let scale = whole.words("workloads-scale-to", &[("to", "4")]);
        whole.click(Role::Button, &scale);
        super::ready(&mut whole, &bay, 4);

        whole.click_words(Role::Tab, "rail-manifests");
        whole.click(Role::Button, &apply);
        assert_eq!(only(whole.verdicts()), [Verdict::Conflict, Verdict::Unchanged]);
        whole.picture(&format!("journey-conflict-{lang:?}"));
        let take_over = whole.words("manifests-take-over-of", &[("object", "Deployment nginx")]);
        whole.click(Role::Link, &take_over);
        assert_eq!(only(whole.verdicts()), [Verdict::Configured]);
        super::ready(&mut whole, &bay, 3);

        whole.click_words(Role::Button, "action-delete");
        whole.click_words(Role::Button, "manifests-delete-confirm");
        assert_eq!(only(whole.verdicts()), [Verdict::Deleted, Verdict::Deleted]);
        whole.until("nginx to be gone", |s| !s.insides[&bay].workloads.iter().any(|w| w.name == "nginx"));
    }
}

#[test]
fn on_a_bay_of_2015_pods_controllers_and_services_go_through_magnum() {
    for lang in [Lang::En, Lang::Ja] {
        let mut whole = at_manifests(lang, "replication-controller.yaml");
        whole.click_words(Role::ComboBox, "switch-region");
        whole.click(Role::MenuItem, "RegionTwo");
        whole.until("the bays of 2015", |s| s.bays.value.iter().flat_map(|b| b.iter()).any(|b| b.name == "kube-small"));
        // Another region begins with its bays.
        whole.click_words(Role::Tab, "rail-manifests");
        whole.choose("manifests-target", "kube-small");
        let apply = whole.counted("manifests-apply", 3);
        whole.click(Role::Button, &apply);
        assert_eq!(only(whole.verdicts()), [Verdict::Created; 3]);
        assert_eq!(whole.state().journal.last().map(|j| j.outcome.clone()), Some(Outcome::Done));
        whole.click(Role::Button, &apply);
        // Once the pod is placed Kubernetes refuses to have it replaced, so its verdict tells how quick the scheduler was.
        assert_eq!(only(whole.verdicts())[1..], [Verdict::Configured; 2], "what is there is changed");
        whole.picture(&format!("journey-2015-{lang:?}"));
        whole.click_words(Role::Button, "action-delete");
        whole.click_words(Role::Button, "manifests-delete-confirm");
        assert_eq!(only(whole.verdicts()), [Verdict::Deleted; 3]);
    }
}
