//! An empty eframe window, built and drawn as Bayview is: what start and memory are compared with.
//!
//! Tells of each frame as Bayview does with `BAYVIEW_LOG=frames=debug`.

use bayview::app::open::best;
use eframe::egui;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Empty;

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        eprintln!("frames: frame number={}", ui.ctx().cumulative_frame_nr());
        ui.label("empty");
    }
}

fn main() -> eframe::Result {
    best(|renderer, wgpu_options| {
        let native = eframe::NativeOptions {
            viewport: egui::ViewportBuilder::default().with_inner_size([1440.0, 900.0]),
            renderer,
            wgpu_options,
            dithering: false,
            run_and_return: true,
            ..Default::default()
        };
        eframe::run_native("empty", native, Box::new(|_| Ok(Box::new(Empty))))
    })
}
