//! Scaling in place: the number in the row, the box that says what it would mean, the job that carries it out.

use crate::live::command::{Change, JobId};
use crate::live::state::Outcome;
use crate::model::cluster::Picture;
use crate::model::quantity;
use crate::model::room::{Limit, Room};
use crate::model::status::Sign;
use crate::model::workload::{Workload, WorkloadKind};
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::widgets::button::{Button, tooltip};
use crate::ui::widgets::chip::group;
use crate::ui::widgets::{focus_ring, glyph, line, problem, states};
use egui::text::{LayoutJob, TextFormat};
use egui::{Id, Key, Label, Margin, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2};
use fluent_bundle::FluentValue;
use std::collections::HashMap;

/// The most replicas that can be asked for here.
pub const MOST: u32 = 9999;
/// How long after its job a new number may take to be seen, seconds.
const SEEN_WITHIN_SECS: f64 = 30.0;

/// A number being changed, and scalings under way.
#[derive(Debug, Clone, Default)]
pub struct Scaling {
    /// Workload whose number is being changed, and its text.
    pub edit: Option<Edit>,
    /// Jobs by the workload's uid, with the number asked for.
    jobs: HashMap<String, (JobId, u32)>,
}

/// A number being changed.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Workload.
    pub uid: String,
    /// What stands in the field.
    pub text: String,
}

impl Edit {
    /// The number, if it is one.
    pub fn replicas(&self) -> Option<u32> {
        self.text.trim().parse().ok().filter(|n| *n <= MOST)
    }
}

impl Scaling {
    /// The number being typed for this workload.
    pub fn edit_of(&self, uid: &str) -> Option<&Edit> {
        self.edit.as_ref().filter(|e| e.uid == uid)
    }

    /// One more or one fewer; begins a change where none is.
    pub fn step(&mut self, workload: &Workload, by: i64) {
        let now = match self.edit_of(&workload.uid).and_then(Edit::replicas) {
            Some(n) => n,
            None => self.wanted(workload),
        };
        let next = (i64::from(now) + by).clamp(0, i64::from(MOST));
        self.edit = Some(Edit { uid: workload.uid.clone(), text: next.to_string() });
    }

    /// What is wanted: what was asked for last, as long as that is under way.
    pub fn wanted(&self, workload: &Workload) -> u32 {
        self.jobs.get(&workload.uid).map_or(workload.replicas.desired, |(_, n)| *n)
    }

    /// Asks for the number being typed, if it is another one.
    pub fn apply(&mut self, cx: &Cx<'_>, bay: &str, workload: &Workload) {
        let Some(replicas) = self.edit_of(&workload.uid).and_then(Edit::replicas) else { return };
        self.edit = None;
        if replicas == workload.replicas.desired {
            return;
        }
        let job = cx.change(Change::ScaleWorkload {
            bay: bay.to_owned(),
            kind: workload.kind,
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
            replicas,
        });
        self.jobs.insert(workload.uid.clone(), (job, replicas));
    }

    /// Lets go of jobs that are done and of which the picture shows the result.
    pub fn logic(&mut self, cx: &Cx<'_>, picture: &Picture) {
        self.jobs.retain(|uid, (job, replicas)| {
            let Some(workload) = picture.workloads.iter().find(|w| &w.uid == uid) else { return false };
            let Some(job) = cx.state.job(*job) else { return true };
            match job.outcome {
                Outcome::Failed(_) | Outcome::Running => true,
                // Where somebody else (an autoscaler) sets another number at once, ours is never seen.
                Outcome::Done | Outcome::Accepted | Outcome::Partly { .. } => {
                    let waited = cx.now - job.finished_at.unwrap_or(job.started_at);
                    workload.replicas.desired != *replicas && waited < SEEN_WITHIN_SECS
                }
            }
        });
    }

    /// How the scaling of a workload stands.
    fn outcome<'s>(&self, cx: &'s Cx<'_>, uid: &str) -> Option<(u32, Option<&'s Outcome>)> {
        let (job, replicas) = self.jobs.get(uid)?;
        Some((*replicas, cx.state.job(*job).map(|j| &j.outcome)))
    }

    /// Forgets a scaling that failed.
    fn forget(&mut self, uid: &str) {
        self.jobs.remove(uid);
    }
}

/// What the row's control was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A number was changed: show what it means.
    Changed,
    /// Apply it.
    Apply,
    /// Leave it.
    Cancel,
}

/// `− 24 +` at the right end of a row.
pub fn row_control(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, scaling: &mut Scaling) -> Option<Asked> {
    match workload.kind {
        WorkloadKind::DaemonSet => {
            fixed(cx, ui, &cx.t("workloads-one-per-node"));
            return None;
        }
        WorkloadKind::Job => {
            job_ui(cx, ui, workload);
            return None;
        }
        _ => {}
    }
    let mut asked = None;
    let name = FluentValue::from(workload.name.as_str());
    ui.spacing_mut().item_spacing.x = 4.0;
    if small_button(cx, ui, Icon::Minus, &cx.f("workloads-fewer", &[("name", name.clone())])).clicked() {
        scaling.step(workload, -1);
        asked = Some(Asked::Changed);
    }
    match number_field(cx, ui, workload, scaling) {
        None => {}
        some => asked = some,
    }
    if small_button(cx, ui, Icon::Plus, &cx.f("workloads-more", &[("name", name)])).clicked() {
        scaling.step(workload, 1);
        asked = Some(Asked::Changed);
    }
    asked
}

/// How far a Job is: `19 of 400 completed`, or `19 completed` where there is no room.
fn job_ui(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload) {
    let words = completed(cx, workload);
    if words_width(cx, ui, &words) <= ui.available_width() {
        fixed(cx, ui, &words);
        return;
    }
    let done = [("done", FluentValue::from(group(workload.replicas.available as usize)))];
    let response = fixed(cx, ui, &cx.f("workloads-completed-short", &done));
    tooltip(cx, response, &words);
}

fn completed(cx: &Cx<'_>, workload: &Workload) -> String {
    let n = |n: u32| FluentValue::from(group(n as usize));
    let replicas = &workload.replicas;
    cx.f("workloads-completed", &[("done", n(replicas.available)), ("all", n(replicas.desired))])
}

/// Width of the column of these controls, points: the words of Jobs need more than the buttons.
pub fn control_width(cx: &Cx<'_>, ui: &Ui, workloads: &[Workload]) -> f32 {
    const BUTTONS: f32 = 88.0;
    const MOST_WORDS: f32 = 140.0;
    // In a narrow window the reasons need the room more.
    const ROOM_FOR_WORDS: f32 = 1100.0;
    if ui.available_width() < ROOM_FOR_WORDS {
        return BUTTONS;
    }
    let jobs = workloads.iter().filter(|w| w.kind == WorkloadKind::Job);
    // The one with the largest numbers stands for all: thousands need not be measured.
    let widest = jobs.max_by_key(|w| (w.replicas.desired, w.replicas.available));
    let words = widest.map_or(0.0, |w| words_width(cx, ui, &completed(cx, w)).ceil() + 2.0);
    words.clamp(BUTTONS, MOST_WORDS)
}

fn words_width(cx: &Cx<'_>, ui: &Ui, words: &str) -> f32 {
    line(ui, words, text::small_font(), cx.tokens.text3, f32::INFINITY).size().x
}

fn fixed(cx: &Cx<'_>, ui: &mut Ui, words: &str) -> Response {
    ui.add(Label::new(text::small(words).color(cx.tokens.text3)).truncate())
}

fn small_button(cx: &Cx<'_>, ui: &mut Ui, icon: Icon, label: &str) -> Response {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    let stroke = Stroke::new(1.0, if response.hovered() { t.control } else { t.line2 });
    ui.painter().rect(rect, 4.0, t.raised, stroke, StrokeKind::Inside);
    icons::paint(ui.painter(), rect.center(), icon, 12.0, t.text);
    focus_ring(ui, t, &response, rect, 4);
    tooltip(cx, response, label)
}

/// The number; a click on it makes it a field.
fn number_field(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, scaling: &mut Scaling) -> Option<Asked> {
    let t = cx.tokens;
    let size = vec2(34.0, 22.0);
    let label = cx.f("workloads-desired-of", &[("name", FluentValue::from(workload.name.as_str()))]);
    let id = Id::unique(("desired", &workload.uid));
    let pending = scaling.outcome(cx, &workload.uid).is_some();
    let wanted = scaling.wanted(workload);
    let Some(edit) = scaling.edit.as_mut().filter(|e| e.uid == workload.uid) else {
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
        if response.hovered() {
            ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, t.control), StrokeKind::Inside);
        }
        let ink = if pending { t.accent } else { t.text };
        let galley = crate::ui::widgets::line(ui, &wanted.to_string(), text::mono_font(), ink, size.x);
        crate::ui::widgets::paint_center(ui.painter(), rect.center(), galley);
        focus_ring(ui, t, &response, rect, 4);
        if tooltip(cx, response, &label).clicked() {
            scaling.edit = Some(Edit { uid: workload.uid.clone(), text: wanted.to_string() });
            ui.memory_mut(|m| m.request_focus(id));
            return Some(Asked::Changed);
        }
        return None;
    };
    let before = edit.text.clone();
    let right = edit.replicas().is_some();
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let ink = if right { t.accent } else { t.ink(Sign::Failed) };
    ui.painter().rect(rect, 4.0, t.raised, Stroke::new(1.0, ink), StrokeKind::Inside);
    let inner = egui::Rect::from_center_size(rect.center(), vec2(28.0, 16.0));
    let field = TextEdit::singleline(&mut edit.text)
        .id(id)
        .frame(egui::Frame::NONE)
        .margin(Margin::ZERO)
        .font(text::mono_font())
        .text_color(t.text)
        .align(egui::Align2::CENTER_CENTER)
        .char_limit(5)
        .desired_width(inner.width());
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut place = ui.new_child(egui::UiBuilder::new().id_salt("number").max_rect(inner).layout(layout));
    // The theme's least height would push the number down.
    place.spacing_mut().interact_size = egui::Vec2::ZERO;
    let response = place.add(field).accessible_name(&label);
    edit.text.retain(|c| c.is_ascii_digit());
    let changed = edit.text != before;
    let (enter, escape) = ui.input(|i| (i.key_pressed(Key::Enter), i.key_pressed(Key::Escape)));
    if response.lost_focus() && enter {
        return Some(Asked::Apply);
    }
    if response.lost_focus() && escape {
        return Some(Asked::Cancel);
    }
    changed.then_some(Asked::Changed)
}

/// What the number would mean, and the buttons that apply or leave it. `None` = nothing was pressed.
pub fn box_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    workload: &Workload,
    picture: &Picture,
    scaling: &mut Scaling,
) -> Option<Asked> {
    let t = cx.tokens;
    if let Some((replicas, outcome)) = scaling.outcome(cx, &workload.uid) {
        match outcome {
            Some(Outcome::Failed(trouble)) => {
                let why =
                    format!("{}: {}", problem::service_title(&trouble.service), cx.f(trouble.kind.message_id(), &[]));
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    glyph::show(ui, cx, Sign::Failed, 12.0);
                    let label = ui.add(Label::new(text::body(why).color(t.ink(Sign::Failed))).wrap());
                    tooltip(cx, label, &trouble.to_string());
                });
                ui.add(Label::new(text::small(&trouble.said).color(t.text2)).truncate());
                let (mut retry, mut close) = (false, false);
                ui.horizontal(|ui| {
                    retry = Button::new(cx.t("action-retry")).inline().show(cx, ui).clicked();
                    close = Button::new(cx.t("action-close")).inline().show(cx, ui).clicked();
                });
                if retry || close {
                    scaling.forget(&workload.uid);
                }
                if retry {
                    scaling.edit = Some(Edit { uid: workload.uid.clone(), text: replicas.to_string() });
                    return Some(Asked::Apply);
                }
                return None;
            }
            _ => {
                let words = cx.f("workloads-scaling", &[("to", FluentValue::from(replicas))]);
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 8.0;
                    glyph::show(ui, cx, Sign::Progress, 12.0);
                    ui.label(text::body(words).color(t.ink(Sign::Progress)));
                });
                return None;
            }
        }
    }
    if !workload.kind.can_scale() {
        let id = if workload.kind == WorkloadKind::DaemonSet {
            "workloads-one-per-node-why"
        } else {
            "workloads-as-completed-why"
        };
        ui.add(Label::new(text::body(cx.t(id)).color(t.text2)).wrap());
        return None;
    }
    let from = workload.replicas.desired;
    let Some(edit) = scaling.edit_of(&workload.uid) else {
        let words = cx.f("workloads-scale-hint", &[("desired", FluentValue::from(from))]);
        ui.add(Label::new(text::body(words).color(t.text2)).wrap());
        room_ui(cx, ui, workload, picture, 0);
        return None;
    };
    let Some(to) = edit.replicas() else {
        let words = cx.f("workloads-scale-rule", &[("most", FluentValue::from(MOST))]);
        states::partial_line(cx, ui, &words);
        return cancel_ui(cx, ui);
    };
    headline(cx, ui, from, to);
    if to > from {
        room_ui(cx, ui, workload, picture, to - from);
    } else if to < from {
        let words = if to == 0 {
            cx.t("workloads-to-zero").into_owned()
        } else {
            amounts(cx, "workloads-frees", workload, from - to)
        };
        ui.add(Label::new(text::small(words).color(t.text2)).wrap());
    }
    ui.add_space(4.0);
    let mut asked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let words = cx.f("workloads-scale-to", &[("to", FluentValue::from(to))]);
        let same = cx.t("workloads-scale-same");
        if Button::new(words).primary().enabled(to != from, &same).shortcut("Enter").show(cx, ui).clicked() {
            asked = Some(Asked::Apply);
        }
        if Button::new(cx.t("action-cancel")).shortcut("Esc").show(cx, ui).clicked() {
            asked = Some(Asked::Cancel);
        }
    });
    asked
}

fn cancel_ui(cx: &Cx<'_>, ui: &mut Ui) -> Option<Asked> {
    Button::new(cx.t("action-cancel")).shortcut("Esc").show(cx, ui).clicked().then_some(Asked::Cancel)
}

/// `24 to 30 replicas, 6 more`, the new number strong.
fn headline(cx: &Cx<'_>, ui: &mut Ui, from: u32, to: u32) {
    let id = match to.cmp(&from) {
        std::cmp::Ordering::Greater => "workloads-scale-more",
        std::cmp::Ordering::Less => "workloads-scale-fewer",
        std::cmp::Ordering::Equal => "workloads-scale-equal",
    };
    // A mark that no language uses parts the sentence around the number.
    let args = [
        ("from", FluentValue::from(from)),
        ("to", FluentValue::from(format!("\u{1}{to}\u{1}"))),
        ("diff", FluentValue::from(to.abs_diff(from))),
    ];
    let mut job = LayoutJob::default();
    for (at, piece) in cx.f(id, &args).split('\u{1}').enumerate() {
        let font = if at == 1 { text::strong_font() } else { text::body_font() };
        job.append(piece, 0.0, TextFormat::simple(font, cx.tokens.text));
    }
    ui.label(job);
}

/// What more replicas need, and how many more the nodes could take.
fn room_ui(cx: &Cx<'_>, ui: &mut Ui, workload: &Workload, picture: &Picture, more: u32) {
    let room = Room::for_pods(&picture.nodes, u64::from(workload.cpu_milli_each), workload.memory_bytes_each);
    let mut words = Vec::new();
    if more > 0 {
        words.push(amounts(cx, "workloads-adds", workload, more));
    }
    words.push(room_words(cx, &room));
    let enough = more <= room.pods;
    let ink = if enough { cx.tokens.text2 } else { cx.tokens.ink(Sign::Warning) };
    if !enough && room.pods > 0 {
        words.push(cx.f("workloads-room-short", &[("n", FluentValue::from(more - room.pods))]));
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if !enough {
            glyph::show(ui, cx, Sign::Warning, 11.0);
        }
        ui.add(Label::new(text::small(words.join(&cx.f("workloads-sentence-join", &[]))).color(ink)).wrap());
    });
}

fn amounts(cx: &Cx<'_>, id: &str, workload: &Workload, pods: u32) -> String {
    let milli = u64::from(workload.cpu_milli_each) * u64::from(pods);
    let bytes = workload.memory_bytes_each.saturating_mul(u64::from(pods));
    if milli == 0 && bytes == 0 {
        return cx.f("workloads-no-requests", &[]);
    }
    let cores = if milli % 1000 == 0 { (milli / 1000).to_string() } else { trimmed(milli as f64 / 1000.0) };
    let memory = format!("{}B", quantity::bytes_text(bytes));
    cx.f(id, &[("cores", FluentValue::from(cores)), ("memory", FluentValue::from(memory))])
}

/// `1.5`, `0.25`.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn room_words(cx: &Cx<'_>, room: &Room) -> String {
    let n = |n: u32| ("n", FluentValue::from(crate::ui::widgets::chip::group(n as usize)));
    let Some(group) = room.groups.first() else {
        return match room.limit {
            Some(Limit::Cpu) => cx.f("workloads-no-room-cpu", &[]),
            Some(Limit::Memory) => cx.f("workloads-no-room-memory", &[]),
            Some(Limit::Pods) => cx.f("workloads-no-room-pods", &[]),
            None => cx.f("workloads-no-room", &[]),
        };
    };
    if group.group.is_empty() || room.groups.len() > 3 {
        return cx.f("workloads-room", &[n(room.pods)]);
    }
    if room.groups.len() > 1 {
        let names: Vec<&str> = room.groups.iter().map(|g| g.group.as_str()).collect();
        let names = names.join(&cx.f("workloads-why-join", &[]));
        return cx.f("workloads-room-group", &[n(room.pods), ("group", FluentValue::from(names))]);
    }
    let zones = group.zones.join(&cx.f("workloads-zone-join", &[]));
    let name = ("group", FluentValue::from(group.group.as_str()));
    let zones = if zones.is_empty() { None } else { Some(("zones", FluentValue::from(zones))) };
    match zones {
        Some(zones) => cx.f("workloads-room-zones", &[n(group.pods), name, zones]),
        None => cx.f("workloads-room-group", &[n(group.pods), name]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::workload;
    use super::*;

    #[test]
    fn steps_begin_at_what_is_wanted_and_end_at_zero() {
        let mut scaling = Scaling::default();
        let w = workload("web", Sign::Ok, 1, 1);
        scaling.step(&w, 1);
        assert_eq!(scaling.edit_of("web").and_then(Edit::replicas), Some(2));
        scaling.step(&w, -1);
        scaling.step(&w, -1);
        scaling.step(&w, -1);
        assert_eq!(scaling.edit_of("web").and_then(Edit::replicas), Some(0));
    }

    #[test]
    fn a_text_that_is_no_number_is_none() {
        let edit = |text: &str| Edit { uid: String::new(), text: text.into() }.replicas();
        assert_eq!((edit("30"), edit(""), edit("10000")), (Some(30), None, None));
        assert_eq!(trimmed(1.5), "1.5");
        assert_eq!(trimmed(0.25), "0.25");
    }
}
