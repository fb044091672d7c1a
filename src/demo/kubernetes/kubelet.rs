//! The kubelets: they pull, start, probe, restart and stop the containers of the pods bound to their nodes.
//!
//! Back-off follows the real one: 10 s doubled up to 5 min. How a pod behaves is told by its image and command, or by the
//! annotation `bayview.test/state` (`pending`, `crash`, `fail`, `oom`, `unready`).

mod init;

use super::events::Said;
use super::json::{self, list, text};
use super::kinds::Kind;
use super::needs;
use super::pod_status::{self, ContainerState, Doing, Ended, Place};
use super::store::{Key, Object};
use super::world::{Task, World};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// How the program of a pod behaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Behaviour {
    /// Runs until it is stopped.
    Healthy,
    /// Its sandbox never comes up.
    Stuck,
    /// Ends after some seconds with an exit code, a reason and last words.
    Ends {
        /// Seconds it runs.
        after: f64,
        /// Exit code.
        exit: i64,
        /// `Completed`, `Error`, `OOMKilled`.
        reason: String,
        /// Last words.
        message: String,
    },
    /// Its image cannot be pulled.
    NoImage,
    /// Runs, but its readiness check fails with this message.
    Unready(String),
    /// Healthy, but its image takes so many seconds to pull.
    SlowPull(f64),
}

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Bound; the kubelet has not looked yet, or waits for a volume.
    Bound,
    /// An init container is running.
    Init,
    /// An init container waits to be started, or started again.
    InitWait,
    /// The image is being pulled.
    Pulling,
    /// The image is there, the container is made.
    Starting,
    /// Started, not yet ready.
    Warming,
    /// Ready (or as ready as it gets).
    Steady,
    /// Waiting to be restarted.
    BackOff,
    /// Waiting to pull again.
    PullBackOff,
    /// Being stopped.
    Stopping,
    /// Ended for good.
    Over,
}

/// A kubelet's memory of one pod.
#[derive(Debug, Clone)]
pub struct PodLife {
    /// Namespace and name.
    pub key: Key,
    /// Node.
    pub node: String,
    /// Plans of an older epoch are stale.
    pub epoch: u64,
    /// Where it is.
    pub stage: Stage,
    /// How it behaves.
    pub behaviour: Behaviour,
    /// Restarts of its first container.
    pub restarts: i64,
    /// Failures in a row, for the back-off.
    pub failures: u32,
    /// Start of the current run.
    pub run_since: Timestamp,
    /// When the kubelet took it.
    pub started: Timestamp,
    /// Addresses.
    pub place: Place,
    /// How its first container ended the last time.
    pub last: Option<Ended>,
    /// States of its init containers, as far as they have come; later ones wait.
    pub inits: Vec<ContainerState>,
    /// How many of them have done their part.
    pub inits_done: usize,
}

/// Seconds of the n-th back-off.
pub fn back_off_seconds(failures: u32) -> f64 {
    (10.0 * 2f64.powi(failures.saturating_sub(1).min(10) as i32)).min(300.0)
}

/// How a pod behaves, read from its annotation, images and command.
pub fn behaviour_of(body: &Value) -> Behaviour {
    let ends = |after, exit, reason: &str, message: &str| Behaviour::Ends {
        after,
        exit,
        reason: reason.into(),
        message: message.into(),
    };
    match text(body, "/metadata/annotations/bayview.test~1state") {
        "pending" => return Behaviour::Stuck,
        "crash" => return ends(3.0, 1, "Error", "fatal: configuration is not usable"),
        "fail" => return ends(3.0, 1, "Error", "fatal: task failed"),
        "oom" => return ends(20.0, 137, "OOMKilled", ""),
        "unready" => return Behaviour::Unready("HTTP probe failed with statuscode: 503".into()),
        _ => {}
    }
    let containers = list(body, "/spec/containers");
    let broken = |c: &Value| {
        let image = text(c, "/image");
        let host = image.split('/').next().unwrap_or("");
        image.ends_with(":missing")
            || image.contains("does-not-exist")
            || host.contains("unreachable")
            || host.ends_with(".invalid")
    };
    if containers.iter().any(broken) {
        return Behaviour::NoImage;
    }
    let words: Vec<&str> = containers
        .first()
        .into_iter()
        .flat_map(|c| list(c, "/command").iter().chain(list(c, "/args")))
        .filter_map(Value::as_str)
        .flat_map(str::split_whitespace)
        .map(|w| w.trim_matches([';', '"', '\'']))
        .collect();
    let after = |word: &str| words.iter().position(|w| *w == word).and_then(|i| words.get(i + 1)).copied();
    let seconds: Option<f64> = after("sleep").and_then(|s| s.trim_end_matches('s').parse().ok());
    let exit: Option<i64> = after("exit").and_then(|s| s.parse().ok());
    let first = words.first().map(|w| w.rsplit('/').next().unwrap_or(w));
    match (exit, seconds, first) {
        (Some(0), s, _) => ends(s.unwrap_or(1.0), 0, "Completed", ""),
        (Some(code), s, _) => ends(s.unwrap_or(1.0), code, "Error", ""),
        (None, _, Some("false")) => ends(0.5, 1, "Error", ""),
        (None, _, Some("true" | "echo" | "date")) => ends(0.5, 0, "Completed", ""),
        (None, Some(s), _) if !words.iter().any(|w| matches!(*w, "while" | "until")) => ends(s, 0, "Completed", ""),
        _ => Behaviour::Healthy,
    }
}

impl World {
    /// A kubelet takes over a pod that was bound to its node.
    pub fn adopt_pod(&mut self, pod: &Object, node: &str) {
        let body = pod.value();
        let mut behaviour = behaviour_of(&body);
        if behaviour == Behaviour::Healthy && text(&body, "/spec/restartPolicy") != "Always" {
            // A program of a Job comes to an end by itself.
            let after = self.between(20.0, 90.0);
            behaviour = Behaviour::Ends { after, exit: 0, reason: "Completed".into(), message: String::new() };
        }
        let host_ip = self.nodes.get(node).map(|n| n.spec.internal_ip.clone()).unwrap_or_default();
        let life = PodLife {
            key: pod.key.clone(),
            node: node.to_owned(),
            epoch: 0,
            stage: Stage::Bound,
            behaviour,
            restarts: 0,
            failures: 0,
            run_since: self.now,
            started: self.now,
            place: Place { host_ip, pod_ip: String::new() },
            last: None,
            inits: Vec::new(),
            inits_done: 0,
        };
        self.lives.insert(Arc::clone(&pod.facts.uid), life);
        let wait = self.between(0.1, 0.6);
        self.plan(&pod.facts.uid, Stage::Bound, wait);
    }

    /// A kubelet finds a pod running that it does not remember: one of very many that nothing ever happened to.
    pub fn recall_pod(&mut self, pod: &Object, node: &str) {
        let host_ip = self.nodes.get(node).map(|n| n.spec.internal_ip.clone()).unwrap_or_default();
        let facts = pod.facts.pod.clone().unwrap_or_default();
        let started = Timestamp::from_second(pod.facts.created).unwrap_or(self.now);
        let life = PodLife {
            key: pod.key.clone(),
            node: node.to_owned(),
            epoch: 0,
            stage: Stage::Steady,
            behaviour: behaviour_of(&pod.value()),
            restarts: facts.restarts,
            failures: 0,
            run_since: Timestamp::from_second(facts.ready_since).unwrap_or(started),
            started,
            place: Place { host_ip, pod_ip: facts.ip.into() },
            last: None,
            inits: Vec::new(),
            inits_done: 0,
        };
        self.lives.insert(Arc::clone(&pod.facts.uid), life);
    }

    /// A deletion timestamp came: the kubelet stops the pod within its grace.
    pub fn stop_pod(&mut self, pod: &Object) {
        let grace = json::number(&pod.value(), "/metadata/deletionGracePeriodSeconds").unwrap_or(30).max(0) as f64;
        let quick = self.between(0.8, 3.0);
        // Most programs stop when told; those with a long grace are draining connections and use it.
        let seconds = if grace > 120.0 { grace } else { quick.min(grace) };
        if self.lives.get(&pod.facts.uid).is_some_and(|l| l.stage != Stage::Stopping) {
            if let Some(node) = pod.facts.pod.as_ref().and_then(|p| p.node.clone())
                && self.node_alive(&node)
            {
                for container in list(&pod.value(), "/spec/containers") {
                    let message = format!("Stopping container {}", text(container, "/name"));
                    let field = format!("spec.containers{{{}}}", text(container, "/name"));
                    self.say(pod, Said::normal("kubelet", "Killing", &message).on(&node).about(&field));
                }
            }
            self.plan(&pod.facts.uid, Stage::Stopping, seconds);
        }
    }

    /// Moves a pod to a stage that takes `seconds` (divided by the speed) until its next step.
    pub fn plan(&mut self, uid: &Arc<str>, stage: Stage, seconds: f64) {
        if let Some(life) = self.lives.get_mut(uid) {
            life.stage = stage;
            life.epoch += 1;
            let epoch = life.epoch;
            self.later(seconds, Task::Pod { uid: Arc::clone(uid), epoch });
        }
    }

    /// The next step of a pod's life.
    pub fn pod_step(&mut self, uid: &Arc<str>, epoch: u64) {
        let Some(life) = self.lives.get(uid).filter(|l| l.epoch == epoch).cloned() else { return };
        let Some(pod) = self.store.get(Kind::Pod, &life.key).cloned().filter(|p| p.facts.uid == *uid) else {
            self.lives.remove(uid);
            return;
        };
        if !self.node_alive(&life.node) {
            // Nobody is there to act; the pod is looked at again when the node may have come back.
            self.later(5.0, Task::Pod { uid: Arc::clone(uid), epoch });
            return;
        }
        match life.stage {
            Stage::Bound => self.take_in(&pod, &life),
            Stage::Init => self.init_ended(&pod, &life),
            Stage::InitWait => self.run_init(&pod, &life),
            Stage::Pulling => self.pulled(&pod, &life),
            Stage::Starting | Stage::BackOff => self.start(&pod, &life),
            Stage::Warming => self.warmed(&pod, &life),
            Stage::Steady => self.run_on(&pod, &life),
            Stage::PullBackOff => self.pull_again(&pod, &life),
            Stage::Stopping => {
                self.store.remove(Kind::Pod, &life.key);
            }
            Stage::Over => {}
        }
    }

    fn take_in(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let initial =
            if list(&body, "/spec/initContainers").is_empty() { "ContainerCreating" } else { "PodInitializing" };
        self.write_pod(life, |_| ContainerState::waiting(initial, ""));
        if life.behaviour == Behaviour::Stuck {
            return;
        }
        if let Some((volume, why)) = needs::unmountable(&self.store, &body) {
            let message = format!("MountVolume.SetUp failed for volume \"{volume}\" : {why}");
            self.say_about(pod, life, "", true, "FailedMount", &message);
            self.plan(&pod.facts.uid, Stage::Bound, 15.0);
            return;
        }
        self.run_init(pod, life);
    }

    /// The pod's own first image is pulled, unless the node has it.
    fn pull_main(&mut self, pod: &Object, life: &PodLife) {
        if let Some(life) = self.lives.get_mut(&pod.facts.uid) {
            life.run_since = self.now;
        }
        let body = pod.value();
        let image = text(&body, "/spec/containers/0/image").to_owned();
        let name = text(&body, "/spec/containers/0/name").to_owned();
        let held = self.images.get(&life.node).is_some_and(|i| i.contains(&image));
        let always = text(&body, "/spec/containers/0/imagePullPolicy") == "Always";
        let slow = matches!(life.behaviour, Behaviour::SlowPull(_) | Behaviour::NoImage);
        if held && !always && !slow {
            let message = format!("Container image \"{image}\" already present on machine");
            self.say_of(pod, life, &name, false, "Pulled", &message);
            let wait = self.between(0.3, 1.2);
            self.plan(&pod.facts.uid, Stage::Starting, wait);
        } else {
            self.say_of(pod, life, &name, false, "Pulling", &format!("Pulling image \"{image}\""));
            let wait = match life.behaviour {
                Behaviour::SlowPull(seconds) => seconds,
                _ if held => self.between(0.4, 1.5),
                _ => self.between(2.0, 9.0),
            };
            self.plan(&pod.facts.uid, Stage::Pulling, wait);
        }
    }

    fn pulled(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let image = text(&body, "/spec/containers/0/image").to_owned();
        let name = text(&body, "/spec/containers/0/name").to_owned();
        if life.behaviour == Behaviour::NoImage {
            let why = pull_error(&image);
            self.say_of(pod, life, &name, true, "Failed", &format!("Failed to pull image \"{image}\": {why}"));
            self.say_of(pod, life, &name, true, "Failed", "Error: ErrImagePull");
            self.write_pod(life, |_| ContainerState::waiting("ErrImagePull", &why));
            self.fail_once(&pod.facts.uid);
            self.plan(&pod.facts.uid, Stage::PullBackOff, 2.5);
            return;
        }
        let took = (self.now.as_millisecond() - life.run_since.as_millisecond()).max(1) as f64 / 1000.0;
        let size =
            20_000_000 + u64::from(image.bytes().fold(7u32, |h, b| h.wrapping_mul(31) + u32::from(b)) % 900_000_000);
        let message = format!(
            "Successfully pulled image \"{image}\" in {took:.3}s ({took:.3}s including waiting). Image size: {size} bytes."
        );
        self.images.entry(life.node.clone()).or_default().insert(image);
        self.say_of(pod, life, &name, false, "Pulled", &message);
        self.start(pod, life);
    }

    fn pull_again(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let image = text(&body, "/spec/containers/0/image").to_owned();
        let name = text(&body, "/spec/containers/0/name").to_owned();
        let waiting = text(&body, "/status/containerStatuses/0/state/waiting/reason") == "ImagePullBackOff";
        if waiting {
            self.say_of(pod, life, &name, false, "Pulling", &format!("Pulling image \"{image}\""));
            self.plan(&pod.facts.uid, Stage::Pulling, 1.5);
        } else {
            let message = format!("Back-off pulling image \"{image}\"");
            self.write_pod(life, |_| ContainerState::waiting("ImagePullBackOff", &message));
            self.say_of(pod, life, &name, false, "BackOff", &message);
            self.say_of(pod, life, &name, true, "Failed", "Error: ImagePullBackOff");
            self.plan(&pod.facts.uid, Stage::PullBackOff, back_off_seconds(life.failures));
        }
    }

    fn start(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let uid = &pod.facts.uid;
        let restarted = life.stage == Stage::BackOff;
        let containers = list(&body, "/spec/containers");
        let unset = containers.iter().find_map(|container| {
            Some((text(container, "/name"), needs::unset(&self.store, &life.key.namespace, container)?))
        });
        if let Some((name, why)) = unset {
            self.write_pod(life, |_| ContainerState {
                doing: Doing::Waiting("CreateContainerConfigError".into(), why.clone()),
                restarts: life.restarts,
                last: life.last.clone(),
            });
            self.say_of(pod, life, name, true, "Failed", &format!("Error: {why}"));
            self.plan(uid, if restarted { Stage::BackOff } else { Stage::Starting }, 10.0);
            return;
        }
        let mut life = life.clone();
        if life.place.pod_ip.is_empty() {
            life.place.pod_ip = if json::flag(&body, "/spec/hostNetwork") {
                life.place.host_ip.clone()
            } else {
                self.pod_address(&life.node)
            };
        }
        life.restarts += i64::from(restarted);
        life.run_since = self.now;
        self.lives.insert(Arc::clone(uid), life.clone());
        let probe = body.pointer("/spec/containers/0/readinessProbe").cloned();
        let ends = matches!(life.behaviour, Behaviour::Ends { .. });
        let ready = probe.is_none() && !matches!(life.behaviour, Behaviour::Unready(_));
        self.write_pod(&life, |first| ContainerState {
            doing: Doing::Running(life.run_since, if first { ready } else { true }),
            restarts: if first { life.restarts } else { 0 },
            last: life.last.clone().filter(|_| first),
        });
        for (i, container) in list(&body, "/spec/containers").iter().enumerate() {
            if i == 0 || !restarted {
                let name = text(container, "/name");
                self.say_of(pod, &life, name, false, "Created", &format!("Created container {name}"));
                self.say_of(pod, &life, name, false, "Started", &format!("Started container {name}"));
            }
        }
        match (&life.behaviour, probe) {
            (Behaviour::Ends { after, .. }, _) => self.plan(uid, Stage::Steady, *after),
            (_, Some(probe)) => {
                let initial = json::number(&probe, "/initialDelaySeconds").unwrap_or(0) as f64;
                let period = json::number(&probe, "/periodSeconds").unwrap_or(10) as f64;
                let wait = initial + self.between(0.5, period.max(1.0));
                self.plan(uid, Stage::Warming, wait);
            }
            (Behaviour::Unready(_), None) => self.plan(uid, Stage::Warming, 5.0),
            _ => {
                if let Some(life) = self.lives.get_mut(uid).filter(|_| !ends) {
                    life.stage = Stage::Steady;
                }
            }
        }
    }

    fn warmed(&mut self, pod: &Object, life: &PodLife) {
        if let Behaviour::Unready(why) = &life.behaviour {
            let name = text(&pod.value(), "/spec/containers/0/name").to_owned();
            self.say_of(pod, life, &name, true, "Unhealthy", &format!("Readiness probe failed: {why}"));
            self.plan(&pod.facts.uid, Stage::Warming, 60.0);
            return;
        }
        self.write_pod(life, |first| ContainerState {
            doing: Doing::Running(life.run_since, true),
            restarts: if first { life.restarts } else { 0 },
            last: life.last.clone().filter(|_| first),
        });
        if let Some(life) = self.lives.get_mut(&pod.facts.uid) {
            life.stage = Stage::Steady;
            life.failures = 0;
        }
    }

    /// A steady pod's program comes to its end.
    fn run_on(&mut self, pod: &Object, life: &PodLife) {
        let Behaviour::Ends { exit, reason, message, .. } = life.behaviour.clone() else { return };
        self.end_container(pod, life, exit, &reason, &message);
    }

    /// The first container ended: restart it after a back-off, or leave the pod in its last phase.
    pub fn end_container(&mut self, pod: &Object, life: &PodLife, exit: i64, reason: &str, message: &str) {
        let body = pod.value();
        let uid = &pod.facts.uid;
        let ended = Ended {
            exit,
            reason: reason.to_owned(),
            message: message.to_owned(),
            started: life.run_since,
            finished: self.now,
        };
        let policy = text(&body, "/spec/restartPolicy");
        let failed_for_good = text(&body, "/metadata/annotations/bayview.test~1state") == "fail" && policy != "Always";
        if policy == "Never" || (policy == "OnFailure" && exit == 0) || failed_for_good {
            let over = ContainerState { doing: Doing::Done(ended), restarts: life.restarts, last: life.last.clone() };
            self.write_pod(life, |_| over.clone());
            if let Some(life) = self.lives.get_mut(uid) {
                life.stage = Stage::Over;
                life.epoch += 1;
            }
            return;
        }
        self.fail_once(uid);
        let failures = life.failures + 1;
        let seconds = back_off_seconds(failures);
        let name = text(&body, "/spec/containers/0/name").to_owned();
        let whose = format!("{}_{}({uid})", life.key.name, life.key.namespace);
        let why = format!("back-off {} restarting failed container={name} pod={whose}", go_duration(seconds));
        if let Some(life) = self.lives.get_mut(uid) {
            life.last = Some(ended.clone());
        }
        self.write_pod(life, |first| {
            if first {
                let doing = Doing::Waiting("CrashLoopBackOff".into(), why.clone());
                ContainerState { doing, restarts: life.restarts, last: Some(ended.clone()) }
            } else {
                ContainerState::running(life.run_since, true)
            }
        });
        self.say_of(
            pod,
            life,
            &name,
            true,
            "BackOff",
            &format!("Back-off restarting failed container {name} in pod {whose}"),
        );
        self.plan(uid, Stage::BackOff, seconds);
    }

    fn fail_once(&mut self, uid: &Arc<str>) {
        if let Some(life) = self.lives.get_mut(uid) {
            life.failures += 1;
        }
    }

    /// Writes the pod's status; `state` is asked per container whether it is the first.
    fn write_pod(&mut self, life: &PodLife, state: impl Fn(bool) -> ContainerState) {
        let now = self.now;
        self.update(Kind::Pod, &life.key, |body| {
            let count = list(body, "/spec/containers").len();
            let states: Vec<ContainerState> = (0..count).map(|i| state(i == 0)).collect();
            pod_status::write(body, &states, Some(&life.inits), &life.place, life.started, now);
        });
    }

    fn say_of(&mut self, pod: &Object, life: &PodLife, container: &str, warning: bool, reason: &str, message: &str) {
        self.say_about(pod, life, &format!("spec.containers{{{container}}}"), warning, reason, message);
    }

    /// The kubelet says something about a part of the pod.
    fn say_about(&mut self, pod: &Object, life: &PodLife, field: &str, warning: bool, reason: &str, message: &str) {
        let said = Said { warning, reason, message, source: "kubelet", host: &life.node, field };
        self.say(pod, said);
    }
}

fn pull_error(image: &str) -> String {
    let host = image.split('/').next().unwrap_or("");
    let (name, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    if host.contains("unreachable") || host.ends_with(".invalid") {
        format!(
            "failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": failed to do request: Head \"https://{host}/v2/\": dial tcp: lookup {host}: no such host"
        )
    } else {
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \"{name}:{tag}\": {name}:{tag}: not found"
        )
    }
}

/// Seconds as Go prints a duration: `10s`, `1m20s`, `5m0s`.
pub fn go_duration(seconds: f64) -> String {
    let whole = seconds as u64;
    if whole < 60 { format!("{whole}s") } else { format!("{}m{}s", whole / 60, whole % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(command: Value, image: &str) -> Value {
        json!({"spec": {"containers": [{"image": image, "command": command}]}})
    }

    #[test]
    fn behaviour_is_read_from_image_and_command() {
        assert_eq!(behaviour_of(&with(json!([]), "nginx:1.27")), Behaviour::Healthy);
        assert_eq!(behaviour_of(&with(json!([]), "shop/api:missing")), Behaviour::NoImage);
        assert_eq!(behaviour_of(&with(json!([]), "unreachable.example/x:1")), Behaviour::NoImage);
        assert!(
            matches!(behaviour_of(&with(json!(["sh", "-c", "sleep 5; exit 3"]), "busybox")), Behaviour::Ends { after, exit: 3, .. } if after == 5.0)
        );
        assert!(matches!(behaviour_of(&with(json!(["sleep", "60"]), "busybox")), Behaviour::Ends { exit: 0, .. }));
        assert_eq!(
            behaviour_of(&with(json!(["sh", "-c", "while true; do sleep 5; done"]), "busybox")),
            Behaviour::Healthy
        );
        assert_eq!(
            behaviour_of(&json!({"metadata": {"annotations": {"bayview.test/state": "pending"}}})),
            Behaviour::Stuck
        );
    }

    #[test]
    fn back_off_doubles_up_to_five_minutes() {
        let all: Vec<f64> = (1..=7).map(back_off_seconds).collect();
        assert_eq!(all, [10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]);
        assert_eq!(go_duration(300.0), "5m0s");
        assert_eq!(go_duration(80.0), "1m20s");
    }
}
