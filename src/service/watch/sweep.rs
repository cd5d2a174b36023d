//! The look back, first part: the headers of everything before the first look, newest first. What
//! gives a reason to be read goes on a list (`backlog`), the rest leaves a keyed hash.
//!
//! Facts do not arise here. The surprising fact: three things happen at once. While the server
//! sends one window, the one before it is looked through, and the database writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::Sender;
use crate::domain::address::OwnAddresses;
use crate::domain::attribution::{Tracked, attribute};
use crate::domain::ids::{AccountId, MessageId, MessageKey};
use crate::domain::mailbox::{Cursor, Role, SearchSpan, UidRange, Windows};
use crate::domain::message::Place;
use crate::domain::own_mark::OwnMark;
use crate::imap::FetchedHeaders;
use crate::mail::read::{ReadContext, read_fields, read_headers};
use crate::mail::sense::hint::deserves_a_look;
use crate::service::identity::content_identity;
use crate::service::ingest::{Tracking, covers, is_looked_into, thread_id, worth_reading};
use crate::service::{Record, Service};
use crate::store::{Filed, Location, SeenHash, Tx, seen_hash};

use super::{Lane, Reader};

/// What is needed to look through headers; shared with the thread that does it.
struct Sieve {
    account: AccountId,
    /// What came since is read as it would have been when it came: a mailbox that is new, or was
    /// numbered anew, holds mail that was never looked at.
    first_run: Option<DateTime<Utc>>,
    own: OwnAddresses,
    zone: chrono_tz::Tz,
    mark: OwnMark,
    mark_key: [u8; 32],
    ignore: Vec<Sender>,
    track: Vec<Sender>,
    tracked: Vec<Tracked>,
    /// The identities of what is stored.
    known: BTreeMap<[u8; 32], MessageKey>,
}

/// A message that was looked through.
struct Sifted {
    uid: u32,
    arrived_at: Option<DateTime<Utc>>,
    filed: Filed,
    known: Option<MessageKey>,
    hash: SeenHash,
    verdict: Verdict,
    /// By what it may be tied to messages that are known.
    thread: Option<String>,
    refers_to: Vec<MessageId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Its body is read.
    Worth,
    /// Only if a message it belongs to is known.
    Unless,
    /// The same, and its hash is kept otherwise.
    UnlessAndRemember,
    /// Our own, or the user's to himself from before we watched: of interest only where it is known
    /// already.
    OnlyPlace,
}

/// Headers that were fetched and not looked through yet.
struct Behind {
    range: UidRange,
    headers: Vec<FetchedHeaders>,
}

/// What was looked through and is not durable yet. The hashes of a window lie all over their
/// index, so a few windows are written together.
#[derive(Default)]
struct Gathered {
    /// All down to this UID.
    down_to: Option<u32>,
    sifted: Vec<Sifted>,
}

/// Messages whose headers are fetched at once.
const WINDOW: usize = 1_000;
/// Messages that were looked through are written once there are so many.
const TOGETHER: usize = 4 * WINDOW;
/// UIDs that are noted down together as being read.
const NOTED: u32 = 10_000;

impl Service {
    /// Looks through everything that is left of the past, mailbox after mailbox.
    pub(super) async fn sweep(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<()> {
        if reader.meter.rests() || lanes.iter().all(|lane| lane.cursor.past.is_none()) {
            return Ok(());
        }
        let sieve = Arc::new(self.record.sieve(reader.account, first_run).await?);
        for lane in lanes {
            if lane.halted.is_none() {
                self.sweep_lane(reader, lane, &sieve).await?;
            }
        }
        Ok(())
    }

    async fn sweep_lane(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        sieve: &Arc<Sieve>,
    ) -> anyhow::Result<()> {
        let Some(past) = lane.cursor.past else { return Ok(()) };
        let mut windows = Windows::down(past, lane.left_in_the_past);
        let mut gathered = Gathered::default();
        let swept = self.sweep_windows(reader, lane, &mut windows, &mut gathered, sieve).await;
        lane.cursor = self.record.put_gathered(lane, &mut gathered).await?;
        swept?;
        if lane.halted.is_none() && !reader.meter.rests() {
            lane.cursor = Cursor { past: None, in_hand: None, ..lane.cursor };
            let mut tx = self.record.store.begin().await?;
            tx.set_cursor(lane.id, lane.cursor).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn sweep_windows(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        windows: &mut Windows,
        gathered: &mut Gathered,
        sieve: &Arc<Sieve>,
    ) -> anyhow::Result<()> {
        let mut behind: Option<Behind> = None;
        let mut span = SearchSpan::new(lane.exists);
        while !reader.meter.rests() {
            anyhow::ensure!(!self.stop.is_cancelled(), "stopped while looking back");
            let Some(window) = windows.cut(WINDOW) else {
                match reader.find_more(lane, windows, &mut span).await {
                    Ok(true) => continue,
                    Ok(false) => break,
                    Err(error) => return lane.halt(reader, &error).await,
                }
            };
            let careful = window.is_careful();
            if careful {
                self.gather(lane.role, behind.take(), gathered, sieve).await?;
                lane.cursor = self.record.put_gathered(lane, gathered).await?;
                if !self.record.take_in_hand(lane, &window).await? {
                    continue;
                }
            } else {
                self.record.announce_span(lane, window.range()).await?;
            }
            let (fetched, cursor) = tokio::join!(
                reader.headers_in(lane, &window),
                self.gather_and_put(lane, behind.take(), gathered, sieve),
            );
            lane.cursor = cursor?;
            match fetched {
                Ok(headers) => {
                    self.note_fetched(reader).await?;
                    behind = Some(Behind { range: window.range(), headers });
                }
                Err(error) if lane.is_for_later(&error, self.record.clock.now()) => {
                    self.record.give_back_try(lane, window.range().first()).await?;
                    return lane.halt(reader, &error).await;
                }
                Err(error) if window.suspect().is_some() => {
                    return lane.halt(reader, &error).await;
                }
                Err(error) => {
                    tracing::debug!("headers of the past failed, in halves again: {error}");
                    reader.recover().await?;
                    windows.failed(window);
                }
            }
            if careful {
                self.gather(lane.role, behind.take(), gathered, sieve).await?;
                lane.cursor = self.record.put_gathered(lane, gathered).await?;
            }
        }
        self.gather(lane.role, behind, gathered, sieve).await
    }

    /// Looks through a window.
    async fn gather(
        &self,
        role: Role,
        behind: Option<Behind>,
        gathered: &mut Gathered,
        sieve: &Arc<Sieve>,
    ) -> anyhow::Result<()> {
        let Some(Behind { range, headers }) = behind else { return Ok(()) };
        let sieve = Arc::clone(sieve);
        let looked_through = move || {
            let sifted: Vec<Sifted> =
                headers.iter().filter_map(|fetched| sieve.sift(role, fetched)).collect();
            sifted
        };
        let sifted = tokio::task::spawn_blocking(looked_through).await;
        // What a panic says may quote the mail.
        let sifted = sifted.map_err(|_| anyhow::anyhow!("headers could not be looked through"))?;
        self.progress.send_modify(|progress| progress.looked_through(range, sifted.len()));
        gathered.down_to = Some(range.first());
        gathered.sifted.extend(sifted);
        Ok(())
    }

    /// The same, and makes it durable if there is enough of it; gives the position.
    async fn gather_and_put(
        &self,
        lane: &Lane,
        behind: Option<Behind>,
        gathered: &mut Gathered,
        sieve: &Arc<Sieve>,
    ) -> anyhow::Result<Cursor> {
        self.gather(lane.role, behind, gathered, sieve).await?;
        if gathered.sifted.len() < TOGETHER {
            return Ok(lane.cursor);
        }
        self.record.put_gathered(lane, gathered).await
    }
}

impl Record {
    async fn sieve(
        &self,
        account: AccountId,
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<Sieve> {
        let mut tx = self.store.snapshot().await?;
        Ok(Sieve {
            account,
            first_run,
            own: self.own.clone(),
            zone: self.settings.zone,
            mark: self.mark.clone(),
            mark_key: self.mark_key,
            ignore: self.config.matching.ignore.clone(),
            track: self.config.matching.track.clone(),
            tracked: Tracking::default().now(&mut tx, self.account).await?.to_vec(),
            known: tx.identities(self.account).await?,
        })
    }

    /// Notes down the windows that come next, if this one is not among those noted before.
    async fn announce_span(&self, lane: &mut Lane, range: UidRange) -> anyhow::Result<()> {
        if lane.cursor.in_hand.is_some_and(|noted| noted.contains(range.first())) {
            return Ok(());
        }
        let first = range.last().saturating_sub(NOTED).max(1).min(range.first());
        lane.cursor.in_hand = UidRange::new(first, range.last());
        Ok(self.store.note_cursor(lane.id, lane.cursor).await?)
    }

    /// Makes durable what was looked through, together with the position; gives the position.
    async fn put_gathered(&self, lane: &Lane, gathered: &mut Gathered) -> anyhow::Result<Cursor> {
        let Gathered { down_to, sifted } = std::mem::take(gathered);
        let Some(down_to) = down_to else { return Ok(lane.cursor) };
        let past = lane.cursor.past.and_then(|past| past.down_to(down_to));
        let cursor = Cursor { past, ..lane.cursor };
        let mut tx = self.store.begin_relaxed().await?;
        self.put_sifted(&mut tx, lane, &sifted).await?;
        tx.set_cursor(lane.id, cursor).await?;
        tx.commit().await?;
        Ok(cursor)
    }

    async fn put_sifted(&self, tx: &mut Tx, lane: &Lane, sifted: &[Sifted]) -> anyhow::Result<()> {
        let may_be_ours: Vec<SeenHash> =
            sifted.iter().filter(|it| it.may_be_ours()).map(|it| it.hash).collect();
        let seen = tx.seen_of(self.account, &may_be_ours).await?;
        let mut none_of_ours = Vec::new();
        for message in sifted {
            let location = Location {
                mailbox: lane.id,
                uid_validity: lane.cursor.uid_validity,
                uid: message.uid,
            };
            if let Some(key) = message.known {
                tx.add_location(key, location, message.filed).await?;
                continue;
            }
            if message.verdict == Verdict::OnlyPlace || seen.contains(&message.hash) {
                continue;
            }
            if message.verdict == Verdict::Worth || self.is_linked(tx, message).await? {
                let arrived_at = message.arrived_at.unwrap_or_default();
                tx.add_to_backlog(location, arrived_at).await?;
            } else if message.verdict == Verdict::UnlessAndRemember {
                none_of_ours.push(message.hash);
            }
        }
        tx.mark_all_seen(self.account, &none_of_ours).await?;
        Ok(())
    }

    async fn is_linked(&self, tx: &mut Tx, message: &Sifted) -> anyhow::Result<bool> {
        let ids: Vec<&MessageId> = message.refers_to.iter().collect();
        let linked = tx.linked(self.account, &ids, message.thread.as_deref()).await?;
        Ok(!linked.by_ids.is_empty() || !linked.by_thread.is_empty())
    }
}

impl Sifted {
    /// Whether its body is read, unless it was looked into before.
    fn may_be_ours(&self) -> bool {
        let has_ties = self.thread.is_some() || !self.refers_to.is_empty();
        self.verdict == Verdict::Worth || (self.verdict != Verdict::OnlyPlace && has_ties)
    }
}

impl Sieve {
    /// What the headers of a message say. `None` for what is neither mail nor ours to look at.
    fn sift(&self, role: Role, fetched: &FetchedHeaders) -> Option<Sifted> {
        if fetched.draft {
            return None;
        }
        let context = ReadContext { own: &self.own, received: fetched.arrived_at, zone: self.zone };
        let fields = self.tracked.is_empty().then(|| read_fields(&fetched.headers));
        let head = match fields.filter(|fields| !deserves_a_look(fields)) {
            Some(fields) => fields,
            None => read_headers(&fetched.headers, &context),
        };
        let as_sent = role == Role::All && fetched.sent;
        let role = if as_sent { Role::Sent } else { role };
        let place = Place { role, is_draft: false };
        let identity = content_identity(&head, fetched);
        let by_user = head.author().is_some_and(|author| self.own.contains(&author.address));
        let to_self = by_user
            && head.recipients().next().is_some()
            && head.recipients().all(|it| self.own.contains_with_suffix(&it.address));
        let marked = || {
            let mut ids = head.message_id.iter().chain(&head.former_ids);
            ids.any(|id| head.mark.as_ref().is_some_and(|mark| self.mark.verify(id, mark)))
        };
        let ours = (by_user && head.service_kind.is_some()) || marked();
        let direction = head.direction(&self.own, &[place], false)?;
        let otherwise =
            if is_looked_into(role) { Verdict::UnlessAndRemember } else { Verdict::Unless };
        let written = head.date.map(|date| date.with_timezone(&Utc)).or(fetched.arrived_at);
        let written = written.unwrap_or(DateTime::UNIX_EPOCH);
        let live = self.first_run.is_some_and(|first| {
            written >= first || fetched.arrived_at.is_some_and(|at| at >= first)
        });
        let verdict = if ours || (to_self && !live) {
            Verdict::OnlyPlace
        } else if to_self {
            Verdict::Worth
        } else if covers(&self.ignore, &head) {
            otherwise
        } else if covers(&self.track, &head)
            || worth_reading(&head, &fetched.headers, role, direction, live)
            || attribute(&head, direction, &self.tracked, written).is_some()
        {
            Verdict::Worth
        } else {
            otherwise
        };
        // Where nothing is tracked there is nothing to belong to.
        let may_belong = !self.tracked.is_empty();
        Some(Sifted {
            uid: fetched.uid,
            arrived_at: fetched.arrived_at,
            filed: if as_sent { Filed::AsSent } else { Filed::Usual },
            known: self.known.get(&identity).copied(),
            hash: seen_hash(&self.mark_key, &identity),
            verdict,
            thread: thread_id(self.account, fetched).filter(|_| may_belong),
            refers_to: if may_belong {
                head.refers_to().into_iter().cloned().collect()
            } else {
                Vec::new()
            },
        })
    }
}
