//! The client against servers that speak as the real ones do.

mod kubernetes;
