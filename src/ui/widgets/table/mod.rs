//! The table: head 28, rows 32, only visible rows are drawn; sort, selection, keyboard, groups, opened rows.

mod cell;
mod columns;
pub mod computed;
mod heading;
pub mod listing;
mod selection;

use super::{combinations_are_free, keys_are_free, line};
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use columns::{first_visible, places};
use egui::{
    Align, CornerRadius, EventFilter, Id, Key, Layout, Modifiers, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use selection::{click, current};

use std::sync::Arc;

pub use cell::Cell;
pub use columns::{Column, Width};
pub use selection::{Group, RowInfo, Selection, heading_key};

/// Height of a row, points.
pub const ROW: f32 = 32.0;
/// Height of the head, points.
pub const HEAD: f32 = 28.0;
/// Room at both ends of a row and half the room between two columns.
const INSET: f32 = 8.0;

/// What a table is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sort {
    /// Column; empty = the order of the data.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// By a column, smallest first.
    pub fn by(column: &str) -> Sort {
        Sort { column: column.to_owned(), descending: false }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableResponse {
    /// Enter or double click on this row.
    pub activated: Option<usize>,
    /// Clicked row.
    pub clicked: Option<usize>,
    /// Right-clicked row.
    pub menu: Option<usize>,
    /// The selection is another one now.
    pub selection_changed: bool,
    /// The sort is another one now.
    pub sort_changed: bool,
    /// The heading on this line was opened or closed.
    pub toggled: Option<usize>,
}

/// A table; [`Table::rows`] draws it.
pub struct Table<'a> {
    id: Id,
    name: String,
    columns: Vec<Column>,
    sort: Option<&'a mut Sort>,
    selection: Option<&'a mut Selection>,
    expanded: Option<(usize, f32)>,
    primary: bool,
    max_height: Option<f32>,
    row_height: f32,
    keys: Option<&'a dyn Fn(usize) -> String>,
}

impl<'a> Table<'a> {
    /// A table; `id` keeps its scroll position from frame to frame.
    pub fn new(id: impl egui::AsIdSalt) -> Self {
        Table {
            id: Id::unique(("table", id)),
            name: String::new(),
            columns: Vec::new(),
            sort: None,
            selection: None,
            expanded: None,
            primary: true,
            max_height: None,
            row_height: ROW,
            keys: None,
        }
    }

    /// What the rows are, as assistive technology says it when it comes to the table.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a column.
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds columns.
    pub fn columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns.extend(columns);
        self
    }

    /// Shows and changes the sort; sorting the rows is the caller's.
    pub fn sort(mut self, sort: &'a mut Sort) -> Self {
        self.sort = Some(sort);
        self
    }

    /// Shows and changes the selection.
    pub fn selection(mut self, selection: &'a mut Selection) -> Self {
        self.selection = Some(selection);
        self
    }

    /// This row is opened: so many points below it are drawn by the `detail` of [`Table::rows_with_detail`].
    pub fn expanded(mut self, row: Option<usize>, height: f32) -> Self {
        self.expanded = row.map(|r| (r, height));
        self
    }

    /// Not the main table of its screen: it takes keys only while it has the focus.
    pub fn secondary(mut self) -> Self {
        self.primary = false;
        self
    }

    /// Not higher than this; the room there is, if not given.
    pub fn max_height(mut self, height: f32) -> Self {
        self.max_height = Some(height);
        self
    }

    /// Rows of another height (denser lists in panels).
    pub fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// The key of a line without the rest of its [`RowInfo`]: for tables whose lines are too many to name each when all
    /// are selected.
    pub fn keys(mut self, keys: &'a dyn Fn(usize) -> String) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Draws `n` rows: `row` names one, `cell` draws one of its cells.
    pub fn rows(
        self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        n: usize,
        row: impl FnMut(usize) -> RowInfo,
        cell: impl FnMut(&mut Cell<'_, '_, '_>),
    ) -> TableResponse {
        self.rows_with_detail(cx, ui, n, row, cell, |_| {})
    }

    /// As [`Table::rows`], with the content of the opened row.
    pub fn rows_with_detail(
        mut self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        n: usize,
        mut row: impl FnMut(usize) -> RowInfo,
        mut cell: impl FnMut(&mut Cell<'_, '_, '_>),
        detail: impl FnOnce(&mut Ui),
    ) -> TableResponse {
        let mut out = TableResponse::default();
        let mut nothing = Selection::default();
        let selection = self.selection.take().unwrap_or(&mut nothing);
        let room = ui.available_width();
        let places = places(&self.columns, room);
        self.head(cx, ui, &places, &mut out);

        let body_id = self.id.with("body");
        let scroll_to = self.keyboard(ui, body_id, n, &mut row, selection, &mut out);
        let row_height = self.row_height;
        let expanded = self.expanded.filter(|e| e.0 < n);
        let extra = expanded.map_or(0.0, |e| e.1);
        let top_of = |i: usize| row_height * i as f32 + expanded.map_or(0.0, |(at, h)| if i > at { h } else { 0.0 });
        let total = row_height * n as f32 + extra;
        let mut area = ScrollArea::vertical().id_salt(self.id.value()).auto_shrink([false, self.max_height.is_some()]);
        if let Some(height) = self.max_height {
            area = area.max_height(height);
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut detail = Some(detail);
        let shown = area.show_viewport(ui, |ui, view| {
            ui.set_height(total);
            ui.set_width(room);
            let origin = ui.max_rect().min;
            if let Some(i) = scroll_to {
                let at = Rect::from_min_size(pos2(origin.x, origin.y + top_of(i)), vec2(room, row_height));
                ui.scroll_to_rect(at, None);
            }
            let first = first_visible(view.min.y, row_height, expanded);
            for i in first..n {
                let top = top_of(i);
                if top > view.max.y {
                    break;
                }
                let rect = Rect::from_min_size(pos2(origin.x, origin.y + top), vec2(room, row_height));
                let info = row(i);
                self.one_row(cx, ui, i, rect, &info, &places, selection, &mut out, &mut row, n, &mut cell);
                if let Some((at, height)) = expanded
                    && at == i
                    && let Some(detail) = detail.take()
                {
                    let rect = Rect::from_min_size(rect.left_bottom(), vec2(room, height));
                    opened(cx, ui, rect, detail);
                }
            }
        });
        let focusable = ui.interact(shown.inner_rect, body_id, Sense::FOCUSABLE);
        focusable.widget_info(|| WidgetInfo::labeled(Role::Grid, true, &self.name));
        if focusable.has_focus() {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|m| m.set_focus_lock_filter(body_id, filter));
            if selection.focus.is_none() {
                super::focus_ring(ui, cx.tokens, &focusable, shown.inner_rect.shrink(3.0), 2);
            }
        }
        out
    }

    fn head(&mut self, cx: &Cx<'_>, ui: &mut Ui, places: &[Option<(f32, f32)>], out: &mut TableResponse) {
        let t = cx.tokens;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
        ui.painter().rect_filled(rect, 0.0, t.raised);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, t.line));
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
        for (column, place) in self.columns.iter().zip(places) {
            let Some((left, width)) = *place else { continue };
            let at = Rect::from_min_size(pos2(rect.left() + left, rect.top()), vec2(width, HEAD));
            let sorted = self.sort.as_ref().is_some_and(|s| s.column == column.id);
            let descending = self.sort.as_ref().is_some_and(|s| s.descending);
            let mut ink = if sorted { t.text } else { t.text2 };
            if column.sortable && self.sort.is_some() {
                let response = ui.interact(at, self.id.with(("head", column.id)), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &column.title));
                if response.hovered() {
                    ink = t.text;
                }
                super::focus_ring(ui, t, &response, at.shrink2(vec2(0.0, 4.0)), 3);
                if response.clicked()
                    && let Some(sort) = &mut self.sort
                {
                    **sort = Sort { column: column.id.to_owned(), descending: sorted && !descending };
                    out.sort_changed = true;
                }
            }
            let arrow_space = if sorted { 14.0 } else { 0.0 };
            let galley = line(ui, &column.title, text::small_font(), ink, width - arrow_space);
            let arrow = if descending { Icon::ChevronDown } else { Icon::ChevronUp };
            let y = at.center().y;
            if column.align == Align::Max {
                let drawn = super::paint_right(ui.painter(), pos2(at.right(), y), galley);
                if sorted {
                    icons::paint(ui.painter(), pos2(drawn.left() - 8.0, y), arrow, 11.0, ink);
                }
            } else {
                let drawn = super::paint_left(ui.painter(), pos2(at.left(), y), galley);
                if sorted {
                    icons::paint(ui.painter(), pos2(drawn.right() + 8.0, y), arrow, 11.0, ink);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // one row needs all of them, and a struct of borrows would only rename them
    fn one_row(
        &self,
        cx: &Cx<'_>,
        ui: &mut Ui,
        i: usize,
        rect: Rect,
        info: &RowInfo,
        places: &[Option<(f32, f32)>],
        selection: &mut Selection,
        out: &mut TableResponse,
        row: &mut impl FnMut(usize) -> RowInfo,
        n: usize,
        cell: &mut impl FnMut(&mut Cell<'_, '_, '_>),
    ) {
        let t = cx.tokens;
        if let Some(group) = &info.group {
            let id = self.id.with(("row", &info.key));
            if heading::show(cx, ui, rect, id, &info.label, group, self.is_focused(ui, selection, info)) {
                selection.focus = Some(info.key.clone());
                selection.at = i;
                out.toggled = Some(i);
            }
            return;
        }
        let response = ui.interact(rect, self.id.with(("row", &info.key)), Sense::CLICK);
        let selected = selection.keys.contains(&info.key);
        response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, &info.label));
        if !info.description.is_empty() {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(info.description.clone()));
        }
        if response.clicked() {
            let modifiers = ui.input(|i| i.modifiers);
            click(selection, i, &info.key, modifiers, &mut self.key_of(row), n);
            out.clicked = Some(i);
            out.selection_changed = true;
        }
        if response.double_clicked() {
            out.activated = Some(i);
        }
        if response.secondary_clicked() {
            if !selected {
                selection.only(&info.key);
                selection.at = i;
                out.selection_changed = true;
            }
            out.menu = Some(i);
        }
        let selected = selection.keys.contains(&info.key);
        // The look of hovering belongs to the row even while the pointer is over one of its buttons.
        let hovered = response.contains_pointer();
        let focused = self.is_focused(ui, selection, info);
        let open = self.expanded.is_some_and(|e| e.0 == i);
        if selected {
            ui.painter().rect_filled(rect, 0.0, t.selected);
        } else if hovered {
            ui.painter().rect_filled(rect, 0.0, t.hover);
        }
        if selected || open {
            let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
            ui.painter().rect_filled(bar, 0.0, t.accent);
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line));
        if focused {
            let ring = rect.shrink2(vec2(1.0, 1.0));
            ui.painter().rect_stroke(ring, CornerRadius::same(2), Stroke::new(1.0, t.accent), StrokeKind::Inside);
        }
        for (col, (column, place)) in self.columns.iter().zip(places).enumerate() {
            let Some((left, width)) = *place else { continue };
            let at = Rect::from_min_size(pos2(rect.left() + left, rect.top()), vec2(width, rect.height()));
            let layout = match column.align {
                Align::Max => Layout::right_to_left(Align::Center),
                _ => Layout::left_to_right(Align::Center),
            };
            let salt = ("cell", &info.key, column.id);
            let mut inner = ui.new_child(UiBuilder::new().id_salt(salt).max_rect(at).layout(layout));
            inner.shrink_clip_rect(at.expand2(vec2(INSET, 0.0)));
            inner.spacing_mut().item_spacing.x = 6.0;
            cell(&mut Cell { ui: &mut inner, cx, row: i, col, id: column.id, selected, hovered });
        }
    }

    fn key_of(&self, row: &mut impl FnMut(usize) -> RowInfo) -> impl FnMut(usize) -> String {
        move |i| match self.keys {
            Some(key) => key(i),
            None => row(i).key,
        }
    }

    /// The keyboard is on this row, and in this table.
    fn is_focused(&self, ui: &Ui, selection: &Selection, info: &RowInfo) -> bool {
        selection.focus.as_deref() == Some(info.key.as_str()) && ui.memory(|m| m.has_focus(self.id.with("body")))
    }

    /// Keys; gives the row to bring into view.
    fn keyboard(
        &self,
        ui: &Ui,
        body_id: Id,
        n: usize,
        row: &mut impl FnMut(usize) -> RowInfo,
        selection: &mut Selection,
        out: &mut TableResponse,
    ) -> Option<usize> {
        let focused = ui.memory(|m| m.focused());
        let ours = focused == Some(body_id) || (self.primary && focused.is_none());
        if n == 0 || !ours || !combinations_are_free(ui.ctx()) {
            return None;
        }
        if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::A)) {
            selection.keys = Arc::new(selection::keys(0..n, &mut self.key_of(row)));
            out.selection_changed = true;
        }
        if !keys_are_free(ui.ctx()) {
            return None;
        }
        let current = current(selection, n, &mut self.key_of(row));
        let page = ((ui.available_height() / self.row_height) as usize).saturating_sub(1).max(1);
        let (step, shift) = ui.input_mut(|i| {
            let shift = i.modifiers.shift;
            let mods = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
            let mut pressed = |key: Key| i.consume_key(mods, key);
            let last = n - 1;
            let step = if pressed(Key::ArrowDown) {
                Some(current.map_or(0, |c| (c + 1).min(last)))
            } else if pressed(Key::ArrowUp) {
                Some(current.map_or(last, |c| c.saturating_sub(1)))
            } else if pressed(Key::Home) {
                Some(0)
            } else if pressed(Key::End) {
                Some(last)
            } else if pressed(Key::PageDown) {
                Some(current.map_or(0, |c| (c + page).min(last)))
            } else if pressed(Key::PageUp) {
                Some(current.map_or(0, |c| c.saturating_sub(page)))
            } else {
                None
            };
            (step, shift)
        });
        if let Some(to) = step {
            let RowInfo { key, group, .. } = row(to);
            if group.is_some() && !shift {
                selection.focus = Some(key);
                selection.at = to;
                return Some(to);
            }
            let modifiers = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
            click(selection, to, &key, modifiers, &mut self.key_of(row), n);
            out.selection_changed = true;
            return Some(to);
        }
        if let Some(at) = current
            && let Some(group) = row(at).group
        {
            let toggle = ui.input_mut(|i| {
                let mut pressed = |key: Key| i.consume_key(Modifiers::NONE, key);
                let turned = if group.open { pressed(Key::ArrowLeft) } else { pressed(Key::ArrowRight) };
                turned || pressed(Key::Enter) || pressed(Key::Space)
            });
            if toggle {
                out.toggled = Some(at);
            }
        } else if let Some(at) = current {
            if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
                out.activated = Some(at);
            }
            if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Space)) {
                let key = row(at).key;
                click(selection, at, &key, Modifiers::COMMAND, &mut self.key_of(row), n);
                out.selection_changed = true;
            }
        }
        None
    }
}

/// The content of an opened row: base ground, accent bar, line below.
fn opened(cx: &Cx<'_>, ui: &mut Ui, rect: Rect, detail: impl FnOnce(&mut Ui)) {
    let t = cx.tokens;
    ui.painter().rect_filled(rect, 0.0, t.base);
    ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 0.0, t.accent);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.line2));
    let inner = Rect::from_min_max(rect.min + vec2(16.0, 8.0), rect.max - vec2(16.0, 8.0));
    let mut child =
        ui.new_child(UiBuilder::new().id_salt("opened").max_rect(inner).layout(Layout::top_down(Align::Min)));
    child.shrink_clip_rect(rect);
    child.spacing_mut().item_spacing.y = 4.0;
    detail(&mut child);
}
