//! A filter's terms made ready for one picture, and the pods that they hold for.

use super::color::used_percent;
use super::filter::Key;
use super::matches::Matches;
use crate::model::cluster::{Node, Picture};
use crate::model::columns::PodTable;
use crate::model::status::Sign;
use std::net::{IpAddr, Ipv4Addr};

/// A term made ready for a picture: texts that repeat have been looked at once.
pub(super) enum Test {
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
    /// Name holds one of the values: all names were searched at once. Kubernetes takes lower case only in names of pods, and
    /// the values are in lower case: so a plain search will do, over 150,000 names with every key.
    Name(Matches),
    /// Address begins with one of these.
    Ip(Vec<Prefix>),
    /// Restarts in one of these ranges.
    Restarts(Vec<(u64, u64)>),
    /// Seconds since it was made in one of these ranges; and now.
    Age(Vec<(u64, u64)>, i64),
    /// Percent of what was requested in one of these ranges; `true`: where that is not known.
    Used(Vec<(u64, u64)>, bool),
    /// Somewhere: interned texts, nodes, names and addresses.
    Any(Vec<bool>, Vec<bool>, Matches, Vec<Prefix>),
}

impl Test {
    /// For a key and its values; `now` in seconds since 1970.
    pub(super) fn new(key: Key, values: &[String], picture: &Picture, now: i64) -> Test {
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
            Key::Age => Test::Age(values.iter().filter_map(|v| ages(v)).collect(), now),
            Key::Used => {
                let unknown = values.iter().any(|v| v == "none" || v == "unknown");
                Test::Used(values.iter().filter_map(|v| percents(v)).collect(), unknown)
            }
            Key::Pod => Test::Name(named(pods, values)),
            Key::Ip => Test::Ip(values.iter().filter_map(|v| Prefix::parse(v)).collect()),
            Key::Any => Test::Any(
                interned(&inside),
                picture.nodes.iter().map(|n| inside(&n.name)).collect(),
                named(pods, values),
                values.iter().filter_map(|v| Prefix::parse(v)).collect(),
            ),
        }
    }

    /// It holds for a pod.
    pub(super) fn holds(&self, picture: &Picture, pod: usize) -> bool {
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
            Test::Name(names) => names.contains(pod),
            Test::Ip(prefixes) => begins(prefixes, pods, pod),
            Test::Restarts(ranges) => within(ranges, u64::from(pods.restarts.get(pod).copied().unwrap_or(0))),
            Test::Age(ranges, now) => {
                let made = pods.created_at.get(pod).copied().unwrap_or(*now);
                within(ranges, now.saturating_sub(made).max(0) as u64)
            }
            Test::Used(ranges, unknown) => match used_percent(picture, pod) {
                Some(percent) => within(ranges, u64::from(percent)),
                None => *unknown,
            },
            Test::Any(flags, nodes, names, prefixes) => {
                names.contains(pod)
                    || [&pods.namespace, &pods.owner, &pods.reason, &pods.labels, &pods.images]
                        .iter()
                        .any(|column| flag(flags, column.get(pod)))
                    || pods.node.get(pod).is_some_and(|n| nodes.get(*n as usize).copied().unwrap_or(false))
                    || begins(prefixes, pods, pod)
            }
        }
    }
}

/// Pods whose name holds one of the values.
fn named(pods: &PodTable, values: &[String]) -> Matches {
    let found = values.iter().flat_map(|value| pods.name.holding(value));
    Matches::these(pods.len(), found.map(|pod| pod as u32))
}

/// The beginning of an address, as it is typed.
pub(super) struct Prefix(String);

impl Prefix {
    /// `None` for what no address begins with: nearly every word is so, and then no address is looked at.
    fn parse(text: &str) -> Option<Prefix> {
        let fits = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b':');
        (fits && !text.is_empty()).then(|| Prefix(text.to_owned()))
    }

    fn begins(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) => begins_v4(self.0.as_bytes(), ip),
            IpAddr::V6(ip) => ip.to_string().starts_with(&self.0),
        }
    }
}

/// As `ip.to_string().starts_with(text)`, without writing 150,000 texts.
fn begins_v4(mut text: &[u8], ip: Ipv4Addr) -> bool {
    for n in ip.octets() {
        let all = [b'0' + n / 100, b'0' + n / 10 % 10, b'0' + n % 10];
        let digits = &all[usize::from(n < 100) + usize::from(n < 10)..];
        if text.len() <= digits.len() {
            return digits.starts_with(text);
        }
        match text.strip_prefix(digits).and_then(|rest| rest.strip_prefix(b".")) {
            Some(rest) => text = rest,
            None => return false,
        }
    }
    // Behind the last number there is no dot.
    false
}

fn begins(prefixes: &[Prefix], pods: &PodTable, pod: usize) -> bool {
    !prefixes.is_empty()
        && pods.ip.get(pod).copied().flatten().is_some_and(|ip| prefixes.iter().any(|prefix| prefix.begins(ip)))
}

fn within(ranges: &[(u64, u64)], n: u64) -> bool {
    ranges.iter().any(|(low, high)| n >= *low && n <= *high)
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

/// `5`, `>=5`: at least five; `>5`, `<5`, `=5` as written; `3-9` both included.
fn restarts(value: &str) -> Option<(u64, u64)> {
    range(value, 1, |text| text.parse().ok())
}

/// `1h`, `>=1h`: at least an hour; `<1h` under it; `1h-1d` from one to just under the other. Units s, m, h, d, w, y.
fn ages(value: &str) -> Option<(u64, u64)> {
    range(value, 0, |text| {
        let unit = text.chars().last()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            'y' => 365 * 86_400,
            _ => return None,
        };
        text[..text.len() - 1].parse::<u64>().ok()?.checked_mul(seconds)
    })
}

/// `80`, `>=80`: at least 80 percent; `<25` under it; `25-50` from one to just under the other; a `%` may follow.
fn percents(value: &str) -> Option<(u64, u64)> {
    range(value, 0, |text| text.trim_end_matches('%').parse().ok())
}

/// A range of whole numbers, both ends included; `high` says how many belong to the upper end of `low-high`.
fn range(value: &str, high: u64, number: impl Fn(&str) -> Option<u64>) -> Option<(u64, u64)> {
    let number = |text: &str| number(text.trim());
    if let Some(rest) = value.strip_prefix(">=") {
        Some((number(rest)?, u64::MAX))
    } else if let Some(rest) = value.strip_prefix('>') {
        Some((number(rest)?.checked_add(1)?, u64::MAX))
    } else if let Some(rest) = value.strip_prefix("<=") {
        Some((0, number(rest)?))
    } else if let Some(rest) = value.strip_prefix('<') {
        Some((0, number(rest)?.checked_sub(1)?))
    } else if let Some(rest) = value.strip_prefix('=') {
        let n = number(rest)?;
        Some((n, n))
    } else if let Some((from, to)) = value.split_once('-') {
        Some((number(from)?, (number(to)? + high).checked_sub(1)?))
    } else {
        Some((number(value)?, u64::MAX))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is typed finds the addresses that are written so.
        #[test]
        fn an_address_is_found_by_how_it_begins(
            ip in proptest::array::uniform4(proptest::sample::select(vec![0u8, 1, 2, 10, 12, 25, 100, 120, 255])),
            typed in "[0125]{1,3}(\\.[0125]{0,3}){0,4}",
        ) {
            let ip = IpAddr::from(ip);
            let found = Prefix::parse(&typed).is_some_and(|prefix| prefix.begins(ip));
            prop_assert_eq!(found, ip.to_string().starts_with(&typed), "{} {}", ip, typed);
        }

        #[test]
        fn an_address_is_found_by_each_of_its_beginnings(ip in any::<IpAddr>(), cut in 1usize..45) {
            let text = ip.to_string();
            let prefix = Prefix::parse(&text[..cut.min(text.len())]);
            prop_assert!(prefix.is_some_and(|prefix| prefix.begins(ip)));
        }
    }

    #[test]
    fn ranges_are_what_is_written() {
        assert_eq!(restarts("5"), Some((5, u64::MAX)));
        assert_eq!(restarts("<5"), Some((0, 4)));
        assert_eq!(restarts("3-9"), Some((3, 9)));
        assert_eq!(ages("<1h"), Some((0, 3_599)));
        assert_eq!(ages("1h-1d"), Some((3_600, 86_399)));
        assert_eq!(ages(">=2w"), Some((14 * 86_400, u64::MAX)));
        assert_eq!(ages("5"), None);
        assert_eq!(percents("25-50%"), Some((25, 49)));
        assert_eq!(percents(">=100"), Some((100, u64::MAX)));
    }
}
