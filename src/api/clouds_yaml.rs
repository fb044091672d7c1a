//! Profiles from clouds.yaml, secure.yaml, clouds-public.yaml and `OS_*`, by the rules of openstacksdk
//! (`openstack/config/loader.py`).
//!
//! Unlike openstacksdk nothing is passed over in silence: a file that cannot be read or understood stands in
//! [`ProfileStore::problems`], and a cloud that cannot be used is listed with its fault.

use super::cloud_settings::{expand, merge, profiles, text};
use super::environment::{self, Environment};
use crate::model::cloud::{Profile, ProfileSource, Secrets};
use crate::model::problem::{Problem, ProblemKind};
use granit_parser::{Event, Parser};
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

/// Reads one clouds.yaml and looks nowhere else, the environment neither; without a path there are no profiles.
pub fn load_file(path: Option<&Path>) -> ProfileStore {
    let Some(path) = path else { return ProfileStore::default() };
    resolve(&Inputs {
        env: vec![("OS_CLIENT_CONFIG_FILE".to_owned(), path.display().to_string())],
        cwd: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        home: None,
        platform: Platform::here(),
        read: &|asked| {
            if asked == path { std::fs::read_to_string(path) } else { Err(io::ErrorKind::NotFound.into()) }
        },
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
            Platform::Unix => {
                let site = self.env.get("XDG_CONFIG_DIRS").unwrap_or("/etc/xdg");
                folders.extend(site.split(':').filter(|d| !d.is_empty()).map(|d| Path::new(d).join("openstack")));
            }
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
        underscored_numbers_as_strings: true,
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
            let said = said.lines().next().unwrap_or_default();
            Err(format!("{place}: {}", said.split(" at line ").next().unwrap_or(said)))
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

#[cfg(test)]
#[path = "clouds_yaml_tests.rs"]
mod tests;
