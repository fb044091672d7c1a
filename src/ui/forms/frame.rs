//! The frame of a form: head, the two halves, the bar at the bottom, and the course of what was sent.

use super::kit::{INSET, Watch};
use super::messages::{link_title, rule_text};
use crate::live::command::JobId;
use crate::live::state::Outcome;
use crate::model::checks::{Field, Findings};
use crate::model::problem::Problem;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::widgets::button::{Button, link, tooltip};
use crate::ui::widgets::code::{Lang, code_view};
use crate::ui::widgets::problem::problem_ui;
use crate::ui::widgets::{glyph, line, paint_left, paint_right, separator, uncovered};
use egui::{
    Align, Frame, Key, Layout, Margin, Modifiers, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};
use fluent_bundle::FluentValue;

/// Height of the head.
const HEAD: f32 = 52.0;
/// Height of the bar at the bottom.
const BAR: f32 = 52.0;
/// Height of the tabs over a preview.
const TABS: f32 = 34.0;

/// Where a form's job stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Course {
    /// Nothing was sent, or it is forgotten.
    Idle,
    /// Under way.
    Running,
    /// Refused; everything typed is kept.
    Refused(Problem),
    /// Accepted; the uuid of what was made, where known.
    Accepted(Option<String>),
}

/// Where a job stands.
pub fn course(cx: &Cx<'_>, job: Option<JobId>) -> Course {
    let Some(id) = job else { return Course::Idle };
    match cx.state.job(id) {
        // Asked for in this very frame: the worker has not told yet.
        None => Course::Running,
        Some(job) => match &job.outcome {
            Outcome::Running => Course::Running,
            Outcome::Accepted | Outcome::Done | Outcome::Partly { .. } => Course::Accepted(job.made.clone()),
            // What was accepted and failed later is told by its bay, not by the form.
            Outcome::Failed(_) if job.made.is_some() => Course::Accepted(job.made.clone()),
            Outcome::Failed(problem) => Course::Refused(problem.clone()),
        },
    }
}

/// Head: where one is (a link back), the title, and words at the right.
pub fn head(cx: &Cx<'_>, ui: &mut Ui, parent: &str, back: impl FnOnce(), title: &str, right: &str) {
    let t = cx.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let middle = rect.center().y;
    let crumb = line(ui, parent, text::body_font(), t.text2, 180.0);
    let place = Rect::from_min_size(pos2(rect.left() + INSET, middle - 9.0), crumb.size());
    let response = ui.interact(place, ui.scope_id().with("crumb"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, parent));
    crate::ui::widgets::focus_ring(ui, t, &response, place, 2);
    paint_left(ui.painter(), pos2(place.left(), middle), crumb);
    if response.hovered() {
        ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, t.text2));
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        back();
    }
    icons::paint(ui.painter(), pos2(place.right() + 12.0, middle), Icon::ChevronRight, 12.0, t.text3);
    let words = line(ui, title, text::title_font(), t.text, rect.width() * 0.5);
    let drawn = paint_left(ui.painter(), pos2(place.right() + 24.0, middle), words);
    let heading = ui.interact(drawn, ui.scope_id().with("title"), Sense::hover());
    heading.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    if !right.is_empty() {
        let words = line(ui, right, text::body_font(), t.text2, rect.right() - INSET - drawn.right() - 16.0);
        let told = paint_right(ui.painter(), pos2(rect.right() - INSET, middle), words);
        let told = ui.interact(told, ui.scope_id().with("head-right"), Sense::hover());
        told.widget_info(|| WidgetInfo::labeled(Role::Label, true, right));
    }
    separator(ui, t);
}

/// What was pressed in the bar at the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BarResponse {
    /// The primary button, or Ctrl+Enter.
    pub create: bool,
    /// Cancel.
    pub cancel: bool,
}

/// The form's two halves: sections and bar at the left, what would be sent at the right.
pub fn halves<R>(
    cx: &Cx<'_>,
    ui: &mut Ui,
    id: &str,
    left: impl FnOnce(&mut Ui),
    bar: impl FnOnce(&mut Ui) -> R,
    right: impl FnOnce(&mut Ui),
) -> R {
    let t = cx.tokens;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, t.panel);
    let right_width = (rect.width() * 0.413).clamp(330.0, 620.0).floor();
    let split = rect.right() - right_width;
    let left_rect = Rect::from_min_max(rect.min, pos2(split - 1.0, rect.bottom() - BAR));
    let bar_rect = Rect::from_min_max(pos2(rect.left(), rect.bottom() - BAR), pos2(split - 1.0, rect.bottom()));
    let right_rect = Rect::from_min_max(pos2(split, rect.top()), rect.max);
    let child = |ui: &mut Ui, salt: &str, rect: Rect| {
        let mut child =
            ui.new_child(UiBuilder::new().id_salt((id, salt)).max_rect(rect).layout(Layout::top_down(Align::Min)));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        child.spacing_mut().item_spacing.y = 0.0;
        child
    };
    left(&mut child(ui, "left", left_rect));
    let mut bar_ui = child(ui, "bar", bar_rect);
    bar_ui.painter().hline(bar_rect.x_range(), bar_rect.top() + 0.5, Stroke::new(1.0, t.line2));
    let answer = bar(&mut bar_ui);
    right(&mut child(ui, "right", right_rect));
    ui.painter().vline(split - 0.5, rect.y_range(), Stroke::new(1.0, t.line));
    ui.advance_cursor_after_rect(rect);
    answer
}

/// The sections, scrolling.
pub fn scroll(ui: &mut Ui, id: &str, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(("form", id)).auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        content(ui);
    });
}

/// A refusal above the sections.
pub fn refusal(cx: &Cx<'_>, ui: &mut Ui, problem: &Problem) {
    Frame::NONE.fill(cx.tokens.base).inner_margin(Margin { left: 20, right: 20, top: 12, bottom: 12 }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        problem_ui(cx, ui, problem);
    });
    separator(ui, cx.tokens);
}

/// The bar: primary, cancel, and what stands in the way as links to the fields.
pub fn bar(
    cx: &Cx<'_>,
    ui: &mut Ui,
    primary: &str,
    findings: &Findings,
    watch: &mut Watch,
    course: &Course,
    waiting: Option<&str>,
) -> BarResponse {
    let blocking = findings.blocking();
    let sending = *course == Course::Running;
    let reason = match (sending, waiting, blocking.first()) {
        (true, ..) => cx.f("form-sending", &[]),
        (_, Some(waiting), _) => waiting.to_owned(),
        (_, _, Some(first)) => format!("{}: {}", link_title(cx, first), rule_text(cx, &first.rule)),
        _ => String::new(),
    };
    let ready = reason.is_empty();
    let mut answer = BarResponse::default();
    let keyed = uncovered(ui.ctx()) && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
    ui.horizontal_centered(|ui| {
        ui.add_space(INSET);
        ui.spacing_mut().item_spacing.x = 12.0;
        let clicked =
            Button::new(primary).primary().shortcut("Ctrl+Enter").enabled(ready, &reason).show(cx, ui).clicked();
        answer.create = ready && (clicked || keyed);
        answer.cancel = Button::new(cx.t("action-cancel")).show(cx, ui).clicked();
        if sending || waiting.is_some() {
            ui.label(text::body(reason.as_str()).color(cx.tokens.text2));
        } else if !blocking.is_empty() {
            obstacles(cx, ui, &blocking, watch);
        }
    });
    if keyed && !ready {
        watch.show_all();
        // The key says nothing itself: the field that stands in the way does. What stands in the way of the whole form is
        // said beside the button.
        let first = blocking.iter().find(|f| f.field != Field::Form);
        if let (Some(first), false, None) = (first, sending, waiting) {
            watch.lead_to(first.field.clone());
            ui.ctx().request_repaint();
        }
    }
    answer
}

fn obstacles(cx: &Cx<'_>, ui: &mut Ui, blocking: &[&crate::model::checks::Finding], watch: &mut Watch) {
    const SHOWN: usize = 3;
    ui.spacing_mut().item_spacing.x = 7.0;
    glyph::show(ui, cx, Sign::Failed, 12.0);
    let count = FluentValue::from(blocking.len() as f64);
    let words = if ui.available_width() < 400.0 { "form-in-the-way-short" } else { "form-in-the-way" };
    ui.label(text::body(cx.f(words, &[("n", count)])).color(cx.tokens.text2));
    for (at, finding) in blocking.iter().take(SHOWN).enumerate() {
        if at > 0 {
            let last = at + 1 == blocking.len();
            let between = if last { cx.t("form-and") } else { cx.t("form-comma") };
            ui.label(text::body(between).color(cx.tokens.text2));
        }
        if ui.available_width() < 60.0 {
            ui.label(text::body("…").color(cx.tokens.text2));
            return;
        }
        if finding.field == Field::Form {
            ui.label(text::body(rule_text(cx, &finding.rule)).color(cx.tokens.ink(Sign::Failed)));
            continue;
        }
        let title = link_title(cx, finding);
        let response = link(cx, ui, &title);
        // The field itself carries the bare name.
        let name = cx.f("form-go-to", &[("field", FluentValue::from(title))]);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
        let response = tooltip(cx, response, &rule_text(cx, &finding.rule));
        if response.clicked() {
            watch.lead_to(finding.field.clone());
        }
    }
    if blocking.len() > SHOWN {
        let more = FluentValue::from((blocking.len() - SHOWN) as f64);
        ui.label(text::body(cx.f("form-and-more", &[("n", more)])).color(cx.tokens.text2));
    }
}

/// One text of a preview.
pub struct Preview {
    /// Words of its tab.
    pub tab: String,
    /// Over the text, at the left (`POST /v1/clusters`).
    pub left: String,
    /// Over the text, at the right.
    pub right: String,
    /// The text itself.
    pub text: String,
    /// How it is highlighted.
    pub lang: Lang,
}

/// Tabs with what would be sent, and a copy button. `chosen` is the tab.
pub fn previews(cx: &Cx<'_>, ui: &mut Ui, list: &[Preview], chosen: &mut usize) {
    let t = cx.tokens;
    separator(ui, t);
    *chosen = (*chosen).min(list.len().saturating_sub(1));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), TABS), Sense::hover());
    let mut x = rect.left() + INSET;
    for (at, preview) in list.iter().enumerate() {
        let on = *chosen == at;
        let font = if on { text::strong_font() } else { text::body_font() };
        let words = line(ui, &preview.tab, font, if on { t.text } else { t.text2 }, 200.0);
        let part = Rect::from_min_size(pos2(x, rect.top()), vec2(words.size().x, TABS));
        let response = ui.interact(part, ui.scope_id().with(("preview", at)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, &preview.tab));
        if response.clicked() {
            *chosen = at;
        }
        paint_left(ui.painter(), pos2(x, rect.center().y), words);
        if on {
            ui.painter().hline(part.x_range(), rect.bottom() - 1.0, Stroke::new(2.0, t.accent));
        }
        crate::ui::widgets::focus_ring(ui, t, &response, part.shrink2(vec2(-3.0, 4.0)), 3);
        x = part.right() + 22.0;
    }
    let Some(preview) = list.get(*chosen) else { return };
    let copy =
        Rect::from_min_max(pos2(rect.right() - INSET - 90.0, rect.top()), pos2(rect.right() - 12.0, rect.bottom()));
    let corner = UiBuilder::new().id_salt("copy").max_rect(copy).layout(Layout::right_to_left(Align::Center));
    let copied = Button::new(cx.t("action-copy")).quiet().inline().icon(Icon::Copy).show(cx, &mut ui.new_child(corner));
    if copied.clicked() {
        cx.act(crate::ui::cx::UiAction::Copy(preview.text.clone()));
    }
    separator(ui, t);
    let ground = ui.available_rect_before_wrap();
    ui.painter().rect_filled(ground, 0.0, t.canvas);
    Frame::NONE.inner_margin(Margin { left: 20, right: 8, top: 8, bottom: 0 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        if !preview.left.is_empty() {
            let (row, told) = ui.allocate_exact_size(vec2(ui.available_width() - 12.0, 18.0), Sense::hover());
            told.widget_info(|| WidgetInfo::labeled(Role::Label, true, &preview.left));
            let left = line(ui, &preview.left, text::mono_small_font(), t.text2, row.width());
            let drawn = paint_left(ui.painter(), row.left_center(), left);
            let room = row.right() - drawn.right() - 12.0;
            let right = line(ui, &preview.right, text::mono_small_font(), t.text3, room.max(0.0));
            if room > 80.0 {
                paint_right(ui.painter(), row.right_center(), right);
            }
        }
        code_view(cx, ui, &preview.text, preview.lang, preview.lang != Lang::Plain);
    });
}

/// A long command over several lines, broken before its options.
pub fn folded_command(command: &str) -> String {
    let mut lines = vec![String::new()];
    for word in command.split(' ') {
        let last = lines.len() - 1;
        if word.starts_with("--") && lines[last].len() > 4 {
            lines[last].push_str(" \\");
            lines.push(format!("    {word}"));
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::folded_command;

    #[test]
    fn a_command_is_broken_before_its_options() {
        assert_eq!(
            folded_command("openstack coe cluster create --node-count 2 k8s"),
            "openstack coe cluster create \\\n    --node-count 2 k8s"
        );
    }
}
