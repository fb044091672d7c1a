//! Containers: those of Swarm bays where Magnum speaks the dialect of 2015; elsewhere, where containers live today.

mod panel;

use super::bay::{actions, parts};
use super::bay_models::head_ui;
use crate::live::command::{Change, Command, Topic};
use crate::model::bay::{Bay, Coe};
use crate::model::container::{Container, ContainerAction};
use crate::model::natural::natural;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::Icon;
use crate::ui::route::{BayTab, Route};
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link};
use crate::ui::widgets::chip::filter_chip;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::panel::side_panel;
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{age, keys_are_free, states};
use egui::{Align, Frame, Key, Label, Layout, Margin, ScrollArea, Ui, vec2};
use fluent_bundle::FluentValue;

/// The screen of containers.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ContainersView {
    filter: String,
    sort: Sort,
    #[serde(skip)]
    selection: Selection,
    /// Container whose deletion is to be confirmed.
    #[serde(skip)]
    deleting: Option<(String, String)>,
    /// Container whose log was asked for.
    #[serde(skip)]
    log_of: Option<String>,
}

/// Magnum of this region has containers of its own.
fn has_containers(cx: &Cx<'_>) -> bool {
    cx.state.signed_in().and_then(|s| s.magnum.value.as_ref()).is_some_and(|m| m.has("containers"))
}

impl ContainersView {
    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let own = has_containers(cx);
        let list = cx.state.containers.value.as_deref().map_or(&[][..], Vec::as_slice);
        if let Some(container) = self.selection.single().filter(|_| own).and_then(|id| list.iter().find(|c| c.id == id))
        {
            let (log_of, deleting) = (&mut self.log_of, &mut self.deleting);
            if side_panel(cx, ui, "container", 324.0, |ui| panel::panel_ui(cx, ui, container, log_of, deleting)) {
                self.selection.clear();
            }
        }
        head_ui(cx, ui, "containers-title", |ui| {
            let way = actions::writer(cx);
            let reason = way.as_ref().err().map_or("", String::as_str);
            let new = Button::new(cx.t("containers-new"))
                .icon(Icon::Plus)
                .primary()
                .shortcut("N")
                .enabled(way.is_ok(), reason);
            let key = keys_are_free(ui.ctx()) && ui.input(|i| i.key_pressed(Key::N) && !i.modifiers.any());
            if new.show(cx, ui).clicked() || (key && way.is_ok()) {
                cx.go(Route::NewContainer);
            }
        });
        if !own {
            return today_ui(cx, ui);
        }
        self.list_ui(cx, ui, list);
        self.delete_dialog(cx, ui);
    }

    /// The footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut footer = Footer::default();
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        if has_containers(cx) {
            if let Some(list) = &cx.state.containers.value {
                footer.left.push(cx.f("containers-footer", &[("n", FluentValue::from(list.len()))]));
            }
            if let (Some(at), None) = (cx.state.containers.loaded_at, &cx.state.containers.problem) {
                footer
                    .left
                    .push(cx.f("bay-footer-refreshed", &[("age", FluentValue::from(age::span(cx, cx.now - at)))]));
            }
            footer.keys = vec![key("/", "key-filter"), key("Space", "key-select")];
        }
        footer.keys.push(key("N", "containers-new"));
        footer
    }

    fn list_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, list: &[Container]) {
        parts::toolbar(ui, "containers", |ui| {
            let width = parts::filter_width(ui);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("containers-filter"), "containers", width);
            ui.add_space(8.0);
            filter_chip_all(cx, ui, list.len(), &mut self.filter);
        });
        let loadable = &cx.state.containers;
        if loadable.value.is_none() || loadable.problem.is_some() || list.is_empty() {
            let mut retry = false;
            Frame::new().inner_margin(Margin { left: 16, right: 16, top: 8, bottom: 8 }).show(ui, |ui| {
                ui.set_max_width(640.0);
                retry = states::loadable_ui(cx, ui, loadable, &cx.t("containers-reading"), |ui, list| {
                    if list.is_empty() && states::empty(cx, ui, &cx.t("containers-none"), Some(&cx.t("containers-new")))
                    {
                        cx.go(Route::NewContainer);
                    }
                });
            });
            if retry {
                cx.send(Command::Refresh(Topic::Containers));
            }
        }
        if list.is_empty() {
            return;
        }
        let rows = index(cx, list, &self.filter, &self.sort);
        if rows.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if states::empty(cx, ui, &cx.t("containers-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                }
            });
            return;
        }
        Table::new("containers")
            .named(cx.t("containers-title"))
            .columns(columns(cx))
            .sort(&mut self.sort)
            .selection(&mut self.selection)
            .rows(
                cx,
                ui,
                rows.len(),
                |row| {
                    let container = &list[rows[row]];
                    RowInfo {
                        key: container.id.clone(),
                        label: title(container).to_owned(),
                        description: status_words(cx, container),
                        ..RowInfo::default()
                    }
                },
                |cell| cell_ui(cx, cell, &list[rows[cell.row]]),
            );
    }

    fn delete_dialog(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let Some((id, name)) = self.deleting.clone() else { return };
        let title = cx.f("containers-delete-title", &[("name", FluentValue::from(name.as_str()))]);
        let answer = Dialog::new(title).show(cx, ui.ctx(), |ui| {
            ui.add(Label::new(text::body(cx.t("containers-delete-lost")).color(cx.tokens.text2)).wrap());
            buttons(ui, |ui| {
                let confirm = Button::new(cx.t("containers-delete-confirm")).danger_filled().show(cx, ui).clicked();
                let cancel = Button::new(cx.t("action-cancel")).show(cx, ui).clicked();
                (confirm, cancel)
            })
        });
        let (confirm, cancel) = answer.inner;
        if confirm {
            cx.change(Change::DeleteContainer { id, name });
            self.selection.clear();
        }
        if confirm || cancel || answer.close {
            self.deleting = None;
        }
    }
}

fn filter_chip_all(cx: &Cx<'_>, ui: &mut Ui, n: usize, filter: &mut String) {
    if filter_chip(cx, ui, None, &cx.t("containers-all"), Some(n), filter.is_empty()).clicked() {
        filter.clear();
    }
}

/// Name, or the uuid where there is none.
fn title(container: &Container) -> &str {
    if container.name.is_empty() { &container.id } else { &container.name }
}

fn bay_title(cx: &Cx<'_>, container: &Container) -> String {
    cx.state.bay(&container.bay_id).map_or_else(|| container.bay_id.clone(), |b| b.title().to_owned())
}

/// The status in words; one nobody knows comes back as it came.
fn status_words(cx: &Cx<'_>, container: &Container) -> String {
    match container.status.as_str() {
        "Running" => cx.t("containers-running").into_owned(),
        "Stopped" => cx.t("containers-stopped").into_owned(),
        "Paused" => cx.t("containers-paused").into_owned(),
        "Error" => cx.t("containers-error").into_owned(),
        "" => cx.t("containers-no-status").into_owned(),
        other => other.to_owned(),
    }
}

/// Fluent id of an action's button.
fn action_id(action: ContainerAction) -> &'static str {
    match action {
        ContainerAction::Start => "containers-start",
        ContainerAction::Stop => "containers-stop",
        ContainerAction::Reboot => "containers-reboot",
        ContainerAction::Pause => "containers-pause",
        ContainerAction::Unpause => "containers-unpause",
    }
}

fn act(cx: &Cx<'_>, container: &Container, action: ContainerAction) {
    cx.change(Change::ActOnContainer { id: container.id.clone(), name: title(container).to_owned(), action });
}

fn columns<'a>(cx: &Cx<'a>) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    vec![
        Column::flex("name", t("containers-col-name"), 150.0, 0.8).sortable(),
        Column::flex("status", t("containers-col-status"), 110.0, 0.4).sortable(),
        Column::flex("image", t("containers-col-image"), 120.0, 0.6).sortable(),
        Column::flex("command", t("containers-col-command"), 120.0, 1.0).rank(1),
        Column::flex("bay", t("containers-col-bay"), 100.0, 0.4).sortable(),
        Column::fixed("memory", t("containers-col-memory"), 60.0).right().rank(2),
        Column::fixed("age", t("containers-col-age"), 60.0).right().sortable().rank(3),
    ]
}

fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, container: &Container) {
    match cell.id {
        "name" => {
            cell.strong(title(container));
        }
        "status" => {
            cell.status(container.sign(), &status_words(cx, container));
        }
        "image" => {
            cell.text2(&container.image);
        }
        "command" => {
            cell.piece(&container.command, text::mono_font(), cx.tokens.text2);
        }
        "bay" => {
            cell.text2(&bay_title(cx, container));
        }
        "memory" => {
            cell.mono2(container.memory.as_deref().unwrap_or("–"));
        }
        _ => {
            if let Some(at) = container.created_at {
                parts::age_cell(cx, cell, at);
            }
        }
    }
}

fn index(cx: &Cx<'_>, list: &[Container], filter: &str, sort: &Sort) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let matches = |c: &Container, word: &String| {
        let bay = bay_title(cx, c);
        [&c.name, &c.image, &c.command, &c.status, &bay].into_iter().any(|t| t.to_lowercase().contains(word.as_str()))
    };
    let mut rows: Vec<usize> = (0..list.len()).filter(|i| words.iter().all(|w| matches(&list[*i], w))).collect();
    match sort.column.as_str() {
        "status" => rows.sort_by_key(|a| std::cmp::Reverse(list[*a].sign().severity())),
        "image" => rows.sort_by(|a, b| list[*a].image.cmp(&list[*b].image)),
        "bay" => rows.sort_by_key(|a| bay_title(cx, &list[*a])),
        "age" => rows.sort_by_key(|a| std::cmp::Reverse(list[*a].created_at)),
        _ => rows.sort_by(|a, b| natural(title(&list[*a]), title(&list[*b]))),
    }
    if sort.descending {
        rows.reverse();
    }
    rows
}

/// Where containers live on a cloud of today, and the Kubernetes bays that can take one.
fn today_ui(cx: &Cx<'_>, ui: &mut Ui) {
    Frame::new().inner_margin(Margin { left: 16, right: 16, top: 8, bottom: 16 }).show(ui, |ui| {
        ui.set_max_width(640.0);
        ui.spacing_mut().item_spacing.y = 8.0;
        let words = match cx.state.signed_in().and_then(|s| s.magnum.value.as_ref()) {
            Some(magnum) if magnum.dialect == crate::model::cloud::Dialect::Legacy => cx.t("containers-not-listed"),
            _ => cx.t("containers-today"),
        };
        ui.add(Label::new(text::body(words).color(cx.tokens.text)).wrap());
        let bays = cx.state.bays.value.as_deref().map_or(&[][..], Vec::as_slice);
        let ready: Vec<_> =
            bays.iter().filter(|b| b.status.can_enter() && matches!(b.coe, None | Some(Coe::Kubernetes))).collect();
        if ready.is_empty() {
            ui.add(Label::new(text::body(cx.t("containers-no-bay")).color(cx.tokens.text2)).wrap());
            return;
        }
        ui.label(text::small(cx.t("containers-look-into")).color(cx.tokens.text2));
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("containers-today").auto_shrink([false, true]).show_rows(
            ui,
            26.0,
            ready.len(),
            |ui, rows| {
                for bay in rows.filter_map(|row| ready.get(row)) {
                    bay_row(cx, ui, bay);
                }
            },
        );
    });
}

/// A bay, and the way to its pods.
fn bay_row(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 26.0), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(26.0);
        ui.spacing_mut().item_spacing.x = 8.0;
        crate::ui::widgets::glyph::show(ui, cx, bay.status.sign(), 11.0);
        if link(cx, ui, bay.title()).clicked() {
            cx.go_bay(&bay.id, BayTab::Pods);
        }
        if bay.health_sign() == Some(Sign::Warning) {
            ui.label(text::small(cx.t("bay-health-unhealthy")).color(cx.tokens.ink(Sign::Warning)));
        }
    });
}
