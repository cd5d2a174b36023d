//! The user's answers, and those of whoever would like to be taken for the user.

use afterword::domain::address::Address;
use afterword::domain::approval::{Approval, FoundAt, Request, Standing, examine};
use afterword::domain::draft::{Draft, DraftKind, DraftState};
use afterword::domain::event::Fact;
use afterword::domain::mailbox::Role;
use afterword::domain::policy::planned_send;
use chrono::TimeDelta;

use super::{SENT, World};

impl World {
    /// The open draft, if the user could still answer a request for it.
    fn asked(&self, index: usize) -> Option<(Draft, Request)> {
        let disk = &self.cases[index].disk;
        let open = self.cases[index].state.draft.as_ref()?;
        let draft = disk.draft.clone().filter(|draft| draft.id == open.id)?;
        (open.state == DraftState::Asked).then_some(())?;
        disk.requests
            .iter()
            .find(|request| request.draft == draft.id)
            .cloned()
            .map(|it| (draft, it))
    }

    fn place(&self, role: Role, uid: u32) -> FoundAt {
        FoundAt { mailbox: SENT, role, uid_validity: 7, uid, is_draft: false }
    }

    /// The user approves; sometimes twice.
    pub(super) fn approve(&mut self, index: usize) {
        let Some((draft, request)) = self.asked(index) else { return };
        self.uid += 1;
        for _ in 0..=self.dice.below(2) {
            let place = [self.place(Role::Sent, self.uid)];
            let stored = self.cases[index].disk.requests.iter().find(|it| it.id == request.id);
            let Some(stored) = stored.cloned() else { return };
            if examine(&stored, &draft, &place, "", self.now).is_ok() {
                self.grant(index, &draft, &stored);
            }
        }
    }

    fn grant(&mut self, index: usize, draft: &Draft, request: &Request) {
        let around = self.around(index);
        let state = &self.cases[index].state;
        let planned = planned_send(state, &around, &self.settings, draft.kind, self.now);
        let Some((_, send_at)) = planned else { return };
        let disk = &mut self.cases[index].disk;
        for known in disk.requests.iter_mut().filter(|known| known.draft == draft.id) {
            known.standing = Standing::Used;
        }
        disk.approval = Some(Approval {
            request: request.id,
            draft: draft.id,
            digest: draft.digest(),
            reply: None,
            granted_at: self.now,
        });
        assert!(self.outside.approvals.insert(draft.id), "two approvals for one draft");
        self.append(index, Fact::DraftApproved { draft: draft.id, send_at });
    }

    /// Approvals that are none; none of them may be taken for one.
    pub(super) fn forged(&mut self, index: usize) {
        let Some((draft, request)) = self.asked(index) else { return };
        let sent = self.place(Role::Sent, self.uid + 1);
        let mut other_words = draft.clone();
        other_words.body.push_str("And call me.");
        let mut other_address = draft.clone();
        other_address.to.address = Address::parse("eve@evil.example").unwrap();
        let used = Request { standing: Standing::Used, ..request.clone() };
        let revoked = Request { standing: Standing::Revoked, ..request.clone() };
        let late = request.expires_at;
        let inbox = self.place(Role::Inbox, self.uid + 1);
        let unsent = FoundAt { is_draft: true, ..sent };
        let old = self.place(Role::Sent, 1);
        let renumbered = FoundAt { uid_validity: 8, ..sent };
        for (request, draft, place, condition, now) in [
            (&request, &draft, inbox, "", self.now),
            (&request, &draft, unsent, "", self.now),
            (&request, &draft, old, "", self.now),
            (&request, &draft, renumbered, "", self.now),
            (&request, &draft, sent, "but tomorrow", self.now),
            (&request, &draft, sent, "", late),
            (&request, &other_words, sent, "", self.now),
            (&request, &other_address, sent, "", self.now),
            (&used, &draft, sent, "", self.now),
            (&revoked, &draft, sent, "", self.now),
        ] {
            let taken = examine(request, draft, &[place], condition, now);
            assert!(taken.is_err(), "a forged approval was taken");
        }
    }

    /// `skip` or `later`.
    pub(super) fn let_go(&mut self, index: usize) {
        let Some((draft, _)) = self.asked(index) else { return };
        self.revoke(index);
        if self.dice.one_in(2) {
            self.append(index, Fact::DraftSkipped { draft: draft.id });
            self.cases[index].offer_let_go |= draft.kind == DraftKind::OfferNotice;
        } else {
            let until = self.now + TimeDelta::days(self.dice.between(1, 10));
            self.append(index, Fact::DraftPostponed { draft: draft.id, until });
            let truth = &mut self.cases[index].truth;
            match draft.kind {
                DraftKind::Attempt(_) => truth.later = Some(until),
                DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
                    truth.note_later = Some((draft.kind, until));
                }
            }
        }
    }

    pub(super) fn revoke(&mut self, index: usize) {
        let disk = &mut self.cases[index].disk;
        for request in &mut disk.requests {
            if request.standing == Standing::Live {
                request.standing = Standing::Revoked;
            }
        }
        disk.draft = None;
        disk.approval = None;
        disk.claimed = None;
    }
}
