//! Columns of a table: which of them fit, and where they stand; which rows show.

use super::INSET;
use egui::Align;

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// Points.
    Fixed(f32),
    /// At least so many points, and this share of what is left.
    Flex(f32, f32),
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Key for sorting.
    pub id: &'static str,
    /// Words in the head.
    pub title: String,
    /// Width.
    pub width: Width,
    /// Numbers are right-aligned.
    pub align: Align,
    /// Clicking the head sorts by it.
    pub sortable: bool,
    /// Columns with a higher number are left out first when the room is short; 0 = never.
    pub rank: u8,
}

impl Column {
    /// A column of fixed width.
    pub fn fixed(id: &'static str, title: impl Into<String>, width: f32) -> Column {
        Column { id, title: title.into(), width: Width::Fixed(width), align: Align::Min, sortable: false, rank: 0 }
    }

    /// A column that takes a share of the room.
    pub fn flex(id: &'static str, title: impl Into<String>, least: f32, share: f32) -> Column {
        Column {
            id,
            title: title.into(),
            width: Width::Flex(least, share),
            align: Align::Min,
            sortable: false,
            rank: 0,
        }
    }

    /// Right-aligned.
    pub fn right(mut self) -> Column {
        self.align = Align::Max;
        self
    }

    /// Sortable.
    pub fn sortable(mut self) -> Column {
        self.sortable = true;
        self
    }

    /// Left out when the room is short; the highest rank goes first.
    pub fn rank(mut self, rank: u8) -> Column {
        self.rank = rank;
        self
    }
}

/// The first row that shows when this many points are scrolled away.
pub(super) fn first_visible(scrolled: f32, row_height: f32, expanded: Option<(usize, f32)>) -> usize {
    let scrolled = scrolled.max(0.0);
    if let Some((at, height)) = expanded {
        let end = row_height * (at + 1) as f32;
        if scrolled >= end + height {
            return ((scrolled - height) / row_height).floor() as usize;
        }
        if scrolled >= end {
            return at;
        }
    }
    (scrolled / row_height).floor() as usize
}

/// Left edge and width of each column that fits; `None` = left out.
pub(super) fn places(columns: &[Column], room: f32) -> Vec<Option<(f32, f32)>> {
    let least = |c: &Column| match c.width {
        Width::Fixed(w) | Width::Flex(w, _) => w + 2.0 * INSET,
    };
    let mut shown: Vec<bool> = columns.iter().map(|_| true).collect();
    let total = |shown: &[bool]| -> f32 {
        columns.iter().zip(shown).filter(|(_, s)| **s).map(|(c, _)| least(c)).sum::<f32>() + 2.0 * INSET
    };
    while total(&shown) > room {
        let Some(victim) = columns
            .iter()
            .enumerate()
            .filter(|(i, c)| shown[*i] && c.rank > 0)
            .max_by_key(|(_, c)| c.rank)
            .map(|(i, _)| i)
        else {
            break;
        };
        shown[victim] = false;
    }
    let spare = (room - total(&shown)).max(0.0);
    let shares: f32 = columns
        .iter()
        .zip(&shown)
        .filter(|(_, s)| **s)
        .map(|(c, _)| if let Width::Flex(_, share) = c.width { share } else { 0.0 })
        .sum();
    let mut x = INSET;
    columns
        .iter()
        .zip(&shown)
        .map(|(column, shown)| {
            if !shown {
                return None;
            }
            let width = match column.width {
                Width::Fixed(w) => w,
                Width::Flex(w, share) => w + if shares > 0.0 { spare * share / shares } else { 0.0 },
            };
            let place = (x + INSET, width);
            x += width + 2.0 * INSET;
            Some(place)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_way_by_rank_and_share_what_is_left() {
        let columns = [
            Column::flex("name", "Name", 100.0, 1.0),
            Column::fixed("age", "Age", 60.0).rank(1),
            Column::fixed("model", "Model", 80.0).rank(2),
        ];
        let wide = places(&columns, 600.0);
        assert!(wide.iter().all(Option::is_some));
        let (left, width) = wide[2].unwrap();
        assert!((left + width + 2.0 * INSET - 600.0).abs() < 0.1);
        let narrow = places(&columns, 220.0);
        assert!(narrow[0].is_some() && narrow[1].is_some() && narrow[2].is_none());
    }

    #[test]
    fn the_first_visible_row_respects_an_opened_one() {
        assert_eq!(first_visible(0.0, 32.0, None), 0);
        assert_eq!(first_visible(64.0, 32.0, None), 2);
        assert_eq!(first_visible(70.0, 32.0, Some((1, 100.0))), 1);
        assert_eq!(first_visible(64.0 + 100.0, 32.0, Some((1, 100.0))), 2);
    }
}
