//! The picture made ready for drawing: order, capacity, matches and paints, each computed once per change; above twenty
//! thousand pods that happens off the drawing thread while the old one stays.

use super::capacity::Capacity;
use super::changes::{Difference, Left};
use super::color::{CellPaint, ColorBy, Look, paints};
use super::filter::{Filter, Matches};
use super::order::{GroupBy, Order, OrderBy, Tile};
use super::select::Spot;
use crate::model::cluster::{Link, Picture};
use crate::model::columns::NONE;
use crate::ui::theme::Tokens;
use crate::ui::wake::when_ready;
use egui::Context;
use poll_promise::Promise;
use std::sync::Arc;

/// From this many pods on the picture is made ready on another thread.
const MANY: usize = 20_000;
/// How long a change stays marked, seconds.
pub const MARK_SECS: f64 = 2.5;
/// Above this many changes at once it is a new picture, and nothing is marked.
const MOST_MARKS: usize = 4_000;
/// Colours that tell ages are this old at most while frames are drawn, seconds.
const AGE_SECS: f64 = 60.0;

/// What the user has chosen to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Choice {
    /// Grouped by.
    pub group: GroupBy,
    /// In this order.
    pub order: OrderBy,
    /// Coloured by.
    pub color: ColorBy,
}

/// What is to be seen, when.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// Filter text.
    pub filter: &'a str,
    /// Groups, order, colours.
    pub choice: Choice,
    /// Theme.
    pub tokens: &'a Tokens,
    /// Now, seconds since 1970.
    pub now: f64,
}

/// Everything that drawing needs, for one picture.
pub struct Prepared {
    /// Data.
    pub picture: Arc<Picture>,
    /// Who stands where.
    pub order: Arc<Order>,
    /// What each group's nodes have, in the order of the groups; all zero for groups without nodes.
    pub capacity: Vec<Capacity>,
    /// What each pod is drawn with.
    pub paints: Arc<Vec<CellPaint>>,
    /// What the filter finds; `None` without a filter.
    pub matches: Option<Matches>,
    /// What is chosen with a box; `None` where nothing is.
    pub chosen: Option<Matches>,
    /// Rises with every change of any of them.
    pub version: u64,
    /// Rises with every change of the order.
    pub order_version: u64,
    /// Pods that appeared, moved or changed their state, until when they are marked.
    pub changed: Vec<(u32, f64)>,
    /// Tiles that a pod left, until when that is marked.
    pub left: Vec<(u32, f64)>,
    gone: Vec<(Left, f64)>,
    painted: Painted,
}

/// What paints were made for.
#[derive(Debug, Clone, PartialEq)]
struct Painted {
    filter: String,
    choice: Choice,
    dark: bool,
    chosen: bool,
    at: f64,
}

impl Painted {
    fn is_good(&self, wish: &Wish<'_>) -> bool {
        let young = self.choice.color != ColorBy::Age || (wish.now - self.at).abs() < AGE_SECS;
        self.filter == wish.filter
            && self.choice.color == wish.choice.color
            && self.dark == wish.tokens.dark
            && self.chosen
            && young
    }
}

/// Everything that has to be worked out for a new picture, or for another order of the same one.
struct Job {
    picture: Arc<Picture>,
    filter: String,
    choice: Choice,
    tokens: Tokens,
    now: f64,
    old: Option<(Arc<Picture>, Arc<Order>)>,
}

/// What comes of a [`Job`].
struct Made {
    job: Job,
    order: Arc<Order>,
    same_order: bool,
    capacity: Vec<Capacity>,
    matches: Option<Matches>,
    paints: Vec<CellPaint>,
    difference: Difference,
}

impl Job {
    fn run(self) -> Made {
        let picture = &*self.picture;
        let new = Order::new(picture, self.choice.group, self.choice.order);
        let same = self.old.as_ref().filter(|(_, old)| **old == new).map(|(_, old)| old.clone());
        let same_order = same.is_some();
        let order = same.unwrap_or_else(|| Arc::new(new));
        let capacity = capacity(picture, &order);
        let (matches, paints) = find_and_paint(picture, &self.filter, self.choice.color, None, &self.tokens, self.now);
        let difference = self.old.as_ref().map(|(old, _)| Difference::between(old, picture)).unwrap_or_default();
        Made { job: self, order, same_order, capacity, matches, paints, difference }
    }
}

/// What each group's nodes have.
fn capacity(picture: &Picture, order: &Order) -> Vec<Capacity> {
    let of_group = |tiles: std::ops::Range<u32>| {
        let mut sum = Capacity::default();
        for tile in tiles {
            if let Some(node) = order.node(tile).and_then(|n| picture.nodes.get(n as usize)) {
                sum.add(node, order.pods(tile).len());
            }
        }
        sum
    };
    order.groups.iter().map(|g| of_group(g.tiles.clone())).collect()
}

fn find_and_paint(
    picture: &Picture,
    filter: &str,
    by: ColorBy,
    chosen: Option<&Matches>,
    tokens: &Tokens,
    now: f64,
) -> (Option<Matches>, Vec<CellPaint>) {
    let parsed = Filter::parse(filter);
    let matches = (!parsed.is_empty()).then(|| parsed.find(picture, now));
    let paints = paints(picture, &Look { by, matches: matches.as_ref(), chosen, tokens, now });
    (matches, paints)
}

/// Keeps a [`Prepared`] up to date.
#[derive(Default)]
pub struct Preparation {
    ready: Option<Prepared>,
    under_way: Option<(Arc<Picture>, Choice, Promise<Box<Made>>)>,
    versions: u64,
}

impl Preparation {
    /// What can be drawn now. `None` only while a large picture is being ordered for the first time.
    pub fn ready(&self) -> Option<&Prepared> {
        self.ready.as_ref()
    }

    /// Follows the picture, the filter and the choice. Spots given are brought along to their new places.
    pub fn update(&mut self, ctx: &Context, picture: &Arc<Picture>, wish: Wish<'_>, spots: &mut [&mut Option<Spot>]) {
        self.take_finished(wish.now, spots);
        let choice = wish.choice;
        let same_order = |p: &Arc<Picture>, c: &Choice| {
            Arc::ptr_eq(p, picture) && c.group == choice.group && c.order == choice.order
        };
        let ordered = self.ready.as_ref().is_some_and(|r| same_order(&r.picture, &r.painted.choice));
        // One at a time: the newest picture has its turn when the one under way is done.
        if !ordered && self.under_way.is_none() {
            let job = Job {
                picture: picture.clone(),
                filter: wish.filter.to_owned(),
                choice,
                tokens: wish.tokens.clone(),
                now: wish.now,
                old: self.ready.as_ref().map(|r| (r.picture.clone(), r.order.clone())),
            };
            if picture.pods.len() < MANY {
                self.replace(job.run(), wish.now, spots);
            } else {
                self.start(ctx, job);
            }
        }
        let Some(ready) = &mut self.ready else { return };
        if !ready.painted.is_good(&wish) {
            let chosen = ready.chosen.as_ref();
            let (matches, paints) =
                find_and_paint(&ready.picture, wish.filter, choice.color, chosen, wish.tokens, wish.now);
            (ready.matches, ready.paints) = (matches, Arc::new(paints));
            let painted = Choice { color: choice.color, ..ready.painted.choice };
            ready.painted = Painted {
                filter: wish.filter.to_owned(),
                choice: painted,
                dark: wish.tokens.dark,
                chosen: true,
                at: wish.now,
            };
            self.versions += 1;
            ready.version = self.versions;
        }
        ready.forget_marks(wish.now);
    }

    /// Chooses these pods of the picture that is drawn; none of them ends the choice. They are drawn so with the next
    /// update.
    pub fn choose(&mut self, pods: &[u32]) {
        let Some(ready) = &mut self.ready else { return };
        let chosen = (!pods.is_empty()).then(|| Matches::these(ready.picture.pods.len(), pods.iter().copied()));
        if chosen != ready.chosen {
            ready.chosen = chosen;
            ready.painted.chosen = false;
        }
    }

    fn start(&mut self, ctx: &Context, job: Job) {
        let wake = when_ready(ctx);
        let (picture, choice) = (job.picture.clone(), job.choice);
        let (sender, promise) = Promise::new();
        let run = move || {
            sender.send(Box::new(job.run()));
            wake();
        };
        match std::thread::Builder::new().name("map".into()).spawn(run) {
            Ok(_) => self.under_way = Some((picture, choice, promise)),
            Err(error) => tracing::error!(%error, "no thread for the map"),
        }
    }

    fn take_finished(&mut self, now: f64, spots: &mut [&mut Option<Spot>]) {
        if self.under_way.as_ref().is_none_or(|(_, _, promise)| promise.ready().is_none()) {
            return;
        }
        if let Some(Ok(made)) = self.under_way.take().map(|(_, _, promise)| promise.try_take()) {
            self.replace(*made, now, spots);
        }
    }

    fn replace(&mut self, made: Made, now: f64, spots: &mut [&mut Option<Spot>]) {
        let Made { job, order, same_order, capacity, matches, paints, difference } = made;
        self.versions += 1;
        let mut new = Prepared {
            order_version: self.versions,
            version: self.versions,
            capacity,
            paints: Arc::new(paints),
            matches,
            chosen: None,
            changed: Vec::new(),
            left: Vec::new(),
            gone: Vec::new(),
            painted: Painted {
                filter: job.filter,
                choice: job.choice,
                dark: job.tokens.dark,
                chosen: true,
                at: job.now,
            },
            picture: job.picture,
            order,
        };
        if let Some(old) = self.ready.take() {
            if same_order {
                new.order_version = old.order_version;
            }
            for spot in spots {
                **spot = spot.and_then(|s| new.bring_along(&old, &difference, s));
            }
            if let Some(chosen) = &old.chosen {
                let still = chosen.iter().filter_map(|pod| difference.follow(pod as u32));
                new.chosen = Some(Matches::these(new.picture.pods.len(), still)).filter(|c| c.count() > 0);
                // They were painted without the choice, which may have been made meanwhile.
                new.painted.chosen = new.chosen.is_none();
            }
            new.mark(old, difference, now);
        }
        self.ready = Some(new);
    }
}

impl Prepared {
    /// When the next mark ends, seconds since 1970.
    pub fn marked_until(&self) -> Option<f64> {
        let ends = self.changed.iter().map(|m| m.1).chain(self.left.iter().map(|m| m.1));
        ends.min_by(f64::total_cmp)
    }

    fn forget_marks(&mut self, now: f64) {
        self.changed.retain(|(_, until)| *until > now);
        self.left.retain(|(_, until)| *until > now);
        self.gone.retain(|(_, until)| *until > now);
    }

    /// Marks what is different, and keeps what is still marked. While a bay is read for the first time everything is new and
    /// nothing is marked; a change of nearly everything is a new picture, not a change worth marking.
    fn mark(&mut self, old: Prepared, difference: Difference, now: f64) {
        let follow = |(pod, until): (u32, f64)| difference.follow(pod).map(|pod| (pod, until));
        self.changed = old.changed.into_iter().filter_map(follow).collect();
        let node_now = |left: Left| {
            let name = old.picture.nodes.get(left.node as usize).map(|n| n.name.as_str());
            let at = name.and_then(|n| self.picture.nodes.binary_search_by(|m| m.name.as_str().cmp(n)).ok());
            Left { node: at.map_or(NONE, |at| at as u32), ..left }
        };
        self.gone = old.gone.into_iter().map(|(left, until)| (node_now(left), until)).collect();
        let (changes, pods) = (difference.changed.len() + difference.left.len(), self.picture.pods.len());
        let live = self.picture.link == Link::Live && !old.picture.pods.is_empty();
        if live && changes <= MOST_MARKS && difference.changed.len() * 2 <= pods.max(1) {
            let until = now + MARK_SECS;
            let again: std::collections::HashSet<u32> = difference.changed.iter().copied().collect();
            self.changed.retain(|(pod, _)| !again.contains(pod));
            self.changed.extend(difference.changed.iter().map(|pod| (*pod, until)));
            self.gone.extend(difference.left.into_iter().map(|left| (left, until)));
        }
        if self.changed.len() + self.gone.len() > MOST_MARKS {
            self.changed.clear();
            self.gone.clear();
        }
        let tiles = self.gone.iter().filter_map(|(left, until)| Some((self.tile_left(left)?, *until)));
        self.left = tiles.collect();
    }

    /// The tile that a pod left.
    fn tile_left(&self, left: &Left) -> Option<u32> {
        let names = &self.picture.pods.names;
        let of_workload = || {
            let (namespace, owner) = (names.find(&left.namespace)?, names.find(&left.owner)?);
            self.order.tile_of(Tile::Workload { namespace, owner, part: 0 })
        };
        match left.node {
            NONE => self.order.tile_of(Tile::Unscheduled).or_else(of_workload),
            node => self.order.tile_of(Tile::Node(node)).or_else(of_workload),
        }
    }

    /// The same pod, tile or group in this picture.
    fn bring_along(&self, old: &Prepared, difference: &Difference, spot: Spot) -> Option<Spot> {
        match spot {
            Spot::Pod(pod) => difference.follow(pod).map(Spot::Pod),
            Spot::Tile(tile) => {
                let same = match old.order.tile(tile)? {
                    Tile::Unscheduled => Tile::Unscheduled,
                    Tile::Node(node) => {
                        let name = &old.picture.nodes.get(node as usize)?.name;
                        Tile::Node(self.picture.nodes.iter().position(|n| n.name == *name)? as u32)
                    }
                    Tile::Workload { namespace, owner, part } => {
                        let (before, now) = (&old.picture.pods.names, &self.picture.pods.names);
                        let find = |name| now.find(before.get(name));
                        Tile::Workload { namespace: find(namespace)?, owner: find(owner)?, part }
                    }
                };
                self.order.tile_of(same).map(Spot::Tile)
            }
            Spot::Group(group) => {
                let was = old.order.groups.get(group as usize)?;
                let same = |g: &super::order::Group| {
                    g.lane == was.lane
                        && g.title == was.title
                        && g.unscheduled == was.unscheduled
                        && (g.workloads > 0) == (was.workloads > 0)
                };
                self.order.groups.iter().position(same).map(|at| Spot::Group(at as u32))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::picture;
    use super::*;
    use crate::model::status::Sign;

    fn wish<'a>(filter: &'a str, tokens: &'a Tokens, now: f64) -> Wish<'a> {
        Wish { filter, choice: Choice::default(), tokens, now }
    }

    fn live(pods: &[(Option<usize>, &str, Sign)]) -> Arc<Picture> {
        let mut one = picture(&[("web", 9), ("web", 9)], pods);
        one.link = Link::Live;
        Arc::new(one)
    }

    #[test]
    fn a_spot_follows_its_pod_and_a_change_is_marked() {
        let ctx = Context::default();
        let tokens = Tokens::dark();
        let mut preparation = Preparation::default();
        let ok = (Some(0), "a", Sign::Ok);
        let first = live(&[ok, ok, ok, ok, ok, ok]);
        let mut spot = Some(Spot::Pod(4));
        preparation.update(&ctx, &first, wish("", &tokens, 1.0), &mut [&mut spot]);
        assert_eq!(preparation.ready().map(|r| r.paints.len()), Some(6));
        let second = live(&[ok, ok, (Some(1), "a", Sign::Ok), ok, ok, ok]);
        preparation.update(&ctx, &second, wish("", &tokens, 2.0), &mut [&mut spot]);
        let ready = preparation.ready().unwrap();
        assert_eq!(ready.changed.iter().map(|c| c.0).collect::<Vec<_>>(), [2]);
        assert_eq!(spot, Some(Spot::Pod(4)));
    }

    #[test]
    fn an_empty_bay_is_prepared_too() {
        let ctx = Context::default();
        let mut preparation = Preparation::default();
        for _ in 0..2 {
            preparation.update(&ctx, &live(&[]), wish("x", &Tokens::light(), 1.0), &mut []);
        }
        assert!(preparation.ready().is_some_and(|r| r.matches.as_ref().is_some_and(|m| m.count() == 0)));
    }

    #[test]
    fn a_filter_changes_the_paints_but_not_the_order() {
        let ctx = Context::default();
        let picture = live(&[(Some(0), "a", Sign::Ok), (Some(0), "b", Sign::Ok)]);
        let mut preparation = Preparation::default();
        preparation.update(&ctx, &picture, wish("", &Tokens::dark(), 1.0), &mut []);
        let before = preparation.ready().map(|r| (r.version, r.order_version)).unwrap();
        preparation.update(&ctx, &picture, wish("ns:a", &Tokens::dark(), 1.0), &mut []);
        let ready = preparation.ready().unwrap();
        assert!(ready.version > before.0 && ready.order_version == before.1);
        assert_eq!(ready.matches.as_ref().map(Matches::count), Some(1));
    }

    #[test]
    fn what_is_chosen_follows_its_pods() {
        let ctx = Context::default();
        let tokens = Tokens::dark();
        let ok = (Some(0), "a", Sign::Ok);
        let mut preparation = Preparation::default();
        preparation.update(&ctx, &live(&[ok; 6]), wish("", &tokens, 1.0), &mut []);
        preparation.choose(&[1, 4]);
        preparation.update(&ctx, &live(&[ok; 6]), wish("", &tokens, 1.0), &mut []);
        let chosen = |p: &Preparation| p.ready().and_then(|r| r.chosen.as_ref()).map(|c| c.iter().collect::<Vec<_>>());
        assert_eq!(chosen(&preparation), Some(vec![1, 4]));
        assert!(preparation.ready().is_some_and(|r| r.paints[4].chosen && !r.paints[3].chosen));
        preparation.update(&ctx, &live(&[ok; 3]), wish("", &tokens, 2.0), &mut []);
        assert_eq!(chosen(&preparation), Some(vec![1]));
        preparation.update(&ctx, &live(&[ok; 1]), wish("", &tokens, 3.0), &mut []);
        assert_eq!(chosen(&preparation), None);
    }

    #[test]
    fn a_pod_that_is_gone_leaves_a_mark_where_it_stood_and_marks_end() {
        let ctx = Context::default();
        let tokens = Tokens::dark();
        let ok = (Some(0), "a", Sign::Ok);
        let mut preparation = Preparation::default();
        preparation.update(&ctx, &live(&[ok; 6]), wish("", &tokens, 1.0), &mut []);
        let fewer = live(&[ok; 5]);
        preparation.update(&ctx, &fewer, wish("", &tokens, 2.0), &mut []);
        let ready = preparation.ready().unwrap();
        assert_eq!(ready.left, [(0, 2.0 + MARK_SECS)]);
        assert_eq!(ready.marked_until(), Some(2.0 + MARK_SECS));
        let mut grouped = wish("", &tokens, 3.0);
        grouped.choice.group = GroupBy::Namespace;
        preparation.update(&ctx, &fewer, grouped, &mut []);
        let ready = preparation.ready().unwrap();
        assert!(matches!(ready.order.tile(ready.left[0].0), Some(Tile::Workload { .. })));
        preparation.update(&ctx, &fewer, Wish { now: 9.0, ..grouped }, &mut []);
        assert_eq!(preparation.ready().and_then(Prepared::marked_until), None);
    }

    #[test]
    fn a_whole_new_picture_is_no_change_worth_marking() {
        let ctx = Context::default();
        let tokens = Tokens::dark();
        let mut preparation = Preparation::default();
        let before = [(Some(0), "a", Sign::Ok); 6];
        preparation.update(&ctx, &live(&before), wish("", &tokens, 1.0), &mut []);
        let after = [(Some(1), "a", Sign::Failed); 6];
        preparation.update(&ctx, &live(&after), wish("", &tokens, 2.0), &mut []);
        assert!(preparation.ready().is_some_and(|r| r.changed.is_empty() && r.left.is_empty()));
    }
}
