//! Which tiles the map has, in which groups, and which pod stands in which cell. Depends on the data and on what it is
//! grouped and ordered by, never on sizes.

use crate::model::cluster::{Node, Picture};
use crate::model::columns::{NONE, PodTable};
use crate::model::status::Sign;
use std::cmp::Ordering;
use std::ops::Range;

/// What tiles are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "kebab-case")]
pub enum GroupBy {
    /// Magnum node group.
    #[default]
    NodeGroup,
    /// Zone.
    Zone,
    /// Zone, and node group inside it.
    ZoneAndGroup,
    /// Master or worker.
    Role,
    /// Not at all.
    None,
}

/// In which order nodes stand in their group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "kebab-case")]
pub enum OrderBy {
    /// By name, numbers by value.
    #[default]
    Name,
    /// The fullest first.
    Fullness,
    /// Nodes and pods in trouble first.
    Problems,
}

/// A group of tiles with what its heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Zone in which it stands, when grouped by zone and node group.
    pub lane: Option<String>,
    /// Name; empty where nodes carry none.
    pub title: String,
    /// Pods without a node stand here.
    pub unscheduled: bool,
    /// Its masters: such groups come first.
    pub masters: bool,
    /// Its tiles.
    pub tiles: Range<u32>,
    /// Its nodes.
    pub nodes: u32,
    /// Its pods.
    pub pods: u32,
    /// Its pods by sign, in the order of [`Sign::ALL`].
    pub by_sign: [u32; 7],
    /// Pods that its ready nodes could take besides.
    pub room: u32,
}

/// The order of everything on the map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Groups in the order of their tiles.
    pub groups: Vec<Group>,
    /// Node of each tile; [`NONE`] for pods without a node.
    pub nodes: Vec<u32>,
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
        let mut order = Order {
            slots: limit.max(fullest),
            fullest,
            tile_of_node: vec![NONE; nodes.len()],
            cell_of: vec![NONE; pods.len()],
            starts: vec![0],
            ..Order::default()
        };
        for (key, mut members) in node_groups(nodes, group_by) {
            sort_nodes(&mut members, nodes, order_by, &pods_of, pods);
            order.add_group(key, &members, nodes, &pods_of, pods);
        }
        if !homeless.is_empty() {
            order.add_unscheduled(&homeless, pods);
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
        let first = self.nodes.len() as u32;
        let mut group = Group {
            lane: key.lane,
            title: key.title,
            unscheduled: false,
            masters: key.masters,
            tiles: first..first,
            nodes: members.len() as u32,
            pods: 0,
            by_sign: [0; 7],
            room: 0,
        };
        for at in members {
            self.tile_of_node[*at as usize] = self.nodes.len() as u32;
            let here = pods_of(*at);
            self.add_tile(*at, here, &mut group, pods);
            let node = &nodes[*at as usize];
            if node.ready == Some(true) && !node.cordoned {
                group.room += node.pods_limit.saturating_sub(here.len() as u32);
            }
        }
        group.tiles.end = self.nodes.len() as u32;
        self.groups.push(group);
    }

    fn add_unscheduled(&mut self, homeless: &[u32], pods: &PodTable) {
        let first = self.nodes.len() as u32;
        let mut group = Group {
            lane: None,
            title: String::new(),
            unscheduled: true,
            masters: false,
            tiles: first..first,
            nodes: 0,
            pods: 0,
            by_sign: [0; 7],
            room: 0,
        };
        // As many tiles as it takes at every level, so that nothing overflows a tile.
        for some in homeless.chunks(self.fullest as usize) {
            self.add_tile(NONE, some, &mut group, pods);
        }
        group.tiles.end = self.nodes.len() as u32;
        self.groups.push(group);
    }

    fn add_tile(&mut self, node: u32, members: &[u32], group: &mut Group, pods: &PodTable) {
        for pod in members {
            self.cell_of[*pod as usize] = self.cells.len() as u32;
            self.cells.push(*pod);
            group.by_sign[pods.sign[*pod as usize] as usize] += 1;
        }
        group.pods += members.len() as u32;
        self.nodes.push(node);
        self.starts.push(self.cells.len() as u32);
    }

    /// Number of tiles.
    pub fn tiles(&self) -> u32 {
        self.nodes.len() as u32
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

    /// Node of a tile; `None` for pods without a node.
    pub fn node(&self, tile: u32) -> Option<u32> {
        self.nodes.get(tile as usize).copied().filter(|n| *n != NONE)
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
struct Rank {
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
    fn key(&self, pods: &PodTable, pod: u32) -> (bool, u32, u32, u32) {
        let namespace = pods.namespace[pod as usize] as usize;
        let owner = pods.owner[pod as usize] as usize;
        (self.system[namespace], self.position[namespace], self.position[owner], pod)
    }
}

/// Namespaces that belong to the cluster itself.
pub fn is_system(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace == "openstack-system" || namespace == "tigera-operator"
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct GroupKey {
    lane: Option<String>,
    title: String,
    masters: bool,
}

/// Nodes by group: masters first, then by lane and name.
fn node_groups(nodes: &[Node], by: GroupBy) -> Vec<(GroupKey, Vec<u32>)> {
    let mut groups: Vec<(GroupKey, Vec<u32>)> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let (lane, title) = match by {
            GroupBy::NodeGroup => (None, node.group.as_str()),
            GroupBy::Zone => (None, node.zone.as_str()),
            GroupBy::ZoneAndGroup => (Some(node.zone.as_str()), node.group.as_str()),
            GroupBy::Role => (None, node.role.as_str()),
            GroupBy::None => (None, ""),
        };
        let group = *index.entry((lane, title)).or_insert_with(|| {
            let key = GroupKey { lane: lane.map(str::to_owned), title: title.to_owned(), masters: true };
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[group].0.masters &= node.role == "master";
        groups[group].1.push(at as u32);
    }
    groups.sort_by(|(a, _), (b, _)| {
        let masters_first = (!a.masters).cmp(&!b.masters);
        let lanes = natural(a.lane.as_deref().unwrap_or(""), b.lane.as_deref().unwrap_or(""));
        let titles = a.title.is_empty().cmp(&b.title.is_empty()).then_with(|| natural(&a.title, &b.title));
        match by {
            GroupBy::ZoneAndGroup => lanes.then(masters_first).then(titles),
            _ => masters_first.then(titles),
        }
    });
    groups
}

fn sort_nodes<'a>(
    members: &mut [u32],
    nodes: &[Node],
    by: OrderBy,
    pods_of: &impl Fn(u32) -> &'a [u32],
    pods: &PodTable,
) {
    let name = |a: &u32, b: &u32| natural(&nodes[*a as usize].name, &nodes[*b as usize].name);
    match by {
        OrderBy::Name => members.sort_by(name),
        OrderBy::Fullness => members.sort_by(|a, b| {
            let fullness = |n: u32| {
                let limit = u64::from(nodes[n as usize].pods_limit.max(1));
                pods_of(n).len() as u64 * 10_000 / limit
            };
            fullness(*b).cmp(&fullness(*a)).then_with(|| name(a, b))
        }),
        OrderBy::Problems => {
            let trouble = |n: u32| {
                let signs = pods_of(n).iter().map(|p| pods.sign[*p as usize]);
                let pods_in_trouble = signs.filter(|s| is_trouble(*s)).count();
                (nodes[n as usize].sign().severity(), pods_in_trouble)
            };
            members.sort_by_cached_key(|n| std::cmp::Reverse(trouble(*n)));
        }
    }
}

/// What `N` stops at and "problems first" counts: failed, unknown, not ready.
pub fn is_trouble(sign: Sign) -> bool {
    matches!(sign, Sign::Failed | Sign::Unknown | Sign::Warning)
}

/// Compares texts as people do: `worker-2` before `worker-10`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a.first(), b.first()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, rest_a) = number(a);
                let (right, rest_b) = number(b);
                let compared = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
                if compared != Ordering::Equal {
                    return compared;
                }
                // `01` after `1`, so that the order is total.
                if a.len() - rest_a.len() != b.len() - rest_b.len() {
                    return (a.len() - rest_a.len()).cmp(&(b.len() - rest_b.len()));
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x == y => (a, b) = (&a[1..], &b[1..]),
            (Some(x), Some(y)) => return x.cmp(y),
        }
    }
}

/// The number at the start without leading zeros, and what follows it.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().take_while(|b| **b == b'0').count();
    (&digits[zeros..], rest)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::columns::PodRow;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// A picture from nodes (group, limit) and pods (node or none, namespace, sign).
    pub fn picture(nodes: &[(&str, u32)], pods: &[(Option<usize>, &str, Sign)]) -> Picture {
        let list = nodes
            .iter()
            .enumerate()
            .map(|(n, (group, limit))| Node {
                uid: format!("n{n}"),
                name: format!("cloud-bay-{group}-{n}"),
                short: format!("{group}-{n}"),
                role: if *group == "master" { "master" } else { "worker" }.into(),
                group: (*group).into(),
                zone: ["a", "b", ""][n % 3].into(),
                flavor: String::new(),
                provider_id: String::new(),
                address: String::new(),
                version: String::new(),
                runtime: String::new(),
                kernel: String::new(),
                os_image: String::new(),
                ready: Some(true),
                cordoned: false,
                pressures: Vec::new(),
                message: String::new(),
                since: None,
                taints: Vec::new(),
                pods_limit: *limit,
                cpu_milli: 1000,
                memory_bytes: 1 << 30,
                pods: 0,
                troubled: 0,
                cpu_requested: 950,
                memory_requested: 1 << 29,
                cpu_used: None,
                memory_used: None,
                created_at: 0,
            })
            .collect();
        let mut table = PodTable::default();
        for (n, (node, namespace, sign)) in pods.iter().enumerate() {
            let row = PodRow {
                uid: format!("p{n}"),
                namespace: (*namespace).into(),
                name: format!("pod-{n:06}"),
                node: String::new(),
                owner: format!("Deployment/app-{}", n % 3),
                sign: *sign,
                succeeded: n % 11 == 10,
                reason: "Running".into(),
                message: String::new(),
                ready: 1,
                containers: 1,
                restarts: n as u32 % 40,
                created_at: 0,
                ip: "10.0.0.1".into(),
                cpu_milli: 1,
                memory_bytes: 1,
                labels: "app=x,tier=y".into(),
                images: "nginx".into(),
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
        fn every_pod_has_exactly_one_cell(picture in pictures(), by in 0usize..5, order_by in 0usize..3) {
            use strum::IntoEnumIterator as _;
            let by = GroupBy::iter().nth(by).unwrap();
            let order = Order::new(&picture, by, OrderBy::iter().nth(order_by).unwrap());
            let mut seen = vec![0; picture.pods.len()];
            for tile in 0..order.tiles() {
                for (slot, pod) in order.pods(tile).iter().enumerate() {
                    seen[*pod as usize] += 1;
                    prop_assert_eq!(order.place(*pod), Some((tile, slot as u32)));
                    let node = picture.pods.node[*pod as usize];
                    prop_assert_eq!(order.node(tile), (node != NONE).then_some(node));
                }
                prop_assert!(order.pods(tile).len() as u32 <= order.slots);
            }
            prop_assert!(seen.iter().all(|n| *n == 1));
            let tiles: u32 = order.groups.iter().map(|g| g.tiles.len() as u32).sum();
            prop_assert_eq!(tiles, order.tiles());
            for node in 0..picture.nodes.len() as u32 {
                let tile = order.tile_of_node(node).unwrap();
                prop_assert_eq!(order.node(tile), Some(node));
                let group = &order.groups[order.group_of(tile).unwrap()];
                prop_assert!(group.tiles.contains(&tile));
            }
        }

        #[test]
        fn natural_order_is_an_order(a in "[a-c0-2-]{0,6}", b in "[a-c0-2-]{0,6}", c in "[a-c0-2-]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b) == Ordering::Equal, a == b);
            if natural(&a, &b) != Ordering::Greater && natural(&b, &c) != Ordering::Greater {
                prop_assert!(natural(&a, &c) != Ordering::Greater);
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
        assert_eq!(order.nodes, [1, 0]);
    }
}
