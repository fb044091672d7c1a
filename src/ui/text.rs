//! The five sizes of text, as fonts and as rich text.

use super::fonts::strong_family;
use egui::{FontFamily, FontId, RichText};

/// Labels, hints, table heads.
pub const SMALL: f32 = 11.0;
/// Rows, buttons, inputs.
pub const BODY: f32 = 12.5;
/// Numbers, versions, addresses, code.
pub const MONO: f32 = 12.0;
/// Section and panel titles.
pub const SECTION: f32 = 14.0;
/// Screen titles.
pub const TITLE: f32 = 18.0;

/// 12.5 regular.
pub fn body_font() -> FontId {
    FontId::new(BODY, FontFamily::Proportional)
}

/// 12.5 strong.
pub fn strong_font() -> FontId {
    FontId::new(BODY, strong_family())
}

/// 11 regular.
pub fn small_font() -> FontId {
    FontId::new(SMALL, FontFamily::Proportional)
}

/// 11 strong.
pub fn small_strong_font() -> FontId {
    FontId::new(SMALL, strong_family())
}

/// 12 mono.
pub fn mono_font() -> FontId {
    FontId::new(MONO, FontFamily::Monospace)
}

/// 11 mono.
pub fn mono_small_font() -> FontId {
    FontId::new(SMALL, FontFamily::Monospace)
}

/// 14 strong.
pub fn section_font() -> FontId {
    FontId::new(SECTION, strong_family())
}

/// 18 strong.
pub fn title_font() -> FontId {
    FontId::new(TITLE, strong_family())
}

/// Content, rows.
pub fn body(text: impl Into<String>) -> RichText {
    RichText::new(text).font(body_font())
}

/// Names.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong_font())
}

/// Labels, hints.
pub fn small(text: impl Into<String>) -> RichText {
    RichText::new(text).font(small_font())
}

/// Strong labels.
pub fn small_strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(small_strong_font())
}

/// Numbers, versions, addresses, ids.
pub fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(mono_font())
}

/// Small mono: ids, key caps.
pub fn mono_small(text: impl Into<String>) -> RichText {
    RichText::new(text).font(mono_small_font())
}

/// Section and panel titles.
pub fn section(text: impl Into<String>) -> RichText {
    RichText::new(text).font(section_font())
}

/// Screen title, the one big number of a panel.
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).font(title_font())
}
