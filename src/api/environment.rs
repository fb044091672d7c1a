//! `OS_*` variables: where configuration files are, and the cloud that the variables themselves describe.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Variables that only steer the search; alone they describe no cloud.
const STEERING: [&str; 5] =
    ["OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME"];
/// Variables of test runners and logging that share the prefix.
const FOREIGN: [&str; 3] = ["OS_TEST", "OS_STD", "OS_LOG"];

/// Environment variables of interest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    vars: BTreeMap<String, String>,
}

impl Environment {
    /// From any list of variables; empty ones count as absent.
    pub(crate) fn new<K: Into<String>, V: Into<String>>(vars: impl IntoIterator<Item = (K, V)>) -> Environment {
        let vars = vars.into_iter().map(|(k, v)| (k.into(), v.into())).filter(|(_, v)| !v.is_empty());
        Environment { vars: vars.collect() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// The cloud that the variables describe: its name and its settings, as a clouds.yaml would hold them.
    pub(crate) fn cloud(&self) -> Option<(String, Map<String, Value>)> {
        let own = |k: &&String| k.starts_with("OS_") && !FOREIGN.iter().any(|f| k.starts_with(f));
        let described = self.vars.keys().filter(own).any(|k| !STEERING.contains(&k.as_str()));
        if !described {
            return None;
        }
        let name = self.get("OS_CLOUD_NAME").unwrap_or("envvars").to_owned();
        let settings = self.vars.iter().filter(|(k, _)| own(k)).filter_map(|(k, v)| {
            let key = k.strip_prefix("OS_")?.to_ascii_lowercase();
            let skip = matches!(key.as_str(), "cloud" | "cloud_name" | "client_config_file" | "client_secure_file");
            (!skip).then(|| (key, json!(v)))
        });
        Some((name, settings.collect()))
    }
}

/// Variables of this process; those that are no text are left out.
pub(crate) fn of_process() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_only_steer_make_no_cloud() {
        let steering = [("OS_CLOUD", "lab"), ("OS_REGION_NAME", "One"), ("OS_LOG_FILE", "x"), ("OS_TEST_PATH", "y")];
        assert!(Environment::new(steering).cloud().is_none());
        let (name, cloud) =
            Environment::new([("OS_AUTH_URL", "http://k"), ("OS_USERNAME", "ana"), ("OS_PASSWORD", "")])
                .cloud()
                .unwrap();
        assert_eq!(name, "envvars");
        assert_eq!(Value::Object(cloud), json!({"auth_url": "http://k", "username": "ana"}));
    }
}
