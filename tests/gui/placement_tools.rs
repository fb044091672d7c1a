//! The map's tools: boxes, groups, namespaces, colours, files, what is marked; and what keeps it fast.

use crate::bay_stage::{harness, shoot};
use crate::placement::{WIDE, Window, map_value, press, show, stage, until_drawn};
use crate::samples::{bay, picture};
use bayview::model::cluster::{Measuring, Node, Picture, PodUsage};
use bayview::model::columns::PodTable;
use bayview::model::status::Sign;
use bayview::ui::cx::UiAction;
use bayview::ui::map::color::ColorBy;
use bayview::ui::map::order::GroupBy;
use bayview::ui::route::BayTab;
use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;
use std::time::Duration;

/// Drags from one point to another.
fn drag(h: &mut Window, from: Pos2, to: Pos2, modifiers: Modifiers) {
    let press = |h: &mut Window, pos, pressed| {
        let button = egui::PointerButton::Primary;
        h.event_modifiers(egui::Event::PointerButton { pos, button, pressed, modifiers }, modifiers);
        h.step();
    };
    h.event_modifiers(egui::Event::PointerMoved(from), modifiers);
    h.step();
    press(h, from, true);
    for part in [0.3, 0.7, 1.0] {
        h.event_modifiers(egui::Event::PointerMoved(from + (to - from) * part), modifiers);
        h.step();
    }
    press(h, to, false);
    h.run_ok();
}

/// Clicks at a point of the map.
fn click(h: &mut Window, pos: Pos2, modifiers: Modifiers) {
    h.event_modifiers(egui::Event::PointerMoved(pos), modifiers);
    h.step();
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        h.event_modifiers(egui::Event::PointerButton { pos, button, pressed, modifiers }, modifiers);
    }
    h.run_ok();
}

/// The place of a tile.
fn tile(h: &Window, words: &str) -> egui::Rect {
    h.get_by_label_contains(words).rect()
}

fn put(h: &mut Window, picture: Picture) {
    h.state_mut().state.insides.insert(bay::PROD.into(), Arc::new(picture));
    h.run_ok();
}

/// The picture on the stage with another table of pods.
fn with_pods(h: &Window, change: impl FnOnce(&mut Vec<bayview::model::columns::PodRow>)) -> Picture {
    let old = h.state().state.insides[bay::PROD].clone();
    let mut rows: Vec<_> = (0..old.pods.len()).map(|n| picture::row_of(&old, n)).collect();
    change(&mut rows);
    let mut nodes: Vec<Node> = old.nodes.as_ref().clone();
    for node in &mut nodes {
        (node.pods, node.troubled, node.cpu_requested, node.memory_requested) = (0, 0, 0, 0);
    }
    Picture { generation: old.generation + 1, ..picture::finish(&mut nodes, rows) }
}

#[test]
fn a_box_sums_up_what_is_in_it() {
    let mut h = harness(stage(), WIDE);
    let (first, last) = (tile(&h, "batch-0: 33 pods"), tile(&h, "batch-1: 33 pods"));
    drag(&mut h, first.left_top(), last.right_bottom(), Modifiers::SHIFT);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "66 pods chosen");
    h.get_by_label("On 2 nodes");
    h.get_by_label("Running 66");
    assert!(map_value(&h).starts_with("66 pods chosen"), "{}", map_value(&h));
    h.get_by_label("Copy the names").click();
    h.run_ok();
    let copied = h.state_mut().acted().into_iter().find_map(|a| match a {
        UiAction::Copy(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.map(|text| text.lines().count()), Some(66));
    press(&mut h, Key::Escape);
    assert!(h.query_by_label_contains("pods chosen").is_none());
    assert_eq!(map_value(&h), "");
}

#[test]
fn tiles_stay_where_they_are_while_a_panel_lies_open_and_pods_come_and_go() {
    let mut h = harness(stage(), WIDE);
    // One of the first row and one further down, which would move with any other number of columns.
    let places = |h: &Window| ["worker-3: ", "worker-14: "].map(|words| tile(h, words).min);
    let before = places(&h);
    let at = tile(&h, "batch-0: 33 pods").center();
    click(&mut h, at, Modifiers::NONE);
    assert!(map_value(&h).starts_with("batch-0: 33 pods"), "{}", map_value(&h));
    assert_eq!(places(&h), before);
    let more = with_pods(&h, |rows| {
        let mut new = rows[0].clone();
        new.name = format!("{}-new", new.name);
        rows.push(new);
    });
    put(&mut h, more);
    assert_eq!(places(&h), before, "the picture changed, the place did not");
    press(&mut h, Key::Escape);
    assert_eq!(places(&h), before);
}

#[test]
fn the_tool_draws_boxes_without_shift_and_a_plain_drag_moves_the_map() {
    let mut h = harness(stage(), WIDE);
    let before = tile(&h, "batch-0: 33 pods");
    drag(&mut h, before.center(), before.center() - vec2(0.0, 60.0), Modifiers::NONE);
    let after = tile(&h, "batch-0: 33 pods");
    assert_eq!(after.top(), before.top() - 60.0);
    assert!(h.query_by_label_contains("pods chosen").is_none());
    h.get_by_label("Choose pods with a box").click();
    h.run_ok();
    drag(&mut h, after.left_top(), after.right_bottom(), Modifiers::NONE);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "33 pods chosen");
    h.get_by_label("On 1 node");
    assert_eq!(tile(&h, "batch-0: 33 pods"), after);
}

#[test]
fn pods_are_added_one_by_one_with_a_key_or_with_control() {
    let mut h = harness(stage(), WIDE);
    press(&mut h, Key::ArrowRight);
    press(&mut h, Key::X);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "1 pod chosen");
    press(&mut h, Key::ArrowRight);
    press(&mut h, Key::X);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "2 pods chosen");
    press(&mut h, Key::X);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "1 pod chosen");
    let at = tile(&h, "batch-2: 33 pods").center_top() + vec2(0.0, 30.0);
    click(&mut h, at, Modifiers::COMMAND);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "2 pods chosen");
    h.get_by_label("On 2 nodes");
}

#[test]
fn a_level_up_and_a_level_down_by_keyboard() {
    let mut h = harness(stage(), WIDE);
    press(&mut h, Key::ArrowRight);
    let pod = map_value(&h);
    assert!(pod.contains("; "), "{pod}");
    press(&mut h, Key::Backspace);
    assert_eq!(map_value(&h), "master-0: 12 pods, 1 Not ready");
    press(&mut h, Key::Backspace);
    assert_eq!(map_value(&h), "default-master: 3 nodes, 36 pods");
    press(&mut h, Key::Enter);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "default-master");
    press(&mut h, Key::Enter);
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "k8s-prod-master-0");
    press(&mut h, Key::Enter);
    assert_eq!(map_value(&h), pod);
    h.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    h.run_ok();
    assert_eq!(map_value(&h), "master-1: 12 pods");
}

#[test]
fn a_group_tells_what_its_nodes_have() {
    let mut h = harness(stage(), WIDE);
    let below = tile(&h, "batch-0: 33 pods");
    let heading = below.left_top() + vec2(20.0, -12.0);
    h.hover_at(heading);
    h.run_ok();
    click(&mut h, heading, Modifiers::NONE);
    assert_eq!(tile(&h, "batch-0: 33 pods"), below, "the panel that opens moves nothing");
    h.get_by_role_and_label(egui::accesskit::Role::Heading, "batch");
    h.get_by_label("Pods 197 / 660");
    assert_eq!(h.query_all_by_label_contains("CPU 39.4 / 96, used ").count(), 1);
    h.get_by_label("6 / 6");
    h.get_by_label("Zoom to it").click();
    h.run_ok();
    assert!(
        tile(&h, "batch-5: 32 pods").right() < tile(&h, "Close this panel").left() - 250.0,
        "the whole group is in view"
    );
}

#[test]
fn z_goes_to_what_is_selected() {
    let mut stage = stage();
    show(&mut stage, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(stage, WIDE);
    let before = tile(&h, "worker-3: 57 pods").width();
    press(&mut h, Key::Z);
    h.get_by_label("Overview of the map");
    // The tile of the pod is wider than the view by now: what is seen of it has grown all the same.
    assert!(tile(&h, "worker-3: 57 pods").width() > 3.0 * before);
    press(&mut h, Key::F);
    assert!(h.query_by_label("Overview of the map").is_none());
}

#[test]
fn by_namespace_a_workload_is_a_tile() {
    let mut stage = stage();
    stage.bay.placement.group = GroupBy::Namespace;
    let mut h = harness(stage, WIDE);
    h.get_by_label_contains("checkout-api: 24 pods, 2 Failed").click_accesskit();
    h.run_ok();
    h.get_by_label("Deployment in shop");
    // A link to a node needs tiles of nodes.
    press(&mut h, Key::Enter);
    h.get_by_label_contains("Pod in shop");
    let node = h.get_all_by_role(egui::accesskit::Role::Link).find_map(|n| n.accesskit_node().label());
    assert!(node.is_some());
    h.get_by_label_contains("k8s-prod-worker-").click();
    h.run_ok();
    assert_eq!(h.state().bay.placement.group, GroupBy::NodeGroup);
    assert!(map_value(&h).starts_with("worker-"), "{}", map_value(&h));
}

#[test]
fn colours_tell_of_use_and_the_legend_finds_it() {
    let mut stage = stage();
    stage.bay.placement.color = ColorBy::Use;
    let mut h = harness(stage, WIDE);
    let over = h.get_by_label_contains("100 %+").accesskit_node().label().unwrap_or_default();
    let count = over.rsplit(' ').next().unwrap_or_default().to_owned();
    h.get_by_label(&over).click();
    h.run_ok();
    h.get_by_label(&format!("{count} of 1,210 pods match"));
    let mut none = h.state().state.insides[bay::PROD].as_ref().clone();
    none.usage = Arc::new(PodUsage::default());
    put(&mut h, none);
    h.get_by_label("Not known 1,210");
}

#[test]
fn what_so_many_pods_use_is_read_once_one_asks_for_it() {
    let mut h = harness(stage(), WIDE);
    assert!(!h.state().bay.looks_at_use(BayTab::Placement));
    let mut resting = h.state().state.insides[bay::PROD].as_ref().clone();
    resting.usage = Arc::new(PodUsage { measuring: Measuring::Resting, ..PodUsage::default() });
    put(&mut h, resting.clone());
    let (first, last) = (tile(&h, "batch-0: 33 pods"), tile(&h, "batch-1: 33 pods"));
    drag(&mut h, first.left_top(), last.right_bottom(), Modifiers::SHIFT);
    h.get_by_label_contains("What they use is read once");
    h.get_by_label("Colour by requested vs used").click();
    h.run_ok();
    assert!(h.state().bay.looks_at_use(BayTab::Placement));
    resting.generation += 1;
    resting.usage = Arc::new(PodUsage { measuring: Measuring::Reading, ..PodUsage::default() });
    put(&mut h, resting);
    h.get_by_label("What they use is being read…");
    h.get_by_label("being read… 1,210");
    h.state_mut().bay.placement.color = ColorBy::State;
    show(h.state_mut(), "used:>=100", None);
    assert!(h.state().bay.looks_at_use(BayTab::Placement), "a filter asks for it too");
}

#[test]
fn the_map_is_saved_at_the_size_one_wants() {
    let mut h = harness(stage(), WIDE);
    h.get_by_label("Save picture…").click();
    h.run_ok();
    let size = |h: &Window| h.get_by_label_contains("The whole map:").accesskit_node().value().unwrap_or_default();
    let first = size(&h);
    h.get_by_label("2×").click();
    h.run_ok();
    assert_ne!(size(&h), first);
    h.get_by_label("Larger pods").click();
    h.run_ok();
    h.get_by_label("13 px");
    h.get_by_label("Save view as SVG…");
    h.get_by_label("Cancel").click();
    h.run_ok();
    assert!(h.query_by_label("Save view as SVG…").is_none());
}

#[test]
fn a_change_is_marked_for_a_moment_and_then_nothing_moves() {
    let mut h = harness(stage(), WIDE);
    let changed = with_pods(&h, |rows| {
        rows.retain(|r| r.name != "checkout-api-6d9f7c8b54-x2kqj");
        rows.push(picture::pod("auth", "aaa-first-0", "k8s-prod-worker-5", "StatefulSet/aaa-first"));
    });
    let still = h.render().expect("a picture");
    put(&mut h, changed);
    let delay = |h: &Window| h.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay(&h) > Duration::from_secs(1) && delay(&h) < Duration::from_secs(3), "{:?}", delay(&h));
    let marked = h.render().expect("a picture");
    assert_ne!(still, marked);
    h.state_mut().now += 2.6;
    h.run_ok();
    assert!(delay(&h) > Duration::from_secs(60), "{:?}", delay(&h));
    assert_ne!(marked, h.render().expect("a picture"));
}

#[test]
fn pixels_are_drawn_once_and_a_change_draws_little() {
    let mut h = harness(stage(), WIDE);
    let work = |h: &Window| h.state().bay.placement.work();
    let first = work(&h);
    assert!(first.squares > 0);
    for x in 0..20 {
        h.hover_at(pos2(300.0 + 20.0 * x as f32, 400.0));
        h.step();
    }
    press(&mut h, Key::ArrowRight);
    assert_eq!(work(&h), first);
    // The same data in a new picture is nothing to draw either.
    let same = with_pods(&h, |_| {});
    put(&mut h, same);
    assert_eq!(work(&h), first);
    let changed = with_pods(&h, |rows| {
        let row = rows.iter_mut().find(|r| r.node == "k8s-prod-worker-0").expect("a pod on it");
        row.sign = Sign::Failed;
    });
    put(&mut h, changed);
    let after = work(&h);
    assert_eq!(after.squares, first.squares);
    assert!((1..=4).contains(&(after.tiles - first.tiles)), "{after:?} after {first:?}");
}

#[test]
fn a_large_fleet_is_textures_and_not_widgets() {
    let mut stage = stage();
    let fleet = picture::fleet(1_500, 20);
    stage.state.insides.insert(bay::PROD.into(), Arc::new(fleet));
    let mut h = harness(stage, WIDE);
    until_drawn(&mut h);
    let nodes = h.query_all(egui_kittest::kittest::By::new()).count();
    assert!(nodes < 500, "{nodes} things for assistive technology");
    let (shapes, first) = (h.output().shapes.len(), h.state().bay.placement.work());
    assert!(shapes < 1_500, "{shapes} shapes");
    // Panning draws nothing anew but what comes into view.
    drag(&mut h, pos2(700.0, 500.0), pos2(690.0, 470.0), Modifiers::NONE);
    drag(&mut h, pos2(690.0, 470.0), pos2(700.0, 500.0), Modifiers::NONE);
    let panned = h.state().bay.placement.work();
    assert!(panned.squares - first.squares <= 4, "{panned:?} after {first:?}");
    assert_eq!(panned.tiles, first.tiles);
}

#[test]
fn an_empty_table_is_no_box() {
    let mut stage = stage();
    let mut empty = picture::prod();
    (empty.pods, empty.usage) = (Arc::new(PodTable::default()), Arc::default());
    stage.state.insides.insert(bay::PROD.into(), Arc::new(empty));
    let mut h = harness(stage, WIDE);
    drag(&mut h, pos2(200.0, 300.0), pos2(900.0, 700.0), Modifiers::SHIFT);
    assert!(h.query_by_label_contains("chosen").is_none());
}

#[test]
#[ignore = "writes pictures to look at"]
fn shots_of_tools() {
    for (name, light, ja) in [("dark", false, false), ("ja", true, true)] {
        let mut one = stage();
        one = if light { one.light() } else { one };
        one = if ja { one.ja() } else { one };
        let mut h = harness(one, WIDE);
        drag(&mut h, pos2(240.0, 460.0), pos2(720.0, 720.0), Modifiers::SHIFT);
        shoot(&mut h, &format!("map-box-{name}"));
        press(&mut h, Key::Z);
        shoot(&mut h, &format!("map-box-zoom-{name}"));
        press(&mut h, Key::Escape);
        press(&mut h, Key::F);
        let heading = tile(&h, "worker-0").left_top() + vec2(20.0, -12.0);
        h.hover_at(heading);
        h.run_ok();
        shoot(&mut h, &format!("map-group-hover-{name}"));
        click(&mut h, heading, Modifiers::NONE);
        shoot(&mut h, &format!("map-group-{name}"));
        h.state_mut().bay.placement.group = GroupBy::Namespace;
        h.run_ok();
        press(&mut h, Key::Escape);
        shoot(&mut h, &format!("map-namespaces-{name}"));
        h.state_mut().bay.placement.color = ColorBy::Use;
        h.run_ok();
        shoot(&mut h, &format!("map-use-{name}"));
        h.state_mut().bay.placement.color = ColorBy::Age;
        h.state_mut().bay.placement.group = GroupBy::NodeGroup;
        h.run_ok();
        shoot(&mut h, &format!("map-age-{name}"));
        h.get_by_label(if ja { "画像を保存…" } else { "Save picture…" }).click();
        h.run_ok();
        shoot(&mut h, &format!("map-export-{name}"));
    }
    let mut h = harness(stage(), [1024.0, 640.0]);
    drag(&mut h, pos2(140.0, 300.0), pos2(420.0, 520.0), Modifiers::SHIFT);
    shoot(&mut h, "map-box-1024");
    let mut one = stage();
    show(&mut one, "", Some(("shop", "checkout-api-6d9f7c8b54-x2kqj")));
    let mut h = harness(one, [1280.0, 800.0]);
    shoot(&mut h, "map-pod-1280");
    let mut fleet = stage();
    fleet.bay.placement.group = GroupBy::Namespace;
    fleet.state.insides.insert(bay::PROD.into(), Arc::new(picture::fleet(5_000, 30)));
    let mut h = harness(fleet, WIDE);
    until_drawn(&mut h);
    shoot(&mut h, "map-far-namespaces");
    h.state_mut().bay.placement.group = GroupBy::ZoneAndGroup;
    for _ in 0..40 {
        h.step();
        std::thread::sleep(Duration::from_millis(20));
    }
    for n in 3..8 {
        press(&mut h, Key::Plus);
        shoot(&mut h, &format!("map-far-plus-{n}"));
    }
    press(&mut h, Key::F);
    drag(&mut h, pos2(300.0, 300.0), pos2(600.0, 520.0), Modifiers::SHIFT);
    shoot(&mut h, "map-far-box");
}
