//! The entrance: signing in to one cloud, and the way from there to each service.

use super::discovery::discover;
use super::error::Error;
use super::glance::Glance;
use super::heat::{self, Heat};
use super::http::{Http, HttpOptions};
use super::keystone::{Keystone, Receipt, Scope, Service, Token};
use super::magnum::{self, Magnum};
use super::neutron::Neutron;
use super::nova::Nova;
use super::session::{ServiceClient, Session};
use crate::model::cloud::{AuthMethod, Identity, Profile, Project, Secrets};
use crate::model::problem::ProblemKind;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;
use url::Url;

/// A step of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInStep {
    /// Find Keystone and get a token.
    Keystone,
    /// Read services and regions.
    Catalogue,
    /// Find Magnum, its dialect and version.
    Magnum,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInState {
    /// It begins.
    Started,
    /// It is done; what it found, as name and value: `url`, `user`; `services`, `regions`; `dialect`, `version`.
    Done {
        /// Time it took.
        took: Duration,
        /// Findings.
        found: Vec<(&'static str, String)>,
    },
    /// It failed; the error comes as the result of the call.
    Failed {
        /// Time it took.
        took: Duration,
    },
}

/// Told about each step of a sign-in as it begins and ends; must be quick.
pub type Progress = Arc<dyn Fn(SignInStep, SignInState) + Send + Sync>;

/// What a sign-in may be told beside profile and secrets.
#[derive(Clone, Default)]
pub struct SignInOptions {
    /// Transport.
    pub http: HttpOptions,
    /// Told about each step.
    pub progress: Option<Progress>,
    /// From an error of kind `SecondFactor`: completes that sign-in, with `secrets.passcode`.
    pub receipt: Option<Receipt>,
}

impl fmt::Debug for SignInOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInOptions").field("http", &self.http).finish_non_exhaustive()
    }
}

impl SignInOptions {
    async fn step<T>(
        &self,
        step: SignInStep,
        work: impl Future<Output = Result<T, Error>>,
        found: impl FnOnce(&T) -> Vec<(&'static str, String)>,
    ) -> Result<T, Error> {
        let tell = |state| self.progress.iter().for_each(|p| p(step, SignInState::clone(&state)));
        tell(SignInState::Started);
        let started = Instant::now();
        let outcome = work.await;
        let took = started.elapsed();
        tell(match &outcome {
            Ok(value) => SignInState::Done { took, found: found(value) },
            Err(_) => SignInState::Failed { took },
        });
        outcome
    }
}

/// What a sign-in leads to.
#[derive(Debug, Clone)]
pub enum SignedIn {
    /// Signed in with a project.
    Ready(Client),
    /// Who one is has been proven, but no project was named and there is not exactly one.
    NeedsProject {
        /// Goes on with one of them.
        unscoped: UnscopedClient,
        /// Projects to choose from; empty when the user has none.
        projects: Vec<Project>,
    },
}

/// Signed in without a project: only good for choosing one.
#[derive(Debug, Clone)]
pub struct UnscopedClient {
    session: Session,
    options: SignInOptions,
}

impl UnscopedClient {
    /// Goes on with a project.
    ///
    /// # Errors
    /// `Auth` when the user has no role there, or the token has ended.
    pub async fn choose(&self, project_id: &str) -> Result<Client, Error> {
        let found = |s: &Session| vec![("user", s.snapshot().token.user.clone())];
        let session = self.options.step(SignInStep::Keystone, self.session.for_project(project_id), found).await?;
        Client::assemble(session, self.options.clone(), None)
    }

    /// Ends the token.
    ///
    /// # Errors
    /// As any call.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.session.sign_out().await
    }
}

/// Signed in to one cloud, with one project, in one region. Cheap to clone.
///
/// Switching project or region gives a new client and leaves this one as it is, so that calls under way end where
/// they began.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    session: Session,
    options: SignInOptions,
    region: String,
    magnum: OnceCell<Magnum>,
    stacks: heat::Places,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("session", &self.inner.session)
            .field("region", &self.inner.region)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Signs in.
    ///
    /// With a token, the token is examined first: one that is scoped already is used as it is. Without a project in
    /// the profile, the user's only project is taken; with several, the caller must choose.
    ///
    /// # Errors
    /// `SecondFactor` with a receipt when a one-time code is needed: ask for it, put it into `secrets.passcode` and
    /// the receipt into `options.receipt`, and call again. `Auth` for everything that Keystone does not accept.
    pub async fn sign_in(profile: &Profile, secrets: &Secrets, options: SignInOptions) -> Result<SignedIn, Error> {
        let work = async {
            let limit = profile.api_timeout_secs.map(|secs| Duration::from_secs(secs.into()));
            let patience = HttpOptions { timeout: limit.unwrap_or(options.http.timeout), ..options.http.clone() };
            let http = Http::new(&profile.trust, patience)?;
            let base = discover(&http, &profile.auth_url).await?;
            let keystone = Keystone::new(http.clone(), base);
            let token = first_token(&keystone, profile, secrets, options.receipt.as_ref()).await?;
            let only = match (&token.project, wants_project(profile)) {
                (None, false) => Some(keystone.projects(&token.secret).await?),
                _ => None,
            };
            let session = Session::new(http, keystone, profile.clone(), secrets.clone(), token);
            match only.as_deref() {
                // The unscoped token has done its work; it ends with its session.
                Some([only]) => Ok((session.for_project(&only.id).await?, None)),
                _ => Ok((session, only)),
            }
        };
        let found = |(session, _): &(Session, _)| {
            let url = session.keystone().base().to_string();
            vec![("url", url), ("user", session.snapshot().token.user.clone())]
        };
        let (session, projects) = options.step(SignInStep::Keystone, work, found).await?;
        let options = SignInOptions { receipt: None, ..options };
        match projects {
            Some(projects) => Ok(SignedIn::NeedsProject { unscoped: UnscopedClient { session, options }, projects }),
            None => Ok(SignedIn::Ready(Client::assemble(session, options, None)?)),
        }
    }

    fn assemble(session: Session, options: SignInOptions, region: Option<&str>) -> Result<Client, Error> {
        let progress = options.progress.clone();
        let tell = |state| progress.iter().for_each(|p| p(SignInStep::Catalogue, SignInState::clone(&state)));
        tell(SignInState::Started);
        let started = Instant::now();
        let snapshot = session.snapshot();
        let catalog = &snapshot.token.catalog;
        let wanted = region.unwrap_or(&session.profile().region);
        let all = catalog.regions(&[]);
        if !wanted.is_empty() && !all.is_empty() && !all.iter().any(|r| r == wanted) {
            tell(SignInState::Failed { took: started.elapsed() });
            let said = format!("the catalogue has no region {wanted:?}; it has {}", all.join(", "));
            return Err(Error::new(ProblemKind::Config, "keystone", "read the catalogue", said));
        }
        let region = if wanted.is_empty() {
            // The one that has Magnum, if it can be told; else any.
            magnum_regions(&snapshot.token).first().or(all.first()).cloned().unwrap_or_default()
        } else {
            wanted.to_owned()
        };
        let found = vec![("services", catalog.types(&region).len().to_string()), ("regions", all.join(", "))];
        tell(SignInState::Done { took: started.elapsed(), found });
        Ok(Client {
            inner: Arc::new(Inner {
                session,
                options,
                region,
                magnum: OnceCell::new(),
                stacks: heat::Places::default(),
            }),
        })
    }

    /// Who and where one is, as of now (the end of the token moves with each renewal).
    pub fn identity(&self) -> Identity {
        let snapshot = self.inner.session.snapshot();
        let token = &snapshot.token;
        let profile = self.inner.session.profile();
        Identity {
            cloud: profile.name.clone(),
            user: token.user.clone(),
            user_id: token.user_id.clone(),
            project: token.project.clone().unwrap_or_default(),
            region: self.inner.region.clone(),
            regions: magnum_regions(token),
            roles: token.roles.clone(),
            expires_at: token.expires_at,
            services: token.catalog.types(&self.inner.region),
            unverified: !profile.trust.verify,
        }
    }

    /// The profile that this client was signed in with.
    pub fn profile(&self) -> &Profile {
        self.inner.session.profile()
    }

    /// The transport, with this cloud's trust.
    pub fn http(&self) -> &Http {
        self.inner.session.http()
    }

    /// Counts the renewals of the token, from 1.
    pub fn generation(&self) -> u64 {
        self.inner.session.snapshot().generation
    }

    /// Projects that one may switch to.
    ///
    /// # Errors
    /// As any call.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        let session = &self.inner.session;
        let snapshot = session.snapshot();
        match session.keystone().projects(&snapshot.token.secret).await {
            Err(error) if error.kind() == ProblemKind::Auth => {
                let fresh = session.renew(snapshot.generation).await?;
                session.keystone().projects(&fresh.token.secret).await
            }
            other => other,
        }
    }

    /// The same user in another project, in the same region where that is possible.
    ///
    /// # Errors
    /// `Unsupported` with an application credential; `Auth` when the user has no role there.
    pub async fn switch_project(&self, project_id: &str) -> Result<Client, Error> {
        let inner = &self.inner;
        let found = |s: &Session| vec![("user", s.snapshot().token.user.clone())];
        let session = inner.options.step(SignInStep::Keystone, inner.session.for_project(project_id), found).await?;
        Client::assemble(session.clone(), inner.options.clone(), Some(&inner.region))
            .or_else(|_| Client::assemble(session, inner.options.clone(), None))
    }

    /// The same session in another region.
    ///
    /// # Errors
    /// `Config` when the catalogue has no such region.
    pub fn switch_region(&self, region: &str) -> Result<Client, Error> {
        Client::assemble(self.inner.session.clone(), self.inner.options.clone(), Some(region))
    }

    /// Ends the token, unless it was given to us ready-made. Without this it is ended when the last handle is dropped.
    ///
    /// # Errors
    /// As any call; a token that has ended already is no error.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.inner.session.sign_out().await
    }

    /// Whether a service may still need the token for a change that it has accepted a moment ago (Magnum makes a trust
    /// with it after its answer). Dropping the client then ends the token later.
    pub fn is_settling(&self) -> bool {
        self.inner.session.is_settling()
    }

    /// Magnum. The first call finds its dialect and version; later ones give the same handle.
    ///
    /// # Errors
    /// `Unsupported` when this region has no Magnum, or one whose versions we do not speak.
    pub async fn magnum(&self) -> Result<Magnum, Error> {
        let inner = &self.inner;
        let found = |m: &Magnum| {
            let info = m.info();
            let version = info.max_version.map(|v| v.to_string()).unwrap_or_default();
            vec![("dialect", format!("{:?}", info.dialect).to_lowercase()), ("version", version)]
        };
        let find = || async {
            let work = magnum::connect(self, inner.session.profile().dialect);
            inner.options.step(SignInStep::Magnum, work, found).await
        };
        inner.magnum.get_or_try_init(find).await.cloned()
    }

    /// Nova.
    ///
    /// # Errors
    /// `Unsupported` when this region has none.
    pub fn nova(&self) -> Result<Nova, Error> {
        Ok(Nova::new(self.service("nova", &["compute"])?))
    }

    /// Glance.
    ///
    /// # Errors
    /// `Unsupported` when this region has none.
    pub fn glance(&self) -> Result<Glance, Error> {
        Ok(Glance::new(self.service("glance", &["image"])?))
    }

    /// Neutron.
    ///
    /// # Errors
    /// `Unsupported` when this region has none.
    pub fn neutron(&self) -> Result<Neutron, Error> {
        let project = self.identity().project.id;
        Ok(Neutron::new(self.service("neutron", &["network"])?, project))
    }

    /// Heat; clouds of today may have Magnum without it.
    ///
    /// # Errors
    /// `Unsupported` when this region has none.
    pub fn heat(&self) -> Result<Heat, Error> {
        Ok(Heat::new(self.service("heat", &["orchestration"])?, self.inner.stacks.clone()))
    }

    pub(crate) fn session(&self) -> &Session {
        &self.inner.session
    }

    /// A service by its types: the profile's own endpoint, else the catalogue's.
    pub(crate) fn service(&self, service: &'static str, types: &[&str]) -> Result<ServiceClient, Error> {
        match self.endpoint(types) {
            Some(url) => Ok(ServiceClient::new(self.inner.session.clone(), service, endpoint_url(service, &url)?)),
            None => Err(self.absent(service, types)),
        }
    }

    pub(crate) fn absent(&self, service: &'static str, types: &[&str]) -> Error {
        let here =
            if self.inner.region.is_empty() { String::new() } else { format!(" in region {}", self.inner.region) };
        let said = format!("the catalogue has no {}{here}", types.join(" or "));
        Error::unsupported(service, "find the service", said)
    }

    pub(crate) fn endpoint(&self, types: &[&str]) -> Option<String> {
        let profile = self.inner.session.profile();
        let own = types.iter().find_map(|t| profile.endpoint_overrides.get(*t)).cloned();
        if own.is_some() {
            return own;
        }
        let settings = types.iter().find_map(|t| profile.services.get(*t)).cloned().unwrap_or_default();
        let given =
            |text: &'_ str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
        let region = given(&settings.region, &self.inner.region);
        let interface = settings.interface.unwrap_or(profile.interface);
        let snapshot = self.inner.session.snapshot();
        let one = [settings.service_type.as_str()];
        let types = if settings.service_type.is_empty() { types } else { &one[..] };
        snapshot.token.catalog.endpoint(types, &region, interface).map(str::to_owned)
    }
}

pub(crate) fn endpoint_url(service: &'static str, url: &str) -> Result<Url, Error> {
    Url::parse(url).map_err(|e| {
        let said = format!("the endpoint {url:?} is not a URL");
        Error::new(ProblemKind::Config, service, "find the service", said).with_source(e)
    })
}

/// Regions that have a Magnum: those of today first.
fn magnum_regions(token: &Token) -> Vec<String> {
    let mut regions = token.catalog.regions(&magnum::SERVICE_TYPES);
    // Magnum's type of 2015 is Zun's today.
    let old = |s: &Service| s.kind == magnum::OLD_SERVICE_TYPE && !s.name.to_ascii_lowercase().contains("zun");
    for region in token.catalog.regions_of(old) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}

fn wants_project(profile: &Profile) -> bool {
    !profile.project_id.is_empty() || !profile.project_name.is_empty()
}

/// A project's name means one project only within its domain; a profile that names none takes any.
fn same_domain(profile: &Profile, token: &Token) -> bool {
    let own = (profile.project_domain_id.as_str(), profile.project_domain_name.as_str());
    let users = (profile.user_domain_id.as_str(), profile.user_domain_name.as_str());
    let here = token.project.as_ref().map_or("", |p| p.domain_id.as_str());
    match if own == ("", "") { users } else { own } {
        ("", "") => true,
        ("", name) => name == token.project_domain || token.project_domain.is_empty(),
        (id, _) => id == here || here.is_empty(),
    }
}

async fn first_token(
    keystone: &Keystone,
    profile: &Profile,
    secrets: &Secrets,
    receipt: Option<&Receipt>,
) -> Result<Token, Error> {
    let given = secrets.token.as_ref().filter(|_| profile.method == AuthMethod::Token);
    let Some(given) = given else { return keystone.authenticate(profile, secrets, &Scope::Profile, receipt).await };
    let token = keystone.describe(given).await?;
    let there = token.project.as_ref().is_some_and(|p| {
        (profile.project_id.is_empty() || profile.project_id == p.id)
            && (profile.project_name.is_empty() || (profile.project_name == p.name && same_domain(profile, &token)))
    });
    if there || !wants_project(profile) {
        Ok(token)
    } else {
        keystone.authenticate(profile, secrets, &Scope::Profile, None).await
    }
}
