//! What is registered in Keystone: regions for everybody; services, endpoints, roles and who has them for administrators.
//!
//! Shapes: `keystone/catalog/schema.py`, `keystone/assignment`; policies: `keystone/common/policies`.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::super::cloud::Cloud;
use super::super::http::{Reply, Request};
use super::super::world::World;
use super::super::world::identity::{DOMAIN_ID, DOMAIN_NAME, Identity, Token};
use super::{catalog, forbidden, links, not_found};

/// Collections answered here, with what they are called in policies.
const COLLECTIONS: &[(&str, &str)] = &[
    ("services", "service"),
    ("endpoints", "endpoint"),
    ("roles", "role"),
    ("role_assignments", "role_assignment"),
    ("regions", "region"),
];

/// True for the collections answered here.
pub(super) fn is_known(collection: &str) -> bool {
    COLLECTIONS.iter().any(|(name, _)| *name == collection)
}

/// Answers a GET of a collection or of one of its items.
pub(super) fn answer(cloud: &Cloud, world: &World, request: &Request, token: &Token, path: &[&str]) -> Reply {
    let (collection, id) = match path {
        [collection] => (*collection, None),
        [collection, id] => (*collection, Some(*id)),
        _ => return super::html_404(),
    };
    let one = COLLECTIONS.iter().find(|(name, _)| *name == collection).map_or("", |(_, one)| one);
    // Regions are open to everybody, roles and endpoints are not.
    if collection != "regions" && !token.is_admin() {
        let action = if id.is_some() { format!("identity:get_{one}") } else { format!("identity:list_{collection}") };
        return forbidden(&action);
    }
    let mut items = items(cloud, world, request, token, collection);
    if let Some(id) = id {
        return match items.into_iter().find(|item| item["id"] == id) {
            Some(item) => Reply::ok(&json!({one: item})),
            None => not_found(&format!("Could not find {one}: {id}.")),
        };
    }
    for filter in ["name", "type", "interface", "service_id", "region_id"] {
        if let Some(wanted) = request.query(filter) {
            items.retain(|item| item[filter] == wanted);
        }
    }
    Reply::ok(&json!({collection: items, "links": links(request, collection)}))
}

fn items(cloud: &Cloud, world: &World, request: &Request, token: &Token, collection: &str) -> Vec<Value> {
    let own = |id: &Value| json!({"self": format!("{}/v3/{collection}/{}", request.base, id.as_str().unwrap_or(""))});
    let mut items: Vec<Value> = match collection {
        "regions" => {
            let region = |name: &str| json!({"id": name, "description": "", "parent_region_id": null});
            world.regions.iter().map(|r| region(&r.name)).collect()
        }
        "roles" => {
            let all = world.identity.users.iter().flat_map(|user| &user.roles).flat_map(|(_, roles)| roles);
            let names: BTreeSet<&String> = all.collect();
            let role = |name: &String| {
                json!({"id": Identity::role_id(&world.ids, name), "name": name, "domain_id": null, "description": null,
                    "options": {"immutable": true}})
            };
            names.into_iter().map(role).collect()
        }
        "role_assignments" => return assignments(world, request),
        _ => {
            let services = catalog(&world.ids, world, cloud.addresses(), token);
            let services = services.as_array().cloned().unwrap_or_default();
            if collection == "services" {
                let kept = ["id", "type", "name"];
                services
                    .iter()
                    .map(|s| {
                        let mut service: Value = kept.iter().map(|k| (k.to_string(), s[*k].clone())).collect();
                        service["enabled"] = true.into();
                        service["description"] = "".into();
                        service
                    })
                    .collect()
            } else {
                services.iter().flat_map(endpoints).collect()
            }
        }
    };
    for item in &mut items {
        item["links"] = own(&item["id"]);
    }
    items
}

fn endpoints(service: &Value) -> Vec<Value> {
    let all = service["endpoints"].as_array().cloned().unwrap_or_default();
    let whole = |mut endpoint: Value| {
        endpoint["service_id"] = service["id"].clone();
        endpoint["enabled"] = true.into();
        endpoint
    };
    all.into_iter().map(whole).collect()
}

fn assignments(world: &World, request: &Request) -> Vec<Value> {
    let names = request.query("include_names").is_some();
    let identity = &world.identity;
    let domain = json!({"id": DOMAIN_ID, "name": DOMAIN_NAME});
    let reference = |id: &str, name: &str, domain: Option<&Value>| {
        let mut reference = json!({"id": id});
        if names {
            reference["name"] = name.into();
            if let Some(domain) = domain {
                reference["domain"] = domain.clone();
            }
        }
        reference
    };
    let mut all = Vec::new();
    for user in &identity.users {
        for project in &identity.projects {
            for role in identity.roles(&user.id, &project.id) {
                let id = Identity::role_id(&world.ids, &role);
                let link = format!("{}/v3/projects/{}/users/{}/roles/{id}", request.base, project.id, user.id);
                all.push(json!({
                    "role": reference(&id, &role, None), "user": reference(&user.id, &user.name, Some(&domain)),
                    "scope": {"project": reference(&project.id, &project.name, Some(&domain))},
                    "links": {"assignment": link},
                }));
            }
        }
    }
    all
}
