//! Today's Magnum: lists, changes, versions and every failure, by the recorded answers of 15.0.1 and 21.0.1.

use super::mock_cloud::{Cloud, body, header, options, ready, secrets};
use bayview::api::Client;
use bayview::api::magnum::CaKind;
use bayview::model::bay::{BayAction, BayPhase, BayStatus, Coe, Health, NewBay};
use bayview::model::bay_model::BayModelSpec;
use bayview::model::choices::{Quota, QuotaResource};
use bayview::model::cloud::{Dialect, Microversion};
use bayview::model::cloud::{DialectChoice, Profile};
use bayview::model::problem::ProblemKind;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, ResponseTemplate};

const V1: &str = "/container-infra/v1";

fn at(path: &str) -> String {
    format!("{V1}{path}")
}

fn bay() -> NewBay {
    NewBay { name: "prod".into(), model_id: "m1".into(), node_count: Some(2), ..NewBay::default() }
}

#[tokio::test]
async fn bays_and_bay_models_are_read_from_both_recorded_servers() {
    for (version, microversion) in [("15", "container-infra 1.10"), ("21", "container-infra 1.12")] {
        let cloud = Cloud::with_magnum(version).await;
        cloud.json("GET", &at("/clusters/detail"), 200, cloud.fixture(&format!("magnum{version}/clusters.json"))).await;
        let templates = cloud.fixture(&format!("magnum{version}/clustertemplates.json"));
        cloud.json("GET", &at("/clustertemplates/detail"), 200, templates).await;
        let magnum = cloud.sign_in().await.magnum().await.unwrap();
        assert_eq!(magnum.info().dialect, Dialect::Modern);

        let bays = magnum.bays().await.unwrap();
        let names: Vec<_> = bays.iter().map(|b| b.name.as_str()).collect();
        assert_eq!(names, ["nokey", "x", "c1"]);
        assert_eq!(bays[0].status, BayStatus::Known(BayAction::Create, BayPhase::Complete));
        assert_eq!((bays[0].health.clone(), bays[0].create_timeout_minutes), (Health::Unhealthy, Some(60)));
        assert_eq!(bays[0].node_addresses, ["127.0.1.1"]);
        assert!(bays[0].stack_id.is_some() && bays[0].created_at.is_some());
        assert_eq!((bays[1].status.failed(), bays[1].stack_id.clone()), (true, None));
        assert!(bays[1].status_reason.as_deref().unwrap().contains("Invalid discovery URL"));

        let models = magnum.bay_models().await.unwrap();
        assert_eq!(models[0].spec.coe, Some(Coe::Kubernetes));
        let asked = cloud.requests("GET", &at("/clusters/detail")).await;
        assert_eq!(header(&asked[0], "openstack-api-version"), Some(microversion));
        assert_eq!(header(&asked[0], "x-auth-token"), Some("first"));
    }
}

#[tokio::test]
async fn the_faults_of_a_failed_bay_are_kept_by_group() {
    let cloud = Cloud::with_magnum("15").await;
    cloud.json("GET", &at("/clusters/fail"), 200, cloud.fixture("magnum15/cluster_failed.json")).await;
    let bay = cloud.sign_in().await.magnum().await.unwrap().bay("fail").await.unwrap();
    assert_eq!(bay.status_reason.as_deref(), Some("default-master failed, default-worker failed"));
    assert!(bay.faults["default-worker"].contains("No valid host was found"));
}

#[tokio::test]
async fn all_pages_are_read_wherever_the_server_thinks_it_lives() {
    let cloud = Cloud::with_magnum("15").await;
    let all = cloud.fixture("magnum15/clusters.json")["clusters"].as_array().unwrap().clone();
    let page = |rows: &[Value], next: Option<&str>| {
        let mut page = json!({"clusters": rows});
        if let Some(next) = next {
            page["next"] = json!(format!("http://10.0.0.9:9511/v1/clusters/detail?sort_key=id&limit=2&marker={next}"));
        }
        ResponseTemplate::new(200).set_body_json(page)
    };
    let list = || Mock::given(method("GET")).and(path(at("/clusters/detail")));
    list().and(query_param("marker", "two")).respond_with(page(&all[2..], Some("three"))).mount(&cloud.server).await;
    list().and(query_param("marker", "three")).respond_with(page(&[], None)).mount(&cloud.server).await;
    list().respond_with(page(&all[..2], Some("two"))).with_priority(9).mount(&cloud.server).await;
    let bays = cloud.sign_in().await.magnum().await.unwrap().bays().await.unwrap();
    assert_eq!(bays.len(), 3);
    assert_eq!(cloud.requests("GET", &at("/clusters/detail")).await.len(), 3);
}

#[tokio::test]
async fn a_list_that_leads_back_to_itself_ends() {
    let cloud = Cloud::with_magnum("15").await;
    let mut list = cloud.fixture("magnum15/clusters.json");
    list["next"] = json!("http://m/v1/clusters?marker=same");
    cloud.json("GET", &at("/clusters/detail"), 200, list).await;
    assert_eq!(cloud.sign_in().await.magnum().await.unwrap().bays().await.unwrap().len(), 6);
}

#[tokio::test]
async fn each_failure_of_a_list_has_its_kind() {
    let error =
        |detail: &str| json!({"errors": [{"code": "client", "title": "t", "detail": detail, "links": []}]}).to_string();
    let cases = [
        (
            403,
            error("Policy doesn't allow cluster:get_all"),
            ProblemKind::Forbidden,
            "Policy doesn't allow cluster:get_all",
        ),
        (404, error(""), ProblemKind::NotFound, "t"),
        (406, error("no"), ProblemKind::Unsupported, "no"),
        (
            409,
            error("Multiple clusters exist with same name."),
            ProblemKind::Conflict,
            "Multiple clusters exist with same name.",
        ),
        (500, error("boom"), ProblemKind::Server, "boom"),
        (
            502,
            "<html><head><title>502 Bad Gateway</title></head></html>".into(),
            ProblemKind::Server,
            "502 Bad Gateway",
        ),
        (503, String::new(), ProblemKind::Server, "Service Unavailable"),
        (504, String::new(), ProblemKind::Timeout, "Gateway Timeout"),
        (200, "<html>login</html>".into(), ProblemKind::Decode, "not what this call gives"),
        (200, "{\"clusters\": [{\"uuid\":".into(), ProblemKind::Decode, "not what this call gives"),
        (200, "{\"other\": []}".into(), ProblemKind::Decode, "the answer has no list \"clusters\""),
    ];
    for (status, text, kind, words) in cases {
        let cloud = Cloud::with_magnum("21").await;
        let answer = ResponseTemplate::new(status).set_body_raw(text.clone(), "application/json");
        cloud.answer("GET", &at("/clusters/detail"), answer.insert_header("x-openstack-request-id", "req-7")).await;
        let error = cloud.sign_in().await.magnum().await.unwrap().bays().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {text}");
        assert!(error.said().contains(words), "{status}: {}", error.said());
        assert_eq!((error.request_id(), error.status()), (Some("req-7"), Some(status)));
        assert_eq!(error.action(), "GET /container-infra/v1/clusters/detail");
    }
}

#[tokio::test]
async fn a_list_that_stumbles_over_a_deletion_is_asked_for_again() {
    let cloud = Cloud::with_magnum("15").await;
    let stumble = || ResponseTemplate::new(400).set_body_json(cloud.fixture("magnum15/list_while_deleting.json"));
    let list = || Mock::given(method("GET")).and(path(at("/clusters/detail")));
    list().respond_with(stumble()).up_to_n_times(3).mount(&cloud.server).await;
    let good = ResponseTemplate::new(200).set_body_json(cloud.fixture("magnum15/clusters.json"));
    list().respond_with(good).with_priority(9).mount(&cloud.server).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    assert_eq!(magnum.bays().await.unwrap().len(), 3);

    let cloud = Cloud::with_magnum("15").await;
    let stumble = ResponseTemplate::new(400).set_body_json(cloud.fixture("magnum15/list_while_deleting.json"));
    cloud.answer("GET", &at("/clusters/detail"), stumble).await;
    let error = cloud.sign_in().await.magnum().await.unwrap().bays().await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Server, "the service's fault, not the caller's");
}

#[tokio::test]
async fn a_bay_is_created_with_what_is_set_and_found_once_it_is_written() {
    let cloud = Cloud::with_magnum("21").await;
    cloud.json("POST", &at("/clusters"), 202, json!({"uuid": "u1"})).await;
    let show = || Mock::given(method("GET")).and(path(at("/clusters/u1")));
    let missing = ResponseTemplate::new(404).set_body_json(cloud.fixture("magnum21/cluster_not_found.json"));
    show().respond_with(missing).up_to_n_times(2).mount(&cloud.server).await;
    let row = cloud.fixture("magnum21/clusters.json")["clusters"][0].clone();
    show().respond_with(ResponseTemplate::new(200).set_body_json(row)).with_priority(9).mount(&cloud.server).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let id = magnum.create_bay(&bay()).await.unwrap();
    assert_eq!(magnum.bay_after_create(&id, Duration::from_secs(8)).await.unwrap().name, "nokey");
    let sent = cloud.requests("POST", &at("/clusters")).await;
    assert_eq!(body(&sent[0]), json!({"name": "prod", "cluster_template_id": "m1", "node_count": 2}));
}

#[tokio::test]
async fn a_refused_create_is_sent_once_and_says_why() {
    let cases = [
        ("over_quota", 403, ProblemKind::Quota, "Resource limit exceeded"),
        ("template_in_use", 400, ProblemKind::Invalid, "is referenced by"),
    ];
    for (fixture, status, kind, words) in cases {
        let cloud = Cloud::with_magnum("15").await;
        cloud.json("POST", &at("/clusters"), status, cloud.fixture(&format!("magnum15/{fixture}.json"))).await;
        let error = cloud.sign_in().await.magnum().await.unwrap().create_bay(&bay()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.said().contains(words));
    }
    let cloud = Cloud::with_magnum("15").await;
    cloud.answer("POST", &at("/clusters"), ResponseTemplate::new(503)).await;
    let error = cloud.sign_in().await.magnum().await.unwrap().create_bay(&bay()).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Server);
    assert_eq!(cloud.requests("POST", &at("/clusters")).await.len(), 1, "a change is never repeated on its own");
}

#[tokio::test]
async fn what_an_old_server_cannot_do_is_refused_with_the_version_it_needs() {
    let cloud = Cloud::with_keystone().await;
    cloud.magnum_listing(cloud.fixture("magnum15/v1.json"), Some("1.6")).await;
    cloud.json("PATCH", &at("/clusters/u1"), 202, json!({"uuid": "u1"})).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let groups = magnum.node_groups("u1").await.unwrap_err();
    assert_eq!(
        (groups.kind(), groups.said()),
        (ProblemKind::Unsupported, "needs microversion 1.9; this Magnum has 1.6")
    );
    let new = NewBay { merge_labels: true, fixed_network: Some("n".into()), ..bay() };
    let error = magnum.create_bay(&new).await.unwrap_err();
    assert_eq!(error.said(), "fixed_network, merge_labels needs microversion 1.10; this is microversion 1.6");
    magnum.scale_bay("u1", 4).await.unwrap();
    let sent = cloud.requests("PATCH", &at("/clusters/u1")).await;
    assert_eq!(body(&sent[0]), json!([{"op": "replace", "path": "/node_count", "value": 4}]));
    assert_eq!(header(&sent[0], "openstack-api-version"), Some("container-infra 1.6"));
}

#[tokio::test]
async fn a_bay_is_resized_where_the_server_can() {
    let cloud = Cloud::with_magnum("21").await;
    cloud.json("POST", &at("/clusters/u1/actions/resize"), 202, json!({"uuid": "u1"})).await;
    cloud.sign_in().await.magnum().await.unwrap().scale_bay("u1", 5).await.unwrap();
    let sent = cloud.requests("POST", &at("/clusters/u1/actions/resize")).await;
    assert_eq!(body(&sent[0]), json!({"node_count": 5}));
}

#[tokio::test]
async fn deleting_is_repeated_and_gone_is_then_good_news() {
    let cloud = Cloud::with_magnum("21").await;
    let delete = || Mock::given(method("DELETE")).and(path(at("/clusters/u1")));
    delete().respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&cloud.server).await;
    let gone = || ResponseTemplate::new(404).set_body_json(cloud.fixture("magnum21/cluster_not_found.json"));
    delete().respond_with(gone()).with_priority(9).mount(&cloud.server).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    magnum.delete_bay("u1").await.unwrap();
    assert_eq!(magnum.delete_bay("u1").await.unwrap_err().kind(), ProblemKind::NotFound);
    let twice = ResponseTemplate::new(409).set_body_json(cloud.fixture("magnum21/cluster_ambiguous.json"));
    cloud.answer("DELETE", &at("/clusters/twice"), twice).await;
    let error = magnum.delete_bay("twice").await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Conflict);
    assert!(error.said().ends_with("Please use the cluster uuid instead."), "the detail, not the cut title");
    let used = ResponseTemplate::new(400).set_body_json(cloud.fixture("magnum21/template_in_use.json"));
    cloud.answer("DELETE", &at("/clustertemplates/t"), used).await;
    assert_eq!(magnum.delete_bay_model("t").await.unwrap_err().kind(), ProblemKind::Conflict);
}

#[tokio::test]
async fn names_are_encoded_whatever_they_hold() {
    let cloud = Cloud::with_magnum("21").await;
    cloud.answer("DELETE", &at("/clusters/a%2Fb%20c%3Fd"), ResponseTemplate::new(204)).await;
    cloud.sign_in().await.magnum().await.unwrap().delete_bay("a/b c?d").await.unwrap();
}

#[tokio::test]
async fn a_bay_model_is_created_and_comes_back_whole() {
    let cloud = Cloud::with_magnum("21").await;
    let made = cloud.fixture("magnum21/clustertemplates.json")["clustertemplates"][0].clone();
    cloud.json("POST", &at("/clustertemplates"), 201, made.clone()).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let spec = BayModelSpec {
        name: "k8s".into(),
        coe: Some(Coe::Kubernetes),
        image: "fedora-coreos".into(),
        docker_volume_size_gb: Some(10),
        floating_ip_enabled: Some(false),
        http_proxy: Some("  ".into()),
        ..BayModelSpec::default()
    };
    let model = magnum.create_bay_model(&spec).await.unwrap();
    assert_eq!(model.id, made["uuid"].as_str().unwrap());
    let sent = cloud.requests("POST", &at("/clustertemplates")).await;
    let expected = json!({"name": "k8s", "coe": "kubernetes", "image_id": "fedora-coreos", "docker_volume_size": 10, "floating_ip_enabled": false});
    assert_eq!(body(&sent[0]), expected, "an empty text is not sent");
}

#[tokio::test]
async fn certificates_are_read_and_signed() {
    let cloud = Cloud::with_magnum("15").await;
    cloud.json("GET", &at("/certificates/u1"), 200, cloud.fixture("magnum15/certificate_authority.json")).await;
    cloud.json("POST", &at("/certificates"), 201, cloud.fixture("magnum15/certificate_signed.json")).await;
    cloud.json("PATCH", &at("/certificates/u1"), 202, json!({"uuid": "u1"})).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    assert!(magnum.ca("u1", CaKind::Kubernetes).await.unwrap().ends_with("-----END CERTIFICATE-----\n"));
    magnum.ca("u1", CaKind::Etcd).await.unwrap();
    let queries: Vec<_> =
        cloud.requests("GET", &at("/certificates/u1")).await.iter().map(|r| r.url.query().map(str::to_owned)).collect();
    assert_eq!(queries, [None, Some("ca_cert_type=etcd".to_owned())]);
    magnum.sign("u1", "a request").await.unwrap();
    let sent = cloud.requests("POST", &at("/certificates")).await;
    assert_eq!(body(&sent[0]), json!({"cluster_uuid": "u1", "csr": "a request"}));
    magnum.rotate_ca("u1").await.unwrap();
    assert!(cloud.requests("PATCH", &at("/certificates/u1")).await[0].body.is_empty(), "a body is refused");
}

#[tokio::test]
async fn node_groups_and_limits_are_read() {
    let cloud = Cloud::with_magnum("15").await;
    cloud.json("GET", &at("/clusters/u1/nodegroups"), 200, cloud.fixture("magnum15/node_groups.json")).await;
    cloud.json("GET", &at("/stats"), 200, cloud.fixture("magnum15/stats.json")).await;
    let client = cloud.sign_in().await;
    let project = client.identity().project.id;
    cloud.json("GET", &at(&format!("/quotas/{project}/Cluster")), 200, cloud.fixture("magnum15/quota.json")).await;
    let magnum = client.magnum().await.unwrap();
    let groups = magnum.node_groups("u1").await.unwrap();
    assert_eq!(
        groups.iter().map(|g| (g.role.as_str(), g.is_default)).collect::<Vec<_>>(),
        [("master", true), ("worker", true)]
    );
    assert_eq!(magnum.quota().await.unwrap(), Quota { resource: QuotaResource::Bays, used: 7, limit: Some(20) });
}

#[tokio::test]
async fn a_newer_server_than_we_know_is_spoken_to_in_the_newest_words_we_know() {
    let cloud = Cloud::with_keystone().await;
    let listing = ResponseTemplate::new(200)
        .set_body_json(cloud.fixture("magnum21/v1.json"))
        .insert_header("OpenStack-API-Minimum-Version", "container-infrastructure-management 1.1")
        .insert_header("OpenStack-API-Maximum-Version", "container-infrastructure-management 1.20");
    cloud.answer("GET", V1, listing).await;
    cloud.json("GET", &at("/clusters/detail"), 200, json!({"clusters": []})).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    assert_eq!(magnum.info().max_version, Some(Microversion(1, 20)));
    magnum.bays().await.unwrap();
    let asked = cloud.requests("GET", &at("/clusters/detail")).await;
    assert_eq!(header(&asked[0], "openstack-api-version"), Some("container-infra 1.14"));
}

#[tokio::test]
async fn without_version_headers_the_root_is_asked() {
    let cloud = Cloud::with_keystone().await;
    cloud.magnum_listing(cloud.fixture("magnum21/v1.json"), None).await;
    let root =
        json!({"name": "OpenStack Magnum API", "versions": [{"id": "v1", "min_version": "1.1", "max_version": "1.9"}]});
    cloud.json("GET", "/container-infra/", 200, root).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    assert_eq!(magnum.info().max_version, Some(Microversion(1, 9)));
}

#[tokio::test]
async fn zun_under_magnums_old_type_is_not_taken_for_magnum() {
    for (name, found) in [("OpenStack Zun API", false), ("OpenStack Magnum API", true)] {
        let cloud = Cloud::start().await;
        let mut token = cloud.fixture("keystone/token.json");
        let url = format!("{}/containers/v1", cloud.server.uri());
        token["token"]["catalog"] = json!([{"type": "container", "name": "x", "endpoints": [{"interface": "public", "region_id": "RegionOne", "url": url}]}]);
        cloud.answer("POST", "/identity/v3/auth/tokens", super::mock_cloud::token_answer(token, "first")).await;
        cloud.json("GET", "/containers/", 200, json!({"name": name, "versions": []})).await;
        cloud.json("GET", "/containers/v1", 200, json!({"id": "v1", "bays": [], "baymodels": [], "pods": []})).await;
        let magnum = cloud.sign_in().await.magnum().await;
        match magnum {
            Ok(magnum) => assert!(found && magnum.info().dialect == Dialect::Legacy),
            Err(error) => assert!(!found && error.kind() == ProblemKind::Unsupported, "{error}"),
        }
    }
}

#[tokio::test]
async fn bays_can_be_asked_for_where_a_server_has_both() {
    let cloud = Cloud::with_magnum("15").await;
    cloud.json("GET", &at("/bays/detail"), 200, cloud.fixture("magnum15/bays.json")).await;
    cloud.json("GET", &at("/baymodels/detail"), 200, cloud.fixture("magnum15/baymodels.json")).await;
    cloud.json("POST", &at("/bays"), 201, cloud.fixture("magnum15/bay_created.json")).await;
    cloud.json("POST", &at("/clusters/u1/actions/resize"), 202, json!({"uuid": "u1"})).await;
    let profile = Profile { dialect: DialectChoice::Bays, ..cloud.profile() };
    let client = ready(Client::sign_in(&profile, &secrets(), options()).await);
    let magnum = client.magnum().await.unwrap();
    let bays = magnum.bays().await.unwrap();
    assert_eq!(bays[0].status, BayStatus::Known(BayAction::Delete, BayPhase::Failed));
    assert!(bays.iter().all(|b| !b.model_id.is_empty()));
    assert!(!magnum.bay_models().await.unwrap().is_empty());
    assert!(!magnum.create_bay(&bay()).await.unwrap().is_empty());
    let sent = cloud.requests("POST", &at("/bays")).await;
    assert_eq!(body(&sent[0]), json!({"name": "prod", "baymodel_id": "m1", "node_count": 2, "labels": {}}));
    magnum.scale_bay("u1", 3).await.unwrap();
}
