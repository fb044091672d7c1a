//! Init containers: they run one after the other before the others start.
//!
//! One with `restartPolicy: Always` (a sidecar) is started and goes on running; the next follows at once.

use super::super::json::{list, text};
use super::super::needs;
use super::super::pod_status::{ContainerState, Doing, Ended};
use super::super::store::Object;
use super::super::world::World;
use super::{Behaviour, PodLife, Stage, back_off_seconds, behaviour_of, go_duration, pull_error};
use serde_json::{Value, json};
use std::sync::Arc;

/// Seconds that an init container runs which tells nothing about it.
const USUAL_SECONDS: f64 = 2.0;
/// Seconds between two looks at something that is missing.
const RETRY_SECONDS: f64 = 10.0;

/// How the program of an init container behaves: it comes to an end.
fn behaviour(container: &Value) -> Behaviour {
    match behaviour_of(&json!({"spec": {"containers": [container]}})) {
        Behaviour::Healthy => {
            Behaviour::Ends { after: USUAL_SECONDS, exit: 0, reason: "Completed".into(), message: String::new() }
        }
        other => other,
    }
}

impl World {
    /// Starts the next init container, or the pod's own containers when all have done their part.
    pub fn run_init(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let containers = list(&body, "/spec/initContainers");
        let mut life = life.clone();
        while life.inits_done < containers.len() {
            let index = life.inits_done;
            let container = &containers[index];
            let before = life.inits.get(index).cloned();
            life.inits.truncate(index);
            let restarts = before.as_ref().map_or(0, |state| state.restarts);
            let last = before.and_then(|state| state.last);
            let waiting = |reason: &str, message: &str| ContainerState {
                doing: Doing::Waiting(reason.into(), message.into()),
                restarts,
                last: last.clone(),
            };
            if let Some(why) = needs::unset(&self.store, &life.key.namespace, container) {
                life.inits.push(waiting("CreateContainerConfigError", &why));
                self.say_of_init(pod, &life, container, true, "Failed", &format!("Error: {why}"));
                return self.wait_init(pod, life, RETRY_SECONDS);
            }
            let image = text(container, "/image");
            let behaviour = behaviour(container);
            if behaviour == Behaviour::NoImage {
                let why = format!("Back-off pulling image \"{image}\"");
                let failed = format!("Failed to pull image \"{image}\": {}", pull_error(image));
                life.inits.push(waiting("ImagePullBackOff", &why));
                life.failures += 1;
                self.say_of_init(pod, &life, container, true, "Failed", &failed);
                let seconds = back_off_seconds(life.failures);
                return self.wait_init(pod, life, seconds);
            }
            let sidecar = text(container, "/restartPolicy") == "Always";
            life.inits.push(ContainerState { doing: Doing::Running(self.now, sidecar), restarts, last });
            life.run_since = self.now;
            let name = text(container, "/name");
            self.say_of_init(pod, &life, container, false, "Created", &format!("Created container {name}"));
            self.say_of_init(pod, &life, container, false, "Started", &format!("Started container {name}"));
            if sidecar {
                life.inits_done += 1;
                continue;
            }
            let seconds = if let Behaviour::Ends { after, .. } = behaviour { after } else { USUAL_SECONDS };
            self.keep_init(pod, life);
            self.plan(&pod.facts.uid, Stage::Init, seconds);
            return;
        }
        life.failures = 0;
        self.keep_init(pod, life.clone());
        self.pull_main(pod, &life);
    }

    /// The init container that was running has ended.
    pub fn init_ended(&mut self, pod: &Object, life: &PodLife) {
        let body = pod.value();
        let Some(container) = list(&body, "/spec/initContainers").get(life.inits_done) else { return };
        let (exit, reason, message) = match behaviour(container) {
            Behaviour::Ends { exit, reason, message, .. } => (exit, reason, message),
            _ => (0, "Completed".to_owned(), String::new()),
        };
        let ended = Ended { exit, reason, message, started: life.run_since, finished: self.now };
        let mut life = life.clone();
        let restarts = life.inits.last().map_or(0, |state| state.restarts);
        let last = life.inits.pop().and_then(|state| state.last);
        if exit == 0 || text(&body, "/spec/restartPolicy") == "Never" {
            life.inits.push(ContainerState { doing: Doing::Done(ended), restarts, last });
            if exit == 0 {
                life.inits_done += 1;
                return self.run_init(pod, &life);
            }
            // Nothing tries it again: the pod has failed.
            life.stage = Stage::Over;
            life.epoch += 1;
            return self.keep_init(pod, life);
        }
        life.failures += 1;
        let seconds = back_off_seconds(life.failures);
        let name = text(container, "/name");
        let whose = format!("{}_{}({})", life.key.name, life.key.namespace, pod.facts.uid);
        let why = format!("back-off {} restarting failed container={name} pod={whose}", go_duration(seconds));
        let doing = Doing::Waiting("CrashLoopBackOff".into(), why);
        life.inits.push(ContainerState { doing, restarts: restarts + 1, last: Some(ended) });
        let message = format!("Back-off restarting failed container {name} in pod {whose}");
        self.say_of_init(pod, &life, container, true, "BackOff", &message);
        self.wait_init(pod, life, seconds);
    }

    fn wait_init(&mut self, pod: &Object, life: PodLife, seconds: f64) {
        self.keep_init(pod, life);
        self.plan(&pod.facts.uid, Stage::InitWait, seconds);
    }

    /// Remembers how far the init containers are, and writes it.
    fn keep_init(&mut self, pod: &Object, life: PodLife) {
        self.lives.insert(Arc::clone(&pod.facts.uid), life.clone());
        let waiting = if life.inits_done < list(&pod.value(), "/spec/initContainers").len() {
            "PodInitializing"
        } else {
            "ContainerCreating"
        };
        self.write_pod(&life, |_| ContainerState::waiting(waiting, ""));
    }

    fn say_of_init(
        &mut self,
        pod: &Object,
        life: &PodLife,
        container: &Value,
        warning: bool,
        reason: &str,
        what: &str,
    ) {
        let field = format!("spec.initContainers{{{}}}", text(container, "/name"));
        self.say_about(pod, life, &field, warning, reason, what);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::kinds::Kind;
    use super::super::super::testing::{advance, world_with_nodes};
    use super::*;

    fn pod(world: &mut World, policy: &str, init: Value) {
        let mut body = json!({"metadata": {"namespace": "d", "name": "p"}, "spec": {
            "restartPolicy": policy, "initContainers": init, "containers": [{"name": "main", "image": "x:1"}]}});
        super::super::super::defaults::fill(Kind::Pod, &mut body);
        world.create(Kind::Pod, body);
    }

    fn status(world: &World) -> Value {
        world.store.find(Kind::Pod, "d", "p").unwrap().value()["status"].clone()
    }

    fn container(name: &str, command: &str) -> Value {
        json!({"name": name, "image": "busybox", "command": ["sh", "-c", command]})
    }

    #[test]
    fn init_containers_run_in_order_before_the_others() {
        let mut world = world_with_nodes(1);
        let sidecar = json!({"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"});
        pod(&mut world, "Always", json!([container("one", "sleep 20"), sidecar, container("two", "sleep 20")]));
        advance(&mut world, 10.0);
        let early = status(&world);
        assert_eq!(early["phase"], "Pending");
        assert!(early["initContainerStatuses"][0]["state"]["running"].is_object(), "{early}");
        assert_eq!(early["initContainerStatuses"][1]["state"]["waiting"]["reason"], "PodInitializing");
        assert_eq!(early["containerStatuses"][0]["state"]["waiting"]["reason"], "PodInitializing");
        let condition = list(&early, "/conditions").iter().find(|c| c["type"] == "Initialized").unwrap();
        assert_eq!((&condition["status"], &condition["reason"]), (&json!("False"), &json!("ContainersNotInitialized")));
        advance(&mut world, 20.0);
        let later = status(&world);
        assert_eq!(later["initContainerStatuses"][0]["state"]["terminated"]["exitCode"], 0);
        assert_eq!(later["initContainerStatuses"][1]["ready"], true, "{later}");
        assert!(later["initContainerStatuses"][2]["state"]["running"].is_object());
        advance(&mut world, 60.0);
        let end = status(&world);
        assert_eq!((&end["phase"], &end["containerStatuses"][0]["ready"]), (&json!("Running"), &json!(true)), "{end}");
    }

    #[test]
    fn one_that_fails_is_tried_again_or_fails_the_pod() {
        let mut world = world_with_nodes(1);
        pod(&mut world, "Always", json!([container("check", "exit 7")]));
        advance(&mut world, 40.0);
        let looping = status(&world);
        let init = &looping["initContainerStatuses"][0];
        assert_eq!(init["state"]["waiting"]["reason"], "CrashLoopBackOff", "{looping}");
        assert_eq!(init["lastState"]["terminated"]["exitCode"], 7);
        assert!(init["restartCount"].as_i64().unwrap() >= 2);
        assert_eq!(looping["phase"], "Pending");
        let mut world = world_with_nodes(1);
        pod(&mut world, "Never", json!([container("check", "exit 7")]));
        advance(&mut world, 40.0);
        assert_eq!(status(&world)["phase"], "Failed");
    }
}
