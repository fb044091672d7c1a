//! The whole map as a PNG file: asked for with the system's dialog, drawn and written on a thread of its own.

use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::map::color::CellPaint;
use crate::ui::map::layout::{Layout, PxRect, fit};
use crate::ui::map::metrics::Metrics;
use crate::ui::map::order::Order;
use crate::ui::map::prepared::Prepared;
use crate::ui::map::raster::{LARGEST, Raster, Scene};
use crate::ui::theme::Tokens;
use fluent_bundle::FluentValue;
use poll_promise::Promise;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The picture's width that tiles are arranged for, pixels.
const WIDTH: i64 = 1920;
/// And the height they should stay under.
const HEIGHT: i64 = 1200;
/// The largest edge of a file's picture, pixels.
const MOST: i64 = 16_384;

/// What is to be drawn; taken when the button is pressed, so that the file shows what was seen.
pub(super) struct Wanted {
    picture: Arc<Picture>,
    order: Arc<Order>,
    paints: Vec<CellPaint>,
    tokens: Tokens,
    file_name: String,
}

impl Wanted {
    /// What is on screen now.
    pub(super) fn of(ready: &Prepared, tokens: &Tokens, bay: &str) -> Wanted {
        let name: String =
            bay.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        Wanted {
            picture: ready.picture.clone(),
            order: ready.order.clone(),
            paints: ready.paints.clone(),
            tokens: tokens.clone(),
            file_name: format!("{}-placement.png", name.trim_start_matches('.')),
        }
    }

    /// The whole map at a size where every pod can be told apart.
    fn image(&self) -> (u32, u32, Vec<u8>) {
        let (cell, columns) = fit(&self.order, WIDTH, HEIGHT, 1.0, 13);
        let metrics = Metrics::new(cell.clamp(2, 13), 1.0, self.order.slots, self.order.fullest);
        let layout = Layout::new(&self.order, metrics, columns);
        let scene = Scene {
            picture: &self.picture,
            order: &self.order,
            layout: &layout,
            paints: &self.paints,
            tokens: &self.tokens,
        };
        let raster = Raster::new(scene);
        let (w, h) = (layout.width.clamp(1, MOST), layout.height.clamp(1, MOST));
        let mut bytes = vec![0u8; (w * h * 4) as usize];
        for top in (0..h).step_by(LARGEST as usize) {
            for left in (0..w).step_by(LARGEST as usize) {
                let part = raster.region(PxRect::new(left, top, LARGEST.min(w - left), LARGEST.min(h - top)));
                for (row, pixels) in part.pixels.chunks(part.size[0]).enumerate() {
                    let start = (((top + row as i64) * w + left) * 4) as usize;
                    for (n, pixel) in pixels.iter().enumerate() {
                        bytes[start + n * 4..start + n * 4 + 4].copy_from_slice(&pixel.to_array());
                    }
                }
            }
        }
        (w as u32, h as u32, bytes)
    }

    /// Draws and writes the file.
    fn write(&self, path: &Path) -> Result<(), String> {
        let (w, h, bytes) = self.image();
        let image = image::RgbaImage::from_raw(w, h, bytes).ok_or_else(|| "the picture has no size".to_owned())?;
        image.save_with_format(path, image::ImageFormat::Png).map_err(|e| e.to_string())
    }
}

/// How it ended: nothing chosen, written, or why not.
type Ended = Option<Result<PathBuf, String>>;

/// A picture being saved.
#[derive(Default)]
pub(super) struct Saving(Option<Promise<Ended>>);

impl std::fmt::Debug for Saving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_busy() { "Saving(busy)" } else { "Saving" })
    }
}

impl Saving {
    /// The dialog is open, or the file is being written.
    pub(super) fn is_busy(&self) -> bool {
        self.0.is_some()
    }

    /// Opens the dialog.
    pub(super) fn ask(&mut self, cx: &Cx<'_>, ctx: &egui::Context, wanted: Wanted) {
        if self.is_busy() {
            return;
        }
        let title = cx.t("placement-save-title").into_owned();
        let wake = ctx.clone();
        let (sender, promise) = Promise::new();
        let run = move || {
            let dialog =
                rfd::FileDialog::new().set_title(title).set_file_name(&wanted.file_name).add_filter("PNG", &["png"]);
            let ended = dialog.save_file().map(|path| {
                let path = if path.extension().is_some() { path } else { path.with_extension("png") };
                wanted.write(&path).map(|()| path)
            });
            sender.send(ended);
            wake.request_repaint();
        };
        match std::thread::Builder::new().name("map-picture".into()).spawn(run) {
            Ok(_) => self.0 = Some(promise),
            Err(error) => tracing::error!(%error, "no thread for the picture"),
        }
    }

    /// Tells how it ended.
    pub(super) fn logic(&mut self, cx: &Cx<'_>) {
        if self.0.as_ref().is_none_or(|p| p.ready().is_none()) {
            return;
        }
        let Some(Ok(Some(ended))) = self.0.take().map(Promise::try_take) else { return };
        let (sign, text) = match ended {
            Ok(path) => {
                let path = path.display().to_string();
                (Sign::Ok, cx.f("placement-saved", &[("path", FluentValue::from(path))]))
            }
            Err(why) => (Sign::Failed, cx.f("placement-not-saved", &[("why", FluentValue::from(why))])),
        };
        cx.act(UiAction::Toast { sign, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::map::color::{ColorBy, paints};
    use crate::ui::map::order::tests::picture;
    use crate::ui::map::order::{GroupBy, OrderBy};

    #[test]
    fn the_file_shows_the_whole_map() {
        let pods: Vec<_> = (0..400).map(|n| (Some(n % 30), "shop", Sign::ALL[n % 7])).collect();
        let picture = Arc::new(picture(&[("web", 30); 30], &pods));
        let tokens = Tokens::light();
        let wanted = Wanted {
            order: Arc::new(Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name)),
            paints: paints(&picture, ColorBy::State, None, &tokens),
            picture,
            tokens: tokens.clone(),
            file_name: "map.png".into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("map.png");
        wanted.write(&path).unwrap();
        let read = image::open(&path).unwrap().to_rgba8();
        let failed = tokens.fill(Sign::Failed).to_array();
        assert!(read.width() > 300 && read.pixels().any(|p| p.0 == failed));
    }
}
