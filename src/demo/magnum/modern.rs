//! Today's Magnum: the router, versions, errors.

use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::http::{Reply, Request};
use super::super::keystone;
use super::version::{self, Wanted};
use super::{Answer, Call, Problem, certificates, clusters, nodegroups, quotas, templates};

/// Collections that `/v1` tells.
const RESOURCES: [&str; 9] = [
    "clustertemplates",
    "clusters",
    "quotas",
    "certificates",
    "mservices",
    "stats",
    "federations",
    "nodegroups",
    "credentials",
];

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let segments = request.segments();
    match segments.as_slice() {
        [] => return Reply::ok(&root(request)),
        ["healthcheck"] => return Reply::text(200, "text/plain; charset=UTF-8", "OK"),
        _ => {}
    }
    // `/clusters` without `/v1` works too.
    let path = segments.strip_prefix(&["v1"]).unwrap_or(&segments);
    let mut world = cloud.world();
    let token = match keystone::caller(cloud, &world, request) {
        Ok(token) => Some(token),
        Err(_) if path.is_empty() => None,
        Err(reply) => return reply,
    };
    if let Some(accept) = request.header("accept")
        && !accept.contains("json")
        && !accept.contains("*/*")
    {
        return problem(&Problem::router(406));
    }
    let minor = match version::wanted(request) {
        Wanted::Minor(minor) => minor,
        Wanted::Unsupported(text) => return version::unsupported(&text),
        Wanted::Malformed => return problem(&Problem::router(406)),
    };
    let reply = match token {
        None => Reply::ok(&v1(request)),
        Some(_) if path.is_empty() => Reply::ok(&v1(request)),
        Some(token) => {
            let mut call = Call { cloud, world: &mut world, region, request, token, minor };
            match route(&mut call, path) {
                Ok(reply) => reply,
                // What the router itself refuses never reached the code that adds the version headers.
                Err(refusal) if refusal.fault.is_empty() => return problem(&refusal),
                Err(refusal) => problem(&refusal),
            }
        }
    };
    version::with_headers(reply, &format!("1.{minor}"))
}

fn route(call: &mut Call<'_>, path: &[&str]) -> Answer {
    let method = call.request.method.as_str().to_owned();
    match path {
        ["clustertemplates", rest @ ..] => templates::answer(call, &method, rest),
        ["clusters", cluster, "nodegroups", rest @ ..] => nodegroups::answer(call, &method, cluster, rest),
        ["clusters", rest @ ..] => clusters::answer(call, &method, rest),
        ["certificates", rest @ ..] => certificates::answer(call, &method, rest),
        ["credentials", _] => {
            call.since(12)?;
            Err(Problem::invalid("Credential rotation is not supported by driver."))
        }
        ["quotas", rest @ ..] => quotas::answer(call, &method, rest),
        ["stats"] => quotas::stats(call, &method),
        ["mservices"] => quotas::services(call, &method),
        ["federations"] if method == "GET" => Ok(Reply::ok(&json!({"federations": []}))),
        _ if method == "GET" => Err(Problem::router(404)),
        _ => Err(Problem::method("GET")),
    }
}

fn root(request: &Request) -> Value {
    json!({
        "name": "OpenStack Magnum API",
        "description": "Magnum is an OpenStack project which aims to provide container cluster management.",
        "versions": [{
            "id": "v1", "links": [{"href": format!("{}/v1/", request.base), "rel": "self"}], "status": "CURRENT",
            "max_version": format!("1.{}", version::MAX_MINOR), "min_version": "1.1",
        }],
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
        let tail =
            if resource == "nodegroups" { "clusters/{cluster_id}/nodegroups".into() } else { format!("{resource}/") };
        body[resource] = json!([
            {"href": format!("{base}/v1/{tail}"), "rel": "self"}, {"href": format!("{base}/{tail}"), "rel": "bookmark"},
        ]);
    }
    body
}

/// The `errors` list of Magnum 2.0 and later: `title` is `detail` up to the first full stop.
fn problem(problem: &Problem) -> Reply {
    let title = problem.text.split('.').next().unwrap_or_default();
    let body = json!({"errors": [{
        "request_id": "", "code": problem.fault, "status": problem.status, "title": title, "detail": problem.text,
        "links": [],
    }]});
    let reply = Reply::json(problem.status, &body);
    match problem.allow {
        Some(allow) => reply.with("allow", allow),
        None => reply,
    }
}
