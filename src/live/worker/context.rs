//! What every task of the worker holds: the way to the window.

use crate::live::event::Event;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Sends events and wakes the window. Cheap to clone.
#[derive(Clone)]
pub(super) struct Context {
    events: mpsc::Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Context {
    pub(super) fn new(events: mpsc::Sender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> Context {
        Context { events, wake }
    }

    /// Sends an event; waits while the queue is full, so that nothing is lost.
    pub(super) async fn send(&self, event: Event) {
        if self.events.send(event).await.is_ok() {
            (self.wake)();
        }
    }

    /// Sends an event from code that cannot wait.
    pub(super) fn send_later(&self, event: Event) {
        let context = self.clone();
        tokio::spawn(async move { context.send(event).await });
    }

    /// Runs a task; a panic in it becomes an event instead of silence.
    pub(super) fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let task = tokio::spawn(work);
        let abort = task.abort_handle();
        let context = self.clone();
        tokio::spawn(async move {
            let Err(error) = task.await else { return };
            if error.is_panic() {
                tracing::error!(name, "a task ended in a panic");
                let problem = Problem::new(ProblemKind::Internal, "bayview", format!("the task \"{name}\" broke off"));
                context
                    .send(Event::Notice(Box::new(crate::live::state::Notice {
                        id: 0,
                        at: now(),
                        sign: Sign::Failed,
                        message: "notice-internal",
                        args: Vec::new(),
                        problem: Some(problem),
                        job: None,
                    })))
                    .await;
            }
        });
        abort
    }
}

/// Now, seconds since 1970 with fraction.
pub(super) fn now() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map(|d| d.as_secs_f64()).unwrap_or_default()
}
