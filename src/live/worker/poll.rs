//! Keeps one list fresh while it is looked at: quick while something is in progress, slow otherwise, not at all while
//! the window is hidden.

use super::context::Context;
use super::place::Place;
use crate::live::command::Topic;
use crate::live::event::{Choice, Event, Part};
use crate::model::bay::Bay;
use crate::model::cluster::{Link, Picture};
use crate::model::kubeconfig::is_kubeconfig;
use crate::model::problem::{Problem, ProblemKind};
use futures_util::stream::{self, StreamExt as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Between two looks at something that is in progress.
const QUICK: Duration = Duration::from_secs(5);
/// After a failure that may pass.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// Between two looks at what changes rarely.
const RARELY: Duration = Duration::from_secs(300);
/// Stacks of bays in progress that are read at a time.
const STACKS: usize = 3;

/// When to load again.
pub(super) struct Pace {
    /// Now.
    pub(super) bump: Arc<Notify>,
    /// The window can be seen.
    pub(super) visible: watch::Receiver<bool>,
    /// Seconds between refreshes while nothing is in progress.
    pub(super) refresh_secs: watch::Receiver<u32>,
}

impl Pace {
    /// Waits for the next time to load: after `pause`, or when asked to, and never while hidden.
    pub(super) async fn wait(&mut self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.bump.notified() => return,
        }
        while !*self.visible.borrow_and_update() {
            tokio::select! {
                changed = self.visible.changed() => if changed.is_err() { return },
                () = self.bump.notified() => return,
            }
        }
    }

    /// Waits until asked to load again.
    pub(super) async fn wait_to_be_asked(&self) {
        self.bump.notified().await;
    }

    /// The interval that the user chose.
    pub(super) fn refresh(&self) -> Duration {
        Duration::from_secs(u64::from(*self.refresh_secs.borrow()))
    }
}

/// What a load found, for the choice of the next pause.
enum Found {
    Moving,
    Still,
    Rare,
    Failed,
    /// It is not there: gone for good, or not there yet; only being asked again helps.
    Gone,
}

/// Loads a topic again and again; ends when its task is dropped.
pub(super) async fn run(place: Arc<Place>, context: Context, topic: Topic, mut pace: Pace) {
    if topic == Topic::Bays && place.take_fresh() {
        pace.wait(pace.refresh()).await;
    }
    loop {
        let found = load(&place, &context, &topic).await;
        let pause = match found {
            Found::Moving => QUICK,
            Found::Still => pace.refresh(),
            Found::Rare => RARELY,
            Found::Failed => AFTER_FAILURE,
            Found::Gone => {
                pace.wait_to_be_asked().await;
                continue;
            }
        };
        pace.wait(pause).await;
    }
}

/// What is told when the task that loads a topic broke off.
pub(super) fn broken(topic: &Topic, problem: &Problem) -> Vec<Event> {
    let problem = || problem.clone();
    match topic {
        Topic::Bays => vec![Event::Bays(Err(problem()))],
        Topic::BayModels => vec![Event::BayModels(Err(problem()))],
        Topic::Bay(id) => vec![Event::Bay(id.clone(), Err(problem()))],
        Topic::Inside(id) => {
            let picture = Picture { link: Link::Failed(problem()), ..Picture::default() };
            vec![Event::Inside(id.clone(), Arc::new(picture))]
        }
        // Their use is part of the inside.
        Topic::PodUsage(_) => Vec::new(),
        Topic::Choices => vec![
            Event::Choice(Choice::Flavors(Err(problem()))),
            Event::Choice(Choice::Keypairs(Err(problem()))),
            Event::Choice(Choice::Images(Err(problem()))),
            Event::Choice(Choice::Networks(Err(problem()))),
            Event::Choice(Choice::Subnets(Err(problem()))),
            Event::Choice(Choice::Zones(Err(problem()))),
        ],
        Topic::Quotas => vec![Event::Choice(Choice::Quotas(Err(problem())))],
        Topic::Containers => vec![Event::Containers(Err(problem()))],
    }
}

async fn load(place: &Place, context: &Context, topic: &Topic) -> Found {
    match topic {
        Topic::Bays => load_bays(place, context).await,
        Topic::BayModels => {
            context.send(Event::Loading(Part::BayModels)).await;
            let answer = place.bay_models().await;
            let found = outcome(&answer, context).await;
            context.send(Event::BayModels(answer)).await;
            found
        }
        Topic::Bay(id) => load_bay(place, context, id).await,
        Topic::Choices => load_choices(place, context).await,
        Topic::Quotas => {
            context.send(Event::Loading(Part::Quotas)).await;
            let answer = place.quotas().await;
            let found = outcome(&answer, context).await;
            context.send(Event::Choice(Choice::Quotas(answer))).await;
            found
        }
        Topic::Containers => {
            context.send(Event::Loading(Part::Containers)).await;
            let answer = place.containers().await;
            let found = outcome(&answer, context).await;
            context.send(Event::Containers(answer)).await;
            found
        }
        // They have a task of their own.
        Topic::Inside(_) | Topic::PodUsage(_) => Found::Gone,
    }
}

async fn load_bays(place: &Place, context: &Context) -> Found {
    context.send(Event::Loading(Part::Bays)).await;
    // The engine of a bay stands in its bay model, so both lists belong together.
    let begun = std::time::Instant::now();
    let models = place.bay_models().await;
    if models.is_ok() {
        context.send(Event::Latency(begun.elapsed().as_millis().try_into().unwrap_or(u32::MAX))).await;
        // The token may have been renewed since.
        context.send(Event::Identity(Box::new(place.signed_in().identity))).await;
    }
    let answer = place.bays(models.as_deref().unwrap_or_default()).await;
    let mut found = outcome(&answer, context).await;
    if let Ok(bays) = &answer
        && bays.iter().any(|b| b.status.in_progress())
    {
        found = Found::Moving;
    }
    context.send(Event::BayModels(models)).await;
    tracing::debug!(bays = answer.as_ref().map_or(0, Vec::len), "bays read");
    let moving: Vec<Bay> = answer.iter().flatten().filter(|b| b.status.in_progress()).take(8).cloned().collect();
    context.send(Event::Bays(answer)).await;
    // How far they are, for the bars in the list; a cloud without Heat simply has none. A few at a time: a slow one does not
    // hold up all others, and Heat, which reads a stack with all that is nested in it, is not flooded.
    let tell = |bay: Bay| async move {
        if let Ok(stack) = place.stack(&bay).await {
            context.send(Event::Loading(Part::Bay(bay.id.clone()))).await;
            context.send(Event::Bay(bay.id.clone(), Ok(Box::new(bay.clone())))).await;
            context.send(Event::Stack(bay.id, Ok(stack))).await;
        }
    };
    stream::iter(moving).for_each_concurrent(STACKS, tell).await;
    found
}

async fn load_bay(place: &Place, context: &Context, id: &str) -> Found {
    if is_kubeconfig(id) {
        return Found::Rare;
    }
    context.send(Event::Loading(Part::Bay(id.to_owned()))).await;
    let answer = place.bay(id).await;
    let mut found = outcome(&answer, context).await;
    if let Err(problem) = &answer
        && problem.kind == ProblemKind::NotFound
    {
        found = Found::Gone;
    }
    let bay = answer.as_ref().ok().cloned();
    context.send(Event::Bay(id.to_owned(), answer.map(Box::new))).await;
    let Some(bay) = bay else { return found };
    if bay.status.in_progress() {
        found = Found::Moving;
    }
    let nodes = async {
        let groups = place.node_groups(&bay).await;
        let servers = match &groups {
            Ok(groups) => place.servers(&bay, groups).await,
            // Where groups cannot be had at all, the bay's own stack tells of what there is.
            Err(problem) if !problem.kind.is_transient() => place.servers(&bay, &[]).await,
            // The servers that were read last are better than those without the groups'.
            Err(problem) => Err(problem.clone()),
        };
        (servers, groups)
    };
    let ((servers, groups), stack) = tokio::join!(nodes, place.stack(&bay));
    context.send(Event::Servers(bay.id.clone(), servers)).await;
    context.send(Event::Stack(bay.id.clone(), stack)).await;
    context.send(Event::NodeGroups(bay.id, groups)).await;
    found
}

async fn load_choices(place: &Place, context: &Context) -> Found {
    context.send(Event::Loading(Part::Choices)).await;
    let tell = |choice| context.send(Event::Choice(choice));
    // Each list is told as it comes: a slow service holds up its own list only.
    tokio::join!(
        async { tell(Choice::Flavors(place.flavors().await)).await },
        async { tell(Choice::Keypairs(place.keypairs().await)).await },
        async { tell(Choice::Images(place.images().await)).await },
        async { tell(Choice::Networks(place.networks().await)).await },
        async { tell(Choice::Subnets(place.subnets().await)).await },
        async { tell(Choice::Zones(place.zones().await)).await },
    );
    Found::Rare
}

/// Tells whether the cloud answers at all, and what the answer means for the next pause.
async fn outcome<T>(answer: &Result<T, Problem>, context: &Context) -> Found {
    match answer {
        Ok(_) => {
            context.send(Event::Connection(None)).await;
            Found::Still
        }
        Err(problem) => {
            let cut_off = matches!(
                problem.kind,
                ProblemKind::Network
                    | ProblemKind::Timeout
                    | ProblemKind::Tls
                    | ProblemKind::Auth
                    | ProblemKind::SecondFactor
            );
            if cut_off {
                context.send(Event::Connection(Some(problem.clone()))).await;
            }
            if problem.kind.is_transient() { Found::Failed } else { Found::Still }
        }
    }
}
