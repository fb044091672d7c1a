//! One open file: its text, what the text says, and whether it is saved.

use crate::model::manifest::{Flavor, Issue, Manifest, Severity};
use std::path::PathBuf;
use std::sync::Arc;

/// Texts above this are shown, not edited: laying out every keystroke would take longer than a frame.
pub const EDITABLE_BYTES: usize = 1024 * 1024;

/// A file that is open.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Buffer {
    /// Number, unique among the open files.
    pub id: u64,
    /// Title: the file's name, or what a sample is called.
    pub title: String,
    /// Where it is saved; `None` = nowhere yet.
    pub path: Option<PathBuf>,
    /// Text.
    pub text: String,
    /// The text differs from the file.
    pub unsaved: bool,
    /// What the text says, read again when it changes.
    #[serde(skip)]
    read: Option<Arc<Manifest>>,
    /// Rises with each change of the text in this run.
    #[serde(skip)]
    pub version: u64,
}

impl Buffer {
    /// A new file.
    pub fn new(id: u64, title: impl Into<String>, text: impl Into<String>) -> Buffer {
        Buffer { id, title: title.into(), path: None, text: text.into(), unsaved: true, read: None, version: 0 }
    }

    /// A file that was read.
    pub fn opened(id: u64, path: PathBuf, text: String) -> Buffer {
        let title = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Buffer { id, title, path: Some(path), text, unsaved: false, read: None, version: 0 }
    }

    /// The text was changed.
    pub fn touch(&mut self) {
        self.unsaved = true;
        self.read = None;
        self.version += 1;
    }

    /// Its text was written to a file.
    pub fn saved(&mut self, path: PathBuf) {
        self.title = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        self.path = Some(path);
        self.unsaved = false;
    }

    /// What the text says.
    pub fn manifest(&mut self) -> Arc<Manifest> {
        self.read.get_or_insert_with(|| Arc::new(Manifest::parse(&self.text))).clone()
    }

    /// Too long to edit here.
    pub fn is_read_only(&self) -> bool {
        self.text.len() > EDITABLE_BYTES
    }

    /// Issues that keep the file from being sent.
    pub fn errors(&mut self) -> Vec<Issue> {
        self.manifest().issues().filter(|i| i.severity == Severity::Error).cloned().collect()
    }

    /// Number of Kubernetes objects in it.
    pub fn object_count(&mut self) -> usize {
        self.manifest().documents.iter().filter(|d| d.flavor == Flavor::Kubernetes).map(|d| d.objects.len()).sum()
    }
}
