//! The placement map: which pod stands in which cell, where that is on the screen, and how it is drawn.
//!
//! | module | subject |
//! |---|---|
//! | [`order`] | which tiles there are, in which groups, and which pod has which cell; depends on data and settings only |
//! | [`metrics`] | how large everything is at a given cell size |
//! | [`layout`] | groups in shelves: index to rectangle and back, by arithmetic |
//! | [`camera`] | what part of it is on screen, and gliding |
//! | [`filter`] | the filter text and the pods it finds |
//! | [`color`] | what every cell is drawn with |
//! | [`stamp`], [`raster`] | far and middle levels as pixels |
//! | [`chunks`] | those pixels as textures, brought up to date in part |
//! | [`paint`] | names, bars, real shapes: what is drawn over the pixels |
//! | [`select`] | travelling by keyboard |
//! | [`prepared`] | order, matches and paints kept up to date with the picture |
//! | [`access`] | the map for those who do not see it |
//! | [`minimap`] | all of it, small |
//! | [`view`] | the one region that takes pointer and keys |
//!
//! Lengths are physical pixels unless a name says points; a *cell* is the edge of one pod's square.

pub mod access;
pub mod camera;
pub mod chunks;
pub mod color;
pub mod filter;
pub mod layout;
pub mod metrics;
pub mod minimap;
pub mod order;
pub mod paint;
pub mod prepared;
pub mod raster;
pub mod select;
pub mod stamp;
pub mod view;
