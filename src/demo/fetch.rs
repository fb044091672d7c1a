//! Fetches the manifest that Magnum of 2015 is told by its address. Only this machine is asked: the demo reaches no other.

use std::time::Duration;

use url::{Host, Url};

/// The most bytes of a manifest (`[kubernetes]`, `urlfetch.get(max_size=524288)`).
const MOST_BYTES: usize = 524_288;
/// How long the other side may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The text at `url`, or Magnum's words about why there is none (`magnum/common/urlfetch.py`).
pub(super) async fn manifest(url: &str) -> Result<String, String> {
    let failed = |why: &dyn std::fmt::Display| format!("Failed to retrieve manifest: {why}");
    let address = Url::parse(url).map_err(|error| failed(&error))?;
    if !["http", "https"].contains(&address.scheme()) {
        return Err(format!("Invalid URL scheme {}", address.scheme()));
    }
    let here = match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if !here {
        return Err(failed(&"the demo cloud reaches no other machine"));
    }
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT);
    let client = client.build().map_err(|error| failed(&error))?;
    let answer = client.get(address).send().await.and_then(reqwest::Response::error_for_status);
    let mut answer = answer.map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            return Err(format!("Manifest exceeds maximum allowed size ({MOST_BYTES} bytes)"));
        }
    }
    String::from_utf8(bytes).map_err(|error| failed(&error))
}
