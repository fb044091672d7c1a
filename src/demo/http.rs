//! One HTTP service of the demo cloud: a plain request in, a plain reply out, axum in between.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::cloud::Cloud;
use super::faults::{Fault, Service};
use super::{fetch, magnum};

/// The largest body a service reads; every real one has such a limit.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// A request as a handler sees it: path already split, body already read.
#[derive(Debug)]
pub(super) struct Request {
    pub method: Method,
    /// Path segments, percent-decoded, without empty ones (a trailing slash is tolerated, as Pecan does).
    pub path: Vec<String>,
    /// Query pairs in order, decoded.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// `http://host:port` as the caller wrote it, for links.
    pub base: String,
    /// `req-<uuid>`, also in the answer's headers.
    pub request_id: String,
    /// What stands at the `manifest_url` of the body, where Magnum of 2015 is given one.
    pub fetched: Option<Result<String, String>>,
}

impl Request {
    /// A header's value as text; absent and unreadable are the same.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first query value of that name.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Path segments as `&str`, to match on.
    pub fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The body as JSON, or `None` when it is not.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What a handler answers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Reply {
    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Reply {
        Reply {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: Bytes::from(body.to_string()),
        }
    }

    /// `200` with a JSON body.
    pub fn ok(body: &Value) -> Reply {
        Reply::json(200, body)
    }

    /// A body of another type.
    pub fn text(status: u16, content_type: &str, body: impl Into<String>) -> Reply {
        Reply { status, headers: vec![("content-type".into(), content_type.into())], body: Bytes::from(body.into()) }
    }

    /// No body at all.
    pub fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The `error` object that Keystone and keystonemiddleware use.
    pub fn error(status: u16, title: &str, message: &str) -> Reply {
        Reply::json(status, &json!({"error": {"code": status, "title": title, "message": message}}))
    }
}

/// A service: pure function of the cloud and the request. `region` is an index into the world's regions.
pub(super) type Handler = fn(cloud: &Cloud, region: usize, request: &Request) -> Reply;

#[derive(Clone)]
struct Endpoint {
    cloud: Arc<Cloud>,
    service: Service,
    region: usize,
    handler: Handler,
}

/// Serves `handler` on `listener` until `stop` is cancelled.
pub(super) fn serve(
    listener: TcpListener,
    cloud: Arc<Cloud>,
    service: Service,
    region: usize,
    handler: Handler,
    stop: CancellationToken,
) -> io::Result<()> {
    let app = Router::new().fallback(answer).with_state(Endpoint { cloud, service, region, handler });
    tokio::spawn(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::warn!(?service, %error, "a demo service stopped");
        }
    });
    Ok(())
}

async fn answer(State(endpoint): State<Endpoint>, request: axum::extract::Request) -> axum::response::Response {
    let Endpoint { cloud, service, region, handler } = endpoint;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return response(&Reply::error(413, "Request Entity Too Large", "The body is too large."), false);
    };
    let host = parts.headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or("127.0.0.1");
    let mut request = Request {
        base: format!("http://{host}"),
        method: parts.method,
        path: parts.uri.path().split('/').filter(|segment| !segment.is_empty()).map(percent_decode).collect(),
        query: url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        headers: parts.headers,
        body,
        request_id: cloud.request_id(),
        fetched: None,
    };
    if let Some(url) = magnum::manifest_url(&cloud, service, region, &request) {
        request.fetched = Some(fetch::manifest(&url).await);
    }
    let fault = cloud.faults().take(service);
    let delay = cloud.faults().delay(service);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut cut = false;
    let mut reply = match fault {
        Some(Fault::Status { status, body, retry_after_secs }) => {
            let mut reply = match body {
                Some(body) => Reply::text(status, "application/json", body),
                None => Reply::text(status, "text/html", format!("<html><body><h1>{status}</h1></body></html>")),
            };
            if let Some(seconds) = retry_after_secs {
                reply = reply.with("retry-after", seconds.to_string());
            }
            reply
        }
        Some(Fault::Garbage) => Reply::text(200, "application/json", "{\"half\": [1, 2,"),
        Some(Fault::Cut) => {
            cut = true;
            handler(&cloud, region, &request)
        }
        None => handler(&cloud, region, &request),
    };
    // The health check stands in front of what numbers the requests.
    if request.path != ["healthcheck"] {
        reply = reply.with("x-openstack-request-id", request.request_id.clone());
    }
    if request.method == Method::HEAD {
        reply.body = Bytes::new();
    }
    response(&reply, cut)
}

/// Builds the axum response. With `cut` only the first half of the promised length is sent and the connection breaks.
fn response(reply: &Reply, cut: bool) -> axum::response::Response {
    let body = if cut && !reply.body.is_empty() {
        let half = reply.body.slice(..reply.body.len() / 2);
        let chunks = [Ok(half), Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut"))];
        Body::from_stream(futures_util::stream::iter(chunks))
    } else {
        Body::from(reply.body.clone())
    };
    let mut response = axum::response::Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            response.headers_mut().append(name, value);
        }
    }
    if cut {
        response.headers_mut().insert("content-length", HeaderValue::from(reply.body.len()));
    }
    response
}

/// Percent-decodes one path segment; bytes that are no UTF-8 are replaced.
fn percent_decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = bytes.get(index + 1..index + 3).and_then(|two| std::str::from_utf8(two).ok());
        match (bytes[index], hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                index += 3;
            }
            (byte, _) => {
                out.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::percent_decode;

    #[test]
    fn path_segments_are_decoded() {
        assert_eq!(percent_decode("my%20bay"), "my bay");
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%e3%81%82"), "あ");
    }
}
