//! Workloads to make: what they are, what runs in them, and which of their pods are in trouble.

use super::super::facts::Request;
use serde_json::{Value, json};

/// How a pod is at the beginning.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum State {
    /// Running and ready.
    Running,
    /// In a crash loop: restarts so far, exit code, reason, last words.
    Crashing(i64, i64, &'static str, &'static str),
    /// Pulling its image, for so many seconds yet.
    Pulling(f64),
    /// Running, its readiness check failing with this message.
    Unready(&'static str),
    /// Ended: exit code and reason.
    Ended(i64, &'static str),
    /// Being deleted, draining for so many seconds yet.
    Draining(i64),
}

/// A kind of workload to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Deployment,
    StatefulSet,
    DaemonSet,
    /// Runs so many at a time, so many in all.
    Job(i64),
}

/// A workload to make.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub namespace: &'static str,
    pub name: String,
    pub form: Form,
    pub replicas: usize,
    pub image: String,
    pub cpu: &'static str,
    pub memory: &'static str,
    /// Minutes since it was made.
    pub age: i64,
    /// Minutes since its template changed.
    pub changed: i64,
    /// States of single pods by number; all others run.
    pub states: Vec<(usize, State)>,
    /// Node number among the default workers that a pod had to take, by pod number.
    pub places: Vec<(usize, usize)>,
    /// More of the pod spec.
    pub spec: Value,
    /// More containers: name and image.
    pub sidecar: Option<(&'static str, &'static str)>,
    /// Port of its service; none without.
    pub port: Option<i64>,
    /// Type of its service.
    pub service: &'static str,
    /// Restarts that some of its pods have had, in all.
    pub restarts: i64,
    /// Has a readiness check.
    pub probe: bool,
}

impl Plan {
    /// A Deployment with a service, made two hundred days ago and changed some days ago.
    pub fn new(
        namespace: &'static str,
        name: &str,
        replicas: usize,
        image: &str,
        cpu: &'static str,
        memory: &'static str,
    ) -> Plan {
        Plan {
            namespace,
            name: name.to_owned(),
            form: Form::Deployment,
            replicas,
            image: image.to_owned(),
            cpu,
            memory,
            age: 200 * 24 * 60,
            changed: 3 * 24 * 60,
            states: Vec::new(),
            places: Vec::new(),
            spec: json!({}),
            sidecar: None,
            port: Some(8080),
            service: "ClusterIP",
            restarts: 0,
            probe: true,
        }
    }

    pub fn form(mut self, form: Form) -> Plan {
        self.form = form;
        if form == Form::DaemonSet || matches!(form, Form::Job(_)) {
            self.port = None;
            self.probe = form == Form::DaemonSet;
        }
        self
    }

    pub fn changed(mut self, minutes: i64) -> Plan {
        self.changed = minutes;
        self.age = self.age.max(minutes);
        self
    }

    pub fn age(mut self, minutes: i64) -> Plan {
        self.age = minutes;
        self.changed = self.changed.min(minutes);
        self
    }

    pub fn spec(mut self, spec: Value) -> Plan {
        self.spec = spec;
        self
    }

    pub fn state(mut self, pods: std::ops::Range<usize>, state: State) -> Plan {
        self.states.extend(pods.map(|i| (i, state.clone())));
        self
    }

    pub fn port(mut self, port: Option<i64>, service: &'static str) -> Plan {
        self.port = port;
        self.service = service;
        self
    }

    pub fn restarts(mut self, restarts: i64) -> Plan {
        self.restarts = restarts;
        self
    }

    /// What one of its pods asks of a node.
    pub fn request(&self) -> Request {
        Request::of(&self.pod_spec())
    }

    pub fn pod_spec(&self) -> Value {
        let mut container = json!({
            "name": self.name, "image": self.image,
            "resources": {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": {"memory": self.memory}},
        });
        if let Some(port) = self.port {
            container["ports"] = json!([{"name": "http", "containerPort": port, "protocol": "TCP"}]);
        }
        if self.probe {
            let port = self.port.unwrap_or(9090);
            container["readinessProbe"] =
                json!({"httpGet": {"path": "/ready", "port": port}, "initialDelaySeconds": 2, "periodSeconds": 5});
        }
        if let Some(extra) = self.spec.get("resources") {
            container["resources"] = extra.clone();
        }
        let mut containers = vec![container];
        if let Some((name, image)) = self.sidecar {
            containers.push(
                json!({"name": name, "image": image, "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}}}),
            );
        }
        let mut spec = json!({"containers": containers});
        for (key, value) in self.spec.as_object().into_iter().flatten().filter(|(k, _)| *k != "resources") {
            spec[key] = value.clone();
        }
        spec
    }
}
