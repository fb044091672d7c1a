//! The target: which bay, whether it can be sent to now, and whether Magnum of 2015 stands between.

use super::ManifestsView;
use crate::live::loadable::Loadable;
use crate::model::bay::{Bay, BayId, Coe};
use crate::ui::cx::Cx;
use crate::ui::forms::container::{engine_of, through_magnum};

/// Whether the target can be sent to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aim<'c> {
    /// It can.
    Ready(&'c Bay),
    /// No bay here takes manifests.
    NoBay,
    /// There are several, and none was chosen.
    NotChosen,
    /// The bays are not known yet.
    Reading,
    /// The chosen bay is no longer there, or belongs to another project or cloud.
    Gone,
    /// The chosen bay cannot be entered now.
    NotReady(&'c Bay),
}

impl ManifestsView {
    /// Sends manifests to this bay from now on.
    pub(super) fn set_target(&mut self, bay: BayId) {
        self.bay = Some(bay);
        self.bay_title.clear();
    }

    /// Bays that manifests can go to: Kubernetes bays that can be entered, and clusters of kubeconfig files.
    pub(super) fn targets<'c>(cx: &Cx<'c>) -> Vec<&'c Bay> {
        candidates(cx).into_iter().filter(|b| b.status.can_enter()).collect()
    }

    /// Whether the target can be sent to.
    pub(super) fn aim<'c>(&self, cx: &Cx<'c>) -> Aim<'c> {
        let unknown = cx.state.bays.value.is_none() && is_on_its_way(&cx.state.bays);
        let Some(id) = &self.bay else {
            return match (Self::targets(cx).is_empty(), unknown) {
                (false, _) => Aim::NotChosen,
                (true, true) => Aim::Reading,
                (true, false) => Aim::NoBay,
            };
        };
        match candidates(cx).into_iter().find(|b| &b.id == id) {
            Some(bay) if bay.status.can_enter() => Aim::Ready(bay),
            Some(bay) => Aim::NotReady(bay),
            None if unknown => Aim::Reading,
            None => Aim::Gone,
        }
    }

    /// Once a frame: takes the only bay there is as the target, and remembers what the target is called. A choice that
    /// was made stays, whatever becomes of the bay.
    pub(super) fn follow_target(&mut self, cx: &Cx<'_>) {
        if self.bay.is_none()
            && let [only] = Self::targets(cx)[..]
        {
            self.set_target(only.id.clone());
        }
        if self.namespace.is_empty() {
            "default".clone_into(&mut self.namespace);
        }
        let aim = self.aim(cx);
        if let Aim::Ready(bay) | Aim::NotReady(bay) = aim
            && self.bay_title != bay.title()
        {
            bay.title().clone_into(&mut self.bay_title);
        }
        self.look_inside = matches!(aim, Aim::Ready(_)) && !self.through_magnum(cx);
    }

    /// Manifests go through Magnum itself (2015): three kinds, one namespace, no dry run.
    pub(super) fn through_magnum(&self, cx: &Cx<'_>) -> bool {
        let own = self.bay.as_ref().is_none_or(|id| !cx.state.kubeconfigs.iter().any(|b| &b.id == id));
        own && through_magnum(cx.state)
    }

    /// What is wrong with the target, in a few words, if something is.
    pub(super) fn target_problem(&self, cx: &Cx<'_>) -> Option<String> {
        let bay = || [("bay", self.bay_title.as_str().into())];
        match self.aim(cx) {
            Aim::Ready(_) => None,
            Aim::NoBay => Some(cx.t("manifests-stands-no-bay").into_owned()),
            Aim::NotChosen => Some(cx.t("manifests-stands-not-chosen").into_owned()),
            Aim::Reading => Some(cx.t("manifests-stands-bays").into_owned()),
            Aim::Gone if self.bay_title.is_empty() => Some(cx.t("manifests-stands-gone-unnamed").into_owned()),
            Aim::Gone => Some(cx.f("manifests-stands-gone", &bay())),
            Aim::NotReady(target) => {
                let status = target.status.word().into();
                Some(cx.f("manifests-stands-not-ready", &[("bay", target.title().into()), ("status", status)]))
            }
        }
    }

    /// Why nothing can be sent now, if so.
    pub(super) fn stands_in_the_way(&mut self, cx: &Cx<'_>) -> Option<String> {
        if self.run.as_ref().is_some_and(|run| run.is_going_on(cx)) {
            return Some(cx.t("manifests-stands-running").into_owned());
        }
        if let Some(problem) = self.target_problem(cx) {
            return Some(problem);
        }
        let objects: usize = self.buffers.iter_mut().map(|b| b.object_count()).sum();
        let is_read = self.buffers.iter().all(|b| b.is_read());
        let id = if !is_read {
            "manifests-stands-reading"
        } else if objects == 0 {
            "manifests-stands-no-object"
        } else if self.buffers.iter_mut().any(|b| b.error_count() > 0) {
            "manifests-stands-problems"
        } else {
            return None;
        };
        Some(cx.t(id).into_owned())
    }
}

fn is_on_its_way<T>(loadable: &Loadable<T>) -> bool {
    loadable.problem.is_none()
}

/// Kubernetes bays in any state, and clusters of kubeconfig files.
fn candidates<'c>(cx: &Cx<'c>) -> Vec<&'c Bay> {
    let state = cx.state;
    let kubernetes = |b: &&Bay| engine_of(state, b).is_none_or(|coe| coe == Coe::Kubernetes);
    let own = state.bays.value.as_deref().map(Vec::as_slice).unwrap_or_default().iter().filter(kubernetes);
    own.chain(&state.kubeconfigs).collect()
}
