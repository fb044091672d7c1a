//! What part of the map is on screen: an offset and a cell size in f64, and the short glide between two of them.

use super::layout::{Hit, Layout, PxRect};
use super::order::Order;

/// How long a glide takes, seconds.
pub const GLIDE_SECS: f64 = 0.12;

/// How the view follows the window and the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follow {
    /// Cells large enough to tell states by shape, as wide as the window; what has no room stands below.
    #[default]
    Readable,
    /// Everything in view.
    Whole,
    /// Not at all: somebody has zoomed or panned.
    Free,
}

/// The part of the map on screen, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Map's x at the view's left.
    pub x: f64,
    /// Map's y at the view's top.
    pub y: f64,
    /// Cell size; drawn rounded to whole pixels.
    pub cell: f64,
    /// Tiles side by side in the widest shelf.
    pub columns: u32,
    /// How it follows the window and the data.
    pub follow: Follow,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { x: 0.0, y: 0.0, cell: 11.0, columns: 6, follow: Follow::Readable }
    }
}

impl Camera {
    /// The cell size in whole pixels.
    pub fn cell_px(&self) -> i64 {
        self.cell.round().max(1.0) as i64
    }

    /// The view in pixels of the map.
    pub fn view(&self, width: i64, height: i64) -> PxRect {
        PxRect::new(self.x.round() as i64, self.y.round() as i64, width, height)
    }

    /// Keeps the map in reach: it cannot be pushed out of the view. Beyond its right and bottom there is room for what
    /// lies over the map in the corners.
    pub fn keep_in_reach(&mut self, layout: &Layout, width: i64, height: i64) {
        let bound = |at: f64, size: i64, view: i64| {
            let slack = if size > view { view as f64 * 0.25 } else { 0.0 };
            at.clamp(0.0, (size as f64 + slack - view as f64).max(0.0))
        };
        self.x = bound(self.x, layout.width, width);
        self.y = bound(self.y, layout.height, height);
    }

    /// Moves the view so that a rectangle is inside it, by as little as possible.
    pub fn reveal(&mut self, rect: &PxRect, width: i64, height: i64, border: i64) {
        let shift = |at: f64, from: i64, length: i64, view: i64| {
            let (low, high) = ((from - border) as f64, (from + length + border - view) as f64);
            if low < high { (low + high) / 2.0 } else { at.clamp(high, low) }
        };
        self.x = shift(self.x, rect.x, rect.w, width);
        self.y = shift(self.y, rect.y, rect.h, height);
    }

    /// Puts a rectangle into the middle of the view.
    pub fn center_on(&mut self, rect: &PxRect, width: i64, height: i64) {
        let (x, y) = rect.center();
        self.x = x - width as f64 / 2.0;
        self.y = y - height as f64 / 2.0;
    }
}

/// A spot of the map that stays under the pointer while one zooms: a place inside a tile, or of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    /// Inside a tile, as parts of its width and height.
    Tile {
        /// Tile.
        tile: u32,
        /// Part of its width.
        u: f64,
        /// Part of its height.
        v: f64,
    },
    /// As parts of the whole map.
    Whole {
        /// Part of its width.
        u: f64,
        /// Part of its height.
        v: f64,
    },
}

impl Anchor {
    /// What stands at a point of the map.
    pub fn at(order: &Order, layout: &Layout, x: f64, y: f64) -> Anchor {
        let (px, py) = (x.floor() as i64, y.floor() as i64);
        let tile = match layout.hit(order, px, py) {
            Hit::Pod { tile, .. } | Hit::Tile(tile) => Some(tile),
            Hit::Heading(group) => order.groups.get(group).map(|g| g.tiles.start),
            Hit::Ground => None,
        };
        if let Some(tile) = tile
            && let Some(rect) = layout.tile_rect(order, tile)
        {
            let u = (x - rect.x as f64) / rect.w as f64;
            let v = (y - rect.y as f64) / rect.h as f64;
            return Anchor::Tile { tile, u, v };
        }
        Anchor::Whole { u: x / (layout.width.max(1)) as f64, v: y / (layout.height.max(1)) as f64 }
    }

    /// Where it is in another layout.
    pub fn position(&self, order: &Order, layout: &Layout) -> (f64, f64) {
        match *self {
            Anchor::Tile { tile, u, v } => match layout.tile_rect(order, tile) {
                Some(rect) => (rect.x as f64 + u * rect.w as f64, rect.y as f64 + v * rect.h as f64),
                None => (0.0, 0.0),
            },
            Anchor::Whole { u, v } => (u * layout.width as f64, v * layout.height as f64),
        }
    }
}

/// A glide from one view to another: a spot of the map keeps moving to where it shall stand while cells grow or shrink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glide {
    /// The spot.
    pub anchor: Anchor,
    /// Cell size at the beginning.
    pub from_cell: f64,
    /// Where in the view the spot stood, pixels.
    pub from_at: (f64, f64),
    /// Where in the view it shall stand.
    pub to_at: (f64, f64),
    /// The camera at the end.
    pub to: Camera,
    /// When it began, seconds.
    pub started: f64,
}

impl Glide {
    /// Cell size and place of the spot at a moment, faster at first; `None` at the end.
    pub fn at(&self, now: f64) -> Option<(f64, (f64, f64))> {
        let part = ((now - self.started) / GLIDE_SECS).clamp(0.0, 1.0);
        if part >= 1.0 {
            return None;
        }
        let eased = 1.0 - (1.0 - part).powi(3);
        let mix = |a: f64, b: f64| a + (b - a) * eased;
        let cell = self.from_cell * (self.to.cell / self.from_cell).powf(eased);
        Some((cell, (mix(self.from_at.0, self.to_at.0), mix(self.from_at.1, self.to_at.1))))
    }
}

/// Cell sizes in points that the buttons and keys go through.
const STEPS: [f32; 20] =
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 11.0, 13.0, 16.0, 19.0, 23.0, 28.0, 34.0, 42.0, 52.0, 64.0, 80.0, 96.0];

/// The cell sizes that the buttons and keys go through, physical pixels, the smallest first.
pub fn steps(scale: f32) -> impl DoubleEndedIterator<Item = i64> {
    STEPS.iter().map(move |points| (points * scale).round().max(1.0) as i64)
}

/// The next larger or smaller cell size, physical pixels.
pub fn step(cell: i64, scale: f32, larger: bool) -> i64 {
    let mut sizes = steps(scale);
    let next = if larger { sizes.find(|s| *s > cell) } else { sizes.rfind(|s| *s < cell) };
    next.unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Metrics;
    use super::super::order::tests::picture;
    use super::super::order::{GroupBy, OrderBy};
    use super::*;
    use crate::model::status::Sign;

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let pods: Vec<_> = (0..200).map(|n| (Some(n % 20), "shop", Sign::Ok)).collect();
        let picture = picture(&[("web", 30); 20], &pods);
        let order = Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name);
        let before = Layout::new(&order, Metrics::new(11, 1.0, order.slots, order.fullest), 5);
        let after = Layout::new(&order, Metrics::new(22, 1.0, order.slots, order.fullest), 5);
        let tile = before.tile_rect(&order, 7).unwrap();
        let (x, y) = tile.center();
        let anchor = Anchor::at(&order, &before, x, y);
        let (x, y) = anchor.position(&order, &after);
        let there = after.tile_rect(&order, 7).unwrap();
        assert!(there.contains(x as i64, y as i64));
    }

    #[test]
    fn a_glide_grows_cells_and_ends() {
        let glide = Glide {
            anchor: Anchor::Whole { u: 0.5, v: 0.5 },
            from_cell: 11.0,
            from_at: (0.0, 0.0),
            to_at: (100.0, 50.0),
            to: Camera { cell: 22.0, ..Camera::default() },
            started: 10.0,
        };
        let (cell, (x, _)) = glide.at(10.05).unwrap();
        assert!(cell > 11.0 && cell < 22.0 && x > 50.0 && x < 100.0);
        assert_eq!(glide.at(10.0), Some((11.0, (0.0, 0.0))));
        assert_eq!(glide.at(10.2), None);
    }

    #[test]
    fn steps_go_all_the_way_and_stop() {
        assert_eq!(step(11, 1.0, true), 13);
        assert_eq!(step(12, 1.0, false), 11);
        assert_eq!(step(96, 1.0, true), 96);
        assert_eq!(step(1, 1.0, false), 1);
        assert_eq!(step(22, 2.0, true), 26);
    }
}
