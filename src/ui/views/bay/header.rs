//! A bay's header: where one is, its name, status, health, version, size and address, and what can be done to it. It
//! never wraps: what has no room moves to the overview, buttons move into the menu last.

use super::actions::{self, KubeconfigSave};
use super::words;
use crate::model::bay::{Bay, BayStatus};
use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::widgets::button::{Button, copy_button, icon_button_sized, tooltip};
use crate::ui::widgets::chip::{menu_item, menu_item_enabled};
use crate::ui::widgets::{bars, focus_ring, glyph, line, paint_left};
use egui::{Align, Color32, FontId, Layout, Popup, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;

/// Height of the header, points.
pub const HEIGHT: f32 = 58.0;
const INSET: f32 = 16.0;
const GAP: f32 = 8.0;
/// A dot between two pieces, with the room around it.
const DOT: f32 = 20.0;

/// A piece of the header: painted text with perhaps a glyph before it.
struct Piece {
    sign: Option<Sign>,
    words: String,
    font: FontId,
    ink: Color32,
    dot_before: bool,
    tip: String,
}

impl Piece {
    fn new(words: String, font: FontId, ink: Color32) -> Piece {
        Piece { sign: None, words, font, ink, dot_before: false, tip: String::new() }
    }

    fn width(&self, ui: &Ui) -> f32 {
        let galley = line(ui, &self.words, self.font.clone(), self.ink, f32::INFINITY);
        let before = if self.dot_before { DOT } else { 12.0 };
        before + if self.sign.is_some() { 20.0 } else { 0.0 } + galley.size().x
    }
}

/// Draws the header. `bay` is `None` where only its kubeconfig is known; then `title` names it.
pub fn header_ui(
    cx: &Cx<'_>,
    ui: &mut Ui,
    title: &str,
    bay: Option<&Bay>,
    inside: Option<&Picture>,
    save: &mut KubeconfigSave,
) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let middle = rect.center().y;
    let t = cx.tokens;

    let crumb = line(ui, &cx.t("word-bays"), text::body_font(), t.text2, f32::INFINITY).size().x + 22.0;
    let name_width = line(ui, title, text::title_font(), t.text, 320.0).size().x;
    let (head, tail) = pieces(cx, bay, inside);
    let address = bay.and_then(|b| b.api_address.as_deref());
    let address_piece =
        address.map(|a| Piece { dot_before: true, ..Piece::new(a.to_owned(), text::mono_font(), t.text2) });

    // What there is room for, the least important first to go.
    let room = rect.width() - 2.0 * INSET - crumb - name_width;
    let bar = bay.and_then(|b| words::progress(cx, b, cx.state.details.get(&b.id)));
    let bar_width = bar
        .as_ref()
        .map_or(0.0, |(_, w)| 64.0 + 20.0 + line(ui, w, text::body_font(), t.text2, f32::INFINITY).size().x);
    let head_width: f32 = head.iter().map(|p| p.width(ui)).sum::<f32>() + bar_width;
    let tail_width: Vec<f32> = tail.iter().map(|p| p.width(ui)).collect();
    let address_width = address_piece.as_ref().map_or(0.0, |p| p.width(ui) + 24.0);
    let buttons = button_widths(cx, ui, bay);
    let mut shown_buttons = buttons.len();
    let mut shown_tail = tail.len();
    let mut show_address = address.is_some();
    let needed = |buttons_shown: usize, tail_shown: usize, address_shown: bool| {
        head_width
            + tail_width[..tail_shown].iter().sum::<f32>()
            + if address_shown { address_width } else { 0.0 }
            + buttons[..buttons_shown].iter().sum::<f32>()
            + 28.0
            + 24.0
    };
    while needed(shown_buttons, shown_tail, show_address) > room {
        if show_address {
            show_address = false;
        } else if shown_tail > 0 {
            shown_tail -= 1;
        } else if shown_buttons > 0 {
            shown_buttons -= 1;
        } else {
            break;
        }
    }

    // Right: buttons, from the right edge.
    let buttons_room: f32 = buttons[..shown_buttons].iter().sum::<f32>() + 28.0;
    let right = Rect::from_min_max(
        pos2(rect.right() - INSET - buttons_room, rect.top()),
        pos2(rect.right() - INSET, rect.bottom()),
    );
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().id_salt("bay-head-buttons").max_rect(right).layout(layout), |ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        more_menu(cx, ui, bay, shown_buttons, save);
        if let Some(bay) = bay {
            if shown_buttons > 1 {
                resize_button(cx, ui, bay);
            }
            if shown_buttons > 0 {
                kubeconfig_button(cx, ui, bay, save);
            }
        }
    });

    // Left: the way back, the name, what is known.
    let left = Rect::from_min_max(pos2(rect.left() + INSET, rect.top()), pos2(right.left() - 8.0, rect.bottom()));
    let mut ui =
        ui.new_child(UiBuilder::new().id_salt("bay-head").max_rect(left).layout(Layout::left_to_right(Align::Center)));
    ui.shrink_clip_rect(left.expand(4.0));
    ui.spacing_mut().item_spacing.x = 0.0;
    back_ui(cx, &mut ui);
    name_ui(cx, &mut ui, title);
    for piece in &head {
        piece_ui(cx, &mut ui, piece, middle);
    }
    if let (Some((fraction, words)), Some(bay)) = (&bar, bay) {
        ui.add_space(10.0);
        bars::progress_signed(&mut ui, cx, *fraction, vec2(64.0, 6.0), bay.status.sign());
        ui.add_space(8.0);
        ui.label(text::body(words).color(t.text2));
    }
    for piece in &tail[..shown_tail] {
        piece_ui(cx, &mut ui, piece, middle);
    }
    if let (true, Some(piece)) = (show_address, &address_piece) {
        piece_ui(cx, &mut ui, piece, middle);
        ui.add_space(4.0);
        copy_button(cx, &mut ui, &piece.words, &cx.t("bay-copy-address"));
    }
}

fn name_ui(cx: &Cx<'_>, ui: &mut Ui, title: &str) {
    let galley = line(ui, title, text::title_font(), cx.tokens.text, 320.0);
    let elided = galley.elided;
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    paint_left(ui.painter(), rect.left_center(), galley);
    if elided {
        tooltip(cx, response, title);
    }
}

/// The way back to the list.
fn back_ui(cx: &Cx<'_>, ui: &mut Ui) {
    let words = cx.t("word-bays");
    let galley = line(ui, &words, text::body_font(), Color32::PLACEHOLDER, f32::INFINITY);
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &words));
    let ink = if response.hovered() { cx.tokens.text } else { cx.tokens.text2 };
    ui.painter().galley(rect.min, galley, ink);
    focus_ring(ui, cx.tokens, &response, rect, 2);
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        cx.go(Route::Bays);
    }
    ui.add_space(7.0);
    let (rect, _) = ui.allocate_exact_size(vec2(7.0, 12.0), Sense::hover());
    crate::ui::icons::paint(ui.painter(), rect.center(), Icon::ChevronRight, 12.0, cx.tokens.text3);
    ui.add_space(8.0);
}

/// Status and health; then version and size, the last to go first.
fn pieces(cx: &Cx<'_>, bay: Option<&Bay>, inside: Option<&Picture>) -> (Vec<Piece>, Vec<Piece>) {
    let t = cx.tokens;
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let ink = |sign: Sign| if sign == Sign::Ok { t.text2 } else { t.ink(sign) };
    if let Some(bay) = bay {
        let sign = bay.status.sign();
        let font = if matches!(bay.status, BayStatus::Other(_)) { text::mono_font() } else { text::body_font() };
        let plain = words::is_kubeconfig(bay);
        head.push(Piece {
            sign: Some(sign).filter(|_| !plain),
            tip: bay.status_reason.clone().unwrap_or_default(),
            ..Piece::new(
                words::status_of(cx, bay),
                if plain { text::body_font() } else { font },
                if plain { t.text2 } else { ink(sign) },
            )
        });
        if let Some((sign, words)) = words::health(cx, bay, inside).filter(|_| bay.status.can_enter()) {
            head.push(Piece { sign: Some(sign), ..Piece::new(words, text::body_font(), ink(sign)) });
        }
    }
    let engine = bay.and_then(|b| b.coe.as_ref()).map(|c| c.title()).or_else(|| inside.map(|_| "Kubernetes"));
    let version = inside
        .map(|p| p.version.as_str())
        .filter(|v| !v.is_empty())
        .or_else(|| bay.and_then(|b| b.coe_version.as_deref()))
        .unwrap_or_default();
    if let Some(engine) = engine {
        let words = format!("{engine} {version}");
        tail.push(Piece { dot_before: true, ..Piece::new(words.trim_end().to_owned(), text::body_font(), t.text2) });
    }
    if let Some(bay) = bay.filter(|b| !words::is_kubeconfig(b)) {
        let args = [("masters", FluentValue::from(bay.master_count)), ("workers", FluentValue::from(bay.node_count))];
        tail.push(Piece {
            dot_before: true,
            tip: cx.f("bay-nodes-count-tip", &args),
            ..Piece::new(cx.f("bay-nodes-count", &args), text::body_font(), t.text2)
        });
    }
    (head, tail)
}

fn piece_ui(cx: &Cx<'_>, ui: &mut Ui, piece: &Piece, middle: f32) -> Response {
    if piece.dot_before {
        let (rect, _) = ui.allocate_exact_size(vec2(DOT, 12.0), Sense::hover());
        ui.painter().circle_filled(pos2(rect.center().x, middle), 1.2, cx.tokens.text3);
    } else {
        ui.add_space(12.0);
    }
    if let Some(sign) = piece.sign {
        glyph::show(ui, cx, sign, 12.0);
        ui.add_space(8.0);
    }
    let galley = line(ui, &piece.words, piece.font.clone(), piece.ink, ui.available_width());
    let tip = if galley.elided && piece.tip.is_empty() { piece.words.clone() } else { piece.tip.clone() };
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &piece.words));
    paint_left(ui.painter(), rect.left_center(), galley);
    tooltip(cx, response, &tip)
}

/// Widths of Kubeconfig and Resize with the gap after each, in the order in which they stay.
fn button_widths(cx: &Cx<'_>, ui: &Ui, bay: Option<&Bay>) -> Vec<f32> {
    if bay.is_none() {
        return Vec::new();
    }
    let width = |id: &'static str, icon: f32| {
        line(ui, &cx.t(id), text::body_font(), cx.tokens.text, f32::INFINITY).size().x + 24.0 + icon + GAP
    };
    vec![width("bay-kubeconfig", 22.0).ceil(), width("bay-resize", 0.0).ceil()]
}

fn kubeconfig_button(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay, save: &mut KubeconfigSave) {
    let way = actions::may_save_kubeconfig(cx, bay);
    let pressed = Button::new(cx.t("bay-kubeconfig"))
        .icon(Icon::Download)
        .tooltip(cx.t("bay-kubeconfig-tip"))
        .enabled(way.is_ok() && !save.is_busy(cx), way.as_ref().err().map_or("", String::as_str))
        .show(cx, ui)
        .clicked();
    if pressed {
        save.ask(cx, ui.ctx(), bay);
    }
}

fn resize_button(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let way = actions::may_resize(cx, bay);
    let reason = way.as_ref().err().map_or("", String::as_str);
    if Button::new(cx.t("bay-resize")).enabled(way.is_ok(), reason).show(cx, ui).clicked() {
        cx.act(UiAction::AskScaleBay(bay.id.clone()));
    }
}

/// The menu: what has no button of its own, and the buttons that had no room.
fn more_menu(cx: &Cx<'_>, ui: &mut Ui, bay: Option<&Bay>, shown_buttons: usize, save: &mut KubeconfigSave) {
    let response = icon_button_sized(cx, ui, Icon::More, &cx.t("bay-more"), 28.0, 16.0);
    let t = cx.tokens;
    ui.painter().rect_stroke(response.rect, 4.0, egui::Stroke::new(1.0, t.line2), egui::StrokeKind::Inside);
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(220.0);
        let Some(bay) = bay else { return };
        if shown_buttons < 1 {
            let way = actions::may_save_kubeconfig(cx, bay);
            if entry(cx, ui, Some(Icon::Download), "bay-kubeconfig", &way) {
                save.ask(cx, ui.ctx(), bay);
            }
        }
        if shown_buttons < 2 && entry(cx, ui, Some(Icon::Scale), "bay-resize", &actions::may_resize(cx, bay)) {
            cx.act(UiAction::AskScaleBay(bay.id.clone()));
        }
        if menu_item(cx, ui, Some(Icon::Refresh), &cx.t("bay-refresh"), "", false) {
            actions::refresh(cx, &bay.id);
        }
        if menu_item(cx, ui, Some(Icon::Copy), &cx.t("bay-copy-id-menu"), "", false) {
            cx.act(UiAction::Copy(bay.id.clone()));
        }
        if !words::is_kubeconfig(bay) && menu_item(cx, ui, Some(Icon::Terminal), &cx.t("bay-copy-command"), "", false) {
            actions::copy_command(cx, bay);
        }
        if entry(cx, ui, Some(Icon::Trash), "bay-delete", &actions::may_delete(cx, bay)) {
            cx.act(UiAction::AskDeleteBay(bay.id.clone()));
        }
    });
}

/// An entry that is grey with its reason under it.
fn entry<'a>(cx: &Cx<'a>, ui: &mut Ui, icon: Option<Icon>, id: &'a str, way: &actions::Way) -> bool {
    let chosen = menu_item_enabled(cx, ui, icon, &cx.t(id), "", false, way.is_ok());
    if let Err(reason) = way {
        ui.horizontal(|ui| {
            ui.add_space(30.0);
            ui.set_max_width(250.0);
            ui.add(egui::Label::new(text::small(reason).color(cx.tokens.text3)).wrap());
        });
    }
    chosen
}
