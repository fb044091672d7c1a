//! The states of a bay's inside: not there yet, connecting, reading, live, old, refused. Every tab that shows something
//! of the inside draws through [`inside_ui`].

use crate::live::command::{Command, Topic};
use crate::model::bay::{Bay, BayAction, BayStatus, Coe};
use crate::model::cluster::{Link, Picture};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::route::BayTab;
use crate::ui::text;
use crate::ui::widgets::button::{Button, copy_button};
use crate::ui::widgets::{age, glyph, problem, states};
use egui::{Frame, Margin, Ui};
use fluent_bundle::FluentValue;
use std::sync::Arc;

/// Steps of getting in, in their order.
const STEPS: [&str; 3] = ["link-bay", "link-certificate", "link-version"];

/// The bay is one whose inside can be looked at; where it is not, says why instead.
pub fn enterable(bay: &Bay) -> bool {
    bay.status.can_enter() && bay.coe.as_ref().is_none_or(|c| *c == Coe::Kubernetes)
}

/// Draws a tab of the inside, or what stands in its way.
pub fn inside_ui(cx: &Cx<'_>, ui: &mut Ui, id: &str, content: impl FnOnce(&mut Ui, &Arc<Picture>)) {
    let bay = cx.state.bay(id);
    let picture = cx.state.insides.get(id);
    if let Some(picture) = picture.filter(|p| has_data(p)) {
        above_ui(cx, ui, id, picture);
        content(ui, picture);
        return;
    }
    padded(ui, |ui| {
        if let Some(bay) = bay.filter(|b| !enterable(b)) {
            return closed_ui(cx, ui, bay);
        }
        match picture.map(|p| &p.link) {
            Some(Link::Failed(problem) | Link::Stale(problem)) => failed_ui(cx, ui, id, bay, problem),
            Some(Link::Connecting(step)) => connecting_ui(cx, ui, bay.map_or(id, Bay::title), Some(step)),
            Some(Link::Loading | Link::Live) => {
                let reading = cx.t("bay-inside-reading");
                match picture.and_then(|p| progress_words(cx, p)) {
                    Some(words) => {
                        ui.label(text::body(words).color(cx.tokens.text2));
                    }
                    None => states::loading(cx, ui, Some(cx.now - 1.0), &reading),
                }
            }
            Some(Link::Idle) | None => connecting_ui(cx, ui, bay.map_or(id, Bay::title), None),
        }
    });
}

/// Nodes, pods or anything else has been read.
pub fn has_data(picture: &Picture) -> bool {
    matches!(picture.link, Link::Live)
        || !picture.nodes.is_empty()
        || !picture.pods.is_empty()
        || !picture.workloads.is_empty()
}

fn padded(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
        ui.set_max_width(640.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        content(ui);
    });
}

/// What must be known of data that is old or not all there, above it.
fn above_ui(cx: &Cx<'_>, ui: &mut Ui, id: &str, picture: &Picture) {
    let stale = if let Link::Stale(problem) | Link::Failed(problem) = &picture.link { Some(problem) } else { None };
    let progress = progress_words(cx, picture);
    if stale.is_none() && progress.is_none() && picture.gaps.is_empty() {
        return;
    }
    let margin = Margin { left: 16, right: 16, top: 8, bottom: 8 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(problem) = stale {
            let at = picture.last_event_at.map_or(cx.now, |t| t as f64);
            if states::stale_line(cx, ui, at, problem) {
                retry(cx, id);
            }
        }
        if let Some(words) = progress {
            ui.label(text::body(words).color(cx.tokens.text2));
        }
        if let Some((_, problem)) = picture.gaps.first() {
            let kinds: Vec<&str> = picture.gaps.iter().map(|(kind, _)| kind.as_str()).collect();
            let why = cx.f(problem.kind.message_id(), &[]);
            let args = [("kinds", FluentValue::from(kinds.join(", "))), ("why", FluentValue::from(why))];
            states::partial_line(cx, ui, &cx.f("bay-inside-gaps", &args));
        }
    });
}

/// `11 of 16 pods read, the rest is coming`, while first lists come in.
fn progress_words(cx: &Cx<'_>, picture: &Picture) -> Option<String> {
    if picture.link != Link::Loading || picture.progress.pods_read == 0 {
        return None;
    }
    let group = |n: u64| FluentValue::from(crate::ui::widgets::chip::group(n as usize));
    let read = group(picture.progress.pods_read);
    Some(match picture.progress.pods_total {
        Some(total) if total > picture.progress.pods_read => {
            cx.f("bay-inside-pods-read", &[("read", read), ("total", group(total))])
        }
        Some(_) => return None,
        None => cx.f("bay-inside-pods-read-open", &[("read", read)]),
    })
}

/// The steps of getting in, the one under way marked.
fn connecting_ui(cx: &Cx<'_>, ui: &mut Ui, name: &str, step: Option<&str>) {
    ui.label(text::body(cx.f("bay-inside-connecting", &[("name", FluentValue::from(name))])).color(cx.tokens.text));
    let now = step.and_then(|s| STEPS.iter().position(|known| *known == s)).unwrap_or(0);
    for (at, id) in STEPS.iter().enumerate() {
        let sign = match at.cmp(&now) {
            std::cmp::Ordering::Less => Sign::Ok,
            std::cmp::Ordering::Equal if step.is_some() => Sign::Progress,
            _ => Sign::Pending,
        };
        let ink = if sign == Sign::Pending { cx.tokens.text3 } else { cx.tokens.text2 };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            glyph::show(ui, cx, sign, 12.0);
            ui.label(text::body(cx.t(id)).color(ink));
        });
    }
}

/// The bay has no inside to look at, and why.
fn closed_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let words = match (&bay.coe, &bay.status) {
        (Some(coe), _) if *coe != Coe::Kubernetes => {
            cx.f("bay-no-inside-other", &[("engine", FluentValue::from(coe.title()))])
        }
        (_, BayStatus::Known(BayAction::Delete, _)) => cx.f("bay-no-inside-deleting", &[]),
        (_, status) if status.failed() => cx.f("bay-no-inside-failed", &[]),
        _ => cx.f("bay-no-inside-yet", &[]),
    };
    if states::empty(cx, ui, &words, Some(&cx.t("bay-see-overview"))) {
        cx.go_bay(&bay.id, BayTab::Overview);
    }
}

fn failed_ui(cx: &Cx<'_>, ui: &mut Ui, id: &str, bay: Option<&Bay>, problem: &Problem) {
    if problem.kind == ProblemKind::Forbidden && problem.service == "magnum" {
        refused_certificate_ui(cx, ui, bay, problem);
    } else {
        problem::problem_ui(cx, ui, problem);
    }
    ui.add_space(6.0);
    if Button::new(cx.t("action-retry")).icon(crate::ui::icons::Icon::Refresh).show(cx, ui).clicked() {
        retry(cx, id);
    }
}

/// Magnum lets only the creator and administrators have certificates signed (`magnum/common/policies/certificate.py`,
/// rule `rule_admin_or_owner` on the cluster's user).
fn refused_certificate_ui(cx: &Cx<'_>, ui: &mut Ui, bay: Option<&Bay>, problem: &Problem) {
    let t = cx.tokens;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, Sign::Failed, 12.0);
        ui.label(text::strong(cx.t("bay-certificate-refused")).color(t.ink(Sign::Failed)));
    });
    ui.label(text::body(cx.t("bay-certificate-refused-why")).color(t.text));
    if let Some(user) = bay.and_then(|b| b.user_id.as_deref()) {
        ui.horizontal(|ui| {
            let words = cx.f("bay-certificate-refused-creator", &[("user", FluentValue::from(user))]);
            ui.label(text::body(words).color(t.text));
            copy_button(cx, ui, user, &cx.t("action-copy"));
        });
    }
    ui.label(text::body(cx.t("bay-certificate-refused-advice")).color(t.text2));
    if let Some(request) = &problem.request_id {
        problem::request_id(cx, ui, request);
    }
    problem::own_words(cx, ui, problem);
}

fn retry(cx: &Cx<'_>, id: &str) {
    cx.send(Command::Refresh(Topic::Inside(id.to_owned())));
}

/// What the footer says about the inside: words, or words in warning ink.
pub fn footer_words(cx: &Cx<'_>, picture: Option<&Picture>) -> (Option<String>, Option<String>) {
    let Some(picture) = picture else { return (None, None) };
    let last = picture.last_event_at.map(|at| (cx.now - at as f64).max(0.0));
    let spoken = |secs: f64| {
        if secs < 10.0 {
            cx.f("bay-age-tenths", &[("n", FluentValue::from(format!("{secs:.1}")))])
        } else {
            age::span(cx, secs)
        }
    };
    match &picture.link {
        Link::Live => (
            Some(match last {
                Some(secs) => cx.f("bay-footer-live", &[("age", FluentValue::from(spoken(secs)))]),
                None => cx.t("bay-footer-idle").into_owned(),
            }),
            None,
        ),
        Link::Stale(problem) | Link::Failed(problem) if has_data(picture) => {
            let args = [
                ("age", FluentValue::from(age::span(cx, last.unwrap_or_default()))),
                ("why", FluentValue::from(cx.f(problem.kind.message_id(), &[]))),
            ];
            (None, Some(cx.f("bay-footer-stale", &args)))
        }
        Link::Failed(_) | Link::Stale(_) => (None, Some(cx.t("bay-footer-failed").into_owned())),
        Link::Idle | Link::Connecting(_) | Link::Loading => (Some(cx.t("bay-footer-connecting").into_owned()), None),
    }
}
