//! Which field a service's refusal speaks of.
//!
//! Words: `magnum/common/exception.py`, `magnum/api/attr_validator.py`; WSME says `Invalid input for field/attribute X.`

use super::Field;

/// The field that a refusal names, if its words tell.
pub fn field_of(said: &str) -> Option<Field> {
    if let Some(name) = said.split("field/attribute ").nth(1) {
        let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if let Some(field) = of_attribute(&name) {
            return Some(field);
        }
    }
    let said = said.to_ascii_lowercase();
    // The first that is found counts; narrow words stand before wide ones.
    const WORDS: &[(&str, Field)] = &[
        ("keypair", Field::Keypair),
        ("master nodegroup size", Field::MasterCount),
        ("master_count", Field::MasterCount),
        ("master node", Field::MasterCount),
        ("node_count", Field::NodeCount),
        ("unable to find flavor", Field::Flavor),
        ("flavor", Field::Flavor),
        ("os_distro", Field::Image),
        ("image", Field::Image),
        ("clustertemplate", Field::BayModel),
        ("baymodel", Field::BayModel),
        ("coe type", Field::Coe),
        ("discovery", Field::Discovery),
        ("external network", Field::ExternalNetwork),
        ("network driver", Field::NetworkDriver),
        ("volume driver", Field::VolumeDriver),
        ("docker_volume_size", Field::DockerVolumeSize),
        ("fixed network", Field::FixedNetwork),
        ("subnet", Field::FixedSubnet),
        ("unable to find network", Field::FixedNetwork),
        ("availability zone", Field::Zone),
    ];
    WORDS.iter().find(|(word, _)| said.contains(word)).map(|(_, field)| field.clone())
}

fn of_attribute(name: &str) -> Option<Field> {
    Some(match name {
        "name" => Field::Name,
        "coe" => Field::Coe,
        "image_id" => Field::Image,
        "keypair" | "keypair_id" => Field::Keypair,
        "cluster_template_id" | "baymodel_id" => Field::BayModel,
        "node_count" => Field::NodeCount,
        "master_count" => Field::MasterCount,
        "flavor_id" => Field::Flavor,
        "master_flavor_id" => Field::MasterFlavor,
        "docker_volume_size" => Field::DockerVolumeSize,
        "docker_storage_driver" => Field::StorageDriver,
        "network_driver" => Field::NetworkDriver,
        "volume_driver" => Field::VolumeDriver,
        "external_network_id" => Field::ExternalNetwork,
        "fixed_network" => Field::FixedNetwork,
        "fixed_subnet" => Field::FixedSubnet,
        "dns_nameserver" => Field::Dns,
        "create_timeout" | "bay_create_timeout" => Field::Timeout,
        "discovery_url" => Field::Discovery,
        "apiserver_port" => Field::ApiserverPort,
        "server_type" => Field::ServerType,
        "insecure_registry" => Field::InsecureRegistry,
        "http_proxy" => Field::HttpProxy,
        "https_proxy" => Field::HttpsProxy,
        "no_proxy" => Field::NoProxy,
        "tags" => Field::Tags,
        "driver" => Field::Driver,
        "public" => Field::Public,
        "hidden" => Field::Hidden,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_lead_to_their_fields() {
        for (said, field) in [
            ("Invalid input for field/attribute name. Value: '2x'. Value should match pattern", Field::Name),
            ("Unable to find keypair mika.", Field::Keypair),
            ("ClusterTemplate 5b0e could not be found.", Field::BayModel),
            ("master nodegroup size of 2 is invalid, size cannot be an even number.", Field::MasterCount),
            ("Image fedora doesn't contain os_distro field.", Field::Image),
            ("Unable to find external network public.", Field::ExternalNetwork),
        ] {
            assert_eq!(field_of(said), Some(field), "{said}");
        }
        assert_eq!(field_of("Resource limit exceeded: You have reached the maximum clusters per project, 20."), None);
    }
}
