//! Which fields a region's Magnum takes, by dialect and microversion.
//!
//! Where a field came with a release that raised no microversion, the first microversion that proves the release counts.

use super::Field;
use crate::model::cloud::{Dialect, MagnumInfo, Microversion};

/// Generations of the 2015 dialect and what followed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// 2015.1: no certificates.
    Kilo,
    /// 1.x and 2.x: `pods`, `rcs`, `services`, `containers`.
    Liberty,
    /// 3.0 on, spoken to through `/v1/bays`.
    Newton,
    /// `/v1/clusters`.
    Modern,
}

impl Era {
    /// The generation of a region's Magnum.
    pub fn of(magnum: &MagnumInfo) -> Era {
        match magnum.dialect {
            Dialect::Modern => Era::Modern,
            Dialect::Legacy if magnum.has("clusters") => Era::Newton,
            Dialect::Legacy if magnum.has("certificates") => Era::Liberty,
            Dialect::Legacy if magnum.has("pods") || magnum.max_version.is_none() => Era::Kilo,
            Dialect::Legacy => Era::Newton,
        }
    }
}

/// How a form offers a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// To be filled in.
    Shown,
    /// Grey, because it needs this microversion.
    Needs(Microversion),
    /// Not there at all: this dialect never had it.
    Hidden,
}

impl Offer {
    /// Can be filled in.
    pub fn usable(self) -> bool {
        self == Offer::Shown
    }
}

/// How the bay form offers a field.
pub fn bay_field(magnum: &MagnumInfo, field: &Field) -> Offer {
    let since = |minor: u16| {
        if magnum.supports(minor) { Offer::Shown } else { Offer::Needs(Microversion(1, minor)) }
    };
    let modern = Era::of(magnum) == Era::Modern;
    match field {
        Field::Name | Field::BayModel | Field::NodeCount | Field::Timeout | Field::Discovery => Offer::Shown,
        Field::MasterCount if Era::of(magnum) == Era::Kilo => Offer::Hidden,
        Field::MasterCount => Offer::Shown,
        _ if !modern => Offer::Hidden,
        Field::Keypair => since(4),
        Field::Label(_) | Field::Zone | Field::Flavor | Field::MasterFlavor | Field::DockerVolumeSize => since(7),
        Field::FixedNetwork | Field::FixedSubnet | Field::FloatingIp => since(8),
        Field::MasterLb => since(10),
        _ => Offer::Hidden,
    }
}

/// `merge_labels` came with 10.0.0, which microversion 1.9 proves.
pub fn can_merge_labels(magnum: &MagnumInfo) -> bool {
    Era::of(magnum) == Era::Modern && magnum.supports(9)
}

/// How the bay model form offers a field.
pub fn bay_model_field(magnum: &MagnumInfo, field: &Field) -> Offer {
    let era = Era::of(magnum);
    let from = |first: Era| if era >= first { Offer::Shown } else { Offer::Hidden };
    let since = |minor: u16| match era {
        Era::Modern if magnum.supports(minor) => Offer::Shown,
        Era::Modern => Offer::Needs(Microversion(1, minor)),
        _ => Offer::Hidden,
    };
    match field {
        Field::Name
        | Field::Coe
        | Field::Image
        | Field::Keypair
        | Field::ExternalNetwork
        | Field::FixedNetwork
        | Field::Flavor
        | Field::MasterFlavor
        | Field::Dns
        | Field::DockerVolumeSize
        | Field::ApiserverPort => Offer::Shown,
        Field::NetworkDriver
        | Field::HttpProxy
        | Field::HttpsProxy
        | Field::NoProxy
        | Field::Label(_)
        | Field::Zone
        | Field::TlsDisabled
        | Field::Public
        | Field::RegistryEnabled
        | Field::ServerType => from(Era::Liberty),
        // Mitaka's volume_driver cannot be told from Liberty, which refuses it.
        Field::VolumeDriver
        | Field::InsecureRegistry
        | Field::StorageDriver
        | Field::FixedSubnet
        | Field::MasterLb
        | Field::FloatingIp => from(Era::Newton),
        Field::Hidden => since(8),
        Field::Tags => since(10),
        Field::Driver => since(12),
        _ => Offer::Hidden,
    }
}

/// Engines that a region's Magnum can be asked for; newest releases first give up Mesos, then Swarm.
pub fn engines(magnum: &MagnumInfo) -> &'static [&'static str] {
    match Era::of(magnum) {
        Era::Kilo => &["kubernetes", "swarm"],
        Era::Liberty | Era::Newton => &["kubernetes", "swarm", "mesos"],
        // 1.12 came with 21.0.0, after Swarm (18.0.0) and Mesos (16.0.0) had gone; 1.11 with 17.0.0.
        Era::Modern if magnum.supports(12) => &["kubernetes"],
        Era::Modern if magnum.supports(11) => &["kubernetes", "swarm", "swarm-mode"],
        Era::Modern if magnum.supports(7) => &["kubernetes", "swarm", "swarm-mode", "mesos", "dcos"],
        Era::Modern => &["kubernetes", "swarm", "mesos"],
    }
}

/// Network drivers of an engine, the default first (`magnum/api/validation.py`).
pub fn network_drivers(magnum: &MagnumInfo, engine: &str) -> &'static [&'static str] {
    match (engine, Era::of(magnum)) {
        ("kubernetes", Era::Modern) if magnum.supports(12) => &["flannel", "calico", "cilium"],
        ("kubernetes", Era::Modern) => &["flannel", "calico"],
        ("kubernetes", _) => &["flannel"],
        ("swarm" | "swarm-mode", _) => &["docker", "flannel"],
        ("mesos", _) => &["docker"],
        _ => &[],
    }
}

/// Volume drivers of an engine.
pub fn volume_drivers(engine: &str) -> &'static [&'static str] {
    match engine {
        "kubernetes" => &["cinder"],
        "swarm" | "swarm-mode" | "mesos" => &["rexray"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{kilo, liberty, modern};
    use super::*;

    #[test]
    fn generations_are_told_apart() {
        assert_eq!(Era::of(&kilo()), Era::Kilo);
        assert_eq!(Era::of(&liberty()), Era::Liberty);
        assert_eq!(Era::of(&modern(10)), Era::Modern);
        let mut bays_of_newton = modern(10);
        bays_of_newton.dialect = Dialect::Legacy;
        assert_eq!(Era::of(&bays_of_newton), Era::Newton);
    }

    #[test]
    fn fields_follow_the_dialect() {
        assert_eq!(bay_field(&liberty(), &Field::MasterCount), Offer::Shown);
        assert_eq!(bay_field(&kilo(), &Field::MasterCount), Offer::Hidden);
        assert_eq!(bay_field(&liberty(), &Field::Keypair), Offer::Hidden);
        assert_eq!(bay_field(&modern(6), &Field::MasterLb), Offer::Needs(Microversion(1, 10)));
        assert_eq!(bay_model_field(&liberty(), &Field::VolumeDriver), Offer::Hidden);
        assert_eq!(bay_model_field(&modern(11), &Field::Driver), Offer::Needs(Microversion(1, 12)));
        assert_eq!(engines(&modern(14)), ["kubernetes"]);
        assert!(engines(&liberty()).contains(&"mesos"));
    }
}
