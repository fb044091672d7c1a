//! Strings that repeat (namespaces, reasons, label sets, images), each kept once.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Strings that repeat, each kept once. Index 0 is the empty string.
#[derive(Debug, Clone)]
pub struct Names {
    list: Vec<Arc<str>>,
    index: FxHashMap<Arc<str>, u32>,
}

impl Default for Names {
    fn default() -> Self {
        let empty: Arc<str> = Arc::from("");
        Names { list: vec![empty.clone()], index: FxHashMap::from_iter([(empty, 0)]) }
    }
}

impl Names {
    /// The index of a string, new or known.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(at) = self.index.get(text) {
            return *at;
        }
        let text: Arc<str> = Arc::from(text);
        let at = self.list.len() as u32;
        self.list.push(text.clone());
        self.index.insert(text, at);
        at
    }

    /// The index of a string in names that may be shared with a published table: they are copied only for a new one.
    pub fn intern_in(names: &mut Arc<Names>, text: &str) -> u32 {
        names.find(text).unwrap_or_else(|| Arc::make_mut(names).intern(text))
    }

    /// The index of a string that is known.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.get(text).copied()
    }

    /// The string at an index; empty for an index nobody gave out.
    pub fn get(&self, at: u32) -> &str {
        self.list.get(at as usize).map_or("", |s| s)
    }

    /// How many strings there are, the empty one included.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Never: the empty string is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// All strings in the order of their indices.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|s| &**s)
    }
}
