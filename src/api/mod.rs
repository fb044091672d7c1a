//! The shared client: async, no interface.

pub mod kubernetes;
