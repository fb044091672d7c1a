//! The form for a new bay model.

use super::bay::{form_keys, pretty, version_header};
use super::bay_model_parts as parts;
use super::choices;
use super::frame::{self, Course, Preview};
use super::kit::{Kit, Watch, signed_line};
use super::label_editor::LabelEditor;
use super::messages::rule_text;
use crate::live::command::{Change, JobId};
use crate::model::bay::Coe;
use crate::model::bay_model::BayModelSpec;
use crate::model::checks::dialect::{Era, bay_model_field, engines};
use crate::model::checks::{self, Field, Findings, Known, refusal};
use crate::model::cloud::{Dialect, MagnumInfo};
use crate::model::preview;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::route::Route;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::code::Lang;
use crate::ui::widgets::states::loading;
use egui::{Frame, Key, Margin, Modifiers, Ui};
use fluent_bundle::FluentValue;

/// Everything chosen for a new bay model, kept as it is typed.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BayModelForm {
    /// What is chosen.
    pub(super) spec: BayModelSpec,
    /// Port as typed.
    pub(super) port: String,
    pub(super) open: ModelSections,
    pub(super) editor: LabelEditor,
    preview_tab: usize,
    copied_from: Option<String>,
    wanted_from: Option<String>,
    #[serde(skip)]
    watch: Watch,
    #[serde(skip)]
    job: Option<JobId>,
}

/// Which sections are open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ModelSections {
    pub(super) basics: bool,
    pub(super) nodes: bool,
    pub(super) network: bool,
    pub(super) labels: bool,
    pub(super) storage: bool,
    pub(super) proxy: bool,
    pub(super) advanced: bool,
}

impl Default for ModelSections {
    fn default() -> Self {
        ModelSections {
            basics: true,
            nodes: true,
            network: true,
            labels: true,
            storage: false,
            proxy: false,
            advanced: false,
        }
    }
}

impl Default for BayModelForm {
    fn default() -> Self {
        BayModelForm {
            spec: BayModelSpec {
                coe: Some(Coe::Kubernetes),
                master_lb_enabled: false,
                floating_ip_enabled: Some(true),
                ..BayModelSpec::default()
            },
            port: String::new(),
            open: ModelSections::default(),
            editor: LabelEditor::default(),
            preview_tab: 0,
            copied_from: None,
            wanted_from: None,
            watch: Watch::default(),
            job: None,
        }
    }
}

impl BayModelForm {
    /// One comes to the form, perhaps to copy a bay model (uuid). Without one the draft goes on.
    pub fn begin(&mut self, from: Option<String>) {
        if from.is_some() {
            let open = self.open.clone();
            *self = BayModelForm { open, wanted_from: from, preview_tab: self.preview_tab, ..BayModelForm::default() };
        }
    }

    fn take_over(&mut self, cx: &Cx<'_>) {
        let Some(wanted) = &self.wanted_from else { return };
        let Some(model) = cx.state.bay_model(wanted) else { return };
        self.copied_from = Some(model.title().to_owned());
        self.spec = model.spec.clone();
        // A copy belongs to whoever makes it; sharing is decided anew.
        self.spec.public = false;
        self.spec.hidden = false;
        self.spec.name = if model.name.is_empty() { String::new() } else { format!("{}-2", model.name) };
        self.port = self.spec.apiserver_port.map(|p| p.to_string()).unwrap_or_default();
        self.wanted_from = None;
    }

    /// What would be sent: fields that this dialect does not have are left out.
    pub(super) fn new_spec(&self, magnum: &MagnumInfo) -> BayModelSpec {
        let usable = |field: Field| bay_model_field(magnum, &field).usable();
        let only = |field: Field, value: &Option<String>| value.clone().filter(|v| !v.is_empty() && usable(field));
        let s = &self.spec;
        BayModelSpec {
            name: s.name.clone(),
            coe: s.coe.clone(),
            image: s.image.clone(),
            keypair: only(Field::Keypair, &s.keypair),
            external_network: only(Field::ExternalNetwork, &s.external_network),
            fixed_network: only(Field::FixedNetwork, &s.fixed_network),
            fixed_subnet: only(Field::FixedSubnet, &s.fixed_subnet),
            flavor: only(Field::Flavor, &s.flavor),
            master_flavor: only(Field::MasterFlavor, &s.master_flavor),
            dns_nameserver: only(Field::Dns, &s.dns_nameserver),
            network_driver: only(Field::NetworkDriver, &s.network_driver),
            volume_driver: only(Field::VolumeDriver, &s.volume_driver),
            docker_volume_size_gb: s.docker_volume_size_gb,
            docker_storage_driver: only(Field::StorageDriver, &s.docker_storage_driver),
            labels: if usable(Field::Label(String::new())) { s.labels.clone() } else { Default::default() },
            http_proxy: only(Field::HttpProxy, &s.http_proxy),
            https_proxy: only(Field::HttpsProxy, &s.https_proxy),
            no_proxy: only(Field::NoProxy, &s.no_proxy),
            insecure_registry: only(Field::InsecureRegistry, &s.insecure_registry),
            registry_enabled: s.registry_enabled && usable(Field::RegistryEnabled),
            tls_disabled: s.tls_disabled && usable(Field::TlsDisabled),
            public: s.public && usable(Field::Public),
            hidden: s.hidden && usable(Field::Hidden),
            master_lb_enabled: s.master_lb_enabled && usable(Field::MasterLb),
            floating_ip_enabled: s.floating_ip_enabled.filter(|_| usable(Field::FloatingIp)),
            server_type: only(Field::ServerType, &s.server_type),
            apiserver_port: self.port.trim().parse().ok(),
            tags: only(Field::Tags, &s.tags),
            driver: only(Field::Driver, &s.driver),
        }
    }

    fn check(&self, spec: &BayModelSpec, known: &Known<'_>) -> Findings {
        let mut findings = checks::bay_model::check(spec, known);
        if !self.port.trim().is_empty() && spec.apiserver_port.is_none() {
            findings.block_if(Field::ApiserverPort, checks::values::whole_number(&self.port, 1024, 65_535));
        }
        findings
    }

    /// Once the cloud took it the form is empty for the next time; where it is `shown`, on to the list.
    pub fn follow(&mut self, cx: &Cx<'_>, shown: bool) {
        if !matches!(frame::course(cx, self.job), Course::Accepted(_)) {
            return;
        }
        let open = self.open.clone();
        *self = BayModelForm { open, preview_tab: self.preview_tab, ..BayModelForm::default() };
        if shown {
            cx.go(Route::BayModels);
        }
    }

    /// Draws the form.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        self.take_over(cx);
        let Some(magnum) = choices::magnum(cx) else {
            ui.add_space(16.0);
            let since = cx.state.signed_in().and_then(|s| s.magnum.loading_since);
            loading(cx, ui, since, &cx.t("form-reading-magnum"));
            return;
        };
        let course = frame::course(cx, self.job);
        // A region that has given up the engine in the draft: the first it has takes its place.
        if self.spec.coe.as_ref().is_some_and(|c| !engines(magnum).contains(&c.word())) && self.copied_from.is_none() {
            self.spec.coe = engines(magnum).first().map(|e| Coe::parse(e));
        }
        self.watch.tick(ui);
        self.keys(ui);
        let new = self.new_spec(magnum);
        let names: Vec<String> =
            cx.state.bay_models.value.iter().flat_map(|m| m.iter()).map(|m| m.name.clone()).collect();
        let known = choices::known(cx.state, magnum, cx.state.bay_models.value.is_some().then_some(names.as_slice()));
        let findings = self.check(&new, &known);
        if let Course::Refused(problem) = &course
            && let Some(field) = refusal::field_of(&problem.said)
        {
            self.watch.lead_once(self.job, field);
        }
        self.open_for_link();
        let previews = previews(cx, &new, magnum);
        let mut watch = std::mem::take(&mut self.watch);
        let mut tab = self.preview_tab;
        let watch_cell = std::cell::RefCell::new(&mut watch);
        let copied = self.copied_from.clone();
        let form = std::cell::RefCell::new(&mut *self);
        let answer = frame::halves(
            cx,
            ui,
            "new-bay-model",
            |ui| {
                let right = copied
                    .as_ref()
                    .map(|name| cx.f("form-model-copy-of", &[("model", FluentValue::from(name.as_str()))]))
                    .unwrap_or_default();
                let back = || cx.go(Route::BayModels);
                frame::head(cx, ui, &cx.t("word-bay-models"), back, &cx.t("form-model-title"), &right);
                frame::scroll(ui, "bay-model", |ui| {
                    if let Course::Refused(problem) = &course {
                        frame::refusal(cx, ui, problem);
                    }
                    let mut watch = watch_cell.borrow_mut();
                    let mut kit = Kit { cx, findings: &findings, watch: &mut watch };
                    parts::sections(&mut form.borrow_mut(), &mut kit, ui, magnum);
                });
            },
            |ui| {
                let primary = cx.t("form-model-create");
                frame::bar(cx, ui, &primary, &findings, &mut watch_cell.borrow_mut(), &course, None)
            },
            |ui| {
                facts(cx, ui, &new, &known, &findings);
                frame::previews(cx, ui, &previews, &mut tab);
            },
        );
        self.watch = watch;
        self.preview_tab = tab;
        if answer.cancel {
            let open = self.open.clone();
            *self = BayModelForm { open, ..BayModelForm::default() };
            cx.go(Route::BayModels);
        }
        if answer.create {
            self.job = Some(cx.change(Change::CreateBayModel(Box::new(new))));
        }
    }

    fn open_for_link(&mut self) {
        let open = &mut self.open;
        let leads = |fields: &[Field]| self.watch.leads_to(|f| fields.contains(f));
        open.basics |= leads(&[Field::Name, Field::Coe, Field::Image, Field::Keypair, Field::Public, Field::Hidden]);
        open.nodes |= leads(&[Field::MasterFlavor, Field::Flavor, Field::ServerType]);
        open.network |= leads(&[
            Field::ExternalNetwork,
            Field::FixedNetwork,
            Field::FixedSubnet,
            Field::Dns,
            Field::NetworkDriver,
            Field::MasterLb,
            Field::FloatingIp,
        ]);
        open.labels |= self.watch.leads_to(|f| matches!(f, Field::Label(_)));
        open.storage |= leads(&[
            Field::DockerVolumeSize,
            Field::StorageDriver,
            Field::VolumeDriver,
            Field::InsecureRegistry,
            Field::RegistryEnabled,
        ]);
        open.proxy |= leads(&[Field::HttpProxy, Field::HttpsProxy, Field::NoProxy]);
        open.advanced |= leads(&[Field::ApiserverPort, Field::Tags, Field::Driver, Field::TlsDisabled]);
    }

    fn keys(&mut self, ui: &Ui) {
        if !crate::ui::widgets::uncovered(ui.ctx()) {
            return;
        }
        let (down, up) = ui.input_mut(|i| {
            (i.consume_key(Modifiers::ALT, Key::ArrowDown), i.consume_key(Modifiers::ALT, Key::ArrowUp))
        });
        if down || up {
            let order = [
                Field::Name,
                Field::MasterFlavor,
                Field::ExternalNetwork,
                Field::DockerVolumeSize,
                Field::HttpProxy,
                Field::ApiserverPort,
            ];
            self.watch.step(&order, down);
        }
    }

    /// The footer of this screen.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        Footer { left: vec![cx.f("form-draft-kept", &[])], keys: form_keys(cx), stale: None }
    }
}

/// What was looked up for the choices, at the top right.
fn facts(cx: &Cx<'_>, ui: &mut Ui, spec: &BayModelSpec, known: &Known<'_>, findings: &Findings) {
    Frame::NONE.inner_margin(Margin { left: 20, right: 20, top: 14, bottom: 14 }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.label(text::section(cx.t("form-model-facts")));
        let mut told = false;
        for field in [Field::Image, Field::Flavor, Field::MasterFlavor, Field::ExternalNetwork, Field::Keypair] {
            if let Some(finding) = findings.at(&field)
                && finding.rule != checks::Rule::Required
            {
                let sign = if finding.blocking { Sign::Failed } else { Sign::Warning };
                let words = format!("{}: {}", super::messages::field_title(cx, &field), rule_text(cx, &finding.rule));
                signed_line(cx, ui, sign, &words);
                told = true;
            }
        }
        if let Some(image) = known.image(&spec.image)
            && let Some(distro) = &image.os_distro
        {
            signed_line(
                cx,
                ui,
                Sign::Ok,
                &cx.f("form-passed-image", &[("distro", FluentValue::from(distro.as_str()))]),
            );
            let need = [
                ("disk", FluentValue::from(image.min_disk_gb as f64)),
                ("ram", FluentValue::from(image.min_ram_mib as f64)),
            ];
            if image.min_disk_gb > 0 || image.min_ram_mib > 0 {
                ui.label(text::small(cx.f("form-image-needs", &need)).color(cx.tokens.text3));
            }
            told = true;
        }
        if let Some(keypair) = &spec.keypair
            && known.keypairs.is_some_and(|list| list.iter().any(|k| k.name == *keypair))
        {
            signed_line(cx, ui, Sign::Ok, &cx.f("form-passed-keypair", &[]));
            told = true;
        }
        if !told {
            ui.label(text::body(cx.t("form-model-facts-none")).color(cx.tokens.text3));
        }
        if Era::of(known.magnum) <= Era::Liberty {
            ui.label(text::small(cx.t("form-model-2015")).color(cx.tokens.text3));
        }
    });
}

fn previews(cx: &Cx<'_>, spec: &BayModelSpec, magnum: &MagnumInfo) -> Vec<Preview> {
    let path = if magnum.dialect == Dialect::Modern { "POST /v1/clustertemplates" } else { "POST /v1/baymodels" };
    vec![
        Preview {
            tab: "JSON".to_owned(),
            left: path.to_owned(),
            right: version_header(magnum),
            text: pretty(&preview::new_bay_model_body(spec, magnum)),
            lang: Lang::Json,
        },
        Preview {
            tab: cx.f("form-preview-command", &[]),
            left: String::new(),
            right: String::new(),
            text: frame::folded_command(&preview::new_bay_model_command(spec, magnum)),
            lang: Lang::Plain,
        },
    ]
}
