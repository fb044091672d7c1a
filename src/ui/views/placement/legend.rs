//! The legend at the map's bottom left: what shapes and colours mean, how many pods there are of each; a click filters.

use super::PlacementView;
use crate::model::cluster::Measuring;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::color::{
    AGE_STEPS, ColorBy, RESTART_STEPS, Shape, USE_STEPS, age_color, age_step, hues_of, restart_color, restart_step,
    use_color, use_step, used_percent,
};
use crate::ui::map::filter::{contains, quoted, state_word, toggled};
use crate::ui::map::order::is_trouble;
use crate::ui::map::paint::legend_cell;
use crate::ui::map::prepared::Prepared;
use crate::ui::text;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::{focus_ring, line, paint_left};
use egui::{Color32, CornerRadius, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use std::collections::HashMap;

/// Most namespaces or owners that the legend names.
const MOST: usize = 8;
const HEIGHT: f32 = 28.0;

/// One entry.
#[derive(Debug, Clone)]
struct Entry {
    shape: Shape,
    color: Color32,
    word: String,
    count: u32,
    /// The filter's term for it.
    term: String,
}

/// The entries, counted once per change.
#[derive(Debug, Default)]
pub(super) struct Legend {
    entries: Vec<Entry>,
    counted_for: Option<(u64, ColorBy, String)>,
    /// The filter whose workload was shown already.
    followed: String,
}

impl Legend {
    /// A filter that has not been followed to its workload yet; it is from now on.
    pub(super) fn is_new(&mut self, filter: &str) -> bool {
        let new = self.followed != filter;
        if new {
            filter.clone_into(&mut self.followed);
        }
        new
    }

    /// This filter has been followed.
    pub(super) fn seen(&mut self, filter: &str) {
        filter.clone_into(&mut self.followed);
    }

    /// The next filter is followed, be it the same one.
    pub(super) fn forget(&mut self) {
        self.followed.clear();
    }

    fn update(&mut self, cx: &Cx<'_>, ready: &Prepared, by: ColorBy) {
        let key = (ready.version, by, cx.t("sign-ok").into_owned());
        if self.counted_for.as_ref() != Some(&key) {
            self.entries = match by {
                ColorBy::State => states(cx, ready),
                ColorBy::Namespace => names(cx, ready, &ready.picture.pods.namespace, "ns"),
                ColorBy::Owner => names(cx, ready, &ready.picture.pods.owner, "workload"),
                ColorBy::Restarts => restarts(cx, ready),
                ColorBy::Age => ages(cx, ready),
                ColorBy::Use => uses(cx, ready),
            };
            self.counted_for = Some(key);
        }
    }
}

fn states(cx: &Cx<'_>, ready: &Prepared) -> Vec<Entry> {
    let pods = &ready.picture.pods;
    let mut counts = [0u32; 7];
    for sign in &pods.sign {
        counts[*sign as usize] += 1;
    }
    let mut entries: Vec<Entry> = Sign::ALL
        .into_iter()
        .filter(|s| counts[*s as usize] > 0 || *s == Sign::Ok)
        .map(|sign| Entry {
            shape: Shape::of(sign, false),
            color: cx.tokens.fill(sign),
            word: cx.f(sign.message_id(), &[]),
            count: counts[sign as usize],
            term: format!("state:{}", state_word(sign)),
        })
        .collect();
    let succeeded = pods.succeeded.iter().filter(|s| **s).count() as u32;
    if succeeded > 0 {
        entries[0].count -= succeeded.min(entries[0].count);
        entries.insert(
            1,
            Entry {
                shape: Shape::Half,
                color: cx.tokens.fill(Sign::Ok),
                word: cx.f("placement-succeeded", &[]),
                count: succeeded,
                term: "state:succeeded".into(),
            },
        );
    }
    entries
}

/// The largest namespaces or owners.
fn names(cx: &Cx<'_>, ready: &Prepared, column: &[u32], key: &str) -> Vec<Entry> {
    let names = &ready.picture.pods.names;
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for name in column {
        *counts.entry(*name).or_default() += 1;
    }
    let mut list: Vec<(u32, u32)> = counts.into_iter().filter(|(name, _)| *name != 0).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| names.get(a.0).cmp(names.get(b.0))));
    let hues = hues_of(&ready.picture, column, cx.tokens);
    let entry = |(name, count): &(u32, u32)| {
        let word = names.get(*name);
        Entry {
            shape: Shape::Solid,
            color: hues.get(*name as usize).copied().unwrap_or(cx.tokens.text3),
            word: word.split_once('/').map_or(word, |(_, n)| n).to_owned(),
            count: *count,
            term: format!("{key}:{}", quoted(word)),
        }
    };
    let mut entries: Vec<Entry> = list.iter().take(MOST).map(entry).collect();
    if list.len() > MOST {
        let rest = &list[MOST..];
        entries.push(Entry {
            shape: Shape::Solid,
            color: cx.tokens.line2,
            word: cx.f("placement-others", &[("n", rest.len().into())]),
            count: rest.iter().map(|(_, count)| count).sum(),
            term: String::new(),
        });
    }
    // Trouble keeps the colour of its state.
    let trouble: Vec<String> =
        Sign::ALL.into_iter().filter(|s| is_trouble(*s)).map(|sign| format!("state:{}", state_word(sign))).collect();
    entries.extend(states(cx, ready).into_iter().filter(|e| e.count > 0 && trouble.contains(&e.term)));
    entries
}

fn restarts(cx: &Cx<'_>, ready: &Prepared) -> Vec<Entry> {
    let mut counts = [0u32; RESTART_STEPS.len()];
    for n in &ready.picture.pods.restarts {
        counts[restart_step(*n)] += 1;
    }
    (0..RESTART_STEPS.len())
        .map(|step| {
            let from = RESTART_STEPS[step];
            let (word, term) = match RESTART_STEPS.get(step + 1) {
                Some(next) if next - 1 == from => (format!("{from}"), format!("restarts:={from}")),
                Some(next) => (format!("{from}–{}", next - 1), format!("restarts:{from}-{}", next - 1)),
                None => (format!("{from}+"), format!("restarts:>={from}")),
            };
            Entry { shape: Shape::Solid, color: restart_color(step, cx.tokens), word, count: counts[step], term }
        })
        .collect()
}

/// Steps of age; the youngest first.
fn ages(cx: &Cx<'_>, ready: &Prepared) -> Vec<Entry> {
    let mut counts = [0u32; AGE_STEPS.len()];
    for created in &ready.picture.pods.created_at {
        counts[age_step(cx.now as i64 - created)] += 1;
    }
    const TERMS: [&str; AGE_STEPS.len()] = ["<1h", "1h-1d", "1d-7d", "7d-30d", ">=30d"];
    const WORDS: [&str; AGE_STEPS.len()] =
        ["placement-age-hour", "placement-age-day", "placement-age-week", "placement-age-month", "placement-age-older"];
    (0..AGE_STEPS.len())
        .map(|step| Entry {
            shape: Shape::Solid,
            color: age_color(step, cx.tokens),
            word: cx.f(WORDS[step], &[]),
            count: counts[step],
            term: format!("age:{}", TERMS[step]),
        })
        .collect()
}

/// Steps of use, and the pods of which it is not known.
fn uses(cx: &Cx<'_>, ready: &Prepared) -> Vec<Entry> {
    let mut counts = [0u32; USE_STEPS.len() + 1];
    for pod in 0..ready.picture.pods.len() {
        counts[used_percent(&ready.picture, pod).map_or(USE_STEPS.len(), use_step)] += 1;
    }
    let entry = |color, word: String, count, term| Entry { shape: Shape::Solid, color, word, count, term };
    let mut entries = Vec::new();
    // Where nobody measures, five empty steps would only hide that.
    if counts[..USE_STEPS.len()].iter().any(|n| *n > 0) {
        for (step, from) in USE_STEPS.into_iter().enumerate() {
            let (word, term) = match USE_STEPS.get(step + 1) {
                Some(next) => (format!("{from}–{next} %"), format!("used:{from}-{next}")),
                None => (format!("{from} %+"), format!("used:>={from}")),
            };
            entries.push(entry(use_color(step, cx.tokens), word, counts[step], term));
        }
    }
    let unknown = counts[USE_STEPS.len()];
    if unknown > 0 || entries.is_empty() {
        let reading = ready.picture.usage.measuring == Measuring::Reading;
        let word = cx.f(if reading { "placement-being-read" } else { "placement-use-none" }, &[]);
        entries.push(entry(cx.tokens.line2, word, unknown, "used:none".into()));
    }
    entries
}

impl PlacementView {
    /// Draws the legend over the map's bottom left.
    pub(super) fn legend_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, room: Rect) {
        let t = cx.tokens;
        let Some(ready) = self.map.prepared() else { return };
        self.legend.update(cx, ready, self.color);
        // Numbers go first where it is narrow, then words.
        let right = room.right() - 12.0 - crate::ui::map::minimap::SIZE.x - 12.0;
        let available = right - room.left() - 12.0;
        let width = |words: bool, numbers: bool| -> f32 {
            let one = |e: &Entry| {
                let word = if words { line(ui, &e.word, text::body_font(), t.text, 150.0).size().x + 6.0 } else { 0.0 };
                let number = if numbers {
                    line(ui, &grouped(e.count as usize), text::mono_small_font(), t.text, 90.0).size().x + 6.0
                } else {
                    0.0
                };
                11.0 + 7.0 + word + number + 9.0
            };
            14.0 + self.legend.entries.iter().map(one).sum::<f32>()
        };
        let (words, numbers) = if width(true, true) <= available {
            (true, true)
        } else if width(true, false) <= available && self.color != ColorBy::State {
            (true, false)
        } else {
            (width(true, false) <= available, width(true, false) > available)
        };
        let total = width(words, numbers).min(available);
        if total < 60.0 || room.height() < 90.0 {
            return;
        }
        let rect = Rect::from_min_size(pos2(room.left() + 12.0, room.bottom() - 12.0 - HEIGHT), vec2(total, HEIGHT));
        ui.interact(rect, Id::unique("placement-legend"), Sense::click());
        ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::new(1.0, t.line2), StrokeKind::Inside);
        let mut x = rect.left() + 8.0;
        let mut chosen = None;
        for entry in &self.legend.entries {
            let word = words.then(|| line(ui, &entry.word, text::body_font(), t.text2, 150.0));
            let number =
                numbers.then(|| line(ui, &grouped(entry.count as usize), text::mono_small_font(), t.text, 90.0));
            let word_width = word.as_ref().map_or(0.0, |w| w.size().x + 6.0);
            let number_width = number.as_ref().map_or(0.0, |w| w.size().x + 6.0);
            let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(18.0 + word_width + number_width + 3.0, HEIGHT));
            if cell.right() > rect.right() + 4.0 {
                break;
            }
            let on = !entry.term.is_empty() && contains(&self.filter, &entry.term);
            let sense = if entry.term.is_empty() { Sense::hover() } else { Sense::click() };
            let response = ui.interact(cell, Id::unique(("placement-legend", &entry.term)), sense);
            let name = format!("{} {}", entry.word, grouped(entry.count as usize));
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &name));
            if on {
                ui.painter().rect_filled(cell.shrink2(vec2(0.0, 3.0)), CornerRadius::same(3), t.selected);
            } else if response.hovered() && !entry.term.is_empty() {
                ui.painter().rect_filled(cell.shrink2(vec2(0.0, 3.0)), CornerRadius::same(3), t.hover);
            }
            legend_cell(ui.painter(), pos2(x + 9.0, rect.center().y), 10.0, entry.shape, entry.color, t.raised);
            let mut at = x + 19.0;
            if let Some(word) = word {
                at = paint_left(ui.painter(), pos2(at, rect.center().y), word).right() + 6.0;
            }
            if let Some(number) = number {
                paint_left(ui.painter(), pos2(at, rect.center().y), number);
            }
            focus_ring(ui, t, &response, cell.shrink2(vec2(0.0, 3.0)), 3);
            if response.clicked() {
                chosen = Some(entry.term.clone());
            }
            x = cell.right() + 6.0;
        }
        if let Some(term) = chosen {
            self.filter = toggled(&self.filter, &term);
        }
    }
}
