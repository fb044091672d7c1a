//! Rows of everything that is neither a pod nor a workload.

use super::super::json::{flag, list, number, pairs, text};
use super::super::kinds::Kind;
use super::{AGE, Column, NAME, age, name, since};
use serde_json::Value;

pub(super) fn columns(kind: Kind) -> Vec<Column> {
    match kind {
        Kind::Node => vec![
            NAME,
            ("Status", "string", 0, "Ready or not, cordoned or not."),
            ("Roles", "string", 0, "Roles, from labels."),
            AGE,
            ("Version", "string", 0, "Version of the kubelet."),
            ("Internal-IP", "string", 1, "Address in the bay's network."),
            ("External-IP", "string", 1, "Address outside."),
            ("OS-Image", "string", 1, "Operating system."),
            ("Kernel-Version", "string", 1, "Kernel."),
            ("Container-Runtime", "string", 1, "Container runtime."),
        ],
        Kind::Service => vec![
            NAME,
            ("Type", "string", 0, "How the service is reached."),
            ("Cluster-IP", "string", 0, "Address inside the cluster."),
            ("External-IP", "string", 0, "Address outside."),
            ("Port(s)", "string", 0, "Ports."),
            AGE,
            ("Selector", "string", 1, "Labels of the pods behind it."),
        ],
        Kind::Event => vec![
            ("Last Seen", "string", 0, "Time since it was last seen."),
            ("Type", "string", 0, "Normal or Warning."),
            ("Reason", "string", 0, "Why, in one word."),
            ("Object", "string", 0, "What it is about."),
            ("Subobject", "string", 1, "Part of the object."),
            ("Source", "string", 1, "Who says it."),
            ("Message", "string", 0, "What happened."),
            ("First Seen", "string", 1, "Time since it was first seen."),
            ("Count", "string", 1, "How often."),
            ("Name", "string", 1, "Name of the event."),
        ],
        Kind::Namespace => vec![NAME, ("Status", "string", 0, "Active or Terminating."), AGE],
        Kind::ConfigMap => vec![NAME, ("Data", "string", 0, "Number of entries."), AGE],
        Kind::Secret => vec![NAME, ("Type", "string", 0, "Type."), ("Data", "string", 0, "Number of entries."), AGE],
        Kind::ServiceAccount => vec![NAME, ("Secrets", "string", 0, "Number of secrets."), AGE],
        Kind::Endpoints => vec![NAME, ("Endpoints", "string", 0, "Addresses behind the service."), AGE],
        Kind::PersistentVolumeClaim => vec![
            NAME,
            ("Status", "string", 0, "Phase."),
            ("Volume", "string", 0, "Bound volume."),
            ("Capacity", "string", 0, "Size."),
            ("Access Modes", "string", 0, "How it may be mounted."),
            ("StorageClass", "string", 0, "Storage class."),
            ("VolumeAttributesClass", "string", 0, "Class of its attributes."),
            AGE,
            ("VolumeMode", "string", 1, "Filesystem or Block."),
        ],
        Kind::PersistentVolume => vec![
            NAME,
            ("Capacity", "string", 0, "Size."),
            ("Access Modes", "string", 0, "How it may be mounted."),
            ("Reclaim Policy", "string", 0, "What becomes of it when its claim goes."),
            ("Status", "string", 0, "Phase."),
            ("Claim", "string", 0, "The claim it is bound to."),
            ("StorageClass", "string", 0, "Storage class."),
            ("VolumeAttributesClass", "string", 0, "Class of its attributes."),
            ("Reason", "string", 0, "Why it is in this phase."),
            AGE,
            ("VolumeMode", "string", 1, "Filesystem or Block."),
        ],
        Kind::EndpointSlice => vec![
            NAME,
            ("AddressType", "string", 0, "IPv4, IPv6 or FQDN."),
            ("Ports", "string", 0, "Ports of the addresses."),
            ("Endpoints", "string", 0, "Addresses behind the service."),
            AGE,
        ],
        Kind::ControllerRevision => vec![
            NAME,
            ("Controller", "string", 0, "Whose template it is."),
            ("Revision", "string", 0, "Number in the history."),
            AGE,
        ],
        Kind::Ingress => vec![
            NAME,
            ("Class", "string", 0, "Ingress class."),
            ("Hosts", "string", 0, "Hosts."),
            ("Address", "string", 0, "Address."),
            ("Ports", "string", 0, "Ports."),
            AGE,
        ],
        Kind::Lease => vec![NAME, ("Holder", "string", 0, "Who holds it."), AGE],
        Kind::StorageClass => vec![
            NAME,
            ("Provisioner", "string", 0, "Who makes volumes."),
            ("ReclaimPolicy", "string", 0, "What becomes of released volumes."),
            ("VolumeBindingMode", "string", 0, "When volumes are made."),
            ("AllowVolumeExpansion", "boolean", 0, "Whether volumes may grow."),
            AGE,
        ],
        Kind::PriorityClass => vec![
            NAME,
            ("Value", "integer", 0, "Priority."),
            ("Global-Default", "boolean", 0, "Whether it is the default."),
            AGE,
        ],
        Kind::NodeMetrics | Kind::PodMetrics => vec![
            NAME,
            ("CPU", "string", 0, "CPU in use."),
            ("Memory", "string", 0, "Memory in use."),
            ("Window", "string", 0, "Time over which it was measured."),
        ],
        _ => vec![NAME, ("Created At", "date", 0, "When it was created.")],
    }
}

pub(super) fn cells(kind: Kind, object: &Value, now: i64) -> Vec<Value> {
    let (name, age) = (name(object), age(object, now));
    let at = |p: &str| Value::from(text(object, p));
    let entries = |p: &str| object.pointer(p).and_then(Value::as_object).map_or(0, |m| m.len());
    match kind {
        Kind::Node => node(object, name, age),
        Kind::Service => service(object, name, age),
        Kind::Event => event(object, now),
        Kind::Namespace => vec![name, at("/status/phase"), age],
        Kind::ConfigMap => vec![name, (entries("/data") + entries("/binaryData")).into(), age],
        Kind::Secret => vec![name, at("/type"), entries("/data").into(), age],
        Kind::ServiceAccount => vec![name, list(object, "/secrets").len().to_string().into(), age],
        Kind::Endpoints => vec![name, endpoints(object).into(), age],
        Kind::PersistentVolumeClaim => vec![
            name,
            at("/status/phase"),
            at("/spec/volumeName"),
            at("/status/capacity/storage"),
            modes(object).into(),
            at("/spec/storageClassName"),
            "<unset>".into(),
            age,
            at("/spec/volumeMode"),
        ],
        Kind::PersistentVolume => {
            let claim = match text(object, "/spec/claimRef/name") {
                "" => String::new(),
                name => format!("{}/{name}", text(object, "/spec/claimRef/namespace")),
            };
            vec![
                name,
                at("/spec/capacity/storage"),
                modes(object).into(),
                at("/spec/persistentVolumeReclaimPolicy"),
                at("/status/phase"),
                claim.into(),
                at("/spec/storageClassName"),
                "<unset>".into(),
                at("/status/reason"),
                age,
                at("/spec/volumeMode"),
            ]
        }
        Kind::EndpointSlice => {
            let ports: Vec<String> =
                list(object, "/ports").iter().map(|p| number(p, "/port").unwrap_or(0).to_string()).collect();
            let addresses = list(object, "/endpoints").iter().flat_map(|e| list(e, "/addresses"));
            let addresses = addresses.filter_map(|a| a.as_str().map(str::to_owned)).collect();
            let unset = |text: String| if text == "<none>" { "<unset>".to_owned() } else { text };
            vec![name, at("/addressType"), unset(first_three(ports)).into(), unset(first_three(addresses)).into(), age]
        }
        Kind::ControllerRevision => {
            let owner = &list(object, "/metadata/ownerReferences").first().cloned().unwrap_or_default();
            // The kind with its group, as in `daemonset.apps/kube-proxy`.
            let group = text(owner, "/apiVersion").split_once('/').map_or("", |(group, _)| group);
            let controller = format!("{}.{group}/{}", text(owner, "/kind").to_lowercase(), text(owner, "/name"));
            vec![name, controller.into(), number(object, "/revision").unwrap_or(0).to_string().into(), age]
        }
        Kind::Ingress => {
            let hosts: Vec<&str> =
                list(object, "/spec/rules").iter().map(|r| text(r, "/host")).filter(|h| !h.is_empty()).collect();
            let hosts = if hosts.is_empty() { "*".to_owned() } else { hosts.join(",") };
            let class = super::or_none(text(object, "/spec/ingressClassName").to_owned());
            let ports = if list(object, "/spec/tls").is_empty() { "80" } else { "80, 443" };
            vec![name, class.into(), hosts.into(), at("/status/loadBalancer/ingress/0/ip"), ports.into(), age]
        }
        Kind::Lease => vec![name, at("/spec/holderIdentity"), age],
        Kind::StorageClass => {
            let default = text(object, "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true";
            let shown = if default {
                format!("{} (default)", text(object, "/metadata/name"))
            } else {
                text(object, "/metadata/name").into()
            };
            vec![
                shown.into(),
                at("/provisioner"),
                at("/reclaimPolicy"),
                at("/volumeBindingMode"),
                flag(object, "/allowVolumeExpansion").into(),
                age,
            ]
        }
        Kind::PriorityClass => {
            vec![name, number(object, "/value").unwrap_or(0).into(), flag(object, "/globalDefault").into(), age]
        }
        Kind::NodeMetrics => vec![name, at("/usage/cpu"), at("/usage/memory"), at("/window")],
        Kind::PodMetrics => vec![name, at("/containers/0/usage/cpu"), at("/containers/0/usage/memory"), at("/window")],
        _ => vec![name, at("/metadata/creationTimestamp")],
    }
}

fn node(object: &Value, name: Value, age: Value) -> Vec<Value> {
    let ready = list(object, "/status/conditions").iter().find(|c| text(c, "/type") == "Ready");
    let mut status = match ready.map(|c| text(c, "/status")) {
        Some("True") => "Ready".to_owned(),
        Some(_) => "NotReady".into(),
        None => "Unknown".into(),
    };
    if flag(object, "/spec/unschedulable") {
        status.push_str(",SchedulingDisabled");
    }
    let mut roles: Vec<&str> =
        pairs(object, "/metadata/labels").filter_map(|(k, _)| k.strip_prefix("node-role.kubernetes.io/")).collect();
    roles.sort_unstable();
    let address = |kind: &str| {
        let found = list(object, "/status/addresses").iter().find(|a| text(a, "/type") == kind);
        Value::from(super::or_none(found.map(|a| text(a, "/address")).unwrap_or("").to_owned()))
    };
    let info = |p: &str| Value::from(text(object, &format!("/status/nodeInfo/{p}")));
    vec![
        name,
        status.into(),
        super::or_none(roles.join(",")).into(),
        age,
        info("kubeletVersion"),
        address("InternalIP"),
        address("ExternalIP"),
        info("osImage"),
        info("kernelVersion"),
        info("containerRuntimeVersion"),
    ]
}

fn service(object: &Value, name: Value, age: Value) -> Vec<Value> {
    let kind = text(object, "/spec/type");
    let ports: Vec<String> = list(object, "/spec/ports")
        .iter()
        .map(|p| {
            let port = number(p, "/port").unwrap_or(0);
            match number(p, "/nodePort") {
                Some(node) => format!("{port}:{node}/{}", text(p, "/protocol")),
                None => format!("{port}/{}", text(p, "/protocol")),
            }
        })
        .collect();
    let given: Vec<&str> = list(object, "/status/loadBalancer/ingress").iter().map(|i| text(i, "/ip")).collect();
    let outside = match kind {
        "LoadBalancer" if given.is_empty() => "<pending>".to_owned(),
        "LoadBalancer" => given.join(","),
        "ExternalName" => text(object, "/spec/externalName").to_owned(),
        _ => "<none>".into(),
    };
    vec![
        name,
        kind.into(),
        super::or_none(text(object, "/spec/clusterIP").to_owned()).into(),
        outside.into(),
        super::or_none(ports.join(",")).into(),
        age,
        super::labels(object, "/spec/selector").into(),
    ]
}

fn event(object: &Value, now: i64) -> Vec<Value> {
    let at = |p: &str| Value::from(text(object, p));
    let about =
        format!("{}/{}", text(object, "/involvedObject/kind").to_lowercase(), text(object, "/involvedObject/name"));
    let source = match (text(object, "/source/component"), text(object, "/source/host")) {
        (component, "") => component.to_owned(),
        (component, host) => format!("{component}, {host}"),
    };
    vec![
        since(text(object, "/lastTimestamp"), now).into(),
        at("/type"),
        at("/reason"),
        about.into(),
        at("/involvedObject/fieldPath"),
        source.into(),
        text(object, "/message").trim().into(),
        since(text(object, "/firstTimestamp"), now).into(),
        number(object, "/count").unwrap_or(1).to_string().into(),
        at("/metadata/name"),
    ]
}

fn endpoints(object: &Value) -> String {
    let mut all = Vec::new();
    for subset in list(object, "/subsets") {
        for address in list(subset, "/addresses") {
            let ports = list(subset, "/ports");
            if ports.is_empty() {
                all.push(text(address, "/ip").to_owned());
            }
            for port in ports {
                all.push(format!("{}:{}", text(address, "/ip"), number(port, "/port").unwrap_or(0)));
            }
        }
    }
    first_three(all)
}

fn first_three(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(3);
    all.truncate(3);
    let shown = super::or_none(all.join(","));
    if more > 0 { format!("{shown} + {more} more...") } else { shown }
}

fn modes(object: &Value) -> String {
    let short = |m: &Value| match m.as_str() {
        Some("ReadWriteOnce") => "RWO",
        Some("ReadOnlyMany") => "ROX",
        Some("ReadWriteMany") => "RWX",
        _ => "RWOP",
    };
    list(object, "/spec/accessModes").iter().map(short).collect::<Vec<_>>().join(",")
}
