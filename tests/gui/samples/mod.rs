//! Rich, deterministic data for the screens under test.

#[allow(dead_code, reason = "each test takes what it needs")]
pub mod bay;
#[allow(dead_code, reason = "each test takes what it needs")]
pub mod fleet;
#[allow(dead_code, reason = "each test takes what it needs")]
pub mod forms;
#[allow(dead_code, reason = "each test takes what it needs")]
pub mod picture;
