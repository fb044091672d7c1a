//! The rules of every form field: what is wrong, at which field, and whether it stands in the way.
//!
//! Sources: `magnum/api/controllers/v1/*.py`, `magnum/api/attr_validator.py`, `magnum/api/validation.py` of the release
//! in use, and the Kubernetes API conventions for the container form.

pub mod bay;
pub mod bay_model;
pub mod container;
pub mod dialect;
pub mod preflight;
pub mod refusal;
pub mod values;

use super::bay_model::BayModel;
use super::choices::{Flavor, Image, Keypair, Network, QuotaResource, Subnet};
use super::cloud::{Identity, MagnumInfo};
pub use values::label_value;

/// A field of one of the forms. Its Fluent title is `field-<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Field {
    /// The form as a whole: rights, the cloud.
    Form,
    /// Name.
    Name,
    /// Bay model of a bay.
    BayModel,
    /// Keypair.
    Keypair,
    /// Engine.
    Coe,
    /// Image.
    Image,
    /// Masters.
    MasterCount,
    /// Flavor of masters.
    MasterFlavor,
    /// Workers.
    NodeCount,
    /// Flavor of workers.
    Flavor,
    /// `vm` or `bm`.
    ServerType,
    /// External network.
    ExternalNetwork,
    /// Fixed network.
    FixedNetwork,
    /// Fixed subnet.
    FixedSubnet,
    /// DNS servers.
    Dns,
    /// Network driver.
    NetworkDriver,
    /// Load balancer for the masters.
    MasterLb,
    /// Floating addresses.
    FloatingIp,
    /// Availability zone (a label).
    Zone,
    /// Volume driver.
    VolumeDriver,
    /// Docker volume size.
    DockerVolumeSize,
    /// Docker storage driver.
    StorageDriver,
    /// HTTP proxy.
    HttpProxy,
    /// HTTPS proxy.
    HttpsProxy,
    /// Hosts without proxy.
    NoProxy,
    /// Registry without TLS.
    InsecureRegistry,
    /// A registry inside the bay.
    RegistryEnabled,
    /// No TLS inside the bay.
    TlsDisabled,
    /// Visible to all projects.
    Public,
    /// Hidden from lists.
    Hidden,
    /// Port of the API server.
    ApiserverPort,
    /// Tags.
    Tags,
    /// Driver.
    Driver,
    /// Time limit of the creation.
    Timeout,
    /// Discovery URL.
    Discovery,
    /// A label, by name.
    Label(String),
    /// A quota.
    Quota(QuotaResource),
    /// Where a container runs.
    Target,
    /// Namespace.
    Namespace,
    /// Image of a container.
    ContainerImage,
    /// Command.
    Command,
    /// Arguments.
    Args,
    /// Environment variable, by position.
    Env(usize),
    /// Port, by position.
    Port(usize),
    /// Requested CPU.
    CpuRequest,
    /// CPU limit.
    CpuLimit,
    /// Requested memory.
    MemoryRequest,
    /// Memory limit.
    MemoryLimit,
    /// Replicas.
    Replicas,
    /// Restart policy.
    RestartPolicy,
    /// Kubernetes label, by position.
    PodLabel(usize),
}

impl Field {
    /// Fluent id of its title; labels and quotas are named by what they hold instead.
    pub fn title_id(&self) -> String {
        let name: &'static str = self.into();
        format!("field-{name}")
    }
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A number.
    Number(u64),
    /// Words.
    Text(String),
}

/// A rule that a value breaks. Its message is `check-<name>` with the arguments of [`Rule::args`].
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Rule {
    /// Must be given.
    Required,
    /// Too long; most characters.
    TooLong(u64),
    /// Magnum's name: letter first, then letters, digits, `_ . -`.
    BayName,
    /// Another one has this name: allowed, but commands by name will be refused.
    NameTaken,
    /// Spaces at an end are kept by the server.
    SpaceAtEnd,
    /// Least value.
    AtLeast(u64),
    /// Lowest and highest value.
    Between(u64, u64),
    /// Not a whole number.
    NotNumber,
    /// Needs a newer Magnum, by microversion.
    NeedsVersion(String),
    /// An odd number of masters, for a quorum.
    MastersOdd,
    /// More than one master needs the load balancer.
    MastersNeedLb,
    /// devicemapper needs 3 GB.
    Devicemapper,
    /// Not among what the cloud has.
    Missing(String),
    /// The image has no `os_distro`.
    NoDistro(String),
    /// The image is not active; its status.
    ImageNotActive(String),
    /// Flavor's disk is too small: needs, has (GB).
    FlavorDisk(u64, u64),
    /// Flavor's memory is too small: needs, has (MiB).
    FlavorRam(u64, u64),
    /// Not a CIDR.
    NotCidr,
    /// Not an address; the part at fault.
    NotAddress(String),
    /// One DNS server only.
    OneDns,
    /// Not `host:port`.
    NotHostPort,
    /// Not an http or https address.
    NotUrl,
    /// Not for this engine; what is.
    NotForEngine(String),
    /// Engine that this region's Magnum does not offer any more.
    EngineGone(String),
    /// Not an external network.
    NotExternal,
    /// A subnet of another network.
    OtherNetwork,
    /// A subnet without its network.
    SubnetAlone,
    /// Neither true nor false.
    NotBool,
    /// None of the known values, which are listed.
    NotKnown(String),
    /// A label's name is wrong.
    LabelName,
    /// The driver does not know this label.
    LabelUnknown,
    /// Smallest number of nodes above the largest.
    MinAboveMax(u64),
    /// Smallest number of nodes above the workers.
    MinAboveWorkers(u64),
    /// Largest number of nodes below the workers.
    MaxBelowWorkers(u64),
    /// Bounds without automatic scaling have no effect.
    ScalingOff,
    /// Only readers' rights.
    Reader,
    /// Only for administrators.
    AdminOnly,
    /// Another user's bay model that its owner shares, which 2015's API refuses.
    ForeignModel,
    /// Beyond a quota: adds, left.
    OverQuota(u64, u64),
    /// Floating addresses beyond the quota: adds, left, needed without one per node.
    OverFloating(u64, u64, u64),
    /// Kubernetes name: small letters, digits and `-`.
    KubeName,
    /// Not an image reference.
    ImageRef,
    /// Not a quantity.
    NotQuantity,
    /// A limit below its request.
    LimitBelow,
    /// Not a name of an environment variable.
    EnvName,
    /// Given twice.
    Twice,
    /// Not a label key or value.
    KubeLabel,
    /// A Deployment's pods always restart.
    DeploymentRestarts,
    /// Not a memory size such as `512m`.
    NotMemory,
    /// The target takes nothing now; its status.
    TargetNotReady(String),
    /// A quote is not closed.
    OpenQuote,
}

impl Rule {
    /// Fluent id of its message.
    pub fn message_id(&self) -> String {
        let name: &'static str = self.into();
        format!("check-{name}")
    }

    /// Arguments of its message.
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        let number = |name, n: u64| (name, Arg::Number(n));
        let text = |name, t: &str| (name, Arg::Text(t.to_owned()));
        match self {
            Rule::TooLong(n) => vec![number("max", *n)],
            Rule::AtLeast(n) => vec![number("min", *n)],
            Rule::Between(low, high) => vec![number("min", *low), number("max", *high)],
            Rule::FlavorDisk(needs, has) | Rule::FlavorRam(needs, has) => {
                vec![number("needs", *needs), number("has", *has)]
            }
            Rule::OverQuota(adds, left) => vec![number("adds", *adds), number("left", *left)],
            Rule::OverFloating(adds, left, without) => {
                vec![number("adds", *adds), number("left", *left), number("without", *without)]
            }
            Rule::MinAboveMax(n) | Rule::MinAboveWorkers(n) | Rule::MaxBelowWorkers(n) => vec![number("n", *n)],
            Rule::NeedsVersion(v) => vec![text("version", v)],
            Rule::Missing(v) | Rule::NoDistro(v) | Rule::ImageNotActive(v) | Rule::NotAddress(v) => {
                vec![text("value", v)]
            }
            Rule::NotForEngine(v) | Rule::NotKnown(v) => vec![text("known", v)],
            Rule::EngineGone(v) | Rule::TargetNotReady(v) => vec![text("value", v)],
            _ => Vec::new(),
        }
    }
}

/// A rule broken at a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub field: Field,
    /// What.
    pub rule: Rule,
    /// Stands in the way; otherwise it is a hint.
    pub blocking: bool,
}

/// Findings as they are gathered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Something that stands in the way.
    pub fn block(&mut self, field: Field, rule: Rule) {
        self.0.push(Finding { field, rule, blocking: true });
    }

    /// Something worth knowing.
    pub fn hint(&mut self, field: Field, rule: Rule) {
        self.0.push(Finding { field, rule, blocking: false });
    }

    /// A broken rule, if there is one.
    pub fn block_if(&mut self, field: Field, rule: Option<Rule>) {
        if let Some(rule) = rule {
            self.block(field, rule);
        }
    }

    /// The first finding at a field, those in the way first.
    pub fn at(&self, field: &Field) -> Option<&Finding> {
        let mut here = self.0.iter().filter(|f| f.field == *field);
        let first = here.next()?;
        if first.blocking { Some(first) } else { here.find(|f| f.blocking).or(Some(first)) }
    }

    /// Everything in the way, each field once, in order.
    pub fn blocking(&self) -> Vec<&Finding> {
        let mut list: Vec<&Finding> = Vec::new();
        for finding in self.0.iter().filter(|f| f.blocking) {
            if !list.iter().any(|f| f.field == finding.field) {
                list.push(finding);
            }
        }
        list
    }
}

/// What is known while checking. `None` = not loaded (yet): existence is not checked then.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What the region's Magnum can do.
    pub magnum: &'a MagnumInfo,
    /// Who one is.
    pub identity: Option<&'a Identity>,
    /// Bay models.
    pub models: Option<&'a [BayModel]>,
    /// Flavors.
    pub flavors: Option<&'a [Flavor]>,
    /// Keypairs.
    pub keypairs: Option<&'a [Keypair]>,
    /// Images.
    pub images: Option<&'a [Image]>,
    /// Networks.
    pub networks: Option<&'a [Network]>,
    /// Subnets.
    pub subnets: Option<&'a [Subnet]>,
    /// Availability zones.
    pub zones: Option<&'a [String]>,
    /// Names in use (bays for a bay, bay models for a bay model).
    pub names: Option<&'a [String]>,
}

impl<'a> Known<'a> {
    /// Nothing but the Magnum: for tests and before anything is loaded.
    pub fn only(magnum: &'a MagnumInfo) -> Known<'a> {
        Known {
            magnum,
            identity: None,
            models: None,
            flavors: None,
            keypairs: None,
            images: None,
            networks: None,
            subnets: None,
            zones: None,
            names: None,
        }
    }

    /// A flavor by id or name.
    pub fn flavor(&self, key: &str) -> Option<&'a Flavor> {
        self.flavors?.iter().find(|f| f.id == key || f.name == key)
    }

    /// An image by id or name.
    pub fn image(&self, key: &str) -> Option<&'a Image> {
        self.images?.iter().find(|i| i.id == key || i.name == key)
    }

    /// A network by id or name.
    pub fn network(&self, key: &str) -> Option<&'a Network> {
        self.networks?.iter().find(|n| n.id == key || n.name == key)
    }

    /// A subnet by id or name.
    pub fn subnet(&self, key: &str) -> Option<&'a Subnet> {
        self.subnets?.iter().find(|s| s.id == key || s.name == key)
    }

    /// Whether one is an administrator.
    pub fn is_admin(&self) -> bool {
        self.identity.is_none_or(|i| i.roles.iter().any(|r| r.eq_ignore_ascii_case("admin")))
    }

    pub(crate) fn rights(&self, findings: &mut Findings) {
        if self.identity.is_some_and(Identity::is_reader) {
            findings.block(Field::Form, Rule::Reader);
        }
    }

    pub(crate) fn keypair(&self, name: Option<&str>, findings: &mut Findings) {
        let Some(name) = name.filter(|n| !n.is_empty()) else { return };
        if self.keypairs.is_some_and(|list| !list.iter().any(|k| k.name == name)) {
            findings.block(Field::Keypair, Rule::Missing(name.to_owned()));
        }
    }

    /// A flavor must exist and hold the image.
    pub(crate) fn flavor_fits(&self, field: Field, key: Option<&str>, image: Option<&Image>, findings: &mut Findings) {
        let Some(key) = key.filter(|k| !k.is_empty()) else { return };
        let Some(flavor) = self.flavor(key) else {
            if self.flavors.is_some() {
                findings.block(field, Rule::Missing(key.to_owned()));
            }
            return;
        };
        let Some(image) = image else { return };
        // Disk 0 means that the root disk comes from a volume (`boot_volume_size`).
        if flavor.disk_gb > 0 && flavor.disk_gb < image.min_disk_gb {
            findings.block(field, Rule::FlavorDisk(image.min_disk_gb, flavor.disk_gb));
        } else if flavor.ram_mib < image.min_ram_mib {
            findings.block(field, Rule::FlavorRam(image.min_ram_mib, flavor.ram_mib));
        }
    }

    /// Network and subnet must exist and belong together.
    pub(crate) fn network_pair(&self, network: Option<&str>, subnet: Option<&str>, findings: &mut Findings) {
        let network = network.filter(|n| !n.is_empty());
        let subnet = subnet.filter(|s| !s.is_empty());
        if let Some(name) = network
            && self.networks.is_some()
            && self.network(name).is_none()
        {
            findings.block(Field::FixedNetwork, Rule::Missing(name.to_owned()));
        }
        let Some(key) = subnet else { return };
        match (network, self.subnet(key)) {
            (None, _) => findings.block(Field::FixedSubnet, Rule::SubnetAlone),
            (Some(_), None) if self.subnets.is_some() => {
                findings.block(Field::FixedSubnet, Rule::Missing(key.to_owned()));
            }
            (Some(name), Some(found)) if self.network(name).is_some_and(|n| n.id != found.network_id) => {
                findings.block(Field::FixedSubnet, Rule::OtherNetwork);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::model::cloud::{Dialect, Microversion};

    pub fn modern(minor: u16) -> MagnumInfo {
        MagnumInfo {
            endpoint: "http://m/v1".into(),
            dialect: Dialect::Modern,
            min_version: Some(Microversion(1, 1)),
            max_version: Some(Microversion(1, minor)),
            resources: vec!["clusters".into(), "clustertemplates".into(), "certificates".into()],
        }
    }

    pub fn legacy(resources: &[&str]) -> MagnumInfo {
        MagnumInfo {
            endpoint: "http://m/v1".into(),
            dialect: Dialect::Legacy,
            min_version: None,
            max_version: None,
            resources: resources.iter().map(|r| (*r).to_owned()).collect(),
        }
    }

    pub fn liberty() -> MagnumInfo {
        legacy(&["bays", "baymodels", "pods", "rcs", "services", "containers", "certificates"])
    }

    pub fn kilo() -> MagnumInfo {
        legacy(&["bays", "baymodels", "pods", "rcs", "services", "containers"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_comes_before_hints_and_once_per_field() {
        let mut findings = Findings::default();
        findings.hint(Field::Name, Rule::NameTaken);
        findings.block(Field::Name, Rule::BayName);
        findings.block(Field::Name, Rule::TooLong(242));
        assert_eq!(findings.at(&Field::Name).map(|f| &f.rule), Some(&Rule::BayName));
        assert_eq!(findings.blocking().len(), 1);
    }

    #[test]
    fn ids_are_kebab_case() {
        assert_eq!(Rule::MastersNeedLb.message_id(), "check-masters-need-lb");
        assert_eq!(Field::DockerVolumeSize.title_id(), "field-docker-volume-size");
        assert_eq!(Field::Label("x".into()).title_id(), "field-label");
    }
}
