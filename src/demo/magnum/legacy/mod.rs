//! Magnum 1.1 of 2015 (Liberty): bays, bay models, pods, replication controllers, services, containers, nodes.
//!
//! Its manners differ from today's: every path needs a token, `/` too; errors are JSON text inside `error_message`;
//! an administrator sees only the project of the token; creating answers with the whole object.

mod baymodels;
mod bays;
mod certificates;
mod containers;
mod manifests;
mod nodes;
mod process;

use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::http::{Reply, Request};
use super::super::keystone;
use super::super::world::bay::{Bay, Coe};
use super::{Answer, Call, Problem, lists};

/// Collections that `/v1` tells; `nodes` is never told.
const RESOURCES: [&str; 9] =
    ["pods", "rcs", "baymodels", "bays", "containers", "services", "x509keypairs", "certificates", "mservices"];

/// See `magnum::play_first_manifests`.
pub(super) fn play_first_manifests(cloud: &Cloud) {
    manifests::play_first(cloud);
}

/// See `magnum::manifest_url`.
pub(super) fn manifest_url(request: &Request) -> Option<String> {
    manifests::url_to_fetch(request)
}

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let mut world = cloud.world();
    let Ok(token) = keystone::caller(cloud, &world, request) else {
        return Reply::text(401, "text/plain", "Authentication required")
            .with("www-authenticate", format!("Keystone uri='{}'", cloud.addresses().keystone));
    };
    let segments = request.segments();
    if segments.is_empty() {
        return Reply::ok(&root(request));
    }
    let wanted = request.header("x-openstack-magnum-api-version").unwrap_or("1.1");
    if !["1.1", "latest"].contains(&wanted) {
        let text = format!("Version {wanted} was requested but the requested API version is not supported.");
        return with_versions(Reply::json(406, &json!({"error_message": text})));
    }
    let path = segments.strip_prefix(&["v1"]).unwrap_or(&segments);
    if path.is_empty() {
        return with_versions(Reply::ok(&v1(request)));
    }
    let mut call = Call { cloud, world: &mut world, region, request, token, minor: 1 };
    with_versions(route(&mut call, path).unwrap_or_else(|refusal| problem(&refusal)))
}

fn route(call: &mut Call<'_>, path: &[&str]) -> Answer {
    use super::super::world::legacy::ManifestKind;
    let method = call.request.method.as_str().to_owned();
    match path {
        ["baymodels", rest @ ..] => baymodels::answer(call, &method, rest),
        ["bays", rest @ ..] => bays::answer(call, &method, rest),
        ["pods", rest @ ..] => manifests::answer(call, &method, ManifestKind::Pod, rest),
        ["rcs", rest @ ..] => manifests::answer(call, &method, ManifestKind::ReplicationController, rest),
        ["services", rest @ ..] => manifests::answer(call, &method, ManifestKind::Service, rest),
        ["containers", rest @ ..] => containers::answer(call, &method, rest),
        ["certificates", rest @ ..] => certificates::answer(call, &method, rest),
        ["nodes", rest @ ..] => nodes::answer(call, &method, rest),
        ["x509keypairs"] if method == "GET" => Ok(Reply::ok(&json!({"x509keypairs": []}))),
        ["mservices"] if method == "GET" => nodes::services(call),
        _ => Err(Problem::router(404)),
    }
}

fn with_versions(reply: Reply) -> Reply {
    reply
        .with("X-OpenStack-Magnum-API-Version", "1.1")
        .with("X-OpenStack-Magnum-API-Minimum-Version", "1.1")
        .with("X-OpenStack-Magnum-API-Maximum-Version", "1.1")
        .with("vary", "X-OpenStack-Magnum-API-Version")
}

fn root(request: &Request) -> Value {
    let version = json!({"id": "v1", "links": [{"href": format!("{}/v1/", request.base), "rel": "self"}]});
    json!({
        "name": "OpenStack Magnum API",
        "description": "Magnum is an OpenStack project which aims to provide container management.",
        "versions": [version], "default_version": version,
    })
}

fn v1(request: &Request) -> Value {
    let base = &request.base;
    let mut body = json!({
        "id": "v1",
        "media_types": [{"base": "application/json", "type": "application/vnd.openstack.magnum.v1+json"}],
        "links": [
            {"href": format!("{base}/v1/"), "rel": "self"},
            {
                "href": "http://docs.openstack.org/developer/magnum/dev/api-spec-v1.html", "rel": "describedby",
                "type": "text/html",
            },
        ],
    });
    for resource in RESOURCES {
        // The bookmark of the bay models pointed at the bays, in 2015.
        let mark = if resource == "baymodels" { "bays" } else { resource };
        body[resource] = json!([
            {"href": format!("{base}/v1/{resource}/"), "rel": "self"},
            {"href": format!("{base}/{mark}/"), "rel": "bookmark"},
        ]);
    }
    body
}

/// The error of Kilo and Liberty: JSON in a text; plain text when the router refuses.
fn problem(problem: &Problem) -> Reply {
    let text = match problem.fault {
        "" => match problem.status {
            404 => "404 Not Found\n\nThe resource could not be found.\n\n   ".to_owned(),
            405 => "405 Method Not Allowed\n\nThe method is not allowed for this resource.\n\n   ".to_owned(),
            status => format!("{status}\n\n   "),
        },
        fault => {
            let code = if fault == "server" { "Server" } else { "Client" };
            json!({"debuginfo": null, "faultcode": code, "faultstring": problem.text}).to_string()
        }
    };
    let reply = Reply::json(problem.status, &json!({"error_message": text}));
    match problem.allow {
        Some(allow) => reply.with("allow", allow),
        None => reply,
    }
}

/// A bay of the token's project, by UUID or name.
fn find_bay<'a>(call: &'a Call<'_>, ident: &str) -> Result<&'a Bay, Problem> {
    let project = call.token.project();
    let bays = call.world.regions[call.region].bays.iter().filter(|bay| bay.project_id == project);
    lists::resolve(bays, ident, |bay| (bay.uuid.as_str(), bay.name.as_deref()), ("Bay", "bays", "bay"))
}

/// The bay that a body names in `bay_uuid`; it must run `coe`. What is missing is the caller's fault: 400.
fn bay_of_body<'a>(call: &'a Call<'_>, ident: &str, coe: Coe) -> Result<&'a Bay, Problem> {
    let bay = find_bay(call, ident).map_err(|problem| Problem { status: 400, ..problem })?;
    if bay.coe == coe {
        Ok(bay)
    } else {
        let (have, want) = (bay.coe.word(), coe.word());
        Err(Problem::invalid(format!("Cannot fulfill request with a {have} bay, expecting a {want} bay.")))
    }
}

/// Patch values that 2015 refused although they are legal: 0, empty text, false.
fn refuse_falsy(operations: &[Value]) -> Result<(), Problem> {
    let falsy = |value: &Value| value == &json!(0) || value == &json!("") || value == &json!(false);
    let bad = operations.iter().any(|operation| operation["op"] != "remove" && falsy(&operation["value"]));
    if bad { Err(Problem::invalid("'add' and 'replace' operations needs value")) } else { Ok(()) }
}
