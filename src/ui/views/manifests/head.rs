//! The screen's head: target bay and namespace, and what can be done with the files.

use super::target::Aim;
use super::{ManifestsView, Only};
use crate::live::command::ManifestMode;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link, tooltip};
use crate::ui::widgets::select::Select;
use crate::ui::widgets::{glyph, line};
use egui::{Align, Layout, Role, Sense, Ui, WidgetInfo};

/// Width of the choice of bay, points.
const BAY: f32 = 176.0;
/// Width of the choice of namespace, points.
const NAMESPACE: f32 = 128.0;

impl ManifestsView {
    pub(super) fn head_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let bottom = ui.max_rect().bottom() - 0.5;
        ui.painter().hline(ui.max_rect().x_range(), bottom, egui::Stroke::new(1.0, t.line));
        ui.scope_builder(egui::UiBuilder::new().max_rect(ui.max_rect().shrink2(egui::vec2(16.0, 0.0))), |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                self.buttons_ui(cx, ui);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.label(text::title(cx.t("manifests-title")).color(t.text));
                    ui.add_space(8.0);
                    self.target_ui(cx, ui);
                });
            });
        });
    }

    fn target_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        let through_magnum = self.through_magnum(cx);
        let wide = ui.available_width() > 440.0;
        if wide {
            ui.label(text::small(cx.t("manifests-target")).color(t.text2));
        }
        let aim = self.aim(cx);
        let mut options: Vec<_> = Self::targets(cx)
            .iter()
            .map(|b| (b.id.clone(), b.title().to_owned(), b.coe_version.clone().unwrap_or_default()))
            .collect();
        // A bay that cannot be sent to now keeps its name, so that one sees what was chosen.
        if let Some(id) = &self.bay
            && !options.iter().any(|o| &o.0 == id)
            && !self.bay_title.is_empty()
        {
            options.insert(0, (id.clone(), self.bay_title.clone(), String::new()));
        }
        let any = !options.is_empty();
        let mut bay = self.bay.clone().unwrap_or_default();
        let select = Select::new(cx.t("manifests-target")).hide_label().options(options).searchable().width(BAY);
        if boxed(ui, BAY, |ui| select.enabled(any).show(cx, ui, &mut bay)) {
            self.set_target(bay);
        }
        if !through_magnum {
            if wide {
                ui.label(text::small(cx.t("manifests-namespace")).color(t.text2));
            }
            let known = self.bay.as_ref().and_then(|id| cx.state.insides.get(id)).map(|p| p.namespaces.clone());
            let mut namespaces: Vec<String> = known.map(|n| n.to_vec()).unwrap_or_default();
            if !namespaces.contains(&self.namespace) {
                namespaces.insert(0, self.namespace.clone());
            }
            let options = namespaces.into_iter().map(|n| (n.clone(), n, String::new())).collect();
            let select = Select::new(cx.t("manifests-namespace")).hide_label().options(options).searchable();
            boxed(ui, NAMESPACE, |ui| select.width(NAMESPACE).show(cx, ui, &mut self.namespace));
        }
        match (aim, self.target_problem(cx)) {
            (Aim::Reading | Aim::NotChosen, Some(words)) => note_ui(cx, ui, None, &words),
            (_, Some(words)) => note_ui(cx, ui, Some(Sign::Warning), &words),
            (_, None) if through_magnum => note_ui(cx, ui, None, &cx.t("manifests-through-magnum")),
            (_, None) => {}
        }
    }

    /// From the right: apply, delete, validate, number of problems.
    fn buttons_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let objects: usize = self.buffers.iter_mut().map(|b| b.object_count()).sum();
        let problems: usize = self.buffers.iter_mut().map(|b| b.error_count()).sum();
        let stands = self.stands_in_the_way(cx);
        let reason = stands.clone().unwrap_or_default();
        let free = stands.is_none();
        let apply = cx.f("manifests-apply", &[("count", objects.into())]);
        if Button::new(apply).primary().enabled(free, &reason).shortcut("Ctrl Enter").show(cx, ui).clicked() {
            self.start(cx, ManifestMode::Apply, false, Only::All);
        }
        if Button::new(cx.t("action-delete")).danger().enabled(free, &reason).show(cx, ui).clicked() {
            self.ask_delete = Some(Only::All);
        }
        let (can_validate, why) =
            if self.through_magnum(cx) { (false, cx.t("manifests-no-dry-run").into_owned()) } else { (free, reason) };
        let validate = Button::new(cx.t("manifests-validate")).enabled(can_validate, &why).shortcut("Ctrl Shift V");
        if validate.show(cx, ui).clicked() {
            self.start(cx, ManifestMode::Validate, false, Only::All);
        }
        if problems > 0 {
            let words = cx.f("manifests-problems-count", &[("count", problems.into())]);
            if tooltip(cx, link(cx, ui, &words), &cx.t("manifests-stands-problems")).clicked() {
                self.next_problem(cx, true);
            }
            glyph::show(ui, cx, Sign::Failed, 12.0);
        }
    }
}

/// Words about the target, cut where the room is short.
fn note_ui(cx: &Cx<'_>, ui: &mut Ui, sign: Option<Sign>, words: &str) {
    if let Some(sign) = sign {
        glyph::show(ui, cx, sign, 12.0);
    }
    let ink = sign.map_or(cx.tokens.text3, |s| cx.tokens.ink(s));
    let galley = line(ui, words, text::small_font(), ink, ui.available_width() - 8.0);
    let elided = galley.elided;
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    ui.painter().galley(rect.min, galley, ink);
    if elided {
        tooltip(cx, response, words);
    }
}

/// A field in the middle of the row: fields lay themselves out from the top.
fn boxed<R>(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 28.0), egui::Sense::hover());
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)), add).inner
}
