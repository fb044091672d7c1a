//! A signed-in state with bays in every state, as the pictures of the design show it.

use super::picture::NOW;
use bayview::live::loadable::Loadable;
use bayview::live::state::{
    BayDetail, Connection, Job, Notice, Outcome, Session, SignInQuestion, SignInStep, SignInStepKind, SignedIn,
    SigningIn, State,
};
use bayview::model::bay::{Bay, BayStatus, Coe, Health, StackEvent};
use bayview::model::bay_model::{BayModel, BayModelSpec};
use bayview::model::cloud::{AuthMethod, Identity, Profile, ProfileSource, Project, Trust};
use bayview::model::problem::{Problem, ProblemKind};
use bayview::model::status::Sign;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: i64 = 86_400;

fn loaded<T>(value: T) -> Loadable<T> {
    Loadable { value: Some(value), loaded_at: Some(NOW as f64 - 2.0), ..Loadable::default() }
}

fn bay(
    name: &str,
    status: &str,
    health: Health,
    coe: Coe,
    version: &str,
    size: (u32, u32),
    model: &str,
    age: i64,
) -> Bay {
    Bay {
        id: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, name.as_bytes()).to_string(),
        name: name.into(),
        status: BayStatus::parse(Some(status)),
        status_reason: None,
        health,
        health_reason: BTreeMap::new(),
        coe: Some(coe),
        coe_version: Some(version.into()),
        container_version: None,
        master_count: size.0,
        node_count: size.1,
        model_id: model.into(),
        keypair: Some("mika".into()),
        api_address: Some("https://203.0.113.21:6443".into()),
        master_addresses: Vec::new(),
        node_addresses: Vec::new(),
        stack_id: Some("9a0c2f11-77aa-4a7e-8f1c-0c9d2b6d4e10".into()),
        discovery_url: None,
        flavor: None,
        master_flavor: None,
        docker_volume_size_gb: None,
        labels: BTreeMap::from([("kube_tag".into(), version.into())]),
        create_timeout_minutes: Some(60),
        faults: BTreeMap::new(),
        project_id: None,
        user_id: None,
        fixed_network: None,
        fixed_subnet: None,
        floating_ip_enabled: Some(true),
        master_lb_enabled: Some(true),
        created_at: Some(NOW - age),
        updated_at: None,
    }
}

fn not_ready(mut bay: Bay, nodes: usize) -> Bay {
    bay.health_reason = (0..nodes).map(|n| (format!("worker-{n}.Ready"), "False".to_owned())).collect();
    bay
}

/// Sixteen bays.
pub fn bays() -> Vec<Bay> {
    use Coe::{Kubernetes as K, Mesos as M, Swarm as S};
    use Health::{Healthy as H, NotReported as N, Unhealthy as U};
    let mut gpu = bay("k8s-gpu", "CREATE_FAILED", N, K, "v1.30.4", (3, 4), "k8s-1.30-gpu", 18 * 60);
    gpu.status_reason = Some(
        "Resource CREATE failed: OverQuotaClient: resources.network.resources.floating_ip: Quota exceeded for resources: \
         ['floatingip']. Requested 4, but already used 9 of 10 floatingip. Neutron server returns request_ids: \
         ['req-7c1e44b0-5d1f-4a6c-8a55-0c8be5a1d0aa']"
            .into(),
    );
    gpu.api_address = None;
    let mut farm = bay("build-farm", "UPDATE_FAILED", H, M, "1.11.0", (1, 8), "mesos-ubuntu", 310 * DAY);
    farm.status_reason = Some("Went to status ERROR due to \"Message: No valid host was found., Code: 500\"".into());
    vec![
        not_ready(bay("k8s-prod", "UPDATE_COMPLETE", U, K, "v1.30.4", (3, 24), "k8s-1.30-ubuntu", 212 * DAY), 1),
        bay("k8s-staging", "UPDATE_COMPLETE", H, K, "v1.31.1", (1, 6), "k8s-1.31-ubuntu", 34 * DAY),
        bay("k8s-edge", "CREATE_IN_PROGRESS", N, K, "v1.30.4", (3, 8), "k8s-1.30-ubuntu", 6 * 60),
        gpu,
        not_ready(bay("grid-5k", "UPDATE_COMPLETE", U, K, "v1.30.4", (5, 4995), "k8s-1.30-flatcar", 96 * DAY), 26),
        bay("ml-notebooks", "UPDATE_IN_PROGRESS", H, K, "v1.30.4", (1, 4), "k8s-1.30-ubuntu", 71 * DAY),
        bay("data-platform", "CREATE_COMPLETE", H, K, "v1.30.4", (3, 18), "k8s-1.30-ubuntu", 143 * DAY),
        bay("observability", "CREATE_COMPLETE", H, K, "v1.30.2", (3, 6), "k8s-1.30-ubuntu", 143 * DAY),
        bay("payments-dr", "UPDATE_COMPLETE", H, K, "v1.30.4", (3, 9), "k8s-1.30-ubuntu", 88 * DAY),
        bay("k8s-dev", "DELETE_IN_PROGRESS", N, K, "v1.29.8", (1, 3), "k8s-1.29-ubuntu", 190 * DAY),
        bay("sandbox-mika", "CREATE_COMPLETE", H, K, "v1.31.1", (1, 2), "k8s-1.31-ubuntu", 3 * DAY),
        bay("sandbox-tomo", "CREATE_COMPLETE", H, K, "v1.31.1", (1, 2), "k8s-1.31-ubuntu", 9 * DAY),
        bay("swarm-ci", "CREATE_COMPLETE", N, S, "1.13.1", (1, 5), "swarm-atomic", 770 * DAY),
        bay("swarm-legacy", "ADOPT_PARTIAL", N, S, "1.12.6", (1, 3), "swarm-atomic", 1472 * DAY),
        bay("mesos-batch", "CREATE_COMPLETE", N, M, "1.11.0", (3, 12), "mesos-ubuntu", 566 * DAY),
        farm,
    ]
}

/// uuid of a bay of the sample.
pub fn id(name: &str) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, name.as_bytes()).to_string()
}

fn event(time: i64, resource: &str, kind: &str, status: &str) -> StackEvent {
    StackEvent {
        time,
        resource: resource.into(),
        resource_type: kind.into(),
        status: status.into(),
        reason: String::new(),
    }
}

fn details(bays: &[Bay]) -> std::collections::HashMap<String, BayDetail> {
    let mut details = std::collections::HashMap::new();
    let progress = [("k8s-edge", (20, 32)), ("ml-notebooks", (2, 5)), ("k8s-dev", (6, 9))];
    for bay in bays {
        let stack_progress = progress.iter().find(|p| p.0 == bay.name).map(|p| p.1);
        let start = NOW - 18 * 60;
        let stack_events = if bay.name == "k8s-gpu" {
            loaded(Arc::new(vec![
                event(start + 3, "k8s-gpu", "OS::Heat::Stack", "CREATE_IN_PROGRESS"),
                event(start + 12, "network", "Magnum::Optional::Neutron::Net", "CREATE_IN_PROGRESS"),
                event(start + 29, "network", "Magnum::Optional::Neutron::Net", "CREATE_COMPLETE"),
                event(start + 30, "api_lb", "OS::Octavia::LoadBalancer", "CREATE_IN_PROGRESS"),
                event(start + 66, "api_lb", "OS::Octavia::LoadBalancer", "CREATE_COMPLETE"),
                event(start + 69, "floating_ip", "OS::Neutron::FloatingIP", "CREATE_FAILED"),
            ]))
        } else {
            Loadable::default()
        };
        details.insert(
            bay.id.clone(),
            BayDetail { bay: loaded(bay.clone()), stack_progress, stack_events, ..BayDetail::default() },
        );
    }
    details
}

fn model(name: &str) -> BayModel {
    BayModel {
        id: name.into(),
        name: name.into(),
        spec: BayModelSpec { name: name.into(), ..BayModelSpec::default() },
        cluster_distro: None,
        project_id: None,
        created_at: Some(NOW - 300 * DAY),
        updated_at: None,
    }
}

/// Somebody is signed in.
pub fn session(roles: &[&str]) -> Session {
    Session::In(Box::new(SignedIn {
        identity: Identity {
            cloud: "tokyo-1".into(),
            user: "mika".into(),
            user_id: "u1".into(),
            project: Project { id: "p1".into(), name: "lab".into(), domain_id: "default".into() },
            region: "RegionOne".into(),
            regions: vec!["RegionOne".into(), "RegionTwo".into()],
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            expires_at: Some(NOW + 8 * 3600),
            services: Vec::new(),
            unverified: false,
        },
        magnum: Loadable::default(),
        demo: false,
    }))
}

fn notice(id: u64, sign: Sign, message: &'static str, job: &str, target: &str) -> Notice {
    let args = vec![("job", job.to_owned()), ("target", target.to_owned())];
    Notice { id, at: NOW as f64 - 600.0, sign, message, args, problem: None, job: Some(id) }
}

/// Signed in, with sixteen bays.
pub fn state() -> State {
    let bays = bays();
    let mut models: Vec<String> = bays.iter().map(|b| b.model_id.clone()).collect();
    models.sort();
    models.dedup();
    let details = details(&bays);
    let project = |id: &str, name: &str| Project { id: id.into(), name: name.into(), domain_id: "default".into() };
    State {
        session: session(&["member"]),
        profiles: loaded(Arc::new(profiles())),
        projects: loaded(Arc::new(vec![project("p1", "lab"), project("p2", "sandbox")])),
        bays: loaded(Arc::new(bays)),
        bay_models: loaded(Arc::new(models.iter().map(|m| model(m)).collect())),
        details,
        connection: Connection { latency_ms: Some(38), ..Connection::default() },
        notices: vec![
            notice(1, Sign::Ok, "notice-job-accepted", "job-create-bay", "k8s-edge"),
            notice(2, Sign::Failed, "notice-job-failed", "job-scale-bay", "build-farm"),
        ],
        journal: journal(),
        ..State::default()
    }
}

fn job(id: u64, ago: f64, what: &'static str, target: &str, outcome: Outcome) -> Job {
    let finished = !matches!(outcome, Outcome::Running | Outcome::Accepted);
    Job {
        id,
        started_at: NOW as f64 - ago,
        finished_at: finished.then_some(NOW as f64 - ago + 0.412),
        what,
        target: target.into(),
        place: "lab, RegionOne".into(),
        command_line: format!("openstack coe cluster show {target}"),
        bay: None,
        made: None,
        outcome,
        request_id: Some(format!("req-7c1e44b0-5d1f-4a6c-8a55-0c8be5a1d0{id:02}")),
    }
}

/// Changes with every outcome.
pub fn journal() -> Vec<Job> {
    vec![
        job(1, 1900.0, "job-create-bay", "k8s-gpu", Outcome::Accepted),
        job(2, 900.0, "job-scale-bay", "build-farm", Outcome::Failed(conflict())),
        job(3, 600.0, "job-apply-manifests", "k8s-staging", Outcome::Partly { done: 3, all: 5 }),
        job(4, 60.0, "job-create-bay-model", "k8s-1.31-ubuntu", Outcome::Done),
        job(5, 2.0, "job-delete-bay", "k8s-dev", Outcome::Running),
    ]
}

fn conflict() -> Problem {
    Problem {
        kind: ProblemKind::Conflict,
        service: "magnum".into(),
        action: "PATCH /v1/clusters/build-farm".into(),
        said: "Updating a cluster when status is \"UPDATE_IN_PROGRESS\" is not supported".into(),
        status: Some(409),
        request_id: Some("req-7c1e44b0-5d1f-4a6c-8a55-0c8be5a1d002".into()),
    }
}

fn profile(name: &str, source: ProfileSource, user: &str, project: &str) -> Profile {
    Profile {
        name: name.into(),
        source: Some(source),
        auth_url: format!("https://keystone.{name}.example:5000/v3"),
        username: user.into(),
        user_domain_name: "Default".into(),
        project_name: project.into(),
        project_domain_name: "Default".into(),
        region: "RegionOne".into(),
        has_secret: true,
        ..Profile::default()
    }
}

/// Profiles from every place.
pub fn profiles() -> Vec<Profile> {
    let file = |line| ProfileSource::CloudsYaml { path: "~/.config/openstack/clouds.yaml".into(), line };
    let system = ProfileSource::CloudsYaml { path: "/etc/openstack/clouds.yaml".into(), line: 2 };
    let mut edge = profile("kyoto-edge", system, "", "");
    edge.method = AuthMethod::ApplicationCredential;
    edge.application_credential_id = "0b1c9f5a7d".into();
    edge.region = "edge-1".into();
    let mut osaka = profile("osaka-2", file(31), "mika", "lab");
    osaka.has_secret = false;
    osaka.trust = Trust { verify: true, ..Trust::default() };
    let mut token = profile("tokyo-1, token", ProfileSource::Saved, "mika", "sandbox");
    token.method = AuthMethod::Token;
    vec![
        profile("tokyo-1", file(3), "mika", "lab"),
        profile("tokyo-1-admin", file(17), "admin", ""),
        osaka,
        edge,
        profile("OS_AUTH_URL", ProfileSource::Environment, "tomo", "ci"),
        token,
    ]
}

/// Nobody is signed in.
pub fn signed_out() -> State {
    State { profiles: loaded(Arc::new(profiles())), ..State::default() }
}

fn step(
    kind: SignInStepKind,
    found: Option<(&'static str, Vec<(&'static str, String)>)>,
    took_ms: Option<u64>,
) -> SignInStep {
    SignInStep { kind, found, took_ms, failed: false }
}

fn steps() -> Vec<SignInStep> {
    let found =
        |id, args: &[(&'static str, &str)]| Some((id, args.iter().map(|(k, v)| (*k, (*v).to_owned())).collect()));
    vec![
        step(SignInStepKind::Keystone, found("sign-in-found-keystone", &[("user", "mika")]), Some(214)),
        step(
            SignInStepKind::Catalogue,
            found("sign-in-found-catalogue", &[("services", "14"), ("regions", "RegionOne, RegionTwo")]),
            Some(6),
        ),
        step(
            SignInStepKind::Magnum,
            found("sign-in-found-magnum", &[("version", "1.14"), ("dialect", "modern")]),
            Some(88),
        ),
        step(SignInStepKind::Bays, None, None),
    ]
}

/// On the way in.
pub fn signing_in() -> State {
    let signing = SigningIn {
        profile: profiles().swap_remove(0),
        steps: steps(),
        started_at: NOW as f64 - 1.1,
        asks: None,
        problem: None,
        before: None,
    };
    State { session: Session::SigningIn(signing), ..signed_out() }
}

/// A sign-in that asks something.
pub fn asking(question: SignInQuestion) -> State {
    let signing = SigningIn {
        profile: profiles().swap_remove(0),
        steps: vec![step(SignInStepKind::Keystone, None, None)],
        started_at: NOW as f64 - 1.1,
        asks: Some(question),
        problem: None,
        before: None,
    };
    State { session: Session::SigningIn(signing), ..signed_out() }
}

/// A sign-in that failed at its first step.
pub fn failed_sign_in() -> State {
    let problem = Problem {
        kind: ProblemKind::Tls,
        service: "keystone".into(),
        action: "GET /v3".into(),
        said: "invalid peer certificate: UnknownIssuer".into(),
        status: None,
        request_id: None,
    };
    let signing = SigningIn {
        profile: profiles().swap_remove(0),
        steps: vec![SignInStep { kind: SignInStepKind::Keystone, found: None, took_ms: Some(31), failed: true }],
        started_at: NOW as f64 - 4.0,
        asks: None,
        problem: Some(problem),
        before: None,
    };
    State { session: Session::SigningIn(signing), ..signed_out() }
}
