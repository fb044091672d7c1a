//! Icons: a subset of Lucide as a font, and the logo as strokes.

use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, RichText, Shape, Stroke, pos2, vec2};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// A one-colour outline icon. The code points are Lucide's; `assets/fonts/subset` reads them from here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
        pub enum Icon {
            $($(#[$doc])* #[doc = concat!("`", stringify!($name), "`.")] $name),*
        }

        impl Icon {
            /// Its character in the family `icons`.
            pub fn char(self) -> char {
                match self {
                    $(Icon::$name => $code),*
                }
            }
        }
    };
}

icons! {
    Activity = '\u{e038}',
    ArrowDown = '\u{e042}',
    ArrowLeft = '\u{e048}',
    ArrowRight = '\u{e049}',
    ArrowUp = '\u{e04a}',
    BayModels = '\u{e727}',
    Bays = '\u{e0ff}',
    Bell = '\u{e059}',
    Calendar = '\u{e063}',
    Camera = '\u{e064}',
    Catalogue = '\u{e05f}',
    Check = '\u{e06c}',
    ChevronDown = '\u{e06d}',
    ChevronLeft = '\u{e06e}',
    ChevronRight = '\u{e06f}',
    ChevronUp = '\u{e070}',
    Clock = '\u{e087}',
    Close = '\u{e1b2}',
    Cloud = '\u{e088}',
    Columns = '\u{e099}',
    Containers = '\u{e061}',
    Copy = '\u{e09e}',
    Cpu = '\u{e0a9}',
    Disk = '\u{e0ed}',
    Download = '\u{e0b2}',
    Edit = '\u{e1f9}',
    Export = '\u{e19e}',
    Eye = '\u{e0ba}',
    EyeOff = '\u{e0bb}',
    File = '\u{e0c0}',
    FileCode = '\u{e0c3}',
    FileNew = '\u{e0c9}',
    Filter = '\u{e0dc}',
    Fit = '\u{e112}',
    Folder = '\u{e0d7}',
    FolderOpen = '\u{e247}',
    Globe = '\u{e0e8}',
    Help = '\u{e082}',
    History = '\u{e1f5}',
    Image = '\u{e0f6}',
    Info = '\u{e0f9}',
    Key = '\u{e4a3}',
    Keyboard = '\u{e284}',
    Languages = '\u{e0fe}',
    Layers = '\u{e529}',
    Link = '\u{e102}',
    List = '\u{e106}',
    Lock = '\u{e10b}',
    LockOpen = '\u{e10c}',
    Manifests = '\u{e0cc}',
    Map = '\u{e110}',
    Memory = '\u{e445}',
    Minus = '\u{e11c}',
    More = '\u{e0b6}',
    Network = '\u{e125}',
    OpenExternal = '\u{e0b9}',
    Pause = '\u{e12e}',
    Play = '\u{e13c}',
    Plus = '\u{e13d}',
    Power = '\u{e140}',
    Redo = '\u{e149}',
    Refresh = '\u{e145}',
    Save = '\u{e14d}',
    Scale = '\u{e2ec}',
    Search = '\u{e151}',
    Server = '\u{e153}',
    Settings = '\u{e245}',
    Shield = '\u{e158}',
    ShieldOff = '\u{e15a}',
    SignOut = '\u{e10e}',
    Star = '\u{e176}',
    Stop = '\u{e167}',
    Table = '\u{e17d}',
    Tag = '\u{e17f}',
    Terminal = '\u{e20a}',
    Trash = '\u{e18e}',
    Undo = '\u{e148}',
    User = '\u{e19f}',
    Wand = '\u{e357}',
    Warning = '\u{e193}',
    ZoomIn = '\u{e1b6}',
    ZoomOut = '\u{e1b7}',
}

/// The font family of the icons.
pub fn family() -> FontFamily {
    FontFamily::Name("icons".into())
}

/// An icon inside a line of text.
pub fn text(icon: Icon, size: f32) -> RichText {
    RichText::new(icon.char()).font(FontId::new(size, family()))
}

/// An icon centred on a point.
pub fn paint(painter: &Painter, center: Pos2, icon: Icon, size: f32, color: Color32) {
    let galley = painter.layout_no_wrap(icon.char().to_string(), FontId::new(size, family()), color);
    let at = Align2::CENTER_CENTER.anchor_size(center, galley.size()).min;
    painter.galley(at, galley, color);
}

/// The logo: a bay (an open bowl), a dot above it and the sea below, in a box of this size.
pub fn logo(painter: &Painter, center: Pos2, size: f32, color: Color32) {
    let unit = size / 20.0;
    let at = |x: f32, y: f32| pos2(center.x + x * unit, center.y + y * unit);
    let stroke = Stroke::new(1.9 * unit, color);
    // The bowl: from the left quay down and round to the right quay.
    let mut bowl = vec![at(-8.0, -6.5)];
    for step in 0..=24 {
        let angle = std::f32::consts::PI * (1.0 - step as f32 / 24.0);
        bowl.push(at(8.0 * angle.cos(), -2.5 + 8.0 * angle.sin()));
    }
    bowl.push(at(8.0, -6.5));
    painter.add(Shape::line(bowl, stroke));
    painter.rect_filled(egui::Rect::from_center_size(at(0.0, -5.0), vec2(3.6, 3.6) * unit), 0.6 * unit, color);
    painter.line_segment([at(-6.0, 9.0), at(6.0, 9.0)], stroke);
}
