//! The sections of the container form.

use super::container::{ContainerForm, Target, through_magnum};
use super::kit::{Kit, Spec, inset, row, section};
use super::messages::field_title;
use crate::model::bay::Bay;
use crate::model::checks::Field;
use crate::model::checks::container::{PodKind, PortChoice};
use crate::model::checks::dialect::Offer;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::{Button, icon_button};
use crate::ui::widgets::field::{check, label_above, segmented};
use egui::Ui;
use fluent_bundle::FluentValue;

/// All sections from top to bottom.
pub(super) fn sections(
    form: &mut ContainerForm,
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    targets: &[(&Bay, Target)],
    kind: Option<Target>,
) {
    let cx = kit.cx;
    let mut open = form.open.clone();
    ui.add_space(12.0);
    inset(ui, |ui| target(form, kit, ui, targets, kind));
    crate::ui::widgets::separator(ui, cx.tokens);
    match kind {
        None => {}
        Some(Target::Kubernetes) => {
            section(cx, ui, &cx.t("form-container-what"), &form.pod.name.clone(), false, &mut open.what, |ui| {
                pod(form, kit, ui)
            });
            section(
                cx,
                ui,
                &cx.t("form-container-command"),
                &form.pod.command.clone(),
                false,
                &mut open.command,
                |ui| {
                    command(form, kit, ui);
                },
            );
            let ports = form.pod.ports.iter().map(|p| p.number.clone()).collect::<Vec<_>>().join(", ");
            section(cx, ui, &cx.t("form-container-ports"), &ports, false, &mut open.network, |ui| {
                ports_ui(form, kit, ui)
            });
            let summary = form.pod.cpu_request.clone();
            section(cx, ui, &cx.t("form-container-resources"), &summary, false, &mut open.resources, |ui| {
                resources(form, kit, ui);
            });
            let summary = cx.f("labels-count", &[("n", FluentValue::from(form.pod.labels.len() as f64))]);
            section(cx, ui, &cx.t("form-container-labels"), &summary, false, &mut open.labels, |ui| {
                labels(form, kit, ui)
            });
        }
        Some(Target::Swarm) => {
            section(cx, ui, &cx.t("form-container-what"), &form.swarm.name.clone(), false, &mut open.what, |ui| {
                swarm(form, kit, ui)
            });
            section(cx, ui, &cx.t("form-container-env"), "", false, &mut open.command, |ui| {
                inset(ui, |ui| env(form, kit, ui))
            });
        }
    }
    form.open = open;
}

fn target(
    form: &mut ContainerForm,
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    targets: &[(&Bay, Target)],
    kind: Option<Target>,
) {
    let cx = kit.cx;
    if targets.is_empty() {
        ui.label(text::body(cx.t("form-container-no-target")).color(cx.tokens.text2));
        return;
    }
    let options: super::choices::Options = targets
        .iter()
        .map(|(bay, kind)| {
            let engine = match kind {
                Target::Kubernetes => "Kubernetes",
                Target::Swarm => "Docker Swarm",
            };
            (bay.id.clone(), bay.title().to_owned(), engine.to_owned())
        })
        .collect();
    row(ui, &[4.0, 3.0], 200.0, |ui, cell, width| match cell {
        0 => {
            let rule = match kind {
                Some(Target::Kubernetes) if through_magnum(cx.state) => cx.f("form-container-target-pods", &[]),
                Some(Target::Kubernetes) => cx.f("form-container-target-kubernetes", &[]),
                Some(Target::Swarm) => cx.f("form-container-target-swarm", &[]),
                None => String::new(),
            };
            kit.select(ui, Field::Target, Offer::Shown, Spec::rule(width, rule), options.clone(), &mut form.target);
        }
        _ if kind == Some(Target::Kubernetes) && !through_magnum(cx.state) => {
            ui.spacing_mut().item_spacing.y = 4.0;
            label_above(cx, ui, &cx.t("form-container-kind"));
            let mut chosen = usize::from(form.pod.kind == PodKind::Pod);
            let words = [("deployment", "Deployment"), ("pod", "Pod")];
            if segmented(cx, ui, &cx.t("form-container-kind"), &words, &mut chosen) {
                form.pod.kind = if chosen == 1 { PodKind::Pod } else { PodKind::Deployment };
            }
        }
        _ => {}
    });
}

fn namespaces(cx: &Cx<'_>, bay: &str) -> Vec<String> {
    let Some(picture) = cx.state.insides.get(bay) else { return Vec::new() };
    let mut names: Vec<String> = picture.workloads.iter().map(|w| w.namespace.clone()).collect();
    names.extend(picture.services.iter().map(|s| s.namespace.clone()));
    names.sort();
    names.dedup();
    names
}

fn pod(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    let known = namespaces(cx, &form.target);
    let through_magnum = through_magnum(cx.state);
    let pod = &mut form.pod;
    inset(ui, |ui| {
        row(ui, &[4.0, 5.0, 3.0], 160.0, |ui, cell, width| match cell {
            0 => kit.text(
                ui,
                Field::Name,
                Offer::Shown,
                Spec::rule(width, cx.t("form-container-name-rule")),
                &mut pod.name,
            ),
            1 => {
                let spec = Spec {
                    hint: "nginx:1.27".into(),
                    mono: true,
                    ..Spec::rule(width, cx.t("form-container-image-rule"))
                };
                kit.text(ui, Field::ContainerImage, Offer::Shown, spec, &mut pod.image);
            }
            _ if through_magnum => {}
            _ => {
                let some = known.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
                let spec = Spec { hint: "default".into(), ..Spec::rule(width, some) };
                kit.text(ui, Field::Namespace, Offer::Shown, spec, &mut pod.namespace);
            }
        });
        row(ui, &[4.0, 5.0, 3.0], 160.0, |ui, cell, width| match cell {
            0 if pod.kind == PodKind::Deployment && !through_magnum => {
                kit.stepper(ui, Field::Replicas, Spec::rule(width, ""), 0..=9_999, &mut pod.replicas);
            }
            0 => restart_policy(kit, ui, width, &mut pod.restart_policy),
            _ => {}
        });
    });
}

fn restart_policy(kit: &mut Kit<'_, '_>, ui: &mut Ui, width: f32, value: &mut String) {
    let options = super::choices::words(&["Always", "OnFailure", "Never"]);
    if value.is_empty() {
        "Always".clone_into(value);
    }
    kit.select(ui, Field::RestartPolicy, Offer::Shown, Spec::rule(width, ""), options, value);
}

fn command(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0], 200.0, |ui, cell, width| {
            let (field, value, rule) = if cell == 0 {
                (Field::Command, &mut form.pod.command, "form-container-command-rule")
            } else {
                (Field::Args, &mut form.pod.args, "form-container-args-rule")
            };
            kit.text(ui, field, Offer::Shown, Spec { mono: true, ..Spec::rule(width, cx.t(rule)) }, value);
        });
        ui.add_space(4.0);
        label_above(cx, ui, &cx.t("form-container-env"));
        env(form, kit, ui);
    });
}

fn env(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let titles = ("form-container-env-name", "form-container-env-value");
    pairs(kit, ui, &mut form.env, Field::Env, titles, "form-container-env-add");
}

fn labels(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    inset(ui, |ui| {
        let cx = kit.cx;
        let app = cx.f("form-container-labels-rule", &[("name", FluentValue::from(form.pod.name.as_str()))]);
        ui.label(text::small(app).color(cx.tokens.text3));
        let titles = ("form-container-label-key", "form-container-label-value");
        pairs(kit, ui, &mut form.pod.labels, Field::PodLabel, titles, "form-container-label-add");
    });
}

/// Rows of name and value, with a button that removes each and one that adds.
fn pairs(
    kit: &mut Kit<'_, '_>,
    ui: &mut Ui,
    list: &mut Vec<(String, String)>,
    field: fn(usize) -> Field,
    titles: (&str, &str),
    add: &str,
) {
    let cx = kit.cx;
    let mut removed = None;
    for (at, (name, value)) in list.iter_mut().enumerate() {
        ui.push_id(("pair", add, at), |ui| {
            ui.horizontal_top(|ui| {
                let room = (ui.available_width() - 40.0).max(120.0);
                let number = [("n", FluentValue::from(at as f64 + 1.0))];
                kit.row_text(ui, field(at), &cx.f(titles.0, &number), room * 0.4, name);
                kit.row_text_plain(ui, &cx.f(titles.1, &number), room * 0.6, value);
                if icon_button(
                    cx,
                    ui,
                    Icon::Close,
                    &cx.f("form-remove-row", &[("row", FluentValue::from(field_title(cx, &field(at))))]),
                )
                .clicked()
                {
                    removed = Some(at);
                }
            });
        });
    }
    if let Some(at) = removed {
        list.remove(at);
    }
    if Button::new(cx.f(add, &[])).quiet().icon(Icon::Plus).show(cx, ui).clicked() {
        list.push(Default::default());
    }
}

fn ports_ui(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    let ports = &mut form.pod.ports;
    inset(ui, |ui| {
        let mut removed = None;
        for (at, port) in ports.iter_mut().enumerate() {
            ui.push_id(("port", at), |ui| {
                ui.horizontal_top(|ui| {
                    let title = field_title(cx, &Field::Port(at));
                    kit.row_text(ui, Field::Port(at), &title, 120.0, &mut port.number);
                    check(cx, ui, &mut port.udp, "UDP");
                    let label = cx.f("form-remove-row", &[("row", FluentValue::from(title))]);
                    if icon_button(cx, ui, Icon::Close, &label).clicked() {
                        removed = Some(at);
                    }
                });
            });
        }
        if let Some(at) = removed {
            ports.remove(at);
        }
        if Button::new(cx.t("form-container-port-add")).quiet().icon(Icon::Plus).show(cx, ui).clicked() {
            ports.push(PortChoice::default());
        }
    });
}

fn resources(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    let pod = &mut form.pod;
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0, 1.0, 1.0], 130.0, |ui, cell, width| {
            let (field, value, hint) = match cell {
                0 => (Field::CpuRequest, &mut pod.cpu_request, "100m"),
                1 => (Field::CpuLimit, &mut pod.cpu_limit, "500m"),
                2 => (Field::MemoryRequest, &mut pod.memory_request, "128Mi"),
                _ => (Field::MemoryLimit, &mut pod.memory_limit, "256Mi"),
            };
            let rule = cx.t(if cell < 2 { "form-container-cpu-rule" } else { "form-container-memory-rule" });
            let spec = Spec { hint: hint.into(), mono: true, ..Spec::rule(width, rule) };
            kit.text(ui, field, Offer::Shown, spec, value);
        });
    });
}

fn swarm(form: &mut ContainerForm, kit: &mut Kit<'_, '_>, ui: &mut Ui) {
    let cx = kit.cx;
    let c = &mut form.swarm;
    inset(ui, |ui| {
        row(ui, &[1.0, 1.0], 180.0, |ui, cell, width| match cell {
            0 => kit.text(ui, Field::Name, Offer::Shown, Spec::rule(width, ""), &mut c.name),
            _ => {
                let spec = Spec {
                    hint: "busybox:latest".into(),
                    mono: true,
                    ..Spec::rule(width, cx.t("form-container-image-rule"))
                };
                kit.text(ui, Field::ContainerImage, Offer::Shown, spec, &mut c.image);
            }
        });
        row(ui, &[1.0, 1.0], 180.0, |ui, cell, width| match cell {
            0 => {
                let spec = Spec { mono: true, ..Spec::rule(width, cx.t("form-container-command-rule")) };
                kit.text(ui, Field::Command, Offer::Shown, spec, &mut c.command);
            }
            _ => {
                let spec = Spec {
                    hint: "512m".into(),
                    mono: true,
                    ..Spec::rule(width, cx.t("form-container-docker-memory-rule"))
                };
                kit.text(ui, Field::MemoryLimit, Offer::Shown, spec, &mut c.memory);
            }
        });
    });
}
