//! A bay's timeline: steps one under the other, joined by a line, each with its time.

use crate::model::bay::{Bay, BayAction, BayStatus};
use crate::model::faults::{Cause, Fault};
use crate::model::status::Sign;
use crate::model::timeline::{Step, StepKind, Timeline};
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::tooltip;
use crate::ui::widgets::{age, glyph, line, paint_left, paint_right};
use egui::{Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

const STEP: f32 = 24.0;

/// Draws the steps.
pub fn timeline_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay, timeline: &Timeline) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (at, step) in timeline.steps.iter().enumerate() {
            step_ui(cx, ui, bay, step, at + 1 == timeline.steps.len());
        }
    });
}

fn step_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay, step: &Step, last: bool) {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), STEP), Sense::hover());
    let words = words(cx, bay, step);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let center = pos2(rect.left() + 6.0, rect.center().y);
    if !last {
        let line = (center.y + 8.0)..=(center.y + STEP - 8.0);
        ui.painter().vline(center.x, line, Stroke::new(1.0, t.line2));
    }
    glyph::paint(ui.painter(), center, step.sign, 11.0, t.ink(step.sign));
    let mut right = rect.right();
    if let Some(time) = step.time {
        // The clock alone says little of another day.
        let today = (cx.now as i64 - time).abs() < 20 * 3600;
        let clock = if today { age::clock(cx, time) } else { age::date_time(cx, time) };
        let galley = line(ui, &clock, text::mono_small_font(), t.text3, 130.0);
        right = paint_right(ui.painter(), pos2(rect.right(), center.y), galley).left() - 8.0;
    }
    let ink = match step.sign {
        Sign::Ok => t.text,
        Sign::Pending => t.text3,
        sign => t.ink(sign),
    };
    let galley = line(ui, &words, text::body_font(), ink, right - rect.left() - 20.0);
    paint_left(ui.painter(), pos2(rect.left() + 20.0, center.y), galley);
    let tip = if step.reason.is_empty() {
        step.time.map(|at| age::exact(cx, at)).unwrap_or_default()
    } else {
        step.reason.clone()
    };
    tooltip(cx, response, &tip);
}

/// `Floating IPs: over quota`, `Masters 1 of 3`, `Workers 0 of 4, not begun`.
fn words(cx: &Cx<'_>, bay: &Bay, step: &Step) -> String {
    let title = match step.kind {
        StepKind::Accepted => cx.f("step-accepted", &[]),
        StepKind::Started => cx.f("step-started", &[]),
        StepKind::Part(part) => cx.f(part.message_id(), &[]),
        StepKind::Finished => cx.f(
            match &bay.status {
                BayStatus::Known(BayAction::Create, _) => "step-finished-create",
                BayStatus::Known(BayAction::Update, _) => "step-finished-update",
                BayStatus::Known(BayAction::Delete, _) => "step-finished-delete",
                _ => "step-finished-other",
            },
            &[],
        ),
    };
    let counted = match step.count {
        Some((done, all)) => cx.f(
            "step-count",
            &[("part", FluentValue::from(title)), ("done", FluentValue::from(done)), ("all", FluentValue::from(all))],
        ),
        None => title,
    };
    match step.sign {
        // The end is not begun: it comes.
        Sign::Pending if step.kind == StepKind::Finished => counted,
        Sign::Pending => cx.f("step-not-begun", &[("step", FluentValue::from(counted))]),
        Sign::Failed => match short_cause(&step.reason) {
            Some(id) => {
                let why = cx.f(id, &[]);
                cx.f("step-failed", &[("step", FluentValue::from(counted)), ("why", FluentValue::from(why))])
            }
            None => counted,
        },
        _ => counted,
    }
}

/// A few words for a cause.
fn short_cause(reason: &str) -> Option<&'static str> {
    Some(match Fault::read(reason)?.cause {
        Cause::Quota { .. } => "cause-short-quota",
        Cause::NoHost => "cause-short-no-host",
        Cause::NoAddress => "cause-short-no-address",
        Cause::Timeout | Cause::SetupTimeout => "cause-short-timeout",
        Cause::NotFound => "cause-short-not-found",
        Cause::Forbidden => "cause-short-forbidden",
        Cause::Invalid => "cause-short-invalid",
        Cause::NoNetwork => "cause-short-no-network",
        Cause::Volume => "cause-short-volume",
        Cause::InUse => "cause-short-in-use",
        Cause::Other => return None,
    })
}
