//! The bay that everything is measured with: the demo's at Kubernetes' limit, as pages of JSON and as a picture.

use bayview::api::kubernetes::watch::read_page;
use bayview::api::kubernetes::{Change, Kind};
use bayview::demo::kubernetes::{Cluster, ClusterSpec, NodeRole, NodeSpec, Scenario};
use bayview::demo::pki::Authority;
use bayview::live::picture::Builder;
use bayview::model::cluster::Picture;
use http::Method;
use std::sync::{Arc, OnceLock};

/// Nodes; there are thirty times as many pods.
pub const NODES: usize = 5_000;
/// Objects a page.
const PAGE: usize = 500;
/// A moment, seconds since 1970.
pub const NOW: i64 = 1_900_000_000;

/// Everything in a bay as pages of lists.
pub struct Pages {
    pub kinds: Vec<(Kind, Vec<Vec<u8>>)>,
}

impl Pages {
    /// The pages of the bay at the limit, made once.
    pub fn all() -> &'static Pages {
        static PAGES: OnceLock<Pages> = OnceLock::new();
        PAGES.get_or_init(Pages::ask)
    }

    /// Pages of pods.
    pub fn pods(&self) -> &[Vec<u8>] {
        self.kinds.iter().find(|(kind, _)| *kind == Kind::Pods).map_or(&[], |(_, pages)| pages.as_slice())
    }

    fn ask() -> Pages {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let authority = Arc::new(Authority::new("bench").expect("an authority"));
            let spec = ClusterSpec {
                name: "bench".into(),
                seed: 1,
                version: "v1.30.4".into(),
                nodes: (0..NODES).map(node).collect(),
                scenario: Scenario::Limit,
                speed: 1.0,
                churn: 0.0,
                asleep: false,
                authority,
                listen: None,
            };
            let cluster = Cluster::start(spec).await.expect("a bay");
            let kinds = Kind::ALL.into_iter().map(|kind| (kind, pages(&cluster, kind))).collect();
            Pages { kinds }
        })
    }
}

fn node(number: usize) -> NodeSpec {
    let (role, group) = match number {
        0..5 => (NodeRole::Master, "default-master"),
        5..605 => (NodeRole::Worker, "himem"),
        605..805 => (NodeRole::Worker, "gpu"),
        805..1605 => (NodeRole::Worker, "batch"),
        1605..2005 => (NodeRole::Worker, "edge"),
        _ => (NodeRole::Worker, "default-worker"),
    };
    NodeSpec {
        name: format!("k8s-5000-{group}-{number}"),
        role,
        group: group.into(),
        zone: ["az-a", "az-b", "az-c"][number % 3].into(),
        flavor: "m2.xlarge".into(),
        cpu_milli: 8000,
        memory_bytes: 16 << 30,
        max_pods: 110,
        provider_id: format!("openstack:///00000000-0000-0000-0000-{number:012}"),
        internal_ip: format!("10.{}.{}.{}", 1 + number / 65536, number / 256 % 256, number % 256),
        created: jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 300),
        ..NodeSpec::default()
    }
}

fn pages(cluster: &Cluster, kind: Kind) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("{}?limit={PAGE}&continue={next}", kind.path());
        let (status, page) = cluster.ask(&Method::GET, &path, None).expect("an answer");
        assert_eq!(status, 200, "{kind:?}: {page}");
        next = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        pages.push(page.to_string().into_bytes());
        if next.is_empty() {
            return pages;
        }
    }
}

/// Reads pages of one kind into a builder, as the worker does.
pub fn read(builder: &mut Builder, kind: Kind, pages: &[Vec<u8>]) {
    builder.apply(vec![Change::Begin(kind)], NOW);
    let mut read = 0;
    for page in pages {
        let rows = read_page(kind, page).expect("a page");
        read += rows.len() as u64;
        let mut batch: Vec<Change> = rows.into_iter().map(Change::Upsert).collect();
        batch.push(Change::Read { kind, read, total: None });
        builder.apply(batch, NOW);
    }
    builder.apply(vec![Change::Commit(kind)], NOW);
}

/// A builder that has read everything.
pub fn builder() -> Builder {
    let mut builder = Builder::new();
    for (kind, pages) in &Pages::all().kinds {
        read(&mut builder, *kind, pages);
    }
    builder
}

/// The picture of the bay.
pub fn picture() -> Picture {
    let mut builder = builder();
    builder.build(NOW).expect("a picture")
}
