//! Switches that make the demo cloud misbehave, for tests.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::lock;

/// A service that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Keystone.
    Identity,
    /// Magnum, both dialects.
    ContainerInfra,
    /// Heat.
    Orchestration,
    /// Nova.
    Compute,
    /// Glance.
    Image,
    /// Neutron.
    Network,
}

/// What one answer becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The service is not asked; this status comes instead.
    Status {
        /// HTTP status.
        status: u16,
        /// A JSON text; `None` answers the HTML page of a proxy.
        body: Option<String>,
        /// Value of `Retry-After`, in seconds.
        retry_after_secs: Option<u64>,
    },
    /// `200` with a body that is not complete JSON.
    Garbage,
    /// The true answer, cut half way: the connection breaks before the promised length.
    Cut,
}

impl Fault {
    /// A bare status with the HTML page of a proxy.
    pub fn status(status: u16) -> Fault {
        Fault::Status { status, body: None, retry_after_secs: None }
    }
}

/// The switches of one demo cloud. All are off at the start.
#[derive(Debug, Default)]
pub struct Faults {
    delays: Mutex<HashMap<Service, Duration>>,
    queues: Mutex<HashMap<Service, Vec<Fault>>>,
    clock_skew_secs: Mutex<i64>,
    list_fails_while_deleting: AtomicBool,
    expire_requested: AtomicBool,
}

impl Faults {
    /// Every answer of `service` waits this long first. Zero switches it off.
    pub fn set_delay(&self, service: Service, delay: Duration) {
        lock(&self.delays).insert(service, delay);
    }

    /// The next `count` answers of `service` become `fault`, after those already queued.
    pub fn next(&self, service: Service, count: usize, fault: &Fault) {
        let mut queues = lock(&self.queues);
        let queue = queues.entry(service).or_default();
        queue.extend(std::iter::repeat_n(fault.clone(), count));
    }

    /// Forgets all queued faults and delays.
    pub fn clear(&self) {
        lock(&self.queues).clear();
        lock(&self.delays).clear();
    }

    /// How many queued faults `service` has not yet played.
    pub fn pending(&self, service: Service) -> usize {
        lock(&self.queues).get(&service).map_or(0, Vec::len)
    }

    /// Every token issued so far stops working, as after a key rotation.
    pub fn expire_tokens(&self) {
        self.expire_requested.store(true, Ordering::SeqCst);
    }

    /// The clock of Keystone runs this many seconds ahead (negative: behind).
    pub fn set_clock_skew_secs(&self, seconds: i64) {
        *lock(&self.clock_skew_secs) = seconds;
    }

    /// While a bay is being deleted, Magnum's list answers 400 as Magnum 15 can
    /// (`Invalid input for field/attribute master_count. Value: '0'.`).
    pub fn set_list_fails_while_deleting(&self, on: bool) {
        self.list_fails_while_deleting.store(on, Ordering::SeqCst);
    }

    pub(super) fn list_fails_while_deleting(&self) -> bool {
        self.list_fails_while_deleting.load(Ordering::SeqCst)
    }

    pub(super) fn clock_skew_secs(&self) -> i64 {
        *lock(&self.clock_skew_secs)
    }

    pub(super) fn delay(&self, service: Service) -> Duration {
        lock(&self.delays).get(&service).copied().unwrap_or_default()
    }

    pub(super) fn take(&self, service: Service) -> Option<Fault> {
        let mut queues = lock(&self.queues);
        let queue = queues.get_mut(&service)?;
        (!queue.is_empty()).then(|| queue.remove(0))
    }

    /// True once after [`Faults::expire_tokens`].
    pub(super) fn take_expire_request(&self) -> bool {
        self.expire_requested.swap(false, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queued_faults_are_played_in_order_and_only_for_their_service() {
        let faults = Faults::default();
        faults.next(Service::Compute, 1, &Fault::status(503));
        faults.next(Service::Compute, 1, &Fault::Cut);
        assert_eq!(faults.take(Service::Image), None);
        assert_eq!(faults.take(Service::Compute), Some(Fault::status(503)));
        assert_eq!(faults.take(Service::Compute), Some(Fault::Cut));
        assert_eq!(faults.take(Service::Compute), None);
    }
}
