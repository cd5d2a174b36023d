//! Approval by reply on a real Dovecot: what a reply that counts must be, and what the words do.
//!
//! `evidence` has one negative test for each clause of authority, and only that clause is violated:
//!
//! | Clause | Test |
//! |---|---|
//! | (1) the secret is known, unused, in time, for these words and this address | `a01_without_reference_and_code_a_reply_is_no_reply`, `a01_a_request_is_used_once`, `a01_an_approval_after_expiry_or_used_before_sends_nothing_more`, `an_edit_comes_back_as_a_new_draft_and_the_old_one_is_dead` |
//! | (2) one From, the user's; no foreign Sender | the table of `a01_each_violated_clause_sends_nothing_and_has_its_reason_in_the_ledger` |
//! | (3) in the user's Sent mailbox, after the request, not delivered there | `an_approval_that_lies_in_inbox_only_sends_nothing`, `a01_a_sent_mailbox_made_anew_since_the_request_proves_nothing`, the table |
//! | (4) not automatic, not passed on | the table, `a_vacation_responder_of_the_user_approves_nothing` |
//! | (5) the word alone | the table, `an_empty_reply_and_a_quoted_approve_are_asked_back` |
//! | (6) it refers to this request | `a01_thread_and_code_of_two_requests_contradict_each_other` |
//! | (7) all rules hold now | `an_approval_after_their_answer_sends_nothing`, `an_answer_between_approval_and_sending_stops_the_message` |
//!
//! `special` has the ways in which a reply goes wrong in practice:
//!
//! | Case | Test |
//! |---|---|
//! | nothing above the mark | `an_empty_reply_and_a_quoted_approve_are_asked_back` |
//! | `approve` below the quote | `approve_below_the_quote_counts_as_the_first_line_of_the_whole_mail` |
//! | two replies with opposite words | `of_two_replies_the_later_one_counts_while_nothing_has_left`, `a_word_after_the_message_left_changes_nothing_and_says_so` |
//! | a phone that sends HTML only | `a_phone_that_sends_html_only_is_understood` |
//! | "Yes." and "Yes Bank" | `a_signature_or_a_footer_is_no_condition` |
//! | a vacation responder | `a_vacation_responder_of_the_user_approves_nothing` |
//! | a forwarded request | `a_forwarded_request_that_somebody_else_approves_sends_nothing` |
//! | draft 1 approved after draft 2 exists | `an_edit_comes_back_as_a_new_draft_and_the_old_one_is_dead` |
//! | one mail in INBOX, Sent and All Mail | `one_approval_seen_in_three_mailboxes_sends_once` |
//! | approval after their answer | `an_approval_after_their_answer_sends_nothing` |
//! | approval after expiry | `a01_an_approval_after_expiry_or_used_before_sends_nothing_more` |
//! | subject changed | `a01_the_code_alone_is_reference_enough_and_a_changed_subject_does_not_matter` |
//! | plus-address stripped | `a_plus_address_that_was_stripped_or_kept_is_the_users` |
//! | a scanner's footer added | `a_signature_or_a_footer_is_no_condition` |
//!
//! `every_word` and `told_words` send each word once, `not_this_one` corrects what a mail is about,
//! `own_text` has edits that look like a part of another mail, `in_doubt` the two answers after an
//! unknown outcome, and `limits` what is not answered any more.
//!
//! On a Gmail-like mailbox: `at_gmail_our_own_request_approves_nothing_and_the_users_reply_does`.

mod every_word;
mod evidence;
mod in_doubt;
mod limits;
mod not_this_one;
mod own_text;
mod special;
mod told_words;
mod words;

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
