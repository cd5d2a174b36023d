//! Tells a provider's "enough for today" from all other refusals. Providers agree on no code, so
//! the text counts as much as the number.
//!
//! Surprising: a full mailbox of the recipient says "quota", too. Its enhanced code is x.2.2
//! (RFC 3463 §3.3), and it is no reason to stop for anybody else.

/// Whether a negative answer is about how much this account has sent.
pub(super) fn is_about_quota(code: u16, text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "sending limit",
        "sending quota",
        "message limit",
        "daily limit",
        "hourly limit",
        "rate limit",
        "too many messages",
        "too many login attempts",
    ];
    const OTHERS: [&str; 4] = ["4.2.2", "5.2.2", "mailbox full", "mailbox is full"];
    let text = text.to_lowercase();
    let negative = (400..600).contains(&code);
    // Gmail's 5.4.5 and Zoho's 5.4.6 for unusual activity.
    let coded = text.contains("5.4.5") || (code == 550 && text.contains("5.4.6"));
    let said = coded || WORDS.iter().any(|words| text.contains(words)) || text.contains("quota");
    negative && said && !OTHERS.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_of_the_sender_is_told_from_a_full_mailbox_of_the_recipient() {
        for (code, text, expected) in [
            (550, "5.4.5 Daily user sending limit exceeded.", true),
            (550, "5.4.6 Unusual sending activity detected", true),
            (454, "4.7.0 Too many login attempts, please try again later.", true),
            (451, "4.7.1 Rate limit exceeded", true),
            (452, "4.3.1 you have reached your sending quota", true),
            (552, "5.2.2 The recipient's mailbox is over quota", false),
            (452, "4.2.2 quota exceeded", false),
            (450, "4.7.1 Greylisted, try again in 300 seconds", false),
            (550, "5.1.1 unknown user", false),
            (250, "2.0.0 quota is fine", false),
        ] {
            assert_eq!(is_about_quota(code, text), expected, "{code} {text}");
        }
    }
}
