//! Bundled fonts: Inter, JetBrains Mono, Noto Sans JP, icons; the system's fonts stand behind them.

use crate::i18n::Lang;
use egui::epaint::text::FontTweak;
use egui::{Context, FontData, FontDefinitions, FontFamily, Id};
use std::sync::Arc;

/// Every bundled font file, by the name it has in the font list.
pub const FILES: [(&str, &[u8]); 6] = [
    ("inter", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
    ("inter-strong", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    ("mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ("jp", include_bytes!("../../assets/fonts/NotoSansJP-Regular.otf")),
    ("jp-strong", include_bytes!("../../assets/fonts/NotoSansJP-Medium.otf")),
    ("icons", include_bytes!("../../assets/icons/lucide.ttf")),
];

/// The family of strong text.
pub fn strong_family() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// Latin first, Japanese second. egui centres the boxes of different faces on each other; Noto's box is 1.448 em high
/// with the baseline at 1.16, Inter's 1.210 and 0.969, so Japanese text would sit 0.072 em too low without the tweak.
pub fn definitions() -> FontDefinitions {
    // egui's own fonts stay behind ours: its menus draw small arrows from them.
    let mut fonts = FontDefinitions::default();
    let own = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (name, bytes) in FILES {
        let mut tweak = FontTweak::default();
        match name {
            "jp" | "jp-strong" => tweak.y_offset_factor = -0.0724,
            // Lucide's glyphs fill the em box above the baseline: centre them on the x-height of the text beside.
            "icons" => tweak.hinting = Some(false),
            _ => {}
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes).tweak(tweak)));
    }
    let family =
        |names: &[&str]| -> Vec<String> { names.iter().map(|n| (*n).to_owned()).chain(own.iter().cloned()).collect() };
    fonts.families.insert(FontFamily::Proportional, family(&["inter", "jp", "mono"]));
    fonts.families.insert(strong_family(), family(&["inter-strong", "jp-strong", "mono"]));
    fonts.families.insert(FontFamily::Monospace, family(&["mono", "jp", "inter"]));
    fonts.families.insert(super::icons::family(), vec!["icons".to_owned()]);
    fonts
}

/// Gives the fonts to a window, and the line spacing of the language. Call it when the language changes.
pub fn install(ctx: &Context, lang: Lang) {
    let first = ctx.data(|d| d.get_temp::<f32>(spacing_id())).is_none();
    if first {
        ctx.set_fonts(definitions());
    }
    // Natural lines of 12.5 pt are 15.1 high; the look asks for 18, and for 20 in Japanese.
    let extra = match lang {
        Lang::En => 2.9,
        Lang::Ja => 4.9,
    };
    super::text::set_lang(lang);
    ctx.data_mut(|d| d.insert_temp(spacing_id(), extra));
    ctx.all_styles_mut(|s| s.spacing.extra_text_line_spacing = extra);
}

/// Extra points between two lines in the language in force.
pub fn extra_line_spacing(ctx: &Context) -> f32 {
    ctx.data(|d| d.get_temp(spacing_id())).unwrap_or(2.9)
}

fn spacing_id() -> Id {
    Id::unique("line-spacing")
}
