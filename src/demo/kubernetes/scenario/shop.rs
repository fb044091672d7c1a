//! A shop in production, in the middle of an ordinary day: most things run, some do not.

use super::super::events::Said;
use super::super::json;
use super::super::kinds::Kind;
use super::super::world::{Task, World};
use super::plan::{Form, Plan, State};
use super::seed::Seed;
use jiff::SignedDuration;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60;
/// The default worker that has fallen silent.
const SILENT: usize = 11;
/// Seconds since the silent node's pods were given up.
const SILENT_SECONDS: i64 = 180;
/// Seconds until it comes back.
const RETURN_SECONDS: f64 = 560.0;

pub(super) fn fill(seed: &mut Seed<'_>) {
    // Pods of this bay wait a quarter of an hour for a lost node.
    seed.world.toleration_seconds = 900;
    for name in ["shop", "batch", "ml", "obs", "web", "ingress", "payments"] {
        seed.namespace(name, 200 * DAY);
    }
    agents(seed);
    data(seed);
    shop(seed);
    web_and_payments(seed);
    observability(seed);
    batch_and_ml(seed);
    extras(seed);
}

/// One on every node.
fn agents(seed: &mut Seed<'_>) {
    let everywhere = json!({"tolerations": [{"operator": "Exists"}]});
    let agent = |name: &str, image: &str| {
        Plan::new("obs", name, 0, image, "20m", "48Mi").form(Form::DaemonSet).changed(3 * DAY).spec(everywhere.clone())
    };
    // The first node in order is a master.
    seed.workload(
        &agent("otel-agent", "otel/opentelemetry-collector-contrib:0.101.0")
            .state(0..1, State::Unready("Get \"http://10.0.0.5:13133/\": connection refused"))
            .restarts(2),
    );
    seed.workload(&agent("node-exporter", "quay.io/prometheus/node-exporter:v1.8.1"));
    seed.workload(&agent("fluent-bit", "fluent/fluent-bit:3.0.6"));
    let mut gpu =
        Plan::new("kube-system", "nvidia-device-plugin", 0, "nvcr.io/nvidia/k8s-device-plugin:v0.15.0", "20m", "48Mi");
    gpu = gpu.form(Form::DaemonSet).changed(30 * DAY);
    gpu.spec = json!({"nodeSelector": {"nvidia.com/gpu.present": "true"}, "tolerations": [{"operator": "Exists"}]});
    seed.workload(&gpu);
}

/// Databases and queues on the nodes with much memory.
fn data(seed: &mut Seed<'_>) {
    let himem = json!({"nodeSelector": {"magnum.openstack.org/nodegroup": "himem"}});
    let set = |namespace: &'static str, name: &str, replicas: usize, image: &str, memory: &'static str, port: i64| {
        Plan::new(namespace, name, replicas, image, "100m", memory)
            .form(Form::StatefulSet)
            .port(Some(port), "None")
            .changed(40 * DAY)
            .spec(himem.clone())
    };
    seed.workload(&set("shop", "redis-cart", 12, "redis:7.2.5", "1Gi", 6379));
    seed.workload(&set("shop", "orders-db", 6, "postgres:16.3", "4Gi", 5432));
    seed.workload(&set("shop", "search-index", 24, "opensearchproject/opensearch:2.14.0", "2Gi", 9200));
    seed.workload(&set("shop", "kafka", 12, "apache/kafka:3.7.0", "1Gi", 9092));
    seed.workload(&set("payments", "ledger", 5, "cockroachdb/cockroach:v23.2.5", "2Gi", 26257));
}

fn checkout(seed: &Seed<'_>) -> Plan {
    let same = json!({"matchLabels": {"app": "checkout-api"}});
    let mut plan = Plan::new("shop", "checkout-api", 24, "registry.shop.example/checkout-api:2.41.3", "250m", "256Mi");
    // One more than the least zone, three more than the least node: what earlier placements left decides.
    plan.spec = json!({
        "nodeSelector": {"magnum.openstack.org/nodegroup": "default-worker"},
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": same},
            {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": same},
        ],
    });
    // By worker number: nine in the first zone, six in the second, eight in the third; worker 14 has none.
    let workers = [0, 0, 3, 3, 6, 6, 9, 12, 15, 1, 4, 7, 7, 10, 13, 2, 2, 5, 5, 8, 8, 11, 11];
    if seed.workers.len() >= 16 {
        plan.places = workers.into_iter().enumerate().collect();
    }
    let crash = State::Crashing(14, 1, "Error", "connect redis: timeout");
    plan.changed(52).state(3..4, crash).state(20..21, State::Crashing(17, 1, "Error", "connect redis: timeout"))
}

fn shop(seed: &mut Seed<'_>) {
    let checkout = checkout(seed);
    seed.workload(&checkout);
    let front = |name: &str, replicas: usize, tag: &str, memory: &'static str| {
        Plan::new("shop", name, replicas, &format!("registry.shop.example/{name}:{tag}"), "80m", memory)
    };
    let probe = "HTTP probe failed with statuscode: 503";
    seed.workload(&front("recommendations", 36, "5.8.0", "192Mi").state(10..13, State::Unready(probe)).restarts(6));
    let mut search = front("search", 84, "4.2.0", "160Mi").changed(11 * DAY);
    for i in 0..6 {
        search = search.state(70 + i..71 + i, State::Pulling(90.0 + 40.0 * i as f64));
    }
    seed.workload(&search);
    seed.workload(&front("catalog-api", 72, "9.1.2", "128Mi").changed(11 * DAY));
    let mut storefront = front("storefront", 96, "12.0.7", "96Mi").port(Some(8080), "LoadBalancer");
    storefront.sidecar = None;
    seed.workload(&storefront);
    seed.workload(&front("cart", 60, "3.3.1", "96Mi").changed(2 * DAY));
    seed.workload(&front("inventory", 60, "2.9.9", "96Mi").changed(21 * DAY));
}

fn web_and_payments(seed: &mut Seed<'_>) {
    let site = |name: &str, replicas: usize, image: &str| Plan::new("web", name, replicas, image, "60m", "96Mi");
    seed.workload(
        &site("cms", 48, "registry.shop.example/cms:6.5.3").changed(21 * DAY).port(Some(8080), "LoadBalancer"),
    );
    seed.workload(&site("partner-portal", 36, "registry.shop.example/partner-portal:1.18.0").changed(2 * DAY));
    seed.workload(&site("blog", 36, "wordpress:6.5.3-php8.2").changed(33 * DAY));
    seed.workload(&site("docs", 24, "nginx:1.27.0").changed(9 * DAY));
    let mut waf = Plan::new("ingress", "waf", 36, "owasp/modsecurity-crs:4.3.0-nginx", "80m", "96Mi").changed(5 * DAY);
    for i in 0..4 {
        waf = waf.state(32 + i..33 + i, State::Pulling(20.0 + 15.0 * i as f64));
    }
    seed.workload(&waf);
    seed.workload(
        &Plan::new(
            "ingress",
            "ingress-nginx-controller",
            12,
            "registry.k8s.io/ingress-nginx/controller:v1.10.1",
            "100m",
            "128Mi",
        )
        .port(Some(443), "LoadBalancer")
        .changed(60 * DAY),
    );
    let mut relay =
        Plan::new("payments", "webhook-relay", 18, "registry.shop.example/webhook-relay:1.7.2", "50m", "96Mi")
            .changed(21 * DAY);
    relay.spec = json!({"terminationGracePeriodSeconds": 600});
    // Three are draining their connections; their successors are up.
    relay.replicas = 21;
    seed.workload(&relay.state(18..20, State::Draining(420)).state(20..21, State::Draining(480)));
    json_replicas(seed.world, "payments", "webhook-relay", 18);
    seed.workload(
        &Plan::new("payments", "payments-api", 60, "registry.shop.example/payments-api:8.0.1", "80m", "96Mi")
            .changed(6 * DAY),
    );
}

/// The wanted number of a Deployment whose superfluous pods are leaving.
fn json_replicas(world: &mut World, namespace: &str, name: &str, replicas: i64) {
    for kind in [Kind::Deployment, Kind::ReplicaSet] {
        let keys: Vec<_> = world
            .store
            .list(kind, Some(namespace))
            .filter(|o| o.facts.label("app") == Some(name))
            .map(|o| o.key.clone())
            .collect();
        for key in keys {
            world.update(kind, &key, |b| json::set(b, "/spec/replicas", replicas));
        }
    }
}

fn observability(seed: &mut Seed<'_>) {
    let set = |name: &str, replicas: usize, image: &str, memory: &'static str, port: i64| {
        Plan::new("obs", name, replicas, image, "100m", memory)
            .form(Form::StatefulSet)
            .port(Some(port), "None")
            .changed(25 * DAY)
    };
    seed.workload(&set("prometheus", 2, "quay.io/prometheus/prometheus:v2.52.0", "1Gi", 9090));
    seed.workload(&set("alertmanager", 3, "quay.io/prometheus/alertmanager:v0.27.0", "64Mi", 9093));
    seed.workload(&set("loki", 9, "grafana/loki:3.0.0", "256Mi", 3100));
    seed.workload(
        &Plan::new("obs", "grafana", 2, "grafana/grafana:11.0.0", "100m", "192Mi")
            .changed(25 * DAY)
            .port(Some(3000), "ClusterIP"),
    );
}

fn batch_and_ml(seed: &mut Seed<'_>) {
    let workers = json!({"nodeSelector": {"magnum.openstack.org/nodegroup": "default-worker"}});
    seed.workload(
        &Plan::new("batch", "nightly-report", 20, "registry.shop.example/report:3.0.0", "150m", "256Mi")
            .form(Form::Job(400))
            .age(2 * DAY)
            .changed(40)
            .state(19..20, State::Ended(137, "OOMKilled"))
            .spec(workers.clone()),
    );
    seed.workload(
        &Plan::new("batch", "thumbnails", 60, "registry.shop.example/thumbnails:1.4.0", "50m", "96Mi")
            .form(Form::Job(5000))
            .age(3 * DAY)
            .changed(25)
            .spec(workers.clone()),
    );
    let gpu = json!({
        "nodeSelector": {"nvidia.com/gpu.present": "true"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "resources": {"requests": {"cpu": "500m", "memory": "4Gi", "nvidia.com/gpu": "1"}, "limits": {"memory": "4Gi", "nvidia.com/gpu": "1"}},
    });
    let mut bert = Plan::new("ml", "inference-bert", 32, "registry.shop.example/inference-bert:0.9.4", "500m", "4Gi")
        .changed(2 * DAY)
        .restarts(1)
        .spec(gpu);
    for i in 0..8 {
        bert = bert.state(i * 3..i * 3 + 1, State::Pulling(150.0 + 30.0 * i as f64));
    }
    seed.workload(&bert);
    seed.workload(
        &Plan::new("ml", "feature-store", 6, "feastdev/feature-server:0.38.0", "100m", "256Mi").changed(14 * DAY),
    );
    seed.workload(&Plan::new("ml", "mlflow", 2, "ghcr.io/mlflow/mlflow:v2.13.1", "100m", "256Mi").changed(14 * DAY));
    // Last: it takes the big pieces of memory that are left.
    let mut etl = Plan::new("batch", "etl-worker", 120, "registry.shop.example/etl-worker:7.2.0", "100m", "1216Mi")
        .spec(workers)
        .port(None, "");
    etl.probe = false;
    for i in 0..5 {
        etl = etl.state(i * 20..i * 20 + 1, State::Pulling(40.0 + 25.0 * i as f64));
    }
    seed.workload(&etl);
}

/// Objects besides workloads: more services, autoscalers, budgets, ingresses, cron jobs, configuration.
fn extras(seed: &mut Seed<'_>) {
    for (namespace, app, more) in [
        ("shop", "checkout-api", &["checkout-api-canary", "checkout-api-internal", "checkout-api-metrics"][..]),
        ("shop", "catalog-api", &["catalog-api-internal", "catalog-api-metrics"]),
        ("shop", "redis-cart", &["redis-cart-master", "redis-cart-replicas"]),
        ("shop", "orders-db", &["orders-db-rw", "orders-db-ro"]),
        ("shop", "kafka", &["kafka-bootstrap"]),
        ("payments", "payments-api", &["payments-api-internal", "payments-api-metrics"]),
        ("payments", "ledger", &["ledger-public"]),
        ("obs", "prometheus", &["prometheus-operated"]),
        ("obs", "loki", &["loki-read", "loki-write"]),
        ("web", "cms", &["cms-preview"]),
        ("ingress", "ingress-nginx-controller", &["ingress-nginx-admission", "ingress-nginx-metrics"]),
        ("ml", "inference-bert", &["inference-bert-grpc"]),
    ] {
        for name in more {
            seed.service(namespace, name, app, 9000, 9000, "ClusterIP", 90 * DAY);
        }
    }
    for (namespace, name, most) in [("shop", "storefront", 140), ("shop", "search", 120), ("web", "cms", 60)] {
        let body = json!({
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "minReplicas": 10, "maxReplicas": most,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]},
            "status": {"currentReplicas": most - 44, "desiredReplicas": most - 44, "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 58, "averageValue": "46m"}}}]},
        });
        seed.object(Kind::HorizontalPodAutoscaler, body, 60 * DAY);
    }
    for (namespace, name, least) in
        [("shop", "checkout-api", "80%"), ("payments", "payments-api", "90%"), ("shop", "orders-db", "5")]
    {
        let body = json!({
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"minAvailable": least.parse::<i64>().map_or_else(|_| Value::from(least), Value::from), "selector": {"matchLabels": {"app": name}}},
            "status": {"disruptionsAllowed": 1, "observedGeneration": 1},
        });
        seed.object(Kind::PodDisruptionBudget, body, 60 * DAY);
    }
    for (namespace, name, host) in [
        ("shop", "storefront", "shop.example"),
        ("web", "cms", "www.shop.example"),
        ("obs", "grafana", "grafana.shop.example"),
    ] {
        let body = json!({
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"ingressClassName": "nginx", "tls": [{"hosts": [host], "secretName": format!("{name}-tls")}],
                "rules": [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}}]}}]},
            "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.43"}]}},
        });
        seed.object(Kind::Ingress, body, 90 * DAY);
    }
    for (namespace, name, schedule, command) in [
        ("shop", "expire-carts", "*/10 * * * *", "sleep 25"),
        ("kube-system", "etcd-backup", "15 */6 * * *", "sleep 40"),
        ("obs", "compact-traces", "5 * * * *", "sleep 30"),
    ] {
        let body = json!({
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"schedule": schedule, "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 1, "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "OnFailure",
                "containers": [{"name": name, "image": "registry.shop.example/tools:1.9.0", "command": ["sh", "-c", command]}]}}}}},
            "status": {"lastScheduleTime": json::stamp(seed.world.now)},
        });
        seed.object(Kind::CronJob, body, 120 * DAY);
    }
    for (namespace, name) in
        [("shop", "checkout-api"), ("shop", "storefront"), ("payments", "payments-api"), ("web", "cms")]
    {
        seed.object(Kind::ConfigMap, json!({"metadata": {"namespace": namespace, "name": format!("{name}-config")}, "data": {"LOG_LEVEL": "info", "REGION": "RegionOne"}}), 60 * DAY);
    }
}

/// The node that fell silent, and what was said in the last hour.
pub(super) fn trouble(world: &mut World) {
    let said = [(52 * 60 + 20, "checkout-api", "20"), (47 * 60, "etl-worker", "100")];
    for (seconds, name, before) in said {
        let found = world.store.list(Kind::Deployment, None).find(|d| &*d.key.name == name).cloned();
        if let Some(deployment) = found {
            let body = deployment.value();
            let set =
                world.store.owned(Kind::ReplicaSet, &deployment.facts.uid).first().map(|s| s.key.name.to_string());
            let wanted = json::number(&body, "/spec/replicas").unwrap_or(0);
            let message = format!("Scaled up replica set {} to {wanted} from {before}", set.unwrap_or_default());
            world.say_before(
                &deployment,
                Said::normal("deployment-controller", "ScalingReplicaSet", &message),
                seconds,
                1,
            );
        }
    }
    let mut workers: Vec<_> = world
        .nodes
        .values()
        .filter(|n| n.spec.group == "default-worker")
        .map(|n| (n.number, n.spec.name.clone()))
        .collect();
    workers.sort();
    let Some((_, name)) = workers.get(SILENT).or(workers.last()).cloned() else { return };
    let now = world.now;
    world.now = now.checked_sub(SignedDuration::from_secs(SILENT_SECONDS)).unwrap_or(now);
    world.silence_node(&name);
    world.judge_unreachable(&name);
    world.now = now;
    world.later(RETURN_SECONDS, Task::Return(name));
}
