//! The embedded demo cloud.

pub mod kubernetes;
pub mod pki;
