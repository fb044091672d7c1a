//! Smaller and bigger bays: a staging copy of the shop, and one filled with as many pods as it takes.

use super::super::nodes::NodeRole;
use super::plan::{Form, Plan, State};
use super::seed::Seed;
use super::system::age_minutes;
use serde_json::json;

const DAY: i64 = 24 * 60;

/// A staging copy of the shop: one of each, one pod in a crash loop.
pub(super) fn small(seed: &mut Seed<'_>) {
    let age = age_minutes(seed.world);
    for name in ["shop", "obs"] {
        seed.namespace(name, age);
    }
    let room = seed.workers.len().max(1);
    let plan = |name: &str, replicas: usize, tag: &str| {
        Plan::new("shop", name, replicas, &format!("registry.shop.example/{name}:{tag}"), "100m", "128Mi")
            .age(age)
            .changed(age.min(3 * DAY))
    };
    seed.workload(&plan("storefront", room * 2, "12.1.0-rc2").port(Some(8080), "LoadBalancer"));
    seed.workload(&plan("catalog-api", room * 2, "9.2.0-rc1"));
    seed.workload(
        &plan("checkout-api", room, "2.42.0-rc5")
            .state(0..1, State::Crashing(9, 2, "Error", "flag provided but not defined: -redis-tls")),
    );
    seed.workload(&plan("cart", room, "3.4.0-rc1"));
    seed.workload(&plan("search", 2, "4.3.0-rc3"));
    seed.workload(
        &Plan::new("shop", "orders-db", 1, "postgres:16.3", "250m", "512Mi")
            .form(Form::StatefulSet)
            .port(Some(5432), "None")
            .age(age)
            .changed(age),
    );
    seed.workload(
        &Plan::new("shop", "redis", 1, "redis:7.2.5", "100m", "128Mi")
            .form(Form::StatefulSet)
            .port(Some(6379), "None")
            .age(age)
            .changed(age),
    );
    seed.workload(
        &Plan::new("obs", "prometheus", 1, "quay.io/prometheus/prometheus:v2.52.0", "250m", "512Mi")
            .form(Form::StatefulSet)
            .port(Some(9090), "None")
            .age(age)
            .changed(age),
    );
    let agent = Plan::new("obs", "node-exporter", 0, "quay.io/prometheus/node-exporter:v1.8.1", "20m", "32Mi")
        .form(Form::DaemonSet);
    seed.workload(&agent.age(age).changed(age).spec(json!({"tolerations": [{"operator": "Exists"}]})));
}

/// Pods of sixty services until the nodes are nine tenths full.
pub(super) fn full(seed: &mut Seed<'_>) {
    let age = age_minutes(seed.world);
    let workers = seed.world.nodes.values().filter(|n| n.spec.role == NodeRole::Worker);
    let room: usize = workers.map(|n| n.spec.max_pods as usize).sum::<usize>() * 9 / 10;
    let taken: usize = seed.world.store.count(super::super::kinds::Kind::Pod);
    let areas = ["ingest", "curate", "serve", "train", "archive", "platform"];
    for name in areas {
        seed.namespace(name, age);
    }
    let services =
        ["gateway", "parser", "router", "indexer", "loader", "writer", "reader", "cache", "notifier", "auditor"];
    let each = room.saturating_sub(taken) / (areas.len() * services.len());
    for (i, namespace) in areas.into_iter().enumerate() {
        for (j, service) in services.into_iter().enumerate() {
            // Uneven sizes with the same sum: one takes what its neighbour gives.
            let shift = (i * 7 + j / 2 * 5) % (each / 2 + 1);
            let replicas = if j % 2 == 0 { each + shift } else { each - shift };
            let name = format!("{namespace}-{service}");
            let image = format!("registry.data.example/{name}:1.{i}.{j}");
            let mut plan = Plan::new(namespace, &name, replicas, &image, "15m", "32Mi")
                .age(age)
                .changed(age.min((1 + i as i64 * 3 + j as i64) * DAY));
            if (i, j) == (2, 5) {
                plan = plan.state(0..2, State::Crashing(31, 137, "OOMKilled", ""));
            }
            if (i, j) == (4, 1) {
                plan = plan.state(0..3, State::Unready("HTTP probe failed with statuscode: 500"));
            }
            seed.workload(&plan);
        }
    }
}
