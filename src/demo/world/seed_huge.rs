//! The cloud at its limits: 600 bays in one project, one of them as big as Kubernetes lets a cluster be.

use jiff::Timestamp;

use super::World;
use super::bay::Population;
use super::compute::Limits;
use super::seed::{BaySeed, PLAIN, complete_bay};

/// Bays in the project `lab`.
const BAYS: usize = 600;
/// Nodes of the big bay besides those of its default group: 5,000 in all.
const GROUPS: &[(&str, &str, u32)] = &[
    ("himem", "r2.2xlarge", 600),
    ("gpu", "g1.4xlarge", 200),
    ("batch", "c2.4xlarge", 800),
    ("edge", "m2.large", 400),
];
const MASTERS: u32 = 5;
const WORKERS: u32 = 2995;

const DAY: i64 = 24 * 60;

const TEAMS: [&str; 24] = [
    "atlas",
    "beams",
    "calib",
    "daq",
    "detector",
    "education",
    "finance",
    "grid",
    "hr",
    "it",
    "jupyter",
    "kinematics",
    "lattice",
    "magnets",
    "networks",
    "openlab",
    "physics",
    "quality",
    "radiation",
    "safety",
    "theory",
    "tracking",
    "vacuum",
    "web",
];
const STAGES: [&str; 4] = ["prod", "qa", "dev", "test"];
const MODELS: [&str; 4] = ["k8s-1.30-ubuntu", "k8s-1.31-ubuntu", "k8s-1.29-ubuntu", "k8s-1.30-flatcar"];

/// Adds the big bay and the fleet.
pub(super) fn fill(world: &mut World, now: Timestamp) {
    world.regions[0].compute.limits = Limits {
        instances: 20_000,
        cores: 200_000,
        ram_mib: 1 << 30,
        floating_ips: world.regions[0].compute.limits.floating_ips,
    };
    let big = BaySeed {
        name: "k8s-5000",
        masters: MASTERS,
        workers: WORKERS,
        groups: GROUPS,
        age_mins: 300 * DAY,
        population: Population::Limit,
        ..PLAIN
    };
    complete_bay(world, 0, &big, now);
    let lab = world.ids.hex("project/lab");
    let there = world.regions[0].bays.iter().filter(|bay| bay.project_id == lab).count();
    for number in 0..BAYS.saturating_sub(there) {
        fleet_bay(world, number, now);
    }
}

fn fleet_bay(world: &mut World, number: usize, now: Timestamp) {
    let (team, stage) = (TEAMS[number % TEAMS.len()], STAGES[number / TEAMS.len() % STAGES.len()]);
    let name = format!("{team}-{stage}-{:02}", number / (TEAMS.len() * STAGES.len()));
    let age = i64::try_from(number).unwrap_or(0);
    let seed = BaySeed {
        name: &name,
        owner: (if number.is_multiple_of(3) { "tomo" } else { "mika" }, "lab"),
        model: MODELS[number * 7 % MODELS.len()],
        masters: if stage == "prod" { 3 } else { 1 },
        workers: 1 + u32::try_from(number * 5 % 4).unwrap_or(0),
        age_mins: (3 + age * 11 % 700) * DAY,
        population: Population::Fleet,
        ..PLAIN
    };
    let uuid = complete_bay(world, 0, &seed, now);
    // Among so many some always failed.
    let failed = match number % 97 {
        13 => Some((
            "CREATE_FAILED",
            "Resource CREATE failed: ResourceInError: resources.kube_masters.resources[0].resources.kube-master: Went to status ERROR due to \"Message: No valid host was found. , Code: 500\"",
        )),
        59 => Some(("UPDATE_FAILED", "Resource UPDATE failed: Timed out")),
        _ => None,
    };
    if let (Some((status, reason)), Some(bay)) = (failed, world.regions[0].bay_mut(&uuid)) {
        bay.status = Some(status.into());
        bay.status_reason = Some(reason.into());
        bay.wants_kubernetes = status != "CREATE_FAILED";
    }
}
