//! Tiles of the grouping by namespace: the workloads of each namespace with their pods, and how large their tiles are.

use super::groups::{OrderBy, is_trouble};
use super::order::Rank;
use crate::model::columns::PodTable;
use crate::model::natural::natural;
use std::cmp::Reverse;

/// A namespace and its workloads in the order of their tiles.
pub(super) struct Namespace {
    /// Into the pod table's names.
    pub(super) namespace: u32,
    /// Its workloads.
    pub(super) workloads: Vec<Workload>,
    system: bool,
}

/// A workload and its pods in the order of their cells.
pub(super) struct Workload {
    /// Into the pod table's names; 0 = pods that nobody made.
    pub(super) owner: u32,
    /// Its pods.
    pub(super) pods: Vec<u32>,
}

/// Pods by namespace and workload: namespaces by name with those of the system last, workloads in the order wanted.
pub(super) fn by_namespace(pods: &PodTable, rank: &Rank, by: OrderBy) -> Vec<Namespace> {
    let mut sorted: Vec<u32> = (0..pods.len() as u32).collect();
    sorted.sort_unstable_by_key(|pod| rank.key(pods, *pod));
    let mut list: Vec<Namespace> = Vec::new();
    for pod in sorted {
        let (namespace, owner) = (pods.namespace[pod as usize], pods.owner[pod as usize]);
        if list.last().is_none_or(|n| n.namespace != namespace) {
            list.push(Namespace { namespace, workloads: Vec::new(), system: rank.key(pods, pod).0 });
        }
        let Some(space) = list.last_mut() else { continue };
        match space.workloads.last_mut().filter(|w| w.owner == owner) {
            Some(workload) => workload.pods.push(pod),
            None => space.workloads.push(Workload { owner, pods: vec![pod] }),
        }
    }
    let name = |n: u32| pods.names.get(n);
    list.sort_by(|a, b| a.system.cmp(&b.system).then_with(|| natural(name(a.namespace), name(b.namespace))));
    for space in &mut list {
        let short = |w: &Workload| {
            let owner = name(w.owner);
            owner.split_once('/').map_or(owner, |(_, name)| name).to_owned()
        };
        // Pods that nobody made come last, whatever the order: they are no workload.
        space.workloads.sort_by(|a, b| (a.owner == 0).cmp(&(b.owner == 0)).then_with(|| natural(&short(a), &short(b))));
        match by {
            OrderBy::Name => {}
            OrderBy::Fullness => space.workloads.sort_by_key(|w| Reverse(w.pods.len())),
            OrderBy::Problems => space.workloads.sort_by_cached_key(|w| {
                let signs = w.pods.iter().map(|p| pods.sign[*p as usize]).filter(|s| is_trouble(*s));
                Reverse((signs.clone().map(|s| s.severity()).max().unwrap_or(0), signs.count()))
            }),
        }
    }
    list
}

/// Sizes that tiles of workloads can have: few, so that one pod more or less hardly ever changes every tile.
const SIZES: [u32; 9] = [4, 9, 16, 25, 36, 49, 64, 81, 110];
/// What the edge of a tile costs, in cells.
const EDGE: u32 = 12;

/// The number of cells of a tile with which all workloads take the least room.
pub(super) fn best_slots(sizes: impl Iterator<Item = u32> + Clone) -> u32 {
    let room =
        |slots: &u32| sizes.clone().map(|n| u64::from(n.div_ceil(*slots)) * u64::from(slots + EDGE)).sum::<u64>();
    SIZES.into_iter().min_by_key(room).unwrap_or(SIZES[0])
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::picture;
    use super::super::order::{GroupBy, Order, OrderBy, Tile};
    use super::*;
    use crate::model::status::Sign;

    #[test]
    fn a_namespace_is_a_group_and_a_workload_a_tile() {
        let pods = [
            (Some(0), "kube-system", Sign::Ok),
            (Some(0), "shop", Sign::Ok),
            (None, "shop", Sign::Pending),
            (Some(0), "apps", Sign::Ok),
        ];
        let picture = picture(&[("web", 9)], &pods);
        let order = Order::new(&picture, GroupBy::Namespace, OrderBy::Name);
        let titles: Vec<_> = order.groups.iter().map(|g| (g.title.as_str(), g.workloads, g.pods)).collect();
        assert_eq!(titles, [("apps", 1, 1), ("shop", 2, 2), ("kube-system", 1, 1)]);
        let owner = picture.pods.owner[1];
        let what = Tile::Workload { namespace: picture.pods.namespace[1], owner, part: 0 };
        assert_eq!(order.tile_of(what).map(|t| order.pods(t)), Some(&[1][..]));
        assert_eq!(order.tile_of_node(0), None);
    }

    #[test]
    fn a_large_workload_goes_on_in_further_tiles() {
        let pods: Vec<_> = (0..3_000).map(|_| (Some(0), "shop", Sign::Ok)).collect();
        let order = Order::new(&picture(&[("web", 9)], &pods), GroupBy::Namespace, OrderBy::Fullness);
        assert!(order.slots <= 110 && order.tiles() >= 27);
        assert!((0..order.tiles()).all(|t| !order.pods(t).is_empty()));
    }

    #[test]
    fn tiles_are_as_large_as_workloads_are() {
        assert_eq!(best_slots([3; 40].into_iter()), 4);
        assert_eq!(best_slots([110; 40].into_iter()), 110);
        assert_eq!(best_slots(std::iter::empty()), 4);
    }

    #[test]
    fn the_workload_in_trouble_comes_first() {
        let signs = [Sign::Ok, Sign::Ok, Sign::Failed, Sign::Ok];
        let pods: Vec<_> = signs.map(|s| (Some(0), "shop", s)).into();
        let picture = picture(&[("web", 9)], &pods);
        let order = Order::new(&picture, GroupBy::Namespace, OrderBy::Problems);
        assert_eq!(order.pods(0), [2]);
    }
}
