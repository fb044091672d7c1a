//! The chips of states over the pods' table: with their words where there is room, else as sign and number. None of what
//! there is is ever left out.

use super::rows::Shown;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::filter::{contains, state_word, toggled};
use crate::ui::widgets::chip::{filter_chip, filter_chip_short, filter_chip_width};
use egui::Ui;

/// States that are told, those somebody must look at first.
const STATES: [Sign; 6] = [Sign::Failed, Sign::Warning, Sign::Unknown, Sign::Pending, Sign::Progress, Sign::Deleting];
/// Space between chips, points.
const GAP: f32 = 8.0;
/// The filter field with and without room, and where there is least, points.
const FIELD: [f32; 3] = [320.0, 170.0, 90.0];

/// One chip.
struct Chip {
    sign: Sign,
    term: String,
    words: String,
    count: usize,
    chosen: bool,
}

/// The chips for what there is and for what is filtered for, and how they are drawn.
pub(super) struct Chips {
    chips: Vec<Chip>,
    short: bool,
    /// Width left to the filter field.
    pub field: f32,
}

impl Chips {
    /// Decides how wide the filter field is, and whether the chips have words. `others` is what else must stand in the
    /// toolbar, `note` what may be left out of it, points.
    pub(super) fn new(cx: &Cx<'_>, ui: &Ui, filter: &str, shown: &Shown, [others, note]: [f32; 2]) -> Chips {
        let chip = |sign: Sign| {
            let term = format!("state:{}", state_word(sign));
            let chosen = contains(filter, &term);
            let count = shown.by_sign[sign as usize];
            (count > 0 || chosen).then(|| Chip { sign, term, words: cx.f(sign.message_id(), &[]), count, chosen })
        };
        let chips: Vec<Chip> = STATES.into_iter().filter_map(chip).collect();
        let room = ui.available_width() - others;
        let with_words: f32 = chips.iter().map(|c| c.width(ui, false)).sum();
        let short = room - with_words < FIELD[1];
        let taken = if short { chips.iter().map(|c| c.width(ui, true)).sum() } else { with_words };
        let field = (room - taken - note).clamp(FIELD[1], FIELD[0]).min(room - taken).max(FIELD[2]);
        Chips { chips, short, field }
    }

    /// Draws them; a click changes the filter.
    pub(super) fn ui(&self, cx: &Cx<'_>, ui: &mut Ui, filter: &mut String) {
        for chip in &self.chips {
            let response = if self.short {
                filter_chip_short(cx, ui, chip.sign, &chip.words, chip.count, chip.chosen)
            } else {
                filter_chip(cx, ui, Some(chip.sign), &chip.words, Some(chip.count), chip.chosen)
            };
            if response.clicked() {
                *filter = toggled(filter, &chip.term);
            }
        }
    }
}

impl Chip {
    /// Its width and the gap beside it.
    fn width(&self, ui: &Ui, short: bool) -> f32 {
        let words = if short { "" } else { &self.words };
        filter_chip_width(ui, Some(self.sign), words, Some(self.count)) + GAP
    }
}
