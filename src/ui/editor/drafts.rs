//! Unsaved text survives a crash: open files are kept in a folder, a moment after each change, by a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

/// Longest wait for the disk when the program ends, seconds.
const LAST_WORD: Duration = Duration::from_secs(5);

/// Everything that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Open files in the order of the tabs.
    pub buffers: Vec<KeptFile>,
    /// Number of the file in front.
    pub front: u64,
}

/// One open file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct KeptFile {
    /// Its number.
    pub id: u64,
    /// Title.
    pub title: String,
    /// Where it is saved; `None` = nowhere yet.
    pub path: Option<PathBuf>,
    /// Text.
    pub text: String,
    /// The text differs from the file.
    pub unsaved: bool,
}

/// Keeps drafts. The default keeps nothing (tests).
#[derive(Default)]
pub struct Drafts {
    thread: Option<Thread>,
}

struct Thread {
    /// `None` once no more is to come.
    save: Option<SyncSender<Draft>>,
    told: Receiver<Told>,
    /// Ends with the thread.
    end: Receiver<()>,
    /// What was kept before is known, so that it cannot be written over unread.
    is_read: bool,
    problem: Option<String>,
}

/// What the thread tells.
enum Told {
    Restored(Draft),
    Failed(String),
    Kept,
}

impl Drafts {
    /// Keeps drafts in this folder, and begins to read what is there.
    pub fn in_folder(folder: &Path, wake: impl Fn() + Send + 'static) -> Drafts {
        let path = folder.join("drafts.json");
        let (save, saves) = sync_channel::<Draft>(1);
        let (tell, told) = sync_channel(16);
        let (ended, end) = sync_channel::<()>(1);
        let work = move || {
            let _ended = ended;
            serve(&path, &saves, &tell, &wake);
        };
        let spawned = std::thread::Builder::new().name("drafts".into()).spawn(work);
        let problem = spawned.err().map(|e| e.to_string());
        let is_read = problem.is_some();
        Drafts { thread: Some(Thread { save: Some(save), told, end, is_read, problem }) }
    }

    /// What was open when the program ended, once, when it has been read.
    pub fn restored(&mut self) -> Option<Draft> {
        let thread = self.thread.as_mut()?;
        while let Ok(told) = thread.told.try_recv() {
            if let Some(draft) = thread.take_in(told) {
                return Some(draft);
            }
        }
        None
    }

    /// Why drafts cannot be kept or read, if they cannot.
    pub fn problem(&self) -> Option<&str> {
        self.thread.as_ref()?.problem.as_deref()
    }

    /// Keeps a draft; `false` while that cannot be yet (try again in a moment).
    pub fn keep(&mut self, draft: Draft) -> bool {
        let Some(Thread { save: Some(save), is_read, .. }) = &self.thread else { return true };
        if !is_read {
            return false;
        }
        match save.try_send(draft) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => true,
            Err(TrySendError::Full(_)) => false,
        }
    }

    /// The program ends: waits a few seconds at most until what was kept before is read. Gives it, if nobody has it yet.
    pub fn last_restored(&mut self) -> Option<Draft> {
        let thread = self.thread.as_mut()?;
        let begun = Instant::now();
        while !thread.is_read {
            let told = thread.told.recv_timeout(LAST_WORD.saturating_sub(begun.elapsed())).ok()?;
            if let Some(draft) = thread.take_in(told) {
                return Some(draft);
            }
        }
        None
    }

    /// The program ends: hands over the last draft, if there is one, and waits a few seconds at most until it is written.
    pub fn close(&mut self, last: Option<Draft>) {
        let Some(mut thread) = self.thread.take() else { return };
        let begun = Instant::now();
        if let (Some(save), Some(mut draft), true) = (&thread.save, last, thread.is_read) {
            while let Err(TrySendError::Full(back)) = save.try_send(draft) {
                if begun.elapsed() > LAST_WORD {
                    tracing::error!("the last draft could not be handed over");
                    break;
                }
                draft = back;
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        thread.save = None;
        if let Err(RecvTimeoutError::Timeout) = thread.end.recv_timeout(LAST_WORD) {
            tracing::error!("the last draft is still being written");
        }
    }
}

impl Thread {
    fn take_in(&mut self, told: Told) -> Option<Draft> {
        match told {
            Told::Restored(draft) => {
                self.is_read = true;
                Some(draft)
            }
            Told::Failed(problem) => {
                tracing::error!(problem, "drafts");
                self.is_read = true;
                self.problem = Some(problem);
                None
            }
            Told::Kept => {
                self.problem = None;
                None
            }
        }
    }
}

/// The thread: reads once, then writes whatever comes until nothing more can come.
fn serve(path: &Path, saves: &Receiver<Draft>, tell: &SyncSender<Told>, wake: &dyn Fn()) {
    let named = |e: io::Error| Told::Failed(format!("{}: {e}", path.display()));
    let mut listening = tell.send(load(path).map_or_else(named, Told::Restored)).is_ok();
    wake();
    let mut failed = false;
    while let Ok(draft) = saves.recv() {
        let written = store(path, &draft);
        // Only what changes is told: a window that is not drawn does not take it in.
        let news = match written {
            Err(error) => Some(named(error)),
            Ok(()) if failed => Some(Told::Kept),
            Ok(()) => None,
        };
        failed = matches!(news, Some(Told::Failed(_)));
        if let Some(news) = news
            && listening
        {
            listening = !matches!(tell.try_send(news), Err(TrySendError::Disconnected(_)));
            wake();
        }
    }
}

fn load(path: &Path) -> io::Result<Draft> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
            // A file that cannot be read is put aside, not overwritten: it may hold somebody's only copy.
            let aside = path.with_extension("json.broken");
            io::Error::other(match std::fs::rename(path, &aside) {
                Ok(()) => format!("{error}; kept as {}", aside.display()),
                Err(_) => error.to_string(),
            })
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Draft::default()),
        Err(error) => Err(error),
    }
}

/// Written beside and renamed, so that a crash leaves the old or the new draft. Manifests may hold secrets: the file is
/// its owner's alone.
fn store(path: &Path, draft: &Draft) -> io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("json.new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&serde_json::to_vec(draft)?)?;
    file.sync_data()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(drafts: &mut Drafts) -> Draft {
        let begun = Instant::now();
        loop {
            if let Some(draft) = drafts.restored() {
                return draft;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "no draft: {:?}", drafts.problem());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn one(text: &str) -> Draft {
        let file = KeptFile { id: 3, title: "a.yaml".into(), text: text.into(), unsaved: true, ..KeptFile::default() };
        Draft { buffers: vec![file], front: 3 }
    }

    #[test]
    fn a_draft_comes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut drafts = Drafts::in_folder(folder.path(), || {});
        assert!(wait(&mut drafts).buffers.is_empty());
        while !drafts.keep(one("kind: Pod")) {}
        let begun = Instant::now();
        while !folder.path().join("drafts.json").exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "not written");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(wait(&mut Drafts::in_folder(folder.path(), || {})), one("kind: Pod"));
    }

    #[test]
    fn the_last_draft_is_written_before_the_program_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut drafts = Drafts::in_folder(folder.path(), || {});
        wait(&mut drafts);
        while !drafts.keep(one("kind: Pod")) {}
        drafts.close(Some(one("kind: Service")));
        let kept = std::fs::read(folder.path().join("drafts.json")).expect("written");
        assert_eq!(serde_json::from_slice::<Draft>(&kept).expect("a draft"), one("kind: Service"));
    }

    #[test]
    fn what_was_kept_is_not_written_over_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        store(&folder.path().join("drafts.json"), &one("kind: Pod")).expect("written");
        let mut drafts = Drafts::in_folder(folder.path(), || {});
        assert!(!drafts.keep(one("kind: Service")));
        assert_eq!(drafts.last_restored(), Some(one("kind: Pod")));
        assert!(drafts.keep(one("kind: Service")));
    }

    #[test]
    fn a_broken_draft_is_put_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("drafts.json"), "{half").expect("written");
        let mut drafts = Drafts::in_folder(folder.path(), || {});
        let begun = Instant::now();
        while drafts.problem().is_none() {
            assert!(drafts.restored().is_none());
            assert!(begun.elapsed() < Duration::from_secs(10), "no problem told");
        }
        assert!(folder.path().join("drafts.json.broken").exists());
    }
}
