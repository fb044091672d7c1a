//! The selected container: what it is, what can be done to it, the end of its log.

use super::{act, action_id, bay_title, status_words, title};
use crate::live::command::Command;
use crate::model::container::{Container, ContainerAction};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::route::BayTab;
use crate::ui::text;
use crate::ui::views::bay::actions;
use crate::ui::widgets::button::{Button, copy_button, link};
use crate::ui::widgets::{age, glyph, line, panel, states};
use egui::{Label, ScrollArea, Ui};
use fluent_bundle::FluentValue;
use strum::IntoEnumIterator as _;

/// Draws the panel's content. A wish to delete goes into `deleting` as (uuid, name).
pub fn panel_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    container: &Container,
    log_of: &mut Option<String>,
    deleting: &mut Option<(String, String)>,
) {
    let t = cx.tokens;
    ui.spacing_mut().item_spacing.y = 4.0;
    panel::heading(cx, ui, title(container));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let sign = container.sign();
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.label(text::body(status_words(cx, container)).color(ink));
    });
    ui.add_space(6.0);
    actions_ui(cx, ui, container, deleting);
    panel::rule(cx, ui);
    panel::key_value(cx, ui, &cx.t("containers-col-image"), &container.image);
    if !container.command.is_empty() {
        panel::key_value_mono(cx, ui, &cx.t("containers-col-command"), &container.command);
    }
    panel::key_value_ui(cx, ui, &cx.t("containers-col-bay"), |ui| {
        if link(cx, ui, &bay_title(cx, container)).clicked() {
            cx.go_bay(&container.bay_id, BayTab::Overview);
        }
    });
    if let Some(memory) = &container.memory {
        panel::key_value_mono(cx, ui, &cx.t("containers-col-memory"), memory);
    }
    if let Some(at) = container.created_at {
        panel::key_value(
            cx,
            ui,
            &cx.t("containers-col-age"),
            &format!("{}  {}", age::age(cx, at), age::date_time(cx, at)),
        );
    }
    panel::key_value_ui(cx, ui, &cx.t("overview-uuid"), |ui| {
        ui.horizontal(|ui| {
            let galley = line(ui, &container.id, text::mono_font(), t.text, ui.available_width() - 28.0);
            ui.label(galley);
            copy_button(cx, ui, &container.id, &cx.t("bay-copy-id"));
        });
    });
    if !container.environment.is_empty() {
        ui.add_space(6.0);
        panel::caption(cx, ui, &cx.t("containers-environment"));
        for (name, value) in &container.environment {
            ui.add(Label::new(text::mono_small(format!("{name}={value}")).color(t.text)).wrap());
        }
    }
    panel::rule(cx, ui);
    log_ui(cx, ui, container, log_of);
}

fn actions_ui(cx: &Cx<'_>, ui: &mut Ui, container: &Container, deleting: &mut Option<(String, String)>) {
    let writer = actions::writer(cx);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(8.0, 8.0);
        for action in ContainerAction::iter() {
            let fits = action.applies_to(&container.status);
            let reason = match &writer {
                Err(reason) => reason.clone(),
                Ok(()) => cx.f("bay-why-not-status", &[("status", FluentValue::from(status_words(cx, container)))]),
            };
            let icon = match action {
                ContainerAction::Start | ContainerAction::Unpause => Icon::Play,
                ContainerAction::Stop => Icon::Stop,
                ContainerAction::Reboot => Icon::Refresh,
                ContainerAction::Pause => Icon::Pause,
            };
            let button = Button::new(cx.t(action_id(action))).icon(icon).enabled(fits && writer.is_ok(), &reason);
            if button.show(cx, ui).clicked() {
                act(cx, container, action);
            }
        }
        let reason = writer.as_ref().err().map_or("", String::as_str);
        if Button::new(cx.t("action-delete")).danger().enabled(writer.is_ok(), reason).show(cx, ui).clicked() {
            *deleting = Some((container.id.clone(), title(container).to_owned()));
        }
    });
}

/// The end of the log, read when it is asked for.
fn log_ui(cx: &Cx<'_>, ui: &mut Ui, container: &Container, log_of: &mut Option<String>) {
    let open = log_of.as_ref() == Some(&container.id);
    ui.horizontal(|ui| {
        panel::caption(cx, ui, &cx.t("containers-log"));
        let words = if open { cx.t("containers-read-again") } else { cx.t("containers-read-log") };
        if link(cx, ui, &words).clicked() {
            *log_of = Some(container.id.clone());
            cx.send(Command::ReadContainerLog(container.id.clone()));
        }
    });
    if !open {
        return;
    }
    let reading = cx.t("containers-reading-log");
    let Some(log) = cx.state.container_logs.get(&container.id) else {
        return states::loading(cx, ui, None, &reading);
    };
    let retry = states::loadable_ui(cx, ui, log, &reading, |ui, log| {
        let lines: Vec<&str> = log.lines().collect();
        if lines.is_empty() {
            ui.label(text::body(cx.t("containers-log-empty")).color(cx.tokens.text2));
            return;
        }
        egui::Frame::new().fill(cx.tokens.canvas).corner_radius(4).inner_margin(8).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let area = ScrollArea::both()
                .id_salt("container-log")
                .max_height(320.0)
                .auto_shrink([false, true])
                .stick_to_bottom(true);
            area.show_rows(ui, 16.0, lines.len(), |ui, rows| {
                for row in rows {
                    let words = lines.get(row).copied().unwrap_or_default();
                    ui.add(Label::new(text::mono_small(words).color(cx.tokens.text)).extend());
                }
            });
        });
    });
    if retry {
        cx.send(Command::ReadContainerLog(container.id.clone()));
    }
}
