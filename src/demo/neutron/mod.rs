//! Neutron: networks, subnets, floating addresses, routers, ports, security groups, quotas.

mod parts;

use serde_json::{Map, Value, json};

use super::cloud::Cloud;
use super::http::{Reply, Request};
use super::keystone;
use super::world::World;
use super::world::compute::{FloatingIp, Network};
use super::world::identity::Token;
use parts::Part;

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let segments = request.segments();
    if segments.is_empty() || segments == ["v2.0"] {
        let versions = json!([{
            "id": "v2.0", "status": "CURRENT",
            "links": [{"rel": "self", "href": format!("{}/v2.0/", request.base)}],
        }]);
        if segments.is_empty() {
            return Reply::ok(&json!({"versions": versions}));
        }
    }
    let world = cloud.world();
    let token = match keystone::caller(cloud, &world, request) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    let compute = &world.regions[region].compute;
    let sees = |network: &&Network| {
        network.external || network.shared || token.is_admin() || network.project_id == token.project()
    };
    let networks: Vec<&Network> = compute.networks.iter().filter(sees).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["v2.0"]) => Reply::ok(&json!({"resources": []})),
        ("GET", ["v2.0", "networks"]) => {
            collection(request, "networks", networks.iter().map(|network| network_json(network)))
        }
        ("GET", ["v2.0", "networks", id]) => match networks.iter().find(|network| network.id == **id) {
            Some(network) => Reply::ok(&json!({"network": network_json(network)})),
            None => not_found("NetworkNotFound", &format!("Network {id} could not be found.")),
        },
        ("GET", ["v2.0", "subnets"]) => {
            collection(request, "subnets", networks.iter().map(|network| subnet_json(network)))
        }
        ("GET", ["v2.0", "subnets", id]) => match networks.iter().find(|network| network.subnet_id == **id) {
            Some(network) => Reply::ok(&json!({"subnet": subnet_json(network)})),
            None => not_found("SubnetNotFound", &format!("Subnet {id} could not be found.")),
        },
        ("GET", ["v2.0", "floatingips"]) => {
            let mine = compute.floating_ips.iter().filter(|address| {
                address.project_id == token.project() || (token.is_admin() && request.query("project_id").is_none())
            });
            let external = compute.networks.iter().find(|network| network.external).map(|network| network.id.clone());
            collection(request, "floatingips", mine.map(|address| floating_json(address, external.as_deref())))
        }
        ("GET", ["v2.0", "quotas", project]) | ("GET", ["v2.0", "quotas", project, "default"]) => {
            quota(&world, region, &token, project, false)
        }
        ("GET", ["v2.0", "quotas", project, "details.json" | "details"]) => {
            quota(&world, region, &token, project, true)
        }
        ("GET", ["v2.0", "extensions"]) => Reply::ok(&json!({"extensions": [
            {"alias": "external-net", "name": "Neutron external network"}, {"alias": "quota_details", "name": "Quota details"},
        ]})),
        ("GET", ["v2.0", list @ ("routers" | "ports" | "security-groups")]) => {
            let part = match *list {
                "routers" => Part::Router,
                "ports" => Part::Port,
                _ => Part::SecurityGroup,
            };
            let rows = parts::list(&world, region, token.project(), part);
            collection(request, &list.replace('-', "_"), rows.into_iter())
        }
        _ => not_found("HTTPNotFound", "The resource could not be found."),
    }
}

fn not_found(kind: &str, message: &str) -> Reply {
    Reply::json(404, &json!({"NeutronError": {"type": kind, "message": message, "detail": ""}}))
}

/// A list, filtered by every query parameter that is a field of its items.
fn collection(request: &Request, key: &str, rows: impl Iterator<Item = Value>) -> Reply {
    let wanted = |row: &Value| {
        request.query.iter().all(|(name, value)| match row.get(name) {
            None => true,
            Some(Value::Bool(flag)) => value.eq_ignore_ascii_case(if *flag { "true" } else { "false" }),
            Some(Value::String(text)) => text == value,
            Some(Value::Number(number)) => value.parse::<i64>().ok() == number.as_i64(),
            Some(_) => true,
        })
    };
    let rows: Vec<Value> = rows.filter(wanted).collect();
    let mut body = Map::new();
    body.insert(key.to_owned(), Value::Array(rows));
    Reply::ok(&Value::Object(body))
}

fn network_json(network: &Network) -> Value {
    json!({
        "id": network.id, "name": network.name, "tenant_id": network.project_id, "project_id": network.project_id,
        "status": "ACTIVE", "admin_state_up": true, "router:external": network.external, "shared": network.shared,
        "subnets": [network.subnet_id], "mtu": 1500, "port_security_enabled": true, "is_default": false,
        "availability_zones": ["az-a"], "availability_zone_hints": [], "description": "", "tags": [],
    })
}

fn subnet_json(network: &Network) -> Value {
    let stem = network.cidr.rsplit_once('.').map_or("", |(stem, _)| stem);
    json!({
        "id": network.subnet_id, "name": network.subnet_name, "network_id": network.id, "ip_version": 4,
        "cidr": network.cidr, "gateway_ip": format!("{stem}.1"), "enable_dhcp": !network.external,
        "dns_nameservers": ["192.0.2.53"], "tenant_id": network.project_id, "project_id": network.project_id,
        "allocation_pools": [{"start": format!("{stem}.10"), "end": format!("{stem}.250")}], "host_routes": [],
        "description": "", "tags": [],
    })
}

fn floating_json(address: &FloatingIp, network: Option<&str>) -> Value {
    json!({
        "id": address.id, "floating_ip_address": address.address, "fixed_ip_address": address.fixed,
        "floating_network_id": network, "status": "ACTIVE", "tenant_id": address.project_id,
        "project_id": address.project_id, "description": address.description, "port_id": null, "router_id": null, "tags": [],
    })
}

fn quota(world: &World, index: usize, token: &Token, project: &str, details: bool) -> Reply {
    if !token.is_admin() && project != token.project() {
        return Reply::json(
            403,
            &json!({"NeutronError": {"type": "PolicyNotAuthorized", "message": "rule:get_quota is disallowed by policy", "detail": ""}}),
        );
    }
    let region = &world.regions[index];
    let bays = region.bays.iter().filter(|bay| bay.project_id == project);
    let count = bays.count();
    let floating = region.compute.floating_used(project);
    let used = |part| parts::list(world, index, project, part).len();
    let groups = used(Part::SecurityGroup);
    let mut body = Map::new();
    for (key, used, limit) in [
        ("floatingip", floating as usize, region.compute.limits.floating_ips),
        ("network", count, 100),
        ("subnet", count, 100),
        ("router", used(Part::Router), 50),
        ("port", used(Part::Port), 2000),
        ("security_group", groups, 100),
        ("security_group_rule", groups * parts::RULES_PER_GROUP, 1000),
    ] {
        let value = if details { json!({"limit": limit, "used": used, "reserved": 0}) } else { json!(limit) };
        body.insert(key.into(), value);
    }
    Reply::ok(&json!({"quota": body}))
}
