//! A file dialog on a thread of its own; one at a time.

use poll_promise::{Promise, Sender};
use std::path::PathBuf;

/// A dialog that may be open.
#[derive(Default)]
pub struct FilePick(Option<Promise<Option<PathBuf>>>);

impl std::fmt::Debug for FilePick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_open() { "FilePick(open)" } else { "FilePick" })
    }
}

impl FilePick {
    /// A dialog is open.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Opens a dialog for an existing file; nothing where one is open already. `filter` is (words, endings); it begins in
    /// `folder`, where there is such a one.
    pub fn open(
        &mut self,
        ctx: &egui::Context,
        title: String,
        filter: Option<(String, &'static [&'static str])>,
        folder: Option<PathBuf>,
    ) {
        if self.is_open() {
            return;
        }
        let (sender, promise) = Promise::new();
        let wake = ctx.clone();
        let dialog = move |sender: Sender<Option<PathBuf>>| {
            let mut dialog = rfd::FileDialog::new().set_title(title);
            if let Some((words, endings)) = filter {
                dialog = dialog.add_filter(words, endings).add_filter("*", &["*"]);
            }
            if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
            // The promise must be kept: its poller fails on a sender that was dropped.
            sender.send(dialog.pick_file());
            wake.request_repaint();
        };
        let spawned = std::thread::Builder::new().name("file-dialog".into()).spawn(move || dialog(sender));
        match spawned {
            Ok(_) => self.0 = Some(promise),
            Err(error) => tracing::error!(%error, "no thread for the file dialog"),
        }
    }

    /// The chosen file, once, when the dialog has ended with one.
    pub fn take(&mut self) -> Option<PathBuf> {
        let ended = self.0.as_ref().and_then(|p| p.ready().cloned())?;
        self.0 = None;
        ended
    }
}
