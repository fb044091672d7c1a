//! Loading, empty, stale, partial: what stands where data is not, or is old.

use super::age;
use super::button::{Button, link};
use super::glyph;
use super::problem::{problem_line, problem_ui};
use crate::live::loadable::Loadable;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use egui::Ui;
use fluent_bundle::FluentValue;
use std::time::Duration;

/// Nothing there yet: for 300 ms nothing at all, then a line with seconds, updated once a second. Where nobody knows
/// since when, the line says so much as can be said, and no frame is asked for: what changes it comes as an event.
pub fn loading(cx: &Cx<'_>, ui: &mut Ui, since: Option<f64>, what: &str) {
    let Some(since) = since else {
        ui.label(text::body(what).color(cx.tokens.text2));
        return;
    };
    let waited = (cx.now - since).max(0.0);
    if waited < 0.3 {
        ui.ctx().request_repaint_after(Duration::from_millis(320));
        return;
    }
    ui.ctx().request_repaint_after(Duration::from_secs(1));
    let words = if waited < 1.0 {
        what.to_owned()
    } else {
        let seconds = age::span(cx, waited);
        cx.f("loading-for", &[("what", FluentValue::from(what)), ("time", FluentValue::from(seconds))])
    };
    ui.label(text::body(words).color(cx.tokens.text2));
}

/// Nothing to show: one sentence and the one button that helps. True when it was pressed.
pub fn empty(cx: &Cx<'_>, ui: &mut Ui, sentence: &str, button: Option<&str>) -> bool {
    let mut pressed = false;
    ui.label(text::body(sentence).color(cx.tokens.text2));
    if let Some(words) = button {
        ui.add_space(6.0);
        pressed = Button::new(words).primary().show(cx, ui).clicked();
    }
    pressed
}

/// Old data: its age and why it is old, in warning ink. True when "retry" was pressed.
pub fn stale_line(cx: &Cx<'_>, ui: &mut Ui, loaded_at: f64, problem: &crate::model::problem::Problem) -> bool {
    ui.ctx().request_repaint_after(Duration::from_secs(1));
    let mut retry = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        glyph::show(ui, cx, Sign::Warning, 12.0);
        let words = cx.f(
            "stale-line",
            &[
                ("age", FluentValue::from(age::span(cx, cx.now - loaded_at))),
                ("why", FluentValue::from(cx.t(problem.kind.message_id()).into_owned())),
            ],
        );
        ui.label(text::body(words).color(cx.tokens.ink(Sign::Warning))).on_hover_text(problem.to_string());
        retry = link(cx, ui, &cx.t("action-retry")).clicked();
    });
    retry
}

/// A line above data that is not all there, saying what is missing and why.
pub fn partial_line(cx: &Cx<'_>, ui: &mut Ui, words: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        glyph::show(ui, cx, Sign::Warning, 12.0);
        ui.add(egui::Label::new(text::body(words).color(cx.tokens.ink(Sign::Warning))).wrap());
    });
}

/// Draws something that comes from far away in whatever state it is. `what` says what is being loaded (`Reading bays`).
/// True when "retry" was pressed.
pub fn loadable_ui<T>(
    cx: &Cx<'_>,
    ui: &mut Ui,
    loadable: &Loadable<T>,
    what: &str,
    content: impl FnOnce(&mut Ui, &T),
) -> bool {
    let mut retry = false;
    match (&loadable.value, &loadable.problem) {
        (Some(value), problem) => {
            if let (Some(problem), Some(at)) = (problem, loadable.loaded_at) {
                retry = stale_line(cx, ui, at, problem);
            }
            content(ui, value);
        }
        (None, Some(problem)) => {
            problem_ui(cx, ui, problem);
            ui.add_space(8.0);
            retry = Button::new(cx.t("action-retry")).show(cx, ui).clicked();
        }
        (None, None) => loading(cx, ui, loadable.loading_since, what),
    }
    retry
}

/// A failure in one line with "retry", for small places. True when it was pressed.
pub fn failed_line(cx: &Cx<'_>, ui: &mut Ui, problem: &crate::model::problem::Problem) -> bool {
    problem_line(cx, ui, problem)
}
