//! The manifest editor: open files, text editing rules, highlighting with problems, drafts, file dialogs.
//!
//! | module | what it is |
//! |---|---|
//! | [`buffer`] | one open file and what its text says |
//! | [`edit`] | what Tab, Enter and Ctrl+/ do to a text; pure |
//! | [`code`] | the widget: line numbers, colours, marked problems |
//! | [`long`] | the widget for a text that is too long to edit |
//! | [`drafts`] | unsaved text survives a crash |
//! | [`files`] | open, save and drop, off the window's thread |

pub mod buffer;
pub mod code;
pub mod drafts;
pub mod edit;
pub mod files;
pub mod long;
