//! A certificate authority that lives for one start, and the server's certificate from it.
//!
//! Both private keys stay in memory and end with the server. Surprising: the validity is wide and
//! fixed, since the clocks of demo and tests are moved while TLS goes by the computer's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;

const FILE: &str = "ca.pem";

/// Writes the authority's certificate into `folder`; gives its path and what servers of these
/// names need.
pub(super) fn make(folder: &Path, names: &[&str]) -> anyhow::Result<(PathBuf, ServerConfig)> {
    let mut authority = CertificateParams::default();
    set_validity(&mut authority);
    authority.distinguished_name.push(DnType::CommonName, "Afterword sandbox");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
    let mut server = CertificateParams::new(names)?;
    set_validity(&mut server);
    server.distinguished_name.push(DnType::CommonName, "Afterword sandbox, server");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &authority)?;

    let path = folder.join(FILE);
    std::fs::write(&path, authority.pem())
        .with_context(|| format!("Write the certificate {}", path.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    Ok((path, config))
}

fn set_validity(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
}
