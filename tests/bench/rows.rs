//! The pods' table over 150,000 pods: the filter as it is typed, and sorting. Target for a filter: 5 ms.

use crate::limit::picture;
use bayview::ui::views::pods::rows::Rows;
use bayview::ui::widgets::table::Sort;
use criterion::{Criterion, criterion_group};

fn tables(c: &mut Criterion) {
    let picture = picture();
    let mut group = c.benchmark_group("rows");
    group.sample_size(20);
    for typed in ["p", "pay", "payments-api", "state:failed", "ns:orders restarts:>2", "node:worker-12 -web"] {
        group.bench_function(format!("filter {typed:?}"), |b| {
            b.iter(|| {
                let mut rows = Rows::default();
                rows.update(&picture, typed, &Sort::default());
                rows.index.len()
            });
        });
    }
    for column in ["name", "status", "owner", "node", "restarts", "age", "ip"] {
        let sort = Sort { column: column.to_owned(), descending: false };
        group.bench_function(format!("sort by {column}"), |b| {
            b.iter(|| {
                let mut rows = Rows::default();
                rows.update(&picture, "", &sort);
                rows.index.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, tables);
