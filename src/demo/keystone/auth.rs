//! `POST /v3/auth/tokens`: password, token, application credential, TOTP, receipts, scopes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::http::{Reply, Request};
use super::super::world::World;
use super::super::world::identity::{
    AppCredential, DOMAIN_ID, DOMAIN_NAME, RECEIPT_LIFE, Receipt, Token, User, passcode_is_right,
};
use super::super::world::keystone_time;
use super::{bad_request, expecting, not_found, token_json, unauthorized, unknown_token};

/// What the factors of a request prove.
#[derive(Default)]
struct Proof {
    user_id: Option<String>,
    methods: Vec<String>,
    /// The token that was exchanged: its end and audit ids are kept.
    parent: Option<Token>,
    credential: Option<AppCredential>,
}

/// What the caller wants the token for.
enum Scope {
    Unscoped,
    Project(String),
}

/// Signs in.
pub(super) fn sign_in(cloud: &Cloud, request: &Request) -> Reply {
    let body = match super::body(request) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let Some(auth) = body.get("auth") else { return expecting("auth in request body") };
    let Some(identity) = auth.get("identity") else { return schema_error("'identity' is a required property") };
    let Some(methods) = identity.get("methods") else {
        return schema_error("Invalid input for field 'identity': 'methods' is a required property");
    };
    let Some(methods) = methods.as_array() else {
        let given = methods.to_string().replace('"', "'");
        return schema_error(&format!("Invalid input for field 'identity/methods': {given} is not of type 'array'"));
    };
    let methods: Vec<&str> = methods.iter().filter_map(Value::as_str).collect();
    let mut world = cloud.world();
    let now = cloud.keystone_now();
    let refused = || unauthorized(&cloud.addresses().keystone);
    let proof = match prove(cloud, &world, request, identity, &methods, now) {
        Ok(proof) => proof,
        Err(reply) => return reply,
    };
    let Some(user) = proof.user_id.as_deref().and_then(|id| world.identity.user(id)).cloned() else { return refused() };
    if let Some(reply) = second_factor(cloud, &mut world, &user, &proof, now) {
        return reply;
    }
    let scope = match scope(cloud, &world, &body["auth"], &proof) {
        Ok(Some(scope)) => scope,
        Ok(None) => return refused(),
        Err(reply) => return *reply,
    };
    issue(cloud, &mut world, request, &user, proof, scope, now)
}

fn issue(
    cloud: &Cloud,
    world: &mut World,
    request: &Request,
    user: &User,
    proof: Proof,
    scope: Scope,
    now: Timestamp,
) -> Reply {
    let (project_id, roles) = match (&proof.credential, scope) {
        (Some(credential), _) => (Some(credential.project_id.clone()), credential.roles.clone()),
        (None, Scope::Unscoped) => (None, Vec::new()),
        (None, Scope::Project(id)) => {
            let roles = world.identity.roles(&user.id, &id);
            if roles.is_empty() {
                return unauthorized(&cloud.addresses().keystone);
            }
            (Some(id), roles)
        }
    };
    let inherited = proof.parent.as_ref().and_then(|parent| parent.audit_ids.last().cloned());
    let token = Token {
        user_id: user.id.clone(),
        project_id,
        roles,
        methods: proof.methods,
        audit_ids: inherited.into_iter().collect(),
        issued_at: now,
        expires_at: now,
        app_credential: proof.credential.map(|credential| credential.id),
    };
    let (text, token) = world.identity.issue(token, proof.parent.map(|parent| parent.expires_at));
    let with_catalog = request.query("nocatalog").is_none();
    Reply::json(201, &token_json(world, cloud.addresses(), &token, with_catalog)).with("x-subject-token", text)
}

/// Checks every factor of the request and of a receipt that comes with it.
fn prove(
    cloud: &Cloud,
    world: &World,
    request: &Request,
    identity: &Value,
    methods: &[&str],
    now: Timestamp,
) -> Result<Proof, Reply> {
    let refused = || unauthorized(&cloud.addresses().keystone);
    let mut proof = Proof::default();
    if let Some(text) = request.header("openstack-auth-receipt") {
        let receipt = world.identity.receipt(text, now).ok_or_else(refused)?;
        proof.user_id = Some(receipt.user_id.clone());
        proof.methods.clone_from(&receipt.methods);
    }
    for method in methods {
        let known = ["password", "totp", "token", "application_credential"];
        let part = match identity.get(*method) {
            Some(part) => part,
            None if known.contains(method) => return Err(expecting(&format!("{method} in identity"))),
            None => return Err(unsupported_method(cloud)),
        };
        let user_id = match *method {
            "password" => {
                let user = find_user(world, &part["user"])?.ok_or_else(refused)?;
                let given = part["user"]["password"].as_str().unwrap_or_default();
                (user.password == given).then(|| user.id.clone()).ok_or_else(refused)?
            }
            "totp" => {
                let user = find_user(world, &part["user"])?.ok_or_else(refused)?;
                let given = part["user"]["passcode"].as_str().unwrap_or_default();
                let secret = user.totp.as_deref().ok_or_else(refused)?;
                passcode_is_right(secret, given, now).then(|| user.id.clone()).ok_or_else(refused)?
            }
            "token" => {
                let text = part["id"].as_str().ok_or_else(|| {
                    schema_error("Invalid input for field 'identity/token': 'id' is a required property")
                })?;
                let parent = world.identity.token(text, now).cloned().ok_or_else(|| unknown_token(text))?;
                let user_id = parent.user_id.clone();
                proof.methods.push("token".into());
                proof.methods.extend(parent.methods.iter().filter(|method| *method != "token").cloned());
                proof.parent = Some(parent);
                user_id
            }
            "application_credential" => {
                let credential = find_credential(cloud, world, part, now)?;
                let user_id = credential.user_id.clone();
                proof.credential = Some(credential);
                user_id
            }
            _ => return Err(unsupported_method(cloud)),
        };
        if proof.user_id.as_ref().is_some_and(|known| *known != user_id) {
            return Err(refused());
        }
        proof.user_id = Some(user_id);
        if *method != "token" {
            proof.methods.push((*method).to_owned());
        }
    }
    Ok(proof)
}

/// A user by id, or by name with a domain.
fn find_user<'a>(world: &'a World, user: &Value) -> Result<Option<&'a User>, Reply> {
    if let Some(id) = user["id"].as_str() {
        return Ok(world.identity.user(id));
    }
    let Some(name) = user["name"].as_str() else {
        return Err(bad_request("Invalid input for field identity/password/user: id or name must be present."));
    };
    if user.get("domain").is_none() {
        return Err(expecting("domain in user"));
    }
    if !is_default_domain(&user["domain"]) {
        return Ok(None);
    }
    Ok(world.identity.users.iter().find(|user| user.name == name))
}

fn is_default_domain(domain: &Value) -> bool {
    domain["id"].as_str() == Some(DOMAIN_ID) || domain["name"].as_str() == Some(DOMAIN_NAME)
}

fn find_credential(cloud: &Cloud, world: &World, part: &Value, now: Timestamp) -> Result<AppCredential, Reply> {
    let refused = || unauthorized(&cloud.addresses().keystone);
    let all = &world.identity.app_credentials;
    let found = match part["id"].as_str() {
        Some(id) => all
            .iter()
            .find(|credential| credential.id == id)
            .ok_or_else(|| not_found(&format!("Could not find Application Credential: {id}.")))?,
        None => {
            let user = part.get("user").ok_or_else(|| expecting("user in application credential"))?;
            let user = find_user(world, user)?.ok_or_else(refused)?;
            let name = part["name"].as_str().unwrap_or_default();
            all.iter()
                .find(|credential| credential.user_id == user.id && credential.name == name)
                .ok_or_else(refused)?
        }
    };
    let alive = found.expires_at.is_none_or(|end| end > now);
    let right = part["secret"].as_str() == Some(found.secret.as_str());
    if alive && right { Ok(found.clone()) } else { Err(refused()) }
}

/// A user with two factors who showed one gets a receipt for it instead of a token.
fn second_factor(cloud: &Cloud, world: &mut World, user: &User, proof: &Proof, now: Timestamp) -> Option<Reply> {
    user.totp.as_ref()?;
    let shown = |method: &str| proof.methods.iter().any(|have| have == method);
    if proof.credential.is_some() || (shown("password") && shown("totp")) {
        return None;
    }
    let expires_at = now + RECEIPT_LIFE;
    let methods = proof.methods.clone();
    let receipt = Receipt { user_id: user.id.clone(), methods: methods.clone(), expires_at };
    let text = world.identity.issue_receipt(receipt, now);
    let body = json!({
        "receipt": {
            "methods": methods, "issued_at": keystone_time(now), "expires_at": keystone_time(expires_at),
            "user": {"id": user.id, "name": user.name, "domain": {"id": DOMAIN_ID, "name": DOMAIN_NAME}},
        },
        "required_auth_methods": [["totp", "password"]],
    });
    Some(challenge(cloud, Reply::json(401, &body).with("openstack-auth-receipt", text)))
}

/// `Ok(None)`: a scope that this user cannot have.
fn scope(cloud: &Cloud, world: &World, auth: &Value, proof: &Proof) -> Result<Option<Scope>, Box<Reply>> {
    let Some(scope) = auth.get("scope").filter(|scope| !scope.is_null()) else {
        // A token that is exchanged without a scope keeps none; nobody here has a default project.
        return Ok(Some(Scope::Unscoped));
    };
    if proof.credential.is_some() {
        let message =
            "Error authenticating with application credential: Application credentials cannot request a scope.";
        let body = json!({"error": {"code": 401, "title": "Unauthorized", "message": message, "identity": {}}});
        return Err(Box::new(challenge(cloud, Reply::json(401, &body))));
    }
    if scope.as_str() == Some("unscoped") || scope.get("unscoped").is_some() {
        return Ok(Some(Scope::Unscoped));
    }
    let kinds: Vec<&str> = ["project", "domain", "system", "OS-TRUST:trust"]
        .into_iter()
        .filter(|kind| scope.get(*kind).is_some())
        .collect();
    if kinds.len() != 1 {
        return Err(Box::new(expecting("system, project, domain, OS-TRUST:trust or unscoped in scope")));
    }
    let project = &scope["project"];
    if kinds != ["project"] {
        return Ok(None);
    }
    if let Some(id) = project["id"].as_str() {
        return Ok(world.identity.project(id).map(|project| Scope::Project(project.id.clone())));
    }
    let Some(name) = project["name"].as_str() else {
        return Err(Box::new(expecting("id or name in project")));
    };
    if project.get("domain").is_none() {
        return Err(Box::new(expecting("domain in project")));
    }
    let found =
        world.identity.projects.iter().find(|known| known.name == name && is_default_domain(&project["domain"]));
    Ok(found.map(|project| Scope::Project(project.id.clone())))
}

fn unsupported_method(cloud: &Cloud) -> Reply {
    let methods = ["external", "password", "token", "oauth1", "mapped", "application_credential", "totp"];
    let body = json!({"error": {
        "code": 401, "title": "Unauthorized", "message": "Attempted to authenticate with an unsupported method.",
        "identity": {"methods": methods},
    }});
    challenge(cloud, Reply::json(401, &body))
}

/// Every 401 says where to sign in.
fn challenge(cloud: &Cloud, reply: Reply) -> Reply {
    reply.with("www-authenticate", format!("Keystone uri=\"{}\"", cloud.addresses().keystone))
}

/// What Keystone's schema finds wrong; the real one goes on to print the schema.
fn schema_error(what: &str) -> Reply {
    bad_request(&format!("{what}\n\nFailed validating the request against its schema"))
}
