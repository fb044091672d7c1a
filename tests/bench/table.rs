//! A frame of the tables at Kubernetes' limit while they are scrolled: 150,000 pods, 5,000 nodes. Target: 2 ms.

use crate::limit::{NOW, picture};
use crate::stage::{Stage, two_fingers};
use bayview::ui::views::nodes::NodesView;
use bayview::ui::views::pods::PodsView;
use criterion::{Criterion, criterion_group};
use egui::vec2;
use std::sync::Arc;

const BAY: &str = "bench";

fn frames(c: &mut Criterion) {
    let mut stage = Stage::new(NOW as f64);
    stage.state.insides.insert(BAY.to_owned(), Arc::new(picture()));
    let mut group = c.benchmark_group("table");
    let mut pods = PodsView::default();
    // The rows are put in order on another thread.
    while pods.found() == 0 {
        stage.frame(Vec::new(), |cx, ui, _| pods.ui(cx, ui, BAY));
    }
    assert!(pods.found() > 140_000, "all pods are listed");
    group.bench_function("a frame of 150,000 pods, scrolled", |b| {
        b.iter(|| stage.frame(two_fingers(vec2(0.0, -70.0)), |cx, ui, _| pods.ui(cx, ui, BAY)));
    });
    let mut nodes = NodesView::default();
    for _ in 0..50 {
        stage.frame(Vec::new(), |cx, ui, _| nodes.ui(cx, ui, BAY));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    group.bench_function("a frame of 5,000 nodes, scrolled", |b| {
        b.iter(|| stage.frame(two_fingers(vec2(0.0, -70.0)), |cx, ui, _| nodes.ui(cx, ui, BAY)));
    });
    group.finish();
}

criterion_group!(benches, frames);
