//! The window, driven by accessible label and rendered without a screen.

// A test may fail at any line.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod across_bays;
mod bay;
mod bay_shots;
mod bay_stage;
mod form_shots;
mod journey;
mod manifests;
mod manifests_shots;
mod models;
mod new_bay;
mod new_bay_model;
mod new_container;
mod notices;
mod placement;
mod placement_tools;
mod pods;
mod program;
mod samples;
mod settings;
mod shell_flows;
mod shell_shots;
mod sign_in;
mod tables;
mod window;
mod workloads;
