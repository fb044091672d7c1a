//! The window's content: reads a [`crate::live::state::State`], sends commands, never does I/O.

pub mod cx;
pub mod map;
pub mod prefs;
pub mod route;
pub mod theme;
