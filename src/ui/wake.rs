//! Waking the window for what was computed aside.

use egui::Context;
use std::time::Duration;

/// What comes by itself is gathered so long before the window is woken for it: at most fifteen wake-ups a second. egui takes a
/// delay above zero as one frame, none as two.
pub const GATHER: Duration = Duration::from_millis(67);

/// To be called when something is ready that this frame asked for: wakes the window at once where the user has just done
/// something and waits for it, and with what else comes where it was new data that asked.
pub fn when_ready(ctx: &Context) -> impl Fn() + Send + 'static + use<> {
    let (ctx, delay) = (ctx.clone(), delay(ctx));
    move || ctx.request_repaint_after(delay)
}

fn delay(ctx: &Context) -> Duration {
    let asked_by_user = ctx.input(|i| !i.events.is_empty());
    if asked_by_user { Duration::from_millis(1) } else { GATHER }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Event, RawInput};

    #[test]
    fn who_waits_is_served_at_once_and_data_is_gathered() {
        let ctx = Context::default();
        let after = |events| {
            ctx.run_ui(RawInput { events, ..RawInput::default() }, |_| {}).textures_delta.clear();
            delay(&ctx)
        };
        assert!(after(vec![Event::Text("a".into())]) < GATHER / 10);
        assert_eq!(after(Vec::new()), GATHER);
    }
}
