//! What all forms draw with: fields that know their rules, rows that wrap, sections that fold.

use super::messages::{field_title, rule_text};
use crate::model::checks::dialect::Offer;
use crate::model::checks::{Field, Findings, Rule};
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::icons::{self, Icon};
use crate::ui::text;
use crate::ui::widgets::field::{self, Select, Stepper, TextField};
use crate::ui::widgets::{focus_ring, glyph, line, paint_left};
use egui::{Align, Layout, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;
use std::collections::{HashMap, HashSet};

/// How long a field must rest before it is told what is wrong, seconds.
const PAUSE: f64 = 0.6;
/// Inset of a form, points.
pub const INSET: f32 = 20.0;

/// Which fields are being typed into, which were left, and where a link leads.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    typing: HashMap<Field, f64>,
    left: HashSet<Field>,
    all: bool,
    focus: Option<Field>,
    refused: Option<u64>,
    at: usize,
}

impl Watch {
    /// Every finding is shown from now on (the user tried to go on).
    pub fn show_all(&mut self) {
        self.all = true;
    }

    /// A link leads to this field: it gets the focus when it is drawn.
    pub fn lead_to(&mut self, field: Field) {
        self.left.insert(field.clone());
        self.focus = Some(field);
    }

    /// Leads to the field that a refusal names, once for each job.
    pub fn lead_once(&mut self, job: Option<u64>, field: Field) {
        if job.is_some() && self.refused != job {
            self.refused = job;
            self.lead_to(field);
        }
    }

    /// Leads to the next or the previous of these fields.
    pub fn step(&mut self, order: &[Field], forward: bool) {
        let last = order.len().saturating_sub(1);
        self.at = if forward { (self.at + 1).min(last) } else { self.at.saturating_sub(1) };
        self.focus = order.get(self.at).cloned();
    }

    /// Whether a link leads to this field.
    pub fn leads_to(&self, wanted: impl Fn(&Field) -> bool) -> bool {
        self.focus.as_ref().is_some_and(wanted)
    }

    /// The field gets the focus now.
    pub fn arrive(&mut self, field: &Field) -> bool {
        let here = self.focus.as_ref() == Some(field);
        if here {
            self.focus = None;
        }
        here
    }

    /// Once per frame: fields that rest are told what is wrong.
    pub fn tick(&mut self, ui: &Ui) {
        let now = ui.input(|i| i.time);
        let left = &mut self.left;
        let mut next: Option<f64> = None;
        self.typing.retain(|field, since| {
            let rest = *since + PAUSE - now;
            if rest <= 0.0 {
                left.insert(field.clone());
                return false;
            }
            next = Some(next.map_or(rest, |n| n.min(rest)));
            true
        });
        if let Some(rest) = next {
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(rest + 0.01));
        }
    }

    /// Takes note of an input drawn elsewhere.
    pub fn note(&mut self, ui: &Ui, field: &Field, response: &Response) {
        self.saw(ui, field, response);
    }

    fn saw(&mut self, ui: &Ui, field: &Field, response: &Response) {
        if response.changed() && !self.left.contains(field) {
            self.typing.insert(field.clone(), ui.input(|i| i.time));
        }
        if response.lost_focus() {
            self.typing.remove(field);
            self.left.insert(field.clone());
        }
    }

    fn chose(&mut self, field: &Field) {
        self.left.insert(field.clone());
    }

    fn may_tell(&self, field: &Field, rule: &Rule) -> bool {
        let resting = self.left.contains(field) || (*rule != Rule::Required && !self.typing.contains_key(field));
        self.all || resting
    }
}

/// How a field is offered here, with its rule.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// Rule or meaning below.
    pub rule: String,
    /// Shown while empty.
    pub hint: String,
    /// Mono type.
    pub mono: bool,
    /// Unit.
    pub unit: String,
    /// A check that cost a request has passed.
    pub ok: bool,
    /// Name of the empty choice.
    pub empty: String,
    /// Width, points.
    pub width: f32,
}

impl Spec {
    /// With a rule below.
    pub fn rule(width: f32, rule: impl Into<String>) -> Spec {
        Spec { rule: rule.into(), width, ..Spec::default() }
    }
}

/// Draws fields of one form.
pub struct Kit<'a, 'c> {
    /// Context.
    pub cx: &'a Cx<'c>,
    /// What is wrong.
    pub findings: &'a Findings,
    /// What may be told.
    pub watch: &'a mut Watch,
}

impl Kit<'_, '_> {
    /// What is wrong at a field, in words, if it may be told: (in the way, otherwise a hint).
    pub fn told(&self, field: &Field) -> (Option<String>, Option<String>) {
        match self.findings.at(field) {
            Some(finding) if self.watch.may_tell(field, &finding.rule) => {
                let words = rule_text(self.cx, &finding.rule);
                if finding.blocking { (Some(words), None) } else { (None, Some(words)) }
            }
            _ => (None, None),
        }
    }

    /// The rule below, or which version the field needs.
    fn rule_or_version(&self, rule: String, offer: Offer) -> String {
        match offer {
            Offer::Needs(version) => {
                self.cx.f("form-needs-version", &[("version", FluentValue::from(version.to_string()))])
            }
            _ => rule,
        }
    }

    /// A text.
    pub fn text(&mut self, ui: &mut Ui, field: Field, offer: Offer, spec: Spec, value: &mut String) {
        let (error, warning) = self.told(&field);
        let mut input = TextField::new(field_title(self.cx, &field))
            .hint(spec.hint)
            .rule(self.rule_or_version(spec.rule, offer))
            .error(error.as_deref())
            .warning(warning.as_deref())
            .suffix(spec.unit)
            .ok(spec.ok && error.is_none())
            .enabled(offer.usable())
            .width(spec.width);
        if spec.mono {
            input = input.mono();
        }
        let response = input.show(self.cx, ui, value);
        if self.watch.arrive(&field) {
            response.request_focus();
            response.scroll_to_me(Some(Align::Center));
        }
        self.watch.saw(ui, &field, &response);
    }

    /// A text in a row of its own kind: no label above, what is wrong below.
    pub fn row_text(&mut self, ui: &mut Ui, field: Field, title: &str, width: f32, value: &mut String) {
        let (error, warning) = self.told(&field);
        let response = TextField::new(title)
            .hide_label()
            .hint(title)
            .mono()
            .error(error.as_deref())
            .warning(warning.as_deref())
            .width(width)
            .show(self.cx, ui, value);
        if self.watch.arrive(&field) {
            response.request_focus();
            response.scroll_to_me(Some(Align::Center));
        }
        self.watch.saw(ui, &field, &response);
    }

    /// A text in a row that takes anything.
    pub fn row_text_plain(&mut self, ui: &mut Ui, title: &str, width: f32, value: &mut String) {
        TextField::new(title).hide_label().hint(title).mono().width(width).show(self.cx, ui, value);
    }

    /// A text that may be missing.
    pub fn text_opt(&mut self, ui: &mut Ui, field: Field, offer: Offer, spec: Spec, value: &mut Option<String>) {
        let mut words = value.clone().unwrap_or_default();
        self.text(ui, field, offer, spec, &mut words);
        *value = (!words.is_empty()).then_some(words);
    }

    /// A number that may be missing; what is not a number is not taken.
    pub fn number_opt(&mut self, ui: &mut Ui, field: Field, offer: Offer, spec: Spec, value: &mut Option<u32>) {
        let mut words = value.map(|n| n.to_string()).unwrap_or_default();
        self.text(ui, field, offer, Spec { mono: true, ..spec }, &mut words);
        words.retain(|c| c.is_ascii_digit());
        words.truncate(9);
        *value = words.parse().ok();
    }

    /// A choice. Hints and errors stand below.
    pub fn select(
        &mut self,
        ui: &mut Ui,
        field: Field,
        offer: Offer,
        spec: Spec,
        options: Vec<(String, String, String)>,
        value: &mut String,
    ) -> bool {
        let (error, warning) = self.told(&field);
        let take_focus = self.watch.arrive(&field);
        let mut input = Select::new(field_title(self.cx, &field))
            .rule(self.rule_or_version(if warning.is_some() { String::new() } else { spec.rule }, offer))
            .error(error.as_deref())
            .enabled(offer.usable())
            .take_focus(take_focus)
            .width(spec.width)
            .options(options);
        if !spec.empty.is_empty() {
            input = input.allow_empty(spec.empty);
        }
        let changed = input.show(self.cx, ui, value);
        if let Some(warning) = warning {
            ui.add_space(-2.0);
            field::note_below(self.cx, ui, None, Some(&warning), "");
        }
        if changed {
            self.watch.chose(&field);
        }
        changed
    }

    /// A choice that may be missing.
    pub fn select_opt(
        &mut self,
        ui: &mut Ui,
        field: Field,
        offer: Offer,
        spec: Spec,
        options: Vec<(String, String, String)>,
        value: &mut Option<String>,
    ) -> bool {
        let mut words = value.clone().unwrap_or_default();
        let changed = self.select(ui, field, offer, spec, options, &mut words);
        *value = (!words.is_empty()).then_some(words);
        changed
    }

    /// A count with minus and plus.
    pub fn stepper(
        &mut self,
        ui: &mut Ui,
        field: Field,
        spec: Spec,
        range: std::ops::RangeInclusive<u32>,
        value: &mut u32,
    ) -> bool {
        let (error, warning) = self.told(&field);
        let take_focus = self.watch.arrive(&field);
        let changed = Stepper::new(field_title(self.cx, &field))
            .range(range)
            .rule(spec.rule)
            .error(error.as_deref().or(warning.as_deref()))
            .take_focus(take_focus)
            .show(self.cx, ui, value);
        if changed {
            self.watch.chose(&field);
        }
        changed
    }

    /// A check box; what is wrong or which version it needs stands below.
    pub fn check(&mut self, ui: &mut Ui, field: Field, offer: Offer, value: &mut bool) -> Response {
        let label = field_title(self.cx, &field);
        ui.vertical(|ui| {
            let response = field::check_enabled(self.cx, ui, value, &label, offer.usable());
            if self.watch.arrive(&field) {
                response.request_focus();
                response.scroll_to_me(Some(Align::Center));
            }
            if response.changed() {
                self.watch.chose(&field);
            }
            let (error, warning) = self.told(&field);
            let rule = self.rule_or_version(String::new(), offer);
            field::note_below(self.cx, ui, error.as_deref(), warning.as_deref(), &rule);
            response
        })
        .inner
    }
}

/// Lays cells side by side with these shares of the width; where one would be narrower than `least`, they wrap.
pub fn row(ui: &mut Ui, shares: &[f32], least: f32, mut cell: impl FnMut(&mut Ui, usize, f32)) {
    const GAP: f32 = 12.0;
    let room = ui.available_width();
    let per_row = (((room + GAP) / (least + GAP)).floor() as usize).clamp(1, shares.len().max(1));
    let rows = shares.len().div_ceil(per_row);
    // As even as possible: four cells in rows of three would leave one alone.
    let per_row = shares.len().div_ceil(rows.max(1));
    let mut at = 0;
    while at < shares.len() {
        let end = (at + per_row).min(shares.len());
        // A row with fewer cells leaves room at its end, so that cells stand under each other.
        let missing = (per_row - (end - at)) as f32;
        let given: f32 = shares[at..end].iter().sum();
        let total = given + missing * given / (end - at) as f32;
        let usable = room - GAP * per_row.saturating_sub(1) as f32;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for (index, share) in shares.iter().enumerate().take(end).skip(at) {
                let width = (usable * share / total).floor();
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    cell(ui, index, width);
                });
            }
        });
        at = end;
        if at < shares.len() {
            ui.add_space(6.0);
        }
    }
}

/// A section of a form: a line above, a title that folds it, and when folded what it holds.
pub fn section(
    cx: &Cx<'_>,
    ui: &mut Ui,
    title: &str,
    summary: &str,
    always_summary: bool,
    open: &mut bool,
    content: impl FnOnce(&mut Ui),
) {
    section_with(cx, ui, title, summary, always_summary, open, |_| {}, content);
}

/// As [`section`], with something at the right end of the title's line while it is open.
#[allow(clippy::too_many_arguments)]
pub fn section_with(
    cx: &Cx<'_>,
    ui: &mut Ui,
    title: &str,
    summary: &str,
    always_summary: bool,
    open: &mut bool,
    right: impl FnOnce(&mut Ui),
    content: impl FnOnce(&mut Ui),
) {
    let t = cx.tokens;
    let height = if *open { 38.0 } else { 34.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    if response.clicked() {
        *open = !*open;
    }
    let is_open = *open;
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, ui.is_enabled(), is_open, title));
    let middle = rect.center().y;
    let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
    icons::paint(ui.painter(), pos2(rect.left() + INSET + 6.0, middle), icon, 12.0, t.text2);
    let name = line(ui, title, text::section_font(), t.text, rect.width() * 0.6);
    let drawn = paint_left(ui.painter(), pos2(rect.left() + INSET + 19.0, middle), name);
    if (!is_open || always_summary) && !summary.is_empty() {
        let room = rect.right() - INSET - drawn.right() - if is_open { 130.0 } else { 10.0 };
        let words = line(ui, summary, text::small_font(), t.text2, room);
        let place = pos2(drawn.right() + 9.0, middle + 0.5);
        let told = paint_left(ui.painter(), place, words);
        let words = ui.interact(told, response.id.with("summary"), Sense::hover());
        words.widget_info(|| WidgetInfo::labeled(Role::Label, true, summary));
    }
    focus_ring(ui, t, &response, rect.shrink2(vec2(6.0, 3.0)), 3);
    if is_open {
        let corner = egui::Rect::from_min_max(
            pos2(rect.right() - INSET - 140.0, rect.top()),
            pos2(rect.right() - INSET, rect.bottom()),
        );
        // A child of its own: whatever stands in the corner, the content begins below the title's line.
        let corner = egui::UiBuilder::new().id_salt((title, "right")).max_rect(corner);
        right(&mut ui.new_child(corner.layout(Layout::right_to_left(Align::Center))));
        content(ui);
    }
    let (rule, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rule.x_range(), rule.center().y, Stroke::new(1.0, t.line));
}

/// The inside of a section, inset from both sides.
pub fn inset(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    egui::Frame::NONE.inner_margin(egui::Margin { left: 20, right: 20, top: 0, bottom: 14 }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        content(ui);
    });
}

/// A line with a glyph in the ink of its sign.
pub fn signed_line(cx: &Cx<'_>, ui: &mut Ui, sign: Sign, words: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
        glyph::paint(ui.painter(), rect.center(), sign, 11.0, cx.tokens.ink(sign));
        let ink = if sign == Sign::Ok { cx.tokens.text2 } else { cx.tokens.ink(sign) };
        ui.add(egui::Label::new(text::body(words).color(ink)).wrap());
    });
}
