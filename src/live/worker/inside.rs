//! The inside of a bay: certificate, connection, watches, and the picture built from them.

use super::context::{Context, now};
use super::place::Place;
use super::poll::Pace;
use crate::api::kubernetes::{Connection, WatchOptions, metrics, watch};
use crate::live::event::Event;
use crate::live::picture::Builder;
use crate::model::bay::Coe;
use crate::model::cluster::{Link, Picture};
use crate::model::problem::{Problem, ProblemKind};
use std::sync::Arc;
use std::time::Duration;

/// Ids of clusters that were opened from a kubeconfig begin so.
pub(super) const KUBECONFIG: &str = "kubeconfig:";

/// At most this often a new picture is published.
const PUBLISH: Duration = Duration::from_millis(100);
/// Between two readings of the metrics API.
const METRICS: Duration = Duration::from_secs(30);
/// Between two tries to get in.
const AGAIN: Duration = Duration::from_secs(10);

/// Keeps the picture of one bay's inside; ends when its task is dropped.
pub(super) async fn run(place: Arc<Place>, context: Context, id: String, mut pace: Pace) {
    let mut known: Option<Picture> = None;
    loop {
        let problem = match connect(&place, &context, &id, known.as_ref()).await {
            Ok(connection) => follow(&context, &id, &connection, &mut known).await,
            Err(problem) => problem,
        };
        // What was seen stays on screen, with the reason why it is old.
        let mut picture = known.clone().unwrap_or_default();
        let seen = !picture.nodes.is_empty();
        picture.link = if seen { Link::Stale(problem.clone()) } else { Link::Failed(problem.clone()) };
        context.send(Event::Inside(id.clone(), Arc::new(picture))).await;
        if problem.kind == ProblemKind::NotFound {
            return;
        }
        pace.wait(AGAIN).await;
    }
}

async fn connect(place: &Place, context: &Context, id: &str, known: Option<&Picture>) -> Result<Connection, Problem> {
    let step = |step: &'static str| {
        // A picture that is on screen stays as it is while a new connection is made.
        let fresh = known.is_none().then(|| Picture { link: Link::Connecting(step), ..Picture::default() });
        async move {
            if let Some(picture) = fresh {
                context.send(Event::Inside(id.to_owned(), Arc::new(picture))).await;
            }
        }
    };
    if let Some(connection) = place.known_connection(id).await {
        return Ok(connection);
    }
    step("link-bay").await;
    let bay = place.bay(id).await?;
    if let Some(coe) = bay.coe.as_ref().filter(|coe| **coe != Coe::Kubernetes) {
        let said = format!("this is a {} bay; only Kubernetes bays have an inside to watch", coe.title());
        return Err(Problem::new(ProblemKind::Unsupported, "kubernetes", said));
    }
    step("link-certificate").await;
    let connection = place.connect(&bay).await?;
    step("link-version").await;
    Ok(connection)
}

/// Watches until nothing can come any more; tells why.
async fn follow(context: &Context, id: &str, connection: &Connection, known: &mut Option<Picture>) -> Problem {
    let mut builder = Builder::new();
    match crate::api::kubernetes::version::server_version(connection).await {
        Ok(version) => builder.set_version(version),
        Err(error) => return error.into(),
    }
    let mut watches = watch::watch(connection, WatchOptions::default());
    let mut publish = tokio::time::interval(PUBLISH);
    publish.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut metrics_due = tokio::time::interval(METRICS);
    let mut changed = false;
    loop {
        tokio::select! {
            batch = watches.next() => match batch {
                Some(batch) => {
                    builder.apply(batch, now() as i64);
                    changed = true;
                }
                None => return Problem::new(ProblemKind::Internal, "kubernetes", "the watches ended"),
            },
            _ = publish.tick(), if changed => {
                changed = false;
                let picture = builder.picture(now() as i64);
                *known = Some(picture.clone());
                context.send(Event::Inside(id.to_owned(), Arc::new(picture))).await;
            }
            _ = metrics_due.tick() => {
                let usage = metrics::nodes(connection).await.ok();
                changed |= builder.set_metrics(usage);
            }
        }
    }
}
