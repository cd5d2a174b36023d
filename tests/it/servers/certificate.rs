//! A throw-away certificate authority and the servers' certificate, valid long enough for tests
//! that shift the clock.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::write;

pub const CA: &str = "ca.pem";
pub const OTHER_CA: &str = "other-ca.pem";
pub const CERTIFICATE: &str = "server.pem";
pub const KEY: &str = "server.key";

pub fn write_all(dir: &Path) {
    let ca = authority("Tests");
    write(&dir.join(CA), &ca.pem());
    write(&dir.join(OTHER_CA), &authority("Others").pem());

    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).expect("two plain names");
    set_validity(&mut params);
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &ca).expect("a signed certificate");
    write(&dir.join(CERTIFICATE), &certificate.pem());
    write(&dir.join(KEY), &key.serialize_pem());
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    set_validity(&mut params);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

fn set_validity(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
}
