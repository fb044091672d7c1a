//! A field to pick one of many: a button that looks like an input and opens a list, with a search for long lists.

use super::field::{HEIGHT, label_above, note_below};
use super::{focus_ring, line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    Align, CornerRadius, Key, Layout, Modifiers, Popup, PopupCloseBehavior, Response, Role, ScrollArea, Sense, Stroke,
    StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

/// From how many options on the list has a search by itself.
const SEARCH_FROM: usize = 12;
/// Height of an option, and the most of the list, points.
const OPTION: f32 = 26.0;
const LIST: f32 = 280.0;
/// The least and the most width of the list, points; within them it is as wide as what is in it.
const NARROWEST: f32 = 180.0;
const WIDEST: f32 = 480.0;
/// What the frame of the list takes from its width, points.
const FRAME: f32 = 10.0;
/// Left of an option's words (for the check mark), right of its detail, and the least between the two, points.
const BEFORE: f32 = 22.0;
const BEHIND: f32 = 8.0;
const GAP: f32 = 16.0;
/// A detail cut to less than this says nothing, points.
const LEAST_DETAIL: f32 = 24.0;

/// What an open list remembers from frame to frame; it is forgotten when the list closes.
#[derive(Clone, Default)]
struct Opened {
    /// It has been drawn: the list no longer scrolls to the choice by itself.
    arrived: bool,
    /// The search field, once it has been drawn.
    field: Option<egui::Id>,
    /// What is searched for.
    query: String,
    /// The option that Enter takes, as moved there by keys or pointer.
    at: Option<usize>,
    /// How far the list is scrolled, and how much of it shows, points.
    offset: f32,
    view: f32,
    /// Its width, measured for this many options.
    width: Option<(usize, f32)>,
}

/// A choice; [`Select::show`] draws it.
pub struct Select<'a> {
    label: String,
    options: Vec<(String, String, String)>,
    rule: String,
    error: Option<&'a str>,
    searchable: bool,
    width: Option<f32>,
    height: f32,
    empty: Option<String>,
    salt: egui::IdSalt,
    show_label: bool,
    enabled: bool,
    take_focus: bool,
}

impl<'a> Select<'a> {
    /// A choice with this label, which is also its accessible name.
    pub fn new(label: impl Into<String>) -> Self {
        let label = label.into();
        let salt = egui::IdSalt::new(("select", &label));
        Select {
            label,
            options: Vec::new(),
            rule: String::new(),
            error: None,
            searchable: false,
            width: None,
            height: HEIGHT,
            empty: None,
            salt,
            show_label: true,
            enabled: true,
            take_focus: false,
        }
    }

    /// What there is: (value, text, detail in small type).
    pub fn options(mut self, options: Vec<(String, String, String)>) -> Self {
        self.options = options;
        self
    }

    /// Rule or meaning below.
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    /// What is wrong.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// With a search even for a short list.
    pub fn searchable(mut self) -> Self {
        self.searchable = true;
        self
    }

    /// Width in points; the room there is, if not given.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Height in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// The empty value may be chosen, and this is what it is called.
    pub fn allow_empty(mut self, words: impl Into<String>) -> Self {
        self.empty = Some(words.into());
        self
    }

    /// Tells two choices with the same label apart.
    pub fn id_salt(mut self, salt: impl egui::AsIdSalt) -> Self {
        self.salt = egui::IdSalt::new(("select", &self.label, salt));
        self
    }

    /// The label names the field but is not drawn.
    pub fn hide_label(mut self) -> Self {
        self.show_label = false;
        self
    }

    /// Can be changed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Takes the focus now and scrolls into view (a link led here).
    pub fn take_focus(mut self, take: bool) -> Self {
        self.take_focus = take;
        self
    }

    /// Draws it; true when another value was chosen. A value that is not among the options is shown as it is.
    pub fn show(self, cx: &Cx<'_>, ui: &mut Ui, value: &mut String) -> bool {
        let t = cx.tokens;
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let before = value.clone();
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 4.0;
            if self.show_label {
                label_above(cx, ui, &self.label);
            }
            let id = ui.make_persistent_id(self.salt);
            let (_, rect) = ui.allocate_space(vec2(width, self.height));
            let sense = if self.enabled { Sense::click() } else { Sense::hover() };
            let response = ui.interact(rect, id, sense);
            if self.take_focus {
                response.request_focus();
                response.scroll_to_me(Some(Align::Center));
            }
            let shown = self.words(value);
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ComboBox, self.enabled, &self.label);
                info.current_text_value = Some(shown.clone().unwrap_or_default());
                info
            });
            let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
            if !open {
                ui.data_mut(|d| d.remove::<Opened>(id.with("opened")));
            }
            let stroke = match () {
                () if self.error.is_some() => t.ink(Sign::Failed),
                () if open => t.accent,
                () if self.enabled => t.control,
                () => t.line2,
            };
            ui.painter().rect(rect, CornerRadius::same(4), t.raised, Stroke::new(1.0, stroke), StrokeKind::Inside);
            let ink = if self.enabled && shown.is_some() { t.text } else { t.text3 };
            let words = shown.unwrap_or_else(|| cx.t("select-none").into_owned());
            let galley = line(ui, &words, text::body_font(), ink, rect.width() - 34.0);
            super::paint_left(ui.painter(), pos2(rect.left() + 8.0, rect.center().y), galley);
            icons::paint(ui.painter(), pos2(rect.right() - 14.0, rect.center().y), Icon::ChevronDown, 12.0, t.text2);
            focus_ring(ui, t, &response, rect, 4);
            let list = if open || response.clicked() { self.list_width(ui, id, width) } else { width };
            Popup::menu(&response)
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                .accessible_name(self.label.as_str())
                .width(list)
                .show(|ui| self.list(cx, ui, id, list - FRAME, value));
            note_below(cx, ui, self.error, None, &self.rule);
        });
        *value != before
    }

    /// The words for a value; `None` where nothing is chosen and that has no name.
    fn words(&self, value: &str) -> Option<String> {
        if value.is_empty() && !self.options.iter().any(|o| o.0.is_empty()) {
            return self.empty.clone();
        }
        Some(self.options.iter().find(|o| o.0 == value).map_or_else(|| value.to_owned(), |o| o.1.clone()))
    }

    fn has_search(&self) -> bool {
        self.searchable || self.options.len() >= SEARCH_FROM
    }

    /// As wide as what is in it, at least as the field. Measured once: there may be thousands of options.
    fn list_width(&self, ui: &Ui, id: egui::Id, field: f32) -> f32 {
        let key = id.with("opened");
        let mut opened = ui.data(|d| d.get_temp::<Opened>(key)).unwrap_or_default();
        let count = self.options.len();
        let widest = match opened.width {
            Some((counted, width)) if counted == count => width,
            _ => {
                let size = |words: &str, font| line(ui, words, font, egui::Color32::WHITE, f32::INFINITY).size().x;
                let of_option = |words: &str, detail: &str| {
                    let detail = if detail.is_empty() { 0.0 } else { GAP + size(detail, text::small_font()) };
                    BEFORE + size(words, text::body_font()) + detail + BEHIND
                };
                let empty = self.empty.iter().map(|words| of_option(words, ""));
                let all = empty.chain(self.options.iter().map(|o| of_option(&o.1, &o.2)));
                all.fold(0.0, f32::max).ceil() + FRAME
            }
        };
        opened.width = Some((count, widest));
        ui.data_mut(|d| d.insert_temp(key, opened));
        let least = field.max(NARROWEST);
        let most = WIDEST.min(ui.ctx().content_rect().width() - 2.0 * BEHIND);
        widest.min(most).max(least)
    }

    fn list(&self, cx: &Cx<'_>, ui: &mut Ui, id: egui::Id, width: f32, value: &mut String) {
        ui.set_width(width);
        let key = id.with("opened");
        let mut opened = ui.data(|d| d.get_temp::<Opened>(key)).unwrap_or_default();
        let searching = self.has_search();
        // Taken before the search field sees them: on Enter it would give the keyboard away.
        let (step, enter) = match opened.field {
            Some(field) if ui.memory(|m| m.has_focus(field)) => ui.input_mut(list_keys),
            _ => (0, false),
        };
        if searching {
            let hint = cx.t("select-search");
            let before = opened.query.clone();
            let salt = format!("{:?}", id.with("search"));
            let field = super::search::filter_field_wide(cx, ui, &mut opened.query, &hint, &salt, width);
            if opened.field.is_none() {
                field.request_focus();
            }
            opened.field = Some(field.id);
            if before != opened.query {
                opened.at = None;
            }
            ui.add_space(4.0);
        }
        let found = self.found(&opened.query);
        let current = found.iter().position(|o| o.0 == *value);
        let last = found.len().saturating_sub(1);
        // What is searched for is most likely the first that was found; else one begins at the choice.
        let begin = if opened.query.is_empty() { current } else { Some(0) };
        let mut at = opened.at.or(begin).filter(|_| !found.is_empty()).map(|at| at.min(last));
        let mut offset = None;
        let pitch = OPTION + ui.spacing().item_spacing.y;
        if step != 0 && !found.is_empty() {
            at = Some(stepped(at, step, last));
            opened.at = at;
            let top = at.unwrap_or_default() as f32 * pitch;
            offset = Some(opened.offset.min(top).max(top + OPTION - opened.view).max(0.0));
        }
        let mut chosen = None;
        // The list begins where the choice stands; without a search the keyboard does, too. The first pass only measures.
        let arriving = !ui.is_sizing_pass() && !opened.arrived;
        if arriving && let Some(at) = current {
            offset = Some((at as f32 * pitch - LIST / 2.0).max(0.0));
        }
        let mut area = ScrollArea::vertical().max_height(LIST).auto_shrink([false, true]);
        if let Some(offset) = offset {
            area = area.vertical_scroll_offset(offset);
        }
        let pointer_moves = ui.input(|i| i.pointer.delta() != egui::Vec2::ZERO);
        let shown = area.show_rows(ui, OPTION, found.len(), |ui, rows| {
            for row in rows {
                let (option, words, detail) = found[row];
                let lit = searching.then_some(at == Some(row));
                let response = option_row(cx, ui, width, words, detail, option == value, lit);
                if arriving && !searching && option == value {
                    response.request_focus();
                }
                if searching && pointer_moves && response.hovered() && at != Some(row) {
                    opened.at = Some(row);
                    ui.ctx().request_repaint();
                }
                if lit == Some(true)
                    && let Some(field) = opened.field
                {
                    let row = response.id.accesskit_id();
                    ui.ctx().accesskit_node_builder(field, |node| node.set_active_descendant(row));
                }
                if response.clicked() {
                    chosen = Some(option.to_owned());
                }
            }
        });
        (opened.offset, opened.view) = (shown.state.clamped_offset().y, shown.inner_rect.height());
        opened.arrived |= arriving;
        if found.is_empty() {
            ui.label(text::small(cx.t("select-nothing-found")).color(cx.tokens.text3));
        }
        if enter && let Some(taken) = at.and_then(|at| found.get(at)) {
            chosen = Some(taken.0.to_owned());
            // The keyboard goes back to where it came from.
            ui.memory_mut(|m| m.request_focus(id));
        }
        if let Some(chosen) = chosen {
            *value = chosen;
            ui.close();
        }
        ui.data_mut(|d| d.insert_temp(key, opened));
    }

    /// What there is to choose from while this is searched for: value, text, detail.
    fn found(&self, query: &str) -> Vec<(&str, &str, &str)> {
        let wanted = query.to_lowercase();
        let empty = self.empty.iter().map(|words| ("", words.as_str(), ""));
        let all = empty.chain(self.options.iter().map(|o| (o.0.as_str(), o.1.as_str(), o.2.as_str())));
        let fits = |words: &str| words.to_lowercase().contains(&wanted);
        all.filter(|o| wanted.is_empty() || fits(o.1) || fits(o.2)).collect()
    }
}

/// Keys of the search field that are meant for the list: steps down, and whether Enter was pressed.
fn list_keys(input: &mut egui::InputState) -> (isize, bool) {
    let mut times = |key| input.count_and_consume_key(Modifiers::NONE, key) as isize;
    (times(Key::ArrowDown) - times(Key::ArrowUp), input.consume_key(Modifiers::NONE, Key::Enter))
}

/// Where a step leads; from nowhere to the end that one comes from.
fn stepped(at: Option<usize>, step: isize, last: usize) -> usize {
    match at {
        Some(at) => at.saturating_add_signed(step).min(last),
        None if step > 0 => 0,
        None => last,
    }
}

/// `lit` says whether it is the one that Enter takes; `None` = that is where the pointer or the keyboard is.
fn option_row(
    cx: &Cx<'_>,
    ui: &mut Ui,
    width: f32,
    words: &str,
    detail: &str,
    chosen: bool,
    lit: Option<bool>,
) -> Response {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(width, OPTION), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, words));
    if lit.unwrap_or_else(|| response.hovered()) || response.has_focus() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), t.selected);
    }
    let middle = rect.center().y;
    if chosen {
        icons::paint(ui.painter(), pos2(rect.left() + 12.0, middle), Icon::Check, 12.0, t.accent);
    }
    let word = line(ui, words, text::body_font(), t.text, width - BEFORE - BEHIND);
    let room = width - BEFORE - BEHIND - GAP - word.size().x;
    let mut cut = word.elided;
    super::paint_left(ui.painter(), pos2(rect.left() + BEFORE, middle), word);
    // Only the detail may shrink: options are told apart by their words.
    if room >= LEAST_DETAIL {
        let detail = line(ui, detail, text::small_font(), t.text3, room);
        cut |= detail.elided;
        super::paint_right(ui.painter(), pos2(rect.right() - BEHIND, middle), detail);
    } else {
        cut |= !detail.is_empty();
    }
    if !cut {
        return response;
    }
    let whole = if detail.is_empty() { words.to_owned() } else { format!("{words}\n{detail}") };
    super::button::tooltip(cx, response, &whole)
}

/// A text field for searching inside a popup, without a frame of its own.
pub fn bare_edit<'t>(value: &'t mut String, hint: &str, cx: &Cx<'_>) -> TextEdit<'t> {
    TextEdit::singleline(value)
        .align(egui::Align2::LEFT_CENTER)
        .frame(egui::Frame::NONE)
        .font(text::body_font())
        .text_color(cx.tokens.text)
        .hint_text(text::body(hint).color(cx.tokens.text3))
}
