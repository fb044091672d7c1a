//! TLS and HTTP: accepts connections, knows who they are by their certificate, hands requests to the API.

use super::{Api, Identity};
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A connection that does not finish its handshake in this time is dropped.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves until the API's stop is called. A new TLS set-up ends the connections that were made with the old one.
pub async fn serve(listener: TcpListener, tls: watch::Receiver<Arc<ServerConfig>>, api: Arc<Api>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = api.stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, tls.clone(), Arc::clone(&api)));
            }
            Err(error) => {
                // Out of file descriptors, most likely: some will be free again.
                tracing::debug!(target: "demo", %error, "accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, mut config: watch::Receiver<Arc<ServerConfig>>, api: Arc<Api>) {
    let _ = stream.set_nodelay(true);
    let acceptor = TlsAcceptor::from(Arc::clone(&config.borrow_and_update()));
    let Ok(Ok(tls)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
    let identity = tls.get_ref().1.peer_certificates().and_then(|c| c.first()).and_then(|c| identity(c));
    let identity = Arc::new(identity);
    let service_api = Arc::clone(&api);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (api, identity) = (Arc::clone(&service_api), Arc::clone(&identity));
        async move { Ok::<_, Infallible>(api.answer(identity.as_ref().as_ref(), request.map(Body::new)).await) }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let serving = builder.serve_connection(TokioIo::new(tls), service);
    tokio::select! {
        _ = serving => {}
        _ = config.changed() => {}
        () = api.stop.cancelled() => {}
    }
}

/// User and groups of a certificate: its common name and organizations.
fn identity(certificate: &[u8]) -> Option<Identity> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let subject = parsed.subject();
    let user = subject.iter_common_name().next()?.as_str().ok()?.to_owned();
    let groups = subject.iter_organization().filter_map(|o| o.as_str().ok().map(str::to_owned)).collect();
    Some(Identity { user, groups })
}
