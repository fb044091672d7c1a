//! Keystone v3: versions, tokens, projects, the catalogue, application credentials.

mod auth;
mod credentials;
mod listings;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cloud::{Addresses, Cloud};
use super::http::{Reply, Request};
use super::world::identity::{DOMAIN_ID, DOMAIN_NAME, Identity, Project, Token, User};
use super::world::{Dialect, Ids, World, keystone_time};

/// The service.
pub(super) fn answer(cloud: &Cloud, _region: usize, request: &Request) -> Reply {
    route(cloud, request).with("vary", "X-Auth-Token")
}

fn route(cloud: &Cloud, request: &Request) -> Reply {
    let segments = request.segments();
    // An address that is not there is told to anybody, and so is what may be done at one that is.
    let Some(allow) = methods(&segments) else { return html_404() };
    let method = request.method.as_str();
    if method == "OPTIONS" {
        return Reply::text(200, HTML, "").with("allow", allow);
    }
    if !allow.split(", ").any(|known| known == method) {
        return not_allowed(&segments).with("allow", allow);
    }
    match (method, segments.as_slice()) {
        (_, []) => Reply::json(300, &json!({"versions": {"values": [version(request)]}}))
            .with("location", format!("{}/v3/", request.base)),
        (_, ["v3"]) => Reply::ok(&json!({"version": version(request)})),
        ("POST", ["v3", "auth", "tokens"]) => auth::sign_in(cloud, request),
        ("DELETE", ["v3", "auth", "tokens"]) => revoke_token(cloud, request),
        (_, ["v3", "auth", "tokens"]) => show_token(cloud, request),
        (_, path) => {
            let mut world = cloud.world();
            match own_caller(cloud, &world, request) {
                Ok(token) => signed_in(cloud, &mut world, request, path.get(1..).unwrap_or_default(), &token),
                Err(reply) => reply,
            }
        }
    }
}

/// What may be done at an address, as the `Allow` header has it; `None` where there is nothing.
fn methods(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        []
        | ["v3"]
        | ["v3", "auth", "projects" | "domains" | "catalog" | "system"]
        | ["v3", "users", _, "projects"]
        | ["v3", "role_assignments"] => "GET, HEAD, OPTIONS",
        ["v3", "auth", "tokens"] => "DELETE, GET, HEAD, OPTIONS, POST",
        ["v3", "users", _, "application_credentials"] => "GET, HEAD, OPTIONS, POST",
        ["v3", "users", _, "application_credentials", _] => "DELETE, GET, HEAD, OPTIONS",
        ["v3", "regions"] | ["v3", "regions", _] => "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        ["v3", what] | ["v3", what, _]
            if ["users", "projects", "domains"].contains(what) || listings::is_known(what) =>
        {
            "DELETE, GET, HEAD, OPTIONS, PATCH, POST"
        }
        _ => return None,
    })
}

fn signed_in(cloud: &Cloud, world: &mut World, request: &Request, path: &[&str], token: &Token) -> Reply {
    let identity = &world.identity;
    // `HEAD` is a `GET` whose body is left out.
    let method = if request.method == Method::HEAD { &Method::GET } else { &request.method };
    match (method, path) {
        (&Method::GET, ["auth", "projects"]) => {
            projects_reply(request, mine(identity, &token.user_id), "auth/projects")
        }
        (&Method::GET, ["auth", "domains"]) => {
            let domains = if token.is_admin() { vec![domain(request)] } else { Vec::new() };
            Reply::ok(&json!({"domains": domains, "links": links(request, "auth/domains")}))
        }
        (&Method::GET, ["auth", "catalog"]) if token.project_id.is_some() => {
            let links = json!({"self": format!("{}/v3/auth/catalog", request.base)});
            Reply::ok(&json!({"catalog": catalog(&world.ids, world, cloud.addresses(), token), "links": links}))
        }
        (&Method::GET, ["auth", "catalog"]) => {
            Reply::error(403, "Forbidden", "You are not authorized to perform the requested action.")
        }
        // Nobody here has a role on the system.
        (&Method::GET, ["auth", "system"]) => {
            Reply::ok(&json!({"system": [], "links": {"self": format!("{}/v3/auth/system", request.base)}}))
        }
        (&Method::GET, ["projects"]) if token.is_admin() => {
            projects_reply(request, identity.projects.iter().collect(), "projects")
        }
        (&Method::GET, ["projects", id]) => match named(&identity.projects, id) {
            Some(project) if token.is_admin() || !identity.roles(&token.user_id, &project.id).is_empty() => {
                Reply::ok(&json!({"project": project_json(request, project)}))
            }
            None if token.is_admin() => not_found(&format!("Could not find project: {id}.")),
            _ => forbidden("identity:get_project"),
        },
        (&Method::GET, ["users", id, "projects"]) if *id == token.user_id || token.is_admin() => {
            projects_reply(request, mine(identity, id), &format!("users/{id}/projects"))
        }
        (&Method::GET, ["users", id]) if *id == token.user_id || token.is_admin() => match identity.user(id) {
            Some(user) => Reply::ok(&json!({"user": user_json(request, user)})),
            None => not_found(&format!("Could not find user: {id}.")),
        },
        (&Method::GET, ["users"]) if token.is_admin() => {
            let users: Vec<Value> = identity.users.iter().map(|user| user_json(request, user)).collect();
            Reply::ok(&json!({"users": users, "links": links(request, "users")}))
        }
        (&Method::GET, ["users"]) => forbidden("identity:list_users"),
        (&Method::GET, ["users", _]) => forbidden("identity:get_user"),
        (&Method::GET, ["users", _, "projects"]) => forbidden("identity:list_user_projects"),
        (&Method::GET, ["projects"]) => forbidden("identity:list_projects"),
        (&Method::GET, ["domains"]) if token.is_admin() => {
            Reply::ok(&json!({"domains": [domain(request)], "links": links(request, "domains")}))
        }
        (&Method::GET, ["domains"]) => forbidden("identity:list_domains"),
        (&Method::GET, ["domains", id]) if *id == DOMAIN_ID => Reply::ok(&json!({"domain": domain(request)})),
        (&Method::GET, [what, ..]) if listings::is_known(what) => listings::answer(cloud, world, request, token, path),
        (_, ["users", user, "application_credentials", rest @ ..]) => {
            credentials::answer(cloud, world, request, token, user, rest)
        }
        (&Method::GET, ["domains", id]) => not_found(&format!("Could not find domain: {id}.")),
        // The demo's people, projects and regions are what they are.
        _ => Reply::error(403, "Forbidden", "You are not authorized to perform the requested action."),
    }
}

fn version(request: &Request) -> Value {
    json!({
        "id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": format!("{}/v3/", request.base)}],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}],
    })
}

fn links(request: &Request, path: &str) -> Value {
    json!({"next": null, "previous": null, "self": format!("{}/v3/{path}", request.base)})
}

fn domain(request: &Request) -> Value {
    json!({
        "id": DOMAIN_ID, "name": DOMAIN_NAME, "description": "The default domain", "enabled": true, "tags": [],
        "options": {}, "links": {"self": format!("{}/v3/domains/{DOMAIN_ID}", request.base)},
    })
}

fn user_json(request: &Request, user: &User) -> Value {
    json!({
        "id": user.id, "name": user.name, "domain_id": DOMAIN_ID, "enabled": true, "options": {},
        "password_expires_at": null, "links": {"self": format!("{}/v3/users/{}", request.base, user.id)},
    })
}

fn mine<'a>(identity: &'a Identity, user_id: &str) -> Vec<&'a Project> {
    identity.projects.iter().filter(|project| !identity.roles(user_id, &project.id).is_empty()).collect()
}

fn named<'a>(projects: &'a [Project], ident: &str) -> Option<&'a Project> {
    projects.iter().find(|project| project.id == ident)
}

fn project_json(request: &Request, project: &Project) -> Value {
    json!({
        "id": project.id, "name": project.name, "domain_id": DOMAIN_ID, "description": project.description,
        "enabled": true, "parent_id": DOMAIN_ID, "is_domain": false, "tags": [], "options": {},
        "links": {"self": format!("{}/v3/projects/{}", request.base, project.id)},
    })
}

fn projects_reply(request: &Request, projects: Vec<&Project>, path: &str) -> Reply {
    let name = request.query("name");
    let rows: Vec<Value> = projects
        .into_iter()
        .filter(|project| name.is_none_or(|name| project.name == name))
        .map(|project| project_json(request, project))
        .collect();
    Reply::ok(&json!({"projects": rows, "links": links(request, path)}))
}

/// Ends the sentences of most 400s.
const MALFORMED: &str = "The server could not comply with the request since it is either malformed or otherwise incorrect. \
                         The client is assumed to be in error.";

fn bad_request(message: &str) -> Reply {
    Reply::error(400, "Bad Request", message)
}

/// The 400 of something that was looked for in the request.
fn expecting(what: &str) -> Reply {
    bad_request(&format!("Expecting to find {what}. {MALFORMED}"))
}

/// The body as JSON, as Keystone reads it: none at all is an empty object.
fn body(request: &Request) -> Result<Value, Reply> {
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    let kind = request.header("content-type").unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
        return Err(expecting("application/json in Content-Type header"));
    }
    request.json().filter(Value::is_object).ok_or_else(|| expecting("valid JSON in request body"))
}

/// The plain 401 of Keystone: it never says what was wrong.
pub(super) fn unauthorized(keystone: &str) -> Reply {
    Reply::error(401, "Unauthorized", "The request you have made requires authentication.")
        .with("www-authenticate", format!("Keystone uri=\"{keystone}\""))
}

fn forbidden(action: &str) -> Reply {
    let message = format!("You are not authorized to perform the requested action: {action}.");
    Reply::error(403, "Forbidden", &message)
}

fn not_found(message: &str) -> Reply {
    Reply::error(404, "Not Found", message)
}

const HTML: &str = "text/html; charset=utf-8";

/// 405: a page where Flask itself refuses, JSON where Flask-RESTful does.
fn not_allowed(path: &[&str]) -> Reply {
    if path.len() > 1 {
        return Reply::json(405, &json!({"message": "The method is not allowed for the requested URL."}));
    }
    Reply::text(
        405,
        HTML,
        "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method \
         is not allowed for the requested URL.</p>\n",
    )
}

fn html_404() -> Reply {
    Reply::text(
        404,
        HTML,
        "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not \
         found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
    )
}

/// Checks the caller's token as keystonemiddleware does in front of every other service. The error is the 401 to answer
/// with.
pub(super) fn caller(cloud: &Cloud, world: &World, request: &Request) -> Result<Token, Reply> {
    own_caller(cloud, world, request).map_err(|_| unauthorized(&cloud.addresses().keystone))
}

/// Checks the caller's token as Keystone itself does: it says when the application credential behind it is gone.
fn own_caller(cloud: &Cloud, world: &World, request: &Request) -> Result<Token, Reply> {
    let refused = || unauthorized(&cloud.addresses().keystone);
    let text = request.header("x-auth-token").ok_or_else(refused)?;
    let token = world.identity.token(text, cloud.keystone_now()).ok_or_else(refused)?;
    with_its_credential(world, token)?;
    Ok(token.clone())
}

fn show_token(cloud: &Cloud, request: &Request) -> Reply {
    let world = cloud.world();
    if let Err(reply) = own_caller(cloud, &world, request) {
        return reply;
    }
    match subject(cloud, &world, request, "identity:validate_token") {
        Ok((text, token)) => {
            Reply::ok(&token_json(&world, cloud.addresses(), token, request.query("nocatalog").is_none()))
                .with("x-subject-token", text)
        }
        Err(reply) => reply,
    }
}

fn revoke_token(cloud: &Cloud, request: &Request) -> Reply {
    let mut world = cloud.world();
    if let Err(reply) = own_caller(cloud, &world, request) {
        return reply;
    }
    let text = match subject(cloud, &world, request, "identity:revoke_token") {
        Ok((text, _)) => text.to_owned(),
        Err(reply) => return reply,
    };
    world.identity.revoke(&text);
    Reply::empty(204)
}

/// The token that a request is about.
fn subject<'a>(
    cloud: &Cloud,
    world: &'a World,
    request: &'a Request,
    action: &str,
) -> Result<(&'a str, &'a Token), Reply> {
    let text = request.header("x-subject-token").ok_or_else(|| forbidden(action))?;
    let token = world.identity.token(text, cloud.keystone_now()).ok_or_else(|| unknown_token(text))?;
    with_its_credential(world, token)?;
    Ok((text, token))
}

/// 404 of a token that ended, and of a text that never was one.
fn unknown_token(text: &str) -> Reply {
    not_found(if Identity::well_formed(text) { "Failed to validate token" } else { "Could not recognize Fernet token" })
}

/// A token goes with the application credential that it came from.
fn with_its_credential(world: &World, token: &Token) -> Result<(), Reply> {
    match &token.app_credential {
        Some(id) if !world.identity.app_credentials.iter().any(|credential| credential.id == *id) => {
            Err(not_found(&format!("Could not find Application Credential: {id}.")))
        }
        _ => Ok(()),
    }
}

/// The `token` object.
fn token_json(world: &World, addresses: &Addresses, token: &Token, with_catalog: bool) -> Value {
    let user = world.identity.user(&token.user_id);
    let domain = json!({"id": DOMAIN_ID, "name": DOMAIN_NAME});
    let mut body = json!({
        "methods": token.methods, "audit_ids": token.audit_ids,
        "user": {
            "id": token.user_id, "name": user.map(|user| user.name.clone()), "domain": domain, "password_expires_at": null,
        },
        "issued_at": keystone_time(token.issued_at), "expires_at": keystone_time(token.expires_at),
    });
    if let Some(project) = token.project_id.as_deref().and_then(|id| world.identity.project(id)) {
        let roles: Vec<Value> =
            token.roles.iter().map(|role| json!({"id": Identity::role_id(&world.ids, role), "name": role})).collect();
        body["project"] = json!({"id": project.id, "name": project.name, "domain": domain});
        body["is_domain"] = json!(false);
        body["roles"] = json!(roles);
        if with_catalog {
            body["catalog"] = catalog(&world.ids, world, addresses, token);
        }
    }
    if let Some(credential) =
        world.identity.app_credentials.iter().find(|credential| Some(&credential.id) == token.app_credential.as_ref())
    {
        body["application_credential"] =
            json!({"id": credential.id, "name": credential.name, "restricted": credential.unrestricted != Some(true)});
    }
    json!({"token": body})
}

/// The catalogue of a scoped token: each service once, with its endpoints in both regions.
///
/// The 2015 Magnum stands under the type it had then, `container`.
fn catalog(ids: &Ids, world: &World, addresses: &Addresses, token: &Token) -> Value {
    let project = token.project();
    // Type, name, and per region an address.
    type Entry = (&'static str, &'static str, Vec<(String, String)>);
    let mut services: Vec<Entry> = vec![("identity", "keystone", Vec::new())];
    for (kind, name) in [
        ("container-infra", "magnum"),
        ("container", "magnum"),
        ("orchestration", "heat"),
        ("compute", "nova"),
        ("image", "glance"),
        ("network", "neutron"),
    ] {
        services.push((kind, name, Vec::new()));
    }
    for (region, at) in world.regions.iter().zip(&addresses.regions) {
        for (kind, _, urls) in &mut services {
            let url = match (*kind, region.dialect) {
                ("identity", _) => addresses.keystone.clone(),
                ("container-infra", Dialect::Modern) | ("container", Dialect::Liberty) => format!("{}/v1", at.magnum),
                ("container-infra" | "container", _) => continue,
                ("orchestration", _) => format!("{}/v1/{project}", at.heat),
                ("compute", _) => format!("{}/v2.1", at.nova),
                ("image", _) => at.glance.clone(),
                _ => at.neutron.clone(),
            };
            urls.push((region.name.clone(), url));
        }
    }
    let services: Vec<Value> = services
        .into_iter()
        .map(|(kind, name, urls)| {
            let mut endpoints = Vec::new();
            for (region, url) in urls {
                for interface in ["public", "internal", "admin"] {
                    endpoints.push(json!({
                        "id": ids.hex(&format!("endpoint/{kind}/{region}/{interface}")), "interface": interface,
                        "region": region, "region_id": region, "url": url,
                    }));
                }
            }
            json!({"id": ids.hex(&format!("service/{kind}")), "type": kind, "name": name, "endpoints": endpoints})
        })
        .collect();
    json!(services)
}

/// Parses a time a caller wrote, with or without zone.
fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok())
}
