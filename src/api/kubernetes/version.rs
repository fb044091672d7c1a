//! The server's version.

use super::connect::Connection;
use super::error::Error;
use super::request;
use serde::Deserialize;

/// What `GET /version` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `v1.30.4`.
    pub git: String,
    /// Major number.
    pub major: u32,
    /// Minor number (`20+` of vendors read as 20).
    pub minor: u32,
}

impl Version {
    /// At least this version.
    pub fn at_least(&self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

/// Reads the server's version; the first call that shows whether one gets in.
pub async fn version(connection: &Connection) -> Result<Version, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Info {
        #[serde(default)]
        major: String,
        #[serde(default)]
        minor: String,
        git_version: String,
    }
    let info: Info = request::get(connection.client(), "/version").await?;
    Ok(Version { major: number(&info.major), minor: number(&info.minor), git: info.git_version })
}

fn number(text: &str) -> u32 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_add_a_plus() {
        let version = Version { git: "v1.20.15-gke".into(), major: number("1"), minor: number("20+") };
        assert!(version.at_least(1, 20));
        assert!(!version.at_least(1, 25));
    }
}
