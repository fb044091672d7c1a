//! The pixels of the map as textures: squares of the map, drawn when they come into view, brought up to date tile by tile.

use super::layout::{Layout, PxRect};
use super::raster::{Raster, Scene, digest};
use egui::{Context, TextureHandle, TextureOptions};
use std::collections::HashMap;

/// Edge of a square, pixels.
const EDGE: i64 = 1024;
/// Squares kept besides those in view.
const SPARE: usize = 12;

/// Textures of the squares that are or were in view.
#[derive(Default)]
pub struct Chunks {
    squares: HashMap<(i64, i64), Square>,
    /// Geometry and theme the squares were drawn for.
    drawn_for: Option<(Layout, bool)>,
    digests: Vec<u64>,
    version: u64,
    clock: u64,
}

struct Square {
    texture: TextureHandle,
    used: u64,
}

/// A texture and the part of the map it shows.
pub struct Shown {
    /// Texture.
    pub texture: egui::TextureId,
    /// Its place on the map.
    pub rect: PxRect,
}

impl Chunks {
    /// The squares that cover the view, drawn where they are missing or old. `version` rises with every change of data,
    /// filter or colours.
    pub fn cover(&mut self, ctx: &Context, scene: &Scene<'_>, version: u64, view: &PxRect) -> Vec<Shown> {
        self.clock += 1;
        let raster = Raster::new(*scene);
        self.refresh(scene, &raster, version);
        let all = PxRect::new(0, 0, scene.layout.width, scene.layout.height);
        let Some(seen) = view.intersect(&all) else { return Vec::new() };
        let mut shown = Vec::new();
        for row in seen.y.div_euclid(EDGE)..=(seen.bottom() - 1).div_euclid(EDGE) {
            for column in seen.x.div_euclid(EDGE)..=(seen.right() - 1).div_euclid(EDGE) {
                let Some(rect) = PxRect::new(column * EDGE, row * EDGE, EDGE, EDGE).intersect(&all) else { continue };
                let clock = self.clock;
                let square = self.squares.entry((column, row)).or_insert_with(|| Square {
                    texture: ctx.load_texture("map", raster.region(rect), TextureOptions::NEAREST),
                    used: clock,
                });
                square.used = clock;
                shown.push(Shown { texture: square.texture.id(), rect });
            }
        }
        self.forget(shown.len());
        shown
    }

    /// Throws away what was drawn for another geometry; draws changed tiles into what is there.
    fn refresh(&mut self, scene: &Scene<'_>, raster: &Raster<'_>, version: u64) {
        let same = self.drawn_for.as_ref().is_some_and(|(l, dark)| l == scene.layout && *dark == scene.tokens.dark);
        if same && version == self.version {
            return;
        }
        let digests: Vec<u64> = (0..scene.order.tiles()).map(|tile| digest(scene, tile)).collect();
        if !same || digests.len() != self.digests.len() {
            self.squares.clear();
            self.drawn_for = Some((scene.layout.clone(), scene.tokens.dark));
        } else {
            let changed: Vec<u32> =
                (0..scene.order.tiles()).filter(|t| digests[*t as usize] != self.digests[*t as usize]).collect();
            if changed.len() * 4 > digests.len() {
                self.squares.clear();
            } else {
                for tile in changed {
                    self.redraw(scene, raster, tile);
                }
            }
        }
        self.digests = digests;
        self.version = version;
    }

    fn redraw(&mut self, scene: &Scene<'_>, raster: &Raster<'_>, tile: u32) {
        let Some(tile) = scene.layout.tile_rect(scene.order, tile) else { return };
        let all = PxRect::new(0, 0, scene.layout.width, scene.layout.height);
        for ((column, row), square) in &mut self.squares {
            let Some(rect) = PxRect::new(column * EDGE, row * EDGE, EDGE, EDGE).intersect(&all) else { continue };
            if let Some(part) = tile.grow(2).intersect(&rect) {
                let pos = [(part.x - rect.x) as usize, (part.y - rect.y) as usize];
                square.texture.set_partial(pos, raster.region(part), TextureOptions::NEAREST);
            }
        }
    }

    fn forget(&mut self, in_view: usize) {
        while self.squares.len() > in_view + SPARE {
            let Some(oldest) = self.squares.iter().min_by_key(|(_, s)| s.used).map(|(at, _)| *at) else { return };
            self.squares.remove(&oldest);
        }
    }
}
