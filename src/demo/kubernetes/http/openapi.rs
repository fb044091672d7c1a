//! stub
use super::super::failure::Failure; use super::request::Call; use super::Answer;
/// x
pub fn serve(_r: &[&str], _c: &Call) -> Answer { Err(Failure::no_such_path()) }
