//! Dialogs: centred, ground dimmed, closed with Esc.

use crate::ui::cx::Cx;
use crate::ui::text;
use egui::{Context, CornerRadius, Frame, Id, Margin, Modal, Stroke, Ui};

/// A dialog; [`Dialog::show`] draws it.
pub struct Dialog {
    title: String,
    width: f32,
}

/// What came of drawing a dialog.
pub struct DialogOutput<R> {
    /// What the content gave.
    pub inner: R,
    /// Esc was pressed or the ground was clicked.
    pub close: bool,
}

impl Dialog {
    /// A dialog with this title, 480 points wide.
    pub fn new(title: impl Into<String>) -> Dialog {
        Dialog { title: title.into(), width: 480.0 }
    }

    /// Another width.
    pub fn width(mut self, width: f32) -> Dialog {
        self.width = width;
        self
    }

    /// Draws it over everything. The content draws its own buttons (see [`buttons`]).
    pub fn show<R>(self, cx: &Cx<'_>, ctx: &Context, content: impl FnOnce(&mut Ui) -> R) -> DialogOutput<R> {
        let t = cx.tokens;
        let frame = Frame::new()
            .fill(t.popup)
            .stroke(Stroke::new(1.0, t.line2))
            .corner_radius(CornerRadius::same(6))
            .shadow(egui::Shadow { offset: [0, 6], blur: 20, spread: 0, color: t.shadow })
            .inner_margin(Margin::same(20));
        let width = self.width.min(ctx.content_rect().width() - 40.0);
        let id = Id::unique(("dialog", &self.title));
        let area = Modal::default_area(id).accessible_name(self.title.as_str()).role(egui::accesskit::Role::Dialog);
        let shown = Modal::new(id).area(area).backdrop_color(t.dim).frame(frame).show(ctx, |ui| {
            ui.set_width(width - 40.0);
            ui.spacing_mut().item_spacing = egui::vec2(8.0, 8.0);
            ui.label(text::section(self.title.as_str()));
            ui.add_space(4.0);
            content(ui)
        });
        let close = shown.should_close();
        DialogOutput { inner: shown.inner, close }
    }
}

/// The row of buttons at a dialog's foot, from the right: the deciding one last in reading order.
pub fn buttons<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(8.0);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.set_min_height(28.0);
        add(ui)
    })
    .inner
}
