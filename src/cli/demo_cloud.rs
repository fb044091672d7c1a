//! `bayview demo-cloud`: the built-in cloud alone, for any client.

use crate::demo::{DemoOptions, DemoSize};
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct DemoCloudArgs {
    /// Port of Keystone; the other services take any free ports
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Seed: the same seed makes the same cloud
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How much faster than usual time moves
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,
}

/// Serves until it is interrupted; prints how to sign in.
pub(super) fn run(args: &DemoCloudArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(args.speed.is_finite() && args.speed > 0.0, "--speed must be above zero");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let options = DemoOptions { seed: args.seed, size: DemoSize::Medium, speed: args.speed, port: args.port };
    runtime.block_on(crate::demo::serve::serve(options, std::io::stdout()))?;
    Ok(ExitCode::SUCCESS)
}
