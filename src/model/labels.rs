//! Magnum's labels: what is known about each, where a value in force comes from, and what to send.
//!
//! Names, types and defaults: Magnum user guide, section "Cluster Template labels" (`doc/source/user/index.rst`).

use std::collections::BTreeMap;

/// What a label's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelKind {
    /// `true` or `false`.
    Bool,
    /// A whole number in this range.
    Int(u32, u32),
    /// Anything.
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// Words separated by commas.
    List,
    /// A network such as `10.100.0.0/16`.
    Cidr,
}

/// A label that Magnum's drivers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelInfo {
    /// Name.
    pub name: &'static str,
    /// Type of its value.
    pub kind: LabelKind,
    /// Unit shown behind the value (`GB`), empty for none.
    pub unit: &'static str,
    /// Value in force where the label is not given; empty = decided by the driver.
    pub default: &'static str,
    /// Engines that read it.
    pub engines: &'static [&'static str],
}

impl LabelInfo {
    /// Fluent id of its meaning.
    pub fn message_id(&self) -> String {
        format!("label-{}", self.name.replace('_', "-"))
    }

    /// Whether an engine reads it.
    pub fn is_for(&self, engine: &str) -> bool {
        self.engines.contains(&engine)
    }
}

const K8S: &[&str] = &["kubernetes"];
const SWARM: &[&str] = &["swarm", "swarm-mode"];
const MESOS: &[&str] = &["mesos"];
const FLANNEL: &[&str] = &["kubernetes", "swarm", "swarm-mode"];
const ALL: &[&str] = &["kubernetes", "swarm", "swarm-mode", "mesos"];

const fn label(
    name: &'static str,
    kind: LabelKind,
    unit: &'static str,
    default: &'static str,
    engines: &'static [&'static str],
) -> LabelInfo {
    LabelInfo { name, kind, unit, default, engines }
}

use LabelKind::{Bool, Choice, Cidr, Int, List, Text};

/// Most nodes a number label may ask for; far above what any bay has.
const MANY: u32 = 100_000;

/// Every label known here, by name.
pub const LABELS: &[LabelInfo] = &[
    label("admission_control_list", List, "", "", K8S),
    label("auto_healing_controller", Choice(&["draino", "magnum-auto-healer"]), "", "draino", K8S),
    label("auto_healing_enabled", Bool, "", "false", K8S),
    label("auto_scaling_enabled", Bool, "", "false", K8S),
    label("autoscaler_tag", Text, "", "", K8S),
    label("availability_zone", Text, "", "", ALL),
    label("boot_volume_size", Int(0, 65_536), "GB", "", K8S),
    label("boot_volume_type", Text, "", "", K8S),
    label("calico_ipv4pool", Cidr, "", "10.100.0.0/16", K8S),
    label("calico_ipv4pool_ipip", Choice(&["Off", "Always", "CrossSubnet"]), "", "Off", K8S),
    label("calico_tag", Text, "", "", K8S),
    label("cert_manager_api", Bool, "", "false", K8S),
    label("cgroup_driver", Choice(&["systemd", "cgroupfs"]), "", "systemd", K8S),
    label("cinder_csi_enabled", Bool, "", "true", K8S),
    label("cinder_csi_plugin_tag", Text, "", "", K8S),
    label("cloud_provider_enabled", Bool, "", "true", K8S),
    label("cloud_provider_tag", Text, "", "", K8S),
    label("container_infra_prefix", Text, "", "", K8S),
    label("container_runtime", Choice(&["containerd", "host-docker"]), "", "host-docker", K8S),
    label("containerd_tarball_sha256", Text, "", "", K8S),
    label("containerd_tarball_url", Text, "", "", K8S),
    label("containerd_version", Text, "", "", K8S),
    label("coredns_tag", Text, "", "", K8S),
    label("dns_cluster_domain", Text, "", "cluster.local", K8S),
    label("dns_service_ip", Text, "", "10.254.0.10", K8S),
    label("docker_volume_type", Text, "", "", ALL),
    label("etcd_tag", Text, "", "", K8S),
    label("etcd_volume_size", Int(0, 65_536), "GB", "0", K8S),
    label("etcd_volume_type", Text, "", "", K8S),
    label("fixed_network_name", Text, "", "", K8S),
    label("fixed_subnet_cidr", Cidr, "", "10.0.0.0/24", K8S),
    label("flannel_backend", Choice(&["udp", "vxlan", "host-gw"]), "", "vxlan", FLANNEL),
    label("flannel_network_cidr", Cidr, "", "10.100.0.0/16", FLANNEL),
    label("flannel_network_subnetlen", Int(8, 30), "", "24", FLANNEL),
    label("flannel_tag", Text, "", "", K8S),
    label("heat_container_agent_tag", Text, "", "", K8S),
    label("influx_grafana_dashboard_enabled", Bool, "", "false", K8S),
    label("ingress_controller", Choice(&["traefik", "nginx", "octavia"]), "", "", K8S),
    label("ingress_controller_role", Text, "", "ingress", K8S),
    label("k8s_keystone_auth_tag", Text, "", "", K8S),
    label("keystone_auth_enabled", Bool, "", "true", K8S),
    label("kube_dashboard_enabled", Bool, "", "true", K8S),
    label("kube_dashboard_version", Text, "", "", K8S),
    label("kube_tag", Text, "", "", K8S),
    label("kubeapi_options", Text, "", "", K8S),
    label("kubecontroller_options", Text, "", "", K8S),
    label("kubelet_options", Text, "", "", K8S),
    label("kubeproxy_options", Text, "", "", K8S),
    label("kubescheduler_options", Text, "", "", K8S),
    label("magnum_auto_healer_tag", Text, "", "", K8S),
    label("manila_csi_enabled", Bool, "", "false", K8S),
    label("master_lb_allowed_cidrs", List, "", "", K8S),
    label("master_lb_floating_ip_enabled", Bool, "", "", K8S),
    label("max_node_count", Int(1, MANY), "", "", K8S),
    label("mesos_slave_executor_env_variables", Text, "", "", MESOS),
    label("mesos_slave_image_providers", Text, "", "docker", MESOS),
    label("mesos_slave_isolation", Text, "", "", MESOS),
    label("mesos_slave_work_dir", Text, "", "", MESOS),
    label("metrics_server_enabled", Bool, "", "true", K8S),
    label("min_node_count", Int(0, MANY), "", "1", K8S),
    label("monitoring_enabled", Bool, "", "false", K8S),
    label("monitoring_interval_seconds", Int(1, 86_400), "s", "30", K8S),
    label("monitoring_retention_days", Int(1, 3_650), "d", "14", K8S),
    label("monitoring_retention_size", Int(1, 65_536), "GB", "14", K8S),
    label("npd_enabled", Bool, "", "true", K8S),
    label(
        "octavia_lb_algorithm",
        Choice(&["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"]),
        "",
        "ROUND_ROBIN",
        K8S,
    ),
    label("octavia_lb_healthcheck", Bool, "", "true", K8S),
    label("octavia_provider", Choice(&["amphora", "ovn"]), "", "amphora", K8S),
    label("post_install_manifest_url", Text, "", "", K8S),
    label("prometheus_monitoring", Bool, "", "false", K8S),
    label("rexray_preempt", Bool, "", "false", &["swarm", "swarm-mode", "mesos"]),
    label("selinux_mode", Choice(&["enforcing", "permissive", "disabled"]), "", "permissive", K8S),
    label("service_cluster_ip_range", Cidr, "", "10.254.0.0/16", K8S),
    label("swarm_strategy", Choice(&["spread", "binpack", "random"]), "", "spread", SWARM),
    label("traefik_ingress_controller_tag", Text, "", "", K8S),
    label("use_podman", Bool, "", "true", K8S),
];

/// What is known about a label.
pub fn info(name: &str) -> Option<&'static LabelInfo> {
    LABELS.binary_search_by(|l| l.name.cmp(name)).ok().map(|at| &LABELS[at])
}

/// Labels in order, name to value.
pub type Labels = BTreeMap<String, String>;

/// Where a value in force comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The bay model.
    Model,
    /// Given here instead of the bay model's value.
    Overridden {
        /// The bay model's value.
        was: String,
    },
    /// Given here only.
    Added,
}

/// A label in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelInForce {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// What is in force when `given` is laid over the bay model's labels (`merge_labels`): first what was overridden or
/// added here, then the rest of the model, each by name.
pub fn in_force(model: &Labels, given: &Labels) -> Vec<LabelInForce> {
    let here = given.iter().map(|(name, value)| {
        let origin = match model.get(name) {
            Some(was) => Origin::Overridden { was: was.clone() },
            None => Origin::Added,
        };
        LabelInForce { name: name.clone(), value: value.clone(), origin }
    });
    let rest = model.iter().filter(|(name, _)| !given.contains_key(*name)).map(|(name, value)| LabelInForce {
        name: name.clone(),
        value: value.clone(),
        origin: Origin::Model,
    });
    here.chain(rest).collect()
}

/// What to send so that the labels of [`in_force`] result: the labels, and whether `merge_labels` goes with them.
/// A server without `merge_labels` replaces the model's labels by what it gets, so it gets everything.
pub fn to_send(model: &Labels, given: &Labels, can_merge: bool) -> (Labels, bool) {
    // A value equal to the model's is no difference: Magnum would list it as overridden.
    let different: Labels =
        given.iter().filter(|(name, value)| model.get(*name) != Some(value)).map(clone_pair).collect();
    if different.is_empty() {
        return (Labels::new(), false);
    }
    if can_merge {
        return (different, true);
    }
    let mut all = model.clone();
    all.extend(different);
    (all, false)
}

fn clone_pair((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// Reads `a=1, b=2` or one `name=value` per line. Names and values keep their case; a value keeps its further `=`.
/// Parts without `=` come back as the error.
pub fn parse_pairs(text: &str) -> Result<Labels, String> {
    let mut labels = Labels::new();
    for part in text.split(['\n', ',']).map(str::trim).filter(|p| !p.is_empty()) {
        let Some((name, value)) = part.split_once('=') else { return Err(part.to_owned()) };
        labels.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_sorted_so_that_names_are_found() {
        for pair in LABELS.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} before {}", pair[0].name, pair[1].name);
        }
        assert_eq!(info("boot_volume_size").map(|l| l.unit), Some("GB"));
        assert_eq!(info("no_such_label"), None);
    }

    #[test]
    fn defaults_are_values_of_their_own_kind() {
        for label in LABELS.iter().filter(|l| !l.default.is_empty()) {
            let finding = crate::model::checks::label_value(label.name, label.default);
            assert_eq!(finding, None, "{}", label.name);
        }
    }

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn each_value_says_where_it_comes_from() {
        let model = labels(&[("auto_healing_enabled", "false"), ("kube_tag", "v1.30.4")]);
        let given = labels(&[("auto_healing_enabled", "true"), ("max_node_count", "12")]);
        let list = in_force(&model, &given);
        assert_eq!(list.len(), 3);
        assert_eq!(list[0].origin, Origin::Overridden { was: "false".into() });
        assert_eq!(list[1].origin, Origin::Added);
        assert_eq!(list[2].origin, Origin::Model);
    }

    #[test]
    fn an_old_server_gets_all_labels_because_it_cannot_merge() {
        let model = labels(&[("a", "1"), ("b", "2")]);
        let given = labels(&[("b", "3")]);
        assert_eq!(to_send(&model, &given, true), (given.clone(), true));
        assert_eq!(to_send(&model, &given, false), (labels(&[("a", "1"), ("b", "3")]), false));
        assert_eq!(to_send(&model, &labels(&[("a", "1")]), true), (Labels::new(), false));
    }

    #[test]
    fn pairs_keep_case_and_further_equal_signs() {
        let read = parse_pairs("kubelet_options=--v=2\nContainer_Prefix=Reg.example").unwrap();
        assert_eq!(read["kubelet_options"], "--v=2");
        assert_eq!(read["Container_Prefix"], "Reg.example");
        assert_eq!(parse_pairs("a=1, b"), Err("b".into()));
    }

    proptest! {
        /// Whatever is given: both ways of sending lead to the labels that were shown as in force.
        #[test]
        fn what_is_sent_leads_to_what_was_shown(
            model in proptest::collection::btree_map("[a-d]", "[0-2]", 0..4),
            given in proptest::collection::btree_map("[a-d]", "[0-2]", 0..4),
        ) {
            let shown: Labels = in_force(&model, &given).into_iter().map(|l| (l.name, l.value)).collect();
            for can_merge in [true, false] {
                let (sent, merge) = to_send(&model, &given, can_merge);
                let mut result = if merge || sent.is_empty() { model.clone() } else { Labels::new() };
                result.extend(sent);
                prop_assert_eq!(&result, &shown);
            }
        }
    }
}
