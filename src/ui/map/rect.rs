//! Rectangles of the map in whole pixels.

/// A rectangle in physical pixels of the whole map; right and bottom are outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PxRect {
    /// Left.
    pub x: i64,
    /// Top.
    pub y: i64,
    /// Width.
    pub w: i64,
    /// Height.
    pub h: i64,
}

impl PxRect {
    /// A rectangle by its corner and size.
    pub const fn new(x: i64, y: i64, w: i64, h: i64) -> PxRect {
        PxRect { x, y, w, h }
    }

    /// Right edge, outside.
    pub fn right(&self) -> i64 {
        self.x + self.w
    }

    /// Bottom edge, outside.
    pub fn bottom(&self) -> i64 {
        self.y + self.h
    }

    /// The point lies inside.
    pub fn contains(&self, x: i64, y: i64) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    /// What both cover, if anything.
    pub fn intersect(&self, other: &PxRect) -> Option<PxRect> {
        let x = self.x.max(other.x);
        let y = self.y.max(other.y);
        let w = self.right().min(other.right()) - x;
        let h = self.bottom().min(other.bottom()) - y;
        (w > 0 && h > 0).then_some(PxRect { x, y, w, h })
    }

    /// Grown by `by` on every side.
    pub fn grow(&self, by: i64) -> PxRect {
        PxRect { x: self.x - by, y: self.y - by, w: self.w + 2 * by, h: self.h + 2 * by }
    }

    /// The middle.
    pub fn center(&self) -> (f64, f64) {
        (self.x as f64 + self.w as f64 / 2.0, self.y as f64 + self.h as f64 / 2.0)
    }
}
