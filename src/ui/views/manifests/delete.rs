//! The question before objects are deleted from a bay.

use super::ManifestsView;
use crate::live::command::ManifestMode;
use crate::model::manifest::Flavor;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::{self, Dialog};
use crate::ui::widgets::states;

impl ManifestsView {
    /// Lists what would be deleted and asks.
    pub(super) fn delete_dialog_ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        let Some(only) = self.ask_delete.clone() else { return };
        let mut names: Vec<String> = Vec::new();
        let (mut whole_namespaces, mut somewhere) = (false, false);
        for buffer in &mut self.buffers {
            let manifest = buffer.manifest();
            let documents = manifest.documents.iter().enumerate();
            let wanted = documents.filter(|(at, d)| d.flavor == Flavor::Kubernetes && only.has(buffer.id, *at));
            for object in wanted.flat_map(|(_, d)| &d.objects) {
                whole_namespaces |= object.kind == "Namespace";
                somewhere |= object.namespace.is_empty();
                let place = if object.namespace.is_empty() { String::new() } else { format!("{}/", object.namespace) };
                names.push(format!("{} {place}{}", object.kind, object.name));
            }
        }
        let title = [("count", names.len().into()), ("bay", self.bay_title.as_str().into())];
        let output = Dialog::new(cx.f("manifests-delete-title", &title)).show(cx, ctx, |ui| {
            egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                for name in &names {
                    ui.label(text::mono(name).color(cx.tokens.text2));
                }
            });
            if somewhere && !self.through_magnum(cx) {
                let words = cx.f("manifests-delete-namespace", &[("namespace", self.namespace.as_str().into())]);
                ui.add(egui::Label::new(text::small(words).color(cx.tokens.text3)).wrap());
            }
            if whole_namespaces {
                states::partial_line(cx, ui, &cx.t("manifests-delete-whole-namespaces"));
            }
            // While the question stands, the bay may go or a problem may come up.
            let stands = self.stands_in_the_way(cx);
            if let Some(words) = &stands {
                ui.label(text::body(words).color(cx.tokens.ink(Sign::Failed)));
            }
            dialog::buttons(ui, |ui| {
                let confirm = Button::new(cx.t("manifests-delete-confirm")).danger_filled();
                let reason = stands.as_deref().unwrap_or_default();
                if confirm.enabled(stands.is_none(), reason).show(cx, ui).clicked() {
                    return Some(true);
                }
                Button::new(cx.t("action-cancel")).show(cx, ui).clicked().then_some(false)
            })
        });
        if output.inner.is_some() || output.close {
            self.ask_delete = None;
        }
        if output.inner == Some(true) {
            self.start(cx, ManifestMode::Delete, false, only);
        }
    }
}
