//! Inside a bay whose control plane is real: placement, trouble, silence, and watches that break.

use crate::bed::{self, ask};
use crate::kubernetes::{Inside, deployment, kubectl, kubectl_says, pod};
use crate::status::status;
use bayview::live::command::Change;
use bayview::model::cluster::Link;
use bayview::model::status::Sign;
use bayview::model::workload::WorkloadKind;
use serde_json::json;

#[test]
fn nodes_stand_in_their_groups_and_zones_and_are_the_servers_of_nova() {
    let mut inside = Inside::enter("j-nodes");
    let bay = inside.bay.clone();
    inside.desk.until("its servers", |s| s.details.get(&bay).is_some_and(|d| d.servers.value.is_some()));
    let nodes = &inside.picture().nodes;
    let groups: Vec<_> = nodes.iter().map(|n| (n.role.as_str(), n.group.as_str())).collect();
    let workers = groups.iter().filter(|g| **g == ("worker", "default-worker")).count();
    let masters = groups.iter().filter(|g| **g == ("master", "default-master")).count();
    assert_eq!((masters, workers), (1, 3), "{groups:?}");
    let servers = inside.desk.state.details[&bay].servers.value.clone().expect("servers");
    for node in nodes.iter() {
        assert_eq!((node.ready, node.sign()), (Some(true), Sign::Ok), "{node:?}");
        assert!(["az1", "az2", "az3"].contains(&node.zone.as_str()), "{node:?}");
        let server = node.provider_id.strip_prefix("openstack:///").expect("a server");
        let server =
            servers.iter().find(|s| s.id == server).unwrap_or_else(|| panic!("{node:?} is none of {servers:?}"));
        assert_eq!(server.name, node.name);
    }
    assert!(inside.picture().version.starts_with("v1.20"), "{}", inside.picture().version);
    assert!(inside.picture().gaps.is_empty(), "{:?}", inside.picture().gaps);
}

#[test]
fn a_deployment_is_placed_scaled_and_rolled_out() {
    let mut inside = Inside::enter("j-rollout");
    inside.apply(&deployment("web", 6, "registry.example/web:1"));
    inside.until_workload("six ready", "web", |w| w.replicas.ready == 6 && !w.rolling_out);
    let web = inside.workload("web");
    assert!(web.nodes > 1 && web.sign == Sign::Ok && web.shortages.is_empty(), "{web:?}");
    assert_eq!(web.zones.iter().map(|z| z.ready).sum::<u32>(), 6, "{:?}", web.zones);

    let (bay, namespace) = (inside.bay.clone(), inside.namespace.clone());
    let (kind, name) = (WorkloadKind::Deployment, "web".to_owned());
    inside.desk.done(Change::ScaleWorkload { bay, kind, namespace: namespace.clone(), name, replicas: 2 });
    inside.until_workload("two left", "web", |w| w.replicas.desired == 2 && w.replicas.current == 2);
    let of_namespace = |p: &bayview::model::cluster::Picture, image: &str| {
        (0..p.pods.len())
            .filter(|at| p.pods.namespace_of(*at) == namespace && p.pods.names.get(p.pods.images[*at]) == image)
            .count()
    };
    inside.until("two pods", |p| of_namespace(p, "registry.example/web:1") == 2);

    // A new version that does not start holds the rollout up: the old pods stay.
    let held = r#"{"spec":{"template":{"metadata":{"annotations":{"bayview.test/state":"pull"}},
        "spec":{"containers":[{"name":"main","image":"registry.example/web:2"}]}}}}"#;
    kubectl(&["-n", &namespace, "patch", "deployment", "web", "--patch", held]);
    inside.until_workload("a rollout that is held up", "web", |w| {
        w.rolling_out && w.replicas.ready == 2 && w.shortages.iter().any(|s| s.reason == "ImagePullBackOff")
    });
    assert_eq!(of_namespace(inside.picture(), "registry.example/web:1"), 2);
    let free = r#"{"spec":{"template":{"metadata":{"annotations":{"bayview.test/state":null}}}}}"#;
    kubectl(&["-n", &namespace, "patch", "deployment", "web", "--patch", free]);
    inside.until("two new pods and no old one", |p| {
        of_namespace(p, "registry.example/web:2") == 2 && of_namespace(p, "registry.example/web:1") == 0
    });
    inside.until_workload("the end of the rollout", "web", |w| {
        !w.rolling_out && w.replicas.ready == 2 && w.replicas.updated == 2 && w.images == ["registry.example/web:2"]
    });
}

#[test]
fn what_keeps_pods_from_running_is_told_in_the_words_of_scheduler_and_kubelet() {
    let mut inside = Inside::enter("j-trouble");
    let wide = deployment("wide", 2, "registry.example/wide:1").replace("cpu: 10m", "cpu: '900'");
    let pods = [pod("greedy", "", "1000"), pod("crasher", "crash", "10m"), pod("lost", "pull", "10m"), wide];
    inside.apply(&pods.join("\n---\n"));
    let greedy = inside.until_pod("greedy", "Unschedulable");
    let message = inside.picture().pods.message_of(greedy).to_owned();
    assert!(message.contains("Insufficient cpu") && message.contains("0/4 nodes"), "{message}");
    let crasher = inside.until_pod("crasher", "CrashLoopBackOff");
    assert_eq!(inside.picture().pods.sign[crasher], Sign::Failed);
    let restarts = inside.picture().pods.restarts[crasher];
    assert!(restarts > 0);
    let lost = inside.until_pod("lost", "ImagePullBackOff");
    assert_eq!(inside.picture().pods.sign[lost], Sign::Failed);
    inside.until_workload("the reason at the workload", "wide", |w| {
        w.replicas.ready == 0
            && w.shortages
                .iter()
                .any(|s| s.count == 2 && s.reason == "Unschedulable" && s.message.contains("Insufficient cpu"))
    });
    inside.until("the scheduler's event", |p| {
        p.events.iter().any(|e| e.namespace == "j-trouble" && e.name == "greedy" && e.reason == "FailedScheduling")
    });

    let said = status(&["--cloud", "demo", "--bay", "j-inside", "--json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let unhealthy = said.json()["unhealthy"].to_string();
    for words in ["pod j-trouble/greedy has no node", "pod j-trouble/crasher has failed", "ImagePullBackOff"] {
        assert!(unhealthy.contains(words), "{words} is missing in {unhealthy}");
    }
    inside.until("another crash", |p| {
        (0..p.pods.len()).any(|at| &p.pods.name[at] == "crasher" && p.pods.restarts[at] > restarts)
    });
}

#[test]
fn a_node_that_falls_silent_is_unknown_until_it_speaks_again() {
    let mut inside = Inside::enter("j-silence");
    let node = inside.picture().nodes.iter().find(|n| n.role == "worker").expect("a worker").name.clone();
    let silence = bed::folder("kubernetes").join("silent").join(&node);
    std::fs::write(&silence, "").expect("a silent node");
    inside.until("silence", |p| p.node(&node).is_some_and(|n| n.ready.is_none() && n.sign() == Sign::Unknown));
    let told = inside.picture().node(&node).expect("a node").clone();
    assert!(told.message.contains("Kubelet stopped posting node status") && told.since.is_some(), "{told:?}");
    let said = status(&["--cloud", "demo", "--bay", "j-inside", "--json"]);
    let unhealthy = said.json()["unhealthy"].to_string();
    assert!(said.code == 1 && unhealthy.contains(&node), "{unhealthy}");
    std::fs::remove_file(&silence).expect("a node that speaks");
    inside.until("its voice", |p| p.node(&node).is_some_and(|n| n.ready == Some(true)));
}

#[test]
fn the_picture_goes_on_after_the_api_server_was_killed_and_history_was_forgotten() {
    let mut inside = Inside::enter("j-killed");
    inside.apply(&[pod("stays", "", "10m"), pod("goes", "", "10m")].join("\n---\n"));
    inside.until_pod("stays", "Running");
    inside.until_pod("goes", "Running");
    let list: serde_json::Value =
        serde_json::from_str(&kubectl(&["get", "--raw", "/api/v1/pods?limit=1"])).expect("JSON");
    let seen = list["metadata"]["resourceVersion"].as_str().expect("a version").to_owned();
    let pid = std::fs::read_to_string(bed::folder("kubernetes").join("pid/api")).expect("a pid");
    bed::told(std::process::Command::new("kill").args(["-KILL", pid.split(' ').next().expect("a number")]));
    inside.until("an old picture", |p| matches!(p.link, Link::Stale(_)));
    assert!(inside.picture().pods.len() >= 2, "what was seen stays");

    // Time goes on meanwhile and the history is forgotten: the watches cannot go on where they broke off.
    let etcd = |what: &str, body: serde_json::Value| {
        let answer = ask("POST", &format!("http://127.0.0.1:23790/v3/kv/{what}"), &[], Some(body));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let mut newest = serde_json::Value::Null;
    for _ in 0..3 {
        newest = etcd("put", json!({"key": "am91cm5leQ==", "value": "AA=="}))["header"]["revision"].clone();
    }
    etcd("compaction", json!({"revision": newest, "physical": true}));
    bed::script("bed", &["up", "kubernetes"], &[]);
    kubectl(&["-n", "j-killed", "delete", "pod", "goes", "--wait=false"]);
    let old = format!("/api/v1/pods?watch=1&timeoutSeconds=5&resourceVersion={seen}");
    let answer = kubectl_says(&["get", "--raw", &old]);
    assert!(answer.contains("too old resource version"), "no 410: {answer}");
    inside.until("the live picture without what has gone", |p| {
        p.link == Link::Live && !(0..p.pods.len()).any(|at| &p.pods.name[at] == "goes")
    });
    inside.apply(&pod("comes", "", "10m"));
    inside.until_pod("comes", "Running");
    inside.until_pod("stays", "Running");
}

#[test]
fn ten_thousand_pods_are_all_in_the_picture() {
    let mut inside = Inside::enter("j-many");
    bed::script("bed", &["pods", "10000", "j-load"], &[]);
    let loaded = |p: &bayview::model::cluster::Picture| {
        (0..p.pods.len())
            .filter(|at| p.pods.namespace_of(*at) == "j-load" && p.pods.reason_of(*at) == "Running")
            .count()
    };
    inside.until("ten thousand running pods", |p| loaded(p) == 10_000);
    let on_nodes: u32 = inside.picture().nodes.iter().map(|n| n.pods).sum();
    assert!(on_nodes >= 10_000, "{on_nodes}");
    // A look from the start reads them page by page.
    let said = status(&["--cloud", "demo", "--bay", "j-inside", "--json"]);
    let report = said.json();
    let nodes = report["bay"]["nodes"].as_array().expect("nodes");
    let pods = nodes.iter().flat_map(|n| n["pods"].as_array().expect("pods"));
    assert_eq!(pods.filter(|p| p["namespace"] == "j-load").count(), 10_000);
    inside.turn.wipe();
}
