//! Journeys through Bayview against software of others: the services that `tests/real/bed` starts.

// A journey may end at any line, and then says why.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod bays;
mod bed;
mod custom;
mod desk;
mod dialects;
mod docker;
mod inside;
mod kubernetes;
mod manifests;
mod people;
mod screens;
mod sign_in;
mod status;
#[allow(dead_code, reason = "the journeys against the demo cloud use more of it")]
#[path = "../gui/journey/whole.rs"]
mod whole;
mod window;
