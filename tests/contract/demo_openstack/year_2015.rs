//! Magnum of 2015: bays, controllers, containers.

use super::*;

fn fault(got: &Got) -> String {
    let inner: Value =
        serde_json::from_str(got.body["error_message"].as_str().unwrap_or_default()).unwrap_or(Value::Null);
    inner["faultstring"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_itself_as_2015() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let base = caller.endpoint("container", "RegionTwo");
    let anonymous = Caller::new().send(Method::GET, base.trim_end_matches("v1"), &[], None).await;
    assert_eq!((anonymous.status, anonymous.text.as_str()), (401, "Authentication required"));
    let root = caller.send(Method::GET, base.trim_end_matches("v1"), &[], None).await;
    assert_eq!(root.body["name"], "OpenStack Magnum API");
    assert_eq!(root.body["default_version"]["id"], "v1");
    let v1 = caller.old_magnum(Method::GET, "", None).await;
    assert!(v1.body["bays"].is_array() && v1.body["pods"].is_array() && v1.body.get("clusters").is_none());
    assert_eq!(v1.header("x-openstack-magnum-api-version"), "1.1");
    let missing = caller.old_magnum(Method::GET, "/bays/nothere", None).await;
    assert_eq!((missing.status, fault(&missing)), (404, "Bay nothere could not be found.".to_owned()));
    assert_eq!(caller.old_magnum(Method::GET, "/nodes", None).await.body, json!({"nodes": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_is_answered_whole_and_grows_only_when_it_rests() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "old one", "baymodel_id": "kube-atomic", "node_count": 1});
    let made = caller.old_magnum(Method::POST, "/bays", Some(wish)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.body["status"].is_null() && made.body.get("stack_id").is_none());
    let path = format!("/bays/{}", made.body["uuid"].as_str().unwrap());
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let got = caller.old_magnum(Method::GET, &path, None).await;
        if got.body["status"] == "CREATE_COMPLETE" {
            assert_eq!(got.body["status_reason"], "Stack CREATE completed successfully");
            assert!(got.body["api_address"].as_str().unwrap().starts_with("https://127.0.0.1:"));
            break;
        }
        assert!(Instant::now() < deadline, "the bay did not come up: {}", got.text);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let grow = json!([{"op": "replace", "path": "/node_count", "value": 2}]);
    let grown = caller.old_magnum(Method::PATCH, &path, Some(grow)).await;
    assert_eq!((grown.status, grown.body["node_count"].as_i64()), (200, Some(2)));
    let zero = caller
        .old_magnum(Method::PATCH, &path, Some(json!([{"op": "replace", "path": "/node_count", "value": 0}])))
        .await;
    assert_eq!(zero.status, 400);
    let name =
        caller.old_magnum(Method::PATCH, &path, Some(json!([{"op": "replace", "path": "/name", "value": "b"}]))).await;
    assert_eq!(fault(&name), "cannot change bay property(ies) name.");
    assert_eq!(caller.old_magnum(Method::DELETE, &path, None).await.status, 204);
}

/// Rows of a list that have a name.
fn named<'a>(got: &'a Got, list: &str, name: &str) -> Option<&'a Value> {
    got.body[list].as_array()?.iter().find(|row| row["name"] == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_are_played_by_the_kubernetes_of_their_bay() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let bay = caller.old_magnum(Method::GET, "/bays/kube-2015", None).await.body["uuid"].clone();
    let manifest = "metadata: {name: web}\nspec:\n  replicas: 3\n  selector: {app: web}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: nginx}]}\n";
    let made = caller.old_magnum(Method::POST, "/rcs", Some(json!({"bay_uuid": bay, "manifest": manifest}))).await;
    assert_eq!((made.status, &made.body["images"]), (201, &json!(["nginx"])));
    assert_eq!(fault(&caller.old_magnum(Method::GET, "/rcs", None).await), "Missing argument: \"bay_ident\"");
    let replicas = async |count: u32| {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let rcs = caller.old_magnum(Method::GET, "/rcs?bay_ident=kube-2015", None).await;
            if named(&rcs, "rcs", "web").unwrap()["replicas"] == count {
                break;
            }
            assert!(Instant::now() < deadline, "the pods did not come: {}", rcs.text);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    replicas(3).await;
    let path = format!("/rcs/{}/kube-2015", made.body["uuid"].as_str().unwrap());
    let shown = caller.old_magnum(Method::GET, &path, None).await;
    assert!(shown.body["manifest"].is_null(), "Kubernetes does not keep the text");
    let more = json!([{"op": "replace", "path": "/manifest", "value": manifest.replace("replicas: 3", "replicas: 5")}]);
    let changed = caller.old_magnum(Method::PATCH, &path, Some(more)).await;
    assert_eq!((changed.status, &changed.body["uuid"]), (200, &made.body["uuid"]), "{}", changed.text);
    replicas(5).await;
    let seeded = caller.old_magnum(Method::GET, "/rcs/redis?bay_ident=kube-2015", None).await;
    assert_eq!(seeded.body["images"], json!(["kubernetes/redis:v1"]));
    assert_eq!(caller.old_magnum(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(caller.old_magnum(Method::GET, &path, None).await.status, 404);
    let swarm = caller.old_magnum(Method::GET, "/bays/swarm-2015", None).await.body["uuid"].clone();
    let wrong = caller.old_magnum(Method::POST, "/pods", Some(json!({"bay_uuid": swarm, "manifest": "a: b"}))).await;
    assert_eq!(fault(&wrong), "Cannot fulfill request with a swarm bay, expecting a kubernetes bay.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kubernetes_told_of_a_pod_is_kept_and_what_it_refuses_is_passed_on() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let bay = caller.old_magnum(Method::GET, "/bays/kube-2015", None).await.body["uuid"].clone();
    let manifest = |name: &str, image: &str| {
        format!("metadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: \"{image}\"}}]}}\n")
    };
    let post = async |manifest: String| {
        caller.old_magnum(Method::POST, "/pods", Some(json!({"bay_uuid": bay, "manifest": manifest}))).await
    };
    let made = post(manifest("lone", "nginx:1")).await;
    assert_eq!((made.status, &made.body["status"], &made.body["host"]), (201, &json!("Pending"), &Value::Null));
    let again = post(manifest("lone", "nginx:1")).await;
    assert_eq!((again.status, fault(&again)), (409, "pods \"lone\" already exists".to_owned()));
    let bad = post(manifest("Not_A_Name", "nginx:1")).await;
    assert!(
        bad.status == 422 && fault(&bad).starts_with("Pod \"Not_A_Name\" is invalid: metadata.name"),
        "{}",
        bad.text
    );
    let path = "/pods/lone/kube-2015";
    // A pod is hardly ever changed: the manifest does not say what Kubernetes has filled in meanwhile.
    let patch = json!([{"op": "replace", "path": "/manifest", "value": manifest("lone", "nginx:2")}]);
    let changed = caller.old_magnum(Method::PATCH, path, Some(patch)).await;
    assert!(changed.status == 422 && fault(&changed).contains("pod updates may not change fields"), "{}", changed.text);
    let pods = caller.old_magnum(Method::GET, "/pods", None).await;
    assert_eq!(named(&pods, "pods", "Not_A_Name").unwrap()["status"], "failed");
    assert_eq!(named(&pods, "pods", "redis-master").unwrap()["status"], "Pending", "as it was when it was made");
    assert_eq!(caller.old_magnum(Method::DELETE, path, None).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_that_is_not_up_takes_no_manifest() {
    let options = DemoOptions { seed: 7, size: DemoSize::Small, speed: 1.0, ..DemoOptions::default() };
    let demo = DemoCloud::start(options).await.expect("the demo cloud starts");
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let wish = json!({"name": "soon", "baymodel_id": "kube-atomic"});
    let bay = caller.old_magnum(Method::POST, "/bays", Some(wish)).await.body["uuid"].clone();
    let manifest = "metadata: {name: early}\nspec: {containers: [{name: a, image: nginx}]}";
    let early = caller.old_magnum(Method::POST, "/pods", Some(json!({"bay_uuid": bay, "manifest": manifest}))).await;
    assert!(early.status == 500 && fault(&early).contains("cannot be reached"), "{}", early.text);
    let pods = caller.old_magnum(Method::GET, "/pods", None).await;
    assert!(named(&pods, "pods", "early").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_fetched_from_its_address() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let bay = caller.old_magnum(Method::GET, "/bays/kube-2015", None).await.body["uuid"].clone();
    let server = wiremock::MockServer::start().await;
    let manifest = "metadata: {name: far}\nspec: {ports: [{port: 80}]}";
    wiremock::Mock::given(wiremock::matchers::path("/far.yaml"))
        .respond_with(wiremock::ResponseTemplate::new(200).set_body_string(manifest))
        .mount(&server)
        .await;
    let post = async |url: String| {
        caller.old_magnum(Method::POST, "/services", Some(json!({"bay_uuid": bay, "manifest_url": url}))).await
    };
    let made = post(format!("{}/far.yaml", server.uri())).await;
    assert_eq!((made.status, made.body["name"].as_str()), (201, Some("far")), "{}", made.text);
    assert!(made.body["ip"].is_string() && made.body["manifest"].is_null());
    let missing = post(format!("{}/nothing", server.uri())).await;
    assert!(missing.status == 400 && fault(&missing).starts_with("Failed to retrieve manifest"), "{}", missing.text);
    let scheme = post("ftp://127.0.0.1/far.yaml".into()).await;
    assert_eq!((scheme.status, fault(&scheme)), (400, "Invalid URL scheme ftp".to_owned()));
    let outside = post("http://192.0.2.1/far.yaml".into()).await;
    assert_eq!(outside.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_are_started_paused_asked_and_stopped() {
    let demo = cloud().await;
    let caller = Caller::sign_in(&demo, "mika", "lab").await;
    let bay = caller.old_magnum(Method::GET, "/bays/swarm-2015", None).await.body["uuid"].clone();
    let wish = json!({"name": "one", "image": "busybox", "command": "sh -c 'while true; do date; sleep 1; done'", "bay_uuid": bay, "memory": "64m"});
    let made = caller.old_magnum(Method::POST, "/containers", Some(wish)).await;
    assert_eq!((made.status, made.body["status"].as_str()), (201, Some("Stopped")));
    let path = format!("/containers/{}", made.body["uuid"].as_str().unwrap());
    for (action, after) in [("start", "Running"), ("pause", "Paused"), ("unpause", "Running"), ("reboot", "Running")] {
        let got = caller.old_magnum(Method::PUT, &format!("{path}/{action}"), None).await;
        assert_eq!(got.status, 200, "{action}: {}", got.text);
        assert_eq!(caller.old_magnum(Method::GET, &path, None).await.body["status"], after);
    }
    let out = caller.old_magnum(Method::PUT, &format!("{path}/execute?command=hostname"), None).await;
    assert_eq!(out.body["output"], format!("{}\n", made.body["uuid"].as_str().unwrap()));
    assert!(caller.old_magnum(Method::GET, &format!("{path}/logs"), None).await.body["output"].is_string());
    assert_eq!(caller.old_magnum(Method::GET, &format!("{path}/start"), None).await.status, 405);
    assert_eq!(caller.old_magnum(Method::PUT, &format!("{path}/stop"), None).await.status, 200);
    let wrong = caller.old_magnum(Method::PUT, &format!("{path}/pause"), None).await;
    assert!(wrong.status == 500 && fault(&wrong).starts_with("Docker internal Error"));
    let web = caller.old_magnum(Method::GET, "/containers/web/logs", None).await;
    assert!(web.body["output"].as_str().unwrap().contains("GET /"));
    assert_eq!(caller.old_magnum(Method::DELETE, &path, None).await.status, 204);
}
