//! Bayview: a native desktop bay manager for OpenStack.
//!
//! One window leads from the cloud to the pod: cloud, project, bay, node group, node, pod.
//!
//! # Layers
//! A lower layer never imports a higher one; `tests/layers.rs` reads the `use crate::…` lines and holds us to it.
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | arguments, `bayview status`, `bayview demo-cloud` |
//! | [`app`] | wires everything; the only place that knows eframe |
//! | [`ui`] | draws; reads a [`live::State`], sends commands, never imports [`api`] |
//! | [`live`] | the live picture and the async bridge: command in, event out, store, journal, secrets |
//! | [`api`] | the shared client: Keystone, Magnum, Heat, Nova, Glance, Neutron, Kubernetes |
//! | [`model`] | plain data and pure rules, no I/O |
//! | [`demo`] | the embedded cloud: real HTTP on loopback, imports none of the above |
//! | [`i18n`] | messages in English and Japanese |

pub mod api;
pub mod app;
pub mod cli;
pub mod demo;
pub mod i18n;
pub mod live;
pub mod model;
pub mod ui;
