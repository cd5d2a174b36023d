//! Text of the user's own that looks like a part of another mail: it is kept word by word, or
//! named and not taken, but never dropped in silence.

use afterword::service::view::State;

use super::asked;

/// A whole message in the user's words. One of its lines looks like a field of a mail's header.
const TEXT: &str = "Dear Anna,\n\nthank you for the conversation on 24 November about the position \
    of Data Engineer. I kept this of it:\n\nDate: 24 November 2026\n\nYou wrote \
    that I would hear by 4 December. I am still very interested, and my experience fits well. \
    Could you tell me how the decision stands? I look forward to hearing from you.\n\n\
    Kind regards\nJane Doe";

fn between_marks(word: &str, text: &str) -> String {
    format!("{word}\n\n----- draft 1, begins -----\n{text}\n----- draft 1, ends -----")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_with_a_line_like_a_mail_header_comes_back_and_leaves_word_by_word() {
    let (mut world, request) = asked().await;
    let reply = between_marks("edit", TEXT);
    world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, &reply, "edit");
    world.pass_at("2026-12-08T07:03:00Z").await;
    let receipt = world.expect_letters("receipt", 1).remove(0);
    let first = "I have your text. It comes back to you as draft 2";
    assert!(receipt.text.starts_with(first), "{}", receipt.text);
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert_eq!(second.proposed(), TEXT);
    assert_eq!(world.application().await.draft.unwrap().version, 2);
    world.user_replies_as("Sent", "2026-12-08T07:10:00Z", &second, "approve", "yes");
    world.pass_at("2026-12-08T07:11:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), TEXT);
}

/// What an edit may leave of another mail, and the line of it that is named.
const LEFT: [(&str, &str, &str); 4] = [
    ("edit", "> By Friday, 4 December.", "> By Friday, 4 December."),
    ("send this", "> By Friday, 4 December.", "> By Friday, 4 December."),
    ("edit", "Von: Anna Schmidt\nDatum: 24.11.2026 10:00", "Von: Anna Schmidt"),
    ("send this", "From: Anna Schmidt\nTo: Jane Doe\nSubject: Interview", "From: Anna Schmidt"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_another_mail_between_the_marks_is_named_and_the_rest_does_not_go_without_it() {
    for (word, left, named) in LEFT {
        let text = TEXT.replace("Date: 24 November 2026", left);
        let (mut world, request) = asked().await;
        let reply = between_marks(word, &text);
        world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, &reply, "edit");
        world.pass_at("2026-12-08T07:03:00Z").await;
        let receipt = world.expect_letters("receipt", 1).remove(0);
        let said = receipt.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.starts_with("I did not take the new text: "), "{word}: {said}");
        let complaint = format!("\"{named}\" is a line of another mail");
        assert!(said.contains(&complaint), "{word}: {said}");
        let view = world.application().await;
        assert_eq!((view.state, view.draft.unwrap().version), (State::Asked, 1), "{word}");
        world.expect_letters("approval-request", 1);
        world.pass_at("2026-12-08T08:30:00Z").await;
        world.nothing_at_employer();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_not_taken_keeps_what_was_approved_before_from_going_out() {
    let (mut world, request) = asked().await;
    world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, "approve", "yes");
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.expect_letters("receipt", 1);
    let text = TEXT.replace("You wrote", "Yours ;-)\n\nYou wrote");
    let reply = between_marks("edit", &text);
    world.user_replies_as("Sent", "2026-12-08T07:04:00Z", &request, &reply, "edit");
    world.pass_at("2026-12-08T07:05:00Z").await;
    let receipt = world.expect_letters("receipt", 2).remove(1);
    let said = receipt.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("What you approved before does not go out now"), "{said}");
    assert!(said.contains("as draft 2"), "{said}");
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert_eq!(second.proposed(), request.proposed());
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.at_employer(0);
    world.user_replies_as("Sent", "2026-12-08T08:31:00Z", &second, "approve", "again");
    world.pass_at("2026-12-08T08:32:00Z").await;
    world.pass_at("2026-12-08T09:00:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), request.proposed());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_marks_a_line_that_begins_with_from_belongs_to_the_text() {
    let (mut world, request) = asked().await;
    let own = "From: Monday on I could begin at once.";
    let text = TEXT.replace("Date: 24 November 2026", own);
    let reply = format!("edit\n\n{text}");
    world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, &reply, "edit");
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert_eq!(second.proposed(), text);
}
