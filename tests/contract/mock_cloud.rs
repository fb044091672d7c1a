//! A cloud of canned answers: Keystone, and whatever a test puts beside it.

use bayview::api::{Client, Error, HttpOptions, SignInOptions, SignedIn};
use bayview::model::cloud::{Profile, Secrets};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server under one address, with a path for each service.
pub struct Cloud {
    pub server: MockServer,
}

impl Cloud {
    pub async fn start() -> Cloud {
        Cloud { server: MockServer::start().await }
    }

    /// A cloud whose Keystone hands out the token `first` for the demo project.
    pub async fn with_keystone() -> Cloud {
        let cloud = Cloud::start().await;
        cloud.answer("POST", "/identity/v3/auth/tokens", cloud.token("first")).await;
        cloud
    }

    /// … and whose Magnum is the recorded 15.0.1 or 21.0.1.
    pub async fn with_magnum(version: &str) -> Cloud {
        let cloud = Cloud::with_keystone().await;
        let max = if version == "15" { "1.10" } else { "1.12" };
        cloud.magnum_listing(cloud.fixture(&format!("magnum{version}/v1.json")), Some(max)).await;
        cloud
    }

    /// With a Magnum of today that has no bays and no bay models.
    pub async fn without_bays() -> Cloud {
        let cloud = Cloud::with_magnum("21").await;
        cloud.json("GET", "/container-infra/v1/clusters/detail", 200, json!({"clusters": []})).await;
        cloud.json("GET", "/container-infra/v1/clustertemplates/detail", 200, json!({"clustertemplates": []})).await;
        cloud
    }

    /// What `/v1` of Magnum lists, and the highest version its headers tell.
    pub async fn magnum_listing(&self, listing: Value, max: Option<&str>) {
        let mut answer = ResponseTemplate::new(200).set_body_json(listing);
        if let Some(max) = max {
            answer = answer
                .insert_header("OpenStack-API-Minimum-Version", "container-infra 1.1")
                .insert_header("OpenStack-API-Maximum-Version", format!("container-infra {max}"));
        }
        self.answer("GET", "/container-infra/v1", answer).await;
    }

    /// A recorded body; its cloud is this one.
    pub fn fixture(&self, name: &str) -> Value {
        let file = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
        serde_json::from_str(&text.replace("http://cloud.example", &self.server.uri())).unwrap()
    }

    /// The answer to a sign-in that succeeds, with this token.
    pub fn token(&self, secret: &str) -> ResponseTemplate {
        token_answer(self.fixture("keystone/token.json"), secret)
    }

    pub async fn answer(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    pub async fn json(&self, verb: &str, at: &str, status: u16, body: Value) {
        self.answer(verb, at, ResponseTemplate::new(status).set_body_json(body)).await;
    }

    pub fn profile(&self) -> Profile {
        Profile {
            name: "mock".into(),
            auth_url: format!("{}/identity/v3", self.server.uri()),
            username: "demo".into(),
            user_domain_id: "default".into(),
            project_name: "demo".into(),
            project_domain_id: "default".into(),
            region: "RegionOne".into(),
            ..Profile::default()
        }
    }

    pub async fn sign_in(&self) -> Client {
        ready(Client::sign_in(&self.profile(), &secrets(), options()).await)
    }

    /// Requests so far with this method to this path.
    pub async fn requests(&self, verb: &str, at: &str) -> Vec<wiremock::Request> {
        let all = self.server.received_requests().await.unwrap();
        all.into_iter().filter(|r| r.method.as_str() == verb && r.url.path() == at).collect()
    }
}

pub fn token_answer(body: Value, secret: &str) -> ResponseTemplate {
    ResponseTemplate::new(201)
        .insert_header("X-Subject-Token", secret)
        .insert_header("x-openstack-request-id", "req-token")
        .set_body_json(body)
}

pub const PASSWORD: &str = "correct horse battery staple";

pub fn secrets() -> Secrets {
    Secrets { password: Some(SecretString::from(PASSWORD)), ..Secrets::default() }
}

/// Patience for tests: no long pauses.
pub fn options() -> SignInOptions {
    let http = HttpOptions {
        timeout: Duration::from_secs(10),
        backoff: Duration::from_millis(2),
        longest_pause: Duration::from_secs(2),
        ..HttpOptions::default()
    };
    SignInOptions { http, ..SignInOptions::default() }
}

pub fn ready(signed_in: Result<SignedIn, Error>) -> Client {
    match signed_in.unwrap() {
        SignedIn::Ready(client) => client,
        SignedIn::NeedsProject { projects, .. } => panic!("asked for a project among {projects:?}"),
    }
}

pub fn body(request: &wiremock::Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

pub fn header<'a>(request: &'a wiremock::Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|v| v.to_str().ok())
}
