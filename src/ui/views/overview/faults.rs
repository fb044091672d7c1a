//! What failed, why, and what to do about it, read out of the services' reasons.

use crate::model::bay::Bay;
use crate::model::faults::{Cause, Exceeded, Fault, Part};
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::views::bay::actions;
use crate::ui::widgets::button::{Button, link};
use crate::ui::widgets::problem::request_id;
use crate::ui::widgets::{bars, glyph, panel, separator};
use egui::{Label, Ui};
use fluent_bundle::FluentValue;

/// All faults of a bay with what can be done; nothing where nothing failed.
pub fn faults_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    if !bay.status.failed() {
        return;
    }
    let faults = Fault::of_bay(bay);
    if faults.is_empty() {
        return;
    }
    // Long lines are hard to read.
    let width = ui.available_width().min(720.0);
    ui.scope(|ui| {
        ui.set_max_width(width);
        for (at, fault) in faults.iter().enumerate() {
            if at > 0 {
                ui.add_space(8.0);
                separator(ui, cx.tokens);
                ui.add_space(8.0);
            }
            ui.push_id(("fault", at), |ui| fault_ui(cx, ui, fault));
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let writer = actions::writer(cx);
            let reason = writer.as_ref().err().map_or("", String::as_str);
            let retry = Button::new(cx.t("fault-edit-retry")).primary().enabled(writer.is_ok(), reason).show(cx, ui);
            if retry.clicked() {
                cx.go(Route::NewBay { model: None, from: Some(bay.id.clone()) });
            }
            let way = actions::may_delete(cx, bay);
            let reason = way.as_ref().err().map_or("", String::as_str);
            if Button::new(cx.t("bay-delete")).danger().enabled(way.is_ok(), reason).show(cx, ui).clicked() {
                cx.act(UiAction::AskDeleteBay(bay.id.clone()));
            }
        });
    });
    ui.add_space(12.0);
    separator(ui, cx.tokens);
    ui.add_space(10.0);
}

fn fault_ui(cx: &Cx<'_>, ui: &mut Ui, fault: &Fault) {
    let t = cx.tokens;
    panel::caption(cx, ui, &cx.t("fault-what-failed"));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, Sign::Failed, 12.0);
        ui.label(text::strong(cx.t(fault.part.message_id())).color(t.ink(Sign::Failed)));
    });
    ui.add_space(6.0);
    panel::caption(cx, ui, &cx.t("fault-why"));
    match &fault.cause {
        Cause::Quota { exceeded } if !exceeded.is_empty() => {
            for one in exceeded {
                exceeded_ui(cx, ui, one);
            }
        }
        cause => {
            ui.add(Label::new(text::body(cx.t(cause.message_id())).color(t.text)).wrap());
        }
    }
    ui.add_space(6.0);
    panel::caption(cx, ui, &cx.t("fault-what-to-do"));
    ui.add(Label::new(text::body(advice(cx, fault)).color(t.text)).wrap());
    if let Some(request) = &fault.request_id {
        ui.add_space(4.0);
        request_id(cx, ui, request);
    }
    said_ui(cx, ui, &fault.said);
}

/// One quota: a sentence, and its bar where the numbers are known.
fn exceeded_ui(cx: &Cx<'_>, ui: &mut Ui, one: &Exceeded) {
    let number = |n: u64| FluentValue::from(crate::ui::widgets::chip::group(n as usize));
    let resource = FluentValue::from(resource(cx, one));
    let words = match (one.limit, one.used, one.requested) {
        (Some(limit), Some(used), Some(requested)) => cx.f(
            "cause-quota-full",
            &[
                ("resource", resource),
                ("limit", number(limit)),
                ("used", number(used)),
                ("requested", number(requested)),
            ],
        ),
        (Some(limit), ..) => cx.f("cause-quota-limit", &[("resource", resource), ("limit", number(limit))]),
        _ => cx.f("cause-quota-named", &[("resource", resource)]),
    };
    ui.add(Label::new(text::body(words).color(cx.tokens.text)).wrap());
    if let (Some(limit), Some(used), Some(requested)) = (one.limit, one.used, one.requested) {
        ui.add_space(2.0);
        bars::quota_bar(ui, cx, used, requested, Some(limit));
        ui.horizontal(|ui| {
            ui.label(text::small(cx.f("fault-used", &[("n", number(used))])).color(cx.tokens.text2));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let short = number(one.short_by().unwrap_or_default());
                let args = [("needed", number(requested)), ("limit", number(limit)), ("short", short)];
                ui.label(text::small(cx.f("fault-needed", &args)).color(cx.tokens.ink(Sign::Failed)));
            });
        });
    }
}

fn resource(cx: &Cx<'_>, one: &Exceeded) -> String {
    one.message_id().map_or_else(|| one.resource.clone(), |id| cx.f(id, &[]))
}

fn advice(cx: &Cx<'_>, fault: &Fault) -> String {
    if let Cause::Quota { exceeded } = &fault.cause {
        let short = exceeded.iter().find_map(|e| Some((e, e.short_by().filter(|n| *n > 0)?)));
        if let Some((one, short)) = short {
            let args = [("resource", FluentValue::from(resource(cx, one))), ("short", FluentValue::from(short))];
            return cx.f("cause-quota-advice-short", &args);
        }
        if fault.part == Part::FloatingIps {
            return cx.t("cause-quota-advice-floating-ips").into_owned();
        }
    }
    cx.t(fault.cause.advice_id()).into_owned()
}

/// The service's own words, folded.
pub fn said_ui(cx: &Cx<'_>, ui: &mut Ui, said: &str) {
    let id = ui.make_persistent_id(("said", said));
    let mut open = ui.data(|d| d.get_temp::<bool>(id).unwrap_or(false));
    let words = if open { cx.t("fault-hide-words") } else { cx.t("fault-show-words") };
    if link(cx, ui, &words).clicked() {
        open = !open;
        ui.data_mut(|d| d.insert_temp(id, open));
    }
    if open {
        egui::Frame::new().fill(cx.tokens.canvas).corner_radius(4).inner_margin(8).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(text::mono_small(said).color(cx.tokens.text2)).wrap());
        });
    }
}
