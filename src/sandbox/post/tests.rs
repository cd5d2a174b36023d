use super::*;

const ME: &str = "jane@doe.example";

fn at() -> DateTime<Utc> {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

fn mail(id: &str, more: &str) -> Vec<u8> {
    format!("Message-ID: <{id}>\r\n{more}Subject: x\r\n\r\nx\r\n").into_bytes()
}

fn labels(post: &Post, mailbox: &str) -> Vec<Vec<String>> {
    post.contents(mailbox, |message| message.labels.iter().cloned().collect())
}

#[test]
fn in_gmail_style_a_mail_to_oneself_is_one_message_with_two_labels() {
    let mut post = Post::new(Style::Gmail, ME);
    post.submit(ME, &[ME.to_owned()], &mail("1@x", ""), at());
    assert_eq!(post.messages.len(), 1);
    for mailbox in ["INBOX", ALL_MAIL, GMAIL_SENT] {
        assert_eq!(labels(&post, mailbox), [["\\Inbox", "\\Sent"]], "{mailbox}");
    }
    post.submit(ME, &["anna@acme.example".to_owned()], &mail("2@x", ""), at());
    assert_eq!(labels(&post, GMAIL_SENT).len(), 2);
    assert_eq!(labels(&post, "INBOX").len(), 1);
    assert_eq!(post.outbox.len(), 1);
}

#[test]
fn in_gmail_style_drafts_lie_in_all_mail_and_spam_does_not() {
    let mut post = Post::new(Style::Gmail, ME);
    post.put("[Gmail]/Drafts", &mail("1@x", ""), at(), &[]);
    post.put("[Gmail]/Spam", &mail("2@x", ""), at(), &[]);
    assert_eq!(labels(&post, ALL_MAIL), [["\\Draft"]]);
    let flags = post.contents(ALL_MAIL, |message| message.flags.contains("\\Draft"));
    assert_eq!(flags, [true]);
}

#[test]
fn in_gmail_style_an_answer_joins_the_thread() {
    let mut post = Post::new(Style::Gmail, ME);
    post.put("INBOX", &mail("1@x", ""), at(), &[]);
    post.put("INBOX", &mail("2@x", "References: <0@x>\r\n <1@x>\r\n"), at(), &[]);
    post.put("INBOX", &mail("3@x", "In-Reply-To: <2@x>\r\n"), at(), &[]);
    post.put("INBOX", &mail("4@x", ""), at(), &[]);
    let threads = post.contents("INBOX", |message| message.thread);
    assert_eq!(threads, [FIRST_ID, FIRST_ID, FIRST_ID, FIRST_ID + 3]);
}

#[test]
fn in_plain_style_every_copy_is_a_message_and_the_server_files_no_sent_copy() {
    let mut post = Post::new(Style::Plain, ME);
    post.put("Sent", &mail("1@x", ""), at(), &[]);
    post.put("INBOX", &mail("1@x", ""), at(), &[]);
    post.submit(ME, &[ME.to_owned(), "anna@acme.example".to_owned()], &mail("2@x", ""), at());
    assert_eq!(post.messages.len(), 3);
    assert_eq!(post.contents("Sent", |_| ()).len(), 1);
    let inbox = post.contents("INBOX", |message| message.bytes.to_vec());
    assert!(inbox[1].starts_with(b"Return-Path: <jane@doe.example>\r\nReceived: "));
    assert_eq!(post.outbox[0].bytes, mail("2@x", ""));
}

#[test]
fn renumbering_gives_new_uids_under_a_new_validity() {
    let mut post = Post::new(Style::Plain, ME);
    let before = post.mailbox("INBOX").unwrap().uid_validity;
    post.put("inbox", &mail("1@x", ""), at(), &[]);
    post.renumber("INBOX");
    let inbox = post.mailbox("INBOX").unwrap();
    assert_ne!(inbox.uid_validity, before);
    assert_eq!((inbox.entries[0].uid, inbox.uid_next), (1, 2));
}

#[test]
fn what_is_removed_leaves_its_number_and_in_gmail_style_only_its_label() {
    let mut post = Post::new(Style::Gmail, ME);
    for id in ["1@x", "2@x", "3@x"] {
        post.put("INBOX", &mail(id, ""), at(), &[]);
    }
    assert!(post.remove("INBOX", "2@x"));
    assert!(!post.remove("INBOX", "2@x"), "it is gone");
    assert!(post.remove("INBOX", "3@x"));
    let inbox = post.mailbox("INBOX").unwrap();
    let uids: Vec<u32> = inbox.entries.iter().map(|entry| entry.uid).collect();
    assert_eq!((uids, &inbox.removals, inbox.uid_next), (vec![1], &vec![2, 2], 4));
    let no_label = Vec::<String>::new();
    assert_eq!(labels(&post, ALL_MAIL), [vec!["\\Inbox".to_owned()], no_label.clone(), no_label]);
}
