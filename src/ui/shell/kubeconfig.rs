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

/// From so many contexts on, they can be searched.
const SEARCHED: usize = 9;

/// A choice among a file's contexts.
#[derive(Debug)]
pub struct OpenContexts {
    file: Arc<KubeconfigFile>,
    chosen: Vec<bool>,
    filter: String,
}

impl OpenContexts {
    /// Asks which contexts of a file to open; the current one is chosen.
    pub fn new(file: Arc<KubeconfigFile>) -> OpenContexts {
        let chosen = file.contexts.iter().map(|context| context.current).collect();
        OpenContexts { file, chosen, filter: String::new() }
    }

    /// Draws the dialog; `false` when it is over.
    pub fn ui(&mut self, cx: &Cx<'_>, ctx: &Context) -> bool {
        let mut over = false;
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
            let enter = ui.input(|i| i.key_pressed(Key::Enter));
            buttons(ui, |ui| {
                let words = cx.f("kubeconfig-contexts-do", &[("count", FluentValue::from(chosen.len()))]);
                let reason = cx.t("kubeconfig-contexts-none");
                let open = Button::new(words).primary().enabled(!chosen.is_empty(), &reason).show(cx, ui);
                let cancel = Button::new(cx.t("action-cancel")).show(cx, ui);
                // Enter on another button is that button's.
                let enter = enter && !cancel.has_focus();
                if !chosen.is_empty() && (open.clicked() || enter) {
                    cx.send(Command::OpenKubeconfig { path: self.file.path.clone(), contexts: chosen });
                    over = true;
                }
                over |= cancel.clicked();
            });
        });
        !(over || shown.close)
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
        let found: Vec<usize> =
            self.file.contexts.iter().enumerate().filter(|(_, c)| finds(c)).map(|(n, _)| n).collect();
        if found.is_empty() {
            if states::empty(cx, ui, &cx.t("kubeconfig-contexts-none-match"), Some(&cx.t("filter-show-all"))) {
                self.filter.clear();
            }
            return;
        }
        ScrollArea::vertical().max_height(320.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
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
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::click());
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
