//! What the window does, one line each, for whoever measures it: `BAYVIEW_LOG=frames=debug bayview`.
//!
//! `tests/bench/compare` counts these lines. Off, they cost a look at a flag.

use crate::live::event::Event;

/// Target of the log.
const FRAMES: &str = "frames";

/// A frame begins: its number, and how long the one before took the processor, in thousandths of a second.
pub(super) fn frame(ctx: &egui::Context, frame: &eframe::Frame) {
    let cpu_ms = frame.info().cpu_usage.map_or(0.0, |seconds| f64::from(seconds) * 1000.0);
    tracing::debug!(target: FRAMES, number = ctx.cumulative_frame_nr(), cpu_ms, "frame");
}

/// An event was taken in; pictures of a bay's inside are told with what they hold.
pub(super) fn event(event: &Event) {
    match event {
        Event::Inside(_, picture) => tracing::debug!(
            target: FRAMES,
            pods = picture.pods.len(),
            complete = picture.complete,
            generation = picture.generation,
            "picture"
        ),
        Event::SignedIn(_) => tracing::debug!(target: FRAMES, "signed in"),
        Event::Bays(Ok(bays)) => tracing::debug!(target: FRAMES, bays = bays.len(), "bays"),
        _ => {}
    }
}
