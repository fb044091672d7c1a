//! Plays the walkthrough by itself and keeps a picture of each step.

use crate::i18n::Lang;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::prefs::Theme;
use crate::ui::walkthrough::Walkthrough;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A step that is not complete after this long ends the run with an error.
const PATIENCE: Duration = Duration::from_secs(60);
/// Frames that a complete screen is given to settle (layout needs two).
const SETTLE: Duration = Duration::from_millis(900);

/// The run so far.
pub struct Pictures {
    folder: PathBuf,
    number: u32,
    step_since: Instant,
    ready_since: Option<Instant>,
    asked: bool,
    written: Arc<AtomicU32>,
    look: usize,
}

/// Looks in which the walkthrough is played one after the other: all steps in the first, some in the others.
const LOOKS: [(Theme, Lang); 2] = [(Theme::Dark, Lang::En), (Theme::Light, Lang::Ja)];

impl Pictures {
    /// Into this folder, which exists.
    pub fn into_folder(folder: PathBuf) -> Pictures {
        Pictures {
            folder,
            number: 0,
            step_since: Instant::now(),
            ready_since: None,
            asked: false,
            written: Arc::default(),
            look: usize::MAX,
        }
    }

    /// Looks whether the step's screen is complete, takes its picture, goes on; ends the program after the last.
    pub fn logic(&mut self, cx: &Cx<'_>, walkthrough: &mut Walkthrough, ctx: &egui::Context) {
        ctx.request_repaint_after(Duration::from_millis(50));
        if self.look == usize::MAX {
            self.wear(cx, 0);
        }
        let Some(step) = walkthrough.step() else {
            if self.look + 1 < LOOKS.len() {
                self.wear(cx, self.look + 1);
                *walkthrough = Walkthrough::default();
                return;
            }
            if self.written.load(Ordering::Acquire) >= self.number {
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            return;
        };
        if self.step_since.elapsed() > PATIENCE {
            eprintln!("The walkthrough got stuck at step {}", step.name());
            std::process::exit(1);
        }
        if !walkthrough.is_ready(cx.state) {
            self.ready_since = None;
            return;
        }
        let since = *self.ready_since.get_or_insert_with(Instant::now);
        if !self.asked && since.elapsed() > SETTLE {
            self.asked = true;
            self.number += 1;
            let path = self.folder.join(format!("{:02}-{}.png", self.number, step.name()));
            let written = self.written.clone();
            ctx.request_screenshot(move |image| {
                if let Err(error) = write_png(&path, &image) {
                    eprintln!("{}: {error}", path.display());
                    std::process::exit(1);
                }
                written.fetch_add(1, Ordering::Release);
            });
        } else if self.asked && self.written.load(Ordering::Acquire) >= self.number {
            self.asked = false;
            self.ready_since = None;
            self.step_since = Instant::now();
            walkthrough.next();
        }
    }

    fn wear(&mut self, cx: &Cx<'_>, look: usize) {
        self.look = look;
        self.step_since = Instant::now();
        let (theme, lang) = LOOKS[look];
        let prefs = crate::ui::prefs::Prefs { theme, lang, reduced_motion: true, ..cx.prefs.clone() };
        cx.act(UiAction::SetPrefs(Box::new(prefs)));
    }
}

fn write_png(path: &std::path::Path, image: &egui::ColorImage) -> Result<(), image::ImageError> {
    let [width, height] = image.size;
    let bytes: Vec<u8> = image.pixels.iter().flat_map(|p| [p.r(), p.g(), p.b()]).collect();
    image::save_buffer(path, &bytes, width as u32, height as u32, image::ColorType::Rgb8)
}
