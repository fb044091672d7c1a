//! The window's content: reads a [`crate::live::state::State`], sends commands, never does I/O.

pub mod cx;
pub mod fonts;
pub mod forms;
pub mod icons;
pub mod prefs;
pub mod route;
pub mod shell;
pub mod text;
pub mod theme;
pub mod widgets;
