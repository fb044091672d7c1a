//! Short names of a bay's nodes: what tells a node apart, without what all its neighbours share.

use super::cluster::Node;
use std::collections::HashMap;

/// Gives every node its [`Node::short`].
///
/// Magnum names servers `<stack>-<random part>-<role>-<number>` (`k8s-prod-vvuto7qiegam-worker-3`) and those of further node
/// groups `<stack>-<group>-<random part>-<number>`; the random part is Heat's (`heat/common/short_id.py`: twelve letters of
/// base 32). So of the words that all nodes of one group share only the last telling one stays: `worker-3`, `gpu-0`. Where
/// two groups would come to the same name, the whole names stay for all.
pub fn shorten(nodes: &mut [Node]) {
    let mut groups: HashMap<&str, Vec<&str>> = HashMap::new();
    for node in nodes.iter() {
        groups.entry(&node.group).or_default().push(&node.name);
    }
    let cuts: HashMap<&str, Cut> = groups.into_iter().map(|(group, names)| (group, Cut::of(&names))).collect();
    let short: Vec<String> = nodes.iter().map(|n| cuts[n.group.as_str()].apply(&n.name)).collect();
    let mut sorted: Vec<&str> = short.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let unique = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    for (node, short) in nodes.iter_mut().zip(short) {
        node.short = if unique { short.into() } else { node.name.as_str().into() };
    }
}

/// What is left out of the names of one group.
struct Cut {
    /// The word that stays, with its dash.
    word: String,
    /// Bytes at the start of each name that the word stands for.
    bytes: usize,
}

impl Cut {
    fn of(names: &[&str]) -> Cut {
        let nothing = Cut { word: String::new(), bytes: 0 };
        let Some((first, others)) = names.split_first() else { return nothing };
        let words: Vec<&str> = first.split('-').collect();
        // The last word is never dropped: it numbers the node.
        let mut shared = words.len() - 1;
        for name in others {
            let same = words.iter().zip(name.split('-')).take_while(|(a, b)| **a == *b).count();
            shared = shared.min(same).min(name.split('-').count() - 1);
        }
        let is_word = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphabetic) && !is_random(word);
        let Some(kept) = words[..shared].iter().rposition(is_word) else { return nothing };
        let end = if words[kept + 1..shared].iter().all(|w| is_random(w)) { shared } else { kept + 1 };
        let bytes = words[..end].iter().map(|word| word.len() + 1).sum();
        Cut { word: format!("{}-", words[kept]), bytes }
    }

    fn apply(&self, name: &str) -> String {
        format!("{}{}", self.word, &name[self.bytes..])
    }
}

/// Whether a word looks like Heat's random part.
fn is_random(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::Cut;
    use proptest::prelude::*;

    fn short(names: &[&str]) -> Vec<String> {
        let cut = Cut::of(names);
        names.iter().map(|name| cut.apply(name)).collect()
    }

    #[test]
    fn the_word_and_the_number_stay() {
        let workers = ["k8s-prod-vvuto7qiegam-worker-3", "k8s-prod-vvuto7qiegam-worker-11"];
        assert_eq!(short(&workers), ["worker-3", "worker-11"]);
        assert_eq!(short(&["k8s-prod-gpu-vbd2m6y3egpw-0", "k8s-prod-gpu-vbd2m6y3egpw-1"]), ["gpu-0", "gpu-1"]);
    }

    #[test]
    fn a_node_alone_in_its_group_keeps_its_word_and_number() {
        assert_eq!(short(&["k8s-prod-vvuto7qiegam-master-0"]), ["master-0"]);
        assert_eq!(short(&["node"]), ["node"]);
    }

    #[test]
    fn what_tells_nodes_apart_is_never_dropped() {
        assert_eq!(short(&["alpha", "beta-1"]), ["alpha", "beta-1"]);
        assert_eq!(short(&["worker-0", "worker-1"]), ["worker-0", "worker-1"]);
        assert_eq!(short(&["worker", "worker-1"]), ["worker", "worker-1"]);
        // No random part of Heat's between word and number: the address stays whole.
        assert_eq!(short(&["ip-10-0-1-5", "ip-10-0-1-6"]), ["ip-10-0-1-5", "ip-10-0-1-6"]);
    }

    proptest! {
        #[test]
        fn short_names_stay_different(
            mut names in proptest::collection::vec("[a-z0-9]{0,3}(-[a-z0-9]{0,3}){0,4}", 1..8),
        ) {
            names.sort();
            names.dedup();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut short = short(&names);
            short.sort_unstable();
            short.dedup();
            prop_assert_eq!(short.len(), names.len());
        }
    }
}
