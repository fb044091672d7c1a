//! Lists and watches when things go wrong.

use super::fake::Fake;
use super::{Eyes, impatient};
use bayview::api::kubernetes::Connection;
use bayview::model::cluster::{Link, Picture};
use bayview::model::problem::ProblemKind;
use serde_json::{Value, json};

const PODS: &str = "/api/v1/pods";
const NODES: &str = "/api/v1/nodes";

fn pod(name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "shop", "uid": format!("uid-{name}")}, "spec": {"nodeName": "n1", "containers": [{"name": "c"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "c", "ready": true, "restartCount": 0, "state": {"running": {}}}]}})
}

fn world() -> Fake {
    let fake = Fake::new();
    fake.put(NODES, json!({"metadata": {"name": "n1", "uid": "n1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}));
    for n in 0..10 {
        fake.put(PODS, pod(&format!("web-{n}")));
    }
    fake
}

async fn look(fake: &Fake) -> Eyes {
    let connection = Connection::plain("fake", &fake.address()).await.expect("an address");
    Eyes::open(&connection, impatient())
}

fn names(picture: &Picture) -> Vec<&str> {
    picture.pods.name.iter().collect()
}

#[tokio::test]
async fn lists_come_in_pages_and_watches_go_on_from_there() {
    let fake = world();
    let mut eyes = look(&fake).await;
    let picture = eyes.until("all pods", |p| p.link == Link::Live && p.pods.len() == 10).await;
    assert_eq!(picture.progress.pods_read, 10);
    assert_eq!(picture.nodes[0].pods, 10);
    assert_eq!(fake.count(&[PODS, "limit=3"]), 4, "10 pods in pages of 3");
    fake.put(PODS, pod("web-new"));
    fake.delete(PODS, "shop", "web-3", false);
    eyes.until("the watch's news", |p| names(p).contains(&"web-new") && !names(p).contains(&"web-3")).await;
    assert_eq!(fake.count(&[PODS, "limit=3"]), 4, "nothing was listed again");
}

#[tokio::test]
async fn a_version_that_is_too_old_leads_to_a_new_list_without_a_flash() {
    for as_event in [false, true] {
        let mut fake = world();
        let mut eyes = look(&fake).await;
        eyes.until("all pods", |p| p.link == Link::Live && p.pods.len() == 10).await;
        let lists = fake.count(&[PODS, "limit=3"]);
        fake.stop();
        // While nobody could watch: a pod went, another came, and the server forgot that it happened.
        fake.delete(PODS, "shop", "web-0", true);
        fake.put(PODS, pod("web-late"));
        fake.compact();
        fake.world(|w| w.gone_as_event = as_event);
        fake.start();
        let mut fewest = 10;
        loop {
            let picture = eyes.until("any picture", |_| true).await;
            fewest = fewest.min(picture.pods.len());
            if names(&picture).contains(&"web-late") && !names(&picture).contains(&"web-0") {
                break;
            }
            let batch = eyes.watches.next().await.expect("watches go on");
            eyes.builder.apply(batch, 2_000);
        }
        assert_eq!(fewest, 10, "the pods that are still there never disappeared");
        assert!(fake.count(&[PODS, "limit=3"]) > lists);
    }
}

#[tokio::test]
async fn a_killed_server_makes_the_picture_stale_and_a_restarted_one_live_again() {
    let mut fake = world();
    let mut eyes = look(&fake).await;
    eyes.until("all pods", |p| p.link == Link::Live && p.pods.len() == 10).await;
    let lists = fake.count(&[PODS, "limit=3"]);
    fake.stop();
    let stale = eyes.until("the break", |p| matches!(p.link, Link::Stale(_))).await;
    assert!(matches!(&stale.link, Link::Stale(problem) if problem.kind == ProblemKind::Network), "{:?}", stale.link);
    assert_eq!(stale.pods.len(), 10, "old pods stay on screen");
    fake.put(PODS, pod("web-meanwhile"));
    fake.start();
    eyes.until("life again", |p| p.link == Link::Live && names(p).contains(&"web-meanwhile")).await;
    assert_eq!(fake.count(&[PODS, "limit=3"]), lists, "the watch resumed where it broke; nothing was listed again");
}

#[tokio::test]
async fn a_forbidden_kind_is_a_gap_until_it_is_allowed() {
    let fake = world();
    fake.world(|w| w.forbidden.insert(NODES.to_owned()));
    let mut eyes = look(&fake).await;
    let picture = eyes.until("pods beside a gap", |p| p.link == Link::Live && p.pods.len() == 10).await;
    assert_eq!(picture.gaps.len(), 1);
    assert_eq!((picture.gaps[0].0.as_str(), picture.gaps[0].1.kind), ("nodes", ProblemKind::Forbidden));
    fake.world(|w| w.forbidden.clear());
    eyes.until("the gap closes", |p| p.gaps.is_empty() && p.nodes.len() == 1).await;
}

#[tokio::test]
async fn a_page_that_expires_begins_the_list_anew() {
    let fake = world();
    fake.world(|w| w.expire_next_token = true);
    let mut eyes = look(&fake).await;
    let picture = eyes.until("all pods", |p| p.link == Link::Live && p.pods.len() == 10).await;
    assert_eq!(names(&picture).len(), 10);
    assert!(fake.count(&[PODS, "limit=3"]) > 4);
}

#[tokio::test]
async fn nobody_there_is_told_as_it_is() {
    let mut fake = world();
    let address = fake.address();
    fake.stop();
    let connection = Connection::plain("fake", &address).await.expect("an address");
    let mut eyes = Eyes::open(&connection, impatient());
    let picture = eyes.until("the failure", |p| matches!(p.link, Link::Failed(_))).await;
    assert!(
        matches!(&picture.link, Link::Failed(problem) if problem.kind == ProblemKind::Network),
        "{:?}",
        picture.link
    );
    fake.start();
    eyes.until("life", |p| p.link == Link::Live && p.pods.len() == 10).await;
}
