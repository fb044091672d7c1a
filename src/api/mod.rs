//! The shared client of OpenStack's services, usable on its own.
//!
//! ```no_run
//! # async fn bays() -> Result<(), Box<dyn std::error::Error>> {
//! use bayview::api::{Client, SignInOptions, SignedIn, clouds_yaml};
//!
//! let store = clouds_yaml::load();
//! let profile = store.find("mycloud").ok_or("no such cloud")?;
//! let signed_in = Client::sign_in(profile, &store.secrets(profile), SignInOptions::default()).await?;
//! let SignedIn::Ready(client) = signed_in else { return Err("name a project".into()) };
//! for bay in client.magnum().await?.bays().await? {
//!     println!("{}  {}  {} nodes", bay.title(), bay.status.word(), bay.node_count);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | module | subject |
//! |---|---|
//! | [`client`] | [`Client`]: sign-in, projects, regions, and the way to each service |
//! | [`clouds_yaml`] | profiles from clouds.yaml, secure.yaml and `OS_*` |
//! | [`discovery`] | Keystone v3 from any URL a user may type |
//! | [`keystone`] | tokens, catalogue, projects, the second factor |
//! | [`session`] | the token in use and its renewal |
//! | [`magnum`] | bays and bay models, in today's words and in 2015's |
//! | [`kubernetes`] | the inside of a Kubernetes bay |
//! | [`heat`], [`nova`], [`glance`], [`neutron`] | stacks, servers and what a form can choose from |
//! | [`kubernetes`] | the inside of a bay |
//! | [`http`] | the transport: trust, retries, request log |
//! | [`error`] | [`Error`] |
//!
//! Every call is a future that stops when it is dropped; handles are cheap to clone, `Send` and `Sync`.

pub mod client;
mod cloud_settings;
pub mod clouds_yaml;
pub mod discovery;
mod environment;
pub mod error;
pub mod glance;
pub mod heat;
pub mod http;
pub mod keystone;
pub mod kubernetes;
pub mod magnum;
pub mod neutron;
pub mod nova;
pub mod session;
mod wire;

pub use self::http::{Http, HttpOptions, Observer, RequestLog, install_crypto, trace};
pub use client::{Client, Progress, SignInOptions, SignInStep, SignedIn, UnscopedClient};
pub use clouds_yaml::ProfileStore;
pub use error::{Error, Renewal, TlsFault};
pub use glance::Glance;
pub use heat::Heat;
pub use keystone::Receipt;
pub use magnum::Magnum;
pub use neutron::Neutron;
pub use nova::Nova;
