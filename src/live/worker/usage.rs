//! What nodes and pods of a bay use: the metrics API, read now and then beside the watches. A slow one must not hold them up.

use crate::api::kubernetes::{Connection, metrics};
use crate::live::picture::{Measured, NodeUsage};
use crate::model::bay::BayId;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Above this many pods they are asked for their usage only while one looks at it: the list is tens of megabytes each time.
const ALWAYS: usize = 20_000;
/// Between two readings.
const PAUSE: Duration = Duration::from_secs(30);
/// A reading that took long is not followed by the next one before so many times as long.
const BREATH: u32 = 20;

/// Bays at the use of whose pods one looks.
pub(super) type LookedAt = watch::Receiver<BTreeSet<BayId>>;

/// What was read.
pub(super) enum Usage {
    /// Of nodes; `None` where the API does not answer.
    Nodes(Option<NodeUsage>),
    /// Of pods.
    Pods(Measured),
}

/// Readings under way; they end when this is dropped.
pub(super) struct Readings {
    pods: watch::Sender<Option<usize>>,
    received: mpsc::Receiver<Usage>,
    _task: JoinSet<()>,
}

impl Readings {
    /// Begins to read what a bay's nodes use, and its pods once [`Readings::counted`] has told how many there are.
    pub(super) fn begin(connection: &Connection, bay: &str, looked_at: LookedAt) -> Readings {
        let (sender, received) = mpsc::channel(1);
        let (pods, counted) = watch::channel(None);
        let reader = Reader { connection: connection.clone(), bay: bay.to_owned(), looked_at, counted, sender };
        let mut task = JoinSet::new();
        task.spawn(reader.run());
        Readings { pods, received, _task: task }
    }

    /// So many pods were read.
    pub(super) fn counted(&self, pods: usize) {
        self.pods.send_if_modified(|known| {
            let crossed = known.is_none_or(|known| (known <= ALWAYS) != (pods <= ALWAYS));
            *known = Some(pods);
            crossed
        });
    }

    /// What was read next.
    pub(super) async fn next(&mut self) -> Option<Usage> {
        self.received.recv().await
    }
}

struct Reader {
    connection: Connection,
    bay: BayId,
    looked_at: LookedAt,
    counted: watch::Receiver<Option<usize>>,
    sender: mpsc::Sender<Usage>,
}

impl Reader {
    async fn run(mut self) {
        let mut due = Instant::now();
        let mut wanted = None;
        loop {
            let now_wanted = self.wants_pods();
            let turned = now_wanted != wanted;
            if Instant::now() >= due || turned {
                wanted = now_wanted;
                let begun = Instant::now();
                if self.read(wanted, turned).await.is_none() {
                    return;
                }
                due = Instant::now() + PAUSE.max(begun.elapsed() * BREATH);
            }
            // Both senders live as long as the bay is followed.
            let ended = tokio::select! {
                () = tokio::time::sleep_until(due) => false,
                changed = self.counted.changed() => changed.is_err(),
                changed = self.looked_at.changed() => changed.is_err(),
            };
            if ended {
                return;
            }
        }
    }

    /// Whether pods are to be asked; `None` while nobody knows how many there are.
    fn wants_pods(&mut self) -> Option<bool> {
        let looked_at = self.looked_at.borrow_and_update().contains(&self.bay);
        self.counted.borrow_and_update().map(|pods| pods <= ALWAYS || looked_at)
    }

    /// Reads nodes and, where wanted, pods, `first` if they were not wanted before; `None` when nobody listens any more.
    async fn read(&mut self, pods: Option<bool>, first: bool) -> Option<()> {
        let nodes = metrics::nodes(&self.connection).await.ok();
        let answers = nodes.is_some();
        self.tell(Usage::Nodes(nodes)).await?;
        match pods {
            None => return Some(()),
            Some(false) => {
                let said = if answers { Measured::NotAsked } else { Measured::Nothing };
                return self.tell(Usage::Pods(said)).await;
            }
            // An API that did not answer is asked again without a word.
            Some(true) if first => self.tell(Usage::Pods(Measured::Asked)).await?,
            Some(true) => {}
        }
        let connection = self.connection.clone();
        let mut reading = std::pin::pin!(metrics::pods(&connection));
        let said = loop {
            tokio::select! {
                read = &mut reading => break read.map_or(Measured::Nothing, Measured::Pods),
                changed = self.looked_at.changed() => {
                    changed.ok()?;
                    // One has looked away: what is still on its way is not waited for.
                    if self.wants_pods() == Some(false) {
                        break Measured::NotAsked;
                    }
                }
            }
        };
        self.tell(Usage::Pods(said)).await
    }

    async fn tell(&self, usage: Usage) -> Option<()> {
        self.sender.send(usage).await.ok()
    }
}
