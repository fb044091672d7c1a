//! Manifests against a bay: server-side apply, dry run with strict field validation, delete; one outcome per object.
//!
//! Objects are applied as field manager `bayview`. Namespaces and custom resource definitions go first, deletion goes the
//! other way round. <https://kubernetes.io/docs/reference/using-api/server-side-apply/>

mod definitions;
mod diff;
mod refusal;

use super::connect::Connection;
use super::delete;
use super::discovery::{Discovery, Resource};
use super::error::Error;
use super::request::{self, escape};
use crate::model::problem::ProblemKind;
use definitions::Definitions;
use http::Method;
use refusal::Refusal;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

/// Field manager under which Bayview owns fields.
pub const MANAGER: &str = "bayview";

/// An object of a manifest.
#[derive(Debug, Clone)]
pub struct Object {
    /// Number of its document, for the outcome.
    pub document: usize,
    /// The object.
    pub value: Value,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Dry run on the server, unknown and duplicate fields refused.
    Validate,
    /// Apply.
    Apply,
    /// Delete.
    Delete,
}

/// How to do it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Namespace for objects that name none.
    pub namespace: String,
    /// Take over fields that other managers own.
    pub force: bool,
}

/// Verdict on one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Made.
    Created,
    /// Changed.
    Configured,
    /// Was already so.
    Unchanged,
    /// Would be accepted.
    Valid,
    /// Deletion has begun.
    Deleted,
    /// Was not there.
    Absent,
    /// Other managers own fields of it.
    Conflict,
    /// Refused.
    Refused,
    /// Its namespace does not exist.
    NamespaceMissing,
    /// Not tried, because something before it failed.
    Skipped,
}

impl Verdict {
    /// Nothing went wrong.
    pub fn is_good(self) -> bool {
        use Verdict::*;
        matches!(self, Created | Configured | Unchanged | Valid | Deleted | Absent)
    }
}

/// A field that another manager owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Manager (`kubectl-client-side-apply`).
    pub manager: String,
    /// Path of the field (`spec.replicas`).
    pub field: String,
}

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Number of its document.
    pub document: usize,
    /// Kind; empty where the object names none.
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Coarse reason of a bad verdict, where a call gave one.
    pub problem: Option<ProblemKind>,
    /// The server's own words, or the fields that changed (`spec.replicas: 3 → 5`).
    pub why: String,
    /// Path of the field at fault, as `manifest::locate` takes it.
    pub field: Option<String>,
    /// All fields at fault.
    pub fields: Vec<String>,
    /// Fields of others, for [`Verdict::Conflict`].
    pub owners: Vec<Owned>,
    /// How long it took.
    pub took: Duration,
}

/// A run over objects, one at a time: [`Run::next`] until `None`.
#[derive(Debug)]
pub struct Run {
    connection: Connection,
    mode: Mode,
    options: Options,
    queue: VecDeque<Object>,
    discovery: Discovery,
    definitions: Definitions,
    /// Namespaces that this run makes.
    makes: HashSet<String>,
    /// Why nothing further is tried.
    stopped: Option<String>,
}

impl Run {
    /// Prepares a run; nothing is sent yet.
    pub fn new(connection: Connection, mode: Mode, options: Options, objects: Vec<Object>) -> Run {
        let mut objects = objects;
        objects.sort_by_key(|object| rank(&object.value));
        if mode == Mode::Delete {
            objects.reverse();
        }
        let namespaces = objects.iter().map(|o| &o.value).filter(|value| text(value, "/kind") == "Namespace");
        Run {
            definitions: Definitions::among(&objects),
            makes: namespaces.map(|value| text(value, "/metadata/name").to_owned()).collect(),
            queue: objects.into(),
            connection,
            mode,
            options,
            discovery: Discovery::default(),
            stopped: None,
        }
    }

    /// Tries the next object and tells what became of it.
    pub async fn next(&mut self) -> Option<Outcome> {
        let object = self.queue.pop_front()?;
        let begun = Instant::now();
        let mut outcome = Outcome {
            document: object.document,
            kind: text(&object.value, "/kind").to_owned(),
            namespace: text(&object.value, "/metadata/namespace").to_owned(),
            name: text(&object.value, "/metadata/name").to_owned(),
            verdict: Verdict::Skipped,
            problem: None,
            why: String::new(),
            field: None,
            fields: Vec::new(),
            owners: Vec::new(),
            took: Duration::ZERO,
        };
        if let Some(why) = &self.stopped {
            outcome.why.clone_from(why);
            return Some(outcome);
        }
        if let Err(error) = self.attempt(object.value, &mut outcome).await {
            self.judge(error, &mut outcome);
        }
        if outcome.kind == definitions::KIND && !outcome.verdict.is_good() {
            self.definitions.refused(&outcome.name, &outcome.why);
        }
        outcome.took = begun.elapsed();
        Some(outcome)
    }

    async fn attempt(&mut self, mut value: Value, outcome: &mut Outcome) -> Result<(), Error> {
        for (path, field) in [("/apiVersion", "apiVersion"), ("/kind", "kind")] {
            if text(&value, path).is_empty() {
                (outcome.verdict, outcome.field) = (Verdict::Refused, Some(field.into()));
                outcome.why = format!("{field} is missing");
                return Ok(());
            }
        }
        let Some(resource) = self.resource(&value, outcome).await? else { return Ok(()) };
        outcome.namespace = if !resource.namespaced {
            String::new()
        } else if outcome.namespace.is_empty() {
            self.options.namespace.clone()
        } else {
            outcome.namespace.clone()
        };
        if resource.namespaced
            && let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut)
        {
            metadata.insert("namespace".into(), outcome.namespace.clone().into());
        }
        if outcome.name.is_empty() {
            return self.generate(&resource, &value, outcome).await;
        }
        match self.mode {
            Mode::Delete => {
                delete::resource(&self.connection, &resource, &outcome.namespace, &outcome.name).await?;
                outcome.verdict = Verdict::Deleted;
                Ok(())
            }
            Mode::Apply | Mode::Validate => self.apply(&resource, value, outcome).await,
        }
    }

    /// Where the kind is served; settles the outcome where it is not.
    async fn resource(&mut self, value: &Value, outcome: &mut Outcome) -> Result<Option<Resource>, Error> {
        let api_version = text(value, "/apiVersion");
        if let Some(found) = self.discovery.find(&self.connection, api_version, &outcome.kind).await? {
            return Ok(Some(found));
        }
        if self.mode != Mode::Delete
            && let Some(definition) = self.definitions.of(api_version, &outcome.kind)
        {
            outcome.verdict = Verdict::Skipped;
            outcome.why = match (&definition.why_not, self.mode) {
                (Some(why), _) => why.clone(),
                (None, Mode::Apply) => {
                    match self.discovery.await_kind(&self.connection, api_version, &outcome.kind).await? {
                        Some(found) => return Ok(Some(found)),
                        None => definition.ask_why_not(&self.connection).await,
                    }
                }
                _ => format!("{} is defined by these manifests and not known to the server yet", outcome.kind),
            };
            return Ok(None);
        }
        outcome.verdict = if self.mode == Mode::Delete { Verdict::Absent } else { Verdict::Refused };
        outcome.why = format!("no matches for kind {:?} in version {api_version:?}", outcome.kind);
        outcome.field = Some("kind".into());
        Ok(None)
    }

    /// An object with `generateName` is made anew each time; there is nothing to apply to.
    async fn generate(&self, resource: &Resource, value: &Value, outcome: &mut Outcome) -> Result<(), Error> {
        if text(value, "/metadata/generateName").is_empty() || self.mode == Mode::Delete {
            outcome.verdict = Verdict::Refused;
            outcome.why = "metadata.name is missing".into();
            outcome.field = Some("metadata.name".into());
            return Ok(());
        }
        let path = format!("{}?fieldManager={MANAGER}{}", resource.collection(&outcome.namespace), self.dry_run());
        let body = Some(("application/json", value.to_string().into_bytes()));
        let made: Value = request::change(self.connection.client(), Method::POST, &path, body).await?;
        outcome.name = text(&made, "/metadata/name").to_owned();
        outcome.verdict = if self.mode == Mode::Validate { Verdict::Valid } else { Verdict::Created };
        Ok(())
    }

    async fn apply(&mut self, resource: &Resource, mut value: Value, outcome: &mut Outcome) -> Result<(), Error> {
        let path = resource.path(&outcome.namespace, &outcome.name);
        let before: Option<Value> = match request::get(self.connection.client(), &path).await {
            Ok(object) => Some(object),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        let after = match self.patch(&path, &value).await {
            Err(error)
                if self.mode == Mode::Validate
                    && self.makes.contains(&outcome.namespace)
                    && Refusal::of(&error).namespace_missing =>
            {
                // Its namespace is among the manifests: try it where there is one.
                if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
                    metadata.insert("namespace".into(), "default".into());
                }
                self.patch(&resource.path("default", &outcome.name), &value).await?
            }
            other => other?,
        };
        let changes = before.as_ref().map(|before| diff::changes(before, &after));
        outcome.why = changes.as_ref().map(|list| diff::text(list, &outcome.kind)).unwrap_or_default();
        outcome.verdict = match (self.mode, &changes) {
            (Mode::Validate, _) => Verdict::Valid,
            (_, None) => Verdict::Created,
            (_, Some(list)) if list.is_empty() => Verdict::Unchanged,
            _ => Verdict::Configured,
        };
        Ok(())
    }

    async fn patch(&self, path: &str, value: &Value) -> Result<Value, Error> {
        match self.patch_once(path, value).await {
            // Servers before 1.23 do not know that the protocol of a port is TCP by default, and it is part of the key
            // by which apply tells ports apart (kubernetes/kubernetes#92332).
            Err(Error::Api(refused)) if refused.status.message.contains("omits key field \"protocol\"") => {
                let mut value = value.clone();
                name_protocols(&mut value);
                self.patch_once(path, &value).await
            }
            other => other,
        }
    }

    async fn patch_once(&self, path: &str, value: &Value) -> Result<Value, Error> {
        let force = self.options.force;
        let path = format!("{path}?fieldManager={}&force={force}{}", escape(MANAGER), self.dry_run());
        // Every JSON text is YAML; the server knows only this one content type for apply.
        let body = Some(("application/apply-patch+yaml", value.to_string().into_bytes()));
        request::change(self.connection.client(), Method::PATCH, &path, body).await
    }

    /// `fieldValidation` exists since 1.25; older servers ignore it and refuse unknown fields of an apply by themselves.
    fn dry_run(&self) -> &'static str {
        match self.mode {
            Mode::Validate => "&fieldValidation=Strict&dryRun=All",
            _ => "&fieldValidation=Strict",
        }
    }

    fn judge(&mut self, error: Error, outcome: &mut Outcome) {
        if self.mode == Mode::Delete && error.is_not_found() {
            outcome.verdict = Verdict::Absent;
            return;
        }
        let refusal = Refusal::of(&error);
        outcome.verdict = if refusal.namespace_missing {
            Verdict::NamespaceMissing
        } else if refusal.owners.is_empty() {
            Verdict::Refused
        } else {
            Verdict::Conflict
        };
        outcome.problem = Some(error.kind());
        outcome.why = match (outcome.kind.as_str(), refusal.fields.is_empty()) {
            // Any words about a Secret may quote it.
            ("Secret", true) => error.reason(),
            ("Secret", false) => format!("{}: {}", error.reason(), refusal.fields.join(", ")),
            _ => error.to_string(),
        };
        outcome.field = refusal.fields.first().cloned();
        outcome.fields = refusal.fields;
        outcome.owners = refusal.owners;
        let reached = error.code().is_some_and(|code| code != 401);
        if !reached {
            // Nothing behind this one would get through either.
            self.stopped = Some(outcome.why.clone());
        }
    }
}

/// Writes the default protocol into every port that names none.
fn name_protocols(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(name_protocols),
        Value::Object(map) => {
            if let Some(Value::Array(ports)) = map.get_mut("ports") {
                for port in ports.iter_mut().filter_map(Value::as_object_mut) {
                    let is_port = port.contains_key("port") || port.contains_key("containerPort");
                    if is_port && !port.contains_key("protocol") {
                        port.insert("protocol".into(), "TCP".into());
                    }
                }
            }
            map.values_mut().for_each(name_protocols);
        }
        _ => {}
    }
}

/// Namespaces, then definitions, then the rest in the order in which they stand.
fn rank(value: &Value) -> u8 {
    match text(value, "/kind") {
        "Namespace" => 0,
        definitions::KIND => 1,
        _ => 2,
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
