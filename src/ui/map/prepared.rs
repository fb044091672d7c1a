//! The picture made ready for drawing: order, matches and paints, each computed once per change; above twenty thousand pods
//! the order is computed off the drawing thread while the old one stays.

use super::color::{CellPaint, ColorBy, paints};
use super::filter::{Filter, Matches};
use super::order::{GroupBy, Order, OrderBy};
use super::select::Spot;
use crate::model::cluster::Picture;
use crate::ui::theme::Tokens;
use egui::Context;
use poll_promise::Promise;
use std::sync::Arc;

/// From this many pods on the order is computed on another thread.
const MANY: usize = 20_000;
/// Up to this many pods changes are marked.
const MARKED: usize = 20_000;
/// How long a change stays marked, seconds.
const MARK_SECS: f64 = 2.5;

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
    /// What each pod is drawn with.
    pub paints: Vec<CellPaint>,
    /// What the filter finds; `None` without a filter.
    pub matches: Option<Matches>,
    /// Rises with every change of any of them.
    pub version: u64,
    /// Rises with every change of the order.
    pub order_version: u64,
    /// Pods that appeared, moved or changed their state, until when they are marked.
    pub changed: Vec<(u32, f64)>,
    filter: String,
    choice: Choice,
    dark: bool,
}

/// Keeps a [`Prepared`] up to date.
#[derive(Default)]
pub struct Preparation {
    ready: Option<Prepared>,
    under_way: Option<(Arc<Picture>, Choice, Promise<Order>)>,
    versions: u64,
}

impl Preparation {
    /// What can be drawn now. `None` only while a large picture is being ordered for the first time.
    pub fn ready(&self) -> Option<&Prepared> {
        self.ready.as_ref()
    }

    /// Follows the picture, the filter and the choice. Spots given are brought along to their new places.
    pub fn update(&mut self, ctx: &Context, picture: &Arc<Picture>, wish: Wish<'_>, spots: &mut [&mut Option<Spot>]) {
        let Wish { filter, choice, tokens, now } = wish;
        self.take_finished(now, spots);
        let same_order = |p: &Arc<Picture>, c: &Choice| {
            Arc::ptr_eq(p, picture) && c.group == choice.group && c.order == choice.order
        };
        let ordered = self.ready.as_ref().is_some_and(|r| same_order(&r.picture, &r.choice));
        let coming = self.under_way.as_ref().is_some_and(|(p, c, _)| same_order(p, c));
        if !ordered && !coming && self.under_way.is_none() {
            let work = {
                let picture = picture.clone();
                move || Order::new(&picture, choice.group, choice.order)
            };
            if picture.pods.len() < MANY {
                self.replace(picture.clone(), choice, work(), now, spots);
            } else {
                let wake = ctx.clone();
                let (sender, promise) = Promise::new();
                let run = move || {
                    sender.send(work());
                    wake.request_repaint();
                };
                match std::thread::Builder::new().name("map-order".into()).spawn(run) {
                    Ok(_) => self.under_way = Some((picture.clone(), choice, promise)),
                    Err(error) => tracing::error!(%error, "no thread for the map"),
                }
            }
        }
        let Some(ready) = &mut self.ready else { return };
        let repaint = ready.paints.len() != ready.picture.pods.len()
            || ready.filter != filter
            || ready.choice.color != choice.color
            || ready.dark != tokens.dark;
        if repaint {
            let parsed = Filter::parse(filter);
            ready.matches = (!parsed.is_empty()).then(|| parsed.find(&ready.picture));
            ready.paints = paints(&ready.picture, choice.color, ready.matches.as_ref(), tokens);
            filter.clone_into(&mut ready.filter);
            ready.choice.color = choice.color;
            ready.dark = tokens.dark;
            self.versions += 1;
            ready.version = self.versions;
        }
    }

    fn take_finished(&mut self, now: f64, spots: &mut [&mut Option<Spot>]) {
        if self.under_way.as_ref().is_none_or(|(_, _, promise)| promise.ready().is_none()) {
            return;
        }
        if let Some((picture, choice, promise)) = self.under_way.take()
            && let Ok(order) = promise.try_take()
        {
            self.replace(picture, choice, order, now, spots);
        }
    }

    fn replace(
        &mut self,
        picture: Arc<Picture>,
        choice: Choice,
        order: Order,
        now: f64,
        spots: &mut [&mut Option<Spot>],
    ) {
        self.versions += 1;
        let old = self.ready.take();
        let mut changed = Vec::new();
        if let Some(old) = &old {
            for spot in spots {
                **spot = spot.and_then(|s| bring_along(old, &picture, &order, s));
            }
            if !Arc::ptr_eq(&old.picture, &picture) {
                changed = changes(old, &picture, now);
            }
        }
        let same_order = old.as_ref().is_some_and(|o| *o.order == order);
        self.ready = Some(Prepared {
            order_version: old.as_ref().filter(|_| same_order).map_or(self.versions, |o| o.order_version),
            version: self.versions,
            picture,
            order: Arc::new(order),
            // Computed right after, for filter and theme in force.
            paints: Vec::new(),
            matches: None,
            changed,
            filter: String::new(),
            choice,
            dark: false,
        });
        if let Some(ready) = &mut self.ready
            && ready.picture.pods.is_empty()
        {
            ready.filter = "\0".into();
        }
    }
}

/// The same pod or node in a new picture.
fn bring_along(old: &Prepared, picture: &Picture, order: &Order, spot: Spot) -> Option<Spot> {
    match spot {
        Spot::Pod(pod) => {
            let uid = old.picture.pods.uid.get(pod as usize)?;
            picture.pods.uid.iter().position(|u| u == uid).map(|at| Spot::Pod(at as u32))
        }
        Spot::Tile(tile) => match old.order.node(tile) {
            None => order.groups.iter().find(|g| g.unscheduled).map(|g| Spot::Tile(g.tiles.start)),
            Some(node) => {
                let name = &old.picture.nodes.get(node as usize)?.name;
                let at = picture.nodes.iter().position(|n| n.name == *name)?;
                order.tile_of_node(at as u32).map(Spot::Tile)
            }
        },
    }
}

/// Pods that are new, on another node, or in another state. While a bay is read for the first time everything is new and
/// nothing is marked.
fn changes(old: &Prepared, picture: &Picture, now: f64) -> Vec<(u32, f64)> {
    let (before, after) = (&old.picture.pods, &picture.pods);
    let live = matches!(picture.link, crate::model::cluster::Link::Live);
    if !live || before.is_empty() || after.len() > MARKED || before.len() > MARKED {
        return Vec::new();
    }
    let node = |p: &Picture, at: u32| p.nodes.get(at as usize).map(|n| n.name.clone()).unwrap_or_default();
    let known: std::collections::HashMap<&str, usize> =
        before.uid.iter().enumerate().map(|(n, uid)| (&**uid, n)).collect();
    let mut list: Vec<(u32, f64)> = Vec::new();
    for pod in 0..after.len() {
        let same = known.get(&*after.uid[pod]).is_some_and(|was| {
            before.sign[*was] == after.sign[pod]
                && node(&old.picture, before.node[*was]) == node(picture, after.node[pod])
        });
        if !same {
            list.push((pod as u32, now + MARK_SECS));
        }
    }
    // A change of everything at once is a new picture, not a change worth marking.
    if list.len() * 2 > after.len() { Vec::new() } else { list }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::picture;
    use super::*;
    use crate::model::cluster::Link;
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
}
