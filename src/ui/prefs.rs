//! What the user prefers; remembered between runs.

use crate::i18n::{Lang, Vocabulary};

/// Dark, light, or as the system is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumIter,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// What draws the window; takes effect at the next start.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumIter,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Renderer {
    /// wgpu, glow where no adapter works.
    #[default]
    Auto,
    /// wgpu.
    Wgpu,
    /// OpenGL.
    Glow,
}

/// Preferences.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// Theme.
    pub theme: Theme,
    /// Language.
    pub lang: Lang,
    /// Words for bay and bay model.
    pub vocabulary: Vocabulary,
    /// Seconds between refreshes of the bay list while nothing is in progress.
    pub refresh_secs: u32,
    /// Renderer.
    pub renderer: Renderer,
    /// No gliding.
    pub reduced_motion: bool,
    /// Zoom of the whole window, 1.0 = as the display says.
    pub zoom: f32,
}

impl Default for Prefs {
    fn default() -> Self {
        Prefs {
            theme: Theme::System,
            lang: Lang::of_system(),
            vocabulary: Vocabulary::Bay,
            refresh_secs: 30,
            renderer: Renderer::Auto,
            reduced_motion: false,
            zoom: 1.0,
        }
    }
}
