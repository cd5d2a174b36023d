//! Approval by reply on a real Dovecot: one negative test for each clause of authority, one for
//! each way a reply goes wrong in practice, and what the other words do.

use afterword::service::view::State;

use crate::life::until_asked;
use crate::world::{Letter, World};

/// A reply as a mail client would file it, with one thing changed.
struct Reply<'a> {
    mailbox: &'a str,
    at: &'a str,
    from: String,
    to: String,
    /// More header lines, each with its line end.
    more: String,
    in_reply_to: String,
    subject: String,
    text: String,
    id: &'a str,
}

impl<'a> Reply<'a> {
    fn to(world: &World, letter: &Letter, text: &str) -> Self {
        Self {
            mailbox: "Sent",
            at: "2026-12-08T07:02:00Z",
            from: format!("Jane Doe <{}>", world.user),
            to: format!("Jane Doe <{}>", world.user),
            more: String::new(),
            in_reply_to: letter.message_id.clone(),
            subject: format!("Re: {}", letter.subject),
            text: text.to_owned(),
            id: "reply",
        }
    }

    fn file(&self, world: &World) {
        let thread = match self.in_reply_to.as_str() {
            "" => String::new(),
            id => format!("In-Reply-To: <{id}>\nReferences: <{id}>\n"),
        };
        let message = format!(
            "{}From: {}\nTo: {}\nSubject: {}\nDate: Tue, 08 Dec 2026 08:02:00 +0100\n\
             Message-ID: <{}@{}>\n{thread}Content-Type: text/plain; charset=utf-8\n\n{}\n",
            self.more, self.from, self.to, self.subject, self.id, world.user, self.text
        );
        world.file(self.mailbox, self.at, &message);
    }
}

async fn asked() -> (World, Letter) {
    let world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    (world, request)
}

/// Files the reply and lives until long after the planned time: nothing was sent.
async fn sends_nothing(world: &mut World, reply: &Reply<'_>, code: Option<&str>) {
    reply.file(world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
    let id = world.application().await.id;
    let (_, timeline) = world.service.record().application(&id).await.unwrap().unwrap();
    let said: Vec<&str> = timeline.iter().map(|entry| entry.what.as_str()).collect();
    if let Some(code) = code {
        let refusal = afterword::domain::approval::Refusal::parse(code).unwrap();
        let why = format!("a reply was not obeyed: {}", refusal.sentence());
        assert!(said.contains(&why.as_str()), "{code} is not in the ledger: {said:#?}");
    }
}

fn code_in(letter: &Letter) -> String {
    let line = letter.text.lines().rev().find_map(|line| line.strip_prefix("ref: "));
    line.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_each_violated_clause_sends_nothing_and_has_its_reason_in_the_ledger() {
    type Change = fn(&mut Reply<'_>, &World);
    let cases: [(&str, Change); 9] = [
        ("not_the_user", |reply, _| reply.from = "Eve <eve@evil.example>".to_owned()),
        ("not_the_user", |reply, world| {
            reply.more = "From: Eve <eve@evil.example>\n".to_owned();
            reply.from = format!("Jane Doe <{}>", world.user);
        }),
        ("other_sender", |reply, _| reply.more = "Sender: eve@evil.example\n".to_owned()),
        ("automatic", |reply, _| reply.more = "Auto-Submitted: auto-replied\n".to_owned()),
        ("forwarded", |reply, _| {
            reply.more = "Resent-From: eve@evil.example\n".to_owned();
        }),
        ("other_recipients", |reply, world| {
            reply.to = format!("Jane Doe <{}>, Anna Schmidt <{}>", world.user, world.anna);
        }),
        ("came_from_outside", |reply, _| {
            reply.more = "Received: from mx.evil.example (mx.evil.example [192.0.2.1])\n\
                          \tby mail.example.com with ESMTPS id 1; Tue, 8 Dec 2026 08:02:00 +0100\n"
                .to_owned();
        }),
        ("condition", |reply, _| reply.text = "approve\n\nbut only after lunch".to_owned()),
        ("contradictory", |_, _| {}),
    ];
    for (code, change) in cases.into_iter().filter(|(code, _)| *code != "contradictory") {
        let (mut world, request) = asked().await;
        let mut reply = Reply::to(&world, &request, "approve");
        change(&mut reply, &world);
        sends_nothing(&mut world, &reply, Some(code)).await;
        assert_ne!(world.application().await.state, State::Approved, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_without_reference_and_code_a_reply_is_no_reply() {
    let (mut world, request) = asked().await;
    let reply = Reply { in_reply_to: String::new(), ..Reply::to(&world, &request, "approve") };
    sends_nothing(&mut world, &reply, None).await;
    assert!(world.letters("receipt").is_empty());
    let guess =
        Reply { text: "approve\n\nref: 0000-0000-0000-0000".to_owned(), id: "guess", ..reply };
    sends_nothing(&mut world, &guess, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_an_approval_after_expiry_or_used_before_sends_nothing_more() {
    let (mut world, request) = asked().await;
    let late = Reply { at: "2026-12-15T07:02:00Z", ..Reply::to(&world, &request, "approve") };
    for now in ["2026-12-10T07:05:00Z", "2026-12-15T07:01:00Z"] {
        world.pass_at(now).await;
    }
    late.file(&world);
    world.pass_at("2026-12-15T07:05:00Z").await;
    world.pass_at("2026-12-16T08:30:00Z").await;
    world.nothing_at_employer();
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("nothing was sent") || told.text.contains("Nothing was sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_the_code_alone_is_reference_enough_and_a_changed_subject_does_not_matter() {
    let (mut world, request) = asked().await;
    let reply = Reply {
        in_reply_to: String::new(),
        subject: "anything".to_owned(),
        text: format!("approve\n\nref: {}", code_in(&request)),
        ..Reply::to(&world, &request, "")
    };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_hello_teaches_what_a_sent_copy_looks_like() {
    let (mut world, request) = asked().await;
    let welcome = world.expect_letters("welcome", 1).remove(0);
    let hop = "Received: by mail.example.com with SMTP id abc; Tue, 8 Dec 2026 08:01:00 +0100\n";
    let hello = Reply { more: hop.to_owned(), id: "hello", ..Reply::to(&world, &welcome, "hello") };
    hello.file(&world);
    world.pass_at("2026-12-08T07:02:30Z").await;
    let receipt = world.expect_letters("receipt", 1).remove(0);
    assert!(receipt.text.contains("lies in Sent"), "{}", receipt.text);
    let reply = Reply { more: hop.to_owned(), ..Reply::to(&world, &request, "approve") };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_reply_and_a_quoted_approve_are_asked_back() {
    for text in [
        "",
        "> approve",
        "I will think about it.\n\napprove",
        "> ------ reply above this line ------\n> approve            send exactly the text below",
    ] {
        let (mut world, request) = asked().await;
        let reply = Reply::to(&world, &request, text);
        sends_nothing(&mut world, &reply, None).await;
        let told = world.expect_letters("receipt", 1).remove(0);
        assert!(told.text.contains("did not understand"), "{text}: {}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_below_the_quote_counts_as_the_first_line_of_the_whole_mail() {
    let (mut world, request) = asked().await;
    let quote: String = request.text.lines().map(|line| format!("> {line}\n")).collect();
    let text = format!("On Tue, 8 Dec 2026 at 08:00, Jane Doe wrote:\n\n{quote}\napprove");
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_sends_html_only_is_understood() {
    let (mut world, request) = asked().await;
    let message = format!(
        "From: Jane Doe <{user}>\nTo: Jane Doe <{user}>\nSubject: Re: {}\n\
         Date: Tue, 08 Dec 2026 08:02:00 +0100\nMessage-ID: <phone@{user}>\nIn-Reply-To: <{id}>\n\
         Content-Type: text/html; charset=utf-8\n\n\
         <html><body><div dir=\"auto\">Approve</div><div><br></div><div>Von meinem iPhone gesendet\
         </div><div class=\"gmail_quote\"><blockquote>approve<br>later</blockquote></div></body></html>\n",
        request.subject,
        user = world.user,
        id = request.message_id,
    );
    world.file("Sent", "2026-12-08T07:02:00Z", &message);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_or_a_footer_is_no_condition() {
    for (text, id) in [
        ("Yes.\n\n-- \nJane Doe\nYes Bank", "bank"),
        ("approve\n\nSent from my iPhone", "phone"),
        ("ok\n\nJane", "name"),
        ("approve\n\n--\nThis mail was checked for viruses by Avast.\nwww.avast.com", "scan"),
    ] {
        let (mut world, request) = asked().await;
        Reply { id, ..Reply::to(&world, &request, text) }.file(&world);
        world.pass_at("2026-12-08T07:03:00Z").await;
        assert_eq!(world.application().await.state, State::Approved, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replies_the_later_one_counts_while_nothing_has_left() {
    for (first, second, sent) in [("approve", "skip", 0), ("skip", "approve", 0)] {
        let (mut world, request) = asked().await;
        Reply { id: "one", ..Reply::to(&world, &request, first) }.file(&world);
        let later =
            Reply { id: "two", at: "2026-12-08T07:02:30Z", ..Reply::to(&world, &request, second) };
        later.file(&world);
        world.pass_at("2026-12-08T07:03:00Z").await;
        world.expect_letters("receipt", 2);
        world.pass_at("2026-12-08T08:30:00Z").await;
        assert_eq!(world.servers.messages(&world.anna, "INBOX").len(), sent, "{first}, {second}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_request_that_somebody_else_approves_sends_nothing() {
    let (mut world, request) = asked().await;
    let reply = Reply {
        mailbox: "INBOX",
        from: format!("Anna Schmidt <{}>", world.anna),
        ..Reply::to(&world, &request, "approve")
    };
    sends_nothing(&mut world, &reply, Some("not_the_user")).await;
    assert!(world.application().await.draft.is_none(), "it is an answer of theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plus_address_that_was_stripped_or_kept_is_the_users() {
    let (mut world, request) = asked().await;
    let (local, domain) = world.user.split_once('@').unwrap();
    let to = format!("{local}+afterword@{domain}");
    Reply { to, ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_comes_back_as_a_new_draft_and_the_old_one_is_dead() {
    let (mut world, request) = asked().await;
    let text = format!(
        "edit\n\n{}",
        request.proposed().replace("I look forward", "I very much look forward")
    );
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.text.contains("draft 2, begins"), "{}", second.text);
    assert!(second.text.contains("Changed since draft 1"), "{}", second.text);
    assert!(second.text.contains("+ "), "{}", second.text);
    let old = Reply { id: "old", ..Reply::to(&world, &request, "approve") };
    sends_nothing(&mut world, &old, Some("outdated")).await;
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("draft 2 is the current one"), "{}", told.text);
    let at = "2026-12-08T08:31:00Z";
    Reply { id: "new", at, ..Reply::to(&world, &second, "approve") }.file(&world);
    world.pass_at("2026-12-08T08:32:00Z").await;
    world.pass_at("2026-12-08T08:50:00Z").await;
    let sent = world.at_employer(1).remove(0);
    assert!(sent.text.contains("very much look forward"), "{}", sent.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_go_out_is_not_taken_and_the_old_draft_stays() {
    let (mut world, request) = asked().await;
    let text =
        format!("edit\n\n{}\n\nThis is urgent! See https://jane.example", request.proposed());
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.expect_letters("approval-request", 1);
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("urgent") && told.text.contains("link"), "{}", told.text);
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "old", at, ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_this_with_both_marks_is_the_approval_of_that_text() {
    let (mut world, request) = asked().await;
    let words = request.proposed().replace("Kind regards", "With kind regards");
    let text =
        format!("send this\n\n----- draft 1, begins -----\n{words}\n----- draft 1, ends -----\n");
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("With kind regards"), "{}", told.text);
    world.pass_at("2026-12-08T08:30:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), words);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_this_without_both_marks_is_an_edit() {
    let (mut world, request) = asked().await;
    let words = request.proposed().replace("Kind regards", "With kind regards");
    let text = format!("send this\n\n----- draft 1, begins -----\n{words}\n");
    let reply = Reply::to(&world, &request, &text);
    sends_nothing(&mut world, &reply, None).await;
    world.expect_letters("approval-request", 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_now_skips_the_wait_and_cancel_takes_an_approval_back() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "approve now").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.at_employer(1).len(), 1, "08:03 in Berlin, on a Tuesday");

    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "approve").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let at = "2026-12-08T07:05:00Z";
    Reply { id: "cancel", at, ..Reply::to(&world, &request, "cancel") }.file(&world);
    world.pass_at("2026-12-08T07:06:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_all_may_be_a_new_mail_to_oneself_and_lists_what_it_lets_go() {
    let (mut world, request) = asked().await;
    let reply = Reply {
        in_reply_to: String::new(),
        subject: "[Afterword]".to_owned(),
        ..Reply::to(&world, &request, "stop all")
    };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("Let go: "), "{}", told.text);
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "late", at, ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_configuration_are_obeyed_too() {
    let more = "[approval]\nwords = { approve = [\"ja\", \"freigeben\"] }\n";
    let mut world = crate::life::asked_with(more).await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    Reply::to(&world, &request, "Ja!").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subject_and_another_address_are_asked_for_anew() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "subject: Re: Our talk in November").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.text.contains("Subject:  Re: Our talk in November"), "{}", second.text);
    let at = "2026-12-08T07:04:00Z";
    let to = "to: tom.weber@acme.example";
    Reply { id: "to", at, ..Reply::to(&world, &second, to) }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    let third = world.expect_letters("approval-request", 3).remove(2);
    assert!(third.text.contains("tom.weber@acme.example is none of this"), "{}", third.text);
    world.nothing_at_employer();
}
