//! The file as a whole: the example, and the messages a mistake is answered with.

use super::*;
use chrono::{NaiveDate, NaiveTime, Weekday};

const SMALLEST: &str = r#"[account]
name = "Jane Doe"
address = "jane@example.com"
time_zone = "Europe/Berlin"

[mail]
provider = "fastmail"
password_command = "pass show mail/jane"
"#;

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn parse(text: &str) -> Result<Config, ConfigError> {
    from_text(text, Path::new("dir/config.toml"))
}

/// Adds lines to the smallest file: `section` may already be in it.
fn with(section: &str, line: &str) -> String {
    let head = format!("[{section}]\n");
    if SMALLEST.contains(&head) {
        SMALLEST.replace(&head, &format!("{head}{line}\n"))
    } else {
        format!("{SMALLEST}\n{head}{line}\n")
    }
}

fn complaint(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn the_smallest_file_has_every_default() {
    let config = parse(SMALLEST).unwrap();
    assert_eq!(config.imap.server.host, "imap.fastmail.com");
    assert_eq!((config.imap.server.port, config.smtp.server.port), (993, 465));
    assert_eq!(config.login.username, "jane@example.com");
    assert_eq!(config.account.country, "DE");
    assert_eq!(config.profile.signature, "Jane Doe");
    assert_eq!(config.store, Path::new("dir/afterword.db"));
    assert_eq!(config.approval.notify.as_str(), "jane@example.com");
    let defaults = Settings {
        zone: chrono_tz::Europe::Berlin,
        country: "DE".to_owned(),
        ..Settings::default()
    };
    assert_eq!(config.settings, defaults);
}

#[test]
fn the_example_says_the_defaults() {
    let servers = "[imap]\nhost = \"imap.example.com\"\n[smtp]\nhost = \"smtp.example.com\"\n";
    let smallest = SMALLEST
        .replace("time_zone = \"Europe/Berlin\"\n", "")
        .replace("provider = \"fastmail\"", "");
    let mut example = parse(EXAMPLE).unwrap();
    let mut plain = parse(&format!("{smallest}{servers}")).unwrap();
    example.access.clone_from(&plain.access);
    assert_eq!(example, plain);
    // What is commented out there must be right as well.
    let all = EXAMPLE
        .replace("# time_zone", "time_zone")
        .replace("# country", "country")
        .replace("# signature", "signature")
        .replace("# notify", "notify")
        .replace("# username", "username");
    plain.account.time_zone = chrono_tz::Europe::Berlin;
    plain.account.country = "DE".to_owned();
    plain.settings.zone = chrono_tz::Europe::Berlin;
    plain.settings.country = "DE".to_owned();
    example = parse(&all).unwrap();
    example.access.clone_from(&plain.access);
    assert_eq!(example, plain);
}

#[test]
fn every_key_is_in_the_example() {
    let root = toml::de::DeTable::parse(SMALLEST).unwrap();
    let mut document = reader::Document::new(root.get_ref(), SMALLEST, Path::new("x"));
    read(&mut document).unwrap();
    let mut section = "";
    let mut written = std::collections::BTreeSet::new();
    for line in EXAMPLE.lines() {
        let plain = line.trim_start_matches("# ");
        if let Some(name) = plain.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name;
        }
        if let Some((key, _)) = plain.split_once(" = ") {
            written.insert((section, key));
        }
    }
    for (section, keys) in document.known() {
        for key in keys {
            assert!(written.contains(&(section, key)), "[{section}] {key}");
        }
    }
}

const FULL: &str = r#"
[account]
name = "Jane Doe"
address = "Jane@Example.com"
aliases = ["doe@example.org"]
time_zone = "America/New_York"
country = "us-ny"
[mail]
provider = "custom"
username = "jd"
password_env = "SOME_VARIABLE"
[imap]
host = "localhost"
port = 10993
sent = ["Gesendet"]
[smtp]
host = "127.0.0.1"
port = 10465
[profile]
strength = "I have moved two data warehouses without a day of downtime."
signature = """Jane Doe
+49 30 1234567"""
[store]
path = "/var/lib/afterword/afterword.db"
[policy]
grace_business_days = 3
send_window = "10:00-12:00"
send_days = ["Monday", "fri"]
extra_holidays = [2026-12-24, "2026-12-31"]
[approval]
notify = "doe@example.org"
words = { approve = ["Ja"] }
[sending]
enabled = false
daily_cap = 0
save_to_sent = "never"
[summary]
day = "fri"
time = "16:30"
rejections = "now"
[match]
ignore = ["shop.example", "friend@example.com"]
[privacy]
keep_days = 90
"#;

#[test]
fn every_value_can_be_set() {
    let config = parse(FULL).unwrap();
    assert_eq!(config.account.address.as_str(), "jane@example.com");
    assert_eq!(config.account.country, "US-NY");
    assert_eq!(config.imap.sent, ["Gesendet"]);
    assert_eq!(config.smtp.server.port, 10465);
    assert_eq!(config.store, Path::new("/var/lib/afterword/afterword.db"));
    let settings = &config.settings;
    assert!(settings.send_days.contains(Weekday::Mon) && settings.send_days.len() == 2);
    assert_eq!(settings.send_window.start, NaiveTime::from_hms_opt(10, 0, 0).unwrap());
    assert_eq!(settings.extra_holidays[0], NaiveDate::from_ymd_opt(2026, 12, 24).unwrap());
    assert_eq!(settings.extra_holidays.len(), 2);
    assert_eq!(settings.daily_cap, 0);
    assert_eq!(settings.summary_day, Weekday::Fri);
    assert_eq!(config.approval.words["approve"], ["ja"]);
    assert!(!config.sending.enabled);
    assert_eq!(config.sending.save_to_sent, SaveToSent::Never);
    assert_eq!(config.summary.rejections, Rejections::Now);
    assert_eq!(config.privacy.keep_days, Some(90));
    let from = |text: &str| Address::parse(text).unwrap();
    assert!(config.matching.ignore[0].covers(&from("a@mail.shop.example")));
    assert!(!config.matching.ignore[0].covers(&from("a@myshop.example")));
    assert!(config.matching.ignore[1].covers(&from("Friend@example.com")));
}

/// Section, line, and what the answer must say.
const MISTAKES: [(&str, &str, &str); 52] = [
    ("account", "colour = \"red\"", "account.colour: unknown key; keys here are address, aliases"),
    ("polcy", "thank_you = true", "polcy: unknown section or key; did you mean [policy]?"),
    ("policy", "grace_busines_days = 2", "did you mean \"grace_business_days\"?"),
    ("policy", "daily_cap = 2", "it belongs in the section [sending]"),
    ("mail", "password = \"hunter2\"", "a password is not written here"),
    ("policy", "grace_business_days = 0", "must be a whole number from 1 to 10"),
    ("policy", "grace_business_days = \"2\"", "must be a whole number from 1 to 10"),
    ("policy", "no_promise_days = 15", "from 7 to 14"),
    ("policy", "second_attempt_days = 13", "from 14 to 28"),
    ("policy", "close_after_days = 61", "from 14 to 60"),
    ("policy", "close_after_days = 99999999999999999999", "from 14 to 60"),
    ("policy", "close_after_days = -14", "from 14 to 60"),
    ("policy", "send_window = \"11:30-09:00\"", "ends before it begins"),
    ("policy", "send_window = \"09:00-09:10\"", "shorter than 30 minutes"),
    ("policy", "send_window = \"9 to 11\"", "write them as in \"09:00-11:30\""),
    ("policy", "send_days = [\"tuesdy\"]", "unknown weekday \"tuesdy\"; did you mean \"tuesday\"?"),
    ("policy", "send_days = []", "names no day"),
    ("policy", "send_days = [\"sat\", \"sun\"]", "add a weekday"),
    ("policy", "send_days = \"tue\"", "must be a list"),
    ("policy", "send_days = [2]", "must be a list of texts"),
    ("policy", "thank_you = \"yes\"", "must be true or false"),
    ("policy", "extra_holidays = [\"24.12.\"]", "is no day"),
    ("sending", "daily_cap = 11", "from 0 to 10"),
    ("sending", "save_to_sent = \"yes\"", "must be \"auto\" or \"never\""),
    ("approval", "notify = \"boss@example.com\"", "is not yours"),
    ("approval", "notify = \"jane\"", "is no mail address"),
    ("approval", "remind_after_hours = 168", "must be less than valid_hours"),
    ("approval", "ask_time = \"21:00\"", "lies in quiet_hours"),
    ("approval", "words = { aprove = [\"ja\"] }", "did you mean \"approve\"?"),
    ("approval", "words = { approve = [\"No\"] }", "\"no\" means something else already"),
    (
        "approval",
        "words = { stop = [\"nein\"], skip = [\"nein\"] }",
        "cannot be both skip and stop",
    ),
    ("drafts", "templates = \"nowhere\"", "there is no folder dir/nowhere"),
    ("summary", "day = \"someday\"", "unknown weekday"),
    ("summary", "time = \"8\"", "write it as in \"08:00\""),
    ("report", "form = \"plane\"", "did you mean \"plain\"?"),
    ("report", "columns = [\"employr\"]", "did you mean \"employer\"?"),
    ("summary", "rejections = \"never\"", "must be \"summary\" or \"now\""),
    ("questions", "time = \"25:00\"", "is no time of day"),
    ("imap", "port = 143", "begins without encryption"),
    ("imap", "port = 0", "from 1 to 65535"),
    ("smtp", "port = 587", "begins without encryption"),
    ("smtp", "host = \"smtps://mail.example.com:465\"", "is no host name"),
    ("imap", "ca_file = \"nowhere.pem\"", "there is no file dir/nowhere.pem"),
    ("account", "country = \"UK\"", "did you mean \"GB\"?"),
    ("account", "language = \"de\"", "only \"en\""),
    ("account", "aliases = [\"nobody\"]", "is no mail address"),
    ("mail", "password_file = \"p\"", "there must be one password source"),
    ("mail", "keyring = true", "there must be one password source"),
    ("mail", "keyring = \"yes\"", "must be true or false"),
    ("match", "ignore = [\"a b\"]", "is neither an address nor a domain"),
    ("watch", "idle = 1", "must be true or false"),
    ("privacy", "keep_days = 29", "must be 0, or at least 30"),
];

#[test]
fn every_mistake_is_told_with_file_line_and_key() {
    for (section, line, says) in MISTAKES {
        let text = with(section, line);
        let number = text.lines().position(|l| l == line).unwrap() + 1;
        let number = if section == "polcy" { number - 1 } else { number };
        let key = line.split(' ').next().unwrap();
        let answer = complaint(&text);
        let first = answer.lines().find(|l| l.contains(says));
        assert!(first.is_some(), "{line}: {answer}");
        let place = format!("dir/config.toml:{number}: {section}");
        assert!(first.unwrap().starts_with(&place), "{line}: {answer}");
        assert!(section == "polcy" || first.unwrap().contains(key), "{line}: {answer}");
        assert!(!answer.contains("hunter2"));
    }
}

#[test]
fn a_replaced_value_is_told_as_well() {
    for (from, to, says) in [
        (
            "Europe/Berlin",
            "Europe/Berln",
            "4: account.time_zone: unknown time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?",
        ),
        ("Europe/Berlin", "berlin", "did you mean \"Europe/Berlin\"?"),
        ("Europe/Berlin", "Olympus Mons", "write an IANA name"),
        (
            "fastmail",
            "fastmial",
            "7: mail.provider: unknown provider \"fastmial\"; did you mean \"fastmail\"?",
        ),
        ("fastmail", "outlook", "let no program in with a password"),
        ("fastmail", "icloud", "only on port 587"),
        ("fastmail", "custom", "1: imap.host: is missing"),
        ("address = \"jane@example.com\"", "", "1: account.address: is missing"),
        ("address =", "adress =", "3: account.adress: unknown key; did you mean \"address\"?"),
        ("Jane Doe", "Jane\\nBcc: x", "2: account.name: the name has a character"),
        ("Jane Doe", " ", "the name is empty"),
        (
            "password_command = \"pass show mail/jane\"",
            "",
            "6: mail.password_command: no password source is set; write one of password_command, password_env or password_file",
        ),
        ("name = \"Jane Doe\"", "name = \"Jane", "2: this is not TOML"),
    ] {
        let answer = complaint(&SMALLEST.replace(from, to));
        assert!(answer.contains(says), "{to}: {answer}");
    }
}

#[test]
fn a_relay_does_not_make_microsoft_take_a_password() {
    let text = SMALLEST.replace("fastmail", "outlook");
    let answer = complaint(&format!("{text}\n[smtp]\nhost = \"relay.example\"\n"));
    assert!(answer.contains("sign in with a browser") && !answer.contains("587"), "{answer}");
}

#[test]
fn a_mistyped_key_is_not_also_called_missing() {
    let answer = complaint(&SMALLEST.replace("address =", "adress ="));
    assert_eq!(answer.lines().count(), 1, "{answer}");
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_their_lines() {
    let text =
        with("policy", "thank_you = 1\ngrace_business_days = 99").replace("Berlin", "Nowhere");
    let lines: Vec<usize> = match parse(&text).unwrap_err() {
        ConfigError::Wrong(problems) => problems.iter().map(|p| p.line).collect(),
        other => panic!("{other}"),
    };
    assert_eq!(lines, [4, 11, 12]);
}

#[test]
fn icloud_can_be_read_if_another_server_sends() {
    let text = SMALLEST.replace("fastmail", "icloud") + "[smtp]\nhost = \"smtp.example.com\"\n";
    let config = parse(&text).unwrap();
    assert_eq!(config.imap.server.host, "imap.mail.me.com");
    assert_eq!(config.smtp.server.host, "smtp.example.com");
}

#[test]
fn the_keyring_is_a_source_where_the_program_has_one() {
    let way = "password_command = \"pass show mail/jane\"";
    let read = parse(&SMALLEST.replace(way, "keyring = true"));
    match read {
        Ok(config) => assert!(
            HAS_KEYRING && config.access.secret_source().unwrap().to_string() == "mail.keyring"
        ),
        Err(error) => {
            let says = "dir/config.toml:8: mail.keyring: this program was built without";
            assert!(!HAS_KEYRING && error.to_string().starts_with(says), "{error}");
        }
    }
    assert!(parse(&with("mail", "keyring = false")).is_ok(), "it is not wanted");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = load(Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(error.starts_with("no/such.toml: cannot be read"), "{error}");
}

#[test]
fn one_account_may_be_written_in_either_form() {
    let other = SMALLEST.replace("[account]", "[[account]]").replace("[mail]", "[account.mail]");
    let (mut one, other) = (parse(SMALLEST).unwrap(), parse(&other).unwrap());
    one.access.clone_from(&other.access);
    assert_eq!(one, other);
}
