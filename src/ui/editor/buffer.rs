//! One open file: its text, what the text says, and whether it is saved.

use super::drafts::KeptFile;
use crate::model::manifest::{Flavor, LineState, Manifest, Severity, highlight_line};
use poll_promise::{Promise, Sender};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Texts above this are shown, not edited: laying out every keystroke would take longer than a frame.
pub const EDITABLE_BYTES: usize = 256 * 1024;
/// Texts up to this are read where they change; longer ones on a thread, while what was read before still stands.
const AT_ONCE_BYTES: usize = 32 * 1024;

/// A file that is open.
#[derive(Default)]
pub struct Buffer {
    /// Number, unique in this run of the program.
    pub id: u64,
    /// Title: the file's name, or what a sample is called.
    pub title: String,
    /// Where it is saved; `None` = nowhere yet.
    pub path: Option<PathBuf>,
    /// Text.
    pub text: String,
    /// The text differs from the file.
    pub unsaved: bool,
    /// Rises with each change of the text in this run.
    pub version: u64,
    read: Option<Read>,
    reading: Option<Promise<Read>>,
}

/// What a text says.
#[derive(Debug, Clone)]
struct Read {
    version: u64,
    manifest: Arc<Manifest>,
    lines: Arc<[Line]>,
}

/// Where a line begins, and what its colours begin with. Known only of texts that are too long to edit.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Byte in the text.
    pub start: usize,
    /// What the line before leaves for the colours.
    pub state: LineState,
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer").field("id", &self.id).field("title", &self.title).finish_non_exhaustive()
    }
}

impl Buffer {
    /// A new file.
    pub fn new(id: u64, title: impl Into<String>, text: impl Into<String>) -> Buffer {
        Buffer { id, title: title.into(), text: text.into(), unsaved: true, ..Buffer::default() }
    }

    /// A file that was read.
    pub fn opened(id: u64, path: PathBuf, text: String) -> Buffer {
        Buffer { id, title: title_of(&path), path: Some(path), text, ..Buffer::default() }
    }

    /// A file that was open when the program ended.
    pub fn restored(id: u64, kept: KeptFile) -> Buffer {
        let KeptFile { title, path, text, unsaved, .. } = kept;
        Buffer { id, title, path, text, unsaved, ..Buffer::default() }
    }

    /// As a draft keeps it.
    pub fn kept(&self) -> KeptFile {
        KeptFile {
            id: self.id,
            title: self.title.clone(),
            path: self.path.clone(),
            text: self.text.clone(),
            unsaved: self.unsaved,
        }
    }

    /// The text was changed.
    pub fn touch(&mut self) {
        self.unsaved = true;
        self.version += 1;
    }

    /// A version of its text was written to a file.
    pub fn saved(&mut self, path: PathBuf, version: u64) {
        self.title = title_of(&path);
        self.path = Some(path);
        self.unsaved = self.version != version;
    }

    /// Reads long texts on a thread, one at a time; call it once a frame.
    pub fn follow(&mut self, ctx: &egui::Context) {
        if let Some(promise) = self.reading.take() {
            match promise.try_take() {
                Ok(read) => self.read = Some(read),
                Err(promise) => self.reading = Some(promise),
            }
        }
        if self.reading.is_some() || self.is_read() || self.text.len() <= AT_ONCE_BYTES {
            return;
        }
        let (sender, promise) = Promise::new();
        let (text, version, with_lines, wake) = (self.text.clone(), self.version, self.is_read_only(), ctx.clone());
        let work = move |sender: Sender<Read>| {
            sender.send(Read::of(&text, version, with_lines));
            wake.request_repaint();
        };
        match std::thread::Builder::new().name("manifest".into()).spawn(move || work(sender)) {
            Ok(_) => self.reading = Some(promise),
            Err(error) => {
                tracing::error!(%error, "no thread to read a manifest");
                self.read = Some(Read::of(&self.text, self.version, with_lines));
            }
        }
    }

    /// What [`Buffer::manifest`] gives is what the text says now.
    pub fn is_read(&self) -> bool {
        self.read.as_ref().is_some_and(|r| r.version == self.version)
    }

    /// What the text says; of a long text that was just changed, what it said before.
    pub fn manifest(&mut self) -> Arc<Manifest> {
        if !self.is_read() && self.text.len() <= AT_ONCE_BYTES {
            self.read = Some(Read::of(&self.text, self.version, false));
        }
        self.read.as_ref().map(|r| r.manifest.clone()).unwrap_or_default()
    }

    /// Lines of a text that is too long to edit, once it is read.
    pub fn lines(&self) -> Option<Arc<[Line]>> {
        self.read.as_ref().filter(|r| r.version == self.version).map(|r| r.lines.clone())
    }

    /// Too long to edit here.
    pub fn is_read_only(&self) -> bool {
        self.text.len() > EDITABLE_BYTES
    }

    /// Number of issues that keep the file from being sent.
    pub fn error_count(&mut self) -> usize {
        self.manifest().issues().filter(|i| i.severity == Severity::Error).count()
    }

    /// Number of Kubernetes objects in it.
    pub fn object_count(&mut self) -> usize {
        self.manifest().documents.iter().filter(|d| d.flavor == Flavor::Kubernetes).map(|d| d.objects.len()).sum()
    }
}

impl Read {
    fn of(text: &str, version: u64, with_lines: bool) -> Read {
        let lines = if with_lines { lines(text) } else { Vec::new() };
        Read { version, manifest: Arc::new(Manifest::parse(text)), lines: lines.into() }
    }
}

fn lines(text: &str) -> Vec<Line> {
    let (mut found, mut start, mut state) = (Vec::new(), 0, LineState::default());
    for line in text.split('\n') {
        found.push(Line { start, state });
        state = highlight_line(line, state).1;
        start += line.len() + 1;
    }
    found
}

fn title_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn long(objects: usize) -> String {
        (0..objects).map(|n| format!("---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p{n}\n")).collect()
    }

    fn read(buffer: &mut Buffer) {
        let (ctx, begun) = (egui::Context::default(), Instant::now());
        while !buffer.is_read() {
            assert!(begun.elapsed() < Duration::from_secs(20), "never read");
            buffer.follow(&ctx);
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_short_text_is_read_where_it_changes() {
        let mut buffer = Buffer::new(1, "a.yaml", long(2));
        assert_eq!(buffer.object_count(), 2);
        buffer.text = long(3);
        buffer.touch();
        assert_eq!(buffer.object_count(), 3);
    }

    #[test]
    fn a_long_text_is_read_elsewhere_while_what_it_said_before_stands() {
        let mut buffer = Buffer::new(1, "a.yaml", long(1500));
        assert_eq!(buffer.object_count(), 0, "nothing is read on the window's thread");
        read(&mut buffer);
        assert_eq!(buffer.object_count(), 1500);
        buffer.text.truncate(buffer.text.len() - "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p1499\n".len());
        buffer.touch();
        assert_eq!((buffer.object_count(), buffer.is_read()), (1500, false));
        read(&mut buffer);
        assert_eq!(buffer.object_count(), 1499);
    }

    #[test]
    fn a_text_too_long_to_edit_knows_where_its_lines_begin() {
        let mut buffer = Buffer::new(1, "a.yaml", long(8000));
        assert!(buffer.is_read_only());
        read(&mut buffer);
        let lines = buffer.lines().expect("lines");
        assert_eq!(lines.len(), 5 * 8000 + 1);
        assert!(buffer.text[lines[5 * 77 + 4].start..].starts_with("  name: p77\n"));
    }
}
