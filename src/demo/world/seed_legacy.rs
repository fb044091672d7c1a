//! The world at the start, second region: a cloud of 2015 with bays, bay models, pods and containers.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::World;
use super::bay::Population;
use super::legacy::{Container, ContainerState, ManifestKind, ManifestObject};
use super::seed::{BaySeed, PLAIN, add_model, complete_bay};

const REGION: usize = 1;
const DAY: i64 = 24 * 60;

/// A manifest in the manner of 2015.
const REDIS_RC: &str = "apiVersion: v1
kind: ReplicationController
metadata:
  name: redis
  labels: {name: redis}
spec:
  replicas: 2
  selector: {name: redis}
  template:
    metadata:
      labels: {name: redis}
    spec:
      containers:
        - name: redis
          image: kubernetes/redis:v1
          ports: [{containerPort: 6379}]
";

const REDIS_POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: redis-master
  labels: {name: redis, role: master}
spec:
  containers:
    - name: master
      image: kubernetes/redis:v1
      ports: [{containerPort: 6379}]
";

const REDIS_SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: redis-sentinel
  labels: {name: sentinel}
spec:
  ports: [{port: 26379, targetPort: 26379}]
  selector: {redis-sentinel: \"true\"}
";

/// Fills the second region.
pub(super) fn fill(world: &mut World, now: Timestamp) {
    let lab = ("mika", "lab");
    let common = |name: &str, coe: &str, image: &str, distro: &str, driver: &str| {
        json!({
            "name": name, "coe": coe, "image_id": image, "cluster_distro": distro, "keypair_id": "mika-ed25519",
            "external_network_id": "public-tokyo", "flavor_id": "m2.medium", "master_flavor_id": "m2.medium",
            "dns_nameserver": "8.8.8.8", "network_driver": driver, "docker_volume_size": 5, "fixed_network": "10.0.0.0/24",
            "floating_ip_enabled": false, "labels": if coe == "kubernetes" { json!({"kube_tag": "v1.20.15"}) } else { json!({}) },
        })
    };
    add_model(
        world,
        REGION,
        lab,
        300,
        now,
        common("kube-atomic", "kubernetes", "fedora-21-atomic-5", "fedora-atomic", "flannel"),
    );
    add_model(
        world,
        REGION,
        lab,
        290,
        now,
        common("swarm-atomic", "swarm", "fedora-21-atomic-5", "fedora-atomic", "docker"),
    );
    add_model(world, REGION, lab, 280, now, common("mesos-ubuntu", "mesos", "ubuntu-14.04-mesos", "ubuntu", "docker"));
    let mut public = common("kube-public", "kubernetes", "coreos-stable", "coreos", "flannel");
    public["public"] = json!(true);
    add_model(world, REGION, ("admin", "admin"), 200, now, public);

    let kube = BaySeed {
        name: "kube-2015",
        model: "kube-atomic",
        workers: 3,
        age_mins: 250 * DAY,
        population: Population::Staging,
        ..PLAIN
    };
    let kube = complete_bay(world, REGION, &kube, now);
    let small = BaySeed { name: "kube-small", model: "kube-atomic", workers: 1, age_mins: 90 * DAY, ..PLAIN };
    complete_bay(world, REGION, &small, now);
    let swarm = BaySeed { name: "swarm-2015", model: "swarm-atomic", workers: 2, age_mins: 240 * DAY, ..PLAIN };
    let swarm = complete_bay(world, REGION, &swarm, now);
    let mesos = BaySeed { name: "mesos-2015", model: "mesos-ubuntu", workers: 2, age_mins: 230 * DAY, ..PLAIN };
    complete_bay(world, REGION, &mesos, now);
    objects(world, &kube, &swarm, now);
}

fn objects(world: &mut World, kube: &str, swarm: &str, now: Timestamp) {
    let project = world.ids.hex("project/lab");
    let created = now - SignedDuration::from_hours(24 * 40);
    let redis = [
        (ManifestKind::Pod, "redis-master", REDIS_POD),
        (ManifestKind::ReplicationController, "redis", REDIS_RC),
        (ManifestKind::Service, "redis-sentinel", REDIS_SERVICE),
    ];
    for (kind, name, text) in redis {
        let parsed: Value = serde_saphyr::from_str(text).unwrap_or(Value::Null);
        let labels = parsed["metadata"]["labels"].as_object().cloned().unwrap_or_default();
        world.regions[REGION].legacy.first.push(ManifestObject {
            kind,
            uuid: world.ids.named(&format!("legacy/{name}")),
            name: name.into(),
            bay_uuid: kube.to_owned(),
            project_id: project.clone(),
            manifest: Some(text.into()),
            manifest_url: None,
            parsed,
            labels,
            status: "Pending".into(),
            host: None,
            ip: None,
            created_at: Some(created),
            updated_at: None,
        });
    }
    for (name, image, command, state) in [
        ("web", "nginx:1.9", None, ContainerState::Running),
        ("ticker", "busybox", Some("sh -c 'while true; do date; sleep 1; done'"), ContainerState::Running),
        ("batch", "busybox", Some("true"), ContainerState::Stopped),
    ] {
        world.regions[REGION].legacy.containers.push(Container {
            uuid: world.ids.named(&format!("legacy/container/{name}")),
            name: Some(name.into()),
            bay_uuid: swarm.to_owned(),
            project_id: project.clone(),
            image: image.into(),
            command: command.map(str::to_owned),
            memory: Some("512m".into()),
            state,
            started_at: (state == ContainerState::Running).then(|| now - SignedDuration::from_mins(7)),
            old_log: String::new(),
            created_at: created,
            updated_at: None,
        });
    }
}
