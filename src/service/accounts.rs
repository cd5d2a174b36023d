//! The mail accounts of one person: under which id and with which addresses each is in the record.
//!
//! The surprising fact: the first account is more than the others. Mails to the user leave it and
//! arrive in it, and only its Sent mailbox shows that a reply is the user's.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::Context as _;

use crate::config;
use crate::domain::address::{Address, Correspondent, OwnAddresses};
use crate::domain::ids::AccountId;
use crate::domain::message::Message;
use crate::store;

use super::entrance;

/// One account, without the way in.
#[derive(Debug, Clone)]
pub(super) struct MailAccount {
    pub id: AccountId,
    /// How its mail is signed.
    pub user: Correspondent,
    own: OwnAddresses,
    /// Names of mailboxes that the user wrote down.
    pub imap: config::Imap,
    /// What ends the wait after refused logins before its time.
    pub remedy: &'static str,
    /// Whether the user signs in with a browser, so that there is no password.
    signs_in: bool,
}

/// Where something went wrong, if there are several accounts. It names the account without its
/// address.
#[derive(Debug)]
pub struct InAccount {
    label: String,
    /// Whether the user signs in there with a browser.
    pub signs_in: bool,
}

impl fmt::Display for InAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// All of them, in the order of the configuration.
#[derive(Debug, Clone)]
pub(super) struct MailAccounts {
    first: MailAccount,
    others: Vec<MailAccount>,
    /// Accounts of the record that are not in the configuration: nobody reads them any more.
    gone: BTreeSet<AccountId>,
}

impl MailAccount {
    fn new(id: AccountId, known: config::MailAccount) -> Self {
        let user = Correspondent { name: Some(known.name), address: known.address.clone() };
        let own = OwnAddresses::new(known.address, known.aliases);
        let remedy = entrance::remedy(&known.access);
        let signs_in = known.access.oauth2().is_some();
        Self { id, user, own, imap: known.imap, remedy, signs_in }
    }
}

impl MailAccounts {
    /// Brings the accounts of the configuration and their ids together.
    pub fn new(
        configured: Vec<config::MailAccount>,
        record: store::Accounts,
    ) -> anyhow::Result<Self> {
        let known = record.all.iter().zip(configured);
        let mut all = known.map(|(id, account)| MailAccount::new(*id, account));
        let first = all.next().context("A person has a mail account")?;
        let others = all.collect();
        Ok(Self { first, others, gone: record.gone.into_iter().collect() })
    }

    /// The account in which the user is asked and answers.
    pub fn first(&self) -> &MailAccount {
        &self.first
    }

    pub fn iter(&self) -> impl Iterator<Item = &MailAccount> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub fn are_several(&self) -> bool {
        !self.others.is_empty()
    }

    pub fn get(&self, id: AccountId) -> anyhow::Result<&MailAccount> {
        self.iter().find(|account| account.id == id).context("An account is in the configuration")
    }

    pub fn ids(&self) -> BTreeSet<AccountId> {
        self.iter().map(|account| account.id).collect()
    }

    /// The accounts of which nothing new is known if only these were read.
    pub fn unread(&self, read: &BTreeSet<AccountId>) -> BTreeSet<AccountId> {
        let here = self.iter().map(|account| account.id).filter(|id| !read.contains(id));
        here.chain(self.gone.iter().copied()).collect()
    }

    /// Every address of the person: one account writing to another is a note to oneself. So it is
    /// with those of accounts that are gone: they do not become somebody else's by that.
    pub fn own_addresses(&self, former: Vec<Address>) -> OwnAddresses {
        let others = self.others.iter().flat_map(|account| account.own.iter());
        let here = self.first.own.iter().skip(1).chain(others).cloned();
        let aliases = here.chain(former).collect();
        OwnAddresses::new(self.first.user.address.clone(), aliases)
    }

    /// From which account a message with this sender leaves; `None` if none of them is it.
    pub fn sender(&self, from: &Address) -> Option<&MailAccount> {
        self.iter().find(|account| account.user.address == *from)
    }

    /// The account whose conversation a message is: one that it is from or to, that in which it
    /// lies before others; else that in which it lies.
    pub fn holder(&self, message: &Message, lies_in: AccountId) -> AccountId {
        let people = message.author().into_iter().chain(message.recipients());
        let people: Vec<&Address> = people.map(|person| &person.address).collect();
        let named = |account: &&MailAccount| {
            people.iter().any(|address| account.own.contains_with_suffix(address))
        };
        let by_author = message
            .author()
            .and_then(|author| self.iter().find(|account| account.own.contains(&author.address)));
        let mut all: Vec<AccountId> = self.iter().filter(named).map(|it| it.id).collect();
        all.sort_by_key(|id| *id != lies_in);
        by_author.map(|it| it.id).or(all.first().copied()).unwrap_or(lies_in)
    }

    /// An account that has to be named, because there are several.
    pub fn several(&self, id: AccountId) -> Option<&MailAccount> {
        self.iter().find(|account| account.id == id).filter(|_| self.are_several())
    }

    /// A mailbox as it is named to the user: with its account, if there are several.
    pub fn mailbox(&self, id: AccountId, name: &str) -> String {
        match self.several(id) {
            Some(account) => format!("{name} of {}", account.user.address),
            None => name.to_owned(),
        }
    }

    /// What went wrong in an account, with the account if there are several.
    pub fn blame(&self, id: AccountId, error: anyhow::Error) -> anyhow::Error {
        let named = (1..).zip(self.iter()).find(|(_, account)| account.id == id);
        match named.filter(|_| self.are_several()) {
            Some((number, account)) => error.context(InAccount {
                label: format!("account {number}, at {}", account.user.address.domain()),
                signs_in: account.signs_in,
            }),
            None => error,
        }
    }
}
