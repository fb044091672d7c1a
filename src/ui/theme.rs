//! Design tokens: the only place with raw colours (the table of the look page, dark and light).

// Raw colours are banned everywhere else.
#![allow(clippy::disallowed_methods)]

use super::prefs::Theme;
use super::text;
use crate::model::status::Sign;
use egui::Color32;

/// Colours of one theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Tokens {
    /// Dark theme.
    pub dark: bool,
    /// Map ground, editor.
    pub canvas: Color32,
    /// Top bar, rail, footer, opened row.
    pub base: Color32,
    /// Content, side panel, node tile.
    pub panel: Color32,
    /// Inputs, secondary buttons, table head.
    pub raised: Color32,
    /// Menus, hover cards, dialogs, toasts.
    pub popup: Color32,
    /// Hovered row.
    pub hover: Color32,
    /// Selected row.
    pub selected: Color32,
    /// Separators.
    pub line: Color32,
    /// Outlines of buttons, popups, bar troughs.
    pub line2: Color32,
    /// Outline of inputs and check boxes.
    pub control: Color32,
    /// Content.
    pub text: Color32,
    /// Labels, secondary.
    pub text2: Color32,
    /// Hints, units, ages.
    pub text3: Color32,
    /// Links, focus, active tab.
    pub accent: Color32,
    /// Primary button.
    pub accent_fill: Color32,
    /// Text on a primary button.
    pub on_accent: Color32,
    /// Text on a filled danger button.
    pub on_danger: Color32,
    /// Popup shadow.
    pub shadow: Color32,
    /// Dimming under a dialog.
    pub dim: Color32,
    inks: [Color32; 7],
    fills: [Color32; 7],
    /// Eight hues for namespaces and owners, at the lightness of the ok fill.
    pub hues: [Color32; 8],
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Tokens {
    /// Dark theme.
    pub fn dark() -> Tokens {
        Tokens {
            dark: true,
            canvas: rgb(0x0B0E12),
            base: rgb(0x101419),
            panel: rgb(0x151A20),
            raised: rgb(0x1B2129),
            popup: rgb(0x212832),
            hover: rgb(0x1D242C),
            selected: rgb(0x1A2E4D),
            line: rgb(0x252C36),
            line2: rgb(0x36404D),
            control: rgb(0x646F7F),
            text: rgb(0xE8EBEF),
            text2: rgb(0xB3BBC6),
            text3: rgb(0x8D97A4),
            accent: rgb(0x6BA6FF),
            accent_fill: rgb(0x2C6BD6),
            on_accent: rgb(0xFFFFFF),
            on_danger: rgb(0x0B0E12),
            shadow: Color32::from_black_alpha(89),
            dim: Color32::from_rgba_unmultiplied(0x0B, 0x0E, 0x12, 128),
            inks: [0x4FC3A1, 0x62B4FF, 0xAEB8C5, 0xF2C14B, 0xFF8F63, 0xD896DC, 0xAEB8C5].map(rgb),
            fills: [0x1D6750, 0x3EA5FF, 0xD3DCE8, 0xF9DA60, 0xF2743A, 0xBB8CC6, 0x5F6A7D].map(rgb),
            hues: [0x1D6750, 0x2A5F8F, 0x6B4F9E, 0x8A4A6E, 0x8C5132, 0x6E6220, 0x3F6B2C, 0x24697A].map(rgb),
        }
    }

    /// Light theme.
    pub fn light() -> Tokens {
        Tokens {
            dark: false,
            canvas: rgb(0xF4F6F8),
            base: rgb(0xEBEEF2),
            panel: rgb(0xFFFFFF),
            raised: rgb(0xF5F7F9),
            popup: rgb(0xFFFFFF),
            hover: rgb(0xF0F3F6),
            selected: rgb(0xDDE9FC),
            line: rgb(0xE0E4E9),
            line2: rgb(0xC6CDD6),
            control: rgb(0x7E8895),
            text: rgb(0x15191F),
            text2: rgb(0x434C58),
            text3: rgb(0x5E6875),
            accent: rgb(0x1B5FD0),
            accent_fill: rgb(0x1F63D6),
            on_accent: rgb(0xFFFFFF),
            on_danger: rgb(0xFFFFFF),
            shadow: Color32::from_black_alpha(41),
            dim: Color32::from_rgba_unmultiplied(0xF4, 0xF6, 0xF8, 128),
            inks: [0x0B7560, 0x175FB0, 0x55606E, 0x855600, 0xB93608, 0x87398E, 0x55606E].map(rgb),
            fills: [0x85CDB2, 0x2F88D6, 0x474E57, 0xB08C00, 0xB02A0C, 0x74368A, 0x8795A8].map(rgb),
            hues: [0x85CDB2, 0x9CC3EC, 0xC9B8EE, 0xEBB3CF, 0xEFBD9F, 0xD9CB80, 0xB4D49B, 0x94CFDC].map(rgb),
        }
    }

    /// For text and glyphs.
    pub fn ink(&self, sign: Sign) -> Color32 {
        self.inks[sign as usize]
    }

    /// For map cells and bars.
    pub fn fill(&self, sign: Sign) -> Color32 {
        self.fills[sign as usize]
    }
}

/// The theme in force: the preference, or what the system says.
pub fn is_dark(ctx: &egui::Context, theme: Theme) -> bool {
    match theme {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => ctx.system_theme() != Some(egui::Theme::Light),
    }
}

/// Tokens of the theme in force.
pub fn tokens(ctx: &egui::Context, theme: Theme) -> Tokens {
    if is_dark(ctx, theme) { Tokens::dark() } else { Tokens::light() }
}

/// Gives a window the look: spacing, radii, colours, no animation. Call it when the theme changes.
pub fn apply(ctx: &egui::Context, tokens: &Tokens) {
    let theme = if tokens.dark { egui::Theme::Dark } else { egui::Theme::Light };
    ctx.set_theme(theme);
    let mut style = egui::Style { visuals: visuals(tokens), animation_time: 0.0, ..egui::Style::default() };
    spacing(&mut style);
    style.spacing.extra_text_line_spacing = super::fonts::extra_line_spacing(ctx);
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = true;
    #[cfg(debug_assertions)]
    {
        style.debug.show_unaligned = false;
    }
    style.text_styles = [
        (egui::TextStyle::Small, text::small_font()),
        (egui::TextStyle::Body, text::body_font()),
        (egui::TextStyle::Button, text::body_font()),
        (egui::TextStyle::Heading, text::title_font()),
        (egui::TextStyle::Monospace, text::mono_font()),
    ]
    .into();
    ctx.set_style_of(theme, style);
}

fn spacing(style: &mut egui::Style) {
    let s = &mut style.spacing;
    s.item_spacing = egui::vec2(8.0, 4.0);
    s.button_padding = egui::vec2(12.0, 5.0);
    s.interact_size = egui::vec2(28.0, 22.0);
    s.icon_width = 14.0;
    s.window_margin = egui::Margin::same(16);
    s.menu_margin = egui::Margin::same(4);
    s.menu_spacing = 0.0;
    s.tooltip_width = 320.0;
    s.scroll = egui::style::ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        floating_allocated_width: 0.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        foreground_color: false,
        dormant_handle_opacity: 0.8,
        active_handle_opacity: 1.0,
        interact_handle_opacity: 1.0,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.4,
        fade: egui::style::ScrollFadeStyle { strength: 0.0, size: 0.0 },
        ..egui::style::ScrollStyle::floating()
    };
}

fn visuals(tokens: &Tokens) -> egui::Visuals {
    let mut v = if tokens.dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    let shadow = egui::Shadow { offset: [0, 6], blur: 20, spread: 0, color: tokens.shadow };
    v.panel_fill = tokens.panel;
    v.window_fill = tokens.popup;
    v.window_stroke = egui::Stroke::new(1.0, tokens.line2);
    v.window_corner_radius = egui::CornerRadius::same(6);
    v.menu_corner_radius = egui::CornerRadius::same(6);
    v.window_shadow = shadow;
    v.popup_shadow = shadow;
    v.extreme_bg_color = tokens.raised;
    v.faint_bg_color = tokens.raised;
    v.code_bg_color = tokens.canvas;
    v.text_edit_bg_color = Some(tokens.raised);
    v.hyperlink_color = tokens.accent;
    v.warn_fg_color = tokens.ink(Sign::Warning);
    v.error_fg_color = tokens.ink(Sign::Failed);
    v.weak_text_color = Some(tokens.text3);
    v.selection.bg_fill = tokens.selected;
    v.selection.stroke = egui::Stroke::new(1.0, tokens.accent);
    v.text_cursor.stroke = egui::Stroke::new(1.5, tokens.accent);
    v.text_cursor.blink = false;
    v.image_loading_spinners = false;
    let widget = |fill: Color32, stroke: Color32, ink: Color32| egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: egui::Stroke::new(1.0, stroke),
        corner_radius: egui::CornerRadius::same(4),
        fg_stroke: egui::Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    v.widgets.noninteractive = widget(tokens.panel, tokens.line, tokens.text);
    v.widgets.inactive = widget(tokens.raised, tokens.line2, tokens.text);
    v.widgets.inactive.bg_fill = tokens.line2;
    v.widgets.hovered = widget(tokens.hover, tokens.control, tokens.text);
    v.widgets.hovered.bg_fill = tokens.control;
    v.widgets.active = widget(tokens.hover, tokens.accent, tokens.text);
    v.widgets.active.bg_fill = tokens.text3;
    v.widgets.open = widget(tokens.hover, tokens.accent, tokens.text);
    v
}
