//! Makes workloads whose pods have been running for a while, placed by the real scheduler rules.

use super::super::controllers::daemon_set::daemon_template;
use super::super::controllers::job::{job_selector, job_template};
use super::super::controllers::{owner_reference, pod_from_template};
use super::super::defaults;
use super::super::events::Said;
use super::super::facts::Request;
use super::super::json::{self, stamp, text};
use super::super::kinds::Kind;
use super::super::kubelet::{Behaviour, PodLife, Stage, back_off_seconds};
use super::super::nodes::NodeRole;
use super::super::pod_status::{self, ContainerState, Doing, Ended, Place};
use super::super::scheduler::{self, NodeView, set_condition};
use super::super::store::Object;
use super::super::world::{World, template_hash};
use super::many::Many;
use super::plan::{Form, Plan, State};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A world being filled.
pub(super) struct Seed<'a> {
    pub world: &'a mut World,
    nodes: Vec<NodeView>,
    /// Names of the default workers in order.
    pub workers: Vec<String>,
    now: Timestamp,
    services: u32,
    /// Set where there are too many pods to place and make each by itself.
    many: Option<Many>,
}

impl<'a> Seed<'a> {
    pub fn new(world: &'a mut World) -> Seed<'a> {
        let nodes = scheduler::views(world);
        let mut specs: Vec<_> = world.nodes.values().map(|n| (n.number, n.spec.clone())).collect();
        specs.sort_by_key(|(number, _)| *number);
        let workers = specs.into_iter().filter(|(_, s)| s.group == "default-worker").map(|(_, s)| s.name).collect();
        let now = world.now;
        Seed { world, nodes, workers, now, services: 0, many: None }
    }

    /// From here on pods are placed by counting and cast from the first of their owner: for very many of them.
    pub fn many(mut self) -> Seed<'a> {
        self.many = Some(Many::new(self.world));
        self
    }

    /// Casts a pod that runs, where its owner has one to cast from and there is room; true when it did. `node` is where
    /// it has to go, `name` what it has to be called.
    fn cast(&mut self, plan: &Plan, owner: &Object, number: usize, node: Option<&str>, name: Option<&str>) -> bool {
        let Some(many) = self.many.as_mut().filter(|many| many.has_mould(owner)) else { return false };
        // Pods of a Job come to an end, each at its own time.
        if matches!(plan.form, Form::Job(_)) || plan.states.iter().any(|(at, _)| *at == number) {
            return false;
        }
        let place = match node {
            Some(node) => Some(Arc::from(node)),
            None => many.place(plan, &plan.request(), self.world.rng.random_range(0..1 << 20)),
        };
        let Some(place) = place else { return false };
        many.cast(self.world, owner, plan, name.map(str::to_owned), place);
        true
    }

    /// The time so many minutes ago.
    pub fn ago(&self, minutes: i64) -> Timestamp {
        self.now.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(self.now)
    }

    /// A plain object, as old as the bay.
    pub fn object(&mut self, kind: Kind, mut body: Value, age_minutes: i64) -> Arc<Object> {
        json::default(&mut body, "/metadata/creationTimestamp", stamp(self.ago(age_minutes)));
        defaults::fill(kind, &mut body);
        self.world.create(kind, body)
    }

    /// A namespace.
    pub fn namespace(&mut self, name: &str, age_minutes: i64) {
        if self.world.store.find(Kind::Namespace, "", name).is_none() {
            self.object(Kind::Namespace, json!({"metadata": {"name": name}}), age_minutes);
        }
    }

    /// A service with a cluster address.
    pub fn service(
        &mut self,
        namespace: &str,
        name: &str,
        selector: &str,
        port: i64,
        target: i64,
        kind: &str,
        age_minutes: i64,
    ) {
        self.services += 1;
        let ip = format!("10.254.{}.{}", 8 + self.services / 200, 10 + self.services % 200);
        let mut body = json!({
            "metadata": {"namespace": namespace, "name": name, "labels": {"app": selector}},
            "spec": {"selector": {"app": selector}, "ports": [{"name": "http", "port": port, "targetPort": target}], "type": if kind == "None" {"ClusterIP"} else {kind}},
        });
        let ip = if kind == "None" { "None".to_owned() } else { ip };
        body["spec"]["clusterIP"] = ip.clone().into();
        body["spec"]["clusterIPs"] = json!([ip]);
        if matches!(kind, "LoadBalancer" | "NodePort") {
            body["spec"]["ports"][0]["nodePort"] = json!(30_000 + self.services);
        }
        if kind == "LoadBalancer" {
            self.world.addresses += 1;
            body["status"]["loadBalancer"] =
                json!({"ingress": [{"ip": format!("203.0.113.{}", 40 + self.world.addresses), "ipMode": "VIP"}]});
        }
        self.object(Kind::Service, body, age_minutes);
    }

    /// The object of a workload, without what depends on its kind.
    fn body(&self, plan: &Plan) -> Value {
        let labels = json!({"app": plan.name});
        let mut template = json!({"metadata": {"labels": labels}, "spec": plan.pod_spec()});
        if plan.restarts > 30 {
            template["metadata"]["annotations"] = json!({"prometheus.io/scrape": "true"});
        }
        json!({
            "metadata": {"namespace": plan.namespace, "name": plan.name, "labels": labels, "creationTimestamp": stamp(self.ago(plan.age))},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        })
    }

    /// A Deployment that was just applied, with its service: its pods are up to the controllers.
    pub fn fresh_deployment(&mut self, plan: &Plan) {
        let mut body = self.body(plan);
        body["spec"]["replicas"] = plan.replicas.into();
        defaults::fill(Kind::Deployment, &mut body);
        body["status"] = json!({});
        self.world.create(Kind::Deployment, body);
        self.service_of(plan);
    }

    /// A workload with its pods and its service.
    pub fn workload(&mut self, plan: &Plan) {
        let mut body = self.body(plan);
        match plan.form {
            Form::Deployment => self.deployment(plan, body),
            Form::StatefulSet => self.stateful_set(plan, body),
            Form::DaemonSet => self.daemon_set(plan, body),
            Form::Job(completions) => {
                json::remove(&mut body, "/spec/selector");
                self.job(plan, body, completions);
            }
        }
        self.service_of(plan);
    }

    fn service_of(&mut self, plan: &Plan) {
        if let Some(port) = plan.port {
            let outside = if plan.service == "LoadBalancer" { 443 } else { 80 };
            self.service(plan.namespace, &plan.name, &plan.name, outside, port, plan.service, plan.age);
        }
    }

    fn deployment(&mut self, plan: &Plan, mut body: Value) {
        body["spec"]["replicas"] = plan.replicas.into();
        defaults::fill(Kind::Deployment, &mut body);
        let hash = template_hash(&body["spec"]["template"]);
        let (made, changed) = (stamp(self.ago(plan.age)), stamp(self.ago(plan.changed)));
        let set_name = format!("{}-{hash}", plan.name);
        body["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": "1"});
        let condition = |kind: &str, reason: &str, message: &str| json!({"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": made, "lastUpdateTime": changed});
        body["status"] = json!({"observedGeneration": 1, "conditions": [
            condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
            condition("Progressing", "NewReplicaSetAvailable", &format!("ReplicaSet \"{set_name}\" has successfully progressed.")),
        ]});
        super::super::apply::own_all(Kind::Deployment, &mut body, "kubectl-client-side-apply", &made);
        let deployment = self.world.create(Kind::Deployment, body.clone());
        let mut template = body["spec"]["template"].clone();
        json::set(&mut template, "/metadata/labels/pod-template-hash", hash.clone());
        let set = json!({
            "metadata": {
                "namespace": plan.namespace, "name": set_name, "labels": template["metadata"]["labels"], "creationTimestamp": changed,
                "annotations": {"deployment.kubernetes.io/revision": "1"}, "ownerReferences": [owner_reference(&deployment)],
            },
            "spec": {"replicas": plan.replicas, "selector": {"matchLabels": template["metadata"]["labels"]}, "template": template, "minReadySeconds": 0},
            "status": {"replicas": 0},
        });
        let set = self.world.create(Kind::ReplicaSet, set);
        self.pods(plan, &set, &template);
    }

    fn stateful_set(&mut self, plan: &Plan, mut body: Value) {
        body["spec"]["replicas"] = plan.replicas.into();
        body["spec"]["serviceName"] = plan.name.clone().into();
        defaults::fill(Kind::StatefulSet, &mut body);
        let revision = format!("{}-{}", plan.name, template_hash(&body["spec"]["template"]));
        let set = self.world.create(Kind::StatefulSet, body.clone());
        for i in 0..plan.replicas {
            let name = format!("{}-{i}", plan.name);
            if self.cast(plan, &set, i, None, Some(&name)) {
                continue;
            }
            let mut template = body["spec"]["template"].clone();
            json::set(&mut template, "/metadata/labels/controller-revision-hash", revision.clone());
            json::object_at(&mut template, "/metadata/labels")
                .insert("statefulset.kubernetes.io/pod-name".into(), name.clone().into());
            let mut pod = pod_from_template(self.world, &set, &template);
            json::remove(&mut pod, "/metadata/generateName");
            json::set(&mut pod, "/metadata/name", name.clone());
            json::set(&mut pod, "/spec/hostname", name);
            self.pod(plan, &set, pod, i, None);
        }
    }

    fn daemon_set(&mut self, plan: &Plan, mut body: Value) {
        defaults::fill(Kind::DaemonSet, &mut body);
        let hash = template_hash(&body["spec"]["template"]);
        let template = daemon_template(&body);
        let set = self.world.create(Kind::DaemonSet, body);
        let names: Vec<Arc<str>> = self.nodes.iter().map(|n| Arc::clone(&n.name)).collect();
        // Nodes of one group are alike: where there are very many, the first speaks for all.
        let mut takes: HashMap<(String, bool), bool> = HashMap::new();
        for (i, node) in names.iter().enumerate() {
            let spec = self.world.nodes.get(&**node).map(|n| &n.spec);
            let group = spec.map(|s| (s.group.clone(), s.role == NodeRole::Master)).unwrap_or_default();
            match takes.get(&group).filter(|_| self.many.is_some()) {
                Some(true) if self.cast(plan, &set, i, Some(node), None) => continue,
                Some(false) => continue,
                _ => {}
            }
            let pod = self.world.daemon_pod(&set, &template, &hash, node);
            // A node whose taints the daemon does not tolerate, or that its selector leaves out, gets none.
            let fits = scheduler::pick(&self.world.store, &self.nodes[i..=i], &set.key, &pod).is_ok();
            takes.insert(group, fits);
            if fits {
                self.pod(plan, &set, pod, i, Some(Arc::clone(node)));
            }
        }
    }

    fn job(&mut self, plan: &Plan, mut body: Value, completions: i64) {
        let uid = self.world.uid();
        body["metadata"]["uid"] = uid.clone().into();
        body["spec"]["parallelism"] = plan.replicas.into();
        body["spec"]["completions"] = completions.into();
        body["spec"]["backoffLimit"] = 20.into();
        json::set(&mut body, "/spec/template/spec/restartPolicy", "Never");
        defaults::fill(Kind::Job, &mut body);
        json::default(&mut body, "/spec/selector", job_selector(&uid));
        body["status"] = json!({"startTime": stamp(self.ago(plan.age))});
        let job = self.world.create(Kind::Job, body.clone());
        let template = job_template(&job, &body);
        self.pods(plan, &job, &template);
    }

    /// The mirror of a pod that a node's kubelet starts by itself.
    pub fn static_pod(&mut self, plan: &Plan, node: &str) {
        let Some(owner) = self.world.store.find(Kind::Node, "", node).cloned() else { return };
        let mut body = json!({
            "metadata": {
                "namespace": plan.namespace, "name": format!("{}-{node}", plan.name),
                "labels": {"component": plan.name, "tier": "control-plane"},
                "annotations": {"kubernetes.io/config.mirror": "", "kubernetes.io/config.source": "file"},
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": node, "uid": &*owner.facts.uid, "controller": true}],
            },
            "spec": plan.pod_spec(),
        });
        json::set(&mut body, "/spec/hostNetwork", true);
        json::set(&mut body, "/spec/priorityClassName", "system-node-critical");
        json::set(&mut body, "/spec/tolerations", json!([{"operator": "Exists", "effect": "NoExecute"}]));
        json::set(&mut body, "/spec/nodeName", node);
        defaults::fill(Kind::Pod, &mut body);
        super::super::controllers::admit_pod(self.world, &mut body);
        let born = self.ago(plan.age);
        json::set(&mut body, "/metadata/creationTimestamp", stamp(born));
        self.world.fill_metadata(Kind::Pod, &mut body);
        set_condition(&mut body, "PodScheduled", "True", "", "", &stamp(born));
        if let Some(view) = self.nodes.iter_mut().find(|n| *n.name == *node) {
            view.take(&Request::of(&body["spec"]));
        }
        self.run(plan, body, 0, &State::Running, node, born);
    }

    fn pods(&mut self, plan: &Plan, owner: &Arc<Object>, template: &Value) {
        let mut sample = None;
        for i in 0..plan.replicas {
            if self.cast(plan, owner, i, None, None) {
                continue;
            }
            let pod = match &sample {
                Some(pod) => Value::clone(pod),
                None => pod_from_template(self.world, owner, template),
            };
            sample = sample.or_else(|| Some(pod.clone()));
            self.pod(plan, owner, pod, i, None);
        }
    }

    /// Places and writes one pod; `node` is where it has to go.
    fn pod(&mut self, plan: &Plan, owner: &Object, mut body: Value, number: usize, node: Option<Arc<str>>) {
        let state = plan.states.iter().find(|(i, _)| *i == number).map_or(State::Running, |(_, s)| s.clone());
        let spread = self.world.between(0.0, 6.0);
        // Pods of a starting rollout are young, the others as old as the last change.
        let minutes = if matches!(state, State::Pulling(_)) { plan.changed.min(2) } else { plan.changed };
        let born = self
            .ago(minutes)
            .checked_add(SignedDuration::from_millis((spread * 7000.0) as i64))
            .unwrap_or(self.now)
            .min(self.now);
        json::set(&mut body, "/metadata/creationTimestamp", stamp(born));
        self.world.fill_metadata(Kind::Pod, &mut body);
        let forced = plan.places.iter().find(|(i, _)| *i == number).and_then(|(_, w)| self.workers.get(*w));
        let counted = match &self.many {
            Some(many) => many.place(plan, &plan.request(), self.world.rng.random_range(0..1 << 20)),
            None => None,
        };
        let placed = match node.or_else(|| forced.map(|name| Arc::from(name.as_str()))).or(counted) {
            Some(node) => Ok(node),
            None => scheduler::pick(&self.world.store, &self.nodes, &owner.key, &body),
        };
        let born_text = stamp(born);
        let node: Arc<str> = match placed {
            Ok(node) => node,
            Err(message) => {
                set_condition(&mut body, "PodScheduled", "False", "Unschedulable", &message, &born_text);
                let made = self.world.store.put(Kind::Pod, body);
                self.world.unscheduled.insert(made.key.clone());
                self.world.say_before(&made, Said::warning("default-scheduler", "FailedScheduling", &message), 40, 3);
                return;
            }
        };
        json::set(&mut body, "/spec/nodeName", &*node);
        set_condition(&mut body, "PodScheduled", "True", "", "", &born_text);
        let request = Request::of(&body["spec"]);
        if let Some(view) = self.nodes.iter_mut().find(|n| n.name == node) {
            view.take(&request);
        }
        if let Some(many) = &mut self.many {
            many.take(&node, &request);
        }
        let made = self.run(plan, body, number, &state, &node, born);
        if let Some(many) = self.many.as_mut().filter(|_| state == State::Running) {
            many.keep(owner, &made);
        }
    }

    fn run(
        &mut self,
        plan: &Plan,
        mut body: Value,
        number: usize,
        state: &State,
        node: &str,
        born: Timestamp,
    ) -> Arc<Object> {
        let host_ip = self.world.nodes.get(node).map(|n| n.spec.internal_ip.clone()).unwrap_or_default();
        let pulling = matches!(state, State::Pulling(_));
        let pod_ip = match (pulling, json::flag(&body, "/spec/hostNetwork")) {
            (true, _) => String::new(),
            (false, true) => host_ip.clone(),
            (false, false) => self.world.pod_address(node),
        };
        let place = Place { host_ip, pod_ip };
        let lucky = plan.replicas.max(1) as i64;
        // Old restarts are spread over the first pods.
        let past = plan.restarts / lucky + i64::from((number as i64) < plan.restarts % lucky);
        let end_of_last = |exit: i64, reason: &str, message: &str, seconds: i64, now: Timestamp| Ended {
            exit,
            reason: reason.to_owned(),
            message: message.to_owned(),
            started: Timestamp::from_second(now.as_second() - seconds - 4).unwrap_or(now),
            finished: Timestamp::from_second(now.as_second() - seconds).unwrap_or(now),
        };
        let mut life = PodLife {
            key: super::super::store::Key::new(plan.namespace, text(&body, "/metadata/name")),
            node: node.to_owned(),
            epoch: 0,
            stage: Stage::Steady,
            behaviour: Behaviour::Healthy,
            restarts: past,
            failures: 0,
            run_since: born,
            started: born,
            place,
            last: None,
            inits: Vec::new(),
            inits_done: 0,
        };
        let mut ready_since = Timestamp::from_second(born.as_second() + 9).unwrap_or(born).min(self.now);
        let mut next = None;
        let first = match state {
            State::Running | State::Draining(_) => {
                if past > 0 {
                    let ago = self.world.between(900.0, (plan.changed as f64 * 50.0).max(1000.0)) as i64;
                    let ended = end_of_last(1, "Error", "", ago, self.now);
                    life.run_since = ended.finished;
                    ready_since = ended.finished.max(ready_since);
                    life.last = Some(ended);
                }
                ContainerState { doing: Doing::Running(life.run_since, true), restarts: past, last: life.last.clone() }
            }
            State::Crashing(restarts, exit, reason, message) => {
                let seconds = self.world.between(10.0, 150.0);
                let ended = end_of_last(*exit, reason, message, seconds as i64, self.now);
                life.restarts = *restarts;
                life.failures = 6;
                life.stage = Stage::BackOff;
                life.behaviour =
                    Behaviour::Ends { after: 4.0, exit: *exit, reason: (*reason).into(), message: (*message).into() };
                life.last = Some(ended.clone());
                next = Some((Stage::BackOff, back_off_seconds(6) - seconds));
                let whose = format!("{}_{}({})", life.key.name, plan.namespace, text(&body, "/metadata/uid"));
                let why = format!("back-off 5m0s restarting failed container={} pod={whose}", plan.name);
                ContainerState {
                    doing: Doing::Waiting("CrashLoopBackOff".into(), why),
                    restarts: *restarts,
                    last: Some(ended),
                }
            }
            State::Pulling(seconds) => {
                life.behaviour = Behaviour::SlowPull(*seconds);
                next = Some((Stage::Pulling, *seconds));
                ContainerState::waiting("ContainerCreating", "")
            }
            State::Unready(message) => {
                life.behaviour = Behaviour::Unready((*message).into());
                let wait = self.world.between(5.0, 60.0);
                next = Some((Stage::Warming, wait));
                ContainerState { doing: Doing::Running(born, false), restarts: past, last: None }
            }
            State::Ended(exit, reason) => {
                life.stage = Stage::Over;
                let ended = end_of_last(*exit, reason, "", plan.changed * 20, self.now);
                ContainerState { doing: Doing::Done(ended), restarts: 0, last: None }
            }
        };
        let count = json::list(&body, "/spec/containers").len();
        let mut states = vec![first];
        states.resize(
            count,
            if pulling {
                ContainerState::waiting("ContainerCreating", "")
            } else {
                ContainerState::running(born, true)
            },
        );
        pod_status::write(&mut body, &states, None, &life.place, born, ready_since);
        if let State::Draining(seconds) = state {
            let end = Timestamp::from_second(self.now.as_second() + seconds).unwrap_or(self.now);
            json::set(&mut body, "/metadata/deletionTimestamp", stamp(end));
            json::set(&mut body, "/metadata/deletionGracePeriodSeconds", 600);
            next = Some((Stage::Stopping, *seconds as f64));
        }
        if plan.restarts == 0 && matches!(plan.form, Form::Job(_)) && *state == State::Running {
            let after = self.world.between(300.0, 5400.0);
            life.behaviour = Behaviour::Ends { after, exit: 0, reason: "Completed".into(), message: String::new() };
            next = Some((Stage::Steady, after));
        }
        self.world.images.entry(node.to_owned()).or_default().insert(plan.image.clone());
        let made = self.world.store.put(Kind::Pod, body);
        self.world.lives.insert(Arc::clone(&made.facts.uid), life);
        if let Some((stage, seconds)) = next {
            self.world.plan(&made.facts.uid, stage, seconds);
        }
        self.tell(plan, &made, node, state);
        made
    }

    /// Recent events of pods that are not well.
    fn tell(&mut self, plan: &Plan, pod: &Object, node: &str, state: &State) {
        let field = format!("spec.containers{{{}}}", plan.name);
        let say = |world: &mut World, warning: bool, reason: &str, message: &str, seconds: i64, count: i64| {
            let said = Said { warning, reason, message, source: "kubelet", host: node, field: &field };
            world.say_before(pod, said, seconds, count);
        };
        match state {
            State::Crashing(restarts, ..) => {
                let message = format!(
                    "Back-off restarting failed container {} in pod {}_{}({})",
                    plan.name, pod.key.name, plan.namespace, pod.facts.uid
                );
                say(self.world, true, "BackOff", &message, 20, restarts * 9);
            }
            State::Pulling(_) => say(self.world, false, "Pulling", &format!("Pulling image \"{}\"", plan.image), 25, 1),
            State::Unready(why) => {
                say(self.world, true, "Unhealthy", &format!("Readiness probe failed: {why}"), 15, 12)
            }
            State::Draining(_) => {
                say(self.world, false, "Killing", &format!("Stopping container {}", plan.name), 60, 1)
            }
            _ => {}
        }
    }
}
