//! Starts Bayview.

use bayview::cli::{Cli, run};
use clap::Parser as _;
use std::process::ExitCode;

// Pages of megabytes and rows of a few bytes come and go on several threads: the system's allocator of Linux kept 190 MiB of
// them after a bay of 150,000 pods was read, this one gives them back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BAYVIEW_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,wgpu=error,naga=error,egui_wgpu=error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bayview: {error:#}");
            ExitCode::from(2)
        }
    }
}
