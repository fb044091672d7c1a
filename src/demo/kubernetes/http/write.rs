//! stub
use super::super::failure::Failure; use super::request::*; use super::*;
/// x
pub fn create(_a: &Arc<Api>, _c: &Call, _t: &Objects, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
/// x
pub fn replace(_a: &Arc<Api>, _c: &Call, _t: &Objects, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
/// x
pub fn patch(_a: &Arc<Api>, _c: &Call, _t: &Objects, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
/// x
pub fn delete(_a: &Arc<Api>, _c: &Call, _t: &Objects, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
/// x
pub fn delete_collection(_a: &Arc<Api>, _c: &Call, _t: &Objects, _b: &Bytes) -> Answer { Err(Failure::no_such_path()) }
