//! The lower panel: its tabs, and the problems of the text. The outcome of the last run is in `outcome`.

use super::{Lower, ManifestsView};
use crate::model::manifest::Severity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::table::{Column, RowInfo, Table};
use crate::ui::widgets::{focus_ring, glyph};
use egui::{Align, Layout, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

impl ManifestsView {
    pub(super) fn bottom_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let rect = ui.max_rect();
        // A panel shrinks to what is in it, and then stays so.
        ui.set_min_height(rect.height());
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, t.line2));
        let problems = self.text_problems(cx);
        let objects = self.run.as_ref().and_then(|r| r.report(cx)).map_or(0, |r| r.objects.len());
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 34.0), Layout::left_to_right(Align::Center), |ui| {
            ui.add_space(8.0);
            ui.spacing_mut().item_spacing.x = 0.0;
            for (tab, words, count) in [
                (Lower::Problems, cx.t("manifests-problems"), problems.len()),
                (Lower::Outcome, cx.t("manifests-outcome"), objects),
            ] {
                if tab_ui(cx, ui, &words, count, self.lower == tab) {
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
            Lower::Problems => self.problems_ui(cx, ui, &problems),
            Lower::Outcome => self.outcome_ui(cx, ui),
        }
    }

    fn problems_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, rows: &[super::problems::TextProblem]) {
        if rows.is_empty() {
            let words = match (self.buffers.is_empty(), self.buffers.iter().all(|b| b.is_read())) {
                (true, _) => cx.t("manifests-nothing-open"),
                (false, false) => cx.t("manifests-stands-reading"),
                (false, true) if self.through_magnum(cx) => cx.t("manifests-no-problem-no-dry-run"),
                (false, true) => cx.t("manifests-no-problem"),
            };
            egui::Frame::new().inner_margin(12).show(ui, |ui| {
                ui.label(text::body(words).color(cx.tokens.text3));
            });
            return;
        }
        let title = |file: u64| self.buffers.iter().find(|b| b.id == file).map_or("", |b| b.title.as_str());
        let table = Table::new("manifest-problems")
            .column(Column::flex("what", cx.t("manifests-col-problem"), 200.0, 3.0))
            .column(Column::flex("file", cx.t("manifests-col-file"), 100.0, 1.0))
            .column(Column::fixed("place", cx.t("manifests-col-place"), 90.0).right())
            .selection(&mut self.problem_selection)
            .secondary();
        let info = |row: usize| {
            let p = &rows[row];
            RowInfo {
                key: format!("{row} {} {}:{}", p.file, p.at.line, p.at.column),
                label: format!("{} {}:{}", p.sentence(cx), title(p.file), p.at.line),
                description: String::new(),
                ..RowInfo::default()
            }
        };
        let response = table.rows(cx, ui, rows.len(), info, |cell| {
            let p = &rows[cell.row];
            match cell.id {
                "what" => {
                    let sign = if p.severity == Severity::Error { Sign::Failed } else { Sign::Warning };
                    glyph::show(cell.ui, cell.cx, sign, 12.0);
                    cell.text(&p.sentence(cell.cx));
                }
                "file" => {
                    cell.text2(title(p.file));
                }
                _ => {
                    cell.mono2(&format!("{}:{}", p.at.line, p.at.column));
                }
            }
        });
        if let Some(row) = response.activated.or(response.clicked) {
            self.bring_to_front(rows[row].file);
            self.editor.go_to(rows[row].at);
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
    focus_ring(ui, t, &response, rect.shrink(4.0), 3);
    response.clicked()
}
