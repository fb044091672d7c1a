//! Names of objects, labels and their values.

use super::super::failure::Cause;
use super::super::json::pairs;
use super::super::kinds::Kind;
use serde_json::{Value, json};

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const DNS_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const KEY: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Why a name is not good for an object of the kind.
pub(super) fn object_name(kind: Kind, name: &str) -> Option<String> {
    match kind {
        Kind::Namespace => dns_label(name),
        Kind::Service => {
            let good = is_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase());
            length(name, 63).or_else(|| (!good).then(|| DNS_1035.to_owned()))
        }
        Kind::Role | Kind::RoleBinding | Kind::ClusterRole | Kind::ClusterRoleBinding => {
            name.contains(['/', '%']).then(|| "may not contain '/'".to_owned())
        }
        Kind::CronJob => {
            length(name, 52).map(|_| "must be no more than 52 characters".to_owned()).or_else(|| subdomain(name))
        }
        _ => subdomain(name),
    }
}

/// Why a text is no RFC 1123 label.
pub(super) fn dns_label(name: &str) -> Option<String> {
    length(name, 63).or_else(|| (!is_label(name)).then(|| LABEL.to_owned()))
}

fn subdomain(name: &str) -> Option<String> {
    length(name, 253).or_else(|| (!name.split('.').all(is_label)).then(|| SUBDOMAIN.to_owned()))
}

fn length(name: &str, most: usize) -> Option<String> {
    (name.len() > most).then(|| format!("must be no more than {most} characters"))
}

fn is_label(text: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(alphanumeric) && text.ends_with(alphanumeric) && text.chars().all(|c| alphanumeric(c) || c == '-')
}

fn is_word(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(edge) && text.ends_with(edge) && text.chars().all(|c| edge(c) || matches!(c, '-' | '_' | '.'))
}

/// Why a text is no label key (`example.com/name`).
pub fn label_key(key: &str) -> Option<String> {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(p, n)| (Some(p), n));
    if let Some(prefix) = prefix
        && let Some(why) = subdomain(prefix)
    {
        return Some(format!("prefix part {why}"));
    }
    if name.is_empty() {
        return Some("name part must be non-empty".into());
    }
    if name.len() > 63 {
        return Some("name part must be no more than 63 characters".into());
    }
    (!is_word(name)).then(|| KEY.to_owned())
}

/// Why a text is no label value.
pub fn label_value(value: &str) -> Option<String> {
    if value.len() > 63 {
        return Some("must be no more than 63 characters".into());
    }
    (!value.is_empty() && !is_word(value)).then(|| VALUE.to_owned())
}

/// Checks a label map.
pub(super) fn labels(body: &Value, pointer: &str, field: &str, causes: &mut Vec<Cause>) {
    for (key, value) in pairs(body, pointer) {
        if let Some(why) = label_key(key) {
            causes.push(Cause::invalid(field, &json!(key), &why));
        }
        if let Some(why) = label_value(value) {
            causes.push(Cause::invalid(field, &json!(value), &why));
        }
    }
}
