//! What has to be done at each provider before a program gets in, in exact steps, and by which
//! addresses the provider is known.

/// One provider, as a new user needs to know it.
pub struct Provider {
    pub name: &'static str,
    /// Ends of the domains of its addresses.
    domains: &'static [&'static str],
    /// What the user should know before anything more is asked; empty if there is nothing.
    pub beforehand: &'static str,
    /// How to get a password for a program; `None` where no password lets one in.
    pub app_password: Option<&'static str>,
    /// How to get a client id; `None` where its addresses for OAuth 2 are not known.
    pub client: Option<Client>,
    /// Whether its server has to be named.
    pub asks_for_reading: bool,
    pub asks_for_sending: bool,
}

/// A program of the user's own at the provider, for a sign-in with a browser (OAuth 2).
#[derive(Clone, Copy)]
pub struct Client {
    /// How to register it.
    pub steps: &'static str,
    /// Whether it comes with a secret.
    pub has_secret: bool,
}

const USUAL: Provider = Provider {
    name: "custom",
    domains: &[],
    beforehand: "",
    app_password: Some(
        "If your provider has passwords for single programs, make one for Afterword.",
    ),
    client: None,
    asks_for_reading: false,
    asks_for_sending: false,
};

static PROVIDERS: [Provider; 8] = [
    Provider {
        name: "gmail",
        domains: &["gmail.com", "googlemail.com"],
        beforehand: "In Gmail's settings, Labels, \"All Mail\", \"Sent Mail\" and \"Spam\" must be \
            shown in IMAP.",
        app_password: Some(
            "Gmail lets a program in with an app password:\n\
            1. Turn on 2-Step Verification: https://myaccount.google.com/security\n\
            2. Make an app password: https://myaccount.google.com/apppasswords\n\
            3. Copy its 16 letters.\n\
            Where that is not allowed, sign in with a browser.",
        ),
        client: Some(Client {
            steps: "For a sign-in with a browser you need a client id of your own, once:\n\
                1. https://console.cloud.google.com/ - make a project, turn on the Gmail API in it.\n\
                2. \"OAuth consent screen\": External, a name, your address; then publish the app\n\
                (\"In production\"), or Google ends every sign-in after seven days.\n\
                3. \"Credentials\": a new \"OAuth client ID\" of the type \"Desktop app\".\n\
                4. Copy its client id and its client secret.",
            has_secret: true,
        }),
        ..USUAL
    },
    Provider {
        name: "fastmail",
        domains: &["fastmail.com", "fastmail.fm", "sent.com", "messagingengine.com"],
        app_password: Some(
            "Fastmail lets a program in with an app password only:\n\
            1. Settings, Privacy & Security, Manage app passwords: \
            https://app.fastmail.com/settings/security/apps\n\
            2. New app password, with access to \"Mail (IMAP/SMTP)\".\n\
            3. Copy it; it is shown once.",
        ),
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
        app_password: Some(
            "Yahoo lets a program in with an app password only:\n\
            1. Account security: https://login.yahoo.com/account/security\n\
            2. \"Generate app password\", name it Afterword, and copy it.",
        ),
        ..USUAL
    },
    Provider {
        name: "zoho",
        domains: &["zoho.com", "zohomail.com"],
        app_password: Some(
            "At Zoho, turn on IMAP access in the settings of Mail, then make an app\n\
            password: https://accounts.zoho.com, Security, App Passwords.",
        ),
        ..USUAL
    },
    Provider {
        name: "gmx",
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        app_password: Some(
            "At GMX, allow programs first: E-Mail, Settings, POP3 & IMAP. With two-factor\n\
            login you need a password for this program, too: My Account, Security.",
        ),
        ..USUAL
    },
    Provider {
        name: "icloud",
        domains: &["icloud.com", "me.com", "mac.com"],
        beforehand: "iCloud itself takes mail for sending only on a port that this version does not \
            use, so\nname another server that may send for your address.",
        app_password: Some(
            "iCloud lets a program in with an app-specific password only:\n\
            1. https://account.apple.com, Sign-In and Security, App-Specific Passwords\n\
            2. Make one for Afterword and copy it.",
        ),
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
        beforehand: "Microsoft lets no program in with a password: you sign in with a browser, with a \
            client id\nof your own. The steps come with that question.\n\
            Microsoft itself takes mail for sending only on a port that this version does not use. So\n\
            name a relay of your own that does it: TLS on port 465, and your sign-in passed on\n\
            (XOAUTH2). If you have none, end this with Ctrl-C; nothing is written yet. Then set up a\n\
            mailbox at another provider, and let Outlook forward to it.",
        app_password: None,
        client: Some(Client {
            steps: "For a sign-in with a browser you need a client id of your own, once:\n\
                1. https://entra.microsoft.com/ - App registrations, New registration; let it take the\n\
                accounts of any organisation and personal ones.\n\
                2. Redirect address: \"Mobile and desktop applications\", http://localhost\n\
                3. API permissions, Microsoft Graph, Delegated: \"IMAP.AccessAsUser.All\" and\n\
                \"SMTP.Send\". A client secret is not needed.\n\
                4. Copy its \"Application (client) ID\".",
            has_secret: false,
        }),
        asks_for_sending: true,
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

/// The provider that a user calls so.
pub fn by_name(name: &str) -> Option<&'static Provider> {
    let name = if matches!(name, "microsoft" | "office365") { "outlook" } else { name };
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
        assert_eq!(name("jane@hotmail.com"), Some("outlook"));
        assert!(by_name("custom").is_some_and(|it| it.asks_for_reading && it.asks_for_sending));
    }

    #[test]
    fn each_provider_has_a_way_in_and_one_without_it_says_so_beforehand() {
        for provider in &PROVIDERS {
            let by_password = provider.app_password.is_some();
            assert!(by_password || provider.client.is_some(), "{}", provider.name);
            let says = provider.beforehand.contains("no program in with a password");
            assert_eq!(says, !by_password, "{}", provider.name);
        }
        assert!(by_name("microsoft").is_some_and(|it| it.name == "outlook"));
        assert!(by_name("nowhere").is_none());
    }
}
