//! The lower panel: problems of the text, and the outcome of the last run object by object.

use super::{Lower, ManifestsView};
use crate::live::command::ManifestMode;
use crate::live::state::{Outcome, Verdict};
use crate::model::manifest::{Position, Severity};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link};
use crate::ui::widgets::dialog::{self, Dialog};
use crate::ui::widgets::problem::problem_line;
use crate::ui::widgets::table::{Column, RowInfo, Table};
use crate::ui::widgets::{age, glyph, states};
use egui::{Align, Layout, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

impl Verdict {
    fn sign(self) -> Sign {
        match self {
            Verdict::Refused => Sign::Failed,
            Verdict::Conflict => Sign::Warning,
            Verdict::Skipped | Verdict::Absent => Sign::Pending,
            _ => Sign::Ok,
        }
    }

    fn message_id(self) -> &'static str {
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

impl ManifestsView {
    pub(super) fn bottom_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let rect = ui.max_rect();
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, t.line2));
        let problems: usize = self.buffers.iter_mut().map(|b| b.manifest().issues().count()).sum();
        let objects = self.run.as_ref().and_then(|r| r.report(cx)).map_or(0, |r| r.objects.len());
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 34.0), Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(8.0);
            ui.spacing_mut().item_spacing.x = 0.0;
            for (tab, id, count) in
                [(Lower::Problems, "manifests-problems", problems), (Lower::Outcome, "manifests-outcome", objects)]
            {
                if tab_ui(cx, ui, &cx.t(id), count, self.lower == tab) {
                    self.lower = tab;
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_space(16.0);
                ui.spacing_mut().item_spacing.x = 10.0;
                if self.lower == Lower::Outcome {
                    self.summary_ui(cx, ui);
                }
            });
        });
        ui.painter().hline(rect.x_range(), rect.top() + 34.5, Stroke::new(1.0, t.line));
        match self.lower {
            Lower::Problems => self.problems_ui(cx, ui),
            Lower::Outcome => self.outcome_ui(cx, ui),
        }
    }

    fn problems_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let mut rows: Vec<(u64, String, Position, Severity, String)> = Vec::new();
        for buffer in &mut self.buffers {
            for issue in buffer.manifest().issues() {
                let args: Vec<_> = issue.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
                let sentence = cx.f(issue.code.message_id(), &args);
                rows.push((buffer.id, buffer.title.clone(), issue.at, issue.severity, sentence));
            }
        }
        if rows.is_empty() {
            let id = if self.buffers.is_empty() { "manifests-nothing-open" } else { "manifests-no-problem" };
            egui::Frame::new().inner_margin(12).show(ui, |ui| {
                ui.label(text::body(cx.t(id)).color(cx.tokens.text3));
            });
            return;
        }
        let table = Table::new("manifest-problems")
            .column(Column::flex("what", cx.t("manifests-col-problem"), 200.0, 3.0))
            .column(Column::flex("file", cx.t("manifests-col-file"), 100.0, 1.0))
            .column(Column::fixed("place", cx.t("manifests-col-place"), 90.0).right())
            .secondary();
        let info = |row: usize| RowInfo {
            key: row.to_string(),
            label: format!("{} {}:{}", rows[row].4, rows[row].1, rows[row].2.line),
            description: String::new(),
        };
        let response = table.rows(cx, ui, rows.len(), info, |cell| {
            let (_, file, at, severity, sentence) = &rows[cell.row];
            match cell.id {
                "what" => {
                    let sign = if *severity == Severity::Error { Sign::Failed } else { Sign::Warning };
                    glyph::show(cell.ui, cell.cx, sign, 12.0);
                    cell.text(sentence);
                }
                "file" => {
                    cell.text2(file);
                }
                _ => {
                    cell.mono2(&format!("{}:{}", at.line, at.column));
                }
            }
        });
        if let Some(row) = response.activated.or(response.clicked) {
            self.front = rows[row].0;
            self.editor.go_to(rows[row].2);
        }
    }

    /// How the run went, at the right of the tabs.
    fn summary_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let Some(run) = &self.run else { return };
        let Some(report) = run.report(cx) else { return };
        let count = |wanted: &[Verdict]| report.objects.iter().filter(|o| wanted.contains(&o.verdict)).count();
        let refused = count(&[Verdict::Refused, Verdict::Skipped]);
        let conflicts = count(&[Verdict::Conflict]);
        let good = report.objects.len() - refused - conflicts;
        let mode = run.mode;
        let started = report.started_at as i64;
        let going_on = run.is_going_on(cx);
        let mut again = None;
        if !going_on && refused + conflicts > 0 {
            let words = cx.f("manifests-again", &[("count", (refused + conflicts).into())]);
            if link(cx, ui, &words).clicked() {
                again = Some(false);
            }
            if conflicts > 0 && mode == ManifestMode::Apply && link(cx, ui, &cx.t("manifests-take-over")).clicked() {
                again = Some(true);
            }
        }
        for (n, sign, id) in [
            (conflicts, Sign::Warning, "manifests-sum-conflict"),
            (refused, Sign::Failed, "manifests-sum-refused"),
            (good, Sign::Ok, "manifests-sum-good"),
        ] {
            if n > 0 {
                let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
                ui.label(text::body(cx.f(id, &[("count", n.into())])).color(ink));
                glyph::show(ui, cx, sign, 11.0);
            }
        }
        let id = match (mode, going_on) {
            (ManifestMode::Validate, true) => "manifests-validating",
            (ManifestMode::Apply, true) => "manifests-applying",
            (ManifestMode::Delete, true) => "manifests-deleting",
            (ManifestMode::Validate, false) => "manifests-validated",
            (ManifestMode::Apply, false) => "manifests-applied",
            (ManifestMode::Delete, false) => "manifests-deleted",
        };
        let words = cx.f(id, &[("time", age::clock(cx, started).into())]);
        ui.label(text::body(words).color(t.text2));
        if let Some(force) = again {
            self.start_again(cx, force);
        }
    }

    fn outcome_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let Some(run) = self.run.take() else {
            egui::Frame::new().inner_margin(12).show(ui, |ui| {
                ui.label(text::body(cx.t("manifests-nothing-run")).color(cx.tokens.text3));
            });
            return;
        };
        let job = cx.state.job(run.job);
        if let Some(Outcome::Failed(problem)) = job.map(|j| &j.outcome) {
            egui::Frame::new().inner_margin(12).show(ui, |ui| problem_line(cx, ui, problem));
        }
        let objects = run.report(cx).map(|r| r.objects.clone()).unwrap_or_default();
        if objects.is_empty() {
            if run.is_going_on(cx) {
                let since = job.map(|j| j.started_at);
                egui::Frame::new()
                    .inner_margin(12)
                    .show(ui, |ui| states::loading(cx, ui, since, &cx.t("manifests-outcome")));
            }
            self.run = Some(run);
            return;
        }
        let places: Vec<_> = objects.iter().map(|o| run.place(&mut self.buffers, o)).collect();
        let table = Table::new("manifest-outcome")
            .column(Column::fixed("kind", cx.t("manifests-col-kind"), 190.0))
            .column(Column::fixed("name", cx.t("manifests-col-name"), 190.0))
            .column(Column::fixed("verdict", cx.t("manifests-outcome"), 120.0))
            .column(Column::flex("why", cx.t("manifests-col-why"), 200.0, 3.0))
            .column(Column::fixed("took", cx.t("manifests-col-took"), 70.0).right())
            .secondary();
        let info = |row: usize| {
            let o = &objects[row];
            let verdict = cx.t(o.verdict.message_id());
            RowInfo {
                key: row.to_string(),
                label: format!("{} {} {verdict}", o.kind, o.name),
                description: o.why.clone(),
            }
        };
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
                    let line = places[cell.row].and_then(|(_, at)| at).filter(|_| o.field.is_some());
                    let why = match (&o.owner, line) {
                        (Some(owner), _) => cell
                            .cx
                            .f("manifests-owned", &[("owner", owner.as_str().into()), ("why", o.why.as_str().into())]),
                        (None, Some(at)) => {
                            cell.cx.f("manifests-at-line", &[("why", o.why.as_str().into()), ("line", at.line.into())])
                        }
                        (None, None) => o.why.clone(),
                    };
                    cell.text2(&why);
                }
                _ => {
                    cell.mono2(&format!("{} ms", o.took_ms));
                }
            }
        });
        if let Some(row) = response.activated.or(response.clicked)
            && let Some((id, at)) = places[row]
        {
            self.front = id;
            if let Some(at) = at {
                self.editor.go_to(at);
            }
        }
        self.run = Some(run);
    }

    /// Lists what would be deleted and asks.
    pub(super) fn delete_dialog_ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let bay = self.bay.as_ref().and_then(|id| cx.state.bay(id)).map(|b| b.title().to_owned()).unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        for buffer in &mut self.buffers {
            for object in buffer.manifest().documents.iter().flat_map(|d| &d.objects) {
                names.push(format!("{} {}", object.kind, object.name));
            }
        }
        let title = cx.f("manifests-delete-title", &[("count", names.len().into()), ("bay", bay.into())]);
        let output = Dialog::new(title).show(cx, ctx, |ui| {
            egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                for name in &names {
                    ui.label(text::mono(name).color(cx.tokens.text2));
                }
            });
            dialog::buttons(ui, |ui| {
                if Button::new(cx.t("manifests-delete-confirm")).danger_filled().show(cx, ui).clicked() {
                    return Some(true);
                }
                Button::new(cx.t("action-cancel")).show(cx, ui).clicked().then_some(false)
            })
        });
        match output.inner {
            Some(true) => {
                self.ask_delete = false;
                self.start(cx, ManifestMode::Delete, false, None);
            }
            Some(false) => self.ask_delete = false,
            None if output.close => self.ask_delete = false,
            None => {}
        }
    }
}

fn tab_ui(cx: &Cx<'_>, ui: &mut Ui, label: &str, count: usize, active: bool) -> bool {
    let t = cx.tokens;
    let color = if active { t.text } else { t.text2 };
    let font = if active { text::strong_font() } else { text::body_font() };
    let word = ui.painter().layout_no_wrap(label.to_owned(), font, color);
    let number = ui.painter().layout_no_wrap(count.to_string(), text::mono_small_font(), t.text3);
    let size = vec2(word.size().x + number.size().x + 22.0, 34.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, active, format!("{label} {count}")));
    let mid = rect.center().y;
    let width = word.size().x;
    ui.painter().galley(pos2(rect.left() + 8.0, mid - word.size().y / 2.0), word, color);
    ui.painter().galley(pos2(rect.left() + 14.0 + width, mid - number.size().y / 2.0), number, t.text3);
    if active {
        ui.painter().rect_filled(rect.with_min_y(rect.bottom() - 2.0), 0.0, t.accent);
    }
    response.clicked()
}
