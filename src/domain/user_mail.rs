//! Mail to the user. It carries no address on purpose: the one address it can go to comes from
//! the configuration, in the layer that sends.

use super::ids::MessageId;

/// What a mail to the user is; the value of `X-Afterword-Kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserMailKind {
    ApprovalRequest,
    Question,
    Receipt,
    Summary,
    Alert,
    Welcome,
}

impl UserMailKind {
    pub const ALL: [Self; 6] = [
        Self::ApprovalRequest,
        Self::Question,
        Self::Receipt,
        Self::Summary,
        Self::Alert,
        Self::Welcome,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApprovalRequest => "approval-request",
            Self::Question => "question",
            Self::Receipt => "receipt",
            Self::Summary => "summary",
            Self::Alert => "alert",
            Self::Welcome => "welcome",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One mail to the user, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMail {
    /// Two mails with one key are one mail: `summary:2026-W50`, `request:17`.
    pub key: String,
    pub kind: UserMailKind,
    pub subject: String,
    /// Complete as text/plain, lines end with `\n`.
    pub body: String,
    /// What the HTML twin shows besides the text, as HTML of our own; empty for most mails.
    pub pictures: String,
    pub message_id: MessageId,
    pub in_reply_to: Option<MessageId>,
}
