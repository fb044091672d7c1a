//! Bayview: a native desktop bay manager for OpenStack.
//!
//! One window leads from the cloud to the pod: cloud, project, bay, node group, node, pod. This page is the plan of the
//! house; each module's own page goes on from here.
//!
//! # Layers
//! A lower layer never imports a higher one; `tests/layers.rs` reads the `use crate::…` lines and holds us to it.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`cli`] | arguments, `bayview status`, `bayview demo-cloud` | everything |
//! | [`app`] | wires everything; the only place that knows eframe | [`ui`], [`live`], [`model`], [`i18n`], [`demo`] |
//! | [`ui`] | draws; reads a [`live::state::State`], sends commands, never does I/O | [`live`], [`model`], [`i18n`] |
//! | [`live`] | the live picture and the async bridge: worker, store, journal, secrets | [`api`], [`model`], [`demo`] |
//! | [`api`] | the shared client: Keystone, Magnum, Heat, Nova, Glance, Neutron, Kubernetes | [`model`] |
//! | [`model`] | plain data and pure rules, no I/O | nothing |
//! | [`demo`] | the embedded cloud: real HTTP on loopback, an independent witness of the wire formats | nothing |
//! | [`i18n`] | messages in English and Japanese | nothing |
//!
//! # Data flow
//! ```text
//!   view ──Command──▶ worker task ──▶ api ──▶ cloud
//!    ▲                    │
//!    └── State ◀── store ◀┘ Event (batched, one wake-up for many)
//! ```
//! - Drawing gets `&State` and a [`live::command::CommandSender`] in a [`ui::cx::Cx`]; nothing is changed in the middle of a frame.
//!   What a view wants of the window itself is a [`ui::cx::UiAction`], carried out after the frame.
//! - The worker ([`live::worker`]) is one thread with a tokio runtime. It owns the session, keeps fresh what is looked at
//!   ([`live::command::Topic`]), runs the watches of a bay's inside, and carries out changes as jobs of the journal. Dropping a
//!   handle ends its task; a task that panics becomes an event.
//! - `live::store` is the one place where an event changes the state. A [`live::loadable::Loadable`] keeps the last good value
//!   with its age while the next one loads or fails.
//! - Big collections are columns ([`model::columns`]), published as `Arc` with a generation number; what has not changed (facts of
//!   nodes and workloads, names of pods) is shared with the picture before. Sorting and filtering give index vectors, remembered
//!   by data and query; of many rows they are computed on a thread of their own (`ui::widgets::table::computed`), and what was
//!   there before stays until they are ready.
//! - One-shot jobs whose answer only one view needs (file dialogs, reading a file, parsing a large manifest) are
//!   `poll_promise::Promise`s; everything else goes through the worker.
//!
//! # Where to add what
//! | to add | begin at |
//! |---|---|
//! | a call of an OpenStack service | its file in [`api`]; shape from the service's source; a fixture and a test in `tests/contract/` |
//! | what the demo answers to it | the same service's file in [`demo`], without looking at the client |
//! | a change that a user can ask for | [`live::command::Change`], its job in `live::worker`, its command line beside it, its words in `activity.ftl` |
//! | something to keep fresh | [`live::command::Topic`], its poll in `live::worker`, its place in [`live::state`] |
//! | a screen | a folder in `ui::views`, a [`ui::route::Route`], its `.ftl` in both languages, a flow in `tests/gui/` |
//! | a column of a table | its view: `columns`, `cell_ui`, the order in `index`, the field in `csv`; groups in `GROUPS` |
//! | a rule of a form | [`model::checks`]; its words in `forms.ftl` |
//! | a command of palette, menu and keyboard | `UiCommand` in `ui::shell::commands` |
//! | a colour, a size, a glyph | `ui::theme`, `ui::text`, `ui::widgets::glyph`: raw colours appear nowhere else |
//! | proof against software of others | `tests/real/` (beds, journeys, the demo cloud compared with them), `tests/demo-clients/` |

pub mod api;
pub mod app;
pub mod cli;
pub mod demo;
pub mod i18n;
pub mod live;
pub mod model;
pub mod ui;
