//! The five sizes of text, as fonts and as rich text.

use super::fonts::strong_family;
use crate::i18n::Lang;
use egui::{FontFamily, FontId, RichText};
use std::cell::Cell;

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

thread_local! {
    /// The window draws on one thread, in one language: lines of Japanese are higher.
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// Lines take the height of this language from now on (on this thread).
pub fn set_lang(lang: Lang) {
    LANG.set(lang);
}

fn rich(text: impl Into<String>, font: FontId, english: f32, japanese: f32) -> RichText {
    let height = match LANG.get() {
        Lang::En => english,
        Lang::Ja => japanese,
    };
    RichText::new(text).font(font).line_height(Some(height))
}

/// Content, rows.
pub fn body(text: impl Into<String>) -> RichText {
    rich(text, body_font(), 18.0, 20.0)
}

/// Names.
pub fn strong(text: impl Into<String>) -> RichText {
    rich(text, strong_font(), 18.0, 20.0)
}

/// Labels, hints.
pub fn small(text: impl Into<String>) -> RichText {
    rich(text, small_font(), 16.0, 17.0)
}

/// Strong labels.
pub fn small_strong(text: impl Into<String>) -> RichText {
    rich(text, small_strong_font(), 16.0, 17.0)
}

/// Numbers, versions, addresses, ids.
pub fn mono(text: impl Into<String>) -> RichText {
    rich(text, mono_font(), 18.0, 18.0)
}

/// Small mono: ids, key caps.
pub fn mono_small(text: impl Into<String>) -> RichText {
    rich(text, mono_small_font(), 16.0, 16.0)
}

/// Section and panel titles.
pub fn section(text: impl Into<String>) -> RichText {
    rich(text, section_font(), 20.0, 20.0)
}

/// Screen title, the one big number of a panel.
pub fn title(text: impl Into<String>) -> RichText {
    rich(text, title_font(), 24.0, 24.0)
}
