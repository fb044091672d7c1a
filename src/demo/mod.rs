//! The demo cloud: an OpenStack cloud of two regions inside this process, over real HTTP on 127.0.0.1.
//!
//! It shares no code with the client: what the client reads here, it reads as from any cloud.
//! Everything is made from a seed; time moves: operations take demo seconds (a new bay twenty), divided by `speed`.
//!
//! | module | what it is |
//! |---|---|
//! | [`faults`] | switches that make services misbehave |
//! | [`kubernetes`], [`pki`] | the Kubernetes API of each Kubernetes bay and its certificates |
//! | `cloud`, `http` | what the services share; how a request comes in and a reply goes out |
//! | `fetch` | fetches a manifest that the 2015 Magnum is told by its address |
//! | `world` | the state, and the scripts by which it changes |
//! | `keystone`, `magnum`, `heat`, `nova`, `glance`, `neutron` | one service each: request in, reply out |
//! | [`serve`] | serves the cloud alone and prints how to sign in |
//!
//! A bay named `fail` ends in `CREATE_FAILED`; one named `stuck` ends in `DELETE_FAILED`, until it is deleted once more.
//! Under another name the label `demo_fault` with one of these words does the same.

pub mod faults;
pub mod kubernetes;
pub mod pki;
pub mod serve;

mod cloud;
mod fetch;
mod glance;
mod heat;
mod http;
mod keystone;
mod magnum;
mod neutron;
mod nova;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use faults::{Fault, Faults, Service};

use cloud::{Addresses, Cloud, RegionAddresses};
use http::Handler;
use world::identity::{TOTP_SECRET_BASE32, passcode};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum DemoSize {
    /// A handful of bays with few pods: quick to start.
    Small,
    /// Fifteen bays in one project in every state, one of them with over a thousand pods.
    #[default]
    Medium,
    /// 600 bays, one of them at Kubernetes' own limit: 5,000 nodes and 150,000 pods.
    Huge,
}

/// Changes a second in the bay at Kubernetes' limit, unless something else is asked for.
pub const CHURN: f64 = 20.0;

/// How a demo cloud is started.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Everything is made from it.
    pub seed: u64,
    /// How much there is.
    pub size: DemoSize,
    /// How many times faster than life operations run; 1.0 is life.
    pub speed: f64,
    /// Keystone's port; `None` takes any free one. The other services always take free ones.
    pub port: Option<u16>,
    /// Changes of pods a second in the bay at Kubernetes' limit.
    pub churn: f64,
}

impl Default for DemoOptions {
    fn default() -> DemoOptions {
        DemoOptions { seed: 1, size: DemoSize::default(), speed: 1.0, port: None, churn: CHURN }
    }
}

/// An account of the demo. All of it is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoLogin {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
    /// A project the user may enter, when there is one.
    pub project: Option<String>,
    /// Domain of user and project.
    pub domain: String,
    /// What this account is for: `member`, `admin`, `reader`, `no project`, `totp`, `other project`, `colleague`.
    pub note: String,
    /// Base32 secret of the second factor.
    pub totp_secret: Option<String>,
}

impl DemoLogin {
    /// The one-time password of this moment, for an account that needs one.
    pub fn passcode(&self) -> Option<String> {
        let secret = totp_rs::Secret::Encoded(self.totp_secret.clone()?).to_bytes().ok()?;
        Some(passcode(&secret, Timestamp::now()))
    }
}

/// A running demo cloud. Dropping it stops every server.
pub struct DemoCloud {
    cloud: Arc<Cloud>,
    stop: CancellationToken,
    logins: Vec<DemoLogin>,
}

impl DemoCloud {
    /// Starts all services on 127.0.0.1 and returns when they answer.
    ///
    /// # Errors
    /// When a port cannot be taken, or a certificate cannot be made.
    pub async fn start(options: DemoOptions) -> io::Result<DemoCloud> {
        let now = Timestamp::now();
        let world = world::seed::world(options.seed, options.size, options.speed, now);
        let regions = world.regions.len();
        let cloud = Arc::new(Cloud::new(world, options.seed, options.churn));
        let stop = CancellationToken::new();
        // From here on an early return stops what already runs.
        let demo = DemoCloud { cloud: cloud.clone(), stop: stop.clone(), logins: logins() };
        let start = async |service: Service, region: usize, port: u16, handler: Handler| -> io::Result<String> {
            let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
            let address = listener.local_addr()?;
            http::serve(listener, cloud.clone(), service, region, handler, stop.clone())?;
            Ok(format!("http://{address}"))
        };
        let keystone = start(Service::Identity, 0, options.port.unwrap_or(0), keystone::answer).await?;
        let mut addresses = Vec::new();
        for region in 0..regions {
            addresses.push(RegionAddresses {
                magnum: start(Service::ContainerInfra, region, 0, magnum::answer).await?,
                heat: start(Service::Orchestration, region, 0, heat::answer).await?,
                nova: start(Service::Compute, region, 0, nova::answer).await?,
                glance: start(Service::Image, region, 0, glance::answer).await?,
                neutron: start(Service::Network, region, 0, neutron::answer).await?,
            });
        }
        cloud.set_addresses(Addresses { keystone: format!("{keystone}/v3"), regions: addresses });
        cloud.start_clusters().await?;
        magnum::play_first_manifests(&cloud);
        tokio::spawn(cloud.clone().run(stop.clone()));
        Ok(demo)
    }

    /// `http://127.0.0.1:PORT/v3`
    pub fn auth_url(&self) -> &str {
        &self.cloud.addresses().keystone
    }

    /// The demo's public accounts; the first is the usual one.
    pub fn logins(&self) -> &[DemoLogin] {
        &self.logins
    }

    /// Names of the regions: the first speaks today's Magnum, the second that of 2015.
    pub fn regions(&self) -> Vec<String> {
        self.cloud.world().regions.iter().map(|region| region.name.clone()).collect()
    }

    /// Id and secret of a ready-made application credential of the first account, for the project `lab`.
    pub fn application_credential(&self) -> (String, String) {
        let world = self.cloud.world();
        let found = world.identity.app_credentials.first();
        found.map(|credential| (credential.id.clone(), credential.secret.clone())).unwrap_or_default()
    }

    /// How many tokens are good at this moment.
    pub fn tokens_in_use(&self) -> usize {
        self.cloud.world().identity.tokens_in_use(self.cloud.keystone_now())
    }

    /// Switches for tests.
    pub fn faults(&self) -> &Faults {
        self.cloud.faults()
    }
}

impl Drop for DemoCloud {
    fn drop(&mut self) {
        self.stop.cancel();
        self.cloud.stop_clusters();
    }
}

impl std::fmt::Debug for DemoCloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoCloud").field("auth_url", &self.auth_url()).finish_non_exhaustive()
    }
}

fn logins() -> Vec<DemoLogin> {
    [
        ("mika", Some("lab"), "member"),
        ("admin", Some("admin"), "admin"),
        ("rin", Some("lab"), "reader"),
        ("tomo", Some("lab"), "colleague"),
        ("nori", None, "no project"),
        ("yuki", Some("lab"), "totp"),
        ("aiko", Some("atlas"), "other project"),
    ]
    .into_iter()
    .map(|(user, project, note)| DemoLogin {
        user: user.to_owned(),
        password: format!("{user}-demo"),
        project: project.map(str::to_owned),
        domain: "Default".to_owned(),
        note: note.to_owned(),
        totp_secret: (note == "totp").then(|| TOTP_SECRET_BASE32.to_owned()),
    })
    .collect()
}

/// Locks even after a panic elsewhere: the world stays usable, each change is small and whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
