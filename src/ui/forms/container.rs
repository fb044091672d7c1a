//! The form for a new container: a Pod or Deployment in a Kubernetes bay, or a container in a Swarm bay of 2015.

use super::bay::{form_keys, pretty};
use super::container_parts as parts;
use super::frame::{self, Course, Preview};
use super::kit::{Kit, Watch};
use crate::live::command::{Change, JobId, ManifestDocument, ManifestMode, ManifestRun};
use crate::live::state::State;
use crate::model::bay::{Bay, BayId, Coe};
use crate::model::checks::container::{PodChoice, PodKind, check_container, check_pod, pod_manifest, pod_object};
use crate::model::checks::{Field, Findings, Rule};
use crate::model::cloud::{Dialect, Identity};
use crate::model::container::NewContainer;
use crate::model::preview::quote;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::route::{BayTab, Route};
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::code::Lang;
use egui::{Frame, Key, Margin, Modifiers, Ui};
use std::sync::Arc;

/// Everything chosen for a new container, kept as it is typed.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ContainerForm {
    /// Bay it goes to.
    pub(super) target: BayId,
    /// For Kubernetes.
    pub(super) pod: PodChoice,
    /// For 2015's Swarm.
    pub(super) swarm: NewContainer,
    /// Environment of either, in order. Values may be secrets: only the names are remembered on disk.
    #[serde(serialize_with = "names_only")]
    pub(super) env: Vec<(String, String)>,
    pub(super) open: ContainerSections,
    preview_tab: usize,
    #[serde(skip)]
    watch: Watch,
    #[serde(skip)]
    job: Option<JobId>,
}

/// Which sections are open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ContainerSections {
    pub(super) what: bool,
    pub(super) command: bool,
    pub(super) network: bool,
    pub(super) resources: bool,
    pub(super) labels: bool,
}

impl Default for ContainerSections {
    fn default() -> Self {
        ContainerSections { what: true, command: true, network: true, resources: true, labels: false }
    }
}

impl Default for ContainerForm {
    fn default() -> Self {
        ContainerForm {
            target: String::new(),
            pod: PodChoice { replicas: 1, ..PodChoice::default() },
            swarm: NewContainer::default(),
            env: Vec::new(),
            open: ContainerSections::default(),
            preview_tab: 0,
            watch: Watch::default(),
            job: None,
        }
    }
}

/// What a bay can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Pods and Deployments.
    Kubernetes,
    /// 2015's `/containers`.
    Swarm,
}

/// Bays that take a container here, in the order of the list.
pub(super) fn targets(state: &State) -> Vec<(&Bay, Target)> {
    let containers = state.signed_in().and_then(|s| s.magnum.value.as_ref()).is_some_and(|m| m.has("containers"));
    let bays = state.bays.value.iter().flat_map(|b| b.iter());
    bays.filter_map(|bay| {
        let engine = engine_of(state, bay)?;
        match engine {
            Coe::Kubernetes => Some((bay, Target::Kubernetes)),
            Coe::Swarm if containers => Some((bay, Target::Swarm)),
            _ => None,
        }
    })
    .collect()
}

/// A bay's engine: its own word, else its bay model's.
pub fn engine_of(state: &State, bay: &Bay) -> Option<Coe> {
    bay.coe.clone().or_else(|| state.bay_model(&bay.model_id)?.spec.coe.clone())
}

/// Magnum of 2015 runs pods itself: Kubernetes bays are reached through it, not by their own API.
pub fn through_magnum(state: &State) -> bool {
    let magnum = state.signed_in().and_then(|s| s.magnum.value.as_ref());
    magnum.is_some_and(|m| m.dialect == Dialect::Legacy && m.has("pods"))
}

/// Pairs with their second parts left out.
fn names_only<S: serde::Serializer>(pairs: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(pairs.iter().map(|(name, _)| (name, "")))
}

impl ContainerForm {
    /// Draws the form.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let course = frame::course(cx, self.job);
        self.watch.tick(ui);
        self.keys(ui);
        let targets = targets(cx.state);
        if self.target.is_empty()
            && let Some((first, _)) = targets.iter().find(|(bay, _)| bay.status.can_enter())
        {
            self.target.clone_from(&first.id);
        }
        let target = targets.iter().find(|(bay, _)| bay.id == self.target).copied();
        let kind = target.map(|(_, kind)| kind);
        let findings = self.check(cx, target);
        let previews = self.previews(cx, target);
        let mut watch = std::mem::take(&mut self.watch);
        let mut tab = self.preview_tab;
        let watch_cell = std::cell::RefCell::new(&mut watch);
        let manifest = (kind == Some(Target::Kubernetes)).then(|| self.manifest(cx.state));
        let title = self.pod.name.clone();
        let bay = self.target.clone();
        let form = std::cell::RefCell::new(&mut *self);
        let answer = frame::halves(
            cx,
            ui,
            "new-container",
            |ui| {
                frame::head(
                    cx,
                    ui,
                    &cx.t("containers-title"),
                    || cx.go(Route::Containers),
                    &cx.t("form-container-title"),
                    "",
                );
                frame::scroll(ui, "container", |ui| {
                    if let Course::Refused(problem) = &course {
                        frame::refusal(cx, ui, problem);
                    }
                    let mut watch = watch_cell.borrow_mut();
                    let mut kit = Kit { cx, findings: &findings, watch: &mut watch };
                    parts::sections(&mut form.borrow_mut(), &mut kit, ui, &targets, kind);
                });
            },
            |ui| {
                let primary = match (kind, form.borrow().choice(cx.state).kind) {
                    (Some(Target::Kubernetes), PodKind::Deployment) => cx.t("form-container-create-deployment"),
                    (Some(Target::Kubernetes), PodKind::Pod) => cx.t("form-container-create-pod"),
                    _ => cx.t("form-container-create"),
                };
                frame::bar(cx, ui, &primary, &findings, &mut watch_cell.borrow_mut(), &course, None)
            },
            |ui| {
                if let Some(text) = &manifest {
                    Frame::NONE.inner_margin(Margin { left: 20, right: 20, top: 12, bottom: 12 }).show(ui, |ui| {
                        ui.set_width(ui.available_width());
                        ui.label(text::section(cx.t("form-container-manifest")));
                        ui.add_space(4.0);
                        ui.label(text::small(cx.t("form-container-manifest-rule")).color(cx.tokens.text3));
                        ui.add_space(8.0);
                        if Button::new(cx.t("form-container-edit"))
                            .icon(crate::ui::icons::Icon::Edit)
                            .show(cx, ui)
                            .clicked()
                        {
                            let title = format!("{}.yaml", if title.is_empty() { "container" } else { &title });
                            cx.act(UiAction::EditManifest { title, text: text.clone(), bay: Some(bay.clone()) });
                        }
                    });
                }
                frame::previews(cx, ui, &previews, &mut tab);
            },
        );
        self.watch = watch;
        self.preview_tab = tab;
        if answer.cancel {
            *self = ContainerForm { open: self.open.clone(), ..ContainerForm::default() };
            cx.go(Route::Containers);
        }
        if answer.create
            && let Some((bay, kind)) = target
        {
            self.job = Some(cx.change(self.change(cx.state, bay, kind)));
        }
    }

    fn check(&self, cx: &Cx<'_>, target: Option<(&Bay, Target)>) -> Findings {
        let mut findings = Findings::default();
        if cx.state.signed_in().map(|s| &s.identity).is_some_and(Identity::is_reader) {
            findings.block(Field::Form, Rule::Reader);
        }
        match target {
            None => findings.block(Field::Target, Rule::Required),
            Some((bay, kind)) => {
                if !bay.status.can_enter() {
                    findings.block(Field::Target, Rule::TargetNotReady(bay.status.word()));
                }
                let more = match kind {
                    Target::Kubernetes => check_pod(&self.choice(cx.state)),
                    Target::Swarm => check_container(&self.swarm, &self.env),
                };
                findings.0.extend(more.0);
            }
        }
        findings
    }

    /// What is asked of a Kubernetes bay: through 2015's Magnum a pod in its one namespace, whatever else was chosen for
    /// another bay.
    fn choice(&self, state: &State) -> PodChoice {
        let choice = PodChoice { env: self.env.clone(), ..self.pod.clone() };
        match through_magnum(state) {
            true => PodChoice { kind: PodKind::Pod, namespace: String::new(), ..choice },
            false => choice,
        }
    }

    fn manifest(&self, state: &State) -> String {
        pod_manifest(&self.choice(state))
    }

    fn container(&self) -> NewContainer {
        NewContainer { environment: self.env.iter().cloned().collect(), ..self.swarm.clone() }
    }

    fn change(&self, state: &State, bay: &Bay, kind: Target) -> Change {
        match kind {
            Target::Kubernetes => Change::Manifests(ManifestRun {
                bay: bay.id.clone(),
                namespace: namespace(&self.choice(state)).to_owned(),
                mode: ManifestMode::Apply,
                force: false,
                documents: Arc::new(vec![ManifestDocument {
                    file: format!("{}.yaml", self.pod.name),
                    line: 1,
                    text: self.manifest(state),
                }]),
            }),
            Target::Swarm => Change::CreateContainer { bay: bay.id.clone(), container: Box::new(self.container()) },
        }
    }

    /// Once it was taken the form is empty for the next time; where it is `shown`, on to what was made.
    pub fn follow(&mut self, cx: &Cx<'_>, shown: bool) {
        if !matches!(frame::course(cx, self.job), Course::Accepted(_)) {
            return;
        }
        let kubernetes = cx.state.bay(&self.target).and_then(|b| engine_of(cx.state, b)) == Some(Coe::Kubernetes);
        let target = self.target.clone();
        let tab = if self.choice(cx.state).kind == PodKind::Pod { BayTab::Pods } else { BayTab::Workloads };
        *self = ContainerForm { open: self.open.clone(), target: target.clone(), ..ContainerForm::default() };
        match (shown, kubernetes) {
            (true, true) => cx.go_bay(&target, tab),
            (true, false) => cx.go(Route::Containers),
            (false, _) => {}
        }
    }

    fn previews(&self, cx: &Cx<'_>, target: Option<(&Bay, Target)>) -> Vec<Preview> {
        let titled = |tab: &str, left: &str, text: String, lang: Lang| Preview {
            tab: tab.to_owned(),
            left: left.to_owned(),
            right: String::new(),
            text,
            lang,
        };
        let plain = |tab: String, text: String| titled(&tab, "", text, Lang::Plain);
        match target {
            Some((bay, Target::Swarm)) => {
                let c = self.container();
                let mut body = serde_json::json!({"bay_uuid": bay.id, "name": c.name, "image": c.image});
                for (key, value) in [("command", &c.command), ("memory", &c.memory)] {
                    if !value.is_empty() {
                        body[key] = value.clone().into();
                    }
                }
                if !c.environment.is_empty() {
                    body["environment"] = serde_json::to_value(&c.environment).unwrap_or_default();
                }
                let mut command = format!(
                    "magnum container-create --name {} --image {} --bay {}",
                    quote(&c.name),
                    quote(&c.image),
                    quote(bay.title())
                );
                for (option, value) in [("--command", &c.command), ("--memory", &c.memory)] {
                    if !value.is_empty() {
                        command.push_str(&format!(" {option} {}", quote(value)));
                    }
                }
                vec![
                    titled("JSON", "POST /v1/containers", pretty(&body), Lang::Json),
                    plain(cx.f("form-preview-magnum", &[]), frame::folded_command(&command)),
                ]
            }
            Some((bay, Target::Kubernetes)) if through_magnum(cx.state) => {
                let manifest = self.manifest(cx.state);
                let name = quote(&format!("{}.yaml", self.pod.name));
                let bay_name = quote(bay.title());
                vec![
                    titled("YAML", "", manifest.clone(), Lang::Yaml),
                    titled(
                        "JSON",
                        "POST /v1/pods",
                        pretty(&serde_json::json!({"bay_uuid": bay.id, "manifest": manifest})),
                        Lang::Json,
                    ),
                    plain(
                        cx.f("form-preview-magnum", &[]),
                        format!(
                            "cat > {name} <<'EOF'\n{manifest}EOF\n{}",
                            frame::folded_command(&format!("magnum pod-create --manifest {name} --bay {bay_name}"))
                        ),
                    ),
                ]
            }
            _ => {
                let choice = self.choice(cx.state);
                let manifest = self.manifest(cx.state);
                vec![
                    titled("YAML", "", manifest.clone(), Lang::Yaml),
                    titled("JSON", "", pretty(&pod_object(&choice)), Lang::Json),
                    plain(
                        cx.f("form-preview-kubectl", &[]),
                        format!(
                            "kubectl apply --server-side --namespace {} -f - <<'EOF'\n{manifest}EOF",
                            quote(namespace(&choice)),
                        ),
                    ),
                ]
            }
        }
    }

    fn keys(&mut self, ui: &Ui) {
        if !crate::ui::widgets::uncovered(ui.ctx()) {
            return;
        }
        let (down, up) = ui.input_mut(|i| {
            (i.consume_key(Modifiers::ALT, Key::ArrowDown), i.consume_key(Modifiers::ALT, Key::ArrowUp))
        });
        if down || up {
            self.watch.step(&[Field::Target, Field::Name, Field::Command, Field::CpuRequest], down);
        }
    }

    /// The footer of this screen.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        Footer { left: vec![cx.f("form-draft-kept", &[])], keys: form_keys(cx), stale: None }
    }
}

fn namespace(pod: &PodChoice) -> &str {
    if pod.namespace.is_empty() { "default" } else { &pod.namespace }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_variables_are_not_kept_on_disk() {
        let form = ContainerForm { env: vec![("DB_PASSWORD".into(), "s3cret".into())], ..ContainerForm::default() };
        let kept = serde_json::to_string(&form).expect("a form");
        assert!(!kept.contains("s3cret"), "{kept}");
        let back: ContainerForm = serde_json::from_str(&kept).expect("a form");
        assert_eq!(back.env, [("DB_PASSWORD".to_owned(), String::new())]);
    }
}
