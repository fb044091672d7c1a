//! The form for a new bay.

use super::bay_parts as parts;
use super::choices;
use super::frame::{self, Course, Preview};
use super::kit::{Kit, Watch};
use super::label_editor::LabelEditor;
use crate::live::command::{Change, JobId};
use crate::live::loadable::Loadable;
use crate::model::bay::{Bay, BayId, NewBay};
use crate::model::bay_model::BayModel;
use crate::model::checks::dialect::{bay_field, can_merge_labels};
use crate::model::checks::{self, Field, Findings, preflight, refusal};
use crate::model::choices::{Quota, QuotaResource};
use crate::model::cloud::{Dialect, MagnumInfo};
use crate::model::labels::{self, Labels};
use crate::model::preview;
use crate::ui::cx::Cx;
use crate::ui::route::{BayTab, Route};
use crate::ui::shell::footer::Footer;
use crate::ui::widgets::age;
use crate::ui::widgets::code::Lang;
use crate::ui::widgets::states::loading;
use egui::{Key, Modifiers, Ui};
use fluent_bundle::FluentValue;

/// Everything chosen for a new bay, kept as it is typed.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BayForm {
    /// What is chosen; counts and labels stand beside it.
    pub(super) bay: NewBay,
    /// Masters.
    pub(super) masters: u32,
    /// Workers.
    pub(super) workers: u32,
    /// Labels given here.
    pub(super) given: Labels,
    /// Which sections are open.
    pub(super) open: Sections,
    pub(super) editor: LabelEditor,
    preview_tab: usize,
    /// Name of the bay whose choices were taken over.
    started_from: Option<String>,
    /// What the form should start with, until it is loaded.
    wanted_model: Option<String>,
    wanted_from: Option<BayId>,
    #[serde(skip)]
    watch: Watch,
    #[serde(skip)]
    job: Option<JobId>,
    #[serde(skip)]
    last: Findings,
}

/// Which sections are open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sections {
    pub(super) basics: bool,
    pub(super) size: bool,
    pub(super) network: bool,
    pub(super) labels: bool,
    pub(super) storage: bool,
    pub(super) proxy: bool,
    pub(super) advanced: bool,
}

impl Default for Sections {
    fn default() -> Self {
        Sections {
            basics: true,
            size: true,
            network: true,
            labels: true,
            storage: false,
            proxy: false,
            advanced: false,
        }
    }
}

impl Default for BayForm {
    fn default() -> Self {
        BayForm {
            bay: NewBay { create_timeout_minutes: Some(60), ..NewBay::default() },
            masters: 1,
            workers: 1,
            given: Labels::new(),
            open: Sections::default(),
            editor: LabelEditor::default(),
            preview_tab: 0,
            started_from: None,
            wanted_model: None,
            wanted_from: None,
            watch: Watch::default(),
            job: None,
            last: Findings::default(),
        }
    }
}

impl BayForm {
    /// One comes to the form: with a bay model, or with the choices of a bay. Without either the draft goes on.
    pub fn begin(&mut self, model: Option<String>, from: Option<BayId>) {
        if model.is_none() && from.is_none() {
            return;
        }
        let open = self.open.clone();
        *self = BayForm {
            open,
            wanted_model: model,
            wanted_from: from,
            preview_tab: self.preview_tab,
            ..BayForm::default()
        };
    }

    /// Takes over what the form should start with, as soon as it is known.
    fn take_over(&mut self, cx: &Cx<'_>) {
        if let Some(id) = &self.wanted_from
            && let Some(bay) = cx.state.bay(id)
        {
            let names = names_in_use(cx);
            self.started_from = Some(bay.title().to_owned());
            let model = cx.state.bay_model(&bay.model_id);
            let (new, given) = choices_of(bay, model, &names);
            self.masters = new.master_count.unwrap_or(1);
            self.workers = new.node_count.unwrap_or(1);
            self.given = given;
            self.bay = new;
            self.wanted_from = None;
        }
        if let Some(wanted) = &self.wanted_model
            && let Some(models) = &cx.state.bay_models.value
        {
            if let Some(model) = models.iter().find(|m| m.id == *wanted || m.name == *wanted) {
                self.bay.model_id.clone_from(&model.id);
            }
            self.wanted_model = None;
        }
        if self.bay.model_id.is_empty()
            && let Some([only]) = cx.state.bay_models.value.as_ref().map(|m| m.as_slice())
        {
            self.bay.model_id.clone_from(&only.id);
        }
    }

    /// What would be sent.
    pub(super) fn new_bay(&self, magnum: &MagnumInfo, model: Option<&BayModel>) -> NewBay {
        let none = Labels::new();
        let of_model = model.map_or(&none, |m| &m.spec.labels);
        let usable = |field: Field| bay_field(magnum, &field).usable();
        let labels_usable = usable(Field::Label(String::new()));
        let (labels, merge_labels) = if labels_usable {
            labels::to_send(of_model, &self.given, can_merge_labels(magnum))
        } else {
            (Labels::new(), false)
        };
        let only = |field: Field, value: &Option<String>| value.clone().filter(|v| !v.is_empty() && usable(field));
        let bay = &self.bay;
        NewBay {
            name: bay.name.clone(),
            model_id: bay.model_id.clone(),
            master_count: usable(Field::MasterCount).then_some(self.masters),
            node_count: Some(self.workers),
            keypair: only(Field::Keypair, &bay.keypair),
            flavor: only(Field::Flavor, &bay.flavor),
            master_flavor: only(Field::MasterFlavor, &bay.master_flavor),
            docker_volume_size_gb: bay.docker_volume_size_gb.filter(|_| usable(Field::DockerVolumeSize)),
            labels,
            merge_labels,
            create_timeout_minutes: bay.create_timeout_minutes,
            discovery_url: only(Field::Discovery, &bay.discovery_url),
            fixed_network: only(Field::FixedNetwork, &bay.fixed_network),
            fixed_subnet: only(Field::FixedSubnet, &bay.fixed_subnet),
            floating_ip_enabled: bay.floating_ip_enabled.filter(|_| usable(Field::FloatingIp)),
            master_lb_enabled: bay.master_lb_enabled.filter(|_| usable(Field::MasterLb)),
        }
    }

    /// Draws the form.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        self.take_over(cx);
        let Some(magnum) = choices::magnum(cx) else {
            ui.add_space(16.0);
            ui.horizontal(|ui| {
                ui.add_space(20.0);
                let since = cx.state.signed_in().and_then(|s| s.magnum.loading_since);
                loading(cx, ui, since, &cx.t("form-reading-magnum"));
            });
            return;
        };
        let course = frame::course(cx, self.job);
        self.watch.tick(ui);
        self.keys(ui);
        let model = cx.state.bay_model(&self.bay.model_id);
        let new = self.new_bay(magnum, model);
        let names = names_in_use(cx);
        let known = choices::known(cx.state, magnum, cx.state.bays.value.is_some().then_some(names.as_slice()));
        let mut findings = checks::bay::check(&new, &self.given, &known);
        let demand = preflight::demand(&new, &self.given, model, known.flavors);
        let quotas = quotas_of(&cx.state.choices.quotas);
        let needs = preflight::needs(&demand, quotas);
        preflight::check(&demand, &needs, &mut findings);
        if let Course::Refused(problem) = &course
            && let Some(field) = refusal::field_of(&problem.said)
        {
            self.watch.lead_once(self.job, field);
        }
        self.open_for_link();

        let previews = previews(cx, &new, magnum);
        let mut watch = std::mem::take(&mut self.watch);
        let mut tab = self.preview_tab;
        let passed = parts::passed(cx, &known, model, &new);
        // Both halves note what was left, so each gets the watch in turn.
        let watch_cell = std::cell::RefCell::new(&mut watch);
        let started_from = self.started_from.clone();
        let form = std::cell::RefCell::new(&mut *self);
        let answer = frame::halves(
            cx,
            ui,
            "new-bay",
            |ui| {
                let right = started_from
                    .as_ref()
                    .map(|name| cx.f("form-bay-started-from", &[("bay", FluentValue::from(name.as_str()))]))
                    .unwrap_or_default();
                let back = || cx.go(Route::Bays);
                frame::head(cx, ui, &cx.t("word-bays"), back, &cx.t("form-bay-title"), &right);
                frame::scroll(ui, "bay", |ui| {
                    if let Course::Refused(problem) = &course {
                        frame::refusal(cx, ui, problem);
                    }
                    let mut watch = watch_cell.borrow_mut();
                    let mut kit = Kit { cx, findings: &findings, watch: &mut watch };
                    parts::sections(&mut form.borrow_mut(), &mut kit, ui, magnum, model, &needs);
                });
            },
            |ui| {
                let primary = cx.t("form-bay-create");
                frame::bar(cx, ui, &primary, &findings, &mut watch_cell.borrow_mut(), &course, None)
            },
            |ui| {
                super::quotas::panel(cx, ui, &needs, &findings, &mut watch_cell.borrow_mut(), &passed);
                frame::previews(cx, ui, &previews, &mut tab);
            },
        );
        self.watch = watch;
        self.preview_tab = tab;
        self.last = findings;
        if answer.cancel {
            let open = self.open.clone();
            *self = BayForm { open, ..BayForm::default() };
            cx.go(Route::Bays);
        }
        if answer.create {
            self.job = Some(cx.change(Change::CreateBay(Box::new(new))));
        }
    }

    /// Once the cloud took it the form is empty for the next time; where it is `shown`, on to the bay's page.
    pub fn follow(&mut self, cx: &Cx<'_>, shown: bool) {
        let Course::Accepted(made) = frame::course(cx, self.job) else { return };
        let open = self.open.clone();
        *self = BayForm { open, preview_tab: self.preview_tab, ..BayForm::default() };
        if !shown {
            return;
        }
        match made {
            Some(id) => cx.go_bay(&id, BayTab::Overview),
            None => cx.go(Route::Bays),
        }
    }

    /// A link leads into a folded section: it opens.
    fn open_for_link(&mut self) {
        let open = &mut self.open;
        let leads = |fields: &[Field]| self.watch.leads_to(|f| fields.contains(f));
        open.basics |= leads(&[Field::Name, Field::BayModel, Field::Keypair]);
        open.size |= leads(&[Field::MasterCount, Field::MasterFlavor, Field::NodeCount, Field::Flavor]);
        open.network |= leads(&[
            Field::FixedNetwork,
            Field::FixedSubnet,
            Field::Zone,
            Field::MasterLb,
            Field::FloatingIp,
            Field::Quota(QuotaResource::FloatingIps),
        ]);
        open.labels |= self.watch.leads_to(|f| matches!(f, Field::Label(_)));
        open.storage |= leads(&[Field::DockerVolumeSize]);
        open.advanced |= leads(&[Field::Timeout, Field::Discovery]);
    }

    /// Alt+Down and Alt+Up walk through the sections, opening each.
    fn keys(&mut self, ui: &Ui) {
        if !crate::ui::widgets::uncovered(ui.ctx()) {
            return;
        }
        let (down, up) = ui.input_mut(|i| {
            (i.consume_key(Modifiers::ALT, Key::ArrowDown), i.consume_key(Modifiers::ALT, Key::ArrowUp))
        });
        if !down && !up {
            return;
        }
        let order = [Field::Name, Field::MasterCount, Field::FixedNetwork, Field::DockerVolumeSize, Field::Timeout];
        self.watch.step(&order, down);
    }

    /// The footer of this screen.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut left = vec![cx.f("form-draft-kept", &[])];
        if let Some(at) = cx.state.choices.quotas.loaded_at {
            let ago = age::span(cx, cx.now - at);
            left.push(cx.f("form-checked-quotas", &[("age", FluentValue::from(ago))]));
        }
        Footer { left, keys: form_keys(cx), stale: None }
    }
}

/// Keys that all forms know.
pub(super) fn form_keys(cx: &Cx<'_>) -> Vec<(&'static str, String)> {
    vec![("Ctrl Enter", cx.f("form-key-create", &[])), ("Alt ↓", cx.f("form-key-section", &[]))]
}

fn names_in_use(cx: &Cx<'_>) -> Vec<String> {
    cx.state.bays.value.iter().flat_map(|bays| bays.iter()).map(|b| b.name.clone()).collect()
}

fn quotas_of(quotas: &Loadable<std::sync::Arc<Vec<Quota>>>) -> &[Quota] {
    quotas.value.as_ref().map_or(&[], |q| q.as_slice())
}

/// The choices a bay was made with, as a new bay with a free name.
pub fn choices_of(bay: &Bay, model: Option<&BayModel>, names: &[String]) -> (NewBay, Labels) {
    let spec = model.map(|m| &m.spec);
    let differs = |value: &Option<String>, of_model: Option<&String>| value.clone().filter(|v| Some(v) != of_model);
    let given = bay
        .labels
        .iter()
        .filter(|(name, value)| spec.is_none_or(|s| s.labels.get(*name) != Some(value)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let new = NewBay {
        name: free_name(&bay.name, names),
        model_id: bay.model_id.clone(),
        master_count: Some(bay.master_count.max(1)),
        node_count: Some(bay.node_count),
        keypair: differs(&bay.keypair, spec.and_then(|s| s.keypair.as_ref())),
        flavor: differs(&bay.flavor, spec.and_then(|s| s.flavor.as_ref())),
        master_flavor: differs(&bay.master_flavor, spec.and_then(|s| s.master_flavor.as_ref())),
        docker_volume_size_gb: bay.docker_volume_size_gb,
        create_timeout_minutes: bay.create_timeout_minutes.or(Some(60)),
        fixed_network: differs(&bay.fixed_network, spec.and_then(|s| s.fixed_network.as_ref())),
        fixed_subnet: differs(&bay.fixed_subnet, spec.and_then(|s| s.fixed_subnet.as_ref())),
        floating_ip_enabled: bay.floating_ip_enabled,
        master_lb_enabled: bay.master_lb_enabled,
        ..NewBay::default()
    };
    (new, given)
}

/// `k8s-gpu` becomes `k8s-gpu-2`, or the first number that is free.
fn free_name(name: &str, names: &[String]) -> String {
    if name.is_empty() {
        return String::new();
    }
    let numbered = name.rsplit_once('-').and_then(|(stem, end)| Some((stem, end.parse::<u32>().ok()?)));
    let (stem, first) = numbered.map_or((name, 2), |(stem, n)| (stem, n.saturating_add(1)));
    (first..).map(|n| format!("{stem}-{n}")).find(|candidate| !names.contains(candidate)).unwrap_or_default()
}

fn previews(cx: &Cx<'_>, bay: &NewBay, magnum: &MagnumInfo) -> Vec<Preview> {
    let path = if magnum.dialect == Dialect::Modern { "POST /v1/clusters" } else { "POST /v1/bays" };
    vec![
        Preview {
            tab: "JSON".to_owned(),
            left: path.to_owned(),
            right: version_header(magnum),
            text: pretty(&preview::new_bay_body(bay, magnum)),
            lang: Lang::Json,
        },
        Preview {
            tab: cx.f("form-preview-command", &[]),
            left: String::new(),
            right: String::new(),
            text: frame::folded_command(&preview::new_bay_command(bay, magnum)),
            lang: Lang::Plain,
        },
    ]
}

/// The version header that goes with a request.
pub(super) fn version_header(magnum: &MagnumInfo) -> String {
    magnum.max_version.map(|v| format!("OpenStack-API-Version: container-infra {v}")).unwrap_or_default()
}

/// JSON as people read it.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_bay_gets_a_free_name() {
        let names = ["k8s-gpu".to_owned(), "k8s-gpu-2".to_owned()];
        assert_eq!(free_name("k8s-gpu", &names), "k8s-gpu-3");
        assert_eq!(free_name("k8s-gpu-2", &names), "k8s-gpu-3");
        assert_eq!(free_name("", &names), "");
    }

    #[test]
    fn a_draft_survives_a_restart() {
        let mut form = BayForm::default();
        form.bay.name = "half-typed".into();
        form.workers = 7;
        form.given.insert("kube_tag".into(), "v1.30.4".into());
        let text = ron::to_string(&form).unwrap();
        let back: BayForm = ron::from_str(&text).unwrap();
        assert_eq!((back.bay.name.as_str(), back.workers), ("half-typed", 7));
        assert_eq!(back.given, form.given);
    }
}
