//! Scenarios.
/// x
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life { /// x
 Restart }
impl super::world::World { /// x
 pub fn live(&mut self, _life: Life) {} }
