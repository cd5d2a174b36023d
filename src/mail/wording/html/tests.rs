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

/// The words a reader sees, without tags and spaces.
fn words(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        text.push_str(piece.split_once('>').unwrap().1);
    }
    let plain = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&");
    plain.split_whitespace().collect()
}

/// The twin of a mail, of which every word of the text stands in it, in the same order.
pub(in crate::mail::wording) fn checked_twin(kind: UserMailKind, body: &str) -> String {
    let html = twin(&mail(kind, body), "jane@doe.example").unwrap();
    let seen = words(&html);
    let mut rest = seen.as_str();
    for line in body.lines().filter(|line| !(is_mark(line) && line.contains("ends"))) {
        for word in line.split_whitespace() {
            let bare = word.trim_end_matches([':', ',']);
            if is_mark(line) && word != "draft" || ["+", "-"].contains(&word) {
                continue;
            }
            let found = rest.split_once(bare);
            rest = found.unwrap_or_else(|| panic!("{word} of {line:?} is not in {seen}")).1;
        }
    }
    html
}

#[test]
fn the_twin_says_what_the_text_says() {
    for kind in UserMailKind::ALL {
        let seen = words(&checked_twin(kind, BODY));
        assert!(seen.contains("5<6&\"soon\"."), "{seen}");
    }
}

#[test]
fn the_twin_of_a_changed_request_in_full() {
    insta::assert_snapshot!(checked_twin(UserMailKind::ApprovalRequest, BODY));
}

#[test]
fn a_line_that_is_set_in_goes_on_with_the_one_before() {
    let found = pieces(
        " 1  Acme, Analyst - first message went out Tue 8 Dec; a second and\n    last one not before Tue 22 Dec\n 2  Globex\n",
    );
    let lines = [
        " 1  Acme, Analyst - first message went out Tue 8 Dec; a second and last one not before Tue \
         22 Dec",
        " 2  Globex",
    ];
    assert_eq!(found, [Piece::Text { lines: lines.map(str::to_owned).to_vec() }]);
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
        text: "send exactly the text below, Tue 8 Dec, about 09:10".to_owned(),
    };
    assert_eq!(found[1], expected);
}
