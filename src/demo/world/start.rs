//! The world at the start, and what time does to it.

use jiff::{SignedDuration, Timestamp};

use super::World;
use super::bay::{Action, Bay};
use super::script::{self, Act, Outcome};
use super::tick::Effect;
use crate::demo::DemoSize;

fn now() -> Timestamp {
    "2030-01-02T03:04:05Z".parse().unwrap()
}

fn world() -> World {
    super::seed::world(1, DemoSize::Medium, 1.0, now())
}

fn bay<'a>(world: &'a World, name: &str) -> Option<&'a Bay> {
    world.regions[0].bays.iter().find(|bay| bay.name.as_deref() == Some(name))
}

fn status(world: &World, name: &str) -> String {
    bay(world, name).map(|bay| bay.status().to_owned()).unwrap_or_default()
}

#[test]
fn one_seed_makes_one_world() {
    let text = |seed| format!("{:?}", super::seed::world(seed, DemoSize::Medium, 1.0, now()).regions);
    assert!(text(1) == text(1), "two worlds of one seed differ");
    assert!(text(1) != text(2), "two seeds make one world");
}

#[test]
fn every_kind_of_bay_is_there() {
    let world = world();
    for (name, wanted) in [
        ("k8s-prod", "UPDATE_COMPLETE"),
        ("k8s-edge", "CREATE_IN_PROGRESS"),
        ("k8s-gpu", "CREATE_FAILED"),
        ("ml-notebooks", "UPDATE_IN_PROGRESS"),
        ("data-platform", "CREATE_COMPLETE"),
        ("k8s-dev", "DELETE_IN_PROGRESS"),
        ("swarm-legacy", "ADOPT_PARTIAL"),
        ("build-farm", "UPDATE_FAILED"),
    ] {
        assert_eq!(status(&world, name), wanted, "{name}");
    }
    let prod = bay(&world, "k8s-prod").unwrap();
    assert_eq!((prod.master_count(), prod.node_count(), prod.groups.len()), (3, 24, 5));
    assert_eq!(world.regions[0].compute.servers_of(&prod.uuid).filter(|server| server.status == "ACTIVE").count(), 27);
    let farm = bay(&world, "build-farm").unwrap();
    assert!(farm.faults["default-worker"].contains("No valid host"));
    assert_eq!(world.regions[0].compute.servers_of(&farm.uuid).count(), 9, "what found no host is not there");
}

#[test]
fn nine_of_ten_floating_addresses_are_in_use_and_the_failed_bay_says_so() {
    let world = world();
    let lab = world.ids.hex("project/lab");
    assert_eq!(world.regions[0].compute.floating_used(&lab), 9);
    let failed = bay(&world, "k8s-gpu").unwrap();
    assert!(failed.faults["default-master"].contains("Quota exceeded for resources: ['floatingip']"));
    let stack = world.regions[0].stack(&failed.root_stack).unwrap();
    let status = |name: &str| stack.resource(name).unwrap().status.clone();
    assert_eq!(status("api_lb"), "CREATE_COMPLETE");
    assert_eq!(status("kube_masters"), "CREATE_FAILED");
    assert_eq!(status("kube_minions"), "INIT_COMPLETE");
    assert_eq!(status("kube_cluster_deploy"), "INIT_COMPLETE");
}

#[test]
fn the_bay_being_created_has_five_of_eight_workers() {
    let world = world();
    let edge = bay(&world, "k8s-edge").unwrap();
    let group = world.group_stack(0, &edge.uuid, "default-worker").unwrap();
    let members = &world.regions[0].stack(&group).unwrap().resources;
    let up = members.iter().filter(|member| member.status == "CREATE_COMPLETE").count();
    assert_eq!((up, members.len()), (5, 8));
}

#[test]
fn what_is_in_progress_ends() {
    let mut world = world();
    let later = now() + SignedDuration::from_mins(10);
    let effects = world.advance(later);
    let edge = bay(&world, "k8s-edge").unwrap().uuid.clone();
    assert!(effects.contains(&Effect::Sync { region: 0, bay: edge.clone() }));
    assert_eq!(status(&world, "k8s-edge"), "CREATE_IN_PROGRESS", "a bay is not complete before its API answers");
    world.regions[0].bay_mut(&edge).unwrap().api_address = Some("https://127.0.0.1:6443".into());
    world.advance(later);
    assert_eq!(status(&world, "k8s-edge"), "CREATE_COMPLETE");
    assert_eq!(status(&world, "ml-notebooks"), "UPDATE_COMPLETE");
    assert_eq!(bay(&world, "ml-notebooks").unwrap().coe_version.as_deref(), Some("v1.30.4"));
    assert!(bay(&world, "k8s-dev").is_none());
    let lab = world.ids.hex("project/lab");
    assert_eq!(world.regions[0].compute.floating_used(&lab), 8, "a deleted bay gives its address back");
}

#[test]
fn a_creation_takes_about_twenty_seconds_and_a_deletion_ten() {
    let world = world();
    let edge = bay(&world, "k8s-staging").unwrap();
    let end = |steps: Vec<script::Step>| steps.last().map(|step| step.at).unwrap_or_default();
    let created = end(script::create(&world.regions[0], edge, &Outcome::Success));
    assert!((19.0..=20.0).contains(&created), "{created}");
    let deleted = end(script::delete(&world.regions[0], edge, false));
    assert!((9.0..=10.0).contains(&deleted), "{deleted}");
}

#[test]
fn steps_wait_for_their_time_and_speed_divides_it() {
    let mut world = world();
    world.speed = 2.0;
    let uuid = bay(&world, "swarm-ci").unwrap().uuid.clone();
    let act = Act::Status { status: "UPDATE_IN_PROGRESS".into(), reason: None };
    world.begin(0, &uuid, Action::Update, now(), vec![script::Step { at: 4.0, act }]);
    world.advance(now() + SignedDuration::from_millis(1900));
    assert_eq!(status(&world, "swarm-ci"), "CREATE_COMPLETE");
    world.advance(now() + SignedDuration::from_millis(2100));
    assert_eq!(status(&world, "swarm-ci"), "UPDATE_IN_PROGRESS");
}

#[test]
fn events_of_a_stack_are_in_order_of_time() {
    let world = world();
    for stack in world.regions[0].stacks.iter() {
        assert!(stack.events.windows(2).all(|pair| pair[0].time <= pair[1].time), "{}", stack.name);
    }
}
