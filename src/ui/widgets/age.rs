//! Ages and times: short in place, exact in the tooltip.

use crate::ui::cx::Cx;
use crate::ui::text;
use egui::{Response, Ui};
use fluent_bundle::FluentValue;

/// How long ago a moment (seconds since 1970) was: `6 min`, `2 y 40 d`.
pub fn age(cx: &Cx<'_>, unix: i64) -> String {
    span(cx, cx.now - unix as f64)
}

/// A span of seconds in words of the language, in its largest unit.
pub fn span(cx: &Cx<'_>, secs: f64) -> String {
    let secs = secs.max(0.0) as i64;
    let n = |id: &str, n: i64| cx.f(id, &[("n", FluentValue::from(n))]);
    match secs {
        0..60 => n("age-seconds", secs),
        60..3600 => n("age-minutes", secs / 60),
        3600..86_400 => n("age-hours", secs / 3600),
        _ => {
            let days = secs / 86_400;
            if days < 365 {
                n("age-days", days)
            } else {
                let (years, days) = (days / 365, days % 365);
                cx.f("age-years-days", &[("years", FluentValue::from(years)), ("days", FluentValue::from(days))])
            }
        }
    }
}

/// `6 min ago`.
pub fn ago(cx: &Cx<'_>, unix: f64) -> String {
    cx.f("age-ago", &[("age", FluentValue::from(span(cx, cx.now - unix)))])
}

/// The exact local time: `2026-11-24 10:41:02`.
pub fn exact(cx: &Cx<'_>, unix: i64) -> String {
    format(cx, unix, "%Y-%m-%d %H:%M:%S")
}

/// The local clock time: `10:41:02`.
pub fn clock(cx: &Cx<'_>, unix: i64) -> String {
    format(cx, unix, "%H:%M:%S")
}

/// The local date and time without seconds: `2026-11-24 10:41`.
pub fn date_time(cx: &Cx<'_>, unix: i64) -> String {
    format(cx, unix, "%Y-%m-%d %H:%M")
}

fn format(cx: &Cx<'_>, unix: i64, pattern: &str) -> String {
    match jiff::Timestamp::from_second(unix) {
        Ok(at) => at.to_zoned(cx.time_zone.clone()).strftime(pattern).to_string(),
        // Beyond the years that calendars know: the bare number is still the truth.
        Err(_) => unix.to_string(),
    }
}

/// An age as a label with the exact time in its tooltip.
pub fn label(cx: &Cx<'_>, ui: &mut Ui, unix: i64) -> Response {
    let response = ui.label(text::body(age(cx, unix)).color(cx.tokens.text2));
    super::button::tooltip(cx, response, &exact(cx, unix))
}
