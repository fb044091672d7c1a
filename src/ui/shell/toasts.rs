//! Toasts: short messages at the bottom right, at most three; failures stay until they are closed.

use crate::live::state::Notice;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::route::{BayTab, Route};
use crate::ui::text;
use crate::ui::widgets::button::{icon_button_sized, link};
use crate::ui::widgets::glyph;
use egui::{Align2, Area, Frame, Id, Label, Margin, Order, Stroke, Ui};
use fluent_bundle::FluentValue;
use std::collections::BTreeSet;
use std::time::Duration;

/// Seconds that a good message stays.
const STAYS_SECS: f64 = 6.0;
/// Most that are shown at once.
const MOST: usize = 3;
const WIDTH: f32 = 340.0;

/// A message of the window itself (not of the cloud).
#[derive(Debug, Clone)]
struct Local {
    sign: Sign,
    text: String,
    since: Option<f64>,
}

/// What was closed and seen, and the window's own messages.
#[derive(Debug, Default)]
pub struct Toasts {
    local: Vec<Local>,
    copied: bool,
    closed: BTreeSet<u64>,
    seen: Option<u64>,
    /// Notices older than this were there before the window looked.
    since: Option<f64>,
}

impl Toasts {
    /// Shows a message of the window itself.
    pub fn push(&mut self, sign: Sign, text: String) {
        self.local.retain(|l| l.text != text);
        self.local.push(Local { sign, text, since: None });
    }

    /// Something was put on the clipboard; said in the language of the next frame.
    pub fn copied(&mut self) {
        self.copied = true;
    }

    /// How many notices came since the bell's list was last open.
    pub fn unseen(&self, cx: &Cx<'_>) -> usize {
        cx.state.notices.iter().filter(|n| self.seen.is_none_or(|seen| n.id > seen)).count()
    }

    /// The bell's list is open.
    pub fn mark_seen(&mut self, cx: &Cx<'_>) {
        if let Some(last) = cx.state.notices.last() {
            self.seen = Some(last.id);
        }
    }

    /// Draws what is due above the footer.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &egui::Context) {
        if std::mem::take(&mut self.copied) {
            self.push(Sign::Ok, cx.t("toast-copied").into_owned());
        }
        let since = *self.since.get_or_insert(cx.now - STAYS_SECS);
        for local in &mut self.local {
            local.since.get_or_insert(cx.now);
        }
        self.local.retain(|l| l.since.is_none_or(|s| cx.now - s < STAYS_SECS));
        let due: Vec<&Notice> = cx
            .state
            .notices
            .iter()
            .rev()
            .filter(|n| n.at >= since && !self.closed.contains(&n.id))
            .filter(|n| n.sign == Sign::Failed || cx.now - n.at < STAYS_SECS)
            .take(MOST.saturating_sub(self.local.len().min(MOST)))
            .collect();
        if due.is_empty() && self.local.is_empty() {
            return;
        }
        // The next frame is due when the next message has had its time. Failures stay: they need none.
        let left = due.iter().filter(|n| n.sign != Sign::Failed).map(|n| n.at);
        let left = left.chain(self.local.iter().filter_map(|l| l.since)).map(|at| at + STAYS_SECS - cx.now);
        if let Some(next) = left.min_by(f64::total_cmp) {
            ctx.request_repaint_after(Duration::from_secs_f64(next.clamp(0.02, STAYS_SECS) + 0.02));
        }
        let mut close = None;
        let mut close_local = None;
        Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .anchor(Align2::RIGHT_BOTTOM, [-16.0, -(super::footer::HEIGHT + 12.0)])
            .show(ctx, |ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                ui.set_width(WIDTH);
                for notice in due.iter().rev() {
                    ui.push_id(notice.id, |ui| {
                        let words = notice_text(cx, notice);
                        toast(cx, ui, notice.sign, &words, leads_to(cx, notice), || close = Some(notice.id));
                    });
                }
                let from = self.local.len().saturating_sub(MOST);
                for (i, local) in self.local.iter().enumerate().skip(from) {
                    ui.push_id(("local", i), |ui| {
                        toast(cx, ui, local.sign, &local.text, None, || close_local = Some(i));
                    });
                }
            });
        if let Some(id) = close {
            self.closed.insert(id);
        }
        if let Some(i) = close_local {
            self.local.remove(i);
        }
    }
}

/// The sentence of a notice. An argument that is itself a message id (`job`) is translated first.
pub fn notice_text(cx: &Cx<'_>, notice: &Notice) -> String {
    let args: Vec<(&str, FluentValue<'_>)> = notice
        .args
        .iter()
        .map(|(name, value)| {
            let words = if *name == "job" && cx.texts.has(value) { cx.f(value, &[]) } else { value.clone() };
            (*name, FluentValue::from(words))
        })
        .collect();
    cx.f(notice.message, &args)
}

/// What tells all of a notice: its job in Activity, else its problem.
pub fn details_of(notice: &Notice) -> Option<UiAction> {
    match (notice.job, &notice.problem) {
        (Some(job), _) => Some(UiAction::ShowJob(job)),
        (None, Some(_)) => Some(UiAction::ShowNotice(notice.id)),
        (None, None) => None,
    }
}

/// The one action of a toast, and its words.
fn leads_to(cx: &Cx<'_>, notice: &Notice) -> Option<(&'static str, UiAction)> {
    if notice.message == "notice-bay-up"
        && let Some(bay) = notice.job.and_then(|id| cx.state.job(id)).and_then(|job| job.made.clone())
    {
        return Some(("toast-open", UiAction::Go(Route::Bay(bay, BayTab::Overview))));
    }
    details_of(notice).map(|action| ("toast-details", action))
}

fn toast(
    cx: &Cx<'_>,
    ui: &mut Ui,
    sign: Sign,
    words: &str,
    action: Option<(&'static str, UiAction)>,
    close: impl FnOnce(),
) {
    let t = cx.tokens;
    let shadow = egui::Shadow { offset: [0, 6], blur: 20, spread: 0, color: t.shadow };
    let frame = Frame::new().fill(t.popup).stroke(Stroke::new(1.0, t.line2)).corner_radius(6).shadow(shadow);
    let mut closed = false;
    frame.inner_margin(Margin::symmetric(12, 9)).show(ui, |ui| {
        ui.set_width(WIDTH - 24.0);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 18.0), egui::Sense::hover());
            glyph::paint(ui.painter(), rect.center(), sign, 12.0, t.ink(sign));
            ui.allocate_ui(egui::vec2(WIDTH - 24.0 - 20.0 - 28.0, 18.0), |ui| {
                ui.vertical(|ui| {
                    // The closing button stands at the right edge, however short the words are.
                    ui.set_min_width(WIDTH - 24.0 - 20.0 - 28.0);
                    ui.add(Label::new(text::body(words).color(t.text)).wrap());
                    if let Some((words, action)) = action
                        && link(cx, ui, &cx.t(words)).clicked()
                    {
                        cx.act(action);
                        closed = true;
                    }
                });
            });
            closed |= icon_button_sized(cx, ui, Icon::Close, &cx.t("toast-close"), 20.0, 12.0).clicked();
        });
    });
    if closed {
        close();
    }
}
