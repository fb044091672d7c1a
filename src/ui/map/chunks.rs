//! The pixels of the map as textures: squares of the map, drawn when they come into view, brought up to date tile by tile.

use super::layout::{Layout, PxRect};
use super::raster::{Raster, Scene, digest};
use egui::{Context, TextureHandle, TextureOptions};
use std::collections::HashMap;
use std::sync::Arc;

/// Edge of a square, pixels.
const EDGE: i64 = 512;
/// Squares kept besides those in view.
const SPARE: usize = 24;

/// Textures of the squares that are or were in view.
#[derive(Default)]
pub struct Chunks {
    squares: HashMap<(i64, i64), Square>,
    /// Geometry and theme the squares were drawn for.
    drawn_for: Option<(Arc<Layout>, bool)>,
    clock: u64,
    work: Work,
}

/// How much has been drawn so far: what tests hold the map to, since they cannot hold it to a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Squares drawn as a whole.
    pub squares: u64,
    /// Tiles drawn anew inside a square.
    pub tiles: u64,
    /// Pixels drawn.
    pub pixels: u64,
}

struct Square {
    texture: TextureHandle,
    used: u64,
    /// Version of the data it shows.
    version: u64,
    /// A digest of each tile that touches it, in the order of [`Layout::visible`].
    digests: Vec<u64>,
}

/// A texture and the part of the map it shows.
pub struct Shown {
    /// Texture.
    pub texture: egui::TextureId,
    /// Its place on the map.
    pub rect: PxRect,
}

impl Chunks {
    /// How much has been drawn so far.
    pub fn work(&self) -> Work {
        self.work
    }

    /// The squares that cover the view, drawn where they are missing or old. `version` rises with every change of data,
    /// filter or colours.
    pub fn cover(
        &mut self,
        ctx: &Context,
        scene: &Scene<'_>,
        layout: &Arc<Layout>,
        version: u64,
        view: &PxRect,
    ) -> Vec<Shown> {
        self.clock += 1;
        let same = |(known, dark): &(Arc<Layout>, bool)| {
            (Arc::ptr_eq(known, layout) || known == layout) && *dark == scene.tokens.dark
        };
        if !self.drawn_for.as_ref().is_some_and(same) {
            self.squares.clear();
            self.drawn_for = Some((layout.clone(), scene.tokens.dark));
        }
        let all = PxRect::new(0, 0, layout.width, layout.height);
        let Some(seen) = view.intersect(&all) else { return Vec::new() };
        let mut raster = None;
        let mut shown = Vec::new();
        for row in seen.y.div_euclid(EDGE)..=(seen.bottom() - 1).div_euclid(EDGE) {
            for column in seen.x.div_euclid(EDGE)..=(seen.right() - 1).div_euclid(EDGE) {
                let Some(rect) = PxRect::new(column * EDGE, row * EDGE, EDGE, EDGE).intersect(&all) else { continue };
                let square = match self.squares.get_mut(&(column, row)) {
                    Some(square) => {
                        if square.version != version {
                            let raster = raster.get_or_insert_with(|| Raster::new(*scene));
                            square.refresh(scene, raster, &rect, &mut self.work);
                            square.version = version;
                        }
                        square
                    }
                    None => {
                        let raster = raster.get_or_insert_with(|| Raster::new(*scene));
                        let texture = ctx.load_texture("map", raster.region(rect), TextureOptions::NEAREST);
                        self.work.square(&rect);
                        let digests = digests(scene, &rect);
                        self.squares.entry((column, row)).or_insert(Square { texture, used: 0, version, digests })
                    }
                };
                square.used = self.clock;
                shown.push(Shown { texture: square.texture.id(), rect });
            }
        }
        self.forget(shown.len());
        shown
    }

    fn forget(&mut self, in_view: usize) {
        while self.squares.len() > in_view + SPARE {
            let Some(oldest) = self.squares.iter().min_by_key(|(_, s)| s.used).map(|(at, _)| *at) else { return };
            self.squares.remove(&oldest);
        }
    }
}

impl Work {
    fn square(&mut self, rect: &PxRect) {
        self.squares += 1;
        self.pixels += (rect.w * rect.h) as u64;
    }
}

impl Square {
    /// Draws what has changed: the tiles that look different, or all of it where most do.
    fn refresh(&mut self, scene: &Scene<'_>, raster: &Raster<'_>, rect: &PxRect, work: &mut Work) {
        let new = digests(scene, rect);
        let mut places = Vec::new();
        scene.layout.visible(scene.order, &reach(rect), |_, tile| places.push(tile));
        let changed: Vec<&PxRect> =
            places.iter().enumerate().filter(|(n, _)| new.get(*n) != self.digests.get(*n)).map(|(_, p)| p).collect();
        if changed.len() * 3 > places.len() {
            self.texture.set(raster.region(*rect), TextureOptions::NEAREST);
            work.square(rect);
        } else {
            for tile in changed {
                let Some(part) = tile.grow(OVERHANG).intersect(rect) else { continue };
                let pos = [(part.x - rect.x) as usize, (part.y - rect.y) as usize];
                self.texture.set_partial(pos, raster.region(part), TextureOptions::NEAREST);
                work.tiles += 1;
                work.pixels += (part.w * part.h) as u64;
            }
        }
        self.digests = new;
    }
}

/// How far a tile's drawing reaches beyond it, pixels.
const OVERHANG: i64 = 2;

/// A square with what reaches into it.
fn reach(rect: &PxRect) -> PxRect {
    rect.grow(OVERHANG)
}

fn digests(scene: &Scene<'_>, rect: &PxRect) -> Vec<u64> {
    let mut list = Vec::new();
    scene.layout.visible(scene.order, &reach(rect), |tile, _| list.push(digest(scene, tile)));
    list
}

#[cfg(test)]
mod tests {
    use super::super::color::{ColorBy, Look, paints};
    use super::super::metrics::Metrics;
    use super::super::order::tests::picture;
    use super::super::order::{GroupBy, Order, OrderBy};
    use super::*;
    use crate::model::cluster::Picture;
    use crate::model::status::Sign;
    use crate::ui::theme::Tokens;

    struct Stand {
        ctx: Context,
        chunks: Chunks,
        tokens: Tokens,
    }

    impl Stand {
        fn cover(&mut self, picture: &Picture, version: u64, view: PxRect) -> Work {
            let order = Order::new(picture, GroupBy::NodeGroup, OrderBy::Name);
            let layout = Arc::new(Layout::new(&order, Metrics::new(2, 1.0, order.slots, order.fullest), 40));
            let look = Look { by: ColorBy::State, matches: None, chosen: None, tokens: &self.tokens, now: 0.0 };
            let paints = paints(picture, &look);
            let scene = Scene { picture, order: &order, layout: &layout, paints: &paints, tokens: &self.tokens };
            let before = self.chunks.work();
            assert!(!self.chunks.cover(&self.ctx, &scene, &layout, version, &view).is_empty());
            let after = self.chunks.work();
            Work {
                squares: after.squares - before.squares,
                tiles: after.tiles - before.tiles,
                pixels: after.pixels - before.pixels,
            }
        }
    }

    fn fleet(sign: Sign) -> Picture {
        let nodes = vec![("web", 110); 600];
        let mut pods: Vec<_> = (0..18_000).map(|n| (Some(n % 600), "shop", Sign::Ok)).collect();
        pods[7].2 = sign;
        picture(&nodes, &pods)
    }

    #[test]
    fn nothing_is_drawn_twice_and_a_change_draws_its_tile_only() {
        let mut stand = Stand { ctx: Context::default(), chunks: Chunks::default(), tokens: Tokens::dark() };
        let view = PxRect::new(0, 0, 400, 300);
        let (before, after) = (fleet(Sign::Ok), fleet(Sign::Failed));
        assert_eq!(stand.cover(&before, 1, view).squares, 1);
        assert_eq!(stand.cover(&before, 1, view), Work::default());
        assert_eq!(stand.cover(&before, 2, view), Work::default());
        let one = stand.cover(&after, 3, view);
        assert_eq!((one.squares, one.tiles), (0, 1));
        assert!(one.pixels < 400, "{one:?}");
        // What comes into view is drawn, what was seen is not.
        let moved = stand.cover(&after, 3, PxRect::new(200, 100, 400, 300));
        assert_eq!(moved.squares, 1);
        assert_eq!(stand.cover(&after, 3, view), Work::default());
    }
}
