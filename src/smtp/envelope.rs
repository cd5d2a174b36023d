//! The two kinds of message that may leave, each checked when it is made: to an employer, from
//! an approved draft; to the user, from the configuration. There is no third.
//!
//! An envelope has one sender and one recipient and cannot hold another one.

use std::fmt;

use crate::domain::address::Address;
use crate::domain::approval::ApprovedDraft;

use super::wire::{Fields, check_lines, only_mailbox};

/// Why finished bytes do not leave. Line numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSendable {
    #[error("the {0} is no address that mail is sent to or from")]
    Address(&'static str),
    #[error("line {line} does not end with CRLF")]
    LineEnd { line: usize },
    #[error("line {line} is longer than 998 octets")]
    LongLine { line: usize },
    #[error("line {line} is not ASCII text")]
    NotPlain { line: usize },
    #[error("the headers cannot be read")]
    NoHeaders,
    #[error("the header {0} does not say what was approved")]
    Differs(&'static str),
    #[error("the header {0} names other recipients")]
    OtherRecipients(&'static str),
}

/// Headers that name recipients beside To.
const MORE_RECIPIENTS: [&str; 6] =
    ["Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc", "Apparently-To"];

/// One sender, one recipient, and bytes that are fit to be sent.
pub struct Route {
    pub(super) from: lettre::Address,
    pub(super) to: lettre::Address,
    pub(super) bytes: Vec<u8>,
}

impl Route {
    fn new(from: &Address, to: &Address, bytes: Vec<u8>) -> Result<Self, NotSendable> {
        let route =
            Self { from: smtp_address(from, "sender")?, to: smtp_address(to, "recipient")?, bytes };
        check_lines(&route.bytes)?;
        let fields = Fields::read(&route.bytes)?;
        for (name, address) in [("From", from), ("To", to)] {
            let named = fields.only(&name.to_ascii_lowercase()).and_then(only_mailbox);
            if named.and_then(Address::parse).as_ref() != Some(address) {
                return Err(NotSendable::Differs(name));
            }
        }
        match MORE_RECIPIENTS.into_iter().find(|name| fields.has(&name.to_ascii_lowercase())) {
            Some(name) => Err(NotSendable::OtherRecipients(name)),
            None => Ok(route),
        }
    }
}

fn smtp_address(address: &Address, role: &'static str) -> Result<lettre::Address, NotSendable> {
    let refused = NotSendable::Address(role);
    if !address.is_sendable() {
        return Err(refused);
    }
    address.as_str().parse().map_err(|_| refused)
}

mod sealed {
    pub trait Sealed {
        fn route(&self) -> &super::Route;
    }
}

/// What can be sent; closed to other types.
pub trait Envelope: sealed::Sealed + Sync {}

pub(super) use sealed::Sealed;

/// A message to an employer: the approved words and nobody but the approved recipient.
pub struct ToEmployer(Route);

impl ToEmployer {
    /// # Errors
    /// If `bytes` are not fit to be sent, or their From, To or Message-ID is not the approved
    /// draft's, or they name another recipient.
    pub fn new(approved: &ApprovedDraft, bytes: Vec<u8>) -> Result<Self, NotSendable> {
        let draft = approved.draft();
        let route = Route::new(&draft.from.address, &draft.to.address, bytes)?;
        let id = format!("<{}>", draft.message_id);
        if Fields::read(&route.bytes)?.only("message-id") != Some(id.as_str()) {
            return Err(NotSendable::Differs("Message-ID"));
        }
        Ok(Self(route))
    }
}

/// The user's own addresses for mail of the service, as the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMailbox {
    pub from: Address,
    pub to: Address,
}

/// A message to the user.
pub struct ToUser(Route);

impl ToUser {
    /// # Errors
    /// If `bytes` are not fit to be sent, or name another sender or recipient.
    pub fn new(mailbox: &UserMailbox, bytes: Vec<u8>) -> Result<Self, NotSendable> {
        Route::new(&mailbox.from, &mailbox.to, bytes).map(Self)
    }
}

impl Sealed for ToEmployer {
    fn route(&self) -> &Route {
        &self.0
    }
}

impl Sealed for ToUser {
    fn route(&self) -> &Route {
        &self.0
    }
}

impl Envelope for ToEmployer {}
impl Envelope for ToUser {}

impl fmt::Debug for ToEmployer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToEmployer({} octets)", self.0.bytes.len())
    }
}

impl fmt::Debug for ToUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToUser({} octets)", self.0.bytes.len())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::address::Correspondent;
    use crate::domain::approval::Approval;
    use crate::domain::draft::{AttemptNumber, Draft, DraftKind};
    use crate::domain::ids::{ApplicationId, DraftId, MessageId, PursuitId, RequestId};

    const GOOD: &str = "From: Jane <jane@example.com>\r\nTo: Anna <anna@acme.example>\r\n\
        Message-ID: <d@example.com>\r\nSubject: Re: Interview\r\n\r\nDear Anna,\r\n";

    fn approved(to: &str) -> ApprovedDraft {
        let person = |text: &str| Correspondent::bare(Address::parse(text).unwrap());
        let draft = Draft {
            id: DraftId(1),
            application: ApplicationId(1),
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            version: 1,
            from: person("jane@example.com"),
            to: person(to),
            subject: "Re: Interview".to_owned(),
            body: "Dear Anna,\n".to_owned(),
            in_reply_to: None,
            references: vec![],
            message_id: MessageId::parse("d@example.com").unwrap(),
        };
        let approval = Approval {
            request: RequestId(1),
            draft: draft.id,
            digest: draft.digest(),
            reply: None,
            granted_at: DateTime::UNIX_EPOCH,
        };
        ApprovedDraft::redeem(draft, &approval).unwrap()
    }

    /// A message that may leave; used by the tests of the session, too.
    pub(in crate::smtp) fn to_employer() -> ToEmployer {
        ToEmployer::new(&approved("anna@acme.example"), GOOD.as_bytes().to_vec()).unwrap()
    }

    fn refusal(text: &str) -> NotSendable {
        ToEmployer::new(&approved("anna@acme.example"), text.as_bytes().to_vec()).unwrap_err()
    }

    #[test]
    fn the_envelope_is_the_approved_sender_and_recipient() {
        let envelope = to_employer();
        assert_eq!(envelope.route().from.to_string(), "jane@example.com");
        assert_eq!(envelope.route().to.to_string(), "anna@acme.example");
        assert_eq!(format!("{envelope:?}"), format!("ToEmployer({} octets)", GOOD.len()));
    }

    #[test]
    fn a_second_recipient_is_impossible() {
        let two = GOOD.replace("To: Anna", "To: eve@evil.example, Anna");
        assert_eq!(refusal(&two), NotSendable::Differs("To"));
        let twice = GOOD.replace("Subject:", "To: eve@evil.example\r\nSubject:");
        assert_eq!(refusal(&twice), NotSendable::Differs("To"));
        for name in MORE_RECIPIENTS {
            let more = GOOD.replace("Subject:", &format!("{name}: eve@evil.example\r\nSubject:"));
            assert_eq!(refusal(&more), NotSendable::OtherRecipients(name));
        }
    }

    #[test]
    fn bytes_of_another_draft_are_refused() {
        assert_eq!(refusal(&GOOD.replace("anna@acme", "eve@acme")), NotSendable::Differs("To"));
        assert_eq!(refusal(&GOOD.replace("jane@", "joe@")), NotSendable::Differs("From"));
        assert_eq!(refusal(&GOOD.replace("<d@", "<e@")), NotSendable::Differs("Message-ID"));
    }

    #[test]
    fn bare_line_feeds_are_refused() {
        let bare = GOOD.replace("Dear Anna,\r\n", "Dear Anna,\n.\r\nMAIL FROM:<x@y.z>\r\n");
        assert_eq!(refusal(&bare), NotSendable::LineEnd { line: 6 });
    }

    #[test]
    fn only_addresses_we_would_write_to_are_written_to() {
        let to = "anna@localhost";
        let bytes = GOOD.replace("anna@acme.example", to).into_bytes();
        assert_eq!(
            ToEmployer::new(&approved(to), bytes).unwrap_err(),
            NotSendable::Address("recipient")
        );
    }

    #[test]
    fn mail_to_the_user_goes_where_the_configuration_says() {
        let address = |text: &str| Address::parse(text).unwrap();
        let mailbox =
            UserMailbox { from: address("jane@example.com"), to: address("jane@example.com") };
        let text = GOOD.replace("anna@acme.example", "jane@example.com").into_bytes();
        assert!(ToUser::new(&mailbox, text).is_ok());
        let elsewhere = ToUser::new(&mailbox, GOOD.as_bytes().to_vec());
        assert_eq!(elsewhere.unwrap_err(), NotSendable::Differs("To"));
    }
}
