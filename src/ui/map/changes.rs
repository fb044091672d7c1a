//! What is different between two pictures of one bay: where each pod is now, which came, moved or changed, which are gone.

use crate::model::cluster::Picture;
use crate::model::columns::NONE;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a pod stood that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its node, in the new picture; [`NONE`] where it had none or the node is gone too.
    pub node: u32,
    /// Its namespace.
    pub namespace: Box<str>,
    /// Its owner.
    pub owner: Box<str>,
}

/// The difference between two pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Index in the new table of each pod of the old one; [`NONE`] = it is gone. Empty where nothing moved.
    pub now_at: Vec<u32>,
    /// Pods of the new table that are new, on another node, or in another state.
    pub changed: Vec<u32>,
    /// Pods that are gone, or that left their node.
    pub left: Vec<Left>,
}

impl Difference {
    /// Compares two pictures of one bay. Linear in the number of pods: for many of them on a thread of its own. A pod that
    /// was replaced by another one of its name is gone, and the other one is new.
    pub fn between(old: &Picture, new: &Picture) -> Difference {
        if Arc::ptr_eq(&old.pods, &new.pods) && Arc::ptr_eq(&old.nodes, &new.nodes) {
            return Difference::default();
        }
        let nodes: HashMap<&str, u32> =
            new.nodes.iter().enumerate().map(|(at, n)| (n.name.as_str(), at as u32)).collect();
        // Index of each old node in the new picture.
        let node_now: Vec<u32> =
            old.nodes.iter().map(|n| nodes.get(n.name.as_str()).copied().unwrap_or(NONE)).collect();
        let on = |node: u32| node_now.get(node as usize).copied().unwrap_or(NONE);
        let (before, after) = (&old.pods, &new.pods);
        let mut difference =
            Difference { now_at: Vec::with_capacity(before.len()), changed: Vec::new(), left: Vec::new() };
        // Both tables are sorted by namespace and name: they are walked side by side, and nothing is looked up.
        let mut next = 0;
        for pod in 0..before.len() {
            let uid = before.uid[pod];
            if after.uid.get(next) != Some(&uid) {
                let key = (before.namespace_of(pod), before.name_of(pod));
                while next < after.len() && (after.namespace_of(next), after.name_of(next)) < key {
                    difference.changed.push(next as u32);
                    next += 1;
                }
            }
            let found = (after.uid.get(next) == Some(&uid)).then_some(next);
            difference.now_at.push(found.map_or(NONE, |at| at as u32));
            let stood = on(before.node[pod]);
            if let Some(at) = found {
                next = at + 1;
                let moved = stood != after.node[at];
                if moved || before.sign[pod] != after.sign[at] {
                    difference.changed.push(at as u32);
                }
                if !moved {
                    continue;
                }
            }
            difference.left.push(Left {
                node: stood,
                namespace: before.namespace_of(pod).into(),
                owner: before.owner_of(pod).into(),
            });
        }
        difference.changed.extend(next as u32..after.len() as u32);
        difference
    }

    /// Where a pod of the old table is now.
    pub fn follow(&self, pod: u32) -> Option<u32> {
        if self.now_at.is_empty() {
            return Some(pod);
        }
        self.now_at.get(pod as usize).copied().filter(|at| *at != NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::picture;
    use super::*;
    use crate::model::columns::{PodRow, PodTable, Uid};
    use crate::model::status::Sign;
    use proptest::prelude::*;

    /// The pods of a picture named by their numbers in it, some of them on other nodes.
    fn with(picture: &Picture, keep: &[(usize, Option<u32>)]) -> Picture {
        let mut table = PodTable::default();
        let pods = &picture.pods;
        for (pod, node) in keep {
            let row = PodRow {
                uid: pods.uid[*pod].to_string(),
                namespace: pods.namespace_of(*pod).into(),
                name: pods.name_of(*pod).into(),
                owner: pods.owner_of(*pod).into(),
                sign: pods.sign[*pod],
                ..PodRow::default()
            };
            table.push(&row, node.unwrap_or(NONE));
        }
        Picture { pods: Arc::new(table), ..picture.clone() }
    }

    #[test]
    fn coming_moving_and_going_are_told_apart() {
        let whole = picture(&[("web", 9), ("web", 9)], &[(Some(0), "a", Sign::Ok); 6]);
        let old = with(&whole, &[(0, Some(0)), (1, None), (2, Some(0)), (4, Some(1))]);
        let new = with(&whole, &[(0, Some(0)), (1, Some(1)), (3, Some(0)), (4, Some(1))]);
        let difference = Difference::between(&old, &new);
        assert_eq!(difference.now_at, [0, 1, NONE, 3]);
        assert_eq!(difference.changed, [1, 2]);
        assert_eq!(difference.left.iter().map(|l| l.node).collect::<Vec<_>>(), [NONE, 0]);
        assert_eq!(difference.follow(2), None);
    }

    #[test]
    fn another_pod_of_the_same_name_is_another_pod() {
        let whole = picture(&[("web", 9)], &[(Some(0), "a", Sign::Ok); 3]);
        let mut reborn = whole.clone();
        let table = Arc::make_mut(&mut reborn.pods);
        table.uid = Arc::new(vec![table.uid[0], Uid::of("another"), table.uid[2]]);
        let difference = Difference::between(&whole, &reborn);
        assert_eq!((difference.now_at, difference.changed), (vec![0, NONE, 2], vec![1]));
        assert_eq!(difference.left.len(), 1);
    }

    #[test]
    fn the_same_picture_has_no_difference() {
        let one = picture(&[("web", 9)], &[(Some(0), "a", Sign::Ok); 4]);
        assert_eq!(Difference::between(&one, &one.clone()), Difference::default());
        assert_eq!(Difference::default().follow(3), Some(3));
    }

    proptest! {
        #[test]
        fn every_pod_is_found_again(kept in proptest::collection::vec(any::<bool>(), 0..60), came in proptest::collection::vec(any::<bool>(), 0..60)) {
            let n = kept.len().max(came.len());
            let whole = picture(&[("web", 200)], &vec![(Some(0), "a", Sign::Ok); n]);
            let some = |flags: &[bool]| -> Vec<_> {
                flags.iter().enumerate().filter(|(_, f)| **f).map(|(at, _)| (at, Some(0))).collect()
            };
            let (old, new) = (with(&whole, &some(&kept)), with(&whole, &some(&came)));
            let difference = Difference::between(&old, &new);
            for (pod, uid) in old.pods.uid.iter().enumerate() {
                let expected = new.pods.uid.iter().position(|u| u == uid).map(|at| at as u32);
                prop_assert_eq!(difference.follow(pod as u32), expected);
            }
            let came = new.pods.uid.iter().filter(|u| !old.pods.uid.contains(u)).count();
            prop_assert_eq!(difference.changed.len(), came);
        }
    }
}
