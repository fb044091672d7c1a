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
        ["healthcheck"] if only_json(request) => {
            return Reply::text(
                200,
                "application/json",
                "{\n    \"detailed\": false,\n    \"reasons\": [\n        \"OK\"\n    ]\n}",
            );
        }
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
        return problem(request, &Problem::router(406));
    }
    let minor = match version::wanted(request) {
        Wanted::Minor(minor) => minor,
        Wanted::Unsupported(text) => return version::unsupported(&text, only_json(request)),
        Wanted::Malformed(what) => {
            return problem(
                request,
                &Problem::unacceptable(format!("Invalid {what} for OpenStack-API-Version header")),
            );
        }
    };
    let reply = match token {
        None => Reply::ok(&v1(request)),
        Some(_) if path.is_empty() => Reply::ok(&v1(request)),
        Some(token) => {
            let mut call = Call { cloud, world: &mut world, region, request, token, minor };
            match route(&mut call, path) {
                Ok(reply) => reply,
                // What the router itself refuses never reached the code that adds the version headers.
                Err(refusal) if refusal.fault.is_empty() => return problem(request, &refusal),
                Err(refusal) => problem(request, &refusal),
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
        ["credentials", ident] if method == "PATCH" => {
            call.since(12, "patch")?;
            clusters::find(call, ident)?;
            Err(Problem::invalid("Credential rotation is not supported by driver."))
        }
        ["credentials", ..] => Err(Problem::method("PATCH")),
        ["quotas", rest @ ..] => quotas::answer(call, &method, rest),
        ["stats"] => quotas::stats(call, &method),
        ["mservices"] => quotas::services(call, &method),
        ["federations"] if method == "GET" => Ok(Reply::ok(&json!({"federations": []}))),
        ["federations", ident] if method == "GET" => {
            Err(Problem::client(404, format!("Federation {ident} could not be found.")))
        }
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

/// True for who takes JSON and nothing else: only then WebOb writes its own errors as JSON, which Magnum reads.
fn only_json(request: &Request) -> bool {
    request.header("accept").is_some_and(|accept| accept.trim() == "application/json")
}

/// The `errors` list of Magnum 2.0 and later: `title` is `detail` up to the first full stop; what the router refuses has
/// the status' name for one, and no words at all for who would take something else than JSON.
fn problem(request: &Request, problem: &Problem) -> Reply {
    let (title, detail) = match problem.fault {
        "" if !only_json(request) => ("", ""),
        "" => {
            let status = axum::http::StatusCode::from_u16(problem.status).ok();
            (status.and_then(|status| status.canonical_reason()).unwrap_or_default(), problem.text.as_str())
        }
        _ => (problem.text.split('.').next().unwrap_or_default(), problem.text.as_str()),
    };
    let body = json!({"errors": [{
        "request_id": "", "code": problem.fault, "status": problem.status, "title": title, "detail": detail, "links": [],
    }]});
    let reply = Reply::json(problem.status, &body);
    match problem.allow {
        Some(allow) => reply.with("allow", allow),
        None => reply,
    }
}
