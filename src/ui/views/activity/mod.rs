//! Activity: every change asked of the cloud in this run, its result, and how to ask for it on a command line.

use crate::live::command::JobId;
use crate::live::state::{Job, Outcome};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::button::{Button, copy_button};
use crate::ui::widgets::chip::filter_chip;
use crate::ui::widgets::problem::problem_ui;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{age, glyph, panel, search, states};
use egui::{Align, Frame, Label, Layout, Sense, Ui, UiBuilder, vec2};
use fluent_bundle::FluentValue;
use std::cmp::Ordering;

/// Which outcomes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
enum Chip {
    #[default]
    All,
    Running,
    Failed,
}

/// The screen of changes.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ActivityView {
    filter: String,
    chip: Chip,
    sort: Sort,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    shown: usize,
}

impl ActivityView {
    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let chosen = self.selection.single().and_then(|k| k.parse::<JobId>().ok()).and_then(|id| cx.state.job(id));
        if let Some(job) = chosen
            && panel::side_panel(cx, ui, "activity", 324.0, |ui| job_ui(cx, ui, job))
        {
            self.selection.clear();
        }
        egui::CentralPanel::default().frame(Frame::new().fill(cx.tokens.panel)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            strip(ui, 52.0, |ui| {
                ui.label(text::title(cx.t("activity-title")));
            });
            strip(ui, 44.0, |ui| self.toolbar(cx, ui));
            self.body(cx, ui);
        });
    }

    /// Shows one change, and takes away what might hide it.
    pub fn show(&mut self, job: JobId) {
        self.filter.clear();
        self.chip = Chip::All;
        self.selection.only(&job.to_string());
    }

    /// Texts and keys for the footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let all = cx.state.journal.len();
        let left = vec![
            cx.f("activity-footer", &[("count", FluentValue::from(all)), ("shown", FluentValue::from(self.shown))]),
            cx.t("activity-footer-run").into_owned(),
        ];
        let keys = vec![("/", cx.t("key-filter").into_owned()), ("↑ ↓", cx.t("key-select").into_owned())];
        Footer { left, keys, stale: None }
    }

    fn toolbar(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.x = 8.0;
        search::filter_field(cx, ui, &mut self.filter, &cx.t("activity-filter"), "activity");
        ui.add_space(8.0);
        let count = |chip: Chip| cx.state.journal.iter().filter(|j| takes(chip, j)).count();
        let chips = [
            (Chip::All, None, "activity-chip-all"),
            (Chip::Running, Some(Sign::Progress), "activity-chip-running"),
            (Chip::Failed, Some(Sign::Failed), "activity-chip-failed"),
        ];
        for (chip, sign, words) in chips {
            if filter_chip(cx, ui, sign, &cx.t(words), Some(count(chip)), self.chip == chip).clicked() {
                self.chip = if self.chip == chip { Chip::All } else { chip };
            }
        }
    }

    fn body(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let jobs = &cx.state.journal;
        let found = self.find(cx);
        self.shown = found.len();
        let t = |id: &'static str| cx.t(id).into_owned();
        let top = ui.cursor().top() + 28.0 + 12.0;
        Table::new("activity")
            .named(cx.t("activity-title"))
            .column(Column::fixed("when", t("activity-column-when"), 76.0).sortable())
            .column(Column::flex("what", t("activity-column-what"), 130.0, 1.0).sortable())
            .column(Column::flex("target", t("activity-column-target"), 130.0, 1.0).sortable())
            .column(Column::flex("place", t("activity-column-place"), 120.0, 0.8).sortable().rank(2))
            .column(Column::flex("result", t("activity-column-result"), 150.0, 1.4).sortable())
            .column(Column::fixed("request", t("activity-column-request"), 180.0).rank(3))
            .column(Column::fixed("took", t("activity-column-took"), 72.0).right().sortable().rank(1))
            .sort(&mut self.sort)
            .selection(&mut self.selection)
            .rows(
                cx,
                ui,
                found.len(),
                |row| {
                    let job = &jobs[found[row]];
                    RowInfo {
                        key: job.id.to_string(),
                        label: format!("{} {}", cx.f(job.what, &[]), job.target),
                        description: result(cx, job).1,
                        ..RowInfo::default()
                    }
                },
                |cell| cell_ui(cell, &jobs[found[cell.row]]),
            );
        if found.is_empty() {
            let left = ui.max_rect().left() + 24.0;
            let at = egui::Rect::from_min_max(egui::pos2(left, top), ui.max_rect().max);
            let mut inside = ui.new_child(UiBuilder::new().max_rect(at));
            if jobs.is_empty() {
                states::empty(cx, &mut inside, &cx.t("activity-empty"), None);
            } else if states::empty(
                cx,
                &mut inside,
                &cx.t("activity-nothing-matches"),
                Some(&cx.t("activity-show-all")),
            ) {
                self.filter.clear();
                self.chip = Chip::All;
            }
        }
    }

    /// Indices into the journal; without a sort the newest first.
    fn find(&self, cx: &Cx<'_>) -> Vec<usize> {
        let words: Vec<String> = self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let jobs = &cx.state.journal;
        let takes = |job: &Job| {
            let request = job.request_id.as_deref().unwrap_or_default();
            let hay = format!("{} {} {} {request}", cx.f(job.what, &[]), job.target, job.place).to_lowercase();
            takes(self.chip, job) && words.iter().all(|w| hay.contains(w.as_str()))
        };
        let mut found: Vec<usize> = (0..jobs.len()).rev().filter(|i| takes(&jobs[*i])).collect();
        if !self.sort.column.is_empty() {
            found.sort_by(|a, b| {
                let order = compare(cx, &self.sort.column, &jobs[*a], &jobs[*b]);
                if self.sort.descending { order.reverse() } else { order }
            });
        }
        found
    }
}

fn takes(chip: Chip, job: &Job) -> bool {
    match chip {
        Chip::All => true,
        Chip::Running => matches!(job.outcome, Outcome::Running | Outcome::Accepted),
        Chip::Failed => matches!(job.outcome, Outcome::Failed(_) | Outcome::Partly { .. }),
    }
}

fn compare(cx: &Cx<'_>, column: &str, a: &Job, b: &Job) -> Ordering {
    match column {
        "when" => b.started_at.total_cmp(&a.started_at),
        "what" => cx.f(a.what, &[]).cmp(&cx.f(b.what, &[])),
        "target" => a.target.cmp(&b.target),
        "place" => a.place.cmp(&b.place),
        "result" => result(cx, b).0.severity().cmp(&result(cx, a).0.severity()),
        _ => took(a).total_cmp(&took(b)),
    }
}

fn took(job: &Job) -> f64 {
    job.finished_at.map_or(f64::INFINITY, |end| end - job.started_at)
}

/// How a job stands: sign and words.
fn result(cx: &Cx<'_>, job: &Job) -> (Sign, String) {
    match &job.outcome {
        Outcome::Running => (Sign::Progress, cx.t("outcome-running").into_owned()),
        Outcome::Accepted => (Sign::Progress, cx.t("outcome-accepted").into_owned()),
        Outcome::Done => (Sign::Ok, cx.t("outcome-done").into_owned()),
        Outcome::Partly { done, all } => {
            let args = [("done", FluentValue::from(*done)), ("all", FluentValue::from(*all))];
            (Sign::Warning, cx.f("outcome-partly", &args))
        }
        Outcome::Failed(problem) => (Sign::Failed, cx.f(problem.kind.message_id(), &[])),
    }
}

/// A time it took: milliseconds below ten seconds.
fn duration(cx: &Cx<'_>, secs: f64) -> String {
    if secs < 10.0 { format!("{:.0} ms", secs * 1000.0) } else { age::span(cx, secs) }
}

fn cell_ui(cell: &mut Cell<'_, '_, '_>, job: &Job) {
    let cx = cell.cx;
    match cell.id {
        "when" => {
            let at = job.started_at as i64;
            let response = cell.mono2(&age::clock(cx, at));
            crate::ui::widgets::button::tooltip(cx, response, &age::exact(cx, at));
        }
        "what" => {
            cell.text(&cx.f(job.what, &[]));
        }
        "target" => {
            cell.strong(&job.target);
        }
        "place" => {
            cell.text2(&job.place);
        }
        "result" => {
            let (sign, words) = result(cx, job);
            cell.status(sign, &words);
        }
        "request" => {
            if let Some(id) = &job.request_id {
                cell.piece(id, text::mono_small_font(), cx.tokens.text2);
            }
        }
        _ => {
            if let Some(end) = job.finished_at {
                cell.mono2(&duration(cx, end - job.started_at));
            }
        }
    }
}

/// The side panel of one change.
fn job_ui(cx: &Cx<'_>, ui: &mut Ui, job: &Job) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, &cx.f(job.what, &[]));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let (sign, words) = result(cx, job);
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.add(Label::new(text::body(words).color(ink)).wrap());
    });
    panel::rule(cx, ui);
    panel::key_value(cx, ui, &cx.t("activity-column-target"), &job.target);
    panel::key_value(cx, ui, &cx.t("activity-column-place"), &job.place);
    panel::key_value_mono(cx, ui, &cx.t("activity-column-when"), &age::exact(cx, job.started_at as i64));
    if let Some(end) = job.finished_at {
        panel::key_value_mono(cx, ui, &cx.t("activity-column-took"), &duration(cx, end - job.started_at));
    }
    if let Some(made) = &job.made {
        id(cx, ui, &cx.t("activity-made"), made);
    }
    if let Some(request) = &job.request_id {
        id(cx, ui, &cx.t("activity-column-request"), request);
    }
    if let Outcome::Failed(problem) = &job.outcome {
        panel::rule(cx, ui);
        problem_ui(cx, ui, problem);
    }
    if !job.command_line.is_empty() {
        panel::rule(cx, ui);
        panel::caption(cx, ui, &cx.t("activity-command"));
        Frame::new().fill(t.canvas).corner_radius(4).inner_margin(8).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(text::mono_small(job.command_line.as_str()).color(t.text)).wrap());
        });
        ui.add_space(6.0);
        if Button::new(cx.t("activity-copy-command")).icon(Icon::Copy).show(cx, ui).clicked() {
            cx.act(crate::ui::cx::UiAction::Copy(job.command_line.clone()));
        }
    }
}

fn id(cx: &Cx<'_>, ui: &mut Ui, label: &str, value: &str) {
    panel::key_value_ui(cx, ui, label, |ui| {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 28.0;
            ui.allocate_ui(vec2(room, 18.0), |ui| {
                ui.add(Label::new(text::mono_small(value).color(cx.tokens.text)).wrap());
            });
            let copy = cx.f("overview-copy-value", &[("what", FluentValue::from(label))]);
            copy_button(cx, ui, value, &copy);
        });
    });
}

/// A strip over the whole width with the page's inset, its content centred on its height.
fn strip(ui: &mut Ui, height: f32, content: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(vec2(16.0, 0.0))).layout(layout), content);
}
