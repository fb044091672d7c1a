//! One module per screen.

pub mod activity;
pub mod bay;
pub mod bays;
pub mod overview;
pub mod settings;
pub mod sign_in;
