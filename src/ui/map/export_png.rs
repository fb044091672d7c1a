//! The whole map as a PNG file at any size: drawn and written in bands, so that a large one needs little memory.

use super::layout::{Layout, PxRect};
use super::metrics::Level;
use super::raster::{LARGEST, Raster};
use super::sheet::{Part, Pen, Sheet};
use super::soft::Rasterizer;
use egui::ColorImage;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// The largest edge of a file's picture, pixels: what common viewers open.
pub const LARGEST_EDGE: i64 = 32_767;
/// The most pixels of a picture.
pub const MOST_PIXELS: i64 = 500_000_000;
/// Height of a band, pixels.
const BAND: i64 = 256;

/// Whether a picture of this layout can be written.
pub fn is_possible(layout: &Layout) -> bool {
    let (w, h) = size(layout);
    w <= LARGEST_EDGE && h <= LARGEST_EDGE && w * h <= MOST_PIXELS
}

/// Width and height of a layout's picture, pixels.
pub fn size(layout: &Layout) -> (i64, i64) {
    (layout.width.max(1), layout.height.max(1))
}

/// Draws the whole map and writes it.
///
/// # Errors
/// What the system says when the file cannot be written; the half-written file stays.
pub fn write(sheet: &Sheet, layout: &Layout, path: &Path) -> Result<(), String> {
    let file = File::create(path).map_err(|e| e.to_string())?;
    let (w, h) = size(layout);
    let mut encoder = png::Encoder::new(BufWriter::new(file), w as u32, h as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(|e| e.to_string())?;
    let mut stream = writer.stream_writer().map_err(|e| e.to_string())?;
    let mut easel = Easel::new(sheet, layout);
    let mut bytes = Vec::with_capacity((w * BAND * 3) as usize);
    for top in (0..h).step_by(BAND as usize) {
        let band = easel.band(PxRect::new(0, top, w, BAND.min(h - top)));
        bytes.clear();
        bytes.extend(band.pixels.iter().flat_map(|p| [p.r(), p.g(), p.b()]));
        stream.write_all(&bytes).map_err(|e| e.to_string())?;
    }
    stream.finish().map_err(|e| e.to_string())
}

/// Draws bands of a map.
struct Easel<'a> {
    layout: &'a Layout,
    pen: Pen<'a>,
    rasterizer: Rasterizer,
    raster: Raster<'a>,
    ground: egui::Color32,
}

impl<'a> Easel<'a> {
    fn new(sheet: &'a Sheet, layout: &'a Layout) -> Easel<'a> {
        Easel {
            layout,
            pen: Pen::new(sheet),
            rasterizer: Rasterizer::default(),
            raster: Raster::new(sheet.scene(layout)),
            ground: sheet.tokens.canvas,
        }
    }

    fn band(&mut self, rect: PxRect) -> ColorImage {
        let mut band = ColorImage::filled([rect.w as usize, rect.h as usize], self.ground);
        if self.layout.level() != Level::Near {
            for left in (0..rect.w).step_by(LARGEST as usize) {
                let part = self.raster.region(PxRect::new(left, rect.y, LARGEST.min(rect.w - left), rect.h));
                for (row, pixels) in part.pixels.chunks(part.size[0]).enumerate() {
                    let start = row * rect.w as usize + left as usize;
                    band.pixels[start..start + pixels.len()].copy_from_slice(pixels);
                }
            }
        }
        let mut drawn = self.pen.draw(self.layout, rect, Part::OverPixels);
        self.rasterizer.update(&mut drawn.textures_delta);
        let primitives = self.pen.ctx().tessellate(drawn.shapes, drawn.pixels_per_point);
        self.rasterizer.paint(&mut band, &primitives, drawn.pixels_per_point);
        band
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::color::{ColorBy, Look, paints};
    use super::super::order::tests::picture;
    use super::super::order::{GroupBy, Order, OrderBy};
    use super::*;
    use crate::i18n::{Lang, Vocabulary};
    use crate::model::status::Sign;
    use crate::ui::theme::Tokens;
    use std::sync::Arc;

    /// Thirty nodes with pods in every state.
    pub fn sheet() -> Sheet {
        let pods: Vec<_> = (0..400).map(|n| (Some(n % 30), "shop", Sign::ALL[n % 7])).collect();
        let picture = Arc::new(picture(&[("web", 30); 30], &pods));
        let tokens = Tokens::light();
        let look = Look { by: ColorBy::State, matches: None, chosen: None, tokens: &tokens, now: 0.0 };
        Sheet {
            order: Arc::new(Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name)),
            paints: Arc::new(paints(&picture, &look)),
            capacity: Vec::new(),
            picture,
            tokens,
            lang: Lang::En,
            vocabulary: Vocabulary::Bay,
        }
    }

    fn written(cell: f32, density: f32) -> image::RgbImage {
        let (sheet, folder) = (sheet(), tempfile::tempdir().unwrap());
        let path = folder.path().join("map.png");
        let layout = sheet.layout(cell, density, 6);
        assert!(is_possible(&layout));
        write(&sheet, &layout, &path).unwrap();
        let read = image::open(&path).unwrap().to_rgb8();
        assert_eq!((i64::from(read.width()), i64::from(read.height())), size(&layout));
        read
    }

    #[test]
    fn the_file_shows_the_whole_map_at_every_level() {
        let sheet = sheet();
        for (cell, density) in [(2.0, 1.0), (11.0, 1.0), (11.0, 2.0), (24.0, 1.0)] {
            let read = written(cell, density);
            let fill = |sign| {
                let [r, g, b, _] = sheet.tokens.fill(sign).to_array();
                read.pixels().filter(|p| p.0 == [r, g, b]).count()
            };
            // 58 pods are running, 57 have failed.
            let side = f64::from(cell * density);
            let wanted = |pods: f64| (pods * side * side * 0.35) as usize;
            assert!(fill(Sign::Ok) >= wanted(58.0), "{cell} at {density}: {}", fill(Sign::Ok));
            assert!(fill(Sign::Failed) >= wanted(57.0) / 2, "{cell} at {density}: {}", fill(Sign::Failed));
        }
    }

    #[test]
    fn headings_and_names_are_written_in_it() {
        let sheet = sheet();
        let layout = sheet.layout(16.0, 1.0, 6);
        let heading = layout.blocks[0].heading;
        let read = written(16.0, 1.0);
        let [r, g, b, _] = sheet.tokens.canvas.to_array();
        let inked = (heading.x..heading.x + 120)
            .flat_map(|x| (heading.y..heading.bottom()).map(move |y| (x as u32, y as u32)))
            .filter(|(x, y)| read.get_pixel(*x, *y).0 != [r, g, b])
            .count();
        assert!(inked > 100, "{inked}");
    }

    #[test]
    fn what_no_viewer_opens_is_not_offered() {
        let sheet = sheet();
        assert!(!is_possible(&sheet.layout(96.0, 4.0, 30)));
    }
}
