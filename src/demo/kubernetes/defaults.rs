//! Values the API server fills in where a new object names none (`pkg/apis/*/v1/defaults.go`).

use super::json::{self, default, list_at, text};
use super::kinds::Kind;
use serde_json::{Value, json};

/// Fills in the defaults of a kind.
pub fn fill(kind: Kind, body: &mut Value) {
    match kind {
        Kind::Pod => {
            if let Some(spec) = body.get_mut("spec") {
                pod_spec(spec);
            }
        }
        Kind::Deployment => deployment(body),
        Kind::ReplicaSet => {
            default(body, "/spec/replicas", 1);
            template(body);
        }
        Kind::ReplicationController => replication_controller(body),
        Kind::StatefulSet => stateful_set(body),
        Kind::DaemonSet => {
            default(body, "/spec/revisionHistoryLimit", 10);
            default(body, "/spec/updateStrategy/type", "RollingUpdate");
            if text(body, "/spec/updateStrategy/type") == "RollingUpdate" {
                default(body, "/spec/updateStrategy/rollingUpdate/maxUnavailable", 1);
                default(body, "/spec/updateStrategy/rollingUpdate/maxSurge", 0);
            }
            default(body, "/metadata/annotations/deprecated.daemonset.template.generation", "1");
            template(body);
        }
        Kind::Job => job(body),
        Kind::CronJob => cron_job(body),
        Kind::Service => service(body),
        Kind::Namespace => namespace(body),
        Kind::Secret => default(body, "/type", "Opaque"),
        Kind::PersistentVolumeClaim => default(body, "/spec/volumeMode", "Filesystem"),
        Kind::Ingress => default(body, "/status/loadBalancer", json!({})),
        Kind::NetworkPolicy => network_policy(body),
        Kind::Event => event(body),
        Kind::HorizontalPodAutoscaler => default(body, "/spec/minReplicas", 1),
        _ => {}
    }
}

fn deployment(body: &mut Value) {
    default(body, "/spec/replicas", 1);
    default(body, "/spec/revisionHistoryLimit", 10);
    default(body, "/spec/progressDeadlineSeconds", 600);
    default(body, "/spec/strategy/type", "RollingUpdate");
    if text(body, "/spec/strategy/type") == "RollingUpdate" {
        default(body, "/spec/strategy/rollingUpdate/maxSurge", "25%");
        default(body, "/spec/strategy/rollingUpdate/maxUnavailable", "25%");
    }
    template(body);
}

fn replication_controller(body: &mut Value) {
    default(body, "/spec/replicas", 1);
    let labels = body.pointer("/spec/template/metadata/labels").cloned();
    if let Some(labels) = labels {
        if body.pointer("/spec/selector").and_then(Value::as_object).is_none_or(|s| s.is_empty()) {
            json::set(body, "/spec/selector", labels.clone());
        }
        default(body, "/metadata/labels", labels);
    }
    template(body);
}

fn stateful_set(body: &mut Value) {
    default(body, "/spec/replicas", 1);
    default(body, "/spec/revisionHistoryLimit", 10);
    default(body, "/spec/podManagementPolicy", "OrderedReady");
    default(body, "/spec/updateStrategy/type", "RollingUpdate");
    if text(body, "/spec/updateStrategy/type") == "RollingUpdate" {
        default(body, "/spec/updateStrategy/rollingUpdate/partition", 0);
    }
    default(body, "/spec/persistentVolumeClaimRetentionPolicy/whenDeleted", "Retain");
    default(body, "/spec/persistentVolumeClaimRetentionPolicy/whenScaled", "Retain");
    if let Some(Value::Array(claims)) = body.pointer_mut("/spec/volumeClaimTemplates") {
        for claim in claims {
            default(claim, "/apiVersion", "v1");
            default(claim, "/kind", "PersistentVolumeClaim");
            default(claim, "/spec/volumeMode", "Filesystem");
            default(claim, "/status/phase", "Pending");
        }
    }
    template(body);
}

fn job(body: &mut Value) {
    let (completions, parallelism) = (body.pointer("/spec/completions"), body.pointer("/spec/parallelism"));
    if completions.is_none() && parallelism.is_none() {
        default(body, "/spec/completions", 1);
    }
    default(body, "/spec/parallelism", 1);
    default(body, "/spec/backoffLimit", 6);
    default(body, "/spec/completionMode", "NonIndexed");
    default(body, "/spec/suspend", false);
    default(body, "/spec/podReplacementPolicy", "TerminatingOrFailed");
    template(body);
}

/// A policy is about what comes in, and about what goes out where it has rules for that.
fn network_policy(body: &mut Value) {
    let out = body.pointer("/spec/egress").is_some();
    default(body, "/spec/policyTypes", if out { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) });
}

/// Fields of events that are always written.
fn event(body: &mut Value) {
    for time in ["/eventTime", "/firstTimestamp", "/lastTimestamp"] {
        default(body, time, Value::Null);
    }
    for text in ["/reportingComponent", "/reportingInstance"] {
        default(body, text, "");
    }
    default(body, "/source", json!({}));
}

fn cron_job(body: &mut Value) {
    default(body, "/spec/concurrencyPolicy", "Allow");
    default(body, "/spec/suspend", false);
    default(body, "/spec/successfulJobsHistoryLimit", 3);
    default(body, "/spec/failedJobsHistoryLimit", 1);
    if let Some(spec) = body.pointer_mut("/spec/jobTemplate/spec/template/spec") {
        pod_spec(spec);
    }
}

fn service(body: &mut Value) {
    default(body, "/spec/type", "ClusterIP");
    default(body, "/spec/sessionAffinity", "None");
    let kind = text(body, "/spec/type").to_owned();
    if kind != "ExternalName" {
        default(body, "/spec/internalTrafficPolicy", "Cluster");
        default(body, "/spec/ipFamilies", json!(["IPv4"]));
        default(body, "/spec/ipFamilyPolicy", "SingleStack");
    }
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        default(body, "/spec/externalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        default(body, "/spec/allocateLoadBalancerNodePorts", true);
    }
    for port in list_at(body, "/spec/ports") {
        default(port, "/protocol", "TCP");
        if let Some(number) = port.get("port").cloned() {
            default(port, "/targetPort", number);
        }
    }
    if kind == "ExternalName" && body.pointer("/spec/ports").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        json::remove(body, "/spec/ports");
    }
    default(body, "/status/loadBalancer", json!({}));
}

fn namespace(body: &mut Value) {
    let name = text(body, "/metadata/name").to_owned();
    json::object_at(body, "/metadata/labels").insert("kubernetes.io/metadata.name".into(), name.into());
    default(body, "/spec/finalizers", json!(["kubernetes"]));
    default(body, "/status/phase", "Active");
}

fn template(body: &mut Value) {
    json::default(body, "/spec/template/metadata/creationTimestamp", Value::Null);
    if let Some(spec) = body.pointer_mut("/spec/template/spec") {
        pod_spec(spec);
    }
}

/// Defaults of a pod spec.
pub fn pod_spec(spec: &mut Value) {
    if !spec.is_object() {
        return;
    }
    default(spec, "/restartPolicy", "Always");
    default(spec, "/dnsPolicy", "ClusterFirst");
    default(spec, "/schedulerName", "default-scheduler");
    default(spec, "/terminationGracePeriodSeconds", 30);
    default(spec, "/securityContext", json!({}));
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        default(spec, "/serviceAccount", account);
    } else if let Some(account) = spec.get("serviceAccount").cloned() {
        default(spec, "/serviceAccountName", account);
    }
    for group in ["containers", "initContainers"] {
        if let Some(Value::Array(containers)) = spec.get_mut(group) {
            containers.iter_mut().for_each(container);
        }
    }
    if let Some(Value::Array(volumes)) = spec.get_mut("volumes") {
        for volume in volumes {
            for source in ["configMap", "secret", "projected", "downwardAPI"] {
                if volume.get(source).is_some_and(Value::is_object) {
                    default(volume, &format!("/{source}/defaultMode"), 420);
                }
            }
        }
    }
}

fn container(container: &mut Value) {
    if !container.is_object() {
        return;
    }
    default(container, "/terminationMessagePath", "/dev/termination-log");
    default(container, "/terminationMessagePolicy", "File");
    default(container, "/resources", json!({}));
    let image = text(container, "/image");
    let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    let latest = !image.contains('@') && tag.is_none_or(|t| t == "latest");
    default(container, "/imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    if let Some(Value::Array(ports)) = container.get_mut("ports") {
        for port in ports {
            default(port, "/protocol", "TCP");
        }
    }
    // A limit without a request is also the request.
    let limits = container.pointer("/resources/limits").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, amount) in limits {
        json::object_at(container, "/resources/requests").entry(name).or_insert(amount);
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container.get(probe).is_some_and(Value::is_object) {
            for (field, value) in
                [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
            {
                default(container, &format!("/{probe}/{field}"), value);
            }
            if container.pointer(&format!("/{probe}/httpGet")).is_some() {
                default(container, &format!("/{probe}/httpGet/scheme"), "HTTP");
                default(container, &format!("/{probe}/httpGet/path"), "/");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_gets_what_the_real_server_fills_in() {
        let mut body = json!({"spec": {"template": {"spec": {"containers": [
            {"name": "a", "image": "registry:5000/web", "resources": {"limits": {"cpu": "1"}}, "ports": [{"containerPort": 80}]},
            {"name": "b", "image": "web:1.2"},
        ]}}}});
        fill(Kind::Deployment, &mut body);
        assert_eq!(body["spec"]["replicas"], 1);
        assert_eq!(body["spec"]["strategy"]["rollingUpdate"]["maxSurge"], "25%");
        let containers = &body["spec"]["template"]["spec"]["containers"];
        assert_eq!(containers[0]["imagePullPolicy"], "Always");
        assert_eq!(containers[0]["resources"]["requests"]["cpu"], "1");
        assert_eq!(containers[0]["ports"][0]["protocol"], "TCP");
        assert_eq!(containers[1]["imagePullPolicy"], "IfNotPresent");
        assert_eq!(body["spec"]["template"]["spec"]["restartPolicy"], "Always");
    }

    #[test]
    fn a_replication_controller_selects_its_own_template() {
        let mut body =
            json!({"spec": {"template": {"metadata": {"labels": {"name": "redis"}}, "spec": {"containers": []}}}});
        fill(Kind::ReplicationController, &mut body);
        assert_eq!(body["spec"]["selector"], json!({"name": "redis"}));
        assert_eq!(body["metadata"]["labels"], json!({"name": "redis"}));
    }

    #[test]
    fn a_service_port_targets_itself() {
        let mut body = json!({"spec": {"ports": [{"port": 80}]}});
        fill(Kind::Service, &mut body);
        assert_eq!(body["spec"]["ports"][0]["targetPort"], 80);
        assert_eq!(body["spec"]["type"], "ClusterIP");
    }
}
