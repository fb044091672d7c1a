//! What Nova, Glance and Neutron hold: servers, flavors, keypairs, images, networks, addresses, quotas.

use jiff::Timestamp;

/// A virtual machine.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Server {
    pub id: String,
    pub name: String,
    pub project_id: String,
    pub user_id: String,
    /// Empty while it is only planned; `BUILD`, `ACTIVE`, `REBUILD`, `ERROR`.
    pub status: String,
    pub fault: Option<String>,
    pub zone: String,
    pub flavor: String,
    pub image: String,
    pub keypair: Option<String>,
    pub address: String,
    pub floating: Option<String>,
    pub network: String,
    pub metadata: Vec<(String, String)>,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Bay and node group it belongs to.
    pub bay: Option<(String, String)>,
    /// Version of Kubernetes on it, once it runs.
    pub kube_version: Option<String>,
}

impl Server {
    /// It is a node: running, or being rebuilt in place.
    pub fn is_node(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "REBUILD")
    }
}

/// A size of machine.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Flavor {
    pub id: String,
    pub name: String,
    pub vcpus: u32,
    pub ram_mib: u32,
    pub disk_gb: u32,
    pub extra: Vec<(String, String)>,
}

/// A key pair of a user.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Keypair {
    pub user_id: String,
    pub name: String,
    pub kind: String,
    pub public_key: String,
    pub fingerprint: String,
}

/// An image.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Image {
    pub id: String,
    pub name: String,
    /// `None`: the property is missing, and Magnum refuses the image.
    pub os_distro: Option<String>,
    pub os_version: String,
    pub size_bytes: u64,
    pub min_disk_gb: u32,
    pub created: Timestamp,
}

/// A network with its one subnet.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Network {
    pub id: String,
    pub name: String,
    pub project_id: String,
    pub external: bool,
    pub shared: bool,
    pub subnet_id: String,
    pub subnet_name: String,
    pub cidr: String,
}

/// A floating IP address.
#[derive(Debug, Clone)]
pub(in crate::demo) struct FloatingIp {
    pub id: String,
    pub project_id: String,
    pub address: String,
    pub fixed: Option<String>,
    pub description: String,
    /// The bay that holds it.
    pub bay: Option<String>,
}

/// Limits of a project; the same for every project of the demo.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Limits {
    pub instances: u32,
    pub cores: u32,
    pub ram_mib: u32,
    pub floating_ips: u32,
}

/// The three services' holdings.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Compute {
    pub servers: Vec<Server>,
    pub flavors: Vec<Flavor>,
    pub keypairs: Vec<Keypair>,
    pub images: Vec<Image>,
    pub networks: Vec<Network>,
    pub floating_ips: Vec<FloatingIp>,
    pub zones: Vec<String>,
    pub limits: Limits,
    /// The last number of the next floating address.
    pub next_floating: u8,
}

impl Compute {
    pub fn flavor(&self, ident: &str) -> Option<&Flavor> {
        self.flavors.iter().find(|flavor| flavor.name == ident || flavor.id == ident)
    }

    pub fn image(&self, ident: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.name == ident || image.id == ident)
    }

    pub fn network(&self, ident: &str) -> Option<&Network> {
        self.networks.iter().find(|network| network.name == ident || network.id == ident)
    }

    pub fn keypair(&self, user_id: &str, name: &str) -> Option<&Keypair> {
        self.keypairs.iter().find(|keypair| keypair.user_id == user_id && keypair.name == name)
    }

    pub fn server_mut(&mut self, id: &str) -> Option<&mut Server> {
        self.servers.iter_mut().find(|server| server.id == id)
    }

    /// Servers of a bay.
    pub fn servers_of<'a>(&'a self, bay: &'a str) -> impl Iterator<Item = &'a Server> {
        self.servers.iter().filter(move |server| server.bay.as_ref().is_some_and(|(uuid, _)| uuid == bay))
    }

    /// Instances, cores and MiB of memory that a project uses.
    pub fn used(&self, project_id: &str) -> (u64, u64, u64) {
        let mut used = (0, 0, 0);
        for server in self.servers.iter().filter(|server| server.project_id == project_id) {
            used.0 += 1;
            if let Some(flavor) = self.flavor(&server.flavor) {
                used.1 += u64::from(flavor.vcpus);
                used.2 += u64::from(flavor.ram_mib);
            }
        }
        used
    }

    /// Floating addresses that a project uses.
    pub fn floating_used(&self, project_id: &str) -> u32 {
        let count = self.floating_ips.iter().filter(|address| address.project_id == project_id).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Takes a floating address from the pool `203.0.113.0/24`; it wraps, the pool is bigger than any quota.
    pub fn allocate_floating(&mut self, id: String, project_id: &str, bay: &str, description: &str) -> String {
        self.next_floating = if self.next_floating >= 250 { 20 } else { self.next_floating + 1 };
        let address = format!("203.0.113.{}", self.next_floating);
        self.floating_ips.push(FloatingIp {
            id,
            project_id: project_id.to_owned(),
            address: address.clone(),
            fixed: None,
            description: description.to_owned(),
            bay: Some(bay.to_owned()),
        });
        address
    }
}
