//! One way to a server, for reading and for sending: TCP, then TLS at once (implicit TLS only,
//! RFC 8314 §3), each under its own deadline, with one certificate verifier.
//!
//! The surprising fact: a server has several addresses, and where IPv6 is broken the first of them
//! may never answer. So each gets a part of the time.

mod words;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::BuilderVerifierExt as _;
use secrecy::SecretString;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

pub use words::{base64, one_line, repeats};

/// A server and the roots it is believed by.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
    /// Extra trust roots in PEM, for servers of one's own.
    pub ca_file: Option<PathBuf>,
}

/// By what a server is to know the user. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub enum Credential {
    Password(SecretString),
    /// An access token of OAuth 2, for XOAUTH2. It serves for about an hour.
    AccessToken(SecretString),
}

const CONNECT: Duration = Duration::from_secs(30);
/// How long one address of a server may take of it.
const EACH_ADDRESS: Duration = Duration::from_secs(10);
const HANDSHAKE: Duration = Duration::from_secs(30);

/// So long nothing has to come before the other side is asked whether it is still there …
const SILENCE: Duration = Duration::from_secs(60);
/// … and so often again.
const ASK_EVERY: Duration = Duration::from_secs(15);
/// The longest what was sent may stay without acknowledgement.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(60);

/// Names of a certificate that are shown.
const MOST_NAMES: usize = 5;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    #[error("{host}:{port} cannot be reached: {cause}")]
    Unreachable { host: String, port: u16, cause: String },
    #[error("there is no secure connection to {host}:{port}: {cause}")]
    Tls { host: String, port: u16, cause: String },
    #[error("the certificate file {path} cannot be used: {cause}")]
    CaFile { path: PathBuf, cause: String },
}

/// Opens a connection that is secure from its first byte.
pub async fn connect(endpoint: &Endpoint) -> Result<TlsStream<TcpStream>, NetError> {
    let unreachable = |cause: String| NetError::Unreachable {
        host: endpoint.host.clone(),
        port: endpoint.port,
        cause,
    };
    let refused =
        |cause: String| NetError::Tls { host: endpoint.host.clone(), port: endpoint.port, cause };
    let connector = tokio_rustls::TlsConnector::from(trusting(endpoint)?);
    let name = ServerName::try_from(endpoint.host.clone()).map_err(|e| refused(e.to_string()))?;
    let reaching = async {
        let addresses = lookup_host((endpoint.host.as_str(), endpoint.port)).await?;
        first_reached(addresses, EACH_ADDRESS).await
    };
    let tcp = timeout(CONNECT, reaching)
        .await
        .map_err(|_| unreachable("no answer within 30 seconds".to_owned()))?
        .map_err(|e| unreachable(e.to_string()))?;
    tcp.set_nodelay(true).map_err(|e| unreachable(e.to_string()))?;
    notice_a_dead_line(&tcp).map_err(|e| unreachable(e.to_string()))?;
    timeout(HANDSHAKE, connector.connect(name, tcp))
        .await
        .map_err(|_| refused("no TLS handshake within 30 seconds".to_owned()))?
        .map_err(|e| refused(why_insecure(&e, &endpoint.host)))
}

/// The first of these addresses that answers.
async fn first_reached(
    addresses: impl IntoIterator<Item = SocketAddr>,
    each: Duration,
) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
    for address in addresses {
        last = match timeout(each, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(refused)) => refused,
            Err(_) => io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no answer within {} seconds", each.as_secs()),
            ),
        };
    }
    Err(last)
}

/// Why the handshake failed, in words for who has to do something about it.
fn why_insecure(error: &io::Error, host: &str) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(refused)) = inner else { return error.to_string() };
    match refused {
        CertificateError::NotValidForName => format!("its certificate is not for {host}"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("its certificate is for {}, not for {host}", names(presented))
        }
        CertificateError::UnknownIssuer => {
            "its certificate is signed by nobody whom this computer trusts".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired; or the clock of this computer is wrong".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; or the clock of this computer is wrong".to_owned()
        }
        // The rest is told in the words of the library, whose enum is open.
        _ => error.to_string(),
    }
}

/// The names in a certificate; the library writes them as `DnsName("mail.example.com")`.
fn names(presented: &[String]) -> String {
    let plain = |name: &String| {
        let quoted = name.split('"').nth(1).unwrap_or(name);
        quoted.chars().filter(|c| !c.is_control()).collect::<String>()
    };
    match presented {
        [] => "no name at all".to_owned(),
        some => some.iter().take(MOST_NAMES).map(plain).collect::<Vec<_>>().join(", "),
    }
}

/// A line that carries nothing any more is noticed by the system: after a silence it asks the
/// other side, and what is sent must be acknowledged.
fn notice_a_dead_line(tcp: &TcpStream) -> std::io::Result<()> {
    let socket = SockRef::from(tcp);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(SILENCE).with_interval(ASK_EVERY))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok(())
}

/// Whom to trust, read once for each `ca_file`: the system's list is long, and a kept
/// configuration lets a server resume a session. A changed list counts after a restart.
fn trusting(endpoint: &Endpoint) -> Result<Arc<rustls::ClientConfig>, NetError> {
    static READ: Mutex<BTreeMap<Option<PathBuf>, Arc<rustls::ClientConfig>>> =
        Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(config) = read.get(&endpoint.ca_file) {
        return Ok(Arc::clone(config));
    }
    let config = Arc::new(client_config(endpoint)?);
    read.insert(endpoint.ca_file.clone(), Arc::clone(&config));
    Ok(config)
}

fn client_config(endpoint: &Endpoint) -> Result<rustls::ClientConfig, NetError> {
    let tls = |cause: rustls::Error| NetError::Tls {
        host: endpoint.host.clone(),
        port: endpoint.port,
        cause: cause.to_string(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(tls)?;
    let Some(path) = &endpoint.ca_file else {
        return Ok(builder.with_platform_verifier().map_err(tls)?.with_no_client_auth());
    };
    let unusable = |cause: String| NetError::CaFile { path: path.clone(), cause };
    let roots: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|e| unusable(e.to_string()))?;
    if roots.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider)
        .map_err(|e| unusable(e.to_string()))?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[cfg(test)]
mod tests;
