//! The token while it is in use: renewal once for all, before its end, after its end, and never after signing out.

use super::mock_cloud::{Cloud, header, options, ready, secrets, token_answer};
use bayview::api::{Client, Renewal};
use bayview::model::problem::{Problem, ProblemKind};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wiremock::matchers::{header as has, method, path};
use wiremock::{Mock, ResponseTemplate};

const TOKENS: &str = "/identity/v3/auth/tokens";
const CLUSTERS: &str = "/container-infra/v1/clusters/detail";

fn unauthorized() -> ResponseTemplate {
    let body = json!({"error": {"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."}});
    ResponseTemplate::new(401).set_body_json(body).insert_header("WWW-Authenticate", "Keystone uri=\"x\"")
}

/// A cloud whose n-th sign-in gives `token-n`; the answer after the first can be another.
async fn cloud_with_tokens(later: Option<ResponseTemplate>) -> (Cloud, Arc<AtomicUsize>) {
    let cloud = Cloud::start().await;
    let given = Arc::new(AtomicUsize::new(0));
    let (count, body) = (given.clone(), cloud.fixture("keystone/token.json"));
    let respond = move |_: &wiremock::Request| {
        let n = count.fetch_add(1, Ordering::SeqCst) + 1;
        match &later {
            Some(later) if n > 1 => later.clone(),
            _ => token_answer(body.clone(), &format!("token-{n}")),
        }
    };
    Mock::given(method("POST")).and(path(TOKENS)).respond_with(respond).mount(&cloud.server).await;
    cloud.magnum_listing(cloud.fixture("magnum21/v1.json"), Some("1.12")).await;
    (cloud, given)
}

async fn clusters_accept(cloud: &Cloud, token: &str) {
    let list = cloud.fixture("magnum21/clusters.json");
    let answer = ResponseTemplate::new(200).set_body_json(list);
    Mock::given(path(CLUSTERS)).and(has("x-auth-token", token)).respond_with(answer).mount(&cloud.server).await;
    Mock::given(path(CLUSTERS)).respond_with(unauthorized()).with_priority(9).mount(&cloud.server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_refusals_at_once_renew_once() {
    let (cloud, given) = cloud_with_tokens(None).await;
    clusters_accept(&cloud, "token-2").await;
    let client = cloud.sign_in().await;
    let magnum = client.magnum().await.unwrap();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let magnum = magnum.clone();
            tokio::spawn(async move { magnum.bays().await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().len(), 3);
    }
    assert_eq!(given.load(Ordering::SeqCst), 2, "one sign-in and one renewal");
    assert_eq!(client.generation(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_renewal_is_final_and_asked_once() {
    let (cloud, given) = cloud_with_tokens(Some(unauthorized())).await;
    clusters_accept(&cloud, "token-2").await;
    let client = cloud.sign_in().await;
    let magnum = client.magnum().await.unwrap();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let magnum = magnum.clone();
            tokio::spawn(async move { magnum.bays().await })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.renewal()), (ProblemKind::Auth, Renewal::Failed));
        assert_eq!(Problem::from(error).action, "POST /identity/v3/auth/tokens (sign in again)");
    }
    // An account may be locked after some wrong tries.
    assert_eq!(given.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_service_that_refuses_the_new_token_too_is_told_apart() {
    let (cloud, _) = cloud_with_tokens(None).await;
    clusters_accept(&cloud, "no token at all").await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let error = magnum.bays().await.unwrap_err();
    assert_eq!((error.kind(), error.renewal(), error.service()), (ProblemKind::Auth, Renewal::StillRefused, "magnum"));
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_it_is_used() {
    let cloud = Cloud::start().await;
    let (mut short, long) = (cloud.fixture("keystone/token.json"), cloud.fixture("keystone/token.json"));
    short["token"]["expires_at"] = short["token"]["issued_at"].clone();
    let count = AtomicUsize::new(0);
    let respond = move |_: &wiremock::Request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => token_answer(short.clone(), "short"),
        _ => token_answer(long.clone(), "long"),
    };
    Mock::given(method("POST")).and(path(TOKENS)).respond_with(respond).mount(&cloud.server).await;
    cloud.magnum_listing(cloud.fixture("magnum21/v1.json"), Some("1.12")).await;
    cloud.sign_in().await.magnum().await.unwrap();
    let asked = cloud.requests("GET", "/container-infra/v1").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(header(&asked[0], "x-auth-token"), Some("long"));
}

#[tokio::test]
async fn a_change_is_sent_again_with_the_new_token_and_only_once() {
    let (cloud, _) = cloud_with_tokens(None).await;
    let created = ResponseTemplate::new(202).set_body_json(json!({"uuid": "u1"}));
    let clusters = "/container-infra/v1/clusters";
    Mock::given(path(clusters)).and(has("x-auth-token", "token-2")).respond_with(created).mount(&cloud.server).await;
    Mock::given(path(clusters)).respond_with(unauthorized()).with_priority(9).mount(&cloud.server).await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let bay = bayview::model::bay::NewBay { name: "a".into(), model_id: "m".into(), ..Default::default() };
    assert_eq!(magnum.create_bay(&bay).await.unwrap(), "u1");
    assert_eq!(cloud.requests("POST", clusters).await.len(), 2);
}

#[tokio::test]
async fn signing_out_revokes_the_token_and_ends_the_session() {
    let (cloud, given) = cloud_with_tokens(None).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    clusters_accept(&cloud, "token-2").await;
    let client = cloud.sign_in().await;
    let magnum = client.magnum().await.unwrap();
    client.sign_out().await.unwrap();
    let revoked = cloud.requests("DELETE", TOKENS).await;
    assert_eq!(header(&revoked[0], "x-auth-token"), Some("token-1"));
    assert_eq!(header(&revoked[0], "x-subject-token"), Some("token-1"));
    let error = magnum.bays().await.unwrap_err();
    assert_eq!((error.kind(), error.said()), (ProblemKind::Auth, "signed out"));
    assert_eq!(given.load(Ordering::SeqCst), 1, "nobody signed in again");
}

#[tokio::test]
async fn another_project_is_another_session_and_the_first_one_lives_on() {
    let (cloud, given) = cloud_with_tokens(None).await;
    clusters_accept(&cloud, "token-1").await;
    let client = cloud.sign_in().await;
    let other = client.switch_project("p2").await.unwrap();
    assert_eq!(given.load(Ordering::SeqCst), 2);
    let sent = cloud.requests("POST", TOKENS).await;
    assert_eq!(super::mock_cloud::body(&sent[1])["auth"]["scope"]["project"]["id"], "p2");
    assert_eq!(client.magnum().await.unwrap().bays().await.unwrap().len(), 3);
    assert_eq!(other.generation(), 1);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_renewal_to_the_next_one() {
    let cloud = Cloud::start().await;
    let (body, count) = (cloud.fixture("keystone/token.json"), AtomicUsize::new(0));
    let respond = move |_: &wiremock::Request| {
        let n = count.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = token_answer(body.clone(), &format!("token-{n}"));
        if n == 2 { answer.set_delay(std::time::Duration::from_secs(30)) } else { answer }
    };
    Mock::given(method("POST")).and(path(TOKENS)).respond_with(respond).mount(&cloud.server).await;
    cloud.magnum_listing(cloud.fixture("magnum21/v1.json"), Some("1.12")).await;
    clusters_accept(&cloud, "token-3").await;
    let client = ready(Client::sign_in(&cloud.profile(), &secrets(), options()).await);
    let magnum = client.magnum().await.unwrap();
    let first = tokio::spawn({
        let magnum = magnum.clone();
        async move { magnum.bays().await }
    });
    while cloud.requests("POST", TOKENS).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert_eq!(magnum.bays().await.unwrap().len(), 3);
}

/// A cloud whose token is near its end at once, and whose second sign-in is answered by `later`.
async fn cloud_near_the_end(later: ResponseTemplate) -> Cloud {
    let cloud = Cloud::start().await;
    let (mut short, long) = (cloud.fixture("keystone/token.json"), cloud.fixture("keystone/token.json"));
    short["token"]["expires_at"] = short["token"]["issued_at"].clone();
    let count = AtomicUsize::new(0);
    let respond = move |_: &wiremock::Request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => token_answer(short.clone(), "short"),
        1 => later.clone(),
        _ => token_answer(long.clone(), "long"),
    };
    Mock::given(method("POST")).and(path(TOKENS)).respond_with(respond).mount(&cloud.server).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    cloud.magnum_listing(cloud.fixture("magnum21/v1.json"), Some("1.12")).await;
    cloud
}

#[tokio::test]
async fn a_maintenance_page_in_keystones_place_does_not_end_the_session() {
    let page = "<html><title>Maintenance</title></html>";
    let pages = [
        ResponseTemplate::new(200).set_body_raw(page, "text/html"),
        ResponseTemplate::new(404).set_body_raw(page, "text/html"),
        unauthorized(),
    ];
    for later in pages {
        let cloud = cloud_near_the_end(later).await;
        // The renewal fails, and the old token is still good.
        cloud.sign_in().await.magnum().await.unwrap();
        let asked = cloud.requests("GET", "/container-infra/v1").await;
        assert_eq!(header(&asked[0], "x-auth-token"), Some("short"));
    }
}

#[tokio::test]
async fn a_renewal_that_stumbled_is_tried_again_after_a_pause() {
    let cloud = cloud_near_the_end(ResponseTemplate::new(200).set_body_raw("<html></html>", "text/html")).await;
    clusters_accept(&cloud, "long").await;
    let magnum = cloud.sign_in().await.magnum().await.unwrap();
    let begun = std::time::Instant::now();
    let error = magnum.bays().await.unwrap_err();
    assert_eq!((error.kind(), error.renewal()), (ProblemKind::Decode, Renewal::Failed));
    while let Err(error) = magnum.bays().await {
        assert_eq!(error.kind(), ProblemKind::Decode);
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "the session did not recover");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(cloud.requests("POST", TOKENS).await.len(), 3, "asked once before the pause and once after it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_comes_after_signing_out_is_ended_too() {
    let slow = {
        let cloud = Cloud::start().await;
        token_answer(cloud.fixture("keystone/token.json"), "late").set_delay(std::time::Duration::from_millis(500))
    };
    let cloud = cloud_near_the_end(slow).await;
    let client = cloud.sign_in().await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.magnum().await.map(|_| ()) }
    });
    while cloud.requests("POST", TOKENS).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    client.sign_out().await.unwrap();
    assert_eq!(call.await.unwrap().unwrap_err().said(), "signed out");
    let mut ended: Vec<String> = Vec::new();
    for request in cloud.requests("DELETE", TOKENS).await {
        ended.push(header(&request, "x-subject-token").unwrap_or_default().to_owned());
    }
    assert_eq!(ended, ["late", "short"]);
}

/// Tokens that were ended, once there are as many as expected.
async fn ended(cloud: &Cloud, expected: usize) -> Vec<String> {
    loop {
        let all = cloud.requests("DELETE", TOKENS).await;
        if all.len() >= expected {
            return all.iter().filter_map(|r| header(r, "x-subject-token").map(str::to_owned)).collect();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_last_handle_takes_the_token_with_it() {
    let (cloud, _) = cloud_with_tokens(None).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    let client = cloud.sign_in().await;
    let other = client.switch_project("p2").await.unwrap();
    drop(client);
    assert_eq!(ended(&cloud, 1).await, ["token-1"]);
    drop(other.clone());
    drop(other);
    assert_eq!(ended(&cloud, 2).await, ["token-1", "token-2"]);
}

#[tokio::test]
async fn a_token_that_a_change_may_still_need_stays_a_while() {
    let (cloud, _) = cloud_with_tokens(None).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    cloud.json("POST", "/container-infra/v1/clusters", 202, json!({"uuid": "u1"})).await;
    let client = cloud.sign_in().await;
    assert!(!client.is_settling());
    let magnum = client.magnum().await.unwrap();
    let bay = bayview::model::bay::NewBay { name: "a".into(), model_id: "m".into(), ..Default::default() };
    magnum.create_bay(&bay).await.unwrap();
    assert!(client.is_settling());
}

#[tokio::test]
async fn a_token_that_was_given_to_us_is_never_ended() {
    let cloud = Cloud::start().await;
    cloud.answer("GET", TOKENS, token_answer(cloud.fixture("keystone/token.json"), "given")).await;
    cloud.answer("POST", TOKENS, token_answer(cloud.fixture("keystone/token.json"), "exchanged")).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    let method = bayview::model::cloud::AuthMethod::Token;
    let profile = bayview::model::cloud::Profile { method, ..cloud.profile() };
    let token = Some(secrecy::SecretString::from("given"));
    let given = bayview::model::cloud::Secrets { token, ..Default::default() };
    let client = ready(Client::sign_in(&profile, &given, options()).await);
    let other = client.switch_project("p2").await.unwrap();
    drop(client);
    drop(other);
    assert_eq!(ended(&cloud, 1).await, ["exchanged"], "only what we got for it");
}
