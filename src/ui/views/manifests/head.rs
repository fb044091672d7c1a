//! The screen's head: target bay and namespace, and what can be done with the files.

use super::ManifestsView;
use crate::live::command::ManifestMode;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::glyph;
use crate::ui::widgets::select::Select;
use egui::{Align, Layout, Ui};

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
        let wide = ui.available_width() > 420.0;
        if wide {
            ui.label(text::small(cx.t("manifests-target")).color(t.text2));
        }
        let options: Vec<_> = Self::targets(cx)
            .iter()
            .map(|b| (b.id.clone(), b.title().to_owned(), b.coe_version.clone().unwrap_or_default()))
            .collect();
        let none = options.is_empty();
        let mut bay = self.bay.clone().unwrap_or_default();
        let select = Select::new(cx.t("manifests-target")).hide_label().options(options).searchable().width(176.0);
        if boxed(ui, 176.0, |ui| select.enabled(!none).show(cx, ui, &mut bay)) {
            self.bay = Some(bay);
        }
        if Self::through_magnum(cx) {
            ui.label(text::small(cx.t("manifests-through-magnum")).color(t.text3));
            return;
        }
        if wide {
            ui.label(text::small(cx.t("manifests-namespace")).color(t.text2));
        }
        let known = self.bay.as_ref().and_then(|id| cx.state.insides.get(id)).map(|p| p.namespaces.clone());
        let mut namespaces: Vec<String> = known.map(|n| n.to_vec()).unwrap_or_default();
        if !namespaces.contains(&self.namespace) {
            namespaces.insert(0, self.namespace.clone());
        }
        let options = namespaces.into_iter().map(|n| (n.clone(), n, String::new())).collect();
        let select = Select::new(cx.t("manifests-namespace")).hide_label().options(options).searchable().width(128.0);
        boxed(ui, 128.0, |ui| select.show(cx, ui, &mut self.namespace));
    }

    /// From the right: apply, delete, validate, number of problems.
    fn buttons_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let objects: usize = self.buffers.iter_mut().map(|b| b.object_count()).sum();
        let problems: usize = self.buffers.iter_mut().map(|b| b.errors().len()).sum();
        let stands = self.stands_in_the_way(cx, objects);
        let reason = stands.clone().unwrap_or_default();
        let free = stands.is_none();
        let apply = cx.f("manifests-apply", &[("count", objects.into())]);
        if Button::new(apply).primary().enabled(free, &reason).shortcut("Ctrl Enter").show(cx, ui).clicked() {
            self.start(cx, ManifestMode::Apply, false, None);
        }
        if Button::new(cx.t("action-delete")).danger().enabled(free, &reason).show(cx, ui).clicked() {
            self.ask_delete = true;
        }
        let (can_validate, why) =
            if Self::through_magnum(cx) { (false, cx.t("manifests-no-dry-run").into_owned()) } else { (free, reason) };
        let validate = Button::new(cx.t("manifests-validate")).enabled(can_validate, &why).shortcut("Ctrl Shift V");
        if validate.show(cx, ui).clicked() {
            self.start(cx, ManifestMode::Validate, false, None);
        }
        if problems > 0 {
            let ink = cx.tokens.ink(Sign::Failed);
            ui.label(text::body(cx.f("manifests-problems-count", &[("count", problems.into())])).color(ink));
            glyph::show(ui, cx, Sign::Failed, 12.0);
        }
    }

    /// Why nothing can be sent now, if so.
    pub(super) fn stands_in_the_way(&mut self, cx: &Cx<'_>, objects: usize) -> Option<String> {
        let busy = self.run.as_ref().is_some_and(|run| run.is_going_on(cx));
        let id = if busy {
            "manifests-stands-running"
        } else if self.bay.is_none() {
            "manifests-stands-no-bay"
        } else if objects == 0 {
            "manifests-stands-no-object"
        } else if self.buffers.iter_mut().any(|b| !b.errors().is_empty()) {
            "manifests-stands-problems"
        } else {
            return None;
        };
        Some(cx.t(id).into_owned())
    }
}

/// A field in the middle of the row: fields lay themselves out from the top.
fn boxed<R>(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 28.0), egui::Sense::hover());
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)), add).inner
}
