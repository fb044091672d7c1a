//! What every bay has: namespaces, classes, the control plane and its helpers in kube-system.

use super::super::json;
use super::super::kinds::Kind;
use super::super::nodes::NodeRole;
use super::super::store::Key;
use super::super::world::World;
use super::plan::{Form, Plan};
use super::seed::Seed;
use serde_json::json;

/// Minutes since the bay was made: its oldest node's age.
pub(super) fn age_minutes(world: &World) -> i64 {
    let oldest = world.nodes.values().map(|n| n.spec.created.as_second()).min();
    oldest.map_or(10, |o| ((world.now.as_second() - o) / 60).max(1))
}

/// Cluster-wide objects that do not need nodes.
pub(super) fn base(world: &mut World, ca_pem: &str) {
    for name in ["kube-system", "default", "kube-public", "kube-node-lease"] {
        let mut body = json!({"metadata": {"name": name}});
        super::super::defaults::fill(Kind::Namespace, &mut body);
        world.create(Kind::Namespace, body);
    }
    world.create(
        Kind::ConfigMap,
        json!({"metadata": {"namespace": "kube-system", "name": "kube-root-ca.crt"}, "data": {"ca.crt": ca_pem}}),
    );
    for (name, value) in [("system-node-critical", 2_000_001_000_i64), ("system-cluster-critical", 2_000_000_000)] {
        world.create(Kind::PriorityClass, json!({"metadata": {"name": name}, "value": value, "globalDefault": false, "preemptionPolicy": "PreemptLowerPriority", "description": "Used for system critical pods."}));
    }
    world.create(
        Kind::StorageClass,
        json!({
            "metadata": {"name": "cinder", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "cinder.csi.openstack.org", "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true,
        }),
    );
    world.create(
        Kind::IngressClass,
        json!({"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}}),
    );
    world.create(Kind::ClusterRole, json!({"metadata": {"name": "cluster-admin"}, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}]}));
    world.create(
        Kind::ClusterRoleBinding,
        json!({
            "metadata": {"name": "cluster-admin"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:masters"}],
        }),
    );
    let mut kubernetes = json!({
        "metadata": {"namespace": "default", "name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"clusterIP": "10.254.0.1", "clusterIPs": ["10.254.0.1"], "ports": [{"name": "https", "port": 443, "targetPort": 6443}]},
    });
    super::super::defaults::fill(Kind::Service, &mut kubernetes);
    world.create(Kind::Service, kubernetes);
}

/// The control plane's pods and the helpers on every node.
pub(super) fn workloads(seed: &mut Seed<'_>) {
    let age = age_minutes(seed.world);
    static_pods(seed, age);
    let everywhere = json!({"hostNetwork": true, "priorityClassName": "system-node-critical", "tolerations": [{"operator": "Exists"}]});
    let daemon = |name: &str, image: &str, cpu: &'static str, memory: &'static str| {
        Plan::new("kube-system", name, 0, image, cpu, memory)
            .form(Form::DaemonSet)
            .age(age)
            .changed(age.min(11 * 24 * 60))
            .spec(everywhere.clone())
    };
    seed.workload(&daemon("calico-node", "quay.io/calico/node:v3.27.3", "100m", "64Mi"));
    let version = seed.world.version.clone();
    seed.workload(&daemon("kube-proxy", &format!("registry.k8s.io/kube-proxy:{version}"), "20m", "48Mi"));
    seed.workload(&daemon(
        "csi-cinder-nodeplugin",
        "registry.k8s.io/provider-os/cinder-csi-plugin:v1.30.0",
        "20m",
        "48Mi",
    ));
    let mut masters = daemon(
        "openstack-cloud-controller-manager",
        "registry.k8s.io/provider-os/openstack-cloud-controller-manager:v1.30.0",
        "100m",
        "64Mi",
    );
    json::set(&mut masters.spec, "/nodeSelector", json!({"node-role.kubernetes.io/control-plane": ""}));
    seed.workload(&masters);
    let helper = |name: &str, replicas: usize, image: &str| {
        let mut plan =
            Plan::new("kube-system", name, replicas, image, "100m", "70Mi").age(age).changed(age.min(40 * 24 * 60));
        plan.spec = json!({"priorityClassName": "system-cluster-critical"});
        plan
    };
    // On a bay whose workers are still to come their pods wait for them.
    let waiting = !seed.world.nodes.values().any(|n| n.spec.role == NodeRole::Worker);
    let workers = if waiting { 2 } else { seed.workers.len().max(1) };
    let mut dns = helper("coredns", workers.min(4), "registry.k8s.io/coredns/coredns:v1.11.1").port(None, "");
    dns.probe = true;
    let metrics = helper("metrics-server", workers.min(2), "registry.k8s.io/metrics-server/metrics-server:v0.7.1")
        .port(Some(10250), "ClusterIP");
    let plugin = helper("csi-cinder-controllerplugin", 1, "registry.k8s.io/provider-os/cinder-csi-plugin:v1.30.0")
        .port(None, "");
    helper_workload(seed, &dns, waiting);
    seed.service("kube-system", "kube-dns", "coredns", 53, 53, "ClusterIP", age);
    // What `kubectl cluster-info` looks for, and the name it shows.
    seed.world.update(Kind::Service, &Key::new("kube-system", "kube-dns"), |service| {
        let labels = json::object_at(service, "/metadata/labels");
        labels.insert("kubernetes.io/cluster-service".into(), "true".into());
        labels.insert("kubernetes.io/name".into(), "CoreDNS".into());
    });
    helper_workload(seed, &metrics, waiting);
    helper_workload(seed, &plugin, waiting);
}

fn helper_workload(seed: &mut Seed<'_>, plan: &Plan, waiting: bool) {
    if waiting { seed.fresh_deployment(plan) } else { seed.workload(plan) }
}

/// Pods that the masters' kubelets start from files; their mirror objects are owned by the node.
fn static_pods(seed: &mut Seed<'_>, age: i64) {
    let version = seed.world.version.clone();
    let masters: Vec<String> =
        seed.world.nodes.values().filter(|n| n.spec.role == NodeRole::Master).map(|n| n.spec.name.clone()).collect();
    for node in masters {
        for (name, cpu, memory) in [
            ("etcd", "100m", "100Mi"),
            ("kube-apiserver", "250m", "512Mi"),
            ("kube-controller-manager", "200m", "128Mi"),
            ("kube-scheduler", "100m", "64Mi"),
        ] {
            let image = if name == "etcd" {
                "registry.k8s.io/etcd:3.5.12-0".to_owned()
            } else {
                format!("registry.k8s.io/{name}:{version}")
            };
            let mut plan = Plan::new("kube-system", name, 1, &image, cpu, memory).age(age).changed(age).port(None, "");
            plan.probe = false;
            seed.static_pod(&plan, &node);
        }
    }
}
