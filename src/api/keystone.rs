//! Keystone v3: proving who one is, tokens, the catalogue, projects, the second factor.
//!
//! Sources: keystone/api-ref/source/v3/authenticate-v3.inc, keystone/auth/core.py, keystone/api/auth.py.

use super::error::Error;
use super::http::{Answer, Call, Http, shown_url};
use super::wire;
use crate::model::cloud::{AuthMethod, Interface, Profile, Project, Secrets};
use crate::model::problem::ProblemKind;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use std::time::{Duration, Instant};
use url::Url;

const SERVICE: &str = "keystone";
/// Life of a receipt whose answer does not tell it (`[receipt] expiration`).
const RECEIPT_LIFE: Duration = Duration::from_secs(300);

/// What Keystone hands out when a first factor was right and a second one is needed (valid for five minutes).
#[derive(Clone)]
pub struct Receipt {
    value: SecretString,
    methods: Vec<String>,
    required: Vec<Vec<String>>,
    /// When it ends, by our own clock.
    ends: Instant,
}

impl Receipt {
    /// Methods that were accepted already.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Whether it has ended: the sign-in must begin with the first factor again.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.ends
    }

    /// Whether a one-time code completes the sign-in; also where Keystone does not say what is missing.
    pub fn wants_passcode(&self) -> bool {
        if self.required.is_empty() {
            return true;
        }
        let missing =
            |rule: &Vec<String>| rule.iter().filter(|m| !self.methods.contains(m)).cloned().collect::<Vec<_>>();
        self.required.iter().any(|rule| missing(rule) == ["totp"])
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("methods", &self.methods)
            .field("required", &self.required)
            .finish_non_exhaustive()
    }
}

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The project that the profile names; unscoped where it names none.
    Profile,
    /// A project by id.
    Project(String),
    /// Nothing yet: only good for listing projects.
    Unscoped,
}

/// A token with everything Keystone says about it.
#[derive(Clone)]
pub struct Token {
    /// The token itself.
    pub secret: SecretString,
    /// When it ends, seconds since 1970; `None` = never.
    pub expires_at: Option<i64>,
    /// When it was made, by Keystone's clock.
    pub issued_at: Option<i64>,
    /// User's id.
    pub user_id: String,
    /// User's name.
    pub user: String,
    /// Project, when it is scoped to one.
    pub project: Option<Project>,
    /// Name of the project's domain.
    pub project_domain: String,
    /// Names of the roles.
    pub roles: Vec<String>,
    /// How it was earned (`password`, `totp`, `token`, `application_credential`).
    pub methods: Vec<String>,
    /// Services.
    pub catalog: Catalog,
    /// We asked for it and revoke it when signing out; a token that was pasted belongs to somebody else.
    pub ours: bool,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("user", &self.user)
            .field("project", &self.project)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The services of a cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Services as Keystone lists them.
    pub services: Vec<Service>,
}

/// One service of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Type (`container-infra`, `compute`, …).
    #[serde(rename = "type", deserialize_with = "wire::text")]
    pub kind: String,
    /// Name (`magnum`, `nova`, …).
    #[serde(deserialize_with = "wire::text")]
    pub name: String,
    /// Endpoints.
    #[serde(deserialize_with = "wire::or_default")]
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Endpoint {
    /// `public`, `internal`, `admin`.
    #[serde(deserialize_with = "wire::text")]
    pub interface: String,
    /// Region; empty = all.
    #[serde(deserialize_with = "wire::text")]
    pub region_id: String,
    /// Region in older catalogues.
    #[serde(deserialize_with = "wire::text")]
    pub region: String,
    /// URL.
    #[serde(deserialize_with = "wire::text")]
    pub url: String,
}

impl Endpoint {
    fn region(&self) -> &str {
        if self.region_id.is_empty() { &self.region } else { &self.region_id }
    }
}

/// The word for an interface in a catalogue.
pub(crate) fn interface_word(interface: Interface) -> &'static str {
    match interface {
        Interface::Public => "public",
        Interface::Internal => "internal",
        Interface::Admin => "admin",
    }
}

impl Catalog {
    /// Regions in which one of `types` has an endpoint, sorted.
    pub fn regions(&self, types: &[&str]) -> Vec<String> {
        self.regions_of(|s| types.is_empty() || types.contains(&s.kind.as_str()))
    }

    /// Regions in which a service that passes the test has an endpoint, sorted.
    pub fn regions_of(&self, test: impl Fn(&Service) -> bool) -> Vec<String> {
        let services = self.services.iter().filter(|s| test(s));
        let mut regions: Vec<String> =
            services.flat_map(|s| &s.endpoints).map(|e| e.region().to_owned()).filter(|r| !r.is_empty()).collect();
        regions.sort();
        regions.dedup();
        regions
    }

    /// Types of the services that have an endpoint in a region, sorted.
    pub fn types(&self, region: &str) -> Vec<String> {
        let here = |s: &&Service| s.endpoints.iter().any(|e| in_region(e, region));
        let mut types: Vec<String> = self.services.iter().filter(here).map(|s| s.kind.clone()).collect();
        types.sort();
        types.dedup();
        types
    }

    /// Endpoint of the first of `types` in a region; the public one stands in where the wanted interface has none.
    pub fn endpoint(&self, types: &[&str], region: &str, interface: Interface) -> Option<&str> {
        let find = |word: &str| {
            types.iter().find_map(|kind| {
                let mut services = self.services.iter().filter(|s| s.kind == *kind);
                services.find_map(|s| s.endpoints.iter().find(|e| e.interface == word && in_region(e, region)))
            })
        };
        let found = find(interface_word(interface)).or_else(|| find("public"));
        found.map(|e| e.url.as_str()).filter(|url| !url.is_empty())
    }
}

fn in_region(endpoint: &Endpoint, region: &str) -> bool {
    region.is_empty() || endpoint.region().is_empty() || endpoint.region() == region
}

/// The way to one Keystone.
#[derive(Debug, Clone)]
pub struct Keystone {
    http: Http,
    /// Ends in `/v3`, without a slash.
    base: Url,
}

impl Keystone {
    /// A handle on the Keystone whose v3 API is at `base` (see [`discover`](super::discovery::discover)).
    pub fn new(http: Http, base: Url) -> Keystone {
        Keystone { http, base }
    }

    /// URL of the v3 API.
    pub fn base(&self) -> &Url {
        &self.base
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// Proves who one is with what the profile says, and gives a token.
    ///
    /// # Errors
    /// `Auth` for everything Keystone does not accept (it never says which part was wrong); `SecondFactor` with a
    /// [`Receipt`] when a one-time code is needed; `Config` when the profile lacks something.
    pub async fn authenticate(
        &self,
        profile: &Profile,
        secrets: &Secrets,
        scope: &Scope,
        receipt: Option<&Receipt>,
    ) -> Result<Token, Error> {
        let body = auth_body(profile, secrets, scope, receipt)?;
        let mut call = Call::new(SERVICE, Method::POST, self.url("auth/tokens")).body(body);
        // A one-time code is good for one try only.
        call.idempotent = secrets.passcode.is_none();
        if let Some(receipt) = receipt {
            call = call.header("openstack-auth-receipt", receipt.value.expose_secret());
        }
        let known = [&secrets.password, &secrets.application_credential_secret, &secrets.token, &secrets.passcode];
        let known: Vec<&str> = known.iter().filter_map(|s| s.as_ref().map(ExposeSecret::expose_secret)).collect();
        let answer = self.http.send(call).await.map_err(|e| e.without(&known))?;
        if answer.status.is_success() {
            return token_of(&answer, true);
        }
        Err(refusal(&answer, receipt, &known))
    }

    /// A token for another project, earned with a token. It ends when the first one does.
    ///
    /// # Errors
    /// `Auth` when the token has ended or the user has no role there.
    pub async fn rescope(&self, token: &SecretString, scope: &Scope) -> Result<Token, Error> {
        let profile = Profile { method: AuthMethod::Token, ..Profile::default() };
        let secrets = Secrets { token: Some(token.clone()), ..Secrets::default() };
        self.authenticate(&profile, &secrets, scope, None).await
    }

    /// What a token is good for, asked with the token itself.
    ///
    /// # Errors
    /// `Auth` when it has ended, was revoked, or is none.
    pub async fn describe(&self, token: &SecretString) -> Result<Token, Error> {
        let call = Call::new(SERVICE, Method::GET, self.url("auth/tokens"))
            .header("x-auth-token", token.expose_secret())
            .header("x-subject-token", token.expose_secret());
        let answer = self.http.send(call).await?;
        if answer.status.is_success() {
            return Ok(Token { secret: token.clone(), ..token_of(&answer, false)? });
        }
        Err(refusal(&answer, None, &[token.expose_secret()]))
    }

    /// Projects that the user has a role on, by name.
    ///
    /// # Errors
    /// As any call; an unscoped token is enough.
    pub async fn projects(&self, token: &SecretString) -> Result<Vec<Project>, Error> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "wire::or_default")]
            projects: Vec<Row>,
        }
        #[derive(Deserialize)]
        struct Row {
            #[serde(default, deserialize_with = "wire::text")]
            id: String,
            #[serde(default, deserialize_with = "wire::text")]
            name: String,
            #[serde(default, deserialize_with = "wire::text")]
            domain_id: String,
            #[serde(default, deserialize_with = "wire::opt_bool")]
            enabled: Option<bool>,
        }
        let call =
            Call::new(SERVICE, Method::GET, self.url("auth/projects")).header("x-auth-token", token.expose_secret());
        let body: Body = self.http.send(call).await?.success()?.json()?;
        let rows = body.projects.into_iter().filter(|p| p.enabled != Some(false));
        let mut projects: Vec<Project> =
            rows.map(|p| Project { id: p.id, name: p.name, domain_id: p.domain_id }).collect();
        projects.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        Ok(projects)
    }

    /// Ends a token.
    ///
    /// # Errors
    /// As any call; a token that has ended already is no error.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), Error> {
        let call = Call::new(SERVICE, Method::DELETE, self.url("auth/tokens"))
            .header("x-auth-token", token.expose_secret())
            .header("x-subject-token", token.expose_secret());
        let answer = self.http.send(call).await?;
        if matches!(answer.status.as_u16(), 401 | 404) { Ok(()) } else { answer.success().map(|_| ()) }
    }
}

/// The error of a refused sign-in, without the secrets that were sent.
fn refusal(answer: &Answer, used: Option<&Receipt>, secrets: &[&str]) -> Error {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        receipt: Methods,
        #[serde(default)]
        required_auth_methods: Vec<Vec<String>>,
    }
    #[derive(Deserialize, Default)]
    struct Methods {
        #[serde(default)]
        methods: Vec<String>,
        #[serde(default, deserialize_with = "wire::opt_time")]
        issued_at: Option<i64>,
        #[serde(default, deserialize_with = "wire::opt_time")]
        expires_at: Option<i64>,
    }
    let error = answer.error_without(secrets);
    if answer.status.is_redirection() {
        // A sign-in is never sent on by itself: it holds a password.
        let to = answer.header("location").and_then(|l| answer.url.join(l).ok()).map(|to| shown_url(&to));
        let said = match to {
            Some(to) => format!("Keystone has moved to {to}: give its new address"),
            None => "Keystone redirects and does not say where to".to_owned(),
        };
        return Error::new(ProblemKind::Config, SERVICE, answer.action.clone(), said)
            .with_status(answer.status.as_u16());
    }
    if let Some(value) = answer.header("openstack-auth-receipt") {
        let body = answer.json().unwrap_or(Body { receipt: Methods::default(), required_auth_methods: Vec::new() });
        // Both times are Keystone's, so their difference holds even where our clock is wrong.
        let life = body
            .receipt
            .expires_at
            .zip(body.receipt.issued_at)
            .and_then(|(end, start)| u64::try_from(end - start).ok());
        let receipt = Receipt {
            value: SecretString::from(value),
            methods: body.receipt.methods,
            required: body.required_auth_methods,
            ends: Instant::now() + life.map_or(RECEIPT_LIFE, Duration::from_secs),
        };
        let rules: Vec<String> = receipt.required.iter().map(|rule| rule.join(" + ")).collect();
        let said = format!("the user must prove more: {}", rules.join(" or "));
        return Error::new(ProblemKind::SecondFactor, SERVICE, answer.action.clone(), said)
            .with_status(answer.status.as_u16())
            .with_request_id(answer.request_id())
            .with_receipt(receipt);
    }
    match (answer.status.as_u16(), used) {
        // The receipt is good for another try until it ends.
        (401, Some(receipt)) if !receipt.is_over() => error.with_receipt(receipt.clone()),
        // An unknown application credential or a token that is none: 404, and to the user the same as a wrong one.
        (404, _) if answer.header("content-type").is_some_and(|t| t.contains("json")) => {
            error.into_kind(ProblemKind::Auth)
        }
        _ => error,
    }
}

fn token_of(answer: &Answer, ours: bool) -> Result<Token, Error> {
    #[derive(Deserialize)]
    struct Body {
        token: Wire,
    }
    #[derive(Deserialize)]
    struct Wire {
        #[serde(default, deserialize_with = "wire::opt_time")]
        expires_at: Option<i64>,
        #[serde(default, deserialize_with = "wire::opt_time")]
        issued_at: Option<i64>,
        user: Named,
        #[serde(default)]
        project: Option<Named>,
        #[serde(default, deserialize_with = "wire::or_default")]
        roles: Vec<Named>,
        #[serde(default, deserialize_with = "wire::or_default")]
        methods: Vec<String>,
        #[serde(default, deserialize_with = "wire::or_default")]
        catalog: wire::Members,
    }
    #[derive(Deserialize)]
    struct Named {
        #[serde(default, deserialize_with = "wire::text")]
        id: String,
        #[serde(default, deserialize_with = "wire::text")]
        name: String,
        #[serde(default)]
        domain: Option<Domain>,
    }
    #[derive(Deserialize)]
    struct Domain {
        #[serde(default, deserialize_with = "wire::text")]
        id: String,
        #[serde(default, deserialize_with = "wire::text")]
        name: String,
    }
    let token = answer.json::<Body>()?.token;
    let secret = match (answer.header("x-subject-token"), ours) {
        (Some(value), _) => SecretString::from(value),
        (None, false) => SecretString::from(""),
        (None, true) => {
            let said = "the answer has no X-Subject-Token header";
            return Err(Error::new(ProblemKind::Decode, SERVICE, answer.action.clone(), said));
        }
    };
    let (project, project_domain) = match token.project {
        Some(p) => {
            let (domain_id, domain) = p.domain.map(|d| (d.id, d.name)).unwrap_or_default();
            (Some(Project { id: p.id, name: p.name, domain_id }), domain)
        }
        None => (None, String::new()),
    };
    Ok(Token {
        secret,
        expires_at: token.expires_at,
        issued_at: token.issued_at,
        user_id: token.user.id,
        user: token.user.name,
        project,
        project_domain,
        roles: token.roles.into_iter().map(|r| r.name).collect(),
        methods: token.methods,
        catalog: Catalog { services: wire::members(token.catalog, "catalogue") },
        ours,
    })
}

/// The body of `POST /v3/auth/tokens`.
fn auth_body(profile: &Profile, secrets: &Secrets, scope: &Scope, receipt: Option<&Receipt>) -> Result<Value, Error> {
    let missing = |what: &str| Err(Error::new(ProblemKind::Config, SERVICE, "sign in", format!("{what} is missing")));
    let exposed = |s: &Option<SecretString>| s.as_ref().map(|s| s.expose_secret().to_owned());
    let mut identity = json!({});
    let mut methods = Vec::new();
    match profile.method {
        AuthMethod::Password => {
            let Some(user) = user(profile) else { return missing("user") };
            if receipt.is_none() && !profile.only_passcode {
                let Some(password) = exposed(&secrets.password) else { return missing("password") };
                methods.push("password");
                let mut user = user.clone();
                user["password"] = json!(password);
                identity["password"] = json!({ "user": user });
            }
            match exposed(&secrets.passcode) {
                Some(passcode) => {
                    methods.push("totp");
                    let mut user = user;
                    user["passcode"] = json!(passcode.trim());
                    identity["totp"] = json!({ "user": user });
                }
                None if receipt.is_some() || profile.only_passcode => return missing("one-time code"),
                None => {}
            }
        }
        AuthMethod::ApplicationCredential => {
            let Some(secret) = exposed(&secrets.application_credential_secret) else {
                return missing("secret of the application credential");
            };
            methods.push("application_credential");
            identity["application_credential"] = if !profile.application_credential_id.is_empty() {
                json!({ "id": profile.application_credential_id, "secret": secret })
            } else if profile.application_credential_name.is_empty() {
                return missing("id or name of the application credential");
            } else {
                let Some(user) = user(profile) else { return missing("user of the application credential") };
                json!({ "name": profile.application_credential_name, "secret": secret, "user": user })
            };
        }
        AuthMethod::Token => {
            let Some(token) = exposed(&secrets.token) else { return missing("token") };
            methods.push("token");
            identity["token"] = json!({ "id": token });
        }
    }
    identity["methods"] = json!(methods);
    let mut auth = json!({ "identity": identity });
    // An application credential is bound to its project; Keystone refuses a scope beside it.
    if profile.method != AuthMethod::ApplicationCredential {
        auth["scope"] = match scope {
            Scope::Project(id) => json!({ "project": { "id": id } }),
            Scope::Unscoped => json!("unscoped"),
            Scope::Profile => project(profile).map_or_else(|| json!("unscoped"), |p| json!({ "project": p })),
        };
    }
    Ok(json!({ "auth": auth }))
}

/// The user by id, or by name with a domain (the project's where none is given, and at last `default`).
fn user(profile: &Profile) -> Option<Value> {
    if !profile.user_id.is_empty() {
        return Some(json!({ "id": profile.user_id }));
    }
    if profile.username.is_empty() {
        return None;
    }
    let domain = domain(&profile.user_domain_id, &profile.user_domain_name)
        .or_else(|| domain(&profile.project_domain_id, &profile.project_domain_name));
    Some(json!({ "name": profile.username, "domain": domain.unwrap_or_else(|| json!({ "id": "default" })) }))
}

fn project(profile: &Profile) -> Option<Value> {
    if !profile.project_id.is_empty() {
        return Some(json!({ "id": profile.project_id }));
    }
    if profile.project_name.is_empty() {
        return None;
    }
    let domain = domain(&profile.project_domain_id, &profile.project_domain_name)
        .or_else(|| domain(&profile.user_domain_id, &profile.user_domain_name));
    Some(json!({ "name": profile.project_name, "domain": domain.unwrap_or_else(|| json!({ "id": "default" })) }))
}

fn domain(id: &str, name: &str) -> Option<Value> {
    match (id, name) {
        ("", "") => None,
        ("", name) => Some(json!({ "name": name })),
        (id, _) => Some(json!({ "id": id })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            username: "ana".into(),
            user_domain_name: "Users".into(),
            project_name: "lab".into(),
            project_domain_id: "d1".into(),
            ..Profile::default()
        }
    }

    fn secret(text: &str) -> Option<SecretString> {
        Some(SecretString::from(text))
    }

    #[test]
    fn a_password_with_names_carries_both_domains() {
        let secrets = Secrets { password: secret("pw"), ..Secrets::default() };
        let body = auth_body(&profile(), &secrets, &Scope::Profile, None).unwrap();
        let expected = json!({"auth": {
            "identity": {"methods": ["password"],
                "password": {"user": {"name": "ana", "domain": {"name": "Users"}, "password": "pw"}}},
            "scope": {"project": {"name": "lab", "domain": {"id": "d1"}}}}});
        assert_eq!(body, expected);
    }

    #[test]
    fn an_application_credential_never_asks_for_a_scope() {
        let profile =
            Profile { method: AuthMethod::ApplicationCredential, application_credential_id: "ac".into(), ..profile() };
        let secrets = Secrets { application_credential_secret: secret("s"), ..Secrets::default() };
        let body = auth_body(&profile, &secrets, &Scope::Profile, None).unwrap();
        assert_eq!(body["auth"].get("scope"), None);
        assert_eq!(body["auth"]["identity"]["application_credential"], json!({"id": "ac", "secret": "s"}));
    }

    #[test]
    fn the_second_factor_alone_goes_with_a_receipt_and_the_scope_again() {
        let ends = Instant::now() + RECEIPT_LIFE;
        let receipt = Receipt { value: "r".into(), methods: vec!["password".into()], required: vec![], ends };
        let secrets = Secrets { password: secret("pw"), passcode: secret(" 123456 "), ..Secrets::default() };
        let body = auth_body(&profile(), &secrets, &Scope::Profile, Some(&receipt)).unwrap();
        assert_eq!(body["auth"]["identity"]["methods"], json!(["totp"]));
        assert_eq!(body["auth"]["identity"]["totp"]["user"]["passcode"], "123456");
        assert_eq!(body["auth"]["identity"].get("password"), None);
        assert_eq!(body["auth"]["scope"]["project"]["name"], "lab");
    }

    #[test]
    fn an_endpoint_is_found_by_region_and_interface() {
        let endpoint = |interface: &str, region: &str, url: &str| Endpoint {
            interface: interface.into(),
            region_id: region.into(),
            url: url.into(),
            ..Endpoint::default()
        };
        let endpoints = vec![
            endpoint("public", "One", "http://one"),
            endpoint("public", "Two", "http://two"),
            endpoint("internal", "Two", "http://two.internal"),
        ];
        let service = Service { kind: "container-infra".into(), name: "magnum".into(), endpoints };
        let catalog = Catalog { services: vec![service] };
        let types = ["container-infrastructure-management", "container-infra"];
        assert_eq!(catalog.endpoint(&types, "Two", Interface::Internal), Some("http://two.internal"));
        assert_eq!(catalog.endpoint(&types, "One", Interface::Internal), Some("http://one"));
        assert_eq!(catalog.endpoint(&types, "Three", Interface::Public), None);
        assert_eq!(catalog.regions(&types), ["One", "Two"]);
    }
}
