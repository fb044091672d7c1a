//! Which tiles the map has, in which groups, and which pod stands in which cell. Depends on the data and on what it is
//! grouped and ordered by, never on sizes.

pub use super::groups::{Group, GroupBy, OrderBy, is_system, is_trouble};
use super::groups::{GroupKey, node_groups, sort_nodes};
use super::workloads;
use crate::model::cluster::{Node, Picture};
use crate::model::columns::{NONE, PodTable};

/// What a tile stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tile {
    /// A node, by its index in the picture.
    Node(u32),
    /// Pods that have no node.
    Unscheduled,
    /// A workload, when grouped by namespace.
    Workload {
        /// Its namespace, into the pod table's names.
        namespace: u32,
        /// Its owner (`Deployment/checkout-api`), into the pod table's names; 0 = pods that nobody made.
        owner: u32,
        /// Large workloads take several tiles: which one this is, from 0.
        part: u32,
    },
}

/// The order of everything on the map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Groups in the order of their tiles.
    pub groups: Vec<Group>,
    /// What each tile stands for.
    pub what: Vec<Tile>,
    /// Cells of tile `t` are `cells[starts[t]..starts[t + 1]]`.
    starts: Vec<u32>,
    /// Pod of each cell.
    cells: Vec<u32>,
    /// Cell of each pod.
    cell_of: Vec<u32>,
    /// Tile of each node.
    tile_of_node: Vec<u32>,
    /// Cells that a tile needs room for: the largest pod limit, or the fullest tile.
    pub slots: u32,
    /// Cells in the fullest tile.
    pub fullest: u32,
}

/// A limit above this is somebody's way of saying "any": tiles that large would be empty.
const MOST_SLOTS: u32 = 512;

impl Order {
    /// Puts nodes into groups and pods into cells. For 150,000 pods this takes some milliseconds.
    pub fn new(picture: &Picture, group_by: GroupBy, order_by: OrderBy) -> Order {
        if group_by == GroupBy::Namespace {
            return Order::of_workloads(&picture.pods, order_by);
        }
        let nodes = picture.nodes.as_slice();
        let pods = &*picture.pods;
        let (starts_of_node, by_node, homeless) = pods_by_node(nodes.len(), pods);
        let pods_of = |node: u32| {
            let range = starts_of_node[node as usize] as usize..starts_of_node[node as usize + 1] as usize;
            &by_node[range]
        };
        let limit = nodes.iter().map(|n| n.pods_limit).max().unwrap_or(0).min(MOST_SLOTS);
        let most_on_node = (0..nodes.len() as u32).map(|n| pods_of(n).len() as u32).max().unwrap_or(0);
        // Pods without a node fill several tiles rather than making every tile as large as their number.
        let fullest = most_on_node.max((homeless.len() as u32).min(32)).max(1);
        let mut order = Order::empty(limit.max(fullest), fullest, nodes.len(), pods.len());
        for (key, mut members) in node_groups(nodes, group_by) {
            sort_nodes(&mut members, nodes, order_by, &pods_of, pods);
            order.add_group(key, &members, nodes, &pods_of, pods);
        }
        if !homeless.is_empty() {
            order.add_unscheduled(&homeless, pods);
        }
        order
    }

    fn empty(slots: u32, fullest: u32, nodes: usize, pods: usize) -> Order {
        Order {
            slots,
            fullest,
            tile_of_node: vec![NONE; nodes],
            cell_of: vec![NONE; pods],
            cells: Vec::with_capacity(pods),
            starts: vec![0],
            ..Order::default()
        }
    }

    /// A tile for each workload, in groups by namespace; nodes have no tiles.
    fn of_workloads(pods: &PodTable, order_by: OrderBy) -> Order {
        let namespaces = workloads::by_namespace(pods, &Rank::new(pods), order_by);
        let sizes = namespaces.iter().flat_map(|n| n.workloads.iter().map(|w| w.pods.len() as u32));
        let slots = workloads::best_slots(sizes);
        let mut order = Order::empty(slots, slots, 0, pods.len());
        for space in namespaces {
            let title = pods.names.get(space.namespace).to_owned();
            let mut group = Group::new(GroupKey { lane: None, title, masters: false }, order.tiles());
            group.workloads = space.workloads.len() as u32;
            for workload in &space.workloads {
                for (part, some) in workload.pods.chunks(slots as usize).enumerate() {
                    let what = Tile::Workload { namespace: space.namespace, owner: workload.owner, part: part as u32 };
                    order.add_tile(what, some, &mut group, pods);
                }
            }
            group.tiles.end = order.tiles();
            order.groups.push(group);
        }
        order
    }

    fn add_group<'a>(
        &mut self,
        key: GroupKey,
        members: &[u32],
        nodes: &[Node],
        pods_of: &impl Fn(u32) -> &'a [u32],
        pods: &PodTable,
    ) {
        let mut group = Group::new(key, self.tiles());
        group.nodes = members.len() as u32;
        for at in members {
            self.tile_of_node[*at as usize] = self.tiles();
            let here = pods_of(*at);
            self.add_tile(Tile::Node(*at), here, &mut group, pods);
            let node = &nodes[*at as usize];
            if node.ready == Some(true) && !node.cordoned {
                group.room += node.pods_limit.saturating_sub(here.len() as u32);
            }
        }
        group.tiles.end = self.tiles();
        self.groups.push(group);
    }

    fn add_unscheduled(&mut self, homeless: &[u32], pods: &PodTable) {
        let key = GroupKey { lane: None, title: String::new(), masters: false };
        let mut group = Group { unscheduled: true, ..Group::new(key, self.tiles()) };
        // As many tiles as it takes at every level, so that nothing overflows a tile.
        for some in homeless.chunks(self.fullest as usize) {
            self.add_tile(Tile::Unscheduled, some, &mut group, pods);
        }
        group.tiles.end = self.tiles();
        self.groups.push(group);
    }

    fn add_tile(&mut self, what: Tile, members: &[u32], group: &mut Group, pods: &PodTable) {
        for pod in members {
            self.cell_of[*pod as usize] = self.cells.len() as u32;
            self.cells.push(*pod);
            group.by_sign[pods.sign[*pod as usize] as usize] += 1;
        }
        group.pods += members.len() as u32;
        self.what.push(what);
        self.starts.push(self.cells.len() as u32);
    }

    /// Number of tiles.
    pub fn tiles(&self) -> u32 {
        self.what.len() as u32
    }

    /// Number of cells with a pod in them.
    pub fn cells(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Pods of a tile, in the order of its cells.
    pub fn pods(&self, tile: u32) -> &[u32] {
        let Some(start) = self.starts.get(tile as usize) else { return &[] };
        let end = self.starts.get(tile as usize + 1).unwrap_or(start);
        self.cells.get(*start as usize..*end as usize).unwrap_or(&[])
    }

    /// What a tile stands for.
    pub fn tile(&self, tile: u32) -> Option<Tile> {
        self.what.get(tile as usize).copied()
    }

    /// Node of a tile; `None` where it stands for something else.
    pub fn node(&self, tile: u32) -> Option<u32> {
        match self.tile(tile) {
            Some(Tile::Node(node)) => Some(node),
            _ => None,
        }
    }

    /// The first tile that stands for something.
    pub fn tile_of(&self, what: Tile) -> Option<u32> {
        match what {
            Tile::Node(node) => self.tile_of_node(node),
            Tile::Unscheduled => self.groups.iter().find(|g| g.unscheduled).map(|g| g.tiles.start),
            Tile::Workload { .. } => self.what.iter().position(|w| *w == what).map(|at| at as u32),
        }
    }

    /// Tile of a node.
    pub fn tile_of_node(&self, node: u32) -> Option<u32> {
        self.tile_of_node.get(node as usize).copied().filter(|t| *t != NONE)
    }

    /// Tile and slot of a pod.
    pub fn place(&self, pod: u32) -> Option<(u32, u32)> {
        let cell = *self.cell_of.get(pod as usize)?;
        if cell == NONE {
            return None;
        }
        let tile = self.starts.partition_point(|s| *s <= cell) as u32 - 1;
        Some((tile, cell - self.starts[tile as usize]))
    }

    /// Pod in a slot of a tile.
    pub fn pod(&self, tile: u32, slot: u32) -> Option<u32> {
        self.pods(tile).get(slot as usize).copied()
    }

    /// Group of a tile.
    pub fn group_of(&self, tile: u32) -> Option<usize> {
        let at = self.groups.partition_point(|g| g.tiles.end <= tile);
        (at < self.groups.len()).then_some(at)
    }

    /// All cells in the order of tiles: `(tile, slot, pod)`, from a cell number on.
    pub fn walk(&self, from: u32) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (from..self.cells()).filter_map(|cell| {
            let pod = self.cells[cell as usize];
            let (tile, slot) = self.place(pod)?;
            Some((tile, slot, pod))
        })
    }

    /// The number of a cell in the order of tiles.
    pub fn cell_number(&self, tile: u32, slot: u32) -> u32 {
        self.starts.get(tile as usize).map_or(0, |s| s + slot)
    }
}

/// Pods of each node (as starts into one list), each in the order of its cells, and pods without a node.
fn pods_by_node(nodes: usize, pods: &PodTable) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; nodes + 1];
    let mut homeless = Vec::new();
    for (pod, node) in pods.node.iter().enumerate() {
        match starts.get_mut(*node as usize + 1).filter(|_| *node != NONE) {
            Some(count) => *count += 1,
            None => homeless.push(pod as u32),
        }
    }
    for n in 0..nodes {
        starts[n + 1] += starts[n];
    }
    let mut next = starts.clone();
    let mut list = vec![0u32; starts[nodes] as usize];
    for (pod, node) in pods.node.iter().enumerate() {
        if *node != NONE && (*node as usize) < nodes {
            let at = &mut next[*node as usize];
            list[*at as usize] = pod as u32;
            *at += 1;
        }
    }
    let rank = Rank::new(pods);
    for n in 0..nodes {
        list[starts[n] as usize..starts[n + 1] as usize].sort_unstable_by_key(|pod| rank.key(pods, *pod));
    }
    homeless.sort_unstable_by_key(|pod| rank.key(pods, *pod));
    (starts, list, homeless)
}

/// Position of each interned string in the order of texts, so that pods are compared by numbers.
pub(super) struct Rank {
    position: Vec<u32>,
    system: Vec<bool>,
}

impl Rank {
    fn new(pods: &PodTable) -> Rank {
        let mut used = vec![false; pods.names.len()];
        for name in pods.namespace.iter().chain(&pods.owner) {
            if let Some(used) = used.get_mut(*name as usize) {
                *used = true;
            }
        }
        let mut sorted: Vec<u32> = (0..used.len() as u32).filter(|n| used[*n as usize]).collect();
        sorted.sort_unstable_by(|a, b| pods.names.get(*a).cmp(pods.names.get(*b)));
        let mut rank = Rank { position: vec![0; used.len()], system: vec![false; used.len()] };
        for (at, name) in sorted.iter().enumerate() {
            rank.position[*name as usize] = at as u32;
            rank.system[*name as usize] = is_system(pods.names.get(*name));
        }
        rank
    }

    /// System pods last; then namespace, owner, and the table's own order, which is by name.
    pub(super) fn key(&self, pods: &PodTable, pod: u32) -> (bool, u32, u32, u32) {
        let namespace = pods.namespace[pod as usize] as usize;
        let owner = pods.owner[pod as usize] as usize;
        (self.system[namespace], self.position[namespace], self.position[owner], pod)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::cluster::NodeFacts;
    use crate::model::columns::PodRow;
    use crate::model::status::Sign;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// A picture from nodes (group, limit) and pods (node or none, namespace, sign).
    pub fn picture(nodes: &[(&str, u32)], pods: &[(Option<usize>, &str, Sign)]) -> Picture {
        let list = nodes
            .iter()
            .enumerate()
            .map(|(n, (group, limit))| {
                let facts = NodeFacts {
                    uid: format!("n{n}"),
                    name: format!("cloud-bay-{group}-{n}"),
                    role: if *group == "master" { "master" } else { "worker" }.into(),
                    group: (*group).into(),
                    zone: ["a", "b", ""][n % 3].into(),
                    ready: Some(true),
                    pods_limit: *limit,
                    cpu_milli: 1000,
                    memory_bytes: 1 << 30,
                    ..NodeFacts::default()
                };
                let node = Node::from(Arc::new(facts));
                Node { short: format!("{group}-{n}").into(), cpu_requested: 950, memory_requested: 1 << 29, ..node }
            })
            .collect();
        let mut table = PodTable::default();
        for (n, (node, namespace, sign)) in pods.iter().enumerate() {
            let row = PodRow {
                uid: format!("p{n}"),
                namespace: (*namespace).into(),
                name: format!("pod-{n:06}"),
                owner: format!("Deployment/app-{}", n % 3),
                sign: *sign,
                succeeded: n % 11 == 10,
                reason: "Running".into(),
                ready: 1,
                containers: 1,
                restarts: n as u32 % 40,
                ip: "10.0.0.1".into(),
                cpu_milli: 1,
                memory_bytes: 1,
                labels: "app=x,tier=y".into(),
                images: "nginx".into(),
                ..PodRow::default()
            };
            table.push(&row, node.map_or(NONE, |n| n as u32));
        }
        Picture { generation: 1, nodes: Arc::new(list), pods: Arc::new(table), ..Picture::default() }
    }

    /// Pictures of every shape: no node, no pod, more pods than slots, pods without a node.
    pub fn pictures() -> impl Strategy<Value = Picture> {
        let nodes = proptest::collection::vec((0usize..4, 0u32..40), 0..40);
        let pods = proptest::collection::vec((any::<u8>(), 0usize..4, 0usize..7), 0..300);
        (nodes, pods).prop_map(|(nodes, pods)| {
            let groups = ["master", "worker", "gpu", ""];
            let nodes: Vec<_> = nodes.iter().map(|(g, limit)| (groups[*g], *limit)).collect();
            let namespaces = ["shop", "kube-system", "web", "batch"];
            let pods: Vec<_> = pods
                .iter()
                .map(|(node, ns, sign)| {
                    let node = (*node as usize).checked_rem(nodes.len() + 1).filter(|n| *n < nodes.len());
                    (node, namespaces[*ns], Sign::ALL[*sign])
                })
                .collect();
            picture(&nodes, &pods)
        })
    }

    proptest! {
        #[test]
        fn every_pod_has_exactly_one_cell(picture in pictures(), by in 0usize..6, order_by in 0usize..3) {
            use strum::IntoEnumIterator as _;
            let by = GroupBy::iter().nth(by).unwrap();
            let order = Order::new(&picture, by, OrderBy::iter().nth(order_by).unwrap());
            let mut seen = vec![0; picture.pods.len()];
            for tile in 0..order.tiles() {
                for (slot, pod) in order.pods(tile).iter().enumerate() {
                    seen[*pod as usize] += 1;
                    prop_assert_eq!(order.place(*pod), Some((tile, slot as u32)));
                    let pods = &picture.pods;
                    match order.tile(tile).unwrap() {
                        Tile::Node(node) => prop_assert_eq!(pods.node[*pod as usize], node),
                        Tile::Unscheduled => prop_assert_eq!(pods.node[*pod as usize], NONE),
                        Tile::Workload { namespace, owner, .. } => {
                            let of_pod = (pods.namespace[*pod as usize], pods.owner[*pod as usize]);
                            prop_assert_eq!(of_pod, (namespace, owner));
                        }
                    }
                }
                prop_assert!(order.pods(tile).len() as u32 <= order.slots);
            }
            prop_assert!(seen.iter().all(|n| *n == 1));
            let tiles: u32 = order.groups.iter().map(|g| g.tiles.len() as u32).sum();
            prop_assert_eq!(tiles, order.tiles());
            let nodes = if by == GroupBy::Namespace { 0 } else { picture.nodes.len() as u32 };
            for node in 0..nodes {
                let tile = order.tile_of_node(node).unwrap();
                prop_assert_eq!(order.node(tile), Some(node));
                let group = &order.groups[order.group_of(tile).unwrap()];
                prop_assert!(group.tiles.contains(&tile));
            }
        }
    }

    #[test]
    fn system_pods_come_last_and_owners_stand_together() {
        let pods = [
            (Some(0), "kube-system", Sign::Ok),
            (Some(0), "shop", Sign::Ok),
            (Some(0), "shop", Sign::Ok),
            (Some(0), "shop", Sign::Ok),
            (Some(0), "shop", Sign::Ok),
        ];
        let order = Order::new(&picture(&[("worker", 10)], &pods), GroupBy::NodeGroup, OrderBy::Name);
        // Owners are app-0 for pods 0 and 3, app-1 for 1 and 4, app-2 for 2.
        assert_eq!(order.pods(0), [3, 1, 4, 2, 0]);
    }

    #[test]
    fn masters_first_then_groups_by_name_and_the_homeless_last() {
        let nodes = [("worker", 10), ("gpu", 10), ("master", 10)];
        let picture = picture(&nodes, &[(None, "shop", Sign::Pending)]);
        let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
        let titles: Vec<_> = order.groups.iter().map(|g| (g.title.as_str(), g.unscheduled)).collect();
        assert_eq!(titles, [("master", false), ("gpu", false), ("worker", false), ("", true)]);
        assert_eq!(order.groups[1].room, 10);
    }

    #[test]
    fn problems_first_puts_the_failing_node_first() {
        let nodes = [("worker", 10), ("worker", 10)];
        let picture = picture(&nodes, &[(Some(0), "shop", Sign::Ok), (Some(1), "shop", Sign::Failed)]);
        let order = Order::new(&picture, GroupBy::None, OrderBy::Problems);
        assert_eq!(order.what, [Tile::Node(1), Tile::Node(0)]);
    }
}
