//! What a provider granted: how it is written down, and what to do with it at a moment. Pure.
//!
//! | refused just now | our token | then |
//! |---|---|---|
//! | no, or another one | serves for a while | use it |
//! | no, or another one | ends soon, or is from the future | renew |
//! | this one | was got less than a minute ago | give up: another would be refused as well |
//! | this one | is older | renew |

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::config::OAuth2;

/// So long before its end a token is renewed; a short-lived one in the last quarter of its life.
const BEFORE_THE_END: TimeDelta = TimeDelta::minutes(5);
/// A token this fresh that is refused is not refused for its age.
const FRESH: TimeDelta = TimeDelta::minutes(1);
/// How long a token serves where the provider does not say.
const USUAL_LIFE: TimeDelta = TimeDelta::hours(1);
/// The longest life that is believed.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(30);

/// To whom it was granted. What belongs to another user, program or provider is not shown to this
/// one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    username: String,
    client_id: String,
    token_url: String,
}

impl Owner {
    pub(super) fn new(username: &str, config: &OAuth2) -> Self {
        Self {
            username: username.to_owned(),
            client_id: config.client_id.clone(),
            token_url: config.token_url.clone(),
        }
    }

    pub(super) fn username(&self) -> &str {
        &self.username
    }
}

/// What the token file holds.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Another one for each sign-in.
    pub sign_in: String,
    pub owner: Owner,
    pub access_token: SecretString,
    pub refresh_token: SecretString,
    pub obtained_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// What the token endpoint answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub access_token: SecretString,
    /// Left out where the old one stays.
    pub refresh_token: Option<SecretString>,
    pub lives: Option<std::time::Duration>,
}

/// What to do with the access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Use,
    Renew,
    GiveUp,
}

impl Grant {
    /// `None` if the answer has nothing to renew with.
    pub(super) fn first(
        sign_in: String,
        owner: Owner,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        Some(Self {
            sign_in,
            owner,
            access_token: answer.access_token,
            refresh_token: answer.refresh_token?,
            obtained_at: now,
            ends_at: end(now, answer.lives),
        })
    }

    pub(super) fn renewed(&self, answer: Answer, now: DateTime<Utc>) -> Self {
        Self {
            sign_in: self.sign_in.clone(),
            owner: self.owner.clone(),
            access_token: answer.access_token,
            refresh_token: answer.refresh_token.unwrap_or_else(|| self.refresh_token.clone()),
            obtained_at: now,
            ends_at: end(now, answer.lives),
        }
    }

    pub(super) fn decide(&self, now: DateTime<Utc>, refused: Option<&SecretString>) -> Decision {
        let ours =
            refused.is_some_and(|it| it.expose_secret() == self.access_token.expose_secret());
        let age = now - self.obtained_at;
        if ours {
            let fresh = age >= TimeDelta::zero() && age < FRESH;
            return if fresh { Decision::GiveUp } else { Decision::Renew };
        }
        let early = BEFORE_THE_END.min((self.ends_at - self.obtained_at) / 4);
        let serves = age >= TimeDelta::zero() && now < self.ends_at - early;
        if serves { Decision::Use } else { Decision::Renew }
    }
}

fn end(now: DateTime<Utc>, lives: Option<std::time::Duration>) -> DateTime<Utc> {
    let said = lives.and_then(|it| TimeDelta::from_std(it).ok());
    now + said.map_or(USUAL_LIFE, |it| it.min(LONGEST_LIFE))
}

/// The token file, as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    sign_in: String,
    owner: Owner,
    access_token: String,
    refresh_token: String,
    /// Seconds since 1970.
    obtained_at: i64,
    ends_at: i64,
}

/// Why a text is no token file. It does not repeat the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotReadable;

impl fmt::Display for NotReadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is no token file of Afterword")
    }
}

pub(super) fn parse(text: &str) -> Result<Grant, NotReadable> {
    // What serde says of a mistake may quote a token.
    let written: Written = serde_json::from_str(text).map_err(|_| NotReadable)?;
    let moment = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(NotReadable);
    Ok(Grant {
        sign_in: written.sign_in,
        owner: written.owner,
        obtained_at: moment(written.obtained_at)?,
        ends_at: moment(written.ends_at)?,
        access_token: written.access_token.into(),
        refresh_token: written.refresh_token.into(),
    })
}

pub(super) fn write(grant: &Grant) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Written {
        sign_in: grant.sign_in.clone(),
        owner: grant.owner.clone(),
        access_token: grant.access_token.expose_secret().to_owned(),
        refresh_token: grant.refresh_token.expose_secret().to_owned(),
        obtained_at: grant.obtained_at.timestamp(),
        ends_at: grant.ends_at.timestamp(),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn answer(access: &str, refresh: Option<&str>, minutes: u64) -> Answer {
        Answer {
            access_token: access.into(),
            refresh_token: refresh.map(Into::into),
            lives: Some(Duration::from_secs(minutes * 60)),
        }
    }

    pub(in crate::oauth) fn grant(minutes: u64) -> Grant {
        let owner = Owner {
            username: "jane@doe.example".to_owned(),
            client_id: "client-7".to_owned(),
            token_url: "https://login.example/token".to_owned(),
        };
        let answer = answer("access-1", Some("refresh-1"), minutes);
        Grant::first("id".to_owned(), owner, answer, at(0)).unwrap()
    }

    #[test]
    fn a_token_is_renewed_before_its_end_and_after_a_refusal_unless_it_is_fresh() {
        let (one, other) = (SecretString::from("access-1"), SecretString::from("access-0"));
        let cases = [
            (60, 0, None, Decision::Use),
            (60, 54, None, Decision::Use),
            (60, 55, None, Decision::Renew),
            (60, 600, None, Decision::Renew),
            // A clock that was set back tells nothing about its age.
            (60, -1, None, Decision::Renew),
            // A short life.
            (8, 5, None, Decision::Use),
            (8, 6, None, Decision::Renew),
            (0, 0, None, Decision::Renew),
            (60, 0, Some(&one), Decision::GiveUp),
            (60, 1, Some(&one), Decision::Renew),
            (60, -1, Some(&one), Decision::Renew),
            // Somebody else has renewed it meanwhile.
            (60, 0, Some(&other), Decision::Use),
            (60, 58, Some(&other), Decision::Renew),
        ];
        for (lives, minute, refused, expected) in cases {
            let decided = grant(lives).decide(at(minute), refused);
            assert_eq!(decided, expected, "{lives} {minute} {refused:?}");
        }
    }

    #[test]
    fn a_renewal_keeps_what_the_provider_does_not_replace() {
        let kept = grant(60).renewed(answer("access-2", None, 60), at(58));
        assert_eq!(kept.refresh_token.expose_secret(), "refresh-1");
        assert_eq!((kept.sign_in.as_str(), kept.ends_at), ("id", at(118)));
        let replaced = kept.renewed(answer("access-3", Some("refresh-2"), 60), at(100));
        assert_eq!(replaced.refresh_token.expose_secret(), "refresh-2");
    }

    #[test]
    fn a_life_that_is_not_said_is_an_hour_and_none_is_for_ever() {
        assert_eq!(end(at(0), None), at(60));
        assert_eq!(end(at(0), Some(Duration::from_secs(u64::MAX))), at(60));
        assert_eq!(end(at(0), Some(Duration::from_secs(1 << 40))), at(0) + LONGEST_LIFE);
    }

    #[test]
    fn what_cannot_be_renewed_is_no_grant() {
        let owner = grant(60).owner;
        let none = answer("access-1", None, 60);
        assert!(Grant::first("id".to_owned(), owner, none, at(0)).is_none());
    }

    #[test]
    fn what_is_written_is_read_again_and_a_mistake_shows_no_token() {
        let written = write(&grant(60)).unwrap();
        let read = parse(&written).unwrap();
        assert_eq!(write(&read).unwrap(), written);
        for broken in [
            written.replace("\"access-1\"", "{\"access-1\": 1}"),
            written.replace("obtained_at", "obtained"),
            "access-1".to_owned(),
            String::new(),
        ] {
            let refused = parse(&broken).unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("access-1"), "{broken}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?} {:?}", grant(60), answer("access-1", Some("refresh-1"), 1));
        assert!(!shown.contains("access-1") && !shown.contains("refresh-1"), "{shown}");
    }
}
