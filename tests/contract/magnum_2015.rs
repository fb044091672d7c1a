//! The Magnum of 2015: Kilo, Liberty and Mitaka, told apart, and what they ran inside bays.
//! Bodies are written from their source (`magnum@2015.1.0`, `1.1.0`, `2.0.0`).

use super::mock_cloud::{Cloud, body};
use bayview::api::Magnum;
use bayview::api::magnum::MagnumObjectKind;
use bayview::model::bay::{BayStatus, NewBay};
use bayview::model::cloud::Dialect;
use bayview::model::container::{ContainerAction, NewContainer};
use bayview::model::preview::ApiLevel;
use bayview::model::problem::ProblemKind;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

const V1: &str = "/container-infra/v1";
const BAY: &str = "6d0f0000-0000-4000-8000-000000000001";

fn at(path: &str) -> String {
    format!("{V1}{path}")
}

async fn cloud(level: ApiLevel) -> (Cloud, Magnum) {
    let cloud = Cloud::with_keystone().await;
    let mut names = vec!["pods", "rcs", "baymodels", "bays", "containers", "services"];
    if level != ApiLevel::Kilo {
        names.extend(["x509keypairs", "certificates", "mservices"]);
        let status = if level == ApiLevel::Liberty { 200 } else { 404 };
        cloud.json("GET", &at("/nodes"), status, json!({"nodes": []})).await;
    }
    let links = json!([{"href": "http://m:9511/v1/x/", "rel": "self"}]);
    let mut listing: Value =
        names.iter().map(|n| ((*n).to_owned(), links.clone())).collect::<serde_json::Map<_, _>>().into();
    listing["id"] = json!("v1");
    listing["media_types"] = json!([]);
    listing["links"] = links;
    cloud.magnum_listing(listing, None).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    (cloud, magnum)
}

/// Errors of Kilo and Liberty are JSON in a string.
fn fault(words: &str) -> Value {
    let inner = json!({"debuginfo": null, "faultcode": "Client", "faultstring": words});
    json!({"error_message": inner.to_string()})
}

#[tokio::test]
async fn the_three_are_told_apart() {
    for level in [ApiLevel::Kilo, ApiLevel::Liberty, ApiLevel::Mitaka] {
        let (_cloud, magnum) = cloud(level).await;
        assert_eq!(magnum.info().dialect, Dialect::Legacy);
        assert_eq!(ApiLevel::of(magnum.info()), level);
    }
}

#[tokio::test]
async fn a_bay_is_listed_created_scaled_and_deleted() {
    let (cloud, magnum) = cloud(ApiLevel::Liberty).await;
    let row = json!({"uuid": BAY, "name": "kb1", "baymodel_id": "1a2b", "node_count": 2, "master_count": 1, "bay_create_timeout": 0,
        "status": null, "status_reason": null, "discovery_url": "https://d/ab", "api_address": "https://172.24.4.5:6443",
        "node_addresses": ["172.24.4.7"], "master_addresses": null, "created_at": "2015-09-22T20:02:39+00:00", "updated_at": null, "links": []});
    cloud.json("GET", &at("/bays/detail"), 200, json!({"bays": [row.clone()]})).await;
    cloud.json("POST", &at("/bays"), 201, row.clone()).await;
    cloud.json("PATCH", &at(&format!("/bays/{BAY}")), 200, row).await;
    cloud.answer("DELETE", &at(&format!("/bays/{BAY}")), ResponseTemplate::new(204)).await;
    let bays = magnum.bays().await.unwrap();
    assert_eq!(bays[0].status, BayStatus::Unreported, "null right after a create");
    assert_eq!((bays[0].title(), bays[0].created_at), ("kb1", Some(1_442_952_159)));
    let new = NewBay {
        name: "kb1".into(),
        model_id: "1a2b".into(),
        node_count: Some(2),
        master_count: Some(1),
        ..NewBay::default()
    };
    assert_eq!(magnum.create_bay(&new).await.unwrap(), BAY);
    let sent = cloud.requests("POST", &at("/bays")).await;
    assert_eq!(body(&sent[0]), json!({"name": "kb1", "baymodel_id": "1a2b", "node_count": 2, "master_count": 1}));
    magnum.scale_bay(BAY, 3).await.unwrap();
    let sent = cloud.requests("PATCH", &at(&format!("/bays/{BAY}"))).await;
    assert_eq!(body(&sent[0]), json!([{"op": "replace", "path": "/node_count", "value": 3}]));
    magnum.delete_bay(BAY).await.unwrap();
}

#[tokio::test]
async fn errors_inside_strings_are_unwrapped() {
    let (cloud, magnum) = cloud(ApiLevel::Liberty).await;
    cloud.json("GET", &at("/bays/x"), 404, fault("Bay x could not be found.")).await;
    cloud.json("GET", &at("/bays/y"), 404, json!({"error_message": "<html><title>404 Not Found</title></html>"})).await;
    let error = magnum.bay("x").await.unwrap_err();
    assert_eq!((error.kind(), error.said()), (ProblemKind::NotFound, "Bay x could not be found."));
    assert_eq!(magnum.bay("y").await.unwrap_err().said(), "404 Not Found");
}

#[tokio::test]
async fn pods_of_a_bay_are_told_from_those_of_others() {
    for level in [ApiLevel::Kilo, ApiLevel::Liberty, ApiLevel::Mitaka] {
        let (cloud, magnum) = cloud(level).await;
        let pod = |id: &str, bay: &str| json!({"uuid": id, "name": "redis", "desc": null, "bay_uuid": bay, "images": ["redis:v1"], "labels": {"app": "r"}, "status": "Running", "host": "10.0.0.3", "links": []});
        cloud.json("GET", &at("/pods"), 200, json!({"pods": [pod("p1", BAY), pod("p2", "another")]})).await;
        let pods = magnum.objects(MagnumObjectKind::Pod, BAY).await.unwrap();
        assert_eq!(pods.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["p1"]);
        assert_eq!((pods[0].images[0].as_str(), pods[0].host.as_deref()), ("redis:v1", Some("10.0.0.3")));
        let asked = cloud.requests("GET", &at("/pods")).await;
        let expected = (level != ApiLevel::Kilo).then(|| format!("bay_ident={BAY}"));
        assert_eq!(asked[0].url.query().map(str::to_owned), expected);
    }
}

#[tokio::test]
async fn a_manifest_becomes_a_service_is_changed_and_deleted() {
    let (cloud, magnum) = cloud(ApiLevel::Mitaka).await;
    let service = json!({"uuid": "s1", "name": "web", "bay_uuid": BAY, "labels": {}, "selector": {"app": "web"}, "ip": "10.254.0.9",
        "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]});
    cloud.json("POST", &at("/services"), 201, service.clone()).await;
    cloud.json("PATCH", &at("/services/s1"), 200, service).await;
    cloud.answer("DELETE", &at("/services/s1"), ResponseTemplate::new(204)).await;
    let made = magnum.create_object(MagnumObjectKind::Service, BAY, "kind: Service").await.unwrap();
    assert_eq!(
        (made.ip.as_deref(), made.ports.as_slice()),
        (Some("10.254.0.9"), ["80→8080/TCP".to_owned()].as_slice())
    );
    let sent = cloud.requests("POST", &at("/services")).await;
    assert_eq!(body(&sent[0]), json!({"bay_uuid": BAY, "manifest": "kind: Service"}));
    magnum.update_object(MagnumObjectKind::Service, BAY, "s1", "kind: Service\n").await.unwrap();
    let sent = cloud.requests("PATCH", &at("/services/s1")).await;
    assert_eq!(body(&sent[0]), json!([{"op": "replace", "path": "/manifest", "value": "kind: Service\n"}]));
    magnum.delete_object(MagnumObjectKind::Service, BAY, "s1").await.unwrap();
}

#[tokio::test]
async fn containers_are_made_and_driven() {
    let (cloud, magnum) = cloud(ApiLevel::Liberty).await;
    let row = json!({"uuid": "c1", "name": "web", "bay_uuid": BAY, "image": "nginx", "command": "nginx -g 'daemon off;'", "status": "Stopped", "memory": "512m", "links": []});
    cloud.json("GET", &at("/containers"), 200, json!({"containers": [row.clone()]})).await;
    cloud.json("POST", &at("/containers"), 201, row).await;
    for action in ["start", "stop", "reboot", "pause", "unpause"] {
        cloud
            .answer("PUT", &at(&format!("/containers/c1/{action}")), ResponseTemplate::new(200).set_body_string("null"))
            .await;
    }
    cloud.json("GET", &at("/containers/c1/logs"), 200, json!({"output": "ready\n"})).await;
    cloud.json("PUT", &at("/containers/c1/execute"), 200, json!({"output": "root\n"})).await;
    cloud.answer("DELETE", &at("/containers/c1"), ResponseTemplate::new(204)).await;

    let new =
        NewContainer { name: "web".into(), image: "nginx".into(), memory: "512m".into(), ..NewContainer::default() };
    assert_eq!(magnum.create_container(BAY, &new).await.unwrap().status, "Stopped");
    let sent = cloud.requests("POST", &at("/containers")).await;
    assert_eq!(body(&sent[0]), json!({"bay_uuid": BAY, "image": "nginx", "name": "web", "memory": "512m"}));
    assert_eq!(magnum.containers(Some(BAY)).await.unwrap().len(), 1);
    assert!(magnum.containers(Some("another")).await.unwrap().is_empty());
    for action in [
        ContainerAction::Start,
        ContainerAction::Stop,
        ContainerAction::Reboot,
        ContainerAction::Pause,
        ContainerAction::Unpause,
    ] {
        magnum.act_on_container("c1", action).await.unwrap();
    }
    let started = cloud.requests("PUT", &at("/containers/c1/start")).await;
    assert_eq!(super::mock_cloud::header(&started[0], "content-length"), Some("0"));
    assert_eq!(magnum.container_logs("c1").await.unwrap(), "ready\n");
    assert_eq!(magnum.execute_in_container("c1", "id -un").await.unwrap(), "root\n");
    let ran = cloud.requests("PUT", &at("/containers/c1/execute")).await;
    assert_eq!(ran[0].url.query(), Some("command=id+-un"));
    magnum.delete_container("c1").await.unwrap();

    let surroundings = NewContainer { environment: [("A".to_owned(), "1".to_owned())].into(), ..new };
    let error = magnum.create_container(BAY, &surroundings).await.unwrap_err();
    assert_eq!(error.said(), "environment needs Magnum 2.0; this is Magnum 1.0");
}

#[tokio::test]
async fn kilo_calls_an_image_by_another_name_and_has_no_certificates() {
    let (cloud, magnum) = cloud(ApiLevel::Kilo).await;
    let row = json!({"uuid": "c1", "name": "web", "bay_uuid": BAY, "image_id": "nginx", "command": null, "links": []});
    cloud.json("POST", &at("/containers"), 201, row).await;
    let new = NewContainer { name: "web".into(), image: "nginx".into(), ..NewContainer::default() };
    assert_eq!(magnum.create_container(BAY, &new).await.unwrap().image, "nginx");
    let sent = cloud.requests("POST", &at("/containers")).await;
    assert_eq!(body(&sent[0]), json!({"bay_uuid": BAY, "image_id": "nginx", "name": "web"}));
    let error = magnum.sign(BAY, "csr").await.unwrap_err();
    assert_eq!((error.kind(), error.said()), (ProblemKind::Unsupported, "needs Magnum 1.0 (Liberty) or newer"));
}

#[tokio::test]
async fn liberty_signs_for_a_bay() {
    let (cloud, magnum) = cloud(ApiLevel::Liberty).await;
    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    cloud.json("POST", &at("/certificates"), 201, json!({"bay_uuid": BAY, "csr": "c", "pem": pem})).await;
    magnum.sign(BAY, "c").await.unwrap();
    let sent = cloud.requests("POST", &at("/certificates")).await;
    assert_eq!(body(&sent[0]), json!({"bay_uuid": BAY, "csr": "c"}));
}

#[tokio::test]
async fn a_pause_whose_answer_was_lost_is_not_asked_for_again() {
    let (cloud, magnum) = cloud(ApiLevel::Liberty).await;
    for (action, times) in [(ContainerAction::Pause, 1), (ContainerAction::Unpause, 1), (ContainerAction::Stop, 3)] {
        let path = at(&format!("/containers/c1/{}", action.word()));
        cloud.json("PUT", &path, 503, fault("busy")).await;
        magnum.act_on_container("c1", action).await.unwrap_err();
        assert_eq!(cloud.requests("PUT", &path).await.len(), times, "{action:?}");
    }
}
