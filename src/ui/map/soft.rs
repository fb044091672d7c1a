//! Draws egui's triangles into pixels without a graphics card, for files that are made beside the window.

use egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use egui::{Color32, ColorImage, ImageData, Mesh, TextureId, TexturesDelta};
use std::collections::HashMap;

/// Holds the textures of one context.
#[derive(Default)]
pub struct Rasterizer {
    textures: HashMap<TextureId, ColorImage>,
}

/// Pixels that are drawn to, in rectangles of the window's pixels.
struct Target<'a> {
    image: &'a mut ColorImage,
    /// Left, top, right, bottom; the last two outside.
    clip: [i64; 4],
}

impl Rasterizer {
    /// Takes new and changed textures in, the atlas of the fonts above all, and leaves none behind.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in &delta.set {
            for change in changes {
                let ImageData::Color(image) = &change.image;
                match (change.pos, self.textures.get_mut(id)) {
                    (Some([x, y]), Some(known)) => {
                        for (row, pixels) in image.pixels.chunks(image.size[0]).enumerate() {
                            let start = (y + row) * known.size[0] + x;
                            if let Some(to) = known.pixels.get_mut(start..start + pixels.len()) {
                                to.copy_from_slice(pixels);
                            }
                        }
                    }
                    _ => {
                        self.textures.insert(*id, image.as_ref().clone());
                    }
                }
            }
        }
        delta.clear();
    }

    /// Draws triangles over an image; `scale` pixels a point.
    pub fn paint(&self, image: &mut ColorImage, primitives: &[ClippedPrimitive], scale: f32) {
        let [w, h] = image.size.map(|n| n as i64);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let edge = |at: f32, most: i64| ((at * scale).round() as i64).clamp(0, most);
            let clip = [
                edge(clip_rect.min.x, w),
                edge(clip_rect.min.y, h),
                edge(clip_rect.max.x, w),
                edge(clip_rect.max.y, h),
            ];
            self.mesh(&mut Target { image, clip }, mesh, scale);
        }
    }

    fn mesh(&self, target: &mut Target<'_>, mesh: &Mesh, scale: f32) {
        let texture = self.textures.get(&mesh.texture_id);
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |n: usize| mesh.vertices.get(corners[n] as usize).copied();
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                triangle(target, [a, b, c], texture, scale);
            }
        }
    }
}

/// Twice the area of a triangle; positive when it turns clockwise on screen.
fn area(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Fills the pixels whose middle lies inside; one on an edge of two triangles belongs to one of them.
fn triangle(target: &mut Target<'_>, [a, mut b, mut c]: [Vertex; 3], texture: Option<&ColorImage>, scale: f32) {
    let place = |v: &Vertex| [v.pos.x * scale, v.pos.y * scale];
    if area(place(&a), place(&b), place(&c)) < 0.0 {
        std::mem::swap(&mut b, &mut c);
    }
    let [pa, pb, pc] = [place(&a), place(&b), place(&c)];
    let whole = area(pa, pb, pc);
    if whole.is_nan() || whole <= f32::EPSILON {
        return;
    }
    let bound = |axis: usize| {
        let (low, high) = (pa[axis].min(pb[axis]).min(pc[axis]), pa[axis].max(pb[axis]).max(pc[axis]));
        (low.floor() as i64).max(target.clip[axis])..(high.ceil() as i64).min(target.clip[axis + 2])
    };
    let owns = |from: [f32; 2], to: [f32; 2]| {
        // Top edges run to the right, left edges upwards.
        (from[1] == to[1] && to[0] > from[0]) || to[1] < from[1]
    };
    let edges = [owns(pb, pc), owns(pc, pa), owns(pa, pb)];
    let one_color = a.color == b.color && b.color == c.color;
    let width = target.image.size[0];
    for y in bound(1) {
        for x in bound(0) {
            let p = [x as f32 + 0.5, y as f32 + 0.5];
            let weights = [area(pb, pc, p), area(pc, pa, p), area(pa, pb, p)];
            let inside = weights.iter().zip(edges).all(|(w, owned)| *w > 0.0 || (*w == 0.0 && owned));
            if !inside {
                continue;
            }
            let weights = weights.map(|w| w / whole);
            let mix = |of: fn(&Vertex) -> f32| of(&a) * weights[0] + of(&b) * weights[1] + of(&c) * weights[2];
            let mut color = if one_color {
                a.color
            } else {
                let part = |n: usize| {
                    let of = |v: &Vertex| f32::from(v.color[n]);
                    (of(&a) * weights[0] + of(&b) * weights[1] + of(&c) * weights[2]).round() as u8
                };
                Color32::from_rgba_premultiplied(part(0), part(1), part(2), part(3))
            };
            if let Some(texture) = texture {
                let [w, h] = texture.size;
                let (u, v) = (mix(|v| v.uv.x) * w as f32, mix(|v| v.uv.y) * h as f32);
                let at = (v.max(0.0) as usize).min(h - 1) * w + (u.max(0.0) as usize).min(w - 1);
                color = texture.pixels.get(at).map_or(color, |texel| color * *texel);
            }
            if let Some(pixel) = target.image.pixels.get_mut(y as usize * width + x as usize) {
                *pixel = pixel.blend(color);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Rect, pos2};

    fn paint(meshes: &[Mesh], size: usize, scale: f32) -> ColorImage {
        let mut image = ColorImage::filled([size, size], Color32::BLACK);
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let primitives: Vec<_> =
            meshes.iter().map(|m| ClippedPrimitive { clip_rect: all, primitive: Primitive::Mesh(m.clone()) }).collect();
        Rasterizer::default().paint(&mut image, &primitives, scale);
        image
    }

    #[test]
    fn a_rectangle_covers_its_pixels_once() {
        let mut mesh = Mesh::default();
        let half = Color32::from_rgba_premultiplied(64, 64, 64, 128);
        mesh.add_colored_rect(Rect::from_min_max(pos2(1.0, 1.0), pos2(4.0, 3.0)), half);
        let image = paint(&[mesh], 10, 2.0);
        let lit: Vec<_> = image.pixels.iter().filter(|p| **p != Color32::BLACK).collect();
        assert_eq!(lit.len(), 6 * 4);
        // Drawn twice on the seam of its two triangles it would be lighter there.
        assert!(lit.iter().all(|p| p.r() == 64), "{lit:?}");
    }

    #[test]
    fn nothing_is_drawn_outside_the_clip() {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_max(pos2(0.0, 0.0), pos2(9.0, 9.0)), Color32::WHITE);
        let mut image = ColorImage::filled([10, 10], Color32::BLACK);
        let clip_rect = Rect::from_min_max(pos2(2.0, 2.0), pos2(4.0, 5.0));
        let primitive = ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) };
        Rasterizer::default().paint(&mut image, &[primitive], 1.0);
        assert_eq!(image.pixels.iter().filter(|p| **p == Color32::WHITE).count(), 6);
    }
}
