//! The filter text of pods, and the pods it finds.
//!
//! `workload:checkout-api ns:shop node:worker-3 state:failed label:app=x redis`: terms of different keys must all hold, of
//! terms with the same key one; plain words are looked for everywhere and must all be found; `-term` must not hold. A value
//! may be quoted, and `a,b` means one of both. A value that is exactly some object's name means that object alone, any
//! other is looked for inside the names.

use crate::model::cluster::{Node, Picture};
use crate::model::columns::PodTable;
use crate::model::status::Sign;

/// What a term is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// Name, reason, address, … of the pod: anything.
    Any,
    /// Name of the pod.
    Pod,
    /// Namespace.
    Namespace,
    /// Name of the workload, with or without kind.
    Workload,
    /// Node's name; `none` for pods without a node.
    Node,
    /// Node group.
    Group,
    /// Zone.
    Zone,
    /// Role of the node.
    Role,
    /// State.
    State,
    /// Reason word.
    Reason,
    /// Label `k=v` or `k`.
    Label,
    /// Image.
    Image,
    /// Address.
    Ip,
    /// Restarts: at least so many, or `<n`.
    Restarts,
}

impl Key {
    fn parse(word: &str) -> Option<Key> {
        Some(match word {
            "pod" | "name" => Key::Pod,
            "ns" | "namespace" => Key::Namespace,
            "workload" | "owner" => Key::Workload,
            "node" => Key::Node,
            "group" | "nodegroup" => Key::Group,
            "zone" => Key::Zone,
            "role" => Key::Role,
            "state" | "status" => Key::State,
            "reason" => Key::Reason,
            "label" => Key::Label,
            "image" => Key::Image,
            "ip" => Key::Ip,
            "restarts" => Key::Restarts,
            _ => return None,
        })
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it is about.
    pub key: Key,
    /// It must not hold.
    pub negated: bool,
    /// One of these, in lower case.
    pub values: Vec<String>,
}

/// A parsed filter. An empty one finds everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its conditions.
    pub terms: Vec<Term>,
}

impl Filter {
    /// Parses a text. Every text means something; words that are no known key are looked for as they are.
    pub fn parse(text: &str) -> Filter {
        let mut terms = Vec::new();
        for word in words(text) {
            let (negated, word) = match word.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, word.as_str()),
            };
            let keyed = word.split_once(':').and_then(|(key, value)| {
                let key = Key::parse(&unquoted(key).to_lowercase())?;
                Some((key, value))
            });
            let (key, value) = keyed.unwrap_or((Key::Any, word));
            let values: Vec<String> = match key {
                Key::Any => vec![unquoted(value).to_lowercase()],
                _ => split_values(value),
            };
            let values: Vec<String> = values.into_iter().filter(|v| !v.is_empty()).collect();
            // `ns:` while one is still typing excludes nothing.
            if !values.is_empty() {
                terms.push(Term { key, negated, values });
            }
        }
        Filter { terms }
    }

    /// Finds everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The workload that a filter of exactly one workload names, with its namespace if that is named too.
    pub fn workload(&self) -> Option<(Option<&str>, &str)> {
        let one = |key: Key| {
            let mut found = self.terms.iter().filter(|t| t.key == key && !t.negated);
            match (found.next(), found.next()) {
                (Some(term), None) if term.values.len() == 1 => Some(term.values[0].as_str()),
                _ => None,
            }
        };
        Some((one(Key::Namespace), one(Key::Workload)?))
    }

    /// The pods that it finds.
    pub fn find(&self, picture: &Picture) -> Matches {
        let pods = &*picture.pods;
        let mut matches = Matches::all(pods.len());
        if self.terms.is_empty() {
            return matches;
        }
        let mut done: Vec<Key> = Vec::new();
        for term in &self.terms {
            if term.negated || term.key == Key::Any {
                let test = Test::new(term.key, &term.values, picture);
                matches.retain(|pod| test.holds(picture, pod) != term.negated);
            } else if !done.contains(&term.key) {
                done.push(term.key);
                let same = self.terms.iter().filter(|t| t.key == term.key && !t.negated);
                let values: Vec<String> = same.flat_map(|t| t.values.iter().cloned()).collect();
                let test = Test::new(term.key, &values, picture);
                matches.retain(|pod| test.holds(picture, pod));
            }
        }
        matches
    }
}

/// A text of the filter with one term added, or taken out where it already stands.
pub fn toggled(text: &str, term: &str) -> String {
    let mut list = words(text);
    match list.iter().position(|w| w == term) {
        Some(at) => {
            list.remove(at);
        }
        None => list.push(term.to_owned()),
    }
    list.join(" ")
}

/// Whether a text holds a term.
pub fn contains(text: &str, term: &str) -> bool {
    words(text).iter().any(|w| w == term)
}

/// A value as it must be written in a filter.
pub fn quoted(value: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && c != ',' && c != '"';
    if !value.is_empty() && value.chars().all(plain) { value.to_owned() } else { format!("\"{value}\"") }
}

/// Words of a text; blanks inside quotes do not part them.
fn words(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    let mut word = String::new();
    let mut inside = false;
    for c in text.chars() {
        if c.is_whitespace() && !inside {
            if !word.is_empty() {
                list.push(std::mem::take(&mut word));
            }
            continue;
        }
        inside ^= c == '"';
        word.push(c);
    }
    if !word.is_empty() {
        list.push(word);
    }
    list
}

fn unquoted(text: &str) -> String {
    text.replace('"', "")
}

fn split_values(text: &str) -> Vec<String> {
    let mut list = vec![String::new()];
    let mut inside = false;
    for c in text.chars() {
        match c {
            '"' => inside = !inside,
            ',' if !inside => list.push(String::new()),
            _ => {
                if let Some(last) = list.last_mut() {
                    last.extend(c.to_lowercase());
                }
            }
        }
    }
    list
}

/// A term made ready for a picture: texts that repeat have been looked at once.
enum Test {
    /// Holds for these interned texts of the namespace column.
    Namespace(Vec<bool>),
    /// Of the owner column.
    Owner(Vec<bool>),
    /// Of the reason column.
    Reason(Vec<bool>),
    /// Of the label column.
    Labels(Vec<bool>),
    /// Of the image column.
    Images(Vec<bool>),
    /// Holds for these nodes, and for pods without one.
    Node(Vec<bool>, bool),
    /// Holds for these signs; `true` at the end: only succeeded ones.
    Signs([bool; 7], bool),
    /// Name contains one of these, or is exactly one.
    Name(Vec<String>),
    /// Address begins with one of these.
    Ip(Vec<String>),
    /// Restarts in one of these ranges.
    Restarts(Vec<(u32, u32)>),
    /// Somewhere: interned texts, nodes, and the words for names and addresses.
    Any(Vec<bool>, Vec<bool>, Vec<String>),
}

impl Test {
    fn new(key: Key, values: &[String], picture: &Picture) -> Test {
        let pods = &*picture.pods;
        let interned = |matches: &dyn Fn(&str) -> bool| pods.names.iter().map(matches).collect::<Vec<bool>>();
        let inside = |text: &str| values.iter().any(|v| contains_ignore_case(text, v));
        let by_node = |text: fn(&Node) -> &str| {
            let exact: Vec<bool> =
                picture.nodes.iter().map(|n| values.iter().any(|v| text(n).eq_ignore_ascii_case(v))).collect();
            let none = values.iter().any(|v| v == "none");
            if none || exact.contains(&true) {
                return (exact, none);
            }
            (picture.nodes.iter().map(|n| inside(text(n))).collect(), false)
        };
        match key {
            Key::Namespace => Test::Namespace(exact_or_inside(values, pods, &pods.namespace, |text| text)),
            Key::Workload => Test::Owner(exact_or_inside(values, pods, &pods.owner, |text| {
                text.split_once('/').map_or(text, |(_, name)| name)
            })),
            Key::Reason => Test::Reason(interned(&inside)),
            Key::Label => Test::Labels(interned(&|set| values.iter().any(|v| has_label(set, v)))),
            Key::Image => Test::Images(interned(&inside)),
            Key::Node => {
                // Short names, as tiles show them, are exact names too: `node:worker-1` does not mean worker-11.
                let (mut nodes, none) = by_node(|n| &n.name);
                let short: Vec<bool> =
                    picture.nodes.iter().map(|n| values.iter().any(|v| n.short.eq_ignore_ascii_case(v))).collect();
                if short.contains(&true) {
                    nodes = short;
                }
                Test::Node(nodes, none)
            }
            Key::Group => Test::Node(by_node(|n| &n.group).0, false),
            Key::Zone => Test::Node(by_node(|n| &n.zone).0, false),
            Key::Role => Test::Node(by_node(|n| &n.role).0, false),
            Key::State => states(values),
            Key::Restarts => Test::Restarts(values.iter().filter_map(|v| restarts(v)).collect()),
            Key::Pod => Test::Name(values.to_vec()),
            Key::Ip => Test::Ip(values.to_vec()),
            Key::Any => {
                Test::Any(interned(&inside), picture.nodes.iter().map(|n| inside(&n.name)).collect(), values.to_vec())
            }
        }
    }

    fn holds(&self, picture: &Picture, pod: usize) -> bool {
        let pods: &PodTable = &picture.pods;
        let flag =
            |flags: &[bool], at: Option<&u32>| at.is_some_and(|n| flags.get(*n as usize).copied().unwrap_or(false));
        match self {
            Test::Namespace(flags) => flag(flags, pods.namespace.get(pod)),
            Test::Owner(flags) => flag(flags, pods.owner.get(pod)),
            Test::Reason(flags) => flag(flags, pods.reason.get(pod)),
            Test::Labels(flags) => flag(flags, pods.labels.get(pod)),
            Test::Images(flags) => flag(flags, pods.images.get(pod)),
            Test::Node(flags, none) => match pods.node.get(pod) {
                Some(n) if (*n as usize) < flags.len() => flags[*n as usize],
                _ => *none,
            },
            Test::Signs(signs, finished) => {
                let succeeded = pods.succeeded.get(pod).copied().unwrap_or(false);
                (*finished && succeeded) || pods.sign.get(pod).is_some_and(|s| signs[*s as usize])
            }
            Test::Name(values) => {
                let name = pods.name.get(pod).map_or("", |n| n);
                values.iter().any(|v| contains_ignore_case(name, v))
            }
            Test::Ip(values) => {
                let ip = pods.ip.get(pod).map_or("", |n| n);
                values.iter().any(|v| ip.starts_with(v.as_str()))
            }
            Test::Restarts(ranges) => {
                let n = pods.restarts.get(pod).copied().unwrap_or(0);
                ranges.iter().any(|(low, high)| n >= *low && n <= *high)
            }
            Test::Any(flags, nodes, values) => {
                let name = pods.name.get(pod).map_or("", |n| n);
                let ip = pods.ip.get(pod).map_or("", |n| n);
                [&pods.namespace, &pods.owner, &pods.reason, &pods.labels, &pods.images]
                    .iter()
                    .any(|column| flag(flags, column.get(pod)))
                    || pods.node.get(pod).is_some_and(|n| nodes.get(*n as usize).copied().unwrap_or(false))
                    || values.iter().any(|v| contains_ignore_case(name, v) || ip.starts_with(v.as_str()))
            }
        }
    }
}

/// Which texts of a column are meant: those that are exactly a value, or else those that hold one inside.
fn exact_or_inside(
    values: &[String],
    pods: &PodTable,
    column: &[u32],
    form: impl for<'a> Fn(&'a str) -> &'a str,
) -> Vec<bool> {
    let mut flags = vec![false; pods.names.len()];
    let mut used = flags.clone();
    for name in column {
        if let Some(used) = used.get_mut(*name as usize) {
            *used = true;
        }
    }
    let texts: Vec<(usize, &str)> = pods.names.iter().enumerate().filter(|(n, _)| used[*n]).collect();
    for value in values {
        let exact = |text: &str| text.eq_ignore_ascii_case(value) || form(text).eq_ignore_ascii_case(value);
        let has_exact = texts.iter().any(|(_, text)| exact(text));
        for (n, text) in &texts {
            flags[*n] |= if has_exact { exact(text) } else { contains_ignore_case(text, value) };
        }
    }
    flags
}

/// A label set `k=v,k=v` holds `k=v`, or any value of `k`.
fn has_label(set: &str, wanted: &str) -> bool {
    set.split(',').any(|label| {
        label.eq_ignore_ascii_case(wanted)
            || (!wanted.contains('=') && label.split_once('=').is_some_and(|(key, _)| key.eq_ignore_ascii_case(wanted)))
    })
}

fn states(values: &[String]) -> Test {
    let mut signs = [false; 7];
    let mut finished = false;
    for value in values {
        let meant: &[Sign] = match value.as_str() {
            "ok" | "running" => &[Sign::Ok],
            "progress" | "starting" | "creating" => &[Sign::Progress],
            "pending" | "unscheduled" => &[Sign::Pending],
            "warning" | "not-ready" | "notready" => &[Sign::Warning],
            "failed" | "failing" | "error" => &[Sign::Failed],
            "unknown" => &[Sign::Unknown],
            "deleting" | "terminating" => &[Sign::Deleting],
            "trouble" | "problem" => &[Sign::Failed, Sign::Unknown, Sign::Warning],
            "succeeded" | "completed" => {
                finished = true;
                &[]
            }
            _ => &[],
        };
        for sign in meant {
            signs[*sign as usize] = true;
        }
    }
    Test::Signs(signs, finished)
}

/// The word for a sign in a filter.
pub fn state_word(sign: Sign) -> &'static str {
    match sign {
        Sign::Ok => "running",
        Sign::Progress => "starting",
        Sign::Pending => "pending",
        Sign::Warning => "not-ready",
        Sign::Failed => "failed",
        Sign::Unknown => "unknown",
        Sign::Deleting => "deleting",
    }
}

/// `5`, `>=5`: at least five; `>5`, `<5`, `=5`, `3-9` as written.
fn restarts(value: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    if let Some(rest) = value.strip_prefix(">=") {
        Some((number(rest)?, u32::MAX))
    } else if let Some(rest) = value.strip_prefix('>') {
        Some((number(rest)?.checked_add(1)?, u32::MAX))
    } else if let Some(rest) = value.strip_prefix("<=") {
        Some((0, number(rest)?))
    } else if let Some(rest) = value.strip_prefix('<') {
        Some((0, number(rest)?.checked_sub(1)?))
    } else if let Some(rest) = value.strip_prefix('=') {
        let n = number(rest)?;
        Some((n, n))
    } else if let Some((low, high)) = value.split_once('-') {
        Some((number(low)?, number(high)?))
    } else {
        Some((number(value)?, u32::MAX))
    }
}

/// Whether a text holds a lower-case word, whatever its own case.
fn contains_ignore_case(text: &str, word: &str) -> bool {
    if text.len() < word.len() {
        return false;
    }
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return text.windows(word.len().max(1)).any(|w| w.eq_ignore_ascii_case(word)) || word.is_empty();
    }
    text.to_lowercase().contains(word)
}

/// A set of pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    bits: Vec<u64>,
    len: usize,
    count: u32,
}

impl Matches {
    /// All of `len` pods.
    pub fn all(len: usize) -> Matches {
        let mut bits = vec![u64::MAX; len / 64];
        if !len.is_multiple_of(64) {
            bits.push((1 << (len % 64)) - 1);
        }
        Matches { bits, len, count: len as u32 }
    }

    /// Whether a pod is in it.
    pub fn contains(&self, pod: usize) -> bool {
        self.bits.get(pod / 64).is_some_and(|word| word >> (pod % 64) & 1 == 1)
    }

    /// How many pods are in it.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Its pods in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len).filter(|pod| self.contains(*pod))
    }

    fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        self.count = 0;
        for (at, word) in self.bits.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !keep(at * 64 + bit as usize) {
                    *word &= !(1 << bit);
                }
            }
            self.count += word.count_ones();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::{picture, pictures};
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Picture {
        picture(
            &[("master", 10), ("web", 10), ("web", 10)],
            &[
                (Some(0), "kube-system", Sign::Ok),
                (Some(1), "shop", Sign::Failed),
                (Some(1), "shop", Sign::Ok),
                (Some(2), "shop", Sign::Warning),
                (None, "shop", Sign::Pending),
                (Some(2), "shop-canary", Sign::Ok),
            ],
        )
    }

    fn found(text: &str) -> Vec<usize> {
        Filter::parse(text).find(&sample()).iter().collect()
    }

    #[test]
    fn terms_of_different_keys_must_all_hold() {
        assert_eq!(found("ns:shop state:failed"), [1]);
        assert_eq!(found("state:trouble"), [1, 3]);
        assert_eq!(found("state:failed state:pending"), [1, 4]);
        assert_eq!(found("state:failed,pending"), [1, 4]);
        assert_eq!(found("node:none"), [4]);
        assert_eq!(found("group:web -state:failed"), [2, 3, 5]);
    }

    #[test]
    fn an_exact_name_means_that_object_alone() {
        assert_eq!(found("ns:shop").len(), 4);
        assert_eq!(found("ns:sho").len(), 5);
        assert_eq!(found("workload:app-1"), [1, 4]);
        assert_eq!(found("workload:deployment/app-1"), [1, 4]);
        assert_eq!(found("node:cloud-bay-web-1"), [1, 2]);
    }

    #[test]
    fn words_are_looked_for_everywhere() {
        assert_eq!(found("CANARY"), [5]);
        assert_eq!(found("pod-000003 web"), [3]);
        assert_eq!(found("nothing-like-it"), Vec::<usize>::new());
        assert_eq!(found("label:app=x").len(), 6);
        assert_eq!(found("label:app=").len(), 0);
        assert_eq!(found("restarts:>=3 restarts:=0"), [0, 3, 4, 5]);
    }

    #[test]
    fn an_unfinished_term_excludes_nothing() {
        assert_eq!(found("ns:").len(), 6);
        assert_eq!(found("").len(), 6);
    }

    #[test]
    fn a_filter_of_one_workload_names_it() {
        let filter = Filter::parse("workload:checkout-api ns:shop");
        assert_eq!(filter.workload(), Some((Some("shop"), "checkout-api")));
        assert_eq!(Filter::parse("workload:a,b").workload(), None);
        assert_eq!(Filter::parse("a").workload(), None);
    }

    #[test]
    fn a_term_is_put_in_and_taken_out() {
        assert_eq!(toggled("redis", "state:failed"), "redis state:failed");
        assert_eq!(toggled("redis state:failed", "state:failed"), "redis");
        assert!(contains("a ns:\"x y\"", "ns:\"x y\""));
        assert_eq!(quoted("x y"), "\"x y\"");
    }

    proptest! {
        #[test]
        fn any_text_can_be_parsed_and_run(text in "\\PC{0,40}", picture in pictures()) {
            let matches = Filter::parse(&text).find(&picture);
            prop_assert!(matches.count() as usize <= picture.pods.len());
            prop_assert_eq!(matches.iter().count(), matches.count() as usize);
        }

        #[test]
        fn a_term_and_its_opposite_part_the_pods(term in "(ns:shop|state:(ok|failed)|workload:app-1|web|restarts:>9)", picture in pictures()) {
            let with = Filter::parse(&term).find(&picture).count();
            let without = Filter::parse(&format!("-{term}")).find(&picture).count();
            prop_assert_eq!((with + without) as usize, picture.pods.len());
        }
    }
}
