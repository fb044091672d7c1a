//! The layers of the crate: a lower one never imports a higher one (see the crate documentation).

// A test may fail at any line.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::{Path, PathBuf};

/// Layer and what it may import besides itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("i18n", &[]),
    ("demo", &[]),
    ("api", &["model"]),
    ("live", &["api", "model", "demo"]),
    ("ui", &["live", "model", "i18n"]),
    ("app", &["ui", "live", "model", "i18n", "demo"]),
    ("cli", &["app", "api", "live", "model", "i18n", "demo", "ui"]),
];

#[test]
fn lower_layers_never_import_higher_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    let mut read = 0;
    for file in rust_files(&root) {
        let Some(layer) = layer_of(&root, &file) else { continue };
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == layer) else {
            faults.push(format!("{} is in no layer", file.display()));
            continue;
        };
        read += 1;
        let text = std::fs::read_to_string(&file).expect("a readable source file");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for used in imports(code) {
                if used != layer && !allowed.contains(&used.as_str()) {
                    faults.push(format!("{}:{}: {layer} imports {used}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(read > 20, "only {read} source files were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_its_subject_first() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let silent: Vec<_> = ["src", "tests"]
        .iter()
        .flat_map(|folder| rust_files(&root.join(folder)))
        .filter(|file| !std::fs::read_to_string(file).expect("a readable source file").starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "files without a first line that says their subject: {silent:?}");
}

fn layer_of(root: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(name, "lib" | "main")).then(|| name.to_owned())
}

/// Layers named after `crate::` in a line of code.
fn imports(code: &str) -> Vec<String> {
    code.match_indices("crate::")
        .map(|(at, found)| {
            code[at + found.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
        })
        .filter(|name| ALLOWED.iter().any(|(layer, _)| layer == name))
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
