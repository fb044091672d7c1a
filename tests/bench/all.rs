//! Benchmarks at Kubernetes' own limit: 5,000 nodes and 150,000 pods. `cargo bench --bench bayview [-- FILTER]`.
//!
//! One file per subject; the targets are in `README.md` beside it. Nothing here asserts a time: `tests/` asserts what
//! makes it fast.

// A benchmark may end at any line, and then says why.
#![allow(clippy::expect_used)]

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod ingest;
mod limit;
mod map;
mod publish;
mod rows;
mod stage;
mod table;
mod watch;

criterion::criterion_main!(
    ingest::benches,
    watch::benches,
    publish::benches,
    rows::benches,
    table::benches,
    map::benches
);
