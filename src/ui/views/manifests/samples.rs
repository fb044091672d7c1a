//! Samples to start from.

use super::ManifestsView;
use crate::model::bay::BayId;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::link;
use egui::Ui;

/// Samples: file name, Fluent id of the sentence, text. The last one fits a cloud of 2015.
pub(super) const SAMPLES: &[(&str, &str, &str)] = &[
    ("nginx.yaml", "manifests-sample-nginx", include_str!("../../../../assets/manifests/nginx.yaml")),
    ("guestbook.yaml", "manifests-sample-guestbook", include_str!("../../../../assets/manifests/guestbook.yaml")),
    ("job.yaml", "manifests-sample-job", include_str!("../../../../assets/manifests/job.yaml")),
    ("configmap.yaml", "manifests-sample-configmap", include_str!("../../../../assets/manifests/configmap.yaml")),
    (
        "replication-controller.yaml",
        "manifests-sample-replication-controller",
        include_str!("../../../../assets/manifests/replication-controller.yaml"),
    ),
];

impl ManifestsView {
    /// Opens the first sample, for this bay, where nothing is open: an empty editor shows little. What one has stays as it is.
    pub fn show_sample(&mut self, bay: Option<BayId>) {
        if self.buffers.is_empty()
            && let Some((name, _, content)) = SAMPLES.first()
        {
            let bay = bay.filter(|_| self.bay.is_none());
            self.open_text(name, content, bay);
        }
    }

    /// Links that open a sample as a new file.
    pub(super) fn samples_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.label(text::small(cx.t("manifests-samples")).color(cx.tokens.text3));
        ui.add_space(2.0);
        for (name, words, content) in SAMPLES {
            ui.horizontal_wrapped(|ui| {
                if link(cx, ui, name).clicked() {
                    self.open_text(name, content, None);
                    self.editor.focus();
                }
                ui.label(text::small(cx.t(words)).color(cx.tokens.text3));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SAMPLES;
    use crate::model::manifest::Manifest;

    #[test]
    fn samples_have_no_problem() {
        for (name, _, content) in SAMPLES {
            let manifest = Manifest::parse(content);
            let issues: Vec<_> = manifest.issues().collect();
            assert!(issues.is_empty(), "{name}: {issues:?}");
            assert!(!manifest.documents.is_empty());
        }
    }
}
