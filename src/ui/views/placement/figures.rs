//! Figures that several panels show: pods by state, and capacity as bars with what is allocatable, requested and used.

use super::Asked;
use crate::model::cluster::{Measuring, Picture, PodUsage};
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::capacity::{Amount, Capacity};
use crate::ui::map::filter::state_word;
use crate::ui::map::paint::{cores, cores_pair, memory_pair};
use crate::ui::text;
use crate::ui::widgets::button::link_small;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::{bars, glyph, line, paint_left, paint_right, panel};
use egui::{Label, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

/// Pods by sign, in the order of [`Sign::ALL`].
pub(super) fn count(picture: &Picture, pods: impl Iterator<Item = u32>) -> [u32; 7] {
    let mut counts = [0u32; 7];
    for sign in pods.filter_map(|pod| picture.pods.sign.get(pod as usize)) {
        counts[*sign as usize] += 1;
    }
    counts
}

/// Pods by state: a bar, then each state with its number; a click filters `within` what the panel tells of.
pub(super) fn by_state(cx: &Cx<'_>, ui: &mut Ui, counts: &[u32; 7], within: &str, asked: &mut Asked) {
    let all: u32 = counts.iter().sum();
    panel::caption(cx, ui, &cx.t("placement-by-state"));
    bars::replica_bar(ui, cx, counts, 0, all, vec2(ui.available_width(), 8.0));
    ui.add_space(2.0);
    for sign in Sign::ALL {
        let count = counts[sign as usize];
        if count == 0 {
            continue;
        }
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::click());
        let word = cx.f(sign.message_id(), &[]);
        let name = format!("{word} {}", grouped(count as usize));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.hovered() {
            ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 3.0, cx.tokens.hover);
        }
        glyph::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), sign, 12.0, cx.tokens.ink(sign));
        figure_row(cx, ui, rect, 20.0, &word, count);
        crate::ui::widgets::focus_ring(ui, cx.tokens, &response, rect, 3);
        if response.clicked() {
            *asked = Asked::Filter(format!("{within} state:{}", state_word(sign)).trim_start().to_owned());
        }
    }
}

/// Pods by state: a bar, then each state with its number.
pub(super) fn states_ui(cx: &Cx<'_>, ui: &mut Ui, counts: &[u32; 7]) {
    let all: u32 = counts.iter().sum();
    bars::replica_bar(ui, cx, counts, 0, all, vec2(ui.available_width(), 8.0));
    ui.add_space(2.0);
    for sign in Sign::ALL.into_iter().filter(|s| counts[*s as usize] > 0) {
        let count = counts[sign as usize];
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let word = cx.f(sign.message_id(), &[]);
        let name = format!("{word} {}", grouped(count as usize));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        glyph::paint(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), sign, 12.0, cx.tokens.ink(sign));
        figure_row(cx, ui, rect, 20.0, &word, count);
    }
}

/// A name and a number.
pub(super) fn count_row(cx: &Cx<'_>, ui: &mut Ui, name: &str, count: u32) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let words = format!("{name} {}", grouped(count as usize));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    figure_row(cx, ui, rect, 0.0, name, count);
}

fn figure_row(cx: &Cx<'_>, ui: &Ui, rect: Rect, indent: f32, name: &str, count: u32) {
    let number = line(ui, &grouped(count as usize), text::mono_small_font(), cx.tokens.text, 80.0);
    let drawn = paint_right(ui.painter(), rect.right_center(), number);
    let left = rect.left() + indent;
    let name = line(ui, name, text::body_font(), cx.tokens.text, drawn.left() - left - 8.0);
    paint_left(ui.painter(), pos2(left, rect.center().y), name);
}

/// Why nothing stands there of what pods use, and what to do about it; nothing where it is known.
pub(super) fn use_ui(cx: &Cx<'_>, ui: &mut Ui, usage: &PodUsage, asked: &mut Asked) {
    let id = match usage.measuring {
        Measuring::Nothing => "placement-use-unknown",
        Measuring::Resting => "placement-use-resting",
        Measuring::Reading => "placement-use-reading",
        Measuring::Known => return,
    };
    ui.add(Label::new(text::small(cx.t(id)).color(cx.tokens.text3)).wrap());
    if usage.measuring == Measuring::Resting && link_small(cx, ui, &cx.t("placement-use-show")).clicked() {
        *asked = Asked::ColorByUse;
    }
}

/// Pods, CPU and memory as bars with figures, and in words what is used, or that nobody measures it.
pub(super) fn capacity_ui(cx: &Cx<'_>, ui: &mut Ui, capacity: &Capacity) {
    panel::caption(cx, ui, &cx.t("placement-capacity"));
    let Capacity { pods, cpu, memory, .. } = capacity;
    let figures = format!("{} / {}", grouped(pods.requested as usize), grouped(pods.allocatable as usize));
    row(cx, ui, "map-pods-label", pods, &figures, "");
    let figures = cores_pair(cpu.requested, cpu.allocatable);
    row(cx, ui, "map-cpu", cpu, &figures, &cpu.used.map(cores).unwrap_or_default());
    let figures = memory_pair(memory.requested, memory.allocatable);
    row(cx, ui, "map-memory", memory, &figures, &memory.used.map(quantity::bytes_text).unwrap_or_default());
    let words = match (cpu.used, memory.used) {
        (Some(cpu), Some(memory)) => {
            let used = [
                ("cpu", FluentValue::from(cores(cpu))),
                ("memory", FluentValue::from(quantity::bytes_text(memory))),
                ("measured", FluentValue::from(capacity.measured)),
                ("nodes", FluentValue::from(capacity.nodes)),
            ];
            let part = capacity.measured < capacity.nodes;
            cx.f(if part { "placement-used-part" } else { "placement-used" }, &used)
        }
        _ => cx.t("placement-bar-only").into_owned(),
    };
    ui.add(Label::new(text::small(words).color(cx.tokens.text3)).wrap());
}

fn row<'a>(cx: &Cx<'a>, ui: &mut Ui, label: &'a str, amount: &Amount, figures: &str, used: &str) {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let mut name = format!("{} {figures}", cx.t(label));
    if !used.is_empty() {
        name = format!("{name}, {}", cx.f("placement-used-short", &[("amount", FluentValue::from(used))]));
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    let y = rect.center().y;
    paint_left(ui.painter(), rect.left_center(), line(ui, &cx.t(label), text::body_font(), t.text, 64.0));
    let ink = if amount.part() > 0.9 { t.ink(Sign::Warning) } else { t.text };
    let drawn = paint_right(ui.painter(), rect.right_center(), line(ui, figures, text::mono_small_font(), ink, 130.0));
    let right = (rect.right() - 96.0).min(drawn.left() - 8.0);
    let bar = Rect::from_min_max(pos2(rect.left() + 66.0, y - 3.0), pos2(right, y + 3.0));
    if bar.width() > 10.0 {
        bars::paint_capacity(ui.painter(), cx, bar, amount.requested, amount.used, amount.allocatable);
    }
}
