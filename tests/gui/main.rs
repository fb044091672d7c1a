//! The window, driven by accessible label and rendered without a screen.

mod bay;
mod bay_shots;
mod bay_stage;
mod form_shots;
mod journey;
mod models;
mod new_bay;
mod new_bay_model;
mod new_container;
mod placement;
mod pods;
mod samples;
mod shell_flows;
mod shell_shots;
mod window;
mod workloads;
