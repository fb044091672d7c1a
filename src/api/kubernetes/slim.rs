//! The few fields of each kind that the picture needs, as the API server sends them. Everything else is skipped while
//! parsing, so that a page of 500 pods never exists as full objects.
//!
//! Field names and meanings: <https://kubernetes.io/docs/reference/kubernetes-api/>. Go writes `null` for empty lists,
//! maps and times, so every field takes `null`.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// `null` and absent are the default.
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// An RFC 3339 time as seconds since 1970; `null` and nonsense are `None`.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct Time;
    impl<'de> Visitor<'de> for Time {
        type Value = Option<i64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an RFC 3339 time")
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(text.parse::<jiff::Timestamp>().ok().map(|t| t.as_second()))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Time)
}

/// A map as `k=v,k=v`, sorted by key.
fn joined<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Joined;
    impl<'de> Visitor<'de> for Joined {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of strings")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let mut pairs: Vec<(String, String)> = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, Option<String>>()? {
                pairs.push((key, value.unwrap_or_default()));
            }
            Ok(join_pairs(pairs))
        }

        fn visit_unit<E>(self) -> Result<String, E> {
            Ok(String::new())
        }

        fn visit_none<E>(self) -> Result<String, E> {
            Ok(String::new())
        }
    }
    deserializer.deserialize_any(Joined)
}

/// `k=v,k=v`, sorted.
pub(super) fn join_pairs(mut pairs: Vec<(String, String)>) -> String {
    if !pairs.is_sorted() {
        pairs.sort();
    }
    let mut out = String::with_capacity(pairs.iter().map(|(k, v)| k.len() + v.len() + 2).sum());
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(&key);
        out.push('=');
        out.push_str(&value);
    }
    out
}

/// An int or a string, as a service's targetPort is.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

macro_rules! slim {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        #[allow(missing_docs)]
        pub struct $name { $($(#[$attr])* pub $field: $type),* }
    )*};
}

slim! {
    /// `metadata` of namespaced objects.
    Meta {
        #[serde(deserialize_with = "nullable")] uid: String,
        #[serde(deserialize_with = "nullable")] name: String,
        #[serde(deserialize_with = "nullable")] namespace: String,
        #[serde(deserialize_with = "nullable")] resource_version: String,
        #[serde(deserialize_with = "nullable")] generation: i64,
        #[serde(deserialize_with = "seconds")] creation_timestamp: Option<i64>,
        #[serde(deserialize_with = "seconds")] deletion_timestamp: Option<i64>,
        #[serde(deserialize_with = "joined")] labels: String,
        #[serde(deserialize_with = "nullable")] owner_references: Vec<OwnerReference>,
        #[serde(deserialize_with = "nullable")] managed_fields: Vec<ManagedField>,
    }
    /// One of `metadata.ownerReferences`.
    OwnerReference { kind: String, name: String, #[serde(deserialize_with = "nullable")] controller: bool }
    /// `metadata` of pods. There are many of them: what their row does not tell is not read, times least of all.
    PodMeta {
        #[serde(deserialize_with = "nullable")] uid: String,
        #[serde(deserialize_with = "nullable")] name: String,
        #[serde(deserialize_with = "nullable")] namespace: String,
        #[serde(deserialize_with = "nullable")] resource_version: String,
        #[serde(deserialize_with = "seconds")] creation_timestamp: Option<i64>,
        #[serde(deserialize_with = "seconds")] deletion_timestamp: Option<i64>,
        #[serde(deserialize_with = "joined")] labels: String,
        #[serde(deserialize_with = "nullable")] owner_references: Vec<OwnerReference>,
    }
    /// `metadata` of nodes: labels are looked up by key.
    NodeMeta {
        #[serde(deserialize_with = "nullable")] uid: String,
        #[serde(deserialize_with = "nullable")] name: String,
        #[serde(deserialize_with = "nullable")] resource_version: String,
        #[serde(deserialize_with = "seconds")] creation_timestamp: Option<i64>,
        #[serde(deserialize_with = "nullable")] labels: BTreeMap<String, String>,
    }
    /// One of `metadata.managedFields`.
    ManagedField { #[serde(deserialize_with = "seconds")] time: Option<i64> }
    /// One of `status.conditions` of any kind.
    Condition {
        r#type: String,
        status: String,
        #[serde(deserialize_with = "nullable")] reason: String,
        #[serde(deserialize_with = "nullable")] message: String,
        #[serde(deserialize_with = "seconds")] last_transition_time: Option<i64>,
        #[serde(deserialize_with = "seconds")] last_update_time: Option<i64>,
    }
    /// v1 Pod.
    Pod { metadata: PodMeta, spec: PodSpec, status: PodStatus }
    /// Pod spec, and the spec of a workload's pod template.
    PodSpec {
        #[serde(deserialize_with = "nullable")] node_name: String,
        #[serde(deserialize_with = "nullable")] containers: Vec<Container>,
        #[serde(deserialize_with = "nullable")] init_containers: Vec<Container>,
        #[serde(deserialize_with = "nullable")] overhead: Amounts,
        #[serde(deserialize_with = "nullable")] resources: Resources,
    }
    /// A container of a spec.
    Container {
        name: String,
        #[serde(deserialize_with = "nullable")] image: String,
        #[serde(deserialize_with = "nullable")] resources: Resources,
        #[serde(deserialize_with = "nullable")] restart_policy: String,
    }
    /// `resources`.
    Resources {
        #[serde(deserialize_with = "nullable")] requests: Amounts,
        #[serde(deserialize_with = "nullable")] limits: Amounts,
    }
    /// Quantities of CPU, memory, pods.
    Amounts { cpu: Option<String>, memory: Option<String>, pods: Option<String> }
    /// Pod status.
    PodStatus {
        #[serde(deserialize_with = "nullable")] phase: String,
        #[serde(deserialize_with = "nullable")] reason: String,
        #[serde(deserialize_with = "nullable")] message: String,
        #[serde(rename = "podIP", deserialize_with = "nullable")] pod_ip: String,
        #[serde(deserialize_with = "nullable")] conditions: Vec<PodCondition>,
        #[serde(deserialize_with = "nullable")] container_statuses: Vec<ContainerStatus>,
        #[serde(deserialize_with = "nullable")] init_container_statuses: Vec<ContainerStatus>,
    }
    /// One of a pod's `status.conditions`.
    PodCondition {
        r#type: String,
        status: String,
        #[serde(deserialize_with = "nullable")] reason: String,
        #[serde(deserialize_with = "nullable")] message: String,
    }
    /// Status of a container.
    ContainerStatus {
        name: String,
        #[serde(deserialize_with = "nullable")] ready: bool,
        started: Option<bool>,
        #[serde(deserialize_with = "nullable")] restart_count: u32,
        #[serde(deserialize_with = "nullable")] state: ContainerState,
        #[serde(deserialize_with = "nullable")] last_state: ContainerState,
    }
    /// One of waiting, running, terminated.
    ContainerState {
        waiting: Option<Waiting>,
        running: Option<Running>,
        terminated: Option<Terminated>,
    }
    /// A container that waits.
    Waiting { #[serde(deserialize_with = "nullable")] reason: String, #[serde(deserialize_with = "nullable")] message: String }
    /// A container that runs.
    Running {}
    /// A container that ended.
    Terminated {
        #[serde(deserialize_with = "nullable")] exit_code: i32,
        #[serde(deserialize_with = "nullable")] signal: i32,
        #[serde(deserialize_with = "nullable")] reason: String,
        #[serde(deserialize_with = "nullable")] message: String,
    }
    /// v1 Node.
    Node { metadata: NodeMeta, spec: NodeSpec, status: NodeStatus }
    /// Node spec.
    NodeSpec {
        #[serde(rename = "providerID", deserialize_with = "nullable")] provider_id: String,
        #[serde(deserialize_with = "nullable")] unschedulable: bool,
        #[serde(deserialize_with = "nullable")] taints: Vec<Taint>,
    }
    /// A taint.
    Taint { key: String, #[serde(deserialize_with = "nullable")] value: String, #[serde(deserialize_with = "nullable")] effect: String }
    /// Node status.
    NodeStatus {
        #[serde(deserialize_with = "nullable")] allocatable: Amounts,
        #[serde(deserialize_with = "nullable")] capacity: Amounts,
        #[serde(deserialize_with = "nullable")] conditions: Vec<Condition>,
        #[serde(deserialize_with = "nullable")] addresses: Vec<Address>,
        #[serde(deserialize_with = "nullable")] node_info: NodeInfo,
    }
    /// An address of a node.
    Address { r#type: String, address: String }
    /// What the kubelet says about its machine.
    NodeInfo {
        #[serde(deserialize_with = "nullable")] kubelet_version: String,
        #[serde(deserialize_with = "nullable")] container_runtime_version: String,
        #[serde(deserialize_with = "nullable")] kernel_version: String,
        #[serde(deserialize_with = "nullable")] os_image: String,
    }
    /// Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController or Job: the union of what is read of them.
    Workload { metadata: Meta, spec: WorkloadSpec, status: WorkloadStatus }
    /// Union of the workloads' specs.
    WorkloadSpec {
        replicas: Option<u32>,
        parallelism: Option<u32>,
        completions: Option<u32>,
        #[serde(deserialize_with = "nullable")] suspend: bool,
        #[serde(deserialize_with = "nullable")] selector: Selector,
        #[serde(deserialize_with = "nullable")] template: Template,
    }
    /// A pod template.
    Template { #[serde(deserialize_with = "nullable")] spec: PodSpec }
    /// Union of the workloads' status.
    WorkloadStatus {
        #[serde(deserialize_with = "nullable")] observed_generation: i64,
        #[serde(deserialize_with = "nullable")] replicas: u32,
        #[serde(deserialize_with = "nullable")] updated_replicas: u32,
        #[serde(deserialize_with = "nullable")] ready_replicas: u32,
        #[serde(deserialize_with = "nullable")] available_replicas: u32,
        #[serde(deserialize_with = "nullable")] current_revision: String,
        #[serde(deserialize_with = "nullable")] update_revision: String,
        #[serde(deserialize_with = "nullable")] desired_number_scheduled: u32,
        #[serde(deserialize_with = "nullable")] current_number_scheduled: u32,
        #[serde(deserialize_with = "nullable")] updated_number_scheduled: u32,
        #[serde(deserialize_with = "nullable")] number_ready: u32,
        #[serde(deserialize_with = "nullable")] number_available: u32,
        #[serde(deserialize_with = "nullable")] active: u32,
        #[serde(deserialize_with = "nullable")] succeeded: u32,
        #[serde(deserialize_with = "nullable")] failed: u32,
        ready: Option<u32>,
        #[serde(deserialize_with = "nullable")] conditions: Vec<Condition>,
    }
    /// v1 Service.
    Service { metadata: Meta, spec: ServiceSpec, status: ServiceStatus }
    /// Service spec.
    ServiceSpec {
        #[serde(deserialize_with = "nullable")] r#type: String,
        #[serde(rename = "clusterIP", deserialize_with = "nullable")] cluster_ip: String,
        #[serde(rename = "externalIPs", deserialize_with = "nullable")] external_ips: Vec<String>,
        #[serde(deserialize_with = "nullable")] external_name: String,
        #[serde(deserialize_with = "nullable")] ports: Vec<Port>,
        #[serde(deserialize_with = "joined")] selector: String,
    }
    /// A port of a service.
    Port {
        #[serde(deserialize_with = "nullable")] name: String,
        #[serde(deserialize_with = "nullable")] port: u32,
        #[serde(deserialize_with = "nullable")] node_port: u32,
        #[serde(deserialize_with = "text_or_number")] target_port: String,
        #[serde(deserialize_with = "nullable")] protocol: String,
    }
    /// Service status.
    ServiceStatus { #[serde(deserialize_with = "nullable")] load_balancer: LoadBalancer }
    /// Addresses of a load balancer.
    LoadBalancer { #[serde(deserialize_with = "nullable")] ingress: Vec<Ingress> }
    /// One address of a load balancer.
    Ingress { #[serde(deserialize_with = "nullable")] ip: String, #[serde(deserialize_with = "nullable")] hostname: String }
    /// v1 Event, written by the old API or by events.k8s.io.
    Event {
        metadata: Meta,
        #[serde(deserialize_with = "nullable")] involved_object: ObjectReference,
        #[serde(deserialize_with = "nullable")] reason: String,
        #[serde(deserialize_with = "nullable")] message: String,
        #[serde(deserialize_with = "nullable")] r#type: String,
        #[serde(deserialize_with = "nullable")] count: u32,
        #[serde(deserialize_with = "seconds")] first_timestamp: Option<i64>,
        #[serde(deserialize_with = "seconds")] last_timestamp: Option<i64>,
        #[serde(deserialize_with = "seconds")] event_time: Option<i64>,
        #[serde(deserialize_with = "nullable")] series: Series,
        #[serde(deserialize_with = "nullable")] source: Source,
        #[serde(deserialize_with = "nullable")] reporting_component: String,
    }
    /// Object of an event.
    ObjectReference {
        #[serde(deserialize_with = "nullable")] kind: String,
        #[serde(deserialize_with = "nullable")] namespace: String,
        #[serde(deserialize_with = "nullable")] name: String,
    }
    /// Repeats of an event.
    Series {
        #[serde(deserialize_with = "nullable")] count: u32,
        #[serde(deserialize_with = "seconds")] last_observed_time: Option<i64>,
    }
    /// Who reported an event.
    Source { #[serde(deserialize_with = "nullable")] component: String, #[serde(deserialize_with = "nullable")] host: String }
    /// v1 Namespace, and any object of which only the name is wanted.
    Named { metadata: Meta }
}

/// A selector: `matchLabels` with expressions, or the plain map of a ReplicationController; as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector(pub String);

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Labels;
        impl<'de> Visitor<'de> for Labels {
            type Value = Selector;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a selector")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Selector, A::Error> {
                let mut pairs = Vec::new();
                let mut expressions = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "matchLabels" => {
                            let labels: Option<BTreeMap<String, String>> = map.next_value()?;
                            pairs.extend(labels.unwrap_or_default());
                        }
                        "matchExpressions" => {
                            let list: Option<Vec<Expression>> = map.next_value()?;
                            expressions.extend(list.unwrap_or_default().iter().map(Expression::text));
                        }
                        _ => match map.next_value::<serde_json::Value>()? {
                            serde_json::Value::String(value) => pairs.push((key, value)),
                            _ => continue,
                        },
                    }
                }
                let mut text = join_pairs(pairs);
                for expression in expressions {
                    if !text.is_empty() {
                        text.push(',');
                    }
                    text.push_str(&expression);
                }
                Ok(Selector(text))
            }
        }
        deserializer.deserialize_map(Labels)
    }
}

#[derive(serde::Deserialize)]
struct Expression {
    key: String,
    operator: String,
    #[serde(default)]
    values: Option<Vec<String>>,
}

impl Expression {
    /// As `kubectl get` prints it: `tier in (a,b)`, `!debug`, `debug`.
    fn text(&self) -> String {
        let values = || self.values.as_ref().map(|v| v.join(",")).unwrap_or_default();
        match self.operator.as_str() {
            "In" => format!("{} in ({})", self.key, values()),
            "NotIn" => format!("{} notin ({})", self.key, values()),
            "Exists" => self.key.clone(),
            "DoesNotExist" => format!("!{}", self.key),
            other => format!("{} {other} ({})", self.key, values()),
        }
    }
}

/// `metadata` of a list.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListMeta {
    #[serde(deserialize_with = "nullable")]
    pub(super) resource_version: String,
    #[serde(rename = "continue", deserialize_with = "nullable")]
    pub(super) next: String,
    pub(super) remaining_item_count: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_defaults() {
        let pod: Pod = serde_json::from_str(
            r#"{"metadata":{"name":"a","creationTimestamp":null,"labels":null,"ownerReferences":null},
                "spec":{"containers":null},"status":{"conditions":null,"podIP":null}}"#,
        )
        .unwrap();
        assert_eq!(pod.metadata.name, "a");
        assert_eq!(pod.metadata.creation_timestamp, None);
    }

    #[test]
    fn selectors_of_all_ages_become_text() {
        let plain: Selector = serde_json::from_str(r#"{"b":"2","a":"1"}"#).unwrap();
        assert_eq!(plain.0, "a=1,b=2");
        let full: Selector = serde_json::from_str(
            r#"{"matchLabels":{"app":"x"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"debug","operator":"DoesNotExist"}]}"#,
        )
        .unwrap();
        assert_eq!(full.0, "app=x,tier in (a,b),!debug");
    }
}
