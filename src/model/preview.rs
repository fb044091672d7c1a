//! What a form will send, before it is sent: request bodies, and the same as a command line.
//!
//! Which field exists since when: magnum tags 2015.1.0, 1.1.0, 2.0.0, 3.0.0 and on
//! (`magnum/api/controllers/v1/{bay,baymodel,cluster,cluster_template}.py`).

use super::bay::NewBay;
use super::bay_model::BayModelSpec;
use super::cloud::{Dialect, MagnumInfo, Microversion};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// How much of the API a Magnum knows; ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiLevel {
    /// 2015.1: no certificates, no versions.
    Kilo,
    /// 1.x: with `/v1/nodes`.
    Liberty,
    /// 2.x.
    Mitaka,
    /// 3.0.0 on, by the highest microversion `1.N`.
    Minor(u16),
}

impl ApiLevel {
    /// Reads it from what a Magnum lists and says.
    pub fn of(info: &MagnumInfo) -> ApiLevel {
        if info.has("clusters") {
            return ApiLevel::Minor(info.max_version.unwrap_or(Microversion(1, 1)).1);
        }
        match (info.has("certificates"), info.has("nodes")) {
            (false, _) => ApiLevel::Kilo,
            (true, true) => ApiLevel::Liberty,
            (true, false) => ApiLevel::Mitaka,
        }
    }
}

impl fmt::Display for ApiLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApiLevel::Kilo => f.write_str("Magnum 2015.1"),
            ApiLevel::Liberty => f.write_str("Magnum 1.0"),
            ApiLevel::Mitaka => f.write_str("Magnum 2.0"),
            ApiLevel::Minor(minor) => write!(f, "microversion 1.{minor}"),
        }
    }
}

const NEWTON: ApiLevel = ApiLevel::Minor(1);

/// A field that is set, but that this Magnum does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooNew {
    /// Its name in the API.
    pub field: &'static str,
    /// The first level that knows it.
    pub needs: ApiLevel,
}

/// A field of a body: value (`None` = not set), and the first level that knows it.
struct Field(&'static str, Option<Value>, ApiLevel);

fn text(value: &Option<String>) -> Option<Value> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(|v| json!(v))
}

fn plain(value: &str) -> Option<Value> {
    let value = value.trim();
    (!value.is_empty()).then(|| json!(value))
}

fn flag(on: bool) -> Option<Value> {
    on.then_some(Value::Bool(true))
}

fn map(value: &BTreeMap<String, String>) -> Option<Value> {
    (!value.is_empty()).then(|| json!(value))
}

fn bay_fields(bay: &NewBay, info: &MagnumInfo) -> Vec<Field> {
    use ApiLevel::{Kilo, Liberty, Minor};
    let modern = info.dialect == Dialect::Modern;
    let word = |modern_word, bay_word| if modern { modern_word } else { bay_word };
    // A bay model's keypair is the only one in the bay dialect, however new the server.
    let keypair = if modern { Minor(4) } else { Minor(u16::MAX) };
    let labels = if !modern && info.has("clusters") { Some(json!(bay.labels)) } else { map(&bay.labels) };
    vec![
        Field("name", plain(&bay.name), Kilo),
        Field(word("cluster_template_id", "baymodel_id"), plain(&bay.model_id), Kilo),
        Field("node_count", bay.node_count.map(|n| json!(n)), Kilo),
        Field("master_count", bay.master_count.map(|n| json!(n)), Liberty),
        Field("discovery_url", text(&bay.discovery_url), Kilo),
        Field(word("create_timeout", "bay_create_timeout"), bay.create_timeout_minutes.map(|n| json!(n)), Kilo),
        Field("keypair", text(&bay.keypair), keypair),
        Field("docker_volume_size", bay.docker_volume_size_gb.map(|n| json!(n)), Minor(4)),
        Field("labels", labels, Minor(4)),
        Field("flavor_id", text(&bay.flavor), Minor(4)),
        Field("master_flavor_id", text(&bay.master_flavor), Minor(4)),
        Field("fixed_network", text(&bay.fixed_network), Minor(8)),
        Field("fixed_subnet", text(&bay.fixed_subnet), Minor(8)),
        Field("floating_ip_enabled", bay.floating_ip_enabled.map(|b| json!(b)), Minor(8)),
        Field("master_lb_enabled", bay.master_lb_enabled.map(|b| json!(b)), Minor(10)),
        Field("merge_labels", flag(bay.merge_labels), if modern { Minor(10) } else { Minor(u16::MAX) }),
    ]
}

fn bay_model_fields(spec: &BayModelSpec) -> Vec<Field> {
    use ApiLevel::{Kilo, Liberty, Minor, Mitaka};
    vec![
        Field("name", plain(&spec.name), Kilo),
        Field("coe", spec.coe.as_ref().map(|c| json!(c.word())), Kilo),
        Field("image_id", plain(&spec.image), Kilo),
        Field("keypair_id", text(&spec.keypair), Kilo),
        Field("external_network_id", text(&spec.external_network), Kilo),
        Field("fixed_network", text(&spec.fixed_network), Kilo),
        Field("fixed_subnet", text(&spec.fixed_subnet), NEWTON),
        Field("flavor_id", text(&spec.flavor), Kilo),
        Field("master_flavor_id", text(&spec.master_flavor), Kilo),
        Field("dns_nameserver", text(&spec.dns_nameserver), Kilo),
        Field("network_driver", text(&spec.network_driver), Liberty),
        Field("volume_driver", text(&spec.volume_driver), Mitaka),
        Field("docker_volume_size", spec.docker_volume_size_gb.map(|n| json!(n)), Kilo),
        Field("docker_storage_driver", text(&spec.docker_storage_driver), NEWTON),
        Field("labels", map(&spec.labels), Liberty),
        Field("http_proxy", text(&spec.http_proxy), Liberty),
        Field("https_proxy", text(&spec.https_proxy), Liberty),
        Field("no_proxy", text(&spec.no_proxy), Liberty),
        Field("insecure_registry", text(&spec.insecure_registry), NEWTON),
        Field("registry_enabled", flag(spec.registry_enabled), Liberty),
        Field("tls_disabled", flag(spec.tls_disabled), Liberty),
        Field("public", flag(spec.public), Liberty),
        Field("hidden", flag(spec.hidden), Minor(7)),
        Field("master_lb_enabled", flag(spec.master_lb_enabled), NEWTON),
        Field("floating_ip_enabled", spec.floating_ip_enabled.map(|b| json!(b)), NEWTON),
        Field("server_type", text(&spec.server_type), Liberty),
        Field("apiserver_port", spec.apiserver_port.map(|n| json!(n)), Kilo),
        Field("tags", text(&spec.tags), Minor(10)),
        Field("driver", text(&spec.driver), Minor(11)),
    ]
}

fn body(fields: Vec<Field>, level: ApiLevel) -> Value {
    let known = fields.into_iter().filter(|f| f.2 <= level);
    Value::Object(known.filter_map(|Field(key, value, _)| Some((key.to_owned(), value?))).collect::<Map<_, _>>())
}

fn too_new(fields: Vec<Field>, level: ApiLevel) -> Vec<TooNew> {
    let unknown = fields.into_iter().filter(|f| f.1.is_some() && f.2 > level);
    unknown.map(|Field(field, _, needs)| TooNew { field, needs }).collect()
}

/// The body that creates a bay: only keys that are set and that this Magnum knows.
///
/// In the bay dialect of a Magnum that has clusters too, `labels` are always there: without them its
/// `POST /v1/bays` fails with 500 (seen on 15.0.1).
pub fn new_bay_body(bay: &NewBay, info: &MagnumInfo) -> Value {
    body(bay_fields(bay, info), ApiLevel::of(info))
}

/// What is set for a bay, but not known to this Magnum.
pub fn new_bay_too_new(bay: &NewBay, info: &MagnumInfo) -> Vec<TooNew> {
    too_new(bay_fields(bay, info), ApiLevel::of(info))
}

/// The body that creates a bay model: only keys that are set and that this Magnum knows.
pub fn new_bay_model_body(spec: &BayModelSpec, info: &MagnumInfo) -> Value {
    body(bay_model_fields(spec), ApiLevel::of(info))
}

/// What is set for a bay model, but not known to this Magnum.
pub fn new_bay_model_too_new(spec: &BayModelSpec, info: &MagnumInfo) -> Vec<TooNew> {
    too_new(bay_model_fields(spec), ApiLevel::of(info))
}

/// Name of an option, where it differs from the field's name with dashes.
fn option(dialect: Dialect, field: &str) -> Option<String> {
    let word = match (dialect, field) {
        // Have no option in the client (python-magnumclient `osc/v1/cluster_templates.py`).
        (_, "apiserver_port" | "driver") | (Dialect::Modern, "insecure_registry") => return None,
        (Dialect::Modern, "cluster_template_id") => "cluster-template",
        (Dialect::Modern, "image_id") => "image",
        (Dialect::Modern, "keypair_id") => "keypair",
        (Dialect::Modern, "external_network_id") => "external-network",
        (Dialect::Modern, "flavor_id") => "flavor",
        (Dialect::Modern, "master_flavor_id") => "master-flavor",
        (Dialect::Modern, "create_timeout") | (Dialect::Legacy, "bay_create_timeout") => "timeout",
        (Dialect::Legacy, "baymodel_id") => "baymodel",
        _ => return Some(field.replace('_', "-")),
    };
    Some(word.to_owned())
}

fn command(verb: &str, fields: Vec<Field>, info: &MagnumInfo) -> String {
    let level = ApiLevel::of(info);
    let modern = info.dialect == Dialect::Modern;
    let mut words = vec![verb.to_owned()];
    let mut name = None;
    for Field(key, value, since) in fields {
        let (Some(value), true) = (value, since <= level) else { continue };
        if modern && key == "name" {
            name = value.as_str().map(quote);
            continue;
        }
        let Some(option) = option(info.dialect, key) else { continue };
        match value {
            Value::Bool(true) => words.push(format!("--{option}")),
            Value::Bool(false) => {
                if let Some(stem) = option.strip_suffix("-enabled") {
                    words.push(format!("--{stem}-disabled"));
                }
            }
            Value::Object(labels) if labels.is_empty() => {}
            Value::Object(labels) => {
                let pairs = labels.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()));
                words.push(format!("--{option} {}", quote(&pairs.collect::<Vec<_>>().join(","))));
            }
            Value::String(text) => words.push(format!("--{option} {}", quote(&without_user_info(&text)))),
            other => words.push(format!("--{option} {other}")),
        }
    }
    words.extend(name);
    words.join(" ")
}

/// The command line that creates this bay.
pub fn new_bay_command(bay: &NewBay, info: &MagnumInfo) -> String {
    let verb = if info.dialect == Dialect::Modern { "openstack coe cluster create" } else { "magnum bay-create" };
    command(verb, bay_fields(bay, info), info)
}

/// The command line that creates this bay model.
pub fn new_bay_model_command(spec: &BayModelSpec, info: &MagnumInfo) -> String {
    let modern = info.dialect == Dialect::Modern;
    let verb = if modern { "openstack coe cluster template create" } else { "magnum baymodel-create" };
    command(verb, bay_model_fields(spec), info)
}

/// The command line that sets the number of workers.
pub fn scale_bay_command(bay: &str, node_count: u32, info: &MagnumInfo) -> String {
    match info.dialect {
        Dialect::Modern if info.supports(7) => format!("openstack coe cluster resize {} {node_count}", quote(bay)),
        Dialect::Modern => format!("openstack coe cluster update {} replace node_count={node_count}", quote(bay)),
        Dialect::Legacy => format!("magnum bay-update {} replace node_count={node_count}", quote(bay)),
    }
}

/// The command line that deletes a bay.
pub fn delete_bay_command(bay: &str, info: &MagnumInfo) -> String {
    let verb = if info.dialect == Dialect::Modern { "openstack coe cluster delete" } else { "magnum bay-delete" };
    format!("{verb} {}", quote(bay))
}

/// The command line that deletes a bay model.
pub fn delete_bay_model_command(model: &str, info: &MagnumInfo) -> String {
    let modern = info.dialect == Dialect::Modern;
    let verb = if modern { "openstack coe cluster template delete" } else { "magnum baymodel-delete" };
    format!("{verb} {}", quote(model))
}

/// The command line that writes a kubeconfig into a folder.
pub fn kubeconfig_command(bay: &str, folder: &str, info: &MagnumInfo) -> String {
    let verb = if info.dialect == Dialect::Modern { "openstack coe cluster config" } else { "magnum bay-config" };
    format!("{verb} --dir {} {}", quote(folder), quote(bay))
}

/// A word as a POSIX shell takes it.
pub fn quote(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A proxy's URL may hold a password.
fn without_user_info(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}***{}", &text[..scheme + 3], &text[at..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bay::Coe;

    fn info(dialect: Dialect, resources: &[&str], max: Option<u16>) -> MagnumInfo {
        MagnumInfo {
            endpoint: "http://m:9511/v1".into(),
            dialect,
            min_version: max.map(|_| Microversion(1, 1)),
            max_version: max.map(|m| Microversion(1, m)),
            resources: resources.iter().map(|r| (*r).to_owned()).collect(),
        }
    }

    fn bay() -> NewBay {
        NewBay {
            name: "prod".into(),
            model_id: "m1".into(),
            node_count: Some(3),
            master_count: Some(1),
            keypair: Some("ana".into()),
            labels: [("kube_tag".to_owned(), "v1.30".to_owned())].into(),
            ..NewBay::default()
        }
    }

    #[test]
    fn a_modern_body_has_only_what_is_set() {
        let body = new_bay_body(&bay(), &info(Dialect::Modern, &["clusters"], Some(14)));
        let expected = json!({"name": "prod", "cluster_template_id": "m1", "node_count": 3, "master_count": 1,
            "keypair": "ana", "labels": {"kube_tag": "v1.30"}});
        assert_eq!(body, expected);
    }

    #[test]
    fn kilo_hears_of_neither_masters_nor_labels_and_we_say_so() {
        let kilo = info(Dialect::Legacy, &["bays", "baymodels", "pods"], None);
        assert_eq!(new_bay_body(&bay(), &kilo), json!({"name": "prod", "baymodel_id": "m1", "node_count": 3}));
        let fields: Vec<_> = new_bay_too_new(&bay(), &kilo).into_iter().map(|t| t.field).collect();
        assert_eq!(fields, ["master_count", "keypair", "labels"]);
    }

    #[test]
    fn the_bay_dialect_of_a_newer_server_always_carries_labels() {
        let both = info(Dialect::Legacy, &["bays", "clusters"], Some(10));
        let plain = NewBay { name: "b".into(), model_id: "m".into(), ..NewBay::default() };
        assert_eq!(new_bay_body(&plain, &both), json!({"name": "b", "baymodel_id": "m", "labels": {}}));
    }

    #[test]
    fn commands_are_quoted_and_hold_no_password() {
        let modern = info(Dialect::Modern, &["clusters"], Some(10));
        let command = new_bay_command(&NewBay { name: "it's".into(), ..bay() }, &modern);
        assert_eq!(
            command,
            r"openstack coe cluster create --cluster-template m1 --node-count 3 --master-count 1 --keypair ana --labels kube_tag=v1.30 'it'\''s'"
        );
        let spec = BayModelSpec {
            name: "k8s".into(),
            coe: Some(Coe::Kubernetes),
            image: "fedora coreos".into(),
            http_proxy: Some("http://ana:s3cret@proxy:3128".into()),
            floating_ip_enabled: Some(false),
            ..BayModelSpec::default()
        };
        let command = new_bay_model_command(&spec, &modern);
        assert_eq!(
            command,
            "openstack coe cluster template create --coe kubernetes --image 'fedora coreos' --http-proxy 'http://***@proxy:3128' --floating-ip-disabled k8s"
        );
        let old = info(Dialect::Legacy, &["bays", "certificates"], Some(1));
        assert_eq!(scale_bay_command("b 1", 4, &old), "magnum bay-update 'b 1' replace node_count=4");
    }
}
