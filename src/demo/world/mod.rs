//! The state of the demo cloud: who may sign in, and per region what exists and what is under way.

pub(super) mod bay;
pub(super) mod compute;
pub(super) mod identity;
pub(super) mod legacy;
pub(super) mod model;
pub(super) mod plan;
pub(super) mod script;
pub(super) mod script_nodes;
pub(super) mod seed;
pub(super) mod seed_huge;
pub(super) mod seed_legacy;
pub(super) mod seed_parts;
pub(super) mod stack;
pub(super) mod tick;

#[cfg(test)]
mod start;

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use bay::Bay;
use compute::Compute;
use identity::Identity;
use legacy::LegacyObjects;
use model::BayModel;
use stack::{Stack, Stacks};

/// Makes every identifier from the seed and a key, so that two runs with one seed agree.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    namespace: Uuid,
    counter: u64,
}

impl Ids {
    pub fn new(seed: u64) -> Ids {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("bayview-demo:{seed}").as_bytes());
        Ids { namespace, counter: 0 }
    }

    /// The UUID of a thing that is known by name.
    pub fn named(&self, key: &str) -> String {
        Uuid::new_v5(&self.namespace, key.as_bytes()).to_string()
    }

    /// A Keystone-style id: 32 hex digits.
    pub fn hex(&self, key: &str) -> String {
        Uuid::new_v5(&self.namespace, key.as_bytes()).simple().to_string()
    }

    /// The next UUID of a thing made while the cloud runs.
    pub fn next(&mut self) -> String {
        self.counter += 1;
        self.named(&format!("#{}", self.counter))
    }

    /// Twelve lower-case letters and digits, as Heat appends to stack names.
    pub fn suffix(&mut self) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
        self.counter += 1;
        let id = Uuid::new_v5(&self.namespace, format!("suffix{}", self.counter).as_bytes());
        id.as_bytes().iter().take(12).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
    }
}

/// The Magnum dialect of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Microversions 1.1 to 1.14, clusters and cluster templates.
    Modern,
    /// Magnum 1.1 of 2015: bays, bay models, pods, replication controllers, services, containers.
    Liberty,
}

/// A row of Magnum's quota table.
#[derive(Debug, Clone)]
pub(super) struct QuotaRow {
    pub id: u64,
    pub project_id: String,
    pub hard_limit: i64,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
}

/// One region: its services and what they hold.
#[derive(Debug)]
pub(super) struct Region {
    pub name: String,
    pub dialect: Dialect,
    pub bays: Vec<Bay>,
    pub models: Vec<BayModel>,
    pub stacks: Stacks,
    /// Bays that are gone while Heat still tells of their stacks, oldest first.
    pub deleted_bays: VecDeque<String>,
    pub compute: Compute,
    pub quotas: Vec<QuotaRow>,
    pub legacy: LegacyObjects,
    next_row: u64,
}

impl Region {
    /// An empty region.
    pub fn new(name: &str, dialect: Dialect, compute: Compute) -> Region {
        Region {
            name: name.to_owned(),
            dialect,
            bays: Vec::new(),
            models: Vec::new(),
            stacks: Stacks::default(),
            deleted_bays: VecDeque::new(),
            compute,
            quotas: Vec::new(),
            legacy: LegacyObjects::default(),
            next_row: 0,
        }
    }

    /// The next database row number: default sort order of every list.
    pub fn row(&mut self) -> u64 {
        self.next_row += 1;
        self.next_row
    }

    pub fn bay(&self, uuid: &str) -> Option<&Bay> {
        self.bays.iter().find(|bay| bay.uuid == uuid)
    }

    pub fn bay_mut(&mut self, uuid: &str) -> Option<&mut Bay> {
        self.bays.iter_mut().find(|bay| bay.uuid == uuid)
    }

    pub fn model(&self, uuid: &str) -> Option<&BayModel> {
        self.models.iter().find(|model| model.uuid == uuid)
    }

    pub fn stack(&self, id: &str) -> Option<&Stack> {
        self.stacks.get(id)
    }

    pub fn stack_mut(&mut self, id: &str) -> Option<&mut Stack> {
        self.stacks.get_mut(id)
    }
}

/// Everything.
#[derive(Debug)]
pub(super) struct World {
    pub ids: Ids,
    /// How many times faster than life operations run.
    pub speed: f64,
    pub identity: Identity,
    pub regions: Vec<Region>,
}

impl World {
    /// The time `seconds` of demo time later, on the wall clock.
    pub fn later(&self, from: Timestamp, seconds: f64) -> Timestamp {
        let real = seconds / self.speed.max(0.001);
        from + SignedDuration::try_from_secs_f64(real).unwrap_or(SignedDuration::ZERO)
    }
}

/// `2030-01-02T03:04:05+00:00`, as Magnum on MySQL prints times.
pub(super) fn magnum_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// `2030-01-02T03:04:05Z`, as Heat, Nova, Glance and Neutron print times.
pub(super) fn z_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2030-01-02T03:04:05.000000Z`, as Keystone prints times.
pub(super) fn keystone_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_identifiers() {
        let (mut a, mut b, mut other) = (Ids::new(1), Ids::new(1), Ids::new(2));
        assert_eq!(a.named("bay"), b.named("bay"));
        assert_eq!(a.next(), b.next());
        assert_eq!(a.suffix(), b.suffix());
        assert_ne!(a.next(), other.next());
        assert_eq!(a.suffix().len(), 12);
        assert_eq!(a.hex("x").len(), 32);
    }

    #[test]
    fn times_are_printed_as_the_services_do() {
        let time: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(magnum_time(time), "2030-01-02T03:04:05+00:00");
        assert_eq!(z_time(time), "2030-01-02T03:04:05Z");
        assert_eq!(keystone_time(time), "2030-01-02T03:04:05.000000Z");
    }
}
