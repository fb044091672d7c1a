//! Does it fit the project? Quotas with what a new bay would add, and the checks that cost a request.

use super::kit::{INSET, Watch, signed_line};
use super::messages::quota_title;
use crate::live::command::{Command, Topic};
use crate::model::checks::preflight::Need;
use crate::model::checks::{Field, Findings};
use crate::model::choices::QuotaResource;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::bars::paint_quota;
use crate::ui::widgets::chip::group;
use crate::ui::widgets::states::loadable_ui;
use crate::ui::widgets::{glyph, line, paint_left, paint_right, separator};
use egui::{Frame, Margin, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

const ROW: f32 = 24.0;

/// The panel at the top right. `passed` are checks that passed, in words.
pub fn panel(cx: &Cx<'_>, ui: &mut Ui, needs: &[Need], findings: &Findings, watch: &mut Watch, passed: &[String]) {
    let t = cx.tokens;
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 48.0), Sense::hover());
    let title = cx.f("quota-title", &[]);
    let words = line(ui, &title, text::section_font(), t.text, head.width() * 0.6);
    let drawn = paint_left(ui.painter(), pos2(head.left() + INSET, head.center().y), words);
    let heading = ui.interact(drawn, ui.scope_id().with("quota-title"), Sense::hover());
    heading.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &title));
    legend(cx, ui, Rect::from_min_max(pos2(drawn.right() + 12.0, head.top()), head.max));
    Frame::NONE.inner_margin(Margin { left: 20, right: 20, top: 0, bottom: 12 }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let quotas = &cx.state.choices.quotas;
        let retry = loadable_ui(cx, ui, quotas, &cx.t("quota-reading"), |ui, _| {
            let figures: Vec<String> = needs.iter().map(|need| figures(cx, need)).collect();
            let width = |words: &String| line(ui, words, text::mono_small_font(), t.text2, f32::INFINITY).size().x;
            let widest = figures.iter().map(width).fold(0.0, f32::max);
            for (need, figures) in needs.iter().zip(&figures) {
                row(cx, ui, need, figures, widest, watch);
            }
        });
        if retry {
            cx.send(Command::Refresh(Topic::Quotas));
        }
        if !passed.is_empty() {
            ui.add_space(6.0);
            separator(ui, t);
            ui.add_space(8.0);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(16.0, 4.0);
                for words in passed {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 7.0;
                        glyph::show(ui, cx, Sign::Ok, 11.0);
                        ui.label(text::body(words).color(t.text2));
                    });
                }
            });
        }
        for finding in findings.0.iter().filter(|f| !f.blocking && matches!(f.field, Field::Quota(_))) {
            signed_line(cx, ui, Sign::Warning, &super::messages::rule_text(cx, &finding.rule));
        }
    });
}

fn legend(cx: &Cx<'_>, ui: &mut Ui, rect: Rect) {
    let t = cx.tokens;
    let parts = [
        (cx.f("quota-over", &[]), t.fill(Sign::Failed)),
        (cx.f("quota-added", &[]), t.fill(Sign::Progress)),
        (cx.f("quota-used", &[]), t.text3),
    ];
    let mut right = rect.right() - INSET;
    for (words, color) in parts {
        let galley = line(ui, &words, text::small_font(), t.text2, 140.0);
        if right - galley.size().x - 18.0 < rect.left() {
            return;
        }
        let drawn = paint_right(ui.painter(), pos2(right, rect.center().y), galley);
        let square = Rect::from_center_size(pos2(drawn.left() - 12.0, rect.center().y), vec2(10.0, 7.0));
        ui.painter().rect_filled(square, 0.0, color);
        right = square.left() - 14.0;
    }
}

/// `widest` is the width of the widest figures of all rows: bars are compared, so all have one length.
fn row(cx: &Cx<'_>, ui: &mut Ui, need: &Need, figures: &str, widest: f32, watch: &mut Watch) {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let over = need.is_over();
    let sign = match (over, need.adds) {
        (true, _) => Sign::Failed,
        (false, Some(_)) => Sign::Ok,
        // What is not known yet does not fit yet.
        (false, None) => Sign::Pending,
    };
    let title = quota_title(cx, need.resource);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{title}: {figures}")));
    if watch.leads_to(|f| *f == Field::Quota(need.resource)) {
        watch.arrive(&Field::Quota(need.resource));
        response.request_focus();
    }
    let middle = rect.center().y;
    let ink = if over { t.ink(Sign::Failed) } else { t.text };
    glyph::paint(ui.painter(), pos2(rect.left() + 6.0, middle), sign, 11.0, t.ink(sign));
    let name_width = 112.0;
    let name = line(ui, &title, text::body_font(), ink, name_width - 8.0);
    paint_left(ui.painter(), pos2(rect.left() + 20.0, middle), name);
    let number = line(ui, figures, text::mono_small_font(), if over { ink } else { t.text2 }, rect.width() * 0.5);
    paint_right(ui.painter(), pos2(rect.right(), middle), number);
    let left = rect.left() + 20.0 + name_width;
    let right = (left + (rect.width() - name_width - 20.0) * 0.56).min(rect.right() - widest - 12.0);
    if right - left > 30.0 {
        let bar = Rect::from_min_max(pos2(left, middle - 4.0), pos2(right, middle + 4.0));
        paint_quota(ui.painter(), cx, bar, need.used, need.adds.unwrap_or(0), need.limit);
    }
    crate::ui::widgets::focus_ring(ui, t, &response, rect, 3);
}

/// `16 + 1 of 20`; memory in the unit of its limit.
fn figures(cx: &Cx<'_>, need: &Need) -> String {
    let memory = need.resource == QuotaResource::RamMib;
    let biggest = need.limit.unwrap_or(need.used + need.adds.unwrap_or(0));
    let (unit, name) = match (memory, biggest) {
        (false, _) => (1.0, ""),
        (true, n) if n >= 10 << 20 => ((1u64 << 20) as f64, " TiB"),
        (true, n) if n >= 10 << 10 => (1024.0, " GiB"),
        (true, _) => (1.0, " MiB"),
    };
    let show = |n: u64| {
        let value = n as f64 / unit;
        if !memory || value.fract() < 0.05 && value >= 1.0 || n == 0 {
            group(value.round() as usize)
        } else {
            format!("{value:.1}")
        }
    };
    let adds = need.adds.map_or_else(|| "?".to_owned(), show);
    let used = show(need.used);
    match need.limit {
        Some(limit) => cx.f(
            "quota-figures",
            &[
                ("used", FluentValue::from(used)),
                ("adds", FluentValue::from(adds)),
                ("limit", FluentValue::from(format!("{}{name}", show(limit)))),
            ],
        ),
        None => cx.f(
            "quota-figures-unlimited",
            &[("used", FluentValue::from(used)), ("adds", FluentValue::from(format!("{adds}{name}")))],
        ),
    }
}
