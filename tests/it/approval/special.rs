//! The ways in which a reply goes wrong in practice.

use afterword::service::view::State;

use super::{Reply, asked, sends_nothing};

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
        (
            "approve\n\n---\nThis email has been checked for viruses by AVG.\nhttp://www.avg.com",
            "avg",
        ),
        ("approve\n\nDiese E-Mail wurde von Avast auf Viren gepr\u{fc}ft.\nwww.avast.com", "de"),
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
async fn a_word_after_the_message_left_changes_nothing_and_says_so() {
    for word in ["skip", "cancel"] {
        let (mut world, request) = asked().await;
        Reply { id: "one", ..Reply::to(&world, &request, "approve") }.file(&world);
        world.pass_at("2026-12-08T07:03:00Z").await;
        world.pass_at("2026-12-08T08:30:00Z").await;
        world.at_employer(1);
        // Approved, and sent.
        world.expect_letters("receipt", 2);
        let at = "2026-12-08T09:00:00Z";
        Reply { id: "two", at, ..Reply::to(&world, &request, word) }.file(&world);
        world.pass_at("2026-12-08T09:01:00Z").await;
        let view = world.application().await;
        assert_eq!((view.state, view.attempts.len()), (State::Waiting, 1), "{word}");
        world.expect_letters("receipt", 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vacation_responder_of_the_user_approves_nothing() {
    for header in
        ["Auto-Submitted: auto-replied\n", "X-Autoreply: yes\n", "Precedence: auto_reply\n"]
    {
        for mailbox in ["Sent", "INBOX"] {
            let (mut world, request) = asked().await;
            let quote: String = request.text.lines().map(|line| format!("> {line}\n")).collect();
            let away = Reply {
                mailbox,
                more: header.to_owned(),
                subject: format!("Automatic reply: {}", request.subject),
                ..Reply::to(&world, &request, &format!("ok\n\nI am away until Monday.\n\n{quote}"))
            };
            sends_nothing(&mut world, &away, None).await;
            assert_eq!(world.application().await.state, State::Asked, "{header} in {mailbox}");
            assert!(world.letters("receipt").is_empty(), "a machine is not answered: {header}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_their_answer_sends_nothing() {
    for seen_before in [true, false] {
        let (mut world, request) = asked().await;
        let answer = "Hello Jane, we would like to meet you again. When do you have time?";
        world.anna_writes("INBOX", "2026-12-08T07:01:00Z", "answer", answer);
        if seen_before {
            world.pass_at("2026-12-08T07:01:30Z").await;
        }
        let reply = Reply::to(&world, &request, "approve");
        sends_nothing(&mut world, &reply, None).await;
        let view = world.application().await;
        assert_eq!(view.state, State::YourTurn, "seen before: {seen_before}");
        assert!(view.draft.is_none(), "the draft is withdrawn");
        let told = world.letters("receipt");
        assert!(told.iter().any(|it| it.text.contains("answered")), "{told:#?}");
    }
}
