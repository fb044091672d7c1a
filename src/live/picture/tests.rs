//! From changes to pictures.

use super::*;
use crate::api::kubernetes::rows::{Trouble, WorkloadRow};
use crate::model::cluster::{ClusterEvent, Measuring, ServiceFacts};
use crate::model::columns::{NONE, PodRow};
use crate::model::problem::ProblemKind;
use crate::model::status::Sign;
use crate::model::workload::{Replicas, WorkloadFacts, WorkloadKind};

/// A ready node of no zone.
pub(crate) fn sample_node(name: &str) -> Node {
    row(name, "", Some(true)).into()
}

fn node(name: &str, zone: &str, ready: Option<bool>) -> Change {
    Change::Upsert(Row::Node(row(name, zone, ready)))
}

fn row(name: &str, zone: &str, ready: Option<bool>) -> Arc<NodeFacts> {
    Arc::new(NodeFacts {
        uid: format!("node-{name}"),
        name: name.into(),
        role: "worker".into(),
        group: "default-worker".into(),
        zone: zone.into(),
        ready,
        message: if ready.is_none() { "Kubelet stopped posting node status.".into() } else { String::new() },
        pods_limit: 110,
        cpu_milli: 4000,
        memory_bytes: 8 << 30,
        ..NodeFacts::default()
    })
}

fn pod(name: &str, node: &str, sign: Sign, reason: &str, message: &str) -> PodRow {
    PodRow {
        uid: format!("uid-{name}"),
        namespace: "shop".into(),
        name: name.into(),
        node: node.into(),
        owner: "ReplicaSet/web-abc".into(),
        sign,
        succeeded: false,
        reason: reason.into(),
        message: message.into(),
        ready: u16::from(sign == Sign::Ok),
        containers: 1,
        restarts: 2,
        created_at: 5,
        ip: "10.0.0.1".into(),
        cpu_milli: 100,
        memory_bytes: 1 << 20,
        labels: "app=web,pod-template-hash=abc".into(),
        images: "nginx:1".into(),
    }
}

fn put(pod: PodRow) -> Change {
    Change::Upsert(Row::Pod(Box::new(pod), false))
}

fn workload(kind: WorkloadKind, name: &str, owner: &str, replicas: Replicas) -> WorkloadRow {
    let facts = WorkloadFacts {
        uid: format!("{}-{name}", kind.word()),
        kind,
        namespace: "shop".into(),
        name: name.into(),
        cpu_milli_each: 100,
        memory_bytes_each: 1 << 20,
        images: vec!["nginx:1".into()],
        selector: "app=web".into(),
        labels: String::new(),
        rolling_out: false,
        created_at: 1,
        changed_at: 2,
    };
    WorkloadRow {
        facts: Arc::new(facts),
        owner: owner.into(),
        replicas,
        wants_pods: replicas.desired.saturating_sub(replicas.current),
        trouble: None,
        deleting: false,
    }
}

fn put_workload(row: WorkloadRow) -> Change {
    Change::Upsert(Row::Workload(Box::new(row)))
}

fn replicas(desired: u32, current: u32, ready: u32) -> Replicas {
    Replicas { desired, current, updated: current, ready, available: ready }
}

fn service(selector: &str) -> Change {
    Change::Upsert(Row::Service(Arc::new(ServiceFacts {
        uid: "svc".into(),
        namespace: "shop".into(),
        name: "web".into(),
        kind: "ClusterIP".into(),
        selector: selector.into(),
        ..ServiceFacts::default()
    })))
}

/// Two crash loops, one unschedulable, two on a silent node, three well, of nine wanted.
fn shop() -> Builder {
    let mut builder = Builder::new();
    let set = workload(WorkloadKind::ReplicaSet, "web-abc", "Deployment/web", replicas(9, 8, 3));
    let deployment = workload(WorkloadKind::Deployment, "web", "", replicas(9, 8, 3));
    builder.apply(
        vec![
            node("worker-1", "a", Some(true)),
            node("worker-2", "b", Some(true)),
            node("worker-11", "c", None),
            put(pod("web-1", "worker-1", Sign::Ok, "Running", "")),
            put(pod("web-2", "worker-1", Sign::Ok, "Running", "")),
            put(pod("web-3", "worker-2", Sign::Ok, "Running", "")),
            put(pod("web-4", "worker-2", Sign::Failed, "CrashLoopBackOff", "exit code 1: redis timeout")),
            put(pod("web-5", "worker-1", Sign::Failed, "CrashLoopBackOff", "exit code 1: redis timeout")),
            put(pod("web-6", "", Sign::Pending, "Unschedulable", "0/3 nodes are available")),
            put(pod("web-7", "worker-11", Sign::Ok, "Running", "")),
            put(pod("web-8", "worker-11", Sign::Warning, "NotReady", "")),
            put_workload(set),
            put_workload(deployment),
            service("app=web"),
        ],
        100,
    );
    builder
}

#[test]
fn a_workload_tells_what_is_missing_and_why() {
    let picture = shop().build(100).unwrap();
    assert_eq!(picture.workloads.len(), 1, "the ReplicaSet is folded into its Deployment");
    let web = &picture.workloads[0];
    assert_eq!(web.owner_key(), "Deployment/web");
    let told: Vec<(u32, Sign, &str, &str)> =
        web.shortages.iter().map(|s| (s.count, s.sign, s.reason.as_str(), s.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (2, Sign::Failed, "CrashLoopBackOff", "exit code 1: redis timeout"),
            (2, Sign::Unknown, "NodeLost", "worker-11: Kubelet stopped posting node status."),
            (1, Sign::Pending, "Unschedulable", "0/3 nodes are available"),
            (1, Sign::Pending, "Missing", ""),
        ]
    );
    assert_eq!(web.sign, Sign::Failed);
    assert_eq!(web.by_sign, [3, 0, 1, 0, 2, 2, 0]);
    assert_eq!((web.not_created, web.nodes, web.most_on_one_node, web.restarts), (1, 3, 3, 16));
    let zones: Vec<(&str, u32, u32)> = web.zones.iter().map(|z| (&*z.zone, z.ready, z.pods)).collect();
    assert_eq!(zones, [("", 0, 1), ("a", 2, 3), ("b", 1, 2), ("c", 0, 2)]);
}

#[test]
fn the_table_is_sorted_and_joined_to_nodes_and_owners() {
    let picture = shop().build(100).unwrap();
    let table = &picture.pods;
    assert_eq!(table.len(), 8);
    assert!(table.name.iter().is_sorted());
    assert_eq!(table.owner_of(0), "Deployment/web");
    assert_eq!(table.namespace_of(0), "shop");
    assert_eq!(table.node[5], NONE);
    assert_eq!(picture.nodes[table.node[6] as usize].name, "worker-11");
    assert_eq!((table.sign[6], table.reason_of(6)), (Sign::Unknown, "NodeLost"));
    let first = &picture.nodes[0];
    assert_eq!((first.name.as_str(), first.pods, first.troubled, first.cpu_requested), ("worker-1", 3, 1, 300));
    assert_eq!((picture.services[0].pods, picture.services[0].ready), (8, 3));
}

#[test]
fn nothing_new_is_no_new_picture() {
    let mut builder = shop();
    let first = builder.build(100).unwrap();
    assert!(builder.build(101).is_none());
    builder.apply(vec![put(pod("web-1", "worker-1", Sign::Ok, "Running", "")), node("worker-1", "a", Some(true))], 102);
    assert!(builder.build(102).is_none(), "a heartbeat changes nothing");
    builder.apply(vec![Change::Upsert(Row::Namespace("n".into(), "shop".into()))], 103);
    let second = builder.build(103).unwrap();
    assert_eq!(second.generation, first.generation + 1);
    assert!(Arc::ptr_eq(&first.pods, &second.pods), "pods did not change and are shared");
    assert_eq!(*second.namespaces, ["shop"]);
}

#[test]
fn a_new_list_replaces_without_a_gap() {
    let mut builder = shop();
    builder.build(100);
    builder.apply(vec![Change::Begin(Kind::Pods), put(pod("web-2", "worker-1", Sign::Ok, "Running", ""))], 101);
    assert_eq!(builder.build(101).map_or(8, |p| p.pods.len()), 8, "the old pods stay while the list comes");
    builder.apply(vec![put(pod("web-9", "worker-1", Sign::Ok, "Running", "")), Change::Commit(Kind::Pods)], 102);
    let picture = builder.build(102).unwrap();
    let names: Vec<&str> = picture.pods.name.iter().collect();
    assert_eq!(names, ["web-2", "web-9"]);
}

#[test]
fn a_late_delete_does_not_take_the_successor() {
    let mut builder = shop();
    let mut reborn = pod("web-1", "worker-2", Sign::Ok, "Running", "");
    reborn.uid = "second".into();
    let delete = |uid: &str| Change::Delete {
        kind: Kind::Pods,
        uid: uid.into(),
        namespace: "shop".into(),
        name: "web-1".into(),
    };
    builder.apply(vec![put(reborn), delete("uid-web-1")], 101);
    assert_eq!(builder.build(101).unwrap().pods.len(), 8);
    builder.apply(vec![delete("second")], 102);
    assert_eq!(builder.build(102).unwrap().pods.len(), 7);
}

#[test]
fn owners_are_guessed_until_the_replica_set_is_known() {
    let mut builder = Builder::new();
    let mut bare = pod("own-1", "", Sign::Ok, "Running", "");
    bare.owner = "ReplicaSet/own".into();
    bare.labels = "app=own".into();
    builder.apply(vec![put(pod("web-1", "", Sign::Ok, "Running", "")), put(bare)], 1);
    let picture = builder.build(1).unwrap();
    assert_eq!(picture.pods.owner_of(0), "ReplicaSet/own");
    assert_eq!(picture.pods.owner_of(1), "Deployment/web");
}

#[test]
fn a_quota_is_named() {
    let mut builder = Builder::new();
    let mut row = workload(WorkloadKind::Deployment, "web", "", replicas(3, 1, 1));
    row.trouble = Some(Trouble {
        sign: Sign::Failed,
        reason: "FailedCreate".into(),
        message: "exceeded quota: compute".into(),
        cannot_create: true,
    });
    builder.apply(vec![put_workload(row), put(pod("web-1", "", Sign::Ok, "Running", ""))], 1);
    let picture = builder.build(1).unwrap();
    let web = &picture.workloads[0];
    assert_eq!((web.not_created, web.sign), (2, Sign::Failed));
    assert_eq!(
        (web.shortages[0].reason.as_str(), web.shortages[0].message.as_str()),
        ("Missing", "exceeded quota: compute")
    );
}

#[test]
fn a_probe_event_explains_not_ready() {
    let mut builder = Builder::new();
    builder.apply(
        vec![
            put_workload(workload(WorkloadKind::Deployment, "web", "", replicas(1, 1, 0))),
            put(pod("web-1", "", Sign::Warning, "NotReady", "containers with unready status: [web]")),
            Change::Upsert(Row::Event(Arc::new(ClusterEvent {
                uid: "e".into(),
                last_seen: 9,
                warning: true,
                reason: "Unhealthy".into(),
                kind: "Pod".into(),
                namespace: "shop".into(),
                name: "web-1".into(),
                message: "Readiness probe failed: HTTP probe failed with statuscode: 503".into(),
                count: 3,
                source: "kubelet".into(),
            }))),
        ],
        1,
    );
    let picture = builder.build(1).unwrap();
    assert!(picture.workloads[0].shortages[0].message.contains("503"));
    assert_eq!(picture.events.len(), 1);
}

#[test]
fn leftovers_of_a_healthy_workload_are_no_shortage() {
    let mut builder = Builder::new();
    let evicted = pod("web-0", "", Sign::Failed, "Evicted", "low on memory");
    builder.apply(
        vec![
            put_workload(workload(WorkloadKind::Deployment, "web", "", replicas(1, 1, 1))),
            Change::Upsert(Row::Pod(Box::new(evicted), true)),
            put(pod("web-1", "", Sign::Ok, "Running", "")),
        ],
        1,
    );
    let picture = builder.build(1).unwrap();
    assert_eq!(picture.workloads[0].sign, Sign::Ok);
    assert!(picture.workloads[0].shortages.is_empty());
    assert_eq!(picture.pods.sign[0], Sign::Failed, "the pod itself stays what it is");
}

#[test]
fn the_link_follows_the_watches() {
    let problem = Problem::new(ProblemKind::Network, "kubernetes", "connection refused");
    let mut builder = Builder::new();
    builder.set_link(Link::Connecting("link-certificate"));
    assert_eq!(builder.build(0).unwrap().link, Link::Connecting("link-certificate"));
    builder.apply(vec![Change::Broken(Kind::Pods, problem.clone())], 1);
    assert_eq!(builder.build(1).unwrap().link, Link::Failed(problem.clone()));
    builder.apply(
        vec![
            Change::Begin(Kind::Nodes),
            Change::Commit(Kind::Nodes),
            Change::Live(Kind::Nodes),
            Change::Begin(Kind::Pods),
        ],
        2,
    );
    builder.apply(vec![Change::Read { kind: Kind::Pods, read: 500, total: Some(9_500) }, Change::Live(Kind::Pods)], 3);
    let picture = builder.build(3).unwrap();
    assert_eq!((picture.link, picture.progress.pods_total), (Link::Loading, Some(9_500)));
    builder.apply(vec![Change::Commit(Kind::Pods), Change::Live(Kind::Pods)], 4);
    assert_eq!(builder.build(4).unwrap().link, Link::Live);
    builder.apply(vec![Change::Gap(Kind::Jobs, problem.clone())], 5);
    let picture = builder.build(5).unwrap();
    assert_eq!((picture.link, picture.gaps.len()), (Link::Live, 1));
    builder.apply(vec![Change::Broken(Kind::Pods, problem.clone())], 6);
    assert_eq!(builder.build(6).unwrap().link, Link::Stale(problem));
    builder.apply(vec![Change::Live(Kind::Pods)], 7);
    assert_eq!(builder.build(7).unwrap().link, Link::Live);
}

#[test]
fn names_that_nobody_uses_are_forgotten() {
    let mut builder = shop();
    for n in 0..20_000 {
        builder.apply(vec![put(pod("web-1", "worker-1", Sign::Failed, "Error", &format!("try {n}")))], n);
    }
    let picture = builder.build(20_000).unwrap();
    assert!(picture.pods.names.len() < 100, "{}", picture.pods.names.len());
    assert_eq!(picture.pods.message_of(0), "try 19999");
    assert_eq!(picture.pods.owner_of(0), "Deployment/web");
}

#[test]
fn what_pods_use_stands_beside_them() {
    let mut builder = Builder::new();
    let pods = ["b", "a"].map(|name| put(pod(name, "worker-1", Sign::Ok, "Running", "")));
    builder.apply(pods.into(), 1);
    builder.build(1).unwrap();
    let of_shop = HashMap::from([("b".to_owned(), (40, 2 << 20))]);
    builder.set_pod_usage(Measured::NotAsked);
    assert_eq!(builder.build(2).unwrap().usage.measuring, Measuring::Nothing, "no metrics API is known yet");
    builder.set_usage(Some(HashMap::new()));
    assert_eq!(builder.build(2).unwrap().usage.measuring, Measuring::Resting);
    builder.set_pod_usage(Measured::Asked);
    assert_eq!(builder.build(2).unwrap().usage.measuring, Measuring::Reading);
    builder.set_pod_usage(Measured::Pods(HashMap::from([("shop".to_owned(), of_shop)])));
    let picture = builder.build(2).unwrap();
    assert_eq!((picture.usage.of(0), picture.usage.of(1)), (None, Some((40, 2 << 20))));
    builder.set_pod_usage(Measured::Asked);
    assert!(builder.build(3).is_none(), "what was read stays while it is read again");
    builder.set_pod_usage(Measured::Nothing);
    let picture = builder.build(3).unwrap();
    assert_eq!((picture.usage.of(1), picture.usage.measuring), (None, Measuring::Nothing));
}

#[test]
fn usage_comes_from_metrics() {
    let mut builder = shop();
    builder.set_usage(Some(HashMap::from([("worker-1".to_owned(), (1500, 2 << 30))])));
    let picture = builder.build(1).unwrap();
    assert!(picture.has_metrics);
    assert_eq!((picture.nodes[0].cpu_used, picture.nodes[2].cpu_used), (Some(1500), None));
}

#[test]
fn a_picture_is_complete_when_every_kind_was_read_or_cannot_be() {
    let mut builder = Builder::new();
    let (last, first) = Kind::ALL.split_last().unwrap();
    for kind in first {
        builder.apply(vec![Change::Begin(*kind), Change::Commit(*kind), Change::Live(*kind)], 1);
    }
    builder.build(1);
    assert_eq!((&builder.picture().link, builder.picture().complete), (&Link::Live, false));
    let refused = Problem::new(ProblemKind::Forbidden, "kubernetes", "no");
    builder.apply(vec![Change::Gap(*last, refused)], 2);
    assert!(builder.build(2).is_some_and(|p| p.complete));
}

#[test]
fn a_new_connection_has_caught_up_once_every_kind_was_read() {
    let known = Picture { generation: 7, ..Picture::default() };
    let mut builder = Builder::after(Some(&known));
    let (last, rest) = Kind::ALL.split_last().unwrap();
    for kind in rest {
        builder.apply(vec![Change::Begin(*kind), Change::Commit(*kind)], 1);
    }
    assert!(!builder.has_caught_up());
    let refused = Problem::new(ProblemKind::Forbidden, "kubernetes", "no");
    builder.apply(vec![Change::Gap(*last, refused)], 1);
    assert!(builder.has_caught_up(), "what may not be read is not waited for");
    builder.apply(vec![node("a", "z", Some(true))], 2);
    assert!(builder.build(2).is_some_and(|p| p.generation > 7), "generations go on rising");
}

#[test]
fn what_a_change_leaves_alone_is_shared_with_the_picture_before() {
    let mut builder = shop();
    let first = builder.build(100).unwrap();
    assert!(!builder.is_dirty(), "nothing to publish, nobody is woken");
    let mut restarted = pod("web-1", "worker-1", Sign::Ok, "Running", "");
    restarted.restarts += 1;
    builder.apply(vec![put(restarted)], 101);
    assert!(builder.is_dirty());
    let second = builder.build(101).unwrap();
    let (a, b) = (&first.pods, &second.pods);
    assert!(!Arc::ptr_eq(a, b));
    assert!(Arc::ptr_eq(&a.name, &b.name) && Arc::ptr_eq(&a.uid, &b.uid) && Arc::ptr_eq(&a.ip, &b.ip));
    assert!(Arc::ptr_eq(&a.names, &b.names), "no new string, no copy of the strings");
    let facts = |p: &Picture| (p.nodes[0].facts.clone(), p.workloads[0].facts.clone(), p.services[0].facts.clone());
    let (before, after) = (facts(&first), facts(&second));
    assert!(Arc::ptr_eq(&before.0, &after.0) && Arc::ptr_eq(&before.1, &after.1) && Arc::ptr_eq(&before.2, &after.2));
    builder.apply(vec![put(pod("web-77", "worker-1", Sign::Ok, "Running", ""))], 102);
    let third = builder.build(102).unwrap();
    assert_eq!(third.pods.name.len(), second.pods.name.len() + 1);
}

#[test]
fn the_same_list_read_again_is_no_new_picture_and_keeps_every_string() {
    let mut builder = shop();
    let first = builder.build(100).unwrap();
    let rows: Vec<PodRow> = first.pods.name.iter().map(|name| pod(name, "worker-1", Sign::Ok, "Running", "")).collect();
    let list = |builder: &mut Builder| {
        builder.apply(vec![Change::Begin(Kind::Pods)], 101);
        builder.apply(rows.iter().cloned().map(put).collect(), 101);
        builder.apply(vec![Change::Commit(Kind::Pods)], 101);
        builder.build(101)
    };
    list(&mut builder);
    let second = builder.picture().pods.clone();
    list(&mut builder);
    assert!(Arc::ptr_eq(&second, &builder.picture().pods), "nothing changed");
}
