//! What every cell is drawn with: shape by state; colour by state, namespace, owner or restarts; faint where the filter does
//! not match.

use super::filter::Matches;
use crate::model::cluster::Picture;
use crate::model::columns::PodTable;
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
}

/// How much of the ground goes into what does not match.
const FAINT: f32 = 0.68;

/// Restarts from which each of the five steps begins.
pub const RESTART_STEPS: [u32; 5] = [0, 1, 4, 11, 31];

/// What each pod is drawn with, in the order of the table. `matches` is `None` without a filter.
pub fn paints(picture: &Picture, by: ColorBy, matches: Option<&Matches>, tokens: &Tokens) -> Vec<CellPaint> {
    let pods = &*picture.pods;
    let hues = Hues::new(pods, by, tokens);
    (0..pods.len())
        .map(|pod| {
            let sign = pods.sign[pod];
            let shape = Shape::of(sign, pods.succeeded[pod]);
            let color = hues.color(pods, pod);
            let (color, stress) = match matches {
                None => (color, Stress::Plain),
                Some(found) if found.contains(pod) => {
                    let lit = if by == ColorBy::State && sign == Sign::Ok { tokens.ink(Sign::Ok) } else { color };
                    (lit, Stress::Lit)
                }
                Some(_) => (faint(color, tokens), Stress::Faint),
            };
            CellPaint { color, shape, stress }
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
    of_name: Vec<Color32>,
}

impl<'a> Hues<'a> {
    fn new(pods: &PodTable, by: ColorBy, tokens: &'a Tokens) -> Hues<'a> {
        let of_name = match by {
            ColorBy::Namespace | ColorBy::Owner => pods.names.iter().map(|name| hue_of(name, tokens)).collect(),
            ColorBy::State | ColorBy::Restarts => Vec::new(),
        };
        Hues { by, tokens, of_name }
    }

    fn color(&self, pods: &PodTable, pod: usize) -> Color32 {
        let named = |column: &[u32]| self.of_name.get(column[pod] as usize).copied();
        match self.by {
            ColorBy::State => self.tokens.fill(pods.sign[pod]),
            ColorBy::Namespace => named(&pods.namespace).unwrap_or(self.tokens.text3),
            ColorBy::Owner if pods.owner[pod] == 0 => self.tokens.line2,
            ColorBy::Owner => named(&pods.owner).unwrap_or(self.tokens.text3),
            ColorBy::Restarts => restart_color(restart_step(pods.restarts[pod]), self.tokens),
        }
    }
}

/// The hue of a name: always the same for the same name, whatever else there is.
pub fn hue_of(name: &str, tokens: &Tokens) -> Color32 {
    let mut hash: u32 = 0x811C_9DC5;
    for byte in name.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash ^= hash >> 15;
    tokens.hues[hash as usize % tokens.hues.len()]
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

    #[test]
    fn shapes_stay_whatever_the_colours_tell() {
        let picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Failed), (Some(0), "web", Sign::Ok)]);
        let tokens = Tokens::dark();
        for by in [ColorBy::State, ColorBy::Namespace, ColorBy::Owner, ColorBy::Restarts] {
            let paints = paints(&picture, by, None, &tokens);
            assert_eq!(paints[0].shape, Shape::Diamond);
            assert_eq!(paints[1].shape, Shape::Solid);
        }
    }

    #[test]
    fn what_matches_is_lit_and_the_rest_faint() {
        let picture = picture(&[("web", 9)], &[(Some(0), "shop", Sign::Ok), (Some(0), "web", Sign::Ok)]);
        let tokens = Tokens::dark();
        let matches = Filter::parse("ns:shop").find(&picture);
        let paints = paints(&picture, ColorBy::State, Some(&matches), &tokens);
        assert_eq!((paints[0].stress, paints[0].color), (Stress::Lit, tokens.ink(Sign::Ok)));
        assert_eq!((paints[1].stress, paints[1].color), (Stress::Faint, faint(tokens.fill(Sign::Ok), &tokens)));
    }

    #[test]
    fn a_name_keeps_its_hue() {
        let tokens = Tokens::light();
        assert_eq!(hue_of("shop", &tokens), hue_of("shop", &tokens));
        let all: std::collections::HashSet<_> = (0..64).map(|n| hue_of(&format!("ns-{n}"), &tokens)).collect();
        assert_eq!(all.len(), tokens.hues.len());
    }

    #[test]
    fn restarts_have_five_steps() {
        assert_eq!([0, 1, 3, 4, 30, 31, 999].map(restart_step), [0, 1, 1, 2, 3, 4, 4]);
    }
}
