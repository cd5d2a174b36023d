//! Whole replies, by mail program and language.

use proptest::prelude::*;

use super::{html, of};

fn check(input: &str, expected: &str) {
    assert_eq!(of(input).text, expected, "{input}");
}

#[test]
fn top_bottom_and_inline_answers_are_kept() {
    check("yes\n\nOn Mon, 7 Dec 2026 at 10:00, Anna <a@x.example> wrote:\n> old\n> words", "yes");
    check("On Mon, 7 Dec 2026 at 10:00, Anna <a@x.example> wrote:\n> old\n\nyes", "yes");
    check("Hi\n\nAnna wrote:\n> one?\nyes\n> two?\nno\n\nJane", "Hi\n\nyes\nno\n\nJane");
}

#[test]
fn an_unmarked_quote_goes_with_all_below_it() {
    check(
        "ja\n\nVon: Anna\nGesendet: Montag, 7. Dezember 2026\nAn: Jane\nBetreff: X\n\napprove",
        "ja",
    );
    check("ja\n\n-----Ursprüngliche Nachricht-----\napprove", "ja");
    check("ja\n\nAm 07.12.26 um 10:00 schrieb Anna Schmidt:\n\napprove", "ja");
    check("________________________________\nFrom: A\nSent: 7 Dec 2026\nTo: J\n\napprove", "");
}

#[test]
fn our_own_marker_cuts_unless_it_is_quoted() {
    check("later fri\n------ reply above this line ------\napprove", "later fri");
    check("> ------ reply above this line ------\n> approve\nskip", "skip");
}

#[test]
fn between_the_marks_of_a_draft_nothing_is_a_quote() {
    let draft = "edit\n\n----- draft 1, begins -----\nDear Anna\n> by Friday\n\nFrom: Jane\n\
        Date: 24 November 2026\n\nJane\n----- draft 1, ends -----";
    check(&format!("{draft}\n\nOn 7 Dec 2026 10:00 A <a@x.example> wrote:\n> old"), draft);
    check("edit\n> ----- draft 1, begins -----\n> Dear Anna\n> ----- draft 1, ends -----", "edit");
    let open = "edit\n----- draft 1, begins -----\nDear Anna";
    check(&format!("{open}\n> old"), open);
}

#[test]
fn a_ref_line_is_no_text() {
    check("approve\n\nref: 7Q2K-4M9P-B3XD-0H5T", "approve");
}

#[test]
fn signatures_are_cut_and_handed_over() {
    let found =
        of("yes\n-- \nJane Doe\n+49 30 123\n\nOn 7 Dec 2026 10:00 A <a@x.example> wrote:\n> x");
    assert_eq!((found.text.as_str(), found.signature.as_str()), ("yes", "Jane Doe\n+49 30 123"));
}

#[test]
fn a_forward_is_noticed_and_its_words_are_not_the_senders() {
    let found = of("FYI\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\n\nHello");
    assert_eq!((found.text.as_str(), found.forwarded), ("FYI", true));
}

#[test]
fn a_text_signed_in_place_is_read() {
    check(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\napprove\n-----BEGIN PGP SIGNATURE-----\n\niQ\n\
         -----END PGP SIGNATURE-----\n",
        "approve",
    );
}

#[test]
fn torn_links_belong_to_the_quote() {
    check("Blah\n\nBob wrote:\n> see (http://x.example/a\n_b=3)\n>", "Blah");
    check(
        "Look\n>>> >>>  http://x.example <<<\nabove",
        "Look\n>>> >>>  http://x.example <<<\nabove",
    );
}

#[test]
fn html_answers_of_common_programs_are_read() {
    let read = |source: &str| of(&html::to_text(source)).text;
    let gmail = "<div dir=\"ltr\">approve</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" \
        class=\"gmail_attr\">Le lun. 7 déc. 2026 à 10:00, A &lt;a@x.example&gt; a écrit&nbsp;:<br></div>\
        <blockquote class=\"gmail_quote\"><div>no</div></blockquote></div>";
    assert_eq!(read(gmail), "approve");
    let apple = "<html><body>yes<br><br><div>Sent from my iPhone</div><div><br><blockquote \
        type=\"cite\">On 7 Dec 2026, at 10:00, A &lt;a@x.example&gt; wrote:<br></blockquote></div>\
        <blockquote type=\"cite\"><div>no</div></blockquote></body></html>";
    assert_eq!(read(apple), "yes");
    let outlook = "<p>yes</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>Von:</b> \
        A<br><b>Gesendet:</b> heute</div><div>no</div>";
    assert_eq!(read(outlook), "yes");
    let inline = "<blockquote type=\"cite\">one?</blockquote><p>yes</p><blockquote>two?</blockquote>\
        <p>no</p>";
    assert_eq!(read(inline), "yes\n\nno");
}

proptest! {
    #[test]
    fn any_text_is_read_and_nothing_is_invented(text in "\\PC{0,400}") {
        prop_assert!(of(&text).text.len() <= text.len() + 1);
    }

    #[test]
    fn lines_of_mail_debris_are_read(lines in proptest::collection::vec(
        prop_oneof!["> .{0,20}", "On .{0,30} wrote:", "From: .{0,10}", "-- ?", "<[a-z]{1,9}.{0,9}", ".{0,20}"],
        0..40,
    )) {
        let text = lines.join("\n");
        let _ = of(&text);
        let _ = of(&html::to_text(&text));
    }
}

#[test]
fn an_introduction_may_have_a_gap() {
    check(
        "ok\n\nOn Tue, Apr 11, 2017 at 10:07 PM J S\n\n<\nmailto:J S <j@x.example>\n> wrote:\nold",
        "ok",
    );
}
