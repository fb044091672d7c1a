//! Opens the window: size, renderer with its fallback, worker.

use super::{App, AppOptions, waker};
use crate::live::worker::{WorkerHandle, WorkerOptions};
use crate::ui::prefs::Renderer;
use eframe::egui_wgpu;
use std::sync::Arc;

/// How to open the window.
#[derive(Debug, Clone, Default)]
pub struct WindowOptions {
    /// Inner size in points instead of the remembered one.
    pub size: Option<[f32; 2]>,
    /// Renderer instead of the remembered one.
    pub renderer: Option<Renderer>,
    /// Interface.
    pub app: AppOptions,
    /// Worker.
    pub worker: WorkerOptions,
    /// Remember nothing of this run (walkthrough, tests).
    pub forget: bool,
}

/// Opens the window and runs until it is closed.
pub fn open(options: WindowOptions) -> anyhow::Result<()> {
    let remembered = || options.app.data_folder.as_deref().map(super::renderer::remembered);
    let renderer = options.renderer.or_else(remembered).unwrap_or_default();
    let first = match renderer {
        Renderer::Auto | Renderer::Wgpu => eframe::Renderer::Wgpu,
        Renderer::Glow => eframe::Renderer::Glow,
    };
    match run(first, &options) {
        // No adapter, no surface: OpenGL may still do.
        Err(eframe::Error::Wgpu(error)) if renderer == Renderer::Auto => {
            tracing::warn!(%error, "wgpu cannot draw here, trying OpenGL");
            run(eframe::Renderer::Glow, &options).map_err(|e| anyhow::anyhow!("cannot open a window: {e}"))
        }
        other => other.map_err(|e| anyhow::anyhow!("cannot open a window: {e}")),
    }
}

fn run(renderer: eframe::Renderer, options: &WindowOptions) -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Bayview")
        .with_app_id("bayview")
        .with_icon(icon())
        .with_min_inner_size([1024.0, 640.0])
        .with_inner_size(options.size.unwrap_or([1440.0, 900.0]));
    if options.size.is_some() {
        viewport = viewport.with_position([0.0, 0.0]);
    }
    let native = eframe::NativeOptions {
        viewport,
        renderer,
        wgpu_options: wgpu_options(),
        run_and_return: true,
        persist_window: !options.forget,
        persistence_path: options
            .forget
            .then(|| std::env::temp_dir().join(format!("bayview-{}.ron", std::process::id()))),
        ..Default::default()
    };
    let options = options.clone();
    eframe::run_native(
        "bayview",
        native,
        Box::new(move |cc| {
            let worker = WorkerHandle::start(options.worker, Arc::new(waker(&cc.egui_ctx)))?;
            Ok(Box::new(App::new(cc, worker, options.app)))
        }),
    )
}

/// A quiet adapter and little memory: this program draws flat shapes.
pub fn wgpu_options() -> egui_wgpu::WgpuConfiguration {
    let mut setup = egui_wgpu::WgpuSetupCreateNew::without_display_handle();
    setup.power_preference = egui_wgpu::wgpu::PowerPreference::LowPower;
    let inner = setup.device_descriptor.clone();
    setup.device_descriptor = Arc::new(move |adapter| egui_wgpu::wgpu::DeviceDescriptor {
        memory_hints: egui_wgpu::wgpu::MemoryHints::MemoryUsage,
        ..inner(adapter)
    });
    egui_wgpu::WgpuConfiguration { wgpu_setup: egui_wgpu::WgpuSetup::CreateNew(setup), ..Default::default() }
}

/// The mark: a bay that opens to the sky, with what is moored in it.
fn icon() -> egui::IconData {
    const SIDE: usize = 64;
    let mut rgba = vec![0u8; SIDE * SIDE * 4];
    let blue = [0x6B, 0xA6, 0xFF];
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (px, py) = (x as f32 - 31.5, y as f32 - 24.0);
            let radius = px.hypot(py);
            let bowl = (19.0..=25.0).contains(&radius) && py > 0.0;
            let dot = px.abs() < 5.0 && (py + 10.0).abs() < 5.0;
            let line = px.abs() < 12.0 && (py - 33.0).abs() < 3.0;
            if bowl || dot || line {
                let at = (y * SIDE + x) * 4;
                rgba[at..at + 3].copy_from_slice(&blue);
                rgba[at + 3] = 255;
            }
        }
    }
    egui::IconData { rgba, width: SIDE as u32, height: SIDE as u32 }
}
