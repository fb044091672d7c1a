//! The sections of the bay form.

use super::bay::BayForm;
use super::choices;
use super::kit::{Kit, Spec, inset, row, section, section_with, signed_line};
use super::label_editor;
use super::messages::{field_title, rule_text};
use crate::model::bay::{Coe, NewBay};
use crate::model::bay_model::BayModel;
use crate::model::checks::dialect::{Era, Offer, bay_field, can_merge_labels};
use crate::model::checks::preflight::Need;
use crate::model::checks::{Field, Known, Rule};
use crate::model::choices::QuotaResource;
use crate::model::cloud::MagnumInfo;
use crate::model::labels::Labels;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use egui::Ui;
use fluent_bundle::FluentValue;

/// All sections from top to bottom.
pub(super) fn sections(
    form: &mut BayForm,
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    magnum: &MagnumInfo,
    model: Option<&BayModel>,
    needs: &[Need],
) {
    let cx = kit.cx;
    let mut open = form.open.clone();
    section(cx, ui, &cx.t("form-basics"), &form.bay.name.clone(), false, &mut open.basics, |ui| {
        basics(form, kit, ui, magnum, model)
    });
    let sizes = size_summary(cx, form);
    section(cx, ui, &cx.t("form-size"), &sizes, false, &mut open.size, |ui| size(form, kit, ui, magnum, model));
    if Era::of(magnum) == Era::Modern {
        let summary = form.bay.fixed_network.clone().unwrap_or_else(|| cx.f("form-as-in-model", &[]));
        section(cx, ui, &cx.t("form-network"), &summary, false, &mut open.network, |ui| {
            network(form, kit, ui, magnum, model, needs);
        });
        labels(form, kit, ui, magnum, model, &mut open.labels);
        let volume = form.bay.docker_volume_size_gb;
        let summary = volume.map_or_else(|| cx.f("form-as-in-model", &[]), |gb| format!("{gb} GB"));
        section(cx, ui, &cx.t("form-storage"), &summary, false, &mut open.storage, |ui| {
            storage(form, kit, ui, magnum, model);
        });
    }
    let proxies = proxies(model);
    let summary = if proxies.is_empty() { cx.f("form-none", &[]) } else { proxies[0].1.clone() };
    section(cx, ui, &cx.t("form-proxy"), &summary, false, &mut open.proxy, |ui| proxy(cx, ui, &proxies));
    let summary = timeout_words(cx, form.bay.create_timeout_minutes);
    section(cx, ui, &cx.t("form-advanced"), &summary, false, &mut open.advanced, |ui| advanced(form, kit, ui));
    form.open = open;
}

fn basics(form: &mut BayForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo, model: Option<&BayModel>) {
    let cx = kit.cx;
    let keypair = bay_field(magnum, &Field::Keypair);
    let shares: &[f32] = if keypair == Offer::Hidden { &[1.0, 1.0] } else { &[4.0, 4.0, 3.0] };
    inset(ui, |ui| {
        row(ui, shares, 170.0, |ui, cell, width| match cell {
            0 => {
                let rule = if Era::of(magnum) >= Era::Newton { "form-bay-name-rule" } else { "form-bay-name-rule-old" };
                let names = &cx.state.bays.value;
                let ok = !form.bay.name.is_empty() && names.is_some() && kit.findings.at(&Field::Name).is_none();
                let spec = Spec { ok, ..Spec::rule(width, cx.t(rule)) };
                kit.text(ui, Field::Name, Offer::Shown, spec, &mut form.bay.name);
            }
            1 => {
                let rule = model.map(choices::model_detail).unwrap_or_default();
                let options = choices::models(cx);
                kit.select(ui, Field::BayModel, Offer::Shown, Spec::rule(width, rule), options, &mut form.bay.model_id);
            }
            _ => {
                let of_model = model.and_then(|m| m.spec.keypair.clone());
                let spec = Spec { empty: as_in_model(cx, of_model.as_deref()), ..Spec::rule(width, "") };
                kit.select_opt(ui, Field::Keypair, keypair, spec, choices::keypairs(cx), &mut form.bay.keypair);
            }
        });
    });
}

fn size(form: &mut BayForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo, model: Option<&BayModel>) {
    let cx = kit.cx;
    let spec = model.map(|m| &m.spec);
    let flavor_offer = bay_field(magnum, &Field::Flavor);
    let masters_offer = bay_field(magnum, &Field::MasterCount);
    // (stepper width) 28 + 48 + 28 and gaps.
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0], 300.0, |ui, cell, width| {
            let masters = cell == 0;
            if masters && masters_offer == Offer::Hidden {
                return;
            }
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                ui.allocate_ui(egui::vec2(112.0, 0.0), |ui| {
                    ui.set_width(112.0);
                    if masters {
                        let rule = cx.t(if Era::of(magnum) >= Era::Newton {
                            "form-masters-rule"
                        } else {
                            "form-at-least-one"
                        });
                        kit.stepper(ui, Field::MasterCount, Spec::rule(112.0, rule), 1..=99, &mut form.masters);
                    } else {
                        let least = u32::from(!(Era::of(magnum) == Era::Modern && magnum.supports(10)));
                        let rule = cx.t(if least == 0 { "form-workers-rule" } else { "form-at-least-one" });
                        kit.stepper(ui, Field::NodeCount, Spec::rule(112.0, rule), least..=99_999, &mut form.workers);
                    }
                });
                if flavor_offer == Offer::Hidden {
                    return;
                }
                let (field, value, of_model) = if masters {
                    let of_model = spec.and_then(|s| s.master_flavor.clone());
                    (Field::MasterFlavor, &mut form.bay.master_flavor, of_model)
                } else {
                    (Field::Flavor, &mut form.bay.flavor, spec.and_then(|s| s.flavor.clone()))
                };
                let chosen = value.clone().or_else(|| of_model.clone());
                let flavors = cx.state.choices.flavors.value.as_deref();
                let found = flavors.and_then(|list| {
                    list.iter().find(|f| Some(&f.name) == chosen.as_ref() || Some(&f.id) == chosen.as_ref())
                });
                let rule = found.map(|f| choices::flavor_detail(cx, f)).unwrap_or_default();
                let spec = Spec { empty: as_in_model(cx, of_model.as_deref()), ..Spec::rule(width - 124.0, rule) };
                kit.select_opt(ui, field, flavor_offer, spec, choices::flavors(cx), value);
            });
        });
    });
}

fn network(
    form: &mut BayForm,
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    magnum: &MagnumInfo,
    model: Option<&BayModel>,
    needs: &[Need],
) {
    let cx = kit.cx;
    let spec = model.map(|m| &m.spec);
    inset(ui, |ui| {
        let offer = bay_field(magnum, &Field::FixedNetwork);
        row(ui, &[4.0, 4.0, 3.0], 170.0, |ui, cell, width| match cell {
            0 => {
                let of_model = spec.and_then(|s| s.fixed_network.clone());
                let empty = match &of_model {
                    Some(name) => as_in_model(cx, Some(name)),
                    None => cx.f("form-network-new", &[]),
                };
                let spec = Spec { empty, ..Spec::rule(width, "") };
                let changed = kit.select_opt(
                    ui,
                    Field::FixedNetwork,
                    offer,
                    spec,
                    choices::networks(cx, false),
                    &mut form.bay.fixed_network,
                );
                if changed {
                    form.bay.fixed_subnet = None;
                }
            }
            1 => {
                let network = form.bay.fixed_network.clone().unwrap_or_default();
                let offer = if network.is_empty() && offer.usable() && form.bay.fixed_subnet.is_none() {
                    Offer::Shown
                } else {
                    offer
                };
                let options = if network.is_empty() { Vec::new() } else { choices::subnets(cx, &network) };
                let spec = Spec { empty: cx.f("form-subnet-any", &[]), ..Spec::rule(width, "") };
                kit.select_opt(ui, Field::FixedSubnet, offer, spec, options, &mut form.bay.fixed_subnet);
            }
            _ => {
                let name = "availability_zone";
                let of_model = spec.and_then(|s| s.labels.get(name).cloned());
                let mut zone = form.given.get(name).cloned().unwrap_or_default();
                let empty = of_model.map_or_else(|| cx.f("form-zone-any", &[]), |z| as_in_model(cx, Some(&z)));
                let spec = Spec { empty, ..Spec::rule(width, "") };
                let offer = bay_field(magnum, &Field::Zone);
                if kit.select(ui, Field::Zone, offer, spec, choices::zones(cx), &mut zone) {
                    if zone.is_empty() {
                        form.given.remove(name);
                    } else {
                        form.given.insert(name.to_owned(), zone);
                    }
                }
            }
        });
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 24.0;
            let offer = bay_field(magnum, &Field::MasterLb);
            let of_model = spec.map(|s| s.master_lb_enabled);
            overriding(
                kit,
                ui,
                Field::MasterLb,
                offer,
                of_model.unwrap_or(false),
                of_model.is_some(),
                &mut form.bay.master_lb_enabled,
            );
            let offer = bay_field(magnum, &Field::FloatingIp);
            let of_model = spec.map(|s| s.floating_ip_enabled.unwrap_or(true));
            overriding(
                kit,
                ui,
                Field::FloatingIp,
                offer,
                of_model.unwrap_or(true),
                of_model.is_some(),
                &mut form.bay.floating_ip_enabled,
            );
        });
        let floating = Field::Quota(QuotaResource::FloatingIps);
        if let Some(finding) = kit.findings.at(&floating)
            && needs.iter().any(|n| n.resource == QuotaResource::FloatingIps)
        {
            let mut words = rule_text(cx, &finding.rule);
            if let Rule::OverQuota(..) = finding.rule {
                // This rule leaves it to its place to say of what.
                words = format!("{}: {words}", field_title(cx, &floating));
            }
            signed_line(cx, ui, Sign::Failed, &words);
            // The link leads to the quota; what decides it comes into view as well.
            if kit.watch.leads_to(|f| *f == floating) {
                ui.scroll_to_cursor(Some(egui::Align::Center));
            }
        }
        let external = spec.and_then(|s| s.external_network.clone());
        if let Some(name) = external {
            let words = cx.f("form-external-of-model", &[("network", FluentValue::from(name))]);
            ui.label(text::small(words).color(cx.tokens.text3));
        }
    });
}

/// A switch that stands as in the bay model until it is changed; changed back, nothing is sent.
fn overriding(
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    field: Field,
    offer: Offer,
    of_model: bool,
    model_known: bool,
    value: &mut Option<bool>,
) {
    let mut on = value.unwrap_or(of_model);
    if kit.check(ui, field, offer, &mut on).changed() {
        *value = (on != of_model || !model_known).then_some(on);
    }
}

fn labels(
    form: &mut BayForm,
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    magnum: &MagnumInfo,
    model: Option<&BayModel>,
    open: &mut bool,
) {
    let cx = kit.cx;
    let none = Labels::new();
    let of_model = model.map_or(&none, |m| &m.spec.labels);
    let offer = bay_field(magnum, &Field::Label(String::new()));
    let summary = match offer {
        Offer::Needs(version) => cx.f("form-needs-version", &[("version", FluentValue::from(version.to_string()))]),
        _ => label_editor::summary(cx, of_model, &form.given, can_merge_labels(magnum)),
    };
    let mut add = false;
    section_with(
        cx,
        ui,
        &cx.t("form-labels"),
        &summary,
        true,
        open,
        |ui| {
            add = Button::new(cx.t("labels-add"))
                .quiet()
                .icon(Icon::Plus)
                .enabled(offer.usable(), &summary)
                .show(cx, ui)
                .clicked();
        },
        |ui| {
            let engine = model.and_then(|m| m.spec.coe.as_ref()).map(Coe::word);
            form.editor.ui(kit, ui, engine, of_model, &mut form.given);
        },
    );
    if add {
        form.editor.begin();
    }
}

fn storage(form: &mut BayForm, kit: &mut Kit<'_, '_>, ui: &mut Ui, magnum: &MagnumInfo, model: Option<&BayModel>) {
    let cx = kit.cx;
    let spec = model.map(|m| &m.spec);
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0], 200.0, |ui, cell, width| match cell {
            0 => {
                let of_model = spec.and_then(|s| s.docker_volume_size_gb).map(|gb| gb.to_string());
                let hint = of_model.unwrap_or_else(|| cx.f("form-none", &[]));
                let rule = cx.f("form-docker-volume-rule", &[]);
                let field = Spec { hint, unit: "GB".to_owned(), ..Spec::rule(width, rule) };
                let offer = bay_field(magnum, &Field::DockerVolumeSize);
                kit.number_opt(ui, Field::DockerVolumeSize, offer, field, &mut form.bay.docker_volume_size_gb);
            }
            _ => {
                let words = spec.map(|s| {
                    let drivers = [s.docker_storage_driver.clone(), s.volume_driver.clone()];
                    drivers.into_iter().flatten().collect::<Vec<_>>().join(", ")
                });
                if let Some(words) = words.filter(|w| !w.is_empty()) {
                    ui.add_space(21.0);
                    let words = cx.f("form-storage-of-model", &[("drivers", FluentValue::from(words))]);
                    ui.label(text::small(words).color(cx.tokens.text3));
                }
            }
        });
    });
}

fn proxies(model: Option<&BayModel>) -> Vec<(Field, String)> {
    let Some(spec) = model.map(|m| &m.spec) else { return Vec::new() };
    [(Field::HttpProxy, &spec.http_proxy), (Field::HttpsProxy, &spec.https_proxy), (Field::NoProxy, &spec.no_proxy)]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value.clone().filter(|v| !v.is_empty())?)))
        .collect()
}

fn proxy(cx: &Cx<'_>, ui: &mut Ui, proxies: &[(Field, String)]) {
    inset(ui, |ui| {
        for (field, value) in proxies {
            crate::ui::widgets::panel::key_value_mono(cx, ui, &super::messages::field_title(cx, field), value);
        }
        ui.label(text::small(cx.t("form-proxy-of-model")).color(cx.tokens.text3));
    });
}

fn advanced(form: &mut BayForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    inset(ui, |ui| {
        row(ui, &[1.0, 2.0], 200.0, |ui, cell, width| match cell {
            0 => {
                let rule = cx.f("form-timeout-rule", &[]);
                let spec = Spec { unit: cx.f("form-minutes", &[]), ..Spec::rule(width, rule) };
                kit.number_opt(ui, Field::Timeout, Offer::Shown, spec, &mut form.bay.create_timeout_minutes);
            }
            _ => {
                let rule = cx.f("form-discovery-rule", &[]);
                let spec =
                    Spec { hint: "https://discovery.etcd.io/…".to_owned(), mono: true, ..Spec::rule(width, rule) };
                kit.text_opt(ui, Field::Discovery, Offer::Shown, spec, &mut form.bay.discovery_url);
            }
        });
    });
}

/// `As in the model: m1.small`.
pub(super) fn as_in_model(cx: &Cx<'_>, value: Option<&str>) -> String {
    match value.filter(|v| !v.is_empty()) {
        Some(value) => cx.f("form-as-in-model-value", &[("value", FluentValue::from(value.to_owned()))]),
        None => cx.f("form-as-in-model", &[]),
    }
}

fn timeout_words(cx: &Cx<'_>, minutes: Option<u32>) -> String {
    match minutes {
        Some(n) if n > 0 => cx.f("form-timeout-summary", &[("n", FluentValue::from(f64::from(n)))]),
        Some(_) => cx.f("form-timeout-none", &[]),
        None => String::new(),
    }
}

fn size_summary(cx: &Cx<'_>, form: &BayForm) -> String {
    let n = |n: u32| FluentValue::from(f64::from(n));
    cx.f("form-size-summary", &[("masters", n(form.masters)), ("workers", n(form.workers))])
}

/// Checks that passed and cost a request, in words.
pub(super) fn passed(cx: &Cx<'_>, known: &Known<'_>, model: Option<&BayModel>, bay: &NewBay) -> Vec<String> {
    let mut list = Vec::new();
    let Some(model) = model else { return list };
    let image = known.image(&model.spec.image);
    if let Some(distro) = image.and_then(|i| i.os_distro.clone()) {
        list.push(cx.f("form-passed-image", &[("distro", FluentValue::from(distro))]));
    }
    let flavor = bay.flavor.as_deref().or(model.spec.flavor.as_deref());
    if let (Some(image), Some(flavor)) = (image, flavor.and_then(|f| known.flavor(f)))
        && (flavor.disk_gb == 0 || flavor.disk_gb >= image.min_disk_gb)
        && flavor.ram_mib >= image.min_ram_mib
    {
        list.push(cx.f("form-passed-flavor", &[]));
    }
    let keypair = bay.keypair.as_deref().or(model.spec.keypair.as_deref());
    if let (Some(name), Some(keypairs)) = (keypair, known.keypairs)
        && keypairs.iter().any(|k| k.name == name)
    {
        list.push(cx.f("form-passed-keypair", &[]));
    }
    list
}
