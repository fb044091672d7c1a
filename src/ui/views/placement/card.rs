//! The card beside what is pointed at: name, place, state with reason, requested and used.

use crate::model::cluster::{Measuring, Node};
use crate::model::quantity;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::map::capacity::Capacity;
use crate::ui::map::order::{Tile, is_trouble};
use crate::ui::map::paint::{cores, cores_pair, group_words, memory_pair};
use crate::ui::map::prepared::Prepared;
use crate::ui::map::select::Spot;
use crate::ui::text;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::{glyph, line, paint_left, paint_right, separator};
use egui::{Area, CornerRadius, Frame, Id, Label, Margin, Order, Rect, Sense, Shadow, Stroke, Ui, pos2, vec2};
use fluent_bundle::FluentValue;
use std::collections::BTreeMap;

const WIDTH: f32 = 276.0;
/// Where the columns of figures begin; the first has room for `79,820 / 329,450`.
const FIRST: f32 = 62.0;
const SECOND: f32 = 188.0;

/// Draws the card beside a rectangle of the window, inside the map's room.
pub(super) fn card_ui(cx: &Cx<'_>, ui: &Ui, ready: &Prepared, spot: Spot, beside: Rect, far: bool) {
    let t = cx.tokens;
    let bounds = ui.clip_rect();
    let id = Id::unique("placement-card");
    let size = ui.ctx().memory(|m| m.area_rect(id)).map_or(vec2(WIDTH + 28.0, 130.0), |r| r.size());
    // Below and to the right of what it tells of; on the other side where there is no room.
    let mut at = pos2(beside.right() + 12.0, beside.top() - 8.0);
    if matches!(spot, Spot::Pod(_)) {
        at = pos2(beside.right() + 8.0, beside.bottom() - 40.0);
    }
    if at.x + size.x > bounds.right() - 8.0 {
        at.x = beside.left() - 12.0 - size.x;
    }
    if at.x < bounds.left() + 8.0 {
        at = pos2((bounds.right() - size.x - 8.0).max(bounds.left()), beside.bottom() + 10.0);
    }
    at.y = at.y.clamp(bounds.top() + 8.0, (bounds.bottom() - size.y - 8.0).max(bounds.top() + 8.0));
    Area::new(id).order(Order::Tooltip).interactable(false).fixed_pos(at).constrain(true).show(ui.ctx(), |ui| {
        let shadow = Shadow { offset: [0, 6], blur: 20, spread: 0, color: t.shadow };
        Frame::new()
            .fill(t.popup)
            .stroke(Stroke::new(1.0, t.line2))
            .corner_radius(CornerRadius::same(6))
            .shadow(shadow)
            .inner_margin(Margin::symmetric(12, 10))
            .show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 3.0;
                match spot {
                    Spot::Pod(pod) => pod_card(cx, ui, ready, pod as usize),
                    Spot::Tile(tile) => tile_card(cx, ui, ready, tile, far),
                    Spot::Group(group) => group_card(cx, ui, ready, group as usize),
                }
            });
    });
}

/// `shop, on worker-3, zone a, 10.100.4.37`.
fn place(cx: &Cx<'_>, ready: &Prepared, pod: usize) -> String {
    let pods = &ready.picture.pods;
    let mut parts = vec![pods.namespace_of(pod).to_owned()];
    match pods.node.get(pod).and_then(|n| ready.picture.nodes.get(*n as usize)) {
        Some(node) => {
            let short = &*node.short;
            parts.push(cx.f("placement-on-node", &[("node", FluentValue::from(short))]));
            if !node.zone.is_empty() {
                parts.push(cx.f("map-zone", &[("zone", FluentValue::from(node.zone.as_str()))]));
            }
        }
        None => parts.push(cx.t("placement-on-no-node").into_owned()),
    }
    if let Some(ip) = pods.ip.get(pod).copied().flatten() {
        parts.push(ip.to_string());
    }
    parts.join(&cx.t("placement-comma"))
}

fn pod_card(cx: &Cx<'_>, ui: &mut Ui, ready: &Prepared, pod: usize) {
    let t = cx.tokens;
    let pods = &ready.picture.pods;
    let Some(name) = pods.name.get(pod) else { return };
    ui.add(Label::new(text::mono(name).color(t.text)).wrap());
    ui.add(Label::new(text::small(place(cx, ready, pod)).color(t.text2)).wrap());
    ui.add_space(4.0);
    let sign = pods.sign[pod];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, sign, 12.0);
        let ink = if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
        ui.label(text::body(pods.reason_of(pod)).color(ink));
        let restarts = pods.restarts[pod];
        if restarts > 0 {
            ui.label(text::body(cx.f("placement-restarts", &[("n", restarts.into())])).color(t.text2));
        }
    });
    let message = pods.message_of(pod);
    if !message.is_empty() {
        let short: String = if message.chars().count() > 220 {
            message.chars().take(220).chain(['…']).collect()
        } else {
            message.to_owned()
        };
        ui.add(Label::new(text::body(short).color(t.text2)).wrap());
    }
    ui.add_space(4.0);
    line_over(cx, ui);
    let used = ready.picture.usage.of(pod);
    let cpu = (quantity::cores_text(u64::from(pods.cpu_milli[pod])), used.map(|u| quantity::cores_text(u.0)));
    let memory = (quantity::bytes_text(pods.memory_bytes[pod]), used.map(|u| quantity::bytes_text(u.1)));
    let word = |id| cx.f(id, &[]);
    let head = (String::new(), word("placement-requested"), word("placement-used-head"));
    let unknown = || {
        word(match ready.picture.usage.measuring {
            Measuring::Nothing | Measuring::Known => "placement-not-measured",
            Measuring::Resting => "placement-not-asked",
            Measuring::Reading => "placement-being-read",
        })
    };
    let rows = [
        (word("map-cpu"), cpu.0, cpu.1.unwrap_or_else(unknown)),
        (word("map-memory"), memory.0, memory.1.unwrap_or_else(unknown)),
    ];
    columns(cx, ui, &head, true);
    for row in &rows {
        columns(cx, ui, row, false);
    }
}

/// A row of three columns: name, requested, used.
fn columns(cx: &Cx<'_>, ui: &mut Ui, (name, first, second): &(String, String, String), head: bool) {
    let t = cx.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let font = if head { text::small_font() } else { text::mono_small_font() };
    let ink = if head { t.text2 } else { t.text };
    let at = |x: f32| pos2(rect.left() + x, rect.center().y);
    paint_left(ui.painter(), at(0.0), line(ui, name, text::small_font(), t.text2, FIRST - 8.0));
    paint_left(ui.painter(), at(FIRST), line(ui, first, font.clone(), ink, SECOND - FIRST - 8.0));
    paint_left(ui.painter(), at(SECOND), line(ui, second, font, ink, rect.width() - SECOND));
}

/// A group: what it is, what of it is in trouble, what its nodes have.
fn group_card(cx: &Cx<'_>, ui: &mut Ui, ready: &Prepared, group: usize) {
    let t = cx.tokens;
    let Some(told) = ready.order.groups.get(group) else { return };
    let (name, counts) = group_words(cx, told, true);
    ui.add(Label::new(text::strong(name).color(t.text)).wrap());
    ui.add(Label::new(text::small(counts).color(t.text2)).wrap());
    for sign in Sign::ALL.into_iter().filter(|s| *s != Sign::Ok && told.by_sign[*s as usize] > 0) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            glyph::show(ui, cx, sign, 12.0);
            let count = grouped(told.by_sign[sign as usize] as usize);
            ui.label(text::body(format!("{count} {}", cx.f(sign.message_id(), &[]))).color(t.ink(sign)));
        });
    }
    let Some(capacity) = ready.capacity.get(group).filter(|c| c.nodes > 0) else { return };
    ui.add_space(4.0);
    line_over(cx, ui);
    capacity_rows(cx, ui, capacity);
}

/// Pods, CPU and memory: requested of what is allocatable, and used.
fn capacity_rows(cx: &Cx<'_>, ui: &mut Ui, capacity: &Capacity) {
    let word = |id| cx.f(id, &[]);
    columns(cx, ui, &(String::new(), word("placement-requested"), word("placement-used-head")), true);
    let unknown = || word("placement-not-measured");
    let Capacity { cpu, memory, pods, .. } = capacity;
    let of_pods = format!("{} / {}", grouped(pods.requested as usize), grouped(pods.allocatable as usize));
    let of_cpu = cores_pair(cpu.requested, cpu.allocatable);
    columns(cx, ui, &(word("map-pods-label"), of_pods, String::new()), false);
    columns(cx, ui, &(word("map-cpu"), of_cpu, cpu.used.map_or_else(unknown, cores)), false);
    let of_memory = memory_pair(memory.requested, memory.allocatable);
    let used = memory.used.map_or_else(unknown, quantity::bytes_text);
    columns(cx, ui, &(word("map-memory"), of_memory, used), false);
}

fn line_over(cx: &Cx<'_>, ui: &mut Ui) {
    separator(ui, cx.tokens);
    ui.add_space(3.0);
}

fn tile_card(cx: &Cx<'_>, ui: &mut Ui, ready: &Prepared, tile: u32, far: bool) {
    let t = cx.tokens;
    let node = ready.order.node(tile).and_then(|n| ready.picture.nodes.get(n as usize));
    let pods = ready.order.pods(tile);
    match node {
        Some(node) => node_head(cx, ui, node),
        None => {
            let (name, namespace) = match ready.order.tile(tile) {
                Some(Tile::Workload { namespace, owner, .. }) => {
                    let names = &ready.picture.pods.names;
                    let owner = names.get(owner);
                    let name = owner.split_once('/').map_or(owner, |(_, name)| name);
                    let name = if name.is_empty() { cx.f("map-no-owner", &[]) } else { name.to_owned() };
                    (name, names.get(namespace).to_owned())
                }
                _ => (cx.f("map-unscheduled", &[]), String::new()),
            };
            ui.add(Label::new(text::strong(name).color(t.text)).wrap());
            if !namespace.is_empty() {
                ui.label(text::small(namespace).color(t.text2));
            }
        }
    }
    troubles(cx, ui, ready, pods);
    ui.add_space(4.0);
    line_over(cx, ui);
    if let Some(node) = node {
        let mut capacity = Capacity::default();
        capacity.add(node, pods.len());
        capacity_rows(cx, ui, &capacity);
    } else {
        let n = [("n", FluentValue::from(pods.len())), ("pods", FluentValue::from(pods.len().to_string()))];
        ui.label(text::small(cx.f("map-pods", &n)).color(t.text2));
    }
    if far {
        ui.label(text::small(cx.t("placement-zoom-hint")).color(t.accent));
    }
}

fn node_head(cx: &Cx<'_>, ui: &mut Ui, node: &Node) {
    let t = cx.tokens;
    let zone = if node.zone.is_empty() {
        String::new()
    } else {
        cx.f("map-zone", &[("zone", FluentValue::from(node.zone.as_str()))])
    };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let zone = line(ui, &zone, text::small_font(), t.text2, rect.width() * 0.4);
    let drawn = paint_right(ui.painter(), rect.right_center(), zone);
    let short = &*node.short;
    let name = line(ui, short, text::strong_font(), t.text, drawn.left() - rect.left() - 8.0);
    paint_left(ui.painter(), rect.left_center(), name);
    let state = match node.ready {
        Some(true) if node.cordoned => "map-cordoned",
        Some(true) => "placement-ready",
        _ => "map-not-ready",
    };
    let parts = [node.group.clone(), node.flavor.clone(), cx.f(state, &[])];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    ui.add(Label::new(text::small(parts.join(&cx.t("placement-comma"))).color(t.text2)).wrap());
    let sign = node.sign();
    if sign != Sign::Ok {
        ui.add_space(2.0);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            glyph::show(ui, cx, sign, 12.0);
            let words = if !node.message.is_empty() { node.message.clone() } else { node.pressures.join(", ") };
            let words = if words.is_empty() { cx.f(state, &[]) } else { words };
            ui.add(Label::new(text::body(words).color(t.ink(sign))).wrap());
        });
    }
}

/// `25 of 30 pods fail`, and the commonest reason.
fn troubles(cx: &Cx<'_>, ui: &mut Ui, ready: &Prepared, pods: &[u32]) {
    let t = cx.tokens;
    let table = &ready.picture.pods;
    let mut reasons: BTreeMap<(u8, &str), (Sign, u32)> = BTreeMap::new();
    for pod in pods.iter().map(|p| *p as usize) {
        let Some(sign) = table.sign.get(pod) else { continue };
        if is_trouble(*sign) || *sign == Sign::Pending {
            let entry = reasons.entry((7 - sign.severity(), table.reason_of(pod))).or_insert((*sign, 0));
            entry.1 += 1;
        }
    }
    for ((_, reason), (sign, count)) in reasons.iter().take(3) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            glyph::show(ui, cx, *sign, 12.0);
            let args = [
                ("n", FluentValue::from(*count)),
                ("all", FluentValue::from(pods.len())),
                ("reason", FluentValue::from(*reason)),
            ];
            ui.add(Label::new(text::body(cx.f("placement-trouble", &args)).color(t.ink(*sign))).wrap());
        });
    }
}
