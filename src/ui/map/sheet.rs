//! The map drawn outside of any window, on any thread: what becomes a file.

use super::capacity::Capacity;
use super::cells;
use super::color::CellPaint;
use super::layout::{Layout, PxRect};
use super::metrics::{Level, Metrics};
use super::order::{Order, Tile};
use super::paint::{self, Projection};
use super::prepared::Prepared;
use super::raster::Scene;
use crate::i18n::{Lang, Texts, Vocabulary};
use crate::live::command::CommandSender;
use crate::live::state::State;
use crate::model::cluster::Picture;
use crate::ui::cx::Cx;
use crate::ui::prefs::Prefs;
use crate::ui::theme::{self, Tokens};
use crate::ui::widgets::bars;
use egui::{Context, CornerRadius, FullOutput, RawInput, Rect, Stroke, StrokeKind, Ui, pos2, vec2};
use std::cell::RefCell;
use std::sync::Arc;

/// Everything that is drawn, taken at one moment, so that the file shows what was seen.
#[derive(Clone)]
pub struct Sheet {
    /// Data.
    pub picture: Arc<Picture>,
    /// Who stands where.
    pub order: Arc<Order>,
    /// What each pod is drawn with.
    pub paints: Arc<Vec<CellPaint>>,
    /// What each group's nodes have.
    pub capacity: Vec<Capacity>,
    /// Colours.
    pub tokens: Tokens,
    /// Language of headings.
    pub lang: Lang,
    /// Words for bay and bay model.
    pub vocabulary: Vocabulary,
}

impl Sheet {
    /// What is on screen now.
    pub fn of(ready: &Prepared, cx: &Cx<'_>) -> Sheet {
        Sheet {
            picture: ready.picture.clone(),
            order: ready.order.clone(),
            paints: ready.paints.clone(),
            capacity: ready.capacity.clone(),
            tokens: cx.tokens.clone(),
            lang: cx.texts.lang(),
            vocabulary: cx.texts.vocabulary(),
        }
    }

    /// The layout for cells of `cell` points with `density` pixels a point, at most `columns` tiles wide.
    pub fn layout(&self, cell: f32, density: f32, columns: u32) -> Layout {
        let px = (cell * density).round().max(1.0) as i64;
        Layout::new(&self.order, Metrics::new(px, density, self.order.slots, self.order.fullest), columns)
    }

    /// Everything a picture is made of, in a layout.
    pub fn scene<'a>(&'a self, layout: &'a Layout) -> Scene<'a> {
        Scene { picture: &self.picture, order: &self.order, layout, paints: &self.paints, tokens: &self.tokens }
    }
}

/// What of the map a pen draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What lies over the pixels of the raster.
    OverPixels,
    /// All of it as shapes.
    Everything,
}

/// Draws parts of a sheet as shapes. It has a context of its own: nothing of it belongs to the window.
pub struct Pen<'a> {
    sheet: &'a Sheet,
    ctx: Context,
    texts: Texts,
    prefs: Prefs,
    state: State,
    commands: CommandSender,
}

impl<'a> Pen<'a> {
    /// A pen for a sheet.
    pub fn new(sheet: &'a Sheet) -> Pen<'a> {
        let ctx = Context::default();
        crate::ui::fonts::install(&ctx, sheet.lang);
        theme::apply(&ctx, &sheet.tokens);
        Pen {
            sheet,
            ctx,
            texts: Texts::new(sheet.lang, sheet.vocabulary),
            prefs: Prefs::default(),
            state: State::default(),
            // Nobody listens: a drawing asks for nothing.
            commands: CommandSender::channel().0,
        }
    }

    /// The context that shapes belong to.
    pub fn ctx(&self) -> &Context {
        &self.ctx
    }

    /// Draws what a layout has in `view`, with the view's corner at the origin.
    pub fn draw(&self, layout: &Layout, view: PxRect, part: Part) -> FullOutput {
        let scale = layout.metrics.scale;
        let size = vec2(view.w as f32 / scale, view.h as f32 / scale);
        let mut input =
            RawInput { screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), size)), ..RawInput::default() };
        if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
            viewport.native_pixels_per_point = Some(scale);
        }
        let actions = RefCell::default();
        let cx = Cx {
            state: &self.state,
            texts: &self.texts,
            tokens: &self.sheet.tokens,
            prefs: &self.prefs,
            now: 0.0,
            time_zone: &jiff::tz::TimeZone::UTC,
            commands: &self.commands,
            actions: &actions,
        };
        let scene = self.sheet.scene(layout);
        let at = Projection { origin: pos2(0.0, 0.0), view, scale };
        self.ctx.run_ui(input, |ui| {
            if part == Part::Everything {
                let all = ui.ctx().content_rect();
                ui.painter().rect_filled(all, 0.0, self.sheet.tokens.canvas);
                below(&cx, ui, &scene, &at);
            }
            paint::overlay(&cx, ui, &scene, &at, &self.sheet.capacity);
        })
    }
}

/// What the raster draws on screen, as shapes: tiles, cells, strips.
fn below(cx: &Cx<'_>, ui: &Ui, scene: &Scene<'_>, at: &Projection) {
    let level = scene.layout.level();
    if level == Level::Near {
        return;
    }
    let t = cx.tokens;
    scene.layout.visible(scene.order, &at.view, |tile, px| {
        let rect = at.rect(&px);
        let homeless = scene.order.tile(tile) == Some(Tile::Unscheduled);
        if level == Level::Far {
            ui.painter().rect_filled(rect, 0.0, t.raised);
        } else if !homeless {
            let line = Stroke::new(1.0, t.line);
            ui.painter().rect(rect, CornerRadius::ZERO, t.panel, line, StrokeKind::Inside);
        }
        cells::near(cx, ui, scene, at, tile, &px);
        let node = scene.order.node(tile).and_then(|n| scene.picture.nodes.get(n as usize));
        let Some(node) = node.filter(|_| level == Level::Middle && scene.layout.metrics.labelled) else { return };
        let strips = [
            (node.cpu_requested, node.cpu_used, node.cpu_milli),
            (node.memory_requested, node.memory_used, node.memory_bytes),
        ];
        for (n, (requested, used, all)) in strips.into_iter().enumerate() {
            let top = rect.bottom() - 13.0 + n as f32 * 5.0;
            let strip = Rect::from_min_max(pos2(rect.left() + 8.0, top), pos2(rect.right() - 8.0, top + 3.0));
            bars::paint_capacity(ui.painter(), cx, strip, requested, used, all);
        }
    });
}
