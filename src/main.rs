//! Starts Bayview.

use bayview::cli::{Cli, run};
use clap::Parser as _;
use std::process::ExitCode;

/// What is logged unless BAYVIEW_LOG says otherwise. That a renderer cannot be had is no error as long as another one can, and
/// where none can it is told in the end.
const QUIET: &str =
    "warn,wgpu=error,naga=error,egui_wgpu=error,eframe::native::run=off,egui_system_font_provider=error";

// Pages of megabytes and rows of a few bytes come and go on several threads: the system's allocator of Linux kept 190 MiB of
// them after a bay of 150,000 pods was read, this one gives them back. Without huge pages (`no_thp`): they were 40 MiB of a
// window on a small bay.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BAYVIEW_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(QUIET));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bayview: {error:#}");
            ExitCode::from(2)
        }
    }
}
