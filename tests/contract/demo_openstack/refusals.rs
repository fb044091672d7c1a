//! Refusals in the words of the real services (Keystone 22, Magnum 21, Heat 19), as `tests/real/compare` found them.

use super::*;

const JSON: &[(&str, &str)] = &[("accept", "application/json")];

#[tokio::test(flavor = "multi_thread")]
async fn keystone_says_what_it_expected_to_find() {
    let demo = cloud().await;
    let url = format!("{}/auth/tokens", demo.auth_url());
    let user = json!({"name": "mika", "domain": {"id": "default"}, "password": "mika-demo"});
    for (body, expected) in [
        (json!({}), "Expecting to find auth in request body."),
        (json!([]), "Expecting to find valid JSON in request body."),
        (json!({"auth": {}}), "'identity' is a required property"),
        (json!({"auth": {"identity": {}}}), "Invalid input for field 'identity': 'methods' is a required property"),
        (
            json!({"auth": {"identity": {"methods": "password"}}}),
            "Invalid input for field 'identity/methods': 'password' is not of type 'array'",
        ),
        (json!({"auth": {"identity": {"methods": ["password"]}}}), "Expecting to find password in identity."),
        (
            json!({"auth": {"identity": {"methods": ["token"], "token": {}}}}),
            "Invalid input for field 'identity/token': 'id' is a required property",
        ),
        (
            json!({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {}}}),
            "Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.",
        ),
    ] {
        let got = Caller::new().send(Method::POST, &url, &[], Some(&body)).await;
        let message = got.body["error"]["message"].as_str().unwrap_or_default();
        assert!(got.status == 400 && message.starts_with(expected), "{body}: {} {}", got.status, got.text);
    }
    let text = Some("{}".to_owned());
    let got = Caller::new().send_text(Method::POST, &url, &[("content-type", "text/plain")], text).await;
    assert!(got.text.contains("Expecting to find application/json in Content-Type header."), "{}", got.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn keystone_tells_what_may_be_done_and_by_whom() {
    let demo = cloud().await;
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let at = |path: &str| format!("{}/{path}", demo.auth_url());
    let got = mika.send(Method::PUT, &at("auth/tokens"), &[], None).await;
    assert_eq!((got.status, got.header("allow")), (405, "DELETE, GET, HEAD, OPTIONS, POST"));
    assert_eq!(got.body["message"], "The method is not allowed for the requested URL.");
    assert_eq!(mika.send(Method::HEAD, &at("auth/catalog"), &[], None).await.status, 200);
    assert_eq!(mika.send(Method::GET, &at("auth/nowhere"), &[], None).await.status, 404);
    for (path, action) in [
        ("users/somebody", "get_user"),
        ("users/somebody/projects", "list_user_projects"),
        ("projects/no-such-project", "get_project"),
        ("domains", "list_domains"),
        ("users/somebody/application_credentials/x", "get_application_credential"),
    ] {
        let got = mika.send(Method::GET, &at(path), &[], None).await;
        let expected = format!("You are not authorized to perform the requested action: identity:{action}.");
        assert_eq!((got.status, got.body["error"]["message"].as_str()), (403, Some(expected.as_str())), "{path}");
    }
    let got = mika.send(Method::GET, &at("auth/tokens"), &[], None).await;
    assert_eq!(got.status, 403, "no token to look at: {}", got.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_credential_has_a_role_of_its_owner_and_an_end_to_come() {
    let demo = cloud().await;
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let id = mika.body["user"]["id"].as_str().unwrap();
    let url = format!("{}/users/{id}/application_credentials", demo.auth_url());
    for (wanted, expected) in [
        (json!({"name": "x", "expires_at": "soon"}), "Timestamp not in expected format."),
        (json!({"name": "x", "expires_at": "2001-01-01T00:00:00Z"}), "The 'expires_at' must not be before now."),
        (
            json!({"name": "x", "roles": [{"name": "admin"}]}),
            "Invalid application credential: Cannot create an application credential with unassigned role",
        ),
        (
            json!({"name": "x", "colour": "red"}),
            "'colour' is an invalid keyword argument for ApplicationCredentialModel",
        ),
    ] {
        let got = mika.send(Method::POST, &url, &[], Some(&json!({"application_credential": wanted}))).await;
        let message = got.body["error"]["message"].as_str().unwrap_or_default();
        assert!(got.status == 400 && message.starts_with(expected), "{} {}", got.status, got.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_router_of_magnum_has_words_for_who_takes_only_json() {
    let demo = cloud().await;
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let magnum = mika.endpoint("container-infra", "RegionOne");
    let url = format!("{magnum}/clusters/x/nodegroups");
    let old = ("OpenStack-API-Version", "container-infra 1.8");
    let got = mika.send(Method::GET, &url, &[old, JSON[0]], None).await;
    let words = "Version 1.8 was requested but the requested API get_one is not supported for this version.";
    assert_eq!((got.status, got.detail(), &got.body["errors"][0]["title"]), (406, words, &json!("Not Acceptable")));
    let got = mika.send(Method::GET, &url, &[old, ("accept", "*/*")], None).await;
    assert_eq!((got.status, got.detail(), &got.body["errors"][0]["title"]), (406, "", &json!("")));
    let got = mika.send(Method::GET, &format!("{magnum}/nowhere"), JSON, None).await;
    assert_eq!((got.status, &got.body["errors"][0]["title"]), (404, &json!("Not Found")));
    let got = mika.send(Method::GET, &url, &[("OpenStack-API-Version", "1.9"), JSON[0]], None).await;
    assert_eq!((got.status, got.detail()), (406, "Invalid service type for OpenStack-API-Version header"));
    let root = magnum.trim_end_matches("/v1");
    let got = Caller::new().send(Method::GET, &format!("{root}/healthcheck"), JSON, None).await;
    assert_eq!(got.body, json!({"detailed": false, "reasons": ["OK"]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn magnum_says_what_is_missing_or_wrong() {
    let demo = cloud().await;
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let template = |more: Value| {
        let mut body = json!({"coe": "kubernetes", "image_id": "fedora-coreos-38"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        Some(body)
    };
    let patch = |op: &str, path: &str| Some(json!([{"op": op, "path": path, "value": "x"}]));
    let template_url = "/clustertemplates/k8s-1.31-ubuntu";
    for (method, path, body, expected) in [
        (Method::POST, "/clusters", None, "Missing argument: \"cluster\""),
        (Method::DELETE, "/clusters", None, "Missing argument: \"cluster_ident\""),
        (Method::PATCH, template_url, None, "Missing argument: \"patch\""),
        (
            Method::POST,
            "/clustertemplates",
            template(json!({"volume_driver": "rexray"})),
            "Volume driver type rexray is not supported, expecting a cinder/unspecified volume driver.",
        ),
        (
            Method::POST,
            "/clustertemplates",
            template(json!({"dns_nameserver": "somewhere"})),
            "Expected a single dns address or comma separated dns list, but received somewhere.",
        ),
        (
            Method::PATCH,
            template_url,
            patch("add", "/colour"),
            "Adding a new attribute /colour to the root of the resource is not allowed.",
        ),
        (
            Method::PATCH,
            template_url,
            patch("add", "/image_id"),
            "The attribute /image_id has existed, please use 'replace' operation instead.",
        ),
        (
            Method::PATCH,
            template_url,
            Some(json!([{"op": "replace", "path": "/name"}])),
            "'add' and 'replace' operations needs value",
        ),
        (
            Method::POST,
            "/clusters",
            Some(json!({"cluster_template_id": "k8s-1.31-ubuntu", "fixed_subnet": "nowhere"})),
            "Unable to find fixed subnet nowhere.",
        ),
    ] {
        let got = mika.magnum(method.clone(), path, body).await;
        assert_eq!((got.status, got.detail()), (400, expected), "{method} {path}");
    }
    let got = mika.magnum(Method::POST, "/clusters", Some(json!([]))).await;
    assert_eq!((got.status, got.detail()), (500, "'list' object has no attribute 'keys'"));
    let got = mika.magnum(Method::PATCH, "/credentials/nowhere", None).await;
    assert_eq!((got.status, got.detail()), (404, "Cluster nowhere could not be found."));
}

#[tokio::test(flavor = "multi_thread")]
async fn node_groups_wait_for_the_address_of_their_bay() {
    let options = DemoOptions { seed: 7, size: DemoSize::Small, ..DemoOptions::default() };
    let demo = DemoCloud::start(options).await.expect("the demo cloud starts");
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let made = mika.magnum(Method::POST, "/clusters", Some(json!({"cluster_template_id": "k8s-1.31-ubuntu"}))).await;
    let bay = format!("/clusters/{}", made.body["uuid"].as_str().unwrap());
    mika.until(&bay, "the bay", |got| got.status == 200).await;
    let got = mika.magnum(Method::POST, &format!("{bay}/nodegroups"), Some(json!({"name": "more"}))).await;
    assert_eq!((got.status, got.detail()), (409, "Cluster API address is not available yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn heat_reads_numbers_and_flags_and_counts() {
    let demo = cloud().await;
    let mika = Caller::sign_in(&demo, "mika", "lab").await;
    let heat = mika.endpoint("orchestration", "RegionOne");
    let got = mika.send(Method::GET, &format!("{heat}/stacks?limit=1&with_count=True"), &[], None).await;
    let stacks = got.body["stacks"].as_array().unwrap();
    assert!(got.body["count"].as_u64().unwrap() > 1 && stacks.len() == 1);
    assert_eq!((&stacks[0]["stack_owner"], stacks[0].get("project")), (&json!("mika"), None));
    assert!(got.body["links"][0]["href"].as_str().unwrap().contains("marker="));
    let id = stacks[0]["id"].as_str().unwrap();
    let got = mika.send(Method::GET, &format!("{heat}/stacks/{id}"), &[], None).await;
    let url = got.header("location").to_owned();
    let bare = mika.send(Method::GET, &format!("{url}?resolve_outputs=False"), &[], None).await;
    assert_eq!((bare.body["stack"].get("outputs"), &bare.body["stack"]["tags"]), (None, &json!([])));
    let events = mika.send(Method::GET, &format!("{url}/events?nested_depth=1&marker=nonsense"), &[], None).await;
    let first = &events.body["events"][0];
    assert!(first.get("resource_type").is_none() && first["links"][3]["rel"] == "root_stack", "{first}");
    for (path, status, expected) in [
        ("stacks?limit=few", 400, "Only integer is acceptable by 'limit'."),
        (
            "stacks?show_nested=perhaps",
            400,
            "Unrecognized value \"perhaps\" for \"show_nested\", acceptable values are: true, false.",
        ),
        ("stacks/nothing", 404, "The Stack (nothing) could not be found."),
    ] {
        let got = mika.send(Method::GET, &format!("{heat}/{path}"), &[], None).await;
        assert_eq!((got.status, got.body["error"]["message"].as_str()), (status, Some(expected)), "{path}");
    }
    let got = mika.send(Method::POST, &format!("{heat}/stacks"), &[], Some(&json!({}))).await;
    assert_eq!((got.status, &got.body["error"]["message"]), (400, &json!("No stack name specified")));
    let got = mika.send(Method::GET, &format!("{heat}/nowhere"), &[], None).await;
    assert_eq!((got.status, &got.body["code"]), (404, &json!("404 Not Found")));
}
