//! What every cell is drawn with: shape by state; colour by state, namespace, owner, restarts, age or use; faint where the
//! filter does not match; outlined where it is chosen.

use super::filter::Matches;
use super::order::is_trouble;
use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::ui::theme::Tokens;
use egui::Color32;

/// What colours tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, strum::EnumIter)]
#[serde(rename_all = "kebab-case")]
pub enum ColorBy {
    /// State.
    #[default]
    State,
    /// Namespace.
    Namespace,
    /// Owner.
    Owner,
    /// Restarts.
    Restarts,
    /// Time since it was made.
    Age,
    /// What it uses of what it asked for.
    Use,
}

/// Silhouette of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shape {
    /// Running: a full square.
    Solid,
    /// Succeeded: a centred square of half the size.
    Half,
    /// Starting: outlined, lower half filled.
    Progress,
    /// Pending: an outline.
    Outline,
    /// Not ready: a triangle.
    Triangle,
    /// Failed: a diamond with x, larger than its cell.
    Diamond,
    /// Unknown: outlined and hatched.
    Hatched,
    /// Deleting: dashed outline with a bar.
    Dashed,
}

impl Shape {
    /// The shape of a state.
    pub fn of(sign: Sign, succeeded: bool) -> Shape {
        match sign {
            Sign::Ok if succeeded => Shape::Half,
            Sign::Ok => Shape::Solid,
            Sign::Progress => Shape::Progress,
            Sign::Pending => Shape::Outline,
            Sign::Warning => Shape::Triangle,
            Sign::Failed => Shape::Diamond,
            Sign::Unknown => Shape::Hatched,
            Sign::Deleting => Shape::Dashed,
        }
    }
}

/// How a cell stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Stress {
    /// No filter.
    Plain,
    /// The filter does not match: mixed into the ground.
    Faint,
    /// The filter matches: outlined.
    Lit,
}

/// What one cell is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CellPaint {
    /// Colour, faintness already mixed in.
    pub color: Color32,
    /// Silhouette.
    pub shape: Shape,
    /// How it stands out.
    pub stress: Stress,
    /// It is among those chosen with a box.
    pub chosen: bool,
}

impl CellPaint {
    /// All of it in one number.
    pub fn bits(&self) -> u64 {
        let color = u64::from(u32::from_le_bytes(self.color.to_array()));
        color | (self.shape as u64) << 32 | (self.stress as u64) << 40 | u64::from(self.chosen) << 48
    }
}

/// How much of the ground goes into what does not match.
const FAINT: f32 = 0.68;

/// Restarts from which each of the five steps begins.
pub const RESTART_STEPS: [u32; 5] = [0, 1, 4, 11, 31];

/// Seconds since a pod was made from which each of the five steps of age begins: an hour, a day, a week, thirty days.
pub const AGE_STEPS: [i64; 5] = [0, 3_600, 86_400, 7 * 86_400, 30 * 86_400];

/// Percent of what was requested from which each of the five steps of use begins.
pub const USE_STEPS: [u32; 5] = [0, 25, 50, 80, 100];

/// How pods are to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// What colours tell.
    pub by: ColorBy,
    /// What the filter finds; `None` without a filter.
    pub matches: Option<&'a Matches>,
    /// What is chosen with a box; `None` where nothing is.
    pub chosen: Option<&'a Matches>,
    /// Colours.
    pub tokens: &'a Tokens,
    /// Now, seconds since 1970.
    pub now: f64,
}

/// What each pod is drawn with, in the order of the table.
pub fn paints(picture: &Picture, look: &Look<'_>) -> Vec<CellPaint> {
    let pods = &*picture.pods;
    let hues = Hues::new(picture, look);
    (0..pods.len())
        .map(|pod| {
            let sign = pods.sign[pod];
            let shape = Shape::of(sign, pods.succeeded[pod]);
            let color = hues.color(pod);
            let (color, stress) = match look.matches {
                None => (color, Stress::Plain),
                Some(found) if found.contains(pod) => {
                    let plain = look.by == ColorBy::State && sign == Sign::Ok;
                    (if plain { look.tokens.ink(Sign::Ok) } else { color }, Stress::Lit)
                }
                Some(_) => (faint(color, look.tokens), Stress::Faint),
            };
            CellPaint { color, shape, stress, chosen: look.chosen.is_some_and(|c| c.contains(pod)) }
        })
        .collect()
}

/// A colour mixed into the ground of tiles.
pub fn faint(color: Color32, tokens: &Tokens) -> Color32 {
    color.lerp_to_gamma(tokens.panel, FAINT)
}

/// The colour of each value of what colours tell.
struct Hues<'a> {
    by: ColorBy,
    tokens: &'a Tokens,
    picture: &'a Picture,
    now: i64,
    of_name: Vec<Color32>,
}

impl<'a> Hues<'a> {
    fn new(picture: &'a Picture, look: &Look<'a>) -> Hues<'a> {
        let (by, tokens) = (look.by, look.tokens);
        let of_name = match by {
            ColorBy::Namespace => hues_of(picture, &picture.pods.namespace, tokens),
            ColorBy::Owner => hues_of(picture, &picture.pods.owner, tokens),
            ColorBy::State | ColorBy::Restarts | ColorBy::Age | ColorBy::Use => Vec::new(),
        };
        Hues { by, tokens, picture, now: look.now as i64, of_name }
    }

    fn color(&self, pod: usize) -> Color32 {
        let pods = &*self.picture.pods;
        let named = |column: &[u32]| self.of_name.get(column[pod] as usize).copied();
        let sign = pods.sign[pod];
        match self.by {
            // Whose a pod is matters less than that it fails: among eight hues its shape alone would be lost.
            ColorBy::Namespace | ColorBy::Owner if is_trouble(sign) => self.tokens.fill(sign),
            ColorBy::State => self.tokens.fill(sign),
            ColorBy::Namespace => named(&pods.namespace).unwrap_or(self.tokens.text3),
            ColorBy::Owner if pods.owner[pod] == 0 => self.tokens.line2,
            ColorBy::Owner => named(&pods.owner).unwrap_or(self.tokens.text3),
            ColorBy::Restarts => restart_color(restart_step(pods.restarts[pod]), self.tokens),
            ColorBy::Age => age_color(age_step(self.now - pods.created_at[pod]), self.tokens),
            ColorBy::Use => match used_percent(self.picture, pod) {
                Some(percent) => use_color(use_step(percent), self.tokens),
                None => self.tokens.line2,
            },
        }
    }
}

/// What a pod uses of what it asked for, percent: of CPU or memory, whichever is more. `None` where its use is not known, or
/// where it asked for neither.
pub fn used_percent(picture: &Picture, pod: usize) -> Option<u32> {
    let (cpu, memory) = picture.usage.of(pod)?;
    // Usage is far below the 2^57 at which this would saturate.
    let percent = |used: u64, requested: u64| {
        let percent = used.saturating_mul(100).checked_div(requested)?;
        Some(u32::try_from(percent).unwrap_or(u32::MAX))
    };
    let cpu = percent(cpu, u64::from(*picture.pods.cpu_milli.get(pod)?));
    let memory = percent(memory, *picture.pods.memory_bytes.get(pod)?);
    cpu.max(memory)
}

/// Which of the five steps of age a number of seconds is in.
pub fn age_step(seconds: i64) -> usize {
    AGE_STEPS.iter().rposition(|from| seconds >= *from).unwrap_or(0)
}

/// The colour of a step of age: the youngest stand out.
pub fn age_color(step: usize, tokens: &Tokens) -> Color32 {
    let part = 1.0 - step as f32 / (AGE_STEPS.len() - 1) as f32;
    tokens.fill(Sign::Ok).lerp_to_gamma(tokens.fill(Sign::Progress), part)
}

/// Which of the five steps of use a percentage is in.
pub fn use_step(percent: u32) -> usize {
    USE_STEPS.iter().rposition(|from| percent >= *from).unwrap_or(0)
}

/// The colour of a step of use: pale where little is used of what is kept free for it, a warning where it is exceeded.
pub fn use_color(step: usize, tokens: &Tokens) -> Color32 {
    let ok = tokens.fill(Sign::Ok);
    match step {
        0 => ok.lerp_to_gamma(tokens.panel, 0.66),
        1 => ok.lerp_to_gamma(tokens.panel, 0.33),
        2 => ok,
        3 => ok.lerp_to_gamma(tokens.fill(Sign::Warning), 0.5),
        _ => tokens.fill(Sign::Warning),
    }
}

/// The hue of every name of a picture (by its number), for a column of such numbers. A name has the same hue in every bay, but
/// that the names of most pods never share one while there are hues enough.
pub fn hues_of(picture: &Picture, column: &[u32], tokens: &Tokens) -> Vec<Color32> {
    let names = &picture.pods.names;
    let mut places: Vec<usize> = names.iter().map(|name| place_of(name, tokens.hues.len())).collect();
    let mut counts = vec![0u32; places.len()];
    for name in column {
        if let Some(count) = counts.get_mut(*name as usize) {
            *count += 1;
        }
    }
    // The empty name is nobody's.
    let mut most: Vec<u32> = (1..counts.len() as u32).filter(|name| counts[*name as usize] > 0).collect();
    most.sort_by(|a, b| counts[*b as usize].cmp(&counts[*a as usize]).then_with(|| names.get(*a).cmp(names.get(*b))));
    most.truncate(tokens.hues.len());
    most.sort_by_key(|name| names.get(*name));
    let mut taken = vec![false; tokens.hues.len()];
    for name in most {
        let place = &mut places[name as usize];
        while taken[*place] {
            *place = (*place + 1) % taken.len();
        }
        taken[*place] = true;
    }
    places.into_iter().map(|place| tokens.hues[place]).collect()
}

/// Where a name would stand among so many hues if it were alone.
fn place_of(name: &str, hues: usize) -> usize {
    let mut hash: u32 = 0x811C_9DC5;
    for byte in name.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash ^= hash >> 15;
    hash as usize % hues
}

/// Which of the five steps a number of restarts is in.
pub fn restart_step(restarts: u32) -> usize {
    RESTART_STEPS.iter().rposition(|from| restarts >= *from).unwrap_or(0)
}

/// The colour of a step of restarts.
pub fn restart_color(step: usize, tokens: &Tokens) -> Color32 {
    let part = step as f32 / (RESTART_STEPS.len() - 1) as f32;
    tokens.fill(Sign::Ok).lerp_to_gamma(tokens.fill(Sign::Warning), part)
}

#[cfg(test)]
mod tests {
    use super::super::filter::Filter;
    use super::super::order::tests::picture;
    use super::*;
    use crate::model::cluster::{Measuring, PodUsage};
    use std::sync::Arc;
    use strum::IntoEnumIterator as _;

    fn look<'a>(by: ColorBy, matches: Option<&'a Matches>, tokens: &'a Tokens) -> Look<'a> {
        Look { by, matches, chosen: None, tokens, now: 0.0 }
    }

    #[test]
    fn use_is_compared_with_what_was_asked_for() {
        let mut picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Ok); 2]);
        // Each asks for 1 m and 1 byte.
        picture.usage = Arc::new(PodUsage {
            measuring: Measuring::Known,
            cpu_milli: vec![0, PodUsage::UNKNOWN],
            memory_bytes: vec![3, 1],
        });
        assert_eq!((used_percent(&picture, 0), used_percent(&picture, 1)), (Some(300), None));
        let tokens = Tokens::light();
        let paints = paints(&picture, &look(ColorBy::Use, None, &tokens));
        assert_eq!([paints[0].color, paints[1].color], [tokens.fill(Sign::Warning), tokens.line2]);
        assert_eq!([0, 24, 25, 79, 80, 100, 900].map(use_step), [0, 0, 1, 2, 3, 4, 4]);
    }

    #[test]
    fn the_youngest_stand_out() {
        let tokens = Tokens::dark();
        assert_eq!([-5, 0, 3_599, 3_600, 90_000, 30 * 86_400].map(age_step), [0, 0, 0, 1, 2, 4]);
        assert_eq!(age_color(0, &tokens), tokens.fill(Sign::Progress));
        assert_eq!(age_color(4, &tokens), tokens.fill(Sign::Ok));
    }

    #[test]
    fn shapes_stay_whatever_the_colours_tell() {
        let picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Failed), (Some(0), "web", Sign::Ok)]);
        let tokens = Tokens::dark();
        for by in ColorBy::iter() {
            let paints = paints(&picture, &look(by, None, &tokens));
            assert_eq!(paints[0].shape, Shape::Diamond);
            assert_eq!(paints[1].shape, Shape::Solid);
        }
    }

    #[test]
    fn what_matches_is_lit_and_the_rest_faint() {
        let picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Ok), (Some(0), "web", Sign::Ok)]);
        let tokens = Tokens::dark();
        let matches = Filter::parse("ns:shop").find(&picture, 0.0);
        let paints = paints(&picture, &look(ColorBy::State, Some(&matches), &tokens));
        assert_eq!((paints[0].stress, paints[0].color), (Stress::Lit, tokens.ink(Sign::Ok)));
        assert_eq!((paints[1].stress, paints[1].color), (Stress::Faint, faint(tokens.fill(Sign::Ok), &tokens)));
    }

    #[test]
    fn the_names_of_most_pods_share_no_hue() {
        let tokens = Tokens::light();
        let names: Vec<String> = (0..12).map(|n| format!("ns-{n}")).collect();
        // The first eight have two pods each.
        let rows: Vec<_> = (0..20).map(|n| (Some(0), names[n % 12].as_str(), Sign::Ok)).collect();
        let picture = picture(&[("web", 9)], &rows);
        let hues = hues_of(&picture, &picture.pods.namespace, &tokens);
        let hue = |name: &str| {
            let pod = (0..picture.pods.len()).find(|pod| picture.pods.namespace_of(*pod) == name).unwrap();
            hues[picture.pods.namespace[pod] as usize]
        };
        let most: std::collections::HashSet<_> = names.iter().take(8).map(|name| hue(name)).collect();
        assert_eq!(most.len(), tokens.hues.len());
        assert!(names.iter().all(|name| tokens.hues.contains(&hue(name))));
    }

    #[test]
    fn trouble_keeps_its_colour_among_hues() {
        let picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Failed), (Some(0), "shop", Sign::Ok)]);
        let tokens = Tokens::dark();
        let paints = paints(&picture, &look(ColorBy::Namespace, None, &tokens));
        let failed = picture.pods.sign.iter().position(|s| *s == Sign::Failed).unwrap();
        assert_eq!(paints[failed].color, tokens.fill(Sign::Failed));
        assert!(tokens.hues.contains(&paints[1 - failed].color));
    }

    #[test]
    fn restarts_have_five_steps() {
        assert_eq!([0, 1, 3, 4, 30, 31, 999].map(restart_step), [0, 1, 1, 2, 3, 4, 4]);
    }
}
