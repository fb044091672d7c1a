//! Open, save and drop: dialogs and disk on threads of their own, one dialog at a time.

use poll_promise::{Promise, Sender};
use std::path::PathBuf;

/// Endings that manifests have.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

/// A file that was read, or why it was not.
pub type Read = (PathBuf, Result<String, String>);

/// What came of a job.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Files were read; none where the dialog was cancelled.
    Opened(Vec<Read>),
    /// A file was written, or not.
    Saved {
        /// The buffer's number.
        buffer: u64,
        /// The version of its text that was written.
        version: u64,
        /// Where.
        path: PathBuf,
        /// Why not.
        problem: Option<String>,
    },
    /// The dialog was cancelled.
    Cancelled,
}

/// Jobs under way.
#[derive(Default)]
pub struct Files {
    jobs: Vec<Promise<Outcome>>,
    dialog_open: bool,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("jobs", &self.jobs.len()).field("dialog_open", &self.dialog_open).finish()
    }
}

impl Files {
    /// Asks for files and reads them. Nothing while a dialog is open.
    pub fn open_dialog(&mut self, ctx: &egui::Context, title: String) {
        if std::mem::replace(&mut self.dialog_open, true) {
            return;
        }
        self.start(ctx, move || {
            let dialog =
                rfd::FileDialog::new().set_title(title).add_filter("YAML, JSON", ENDINGS).add_filter("*", &["*"]);
            match dialog.pick_files() {
                Some(paths) => Outcome::Opened(paths.into_iter().map(read).collect()),
                None => Outcome::Cancelled,
            }
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
        self.start(ctx, move || {
            match rfd::FileDialog::new().set_title(title).set_file_name(name).add_filter("YAML", ENDINGS).save_file() {
                Some(path) => write(path, buffer, &text),
                None => Outcome::Cancelled,
            }
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
    let text = std::fs::read(&path).map_err(|e| e.to_string()).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|e| format!("not UTF-8 text (byte {})", e.utf8_error().valid_up_to()))
    });
    (path, text)
}

fn write(path: PathBuf, (buffer, version): (u64, u64), text: &str) -> Outcome {
    let problem = std::fs::write(&path, text).err().map(|e| e.to_string());
    Outcome::Saved { buffer, version, path, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_names_the_byte() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.yaml");
        std::fs::write(&path, [b'a', 0xFF]).expect("written");
        assert_eq!(read(path).1, Err("not UTF-8 text (byte 1)".into()));
        assert!(read(folder.path().join("none.yaml")).1.is_err());
    }
}
