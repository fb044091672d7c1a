//! The other dialogs: size of a bay, deletion of a bay model, list of keys.

use super::commands::{UiCommand, key_names};
use super::delete::DeleteBays;
use super::footer::key_cap;
use super::kubeconfig::OpenContexts;
use super::toasts::notice_text;
use crate::live::command::Change;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::field::{Stepper, TextField};
use crate::ui::widgets::problem::problem_ui;
use crate::ui::widgets::{line, paint_left};
use egui::{Context, Key, Label, Sense, Ui, pos2, vec2};
use fluent_bundle::FluentValue;

/// The dialog that is open, if any.
#[derive(Debug, Default)]
pub enum Dialogs {
    /// None.
    #[default]
    None,
    /// Delete bays.
    DeleteBays(DeleteBays),
    /// Number of workers of a bay.
    ScaleBay {
        /// uuid.
        id: String,
        /// Workers wanted; `None` until the dialog was drawn once.
        count: Option<u32>,
    },
    /// Delete a bay model.
    DeleteBayModel {
        /// uuid.
        id: String,
        /// What was typed.
        typed: String,
    },
    /// Contexts of a kubeconfig.
    OpenContexts(OpenContexts),
    /// List of keys.
    Shortcuts,
    /// All of a notice, by its number.
    Notice(u64),
}

impl Dialogs {
    /// A dialog is open.
    pub fn is_open(&self) -> bool {
        !matches!(self, Dialogs::None)
    }

    /// Draws the dialog that is open; `keys` are those of the screen behind it.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &Context, keys: &[(&'static str, String)]) {
        let stays = match self {
            Dialogs::None => return,
            Dialogs::DeleteBays(delete) => delete.ui(cx, ctx),
            Dialogs::OpenContexts(open) => open.ui(cx, ctx),
            Dialogs::ScaleBay { id, count } => scale(cx, ctx, id, count),
            Dialogs::DeleteBayModel { id, typed } => delete_bay_model(cx, ctx, id, typed),
            Dialogs::Shortcuts => shortcuts(cx, ctx, keys),
            Dialogs::Notice(id) => notice(cx, ctx, *id),
        };
        if !stays {
            *self = Dialogs::None;
        }
    }
}

fn scale(cx: &Cx<'_>, ctx: &Context, id: &str, count: &mut Option<u32>) -> bool {
    let Some(bay) = cx.state.bay(id) else { return false };
    let mut wanted = count.unwrap_or(bay.node_count);
    let title = cx.f("scale-title", &[("name", FluentValue::from(bay.title()))]);
    let mut over = false;
    let shown = Dialog::new(title).show(cx, ctx, |ui| {
        let rule = cx.f("scale-now", &[("count", FluentValue::from(bay.node_count))]);
        Stepper::new(cx.t("scale-workers")).range(0..=10_000).rule(rule).show(cx, ui, &mut wanted);
        let difference = i64::from(wanted) - i64::from(bay.node_count);
        let words = match difference {
            0 => cx.t("scale-same").into_owned(),
            d if d > 0 => cx.f("scale-more", &[("count", FluentValue::from(d))]),
            d => cx.f("scale-fewer", &[("count", FluentValue::from(-d))]),
        };
        ui.add(Label::new(text::body(words).color(cx.tokens.text2)).wrap());
        buttons(ui, |ui| {
            let words = cx.f("scale-do", &[("count", FluentValue::from(wanted))]);
            let can = bay.status.can_resize();
            let reason = if can { cx.t("scale-same") } else { cx.t("scale-not-now") };
            if Button::new(words).primary().enabled(can && difference != 0, &reason).show(cx, ui).clicked() {
                let (id, name) = (bay.id.clone(), bay.title().to_owned());
                cx.change(Change::ScaleBay { id, name, node_count: wanted });
                over = true;
            }
            if Button::new(cx.t("action-cancel")).show(cx, ui).clicked() {
                over = true;
            }
            if !can {
                ui.label(text::small(cx.t("scale-not-now")).color(cx.tokens.text3));
            }
        });
    });
    *count = Some(wanted);
    !(over || shown.close)
}

fn delete_bay_model(cx: &Cx<'_>, ctx: &Context, id: &str, typed: &mut String) -> bool {
    let Some(model) = cx.state.bay_model(id) else { return false };
    let used_by: Vec<&str> = cx
        .state
        .bays
        .value
        .iter()
        .flat_map(|bays| bays.iter())
        .filter(|b| b.model_id == id)
        .map(crate::model::bay::Bay::title)
        .collect();
    let title = cx.f("delete-model-title", &[("name", FluentValue::from(model.title()))]);
    let mut over = false;
    let shown = Dialog::new(title).show(cx, ctx, |ui| {
        let words = if used_by.is_empty() {
            cx.t("delete-model-warning").into_owned()
        } else {
            cx.f("delete-model-in-use", &[("bays", FluentValue::from(used_by.join(&cx.t("list-comma"))))])
        };
        ui.add(Label::new(text::body(words).color(cx.tokens.text)).wrap());
        let label = cx.f("delete-type-name", &[("name", FluentValue::from(model.title()))]);
        let field = TextField::new(label).mono().id_salt("delete-model").show(cx, ui, typed);
        let matches = typed.trim() == model.title() && used_by.is_empty();
        let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        buttons(ui, |ui| {
            let reason = if used_by.is_empty() { cx.t("delete-not-matching") } else { cx.t("delete-model-used") };
            let delete = Button::new(cx.t("delete-model-do")).danger_filled().enabled(matches, &reason).show(cx, ui);
            if matches && (delete.clicked() || enter) {
                cx.change(Change::DeleteBayModel { id: model.id.clone(), name: model.title().to_owned() });
                over = true;
            }
            if Button::new(cx.t("action-cancel")).show(cx, ui).clicked() {
                over = true;
            }
        });
    });
    !(over || shown.close)
}

/// What a notice says, and the problem behind it.
fn notice(cx: &Cx<'_>, ctx: &Context, id: u64) -> bool {
    let Some(notice) = cx.state.notices.iter().find(|n| n.id == id) else { return false };
    let mut over = false;
    let shown = Dialog::new(notice_text(cx, notice)).show(cx, ctx, |ui| {
        if let Some(problem) = &notice.problem {
            problem_ui(cx, ui, problem);
        }
        buttons(ui, |ui| over = Button::new(cx.t("action-close")).show(cx, ui).clicked());
    });
    !(over || shown.close)
}

/// Keys that are not commands: (cap, Fluent id).
const OTHER_KEYS: [(&str, &str); 8] = [
    ("/", "keys-filter"),
    ("Esc", "keys-escape"),
    ("N", "keys-new"),
    ("↑ ↓", "keys-rows"),
    ("Enter", "keys-open"),
    ("Space", "keys-select"),
    ("Ctrl A", "keys-all"),
    ("?", "keys-this"),
];

fn shortcuts(cx: &Cx<'_>, ctx: &Context, screen: &[(&'static str, String)]) -> bool {
    use strum::IntoEnumIterator as _;
    let mut over = false;
    let shown = Dialog::new(cx.t("keys-title")).width(560.0).show(cx, ctx, |ui| {
        let mut rows: Vec<(String, String)> =
            UiCommand::iter().filter_map(|c| Some((key_names(ctx, &c.shortcut()?), c.text(cx)))).collect();
        rows.extend(OTHER_KEYS.iter().map(|(key, id)| ((*key).to_owned(), cx.t(id).into_owned())));
        // Keys that the screen gives a meaning of its own stand with it, not among those of everywhere.
        rows.retain(|(key, _)| screen.iter().all(|(own, _)| own != key));
        if !screen.is_empty() {
            let own: Vec<(String, String)> = screen.iter().map(|(k, w)| ((*k).to_owned(), w.clone())).collect();
            ui.label(text::small(cx.t("keys-here")).color(cx.tokens.text2));
            key_columns(cx, ui, &own);
            ui.add_space(4.0);
            ui.label(text::small(cx.t("keys-everywhere")).color(cx.tokens.text2));
        }
        key_columns(cx, ui, &rows);
        buttons(ui, |ui| {
            if Button::new(cx.t("action-close")).show(cx, ui).clicked() {
                over = true;
            }
        });
    });
    !(over || shown.close)
}

fn key_columns(cx: &Cx<'_>, ui: &mut Ui, rows: &[(String, String)]) {
    let half = rows.len().div_ceil(2);
    ui.columns(2, |columns| {
        for (i, (key, words)) in rows.iter().enumerate() {
            key_row(cx, &mut columns[usize::from(i >= half)], key, words);
        }
    });
}

fn key_row(cx: &Cx<'_>, ui: &mut Ui, key: &str, words: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let label = format!("{key}: {words}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &label));
    key_cap(cx, ui.painter(), ui, rect.left_center(), key);
    let galley = line(ui, words, text::body_font(), cx.tokens.text2, rect.width() - 96.0);
    paint_left(ui.painter(), pos2(rect.left() + 92.0, rect.center().y), galley);
}
