//! Plain data and pure rules: what the program talks about. No I/O, no other layer.

pub mod bay;
pub mod bay_model;
pub mod checks;
pub mod choices;
pub mod cloud;
pub mod cluster;
pub mod columns;
pub mod container;
pub mod faults;
pub mod kubeconfig;
pub mod labels;
pub mod magnum_object;
pub mod manifest;
pub mod natural;
pub mod node_names;
pub mod preview;
pub mod problem;
pub mod quantity;
pub mod room;
pub mod shortage;
pub mod status;
pub mod timeline;
pub mod workload;
