//! Nova: servers, flavors, key pairs, zones, limits.

use serde_json::{Value, json};

use super::cloud::Cloud;
use super::http::{Reply, Request};
use super::keystone;
use super::world::compute::{Flavor, Keypair, Server};
use super::world::identity::Token;
use super::world::stack::Resource;
use super::world::{World, z_time};

/// The newest microversion.
const MAX_MINOR: u32 = 96;

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let segments = request.segments();
    match segments.as_slice() {
        [] => return Reply::ok(&json!({"versions": [version(request)]})),
        ["v2.1"] if request.method == "GET" => return Reply::ok(&json!({"version": version(request)})),
        _ => {}
    }
    let mut world = cloud.world();
    let token = match keystone::caller(cloud, &world, request) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    let minor = match minor(request) {
        Ok(minor) => minor,
        Err(reply) => return reply,
    };
    let Some(path) = segments.strip_prefix(&["v2.1"]) else { return not_found("The resource could not be found.") };
    // Older catalogues put the project id into the path.
    let path = path.strip_prefix(&[token.project()]).unwrap_or(path);
    let reply = route(cloud, &mut world, region, request, &token, minor, path);
    reply
        .with("OpenStack-API-Version", format!("compute 2.{minor}"))
        .with("X-OpenStack-Nova-API-Version", format!("2.{minor}"))
        .with("vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version")
}

/// The microversion asked for by either header.
fn minor(request: &Request) -> Result<u32, Reply> {
    let wanted = request
        .header("openstack-api-version")
        .and_then(|value| value.strip_prefix("compute "))
        .or_else(|| request.header("x-openstack-nova-api-version"));
    match wanted.map(str::trim) {
        None => Ok(1),
        Some("latest") => Ok(MAX_MINOR),
        Some(text) => {
            let minor =
                text.strip_prefix("2.").and_then(|minor| minor.parse().ok()).filter(|m| (1..=MAX_MINOR).contains(m));
            minor.ok_or_else(|| {
                let message =
                    format!("Version {text} is not supported by the API. Minimum is 2.1 and maximum is 2.{MAX_MINOR}.");
                Reply::json(406, &json!({"computeFault": {"code": 406, "message": message}}))
            })
        }
    }
}

fn route(
    cloud: &Cloud,
    world: &mut World,
    region: usize,
    request: &Request,
    token: &Token,
    minor: u32,
    path: &[&str],
) -> Reply {
    let compute = &world.regions[region].compute;
    match (request.method.as_str(), path) {
        ("GET", ["servers"]) => servers(world, region, request, token, minor, false),
        ("GET", ["servers", "detail"]) => servers(world, region, request, token, minor, true),
        ("GET", ["servers", id]) => match compute.servers.iter().find(|server| server.id == **id) {
            Some(server) if sees(token, server) => {
                Reply::ok(&json!({"server": server_json(world, region, request, server, minor)}))
            }
            _ => not_found(&format!("Instance {id} could not be found.")),
        },
        ("GET", ["flavors"]) => {
            let flavors: Vec<Value> = compute
                .flavors
                .iter()
                .map(|flavor| json!({"id": flavor.id, "name": flavor.name, "links": flavor_links(request, &flavor.id)}))
                .collect();
            Reply::ok(&json!({"flavors": flavors}))
        }
        ("GET", ["flavors", "detail"]) => {
            let after = request.query("marker");
            let skip =
                after.and_then(|id| compute.flavors.iter().position(|flavor| flavor.id == id)).map_or(0, |at| at + 1);
            let flavors: Vec<Value> =
                compute.flavors.iter().skip(skip).map(|flavor| flavor_json(request, flavor, minor)).collect();
            Reply::ok(&json!({"flavors": flavors}))
        }
        ("GET", ["flavors", id, "os-extra_specs"]) => match compute.flavor(id) {
            Some(flavor) => Reply::ok(&json!({"extra_specs": extra(flavor)})),
            None => not_found(&format!("Flavor {id} could not be found.")),
        },
        ("GET", ["flavors", id]) => match compute.flavors.iter().find(|flavor| flavor.id == **id) {
            Some(flavor) => Reply::ok(&json!({"flavor": flavor_json(request, flavor, minor)})),
            None => not_found(&format!("Flavor {id} could not be found.")),
        },
        ("GET", ["os-keypairs"]) => {
            let keypairs = compute.keypairs.iter().filter(|keypair| keypair.user_id == token.user_id);
            let keypairs: Vec<Value> =
                keypairs.map(|keypair| json!({"keypair": keypair_json(keypair, minor)})).collect();
            Reply::ok(&json!({"keypairs": keypairs}))
        }
        ("GET", ["os-keypairs", name]) => match compute.keypair(&token.user_id, name) {
            Some(keypair) => Reply::ok(&json!({"keypair": keypair_json(keypair, minor)})),
            None => not_found(&format!("Keypair {name} not found for user {}", token.user_id)),
        },
        ("POST", ["os-keypairs"]) => import_keypair(cloud, world, region, request, token, minor),
        ("DELETE", ["os-keypairs", name]) => {
            let compute = &mut world.regions[region].compute;
            let before = compute.keypairs.len();
            compute.keypairs.retain(|keypair| keypair.user_id != token.user_id || keypair.name != **name);
            if compute.keypairs.len() == before {
                return not_found(&format!("Keypair {name} not found for user {}", token.user_id));
            }
            Reply::empty(if minor >= 2 { 204 } else { 202 })
        }
        ("GET", ["os-availability-zone"]) => {
            let zones: Vec<Value> = compute
                .zones
                .iter()
                .map(|zone| json!({"zoneName": zone, "zoneState": {"available": true}, "hosts": null}))
                .collect();
            Reply::ok(&json!({"availabilityZoneInfo": zones}))
        }
        // What hosts there are is for administrators, and a cloud in one process has none to show them.
        ("GET", ["os-availability-zone", "detail"]) if !token.is_admin() => forbidden("os-availability-zone:detail"),
        ("GET", ["os-availability-zone", "detail"]) => {
            let zone = |zone: &String| json!({"zoneName": zone, "zoneState": {"available": true}, "hosts": {}});
            Reply::ok(&json!({"availabilityZoneInfo": compute.zones.iter().map(zone).collect::<Vec<_>>()}))
        }
        ("GET", ["os-hypervisors", ..]) if !token.is_admin() => forbidden("os-hypervisors:list-detail"),
        ("GET", ["os-hypervisors"] | ["os-hypervisors", "detail"]) => Reply::ok(&json!({"hypervisors": []})),
        ("GET", ["limits"]) => limits(world, region, token),
        ("GET", ["os-quota-sets", project, ..]) => {
            let limits = &compute.limits;
            Reply::ok(&json!({"quota_set": {
                "id": project, "instances": limits.instances, "cores": limits.cores, "ram": limits.ram_mib,
                "key_pairs": 100, "server_groups": 40, "server_group_members": 100, "metadata_items": 128,
            }}))
        }
        ("GET", _) => not_found("The resource could not be found."),
        _ => Reply::json(405, &json!({"badMethod": {"code": 405, "message": "The method is not allowed here."}})),
    }
}

fn forbidden(rule: &str) -> Reply {
    let message = format!("Policy doesn't allow os_compute_api:{rule} to be performed.");
    Reply::json(403, &json!({"forbidden": {"code": 403, "message": message}}))
}

fn not_found(message: &str) -> Reply {
    Reply::json(404, &json!({"itemNotFound": {"code": 404, "message": message}}))
}

fn version(request: &Request) -> Value {
    json!({
        "id": "v2.1", "status": "CURRENT", "version": format!("2.{MAX_MINOR}"), "min_version": "2.1",
        "updated": "2013-07-23T11:33:21Z",
        "links": [{"rel": "self", "href": format!("{}/v2.1/", request.base)}],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"}],
    })
}

/// Planned servers are not there yet.
fn sees(token: &Token, server: &Server) -> bool {
    !server.status.is_empty() && server.project_id == token.project()
}

fn servers(world: &World, region: usize, request: &Request, token: &Token, minor: u32, detail: bool) -> Reply {
    let all = token.is_admin() && matches!(request.query("all_tenants"), Some("1" | "True" | "true"));
    let matches = |server: &&Server| {
        let shown = if all { !server.status.is_empty() } else { sees(token, server) };
        shown
            && request.query("name").is_none_or(|name| server.name.contains(name.trim_matches(['^', '$'])))
            && request.query("status").is_none_or(|status| server.status.eq_ignore_ascii_case(status))
    };
    let servers: Vec<&Server> = world.regions[region].compute.servers.iter().filter(matches).collect();
    let skip =
        request.query("marker").and_then(|id| servers.iter().position(|server| server.id == id)).map_or(0, |at| at + 1);
    let limit = request.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(1000_usize).clamp(1, 1000);
    let more = servers.len() > skip + limit;
    let page: Vec<&Server> = servers.into_iter().skip(skip).take(limit).collect();
    let mut body = json!({"servers": page
        .iter()
        .map(|server| {
            if detail {
                server_json(world, region, request, server, minor)
            } else {
                json!({"id": server.id, "name": server.name, "links": server_links(request, &server.id)})
            }
        })
        .collect::<Vec<_>>()});
    if let (true, Some(last)) = (more, page.last()) {
        let path = if detail { "servers/detail" } else { "servers" };
        let href = format!("{}/v2.1/{path}?limit={limit}&marker={}", request.base, last.id);
        body["servers_links"] = json!([{"rel": "next", "href": href}]);
    }
    Reply::ok(&body)
}

fn server_links(request: &Request, id: &str) -> Value {
    let base = &request.base;
    json!([
        {"rel": "self", "href": format!("{base}/v2.1/servers/{id}")},
        {"rel": "bookmark", "href": format!("{base}/servers/{id}")},
    ])
}

fn flavor_links(request: &Request, id: &str) -> Value {
    let base = &request.base;
    json!([
        {"rel": "self", "href": format!("{base}/v2.1/flavors/{id}")},
        {"rel": "bookmark", "href": format!("{base}/flavors/{id}")},
    ])
}

fn server_json(world: &World, region: usize, request: &Request, server: &Server, minor: u32) -> Value {
    let compute = &world.regions[region].compute;
    let mac = format!(
        "fa:16:3e:{}",
        server.id.as_bytes()[..6].chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":")
    );
    let address = |address: &str, kind: &str| json!({"addr": address, "version": 4, "OS-EXT-IPS:type": kind, "OS-EXT-IPS-MAC:mac_addr": mac});
    let mut list = vec![address(&server.address, "fixed")];
    list.extend(server.floating.as_deref().map(|floating| address(floating, "floating")));
    let metadata: serde_json::Map<String, Value> =
        server.metadata.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let flavor = compute.flavor(&server.flavor);
    let flavor = if minor >= 47 {
        flavor.map_or(Value::Null, |flavor| {
            json!({
                "original_name": flavor.name, "vcpus": flavor.vcpus, "ram": flavor.ram_mib, "disk": flavor.disk_gb,
                "ephemeral": 0, "swap": 0, "extra_specs": extra(flavor),
            })
        })
    } else {
        flavor.map_or(Value::Null, |flavor| json!({"id": flavor.id, "links": flavor_links(request, &flavor.id)}))
    };
    let image = compute.image(&server.image).map(|image| json!({"id": image.id, "links": []}));
    let (task, vm, power) = match server.status.as_str() {
        "ACTIVE" => (Value::Null, "active", 1),
        "REBUILD" => (json!("rebuilding"), "active", 1),
        "BUILD" => (json!("spawning"), "building", 0),
        _ => (Value::Null, "error", 0),
    };
    let mut body = json!({
        "id": server.id, "name": server.name, "status": server.status, "tenant_id": server.project_id,
        "user_id": server.user_id, "metadata": metadata, "hostId": "", "image": image, "flavor": flavor,
        "created": z_time(server.created), "updated": z_time(server.updated), "addresses": {&server.network: list},
        "accessIPv4": "", "accessIPv6": "", "links": server_links(request, &server.id),
        "OS-DCF:diskConfig": "MANUAL", "progress": 0, "config_drive": "", "key_name": server.keypair,
        "OS-EXT-AZ:availability_zone": server.zone, "OS-EXT-STS:task_state": task, "OS-EXT-STS:vm_state": vm,
        "OS-EXT-STS:power_state": power, "OS-SRV-USG:launched_at": (vm == "active").then(|| {
            z_time(server.updated).trim_end_matches('Z').to_owned() + ".000000"
        }),
        "OS-SRV-USG:terminated_at": null, "security_groups": [{"name": "default"}],
        "os-extended-volumes:volumes_attached": [],
    });
    if let Some(fault) = &server.fault {
        body["fault"] = json!({"code": 500, "message": fault, "created": z_time(server.updated)});
    }
    if minor >= 26 {
        body["tags"] = json!([]);
    }
    body
}

fn extra(flavor: &Flavor) -> Value {
    Value::Object(flavor.extra.iter().map(|(key, value)| (key.clone(), json!(value))).collect())
}

fn flavor_json(request: &Request, flavor: &Flavor, minor: u32) -> Value {
    let mut body = json!({
        "id": flavor.id, "name": flavor.name, "ram": flavor.ram_mib, "disk": flavor.disk_gb, "vcpus": flavor.vcpus,
        "swap": if minor >= 75 { json!(0) } else { json!("") }, "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": false, "rxtx_factor": 1.0, "os-flavor-access:is_public": true,
        "links": flavor_links(request, &flavor.id),
    });
    if minor >= 55 {
        body["description"] = Value::Null;
    }
    if minor >= 61 {
        body["extra_specs"] = extra(flavor);
    }
    body
}

fn keypair_json(keypair: &Keypair, minor: u32) -> Value {
    let mut body = json!({"name": keypair.name, "public_key": keypair.public_key, "fingerprint": keypair.fingerprint});
    if minor >= 2 {
        body["type"] = json!(keypair.kind);
    }
    body
}

fn import_keypair(
    cloud: &Cloud,
    world: &mut World,
    region: usize,
    request: &Request,
    token: &Token,
    minor: u32,
) -> Reply {
    let body = request.json().unwrap_or_default();
    let wanted = &body["keypair"];
    let bad = |message: &str| Reply::json(400, &json!({"badRequest": {"code": 400, "message": message}}));
    let Some(name) = wanted["name"].as_str() else { return bad("'name' is a required property") };
    let Some(public_key) = wanted["public_key"].as_str() else {
        return bad("This cloud makes no keys: give a public_key.");
    };
    let id = cloud.request_id();
    let compute = &mut world.regions[region].compute;
    if compute.keypair(&token.user_id, name).is_some() {
        let message = format!("Key pair '{name}' already exists.");
        return Reply::json(409, &json!({"conflictingRequest": {"code": 409, "message": message}}));
    }
    let hex: String = id.chars().filter(char::is_ascii_hexdigit).take(32).collect();
    let keypair = Keypair {
        user_id: token.user_id.clone(),
        name: name.to_owned(),
        kind: "ssh".into(),
        public_key: public_key.to_owned(),
        fingerprint: hex.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":"),
    };
    let reply = keypair_json(&keypair, minor);
    compute.keypairs.push(keypair);
    Reply::json(if minor >= 2 { 201 } else { 200 }, &json!({"keypair": reply}))
}

fn limits(world: &World, region: usize, token: &Token) -> Reply {
    let compute = &world.regions[region].compute;
    let (instances, cores, ram) = compute.used(token.project());
    let limits = &compute.limits;
    // The templates of Kubernetes bays make one group of servers for masters and one for workers.
    let stacks = world.regions[region].stacks.iter().filter(|stack| stack.project_id == token.project());
    let made = |resource: &&Resource| resource.kind == "OS::Nova::ServerGroup" && resource.exists();
    let server_groups = stacks.map(|stack| stack.resources.iter().filter(made).count()).sum::<usize>();
    Reply::ok(&json!({"limits": {"rate": [], "absolute": {
        "maxTotalInstances": limits.instances, "totalInstancesUsed": instances, "maxTotalCores": limits.cores,
        "totalCoresUsed": cores, "maxTotalRAMSize": limits.ram_mib, "totalRAMUsed": ram, "maxTotalKeypairs": 100,
        "maxServerMeta": 128, "maxImageMeta": 128, "maxServerGroups": 40, "totalServerGroupsUsed": server_groups,
        "maxServerGroupMembers": 100, "maxPersonality": 5, "maxPersonalitySize": 10240, "maxTotalFloatingIps": -1,
        "totalFloatingIpsUsed": 0, "maxSecurityGroups": -1, "totalSecurityGroupsUsed": 0, "maxSecurityGroupRules": -1,
    }}}))
}
