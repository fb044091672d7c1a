//! Keystone v3: versions, tokens, projects, the catalogue, application credentials.

mod auth;
mod credentials;
mod listings;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cloud::{Addresses, Cloud};
use super::http::{Reply, Request};
use super::world::identity::{DOMAIN_ID, DOMAIN_NAME, Identity, Project, Token};
use super::world::{Dialect, Ids, World, keystone_time};

/// The service.
pub(super) fn answer(cloud: &Cloud, _region: usize, request: &Request) -> Reply {
    route(cloud, request).with("vary", "X-Auth-Token")
}

fn route(cloud: &Cloud, request: &Request) -> Reply {
    let segments = request.segments();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET" | "HEAD", []) => Reply::json(300, &json!({"versions": {"values": [version(request)]}}))
            .with("location", format!("{}/v3/", request.base)),
        ("GET" | "HEAD", ["v3"]) => Reply::ok(&json!({"version": version(request)})),
        ("POST", ["v3", "auth", "tokens"]) => auth::sign_in(cloud, request),
        ("GET" | "HEAD", ["v3", "auth", "tokens"]) => show_token(cloud, request),
        ("DELETE", ["v3", "auth", "tokens"]) => revoke_token(cloud, request),
        ("GET", ["v3", ..]) | ("POST", ["v3", ..]) | ("DELETE", ["v3", ..]) => {
            let path = &segments[1..];
            // An address that is not there is told to anybody.
            if !is_known(path) {
                return html_404();
            }
            let mut world = cloud.world();
            match own_caller(cloud, &world, request) {
                Ok(token) => signed_in(cloud, &mut world, request, path, &token),
                Err(reply) => reply,
            }
        }
        _ => html_404(),
    }
}

/// True for the collections of this Keystone.
fn is_known(path: &[&str]) -> bool {
    match path {
        ["auth", what, ..] => ["projects", "domains", "catalog"].contains(what),
        [what, ..] => ["projects", "users", "domains"].contains(what) || listings::is_known(what),
        [] => false,
    }
}

fn signed_in(cloud: &Cloud, world: &mut World, request: &Request, path: &[&str], token: &Token) -> Reply {
    let identity = &world.identity;
    match (&request.method, path) {
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
        (&Method::GET, ["auth", "catalog"]) => forbidden("identity:get_auth_catalog"),
        (&Method::GET, ["projects"]) if token.is_admin() => {
            projects_reply(request, identity.projects.iter().collect(), "projects")
        }
        (&Method::GET, ["projects", id]) => match named(&identity.projects, id) {
            Some(project) if token.is_admin() || !identity.roles(&token.user_id, &project.id).is_empty() => {
                Reply::ok(&json!({"project": project_json(request, project)}))
            }
            Some(_) => forbidden("identity:get_project"),
            None => not_found(&format!("Could not find project: {id}.")),
        },
        (&Method::GET, ["users", id, "projects"]) if *id == token.user_id || token.is_admin() => {
            projects_reply(request, mine(identity, id), &format!("users/{id}/projects"))
        }
        (&Method::GET, ["users", id]) if *id == token.user_id || token.is_admin() => match identity.user(id) {
            Some(user) => Reply::ok(&json!({"user": {
                "id": user.id, "name": user.name, "domain_id": DOMAIN_ID, "enabled": true, "options": {},
                "password_expires_at": null, "links": {"self": format!("{}/v3/users/{}", request.base, user.id)},
            }})),
            None => not_found(&format!("Could not find user: {id}.")),
        },
        (&Method::GET, ["users"]) if token.is_admin() => {
            let users: Vec<Value> = identity
                .users
                .iter()
                .map(|user| json!({"id": user.id, "name": user.name, "domain_id": DOMAIN_ID, "enabled": true}))
                .collect();
            Reply::ok(&json!({"users": users, "links": links(request, "users")}))
        }
        (&Method::GET, ["users"]) => forbidden("identity:list_users"),
        (&Method::GET, ["projects"]) => forbidden("identity:list_projects"),
        (&Method::GET, ["domains"]) if token.is_admin() => {
            Reply::ok(&json!({"domains": [domain(request)], "links": links(request, "domains")}))
        }
        (&Method::GET, ["domains", id]) if *id == DOMAIN_ID => Reply::ok(&json!({"domain": domain(request)})),
        (&Method::GET, ["domains"]) => forbidden("identity:list_domains"),
        (&Method::GET, [what, ..]) if listings::is_known(what) => listings::answer(cloud, world, request, token, path),
        (_, ["users", user, "application_credentials", rest @ ..]) => {
            credentials::answer(cloud, world, request, token, user, rest)
        }
        _ => html_404(),
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

fn html_404() -> Reply {
    Reply::text(
        404,
        "text/html; charset=utf-8",
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
    if let Some(id) = &token.app_credential
        && !world.identity.app_credentials.iter().any(|credential| credential.id == *id)
    {
        return Err(not_found(&format!("Could not find Application Credential: {id}.")));
    }
    Ok(token.clone())
}

fn show_token(cloud: &Cloud, request: &Request) -> Reply {
    let world = cloud.world();
    if let Err(reply) = own_caller(cloud, &world, request) {
        return reply;
    }
    let subject = request.header("x-subject-token").unwrap_or_default();
    match world.identity.token(subject, cloud.keystone_now()) {
        Some(token) => Reply::ok(&token_json(&world, cloud.addresses(), token, request.query("nocatalog").is_none()))
            .with("x-subject-token", subject),
        None if Identity::well_formed(subject) => not_found("Failed to validate token"),
        None => not_found("Could not recognize Fernet token"),
    }
}

fn revoke_token(cloud: &Cloud, request: &Request) -> Reply {
    let mut world = cloud.world();
    if let Err(reply) = own_caller(cloud, &world, request) {
        return reply;
    }
    let Some(subject) = request.header("x-subject-token") else {
        return Reply::error(400, "Bad Request", "Expecting to find X-Subject-Token in request header.");
    };
    if world.identity.token(subject, cloud.keystone_now()).is_none() {
        return not_found(if Identity::well_formed(subject) {
            "Failed to validate token"
        } else {
            "Could not recognize Fernet token"
        });
    }
    world.identity.revoke(subject);
    Reply::empty(204)
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
