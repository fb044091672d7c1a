//! The OpenStack half of the demo cloud answers as the recorded services do.

// A test stops at the first surprise, in its helpers too.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod compute;
mod faults;
mod inside;
mod keystone;
mod magnum;
mod recorded;
mod refusals;
mod year_2015;

use std::time::{Duration, Instant};

use bayview::demo::{DemoCloud, DemoOptions, DemoSize};
use reqwest::Method;
use serde_json::{Value, json};

/// A demo cloud that runs a hundred times faster than life.
async fn cloud() -> DemoCloud {
    let options = DemoOptions { seed: 7, size: DemoSize::Small, speed: 100.0, ..DemoOptions::default() };
    DemoCloud::start(options).await.expect("the demo cloud starts")
}

/// An answer, read whole.
struct Got {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
    text: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `detail` of Magnum's first error.
    fn detail(&self) -> &str {
        self.body["errors"][0]["detail"].as_str().unwrap_or_default()
    }

    fn keys(&self) -> Vec<&str> {
        keys(&self.body)
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flat_map(|map| map.keys()).map(String::as_str).collect()
}

/// One caller with one token.
#[derive(Clone)]
struct Caller {
    client: reqwest::Client,
    token: String,
    body: Value,
}

impl Caller {
    fn new() -> Caller {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Caller { client, token: String::new(), body: Value::Null }
    }

    /// Signs in with a password to a project by name.
    async fn sign_in(demo: &DemoCloud, user: &str, project: &str) -> Caller {
        let mut caller = Caller::new();
        let body = json!({"auth": {
            "identity": password(user, &format!("{user}-demo")),
            "scope": {"project": {"name": project, "domain": {"id": "default"}}},
        }});
        let got = caller.send(Method::POST, &format!("{}/auth/tokens", demo.auth_url()), &[], Some(&body)).await;
        assert_eq!(got.status, 201, "{}", got.text);
        caller.token = got.header("x-subject-token").to_owned();
        caller.body = got.body["token"].clone();
        caller
    }

    async fn send(&self, method: Method, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Got {
        self.try_send(method, url, headers, body).await.expect("an answer")
    }

    async fn try_send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> reqwest::Result<Got> {
        let mut headers = headers.to_vec();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.try_send_text(method, url, &headers, body.map(Value::to_string)).await
    }

    /// Sends a body as it is.
    async fn send_text(&self, method: Method, url: &str, headers: &[(&str, &str)], body: Option<String>) -> Got {
        self.try_send_text(method, url, headers, body).await.expect("an answer")
    }

    async fn try_send_text(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> reqwest::Result<Got> {
        let mut request = self.client.request(method, url);
        if !self.token.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-auth-token")) {
            request = request.header("x-auth-token", &self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Got { status, headers, body, text })
    }

    /// Base address of a service in a region, from the catalogue.
    fn endpoint(&self, kind: &str, region: &str) -> String {
        let services = self.body["catalog"].as_array().expect("a catalogue");
        let service = services.iter().find(|service| service["type"] == kind).expect("the service");
        let endpoints = service["endpoints"].as_array().expect("endpoints");
        let wanted = |endpoint: &&Value| endpoint["interface"] == "public" && endpoint["region_id"] == region;
        endpoints.iter().find(wanted).expect("an endpoint")["url"].as_str().unwrap().to_owned()
    }

    async fn magnum(&self, method: Method, path: &str, body: Option<Value>) -> Got {
        let url = format!("{}{path}", self.endpoint("container-infra", "RegionOne"));
        self.send(method, &url, &[("OpenStack-API-Version", "container-infra latest")], body.as_ref()).await
    }

    async fn old_magnum(&self, method: Method, path: &str, body: Option<Value>) -> Got {
        let url = format!("{}{path}", self.endpoint("container", "RegionTwo"));
        self.send(method, &url, &[], body.as_ref()).await
    }

    /// Asks until the answer is as wished; fails after ten seconds with the last answer.
    async fn until(&self, path: &str, what: &str, good: impl Fn(&Got) -> bool) -> Got {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let got = self.magnum(Method::GET, path, None).await;
            if good(&got) {
                return got;
            }
            assert!(Instant::now() < deadline, "{what} did not come: {}", got.text);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn password(user: &str, password: &str) -> Value {
    json!({"methods": ["password"],
        "password": {"user": {"name": user, "domain": {"id": "default"}, "password": password}}})
}
