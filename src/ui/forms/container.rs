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
use crate::model::cloud::Identity;
use crate::model::container::NewContainer;
use crate::model::preview::quote;
use crate::model::status::Sign;
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
    /// Environment of either, in order. Values are often secrets: only names are kept between runs.
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
        let manifest = (kind == Some(Target::Kubernetes)).then(|| self.manifest());
        let title = self.pod.name.clone();
        let bay = self.target.clone();
        let refused = self.refused(cx);
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
                    for (words, why) in &refused {
                        Frame::NONE.inner_margin(Margin::symmetric(20, 8)).show(ui, |ui| {
                            super::kit::signed_line(cx, ui, Sign::Failed, &format!("{words}: {why}"));
                        });
                    }
                    let mut watch = watch_cell.borrow_mut();
                    let mut kit = Kit { cx, findings: &findings, watch: &mut watch };
                    parts::sections(&mut form.borrow_mut(), &mut kit, ui, &targets, kind);
                });
            },
            |ui| {
                let primary = match (kind, form.borrow().pod.kind) {
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
            self.job = Some(cx.change(self.change(bay, kind)));
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
                    Target::Kubernetes => check_pod(&self.whole_pod()),
                    Target::Swarm => check_container(&self.swarm, &self.env),
                };
                findings.0.extend(more.0);
            }
        }
        findings
    }

    fn manifest(&self) -> String {
        pod_manifest(&self.whole_pod())
    }

    fn whole_pod(&self) -> PodChoice {
        PodChoice { env: self.env.clone(), ..self.pod.clone() }
    }

    /// The request that applies it.
    fn request(&self) -> String {
        let (group, plural) = match self.pod.kind {
            PodKind::Deployment => ("/apis/apps/v1", "deployments"),
            PodKind::Pod => ("/api/v1", "pods"),
        };
        format!("PATCH {group}/namespaces/{}/{plural}/{}", namespace(&self.pod), self.pod.name)
    }

    fn container(&self) -> NewContainer {
        NewContainer { environment: self.env.iter().cloned().collect(), ..self.swarm.clone() }
    }

    fn change(&self, bay: &Bay, kind: Target) -> Change {
        match kind {
            Target::Kubernetes => Change::Manifests(ManifestRun {
                bay: bay.id.clone(),
                namespace: namespace(&self.pod).to_owned(),
                mode: ManifestMode::Apply,
                force: false,
                documents: Arc::new(vec![ManifestDocument {
                    file: format!("{}.yaml", self.pod.name),
                    line: 1,
                    text: self.manifest(),
                }]),
            }),
            Target::Swarm => Change::CreateContainer { bay: bay.id.clone(), container: Box::new(self.container()) },
        }
    }

    /// A run of one object that was refused is a partial success to the journal, and a failure here.
    fn outcome_is_good(&self, cx: &Cx<'_>) -> bool {
        self.refused(cx).is_empty()
    }

    /// Objects that were refused, with why.
    fn refused(&self, cx: &Cx<'_>) -> Vec<(String, String)> {
        use crate::live::state::Verdict;
        let Some(run) = self.job.and_then(|job| cx.state.runs.get(&job)) else { return Vec::new() };
        let bad =
            run.objects.iter().filter(|o| matches!(o.verdict, Verdict::Refused | Verdict::Conflict | Verdict::Skipped));
        bad.map(|o| (format!("{} {}", o.kind, o.name), o.why.clone())).collect()
    }

    /// Once it was taken the form is empty for the next time; where it is `shown`, on to what was made.
    pub fn follow(&mut self, cx: &Cx<'_>, shown: bool) {
        if !matches!(frame::course(cx, self.job), Course::Accepted(_)) || !self.outcome_is_good(cx) {
            return;
        }
        let kubernetes = cx.state.bay(&self.target).and_then(|b| engine_of(cx.state, b)) == Some(Coe::Kubernetes);
        let target = self.target.clone();
        let tab = if self.pod.kind == PodKind::Pod { BayTab::Pods } else { BayTab::Workloads };
        *self = ContainerForm { open: self.open.clone(), target: target.clone(), ..ContainerForm::default() };
        match (shown, kubernetes) {
            (true, true) => cx.go_bay(&target, tab),
            (true, false) => cx.go(Route::Containers),
            (false, _) => {}
        }
    }

    fn previews(&self, cx: &Cx<'_>, target: Option<(&Bay, Target)>) -> Vec<Preview> {
        let plain = |tab: String, text: String| Preview {
            tab,
            left: String::new(),
            right: String::new(),
            text,
            lang: Lang::Plain,
        };
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
                    Preview {
                        tab: "JSON".to_owned(),
                        left: "POST /v1/containers".to_owned(),
                        right: String::new(),
                        text: pretty(&body),
                        lang: Lang::Json,
                    },
                    plain(cx.f("form-preview-magnum", &[]), frame::folded_command(&command)),
                ]
            }
            _ => vec![
                Preview {
                    tab: "JSON".to_owned(),
                    left: self.request(),
                    right: String::new(),
                    text: pretty(&pod_object(&self.whole_pod())),
                    lang: Lang::Json,
                },
                Preview {
                    tab: "YAML".to_owned(),
                    left: String::new(),
                    right: String::new(),
                    text: self.manifest(),
                    lang: Lang::Yaml,
                },
                plain(
                    cx.f("form-preview-kubectl", &[]),
                    format!(
                        "kubectl apply --server-side --namespace {} -f - <<'EOF'\n{}EOF",
                        quote(namespace(&self.pod)),
                        self.manifest()
                    ),
                ),
            ],
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

fn names_only<S: serde::Serializer>(env: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(env.iter().map(|(name, _)| (name, "")))
}

fn namespace(pod: &PodChoice) -> &str {
    if pod.namespace.is_empty() { "default" } else { &pod.namespace }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_environment_are_not_kept() {
        let env = vec![("DB_PASSWORD".to_owned(), "s3cret".to_owned())];
        let form = ContainerForm { env, ..ContainerForm::default() };
        let text = ron::to_string(&form).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
        let back: ContainerForm = ron::from_str(&text).unwrap();
        assert_eq!(back.env, [("DB_PASSWORD".to_owned(), String::new())]);
    }
}
