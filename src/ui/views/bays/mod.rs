//! Bays: every bay of the project with status, health, engine, size, model and age.

mod panel;
mod rows;
mod table;

use crate::live::command::{Command, Topic};
use crate::model::bay::Bay;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::route::{BayTab, Route};
use crate::ui::shell::commands::UiCommand;
use crate::ui::shell::delete::DeleteBays;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::views::bay::actions;
use crate::ui::views::export::Export;
use crate::ui::views::grouping::Grouping;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::chip::{filter_chip, filter_chip_short, filter_chip_width, menu_item};
use crate::ui::widgets::table::listing::Heading;
use crate::ui::widgets::table::{Selection, Sort};
use crate::ui::widgets::{age, search, states};
use egui::{Align, Frame, Layout, Popup, PopupCloseBehavior, Sense, Ui, vec2};
use fluent_bundle::FluentValue;
use rows::{Chip, Counts, Query};
use std::collections::{BTreeSet, HashSet};

/// Most bays in progress whose details are kept fresh for their bars.
const MOST_FOLLOWED: usize = 8;
/// Width of the filter field where chips would lose their words otherwise, and the least, points.
const SHORT_FILTER: f32 = 170.0;
const LEAST_FILTER: f32 = 120.0;
/// Seconds between two refreshes while something is in progress.
const QUICK_SECS: u32 = 5;

/// The screen of bays.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BaysView {
    filter: String,
    chip: Chip,
    coe: Option<String>,
    sort: Sort,
    hidden: BTreeSet<String>,
    grouping: Grouping,
    #[serde(skip)]
    export: Export,
    #[serde(skip)]
    selection: Selection,
    #[serde(skip)]
    delete: Option<DeleteBays>,
    #[serde(skip)]
    shown: usize,
    /// Width of the menus at the toolbar's right, as they were drawn last.
    #[serde(skip)]
    menus_width: f32,
    /// Of the last frame, for the menu above the table.
    #[serde(skip)]
    headings: Vec<Heading>,
}

impl BaysView {
    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 0.0;
        // Clusters from kubeconfigs stand among the bays, with a mark of their own.
        let bays: Vec<&Bay> = cx.state.bays.value.iter().flat_map(|b| b.iter()).chain(&cx.state.kubeconfigs).collect();
        let bays = bays.as_slice();
        if !self.selection.keys.is_empty() {
            let there: HashSet<&str> = bays.iter().map(|b| b.id.as_str()).collect();
            self.selection.retain(|k| there.contains(k.as_str()));
        }
        if let Some(bay) = self.selection.single().and_then(|id| cx.state.bay(id)) {
            let closed =
                crate::ui::widgets::panel::side_panel(cx, ui, "bays", 324.0, |ui| panel::panel_ui(cx, ui, bay));
            if closed {
                self.selection.clear();
            }
        }
        egui::CentralPanel::default().frame(Frame::new().fill(cx.tokens.panel)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.head(cx, ui, bays);
            self.toolbar(cx, ui, bays);
            self.body(cx, ui, bays);
        });
        if let Some(delete) = &mut self.delete
            && !delete.ui(cx, ui.ctx())
        {
            self.delete = None;
        }
    }

    /// What else is looked at here: the selected bay, and those in progress.
    pub fn topics(&self, cx: &Cx<'_>) -> Vec<Topic> {
        let bays = cx.state.bays.value.as_deref().map_or(&[][..], Vec::as_slice);
        let moving = bays.iter().filter(|b| b.status.in_progress()).take(MOST_FOLLOWED).map(|b| b.id.clone());
        let mut ids: Vec<String> = moving.collect();
        if let Some(id) = self.selection.single()
            && !ids.iter().any(|i| i == id)
        {
            ids.push(id.to_owned());
        }
        ids.into_iter().map(Topic::Bay).collect()
    }

    /// Texts and keys for the footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut footer = Footer::default();
        let list = &cx.state.bays;
        if let Some(bays) = &list.value {
            let all = bays.len() + cx.state.kubeconfigs.len();
            let count = [("count", FluentValue::from(all)), ("shown", FluentValue::from(self.shown))];
            let id = if self.shown == all { "bays-footer-all" } else { "bays-footer-some" };
            footer.left.push(cx.f(id, &count));
            let quick = bays.iter().any(|b| b.status.in_progress());
            let age = age::span(cx, list.age_secs(cx.now).unwrap_or_default());
            match &list.problem {
                Some(problem) => {
                    let why = cx.f(problem.kind.message_id(), &[]);
                    let args = [("age", FluentValue::from(age)), ("why", FluentValue::from(why))];
                    footer.stale = Some(cx.f("stale-line", &args));
                }
                None => {
                    let every = if quick { QUICK_SECS } else { cx.prefs.refresh_secs };
                    let id = if quick { "bays-footer-quick" } else { "bays-footer-slow" };
                    let args = [("age", FluentValue::from(age)), ("every", FluentValue::from(every))];
                    footer.left.push(cx.f(id, &args));
                }
            }
        }
        footer.keys = vec![
            ("/", cx.t("key-filter").into_owned()),
            ("Enter", cx.t("key-open").into_owned()),
            ("Space", cx.t("key-select").into_owned()),
            ("N", cx.t("bays-new").into_owned()),
        ];
        footer
    }

    fn head(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        strip(ui, 52.0, |ui| {
            ui.label(text::title(cx.t("word-bays")));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                let writer = actions::writer(cx);
                let reason = writer.as_ref().err().map_or("", String::as_str);
                let new = Button::new(cx.t("bays-new")).icon(Icon::Plus).primary().shortcut("N");
                if new.enabled(writer.is_ok(), reason).show(cx, ui).clicked() {
                    cx.go(Route::NewBay { model: None, from: None });
                }
                let kubeconfig = UiCommand::OpenKubeconfig;
                if Button::new(kubeconfig.text(cx)).icon(Icon::File).quiet().show(cx, ui).clicked() {
                    kubeconfig.run(cx, &Route::Bays);
                }
                let export = Button::new(cx.t("bays-export")).icon(Icon::Export).quiet();
                let export = export.enabled(!bays.is_empty(), &cx.t("bays-none-to-export")).show(cx, ui);
                Popup::menu(&export).show(|ui| self.export_menu(cx, ui, bays));
                let columns = Button::new(cx.t("bays-columns")).icon(Icon::Columns).quiet().show(cx, ui);
                Popup::menu(&columns)
                    .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                    .show(|ui| self.columns_menu(cx, ui));
            });
        });
    }

    fn columns_menu(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        for column in table::columns(cx).into_iter().filter(|c| c.id != "name") {
            let mut shown = !self.hidden.contains(column.id);
            ui.horizontal(|ui| {
                ui.add_space(8.0);
                if crate::ui::widgets::field::check(cx, ui, &mut shown, &column.title).changed() {
                    if shown {
                        self.hidden.remove(column.id);
                    } else {
                        self.hidden.insert(column.id.to_owned());
                    }
                }
                ui.add_space(8.0);
            });
        }
    }

    fn export_menu(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let listing = rows::listing(cx, bays, &self.query(), &self.grouping);
        let found = &listing.found;
        self.export.items(cx, ui, || table::csv(cx, bays, found));
        if menu_item(cx, ui, Some(Icon::Copy), &cx.t("bays-copy-json"), "", false) {
            let found: Vec<&Bay> = found.iter().filter_map(|i| bays.get(*i as usize).copied()).collect();
            match serde_json::to_string_pretty(&found) {
                Ok(json) => cx.act(UiAction::Copy(json)),
                Err(error) => tracing::error!(%error, "bays cannot be written as JSON"),
            }
        }
    }

    fn toolbar(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let counts = Counts::of(bays);
        strip(ui, 44.0, |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let room = ui.available_width();
            if self.selection.keys.len() > 1 {
                search::filter_field_wide(cx, ui, &mut self.filter, &cx.t("bays-filter"), "bays", SHORT_FILTER);
                ui.add_space(8.0);
                self.bulk(cx, ui);
                return;
            }
            let chips: [(Chip, Option<Sign>, &'static str, usize); 4] = [
                (Chip::All, None, "bays-chip-all", counts.all),
                (Chip::InProgress, Some(Sign::Progress), "bays-chip-progress", counts.in_progress),
                (Chip::Failed, Some(Sign::Failed), "bays-chip-failed", counts.failed),
                (Chip::Unhealthy, Some(Sign::Warning), "bays-chip-unhealthy", counts.unhealthy),
            ];
            // First the field gives way, then the words of the chips.
            let widths =
                chips.map(|(_, sign, words, count)| filter_chip_width(ui, sign, &cx.t(words), Some(count)) + 8.0);
            let left = room - self.menus_width - 16.0;
            let short = left - widths.iter().sum::<f32>() < SHORT_FILTER;
            let short_width = |(_, sign, words, count): &(Chip, Option<Sign>, &'static str, usize)| {
                let words = if sign.is_some() { "".into() } else { cx.t(words) };
                filter_chip_width(ui, *sign, &words, Some(*count)) + 8.0
            };
            let taken: f32 = if short { chips.iter().map(short_width).sum() } else { widths.iter().sum() };
            let width = (left - taken).clamp(LEAST_FILTER, search::WIDTH);
            search::filter_field_wide(cx, ui, &mut self.filter, &cx.t("bays-filter"), "bays", width);
            ui.add_space(8.0);
            for (chip, sign, words, count) in chips {
                let selected = self.chip == chip;
                let drawn = match sign.filter(|_| short) {
                    Some(sign) => filter_chip_short(cx, ui, sign, &cx.t(words), count, selected),
                    None => filter_chip(cx, ui, sign, &cx.t(words), Some(count), selected),
                };
                if drawn.clicked() {
                    self.chip = if selected { Chip::All } else { chip };
                }
            }
            let menus = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.coe_menu(cx, ui, bays);
                self.grouping.chip(cx, ui, rows::GROUPS, &self.headings);
                ui.min_rect().width()
            });
            self.menus_width = menus.inner;
        });
    }

    fn coe_menu(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let mut engines: Vec<(&str, &str)> =
            bays.iter().filter_map(|b| b.coe.as_ref()).map(|c| (c.word(), c.title())).collect();
        engines.sort_unstable();
        engines.dedup();
        let chosen = self.coe.as_deref().and_then(|c| engines.iter().find(|e| e.0 == c)).map(|e| e.1);
        let words = match chosen {
            Some(title) => title.to_owned(),
            None => cx.t("bays-any-coe").into_owned(),
        };
        let button = Button::new(words).menu().height(24.0).selected(self.coe.is_some()).show(cx, ui);
        Popup::menu(&button).show(|ui| {
            if menu_item(cx, ui, None, &cx.t("bays-any-coe"), "", self.coe.is_none()) {
                self.coe = None;
            }
            for (word, title) in engines {
                if menu_item(cx, ui, None, title, "", self.coe.as_deref() == Some(word)) {
                    self.coe = Some(word.to_owned());
                }
            }
        });
    }

    /// What can be done to all selected bays.
    fn bulk(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let ids: Vec<String> = self.selection.keys.iter().cloned().collect();
        let words = cx.f("bays-selected", &[("count", FluentValue::from(ids.len()))]);
        ui.label(text::strong(words));
        ui.add_space(4.0);
        let refused = ids.iter().filter_map(|id| cx.state.bay(id)).find_map(|b| actions::may_delete(cx, b).err());
        let delete = Button::new(cx.t("bays-delete-selected")).danger().height(24.0);
        if delete.enabled(refused.is_none(), refused.as_deref().unwrap_or_default()).show(cx, ui).clicked() {
            self.delete = Some(DeleteBays::new(ids.clone()));
        }
        if Button::new(cx.t("bays-refresh-selected")).height(24.0).show(cx, ui).clicked() {
            ids.iter().for_each(|id| cx.send(Command::Refresh(Topic::Bay(id.clone()))));
            cx.send(Command::Refresh(Topic::Bays));
        }
        if Button::new(cx.t("bays-clear-selection")).quiet().height(24.0).show(cx, ui).clicked() {
            self.selection.clear();
        }
    }

    fn body(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let list = &cx.state.bays;
        if let (Some(_), Some(problem), Some(at)) = (&list.value, &list.problem, list.loaded_at) {
            let mut retry = false;
            strip(ui, 28.0, |ui| retry = states::stale_line(cx, ui, at, problem));
            if retry {
                cx.send(Command::Refresh(Topic::Bays));
            }
        }
        self.export.logic(cx);
        let listing = rows::listing(cx, bays, &self.query(), &self.grouping);
        self.shown = listing.found.len();
        let choice = table::Choice {
            hidden: &self.hidden,
            grouping: &self.grouping,
            sort: &mut self.sort,
            selection: &mut self.selection,
        };
        let out = table::table_ui(cx, ui, bays, &listing, choice);
        self.grouping.toggle_line(&listing, out.toggled);
        if let Some(bay) = out.activated.and_then(|line| listing.row(line)).and_then(|i| bays.get(i)) {
            cx.go_bay(&bay.id, BayTab::Overview);
        }
        self.headings.clone_from(&listing.headings);
        if listing.is_empty() {
            // Where the first row would be.
            let top = ui.min_rect().top() + 52.0 + 44.0 + 28.0;
            let at = egui::Rect::from_min_max(egui::pos2(ui.min_rect().left() + 16.0, top + 12.0), ui.max_rect().max);
            let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(at.shrink2(vec2(8.0, 0.0))));
            self.nothing(cx, &mut inside, bays);
        }
    }

    fn nothing(&mut self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let list = &cx.state.bays;
        if list.value.is_none() {
            match &list.problem {
                Some(problem) => {
                    crate::ui::widgets::problem::problem_ui(cx, ui, problem);
                    ui.add_space(8.0);
                    if Button::new(cx.t("action-retry")).show(cx, ui).clicked() {
                        cx.send(Command::Refresh(Topic::Bays));
                    }
                }
                None => states::loading(cx, ui, list.loading_since, &cx.t("bays-reading")),
            }
        } else if bays.is_empty() {
            if states::empty(cx, ui, &cx.t("bays-empty"), Some(&cx.t("bays-new"))) {
                cx.go(Route::NewBay { model: None, from: None });
            }
        } else if states::empty(cx, ui, &cx.t("bays-nothing-matches"), Some(&cx.t("bays-show-all"))) {
            self.filter.clear();
            self.chip = Chip::All;
            self.coe = None;
        }
    }

    fn query(&self) -> Query<'_> {
        Query { filter: &self.filter, chip: self.chip, coe: self.coe.as_deref(), sort: &self.sort }
    }
}

/// A strip over the whole width with the page's inset, its content centred on its height.
fn strip(ui: &mut Ui, height: f32, content: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner).layout(layout), content);
}
