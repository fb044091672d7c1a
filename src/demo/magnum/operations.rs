//! What both dialects do to bays: make, resize, upgrade, delete. Only rules of the conductor are here;
//! what the API checks first is in the dialects.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::world::World;
use super::super::world::bay::{Action, Bay, Coe, NodeGroup, Population};
use super::super::world::model::BayModel;
use super::super::world::script::{self, Act, Outcome, Step};
use super::super::world::script_nodes;
use super::capacity;

/// A bay to make.
pub(super) struct NewBay {
    pub name: Option<String>,
    pub project_id: String,
    pub user_id: String,
    pub model: BayModel,
    pub keypair: Option<String>,
    pub masters: u32,
    pub workers: u32,
    pub master_flavor: String,
    pub flavor: String,
    pub labels: Map<String, Value>,
    pub merge_labels: bool,
    pub docker_volume_size: Option<i64>,
    pub fixed_network: Option<String>,
    pub fixed_subnet: Option<String>,
    pub floating_ip_enabled: bool,
    pub master_lb_enabled: bool,
    pub create_timeout: i64,
    pub discovery_url: Option<String>,
    /// Demo seconds until the row can be read.
    pub hidden_secs: f64,
}

/// The most nodes a group can be asked for: Magnum's column is an `INTEGER`.
pub(super) const MOST_NODES: i64 = i32::MAX as i64;

/// The smallest flavor stands in where neither bay nor model names one.
pub(super) const DEFAULT_FLAVOR: &str = "m2.small";

/// Writes the row and begins the creation. Returns the UUID.
pub(super) fn create(world: &mut World, region: usize, new: NewBay, now: Timestamp) -> String {
    let uuid = world.ids.next();
    let row = world.regions[region].row();
    let visible_from = world.later(now, new.hidden_secs);
    let group = |world: &mut World, name: &str, role: &str, flavor: &str, count: u32| NodeGroup {
        row: world.regions[region].row(),
        uuid: world.ids.next(),
        name: name.to_owned(),
        role: role.to_owned(),
        flavor: flavor.to_owned(),
        image: new.model.text("image_id").unwrap_or_default().to_owned(),
        node_count: count,
        min_node_count: 0,
        max_node_count: None,
        is_default: true,
        stack_id: None,
        status: "CREATE_IN_PROGRESS".into(),
        status_reason: None,
        docker_volume_size: new.docker_volume_size,
        labels: new.labels.clone(),
        merge_labels: new.merge_labels,
        node_labels: Map::new(),
        node_taints: Value::Array(Vec::new()),
        created_at: now,
        updated_at: None,
        next_index: 0,
    };
    let groups = vec![
        group(world, "default-master", "master", &new.master_flavor, new.masters),
        group(world, "default-worker", "worker", &new.flavor, new.workers),
    ];
    let bay = Bay {
        row,
        uuid: uuid.clone(),
        name: new.name,
        project_id: new.project_id,
        user_id: new.user_id,
        model_uuid: new.model.uuid.clone(),
        coe: new.model.coe(),
        keypair: new.keypair,
        labels: new.labels,
        merge_labels: new.merge_labels,
        docker_volume_size: new.docker_volume_size,
        master_flavor: new.master_flavor,
        flavor: new.flavor,
        fixed_network: new.fixed_network,
        fixed_subnet: new.fixed_subnet,
        floating_ip_enabled: new.floating_ip_enabled,
        master_lb_enabled: new.master_lb_enabled,
        create_timeout: new.create_timeout,
        discovery_url: new.discovery_url,
        groups,
        status: Some("CREATE_IN_PROGRESS".into()),
        status_reason: None,
        faults: std::collections::BTreeMap::new(),
        health_status: None,
        health_reason: std::collections::BTreeMap::new(),
        api_address: None,
        coe_version: None,
        container_version: None,
        stack_id: None,
        root_stack: String::new(),
        created_at: now,
        updated_at: None,
        visible_from,
        population: Population::Empty,
        operation: None,
        subnet: [10, u8::try_from(row % 200).unwrap_or(0), 0],
        next_host: 9,
        wants_kubernetes: false,
    };
    let outcome = outcome(world, region, &bay);
    world.regions[region].bays.push(bay);
    world.plan_bay(region, &uuid, now, outcome.most_nodes());
    if let Some(bay) = world.regions[region].bay(&uuid).cloned() {
        let steps = script::create(&world.regions[region], &bay, &outcome);
        world.begin(region, &uuid, Action::Create, now, steps);
    }
    uuid
}

/// True when a bay shall misbehave: its name is the word, or its label `demo_fault` is.
fn steered(bay: &Bay, word: &str) -> bool {
    bay.name.as_deref() == Some(word) || bay.labels.get("demo_fault").and_then(Value::as_str) == Some(word)
}

/// What will become of a creation: a bay `fail` finds no host, quotas are quotas.
fn outcome(world: &World, region: usize, bay: &Bay) -> Outcome {
    if steered(bay, "fail") {
        return Outcome::NoValidHost;
    }
    let nodes = [(bay.master_count(), bay.master_flavor.as_str()), (bay.node_count(), bay.flavor.as_str())];
    let floating = bay.floating_wanted(bay.master_count());
    capacity::outcome(&world.regions[region].compute, &bay.project_id, &nodes, floating)
}

/// Begins the deletion; one that is under way goes on. A bay `stuck` cannot be deleted at the first attempt.
pub(super) fn delete(world: &mut World, region: usize, uuid: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let deleting = bay.operation.as_ref().is_some_and(|operation| operation.action == Action::Delete);
    if deleting {
        return;
    }
    let stuck = steered(&bay, "stuck") && bay.status() != "DELETE_FAILED";
    let steps = script::delete(&world.regions[region], &bay, stuck);
    world.begin(region, uuid, Action::Delete, now, steps);
}

/// True when the conductor would begin an update, an upgrade or a rotation now.
pub(super) fn rests(bay: &Bay) -> bool {
    bay.operation.is_none() && bay.status().ends_with("_COMPLETE")
}

/// True when the conductor would take a change of size now.
fn may_resize(bay: &Bay) -> bool {
    rests(bay) || (bay.operation.is_none() && bay.status() == "UPDATE_FAILED")
}

/// Sets the nodes of one group. `leaving`: server ids or indices that go first. Nothing happens when the bay is busy:
/// today's Magnum has already answered 202 by then.
pub(super) fn resize(
    world: &mut World,
    region: usize,
    uuid: &str,
    group_name: &str,
    count: u32,
    leaving: &[String],
    now: Timestamp,
) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    if !may_resize(&bay) {
        return;
    }
    let Some(group_stack) = world.group_stack(region, uuid, group_name) else { return };
    let Some(group) = bay.group(group_name) else { return };
    let mut leavers: Vec<String> = Vec::new();
    let mut present: Vec<(String, String)> = Vec::new();
    for (name, server) in members(world, region, &group_stack) {
        match server {
            Some(server) => present.push((name, server)),
            // A member that an earlier update could not make is cleared away.
            None => leavers.push(name),
        }
    }
    let (have, wanted) = (u32::try_from(present.len()).unwrap_or(u32::MAX), count);
    let missing = wanted.saturating_sub(have);
    let compute = &world.regions[region].compute;
    let outcome = capacity::outcome(compute, &bay.project_id, &[(missing, group.flavor.as_str())], 0);
    let add: Vec<_> = (0..missing.min(outcome.most_nodes()))
        .filter_map(|_| world.plan_node(region, uuid, group_name, &group_stack, now))
        .collect();
    if let Some(group) = world.regions[region].bay_mut(uuid).and_then(|bay| bay.group_mut(group_name)) {
        group.node_count = count;
    }
    let steps = if outcome == Outcome::Success {
        let chosen = |(name, server): &&(String, String)| leaving.iter().any(|ident| ident == name || ident == server);
        let mut remove: Vec<String> = present.iter().filter(chosen).map(|(name, _)| name.clone()).collect();
        let surplus = have.saturating_sub(wanted) as usize;
        remove.truncate(surplus);
        for (name, _) in present.iter().rev() {
            if remove.len() < surplus && !remove.contains(name) {
                remove.push(name.clone());
            }
        }
        leavers.extend(remove);
        script_nodes::resize(&world.regions[region], group_name, &group_stack, &add, &leavers)
    } else {
        script_nodes::failed_growth(&world.regions[region], &bay, group, &add, Action::Update, &outcome)
    };
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Members of a group's stack with the server each holds, where Nova has it.
fn members(world: &World, region: usize, group_stack: &str) -> Vec<(String, Option<String>)> {
    let region = &world.regions[region];
    let Some(stack) = region.stack(group_stack) else { return Vec::new() };
    stack
        .resources
        .iter()
        .map(|member| {
            let inner = member.nested.as_deref().and_then(|id| region.stack(id));
            let server = inner.and_then(|stack| stack.resources.iter().find(|found| found.kind == "OS::Nova::Server"));
            let id = server.and_then(|server| server.physical_id.clone());
            (member.name.clone(), id.filter(|id| region.compute.servers.iter().any(|server| server.id == *id)))
        })
        .collect()
}

/// Begins an upgrade to another model: of the default groups, or of one group that is not a default one.
pub(super) fn upgrade(
    world: &mut World,
    region: usize,
    uuid: &str,
    model: &BayModel,
    group: Option<&str>,
    now: Timestamp,
) {
    if let (Some(tag), Some(bay)) = (model.labels().get("kube_tag").cloned(), world.regions[region].bay_mut(uuid)) {
        bay.labels.insert("kube_tag".into(), tag);
    }
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let own = group.and_then(|ident| bay.group(ident)).filter(|group| !group.is_default);
    let groups: Vec<&NodeGroup> =
        bay.groups.iter().filter(|group| own.map_or(group.is_default, |own| own.uuid == group.uuid)).collect();
    let nodes = groups.iter().map(|group| f64::from(group.node_count)).sum::<f64>().max(1.0);
    let version = model.coe_version();
    let steps =
        script_nodes::upgrade(&world.regions[region], &bay, &model.uuid, &version, &groups, (30.0 / nodes).min(2.0));
    begin_while_the_caller_waits(world, region, uuid, now, steps);
}

/// Begins an update that the conductor starts before the caller has an answer: the status is told at once.
fn begin_while_the_caller_waits(world: &mut World, region: usize, uuid: &str, now: Timestamp, steps: Vec<Step>) {
    if let Some(bay) = world.regions[region].bay_mut(uuid) {
        bay.status = Some("UPDATE_IN_PROGRESS".into());
    }
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Begins to bring a new certificate authority to the nodes.
pub(super) fn rotate_authority(world: &mut World, region: usize, uuid: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let steps = script_nodes::update_with(&world.regions[region], &bay, Act::AuthorityRotated);
    begin_while_the_caller_waits(world, region, uuid, now, steps);
}

/// Begins to bring changed labels and taints of a group to its nodes, unless the bay is busy.
pub(super) fn change_nodes(world: &mut World, region: usize, uuid: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned().filter(may_resize) else { return };
    let steps = script_nodes::update_with(&world.regions[region], &bay, Act::NodesChanged);
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Writes a node group and begins to build it. Nothing happens when the bay is busy: today's Magnum has already answered
/// 202 by then.
pub(super) fn create_group(world: &mut World, region: usize, uuid: &str, group: NodeGroup, now: Timestamp) {
    let Some(bay) = world.regions[region].bay_mut(uuid) else { return };
    if !may_resize(bay) {
        return;
    }
    let (name, count, flavor) = (group.name.clone(), group.node_count, group.flavor.clone());
    let project = bay.project_id.clone();
    bay.groups.push(group);
    let outcome = capacity::outcome(&world.regions[region].compute, &project, &[(count, flavor.as_str())], 0);
    let Some(root) = world.plan_group(region, uuid, &name, now, outcome.most_nodes()) else { return };
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let here = &world.regions[region];
    let steps = if outcome == Outcome::Success {
        script_nodes::create_group(here, &bay, &name, &root)
    } else {
        let Some(group) = bay.group(&name) else { return };
        let add = world.group_stack(region, uuid, &name).map(|stack| script_nodes::planned(here, &stack));
        script_nodes::failed_growth(here, &bay, group, &add.unwrap_or_default(), Action::Create, &outcome)
    };
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Begins to remove a node group, unless the bay is busy.
pub(super) fn delete_group(world: &mut World, region: usize, uuid: &str, group: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned().filter(may_resize) else { return };
    let steps = script_nodes::delete_group(&world.regions[region], &bay, group);
    world.begin(region, uuid, Action::Update, now, steps);
}

/// True while a row is in the short time after the 202 in which it cannot be read.
pub(super) fn hidden(bay: &Bay, now: Timestamp) -> bool {
    bay.visible_from > now
}

/// Addresses that a bay tells: of its masters or of its workers.
pub(super) fn addresses(world: &World, region: usize, bay: &Bay, masters: bool) -> Vec<String> {
    if building(bay) || bay.status() == "CREATE_FAILED" {
        return Vec::new();
    }
    world.regions[region]
        .compute
        .servers_of(&bay.uuid)
        .filter(|server| server.is_node())
        .filter(|server| {
            let group = server.bay.as_ref().and_then(|(_, group)| bay.group(group));
            group.is_some_and(NodeGroup::is_master) == masters
        })
        .map(|server| server.floating.clone().unwrap_or_else(|| server.address.clone()))
        .collect()
}

/// True when the API address may be told: not before the creation is done, but Kubernetes of a failed one is gone too.
pub(super) fn api_address(bay: &Bay) -> Option<String> {
    let failed = bay.coe == Coe::Kubernetes && !bay.wants_kubernetes && bay.status() == "CREATE_FAILED";
    if building(bay) || failed { None } else { bay.api_address.clone() }
}

/// True until the creation has ended; right after it began, 2015 has no status at all.
fn building(bay: &Bay) -> bool {
    bay.status.is_none() || bay.status().starts_with("CREATE_IN")
}

#[cfg(test)]
mod tests;
