//! A value that is computed from a key and kept while the key stays the same; from many rows it is computed on a thread of
//! its own, and the old one stays until the new one is there.

use crate::ui::wake::when_ready;
use egui::Context;
use poll_promise::Promise;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// From this many rows on the drawing thread does not compute.
pub const MANY: usize = 5_000;

/// Data that is shared: two are the same if they are the same piece of memory, which is known without reading them.
#[derive(Debug, Default)]
pub struct Same<T: ?Sized>(pub Arc<T>);

impl<T: ?Sized> Clone for Same<T> {
    fn clone(&self) -> Self {
        Same(self.0.clone())
    }
}

impl<T: ?Sized> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A value and the key it belongs to, and perhaps the next one, which is being computed.
pub struct Computed<K, V: Send + 'static> {
    ready: Option<(K, V)>,
    coming: Option<(K, Promise<Option<V>>)>,
}

impl<K, V: Send + 'static> Default for Computed<K, V> {
    fn default() -> Self {
        Computed { ready: None, coming: None }
    }
}

/// A copy begins empty: whatever it needs is computed again.
impl<K, V: Send + 'static> Clone for Computed<K, V> {
    fn clone(&self) -> Self {
        Computed::default()
    }
}

impl<K, V: Send + 'static> std::fmt::Debug for Computed<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = if self.ready.is_some() { "ready" } else { "empty" };
        write!(f, "Computed({words}{})", if self.coming.is_some() { ", next one coming" } else { "" })
    }
}

impl<K: PartialEq + Clone + Send + 'static, V: Send + 'static> Computed<K, V> {
    /// Follows the key; true when another value is ready than before. `rows` decides where it is computed.
    pub fn update(&mut self, ctx: &Context, key: K, rows: usize, work: impl FnOnce(&K) -> V + Send + 'static) -> bool {
        let taken = self.take_finished();
        let known = self.ready.as_ref().is_some_and(|(k, _)| *k == key);
        // One at a time: what was asked for meanwhile is asked for again when this one is done.
        if known || self.coming.is_some() {
            return taken;
        }
        if rows < MANY {
            let value = work(&key);
            self.ready = Some((key, value));
            return true;
        }
        let (sender, promise) = Promise::new();
        let wake = when_ready(ctx);
        let for_thread = key.clone();
        let run = move || {
            // The promise must be kept: its poller fails on a sender that was dropped.
            sender.send(catch_unwind(AssertUnwindSafe(|| work(&for_thread))).ok());
            wake();
        };
        match std::thread::Builder::new().name("table-rows".into()).spawn(run) {
            Ok(_) => self.coming = Some((key, promise)),
            Err(error) => tracing::error!(%error, "no thread for the rows of a table"),
        }
        taken
    }

    fn take_finished(&mut self) -> bool {
        if self.coming.as_ref().is_none_or(|(_, promise)| promise.ready().is_none()) {
            return false;
        }
        let Some((key, promise)) = self.coming.take() else { return false };
        match promise.try_take() {
            Ok(Some(value)) => {
                self.ready = Some((key, value));
                true
            }
            _ => {
                tracing::error!("the rows of a table could not be computed");
                false
            }
        }
    }

    /// The newest value that is ready, with its key. Draw from the data of this key, not from newer data.
    pub fn get(&self) -> Option<&(K, V)> {
        self.ready.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn little_is_computed_at_once_and_only_once() {
        let ctx = Context::default();
        let mut computed = Computed::default();
        assert!(computed.update(&ctx, 7, 10, |k| k * 2));
        assert!(!computed.update(&ctx, 7, 10, |_| unreachable!("computed twice")));
        assert_eq!(computed.get(), Some(&(7, 14)));
    }

    #[test]
    fn much_is_computed_elsewhere_while_the_old_value_stays() {
        let ctx = Context::default();
        let mut computed = Computed::default();
        computed.update(&ctx, 1, 10, |k| (*k, std::thread::current().id()));
        let here = std::thread::current().id();
        assert_eq!(computed.get().map(|(_, v)| *v), Some((1, here)));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        computed.update(&ctx, 2, MANY, move |k| {
            let _ = wait.recv();
            (*k, std::thread::current().id())
        });
        // Another wish meanwhile does not start a second thread, and the old value is still there.
        computed.update(&ctx, 3, MANY, |_| unreachable!("two threads for one table"));
        assert_eq!(computed.get().map(|(k, _)| *k), Some(1));
        go.send(()).unwrap();
        while computed.get().is_some_and(|(k, _)| *k == 1) {
            std::thread::sleep(Duration::from_millis(1));
            computed.update(&ctx, 2, MANY, |_| unreachable!("it is coming already"));
        }
        let (_, (value, thread)) = *computed.get().unwrap();
        assert!(value == 2 && thread != here);
    }

    #[test]
    fn a_computation_that_fails_takes_nothing_with_it() {
        let ctx = Context::default();
        let mut computed: Computed<i32, i32> = Computed::default();
        computed.update(&ctx, 1, MANY, |_| panic!("on purpose"));
        while computed.coming.is_some() {
            std::thread::sleep(Duration::from_millis(1));
            computed.take_finished();
        }
        assert!(computed.get().is_none());
    }
}
