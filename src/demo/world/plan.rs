//! Lays out the stacks and servers of a bay before an operation builds them.
//!
//! Resource names follow the templates of Magnum: `k8s_fedora_coreos_v1` for today's Kubernetes bays,
//! `kubecluster.yaml`, `swarmcluster.yaml` and `mesoscluster.yaml` of 2015 for the others.

use jiff::Timestamp;

use super::bay::{Bay, Coe};
use super::compute::Server;
use super::stack::Stack;
use super::{Dialect, World};

/// The group of masters in a root stack.
pub(in crate::demo) fn masters_resource(coe: Coe) -> &'static str {
    match coe {
        Coe::Kubernetes => "kube_masters",
        Coe::Swarm => "swarm_masters",
        Coe::Mesos => "mesos_masters",
    }
}

/// The group of workers in a root stack.
pub(in crate::demo) fn workers_resource(coe: Coe) -> &'static str {
    match coe {
        Coe::Kubernetes => "kube_minions",
        Coe::Swarm => "swarm_nodes",
        Coe::Mesos => "mesos_slaves",
    }
}

/// The server inside a member of a group.
pub(in crate::demo) fn server_resource(coe: Coe, master: bool) -> &'static str {
    match (coe, master) {
        (Coe::Kubernetes, true) => "kube-master",
        (Coe::Kubernetes, false) => "kube-minion",
        (Coe::Swarm, true) => "swarm_master",
        (Coe::Swarm, false) => "swarm_node",
        (Coe::Mesos, true) => "mesos_master",
        (Coe::Mesos, false) => "mesos_slave",
    }
}

/// Names of a member's port and floating address, made from its server's name.
pub(in crate::demo) fn node_resources(coe: Coe, master: bool) -> (String, String) {
    let stem = server_resource(coe, master).replace('-', "_");
    (format!("{stem}_eth0"), format!("{stem}_floating"))
}

fn root_resources(coe: Coe, dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    match (coe, dialect) {
        (Coe::Kubernetes, Dialect::Modern) => vec![
            ("network", "file:///usr/lib/magnum/templates/network.yaml"),
            ("api_lb", "file:///usr/lib/magnum/templates/lb_api.yaml"),
            ("etcd_lb", "file:///usr/lib/magnum/templates/lb_etcd.yaml"),
            ("secgroup_kube_master", "OS::Neutron::SecurityGroup"),
            ("secgroup_kube_minion", "OS::Neutron::SecurityGroup"),
            ("api_address_lb_switch", "Magnum::ApiGatewaySwitcher"),
            ("etcd_address_lb_switch", "Magnum::ApiGatewaySwitcher"),
            ("api_address_floating_switch", "Magnum::FloatingIPAddressSwitcher"),
            ("master_nodes_server_group", "OS::Nova::ServerGroup"),
            ("worker_nodes_server_group", "OS::Nova::ServerGroup"),
            ("kube_cluster_config", "OS::Heat::SoftwareConfig"),
            ("kube_cluster_deploy", "OS::Heat::SoftwareDeployment"),
        ],
        (Coe::Kubernetes, Dialect::Liberty) => vec![
            ("fixed_network", "OS::Neutron::Net"),
            ("fixed_subnet", "OS::Neutron::Subnet"),
            ("extrouter", "OS::Neutron::Router"),
            ("extrouter_inside", "OS::Neutron::RouterInterface"),
            ("secgroup_base", "OS::Neutron::SecurityGroup"),
            ("secgroup_kube_master", "OS::Neutron::SecurityGroup"),
            ("secgroup_kube_minion", "OS::Neutron::SecurityGroup"),
            ("api_monitor", "OS::Neutron::HealthMonitor"),
            ("api_pool", "OS::Neutron::Pool"),
            ("api_pool_floating", "OS::Neutron::FloatingIP"),
            ("etcd_monitor", "OS::Neutron::HealthMonitor"),
            ("etcd_pool", "OS::Neutron::Pool"),
        ],
        (Coe::Swarm, _) => vec![
            ("master_wait_handle", "OS::Heat::WaitConditionHandle"),
            ("agent_wait_handle", "OS::Heat::WaitConditionHandle"),
            ("fixed_network", "OS::Neutron::Net"),
            ("fixed_subnet", "OS::Neutron::Subnet"),
            ("extrouter", "OS::Neutron::Router"),
            ("secgroup_manager", "OS::Neutron::SecurityGroup"),
            ("api_pool", "OS::Neutron::Pool"),
        ],
        (Coe::Mesos, _) => vec![
            ("fixed_network", "OS::Neutron::Net"),
            ("fixed_subnet", "OS::Neutron::Subnet"),
            ("extrouter", "OS::Neutron::Router"),
            ("secgroup_master", "OS::Neutron::SecurityGroup"),
            ("secgroup_slave_all_open", "OS::Neutron::SecurityGroup"),
            ("api_pool", "OS::Neutron::Pool"),
        ],
    }
}

/// A node that is planned: its server, and the member of the group that will hold it.
#[derive(Debug, Clone)]
pub(in crate::demo) struct PlannedNode {
    pub member_stack: String,
    pub member_name: String,
}

impl World {
    fn new_stack(&mut self, name: &str, bay: &Bay, time: Timestamp, parent: Option<(String, String)>) -> Stack {
        Stack {
            id: self.ids.next(),
            name: name.to_owned(),
            project_id: bay.project_id.clone(),
            parent,
            status: String::new(),
            reason: String::new(),
            created: time,
            updated: None,
            resources: Vec::new(),
            events: Vec::new(),
            bay: bay.uuid.clone(),
        }
    }

    /// The root stack of a bay with its groups of masters and workers and their nodes, all still to be built.
    /// `most` nodes per group are laid out: an operation that is going to fail needs no more than one.
    pub fn plan_bay(&mut self, region: usize, uuid: &str, time: Timestamp, most: u32) {
        let Some(bay) = self.regions[region].bay(uuid).cloned() else { return };
        let stem = stack_stem(bay.label());
        let suffix = self.ids.suffix();
        let mut root = self.new_stack(&format!("{stem}-{suffix}"), &bay, time, None);
        for (name, kind) in root_resources(bay.coe, self.regions[region].dialect) {
            root.add(name, kind, None);
            let id = self.ids.next();
            if let Some(resource) = root.resources.last_mut() {
                resource.physical_id = Some(id);
            }
        }
        let root_id = root.id.clone();
        let mut groups = Vec::new();
        for (resource, master) in [(masters_resource(bay.coe), true), (workers_resource(bay.coe), false)] {
            let name = format!("{}-{resource}-{}", root.name, self.ids.suffix());
            let group_stack = self.new_stack(&name, &bay, time, Some((root_id.clone(), resource.to_owned())));
            root.add(resource, "OS::Heat::ResourceGroup", Some(group_stack.id.clone()));
            groups.push((group_stack.id.clone(), master));
            self.regions[region].stacks.push(group_stack);
        }
        self.regions[region].stacks.push(root);
        if let Some(bay) = self.regions[region].bay_mut(uuid) {
            bay.root_stack.clone_from(&root_id);
        }
        for (group_stack, master) in groups {
            let wanted = if master { "default-master" } else { "default-worker" };
            let count = bay.group(wanted).map_or(0, |group| group.node_count);
            for _ in 0..count.min(most) {
                self.plan_node(region, uuid, wanted, &group_stack, time);
            }
        }
    }

    /// The stack of a node group that is not a default one, with at most `most` nodes.
    pub fn plan_group(
        &mut self,
        region: usize,
        uuid: &str,
        group_name: &str,
        time: Timestamp,
        most: u32,
    ) -> Option<String> {
        let bay = self.regions[region].bay(uuid).cloned()?;
        let group = bay.group(group_name).cloned()?;
        let suffix = self.ids.suffix();
        let name = format!("{}-{}-{suffix}", stack_stem(bay.label()), stack_stem(&group.name));
        let mut root = self.new_stack(&name, &bay, time, None);
        root.add("secgroup_kube_minion", "OS::Neutron::SecurityGroup", None);
        let resource = workers_resource(bay.coe);
        let nested_name = format!("{name}-{resource}-{}", self.ids.suffix());
        let nested = self.new_stack(&nested_name, &bay, time, Some((root.id.clone(), resource.to_owned())));
        root.add(resource, "OS::Heat::ResourceGroup", Some(nested.id.clone()));
        let (root_id, nested_id) = (root.id.clone(), nested.id.clone());
        self.regions[region].stacks.push(nested);
        self.regions[region].stacks.push(root);
        if let Some(group) = self.regions[region].bay_mut(uuid).and_then(|bay| bay.group_mut(group_name)) {
            group.stack_id = Some(root_id.clone());
        }
        for _ in 0..group.node_count.min(most) {
            self.plan_node(region, uuid, group_name, &nested_id, time);
        }
        Some(root_id)
    }

    /// One more node in a group: a member of the group's stack and a server that Nova does not show yet.
    pub fn plan_node(
        &mut self,
        region: usize,
        uuid: &str,
        group_name: &str,
        group_stack: &str,
        time: Timestamp,
    ) -> Option<PlannedNode> {
        let server_id = self.ids.next();
        let zones = self.regions[region].compute.zones.clone();
        let bay = self.regions[region].bay_mut(uuid)?;
        let address = bay.next_address();
        let group = bay.group_mut(group_name)?;
        let index = group.next_index;
        group.next_index += 1;
        let group = group.clone();
        let bay = bay.clone();
        let master = group.is_master();
        let stack_name = self.regions[region].stack(group_stack)?.parent.clone()?.0;
        let stack_name = self.regions[region].stack(&stack_name)?.name.clone();
        let name = if group.is_default {
            format!("{stack_name}-{}-{index}", if master { "master" } else { "worker" })
        } else {
            format!("{stack_name}-{index}")
        };
        let mut member = self.new_stack(
            &format!("{group_stack}-{index}"),
            &bay,
            time,
            Some((group_stack.to_owned(), index.to_string())),
        );
        member.name = format!("{}-{index}-{}", self.regions[region].stack(group_stack)?.name, self.ids.suffix());
        let (port, floating) = node_resources(bay.coe, master);
        member.add(&port, "OS::Neutron::Port", None);
        if master && bay.floating_ip_enabled {
            member.add(&floating, "OS::Neutron::FloatingIP", None);
        }
        member.add(server_resource(bay.coe, master), "OS::Nova::Server", None);
        for resource in &mut member.resources {
            let server = resource.kind == "OS::Nova::Server";
            resource.physical_id = Some(if server { server_id.clone() } else { self.ids.next() });
        }
        let kind = format!(
            "file:///usr/lib/magnum/templates/{}.yaml",
            server_resource(bay.coe, master).replace(['-', '_'], "")
        );
        let planned = PlannedNode { member_stack: member.id.clone(), member_name: index.to_string() };
        let member_id = member.id.clone();
        let region = &mut self.regions[region];
        region.stacks.push(member);
        region.stack_mut(group_stack)?.add(&planned.member_name, &kind, Some(member_id));
        let network = bay.fixed_network.clone().unwrap_or_else(|| stack_stem(bay.label()));
        region.compute.servers.push(Server {
            id: server_id,
            name,
            project_id: bay.project_id.clone(),
            user_id: bay.user_id.clone(),
            status: String::new(),
            fault: None,
            zone: zones.get(index as usize % zones.len().max(1)).cloned().unwrap_or_else(|| "nova".into()),
            flavor: group.flavor.clone(),
            image: group.image.clone(),
            keypair: bay.keypair.clone(),
            address,
            floating: None,
            network,
            metadata: vec![
                ("cluster_uuid".into(), bay.uuid.clone()),
                ("magnum.nodegroup".into(), group.name.clone()),
                ("role".into(), if master { "master".into() } else { group.role.clone() }),
            ],
            created: time,
            updated: time,
            bay: Some((bay.uuid.clone(), group.name.clone())),
            kube_version: None,
        });
        Some(planned)
    }

    /// The stack whose members are the nodes of a group.
    pub fn group_stack(&self, region: usize, uuid: &str, group_name: &str) -> Option<String> {
        let region = &self.regions[region];
        let bay = region.bay(uuid)?;
        let group = bay.group(group_name)?;
        let root = if group.is_default { bay.root_stack.as_str() } else { group.stack_id.as_deref()? };
        let resource = if group.is_master() { masters_resource(bay.coe) } else { workers_resource(bay.coe) };
        region.stack(root)?.resource(resource)?.nested.clone()
    }
}

/// The part of a stack's name that comes from the bay: lower case, at most 30 letters, `_` and `.` become `-`.
pub(in crate::demo) fn stack_stem(name: &str) -> String {
    name.to_lowercase().replace(['_', '.', ' '], "-").chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::stack_stem;

    #[test]
    fn stack_names_follow_magnums_rule() {
        assert_eq!(stack_stem("My_bay.v2"), "my-bay-v2");
        assert_eq!(stack_stem(&"x".repeat(40)).len(), 30);
    }
}
