//! A cloud that misbehaves, and what the user is told: the worker against the demo cloud's fault switches.

// A test may fail at any line.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod lists;
mod sign_in;
mod whole;
