//! Where everything is: groups packed into shelves, tiles and cells by plain arithmetic, and the way back from a point to
//! the pod under it.

use super::metrics::{Level, Metrics};
use super::order::{Group, Order};
pub use super::rect::PxRect;
use std::ops::Range;

/// A heading over several groups (a zone).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Zone; empty where nodes carry none.
    pub title: String,
    /// Nodes in it.
    pub nodes: u32,
    /// Where its heading stands.
    pub rect: PxRect,
}

/// A group in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Index into the order's groups.
    pub group: usize,
    /// Tiles side by side.
    pub columns: u32,
    /// Where its heading stands; as wide as there is room.
    pub heading: PxRect,
    /// Where its tiles stand.
    pub body: PxRect,
}

/// What is under a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hit {
    /// A pod: index into the pod table, with its tile.
    Pod {
        /// Tile.
        tile: u32,
        /// Pod.
        pod: u32,
    },
    /// A tile beside its pods.
    Tile(u32),
    /// The heading of a group.
    Heading(usize),
    /// Nothing.
    Ground,
}

/// Every place on the map at one cell size.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Lengths.
    pub metrics: Metrics,
    /// Groups in their places, in the order of their tiles.
    pub blocks: Vec<Block>,
    /// Zones over groups.
    pub lanes: Vec<Lane>,
    /// Width of everything.
    pub width: i64,
    /// Height of everything.
    pub height: i64,
}

/// Most zones that stand side by side.
const MOST_LANES: usize = 6;

impl Layout {
    /// Packs the groups into shelves that are at most `columns` tiles wide.
    pub fn new(order: &Order, metrics: Metrics, columns: u32) -> Layout {
        let mut layout = Layout { metrics, blocks: Vec::new(), lanes: Vec::new(), width: 0, height: 0 };
        let columns = columns.max(1).max(metrics.least_columns);
        let lanes = lanes(order);
        let (margin, mut y) = (metrics.margin, metrics.margin);
        if lanes.is_empty() {
            let groups: Vec<usize> = (0..order.groups.len()).collect();
            y = layout.shelves(order, &groups, columns, margin, y);
        } else {
            let loose: Vec<usize> = (0..order.groups.len()).filter(|g| order.groups[*g].lane.is_none()).collect();
            if !loose.is_empty() {
                y = layout.shelves(order, &loose, columns, margin, y);
            }
            let each = (columns / lanes.len() as u32).max(metrics.least_columns);
            let lane_width = i64::from(each) * metrics.tile_pitch_x() - metrics.tile_gap;
            let mut bottom = y;
            for (n, (title, groups)) in lanes.into_iter().enumerate() {
                let x = margin + n as i64 * (lane_width + metrics.lane_gap);
                let nodes = groups.iter().map(|g| order.groups[*g].nodes).sum();
                let rect = PxRect::new(x, y, lane_width, metrics.heading);
                layout.lanes.push(Lane { title, nodes, rect });
                bottom = bottom.max(layout.shelves(order, &groups, each, x, y + metrics.heading));
            }
            y = bottom;
        }
        layout.height = y - metrics.shelf_gap + metrics.margin;
        let right = layout.blocks.iter().map(|b| b.body.right()).max().unwrap_or(0);
        layout.width = right + margin;
        layout.blocks.sort_by_key(|b| b.group);
        layout
    }

    /// Puts groups into shelves from `(x, y)` on; tells where the next shelf would begin. Groups of several rows take the
    /// whole width; the end of a shelf goes to the next groups that fit.
    fn shelves(&mut self, order: &Order, groups: &[usize], columns: u32, x: i64, y: i64) -> i64 {
        let m = self.metrics;
        let mut waiting: Vec<usize> = arranged(order, groups);
        let mut y = y;
        while !waiting.is_empty() {
            let mut used = 0;
            let mut rows = 1;
            let first_of_shelf = self.blocks.len();
            let mut at = 0;
            while at < waiting.len() {
                let group = &order.groups[waiting[at]];
                let tiles = group.tiles.len() as u32;
                let wide = tiles.clamp(m.least_columns.min(columns), columns);
                let fits = used == 0 || (tiles <= columns && used + wide <= columns && rows == 1);
                if !fits {
                    at += 1;
                    continue;
                }
                let high = tiles.div_ceil(wide);
                let left = x + i64::from(used) * m.tile_pitch_x();
                let shown = tiles.min(wide);
                self.blocks.push(Block {
                    group: waiting[at],
                    columns: wide,
                    heading: PxRect::new(left, y, 0, m.heading),
                    body: PxRect::new(
                        left,
                        y + m.heading,
                        i64::from(shown) * m.tile_pitch_x() - m.tile_gap,
                        i64::from(high) * m.tile_pitch_y() - m.tile_gap,
                    ),
                });
                rows = high;
                used += wide;
                // What did not fit before fits even less now.
                waiting.remove(at);
                if used >= columns || rows > 1 {
                    break;
                }
            }
            // A heading may run on to where the next one begins.
            let shelf = &mut self.blocks[first_of_shelf..];
            let end = x + i64::from(columns) * m.tile_pitch_x() - m.tile_gap;
            for n in 0..shelf.len() {
                let next = shelf.get(n + 1).map_or(end, |b| b.heading.x - m.tile_gap);
                shelf[n].heading.w = (next - shelf[n].heading.x).max(shelf[n].body.w);
            }
            y += m.heading + i64::from(rows) * m.tile_pitch_y() - m.tile_gap + m.shelf_gap;
        }
        y
    }

    /// The block of a tile. Blocks stand in the order of their groups.
    pub fn block_of(&self, order: &Order, tile: u32) -> Option<&Block> {
        let group = order.group_of(tile)?;
        self.blocks.get(self.blocks.partition_point(|b| b.group < group)).filter(|b| b.group == group)
    }

    /// Where a tile stands.
    pub fn tile_rect(&self, order: &Order, tile: u32) -> Option<PxRect> {
        let block = self.block_of(order, tile)?;
        Some(self.tile_in_block(block, tile - order.groups[block.group].tiles.start))
    }

    fn tile_in_block(&self, block: &Block, n: u32) -> PxRect {
        let m = &self.metrics;
        let (column, row) = (i64::from(n % block.columns), i64::from(n / block.columns));
        PxRect::new(block.body.x + column * m.tile_pitch_x(), block.body.y + row * m.tile_pitch_y(), m.width, m.height)
    }

    /// Where a slot of a tile stands.
    pub fn slot_rect(&self, tile: &PxRect, slot: u32) -> PxRect {
        let m = &self.metrics;
        let (column, row) = (i64::from(slot) % m.columns, i64::from(slot) / m.columns);
        let x = tile.x + m.cells_left() + column * m.pitch();
        PxRect::new(x, tile.y + m.head + row * m.pitch(), m.cell, m.cell)
    }

    /// Where a pod stands.
    pub fn pod_rect(&self, order: &Order, pod: u32) -> Option<PxRect> {
        let (tile, slot) = order.place(pod)?;
        Some(self.slot_rect(&self.tile_rect(order, tile)?, slot))
    }

    /// What is under a point. The gap after a cell belongs to it, so that no point between two pods hits nothing.
    pub fn hit(&self, order: &Order, x: i64, y: i64) -> Hit {
        let m = &self.metrics;
        for block in &self.blocks {
            if block.heading.contains(x, y) {
                return Hit::Heading(block.group);
            }
            if !block.body.contains(x, y) {
                continue;
            }
            let (dx, dy) = (x - block.body.x, y - block.body.y);
            let (column, row) = (dx / m.tile_pitch_x(), dy / m.tile_pitch_y());
            let n = row * i64::from(block.columns) + column;
            let tiles = &order.groups[block.group].tiles;
            let tile = i64::from(tiles.start) + n;
            let inside = dx % m.tile_pitch_x() < m.width && dy % m.tile_pitch_y() < m.height;
            if !inside || column >= i64::from(block.columns) || tile >= i64::from(tiles.end) {
                return Hit::Ground;
            }
            let tile = tile as u32;
            let cx = dx % m.tile_pitch_x() - m.cells_left();
            let cy = dy % m.tile_pitch_y() - m.head;
            if cx < 0 || cy < 0 || cx / m.pitch() >= m.columns || cy / m.pitch() >= m.rows {
                return Hit::Tile(tile);
            }
            let slot = (cy / m.pitch() * m.columns + cx / m.pitch()) as u32;
            return order.pod(tile, slot).map_or(Hit::Tile(tile), |pod| Hit::Pod { tile, pod });
        }
        Hit::Ground
    }

    /// Calls `each` for every tile that touches the view, block by block.
    pub fn visible(&self, order: &Order, view: &PxRect, mut each: impl FnMut(u32, PxRect)) {
        let m = &self.metrics;
        for block in &self.blocks {
            let Some(seen) = block.body.intersect(view) else { continue };
            let rows = span(seen.y - block.body.y, seen.h, m.tile_pitch_y());
            let columns = span(seen.x - block.body.x, seen.w, m.tile_pitch_x());
            let tiles = &order.groups[block.group].tiles;
            for row in rows {
                for column in columns.start..columns.end.min(i64::from(block.columns)) {
                    let n = row * i64::from(block.columns) + column;
                    if n < i64::from(tiles.len() as u32) {
                        each(tiles.start + n as u32, self.tile_in_block(block, n as u32));
                    }
                }
            }
        }
    }

    /// The slots of a tile that touch the view: rows and columns.
    pub fn visible_slots(&self, tile: &PxRect, view: &PxRect) -> (Range<i64>, Range<i64>) {
        let m = &self.metrics;
        let cells = PxRect::new(tile.x + m.cells_left(), tile.y + m.head, m.columns * m.pitch(), m.rows * m.pitch());
        match cells.intersect(view) {
            None => (0..0, 0..0),
            Some(seen) => (span(seen.y - cells.y, seen.h, m.pitch()), span(seen.x - cells.x, seen.w, m.pitch())),
        }
    }

    /// The level of detail.
    pub fn level(&self) -> Level {
        self.metrics.level
    }
}

/// Indices of the steps of `pitch` that a stretch touches.
fn span(from: i64, length: i64, pitch: i64) -> Range<i64> {
    from.max(0) / pitch..(from + length - 1).max(0) / pitch + 1
}

/// Zones with their groups, when there are a few of them; empty otherwise.
fn lanes(order: &Order) -> Vec<(String, Vec<usize>)> {
    let mut lanes: Vec<(String, Vec<usize>)> = Vec::new();
    for (at, group) in order.groups.iter().enumerate() {
        let Some(lane) = &group.lane else { continue };
        match lanes.iter_mut().find(|(title, _)| title == lane) {
            Some((_, groups)) => groups.push(at),
            None => lanes.push((lane.clone(), vec![at])),
        }
    }
    if lanes.len() > MOST_LANES { Vec::new() } else { lanes }
}

/// Groups in the order in which they get a place: masters, pods without a node, the others. Nobody should have to scroll
/// to see that pods find no node.
fn arranged(order: &Order, groups: &[usize]) -> Vec<usize> {
    let rank = |group: &Group| match (group.masters, group.unscheduled) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    };
    let mut sorted = groups.to_vec();
    sorted.sort_by_key(|g| rank(&order.groups[*g]));
    sorted
}

/// The best cell size and number of columns to show everything in a view of `width` x `height` physical pixels, with cells
/// no larger than `largest`.
pub fn fit(order: &Order, width: i64, height: i64, scale: f32, largest: i64) -> (i64, u32) {
    let mut best = (1, 1);
    for cell in (1..=largest.max(1)).rev() {
        let metrics = Metrics::new(cell, scale, order.slots, order.fullest);
        best = (cell, columns_for(order, cell, width, scale));
        let layout = Layout::new(order, metrics, best.1);
        if layout.width <= width && layout.height <= height {
            break;
        }
    }
    best
}

/// How many times the view's height a first view may be, so that cells are large enough for shapes.
const SCROLLED: i64 = 4;

/// The cell size and columns of the first view: everything where that leaves cells readable, else cells of a readable size
/// with the rest below, else everything all the same.
pub fn readable(order: &Order, width: i64, height: i64, scale: f32, largest: i64) -> (i64, u32) {
    let whole = fit(order, width, height, scale, largest);
    let px = |points: f32| (points * scale).round() as i64;
    if whole.0 >= px(9.0) {
        return whole;
    }
    // Two pixels a pod read better than one, if that is not far more than the view.
    let tried = if whole.0 >= px(3.0) { vec![px(11.0), px(9.0), px(7.0)] } else { vec![px(2.0)] };
    for cell in tried.into_iter().filter(|c| *c > whole.0) {
        let columns = columns_for(order, cell, width, scale);
        let layout = Layout::new(order, Metrics::new(cell, scale, order.slots, order.fullest), columns);
        let most = if cell >= px(3.0) { height * SCROLLED } else { height * 3 / 2 };
        if layout.width <= width && layout.height <= most {
            return (cell, columns);
        }
    }
    whole
}

/// Tiles side by side in a view of this width.
fn columns_for(order: &Order, cell: i64, width: i64, scale: f32) -> u32 {
    let metrics = Metrics::new(cell, scale, order.slots, order.fullest);
    let lanes = lanes(order).len().max(1) as i64;
    let room = width - 2 * metrics.margin - (lanes - 1) * metrics.lane_gap + metrics.tile_gap;
    (room / metrics.tile_pitch_x()).clamp(1, i64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::{picture, pictures};
    use super::super::order::{GroupBy, OrderBy};
    use super::*;
    use crate::model::status::Sign;
    use proptest::prelude::*;
    use strum::IntoEnumIterator as _;

    fn metrics(order: &Order, cell: i64) -> Metrics {
        Metrics::new(cell, 1.0, order.slots, order.fullest)
    }

    proptest! {
        #[test]
        fn a_pod_is_found_where_it_stands(
            picture in pictures(), by in 0usize..6, cell in 1i64..40, columns in 1u32..20,
        ) {
            let order = Order::new(&picture, GroupBy::iter().nth(by).unwrap(), OrderBy::Name);
            let layout = Layout::new(&order, metrics(&order, cell), columns);
            for pod in 0..picture.pods.len() as u32 {
                let rect = layout.pod_rect(&order, pod).unwrap();
                let (tile, _) = order.place(pod).unwrap();
                for (x, y) in [(rect.x, rect.y), (rect.right() - 1, rect.bottom() - 1)] {
                    prop_assert_eq!(layout.hit(&order, x, y), Hit::Pod { tile, pod });
                }
                prop_assert!(rect.right() <= layout.width && rect.bottom() <= layout.height);
            }
        }

        #[test]
        fn nothing_overlaps(picture in pictures(), by in 0usize..6, cell in 1i64..40, columns in 1u32..20) {
            let order = Order::new(&picture, GroupBy::iter().nth(by).unwrap(), OrderBy::Name);
            let layout = Layout::new(&order, metrics(&order, cell), columns);
            let mut rects: Vec<PxRect> =
                (0..order.tiles()).map(|tile| layout.tile_rect(&order, tile).unwrap()).collect();
            rects.extend(layout.blocks.iter().map(|b| b.heading));
            rects.extend(layout.lanes.iter().map(|l| l.rect));
            for (n, a) in rects.iter().enumerate() {
                for b in &rects[n + 1..] {
                    prop_assert!(a.intersect(b).is_none(), "{a:?} and {b:?}");
                }
            }
        }

        #[test]
        fn what_is_visible_is_what_touches_the_view(
            picture in pictures(), cell in 1i64..30, x in 0i64..900, y in 0i64..900, w in 1i64..500, h in 1i64..500,
        ) {
            let order = Order::new(&picture, GroupBy::Zone, OrderBy::Name);
            let layout = Layout::new(&order, metrics(&order, cell), 6);
            let view = PxRect::new(x, y, w, h);
            let mut seen = Vec::new();
            layout.visible(&order, &view, |tile, rect| {
                assert_eq!(Some(rect), layout.tile_rect(&order, tile));
                seen.push(tile);
            });
            for tile in 0..order.tiles() {
                let rect = layout.tile_rect(&order, tile).unwrap();
                if rect.intersect(&view).is_some() {
                    prop_assert!(seen.contains(&tile));
                }
            }
        }

        #[test]
        fn fit_shows_everything_unless_even_single_pixels_do_not(picture in pictures(), w in 200i64..1600, h in 150i64..900) {
            let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
            let (cell, columns) = fit(&order, w, h, 1.0, 24);
            let layout = Layout::new(&order, metrics(&order, cell), columns);
            prop_assert!(cell == 1 || (layout.width <= w && layout.height <= h));
        }
    }

    #[test]
    fn small_groups_share_a_shelf_and_the_homeless_stand_in_the_first() {
        let mut nodes = vec![("default-worker", 110); 16];
        nodes.extend([("master", 110); 3]);
        nodes.extend([("himem", 110); 2]);
        let picture = picture(&nodes, &[(None, "shop", Sign::Pending)]);
        let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
        let layout = Layout::new(&order, metrics(&order, 11), 6);
        let place = |title: &str, unscheduled: bool| {
            let group = order.groups.iter().position(|g| g.title == title && g.unscheduled == unscheduled).unwrap();
            let block = layout.blocks.iter().find(|b| b.group == group).unwrap();
            (block.body.x / layout.metrics.tile_pitch_x(), block.body.y)
        };
        let top = place("master", false).1;
        assert_eq!(place("", true).1, top);
        assert_eq!(place("himem", false).1, top);
        assert!(place("default-worker", false).1 > top);
        assert_eq!(layout.blocks[1].columns, 6);
    }

    #[test]
    fn zones_stand_side_by_side() {
        let picture = picture(&[("web", 10); 30], &[]);
        let order = Order::new(&picture, GroupBy::ZoneAndGroup, OrderBy::Name);
        let layout = Layout::new(&order, metrics(&order, 7), 12);
        assert_eq!(layout.lanes.len(), 3);
        assert_eq!(layout.lanes[0].rect.y, layout.lanes[2].rect.y);
        assert_eq!(layout.lanes[1].nodes, 10);
    }

    #[test]
    fn the_first_view_is_readable() {
        let mut nodes = vec![("default-worker", 110); 16];
        nodes.extend([("master", 110); 3]);
        nodes.extend([("batch", 110); 6]);
        let order = Order::new(&picture(&nodes, &[]), GroupBy::NodeGroup, OrderBy::Name);
        assert_eq!(readable(&order, 1_065, 640, 1.0, 22), (11, 6));
        let few = Order::new(&picture(&nodes[..4], &[]), GroupBy::NodeGroup, OrderBy::Name);
        assert!(readable(&few, 1_065, 640, 1.0, 22).0 >= 11);
    }

    #[test]
    fn five_thousand_nodes_fit_into_a_window() {
        let nodes = vec![("web", 110); 5_000];
        let pods: Vec<_> = (0..150_000).map(|n| (Some(n % 5_000), "shop", Sign::Ok)).collect();
        let order = Order::new(&picture(&nodes, &pods), GroupBy::NodeGroup, OrderBy::Name);
        let (cell, columns) = fit(&order, 1_340, 700, 1.0, 24);
        assert_eq!(cell, 2);
        assert!(columns > 60);
    }
}
