//! The window, driven by accessible label and rendered without a screen.

mod bay;
mod bay_shots;
mod bay_stage;
mod models;
mod pods;
mod samples;
mod workloads;
