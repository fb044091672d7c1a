//! What the scheduler decides, case by case.

use super::*;

fn node(store: &mut Store, name: &str, zone: &str, cpu: &str, taint: Option<(&str, &str)>) -> NodeView {
    let taints = taint.map(|(key, effect)| json!([{"key": key, "effect": effect}])).unwrap_or(json!([]));
    let body = json!({
        "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": zone, "kubernetes.io/hostname": name, "disk": if zone == "a" {"ssd"} else {"hdd"}}},
        "spec": {"taints": taints},
        "status": {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "3", "nvidia.com/gpu": "1"}},
    });
    NodeView::of(&store.put(Kind::Node, body))
}

fn pod(spec: Value) -> Value {
    json!({"metadata": {"labels": {"app": "web"}}, "spec": spec})
}

fn asks(cpu: &str) -> Value {
    json!({"containers": [{"resources": {"requests": {"cpu": cpu}}}]})
}

fn key() -> Key {
    Key::new("shop", "web-1")
}

#[test]
fn the_emptiest_node_that_fits_is_taken() {
    let mut store = Store::new(1);
    let mut nodes = vec![node(&mut store, "n0", "a", "4", None), node(&mut store, "n1", "b", "4", None)];
    nodes[0].take(&Request { cpu_milli: 2000, ..Request::default() });
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(asks("1"))).unwrap(), "n1");
    nodes[1].take(&Request { cpu_milli: 3500, ..Request::default() });
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(asks("1"))).unwrap(), "n0");
}

#[test]
fn the_message_counts_each_node_under_its_first_reason() {
    let mut store = Store::new(1);
    let nodes = vec![
        node(&mut store, "m0", "a", "4", Some(("node-role.kubernetes.io/control-plane", "NoSchedule"))),
        node(&mut store, "n0", "a", "1", None),
        node(&mut store, "n1", "b", "1", None),
    ];
    assert_eq!(
        pick(&store, &nodes, &key(), &pod(asks("2"))).unwrap_err(),
        "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu. \
         preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod."
    );
    assert_eq!(pick(&store, &[], &key(), &pod(asks("2"))).unwrap_err(), "no nodes available to schedule pods");
}

#[test]
fn tolerations_selectors_and_affinity_steer() {
    let mut store = Store::new(1);
    let nodes = vec![
        node(&mut store, "m0", "a", "4", Some(("dedicated", "NoSchedule"))),
        node(&mut store, "n1", "b", "4", None),
        node(&mut store, "n2", "c", "4", None),
    ];
    let tolerant = json!({"containers": [], "nodeSelector": {"disk": "ssd"}, "tolerations": [{"key": "dedicated", "operator": "Exists"}]});
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(tolerant)).unwrap(), "m0");
    let bound_to = |name: &str| {
        json!({"containers": [], "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}]}]}}}})
    };
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(bound_to("n2"))).unwrap(), "n2");
    assert!(pick(&store, &nodes, &key(), &pod(bound_to("gone"))).is_err());
    let gpu = json!({"containers": [{"resources": {"requests": {"nvidia.com/gpu": "2"}}}], "tolerations": [{"operator": "Exists"}]});
    assert!(pick(&store, &nodes, &key(), &pod(gpu)).unwrap_err().contains("3 Insufficient nvidia.com/gpu"));
}

#[test]
fn a_spread_rule_keeps_zones_even() {
    let mut store = Store::new(1);
    let nodes = vec![
        node(&mut store, "n0", "a", "4", None),
        node(&mut store, "n1", "b", "4", None),
        node(&mut store, "n2", "c", "1", None),
    ];
    for (name, on) in [("web-a", "n0"), ("web-b", "n1")] {
        store.put(Kind::Pod, json!({"metadata": {"namespace": "shop", "name": name, "labels": {"app": "web"}}, "spec": {"nodeName": on}}));
    }
    let mut spec = asks("2");
    spec["topologySpreadConstraints"] = json!([{"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}}]);
    let message = pick(&store, &nodes, &key(), &pod(spec.clone())).unwrap_err();
    assert!(
        message.starts_with(
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod topology spread constraints."
        ),
        "{message}"
    );
    spec["topologySpreadConstraints"][0]["maxSkew"] = json!(2);
    assert!(pick(&store, &nodes, &key(), &pod(spec)).is_ok());
}

#[test]
fn anti_affinity_keeps_pods_apart_and_affinity_together() {
    let mut store = Store::new(1);
    let nodes = vec![node(&mut store, "n0", "a", "4", None), node(&mut store, "n1", "b", "4", None)];
    store.put(Kind::Pod, json!({"metadata": {"namespace": "shop", "name": "web-0", "labels": {"app": "web"}}, "spec": {"nodeName": "n0"}}));
    let term = json!([{"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}]);
    let apart = json!({"containers": [], "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}}});
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(apart)).unwrap(), "n1");
    let together = json!({"containers": [], "affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}}});
    assert_eq!(&*pick(&store, &nodes, &key(), &pod(together)).unwrap(), "n0");
}
