//! The worker against canned answers: what it asks, what it asks again, and what it asks only once.

use super::mock_cloud::{Cloud, PASSWORD, header, secrets};
use bayview::demo::pki::Authority;
use bayview::live::command::{Change, Command, ManifestDocument, ManifestMode, ManifestRun, Topic};
use bayview::live::state::{Outcome, Session, State};
use bayview::live::worker::{ProfilePlaces, WorkerHandle, WorkerOptions};
use bayview::model::bay::NewBay;
use bayview::model::cloud::Profile;
use bayview::model::cluster::Link;
use bayview::model::problem::ProblemKind;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, ResponseTemplate};

const TOKENS: &str = "/identity/v3/auth/tokens";
const CLUSTERS: &str = "/container-infra/v1/clusters";
const BAY: &str = "6d0f0000-0000-4000-8000-00000000000a";

/// A worker and the state that its events make.
pub struct Desk {
    pub worker: WorkerHandle,
    pub state: State,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new(clouds_yaml: Option<&str>) -> Desk {
        Desk::with(clouds_yaml, Arc::new(|| {}))
    }

    /// One whose window is woken by this.
    pub fn waking(wake: Arc<dyn Fn() + Send + Sync>) -> Desk {
        Desk::with(None, wake)
    }

    fn with(clouds_yaml: Option<&str>, wake: Arc<dyn Fn() + Send + Sync>) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let file = clouds_yaml.map(|text| {
            let file = folder.path().join("clouds.yaml");
            std::fs::write(&file, text).unwrap();
            file
        });
        let options = WorkerOptions {
            config_folder: folder.path().join("config"),
            use_keyring: false,
            profile_places: Some(ProfilePlaces { clouds_yaml: file }),
            ..WorkerOptions::default()
        };
        let worker = WorkerHandle::start(options, wake).unwrap();
        Desk { worker, state: State::default(), _folder: folder }
    }

    pub fn send(&self, command: Command) {
        self.worker.commands().send(command);
    }

    fn sign_in(&self, profile: Profile) {
        self.send(Command::SignIn { profile: Box::new(profile), secrets: secrets(), remember: false });
    }

    pub fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        while !condition(&self.state) {
            let left = Duration::from_secs(40).checked_sub(begun.elapsed());
            let left = left.unwrap_or_else(|| panic!("waited in vain for {what}: {:?}", self.state));
            if let Some(event) = self.worker.wait_event(left) {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
                self.state.apply(event, now);
            }
        }
    }

    pub fn signed_in(&mut self, cloud: &Cloud) {
        self.sign_in(cloud.profile());
        self.until("the session", |s| s.signed_in().is_some());
    }
}

/// Runs a test that waits on its own thread beside the mock server's runtime.
async fn at_a_desk(test: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(test).await.unwrap();
}

async fn cloud() -> Cloud {
    let cloud = Cloud::with_magnum("21").await;
    cloud.json("GET", "/container-infra/v1/clusters/detail", 200, json!({"clusters": []})).await;
    cloud.json("GET", "/container-infra/v1/clustertemplates/detail", 200, json!({"clustertemplates": []})).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    cloud
}

fn cluster(cloud: &Cloud, address: Option<&str>) -> serde_json::Value {
    let mut cluster = cloud.fixture("magnum21/clusters.json")["clusters"][0].clone();
    cluster["uuid"] = json!(BAY);
    cluster["status"] = json!("CREATE_COMPLETE");
    cluster["coe"] = json!("kubernetes");
    cluster["api_address"] = json!(address);
    cluster
}

/// `GET /clusters/{BAY}` is 404 for the first `missing` times.
async fn appears_after(cloud: &Cloud, missing: usize) -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, found) = (asked.clone(), cluster(cloud, None));
    let respond = move |_: &wiremock::Request| {
        if count.fetch_add(1, Ordering::SeqCst) < missing {
            ResponseTemplate::new(404).set_body_json(json!({"errors": [{"status": 404, "detail": "not found"}]}))
        } else {
            ResponseTemplate::new(200).set_body_json(found.clone())
        }
    };
    let at = format!("{CLUSTERS}/{BAY}");
    Mock::given(method("GET")).and(path(at)).respond_with(respond).mount(&cloud.server).await;
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_bay_that_is_not_there_yet_is_waited_for_and_the_job_knows_its_request() {
    let cloud = cloud().await;
    let asked = appears_after(&cloud, 2).await;
    let made =
        ResponseTemplate::new(202).set_body_json(json!({"uuid": BAY})).insert_header("x-openstack-request-id", "req-7");
    cloud.answer("POST", CLUSTERS, made).await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        let bay = NewBay { name: "a".into(), model_id: "m".into(), ..NewBay::default() };
        let job = desk.worker.commands().change(Change::CreateBay(Box::new(bay)));
        desk.until("the answer", |s| s.job(job).is_some_and(|j| j.outcome != Outcome::Running));
        let job = desk.state.job(job).unwrap();
        assert_eq!((&job.outcome, job.made.as_deref()), (&Outcome::Accepted, Some(BAY)));
        assert_eq!(job.request_id.as_deref(), Some("req-7"));
        assert_eq!(asked.load(Ordering::SeqCst), 3, "its page finds it from the first look on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_that_was_not_there_is_found_when_asked_for_again() {
    let cloud = cloud().await;
    appears_after(&cloud, 1).await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        desk.send(Command::Look(vec![Topic::Bay(BAY.into())]));
        desk.until("the 404", |s| s.details.get(BAY).is_some_and(|d| d.bay.problem.is_some()));
        desk.send(Command::Refresh(Topic::Bay(BAY.into())));
        desk.until("the bay", |s| s.details.get(BAY).is_some_and(|d| d.bay.value.is_some()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_that_cannot_be_reached_costs_one_certificate() {
    let cloud = cloud().await;
    // Nobody listens there.
    let bay = cluster(&cloud, Some("https://127.0.0.1:9"));
    cloud.json("GET", &format!("{CLUSTERS}/{BAY}"), 200, bay).await;
    let authority = Authority::new("a bay").unwrap();
    let at = format!("/container-infra/v1/certificates/{BAY}");
    cloud.json("GET", &at, 200, json!({"pem": authority.ca_pem()})).await;
    let sign = move |request: &wiremock::Request| {
        let csr = super::mock_cloud::body(request)["csr"].as_str().unwrap().to_owned();
        ResponseTemplate::new(201).set_body_json(json!({"pem": authority.sign_csr_pem(&csr).unwrap()}))
    };
    let certificates = "/container-infra/v1/certificates";
    Mock::given(method("POST")).and(path_regex(certificates)).respond_with(sign).mount(&cloud.server).await;
    let cloud = Arc::new(cloud);
    let seen = cloud.clone();
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        desk.send(Command::Look(vec![Topic::Inside(BAY.into())]));
        for _ in 0..3 {
            let failed = |s: &State| {
                s.insides.get(BAY).is_some_and(|p| matches!(&p.link, Link::Failed(p) if p.kind == ProblemKind::Network))
            };
            desk.until("the refusal", failed);
            desk.state.insides.clear();
            desk.send(Command::Refresh(Topic::Inside(BAY.into())));
        }
    })
    .await;
    assert_eq!(seen.requests("POST", certificates).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_with_a_fault_is_refused_before_anything_is_sent() {
    let cloud = cloud().await;
    let text = format!(
        "clouds:\n  lab:\n    auth_type: v3kerberos\n    auth: {{auth_url: '{}/identity/v3', username: u, password: {PASSWORD}}}\n",
        cloud.server.uri()
    );
    let cloud = Arc::new(cloud);
    at_a_desk(move || {
        let mut desk = Desk::new(Some(&text));
        desk.send(Command::LoadProfiles);
        desk.until("the profiles", |s| s.profiles.value.is_some());
        let profile = desk.state.profiles.value.as_ref().unwrap()[0].clone();
        desk.sign_in(profile);
        desk.until("the refusal", |s| matches!(&s.session, Session::SigningIn(s) if s.problem.is_some()));
        let Session::SigningIn(signing) = &desk.state.session else { panic!("signing in") };
        let problem = signing.problem.as_ref().unwrap();
        assert_eq!(problem.kind, ProblemKind::Config);
        assert!(problem.said.contains("v3kerberos"), "{problem}");
    })
    .await;
    assert!(cloud.requests("POST", TOKENS).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_the_token() {
    let cloud = Arc::new(cloud().await);
    let seen = cloud.clone();
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
    })
    .await;
    let ended = seen.requests("DELETE", TOKENS).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(header(&ended[0], "x-subject-token"), Some("first"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_stopped_does_not_come_to_life() {
    let cloud = Cloud::with_keystone().await;
    // Magnum is slow, so that the sign-in is stopped in the middle of it.
    let slow = ResponseTemplate::new(200)
        .set_body_json(cloud.fixture("magnum21/v1.json"))
        .set_delay(Duration::from_millis(300));
    cloud.answer("GET", "/container-infra/v1", slow).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    let cloud = Arc::new(cloud);
    let seen = cloud.clone();
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.sign_in(cloud.profile());
        let magnum = |s: &State| matches!(&s.session, Session::SigningIn(s) if s.steps.len() == 3);
        desk.until("the third step", magnum);
        desk.send(Command::StopSignIn);
        desk.until("the end", |s| matches!(s.session, Session::Out));
        // The next sign-in asks for everything anew; the first one tells nothing any more.
        desk.sign_in(Profile { auth_url: "http://127.0.0.1:9/v3".into(), ..cloud.profile() });
        desk.until("a refusal", |s| matches!(&s.session, Session::SigningIn(s) if s.problem.is_some()));
        assert!(desk.state.signed_in().is_none());
    })
    .await;
    assert_eq!(seen.requests("DELETE", TOKENS).await.len(), 1, "its token was ended");
}

/// A cloud of 2015.1: no certificates, bare addresses.
async fn kilo() -> Cloud {
    let cloud = Cloud::with_keystone().await;
    let links = json!([{"href": "http://m:9511/v1/x/", "rel": "self"}]);
    let names = ["pods", "rcs", "baymodels", "bays", "containers", "services"];
    let listing: serde_json::Map<_, _> = names.iter().map(|n| ((*n).to_owned(), links.clone())).collect();
    cloud.magnum_listing(listing.into(), None).await;
    cloud.json("GET", "/container-infra/v1/bays/detail", 200, json!({"bays": []})).await;
    cloud.json("GET", "/container-infra/v1/baymodels/detail", 200, json!({"baymodels": []})).await;
    cloud
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_of_kilo_is_entered_by_its_address_and_the_port_of_its_model() {
    let cloud = kilo().await;
    let port = cloud.server.address().port();
    let bay = json!({"uuid": BAY, "name": "b", "baymodel_id": "m1", "node_count": 1, "status": "CREATE_COMPLETE",
        "api_address": "127.0.0.1"});
    cloud.json("GET", &format!("/container-infra/v1/bays/{BAY}"), 200, bay).await;
    let model = json!({"uuid": "m1", "name": "m", "coe": "kubernetes", "apiserver_port": port});
    cloud.json("GET", "/container-infra/v1/baymodels/m1", 200, model).await;
    cloud.json("GET", "/version", 200, json!({"major": "1", "minor": "0", "gitVersion": "v1.0.0"})).await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        desk.send(Command::Look(vec![Topic::Inside(BAY.into())]));
        desk.until("its version", |s| s.insides.get(BAY).is_some_and(|p| p.version == "v1.0.0"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_for_a_kubeconfigs_cluster_are_none_of_magnums() {
    let cloud = Arc::new(kilo().await);
    let seen = cloud.clone();
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        let document = ManifestDocument {
            file: "a.yaml".into(),
            line: 1,
            text: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n".into(),
        };
        let run = ManifestRun {
            bay: "kubeconfig:mine".into(),
            namespace: String::new(),
            mode: ManifestMode::Apply,
            force: false,
            documents: Arc::new(vec![document]),
        };
        let job = desk.worker.commands().change(Change::Manifests(run));
        desk.until("the end", |s| s.job(job).is_some_and(|j| j.outcome != Outcome::Running));
        let Outcome::Failed(problem) = &desk.state.job(job).unwrap().outcome else {
            panic!("{:?}", desk.state.job(job))
        };
        assert_eq!(problem.service, "kubernetes");
    })
    .await;
    assert!(seen.requests("GET", "/container-infra/v1/pods").await.is_empty());
}

/// Three pages of bays, and how often each was asked for.
async fn long_list(cloud: &Cloud) -> Arc<[AtomicUsize; 3]> {
    let asked = Arc::new([const { AtomicUsize::new(0) }; 3]);
    let (count, server, bay) = (asked.clone(), cloud.server.uri(), cluster(cloud, None));
    let respond = move |request: &wiremock::Request| {
        let marker = request.url.query_pairs().find(|(key, _)| key == "marker").map(|(_, value)| value.into_owned());
        let page: usize = marker.and_then(|m| m.parse().ok()).unwrap_or(0);
        count[page].fetch_add(1, Ordering::SeqCst);
        let bays: Vec<serde_json::Value> = (0..2)
            .map(|n| {
                let mut bay = bay.clone();
                bay["uuid"] = json!(format!("6d0f0000-0000-4000-8000-0000000000{page}{n}"));
                bay["name"] = json!(format!("bay-{page}-{n}"));
                bay
            })
            .collect();
        let mut body = json!({ "clusters": bays });
        if page < 2 {
            body["next"] = json!(format!("{server}/container-infra/v1/clusters?limit=200&marker={}", page + 1));
        }
        ResponseTemplate::new(200).set_body_json(body)
    };
    let at = "/container-infra/v1/clusters/detail";
    Mock::given(method("GET")).and(path(at)).respond_with(respond).mount(&cloud.server).await;
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_shown_as_it_comes_and_read_once() {
    let cloud = Cloud::with_magnum("21").await;
    cloud.json("GET", "/container-infra/v1/clustertemplates/detail", 200, json!({"clustertemplates": []})).await;
    cloud.answer("DELETE", TOKENS, ResponseTemplate::new(204)).await;
    let asked = long_list(&cloud).await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        let seen = std::cell::RefCell::new(Vec::new());
        desk.sign_in(cloud.profile());
        desk.send(Command::Look(vec![Topic::Bays]));
        desk.until("all bays", |s| {
            let count = s.bays.value.as_ref().map_or(0, |bays| bays.len());
            seen.borrow_mut().push((count, s.bays.loading_since.is_some()));
            count == 6 && s.bays.loading_since.is_none()
        });
        let seen = seen.into_inner();
        for part in [(2, true), (4, true)] {
            assert!(seen.contains(&part), "{part:?} is not among {seen:?}");
        }
        assert!(seen.is_sorted_by_key(|(count, _)| *count), "nothing that was shown goes away: {seen:?}");
        // Looking at the list that has just been read asks for nothing.
        desk.send(Command::Look(vec![Topic::Bays]));
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(asked.each_ref().map(|page| page.load(Ordering::SeqCst)), [1, 1, 1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_window_asks_for_nothing() {
    let cloud = cloud().await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.send(Command::SetVisible(false));
        desk.send(Command::SetRefresh(2));
        desk.signed_in(&cloud);
        desk.send(Command::Look(vec![Topic::Bays]));
        desk.until("the bays", |s| s.bays.loaded_at.is_some());
        let lists = || {
            let all = tokio::runtime::Handle::current().block_on(cloud.server.received_requests()).unwrap_or_default();
            all.iter().filter(|r| r.url.path().ends_with("/clusters/detail")).count()
        };
        let before = lists();
        std::thread::sleep(Duration::from_millis(4500));
        assert_eq!(lists(), before, "nobody sees the list");
        desk.send(Command::SetVisible(true));
        let begun = Instant::now();
        while lists() == before && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(lists() > before, "seen again, it is read again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kubeconfig_with_several_contexts_asks_and_opens_what_was_chosen() {
    let cloud = Cloud::without_bays().await;
    at_a_desk(move || {
        let mut desk = Desk::new(None);
        desk.signed_in(&cloud);
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, contexts: &[&str]| {
            let context = |name: &&str| json!({"name": name, "context": {"cluster": name, "user": "me"}});
            let cluster =
                |name: &&str| json!({"name": name, "cluster": {"server": format!("http://127.0.0.1:1/{name}")}});
            let text = json!({"apiVersion": "v1", "kind": "Config", "current-context": "live",
                "clusters": contexts.iter().filter(|name| **name != "lost").map(cluster).collect::<Vec<_>>(),
                "contexts": contexts.iter().map(context).collect::<Vec<_>>(),
                "users": [{"name": "me", "user": {"token": "s3cret"}}]});
            let path = folder.path().join(name);
            std::fs::write(&path, text.to_string()).unwrap();
            path
        };
        let names = |s: &State| s.kubeconfigs.iter().map(|bay| bay.name.clone()).collect::<Vec<_>>();
        let several = file("several", &["lab", "live", "lost"]);
        desk.send(Command::OpenKubeconfig { path: several.clone(), contexts: Vec::new() });
        desk.until("the question", |s| s.kubeconfig_asks.is_some());
        let asked = desk.state.kubeconfig_asks.clone().unwrap();
        let told: Vec<_> = asked.contexts.iter().map(|c| (&*c.name, &*c.server, &*c.user, c.current)).collect();
        assert_eq!(
            told,
            [
                ("lab", "http://127.0.0.1:1/lab", "me", false),
                ("live", "http://127.0.0.1:1/live", "me", true),
                ("lost", "", "me", false)
            ]
        );
        assert!(names(&desk.state).is_empty(), "nothing is opened before it is chosen");
        let chosen = ["live", "lost", "lab"].map(str::to_owned).into();
        desk.send(Command::OpenKubeconfig { path: several, contexts: chosen });
        desk.until("those that can be opened", |s| s.kubeconfigs.len() == 2);
        desk.until("the reason of the other", |s| !s.notices.is_empty());
        let mut opened = names(&desk.state);
        opened.sort();
        assert_eq!((opened, desk.state.kubeconfigs_opened), (vec!["lab".into(), "live".into()], (2, false)));
        let refused = desk.state.notices.last().and_then(|n| n.problem.as_ref()).unwrap();
        assert!(refused.service.ends_with("several (lost)"), "{refused:?}");
        assert!(!format!("{refused:?}").contains("s3cret"));
        // Another file may use the same name; and where there is no choice, none is asked for.
        let one = file("one", &["lab"]);
        desk.send(Command::OpenKubeconfig { path: one, contexts: Vec::new() });
        desk.until("the only one", |s| s.kubeconfigs.len() == 3);
        assert_eq!(desk.state.kubeconfigs[2].name, "lab (one)");
        assert!(desk.state.kubeconfigs_opened.1, "it was asked for alone");
    })
    .await;
}
