//! From a request body to an object that may be written: decoding, field validation, defaults, admission.

use super::super::claims;
use super::super::controllers::{admit_pod, job};
use super::super::defaults;
use super::super::failure::Failure;
use super::super::json::{self, text};
use super::super::kinds::Kind;
use super::super::protobuf;
use super::super::quantity;
use super::super::schema;
use super::super::versions;
use super::super::world::World;
use super::request::{Call, Objects};
use rand::Rng;
use serde_json::{Value, json};

/// A decoded object and what the client should be warned of.
#[derive(Debug)]
pub struct Decoded {
    /// The object.
    pub body: Value,
    /// Texts for `Warning` headers.
    pub warnings: Vec<String>,
}

/// Parses a body as JSON, YAML or protobuf.
///
/// # Errors
/// 400 with the parser's reason.
pub fn parse(bytes: &[u8], content_type: &str) -> Result<Value, Failure> {
    if content_type == protobuf::MEDIA_TYPE {
        return protobuf::decode(bytes).map_err(Failure::bad_request);
    }
    let yaml = content_type.contains("yaml");
    let value: Result<Value, String> = match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if !yaml => Err(error.to_string()),
        Err(_) => std::str::from_utf8(bytes)
            .map_err(|e| e.to_string())
            .and_then(|text| serde_saphyr::from_str(text).map_err(|e| format!("error converting YAML to JSON: {e}"))),
    };
    value.map_err(|e| Failure::bad_request(format!("couldn't get version/kind; json parse error: {e}")))
}

/// Decodes an object of the target's kind: kind, namespace, types, unknown fields.
///
/// # Errors
/// 400 for an object of another kind or namespace, wrong types, or (when strict) unknown fields.
pub fn decode(world: &World, call: &Call, target: &Objects, mut body: Value) -> Result<Decoded, Failure> {
    let info = target.kind.info();
    if !body.is_object() {
        return Err(Failure::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): expected an object",
            info.name
        )));
    }
    if target.older
        && versions::older(target.kind)
            .is_some_and(|v| matches!(text(&body, "/apiVersion"), "") || text(&body, "/apiVersion") == v)
    {
        versions::to_stored(target.kind, &mut body);
    }
    let (version, kind) = (text(&body, "/apiVersion").to_owned(), text(&body, "/kind").to_owned());
    if !version.is_empty() && version != info.api_version() {
        return Err(Failure::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({})",
            info.api_version()
        )));
    }
    if !kind.is_empty() && kind != info.name {
        return Err(Failure::bad_request(format!(
            "{kind} in version \"{version}\" cannot be handled as a {}: no kind {kind:?} is registered for that resource",
            info.name
        )));
    }
    let cannot = |why: &str| {
        Failure::bad_request(format!(
            "{} in version \"{}\" cannot be handled as a {}: {why}",
            info.name, info.version, info.name
        ))
    };
    if let Some(why) = schema::type_error(target.kind, &body) {
        return Err(cannot(&why));
    }
    if !matches!(target.kind, Kind::ConfigMap | Kind::Secret)
        && let Some(spec) = body.get_mut("spec")
    {
        quantity::normalize(spec).map_err(|why| cannot(&why))?;
    }
    if target.kind == Kind::Secret {
        base64_data(&body).map_err(|why| cannot(&why))?;
    }
    let unknown = schema::drop_unknown(target.kind, &mut body);
    let mut warnings = Vec::new();
    if !unknown.is_empty() {
        match validation(world, call)? {
            Validation::Strict => {
                let all: Vec<String> = unknown.iter().map(|u| format!("unknown field {u:?}")).collect();
                return Err(cannot(&format!("strict decoding error: {}", all.join(", "))));
            }
            Validation::Warn => warnings.extend(unknown.iter().map(|u| format!("unknown field {u:?}"))),
            Validation::Ignore => {}
        }
    }
    if let Some(namespace) = &target.namespace {
        let named = text(&body, "/metadata/namespace").to_owned();
        if !named.is_empty() && named != *namespace {
            return Err(Failure::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        json::set(&mut body, "/metadata/namespace", namespace.clone());
    } else if info.namespaced {
        return Err(Failure::bad_request("an empty namespace may not be set during creation"));
    } else {
        json::remove(&mut body, "/metadata/namespace");
    }
    drop_nulls(&mut body);
    Ok(Decoded { body, warnings })
}

/// The data of a secret must be base64.
fn base64_data(body: &Value) -> Result<(), String> {
    use base64::Engine;
    let data = body.get("data").and_then(Value::as_object).into_iter().flatten();
    for text in data.filter_map(|(_, value)| value.as_str()) {
        base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| match error {
            base64::DecodeError::InvalidByte(at, _) => format!("illegal base64 data at input byte {at}"),
            _ => format!("illegal base64 data at input byte {}", text.len().saturating_sub(1)),
        })?;
    }
    Ok(())
}

/// What to do about unknown fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Validation {
    Ignore,
    Warn,
    Strict,
}

fn validation(world: &World, call: &Call) -> Result<Validation, Failure> {
    match call.option("fieldValidation") {
        "Ignore" => Ok(Validation::Ignore),
        "Warn" => Ok(Validation::Warn),
        "Strict" => Ok(Validation::Strict),
        // Servers validate by themselves since 1.25.
        "" if minor(&world.version) < 25 => Ok(Validation::Ignore),
        "" => Ok(Validation::Warn),
        other => Err(Failure {
            code: 422,
            reason: "Invalid",
            message: format!(
                "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: {other:?}: supported values: \"Ignore\", \"Strict\", \"Warn\""
            ),
            details: json!({"group": "meta.k8s.io", "kind": "CreateOptions"}),
        }),
    }
}

/// The minor number of a version (`v1.30.4` is 30).
pub fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|m| m.parse().ok()).unwrap_or(30)
}

/// Null members mean "not given", but for creation times in templates.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|k, v| !v.is_null() || k == "creationTimestamp");
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Fills in what the server decides for a new object: defaults, addresses, selectors, first status.
///
/// # Errors
/// 404 or 403 when its namespace is missing or going away.
pub fn admit_new(world: &mut World, target: &Objects, body: &mut Value) -> Result<(), Failure> {
    let kind = target.kind;
    if let Some(namespace) = &target.namespace {
        match world.store.find(Kind::Namespace, "", namespace) {
            None => return Err(Failure::not_found(Kind::Namespace, namespace)),
            Some(found) if found.facts.deleting => {
                return Err(Failure::namespace_terminating(kind, text(body, "/metadata/name"), namespace));
            }
            Some(_) => {}
        }
    }
    for server_made in [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
        "managedFields",
    ] {
        json::remove(body, &format!("/metadata/{server_made}"));
    }
    if kind.info().status {
        json::object(body).remove("status");
    }
    world.fill_metadata(kind, body);
    defaults::fill(kind, body);
    match kind {
        Kind::Pod => admit_pod(world, body),
        Kind::Job => {
            let uid = text(body, "/metadata/uid").to_owned();
            json::default(body, "/spec/selector", job::job_selector(&uid));
            let name = text(body, "/metadata/name").to_owned();
            let labels = json::object_at(body, "/spec/template/metadata/labels");
            for prefix in ["", "batch.kubernetes.io/"] {
                labels.entry(format!("{prefix}job-name")).or_insert_with(|| name.clone().into());
                labels.entry(format!("{prefix}controller-uid")).or_insert_with(|| uid.clone().into());
            }
            // A job without labels of its own has those of its pods.
            let labels = Value::Object(labels.clone());
            json::default(body, "/metadata/labels", labels);
            json::default(body, "/status", json!({}));
        }
        Kind::Service => admit_service(world, body),
        Kind::Secret => merge_string_data(body),
        Kind::PersistentVolumeClaim => {
            json::default(body, "/metadata/finalizers", json!(["kubernetes.io/pvc-protection"]));
            claims::admit(world, body);
        }
        Kind::Deployment | Kind::CronJob | Kind::ResourceQuota => json::default(body, "/status", json!({})),
        Kind::StatefulSet => json::set(body, "/status", json!({"replicas": 0, "availableReplicas": 0})),
        Kind::DaemonSet => json::set(
            body,
            "/status",
            json!({
                "currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0,
            }),
        ),
        Kind::ReplicaSet | Kind::ReplicationController => json::set(body, "/status", json!({"replicas": 0})),
        _ => {}
    }
    Ok(())
}

/// `stringData` is written into `data` as base64.
pub fn merge_string_data(body: &mut Value) {
    use base64::Engine;
    let Some(Value::Object(plain)) = json::object(body).remove("stringData") else { return };
    for (key, value) in plain {
        let encoded = base64::engine::general_purpose::STANDARD.encode(value.as_str().unwrap_or(""));
        json::object_at(body, "/data").insert(key, encoded.into());
    }
}

/// Cluster address and node ports of a service.
pub fn admit_service(world: &mut World, body: &mut Value) {
    let kind = text(body, "/spec/type").to_owned();
    if kind == "ExternalName" {
        json::remove(body, "/spec/clusterIP");
        json::remove(body, "/spec/clusterIPs");
        return;
    }
    if text(body, "/spec/clusterIP").is_empty() {
        let taken: Vec<String> =
            world.store.list(Kind::Service, None).map(|s| text(&s.value(), "/spec/clusterIP").to_owned()).collect();
        let mut ip = String::new();
        while ip.is_empty() || taken.contains(&ip) {
            ip = format!("10.254.{}.{}", world.rng.random_range(16..255), world.rng.random_range(1..255));
        }
        json::set(body, "/spec/clusterIP", ip);
    }
    let ip = text(body, "/spec/clusterIP").to_owned();
    json::set(body, "/spec/clusterIPs", json!([ip]));
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        for port in json::list_at(body, "/spec/ports") {
            if json::number(port, "/nodePort").unwrap_or(0) == 0 {
                json::set(port, "/nodePort", world.rng.random_range(30_000..32_768));
            }
        }
    } else {
        for port in json::list_at(body, "/spec/ports") {
            json::object(port).remove("nodePort");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json_or_yaml() {
        assert_eq!(parse(b"{\"a\": 1}", "application/json").unwrap(), json!({"a": 1}));
        assert_eq!(parse(b"a: 1\nb: [x]\n", "application/apply-patch+yaml").unwrap(), json!({"a": 1, "b": ["x"]}));
        assert_eq!(parse(b"a: 1", "application/json").unwrap_err().code, 400);
        assert_eq!((minor("v1.30.4"), minor("v1.20.2")), (30, 20));
    }

    #[test]
    fn string_data_becomes_data() {
        let mut body = json!({"stringData": {"a": "hello"}});
        merge_string_data(&mut body);
        assert_eq!(body, json!({"data": {"a": "aGVsbG8="}}));
    }
}
