//! The drawer under the table: the end of the selected pod's log, or the pod as YAML.

use crate::live::command::{Command, ObjectRef};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::text;
use crate::ui::widgets::button::icon_button;
use crate::ui::widgets::chip::{menu_chip, menu_item};
use crate::ui::widgets::code::{Lang, code_view};
use crate::ui::widgets::field::{check, segmented_height};
use crate::ui::widgets::{age, problem, states};
use egui::{Align, Frame, Layout, Margin, Panel, Stroke, Ui, vec2};
use fluent_bundle::FluentValue;

/// What the drawer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    /// Log.
    #[default]
    Log,
    /// YAML.
    Yaml,
}

/// The drawer's state.
#[derive(Debug, Clone, Default)]
pub struct Drawer {
    /// Open, showing this.
    pub open: Option<Shows>,
    container: Option<String>,
    previous: bool,
    /// What was asked for last: asked again only when it changes.
    asked: Option<(ObjectRef, Shows, Option<String>, bool)>,
}

impl Drawer {
    /// Opens it, or closes it where it already shows this.
    pub fn toggle(&mut self, shows: Shows) {
        self.open = if self.open == Some(shows) { None } else { Some(shows) };
    }

    /// Draws it at the foot; call it before the table.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui, pod: &ObjectRef) {
        let Some(shows) = self.open else { return };
        self.ask(cx, pod, shows);
        let height = ui.available_height();
        let frame = Frame::new().fill(cx.tokens.canvas);
        let panel = Panel::bottom("pod-drawer")
            .resizable(true)
            .default_size((height * 0.42).max(140.0))
            .size_range(120.0..=(height - 160.0).max(140.0))
            .show_separator_line(false)
            .frame(frame)
            .show(ui, |ui| {
                // As high as it was made, whatever is in it.
                ui.set_min_height(ui.available_height());
                self.content(cx, ui, pod, shows);
            });
        let rect = panel.response.rect;
        ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, cx.tokens.line2));
    }

    /// Asks for what is shown, once.
    fn ask(&mut self, cx: &Cx<'_>, pod: &ObjectRef, shows: Shows) {
        if self.asked.as_ref().is_some_and(|(p, ..)| p != pod) {
            self.container = None;
            self.previous = false;
        }
        let wanted = (pod.clone(), shows, self.container.clone(), self.previous);
        if self.asked.as_ref() == Some(&wanted) {
            return;
        }
        self.asked = Some(wanted);
        self.read(cx, pod, shows);
    }

    fn read(&self, cx: &Cx<'_>, pod: &ObjectRef, shows: Shows) {
        cx.send(match shows {
            Shows::Log => {
                Command::ReadLog { pod: pod.clone(), container: self.container.clone(), previous: self.previous }
            }
            Shows::Yaml => Command::ReadObject(pod.clone()),
        });
    }

    fn content(&mut self, cx: &Cx<'_>, ui: &mut Ui, pod: &ObjectRef, shows: Shows) {
        Frame::new().inner_margin(Margin { left: 16, right: 12, top: 6, bottom: 6 }).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.set_height(26.0);
                ui.spacing_mut().item_spacing.x = 10.0;
                self.head(cx, ui, pod, shows);
            });
        });
        Frame::new().inner_margin(Margin { left: 16, right: 4, top: 0, bottom: 4 }).show(ui, |ui| match shows {
            Shows::Log => self.log(cx, ui, pod),
            Shows::Yaml => self.yaml(cx, ui, pod),
        });
    }

    fn head(&mut self, cx: &Cx<'_>, ui: &mut Ui, pod: &ObjectRef, shows: Shows) {
        let (log, yaml) = (cx.t("pods-log"), cx.t("pods-yaml"));
        let mut chosen = usize::from(shows == Shows::Yaml);
        let options = [("log", log.as_ref()), ("yaml", yaml.as_ref())];
        let size = vec2(132.0, 24.0);
        let layout = Layout::left_to_right(Align::Center);
        let other = ui.allocate_ui_with_layout(size, layout, |ui| {
            segmented_height(cx, ui, &cx.t("pods-shows"), &options, &mut chosen, 24.0)
        });
        if other.inner {
            self.open = Some(if chosen == 1 { Shows::Yaml } else { Shows::Log });
        }
        ui.label(text::strong(&pod.name).color(cx.tokens.text));
        if shows == Shows::Log {
            let log = cx.state.logs.get(pod).and_then(|l| l.value.as_ref());
            if let Some(log) = log.filter(|l| l.containers.len() > 1) {
                let words = cx.f("pods-container", &[("name", FluentValue::from(log.container.as_str()))]);
                menu_chip(cx, ui, &words, false, |ui| {
                    for name in &log.containers {
                        if menu_item(cx, ui, None, name, "", *name == log.container) {
                            self.container = Some(name.clone());
                        }
                    }
                });
            }
            check(cx, ui, &mut self.previous, &cx.t("pods-previous"));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if icon_button(cx, ui, Icon::Close, &cx.t("pods-close-drawer")).clicked() {
                self.open = None;
            }
            if icon_button(cx, ui, Icon::Refresh, &cx.t("pods-read-again")).clicked() {
                self.read(cx, pod, shows);
            }
            if icon_button(cx, ui, Icon::Copy, &cx.t("pods-copy-all")).clicked()
                && let Some(all) = all_text(cx, pod, shows)
            {
                cx.act(UiAction::Copy(all));
            }
            if shows == Shows::Yaml
                && icon_button(cx, ui, Icon::Edit, &cx.t("pods-edit-yaml")).clicked()
                && let Some(text) = all_text(cx, pod, shows)
            {
                let bay = Some(pod.bay.clone());
                cx.act(UiAction::EditManifest { title: format!("{}.yaml", pod.name), text, bay });
            }
            if let Some(at) = loaded_at(cx, pod, shows) {
                ui.label(text::small(age::ago(cx, at)).color(cx.tokens.text3));
            }
        });
    }

    fn log(&mut self, cx: &Cx<'_>, ui: &mut Ui, pod: &ObjectRef) {
        let Some(log) = cx.state.logs.get(pod) else {
            return states::loading(cx, ui, None, &cx.t("pods-reading-log"));
        };
        if let (Some(trouble), None) = (&log.problem, &log.value) {
            return problem::problem_ui(cx, ui, trouble);
        }
        if let (Some(trouble), Some(at)) = (&log.problem, log.loaded_at)
            && states::stale_line(cx, ui, at, trouble)
        {
            self.read(cx, pod, Shows::Log);
        }
        let Some(value) = &log.value else {
            return states::loading(cx, ui, log.loading_since, &cx.t("pods-reading-log"));
        };
        if value.lines.is_empty() {
            states::empty(cx, ui, &cx.t("pods-log-empty"), None);
            return;
        }
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        // Virtual rows: a log of any length costs what is on screen. The newest lines are at the end.
        let area = egui::ScrollArea::both().id_salt(("log", &pod.name)).auto_shrink(false).stick_to_bottom(true);
        area.show_rows(ui, 17.0, value.lines.len(), |ui, rows| {
            for row in rows {
                let words = value.lines.get(row).map_or("", String::as_str);
                ui.add(egui::Label::new(text::mono(words).color(cx.tokens.text)).extend());
            }
        });
    }

    fn yaml(&mut self, cx: &Cx<'_>, ui: &mut Ui, pod: &ObjectRef) {
        let reading = cx.t("pods-reading-yaml");
        match cx.state.objects.get(pod) {
            Some(object) => {
                let retry =
                    states::loadable_ui(cx, ui, object, &reading, |ui, yaml| code_view(cx, ui, yaml, Lang::Yaml, true));
                if retry {
                    self.read(cx, pod, Shows::Yaml);
                }
            }
            None => states::loading(cx, ui, None, &reading),
        }
    }
}

fn all_text(cx: &Cx<'_>, pod: &ObjectRef, shows: Shows) -> Option<String> {
    match shows {
        Shows::Log => cx.state.logs.get(pod)?.value.as_ref().map(|l| l.lines.join("\n")),
        Shows::Yaml => cx.state.objects.get(pod)?.value.as_ref().map(|y| y.to_string()),
    }
}

fn loaded_at(cx: &Cx<'_>, pod: &ObjectRef, shows: Shows) -> Option<f64> {
    match shows {
        Shows::Log => cx.state.logs.get(pod)?.loaded_at,
        Shows::Yaml => cx.state.objects.get(pod)?.loaded_at,
    }
}
