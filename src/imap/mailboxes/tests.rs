use super::super::script::{Steps, cut, say, session};
use super::*;

fn answer(reply: &'static str) -> impl FnMut(&str) -> Steps + Send {
    move |command| if command.starts_with("LIST") { say(reply) } else { None }
}

async fn roles(reply: &'static str) -> Vec<(String, Role, bool)> {
    let (mut session, _) = session(answer(reply)).await;
    let listed = session.list().await.unwrap();
    listed.into_iter().map(|l| (l.display_name, l.role, l.selectable)).collect()
}

fn row(name: &str, role: Role) -> (String, Role, bool) {
    (name.to_owned(), role, true)
}

#[tokio::test]
async fn the_servers_word_comes_first() {
    let found = roles(
        "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\n\
         * LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\n\
         * LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/Alle Nachrichten\"\n\
         * LIST (\\HasNoChildren \\Sent) \"/\" \"[Gmail]/Gesendet\"\n\
         * LIST (\\Drafts) \"/\" \"[Gmail]/Entw&APw-rfe\"\n\
         * LIST (\\Important) \"/\" \"[Gmail]/Wichtig\"\n\
         * LIST (\\Junk) \"/\" \"[Gmail]/Spam\"\n\
         * LIST (\\Trash) \"/\" \"[Gmail]/Papierkorb\"\n\
         * LIST () \"/\" \"Trash\"\n$ OK done\n",
    )
    .await;
    let expected = [
        row("INBOX", Role::Inbox),
        ("[Gmail]".to_owned(), Role::Other, false),
        row("[Gmail]/Alle Nachrichten", Role::All),
        row("[Gmail]/Gesendet", Role::Sent),
        row("[Gmail]/Entwürfe", Role::Drafts),
        row("[Gmail]/Wichtig", Role::Other),
        row("[Gmail]/Spam", Role::Junk),
        row("[Gmail]/Papierkorb", Role::Trash),
        row("Trash", Role::Other),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn names_tell_where_the_server_does_not() {
    let found = roles(
        "* LIST () \".\" INBOX\n* LIST () \".\" INBOX.Sent\n* LIST () \".\" \"INBOX.Entw&APw-rfe\"\n\
         * LIST () \".\" \"INBOX.Clients.Sent\"\n* LIST () \".\" \"Corbeille\"\n\
         * LIST (\\NonExistent) \".\" Drafts\n* LIST () NIL \"Sent to clients\"\n$ OK done\n",
    )
    .await;
    let expected = [
        row("INBOX", Role::Inbox),
        row("INBOX.Sent", Role::Sent),
        row("INBOX.Entwürfe", Role::Drafts),
        row("INBOX.Clients.Sent", Role::Other),
        row("Corbeille", Role::Trash),
        ("Drafts".to_owned(), Role::Other, false),
        row("Sent to clients", Role::Other),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn every_sent_mailbox_counts() {
    let found = roles(
        "* LIST () \"/\" INBOX\n* LIST (\\Sent) \"/\" Sent\n* LIST () \"/\" \"Sent Items\"\n\
         * LIST (\\Sent) \"/\" Ausgang\n* LIST (\\Sent) \"/\" Sent\n$ OK done\n",
    )
    .await;
    assert_eq!(found.iter().filter(|(_, role, _)| *role == Role::Sent).count(), 3);
}

#[tokio::test]
async fn special_uses_are_asked_for_where_they_are_not_volunteered() {
    let script = |second: &'static str| {
        move |command: &str| match command {
            "CAPABILITY" => say("* CAPABILITY IMAP4rev1 SPECIAL-USE\n$ OK\n"),
            "LIST \"\" \"*\"" => say("* LIST () \"/\" INBOX\n* LIST () \"/\" Post\n$ OK\n"),
            "LIST (SPECIAL-USE) \"\" \"*\"" => say(second),
            _ => None,
        }
    };
    for (second, role) in [
        ("* LIST (\\Sent) \"/\" Post\n$ OK\n", Role::Sent),
        ("$ BAD what\n", Role::Other),
        ("$ NO no\n", Role::Other),
    ] {
        let (mut session, _) = session(script(second)).await;
        assert_eq!(session.list().await.unwrap()[1].role, role, "{second}");
        assert!(session.is_usable());
    }
}

#[tokio::test]
async fn raw_names_go_back_as_they_came() {
    let (mut session, lines) = session(answer(
        "* LIST () \"/\" INBOX\n* LIST () \"\\\\\" \"a \\\"b\\\" \\\\ &AOQ-\"\n* LIST () \"/\" {5}\na\\b c\n\
         * LIST () \"/\" \"\"\n$ OK done\n",
    ))
    .await;
    let listed = session.list().await.unwrap();
    assert_eq!(listed[1].raw_name, "a \"b\" \\ &AOQ-");
    assert_eq!(listed[1].display_name, "a \"b\" \\ ä");
    assert_eq!(listed[1].delimiter, Some('\\'));
    assert_eq!(listed[2].raw_name, "a\\b c");
    assert!(!listed[3].selectable);
    session.examine(&listed[1].raw_name).await.unwrap();
    let lines = lines.lock().unwrap();
    assert!(lines.last().unwrap().ends_with("EXAMINE \"a \\\"b\\\" \\\\ &AOQ-\""));
}

#[tokio::test]
async fn no_list_is_an_error() {
    let (mut refused, _) = session(answer("$ NO [UNAVAILABLE] later\n")).await;
    assert!(matches!(refused.list().await, Err(ImapError::Temporary(_))));
    let (mut empty, _) = session(answer("$ OK done\n")).await;
    assert!(matches!(empty.list().await, Err(ImapError::Protocol(_))));
    let (mut ended, _) =
        session(|c| if c.starts_with("LIST") { cut("* LIST () \"/\" INBOX\n") } else { None })
            .await;
    assert!(matches!(ended.list().await, Err(ImapError::Gone(_))));
}
