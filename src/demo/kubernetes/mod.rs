//! Kubernetes API servers of the demo's bays.

pub mod controllers;
pub mod defaults;
pub mod events;
pub mod facts;
pub mod failure;
pub mod json;
pub mod kinds;
pub mod kubelet;
pub mod nodes;
pub mod pod_status;
pub mod quantity;
pub mod scenario;
pub mod scheduler;
pub mod selector;
pub mod store;
#[cfg(test)]
mod testing;
pub mod world;
