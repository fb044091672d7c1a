//! One cell of a table while it is drawn.

use super::super::button::tooltip;
use super::super::{glyph, line, line_of_name};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{Color32, FontId, Galley, Response, Sense, Ui, vec2};
use std::sync::Arc;

/// One cell while it is drawn.
pub struct Cell<'u, 'c, 'd> {
    /// Where to draw; its layout goes from the left, or from the right in right-aligned columns.
    pub ui: &'u mut Ui,
    /// Context.
    pub cx: &'c Cx<'d>,
    /// Row.
    pub row: usize,
    /// Column's place among those given.
    pub col: usize,
    /// Column's key.
    pub id: &'static str,
    /// The row is selected.
    pub selected: bool,
    /// The pointer is over the row.
    pub hovered: bool,
}

impl Cell<'_, '_, '_> {
    /// A piece of text in any font and colour, cut with an ellipsis; the tooltip then shows all of it.
    pub fn piece(&mut self, words: &str, font: FontId, color: Color32) -> Response {
        let galley = line(self.ui, words, font, color, self.ui.available_width());
        self.show(words, galley, color)
    }

    fn show(&mut self, words: &str, galley: Arc<Galley>, color: Color32) -> Response {
        let elided = galley.elided;
        let (rect, response) = self.ui.allocate_exact_size(galley.size(), Sense::hover());
        self.ui.painter().galley(rect.min, galley, color);
        if elided { tooltip(self.cx, response, words) } else { response }
    }

    /// Content.
    pub fn text(&mut self, words: &str) -> Response {
        self.piece(words, text::body_font(), self.cx.tokens.text)
    }

    /// Secondary content.
    pub fn text2(&mut self, words: &str) -> Response {
        self.piece(words, text::body_font(), self.cx.tokens.text2)
    }

    /// Hints, units.
    pub fn dim(&mut self, words: &str) -> Response {
        self.piece(words, text::body_font(), self.cx.tokens.text3)
    }

    /// Names: cut before their last part, which tells them apart.
    pub fn strong(&mut self, name: &str) -> Response {
        let color = self.cx.tokens.text;
        let galley = line_of_name(self.ui, name, text::strong_font(), color, self.ui.available_width());
        self.show(name, galley, color)
    }

    /// Numbers, versions, addresses.
    pub fn mono(&mut self, words: &str) -> Response {
        self.piece(words, text::mono_font(), self.cx.tokens.text)
    }

    /// Secondary mono.
    pub fn mono2(&mut self, words: &str) -> Response {
        self.piece(words, text::mono_font(), self.cx.tokens.text2)
    }

    /// A glyph alone.
    pub fn sign(&mut self, sign: Sign) -> Response {
        self.ui.spacing_mut().item_spacing.x = 8.0;
        let (rect, response) = self.ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
        glyph::paint(self.ui.painter(), rect.center(), sign, 12.0, self.cx.tokens.ink(sign));
        response
    }

    /// A glyph and its word: `ok` is quiet, every other status word takes its ink.
    pub fn status(&mut self, sign: Sign, words: &str) -> Response {
        self.sign(sign);
        let t = self.cx.tokens;
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        self.piece(words, text::body_font(), ink)
    }

    /// An icon of 13 points.
    pub fn icon(&mut self, icon: Icon, color: Color32) -> Response {
        let (rect, response) = self.ui.allocate_exact_size(vec2(13.0, 13.0), Sense::hover());
        icons::paint(self.ui.painter(), rect.center(), icon, 13.0, color);
        response
    }
}
