//! Unsaved text survives a crash: open files are kept in a folder, a moment after each change, by a thread of its own.

use super::buffer::Buffer;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

/// Everything that is open.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Open files in the order of the tabs.
    pub buffers: Vec<Buffer>,
    /// Number of the file in front.
    pub front: u64,
}

/// Keeps drafts. The default keeps nothing (tests).
#[derive(Default)]
pub struct Drafts {
    thread: Option<Thread>,
}

struct Thread {
    save: SyncSender<Draft>,
    restored: Receiver<Result<Draft, String>>,
    problem: Option<String>,
}

impl Drafts {
    /// Keeps drafts in this folder, and begins to read what is there.
    pub fn in_folder(folder: &Path, wake: impl Fn() + Send + 'static) -> Drafts {
        let path = folder.join("drafts.json");
        let (save, saves) = sync_channel::<Draft>(1);
        let (tell, restored) = sync_channel(4);
        let work = move || {
            let first = load(&path).map_err(|e| format!("{}: {e}", path.display()));
            if tell.send(first).is_err() {
                return;
            }
            wake();
            while let Ok(draft) = saves.recv() {
                if let Err(error) = store(&path, &draft)
                    && tell.send(Err(format!("{}: {error}", path.display()))).is_err()
                {
                    return;
                }
            }
        };
        let spawned = std::thread::Builder::new().name("drafts".into()).spawn(work);
        let problem = spawned.err().map(|e| e.to_string());
        Drafts { thread: Some(Thread { save, restored, problem }) }
    }

    /// What was open when the program ended, once, when it has been read.
    pub fn restored(&mut self) -> Option<Draft> {
        let thread = self.thread.as_mut()?;
        match thread.restored.try_recv() {
            Ok(Ok(draft)) => Some(draft),
            Ok(Err(problem)) => {
                tracing::error!(problem, "drafts");
                thread.problem = Some(problem);
                None
            }
            Err(_) => None,
        }
    }

    /// Why drafts cannot be kept or read, if they cannot.
    pub fn problem(&self) -> Option<&str> {
        self.thread.as_ref()?.problem.as_deref()
    }

    /// Keeps a draft; `false` while the one before is still being written (try again in a moment).
    pub fn keep(&mut self, draft: Draft) -> bool {
        match &self.thread {
            None => true,
            Some(thread) => match thread.save.try_send(draft) {
                Ok(()) | Err(TrySendError::Disconnected(_)) => true,
                Err(TrySendError::Full(_)) => false,
            },
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
fn store(path: &PathBuf, draft: &Draft) -> io::Result<()> {
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
    use std::time::{Duration, Instant};

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

    #[test]
    fn a_draft_comes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut drafts = Drafts::in_folder(folder.path(), || {});
        assert!(wait(&mut drafts).buffers.is_empty());
        let draft = Draft { buffers: vec![Buffer::new(3, "a.yaml", "kind: Pod")], front: 3 };
        while !drafts.keep(draft.clone()) {}
        let begun = Instant::now();
        while !folder.path().join("drafts.json").exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "not written");
            std::thread::sleep(Duration::from_millis(5));
        }
        let back = wait(&mut Drafts::in_folder(folder.path(), || {}));
        assert_eq!(back.front, 3);
        assert_eq!(back.buffers[0].text, "kind: Pod");
        assert!(back.buffers[0].unsaved);
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
