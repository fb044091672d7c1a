//! Profiles from clouds.yaml, secure.yaml, clouds-public.yaml and `OS_*`, by the rules of openstacksdk
//! (`openstack/config/loader.py`).
//!
//! Unlike openstacksdk nothing is passed over in silence: a file that cannot be read or understood stands in
//! [`ProfileStore::problems`], and a cloud that cannot be used is listed with its fault.

use super::environment::{self, Environment};
use crate::model::cloud::{AuthMethod, Interface, Profile, ProfileSource, Secrets, Trust};
use crate::model::problem::{Problem, ProblemKind};
use granit_parser::{Event, Parser};
use secrecy::SecretString;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Which system's places to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux and other Unix.
    Unix,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl Platform {
    fn here() -> Platform {
        if cfg!(windows) {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::MacOs
        } else {
            Platform::Unix
        }
    }
}

/// Everything that the search depends on.
pub struct Inputs<'a> {
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Working directory.
    pub cwd: PathBuf,
    /// Home directory.
    pub home: Option<PathBuf>,
    /// System.
    pub platform: Platform,
    /// Reads a file.
    pub read: &'a dyn Fn(&Path) -> io::Result<String>,
}

/// The profiles that were found, with their secrets at hand.
#[derive(Clone, Default)]
pub struct ProfileStore {
    profiles: Vec<Profile>,
    problems: Vec<Problem>,
    secrets: HashMap<String, Secrets>,
    preferred: Option<String>,
}

impl fmt::Debug for ProfileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.profiles.iter().map(|p| p.name.as_str()).collect();
        f.debug_struct("ProfileStore")
            .field("profiles", &names)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl ProfileStore {
    /// Profiles in the order of the file; the environment's comes last.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Files that could not be read or understood; the text names file and line.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// A profile by name.
    pub fn find(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|p| p.name == name)
    }

    /// The profile to use when none is named: `OS_CLOUD`, the environment's own, or the only one there is.
    pub fn preferred(&self) -> Option<&Profile> {
        match &self.preferred {
            Some(name) => self.find(name),
            None => self.profiles.first().filter(|_| self.profiles.len() == 1),
        }
    }

    /// The secrets that came with a profile.
    pub fn secrets(&self, profile: &Profile) -> Secrets {
        self.secrets.get(&profile.name).cloned().unwrap_or_default()
    }
}

/// Searches this machine.
pub fn load() -> ProfileStore {
    let home = directories::BaseDirs::new().map(|d| d.home_dir().to_path_buf());
    resolve(&Inputs {
        env: environment::of_process(),
        cwd: std::env::current_dir().unwrap_or_default(),
        home,
        platform: Platform::here(),
        read: &|path| std::fs::read_to_string(path),
    })
}

/// Searches what `inputs` say; asks nothing else of the machine.
pub fn resolve(inputs: &Inputs<'_>) -> ProfileStore {
    let env = Environment::new(inputs.env.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let search = Search { inputs, env: &env, home: home(inputs, &env) };
    let mut store = ProfileStore::default();
    let clouds = search.first("clouds", env.get("OS_CLIENT_CONFIG_FILE"), &mut store.problems);
    let secure = search.first("secure", env.get("OS_CLIENT_SECURE_FILE"), &mut store.problems);
    let public = search.first("clouds-public", None, &mut store.problems);

    let mut found: Vec<(String, Map<String, Value>, ProfileSource)> = Vec::new();
    let secrets_of = |name: &str| secure.as_ref().and_then(|f| f.entry("clouds", name)).cloned();
    for file in clouds.iter().chain(&secure) {
        if let Some(problem) = file.shape_problem() {
            store.problems.push(problem);
        }
        for (name, line) in file.names() {
            if found.iter().any(|(n, ..)| *n == name) {
                continue;
            }
            let source = ProfileSource::CloudsYaml { path: file.shown.clone(), line };
            let mut cloud = match file.entry("clouds", &name) {
                Some(Value::Object(cloud)) => cloud.clone(),
                _ => Map::new(),
            };
            if let Some(Value::Object(more)) = secrets_of(&name) {
                merge(&mut cloud, more);
            }
            let vendor = text(&cloud, "profile").or_else(|| text(&cloud, "cloud"));
            if let Some(Value::Object(base)) =
                vendor.as_deref().and_then(|v| public.as_ref().and_then(|f| f.entry("public-clouds", v))).cloned()
            {
                let own = std::mem::replace(&mut cloud, base);
                merge(&mut cloud, own);
            }
            found.push((name, cloud, source));
        }
    }
    if let Some((name, cloud)) = env.cloud() {
        if found.iter().any(|(n, ..)| *n == name) {
            let said =
                format!("a cloud in a file is called {name:?} like the one of the OS_* variables; set OS_CLOUD_NAME");
            store.problems.push(Problem::new(ProblemKind::Config, "clouds.yaml", said));
        } else {
            store.preferred = Some(name.clone());
            found.push((name, cloud, ProfileSource::Environment));
        }
    }
    if let Some(name) = env.get("OS_CLOUD") {
        store.preferred = Some(name.to_owned());
        if !found.iter().any(|(n, ..)| n == name) {
            let said = format!("OS_CLOUD names {name:?}, and no file has a cloud of that name");
            store.problems.push(Problem::new(ProblemKind::Config, "clouds.yaml", said));
        }
    }
    for (name, cloud, source) in found {
        for (profile, secrets) in profiles(&name, cloud, &source, search.home.as_deref()) {
            store.secrets.insert(profile.name.clone(), secrets);
            store.profiles.push(profile);
        }
    }
    store
}

fn home(inputs: &Inputs<'_>, env: &Environment) -> Option<PathBuf> {
    // Inside a snap the home directory is the snap's own.
    env.get("SNAP_REAL_HOME").map(PathBuf::from).or_else(|| inputs.home.clone())
}

struct Search<'a> {
    inputs: &'a Inputs<'a>,
    env: &'a Environment,
    home: Option<PathBuf>,
}

/// A file that was read.
struct File {
    shown: String,
    value: Value,
    /// Line of each cloud's name.
    lines: BTreeMap<String, u32>,
}

impl Search<'_> {
    fn folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.inputs.cwd.clone()];
        let home = self.home.as_deref();
        folders.extend(match self.inputs.platform {
            Platform::Unix => {
                let xdg = self.env.get("XDG_CONFIG_HOME").map(PathBuf::from);
                xdg.or_else(|| home.map(|h| h.join(".config"))).map(|d| d.join("openstack"))
            }
            Platform::MacOs => home.map(|h| h.join("Library/Application Support/openstack")),
            Platform::Windows => self.env.get("LOCALAPPDATA").map(|d| Path::new(d).join("OpenStack").join("openstack")),
        });
        folders.extend(home.map(|h| h.join(".config").join("openstack")));
        match self.inputs.platform {
            Platform::Unix => folders.push("/etc/xdg/openstack".into()),
            Platform::MacOs => folders.push("/Library/Application Support/openstack".into()),
            Platform::Windows => {}
        }
        if self.inputs.platform != Platform::Windows {
            folders.push("/etc/openstack".into());
        }
        let mut seen = Vec::new();
        folders.retain(|f| {
            !seen.contains(f) && {
                seen.push(f.clone());
                true
            }
        });
        folders
    }

    /// The first file of a kind that can be read and understood. The others tell what is wrong with them.
    fn first(&self, stem: &str, named: Option<&str>, problems: &mut Vec<Problem>) -> Option<File> {
        let named = named.map(|n| self.inputs.cwd.join(self.expand(n)));
        let in_folders = self.folders().into_iter().flat_map(|folder| {
            ["yaml", "yml", "json"].into_iter().map(move |extension| folder.join(format!("{stem}.{extension}")))
        });
        let explicit = named.clone();
        for path in explicit.into_iter().chain(in_folders) {
            let shown = self.shown(&path);
            let service = format!("{stem}.yaml");
            match (self.inputs.read)(&path) {
                Ok(text) => match parse(&text) {
                    Ok(value) => return Some(File { lines: lines(&text), shown, value }),
                    Err(said) => {
                        problems.push(Problem::new(ProblemKind::Config, service, format!("{shown}{said}")));
                    }
                },
                Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    if named.as_ref() == Some(&path) {
                        problems.push(Problem::new(
                            ProblemKind::Config,
                            service,
                            format!("{shown}: there is no such file"),
                        ));
                    }
                }
                Err(e) => problems.push(Problem::new(ProblemKind::Config, service, format!("{shown}: {e}"))),
            }
        }
        None
    }

    fn expand(&self, path: &str) -> PathBuf {
        expand(path, self.home.as_deref())
    }

    /// A path with the home directory as `~`.
    fn shown(&self, path: &Path) -> String {
        match self.home.as_deref().and_then(|h| path.strip_prefix(h).ok()) {
            Some(rest) => Path::new("~").join(rest).display().to_string(),
            None => path.display().to_string(),
        }
    }
}

fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

impl File {
    fn entry(&self, top: &str, name: &str) -> Option<&Value> {
        self.value.get(top)?.get(name)
    }

    /// Names of its clouds with their lines, in the order of the file.
    fn names(&self) -> Vec<(String, u32)> {
        let clouds = self.value.get("clouds").and_then(Value::as_object);
        let mut names: Vec<(String, u32)> = clouds
            .into_iter()
            .flat_map(|c| c.keys())
            .map(|name| (name.clone(), self.lines.get(name).copied().unwrap_or(1)))
            .collect();
        names.sort_by_key(|(_, line)| *line);
        names
    }

    fn shape_problem(&self) -> Option<Problem> {
        let said = match self.value.get("clouds") {
            Some(Value::Object(_) | Value::Null) => return None,
            Some(_) => "`clouds` must hold names of clouds with their settings",
            None if self.value.is_null() => return None,
            None => "there is no `clouds` at the top",
        };
        Some(Problem::new(ProblemKind::Config, "clouds.yaml", format!("{}: {said}", self.shown)))
    }
}

/// Reads YAML (or JSON, which is YAML). An error says `:line:column: what`, and never quotes the file.
fn parse(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
    };
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    match serde_saphyr::from_str_with_options::<Value>(text, options) {
        Ok(value @ (Value::Object(_) | Value::Null)) => Ok(value),
        Ok(_) => Err(": this is not a file of settings".to_owned()),
        Err(error) => {
            let place = error.location().map(|l| format!(":{}:{}", l.line(), l.column())).unwrap_or_default();
            let said = error.without_snippet().to_string();
            Err(format!("{place}: {}", said.lines().next().unwrap_or_default()))
        }
    }
}

/// Line of each key under the top-level `clouds`.
fn lines(text: &str) -> BTreeMap<String, u32> {
    struct Frame {
        mapping: bool,
        at_key: bool,
    }
    let mut lines = BTreeMap::new();
    let mut frames: Vec<Frame> = Vec::new();
    let mut in_clouds = false;
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let node = match &event {
            Event::Scalar(text, ..) => Some(Some(text.to_string())),
            Event::Alias(..) | Event::MappingStart(..) | Event::SequenceStart(..) => Some(None),
            _ => None,
        };
        if let Some(key) = node {
            let depth = frames.len();
            if let Some(frame) = frames.last_mut().filter(|f| f.mapping) {
                if frame.at_key {
                    match (depth, key) {
                        (1, Some(key)) => in_clouds = key == "clouds",
                        (2, Some(key)) if in_clouds => {
                            lines.insert(key, u32::try_from(span.start.line()).unwrap_or(1));
                        }
                        _ => {}
                    }
                }
                frame.at_key = !frame.at_key;
            }
        }
        match event {
            Event::MappingStart(..) => frames.push(Frame { mapping: true, at_key: true }),
            Event::SequenceStart(..) => frames.push(Frame { mapping: false, at_key: false }),
            Event::MappingEnd | Event::SequenceEnd => {
                frames.pop();
            }
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    lines
}

/// Lays `over` on `base`, map by map.
fn merge(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(super::wire::scalar).filter(|s| !s.is_empty())
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
fn profiles(
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
        other => Some((super::wire::scalar(other)?, Map::new())),
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
    let method = method(&kind, &auth);
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
        trust: trust(&cloud, home),
        ..Profile::default()
    };
    endpoints(&cloud, &mut profile);
    profile.has_secret = match profile.method {
        AuthMethod::Password => secrets.password.is_some(),
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

fn method(kind: &str, auth: &Map<String, Value>) -> Result<AuthMethod, String> {
    match kind {
        "" if text(auth, "application_credential_secret").is_some() => Ok(AuthMethod::ApplicationCredential),
        "" if text(auth, "token").is_some() && text(auth, "password").is_none() => Ok(AuthMethod::Token),
        "" | "password" | "v3password" | "v3multifactor" | "v3totp" => Ok(AuthMethod::Password),
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
    if let Err(error) = super::discovery::parse(&profile.auth_url) {
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

fn interface(cloud: &Map<String, Value>) -> Interface {
    let word = text(cloud, "interface").or_else(|| text(cloud, "endpoint_type")).unwrap_or_default();
    match word.strip_suffix("URL").unwrap_or(&word) {
        "internal" => Interface::Internal,
        "admin" => Interface::Admin,
        _ => Interface::Public,
    }
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
        let (Some(service), Some(url)) = (key.strip_suffix("_endpoint_override"), super::wire::scalar(value)) else {
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

#[cfg(test)]
#[path = "clouds_yaml_tests.rs"]
mod tests;
