//! The container form's content: a Pod or Deployment, its rules, and the manifest it becomes.

use super::values;
use super::{Field, Findings, Rule};
use crate::model::container::NewContainer;
use crate::model::quantity;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is made of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum PodKind {
    /// apps/v1 Deployment.
    #[default]
    Deployment,
    /// A pod by itself.
    Pod,
}

/// A container port.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PortChoice {
    /// Number, as typed.
    pub number: String,
    /// UDP instead of TCP.
    pub udp: bool,
}

/// A pod with one container, as the form holds it; texts as typed, empty = not given.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PodChoice {
    /// Pod or Deployment.
    pub kind: PodKind,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Image.
    pub image: String,
    /// Command line instead of the image's entry point.
    pub command: String,
    /// Arguments.
    pub args: String,
    /// Environment, in order.
    pub env: Vec<(String, String)>,
    /// Ports.
    pub ports: Vec<PortChoice>,
    /// Requested CPU.
    pub cpu_request: String,
    /// CPU limit.
    pub cpu_limit: String,
    /// Requested memory.
    pub memory_request: String,
    /// Memory limit.
    pub memory_limit: String,
    /// Replicas of a Deployment.
    pub replicas: u32,
    /// `Always`, `OnFailure`, `Never`; empty = `Always`.
    pub restart_policy: String,
    /// Labels besides `app`.
    pub labels: Vec<(String, String)>,
}

/// Everything that is wrong with a pod.
pub fn check_pod(pod: &PodChoice) -> Findings {
    let mut findings = Findings::default();
    if pod.name.is_empty() {
        findings.block(Field::Name, Rule::Required);
    } else {
        findings.block_if(Field::Name, values::kube_name(&pod.name));
    }
    if !pod.namespace.is_empty() {
        findings.block_if(Field::Namespace, values::kube_name(&pod.namespace));
    }
    if pod.image.is_empty() {
        findings.block(Field::ContainerImage, Rule::Required);
    } else {
        findings.block_if(Field::ContainerImage, values::image_reference(&pod.image));
    }
    findings.block_if(Field::Command, values::words(&pod.command).err());
    findings.block_if(Field::Args, values::words(&pod.args).err());
    check_env(&pod.env, &mut findings);
    let mut ports = BTreeSet::new();
    for (at, port) in pod.ports.iter().enumerate() {
        findings.block_if(Field::Port(at), values::whole_number(&port.number, 1, 65_535));
        if !ports.insert((port.number.trim(), port.udp)) {
            findings.block(Field::Port(at), Rule::Twice);
        }
    }
    findings.block_if(Field::CpuRequest, values::cpu(&pod.cpu_request));
    findings.block_if(Field::CpuLimit, values::cpu(&pod.cpu_limit));
    findings.block_if(Field::MemoryRequest, values::memory(&pod.memory_request));
    findings.block_if(Field::MemoryLimit, values::memory(&pod.memory_limit));
    let below = |request: Option<u64>, limit: Option<u64>| matches!((request, limit), (Some(r), Some(l)) if l < r);
    if below(quantity::cpu_milli(&pod.cpu_request), quantity::cpu_milli(&pod.cpu_limit)) {
        findings.block(Field::CpuLimit, Rule::LimitBelow);
    }
    if below(quantity::bytes(&pod.memory_request), quantity::bytes(&pod.memory_limit)) {
        findings.block(Field::MemoryLimit, Rule::LimitBelow);
    }
    if pod.kind == PodKind::Deployment && !matches!(pod.restart_policy.as_str(), "" | "Always") {
        findings.block(Field::RestartPolicy, Rule::DeploymentRestarts);
    }
    let mut keys = BTreeSet::from(["app"]);
    for (at, (key, value)) in pod.labels.iter().enumerate() {
        findings.block_if(Field::PodLabel(at), values::kube_label(key, value));
        if !keys.insert(key) {
            findings.block(Field::PodLabel(at), Rule::Twice);
        }
    }
    findings
}

fn check_env(env: &[(String, String)], findings: &mut Findings) {
    let mut names = BTreeSet::new();
    for (at, (name, _)) in env.iter().enumerate() {
        findings.block_if(Field::Env(at), values::env_name(name));
        if !names.insert(name) {
            findings.block(Field::Env(at), Rule::Twice);
        }
    }
}

/// Everything that is wrong with a container of 2015's Magnum; its environment comes in order, as typed.
pub fn check_container(container: &NewContainer, env: &[(String, String)]) -> Findings {
    let mut findings = Findings::default();
    if container.name.is_empty() {
        findings.block(Field::Name, Rule::Required);
    } else {
        findings.block_if(Field::Name, values::length(&container.name, values::TEXT_MAX));
    }
    if container.image.is_empty() {
        findings.block(Field::ContainerImage, Rule::Required);
    } else {
        findings.block_if(Field::ContainerImage, values::image_reference(&container.image));
    }
    if !container.memory.is_empty() {
        findings.block_if(Field::MemoryLimit, values::docker_memory(&container.memory));
    }
    check_env(env, &mut findings);
    findings
}

/// The object a form's content stands for, as Kubernetes reads it. What is wrong in it stays as typed.
pub fn pod_object(pod: &PodChoice) -> Value {
    let mut labels = Map::new();
    labels.insert("app".into(), Value::from(pod.name.clone()));
    for (key, value) in &pod.labels {
        labels.insert(key.clone(), Value::from(value.clone()));
    }
    let mut metadata = Map::new();
    metadata.insert("name".into(), Value::from(pod.name.clone()));
    if !pod.namespace.is_empty() {
        metadata.insert("namespace".into(), Value::from(pod.namespace.clone()));
    }
    metadata.insert("labels".into(), Value::Object(labels.clone()));
    let mut spec = Map::new();
    spec.insert("containers".into(), json!([container_object(pod)]));
    if !pod.restart_policy.is_empty() && pod.restart_policy != "Always" {
        spec.insert("restartPolicy".into(), Value::from(pod.restart_policy.clone()));
    }
    match pod.kind {
        PodKind::Pod => json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}),
        PodKind::Deployment => json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata,
            "spec": {
                "replicas": pod.replicas,
                "selector": {"matchLabels": {"app": pod.name}},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        }),
    }
}

fn container_object(pod: &PodChoice) -> Value {
    let mut container = Map::new();
    container.insert("name".into(), Value::from(pod.name.clone()));
    container.insert("image".into(), Value::from(pod.image.clone()));
    for (key, text) in [("command", &pod.command), ("args", &pod.args)] {
        if let Ok(words) = values::words(text)
            && !words.is_empty()
        {
            container.insert(key.into(), Value::from(words));
        }
    }
    if !pod.env.is_empty() {
        let env: Vec<Value> = pod.env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        container.insert("env".into(), Value::from(env));
    }
    if !pod.ports.is_empty() {
        let ports = pod.ports.iter().map(|port| {
            let number =
                port.number.trim().parse::<u16>().map_or_else(|_| Value::from(port.number.clone()), Value::from);
            let mut entry = Map::new();
            entry.insert("containerPort".into(), number);
            if port.udp {
                entry.insert("protocol".into(), Value::from("UDP"));
            }
            Value::Object(entry)
        });
        container.insert("ports".into(), ports.collect());
    }
    let amounts = |cpu: &str, memory: &str| {
        let given = [("cpu", cpu), ("memory", memory)].into_iter().filter(|(_, v)| !v.is_empty());
        given.map(|(k, v)| (k.to_owned(), Value::from(v))).collect::<Map<_, _>>()
    };
    let requests = amounts(&pod.cpu_request, &pod.memory_request);
    let limits = amounts(&pod.cpu_limit, &pod.memory_limit);
    let mut resources = Map::new();
    if !requests.is_empty() {
        resources.insert("requests".into(), Value::Object(requests));
    }
    if !limits.is_empty() {
        resources.insert("limits".into(), Value::Object(limits));
    }
    if !resources.is_empty() {
        container.insert("resources".into(), Value::Object(resources));
    }
    Value::Object(container)
}

/// The same as a YAML manifest, keys in the order in which people write them.
pub fn pod_manifest(pod: &PodChoice) -> String {
    let mut text = String::new();
    write_yaml(&pod_object(pod), 0, &mut text);
    text
}

/// Keys that people put first, in their order; the rest follows by name.
const FIRST: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "labels",
    "spec",
    "replicas",
    "selector",
    "template",
    "image",
    "command",
    "args",
    "env",
    "value",
    "ports",
    "resources",
];

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| FIRST.iter().position(|f| f == key).unwrap_or(FIRST.len()));
    entries
}

fn write_yaml(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) => {
            for (key, value) in sorted(map) {
                out.push_str(&" ".repeat(indent));
                write_entry(key, value, indent, out);
            }
        }
        Value::Array(list) => {
            for item in list {
                out.push_str(&" ".repeat(indent));
                out.push_str("- ");
                match item {
                    Value::Object(map) if !map.is_empty() => {
                        for (at, (key, value)) in sorted(map).into_iter().enumerate() {
                            if at > 0 {
                                out.push_str(&" ".repeat(indent + 2));
                            }
                            write_entry(key, value, indent + 2, out);
                        }
                    }
                    scalar => {
                        out.push_str(&scalar_text(scalar));
                        out.push('\n');
                    }
                }
            }
        }
        scalar => {
            out.push_str(&scalar_text(scalar));
            out.push('\n');
        }
    }
}

fn write_entry(key: &str, value: &Value, indent: usize, out: &mut String) {
    out.push_str(&quoted(key));
    out.push(':');
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            write_yaml(value, indent + 2, out);
        }
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            write_yaml(value, indent + 2, out);
        }
        scalar => {
            out.push(' ');
            out.push_str(&scalar_text(scalar));
            out.push('\n');
        }
    }
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Plain where a YAML reader takes it for this very text, double quoted (JSON) otherwise.
fn quoted(text: &str) -> String {
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '@'))
        || is_image(text);
    let reserved = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n"
    );
    if word && !reserved { text.to_owned() } else { Value::from(text).to_string() }
}

/// `nginx:1.27`: a colon that no space follows does not end a plain word, and the tag keeps it from being a number.
fn is_image(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && values::image_reference(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pod() -> PodChoice {
        PodChoice { name: "web".into(), image: "nginx:1.27".into(), replicas: 2, ..PodChoice::default() }
    }

    #[test]
    fn a_deployment_as_people_write_it() {
        let full = PodChoice {
            namespace: "shop".into(),
            args: "-g 'daemon off;'".into(),
            env: vec![("MODE".into(), "on".into())],
            ports: vec![PortChoice { number: "80".into(), udp: false }],
            cpu_request: "250m".into(),
            memory_limit: "1Gi".into(),
            ..pod()
        };
        assert_eq!(
            pod_manifest(&full),
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n  labels:\n    app: web\n\
             spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n        - name: web\n          image: nginx:1.27\n          args:\n            - \"-g\"\n            - \"daemon off;\"\n          env:\n            - name: MODE\n              value: \"on\"\n          ports:\n            - containerPort: 80\n          resources:\n            limits:\n              memory: \"1Gi\"\n            requests:\n              cpu: \"250m\"\n"
        );
    }

    #[test]
    fn rules_of_a_pod() {
        assert_eq!(check_pod(&pod()).blocking().len(), 0);
        let wrong = PodChoice {
            name: "Web".into(),
            image: String::new(),
            cpu_request: "2".into(),
            cpu_limit: "500m".into(),
            restart_policy: "Never".into(),
            ports: vec![PortChoice { number: "80".into(), udp: false }, PortChoice { number: "80".into(), udp: false }],
            labels: vec![("app".into(), "x".into())],
            ..pod()
        };
        let found: Vec<_> = check_pod(&wrong).0.into_iter().map(|f| (f.field, f.rule)).collect();
        assert_eq!(
            found,
            [
                (Field::Name, Rule::KubeName),
                (Field::ContainerImage, Rule::Required),
                (Field::Port(1), Rule::Twice),
                (Field::CpuLimit, Rule::LimitBelow),
                (Field::RestartPolicy, Rule::DeploymentRestarts),
                (Field::PodLabel(0), Rule::Twice),
            ]
        );
    }

    #[test]
    fn rules_of_an_old_container() {
        let container =
            NewContainer { name: "c".into(), image: "busybox".into(), memory: "512".into(), ..NewContainer::default() };
        assert_eq!(check_container(&container, &[]).blocking().len(), 0);
        let wrong = NewContainer { memory: "half".into(), ..container };
        assert_eq!(check_container(&wrong, &[]).0[0].rule, Rule::NotMemory);
    }

    proptest! {
        /// Whatever is typed: a YAML reader finds in the manifest what the form holds.
        #[test]
        fn the_manifest_reads_back_as_the_object(
            name in "[a-z0-9:. -]{0,12}",
            value in "[ -~あ\n]{0,16}",
            key in "[A-Za-z_]{1,6}",
        ) {
            let pod = PodChoice {
                name: name.clone(),
                image: value.clone(),
                env: vec![(key, value)],
                labels: vec![("tier".into(), name)],
                ..pod()
            };
            let read: Value = serde_saphyr::from_str(&pod_manifest(&pod)).unwrap();
            prop_assert_eq!(read, pod_object(&pod));
        }
    }
}
