//! Signing in: discovery, methods, scopes, the second factor, regions, and every refusal.

use super::mock_cloud::{Cloud, PASSWORD, body, header, options, ready, secrets, token_answer};
use bayview::api::client::{SignInState, SignInStep};
use bayview::api::{Client, SignInOptions, SignedIn};
use bayview::model::cloud::{AuthMethod, Interface, Profile, Secrets};
use bayview::model::problem::{Problem, ProblemKind};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use wiremock::ResponseTemplate;

const TOKENS: &str = "/identity/v3/auth/tokens";

#[tokio::test]
async fn a_bare_url_leads_to_v3_by_its_own_host() {
    let cloud = Cloud::with_keystone().await;
    // Keystone tells the address that it has inside the cloud.
    let mut versions = cloud.fixture("keystone/root.json");
    versions["versions"]["values"][0]["links"][0]["href"] = json!("http://10.0.0.9:5000/v3/");
    let answer =
        ResponseTemplate::new(300).set_body_json(versions).insert_header("Location", "http://10.0.0.9:5000/v3/");
    cloud.answer("GET", "/identity/", answer).await;
    let profile = Profile { auth_url: format!("{}/identity", cloud.server.uri()), ..cloud.profile() };
    let client = ready(Client::sign_in(&profile, &secrets(), options()).await);
    let identity = client.identity();
    assert_eq!((identity.user.as_str(), identity.project.name.as_str()), ("demo", "demo"));
    assert_eq!(
        (identity.region.as_str(), identity.regions.as_slice()),
        ("RegionOne", ["RegionOne".to_owned()].as_slice())
    );
    assert_eq!(identity.roles, ["member", "reader"]);
    assert!(!identity.is_reader());
    assert!(identity.services.contains(&"orchestration".to_owned()));
}

#[tokio::test]
async fn a_bare_host_finds_keystone_under_identity() {
    let cloud = Cloud::with_keystone().await;
    let dashboard = ResponseTemplate::new(200).set_body_raw("<html><title>Dashboard</title></html>", "text/html");
    cloud.answer("GET", "/", dashboard).await;
    let version = json!({"version": cloud.fixture("keystone/root.json")["versions"]["values"][0]});
    cloud.json("GET", "/identity/v3", 200, version).await;
    let profile = Profile { auth_url: cloud.server.uri(), ..cloud.profile() };
    ready(Client::sign_in(&profile, &secrets(), options()).await);
}

#[tokio::test]
async fn keystone_is_where_a_redirect_leads_to() {
    let cloud = Cloud::with_keystone().await;
    let moved = ResponseTemplate::new(301).insert_header("Location", "/identity/");
    cloud.answer("GET", "/old/", moved).await;
    cloud.json("GET", "/identity/", 300, cloud.fixture("keystone/root.json")).await;
    let profile = Profile { auth_url: format!("{}/old", cloud.server.uri()), ..cloud.profile() };
    ready(Client::sign_in(&profile, &secrets(), options()).await);
    assert_eq!(cloud.requests("POST", TOKENS).await.len(), 1);
    assert!(cloud.requests("POST", "/old/v3/auth/tokens").await.is_empty());
}

#[tokio::test]
async fn a_sign_in_is_not_sent_on_and_the_new_address_is_told() {
    let cloud = Cloud::start().await;
    let moved = ResponseTemplate::new(301).insert_header("Location", "https://cloud.example/identity/v3/auth/tokens");
    cloud.answer("POST", TOKENS, moved).await;
    let error = Client::sign_in(&cloud.profile(), &secrets(), options()).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Config);
    assert!(error.said().contains("https://cloud.example/identity/v3"), "{error}");
}

#[tokio::test]
async fn a_receipt_that_has_ended_earns_no_further_question() {
    let cloud = Cloud::start().await;
    let respond = |request: &wiremock::Request| {
        let sent: Value = serde_json::from_slice(&request.body).unwrap();
        let answer = ResponseTemplate::new(401);
        if sent["auth"]["identity"]["methods"] == json!(["password"]) {
            let at = "2030-01-01T00:00:00.000000Z";
            let receipt = json!({"methods": ["password"], "issued_at": at, "expires_at": at});
            let body = json!({"receipt": receipt, "required_auth_methods": [["totp", "password"]]});
            return answer.insert_header("Openstack-Auth-Receipt", "r").set_body_json(body);
        }
        answer.set_body_json(json!({"error": {"code": 401, "message": "no", "title": "Unauthorized"}}))
    };
    let tokens = wiremock::Mock::given(wiremock::matchers::path(TOKENS));
    tokens.respond_with(respond).mount(&cloud.server).await;
    let first = Client::sign_in(&cloud.profile(), &secrets(), options()).await.unwrap_err();
    let receipt = first.receipt().cloned().unwrap();
    assert!(receipt.is_over());
    let secrets = Secrets { passcode: Some(SecretString::from("123456")), ..secrets() };
    let options = SignInOptions { receipt: Some(receipt), ..options() };
    let second = Client::sign_in(&cloud.profile(), &secrets, options).await.unwrap_err();
    assert_eq!((second.kind(), second.receipt().is_some()), (ProblemKind::Auth, false));
}

#[tokio::test]
async fn a_token_for_a_project_of_that_name_in_another_domain_is_exchanged() {
    for (domain, exchanged) in [("default", 0), ("d2", 1)] {
        let cloud = Cloud::with_keystone().await;
        cloud.answer("GET", TOKENS, token_answer(cloud.fixture("keystone/token.json"), "given")).await;
        let profile = Profile { method: AuthMethod::Token, project_domain_id: domain.into(), ..cloud.profile() };
        let given = Secrets { token: Some(SecretString::from("given")), ..Secrets::default() };
        ready(Client::sign_in(&profile, &given, options()).await);
        assert_eq!(cloud.requests("POST", TOKENS).await.len(), exchanged, "{domain}");
    }
}

#[tokio::test]
async fn where_no_keystone_is_we_say_so() {
    let cloud = Cloud::start().await;
    cloud.json("GET", "/", 200, json!({"name": "OpenStack Magnum API", "versions": [{"id": "v1"}]})).await;
    let profile = Profile { auth_url: cloud.server.uri(), ..cloud.profile() };
    let error = Client::sign_in(&profile, &secrets(), options()).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::NotFound);
    let old = json!({"versions": {"values": [{"id": "v2.0", "status": "stable", "links": []}]}});
    let cloud = Cloud::start().await;
    cloud.json("GET", "/", 300, old).await;
    let profile = Profile { auth_url: cloud.server.uri(), ..cloud.profile() };
    let error = Client::sign_in(&profile, &secrets(), options()).await.unwrap_err();
    assert_eq!((error.kind(), error.said()), (ProblemKind::Unsupported, "this Keystone speaks v2.0, and v3 is needed"));
}

#[tokio::test]
async fn each_refusal_has_its_kind_and_keeps_the_words_and_no_secret() {
    let html = "<!doctype html>\n<title>404 Not Found</title><h1>Not Found</h1>";
    let echo = format!(r#"{{"error":{{"code":400,"title":"Bad Request","message":"Invalid input {PASSWORD}"}}}}"#);
    let cases: [(u16, &str, String, ProblemKind, &str); 7] = [
        (
            401,
            "application/json",
            fixture("unauthorized"),
            ProblemKind::Auth,
            "The request you have made requires authentication.",
        ),
        (
            404,
            "application/json",
            fixture("unknown_application_credential"),
            ProblemKind::Auth,
            "Could not find Application Credential",
        ),
        (403, "application/json", fixture("forbidden"), ProblemKind::Forbidden, "identity:list_users"),
        (404, "text/html", html.into(), ProblemKind::NotFound, "404 Not Found"),
        (400, "application/json", echo, ProblemKind::Invalid, "Invalid input ***"),
        (500, "application/json", "{}".into(), ProblemKind::Server, "Internal Server Error"),
        (201, "application/json", "{\"token\":".into(), ProblemKind::Decode, "not what this call gives"),
    ];
    for (status, content, text, kind, words) in cases {
        let cloud = Cloud::start().await;
        let answer = ResponseTemplate::new(status)
            .set_body_raw(text.clone(), content)
            .insert_header("x-openstack-request-id", "req-42")
            .insert_header("X-Subject-Token", "gAAAAsubject");
        cloud.answer("POST", TOKENS, answer).await;
        let error = Client::sign_in(&cloud.profile(), &secrets(), options()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{text}");
        assert!(error.said().contains(words), "{}", error.said());
        assert_eq!(error.request_id(), Some("req-42"));
        let shown = format!("{error} {error:?} {:?}", Problem::from(error.clone()));
        assert!(!shown.contains(PASSWORD) && !shown.contains("gAAAAsubject"), "{shown}");
    }
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/fixtures/keystone/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[tokio::test]
async fn the_second_factor_completes_the_sign_in_with_the_receipt() {
    let cloud = Cloud::start().await;
    let (verbatim, uri) = (cloud.fixture("keystone/token.json"), TOKENS);
    let tries = Arc::new(Mutex::new(0));
    let count = tries.clone();
    let respond = move |request: &wiremock::Request| {
        let sent: Value = serde_json::from_slice(&request.body).unwrap();
        let identity = &sent["auth"]["identity"];
        if identity["methods"] == json!(["password"]) {
            return ResponseTemplate::new(401).insert_header("Openstack-Auth-Receipt", "the-receipt").set_body_json(json!({
                "receipt": {"methods": ["password"], "user": {"id": "u"}, "expires_at": "2030-01-01T00:00:00.000000Z"},
                "required_auth_methods": [["totp", "password"]],
            }));
        }
        let receipt = request.headers.get("openstack-auth-receipt").and_then(|v| v.to_str().ok());
        assert_eq!(receipt, Some("the-receipt"));
        assert_eq!(identity["methods"], json!(["totp"]));
        assert_eq!(sent["auth"]["scope"]["project"]["name"], "demo");
        *count.lock().unwrap() += 1;
        if identity["totp"]["user"]["passcode"] != "123456" {
            return ResponseTemplate::new(401)
                .set_body_json(json!({"error": {"code": 401, "message": "no", "title": "Unauthorized"}}));
        }
        let mut token = verbatim.clone();
        token["token"]["methods"] = json!(["totp", "password"]);
        token_answer(token, "earned")
    };
    wiremock::Mock::given(wiremock::matchers::path(uri))
        .and(wiremock::matchers::method("POST"))
        .respond_with(respond)
        .mount(&cloud.server)
        .await;

    let first = Client::sign_in(&cloud.profile(), &secrets(), options()).await.unwrap_err();
    assert_eq!(first.kind(), ProblemKind::SecondFactor);
    let receipt = first.receipt().cloned().unwrap();
    assert!(receipt.wants_passcode());
    assert!(!format!("{first:?} {receipt:?}").contains("the-receipt"));

    let with = |code: &str, receipt| {
        let secrets = Secrets { passcode: Some(SecretString::from(code)), ..secrets() };
        let (profile, options) = (cloud.profile(), SignInOptions { receipt: Some(receipt), ..options() });
        async move { Client::sign_in(&profile, &secrets, options).await }
    };
    let wrong = with("000000", receipt).await.unwrap_err();
    assert_eq!(wrong.kind(), ProblemKind::SecondFactor);
    let client = ready(with("123456", wrong.receipt().cloned().unwrap()).await);
    assert_eq!(*tries.lock().unwrap(), 2);

    // Such a session cannot prove itself again: the user is asked for a new code.
    cloud.json("GET", "/container-infra/v1", 401, json!({"error": {"code": 401, "message": "no"}})).await;
    let ended = client.magnum().await.unwrap_err();
    assert_eq!((ended.kind(), ended.renewal()), (ProblemKind::SecondFactor, bayview::api::Renewal::Failed));
}

#[tokio::test]
async fn without_a_project_the_only_one_is_taken_and_several_are_offered() {
    for several in [false, true] {
        let cloud = Cloud::start().await;
        let (unscoped, scoped) = (cloud.fixture("keystone/token_unscoped.json"), cloud.fixture("keystone/token.json"));
        let respond = move |request: &wiremock::Request| {
            let sent: Value = serde_json::from_slice(&request.body).unwrap();
            match sent["auth"]["scope"].as_str() {
                Some("unscoped") => token_answer(unscoped.clone(), "unscoped"),
                _ => token_answer(scoped.clone(), "scoped"),
            }
        };
        let sign_in = wiremock::Mock::given(wiremock::matchers::method("POST")).and(wiremock::matchers::path(TOKENS));
        sign_in.respond_with(respond).mount(&cloud.server).await;
        cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
        let mut projects = cloud.fixture("keystone/projects.json");
        if several {
            let list = projects["projects"].as_array_mut().unwrap();
            list.push(json!({"id": "p2", "name": "alpha", "domain_id": "default", "enabled": true}));
            list.push(json!({"id": "p3", "name": "off", "domain_id": "default", "enabled": false}));
        }
        cloud.json("GET", "/identity/v3/auth/projects", 200, projects).await;
        let profile = Profile { project_name: String::new(), ..cloud.profile() };
        let client = match Client::sign_in(&profile, &secrets(), options()).await.unwrap() {
            SignedIn::Ready(client) if !several => client,
            SignedIn::NeedsProject { unscoped, projects } if several => {
                let names: Vec<_> = projects.iter().map(|p| p.name.as_str()).collect();
                assert_eq!(names, ["alpha", "demo"]);
                unscoped.choose(&projects[1].id).await.unwrap()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(client.identity().project.name, "demo");
        let sent = cloud.requests("POST", TOKENS).await;
        assert_eq!(body(&sent[1])["auth"]["scope"]["project"]["id"], client.identity().project.id.as_str());
        // The first token has done its work.
        let ended = loop {
            let ended = cloud.requests("DELETE", TOKENS).await;
            if !ended.is_empty() {
                break ended;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(header(&ended[0], "x-subject-token"), Some("unscoped"));
    }
}

#[tokio::test]
async fn a_ready_made_token_is_examined_used_and_left_alone() {
    let cloud = Cloud::start().await;
    cloud.answer("GET", TOKENS, token_answer(cloud.fixture("keystone/token.json"), "given")).await;
    let profile = Profile { method: AuthMethod::Token, username: String::new(), ..cloud.profile() };
    let given = Secrets { token: Some(SecretString::from("given")), ..Secrets::default() };
    let client = ready(Client::sign_in(&profile, &given, options()).await);
    assert_eq!(client.identity().user, "demo");
    client.sign_out().await.unwrap();
    let all = cloud.server.received_requests().await.unwrap();
    assert_eq!(all.len(), 1, "only the examination");
    assert_eq!((header(&all[0], "x-auth-token"), header(&all[0], "x-subject-token")), (Some("given"), Some("given")));
}

#[tokio::test]
async fn an_application_credential_cannot_switch_projects() {
    let cloud = Cloud::with_keystone().await;
    let profile = Profile {
        method: AuthMethod::ApplicationCredential,
        application_credential_id: "ac1".into(),
        username: String::new(),
        project_name: String::new(),
        ..cloud.profile()
    };
    let secrets = Secrets { application_credential_secret: Some(SecretString::from("s")), ..Secrets::default() };
    let client = ready(Client::sign_in(&profile, &secrets, options()).await);
    assert_eq!(client.switch_project("p2").await.unwrap_err().kind(), ProblemKind::Unsupported);
    let sent = cloud.requests("POST", TOKENS).await;
    assert_eq!(body(&sent[0])["auth"].get("scope"), None);
}

#[tokio::test]
async fn region_and_interface_choose_the_endpoint() {
    let cloud = Cloud::start().await;
    let mut token = cloud.fixture("keystone/token.json");
    let endpoint = |interface: &str, region: &str, path: &str| json!({"interface": interface, "region_id": region, "region": region, "url": format!("{}{path}", cloud.server.uri())});
    token["token"]["catalog"] = json!([{"type": "container-infra", "name": "magnum", "endpoints": [
        endpoint("public", "One", "/one/v1"), endpoint("public", "Two", "/two/"), endpoint("internal", "Two", "/two-inside/v1/"),
    ]}, {"type": "container", "name": "magnum", "endpoints": [endpoint("public", "Kilo", "/kilo/v1")]},
    {"type": "container", "name": "zun", "endpoints": [endpoint("public", "Alone", "/zun/v1")]}]);
    cloud.answer("POST", TOKENS, token_answer(token, "first")).await;
    let v1 = cloud.fixture("magnum21/v1.json");
    for place in ["/one/v1", "/two/v1", "/two-inside/v1"] {
        cloud.json("GET", place, 200, v1.clone()).await;
    }
    let profile = Profile { region: String::new(), ..cloud.profile() };
    let client = ready(Client::sign_in(&profile, &secrets(), options()).await);
    // Magnum's type of 2015 counts as well, Zun's service of the same type does not.
    assert_eq!(client.identity().regions, ["One", "Two", "Kilo"]);
    assert!(client.magnum().await.unwrap().info().endpoint.ends_with("/one/v1"));
    let two = client.switch_region("Two").unwrap();
    assert!(two.magnum().await.unwrap().info().endpoint.ends_with("/two/v1"));
    assert_eq!(client.switch_region("Three").unwrap_err().kind(), ProblemKind::Config);
    let profile = Profile { region: "Two".into(), interface: Interface::Internal, ..cloud.profile() };
    let inside = ready(Client::sign_in(&profile, &secrets(), options()).await);
    assert!(inside.magnum().await.unwrap().info().endpoint.ends_with("/two-inside/v1"));
}

#[tokio::test]
async fn a_service_is_found_where_its_own_settings_say() {
    let cloud = Cloud::start().await;
    let mut token = cloud.fixture("keystone/token.json");
    let endpoint = |interface: &str, region: &str, path: &str| json!({"interface": interface, "region_id": region, "url": format!("{}{path}", cloud.server.uri())});
    token["token"]["catalog"] = json!([
        {"type": "container-infra", "name": "magnum", "endpoints": [endpoint("public", "One", "/one/v1")]},
        {"type": "bays-of-ours", "name": "magnum", "endpoints": [
            endpoint("public", "Two", "/two/v1"), endpoint("internal", "Two", "/inside/v1"),
        ]},
    ]);
    cloud.answer("POST", TOKENS, token_answer(token, "first")).await;
    cloud.json("GET", "/inside/v1", 200, cloud.fixture("magnum21/v1.json")).await;
    let own = bayview::model::cloud::ServiceSettings {
        region: "Two".into(),
        interface: Some(Interface::Internal),
        service_type: "bays-of-ours".into(),
    };
    let services = [("container-infra".to_owned(), own)].into();
    let profile = Profile { region: "One".into(), services, ..cloud.profile() };
    let client = ready(Client::sign_in(&profile, &secrets(), options()).await);
    assert_eq!(client.identity().region, "One");
    assert!(client.magnum().await.unwrap().info().endpoint.ends_with("/inside/v1"));
}

#[tokio::test]
async fn a_one_time_code_can_be_the_only_factor() {
    let cloud = Cloud::with_keystone().await;
    let profile = Profile { only_passcode: true, ..cloud.profile() };
    let secrets = Secrets { passcode: Some(SecretString::from("123456")), ..Secrets::default() };
    ready(Client::sign_in(&profile, &secrets, options()).await);
    let identity = &body(&cloud.requests("POST", TOKENS).await[0])["auth"]["identity"];
    assert_eq!(identity["methods"], json!(["totp"]));
    assert_eq!(identity["totp"]["user"]["passcode"], "123456");
}

#[tokio::test]
async fn the_steps_are_told_as_they_pass() {
    let cloud = Cloud::with_magnum("21").await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let progress: bayview::api::Progress = Arc::new(move |step: SignInStep, state: SignInState| {
        let word = match state {
            SignInState::Started => "started",
            SignInState::Done { .. } => "done",
            SignInState::Failed { .. } => "failed",
        };
        tell.lock().unwrap().push((step, word));
    });
    let options = SignInOptions { progress: Some(progress), ..options() };
    let client = ready(Client::sign_in(&cloud.profile(), &secrets(), options).await);
    client.magnum().await.unwrap();
    client.magnum().await.unwrap();
    use SignInStep::{Catalogue, Keystone, Magnum};
    let expected = [
        (Keystone, "started"),
        (Keystone, "done"),
        (Catalogue, "started"),
        (Catalogue, "done"),
        (Magnum, "started"),
        (Magnum, "done"),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}
