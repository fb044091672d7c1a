//! Which renderer the next start uses. It must be known before the window opens, so it stands in a small file of its own
//! instead of among the preferences, which only the open window reads.

use crate::ui::prefs::Renderer;
use clap::ValueEnum as _;
use std::path::{Path, PathBuf};

fn file(folder: &Path) -> PathBuf {
    folder.join("renderer")
}

/// The renderer that was chosen; the default where none was, or where the file holds something else.
pub fn remembered(folder: &Path) -> Renderer {
    let text = std::fs::read_to_string(file(folder)).unwrap_or_default();
    Renderer::from_str(text.trim(), true).unwrap_or_default()
}

/// Writes the choice, on a thread of its own: the window must not wait for a disk.
pub fn remember(folder: &Path, renderer: Renderer) {
    let folder = folder.to_owned();
    let spawned = std::thread::Builder::new().name("renderer".into()).spawn(move || {
        if remembered(&folder) == renderer {
            return;
        }
        if let Err(error) = write(&folder, renderer) {
            tracing::error!(%error, "the renderer cannot be remembered");
        }
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the renderer's file");
    }
}

fn write(folder: &Path, renderer: Renderer) -> std::io::Result<()> {
    let word = renderer.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
    std::fs::create_dir_all(folder)?;
    std::fs::write(file(folder), word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_found_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(remembered(folder.path()), Renderer::Auto);
        for renderer in [Renderer::Glow, Renderer::Wgpu, Renderer::Auto] {
            write(folder.path(), renderer).unwrap();
            assert_eq!(remembered(folder.path()), renderer);
        }
        std::fs::write(file(folder.path()), "vulkan?").unwrap();
        assert_eq!(remembered(folder.path()), Renderer::Auto);
    }
}
