//! Settings: look, language, words, refresh, renderer. Every change takes effect at once, unless its line says otherwise.

use crate::i18n::{Lang, Vocabulary};
use crate::ui::cx::{Cx, UiAction};
use crate::ui::prefs::{Prefs, Renderer, Theme};
use crate::ui::shell::commands::ZOOM;
use crate::ui::shell::footer::Footer;
use crate::ui::text;
use crate::ui::widgets::field::{Select, Stepper, check, label_above, segmented};
use crate::ui::widgets::separator;
use egui::{Frame, Label, Margin, ScrollArea, Ui};
use fluent_bundle::FluentValue;

/// Least and most seconds between two refreshes.
const REFRESH: std::ops::RangeInclusive<u32> = 5..=3600;

/// The screen of preferences.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SettingsView {}

impl SettingsView {
    /// Draws the screen.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let mut prefs = cx.prefs.clone();
        egui::CentralPanel::default().frame(Frame::new().fill(cx.tokens.panel)).show(ui, |ui| {
            ScrollArea::vertical().id_salt("settings").auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin { left: 20, right: 20, top: 14, bottom: 20 }).show(ui, |ui| {
                    ui.set_max_width(520.0);
                    ui.spacing_mut().item_spacing.y = 4.0;
                    ui.label(text::title(cx.t("settings-title")));
                    ui.add_space(12.0);
                    look(cx, ui, &mut prefs);
                    language(cx, ui, &mut prefs);
                    refresh(cx, ui, &mut prefs);
                    drawing(cx, ui, &mut prefs);
                    about(cx, ui);
                });
            });
        });
        if prefs != *cx.prefs {
            cx.act(UiAction::SetPrefs(Box::new(prefs)));
        }
    }

    /// Texts and keys for the footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        Footer {
            left: vec![format!("Bayview {}", env!("CARGO_PKG_VERSION")), cx.t("settings-footer").into_owned()],
            keys: vec![("?", cx.t("keys-this").into_owned())],
            stale: None,
        }
    }
}

fn heading(cx: &Cx<'_>, ui: &mut Ui, id: &'static str) {
    separator(ui, cx.tokens);
    ui.add_space(12.0);
    ui.label(text::section(cx.t(id)));
    ui.add_space(6.0);
}

fn note(cx: &Cx<'_>, ui: &mut Ui, id: &'static str) {
    ui.add(Label::new(text::small(cx.t(id)).color(cx.tokens.text3)).wrap());
}

/// A labelled segmented control over values.
fn choose<T: Copy + PartialEq>(
    cx: &Cx<'_>,
    ui: &mut Ui,
    label: &'static str,
    values: &[(T, &'static str, String)],
    value: &mut T,
) {
    let label = cx.t(label);
    label_above(cx, ui, &label);
    let options: Vec<(&str, &str)> = values.iter().map(|v| (v.1, v.2.as_str())).collect();
    let mut at = values.iter().position(|v| v.0 == *value).unwrap_or(0);
    if segmented(cx, ui, &label, &options, &mut at)
        && let Some(chosen) = values.get(at)
    {
        *value = chosen.0;
    }
}

fn look(cx: &Cx<'_>, ui: &mut Ui, prefs: &mut Prefs) {
    heading(cx, ui, "settings-look");
    let t = |id: &'static str| cx.t(id).into_owned();
    let themes = [
        (Theme::System, "system", t("settings-theme-system")),
        (Theme::Dark, "dark", t("settings-theme-dark")),
        (Theme::Light, "light", t("settings-theme-light")),
    ];
    choose(cx, ui, "settings-theme", &themes, &mut prefs.theme);
    ui.add_space(8.0);
    let mut percent = (prefs.zoom * 100.0).round() as u32;
    let options: Vec<(String, String, String)> = [70, 80, 90, 100, 110, 125, 150, 175, 200]
        .iter()
        .map(|p: &u32| (p.to_string(), format!("{p} %"), String::new()))
        .collect();
    let mut value = percent.to_string();
    let select = Select::new(cx.t("settings-zoom")).options(options).width(232.0).rule(cx.t("settings-zoom-rule"));
    if select.show(cx, ui, &mut value)
        && let Ok(chosen) = value.parse::<u32>()
    {
        percent = chosen;
        prefs.zoom = (percent as f32 / 100.0).clamp(*ZOOM.start(), *ZOOM.end());
    }
    ui.add_space(6.0);
    check(cx, ui, &mut prefs.reduced_motion, &cx.t("settings-reduced-motion"));
    note(cx, ui, "settings-reduced-motion-rule");
    ui.add_space(12.0);
}

fn language(cx: &Cx<'_>, ui: &mut Ui, prefs: &mut Prefs) {
    heading(cx, ui, "settings-words");
    let languages = [(Lang::En, "en", Lang::En.title().to_owned()), (Lang::Ja, "ja", Lang::Ja.title().to_owned())];
    choose(cx, ui, "settings-language", &languages, &mut prefs.lang);
    ui.add_space(8.0);
    let vocabularies = [
        (Vocabulary::Bay, "bay", cx.t("settings-vocabulary-bay").into_owned()),
        (Vocabulary::Cluster, "cluster", cx.t("settings-vocabulary-cluster").into_owned()),
    ];
    choose(cx, ui, "settings-vocabulary", &vocabularies, &mut prefs.vocabulary);
    note(cx, ui, "settings-vocabulary-rule");
    ui.add_space(12.0);
}

fn refresh(cx: &Cx<'_>, ui: &mut Ui, prefs: &mut Prefs) {
    heading(cx, ui, "settings-refresh");
    let wrong = (!REFRESH.contains(&prefs.refresh_secs)).then(|| {
        let args = [("least", FluentValue::from(*REFRESH.start())), ("most", FluentValue::from(*REFRESH.end()))];
        cx.f("settings-refresh-range", &args)
    });
    let mut secs = prefs.refresh_secs;
    let stepper = Stepper::new(cx.t("settings-refresh-secs")).range(REFRESH).error(wrong.as_deref());
    if stepper.rule(cx.t("settings-refresh-rule")).show(cx, ui, &mut secs) {
        // What is being typed may be short for a moment; the worker gets what makes sense.
        prefs.refresh_secs = secs.clamp(*REFRESH.start(), *REFRESH.end());
    }
    ui.add_space(12.0);
}

fn drawing(cx: &Cx<'_>, ui: &mut Ui, prefs: &mut Prefs) {
    heading(cx, ui, "settings-drawing");
    let renderers = [
        (Renderer::Auto, "auto", cx.t("settings-renderer-auto").into_owned()),
        (Renderer::Wgpu, "wgpu", "wgpu".to_owned()),
        (Renderer::Glow, "glow", "OpenGL".to_owned()),
    ];
    choose(cx, ui, "settings-renderer", &renderers, &mut prefs.renderer);
    note(cx, ui, "settings-renderer-rule");
    ui.add_space(12.0);
}

fn about(cx: &Cx<'_>, ui: &mut Ui) {
    heading(cx, ui, "settings-about");
    let version = cx.f("settings-version", &[("version", FluentValue::from(env!("CARGO_PKG_VERSION")))]);
    ui.label(text::body(version).color(cx.tokens.text));
    note(cx, ui, "settings-licences");
    if let Some(problem) = &cx.state.keyring_problem {
        ui.add_space(6.0);
        let words = cx.f("settings-keyring-problem", &[("problem", FluentValue::from(problem.as_str()))]);
        ui.add(Label::new(text::small(words).color(cx.tokens.ink(crate::model::status::Sign::Warning))).wrap());
    }
}
