//! Manifests against servers that fail.

use super::fake::Fake;
use super::live::run;
use bayview::api::kubernetes::Connection;
use bayview::api::kubernetes::apply::{Mode, Verdict};
use bayview::api::kubernetes::scale;
use bayview::model::workload::WorkloadKind;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn when_the_server_is_gone_the_rest_is_skipped() {
    let mut fake = Fake::new();
    let address = fake.address();
    fake.stop();
    let connection = Connection::plain("fake", &address).await.expect("an address");
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
    let outcomes = run(&connection, Mode::Apply, text, false).await;
    assert_eq!(outcomes[0].verdict, Verdict::Refused);
    assert!(!outcomes[0].why.is_empty());
    assert_eq!((outcomes[1].verdict, &outcomes[1].why), (Verdict::Skipped, &outcomes[0].why));
}

#[tokio::test]
async fn what_has_no_kind_or_name_is_refused_without_asking() {
    let fake = Fake::new();
    let connection = Connection::plain("fake", &fake.address()).await.expect("an address");
    let outcomes = run(&connection, Mode::Apply, "apiVersion: v1\nmetadata: {name: a}\n", false).await;
    assert_eq!((outcomes[0].verdict, outcomes[0].field.as_deref()), (Verdict::Refused, Some("kind")));
    assert_eq!(fake.count(&["/api"]), 0);
}

#[tokio::test]
async fn a_refused_secret_is_not_quoted() {
    let server = MockServer::start().await;
    let secret = "/api/v1/namespaces/default/secrets/db";
    let said = "Secret \"db\" is invalid: stringData: Invalid value: \"s3cret\": too short";
    let causes =
        json!([{"reason": "FieldValueInvalid", "message": "Invalid value: \"s3cret\"", "field": "stringData"}]);
    let refusal = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 422, "reason": "Invalid",
        "message": said, "details": {"causes": causes}});
    let missing = json!({"kind": "Status", "status": "Failure", "code": 404, "reason": "NotFound", "message": "no"});
    let answers = [("GET", 404, missing), ("PATCH", 422, refusal)];
    for (verb, status, body) in answers {
        let answer = ResponseTemplate::new(status).set_body_json(body);
        Mock::given(method(verb)).and(path(secret)).respond_with(answer).mount(&server).await;
    }
    let kinds = json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [
        {"name": "secrets", "singularName": "", "namespaced": true, "kind": "Secret", "verbs": ["get", "patch"]}]});
    let answer = ResponseTemplate::new(200).set_body_json(kinds);
    Mock::given(method("GET")).and(path("/api/v1")).respond_with(answer).mount(&server).await;
    let connection = Connection::plain("fake", &server.uri()).await.expect("an address");
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: s3cret}\n";
    let outcomes = run(&connection, Mode::Apply, text, false).await;
    assert_eq!((outcomes[0].verdict, outcomes[0].why.as_str()), (Verdict::Refused, "Invalid: stringData"));
    assert!(!format!("{outcomes:?}").contains("s3cret"));
}

#[tokio::test]
async fn the_audit_id_goes_with_what_was_asked_whether_it_went_well_or_not() {
    for status in [200, 403] {
        let server = MockServer::start().await;
        let body = json!({"kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "no"});
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("Audit-Id", "audit-1");
        Mock::given(method("PATCH")).respond_with(answer).mount(&server).await;
        let connection = Connection::plain("fake", &server.uri()).await.expect("an address");
        let work = scale::scale(&connection, WorkloadKind::Deployment, "shop", "web", 3);
        let (outcome, id) = bayview::api::trace(work).await;
        assert_eq!(id.as_deref(), Some("audit-1"));
        if let Err(error) = outcome {
            assert_eq!(error.during("scale").request_id.as_deref(), Some("audit-1"));
        }
    }
}

#[tokio::test]
async fn a_proxys_page_instead_of_a_status_is_told_by_its_title() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(502).set_body_raw("<html><title>502 Bad Gateway</title></html>", "text/html");
    Mock::given(method("PATCH")).respond_with(page).mount(&server).await;
    let connection = Connection::plain("fake", &server.uri()).await.expect("an address");
    let error = scale::scale(&connection, WorkloadKind::Deployment, "shop", "web", 3).await.unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), (Some(502), "502 Bad Gateway"));
}

/// A server that serves definitions; what becomes of `gadgets.example.com` is told.
async fn server_of_definitions(status: u16, answer: serde_json::Value) -> MockServer {
    let server = MockServer::start().await;
    let definitions = "/apis/apiextensions.k8s.io/v1";
    let kinds = json!({"kind": "APIResourceList", "groupVersion": "apiextensions.k8s.io/v1", "resources": [
        {"name": "customresourcedefinitions", "singularName": "", "namespaced": false, "kind": "CustomResourceDefinition",
         "verbs": ["get", "patch"]}]});
    let kinds = ResponseTemplate::new(200).set_body_json(kinds);
    Mock::given(method("GET")).and(path(definitions)).respond_with(kinds).mount(&server).await;
    let answer = ResponseTemplate::new(status).set_body_json(answer);
    let gadgets = path(format!("{definitions}/customresourcedefinitions/gadgets.example.com"));
    Mock::given(method("PATCH")).and(gadgets).respond_with(answer).mount(&server).await;
    server
}

/// Two objects, and then their definition.
const GADGETS: &str = "apiVersion: example.com/v1
kind: Gadget
metadata: {name: one}
---
apiVersion: example.com/v1
kind: Gadget
metadata: {name: two}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec: {group: example.com, names: {kind: Gadget, plural: gadgets}, versions: [{name: v1, served: true}]}
";

#[tokio::test]
async fn objects_wait_for_their_definition_to_be_served() {
    let server = server_of_definitions(200, json!({"metadata": {"name": "gadgets.example.com"}})).await;
    let served = "/apis/example.com/v1";
    let missing = json!({"kind": "Status", "status": "Failure", "code": 404, "reason": "NotFound", "message": "no"});
    let not_yet = ResponseTemplate::new(404).set_body_json(&missing);
    Mock::given(method("GET")).and(path(served)).respond_with(not_yet).up_to_n_times(3).mount(&server).await;
    let kinds = json!({"kind": "APIResourceList", "groupVersion": "example.com/v1", "resources": [
        {"name": "gadgets", "singularName": "gadget", "namespaced": true, "kind": "Gadget", "verbs": ["get", "patch"]}]});
    let kinds = ResponseTemplate::new(200).set_body_json(kinds);
    Mock::given(method("GET")).and(path(served)).respond_with(kinds).mount(&server).await;
    for name in ["one", "two"] {
        let object = path(format!("{served}/namespaces/default/gadgets/{name}"));
        let made = ResponseTemplate::new(201).set_body_json(json!({"metadata": {"name": name}}));
        Mock::given(method("PATCH")).and(object).respond_with(made).mount(&server).await;
    }
    let connection = Connection::plain("fake", &server.uri()).await.expect("an address");
    let outcomes = run(&connection, Mode::Apply, GADGETS, false).await;
    let told: Vec<_> = outcomes.iter().map(|o| (o.name.as_str(), o.document, o.verdict)).collect();
    let expected =
        [("gadgets.example.com", 2, Verdict::Created), ("one", 0, Verdict::Created), ("two", 1, Verdict::Created)];
    assert_eq!(told, expected, "{outcomes:?}");
}

#[tokio::test]
async fn objects_of_a_definition_that_was_refused_are_not_waited_for() {
    let refusal = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 422, "reason": "Invalid",
        "message": "spec.versions: Required value", "details": {"causes": []}});
    let server = server_of_definitions(422, refusal).await;
    let connection = Connection::plain("fake", &server.uri()).await.expect("an address");
    for mode in [Mode::Apply, Mode::Validate] {
        let outcomes = run(&connection, mode, GADGETS, false).await;
        let verdicts: Vec<_> = outcomes.iter().map(|o| (o.name.as_str(), o.verdict)).collect();
        let expected =
            [("gadgets.example.com", Verdict::Refused), ("one", Verdict::Skipped), ("two", Verdict::Skipped)];
        assert_eq!(verdicts, expected, "{outcomes:?}");
        for gadget in &outcomes[1..] {
            let said = "the definition of Gadget was refused: spec.versions: Required value";
            assert_eq!(gadget.why, said, "{mode:?}");
        }
    }
    let asked = server.received_requests().await.expect("requests");
    let asked = asked.iter().filter(|r| r.url.path() == "/apis/example.com/v1").count();
    assert_eq!(asked, 2, "one look in each run, no waiting");
}
