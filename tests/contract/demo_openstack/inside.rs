//! What Magnum is asked for arrives inside the bay: labels and taints of node groups, versions, certificate authorities.

use super::*;

/// A way into a bay with a certificate that Magnum signs.
struct Inside {
    client: reqwest::Client,
    address: String,
}

impl Inside {
    async fn enter(caller: &Caller, bay: &str) -> Inside {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, "admin");
        params.distinguished_name.push(rcgen::DnType::OrganizationName, "system:masters");
        let csr = params.serialize_request(&key).unwrap().pem().unwrap();
        let shown = caller.magnum(Method::GET, &format!("/clusters/{bay}"), None).await;
        let wish = json!({"cluster_uuid": shown.body["uuid"], "csr": csr});
        let signed = caller.magnum(Method::POST, "/certificates", Some(wish)).await;
        let pem = format!("{}\n{}", signed.body["pem"].as_str().expect("a certificate"), key.serialize_pem());
        let root = reqwest::Certificate::from_pem(authority(caller, bay).await.as_bytes()).unwrap();
        let client = reqwest::Client::builder()
            .tls_certs_only([root])
            .identity(reqwest::Identity::from_pem(pem.as_bytes()).unwrap())
            .build()
            .unwrap();
        Inside { client, address: shown.body["api_address"].as_str().expect("an address").to_owned() }
    }

    async fn get(&self, path: &str) -> reqwest::Result<Value> {
        let text = self.client.get(format!("{}{path}", self.address)).send().await?.text().await?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Asks for the nodes until they are as wished; fails after ten seconds with the last answer.
    async fn until(&self, what: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let list = self.get("/api/v1/nodes").await.expect("an answer");
            let nodes = list["items"].as_array().cloned().unwrap_or_default();
            if good(&nodes) {
                return nodes;
            }
            assert!(Instant::now() < deadline, "{what} did not come: {list}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn authority(caller: &Caller, bay: &str) -> String {
    let ca = caller.magnum(Method::GET, &format!("/certificates/{bay}"), None).await;
    ca.body["pem"].as_str().expect("an authority").to_owned()
}

fn of_group<'a>(nodes: &'a [Value], group: &str) -> Vec<&'a Value> {
    nodes.iter().filter(|node| node["metadata"]["labels"]["magnum.openstack.org/nodegroup"] == group).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_group_gives_its_nodes_labels_and_taints() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let inside = Inside::enter(&caller, "k8s-staging").await;
    let wish = json!({"name": "tiered", "node_count": 2, "node_labels": {"tier": "gold"},
        "node_taints": [{"key": "tier", "value": "gold", "effect": "NoSchedule"}]});
    let groups = "/clusters/k8s-staging/nodegroups";
    assert_eq!(caller.magnum(Method::POST, groups, Some(wish)).await.status, 202);
    let nodes = inside.until("the group", |nodes| of_group(nodes, "tiered").len() == 2).await;
    for node in of_group(&nodes, "tiered") {
        assert_eq!(node["metadata"]["labels"]["tier"], "gold");
        assert_eq!(node["spec"]["taints"], json!([{"key": "tier", "value": "gold", "effect": "NoSchedule"}]));
    }
    caller.until("/clusters/k8s-staging", "the end", |got| got.body["status"] == "UPDATE_COMPLETE").await;
    let change = json!([{"op": "replace", "path": "/node_labels/tier", "value": "silver"}]);
    assert_eq!(caller.magnum(Method::PATCH, &format!("{groups}/tiered"), Some(change)).await.status, 202);
    let silver = |nodes: &[Value]| {
        let group = of_group(nodes, "tiered");
        group.len() == 2 && group.iter().all(|node| node["metadata"]["labels"]["tier"] == "silver")
    };
    inside.until("the new label", silver).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_reaches_every_node_and_the_api() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let inside = Inside::enter(&caller, "sandbox-mika").await;
    let of = |version: &'static str| {
        move |nodes: &[Value]| {
            nodes.len() == 3 && nodes.iter().all(|node| node["status"]["nodeInfo"]["kubeletVersion"] == version)
        }
    };
    inside.until("the old version", of("v1.31.1")).await;
    let wish = json!({"cluster_template": "k8s-1.30-ubuntu"});
    let path = "/clusters/sandbox-mika";
    assert_eq!(caller.magnum(Method::POST, &format!("{path}/actions/upgrade"), Some(wish)).await.status, 202);
    let busy = caller.magnum(Method::GET, path, None).await;
    assert!(["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"].contains(&busy.body["status"].as_str().unwrap()));
    inside.until("the new version", of("v1.30.4")).await;
    let done = caller.until(path, "the end", |got| got.body["status"] == "UPDATE_COMPLETE").await;
    assert_eq!(done.body["coe_version"], "v1.30.4");
    assert_eq!(inside.get("/version").await.expect("an answer")["gitVersion"], "v1.30.4");
    let schedulable = |nodes: &[Value]| nodes.iter().all(|node| node["spec"].get("unschedulable").is_none());
    inside.until("nodes that take pods again", schedulable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_replaces_the_authority_of_the_bay() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let (path, bay) = ("/clusters/sandbox-mika", "sandbox-mika");
    let before = authority(&caller, bay).await;
    let old = Inside::enter(&caller, bay).await;
    assert!(old.get("/version").await.expect("an answer")["gitVersion"].is_string());
    assert_eq!(caller.magnum(Method::PATCH, &format!("/certificates/{bay}"), None).await.status, 202);
    assert_ne!(authority(&caller, bay).await, before, "the new authority signs at once");
    caller.until(path, "the end", |got| got.body["status"] == "UPDATE_COMPLETE").await;
    let new = Inside::enter(&caller, bay).await;
    let deadline = Instant::now() + Duration::from_secs(10);
    while new.get("/version").await.is_err() {
        assert!(Instant::now() < deadline, "the API does not serve with the new authority");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(old.get("/version").await.is_err(), "the old certificates are no longer good");
    let swarm = caller.magnum(Method::PATCH, "/certificates/swarm-ci", None).await;
    assert_eq!(swarm.status, 400, "{}", swarm.text);
}
