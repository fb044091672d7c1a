//! Sign in: profiles at the left, the form of the chosen one, and how far the sign-in is at the right.

mod certificates;
mod form;
mod profiles;
mod progress;

use crate::live::command::Command;
use crate::live::state::{Session, SignInQuestion};
use crate::model::cloud::{AuthMethod, Profile, ProfileSource, Secrets};
use crate::ui::cx::Cx;
use crate::ui::pick::FilePick;
use crate::ui::shell::footer::Footer;
use egui::{Frame, Key, Margin, Panel, ScrollArea, Stroke, Ui};
use secrecy::SecretString;
use std::collections::BTreeSet;

/// The sign-in screen.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SignInView {
    /// Key of the profile in the form.
    chosen: Option<String>,
    /// Beginning of the sign-in whose profile the form took over last.
    #[serde(skip)]
    followed: Option<f64>,
    /// Keep the secret in the keyring.
    remember: bool,
    /// Profiles that asked for a second factor before: their form shows its field at once.
    asks_code: BTreeSet<String>,
    #[serde(skip)]
    form: Option<Form>,
}

/// What is typed; gone with the window, never written anywhere.
#[derive(Default)]
struct Form {
    key: String,
    profile: Profile,
    password: String,
    secret: String,
    token: String,
    passcode: String,
    project: String,
    show_certificates: bool,
    credential_by_name: Option<bool>,
    pick: FilePick,
    pick_for: PickFor,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Which file is being picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum PickFor {
    #[default]
    Ca,
    Certificate,
    Key,
}

/// Tells profiles with the same name apart.
fn key_of(profile: &Profile) -> String {
    let source = match &profile.source {
        Some(ProfileSource::CloudsYaml { path, .. }) => path.as_str(),
        Some(ProfileSource::Environment) => "env",
        Some(ProfileSource::Saved) => "saved",
        Some(ProfileSource::Demo) => "demo",
        None => "new",
    };
    format!("{source}\n{}", profile.name)
}

impl SignInView {
    /// Draws the screen over the whole of `ui`.
    pub fn ui(&mut self, cx: &Cx<'_>, ui: &mut Ui) {
        let t = cx.tokens;
        self.follow(cx);
        let width = ui.max_rect().width();
        let left = (width * 0.255).clamp(300.0, 367.0);
        let right = (width * 0.30).clamp(320.0, 432.0);
        let frame = |fill| Frame::new().fill(fill).inner_margin(Margin::ZERO);
        let panel = Panel::left("sign-in-profiles").resizable(false).exact_size(left).show_separator_line(false);
        panel.frame(frame(t.base)).show(ui, |ui| {
            let rect = ui.max_rect();
            ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, t.line));
            self.profiles_ui(cx, ui);
        });
        let panel = Panel::right("sign-in-progress").resizable(false).exact_size(right).show_separator_line(false);
        panel.frame(frame(t.panel)).show(ui, |ui| {
            let rect = ui.max_rect();
            ui.painter().vline(rect.left() + 0.5, rect.y_range(), Stroke::new(1.0, t.line));
            ScrollArea::vertical().id_salt("progress").auto_shrink(false).show(ui, |ui| {
                let margin = Margin { left: 28, right: 28, top: 22, bottom: 20 };
                Frame::new().inner_margin(margin).show(ui, |ui| self.progress_ui(cx, ui));
            });
        });
        egui::CentralPanel::default().frame(frame(t.panel)).show(ui, |ui| {
            ScrollArea::vertical().id_salt("form").auto_shrink(false).show(ui, |ui| {
                let side = ((ui.available_width() - 560.0) / 2.0).clamp(20.0, 60.0) as i8;
                let margin = Margin { left: side, right: side, top: 22, bottom: 20 };
                Frame::new().inner_margin(margin).show(ui, |ui| {
                    ui.set_max_width(ui.available_width().min(560.0));
                    self.form_ui(cx, ui);
                });
            });
        });
        if self.busy(cx) && !egui::Popup::is_any_open(ui.ctx()) && ui.input(|i| i.key_pressed(Key::Escape)) {
            cx.send(Command::StopSignIn);
        }
    }

    /// Texts and keys for the footer.
    pub fn footer(&self, cx: &Cx<'_>) -> Footer {
        let mut left = vec![format!("Bayview {}", env!("CARGO_PKG_VERSION"))];
        left.push(match &cx.state.keyring_problem {
            None => cx.t("sign-in-footer-keyring").into_owned(),
            Some(_) => cx.t("sign-in-footer-no-keyring").into_owned(),
        });
        let mut keys =
            vec![("↑ ↓", cx.t("sign-in-key-profile").into_owned()), ("Enter", cx.t("sign-in-key-enter").into_owned())];
        if self.busy(cx) {
            keys.push(("Esc", cx.t("sign-in-key-stop").into_owned()));
        }
        Footer { left, keys, stale: None }
    }

    /// A sign-in is under way and has not failed.
    fn busy(&self, cx: &Cx<'_>) -> bool {
        matches!(&cx.state.session, Session::SigningIn(s) if s.problem.is_none())
    }

    /// Keeps the form on a profile that exists: the remembered one, else the first; and on what the sign-in asks.
    fn follow(&mut self, cx: &Cx<'_>) {
        if let Session::SigningIn(signing) = &cx.state.session
            && matches!(signing.asks, Some(SignInQuestion::Passcode { .. }))
        {
            self.asks_code.insert(key_of(&signing.profile));
        }
        let profiles = listed(cx);
        // A sign-in that began elsewhere (the command line) brings its profile along, once: after it failed one may choose.
        if let Session::SigningIn(signing) = &cx.state.session
            && self.followed != Some(signing.started_at)
            && let Some(profile) = profiles.iter().find(|p| key_of(p) == key_of(&signing.profile))
        {
            self.followed = Some(signing.started_at);
            self.choose(profile);
        }
        if self.form.is_none() {
            let remembered = self.chosen.as_ref().and_then(|k| profiles.iter().find(|p| key_of(p) == *k));
            if let Some(profile) = remembered.or(profiles.first()) {
                self.choose(profile);
            } else if cx.state.profiles.value.is_some() {
                self.choose(&new_profile());
            }
        }
        let picked = self.form.as_mut().and_then(|f| f.pick.take());
        if let (Some(form), Some(path)) = (&mut self.form, picked) {
            let path = Some(path.to_string_lossy().into_owned());
            match form.pick_for {
                PickFor::Ca => form.profile.trust.ca_file = path,
                PickFor::Certificate => form.profile.trust.cert_file = path,
                PickFor::Key => form.profile.trust.key_file = path,
            }
        }
    }

    /// Puts a profile into the form; what was typed for another one is forgotten.
    fn choose(&mut self, profile: &Profile) {
        let key = key_of(profile);
        if self.form.as_ref().is_some_and(|f| f.key == key) {
            return;
        }
        self.chosen = Some(key.clone());
        self.form = Some(Form { key, profile: profile.clone(), ..Form::default() });
    }

    /// Signs in with what stands in the form; or answers what the sign-in under way asks.
    fn submit(&mut self, cx: &Cx<'_>) {
        let Some(form) = &self.form else { return };
        let secret = |s: &str| (!s.is_empty()).then(|| SecretString::from(s.to_owned()));
        let secrets = Secrets {
            password: secret(&form.password),
            application_credential_secret: secret(&form.secret),
            token: secret(form.token.trim()),
            passcode: secret(&form.passcode.replace(' ', "")),
        };
        match asked(cx) {
            Some(SignInQuestion::Passcode { .. }) => cx.send(Command::GivePasscode(secrets)),
            Some(SignInQuestion::Project(_)) => {
                if !form.project.is_empty() {
                    cx.send(Command::ChooseProject(form.project.clone()));
                }
            }
            None => {
                let profile = Box::new(form.profile.clone());
                cx.send(Command::SignIn { profile, secrets, remember: self.remember });
            }
        }
    }

    /// What keeps the form from being sent; a Fluent id.
    fn lacks(&self, cx: &Cx<'_>) -> Option<&'static str> {
        let form = self.form.as_ref()?;
        let p = &form.profile;
        let no_secret = |typed: &str| typed.is_empty() && !p.has_secret;
        match asked(cx) {
            Some(SignInQuestion::Passcode { .. }) => {
                return form.passcode.trim().is_empty().then_some("sign-in-lacks-code");
            }
            Some(SignInQuestion::Project(_)) => return form.project.is_empty().then_some("sign-in-lacks-project"),
            None => {}
        }
        if p.auth_url.trim().is_empty() {
            return Some("sign-in-lacks-url");
        }
        match p.method {
            AuthMethod::Password if p.username.is_empty() && p.user_id.is_empty() => Some("sign-in-lacks-user"),
            AuthMethod::Password if no_secret(&form.password) => Some("sign-in-lacks-password"),
            AuthMethod::ApplicationCredential
                if p.application_credential_id.is_empty() && p.application_credential_name.is_empty() =>
            {
                Some("sign-in-lacks-credential")
            }
            AuthMethod::ApplicationCredential if no_secret(&form.secret) => Some("sign-in-lacks-secret"),
            AuthMethod::Token if no_secret(&form.token) => Some("sign-in-lacks-token"),
            _ => None,
        }
    }
}

/// What the sign-in under way waits for.
fn asked<'c>(cx: &Cx<'c>) -> Option<&'c SignInQuestion> {
    match &cx.state.session {
        Session::SigningIn(signing) if signing.problem.is_none() => signing.asks.as_ref(),
        _ => None,
    }
}

/// Profiles in the list (the demo has a place of its own).
fn listed<'c>(cx: &Cx<'c>) -> Vec<&'c Profile> {
    let all = cx.state.profiles.value.iter().flat_map(|p| p.iter());
    all.filter(|p| p.source != Some(ProfileSource::Demo)).collect()
}

/// An empty form.
fn new_profile() -> Profile {
    Profile { user_domain_name: "Default".to_owned(), project_domain_name: "Default".to_owned(), ..Profile::default() }
}
