//! Machines of a bay: their node objects, heartbeats, and what happens when one falls silent, returns, comes or goes.
//!
//! Follows the node lifecycle controller: 40 s without a heartbeat make a node's conditions Unknown and taint it; its pods
//! stop being ready at once and are evicted when their toleration of the taint ends.

use super::derived;
use super::events::Said;
use super::json::{self, list, micro_stamp, stamp, text};
use super::kinds::Kind;
use super::quantity::{cpu_text, kibi_text};
use super::scheduler::{set_condition, tolerates};
use super::store::{Key, Object};
use super::world::{Task, World};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Seconds without a heartbeat until a node counts as unreachable (`--node-monitor-grace-period`).
const GRACE_SECONDS: f64 = 40.0;
/// The taint of an unreachable node.
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// GPU slices a node of a GPU group offers: one card of seven slices.
const GPU_SLICES: u32 = 7;

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NodeRole {
    /// Runs the control plane; other pods stay away.
    Master,
    /// Runs workloads.
    #[default]
    Worker,
}

/// Keeps pods away that do not tolerate it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taint {
    /// Key.
    pub key: String,
    /// Value; may be empty.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule`, `NoExecute`.
    pub effect: String,
}

impl Taint {
    fn body(&self) -> Value {
        let mut body = json!({"key": self.key, "effect": self.effect});
        if !self.value.is_empty() {
            body["value"] = self.value.clone().into();
        }
        body
    }
}

/// A machine as the cloud made it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeSpec {
    /// Name of the server, which is the node's.
    pub name: String,
    /// Role.
    pub role: NodeRole,
    /// Node group (`default-master`, `default-worker`, `himem`…).
    pub group: String,
    /// Availability zone.
    pub zone: String,
    /// Flavor's name.
    pub flavor: String,
    /// CPU in thousandths of a core.
    pub cpu_milli: u64,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Most pods.
    pub max_pods: u32,
    /// `openstack:///<server uuid>`.
    pub provider_id: String,
    /// Address in the bay's network.
    pub internal_ip: String,
    /// When the server was made.
    pub created: Timestamp,
    /// Labels of its node group.
    pub labels: Vec<(String, String)>,
    /// Taints of its node group.
    pub taints: Vec<Taint>,
    /// Version of Kubernetes on it; empty: the bay's.
    pub version: String,
    /// The server is being rebuilt: the node is drained and takes no pods.
    pub rebuilding: bool,
}

impl NodeSpec {
    /// Belongs to a group with GPUs.
    pub fn has_gpu(&self) -> bool {
        self.group.contains("gpu") || self.flavor.contains("gpu")
    }
}

/// A machine and its kubelet.
#[derive(Debug, Clone)]
pub struct NodeLife {
    /// As the cloud made it.
    pub spec: NodeSpec,
    /// The kubelet reports.
    pub alive: bool,
    /// Since when it does not.
    pub silent_since: Timestamp,
    /// Its node object is there.
    pub registered: bool,
    /// The server is gone; the node goes when it is drained.
    pub leaving: bool,
    /// Number in the bay, part of its pods' addresses.
    pub number: u32,
    /// Last pod address given.
    pub last_host: u32,
    /// When it last sent its whole status.
    pub told: Timestamp,
}

impl World {
    /// Adds a machine; its node object comes with [`World::register_node`].
    pub fn add_machine(&mut self, spec: NodeSpec) {
        let number = self.nodes.values().map(|n| n.number + 1).max().unwrap_or(0);
        let life = NodeLife {
            alive: true,
            silent_since: self.now,
            registered: false,
            leaving: false,
            number,
            last_host: 1,
            told: self.now,
            spec,
        };
        self.nodes.insert(life.spec.name.clone(), life);
    }

    /// Does the kubelet of a node act?
    pub fn node_alive(&self, name: &str) -> bool {
        self.nodes.get(name).is_some_and(|n| n.alive)
    }

    /// A fresh pod address on a node: `10.100.<node>.<pod>`.
    pub fn pod_address(&mut self, node: &str) -> String {
        match self.nodes.get_mut(node) {
            Some(life) => {
                life.last_host = if life.last_host >= 254 { 2 } else { life.last_host + 1 };
                format!("10.{}.{}.{}", 100 + life.number / 256, life.number % 256, life.last_host)
            }
            None => "10.99.0.2".into(),
        }
    }

    /// Writes the node object and the lease of a machine.
    pub fn register_node(&mut self, name: &str) {
        let Some(life) = self.nodes.get_mut(name).filter(|n| !n.registered) else { return };
        life.registered = true;
        life.alive = true;
        life.told = self.now;
        let spec = life.spec.clone();
        let body = node_body(&spec, self.version_of(&spec), self.now);
        let node = self.create(Kind::Node, body);
        let lease = json!({
            "metadata": {"name": name, "namespace": "kube-node-lease", "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": &*node.facts.uid}]},
            "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro_stamp(self.now)},
        });
        self.create(Kind::Lease, lease);
        if self.now.as_second() - spec.created.as_second() < 3600 {
            let message = format!("Node {name} event: Registered Node {name} in Controller");
            self.say(&node, Said::normal("node-controller", "RegisteredNode", &message));
        }
    }

    /// The machines changed: new ones register after a moment, missing ones are drained and go.
    pub fn set_machines(&mut self, specs: Vec<NodeSpec>) {
        let wanted: BTreeSet<String> = specs.iter().map(|s| s.name.clone()).collect();
        let leaves = |(name, life): &(&String, &NodeLife)| !life.leaving && !wanted.contains(*name);
        let gone: Vec<String> = self.nodes.iter().filter(leaves).map(|(name, _)| name.clone()).collect();
        let mut new = 0;
        for spec in specs {
            if self.nodes.contains_key(&spec.name) {
                self.change_machine(spec);
            } else {
                let name = spec.name.clone();
                self.add_machine(spec);
                self.later(2.0 + f64::from(new) * 0.7, Task::Register(name));
                new += 1;
            }
        }
        for name in gone {
            if let Some(life) = self.nodes.get_mut(&name) {
                life.leaving = true;
            }
            self.cordon(&name, true);
            let pods: Vec<Key> = self.store.pods_on(&name).map(|p| p.key.clone()).collect();
            pods.iter().for_each(|pod| self.delete_pod(pod, Some(20)));
            self.later(8.0, Task::Deregister(name));
        }
    }

    fn cordon(&mut self, name: &str, on: bool) {
        self.update(Kind::Node, &Key::new("", name), |b| {
            if on {
                json::set(b, "/spec/unschedulable", true);
            } else {
                json::remove(b, "/spec/unschedulable");
            }
        });
    }

    /// A machine that is known changed: its group's labels and taints, its version, or it is being rebuilt.
    fn change_machine(&mut self, spec: NodeSpec) {
        let Some(life) = self.nodes.get_mut(&spec.name) else { return };
        let back = std::mem::take(&mut life.leaving);
        let old = std::mem::replace(&mut life.spec, spec.clone());
        if (old == spec && !back) || !life.registered {
            return;
        }
        let version = self.version_of(&spec).to_owned();
        self.update(Kind::Node, &Key::new("", &spec.name), |body| {
            let labels = json::object_at(body, "/metadata/labels");
            labels.retain(|key, _| !old.labels.iter().any(|(known, _)| known == key));
            labels.extend(spec.labels.iter().map(|(key, value)| (key.clone(), value.clone().into())));
            let own: Vec<Value> = old.taints.iter().map(Taint::body).collect();
            let taints = json::list_at(body, "/spec/taints");
            taints.retain(|taint| !own.contains(taint));
            taints.extend(spec.taints.iter().map(Taint::body));
            if list(body, "/spec/taints").is_empty() {
                json::remove(body, "/spec/taints");
            }
            for place in ["kubeletVersion", "kubeProxyVersion"] {
                json::set(body, &format!("/status/nodeInfo/{place}"), version.clone());
            }
        });
        if spec.rebuilding && !old.rebuilding {
            self.cordon(&spec.name, true);
            self.drain(&spec.name);
        } else if back || (old.rebuilding && !spec.rebuilding) {
            self.cordon(&spec.name, false);
            self.images.remove(&spec.name);
            if let Some(node) = self.store.find(Kind::Node, "", &spec.name).cloned() {
                self.say(&node, Said::normal("kubelet", "Starting", "Starting kubelet.").on(&spec.name));
            }
        }
    }

    /// Deletes the pods of a node but for those that belong to it: daemons, and what its kubelet starts from files.
    fn drain(&mut self, name: &str) {
        let bound_to_it =
            |pod: &Object| pod.facts.controller().is_some_and(|owner| matches!(&*owner.kind, "DaemonSet" | "Node"));
        let pods: Vec<Key> = self.store.pods_on(name).filter(|p| !bound_to_it(p)).map(|p| p.key.clone()).collect();
        pods.iter().for_each(|pod| self.delete_pod(pod, None));
    }

    /// The version of Kubernetes on a machine.
    fn version_of<'a>(&'a self, spec: &'a NodeSpec) -> &'a str {
        if spec.version.is_empty() { &self.version } else { &spec.version }
    }

    /// The control plane runs another version: so do its own pods, and the proxies that are rolled out with it.
    pub fn set_version(&mut self, version: &str) {
        let old = std::mem::replace(&mut self.version, version.to_owned());
        let (from, to) = (format!(":{old}"), format!(":{version}"));
        let renew = |image: &mut Value| {
            let new = image.as_str().filter(|text| text.starts_with("registry.k8s.io/kube-"));
            if let Some(new) = new.and_then(|text| text.strip_suffix(&from)).map(|stem| format!("{stem}{to}")) {
                *image = new.into();
            }
        };
        let statics: Vec<Key> = self
            .store
            .list(Kind::Pod, Some("kube-system"))
            .filter(|pod| pod.facts.controller().is_some_and(|owner| &*owner.kind == "Node"))
            .map(|pod| pod.key.clone())
            .collect();
        for key in statics {
            self.update(Kind::Pod, &key, |body| {
                for place in ["/spec/containers/0/image", "/status/containerStatuses/0/image"] {
                    body.pointer_mut(place).into_iter().for_each(renew);
                }
            });
        }
        self.update(Kind::DaemonSet, &Key::new("kube-system", "kube-proxy"), |body| {
            body.pointer_mut("/spec/template/spec/containers/0/image").into_iter().for_each(renew);
        });
    }

    /// The bay has another certificate authority.
    pub fn set_authority(&mut self, ca_pem: &str) {
        self.update(Kind::ConfigMap, &Key::new("kube-system", "kube-root-ca.crt"), |body| {
            json::object_at(body, "/data").insert("ca.crt".into(), ca_pem.into());
        });
    }

    /// A drained machine leaves the bay, unless it was wanted again meanwhile.
    pub fn deregister_node(&mut self, name: &str) {
        if self.nodes.get(name).is_some_and(|life| !life.leaving) {
            return;
        }
        self.nodes.remove(name);
        self.images.remove(name);
        self.store.remove(Kind::Node, &Key::new("", name));
        self.store.remove(Kind::Lease, &Key::new("kube-node-lease", name));
    }

    /// Kubelets renew their leases; the node controller looks for silent ones. Comes back in ten seconds.
    pub fn heartbeat(&mut self) {
        let names: Vec<(String, bool, Timestamp)> = self
            .nodes
            .values()
            .filter(|n| n.registered)
            .map(|n| (n.spec.name.clone(), n.alive, n.silent_since))
            .collect();
        let renewed = micro_stamp(self.now);
        for (name, alive, silent_since) in names {
            if alive {
                let lease = Key::new("kube-node-lease", &name);
                self.update(Kind::Lease, &lease, |b| json::set(b, "/spec/renewTime", renewed.clone()));
                self.beat(&name);
            } else {
                let silent = self.now.duration_since(silent_since).as_secs_f64() * self.speed;
                if silent >= GRACE_SECONDS {
                    self.judge_unreachable(&name);
                }
            }
        }
        let seconds = (10.0 / self.speed).max(2.0) * self.speed;
        self.later(seconds, Task::Heartbeat);
    }

    /// The full node status is sent every five minutes.
    fn beat(&mut self, name: &str) {
        let now = self.now;
        let Some(life) = self.nodes.get_mut(name) else { return };
        if now.as_second() - life.told.as_second() >= 300 {
            life.told = now;
            self.update(Kind::Node, &Key::new("", name), |body| {
                for condition in json::list_at(body, "/status/conditions") {
                    json::set(condition, "/lastHeartbeatTime", stamp(now));
                }
            });
        }
    }

    /// A machine stops answering.
    pub fn silence_node(&mut self, name: &str) {
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(name).filter(|n| n.alive) {
            node.alive = false;
            node.silent_since = now;
        }
    }

    /// The node controller gives a silent node up: conditions, taints, its pods' readiness, eviction later.
    pub fn judge_unreachable(&mut self, name: &str) {
        let key = Key::new("", name);
        let Some(node) = self.store.get(Kind::Node, &key).cloned() else { return };
        if list(&node.value(), "/spec/taints").iter().any(|t| text(t, "/key") == UNREACHABLE) {
            return;
        }
        let now = stamp(self.now);
        self.update(Kind::Node, &key, |body| {
            for condition in json::list_at(body, "/status/conditions") {
                json::set(condition, "/status", "Unknown");
                json::set(condition, "/reason", "NodeStatusUnknown");
                json::set(condition, "/message", "Kubelet stopped posting node status.");
                json::set(condition, "/lastTransitionTime", now.clone());
            }
            let taints = json::list_at(body, "/spec/taints");
            for effect in ["NoSchedule", "NoExecute"] {
                taints.push(json!({"key": UNREACHABLE, "effect": effect, "timeAdded": now}));
            }
        });
        let message = format!("Node {name} status is now: NodeNotReady");
        self.say(&node, Said::normal("node-controller", "NodeNotReady", &message));
        let pods: Vec<Arc<Object>> = self.store.pods_on(name).cloned().collect();
        let mut waits: BTreeSet<i64> = BTreeSet::new();
        for pod in &pods {
            if pod.facts.pod.as_ref().is_some_and(|p| p.active()) {
                self.update(Kind::Pod, &pod.key, |body| {
                    set_condition(body, "Ready", "False", "", "", &now);
                });
                self.say(pod, Said::warning("node-controller", "NodeNotReady", "Node is not ready"));
            }
            waits.extend(patience(&pod.value()));
        }
        for seconds in waits {
            self.later(seconds as f64, Task::Evict(name.to_owned()));
        }
    }

    /// Deletes the pods whose patience with an unreachable node has ended.
    pub fn evict_from(&mut self, name: &str) {
        let key = Key::new("", name);
        let Some(node) = self.store.get(Kind::Node, &key).map(|n| n.value()) else { return };
        let added = list(&node, "/spec/taints")
            .iter()
            .find(|t| text(t, "/key") == UNREACHABLE && text(t, "/effect") == "NoExecute")
            .and_then(|t| json::seconds(text(t, "/timeAdded")));
        let Some(added) = added else { return };
        let passed = (self.now.as_second() - added + 1) as f64 * self.speed;
        let pods: Vec<Arc<Object>> = self.store.pods_on(name).filter(|p| !p.facts.deleting).cloned().collect();
        for pod in pods {
            if patience(&pod.value()).is_some_and(|seconds| passed >= seconds as f64) {
                let message = format!("Marking for deletion Pod {}/{}", pod.key.namespace, pod.key.name);
                self.say(&pod, Said::normal("taint-eviction-controller", "TaintManagerEviction", &message));
                self.delete_pod(&pod.key, None);
            }
        }
    }

    /// A silent machine answers again.
    pub fn return_node(&mut self, name: &str) {
        let Some(life) = self.nodes.get_mut(name).filter(|n| !n.alive) else { return };
        life.alive = true;
        life.told = self.now;
        let spec = life.spec.clone();
        let key = Key::new("", name);
        let Some(node) = self.store.get(Kind::Node, &key).cloned() else { return };
        if !list(&node.value(), "/spec/taints").iter().any(|t| text(t, "/key") == UNREACHABLE) {
            return;
        }
        let (now, version) = (self.now, self.version_of(&spec).to_owned());
        self.update(Kind::Node, &key, |body| {
            json::list_at(body, "/spec/taints").retain(|t| text(t, "/key") != UNREACHABLE);
            if list(body, "/spec/taints").is_empty() {
                json::remove(body, "/spec/taints");
            }
            let fresh = node_body(&spec, &version, now);
            let mut conditions = fresh.pointer("/status/conditions").cloned().unwrap_or_default();
            for condition in conditions.as_array_mut().into_iter().flatten() {
                json::set(condition, "/lastTransitionTime", stamp(now));
                json::set(condition, "/lastHeartbeatTime", stamp(now));
            }
            json::set(body, "/status/conditions", conditions);
        });
        let message = format!("Node {name} status is now: NodeReady");
        self.say(&node, Said::normal("kubelet", "NodeReady", &message).on(name));
        let pods: Vec<Key> = self.store.pods_on(name).map(|p| p.key.clone()).collect();
        for pod in pods {
            self.update(Kind::Pod, &pod, |body| {
                let statuses = list(body, "/status/containerStatuses");
                if !statuses.is_empty() && statuses.iter().all(|c| json::flag(c, "/ready")) {
                    set_condition(body, "Ready", "True", "", "", &stamp(now));
                }
            });
        }
    }
}

/// Seconds a pod stays on an unreachable node; `None` = for ever.
fn patience(pod: &Value) -> Option<i64> {
    let fitting: Vec<&Value> =
        list(pod, "/spec/tolerations").iter().filter(|t| tolerates(t, UNREACHABLE, "", "NoExecute")).collect();
    if fitting.is_empty() {
        return Some(0);
    }
    fitting.iter().map(|t| json::number(t, "/tolerationSeconds")).min_by_key(|s| s.unwrap_or(i64::MAX)).flatten()
}

/// The node object that a kubelet and the cloud provider write together.
pub fn node_body(spec: &NodeSpec, version: &str, now: Timestamp) -> Value {
    let master = spec.role == NodeRole::Master;
    let mut labels = json!({
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": spec.name,
        "node.kubernetes.io/instance-type": spec.flavor, "beta.kubernetes.io/instance-type": spec.flavor,
        "topology.kubernetes.io/zone": spec.zone, "topology.kubernetes.io/region": "RegionOne",
        "failure-domain.beta.kubernetes.io/zone": spec.zone, "failure-domain.beta.kubernetes.io/region": "RegionOne",
        "magnum.openstack.org/nodegroup": spec.group, "magnum.openstack.org/role": if master { "master" } else { "worker" },
    });
    let mut node_spec = json!({"providerID": spec.provider_id});
    let mut taints = Vec::new();
    if master {
        for role in ["master", "control-plane"] {
            json::object(&mut labels).insert(format!("node-role.kubernetes.io/{role}"), "".into());
        }
        taints.push(json!({"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}));
    } else {
        json::object(&mut labels).insert("node-role.kubernetes.io/worker".into(), "".into());
    }
    if spec.has_gpu() {
        json::object(&mut labels).insert("nvidia.com/gpu.present".into(), "true".into());
        taints.push(json!({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}));
    }
    taints.extend(spec.taints.iter().map(Taint::body));
    let given = spec.labels.iter().map(|(key, value)| (key.clone(), value.clone().into()));
    json::object(&mut labels).extend(given);
    if !taints.is_empty() {
        node_spec["taints"] = taints.into();
    }
    // The kubelet keeps some of the machine for itself.
    let reserved_cpu = (spec.cpu_milli / 20).min(400);
    let reserved_memory = (spec.memory_bytes / 16).min(1 << 30);
    let mut capacity = json!({
        "cpu": cpu_text(spec.cpu_milli), "memory": kibi_text(spec.memory_bytes), "pods": spec.max_pods.to_string(),
        "ephemeral-storage": "41922540Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0",
    });
    if spec.has_gpu() {
        capacity["nvidia.com/gpu"] = GPU_SLICES.to_string().into();
    }
    let mut allocatable = capacity.clone();
    allocatable["cpu"] = cpu_text(spec.cpu_milli - reserved_cpu).into();
    allocatable["memory"] = kibi_text(spec.memory_bytes - reserved_memory).into();
    allocatable["ephemeral-storage"] = "38635812876".into();
    let machine = spec.provider_id.rsplit('/').next().unwrap_or("").to_owned();
    let created = stamp(spec.created);
    let condition = |kind: &str, status: &str, reason: &str, message: &str| json!({"type": kind, "status": status, "reason": reason, "message": message, "lastHeartbeatTime": stamp(now), "lastTransitionTime": created});
    json!({
        "metadata": {
            "name": spec.name, "labels": labels, "creationTimestamp": created,
            "annotations": {"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        },
        "spec": node_spec,
        "status": {
            "capacity": capacity, "allocatable": allocatable,
            "addresses": [{"type": "InternalIP", "address": spec.internal_ip}, {"type": "Hostname", "address": spec.name}],
            "conditions": [
                condition("NetworkUnavailable", "False", "CalicoIsUp", "Calico is running on this node"),
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "kernelVersion": "6.8.11-300.fc40.x86_64",
                "osImage": "Fedora CoreOS 40.20240616.3.0", "containerRuntimeVersion": "containerd://1.7.17",
                "kubeletVersion": version, "kubeProxyVersion": version,
                "machineID": machine.replace('-', ""), "systemUUID": machine, "bootID": derived::uid(&machine),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{advance, deployment, world_with_nodes};
    use super::*;

    #[test]
    fn a_silent_node_loses_its_pods_readiness_then_its_pods_and_may_return() {
        let mut world = world_with_nodes(2);
        let spec = json!({"containers": [{"name": "a", "image": "x"}], "nodeName": "worker-0", "tolerations": [{"key": UNREACHABLE, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]});
        let pod = world.create(Kind::Pod, json!({"metadata": {"namespace": "d", "name": "p"}, "spec": spec}));
        advance(&mut world, 20.0);
        let ready =
            |w: &World| w.store.get(Kind::Pod, &pod.key).and_then(|p| p.facts.pod.clone()).is_some_and(|p| p.ready);
        assert!(ready(&world));
        world.silence_node("worker-0");
        advance(&mut world, 60.0);
        assert!(!ready(&world));
        let node = world.store.find(Kind::Node, "", "worker-0").unwrap().value();
        assert_eq!(node["status"]["conditions"][4]["status"], "Unknown");
        assert_eq!(list(&node, "/spec/taints").len(), 2);
        advance(&mut world, 320.0);
        let deleting = world.store.get(Kind::Pod, &pod.key).map(|p| p.facts.deleting);
        assert_eq!(deleting, Some(true), "evicted, but nobody is there to end it");
        world.return_node("worker-0");
        advance(&mut world, 60.0);
        assert!(world.store.get(Kind::Pod, &pod.key).is_none());
        let node = world.store.find(Kind::Node, "", "worker-0").unwrap().value();
        assert_eq!(node["status"]["conditions"][4]["status"], "True");
        assert_eq!(node["spec"]["taints"], Value::Null);
    }

    #[test]
    fn a_machine_that_is_rebuilt_is_drained_and_comes_back_with_its_new_version() {
        let mut world = world_with_nodes(2);
        let key = deployment(&mut world, "web", 4, "web:1");
        advance(&mut world, 30.0);
        assert!(world.store.pods_on("worker-0").count() > 0);
        let specs: Vec<NodeSpec> = world.nodes.values().map(|n| n.spec.clone()).collect();
        let mut changed = specs.clone();
        changed[0].rebuilding = true;
        world.set_machines(changed);
        advance(&mut world, 40.0);
        assert_eq!(world.store.pods_on("worker-0").count(), 0, "drained");
        assert_eq!(world.store.get(Kind::Deployment, &key).unwrap().value()["status"]["readyReplicas"], 4);
        let mut changed = specs;
        changed[0].version = "v1.31.1".into();
        changed[0].labels = vec![("tier".into(), "gold".into())];
        changed[0].taints = vec![Taint { key: "tier".into(), value: "gold".into(), effect: "NoSchedule".into() }];
        world.set_machines(changed.clone());
        advance(&mut world, 5.0);
        let node = world.store.find(Kind::Node, "", "worker-0").unwrap().value();
        assert_eq!(node["status"]["nodeInfo"]["kubeletVersion"], "v1.31.1");
        assert_eq!(node["spec"]["unschedulable"], Value::Null);
        assert_eq!(node["metadata"]["labels"]["tier"], "gold");
        assert_eq!(node["spec"]["taints"], json!([{"key": "tier", "value": "gold", "effect": "NoSchedule"}]));
        changed[0].labels.clear();
        changed[0].taints.clear();
        world.set_machines(changed);
        let node = world.store.find(Kind::Node, "", "worker-0").unwrap().value();
        assert!(node["metadata"]["labels"].get("tier").is_none() && node["spec"].get("taints").is_none());
    }

    #[test]
    fn a_machine_that_is_wanted_again_while_it_leaves_stays() {
        let mut world = world_with_nodes(2);
        let specs: Vec<NodeSpec> = world.nodes.values().map(|n| n.spec.clone()).collect();
        world.set_machines(specs[1..].to_vec());
        advance(&mut world, 2.0);
        world.set_machines(specs);
        advance(&mut world, 30.0);
        let node = world.store.find(Kind::Node, "", "worker-0").unwrap().value();
        assert_eq!(node["spec"]["unschedulable"], Value::Null);
    }

    #[test]
    fn machines_come_and_go() {
        let mut world = world_with_nodes(2);
        let mut specs: Vec<NodeSpec> = world.nodes.values().map(|n| n.spec.clone()).collect();
        specs.remove(0);
        specs.push(NodeSpec { name: "worker-9".into(), ..specs[0].clone() });
        world.set_machines(specs);
        advance(&mut world, 30.0);
        let names: Vec<String> = world.store.list(Kind::Node, None).map(|n| n.key.name.to_string()).collect();
        assert_eq!(names, ["worker-1", "worker-9"]);
    }
}
