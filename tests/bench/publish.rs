//! A new picture of a bay of 150,000 pods after some of them changed, as it is made at most ten times a second.

use crate::limit::{NOW, Pages, builder};
use bayview::api::kubernetes::rows::Row;
use bayview::api::kubernetes::watch::read_page;
use bayview::api::kubernetes::{Change, Kind};
use criterion::{BatchSize, Criterion, criterion_group};

fn pictures(c: &mut Criterion) {
    let mut group = c.benchmark_group("publish");
    group.sample_size(20);
    let mut known = builder();
    let mut shown = known.build(NOW);
    let page = &Pages::all().pods()[100];
    let pods: Vec<(Box<bayview::model::columns::PodRow>, bool)> = read_page(Kind::Pods, page)
        .expect("a page")
        .into_iter()
        .filter_map(|row| if let Row::Pod(pod, over) = row { Some((pod, over)) } else { None })
        .collect();
    let mut number = 0;
    group.bench_function("after a pod changed", |b| {
        b.iter_batched(
            || {
                number += 1;
                let (mut pod, over) = pods[number % pods.len()].clone();
                pod.restarts += number as u32;
                vec![Change::Upsert(Row::Pod(pod, over))]
            },
            |changes| {
                known.apply(changes, NOW);
                // The window holds the picture before until it has this one.
                shown = known.build(NOW);
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("after pods were replaced", |b| {
        b.iter_batched(
            || {
                number += 1;
                let (mut pod, over) = pods[number % pods.len()].clone();
                let gone = Change::Delete {
                    kind: Kind::Pods,
                    uid: String::new(),
                    namespace: pod.namespace.clone(),
                    name: format!("{}-{}", pod.name, number - 1),
                };
                pod.name = format!("{}-{number}", pod.name);
                pod.uid = pod.name.clone();
                vec![gone, Change::Upsert(Row::Pod(pod, over))]
            },
            |changes| {
                known.apply(changes, NOW);
                shown = known.build(NOW);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    drop(shown);
}

criterion_group!(benches, pictures);
