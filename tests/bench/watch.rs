//! A thousand watch events: pods that changed, applied to a bay of 150,000. Target: 5 ms.

use crate::limit::{NOW, Pages, builder};
use bayview::api::kubernetes::rows::Row;
use bayview::api::kubernetes::watch::read_page;
use bayview::api::kubernetes::{Change, Kind};
use criterion::{BatchSize, Criterion, criterion_group};

/// Every so many-th pod, restarted once more.
fn restarts(round: u32) -> Vec<Change> {
    let pages = Pages::all().pods();
    let rows = pages.iter().step_by(2).flat_map(|page| read_page(Kind::Pods, page).expect("a page"));
    let changed = rows.step_by(75).take(1000).filter_map(|row| match row {
        Row::Pod(mut pod, over) => {
            pod.restarts += round;
            Some(Change::Upsert(Row::Pod(pod, over)))
        }
        _ => None,
    });
    changed.collect()
}

fn events(c: &mut Criterion) {
    let mut known = builder();
    known.build(NOW);
    let rounds = [restarts(1), restarts(2)];
    assert_eq!(rounds[0].len(), 1000);
    let mut round = 0;
    c.bench_function("watch/1,000 events applied", |b| {
        b.iter_batched(
            || {
                round = 1 - round;
                rounds[round].clone()
            },
            |changes| known.apply(changes, NOW),
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, events);
