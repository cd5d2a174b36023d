//! Which mailboxes are watched, which are only searched before something is sent, and what each
//! is for.
//!
//! The surprising fact: at Gmail one mailbox holds everything but Spam and Trash, and the others
//! are views of it. Reading the views as well would read every message several times.

use crate::domain::mailbox::Role;
use crate::imap::Listed;
use crate::service::accounts::MailAccount;

impl MailAccount {
    /// The mailboxes that are read at every look.
    pub(in crate::service) fn watched_mailboxes<'a>(
        &self,
        listed: &'a [Listed],
        gmail: bool,
    ) -> Vec<&'a Listed> {
        let everything_in_one = gmail && self.all_mail(listed).is_some();
        let usable = listed.iter().filter(|mailbox| mailbox.selectable);
        usable
            .filter(|mailbox| match self.role_of(mailbox) {
                Role::All | Role::Junk | Role::Trash => true,
                Role::Inbox | Role::Sent | Role::Archive => !everything_in_one,
                Role::Drafts => false,
                Role::Other => is_named(&self.imap.extra, mailbox),
            })
            .collect()
    }

    /// The mailboxes that are searched besides, before something is sent.
    pub(in crate::service) fn mailboxes_elsewhere<'a>(
        &self,
        listed: &'a [Listed],
        gmail: bool,
    ) -> Vec<&'a Listed> {
        let everything_in_one = gmail && self.all_mail(listed).is_some();
        let watched = self.watched_mailboxes(listed, gmail);
        let usable = listed.iter().filter(|mailbox| mailbox.selectable);
        usable
            .filter(|mailbox| !watched.iter().any(|it| it.raw_name == mailbox.raw_name))
            .filter(|mailbox| !everything_in_one || self.role_of(mailbox) == Role::Drafts)
            .collect()
    }

    /// The mailbox that holds everything, where the server has one.
    pub(in crate::service) fn all_mail<'a>(&self, listed: &'a [Listed]) -> Option<&'a Listed> {
        listed.iter().find(|mailbox| mailbox.selectable && self.role_of(mailbox) == Role::All)
    }

    /// The user's word on a mailbox wins over the server's.
    pub(in crate::service) fn role_of(&self, mailbox: &Listed) -> Role {
        let imap = &self.imap;
        if is_named(&imap.sent, mailbox) {
            Role::Sent
        } else if is_named(&imap.archive, mailbox) {
            Role::Archive
        } else if is_named(&imap.junk, mailbox) {
            Role::Junk
        } else {
            mailbox.role
        }
    }
}

fn is_named(names: &[String], mailbox: &Listed) -> bool {
    names.iter().any(|it| *it == mailbox.raw_name || *it == mailbox.display_name)
}
