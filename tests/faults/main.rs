//! A cloud that misbehaves, and what the user is told: the worker against the demo cloud's fault switches.

mod lists;
mod sign_in;
mod whole;
