//! Recorded exchanges of Keystone 22 and Magnum 21, replayed in order: the demo answers with the same status, keys, headers
//! and words.
//!
//! A fixture has `rows`, and `sets` of keys and headers that several rows name. Each row holds who asks, what is waited for before, the request, and what is compared of the answer.
//! `{cluster}`, `{template}`, `{project}`, `{other}`, `{user}`, `{credential}` and `{secret}` stand for those of the demo.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const MAGNUM: &str = include_str!("../../fixtures/recorded/magnum21.json");
const KEYSTONE: &str = include_str!("../../fixtures/recorded/keystone22.json");

/// Headers that clients read.
const HEADERS: [&str; 10] = [
    "allow",
    "content-type",
    "location",
    "openstack-api-maximum-version",
    "openstack-api-minimum-version",
    "openstack-api-version",
    "vary",
    "www-authenticate",
    "x-openstack-request-id",
    "x-subject-token",
];

/// A demo with everybody signed in, and a bay `c1` that is complete.
struct Stage {
    demo: DemoCloud,
    callers: BTreeMap<&'static str, Caller>,
    words: BTreeMap<&'static str, String>,
    /// A token that was revoked.
    dead: String,
}

impl Stage {
    async fn set() -> Stage {
        let options = DemoOptions { seed: 7, size: DemoSize::Small, speed: 10.0, ..DemoOptions::default() };
        let demo = DemoCloud::start(options).await.expect("the demo cloud starts");
        let mut callers = BTreeMap::from([("nobody", Caller::new())]);
        for (who, user, project) in [
            ("member", "mika", "lab"),
            ("reader", "rin", "lab"),
            ("other", "aiko", "atlas"),
            ("admin", "admin", "admin"),
            ("dead", "mika", "lab"),
        ] {
            callers.insert(who, Caller::sign_in(&demo, user, project).await);
        }
        callers.insert("stranger", Caller { token: "nonsense".into(), ..Caller::new() });
        let (credential, secret) = demo.application_credential();
        let tokens = format!("{}/auth/tokens", demo.auth_url());
        let identity = json!({"methods": ["application_credential"],
            "application_credential": {"id": credential, "secret": secret}});
        let body = json!({"auth": {"identity": identity}});
        let got = Caller::new().send(Method::POST, &tokens, &[], Some(&body)).await;
        callers.insert("credential", Caller { token: got.header("x-subject-token").to_owned(), ..Caller::new() });
        let dead = callers.remove("dead").expect("a caller");
        let subject = [("X-Subject-Token", dead.token.as_str())];
        assert_eq!(dead.send(Method::DELETE, &tokens, &subject, None).await.status, 204);

        let member = &callers["member"];
        let template = member.magnum(Method::GET, "/clustertemplates/k8s-1.31-ubuntu", None).await;
        let wish = json!({"name": "c1", "cluster_template_id": "k8s-1.31-ubuntu", "keypair": "mika-ed25519"});
        let cluster = member.magnum(Method::POST, "/clusters", Some(wish)).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let words = BTreeMap::from([
            ("{cluster}", text(&cluster.body["uuid"])),
            ("{template}", text(&template.body["uuid"])),
            ("{project}", text(&member.body["project"]["id"])),
            ("{other}", text(&callers["other"].body["project"]["id"])),
            ("{user}", text(&member.body["user"]["id"])),
            ("{credential}", credential),
            ("{secret}", secret),
        ]);
        let path = format!("/clusters/{}", words["{cluster}"]);
        member.until(&path, "the bay", |got| got.body["status"] == "CREATE_COMPLETE").await;
        Stage { demo, callers, words, dead: dead.token }
    }

    /// A fixture with the demo's own ids.
    fn read(&self, fixture: &str) -> Value {
        let text = self.words.iter().fold(fixture.to_owned(), |text, (word, id)| text.replace(word, id));
        serde_json::from_str(&text).expect("a fixture")
    }

    /// Sends the request of a row and tells what is not as recorded.
    async fn replay(&self, base: &str, row: &Value, sets: &Value) -> Vec<String> {
        let caller = &self.callers[row["who"].as_str().expect("who asks")];
        for wait in row["wait"].as_array().into_iter().flatten() {
            let (path, end) = (wait["path"].as_str().expect("a path"), wait["status"].as_str().expect("a status"));
            let nodes = wait["nodes"].as_u64();
            let good = |got: &Got| {
                let present = got.body["node_addresses"].as_array().map(|list| list.len() as u64);
                got.body["status"].as_str().is_some_and(|status| status.ends_with(end))
                    && (nodes.is_none() || nodes == present)
            };
            caller.until(path, "what the record was made in", good).await;
        }
        let request = &row["request"];
        let text = |key: &str| request[key].as_str();
        let mut headers = vec![("content-type", text("content_type").unwrap_or("application/json"))];
        headers.extend(text("version").map(|version| ("openstack-api-version", version)));
        headers.extend(text("accept").map(|accept| ("accept", accept)));
        headers.extend(text("subject").map(|subject| match subject {
            "own" => ("x-subject-token", caller.token.as_str()),
            "dead" => ("x-subject-token", self.dead.as_str()),
            other => ("x-subject-token", other),
        }));
        let body = text("text").map(str::to_owned).or_else(|| request.get("json").map(ToString::to_string));
        let body = body.map(|body| body.replace("\"TOKEN\"", &format!("\"{}\"", caller.token)));
        let method = Method::from_bytes(text("method").expect("a method").as_bytes()).expect("a method");
        let url = format!("{base}{}", text("path").expect("a path"));
        let got = caller.send_text(method, &url, &headers, body).await;
        compare(&got, &row["response"], sets)
    }
}

/// What differs between an answer and the recorded one.
fn compare(got: &Got, wanted: &Value, sets: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, got: String, wanted: String| {
        if got != wanted {
            differences.push(format!("{what}: {got}, recorded {wanted}"));
        }
    };
    differ("status", got.status.to_string(), wanted["status"].to_string());
    let texts = |value: &Value| -> BTreeSet<String> {
        let list = value.as_str().map_or(value, |name| &sets[name]).as_array().expect("a list, or the name of one");
        list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let set = |keys: Vec<&str>| -> BTreeSet<String> { keys.into_iter().map(str::to_owned).collect() };
    let present = HEADERS.into_iter().filter(|name| got.headers.contains_key(*name)).collect();
    differ("headers", format!("{:?}", set(present)), format!("{:?}", texts(&wanted["headers"])));
    if wanted.get("keys").is_some() {
        differ("keys", format!("{:?}", set(got.keys())), format!("{:?}", texts(&wanted["keys"])));
    }
    for (key, inner) in wanted["inner"].as_object().into_iter().flatten() {
        let found = &got.body[key];
        let found = set(keys(found.as_array().and_then(|items| items.first()).unwrap_or(found)));
        differ(&format!("keys of {key}"), format!("{found:?}"), format!("{:?}", texts(inner)));
    }
    let told = got.body["error"]["message"].as_str().unwrap_or_else(|| got.detail());
    if let Some(detail) = wanted["detail"].as_str() {
        differ("detail", format!("{told:?}"), format!("{detail:?}"));
    }
    if let Some(start) = wanted["detail_starts"].as_str() {
        differ("start of the detail", told.chars().take(start.chars().count()).collect(), start.to_owned());
    }
    differences
}

async fn replay(fixture: &str, base: impl Fn(&Stage) -> String) {
    let stage = Stage::set().await;
    let base = base(&stage);
    let fixture = stage.read(fixture);
    let rows = fixture["rows"].as_array().expect("rows");
    assert!(rows.len() > 30, "the fixture has rows");
    let mut differences = Vec::new();
    for row in rows {
        for difference in stage.replay(&base, row, &fixture["sets"]).await {
            differences.push(format!("{}: {difference}", row["record"].as_str().unwrap_or_default()));
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn magnum_21_answers_as_recorded() {
    let root = |stage: &Stage| {
        stage.callers["member"].endpoint("container-infra", "RegionOne").trim_end_matches("/v1").to_owned()
    };
    replay(MAGNUM, root).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keystone_22_answers_as_recorded() {
    replay(KEYSTONE, |stage| stage.demo.auth_url().trim_end_matches("/v3").to_owned()).await;
}
