//! A column of texts that do not repeat, as one piece of memory: 150,000 names are one allocation instead of as many, and
//! are searched as one text.

use memchr::memmem::Finder;
use std::ops::Index;

/// Stands between two texts, so that nothing is found across them. No name, address or word of a filter holds it.
const BETWEEN: u8 = b'\n';

/// Texts by row. Together at most 4 GiB; what would come after that is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// All texts, each with [`BETWEEN`] behind it.
    texts: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl TextColumn {
    /// An empty column with room for so many rows of so many bytes in all.
    pub fn with_capacity(rows: usize, bytes: usize) -> TextColumn {
        TextColumn { texts: String::with_capacity(bytes + rows), ends: Vec::with_capacity(rows) }
    }

    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        self.texts.push_str(text);
        self.ends.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(char::from(BETWEEN));
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// No row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Text of a row; `None` where there is no such row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        Some(self.texts.get(self.start(row)..end).unwrap_or(""))
    }

    /// All texts in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| &self[row])
    }

    /// Rows whose text holds a word, in their order. Upper and lower case are different.
    pub fn holding<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let finder = Finder::new(word);
        let (texts, mut from, mut row) = (self.texts.as_bytes(), 0, 0);
        std::iter::from_fn(move || {
            while let Some(at) = texts.get(from..).and_then(|rest| finder.find(rest)) {
                let found = from + at;
                // Often the very next row; otherwise far away.
                if (*self.ends.get(row)? as usize) < found {
                    row += self.ends.get(row..)?.partition_point(|end| (*end as usize) < found);
                }
                let end = *self.ends.get(row)? as usize;
                from = end + 1;
                row += 1;
                if found + word.len() <= end {
                    return Some(row - 1);
                }
            }
            None
        })
    }

    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize + 1)
    }
}

/// Text of a row; empty where there is no such row.
impl Index<usize> for TextColumn {
    type Output = str;

    fn index(&self, row: usize) -> &str {
        self.get(row).unwrap_or("")
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> TextColumn {
        let mut column = TextColumn::default();
        texts.into_iter().for_each(|text| column.push(text));
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_there_is_empty() {
        let column = TextColumn::from_iter(["a", "", "c"]);
        assert_eq!((column.len(), &column[1], column.get(2), column.get(3), &column[3]), (3, "", Some("c"), None, ""));
    }

    #[test]
    fn nothing_is_found_across_two_texts() {
        let column = TextColumn::from_iter(["web-a", "b-web", "webb"]);
        assert_eq!(column.holding("ab").count(), 0);
        assert_eq!(column.holding("a\nb").count(), 0);
        assert_eq!(column.holding("web").collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(column.holding("").collect::<Vec<_>>(), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn a_word_is_found_where_it_is(texts in proptest::collection::vec("[abé-]{0,6}", 0..40), word in "[abé-]{0,3}") {
            let column: TextColumn = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(column.iter().collect::<Vec<_>>(), texts.clone());
            let wanted: Vec<usize> = (0..texts.len()).filter(|row| texts[*row].contains(&word)).collect();
            prop_assert_eq!(column.holding(&word).collect::<Vec<_>>(), wanted);
        }
    }
}
