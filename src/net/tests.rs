use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// What a server shows.
struct Shown {
    names: &'static [&'static str],
    years: [i32; 2],
}

const FITTING: Shown = Shown { names: &["localhost"], years: [2020, 2045] };

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Accepts one connection with a certificate of this authority; gives the port.
async fn server(shown: &Shown, authority: &CertifiedIssuer<'static, KeyPair>) -> u16 {
    let names: Vec<String> = shown.names.iter().copied().map(str::to_owned).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(shown.years[0], 1, 1);
    params.not_after = date_time_ymd(shown.years[1], 1, 1);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        // A client that does not believe it goes away.
        let _ = TlsAcceptor::from(Arc::new(config)).accept(tcp).await;
    });
    port
}

/// What a client that trusts `trusted` makes of the server: nothing, or a sentence.
async fn told(shown: Shown, trusted: &CertifiedIssuer<'static, KeyPair>, port: u16) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, trusted.pem()).unwrap();
    let endpoint = Endpoint { host: "localhost".to_owned(), port, ca_file: Some(ca_file) };
    match connect(&endpoint).await {
        Ok(_) => String::new(),
        Err(error) => {
            let text = error.to_string();
            assert!(matches!(error, NetError::Tls { .. }), "{:?}: {error:?}", shown.names);
            let begins = format!("there is no secure connection to localhost:{port}: ");
            text.strip_prefix(&begins).unwrap_or_else(|| panic!("{text}")).to_owned()
        }
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_refused_with_the_reason() {
    let cases = [
        (FITTING, ""),
        (
            Shown { names: &["mail.other.example"], ..FITTING },
            "its certificate is for mail.other.example, not for localhost",
        ),
        (
            Shown { names: &["a.example", "*.b.example"], ..FITTING },
            "its certificate is for a.example, *.b.example, not for localhost",
        ),
        (
            Shown { years: [2020, 2021], ..FITTING },
            "its certificate has expired; or the clock of this computer is wrong",
        ),
        (
            Shown { years: [2044, 2045], ..FITTING },
            "its certificate is not valid yet; or the clock of this computer is wrong",
        ),
    ];
    let authority = authority("Ours");
    for (shown, expected) in cases {
        let port = server(&shown, &authority).await;
        assert_eq!(told(shown, &authority, port).await, expected);
    }
}

#[tokio::test]
async fn a_certificate_signed_by_a_stranger_is_refused_with_the_reason() {
    let port = server(&FITTING, &authority("Theirs")).await;
    let text = told(FITTING, &authority("Ours"), port).await;
    assert_eq!(text, "its certificate is signed by nobody whom this computer trusts");
}

#[tokio::test]
async fn an_address_that_does_not_answer_leaves_time_for_the_next() {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let silent = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    silent.bind(&here.into()).unwrap();
    silent.listen(0).unwrap();
    let silent_at = silent.local_addr().unwrap().as_socket().unwrap();
    // From now on its queue is full, and what else comes is dropped without a word.
    let _waits = std::net::TcpStream::connect(silent_at).unwrap();
    let willing = TcpListener::bind(here).await.unwrap();
    let willing_at = willing.local_addr().unwrap();
    let each = Duration::from_millis(200);
    let reached = first_reached([silent_at, willing_at], each).await.unwrap();
    assert_eq!(reached.peer_addr().unwrap(), willing_at);
    let nobody = first_reached([silent_at], each).await.unwrap_err();
    assert_eq!(nobody.kind(), io::ErrorKind::TimedOut);
}
