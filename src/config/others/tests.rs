//! Files with several accounts: what each has for itself, and what a mistake is answered with.

use super::super::{Config, ConfigError, PasswordSource, from_text};
use super::*;

fn parse(text: &str) -> Result<Config, ConfigError> {
    from_text(text, Path::new("dir/config.toml"))
}

fn complaint(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

const SEVERAL: &str = r#"
[[account]]
name = "Jane Doe"
address = "jane@example.com"
aliases = ["j@example.com"]
time_zone = "Europe/Berlin"
[account.mail]
provider = "fastmail"
password_env = "FIRST"

[[account]]
address = "Jane@Work.example"
[account.mail]
username = "jd"
password_env = "SECOND"
[account.imap]
host = "imap.work.example"
sent = ["Gesendet"]
[account.smtp]
host = "smtp.work.example"

[store]
path = "a.db"
"#;

#[test]
fn several_accounts_of_one_person_have_their_own_servers() {
    let config = parse(SEVERAL).unwrap();
    let [first, second]: [MailAccount; 2] = config.mail_accounts().try_into().unwrap();
    assert_eq!(
        (first.address.as_str(), second.address.as_str()),
        ("jane@example.com", "jane@work.example")
    );
    assert_eq!((first.name.as_str(), second.name.as_str()), ("Jane Doe", "Jane Doe"));
    assert_eq!(
        (first.login.username.as_str(), second.login.username.as_str()),
        ("jane@example.com", "jd")
    );
    assert_eq!(first.imap.server.host, "imap.fastmail.com");
    assert_eq!(
        (second.imap.server.host.as_str(), second.imap.server.port),
        ("imap.work.example", 993)
    );
    assert_eq!(second.imap.sent, ["Gesendet"]);
    assert_eq!(second.smtp.server.host, "smtp.work.example");
    let variables = [&first, &second].map(|it| {
        let source = it.access.secret_source();
        source.and_then(PasswordSource::variable).map(str::to_owned)
    });
    assert_eq!(variables, [Some("FIRST".to_owned()), Some("SECOND".to_owned())]);
    assert_eq!(config.approval.notify, first.address);
    assert_eq!(config.store, Path::new("dir/a.db"));
}

#[test]
fn a_mistake_in_a_further_account_is_told_with_its_line() {
    let check = |from: &str, to: &str, line: usize, expected: &str| {
        let text = SEVERAL.replacen(from, to, 1);
        assert_ne!(text, SEVERAL, "{from}");
        let told = complaint(&text);
        assert!(told.contains(expected), "{to}: {told}");
        assert!(told.contains(&format!(":{line}")), "{to}: {told}");
    };
    let second = "address = \"Jane@Work.example\"";
    check(second, "address = \"j@example.com\"", 12, "named twice");
    check(second, &format!("{second}\ncountry = \"DE\""), 13, "said once");
    check(second, "aliases = []", 11, "account.address");
    check("username = \"jd\"", "usrname = \"jd\"", 14, "username");
    check("host = \"smtp.work.example\"", "", 19, "smtp.host");
    check("[store]", "[imap]\nsent = []\n[store]", 22, "[account.imap]");
    check(second, &format!("{second}\nprovider = \"gmx\""), 13, "[account.mail]");
}

/// Two accounts that are signed in to with a browser.
fn in_a_browser(second: &str) -> String {
    format!(
        "[[account]]\nname = \"Jane Doe\"\naddress = \"jane@gmail.com\"\n\
         time_zone = \"Europe/Berlin\"\n[account.mail]\nprovider = \"gmail\"\n\
         [account.mail.oauth2]\nclient_id = \"7\"\n\
         [[account]]\naddress = \"jane/doe@work.example\"\n[account.mail]\n\
         provider = \"gmail\"\n[account.mail.oauth2]\n{second}\n"
    )
}

#[test]
fn each_account_signs_in_for_itself() {
    let config = parse(&in_a_browser("client_id = \"8\"")).unwrap();
    let accounts = config.mail_accounts();
    let signs_in: Vec<_> = accounts.iter().filter_map(|it| it.access.oauth2()).collect();
    let clients: Vec<&str> = signs_in.iter().map(|it| it.client_id.as_str()).collect();
    assert_eq!(clients, ["7", "8"]);
    let files: Vec<&Path> = signs_in.iter().map(|it| it.token_file.as_path()).collect();
    assert_eq!(
        files,
        [Path::new("dir/afterword.token"), Path::new("dir/afterword.jane_doe@work.example.token")]
    );
}

#[test]
fn a_mistake_in_the_sign_in_of_an_account_is_told_with_its_line() {
    for (second, line, says) in [
        ("client_id = \"8\"\ntoken_file = \"afterword.token\"", 15, "another account keeps"),
        ("client_id = \"8\"\ncolour = 1", 15, "mail.oauth2.colour: unknown key"),
        ("", 13, "mail.oauth2.client_id: is missing"),
    ] {
        let told = complaint(&in_a_browser(second));
        assert!(told.contains(says), "{told}");
        assert!(told.contains(&format!(":{line}: ")), "{told}");
    }
    let beside = in_a_browser("client_id = \"8\"") + "[mail.oauth2]\nclient_id = \"9\"\n";
    let told = complaint(&beside);
    assert!(told.contains("write [account.mail] below it"), "{told}");
}

#[test]
fn one_password_of_the_keyring_opens_one_account() {
    let keyring = SEVERAL
        .replace("provider = \"fastmail\"", "provider = \"fastmail\"\nusername = \"jd\"")
        .replace("password_env = \"FIRST\"", "keyring = true")
        .replace("password_env = \"SECOND\"", "keyring = true");
    let told = complaint(&keyring);
    assert!(told.contains("the keyring holds one password for \"jd\""), "{told}");
    let apart = parse(&keyring.replacen("username = \"jd\"\n", "", 1)).err();
    let told = apart.map(|error| error.to_string()).unwrap_or_default();
    assert!(!told.contains("holds one password"), "{told}");
}
