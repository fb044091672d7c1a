//! Which workloads are shown, and in which order: a listing of indices into the picture's workloads, kept while nothing
//! changes.

use crate::model::status::Sign;
use crate::model::workload::{Workload, WorkloadKind};
use crate::ui::views::grouping::Grouping;
use crate::ui::widgets::table::Sort;
use crate::ui::widgets::table::computed::{Computed, Same};
use crate::ui::widgets::table::listing::Listing;

/// What decides which rows there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words and `key:value` terms.
    pub filter: String,
    /// Only this namespace; empty = all.
    pub namespace: String,
    /// Only this kind.
    pub kind: Option<WorkloadKind>,
    /// Only those that are short of replicas.
    pub only_short: bool,
    /// Order; an empty column = the shortest first.
    pub sort: Sort,
    /// What they are grouped by: namespace or kind.
    pub grouping: Grouping,
}

/// The workloads and their listing, for one query.
pub type Rows = Computed<(Same<Vec<Workload>>, Query), Listing>;

/// The lines for a query.
pub fn listing(workloads: &[Workload], query: &Query) -> Listing {
    let rows = index(workloads, query);
    let of: fn(&Workload) -> &str = match query.grouping.by.as_str() {
        "namespace" => |w| &w.namespace,
        "kind" => |w| w.kind.word(),
        _ => return Listing::flat(rows),
    };
    Listing::grouped(&rows, |row| of(&workloads[row as usize]), str::to_owned, &query.grouping.closed)
}

/// Replicas that are wanted and not ready.
pub fn missing(workload: &Workload) -> u32 {
    workload.replicas.desired.saturating_sub(workload.replicas.ready)
}

/// Something is missing, or goes wrong.
pub fn is_short(workload: &Workload) -> bool {
    missing(workload) > 0 || workload.sign != Sign::Ok
}

fn index(workloads: &[Workload], query: &Query) -> Vec<u32> {
    let words: Vec<String> = query.filter.split_whitespace().map(str::to_lowercase).collect();
    let mut rows: Vec<u32> = (0..workloads.len() as u32)
        .filter(|i| {
            let w = &workloads[*i as usize];
            (query.namespace.is_empty() || w.namespace == query.namespace)
                && query.kind.is_none_or(|k| k == w.kind)
                && (!query.only_short || is_short(w))
                && words.iter().all(|word| matches(w, word))
        })
        .collect();
    let at = |i: &u32| &workloads[*i as usize];
    let by_name = |a: &u32, b: &u32| (&at(a).name, &at(a).namespace).cmp(&(&at(b).name, &at(b).namespace));
    match query.sort.column.as_str() {
        "name" => rows.sort_by(by_name),
        "namespace" => rows.sort_by(|a, b| at(a).namespace.cmp(&at(b).namespace).then_with(|| by_name(a, b))),
        "kind" => rows.sort_by(|a, b| at(a).kind.cmp(&at(b).kind).then_with(|| by_name(a, b))),
        "ready" => rows.sort_by(|a, b| share(at(a)).total_cmp(&share(at(b))).then_with(|| by_name(a, b))),
        "restarts" => rows.sort_by(|a, b| at(a).restarts.cmp(&at(b).restarts).then_with(|| by_name(a, b))),
        // The youngest change is the smallest age.
        "changed" => rows.sort_by(|a, b| at(b).changed_at.cmp(&at(a).changed_at).then_with(|| by_name(a, b))),
        "desired" => {
            rows.sort_by(|a, b| at(a).replicas.desired.cmp(&at(b).replicas.desired).then_with(|| by_name(a, b)))
        }
        _ => {
            rows.sort_by(|a, b| {
                let key = |w: &Workload| (urgency(w), std::cmp::Reverse(missing(w)));
                key(at(a)).cmp(&key(at(b))).then_with(|| by_name(a, b))
            });
            return rows;
        }
    }
    if query.sort.descending {
        rows.reverse();
    }
    rows
}

/// What somebody must look at comes first; what a lost node or a rollout explains comes after it.
fn urgency(workload: &Workload) -> u8 {
    match workload.sign {
        Sign::Failed => 0,
        Sign::Pending => 1,
        Sign::Warning => 2,
        _ if is_short(workload) => 3,
        _ => 4,
    }
}

fn share(workload: &Workload) -> f64 {
    f64::from(workload.replicas.ready) / f64::from(workload.replicas.desired.max(1))
}

/// A word is looked for in name, namespace, kind, labels and images; `key:value` in one of them.
fn matches(workload: &Workload, word: &str) -> bool {
    let (negated, word) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    let inside = |text: &str, word: &str| text.to_lowercase().contains(word);
    let image = |word: &str| workload.images.iter().any(|i| inside(i, word));
    let label = |word: &str| inside(&workload.labels, word) || inside(&workload.selector, word);
    let found = match word.split_once(':') {
        Some(("ns" | "namespace", value)) => inside(&workload.namespace, value),
        Some(("name" | "workload", value)) => inside(&workload.name, value),
        Some(("kind", value)) => inside(workload.kind.word(), value),
        Some(("label", value)) => label(value),
        Some(("image", value)) => image(value),
        Some(("reason", value)) => workload.shortages.iter().any(|s| inside(&s.reason, value)),
        _ => {
            inside(&workload.name, word)
                || inside(&workload.namespace, word)
                || inside(workload.kind.word(), word)
                || label(word)
                || image(word)
        }
    };
    found != negated
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::model::workload::{Replicas, WorkloadFacts};
    use std::sync::Arc;

    /// A workload with nothing but a name and counts.
    pub fn workload(name: &str, sign: Sign, desired: u32, ready: u32) -> Workload {
        let facts = WorkloadFacts {
            uid: name.into(),
            kind: WorkloadKind::Deployment,
            namespace: "shop".into(),
            name: name.into(),
            cpu_milli_each: 0,
            memory_bytes_each: 0,
            images: vec!["registry/redis:7".into()],
            selector: "app=x".into(),
            labels: String::new(),
            rolling_out: false,
            created_at: 0,
            changed_at: 0,
        };
        Workload {
            facts: Arc::new(facts),
            replicas: Replicas { desired, current: desired, updated: desired, ready, available: ready },
            sign,
            shortages: Vec::new(),
            by_sign: [0; 7],
            not_created: 0,
            zones: Vec::new(),
            nodes: 0,
            most_on_one_node: 0,
            restarts: 0,
            trouble: None,
            history: Arc::default(),
        }
    }

    fn names(query: &Query) -> Vec<String> {
        let list = [
            workload("quiet", Sign::Ok, 3, 3),
            workload("lost", Sign::Unknown, 60, 50),
            workload("crashing", Sign::Failed, 24, 19),
            workload("worse", Sign::Failed, 30, 1),
            workload("waiting", Sign::Pending, 4, 1),
        ];
        index(&list, query).into_iter().map(|i| list[i as usize].name.clone()).collect()
    }

    #[test]
    fn the_shortest_come_first_and_what_a_lost_node_explains_comes_later() {
        assert_eq!(names(&Query::default()), ["worse", "crashing", "waiting", "lost", "quiet"]);
    }

    #[test]
    fn a_head_that_was_clicked_sorts() {
        let sort = Sort { column: "name".into(), descending: true };
        assert_eq!(names(&Query { sort, ..Query::default() })[0], "worse");
    }

    #[test]
    fn filters_look_at_names_labels_and_images() {
        let found = |filter: &str| names(&Query { filter: filter.into(), ..Query::default() });
        assert_eq!(found("CRASH"), ["crashing"]);
        assert_eq!(found("image:redis").len(), 5);
        assert_eq!(found("-crash label:app=x").len(), 4);
        assert_eq!(found("kind:job").len(), 0);
        assert_eq!(names(&Query { only_short: true, ..Query::default() }).len(), 4);
    }
}
