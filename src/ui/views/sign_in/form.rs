//! The form of the chosen profile.

use super::{Form, SignInView, asked};
use crate::live::command::Command;
use crate::live::state::SignInQuestion;
use crate::model::cloud::{AuthMethod, DialectChoice, Interface, Profile, ProfileSource};
use crate::ui::cx::Cx;
use crate::ui::text;
use crate::ui::widgets::button::{Button, link};
use crate::ui::widgets::field::{Select, TextField, check, label_above, segmented_height};
use egui::{Key, Label, Response, Ui};
use fluent_bundle::FluentValue;

/// Height of inputs on this screen.
const TALL: f32 = 30.0;
/// Between two fields side by side.
const GAP: f32 = 12.0;

impl SignInView {
    pub(super) fn form_ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let lacks = self.lacks(cx);
        let busy = self.busy(cx);
        let asks_code = matches!(asked(cx), Some(SignInQuestion::Passcode { .. }));
        let Some(form) = &mut self.form else { return };
        let shows_code =
            form.profile.method == AuthMethod::Password && (asks_code || self.asks_code.contains(&form.key));
        ui.spacing_mut().item_spacing = egui::vec2(GAP, 4.0);
        head(cx, ui, form);
        ui.add_space(12.0);
        let mut enter = false;
        let url = TextField::new(cx.t("sign-in-url")).mono().height(TALL).hint("https://keystone.example:5000/v3");
        let response = url.rule(cx.t("sign-in-url-rule")).show(cx, ui, &mut form.profile.auth_url);
        enter |= entered(ui, &response);
        ui.add_space(8.0);
        method(cx, ui, form);
        ui.add_space(8.0);
        enter |= match form.profile.method {
            AuthMethod::Password => password_ui(cx, ui, form, shows_code, asks_code),
            AuthMethod::ApplicationCredential => credential_ui(cx, ui, form),
            AuthMethod::Token => token_ui(cx, ui, form),
        };
        if form.profile.method != AuthMethod::ApplicationCredential {
            ui.add_space(8.0);
            enter |= project_ui(cx, ui, &mut form.profile);
        }
        ui.add_space(8.0);
        place_ui(cx, ui, form);
        ui.add_space(8.0);
        super::certificates::certificates_ui(cx, ui, form);
        ui.add_space(12.0);
        let submit = self.foot(cx, ui, busy, lacks);
        if (submit || enter) && lacks.is_none() && (!busy || asked(cx).is_some()) {
            self.submit(cx);
        }
    }

    /// Buttons; true when the form is to be sent.
    fn foot(&mut self, cx: &Cx<'_>, ui: &mut Ui, busy: bool, lacks: Option<&'static str>) -> bool {
        let mut submit = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let question = asked(cx);
            let reason = lacks.map(|id| cx.f(id, &[])).unwrap_or_default();
            if busy && question.is_none() {
                Button::new(cx.t("sign-in-busy-button"))
                    .height(TALL)
                    .enabled(false, &cx.t("sign-in-busy"))
                    .show(cx, ui);
            } else {
                let words = if question.is_some() { cx.t("sign-in-continue") } else { cx.t("sign-in-do") };
                let button = Button::new(words).primary().height(TALL).enabled(lacks.is_none(), &reason);
                submit = button.show(cx, ui).clicked();
            }
            if busy && Button::new(cx.t("sign-in-stop")).height(TALL).show(cx, ui).clicked() {
                cx.send(Command::StopSignIn);
            }
            let forget =
                matches!(self.form.as_ref().and_then(|f| f.profile.source.as_ref()), Some(ProfileSource::Saved));
            if forget && !busy && Button::new(cx.t("sign-in-forget")).quiet().height(TALL).show(cx, ui).clicked() {
                if let Some(form) = &self.form {
                    cx.send(Command::ForgetProfile(form.profile.name.clone()));
                }
                self.form = None;
                self.chosen = None;
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| match &cx.state.keyring_problem {
                None => {
                    check(cx, ui, &mut self.remember, &cx.t("sign-in-remember"));
                }
                Some(problem) => {
                    let words = text::small(cx.t("sign-in-no-keyring")).color(cx.tokens.text3);
                    ui.add(Label::new(words).truncate()).on_hover_text(problem);
                }
            });
        });
        if let Some(lacks) = lacks
            && !busy
        {
            ui.label(text::small(cx.f(lacks, &[])).color(cx.tokens.text3));
        }
        submit
    }
}

/// Enter was pressed in this field.
fn entered(ui: &Ui, response: &Response) -> bool {
    response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter))
}

fn head(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) {
    let t = cx.tokens;
    let title = match &form.profile.source {
        None => cx.t("sign-in-new-title").into_owned(),
        Some(_) => form.profile.name.clone(),
    };
    ui.label(text::title(title));
    let from = match &form.profile.source {
        Some(ProfileSource::CloudsYaml { path, line }) => cx.f(
            "sign-in-from-file",
            &[("path", FluentValue::from(path.as_str())), ("line", FluentValue::from(line.to_string()))],
        ),
        Some(ProfileSource::Environment) => cx.t("sign-in-from-environment").into_owned(),
        Some(ProfileSource::Saved) => cx.t("sign-in-from-saved").into_owned(),
        Some(ProfileSource::Demo) => cx.t("demo-about").into_owned(),
        None => cx.t("sign-in-from-new").into_owned(),
    };
    ui.add(Label::new(text::body(from).color(t.text2)).wrap());
    if form.profile.source.is_none() {
        ui.add_space(8.0);
        let field = TextField::new(cx.t("sign-in-profile-name")).height(TALL);
        field.rule(cx.t("sign-in-profile-name-rule")).show(cx, ui, &mut form.profile.name);
    }
}

fn method(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) {
    let label = cx.t("sign-in-method");
    label_above(cx, ui, &label);
    let words = [cx.t("sign-in-method-password"), cx.t("sign-in-method-credential"), cx.t("sign-in-method-token")];
    let options = [("password", &*words[0]), ("credential", &*words[1]), ("token", &*words[2])];
    let methods = [AuthMethod::Password, AuthMethod::ApplicationCredential, AuthMethod::Token];
    let mut at = methods.iter().position(|m| *m == form.profile.method).unwrap_or(0);
    if segmented_height(cx, ui, &label, &options, &mut at, 28.0) {
        form.profile.method = methods[at];
    }
}

/// Two fields side by side; true when Enter was pressed in one.
fn pair(ui: &mut Ui, add: impl FnOnce(&mut [Ui]) -> bool) -> bool {
    ui.columns(2, |columns| {
        for column in columns.iter_mut() {
            column.spacing_mut().item_spacing = egui::vec2(8.0, 4.0);
        }
        add(columns)
    })
}

fn password_ui(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form, shows_code: bool, asks_code: bool) -> bool {
    let has_secret = form.profile.has_secret;
    let mut enter = pair(ui, |c| {
        let p = &mut form.profile;
        // A profile that names its user by id keeps doing so.
        let (label, value) = if p.username.is_empty() && !p.user_id.is_empty() {
            (cx.t("sign-in-user-id"), &mut p.user_id)
        } else {
            (cx.t("sign-in-user"), &mut p.username)
        };
        let user = TextField::new(label).height(TALL).show(cx, &mut c[0], value);
        let (label, value) = if p.user_domain_name.is_empty() && !p.user_domain_id.is_empty() {
            (cx.t("sign-in-user-domain-id"), &mut p.user_domain_id)
        } else {
            (cx.t("sign-in-user-domain"), &mut p.user_domain_name)
        };
        let domain = TextField::new(label).height(TALL).hint("Default").show(cx, &mut c[1], value);
        entered(&c[0], &user) | entered(&c[1], &domain)
    });
    ui.add_space(8.0);
    enter |= pair(ui, |c| {
        let rule = if has_secret { cx.t("sign-in-stored") } else { "".into() };
        let field = TextField::new(cx.t("sign-in-password")).password().height(TALL).rule(rule);
        let password = field.show(cx, &mut c[0], &mut form.password);
        let mut enter = entered(&c[0], &password);
        if shows_code {
            let field = TextField::new(cx.t("sign-in-code")).mono().height(TALL).hint("000 000");
            // The code that was refused still stands there until another one is typed.
            let refused = matches!(asked(cx), Some(SignInQuestion::Passcode { refused: true }))
                .then(|| cx.t("sign-in-code-refused"));
            let field = field.rule(cx.t("sign-in-code-rule")).error(refused.as_deref());
            let code = field.show(cx, &mut c[1], &mut form.passcode);
            if asks_code && form.passcode.is_empty() && c[1].memory(|m| m.focused().is_none()) {
                code.request_focus();
            }
            enter |= entered(&c[1], &code);
        }
        enter
    });
    enter
}

fn credential_ui(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) -> bool {
    let has_secret = form.profile.has_secret;
    let named =
        form.profile.application_credential_id.is_empty() && !form.profile.application_credential_name.is_empty();
    let by_name = form.credential_by_name.unwrap_or(named);
    let mut enter = pair(ui, |c| {
        let p = &mut form.profile;
        let (label, value) = if by_name {
            (cx.t("sign-in-credential-name"), &mut p.application_credential_name)
        } else {
            (cx.t("sign-in-credential-id"), &mut p.application_credential_id)
        };
        let id = TextField::new(label).mono().height(TALL).show(cx, &mut c[0], value);
        let rule = if has_secret { cx.t("sign-in-stored") } else { "".into() };
        let field = TextField::new(cx.t("sign-in-credential-secret")).password().height(TALL).rule(rule);
        let secret = field.show(cx, &mut c[1], &mut form.secret);
        entered(&c[0], &id) | entered(&c[1], &secret)
    });
    // A name alone is not unique: it needs its user.
    let p = &mut form.profile;
    if by_name {
        ui.add_space(8.0);
        enter |= pair(ui, |c| {
            let user = TextField::new(cx.t("sign-in-user")).height(TALL).show(cx, &mut c[0], &mut p.username);
            let field = TextField::new(cx.t("sign-in-user-domain")).height(TALL).hint("Default");
            let domain = field.show(cx, &mut c[1], &mut p.user_domain_name);
            entered(&c[0], &user) | entered(&c[1], &domain)
        });
    }
    let words = if by_name { cx.t("sign-in-credential-by-id") } else { cx.t("sign-in-credential-by-name") };
    if link(cx, ui, &words).clicked() {
        // Only one of the two may be given.
        p.application_credential_name.clear();
        p.application_credential_id.clear();
        form.credential_by_name = Some(!by_name);
    }
    enter
}

fn token_ui(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) -> bool {
    let rule = if form.profile.has_secret { cx.t("sign-in-stored") } else { cx.t("sign-in-token-rule") };
    let field = TextField::new(cx.t("sign-in-token")).password().mono().height(TALL).rule(rule);
    let token = field.show(cx, ui, &mut form.token);
    entered(ui, &token)
}

fn project_ui(cx: &Cx<'_>, ui: &mut Ui, p: &mut Profile) -> bool {
    pair(ui, |c| {
        let (label, value) = if p.project_name.is_empty() && !p.project_id.is_empty() {
            (cx.t("sign-in-project-id"), &mut p.project_id)
        } else {
            (cx.t("sign-in-project"), &mut p.project_name)
        };
        let field = TextField::new(label).height(TALL).hint(cx.t("sign-in-project-hint"));
        let project = field.show(cx, &mut c[0], value);
        let (label, value) = if p.project_domain_name.is_empty() && !p.project_domain_id.is_empty() {
            (cx.t("sign-in-project-domain-id"), &mut p.project_domain_id)
        } else {
            (cx.t("sign-in-project-domain"), &mut p.project_domain_name)
        };
        let domain = TextField::new(label).height(TALL).hint("Default").show(cx, &mut c[1], value);
        entered(&c[0], &project) | entered(&c[1], &domain)
    })
}

fn place_ui(cx: &Cx<'_>, ui: &mut Ui, form: &mut Form) {
    ui.columns(3, |c| {
        for column in c.iter_mut() {
            column.spacing_mut().item_spacing = egui::vec2(8.0, 4.0);
        }
        let field = TextField::new(cx.t("sign-in-region")).height(TALL).hint(cx.t("sign-in-region-hint"));
        field.show(cx, &mut c[0], &mut form.profile.region);
        let interfaces =
            [("public", Interface::Public), ("internal", Interface::Internal), ("admin", Interface::Admin)];
        let options = interfaces.iter().map(|(w, _)| ((*w).to_owned(), (*w).to_owned(), String::new())).collect();
        let mut value = interfaces.iter().find(|i| i.1 == form.profile.interface).map_or("public", |i| i.0).to_owned();
        if Select::new(cx.t("sign-in-interface")).height(TALL).options(options).show(cx, &mut c[1], &mut value)
            && let Some((_, chosen)) = interfaces.iter().find(|i| i.0 == value)
        {
            form.profile.interface = *chosen;
        }
        let (newest, bays) = (cx.f("sign-in-magnum-newest", &[]), cx.f("sign-in-magnum-bays", &[]));
        let options = vec![("newest".to_owned(), newest, String::new()), ("bays".to_owned(), bays, String::new())];
        let old = form.profile.dialect == DialectChoice::Bays;
        let mut value = if old { "bays" } else { "newest" }.to_owned();
        let select = Select::new(cx.t("sign-in-magnum")).height(TALL).options(options);
        if select.show(cx, &mut c[2], &mut value) {
            form.profile.dialect = if value == "bays" { DialectChoice::Bays } else { DialectChoice::Newest };
        }
    });
}
