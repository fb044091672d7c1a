//! What both dialects do to bays: make, resize, upgrade, delete. Only rules of the conductor are here;
//! what the API checks first is in the dialects.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::world::World;
use super::super::world::bay::{Action, Bay, Coe, NodeGroup, Population};
use super::super::world::model::BayModel;
use super::super::world::script::{self, Outcome};
use super::super::world::script_nodes;

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
        min_node_count: u32::from(role == "master"),
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
    world.plan_bay(region, &uuid, now);
    if let Some(bay) = world.regions[region].bay(&uuid).cloned() {
        let steps = script::create(&world.regions[region], &bay, &outcome);
        world.begin(region, &uuid, Action::Create, now, steps);
    }
    uuid
}

/// What will become of a creation: names with `fail` find no host, quotas are quotas.
fn outcome(world: &World, region: usize, bay: &Bay) -> Outcome {
    if bay.label().contains("fail") {
        return Outcome::NoValidHost;
    }
    let compute = &world.regions[region].compute;
    let limits = &compute.limits;
    let (instances, cores, ram) = compute.used(&bay.project_id);
    let (masters, workers) = (bay.master_count(), bay.node_count());
    let size = |name: &str| compute.flavor(name).map_or((0, 0), |flavor| (flavor.vcpus, flavor.ram_mib));
    let (master, worker) = (size(&bay.master_flavor), size(&bay.flavor));
    let wanted = [
        ("instances", masters + workers, instances, limits.instances),
        ("cores", masters * master.0 + workers * worker.0, cores, limits.cores),
        ("ram", masters * master.1 + workers * worker.1, ram, limits.ram_mib),
    ];
    for (word, wanted, used, limit) in wanted {
        if used + wanted > limit {
            return Outcome::NovaQuota(format!(
                "Quota exceeded for {word}: Requested {wanted}, but already used {used} of {limit} {word}"
            ));
        }
    }
    let api = u32::from(bay.master_lb_enabled);
    let floating = if bay.floating_ip_enabled {
        masters + api
    } else {
        u32::from(bay.labels.get("master_lb_floating_ip_enabled").and_then(Value::as_str) == Some("true"))
    };
    if floating > 0 && compute.floating_used(&bay.project_id) + floating > limits.floating_ips {
        return Outcome::FloatingQuota;
    }
    Outcome::Success
}

/// Begins the deletion; one that is under way goes on.
pub(super) fn delete(world: &mut World, region: usize, uuid: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let deleting = bay.operation.as_ref().is_some_and(|operation| operation.action == Action::Delete);
    if deleting {
        return;
    }
    let stuck = bay.label().contains("stuck");
    let steps = script::delete(&world.regions[region], &bay, stuck);
    world.begin(region, uuid, Action::Delete, now, steps);
}

/// True when the conductor would take a change of size now.
pub(super) fn may_resize(bay: &Bay) -> bool {
    bay.operation.is_none() && (bay.status().ends_with("_COMPLETE") || bay.status() == "UPDATE_FAILED")
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
    let present: Vec<(String, Option<String>)> = members(world, region, &group_stack);
    let wanted = count as usize;
    let chosen = |(name, server): &&(String, Option<String>)| {
        leaving.iter().any(|ident| ident == name || Some(ident) == server.as_ref())
    };
    let mut remove: Vec<String> = present.iter().filter(chosen).map(|(name, _)| name.clone()).collect();
    remove.truncate(present.len().saturating_sub(wanted));
    for (name, _) in present.iter().rev() {
        if present.len() - remove.len() > wanted && !remove.contains(name) {
            remove.push(name.clone());
        }
    }
    let missing = wanted.saturating_sub(present.len());
    let add: Vec<_> =
        (0..missing).filter_map(|_| world.plan_node(region, uuid, group_name, &group_stack, now)).collect();
    if let Some(group) = world.regions[region].bay_mut(uuid).and_then(|bay| bay.group_mut(group_name)) {
        group.node_count = count;
    }
    let steps = script_nodes::resize(&world.regions[region], group_name, &group_stack, &add, &remove);
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Members of a group's stack with the server each holds.
fn members(world: &World, region: usize, group_stack: &str) -> Vec<(String, Option<String>)> {
    let region = &world.regions[region];
    let Some(stack) = region.stack(group_stack) else { return Vec::new() };
    stack
        .resources
        .iter()
        .map(|member| {
            let inner = member.nested.as_deref().and_then(|id| region.stack(id));
            let server = inner.and_then(|stack| stack.resources.iter().find(|found| found.kind == "OS::Nova::Server"));
            (member.name.clone(), server.and_then(|server| server.physical_id.clone()))
        })
        .collect()
}

/// Begins an upgrade to another model.
pub(super) fn upgrade(world: &mut World, region: usize, uuid: &str, model: &BayModel, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    if let (Some(tag), Some(bay)) = (model.labels().get("kube_tag").cloned(), world.regions[region].bay_mut(uuid)) {
        bay.labels.insert("kube_tag".into(), tag);
    }
    let nodes = f64::from((bay.master_count() + bay.node_count()).max(1));
    let steps = script_nodes::upgrade(&world.regions[region], &bay, &model.uuid, (30.0 / nodes).min(2.0));
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Begins to build a node group that has just been written.
pub(super) fn create_group(world: &mut World, region: usize, uuid: &str, group: &str, now: Timestamp) {
    let Some(root) = world.plan_group(region, uuid, group, now) else { return };
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
    let steps = script_nodes::create_group(&world.regions[region], &bay, group, &root);
    world.begin(region, uuid, Action::Update, now, steps);
}

/// Begins to remove a node group.
pub(super) fn delete_group(world: &mut World, region: usize, uuid: &str, group: &str, now: Timestamp) {
    let Some(bay) = world.regions[region].bay(uuid).cloned() else { return };
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
        .filter(|server| server.status == "ACTIVE")
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
