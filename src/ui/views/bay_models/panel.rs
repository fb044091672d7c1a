//! The selected bay model: all its fields and labels, and what can be made of it.

use super::{ask_delete, may_delete, used_by};
use crate::model::bay_model::BayModel;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::route::{BayTab, Route};
use crate::ui::text;
use crate::ui::views::bay::actions;
use crate::ui::views::overview::labels_list;
use crate::ui::widgets::button::{Button, copy_button, link};
use crate::ui::widgets::{age, line, panel};
use egui::{Label, Ui};
use fluent_bundle::FluentValue;

/// Bays listed; the rest is told as a number.
const BAYS: usize = 8;

/// Draws the panel's content.
pub fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, model: &BayModel) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, model.title());
    let engine = model.spec.coe.as_ref().map_or("", |c| c.title());
    let distro = model.cluster_distro.as_deref().unwrap_or_default();
    ui.label(text::body(format!("{engine}  {distro}").trim().to_owned()).color(t.text2));
    ui.add_space(6.0);
    buttons_ui(cx, ui, model);
    panel::rule(cx, ui);
    fields_ui(cx, ui, model);
    panel::rule(cx, ui);
    panel::caption(cx, ui, &cx.t("bay-models-labels"));
    labels_list(cx, ui, &model.spec.labels);
    panel::rule(cx, ui);
    bays_ui(cx, ui, model);
    panel::rule(cx, ui);
    panel::key_value_ui(cx, ui, &cx.t("overview-uuid"), |ui| {
        ui.horizontal(|ui| {
            let galley = line(ui, &model.id, text::mono_font(), t.text, ui.available_width() - 28.0);
            ui.label(galley);
            copy_button(cx, ui, &model.id, &cx.t("bay-copy-id"));
        });
    });
    if let Some(at) = model.created_at {
        panel::key_value(
            cx,
            ui,
            &cx.t("overview-created"),
            &format!("{}  ({})", age::date_time(cx, at), age::ago(cx, at as f64)),
        );
    }
    if let Some(at) = model.updated_at {
        panel::key_value(cx, ui, &cx.t("overview-updated"), &age::date_time(cx, at));
    }
}

fn buttons_ui(cx: &Cx<'_>, ui: &mut Ui, model: &BayModel) {
    let writer = actions::writer(cx);
    let reason = writer.as_ref().err().map_or("", String::as_str);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(8.0, 8.0);
        let bay = Button::new(cx.t("bay-models-new-bay")).icon(Icon::Plus).enabled(writer.is_ok(), reason);
        if bay.show(cx, ui).clicked() {
            cx.go(Route::NewBay { model: Some(model.id.clone()), from: None });
        }
        let copy = Button::new(cx.t("bay-models-copy")).icon(Icon::Copy).enabled(writer.is_ok(), reason);
        if copy.show(cx, ui).clicked() {
            cx.go(Route::NewBayModel { from: Some(model.id.clone()) });
        }
        let way = may_delete(cx, model);
        let reason = way.as_ref().err().map_or("", String::as_str);
        if Button::new(cx.t("action-delete")).danger().enabled(way.is_ok(), reason).show(cx, ui).clicked() {
            ask_delete(cx, model);
        }
    });
    if let Err(reason) = may_delete(cx, model) {
        ui.add(Label::new(text::small(reason).color(cx.tokens.text3)).wrap());
    }
}

fn fields_ui(cx: &Cx<'_>, ui: &mut Ui, model: &BayModel) {
    let spec = &model.spec;
    let yes_no = |yes: bool| Some(cx.t(if yes { "overview-yes" } else { "overview-no" }).into_owned());
    let gigabytes = |n: u32| cx.f("overview-gigabytes", &[("n", FluentValue::from(n))]);
    let fields = [
        ("bay-models-col-image", Some(spec.image.clone())),
        ("bay-models-flavor", spec.flavor.clone()),
        ("bay-models-master-flavor", spec.master_flavor.clone()),
        ("overview-keypair", spec.keypair.clone()),
        ("bay-models-external-network", spec.external_network.clone()),
        ("overview-network", spec.fixed_network.clone()),
        ("overview-subnet", spec.fixed_subnet.clone()),
        ("bay-models-dns", spec.dns_nameserver.clone()),
        ("bay-models-col-network", spec.network_driver.clone()),
        ("bay-models-volume-driver", spec.volume_driver.clone()),
        ("overview-docker-volume", spec.docker_volume_size_gb.map(gigabytes)),
        ("bay-models-storage-driver", spec.docker_storage_driver.clone()),
        ("bay-models-server-type", spec.server_type.clone()),
        ("bay-models-api-port", spec.apiserver_port.map(|p| p.to_string())),
        ("bay-models-master-lb", yes_no(spec.master_lb_enabled)),
        ("bay-models-floating-ips", spec.floating_ip_enabled.and_then(yes_no)),
        ("bay-models-tls", yes_no(!spec.tls_disabled)),
        ("bay-models-registry", yes_no(spec.registry_enabled)),
        ("bay-models-insecure-registry", spec.insecure_registry.clone()),
        ("bay-models-http-proxy", spec.http_proxy.clone()),
        ("bay-models-https-proxy", spec.https_proxy.clone()),
        ("bay-models-no-proxy", spec.no_proxy.clone()),
        (
            "bay-models-col-public",
            Some(cx.t(if spec.public { "bay-models-public" } else { "bay-models-private" }).into_owned()),
        ),
        ("bay-models-hidden", yes_no(spec.hidden).filter(|_| spec.hidden)),
        ("bay-models-tags", spec.tags.clone()),
        ("bay-models-driver", spec.driver.clone()),
    ];
    for (id, value) in fields {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            panel::key_value(cx, ui, &cx.t(id), &value);
        }
    }
}

fn bays_ui(cx: &Cx<'_>, ui: &mut Ui, model: &BayModel) {
    let all = used_by(cx, &model.id);
    panel::caption(cx, ui, &cx.f("bay-models-used-by", &[("n", FluentValue::from(all))]));
    let bays = cx.state.bays.value.as_deref().map_or(&[][..], Vec::as_slice);
    for bay in bays.iter().filter(|b| b.model_id == model.id).take(BAYS) {
        if link(cx, ui, bay.title()).clicked() {
            cx.go_bay(&bay.id, BayTab::Overview);
        }
    }
    if all > BAYS {
        ui.label(
            text::body(cx.f("bay-models-more-bays", &[("n", FluentValue::from(all - BAYS))])).color(cx.tokens.text2),
        );
    }
}
