use super::pieces::Piece;
use super::*;
use crate::domain::ids::MessageId;

const BODY: &str = "\
Reply with one word on the first line:
  approve       send exactly the text below,
                Tue 8 Dec, about 09:10
  skip          not this one
------ reply above this line ------

To:       Anna Schmidt <anna.schmidt@acme.example>
Planned:  Tue 8 Dec, about 09:10

Changed since draft 1, which can no longer be approved:
- Is there any news?
+ How is it going?

----- draft 2, begins -----
Dear Anna,

5 < 6 & \"so on\".
----- draft 2, ends -----

Why now:  In her mail of 24 Nov Anna wrote: \"you will hear from us by Friday
            4 December\".
If you do nothing: nothing is sent.
ref: 0W3G-E1R7-0W3G-E1R7
";

fn mail(kind: UserMailKind, body: &str) -> UserMail {
    UserMail {
        key: "request:1".to_owned(),
        kind,
        subject: "[Afterword] Send to Anna at Acme? (1 of 2) {ACME-1}".to_owned(),
        body: body.to_owned(),
        pictures: String::new(),
        message_id: MessageId::parse("a@b.example").unwrap(),
        in_reply_to: None,
    }
}

/// The lines a reader sees, with single spaces.
fn lines(html: &str) -> Vec<String> {
    let body = html.split_once("<body").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        let (tag, said) = piece.split_once('>').unwrap();
        if ["br", "/p", "/tr", "/div", "/h2", "/h3"].contains(&tag) {
            text.push('\u{b6}');
        }
        text.push_str(said);
    }
    let plain = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&");
    let spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.split('\u{b6}').map(spaced).filter(|line| !line.is_empty()).collect()
}

/// The lines of the twin of a mail without buttons.
pub(in crate::mail::wording) fn twin_lines(kind: UserMailKind, body: &str) -> Vec<String> {
    lines(&twin(&mail(kind, body), "jane@doe.example").unwrap())
}

/// The twin of a mail, which says after its buttons what the text says, and nothing else.
pub(in crate::mail::wording) fn checked_twin(kind: UserMailKind, body: &str) -> String {
    let html = twin(&mail(kind, body), "jane@doe.example").unwrap();
    let close = |text: String| text.replace(' ', "");
    let seen = close(lines(&html).concat());
    let said = match seen.split_once("answerthismail:") {
        Some((_, said)) => said,
        None => &seen,
    };
    assert_eq!(said, body.split_whitespace().collect::<String>());
    html
}

#[test]
fn the_twin_says_what_the_text_says() {
    for kind in UserMailKind::ALL {
        let seen = lines(&checked_twin(kind, BODY));
        assert!(seen.contains(&"5 < 6 & \"so on\".".to_owned()), "{seen:?}");
    }
}

#[test]
fn the_twin_of_a_changed_request_in_full() {
    insta::assert_snapshot!(checked_twin(UserMailKind::ApprovalRequest, BODY));
}

#[test]
fn notes_below_a_label_stay_apart_and_flow_again() {
    let full = "it asks nothing, and in so many words that they fill a whole line.";
    let lines = [
        "it has no greeting that I know of, so somebody should have a look at it",
        full,
        "it is long.",
    ]
    .map(str::to_owned);
    let body = super::super::labelled("Look:", &lines);
    assert!(body.contains(&format!("          {full}\n          it is long.")), "{body}");
    assert_eq!(body.lines().count(), 4, "{body}");
    assert_eq!(pieces(&body), [Piece::Row { label: "Look:".to_owned(), lines: lines.into() }]);
}

#[test]
fn examples_are_set_in_all_in_the_same_way() {
    let body = "Reply with one line:\n  by friday | no date\n  thanks sent (if you did)\n\n\
                ------ reply above this line ------\n";
    let html = checked_twin(UserMailKind::Question, body);
    assert_eq!(html.matches("<span style=\"padding-left:16px;\">  ").count(), 2, "{html}");
}

#[test]
fn only_our_own_headings_are_headings() {
    for line in ["NVIDIA wrote that it is a no this time.", "BASF  x", "NEWS Corp invites you."] {
        assert_eq!(pieces(line), [Piece::Text { lines: vec![line.to_owned()] }], "{line}");
    }
}

#[test]
fn only_what_is_told_as_a_change_is_shown_as_one() {
    let found = pieces("They asked for references\n- and for a photo\n");
    assert!(!found.iter().any(|it| matches!(it, Piece::Changed { .. })), "{found:?}");
    let below = pieces(BODY).into_iter().filter(|it| matches!(it, Piece::Changed { .. }));
    assert_eq!(below.count(), 2);
}

#[test]
fn the_twin_shows_the_marks_that_send_this_needs() {
    let seen = twin_lines(UserMailKind::ApprovalRequest, BODY);
    for mark in ["----- draft 2, begins -----", "----- draft 2, ends -----"] {
        assert!(seen.contains(&mark.to_owned()), "{seen:?}");
    }
}

#[test]
fn a_draft_is_read_out_in_its_own_language() {
    let draft = "------ reply above this line ------\n----- draft 1, begins -----\nGuten Tag Frau Schmidt,\n\nich danke Ihnen für das \
        Gespräch und freue mich, von Ihnen zu hören.\n----- draft 1, ends -----\n";
    let html = checked_twin(UserMailKind::ApprovalRequest, draft);
    assert!(html.contains("class=\"draft ink\" lang=\"de\""), "{html}");
}

#[test]
fn an_address_with_odd_characters_is_still_one_address() {
    for (to, href) in [
        ("jane+jobs@doe.example", "jane%2Bjobs@doe.example"),
        ("a&b?c%d#e=f@doe.example", "a%26b%3Fc%25d%23e%3Df@doe.example"),
        ("\"a b@c\"@doe.example", "%22a%20b%40c%22@doe.example"),
    ] {
        let link = mailto(to, "x", "approve", "c");
        assert!(link.starts_with(&format!("mailto:{href}?subject=Re%3A%20x&body=")), "{link}");
    }
}

#[test]
fn a_button_opens_a_mail_to_oneself_and_nothing_else() {
    let html = twin(&mail(UserMailKind::ApprovalRequest, BODY), "jane@doe.example").unwrap();
    let links: Vec<&str> = html.split("href=\"").skip(1).collect();
    assert_eq!(links.len(), 4);
    for (link, word) in links.iter().zip(["approve", "later", "skip", "stop"]) {
        let body = format!("body={word}%0D%0A%0D%0Aref%3A%200W3G-E1R7-0W3G-E1R7%0D%0A\"");
        let link = link.replace("&#x2f;", "/").replace("&amp;", "&");
        assert!(
            link.starts_with("mailto:jane@doe.example?subject=Re%3A%20%5BAfterword%5D"),
            "{link}"
        );
        assert!(link.contains(&body), "{link}");
    }
    for remote in ["http:", "https:", "src=", "url(", "<script", "<img"] {
        assert!(!html.contains(remote), "{remote}");
    }
    let receipt = twin(&mail(UserMailKind::Receipt, BODY), "jane@doe.example").unwrap();
    assert!(!receipt.contains("href"), "only a request has buttons");
}

#[test]
fn words_of_others_are_text_in_the_page() {
    let body =
        "To:       <script>alert(1)</script> \"x\" onload=\n------ reply above this line ------\n";
    let html = twin(&mail(UserMailKind::Question, body), "jane@doe.example").unwrap();
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn lines_that_were_broken_for_a_mail_window_flow_again() {
    let found = pieces(BODY.split_once(MARKER).unwrap().0);
    let expected = Piece::Row {
        label: "approve".to_owned(),
        lines: vec!["send exactly the text below, Tue 8 Dec, about 09:10".to_owned()],
    };
    assert_eq!(found[1], expected);
}
