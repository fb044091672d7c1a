//! What nodes and pods of a bay use: the metrics API, read now and then beside the watches. A slow one must not hold them up,
//! and nobody is asked while the window is hidden.

use crate::api::kubernetes::metrics::{self, UsageByPod};
use crate::api::kubernetes::{Connection, Error};
use crate::live::picture::{Measured, NodeUsage};
use crate::model::bay::BayId;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Above this many pods they are asked for their usage only while one looks at it: the list is tens of megabytes each time.
const MANY: usize = 20_000;
/// Many pods become few again below this: a bay on the edge does not change its mind with every pod.
const FEW: usize = 18_000;
/// Between two readings; figures are good for as long.
const PAUSE: Duration = Duration::from_secs(30);
/// Figures that took long to read are good for so many times as long…
const BREATH: u32 = 20;
/// …but no longer than this.
const LONGEST: Duration = Duration::from_secs(300);
/// Readings in a row that may fail before the last figures go.
const PATIENCE: u32 = 2;

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
    many: watch::Sender<Option<bool>>,
    received: mpsc::Receiver<Usage>,
    _tasks: JoinSet<Option<()>>,
}

impl Readings {
    /// Begins to read what a bay's nodes use, and its pods once [`Readings::counted`] has told how many there are.
    pub(super) fn begin(
        connection: &Connection,
        bay: &str,
        looked_at: LookedAt,
        visible: watch::Receiver<bool>,
    ) -> Readings {
        let (sender, received) = mpsc::channel(2);
        let (many, seen) = watch::channel(None);
        let pods = Pods {
            connection: connection.clone(),
            bay: bay.to_owned(),
            looked_at,
            many: seen,
            visible: visible.clone(),
            sender: sender.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(read_nodes(connection.clone(), visible, sender));
        tasks.spawn(pods.run());
        Readings { many, received, _tasks: tasks }
    }

    /// So many pods there are.
    pub(super) fn counted(&self, pods: usize) {
        self.many.send_if_modified(|many| {
            let now = Some(pods > if *many == Some(true) { FEW } else { MANY });
            std::mem::replace(many, now) != now
        });
    }

    /// What was read next.
    pub(super) async fn next(&mut self) -> Option<Usage> {
        self.received.recv().await
    }
}

async fn read_nodes(
    connection: Connection,
    mut visible: watch::Receiver<bool>,
    sender: mpsc::Sender<Usage>,
) -> Option<()> {
    let mut failures = 0;
    loop {
        visible.wait_for(|visible| *visible).await.ok()?;
        match metrics::nodes(&connection).await {
            Ok(read) => {
                failures = 0;
                sender.send(Usage::Nodes(Some(read))).await.ok()?;
            }
            Err(error) => {
                failures += 1;
                tracing::debug!(%error, "what nodes use was not read");
                if failures > PATIENCE || !error.kind().is_transient() {
                    sender.send(Usage::Nodes(None)).await.ok()?;
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads what pods use, as far as that is wanted.
struct Pods {
    connection: Connection,
    bay: BayId,
    looked_at: LookedAt,
    many: watch::Receiver<Option<bool>>,
    visible: watch::Receiver<bool>,
    sender: mpsc::Sender<Usage>,
}

impl Pods {
    /// Reads until nobody listens any more.
    async fn run(mut self) -> Option<()> {
        // Until when the figures that were told are good; without any they were good until now.
        let mut good_until = Instant::now();
        let mut failures = 0;
        loop {
            self.visible.wait_for(|visible| *visible).await.ok()?;
            let wanted = self.is_wanted();
            let over = Instant::now() >= good_until;
            match wanted {
                Some(true) if over => {
                    // An API that did not answer is asked again without a word.
                    if failures == 0 {
                        self.tell(Measured::Asked).await?;
                    }
                    let begun = Instant::now();
                    let read = match self.read().await? {
                        ControlFlow::Break(()) => continue,
                        ControlFlow::Continue(read) => read,
                    };
                    let pause = match read {
                        Ok(read) => {
                            failures = 0;
                            self.tell(Measured::Pods(read)).await?;
                            PAUSE.max(begun.elapsed() * BREATH).min(LONGEST)
                        }
                        Err(error) => {
                            failures += 1;
                            tracing::debug!(%error, "what pods use was not read");
                            if failures > PATIENCE || !error.kind().is_transient() {
                                self.tell(Measured::Nothing).await?;
                            }
                            PAUSE
                        }
                    };
                    good_until = Instant::now() + pause;
                }
                Some(false) if over => {
                    failures = 0;
                    self.tell(Measured::NotAsked).await?;
                    self.changed(None).await?;
                }
                // Nobody knows yet how many there are.
                None => self.changed(None).await?,
                Some(_) => self.changed(Some(good_until)).await?,
            }
        }
    }

    /// Whether pods are to be asked; `None` while nobody knows how many there are.
    fn is_wanted(&mut self) -> Option<bool> {
        let looked_at = self.looked_at.borrow_and_update().contains(&self.bay);
        self.many.borrow_and_update().map(|many| !many || looked_at)
    }

    /// Waits until something changed, or until then.
    async fn changed(&mut self, until: Option<Instant>) -> Option<()> {
        let sleep = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => Some(()),
            changed = self.many.changed() => changed.ok(),
            changed = self.looked_at.changed() => changed.ok(),
        }
    }

    /// Reads once; breaks off where it is no longer wanted.
    async fn read(&mut self) -> Option<ControlFlow<(), Result<UsageByPod, Error>>> {
        let connection = self.connection.clone();
        let mut reading = std::pin::pin!(metrics::pods(&connection));
        loop {
            tokio::select! {
                read = &mut reading => return Some(ControlFlow::Continue(read)),
                changed = self.changed(None) => {
                    changed?;
                    if self.is_wanted() != Some(true) {
                        return Some(ControlFlow::Break(()));
                    }
                }
            }
        }
    }

    async fn tell(&self, said: Measured) -> Option<()> {
        self.sender.send(Usage::Pods(said)).await.ok()
    }
}
