//! News that does not wait for the weekly mail, told once: what there is at one time is one mail.
//!
//! It comes last in a pass and counts against the unsolicited mails of a day, so that it never
//! takes the place of a request.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Rejections;
use crate::domain::alert::{Alert, News, When, alerts};
use crate::mail::wording::{self, About, Notice};

use super::Record;
use super::record::Case;

/// The beginning of the keys of these mails.
const KEY: &str = "alert:";
/// Between the pieces of news in one key.
const AND: char = '+';
/// How far back an alert is remembered: longer than any news is fresh, or an offer runs out.
const REMEMBERED: TimeDelta = TimeDelta::days(14);

impl Record {
    /// Tells what the user should know today.
    pub(super) async fn alert(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let paused = tx.paused(self.account, now).await?.is_some();
        if paused || !self.may_ask(&mut tx, now).await? {
            return Ok(());
        }
        let rejections = self.config.summary.rejections == Rejections::Now;
        let keys = tx.keys_of_user_mails(self.account, KEY, now - REMEMBERED).await?;
        let told: BTreeSet<&str> = keys
            .iter()
            .filter_map(|key| key.strip_prefix(KEY))
            .flat_map(|it| it.split(AND))
            .collect();
        let cases = self.load_cases(&mut tx, now).await?;
        let mut fresh = Vec::new();
        for case in &cases {
            let since = case.around.watching_since;
            let when = When { since, now, today: self.today(), rejections };
            for alert in alerts(&case.events, &case.follow_up, &when) {
                let key = format!("{}.{}", case.application.id.0, alert.key);
                if !told.contains(key.as_str()) {
                    fresh.push((key, case, case.first_name(), alert));
                }
            }
        }
        let news: Vec<(About<'_>, Notice)> = fresh
            .iter()
            .map(|(_, case, first_name, alert)| {
                (case.about(first_name), self.notice_of(case, alert))
            })
            .collect();
        let Some(words) = wording::alerts(&news, self.today()) else { return Ok(()) };
        let application = match fresh.as_slice() {
            [(_, case, ..)] => Some(case.application.id),
            _ => None,
        };
        let keys: Vec<&str> = fresh.iter().map(|(key, ..)| key.as_str()).collect();
        let key = format!("{KEY}{}", keys.join(&AND.to_string()));
        self.queue_words(&mut tx, key, words, application, None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn notice_of(&self, case: &Case, alert: &Alert) -> Notice {
        let local = |at: DateTime<Utc>| self.clock_of_user(at);
        match &alert.what {
            News::YourTurn { from, at } => {
                Notice::YourTurn { who: case.name_of(from), at: local(*at) }
            }
            News::Invited { starts_at } => Notice::Invited { starts: local(*starts_at) },
            News::Offer { from, expires_on } => {
                Notice::Offer { who: case.name_of(from), expires: *expires_on }
            }
            News::OfferExpires { on } => Notice::OfferExpires { on: *on },
            News::Rejected => Notice::Rejected,
        }
    }
}
