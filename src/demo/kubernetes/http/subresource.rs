//! stub
use super::super::failure::Failure; use super::request::*; use super::*;
/// x
pub async fn serve(_a: &Arc<Api>, _c: &Call, _t: &Objects, _s: &str, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
