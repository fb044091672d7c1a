//! The command palette: commands, screens, bays, bay models, workloads and pods of open bays, by name.

use super::commands::{UiCommand, key_names};
use crate::model::columns::PodTable;
use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::{self, Icon};
use crate::ui::route::{BayTab, Route};
use crate::ui::text;
use crate::ui::widgets::select::bare_edit;
use crate::ui::widgets::{glyph, line, paint_left, paint_right};
use egui::{
    Align2, Context, CornerRadius, Frame, Id, Key, Modal, Modifiers, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};

const WIDTH: f32 = 560.0;
const ROW: f32 = 30.0;
/// Most of one sort that are listed.
const MOST_OF_A_SORT: usize = 12;

/// State of the palette.
#[derive(Debug, Default)]
pub struct Palette {
    open: bool,
    query: String,
    at: usize,
    fresh: bool,
}

/// What an entry does.
#[derive(Debug, Clone)]
enum Target {
    Command(UiCommand),
    Go(Route),
    Map { bay: String, filter: String, pod: Option<(String, String)> },
}

struct Entry {
    icon: Result<Sign, Icon>,
    title: String,
    detail: String,
    keys: String,
    refused: Option<&'static str>,
    target: Target,
}

impl Palette {
    /// Opens or closes it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
        self.query.clear();
        self.at = 0;
        self.fresh = true;
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// It is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Draws it, if open.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &Context, route: &Route) {
        if !self.open {
            return;
        }
        let t = cx.tokens;
        let entries = entries(cx, ctx, route, &self.query);
        self.at = self.at.min(entries.len().saturating_sub(1));
        // Taken before the text field sees them.
        let step = ctx.input_mut(|i| {
            let down = i.consume_key(Modifiers::NONE, Key::ArrowDown);
            let up = i.consume_key(Modifiers::NONE, Key::ArrowUp);
            i32::from(down) - i32::from(up)
        });
        if step != 0 && !entries.is_empty() {
            self.at = (self.at as i64 + i64::from(step)).rem_euclid(entries.len() as i64) as usize;
        }
        let enter = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        let mut run = if enter { entries.get(self.at) } else { None };
        let shadow = egui::Shadow { offset: [0, 6], blur: 20, spread: 0, color: t.shadow };
        let frame = Frame::new().fill(t.popup).stroke(Stroke::new(1.0, t.line2)).corner_radius(6).shadow(shadow);
        let area = Modal::default_area(Id::unique("palette"))
            .anchor(Align2::CENTER_TOP, [0.0, 64.0])
            .accessible_name(cx.t("command-palette"))
            .role(egui::accesskit::Role::Dialog);
        let shown = Modal::new(Id::unique("palette")).area(area).backdrop_color(t.dim).frame(frame).show(ctx, |ui| {
            ui.set_width(WIDTH.min(ctx.content_rect().width() - 40.0));
            ui.spacing_mut().item_spacing.y = 0.0;
            self.field(cx, ui);
            crate::ui::widgets::separator(ui, t);
            ui.add_space(4.0);
            if entries.is_empty() {
                ui.horizontal(|ui| {
                    ui.add_space(14.0);
                    ui.label(text::body(cx.t("select-nothing-found")).color(t.text2));
                });
                ui.add_space(6.0);
            }
            let height = (ctx.content_rect().height() - 220.0).max(120.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for (i, entry) in entries.iter().enumerate() {
                    let response = row(cx, ui, entry, i == self.at);
                    if step != 0 && i == self.at {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        run = Some(entry);
                    }
                }
            });
            ui.add_space(4.0);
        });
        if let Some(entry) = run
            && entry.refused.is_none()
        {
            carry_out(cx, &entry.target, route);
            self.open = false;
        }
        if shown.should_close() {
            self.open = false;
        }
    }

    fn field(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.set_height(40.0);
            ui.add_space(14.0);
            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
            icons::paint(ui.painter(), rect.center(), Icon::Search, 15.0, cx.tokens.text2);
            let hint = cx.t("search-hint");
            let width = ui.available_width() - 14.0;
            let response =
                ui.add(bare_edit(&mut self.query, &hint, cx).id(Id::unique("palette-query")).desired_width(width));
            let response = response.accessible_name(cx.t("palette-query"));
            if self.fresh {
                response.request_focus();
                self.fresh = false;
            }
            if response.changed() {
                self.at = 0;
            }
        });
    }
}

fn carry_out(cx: &Cx<'_>, target: &Target, route: &Route) {
    match target {
        Target::Command(command) => command.run(cx, route),
        Target::Go(route) => cx.go(route.clone()),
        Target::Map { bay, filter, pod } => {
            cx.act(UiAction::ShowOnMap { bay: bay.clone(), filter: filter.clone(), pod: pod.clone() });
        }
    }
}

fn row(cx: &Cx<'_>, ui: &mut Ui, entry: &Entry, active: bool) -> egui::Response {
    let t = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, entry.refused.is_none(), active, &entry.title));
    if !entry.detail.is_empty() {
        // Names repeat: what and where it is tells them apart.
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(entry.detail.clone()));
    }
    let inner = rect.shrink2(vec2(5.0, 0.0));
    if active {
        ui.painter().rect_filled(inner, CornerRadius::same(4), t.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(inner, CornerRadius::same(4), t.hover);
    }
    let at = pos2(rect.left() + 22.0, rect.center().y);
    match entry.icon {
        Ok(sign) => glyph::paint(ui.painter(), at, sign, 12.0, t.ink(sign)),
        Err(icon) => icons::paint(ui.painter(), at, icon, 14.0, t.text2),
    }
    let right = match entry.refused {
        Some(reason) => line(ui, &cx.f(reason, &[]), text::small_font(), t.text3, 240.0),
        None if entry.keys.is_empty() => line(ui, &entry.detail, text::small_font(), t.text3, 240.0),
        None => line(ui, &entry.keys, text::mono_small_font(), t.text3, 240.0),
    };
    let ink = if entry.refused.is_some() { t.text3 } else { t.text };
    let room = rect.width() - 64.0 - right.size().x;
    paint_left(
        ui.painter(),
        pos2(rect.left() + 38.0, rect.center().y),
        line(ui, &entry.title, text::body_font(), ink, room),
    );
    paint_right(ui.painter(), pos2(rect.right() - 14.0, rect.center().y), right);
    response
}

/// What matches: every word of the query must be somewhere in the title or the detail. Best first: titles that begin
/// with the query, then commands, bays, bay models, workloads, pods.
fn entries(cx: &Cx<'_>, ctx: &Context, route: &Route, query: &str) -> Vec<Entry> {
    use strum::IntoEnumIterator as _;
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let matches = |title: &str, detail: &str| {
        let (title, detail) = (title.to_lowercase(), detail.to_lowercase());
        words.iter().all(|w| title.contains(w) || detail.contains(w))
    };
    let mut found: Vec<Entry> = Vec::new();
    for command in UiCommand::iter().filter(|c| *c != UiCommand::Palette) {
        let title = command.text(cx);
        if matches(&title, "") {
            let keys = command.shortcut().map(|s| key_names(ctx, &s)).unwrap_or_default();
            let refused = command.can_run(cx, route).err();
            let target = Target::Command(command);
            found.push(Entry { icon: Err(command.icon()), title, detail: String::new(), keys, refused, target });
        }
    }
    if words.is_empty() {
        found.retain(|e| e.refused.is_none());
    }
    let bay_word = cx.t("word-bay").into_owned();
    for bay in
        cx.state.bays.value.iter().flat_map(|b| b.iter()).filter(|b| matches(b.title(), &b.id)).take(MOST_OF_A_SORT)
    {
        found.push(Entry {
            icon: Ok(bay.status.sign()),
            title: bay.title().to_owned(),
            detail: bay_word.clone(),
            keys: String::new(),
            refused: None,
            target: Target::Go(Route::Bay(bay.id.clone(), BayTab::Overview)),
        });
    }
    if !words.is_empty() {
        let model_word = cx.t("word-bay-model").into_owned();
        let models = cx.state.bay_models.value.iter().flat_map(|m| m.iter());
        for model in models.filter(|m| matches(m.title(), &m.id)).take(MOST_OF_A_SORT) {
            found.push(Entry {
                icon: Err(Icon::BayModels),
                title: model.title().to_owned(),
                detail: model_word.clone(),
                keys: String::new(),
                refused: None,
                target: Target::Go(Route::BayModels),
            });
        }
        inside_entries(cx, &matches, &words, &mut found);
    }
    if let Some(first) = words.first() {
        found.sort_by_key(|e| !e.title.to_lowercase().starts_with(first.as_str()));
    }
    found
}

/// Workloads and pods of the bays whose inside is known.
fn inside_entries(cx: &Cx<'_>, matches: &impl Fn(&str, &str) -> bool, words: &[String], found: &mut Vec<Entry>) {
    let mut insides: Vec<_> = cx.state.insides.iter().collect();
    insides.sort_by_key(|(id, _)| (*id).clone());
    for (id, inside) in insides {
        let bay = cx.state.bay(id).map_or(id.as_str(), |b| b.title());
        for workload in inside.workloads.iter().filter(|w| matches(&w.name, &w.namespace)).take(MOST_OF_A_SORT) {
            found.push(Entry {
                icon: Ok(workload.sign),
                title: workload.name.clone(),
                detail: format!("{} · {} · {bay}", workload.kind.word(), workload.namespace),
                keys: String::new(),
                refused: None,
                target: Target::Map { bay: id.clone(), filter: format!("workload:{}", workload.name), pod: None },
            });
        }
        for pod in find_pods(&inside.pods, words) {
            let (namespace, name) = (inside.pods.namespace_of(pod).to_owned(), inside.pods.name[pod].to_string());
            found.push(Entry {
                icon: Ok(inside.pods.sign[pod]),
                title: name.clone(),
                detail: format!("Pod · {namespace} · {bay}"),
                keys: String::new(),
                refused: None,
                target: Target::Map { bay: id.clone(), filter: String::new(), pod: Some((namespace, name)) },
            });
        }
    }
}

/// Pods whose name holds every word; pod names are lower case by Kubernetes' own rule.
fn find_pods(pods: &PodTable, words: &[String]) -> Vec<usize> {
    let Some((first, others)) = words.split_first() else { return (0..pods.len().min(MOST_OF_A_SORT)).collect() };
    let found = pods.name.holding(first);
    found.filter(|pod| others.iter().all(|w| pods.name[*pod].contains(w.as_str()))).take(MOST_OF_A_SORT).collect()
}
