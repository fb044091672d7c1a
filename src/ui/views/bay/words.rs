//! Words of a bay's status, health and progress, used by its header and its overview.

use crate::live::state::BayDetail;
use crate::model::bay::{Bay, BayAction, BayPhase, BayStatus, Health};
use crate::model::cluster::Picture;
use crate::model::faults::Part;
use crate::model::kubeconfig;
use crate::model::status::Sign;
use crate::model::timeline::{StepKind, Timeline};
use crate::ui::cx::Cx;
use fluent_bundle::FluentValue;

/// The status in words; a word nobody knows comes back as it came.
pub fn status(cx: &Cx<'_>, status: &BayStatus) -> String {
    let (action, phase) = match status {
        BayStatus::Known(action, phase) => (action, phase),
        BayStatus::Unreported => return cx.t("bay-status-unreported").into_owned(),
        BayStatus::Other(word) => return word.clone(),
    };
    let action = match action {
        BayAction::Create => "create",
        BayAction::Update => "update",
        BayAction::Delete => "delete",
        BayAction::Rollback => "rollback",
        BayAction::Resume => "resume",
        BayAction::Restore => "restore",
        BayAction::Snapshot => "snapshot",
        BayAction::Check => "check",
        BayAction::Adopt => "adopt",
    };
    let phase = match phase {
        BayPhase::InProgress => "in-progress",
        BayPhase::Complete => "complete",
        BayPhase::Failed => "failed",
    };
    cx.f(&format!("bay-status-{action}-{phase}"), &[])
}

/// The cluster was opened from a kubeconfig: no Magnum manages it.
pub fn is_kubeconfig(bay: &Bay) -> bool {
    kubeconfig::is_kubeconfig(&bay.id)
}

/// A bay's status in words, or where it came from.
pub fn status_of(cx: &Cx<'_>, bay: &Bay) -> String {
    if is_kubeconfig(bay) { cx.t("bay-from-kubeconfig").into_owned() } else { status(cx, &bay.status) }
}

/// Health in words: what the bay itself says where its inside is seen, else what Magnum says. `None` = nothing known.
pub fn health(cx: &Cx<'_>, bay: &Bay, inside: Option<&Picture>) -> Option<(Sign, String)> {
    let nodes = |count: usize| (Sign::Warning, cx.f("bay-health-nodes", &[("count", FluentValue::from(count))]));
    if let Some(inside) = inside.filter(|p| !p.nodes.is_empty()) {
        let down = inside.nodes.iter().filter(|n| n.ready != Some(true)).count();
        if down > 0 {
            return Some(nodes(down));
        }
    }
    if bay.nodes_not_ready() > 0 {
        return Some(nodes(bay.nodes_not_ready()));
    }
    let words = |id: &'static str| cx.t(id).into_owned();
    match &bay.health {
        Health::Healthy => Some((Sign::Ok, words("bay-health-healthy"))),
        Health::Unhealthy => Some((Sign::Warning, words("bay-health-unhealthy"))),
        Health::Unknown => Some((Sign::Unknown, words("bay-health-unknown"))),
        Health::Other(word) => Some((Sign::Unknown, word.clone())),
        Health::NotReported => None,
    }
}

/// How far an action is: a fraction and words (`workers 5 of 8`); `None` where nothing is going on or nothing is known.
pub fn progress(cx: &Cx<'_>, bay: &Bay, detail: Option<&BayDetail>) -> Option<(f32, String)> {
    if !bay.status.in_progress() {
        return None;
    }
    let detail = detail?;
    let numbers = |id: &str, done: u32, all: u32| {
        let args = [("done", FluentValue::from(done)), ("all", FluentValue::from(all))];
        (done as f32 / all.max(1) as f32, cx.f(id, &args))
    };
    let timeline = timeline(bay, Some(detail));
    let current = timeline.current().and_then(|s| Some((s.kind, s.count?)));
    let whole = detail.stack_progress.map(|(done, all)| numbers("bay-progress-resources", done, all));
    match current {
        // The bar tells how far the whole is, the words what it is at.
        Some((StepKind::Part(Part::Workers), (done, all))) => {
            let words = numbers("bay-progress-workers", done, all);
            Some((whole.map_or(words.0, |w| w.0), words.1))
        }
        Some((StepKind::Part(Part::Masters), (done, all))) => {
            let words = numbers("bay-progress-masters", done, all);
            Some((whole.map_or(words.0, |w| w.0), words.1))
        }
        _ => whole,
    }
}

/// The bay's last action in steps.
pub fn timeline(bay: &Bay, detail: Option<&BayDetail>) -> Timeline {
    let events = detail.and_then(|d| d.stack_events.value.as_deref()).map_or(&[][..], Vec::as_slice);
    let servers = detail.and_then(|d| d.servers.value.as_deref()).map_or(&[][..], Vec::as_slice);
    Timeline::of(bay, events, servers)
}
