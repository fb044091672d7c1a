//! What the settings of one cloud in a clouds.yaml mean: aliases, domains, method, trust, regions, endpoints.

use super::{discovery, wire};
use crate::model::cloud::{
    AuthMethod, DialectChoice, Interface, Profile, ProfileSource, Secrets, ServiceSettings, Trust,
};
use secrecy::SecretString;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Lays `over` on `base`, map by map.
pub(super) fn merge(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

pub(super) fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(wire::scalar).filter(|s| !s.is_empty())
}

/// A path with `~` at its start put in full.
pub(super) fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// Keys that belong into `auth`, also where they stand beside it.
const AUTH_KEYS: [&str; 24] = [
    "auth_url",
    "username",
    "user_name",
    "user_id",
    "password",
    "user_domain_name",
    "user_domain_id",
    "project_name",
    "project_id",
    "tenant_name",
    "tenant_id",
    "project_domain_name",
    "project_domain_id",
    "tenant_domain_name",
    "tenant_domain_id",
    "domain_name",
    "domain_id",
    "token",
    "auth_token",
    "passcode",
    "application_credential_id",
    "application_credential_name",
    "application_credential_secret",
    "default_domain",
];

/// `-` in a key is `_`, and null is nothing.
fn tidy(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.replace('-', "_"), v)).collect()
}

/// The profiles of one cloud: one, and one more for each further region that has settings of its own.
pub(super) fn profiles(
    name: &str,
    cloud: Map<String, Value>,
    source: &ProfileSource,
    home: Option<&Path>,
) -> Vec<(Profile, Secrets)> {
    let cloud = tidy(cloud);
    let regions: Vec<(String, Map<String, Value>)> = match cloud.get("regions") {
        Some(Value::Array(list)) => list.iter().filter_map(region).collect(),
        Some(Value::String(one)) => vec![(one.clone(), Map::new())],
        _ => Vec::new(),
    };
    let chosen = text(&cloud, "region_name").or_else(|| regions.first().map(|(r, _)| r.clone())).unwrap_or_default();
    let mut wanted = vec![(name.to_owned(), chosen.clone())];
    let others = regions.iter().filter(|(r, values)| *r != chosen && !values.is_empty());
    wanted.extend(others.map(|(r, _)| (format!("{name} ({r})"), r.clone())));
    let make = |(title, region): (String, String)| {
        let mut settings = cloud.clone();
        if let Some((_, values)) = regions.iter().find(|(r, _)| *r == region) {
            merge(&mut settings, tidy(values.clone()));
        }
        profile(title, region, settings, source, home)
    };
    wanted.into_iter().map(make).collect()
}

fn region(value: &Value) -> Option<(String, Map<String, Value>)> {
    match value {
        Value::Object(region) => {
            let values = region.get("values").and_then(Value::as_object).cloned().unwrap_or_default();
            Some((text(region, "name")?, values))
        }
        other => Some((wire::scalar(other)?, Map::new())),
    }
}

fn profile(
    name: String,
    region: String,
    mut cloud: Map<String, Value>,
    source: &ProfileSource,
    home: Option<&Path>,
) -> (Profile, Secrets) {
    let mut auth = match cloud.remove("auth") {
        Some(Value::Object(auth)) => tidy(auth),
        _ => Map::new(),
    };
    for key in AUTH_KEYS {
        if let Some(value) = cloud.remove(key) {
            auth.insert(key.to_owned(), value);
        }
    }
    let get = |keys: &[&str]| keys.iter().find_map(|k| text(&auth, k)).unwrap_or_default();
    // One domain for both, unless they have their own.
    let (domain_name, domain_id) = (get(&["domain_name"]), get(&["domain_id", "default_domain"]));
    let domain = |id: String, name: String| match (id.is_empty(), name.is_empty()) {
        (true, true) => (domain_id.clone(), domain_name.clone()),
        _ => (id, name),
    };
    let (user_domain_id, user_domain_name) = domain(get(&["user_domain_id"]), get(&["user_domain_name"]));
    let project_domain =
        (get(&["project_domain_id", "tenant_domain_id"]), get(&["project_domain_name", "tenant_domain_name"]));
    let (project_domain_id, project_domain_name) = domain(project_domain.0, project_domain.1);
    let secret = |keys: &[&str]| Some(get(keys)).filter(|s| !s.is_empty()).map(SecretString::from);
    let secrets = Secrets {
        password: secret(&["password"]),
        application_credential_secret: secret(&["application_credential_secret"]),
        token: secret(&["token", "auth_token"]),
        passcode: secret(&["passcode"]),
    };
    let kind = text(&cloud, "auth_type").unwrap_or_default().to_ascii_lowercase();
    let method = method(&kind, &auth, &cloud);
    let mut profile = Profile {
        name,
        source: Some(source.clone()),
        auth_url: get(&["auth_url"]).replace("{region_name}", &region),
        method: method.clone().unwrap_or_default(),
        username: get(&["username", "user_name"]),
        user_id: get(&["user_id"]),
        user_domain_name,
        user_domain_id,
        project_name: get(&["project_name", "tenant_name"]),
        project_id: get(&["project_id", "tenant_id"]),
        project_domain_name,
        project_domain_id,
        application_credential_id: get(&["application_credential_id"]),
        application_credential_name: get(&["application_credential_name"]),
        region,
        interface: interface(&cloud),
        dialect: dialect(&cloud),
        trust: trust(&cloud, home),
        api_timeout_secs: seconds(&cloud, "api_timeout"),
        only_passcode: matches!(kind.as_str(), "v3totp"),
        ..Profile::default()
    };
    endpoints(&cloud, &mut profile);
    services(&cloud, &mut profile);
    profile.has_secret = match profile.method {
        // A one-time code alone is always asked for.
        AuthMethod::Password => secrets.password.is_some() || profile.only_passcode,
        AuthMethod::ApplicationCredential => secrets.application_credential_secret.is_some(),
        AuthMethod::Token => secrets.token.is_some(),
    };
    let fault = method.err().or_else(|| fault(&profile, &cloud));
    profile.fault = fault.map(|said| match source {
        ProfileSource::CloudsYaml { path, line } => format!("{path}:{line}: {said}"),
        _ => said,
    });
    (profile, secrets)
}

/// Seconds of a time limit, rounded up; none where it is not a positive number.
fn seconds(cloud: &Map<String, Value>, key: &str) -> Option<u32> {
    let seconds: f64 = text(cloud, key)?.trim().parse().ok()?;
    (seconds > 0.0 && seconds <= f64::from(u32::MAX)).then(|| seconds.ceil() as u32)
}

/// Several factors are a password with a one-time code, in whatever order and spelling they are named.
fn factors(cloud: &Map<String, Value>) -> Result<AuthMethod, String> {
    let named: Vec<String> = match cloud.get("auth_methods") {
        Some(Value::Array(list)) => list.iter().filter_map(wire::scalar).collect(),
        Some(one) => wire::scalar(one).unwrap_or_default().split(',').map(str::to_owned).collect(),
        None => return Err("auth_type \"v3multifactor\" needs its auth_methods".to_owned()),
    };
    let known = |m: &String| matches!(m.trim(), "password" | "v3password" | "totp" | "v3totp");
    match named.iter().find(|m| !known(m)) {
        Some(other) => Err(format!("auth_methods: {:?} is not supported", other.trim())),
        None if named.iter().any(|m| m.trim().ends_with("password")) => Ok(AuthMethod::Password),
        None => Err("auth_methods must have v3password; for a one-time code alone use auth_type v3totp".to_owned()),
    }
}

fn method(kind: &str, auth: &Map<String, Value>, cloud: &Map<String, Value>) -> Result<AuthMethod, String> {
    match kind {
        "" if text(auth, "application_credential_secret").is_some() => Ok(AuthMethod::ApplicationCredential),
        "" if text(auth, "token").is_some() && text(auth, "password").is_none() => Ok(AuthMethod::Token),
        "" | "password" | "v3password" | "v3totp" => Ok(AuthMethod::Password),
        "v3multifactor" => factors(cloud),
        "v3applicationcredential" => Ok(AuthMethod::ApplicationCredential),
        "token" | "v3token" => Ok(AuthMethod::Token),
        other => Err(format!("auth_type {other:?} is not supported")),
    }
}

fn fault(profile: &Profile, cloud: &Map<String, Value>) -> Option<String> {
    if text(cloud, "identity_api_version").is_some_and(|v| v.trim_start_matches('v').starts_with('2')) {
        return Some("Identity v2.0 is asked for, and only v3 is supported".to_owned());
    }
    if profile.auth_url.is_empty() {
        let vendor = text(cloud, "profile").or_else(|| text(cloud, "cloud"));
        return Some(match vendor {
            Some(vendor) => format!("auth_url is missing, and no clouds-public.yaml has a profile {vendor:?}"),
            None => "auth_url is missing".to_owned(),
        });
    }
    if let Err(error) = discovery::parse(&profile.auth_url) {
        return Some(format!("auth_url: {}", error.said()));
    }
    let no_user = profile.username.is_empty() && profile.user_id.is_empty();
    match profile.method {
        AuthMethod::Password if no_user => Some("username is missing".to_owned()),
        AuthMethod::ApplicationCredential if profile.application_credential_id.is_empty() => {
            match (profile.application_credential_name.is_empty(), no_user) {
                (true, _) => Some("application_credential_id is missing".to_owned()),
                (false, true) => Some("an application credential by name needs its username or user_id".to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Ours: the clients of OpenStack pass over settings they do not know.
fn dialect(cloud: &Map<String, Value>) -> DialectChoice {
    match text(cloud, "container_infra_dialect").unwrap_or_default().to_ascii_lowercase().as_str() {
        "bays" => DialectChoice::Bays,
        _ => DialectChoice::Newest,
    }
}

fn interface(cloud: &Map<String, Value>) -> Interface {
    interface_of(&text(cloud, "interface").or_else(|| text(cloud, "endpoint_type")).unwrap_or_default())
}

fn interface_of(word: &str) -> Interface {
    match word.strip_suffix("URL").unwrap_or(word) {
        "internal" => Interface::Internal,
        "admin" => Interface::Admin,
        _ => Interface::Public,
    }
}

/// `<service>_region_name`, `<service>_interface`, `<service>_service_type`.
fn services(cloud: &Map<String, Value>, profile: &mut Profile) {
    for (key, value) in cloud {
        let Some(value) = wire::scalar(value).filter(|v| !v.is_empty()) else { continue };
        if let Some(service) = key.strip_suffix("_region_name") {
            settings(profile, service).region = value;
        } else if let Some(service) = key.strip_suffix("_interface") {
            settings(profile, service).interface = Some(interface_of(&value));
        } else if let Some(service) = key.strip_suffix("_service_type") {
            settings(profile, service).service_type = value;
        }
    }
}

fn settings<'p>(profile: &'p mut Profile, service: &str) -> &'p mut ServiceSettings {
    let service = match service {
        "container_infrastructure_management" | "container_infrastructure" => "container-infra".to_owned(),
        other => other.replace('_', "-"),
    };
    profile.services.entry(service).or_default()
}

fn truth(map: &Map<String, Value>, key: &str) -> Option<bool> {
    match text(map, key)?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "on" => Some(true),
        "false" | "no" | "0" | "off" => Some(false),
        _ => None,
    }
}

fn trust(cloud: &Map<String, Value>, home: Option<&Path>) -> Trust {
    let path = |key: &str| text(cloud, key).map(|p| expand(&p, home).display().to_string());
    Trust {
        verify: truth(cloud, "verify").unwrap_or(true) && truth(cloud, "insecure") != Some(true),
        ca_file: path("cacert"),
        ca_pem: None,
        cert_file: path("cert"),
        key_file: path("key"),
    }
}

fn endpoints(cloud: &Map<String, Value>, profile: &mut Profile) {
    for (key, value) in cloud {
        let (Some(service), Some(url)) = (key.strip_suffix("_endpoint_override"), wire::scalar(value)) else {
            continue;
        };
        match service {
            "container_infrastructure_management" | "container_infrastructure" | "container_infra" => {
                profile.container_infra_endpoint = url;
            }
            other => {
                profile.endpoint_overrides.insert(other.replace('_', "-"), url);
            }
        }
    }
}
