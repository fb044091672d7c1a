//! The outcome of the last run: a summary beside the tabs, and what became of each object.

use super::ManifestsView;
use crate::live::command::ManifestMode;
use crate::live::state::{ManifestReport, ObjectOutcome, Outcome, Verdict};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link, tooltip};
use crate::ui::widgets::problem::problem_ui;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Table};
use crate::ui::widgets::{age, glyph, line, states};
use egui::{Role, Sense, Ui, WidgetInfo};

impl Verdict {
    pub(super) fn sign(self) -> Sign {
        match self {
            Verdict::Refused => Sign::Failed,
            Verdict::Conflict => Sign::Warning,
            Verdict::Skipped | Verdict::Absent => Sign::Pending,
            _ => Sign::Ok,
        }
    }

    pub(super) fn message_id(self) -> &'static str {
        match self {
            Verdict::Created => "verdict-created",
            Verdict::Configured => "verdict-configured",
            Verdict::Unchanged => "verdict-unchanged",
            Verdict::Valid => "verdict-valid",
            Verdict::Deleted => "verdict-deleted",
            Verdict::Absent => "verdict-absent",
            Verdict::Conflict => "verdict-conflict",
            Verdict::Refused => "verdict-refused",
            Verdict::Skipped => "verdict-skipped",
        }
    }
}

/// What was asked for in a run's summary or rows.
enum Wish {
    Again,
    TakeOverAll,
    TakeOver(usize),
}

impl ManifestsView {
    /// How the run went, at the right of the tabs.
    pub(super) fn summary_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let Some(run) = &self.run else { return };
        let going_on = run.is_going_on(cx);
        // A run that failed before its first object is told below, as a problem.
        let Some(report) = run.report(cx).filter(|r| going_on || !r.objects.is_empty()) else { return };
        let count = |wanted: &[Verdict]| report.objects.iter().filter(|o| wanted.contains(&o.verdict)).count();
        let refused = count(&[Verdict::Refused]);
        let skipped = count(&[Verdict::Skipped]);
        let conflicts = count(&[Verdict::Conflict]);
        let absent = count(&[Verdict::Absent]);
        let all = report.objects.len();
        let bad = refused + skipped + conflicts;
        let good = all - bad - absent;
        let mut wish = None;
        if !going_on && bad > 0 && self.aims_at_last_run() {
            let words = cx.f("manifests-again", &[("count", bad.into())]);
            if link(cx, ui, &words).clicked() {
                wish = Some(Wish::Again);
            }
            if conflicts > 0 && run.mode == ManifestMode::Apply && link(cx, ui, &cx.t("manifests-take-over")).clicked()
            {
                wish = Some(Wish::TakeOverAll);
            }
        }
        // How many went well is the sentence's to say, once it is known of how many.
        for (n, sign, id) in [
            (absent, Sign::Pending, "manifests-sum-absent"),
            (skipped, Sign::Pending, "manifests-sum-skipped"),
            (conflicts, Sign::Warning, "manifests-sum-conflict"),
            (refused, Sign::Failed, "manifests-sum-refused"),
            (if going_on { good } else { 0 }, Sign::Ok, "manifests-sum-good"),
        ] {
            if n > 0 {
                let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
                ui.label(text::body(cx.f(id, &[("count", n.into())])).color(ink));
                glyph::show(ui, cx, sign, 11.0);
                ui.add_space(8.0);
            }
        }
        let time = age::clock(cx, report.started_at as i64).into();
        let args = [("time", time), ("bay", run.bay_title.as_str().into()), ("good", good.into()), ("all", all.into())];
        let words = cx.f(run_message_id(run.mode, going_on), &args);
        // The counts are worth more than the name of the bay.
        let galley = line(ui, &words, text::body_font(), t.text2, ui.available_width());
        let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        let elided = galley.elided;
        ui.painter().galley(rect.min, galley, t.text2);
        if elided {
            tooltip(cx, response, &words);
        }
        self.carry_out(cx, wish);
    }

    fn carry_out(&mut self, cx: &Cx<'_>, wish: Option<Wish>) {
        match wish {
            Some(Wish::Again) => self.start_again(cx),
            Some(Wish::TakeOverAll) => self.take_over(cx, None),
            Some(Wish::TakeOver(row)) => self.take_over(cx, Some(row)),
            None => {}
        }
    }

    pub(super) fn outcome_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let Some(run) = &self.run else {
            let words = match self.through_magnum(cx) {
                true => cx.t("manifests-nothing-run-no-dry-run"),
                false => cx.t("manifests-nothing-run"),
            };
            egui::Frame::new().inner_margin(12).show(ui, |ui| {
                ui.label(text::body(words).color(cx.tokens.text3));
            });
            return;
        };
        match run.report(cx) {
            Some(report) if !report.objects.is_empty() => self.table_ui(cx, ui, report),
            _ => self.no_object_yet_ui(cx, ui),
        }
    }

    /// The run goes on, or failed before its first object.
    fn no_object_yet_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let Some(run) = &self.run else { return };
        let job = cx.state.job(run.job);
        let mut retry = false;
        egui::ScrollArea::vertical().id_salt("manifest-failure").auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(12).show(ui, |ui| {
                if let Some(Outcome::Failed(problem)) = job.map(|j| &j.outcome) {
                    problem_ui(cx, ui, problem);
                    ui.add_space(8.0);
                    let stands = if self.aims_at_last_run() { None } else { Some(cx.t("manifests-other-target")) };
                    let button = Button::new(cx.t("action-retry"));
                    retry = button.enabled(stands.is_none(), &stands.unwrap_or_default()).show(cx, ui).clicked();
                } else if run.is_going_on(cx) {
                    states::loading(cx, ui, job.map(|j| j.started_at), &cx.t("manifests-outcome"));
                }
            });
        });
        if retry {
            self.retry(cx);
        }
    }

    fn table_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, report: &ManifestReport) {
        let Some(run) = &self.run else { return };
        let objects = &report.objects;
        let places: Vec<_> = objects.iter().map(|o| run.place(&mut self.buffers, o)).collect();
        let may_take_over = run.mode == ManifestMode::Apply && !run.is_going_on(cx) && self.aims_at_last_run();
        let table = Table::new("manifest-outcome")
            .column(Column::flex("kind", cx.t("manifests-col-kind"), 110.0, 0.5))
            .column(Column::flex("name", cx.t("manifests-col-name"), 120.0, 0.6))
            .column(Column::fixed("verdict", cx.t("manifests-outcome"), 100.0))
            .column(Column::flex("why", cx.t("manifests-col-why"), 200.0, 3.0))
            .column(Column::fixed("took", cx.t("manifests-col-took"), 70.0).right().rank(1))
            .selection(&mut self.outcome_selection)
            .secondary();
        let info = |row: usize| {
            let o = &objects[row];
            let verdict = cx.t(o.verdict.message_id());
            RowInfo {
                key: row.to_string(),
                label: format!("{} {} {verdict}", o.kind, o.name),
                description: run.why(cx, o),
                ..RowInfo::default()
            }
        };
        let mut wish = None;
        let response = table.rows(cx, ui, objects.len(), info, |cell| {
            let o = &objects[cell.row];
            let t = cell.cx.tokens;
            let sign = o.verdict.sign();
            match cell.id {
                "kind" => {
                    glyph::show(cell.ui, cell.cx, sign, 12.0);
                    cell.text(&o.kind);
                }
                "name" => {
                    cell.strong(&o.name);
                }
                "verdict" => {
                    let words = cell.cx.t(o.verdict.message_id());
                    let ink = if sign == Sign::Ok { t.text } else { t.ink(sign) };
                    cell.piece(&words, text::body_font(), ink);
                }
                "why" => {
                    let at = places[cell.row].and_then(|(_, at)| at).filter(|_| o.field.is_some());
                    let mut why = run.why(cell.cx, o);
                    if let Some(at) = at {
                        why = cell.cx.f("manifests-at-line", &[("why", why.into()), ("line", at.line.into())]);
                    }
                    if may_take_over && o.verdict == Verdict::Conflict {
                        if why_with_link(cell, o, &why) {
                            wish = Some(Wish::TakeOver(cell.row));
                        }
                    } else {
                        cell.text2(&why);
                    }
                }
                _ => {
                    cell.mono2(&format!("{} ms", o.took_ms));
                }
            }
        });
        let chosen = response.activated.or(response.clicked).and_then(|row| places[row]);
        if wish.is_none()
            && let Some((id, at)) = chosen
        {
            self.bring_to_front(id);
            if let Some(at) = at {
                self.editor.go_to(at);
            }
        }
        self.carry_out(cx, wish);
    }
}

/// The way out of a conflict, then why there is one; true when the way was taken. It stands first, because the end of the
/// row lies under messages that come up at the corner.
fn why_with_link(cell: &mut Cell<'_, '_, '_>, outcome: &ObjectOutcome, why: &str) -> bool {
    let cx = cell.cx;
    let response = link(cx, cell.ui, &cx.t("manifests-take-over-one"));
    let object = format!("{} {}", outcome.kind, outcome.name);
    let name = cx.f("manifests-take-over-of", &[("object", object.into())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    cell.ui.add_space(6.0);
    cell.text2(why);
    response.clicked()
}

fn run_message_id(mode: ManifestMode, going_on: bool) -> &'static str {
    match (mode, going_on) {
        (ManifestMode::Validate, true) => "manifests-validating",
        (ManifestMode::Apply, true) => "manifests-applying",
        (ManifestMode::Delete, true) => "manifests-deleting",
        (ManifestMode::Validate, false) => "manifests-validated",
        (ManifestMode::Apply, false) => "manifests-applied",
        (ManifestMode::Delete, false) => "manifests-deleted",
    }
}
