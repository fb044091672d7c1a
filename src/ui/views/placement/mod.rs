//! Placement: the map of a bay's nodes and pods, with what one needs around it: toolbar, legend, minimap, card, panel.

mod card;
mod chosen;
mod corner;
mod export;
mod figures;
mod group;
mod legend;
mod node;
mod panel;
mod pod;
mod save;
mod toolbar;
mod workload;

use super::bay::inside;
use super::pods::drawer::{Drawer, Shows};
use super::workloads::scale::Scaling;
use crate::live::command::{Change, ObjectRef};
use crate::model::bay::BayId;
use crate::model::cluster::Picture;
use crate::model::workload::{Workload, WorkloadKind};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::map::chunks::Work;
use crate::ui::map::color::ColorBy;
use crate::ui::map::filter::Filter;
use crate::ui::map::order::{GroupBy, OrderBy};
use crate::ui::map::prepared::{Choice, Prepared};
use crate::ui::map::select::{self, Spot};
use crate::ui::map::view::{Happened, MapView};
use crate::ui::route::BayTab;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::chip::group as grouped;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::{keys_are_free, states};
use egui::{Frame, Key, Label, Margin, Ui, UiBuilder};
use fluent_bundle::FluentValue;
use panel::{Asked, PANEL};
use std::collections::HashSet;
use std::sync::Arc;

/// Which object the panel tells of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Shown {
    /// None: it is closed.
    #[default]
    Nothing,
    /// The selected spot: a pod, a tile's node or workload, a group.
    Spot,
    /// The pods chosen with a box.
    Chosen,
    /// A workload: kind, namespace, name.
    Workload(WorkloadKind, String, String),
}

/// The Placement tab.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PlacementView {
    /// What tiles are grouped by.
    pub group: GroupBy,
    /// In which order nodes stand.
    pub order: OrderBy,
    /// What colours tell.
    pub color: ColorBy,
    /// What the map is filtered by, in the bay that it showed last.
    filter: String,
    bay: BayId,
    #[serde(skip)]
    map: MapView,
    #[serde(skip)]
    selected: Option<Spot>,
    #[serde(skip)]
    shown: Shown,
    #[serde(skip)]
    wanted: Option<(String, String)>,
    #[serde(skip)]
    drawer: Drawer,
    #[serde(skip)]
    scaling: Scaling,
    #[serde(skip)]
    deleting: Option<ObjectRef>,
    #[serde(skip)]
    saving: save::Saving,
    #[serde(skip)]
    export: Option<export::Export>,
    #[serde(skip)]
    summary: chosen::Summary,
    #[serde(skip)]
    wanted_node: Option<String>,
    #[serde(skip)]
    legend: legend::Legend,
    #[serde(skip)]
    far: bool,
}

impl PlacementView {
    /// Shows what a filter finds in a bay; the pod, by namespace and name, is selected and brought into view.
    pub fn show(&mut self, bay: &str, filter: String, pod: Option<(String, String)>) {
        self.turn_to(bay);
        self.filter = filter;
        self.selected = None;
        self.shown = Shown::Nothing;
        self.wanted = pod;
        self.legend.forget();
    }

    /// The colours or the filter ask what pods use.
    pub fn looks_at_use(&self) -> bool {
        self.color == ColorBy::Use || Filter::parse(&self.filter).asks_for_use()
    }

    /// How much of the map has been drawn as pixels so far.
    pub fn work(&self) -> Work {
        self.map.work()
    }

    /// Another bay: its map begins anew, with the choices of the one before.
    fn turn_to(&mut self, bay: &str) {
        if self.bay == bay {
            return;
        }
        *self = PlacementView {
            group: self.group,
            order: self.order,
            color: self.color,
            bay: bay.to_owned(),
            ..Default::default()
        };
    }

    /// Draws the tab into all the room there is.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &BayId) {
        self.turn_to(bay);
        self.saving.logic(cx);
        inside::inside_ui(cx, ui, bay, |ui, _| {
            if let Some(picture) = cx.state.insides.get(bay) {
                self.content(cx, ui, bay, picture);
            }
        });
        self.delete_dialog(cx, ui);
        self.export_ui(cx, ui);
    }

    /// What the footer says and which keys work here.
    pub fn footer(&self, cx: &Cx<'_>, bay: &BayId) -> Footer {
        let mut footer = Footer::default();
        let Some(picture) = cx.state.insides.get(bay).filter(|p| inside::has_data(p)) else { return footer };
        let counts = [
            ("n", FluentValue::from(picture.nodes.len())),
            ("nodes", FluentValue::from(grouped(picture.nodes.len()))),
            ("pods", FluentValue::from(grouped(picture.pods.len()))),
        ];
        footer.left.push(cx.f(if self.far { "placement-footer-far" } else { "placement-footer" }, &counts));
        let (live, stale) = inside::footer_words(cx, Some(picture));
        footer.left.extend(live);
        footer.stale = stale;
        let mut key = |name, id| footer.keys.push((name, cx.f(id, &[])));
        key("← ↑ ↓ →", "placement-key-move");
        key("+ −", "placement-key-zoom");
        key("F", "placement-key-fit");
        // The footer shows as many as it has room for; the list of keys shows them all.
        let trouble = ("N", "placement-key-trouble");
        let filter = ("/", "placement-key-filter");
        let (first, second) = if self.far { (trouble, filter) } else { (filter, trouble) };
        key(first.0, first.1);
        key("T", "placement-key-table");
        key(second.0, second.1);
        key("Z", "placement-key-zoom-to");
        key("B", "placement-key-box");
        key("L", "pods-log");
        key("Y", "pods-yaml");
        key("Shift ← ↑ ↓ →", "placement-key-nodes");
        key("Backspace", "placement-key-up");
        key("X", "placement-key-add");
        footer
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &BayId, picture: &Arc<Picture>) {
        if picture.nodes.is_empty() && picture.pods.is_empty() {
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
                if states::empty(cx, ui, &cx.t("placement-empty"), Some(&cx.t("placement-empty-events"))) {
                    cx.go_bay(bay, BayTab::Events);
                }
            });
            return;
        }
        let choice = Choice { group: self.group, order: self.order, color: self.color };
        self.scaling.logic(cx, picture);
        let before = self.selected;
        self.map.update(cx, ui, picture, &self.filter, choice, &mut self.selected);
        self.take_wanted(picture);
        // Spots are numbers in the picture that is drawn, which is an older one while a large new one is made ready.
        let drawn = self.map.prepared().map_or_else(|| picture.clone(), |ready| ready.picture.clone());
        let picture = &drawn;
        if before.is_some() && self.selected.is_none() && self.shown == Shown::Spot {
            self.shown = Shown::Nothing;
        }
        if self.shown == Shown::Chosen && self.map.prepared().is_none_or(|r| r.chosen.is_none()) {
            self.shown = Shown::Nothing;
        }
        let all = ui.available_rect_before_wrap();
        let drawer = self.drawer_lies_open();
        self.panel(cx, ui, bay, picture);
        let lies_over = self.shown != Shown::Nothing && ui.available_rect_before_wrap() == all;
        // Where the panel lies over the content, the map keeps to the room beside it.
        let mut room = ui.available_rect_before_wrap();
        if lies_over && all.width() > 2.0 * PANEL {
            room.max.x -= PANEL;
        }
        let mut beside = ui.new_child(UiBuilder::new().id_salt("beside").max_rect(room));
        beside.set_clip_rect(room.intersect(ui.clip_rect()));
        beside.spacing_mut().item_spacing.y = 0.0;
        let ui = &mut beside;
        if let (Some(pod), Shown::Spot) = (self.selected_pod(picture, bay), &self.shown) {
            self.drawer.ui(cx, ui, &pod);
        }
        self.toolbar(cx, ui, picture);
        let room = ui.available_rect_before_wrap();
        let happened = self.map.ui(cx, ui, room, self.selected);
        self.legend_ui(cx, ui, room);
        self.corner_ui(cx, ui, room, &happened);
        // What lies on top is closed first, and nothing else with it.
        let happened = Happened { cleared: happened.cleared && !drawer, ..happened };
        self.follow(cx, ui, bay, picture, happened);
    }

    /// The selected pod's log or YAML is on screen.
    fn drawer_lies_open(&self) -> bool {
        self.drawer.open.is_some() && self.shown == Shown::Spot && matches!(self.selected, Some(Spot::Pod(_)))
    }

    /// The pod or workload that another screen asked to show.
    fn take_wanted(&mut self, picture: &Arc<Picture>) {
        let Some(ready) = self.map.prepared().filter(|r| Arc::ptr_eq(&r.picture, picture)) else { return };
        if let Some(name) = &self.wanted_node
            && let Some(tile) = tile_of_node(ready, name)
        {
            self.wanted_node = None;
            self.select(Spot::Tile(tile));
            return;
        }
        if let Some((namespace, name)) = self.wanted.take() {
            let pods = &ready.picture.pods;
            let found = (0..pods.len()).find(|p| pods.name[*p] == *name && pods.namespace_of(*p) == namespace);
            if let Some(pod) = found {
                self.select(Spot::Pod(pod as u32));
                return;
            }
        }
        // A filter of one workload tells of that workload until something is chosen.
        if self.shown == Shown::Nothing
            && self.legend.is_new(&self.filter)
            && let Some(workload) = workload_of(&ready.picture, &self.filter)
        {
            self.shown = Shown::Workload(workload.kind, workload.namespace.clone(), workload.name.clone());
        }
    }

    /// Selects a spot, tells of it and brings it into view.
    fn select(&mut self, spot: Spot) {
        self.selected = Some(spot);
        self.shown = Shown::Spot;
        self.map.show(spot);
    }

    fn selected_pod(&self, picture: &Picture, bay: &BayId) -> Option<ObjectRef> {
        let Some(Spot::Pod(pod)) = self.selected else { return None };
        let pods = &picture.pods;
        Some(ObjectRef {
            bay: bay.clone(),
            kind: "Pod".into(),
            namespace: pods.namespace_of(pod as usize).to_owned(),
            name: pods.name.get(pod as usize)?.to_string(),
        })
    }

    /// What was done on the map.
    fn follow(&mut self, cx: &Cx<'_>, ui: &mut Ui, bay: &BayId, picture: &Arc<Picture>, happened: Happened) {
        self.far = happened.far;
        if happened.table {
            cx.act(UiAction::ShowPods { bay: bay.clone(), filter: self.filter.clone() });
        }
        if happened.cleared {
            self.close_panel();
        }
        if let Some(pods) = &happened.boxed {
            self.map.hold_still();
            self.choose(pods);
        }
        if let (Some(spot), Some(ready)) = (happened.toggled, self.map.prepared()) {
            let pods = toggled_pods(ready, spot);
            self.map.hold_still();
            self.choose(&pods);
        }
        match happened.chosen {
            // Pressed once more, a node leads to its pods; from far away the way is nearer first.
            Some(Some(spot)) if self.selected == Some(spot) && happened.by_key => {
                if happened.far {
                    self.map.zoom_to_selection(cx, ui, Some(spot));
                } else if let Some(inside) = self.map.go_inside(spot) {
                    self.selected = Some(inside);
                }
            }
            Some(Some(spot)) => {
                self.map.hold_still();
                self.map.choose(&[]);
                self.select(spot);
            }
            Some(None) => self.close_panel(),
            None => {}
        }
        if let Some(spot) = happened.zoomed {
            self.map.zoom_to_selection(cx, ui, Some(spot));
        }
        let keys = keys_are_free(ui.ctx());
        if keys && self.shown == Shown::Spot && matches!(self.selected, Some(Spot::Pod(_))) {
            if ui.input(|i| i.key_pressed(Key::L) && i.modifiers.is_none()) {
                self.drawer.toggle(Shows::Log);
            }
            if ui.input(|i| i.key_pressed(Key::Y) && i.modifiers.is_none()) {
                self.drawer.toggle(Shows::Yaml);
            }
        }
        if let (Some((spot, rect)), Some(ready)) = (happened.pointed, self.map.prepared())
            && Arc::ptr_eq(&ready.picture, picture)
            && !egui::Popup::is_any_open(ui.ctx())
            // What the panel tells of needs no card, nor does what one drags over.
            && !(self.shown == Shown::Spot && self.selected == Some(spot))
            && !ui.input(|i| i.pointer.is_decidedly_dragging())
        {
            card::card_ui(cx, ui, ready, spot, rect, happened.far);
        }
    }

    /// Chooses these pods and tells of them.
    fn choose(&mut self, pods: &[u32]) {
        self.map.choose(pods);
        self.selected = None;
        self.shown = if pods.is_empty() { Shown::Nothing } else { Shown::Chosen };
        self.drawer.open = None;
    }

    fn close_panel(&mut self) {
        self.map.choose(&[]);
        self.selected = None;
        self.shown = Shown::Nothing;
        self.drawer.open = None;
    }

    fn delete_dialog(&mut self, cx: &Cx<'_>, ui: &Ui) {
        let Some(pod) = self.deleting.clone() else { return };
        let orphan = cx.state.insides.get(&pod.bay).is_some_and(|p| {
            let pods = &p.pods;
            let mut found =
                (0..pods.len()).filter(|n| pods.name[*n] == *pod.name && pods.namespace_of(*n) == pod.namespace);
            found.next().is_some_and(|n| pods.owner_of(n).is_empty())
        });
        let title = cx.f("placement-delete-title", &[("name", FluentValue::from(pod.name.as_str()))]);
        let shown = Dialog::new(title).show(cx, ui.ctx(), |ui| {
            let id = if orphan { "placement-delete-orphan" } else { "placement-delete-replaced" };
            ui.add(Label::new(text::body(cx.t(id)).color(cx.tokens.text2)).wrap());
            buttons(ui, |ui| {
                let confirm = Button::new(cx.t("placement-delete-confirm")).danger_filled().show(cx, ui).clicked();
                let cancel = Button::new(cx.t("action-cancel")).show(cx, ui).clicked();
                (confirm, cancel)
            })
        });
        let (confirm, cancel) = shown.inner;
        if confirm {
            cx.change(Change::DeleteObject(pod));
        }
        if confirm || cancel || shown.close {
            self.deleting = None;
        }
    }
}

/// The tile of a node by its name.
fn tile_of_node(ready: &Prepared, name: &str) -> Option<u32> {
    let at = ready.picture.nodes.iter().position(|n| n.name == name)?;
    ready.order.tile_of_node(at as u32)
}

/// What is chosen once the pods of a spot have been added, or taken out where all of them were in.
fn toggled_pods(ready: &Prepared, spot: Spot) -> Vec<u32> {
    let pods = select::pods_of(&ready.order, spot);
    let is_chosen = |pod: u32| ready.chosen.as_ref().is_some_and(|c| c.contains(pod as usize));
    let out = pods.iter().all(|pod| is_chosen(*pod));
    let chosen = ready.chosen.iter().flat_map(|c| c.iter()).map(|pod| pod as u32);
    if out {
        let pods: HashSet<u32> = pods.into_iter().collect();
        return chosen.filter(|pod| !pods.contains(pod)).collect();
    }
    chosen.chain(pods).collect()
}

/// The one workload that a filter names.
fn workload_of<'p>(picture: &'p Picture, filter: &str) -> Option<&'p Workload> {
    let filter = Filter::parse(filter);
    let (namespace, name) = filter.workload()?;
    let same = |w: &&Workload| {
        (w.name.eq_ignore_ascii_case(name) || w.owner_key().eq_ignore_ascii_case(name))
            && namespace.is_none_or(|ns| w.namespace.eq_ignore_ascii_case(ns))
    };
    let mut found = picture.workloads.iter().filter(same);
    match (found.next(), found.next()) {
        (Some(workload), None) => Some(workload),
        _ => None,
    }
}
