//! A field to pick one of many: a button that looks like an input and opens a list, with a search for long lists.

use super::field::{HEIGHT, label_above, note_below};
use super::{focus_ring, line};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use egui::{
    Align, CornerRadius, Key, Layout, Popup, PopupCloseBehavior, Response, Role, ScrollArea, Sense, Stroke, StrokeKind,
    TextEdit, Ui, WidgetInfo, pos2, vec2,
};

/// From how many options on the list has a search by itself.
const SEARCH_FROM: usize = 12;
/// Height of an option, and the most of the list, points.
const OPTION: f32 = 26.0;
const LIST: f32 = 280.0;

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
                ui.data_mut(|d| {
                    d.remove::<bool>(id.with("arrived"));
                    d.remove::<bool>(id.with("search").with("seen"));
                });
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
            Popup::menu(&response)
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                .accessible_name(self.label.as_str())
                .width(width.max(180.0))
                .show(|ui| self.list(cx, ui, id, width.max(180.0) - 10.0, value));
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

    fn list(&self, cx: &Cx<'_>, ui: &mut Ui, id: egui::Id, width: f32, value: &mut String) {
        ui.set_width(width);
        let search_id = id.with("search");
        let mut query = ui.data(|d| d.get_temp::<String>(search_id)).unwrap_or_default();
        if self.has_search() {
            let hint = cx.t("select-search");
            let field = super::search::filter_field_wide(cx, ui, &mut query, &hint, &format!("{search_id:?}"), width);
            if !ui.data(|d| d.get_temp::<bool>(search_id.with("seen")).unwrap_or(false)) {
                field.request_focus();
                ui.data_mut(|d| d.insert_temp(search_id.with("seen"), true));
            }
            ui.add_space(4.0);
        }
        let wanted = query.to_lowercase();
        let mut found: Vec<(&str, &str, &str)> = Vec::new();
        if let Some(empty) = &self.empty {
            found.push(("", empty, ""));
        }
        found.extend(self.options.iter().map(|o| (o.0.as_str(), o.1.as_str(), o.2.as_str())));
        found.retain(|o| {
            wanted.is_empty() || o.1.to_lowercase().contains(&wanted) || o.2.to_lowercase().contains(&wanted)
        });
        let take_first = !wanted.is_empty() && ui.input(|i| i.key_pressed(Key::Enter));
        let mut chosen = None;
        // The list begins where the choice stands; without a search the keyboard does, too. The first pass only measures.
        let arriving = !ui.is_sizing_pass() && !ui.data(|d| d.get_temp::<bool>(id.with("arrived")).unwrap_or(false));
        let mut area = ScrollArea::vertical().max_height(LIST).auto_shrink([false, true]);
        if arriving && let Some(at) = found.iter().position(|o| o.0 == value) {
            let top = at as f32 * (OPTION + ui.spacing().item_spacing.y);
            area = area.vertical_scroll_offset((top - LIST / 2.0).max(0.0));
        }
        let searching = self.has_search();
        area.show_rows(ui, OPTION, found.len(), |ui, rows| {
            for row in rows {
                let (option, words, detail) = found[row];
                let response = option_row(cx, ui, width, words, detail, option == value);
                if arriving && !searching && option == value {
                    response.request_focus();
                }
                if response.clicked() {
                    chosen = Some(option.to_owned());
                }
            }
        });
        if arriving {
            ui.data_mut(|d| d.insert_temp(id.with("arrived"), true));
        }
        if found.is_empty() {
            ui.label(text::small(cx.t("select-nothing-found")).color(cx.tokens.text3));
        }
        if take_first {
            chosen = found.first().map(|o| o.0.to_owned());
        }
        if let Some(chosen) = chosen {
            *value = chosen;
            query.clear();
            ui.close();
        }
        ui.data_mut(|d| d.insert_temp(search_id, query));
    }
}

fn option_row(cx: &Cx<'_>, ui: &mut Ui, width: f32, words: &str, detail: &str, chosen: bool) -> Response {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(width, OPTION), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, words));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), t.selected);
    }
    if chosen {
        icons::paint(ui.painter(), pos2(rect.left() + 12.0, rect.center().y), Icon::Check, 12.0, t.accent);
    }
    let detail = line(ui, detail, text::small_font(), t.text3, width * 0.5);
    let room = width - 34.0 - detail.size().x;
    let word = line(ui, words, text::body_font(), t.text, room);
    let elided = word.elided;
    super::paint_left(ui.painter(), pos2(rect.left() + 22.0, rect.center().y), word);
    super::paint_right(ui.painter(), pos2(rect.right() - 8.0, rect.center().y), detail);
    if elided { super::button::tooltip(cx, response, words) } else { response }
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
