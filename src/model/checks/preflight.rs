//! What a new bay takes from each quota, and whether it fits.
//!
//! The counts follow Magnum's Heat templates (`drivers/*/templates`): a network, a router and two security groups of its
//! own, two load balancers (API and etcd) where masters are balanced. A Cluster API driver takes a little less.

use super::{Field, Findings, Rule};
use crate::model::bay::NewBay;
use crate::model::bay_model::BayModel;
use crate::model::choices::{Flavor, Quota, QuotaResource};
use crate::model::labels::Labels;

/// One quota with what a bay would add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Which.
    pub resource: QuotaResource,
    /// In use now.
    pub used: u64,
    /// What the bay adds; `None` = cannot be told yet (no flavor chosen or loaded).
    pub adds: Option<u64>,
    /// Most that is allowed; `None` = no limit.
    pub limit: Option<u64>,
}

impl Need {
    /// What is left now; `None` = no limit.
    pub fn left(&self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_sub(self.used))
    }

    /// Does not fit.
    pub fn is_over(&self) -> bool {
        matches!((self.adds, self.left()), (Some(adds), Some(left)) if adds > left)
    }
}

/// What a bay needs of each resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Masters and workers.
    pub nodes: (u64, u64),
    /// Cores, where the flavors are known.
    pub vcpus: Option<u64>,
    /// Memory in MiB, where the flavors are known.
    pub ram_mib: Option<u64>,
    /// Floating addresses.
    pub floating_ips: u64,
    /// Floating addresses without one per node.
    pub floating_ips_without_nodes: u64,
    /// Ports.
    pub ports: u64,
    /// Security groups.
    pub security_groups: u64,
}

/// What a bay needs. `labels` are those given in the form.
pub fn demand(bay: &NewBay, labels: &Labels, model: Option<&BayModel>, flavors: Option<&[Flavor]>) -> Demand {
    let masters = u64::from(bay.master_count.unwrap_or(1));
    let workers = u64::from(bay.node_count.unwrap_or(1));
    let of_model = model.map(|m| &m.spec);
    let flavor = |own: &Option<String>, of_model: Option<&String>| -> Option<&Flavor> {
        let key = own.as_ref().filter(|f| !f.is_empty()).or(of_model)?;
        flavors?.iter().find(|f| f.id == *key || f.name == *key)
    };
    let worker = flavor(&bay.flavor, of_model.and_then(|s| s.flavor.as_ref()));
    let master = flavor(&bay.master_flavor, of_model.and_then(|s| s.master_flavor.as_ref().or(s.flavor.as_ref())));
    let sum = |of: fn(&Flavor) -> u64| match (master, worker) {
        (Some(m), Some(w)) => Some(masters * of(m) + workers * of(w)),
        (Some(m), None) if workers == 0 => Some(masters * of(m)),
        _ => None,
    };
    let balanced = bay.master_lb_enabled.or(of_model.map(|s| s.master_lb_enabled)).unwrap_or(false);
    let floating = bay.floating_ip_enabled.or(of_model.and_then(|s| s.floating_ip_enabled)).unwrap_or(true);
    let label = |name: &str| labels.get(name).or_else(|| of_model?.labels.get(name));
    // The API's address floats where the label says so; without the label it does as the nodes do.
    let balancer = label("master_lb_floating_ip_enabled").map(|v| v.eq_ignore_ascii_case("true"));
    let floating_ips = |of_nodes: bool| {
        u64::from(balanced && balancer.unwrap_or(of_nodes)) + if of_nodes { masters + workers } else { 0 }
    };
    let own_network = bay.fixed_network.is_none() && of_model.is_none_or(|s| s.fixed_network.is_none());
    let ports = masters + workers + if balanced { 2 } else { 0 } + if own_network { 2 } else { 0 };
    Demand {
        nodes: (masters, workers),
        vcpus: sum(|f| u64::from(f.vcpus)),
        ram_mib: sum(|f| f.ram_mib),
        floating_ips: floating_ips(floating),
        floating_ips_without_nodes: floating_ips(false),
        ports,
        security_groups: 2,
    }
}

/// Each quota with what the bay adds to it.
pub fn needs(demand: &Demand, quotas: &[Quota]) -> Vec<Need> {
    let adds = |resource| match resource {
        QuotaResource::Bays => Some(1),
        QuotaResource::Instances => Some(demand.nodes.0 + demand.nodes.1),
        QuotaResource::Vcpus => demand.vcpus,
        QuotaResource::RamMib => demand.ram_mib,
        QuotaResource::FloatingIps => Some(demand.floating_ips),
        QuotaResource::Ports => Some(demand.ports),
        QuotaResource::SecurityGroups => Some(demand.security_groups),
    };
    quotas.iter().map(|q| Need { resource: q.resource, used: q.used, adds: adds(q.resource), limit: q.limit }).collect()
}

/// Quotas that the bay does not fit into. They stand in the way at the field that decides them, where there is one.
pub fn check(demand: &Demand, needs: &[Need], findings: &mut Findings) {
    for need in needs.iter().filter(|n| n.is_over()) {
        let (adds, left) = (need.adds.unwrap_or_default(), need.left().unwrap_or_default());
        let without = demand.floating_ips_without_nodes;
        // Where the nodes have none anyway there is nothing to advise.
        if need.resource == QuotaResource::FloatingIps && without < adds {
            let rule = Rule::OverFloating(adds, left, without);
            findings.block(Field::Quota(need.resource), rule);
        } else {
            findings.block(Field::Quota(need.resource), Rule::OverQuota(adds, left));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bay::Coe;
    use crate::model::bay_model::BayModelSpec;
    use proptest::prelude::*;

    fn model() -> BayModel {
        BayModel {
            id: "m".into(),
            name: "m".into(),
            spec: BayModelSpec {
                coe: Some(Coe::Kubernetes),
                flavor: Some("g1".into()),
                master_flavor: Some("m2".into()),
                master_lb_enabled: true,
                floating_ip_enabled: Some(false),
                ..BayModelSpec::default()
            },
            cluster_distro: None,
            project_id: None,
            created_at: None,
            updated_at: None,
        }
    }

    fn flavors() -> Vec<Flavor> {
        let flavor = |id: &str, vcpus, ram_mib| Flavor { id: id.into(), name: id.into(), vcpus, ram_mib, disk_gb: 40 };
        vec![flavor("m2", 4, 8192), flavor("g1", 16, 131_072)]
    }

    #[test]
    fn three_masters_and_four_workers() {
        let bay =
            NewBay { master_count: Some(3), node_count: Some(4), floating_ip_enabled: Some(true), ..NewBay::default() };
        let demand = demand(&bay, &Labels::new(), Some(&model()), Some(&flavors()));
        assert_eq!(demand.vcpus, Some(76));
        assert_eq!(demand.ram_mib, Some(3 * 8192 + 4 * 131_072));
        assert_eq!(demand.floating_ips, 8);
        assert_eq!(demand.floating_ips_without_nodes, 0);
        assert_eq!(demand.ports, 11);
        let quota = |resource, used, limit| Quota { resource, used, limit: Some(limit) };
        let quotas = [quota(QuotaResource::FloatingIps, 9, 10), quota(QuotaResource::Vcpus, 10, 100)];
        let needs = needs(&demand, &quotas);
        assert_eq!(needs.iter().map(Need::is_over).collect::<Vec<_>>(), [true, false]);
        let mut findings = Findings::default();
        check(&demand, &needs, &mut findings);
        assert_eq!(findings.0[0].rule, Rule::OverFloating(8, 1, 0));
        assert_eq!(findings.0.len(), 1);
    }

    /// What is said to be needed without floating addresses on the nodes is what is needed once they have none.
    #[test]
    fn the_address_of_the_api_is_counted_one_way() {
        for (label, everywhere, taken, without) in [
            (None, true, 3, 0),
            (None, false, 0, 0),
            (Some("true"), true, 3, 1),
            (Some("true"), false, 1, 1),
            (Some("false"), true, 2, 0),
            (Some("false"), false, 0, 0),
        ] {
            let labels: Labels =
                label.map(|v| ("master_lb_floating_ip_enabled".to_owned(), v.to_owned())).into_iter().collect();
            let bay = NewBay { floating_ip_enabled: Some(everywhere), ..NewBay::default() };
            let demand = demand(&bay, &labels, Some(&model()), Some(&flavors()));
            let told = (demand.floating_ips, demand.floating_ips_without_nodes);
            assert_eq!(told, (taken, without), "{label:?}, on every node: {everywhere}");
        }
    }

    #[test]
    fn leaving_out_addresses_that_are_not_there_is_not_advised() {
        let labels: Labels = [("master_lb_floating_ip_enabled".to_owned(), "true".to_owned())].into();
        let demand = demand(&NewBay::default(), &labels, Some(&model()), None);
        let needs = needs(&demand, &[Quota { resource: QuotaResource::FloatingIps, used: 10, limit: Some(10) }]);
        let mut findings = Findings::default();
        check(&demand, &needs, &mut findings);
        assert_eq!(findings.0[0].rule, Rule::OverQuota(1, 0));
    }

    #[test]
    fn cores_are_unknown_without_a_flavor() {
        let demand = demand(&NewBay::default(), &Labels::new(), None, Some(&flavors()));
        assert_eq!(demand.vcpus, None);
        let need = Need { resource: QuotaResource::Vcpus, used: 1, adds: None, limit: Some(1) };
        assert!(!need.is_over());
    }

    proptest! {
        #[test]
        fn a_bigger_bay_never_needs_less(masters in 1u32..9, workers in 0u32..500, more in 1u32..50) {
            let bay = |workers| NewBay { master_count: Some(masters), node_count: Some(workers), ..NewBay::default() };
            let (model, flavors) = (model(), flavors());
            let of = |workers| demand(&bay(workers), &Labels::new(), Some(&model), Some(&flavors));
            let (small, big) = (of(workers), of(workers + more));
            prop_assert!(big.vcpus > small.vcpus && big.ram_mib > small.ram_mib && big.ports > small.ports);
            prop_assert!(big.floating_ips >= small.floating_ips);
        }
    }
}
