//! The pods' table over 150,000 pods: the filter as it is typed, and sorting. Target for a filter: 5 ms.

use crate::limit::{NOW, picture};
use bayview::ui::views::pods::rows::{Query, listing};
use bayview::ui::widgets::table::Sort;
use criterion::{Criterion, criterion_group};

fn tables(c: &mut Criterion) {
    let picture = picture();
    let mut group = c.benchmark_group("rows");
    group.sample_size(20);
    for typed in ["p", "pay", "payments-api", "state:failed", "ns:orders restarts:>2", "node:worker-12 -web"] {
        group.bench_function(format!("filter {typed:?}"), |b| {
            let query = Query { filter: typed.to_owned(), ..Query::default() };
            b.iter(|| listing(&picture, &query, NOW as f64).len());
        });
    }
    for column in ["name", "status", "owner", "node", "restarts", "age", "ip"] {
        let query = Query { sort: Sort::by(column), ..Query::default() };
        group.bench_function(format!("sort by {column}"), |b| {
            b.iter(|| listing(&picture, &query, NOW as f64).len());
        });
    }
    for column in ["namespace", "owner", "node"] {
        let query = Query { group: column.to_owned(), ..Query::default() };
        group.bench_function(format!("group by {column}"), |b| {
            b.iter(|| listing(&picture, &query, NOW as f64).len());
        });
    }
    group.finish();
}

criterion_group!(benches, tables);
