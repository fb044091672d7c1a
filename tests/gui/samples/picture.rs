//! The inside of a bay as the pictures of the design show it (27 nodes, 1,210 pods), and fleets of any size.

use bayview::model::cluster::{
    ClusterEvent, Link, Measuring, Node, NodeFacts, Picture, PodUsage, Progress, Service, ServiceFacts,
};
use bayview::model::columns::{NONE, PodRow, PodTable};
use bayview::model::status::Sign;
use bayview::model::workload::{ReplicaPoint, Replicas, Shortage, Spread, Workload, WorkloadFacts, WorkloadKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Id of the sample bay.
pub const BAY: &str = "3f1c0c2e-5a7b-4b6e-9d3a-2f7f5a1e9c11";

/// The moment at which the sample is looked at, seconds since 1970 (2026-11-24 10:58:45 UTC).
pub const NOW: i64 = 1_795_517_925;

const GI: u64 = 1 << 30;
const MI: u64 = 1 << 20;

/// Deployments of the sample: namespace, name, replicas wanted beside what the map's lights need.
const DEPLOYMENTS: &[(&str, &str)] = &[
    ("auth", "keycloak"),
    ("auth", "oauth2-proxy"),
    ("batch", "etl-worker"),
    ("batch", "report-render"),
    ("billing", "invoice-api"),
    ("billing", "ledger"),
    ("billing", "payment-gateway"),
    ("ingress", "nginx-ingress"),
    ("logging", "loki-gateway"),
    ("logging", "loki-querier"),
    ("media", "image-resize"),
    ("media", "transcode"),
    ("monitoring", "grafana"),
    ("monitoring", "prometheus-adapter"),
    ("search", "indexer"),
    ("search", "query-api"),
    ("shop", "cart"),
    ("shop", "catalog-api"),
    ("shop", "frontend"),
    ("shop", "inventory"),
    ("shop", "orders-api"),
    ("shop", "pricing"),
    ("shop", "recommender"),
    ("shop", "session-cache"),
    ("support", "chat-gateway"),
    ("support", "ticket-api"),
    ("web", "edge-cache"),
    ("web", "landing"),
];

const STATEFUL: &[(&str, &str, u32)] = &[
    ("auth", "postgres", 3),
    ("billing", "kafka", 5),
    ("logging", "loki-ingester", 6),
    ("monitoring", "prometheus", 2),
    ("search", "opensearch", 6),
    ("shop", "redis", 3),
];

const DAEMONS: &[(&str, &str)] = &[
    ("kube-system", "calico-node"),
    ("kube-system", "kube-proxy"),
    ("logging", "fluent-bit"),
    ("monitoring", "node-exporter"),
];

const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A short text that looks like the ones Kubernetes makes up, always the same for the same seed.
fn suffix(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    (0..length)
        .map(|_| {
            state ^= state >> 29;
            state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9).wrapping_add(0x94D0_49BB_1331_11EB);
            LETTERS[(state >> 33) as usize % LETTERS.len()] as char
        })
        .collect()
}

/// A ready node with room for 110 pods.
pub fn node(name: &str, group: &str, zone: &str) -> Node {
    let facts = NodeFacts {
        uid: format!("node-{name}"),
        name: name.to_owned(),
        role: if group.contains("master") { "master" } else { "worker" }.to_owned(),
        group: group.to_owned(),
        zone: zone.to_owned(),
        flavor: "m2.4xlarge".into(),
        provider_id: format!("openstack:///{name}"),
        address: "10.0.4.28".into(),
        version: "v1.30.4".into(),
        runtime: "containerd://1.7.20".into(),
        kernel: "6.8.11".into(),
        os_image: "Fedora CoreOS 40".into(),
        ready: Some(true),
        pods_limit: 110,
        cpu_milli: 16_000,
        memory_bytes: 64 * GI,
        created_at: NOW - 41 * 86_400,
        ..NodeFacts::default()
    };
    Arc::new(facts).into()
}

/// A running pod.
pub fn pod(namespace: &str, name: &str, node: &str, owner: &str) -> PodRow {
    let app = owner.split('/').next_back().unwrap_or_default();
    PodRow {
        uid: format!("{namespace}/{name}"),
        namespace: namespace.into(),
        name: name.into(),
        node: node.into(),
        owner: owner.into(),
        sign: Sign::Ok,
        succeeded: false,
        reason: "Running".into(),
        message: String::new(),
        ready: 1,
        containers: 1,
        restarts: 0,
        created_at: NOW - 6 * 3600,
        ip: "10.100.4.37".into(),
        cpu_milli: 200,
        memory_bytes: 700 * MI,
        labels: format!("app={app}"),
        images: format!("registry.lab.example/{app}:4.12.0"),
    }
}

/// The bay of the design's pictures: 27 nodes in four groups and three zones, 1,210 pods in every state.
pub fn prod() -> Picture {
    let mut nodes = prod_nodes();
    let mut rows = Vec::new();
    let fill = |rows: &mut Vec<PodRow>, at: usize, name: &str, want: usize| {
        for (namespace, daemon) in DAEMONS {
            let pod_name = format!("{daemon}-{}", suffix(at as u64 * 31 + daemon.len() as u64, 5));
            rows.push(pod(namespace, &pod_name, name, &format!("DaemonSet/{daemon}")));
        }
        if name.contains("master") {
            for part in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
                rows.push(pod("kube-system", &format!("{part}-{name}"), name, ""));
            }
            for (n, part) in ["coredns", "metrics-server", "calico-kube-controllers", "csi-cinder-controllerplugin"]
                .iter()
                .enumerate()
            {
                let hash = suffix(n as u64 + 77, 9);
                let pod_name = format!("{part}-{hash}-{}", suffix((at * 7 + n) as u64, 5));
                rows.push(pod("kube-system", &pod_name, name, &format!("Deployment/{part}")));
            }
        }
        let mut made = rows.iter().filter(|r| r.node == name).count();
        let mut turn = at * 11;
        while made < want {
            let (namespace, app) = DEPLOYMENTS[turn % DEPLOYMENTS.len()];
            let hash = suffix(app.len() as u64 * 131 + namespace.len() as u64, 10);
            let pod_name = format!("{app}-{hash}-{}", suffix((at * 1000 + made) as u64, 5));
            rows.push(pod(namespace, &pod_name, name, &format!("Deployment/{app}")));
            turn += 1;
            made += 1;
        }
    };
    // checkout-api: 23 placed replicas on 15 of 16 workers, and the two that fail.
    let placed = [0, 0, 1, 2, 3, 3, 5, 6, 7, 7, 8, 9, 10, 10, 11, 11, 12, 13, 14, 14, 14, 15, 15];
    for (n, worker) in placed.iter().enumerate() {
        let tail = if n == 5 { "x2kqj".to_owned() } else { suffix(n as u64 + 4000, 5) };
        let mut row = pod(
            "shop",
            &format!("checkout-api-6d9f7c8b54-{tail}"),
            &format!("k8s-prod-worker-{worker}"),
            "Deployment/checkout-api",
        );
        row.cpu_milli = 250;
        row.memory_bytes = 256 * MI;
        row.labels = "app=checkout-api,tier=backend".into();
        if n == 5 || n == 10 {
            row.sign = Sign::Failed;
            row.reason = "CrashLoopBackOff".into();
            row.message = "Exit code 1: connect redis: timeout".into();
            row.ready = 0;
            row.restarts = 14;
        }
        rows.push(row);
    }
    for (namespace, name, replicas) in STATEFUL {
        for ordinal in 0..*replicas {
            let worker = (ordinal as usize * 5 + name.len()) % 11;
            let owner = format!("StatefulSet/{name}");
            rows.push(pod(namespace, &format!("{name}-{ordinal}"), &format!("k8s-prod-worker-{worker}"), &owner));
        }
    }
    let wanted = wanted_counts();
    for (at, node) in nodes.iter().enumerate() {
        let want = wanted.iter().find(|(name, _)| *name == node.name).map_or(0, |(_, n)| *n);
        fill(&mut rows, at, &node.name.clone(), want);
    }
    unscheduled(&mut rows);
    lights(&mut rows);
    finish(&mut nodes, rows)
}

fn prod_nodes() -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut add = |prefix: &str, group: &str, count: usize| {
        for n in 0..count {
            let mut one = node(&format!("k8s-prod-{prefix}-{n}"), group, ["a", "b", "c"][n % 3]);
            Arc::make_mut(&mut one.facts).address = format!("10.0.4.{}", 10 + n);
            nodes.push(one);
        }
    };
    add("master", "default-master", 3);
    add("himem", "himem", 2);
    add("worker", "default-worker", 16);
    add("batch", "batch", 6);
    for one in &mut nodes {
        let one = Arc::make_mut(&mut one.facts);
        if one.group == "himem" {
            one.flavor = "r2.4xlarge".into();
            one.memory_bytes = 256 * GI;
        }
        if one.role == "master" {
            one.taints = vec!["node-role.kubernetes.io/control-plane:NoSchedule".into()];
        }
        if one.name == "k8s-prod-worker-11" {
            one.ready = None;
            one.message = "Kubelet stopped posting node status.".into();
            one.since = Some(NOW - 195);
        }
    }
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    nodes
}

fn wanted_counts() -> Vec<(String, usize)> {
    let workers = [56, 55, 54, 57, 56, 56, 59, 56, 55, 56, 56, 57, 54, 55, 56, 57];
    let mut wanted = Vec::new();
    wanted.extend((0..3).map(|n| (format!("k8s-prod-master-{n}"), 12)));
    wanted.extend([36, 34].iter().enumerate().map(|(n, c)| (format!("k8s-prod-himem-{n}"), *c)));
    wanted.extend(workers.iter().enumerate().map(|(n, c)| (format!("k8s-prod-worker-{n}"), *c)));
    wanted.extend([33, 33, 33, 33, 33, 32].iter().enumerate().map(|(n, c)| (format!("k8s-prod-batch-{n}"), *c)));
    wanted
}

fn unscheduled(rows: &mut Vec<PodRow>) {
    for n in 0..12u64 {
        let (namespace, app) = if n == 11 { ("shop", "checkout-api") } else { ("batch", "etl-worker") };
        let mut row =
            pod(namespace, &format!("{app}-6d9f7c8b54-{}", suffix(n + 9000, 5)), "", &format!("Deployment/{app}"));
        row.sign = Sign::Pending;
        row.reason = "Unschedulable".into();
        row.message =
            "0/27 nodes are available: 3 node(s) had untolerated taint, 24 node(s) didn't match pod topology \
                       spread constraints."
                .into();
        row.ready = 0;
        row.ip = String::new();
        if app == "checkout-api" {
            row.cpu_milli = 250;
            row.memory_bytes = 256 * MI;
        }
        rows.push(row);
    }
}

/// Puts the states of the pictures onto pods that run so far: 23 starting, 3 not ready, 1 more failed, 58 unknown, 2
/// deleting.
fn lights(rows: &mut [PodRow]) {
    for row in rows.iter_mut().filter(|r| r.node == "k8s-prod-worker-11") {
        row.sign = Sign::Unknown;
        row.reason = "NodeLost".into();
        row.message = "k8s-prod-worker-11 stopped reporting".into();
        row.ready = 0;
    }
    let mut change = |node: &str, app: &str, nth: usize, sign: Sign, reason: &str, message: &str| {
        let found = rows
            .iter_mut()
            .filter(|r| r.node == node && r.sign == Sign::Ok && (app.is_empty() || r.owner.ends_with(app)))
            .filter(|r| !r.owner.ends_with("checkout-api"))
            .nth(nth);
        if let Some(row) = found {
            row.sign = sign;
            row.reason = reason.to_owned();
            row.message = message.to_owned();
            row.ready = 0;
            row.restarts = if sign == Sign::Failed { 8 } else { row.restarts };
        }
    };
    for n in 0..23usize {
        let worker = [0, 3, 5, 8, 8, 12, 14, 15, 12, 13, 0, 2][n % 12];
        change(&format!("k8s-prod-worker-{worker}"), "", 5 + n, Sign::Progress, "ContainerCreating", "");
    }
    change("k8s-prod-master-0", "coredns", 0, Sign::Warning, "NotReady", "Readiness probe failed: HTTP 503");
    change("k8s-prod-worker-6", "", 20, Sign::Warning, "NotReady", "Readiness probe failed: timeout");
    change("k8s-prod-worker-9", "", 22, Sign::Warning, "NotReady", "Readiness probe failed: timeout");
    change("k8s-prod-worker-4", "", 9, Sign::Failed, "ImagePullBackOff", "manifest unknown: registry.lab.example");
    change("k8s-prod-himem-0", "", 14, Sign::Unknown, "ContainerStatusUnknown", "");
    change("k8s-prod-worker-3", "", 17, Sign::Deleting, "Terminating", "");
    change("k8s-prod-worker-15", "", 11, Sign::Deleting, "Terminating", "");
}

/// A fleet of `nodes` nodes in three zones and several groups with `each` pods on each, one pod in sixty in trouble.
pub fn fleet(nodes: usize, each: usize) -> Picture {
    let mut list: Vec<Node> = (0..nodes)
        .map(|n| {
            let group = ["web", "batch", "gpu"][if n % 10 < 4 { 0 } else { usize::from(n % 10 == 9) + 1 }];
            let mut one = node(&format!("grid-5k-{group}-{n:04}"), group, ["a", "b", "c"][n % 3]);
            if n % 191 == 7 {
                Arc::make_mut(&mut one.facts).ready = None;
            }
            one
        })
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = Vec::with_capacity(nodes * each);
    for (at, one) in list.iter().enumerate() {
        for n in 0..each - usize::from(at % 7 == 0).min(each) {
            let (namespace, app) = DEPLOYMENTS[(at * 3 + n) % DEPLOYMENTS.len()];
            let seed = (at * each + n) as u64;
            let mut row = pod(
                namespace,
                &format!("{app}-7c9b5d-{}{seed:06}", suffix(seed, 5)),
                &one.name,
                &format!("Deployment/{app}"),
            );
            row.sign = match (one.ready, seed % 61, seed % 307) {
                (None, ..) => Sign::Unknown,
                (_, 13, _) => Sign::Progress,
                (_, 29, _) => Sign::Warning,
                (_, _, 101) => Sign::Failed,
                (_, _, 205) => Sign::Deleting,
                _ => Sign::Ok,
            };
            if row.sign == Sign::Failed {
                row.reason = "ImagePullBackOff".into();
            }
            rows.push(row);
        }
    }
    for n in 0..(nodes / 12) as u64 {
        let mut row = pod("batch", &format!("etl-worker-7c9b5d-{n:05}"), "", "Deployment/etl-worker");
        row.sign = Sign::Pending;
        row.reason = "Unschedulable".into();
        rows.push(row);
    }
    finish(&mut list, rows)
}

/// Sorts the rows, counts nodes and workloads from them, and puts everything into one picture.
pub fn finish(nodes: &mut Vec<Node>, mut rows: Vec<PodRow>) -> Picture {
    rows.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    let index: BTreeMap<String, u32> =
        nodes.iter().enumerate().map(|(n, node)| (node.name.clone(), n as u32)).collect();
    let mut table = PodTable::default();
    for row in &rows {
        let at = index.get(&row.node).copied().unwrap_or(NONE);
        table.push(row, at);
        if let Some(node) = nodes.get_mut(at as usize) {
            node.pods += 1;
            node.troubled += u32::from(matches!(row.sign, Sign::Failed | Sign::Unknown | Sign::Warning));
            node.cpu_requested += u64::from(row.cpu_milli);
            node.memory_requested += row.memory_bytes;
        }
    }
    for (n, node) in nodes.iter_mut().enumerate() {
        if node.name.ends_with("worker-3") || node.name.ends_with("worker-8") {
            node.memory_requested = 60 * GI;
        }
        if node.ready == Some(true) {
            node.cpu_used = Some(node.cpu_requested * (55 + n as u64 % 30) / 100);
            node.memory_used = Some(node.memory_requested * (50 + n as u64 % 35) / 100);
        }
    }
    bayview::model::node_names::shorten(nodes);
    let workloads = workloads(nodes, &rows, &index);
    let mut namespaces: Vec<String> = rows.iter().map(|r| r.namespace.clone()).collect();
    namespaces.dedup();
    Picture {
        generation: 1,
        version: "v1.30.4".into(),
        link: Link::Live,
        complete: true,
        progress: Progress { pods_read: rows.len() as u64, pods_total: Some(rows.len() as u64) },
        nodes: Arc::new(std::mem::take(nodes)),
        usage: Arc::new(usage(&table)),
        pods: Arc::new(table),
        workloads: Arc::new(workloads),
        services: Arc::new(services()),
        events: Arc::new(events()),
        namespaces: Arc::new(namespaces),
        has_metrics: true,
        gaps: Vec::new(),
        last_event_at: Some(NOW),
    }
}

/// What pods that run use: from a tenth of what they asked for to a little more than all of it.
fn usage(pods: &PodTable) -> PodUsage {
    let share = |n: usize| (10 + (n as u64 * 37) % 97).min(if n.is_multiple_of(13) { 130 } else { 95 });
    let of = |requested: u64, pod: usize, n: usize| match pods.sign[pod] {
        Sign::Ok | Sign::Warning => requested * share(n) / 100,
        _ => PodUsage::UNKNOWN,
    };
    PodUsage {
        measuring: Measuring::Known,
        cpu_milli: (0..pods.len()).map(|pod| of(u64::from(pods.cpu_milli[pod]), pod, pod)).collect(),
        memory_bytes: (0..pods.len()).map(|pod| of(pods.memory_bytes[pod], pod, pod + 5)).collect(),
    }
}

fn workloads(nodes: &[Node], rows: &[PodRow], index: &BTreeMap<String, u32>) -> Vec<Workload> {
    let mut groups: BTreeMap<(&str, &str), Vec<&PodRow>> = BTreeMap::new();
    for row in rows.iter().filter(|r| !r.owner.is_empty()) {
        groups.entry((&row.namespace, &row.owner)).or_default().push(row);
    }
    groups
        .into_iter()
        .filter_map(|((namespace, owner), pods)| {
            let (kind, name) = owner.split_once('/')?;
            let kind = match kind {
                "Deployment" => WorkloadKind::Deployment,
                "StatefulSet" => WorkloadKind::StatefulSet,
                _ => WorkloadKind::DaemonSet,
            };
            Some(workload(nodes, index, (kind, namespace, name), &pods))
        })
        .collect()
}

fn workload(
    nodes: &[Node],
    index: &BTreeMap<String, u32>,
    (kind, namespace, name): (WorkloadKind, &str, &str),
    pods: &[&PodRow],
) -> Workload {
    let mut by_sign = [0; 7];
    let mut zones: BTreeMap<String, Spread> = BTreeMap::new();
    let mut per_node: BTreeMap<&str, u32> = BTreeMap::new();
    let mut shortages: Vec<Shortage> = Vec::new();
    for pod in pods {
        by_sign[pod.sign as usize] += 1;
        let zone = index.get(&pod.node).and_then(|n| nodes.get(*n as usize)).map_or("", |n| &n.zone);
        let spread = zones.entry(zone.to_owned()).or_insert_with(|| Spread {
            zone: zone.into(),
            ready: 0,
            pods: 0,
            by_sign: [0; 7],
        });
        spread.pods += 1;
        spread.ready += u32::from(pod.sign == Sign::Ok);
        spread.by_sign[pod.sign as usize] += 1;
        if !pod.node.is_empty() {
            *per_node.entry(&pod.node).or_default() += 1;
        }
        if pod.sign != Sign::Ok {
            match shortages.iter_mut().find(|s| s.reason == pod.reason) {
                Some(shortage) => shortage.count += 1,
                None => shortages.push(Shortage {
                    count: 1,
                    sign: pod.sign,
                    reason: pod.reason.clone(),
                    message: pod.message.clone(),
                }),
            }
        }
    }
    shortages.sort_by_key(|s| std::cmp::Reverse((s.sign.severity(), s.count)));
    let desired = pods.len() as u32;
    let ready = by_sign[Sign::Ok as usize];
    let first = pods.first();
    let facts = WorkloadFacts {
        uid: format!("{namespace}/{}/{name}", kind.word()),
        kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        cpu_milli_each: first.map_or(0, |p| p.cpu_milli),
        memory_bytes_each: first.map_or(0, |p| p.memory_bytes),
        images: first.map(|p| vec![p.images.clone()]).unwrap_or_default(),
        selector: format!("app={name}"),
        labels: format!("app={name}"),
        rolling_out: by_sign[Sign::Progress as usize] > 0,
        created_at: NOW - 120 * 86_400,
        changed_at: NOW - 3_162,
    };
    let point =
        |n: i64| ReplicaPoint { time: NOW - 60 * (60 - n), desired, ready: if n > 50 { ready } else { desired } };
    Workload {
        facts: Arc::new(facts),
        replicas: Replicas { desired, current: desired, updated: desired, ready, available: ready },
        sign: pods.iter().map(|p| p.sign).max_by_key(|s| s.severity()).unwrap_or(Sign::Ok),
        shortages,
        by_sign,
        not_created: 0,
        zones: zones.into_values().collect(),
        nodes: per_node.len() as u32,
        most_on_one_node: per_node.values().copied().max().unwrap_or(0),
        restarts: pods.iter().map(|p| p.restarts).sum(),
        trouble: None,
        history: Arc::new((0..60).map(point).collect()),
    }
}

fn services() -> Vec<Service> {
    let mut list: Vec<Service> = DEPLOYMENTS
        .iter()
        .enumerate()
        .map(|(n, (namespace, name))| {
            let facts = ServiceFacts {
                uid: format!("{namespace}/{name}"),
                namespace: (*namespace).to_owned(),
                name: (*name).to_owned(),
                kind: ["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"][n % 4].to_owned(),
                cluster_ip: Some(format!("10.254.{}.{}", n / 8, 10 + n)),
                external: if n % 4 == 3 { vec![format!("203.0.113.{}", 40 + n)] } else { Vec::new() },
                pending_address: n == 7,
                ports: vec![if n % 4 == 2 { format!("80:{}/TCP", 30_080 + n) } else { "80/TCP".to_owned() }],
                selector: format!("app={name}"),
                created_at: NOW - 86_400 * 90,
            };
            Service { facts: Arc::new(facts), ready: 30, pods: 31 }
        })
        .collect();
    list.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    list
}

fn events() -> Vec<Arc<ClusterEvent>> {
    let event = |ago: i64, warning: bool, reason: &str, kind: &str, name: &str, message: &str, count: u32| {
        Arc::new(ClusterEvent {
            uid: format!("{name}-{reason}-{ago}"),
            last_seen: NOW - ago,
            warning,
            reason: reason.to_owned(),
            kind: kind.to_owned(),
            namespace: if kind == "Node" { String::new() } else { "shop".to_owned() },
            name: name.to_owned(),
            message: message.to_owned(),
            count,
            source: "kubelet".to_owned(),
        })
    };
    let failing = "checkout-api-6d9f7c8b54-x2kqj";
    vec![
        event(4, true, "BackOff", "Pod", failing, "Back-off restarting failed container", 61),
        event(93, true, "FailedScheduling", "Deployment", "checkout-api", "No node meets the zone spread", 4),
        event(195, true, "NodeNotReady", "Node", "k8s-prod-worker-11", "Kubelet stopped posting node status", 1),
        event(3_162, false, "ScalingReplicaSet", "Deployment", "checkout-api", "Scaled up from 20 to 24", 1),
        event(3_161, false, "Scheduled", "Pod", failing, "Assigned to k8s-prod-worker-3", 1),
    ]
}

/// A picture that is still being read: the first 83 of about 1,210 pods.
pub fn loading() -> Picture {
    let whole = prod();
    let mut nodes = whole.nodes.as_ref().clone();
    for node in &mut nodes {
        node.pods = 0;
        node.troubled = 0;
        node.cpu_requested = 0;
        node.memory_requested = 0;
    }
    let rows = (0..83).map(|n| row_of(&whole, n)).collect();
    let mut picture = finish(&mut nodes, rows);
    picture.link = Link::Loading;
    picture.progress = Progress { pods_read: 83, pods_total: Some(1_210) };
    picture
}

/// A pod of a picture as the row it was made of.
pub fn row_of(picture: &Picture, at: usize) -> PodRow {
    let pods = &picture.pods;
    PodRow {
        uid: pods.uid[at].to_string(),
        namespace: pods.namespace_of(at).to_owned(),
        name: pods.name[at].to_string(),
        node: picture.nodes.get(pods.node[at] as usize).map(|n| n.name.clone()).unwrap_or_default(),
        owner: pods.owner_of(at).to_owned(),
        sign: pods.sign[at],
        succeeded: pods.succeeded[at],
        reason: pods.reason_of(at).to_owned(),
        message: pods.message_of(at).to_owned(),
        ready: pods.ready[at],
        containers: pods.containers[at],
        restarts: pods.restarts[at],
        created_at: pods.created_at[at],
        ip: pods.ip_of(at),
        cpu_milli: pods.cpu_milli[at],
        memory_bytes: pods.memory_bytes[at],
        labels: pods.labels_of(at).to_owned(),
        images: pods.names.get(pods.images[at]).to_owned(),
    }
}

#[test]
fn the_sample_has_the_counts_of_the_pictures() {
    let picture = prod();
    assert_eq!(picture.nodes.len(), 27);
    assert_eq!(picture.pods.len(), 1_210);
    let count = |sign: Sign| picture.pods.sign.iter().filter(|s| **s == sign).count();
    assert_eq!(Sign::ALL.map(count), [1_109, 23, 12, 3, 3, 58, 2]);
}
