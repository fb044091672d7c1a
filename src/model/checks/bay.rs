//! Rules of a new bay.

use super::dialect::{Era, bay_field};
use super::values::{self, TEXT_MAX};
use super::{Field, Findings, Known, Rule};
use crate::model::bay::{Coe, NewBay};
use crate::model::bay_model::BayModel;
use crate::model::labels::{self, Labels};

/// Longest creation allowed here: a week. Magnum itself has no bound.
pub const TIMEOUT_MAX_MINUTES: u32 = 10_080;

/// Everything that is wrong with a new bay. `labels` are those given here, before they are merged for sending.
pub fn check(bay: &NewBay, labels: &Labels, known: &Known<'_>) -> Findings {
    let mut findings = Findings::default();
    known.rights(&mut findings);
    let model = known.models.and_then(|list| list.iter().find(|m| m.id == bay.model_id));
    name(bay, known, &mut findings);
    match (bay.model_id.is_empty(), model, known.models) {
        (true, ..) => findings.block(Field::BayModel, Rule::Required),
        (false, None, Some(_)) => findings.block(Field::BayModel, Rule::Missing(bay.model_id.clone())),
        _ => {}
    }
    if let (Some(model), Some(identity)) = (model, known.identity) {
        // Liberty lists public bay models of others and then refuses bays from them.
        let foreign = model.project_id.as_ref().is_some_and(|p| *p != identity.project.id);
        if foreign && Era::of(known.magnum) <= Era::Liberty {
            findings.block(Field::BayModel, Rule::ForeignModel);
        }
    }
    keypair(bay, model, known, &mut findings);
    size(bay, model, known, &mut findings);
    let image = model.and_then(|m| known.image(&m.spec.image));
    let flavor = bay.flavor.as_deref().or(model.and_then(|m| m.spec.flavor.as_deref()));
    let master_flavor = bay.master_flavor.as_deref().or(model.and_then(|m| m.spec.master_flavor.as_deref()));
    // A volume as root disk makes the flavor's own disk irrelevant.
    let boots_from_volume = effective(labels, model, "boot_volume_size").is_some_and(|v| v != "0" && !v.is_empty());
    let image = image.filter(|_| !boots_from_volume);
    known.flavor_fits(Field::Flavor, flavor, image, &mut findings);
    known.flavor_fits(Field::MasterFlavor, master_flavor, image, &mut findings);
    known.network_pair(bay.fixed_network.as_deref(), bay.fixed_subnet.as_deref(), &mut findings);
    volume(bay, model, &mut findings);
    if bay.create_timeout_minutes.is_some_and(|m| m > TIMEOUT_MAX_MINUTES) {
        findings.block(Field::Timeout, Rule::Between(0, u64::from(TIMEOUT_MAX_MINUTES)));
    }
    if let Some(url) = bay.discovery_url.as_deref().filter(|u| !u.is_empty()) {
        findings.block_if(Field::Discovery, values::web_address(url));
    }
    if let Some(zone) = labels.get("availability_zone").filter(|z| !z.is_empty())
        && known.zones.is_some_and(|zones| !zones.contains(zone))
    {
        findings.block(Field::Zone, Rule::Missing(zone.clone()));
    }
    let engine = model.and_then(|m| m.spec.coe.as_ref()).map(Coe::word);
    check_labels(labels, engine, &mut findings);
    scaling(labels, model, bay.node_count.unwrap_or(1), &mut findings);
    findings
}

fn name(bay: &NewBay, known: &Known<'_>, findings: &mut Findings) {
    let rule = if Era::of(known.magnum) >= Era::Newton {
        values::bay_name(&bay.name)
    } else {
        values::length(&bay.name, TEXT_MAX)
    };
    match rule {
        Some(rule) => findings.block(Field::Name, rule),
        None if bay.name.trim() != bay.name => findings.block(Field::Name, Rule::SpaceAtEnd),
        None => {
            if !bay.name.is_empty() && known.names.is_some_and(|names| names.contains(&bay.name)) {
                findings.hint(Field::Name, Rule::NameTaken);
            }
        }
    }
}

fn keypair(bay: &NewBay, model: Option<&BayModel>, known: &Known<'_>, findings: &mut Findings) {
    let own = bay.keypair.as_deref().filter(|k| !k.is_empty());
    let of_model = model.and_then(|m| m.spec.keypair.as_deref()).filter(|k| !k.is_empty());
    if own.is_none() && of_model.is_none() && model.is_some() && bay_field(known.magnum, &Field::Keypair).usable() {
        // Heat drivers refuse a bay without one; Cluster API drivers do not, so it is no more than a hint.
        findings.hint(Field::Keypair, Rule::Required);
    }
    known.keypair(own, findings);
}

fn size(bay: &NewBay, model: Option<&BayModel>, known: &Known<'_>, findings: &mut Findings) {
    let masters = bay.master_count.unwrap_or(1);
    let era = Era::of(known.magnum);
    if masters == 0 {
        findings.block(Field::MasterCount, Rule::AtLeast(1));
    } else if masters > 1 && era >= Era::Newton {
        let balanced = bay.master_lb_enabled.or(model.map(|m| m.spec.master_lb_enabled)).unwrap_or(true);
        if !balanced {
            findings.block(Field::MasterCount, Rule::MastersNeedLb);
        } else if masters.is_multiple_of(2) {
            findings.block(Field::MasterCount, Rule::MastersOdd);
        }
    }
    if bay.node_count == Some(0) {
        if era < Era::Modern {
            findings.block(Field::NodeCount, Rule::AtLeast(1));
        } else if !known.magnum.supports(10) {
            findings.block(Field::NodeCount, Rule::NeedsVersion("1.10".to_owned()));
        }
    }
}

fn volume(bay: &NewBay, model: Option<&BayModel>, findings: &mut Findings) {
    let size = bay.docker_volume_size_gb;
    if size == Some(0) {
        findings.block(Field::DockerVolumeSize, Rule::AtLeast(1));
    }
    let driver = model.and_then(|m| m.spec.docker_storage_driver.as_deref());
    if driver == Some("devicemapper") && size.is_some_and(|s| s > 0 && s < 3) {
        findings.block(Field::DockerVolumeSize, Rule::Devicemapper);
    }
}

fn effective<'a>(labels: &'a Labels, model: Option<&'a BayModel>, name: &str) -> Option<&'a str> {
    labels.get(name).or_else(|| model?.spec.labels.get(name)).map(String::as_str)
}

/// Names and values of labels; `engine` `None` = not known yet.
pub fn check_labels(labels: &Labels, engine: Option<&str>, findings: &mut Findings) {
    for (name, value) in labels {
        let field = || Field::Label(name.clone());
        if let Some(rule) = values::label_name(name) {
            findings.block(field(), rule);
        } else if let Some(rule) = values::label_value(name, value) {
            // Values beyond the known choices may be right on this cloud.
            let blocking = !matches!(rule, Rule::NotKnown(_));
            findings.0.push(super::Finding { field: field(), rule, blocking });
        } else if let (Some(info), Some(engine)) = (labels::info(name), engine)
            && !info.is_for(engine)
        {
            findings.hint(field(), Rule::NotForEngine(info.engines.join(", ")));
        } else if labels::info(name).is_none() {
            findings.hint(field(), Rule::LabelUnknown);
        }
    }
}

/// Bounds of automatic scaling against each other and against the workers.
fn scaling(labels: &Labels, model: Option<&BayModel>, workers: u32, findings: &mut Findings) {
    let number = |name| effective(labels, model, name).and_then(|v| v.trim().parse::<u64>().ok());
    let (min, max) = (number("min_node_count"), number("max_node_count"));
    let field = |name: &str| Field::Label(name.to_owned());
    let workers = u64::from(workers);
    let on = effective(labels, model, "auto_scaling_enabled").is_some_and(|v| v.eq_ignore_ascii_case("true"));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        findings.block(field("min_node_count"), Rule::MinAboveMax(max));
        return;
    }
    if let Some(min) = min
        && min > workers
    {
        findings.block(field("min_node_count"), Rule::MinAboveWorkers(workers));
    }
    if let Some(max) = max
        && max < workers
    {
        findings.block(field("max_node_count"), Rule::MaxBelowWorkers(workers));
    }
    if !on && labels.contains_key("max_node_count") {
        findings.hint(field("max_node_count"), Rule::ScalingOff);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{kilo, liberty, modern};
    use super::*;
    use crate::model::bay_model::BayModelSpec;
    use crate::model::choices::{Flavor, Image, Network, Subnet};
    use proptest::prelude::*;

    fn model() -> BayModel {
        BayModel {
            id: "m1".into(),
            name: "k8s".into(),
            spec: BayModelSpec {
                coe: Some(Coe::Kubernetes),
                image: "ubuntu".into(),
                keypair: Some("mika".into()),
                flavor: Some("small".into()),
                master_lb_enabled: true,
                ..BayModelSpec::default()
            },
            cluster_distro: None,
            project_id: Some("p1".into()),
            created_at: None,
            updated_at: None,
        }
    }

    fn bay() -> NewBay {
        NewBay {
            name: "b".into(),
            model_id: "m1".into(),
            master_count: Some(1),
            node_count: Some(3),
            ..NewBay::default()
        }
    }

    fn rules(bay: &NewBay, labels: &[(&str, &str)], known: &Known<'_>) -> Vec<(Field, Rule)> {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        check(bay, &labels, known).0.into_iter().filter(|f| f.blocking).map(|f| (f.field, f.rule)).collect()
    }

    #[test]
    fn a_plain_bay_is_fine() {
        let (magnum, models) = (modern(14), [model()]);
        let known = Known { models: Some(&models), ..Known::only(&magnum) };
        assert_eq!(rules(&bay(), &[], &known), []);
    }

    #[test]
    fn masters_are_odd_and_balanced() {
        let (magnum, mut models) = (modern(14), [model()]);
        let two = NewBay { master_count: Some(2), ..bay() };
        let known = Known { models: Some(&models), ..Known::only(&magnum) };
        assert_eq!(rules(&two, &[], &known), [(Field::MasterCount, Rule::MastersOdd)]);
        models[0].spec.master_lb_enabled = false;
        let known = Known { models: Some(&models), ..Known::only(&magnum) };
        assert_eq!(rules(&two, &[], &known), [(Field::MasterCount, Rule::MastersNeedLb)]);
        // 2015's API has no load balancer and takes any number.
        let old = liberty();
        let known = Known { models: Some(&models), ..Known::only(&old) };
        assert_eq!(rules(&two, &[], &known), []);
    }

    #[test]
    fn no_workers_only_since_1_10() {
        let models = [model()];
        let none = NewBay { node_count: Some(0), ..bay() };
        let (new, older, old) = (modern(10), modern(9), kilo());
        let known = |magnum| Known { models: Some(&models), ..Known::only(magnum) };
        assert_eq!(rules(&none, &[], &known(&new)), []);
        assert_eq!(rules(&none, &[], &known(&older)), [(Field::NodeCount, Rule::NeedsVersion("1.10".into()))]);
        assert_eq!(rules(&none, &[], &known(&old)), [(Field::NodeCount, Rule::AtLeast(1))]);
    }

    #[test]
    fn names_follow_the_release() {
        let models = [model()];
        let spaced = NewBay { name: "my bay".into(), ..bay() };
        let (new, old) = (modern(14), liberty());
        let known = |magnum| Known { models: Some(&models), ..Known::only(magnum) };
        assert_eq!(rules(&spaced, &[], &known(&new)), [(Field::Name, Rule::BayName)]);
        assert_eq!(rules(&spaced, &[], &known(&old)), []);
    }

    #[test]
    fn the_flavor_must_hold_the_image_unless_it_boots_from_a_volume() {
        let (magnum, models) = (modern(14), [model()]);
        let flavors = [Flavor { id: "1".into(), name: "small".into(), vcpus: 1, ram_mib: 2048, disk_gb: 10 }];
        let images = [Image {
            id: "i".into(),
            name: "ubuntu".into(),
            os_distro: Some("ubuntu".into()),
            status: "active".into(),
            min_disk_gb: 20,
            min_ram_mib: 0,
        }];
        let known =
            Known { models: Some(&models), flavors: Some(&flavors), images: Some(&images), ..Known::only(&magnum) };
        assert_eq!(rules(&bay(), &[], &known), [(Field::Flavor, Rule::FlavorDisk(20, 10))]);
        assert_eq!(rules(&bay(), &[("boot_volume_size", "40")], &known), []);
        let other = NewBay { flavor: Some("huge".into()), ..bay() };
        assert_eq!(
            rules(&other, &[("boot_volume_size", "40")], &known),
            [(Field::Flavor, Rule::Missing("huge".into()))]
        );
    }

    #[test]
    fn a_subnet_belongs_to_its_network() {
        let (magnum, models) = (modern(14), [model()]);
        let network = |id: &str| Network { id: id.into(), name: id.into(), external: false, subnets: Vec::new() };
        let networks = [network("n1"), network("n2")];
        let subnets =
            [Subnet { id: "s1".into(), name: "s1".into(), network_id: "n1".into(), cidr: "10.0.0.0/24".into() }];
        let known =
            Known { models: Some(&models), networks: Some(&networks), subnets: Some(&subnets), ..Known::only(&magnum) };
        let with = |network: Option<&str>| NewBay {
            fixed_network: network.map(str::to_owned),
            fixed_subnet: Some("s1".into()),
            ..bay()
        };
        assert_eq!(rules(&with(Some("n1")), &[], &known), []);
        assert_eq!(rules(&with(Some("n2")), &[], &known), [(Field::FixedSubnet, Rule::OtherNetwork)]);
        assert_eq!(rules(&with(None), &[], &known), [(Field::FixedSubnet, Rule::SubnetAlone)]);
    }

    #[test]
    fn scaling_bounds_hold_the_workers() {
        let (magnum, models) = (modern(14), [model()]);
        let known = Known { models: Some(&models), ..Known::only(&magnum) };
        let field = |name: &str| Field::Label(name.into());
        let on = ("auto_scaling_enabled", "true");
        assert_eq!(
            rules(&bay(), &[on, ("min_node_count", "6"), ("max_node_count", "12")], &known),
            [(field("min_node_count"), Rule::MinAboveWorkers(3))]
        );
        assert_eq!(
            rules(&bay(), &[on, ("min_node_count", "6"), ("max_node_count", "2")], &known),
            [(field("min_node_count"), Rule::MinAboveMax(2))]
        );
        assert_eq!(
            rules(&bay(), &[on, ("max_node_count", "2")], &known),
            [(field("max_node_count"), Rule::MaxBelowWorkers(3))]
        );
    }

    #[test]
    fn devicemapper_needs_three_gigabytes() {
        let (magnum, mut models) = (modern(14), [model()]);
        models[0].spec.docker_storage_driver = Some("devicemapper".into());
        let known = Known { models: Some(&models), ..Known::only(&magnum) };
        let small = NewBay { docker_volume_size_gb: Some(2), ..bay() };
        assert_eq!(rules(&small, &[], &known), [(Field::DockerVolumeSize, Rule::Devicemapper)]);
    }

    proptest! {
        #[test]
        fn an_odd_number_of_balanced_masters_is_always_taken(half in 0u32..50, workers in 1u32..2000) {
            let (magnum, models) = (modern(14), [model()]);
            let known = Known { models: Some(&models), ..Known::only(&magnum) };
            let bay = NewBay { master_count: Some(2 * half + 1), node_count: Some(workers), ..bay() };
            prop_assert_eq!(rules(&bay, &[], &known), []);
            let even = NewBay { master_count: Some(2 * half + 2), ..bay };
            prop_assert_eq!(rules(&even, &[], &known), [(Field::MasterCount, Rule::MastersOdd)]);
        }
    }
}
