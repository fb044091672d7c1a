//! The sections of the bay model form.

use super::bay_model::BayModelForm;
use super::choices;
use super::kit::{Kit, Spec, inset, row, section, section_with};
use crate::model::bay::Coe;
use crate::model::checks::Field;
use crate::model::checks::dialect::{Era, Offer, bay_model_field, engines, network_drivers, volume_drivers};
use crate::model::cloud::MagnumInfo;
use crate::model::labels::Labels;
use crate::ui::icons::Icon;
use crate::ui::widgets::button::Button;
use egui::Ui;

/// All sections from top to bottom.
pub(super) fn sections(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let mut open = form.open.clone();
    let none = cx.f("form-none", &[]);
    section(cx, ui, &cx.t("form-basics"), &form.spec.name.clone(), false, &mut open.basics, |ui| {
        basics(form, kit, ui, magnum)
    });
    let summary = [form.spec.master_flavor.clone(), form.spec.flavor.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    section(cx, ui, &cx.t("form-nodes"), &summary, false, &mut open.nodes, |ui| nodes(form, kit, ui, magnum));
    let summary = form.spec.external_network.clone().unwrap_or_default();
    section(cx, ui, &cx.t("form-network"), &summary, false, &mut open.network, |ui| network(form, kit, ui, magnum));
    labels(form, kit, ui, magnum, &mut open.labels);
    let summary = form.spec.docker_volume_size_gb.map_or_else(|| none.clone(), |gb| format!("{gb} GB"));
    section(cx, ui, &cx.t("form-storage"), &summary, false, &mut open.storage, |ui| storage(form, kit, ui, magnum));
    if bay_model_field(magnum, &Field::HttpProxy) != Offer::Hidden {
        let summary = form.spec.http_proxy.clone().or(form.spec.https_proxy.clone()).unwrap_or(none);
        section(cx, ui, &cx.t("form-proxy"), &summary, false, &mut open.proxy, |ui| proxy(form, kit, ui));
    }
    section(cx, ui, &cx.t("form-advanced"), "", false, &mut open.advanced, |ui| advanced(form, kit, ui, magnum));
    form.open = open;
}

fn basics(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    inset(ui, |ui| {
        row(ui, &[4.0, 4.0, 3.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let rule = Spec::rule(width, cx.t("form-model-name-rule"));
                kit.text(ui, Field::Name, Offer::Shown, rule, &mut spec.name);
            }
            1 => {
                let rule = choices::images(cx)
                    .into_iter()
                    .find(|(value, ..)| *value == spec.image)
                    .map_or_else(|| cx.f("form-image-rule", &[]), |(_, _, distro)| distro);
                kit.select(
                    ui,
                    Field::Image,
                    Offer::Shown,
                    Spec::rule(width, rule),
                    choices::images(cx),
                    &mut spec.image,
                );
            }
            _ => {
                let old = Era::of(magnum) < Era::Modern;
                let empty = if old { String::new() } else { cx.f("form-keypair-none", &[]) };
                let field = Spec { empty, ..Spec::rule(width, if old { cx.t("form-required") } else { "".into() }) };
                kit.select_opt(ui, Field::Keypair, Offer::Shown, field, choices::keypairs(cx), &mut spec.keypair);
            }
        });
        row(ui, &[4.0, 4.0, 3.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let options =
                    engines(magnum).iter().map(|e| ((*e).to_owned(), Coe::parse(e).title().to_owned(), String::new()));
                let mut word = spec.coe.as_ref().map(|c| c.word().to_owned()).unwrap_or_default();
                if kit.select(ui, Field::Coe, Offer::Shown, Spec::rule(width, ""), options.collect(), &mut word) {
                    spec.coe = (!word.is_empty()).then(|| Coe::parse(&word));
                    // Drivers of another engine would be refused.
                    if !network_drivers(magnum, &word).contains(&spec.network_driver.as_deref().unwrap_or_default()) {
                        spec.network_driver = None;
                    }
                    if !volume_drivers(&word).contains(&spec.volume_driver.as_deref().unwrap_or_default()) {
                        spec.volume_driver = None;
                    }
                }
            }
            1 => {
                let offer = bay_model_field(magnum, &Field::Public);
                if offer != Offer::Hidden {
                    ui.add_space(21.0);
                    kit.check(ui, Field::Public, offer, &mut spec.public);
                }
            }
            _ => {
                let offer = bay_model_field(magnum, &Field::Hidden);
                if offer != Offer::Hidden {
                    ui.add_space(21.0);
                    kit.check(ui, Field::Hidden, offer, &mut spec.hidden);
                }
            }
        });
    });
}

fn nodes(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    let detail = |chosen: &Option<String>| {
        let list = cx.state.choices.flavors.value.as_deref();
        let found =
            list.and_then(|l| l.iter().find(|f| Some(&f.name) == chosen.as_ref() || Some(&f.id) == chosen.as_ref()));
        found.map(|f| choices::flavor_detail(cx, f)).unwrap_or_default()
    };
    inset(ui, |ui| {
        row(ui, &[4.0, 4.0, 3.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let field = Spec {
                    empty: cx.f("form-master-flavor-none", &[]),
                    ..Spec::rule(width, detail(&spec.master_flavor))
                };
                kit.select_opt(
                    ui,
                    Field::MasterFlavor,
                    Offer::Shown,
                    field,
                    choices::flavors(cx),
                    &mut spec.master_flavor,
                );
            }
            1 => {
                let field = Spec { empty: cx.f("form-flavor-none", &[]), ..Spec::rule(width, detail(&spec.flavor)) };
                kit.select_opt(ui, Field::Flavor, Offer::Shown, field, choices::flavors(cx), &mut spec.flavor);
            }
            _ => {
                let offer = bay_model_field(magnum, &Field::ServerType);
                if offer == Offer::Hidden {
                    return;
                }
                let options = vec![
                    ("vm".to_owned(), cx.f("form-server-vm", &[]), "vm".to_owned()),
                    ("bm".to_owned(), cx.f("form-server-bm", &[]), "bm".to_owned()),
                ];
                let field = Spec { empty: cx.f("form-server-default", &[]), ..Spec::rule(width, "") };
                kit.select_opt(ui, Field::ServerType, offer, field, options, &mut spec.server_type);
            }
        });
    });
}

fn network(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    let old = Era::of(magnum) <= Era::Liberty;
    let engine = spec.coe.as_ref().map(|c| c.word().to_owned()).unwrap_or_default();
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let options = choices::networks(cx, true);
                let field = Spec::rule(width, cx.t("form-external-rule"));
                kit.select_opt(ui, Field::ExternalNetwork, Offer::Shown, field, options, &mut spec.external_network);
            }
            1 if old => {
                let field = Spec {
                    hint: "10.0.0.0/24".into(),
                    mono: true,
                    ..Spec::rule(width, cx.t("form-fixed-network-cidr"))
                };
                kit.text_opt(ui, Field::FixedNetwork, Offer::Shown, field, &mut spec.fixed_network);
            }
            1 => {
                let field = Spec { empty: cx.f("form-network-new", &[]), ..Spec::rule(width, "") };
                let options = choices::networks(cx, false);
                if kit.select_opt(ui, Field::FixedNetwork, Offer::Shown, field, options, &mut spec.fixed_network) {
                    spec.fixed_subnet = None;
                }
            }
            _ => {
                let offer = bay_model_field(magnum, &Field::FixedSubnet);
                if offer == Offer::Hidden {
                    return;
                }
                let network = spec.fixed_network.clone().unwrap_or_default();
                let options = if network.is_empty() { Vec::new() } else { choices::subnets(cx, &network) };
                let field = Spec { empty: cx.f("form-subnet-any", &[]), ..Spec::rule(width, "") };
                kit.select_opt(ui, Field::FixedSubnet, offer, field, options, &mut spec.fixed_subnet);
            }
        });
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let rule = cx.t(if old { "form-dns-rule-old" } else { "form-dns-rule" });
                let field = Spec { hint: "8.8.8.8".into(), mono: true, ..Spec::rule(width, rule) };
                kit.text_opt(ui, Field::Dns, Offer::Shown, field, &mut spec.dns_nameserver);
            }
            1 => {
                let offer = bay_model_field(magnum, &Field::NetworkDriver);
                if offer == Offer::Hidden {
                    return;
                }
                let drivers = network_drivers(magnum, &engine);
                let empty = cx.f("form-driver-default", &[]);
                let field = Spec { empty, ..Spec::rule(width, "") };
                kit.select_opt(
                    ui,
                    Field::NetworkDriver,
                    offer,
                    field,
                    choices::words(drivers),
                    &mut spec.network_driver,
                );
            }
            _ => {}
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 24.0;
            let offer = bay_model_field(magnum, &Field::MasterLb);
            if offer != Offer::Hidden {
                kit.check(ui, Field::MasterLb, offer, &mut spec.master_lb_enabled);
            }
            let offer = bay_model_field(magnum, &Field::FloatingIp);
            if offer != Offer::Hidden {
                let mut on = spec.floating_ip_enabled.unwrap_or(true);
                if kit.check(ui, Field::FloatingIp, offer, &mut on).changed() {
                    spec.floating_ip_enabled = Some(on);
                }
            }
        });
    });
}

fn labels(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo, open: &mut bool) {
    let cx = kit.cx;
    if bay_model_field(magnum, &Field::Label(String::new())) == Offer::Hidden {
        return;
    }
    let summary = cx.f("labels-count", &[("n", (form.spec.labels.len() as f64).into())]);
    let mut add = false;
    let engine = form.spec.coe.as_ref().map(|c| c.word().to_owned());
    section_with(
        cx,
        ui,
        &cx.t("form-labels"),
        &summary,
        true,
        open,
        |ui| add = Button::new(cx.t("labels-add")).quiet().icon(Icon::Plus).show(cx, ui).clicked(),
        |ui| form.editor.ui(kit, ui, engine.as_deref(), &Labels::new(), &mut form.spec.labels),
    );
    if add {
        form.editor.begin();
    }
}

fn storage(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    let engine = spec.coe.as_ref().map(|c| c.word().to_owned()).unwrap_or_default();
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let field = Spec { unit: "GB".into(), ..Spec::rule(width, cx.t("form-docker-volume-rule")) };
                kit.number_opt(ui, Field::DockerVolumeSize, Offer::Shown, field, &mut spec.docker_volume_size_gb);
            }
            1 => {
                let offer = bay_model_field(magnum, &Field::StorageDriver);
                if offer != Offer::Hidden {
                    let options = choices::words(&["overlay2", "devicemapper", "overlay"]);
                    let field = Spec { empty: cx.f("form-driver-default", &[]), ..Spec::rule(width, "") };
                    kit.select_opt(ui, Field::StorageDriver, offer, field, options, &mut spec.docker_storage_driver);
                }
            }
            _ => {
                let offer = bay_model_field(magnum, &Field::VolumeDriver);
                if offer != Offer::Hidden {
                    let field = Spec { empty: cx.f("form-none", &[]), ..Spec::rule(width, "") };
                    let options = choices::words(volume_drivers(&engine));
                    kit.select_opt(ui, Field::VolumeDriver, offer, field, options, &mut spec.volume_driver);
                }
            }
        });
        let offer = bay_model_field(magnum, &Field::InsecureRegistry);
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| match cell {
            0 if offer != Offer::Hidden => {
                let field = Spec {
                    hint: "registry.example:5000".into(),
                    mono: true,
                    ..Spec::rule(width, cx.t("form-registry-rule"))
                };
                kit.text_opt(ui, Field::InsecureRegistry, offer, field, &mut spec.insecure_registry);
            }
            1 => {
                let offer = bay_model_field(magnum, &Field::RegistryEnabled);
                if offer != Offer::Hidden {
                    ui.add_space(21.0);
                    kit.check(ui, Field::RegistryEnabled, offer, &mut spec.registry_enabled);
                }
            }
            _ => {}
        });
    });
}

fn proxy(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| {
            let (field, value, hint) = match cell {
                0 => (Field::HttpProxy, &mut spec.http_proxy, "http://proxy.example:3128"),
                1 => (Field::HttpsProxy, &mut spec.https_proxy, "http://proxy.example:3128"),
                _ => (Field::NoProxy, &mut spec.no_proxy, "10.0.0.0/8,.example"),
            };
            let rule = cx.t(if cell < 2 { "form-proxy-rule" } else { "form-no-proxy-rule" });
            let spec = Spec { hint: hint.to_owned(), mono: true, ..Spec::rule(width, rule) };
            kit.text_opt(ui, field, Offer::Shown, spec, value);
        });
    });
}

fn advanced(form: &mut BayModelForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo) {
    let cx = kit.cx;
    let spec = &mut form.spec;
    let port = &mut form.port;
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0, 1.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let field = Spec { hint: "6443".into(), mono: true, ..Spec::rule(width, cx.t("form-port-rule")) };
                kit.text(ui, Field::ApiserverPort, Offer::Shown, field, port);
            }
            1 => {
                let offer = bay_model_field(magnum, &Field::Tags);
                if offer != Offer::Hidden {
                    kit.text_opt(ui, Field::Tags, offer, Spec::rule(width, cx.t("form-tags-rule")), &mut spec.tags);
                }
            }
            _ => {
                let offer = bay_model_field(magnum, &Field::Driver);
                if offer != Offer::Hidden {
                    let field = Spec { mono: true, ..Spec::rule(width, cx.t("form-driver-rule")) };
                    kit.text_opt(ui, Field::Driver, offer, field, &mut spec.driver);
                }
            }
        });
        let offer = bay_model_field(magnum, &Field::TlsDisabled);
        if offer != Offer::Hidden {
            kit.check(ui, Field::TlsDisabled, offer, &mut spec.tls_disabled);
        }
    });
}
