//! What TLS trusts: CA file, pasted CA, no verification, client certificate.

use super::{Form, PickFor};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::field::{TextField, check};
use crate::ui::widgets::{glyph, panel, separator};
use egui::{Label, Ui};

const PEM: &[&str] = &["pem", "crt", "cer", "key"];

pub(super) fn certificates_ui(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) {
    separator(ui, cx.tokens);
    let trust = &form.profile.trust;
    let mut summary = match (&trust.ca_file, &trust.ca_pem) {
        (Some(file), _) => file.clone(),
        (None, Some(_)) => cx.t("certificates-pasted").into_owned(),
        (None, None) => cx.t("certificates-system").into_owned(),
    };
    let verified = if trust.verify { cx.t("certificates-verified") } else { cx.t("certificates-unverified") };
    summary = format!("{summary}{}{verified}", cx.t("list-comma"));
    let mut open = form.show_certificates;
    panel::section(cx, ui, &cx.t("certificates-title"), &summary, &mut open, |ui| content(cx, ui, form));
    form.show_certificates = open;
    separator(ui, cx.tokens);
}

fn content(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 8.0;
    path_field(cx, ui, form, PickFor::Ca, "certificates-ca-file");
    let mut pasted = form.profile.trust.ca_pem.clone().unwrap_or_default();
    let error = (!pasted.trim().is_empty() && !pasted.contains("-----BEGIN CERTIFICATE-----"))
        .then(|| cx.t("certificates-pasted-wrong").into_owned());
    let field = TextField::new(cx.t("certificates-paste")).mono().rows(4).hint("-----BEGIN CERTIFICATE-----");
    if field.error(error.as_deref()).show(cx, ui, &mut pasted).changed() {
        form.profile.trust.ca_pem = (!pasted.trim().is_empty()).then_some(pasted);
    }
    let mut verify = form.profile.trust.verify;
    if check(cx, ui, &mut verify, &cx.t("certificates-verify")).changed() {
        form.profile.trust.verify = verify;
    }
    if !form.profile.trust.verify {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 18.0), egui::Sense::hover());
            glyph::paint(ui.painter(), rect.center(), Sign::Warning, 12.0, t.ink(Sign::Warning));
            let words = text::body(cx.t("certificates-verify-warning")).color(t.ink(Sign::Warning));
            ui.add(Label::new(words).wrap());
        });
    }
    path_field(cx, ui, form, PickFor::Certificate, "certificates-client-cert");
    path_field(cx, ui, form, PickFor::Key, "certificates-client-key");
}

fn path_field(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form, which: PickFor, label: &'static str) {
    let trust = &mut form.profile.trust;
    let slot = match which {
        PickFor::Ca => &mut trust.ca_file,
        PickFor::Certificate => &mut trust.cert_file,
        PickFor::Key => &mut trust.key_file,
    };
    let mut path = slot.clone().unwrap_or_default();
    let label = cx.f(label, &[]);
    let mut choose = false;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let width = ui.available_width() - 120.0;
        if TextField::new(label.as_str()).mono().width(width).show(cx, ui, &mut path).changed() {
            *slot = (!path.trim().is_empty()).then_some(path);
        }
        ui.vertical(|ui| {
            ui.add_space(21.0);
            let button = Button::new(cx.t("certificates-choose")).icon(Icon::FolderOpen).min_width(112.0);
            let reason = cx.t("certificates-choosing");
            choose = button.enabled(!form.pick.is_open(), &reason).tooltip(label.as_str()).show(cx, ui).clicked();
        });
    });
    if choose {
        form.open_pick(cx, ui.ctx(), which, label);
    }
}

impl Form {
    /// Opens the file dialog for one of the three files.
    pub(super) fn open_pick(&mut self, cx: &Cx<'_>, ctx: &egui::Context, which: PickFor, title: String) {
        self.pick_for = which;
        self.pick.open(ctx, title, Some((cx.t("certificates-files").into_owned(), PEM)), None);
    }
}
