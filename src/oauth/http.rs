//! One request to the token endpoint. The HTTP client waits, so this runs where waiting is allowed.
//!
//! The surprising fact: no redirect is followed and no proxy is used. What goes out opens the
//! mailbox, so it goes to the address of the configuration and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use oauth2::{HttpRequest, HttpResponse};
use ureq::tls::{RootCerts, TlsConfig};

/// From the name of the server to the end of its answer.
const WITHIN: Duration = Duration::from_secs(30);
/// Longer than any answer with tokens.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// Whatever the status is, the answer is given; errors are those of the way there.
pub(super) fn exchange(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    // Without TLS only an address of this computer can be configured.
    let https_only = request.uri().scheme_str() != Some("http");
    let (parts, mut body) = agent(https_only).run(request)?.into_parts();
    let octets = body.with_config().limit(LONGEST_ANSWER).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, octets))
}

fn agent(https_only: bool) -> ureq::Agent {
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .https_only(https_only)
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .max_idle_connections(0)
        .timeout_global(Some(WITHIN))
        .build()
        .new_agent()
}
