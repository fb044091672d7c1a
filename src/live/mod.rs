//! The live picture and the async bridge: a [`command::Command`] goes in, events come out and change the
//! [`state::State`], which the interface reads.

pub mod command;
pub mod loadable;
pub mod state;
