//! A signed-in state with everything that the forms choose from: the failed bay of the pictures and its bay model.

use super::fleet;
use super::picture::NOW;
use bayview::live::loadable::Loadable;
use bayview::live::state::{Choices, Session, State};
use bayview::model::bay::Coe;
use bayview::model::bay_model::{BayModel, BayModelSpec};
use bayview::model::choices::{Flavor, Image, Keypair, Network, Quota, QuotaResource, Subnet};
use bayview::model::cloud::{Dialect, MagnumInfo, Microversion};
use std::collections::BTreeMap;
use std::sync::Arc;

fn loaded<T>(value: T) -> Loadable<T> {
    Loadable { value: Some(value), loaded_at: Some(NOW as f64 - 3.0), ..Loadable::default() }
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// What today's Magnum can do.
pub fn modern() -> MagnumInfo {
    MagnumInfo {
        endpoint: "https://tokyo-1.example:9511/v1".into(),
        dialect: Dialect::Modern,
        min_version: Some(Microversion(1, 1)),
        max_version: Some(Microversion(1, 14)),
        resources: ["clusters", "clustertemplates", "certificates", "quotas", "nodegroups"].map(String::from).into(),
    }
}

/// What a Magnum of 2015 can do.
pub fn liberty() -> MagnumInfo {
    MagnumInfo {
        endpoint: "http://osaka-2015.example:9511/v1".into(),
        dialect: Dialect::Legacy,
        min_version: None,
        max_version: None,
        resources: ["bays", "baymodels", "pods", "rcs", "services", "containers", "certificates"]
            .map(String::from)
            .into(),
    }
}

fn gpu_model() -> BayModel {
    let gpu_labels = labels(&[
        ("auto_healing_enabled", "false"),
        ("boot_volume_size", "40"),
        ("boot_volume_type", "ssd"),
        ("calico_tag", "v3.28.1"),
        ("cinder_csi_enabled", "true"),
        ("cloud_provider_enabled", "true"),
        ("container_runtime", "containerd"),
        ("containerd_version", "1.7.22"),
        ("ingress_controller", "octavia"),
        ("kube_tag", "v1.30.4"),
        ("monitoring_enabled", "false"),
    ]);
    BayModel {
        id: "5b0e1f4a-6c1d-4c8e-9a53-d0a7f1c2e944".into(),
        name: "k8s-1.30-gpu".into(),
        spec: BayModelSpec {
            name: "k8s-1.30-gpu".into(),
            coe: Some(Coe::Kubernetes),
            image: "ubuntu-22.04-kube-v1.30.4".into(),
            keypair: Some("mika-ed25519".into()),
            external_network: Some("public-tokyo".into()),
            flavor: Some("g1.4xlarge".into()),
            master_flavor: Some("m2.large".into()),
            network_driver: Some("calico".into()),
            volume_driver: Some("cinder".into()),
            labels: gpu_labels,
            master_lb_enabled: true,
            floating_ip_enabled: Some(false),
            ..BayModelSpec::default()
        },
        cluster_distro: Some("ubuntu".into()),
        project_id: Some("p1".into()),
        created_at: Some(NOW - 40 * 86_400),
        updated_at: None,
    }
}

fn swarm_model() -> BayModel {
    let spec = BayModelSpec {
        name: "swarm-atomic".into(),
        coe: Some(Coe::Swarm),
        image: "fedora-atomic-27".into(),
        keypair: Some("mika-ed25519".into()),
        ..BayModelSpec::default()
    };
    BayModel { id: "swarm-atomic".into(), name: "swarm-atomic".into(), spec, ..gpu_model() }
}

fn image(name: &str, distro: Option<&str>) -> Image {
    Image {
        id: format!("id-{name}"),
        name: name.into(),
        os_distro: distro.map(str::to_owned),
        status: "active".into(),
        min_disk_gb: 20,
        min_ram_mib: 2048,
    }
}

fn choices() -> Choices {
    let flavor = |name: &str, vcpus, gib: u64, disk_gb| Flavor {
        id: format!("id-{name}"),
        name: name.into(),
        vcpus,
        ram_mib: gib * 1024,
        disk_gb,
    };
    let network = |name: &str, external, subnet: &str| Network {
        id: format!("id-{name}"),
        name: name.into(),
        external,
        subnets: vec![subnet.into()],
    };
    let quota = |resource, used, limit| Quota { resource, used, limit: Some(limit) };
    Choices {
        flavors: loaded(Arc::new(vec![
            flavor("m1.tiny", 1, 1, 5),
            flavor("m2.medium", 2, 4, 40),
            flavor("m2.large", 4, 8, 40),
            flavor("g1.4xlarge", 16, 128, 80),
        ])),
        keypairs: loaded(Arc::new(vec![Keypair {
            name: "mika-ed25519".into(),
            fingerprint: "5f:1c:33:aa:90:10:e2".into(),
        }])),
        images: loaded(Arc::new(vec![
            image("ubuntu-22.04-kube-v1.30.4", Some("ubuntu")),
            image("fedora-atomic-27", Some("fedora-atomic")),
            image("cirros-0.6", None),
        ])),
        networks: loaded(Arc::new(vec![
            network("public-tokyo", true, "s-public"),
            network("lab-net", false, "s-lab"),
            network("edge-net", false, "s-edge"),
        ])),
        subnets: loaded(Arc::new(vec![Subnet {
            id: "s-lab".into(),
            name: "lab-subnet".into(),
            network_id: "id-lab-net".into(),
            cidr: "10.20.0.0/24".into(),
        }])),
        zones: loaded(Arc::new(vec!["nova".into(), "az-2".into()])),
        quotas: loaded(Arc::new(vec![
            quota(QuotaResource::Bays, 16, 20),
            quota(QuotaResource::Instances, 5136, 6000),
            quota(QuotaResource::Vcpus, 41_904, 48_000),
            quota(QuotaResource::RamMib, 176_160_768, 209_715_200),
            quota(QuotaResource::FloatingIps, 9, 10),
            quota(QuotaResource::Ports, 10_611, 12_000),
            quota(QuotaResource::SecurityGroups, 41, 60),
        ])),
    }
}

/// The failed bay `k8s-gpu` with the labels it was asked for.
pub fn state() -> State {
    let mut state = fleet::state();
    // Jobs of these tests are numbered from 1 as well.
    state.journal.clear();
    if let Session::In(session) = &mut state.session {
        session.magnum = loaded(modern());
    }
    let mut models = vec![gpu_model()];
    models.extend(state.bay_models.value.iter().flat_map(|m| m.iter()).filter(|m| m.name != "k8s-1.30-gpu").cloned());
    state.bay_models = loaded(Arc::new(models));
    let fix = |bay: &mut bayview::model::bay::Bay| {
        bay.model_id = gpu_model().id;
        bay.keypair = Some("mika-ed25519".into());
        bay.labels = gpu_model().spec.labels;
        bay.labels.extend(labels(&[
            ("auto_healing_enabled", "true"),
            ("boot_volume_size", "80"),
            ("auto_scaling_enabled", "true"),
            ("min_node_count", "6"),
            ("max_node_count", "12"),
        ]));
    };
    if let Some(bays) = &mut state.bays.value {
        Arc::make_mut(bays).iter_mut().filter(|b| b.name == "k8s-gpu").for_each(fix);
    }
    state.details.clear();
    state.choices = choices();
    state
}

/// The same user in a region of 2015, with a Swarm bay.
pub fn state_2015() -> State {
    let mut state = state();
    if let Session::In(session) = &mut state.session {
        session.magnum = loaded(liberty());
    }
    state.bay_models = loaded(Arc::new(vec![swarm_model()]));
    if let Some(bays) = &mut state.bays.value {
        Arc::make_mut(bays).retain(|b| b.name == "swarm-ci");
    }
    // Every node of 2015 takes a floating IP; the one that is left elsewhere would not do.
    if let Some(quotas) = &mut state.choices.quotas.value {
        let floating = Arc::make_mut(quotas).iter_mut().filter(|q| q.resource == QuotaResource::FloatingIps);
        floating.for_each(|quota| quota.limit = Some(50));
    }
    state
}
