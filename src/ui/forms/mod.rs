//! Forms: bay model, bay, container. One style: sections at the left, what would be sent at the right, and a bar at the
//! bottom that says what stands in the way.

pub mod bay;
pub mod bay_model;
mod bay_model_parts;
mod bay_parts;
pub mod choices;
pub mod container;
mod container_parts;
mod frame;
mod kit;
mod label_editor;
mod messages;
mod quotas;
