//! Services with the pods that their selectors find.

use super::pods::Pods;
use crate::model::cluster::{Service, ServiceFacts};
use std::sync::Arc;

/// Services with their counts, in the order given.
pub(super) fn counted<'a>(services: impl Iterator<Item = &'a Arc<ServiceFacts>>, pods: &Pods) -> Vec<Service> {
    let counted = |facts: &Arc<ServiceFacts>| {
        let (pods, ready) = count(facts, pods);
        Service { facts: facts.clone(), ready, pods }
    };
    services.map(counted).collect()
}

/// (pods, ready ones). A service without a selector finds nothing: its endpoints are made by hand.
fn count(service: &ServiceFacts, pods: &Pods) -> (u32, u32) {
    if service.selector.is_empty() {
        return (0, 0);
    }
    let wanted: Vec<&str> = service.selector.split(',').collect();
    let sets = pods.label_sets(&service.namespace);
    let found = sets.filter(|(labels, ..)| matches(labels, &wanted));
    found.fold((0, 0), |(all, ready), (_, pods, these)| (all + pods, ready + these))
}

/// Every wanted `k=v` is among the labels (`k=v,k=v`, as label values hold neither comma nor equals sign).
fn matches(labels: &str, wanted: &[&str]) -> bool {
    wanted.iter().all(|pair| labels.split(',').any(|label| label == *pair))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn every_pair_must_match_whole() {
        let labels = "app=web,tier=front";
        assert!(matches(labels, &["app=web"]));
        assert!(matches(labels, &["tier=front", "app=web"]));
        assert!(!matches(labels, &["app=we"]));
        assert!(!matches(labels, &["app=web", "x=y"]));
    }
}
