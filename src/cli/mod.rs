//! The command line: the window, `bayview status`, `bayview demo-cloud`.

mod demo_cloud;
mod report;
mod status;

use crate::app::open::WindowOptions;
use crate::app::{AppOptions, Start};
use crate::demo::{CHURN, DemoSize};
use crate::i18n::Lang;
use crate::live::worker::WorkerOptions;
use crate::ui::prefs::{Renderer, Theme};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A native desktop bay manager for OpenStack: from the cloud to the pod in one window.
#[derive(Debug, Parser)]
#[command(name = "bayview", version, about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Sub>,
    #[command(flatten)]
    window: WindowArgs,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Print what the window would show. Exit code: 0 fine, 1 something is unhealthy, 2 could not look.
    Status(status::StatusArgs),
    /// Serve the built-in demo cloud alone, for this and other clients.
    DemoCloud(demo_cloud::DemoCloudArgs),
}

#[derive(Debug, Args)]
struct WindowArgs {
    /// Sign in to this cloud of clouds.yaml at once (also OS_CLOUD)
    #[arg(long, value_name = "NAME")]
    cloud: Option<String>,
    /// Open the built-in demo cloud, of this size
    #[arg(
        long, value_name = "SIZE", value_enum, conflicts_with = "cloud", num_args = 0..=1, require_equals = true,
        default_missing_value = "medium"
    )]
    demo: Option<DemoSize>,
    /// Changes of pods a second in the huge demo cloud's biggest bay
    #[arg(long, value_name = "NUMBER", requires = "demo")]
    churn: Option<f64>,
    /// Language of the interface, instead of the remembered one
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
    /// Theme, instead of the remembered one
    #[arg(long, value_name = "THEME")]
    theme: Option<Theme>,
    /// What draws the window, instead of the remembered one
    #[arg(long, value_name = "RENDERER")]
    renderer: Option<Renderer>,
    /// Play the walkthrough, leave a picture of each step in this folder, then end
    #[arg(long, value_name = "FOLDER")]
    walkthrough: Option<PathBuf>,
    /// Size of the window in points
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = window_size)]
    window: Option<(f32, f32)>,
}

fn window_size(text: &str) -> Result<(f32, f32), String> {
    let (width, height) = text.split_once('x').ok_or("give it as WIDTHxHEIGHT, for example 1440x900")?;
    let number = |word: &str| {
        word.parse::<u16>().map(f32::from).map_err(|_| format!("\"{word}\" is not a number of points below 65536"))
    };
    Ok((number(width)?, number(height)?))
}

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Some(Sub::Status(args)) => status::run(&args),
        Some(Sub::DemoCloud(args)) => demo_cloud::run(&args),
        None => run_window(cli.window),
    }
}

fn run_window(args: WindowArgs) -> anyhow::Result<ExitCode> {
    let cloud = args.cloud.or_else(|| std::env::var("OS_CLOUD").ok().filter(|name| !name.is_empty()));
    let start = match (args.demo.is_some(), cloud) {
        (true, _) => Start::Demo,
        (false, Some(cloud)) => Start::Cloud(cloud),
        (false, None) => Start::SignIn,
    };
    let forget = args.walkthrough.is_some();
    let data_folder = directories::ProjectDirs::from("org", "bayview", "bayview").map(|d| d.data_dir().to_owned());
    if let Some(folder) = &args.walkthrough {
        std::fs::create_dir_all(folder).map_err(|e| anyhow::anyhow!("{}: {e}", folder.display()))?;
    }
    crate::app::open::open(WindowOptions {
        size: args.window.map(|(w, h)| [w, h]),
        renderer: args.renderer,
        app: AppOptions {
            start,
            lang: args.lang,
            theme: args.theme,
            pictures: args.walkthrough,
            fixed_now: None,
            data_folder: data_folder.filter(|_| !forget),
        },
        worker: WorkerOptions {
            use_keyring: !forget,
            demo_size: args.demo.unwrap_or_default(),
            demo_churn: args.churn.filter(|churn| churn.is_finite()).unwrap_or(CHURN),
            ..WorkerOptions::default()
        },
        forget,
    })?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn window_sizes_are_read() {
        assert_eq!(window_size("1280x800"), Ok((1280.0, 800.0)));
        assert!(window_size("wide").is_err());
        assert!(window_size("1280xhigh").is_err());
    }
}
