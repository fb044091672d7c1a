//! A bay's life in a few steps, condensed from Heat's many events (and from Nova's servers where Heat says too little).

use super::bay::{Bay, BayAction, BayPhase, BayStatus, Server, StackEvent};
use super::faults::Part;
use super::status::Sign;
use std::collections::HashMap;

/// What a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Magnum took the request.
    Accepted,
    /// Heat began.
    Started,
    /// A part of the bay is being made, changed or removed.
    Part(Part),
    /// The whole is done, or failed.
    Finished,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// How it stands; `Pending` = not begun.
    pub sign: Sign,
    /// When its state was reached, seconds since 1970.
    pub time: Option<i64>,
    /// (done, wanted), where things are counted.
    pub count: Option<(u32, u32)>,
    /// Why it failed, as it came.
    pub reason: String,
}

/// A bay's last action in steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Timeline {
    /// Steps, the oldest first.
    pub steps: Vec<Step>,
}

/// Parts in the order in which Magnum's templates make them.
const PARTS: [Part; 7] =
    [Part::Network, Part::LoadBalancer, Part::FloatingIps, Part::Masters, Part::Volumes, Part::Setup, Part::Workers];

/// Heat's type of a server group.
const SERVER_GROUP: &str = "OS::Nova::ServerGroup";

impl Timeline {
    /// Condenses what is known. `events` are the oldest first and may be empty.
    pub fn of(bay: &Bay, events: &[StackEvent], servers: &[Server]) -> Timeline {
        let events = last_action(events);
        let mut steps = Vec::new();
        let action = match &bay.status {
            BayStatus::Known(action, _) => *action,
            _ => BayAction::Create,
        };
        let began = events.first().map(|e| e.time);
        let accepted_at = if action == BayAction::Create { bay.created_at.or(began) } else { began.or(bay.updated_at) };
        steps.push(Step::new(StepKind::Accepted, Sign::Ok, accepted_at));
        if let Some(time) = began {
            steps.push(Step::new(StepKind::Started, Sign::Ok, Some(time)));
        }
        for part in PARTS {
            steps.extend(part_step(bay, action, part, events, servers));
        }
        steps.extend(finished(bay, events));
        Timeline { steps }
    }

    /// The step that failed first, else the one that is going on.
    pub fn current(&self) -> Option<&Step> {
        let find = |sign| self.steps.iter().find(|s| s.sign == sign && s.kind != StepKind::Finished);
        find(Sign::Failed).or_else(|| find(Sign::Progress)).or_else(|| find(Sign::Deleting))
    }
}

impl Step {
    fn new(kind: StepKind, sign: Sign, time: Option<i64>) -> Step {
        Step { kind, sign, time, count: None, reason: String::new() }
    }
}

/// Events since the stack as a whole last began something.
fn last_action(events: &[StackEvent]) -> &[StackEvent] {
    let begins = |e: &StackEvent| {
        e.status.ends_with("_IN_PROGRESS") && (e.resource_type == "OS::Heat::Stack" || e.reason.starts_with("Stack "))
    };
    // Nested stacks begin too; the outermost is the one named like the first.
    let outer = events.iter().find(|e| begins(e)).map(|e| e.resource.as_str());
    let start = events.iter().rposition(|e| begins(e) && Some(e.resource.as_str()) == outer).unwrap_or(0);
    &events[start.min(events.len())..]
}

fn part_step(bay: &Bay, action: BayAction, part: Part, events: &[StackEvent], servers: &[Server]) -> Option<Step> {
    // The last word on each resource of this part.
    let mut last: HashMap<&str, &StackEvent> = HashMap::new();
    for event in events {
        // A server group only says where servers may stand: it is complete long before the first of them is begun.
        let says = event.resource_type != SERVER_GROUP;
        if says && Part::of_resource(&event.resource, &event.resource_type) == Some(part) {
            last.insert(&event.resource, event);
        }
    }
    let failed = last.values().filter(|e| e.status.ends_with("_FAILED")).min_by_key(|e| e.time);
    let running = last.values().any(|e| e.status.ends_with("_IN_PROGRESS"));
    let time = failed.map(|e| e.time).or_else(|| last.values().map(|e| e.time).max());
    let deleting = action == BayAction::Delete;
    let mut step = Step::new(StepKind::Part(part), Sign::Pending, None);
    step.count = count(bay, deleting, part, servers);
    if let Some(event) = failed {
        step.sign = Sign::Failed;
        step.time = time;
        step.reason.clone_from(&event.reason);
        return Some(step);
    }
    let all_there = step.count.is_none_or(|(done, wanted)| done >= wanted);
    step.sign = match (last.is_empty(), running) {
        // Nothing was said: the count, or the end of the whole, tells.
        (true, _) => match step.count {
            Some((done, wanted)) if done >= wanted && !deleting => Sign::Ok,
            Some((done, _)) if done > 0 && bay.status.in_progress() => moving(deleting),
            Some((done, _)) if done > 0 && bay.status.failed() && !deleting => Sign::Warning,
            Some(_) if bay.status.in_progress() || bay.status.failed() => Sign::Pending,
            _ => return None,
        },
        (false, true) if bay.status.failed() => stopped(step.count),
        (false, true) => moving(deleting),
        (false, false) if !all_there && bay.status.in_progress() && !deleting => Sign::Progress,
        // Nova tells of servers, and some that are wanted are not there: the failure came before them.
        (false, false) if !all_there && bay.status.failed() && !deleting && !servers.is_empty() => stopped(step.count),
        (false, false) => Sign::Ok,
    };
    // What is not begun has no time, whatever was said of it before.
    step.time = time.filter(|_| step.sign != Sign::Pending);
    Some(step)
}

/// How a part stands that a failure elsewhere stopped: not begun, or left half done.
fn stopped(count: Option<(u32, u32)>) -> Sign {
    match count {
        Some((done, _)) if done > 0 => Sign::Warning,
        _ => Sign::Pending,
    }
}

fn moving(deleting: bool) -> Sign {
    if deleting { Sign::Deleting } else { Sign::Progress }
}

/// Masters and workers are counted by Nova's servers.
fn count(bay: &Bay, deleting: bool, part: Part, servers: &[Server]) -> Option<(u32, u32)> {
    let wanted = match part {
        Part::Masters => bay.master_count,
        Part::Workers => bay.node_count,
        _ => return None,
    };
    if servers.is_empty() && !bay.status.in_progress() && !bay.status.failed() {
        return None;
    }
    let masters = part == Part::Masters;
    let active = servers.iter().filter(|s| is_master(&s.name) == masters);
    let done = if deleting {
        wanted.saturating_sub(active.count() as u32)
    } else {
        active.filter(|s| s.status == "ACTIVE").count() as u32
    };
    Some((done.min(wanted), wanted))
}

/// Magnum's drivers put the role into the server's name (`k8s-prod-abc-master-0`).
pub fn is_master(server: &str) -> bool {
    server.contains("master") || server.contains("manager") || server.contains("control-plane")
}

fn finished(bay: &Bay, events: &[StackEvent]) -> Option<Step> {
    let BayStatus::Known(_, phase) = &bay.status else { return None };
    let sign = match phase {
        BayPhase::Complete => Sign::Ok,
        BayPhase::Failed => return None,
        BayPhase::InProgress => Sign::Pending,
    };
    let at = events.last().map(|e| e.time).or(bay.updated_at).or(bay.created_at);
    Some(Step::new(StepKind::Finished, sign, at.filter(|_| sign == Sign::Ok)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bay::Health;

    fn bay(status: &str) -> Bay {
        Bay {
            id: "b".into(),
            name: "k8s".into(),
            status: BayStatus::parse(Some(status)),
            status_reason: None,
            health: Health::NotReported,
            health_reason: Default::default(),
            coe: None,
            coe_version: None,
            container_version: None,
            master_count: 1,
            node_count: 3,
            model_id: String::new(),
            keypair: None,
            api_address: None,
            master_addresses: vec![],
            node_addresses: vec![],
            stack_id: None,
            discovery_url: None,
            flavor: None,
            master_flavor: None,
            docker_volume_size_gb: None,
            labels: Default::default(),
            create_timeout_minutes: None,
            faults: Default::default(),
            project_id: None,
            user_id: None,
            fixed_network: None,
            fixed_subnet: None,
            floating_ip_enabled: None,
            master_lb_enabled: None,
            created_at: Some(100),
            updated_at: None,
        }
    }

    fn event(time: i64, resource: &str, kind: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            time,
            resource: resource.into(),
            resource_type: kind.into(),
            status: status.into(),
            reason: reason.into(),
        }
    }

    fn server(name: &str, status: &str) -> Server {
        Server {
            id: name.into(),
            name: name.into(),
            status: status.into(),
            fault: None,
            flavor: String::new(),
            zone: String::new(),
            addresses: vec![],
            created_at: None,
        }
    }

    fn sign_of(timeline: &Timeline, kind: StepKind) -> Option<Sign> {
        timeline.steps.iter().find(|s| s.kind == kind).map(|s| s.sign)
    }

    #[test]
    fn a_creation_under_way_shows_what_is_done_and_what_is_next() {
        let events = [
            event(101, "k8s-abc", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
            event(102, "network", "Magnum::Optional::Network", "CREATE_IN_PROGRESS", "state changed"),
            event(110, "network", "Magnum::Optional::Network", "CREATE_COMPLETE", "state changed"),
            event(111, "kube_masters", "OS::Heat::ResourceGroup", "CREATE_IN_PROGRESS", "state changed"),
            event(140, "kube_masters", "OS::Heat::ResourceGroup", "CREATE_COMPLETE", "state changed"),
            event(141, "kube_minions", "OS::Heat::ResourceGroup", "CREATE_IN_PROGRESS", "state changed"),
        ];
        let servers = [
            server("k8s-abc-master-0", "ACTIVE"),
            server("k8s-abc-node-0", "ACTIVE"),
            server("k8s-abc-node-1", "BUILD"),
        ];
        let timeline = Timeline::of(&bay("CREATE_IN_PROGRESS"), &events, &servers);
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::Network)), Some(Sign::Ok));
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::Masters)), Some(Sign::Ok));
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::Workers)), Some(Sign::Progress));
        assert_eq!(timeline.current().and_then(|s| s.count), Some((1, 3)));
        assert_eq!(sign_of(&timeline, StepKind::Finished), Some(Sign::Pending));
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::LoadBalancer)), None);
    }

    #[test]
    fn a_failed_step_keeps_its_reason_and_later_ones_are_not_begun() {
        let events = [
            event(101, "k8s", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
            event(102, "api_lb", "Magnum::Lb", "CREATE_COMPLETE", "state changed"),
            event(103, "api_address_floating", "OS::Neutron::FloatingIP", "CREATE_FAILED", "Quota exceeded"),
        ];
        let timeline = Timeline::of(&bay("CREATE_FAILED"), &events, &[]);
        let failed = timeline.current().expect("the failed step");
        assert_eq!((failed.kind, failed.reason.as_str()), (StepKind::Part(Part::FloatingIps), "Quota exceeded"));
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::Workers)), Some(Sign::Pending));
        assert_eq!(sign_of(&timeline, StepKind::Finished), None);
    }

    #[test]
    fn a_part_of_which_only_the_server_group_is_there_is_not_begun() {
        let events = [
            event(101, "k8s", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
            event(104, "worker_nodes_server_group", "OS::Nova::ServerGroup", "CREATE_COMPLETE", "state changed"),
            event(160, "api_address_floating", "OS::Neutron::FloatingIP", "CREATE_FAILED", "Quota exceeded"),
            event(161, "kube_masters", "OS::Heat::ResourceGroup", "CREATE_FAILED", "Quota exceeded"),
        ];
        for status in ["CREATE_FAILED", "CREATE_IN_PROGRESS"] {
            let timeline = Timeline::of(&bay(status), &events, &[]);
            let workers = timeline.steps.iter().find(|s| s.kind == StepKind::Part(Part::Workers)).expect("workers");
            assert_eq!((workers.sign, workers.time, workers.count), (Sign::Pending, None, Some((0, 3))), "{status}");
        }
    }

    #[test]
    fn what_a_failure_left_half_done_is_neither_complete_nor_not_begun() {
        let events = [
            event(101, "k8s", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
            event(140, "kube_masters", "OS::Heat::ResourceGroup", "CREATE_COMPLETE", "state changed"),
            event(141, "kube_minions", "OS::Heat::ResourceGroup", "CREATE_IN_PROGRESS", "state changed"),
            event(190, "extra_volume", "OS::Cinder::Volume", "CREATE_FAILED", "no space"),
        ];
        let servers = [
            server("k8s-abc-master-0", "ACTIVE"),
            server("k8s-abc-node-0", "ACTIVE"),
            server("k8s-abc-node-1", "BUILD"),
        ];
        let timeline = Timeline::of(&bay("CREATE_FAILED"), &events, &servers);
        let sign = |part| sign_of(&timeline, StepKind::Part(part));
        assert_eq!((sign(Part::Masters), sign(Part::Workers)), (Some(Sign::Ok), Some(Sign::Warning)));
    }

    #[test]
    fn only_the_last_action_counts() {
        let events = [
            event(1, "k8s", "OS::Heat::Stack", "CREATE_IN_PROGRESS", "Stack CREATE started"),
            event(2, "kube_minions", "OS::Heat::ResourceGroup", "CREATE_FAILED", "No valid host"),
            event(50, "k8s", "OS::Heat::Stack", "UPDATE_IN_PROGRESS", "Stack UPDATE started"),
            event(51, "kube_minions", "OS::Heat::ResourceGroup", "UPDATE_COMPLETE", "state changed"),
        ];
        let timeline = Timeline::of(&bay("UPDATE_COMPLETE"), &events, &[]);
        assert_eq!(sign_of(&timeline, StepKind::Part(Part::Workers)), Some(Sign::Ok));
        assert_eq!(timeline.steps[0].time, Some(50));
        assert_eq!(sign_of(&timeline, StepKind::Finished), Some(Sign::Ok));
    }

    #[test]
    fn without_heat_the_bays_own_times_remain() {
        let mut bay = bay("CREATE_COMPLETE");
        bay.updated_at = Some(200);
        let timeline = Timeline::of(&bay, &[], &[]);
        let kinds: Vec<_> = timeline.steps.iter().map(|s| (s.kind, s.time)).collect();
        assert_eq!(kinds, [(StepKind::Accepted, Some(100)), (StepKind::Finished, Some(200))]);
    }
}
