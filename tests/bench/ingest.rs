//! First lists: pages of JSON to rows, rows to columns.

use crate::limit::{NOW, Pages, read};
use bayview::api::kubernetes::Kind;
use bayview::api::kubernetes::watch::read_page;
use bayview::live::picture::Builder;
use criterion::{BatchSize, Criterion, Throughput, criterion_group};

fn pages(c: &mut Criterion) {
    let pages = Pages::all().pods();
    let mut group = c.benchmark_group("ingest");
    group.sample_size(10);
    let one = &pages[pages.len() / 2];
    group.throughput(Throughput::Bytes(one.len() as u64));
    group.bench_function("one page of 500 pods to rows", |b| {
        b.iter(|| read_page(Kind::Pods, one).map(|rows| rows.len()))
    });
    let bytes: usize = pages.iter().map(Vec::len).sum();
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("150,000 pods to columns", |b| {
        b.iter_batched(
            Builder::new,
            |mut builder| {
                read(&mut builder, Kind::Pods, pages);
                builder.build(NOW).map(|picture| picture.pods.len())
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, pages);
