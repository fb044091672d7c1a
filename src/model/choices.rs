//! What a form can choose from: flavors, keypairs, images, networks, subnets, zones, limits.

/// A Nova flavor.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Flavor {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory, MiB.
    pub ram_mib: u64,
    /// Root disk, GB.
    pub disk_gb: u64,
}

/// A Nova keypair.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Keypair {
    /// Name, which is its id.
    pub name: String,
    /// Fingerprint.
    pub fingerprint: String,
}

/// A Glance image.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Image {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Property `os_distro`, without which Magnum refuses the image.
    pub os_distro: Option<String>,
    /// `active`, `queued`…
    pub status: String,
    /// Least root disk, GB.
    pub min_disk_gb: u64,
    /// Least memory, MiB.
    pub min_ram_mib: u64,
}

/// A Neutron network.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Network {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `router:external`.
    pub external: bool,
    /// Ids of its subnets.
    pub subnets: Vec<String>,
}

/// A Neutron subnet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Subnet {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its network's id.
    pub network_id: String,
    /// CIDR.
    pub cidr: String,
}

/// One resource's limit and use, for the preflight (`limit` `None` = unlimited).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Quota {
    /// Which resource.
    pub resource: QuotaResource,
    /// In use now.
    pub used: u64,
    /// Most that is allowed; `None` = no limit.
    pub limit: Option<u64>,
}

/// What quotas are checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum QuotaResource {
    /// Magnum clusters.
    Bays,
    /// Nova instances.
    Instances,
    /// Nova cores.
    Vcpus,
    /// Nova memory, MiB.
    RamMib,
    /// Neutron floating addresses.
    FloatingIps,
    /// Neutron ports.
    Ports,
    /// Neutron security groups.
    SecurityGroups,
}
