//! Whether quotas leave room for more nodes: Nova's instances, cores and memory, Neutron's floating addresses.

use super::super::world::compute::Compute;
use super::super::world::script::Outcome;

/// What becomes of an operation that adds nodes (how many, of which flavor) and takes floating addresses.
pub(super) fn outcome(compute: &Compute, project: &str, nodes: &[(u32, &str)], floating: u64) -> Outcome {
    let mut wanted = [0_u64; 3];
    for (count, name) in nodes {
        let (cores, ram) = compute.flavor(name).map_or((0, 0), |flavor| (flavor.vcpus, flavor.ram_mib));
        for (sum, each) in wanted.iter_mut().zip([1, cores, ram]) {
            *sum += u64::from(*count) * u64::from(each);
        }
    }
    let limits = &compute.limits;
    let (instances, cores, ram) = compute.used(project);
    let rows =
        [("instances", instances, limits.instances), ("cores", cores, limits.cores), ("ram", ram, limits.ram_mib)];
    for (wanted, (word, used, limit)) in wanted.into_iter().zip(rows) {
        if wanted > 0 && used + wanted > u64::from(limit) {
            return Outcome::NovaQuota(format!(
                "Quota exceeded for {word}: Requested {wanted}, but already used {used} of {limit} {word}"
            ));
        }
    }
    if floating > 0 && u64::from(compute.floating_used(project)) + floating > u64::from(limits.floating_ips) {
        return Outcome::FloatingQuota;
    }
    Outcome::Success
}
