//! Everything in a bay as one bounded stream of [`Change`]s: lists in pages, then watches, per kind and for as long as the
//! [`Watches`] lives.
//!
//! Each kind runs on its own: list in pages of 500 (delivered as they come) → watch from the list's resource version with
//! bookmarks → on a break resume from the last resource version → list again only when the server no longer has it (410).
//! A list replaces what was known without a gap: [`Change::Begin`], rows, [`Change::Commit`]. A kind that may not be read
//! becomes a [`Change::Gap`] and the others go on. <https://kubernetes.io/docs/reference/using-api/api-concepts/>

mod kinds;
mod line;
mod page;
mod source;

pub use kinds::Kind;

use super::connect::Connection;
use super::error::Error;
use super::rows::Row;
use crate::model::problem::Problem;
use source::Source;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Something that happened, in the order in which it happened within its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A list of this kind begins: what is known stays until [`Change::Commit`].
    Begin(Kind),
    /// Rows of a page have come.
    Read {
        /// Kind.
        kind: Kind,
        /// Objects read so far.
        read: u64,
        /// About how many there are; `None` while the server does not say.
        total: Option<u64>,
    },
    /// There is a new row, or a new state of a known one.
    Upsert(Row),
    /// It is gone.
    Delete {
        /// Kind.
        kind: Kind,
        /// metadata.uid.
        uid: String,
        /// Namespace; empty for cluster-wide kinds.
        namespace: String,
        /// Name.
        name: String,
    },
    /// The list is complete: what it did not hold is gone.
    Commit(Kind),
    /// The watch runs.
    Live(Kind),
    /// List or watch broke; it is tried again.
    Broken(Kind, Problem),
    /// This kind cannot be read here (rights, or the server lacks it); tried again after some minutes.
    Gap(Kind, Problem),
}

/// How to watch.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Kinds, in the order in which they are started.
    pub kinds: Vec<Kind>,
    /// Objects per page.
    pub page: u32,
    /// The first wait after a break; it doubles up to `longest_wait`.
    pub first_wait: Duration,
    /// The longest wait after a break.
    pub longest_wait: Duration,
    /// How long one watch request runs before it is renewed; silence beyond it (plus ten seconds) is a broken link.
    pub watch_for: Duration,
    /// Wait before a kind that could not be read is tried again.
    pub gap_wait: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        WatchOptions {
            kinds: Kind::ALL.to_vec(),
            page: 500,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            watch_for: Duration::from_secs(120),
            gap_wait: Duration::from_secs(300),
        }
    }
}

/// Batches that may wait to be taken: while they do, nothing more is read from the server.
const BATCHES: usize = 16;

/// Running watches. Dropping it ends them.
#[derive(Debug)]
pub struct Watches {
    changes: mpsc::Receiver<Vec<Change>>,
    // Held for its drop, which aborts the tasks.
    _tasks: JoinSet<()>,
}

impl Watches {
    /// The next batch; waits for it. `None` only after the runtime shut down.
    pub async fn next(&mut self) -> Option<Vec<Change>> {
        self.changes.recv().await
    }

    /// A further batch if one is there already.
    pub fn try_next(&mut self) -> Option<Vec<Change>> {
        self.changes.try_recv().ok()
    }
}

/// Starts lists and watches of all kinds. Must be called within a tokio runtime.
pub fn watch(connection: &Connection, options: WatchOptions) -> Watches {
    let (sender, changes) = mpsc::channel(BATCHES);
    let mut tasks = JoinSet::new();
    for kind in options.kinds.iter().copied() {
        let source = Source::new(connection.client().clone(), kind, options.clone(), sender.clone());
        tasks.spawn(run(source));
    }
    Watches { changes, _tasks: tasks }
}

/// Rows of one page of a list, as text of the API server's.
///
/// # Errors
/// When it is no such page.
pub fn read_page(kind: Kind, text: &[u8]) -> Result<Vec<Row>, Error> {
    page::read(kind, text, drop)
}

/// The life of one kind.
async fn run(mut source: Source) {
    let mut breaks = 0u32;
    let mut version: Option<String> = None;
    loop {
        let begun = tokio::time::Instant::now();
        let watching = version.is_some();
        let step = match version.take() {
            None => source.list().await.map(Next::Watch),
            Some(from) => source.watch(from, &mut breaks).await,
        };
        match step {
            Ok(next @ (Next::Watch(_) | Next::List)) => {
                version = match next {
                    Next::Watch(from) => Some(from),
                    _ => None,
                };
                if watching && begun.elapsed() < Duration::from_secs(1) {
                    // A server that ends every watch at once must not be asked in a tight loop.
                    tokio::time::sleep(backoff(&source.options, breaks)).await;
                    breaks = breaks.saturating_add(1);
                }
            }
            Ok(Next::Stop) => return,
            Err(broken) => {
                version = broken.resume;
                let refused = matches!(broken.error.code(), Some(403..=405));
                let problem = broken.error.during(format!("watch {}", source.kind.word()));
                let wait = if refused { source.options.gap_wait } else { backoff(&source.options, breaks) };
                tracing::debug!(kind = source.kind.word(), %problem, ?wait, "watch broke");
                let told =
                    if refused { Change::Gap(source.kind, problem) } else { Change::Broken(source.kind, problem) };
                if !source.tell(vec![told]).await {
                    return;
                }
                breaks = breaks.saturating_add(1);
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// What to do after a step.
enum Next {
    /// Watch from this resource version.
    Watch(String),
    /// List again: the server no longer has our resource version.
    List,
    /// Nobody listens any more.
    Stop,
}

/// A step that failed, and where to go on.
struct Broken {
    error: Error,
    /// Resource version to resume from; `None` = list again.
    resume: Option<String>,
}

/// Doubling waits, each shortened by up to half at random so that many watches do not come back at once.
fn backoff(options: &WatchOptions, breaks: u32) -> Duration {
    let full = options.first_wait.saturating_mul(1u32 << breaks.min(10)).min(options.longest_wait);
    full.mul_f64(0.5 + 0.5 * rand::random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        let options = WatchOptions::default();
        for breaks in 0..40 {
            let wait = backoff(&options, breaks);
            let full = options.first_wait.saturating_mul(1 << breaks.min(10)).min(options.longest_wait);
            assert!(wait >= full / 2 && wait <= full, "{breaks}: {wait:?}");
        }
    }
}
