//! The inside of a bay: certificate, connection, watches, and the picture built from them.

use super::context::{Context, now};
use super::place::Place;
use super::poll::Pace;
use super::usage::{LookedAt, Readings, Usage};
use crate::api::kubernetes::{Connection, WatchOptions, version, watch};
use crate::live::event::Event;
use crate::live::picture::Builder;
use crate::model::cluster::{Link, Picture};
use crate::model::kubeconfig::is_kubeconfig;
use crate::model::problem::{Problem, ProblemKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// At most this often a new picture is published.
const PUBLISH: Duration = Duration::from_millis(100);
/// A picture that took long to build is not followed by the next one before so many times as long: under however many
/// changes, building takes no more than a fifth of one core.
const BREATH: u32 = 4;
/// How long a new connection may take to read everything before what it has so far takes the place of the old picture.
const CATCH_UP: Duration = Duration::from_secs(30);
/// Before the second try to get in; doubles with each failure.
const AGAIN: Duration = Duration::from_secs(10);
/// The longest pause between two tries to get in.
const LONGEST: Duration = Duration::from_secs(300);

/// Keeps the picture of one bay's inside; ends when its task is dropped.
pub(super) async fn run(place: Arc<Place>, context: Context, id: String, mut pace: Pace, use_looked_at: LookedAt) {
    let mut known: Option<Picture> = None;
    let mut failures = 0;
    loop {
        let problem = match connect(&place, &context, &id, known.as_ref()).await {
            Ok(connection) => {
                let usage = Readings::begin(&connection, &id, use_looked_at.clone(), pace.visible.clone());
                let (problem, got_in) = follow(&context, &id, &connection, usage, &mut known).await;
                failures = if got_in { 0 } else { failures };
                problem
            }
            Err(problem) => problem,
        };
        failures += 1;
        // Each certificate gives full rights and cannot be taken back: a new one only where the old one was refused.
        if matches!(problem.kind, ProblemKind::Tls | ProblemKind::Auth) {
            place.entrance.forget_certificate(&id).await;
        }
        // What was seen stays on screen, with the reason why it is old.
        let mut picture = known.clone().unwrap_or_default();
        let seen = !picture.nodes.is_empty();
        picture.link = if seen { Link::Stale(problem.clone()) } else { Link::Failed(problem.clone()) };
        context.send(Event::Inside(id.clone(), Arc::new(picture))).await;
        match pause(problem.kind, failures) {
            Some(pause) => pace.wait(pause).await,
            None => pace.wait_to_be_asked().await,
        }
    }
}

/// How long to wait after so many failures in a row; `None` where only the user can change something.
fn pause(kind: ProblemKind, failures: u32) -> Option<Duration> {
    match kind {
        ProblemKind::NotFound | ProblemKind::Forbidden => None,
        // A bay that is being made has no address yet; asking costs one question to Magnum.
        ProblemKind::Unsupported => Some(AGAIN),
        _ => Some(AGAIN.saturating_mul(1 << failures.saturating_sub(1).min(5)).min(LONGEST)),
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
    if let Some(connection) = place.entrance.known(id).await {
        return Ok(connection);
    }
    if is_kubeconfig(id) {
        return place.connection(id).await;
    }
    step("link-bay").await;
    let bay = place.bay(id).await?;
    step("link-certificate").await;
    let connection = place.connect(&bay).await?;
    step("link-version").await;
    Ok(connection)
}

/// Watches until the connection cannot be used any more; tells why, and whether it was good at all.
async fn follow(
    context: &Context,
    id: &str,
    connection: &Connection,
    mut usage: Readings,
    known: &mut Option<Picture>,
) -> (Problem, bool) {
    let mut got_in = false;
    let mut builder = Builder::after(known.as_ref());
    match version::version(connection).await {
        Ok(version) => builder.set_version(&version.git),
        Err(error) => return (error.during("read the version"), got_in),
    }
    let mut watches = watch::watch(connection, WatchOptions::default());
    let mut publish = Instant::now();
    let until = Instant::now() + CATCH_UP;
    loop {
        tokio::select! {
            batch = watches.next() => match batch {
                Some(batch) => builder.apply(batch, now() as i64),
                None => return (Problem::new(ProblemKind::Internal, "kubernetes", "the watches ended"), got_in),
            },
            () = tokio::time::sleep_until(publish), if builder.is_dirty() => {
                let ready = builder.has_caught_up() || Instant::now() > until;
                let begun = Instant::now();
                let built = builder.build(now() as i64);
                publish = Instant::now() + PUBLISH.max(begun.elapsed() * BREATH);
                let Some(picture) = built else { continue };
                if builder.has_caught_up() {
                    usage.counted(picture.pods.len());
                }
                // Certificates that were rotated, an API that moved: only a new connection helps.
                if let Link::Stale(problem) | Link::Failed(problem) = &picture.link
                    && matches!(problem.kind, ProblemKind::Tls | ProblemKind::Auth)
                {
                    return (problem.clone(), got_in);
                }
                got_in |= picture.link == Link::Live;
                let Some(picture) = to_show(known.as_ref(), picture, ready) else { continue };
                *known = Some(picture.clone());
                context.send(Event::Inside(id.to_owned(), Arc::new(picture))).await;
            }
            Some(read) = usage.next() => match read {
                Usage::Nodes(read) => builder.set_usage(read),
                Usage::Pods(read) => builder.set_pod_usage(read),
            },
        }
    }
}

/// What takes the place of what is on screen. While a new connection reads everything for the first time, the old
/// picture stays: half a bay would look as if the other half were gone.
fn to_show(known: Option<&Picture>, new: Picture, ready: bool) -> Option<Picture> {
    let Some(known) = known.filter(|k| !ready && !k.nodes.is_empty()) else { return Some(new) };
    match new.link {
        Link::Stale(problem) | Link::Failed(problem) => {
            Some(Picture { link: Link::Stale(problem), ..known.clone() }).filter(|p| p.link != known.link)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bay_that_does_not_answer_is_asked_more_and_more_rarely() {
        let pauses: Vec<_> = (1..8).filter_map(|n| pause(ProblemKind::Network, n)).map(|p| p.as_secs()).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn where_one_may_not_go_one_does_not_knock_again() {
        assert_eq!(pause(ProblemKind::Forbidden, 1), None);
        assert_eq!(pause(ProblemKind::NotFound, 1), None);
    }

    use crate::live::picture::sample_node;

    fn picture(link: Link, nodes: usize) -> Picture {
        let nodes = (0..nodes).map(|n| sample_node(&format!("node-{n}"))).collect();
        Picture { link, nodes: Arc::new(nodes), ..Picture::default() }
    }

    #[test]
    fn what_was_seen_stays_until_a_new_connection_has_read_everything() {
        let lost = Problem::new(ProblemKind::Network, "kubernetes", "refused");
        let known = picture(Link::Stale(lost.clone()), 3);
        assert!(to_show(Some(&known), picture(Link::Loading, 0), false).is_none());
        assert!(to_show(Some(&known), picture(Link::Live, 1), false).is_none());
        assert!(to_show(Some(&known), picture(Link::Failed(lost), 0), false).is_none(), "nothing new");
        let other = Problem::new(ProblemKind::Timeout, "kubernetes", "slow");
        let stale = to_show(Some(&known), picture(Link::Failed(other), 0), false);
        assert_eq!(stale.map(|p| p.nodes.len()), Some(3), "the reason is new, the nodes are those that were seen");
        let live = to_show(Some(&known), picture(Link::Live, 2), true);
        assert_eq!(live.map(|p| p.nodes.len()), Some(2));
    }

    #[test]
    fn the_first_picture_shows_itself_as_it_comes() {
        assert!(to_show(None, picture(Link::Loading, 0), false).is_some());
        assert!(to_show(Some(&picture(Link::Loading, 0)), picture(Link::Loading, 1), false).is_some());
    }
}
