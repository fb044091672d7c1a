//! A signed-in state around the sample picture: bays in every state, one of them in full.

use super::picture::{NOW, loading, prod};
use bayview::live::state::{BayDetail, Job, Outcome, PodLog, Session, SignedIn, State};
use bayview::model::bay::{Bay, BayStatus, Coe, Health, NodeGroup, Server, StackEvent};
use bayview::model::bay_model::{BayModel, BayModelSpec};
use bayview::model::cloud::{Dialect, Identity, MagnumInfo, Microversion, Project};
use bayview::model::cluster::{Link, Picture};
use bayview::model::container::Container;
use bayview::model::problem::{Problem, ProblemKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The bay of the pictures.
pub const PROD: &str = "3f9a2c81-0b7e-46d2-9c11-5d1fb0a0a001";
/// One whose creation failed for want of floating addresses.
pub const FAILED: &str = "3f9a2c81-0b7e-46d2-9c11-5d1fb0a0a002";
/// One whose creation goes on.
pub const CREATING: &str = "3f9a2c81-0b7e-46d2-9c11-5d1fb0a0a003";
/// A Swarm bay.
pub const SWARM: &str = "3f9a2c81-0b7e-46d2-9c11-5d1fb0a0a004";

fn value<T>(value: T) -> bayview::live::loadable::Loadable<T> {
    bayview::live::loadable::Loadable { value: Some(value), loaded_at: Some(NOW as f64 - 2.0), ..Default::default() }
}

fn labels(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// A complete Kubernetes bay.
pub fn bay(id: &str, name: &str, status: &str) -> Bay {
    Bay {
        id: id.into(),
        name: name.into(),
        status: BayStatus::parse(Some(status)),
        status_reason: None,
        health: Health::Healthy,
        health_reason: BTreeMap::new(),
        coe: Some(Coe::Kubernetes),
        coe_version: Some("v1.30.4".into()),
        container_version: Some("containerd 1.7.20".into()),
        master_count: 3,
        node_count: 24,
        model_id: "model-1".into(),
        keypair: Some("mika".into()),
        api_address: Some("https://203.0.113.21:6443".into()),
        master_addresses: vec!["203.0.113.31".into(), "203.0.113.32".into(), "203.0.113.33".into()],
        node_addresses: (0..24).map(|n| format!("10.0.4.{}", 20 + n)).collect(),
        stack_id: Some("9a0c2f11-77aa-4a7e-8f1c-0c9d2b6d4e10".into()),
        discovery_url: None,
        flavor: Some("m2.4xlarge".into()),
        master_flavor: Some("m2.xlarge".into()),
        docker_volume_size_gb: Some(100),
        labels: labels(&[
            ("kube_tag", "v1.30.4"),
            ("container_runtime", "containerd"),
            ("auto_healing_enabled", "true"),
            ("calico_ipv4pool", "10.100.0.0/16"),
            ("availability_zone", "a"),
        ]),
        create_timeout_minutes: Some(60),
        faults: BTreeMap::new(),
        project_id: Some("b2f0c4d5e6f74a1b8c9d0e1f2a3b4c5d".into()),
        user_id: Some("77c1d2e3f4a54b6c8d9e0f1a2b3c4d5e".into()),
        fixed_network: Some("lab-net".into()),
        fixed_subnet: Some("lab-subnet".into()),
        floating_ip_enabled: Some(false),
        master_lb_enabled: Some(true),
        created_at: Some(NOW - 212 * 86_400),
        updated_at: Some(NOW - 86_400 * 3),
    }
}

fn event(time: i64, resource: &str, kind: &str, status: &str, reason: &str) -> StackEvent {
    StackEvent {
        time,
        resource: resource.into(),
        resource_type: kind.into(),
        status: status.into(),
        reason: reason.into(),
    }
}

fn server(name: &str, status: &str, zone: &str) -> Server {
    Server {
        id: name.into(),
        name: name.into(),
        status: status.into(),
        fault: (status == "ERROR").then(|| "No valid host was found. There are not enough hosts available.".into()),
        flavor: "m2.4xlarge".into(),
        zone: zone.into(),
        addresses: vec!["10.0.4.28".into()],
        created_at: Some(NOW - 41 * 86_400),
    }
}

fn group(name: &str, role: &str, nodes: u32) -> NodeGroup {
    NodeGroup {
        id: name.into(),
        name: name.into(),
        role: role.into(),
        node_count: nodes,
        min_node_count: 1,
        max_node_count: (role == "worker").then_some(32),
        flavor: Some("m2.4xlarge".into()),
        image: Some("fedora-coreos-40".into()),
        is_default: name.starts_with("default"),
        stack_id: None,
        status: BayStatus::parse(Some("UPDATE_COMPLETE")),
        status_reason: None,
    }
}

fn prod_detail(picture: &Picture) -> BayDetail {
    let mut bay = bay(PROD, "k8s-prod", "UPDATE_COMPLETE");
    bay.health = Health::Unhealthy;
    bay.health_reason = labels(&[("api", "ok"), ("worker-0.Ready", "True"), ("worker-11.Ready", "Unknown")]);
    let t0 = NOW - 3 * 86_400;
    let events = vec![
        event(t0, "k8s-prod-x7k2", "OS::Heat::Stack", "UPDATE_IN_PROGRESS", "Stack UPDATE started"),
        event(t0 + 4, "network", "Magnum::Optional::Neutron::Net", "UPDATE_COMPLETE", "state changed"),
        event(t0 + 9, "api_lb", "Magnum::Optional::Neutron::LBaaS", "UPDATE_COMPLETE", "state changed"),
        event(t0 + 20, "kube_masters", "OS::Heat::ResourceGroup", "UPDATE_COMPLETE", "state changed"),
        event(t0 + 91, "kube_minions", "OS::Heat::ResourceGroup", "UPDATE_COMPLETE", "state changed"),
        event(t0 + 93, "k8s-prod-x7k2", "OS::Heat::Stack", "UPDATE_COMPLETE", "Stack UPDATE completed successfully"),
    ];
    let servers = picture.nodes.iter().map(|n| {
        let status = if n.name == "worker-11" { "SHUTOFF" } else { "ACTIVE" };
        server(&n.name, status, &n.zone)
    });
    BayDetail {
        bay: value(bay),
        servers: value(Arc::new(servers.collect())),
        stack_events: value(Arc::new(events)),
        stack_progress: None,
        node_groups: value(Arc::new(vec![
            group("default-master", "master", 3),
            group("default-worker", "worker", 16),
            group("himem", "worker", 2),
            group("gpu", "worker", 6),
        ])),
    }
}

fn failed_detail() -> BayDetail {
    let mut bay = bay(FAILED, "k8s-gpu", "CREATE_FAILED");
    bay.node_count = 4;
    bay.api_address = None;
    bay.health = Health::NotReported;
    bay.created_at = Some(NOW - 18 * 60);
    bay.status_reason = Some(
        "Resource CREATE failed: OverQuotaClient: resources.kube_masters.resources[0].resources.kube_master_floating: \
         Quota exceeded for resources: ['floatingip']. limit 10, used 9, requested 4\n\
         Neutron server returns request_ids: ['req-7c1e44b0-5d1f-4a6c-9a90-5f77ee21c001']"
            .into(),
    );
    let t0 = NOW - 18 * 60;
    let events = vec![
        event(t0 + 3, "k8s-gpu", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
        event(t0 + 29, "network", "Magnum::Optional::Neutron::Net", "CREATE_COMPLETE", "state changed"),
        event(t0 + 66, "api_lb", "Magnum::Optional::Neutron::LBaaS", "CREATE_COMPLETE", "state changed"),
        event(
            t0 + 69,
            "api_address_floating",
            "OS::Neutron::FloatingIP",
            "CREATE_FAILED",
            "OverQuotaClient: Quota exceeded for resources: ['floatingip'].",
        ),
    ];
    BayDetail {
        bay: value(bay),
        servers: value(Arc::new(Vec::new())),
        stack_events: value(Arc::new(events)),
        stack_progress: Some((7, 31)),
        node_groups: value(Arc::new(vec![group("default-master", "master", 3), group("default-worker", "worker", 4)])),
    }
}

fn creating_detail() -> BayDetail {
    let mut bay = bay(CREATING, "k8s-edge", "CREATE_IN_PROGRESS");
    bay.node_count = 8;
    bay.api_address = None;
    bay.health = Health::NotReported;
    bay.created_at = Some(NOW - 360);
    let t0 = NOW - 360;
    let events = vec![
        event(t0 + 3, "k8s-edge", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
        event(t0 + 29, "network", "Magnum::Optional::Neutron::Net", "CREATE_COMPLETE", "state changed"),
        event(t0 + 66, "api_lb", "Magnum::Optional::Neutron::LBaaS", "CREATE_COMPLETE", "state changed"),
        event(t0 + 170, "kube_masters", "OS::Heat::ResourceGroup", "CREATE_COMPLETE", "state changed"),
        event(t0 + 171, "kube_minions", "OS::Heat::ResourceGroup", "CREATE_IN_PROGRESS", "state changed"),
    ];
    let mut servers: Vec<Server> = (0..3).map(|n| server(&format!("k8s-edge-master-{n}"), "ACTIVE", "a")).collect();
    servers.extend((0..8).map(|n| server(&format!("k8s-edge-node-{n}"), if n < 5 { "ACTIVE" } else { "BUILD" }, "b")));
    BayDetail {
        bay: value(bay),
        servers: value(Arc::new(servers)),
        stack_events: value(Arc::new(events)),
        stack_progress: Some((19, 31)),
        node_groups: value(Arc::new(Vec::new())),
    }
}

/// Signed in as `mika` with these roles, in a region of this dialect.
pub fn session(roles: &[&str], dialect: Dialect) -> Session {
    let legacy = dialect == Dialect::Legacy;
    let resources: &[&str] = if legacy {
        &["bays", "baymodels", "containers", "pods", "rcs", "services"]
    } else {
        &["clusters", "clustertemplates", "nodegroups", "quotas"]
    };
    Session::In(Box::new(SignedIn {
        identity: Identity {
            cloud: "tokyo-1".into(),
            user: "mika".into(),
            user_id: "77c1".into(),
            project: Project { id: "b2f0".into(), name: "lab".into(), domain_id: "default".into() },
            region: "RegionOne".into(),
            regions: vec!["RegionOne".into(), "Region2015".into()],
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            expires_at: None,
            services: vec!["container-infra".into(), "orchestration".into(), "compute".into()],
            unverified: false,
        },
        magnum: value(MagnumInfo {
            endpoint: "http://203.0.113.9:9511/v1".into(),
            dialect,
            min_version: Some(Microversion(1, 1)).filter(|_| !legacy),
            max_version: Some(Microversion(1, 11)).filter(|_| !legacy),
            resources: resources.iter().map(|r| (*r).to_owned()).collect(),
        }),
        demo: false,
    }))
}

fn model(id: &str, name: &str, coe: Coe, image: &str, driver: &str) -> BayModel {
    BayModel {
        id: id.into(),
        name: name.into(),
        spec: BayModelSpec {
            name: name.into(),
            coe: Some(coe),
            image: image.into(),
            keypair: Some("mika".into()),
            external_network: Some("public".into()),
            flavor: Some("m2.4xlarge".into()),
            master_flavor: Some("m2.xlarge".into()),
            dns_nameserver: Some("9.9.9.9".into()),
            network_driver: Some(driver.into()),
            volume_driver: Some("cinder".into()),
            docker_volume_size_gb: Some(100),
            labels: labels(&[("kube_tag", "v1.30.4"), ("container_runtime", "containerd")]),
            master_lb_enabled: true,
            floating_ip_enabled: Some(false),
            server_type: Some("vm".into()),
            public: id == "model-1",
            ..BayModelSpec::default()
        },
        cluster_distro: Some("fedora-coreos".into()),
        project_id: Some("b2f0".into()),
        created_at: Some(NOW - 300 * 86_400),
        updated_at: None,
    }
}

fn container(n: usize, status: &str) -> Container {
    Container {
        id: format!("c0ffee00-0000-4000-8000-00000000000{n}"),
        name: ["web-cache", "queue", "builder", "mailer", "probe"][n % 5].to_owned(),
        image: ["redis:3.0", "rabbitmq:3.5", "jenkins:1.6", "postfix:2.11", "busybox"][n % 5].to_owned(),
        command: ["redis-server --appendonly yes", "", "", "", "ping 10.0.0.1"][n % 5].to_owned(),
        bay_id: SWARM.into(),
        status: status.into(),
        memory: (n != 4).then(|| "512m".into()),
        environment: labels(&[("TZ", "Asia/Tokyo")]),
        created_at: Some(NOW - 86_400 * (n as i64 + 1)),
    }
}

/// Everything, seen from a region of today.
pub fn state() -> State {
    let picture = prod();
    let mut swarm = bay(SWARM, "swarm-ci", "CREATE_COMPLETE");
    swarm.coe = Some(Coe::Swarm);
    swarm.coe_version = Some("1.13.1".into());
    swarm.model_id = "model-2".into();
    swarm.health = Health::NotReported;
    (swarm.master_count, swarm.node_count) = (1, 5);
    let mut state = State { session: session(&["member"], Dialect::Modern), ..State::default() };
    let details = [(PROD, prod_detail(&picture)), (FAILED, failed_detail()), (CREATING, creating_detail())];
    let mut bays: Vec<Bay> = details.iter().filter_map(|(_, d)| d.bay.value.clone()).collect();
    bays.push(swarm);
    state.bays = value(Arc::new(bays));
    state.details = details.into_iter().map(|(id, d)| (id.to_owned(), d)).collect();
    state.insides.insert(PROD.into(), Arc::new(picture));
    state.bay_models = value(Arc::new(vec![
        model("model-1", "k8s-1.30-ubuntu", Coe::Kubernetes, "ubuntu-22.04-kube-1.30", "calico"),
        model("model-2", "swarm-atomic", Coe::Swarm, "fedora-atomic-27", "docker"),
        model("model-3", "k8s-1.31-flatcar", Coe::Kubernetes, "flatcar-3975", "cilium"),
        model("model-4", "mesos-ubuntu", Coe::Mesos, "ubuntu-16.04-mesos", "docker"),
    ]));
    state
}

/// The same, in a region of 2015 with containers.
pub fn state_2015() -> State {
    let mut state = state();
    state.session = session(&["member"], Dialect::Legacy);
    let containers = ["Running", "Stopped", "Paused", "Error", "Running"];
    state.containers = value(Arc::new(containers.iter().enumerate().map(|(n, s)| container(n, s)).collect()));
    state
}

/// The inside of the bay of the pictures in another link state.
pub fn with_link(link: Link) -> State {
    let mut state = state();
    let picture = match &link {
        Link::Loading => loading(),
        Link::Stale(_) => Picture { last_event_at: Some(NOW - 40), ..prod() },
        _ => Picture::default(),
    };
    state.insides.insert(PROD.into(), Arc::new(Picture { link, ..picture }));
    state
}

/// Connection lost.
pub fn lost() -> Problem {
    Problem::new(ProblemKind::Network, "kubernetes", "connection refused")
}

/// Magnum does not sign for this user.
pub fn refused() -> Problem {
    Problem {
        status: Some(403),
        request_id: Some("req-7c1e44b0-5d1f-4a6c-9a90-5f77ee21c009".into()),
        ..Problem::new(ProblemKind::Forbidden, "magnum", "Policy doesn't allow certificate:create to be performed.")
    }
}

/// The end of a log.
pub fn log() -> PodLog {
    PodLog {
        containers: vec!["app".into(), "istio-proxy".into()],
        container: "app".into(),
        lines: (0..400)
            .map(|n| format!("2026-11-24T10:58:{:02}Z level=info msg=\"request {n} served\"", n % 60))
            .collect(),
    }
}

/// A job in the journal.
pub fn job(id: u64, what: &'static str, target: &str, outcome: Outcome) -> Job {
    Job {
        id,
        started_at: NOW as f64 - 3.0,
        finished_at: (outcome != Outcome::Running).then_some(NOW as f64),
        what,
        target: target.into(),
        place: "k8s-prod".into(),
        command_line: String::new(),
        bay: None,
        made: None,
        outcome,
        request_id: None,
    }
}
