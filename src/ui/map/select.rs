//! Travelling over the map by keyboard: from pod to pod, from node to node, to the next trouble.

use super::layout::{Layout, PxRect};
use super::order::{Order, is_trouble};
use crate::model::cluster::Picture;

/// Something on the map that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// A pod, by its index in the table.
    Pod(u32),
    /// A tile.
    Tile(u32),
    /// A group of tiles, by its number in the order.
    Group(u32),
}

/// A direction of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// The tile of a spot.
pub fn tile_of(order: &Order, spot: Spot) -> Option<u32> {
    match spot {
        Spot::Pod(pod) => order.place(pod).map(|(tile, _)| tile),
        Spot::Tile(tile) => (tile < order.tiles()).then_some(tile),
        Spot::Group(_) => None,
    }
}

/// Where a spot stands.
pub fn rect_of(order: &Order, layout: &Layout, spot: Spot) -> Option<PxRect> {
    match spot {
        Spot::Pod(pod) => layout.pod_rect(order, pod),
        Spot::Tile(tile) => layout.tile_rect(order, tile),
        Spot::Group(group) => {
            let block = layout.blocks.iter().find(|b| b.group == group as usize)?;
            let heading = block.heading;
            let wide = block.body.w.max(heading.w.min(block.body.w.max(layout.metrics.px(170.0))));
            Some(PxRect::new(heading.x, heading.y, wide, block.body.bottom() - heading.y))
        }
    }
}

/// One step from tile to tile, wherever inside a tile one is.
pub fn step_tile(order: &Order, layout: &Layout, from: Spot, way: Way) -> Spot {
    match tile_of(order, from) {
        Some(tile) => Spot::Tile(neighbour(order, layout, tile, way).unwrap_or(tile)),
        None => step(order, layout, from, way),
    }
}

/// What a spot is part of: the tile of a pod, the group of a tile.
pub fn up(order: &Order, from: Spot) -> Option<Spot> {
    match from {
        Spot::Pod(pod) => order.place(pod).map(|(tile, _)| Spot::Tile(tile)),
        Spot::Tile(tile) => order.group_of(tile).map(|group| Spot::Group(group as u32)),
        Spot::Group(_) => None,
    }
}

/// The first thing inside a spot: the first tile of a group, the first pod of a tile.
pub fn inside(order: &Order, from: Spot) -> Option<Spot> {
    match from {
        Spot::Pod(_) => None,
        Spot::Tile(tile) => order.pod(tile, 0).map(Spot::Pod),
        Spot::Group(group) => order.groups.get(group as usize).map(|g| Spot::Tile(g.tiles.start)),
    }
}

/// The pods of a spot.
pub fn pods_of(order: &Order, spot: Spot) -> Vec<u32> {
    match spot {
        Spot::Pod(pod) => vec![pod],
        Spot::Tile(tile) => order.pods(tile).to_vec(),
        Spot::Group(group) => {
            let tiles = order.groups.get(group as usize).map(|g| g.tiles.clone()).unwrap_or_default();
            tiles.flat_map(|tile| order.pods(tile).iter().copied()).collect()
        }
    }
}

/// One step from a spot. A pod leads to the pod beside it, and over the edge of its tile into the next one; a tile leads to
/// the next tile. Where nothing lies that way the spot stays.
pub fn step(order: &Order, layout: &Layout, from: Spot, way: Way) -> Spot {
    match from {
        Spot::Tile(tile) => Spot::Tile(neighbour(order, layout, tile, way).unwrap_or(tile)),
        // From group to group, up and down; sideways into its tiles.
        Spot::Group(group) => {
            let other = match way {
                Way::Up => group.checked_sub(1),
                Way::Down => Some(group + 1).filter(|g| (*g as usize) < order.groups.len()),
                Way::Left => None,
                Way::Right => return inside(order, from).unwrap_or(from),
            };
            other.map_or(from, Spot::Group)
        }
        Spot::Pod(pod) => {
            let Some((tile, slot)) = order.place(pod) else { return from };
            let columns = layout.metrics.columns as u32;
            let here = order.pods(tile).len() as u32;
            let (column, row) = (slot % columns, slot / columns);
            let inside = match way {
                Way::Left => (column > 0).then(|| slot - 1),
                Way::Right => (column + 1 < columns && slot + 1 < here).then_some(slot + 1),
                Way::Up => (row > 0).then(|| slot - columns),
                Way::Down => (slot + columns < here).then_some(slot + columns),
            };
            if let Some(slot) = inside {
                return order.pod(tile, slot).map_or(from, Spot::Pod);
            }
            let Some(next) = neighbour(order, layout, tile, way) else { return from };
            enter(order, next, columns, (column, row), way)
        }
    }
}

/// The pod where one comes into a tile; the tile itself where it is empty.
fn enter(order: &Order, tile: u32, columns: u32, (column, row): (u32, u32), way: Way) -> Spot {
    let pods = order.pods(tile).len() as u32;
    let Some(last) = pods.checked_sub(1) else { return Spot::Tile(tile) };
    let rows = last / columns;
    let slot = match way {
        Way::Right => row.min(rows) * columns,
        Way::Left => (row.min(rows) * columns + columns - 1).min(last),
        Way::Down => column.min(last),
        Way::Up => {
            let in_last_row = rows * columns + column;
            if in_last_row <= last { in_last_row } else { in_last_row.saturating_sub(columns).min(last) }
        }
    };
    order.pod(tile, slot).map_or(Spot::Tile(tile), Spot::Pod)
}

/// The tile beside a tile: the nearest one that way, over the edges of groups too.
fn neighbour(order: &Order, layout: &Layout, tile: u32, way: Way) -> Option<u32> {
    let here = layout.tile_rect(order, tile)?;
    let block = layout.block_of(order, tile)?;
    let tiles = &order.groups[block.group].tiles;
    let n = tile - tiles.start;
    let inside = match way {
        Way::Left => (!n.is_multiple_of(block.columns)).then(|| n - 1),
        Way::Right => (n % block.columns + 1 < block.columns).then_some(n + 1),
        Way::Up => n.checked_sub(block.columns),
        Way::Down => Some(n + block.columns),
    };
    if let Some(n) = inside.filter(|n| *n < tiles.len() as u32) {
        return Some(tiles.start + n);
    }
    // The nearest tile of another group: first along the way, then across it.
    let (hx, hy) = here.center();
    let mut best: Option<(f64, u32)> = None;
    for other in layout.blocks.iter().filter(|b| b.group != block.group) {
        let group = &order.groups[other.group].tiles;
        for tile in nearest_in(layout, order, other.group, (hx, hy), group.clone()) {
            let Some(rect) = layout.tile_rect(order, tile) else { continue };
            let (x, y) = rect.center();
            let (along, across) = match way {
                Way::Left => (hx - x, (hy - y).abs()),
                Way::Right => (x - hx, (hy - y).abs()),
                Way::Up => (hy - y, (hx - x).abs()),
                Way::Down => (y - hy, (hx - x).abs()),
            };
            let (size_along, size_across) = match way {
                Way::Left | Way::Right => (here.w as f64, here.h as f64),
                Way::Up | Way::Down => (here.h as f64, here.w as f64),
            };
            // Sideways one stays on the shelf.
            let beside = matches!(way, Way::Left | Way::Right) && across > size_across / 2.0;
            if along < size_along / 2.0 || beside {
                continue;
            }
            let distance = along + across * 2.0;
            if best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, tile));
            }
        }
    }
    best.map(|(_, tile)| tile)
}

/// The few tiles of a group that can be nearest to a point: those in the rows and columns about it.
fn nearest_in(
    layout: &Layout,
    order: &Order,
    group: usize,
    (x, y): (f64, f64),
    tiles: std::ops::Range<u32>,
) -> Vec<u32> {
    let Some(block) = layout.block_of(order, tiles.start).filter(|b| b.group == group) else { return Vec::new() };
    let m = &layout.metrics;
    let columns = i64::from(block.columns);
    let rows = (i64::from(tiles.len() as u32) + columns - 1) / columns;
    let column = ((x as i64 - block.body.x) / m.tile_pitch_x()).clamp(0, columns - 1);
    let row = ((y as i64 - block.body.y) / m.tile_pitch_y()).clamp(0, rows - 1);
    let mut list = Vec::new();
    for r in [row, 0, rows - 1] {
        for c in [column, 0, columns - 1] {
            let tile = i64::from(tiles.start) + r * columns + c;
            list.push(tile.min(i64::from(tiles.end) - 1) as u32);
        }
    }
    list
}

/// The first or last spot: inside the tile of a pod, among all tiles for a tile.
pub fn end(order: &Order, from: Option<Spot>, last: bool) -> Option<Spot> {
    match from {
        Some(Spot::Pod(pod)) => {
            let (tile, _) = order.place(pod)?;
            let pods = order.pods(tile);
            (if last { pods.last() } else { pods.first() }).map(|p| Spot::Pod(*p))
        }
        _ => {
            let tile = if last { order.tiles().checked_sub(1)? } else { 0 };
            (tile < order.tiles()).then_some(Spot::Tile(tile))
        }
    }
}

/// The next pod in trouble after a spot, round and round; the next node in trouble where no pod is.
pub fn next_trouble(order: &Order, picture: &Picture, from: Option<Spot>) -> Option<Spot> {
    let signs = &picture.pods.sign;
    let start = match from {
        Some(Spot::Pod(pod)) => order.place(pod).map_or(0, |(tile, slot)| order.cell_number(tile, slot) + 1),
        Some(Spot::Tile(tile)) => order.cell_number(tile, 0),
        Some(Spot::Group(group)) => order.groups.get(group as usize).map_or(0, |g| order.cell_number(g.tiles.start, 0)),
        None => 0,
    };
    let wanted = |(_, _, pod): &(u32, u32, u32)| signs.get(*pod as usize).is_some_and(|s| is_trouble(*s));
    let found = order.walk(start).find(wanted).or_else(|| order.walk(0).find(wanted));
    if let Some((_, _, pod)) = found {
        return Some(Spot::Pod(pod));
    }
    let after = from.and_then(|s| tile_of(order, s)).map_or(0, |t| t + 1);
    let tiles = (after..order.tiles()).chain(0..after);
    let mut tiles = tiles.filter(|t| {
        let node = order.node(*t).and_then(|n| picture.nodes.get(n as usize));
        node.is_some_and(|n| is_trouble(n.sign()))
    });
    tiles.next().map(Spot::Tile)
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Metrics;
    use super::super::order::tests::{picture, pictures};
    use super::super::order::{GroupBy, OrderBy};
    use super::*;
    use crate::model::status::Sign;
    use proptest::prelude::*;

    fn layout(order: &Order, columns: u32) -> Layout {
        Layout::new(order, Metrics::new(11, 1.0, order.slots, order.fullest), columns)
    }

    #[test]
    fn over_the_edge_of_a_tile_into_the_next() {
        let pods: Vec<_> = (0..8).map(|n| (Some(n % 2), "shop", Sign::Ok)).collect();
        let order = Order::new(&picture(&[("web", 4), ("web", 4)], &pods), GroupBy::None, OrderBy::Name);
        let layout = layout(&order, 2);
        assert_eq!(layout.metrics.columns, 2);
        let top_right = Spot::Pod(order.pods(0)[1]);
        let next = step(&order, &layout, top_right, Way::Right);
        assert_eq!(next, Spot::Pod(order.pods(1)[0]));
        assert_eq!(step(&order, &layout, next, Way::Left), top_right);
    }

    #[test]
    fn from_shelf_to_shelf() {
        let nodes = [("master", 4), ("web", 4), ("web", 4), ("web", 4)];
        let order = Order::new(&picture(&nodes, &[]), GroupBy::NodeGroup, OrderBy::Name);
        let layout = layout(&order, 2);
        assert_eq!(step(&order, &layout, Spot::Tile(0), Way::Down), Spot::Tile(1));
        assert_eq!(step(&order, &layout, Spot::Tile(2), Way::Up), Spot::Tile(0));
        assert_eq!(step(&order, &layout, Spot::Tile(0), Way::Up), Spot::Tile(0));
    }

    #[test]
    fn trouble_is_visited_round_and_round() {
        let pods = [
            (Some(0), "a", Sign::Ok),
            (Some(0), "b", Sign::Failed),
            (Some(1), "a", Sign::Unknown),
            (Some(1), "b", Sign::Progress),
        ];
        let picture = picture(&[("web", 4), ("web", 4)], &pods);
        let order = Order::new(&picture, GroupBy::None, OrderBy::Name);
        let first = next_trouble(&order, &picture, None);
        assert_eq!(first, Some(Spot::Pod(1)));
        let second = next_trouble(&order, &picture, first);
        assert_eq!(second, Some(Spot::Pod(2)));
        assert_eq!(next_trouble(&order, &picture, second), first);
    }

    #[test]
    fn up_to_the_node_and_the_group_and_inside_again() {
        let picture = picture(&[("web", 4), ("gpu", 4)], &[(Some(0), "a", Sign::Ok), (Some(1), "a", Sign::Ok)]);
        let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
        let layout = layout(&order, 2);
        let tile = up(&order, Spot::Pod(0)).unwrap();
        let group = up(&order, tile).unwrap();
        assert_eq!((tile, group), (Spot::Tile(1), Spot::Group(1)));
        assert_eq!(up(&order, group), None);
        assert_eq!(inside(&order, group), Some(tile));
        assert_eq!(inside(&order, tile), Some(Spot::Pod(0)));
        assert_eq!(step(&order, &layout, group, Way::Up), Spot::Group(0));
        assert_eq!(step_tile(&order, &layout, Spot::Pod(0), Way::Up), step(&order, &layout, tile, Way::Up));
        assert_eq!(pods_of(&order, group), [0]);
        let rect = rect_of(&order, &layout, group).unwrap();
        let inner = rect_of(&order, &layout, tile).unwrap();
        assert!(rect.intersect(&inner) == Some(inner));
    }

    proptest! {
        #[test]
        fn travel_never_leaves_the_map(picture in pictures(), columns in 1u32..8, ways in proptest::collection::vec(0usize..4, 0..60)) {
            let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
            let layout = layout(&order, columns);
            let Some(mut at) = end(&order, None, false) else { return Ok(()) };
            for way in ways {
                at = step(&order, &layout, at, [Way::Left, Way::Right, Way::Up, Way::Down][way]);
                prop_assert!(rect_of(&order, &layout, at).is_some());
            }
        }
    }
}
