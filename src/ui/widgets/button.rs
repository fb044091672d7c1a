//! Buttons: primary, secondary, quiet, danger; icon buttons, links, copy.

use super::{focus_ring, line, line_of_name, paint_left};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{Color32, CornerRadius, CursorIcon, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Which look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Quiet,
    Danger,
    DangerFilled,
}

/// A button; [`Button::show`] draws it.
pub struct Button {
    text: String,
    icon: Option<Icon>,
    kind: Kind,
    enabled: bool,
    reason: String,
    tooltip: String,
    shortcut: Option<String>,
    min_width: f32,
    height: f32,
    menu: bool,
    selected: bool,
}

impl Button {
    /// A secondary button.
    pub fn new(text: impl Into<String>) -> Button {
        Button {
            text: text.into(),
            icon: None,
            kind: Kind::Secondary,
            enabled: true,
            reason: String::new(),
            tooltip: String::new(),
            shortcut: None,
            min_width: 0.0,
            height: 28.0,
            menu: false,
            selected: false,
        }
    }

    /// With an icon at its left.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The one that the view is for: accent fill, white strong text.
    pub fn primary(mut self) -> Self {
        self.kind = Kind::Primary;
        self
    }

    /// Raised with an outline (the default).
    pub fn secondary(mut self) -> Self {
        self.kind = Kind::Secondary;
        self
    }

    /// No outline.
    pub fn quiet(mut self) -> Self {
        self.kind = Kind::Quiet;
        self
    }

    /// Leads to something that destroys.
    pub fn danger(mut self) -> Self {
        self.kind = Kind::Danger;
        self
    }

    /// Destroys; only inside the confirming dialog.
    pub fn danger_filled(mut self) -> Self {
        self.kind = Kind::DangerFilled;
        self
    }

    /// 22 high, for rows.
    pub fn inline(mut self) -> Self {
        self.height = 22.0;
        self
    }

    /// Its height in points (30 on the sign-in screen).
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Grey unless `enabled`; then the tooltip says what stands in the way.
    pub fn enabled(mut self, enabled: bool, reason: &str) -> Self {
        self.enabled = enabled;
        reason.clone_into(&mut self.reason);
        self
    }

    /// More about it.
    pub fn tooltip(mut self, tooltip: impl Into<String>) -> Self {
        self.tooltip = tooltip.into();
        self
    }

    /// The key that does the same, for the tooltip.
    pub fn shortcut(mut self, shortcut: impl Into<String>) -> Self {
        self.shortcut = Some(shortcut.into());
        self
    }

    /// At least this wide.
    pub fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    /// With a chevron: it opens a menu.
    pub fn menu(mut self) -> Self {
        self.menu = true;
        self
    }

    /// Drawn as chosen.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Draws it. A disabled button never reports a click.
    pub fn show(self, cx: &Cx<'_>, ui: &mut Ui) -> Response {
        let t = cx.tokens;
        let strong = matches!(self.kind, Kind::Primary | Kind::DangerFilled);
        let font = if strong { text::strong_font() } else { text::body_font() };
        let galley = line(ui, &self.text, font, Color32::PLACEHOLDER, f32::INFINITY);
        let inline = self.height < 26.0;
        let pad = match self.kind {
            Kind::Quiet => 8.0,
            _ if inline => 8.0,
            _ => 12.0,
        };
        let icon_size = if inline { 12.0 } else { 14.0 };
        let icon_space = if self.icon.is_some() { icon_size + 8.0 } else { 0.0 };
        let menu_space = if self.menu { 16.0 } else { 0.0 };
        let width = (galley.size().x + icon_space + menu_space + 2.0 * pad).ceil().max(self.min_width);
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.height), sense);
        let label = self.text.clone();
        let enabled = self.enabled && ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &label));

        if ui.is_rect_visible(rect) {
            let hovered = self.enabled && (response.hovered() || response.is_pointer_button_down_on());
            let failed = t.ink(crate::model::status::Sign::Failed);
            let (fill, stroke, ink) = if !self.enabled {
                let fill = if self.kind == Kind::Quiet { Color32::TRANSPARENT } else { t.raised };
                let stroke = if self.kind == Kind::Quiet { Stroke::NONE } else { Stroke::new(1.0, t.line2) };
                (fill, stroke, t.text3)
            } else {
                match self.kind {
                    Kind::Primary => (t.accent_fill, Stroke::NONE, t.on_accent),
                    Kind::Secondary if self.selected => (t.selected, Stroke::new(1.0, t.accent), t.text),
                    Kind::Secondary if hovered => (t.hover, Stroke::new(1.0, t.control), t.text),
                    Kind::Secondary => (t.raised, Stroke::new(1.0, t.line2), t.text),
                    Kind::Quiet if hovered => (t.hover, Stroke::NONE, t.text),
                    Kind::Quiet => (Color32::TRANSPARENT, Stroke::NONE, t.text2),
                    Kind::Danger if hovered => (t.hover, Stroke::new(1.0, failed), failed),
                    Kind::Danger => (Color32::TRANSPARENT, Stroke::new(1.0, failed), failed),
                    Kind::DangerFilled => (failed, Stroke::NONE, t.on_danger),
                }
            };
            let radius = CornerRadius::same(4);
            ui.painter().rect(rect, radius, fill, stroke, StrokeKind::Inside);
            if hovered && self.kind == Kind::Primary {
                ui.painter().rect_stroke(rect, radius, Stroke::new(1.0, t.accent), StrokeKind::Inside);
            }
            let content = galley.size().x + icon_space + menu_space;
            let mut x = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                icons::paint(ui.painter(), pos2(x + icon_size / 2.0, rect.center().y), icon, icon_size, ink);
                x += icon_space;
            }
            let size = galley.size();
            ui.painter().galley(pos2(x, rect.center().y - size.y / 2.0), galley, ink);
            if self.menu {
                icons::paint(
                    ui.painter(),
                    pos2(rect.right() - pad - 5.0, rect.center().y),
                    Icon::ChevronDown,
                    12.0,
                    ink,
                );
            }
            focus_ring(ui, t, &response, rect, 4);
        }
        let mut tip = if self.enabled { self.tooltip } else { self.reason };
        if let (true, Some(shortcut)) = (self.enabled, &self.shortcut) {
            if tip.is_empty() {
                tip.clone_from(&self.text);
            }
            tip = format!("{tip}  {shortcut}");
        }
        tooltip(cx, response, &tip)
    }
}

/// A tooltip in the small size; nothing where the text is empty.
pub fn tooltip(cx: &Cx<'_>, response: Response, tip: &str) -> Response {
    if tip.is_empty() {
        return response;
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(320.0);
        ui.label(text::small(tip).color(cx.tokens.text));
    })
}

/// A button with nothing but an icon; its label is its tooltip and its accessible name.
pub fn icon_button(cx: &Cx<'_>, ui: &mut Ui, icon: Icon, label: &str) -> Response {
    icon_button_sized(cx, ui, icon, label, 24.0, 14.0)
}

/// An icon button of another size: side of the button and of the icon, points.
pub fn icon_button_sized(cx: &Cx<'_>, ui: &mut Ui, icon: Icon, label: &str, side: f32, icon_size: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    if ui.is_rect_visible(rect) {
        if response.hovered() {
            ui.painter().rect_filled(rect, CornerRadius::same(4), cx.tokens.hover);
        }
        let ink = if response.hovered() { cx.tokens.text } else { cx.tokens.text2 };
        icons::paint(ui.painter(), rect.center(), icon, icon_size, ink);
        focus_ring(ui, cx.tokens, &response, rect, 4);
    }
    tooltip(cx, response, label)
}

/// A link: accent text.
pub fn link(cx: &Cx<'_>, ui: &mut Ui, label: &str) -> Response {
    link_font(cx, ui, label, text::body_font())
}

/// A link in the small size.
pub fn link_small(cx: &Cx<'_>, ui: &mut Ui, label: &str) -> Response {
    link_font(cx, ui, label, text::small_font())
}

fn link_font(cx: &Cx<'_>, ui: &mut Ui, label: &str, font: egui::FontId) -> Response {
    let room = if ui.layout().main_wrap() { f32::INFINITY } else { ui.available_width().max(40.0) };
    let galley = line_of_name(ui, label, font, cx.tokens.accent, room);
    let elided = galley.elided;
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, ui.is_enabled(), label));
    if ui.is_rect_visible(rect) {
        let drawn = paint_left(ui.painter(), rect.left_center(), galley);
        if response.hovered() {
            ui.painter().hline(drawn.x_range(), drawn.bottom() - 1.0, Stroke::new(1.0, cx.tokens.accent));
        }
        focus_ring(ui, cx.tokens, &response, rect, 2);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    if elided { tooltip(cx, response, label) } else { response }
}

/// A small button that puts a text on the clipboard. `label` names what is copied, for those who do not see the icon.
pub fn copy_button(cx: &Cx<'_>, ui: &mut Ui, text_to_copy: &str, label: &str) -> Response {
    let response = icon_button_sized(cx, ui, Icon::Copy, label, 20.0, 12.0);
    if response.clicked() {
        cx.act(UiAction::Copy(text_to_copy.to_owned()));
    }
    response
}
