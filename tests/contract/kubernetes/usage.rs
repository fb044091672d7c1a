//! What pods use: read all the time where they are few, and only while one looks at it where they are many.

use super::fake::Fake;
use crate::mock_cloud::Cloud;
use crate::worker::Desk;
use bayview::live::command::{Command, Topic};
use bayview::live::state::State;
use bayview::model::bay::BayId;
use bayview::model::cluster::Measuring;
use serde_json::{Value, json};

const METRICS: &str = "/apis/metrics.k8s.io/v1beta1/pods";

/// A cluster of so many pods, the first of which uses 250 thousandths of a core and 3 MiB.
fn cluster(pods: usize) -> Fake {
    let fake = Fake::new();
    let names = || (0..pods).map(|n| format!("web-{n:05}"));
    fake.world(|world| {
        world.answers.insert("/version".into(), json!({"major": "1", "minor": "30", "gitVersion": "v1.30.4"}));
        let node = json!({"metadata": {"name": "n1"}, "usage": {"cpu": "2", "memory": "1Gi"}});
        world.answers.insert("/apis/metrics.k8s.io/v1beta1/nodes".into(), json!({"items": [node]}));
        let used = json!({"cpu": "250m", "memory": "3Mi"});
        let of = |name| json!({"metadata": {"name": name, "namespace": "shop"}, "containers": [{"name": "c", "usage": used}]});
        world.answers.insert(METRICS.into(), json!({"items": names().map(of).collect::<Vec<Value>>()}));
    });
    fake.put("/api/v1/nodes", json!({"metadata": {"name": "n1", "uid": "n1"}}));
    for name in names() {
        let spec = json!({"nodeName": "n1", "containers": [{"name": "c"}]});
        fake.put("/api/v1/pods", json!({"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": spec}));
    }
    fake
}

async fn at_a_desk(fake: &Fake, test: impl FnOnce(Desk, BayId) + Send + 'static) {
    let cloud = Cloud::without_bays().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let text = json!({"apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "lab", "cluster": {"server": fake.address()}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": ""}}], "users": []});
    std::fs::write(&file, text.to_string()).expect("a file");
    let work = move || {
        let mut desk = Desk::waking(std::sync::Arc::new(|| {}));
        desk.signed_in(&cloud);
        desk.send(Command::OpenKubeconfig { path: file, contexts: Vec::new() });
        desk.until("the cluster", |s| !s.kubeconfigs.is_empty());
        let id = desk.state.kubeconfigs[0].id.clone();
        test(desk, id);
        drop(folder);
    };
    tokio::task::spawn_blocking(work).await.expect("the desk");
}

fn stands(state: &State, id: &str, measuring: Measuring) -> bool {
    state.insides.get(id).is_some_and(|p| p.has_metrics && p.usage.measuring == measuring)
}

#[tokio::test(flavor = "multi_thread")]
async fn few_pods_are_always_asked() {
    let fake = cluster(20);
    at_a_desk(&fake, |mut desk, id| {
        desk.send(Command::Look(vec![Topic::Inside(id.clone())]));
        desk.until("their use", |s| stands(s, &id, Measuring::Known));
        assert_eq!(desk.state.insides[&id].usage.of(0), Some((250, 3 << 20)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_window_asks_nobody_for_use() {
    let fake = std::sync::Arc::new(cluster(20));
    let server = fake.clone();
    at_a_desk(&fake, move |mut desk, id| {
        desk.send(Command::SetVisible(false));
        desk.send(Command::Look(vec![Topic::Inside(id.clone())]));
        desk.until("the pods", |s| s.insides.get(&id).is_some_and(|p| p.complete && p.pods.len() == 20));
        assert_eq!(server.count(&["metrics.k8s.io"]), 0);
        desk.send(Command::SetVisible(true));
        desk.until("their use", |s| stands(s, &id, Measuring::Known));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_pods_are_asked_only_while_one_looks_at_it() {
    const MANY: usize = 20_001;
    let fake = std::sync::Arc::new(cluster(MANY));
    let server = fake.clone();
    at_a_desk(&fake, move |mut desk, id| {
        let asked = || server.count(&[METRICS]);
        let (inside_topic, use_topic) = (Topic::Inside(id.clone()), Topic::PodUsage(id.clone()));
        desk.send(Command::Look(vec![inside_topic.clone()]));
        desk.until("that nobody asks", |s| stands(s, &id, Measuring::Resting));
        assert_eq!(desk.state.insides[&id].pods.len(), MANY);
        assert_eq!(asked(), 0);
        let looking = vec![inside_topic.clone(), use_topic];
        // An answer that takes its time: one looks away before it comes, and back.
        server.hold(METRICS);
        desk.send(Command::Look(looking.clone()));
        desk.until("that it is read", |s| stands(s, &id, Measuring::Reading));
        while asked() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        desk.send(Command::Look(vec![inside_topic.clone()]));
        desk.until("that nobody waits for it", |s| stands(s, &id, Measuring::Resting));
        server.release();
        desk.send(Command::Look(looking.clone()));
        desk.until("their use", |s| stands(s, &id, Measuring::Known));
        let usage = &desk.state.insides[&id].usage;
        assert_eq!((usage.of(0), usage.of(MANY - 1)), (Some((250, 3 << 20)), Some((250, 3 << 20))));
        assert_eq!(asked(), 2);
        // Figures that are good are not read again because one looked elsewhere for a moment.
        desk.send(Command::Look(vec![inside_topic]));
        desk.send(Command::Look(looking));
        server.put("/api/v1/nodes", json!({"metadata": {"name": "n2", "uid": "n2"}}));
        desk.until("the next picture", |s| s.insides[&id].nodes.len() == 2);
        assert!(stands(&desk.state, &id, Measuring::Known));
        assert_eq!(asked(), 2);
    })
    .await;
}
