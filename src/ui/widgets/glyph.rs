//! The seven silhouettes of states as painted polygons: never a colour alone.

use crate::model::status::Sign;
use crate::ui::cx::Cx;
use egui::epaint::{PathShape, PathStroke};
use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};
use std::f32::consts::{PI, TAU};

/// Paints a sign centred on a point. `size` is the side of its box: 12, or 10 in dense lists.
pub fn paint(painter: &Painter, center: Pos2, sign: Sign, size: f32, color: Color32) {
    let unit = size / 12.0;
    let at = |x: f32, y: f32| pos2(center.x + x * unit, center.y + y * unit);
    let thin = Stroke::new(1.3 * unit, color);
    match sign {
        Sign::Ok => {
            painter.circle_filled(center, 4.0 * unit, color);
        }
        Sign::Progress => {
            painter.circle_stroke(center, 4.9 * unit, thin);
            let half: Vec<Pos2> =
                (0..=16).map(|i| -PI / 2.0 + PI * i as f32 / 16.0).map(|a| at(4.9 * a.cos(), 4.9 * a.sin())).collect();
            painter.add(Shape::convex_polygon(half, color, Stroke::NONE));
        }
        Sign::Pending => {
            painter.circle_stroke(center, 4.6 * unit, Stroke::new(1.6 * unit, color));
        }
        Sign::Warning => {
            let triangle = vec![at(0.0, -5.4), at(5.9, 5.0), at(-5.9, 5.0)];
            painter.add(Shape::convex_polygon(triangle, color, Stroke::new(0.6 * unit, color)));
            let mark = contrast(color);
            painter.line_segment([at(0.0, -1.8), at(0.0, 1.5)], Stroke::new(1.4 * unit, mark));
            painter.circle_filled(at(0.0, 3.3), 0.85 * unit, mark);
        }
        Sign::Failed => {
            let diamond = vec![at(0.0, -6.2), at(6.2, 0.0), at(0.0, 6.2), at(-6.2, 0.0)];
            painter.add(Shape::convex_polygon(diamond, color, Stroke::NONE));
            let mark = Stroke::new(1.4 * unit, contrast(color));
            painter.line_segment([at(-1.8, -1.8), at(1.8, 1.8)], mark);
            painter.line_segment([at(-1.8, 1.8), at(1.8, -1.8)], mark);
        }
        Sign::Unknown => {
            let square = Rect::from_center_size(center, vec2(10.0, 10.0) * unit);
            painter.rect_stroke(square, 1.5 * unit, thin, egui::StrokeKind::Middle);
            let hook: Vec<Pos2> = (0..=12)
                .map(|i| PI + (1.5 * PI) * i as f32 / 12.0)
                .map(|a| at(1.7 * a.cos(), -1.3 + 1.7 * a.sin()))
                .chain([at(0.0, 1.3)])
                .collect();
            painter.add(PathShape::line(hook, PathStroke::new(1.2 * unit, color)));
            painter.circle_filled(at(0.0, 3.0), 0.75 * unit, color);
        }
        Sign::Deleting => {
            for i in 0..6 {
                let start = TAU * i as f32 / 6.0;
                let dash: Vec<Pos2> = (0..=3)
                    .map(|j| start + (TAU / 6.0) * 0.56 * j as f32 / 3.0)
                    .map(|a| at(4.9 * a.cos(), 4.9 * a.sin()))
                    .collect();
                painter.add(Shape::line(dash, thin));
            }
            painter.line_segment([at(-2.3, 0.0), at(2.3, 0.0)], Stroke::new(1.5 * unit, color));
        }
    }
}

/// Black or white over a glyph's own colour.
fn contrast(color: Color32) -> Color32 {
    let light = 0.299 * f32::from(color.r()) + 0.587 * f32::from(color.g()) + 0.114 * f32::from(color.b());
    if light > 128.0 { Color32::BLACK } else { Color32::WHITE }
}

/// A sign in the flow of a layout, in its ink.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, sign: Sign, size: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size, size.max(12.0)), Sense::hover());
    paint(ui.painter(), rect.center(), sign, size, cx.tokens.ink(sign));
    response
}
