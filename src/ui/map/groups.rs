//! What tiles can be grouped and ordered by, and the groups of nodes that come of it.

use crate::model::cluster::Node;
use crate::model::columns::PodTable;
use crate::model::natural::natural;
use crate::model::status::Sign;
use std::cmp::Reverse;
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
    /// Namespace; a tile is a workload then, not a node.
    Namespace,
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
    /// Name; empty where nodes carry none, or where nothing is grouped.
    pub title: String,
    /// Pods without a node stand here.
    pub unscheduled: bool,
    /// Its masters: such groups come first.
    pub masters: bool,
    /// Its tiles.
    pub tiles: Range<u32>,
    /// Its nodes.
    pub nodes: u32,
    /// Its workloads, when grouped by namespace.
    pub workloads: u32,
    /// Its pods.
    pub pods: u32,
    /// Its pods by sign, in the order of [`Sign::ALL`].
    pub by_sign: [u32; 7],
    /// Pods that its ready nodes could take besides.
    pub room: u32,
}

/// Namespaces that belong to the cluster itself.
pub fn is_system(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace == "openstack-system" || namespace == "tigera-operator"
}

/// What a group of nodes is made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupKey {
    pub(super) lane: Option<String>,
    pub(super) title: String,
    pub(super) masters: bool,
}

impl Group {
    /// An empty group whose first tile will be `first`.
    pub(super) fn new(key: GroupKey, first: u32) -> Group {
        Group {
            lane: key.lane,
            title: key.title,
            unscheduled: false,
            masters: key.masters,
            tiles: first..first,
            nodes: 0,
            workloads: 0,
            pods: 0,
            by_sign: [0; 7],
            room: 0,
        }
    }
}

/// Nodes by group: masters first, then by lane and name.
pub(super) fn node_groups(nodes: &[Node], by: GroupBy) -> Vec<(GroupKey, Vec<u32>)> {
    let mut groups: Vec<(GroupKey, Vec<u32>)> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let (lane, title) = match by {
            GroupBy::NodeGroup => (None, node.group.as_str()),
            GroupBy::Zone => (None, node.zone.as_str()),
            GroupBy::ZoneAndGroup => (Some(node.zone.as_str()), node.group.as_str()),
            GroupBy::Role => (None, node.role.as_str()),
            GroupBy::None | GroupBy::Namespace => (None, ""),
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

/// Puts the nodes of a group into order; ties go by name.
pub(super) fn sort_nodes<'a>(
    members: &mut [u32],
    nodes: &[Node],
    by: OrderBy,
    pods_of: &impl Fn(u32) -> &'a [u32],
    pods: &PodTable,
) {
    members.sort_by(|a, b| natural(&nodes[*a as usize].name, &nodes[*b as usize].name));
    match by {
        OrderBy::Name => {}
        OrderBy::Fullness => {
            members.sort_by_cached_key(|n| Reverse(fullness(&nodes[*n as usize], pods_of(*n).len())));
        }
        OrderBy::Problems => members.sort_by_cached_key(|n| {
            let signs = pods_of(*n).iter().map(|p| pods.sign[*p as usize]);
            Reverse((nodes[*n as usize].sign().severity(), signs.filter(|s| is_trouble(*s)).count()))
        }),
    }
}

/// How full a node is, in ten thousandths: of pods, requested CPU and requested memory, what it has least room for.
fn fullness(node: &Node, pods: usize) -> u64 {
    let part = |taken: u64, of: u64| if of == 0 { 0 } else { (taken as u128 * 10_000 / of as u128) as u64 };
    part(pods as u64, u64::from(node.pods_limit))
        .max(part(node.cpu_requested, node.cpu_milli))
        .max(part(node.memory_requested, node.memory_bytes))
}

/// What `N` stops at and "problems first" counts: failed, unknown, not ready.
pub fn is_trouble(sign: Sign) -> bool {
    matches!(sign, Sign::Failed | Sign::Unknown | Sign::Warning)
}
