//! What the map costs at Kubernetes' own limit, 5,000 nodes and 150,000 pods: order, layout, filter, colours, pixels, and
//! whole frames at each level, without a graphics card. `cargo bench --bench bayview -- map`

#[path = "../gui/samples/picture.rs"]
#[allow(dead_code, unused_imports)]
mod picture;

use crate::stage::{Stage, VIEW, two_fingers};
use bayview::model::cluster::Picture;
use bayview::ui::map::capacity::Capacity;
use bayview::ui::map::changes::Difference;
use bayview::ui::map::color::{ColorBy, Look, paints};
use bayview::ui::map::filter::Filter;
use bayview::ui::map::layout::{Layout, PxRect, fit};
use bayview::ui::map::metrics::{Level, Metrics};
use bayview::ui::map::order::{GroupBy, Order, OrderBy};
use bayview::ui::map::pick::pods_in;
use bayview::ui::map::prepared::Choice;
use bayview::ui::map::raster::{Raster, Scene, digest};
use bayview::ui::map::view::MapView;
use bayview::ui::theme::Tokens;
use criterion::{Criterion, criterion_group};
use egui::{Event, vec2};
use std::hint::black_box;
use std::sync::Arc;

fn fleet() -> Arc<Picture> {
    Arc::new(picture::fleet(5_000, 30))
}

fn look<'a>(by: ColorBy, tokens: &'a Tokens) -> Look<'a> {
    Look { by, matches: None, chosen: None, tokens, now: picture::NOW as f64 }
}

fn data(c: &mut Criterion) {
    let picture = fleet();
    let tokens = Tokens::dark();
    let order = Order::new(&picture, GroupBy::ZoneAndGroup, OrderBy::Name);
    c.bench_function("order by node group", |b| {
        b.iter(|| Order::new(black_box(&picture), GroupBy::NodeGroup, OrderBy::Name));
    });
    c.bench_function("order, problems first", |b| {
        b.iter(|| Order::new(black_box(&picture), GroupBy::ZoneAndGroup, OrderBy::Problems));
    });
    c.bench_function("order by namespace", |b| {
        b.iter(|| Order::new(black_box(&picture), GroupBy::Namespace, OrderBy::Name));
    });
    c.bench_function("fit", |b| b.iter(|| fit(black_box(&order), 1_340, 700, 1.0, 22)));
    c.bench_function("layout", |b| {
        b.iter(|| Layout::new(black_box(&order), Metrics::new(2, 1.0, order.slots, order.fullest), 77));
    });
    for (name, text) in [
        ("filter: a word", "checkout"),
        ("filter: a workload", "workload:checkout-api ns:shop"),
        ("filter: a state and not a zone", "state:trouble -zone:b"),
        ("filter: a name that is nowhere", "nothing-is-called-so"),
    ] {
        c.bench_function(name, |b| b.iter(|| Filter::parse(black_box(text)).find(&picture, 0.0)));
    }
    for (name, by) in
        [("colour by state", ColorBy::State), ("colour by owner", ColorBy::Owner), ("colour by use", ColorBy::Use)]
    {
        c.bench_function(name, |b| b.iter(|| paints(black_box(&picture), &look(by, &tokens))));
    }
    let next = fleet();
    c.bench_function("difference of two pictures", |b| b.iter(|| Difference::between(black_box(&picture), &next)));
    c.bench_function("capacity of all nodes", |b| {
        b.iter(|| {
            let mut sum = Capacity::default();
            for node in black_box(&picture).nodes.iter() {
                sum.add(node, node.pods as usize);
            }
            sum
        });
    });
}

fn pixels(c: &mut Criterion) {
    let picture = fleet();
    let tokens = Tokens::dark();
    let order = Order::new(&picture, GroupBy::ZoneAndGroup, OrderBy::Name);
    let paints = paints(&picture, &look(ColorBy::State, &tokens));
    for (name, cell) in [("far", 2), ("middle, 5 px", 5), ("middle, 11 px", 11)] {
        let layout = Layout::new(&order, Metrics::new(cell, 1.0, order.slots, order.fullest), 77);
        let scene = Scene { picture: &picture, order: &order, layout: &layout, paints: &paints, tokens: &tokens };
        let view = PxRect::new(0, 0, VIEW.x as i64, VIEW.y as i64);
        c.bench_function(&format!("pixels of a view, {name}"), |b| b.iter(|| Raster::new(scene).region(view)));
        c.bench_function(&format!("pixels of a square, {name}"), |b| {
            b.iter(|| Raster::new(scene).region(PxRect::new(512, 512, 512, 512)));
        });
        c.bench_function(&format!("pods in a box over the view, {name}"), |b| {
            b.iter(|| pods_in(&order, &layout, black_box(&view)));
        });
    }
    let layout = Layout::new(&order, Metrics::new(2, 1.0, order.slots, order.fullest), 77);
    let scene = Scene { picture: &picture, order: &order, layout: &layout, paints: &paints, tokens: &tokens };
    c.bench_function("which tiles have changed, all in view", |b| {
        b.iter(|| (0..order.tiles()).map(|tile| digest(&scene, tile)).fold(0, |a, d| a ^ d));
    });
}

/// The map on a stage.
struct Theatre {
    stage: Stage,
    picture: Arc<Picture>,
    map: MapView,
}

impl Theatre {
    fn new() -> Theatre {
        let mut theatre = Theatre { stage: Stage::new(picture::NOW as f64), picture: fleet(), map: MapView::default() };
        while theatre.map.prepared().is_none() {
            theatre.frame(Vec::new(), 0);
        }
        theatre
    }

    /// One frame with these events; first so many steps nearer.
    fn frame(&mut self, events: Vec<Event>, nearer: usize) -> usize {
        let Theatre { stage, picture, map } = self;
        stage.frame(events, |cx, ui, rect| {
            let choice = Choice { group: GroupBy::ZoneAndGroup, ..Choice::default() };
            map.update(cx, ui, picture, "", choice, &mut None);
            for _ in 0..nearer {
                map.zoom_step(cx, ui, true);
            }
            map.ui(cx, ui, rect, None);
        })
    }

    /// Moves the map a little by two fingers.
    fn pan(&mut self, by: f32) -> usize {
        self.frame(two_fingers(vec2(by, by)), 0)
    }
}

fn frames(c: &mut Criterion) {
    for (name, nearer, level) in [
        ("far", 0, Level::Far),
        ("middle, 5 px", 3, Level::Middle),
        ("middle, 11 px", 7, Level::Middle),
        ("near, 16 px", 9, Level::Near),
        ("near, 34 px", 13, Level::Near),
    ] {
        let mut stage = Theatre::new();
        stage.frame(Vec::new(), nearer);
        assert_eq!(stage.map.on_screen().0.level(), level, "{name}");
        for by in [-60.0, 6.0, -6.0] {
            stage.pan(by);
        }
        let before = stage.map.work();
        let mut by = 6.0;
        c.bench_function(&format!("a frame while panning, {name}"), |b| {
            b.iter(|| {
                by = -by;
                stage.pan(by)
            });
        });
        assert_eq!(stage.map.work(), before, "nothing was drawn anew: {name}");
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = data, pixels, frames
}
