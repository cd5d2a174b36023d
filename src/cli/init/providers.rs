//! What has to be done at each provider before a program gets in, in exact steps, and by which
//! addresses the provider is known.

/// One provider, as a new user needs to know it.
pub struct Provider {
    pub name: &'static str,
    /// Ends of the domains of its addresses.
    domains: &'static [&'static str],
    /// How to get a password for a program.
    pub app_password: &'static str,
    /// Whether its server has to be named.
    pub asks_for_reading: bool,
    pub asks_for_sending: bool,
    /// Why it cannot be used.
    pub refused: Option<&'static str>,
}

const USUAL: Provider = Provider {
    name: "custom",
    domains: &[],
    app_password: "If your provider has passwords for single programs, make one for Afterword.",
    asks_for_reading: false,
    asks_for_sending: false,
    refused: None,
};

static PROVIDERS: [Provider; 8] = [
    Provider {
        name: "gmail",
        domains: &["gmail.com", "googlemail.com"],
        app_password: "Gmail lets a program in with an app password only:\n\
            1. Turn on 2-Step Verification: https://myaccount.google.com/security\n\
            2. Make an app password: https://myaccount.google.com/apppasswords\n\
            3. Copy its 16 letters.\n\
            In Gmail's settings, Labels, \"All Mail\", \"Sent Mail\" and \"Spam\" must be shown in IMAP.",
        ..USUAL
    },
    Provider {
        name: "fastmail",
        domains: &["fastmail.com", "fastmail.fm", "sent.com", "messagingengine.com"],
        app_password: "Fastmail lets a program in with an app password only:\n\
            1. Settings, Privacy & Security, Manage app passwords: \
            https://app.fastmail.com/settings/security/apps\n\
            2. New app password, with access to \"Mail (IMAP/SMTP)\".\n\
            3. Copy it; it is shown once.",
        ..USUAL
    },
    Provider {
        name: "yahoo",
        domains: &[
            "yahoo.com",
            "ymail.com",
            "rocketmail.com",
            "yahoo.de",
            "yahoo.fr",
            "yahoo.es",
            "yahoo.co.uk",
        ],
        app_password: "Yahoo lets a program in with an app password only:\n\
            1. Account security: https://login.yahoo.com/account/security\n\
            2. \"Generate app password\", name it Afterword, and copy it.",
        ..USUAL
    },
    Provider {
        name: "zoho",
        domains: &["zoho.com", "zohomail.com"],
        app_password: "At Zoho, turn on IMAP access in the settings of Mail, then make an app\n\
            password: https://accounts.zoho.com, Security, App Passwords.",
        ..USUAL
    },
    Provider {
        name: "gmx",
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        app_password: "At GMX, allow programs first: E-Mail, Settings, POP3 & IMAP. With two-factor\n\
            login you need a password for this program, too: My Account, Security.",
        ..USUAL
    },
    Provider {
        name: "icloud",
        domains: &["icloud.com", "me.com", "mac.com"],
        app_password: "iCloud lets a program in with an app-specific password only:\n\
            1. https://account.apple.com, Sign-In and Security, App-Specific Passwords\n\
            2. Make one for Afterword and copy it.\n\
            iCloud itself takes mail for sending only on a port that this version does not use, so\n\
            name another server that may send for your address.",
        asks_for_sending: true,
        ..USUAL
    },
    Provider {
        name: "outlook",
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "outlook.de",
            "hotmail.de",
            "hotmail.fr",
        ],
        refused: Some(
            "Outlook.com and Microsoft 365 let no program in with a password, and take mail for \
             sending only on a port that this version does not use. Use a mailbox at another \
             provider and let Outlook forward to it.",
        ),
        ..USUAL
    },
    Provider { asks_for_reading: true, asks_for_sending: true, ..USUAL },
];

/// The provider whose addresses end like this one.
pub fn of_address(address: &str) -> Option<&'static Provider> {
    let (_, domain) = address.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    PROVIDERS.iter().find(|provider| provider.domains.contains(&domain.as_str()))
}

pub fn by_name(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_its_addresses() {
        let name = |address| of_address(address).map(|provider| provider.name);
        assert_eq!(name("jane@GoogleMail.com"), Some("gmail"));
        assert_eq!(name("jane@fastmail.fm"), Some("fastmail"));
        assert_eq!(name("jane@me.com"), Some("icloud"));
        assert_eq!(name("jane@doe.example"), None);
        assert_eq!(name("jane"), None);
        assert!(of_address("jane@hotmail.com").and_then(|it| it.refused).is_some());
        assert!(by_name("custom").is_some_and(|it| it.asks_for_reading && it.asks_for_sending));
    }
}
