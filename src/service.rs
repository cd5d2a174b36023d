//! Joins the rooms: one step function for each thing the service does, and one pass that runs
//! them in order. It carries decisions out and makes none.
//!
//! | step | does |
//! |---|---|
//! | `watch` | reads every watched mailbox; each message goes through `ingest`, each reply through `obey` |
//! | `plan` | decides about every application; asks, withdraws, lapses, closes |
//! | `ask_questions` | asks which application a message is about, and what was said in an interview |
//! | `deliver` | sends what is approved and due, after a second look |
//! | `summarise` | queues the weekly mail and the welcome |
//! | `post` | mails to the user what is queued for the user |
//! | `remove_old_texts` | empties the texts of what ended long ago, where that is wanted |
//!
//! The surprising fact: a pass never sleeps. What has to wait is done by a later pass.

mod accounts;
mod ahead;
mod alerts;
pub mod audit;
mod backoff;
pub mod by_hand;
pub mod check;
mod correct;
mod deliver;
mod ears;
mod elsewhere;
mod entrance;
mod identity;
pub mod import;
mod ingest;
mod keep;
mod last_look;
mod letters;
mod login_memory;
mod look_back;
mod obey;
pub mod occasion;
mod plan;
mod post;
mod questions;
mod record;
pub mod reports;
mod rival;
mod run;
mod sent_copy;
mod sight;
pub mod sign_in;
mod silence;
mod summarise;
mod told;
pub mod view;
mod watch;
mod wordings;

use std::sync::Mutex;

use anyhow::Context as _;
use tokio::sync::watch as watch_channel;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::address::{Address, Correspondent, OwnAddresses};
use crate::domain::hexadecimal::hexadecimal;
use crate::domain::ids::{AccountId, MessageId};
use crate::domain::mailbox::DayBudget;
use crate::domain::own_mark::OwnMark;
use crate::domain::settings::Settings;
use crate::mail::draft_text::Templates;
use crate::net::Endpoint;
use crate::smtp;
use crate::store::{InstanceLock, Store};

use accounts::MailAccounts;
use entrance::{KeyHolder, Outlet, Way};
use ingest::Tracking;

pub use accounts::InAccount;
pub use run::PassError;
pub use watch::{ListenTo, Progress, Watched};

/// The record of one person, and everything that needs no server: reading messages,
/// deciding, writing mails. Commands use it beside a running service.
pub struct Record {
    config: Config,
    settings: Settings,
    store: Store,
    /// The owner of the record; in tables about the servers it is the account, one of `accounts`.
    account: AccountId,
    accounts: MailAccounts,
    /// Of all accounts, also of those that are not in the configuration any more.
    own: OwnAddresses,
    /// The user of the first account: who is asked.
    user: Correspondent,
    mark: OwnMark,
    mark_key: [u8; 32],
    installation: String,
    templates: Templates,
    /// What the look back may fetch in a day where the server counts.
    look_back_budget: DayBudget,
    /// What the last look knew of the applications, for the next.
    tracking: Mutex<Tracking>,
    clock: Clock,
}

/// The service: the record, the servers, and the lock that makes it the only one.
pub struct Service {
    record: Record,
    /// One for each account, in their order.
    ways: Vec<Way>,
    /// Ends a long reading between two messages; what was taken in stays.
    stop: CancellationToken,
    /// How far the look back has come.
    progress: watch_channel::Sender<Progress>,
    /// `None` where nothing is read or sent, only tested.
    _lock: Option<InstanceLock>,
}

impl Record {
    /// Opens the database. Needs no password and takes no lock.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let templates = wordings::load(config.drafts.templates.as_deref())?;
        let store = Store::open(&config.store, clock.now())
            .await
            .with_context(|| format!("the database {}", config.store.display()))?;
        let mut tx = store.begin().await?;
        let configured = config.mail_accounts();
        let addresses: Vec<&Address> = configured.iter().map(|it| &it.address).collect();
        let known = tx.ensure_accounts(&addresses).await?;
        for (id, account) in known.all.iter().zip(&configured) {
            tx.set_aliases(*id, &account.aliases).await?;
        }
        let mut former = Vec::new();
        for gone in &known.gone {
            former.extend(tx.addresses_of(*gone).await?);
        }
        let installation = tx.installation().await?;
        tx.commit().await?;
        let owner = known.owner;
        let accounts = MailAccounts::new(configured, known)?;
        Ok(Self {
            own: accounts.own_addresses(former),
            settings: config.settings.clone(),
            user: accounts.first().user.clone(),
            config,
            store,
            account: owner,
            accounts,
            mark: OwnMark::new(installation.mark_key),
            mark_key: installation.mark_key,
            installation: installation.id,
            templates,
            look_back_budget: DayBudget::GMAIL,
            tracking: Mutex::default(),
            clock,
        })
    }

    /// A new id for a mail to the user.
    fn new_message_id(&self) -> anyhow::Result<MessageId> {
        Self::new_message_id_of(&self.user.address)
    }

    /// A new id for a message of ours: 128 random bits at the domain of its sender.
    fn new_message_id_of(sender: &Address) -> anyhow::Result<MessageId> {
        let mut random = [0u8; 16];
        getrandom::fill(&mut random)?;
        let local = hexadecimal(&random);
        let id = format!("{local}@{}", sender.domain());
        MessageId::parse(&id).context("Make a Message-ID")
    }
}

impl Service {
    /// Takes the lock, opens the database and prepares every login. Connects to nothing. Where there
    /// are several accounts, one whose password cannot be had keeps only itself from being read.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let lock = Store::lock(&config.store)?;
        Ok(Self { _lock: Some(lock), ..Self::beside(config, clock).await? })
    }

    /// The same without the lock, for tests of the logins beside a running service.
    async fn beside(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let configured = config.mail_accounts();
        let keys: Vec<KeyHolder> = configured.iter().cloned().map(KeyHolder::new).collect();
        entrance::fetch_keys(&keys)?;
        let record = Record::open(config, clock).await?;
        let known = record.accounts.iter().zip(configured.iter().zip(keys));
        let ways = known.map(|(account, (it, key))| Way::new(account.id, it, key)).collect();
        let stop = CancellationToken::new();
        let progress = watch_channel::Sender::default();
        Ok(Self { record, ways, stop, progress, _lock: None })
    }

    /// The way into an account.
    fn way(&self, account: AccountId) -> anyhow::Result<&Way> {
        let found = self.ways.iter().find(|way| way.account == account);
        found.context("An account has its servers")
    }

    /// Where mails to the user leave.
    fn first_way(&self) -> anyhow::Result<&Way> {
        self.way(self.record.accounts.first().id)
    }

    /// Whether there is no way to send anything.
    fn is_dry(&self) -> bool {
        self.ways.iter().all(|way| way.outlet.is_none())
    }

    /// Takes the way to send away: it reads, records and writes drafts, and all that would leave
    /// stays where it is.
    #[must_use]
    pub fn dry(mut self) -> Self {
        for way in &mut self.ways {
            way.outlet = None;
        }
        self
    }

    /// How long the submission server may take for each step; tests are in a hurry.
    pub fn set_sending_deadlines(&mut self, deadlines: smtp::Deadlines) {
        for way in &mut self.ways {
            way.outlet = way.outlet.take().map(|outlet| Outlet { deadlines, ..outlet });
        }
    }

    /// How much of the past is fetched in a day at Gmail; tests have little mail.
    pub fn set_look_back_budget(&mut self, budget: DayBudget) {
        self.record.look_back_budget = budget;
    }

    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// How far the look back has come, as it goes on.
    #[must_use]
    pub fn progress(&self) -> watch_channel::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Moves the clock: the demo and the tests live whole weeks in a moment.
    pub fn set_clock(&mut self, clock: Clock) {
        self.record.clock = clock;
    }
}

/// Says in the log how far a message has come on its way out, at each step that matters if the
/// machine stops there. No text of a mail, no address.
fn passed(point: &'static str) {
    tracing::debug!(target: "afterword::sending", point);
}

fn endpoint(server: &crate::config::Server) -> Endpoint {
    Endpoint { host: server.host.clone(), port: server.port, ca_file: server.ca_file.clone() }
}
