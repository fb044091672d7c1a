//! What every task of the worker holds: the way to the window.

use crate::live::event::Event;
use crate::live::state::Notice;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Sends events and wakes the window. Cheap to clone.
#[derive(Clone)]
pub(super) struct Context {
    events: mpsc::Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
    /// Whether what this context belongs to still counts; `None` = always.
    open: Option<Arc<Mutex<bool>>>,
}

impl Context {
    pub(super) fn new(events: mpsc::Sender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> Context {
        Context { events, wake, open: None }
    }

    /// A context for one sign-in, place or job, which can be closed.
    pub(super) fn scoped(&self) -> Context {
        Context { open: Some(Arc::new(Mutex::new(true))), ..self.clone() }
    }

    /// From here on nothing that was begun with this scoped context or its clones reaches the window. Aborting a task is
    /// not enough: it may be just about to send.
    pub(super) fn close(&self) {
        if let Some(open) = &self.open {
            *open.lock().unwrap_or_else(PoisonError::into_inner) = false;
        }
    }

    /// Sends an event; waits while the queue is full, so that nothing is lost.
    pub(super) async fn send(&self, event: Event) {
        let Ok(room) = self.events.reserve().await else { return };
        match &self.open {
            None => room.send(event),
            Some(open) => {
                // Held while sending: what is sent stands in the queue before anything that follows the closing.
                let open = open.lock().unwrap_or_else(PoisonError::into_inner);
                if !*open {
                    return;
                }
                room.send(event);
            }
        }
        (self.wake)();
    }

    /// Sends an event from code that cannot wait.
    pub(super) fn send_later(&self, event: Event) {
        let context = self.clone();
        tokio::spawn(async move { context.send(event).await });
    }

    /// Runs a task. A panic in it becomes a notice, and the events that `broken` makes of it: whatever waits for the
    /// task's answer must hear that none will come.
    pub(super) fn spawn(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
        broken: impl FnOnce(Problem) -> Vec<Event> + Send + 'static,
    ) -> AbortHandle {
        let task = tokio::spawn(work);
        let abort = task.abort_handle();
        let context = self.clone();
        tokio::spawn(async move {
            let Err(error) = task.await else { return };
            if error.is_panic() {
                tracing::error!(name, "a task ended in a panic");
                let problem = Problem::new(ProblemKind::Internal, "bayview", format!("the task \"{name}\" broke off"));
                for event in broken(problem.clone()) {
                    context.send(event).await;
                }
                context.broke_off(problem).await;
            }
        });
        abort
    }

    /// Tells that something inside Bayview broke off.
    pub(super) async fn broke_off(&self, problem: Problem) {
        let notice = Notice {
            id: 0,
            at: now(),
            sign: Sign::Failed,
            message: "notice-internal",
            args: Vec::new(),
            problem: Some(problem),
            job: None,
        };
        self.send(Event::Notice(Box::new(notice))).await;
    }
}

/// For tasks whose answer nobody waits for.
pub(super) fn nobody_waits(_: Problem) -> Vec<Event> {
    Vec::new()
}

/// Now, seconds since 1970 with fraction.
pub(super) fn now() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map(|d| d.as_secs_f64()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> (Context, mpsc::Receiver<Event>) {
        let (sender, events) = mpsc::channel(8);
        (Context::new(sender, Arc::new(|| {})), events)
    }

    #[tokio::test]
    async fn a_panic_ends_the_waiting_for_its_answer() {
        let (context, mut events) = context();
        context.spawn("bays", async { panic!("on purpose") }, |problem| vec![Event::Bays(Err(problem))]);
        assert!(matches!(events.recv().await, Some(Event::Bays(Err(p))) if p.kind == ProblemKind::Internal));
        assert!(matches!(events.recv().await, Some(Event::Notice(n)) if n.message == "notice-internal"));
    }

    #[tokio::test]
    async fn nothing_comes_through_a_closed_context() {
        let (context, mut events) = context();
        let scoped = context.scoped();
        scoped.send(Event::Latency(1)).await;
        scoped.close();
        scoped.clone().send(Event::Latency(2)).await;
        context.send(Event::Latency(3)).await;
        drop((context, scoped));
        let mut came = Vec::new();
        while let Some(Event::Latency(ms)) = events.recv().await {
            came.push(ms);
        }
        assert_eq!(came, [1, 3]);
    }
}
