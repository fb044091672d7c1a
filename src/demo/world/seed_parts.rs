//! The furniture of a region: flavors, images, networks, key pairs, limits.

use jiff::{SignedDuration, Timestamp};

use super::Ids;
use super::compute::{Compute, Flavor, Image, Keypair, Limits, Network};

/// Name, vCPU, RAM in MiB, disk in GB, extra specs.
type FlavorRow = (&'static str, u32, u32, u32, &'static [(&'static str, &'static str)]);

const FLAVORS: &[FlavorRow] = &[
    ("m1.small", 1, 2048, 20, &[]),
    ("m1.medium", 2, 4096, 40, &[]),
    ("m2.tiny", 1, 1024, 10, &[]),
    ("m2.small", 2, 2048, 20, &[]),
    ("m2.medium", 2, 4096, 40, &[]),
    ("m2.large", 4, 8192, 40, &[]),
    ("m2.xlarge", 8, 16384, 80, &[]),
    ("r2.2xlarge", 8, 65536, 80, &[]),
    ("c2.4xlarge", 16, 32768, 80, &[]),
    ("g1.4xlarge", 16, 131_072, 160, &[("pci_passthrough:alias", "a100:1"), ("resources:VGPU", "1")]),
    ("bm.large", 64, 262_144, 960, &[("capabilities:hypervisor_type", "ironic")]),
];

/// Name, `os_distro`, version, size in MiB.
const IMAGES: &[(&str, Option<&str>, &str, u64)] = &[
    ("ubuntu-22.04-kube-v1.29.8", Some("ubuntu"), "22.04", 5_120),
    ("ubuntu-22.04-kube-v1.30.4", Some("ubuntu"), "22.04", 5_210),
    ("ubuntu-22.04-kube-v1.31.1", Some("ubuntu"), "22.04", 5_330),
    ("flatcar-3975-kube-v1.30.4", Some("flatcar"), "3975", 2_048),
    ("fedora-coreos-38", Some("fedora-coreos"), "38", 1_740),
    ("fedora-atomic-29", Some("fedora-atomic"), "29", 980),
    ("ubuntu-mesos-1.11", Some("ubuntu"), "18.04", 1_310),
    ("debian-12", Some("debian"), "12", 420),
    ("windows-2022", None, "2022", 11_200),
];

/// 2015's images.
const IMAGES_2015: &[(&str, Option<&str>, &str, u64)] = &[
    ("fedora-21-atomic-5", Some("fedora-atomic"), "21", 770),
    ("coreos-stable", Some("coreos"), "766", 610),
    ("ubuntu-14.04-mesos", Some("ubuntu"), "14.04", 1_050),
    ("cirros-0.3.4", None, "0.3.4", 13),
];

/// Fills a region. `users` own a key pair each.
pub(super) fn furnish(
    ids: &Ids,
    region: &str,
    now: Timestamp,
    users: &[(String, String)],
    lab: &str,
    old: bool,
) -> Compute {
    let flavors = FLAVORS
        .iter()
        .enumerate()
        .map(|(index, (name, vcpus, ram_mib, disk_gb, extra))| Flavor {
            id: format!("{}", index + 1),
            name: (*name).to_owned(),
            vcpus: *vcpus,
            ram_mib: *ram_mib,
            disk_gb: *disk_gb,
            extra: extra.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        })
        .collect();
    let images = if old { IMAGES_2015 } else { IMAGES };
    let images = images
        .iter()
        .enumerate()
        .map(|(index, (name, distro, version, size_mib))| Image {
            id: ids.named(&format!("{region}/image/{name}")),
            name: (*name).to_owned(),
            os_distro: distro.map(str::to_owned),
            os_version: (*version).to_owned(),
            size_bytes: size_mib * 1024 * 1024,
            min_disk_gb: 10,
            created: now - SignedDuration::from_hours(24 * (40 + 30 * i64::try_from(index).unwrap_or(0))),
        })
        .collect();
    let network = |name: &str, external: bool, shared: bool, cidr: &str| Network {
        id: ids.named(&format!("{region}/network/{name}")),
        name: name.to_owned(),
        project_id: lab.to_owned(),
        external,
        shared,
        subnet_id: ids.named(&format!("{region}/subnet/{name}")),
        subnet_name: format!("{name}-subnet"),
        cidr: cidr.to_owned(),
    };
    let networks = vec![
        network("public-tokyo", true, false, "203.0.113.0/24"),
        network("public-backup", true, false, "198.51.100.0/24"),
        network("lab-net", false, false, "192.168.10.0/24"),
        network("shared-services", false, true, "192.168.99.0/24"),
    ];
    let keypairs = users
        .iter()
        .map(|(id, name)| Keypair {
            user_id: id.clone(),
            name: format!("{name}-ed25519"),
            kind: "ssh".into(),
            public_key: format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} {name}@demo", ids.hex(&format!("key/{name}"))),
            fingerprint: fingerprint(&ids.hex(&format!("fingerprint/{name}"))),
        })
        .collect();
    Compute {
        servers: Vec::new(),
        flavors,
        keypairs,
        images,
        networks,
        floating_ips: Vec::new(),
        zones: ["az-a", "az-b", "az-c"].map(str::to_owned).to_vec(),
        limits: Limits { instances: 240, cores: 1600, ram_mib: 8 * 1024 * 1024, floating_ips: 10 },
        next_floating: 19,
    }
}

/// `aa:bb:..` from hex digits.
fn fingerprint(hex: &str) -> String {
    hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect::<Vec<_>>().join(":")
}
