//! The transport under bad weather: pauses, silence, broken answers, certificates.

use super::mock_cloud::{Cloud, options, secrets};
use bayview::api::{Client, Error, RequestLog, SignInOptions, TlsFault, install_crypto};
use bayview::model::cloud::{Profile, Trust};
use bayview::model::problem::ProblemKind;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

const TOKENS: &str = "/identity/v3/auth/tokens";

async fn refused(profile: &Profile, options: SignInOptions) -> Error {
    Client::sign_in(profile, &secrets(), options).await.unwrap_err()
}

#[tokio::test]
async fn the_pause_that_a_service_asks_for_is_kept() {
    for status in [429, 503] {
        let cloud = Cloud::with_keystone().await;
        let busy = ResponseTemplate::new(status).insert_header("Retry-After", "1");
        Mock::given(method("POST"))
            .and(path(TOKENS))
            .respond_with(busy)
            .up_to_n_times(1)
            .with_priority(1)
            .mount(&cloud.server)
            .await;
        let started = Instant::now();
        cloud.sign_in().await;
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!(cloud.requests("POST", TOKENS).await.len(), 2);
    }
}

#[tokio::test]
async fn a_long_pause_is_not_waited_for_but_told() {
    let cloud = Cloud::start().await;
    cloud.answer("POST", TOKENS, ResponseTemplate::new(429).insert_header("Retry-After", "3600")).await;
    let error = refused(&cloud.profile(), options()).await;
    assert_eq!((error.kind(), error.retry_after()), (ProblemKind::TooMany, Some(Duration::from_secs(3600))));
    assert_eq!(cloud.requests("POST", TOKENS).await.len(), 1);
}

#[tokio::test]
async fn a_service_that_stays_down_is_asked_three_times_and_each_is_logged() {
    let cloud = Cloud::start().await;
    cloud.answer("POST", TOKENS, ResponseTemplate::new(502).insert_header("x-openstack-request-id", "req-9")).await;
    let log: Arc<Mutex<Vec<RequestLog>>> = Arc::default();
    let to = log.clone();
    let mut options = options();
    options.http.observer = Some(Arc::new(move |entry: &RequestLog| to.lock().unwrap().push(entry.clone())));
    assert_eq!(refused(&cloud.profile(), options).await.kind(), ProblemKind::Server);
    let log = log.lock().unwrap();
    assert_eq!(log.iter().map(|l| l.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(log.iter().all(|l| l.service == "keystone" && l.status == Some(502)));
    assert_eq!(log[0].request_id.as_deref(), Some("req-9"));
}

#[tokio::test]
async fn silence_ends_in_a_timeout() {
    let cloud = Cloud::start().await;
    cloud.answer("POST", TOKENS, cloud.token("late").set_delay(Duration::from_secs(20))).await;
    let mut options = options();
    options.http.timeout = Duration::from_millis(200);
    options.http.attempts = 2;
    let error = refused(&cloud.profile(), options).await;
    assert_eq!(error.kind(), ProblemKind::Timeout);
    assert!(error.said().contains("did not answer in time"), "{error}");
}

/// A server that answers every connection with these bytes and hangs up.
async fn raw_server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 8192];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

fn profile_at(url: String) -> Profile {
    Profile { auth_url: url, username: "u".into(), project_id: "p".into(), ..Profile::default() }
}

#[tokio::test]
async fn half_an_answer_and_no_answer_are_failures_of_the_network() {
    let half = "HTTP/1.1 201 Created\r\nContent-Length: 500\r\nX-Subject-Token: t\r\n\r\n{\"token\":";
    for (answer, words) in
        [(half, "broke off"), ("", "no connection with"), ("SSH-2.0-OpenSSH_9\r\n\r\n", "no connection with")]
    {
        let address = raw_server(answer).await;
        let error = refused(&profile_at(format!("http://{address}/v3")), options()).await;
        assert_eq!(error.kind(), ProblemKind::Network, "{error}");
        assert!(error.said().contains(words), "{error}");
    }
}

#[tokio::test]
async fn nobody_there_and_no_such_host_are_failures_of_the_network() {
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for url in [format!("http://{unused}/v3"), "http://no-such-host.invalid/v3".to_owned()] {
        let error = refused(&profile_at(url), options()).await;
        assert_eq!(error.kind(), ProblemKind::Network, "{error}");
    }
}

/// An authority, and a server on loopback with a certificate that it signed.
struct TlsServer {
    address: SocketAddr,
    ca_pem: String,
}

async fn tls_server(names: &[&str], expired: bool) -> TlsServer {
    install_crypto();
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "Test CA");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
    if expired {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = tokio_rustls::rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut buffer = [0; 8192];
                let _ = stream.read(&mut buffer).await;
                let body = r#"{"error":{"code":401,"title":"Unauthorized","message":"reached"}}"#;
                let head = format!(
                    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    TlsServer { address, ca_pem: ca.pem() }
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_named() {
    let good = tls_server(&["localhost", "127.0.0.1"], false).await;
    let expired = tls_server(&["localhost"], true).await;
    let other = tls_server(&["elsewhere.example"], false).await;
    let trusting = |server: &TlsServer| Trust { ca_pem: Some(server.ca_pem.clone()), ..Trust::default() };
    let at = |server: &TlsServer, trust: Trust| Profile {
        trust,
        ..profile_at(format!("https://localhost:{}/v3", server.address.port()))
    };
    let cases = [
        (at(&good, Trust::default()), TlsFault::UnknownIssuer, "not trusted"),
        (at(&expired, trusting(&expired)), TlsFault::Expired, "has expired"),
        (at(&other, trusting(&other)), TlsFault::WrongHost, "for another host"),
    ];
    for (profile, fault, words) in cases {
        let error = refused(&profile, options()).await;
        assert_eq!((error.kind(), error.tls_fault()), (ProblemKind::Tls, Some(fault)), "{error}");
        assert!(error.said().contains(words), "{error}");
    }
    // The pasted authority, the one in a file, and no verification at all: each gets through to the service.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &good.ca_pem).unwrap();
    let in_file = Trust { ca_file: Some(file.path().display().to_string()), ..Trust::default() };
    for trust in [trusting(&good), in_file, Trust { verify: false, ..Trust::default() }] {
        let error = refused(&at(&good, trust), options()).await;
        assert_eq!((error.kind(), error.said()), (ProblemKind::Auth, "reached"));
    }
    let error = refused(&at(&other, Trust { verify: false, ..Trust::default() }), options()).await;
    assert_eq!(error.kind(), ProblemKind::Auth, "unverified means any host");
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_none_is_a_fault_of_tls() {
    let plain = raw_server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    let mut profile = profile_at(format!("https://{plain}/v3"));
    assert_eq!(refused(&profile, options()).await.kind(), ProblemKind::Tls);
    let silent = raw_server("").await;
    profile.auth_url = format!("https://{silent}/v3");
    assert_eq!(refused(&profile, options()).await.kind(), ProblemKind::Tls);
}

#[tokio::test]
async fn a_bad_ca_is_told_with_its_place() {
    let nowhere = Trust { ca_file: Some("/no/such/ca.pem".into()), ..Trust::default() };
    let garbage = Trust { ca_pem: Some("no certificate".into()), ..Trust::default() };
    for (trust, words) in [(nowhere, "/no/such/ca.pem cannot be read"), (garbage, "the pasted CA")] {
        let profile = Profile { trust, ..profile_at("https://localhost:1/v3".into()) };
        let error = refused(&profile, options()).await;
        assert_eq!(error.kind(), ProblemKind::Config);
        assert!(error.said().contains(words), "{error}");
    }
}
