//! One module per screen; `export` and `grouping` are what their tables share.

pub mod activity;
pub mod bay;
pub mod bay_models;
pub mod bays;
pub mod containers;
pub mod events;
mod export;
mod grouping;
pub mod manifests;
pub mod nodes;
pub mod overview;
pub mod placement;
pub mod pods;
pub mod services;
pub mod settings;
pub mod sign_in;
pub mod workloads;
