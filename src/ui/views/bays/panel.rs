//! The side panel of the selected bay: what it is, what failed, its timeline, its ids.

use super::table;
use crate::model::bay::{Bay, BayStatus};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::route::BayTab;
use crate::ui::text;
use crate::ui::views::bay::{actions, words};
use crate::ui::views::overview::faults::faults_ui;
use crate::ui::views::overview::steps::timeline_ui;
use crate::ui::widgets::button::{Button, copy_button, icon_button_sized};
use crate::ui::widgets::{age, bars, glyph, line, panel};
use egui::{Align, Layout, Ui, UiBuilder, pos2, vec2};
use fluent_bundle::FluentValue;

pub(super) fn panel_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let top_right = ui.max_rect().right_top();
    let open = egui::Rect::from_min_size(pos2(top_right.x - 44.0, top_right.y - 2.0), vec2(24.0, 24.0));
    let mut corner = ui.new_child(UiBuilder::new().id_salt("open").max_rect(open));
    if icon_button_sized(cx, &mut corner, Icon::OpenExternal, &cx.t("bays-open"), 24.0, 14.0).clicked() {
        cx.go_bay(&bay.id, BayTab::Overview);
    }
    panel::heading(cx, ui, bay.title());
    status_line(cx, ui, bay);
    panel::rule(cx, ui);
    if words::is_kubeconfig(bay) {
        about_kubeconfig(cx, ui, bay);
        return;
    }
    if bay.status.failed() {
        faults_ui(cx, ui, bay);
    } else {
        about(cx, ui, bay);
        panel::rule(cx, ui);
    }
    let detail = cx.state.details.get(&bay.id);
    let timeline = words::timeline(bay, detail);
    if !timeline.steps.is_empty() {
        panel::caption(cx, ui, &cx.t("overview-timeline"));
        timeline_ui(cx, ui, bay, &timeline);
        panel::rule(cx, ui);
    }
    id_row(cx, ui, "overview-uuid", &bay.id);
    if let Some(stack) = &bay.stack_id {
        id_row(cx, ui, "overview-stack", stack);
    }
}

fn status_line(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let t = cx.tokens;
    let sign = bay.status.sign();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let plain = words::is_kubeconfig(bay);
        if !plain {
            glyph::show(ui, cx, sign, 12.0);
        }
        let ink = if plain || sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.label(text::body(words::status_of(cx, bay)).color(ink));
        if let Some(at) = bay.updated_at.or(bay.created_at) {
            ui.label(text::body(format!("· {}", age::ago(cx, at as f64))).color(t.text2))
                .on_hover_text(age::exact(cx, at));
        }
    });
    if let Some((fraction, how_far)) = words::progress(cx, bay, cx.state.details.get(&bay.id)) {
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            bars::progress_signed(ui, cx, fraction, vec2(ui.available_width() - 130.0, 6.0), sign);
            ui.label(text::body(how_far).color(t.text2));
        });
    }
}

fn about(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let t = cx.tokens;
    if let Some((sign, words)) = table::health(cx, bay) {
        panel::key_value_ui(cx, ui, &cx.t("bays-column-health"), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                glyph::show(ui, cx, sign, 11.0);
                let ink = if sign == Sign::Ok { t.text } else { t.ink(sign) };
                ui.add(egui::Label::new(text::body(words).color(ink)).truncate());
            });
        });
    }
    let engine = match (&bay.coe, &bay.coe_version) {
        (Some(coe), Some(version)) => format!("{} {version}", coe.title()),
        (Some(coe), None) => coe.title().to_owned(),
        (None, _) => "–".to_owned(),
    };
    panel::key_value(cx, ui, &cx.t("bays-column-engine"), &engine);
    let args = [("masters", FluentValue::from(bay.master_count)), ("workers", FluentValue::from(bay.node_count))];
    panel::key_value(cx, ui, &cx.t("bays-column-nodes"), &cx.f("bay-nodes-count-tip", &args));
    panel::key_value(cx, ui, &cx.t("bays-column-model"), &table::model(cx, bay));
    if let Some(address) = &bay.api_address {
        panel::key_value_ui(cx, ui, &cx.t("overview-api"), |ui| {
            copied(cx, ui, address, &cx.t("bay-copy-address"));
        });
    }
    if let BayStatus::Other(_) = bay.status {
        ui.add_space(4.0);
        let words = text::small(cx.t("bays-unknown-status")).color(t.text2);
        ui.add(egui::Label::new(words).wrap());
    }
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
        let open = Button::new(cx.t("bays-open")).shortcut("Enter");
        if open.show(cx, ui).clicked() {
            cx.go_bay(&bay.id, BayTab::Overview);
        }
        let way = actions::may_resize(cx, bay);
        let reason = way.as_ref().err().map_or("", String::as_str);
        if Button::new(cx.t("bay-resize")).enabled(way.is_ok(), reason).show(cx, ui).clicked() {
            cx.act(UiAction::AskScaleBay(bay.id.clone()));
        }
        let way = actions::may_delete(cx, bay);
        let reason = way.as_ref().err().map_or("", String::as_str);
        if Button::new(cx.t("bay-delete")).danger().enabled(way.is_ok(), reason).show(cx, ui).clicked() {
            cx.act(UiAction::AskDeleteBay(bay.id.clone()));
        }
    });
}

/// What is known of a cluster that no Magnum manages.
fn about_kubeconfig(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let engine = bay.coe.as_ref().map_or("–", |coe| coe.title());
    panel::key_value(cx, ui, &cx.t("bays-column-engine"), engine);
    if let Some(inside) = cx.state.insides.get(&bay.id).filter(|p| !p.nodes.is_empty()) {
        panel::key_value_mono(cx, ui, &cx.t("bays-column-nodes"), &inside.nodes.len().to_string());
    }
    if let Some(address) = &bay.api_address {
        panel::key_value_ui(cx, ui, &cx.t("overview-api"), |ui| copied(cx, ui, address, &cx.t("bay-copy-address")));
    }
    ui.add_space(4.0);
    let words = text::small(cx.t("bay-why-not-kubeconfig")).color(cx.tokens.text2);
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(8.0);
    if Button::new(cx.t("bays-open")).shortcut("Enter").show(cx, ui).clicked() {
        cx.go_bay(&bay.id, BayTab::Placement);
    }
}

fn id_row(cx: &Cx<'_>, ui: &mut Ui, label: &'static str, value: &str) {
    let name = cx.t(label);
    panel::key_value_ui(cx, ui, &name, |ui| {
        let copy = cx.f("overview-copy-value", &[("what", FluentValue::from(name.as_ref()))]);
        copied(cx, ui, value, &copy);
    });
}

/// A value in mono, cut where it must be, with a copy button at the right end.
fn copied(cx: &Cx<'_>, ui: &mut Ui, value: &str, label: &str) {
    let width = ui.available_width();
    ui.allocate_ui_with_layout(vec2(width, 18.0), Layout::right_to_left(Align::Center), |ui| {
        copy_button(cx, ui, value, label);
        let galley = line(ui, value, text::mono_small_font(), cx.tokens.text, ui.available_width() - 6.0);
        let room = vec2(ui.available_width(), 18.0);
        let (rect, response) = ui.allocate_exact_size(room, egui::Sense::hover());
        let elided = galley.elided;
        crate::ui::widgets::paint_left(ui.painter(), rect.left_center(), galley);
        if elided {
            crate::ui::widgets::button::tooltip(cx, response, value);
        }
    });
}
