//! What the stacks of bays hold in Neutron: routers, ports, security groups.

use serde_json::{Value, json};

use super::super::world::World;
use super::super::world::compute::Server;
use super::super::world::stack::{Resource, Stack};

/// A kind of part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Router,
    Port,
    SecurityGroup,
}

/// Rules that every security group is made with: everything may go out, over both versions of IP.
pub(super) const RULES_PER_GROUP: usize = 2;

/// The parts of that kind which a project has, as Neutron lists them.
pub(super) fn list(world: &World, region: usize, project: &str, part: Part) -> Vec<Value> {
    let mut rows = Vec::new();
    if part == Part::SecurityGroup {
        // Every project has this one.
        rows.push(security_group(&world.ids.named(&format!("{region}/{project}/default")), "default", project));
    }
    let stacks = world.regions[region].stacks.iter().filter(|stack| stack.project_id == project);
    for stack in stacks {
        for resource in stack.resources.iter().filter(|resource| resource.exists() && part_of(resource) == Some(part)) {
            let made = || world.ids.named(&format!("{}/{}", stack.id, resource.name));
            let id = resource.physical_id.clone().unwrap_or_else(made);
            let name = format!("{}-{}", stack.name, resource.name);
            rows.push(match part {
                Part::Router => router(&id, &name, project),
                Part::SecurityGroup => security_group(&id, &name, project),
                Part::Port => port(&id, &name, project, server_of(world, region, stack)),
            });
        }
    }
    rows
}

fn part_of(resource: &Resource) -> Option<Part> {
    match resource.kind.as_str() {
        "OS::Neutron::Router" => Some(Part::Router),
        // Today's template makes the router together with the network.
        kind if kind.ends_with("/network.yaml") => Some(Part::Router),
        "OS::Neutron::Port" => Some(Part::Port),
        "OS::Neutron::SecurityGroup" => Some(Part::SecurityGroup),
        _ => None,
    }
}

/// The server for which a member of a group has its port.
fn server_of<'a>(world: &'a World, region: usize, stack: &Stack) -> Option<&'a Server> {
    let resource = stack.resources.iter().find(|resource| resource.kind == "OS::Nova::Server")?;
    let id = resource.physical_id.as_deref()?;
    world.regions[region].compute.servers.iter().find(|server| server.id == id)
}

fn router(id: &str, name: &str, project: &str) -> Value {
    json!({
        "id": id, "name": name, "tenant_id": project, "project_id": project, "status": "ACTIVE", "admin_state_up": true,
        "external_gateway_info": null, "routes": [], "ha": false, "distributed": false, "description": "", "tags": [],
    })
}

fn port(id: &str, name: &str, project: &str, server: Option<&Server>) -> Value {
    let built = server.filter(|server| !server.status.is_empty());
    json!({
        "id": id, "name": name, "tenant_id": project, "project_id": project, "admin_state_up": true,
        "status": if built.is_some_and(Server::is_node) { "ACTIVE" } else { "DOWN" },
        "device_id": built.map_or("", |server| &server.id),
        "device_owner": built.map_or_else(String::new, |server| format!("compute:{}", server.zone)),
        "fixed_ips": server.map_or_else(Vec::new, |server| vec![json!({"ip_address": server.address})]),
        "security_groups": [], "description": "", "tags": [],
    })
}

fn security_group(id: &str, name: &str, project: &str) -> Value {
    let rule = |ethertype: &str| json!({"direction": "egress", "ethertype": ethertype, "security_group_id": id, "project_id": project});
    let rules: Vec<Value> = ["IPv4", "IPv6"].into_iter().take(RULES_PER_GROUP).map(rule).collect();
    json!({
        "id": id, "name": name, "tenant_id": project, "project_id": project, "stateful": true, "description": "",
        "security_group_rules": rules, "tags": [],
    })
}
