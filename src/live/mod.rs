//! The live picture and the async bridge: a [`command::Command`] goes in, an [`event::Event`] comes out and changes the
//! [`state::State`], which the interface reads.

pub mod command;
pub mod event;
pub mod loadable;
pub mod picture;
pub mod saved;
pub mod secrets;
pub mod settle;
pub mod state;
mod store;
pub mod worker;
