//! `[mail]`, `[imap]` and `[smtp]`: where the mailbox is and how to get in.
//!
//! Connections are secure from their first byte (implicit TLS), so the ports that begin in plain
//! text are refused here with a sentence, not later with a strange answer of a server.

use std::path::Path;

use super::problem::hint;
use super::reader::{Document, Section};
use super::sign_in::{self, Access};
use super::{Imap, Login, Server, Smtp};

/// Hosts of a provider; `smtp` is `None` where mail is only taken on port 587.
struct Preset {
    name: &'static str,
    imap: &'static str,
    smtp: Option<&'static str>,
}

const PRESETS: [Preset; 7] = [
    Preset { name: "gmail", imap: "imap.gmail.com", smtp: Some("smtp.gmail.com") },
    Preset { name: "fastmail", imap: "imap.fastmail.com", smtp: Some("smtp.fastmail.com") },
    Preset { name: "yahoo", imap: "imap.mail.yahoo.com", smtp: Some("smtp.mail.yahoo.com") },
    Preset { name: "zoho", imap: "imap.zoho.com", smtp: Some("smtp.zoho.com") },
    Preset { name: "gmx", imap: "imap.gmx.net", smtp: Some("mail.gmx.net") },
    Preset { name: "icloud", imap: "imap.mail.me.com", smtp: None },
    Preset { name: OUTLOOK, imap: "outlook.office365.com", smtp: None },
];

const CUSTOM: &str = "custom";

const ICLOUD: &str = "iCloud takes mail for sending only on port 587, which this version does not \
    use; name another server for sending in [smtp] (implicit TLS, port 465) that may send for your \
    address, or use a mailbox at another provider";

const OUTLOOK: &str = "outlook";

const OUTLOOK_PASSWORD: &str = "Outlook.com and Microsoft 365 let no program in with a password, and \
    take mail for sending only on port 587, which this version does not use; use a mailbox at \
    another provider and let Outlook forward to it";

const OUTLOOK_SIGN_IN: &str = "Outlook.com and Microsoft 365 let no program in with a password; write \
    the section [mail.oauth2] in place of the password and sign in with a browser \
    (docs/mailbox-setup.md)";

const OUTLOOK_SENDING: &str = "Microsoft takes mail for sending only on port 587, which begins without \
    encryption, and this version does not use that; what works is a relay of your own, named in \
    [smtp], that speaks TLS from the first byte (port 465) and passes your sign-in on to Microsoft, \
    or a mailbox at another provider to which Outlook forwards";

/// Where Microsoft takes mail for sending, whatever the port.
const OF_MICROSOFT: [&str; 2] = ["smtp.office365.com", "smtp-mail.outlook.com"];

pub(super) struct Servers {
    pub login: Login,
    pub imap: Imap,
    pub smtp: Smtp,
    pub access: Access,
}

/// Reads all three sections to their ends before it gives up, so that no key in them is taken
/// for an unknown one. A sign-in is kept in `token_file` if the file names no other.
pub(super) fn read(
    document: &mut Document<'_>,
    address: Option<&str>,
    token_file: &Path,
) -> Option<Servers> {
    let mut mail = document.section("mail");
    let provider = match mail.has("provider") {
        true => mail.text("provider", provider),
        false => Some(CUSTOM.to_owned()),
    };
    let username = mail.text("username", username).or_else(|| address.map(str::to_owned));
    let access = sign_in::read(document, provider.as_deref(), username.as_deref(), token_file);
    let (imap, smtp) = match provider.as_deref() {
        // Which hosts are missing is not known, so none is called missing.
        None => (Some(""), Some("")),
        Some(name) => match PRESETS.iter().find(|preset| preset.name == name) {
            None => (None, None),
            Some(preset) => (Some(preset.imap), preset.smtp),
        },
    };
    let refusal = refusal(document, provider.as_deref());
    if let Some(why) = refusal {
        document.section("mail").problem("provider", why);
    }
    let imap = read_imap(document, imap);
    let smtp = read_smtp(document, smtp.or(refusal.and(Some(""))));
    let login = Login { provider: provider?, username: username? };
    Some(Servers { login, imap: imap?, smtp: smtp?, access: access? })
}

/// Why a provider cannot be used as the file has it.
fn refusal(document: &mut Document<'_>, provider: Option<&str>) -> Option<&'static str> {
    let signs_in = document.section("mail.oauth2").is_there();
    let sends = document.section("smtp").has("host");
    match provider? {
        "icloud" if !sends => Some(ICLOUD),
        OUTLOOK if !signs_in && sends => Some(OUTLOOK_SIGN_IN),
        OUTLOOK if !signs_in => Some(OUTLOOK_PASSWORD),
        OUTLOOK if !sends => Some(OUTLOOK_SENDING),
        _ => None,
    }
}

fn read_smtp(document: &mut Document<'_>, preset: Option<&'static str>) -> Option<Smtp> {
    let mut section = document.section("smtp");
    let server = server(&mut section, preset, 465)?;
    if let Some(why) = refused_for_sending(&server.host) {
        section.problem("host", why);
    }
    Some(Smtp { server })
}

/// Why mail cannot be sent by a server, whatever the port.
pub(super) fn refused_for_sending(host: &str) -> Option<&'static str> {
    OF_MICROSOFT.contains(&host).then_some(OUTLOOK_SENDING)
}

fn read_imap(document: &mut Document<'_>, preset: Option<&'static str>) -> Option<Imap> {
    let mut section = document.section("imap");
    let server = server(&mut section, preset, 993);
    let mut names = |key| section.list(key, mailbox_name).unwrap_or_default();
    let (sent, archive) = (names("sent"), names("archive"));
    let (junk, extra) = (names("junk"), names("extra"));
    Some(Imap { server: server?, sent, archive, junk, extra })
}

fn username(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("is empty; leave it out to use account.address".to_owned()),
        name if name.chars().any(char::is_control) => Err("has a control character".to_owned()),
        name => Ok(name.to_owned()),
    }
}

fn provider(text: &str) -> Result<String, String> {
    let name = text.trim().to_lowercase();
    let names = || PRESETS.iter().map(|preset| preset.name).chain([CUSTOM]);
    match name.as_str() {
        "office365" | "microsoft" | "hotmail" | "live" | "exchange" => Ok(OUTLOOK.to_owned()),
        known if names().any(|name| name == known) => Ok(name),
        _ => {
            let all = names().collect::<Vec<_>>().join(", ");
            Err(format!("unknown provider {text:?}{}; providers are {all}", hint(text, names())))
        }
    }
}

fn server(
    section: &mut Section<'_, '_>,
    preset: Option<&'static str>,
    default_port: u16,
) -> Option<Server> {
    let host = match preset {
        Some(preset) if !section.has("host") => Some(preset.to_owned()),
        _ => section.required("host", host),
    };
    let port = section.number("port", 1..=65535, u32::from(default_port));
    if matches!(port, 25 | 143 | 587) {
        section.problem(
            "port",
            format!("port {port} begins without encryption; use the port with implicit TLS, mostly {default_port}"),
        );
    }
    let ca_file = section.path("ca_file");
    if let Some(path) = ca_file.as_deref().filter(|path| !path.is_file()) {
        section.problem("ca_file", format!("there is no file {}", path.display()));
    }
    Some(Server { host: host?, port: u16::try_from(port).ok()?, ca_file })
}

pub(super) fn host(text: &str) -> Result<String, String> {
    let name = text.trim();
    let fits = !name.is_empty()
        && name.len() <= 253
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
    // An IPv6 address has at least two.
    let with_port = name.matches(':').count() == 1;
    if !fits || with_port {
        return Err(format!(
            "{text:?} is no host name; write only the name, as in \"mail.example.com\", and the number after it as port"
        ));
    }
    Ok(name.to_lowercase())
}

fn mailbox_name(text: &str) -> Result<String, String> {
    let fits = !text.trim().is_empty() && text.len() <= 255 && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} cannot be the name of a mailbox"))
    }
}
