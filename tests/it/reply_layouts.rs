//! Replies as eleven mail programs write them in six languages, each with our own request quoted
//! below: the word on top is the command, and the words in the quote are not.

use afterword::domain::address::{Address, OwnAddresses};
use afterword::domain::command::{Command, parse};
use afterword::mail::read::{ReadContext, read};
use chrono::NaiveDate;

const REQUEST: &str = "Reply with one word on the first line:
  approve       send exactly the text below,
                Tue 8 Dec, about 09:10
  skip          not this one
------ reply above this line ------

To:       Anna Schmidt <anna@acme.example>

----- draft 1, begins -----
Dear Anna,

May I ask how my application is progressing?

Kind regards,
Jane Doe
----- draft 1, ends -----

ref: 0W3G-E1R7-0W3G-E1R7";

/// What one language puts around a quote.
struct Words {
    gmail: &'static str,
    apple: &'static str,
    thunderbird: &'static str,
    yahoo: &'static str,
    phone: &'static str,
    original: &'static str,
    /// From, Sent, To, Subject.
    labels: [&'static str; 4],
    long_date: &'static str,
}

const LANGUAGES: [Words; 6] = [
    Words {
        gmail: "On Tue, 8 Dec 2026 at 08:00, Jane Doe <jane@doe.example> wrote:",
        apple: "On 8 Dec 2026, at 08:00, Jane Doe <jane@doe.example> wrote:",
        thunderbird: "On 08/12/2026 08:00, Jane Doe wrote:",
        yahoo: "On Tuesday, December 8, 2026 at 08:00:00 AM GMT+1, Jane Doe <jane@doe.example> wrote:",
        phone: "Sent from my iPhone",
        original: "-----Original Message-----",
        labels: ["From", "Sent", "To", "Subject"],
        long_date: "Tuesday, December 8, 2026 8:00 AM",
    },
    Words {
        gmail: "Am Di., 8. Dez. 2026 um 08:00 Uhr schrieb Jane Doe <jane@doe.example>:",
        apple: "Am 08.12.2026 um 08:00 schrieb Jane Doe <jane@doe.example>:",
        thunderbird: "Am 08.12.26 um 08:00 schrieb Jane Doe:",
        yahoo: "Am Dienstag, 8. Dezember 2026 um 08:00:00 MEZ hat Jane Doe <jane@doe.example> Folgendes geschrieben:",
        phone: "Von meinem iPhone gesendet",
        original: "-----Ursprüngliche Nachricht-----",
        labels: ["Von", "Gesendet", "An", "Betreff"],
        long_date: "Dienstag, 8. Dezember 2026 08:00",
    },
    Words {
        gmail: "Le mar. 8 déc. 2026 à 08:00, Jane Doe <jane@doe.example> a écrit :",
        apple: "Le 8 déc. 2026 à 08:00, Jane Doe <jane@doe.example> a écrit :",
        thunderbird: "Le 08/12/2026 à 08:00, Jane Doe a écrit :",
        yahoo: "Le mardi 8 décembre 2026 à 08:00:00 UTC+1, Jane Doe <jane@doe.example> a écrit :",
        phone: "Envoyé de mon iPhone",
        original: "-----Message d'origine-----",
        labels: ["De", "Envoyé", "À", "Objet"],
        long_date: "mardi 8 décembre 2026 08:00",
    },
    Words {
        gmail: "El mar, 8 dic 2026 a las 8:00, Jane Doe (<jane@doe.example>) escribió:",
        apple: "El 8 dic 2026, a las 8:00, Jane Doe <jane@doe.example> escribió:",
        thunderbird: "El 8/12/26 a las 8:00, Jane Doe escribió:",
        yahoo: "El martes, 8 de diciembre de 2026, 08:00:00 CET, Jane Doe <jane@doe.example> escribió:",
        phone: "Enviado desde mi iPhone",
        original: "-----Mensaje original-----",
        labels: ["De", "Enviado el", "Para", "Asunto"],
        long_date: "martes, 8 de diciembre de 2026 8:00",
    },
    Words {
        gmail: "Il giorno mar 8 dic 2026 alle ore 08:00 Jane Doe <jane@doe.example> ha scritto:",
        apple: "Il giorno 8 dic 2026, alle ore 08:00, Jane Doe <jane@doe.example> ha scritto:",
        thunderbird: "Il 08/12/26 08:00, Jane Doe ha scritto:",
        yahoo: "Il martedì 8 dicembre 2026 alle ore 08:00:00 CET, Jane Doe <jane@doe.example> ha scritto:",
        phone: "Inviato da iPhone",
        original: "-----Messaggio originale-----",
        labels: ["Da", "Inviato", "A", "Oggetto"],
        long_date: "martedì 8 dicembre 2026 08:00",
    },
    Words {
        gmail: "Op di 8 dec 2026 om 08:00 schreef Jane Doe <jane@doe.example>:",
        apple: "Op 8 dec 2026, om 08:00 heeft Jane Doe <jane@doe.example> het volgende geschreven:",
        thunderbird: "Op 08-12-2026 om 08:00 schreef Jane Doe:",
        yahoo: "Op dinsdag 8 december 2026 om 08:00:00 CET schreef Jane Doe <jane@doe.example>:",
        phone: "Verstuurd vanaf mijn iPhone",
        original: "-----Oorspronkelijk bericht-----",
        labels: ["Van", "Verzonden", "Aan", "Onderwerp"],
        long_date: "dinsdag 8 december 2026 08:00",
    },
];

fn quoted() -> String {
    REQUEST.lines().map(|line| format!("> {line}\n")).collect()
}

fn block(words: &Words) -> String {
    let [from, sent, to, subject] = words.labels;
    format!(
        "{from}: Jane Doe <jane@doe.example>\n{sent}: {}\n{to}: Jane Doe <jane@doe.example>\n\
         {subject}: [Afterword] Send to Anna at Acme? (1 of 2) {{ACME-1}}\n",
        words.long_date
    )
}

fn html(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

/// Name, content type and body of each layout.
fn layouts(words: &Words, own: &str) -> Vec<(&'static str, &'static str, String)> {
    let plain = "text/plain";
    let bold =
        block(words).lines().map(|line| format!("<b>{}</b><br>", html(line))).collect::<String>();
    vec![
        ("gmail", plain, format!("{own}\n\n{}\n\n{}", words.gmail, quoted())),
        ("apple", plain, format!("{own}\n\n> {}\n> \n{}", words.apple, quoted())),
        (
            "iphone",
            plain,
            format!("{own}\n\n{}\n\n> {}\n> \n{}", words.phone, words.apple, quoted()),
        ),
        ("outlook", plain, format!("{own}\n\n{}\n{REQUEST}\n", block(words))),
        (
            "outlook old",
            plain,
            format!("{own}\n\n{}\n{}\n{REQUEST}\n", words.original, block(words)),
        ),
        (
            "outlook web",
            plain,
            format!("{own}\n\n________________________________\n{}\n{REQUEST}\n", block(words)),
        ),
        ("thunderbird", plain, format!("{own}\n\n{}\n{}", words.thunderbird, quoted())),
        ("yahoo", plain, format!("{own}\n\n{} \n\n{REQUEST}\n", words.yahoo)),
        ("bottom", plain, format!("{}\n{}\n{own}\n", words.thunderbird, quoted())),
        (
            "gmail phone",
            "text/html",
            format!(
                "<div dir=\"auto\">{own}</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" \
                 class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\">{}</blockquote></div>",
                html(words.gmail),
                html(REQUEST)
            ),
        ),
        (
            "outlook phone",
            "text/html",
            format!(
                "<html><body><div>{own}</div><div id=\"ms-outlook-mobile-signature\">{}</div><hr>\
                 <div id=\"divRplyFwdMsg\">{bold}</div><div>{}</div></body></html>",
                words.phone,
                html(REQUEST)
            ),
        ),
    ]
}

fn command(content_type: &str, body: &str) -> Command {
    let own = OwnAddresses::new(Address::parse("jane@doe.example").unwrap(), vec![]);
    let context = ReadContext { own: &own, received: None, zone: chrono_tz::Europe::Berlin };
    let message = format!(
        "From: Jane Doe <jane@doe.example>\r\nTo: jane@doe.example\r\nSubject: Re: x\r\n\
         MIME-Version: 1.0\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n{}",
        body.replace('\n', "\r\n")
    );
    let text = read(message.as_bytes(), &context).new_text;
    let today: NaiveDate = "2026-12-08".parse().unwrap();
    parse(&text, today, &["Jane Doe"])
}

#[test]
fn the_word_on_top_is_the_command_in_sixty_six_layouts() {
    let approved = Command::Approve { now: false, notes: vec![], rest: String::new() };
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (index, words) in LANGUAGES.iter().enumerate() {
        for (name, kind, body) in layouts(words, "Approve") {
            seen += 1;
            let found = command(kind, &body);
            if found != approved {
                wrong.push(format!("{name} in language {index}: {found:?}"));
            }
        }
    }
    assert_eq!(seen, 66);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_words_in_the_quote_never_approve_in_any_layout() {
    let mut forged = Vec::new();
    for (index, words) in LANGUAGES.iter().enumerate() {
        for own in ["", "I have to think about it.", "Thanks, but please change the date"] {
            for (name, kind, body) in layouts(words, own) {
                if let Command::Approve { .. } = command(kind, &body) {
                    forged.push(format!("{name} in language {index} under {own:?}"));
                }
            }
        }
    }
    assert!(forged.is_empty(), "{forged:#?}");
}
