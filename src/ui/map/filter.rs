//! The filter text of pods, and the pods it finds.
//!
//! `workload:checkout-api ns:shop node:worker-3 state:failed label:app=x redis`: terms of different keys must all hold, of
//! terms with the same key one; plain words are looked for everywhere and must all be found; `-term` must not hold. A value
//! may be quoted, and `a,b` means one of both. A value that is exactly some object's name means that object alone, any
//! other is looked for inside the names.

pub use super::matches::Matches;
use super::terms::Test;
use crate::model::cluster::Picture;
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
    /// Since it was made: at least so long, or `<1h`, `1h-1d`.
    Age,
    /// Used CPU or memory in percent of what was requested, the larger of both: `<25`, `>=100`; `none` = not known.
    Used,
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
            "age" => Key::Age,
            "used" => Key::Used,
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

    /// It asks what pods use.
    pub fn asks_for_use(&self) -> bool {
        self.terms.iter().any(|term| term.key == Key::Used)
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

    /// The pods that it finds; `now` in seconds since 1970 (ages count from it).
    pub fn find(&self, picture: &Picture, now: f64) -> Matches {
        let pods = &*picture.pods;
        let mut matches = Matches::all(pods.len());
        if self.terms.is_empty() {
            return matches;
        }
        let mut done: Vec<Key> = Vec::new();
        for term in &self.terms {
            if term.negated || term.key == Key::Any {
                let test = Test::new(term.key, &term.values, picture, now as i64);
                matches.retain(|pod| test.holds(picture, pod) != term.negated);
            } else if !done.contains(&term.key) {
                done.push(term.key);
                let same = self.terms.iter().filter(|t| t.key == term.key && !t.negated);
                let values: Vec<String> = same.flat_map(|t| t.values.iter().cloned()).collect();
                let test = Test::new(term.key, &values, picture, now as i64);
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
        Filter::parse(text).find(&sample(), 0.0).iter().collect()
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
            let matches = Filter::parse(&text).find(&picture, 0.0);
            prop_assert!(matches.count() as usize <= picture.pods.len());
            prop_assert_eq!(matches.iter().count(), matches.count() as usize);
        }

        #[test]
        fn a_term_and_its_opposite_part_the_pods(term in "(ns:shop|state:(ok|failed)|workload:app-1|web|restarts:>9)", picture in pictures()) {
            let with = Filter::parse(&term).find(&picture, 0.0).count();
            let without = Filter::parse(&format!("-{term}")).find(&picture, 0.0).count();
            prop_assert_eq!((with + without) as usize, picture.pods.len());
        }
    }
}
