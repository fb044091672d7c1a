//! Which rows of a table belong to a workload, and how they are spread: arrays by number instead of maps by name, as
//! there may be 150,000 rows.

use crate::model::cluster::Node;
use crate::model::columns::PodTable;
use std::sync::Arc;

/// Rows of a table by owner.
#[derive(Debug)]
pub(super) struct Owned {
    /// Where the rows of each owner (a number of the table's names) begin in `rows`; one more than there are names.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Owned {
    /// Sorts the rows by owner; among those of one owner they keep their order.
    pub(super) fn of(table: &PodTable) -> Owned {
        let mut starts = vec![0_u32; table.names.len() + 1];
        for owner in &table.owner {
            starts[*owner as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; table.owner.len()];
        for (row, owner) in table.owner.iter().enumerate() {
            let at = &mut next[*owner as usize];
            rows[*at as usize] = row as u32;
            *at += 1;
        }
        Owned { starts, rows }
    }

    /// Rows of an owner (`Kind/name`) in a namespace. Owners of one name in several namespaces share a number; their rows
    /// follow one another as the namespaces do.
    pub(super) fn rows(&self, table: &PodTable, namespace: &str, owner: &str) -> &[u32] {
        let Some(owner) = table.names.find(owner).filter(|owner| *owner != 0) else { return &[] };
        let bounds = (self.starts.get(owner as usize), self.starts.get(owner as usize + 1));
        let (Some(from), Some(to)) = bounds else { return &[] };
        let all = self.rows.get(*from as usize..*to as usize).unwrap_or_default();
        let from = all.partition_point(|row| table.namespace_of(*row as usize) < namespace);
        let to = all.partition_point(|row| table.namespace_of(*row as usize) <= namespace);
        &all[from..to]
    }
}

/// Zones by number.
#[derive(Debug)]
pub(super) struct Zones {
    /// Sorted; the empty one first, for pods without a node and nodes without a zone.
    pub(super) names: Vec<Arc<str>>,
    of_node: Vec<u32>,
}

impl Zones {
    pub(super) fn of(nodes: &[Node]) -> Zones {
        let mut names: Vec<&str> = nodes.iter().map(|n| n.zone.as_str()).chain([""]).collect();
        names.sort_unstable();
        names.dedup();
        let number = |zone: &str| names.binary_search(&zone).unwrap_or(0) as u32;
        let of_node = nodes.iter().map(|n| number(&n.zone)).collect();
        Zones { names: names.into_iter().map(Arc::from).collect(), of_node }
    }

    /// Number of a node's zone; that of the empty one where there is no such node.
    pub(super) fn of_node(&self, node: u32) -> usize {
        self.of_node.get(node as usize).copied().unwrap_or(0) as usize
    }
}

/// Counts the pods of one workload on each node, then of the next.
#[derive(Debug)]
pub(super) struct PerNode {
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl PerNode {
    pub(super) fn new(nodes: usize) -> PerNode {
        PerNode { counts: vec![0; nodes], touched: Vec::new() }
    }

    /// One more on a node; what has no node does not count.
    pub(super) fn count(&mut self, node: u32) {
        let Some(count) = self.counts.get_mut(node as usize) else { return };
        if *count == 0 {
            self.touched.push(node);
        }
        *count += 1;
    }

    /// How many nodes have any, and the most that one has; all counts are zero afterwards.
    pub(super) fn take(&mut self) -> (u32, u32) {
        let nodes = self.touched.len() as u32;
        let mut most = 0;
        for node in self.touched.drain(..) {
            most = most.max(std::mem::take(&mut self.counts[node as usize]));
        }
        (nodes, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::columns::{NONE, PodRow};
    use crate::model::status::Sign;

    fn row(namespace: &str, name: &str, owner: &str) -> PodRow {
        PodRow {
            uid: name.into(),
            namespace: namespace.into(),
            name: name.into(),
            owner: owner.into(),
            sign: Sign::Ok,
            ready: 1,
            containers: 1,
            ..PodRow::default()
        }
    }

    #[test]
    fn owners_of_one_name_in_two_namespaces_are_two() {
        let mut table = PodTable::default();
        for (namespace, name, owner) in
            [("a", "x1", "Deployment/x"), ("a", "y1", ""), ("b", "x1", "Deployment/x"), ("b", "x2", "Deployment/x")]
        {
            table.push(&row(namespace, name, owner), NONE);
        }
        let owned = Owned::of(&table);
        assert_eq!(owned.rows(&table, "a", "Deployment/x"), [0]);
        assert_eq!(owned.rows(&table, "b", "Deployment/x"), [2, 3]);
        assert!(owned.rows(&table, "c", "Deployment/x").is_empty());
        assert!(owned.rows(&table, "a", "").is_empty(), "what nobody owns is nobody's");
    }

    #[test]
    fn counts_begin_anew_with_each_workload() {
        let mut counts = PerNode::new(3);
        [0, 2, 2, NONE].into_iter().for_each(|node| counts.count(node));
        assert_eq!(counts.take(), (2, 2));
        counts.count(2);
        assert_eq!(counts.take(), (1, 1));
    }
}
