//! Answers in the words of a real API server (1.20), as `tests/real/compare` found them.

use super::*;
use crate::demo::kubernetes::testing::world_with_nodes;
use axum::body::to_bytes;
use http::Request;
use serde_json::json;

/// An API with a config map `conf` in the namespace `default`.
async fn api() -> Arc<Api> {
    let mut world = world_with_nodes(1);
    world.create(super::super::kinds::Kind::Namespace, json!({"metadata": {"name": "default"}}));
    let api = Arc::new(Api {
        world: Mutex::new(world),
        asleep: Mutex::default(),
        awake: OnceCell::new_with(Some(())),
        wake: Notify::new(),
        pages: Mutex::default(),
        stop: CancellationToken::new(),
    });
    let (status, _) =
        ask(&api, "POST", CONFIGS, &[], Some(json!({"metadata": {"name": "conf"}, "data": {"a": "b"}}))).await;
    assert_eq!(status, 201);
    api
}

const CONFIGS: &str = "/api/v1/namespaces/default/configmaps";
const CONF: &str = "/api/v1/namespaces/default/configmaps/conf";

async fn answer(
    api: &Arc<Api>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    let request = request.body(Body::from(body.map(|body| body.to_string()).unwrap_or_default())).unwrap();
    let identity = Identity { user: "admin".into(), groups: vec!["system:masters".into()] };
    api.answer(Some(&identity), request).await
}

async fn ask(api: &Arc<Api>, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> (u16, Value) {
    let answer = answer(api, method, path, headers, body).await;
    let status = answer.status().as_u16();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into()))
}

#[tokio::test]
async fn options_that_make_no_sense_are_refused() {
    let api = api().await;
    let merge = [("content-type", "application/merge-patch+json")];
    for (method, path, headers, body, status, message) in [
        ("GET", "?limit=few", &[][..], None, 400, "strconv.ParseInt: parsing \"few\": invalid syntax"),
        (
            "GET",
            "?resourceVersionMatch=Exact",
            &[],
            None,
            422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless \
             resourceVersion is provided",
        ),
        (
            "GET",
            "?fieldSelector=spec.colour%3Dred",
            &[],
            None,
            400,
            "\"spec.colour\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
        ),
        ("GET", "?labelSelector=%3D%3D", &[], None, 400, "found '==', expected: !, identifier, or 'end of string'"),
        (
            "POST",
            "?dryRun=Some",
            &[],
            Some(json!({"metadata": {"name": "x"}})),
            422,
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}: supported values: \"All\"",
        ),
        (
            "POST",
            "",
            &[],
            Some(json!({"metadata": {"name": "x", "resourceVersion": "5"}})),
            500,
            "resourceVersion should not be set on objects to be created",
        ),
        (
            "PATCH",
            "/conf?force=true",
            &merge,
            Some(json!({})),
            422,
            "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch",
        ),
        (
            "PATCH",
            "/conf",
            &merge,
            Some(json!({"metadata": {"name": "other"}})),
            400,
            "the name of the object (other) does not match the name on the URL (conf)",
        ),
        ("PATCH", "/conf", &[], Some(json!({})), 415, "415: Unsupported Media Type"),
        (
            "PUT",
            "/conf",
            &[],
            Some(json!({})),
            400,
            "the name of the object (conf based on URL) was undeterminable: name must be provided",
        ),
        ("HEAD", "/conf", &[], None, 405, "the server does not allow this method on the requested resource"),
    ] {
        let (got, body) = ask(&api, method, &format!("{CONFIGS}{path}"), headers, body).await;
        assert_eq!((got, &body["message"]), (status, &json!(message)), "{method} {path}");
    }
    let (status, body) = ask(&api, "POST", "/api/v1/configmaps", &[], Some(json!({"metadata": {"name": "x"}}))).await;
    assert_eq!((status, &body["reason"]), (405, &json!("MethodNotAllowed")));
    let (status, body) = ask(&api, "PATCH", CONF, &merge, Some(json!({"data": {"a": 1}}))).await;
    assert_eq!((status, &body["details"]["causes"][0]["field"]), (422, &json!("patch")), "{body}");
}

#[tokio::test]
async fn an_administrator_may_ask_as_somebody_else() {
    let api = api().await;
    let stranger = [("impersonate-user", "stranger")];
    let (status, body) = ask(&api, "GET", CONF, &stranger, None).await;
    let words = "configmaps \"conf\" is forbidden: User \"stranger\" cannot get resource \"configmaps\" in API group \"\" in the \
                 namespace \"default\"";
    assert_eq!((status, &body["message"]), (403, &json!(words)));
    assert_eq!(ask(&api, "GET", "/version", &stranger, None).await.0, 200);
    let (status, body) = ask(&api, "GET", "/metrics", &stranger, None).await;
    assert_eq!((status, &body["message"]), (403, &json!("forbidden: User \"stranger\" cannot get path \"/metrics\"")));
    let master = [("impersonate-user", "boss"), ("impersonate-group", "system:masters")];
    assert_eq!(ask(&api, "GET", CONF, &master, None).await.0, 200);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_three_ways() {
    let api = api().await;
    assert_eq!(ask(&api, "GET", "/apis/nowhere", &[], None).await, (404, json!("404 page not found\n")));
    let (status, body) = ask(&api, "GET", "/nowhere", &[], None).await;
    assert!(status == 404 && body["paths"].as_array().is_some_and(|paths| paths.contains(&json!("/version"))));
    let (status, body) = ask(&api, "GET", "/api/v1/namespaces/default/unicorns", &[], None).await;
    assert_eq!((status, &body["reason"]), (404, &json!("NotFound")));
}

#[tokio::test]
async fn answers_name_their_queue_but_logs_wait_in_none() {
    let api = api().await;
    let queued = |answer: &Response<Body>| answer.headers().contains_key("x-kubernetes-pf-flowschema-uid");
    assert!(queued(&answer(&api, "GET", CONF, &[], None).await));
    assert!(!queued(&answer(&api, "GET", "/api/v1/namespaces/default/pods/x/log", &[], None).await));
}

#[tokio::test]
async fn a_deletion_that_sees_to_dependents_answers_with_the_object() {
    let api = api().await;
    let (status, body) = ask(&api, "DELETE", CONF, &[], Some(json!({"preconditions": {"uid": "x"}}))).await;
    assert_eq!((status, &body["details"]["kind"]), (409, &json!("ConfigMap")));
    let (status, body) = ask(&api, "DELETE", CONF, &[], Some(json!({"propagationPolicy": "Sideways"}))).await;
    assert_eq!((status, &body["details"]["causes"][0]["reason"]), (422, &json!("FieldValueNotSupported")));
    let (status, body) = ask(&api, "DELETE", &format!("{CONF}?propagationPolicy=Orphan"), &[], None).await;
    assert_eq!(
        (status, &body["kind"], &body["metadata"]["finalizers"]),
        (200, &json!("ConfigMap"), &json!(["orphan"]))
    );
    assert_eq!(ask(&api, "GET", CONF, &[], None).await.0, 404);
}

#[tokio::test]
async fn a_claim_is_protected_checked_and_still_goes() {
    let api = api().await;
    let claims = "/api/v1/namespaces/default/persistentvolumeclaims";
    let (status, body) = ask(&api, "POST", claims, &[], Some(json!({"metadata": {"name": "c"}, "spec": {}}))).await;
    let fields: Vec<&Value> =
        body["details"]["causes"].as_array().unwrap().iter().map(|cause| &cause["field"]).collect();
    assert_eq!((status, fields), (422, vec![&json!("spec.accessModes"), &json!("spec.resources[storage]")]));
    let claim = json!({"metadata": {"name": "c"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": 1}}}});
    let (status, body) = ask(&api, "POST", claims, &[], Some(claim)).await;
    assert_eq!((status, &body["metadata"]["finalizers"]), (201, &json!(["kubernetes.io/pvc-protection"])));
    assert_eq!(body["spec"]["resources"]["requests"]["storage"], "1", "a number is written as text");
    assert_eq!(ask(&api, "DELETE", &format!("{claims}/c"), &[], None).await.0, 200);
    assert_eq!(ask(&api, "GET", &format!("{claims}/c"), &[], None).await.0, 404);
}
