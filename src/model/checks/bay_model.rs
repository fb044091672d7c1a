//! Rules of a new bay model.

use super::bay::check_labels;
use super::dialect::{Era, engines, network_drivers, volume_drivers};
use super::values::{self, TEXT_MAX};
use super::{Field, Findings, Known, Rule};
use crate::model::bay::Coe;
use crate::model::bay_model::BayModelSpec;

/// Everything that is wrong with a new bay model.
pub fn check(spec: &BayModelSpec, known: &Known<'_>) -> Findings {
    let mut findings = Findings::default();
    known.rights(&mut findings);
    let era = Era::of(known.magnum);
    findings.block_if(Field::Name, values::length(&spec.name, TEXT_MAX));
    if !spec.name.is_empty() && known.names.is_some_and(|names| names.contains(&spec.name)) {
        findings.hint(Field::Name, Rule::NameTaken);
    }
    let engine = spec.coe.as_ref().map(Coe::word);
    match engine {
        None => findings.block(Field::Coe, Rule::Required),
        Some(word) if !engines(known.magnum).contains(&word) => {
            findings.block(Field::Coe, Rule::EngineGone(engines(known.magnum).join(", ")));
        }
        Some(_) => {}
    }
    image(spec, known, &mut findings);
    if era < Era::Modern && spec.keypair.as_deref().unwrap_or_default().is_empty() {
        findings.block(Field::Keypair, Rule::Required);
    }
    known.keypair(spec.keypair.as_deref(), &mut findings);
    let image = known.image(&spec.image);
    let boots_from_volume = spec.labels.get("boot_volume_size").is_some_and(|v| v != "0" && !v.is_empty());
    let image = image.filter(|_| !boots_from_volume);
    known.flavor_fits(Field::Flavor, spec.flavor.as_deref(), image, &mut findings);
    known.flavor_fits(Field::MasterFlavor, spec.master_flavor.as_deref(), image, &mut findings);
    networks(spec, known, era, &mut findings);
    drivers(spec, known, engine, &mut findings);
    proxies(spec, &mut findings);
    if spec.docker_volume_size_gb == Some(0) {
        findings.block(Field::DockerVolumeSize, Rule::AtLeast(1));
    }
    if spec.docker_storage_driver.as_deref() == Some("devicemapper") && spec.docker_volume_size_gb.is_none_or(|s| s < 3)
    {
        findings.block(Field::DockerVolumeSize, Rule::Devicemapper);
    }
    if spec.apiserver_port.is_some_and(|port| port < 1024) {
        findings.block(Field::ApiserverPort, Rule::Between(1024, 65_535));
    }
    if !known.is_admin() {
        if spec.public {
            findings.block(Field::Public, Rule::AdminOnly);
        }
        if spec.hidden {
            findings.block(Field::Hidden, Rule::AdminOnly);
        }
    }
    if let Some(tags) = &spec.tags {
        findings.block_if(Field::Tags, values::length(tags, TEXT_MAX));
    }
    check_labels(&spec.labels, engine, &mut findings);
    findings
}

fn image(spec: &BayModelSpec, known: &Known<'_>, findings: &mut Findings) {
    if spec.image.is_empty() {
        findings.block(Field::Image, Rule::Required);
        return;
    }
    match known.image(&spec.image) {
        None if known.images.is_some() => findings.block(Field::Image, Rule::Missing(spec.image.clone())),
        Some(image) if image.os_distro.as_deref().unwrap_or_default().is_empty() => {
            findings.block(Field::Image, Rule::NoDistro(image.name.clone()));
        }
        Some(image) if !image.status.is_empty() && image.status != "active" => {
            findings.block(Field::Image, Rule::ImageNotActive(image.status.clone()));
        }
        _ => {}
    }
}

fn networks(spec: &BayModelSpec, known: &Known<'_>, era: Era, findings: &mut Findings) {
    match spec.external_network.as_deref().filter(|n| !n.is_empty()) {
        // The API takes it without, the Heat templates and the command line do not.
        None => findings.block(Field::ExternalNetwork, Rule::Required),
        Some(name) => match known.network(name) {
            None if known.networks.is_some() => findings.block(Field::ExternalNetwork, Rule::Missing(name.to_owned())),
            Some(network) if !network.external => findings.block(Field::ExternalNetwork, Rule::NotExternal),
            _ => {}
        },
    }
    if era <= Era::Liberty {
        // Until Liberty the field is the CIDR of a network to be made.
        if let Some(text) = spec.fixed_network.as_deref().filter(|n| !n.is_empty()) {
            findings.block_if(Field::FixedNetwork, values::cidr(text));
        }
    } else {
        known.network_pair(spec.fixed_network.as_deref(), spec.fixed_subnet.as_deref(), findings);
    }
    if let Some(dns) = spec.dns_nameserver.as_deref().filter(|d| !d.is_empty()) {
        findings.block_if(Field::Dns, values::dns_servers(dns, era <= Era::Liberty));
    }
}

fn drivers(spec: &BayModelSpec, known: &Known<'_>, engine: Option<&str>, findings: &mut Findings) {
    let Some(engine) = engine else { return };
    let allowed = network_drivers(known.magnum, engine);
    if let Some(driver) = spec.network_driver.as_deref().filter(|d| !d.is_empty())
        && !allowed.contains(&driver)
    {
        findings.block(Field::NetworkDriver, Rule::NotForEngine(allowed.join(", ")));
    }
    let allowed = volume_drivers(engine);
    if let Some(driver) = spec.volume_driver.as_deref().filter(|d| !d.is_empty())
        && !allowed.contains(&driver)
    {
        findings.block(Field::VolumeDriver, Rule::NotForEngine(allowed.join(", ")));
    }
}

fn proxies(spec: &BayModelSpec, findings: &mut Findings) {
    for (field, value) in [(Field::HttpProxy, &spec.http_proxy), (Field::HttpsProxy, &spec.https_proxy)] {
        if let Some(address) = value.as_deref().filter(|v| !v.is_empty()) {
            findings.block_if(field.clone(), values::web_address(address));
            findings.block_if(field, values::length(address, TEXT_MAX));
        }
    }
    if let Some(hosts) = spec.no_proxy.as_deref() {
        findings.block_if(Field::NoProxy, values::length(hosts, TEXT_MAX));
    }
    if let Some(registry) = spec.insecure_registry.as_deref().filter(|v| !v.is_empty()) {
        findings.block_if(Field::InsecureRegistry, values::host_port(registry));
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{liberty, modern};
    use super::*;
    use crate::model::choices::{Image, Network};
    use crate::model::cloud::{Identity, Project};

    fn spec() -> BayModelSpec {
        BayModelSpec {
            name: "k8s".into(),
            coe: Some(Coe::Kubernetes),
            image: "ubuntu".into(),
            external_network: Some("public".into()),
            ..BayModelSpec::default()
        }
    }

    fn rules(spec: &BayModelSpec, known: &Known<'_>) -> Vec<(Field, Rule)> {
        check(spec, known).0.into_iter().filter(|f| f.blocking).map(|f| (f.field, f.rule)).collect()
    }

    #[test]
    fn what_is_required_depends_on_the_release() {
        let (new, old) = (modern(14), liberty());
        assert_eq!(rules(&spec(), &Known::only(&new)), []);
        assert_eq!(rules(&spec(), &Known::only(&old)), [(Field::Keypair, Rule::Required)]);
        let nothing = rules(&BayModelSpec::default(), &Known::only(&new));
        let fields: Vec<_> = nothing.iter().map(|(field, _)| field.clone()).collect();
        assert_eq!(fields, [Field::Coe, Field::Image, Field::ExternalNetwork]);
    }

    #[test]
    fn an_image_needs_its_distribution() {
        let magnum = modern(14);
        let mut images = [Image {
            id: "1".into(),
            name: "ubuntu".into(),
            os_distro: None,
            status: "active".into(),
            min_disk_gb: 0,
            min_ram_mib: 0,
        }];
        let known = Known { images: Some(&images), ..Known::only(&magnum) };
        assert_eq!(rules(&spec(), &known), [(Field::Image, Rule::NoDistro("ubuntu".into()))]);
        images[0].os_distro = Some("ubuntu".into());
        images[0].status = "queued".into();
        let known = Known { images: Some(&images), ..Known::only(&magnum) };
        assert_eq!(rules(&spec(), &known), [(Field::Image, Rule::ImageNotActive("queued".into()))]);
    }

    #[test]
    fn the_fixed_network_is_a_cidr_in_2015_and_a_network_later() {
        let (old, new) = (liberty(), modern(14));
        let networks = [
            Network { id: "n1".into(), name: "private".into(), external: false, subnets: Vec::new() },
            Network { id: "n2".into(), name: "public".into(), external: true, subnets: Vec::new() },
        ];
        let named = BayModelSpec { fixed_network: Some("private".into()), keypair: Some("k".into()), ..spec() };
        let known = |magnum| Known { networks: Some(&networks), ..Known::only(magnum) };
        assert_eq!(rules(&named, &known(&new)), []);
        assert_eq!(rules(&named, &known(&old)), [(Field::FixedNetwork, Rule::NotCidr)]);
        let inside = BayModelSpec { external_network: Some("private".into()), ..spec() };
        assert_eq!(rules(&inside, &known(&new)), [(Field::ExternalNetwork, Rule::NotExternal)]);
    }

    #[test]
    fn drivers_belong_to_engines() {
        let magnum = modern(14);
        let wrong =
            BayModelSpec { network_driver: Some("docker".into()), volume_driver: Some("rexray".into()), ..spec() };
        assert_eq!(
            rules(&wrong, &Known::only(&magnum)),
            [
                (Field::NetworkDriver, Rule::NotForEngine("flannel, calico, cilium".into())),
                (Field::VolumeDriver, Rule::NotForEngine("cinder".into())),
            ]
        );
        let swarm = BayModelSpec { coe: Some(Coe::Swarm), ..spec() };
        assert_eq!(rules(&swarm, &Known::only(&magnum)), [(Field::Coe, Rule::EngineGone("kubernetes".into()))]);
    }

    #[test]
    fn numbers_and_addresses() {
        let magnum = modern(14);
        let wrong = BayModelSpec {
            apiserver_port: Some(443),
            docker_storage_driver: Some("devicemapper".into()),
            docker_volume_size_gb: Some(2),
            insecure_registry: Some("registry".into()),
            http_proxy: Some("proxy:3128".into()),
            dns_nameserver: Some("8.8.8.8,one".into()),
            ..spec()
        };
        let found = rules(&wrong, &Known::only(&magnum));
        for (field, rule) in [
            (Field::ApiserverPort, Rule::Between(1024, 65_535)),
            (Field::DockerVolumeSize, Rule::Devicemapper),
            (Field::InsecureRegistry, Rule::NotHostPort),
            (Field::HttpProxy, Rule::NotUrl),
            (Field::Dns, Rule::NotAddress("one".into())),
        ] {
            assert!(found.contains(&(field.clone(), rule.clone())), "{field:?} {rule:?} in {found:?}");
        }
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn sharing_is_for_administrators_and_readers_change_nothing() {
        let magnum = modern(14);
        let mut identity = Identity {
            cloud: String::new(),
            user: "u".into(),
            user_id: "u".into(),
            project: Project::default(),
            region: String::new(),
            regions: Vec::new(),
            roles: vec!["member".into()],
            expires_at: None,
            services: Vec::new(),
            unverified: false,
        };
        let public = BayModelSpec { public: true, ..spec() };
        let known = Known { identity: Some(&identity), ..Known::only(&magnum) };
        assert_eq!(rules(&public, &known), [(Field::Public, Rule::AdminOnly)]);
        identity.roles = vec!["reader".into()];
        let known = Known { identity: Some(&identity), ..Known::only(&magnum) };
        assert_eq!(rules(&spec(), &known), [(Field::Form, Rule::Reader)]);
    }
}
