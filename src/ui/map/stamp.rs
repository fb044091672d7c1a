//! Pre-drawn cells: one mask per shape and size, painted many times by the raster.

use super::color::Shape;

/// How much of a cell's colour and of the mark on it goes into each pixel, 0 to 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Pixels by which it is larger than its cell on every side.
    pub over: i64,
    /// Edge, overhang included.
    pub side: i64,
    /// Part of the cell's colour, row by row.
    pub color: Vec<u8>,
    /// Part of the ground's colour over it (the x on a diamond), row by row.
    pub mark: Vec<u8>,
}

/// Below this cell size, points, shapes would be blots: full squares are drawn.
pub const LEAST_POINTS: f32 = 7.0;

impl Stamp {
    /// The stamp of a shape for cells of `cell` pixels; `stroke` is the width of outlines.
    pub fn new(shape: Shape, cell: i64, stroke: i64) -> Stamp {
        let over = if matches!(shape, Shape::Diamond | Shape::Triangle) { stroke.max(1) } else { 0 };
        let side = cell + 2 * over;
        let mut stamp = Stamp {
            over,
            side,
            color: Vec::with_capacity((side * side) as usize),
            mark: Vec::with_capacity((side * side) as usize),
        };
        for y in 0..side {
            for x in 0..side {
                let (color, mark) = match shape {
                    Shape::Diamond | Shape::Triangle => smooth(shape, x, y, side),
                    _ => (crisp(shape, x, y, side, stroke), 0),
                };
                stamp.color.push(color);
                stamp.mark.push(mark);
            }
        }
        stamp
    }
}

/// Shapes of straight lines fall on whole pixels.
fn crisp(shape: Shape, x: i64, y: i64, side: i64, stroke: i64) -> u8 {
    let border = x < stroke || y < stroke || x >= side - stroke || y >= side - stroke;
    let full = |yes: bool| if yes { 255 } else { 0 };
    match shape {
        Shape::Solid => 255,
        Shape::Half => {
            let inset = side / 4;
            full(x >= inset && y >= inset && x < side - inset && y < side - inset)
        }
        Shape::Progress => full(border || y >= side - side / 2),
        Shape::Outline => full(border),
        Shape::Hatched => {
            let step = (side / 3).max(3 * stroke);
            if border {
                255
            } else if (x + y).rem_euclid(step) < stroke {
                190
            } else {
                70
            }
        }
        Shape::Dashed => {
            let dash = (2 * stroke).max(2);
            let along = if y < stroke || y >= side - stroke { x } else { y };
            let bar = (y - side / 2).abs() * 2 < stroke * 2 && x >= side / 4 && x < side - side / 4;
            full((border && along / dash % 2 == 0) || bar)
        }
        Shape::Triangle | Shape::Diamond => 255,
    }
}

/// Slanted shapes get soft edges: sixteen samples a pixel.
fn smooth(shape: Shape, x: i64, y: i64, side: i64) -> (u8, u8) {
    let (mut inside, mut marked) = (0, 0);
    for sy in 0..4 {
        for sx in 0..4 {
            let u = (x as f32 + (sx as f32 + 0.5) / 4.0) / side as f32 * 2.0 - 1.0;
            let v = (y as f32 + (sy as f32 + 0.5) / 4.0) / side as f32 * 2.0 - 1.0;
            match shape {
                Shape::Diamond => {
                    if u.abs() + v.abs() <= 1.0 {
                        inside += 1;
                        let on_line = (u - v).abs() < 0.16 || (u + v).abs() < 0.16;
                        marked += i32::from(on_line && u.abs() < 0.34 && v.abs() < 0.34);
                    }
                }
                _ => inside += i32::from((-0.9..=0.9).contains(&v) && u.abs() <= (v + 0.9) / 1.8),
            }
        }
    }
    ((inside * 255 / 16) as u8, (marked * 255 / 16) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_its_own_silhouette() {
        let shapes = [
            Shape::Solid,
            Shape::Half,
            Shape::Progress,
            Shape::Outline,
            Shape::Triangle,
            Shape::Diamond,
            Shape::Hatched,
            Shape::Dashed,
        ];
        for cell in 7..28 {
            let stamps: Vec<Stamp> = shapes.iter().map(|s| Stamp::new(*s, cell, (cell / 11).max(1))).collect();
            for (n, a) in stamps.iter().enumerate() {
                assert_eq!(a.color.len() as i64, a.side * a.side);
                for b in &stamps[n + 1..] {
                    assert_ne!(a.color, b.color, "at {cell} px");
                }
            }
        }
    }

    #[test]
    fn trouble_overhangs_its_cell() {
        assert_eq!(Stamp::new(Shape::Diamond, 11, 1).side, 13);
        assert_eq!(Stamp::new(Shape::Solid, 11, 1).side, 11);
    }

    #[test]
    fn a_half_square_is_centred() {
        let stamp = Stamp::new(Shape::Half, 11, 1);
        let lit: Vec<usize> = stamp.color.iter().enumerate().filter(|(_, c)| **c > 0).map(|(n, _)| n).collect();
        assert_eq!(lit.first().map(|n| n + lit.last().unwrap()), Some(120));
    }
}
