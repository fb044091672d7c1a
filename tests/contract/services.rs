//! Nova, Glance, Neutron and Heat, in the shapes of their API references.

use super::mock_cloud::{Cloud, header};
use bayview::model::choices::QuotaResource;
use bayview::model::problem::ProblemKind;
use serde_json::json;
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, ResponseTemplate};

const STACK: &str = "00000000-0000-4000-8000-0000000000aa";
const GROUP_STACK: &str = "a1b2c3d4-0000-4000-8000-000000000002";

fn flavors() -> serde_json::Value {
    json!({"flavors": [
        {"id": "2", "name": "m1.large", "vcpus": 4, "ram": 8192, "disk": 80},
        {"id": "1", "name": "m1.small", "vcpus": 1, "ram": 2048, "disk": 20},
    ]})
}

#[tokio::test]
async fn nova_tells_what_a_form_can_choose_from() {
    let cloud = Cloud::with_keystone().await;
    cloud.json("GET", "/compute/v2.1/flavors/detail", 200, flavors()).await;
    cloud
        .json(
            "GET",
            "/compute/v2.1/os-keypairs",
            200,
            json!({"keypairs": [{"keypair": {"name": "ana", "fingerprint": "aa:bb"}}]}),
        )
        .await;
    let zones = json!({"availabilityZoneInfo": [{"zoneName": "nova", "zoneState": {"available": true}}, {"zoneName": "old", "zoneState": {"available": false}}]});
    cloud.json("GET", "/compute/v2.1/os-availability-zone", 200, zones).await;
    let limits = json!({"limits": {"rate": [], "absolute": {"maxTotalInstances": 10, "totalInstancesUsed": 3, "maxTotalCores": -1, "totalCoresUsed": 8, "maxTotalRAMSize": 51200, "totalRAMUsed": 6144}}});
    cloud.json("GET", "/compute/v2.1/limits", 200, limits).await;
    let nova = cloud.sign_in().await.nova().unwrap();
    assert_eq!(
        nova.flavors().await.unwrap().iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["m1.small", "m1.large"]
    );
    assert_eq!(nova.keypairs().await.unwrap()[0].name, "ana");
    assert_eq!(nova.zones().await.unwrap(), ["nova"]);
    let quotas = nova.quotas().await.unwrap();
    let found: Vec<_> = quotas.iter().map(|q| (q.resource, q.used, q.limit)).collect();
    let expected = [
        (QuotaResource::Instances, 3, Some(10)),
        (QuotaResource::Vcpus, 8, None),
        (QuotaResource::RamMib, 6144, Some(51200)),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_servers_of_a_bay_are_those_of_its_stack() {
    let cloud = Cloud::with_magnum("15").await;
    let client = cloud.sign_in().await;
    let project = client.identity().project.id;
    let heat = format!("/heat/v1/{project}");
    // Heat tells the address that it has inside the cloud.
    let full = format!("http://10.0.0.9:8004/v1/{project}/stacks/c1-x/{STACK}/resources?nested_depth=3");
    cloud
        .answer(
            "GET",
            &format!("{heat}/stacks/{STACK}/resources"),
            ResponseTemplate::new(302).insert_header("Location", full),
        )
        .await;
    let resources = json!({"resources": [
        {"resource_name": "kube_minions", "physical_resource_id": "g1", "resource_type": "OS::Heat::ResourceGroup", "resource_status": "CREATE_COMPLETE"},
        {"resource_name": "kube-minion", "physical_resource_id": "s1", "resource_type": "OS::Nova::Server", "resource_status": "CREATE_IN_PROGRESS", "parent_resource": "0"},
        {"resource_name": "kube-master", "physical_resource_id": "s2", "resource_type": "OS::Nova::Server", "resource_status": "CREATE_COMPLETE", "parent_resource": "0"},
    ]});
    cloud.json("GET", &format!("{heat}/stacks/c1-x/{STACK}/resources"), 200, resources).await;
    let server = |id: &str, name: &str, status: &str| {
        json!({"id": id, "name": name, "status": status, "flavor": {"id": "1", "links": []},
        "addresses": {"private": [{"addr": "10.0.0.4", "version": 4}]}, "OS-EXT-AZ:availability_zone": "nova", "created": "2030-01-02T03:04:05Z"})
    };
    let mut failed = server("s1", "c1-x-node-0", "ERROR");
    failed["fault"] = json!({"code": 500, "message": "No valid host was found."});
    let page = |rows: serde_json::Value, next: bool| {
        let mut page = json!({"servers": rows});
        if next {
            page["servers_links"] = json!([{"rel": "next", "href": "http://inside/v2.1/servers/detail?marker=s3"}]);
        }
        ResponseTemplate::new(200).set_body_json(page)
    };
    let list = || Mock::given(method("GET")).and(path("/compute/v2.1/servers/detail"));
    list()
        .and(query_param("marker", "s3"))
        .respond_with(page(json!([server("s2", "c1-x-master-0", "ACTIVE")]), false))
        .mount(&cloud.server)
        .await;
    list()
        .respond_with(page(
            json!([failed, server("s3", "mine", "ACTIVE"), server("s4", "c1-batch-node-0", "ACTIVE")]),
            true,
        ))
        .with_priority(9)
        .mount(&cloud.server)
        .await;
    cloud.json("GET", "/compute/v2.1/flavors/detail", 200, flavors()).await;

    let mut row = cloud.fixture("magnum15/clusters.json")["clusters"][2].clone();
    row["stack_id"] = json!(STACK);
    cloud.json("GET", "/container-infra/v1/clusters/c1", 200, row).await;
    // A node group that was added later has a stack of its own.
    let batch = json!({"resources": [
        {"resource_name": "kube-minion", "physical_resource_id": "s4", "resource_type": "OS::Nova::Server", "resource_status": "CREATE_COMPLETE", "parent_resource": "0"},
    ]});
    cloud.json("GET", &format!("{heat}/stacks/{GROUP_STACK}/resources"), 200, batch).await;
    let group = |name: &str, stack: &str| json!({"uuid": name, "name": name, "role": "worker", "node_count": 1, "status": "CREATE_COMPLETE", "stack_id": stack});
    let groups = json!({"nodegroups": [group("default-worker", STACK), group("batch", GROUP_STACK)]});
    cloud.json("GET", "/container-infra/v1/clusters/c1/nodegroups", 200, groups).await;
    let magnum = client.magnum().await.unwrap();
    let bay = magnum.bay("c1").await.unwrap();
    let groups = magnum.node_groups("c1").await.unwrap();
    let heat = client.heat().unwrap();
    let servers = client.nova().unwrap().servers_of_bay(&bay, &groups, Some(&heat)).await.unwrap();
    assert_eq!(
        servers.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
        ["c1-x-master-0", "c1-batch-node-0", "c1-x-node-0"]
    );
    assert_eq!((servers[0].flavor.as_str(), servers[0].zone.as_str()), ("m1.small", "nova"));
    assert_eq!(servers[2].fault.as_deref(), Some("No valid host was found."));
    let events = format!("/heat/v1/{}/stacks/c1-x/{STACK}/events", client.identity().project.id);
    cloud.json("GET", &events, 200, json!({"events": []})).await;
    let again = client.heat().unwrap();
    assert_eq!(again.history(STACK, 50).await.unwrap(), (Vec::new(), Some((2, 3))));
    let asked = cloud.server.received_requests().await.unwrap();
    let by_id = asked.iter().filter(|r| r.url.path().ends_with(&format!("/stacks/{STACK}/resources"))).count();
    assert_eq!(by_id, 1, "where a stack is stays known for as long as one is signed in");
}

#[tokio::test]
async fn the_events_of_a_stack_come_oldest_first_with_their_types() {
    let cloud = Cloud::with_keystone().await;
    let client = cloud.sign_in().await;
    let base = format!("/heat/v1/{}/stacks/{STACK}", client.identity().project.id);
    let event = |time: &str, name: &str, status: &str| json!({"event_time": time, "resource_name": name, "physical_resource_id": name, "resource_status": status, "resource_status_reason": "state changed"});
    let events = json!({"events": [event("2030-01-02T03:04:09Z", "s1", "CREATE_COMPLETE"), event("2030-01-02T03:04:05", "s1", "CREATE_IN_PROGRESS")]});
    // Before Newton: no depth for events.
    let unknown = json!({"code": 400, "title": "Bad Request", "explanation": "nested_depth", "error": {"type": "HTTPBadRequest", "message": "Invalid parameter nested_depth"}});
    let list = || Mock::given(method("GET")).and(path(format!("{base}/events")));
    list()
        .and(query_param("nested_depth", "2"))
        .respond_with(ResponseTemplate::new(400).set_body_json(unknown))
        .mount(&cloud.server)
        .await;
    list().respond_with(ResponseTemplate::new(200).set_body_json(events)).with_priority(9).mount(&cloud.server).await;
    let resources = json!({"resources": [{"resource_name": "kube-minion", "physical_resource_id": "s1", "resource_type": "OS::Nova::Server", "resource_status": "CREATE_COMPLETE"}]});
    cloud.json("GET", &format!("{base}/resources"), 200, resources).await;
    let heat = client.heat().unwrap();
    let (events, progress) = heat.history(STACK, 50).await.unwrap();
    assert_eq!(progress, Some((1, 1)));
    let asked = cloud.server.received_requests().await.unwrap();
    let lists = asked.iter().filter(|r| r.url.path().ends_with("/resources")).count();
    assert_eq!(lists, 1, "the list that costs Heat most is read once for both");
    let found: Vec<_> = events.iter().map(|e| (e.time, e.status.as_str(), e.resource_type.as_str())).collect();
    assert_eq!(
        found,
        [
            (1_893_553_445, "CREATE_IN_PROGRESS", "OS::Nova::Server"),
            (1_893_553_449, "CREATE_COMPLETE", "OS::Nova::Server")
        ]
    );
    let missing = json!({"code": 404, "title": "Not Found", "explanation": "x", "error": {"type": "EntityNotFound", "message": "The Stack (gone) could not be found.", "traceback": null}});
    cloud.json("GET", &base.replace(STACK, "gone"), 404, missing).await;
    let error = heat.stack("gone").await.unwrap_err();
    assert_eq!((error.kind(), error.said()), (ProblemKind::NotFound, "The Stack (gone) could not be found."));
}

#[tokio::test]
async fn images_are_read_page_by_page_those_for_magnum_first() {
    let cloud = Cloud::with_keystone().await;
    let list = || Mock::given(method("GET")).and(path("/image/v2/images"));
    let second = json!({"images": [{"id": "b", "name": "coreos", "os_distro": "fedora-coreos", "status": "active", "min_disk": 10, "min_ram": 0}]});
    list()
        .and(query_param("marker", "a"))
        .respond_with(ResponseTemplate::new(200).set_body_json(second))
        .mount(&cloud.server)
        .await;
    let first = json!({"images": [{"id": "a", "name": "cirros", "status": "active", "min_disk": 0, "min_ram": null}], "next": "/v2/images?limit=500&marker=a"});
    list().respond_with(ResponseTemplate::new(200).set_body_json(first)).with_priority(9).mount(&cloud.server).await;
    let images = cloud.sign_in().await.glance().unwrap().images().await.unwrap();
    let found: Vec<_> = images.iter().map(|i| (i.name.as_str(), i.os_distro.as_deref(), i.min_disk_gb)).collect();
    assert_eq!(found, [("coreos", Some("fedora-coreos"), 10), ("cirros", None, 0)]);
}

#[tokio::test]
async fn neutron_tells_networks_and_counts_where_it_has_no_details() {
    let cloud = Cloud::with_keystone().await;
    let networks = json!({"networks": [{"id": "n1", "name": "private", "router:external": false, "subnets": ["s1"]}, {"id": "n2", "name": "public", "router:external": true, "subnets": []}]});
    cloud.json("GET", "/network/v2.0/networks", 200, networks).await;
    cloud
        .json(
            "GET",
            "/network/v2.0/subnets",
            200,
            json!({"subnets": [{"id": "s1", "name": "sub", "network_id": "n1", "cidr": "10.0.0.0/24"}]}),
        )
        .await;
    let client = cloud.sign_in().await;
    let project = client.identity().project.id;
    let neutron = client.neutron().unwrap();
    assert_eq!(
        neutron.networks().await.unwrap().iter().map(|n| n.name.as_str()).collect::<Vec<_>>(),
        ["public", "private"]
    );
    assert_eq!(neutron.subnets().await.unwrap()[0].cidr, "10.0.0.0/24");

    let quota = json!({"quota": {"floatingip": 50, "port": -1, "security_group": 10}});
    cloud.json("GET", &format!("/network/v2.0/quotas/{project}"), 200, quota).await;
    for (collection, key, count) in
        [("floatingips", "floatingips", 2), ("ports", "ports", 5), ("security-groups", "security_groups", 1)]
    {
        let rows: Vec<_> = (0..count).map(|n| json!({"id": n.to_string()})).collect();
        cloud.json("GET", &format!("/network/v2.0/{collection}"), 200, json!({ key: rows })).await;
    }
    let counted: Vec<_> = neutron.quotas().await.unwrap().iter().map(|q| (q.resource, q.used, q.limit)).collect();
    let expected = [
        (QuotaResource::FloatingIps, 2, Some(50)),
        (QuotaResource::Ports, 5, None),
        (QuotaResource::SecurityGroups, 1, Some(10)),
    ];
    assert_eq!(counted, expected);

    let details = json!({"quota": {"floatingip": {"used": 4, "reserved": 1, "limit": 50}}});
    cloud.json("GET", &format!("/network/v2.0/quotas/{project}/details.json"), 200, details).await;
    let detailed = neutron.quotas().await.unwrap();
    assert_eq!((detailed.len(), detailed[0].used), (1, 5));
}

#[tokio::test]
async fn a_service_that_the_cloud_does_not_have_is_unsupported() {
    let cloud = Cloud::start().await;
    let mut token = cloud.fixture("keystone/token.json");
    token["token"]["catalog"] = json!([]);
    cloud.answer("POST", "/identity/v3/auth/tokens", super::mock_cloud::token_answer(token, "first")).await;
    let client = cloud.sign_in().await;
    for kind in [client.heat().map(|_| ()), client.nova().map(|_| ()), client.magnum().await.map(|_| ())] {
        let error = kind.unwrap_err();
        assert_eq!(error.kind(), ProblemKind::Unsupported);
        assert!(error.said().starts_with("the catalogue has no "), "{error}");
    }
}

#[tokio::test]
async fn zun_is_not_taken_for_the_magnum_of_2015() {
    let cloud = Cloud::start().await;
    let mut token = cloud.fixture("keystone/token.json");
    let url = format!("{}/container/v1", cloud.server.uri());
    let endpoint = json!({"interface": "public", "region_id": "RegionOne", "region": "RegionOne", "url": url});
    token["token"]["catalog"] = json!([{"type": "container", "name": "zun", "endpoints": [endpoint]}]);
    cloud.answer("POST", "/identity/v3/auth/tokens", super::mock_cloud::token_answer(token, "first")).await;
    cloud.json("GET", "/container/", 200, json!({"name": "OpenStack Zun API", "versions": [{"id": "v1"}]})).await;
    let error = cloud.sign_in().await.magnum().await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Unsupported);
    assert!(error.said().starts_with("the catalogue has no container-infra"), "{error}");
    let asked = cloud.requests("GET", "/container/").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(header(&asked[0], "x-auth-token"), Some("first"), "it may be Magnum, whose root may want a token");
}
