//! Starts Bayview.

fn main() {}
