//! Microversions: the request header, the answer's headers, and the two kinds of 406.

use serde_json::json;

use super::super::http::{Reply, Request};

/// The newest microversion.
pub(super) const MAX_MINOR: u32 = 14;
/// The word before the number, as Magnum 22 and later answer.
const SERVICE: &str = "container-infrastructure-management";
const ACCEPTED: [&str; 3] = ["container-infra", "container-infrastructure", SERVICE];

/// What the header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Minor(u32),
    /// Well-formed but not offered; the text as it came.
    Unsupported(String),
    /// Cannot be read; what of it.
    Malformed(&'static str),
}

/// Reads the header. No header means 1.1.
pub(super) fn wanted(request: &Request) -> Wanted {
    request.header("openstack-api-version").map_or(Wanted::Minor(1), parse)
}

fn parse(header: &str) -> Wanted {
    let words: Vec<&str> = header.split_whitespace().collect();
    let [service, version] = words.as_slice() else { return Wanted::Malformed("service type") };
    if *version == "latest" {
        return Wanted::Minor(MAX_MINOR);
    }
    let numbers = version.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    if !ACCEPTED.contains(service) {
        return Wanted::Malformed("service type");
    }
    let Some((major, minor)) = numbers else { return Wanted::Malformed("value") };
    let major: u32 = major;
    if major == 1 && (1..=MAX_MINOR).contains(&minor) {
        Wanted::Minor(minor)
    } else {
        Wanted::Unsupported((*version).to_owned())
    }
}

/// Adds the version headers.
pub(super) fn with_headers(reply: Reply, version: &str) -> Reply {
    reply
        .with("OpenStack-API-Minimum-Version", format!("{SERVICE} 1.1"))
        .with("OpenStack-API-Maximum-Version", format!("{SERVICE} 1.{MAX_MINOR}"))
        .with("OpenStack-API-Version", format!("{SERVICE} {version}"))
        .with("vary", "OpenStack-API-Version")
}

/// The 406 for a version out of range; described to who takes JSON and nothing else.
pub(super) fn unsupported(version: &str, describe: bool) -> Reply {
    let mut body = json!({"errors": [{
        "code": "magnum.microversion-unsupported", "title": "Requested microversion is unsupported",
        "min_version": "1.1", "max_version": format!("1.{MAX_MINOR}"),
        "links": [{"rel": "help", "href": "http://docs.openstack.org/api-guide/compute/microversions.html"}],
    }]});
    if describe {
        let range = format!("The supported version range is: [{SERVICE} 1.1, {SERVICE} 1.{MAX_MINOR}].");
        body["errors"][0]["description"] = json!(if version.starts_with("1.") {
            format!("Version {version} was requested but the minor version is not supported by this service. {range}")
        } else {
            format!(
                "Mutually exclusive versions requested. Version {version} requested but not supported by this service.{range}"
            )
        });
    }
    with_headers(Reply::json(406, &body), version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_magnum_reads_them() {
        assert_eq!(parse("container-infra 1.9"), Wanted::Minor(9));
        assert_eq!(parse("container-infrastructure-management 1.14"), Wanted::Minor(14));
        assert_eq!(parse("anything latest"), Wanted::Minor(MAX_MINOR));
        assert_eq!(parse("container-infra 1.99"), Wanted::Unsupported("1.99".into()));
        assert_eq!(parse("container-infra 2.0"), Wanted::Unsupported("2.0".into()));
        assert_eq!(parse("1.5"), Wanted::Malformed("service type"));
        assert_eq!(parse("latest"), Wanted::Malformed("service type"));
        assert_eq!(parse("compute 2.1"), Wanted::Malformed("service type"));
        assert_eq!(parse("container-infra abc"), Wanted::Malformed("value"));
    }
}
