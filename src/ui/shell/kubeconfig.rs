//! The dialog after a kubeconfig with several contexts was chosen: which of its clusters are to be opened.

use crate::live::command::Command;
use crate::model::kubeconfig::{KubeContext, KubeconfigFile};
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::{Dialog, buttons};
use crate::ui::widgets::field::check;
use crate::ui::widgets::search::filter_field_wide;
use crate::ui::widgets::{line, paint_left, states};
use egui::{Context, Key, ScrollArea, Sense, Ui, pos2, vec2};
use fluent_bundle::FluentValue;
use std::path::PathBuf;
use std::sync::Arc;

/// Height of a context, and the most of the list, points.
const ROW: f32 = 48.0;
const LIST: f32 = 320.0;
/// From so many contexts on, they can be searched.
const SEARCHED: usize = 9;

/// A choice among a file's contexts.
#[derive(Debug)]
pub struct OpenContexts {
    file: Arc<KubeconfigFile>,
    chosen: Vec<bool>,
    filter: String,
    /// The button was given the keyboard, so that Enter opens what stands there.
    focused: bool,
}

impl OpenContexts {
    /// Asks which contexts of a file to open; the current one is chosen.
    pub fn new(file: Arc<KubeconfigFile>) -> OpenContexts {
        let chosen = file.contexts.iter().map(|context| context.current).collect();
        OpenContexts { file, chosen, filter: String::new(), focused: false }
    }

    /// Draws the dialog; `false` when it is over.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &Context) -> bool {
        let mut over = false;
        // Taken before the dialog takes the key away.
        let only_empties = !self.filter.is_empty() && ctx.input(|i| i.key_pressed(Key::Escape));
        let shown = Dialog::new(cx.t("kubeconfig-contexts-title")).width(560.0).show(cx, ctx, |ui| {
            let path = self.file.path.display().to_string();
            ui.label(text::mono_small(path).color(cx.tokens.text2));
            if self.file.contexts.len() >= SEARCHED {
                let hint = cx.t("kubeconfig-contexts-filter");
                let width = ui.available_width();
                filter_field_wide(cx, ui, &mut self.filter, &hint, "kubeconfig-contexts", width);
            }
            self.list(cx, ui);
            let chosen: Vec<String> = self.names();
            buttons(ui, |ui| {
                let words = cx.f("kubeconfig-contexts-do", &[("count", FluentValue::from(chosen.len()))]);
                let reason = cx.t("kubeconfig-contexts-none");
                let open = Button::new(words).primary().enabled(!chosen.is_empty(), &reason).show(cx, ui);
                if !std::mem::replace(&mut self.focused, true) {
                    open.request_focus();
                }
                if open.clicked() {
                    cx.send(Command::OpenKubeconfig { path: self.file.path.clone(), contexts: chosen });
                    over = true;
                }
                over |= Button::new(cx.t("action-cancel")).show(cx, ui).clicked();
            });
        });
        if only_empties {
            self.filter.clear();
        }
        !(over || (shown.close && !only_empties))
    }

    fn names(&self) -> Vec<String> {
        let both = self.file.contexts.iter().zip(&self.chosen);
        both.filter(|(_, chosen)| **chosen).map(|(context, _)| context.name.clone()).collect()
    }

    fn list(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let filter = self.filter.trim().to_lowercase();
        let finds = |c: &KubeContext| {
            [&c.name, &c.cluster, &c.server, &c.user].iter().any(|text| text.to_lowercase().contains(&filter))
        };
        let contexts = self.file.contexts.iter().zip(&self.chosen).enumerate();
        // What is chosen stays in sight: nothing is opened unseen.
        let found: Vec<usize> = contexts.filter(|(_, (c, chosen))| **chosen || finds(c)).map(|(n, _)| n).collect();
        // As high as all of them, so that the dialog stands still while one types.
        let height = (self.file.contexts.len() as f32 * ROW).min(LIST);
        ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let nothing = found.is_empty();
            if nothing && states::empty(cx, ui, &cx.t("kubeconfig-contexts-none-match"), Some(&cx.t("filter-show-all")))
            {
                self.filter.clear();
            }
            for n in found {
                row(cx, ui, &self.file.contexts[n], &mut self.chosen[n]);
            }
        });
    }
}

/// A context with its mark; below it its address, and as whom.
fn row(cx: &Cx<'_>, ui: &mut Ui, context: &KubeContext, chosen: &mut bool) {
    let words = if context.current {
        cx.f("kubeconfig-context-current", &[("name", FluentValue::from(context.name.as_str()))])
    } else {
        context.name.clone()
    };
    check(cx, ui, chosen, &words);
    let about = match (context.server.as_str(), context.user.as_str()) {
        ("", _) => cx.f("kubeconfig-context-nowhere", &[("cluster", FluentValue::from(context.cluster.as_str()))]),
        (server, "") => server.to_owned(),
        (server, user) => format!("{server}  ·  {user}"),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::CLICK);
    let galley = line(ui, &about, text::mono_small_font(), cx.tokens.text3, rect.width() - 22.0);
    paint_left(ui.painter(), pos2(rect.left() + 22.0, rect.center().y), galley);
    if response.clicked() {
        *chosen = !*chosen;
    }
    ui.add_space(4.0);
}

/// Where kubeconfig files lie: beside the one that `KUBECONFIG` names first, else in `~/.kube`.
pub fn usual_folder() -> Option<PathBuf> {
    let named = std::env::var_os("KUBECONFIG").and_then(|list| std::env::split_paths(&list).next());
    let beside = named.and_then(|file| file.parent().map(PathBuf::from)).filter(|folder| folder.is_absolute());
    beside.or_else(|| Some(directories::BaseDirs::new()?.home_dir().join(".kube")))
}
