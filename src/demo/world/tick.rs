//! Time: plays the steps that are due, and says what must happen outside (Kubernetes APIs start, grow, stop).

use jiff::{SignedDuration, Timestamp};

use super::World;
use super::bay::{Action, Coe, Operation};
use super::script::{Act, Step};

/// Something the world wants done to the Kubernetes API of a bay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::demo) enum Effect {
    /// Start it, or give it the bay's present nodes if it runs.
    Sync { region: usize, bay: String },
    /// Stop it.
    Stop { bay: String },
}

impl World {
    /// Puts an operation on a bay and forgets one that was under way.
    pub fn begin(&mut self, region: usize, uuid: &str, action: Action, now: Timestamp, steps: Vec<Step>) {
        self.begin_at_pace(region, uuid, action, now, steps, 1.0);
    }

    /// The same, `pace` times as slow.
    pub fn begin_at_pace(
        &mut self,
        region: usize,
        uuid: &str,
        action: Action,
        now: Timestamp,
        steps: Vec<Step>,
        pace: f64,
    ) {
        if let Some(bay) = self.regions[region].bay_mut(uuid) {
            bay.operation = Some(Operation { action, started: now, pace, steps, next: 0 });
        }
    }

    /// Plays everything that is due at `now`, in all bays.
    pub fn advance(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        for region in 0..self.regions.len() {
            let busy: Vec<String> = self.regions[region]
                .bays
                .iter()
                .filter(|bay| bay.operation.is_some())
                .map(|bay| bay.uuid.clone())
                .collect();
            for uuid in busy {
                self.advance_bay(region, &uuid, now, &mut effects);
            }
        }
        effects
    }

    fn advance_bay(&mut self, region: usize, uuid: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        loop {
            let speed = self.speed;
            let Some(bay) = self.regions[region].bay_mut(uuid) else { return };
            let api_ready = bay.api_address.is_some();
            let Some(operation) = &mut bay.operation else { return };
            let Some(step) = operation.steps.get(operation.next).cloned() else {
                bay.operation = None;
                return;
            };
            let real = step.at * operation.pace / speed.max(0.001);
            let due = operation.started + SignedDuration::try_from_secs_f64(real).unwrap_or(SignedDuration::ZERO);
            if due > now || (step.act == Act::AwaitApi && bay.coe == Coe::Kubernetes && !api_ready) {
                return;
            }
            operation.next += 1;
            self.play(region, uuid, &step.act, due, effects);
        }
    }

    /// Plays steps at once, `seconds_per` real seconds for each demo second counted from `start`: a history.
    /// Steps later than `until` (demo seconds) are returned for later.
    pub fn play_history(
        &mut self,
        region: usize,
        uuid: &str,
        steps: Vec<Step>,
        start: Timestamp,
        seconds_per: f64,
        until: f64,
    ) -> Vec<Step> {
        let mut effects = Vec::new();
        let (past, future): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(|step| step.at <= until);
        for step in past {
            let offset = SignedDuration::try_from_secs_f64(step.at * seconds_per).unwrap_or(SignedDuration::ZERO);
            self.play(region, uuid, &step.act, start + offset, &mut effects);
        }
        future.into_iter().map(|step| Step { at: step.at - until, act: step.act }).collect()
    }

    fn play(&mut self, region: usize, uuid: &str, act: &Act, time: Timestamp, effects: &mut Vec<Effect>) {
        let sync = || Effect::Sync { region, bay: uuid.to_owned() };
        match act {
            Act::Status { status, reason } => self.set_status(region, uuid, status, reason.clone(), time),
            Act::Stack { stack, status, reason } => {
                let id = self.ids.next();
                if let Some(stack) = self.regions[region].stack_mut(stack) {
                    stack.mark_stack(id, time, status, reason);
                }
            }
            Act::Resource { stack, name, status, reason } => {
                let id = self.ids.next();
                if let Some(stack) = self.regions[region].stack_mut(stack) {
                    stack.mark(id, time, name, status, reason);
                }
            }
            Act::ServerBuild { server } => self.set_server(region, server, "BUILD", None, time),
            Act::ServerActive { server } => {
                self.set_server(region, server, "ACTIVE", None, time);
                if self.regions[region].bay(uuid).is_some_and(|bay| bay.wants_kubernetes) {
                    effects.push(sync());
                }
            }
            Act::ServerError { server, fault } => self.set_server(region, server, "ERROR", Some(fault), time),
            Act::ServerGone { server } => {
                self.regions[region].compute.servers.retain(|known| known.id != *server);
                if self.regions[region].bay(uuid).is_some_and(|bay| bay.wants_kubernetes) {
                    effects.push(sync());
                }
            }
            Act::Floating { server } => self.take_floating(region, uuid, server.as_deref()),
            Act::StackKnown => {
                let token = self.ids.hex(uuid);
                if let Some(bay) = self.regions[region].bay_mut(uuid) {
                    bay.stack_id = Some(bay.root_stack.clone());
                    for group in bay.groups.iter_mut().filter(|group| group.is_default) {
                        group.stack_id = Some(bay.root_stack.clone());
                    }
                    bay.updated_at = Some(time);
                    bay.discovery_url.get_or_insert_with(|| format!("https://discovery.etcd.io/{token}"));
                }
            }
            Act::KubernetesUp => {
                if let Some(bay) = self.regions[region].bay_mut(uuid)
                    && bay.coe == Coe::Kubernetes
                {
                    bay.wants_kubernetes = true;
                    effects.push(sync());
                }
            }
            Act::KubernetesDown => {
                if let Some(bay) = self.regions[region].bay_mut(uuid) {
                    bay.wants_kubernetes = false;
                    bay.health_status = None;
                    bay.health_reason.clear();
                    effects.push(Effect::Stop { bay: uuid.to_owned() });
                }
            }
            Act::Group { group, status, reason } => {
                if let Some(group) = self.regions[region].bay_mut(uuid).and_then(|bay| bay.group_mut(group)) {
                    group.status.clone_from(status);
                    group.status_reason = (!reason.is_empty()).then(|| reason.clone());
                    group.updated_at = Some(time);
                }
            }
            Act::GroupGone { group } => {
                if let Some(bay) = self.regions[region].bay_mut(uuid) {
                    bay.groups.retain(|known| known.name != *group);
                }
            }
            Act::Fault { group, text } => {
                if let Some(bay) = self.regions[region].bay_mut(uuid) {
                    bay.faults.insert(group.clone(), text.clone());
                }
            }
            Act::Model { model } => {
                if let Some(bay) = self.regions[region].bay_mut(uuid) {
                    bay.model_uuid.clone_from(model);
                }
            }
            Act::AwaitApi => {}
            Act::Outputs => self.fill_outputs(region, uuid),
            Act::Gone => {
                effects.push(Effect::Stop { bay: uuid.to_owned() });
                self.forget_bay(region, uuid, time);
            }
        }
    }

    fn set_status(&mut self, region: usize, uuid: &str, status: &str, reason: Option<String>, time: Timestamp) {
        let failed = status.ends_with("_FAILED");
        let Some(bay) = self.regions[region].bay_mut(uuid) else { return };
        bay.status = Some(status.to_owned());
        bay.status_reason = reason;
        bay.updated_at = Some(time);
        if !failed {
            bay.faults.clear();
        }
        if failed {
            // What was only planned when the operation stopped will never be built.
            let planned = |server: &super::compute::Server| {
                server.status.is_empty() && server.bay.as_ref().is_some_and(|(owner, _)| owner == uuid)
            };
            self.regions[region].compute.servers.retain(|server| !planned(server));
        }
    }

    fn set_server(&mut self, region: usize, id: &str, status: &str, fault: Option<&str>, time: Timestamp) {
        if let Some(server) = self.regions[region].compute.server_mut(id) {
            if server.status.is_empty() {
                server.created = time;
            }
            server.status = status.to_owned();
            server.fault = fault.map(str::to_owned);
            server.updated = time;
        }
    }

    fn take_floating(&mut self, region: usize, uuid: &str, server: Option<&str>) {
        let id = self.ids.next();
        let region = &mut self.regions[region];
        let Some(bay) = region.bay(uuid).cloned() else { return };
        let what = server.map_or_else(|| format!("API of {}", bay.label()), |_| format!("master of {}", bay.label()));
        let address = region.compute.allocate_floating(id, &bay.project_id, uuid, &what);
        if let Some(server) = server.and_then(|id| region.compute.server_mut(id)) {
            let fixed = server.address.clone();
            server.floating = Some(address);
            if let Some(floating) = region.compute.floating_ips.last_mut() {
                floating.fixed = Some(fixed);
            }
        }
    }

    fn fill_outputs(&mut self, region: usize, uuid: &str) {
        let region = &mut self.regions[region];
        let Some(bay) = region.bay(uuid).cloned() else { return };
        let version = region.model(&bay.model_uuid).map(|model| {
            let mut version = model.coe_version();
            if let Some(tag) = bay.labels.get("kube_tag").and_then(serde_json::Value::as_str) {
                tag.clone_into(&mut version);
            }
            version
        });
        // Kubernetes bays answer on this machine; the other engines only have an address of the private network.
        let address = match bay.coe {
            Coe::Kubernetes => None,
            Coe::Swarm => Some(format!("tcp://{}.{}.{}.5:2376", bay.subnet[0], bay.subnet[1], bay.subnet[2])),
            Coe::Mesos => Some(format!("{}.{}.{}.5", bay.subnet[0], bay.subnet[1], bay.subnet[2])),
        };
        if let Some(bay) = region.bay_mut(uuid) {
            bay.coe_version = version;
            bay.container_version = Some(if bay.coe == Coe::Kubernetes { "1.7.20" } else { "1.12.6" }.to_owned());
            if address.is_some() {
                bay.api_address = address;
            }
        }
    }

    fn forget_bay(&mut self, region: usize, uuid: &str, time: Timestamp) {
        let region = &mut self.regions[region];
        region.bays.retain(|bay| bay.uuid != uuid);
        region.compute.servers.retain(|server| server.bay.as_ref().is_none_or(|(owner, _)| owner != uuid));
        region.compute.floating_ips.retain(|address| address.bay.as_deref() != Some(uuid));
        region.legacy.manifests.retain(|object| object.bay_uuid != uuid);
        region.legacy.containers.retain(|container| container.bay_uuid != uuid);
        for stack in region.stacks.iter_mut().filter(|stack| stack.bay == uuid) {
            if stack.status != "DELETE_COMPLETE" {
                stack.status = "DELETE_COMPLETE".into();
                stack.updated = Some(time);
            }
        }
    }
}
