//! What is on screen of the map as an SVG file: every shape stays a shape and every word stays text.

use super::layout::{Layout, PxRect};
use super::sheet::{Part, Pen, Sheet};
use egui::epaint::{ColorMode, RectShape, TextShape};
use egui::{Color32, FontFamily, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The file's text: the part of a layout that is in view.
pub fn text(sheet: &Sheet, layout: &Layout, view: PxRect) -> String {
    let scale = layout.metrics.scale;
    let (w, h) = (view.w as f32 / scale, view.h as f32 / scale);
    let pen = Pen::new(sheet);
    let mut drawn = pen.draw(layout, view, Part::Everything);
    // Words stay words: the atlas of their pixels is not needed.
    drawn.textures_delta.clear();
    let mut svg = Writer::default();
    for clipped in &drawn.shapes {
        svg.clipped(&clipped.shape, clipped.clip_rect, Rect::from_min_size(Pos2::ZERO, egui::vec2(w, h)));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n{}</svg>\n",
        svg.out
    )
}

#[derive(Default)]
struct Writer {
    out: String,
    clips: u32,
}

/// A number with at most two digits after the point.
fn n(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An attribute for a colour, with its opacity where it is not full.
fn paint(name: &str, color: Color32) -> String {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    let opacity = if a == 255 { String::new() } else { format!(" {name}-opacity=\"{}\"", n(f32::from(a) / 255.0)) };
    format!("{name}=\"#{r:02x}{g:02x}{b:02x}\"{opacity}")
}

fn stroke(stroke: &Stroke) -> String {
    format!("{} stroke-width=\"{}\"", paint("stroke", stroke.color), n(stroke.width))
}

fn points(list: &[Pos2]) -> String {
    list.iter().map(|p| format!("{},{}", n(p.x), n(p.y))).collect::<Vec<_>>().join(" ")
}

/// Text as it stands in XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

impl Writer {
    fn line(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string never fails.
        let _ = writeln!(self.out, "{element}");
    }

    /// A shape, cut where its clip is smaller than the picture.
    fn clipped(&mut self, shape: &Shape, clip: Rect, all: Rect) {
        if clip.contains_rect(all) || clip.contains_rect(shape.visual_bounding_rect()) {
            return self.shape(shape);
        }
        let clip = clip.intersect(all);
        if !clip.is_positive() {
            return;
        }
        self.clips += 1;
        let id = self.clips;
        let (x, y, w, h) = (n(clip.min.x), n(clip.min.y), n(clip.width()), n(clip.height()));
        self.line(format_args!(
            "<clipPath id=\"c{id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>"
        ));
        self.line(format_args!("<g clip-path=\"url(#c{id})\">"));
        self.shape(shape);
        self.line(format_args!("</g>"));
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|s| self.shape(s)),
            Shape::Circle(circle) => {
                let (x, y, r) = (n(circle.center.x), n(circle.center.y), n(circle.radius));
                let (fill, stroke) = (fill(circle.fill), outline(&circle.stroke));
                self.line(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {fill}{stroke}/>"));
            }
            Shape::LineSegment { points: [a, b], stroke: s } => {
                let (x1, y1, x2, y2) = (n(a.x), n(a.y), n(b.x), n(b.y));
                let stroke = stroke(s);
                self.line(format_args!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {stroke}/>"));
            }
            Shape::Path(path) => {
                let color = match &path.stroke.color {
                    ColorMode::Solid(color) => *color,
                    ColorMode::UV(_) => Color32::TRANSPARENT,
                };
                let element = if path.closed { "polygon" } else { "polyline" };
                let (list, fill) = (points(&path.points), fill(path.fill));
                let stroke = outline(&Stroke::new(path.stroke.width, color));
                self.line(format_args!("<{element} points=\"{list}\" {fill}{stroke}/>"));
            }
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.words(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            // The map draws none of the others.
            _ => {}
        }
    }

    fn rect(&mut self, shape: &RectShape) {
        // SVG strokes along the edge; the map's lie inside or outside of it.
        let by = match shape.stroke_kind {
            StrokeKind::Inside => -shape.stroke.width / 2.0,
            StrokeKind::Middle => 0.0,
            StrokeKind::Outside => shape.stroke.width / 2.0,
        };
        let rect = if shape.stroke.is_empty() { shape.rect } else { shape.rect.expand(by) };
        let (x, y, w, h) = (n(rect.min.x), n(rect.min.y), n(rect.width().max(0.0)), n(rect.height().max(0.0)));
        let round =
            if shape.corner_radius.nw > 0 { format!(" rx=\"{}\"", shape.corner_radius.nw) } else { String::new() };
        let (fill, stroke) = (fill(shape.fill), outline(&shape.stroke));
        self.line(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{round} {fill}{stroke}/>"));
    }

    fn words(&mut self, shape: &TextShape) {
        let Some(section) = shape.galley.job.sections.first() else { return };
        let format = &section.format;
        let color = match (shape.override_text_color, format.color) {
            (Some(color), _) => color,
            (None, Color32::PLACEHOLDER) => shape.fallback_color,
            (None, color) => color,
        };
        let family = match &format.font_id.family {
            FontFamily::Monospace => "font-family=\"JetBrains Mono, Noto Sans JP, monospace\"",
            FontFamily::Proportional => "font-family=\"Inter, Noto Sans JP, sans-serif\"",
            FontFamily::Name(_) => "font-family=\"Inter, Noto Sans JP, sans-serif\" font-weight=\"600\"",
        };
        for row in &shape.galley.rows {
            let words: String = row.row.glyphs.iter().map(|g| g.chr).collect();
            let (Some(first), false) = (row.row.glyphs.first(), words.trim().is_empty()) else { continue };
            let at = shape.pos + row.pos.to_vec2() + first.pos.to_vec2();
            let (x, y, size, width) = (n(at.x), n(at.y), n(format.font_id.size), n(row.row.size.x));
            let (fill, words) = (fill(color), escaped(&words));
            // The width holds also where another font stands in.
            self.line(format_args!(
                "<text x=\"{x}\" y=\"{y}\" {family} font-size=\"{size}\" textLength=\"{width}\" \
                 lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" {fill}>{words}</text>"
            ));
        }
    }

    /// The map's meshes are rectangles of one colour each: all of one colour are one path.
    fn mesh(&mut self, mesh: &Mesh) {
        let mut paths: BTreeMap<[u8; 4], String> = BTreeMap::new();
        for corners in mesh.vertices.chunks_exact(4) {
            let rect = Rect::from_points(&[corners[0].pos, corners[1].pos, corners[2].pos, corners[3].pos]);
            let path = paths.entry(corners[0].color.to_array()).or_default();
            let (x, y, w, h) = (n(rect.min.x), n(rect.min.y), n(rect.width()), n(rect.height()));
            let _ = write!(path, "M{x} {y}h{w}v{h}h-{w}z");
        }
        for ([r, g, b, a], path) in paths {
            let fill = fill(Color32::from_rgba_premultiplied(r, g, b, a));
            self.line(format_args!("<path d=\"{path}\" {fill}/>"));
        }
    }
}

fn fill(color: Color32) -> String {
    if color == Color32::TRANSPARENT { "fill=\"none\"".to_owned() } else { paint("fill", color) }
}

fn outline(line: &Stroke) -> String {
    if line.is_empty() { String::new() } else { format!(" {}", stroke(line)) }
}

#[cfg(test)]
mod tests {
    use super::super::export_png::tests::sheet;
    use super::*;

    fn whole(cell: f32) -> String {
        let sheet = sheet();
        let layout = sheet.layout(cell, 1.0, 6);
        text(&sheet, &layout, PxRect::new(0, 0, layout.width, layout.height))
    }

    #[test]
    fn words_stay_words_and_every_cell_is_there() {
        let sheet = sheet();
        for cell in [2.0, 11.0, 20.0] {
            let svg = whole(cell);
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
            assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
            assert!(svg.contains(">web</text>"), "at {cell}");
            let [r, g, b, _] = sheet.tokens.fill(crate::model::status::Sign::Ok).to_array();
            let running = format!("fill=\"#{r:02x}{g:02x}{b:02x}\"");
            let of_running = svg.lines().filter(|l| l.contains(&running) && l.starts_with("<path"));
            let cells: usize = of_running.map(|l| l.matches('M').count()).sum();
            // 400 pods, a seventh of them running; five of those have ended and are half squares.
            assert!((48..=58).contains(&cells), "{cells} at {cell}");
        }
        assert!(whole(20.0).contains(">web-3</text>"));
    }

    #[test]
    fn what_xml_takes_for_itself_is_written_otherwise() {
        assert_eq!(escaped("a<b> & \u{7}c"), "a&lt;b&gt; &amp; c");
        assert_eq!(n(3.0), "3");
        assert_eq!(n(1.255), "1.25");
    }
}
