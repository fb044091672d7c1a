//! The placement map: which pod stands in which cell, where that is on the screen, and how it is drawn.
//!
//! | module | subject |
//! |---|---|
//! | [`order`] | which tiles there are and which pod has which cell; depends on data and settings only |
//! | [`groups`], `workloads` | groups of nodes; workloads of namespaces |
//! | [`capacity`] | what nodes have, what is asked of them, what is used |
//! | [`metrics`] | how large everything is at a given cell size |
//! | [`layout`] | groups in shelves: index to rectangle and back, by arithmetic |
//! | [`rect`] | rectangles in whole pixels |
//! | [`camera`] | what part of it is on screen, and gliding |
//! | [`filter`], `terms`, [`mod@matches`] | the filter text and the pods it finds |
//! | [`color`] | what every cell is drawn with |
//! | [`stamp`], [`raster`] | far and middle levels as pixels |
//! | [`chunks`] | those pixels as textures, brought up to date in part |
//! | [`paint`], [`cells`] | names, bars, real shapes: what is drawn over the pixels |
//! | [`marks`] | pointer, selection, what has just changed |
//! | [`changes`] | what is different between two pictures |
//! | [`select`] | what can be pointed at, and the way from one to the next |
//! | [`prepared`] | order, matches and paints kept up to date with the picture |
//! | [`sheet`], [`soft`], [`export_png`], [`export_svg`] | the map as a file, drawn outside of any window |
//! | [`access`] | the map for those who do not see it |
//! | [`minimap`] | all of it, small |
//! | [`view`], [`pick`], `travel`, `zoom` | the one region that takes pointer and keys |
//!
//! Lengths are physical pixels unless a name says points; a *cell* is the edge of one pod's square.

pub mod access;
pub mod camera;
pub mod capacity;
pub mod cells;
pub mod changes;
pub mod chunks;
pub mod color;
pub mod export_png;
pub mod export_svg;
pub mod filter;
pub mod groups;
pub mod layout;
pub mod marks;
pub mod matches;
pub mod metrics;
pub mod minimap;
pub mod order;
pub mod paint;
pub mod pick;
pub mod prepared;
pub mod raster;
pub mod rect;
pub mod select;
pub mod sheet;
pub mod soft;
pub mod stamp;
mod terms;
mod travel;
pub mod view;
mod workloads;
mod zoom;
