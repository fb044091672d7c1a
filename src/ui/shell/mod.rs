//! What stands around every screen: top bar, rail, footer, palette, toasts, dialogs, keys.

pub mod commands;
pub mod delete;
pub mod dialogs;
pub mod footer;
pub mod kubeconfig;
pub mod palette;
pub mod rail;
pub mod toasts;
pub mod top_bar;

use dialogs::Dialogs;
use palette::Palette;
use toasts::Toasts;

/// State of the shell that is not worth remembering between runs.
#[derive(Debug, Default)]
pub struct Shell {
    /// Command palette.
    pub palette: Palette,
    /// Dialogs.
    pub dialogs: Dialogs,
    /// Toasts and what was seen under the bell.
    pub toasts: Toasts,
}
