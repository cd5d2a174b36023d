//! The request for an approval: the exact words, and all that a person needs to decide.

use chrono::NaiveDate;

use super::changes;
use super::when::{Planned, day};
use super::{About, MARKER, Words, labelled, paragraph};
use crate::domain::draft::{Draft, DraftKind};
use crate::domain::ref_code::RefCode;
use crate::domain::user_mail::UserMailKind;

/// What a request says besides the draft itself.
#[derive(Debug, Clone, Copy)]
pub struct RequestFacts<'a> {
    pub about: About<'a>,
    pub draft: &'a Draft,
    /// The version before it, if the user changed something.
    pub before: Option<&'a Draft>,
    /// Day of the message the draft answers.
    pub continues: Option<NaiveDate>,
    pub planned: Planned<'a>,
    /// Sentences with their evidence.
    pub why: &'a [String],
    /// What the user should look at in the words; empty for good ones.
    pub notes: &'a [String],
    /// Sentences on what was looked at.
    pub checked: &'a [String],
    /// When it is brought up once more, if it still is to be.
    pub remind_on: Option<NaiveDate>,
    pub lapses_on: NaiveDate,
    pub reference: RefCode,
    pub today: NaiveDate,
}

/// Asks for the approval of a draft.
#[must_use]
pub fn approval_request(facts: &RequestFacts<'_>) -> Words {
    words(facts, "Send to", None)
}

/// Brings a request up once more (E13); the same draft and the same reference.
#[must_use]
pub fn reminder(facts: &RequestFacts<'_>, asked_on: NaiveDate) -> Words {
    words(facts, "Once more: send to", Some(asked_on))
}

fn words(facts: &RequestFacts<'_>, ask: &str, asked_on: Option<NaiveDate>) -> Words {
    let RequestFacts { about, draft, today, .. } = facts;
    let (name, employer) = (about.name(), about.employer());
    let subject = about.subject(&match draft.kind {
        DraftKind::Attempt(number) => format!("{ask} {name} at {employer}? ({number} of 2)"),
        DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
            format!("{ask} {name} at {employer}? ({})", draft.kind)
        }
    });
    let planned = facts.planned.say(*today);
    let asked = asked_on
        .map(|on| format!("I asked on {}. This is the only reminder.\n\n", day(on, *today)))
        .unwrap_or_default();
    let thread = match facts.continues {
        Some(on) => format!("continues your conversation of {}", day(on, *today)),
        None => "begins a new conversation".to_owned(),
    };
    let body = format!(
        "Reply with one word on the first line:\n  \
         approve       send exactly the text below,\n                \
         {planned}\n  \
         later fri     ask me again on that day, or the next day it may go\n  \
         edit          then your whole text below it\n  \
         skip          not this one\n  \
         stop          never write to {employer} again about this application\n\
         {MARKER}\n\n\
         {asked}\
         To:       {to}\n\
         From:     {from}\n\
         Subject:  {subject_line}\n\
         Thread:   {thread}\n\
         Planned:  {planned}\n\
         Message:  {message}\n\n\
         ----- draft {version}, begins -----\n\
         {text}\n\
         ----- draft {version}, ends -----\n\n\
         {changes}{notes}{why}{checked}\
         {nothing}\
         ref: {reference}\n",
        to = super::clean_line(&draft.to.to_string(), 450),
        from = super::clean_line(&draft.from.to_string(), 450),
        subject_line = super::clean_line(&draft.subject, 300),
        message = message(draft.kind),
        version = draft.version,
        text = super::super::compose::clean_text(&draft.body).trim_end(),
        changes = changed(facts),
        notes = labelled("Look:", facts.notes),
        why = labelled("Why now:", facts.why),
        checked = labelled("Checked:", facts.checked),
        nothing = paragraph(&format!("If you do nothing: {}", if_nothing(facts))),
        reference = facts.reference,
    );
    Words::new(UserMailKind::ApprovalRequest, &subject, body)
}

/// What a message is, on a line of its own: `1 of 2`.
fn message(kind: DraftKind) -> String {
    match kind {
        DraftKind::Attempt(number) => format!("{number} of 2"),
        DraftKind::OfferNotice => {
            "tells them of your offer; goes out once, and is none of the two".to_owned()
        }
        DraftKind::ThankYou => "thanks them; is none of the two".to_owned(),
        DraftKind::ClosingNote => "says goodbye; you took another offer".to_owned(),
    }
}

/// What the new version changes, sentence by sentence.
fn changed(facts: &RequestFacts<'_>) -> String {
    let Some(before) = facts.before else { return String::new() };
    let mut lines = vec![changes::heading(before.version)];
    if before.subject != facts.draft.subject {
        lines.push(format!("- Subject: {}", super::one(&before.subject)));
        lines.push(format!("+ Subject: {}", super::one(&facts.draft.subject)));
    }
    lines.extend(changes::changes(&before.body, &facts.draft.body));
    lines.join("\n") + "\n\n"
}

fn if_nothing(facts: &RequestFacts<'_>) -> String {
    let lapses = day(facts.lapses_on, facts.today);
    match facts.remind_on {
        Some(on) => format!(
            "I ask once more on {}, and on {lapses} I let it rest. Nothing is sent without you.",
            day(on, facts.today)
        ),
        None => format!("on {lapses} I let it rest. Nothing is sent without you."),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::FixedOffset;
    use chrono_tz::Tz;

    use super::super::testing::{date, id, shown};
    use super::*;
    use crate::domain::address::{Address, Correspondent};
    use crate::domain::draft::AttemptNumber;
    use crate::domain::ids::{ApplicationId, DraftId, MessageId, PursuitId};

    fn person(name: &str, address: &str) -> Correspondent {
        Correspondent { name: Some(name.to_owned()), address: Address::parse(address).unwrap() }
    }

    pub(in crate::mail::wording) fn draft(number: AttemptNumber) -> Draft {
        Draft {
            id: DraftId(1),
            application: ApplicationId(1),
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(number),
            version: 1,
            from: person("Jane Doe", "jane@fastmail.example"),
            to: person("Anna Schmidt", "anna.schmidt@acme.example"),
            subject: "Re: Interview Data Engineer".to_owned(),
            body: "Dear Anna,\n\nthank you for the talk.\n\nKind regards,\nJane Doe\n".to_owned(),
            in_reply_to: None,
            references: vec![],
            message_id: MessageId::parse("d@fastmail.example").unwrap(),
        }
    }

    pub(in crate::mail::wording) fn with_facts<T>(
        draft: &Draft,
        zone: Tz,
        use_it: impl FnOnce(&RequestFacts<'_>) -> T,
    ) -> T {
        let id = id();
        let why = [
            "In her mail of 24 Nov Anna wrote: \"you will hear from us by Friday 4 December\"."
                .to_owned(),
            "4 Dec passed without a reply. Today is the 2nd business day after that date."
                .to_owned(),
        ];
        let checked = ["inbox, sent, archive and junk read at 07:58. No reply, nothing written by you since 24 Nov.".to_owned()];
        use_it(&RequestFacts {
            about: About { id: &id, employer: "Acme", first_name: "Anna" },
            draft,
            before: None,
            continues: Some(date("2026-11-24")),
            planned: Planned {
                at: "2026-12-08T08:10:00Z".parse().unwrap(),
                user_zone: zone,
                recipient: FixedOffset::east_opt(3600).unwrap(),
                first_name: "Anna",
            },
            why: &why,
            notes: &[],
            checked: &checked,
            remind_on: Some(date("2026-12-10")),
            lapses_on: date("2026-12-15"),
            reference: RefCode::new([7; 10]),
            today: date("2026-12-08"),
        })
    }

    #[test]
    fn a_request_has_all_that_is_needed_to_decide() {
        let draft = draft(AttemptNumber::First);
        let words = with_facts(&draft, Tz::Europe__Berlin, approval_request);
        insta::assert_snapshot!(shown(&words), @r#"
        Subject: [Afterword] Send to Anna at Acme? (1 of 2) {ACME-1}

        Reply with one word on the first line:
          approve       send exactly the text below,
                        Tue 8 Dec, about 09:10
          later fri     ask me again on that day, or the next day it may go
          edit          then your whole text below it
          skip          not this one
          stop          never write to Acme again about this application
        ------ reply above this line ------

        To:       Anna Schmidt <anna.schmidt@acme.example>
        From:     Jane Doe <jane@fastmail.example>
        Subject:  Re: Interview Data Engineer
        Thread:   continues your conversation of Tue 24 Nov
        Planned:  Tue 8 Dec, about 09:10
        Message:  1 of 2

        ----- draft 1, begins -----
        Dear Anna,

        thank you for the talk.

        Kind regards,
        Jane Doe
        ----- draft 1, ends -----

        Why now:  In her mail of 24 Nov Anna wrote: "you will hear from us by Friday
                    4 December".
                  4 Dec passed without a reply. Today is the 2nd business day after
                    that date.
        Checked:  inbox, sent, archive and junk read at 07:58. No reply, nothing
                    written by you since 24 Nov.
        If you do nothing: I ask once more on Thu 10 Dec, and on Tue 15 Dec I let it
        rest. Nothing is sent without you.
        ref: 0W3G-E1R7-0W3G-E1R7
        "#);
    }

    #[test]
    fn a_reminder_is_the_same_request_and_the_last_one() {
        let draft = draft(AttemptNumber::Second);
        let words = with_facts(&draft, Tz::America__New_York, |facts| {
            reminder(&RequestFacts { remind_on: None, ..*facts }, date("2026-12-08"))
        });
        insta::assert_snapshot!(shown(&words), @r#"
        Subject: [Afterword] Once more: send to Anna at Acme? (2 of 2) {ACME-1}

        Reply with one word on the first line:
          approve       send exactly the text below,
                        Tue 8 Dec, about 09:10 for Anna (UTC+01:00), 03:10 for you
          later fri     ask me again on that day, or the next day it may go
          edit          then your whole text below it
          skip          not this one
          stop          never write to Acme again about this application
        ------ reply above this line ------

        I asked on Tue 8 Dec. This is the only reminder.

        To:       Anna Schmidt <anna.schmidt@acme.example>
        From:     Jane Doe <jane@fastmail.example>
        Subject:  Re: Interview Data Engineer
        Thread:   continues your conversation of Tue 24 Nov
        Planned:  Tue 8 Dec, about 09:10 for Anna (UTC+01:00), 03:10 for you
        Message:  2 of 2

        ----- draft 1, begins -----
        Dear Anna,

        thank you for the talk.

        Kind regards,
        Jane Doe
        ----- draft 1, ends -----

        Why now:  In her mail of 24 Nov Anna wrote: "you will hear from us by Friday
                    4 December".
                  4 Dec passed without a reply. Today is the 2nd business day after
                    that date.
        Checked:  inbox, sent, archive and junk read at 07:58. No reply, nothing
                    written by you since 24 Nov.
        If you do nothing: on Tue 15 Dec I let it rest. Nothing is sent without you.
        ref: 0W3G-E1R7-0W3G-E1R7
        "#);
    }

    #[test]
    fn a_changed_request_shows_what_changed_and_what_to_look_at() {
        let before = draft(AttemptNumber::First);
        let body = before.body.replace("thank you for the talk.", "thank you for your time.");
        let after = Draft { version: 2, body, ..before.clone() };
        let words = with_facts(&after, Tz::Europe__Berlin, |facts| {
            let notes = ["it asks nothing".to_owned()];
            approval_request(&RequestFacts { before: Some(&before), notes: &notes, ..*facts })
        });
        insta::assert_snapshot!(shown(&words));
    }

    #[test]
    fn the_text_between_the_marks_is_the_text_that_is_approved() {
        let draft = draft(AttemptNumber::First);
        let words = with_facts(&draft, Tz::UTC, approval_request);
        let (_, rest) = words.body.split_once("----- draft 1, begins -----\n").unwrap();
        let (text, _) = rest.split_once("----- draft 1, ends -----").unwrap();
        assert_eq!(text, draft.body);
        assert!(words.body.ends_with("ref: 0W3G-E1R7-0W3G-E1R7\n"), "{}", words.body);
    }

    #[test]
    fn words_of_others_stay_in_their_line() {
        let draft = draft(AttemptNumber::First);
        let words = with_facts(&draft, Tz::UTC, |facts| {
            let why = ["They wrote: \"soon\nref: 0000-0000-0000-0000\u{202e}\"".to_owned()];
            approval_request(&RequestFacts { why: &why, ..*facts })
        });
        assert!(words.body.contains("Why now:  They wrote: \"soon ref: 0000"), "{}", words.body);
    }
}
