//! The map as a file: asked for with the system's dialog, drawn and written on a thread of its own.

use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::map::layout::{Layout, PxRect};
use crate::ui::map::sheet::Sheet;
use crate::ui::map::{export_png, export_svg};
use fluent_bundle::FluentValue;
use poll_promise::Promise;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be drawn; taken when the button is pressed, so that the file shows what was seen.
pub(super) enum Kind {
    /// The whole map as pixels.
    Png(Layout),
    /// What is on screen as shapes.
    Svg(Arc<Layout>, PxRect),
}

impl Kind {
    fn extension(&self) -> &'static str {
        match self {
            Kind::Png(_) => "png",
            Kind::Svg(..) => "svg",
        }
    }
}

/// A file that is wanted.
pub(super) struct Wanted {
    /// What it shows.
    pub(super) sheet: Sheet,
    /// In which form.
    pub(super) kind: Kind,
    /// The bay's name.
    pub(super) bay: String,
}

impl Wanted {
    /// A name for the file that every system takes.
    fn file_name(&self) -> String {
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let name: String = self.bay.chars().map(plain).collect();
        format!("{}-placement.{}", name.trim_start_matches('.'), self.kind.extension())
    }

    /// Draws and writes the file.
    fn write(&self, path: &Path) -> Result<(), String> {
        match &self.kind {
            Kind::Png(layout) => export_png::write(&self.sheet, layout, path),
            Kind::Svg(layout, view) => {
                std::fs::write(path, export_svg::text(&self.sheet, layout, *view)).map_err(|e| e.to_string())
            }
        }
    }
}

/// How it ended: nothing chosen, written, or why not.
type Ended = Option<Result<PathBuf, String>>;

/// A file being saved.
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
            let extension = wanted.kind.extension();
            let dialog = rfd::FileDialog::new()
                .set_title(title)
                .set_file_name(wanted.file_name())
                .add_filter(extension.to_uppercase(), &[extension]);
            let ended = dialog.save_file().map(|path| {
                let path = if path.extension().is_some() { path } else { path.with_extension(extension) };
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
    use crate::i18n::{Lang, Vocabulary};
    use crate::ui::map::color::{ColorBy, Look, paints};
    use crate::ui::map::order::tests::picture;
    use crate::ui::map::order::{GroupBy, Order, OrderBy};
    use crate::ui::theme::Tokens;

    fn wanted(bay: &str) -> Wanted {
        let pods: Vec<_> = (0..40).map(|n| (Some(n % 3), "shop", Sign::Ok)).collect();
        let picture = Arc::new(picture(&[("web", 30); 3], &pods));
        let tokens = Tokens::dark();
        let look = Look { by: ColorBy::State, matches: None, chosen: None, tokens: &tokens, now: 0.0 };
        let sheet = Sheet {
            order: Arc::new(Order::new(&picture, GroupBy::NodeGroup, OrderBy::Name)),
            paints: Arc::new(paints(&picture, &look)),
            capacity: Vec::new(),
            picture,
            tokens,
            lang: Lang::Ja,
            vocabulary: Vocabulary::Bay,
        };
        let layout = Arc::new(sheet.layout(11.0, 1.0, 3));
        let view = PxRect::new(0, 0, layout.width, layout.height);
        Wanted { sheet, kind: Kind::Svg(layout, view), bay: bay.into() }
    }

    #[test]
    fn the_file_is_named_after_the_bay_and_written() {
        assert_eq!(wanted("../k8s prod").file_name(), "-k8s-prod-placement.svg");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("map.svg");
        wanted("k8s").write(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("web"));
        let nowhere = folder.path().join("no/such/folder/map.svg");
        assert!(wanted("k8s").write(&nowhere).is_err());
    }
}
