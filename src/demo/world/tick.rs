//! Time: plays the steps that are due, and says what must happen outside (Kubernetes APIs start, grow, stop).

use jiff::{SignedDuration, Timestamp};

use super::World;
use super::bay::{Action, Coe, Operation};
use super::model::BayModel;
use super::script::{Act, Step};

/// Stacks of so many deleted bays can still be asked for, as Heat keeps them for a while.
const DELETED_BAYS: usize = 20;

/// Something the world wants done to the Kubernetes API of a bay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::demo) enum Effect {
    /// Start it, or give it the bay's present nodes if it runs.
    Sync { region: usize, bay: String },
    /// Stop it.
    Stop { bay: String },
    /// The bay is gone for good.
    Forget { bay: String },
    /// Let it serve with the newest certificate authority.
    Rotate { bay: String },
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
            bay.operation = (!steps.is_empty()).then_some(Operation { action, started: now, pace, steps, next: 0 });
        }
    }

    /// Plays everything that is due at `now`, in all bays, in the order of its time: the same whether the clock is read
    /// often or seldom.
    pub fn advance(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some((due, region, uuid)) = self.next_step(now) {
            let Some(operation) = self.regions[region].bay_mut(&uuid).and_then(|bay| bay.operation.as_mut()) else {
                return effects;
            };
            let act = operation.steps.get(operation.next).map(|step| step.act.clone());
            operation.next += 1;
            let over = operation.next >= operation.steps.len();
            if let Some(act) = act {
                self.play(region, &uuid, &act, due, &mut effects);
            }
            if over && let Some(bay) = self.regions[region].bay_mut(&uuid) {
                bay.operation = None;
            }
        }
        effects
    }

    /// The earliest step that is due and waits for nothing: its time, region and bay.
    fn next_step(&self, now: Timestamp) -> Option<(Timestamp, usize, String)> {
        let mut earliest: Option<(Timestamp, usize, &str)> = None;
        for (index, region) in self.regions.iter().enumerate() {
            for bay in &region.bays {
                let Some(operation) = &bay.operation else { continue };
                let Some(step) = operation.steps.get(operation.next) else { continue };
                let due = self.later(operation.started, step.at * operation.pace);
                let waits = step.act == Act::AwaitApi && bay.coe == Coe::Kubernetes && bay.api_address.is_none();
                if due <= now && !waits && earliest.is_none_or(|(time, ..)| due < time) {
                    earliest = Some((due, index, &bay.uuid));
                }
            }
        }
        earliest.map(|(due, region, uuid)| (due, region, uuid.to_owned()))
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
                let ids = &self.ids;
                if let Some(stack) = self.regions[region].stack_mut(stack) {
                    stack.mark_stack(ids, time, status, reason);
                }
            }
            Act::Resource { stack, name, status, reason } => {
                let ids = &self.ids;
                let stacks = &mut self.regions[region].stacks;
                let Some(stack) = stacks.get_mut(stack) else { return };
                let nested = stack.resource(name).and_then(|resource| resource.nested.clone());
                stack.mark(ids, time, name, status, reason);
                // A member that was scaled away takes its stack along.
                if stack.resource(name).is_none()
                    && let Some(nested) = nested
                {
                    stacks.forget(&nested);
                }
            }
            Act::ServerBuild { server } => self.set_server(region, server, "BUILD", None, time),
            Act::ServerActive { server } => {
                self.set_server(region, server, "ACTIVE", None, time);
                self.install(region, uuid, server);
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
            Act::ServerRebuild { server } => {
                self.set_server(region, server, "REBUILD", None, time);
                effects.push(sync());
            }
            Act::ServerRebuilt { server, version } => {
                self.set_server(region, server, "ACTIVE", None, time);
                if let Some(server) = self.regions[region].compute.server_mut(server) {
                    server.kube_version = Some(version.clone());
                }
                effects.push(sync());
            }
            Act::NodesChanged => effects.push(sync()),
            Act::AuthorityRotated => effects.push(Effect::Rotate { bay: uuid.to_owned() }),
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
                let region = &mut self.regions[region];
                let Some(bay) = region.bay_mut(uuid) else { return };
                let root = bay.group(group).filter(|group| !group.is_default).and_then(|group| group.stack_id.clone());
                bay.groups.retain(|known| known.name != *group);
                if let Some(root) = root {
                    region.stacks.forget(&root);
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
                effects.push(Effect::Forget { bay: uuid.to_owned() });
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

    /// A server comes up with the version of Kubernetes that its bay has at that moment.
    fn install(&mut self, region: usize, uuid: &str, server: &str) {
        let region = &mut self.regions[region];
        let Some(bay) = region.bay(uuid) else { return };
        let version = bay.kube_tag().map(str::to_owned);
        let version = version.or_else(|| region.model(&bay.model_uuid).map(BayModel::coe_version));
        if let Some(server) = region.compute.server_mut(server) {
            server.kube_version = version;
        }
    }

    fn take_floating(&mut self, region: usize, uuid: &str, server: Option<&str>) {
        let id = self.ids.named(&format!("floating/{uuid}/{}", server.unwrap_or("api")));
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
            if let Some(tag) = bay.kube_tag() {
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
        region.deleted_bays.push_back(uuid.to_owned());
        if region.deleted_bays.len() > DELETED_BAYS
            && let Some(oldest) = region.deleted_bays.pop_front()
        {
            region.stacks.forget_bay(&oldest);
        }
        for stack in region.stacks.iter_mut().filter(|stack| stack.bay == uuid) {
            if stack.status != "DELETE_COMPLETE" {
                stack.status = "DELETE_COMPLETE".into();
                stack.updated = Some(time);
            }
        }
    }
}
