//! One module per screen.

pub mod activity;
pub mod bays;
pub mod settings;
pub mod sign_in;
