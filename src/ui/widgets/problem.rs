//! A problem as the user is told it: what failed, why, what to do, request id, the service's own words.

use super::button::{copy_button, link, tooltip};
use super::{glyph, line};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use egui::{Align, Label, Layout, Role, Sense, Ui, WidgetInfo, vec2};
use fluent_bundle::FluentValue;

/// What failed, in one sentence with glyph; then why, what to do, and the request id. The service's own words fold.
pub fn problem_ui(cx: &Cx<'_>, ui: &mut Ui, problem: &Problem) {
    let t = cx.tokens;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 18.0), egui::Sense::hover());
            glyph::paint(ui.painter(), rect.center(), Sign::Failed, 12.0, t.ink(Sign::Failed));
            ui.add(Label::new(text::strong(what_failed(cx, problem)).color(t.ink(Sign::Failed))).wrap());
        });
        ui.add(Label::new(text::body(cx.t(problem.kind.message_id())).color(t.text)).wrap());
        ui.add(Label::new(text::body(advice(cx, problem)).color(t.text2)).wrap());
        if let Some(request) = &problem.request_id {
            request_id(cx, ui, request);
        }
        own_words(cx, ui, problem);
    });
}

/// The request id with its copy button; cut where the room is short, never wider than it.
pub fn request_id(cx: &Cx<'_>, ui: &mut Ui, request: &str) {
    let t = cx.tokens;
    let width = ui.available_width();
    ui.allocate_ui_with_layout(vec2(width, 20.0), Layout::left_to_right(Align::Center), |ui| {
        ui.label(text::small(cx.t("problem-request-id")).color(t.text2));
        let room = ui.available_width() - 28.0;
        let galley = line(ui, request, text::mono_small_font(), t.text, room);
        let elided = galley.elided;
        let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, request));
        ui.painter().galley(rect.min, galley, t.text);
        if elided {
            tooltip(cx, response, request);
        }
        copy_button(cx, ui, request, &cx.t("problem-copy-request-id"));
    });
}

/// Kinds whose reason only the service's own words tell: those stand open.
fn tells_why(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Invalid | ProblemKind::Conflict | ProblemKind::Quota)
}

/// The service's own words behind a link, unfolded where nothing else tells the reason.
pub fn own_words(cx: &Cx<'_>, ui: &mut Ui, problem: &Problem) {
    if problem.said.is_empty() {
        return;
    }
    let id = ui.make_persistent_id(("own-words", &problem.said));
    let mut open = ui.data(|d| d.get_temp::<bool>(id).unwrap_or_else(|| tells_why(problem.kind)));
    let words = if open { cx.t("problem-hide-words") } else { cx.t("problem-show-words") };
    if link(cx, ui, &words).clicked() {
        open = !open;
        ui.data_mut(|d| d.insert_temp(id, open));
    }
    if open {
        let mut said = problem.said.clone();
        if let Some(status) = problem.status {
            said = format!("HTTP {status}\n{said}");
        }
        egui::Frame::new().fill(cx.tokens.canvas).corner_radius(4).inner_margin(8).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(text::mono_small(said).color(cx.tokens.text2)).wrap());
        });
    }
}

/// `Magnum: GET /v1/clusters` in a sentence.
pub fn what_failed(cx: &Cx<'_>, problem: &Problem) -> String {
    let service = FluentValue::from(service_title(&problem.service).to_owned());
    if problem.action.is_empty() {
        cx.f("problem-what-service", &[("service", service)])
    } else {
        cx.f("problem-what", &[("service", service), ("action", FluentValue::from(action_words(cx, &problem.action)))])
    }
}

/// What was attempted: what the worker names in words is translated, requests stay as they are.
fn action_words(cx: &Cx<'_>, action: &str) -> String {
    match action_id(action) {
        "" => action.to_owned(),
        id => cx.f(id, &[]),
    }
}

fn action_id(action: &str) -> &'static str {
    match action {
        "get a certificate" => "problem-doing-certificate",
        "connect" => "problem-doing-connect",
        "read the version" => "problem-doing-version",
        "open the kubeconfig" => "problem-doing-kubeconfig",
        "read" => "problem-doing-read",
        "read the log" => "problem-doing-log",
        "write" => "problem-doing-write",
        "scale" => "problem-doing-scale",
        "delete" => "problem-doing-delete",
        _ => "",
    }
}

/// What to do about it.
pub fn advice(cx: &Cx<'_>, problem: &Problem) -> String {
    cx.f(&format!("{}-advice", problem.kind.message_id()), &[])
}

/// Product names are written as their makers write them.
pub fn service_title(service: &str) -> &str {
    match service {
        "keystone" => "Keystone",
        "magnum" => "Magnum",
        "nova" => "Nova",
        "neutron" => "Neutron",
        "glance" => "Glance",
        "heat" => "Heat",
        "zun" => "Zun",
        "kubernetes" => "Kubernetes",
        "docker" => "Docker",
        other => other,
    }
}

/// A failure in one line: glyph, plain cause, "retry". True when it was pressed.
pub fn problem_line(cx: &Cx<'_>, ui: &mut Ui, problem: &Problem) -> bool {
    let mut retry = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        glyph::show(ui, cx, Sign::Failed, 12.0);
        let words = format!("{}: {}", service_title(&problem.service), cx.t(problem.kind.message_id()));
        ui.label(text::body(words).color(cx.tokens.ink(Sign::Failed))).on_hover_text(problem.to_string());
        retry = link(cx, ui, &cx.t("action-retry")).clicked();
    });
    retry
}
