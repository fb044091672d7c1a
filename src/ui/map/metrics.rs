//! How large everything on the map is at a given cell size, in physical pixels.

/// How much of each pod is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Under 3 points: a block of colour per pod, no gap between pods.
    Far,
    /// 3 to 14 points: cells with gaps, stamps by status.
    Middle,
    /// From 14 points: real shapes, names, labelled bars.
    Near,
}

/// From this cell size on free slots have room in their tiles, points.
const ROOM_POINTS: f32 = 9.0;
/// The smallest and the largest cell, points.
pub const SMALLEST_POINTS: f32 = 1.0;
/// The largest cell, points.
pub const LARGEST_POINTS: f32 = 96.0;

/// Lengths in physical pixels for one cell size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// How much is drawn.
    pub level: Level,
    /// Physical pixels per point.
    pub scale: f32,
    /// Edge of a cell.
    pub cell: i64,
    /// Distance between cells.
    pub gap: i64,
    /// Cells side by side in a tile.
    pub columns: i64,
    /// Cells one below the other in a tile.
    pub rows: i64,
    /// From the tile's edge to its cells, left and right.
    pub pad: i64,
    /// From the tile's top to its cells.
    pub head: i64,
    /// From its cells to the tile's bottom.
    pub foot: i64,
    /// Width of a tile.
    pub width: i64,
    /// Height of a tile.
    pub height: i64,
    /// Distance between tiles.
    pub tile_gap: i64,
    /// Height of a group's heading.
    pub heading: i64,
    /// Distance between shelves.
    pub shelf_gap: i64,
    /// Distance between lanes.
    pub lane_gap: i64,
    /// Around everything.
    pub margin: i64,
    /// Fewest tiles' widths that a group takes, so that its heading has room.
    pub least_columns: u32,
    /// Names and the strips for CPU and memory are drawn.
    pub labelled: bool,
}

impl Metrics {
    /// Metrics for cells of `cell` physical pixels; `slots` cells in a tile (`fullest` when far), `scale` physical pixels per
    /// point.
    pub fn new(cell: i64, scale: f32, slots: u32, fullest: u32) -> Metrics {
        let cell = cell.max(1);
        let points = cell as f32 / scale;
        let px = |points: f32| (points * scale).round() as i64;
        let level = if points < 3.0 {
            Level::Far
        } else if points < 14.0 {
            Level::Middle
        } else {
            Level::Near
        };
        // Free slots get room of their own only where one sees them: so tiles grow in two small steps, not in a large one.
        let (columns, rows) = match level {
            Level::Far => far_shape(fullest),
            Level::Middle if points < ROOM_POINTS => far_shape(fullest),
            Level::Middle | Level::Near => shape(slots),
        };
        let gap = match level {
            Level::Far => 0,
            Level::Middle if points < 6.0 => px(1.0).max(1),
            Level::Middle => px(2.0).max(1),
            Level::Near => px((points * 0.15).round().clamp(2.0, 6.0)),
        };
        let cells_wide = columns * (cell + gap) - gap;
        let cells_high = rows * (cell + gap) - gap;
        let labelled = match level {
            Level::Far => false,
            Level::Middle => cells_wide + 2 * px(8.0) >= px(96.0),
            Level::Near => true,
        };
        let (pad, head, foot) = match level {
            Level::Far => (0, 0, 0),
            Level::Middle if labelled => (px(8.0), px(23.0), px(19.0)),
            Level::Middle if points < ROOM_POINTS => (px(2.0), px(2.0), px(2.0)),
            Level::Middle => (px(3.0), px(3.0), px(3.0)),
            Level::Near => (px(8.0), px(26.0), px(62.0)),
        };
        // Titles and bars need a width of their own where a tile has few columns.
        let least_width = match level {
            Level::Near => px(168.0),
            Level::Middle if labelled => px(96.0),
            _ => 1,
        };
        let width = (cells_wide + 2 * pad).max(least_width);
        let tile_gap = match level {
            Level::Far => px(1.0).max(1),
            Level::Middle if labelled => px(8.0),
            Level::Middle if points < ROOM_POINTS => px(3.0),
            Level::Middle => px(4.0),
            _ => px(8.0),
        };
        let wish = match level {
            Level::Far => px(170.0),
            Level::Middle => px(120.0),
            Level::Near => 1,
        };
        Metrics {
            level,
            scale,
            cell,
            gap,
            columns,
            rows,
            pad,
            head,
            foot,
            width,
            height: cells_high + head + foot,
            tile_gap,
            heading: px(if level == Level::Far { 18.0 } else { 25.0 }),
            shelf_gap: px(if level == Level::Far { 7.0 } else { 14.0 }),
            lane_gap: px(12.0),
            margin: px(if level == Level::Far { 12.0 } else { 16.0 }),
            least_columns: (wish as u64).div_ceil((width + tile_gap) as u64).max(1) as u32,
            labelled,
        }
    }

    /// From one cell to the next.
    pub fn pitch(&self) -> i64 {
        self.cell + self.gap
    }

    /// From one tile to the next, sideways.
    pub fn tile_pitch_x(&self) -> i64 {
        self.width + self.tile_gap
    }

    /// From one tile to the next, downwards.
    pub fn tile_pitch_y(&self) -> i64 {
        self.height + self.tile_gap
    }

    /// Cell size in points.
    pub fn cell_points(&self) -> f32 {
        self.cell as f32 / self.scale
    }

    /// Points to physical pixels.
    pub fn px(&self, points: f32) -> i64 {
        (points * self.scale).round() as i64
    }

    /// Where a tile's cells begin, sideways: in the middle where the tile is wider than they need.
    pub fn cells_left(&self) -> i64 {
        self.pad
    }
}

/// Columns and rows for `slots` cells, about as wide as high.
fn shape(slots: u32) -> (i64, i64) {
    let slots = slots.max(1);
    let columns = (f64::from(slots).sqrt().ceil() as u32).clamp(1, slots);
    (i64::from(columns), i64::from(slots.div_ceil(columns)))
}

/// Columns and rows that waste the fewest pixels on empty slots and gaps, from as wide as high to three times as wide.
fn far_shape(slots: u32) -> (i64, i64) {
    let slots = slots.max(1);
    let from = (f64::from(slots).sqrt().ceil() as u32).clamp(1, slots);
    let to = ((f64::from(slots) * 3.0).sqrt().ceil() as u32).clamp(from, slots);
    // Cells of two pixels with a gap of one.
    let area = |columns: u32| u64::from(columns * 2 + 1) * u64::from(slots.div_ceil(columns) * 2 + 1);
    let columns = (from..=to).min_by_key(|c| area(*c)).unwrap_or(from);
    (i64::from(columns), i64::from(slots.div_ceil(columns)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_begin_where_the_look_says() {
        let level = |cell, scale| Metrics::new(cell, scale, 110, 60).level;
        assert_eq!((level(2, 1.0), level(3, 1.0)), (Level::Far, Level::Middle));
        assert_eq!((level(13, 1.0), level(14, 1.0)), (Level::Middle, Level::Near));
        assert_eq!((level(5, 2.0), level(27, 2.0), level(28, 2.0)), (Level::Far, Level::Middle, Level::Near));
    }

    #[test]
    fn a_node_of_110_pods_is_a_tile_of_eleven_columns() {
        let metrics = Metrics::new(11, 1.0, 110, 60);
        assert_eq!((metrics.columns, metrics.rows, metrics.pitch()), (11, 10, 13));
        assert_eq!((metrics.width, metrics.height), (157, 170));
    }

    #[test]
    fn far_tiles_have_the_fullest_nodes_size() {
        let metrics = Metrics::new(2, 1.0, 110, 32);
        assert_eq!((metrics.columns, metrics.rows), (8, 4));
        assert_eq!(metrics.tile_pitch_x(), 17);
        let metrics = Metrics::new(2, 1.0, 110, 30);
        assert_eq!((metrics.columns, metrics.rows), (6, 5));
    }

    #[test]
    fn tiles_grow_step_by_step() {
        let width = |cell| Metrics::new(cell, 1.0, 110, 30).tile_pitch_x() as f64;
        for cell in 1..60 {
            let by = width(cell + 1) / width(cell);
            assert!((1.0..2.7).contains(&by), "from {cell} to {}: {by}", cell + 1);
        }
    }

    #[test]
    fn every_slot_has_room() {
        for slots in 1..300 {
            for cell in [1, 2, 3, 5, 6, 7, 11, 14, 30] {
                let m = Metrics::new(cell, 1.0, slots, slots);
                assert!(m.columns * m.rows >= i64::from(slots) && m.columns <= i64::from(slots));
                assert!(m.width >= m.columns * m.pitch() - m.gap + 2 * m.pad);
            }
        }
    }
}
