//! Finds Keystone's v3 API from whatever URL a user has: with `/v3`, without, with a prefix, even a bare host.

use super::error::Error;
use super::http::{Call, Http, is_loopback};
use crate::model::problem::ProblemKind;
use http::Method;
use serde_json::Value;
use url::Url;

const SERVICE: &str = "keystone";

/// Reads an `auth_url`; one without a scheme gets `https`.
///
/// # Errors
/// Kind `Config` when it is no URL of a web service.
pub fn parse(auth_url: &str) -> Result<Url, Error> {
    // What stands before an `@` may be a password.
    let shown = auth_url.rsplit('@').next().unwrap_or_default();
    let bad = |why: &str| Error::new(ProblemKind::Config, SERVICE, "find Keystone", format!("{why}: {shown:?}"));
    let text = auth_url.trim();
    if text.is_empty() {
        return Err(Error::new(ProblemKind::Config, SERVICE, "find Keystone", "no authentication URL is given"));
    }
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = Url::parse(&text).map_err(|e| bad("not a URL").with_source(e))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(bad("not the URL of a web service"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let said = "the URL holds a user or password; give them in their own fields";
        return Err(Error::new(ProblemKind::Config, SERVICE, "find Keystone", said));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Finds the v3 API, where redirects lead to. Asks nothing when the URL ends in `/v3` already, unless it is plain HTTP to
/// another machine: a password must not travel in clear where the answer would have been "use TLS".
///
/// # Errors
/// `Unsupported` when there is a Keystone without v3; `NotFound` when no Keystone answers there; what the transport
/// says when nothing answers at all.
pub async fn discover(http: &Http, auth_url: &str) -> Result<Url, Error> {
    let url = parse(auth_url)?;
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/v3") {
        return if url.scheme() == "http" && !is_loopback(&url) {
            settle(http, with_path(&url, &path)).await
        } else {
            Ok(with_path(&url, &path))
        };
    }
    // A v2.0 URL of old usually has its v3 beside it.
    let path = path.strip_suffix("/v2.0").unwrap_or(&path).to_owned();
    match ask(http, &with_path(&url, &format!("{path}/"))).await? {
        Found::V3 { at, href } => return Ok(rebase(&at, &href)),
        Found::OnlyOld(versions) => {
            let said = format!("this Keystone speaks {versions}, and v3 is needed");
            return Err(Error::unsupported(SERVICE, "find Keystone", said));
        }
        Found::Nothing => {}
    }
    let mut guesses = vec![format!("{path}/v3")];
    if path.is_empty() {
        // Where a bare host is typed: the place that single-host installations use.
        guesses.push("/identity/v3".to_owned());
    }
    for guess in guesses {
        if let Found::V3 { at, .. } = ask(http, &with_path(&url, &guess)).await? {
            return Ok(v3_of(&at).unwrap_or_else(|| with_path(&at, &guess)));
        }
    }
    let said = format!("no Keystone answers at {url}");
    Err(Error::new(ProblemKind::NotFound, SERVICE, "find Keystone", said))
}

/// Where a plain address that is v3 already leads to; it stands where nothing there says otherwise.
async fn settle(http: &Http, url: Url) -> Result<Url, Error> {
    match ask(http, &url).await {
        Ok(Found::V3 { at, .. }) => Ok(v3_of(&at).unwrap_or(url)),
        Err(error) if matches!(error.kind(), ProblemKind::Network | ProblemKind::Timeout | ProblemKind::Tls) => {
            Err(error)
        }
        _ => Ok(url),
    }
}

enum Found {
    V3 {
        /// Where the answer came from, after redirects.
        at: Url,
        /// Keystone's own idea of where its v3 is.
        href: String,
    },
    OnlyOld(String),
    Nothing,
}

async fn ask(http: &Http, url: &Url) -> Result<Found, Error> {
    let answer = http.send(Call::new(SERVICE, Method::GET, url.clone())).await?;
    if answer.status.is_server_error() || answer.status.as_u16() == 429 {
        return Err(answer.error());
    }
    let Ok(body) = answer.json::<Value>() else { return Ok(Found::Nothing) };
    Ok(read_versions(&answer.url, &body))
}

/// The v3 entry of a version document: a list under `versions.values`, a plain list, or one `version`.
fn read_versions(at: &Url, body: &Value) -> Found {
    let list: Vec<&Value> = match (body.pointer("/versions/values"), body.get("versions"), body.get("version")) {
        (Some(Value::Array(list)), _, _) | (None, Some(Value::Array(list)), _) => list.iter().collect(),
        (_, _, Some(one)) => vec![one],
        _ => return Found::Nothing,
    };
    let id = |v: &&Value| v.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let usable = |v: &&Value| {
        let status = v.get("status").and_then(Value::as_str).unwrap_or("stable").to_ascii_lowercase();
        matches!(status.as_str(), "stable" | "current" | "supported" | "deprecated")
    };
    let Some(v3) = list.iter().find(|v| id(v).starts_with("v3") && usable(v)) else {
        let ids: Vec<String> = list.iter().map(id).filter(|id| id.starts_with("v2")).collect();
        return if ids.is_empty() { Found::Nothing } else { Found::OnlyOld(ids.join(", ")) };
    };
    let links = v3.get("links").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let own = links.iter().find(|l| l.get("rel").and_then(Value::as_str) == Some("self"));
    let href = own.and_then(|l| l.get("href")).and_then(Value::as_str).unwrap_or_default();
    Found::V3 { at: at.clone(), href: href.to_owned() }
}

/// Keystone's link may name a host that only its own network knows; the one that answered is the one to use.
fn rebase(at: &Url, href: &str) -> Url {
    if let Some(v3) = v3_of(at) {
        return v3;
    }
    let prefix = at.path().trim_end_matches('/');
    let path = Url::parse(href).map(|u| u.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    let keeps_prefix = path.starts_with(prefix) && path.ends_with("/v3");
    with_path(at, &if keeps_prefix { path } else { format!("{prefix}/v3") })
}

/// The URL itself where it is v3's: a redirect may lead there at once.
fn v3_of(at: &Url) -> Option<Url> {
    let path = at.path().trim_end_matches('/');
    let mut v3 = with_path(at, path);
    v3.set_query(None);
    path.ends_with("/v3").then_some(v3)
}

fn with_path(url: &Url, path: &str) -> Url {
    let mut url = url.clone();
    url.set_path(path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_scheme_is_taken_as_https() {
        assert_eq!(parse(" cloud.example:5000 ").unwrap().as_str(), "https://cloud.example:5000/");
        assert_eq!(parse("").unwrap_err().kind(), ProblemKind::Config);
        assert!(parse("ftp://x").is_err());
        let with_password = parse("https://ana:s3cret@cloud/v3").unwrap_err();
        assert!(!with_password.to_string().contains("s3cret"));
    }

    #[test]
    fn the_link_is_used_for_its_path_only() {
        let at = Url::parse("https://cloud.example/identity/").unwrap();
        assert_eq!(rebase(&at, "http://10.0.0.1/identity/v3/").as_str(), "https://cloud.example/identity/v3");
        assert_eq!(rebase(&at, "http://10.0.0.1:5000/v3/").as_str(), "https://cloud.example/identity/v3");
        let there_already = Url::parse("https://cloud.example/v3/").unwrap();
        assert_eq!(rebase(&there_already, "http://10.0.0.1:5000/v3/").as_str(), "https://cloud.example/v3");
    }

    #[test]
    fn an_old_keystone_is_told_apart_from_none() {
        let at = Url::parse("http://k").unwrap();
        let old = serde_json::json!({"versions": {"values": [{"id": "v2.0", "status": "stable", "links": []}]}});
        assert!(matches!(read_versions(&at, &old), Found::OnlyOld(v) if v == "v2.0"));
        assert!(matches!(read_versions(&at, &serde_json::json!({"name": "x"})), Found::Nothing));
        let magnum = serde_json::json!({"name": "OpenStack Magnum API", "versions": [{"id": "v1"}]});
        assert!(matches!(read_versions(&at, &magnum), Found::Nothing));
    }
}
