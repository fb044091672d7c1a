//! The Kubernetes client: watches, pictures, manifests.

mod demo;
mod fake;
mod live;
mod manifests;
mod usage;
mod watching;

use bayview::api::kubernetes::{Connection, WatchOptions, Watches, watch};
use bayview::live::picture::Builder;
use bayview::model::cluster::Picture;
use std::time::Duration;

/// Watches with a picture beside them, as the program keeps them.
struct Eyes {
    watches: Watches,
    builder: Builder,
    now: i64,
}

impl Eyes {
    fn open(connection: &Connection, options: WatchOptions) -> Eyes {
        Eyes { watches: watch::watch(connection, options), builder: Builder::new(), now: 1_000 }
    }

    /// Waits until the picture is as wanted.
    async fn until(&mut self, what: &str, wanted: impl Fn(&Picture) -> bool) -> Picture {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        loop {
            self.now += 1;
            self.builder.build(self.now);
            if wanted(self.builder.picture()) {
                return self.builder.picture().clone();
            }
            match tokio::time::timeout_at(deadline, self.watches.next()).await {
                Ok(Some(batch)) => self.builder.apply(batch, self.now),
                Ok(None) => panic!("the watches ended while waiting for {what}"),
                Err(_) => panic!(
                    "never seen: {what}; link {:?}, {} pods",
                    self.builder.picture().link,
                    self.builder.picture().pods.len()
                ),
            }
        }
    }
}

/// Quick repeats, for servers that are made to fail.
fn impatient() -> WatchOptions {
    WatchOptions {
        page: 3,
        first_wait: Duration::from_millis(20),
        longest_wait: Duration::from_millis(200),
        gap_wait: Duration::from_millis(300),
        watch_for: Duration::from_secs(30),
        ..WatchOptions::default()
    }
}
