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
    let opened = match options.renderer.or_else(remembered).unwrap_or_default() {
        Renderer::Wgpu => run(eframe::Renderer::Wgpu, wgpu_options(), &options),
        Renderer::Glow => run(eframe::Renderer::Glow, wgpu_options(), &options),
        Renderer::Auto => best(|renderer, wgpu_options| run(renderer, wgpu_options, &options)),
    };
    opened.map_err(|error| anyhow::anyhow!("cannot open a window: {error}"))
}

/// Runs a window with what draws best here: wgpu on a graphics card; without one OpenGL, whose software rendering is several
/// times as fast as Vulkan's; and where there is no OpenGL either, wgpu with whatever it finds.
///
/// # Errors
/// Of the last that was tried.
pub fn best(mut run: impl FnMut(eframe::Renderer, egui_wgpu::WgpuConfiguration) -> eframe::Result) -> eframe::Result {
    match run(eframe::Renderer::Wgpu, hardware_only()) {
        Err(eframe::Error::Wgpu(error)) => tracing::info!(%error, "wgpu finds no graphics card, trying OpenGL"),
        other => return other,
    }
    match run(eframe::Renderer::Glow, wgpu_options()) {
        Err(error @ (eframe::Error::OpenGL(_) | eframe::Error::Glutin(_) | eframe::Error::NoGlutinConfigs(..))) => {
            tracing::warn!(%error, "no OpenGL, trying wgpu with software rendering");
            run(eframe::Renderer::Wgpu, wgpu_options())
        }
        other => other,
    }
}

fn run(
    renderer: eframe::Renderer,
    wgpu_options: egui_wgpu::WgpuConfiguration,
    options: &WindowOptions,
) -> eframe::Result {
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
        wgpu_options,
        run_and_return: true,
        // There are no gradients here to be smoothed, and in software it is work for every pixel of every layer.
        dithering: false,
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

/// The same, and an error where there is no graphics card: a processor is no adapter. As quiet a card as there is.
fn hardware_only() -> egui_wgpu::WgpuConfiguration {
    use egui_wgpu::wgpu::{Adapter, Backend, DeviceType, Surface};
    let mut options = wgpu_options();
    if let egui_wgpu::WgpuSetup::CreateNew(setup) = &mut options.wgpu_setup {
        setup.native_adapter_selector = Some(Arc::new(|adapters: &[Adapter], surface: Option<&Surface<'_>>| {
            let can_show = |adapter: &&Adapter| surface.is_none_or(|surface| adapter.is_surface_supported(surface));
            let cards = adapters.iter().filter(|a| a.get_info().device_type != DeviceType::Cpu).filter(can_show);
            let quietest = cards.min_by_key(|adapter| {
                let info = adapter.get_info();
                let louder = match info.device_type {
                    DeviceType::IntegratedGpu => 0,
                    DeviceType::DiscreteGpu => 1,
                    _ => 2,
                };
                (louder, info.backend == Backend::Gl)
            });
            quietest.cloned().ok_or_else(|| "no graphics card that can show a window".to_owned())
        }));
    }
    options
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
