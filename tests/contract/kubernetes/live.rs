//! The whole way on a cluster that lives: pages, watch, apply, conflict, scale, logs, delete. Written once, run against
//! whatever cluster it is given.

use super::Eyes;
use bayview::api::kubernetes::apply::{Mode, Object, Options, Outcome, Run, Verdict};
use bayview::api::kubernetes::{Connection, WatchOptions, delete, get, scale, version};
use bayview::model::cluster::{Link, Picture};
use bayview::model::manifest::{self, Manifest};
use bayview::model::workload::{Workload, WorkloadKind};

const SHOP: &str = include_str!("shop.yaml");

/// Runs manifests and gives every outcome.
pub async fn run(connection: &Connection, mode: Mode, text: &str, force: bool) -> Vec<Outcome> {
    let values = manifest::values(text).expect("a sound manifest");
    let objects = values.into_iter().enumerate().map(|(document, value)| Object { document, value }).collect();
    let mut run = Run::new(connection.clone(), mode, Options { namespace: "default".into(), force }, objects);
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    outcomes
}

fn verdicts(outcomes: &[Outcome]) -> Vec<(&str, Verdict)> {
    outcomes.iter().map(|o| (o.kind.as_str(), o.verdict)).collect()
}

fn workload<'p>(picture: &'p Picture, name: &str) -> Option<&'p Workload> {
    picture.workloads.iter().find(|w| w.namespace == "bayview-contract" && w.name == name)
}

/// The whole way. Leaves nothing behind.
pub async fn whole_way(connection: &Connection, pods_at_least: usize) {
    let server = version::version(connection).await.expect("a version");
    assert!(server.at_least(1, 20), "{server:?}");
    let mut eyes = Eyes::open(connection, WatchOptions::default());
    let complete = |p: &Picture| p.pods.len() >= pods_at_least && p.namespaces.iter().any(|n| n == "default");
    let picture = eyes.until("the first lists", |p| p.link == Link::Live && complete(p)).await;
    assert!(!picture.nodes.is_empty() && picture.gaps.is_empty(), "{:?}", picture.gaps);
    assert_eq!(picture.pods.name.len(), picture.pods.len());

    // Dry run: fine as a whole (its namespace is among the documents), and a slip is found in its line.
    let dry = run(connection, Mode::Validate, SHOP, false).await;
    assert!(dry.iter().all(|o| o.verdict == Verdict::Valid), "{dry:?}");
    let slip = SHOP.replace("containerPort: 8080", "containerPrt: 8080");
    let dry = run(connection, Mode::Validate, &slip, false).await;
    let wrong = dry.iter().find(|o| o.kind == "Deployment").expect("the deployment's outcome");
    assert_eq!(wrong.verdict, Verdict::Refused, "{wrong:?}");
    let field = wrong.field.as_deref().unwrap_or_else(|| panic!("no field in {wrong:?}"));
    let parsed = Manifest::parse(&slip);
    let document =
        parsed.documents.iter().find(|d| d.object_named("Deployment", "web").is_some()).expect("the document");
    let place = document.locate(&slip, 0, field).expect("a place");
    let line = slip.lines().nth(place.at.line as usize - 1).unwrap_or_default();
    assert!(place.exact && line.contains("containerPrt"), "{field} → {line}");

    // Apply: made, then unchanged, and seen by the watch with all replicas ready.
    let made = run(connection, Mode::Apply, SHOP, false).await;
    assert_eq!(verdicts(&made)[0], ("Namespace", Verdict::Created), "{made:?}");
    assert!(made.iter().all(|o| o.verdict == Verdict::Created), "{made:?}");
    let again = run(connection, Mode::Apply, SHOP, false).await;
    assert!(again.iter().all(|o| o.verdict == Verdict::Unchanged), "{again:?}");
    let picture = eyes
        .until("three ready replicas", |p| {
            // Counts and pods come through watches of their own.
            workload(p, "web").is_some_and(|w| w.replicas.ready == 3 && w.by_sign[0] == 3 && !w.rolling_out)
        })
        .await;
    let web = workload(&picture, "web").expect("the deployment");
    assert_eq!((web.replicas.desired, web.by_sign[0], web.images.len()), (3, 3, 1), "{web:?}");
    assert!(web.zones.iter().map(|z| z.pods).sum::<u32>() == 3 && web.nodes >= 1);
    let of_web = (0..picture.pods.len()).filter(|p| {
        picture.pods.namespace_of(*p) == "bayview-contract" && picture.pods.owner_of(*p) == "Deployment/web"
    });
    assert_eq!(of_web.count(), 3, "pods know their Deployment through its ReplicaSet");
    let service = picture.services.iter().find(|s| s.namespace == "bayview-contract").expect("the service");
    assert_eq!((service.pods, service.ready), (3, 3));

    // Scale.
    scale::scale(connection, WorkloadKind::Deployment, "bayview-contract", "web", 5).await.expect("scaled");
    eyes.until("five ready replicas", |p| {
        workload(p, "web").is_some_and(|w| w.replicas.desired == 5 && w.replicas.ready == 5)
    })
    .await;

    // Another manager's field: a conflict that names it, then taken over by force. Bayview scaled with the same name, but
    // through the subresource, which the server counts as another owner.
    other_manager(connection).await;
    let changed = SHOP.replace("tier: front", "tier: back");
    let conflict = run(connection, Mode::Apply, &changed, false).await;
    let of_service = conflict.iter().find(|o| o.kind == "Service").expect("the service's outcome");
    assert_eq!(of_service.verdict, Verdict::Conflict, "{of_service:?}");
    assert!(
        of_service.owners.iter().any(|o| o.manager == "somebody-else" && o.field.contains("tier")),
        "{of_service:?}"
    );
    let forced = run(connection, Mode::Apply, &changed, true).await;
    let of_service = forced.iter().find(|o| o.kind == "Service").expect("the service's outcome");
    assert_eq!(of_service.verdict, Verdict::Configured, "{of_service:?}");
    assert!(of_service.why.contains("tier"), "{}", of_service.why);

    // One object in full; a namespace and a kind that do not exist; deleting a pod, which comes back.
    let yaml = get::yaml(connection, "Deployment", "bayview-contract", "web").await.expect("the object");
    assert!(yaml.contains("kind: Deployment") && !yaml.contains("managedFields"));
    let nowhere = run(
        connection,
        Mode::Apply,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: bayview-nowhere}\n",
        false,
    )
    .await;
    assert_eq!(nowhere[0].verdict, Verdict::NamespaceMissing, "{nowhere:?}");
    let unknown =
        run(connection, Mode::Validate, "apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: a}\n", false).await;
    assert_eq!((unknown[0].verdict, unknown[0].field.as_deref()), (Verdict::Refused, Some("kind")), "{unknown:?}");
    let picture = eyes
        .until("three again", |p| {
            workload(p, "web")
                .is_some_and(|w| w.replicas.desired == 3 && w.by_sign == [3, 0, 0, 0, 0, 0, 0] && !w.rolling_out)
        })
        .await;
    let victim = (0..picture.pods.len())
        .find(|p| picture.pods.owner_of(*p) == "Deployment/web" && picture.pods.namespace_of(*p) == "bayview-contract")
        .expect("a pod");
    let (name, uid) = (picture.pods.name[victim].to_owned(), picture.pods.uid[victim]);
    delete::delete(connection, "Pod", "bayview-contract", &name).await.expect("deleted");
    eyes.until("its replacement", |p| {
        !p.pods.uid.contains(&uid) && workload(p, "web").is_some_and(|w| w.replicas.ready == w.replicas.desired)
    })
    .await;

    // Delete, the other way round; a second time nothing is there.
    let gone = run(connection, Mode::Delete, SHOP, false).await;
    assert_eq!(gone.last().map(|o| o.kind.as_str()), Some("Namespace"));
    assert!(gone.iter().all(|o| o.verdict == Verdict::Deleted), "{gone:?}");
    eyes.until("the end", |p| workload(p, "web").is_none() && !p.namespaces.iter().any(|n| n == "bayview-contract"))
        .await;
    let absent = run(connection, Mode::Delete, SHOP, false).await;
    assert!(absent.iter().all(|o| o.verdict == Verdict::Absent), "{absent:?}");
}

/// Somebody else applies the service's label under a name of their own.
async fn other_manager(connection: &Connection) {
    let body = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"bayview-contract","labels":{"tier":"middle"}}}"#;
    let request =
        http::Request::patch("/api/v1/namespaces/bayview-contract/services/web?fieldManager=somebody-else&force=true")
            .header("content-type", "application/apply-patch+yaml")
            .body(body.as_bytes().to_vec())
            .expect("a request");
    connection.client().request_text(request).await.expect("applied by somebody else");
}

/// A cluster of one's own: `BAYVIEW_TEST_KUBECONFIG=/path cargo test --test contract -- --ignored a_real_cluster`.
#[tokio::test]
#[ignore = "needs a real cluster"]
async fn a_real_cluster() {
    let path = std::env::var_os("BAYVIEW_TEST_KUBECONFIG").expect("BAYVIEW_TEST_KUBECONFIG names a kubeconfig");
    let connection = Connection::from_kubeconfig_file(path.as_ref(), None).await.expect("a usable kubeconfig");
    whole_way(&connection, 0).await;
}
