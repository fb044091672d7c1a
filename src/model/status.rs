//! The seven signs every object's state is told with (`Sign`), and how serious each is.

/// What a state means to an operator. Each has one glyph, one ink and one fill (see `ui::theme`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Sign {
    /// Healthy, running, complete.
    Ok,
    /// Work is going on: creating, starting, pulling.
    Progress,
    /// Asked for and not begun: pending, unscheduled.
    Pending,
    /// Running, but something is short: not ready, unhealthy.
    Warning,
    /// Failed, crashed, refused.
    Failed,
    /// A state nobody knows, shown as it came; or a node that fell silent.
    #[default]
    Unknown,
    /// On its way out.
    Deleting,
}

impl Sign {
    /// All signs, in the order in which legends list them.
    pub const ALL: [Sign; 7] =
        [Sign::Ok, Sign::Progress, Sign::Pending, Sign::Warning, Sign::Failed, Sign::Unknown, Sign::Deleting];

    /// Fluent id of the sign's plain word (`sign-ok`, `sign-progress`, …).
    pub fn message_id(self) -> &'static str {
        match self {
            Sign::Ok => "sign-ok",
            Sign::Progress => "sign-progress",
            Sign::Pending => "sign-pending",
            Sign::Warning => "sign-warning",
            Sign::Failed => "sign-failed",
            Sign::Unknown => "sign-unknown",
            Sign::Deleting => "sign-deleting",
        }
    }

    /// Higher is worse: for "problems first" orders.
    pub fn severity(self) -> u8 {
        match self {
            Sign::Failed => 6,
            Sign::Unknown => 5,
            Sign::Warning => 4,
            Sign::Pending => 3,
            Sign::Progress => 2,
            Sign::Deleting => 1,
            Sign::Ok => 0,
        }
    }
}
