//! Open, save and drop: dialogs and disk on threads of their own, one dialog at a time.

use poll_promise::{Promise, Sender};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Endings that manifests have.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];
/// Files above this are not opened: no manifest is, and the window would hold all of it.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What asks the user for files; blocks until there is an answer. The system's dialogs, or a stand-in in tests.
pub trait Dialogs: Send + Sync {
    /// Files to open; `None` = cancelled.
    fn open(&self, title: &str) -> Option<Vec<PathBuf>>;
    /// Where to save, with a name to begin with; `None` = cancelled.
    fn save(&self, title: &str, name: &str) -> Option<PathBuf>;
}

/// The system's dialogs.
struct System;

impl Dialogs for System {
    fn open(&self, title: &str) -> Option<Vec<PathBuf>> {
        let dialog = rfd::FileDialog::new().set_title(title);
        dialog.add_filter("YAML, JSON", ENDINGS).add_filter("*", &["*"]).pick_files()
    }

    fn save(&self, title: &str, name: &str) -> Option<PathBuf> {
        rfd::FileDialog::new().set_title(title).set_file_name(name).add_filter("YAML, JSON", ENDINGS).save_file()
    }
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadProblem {
    /// It is not UTF-8 text; the first byte that is not.
    NotText(usize),
    /// It is too long; the limit in MiB.
    TooLong(u64),
    /// The system's words.
    System(String),
}

/// A file that was read, or why it was not.
pub type Read = (PathBuf, Result<String, ReadProblem>);

/// What came of a job.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Files were read.
    Opened(Vec<Read>),
    /// A file was written, or not.
    Saved {
        /// The buffer's number.
        buffer: u64,
        /// The version of its text that was written.
        version: u64,
        /// Where.
        path: PathBuf,
        /// Why not, in the system's words.
        problem: Option<String>,
    },
    /// The dialog was cancelled.
    Cancelled,
}

/// Jobs under way.
pub struct Files {
    jobs: Vec<Promise<Outcome>>,
    dialog_open: bool,
    dialogs: Arc<dyn Dialogs>,
}

impl Default for Files {
    fn default() -> Self {
        Files { jobs: Vec::new(), dialog_open: false, dialogs: Arc::new(System) }
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("jobs", &self.jobs.len()).field("dialog_open", &self.dialog_open).finish()
    }
}

impl Files {
    /// Asks with other dialogs.
    pub fn use_dialogs(&mut self, dialogs: Arc<dyn Dialogs>) {
        self.dialogs = dialogs;
    }

    /// Asks for files and reads them. Nothing while a dialog is open.
    pub fn open_dialog(&mut self, ctx: &egui::Context, title: String) {
        if std::mem::replace(&mut self.dialog_open, true) {
            return;
        }
        let dialogs = self.dialogs.clone();
        self.start(ctx, move || match dialogs.open(&title) {
            Some(paths) => Outcome::Opened(paths.into_iter().map(read).collect()),
            None => Outcome::Cancelled,
        });
    }

    /// Reads files that were dropped onto the window.
    pub fn read_paths(&mut self, ctx: &egui::Context, paths: Vec<PathBuf>) {
        self.start(ctx, move || Outcome::Opened(paths.into_iter().map(read).collect()));
    }

    /// Asks where to write a text, and writes it there. Nothing while a dialog is open.
    pub fn save_dialog(&mut self, ctx: &egui::Context, title: String, name: String, buffer: (u64, u64), text: String) {
        if std::mem::replace(&mut self.dialog_open, true) {
            return;
        }
        let dialogs = self.dialogs.clone();
        self.start(ctx, move || match dialogs.save(&title, &name) {
            Some(path) => write(path, buffer, &text),
            None => Outcome::Cancelled,
        });
    }

    /// Writes a text to its file.
    pub fn save(&mut self, ctx: &egui::Context, path: PathBuf, buffer: (u64, u64), text: String) {
        self.start(ctx, move || write(path, buffer, &text));
    }

    /// What has come to its end since the last call.
    pub fn ended(&mut self) -> Vec<Outcome> {
        let mut ended = Vec::new();
        for promise in std::mem::take(&mut self.jobs) {
            match promise.try_take() {
                Ok(outcome) => ended.push(outcome),
                Err(promise) => self.jobs.push(promise),
            }
        }
        if self.jobs.is_empty() {
            self.dialog_open = false;
        }
        ended
    }

    fn start(&mut self, ctx: &egui::Context, work: impl FnOnce() -> Outcome + Send + 'static) {
        let (sender, promise) = Promise::new();
        let ctx = ctx.clone();
        let run = move |sender: Sender<Outcome>| {
            // The promise must be kept: its poller fails on a sender that was dropped.
            sender.send(work());
            ctx.request_repaint();
        };
        match std::thread::Builder::new().name("files".into()).spawn(move || run(sender)) {
            Ok(_) => self.jobs.push(promise),
            Err(error) => {
                self.dialog_open = false;
                tracing::error!(%error, "no thread for files");
            }
        }
    }
}

fn read(path: PathBuf) -> Read {
    let text = read_text(&path);
    (path, text)
}

fn read_text(path: &Path) -> Result<String, ReadProblem> {
    let system = |e: std::io::Error| ReadProblem::System(e.to_string());
    let mut bytes = Vec::new();
    // The limit counts what is read, not what the folder says: a pipe or a device has no length.
    std::fs::File::open(path).map_err(system)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(system)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ReadProblem::TooLong(MOST_BYTES / 1024 / 1024));
    }
    String::from_utf8(bytes).map_err(|e| ReadProblem::NotText(e.utf8_error().valid_up_to()))
}

fn write(path: PathBuf, (buffer, version): (u64, u64), text: &str) -> Outcome {
    let problem = std::fs::write(&path, text).err().map(|e| e.to_string());
    Outcome::Saved { buffer, version, path, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_opened_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.yaml");
        std::fs::write(&path, [b'a', 0xFF]).expect("written");
        assert_eq!(read(path.clone()).1, Err(ReadProblem::NotText(1)));
        assert!(matches!(read(folder.path().join("none.yaml")).1, Err(ReadProblem::System(_))));
        std::fs::File::create(&path).and_then(|f| f.set_len(MOST_BYTES + 1)).expect("a long file");
        assert_eq!(read(path).1, Err(ReadProblem::TooLong(16)));
    }
}
