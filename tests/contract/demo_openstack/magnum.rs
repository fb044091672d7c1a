//! Today's Magnum: versions, shapes, refusals, lists, roles, certificates, templates, node groups.

use super::*;

const LISTED: [&str; 17] = [
    "cluster_template_id",
    "create_timeout",
    "docker_volume_size",
    "flavor_id",
    "health_status",
    "keypair",
    "labels",
    "links",
    "master_count",
    "master_flavor_id",
    "merge_labels",
    "name",
    "node_count",
    "stack_id",
    "status",
    "uuid",
    "project_id",
];

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_negotiated_as_recorded() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let base = caller.endpoint("container-infra", "RegionOne");
    let anonymous = Caller::new();
    let root = anonymous.send(Method::GET, base.trim_end_matches("v1"), &[], None).await;
    assert_eq!(root.body["name"], "OpenStack Magnum API");
    assert_eq!(root.body["versions"][0]["max_version"], "1.14");
    let v1 = anonymous.send(Method::GET, &base, &[], None).await;
    assert!(v1.body["clusters"].is_array() && v1.body.get("bays").is_none());
    assert!(v1.header("openstack-api-version").ends_with(" 1.1"));
    let clusters = format!("{base}/clusters");
    let with =
        async |version: &str| caller.send(Method::GET, &clusters, &[("OpenStack-API-Version", version)], None).await;
    assert_eq!(with("container-infra 1.9").await.status, 200);
    let high = with("container-infra 1.99").await;
    assert_eq!(high.status, 406);
    assert_eq!(high.body["errors"][0]["code"], "magnum.microversion-unsupported");
    assert_eq!(keys(&high.body["errors"][0]), ["code", "links", "max_version", "min_version", "title"]);
    for malformed in ["1.5", "latest", "compute 2.1", "container-infra abc"] {
        let got = with(malformed).await;
        assert_eq!((got.status, got.body["errors"][0]["title"].as_str()), (406, Some("")), "{malformed}");
        assert_eq!(got.header("openstack-api-version"), "");
    }
    let groups = format!("{clusters}/k8s-staging/nodegroups");
    assert_eq!(caller.send(Method::GET, &groups, &[], None).await.status, 406, "node groups came with 1.9");
    assert_eq!(anonymous.send(Method::GET, &clusters, &[], None).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_have_the_recorded_keys() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let base = caller.endpoint("container-infra", "RegionOne");
    let list = caller.send(Method::GET, &format!("{base}/clusters"), &[], None).await;
    let mut wanted: Vec<&str> = LISTED.into_iter().filter(|key| *key != "project_id").collect();
    wanted.sort_unstable();
    assert_eq!(keys(&list.body["clusters"][0]), wanted);
    let show = caller.send(Method::GET, &format!("{base}/clusters/k8s-staging"), &[], None).await;
    let newest = caller.magnum(Method::GET, "/clusters/k8s-staging", None).await;
    assert!(newest.body.get("stack_id").is_none(), "1.13 renamed it");
    assert_eq!(newest.body["cluster_id"], show.body["stack_id"]);
    let failed = caller.magnum(Method::GET, "/clusters/k8s-gpu", None).await;
    assert_eq!(failed.body["status"], "CREATE_FAILED");
    assert!(
        failed.body["faults"]["default-master"]
            .as_str()
            .unwrap()
            .contains("Quota exceeded for resources: ['floatingip']")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_bays_are_refused_in_the_recorded_words() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let model = "k8s-1.31-ubuntu";
    for (body, status, words) in [
        (
            json!({"name": "x"}),
            400,
            "Invalid input for field/attribute cluster_template_id. Value: 'None'. Mandatory field missing.",
        ),
        (
            json!({"name": "x", "cluster_template_id": model, "nonsense": 1}),
            400,
            "Unknown attribute for argument cluster: nonsense",
        ),
        (
            json!({"name": "1 bad name", "cluster_template_id": model}),
            400,
            "Invalid input for field/attribute name. Value: '1 bad name'. Value should match the pattern ^[a-zA-Z][a-zA-Z0-9_.-]*$",
        ),
        (json!({"name": "x", "cluster_template_id": "nothere"}), 404, "ClusterTemplate nothere could not be found."),
        (
            json!({"name": "x", "cluster_template_id": model, "keypair": "nothere"}),
            404,
            "Unable to find keypair nothere.",
        ),
        (
            json!({"name": "x", "cluster_template_id": model, "master_count": 2}),
            400,
            "master nodegroup size of 2 is invalid, size cannot be an even number.",
        ),
        (
            json!({"name": "x", "cluster_template_id": model, "node_count": -1}),
            400,
            "Invalid input for field/attribute node_count. Value: '-1'. Value should be greater or equal to 0",
        ),
    ] {
        let got = caller.magnum(Method::POST, "/clusters", Some(body.clone())).await;
        assert_eq!((got.status, got.detail()), (status, words), "{body}");
        assert_eq!(got.body["errors"][0]["title"], words.split('.').next().unwrap());
    }
    let base = caller.endpoint("container-infra", "RegionOne");
    let old = caller
        .send(
            Method::POST,
            &format!("{base}/clusters"),
            &[],
            Some(&json!({"name": "x", "cluster_template_id": "nothere"})),
        )
        .await;
    assert_eq!(old.status, 400, "until 1.9 a missing template is a malformed body");
    let zero = json!({"name": "x", "cluster_template_id": model, "node_count": 0});
    let old = caller.send(Method::POST, &format!("{base}/clusters"), &[], Some(&zero)).await;
    assert_eq!(old.detail(), "Resizing a nodegroup to zero is not supported in the provided microversion.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_lives_from_creation_to_deletion() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "life", "cluster_template_id": "k8s-1.31-ubuntu", "node_count": 2, "labels": {"a": "b"}, "merge_labels": true});
    let got = caller.magnum(Method::POST, "/clusters", Some(wish)).await;
    assert_eq!((got.status, got.keys()), (202, vec!["uuid"]));
    let path = format!("/clusters/{}", got.body["uuid"].as_str().unwrap());
    let begun = caller.until(&path, "the row", |got| got.status == 200).await;
    assert_eq!(begun.body["labels_added"], json!({"a": "b"}));
    let done = caller.until(&path, "the end of the creation", |got| got.body["status"] == "CREATE_COMPLETE").await;
    assert!(done.body["api_address"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    assert_eq!(done.body["node_addresses"].as_array().unwrap().len(), 2);
    assert_eq!(done.body["coe_version"], "v1.31.1");

    let resize = caller.magnum(Method::POST, &format!("{path}/actions/resize"), Some(json!({"node_count": 4}))).await;
    assert_eq!(resize.status, 202);
    let grown = caller.until(&path, "the new size", |got| got.body["status"] == "UPDATE_COMPLETE").await;
    assert_eq!(grown.body["node_addresses"].as_array().unwrap().len(), 4);
    let heat = caller.endpoint("orchestration", "RegionOne");
    let stack = grown.body["cluster_id"].as_str().unwrap();
    let short = caller.send(Method::GET, &format!("{heat}/stacks/{stack}/resources?nested_depth=2"), &[], None).await;
    assert_eq!(short.status, 302);
    let resources = caller.send(Method::GET, short.header("location"), &[], None).await;
    let servers: Vec<&Value> = resources.body["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["resource_type"] == "OS::Nova::Server")
        .collect();
    assert_eq!(servers.len(), 5);
    let nova = caller.endpoint("compute", "RegionOne");
    let id = servers[0]["physical_resource_id"].as_str().unwrap();
    let server = caller.send(Method::GET, &format!("{nova}/servers/{id}"), &[], None).await;
    assert_eq!(server.body["server"]["status"], "ACTIVE");

    let shrink = json!([{"op": "replace", "path": "/node_count", "value": 1}]);
    assert_eq!(caller.magnum(Method::PATCH, &path, Some(shrink)).await.status, 202);
    caller
        .until(&path, "the small size", |got| {
            got.body["node_addresses"].as_array().is_some_and(|list| list.len() == 1)
                && got.body["status"] == "UPDATE_COMPLETE"
        })
        .await;
    assert_eq!(caller.magnum(Method::DELETE, &path, None).await.status, 204);
    caller.until(&path, "the end", |got| got.status == 404).await;
    // Heat still tells how it went.
    let short = caller.send(Method::GET, &format!("{heat}/stacks/{stack}/events"), &[], None).await;
    let events = caller.send(Method::GET, short.header("location"), &[], None).await;
    let told = |words: &str| {
        let rows = events.body["events"].as_array().expect("events");
        rows.iter().any(|row| row["physical_resource_id"] == stack && row["resource_status_reason"] == words)
    };
    assert!(told("Stack DELETE started") && told("Stack DELETE completed successfully"), "{}", events.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_steer_failures_and_their_causes_are_told() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "fail", "cluster_template_id": "k8s-1.31-ubuntu"});
    assert_eq!(caller.magnum(Method::POST, "/clusters", Some(wish)).await.status, 202);
    let failed = caller.until("/clusters/fail", "the failure", |got| got.body["status"] == "CREATE_FAILED").await;
    assert_eq!(failed.body["status_reason"], "default-master failed, default-worker failed");
    assert!(failed.body["faults"]["default-master"].as_str().unwrap().contains("No valid host was found"));
    let wish = json!({"name": "stuck", "cluster_template_id": "k8s-1.31-ubuntu"});
    assert_eq!(caller.magnum(Method::POST, "/clusters", Some(wish)).await.status, 202);
    caller.until("/clusters/stuck", "the creation", |got| got.body["status"] == "CREATE_COMPLETE").await;
    assert_eq!(caller.magnum(Method::DELETE, "/clusters/stuck", None).await.status, 204);
    let stuck = caller.until("/clusters/stuck", "the failure", |got| got.body["status"] == "DELETE_FAILED").await;
    assert!(stuck.body["faults"]["default-worker"].as_str().unwrap().starts_with("Resource DELETE failed"));
    assert_eq!(caller.magnum(Method::DELETE, "/clusters/stuck", None).await.status, 204);
    caller.until("/clusters/stuck", "the end", |got| got.status == 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_of_a_million_nodes_fails_and_the_cloud_goes_on() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "huge", "cluster_template_id": "k8s-1.31-ubuntu", "node_count": 1_000_000});
    assert_eq!(caller.magnum(Method::POST, "/clusters", Some(wish)).await.status, 202);
    let failed = caller.until("/clusters/huge", "the failure", |got| got.body["status"] == "CREATE_FAILED").await;
    assert!(failed.body["faults"]["default-master"].as_str().unwrap().contains("Quota exceeded for instances"));
    let stats = caller.magnum(Method::GET, "/stats", None).await;
    assert!(stats.body["nodes"].as_u64().unwrap() > 1_000_000);
    let grow = json!([{"op": "replace", "path": "/node_count", "value": u64::from(u32::MAX)}]);
    let refused = caller.magnum(Method::PATCH, "/clusters/k8s-staging", Some(grow)).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let grow = json!({"node_count": 1_000_000});
    let accepted = caller.magnum(Method::POST, "/clusters/k8s-staging/actions/resize", Some(grow)).await;
    assert_eq!(accepted.status, 202);
    let failed =
        caller.until("/clusters/k8s-staging", "the failure", |got| got.body["status"] == "UPDATE_FAILED").await;
    assert!(failed.body["faults"]["default-worker"].as_str().unwrap().contains("Quota exceeded for instances"));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_that_somebody_else_found_is_taken() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let patch = |word: &str| json!([{"op": "replace", "path": "/health_status", "value": word}]);
    caller.until("/clusters/swarm-ci", "the bay", |got| got.body["health_status"].is_null()).await;
    let found = json!([{"op": "add", "path": "/health_status", "value": "UNHEALTHY"}]);
    assert_eq!(caller.magnum(Method::PATCH, "/clusters/swarm-ci", Some(found)).await.status, 202);
    assert_eq!(caller.magnum(Method::GET, "/clusters/swarm-ci", None).await.body["health_status"], "UNHEALTHY");
    let odd = caller.magnum(Method::PATCH, "/clusters/swarm-ci", Some(patch("SICK"))).await;
    assert_eq!(odd.status, 400);
    assert_eq!(caller.magnum(Method::PATCH, "/clusters/swarm-ci", Some(patch("UNKNOWN"))).await.status, 202);
    let bay = caller.magnum(Method::GET, "/clusters/swarm-ci", None).await;
    assert_eq!((&bay.body["health_status"], &bay.body["status"]), (&json!("UNKNOWN"), &json!("CREATE_COMPLETE")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_quotas_count_is_listed() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let project = caller.body["project"]["id"].as_str().unwrap();
    let neutron = caller.endpoint("network", "RegionOne");
    let get = async |path: &str| caller.send(Method::GET, &format!("{neutron}/v2.0/{path}"), &[], None).await.body;
    let quota = get(&format!("quotas/{project}/details.json")).await;
    for (list, key) in [("routers", "router"), ("ports", "port"), ("security-groups", "security_group")] {
        let rows = get(list).await[list.replace('-', "_")].as_array().unwrap().len();
        assert!(rows > 1, "{list}");
        assert_eq!(quota["quota"][key]["used"], rows, "{list}");
    }
    let nova = caller.endpoint("compute", "RegionOne");
    let limits = async || {
        let got = caller.send(Method::GET, &format!("{nova}/limits"), &[], None).await;
        got.body["limits"]["absolute"]["totalServerGroupsUsed"].as_u64().unwrap()
    };
    let before = limits().await;
    let wish = json!({"name": "one", "cluster_template_id": "k8s-1.31-ubuntu"});
    assert_eq!(caller.magnum(Method::POST, "/clusters", Some(wish)).await.status, 202);
    caller.until("/clusters/one", "the bay", |got| got.body["status"] == "CREATE_COMPLETE").await;
    assert_eq!(limits().await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_floating_address_quota_stops_a_bay_that_asks_for_too_many() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "wide", "cluster_template_id": "k8s-1.31-ubuntu", "master_count": 15, "floating_ip_enabled": true});
    assert_eq!(caller.magnum(Method::POST, "/clusters", Some(wish)).await.status, 202);
    let failed = caller.until("/clusters/wide", "the failure", |got| got.body["status"] == "CREATE_FAILED").await;
    assert!(failed.body["faults"]["default-master"].as_str().unwrap().contains("['floatingip']"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_sorted() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let all = caller.magnum(Method::GET, "/clusters", None).await;
    let count = all.body["clusters"].as_array().unwrap().len();
    assert!(all.body.get("next").is_none() && count >= 4);
    let mut seen = Vec::new();
    let mut path = "/clusters?limit=2&sort_key=name&sort_dir=desc".to_owned();
    loop {
        let page = caller.magnum(Method::GET, &path, None).await;
        let rows = page.body["clusters"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()));
        assert_eq!(page.body.get("next").is_some(), rows.len() == 2, "next comes on full pages only");
        let Some(next) = page.body["next"].as_str() else { break };
        path = next.split("/v1").nth(1).unwrap().to_owned();
    }
    assert_eq!(seen.len(), count);
    assert!(seen.windows(2).all(|pair| pair[0] >= pair[1]));
    for (query, words) in [
        ("limit=0", "Limit must be positive"),
        ("sort_dir=sideways", "Invalid sort direction: sideways. Acceptable values are 'asc' or 'desc'"),
        ("sort_key=nonsense", "The sort_key value \"nonsense\" is an invalid field for sorting"),
        ("bogus=1", "Unknown argument: \"bogus\""),
    ] {
        let got = caller.magnum(Method::GET, &format!("/clusters?{query}"), None).await;
        assert_eq!((got.status, got.detail()), (400, words));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bays_of_one_name_must_be_told_apart() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    for _ in 0..2 {
        let wish = json!({"name": "twin", "cluster_template_id": "k8s-1.31-ubuntu"});
        let got = caller.magnum(Method::POST, "/clusters", Some(wish)).await;
        let path = format!("/clusters/{}", got.body["uuid"].as_str().unwrap());
        caller.until(&path, "the row", |got| got.status == 200).await;
    }
    let got = caller.magnum(Method::GET, "/clusters/twin", None).await;
    assert_eq!(
        (got.status, got.detail()),
        (409, "Multiple clusters exist with same name. Please use the cluster uuid instead.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_projects_are_kept_apart() {
    let demo = cloud().await;
    let wish = json!({"name": "x", "cluster_template_id": "k8s-1.31-ubuntu"});
    let reader = Caller::sign_in(&demo, "rin", "lab").await;
    assert_eq!(reader.magnum(Method::GET, "/clusters/k8s-staging", None).await.status, 200);
    let got = reader.magnum(Method::POST, "/clusters", Some(wish)).await;
    assert_eq!((got.status, got.detail()), (403, "Policy doesn't allow cluster:create to be performed."));
    let other = Caller::sign_in(&demo, "aiko", "atlas").await;
    assert_eq!(other.magnum(Method::GET, "/clusters/k8s-staging", None).await.status, 404);
    let admin = Caller::sign_in(&demo, "admin", "admin").await;
    let all = admin.magnum(Method::GET, "/clusters", None).await;
    let names: Vec<_> = all.body["clusters"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    assert!(names.contains(&json!("k8s-staging")) && names.contains(&json!("atlas-web")));
    let colleague = Caller::sign_in(&demo, "tomo", "lab").await;
    assert_eq!(colleague.magnum(Method::GET, "/certificates/k8s-staging", None).await.status, 403);
    assert_eq!(admin.magnum(Method::GET, "/mservices", None).await.status, 200);
    assert_eq!(colleague.magnum(Method::GET, "/mservices", None).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_signed_for_the_owner() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let ca = caller.magnum(Method::GET, "/certificates/k8s-staging", None).await;
    assert_eq!(ca.keys(), ["cluster_uuid", "links", "pem"]);
    let pem = ca.body["pem"].as_str().unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && pem.ends_with("-----END CERTIFICATE-----"));
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "admin");
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "system:masters");
    let csr = params.serialize_request(&key).unwrap().pem().unwrap();
    let wish = json!({"cluster_uuid": ca.body["cluster_uuid"], "csr": csr});
    let signed = caller.magnum(Method::POST, "/certificates", Some(wish)).await;
    assert_eq!((signed.status, signed.keys()), (201, vec!["cluster_uuid", "csr", "links", "pem"]));
    let bad = caller
        .magnum(
            Method::POST,
            "/certificates",
            Some(json!({"cluster_uuid": ca.body["cluster_uuid"], "csr": "nonsense"})),
        )
        .await;
    assert_eq!((bad.status, bad.detail()), (400, "Received invalid csr b'nonsense'."));
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_made_changed_and_guarded() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = |more: Value| {
        let mut body = json!({"name": "mine", "coe": "kubernetes", "image_id": "ubuntu-22.04-kube-v1.31.1", "external_network_id": "public-tokyo", "flavor_id": "m2.medium", "master_flavor_id": "m2.medium"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    for (more, status, words) in [
        (
            json!({"coe": "swarm"}),
            400,
            "Invalid input for field/attribute coe. Value: 'swarm'. Value should be one of: kubernetes",
        ),
        (json!({"image_id": "windows-2022"}), 400, "Cluster type (vm, None, kubernetes) not supported."),
        (json!({"image_id": "nothere"}), 400, "Cluster type (vm, Unset, kubernetes) not supported."),
        (json!({"flavor_id": "nothere"}), 400, "Unable to find flavor nothere."),
        (json!({"external_network_id": "lab-net"}), 400, "Unable to find external network lab-net."),
        (json!({"public": true}), 403, "Not authorized to set public or hidden flag for cluster template."),
        (
            json!({"docker_volume_size": 0}),
            400,
            "Invalid input for field/attribute docker_volume_size. Value: '0'. Value should be greater or equal to 1",
        ),
    ] {
        let got = caller.magnum(Method::POST, "/clustertemplates", Some(wish(more.clone()))).await;
        assert_eq!((got.status, got.detail()), (status, words), "{more}");
    }
    let made = caller.magnum(Method::POST, "/clustertemplates", Some(wish(json!({})))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.header("location").ends_with(made.body["uuid"].as_str().unwrap()));
    assert_eq!(made.body["network_driver"], "flannel");
    assert_eq!(made.keys().len(), 36);
    let path = format!("/clustertemplates/{}", made.body["uuid"].as_str().unwrap());
    let changed =
        caller.magnum(Method::PATCH, &path, Some(json!([{"op": "add", "path": "/labels/x", "value": "y"}]))).await;
    assert_eq!((changed.status, &changed.body["labels"]), (200, &json!({"x": "y"})));
    assert_eq!(changed.body["updated_at"], Value::Null, "what was read before the change was written");
    assert_eq!(caller.magnum(Method::DELETE, &path, None).await.status, 204);
    let bare = json!({"coe": "kubernetes", "image_id": "ubuntu-22.04-kube-v1.31.1"});
    let bare = caller.magnum(Method::POST, "/clustertemplates", Some(bare)).await;
    let path = format!("/clustertemplates/{}", bare.body["uuid"].as_str().unwrap());
    let renamed = json!([{"op": "replace", "path": "/name", "value": "other"}]);
    let got = caller.magnum(Method::PATCH, &path, Some(renamed)).await;
    assert_eq!(
        (got.status, got.detail()),
        (400, "Unable to find flavor None."),
        "Magnum looks up flavors that are not set"
    );
    let used = caller.magnum(Method::DELETE, "/clustertemplates/k8s-1.31-ubuntu", None).await;
    assert!(used.status == 400 && used.detail().ends_with("is referenced by one or multiple clusters."));
}

#[tokio::test(flavor = "multi_thread")]
async fn node_groups_come_and_go() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let groups = "/clusters/k8s-staging/nodegroups";
    let made = caller
        .magnum(
            Method::POST,
            groups,
            Some(json!({"name": "big", "node_count": 2, "flavor_id": "m2.xlarge", "max_node_count": 4})),
        )
        .await;
    assert_eq!((made.status, made.body["role"].as_str()), (202, Some("worker")));
    let up = caller.until(&format!("{groups}/big"), "the group", |got| got.body["status"] == "CREATE_COMPLETE").await;
    assert_eq!(up.body["node_addresses"].as_array().unwrap().len(), 2);
    caller.until("/clusters/k8s-staging", "the bay", |got| got.body["status"] == "UPDATE_COMPLETE").await;
    let taint = json!({"name": "odd", "node_taints": [{"key": "a", "effect": "Never"}]});
    let refused = caller.magnum(Method::POST, groups, Some(taint)).await;
    assert!(refused.status == 400 && refused.detail().contains("node_taints"), "{}", refused.text);
    let over = caller
        .magnum(
            Method::POST,
            "/clusters/k8s-staging/actions/resize",
            Some(json!({"node_count": 9, "nodegroup": "big"})),
        )
        .await;
    assert!(over.status == 400 && over.detail().starts_with("Resizing big outside the allowed range"));
    assert_eq!(caller.magnum(Method::POST, groups, Some(json!({"name": "big"}))).await.status, 409);
    let kept = caller.magnum(Method::DELETE, &format!("{groups}/default-worker"), None).await;
    assert_eq!((kept.status, kept.detail()), (400, "Deleting a default nodegroup is not supported."));
    assert_eq!(caller.magnum(Method::DELETE, &format!("{groups}/big"), None).await.status, 204);
    caller.until(&format!("{groups}/big"), "the end of the group", |got| got.status == 404).await;
}
