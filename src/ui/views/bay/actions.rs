//! What can be done to a bay from its header, and what stands in the way.

use crate::live::command::{Change, Command, JobId, Topic};
use crate::live::state::State;
use crate::model::bay::{Bay, Coe};
use crate::ui::cx::{Cx, UiAction};
use fluent_bundle::FluentValue;
use poll_promise::Promise;
use std::path::PathBuf;

/// What stands in the way of an action; `Ok` = it can be done.
pub type Way = Result<(), String>;

/// Whether the bay's size can be changed now.
pub fn may_resize(cx: &Cx<'_>, bay: &Bay) -> Way {
    writer(cx)?;
    managed(cx, bay)?;
    if bay.status.can_resize() { Ok(()) } else { Err(not_in_status(cx, bay)) }
}

/// Whether the bay can be deleted now. Magnum takes a delete in every status but while it is deleting already
/// (`magnum/conductor/handlers/cluster_conductor.py`).
pub fn may_delete(cx: &Cx<'_>, bay: &Bay) -> Way {
    writer(cx)?;
    managed(cx, bay)?;
    if bay.status.sign() == crate::model::status::Sign::Deleting { Err(not_in_status(cx, bay)) } else { Ok(()) }
}

/// Whether a kubeconfig can be written.
pub fn may_save_kubeconfig(cx: &Cx<'_>, bay: &Bay) -> Way {
    // Signing is a change: a reader may not.
    writer(cx)?;
    managed(cx, bay)?;
    match &bay.coe {
        Some(Coe::Kubernetes) => {}
        Some(_) => return Err(cx.t("bay-why-not-kubernetes").into_owned()),
        None => return Err(cx.t("bay-why-not-list").into_owned()),
    }
    if !bay.status.can_enter() {
        return Err(not_in_status(cx, bay));
    }
    if bay.api_address.is_none() {
        return Err(cx.t("bay-why-not-no-api").into_owned());
    }
    Ok(())
}

/// Magnum manages it.
fn managed(cx: &Cx<'_>, bay: &Bay) -> Way {
    if super::words::is_kubeconfig(bay) { Err(cx.t("bay-why-not-kubeconfig").into_owned()) } else { Ok(()) }
}

/// Changes are not refused for lack of a role.
pub fn writer(cx: &Cx<'_>) -> Way {
    match cx.state.signed_in() {
        Some(session) if session.identity.is_reader() => Err(cx.t("bay-why-not-reader").into_owned()),
        _ => Ok(()),
    }
}

fn not_in_status(cx: &Cx<'_>, bay: &Bay) -> String {
    cx.f("bay-why-not-status", &[("status", FluentValue::from(super::words::status(cx, &bay.status)))])
}

/// Reads everything about the bay again.
pub fn refresh(cx: &Cx<'_>, bay: &str) {
    cx.send(Command::Refresh(Topic::Bay(bay.to_owned())));
    if cx.state.insides.contains_key(bay) {
        cx.send(Command::Refresh(Topic::Inside(bay.to_owned())));
    }
}

/// The bay as an `openstack` command that shows it.
pub fn command_line(state: &State, bay: &Bay) -> String {
    let quoted = |word: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.to_owned()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    let place = state.signed_in().map(|s| {
        let region = &s.identity.region;
        let cloud = &s.identity.cloud;
        let mut place = String::new();
        if !cloud.is_empty() && !s.demo {
            place.push_str(&format!(" --os-cloud {}", quoted(cloud)));
        }
        if !region.is_empty() {
            place.push_str(&format!(" --os-region-name {}", quoted(region)));
        }
        place
    });
    format!("openstack{} coe cluster show {}", place.unwrap_or_default(), quoted(&bay.id))
}

/// A kubeconfig being saved: first the dialog that asks for the file, then the job that writes it.
#[derive(Default)]
pub struct KubeconfigSave {
    asking: Option<(Bay, Promise<Option<PathBuf>>)>,
    job: Option<JobId>,
}

impl KubeconfigSave {
    /// The dialog is open, or the file is being written.
    pub fn is_busy(&self, cx: &Cx<'_>) -> bool {
        let running = |job| cx.state.job(job).is_some_and(|j| j.finished_at.is_none());
        self.asking.is_some() || self.job.is_some_and(running)
    }

    /// Opens the dialog, unless one is open.
    pub fn ask(&mut self, cx: &Cx<'_>, ctx: &egui::Context, bay: &Bay) {
        if self.asking.is_some() {
            return;
        }
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(cx.t("bay-kubeconfig-title"))
            .set_file_name(file_name(bay.title()))
            .save_file();
        let ctx = ctx.clone();
        let promise = Promise::spawn_thread("kubeconfig-dialog", move || {
            let chosen = tokio::runtime::Builder::new_current_thread().build().ok().and_then(|r| r.block_on(dialog));
            ctx.request_repaint();
            chosen.map(|file| file.path().to_owned())
        });
        self.asking = Some((bay.clone(), promise));
    }

    /// Takes the dialog's answer once it is there.
    pub fn logic(&mut self, cx: &Cx<'_>) {
        if self.asking.as_ref().is_none_or(|(_, promise)| promise.ready().is_none()) {
            return;
        }
        if let Some((bay, promise)) = self.asking.take()
            && let Ok(Some(path)) = promise.try_take()
        {
            self.job = Some(cx.change(Change::SaveKubeconfig { name: bay.title().to_owned(), id: bay.id, path }));
        }
    }
}

/// A file name that every system takes: `k8s-prod.kubeconfig`.
fn file_name(title: &str) -> String {
    let name: String = title.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    format!("{}.kubeconfig", name.trim_start_matches('.'))
}

/// Copies the bay's `openstack` command.
pub fn copy_command(cx: &Cx<'_>, bay: &Bay) {
    cx.act(UiAction::Copy(command_line(cx.state, bay)));
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_names_hold_no_path() {
        assert_eq!(file_name("k8s-prod"), "k8s-prod.kubeconfig");
        assert_eq!(file_name("../etc/passwd"), "-etc-passwd.kubeconfig");
        assert_eq!(file_name("本番 1"), "本番-1.kubeconfig");
    }
}
