//! The dialog before bays are deleted: what will be lost, the name to type, the button that is grey until it matches.

use crate::live::command::Change;
use crate::live::state::State;
use crate::model::bay::Bay;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::chip::group;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::field::TextField;
use crate::ui::widgets::glyph;
use egui::{Context, Key, Label, ScrollArea, Ui};
use fluent_bundle::FluentValue;

/// Bays about to be deleted.
#[derive(Debug, Default)]
pub struct DeleteBays {
    bays: Vec<String>,
    typed: String,
    asked: bool,
}

impl DeleteBays {
    /// Ask for these bays (uuids).
    pub fn new(bays: Vec<String>) -> DeleteBays {
        DeleteBays { bays, typed: String::new(), asked: false }
    }

    /// Draws the dialog; `false` when it is over.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &Context) -> bool {
        let bays: Vec<&Bay> = self.bays.iter().filter_map(|id| cx.state.bay(id)).collect();
        let Some(first) = bays.first() else { return false };
        // One bay is confirmed by its name, several by their number.
        let (title, wanted) = if bays.len() == 1 {
            let title = cx.f("delete-title", &[("name", FluentValue::from(first.title()))]);
            (title, first.title().to_owned())
        } else {
            let title = cx.f("delete-title-many", &[("count", FluentValue::from(bays.len()))]);
            (title, bays.len().to_string())
        };
        let mut over = false;
        let shown = Dialog::new(title).show(cx, ctx, |ui| {
            self.lost(cx, ui, &bays);
            ui.add_space(4.0);
            let label = if bays.len() == 1 {
                cx.f("delete-type-name", &[("name", FluentValue::from(wanted.as_str()))])
            } else {
                cx.f("delete-type-count", &[("count", FluentValue::from(wanted.as_str()))])
            };
            let field = TextField::new(label).mono().id_salt("delete").show(cx, ui, &mut self.typed);
            if !self.asked {
                self.asked = true;
                field.request_focus();
            }
            let matches = self.typed.trim() == wanted;
            let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            buttons(ui, |ui| {
                let words = if bays.len() == 1 { cx.t("delete-do") } else { cx.t("delete-do-many") };
                let reason = cx.t("delete-not-matching");
                let delete = Button::new(words).danger_filled().enabled(matches, &reason).show(cx, ui);
                if matches && (delete.clicked() || enter) {
                    for bay in &bays {
                        cx.change(Change::DeleteBay { id: bay.id.clone(), name: bay.title().to_owned() });
                    }
                    over = true;
                }
                if Button::new(cx.t("action-cancel")).show(cx, ui).clicked() {
                    over = true;
                }
            });
        });
        !(over || shown.close)
    }

    fn lost(&self, cx: &Cx<'_>, ui: &mut Ui, bays: &[&Bay]) {
        let t = cx.tokens;
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 18.0), egui::Sense::hover());
            glyph::paint(ui.painter(), rect.center(), Sign::Failed, 12.0, t.ink(Sign::Failed));
            ui.add(Label::new(text::body(cx.t("delete-warning")).color(t.text)).wrap());
        });
        // Every one is named, however many: what is not seen here is deleted unseen.
        ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            for bay in bays {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = 8.0;
                    ui.label(text::strong(bay.title()));
                    ui.label(text::body(what_is_lost(cx, cx.state, bay)).color(t.text2));
                });
            }
        });
        ui.add(Label::new(text::small(cx.t("delete-also")).color(t.text3)).wrap());
    }
}

/// `24 nodes, 1,210 pods, 41 workloads`: what is known of it.
fn what_is_lost(cx: &Cx<'_>, state: &State, bay: &Bay) -> String {
    let count = |id: &str, n: usize| cx.f(id, &[("count", FluentValue::from(n)), ("n", FluentValue::from(group(n)))]);
    let mut parts =
        vec![count("lost-masters", bay.master_count as usize), count("lost-nodes", bay.node_count as usize)];
    if let Some(inside) = state.insides.get(&bay.id).filter(|p| !p.pods.is_empty()) {
        parts.push(count("lost-pods", inside.pods.len()));
        parts.push(count("lost-workloads", inside.workloads.len()));
        let balancers = inside.services.iter().filter(|s| s.kind == "LoadBalancer").count();
        if balancers > 0 {
            parts.push(count("lost-load-balancers", balancers));
        }
    }
    if let Some(size) = bay.docker_volume_size_gb.filter(|s| *s > 0) {
        let volumes = (bay.master_count + bay.node_count) as usize;
        parts.push(cx.f("lost-volumes", &[("count", FluentValue::from(volumes)), ("size", FluentValue::from(size))]));
    }
    parts.join(&cx.t("list-comma"))
}
