//! `bayview demo-cloud`: the built-in cloud alone, for any client.

use crate::demo::{CHURN, DemoOptions, DemoSize};
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
    /// How much there is
    #[arg(long, value_name = "SIZE", value_enum, default_value_t)]
    size: DemoSize,
    /// Changes of pods a second in the huge cloud's biggest bay
    #[arg(long, value_name = "NUMBER", default_value_t = CHURN)]
    churn: f64,
    /// How much faster than usual time moves
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,
}

/// Serves until it is interrupted; prints how to sign in.
pub(super) fn run(args: &DemoCloudArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(args.speed.is_finite() && args.speed > 0.0, "--speed must be above zero");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    anyhow::ensure!(args.churn.is_finite() && args.churn >= 0.0, "--churn must not be below zero");
    let DemoCloudArgs { seed, size, speed, port, churn } = *args;
    let options = DemoOptions { seed, size, speed, port, churn };
    runtime.block_on(crate::demo::serve::serve(options, std::io::stdout()))?;
    Ok(ExitCode::SUCCESS)
}
