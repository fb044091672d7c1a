//! The world at the start: users, and the bays of the first region.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::bay::{Action, Bay, Coe, NodeGroup, Population};
use super::identity::{AppCredential, Identity, Project, TOTP_SECRET_BASE32, User};
use super::model::{BayModel, defaults};
use super::script::{self, Outcome};
use super::{Dialect, Ids, Region, World, script_nodes, seed_huge, seed_legacy, seed_parts};
use crate::demo::DemoSize;

/// Secret of the demo's ready-made application credential. Public on purpose.
pub(in crate::demo) const APP_CREDENTIAL_SECRET: &str = "bayview-demo-app-secret";

/// Real seconds of history per demo second of a creation long ago: twenty become about seven minutes.
const HISTORY_PACE: f64 = 21.0;

/// Builds the world.
pub(in crate::demo) fn world(seed: u64, size: DemoSize, speed: f64, now: Timestamp) -> World {
    let ids = Ids::new(seed);
    let identity = identity(&ids, seed);
    let users: Vec<(String, String)> = identity.users.iter().map(|user| (user.id.clone(), user.name.clone())).collect();
    let lab = ids.hex("project/lab");
    let one = seed_parts::furnish(&ids, "RegionOne", now, &users, &lab, false);
    let two = seed_parts::furnish(&ids, "RegionTwo", now, &users, &lab, true);
    let regions = vec![Region::new("RegionOne", Dialect::Modern, one), Region::new("RegionTwo", Dialect::Liberty, two)];
    let mut world = World { ids, speed, identity, regions };
    models(&mut world, now);
    bays(&mut world, size, now);
    seed_legacy::fill(&mut world, now);
    world
}

fn identity(ids: &Ids, seed: u64) -> Identity {
    let mut identity = Identity::new(seed);
    for (name, description) in [
        ("admin", "Operators of the cloud"),
        ("lab", "Platform team"),
        ("sandbox", "Try things here"),
        ("atlas", "Another team's project"),
    ] {
        let id = ids.hex(&format!("project/{name}"));
        identity.projects.push(Project { id, name: name.into(), description: description.into() });
    }
    let secret = totp_rs::Secret::Encoded(TOTP_SECRET_BASE32.to_owned()).to_bytes().unwrap_or_default();
    const MEMBER: &[&str] = &["member", "reader"];
    // Name, password, whether a second factor is needed, and roles per project.
    type Account = (&'static str, &'static str, bool, &'static [(&'static str, &'static [&'static str])]);
    let users: [Account; 8] = [
        ("mika", "mika-demo", false, &[("lab", MEMBER), ("sandbox", MEMBER)]),
        (
            "admin",
            "admin-demo",
            false,
            &[("admin", &["admin", "member", "reader"]), ("lab", &["admin", "member", "reader"])],
        ),
        ("rin", "rin-demo", false, &[("lab", &["reader"])]),
        ("tomo", "tomo-demo", false, &[("lab", MEMBER)]),
        ("nori", "nori-demo", false, &[]),
        ("yuki", "yuki-demo", true, &[("lab", MEMBER)]),
        ("aiko", "aiko-demo", false, &[("atlas", MEMBER)]),
        ("solo", "solo-demo", false, &[("sandbox", MEMBER)]),
    ];
    for (name, password, second_factor, roles) in users {
        identity.users.push(User {
            id: ids.hex(&format!("user/{name}")),
            name: name.into(),
            password: password.into(),
            totp: second_factor.then(|| secret.clone()),
            roles: roles
                .iter()
                .map(|(project, roles)| {
                    (ids.hex(&format!("project/{project}")), roles.iter().map(|role| (*role).to_owned()).collect())
                })
                .collect(),
        });
    }
    identity.app_credentials.push(AppCredential {
        id: ids.hex("app-credential/bayview"),
        name: "bayview".into(),
        description: Some("For trying application credentials".into()),
        secret: APP_CREDENTIAL_SECRET.into(),
        user_id: ids.hex("user/mika"),
        project_id: ids.hex("project/lab"),
        roles: vec!["member".into(), "reader".into()],
        expires_at: None,
        unrestricted: Some(false),
    });
    identity
}

/// Adds a bay model; `fields` overlay the defaults.
pub(super) fn add_model(
    world: &mut World,
    region: usize,
    owner: (&str, &str),
    age_days: i64,
    now: Timestamp,
    fields: Value,
) {
    let mut all = defaults();
    if let Value::Object(fields) = fields {
        all.extend(fields);
    }
    let name = all.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let uuid = world.ids.named(&format!("{region}/model/{name}"));
    let (user, project) = owner;
    let model = BayModel {
        row: world.regions[region].row(),
        uuid,
        project_id: world.ids.hex(&format!("project/{project}")),
        user_id: world.ids.hex(&format!("user/{user}")),
        created_at: now - SignedDuration::from_hours(24 * age_days),
        updated_at: None,
        fields: all,
    };
    world.regions[region].models.push(model);
}

fn models(world: &mut World, now: Timestamp) {
    let kubernetes = |name: &str, image: &str, tag: &str, gpu: bool| {
        json!({
            "name": name, "coe": "kubernetes", "image_id": image, "cluster_distro": if image.starts_with("flatcar") { "flatcar" } else { "ubuntu" },
            "keypair_id": "mika-ed25519", "external_network_id": "public-tokyo", "dns_nameserver": "192.0.2.53",
            "flavor_id": if gpu { "g1.4xlarge" } else { "m2.xlarge" }, "master_flavor_id": "m2.large",
            "network_driver": "calico", "volume_driver": "cinder", "docker_storage_driver": "overlay2",
            "master_lb_enabled": true, "floating_ip_enabled": gpu,
            "labels": {
                "kube_tag": tag, "auto_healing_enabled": "false", "boot_volume_size": "40", "boot_volume_type": "ssd",
                "cinder_csi_enabled": "true", "cloud_provider_enabled": "true", "container_runtime": "containerd",
                "ingress_controller": "octavia", "monitoring_enabled": "false",
            },
        })
    };
    let lab = ("mika", "lab");
    add_model(world, 0, lab, 420, now, kubernetes("k8s-1.29-ubuntu", "ubuntu-22.04-kube-v1.29.8", "v1.29.8", false));
    add_model(world, 0, lab, 330, now, kubernetes("k8s-1.30-ubuntu", "ubuntu-22.04-kube-v1.30.4", "v1.30.4", false));
    add_model(world, 0, lab, 120, now, kubernetes("k8s-1.31-ubuntu", "ubuntu-22.04-kube-v1.31.1", "v1.31.1", false));
    add_model(world, 0, lab, 100, now, kubernetes("k8s-1.30-gpu", "ubuntu-22.04-kube-v1.30.4", "v1.30.4", true));
    add_model(world, 0, lab, 98, now, kubernetes("k8s-1.30-flatcar", "flatcar-3975-kube-v1.30.4", "v1.30.4", false));
    add_model(
        world,
        0,
        lab,
        1560,
        now,
        json!({
            "name": "swarm-atomic", "coe": "swarm", "image_id": "fedora-atomic-29", "cluster_distro": "fedora-atomic",
            "keypair_id": "mika-ed25519", "external_network_id": "public-tokyo", "flavor_id": "m2.medium",
            "master_flavor_id": "m2.medium", "network_driver": "docker", "volume_driver": "rexray",
            "docker_volume_size": 20, "floating_ip_enabled": false, "labels": {"swarm_version": "1.13.1"},
        }),
    );
    add_model(
        world,
        0,
        lab,
        700,
        now,
        json!({
            "name": "mesos-ubuntu", "coe": "mesos", "image_id": "ubuntu-mesos-1.11", "cluster_distro": "ubuntu",
            "keypair_id": "mika-ed25519", "external_network_id": "public-tokyo", "flavor_id": "m2.large",
            "master_flavor_id": "m2.medium", "network_driver": "docker", "floating_ip_enabled": false,
            "labels": {"mesos_version": "1.11.0"},
        }),
    );
    let mut shared = kubernetes("k8s-1.31-shared", "ubuntu-22.04-kube-v1.31.1", "v1.31.1", false);
    shared["public"] = json!(true);
    shared["keypair_id"] = Value::Null;
    add_model(world, 0, ("admin", "admin"), 60, now, shared);
    add_model(
        world,
        0,
        ("aiko", "atlas"),
        45,
        now,
        kubernetes("atlas-1.31", "ubuntu-22.04-kube-v1.31.1", "v1.31.1", false),
    );
}

/// How a bay of the start looks.
pub(super) struct BaySeed<'a> {
    pub name: &'a str,
    pub owner: (&'static str, &'static str),
    pub model: &'static str,
    pub masters: u32,
    pub workers: u32,
    /// More node groups: name, flavor, nodes.
    pub groups: &'static [(&'static str, &'static str, u32)],
    pub age_mins: i64,
    pub population: Population,
    pub labels: &'static [(&'static str, &'static str)],
    /// Days ago of the last update; `None`: never updated.
    pub updated_days: Option<i64>,
}

const DAY: i64 = 24 * 60;

/// A bay with nothing special about it.
pub(super) const PLAIN: BaySeed<'static> = BaySeed {
    name: "",
    owner: ("mika", "lab"),
    model: "k8s-1.30-ubuntu",
    masters: 1,
    workers: 1,
    groups: &[],
    age_mins: DAY,
    population: Population::Empty,
    labels: &[],
    updated_days: None,
};

/// The label by which a bay's API gets a floating address though its nodes do not.
const API_ADDRESS: (&str, &str) = ("master_lb_floating_ip_enabled", "true");

fn bays(world: &mut World, size: DemoSize, now: Timestamp) {
    let full = size != DemoSize::Small;
    if full {
        let prod = BaySeed {
            name: "k8s-prod",
            masters: 3,
            workers: 16,
            groups: &[("himem", "r2.2xlarge", 2), ("gpu", "g1.4xlarge", 4), ("spot", "m2.large", 2)],
            age_mins: 212 * DAY,
            population: Population::Shop,
            labels: &[API_ADDRESS, ("auto_healing_enabled", "true"), ("monitoring_enabled", "true")],
            updated_days: Some(12),
            ..PLAIN
        };
        complete_bay(world, 0, &prod, now);
    }
    let staging = BaySeed {
        name: "k8s-staging",
        model: "k8s-1.31-ubuntu",
        workers: 6,
        age_mins: 34 * DAY,
        population: Population::Staging,
        labels: &[API_ADDRESS],
        updated_days: Some(3),
        ..PLAIN
    };
    complete_bay(world, 0, &staging, now);
    if full {
        edge_being_created(world, now);
    }
    gpu_that_failed(world, now);
    if full {
        notebooks_being_upgraded(world, now);
        for seed in [
            BaySeed {
                name: "data-platform",
                masters: 3,
                workers: 18,
                age_mins: 143 * DAY,
                population: Population::Medium,
                labels: &[API_ADDRESS],
                ..PLAIN
            },
            BaySeed {
                name: "observability",
                masters: 3,
                workers: 6,
                age_mins: 143 * DAY,
                population: Population::Staging,
                labels: &[API_ADDRESS, ("kube_tag", "v1.30.2")],
                ..PLAIN
            },
            BaySeed {
                name: "payments-dr",
                masters: 3,
                workers: 9,
                age_mins: 88 * DAY,
                population: Population::Staging,
                labels: &[API_ADDRESS],
                updated_days: Some(30),
                ..PLAIN
            },
        ] {
            complete_bay(world, 0, &seed, now);
        }
        dev_being_deleted(world, now);
    }
    let sandbox = BaySeed {
        name: "sandbox-mika",
        model: "k8s-1.31-ubuntu",
        workers: 2,
        age_mins: 3 * DAY,
        labels: &[API_ADDRESS],
        ..PLAIN
    };
    complete_bay(world, 0, &sandbox, now);
    if full {
        let tomo = BaySeed { name: "sandbox-tomo", owner: ("tomo", "lab"), age_mins: 9 * DAY, ..sandbox };
        complete_bay(world, 0, &tomo, now);
    }
    let swarm = BaySeed { name: "swarm-ci", model: "swarm-atomic", workers: 5, age_mins: 770 * DAY, ..PLAIN };
    complete_bay(world, 0, &swarm, now);
    if full {
        let legacy = BaySeed {
            name: "swarm-legacy",
            workers: 3,
            age_mins: 1472 * DAY,
            labels: &[("swarm_version", "1.12.6")],
            ..swarm
        };
        let uuid = complete_bay(world, 0, &legacy, now);
        if let Some(bay) = world.regions[0].bay_mut(&uuid) {
            // A word that no client knows: it must be shown as it came.
            bay.status = Some("ADOPT_PARTIAL".into());
            bay.status_reason =
                Some("Adopted from the stack of an older cloud; 2 of 5 resources were left out.".into());
            bay.coe_version = Some("1.12.6".into());
        }
        let mesos = BaySeed {
            name: "mesos-batch",
            model: "mesos-ubuntu",
            masters: 3,
            workers: 12,
            age_mins: 566 * DAY,
            ..PLAIN
        };
        complete_bay(world, 0, &mesos, now);
        build_farm_that_failed(world, now);
    }
    let scratch =
        BaySeed { name: "scratch", owner: ("mika", "sandbox"), model: "k8s-1.31-shared", age_mins: DAY, ..PLAIN };
    complete_bay(world, 0, &scratch, now);
    let atlas = BaySeed {
        name: "atlas-web",
        owner: ("aiko", "atlas"),
        model: "atlas-1.31",
        workers: 2,
        age_mins: 20 * DAY,
        ..PLAIN
    };
    complete_bay(world, 0, &atlas, now);
    if size == DemoSize::Huge {
        seed_huge::fill(world, now);
    }
}

/// Writes the rows of a bay and lays out its stacks; nothing is built yet.
pub(super) fn add_bay(world: &mut World, region: usize, seed: &BaySeed<'_>, now: Timestamp) -> String {
    let uuid = world.ids.named(&format!("{region}/bay/{}", seed.name));
    let created = now - SignedDuration::from_mins(seed.age_mins);
    let Some(model) = world.regions[region].models.iter().find(|model| model.name() == Some(seed.model)).cloned()
    else {
        return uuid;
    };
    let mut labels = model.labels();
    labels.extend(seed.labels.iter().map(|(key, value)| ((*key).to_owned(), json!(value))));
    let row = world.regions[region].row();
    let text = |key: &str| model.text(key).unwrap_or_default().to_owned();
    let mut bay = Bay {
        row,
        uuid: uuid.clone(),
        name: Some(seed.name.to_owned()),
        project_id: world.ids.hex(&format!("project/{}", seed.owner.1)),
        user_id: world.ids.hex(&format!("user/{}", seed.owner.0)),
        model_uuid: model.uuid.clone(),
        coe: model.coe(),
        keypair: Some(format!("{}-ed25519", seed.owner.0)),
        labels: labels.clone(),
        merge_labels: true,
        docker_volume_size: None,
        master_flavor: text("master_flavor_id"),
        flavor: text("flavor_id"),
        fixed_network: None,
        fixed_subnet: None,
        floating_ip_enabled: model.flag("floating_ip_enabled"),
        master_lb_enabled: model.flag("master_lb_enabled"),
        create_timeout: 60,
        discovery_url: None,
        groups: Vec::new(),
        status: Some("CREATE_IN_PROGRESS".into()),
        status_reason: None,
        faults: std::collections::BTreeMap::new(),
        health_status: None,
        health_reason: std::collections::BTreeMap::new(),
        api_address: None,
        coe_version: None,
        container_version: None,
        stack_id: None,
        root_stack: String::new(),
        created_at: created,
        updated_at: None,
        visible_from: created,
        population: seed.population,
        operation: None,
        subnet: [10, u8::try_from(row % 200).unwrap_or(0), 0],
        next_host: 9,
        wants_kubernetes: false,
    };
    let mut groups = vec![
        ("default-master", "master", bay.master_flavor.clone(), seed.masters, true),
        ("default-worker", "worker", bay.flavor.clone(), seed.workers, true),
    ];
    groups
        .extend(seed.groups.iter().map(|(name, flavor, count)| (*name, "worker", (*flavor).to_owned(), *count, false)));
    for (name, role, flavor, count, is_default) in groups {
        bay.groups.push(NodeGroup {
            row: world.regions[region].row(),
            uuid: world.ids.named(&format!("{region}/bay/{}/{name}", seed.name)),
            name: name.to_owned(),
            role: role.to_owned(),
            flavor,
            image: text("image_id"),
            node_count: count,
            min_node_count: 0,
            max_node_count: None,
            is_default,
            stack_id: None,
            status: "CREATE_IN_PROGRESS".into(),
            status_reason: None,
            docker_volume_size: None,
            labels: labels.clone(),
            merge_labels: false,
            node_labels: Map::new(),
            node_taints: json!([]),
            created_at: created,
            updated_at: None,
            next_index: 0,
        });
    }
    world.regions[region].bays.push(bay);
    world.plan_bay(region, &uuid, created, u32::MAX);
    uuid
}

/// A bay that has long been there.
pub(super) fn complete_bay(world: &mut World, region: usize, seed: &BaySeed<'_>, now: Timestamp) -> String {
    let uuid = add_bay(world, region, seed, now);
    let created = now - SignedDuration::from_mins(seed.age_mins);
    let Some(bay) = world.regions[region].bay(&uuid).cloned() else { return uuid };
    let steps = script::create(&world.regions[region], &bay, &Outcome::Success);
    world.play_history(region, &uuid, steps, created, HISTORY_PACE, f64::MAX);
    for (name, _, _) in seed.groups {
        let later = created + SignedDuration::from_hours(30);
        let Some(root) = world.plan_group(region, &uuid, name, later, u32::MAX) else { continue };
        let steps = script_nodes::create_group(&world.regions[region], &bay, name, &root);
        world.play_history(region, &uuid, steps, later, HISTORY_PACE, f64::MAX);
    }
    if let (Some(days), Some(bay)) = (seed.updated_days, world.regions[region].bay(&uuid).cloned()) {
        let steps = script_nodes::update(&world.regions[region], &bay);
        let updated = now - SignedDuration::from_hours(24 * days);
        world.play_history(region, &uuid, steps, updated, HISTORY_PACE, f64::MAX);
    }
    uuid
}

/// Five of eight workers are up; the rest follows within a minute.
fn edge_being_created(world: &mut World, now: Timestamp) {
    let seed =
        BaySeed { name: "k8s-edge", masters: 3, workers: 8, age_mins: 6, population: Population::Empty, ..PLAIN };
    let uuid = add_bay(world, 0, &seed, now);
    let Some(bay) = world.regions[0].bay(&uuid).cloned() else { return };
    let steps = script::create(&world.regions[0], &bay, &Outcome::Success);
    let until = 14.5 + 3.6 * 5.0 / 8.0 + 0.05;
    let created = bay.created_at;
    let left = world.play_history(0, &uuid, steps, created, 6.0 * 60.0 / until, until);
    world.begin_at_pace(0, &uuid, Action::Create, now, left, 15.0);
}

/// Floating addresses ran out.
fn gpu_that_failed(world: &mut World, now: Timestamp) {
    let seed = BaySeed {
        name: "k8s-gpu",
        model: "k8s-1.30-gpu",
        masters: 3,
        workers: 4,
        age_mins: 18,
        labels: &[("auto_healing_enabled", "true"), ("boot_volume_size", "80")],
        ..PLAIN
    };
    let uuid = add_bay(world, 0, &seed, now);
    let Some(bay) = world.regions[0].bay(&uuid).cloned() else { return };
    let mut steps = script::create(&world.regions[0], &bay, &Outcome::FloatingQuota);
    // What it had taken, it gave back: nine of ten stay in use.
    steps.retain(|step| !matches!(step.act, script::Act::Floating { .. }));
    world.play_history(0, &uuid, steps, bay.created_at, 8.0, f64::MAX);
    if let Some(bay) = world.regions[0].bay_mut(&uuid) {
        bay.api_address = None;
    }
}

/// Two of five nodes have the new version; the others follow.
fn notebooks_being_upgraded(world: &mut World, now: Timestamp) {
    let seed = BaySeed {
        name: "ml-notebooks",
        model: "k8s-1.29-ubuntu",
        workers: 4,
        age_mins: 71 * DAY,
        population: Population::Staging,
        labels: &[API_ADDRESS],
        ..PLAIN
    };
    let uuid = complete_bay(world, 0, &seed, now);
    let target = world.ids.named("0/model/k8s-1.30-ubuntu");
    if let Some(bay) = world.regions[0].bay_mut(&uuid) {
        bay.labels.insert("kube_tag".into(), json!("v1.30.4"));
        bay.coe_version = Some("v1.29.8".into());
    }
    let Some(bay) = world.regions[0].bay(&uuid).cloned() else { return };
    let groups: Vec<&NodeGroup> = bay.groups.iter().collect();
    let steps = script_nodes::upgrade(&world.regions[0], &bay, &target, "v1.30.4", &groups, 2.0);
    let until = 1.0 + 2.0 * 2.0 + 0.05;
    let started = now - SignedDuration::from_mins(9);
    let left = world.play_history(0, &uuid, steps, started, 9.0 * 60.0 / until, until);
    world.begin_at_pace(0, &uuid, Action::Update, now, left, 15.0);
}

/// Two thirds of its resources are gone.
fn dev_being_deleted(world: &mut World, now: Timestamp) {
    let seed = BaySeed {
        name: "k8s-dev",
        model: "k8s-1.29-ubuntu",
        workers: 3,
        age_mins: 190 * DAY,
        labels: &[API_ADDRESS],
        ..PLAIN
    };
    let uuid = complete_bay(world, 0, &seed, now);
    let Some(bay) = world.regions[0].bay(&uuid).cloned() else { return };
    let steps = script::delete(&world.regions[0], &bay, false);
    let until = 7.6;
    let started = now - SignedDuration::from_mins(4);
    let left = world.play_history(0, &uuid, steps, started, 4.0 * 60.0 / until, until);
    world.begin_at_pace(0, &uuid, Action::Delete, now, left, 25.0);
}

/// Two more workers found no host.
fn build_farm_that_failed(world: &mut World, now: Timestamp) {
    let seed = BaySeed { name: "build-farm", model: "mesos-ubuntu", workers: 8, age_mins: 310 * DAY, ..PLAIN };
    let uuid = complete_bay(world, 0, &seed, now);
    debug_assert_eq!(world.regions[0].bay(&uuid).map(|bay| bay.coe), Some(Coe::Mesos));
    let Some(group_stack) = world.group_stack(0, &uuid, "default-worker") else { return };
    let started = now - SignedDuration::from_hours(5);
    let add: Vec<_> =
        (0..2).filter_map(|_| world.plan_node(0, &uuid, "default-worker", &group_stack, started)).collect();
    let Some(bay) = world.regions[0].bay(&uuid).cloned() else { return };
    let Some(group) = bay.group("default-worker") else { return };
    let steps =
        script_nodes::failed_growth(&world.regions[0], &bay, group, &add, Action::Update, &Outcome::NoValidHost);
    world.play_history(0, &uuid, steps, started, HISTORY_PACE, f64::MAX);
    if let Some(bay) = world.regions[0].bay_mut(&uuid) {
        bay.health_status = Some("HEALTHY".into());
        bay.health_reason.insert("api".into(), "ok".into());
    }
}
