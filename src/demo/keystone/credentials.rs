//! Application credentials: list, show, create, delete.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::http::{Reply, Request};
use super::super::world::World;
use super::super::world::identity::{AppCredential, Identity, Token};
use super::super::world::keystone_time;
use super::{MALFORMED, bad_request, forbidden, html_404, links, not_found, parse_time};

/// `/v3/users/{user}/application_credentials[/{id}]`
pub(super) fn answer(
    cloud: &Cloud,
    world: &mut World,
    request: &Request,
    token: &Token,
    user: &str,
    rest: &[&str],
) -> Reply {
    if user != token.user_id && !token.is_admin() {
        let action = match (&request.method, rest) {
            (&Method::POST, _) => "create_application_credential",
            (&Method::DELETE, _) => "delete_application_credential",
            (_, []) => "list_application_credentials",
            _ => "get_application_credential",
        };
        return forbidden(&format!("identity:{action}"));
    }
    let method = if request.method == Method::HEAD { &Method::GET } else { &request.method };
    match (method, rest) {
        (&Method::GET, []) => {
            let name = request.query("name");
            let rows: Vec<Value> = world
                .identity
                .app_credentials
                .iter()
                .filter(|credential| credential.user_id == user && name.is_none_or(|name| credential.name == name))
                .map(|credential| credential_json(world, request, credential))
                .collect();
            let path = format!("users/{user}/application_credentials");
            Reply::ok(&json!({"application_credentials": rows, "links": links(request, &path)}))
        }
        (&Method::GET, [id]) => match find(world, user, id) {
            Some(found) => Reply::ok(&json!({"application_credential": credential_json(world, request, found)})),
            None => unknown(id),
        },
        (&Method::POST, []) => create(cloud, world, request, token),
        (&Method::DELETE, [id]) => {
            if let Some(reply) = refuse_restricted(world, token) {
                return reply;
            }
            if find(world, user, id).is_none() {
                return unknown(id);
            }
            world.identity.app_credentials.retain(|credential| credential.id != **id);
            Reply::empty(204)
        }
        _ => html_404(),
    }
}

fn find<'a>(world: &'a World, user: &str, id: &str) -> Option<&'a AppCredential> {
    world.identity.app_credentials.iter().find(|credential| credential.id == id && credential.user_id == user)
}

fn unknown(id: &str) -> Reply {
    not_found(&format!("Could not find Application Credential: {id}."))
}

/// A restricted credential may not manage credentials.
fn refuse_restricted(world: &World, token: &Token) -> Option<Reply> {
    let id = token.app_credential.as_deref()?;
    let credential = world.identity.app_credentials.iter().find(|credential| credential.id == id)?;
    (credential.unrestricted != Some(true)).then(|| {
        forbidden(
            "Using method 'application_credential' is not allowed for managing additional application credentials.",
        )
    })
}

fn create(cloud: &Cloud, world: &mut World, request: &Request, token: &Token) -> Reply {
    if let Some(reply) = refuse_restricted(world, token) {
        return reply;
    }
    let body = match super::body(request) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let wanted = &body["application_credential"];
    let Some(name) = wanted["name"].as_str().filter(|name| !name.is_empty()) else {
        return bad_request("'name' is a required property");
    };
    let Some(project_id) = token.project_id.clone() else {
        return forbidden("identity:create_application_credential");
    };
    const KNOWN: [&str; 7] = ["name", "description", "secret", "roles", "expires_at", "unrestricted", "access_rules"];
    if let Some(odd) = wanted.as_object().and_then(|map| map.keys().find(|key| !KNOWN.contains(&key.as_str()))) {
        return bad_request(&format!("'{odd}' is an invalid keyword argument for ApplicationCredentialModel"));
    }
    let expires_at = match wanted["expires_at"].as_str().map(parse_time) {
        Some(None) => return bad_request(&format!("Timestamp not in expected format. {MALFORMED}")),
        Some(Some(end)) if end <= cloud.keystone_now() => {
            return bad_request(&format!("The 'expires_at' must not be before now. {MALFORMED}"));
        }
        end => end.flatten(),
    };
    let taken = world
        .identity
        .app_credentials
        .iter()
        .any(|credential| credential.user_id == token.user_id && credential.name == name);
    if taken {
        let message = format!(
            "Conflict occurred attempting to store application_credential - Duplicate entry found with name {name}."
        );
        return Reply::error(409, "Conflict", &message);
    }
    let assigned = |role: &Value| {
        let known = |have: &&String| {
            role["name"].as_str() == Some(have.as_str())
                || role["id"].as_str() == Some(Identity::role_id(&world.ids, have).as_str())
        };
        token.roles.iter().find(known).cloned()
    };
    let roles: Option<Vec<String>> = match wanted["roles"].as_array() {
        Some(roles) => roles.iter().map(assigned).collect(),
        None => Some(token.roles.clone()),
    };
    let Some(roles) = roles else {
        return bad_request(
            "Invalid application credential: Cannot create an application credential with unassigned role",
        );
    };
    let secret = match wanted["secret"].as_str() {
        Some(secret) => secret.to_owned(),
        None => world.identity.random_text(64),
    };
    let credential = AppCredential {
        id: world.ids.next().replace('-', ""),
        name: name.to_owned(),
        description: wanted["description"].as_str().map(str::to_owned),
        secret: secret.clone(),
        user_id: token.user_id.clone(),
        project_id,
        roles,
        expires_at,
        unrestricted: wanted["unrestricted"].as_bool(),
    };
    let mut row = credential_json(world, request, &credential);
    row["secret"] = json!(secret);
    world.identity.app_credentials.push(credential);
    Reply::json(201, &json!({"application_credential": row}))
}

fn credential_json(world: &World, request: &Request, credential: &AppCredential) -> Value {
    let roles: Vec<Value> = credential
        .roles
        .iter()
        .map(|role| {
            json!({
                "id": Identity::role_id(&world.ids, role), "name": role, "domain_id": null, "description": null,
                "options": {"immutable": true},
            })
        })
        .collect();
    json!({
        "id": credential.id, "name": credential.name, "description": credential.description,
        "user_id": credential.user_id, "project_id": credential.project_id, "system": null,
        "expires_at": credential.expires_at.map(|end| keystone_time(end).trim_end_matches('Z').to_owned()),
        "unrestricted": credential.unrestricted, "roles": roles,
        "links": {"self": format!("{}/v3/application_credentials/{}", request.base, credential.id)},
    })
}
