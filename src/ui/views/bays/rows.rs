//! Which bays are shown, and in which order.

use super::table;
use crate::model::bay::{Bay, Health};
use crate::model::natural::natural;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::views::bay::words;
use crate::ui::views::grouping::Grouping;
use crate::ui::widgets::table::Sort;
use crate::ui::widgets::table::listing::Listing;
use std::cmp::Ordering;

/// A quick filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Chip {
    /// All.
    #[default]
    All,
    /// Something is going on.
    InProgress,
    /// Ended badly.
    Failed,
    /// Not healthy.
    Unhealthy,
}

impl Chip {
    fn takes(self, bay: &Bay) -> bool {
        match self {
            Chip::All => true,
            Chip::InProgress => bay.status.in_progress(),
            Chip::Failed => bay.status.failed(),
            Chip::Unhealthy => unhealthy(bay),
        }
    }
}

fn unhealthy(bay: &Bay) -> bool {
    bay.health == Health::Unhealthy || (bay.health != Health::Healthy && bay.nodes_not_ready() > 0)
}

/// How many bays each chip finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub all: usize,
    pub in_progress: usize,
    pub failed: usize,
    pub unhealthy: usize,
}

impl Counts {
    pub fn of(bays: &[&Bay]) -> Counts {
        let count = |chip: Chip| bays.iter().filter(|b| chip.takes(b)).count();
        Counts {
            all: bays.len(),
            in_progress: count(Chip::InProgress),
            failed: count(Chip::Failed),
            unhealthy: count(Chip::Unhealthy),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'q> {
    pub filter: &'q str,
    pub chip: Chip,
    pub coe: Option<&'q str>,
    pub sort: &'q Sort,
}

/// What bays can be grouped by.
pub const GROUPS: &[(&str, &str)] = &[
    ("status", "bays-column-status"),
    ("health", "bays-column-health"),
    ("engine", "bays-column-engine"),
    ("model", "bays-column-model"),
];

/// The bays to show, in their order.
pub fn listing(cx: &Cx<'_>, bays: &[&Bay], query: &Query<'_>, grouping: &Grouping) -> Listing {
    let model = |bay: &Bay| cx.state.bay_model(&bay.model_id).map_or("", |m| m.title()).to_owned();
    let rows = find(bays, query, &model);
    let of = |row: u32| {
        let bay = bays[row as usize];
        match grouping.by.as_str() {
            "status" => words::status_of(cx, bay),
            "health" => table::health(cx, bay).map(|h| h.1).unwrap_or_default(),
            "engine" => {
                let engine = bay.coe.as_ref().map_or("", |c| c.title());
                format!("{engine} {}", bay.coe_version.as_deref().unwrap_or_default()).trim().to_owned()
            }
            _ => model(bay),
        }
    };
    if grouping.by.is_empty() { Listing::flat(rows) } else { Listing::grouped(&rows, |row| row, of, &grouping.closed) }
}

fn find(bays: &[&Bay], query: &Query<'_>, model: &impl Fn(&Bay) -> String) -> Vec<u32> {
    let words: Vec<String> = query.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let takes = |bay: &Bay| {
        if !query.chip.takes(bay) || query.coe.is_some_and(|c| bay.coe.as_ref().is_none_or(|b| b.word() != c)) {
            return false;
        }
        if words.is_empty() {
            return true;
        }
        let labels: String = bay.labels.iter().map(|(k, v)| format!("{k}={v} ")).collect();
        let hay = format!("{} {} {} {labels}", bay.name, bay.id, model(bay)).to_lowercase();
        words.iter().all(|w| hay.contains(w.as_str()))
    };
    let mut found: Vec<u32> = (0u32..).zip(bays).filter(|(_, b)| takes(b)).map(|(i, _)| i).collect();
    if !query.sort.column.is_empty() {
        found.sort_by(|a, b| {
            let (a, b) = (bays[*a as usize], bays[*b as usize]);
            let order = compare(&query.sort.column, a, b, model);
            let order = if query.sort.descending { order.reverse() } else { order };
            order.then_with(|| natural(a.title(), b.title())).then_with(|| a.id.cmp(&b.id))
        });
    }
    found
}

fn compare(column: &str, a: &Bay, b: &Bay, model: &impl Fn(&Bay) -> String) -> Ordering {
    // The worst first: that is what one sorts by status for.
    let health = |bay: &Bay| bay.health_sign().map_or(0, Sign::severity);
    match column {
        "name" => natural(a.title(), b.title()),
        "status" => b.status.sign().severity().cmp(&a.status.sign().severity()),
        "health" => health(b).cmp(&health(a)),
        "engine" => {
            let key = |bay: &Bay| (bay.coe.as_ref().map(|c| c.title().to_owned()), bay.coe_version.clone());
            key(a).cmp(&key(b))
        }
        "nodes" => (a.master_count + a.node_count).cmp(&(b.master_count + b.node_count)),
        "model" => natural(&model(a), &model(b)),
        // The youngest first.
        "age" => b.created_at.cmp(&a.created_at),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bay::{BayStatus, Coe};
    use std::collections::BTreeMap;

    fn bay(name: &str, status: &str, health: Health) -> Bay {
        Bay {
            id: format!("id-{name}"),
            name: name.to_owned(),
            status: BayStatus::parse(Some(status)),
            status_reason: None,
            health,
            health_reason: BTreeMap::new(),
            coe: Some(Coe::Kubernetes),
            coe_version: None,
            container_version: None,
            master_count: 1,
            node_count: 2,
            model_id: String::new(),
            keypair: None,
            api_address: None,
            master_addresses: Vec::new(),
            node_addresses: Vec::new(),
            stack_id: None,
            discovery_url: None,
            flavor: None,
            master_flavor: None,
            docker_volume_size_gb: None,
            labels: BTreeMap::from([("team".to_owned(), "search".to_owned())]),
            create_timeout_minutes: None,
            faults: BTreeMap::new(),
            project_id: None,
            user_id: None,
            fixed_network: None,
            fixed_subnet: None,
            floating_ip_enabled: None,
            master_lb_enabled: None,
            created_at: None,
            updated_at: None,
        }
    }

    fn names(bays: &[Bay], query: &Query<'_>) -> Vec<String> {
        let bays: Vec<&Bay> = bays.iter().collect();
        find(&bays, query, &|_| "k8s-1.30".to_owned()).iter().map(|i| bays[*i as usize].name.clone()).collect()
    }

    #[test]
    fn chips_and_words_narrow_the_list() {
        let bays = [
            bay("edge", "CREATE_IN_PROGRESS", Health::NotReported),
            bay("gpu", "CREATE_FAILED", Health::NotReported),
            bay("prod", "UPDATE_COMPLETE", Health::Unhealthy),
        ];
        let sort = Sort::default();
        let query = |chip, filter| Query { filter, chip, coe: None, sort: &sort };
        assert_eq!(names(&bays, &query(Chip::InProgress, "")), ["edge"]);
        assert_eq!(names(&bays, &query(Chip::Failed, "")), ["gpu"]);
        assert_eq!(names(&bays, &query(Chip::Unhealthy, "")), ["prod"]);
        assert_eq!(names(&bays, &query(Chip::All, "team=search pro")), ["prod"]);
        assert_eq!(names(&bays, &query(Chip::All, "1.30")).len(), 3);
        assert_eq!(
            Counts::of(&bays.iter().collect::<Vec<_>>()),
            Counts { all: 3, in_progress: 1, failed: 1, unhealthy: 1 }
        );
    }

    #[test]
    fn sorting_by_status_puts_trouble_first() {
        let bays = [
            bay("a", "CREATE_COMPLETE", Health::Healthy),
            bay("b", "CREATE_FAILED", Health::NotReported),
            bay("c", "ADOPT_PARTIAL", Health::NotReported),
        ];
        let sort = Sort::by("status");
        let query = Query { filter: "", chip: Chip::All, coe: None, sort: &sort };
        assert_eq!(names(&bays, &query), ["b", "c", "a"]);
    }
}
