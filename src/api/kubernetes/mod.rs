//! The Kubernetes API of a bay: getting in, the live watches, and what one can do to objects.
//!
//! | module | what it is |
//! |---|---|
//! | [`connect`] | a [`Connection`] from the bay's own certificate, a kubeconfig, or a plain address |
//! | [`certificate`] | key, signing request, and the signed bundle |
//! | [`watch`] | lists in pages and watches as one bounded stream of [`Change`]s |
//! | [`slim`] | the few fields of each kind that are read |
//! | [`rows`] | object to row: the sign, word and message of pods, nodes, workloads, services, events |
//! | [`apply`] | server-side apply, dry run and delete of manifests, with an outcome per object |
//! | [`discovery`] | which path a kind is served under |
//! | [`scale`], [`delete`], [`logs`], [`get`], [`version`], [`metrics`] | one thing each |

pub mod apply;
pub mod certificate;
pub mod connect;
pub mod delete;
pub mod discovery;
pub mod error;
pub mod get;
pub mod logs;
pub mod metrics;
mod request;
pub mod rows;
pub mod scale;
pub mod slim;
pub mod version;
pub mod watch;

pub use certificate::BayCertificate;
pub use connect::Connection;
pub use error::Error;
pub use watch::{Change, Kind, WatchOptions, Watches};
