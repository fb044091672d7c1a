//! Both languages hold the same messages with the same variables, every message that the code names exists, and the
//! bundled fonts can draw all of them.

// A test may fail at any line.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use bayview::i18n::{FILES, Lang, Texts, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Ids of a file and the variables each uses.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|l| !l.trim_start().starts_with('#')) {
        let starts = line.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
        if starts && let Some((id, _)) = line.split_once('=') {
            let id = id.trim().to_owned();
            assert!(found.insert(id.clone(), BTreeSet::new()).is_none(), "{id} is defined twice");
            current = Some(id);
        }
        let Some(id) = &current else { continue };
        for part in line.split('$').skip(1) {
            let name: String =
                part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
            found.entry(id.clone()).or_default().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_and_variables() {
    let mut seen = BTreeSet::new();
    for (file, en, ja) in FILES {
        let (en, ja) = (messages(en), messages(ja));
        let (ids_en, ids_ja): (Vec<_>, Vec<_>) = (en.keys().collect(), ja.keys().collect());
        assert_eq!(ids_en, ids_ja, "{file}: other ids");
        for (id, variables) in &en {
            assert!(seen.insert(id.clone()), "{file}: {id} stands in another file too");
            // A number that only chooses the plural may be missing where there is none.
            let more: Vec<_> = ja[id].difference(variables).collect();
            assert!(more.is_empty(), "{file}: {id} uses {more:?} only in Japanese");
            let less: Vec<_> = variables.difference(&ja[id]).filter(|v| *v != "count").collect();
            assert!(less.is_empty(), "{file}: {id} uses {less:?} only in English");
        }
    }
}

#[test]
fn every_file_parses() {
    for (file, en, ja) in FILES {
        for text in [en, ja] {
            let parsed = fluent_bundle::FluentResource::try_new((*text).to_owned());
            assert!(parsed.is_ok(), "{file}: {:?}", parsed.err().map(|e| e.1));
        }
    }
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Ids that functions such as `message_id` give back: literals after `=>` in their bodies.
fn given(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for function in source.split("fn ").skip(1) {
        let name: String = function.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !name.ends_with("_id") {
            continue;
        }
        for part in function.split("=> \"").skip(1) {
            found.extend(part.split('"').next().filter(|id| id.contains('-')).map(str::to_owned));
        }
    }
    found
}

/// Calls that take a message id as a literal: `cx.t("…")`, `cx.f("…"`.
fn asked(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in [".t(\"", ".f(\""] {
        for part in source.split(call).skip(1) {
            found.extend(part.split('"').next().map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_message_that_the_code_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for folder in ["ui", "live", "app", "model"] {
        sources(&root.join(folder), &mut files);
    }
    let texts = Texts::new(Lang::En, Vocabulary::Bay);
    let mut missing = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a readable source");
        // Tests of the parts may name what does not exist.
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for id in asked(source).into_iter().chain(given(source)) {
            if !texts.has(&id) {
                missing.push(format!("{}: {id}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "no such messages:\n{}", missing.join("\n"));
}

/// Calls whose words are names for egui or the system, not for people.
const NAMES: [&str; 14] = [
    "id_salt(",
    "id_salt((",
    "Id::unique(",
    "Id::unique((",
    "Panel::left(",
    "Panel::right(",
    "Panel::top(",
    "Panel::bottom(",
    "Table::new(",
    ".name(",
    "spawn_thread(",
    "side_panel(cx, ui, ",
    "toolbar(ui, ",
    "scroll(ui, ",
];

/// Literals that look like message ids: their first word begins ids, and they are no names.
fn look_like_ids(source: &str, begins: &BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.lines().filter(|l| !l.trim_start().starts_with("//")) {
        let parts: Vec<&str> = line.split('"').collect();
        for at in (1..parts.len()).step_by(2) {
            let (before, word) = (parts[at - 1], parts[at]);
            let kebab =
                word.contains('-') && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            let whole = kebab && !word.ends_with('-') && word.starts_with(|c: char| c.is_ascii_lowercase());
            let name = NAMES.iter().any(|call| before.ends_with(call)) || line.contains("filter_field");
            if whole && !name && word.split('-').next().is_some_and(|first| begins.contains(first)) {
                found.push(word.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_literal_that_looks_like_a_message_id_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for folder in ["ui", "live", "app"] {
        sources(&root.join(folder), &mut files);
    }
    let ids: BTreeSet<String> = FILES.iter().flat_map(|(_, en, _)| messages(en).into_keys()).collect();
    let begins: BTreeSet<&str> = ids.iter().filter_map(|id| id.split('-').next()).collect();
    let mut missing = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a readable source");
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for id in look_like_ids(source, &begins).into_iter().filter(|id| !ids.contains(id)) {
            missing.push(format!("{}: {id}", file.display()));
        }
    }
    assert!(missing.is_empty(), "no such messages:\n{}", missing.join("\n"));
}

#[test]
fn every_problem_sign_and_command_has_its_words() {
    use strum::IntoEnumIterator as _;
    for lang in [Lang::En, Lang::Ja] {
        let texts = Texts::new(lang, Vocabulary::Bay);
        for kind in bayview::model::problem::ProblemKind::iter() {
            assert!(texts.has(kind.message_id()), "{kind:?}");
            assert!(texts.has(&format!("{}-advice", kind.message_id())), "advice for {kind:?}");
        }
        for sign in bayview::model::status::Sign::ALL {
            assert!(texts.has(sign.message_id()), "{sign:?}");
        }
        for command in bayview::ui::shell::commands::UiCommand::iter() {
            assert!(texts.has(command.text_id()), "{command:?}");
        }
    }
}

#[test]
fn the_bundled_fonts_can_draw_every_message() {
    use eframe::egui::epaint::text::{Fonts, TextOptions};
    use eframe::egui::{FontFamily, FontId};
    let mut fonts = Fonts::new(TextOptions::default(), bayview::ui::fonts::definitions());
    let characters: BTreeSet<char> =
        FILES.iter().flat_map(|(_, en, ja)| en.chars().chain(ja.chars())).filter(|c| !c.is_control()).collect();
    for family in [FontFamily::Proportional, bayview::ui::fonts::strong_family(), FontFamily::Monospace] {
        let font = FontId::new(12.5, family.clone());
        let missing: String =
            characters.iter().filter(|c| !fonts.with_pixels_per_point(1.0).has_glyph(&font, **c)).collect();
        assert!(missing.is_empty(), "{family:?} lacks {missing}");
    }
}
