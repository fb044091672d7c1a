//! A bay at Kubernetes' own limit: thirty pods a node, so that 5,000 nodes carry 150,000 pods.
//!
//! <https://kubernetes.io/docs/setup/best-practices/cluster-large/>

use super::super::kinds::Kind;
use super::plan::{Form, Plan, State};
use super::seed::Seed;
use super::system::age_minutes;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60;

/// Pods a node, on the average: 150,000 on 5,000.
const PODS_PER_NODE: usize = 30;

/// Nodes for each area of work: a smaller bay has fewer of them.
const NODES_PER_AREA: usize = 80;

/// etcd's own greatest quota; a bay of this size has it raised.
const QUOTA_BYTES: usize = 8 << 30;

/// Changes remembered per kind: twenty seconds of a busy bay.
const LOG_LENGTH: usize = 10_000;

const AREAS: [&str; 60] = [
    "accounts",
    "ads",
    "alerts",
    "audit",
    "auth",
    "backup",
    "batch",
    "billing",
    "booking",
    "carts",
    "catalog",
    "chat",
    "checkout",
    "content",
    "coupons",
    "crm",
    "data-lake",
    "delivery",
    "discovery",
    "edge-cache",
    "email",
    "events",
    "experiments",
    "feeds",
    "finance",
    "forecast",
    "fraud",
    "games",
    "geo",
    "identity",
    "images",
    "ingest",
    "inventory",
    "invoices",
    "labs",
    "ledger",
    "loyalty",
    "maps",
    "media",
    "messaging",
    "ml-serving",
    "orders",
    "partners",
    "payments",
    "pricing",
    "profiles",
    "ranking",
    "recommend",
    "reports",
    "returns",
    "reviews",
    "search",
    "sessions",
    "shipping",
    "social",
    "stock",
    "streams",
    "support",
    "tax",
    "video",
];

const SERVICES: [&str; 24] = [
    "api",
    "gateway",
    "web",
    "worker",
    "indexer",
    "writer",
    "reader",
    "router",
    "parser",
    "loader",
    "scheduler",
    "notifier",
    "cache",
    "proxy",
    "sync",
    "exporter",
    "resolver",
    "planner",
    "matcher",
    "scorer",
    "archiver",
    "relay",
    "admin",
    "canary",
];

/// Fills a fresh bay.
pub(super) fn fill(seed: &mut Seed<'_>) {
    seed.world.store.quota_bytes = QUOTA_BYTES;
    seed.world.store.log_length = LOG_LENGTH;
    let age = age_minutes(seed.world);
    let wanted = seed.world.nodes.len() * PODS_PER_NODE;
    let areas = &AREAS[..(seed.world.nodes.len() / NODES_PER_AREA).clamp(2, AREAS.len())];
    for name in areas.iter().copied().chain(["obs"]) {
        seed.namespace(name, age);
    }
    agents(seed, age);
    for (i, area) in areas.iter().copied().enumerate() {
        keepers(seed, area, i, age);
        jobs(seed, area, i);
    }
    let left = wanted.saturating_sub(seed.world.store.count(Kind::Pod));
    let weights: Vec<usize> = (0..areas.len() * SERVICES.len()).map(weight).collect();
    let all: usize = weights.iter().sum();
    let mut given = 0;
    let mut seen = 0;
    for (number, weight) in weights.into_iter().enumerate() {
        seen += weight;
        // The sum of all is exactly what is left.
        let until = left * seen / all.max(1);
        service(seed, number, until - given, age);
        given = until;
    }
}

/// Few services are big, most are small.
fn weight(number: usize) -> usize {
    2 + 400 / (1 + (number * 131 + number / 24 * 17) % 61)
}

/// One on every node.
fn agents(seed: &mut Seed<'_>, age: i64) {
    for (name, image) in [
        ("node-exporter", "quay.io/prometheus/node-exporter:v1.8.1"),
        ("fluent-bit", "cr.fluentbit.io/fluent/fluent-bit:3.0.7"),
    ] {
        let plan =
            Plan::new("obs", name, 0, image, "20m", "48Mi").form(Form::DaemonSet).age(age).changed(age.min(9 * DAY));
        seed.workload(&plan.spec(json!({"tolerations": [{"operator": "Exists"}]})));
    }
}

/// What an area keeps its data in.
fn keepers(seed: &mut Seed<'_>, area: &'static str, number: usize, age: i64) {
    for (name, replicas, image) in [("db", 3 + number % 5, "postgres:16.3"), ("redis", 6, "redis:7.2.5")] {
        let plan = Plan::new(area, &format!("{area}-{name}"), replicas, image, "100m", "256Mi");
        seed.workload(&plan.form(Form::StatefulSet).port(Some(5432), "None").age(age).changed(age.min(60 * DAY)));
    }
}

/// Work that comes to an end.
fn jobs(seed: &mut Seed<'_>, area: &'static str, number: usize) {
    let plan = |name: &str, replicas: usize, minutes: i64| {
        let image = format!("registry.example/{area}/{name}:2.{number}");
        Plan::new(area, &format!("{area}-{name}"), replicas, &image, "50m", "64Mi").age(minutes).changed(minutes)
    };
    let report = plan("nightly-report", 4, 400).form(Form::Job(4)).state(0..4, State::Ended(0, "Completed"));
    seed.workload(&report);
    seed.workload(&plan("reindex", 3 + number % 4, 25 + number as i64).form(Form::Job(64)));
    if number % 7 == 3 {
        let broken = plan("migrate", 2, 90).form(Form::Job(2)).state(0..2, State::Ended(1, "Error"));
        seed.workload(&broken);
    }
}

/// One Deployment; about every thirtieth is in some kind of trouble.
fn service(seed: &mut Seed<'_>, number: usize, replicas: usize, age: i64) {
    let (area, name) = (AREAS[number / SERVICES.len()], SERVICES[number % SERVICES.len()]);
    let image = format!("registry.example/{area}/{name}:1.{}.{}", number % 13, number % 7);
    let (cpu, memory) = [("25m", "48Mi"), ("50m", "96Mi"), ("100m", "128Mi"), ("150m", "192Mi")][number % 4];
    let changed = age.min((1 + number as i64 % 45) * DAY);
    let mut plan = Plan::new(area, &format!("{area}-{name}"), replicas, &image, cpu, memory)
        .age(age)
        .changed(changed)
        .port((number.is_multiple_of(3)).then_some(8080), "ClusterIP")
        .restarts((number % 5) as i64);
    let some = 1 + number % 4;
    let few = some.min(replicas);
    plan = match number % 173 {
        11 => plan.state(0..few, State::Crashing(14 + number as i64 % 40, 1, "Error", "dial tcp: connection refused")),
        47 => plan.state(0..few, State::Crashing(61, 137, "OOMKilled", "")),
        83 => plan.state(0..few, State::Unready("HTTP probe failed with statuscode: 503")),
        101 => plan.changed(1).state(0..few, State::Pulling(90.0 + number as f64 % 60.0)),
        139 => plan.state(0..few, State::Draining(400)),
        _ => plan,
    };
    seed.workload(&plan.spec(wishes(number)));
}

/// Where some services want to be: on the machines made for them, two of them on machines that nobody has.
fn wishes(number: usize) -> Value {
    let group = |name: &str| json!({"nodeSelector": {"magnum.openstack.org/nodegroup": name}});
    match number % SERVICES.len() {
        13 if number / SERVICES.len() % 30 == 7 => json!({"nodeSelector": {"node.example/accelerator": "h200"}}),
        19 => {
            let mut wish = group("gpu");
            wish["tolerations"] = json!([{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]);
            wish
        }
        20 => group("batch"),
        12 => group("himem"),
        9 => group("edge"),
        _ => json!({}),
    }
}
