//! Operations on bays, with time moved by hand.

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::demo::DemoSize;
use crate::demo::world::seed;

fn now() -> Timestamp {
    "2030-01-02T03:04:05Z".parse().unwrap()
}

fn world() -> World {
    seed::world(1, DemoSize::Small, 1.0, now())
}

fn wish(world: &World, name: &str) -> NewBay {
    let model = world.regions[0].models.iter().find(|model| model.name() == Some("k8s-1.31-ubuntu")).unwrap().clone();
    NewBay {
        name: Some(name.into()),
        project_id: world.ids.hex("project/lab"),
        user_id: world.ids.hex("user/mika"),
        keypair: None,
        masters: 1,
        workers: 2,
        master_flavor: "m2.small".into(),
        flavor: "m2.small".into(),
        labels: model.labels(),
        merge_labels: false,
        docker_volume_size: None,
        fixed_network: None,
        fixed_subnet: None,
        floating_ip_enabled: false,
        master_lb_enabled: true,
        create_timeout: 60,
        discovery_url: None,
        hidden_secs: 0.0,
        model,
    }
}

/// Lets the operation under way end; the API of a new bay comes up at once.
fn settle(world: &mut World, uuid: &str, from: Timestamp) -> Timestamp {
    if let Some(bay) = world.regions[0].bay_mut(uuid) {
        bay.api_address.get_or_insert_with(|| "https://127.0.0.1:6443".into());
    }
    let end = from + SignedDuration::from_mins(2);
    world.advance(end);
    end
}

fn made(world: &mut World, wish: NewBay) -> (String, Timestamp) {
    let uuid = create(world, 0, wish, now());
    let end = settle(world, &uuid, now());
    (uuid, end)
}

fn bay<'a>(world: &'a World, uuid: &str) -> &'a Bay {
    world.regions[0].bay(uuid).unwrap()
}

fn nodes(world: &World, uuid: &str) -> usize {
    world.regions[0].compute.servers_of(uuid).filter(|server| server.is_node()).count()
}

fn group(world: &mut World, name: &str, count: u32) -> NodeGroup {
    let uuid = world.ids.next();
    let first = world.regions[0].bays[0].groups[1].clone();
    NodeGroup { uuid, name: name.into(), node_count: count, is_default: false, next_index: 0, stack_id: None, ..first }
}

#[test]
fn two_billion_nodes_fail_by_quota_and_are_never_laid_out() {
    let mut world = world();
    let before = world.regions[0].stacks.len();
    let most = u32::try_from(MOST_NODES).unwrap();
    let wish = NewBay { workers: most, masters: most, flavor: "bm.large".into(), ..wish(&world, "huge") };
    let (uuid, end) = made(&mut world, wish);
    assert!(world.regions[0].stacks.len() < before + 10);
    assert_eq!(bay(&world, &uuid).status(), "CREATE_FAILED");
    let fault = &bay(&world, &uuid).faults["default-master"];
    assert!(fault.contains("Quota exceeded for instances: Requested 4294967294, but already used"), "{fault}");
    assert_eq!((bay(&world, &uuid).node_count(), nodes(&world, &uuid)), (most, 0));
    delete(&mut world, 0, &uuid, end);
    settle(&mut world, &uuid, end);
    assert!(world.regions[0].bay(&uuid).is_none());
}

#[test]
fn a_bay_that_grows_over_the_quota_fails_and_can_be_brought_back() {
    let mut world = world();
    let first = wish(&world, "grows");
    let (uuid, end) = made(&mut world, first);
    assert_eq!((bay(&world, &uuid).status(), nodes(&world, &uuid)), ("CREATE_COMPLETE", 3));
    resize(&mut world, 0, &uuid, "default-worker", 1_000_000, &[], end);
    let end = settle(&mut world, &uuid, end);
    let grown = bay(&world, &uuid);
    assert_eq!(grown.status(), "UPDATE_FAILED");
    assert!(grown.faults["default-worker"].contains("Quota exceeded for instances"), "{:?}", grown.faults);
    assert_eq!(grown.group("default-worker").unwrap().status, "UPDATE_FAILED");
    assert_eq!(nodes(&world, &uuid), 3, "it keeps what it had");
    resize(&mut world, 0, &uuid, "default-worker", 4, &[], end);
    settle(&mut world, &uuid, end);
    assert_eq!((bay(&world, &uuid).status(), nodes(&world, &uuid)), ("UPDATE_COMPLETE", 5));
    let stack = world.group_stack(0, &uuid, "default-worker").unwrap();
    assert_eq!(world.regions[0].stack(&stack).unwrap().resources.len(), 4, "the failed member is cleared away");
}

#[test]
fn a_node_group_never_cuts_short_what_is_under_way() {
    let mut world = world();
    let first = wish(&world, "busy");
    let (uuid, end) = made(&mut world, first);
    resize(&mut world, 0, &uuid, "default-worker", 5, &[], end);
    world.advance(end + SignedDuration::from_secs(2));
    let wanted = group(&mut world, "more", 2);
    create_group(&mut world, 0, &uuid, wanted, end + SignedDuration::from_secs(2));
    assert!(bay(&world, &uuid).group("more").is_none());
    let end = settle(&mut world, &uuid, end);
    assert_eq!((bay(&world, &uuid).status(), nodes(&world, &uuid)), ("UPDATE_COMPLETE", 6));
    assert!(world.regions[0].compute.servers_of(&uuid).all(|server| server.status == "ACTIVE"));
    let wanted = group(&mut world, "more", 2);
    create_group(&mut world, 0, &uuid, wanted, end);
    settle(&mut world, &uuid, end);
    assert_eq!(bay(&world, &uuid).group("more").unwrap().status, "CREATE_COMPLETE");
    assert_eq!(nodes(&world, &uuid), 8);
}

#[test]
fn a_node_group_over_the_quota_fails() {
    let mut world = world();
    let first = wish(&world, "groups");
    let (uuid, end) = made(&mut world, first);
    let wanted = group(&mut world, "many", 500);
    create_group(&mut world, 0, &uuid, wanted, end);
    let end = settle(&mut world, &uuid, end);
    assert_eq!(bay(&world, &uuid).status(), "UPDATE_FAILED");
    assert_eq!(bay(&world, &uuid).group("many").unwrap().status, "CREATE_FAILED");
    assert!(bay(&world, &uuid).faults["many"].starts_with("Resource CREATE failed: Forbidden"));
    delete_group(&mut world, 0, &uuid, "many", end);
    settle(&mut world, &uuid, end);
    assert!(bay(&world, &uuid).group("many").is_none());
    assert_eq!(bay(&world, &uuid).status(), "UPDATE_COMPLETE");
}

#[test]
fn floating_addresses_are_taken_as_they_are_counted() {
    let mut world = world();
    let lab = world.ids.hex("project/lab");
    let before = world.regions[0].compute.floating_used(&lab);
    for (name, label, everywhere, balanced, taken) in [
        ("label-false", Some("false"), false, true, 0),
        ("label-true", Some("true"), false, true, 1),
        ("label-wins", Some("false"), true, true, 1),
        ("plain", None, true, true, 2),
        ("unbalanced", Some("true"), true, false, 1),
    ] {
        let mut wish = wish(&world, name);
        if let Some(label) = label {
            wish.labels.insert("master_lb_floating_ip_enabled".into(), json!(label));
        }
        (wish.floating_ip_enabled, wish.master_lb_enabled) = (everywhere, balanced);
        let (uuid, end) = made(&mut world, wish);
        assert_eq!(bay(&world, &uuid).status(), "CREATE_COMPLETE", "{name}");
        assert_eq!(world.regions[0].compute.floating_used(&lab) - before, taken, "{name}");
        assert_eq!(bay(&world, &uuid).floating_wanted(1), u64::from(taken), "{name}");
        delete(&mut world, 0, &uuid, end);
        settle(&mut world, &uuid, end);
    }
}

#[test]
fn only_a_whole_name_or_a_label_steers_a_bay() {
    let mut world = world();
    for (name, label, status) in [
        ("failover-1", None, "CREATE_COMPLETE"),
        ("fail", None, "CREATE_FAILED"),
        ("other", Some("fail"), "CREATE_FAILED"),
        ("unstuck", None, "CREATE_COMPLETE"),
    ] {
        let mut wish = wish(&world, name);
        wish.labels.extend(label.map(|label| ("demo_fault".to_owned(), json!(label))));
        let (uuid, end) = made(&mut world, wish);
        assert_eq!(bay(&world, &uuid).status(), status, "{name}");
        delete(&mut world, 0, &uuid, end);
        settle(&mut world, &uuid, end);
        assert!(world.regions[0].bay(&uuid).is_none(), "{name}");
    }
    let stuck = wish(&world, "stuck");
    let (uuid, end) = made(&mut world, stuck);
    delete(&mut world, 0, &uuid, end);
    let end = settle(&mut world, &uuid, end);
    assert_eq!(bay(&world, &uuid).status(), "DELETE_FAILED");
    delete(&mut world, 0, &uuid, end);
    settle(&mut world, &uuid, end);
    assert!(world.regions[0].bay(&uuid).is_none(), "the second attempt succeeds");
}

#[test]
fn an_upgrade_rebuilds_every_node_of_the_default_groups() {
    let mut world = world();
    let first = wish(&world, "old");
    let (uuid, end) = made(&mut world, first);
    let own = group(&mut world, "own", 1);
    create_group(&mut world, 0, &uuid, own, end);
    let end = settle(&mut world, &uuid, end);
    let target = world.regions[0].models.iter().find(|model| model.name() == Some("k8s-1.30-ubuntu")).unwrap().clone();
    let versions = |world: &World| {
        let servers = world.regions[0].compute.servers_of(&uuid);
        let mut all: Vec<_> = servers.map(|server| server.kube_version.clone().unwrap()).collect();
        all.sort();
        all
    };
    assert_eq!(versions(&world), ["v1.31.1"; 4]);
    upgrade(&mut world, 0, &uuid, &target, None, end);
    world.advance(end + SignedDuration::from_millis(1500));
    assert_eq!(world.regions[0].compute.servers_of(&uuid).filter(|server| server.status == "REBUILD").count(), 1);
    let end = settle(&mut world, &uuid, end);
    assert_eq!(versions(&world), ["v1.30.4", "v1.30.4", "v1.30.4", "v1.31.1"]);
    upgrade(&mut world, 0, &uuid, &target, Some("own"), end);
    settle(&mut world, &uuid, end);
    assert_eq!(versions(&world), ["v1.30.4"; 4]);
    assert_eq!(bay(&world, &uuid).status(), "UPDATE_COMPLETE");
}

#[test]
fn what_is_deleted_is_forgotten_after_a_while() {
    let mut world = world();
    let mut most = 0;
    for round in 0..30 {
        let next = wish(&world, &format!("bay-{round}"));
        let (uuid, end) = made(&mut world, next);
        resize(&mut world, 0, &uuid, "default-worker", 1, &[], end);
        let end = settle(&mut world, &uuid, end);
        delete(&mut world, 0, &uuid, end);
        settle(&mut world, &uuid, end);
        if round < 22 {
            most = world.regions[0].stacks.len();
        }
    }
    assert_eq!(world.regions[0].stacks.len(), most);
}

#[test]
fn it_does_not_matter_how_often_the_clock_is_read() {
    let run = |step_millis: i64| {
        let mut world = world();
        let mut at = now();
        for name in ["one", "two"] {
            let mut next = wish(&world, name);
            next.labels.insert("master_lb_floating_ip_enabled".into(), json!("true"));
            let uuid = create(&mut world, 0, next, at);
            world.regions[0].bay_mut(&uuid).unwrap().api_address = Some("https://127.0.0.1:6443".into());
            at += SignedDuration::from_millis(700);
            world.advance(at);
        }
        let end = at + SignedDuration::from_secs(60);
        while at < end {
            at += SignedDuration::from_millis(step_millis);
            world.advance(at.min(end));
        }
        format!("{:?}", world.regions)
    };
    assert!(run(60_000) == run(130), "two runs differ");
}
