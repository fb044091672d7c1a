//! stub
/// x
pub fn own_all(_k: super::kinds::Kind, _b: &mut serde_json::Value, _m: &str, _t: &str) {}
