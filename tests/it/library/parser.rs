//! Why `mail::read` looks at header lines by itself where it matters who wrote a message.

use mail_parser::MessageParser;

#[test]
fn of_two_headers_of_one_name_the_parser_shows_the_last() {
    let twice = b"From: first@a.test\r\nFrom: last@b.test\r\nMessage-ID: <first@a.test>\r\n\
        Message-ID: <last@b.test>\r\n\r\nhello\r\n";
    let message = MessageParser::default().parse(twice).unwrap();
    let from = message.from().and_then(|from| from.first()?.address());
    assert_eq!((from, message.message_id()), (Some("last@b.test"), Some("last@b.test")));
    assert_eq!(message.headers().len(), 4, "all of them are there for those who ask");
}

#[test]
fn of_two_ids_in_one_header_the_parser_shows_the_last() {
    let two = b"Message-ID: <first@a.test> <last@b.test>\r\n\r\nhello\r\n";
    let message = MessageParser::default().parse(two).unwrap();
    assert_eq!(message.message_id(), Some("last@b.test"));
}

#[test]
fn an_id_without_brackets_is_shown_as_it_is() {
    let bare = b"Message-ID: first@a.test\r\n\r\nhello\r\n";
    let message = MessageParser::default().parse(bare).unwrap();
    assert_eq!(message.message_id(), Some("first@a.test"));
}
