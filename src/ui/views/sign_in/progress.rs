//! How far the sign-in is, step by step; what it asks; why it failed and what to do.

use super::{PickFor, SignInView, asked};
use crate::live::state::{Session, SignInQuestion, SignInStep, SignInStepKind, SigningIn};
use crate::model::problem::ProblemKind;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::link;
use crate::ui::widgets::field::Select;
use crate::ui::widgets::problem::{advice, own_words};
use crate::ui::widgets::{age, glyph, line, paint_left, paint_right, separator};
use egui::{Label, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use fluent_bundle::FluentValue;
use std::time::Duration;

const STEP: f32 = 58.0;

impl SignInView {
    pub(super) fn progress_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        ui.spacing_mut().item_spacing.y = 4.0;
        let Session::SigningIn(signing) = &cx.state.session else {
            ui.label(text::section(cx.t("steps-title")));
            ui.add(Label::new(text::body(cx.t("steps-about")).color(t.text2)).wrap());
            ui.add_space(14.0);
            steps_ui(cx, ui, &[], false);
            return;
        };
        let name = FluentValue::from(signing.profile.name.as_str());
        if signing.problem.is_some() {
            ui.label(text::section(cx.f("steps-failed-title", &[("name", name)])));
            ui.label(text::body(age::ago(cx, signing.started_at)).color(t.text2));
        } else {
            ui.label(text::section(cx.f("steps-busy-title", &[("name", name)])));
            let so_far = format!("{:.1}", (cx.now - signing.started_at).max(0.0));
            let words = match &signing.asks {
                None => cx.f("steps-so-far", &[("secs", FluentValue::from(so_far))]),
                Some(SignInQuestion::Passcode { .. }) => cx.t("steps-wait-code").into_owned(),
                Some(SignInQuestion::Project(_)) => cx.t("steps-wait-project").into_owned(),
            };
            ui.label(text::body(words).color(t.text2));
            if signing.asks.is_none() {
                ui.ctx().request_repaint_after(Duration::from_millis(250));
            }
        }
        ui.add_space(14.0);
        steps_ui(cx, ui, &signing.steps, signing.steps.first().is_some_and(|s| s.kind == SignInStepKind::Demo));
        if let Some(SignInQuestion::Project(projects)) = asked(cx) {
            ui.add_space(8.0);
            self.project_question(cx, ui, projects);
        }
        self.failure(cx, ui, signing);
    }

    fn project_question(&mut self, cx: &Cx<'_>, ui: &mut Ui, projects: &[crate::model::cloud::Project]) {
        separator(ui, cx.tokens);
        ui.add_space(12.0);
        if projects.is_empty() {
            let words = text::body(cx.t("steps-no-project")).color(cx.tokens.ink(Sign::Failed));
            ui.add(Label::new(words).wrap());
            return;
        }
        let options = projects.iter().map(|p| (p.id.clone(), p.name.clone(), String::new())).collect();
        let mut chosen = self.form.as_ref().map(|f| f.project.clone()).unwrap_or_default();
        let select = Select::new(cx.t("steps-choose-project")).options(options).height(30.0);
        if select.rule(cx.t("steps-choose-project-rule")).show(cx, ui, &mut chosen) {
            if let Some(form) = &mut self.form {
                form.project = chosen;
            }
            self.submit(cx);
        }
    }

    fn failure(&mut self, cx: &Cx<'_>, ui: &mut Ui, signing: &SigningIn) {
        let t = cx.tokens;
        let Some(problem) = &signing.problem else { return };
        ui.add_space(8.0);
        separator(ui, t);
        ui.add_space(14.0);
        let step = signing.steps.iter().find(|s| s.failed).or(signing.steps.last());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
            glyph::paint(ui.painter(), rect.center(), Sign::Failed, 12.0, t.ink(Sign::Failed));
            ui.vertical(|ui| {
                if let Some(step) = step {
                    let number = signing.steps.iter().position(|s| s.kind == step.kind).unwrap_or(0) + 1;
                    let args =
                        [("n", FluentValue::from(number)), ("step", FluentValue::from(cx.f(title_id(step.kind), &[])))];
                    ui.label(text::strong(cx.f("steps-failed-step", &args)).color(t.ink(Sign::Failed)));
                }
                ui.add(Label::new(text::body(cx.t(problem.kind.message_id())).color(t.text)).wrap());
                ui.add(Label::new(text::body(advice(cx, problem)).color(t.text2)).wrap());
                ui.add_space(4.0);
                if problem.kind == ProblemKind::Tls
                    && let Some(form) = &mut self.form
                    && link(cx, ui, &cx.t("steps-choose-ca")).clicked()
                {
                    form.show_certificates = true;
                    let title = cx.t("certificates-ca-file").into_owned();
                    form.open_pick(cx, ui.ctx(), PickFor::Ca, title);
                }
                if let Some(request) = &problem.request_id {
                    crate::ui::widgets::problem::request_id(cx, ui, request);
                }
                own_words(cx, ui, problem);
            });
        });
    }
}

fn title_id(kind: SignInStepKind) -> &'static str {
    match kind {
        SignInStepKind::Demo => "step-demo",
        SignInStepKind::Keystone => "step-keystone",
        SignInStepKind::Catalogue => "step-catalogue",
        SignInStepKind::Magnum => "step-magnum",
        SignInStepKind::Bays => "step-bays",
    }
}

fn about_id(kind: SignInStepKind) -> &'static str {
    match kind {
        SignInStepKind::Demo => "step-demo-about",
        SignInStepKind::Keystone => "step-keystone-about",
        SignInStepKind::Catalogue => "step-catalogue-about",
        SignInStepKind::Magnum => "step-magnum-about",
        SignInStepKind::Bays => "step-bays-about",
    }
}

/// All steps: those done, the one under way, those to come.
fn steps_ui(cx: &Cx<'_>, ui: &mut Ui, steps: &[SignInStep], demo: bool) {
    use strum::IntoEnumIterator as _;
    let kinds: Vec<SignInStepKind> = SignInStepKind::iter().filter(|k| demo || *k != SignInStepKind::Demo).collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    for (i, kind) in kinds.iter().enumerate() {
        let step = steps.iter().find(|s| s.kind == *kind);
        step_ui(cx, ui, *kind, step, i + 1 == kinds.len());
    }
}

fn step_ui(cx: &Cx<'_>, ui: &mut Ui, kind: SignInStepKind, step: Option<&SignInStep>, last: bool) {
    let t = cx.tokens;
    let sign = match step {
        None => Sign::Pending,
        Some(step) if step.failed => Sign::Failed,
        Some(step) if step.took_ms.is_some() => Sign::Ok,
        Some(_) => Sign::Progress,
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), STEP), Sense::hover());
    let title = cx.f(title_id(kind), &[]);
    let found = step.and_then(|s| s.found.as_ref()).map_or_else(
        || cx.f(about_id(kind), &[]),
        |(id, args)| {
            let args: Vec<_> = args.iter().map(|(k, v)| (*k, FluentValue::from(v.as_str()))).collect();
            cx.f(id, &args)
        },
    );
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{title}: {found}")));
    let center = pos2(rect.left() + 7.0, rect.top() + 9.0);
    glyph::paint(ui.painter(), center, sign, 12.0, t.ink(sign));
    if !last {
        ui.painter().vline(center.x, (center.y + 11.0)..=(rect.bottom() - 5.0), Stroke::new(1.0, t.line2));
    }
    let x = rect.left() + 26.0;
    let took = step.and_then(|s| s.took_ms).map(|ms| format!("{ms} ms")).unwrap_or_default();
    let took = line(ui, &took, text::mono_small_font(), t.text3, 90.0);
    let took = paint_right(ui.painter(), pos2(rect.right(), center.y), took);
    let ink = if step.is_some() { t.text } else { t.text2 };
    let name = line(ui, &title, text::strong_font(), ink, took.left() - x - 8.0);
    paint_left(ui.painter(), pos2(x, center.y), name);
    let words = line(ui, &found, text::body_font(), t.text2, rect.right() - x);
    let elided = words.elided;
    paint_left(ui.painter(), pos2(x, center.y + 18.0), words);
    if elided {
        crate::ui::widgets::button::tooltip(cx, response, &found);
    }
}
