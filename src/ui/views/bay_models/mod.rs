//! Bay models: the recipes bays are made from, and which bays use them.

mod panel;

use super::bay::{actions, parts};
use crate::live::command::{Command, Topic};
use crate::model::bay_model::BayModel;
use crate::model::natural::natural;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::route::Route;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::panel::side_panel;
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::table::{Cell, Column, RowInfo, Selection, Sort, Table};
use crate::ui::widgets::{age, keys_are_free, states};
use egui::{Align, Frame, Key, Layout, Margin, Sense, Ui, UiBuilder, vec2};
use fluent_bundle::FluentValue;

/// Height of a screen's head, points.
const HEAD: f32 = 52.0;

/// The screen of bay models.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BayModelsView {
    filter: String,
    sort: Sort,
    #[serde(skip)]
    selection: Selection,
}

impl BayModelsView {
    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let models = cx.state.bay_models.value.as_deref().map_or(&[][..], Vec::as_slice);
        if let Some(model) = self.selection.single().and_then(|id| models.iter().find(|m| m.id == id))
            && side_panel(cx, ui, "bay-model", 324.0, |ui| panel::panel_ui(cx, ui, model))
        {
            self.selection.clear();
        }
        head_ui(cx, ui, "word-bay-models", |ui| {
            let way = actions::writer(cx);
            let reason = way.as_ref().err().map_or("", String::as_str);
            let new = Button::new(cx.t("bay-models-new"))
                .icon(Icon::Plus)
                .primary()
                .shortcut("N")
                .enabled(way.is_ok(), reason);
            let key = keys_are_free(ui.ctx()) && ui.input(|i| i.key_pressed(Key::N) && !i.modifiers.any());
            if new.show(cx, ui).clicked() || (key && way.is_ok()) {
                cx.go(Route::NewBayModel { from: None });
            }
        });
        parts::toolbar(ui, "bay-models", |ui| {
            let width = parts::filter_width(ui);
            filter_field_wide(cx, ui, &mut self.filter, &cx.t("bay-models-filter"), "bay-models", width);
        });
        let loadable = &cx.state.bay_models;
        if loadable.value.as_ref().is_some_and(|m| !m.is_empty()) && loadable.problem.is_none() {
            self.list(cx, ui, models);
            return;
        }
        let mut retry = false;
        Frame::new().inner_margin(Margin { left: 16, right: 16, top: 8, bottom: 8 }).show(ui, |ui| {
            ui.set_max_width(640.0);
            retry = states::loadable_ui(cx, ui, loadable, &cx.t("bay-models-reading"), |ui, models| {
                if models.is_empty() && states::empty(cx, ui, &cx.t("bay-models-none"), Some(&cx.t("bay-models-new"))) {
                    cx.go(Route::NewBayModel { from: None });
                }
            });
        });
        if retry {
            cx.send(Command::Refresh(Topic::BayModels));
        }
        if !models.is_empty() {
            self.list(cx, ui, models);
        }
    }

    /// The footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut footer = Footer::default();
        if let Some(models) = &cx.state.bay_models.value {
            footer.left.push(cx.f("bay-models-footer", &[("n", FluentValue::from(models.len()))]));
        }
        if let (Some(at), None) = (cx.state.bay_models.loaded_at, &cx.state.bay_models.problem) {
            footer.left.push(cx.f("bay-footer-refreshed", &[("age", FluentValue::from(age::span(cx, cx.now - at)))]));
        }
        let key = |key: &'static str, id: &'static str| (key, cx.t(id).into_owned());
        footer.keys = vec![key("/", "key-filter"), key("Space", "key-select"), key("N", "bay-models-new")];
        footer
    }

    fn list(&mut self, cx: &Cx<'_>, ui: &mut Ui, models: &[BayModel]) {
        let rows = index(cx, models, &self.filter, &self.sort);
        if rows.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if states::empty(cx, ui, &cx.t("bay-models-none-match"), Some(&cx.t("filter-show-all"))) {
                    self.filter.clear();
                }
            });
            return;
        }
        Table::new("bay-models")
            .named(cx.t("word-bay-models"))
            .columns(columns(cx, ui))
            .sort(&mut self.sort)
            .selection(&mut self.selection)
            .rows(
                cx,
                ui,
                rows.len(),
                |row| {
                    let model = &models[rows[row]];
                    RowInfo {
                        key: model.id.clone(),
                        label: model.title().to_owned(),
                        description: model.spec.image.clone(),
                        ..RowInfo::default()
                    }
                },
                |cell| cell_ui(cx, cell, &models[rows[cell.row]]),
            );
    }
}

/// A screen's head: its title, and buttons from the right.
pub fn head_ui<'a>(cx: &Cx<'a>, ui: &mut Ui, title: &'a str, buttons: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().id_salt(("head", title)).max_rect(inner).layout(layout), |ui| {
        let words = cx.t(title);
        let galley = crate::ui::widgets::line(ui, &words, text::title_font(), cx.tokens.text, inner.width() * 0.5);
        let (at, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, &words));
        crate::ui::widgets::paint_left(ui.painter(), at.left_center(), galley);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            buttons(ui);
        });
    });
}

/// Bays that use a model.
fn used_by(cx: &Cx<'_>, model: &str) -> usize {
    cx.state.bays.value.as_ref().map_or(0, |bays| bays.iter().filter(|b| b.model_id == model).count())
}

/// What stands in the way of deleting a model: Magnum refuses while bays use it
/// (`magnum/db/sqlalchemy/api.py`, `destroy_cluster_template`).
fn may_delete(cx: &Cx<'_>, model: &BayModel) -> actions::Way {
    actions::writer(cx)?;
    match used_by(cx, &model.id) {
        0 => Ok(()),
        n => Err(cx.f("bay-models-in-use", &[("n", FluentValue::from(n))])),
    }
}

fn ask_delete(cx: &Cx<'_>, model: &BayModel) {
    cx.act(UiAction::AskDeleteBayModel(model.id.clone()));
}

fn columns<'a>(cx: &Cx<'a>, ui: &Ui) -> Vec<Column> {
    let t = |id: &'a str| cx.t(id).into_owned();
    // As wide as head and words are in this language.
    let width = |font: egui::FontId, words: &str| {
        crate::ui::widgets::line(ui, words, font, cx.tokens.text, f32::INFINITY).size().x.ceil() + 1.0
    };
    let head = |id: &'a str, least: f32| width(text::small_font(), &cx.t(id)).max(least);
    let public = ["bay-models-public", "bay-models-private"].map(|id| width(text::body_font(), &cx.t(id)));
    let public = public.into_iter().fold(head("bay-models-col-public", 60.0), f32::max);
    // A head that can be sorted by keeps room for its arrow.
    let used = head("bay-models-col-used", 38.0) + 14.0;
    vec![
        Column::flex("name", t("bay-models-col-name"), 150.0, 1.0).sortable(),
        Column::flex("engine", t("bay-models-col-engine"), 96.0, 0.4).sortable(),
        Column::flex("image", t("bay-models-col-image"), 120.0, 0.8).sortable().rank(1),
        Column::flex("flavors", t("bay-models-col-flavors"), 130.0, 0.6).rank(3),
        Column::fixed("network", t("bay-models-col-network"), head("bay-models-col-network", 60.0)).rank(4),
        Column::fixed("public", t("bay-models-col-public"), public).rank(6),
        Column::fixed("labels", t("bay-models-col-labels"), head("bay-models-col-labels", 44.0)).right().rank(5),
        Column::fixed("used", t("bay-models-col-used"), used).right().sortable(),
        Column::fixed("age", t("bay-models-col-age"), 64.0).right().sortable().rank(2),
    ]
}

fn cell_ui(cx: &Cx<'_>, cell: &mut Cell<'_, '_, '_>, model: &BayModel) {
    let spec = &model.spec;
    match cell.id {
        "name" => {
            cell.strong(model.title());
        }
        "engine" => {
            cell.text(spec.coe.as_ref().map_or("", |c| c.title()));
        }
        "image" => {
            cell.text2(&spec.image);
        }
        "flavors" => {
            cell.text2(&flavors(spec.flavor.as_deref(), spec.master_flavor.as_deref()));
        }
        "network" => {
            cell.text2(spec.network_driver.as_deref().unwrap_or_default());
        }
        "public" => {
            if spec.public {
                cell.text2(&cx.t("bay-models-public"));
            } else {
                cell.dim(&cx.t("bay-models-private"));
            }
        }
        "labels" => {
            cell.mono2(&spec.labels.len().to_string());
        }
        "used" => {
            let n = used_by(cx, &model.id);
            if n == 0 {
                cell.dim("0")
            } else {
                cell.mono(&n.to_string())
            };
        }
        _ => {
            if let Some(at) = model.created_at {
                parts::age_cell(cx, cell, at);
            }
        }
    }
}

/// Flavor of workers, and that of masters where it is another one.
fn flavors(workers: Option<&str>, masters: Option<&str>) -> String {
    match (workers, masters) {
        (Some(w), Some(m)) if w != m => format!("{w}, {m}"),
        (Some(one), _) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

fn index(cx: &Cx<'_>, models: &[BayModel], filter: &str, sort: &Sort) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let matches = |m: &BayModel, word: &String| {
        let coe = m.spec.coe.as_ref().map_or("", |c| c.title());
        let flavor = m.spec.flavor.as_deref().unwrap_or_default();
        [&m.name, &m.spec.image, coe, flavor].into_iter().any(|t| t.to_lowercase().contains(word.as_str()))
            || m.spec.labels.iter().any(|(k, v)| format!("{k}={v}").to_lowercase().contains(word.as_str()))
    };
    let mut rows: Vec<usize> = (0..models.len()).filter(|i| words.iter().all(|w| matches(&models[*i], w))).collect();
    match sort.column.as_str() {
        "engine" => rows.sort_by(|a, b| models[*a].spec.coe.cmp(&models[*b].spec.coe)),
        "image" => rows.sort_by(|a, b| models[*a].spec.image.cmp(&models[*b].spec.image)),
        "used" => rows.sort_by_key(|a| used_by(cx, &models[*a].id)),
        // The youngest has the smallest age.
        "age" => rows.sort_by_key(|a| std::cmp::Reverse(models[*a].created_at)),
        _ => rows.sort_by(|a, b| natural(models[*a].title(), models[*b].title())),
    }
    if sort.descending {
        rows.reverse();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::flavors;

    #[test]
    fn one_flavor_is_told_once() {
        assert_eq!(flavors(Some("a"), Some("a")), "a");
        assert_eq!(flavors(Some("a"), Some("b")), "a, b");
        assert_eq!(flavors(None, Some("b")), "b");
        assert_eq!(flavors(None, None), "");
    }
}
