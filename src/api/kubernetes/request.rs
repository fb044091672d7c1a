//! One request to the API server: time limits, error answers, repeats of what is safe to repeat.

use super::error::{Error, Refused, read_error};
use crate::api::error::words_of;
use crate::api::http::note_request_id;
use futures_util::{AsyncBufRead, AsyncReadExt, TryStreamExt};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use kube::core::Status;
use serde::de::DeserializeOwned;
use std::io::{BufReader, ErrorKind};
use std::time::Duration;
use tokio_util::compat::FuturesAsyncReadCompatExt as _;
use tokio_util::io::SyncIoBridge;

/// Time limit of an ordinary request.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Most bytes of one answer that is not a list (a log, an object): a server gone wild must not fill the memory.
const MOST_BYTES: u64 = 64 << 20;

/// Most bytes of an answer that is decoded while it comes.
const MOST_BYTES_OF_LARGE: u64 = 1 << 30;

/// Most bytes of an error answer.
const MOST_WORDS: u64 = 1 << 20;

/// Bytes of a large answer that wait to be decoded.
const PIPE: usize = 128 << 10;

/// Times a GET is sent before its transient failure is told.
const TRIES: u32 = 3;

/// Bytes of a GET's answer. Repeated on 429, 503 and 504.
pub(super) async fn get_bytes(client: &Client, path: &str, limit: Duration) -> Result<Vec<u8>, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        match send(client, Method::GET, path, None, limit).await {
            Err(Error::Api(refused)) if tried < TRIES && matches!(refused.status.code, 429 | 503 | 504) => {
                let asked = refused.status.details.as_ref().map_or(0, |d| d.retry_after_seconds);
                let wait = Duration::from_secs(u64::from(asked.min(10))).max(Duration::from_millis(300) * tried);
                tokio::time::sleep(wait).await;
            }
            other => return other,
        }
    }
}

/// A GET's answer as JSON.
pub(super) async fn get<T: DeserializeOwned>(client: &Client, path: &str) -> Result<T, Error> {
    decode(&get_bytes(client, path, LIMIT).await?)
}

/// A GET's answer as JSON, decoded while it comes: of a large answer only what `T` keeps is ever held. Not repeated.
pub(super) async fn get_large<T>(client: &Client, path: &str, limit: Duration) -> Result<T, Error>
where
    T: DeserializeOwned + Send + 'static,
{
    let request = build(Method::GET, path, None)?;
    let exchange = async {
        let mut answer = open(client, request).await?.take(MOST_BYTES_OF_LARGE).compat();
        let (mut pipe, end) = tokio::io::duplex(PIPE);
        let mut decoding = tokio::task::spawn_blocking(move || {
            serde_json::from_reader(BufReader::with_capacity(PIPE, SyncIoBridge::new(end)))
        });
        let copy = async {
            let copied = tokio::io::copy_buf(&mut answer, &mut pipe).await;
            drop(pipe);
            copied
        };
        let decoded = tokio::select! {
            biased;
            // It may give up long before the answer ends.
            decoded = &mut decoding => decoded,
            copied = copy => match copied {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(read_error(&error)),
                Ok(MOST_BYTES_OF_LARGE) => return Err(too_large(MOST_BYTES_OF_LARGE)),
                _ => decoding.await,
            },
        };
        let decoded = decoded.map_err(|error| Error::Internal(format!("decoding: {error}")))?;
        decoded.map_err(|error| decode_error(&error))
    };
    match tokio::time::timeout(limit, exchange).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout(limit.as_secs())),
    }
}

/// A change: sent once, never repeated.
pub(super) async fn change<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    path: &str,
    body: Option<(&'static str, Vec<u8>)>,
) -> Result<T, Error> {
    decode(&send(client, method, path, body, LIMIT).await?)
}

/// JSON to a value; the error names the place, never the content.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| decode_error(&error))
}

fn too_large(most: u64) -> Error {
    Error::Decode(format!("the answer is larger than {} MiB", most >> 20))
}

pub(super) fn decode_error(error: &serde_json::Error) -> Error {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Io => "the answer could not be read",
        Category::Syntax => "the answer is not JSON",
        Category::Data => "the answer is not what Kubernetes sends",
        Category::Eof => "the answer ends early",
    };
    Error::Decode(format!("{what} (line {}, column {})", error.line(), error.column()))
}

async fn send(
    client: &Client,
    method: Method,
    path: &str,
    body: Option<(&'static str, Vec<u8>)>,
    limit: Duration,
) -> Result<Vec<u8>, Error> {
    let request = build(method, path, body)?;
    let exchange = async {
        let answer = open(client, request).await?;
        let mut bytes = Vec::new();
        answer.take(MOST_BYTES).read_to_end(&mut bytes).await.map_err(|error| read_error(&error))?;
        if bytes.len() as u64 == MOST_BYTES {
            return Err(too_large(MOST_BYTES));
        }
        Ok(bytes)
    };
    match tokio::time::timeout(limit, exchange).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout(limit.as_secs())),
    }
}

/// Sends a request and opens its answer; a status that is no success is an error in the server's words.
///
/// Done here and not by [`Client::request_stream`], which writes those words into the log (they may quote a Secret) and
/// drops the audit id.
pub(super) async fn open(client: &Client, request: Request<Vec<u8>>) -> Result<impl AsyncBufRead + use<>, Error> {
    let changes = request.method() != Method::GET;
    let answer = client.send(request.map(Body::from)).await?;
    let audit_id = answer.headers().get("audit-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    if changes {
        note_request_id(audit_id.as_deref());
    }
    let code = answer.status();
    let body = answer.into_body().into_data_stream().map_err(std::io::Error::other).into_async_read();
    if !(code.is_client_error() || code.is_server_error()) {
        return Ok(body);
    }
    let mut said = Vec::new();
    body.take(MOST_WORDS).read_to_end(&mut said).await.map_err(|error| read_error(&error))?;
    let status = serde_json::from_slice(&said).unwrap_or_else(|_| {
        // A proxy or a load balancer before the API.
        Status::failure(&words_of(code.as_u16(), &said, &[]), "").with_code(code.as_u16())
    });
    Err(Error::Api(Box::new(Refused { status, audit_id })))
}

/// The request; `body` is (content type, bytes).
pub(super) fn build(
    method: Method,
    path: &str,
    body: Option<(&'static str, Vec<u8>)>,
) -> Result<Request<Vec<u8>>, Error> {
    let mut request = Request::builder().method(method).uri(path).header(http::header::ACCEPT, "application/json");
    let bytes = match body {
        Some((kind, bytes)) => {
            request = request.header(http::header::CONTENT_TYPE, kind);
            bytes
        }
        None => Vec::new(),
    };
    request.body(bytes).map_err(|error| Error::Internal(error.to_string()))
}

/// A name as a path segment or query value: everything but unreserved characters is escaped.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_cannot_leave_their_segment() {
        assert_eq!(escape("web-1.example_x"), "web-1.example_x");
        assert_eq!(escape("../secrets?x=1"), "..%2Fsecrets%3Fx%3D1");
        assert_eq!(escape("é"), "%C3%A9");
    }
}
